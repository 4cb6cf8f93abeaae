//! Rules about spec values that cannot be meant: ten times all others of the kind, ranges that run backwards, parts
//! that sum to more than the whole.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::scene::{Scene, spot};
use super::specs::{ODD_SPEC, UNSAID_ANYWHERE};
use super::{Report, Rule, pattern};
use crate::knowledge::{Product, Spec};
use crate::text::normalise::normalise;

/// With fewer other values, none is an outlier.
const PEERS: usize = 4;
/// The same, if the others lie close together.
const CLOSE_PEERS: usize = 3;
/// The largest of the others may be at most this many times the least. A shop that sells the same thing by the gram and
/// by the pound means it.
const SPREAD: f64 = 6.0;
const CLOSE: f64 = 4.0;
/// A figure that differs by this factor from the others looks like a slip.
const FAR: f64 = 8.0;
/// Specs that naturally differ between kinds of goods.
const CONTENT: &[&str] = &["含量", "容量", "容积", "规格", "数量", "功率"];
/// The most to which parts may sum, in percent. Rounding can give 101.
const WHOLE: f64 = 105.0;

/// A value with its product, in the base unit of its dimension.
#[derive(Clone, Copy)]
struct Value<'a> {
    product: &'a Product,
    spec: &'a Spec,
    dimension: &'static str,
    figure: f64,
}

pub(super) fn check(scene: &Scene, report: &mut Report) {
    let mut columns: BTreeMap<(&str, &str), Vec<Value>> = BTreeMap::new();
    for product in &scene.shop.products {
        for spec in &product.specs {
            alone(product, spec, report);
            if let Some((figure, dimension)) = measured(&normalise(&spec.value)) {
                let value = Value {
                    product,
                    spec,
                    dimension,
                    figure,
                };
                let name = spec.name.as_str();
                let category = product.category.as_str();
                columns.entry((name, category)).or_default().push(value);
            }
        }
    }
    // Small categories are judged together with the rest of the shop.
    let mut merged: BTreeMap<(&str, &str), Vec<Value>> = BTreeMap::new();
    for ((name, category), column) in columns {
        let own = if column.len() > CLOSE_PEERS {
            category
        } else {
            ""
        };
        merged.entry((name, own)).or_default().extend(column);
    }
    for ((name, category), column) in &merged {
        // A kettle naturally holds less than a boiler.
        if category.is_empty() && content(name) {
            continue;
        }
        let mut dimensions: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        for value in column {
            dimensions.entry(value.dimension).or_default().push(*value);
        }
        for values in dimensions.values() {
            far(name, values, !category.is_empty(), report);
        }
    }
}

/// Whether a spec tells an amount.
fn content(name: &str) -> bool {
    CONTENT.iter().any(|word| name.contains(word))
}

/// Reports figures far from all others, if the others lie together.
fn far(name: &str, values: &[Value], of_one_kind: bool, report: &mut Report) {
    for (at, value) in values.iter().enumerate() {
        let mut others: Vec<f64> = values
            .iter()
            .enumerate()
            .filter(|(i, _)| *i != at)
            .map(|(_, other)| other.figure)
            .collect();
        others.sort_by(f64::total_cmp);
        let (Some(&least), Some(&most)) = (others.first(), others.last()) else {
            return;
        };
        if least <= 0.0 {
            continue;
        }
        let spread = most / least;
        let enough = others.len() >= PEERS && spread <= if of_one_kind { SPREAD } else { CLOSE }
            || others.len() >= CLOSE_PEERS && of_one_kind && spread <= CLOSE;
        let middle = others[others.len() / 2];
        let times = |a: f64, b: f64| a >= b * FAR;
        // One or more zeros too many or too few: without the slip the figure would be one of them.
        let slip = [10.0, 100.0, 1000.0].iter().any(|noughts| {
            let near = |figure: f64| (least / 2.0..=most * 2.0).contains(&figure);
            near(value.figure / noughts) || near(value.figure * noughts)
        });
        let odd = value.figure <= 0.0
            || slip && times(value.figure, most) && times(value.figure, middle)
            // A pencil of 0.1g is normal among powders of 4g.
            || slip && !content(name) && times(least, value.figure) && times(middle, value.figure);
        if enough && odd {
            let near = values
                .iter()
                .filter(|other| other.figure == middle)
                .find(|other| !std::ptr::eq(other.spec, value.spec));
            let beside = near.map_or(String::new(), |near| {
                format!(
                    ", unlike \"{}\" of {} ({})",
                    near.spec.value,
                    near.product.id,
                    spot(&near.spec.place)
                )
            });
            push(
                value.product,
                value.spec,
                name,
                format!("is far from all others{beside}"),
                report,
            );
        }
    }
}

/// Reports what is odd about a value independent of the others.
fn alone(product: &Product, spec: &Spec, report: &mut Report) {
    let value = normalise(&spec.value);
    let why = if UNSAID_ANYWHERE.contains(&value.trim()) {
        "says nothing once it is quoted alone"
    } else if runs_backwards(&value) {
        "runs from more to less"
    } else if more_than_whole(&value) {
        "sums to more than 100%"
    } else {
        return;
    };
    push(product, spec, &spec.name, why.to_owned(), report);
}

fn push(product: &Product, spec: &Spec, name: &str, why: String, report: &mut Report) {
    const RULE: &Rule = &ODD_SPEC;
    report.push(
        RULE,
        &spec.place,
        Some(name),
        format!("{}: \"{}\" {why}", product.id, spec.value),
        "check the figure and its unit",
    );
}

