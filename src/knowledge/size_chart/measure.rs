//! Headers and cells of size charts → measures and intervals in canonical units.

use unicode_normalization::UnicodeNormalization;

use crate::knowledge::model::{Interval, Measure};
use crate::knowledge::names::is_blank;

/// A unit of a header or cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Centimetre,
    Metre,
    Millimetre,
    /// 尺 = 33.3 cm
    Chi,
    /// 寸 = 3.33 cm
    Cun,
    Inch,
    /// 斤 = 0.5 kg
    Jin,
    Kilogram,
    Pound,
    Year,
    Month,
}

/// What a unit measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dimension {
    Length,
    Weight,
    Time,
}

/// Unit words, longest first so that 厘米 is not read as 米.
const UNITS: &[(&str, Unit)] = &[
    ("centimetre", Unit::Centimetre),
    ("厘米", Unit::Centimetre),
    ("公分", Unit::Centimetre),
    ("毫米", Unit::Millimetre),
    ("英寸", Unit::Inch),
    ("inch", Unit::Inch),
    ("市尺", Unit::Chi),
    ("市寸", Unit::Cun),
    ("市斤", Unit::Jin),
    ("公斤", Unit::Kilogram),
    ("千克", Unit::Kilogram),
    ("周岁", Unit::Year),
    ("个月", Unit::Month),
    ("years", Unit::Year),
    ("months", Unit::Month),
    ("month", Unit::Month),
    ("year", Unit::Year),
    ("cm", Unit::Centimetre),
    ("mm", Unit::Millimetre),
    ("kg", Unit::Kilogram),
    ("lb", Unit::Pound),
    ("磅", Unit::Pound),
    ("尺", Unit::Chi),
    ("寸", Unit::Cun),
    ("斤", Unit::Jin),
    ("米", Unit::Metre),
    ("岁", Unit::Year),
    ("月", Unit::Month),
    ("in", Unit::Inch),
    ("m", Unit::Metre),
];

impl Unit {
    /// Factor to the canonical unit of its dimension: centimetres, kilograms, months.
    pub(crate) fn factor(self) -> f64 {
        match self {
            Unit::Centimetre | Unit::Kilogram | Unit::Month => 1.0,
            Unit::Metre => 100.0,
            Unit::Millimetre => 0.1,
            Unit::Chi => 33.3,
            Unit::Cun => 3.33,
            Unit::Inch => 2.54,
            Unit::Jin => 0.5,
            Unit::Pound => 0.453_592_37,
            Unit::Year => 12.0,
        }
    }

    fn dimension(self) -> Dimension {
        match self {
            Unit::Jin | Unit::Kilogram | Unit::Pound => Dimension::Weight,
            Unit::Year | Unit::Month => Dimension::Time,
            _ => Dimension::Length,
        }
    }

    fn named(text: &str) -> Option<Unit> {
        UNITS
            .iter()
            .find(|(name, _)| *name == text)
            .map(|(_, unit)| *unit)
    }
}

/// The dimension of a measure.
pub(crate) fn dimension(measure: Measure) -> Dimension {
    match measure {
        Measure::Weight => Dimension::Weight,
        Measure::Age => Dimension::Time,
        _ => Dimension::Length,
    }
}

/// Smallest and largest value of a person, in canonical units; beyond, the unit is in doubt.
pub(crate) fn plausible(measure: Measure) -> (f64, f64) {
    match measure {
        Measure::Height => (40.0, 230.0),
        Measure::Weight => (2.0, 200.0),
        Measure::Bust | Measure::Waist | Measure::Hip => (30.0, 200.0),
        Measure::Foot => (6.0, 35.0),
        Measure::Shoulder => (15.0, 70.0),
        Measure::Age => (0.0, 1_200.0),
        Measure::Head => (30.0, 70.0),
        Measure::Wrist => (8.0, 30.0),
    }
}

/// A header of a chart, understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Heading {
    /// What it measures on the body.
    pub(crate) measure: Option<Measure>,
    /// The unit it names.
    pub(crate) unit: Option<Unit>,
}

impl Heading {
    /// Whether unit and measure contradict each other (`身高(kg)`).
    pub(crate) fn contradicts(self) -> bool {
        matches!((self.measure, self.unit), (Some(measure), Some(unit)) if unit.dimension() != dimension(measure))
    }
}

