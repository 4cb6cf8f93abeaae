//! The figures of one matter in a sentence, and the clause around each.

use std::ops::Range;

use crate::lint::topics::Compiled;
use crate::text::numeral;
use crate::text::reckon::value;

/// One figure (or pair of figures) in a sentence.
pub(super) struct Statement {
    /// Its place in the sentence.
    pub(super) span: Range<usize>,
    /// The word that tells matters apart, else empty.
    pub(super) key: String,
    /// From … to; twice the same for a single figure.
    pub(super) value: [f64; 2],
}

/// The figures of a matter in a normalised sentence.
pub(super) fn statements(sentence: &str, compiled: &Compiled) -> Vec<Statement> {
    let mut found: Vec<(usize, Statement)> = Vec::new();
    for pattern in &compiled.patterns {
        for captures in pattern.captures_iter(sentence) {
            let (Some(whole), Some(n)) = (captures.get(0), captures.name("n")) else {
                continue;
            };
            let span = whole.start()..whole.end();
            let before = sentence[..n.start()].chars().next_back();
            let part_of_longer = before.is_some_and(|c| c.is_ascii_digit() || c == '.');
            let clause = &sentence[clauses(sentence, &span)];
            let other_matter = compiled.topic.not.iter().any(|word| clause.contains(word));
            let denied = clause.contains("不支持") || clause.contains("不适用");
            if part_of_longer
                || other_matter
                || denied
                || found.iter().any(|(at, _)| *at == n.start())
            {
                continue;
            }
            let unit = captures.name("u").map(|unit| unit.as_str());
            let number = |name| captures.name(name).and_then(|m| figure(m.as_str()));
            if unit == Some("年") && number("n").is_some_and(|year| year > 100.0) {
                continue; // 2026年 is a date
            }
            let first = value(number("n").unwrap_or_default(), unit);
            let second = number("m").map_or(first, |m| value(m, unit));
            let key = captures
                .name("k")
                .map_or_else(String::new, |k| plain_key(k.as_str()));
            found.push((
                n.start(),
                Statement {
                    span,
                    key,
                    value: [first, second],
                },
            ));
        }
    }
    for (wording, figure) in &compiled.fixed {
        for hit in wording.find_iter(sentence) {
            let span = hit.range();
            let clause = &sentence[clauses(sentence, &span)];
            if compiled.topic.not.iter().any(|word| clause.contains(word)) {
                continue;
            }
            let statement = Statement {
                span,
                key: String::new(),
                value: [*figure; 2],
            };
            found.push((hit.start(), statement));
        }
    }
    found.into_iter().map(|(_, statement)| statement).collect()
}

/// A figure in digits, or in Chinese numerals.
fn figure(written: &str) -> Option<f64> {
    written.parse().ok().or_else(|| {
        let chars: Vec<char> = written.chars().collect();
        numeral::read(&chars)
            .filter(|read| read.len == chars.len())
            .map(|read| read.value as f64)
    })
}

/// A key without the words that vary.
fn plain_key(key: &str) -> String {
    let mut key = key.to_string();
    for filler in [
        "发出时",
        "剩余",
        "保质期",
        "效期",
        "商品",
        "和",
        "与",
        "及",
        "的",
        "一张",
        "一份",
        "您",
    ] {
        key = key.replace(filler, "");
    }
    key
}

/// The clauses that `span` touches.
pub(super) fn clauses(sentence: &str, span: &Range<usize>) -> Range<usize> {
    let start = sentence[..span.start]
        .rfind(',')
        .map_or(0, |comma| comma + 1);
    let end = sentence[span.end..]
        .find(',')
        .map_or(sentence.len(), |comma| span.end + comma);
    start..end
}

/// The text before a commitment in its clause, without the words that every shop writes there.
pub(super) fn subject(sentence: &str, span: &Range<usize>) -> String {
    const USUAL: &[&str] = &[
        "我们", "本店", "我家", "咱家", "商品", "产品", "宝贝", "现货", "订单", "一般", "正常",
        "默认", "通常", "付款", "下单", "拍下", "之后", "次日", "之日", "预计", "最晚", "最快",
        "平台", "要求", "承诺", "整机", "所有", "全部", "全店", "全场", "签收", "购买", "收到",
        "保修", "质保", "起", "从", "自", "后", "的", "都", "均", "会", "在", "您", "亲", "是",
        "有", "为", "提供", "享受", "享",
    ];
    let clause = &sentence[clauses(sentence, span).start..span.start];
    let mut plain: String = clause
        .chars()
        .filter(|c| !c.is_ascii_punctuation())
        .collect();
    for word in USUAL {
        plain = plain.replace(word, "");
    }
    plain.trim().to_owned()
}
