//! Rules about spec values that differ in form from the rest of their column.

use std::collections::BTreeMap;

use super::scene::spot;
use super::{Report, Rule, scene::Scene};
use crate::knowledge::{Product, Spec};
use crate::text::normalise::normalise;

/// A bare figure, if all others have a unit (60 among 45W, 55W).
pub(super) const SPEC_UNIT: Rule = Rule::warning("spec-unit");
/// A placeholder or another unit, if all others are figures with one unit.
pub(super) const ODD_SPEC: Rule = Rule::warning("odd-spec");

/// A value with its product and form.
type Value<'a> = (&'a Product, &'a Spec, Shape);

/// With fewer values there is no column to differ from.
const FEWEST: usize = 4;

/// Placeholders for a value that is still to come.
const UNSAID: &[&str] = &[
    "同上",
    "待定",
    "待补",
    "未知",
    "?",
    "n/a",
    "na",
    "tbd",
    "见上",
    "咨询客服",
    "待确认",
    "略",
    "见详情",
    "见详情页",
    "详见详情页",
    "见商品页",
    "看图",
    "见图",
    "如图",
];

/// The same in any column, because a spec is quoted without the row above it.
pub(super) const UNSAID_ANYWHERE: &[&str] = &["同上", "见上", "待定", "待补", "待确认", "tbd"];

/// A figure that differs by this factor from all others looks like a wrong unit.
const FAR: f64 = 100.0;

/// The form of a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Shape {
    /// A single figure.
    Bare,
    /// A figure with its unit and nothing else (60w).
    Measured(String),
    /// Words, figures among words, lists.
    Other,
}

pub(super) fn check(scene: &Scene, report: &mut Report) {
    let mut columns: BTreeMap<(&str, &str), Vec<Value>> = BTreeMap::new();
    for product in &scene.shop.products {
        for spec in &product.specs {
            let column = columns
                .entry((spec.name.as_str(), product.category.as_str()))
                .or_default();
            column.push((product, spec, shape(&spec.value)));
        }
    }
    // Small categories are judged together with the rest of the shop.
    let mut merged: BTreeMap<(&str, &str), Vec<Value>> = BTreeMap::new();
    for ((name, category), column) in columns {
        let key = if column.len() >= FEWEST {
            (name, category)
        } else {
            (name, "")
        };
        merged.entry(key).or_default().extend(column);
    }
    for ((name, category), column) in &merged {
        judge(name, column, !category.is_empty(), report);
    }
}

/// Reports values without the form that nearly all others have.
fn judge(name: &str, column: &[Value], of_one_kind: bool, report: &mut Report) {
    if column.len() < FEWEST {
        return;
    }
    let mut counts: BTreeMap<&Shape, usize> = BTreeMap::new();
    for (_, _, shape) in column {
        *counts.entry(shape).or_default() += 1;
    }
    let Some((usual, &count)) = counts.iter().max_by_key(|(_, count)| **count) else {
        return;
    };
    let Shape::Measured(unit) = usual else { return };
    let unit = unit.clone();
    // Words among figures (长期 among 18个月) are another way to tell it. Figures of other kinds are counted.
    let odd = column
        .iter()
        .filter(|(_, _, shape)| match shape {
            Shape::Bare => true,
            Shape::Measured(own) => *own != unit && !convertible(own, &unit),
            Shape::Other => false,
        })
        .count();
    // One in four may be a slip; more is the merchant's way of writing.
    let (odd, all) = match of_one_kind {
        true => (odd, count + odd),
        // Over all kinds of goods (容量 of kettles and dishwashers) other ways of writing are normal.
        false => (column.len() - count, column.len()),
    };
    if count + 1 < FEWEST || odd * 4 > all {
        return;
    }
    far(name, column, &unit, report);
    let example = column.iter().find(|(_, _, shape)| shape == *usual);
    for (product, spec, shape) in column.iter().filter(|(_, _, shape)| shape != *usual) {
        let Some((other, sample, _)) = example else {
            return;
        };
        let beside = format!(
            "\"{}\" of {} ({})",
            sample.value,
            other.id,
            spot(&sample.place)
        );
        match shape {
            Shape::Bare => report.push(
                &SPEC_UNIT,
                &spec.place,
                Some(name),
                format!(
                    "{}: \"{}\" has no unit, unlike {beside}",
                    product.id, spec.value
                ),
                format!("write {}{unit} if that is meant", spec.value.trim()),
            ),
            Shape::Measured(own) if *own != unit && !convertible(own, &unit) => report.push(
                &ODD_SPEC,
                &spec.place,
                Some(name),
                format!(
                    "{}: \"{}\" has another unit than {beside}",
                    product.id, spec.value
                ),
                "check the unit",
            ),
            Shape::Other if unsaid(&spec.value) => report.push(
                &ODD_SPEC,
                &spec.place,
                Some(name),
                format!(
                    "{}: \"{}\" is no figure, unlike {beside}",
                    product.id, spec.value
                ),
                "write the figure with its unit, or leave the cell empty",
            ),
            _ => {}
        }
    }
}