/// Reads a header: `身高(cm)`, `体重/斤`, `胸围cm`, `适合身高（CM）`, `foot length`.
pub(crate) fn heading(text: &str) -> Heading {
    let plain = plain(text);
    let mut name = String::new();
    let mut unit = None;
    for piece in plain
        .split(['(', ')', '[', ']', '【', '】', '/', ':', ',', '·', '.'])
        .filter(|piece| !piece.is_empty())
    {
        let piece = piece.trim_start_matches("单位");
        match Unit::named(piece) {
            Some(named) => unit = unit.or(Some(named)),
            None => {
                let suffix = UNITS.iter().find(|(word, _)| {
                    // A lone letter or 月/尺 behind a word is no unit: 裤脚in, 上市月.
                    (word.len() > 3 || matches!(*word, "cm" | "mm" | "kg" | "斤"))
                        && piece
                            .strip_suffix(word)
                            .is_some_and(|rest| !rest.is_empty())
                });
                match suffix {
                    Some((word, named)) => {
                        unit = unit.or(Some(*named));
                        name.push_str(&piece[..piece.len() - word.len()]);
                    }
                    None => name.push_str(piece),
                }
            }
        }
    }
    let measure = body_measure(&name);
    if measure == Some(Measure::Age) && unit.is_none() {
        unit = Some(if name.contains('月') {
            Unit::Month
        } else {
            Unit::Year
        });
    }
    Heading { measure, unit }
}

/// The measure of the body that a header's words name; garment measures are none.
fn body_measure(name: &str) -> Option<Measure> {
    const GARMENT: &[&str] = &[
        "成衣", "衣", "裤", "裙", "鞋", "平铺", "平量", "服装", "半", "1/2", "下胸", "内长",
        "garment",
    ];
    const AROUND: &[&str] = &[
        "适合", "建议", "参考", "推荐", "对应", "适用", "适穿", "穿着", "宝宝", "儿童", "人体",
        "身体", "净体", "净", "范围", "区间",
    ];
    if GARMENT.iter().any(|word| name.contains(word)) {
        return None;
    }
    let core = AROUND
        .iter()
        .fold(name.to_string(), |core, word| core.replace(word, ""));
    Some(match core.as_str() {
        "身高" | "height" | "bodyheight" => Measure::Height,
        "体重" | "weight" | "bodyweight" => Measure::Weight,
        "胸围" | "上胸围" | "bust" | "chest" => Measure::Bust,
        "腰围" | "waist" => Measure::Waist,
        "臀围" | "hip" | "hips" => Measure::Hip,
        "脚长" | "足长" | "foot" | "footlength" => Measure::Foot,
        "肩宽" | "shoulder" | "shoulders" | "shoulderwidth" => Measure::Shoulder,
        "年龄" | "月龄" | "age" => Measure::Age,
        "头围" | "head" => Measure::Head,
        "手围" | "腕围" | "手腕围" | "手腕周长" | "wrist" => Measure::Wrist,
        _ => return None,
    })
}

/// The measures of a header that names two: `身高(cm)/体重(斤)`, `身高\体重`, `身高体重`.
pub(crate) fn pair_of_headings(text: &str) -> Option<(String, String)> {
    let plain: String = text.nfkc().collect::<String>().trim().to_string();
    let mut depth = 0i32;
    let is_separator = |c: char| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth == 0 && matches!(c, '/' | '\\' | '、' | '|' | '×' | '&' | '+' | '\n' | '-')
    };
    let parts: Vec<String> = plain
        .split(is_separator)
        .map(|p| p.trim().to_string())
        .filter(|p| !p.is_empty())
        .collect();
    let parts = match parts.as_slice() {
        [one] if one.replace(' ', "") == "身高体重" => {
            vec!["身高".to_string(), "体重".to_string()]
        }
        _ => parts,
    };
    let [one, other] = <[String; 2]>::try_from(parts).ok()?;
    let (first, second) = (heading(&one).measure?, heading(&other).measure?);
    (first != second).then_some((one, other))
}

