//! Answers questions about values (含不含酒精, 有没有坚果) with the spec that tells it, never with a yes or no.

use super::certainty::{is_bare, residue, speaks_elsewhere};
use super::given::{self, GIVEN, is_of_what_comes};
use super::{Reading, Slot, Strength, Topic, not_in_force, quote};
use crate::answer::proposal::Proposal;
use crate::answer::rule;
use crate::answer::types::Reason;
use crate::text::normalise::{is_han, normalise, squeeze};

/// Specs that list the contents.
pub(super) const INSIDE: &[&str] = &["成分", "配料", "过敏原"];

/// Substances that an allergen list settles, since it names all of them that the product contains.
const ALLERGENS: &[&str] = &[
    "牛奶", "奶", "乳", "鸡蛋", "蛋", "花生", "坚果", "核桃", "杏仁", "腰果", "大豆", "黄豆",
    "小麦", "麸质", "面筋", "鱼", "虾", "蟹", "芝麻",
];

/// Words that ask whether something is inside, each before the shorter ones that it contains.
const CONTAINS: &[&str] = &[
    "有没有",
    "含不含",
    "是否含有",
    "是否含",
    "含有",
    "不含",
    "有无",
    "添加了",
    "加了",
    "加没加",
    "含",
    "有",
    "带",
    "无",
    "送不送",
    "附送",
    "赠送",
    "送",
];

/// Words that end the thing asked about.
const ENDS: &[&str] = &[
    "吗", "么", "嘛", "没有", "没", "不", "呢", "的", "啊", "成分", "吧", "可以", "能", "送吗",
];

/// The spec of the product that names X, or the list of contents that names it, for 含不含X, 有没有X, 是X的吗.
pub(super) fn says(reading: &Reading<'_, '_>, topics: &[Topic]) -> Option<Proposal> {
    let things = [thing_asked(reading), thing_named(reading)];
    things
        .into_iter()
        .flatten()
        .find_map(|thing| told(reading, topics, thing))
}

/// A thing asked about, with its range of characters.
pub(super) type Thing = (String, usize, usize);

/// What the product says about a thing.
fn told(reading: &Reading<'_, '_>, topics: &[Topic], (thing, from, to): Thing) -> Option<Proposal> {
    let product = reading.product();
    let table = &reading.asked.catalogue.specs;
    // If a spec asked for by name is missing, its name inside another value is no answer.
    if topics
        .iter()
        .any(|topic| topic.strength == Strength::Name && topic.from >= from && topic.to <= to)
        && INSIDE.contains(&thing.as_str())
    {
        return None;
    }
    let mut slots: Vec<Slot> = Vec::new();
    let words: Vec<&str> = std::iter::once(thing.as_str())
        .chain(
            reading
                .asked
                .catalogue
                .synonyms
                .group(&thing)
                .iter()
                .map(String::as_str),
        )
        .collect();
    for name in INSIDE {
        for slot in table.slots_named(reading.product, name) {
            let Slot::Spec(i) = slot else { continue };
            let value = &product.specs[i as usize].value;
            let settles = *name == "过敏原" && ALLERGENS.contains(&thing.as_str());
            if (settles || words.iter().any(|word| says_word(value, word)))
                && !slots.contains(&slot)
            {
                slots.push(slot);
            }
        }
    }
    // 送螺丝吗 asks for no screw that the goods have.
    let given = reading.asked.plain.slice(0, from).ends_with(GIVEN);
    let mut sure = 0.9;
    if slots.is_empty() {
        let listed = given::listed(reading, &thing);
        // The list of what comes with the goods settles it, however near an entry on such a thing is.
        sure = if listed.is_empty() { 0.78 } else { 0.93 };
        slots = (0..)
            .zip(&product.specs)
            .filter(|(_, spec)| thing.chars().nth(1).is_some() && says_word(&spec.value, &thing))
            .filter(|(_, spec)| !given || is_of_what_comes(&spec.name, &spec.value))
            .map(|(i, _)| Slot::Spec(i))
            .filter(|&slot| table.quotable(reading.product, slot))
            .collect();
        if !listed.is_empty() && (given || slots.is_empty()) {
            slots = listed;
        }
        if slots.len() > 2 {
            return None;
        }
    }
    let mut explained = reading.explained(&topics.iter().collect::<Vec<_>>());
    explained[from..to].fill(true);
    let left = residue(&reading.asked.plain, &explained);
    if left > 4 || speaks_elsewhere(&reading.asked.plain, &explained) {
        return None;
    }
    if slots.is_empty() {
        return unsaid(reading, &thing, from, left);
    }
    let confidence = (sure - 0.04 * left as f64) * reading.certainty;
    if !reading.asked.on_sale(reading.product) {
        return Some(not_in_force(reading, confidence));
    }
    Some(quote(
        reading,
        &slots,
        confidence,
        rule::VALUE,
        format!("asks for {thing}, which stands in a value"),
    ))
}

/// Whether the product has a spec of this name.
pub(super) fn lists(reading: &Reading<'_, '_>, name: &str) -> bool {
    let specs = &reading.asked.catalogue.specs;
    !specs.slots_named(reading.product, name).is_empty()
}

