//! Reads body measures from free wording: 160cm 100斤, 一米六五 55公斤, 三围86 66 90, 腰围二尺一, 我160，95斤平时穿M.
//!
//! [`measures`] reads figures with their units and then decides what each one measures: by the word beside it (身高, 的腰),
//! by its unit (斤), by its place in a bare pair (`160 100` is centimetres and 斤), or by the text around it (我160,
//! 穿什么码). Prices, counts, order numbers, sizes and measures of goods (1.8米床, 50ml, 160支纱) are not read.

mod bare;
mod quantity;
mod talk;
mod unit;
mod usual;
mod whose;
mod words;

use serde::{Deserialize, Serialize};

use super::normalise::{Mapped, normalise_mapped};
use bare::{bare_pairs, lone_figures, words_behind};
use quantity::{Quantity, Unit, quantities};
use talk::{Talk, aged, body_sized, is_height, tall, weighs};
pub use unit::at_odds;
use unit::{canonical, reading, settle_weights};
pub use usual::usual_size;
pub use whose::{OWN, of_several, same_person, whose};
use words::{of_goods, says_net, word_after, word_before};

/// What a figure or a chart column measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// 身高, centimetres.
    Height,
    /// 体重, kilograms.
    Weight,
    /// 胸围, centimetres.
    Bust,
    /// 腰围, centimetres.
    Waist,
    /// 臀围, centimetres.
    Hip,
    /// 脚长, centimetres.
    Foot,
    /// 肩宽, centimetres.
    Shoulder,
    /// 年龄 / 月龄, months.
    Age,
    /// 头围, centimetres.
    Head,
    /// 手围 / 手腕围, centimetres.
    Wrist,
    /// 下胸围, centimetres.
    Underbust,
    /// 颈围, centimetres.
    Neck,
    /// 掌围, centimetres.
    Palm,
    /// 指围, centimetres.
    Finger,
    /// 躯干围, centimetres.
    Torso,
}

impl Measure {
    /// The name of the measure.
    pub fn name(self) -> &'static str {
        match self {
            Measure::Height => "身高",
            Measure::Weight => "体重",
            Measure::Bust => "胸围",
            Measure::Waist => "腰围",
            Measure::Hip => "臀围",
            Measure::Foot => "脚长",
            Measure::Shoulder => "肩宽",
            Measure::Age => "年龄",
            Measure::Head => "头围",
            Measure::Wrist => "手围",
            Measure::Underbust => "下胸围",
            Measure::Neck => "颈围",
            Measure::Palm => "掌围",
            Measure::Finger => "指围",
            Measure::Torso => "躯干围",
        }
    }

    /// The values that a body can have, in canonical units.
    fn possible(self) -> std::ops::RangeInclusive<f64> {
        match self {
            Measure::Height => 40.0..=230.0,
            Measure::Weight => 1.5..=200.0,
            Measure::Bust | Measure::Hip => 35.0..=180.0,
            Measure::Waist => 30.0..=180.0,
            Measure::Foot => 6.0..=33.0,
            Measure::Shoulder => 18.0..=65.0,
            Measure::Age => 0.0..=1_300.0,
            Measure::Head => 28.0..=70.0,
            Measure::Wrist => 8.0..=28.0,
            Measure::Underbust => 35.0..=160.0,
            Measure::Neck => 18.0..=70.0,
            Measure::Palm => 8.0..=32.0,
            Measure::Finger => 3.0..=12.0,
            Measure::Torso => 60.0..=230.0,
        }
    }
}

/// Why to ask back before a reading is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// No body has this measure (身高16cm, 体重500斤).
    Impossible,
    /// The unit is a guess that may be wrong (体重50).
    Ambiguous,
}

