//! Reads figures with their units from normalised text, before it is decided what they measure.

use super::super::normalise::starts_with;
use super::super::numeral::{self, Numeral, Shape};

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
            '半' if starts_with(&chars[at + 1..], "岁") => Some(Quantity {
                start: at,
                end: at + 2,
                value: 6.0,
                until: None,
                unit: Unit::Month,
                approximate: false,
            }),
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
    let digits = |from: usize| {
        chars[from..]
            .iter()
            .take_while(|c| c.is_ascii_digit())
            .count()
    };
    let whole = digits(at);
    let mut end = at + whole;
    let mut fraction = 0;
    while chars.get(end) == Some(&'.') && chars.get(end + 1).is_some_and(char::is_ascii_digit) {
        fraction += 1;
        end += 1 + digits(end + 1);
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
        return Quantity {
            start: at,
            end: end + rest,
            value,
            until: None,
            unit: Unit::Other,
            approximate: false,
        };
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
    let run = chars[at..]
        .iter()
        .take_while(|&&c| numeral::is_numeral(c))
        .count();
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

/// The figure `value` in `chars[start..end]`, with the unit that follows.
fn with_unit(chars: &[char], start: usize, end: usize, value: f64) -> Quantity {
    let mut quantity = Quantity {
        start,
        end,
        value,
        until: None,
        unit: Unit::Bare,
        approximate: false,
    };
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
            Unit::Centimetre => millimetres(chars, &mut quantity),
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

/// Reads 十二厘米八 and 23公分半, but not 90厘米9斤.
fn millimetres(chars: &[char], quantity: &mut Quantity) {
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
    let digits = rest.iter().take_while(|c| c.is_ascii_digit()).count();
    if (1..=places).contains(&digits) {
        let value: f64 = rest[..digits].iter().collect::<String>().parse().ok()?;
        return Some((value / 10f64.powi(digits as i32), digits));
    }
    let run = rest.iter().take_while(|&&c| numeral::is_numeral(c)).count();
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
    let digits = rest.iter().take_while(|c| c.is_ascii_digit()).count();
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
