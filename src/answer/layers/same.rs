//! Tells whether two entries are rules on the same matter.

use std::collections::HashSet;

use crate::answer::Engine;
use crate::knowledge::EntryAt;
use crate::text::normalise::{self, bare, normalise, squeeze};

/// Headings that do not name a topic: rules on different things have them.
const GENERAL: &[&str] = &[
    "说明",
    "注意事项",
    "温馨提示",
    "适用范围",
    "活动时间",
    "活动规则",
    "活动说明",
    "规则",
    "细则",
    "其他",
    "例外",
    "总则",
    "时间",
    "附则",
    "常见问题",
];

/// Words that ask for the same thing, each group with the word that represents it in a comparison.
const ALIKE: &[(&str, &[&str])] = &[
    (
        "多久",
        &[
            "多长时间",
            "多少天",
            "几天",
            "几日",
            "几个小时",
            "多少小时",
            "什么时候",
        ],
    ),
    (
        "谁出",
        &["谁承担", "谁负责", "谁付", "谁来出", "谁掏", "由谁出"],
    ),
];

/// Words that do not tell what is asked.
const IDLE: &[&str] = &[
    "你们家",
    "你们",
    "你家",
    "咱家",
    "本店",
    "店里",
    "请问",
    "一下",
    "这款",
    "这个",
    "这件",
    "此款",
    "该款",
    "是",
    "的",
];

/// The fewest characters that an entry's wording must share with the name of its goods to be read as that name.
const NAMED: usize = 2;

/// The heading of a policy passage, if it tells what the passage is about: 退货运费 stands in the shop's rules and in a
/// promotion's, whatever the documents are called.
pub(super) fn heading(engine: &Engine, entry: u32) -> Option<String> {
    let shop = &engine.snapshot.shop;
    let EntryAt::Policy(policy, passage) = engine.snapshot.entries[entry as usize].at else {
        return None;
    };
    let path = &shop.policies[policy as usize].passages[passage as usize].path;
    let heading = bare(path.last()?);
    (heading.chars().nth(2).is_some() && !GENERAL.contains(&heading.as_str())).then_some(heading)
}

/// The character pairs of each phrasing of an entry. If the entry is limited to goods, also of each phrasing without
/// their name: 月牙台灯保修多久 for that lamp alone is a rule on 保修多久.
pub(super) fn phrasings(engine: &Engine, entry: u32) -> Vec<HashSet<(char, char)>> {
    let shop = &engine.snapshot.shop;
    let limits = engine.snapshot.entries[entry as usize].conditions(shop);
    let names: Vec<String> = limits
        .map_or(&[][..], |limits| &limits.products)
        .iter()
        .filter_map(|id| shop.products.iter().find(|product| product.id == *id))
        .map(|product| normalise(&product.name))
        .chain(
            limits
                .into_iter()
                .flat_map(|limits| limits.categories.iter().map(|name| normalise(name))),
        )
        .collect();
    let units = &engine.snapshot.units;
    units
        .of(entry)
        .filter(|&unit| units.kinds[unit].asks())
        .flat_map(|unit| {
            let text = &units.texts[unit];
            let unnamed = names.iter().map(|name| without(text, name));
            std::iter::once(text.to_string())
                .chain(unnamed)
                .collect::<Vec<_>>()
        })
        .map(|text| pairs(&text))
        .collect()
}

fn pairs(text: &str) -> HashSet<(char, char)> {
    let mut text = text.to_owned();
    for (one, words) in ALIKE {
        for word in *words {
            text = text.replace(word, one);
        }
    }
    for word in IDLE {
        text = text.replace(word, "");
    }
    normalise::pairs(&squeeze(&text)).collect()
}

/// A wording without the longest stretch that it shares with a name: 破壁机怎么清洗 for 流光破壁机K8 is 怎么清洗.
fn without(text: &str, name: &str) -> String {
    let name: Vec<char> = name.chars().collect();
    let longest = (NAMED..=name.len()).rev().find_map(|len| {
        name.windows(len)
            .map(|part| part.iter().collect::<String>())
            .find(|part| text.contains(part))
    });
    longest.map_or_else(|| text.to_owned(), |part| text.replacen(&part, "", 1))
}

/// The best Dice coefficient between a phrasing of one entry and one of the other, 0..1.
pub(super) fn likeness(one: &[HashSet<(char, char)>], other: &[HashSet<(char, char)>]) -> f64 {
    let dice = |a: &HashSet<(char, char)>, b: &HashSet<(char, char)>| match a.len() + b.len() {
        0 => 0.0,
        both => 2.0 * a.intersection(b).count() as f64 / both as f64,
    };
    one.iter()
        .flat_map(|a| other.iter().map(move |b| dice(a, b)))
        .fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wordings_on_one_matter() {
        let alike = |a: &str, b: &str| likeness(&[pairs(a)], &[pairs(b)]) >= 0.66;
        for (one, other, same) in [
            ("付款后多久发货", "付款后几天发货", true),
            ("多久发货", "你们几天发货", true),
            ("退货运费谁出", "退货运费谁承担", true),
            ("无理由退货几天", "无理由退货是几天", true),
            ("退货期限是多久", "退货运费谁出", false),
            ("多久发货", "什么时候补货", false),
            ("几天发货", "几天到货", false),
        ] {
            assert_eq!(alike(one, other), same, "{one} {other}");
        }
        assert_eq!(without("月牙台灯保修多久", "月牙台灯"), "保修多久");
        assert_eq!(without("破壁机怎么清洗", "流光破壁机k8"), "怎么清洗");
        assert_eq!(without("保修多久", "月牙台灯"), "保修多久");
    }
}
