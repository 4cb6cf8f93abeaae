//! Writes quantities in one form: 七天 → 7天, 四十八小时 → 48小时, 55公斤 → 55kg.

use super::super::numeral::{self, Shape};
use super::{Buffer, starts_with};

/// Units after which a numeral is a quantity, longest first if one starts another.
const COUNTED: &str = "小时 分钟 个小时 个月 个工作日 工作日 周岁 公斤 千克 厘米 公分 毫米 毫升 千瓦 块钱 天 年 岁 周 月 斤 克 瓦 元 折 件 码 段 级 \
    kg cm mm ml g w";

/// Unit as written → its sign.
const SIGNS: &[(&str, &str)] = &[
    ("千克", "kg"),
    ("公斤", "kg"),
    ("厘米", "cm"),
    ("公分", "cm"),
    ("毫升", "ml"),
    ("毫米", "mm"),
    ("千瓦", "kw"),
    ("克", "g"),
    ("瓦", "w"),
];

/// Writes quantities in Arabic figures, units as signs, without a space between.
pub(super) fn numbers(buffer: &mut Buffer) -> bool {
    buffer.rewrite(|chars, at, out| match chars[at] {
        ' ' if at > 0 && chars[at - 1].is_ascii_digit() && unit_follows(&chars[at + 1..]) => 1,
        '千' | '公' | '厘' | '毫' | '克' | '瓦' => sign(chars, at, out),
        c if numeral::is_numeral(c) => quantity(chars, at, out),
        _ => 0,
    })
}

/// Whether `rest` starts with a unit of the figure before it.
fn unit_follows(rest: &[char]) -> bool {
    let Some(unit) = counted_unit(rest) else {
        return false;
    };
    let after = rest.get(unit.chars().count()).copied().unwrap_or(' ');
    if unit.is_ascii() {
        !after.is_ascii_alphanumeric()
    } else {
        !matches!(
            (unit, after),
            ("码", '数') | ("件", '数') | ("周", '边') | ("级", '别')
        )
    }
}

/// The unit of [`COUNTED`] at the start of `rest`.
fn counted_unit(rest: &[char]) -> Option<&'static str> {
    COUNTED
        .split_whitespace()
        .find(|unit| starts_with(rest, unit))
}

/// Replaces a unit after a figure (or 多少, 几) by its sign.
fn sign(chars: &[char], at: usize, out: &mut Vec<char>) -> usize {
    let Some((unit, sign)) = SIGNS
        .iter()
        .find(|(unit, _)| starts_with(&chars[at..], unit))
    else {
        return 0;
    };
    let before = &chars[..at];
    let asked = unit.chars().count() == 2
        && *unit != "公分"
        && (before.ends_with(&['多', '少']) || before.ends_with(&['几']));
    let counted = before.last().is_some_and(char::is_ascii_digit);
    let len = unit.chars().count();
    // 2克拉 and 1千克力 are other units.
    if !(counted || asked) || (*unit == "克" && chars.get(at + 1) == Some(&'拉')) {
        return 0;
    }
    out.extend(sign.chars());
    len
}

/// Replaces a Chinese numeral before a unit, or a long one anywhere, by figures.
fn quantity(chars: &[char], at: usize, out: &mut Vec<char>) -> usize {
    // Inside a longer numeral, an ordinal, a weekday, a date or a decimal nothing is replaced.
    let before = at.checked_sub(1).map(|i| chars[i]);
    if before.is_some_and(|c| {
        numeral::is_numeral(c) || c.is_ascii_alphanumeric() || "第周期双几数好点初".contains(c)
    }) {
        return 0;
    }
    let Some(mut read) = numeral::read(&chars[at..]) else {
        return 0;
    };
    let mut rest = &chars[at + read.len..];
    // 五千克 becomes 5 kg, not 5000 g.
    if chars[at + read.len - 1] == '千' && matches!(rest.first(), Some('克' | '瓦')) {
        let Some(shorter) = numeral::read(&chars[at..at + read.len - 1]) else {
            return 0;
        };
        read = shorter;
        rest = &chars[at + read.len..];
    }
    let unit = counted_unit(rest);
    let counted = match (unit, read.shape) {
        // 大一码 and 小两码 compare sizes, 一段时间 is no stage, 一级棒 is praise.
        (Some("码"), _) => read.value >= 20,
        (Some("段"), _) => !matches!(rest.get(1), Some('时' | '话' | '路' | '距')),
        (Some("级" | "件"), Shape::Single) => !matches!(rest.get(1), Some('棒' | '事')),
        (Some("天" | "年" | "月"), Shape::Single) => {
            !matches!(rest.get(1), Some('到' | '四' | '比' | '饼'))
        }
        // Adjacent digits (两三天, 七八岁) are estimates, not figures.
        (Some(_), Shape::Digits) => false,
        (Some(unit), Shape::Elided) => matches!(unit, "斤" | "元" | "块钱"),
        (Some(_), _) => true,
        (None, Shape::Full) => read.len >= 3,
        (None, _) => false,
    };
    if !counted {
        return 0;
    }
    out.extend(read.value.to_string().chars());
    read.len
}