/// Whether a normalised value is a range from more to less. Months are ignored: winter is 11-2月.
fn runs_backwards(value: &str) -> bool {
    static RANGE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^(\d+(?:\.\d+)?)\s*[-~至到]\s*(\d+(?:\.\d+)?)\s*(?:m2|°c|℃|cm|mm|m|kg|g|斤|克|kw|w|ml|l|岁|个月|天|小时|分钟|db)$",
        )
    });
    let Some(hit) = RANGE.captures(value.trim()) else {
        return false;
    };
    let figure = |at: usize| hit[at].parse::<f64>().ok();
    figure(1) > figure(2) && figure(2).is_some()
}

/// Whether the parts of one normalised composition sum to more than the whole. Two fabrics of 100% each do not.
fn more_than_whole(value: &str) -> bool {
    static PART: LazyLock<Regex> = LazyLock::new(|| pattern(r"\p{Han}{1,8}\s*(\d+(?:\.\d+)?)%"));
    static REMARK: LazyLock<Regex> = LazyLock::new(|| pattern(r"\([^)]*\)"));
    const LAYERS: &[char] = &[
        ':', ';', '/', '里', '衬', '层', '填', '面', '含', '配', '领', '袖',
    ];
    let value = REMARK.replace_all(value, "");
    if value.contains(LAYERS) {
        return false;
    }
    let parts: Vec<f64> = PART
        .captures_iter(&value)
        .filter_map(|hit| hit[1].parse().ok())
        .collect();
    let sum: f64 = parts.iter().sum();
    let several_wholes = (sum / 100.0 - (sum / 100.0).round()).abs() < 0.02 && sum > 150.0;
    parts.len() >= 2 && sum > WHOLE && !several_wholes
}

/// A normalised value that is one figure with its unit (约1.2kg(含底座)), in the base unit of its dimension.
pub(super) fn measured(value: &str) -> Option<(f64, &'static str)> {
    const UNITS: &[(&str, f64, &str)] = &[
        ("mg", 0.001, "g"),
        ("g", 1.0, "g"),
        ("克", 1.0, "g"),
        ("斤", 500.0, "g"),
        ("kg", 1000.0, "g"),
        ("ml", 1.0, "ml"),
        ("毫升", 1.0, "ml"),
        ("l", 1000.0, "ml"),
        ("升", 1000.0, "ml"),
        ("mm", 0.1, "cm"),
        ("毫米", 0.1, "cm"),
        ("cm", 1.0, "cm"),
        ("厘米", 1.0, "cm"),
        ("m", 100.0, "cm"),
        ("米", 100.0, "cm"),
        ("天", 1.0, "天"),
        ("个月", 30.0, "天"),
        ("年", 360.0, "天"),
        ("秒", 1.0, "秒"),
        ("分钟", 60.0, "秒"),
        ("小时", 3600.0, "秒"),
        ("w", 1.0, "w"),
        ("kw", 1000.0, "w"),
        ("°c", 1.0, "°c"),
        ("℃", 1.0, "°c"),
        ("m2", 1.0, "m2"),
        ("mah", 1.0, "mah"),
        ("db", 1.0, "db"),
        ("v", 1.0, "v"),
        ("元", 1.0, "元"),
    ];
    let value = value.split('(').next()?.trim();
    let value = value
        .trim_start_matches(['约', '≥', '≤', '>', '<'])
        .trim_start();
    let (sign, value) = match value.strip_prefix('-') {
        Some(value) => (-1.0, value),
        None => (1.0, value),
    };
    let end = value.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let figure: f64 = value[..end].parse().ok()?;
    let unit = value[end..].trim();
    let (_, times, dimension) = UNITS.iter().find(|(written, ..)| *written == unit)?;
    // Temperatures may be below zero; nothing else may.
    (sign > 0.0 || *dimension != "°c").then_some((sign * figure * times, *dimension))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_in_base_units() {
        for (value, expected) in [
            ("1.2kg", Some((1200.0, "g"))),
            ("约210克（37码）", Some((210.0, "g"))),
            ("1.2kW", Some((1200.0, "w"))),
            ("24年", Some((8640.0, "天"))),
            ("-5ml", Some((-5.0, "ml"))),
            ("-18℃", None),
            ("18-30㎡", None),
            ("30ml、60ml", None),
        ] {
            assert_eq!(measured(&normalise(value)), expected, "{value}");
        }
    }

    #[test]
    fn ranges_and_sums_are_told() {
        for (value, odd) in [
            ("30-18㎡", true),
            ("18-30㎡", false),
            ("11-2月", false),
            ("GB/T 2665-2017", false),
            ("5-38℃", false),
        ] {
            assert_eq!(runs_backwards(&normalise(value)), odd, "{value}");
        }
        for (value, odd) in [
            ("聚酯纤维72% 粘纤22% 氨纶60%", true),
            ("聚酯纤维72% 粘纤22% 氨纶6%", false),
            ("面料：棉65% 聚酯纤维35%；里料：棉100%", false),
            ("黑色棉100% 灰色棉80% 涤纶20%", false),
            ("桑蚕丝100%（19姆米）", false),
            ("棉33% 麻33% 丝35%", false),
        ] {
            assert_eq!(more_than_whole(&normalise(value)), odd, "{value}");
        }
    }
}