/// A measure told by a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// What is measured.
    pub measure: Measure,
    /// The value in centimetres, kilograms or months, rounded to two decimals.
    pub value: f64,
    /// The upper end of a range (158到160之间); `value` is then the lower end.
    pub until: Option<f64>,
    /// Figure and unit as written, normalised.
    pub written: String,
    /// Character range `[start, end)` in the text.
    pub span: (u32, u32),
    /// Whether it is said with 多, 来, 左右, 不到, 大概 …
    pub approximate: bool,
    /// The reason to ask back, if any.
    pub doubt: Option<Doubt>,
}

/// All body measures in `text` (raw or normalised), in order.
///
/// ```
/// use zhike::text::measure::{Measure, measures};
/// let found = measures("一米六五，110斤穿什么码");
/// let values: Vec<_> = found.iter().map(|r| (r.measure, r.value)).collect();
/// assert_eq!(values, [(Measure::Height, 165.0), (Measure::Weight, 55.0)]);
/// ```
pub fn measures(text: &str) -> Vec<Reading> {
    let mapped = normalise_mapped(text);
    // A text without a figure has no measures.
    if !mapped
        .text
        .contains(|c: char| c.is_ascii_digit() || c == '半' || super::numeral::is_numeral(c))
    {
        return Vec::new();
    }
    let chars: Vec<char> = mapped.text.chars().collect();
    let talk = Talk::new(&chars, &mapped.text);
    let found = quantities(&chars);
    let mut read: Vec<Option<Reading>> = vec![None; found.len()];
    three_girths(&talk, &found, &mut read);
    words_behind(&talk, &found, &mut read);
    by_word_and_unit(&talk, &found, &mut read);
    bare_pairs(&talk, &found, &mut read);
    lone_figures(&talk, &found, &mut read);
    let mut readings: Vec<Reading> = read.into_iter().flatten().collect();
    settle_weights(&mut readings);
    for reading in &mut readings {
        place_as_written(reading, &mapped);
    }
    readings
}

/// Moves the span of a reading from the normalised text to the text as written.
fn place_as_written(reading: &mut Reading, mapped: &Mapped) {
    let (start, end) = (reading.span.0 as usize, reading.span.1 as usize);
    reading.span = (mapped.origin[start], mapped.origin[end - 1] + 1);
}

/// The first figure of `text`, read as the measure that was asked for (「请问体重多少？」「110」).
///
/// A figure that says itself that it is something else (`160cm` as a weight) is not taken.
pub fn measure_expected(text: &str, expected: Measure) -> Option<Reading> {
    let told = measures(text);
    if !told.is_empty() {
        return told.into_iter().find(|reading| reading.measure == expected);
    }
    let mapped = normalise_mapped(text);
    let chars: Vec<char> = mapped.text.chars().collect();
    let quantity = quantities(&chars)
        .into_iter()
        .find(|q| q.unit != Unit::Other)?;
    let mut reading = reading(&chars, &quantity, expected)?;
    place_as_written(&mut reading, &mapped);
    Some(reading)
}

/// Every figure of `text` with a fitting unit, read as `measure`: 不是158是168 holds two heights.
pub fn figures_as(text: &str, measure: Measure) -> Vec<Reading> {
    let mapped = normalise_mapped(text);
    let chars: Vec<char> = mapped.text.chars().collect();
    let read = |quantity: Quantity| {
        let mut reading = reading(&chars, &quantity, measure)?;
        place_as_written(&mut reading, &mapped);
        Some(reading)
    };
    quantities(&chars).into_iter().filter_map(read).collect()
}

/// 三围86 66 90, 86-66-90.
fn three_girths(talk: &Talk, found: &[Quantity], read: &mut [Option<Reading>]) {
    let Some(after) = talk.girths.or_else(|| girths_alone(talk, found)) else {
        return;
    };
    let bare = |q: &Quantity| {
        q.start >= after && matches!(q.unit, Unit::Bare | Unit::Centimetre) && q.until.is_none()
    };
    let Some(first) = found.iter().position(bare) else {
        return;
    };
    let Some(three) = found
        .get(first..first + 3)
        .filter(|three| three.iter().all(bare))
    else {
        return;
    };
    for (at, measure) in [Measure::Bust, Measure::Waist, Measure::Hip]
        .into_iter()
        .enumerate()
    {
        read[first + at] = reading(talk.chars, &three[at], measure);
    }
}

