//! Spec values of another kind than all others of their column: a colour among weights, a volume among towns. And variants
//! that no buyer reads as a size.

use std::collections::BTreeMap;

use super::Report;
use super::outliers::measured;
use super::scene::{Scene, spot};
use super::specs::ODD_SPEC;
use crate::knowledge::{Product, Spec};
use crate::text::normalise::{is_han, normalise};

/// Fewer others than this, of one mind, are no rule to depart from.
const PEERS: usize = 7;

/// Columns whose name asks for a measure: 大号 beside 30cm is another way to say it.
const MEASURING: &[&str] = &[
    "尺", "寸", "大小", "长", "宽", "高", "厚", "重", "径", "量", "容", "码", "规格", "功率", "电",
    "压", "温", "面积", "体积", "距", "范围", "期", "时",
];

/// Units of what can be weighed, measured or metered; of time people speak in words.
const METERED: &[&str] = &["g", "ml", "cm", "w", "m2", "mah", "db", "v"];

/// What kind of value a text is; what is none of these is of no kind that tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// One figure with its unit.
    Measure(&'static str),
    /// Parts in per cent.
    Blend,
    /// A colour.
    Colour,
    /// A number in words, without a unit: 两百.
    Number,
    /// Words without any figure.
    Words,
}

/// A value with its product and kind.
type Value<'a> = (&'a Product, &'a Spec, Option<Kind>);

pub(super) fn check(scene: &Scene, report: &mut Report) {
    let mut columns: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for product in &scene.shop.products {
        for spec in &product.specs {
            let value = (product, spec, kind(&normalise(&spec.value)));
            columns.entry(&spec.name).or_default().push(value);
        }
        variants(product, report);
    }
    for (name, column) in columns {
        judge(name, &column, report);
    }
}

/// One value that is of another kind than all others, where these are of one.
fn judge(name: &str, column: &[Value], report: &mut Report) {
    if column.len() <= PEERS {
        return;
    }
    // Of two strangers neither is one.
    let of_first = |at: usize| column[at].2.map(|kind| std::mem::discriminant(&kind));
    let usual = match of_first(0) == of_first(1) || of_first(0) == of_first(2) {
        true => of_first(0),
        false => of_first(1),
    };
    let mut strangers = (0..column.len()).filter(|&at| of_first(at) != usual);
    let (Some(odd), None) = (strangers.next(), strangers.next()) else {
        return;
    };
    let (other, sample, usual) = column[usize::from(odd == 0)];
    let (product, spec, own) = column[odd];
    let (Some(usual), Some(own)) = (usual, own) else {
        return;
    };
    let measures = MEASURING.iter().any(|word| name.contains(word));
    let strange = match (usual, own) {
        (Kind::Measure(_), Kind::Colour | Kind::Number) | (Kind::Blend, Kind::Measure(_)) => true,
        (Kind::Words, Kind::Measure(unit)) => METERED.contains(&unit) && !measures,
        _ => false,
    };
    if strange {
        report.push(
            &ODD_SPEC,
            &spec.place,
            Some(name),
            format!(
                "{}: \"{}\" is of another kind than all others, such as \"{}\" of {} ({})",
                product.id,
                spec.value,
                sample.value,
                other.id,
                spot(&sample.place)
            ),
            "check whether it stands in the right column and row",
        );
    }
}

/// The kind of a normalised value.
fn kind(value: &str) -> Option<Kind> {
    const NUMERALS: &str = "零〇一二两三四五六七八九十百千万半";
    let value = value.trim();
    let figures = value.contains(|c: char| c.is_ascii_digit());
    let numerals = value.contains(|c| NUMERALS.contains(c));
    if let Some((_, unit)) = measured(value) {
        Some(Kind::Measure(unit))
    } else if figures {
        (value.contains('%') && value.contains(is_han)).then_some(Kind::Blend)
    } else if is_colour(value) {
        Some(Kind::Colour)
    } else if !value.is_empty() && value.chars().all(|c| NUMERALS.contains(c)) {
        Some(Kind::Number)
    } else {
        (value.contains(is_han) && !numerals).then_some(Kind::Words)
    }
}

/// Whether a value is a colour's name and nothing else.
fn is_colour(value: &str) -> bool {
    const COLOURS: &str = "红橙黄绿青蓝紫黑白灰粉棕米金银";
    let of_colour = value.strip_suffix('色').unwrap_or(value);
    let tones = [
        '深', '浅', '大', '暗', '亮', '天', '宝', '酒', '藏', '玫', '卡', '其', '咖', '啡', '杏',
    ];
    let told = |c| COLOURS.contains(c) || tones.contains(&c);
    (1..=3).contains(&of_colour.chars().count())
        && of_colour.chars().all(told)
        && (value.ends_with('色') || of_colour.contains(|c| COLOURS.contains(c)))
}

/// Variants that a slip of the separators made: 红:::M is read as the colour 红 in the size ::M. 1:64 is a scale.
fn variants(product: &Product, report: &mut Report) {
    let stray = |text: &str| text.starts_with([':', '：']) || text.ends_with([':', '：']);
    let sizes = product.skus.iter().flat_map(|group| &group.sizes);
    if let Some(odd) = sizes.clone().find(|size| stray(size)) {
        report.push(
            &ODD_SPEC,
            &product.place,
            Some("skus"),
            format!("{}: \"{odd}\" is read as a size", product.id),
            "write 颜色:尺码,尺码 with one colon, colours parted by |",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_values() {
        for (value, expected) in [
            ("50g", Some(Kind::Measure("g"))),
            ("约1.2kg", Some(Kind::Measure("g"))),
            ("100%棉", Some(Kind::Blend)),
            ("红色", Some(Kind::Colour)),
            ("深灰", Some(Kind::Colour)),
            ("白", Some(Kind::Colour)),
            ("大", Some(Kind::Words)),
            ("两百", Some(Kind::Number)),
            ("杭州", Some(Kind::Words)),
            ("三年", Some(Kind::Measure("天"))),
            ("两三个", None),
            ("18-30㎡", None),
            ("304", None),
            ("", None),
        ] {
            assert_eq!(kind(&normalise(value)), expected, "{value}");
        }
    }
}
