//! Figures of promises, written in one way, and the times among them.
//!
//! The linter compares promises by these figures, and an answer is held against the same ones: there is one reader.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::numeral;

/// A time as it is written: figure or range (groups `n`, `m`) and unit (group `u`).
pub(crate) const TIME: &str =
    r"(?P<n>\d+(?:\.\d+)?)(?:[-~至到](?P<m>\d+))?(?P<u>个?工作日|个?小时|分钟|天|日内|周|个月|年)";

/// A time in hours; a month counts 30 days, a year 12 months. A figure of another unit stays as it is.
pub(crate) fn value(figure: f64, unit: Option<&str>) -> f64 {
    let hours = match unit {
        Some("分钟") => 1.0 / 60.0,
        Some("天" | "日内" | "工作日" | "个工作日") => 24.0,
        Some("周") => 7.0 * 24.0,
        Some("个月") => 30.0 * 24.0,
        Some("年") => 360.0 * 24.0,
        _ => 1.0,
    };
    figure * hours
}

/// A time that a rule tells, in hours.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Time {
    /// Bytes of the text.
    pub(crate) span: Range<usize>,
    /// The lower end of a range (3-5天), else the time.
    pub(crate) least: f64,
    /// The upper end.
    pub(crate) most: f64,
}

/// The times in a [`reckoned`] text, in order. Dates (2026年, 11月11日) are not times.
pub(crate) fn times(text: &str) -> Vec<Time> {
    static PATTERN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(TIME).expect("the test `times_are_read` compiles the pattern"));
    let read = |hit: Captures| {
        let whole = hit.get(0)?;
        let unit = hit.name("u").map(|unit| unit.as_str());
        let number = |name| hit.name(name).and_then(|m| m.as_str().parse::<f64>().ok());
        let first = number("n")?;
        let before = text[..whole.start()].chars().next_back();
        let dated = before
            .is_some_and(|c| c.is_ascii_digit() || matches!(c, '月' | '/' | '.' | ':'))
            || unit == Some("年") && first > 100.0;
        (!dated).then(|| {
            let first = value(first, unit);
            let last = number("m").map_or(first, |last| value(last, unit));
            Time {
                span: whole.range(),
                least: first.min(last),
                most: first.max(last),
            }
        })
    };
    PATTERN.captures_iter(text).filter_map(read).collect()
}

/// Writes figures in one form where normalisation leaves them, because they depend on the context: 三日内 and 72h become
/// times and ¥199 a sum where something is promised, 半年 becomes six months and 两个星期 two weeks.
pub(crate) fn reckoned(mut sentence: String) -> String {
    fn pattern(text: &str) -> Regex {
        Regex::new(text).expect("the test `figures_are_written_one_way` compiles each pattern")
    }
    /// A numeral between other signs, and the unit in which it counts.
    static COUNTED: LazyLock<[(Regex, &str); 2]> = LazyLock::new(|| {
        [
            // 11月15日内 is a date.
            (
                pattern(
                    r"(^|[^月\d一二两三四五六七八九十])(\d{1,3}|[一二两三四五六七八九十]{1,3})日([之以]?内|无理由|[可能退换发到])",
                ),
                "天",
            ),
            // 一周二 is a day, 三周岁 an age; 第三周 and 每一周 are not spans.
            (
                pattern(
                    r"(^|[^\d第每一二两三四五六七八九十])(\d{1,2}|[一二两三四五六七八九十]{1,2})个?(?:周|星期|礼拜)([^一二三四五六日天末岁年]|$)",
                ),
                "周",
            ),
        ]
    });
    static PLAIN: LazyLock<[(Regex, &str); 5]> = LazyLock::new(|| {
        [
            // 上半年 is a part of a year, 一年半 is longer than one.
            (pattern(r"(^|[^上下前后年])半年"), "${1}6个月"),
            (pattern(r"(^|[^上下前后月])半个?月"), "${1}15天"),
            (pattern(r"(\d)\s*h(?:ours?)?([^a-z0-9]|$)"), "${1}小时${2}"),
            (pattern(r"¥\s*(\d+(?:\.\d+)?)元?"), "${1}元"),
            (pattern(r"(\d\d)块钱?"), "${1}元"),
        ]
    });
    if !sentence.contains(['日', 'h', '¥', '块', '半', '周', '星', '礼']) {
        return sentence;
    }
    let figure = |written: &str| {
        let chars: Vec<char> = written.chars().collect();
        match numeral::read(&chars) {
            Some(read) if read.len == chars.len() => read.value.to_string(),
            _ => written.to_owned(),
        }
    };
    for (pattern, unit) in &*COUNTED {
        if let Cow::Owned(changed) = pattern.replace_all(&sentence, |hit: &Captures| {
            format!("{}{}{unit}{}", &hit[1], figure(&hit[2]), &hit[3])
        }) {
            sentence = changed;
        }
    }
    for (pattern, plain) in &*PLAIN {
        if let Cow::Owned(changed) = pattern.replace_all(&sentence, *plain) {
            sentence = changed;
        }
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::{reckoned, times};

    #[test]
    fn figures_are_written_one_way() {
        for (text, plain) in [
            ("三日内发货", "3天内发货"),
            ("十五日无理由", "15天无理由"),
            ("收货15日之内", "收货15天之内"),
            ("11月15日内", "11月15日内"),
            ("11月十五日内", "11月十五日内"),
            ("72h内发货", "72小时内发货"),
            ("100hz", "100hz"),
            ("满¥199包邮", "满199元包邮"),
            ("买够199块就免邮费", "买够199元就免邮费"),
            ("一块肥皂", "一块肥皂"),
            ("一周内发货", "1周内发货"),
            ("两个星期退款", "2周退款"),
            ("价保期一周", "价保期1周"),
            ("每一周一次", "每一周一次"),
            ("三周岁", "三周岁"),
            ("质保半年", "质保6个月"),
            ("上半年发货", "上半年发货"),
            ("一年半", "一年半"),
            ("半个月内可换", "15天内可换"),
            ("15日可退", "15天可退"),
        ] {
            assert_eq!(reckoned(text.to_owned()), plain, "{text}");
        }
    }

    #[test]
    fn times_are_read() {
        for (text, expected) in [
            ("48小时内发货", vec![(48.0, 48.0)]),
            ("3-5天发货", vec![(72.0, 120.0)]),
            ("1至5个工作日", vec![(24.0, 120.0)]),
            ("一周内", vec![(168.0, 168.0)]),
            ("质保半年", vec![(4320.0, 4320.0)]),
            ("2026年11月11日起", vec![]),
            ("12个月", vec![(8640.0, 8640.0)]),
            ("满300减50", vec![]),
        ] {
            let read: Vec<(f64, f64)> = times(&reckoned(text.to_owned()))
                .iter()
                .map(|time| (time.least, time.most))
                .collect();
            assert_eq!(read, expected, "{text}");
        }
    }
}