/// Reads a cell of a measure column. `Ok(None)`: the cell says nothing.
///
/// # Errors
/// What is wrong with the cell, for the message.
pub(crate) fn interval(
    text: &str,
    measure: Measure,
    unit: Option<Unit>,
) -> Result<Option<Interval>, String> {
    if is_blank(text) {
        return Ok(None);
    }
    let plain = plain(text);
    if let Some((height, girth)) = national_size(&plain) {
        let value = match measure {
            Measure::Height => height,
            Measure::Bust | Measure::Waist => girth,
            _ => return Err(format!("\"{text}\" is a national size")),
        };
        return Ok(Some(Interval {
            low: Some(value),
            high: Some(value),
        }));
    }
    let shape = || format!("\"{text}\" is neither a value nor a range");
    let mut tokens = tokens(&plain).ok_or_else(shape)?;
    let mut bound = None;
    tokens.retain(|token| match token {
        Token::Bound(side) if bound.is_none() => {
            bound = Some(*side);
            false
        }
        _ => true,
    });
    let mut rest = tokens.as_slice();
    let first = value(&mut rest).ok_or_else(shape)?;
    let fallback = |own: Option<Unit>, other: Option<Unit>, number: f64| {
        own.or(other)
            .or(unit)
            .unwrap_or_else(|| default_unit(measure, number))
    };
    let canonical = |number: f64, unit: Unit| -> Result<f64, String> {
        if unit.dimension() != dimension(measure) {
            return Err(format!(
                "\"{text}\" has a unit that does not fit the column"
            ));
        }
        Ok((number * unit.factor() * 100.0).round() / 100.0)
    };
    let single = || canonical(first.0, fallback(first.1, None, first.0));
    match (rest, bound) {
        ([], None) => {
            let value = single()?;
            Ok(Some(Interval {
                low: Some(value),
                high: Some(value),
            }))
        }
        ([], Some(Side::Upper)) => Ok(Some(Interval {
            low: None,
            high: Some(single()?),
        })),
        ([], Some(Side::Lower)) => Ok(Some(Interval {
            low: Some(single()?),
            high: None,
        })),
        ([Token::PlusMinus, tail @ ..], None) => {
            let mut tail = tail;
            let spread = value(&mut tail)
                .filter(|_| tail.is_empty())
                .ok_or_else(shape)?;
            let unit = fallback(first.1, spread.1, first.0);
            Ok(Some(Interval {
                low: Some(canonical(first.0 - spread.0, unit)?),
                high: Some(canonical(first.0 + spread.0, unit)?),
            }))
        }
        ([Token::To, tail @ ..], None) => {
            let mut tail = tail;
            let last = value(&mut tail)
                .filter(|_| tail.is_empty())
                .ok_or_else(shape)?;
            let low = canonical(first.0, fallback(first.1, last.1, first.0))?;
            let high = canonical(last.0, fallback(last.1, first.1, last.0))?;
            if low > high {
                return Err(format!("\"{text}\" runs backwards"));
            }
            Ok(Some(Interval {
                low: Some(low),
                high: Some(high),
            }))
        }
        _ => Err(shape()),
    }
}

/// The unit of a number that names none.
fn default_unit(measure: Measure, number: f64) -> Unit {
    match measure {
        Measure::Weight => Unit::Jin,
        Measure::Age => Unit::Year,
        Measure::Height if number < 3.0 => Unit::Metre,
        Measure::Foot if number >= 100.0 => Unit::Millimetre,
        _ => Unit::Centimetre,
    }
}

