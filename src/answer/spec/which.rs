//! Answers 哪款适合敏感肌 with the products whose specs say so.

use super::across::{LISTED, WHICH, list};
use super::certainty::{confidence, is_bare, residue};
use super::value::holds;
use super::{Slot, Strength, Topic, content, resolve};
use crate::answer::product::{Asked, How, Subject};
use crate::answer::proposal::Proposal;
use crate::knowledge::Spec;
use crate::text::normalise::{is_han, normalise, squeeze};

/// The products on sale whose spec names the value asked for, each with the value as written: 「哪款适合敏感肌」.
pub(super) fn which(asked: &Asked<'_>, topics: &[Topic], named: &[bool]) -> Option<Proposal> {
    // 什么款式 asks for a spec, 什么款 for goods; 适用对象有哪些 for the values of a spec, 哪些适合儿童 for goods.
    let text = asked
        .plain
        .text
        .replace("什么款式", "")
        .replace("是什么款", "");
    let listed = |word: &str| {
        let Some(at) = asked.plain.text.find(word) else {
            return false;
        };
        let at = asked.plain.char_at(at);
        ["哪些", "哪种", "哪几个", "哪个"].contains(&word)
            && topics
                .iter()
                .any(|topic| topic.strength == Strength::Name && topic.to <= at)
    };
    if !WHICH
        .iter()
        .any(|word| text.contains(word) && !listed(word))
    {
        return None;
    }
    if let Subject::One {
        how: How::Named | How::Sound,
        ..
    } = asked.subject
    {
        return None;
    }
    let kind = asked.catalogue.kind(&asked.plain);
    let among = |product: &u32| {
        kind.as_ref()
            .is_none_or(|kind| kind.products.contains(product))
    };
    let mut explained = named.to_vec();
    for topic in topics {
        explained[topic.from..topic.to].fill(true);
    }
    if let Some(kind) = &kind {
        explained[kind.from..kind.to].fill(true);
    }
    // 哪些不防水 asks for the products that are not in a list of the 防水 ones.
    if topics.iter().any(|topic| is_denied(asked, topic)) {
        return None;
    }
    let thing = beside(asked, &explained);
    // 哪款有负离子, but not 成分有哪些.
    let first = WHICH
        .iter()
        .filter_map(|word| asked.plain.text.find(word))
        .min();
    let behind = |topic: &Topic| first.is_some_and(|at| topic.from > asked.plain.char_at(at));
    let has =
        thing.is_none() && asked.says(&["有", "带", "支持", "含"]) && topics.iter().all(behind);
    let mut rows: Vec<(u32, Slot)> = Vec::new();
    for product in (0..asked.shop.products.len() as u32)
        .filter(|&p| asked.on_sale(p))
        .filter(among)
    {
        for topic in topics {
            let slots = resolve(&asked.catalogue.specs, product, topic).0;
            let said = slots.into_iter().find(|slot| {
                let value = content(asked.product_at(product), *slot).1;
                let wanted = thing.as_deref().is_some_and(|thing| affirms(value, thing));
                wanted || has && grants(value) || names_value(asked, value)
            });
            if let Some(slot) = said {
                rows.push((product, slot));
                break;
            }
        }
        if rows.len() > LISTED {
            break;
        }
    }
    let mut strength = topics.iter().map(|topic| topic.strength).max();
    if rows.is_empty() {
        let (thing, from, to) = thing_wanted(asked)?;
        explained[from..to].fill(true);
        rows = saying(asked, &thing, among);
        strength = Some(Strength::Wording);
    }
    if rows.is_empty() {
        return None;
    }
    let more = rows.len() > LISTED;
    rows.truncate(LISTED);
    if residue(&asked.plain, &explained) > 4 {
        return None;
    }
    let sure = confidence(strength?, &asked.plain, &explained, 0.92);
    let tail = if more {
        "\n（还有其他款，可以告诉我想看的品类）"
    } else {
        ""
    };
    let trace = format!("{} products say so", rows.len());
    Some(list(asked, &rows, tail, sure, "spec.which", trace))
}

/// What the goods must suit or have, with its range of characters: 初学者 in 哪款适合初学者用, 蓝牙 in 哪个支持蓝牙.
fn thing_wanted(asked: &Asked<'_>) -> Option<(String, usize, usize)> {
    const WANTS: &[&str] = &[
        "适合",
        "适用于",
        "适用",
        "支持",
        "可以用来",
        "能用来",
        "是",
        "有",
        "带",
        "含",
    ];
    const ENDS: &[&str] = &[
        "用", "穿", "吃", "戴", "玩", "的", "吗", "呢", "啊", "款", "接口", "功能", "学", "打",
        "人",
    ];
    let plain = &asked.plain;
    let which = WHICH
        .iter()
        .filter_map(|word| plain.text.find(word))
        .min()?;
    let (at, word) = WANTS
        .iter()
        .filter_map(|word| Some((plain.text[which..].find(word)? + which, *word)))
        .min_by_key(|&(at, word)| (at, usize::MAX - word.len()))?;
    let from = plain.char_at(at + word.len());
    let mut to = plain.len();
    while let Some(end) = ENDS
        .iter()
        .find(|end| plain.slice(from, to).ends_with(**end))
    {
        to -= end.chars().count();
    }
    let thing = plain.slice(from, to);
    // Each season has two names.
    let thing = match thing {
        "春天" | "夏天" | "秋天" | "冬天" => thing.replace('天', "季"),
        _ => thing.to_owned(),
    };
    (2..=8).contains(&(to - from)).then_some((thing, from, to))
}

