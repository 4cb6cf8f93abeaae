//! The questions offered to a buyer before the first message: a few that this shop surely answers. Pure.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::knowledge::{Conditions, Faq, Shop};

/// The number of buttons that fit beside each other on a phone.
const MOST: usize = 4;

/// The number of characters that fit on a button.
const FIT: usize = 12;

/// The first plain question of each of the largest FAQ categories. For a shop without categories, its first questions.
pub fn openers(shop: &Shop, at: Timestamp) -> Vec<String> {
    let plain = |faq: &&Faq| {
        !faq.clarify
            && faq.conditions == Conditions::default()
            && faq.window.contains(at)
            && faq.question.chars().count() <= FIT
    };
    let mut categories: BTreeMap<&str, Vec<&Faq>> = BTreeMap::new();
    for faq in shop.faqs.iter().filter(plain) {
        categories.entry(&faq.category).or_default().push(faq);
    }
    let mut largest: Vec<Vec<&Faq>> = categories.into_values().collect();
    largest.sort_by_key(|category| std::cmp::Reverse(category.len()));
    // One question of each category in turn until there are enough.
    let rounds = largest.iter().map(Vec::len).max().unwrap_or_default();
    (0..rounds)
        .flat_map(|round| {
            largest
                .iter()
                .filter_map(move |category| category.get(round))
        })
        .map(|faq| faq.question.clone())
        .take(MOST)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_each_of_the_largest_categories() {
        let rows = [
            ("发票怎么开", "发票", ""),
            ("几天发货", "物流", ""),
            ("包邮吗", "物流", ""),
            ("这一问实在太长了放不进按钮里去", "物流", ""),
            ("能退货吗", "售后", ""),
            ("怎么换货", "售后", ""),
            ("退款多久到", "售后", ""),
            ("满减怎么算", "活动", "2026-01-01T00:00:00Z"),
        ];
        let faqs = rows.map(|(question, category, until)| {
            let faq = serde_json::json!({
                "id": question, "question": question, "answer": "…", "category": category,
                "window": {"until": (!until.is_empty()).then_some(until)},
                "place": {"file": "", "row": 1},
            });
            serde_json::from_value(faq).expect("a row with defaults")
        });
        let shop = Shop {
            faqs: faqs.to_vec(),
            ..Shop::default()
        };
        let at = "2026-11-22T00:00:00Z".parse().expect("a time");
        assert_eq!(
            openers(&shop, at),
            ["能退货吗", "几天发货", "发票怎么开", "怎么换货"]
        );
        assert!(openers(&Shop::default(), at).is_empty());
    }
}
