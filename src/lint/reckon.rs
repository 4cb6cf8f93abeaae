//! Figures of promises, written in one way.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::text::numeral;

/// A normalised sentence with the figures that normalisation leaves to their context written in one way: 三日内 and 72h
/// are times and ¥199 is a sum where something is promised.
pub(super) fn reckoned(sentence: String) -> String {
    static TIMES: LazyLock<[(Regex, &str); 3]> = LazyLock::new(|| {
        let pattern = |text| {
            Regex::new(text).expect("the test `figures_are_written_one_way` compiles each pattern")
        };
        [
            (pattern(r"(\d)\s*h(?:ours?)?([^a-z0-9]|$)"), "${1}小时${2}"),
            (pattern(r"¥\s*(\d+(?:\.\d+)?)元?"), "${1}元"),
            (pattern(r"(\d\d)块钱?"), "${1}元"),
        ]
    });
    static DAYS: LazyLock<Regex> = LazyLock::new(|| {
        // 11月15日内 is a date.
        Regex::new(r"(^|[^月\d一二两三四五六七八九十])(\d{1,3}|[一二两三四五六七八九十]{1,3})日([之以]?内|无理由)")
            .expect("the test `figures_are_written_one_way` compiles the pattern")
    });
    if !sentence.contains(['日', 'h', '¥', '块']) {
        return sentence;
    }
    let mut sentence = DAYS
        .replace_all(&sentence, |hit: &Captures| {
            let written: Vec<char> = hit[2].chars().collect();
            let days = match numeral::read(&written) {
                Some(days) if days.len == written.len() => days.value.to_string(),
                _ => hit[2].to_owned(),
            };
            format!("{}{days}天{}", &hit[1], &hit[3])
        })
        .into_owned();
    for (pattern, plain) in &*TIMES {
        if let Cow::Owned(changed) = pattern.replace_all(&sentence, *plain) {
            sentence = changed;
        }
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::reckoned;

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
        ] {
            assert_eq!(reckoned(text.to_owned()), plain, "{text}");
        }
    }
}
