//! Reads what stands behind a figure: its unit, and what belongs to it behind the unit (1米65, 12斤半, 两岁半).

use super::{Quantity, Unit, digits, numerals};
use crate::text::normalise::starts_with;
use crate::text::numeral::{self, Numeral, Shape};

/// Sign or word of a unit → unit. If something else follows a figure, it is no body measure.
const UNITS: &[(&str, Unit)] = &[
    ("cm", Unit::Centimetre),
    ("厘米", Unit::Centimetre),
    ("公分", Unit::Centimetre),
    ("mm", Unit::Millimetre),
    ("毫米", Unit::Millimetre),
    ("kg", Unit::Kilogram),
    ("公斤", Unit::Kilogram),
    ("千克", Unit::Kilogram),
    ("斤", Unit::Jin),
    ("lb", Unit::Pound),
    ("磅", Unit::Pound),
    ("寸", Unit::Cun),
];

/// Characters after a figure that make it something else: prices, counts, times, sizes.
const OTHER: &str = "元块折件天日时小分秒个条张支双只包盒瓶罐袋片台套单号点位层楼期次段级升克两瓦度倍折码丝针目股人平万千百十%¥$°";

/// The figure `value` in `chars[start..end]`, with the unit that follows.
pub(super) fn with_unit(chars: &[char], start: usize, end: usize, value: f64) -> Quantity {
    let mut quantity = Quantity::new(start, end, value, Unit::Bare);
    let mut at = end;
    // 100来斤, 九十多斤
    if chars.get(at).is_some_and(|&c| "多来几余".contains(c))
        && (unit_at(chars, at + 1) || matches!(chars[at], '多' | '几'))
    {
        quantity.approximate = true;
        at += 1;
        quantity.end = at;
    }
    let rest = &chars[at..];
    if let Some((word, unit)) = UNITS.iter().find(|(word, _)| starts_with(rest, word)) {
        let len = word.chars().count();
        let after = rest.get(len).copied().unwrap_or(' ');
        // 160cmx80 is a code or an area. 100斤 may be followed by anything.
        if word.is_ascii() && after.is_ascii_alphabetic() {
            quantity.unit = Unit::Other;
            quantity.end = at + len;
            return quantity;
        }
        quantity.unit = *unit;
        quantity.end = at + len;
        match unit {
            Unit::Jin => half_jin(chars, &mut quantity),
            Unit::Centimetre | Unit::Cun => tenths(chars, &mut quantity),
            _ => {}
        }
        return quantity;
    }
    match rest.first() {
        Some('米') => metres(chars, at + 1, &mut quantity),
        Some('m') if !rest.get(1).is_some_and(char::is_ascii_alphabetic) => {
            metres(chars, at + 1, &mut quantity)
        }
        Some('尺') if rest.get(1) != Some(&'码') && rest.get(1) != Some(&'寸') => {
            chi(chars, at + 1, &mut quantity)
        }
        Some('岁') => years(chars, at + 1, &mut quantity),
        Some('周') if rest.get(1) == Some(&'岁') => years(chars, at + 2, &mut quantity),
        Some('月') if rest.get(1) == Some(&'龄') => months(at + 2, 0.0, &mut quantity),
        Some('个') if starts_with(rest, "个月") => months(at + 2, 0.0, &mut quantity),
        Some('个') if starts_with(rest, "个半月") => months(at + 3, 0.5, &mut quantity),
        Some('个') if starts_with(rest, "个多月") => {
            months(at + 3, 0.0, &mut quantity);
            quantity.approximate = true;
        }
        Some(c) if c.is_ascii_alphabetic() => {
            quantity.end = at
                + rest
                    .iter()
                    .take_while(|c| c.is_ascii_alphanumeric())
                    .count();
            quantity.unit = Unit::Other;
        }
        Some(&c) if OTHER.contains(c) || matches!(c, '年' | '月' | '支' | '后') => {
            quantity.unit = Unit::Other
        }
        _ => {}
    }
    quantity
}

fn unit_at(chars: &[char], at: usize) -> bool {
    chars
        .get(at)
        .is_some_and(|c| matches!(c, '米' | '尺' | '岁' | 'm'))
        || UNITS
            .iter()
            .any(|(word, _)| chars.len() > at && starts_with(&chars[at..], word))
}

