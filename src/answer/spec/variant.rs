//! Follow-ups that name another variant of the goods: 60的呢 after 长方灯90×60多少瓦, 粉的呢 after 有蓝色吗.

use super::skus::{is_colour_or_size, texts};
use super::value::holds;
use crate::answer::product::Asked;
use crate::knowledge::Product;
use crate::text::normalise::{normalise, squeeze};

/// How the name of a variant may end, beside 的.
const ENDINGS: [char; 6] = ['码', '号', '款', '色', '味', '的'];

/// Words that tell a variant by its size, whatever it is called.
const COMPARED: &[&str] = &[
    "大", "小", "长", "短", "高", "低", "厚", "薄", "宽", "窄", "中",
];

/// What was asked before, asked of the variant that a follow-up names: `before` is the earlier message, `anew` what the
/// follow-up says itself, both normalised. `None` where that is no variant of the product in question.
pub fn of_variant(asked: &Asked<'_>, before: &str, anew: &str) -> Option<String> {
    let product = asked.subject.one()?;
    // 鹅绒的呢 turns to other goods.
    if asked.reads(before).subject.one() != Some(product) {
        return None;
    }
    let product = asked.product_at(product);
    let anew = squeeze(anew);
    let core = anew.trim_end_matches(ENDINGS);
    if COMPARED.contains(&core.trim_start_matches('最').trim_end_matches("那个")) {
        return variants(product).nth(1).map(|_| before.to_owned());
    }
    if core.is_empty() || !is_variant(product, &anew, core) {
        return None;
    }
    let named = variants(product)
        .flat_map(|variant| {
            let short = variant.trim_end_matches(ENDINGS).to_owned();
            [variant, short]
        })
        .filter(|variant| holds(before, variant))
        .max_by_key(String::len);
    Some(match named {
        Some(named) => before.replacen(&named, &whole(product, &anew, core), 1),
        None => before.to_owned(),
    })
}

/// Whether a word is a colour, a size or a version of the product, or stands in a value (双电机).
fn is_variant(product: &Product, anew: &str, core: &str) -> bool {
    let in_a_value = || {
        let mut values = product.specs.iter();
        core.chars().nth(1).is_some()
            && values.any(|spec| holds(&squeeze(&normalise(&spec.value)), core))
    };
    is_colour_or_size(product, anew)
        || variants(product).any(|variant| holds(&variant, core))
        || in_a_value()
}

/// The variant as the product writes it, where one alone is meant; else as it was said.
fn whole(product: &Product, anew: &str, core: &str) -> String {
    let mut fitting = variants(product).filter(|variant| holds(variant, core));
    match (fitting.next(), fitting.next()) {
        (Some(only), None) => only,
        _ => anew.trim_end_matches('的').to_owned(),
    }
}

/// Colours and sizes of a product, squeezed, each once.
fn variants(product: &Product) -> impl Iterator<Item = String> {
    let mut all: Vec<String> = texts(product)
        .map(|text| squeeze(&normalise(text)))
        .filter(|text| !text.is_empty())
        .collect();
    all.sort_unstable();
    all.dedup();
    all.into_iter()
}
