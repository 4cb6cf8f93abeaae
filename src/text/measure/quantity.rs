//! Reads figures with their units from normalised text, before it is decided what they measure.

mod tail;

use super::super::normalise::starts_with;
use super::super::numeral::{self, Shape};
use tail::with_unit;

/// The unit after a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// No unit.
    Bare,
    Centimetre,
    Millimetre,
    Metre,
    Kilogram,
    /// 斤, half a kilogram.
    Jin,
    /// 磅.
    Pound,
    /// 尺, 33.3 cm.
    Chi,
    /// 寸, a tenth of a 尺 on clothes.
    Cun,
    /// Already in months.
    Month,
    /// A unit that no body measure has, or a figure inside a code.
    Other,
}

/// A figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Quantity {
    /// Character index of its start.
    pub(super) start: usize,
    /// Character index after its unit.
    pub(super) end: usize,
    /// The value in its unit.
    pub(super) value: f64,
    /// The upper end of a range (`158到160`).
    pub(super) until: Option<f64>,
    /// Its unit.
    pub(super) unit: Unit,
    /// Whether 多, 来, 左右, 不到 … stand beside it.
    pub(super) approximate: bool,
}

impl Quantity {
    /// A single figure, said without 多, 左右 and the like.
    fn new(start: usize, end: usize, value: f64, unit: Unit) -> Quantity {
        Quantity {
            start,
            end,
            value,
            until: None,
            unit,
            approximate: false,
        }
    }
}

/// The number of Arabic digits at the beginning.
fn digits(chars: &[char]) -> usize {
    chars.iter().take_while(|c| c.is_ascii_digit()).count()
}

/// The number of characters of Chinese numerals at the beginning.
fn numerals(chars: &[char]) -> usize {
    let run = chars.iter().take_while(|&&c| numeral::is_numeral(c));
    run.count()
}

/// All figures in order, with ranges joined.
pub(super) fn quantities(chars: &[char]) -> Vec<Quantity> {
    let mut found: Vec<Quantity> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let known = found
            .last()
            .is_some_and(|q| q.end == at && q.unit != Unit::Other && q.unit != Unit::Bare);
        let quantity = match chars[at] {
            '0'..='9' => Some(figure(chars, at, known)),
            '半' if starts_with(&chars[at + 1..], "岁") => {
                Some(Quantity::new(at, at + 2, 6.0, Unit::Month))
            }
            c if numeral::is_numeral(c) => match spoken(chars, at) {
                Ok(quantity) => Some(quantity),
                Err(skip) => {
                    at += skip;
                    continue;
                }
            },
            _ => None,
        };
        match quantity {
            Some(quantity) => {
                at = quantity.end;
                found.push(quantity);
            }
            None => at += 1,
        }
    }
    for quantity in &mut found {
        quantity.approximate |= hedged(chars, quantity);
    }
    join_ranges(chars, found)
}

/// A figure in Arabic digits at `at`. `known`: a figure with a unit ends right here (165cm100斤).
fn figure(chars: &[char], at: usize, known: bool) -> Quantity {
    let whole = digits(&chars[at..]);
    let mut end = at + whole;
    let mut fraction = 0;
    while chars.get(end) == Some(&'.') && chars.get(end + 1).is_some_and(char::is_ascii_digit) {
        fraction += 1;
        end += 1 + digits(&chars[end + 1..]);
    }
    let text: String = chars[at..end].iter().collect();
    let value: f64 = text.parse().unwrap_or(0.0);
    let before = |back: usize| at.checked_sub(back).map(|i| chars[i]);
    let in_code = !known && before(1).is_some_and(|c| c.is_ascii_alphabetic())
        || before(1).is_some_and(|c| matches!(c, '¥' | '$' | '#'))
        || matches!(before(1), Some('-' | '_' | '.' | ':'))
            && before(2)
                .is_some_and(|c| c.is_ascii_alphabetic() && !known_unit_before(chars, at - 1))
        || before(1) == Some(':') && before(2).is_some_and(|c| c.is_ascii_digit());
    let odd = in_code || fraction > 1 || whole > 3 || (whole > 1 && chars[at] == '0');
    if odd {
        // A code is one piece, whatever it contains.
        let rest = chars[end..]
            .iter()
            .take_while(|c| c.is_ascii_alphanumeric())
            .count();
        return Quantity::new(at, end + rest, value, Unit::Other);
    }
    with_unit(chars, at, end, value)
}

/// Whether a unit such as `cm` or `kg` ends before `at`, so that the dash after it separates two measures (165cm-55kg).
fn known_unit_before(chars: &[char], at: usize) -> bool {
    ["cm", "kg", "mm", "m"].iter().any(|unit| {
        let len = unit.len();
        at > len && starts_with(&chars[at - len..], unit) && chars[at - len - 1].is_ascii_digit()
    })
}

/// A figure in Chinese numerals at `at`, or as error the number of characters to skip.
fn spoken(chars: &[char], at: usize) -> Result<Quantity, usize> {
    let run = numerals(&chars[at..]);
    if at > 0 && "第周期十初".contains(chars[at - 1]) {
        return Err(run);
    }
    let read = numeral::read(&chars[at..]).ok_or(run)?;
    let quantity = with_unit(chars, at, at + read.len, read.value as f64);
    match quantity.unit {
        Unit::Other => Err(run),
        // A single digit or a pair of digits is no quantity without a unit.
        Unit::Bare if read.value < 40 || read.shape == Shape::Digits && read.len < 3 => Err(run),
        _ => Ok(quantity),
    }
}

/// Whether 大概, 不到, 左右 … stand beside the figure.
fn hedged(chars: &[char], quantity: &Quantity) -> bool {
    let before: String = chars[quantity.start.saturating_sub(4)..quantity.start]
        .iter()
        .collect();
    let after: String = chars[quantity.end..].iter().take(2).collect();
    ["约", "大概", "差不多", "不到", "快", "将近", "接近", "左右"]
        .iter()
        .any(|hedge| before.ends_with(hedge))
        || ["左右", "上下", "出头", "不到"]
            .iter()
            .any(|hedge| after.starts_with(hedge))
}

/// Joins two figures of one unit, the second a little larger: 158到160, 95-100斤, 0~6个月.
fn join_ranges(chars: &[char], found: Vec<Quantity>) -> Vec<Quantity> {
    let mut joined: Vec<Quantity> = Vec::with_capacity(found.len());
    for quantity in found {
        // 86-70-90 are girths, so its end is no range.
        let third = matches!(joined.as_slice(), [.., first, second]
            if matches!(chars[first.end..second.start], ['-']) && first.until.is_none());
        if let Some(last) = joined.last_mut()
            && last.until.is_none()
            && !third
            && matches!(chars[last.end..quantity.start], ['-' | '~' | '到' | '至'])
            && quantity.unit != Unit::Other
        {
            // In 1-3岁 the first figure is in years too.
            let years =
                quantity.unit == Unit::Month && chars[quantity.start..quantity.end].contains(&'岁');
            let low = if last.unit == Unit::Bare && years {
                last.value * 12.0
            } else {
                last.value
            };
            let near =
                quantity.unit == Unit::Month || quantity.value - low <= 0.25 * quantity.value;
            if (last.unit == Unit::Bare || last.unit == quantity.unit)
                && low < quantity.value
                && near
            {
                *last = Quantity {
                    start: last.start,
                    value: low,
                    until: Some(quantity.value),
                    approximate: true,
                    ..quantity
                };
                continue;
            }
        }
        joined.push(quantity);
    }
    joined
}
