//! What identifies a product in a text: names and codes, own colours, sounds. Kinds of goods have a room of their own.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::knowledge::Product;
use crate::text::normalise::{normalise, squeeze};
use crate::text::pinyin::spoken;

/// The name of a colour contains one of these words.
pub(in crate::answer) const COLOURS: &[&str] = &[
    "黑", "白", "红", "蓝", "绿", "黄", "粉", "紫", "灰", "棕", "咖", "杏", "米", "驼", "卡其",
    "焦糖", "条纹", "格纹", "橙", "银",
];

/// The names of colours that only one product comes in. 标准 and 均码 stand in the same place, but are no colours.
pub(super) fn own_colours(colours: &[Vec<String>]) -> Vec<(String, Vec<u32>)> {
    let mut owners: HashMap<&String, Vec<u32>> = HashMap::new();
    for (index, own) in (0u32..).zip(colours) {
        for colour in own {
            let is_colour = COLOURS.iter().any(|word| colour.contains(word));
            if is_colour && colour.chars().nth(1).is_some() {
                push(owners.entry(colour).or_default(), index);
            }
        }
    }
    let alone = owners
        .into_iter()
        .filter(|(_, products)| products.len() == 1);
    let mut alone: Vec<_> = alone
        .map(|(colour, products)| (colour.clone(), products))
        .collect();
    alone.sort_unstable();
    alone
}

/// A finder of names, leftmost and longest first; `None` if there are no names.
pub(super) fn finder(names: &[(String, Vec<u32>)]) -> Option<AhoCorasick> {
    let automaton = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(names.iter().map(|(name, _)| name));
    automaton.ok().filter(|_| !names.is_empty())
}

/// Adds an index to a list that grows in ascending order, unless it is the last one already.
pub(super) fn push(list: &mut Vec<u32>, index: u32) {
    if list.last() != Some(&index) {
        list.push(index);
    }
}

/// The id, and the model codes in id and name with their parts: `kj500a2`, `kj500`, `sdr9`, `r9`. Only longer codes of
/// a title count, since titles are full of amounts and standards.
pub(super) fn codes(product: &Product) -> Vec<String> {
    let mut found = vec![squeeze(&normalise(&product.id))];
    for (text, least) in [(&product.id, 2), (&product.name, 3)] {
        let text = normalise(text);
        for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')) {
            for part in std::iter::once(word).chain(word.split('-')) {
                let part = squeeze(part);
                let letters = part.bytes().filter(u8::is_ascii_alphabetic).count();
                let digits = part.bytes().filter(u8::is_ascii_digit).count();
                if letters > 0 && digits > 0 && part.len() >= least && !is_amount(&part) {
                    found.push(part);
                }
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether a word of letters and digits is an amount and not a code: 100ml, 2kg, 5000mah, 120hz.
fn is_amount(part: &str) -> bool {
    let unit = part.trim_start_matches(|c: char| c.is_ascii_digit());
    unit.len() < part.len()
        && matches!(
            unit,
            "l" | "ml"
                | "g"
                | "kg"
                | "mg"
                | "m"
                | "cm"
                | "mm"
                | "km"
                | "w"
                | "kw"
                | "mah"
                | "ah"
                | "wh"
                | "hz"
                | "khz"
                | "mhz"
                | "ghz"
                | "gb"
                | "tb"
                | "mb"
                | "pa"
                | "kpa"
                | "db"
                | "fps"
                | "dpi"
                | "inch"
                | "rpm"
                | "pcs"
                | "nm"
                | "oz"
                | "lb"
        )
}

/// Handles by their toneless pinyin, and the lengths that occur.
pub(super) fn sounds(handles: &[(String, Vec<u32>)]) -> (HashMap<Box<str>, u32>, Vec<usize>) {
    let mut sounds: HashMap<Box<str>, Option<u32>> = HashMap::new();
    let mut lengths = Vec::new();
    for (index, (handle, _)) in (0u32..).zip(handles) {
        let length = handle.chars().count();
        if !(3..=10).contains(&length) {
            continue;
        }
        if let Some(key) = spoken(handle.chars()) {
            lengths.push(length);
            // Two handles with the same sound cannot be told apart.
            sounds
                .entry(key.into())
                .and_modify(|known| *known = None)
                .or_insert(Some(index));
        }
    }
    lengths.sort_unstable_by(|a, b| b.cmp(a));
    lengths.dedup();
    (
        sounds
            .into_iter()
            .filter_map(|(key, index)| Some((key, index?)))
            .collect(),
        lengths,
    )
}
