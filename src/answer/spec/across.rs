//! Questions across products: 哪款适合敏感肌, 这两款有什么区别.

use super::certainty::{confidence, residue};
use super::{Slot, Strength, Topic, content, entry_id, resolve};
use crate::answer::product::{Asked, How, Subject, squeeze};
use crate::answer::proposal::{Fact, Proposal};
use crate::answer::types::Outcome;
use crate::text::normalise::{is_han, normalise};

/// The most products in a list.
const LISTED: usize = 6;

/// The most lines of a comparison.
const LINES: usize = 8;

const WHICH: &[&str] = &[
    "哪款",
    "哪个",
    "哪一款",
    "哪一个",
    "哪些",
    "哪种",
    "哪几款",
    "哪几个",
    "哪件",
    "哪条",
    "哪双",
    "哪台",
    "哪瓶",
    "哪支",
    "什么款",
];

const DIFFERENCE: &[&str] = &[
    "区别",
    "不同",
    "差别",
    "差在哪",
    "不一样",
    "哪里不一样",
    "差异",
    "对比",
    "比较一下",
    "哪个好",
    "哪款好",
    "怎么选",
    "选哪个",
    "买哪个",
];

/// 「A和B有什么区别」: the specs in which two or three named products differ, as written.
pub(super) fn compare(asked: &Asked<'_>, topics: &[Topic]) -> Option<Proposal> {
    let word = DIFFERENCE
        .iter()
        .find(|word| asked.plain.text.contains(**word))?;
    let Subject::Several(products) = &asked.subject else {
        return None;
    };
    let products: Vec<u32> = products
        .iter()
        .copied()
        .filter(|&product| asked.on_sale(product))
        .collect();
    if !(2..=3).contains(&products.len()) {
        return None;
    }
    let first = asked.product_at(products[0]);
    let mut lines = Vec::new();
    let mut facts = Vec::new();
    let about: Vec<String> = products
        .iter()
        .flat_map(|&p| named_specs(asked, p, topics))
        .collect();
    for spec in &first.specs {
        if !about.is_empty() && !about.contains(&spec.name) || lines.len() == LINES {
            continue;
        }
        let values: Option<Vec<&str>> = products
            .iter()
            .map(|&index| {
                let other = asked
                    .product_at(index)
                    .specs
                    .iter()
                    .enumerate()
                    .find(|(_, other)| other.name == spec.name);
                other
                    .filter(|(i, _)| asked.catalogue.specs.quotable(index, Slot::Spec(*i as u32)))
                    .map(|(_, s)| s.value.as_str())
            })
            .collect();
        let Some(values) = values.filter(|values| values.windows(2).any(|pair| pair[0] != pair[1]))
        else {
            continue;
        };
        lines.push(format!("{}：{}", spec.name, values.join(" ｜ ")));
        facts.extend(products.iter().map(|&index| Fact {
            entry: format!("spec:{}/{}", asked.product_at(index).id, spec.name),
            row: None,
            snippet: None,
        }));
    }
    if lines.is_empty() {
        return None;
    }
    let names: Vec<&str> = products
        .iter()
        .map(|&index| asked.product_at(index).name.as_str())
        .collect();
    // What is better is advice; the specs are only what can be said of it.
    let sure = if word.contains("区别") || word.contains('差') || word.contains("不") {
        0.85
    } else {
        0.65
    };
    Some(Proposal {
        decision: Outcome::Answer,
        reply: format!("{}\n{}", names.join(" ｜ "), lines.join("\n")),
        confidence: sure,
        reason: None,
        facts,
        options: Vec::new(),
        rule: "spec.compare",
        trace: vec![format!("compares {}", names.join(", "))],
    })
}

/// Names of the specs of a product that the topics ask for.
fn named_specs(asked: &Asked<'_>, product: u32, topics: &[Topic]) -> Vec<String> {
    topics
        .iter()
        .flat_map(|topic| resolve(&asked.catalogue.specs, product, topic).0)
        .map(|slot| content(asked.product_at(product), slot).0.to_owned())
        .collect()
}

/// 「哪款适合敏感肌」: the products on sale whose spec names the value asked for, each with the value as written.
pub(super) fn which(asked: &Asked<'_>, topics: &[Topic], named: &[bool]) -> Option<Proposal> {
    // 什么款式 asks for a spec, 什么款 for goods; 适用对象有哪些 for what a spec lists, 哪些适合儿童 for goods.
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
    let mut rows: Vec<(u32, Slot)> = Vec::new();
    for product in (0..asked.shop.products.len() as u32)
        .filter(|&p| asked.on_sale(p))
        .filter(among)
    {
        for topic in topics {
            let slots = resolve(&asked.catalogue.specs, product, topic).0;
            let said = slots
                .into_iter()
                .find(|slot| names_value(asked, content(asked.product_at(product), *slot).1));
            if let Some(slot) = said {
                rows.push((product, slot));
                break;
            }
        }
        if rows.len() > LISTED {
            break;
        }
    }
    if rows.is_empty() {
        return None;
    }
    let more = rows.len() > LISTED;
    rows.truncate(LISTED);
    let mut explained = named.to_vec();
    for topic in topics {
        explained[topic.from..topic.to].fill(true);
    }
    if let Some(kind) = &kind {
        explained[kind.from..kind.to].fill(true);
    }
    if residue(&asked.plain, &explained) > 4 {
        return None;
    }
    let strength = topics.iter().map(|topic| topic.strength).max()?;
    let lines: Vec<String> = rows
        .iter()
        .map(|&(index, slot)| {
            let product = asked.product_at(index);
            let (title, text) = content(product, slot);
            format!("{}：{title} {text}", product.name)
        })
        .collect();
    let tail = if more {
        "\n（还有其他款，可以告诉我想看的品类）"
    } else {
        ""
    };
    Some(Proposal {
        decision: Outcome::Answer,
        reply: format!("{}{tail}", lines.join("\n")),
        confidence: confidence(strength, &asked.plain, &explained, 0.92),
        reason: None,
        facts: rows
            .iter()
            .map(|&(index, slot)| Fact {
                entry: entry_id(asked.product_at(index), slot),
                row: None,
                snippet: None,
            })
            .collect(),
        options: Vec::new(),
        rule: "spec.which",
        trace: vec![format!("{} products say so", rows.len())],
    })
}

/// Whether one of the values in a list (干性、敏感性) is named in the question, its ending aside (敏感肌 names 敏感性).
fn names_value(asked: &Asked<'_>, list: &str) -> bool {
    let list = normalise(list);
    list.split(|c: char| !c.is_alphanumeric())
        .filter(|value| !value.is_empty())
        .any(|value| {
            let value = squeeze(value);
            let stem: String = value
                .trim_end_matches(['性', '肌', '皮', '型', '款', '色', '用', '季'])
                .to_owned();
            let long = |word: &str| {
                word.chars().nth(1).is_some() || word.chars().all(|c| !is_han(c)) && word.len() > 1
            };
            let said = |word: &str| long(word) && asked.plain.text.contains(word);
            // 油皮 is 油性: one character counts together with 皮 or 肌.
            let skin = stem.chars().count() == 1
                && ["皮", "肌", "性"]
                    .iter()
                    .any(|end| asked.plain.text.contains(&format!("{stem}{end}")));
            said(&value)
                || said(&stem)
                || skin
                || asked
                    .catalogue
                    .synonyms
                    .group(&value)
                    .iter()
                    .any(|word| said(word))
        })
}
