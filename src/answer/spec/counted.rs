//! Questions that ask by the unit: 多少bar, 几克重.

use super::certainty::{residue, speaks_elsewhere};
use super::{Reading, Slot, Strength, Topic, not_in_force, part, quote};
use crate::answer::proposal::Proposal;
use crate::answer::rule;
use crate::text::normalise::normalise;

/// Units as buyers say them, and as normalised values write them.
const UNITS: &[(&str, &str)] = &[
    ("千克", "kg"),
    ("公斤", "kg"),
    ("毫升", "ml"),
    ("厘米", "cm"),
    ("公分", "cm"),
    ("毫米", "mm"),
    ("毫安", "mah"),
    ("赫兹", "hz"),
    ("分贝", "db"),
    ("英寸", "英寸"),
    ("克", "g"),
    ("升", "l"),
    ("瓦", "w"),
    ("米", "m"),
    ("伏", "v"),
    ("寸", "英寸"),
    ("斤", "斤"),
    ("转", "转"),
    ("页", "页"),
    ("片", "片"),
    ("层", "层"),
    ("档", "档"),
    ("孔", "孔"),
];

/// The one spec of the product that is stated in the unit asked for: 多少bar, 几克重.
pub(super) fn counted(reading: &Reading<'_, '_>, topics: &[Topic]) -> Option<Proposal> {
    let plain = &reading.asked.plain;
    let (at, word) = ["多少个", "多少", "几个", "几"]
        .iter()
        .find_map(|word| Some((plain.text.find(word)?, *word)))?;
    let from = plain.char_at(at);
    let behind = plain.text.get(at + word.len()..)?;
    let latin: String = behind
        .chars()
        .take_while(char::is_ascii_alphabetic)
        .collect();
    let said = UNITS.iter().find(|(said, _)| behind.starts_with(said));
    let (said, unit) = match (latin.as_str(), said) {
        ("", Some((said, unit))) => (*said, *unit),
        ("", None) => return None,
        (latin, _) => (latin, latin),
    };
    let counts = |value: &str| {
        let value = normalise(value);
        value.match_indices(unit).any(|(at, _)| {
            let number = value[..at]
                .trim_end()
                .ends_with(|c: char| c.is_ascii_digit());
            let whole = !value[at + unit.len()..].starts_with(|c: char| c.is_ascii_alphabetic());
            number && whole
        })
    };
    let table = &reading.asked.catalogue.specs;
    let mut slots = (0..)
        .zip(&reading.product().specs)
        .filter(|(_, spec)| counts(&spec.value))
        .map(|(i, _)| Slot::Spec(i))
        .filter(|&slot| table.quotable(reading.product, slot));
    let (slot, None) = (slots.next()?, slots.next()) else {
        return None;
    };
    // 内胆多少升 and 多少瓦 say what is counted. This product does not state it, but others do.
    if topics
        .iter()
        .any(|topic| topic.strength >= Strength::Wording && table.is_known(topic))
    {
        return None;
    }
    let mut explained = reading.explained(&[]);
    // 盒子几克 does not ask for the weight of the watch.
    if part::unknown_before(reading, &explained, from) {
        return None;
    }
    explained[from..from + word.chars().count() + said.chars().count()].fill(true);
    let left = residue(plain, &explained);
    if left > 2 || speaks_elsewhere(plain, &explained) {
        return None;
    }
    let confidence = (0.88 - 0.04 * left as f64) * reading.certainty;
    if !reading.asked.on_sale(reading.product) {
        return Some(not_in_force(reading, confidence));
    }
    let trace = format!("asks how many {unit}, in which one spec counts");
    Some(quote(reading, &[slot], confidence, rule::VALUE, trace))
}
