//! Reads cells of size charts as intervals in canonical units.

use super::heading::{UNITS, Unit, dimension, plain};
use crate::knowledge::model::{Interval, Measure};
use crate::knowledge::names::is_blank;

/// Reads a cell of a measure column. `Ok(None)` if the cell is empty.
///
/// # Errors
/// What is wrong with the cell, for the message.
pub(super) fn interval(
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
    // A value behind which nothing stands.
    let last = |mut tail: &[Token]| {
        value(&mut tail)
            .filter(|_| tail.is_empty())
            .ok_or_else(shape)
    };
    let (low, high) = match (rest, bound) {
        ([], None) => {
            let value = single()?;
            (Some(value), Some(value))
        }
        ([], Some(Side::Upper)) => (None, Some(single()?)),
        ([], Some(Side::Lower)) => (Some(single()?), None),
        ([Token::PlusMinus, tail @ ..], None) => {
            let spread = last(tail)?;
            let unit = fallback(first.1, spread.1, first.0);
            (
                Some(canonical(first.0 - spread.0, unit)?),
                Some(canonical(first.0 + spread.0, unit)?),
            )
        }
        ([Token::To, tail @ ..], None) => {
            let last = last(tail)?;
            let low = canonical(first.0, fallback(first.1, last.1, first.0))?;
            let high = canonical(last.0, fallback(last.1, first.1, last.0))?;
            if low > high {
                return Err(format!("\"{text}\" runs backwards"));
            }
            (Some(low), Some(high))
        }
        _ => return Err(shape()),
    };
    Ok(Some(Interval { low, high }))
}

/// The unit of a number without one.
fn default_unit(measure: Measure, number: f64) -> Unit {
    match measure {
        Measure::Weight => Unit::Jin,
        Measure::Age => Unit::Year,
        Measure::Height if number < 3.0 => Unit::Metre,
        Measure::Foot if number >= 100.0 => Unit::Millimetre,
        _ => Unit::Centimetre,
    }
}

/// Height and girth of a national size (GB/T 1335): `165/84A`.
pub(super) fn national_size(plain: &str) -> Option<(f64, f64)> {
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

/// Words and signs in a cell besides numbers and units; longer ones first.
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

/// A number with its unit, and what follows it in Chinese: `1米65`, `2尺1`, `1岁6个月`.
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

#[cfg(test)]
mod tests {
    use super::super::heading::heading;
    use super::*;

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