/// The products on sale with a spec that names `thing`. Where it is asked what suits (适合), only the specs that say whom or
/// what goods are for count.
fn saying(asked: &Asked<'_>, thing: &str, among: impl Fn(&u32) -> bool) -> Vec<(u32, Slot)> {
    let fitting = asked.says(&["适合", "适用"]);
    let says = |product: u32, at: u32, spec: &Spec| {
        let slot = Slot::Spec(at);
        let about = ["适", "人群", "年龄", "对象", "场景", "季节"];
        let told = !fitting || about.iter().any(|word| spec.name.contains(word));
        (told && affirms(&spec.value, thing) && asked.catalogue.specs.quotable(product, slot))
            .then_some((product, slot))
    };
    (0..asked.shop.products.len() as u32)
        .filter(|&product| asked.on_sale(product) && among(&product))
        .filter_map(|product| {
            let specs = &asked.product_at(product).specs;
            (0u32..)
                .zip(specs)
                .find_map(|(at, spec)| says(product, at, spec))
        })
        .take(LISTED + 1)
        .collect()
}

/// Whether 不 stands right before a topic.
fn is_denied(asked: &Asked<'_>, topic: &Topic) -> bool {
    let before = asked.plain.slice(0, topic.from);
    ["不", "没", "没有", "无", "不能", "不用", "不带", "不含"]
        .iter()
        .any(|word| before.ends_with(word))
}

/// What a question says beside the goods, the spec and the question words: 3年 in 哪款保修3年.
fn beside(asked: &Asked<'_>, explained: &[bool]) -> Option<String> {
    let plain = &asked.plain;
    let mut known = explained.to_vec();
    for word in WHICH {
        for (at, _) in plain.text.match_indices(word) {
            known[plain.char_at(at)..plain.char_at(at + word.len())].fill(true);
        }
    }
    let bare = |at: &usize| is_bare(plain, &known, *at);
    let from = (0..plain.len()).find(bare)?;
    let to = (from..plain.len())
        .find(|at| !bare(at))
        .unwrap_or(plain.len());
    let rest = (to..plain.len()).any(|at| bare(&at));
    let thing = plain.slice(from, to);
    let says = thing.chars().nth(1).is_some() || thing.chars().all(|c| c.is_ascii_digit());
    (says && !rest).then(|| thing.to_owned())
}

/// Whether a value says that a thing is there: 有, 5亿等离子, but not 无.
fn grants(value: &str) -> bool {
    let value = squeeze(&normalise(value));
    let denies = ["无", "不", "没", "否", "非", "未"];
    !value.is_empty() && !denies.iter().any(|word| value.starts_with(word))
}

/// The values of a list, squeezed: 4.0Ah/2.0Ah gives 40ah and 20ah.
fn values(list: &str) -> Vec<String> {
    let list = normalise(list);
    let parts = list.split(|c: char| !c.is_alphanumeric() && c != '.');
    parts
        .map(squeeze)
        .filter(|value| !value.is_empty())
        .collect()
}

/// Whether a value names a squeezed thing without denying it (不适合初学者, 无蓝牙).
fn affirms(value: &str, thing: &str) -> bool {
    normalise(value)
        .split([',', ';', '。', '、', '\n'])
        .any(|clause| {
            let said = values(clause).iter().any(|value| holds(value, thing));
            let before = clause.find(thing).map_or("", |at| &clause[..at]);
            said && !before.contains(['不', '无', '非', '勿', '没', '除'])
        })
}

/// Whether the question names one of the values in a list, without its ending (敏感肌 names 敏感性).
fn names_value(asked: &Asked<'_>, list: &str) -> bool {
    values(list).iter().any(|value| {
        let stem = value.trim_end_matches(['性', '肌', '皮', '型', '款', '色', '用', '季']);
        let long = |word: &str| {
            word.chars().nth(1).is_some() || word.chars().all(|c| !is_han(c)) && word.len() > 1
        };
        let said = |word: &str| long(word) && holds(&asked.plain.text, word);
        // 油皮 means 油性: one character counts together with 皮 or 肌.
        let skin = stem.chars().count() == 1
            && ["皮", "肌", "性"]
                .iter()
                .any(|end| asked.plain.text.contains(&format!("{stem}{end}")));
        let synonyms = asked.catalogue.synonyms.group(value);
        said(value) || said(stem) || skin || synonyms.iter().any(|word| said(word))
    })
}
