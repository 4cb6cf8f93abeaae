//! Offers products that go well with a product, when the buyer asks for them.

use super::product::{Asked, Subject};
use super::proposal::{Fact, Proposal};
use crate::knowledge::ids;

/// Words that ask what goes with a product.
const ASKS: &[&str] = &[
    "怎么搭",
    "配什么",
    "搭什么",
    "怎么配",
    "一起买什么",
    "配哪",
    "搭哪",
    "可以搭",
    "好搭",
    "一起用的",
    "配套的",
    "搭着买",
    "配一件",
    "配一条",
    "还需要买什么",
    "需要另外买",
    "成套",
    "一套的",
    "凑一套",
    "配个什么",
    "跟什么搭",
    "和什么搭",
    "搭配",
];

/// Characters that make another word of a 配 behind them: 拼配哪个更苦 does not ask what goes with it.
const OTHER_WORDS: [char; 8] = ['拼', '装', '标', '分', '适', '匹', '选', '调'];

/// Characters that make another word of 怎么配: 怎么配送 asks for the delivery.
const GOES_ON: [char; 8] = ['送', '对', '网', '置', '镜', '比', '料', '制'];

/// Words of a buyer who has a problem and is not shopping.
const TROUBLE: &[&str] = &[
    "投诉", "差评", "退货", "退款", "坏", "破", "骗", "假", "退换", "漏", "错", "质量", "垃圾",
    "失望", "不满",
];

/// The most products offered.
const OFFERED: usize = 4;

/// Offers the products in `goes_with` that are on sale, else others of the same category. `None` if nobody asked, the
/// buyer has a problem, or there is nothing to offer.
pub fn propose(asked: &Asked<'_>) -> Option<Proposal> {
    asked.beside_name(said)
}

/// Whether a text asks what goes with goods.
fn asks(text: &str) -> bool {
    ASKS.iter().any(|word| {
        text.match_indices(word).any(|(at, _)| {
            let (before, behind) = (&text[..at], &text[at + word.len()..]);
            let ends_other = word.starts_with('配') && before.ends_with(OTHER_WORDS);
            let begins_other = *word == "怎么配" && behind.starts_with(GOES_ON);
            !ends_other && !begins_other
        })
    })
}

fn said(asked: &Asked<'_>) -> Option<Proposal> {
    if !asks(&asked.plain.text) || asked.says(TROUBLE) {
        return None;
    }
    let Subject::One {
        product: index,
        how,
    } = asked.subject
    else {
        return None;
    };
    let product = asked.product_at(index);
    let named = product
        .goes_with
        .iter()
        .filter_map(|id| asked.catalogue.by_id(id));
    let mut offered: Vec<u32> = named
        .filter(|&other| other != index && asked.on_sale(other))
        .collect();
    let (sure, rule, intro) = if offered.is_empty() {
        offered = (0..asked.shop.products.len() as u32)
            .filter(|&other| other != index && asked.on_sale(other))
            .filter(|&other| {
                !product.category.is_empty() && asked.product_at(other).category == product.category
            })
            .collect();
        (
            // Below the confidence of the merchant's own list.
            0.84,
            "goes_with.category",
            format!("同类的还有（{}）：", product.category),
        )
    } else {
        (0.92, "goes_with", format!("{}可以搭配：", product.name))
    };
    offered.truncate(OFFERED);
    if offered.is_empty() {
        return None;
    }
    let names: Vec<&str> = offered
        .iter()
        .map(|&other| asked.product_at(other).name.as_str())
        .collect();
    let fact = |&other: &u32| {
        let other = asked.product_at(other);
        Fact {
            snippet: Some(other.name.clone()),
            ..Fact::of(ids::product(&other.id, &[]))
        }
    };
    let reply = format!("{intro}{}", names.join("、"));
    let trace = format!("goes with {}: {}", product.id, names.join(", "));
    Some(Proposal {
        facts: offered.iter().map(fact).collect(),
        ..Proposal::answer(reply, sure * how.certainty(), rule, trace)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_with_goods_is_asked_by_whole_words() {
        let rows = [
            ("这个配什么好看", true),
            ("衬衫配哪条裤子", true),
            ("搭配哪双鞋", true),
            ("配套的有哪些", true),
            ("跟什么搭", true),
            ("曼特宁跟拼配哪个更苦", false),
            ("拼配怎么搭", true),
            ("标配哪些东西", false),
            ("装配哪里有教程", false),
            ("适配哪款手机", false),
            ("分配什么地方", false),
            ("你们怎么配送", false),
            ("蓝牙怎么配对", false),
            ("怎么配网", false),
            ("怎么配衣服", true),
        ];
        for (text, expected) in rows {
            assert_eq!(asks(text), expected, "{text}");
        }
    }
}
