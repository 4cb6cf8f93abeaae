//! Answers questions about values (含不含酒精, 有黑色吗, 有哪些颜色) with the spec or the list that tells it, never with a yes or no.

use super::certainty::{self, is_bare, residue, speaks_elsewhere};
use super::given::{GIVEN, is_of_what_comes};
use super::{Reading, Slot, Strength, Topic, not_in_force, part, quote};
use crate::answer::proposal::{Fact, Proposal};
use crate::answer::types::Reason;
use crate::answer::{rule, size};
use crate::knowledge::{Product, SkuGroup};
use crate::text::normalise::{is_han, normalise, squeeze};

/// Specs that list the contents.
const INSIDE: &[&str] = &["成分", "配料", "过敏原"];

/// Substances that an allergen list settles, since it names all of them that the product contains.
const ALLERGENS: &[&str] = &[
    "牛奶", "奶", "乳", "鸡蛋", "蛋", "花生", "坚果", "核桃", "杏仁", "腰果", "大豆", "黄豆",
    "小麦", "麸质", "面筋", "鱼", "虾", "蟹", "芝麻",
];

/// Words that ask whether something is inside, longest first.
const CONTAINS: &[&str] = &[
    "有没有",
    "含不含",
    "有木有",
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

/// Words that ask for the list of colours.
const COLOURS: &[&str] = &[
    "几个颜色",
    "几种颜色",
    "哪些颜色",
    "什么颜色",
    "啥颜色",
    "哪几个颜色",
    "哪几种颜色",
    "有几色",
    "颜色有",
    "其他颜色",
    "别的颜色",
    "多少种颜色",
    "哪几个色",
    "几个色",
];

/// Words that ask for the list of sizes or versions.
const SIZES: &[&str] = &[
    "哪些码",
    "哪些尺码",
    "有哪几个码",
    "几个码",
    "几个尺码",
    "尺码有",
    "什么尺码",
    "有什么码",
    "最大码",
    "最大的码",
    "最小码",
    "最大多大码",
    "最大到",
    "有大码",
    "有小码",
    "码全",
    "哪些规格",
    "哪些尺寸",
    "哪几个尺寸",
    "几种规格",
    "什么规格",
    "哪些型号可选",
    "有几款",
    "几个版本",
    "哪些版本",
    "有什么版本",
    "几种装",
    "都有什么码",
];

/// Words that end the thing asked about.
const ENDS: &[&str] = &[
    "吗", "么", "嘛", "没有", "没", "不", "呢", "的", "啊", "成分", "吧", "可以", "能",
];

/// The answer to a question about colours and sizes: the SKU list as written.
pub(super) fn skus(reading: &Reading<'_, '_>) -> Option<Proposal> {
    let product = reading.product();
    if product.skus.is_empty() {
        return None;
    }
    let plain = &reading.asked.plain;
    let mut explained = reading.explained(&[]);
    let mut asked = false;
    for word in COLOURS.iter().chain(SIZES) {
        if let Some(at) = plain.text.find(word) {
            // 墨水什么颜色 does not ask for the colour of the pen.
            if part::unknown_before(reading, &explained, plain.char_at(at)) {
                return None;
            }
            explained[plain.char_at(at)..plain.char_at(at + word.len())].fill(true);
            asked = true;
        }
    }
    let mut sure = 0.95;
    if !asked {
        let (thing, from, to) = thing_asked(reading)?;
        // 粉色和紫色都有吗
        let mut things = thing.trim_end_matches('都').split(['和', '跟', '或']);
        // 有裸机吗 asks what this product comes in, if another product comes as 裸机.
        let offered = |thing: &str| {
            let all = reading.asked.shop.products.iter();
            // A remark in brackets (1.6kg(裸机)) does not tell what can be bought. A list of contents does.
            let told =
                |value: &str| says_word(value.split(['(', '（']).next().unwrap_or(value), thing);
            thing.chars().nth(1).is_some()
                && !INSIDE.iter().any(|name| lists(reading, name))
                && !product.specs.iter().any(|spec| told(&spec.value))
                && all
                    .flat_map(|other| &other.skus)
                    .any(|sku| is_sku(sku, thing))
        };
        if !things.any(|thing| is_colour_or_size(product, thing) || offered(thing)) {
            return None;
        }
        explained[from..to].fill(true);
        // 带5米的多少瓦 asks for more than whether there is one.
        if certainty::asks_amount(plain, from, to) {
            return None;
        }
        sure = 0.93;
    }
    let left = residue(plain, &explained);
    if left > 4 || speaks_elsewhere(plain, &explained) {
        return None;
    }
    let confidence = (sure - 0.04 * left as f64) * reading.certainty;
    if !reading.asked.on_sale(reading.product) {
        return Some(not_in_force(reading, confidence));
    }
    let list: Vec<String> = product
        .skus
        .iter()
        .map(|sku| match (sku.colour.is_empty(), sku.sizes.is_empty()) {
            (true, _) => sku.sizes.join("、"),
            (false, true) => sku.colour.clone(),
            (false, false) => format!("{}（{}）", sku.colour, sku.sizes.join("、")),
        })
        .collect();
    let list = list.join("；");
    let reply = format!("{}的规格：{list}", product.name);
    let trace = "asks what colours or sizes there are".to_owned();
    Some(Proposal {
        facts: vec![Fact {
            snippet: Some(list),
            ..Fact::of(format!("product:{}", product.id))
        }],
        ..Proposal::answer(reply, confidence, "spec.sku", trace)
    })
}

/// Endings of the names of colours and sizes.
pub(super) const ENDINGS: [char; 5] = ['码', '号', '款', '色', '味'];

/// Whether a thing is the colour of a SKU or one of its sizes.
fn is_sku(sku: &SkuGroup, thing: &str) -> bool {
    let bare = thing.trim_end_matches(ENDINGS);
    std::iter::once(&sku.colour)
        .chain(&sku.sizes)
        .any(|written| {
            // 2.0米床 is asked for as 2米床.
            let written = normalise(written);
            [written.replace(".0", ""), written].iter().any(|written| {
                let written = squeeze(written);
                written == thing || written.trim_end_matches(ENDINGS) == bare && !bare.is_empty()
            })
        })
}

/// Whether a thing is a colour or a size: one of the product's, or any that looks like one (紫色, 3xl码).
pub(super) fn is_colour_or_size(product: &Product, thing: &str) -> bool {
    // 有多少音色 asks how many there are of something else.
    if ["多少", "几", "什么", "哪"]
        .iter()
        .any(|word| thing.starts_with(word))
    {
        return false;
    }
    let bare = thing.trim_end_matches(ENDINGS);
    let own = product.skus.iter().any(|sku| is_sku(sku, thing));
    let letters = size::is_letter_size(bare);
    let size = thing.ends_with('码')
        && (letters || bare.chars().all(|c| c.is_ascii_digit()) && !bare.is_empty());
    own || size || letters || thing.ends_with('色') && (2..=4).contains(&thing.chars().count())
}

/// The spec of the product that names X, or the list of contents that names it, for 含不含X, 有没有X, 是X的吗.
pub(super) fn says(reading: &Reading<'_, '_>, topics: &[Topic]) -> Option<Proposal> {
    let things = [thing_asked(reading), thing_named(reading)];
    things
        .into_iter()
        .flatten()
        .find_map(|thing| told(reading, topics, thing))
}

/// A thing asked about, with its range of characters.
type Thing = (String, usize, usize);

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
        sure = 0.78;
        slots = (0..)
            .zip(&product.specs)
            .filter(|(_, spec)| thing.chars().nth(1).is_some() && says_word(&spec.value, &thing))
            .filter(|(_, spec)| !given || is_of_what_comes(&spec.name, &spec.value))
            .map(|(i, _)| Slot::Spec(i))
            .filter(|&slot| table.quotable(reading.product, slot))
            .collect();
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
fn lists(reading: &Reading<'_, '_>, name: &str) -> bool {
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
fn says_word(value: &str, word: &str) -> bool {
    match word.chars().all(is_han) {
        true => value.contains(word),
        false => holds(&squeeze(&normalise(value)), word),
    }
}

/// Whether a squeezed text has a word that is not part of a longer figure or Latin word: 8g is not in 18g.
pub(super) fn holds(text: &str, word: &str) -> bool {
    let goes_on = |a: Option<char>, b: Option<char>| match (a, b) {
        (Some(a), Some(b)) => {
            a.is_ascii_digit() && b.is_ascii_digit()
                || a.is_ascii_alphabetic() && b.is_ascii_alphabetic()
        }
        _ => false,
    };
    text.match_indices(word).any(|(at, _)| {
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
fn thing_asked(reading: &Reading<'_, '_>) -> Option<Thing> {
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