/// Reports figures with the usual unit that are far from all others: 13600kg among 13.2kg and 9.8kg.
fn far(name: &str, column: &[Value], unit: &str, report: &mut Report) {
    let figures: Vec<(&Product, &Spec, f64)> = column
        .iter()
        .filter(|(_, _, shape)| matches!(shape, Shape::Measured(own) if own == unit))
        .filter_map(|(product, spec, _)| Some((*product, *spec, figure(&spec.value)?)))
        .filter(|(_, _, figure)| *figure > 0.0)
        .collect();
    for (at, (product, spec, own)) in figures.iter().enumerate() {
        let others = || {
            figures
                .iter()
                .enumerate()
                .filter(|(i, _)| *i != at)
                .map(|(_, (_, _, f))| *f)
        };
        let (least, most) = (
            others().fold(f64::INFINITY, f64::min),
            others().fold(0.0, f64::max),
        );
        if figures.len() >= FEWEST && (*own > most * FAR || own * FAR < least) {
            report.push(
                &ODD_SPEC,
                &spec.place,
                Some(name),
                format!(
                    "{}: \"{}\" is far from all others, which lie between {least} and {most}{unit}",
                    product.id, spec.value
                ),
                "check the figure and its unit",
            );
        }
    }
}

/// The figure at the beginning of a value.
fn figure(value: &str) -> Option<f64> {
    let value = normalise(value);
    let digits: String = value
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    digits.parse().ok()
}

/// The form of a value as written.
fn shape(value: &str) -> Shape {
    let value = normalise(value).replace(' ', "");
    let figure: String = value
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    let unit = &value[figure.len()..];
    match (figure.is_empty(), unit.chars().count()) {
        (true, _) => Shape::Other,
        (false, 0) => Shape::Bare,
        (false, 1..=6)
            if !unit.contains(|c: char| c.is_ascii_digit() || ",、/~-×x*()%".contains(c)) =>
        {
            Shape::Measured(unit.to_string())
        }
        _ => Shape::Other,
    }
}

/// Whether two units have the same dimension, so that a column may use both (800g, 1kg).
fn convertible(one: &str, other: &str) -> bool {
    const DIMENSIONS: &[&[&str]] = &[
        // A shop may sell creams by the gram and lotions by the millilitre.
        &["mg", "g", "kg", "斤", "t", "ml", "l", "升"],
        &["mm", "cm", "m", "km", "米", "厘米", "毫米", "寸", "英寸"],
        &["天", "周", "个月", "年", "月", "岁", "个月以上", "岁以上"],
        &["秒", "分钟", "小时", "h", "min", "s"],
        &["w", "kw", "瓦", "千瓦"],
        &["mah", "ah", "wh"],
        &["片", "包", "抽", "支", "个", "张", "袋", "盒", "瓶", "罐"],
    ];
    DIMENSIONS
        .iter()
        .any(|dimension| dimension.contains(&one) && dimension.contains(&other))
}

/// Whether a value is a placeholder.
fn unsaid(value: &str) -> bool {
    let value = normalise(value);
    UNSAID.contains(&value.trim()) && !UNSAID_ANYWHERE.contains(&value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_of_values() {
        for (value, expected) in [
            ("60W", Shape::Measured("w".into())),
            ("60 W", Shape::Measured("w".into())),
            ("６０Ｗ", Shape::Measured("w".into())),
            ("60", Shape::Bare),
            ("36个月", Shape::Measured("个月".into())),
            ("260×260×735mm", Shape::Other),
            ("聚酯纤维", Shape::Other),
            ("30ml、60ml两种", Shape::Other),
        ] {
            assert_eq!(shape(value), expected, "{value}");
        }
    }
}