/// `165/84A`: height and girth of a national size (GB/T 1335).
pub(crate) fn national_size(plain: &str) -> Option<(f64, f64)> {
    let (height, girth) = plain.split_once('/')?;
    let girth = girth.trim_end_matches(['a', 'b', 'c', 'y', 'A', 'B', 'C', 'Y']);
    let number = |text: &str, digits: std::ops::RangeInclusive<usize>| {
        (digits.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()))
            .then(|| text.parse::<f64>().ok())?
    };
    Some((number(height.trim(), 2..=3)?, number(girth.trim(), 2..=3)?))
        .filter(|(h, g)| *h > *g && *h >= 50.0)
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Side {
    Upper,
    Lower,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Token {
    Number(f64, usize),
    Unit(Unit),
    To,
    PlusMinus,
    Bound(Side),
}

/// Words and signs of a cell beside numbers and units; longer ones first.
const SIGNS: &[(&str, Token)] = &[
    ("及以下", Token::Bound(Side::Upper)),
    ("及以上", Token::Bound(Side::Lower)),
    ("以下", Token::Bound(Side::Upper)),
    ("以内", Token::Bound(Side::Upper)),
    ("以上", Token::Bound(Side::Lower)),
    ("不超过", Token::Bound(Side::Upper)),
    ("不低于", Token::Bound(Side::Lower)),
    ("小于等于", Token::Bound(Side::Upper)),
    ("大于等于", Token::Bound(Side::Lower)),
    ("小于", Token::Bound(Side::Upper)),
    ("低于", Token::Bound(Side::Upper)),
    ("大于", Token::Bound(Side::Lower)),
    ("高于", Token::Bound(Side::Lower)),
    ("超过", Token::Bound(Side::Lower)),
    ("起", Token::Bound(Side::Lower)),
    ("<=", Token::Bound(Side::Upper)),
    (">=", Token::Bound(Side::Lower)),
    ("≤", Token::Bound(Side::Upper)),
    ("≦", Token::Bound(Side::Upper)),
    ("<", Token::Bound(Side::Upper)),
    ("≥", Token::Bound(Side::Lower)),
    ("≧", Token::Bound(Side::Lower)),
    (">", Token::Bound(Side::Lower)),
    ("±", Token::PlusMinus),
    ("+-", Token::PlusMinus),
    ("+", Token::Bound(Side::Lower)),
    ("至", Token::To),
    ("到", Token::To),
    ("~", Token::To),
    ("〜", Token::To),
    ("∼", Token::To),
    ("——", Token::To),
    ("—", Token::To),
    ("–", Token::To),
    ("−", Token::To),
    ("--", Token::To),
    ("-", Token::To),
];

fn tokens(plain: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = plain.trim_start_matches('约').trim_end_matches("左右");
    while let Some(first) = rest.chars().next() {
        if first.is_ascii_digit() {
            let end = rest
                .find(|c: char| !c.is_ascii_digit() && c != '.')
                .unwrap_or(rest.len());
            tokens.push(Token::Number(rest[..end].parse().ok()?, end));
            rest = &rest[end..];
            continue;
        }
        let (word, token) = SIGNS
            .iter()
            .copied()
            .chain(UNITS.iter().map(|(word, unit)| (*word, Token::Unit(*unit))))
            .find(|(word, _)| rest.starts_with(word))?;
        tokens.push(token);
        rest = &rest[word.len()..];
    }
    Some(tokens)
}

/// A number with its unit, and what Chinese speech puts behind it: `1米65`, `2尺1`, `1岁6个月`.
fn value(tokens: &mut &[Token]) -> Option<(f64, Option<Unit>)> {
    let (number, rest) = match tokens {
        [Token::Number(number, _), rest @ ..] => (*number, rest),
        _ => return None,
    };
    let (read, rest) = match rest {
        [
            Token::Unit(Unit::Metre),
            Token::Number(part, width @ 1..=2),
            rest @ ..,
        ] => {
            let scale = if *width == 1 { 10.0 } else { 100.0 };
            ((number + part / scale, Some(Unit::Metre)), rest)
        }
        [
            Token::Unit(Unit::Chi),
            Token::Number(part, 1),
            Token::Unit(Unit::Cun),
            rest @ ..,
        ]
        | [Token::Unit(Unit::Chi), Token::Number(part, 1), rest @ ..] => {
            ((number + part / 10.0, Some(Unit::Chi)), rest)
        }
        [
            Token::Unit(Unit::Year),
            Token::Number(part, _),
            Token::Unit(Unit::Month),
            rest @ ..,
        ] => ((number * 12.0 + part, Some(Unit::Month)), rest),
        [Token::Unit(unit), rest @ ..] => ((number, Some(*unit)), rest),
        rest => ((number, None), rest),
    };
    *tokens = rest;
    Some(read)
}

/// Half width, lower case, no spaces.
fn plain(text: &str) -> String {
    text.nfkc()
        .flat_map(char::to_lowercase)
        .filter(|c| !c.is_whitespace())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_tell_measure_and_unit() {
        for (text, measure, unit) in [
            ("身高(cm)", Some(Measure::Height), Some(Unit::Centimetre)),
            ("身高（CM）", Some(Measure::Height), Some(Unit::Centimetre)),
            ("体重/斤", Some(Measure::Weight), Some(Unit::Jin)),
            ("体重", Some(Measure::Weight), None),
            ("胸围 cm", Some(Measure::Bust), Some(Unit::Centimetre)),
            ("适合身高cm", Some(Measure::Height), Some(Unit::Centimetre)),
            ("腰围市尺", Some(Measure::Waist), Some(Unit::Chi)),
            (
                "建议体重（公斤）",
                Some(Measure::Weight),
                Some(Unit::Kilogram),
            ),
            ("脚长(mm)", Some(Measure::Foot), Some(Unit::Millimetre)),
            ("月龄", Some(Measure::Age), Some(Unit::Month)),
            ("年龄(岁)", Some(Measure::Age), Some(Unit::Year)),
            ("Height (in)", Some(Measure::Height), Some(Unit::Inch)),
            ("foot length", Some(Measure::Foot), None),
            ("衣长(cm)", None, Some(Unit::Centimetre)),
            ("成衣胸围", None, None),
            ("胸围(平铺)", None, None),
            ("裤长", None, None),
            ("裤腰围", None, None),
            ("下胸围(cm)", None, Some(Unit::Centimetre)),
            ("鞋内长", None, None),
            ("国码", None, None),
            ("欧码", None, None),
        ] {
            assert_eq!(heading(text), Heading { measure, unit }, "{text}");
        }
        assert!(heading("身高(kg)").contradicts());
        for (text, pair) in [
            ("身高(cm)/体重(斤)", Some(("身高(cm)", "体重(斤)"))),
            ("身高\\体重", Some(("身高", "体重"))),
            ("身高体重", Some(("身高", "体重"))),
            ("体重/斤", None),
            ("身高/cm", None),
            ("尺码/身高", None),
        ] {
            let read = pair_of_headings(text);
            assert_eq!(
                read.as_ref().map(|(a, b)| (a.as_str(), b.as_str())),
                pair,
                "{text}"
            );
        }
    }

    #[test]
    fn cells_become_intervals_in_canonical_units() {
        use Measure::*;
        let show =
            |text: &str, measure, header: &str| match interval(text, measure, heading(header).unit)
            {
                Ok(None) => "none".to_string(),
                Ok(Some(Interval { low, high })) => {
                    let end = |end: Option<f64>| end.map_or(String::new(), |end| end.to_string());
                    format!("{}..{}", end(low), end(high))
                }
                Err(message) => message,
            };
        for (text, measure, header, expected) in [
            ("155-160", Height, "身高(cm)", "155..160"),
            ("155~160", Height, "身高(cm)", "155..160"),
            ("155—160", Height, "身高(cm)", "155..160"),
            ("155－160cm", Height, "身高", "155..160"),
            ("155cm-160cm", Height, "身高", "155..160"),
            ("155 至 160", Height, "身高", "155..160"),
            ("１５５～１６０", Height, "身高", "155..160"),
            ("1.55-1.60", Height, "身高", "155..160"),
            ("1米55-1米6", Height, "身高(cm)", "155..160"),
            ("≤80", Weight, "体重(斤)", "..40"),
            ("<80", Weight, "体重(斤)", "..40"),
            ("<=80斤", Weight, "体重(kg)", "..40"),
            ("80以下", Weight, "体重(斤)", "..40"),
            ("80斤及以下", Weight, "体重", "..40"),
            ("不超过80", Weight, "体重(斤)", "..40"),
            ("90以上", Weight, "体重(斤)", "45.."),
            ("≥90", Weight, "体重(斤)", "45.."),
            ("90+", Weight, "体重(斤)", "45.."),
            (">90", Weight, "体重(斤)", "45.."),
            ("90起", Weight, "体重(斤)", "45.."),
            ("95-105", Weight, "体重(斤)", "47.5..52.5"),
            ("50", Weight, "体重(kg)", "50..50"),
            ("235", Foot, "脚长(mm)", "23.5..23.5"),
            ("235", Foot, "脚长", "23.5..23.5"),
            ("22.1-22.5", Foot, "脚长(cm)", "22.1..22.5"),
            ("2尺1", Waist, "腰围市尺", "69.93..69.93"),
            ("3尺", Hip, "臀围市尺", "99.9..99.9"),
            ("26-27", Waist, "腰围(英寸)", "66.04..68.58"),
            ("84±2", Bust, "胸围(cm)", "82..86"),
            ("3-6个月", Age, "年龄", "3..6"),
            ("0-3", Age, "月龄", "0..3"),
            ("1-2岁", Age, "年龄", "12..24"),
            ("1岁6个月", Age, "年龄", "18..18"),
            ("6个月-1岁", Age, "年龄", "6..12"),
            ("165/84A", Height, "对应身高", "165..165"),
            ("约160", Height, "身高", "160..160"),
            ("-", Height, "身高", "none"),
            ("", Height, "身高", "none"),
            ("无", Height, "身高", "none"),
            ("160-155", Height, "身高", "\"160-155\" runs backwards"),
            (
                "155-",
                Height,
                "身高",
                "\"155-\" is neither a value nor a range",
            ),
            (
                "155-160-165",
                Height,
                "身高",
                "\"155-160-165\" is neither a value nor a range",
            ),
            (
                "均码",
                Height,
                "身高",
                "\"均码\" is neither a value nor a range",
            ),
            (
                "155/160",
                Height,
                "身高",
                "\"155/160\" is neither a value nor a range",
            ),
            (
                "50kg",
                Height,
                "身高(cm)",
                "\"50kg\" has a unit that does not fit the column",
            ),
        ] {
            assert_eq!(
                show(text, measure, header),
                expected,
                "{text} under {header}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn any_cell_is_judged_without_a_panic(text in "[0-9.米尺斤cmkg~±≤以上下/ -]{0,12}") {
            if let Ok(Some(Interval { low: Some(low), high: Some(high) })) = interval(&text, Measure::Height, None) {
                proptest::prop_assert!(low <= high);
            }
        }
    }
}