/// The handoff for 含X吗 if the product's list of contents does not name X: a list may be incomplete, so a person
/// answers.
fn unsaid(reading: &Reading<'_, '_>, thing: &str, from: usize, left: usize) -> Option<Proposal> {
    const ASKS: &[&str] = &[
        "含不含",
        "是否含有",
        "是否含",
        "含有",
        "含",
        "添加了",
        "加了",
    ];
    let before = reading.asked.plain.slice(0, from);
    let listed = INSIDE.iter().any(|name| lists(reading, name));
    if left > 1 || !ASKS.iter().any(|word| before.ends_with(word)) || !listed {
        return None;
    }
    Some(Proposal::handoff(
        Reason::NoMatch,
        format!("{}的资料里没有写明含不含{thing}。", reading.product().name),
        0.8 * reading.certainty,
        rule::MISSING,
        format!("no list of contents names {thing}"),
    ))
}

/// Whether a value as written contains a normalised word. Only Latin letters and figures have several spellings.
pub(super) fn says_word(value: &str, word: &str) -> bool {
    match word.chars().all(is_han) {
        true => value.contains(word),
        false => holds(&squeeze(&normalise(value)), word),
    }
}

/// Whether a squeezed text has a word that is not part of a longer figure or Latin word: 8g is not in 18g. An empty word is
/// in none.
pub(super) fn holds(text: &str, word: &str) -> bool {
    let goes_on = |a: Option<char>, b: Option<char>| match (a, b) {
        (Some(a), Some(b)) => {
            a.is_ascii_digit() && b.is_ascii_digit()
                || a.is_ascii_alphabetic() && b.is_ascii_alphabetic()
        }
        _ => false,
    };
    let mut places = text.match_indices(word);
    !word.is_empty()
        && places.any(|(at, _)| {
            let (before, behind) = (&text[..at], &text[at + word.len()..]);
            !goes_on(before.chars().next_back(), word.chars().next())
                && !goes_on(word.chars().next_back(), behind.chars().next())
        })
}

/// Verbs for what is done with a thing (打瓷砖, 放微波炉).
const ACTS: &[char] = &[
    '打', '切', '放', '进', '煮', '炒', '烤', '装', '戴', '接', '插', '煎', '炸', '拧', '钻', '锯',
    '配',
];

/// The thing in 是304的吗, 能打瓷砖吗, 电磁炉能用吗: the one stretch of a yes-or-no question that neither the goods nor the question
/// words explain.
fn thing_named(reading: &Reading<'_, '_>) -> Option<Thing> {
    let plain = &reading.asked.plain;
    let asks = ["是不是", "能不能", "可不可以", "是否"];
    if !plain.text.ends_with('吗') && !reading.asked.says(&asks) {
        return None;
    }
    let bare = |at: &usize| is_bare(plain, reading.named, *at);
    let mut from = (0..plain.len()).find(bare)?;
    let to = (from..plain.len())
        .find(|at| !bare(at))
        .unwrap_or(plain.len());
    if (to..plain.len()).any(|at| bare(&at)) {
        return None;
    }
    if ACTS.contains(&plain.chars[from]) {
        from += 1;
    }
    (2..=8)
        .contains(&(to - from))
        .then(|| (plain.slice(from, to).to_owned(), from, to))
}

/// The thing in 含不含X, 有X吗, X有吗, with its range of characters.
pub(super) fn thing_asked(reading: &Reading<'_, '_>) -> Option<Thing> {
    let plain = &reading.asked.plain;
    let free = |at: usize| at < plain.len() && !reading.named[at];
    let kind = reading.asked.catalogue.kind(plain);
    let of_kind = |at: usize| {
        kind.as_ref()
            .is_some_and(|kind| (kind.from..kind.to).contains(&at))
    };
    for marker in CONTAINS {
        for (at, _) in plain.text.match_indices(marker) {
            let from = plain.char_at(at + marker.len());
            // 灯带5米 has no 带5米.
            let asks = plain.char_at(at);
            if reading.named[asks] || of_kind(asks) {
                continue;
            }
            // 脂肪含量 asks for an amount.
            let amount = *marker == "含" && plain.text[at + marker.len()..].starts_with('量');
            if !free(from) || amount {
                continue;
            }
            let mut to = from;
            while free(to)
                && (to == from || !plain.gap_before(to))
                && !ENDS
                    .iter()
                    .any(|end| plain.slice(to, plain.len()).starts_with(end))
            {
                to += 1;
            }
            if (1..=8).contains(&(to - from)) {
                return Some((plain.slice(from, to).to_owned(), from, to));
            }
        }
    }
    // 黑色有吗, M码有没有
    for tail in ["有没有", "有吗", "有么", "有不", "还有没有"] {
        if let Some(at) = plain.text.find(tail) {
            let to = plain.char_at(at);
            let from = (0..to)
                .rev()
                .take_while(|&i| free(i) && plain.chars[i] != '的')
                .last()?;
            if (1..=6).contains(&(to - from)) {
                return Some((plain.slice(from, to).to_owned(), from, to));
            }
        }
    }
    None
}
