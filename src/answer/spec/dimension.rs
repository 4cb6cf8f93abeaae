//! Tells what a wording measures and whether a value can be that: 多重 is answered in grams or pounds, not by 100ml.

use crate::text::normalise::normalise;

/// A kind of measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dimension {
    /// 多重
    Weight,
    /// 多长
    Length,
}

/// Wordings that ask for a weight, normalised.
const WEIGHT: &[&str] = &[
    "多重",
    "多沉",
    "重多少",
    "几斤",
    "几g",
    "几kg",
    "几公斤",
    "几千克",
    "几克",
    "多少斤",
    "多少克",
    "多少公斤",
    "多少千克",
    "多少g",
    "多少kg",
    "重几",
    "重不重",
    "沉不沉",
];

/// Wordings that ask for a length, normalised.
const LENGTH: &[&str] = &[
    "多长",
    "多宽",
    "多高",
    "多厚",
    "多深",
    "多粗",
    "长几",
    "宽几",
    "高几",
    "厚几",
    "深几",
    "粗几",
    "长多少",
    "宽多少",
    "高多少",
    "厚多少",
    "深多少",
    "几cm",
    "几mm",
    "几厘米",
    "几公分",
    "几毫米",
    "几米",
    "多少cm",
    "多少mm",
    "多少厘米",
    "多少公分",
    "多少毫米",
    "多少米",
];

/// Units of weight as normalised values write them.
const WEIGHTS: &[&str] = &[
    "kg", "mg", "g", "公斤", "千克", "克", "斤", "磅", "两", "吨", "oz", "lb",
];

/// Units of length.
const LENGTHS: &[&str] = &[
    "cm", "mm", "m", "厘米", "毫米", "公分", "米", "英寸", "寸", "尺", "inch", "\"",
];

/// Units of other measures that often stand beside.
const OTHERS: &[&str] = &[
    "ml", "l", "升", "毫升", "w", "v", "a", "ah", "mah", "wh", "hz", "db", "pa", "h", "min", "s",
    "小时", "分钟", "天", "年", "个月", "转", "档", "℃", "度", "%", "n",
];

/// The measure that a text begins to ask for. 多长时间 asks for a time, not a length.
pub(super) fn at(text: &str) -> Option<Dimension> {
    let begins = |words: &[&str]| words.iter().any(|word| text.starts_with(word));
    read(begins, text)
}

/// The measure that a wording asks for.
pub(super) fn within(text: &str) -> Option<Dimension> {
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    read(says, text)
}

fn read(says: impl Fn(&[&str]) -> bool, text: &str) -> Option<Dimension> {
    match () {
        () if text.contains("多长时间") => None,
        () if says(WEIGHT) => Some(Dimension::Weight),
        () if says(LENGTH) => Some(Dimension::Length),
        () => None,
    }
}

impl Dimension {
    /// Whether a value under this name can be this measure: it has a figure and, if any figure has a unit, one has a
    /// fitting unit. 纸张克重 is the weight of a square metre, and 承重 the weight that is carried.
    pub(super) fn fits(self, name: &str, value: &str) -> bool {
        let own = match self {
            Dimension::Weight => WEIGHTS,
            Dimension::Length => LENGTHS,
        };
        if self == Dimension::Weight
            && ["克重", "承重", "载重", "负重"]
                .iter()
                .any(|other| name.contains(other))
        {
            return false;
        }
        let value = normalise(value);
        let mut figures = false;
        let mut others = false;
        for (at, c) in value.char_indices() {
            let behind = value[at + c.len_utf8()..].trim_start();
            if !c.is_ascii_digit() || behind.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
                continue;
            }
            figures = true;
            match unit(behind) {
                Some(unit) if own.contains(&unit) => return true,
                Some(_) => others = true,
                None => {}
            }
        }
        figures && !others
    }
}

/// The unit at the beginning of a text.
fn unit(text: &str) -> Option<&'static str> {
    let whole = |unit: &str| {
        let latin = unit.ends_with(|c: char| c.is_ascii_alphabetic());
        text.starts_with(unit)
            && !(latin && text[unit.len()..].starts_with(|c: char| c.is_ascii_alphabetic()))
    };
    [WEIGHTS, LENGTHS, OTHERS]
        .into_iter()
        .flatten()
        .copied()
        .filter(|unit| whole(unit))
        .max_by_key(|unit| unit.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_answers_only_what_it_measures() {
        use Dimension::{Length, Weight};
        let rows = [
            (Weight, "重量", "386g(不含线)", true),
            (Weight, "净含量", "30ml", false),
            (Weight, "净含量", "500g", true),
            (Weight, "纸张克重", "100g道林纸", false),
            (Weight, "最大承重", "150kg", false),
            (Weight, "包装", "礼盒", false),
            (Weight, "重量", "约1.35", true),
            (Weight, "规格", "2.5 kg/袋", true),
            (Length, "表带材质", "氟橡胶", false),
            (Length, "电源线", "1.8m", true),
            (Length, "电源线", "无线（Type-C充电）", false),
            (Length, "尺寸", "W250×D180", true),
            (Length, "尺带", "5米×19mm", true),
            (Length, "功率", "1600W", false),
            (Length, "充电", "2小时", false),
            (Length, "鞋底材质", "EVA+橡胶耐磨片", false),
        ];
        for (dimension, name, value, expected) in rows {
            assert_eq!(dimension.fits(name, value), expected, "{name} {value}");
        }
    }

    #[test]
    fn wordings_ask_for_a_measure() {
        assert_eq!(at("多长时间"), None);
        assert_eq!(at("多长呀"), Some(Dimension::Length));
        assert_eq!(within("有多重"), Some(Dimension::Weight));
        assert_eq!(at("厚几cm"), Some(Dimension::Length));
        assert_eq!(within("多大"), None);
    }
}