/// Reads 12斤半 and 12斤3两.
fn half_jin(chars: &[char], quantity: &mut Quantity) {
    let tail = &chars[quantity.end..];
    match tail {
        ['半', ..] => {
            quantity.value += 0.5;
            quantity.end += 1;
        }
        [c, '两', ..] if c.is_ascii_digit() || numeral::digit(*c).is_some() => {
            let tenths = c
                .to_digit(10)
                .map(f64::from)
                .or(numeral::digit(*c).map(|d| d as f64))
                .unwrap_or(0.0);
            quantity.value += tenths / 10.0;
            quantity.end += 2;
        }
        _ => {}
    }
}

/// Reads 十二厘米八, 23公分半 and 5寸4, but not 90厘米9斤.
fn tenths(chars: &[char], quantity: &mut Quantity) {
    let at = quantity.end;
    let (fraction, len) = match chars.get(at) {
        // Not in 160厘米半身裙.
        Some('半') if chars.get(at + 1) != Some(&'身') => (0.5, 1),
        _ => match tail(chars, at, 1) {
            Some(tail) if quantity.value.fract() == 0.0 => tail,
            _ => return,
        },
    };
    let next = chars.get(at + len);
    if !unit_at(chars, at + len) && !next.is_some_and(|&c| c.is_ascii_digit() || OTHER.contains(c))
    {
        quantity.value += fraction;
        quantity.end = at + len;
    }
}

/// The fraction after 米 or 尺 (1米65, 一米六五, 二尺一), with its length in characters.
fn tail(chars: &[char], at: usize, places: usize) -> Option<(f64, usize)> {
    let rest = &chars[at.min(chars.len())..];
    let digits = digits(rest);
    if (1..=places).contains(&digits) {
        let value: f64 = rest[..digits].iter().collect::<String>().parse().ok()?;
        return Some((value / 10f64.powi(digits as i32), digits));
    }
    let run = numerals(rest);
    // The longest fraction that is followed by a figure or nothing: 一米六九十斤 is 1.6 m and 90 斤.
    (1..=places.min(run)).rev().find_map(|len| {
        let Numeral { value, shape, .. } = numeral::read(&rest[..len])?;
        let leaves = &rest[len..run];
        let fits = leaves.is_empty() || numeral::read(leaves).is_some_and(|n| n.value >= 40);
        let plain = matches!(shape, Shape::Single | Shape::Digits);
        (fits && plain).then(|| (value as f64 / 10f64.powi(len as i32), len))
    })
}

fn metres(chars: &[char], at: usize, quantity: &mut Quantity) {
    quantity.unit = Unit::Metre;
    quantity.end = at;
    if quantity.value.fract() == 0.0
        && let Some((fraction, len)) = tail(chars, at, 2)
    {
        quantity.value += fraction;
        quantity.end = at + len;
        if starts_with(&chars[quantity.end..], "cm") {
            quantity.end += 2;
        }
    }
    if chars
        .get(quantity.end)
        .is_some_and(|&c| matches!(c, '多' | '几'))
    {
        quantity.approximate = true;
        quantity.end += 1;
    }
}

fn chi(chars: &[char], at: usize, quantity: &mut Quantity) {
    quantity.unit = Unit::Chi;
    quantity.end = at;
    if chars.get(at) == Some(&'半') {
        quantity.value += 0.5;
        quantity.end += 1;
    } else if let Some((fraction, len)) = tail(chars, at, 2) {
        quantity.value += fraction;
        quantity.end = at + len;
        if chars.get(quantity.end) == Some(&'寸') {
            quantity.end += 1;
            // 二尺二寸五
            if let Some((tenth, len)) = tail(chars, quantity.end, 1)
                && !unit_at(chars, quantity.end + len)
            {
                quantity.value += tenth / 10.0;
                quantity.end += len;
            }
        }
    }
}

fn years(chars: &[char], at: usize, quantity: &mut Quantity) {
    quantity.value *= 12.0;
    quantity.unit = Unit::Month;
    quantity.end = at;
    let rest = &chars[at.min(chars.len())..];
    let digits = digits(rest);
    if rest.first() == Some(&'半') {
        quantity.value += 6.0;
        quantity.end += 1;
    } else if (1..=2).contains(&digits) && starts_with(&rest[digits..], "个月") {
        let months: f64 = rest[..digits]
            .iter()
            .collect::<String>()
            .parse()
            .unwrap_or(0.0);
        quantity.value += months;
        quantity.end += digits + 2;
    } else if rest.first() == Some(&'多') {
        quantity.approximate = true;
        quantity.end += 1;
    }
}

fn months(end: usize, half: f64, quantity: &mut Quantity) {
    quantity.value += half;
    quantity.unit = Unit::Month;
    quantity.end = end;
}