/// The beginning of 86-66-90: three figures of one kind with only marks between them, in the range of girths.
fn girths_alone(talk: &Talk, found: &[Quantity]) -> Option<usize> {
    let [bust, waist, hip] = found else {
        return None;
    };
    let close = |left, right| {
        let apart = talk.between(left, right);
        apart.len() == 1 && "-/,、 ".contains(apart[0])
    };
    let run = (70.0..=130.0).contains(&bust.value)
        && (50.0..bust.value).contains(&waist.value)
        && (waist.value + 5.0..=140.0).contains(&hip.value);
    (run && !talk.trade && !talk.child && talk.person && close(bust, waist) && close(waist, hip))
        .then_some(bust.start)
}

/// Reads figures with a word for the measure beside them, or with a unit that decides.
fn by_word_and_unit(talk: &Talk, found: &[Quantity], read: &mut [Option<Reading>]) {
    let told = |q: &Quantity| q.unit == Unit::Jin || q.unit == Unit::Kilogram || tall(talk, q);
    for (at, quantity) in found.iter().enumerate() {
        if read[at].is_some() || quantity.unit == Unit::Other {
            continue;
        }
        let beside_height = || {
            found.iter().enumerate().any(|(i, q)| {
                i != at && (tall(talk, q) || q.unit == Unit::Bare && is_height(talk, q))
            })
        };
        let said = word_before(talk.chars, quantity.start)
            .filter(|_| !says_net(talk.chars, quantity.start) || beside_height())
            // In 100斤体重160身高 each word belongs to the figure before it.
            .filter(|&(measure, _)| {
                at == 0 || !belongs_before(talk, &found[at - 1], quantity, measure)
            })
            .or_else(|| word_after(talk.chars, quantity.end));
        if let Some((measure, sure)) = said
            && let Some(reading) = reading(talk.chars, quantity, measure)
        {
            // 高5cm and 重3斤, without 身 and 体, are measures of goods.
            if sure
                || reading.doubt != Some(Doubt::Impossible)
                    && measure.possible().contains(&reading.value)
                    && body_sized(talk, &reading)
            {
                read[at] = Some(reading);
            }
            continue;
        }
        let others = found
            .iter()
            .enumerate()
            .any(|(i, q)| i != at && q.unit != Unit::Other && told(q));
        let measure = match quantity.unit {
            Unit::Kilogram | Unit::Jin | Unit::Pound => {
                (talk.person && weighs(talk, quantity, others)).then_some(Measure::Weight)
            }
            Unit::Centimetre | Unit::Metre => {
                (talk.person && tall(talk, quantity) && !of_goods(talk.chars, quantity))
                    .then_some(Measure::Height)
            }
            Unit::Month => aged(talk, quantity).then_some(Measure::Age),
            // 五尺三 is the height of a grown person: no waist is as long.
            Unit::Chi => (talk.said_person
                && (4.2..=6.3).contains(&quantity.value)
                && !of_goods(talk.chars, quantity))
            .then_some(Measure::Height),
            _ => None,
        };
        read[at] = measure.and_then(|measure| reading(talk.chars, quantity, measure));
    }
}

/// Whether the word between two figures names the first one: its unit fits, nothing separates them, and the second
/// figure has a word of its own after it.
fn belongs_before(talk: &Talk, left: &Quantity, right: &Quantity, measure: Measure) -> bool {
    left.unit != Unit::Bare
        && talk.between(left, right).len() == 2
        && canonical(left, measure).is_some()
        && word_after(talk.chars, right.end).is_some()
}

#[cfg(test)]
mod tests;
