//! Questions that ask by the unit: 多少bar, 几克重.

use super::certainty::{residue, speaks_elsewhere};
use super::{Reading, Slot, Strength, Topic, not_in_force, part, quote};
use crate::answer::product::Plain;
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

/// Units in which more than one column of goods may count: what they hold, and what they are for.
const VOLUMES: [&str; 2] = ["l", "ml"];

/// Words right before an amount that is asked of what the goods are for: 能带多少升的缸.
const FITS: &[&str] = &[
    "带",
    "带动",
    "带得动",
    "够",
    "适合",
    "适用",
    "适用于",
    "用在",
    "用于",
    "养",
    "配",
];

/// Words right behind such an amount.
const FITTED: &[&str] = &[
    "水用",
    "的水用",
    "的缸",
    "的鱼缸",
    "的水体",
    "的缸用",
    "的缸能用",
    "的鱼缸能用",
    "能用",
    "够用",
];

/// The amount that a text asks for.
pub(super) struct Count<'p> {
    /// First character of 多少 or 几.
    pub(super) from: usize,
    /// The character after the unit.
    pub(super) to: usize,
    /// The unit as values write it.
    pub(super) unit: &'p str,
}

/// The amount that a text asks for with a unit: 多少bar, 几克.
pub(super) fn asked(plain: &Plain) -> Option<Count<'_>> {
    let (at, word) = ["多少个", "多少", "几个", "几"]
        .iter()
        .find_map(|word| Some((plain.text.find(word)?, *word)))?;
    let from = plain.char_at(at);
    let behind = plain.text.get(at + word.len()..)?;
    let latin = behind.len()
        - behind
            .trim_start_matches(|c: char| c.is_ascii_alphabetic())
            .len();
    let (said, unit) = match &behind[..latin] {
        "" => *UNITS.iter().find(|(said, _)| behind.starts_with(said))?,
        latin => (latin, latin),
    };
    let to = from + word.chars().count() + said.chars().count();
    Some(Count { from, to, unit })
}

/// A unit as values write it.
pub(super) fn unit_of(said: &str) -> &str {
    let unit = UNITS.iter().find(|(own, _)| *own == said);
    unit.map_or(said, |(_, unit)| unit)
}

/// Whether a value states an amount in a unit. 280L/h is no amount of litres.
pub(super) fn states(value: &str, unit: &str) -> bool {
    let value = normalise(value);
    // Amounts of litres are written with either word.
    let value = value.replace('升', "l");
    value.match_indices(unit).any(|(at, _)| {
        let number = value[..at]
            .trim_end()
            .ends_with(|c: char| c.is_ascii_digit());
        let behind = &value[at + unit.len()..];
        number && !behind.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
    })
}

/// The one spec of the product that tells what it fits in the unit asked for: 适用水体 for 能带多少升的缸. What the goods hold
/// themselves (容量) does not answer that.
pub(super) fn fitting(reading: &Reading<'_, '_>) -> Option<Proposal> {
    let plain = &reading.asked.plain;
    let count = asked(plain)?;
    let before = plain.slice(0, count.from);
    let behind = plain.slice(count.to, plain.len());
    let fits = FITS
        .iter()
        .filter(|word| before.ends_with(**word))
        .max_by_key(|word| word.len());
    let fitted = FITTED
        .iter()
        .filter(|word| behind.starts_with(**word))
        .max_by_key(|word| word.len());
    if fits.is_none() && fitted.is_none() {
        return None;
    }
    let length = |word: Option<&&str>| word.map_or(0, |word| word.chars().count());
    let told = |name: &str| {
        ["适", "推荐", "建议"]
            .iter()
            .any(|word| name.contains(word))
    };
    let stretch = (count.from - length(fits), count.to + length(fitted));
    let slot = one(reading, count.unit, told)?;
    answer(reading, slot, stretch, count.unit, 0.92)
}

/// The one spec of the product that is stated in the unit asked for: 多少bar, 几克重.
pub(super) fn counted(reading: &Reading<'_, '_>, topics: &[Topic]) -> Option<Proposal> {
    let plain = &reading.asked.plain;
    let count = asked(plain)?;
    let slot = one(reading, count.unit, |_| true)?;
    let table = &reading.asked.catalogue.specs;
    // 内胆多少升 and 多少瓦 say what is counted. This product does not state it, but others do. 多少升 alone asks for what there
    // is of litres.
    let says_what = |topic: &Topic| {
        let within = count.from <= topic.from && topic.to <= count.to;
        let any = within && VOLUMES.contains(&count.unit);
        topic.strength >= Strength::Wording && table.is_known(topic) && !any
    };
    if topics.iter().any(says_what) {
        return None;
    }
    // 盒子几克 does not ask for the weight of the watch.
    if part::unknown_before(reading, &reading.explained(&[]), count.from) {
        return None;
    }
    answer(reading, slot, (count.from, count.to), count.unit, 0.88)
}

/// The one spec with a fitting name that the product states in a unit.
fn one(reading: &Reading<'_, '_>, unit: &str, fits: impl Fn(&str) -> bool) -> Option<Slot> {
    let table = &reading.asked.catalogue.specs;
    let mut slots = (0..)
        .zip(&reading.product().specs)
        .filter(|(_, spec)| fits(&spec.name) && states(&spec.value, unit))
        .map(|(i, _)| Slot::Spec(i))
        .filter(|&slot| table.quotable(reading.product, slot));
    slots.next().filter(|_| slots.next().is_none())
}

/// The quotation of a spec that counts in the unit asked for in the characters of `stretch`.
fn answer(
    reading: &Reading<'_, '_>,
    slot: Slot,
    stretch: (usize, usize),
    unit: &str,
    sure: f64,
) -> Option<Proposal> {
    let plain = &reading.asked.plain;
    let mut explained = reading.explained(&[]);
    explained[stretch.0..stretch.1].fill(true);
    let left = residue(plain, &explained);
    if left > 2 || speaks_elsewhere(plain, &explained) {
        return None;
    }
    let confidence = (sure - 0.04 * left as f64) * reading.certainty;
    if !reading.asked.on_sale(reading.product) {
        return Some(not_in_force(reading, confidence));
    }
    let trace = format!("asks how many {unit}, in which one spec counts");
    Some(quote(reading, &[slot], confidence, rule::VALUE, trace))
}
