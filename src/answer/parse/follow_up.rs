//! Messages that cannot stand alone: 那女款呢, 加多少钱, 没拆封的话呢. They are read with a message before them.

use super::{Piece, is_padding};
use crate::text::normalise::{is_alphanumeric, is_han, normalise};

/// Words at the beginning of a follow-up.
pub(super) const LINKS: &[&str] = &[
    "那么", "那", "它", "这个", "这款", "这件", "这条", "还有", "如果", "要是", "另外", "然后",
];

/// Reads a piece. A short piece that begins like a follow-up or ends in 呢 cannot stand alone: the last message that is
/// not padding is put before it.
pub fn read(text: &str, previous: &[String]) -> Piece {
    read_as(text, text, previous, |_| false)
}

/// [`read`] of a text that means what `said` says: 针织衫 in answer to a question back is 那针织衫呢. `names` tells whether a
/// line only names goods: 疾风呢 after 山魈呢 asks for what was asked before both.
pub fn read_as(text: &str, said: &str, previous: &[String], names: impl Fn(&str) -> bool) -> Piece {
    let normalised = normalise(said);
    let turns = |line: &str| {
        let line = normalise(line);
        line.ends_with("的呢") || names(&line) || follows(&line) && names(said_anew(&line))
    };
    let context = follows(&normalised)
        .then(|| {
            let mut lines = previous.iter().rev().filter(|line| !is_padding(line));
            let last = lines.next()?;
            match turns(&normalised) && turns(last) {
                true => lines.find(|line| !turns(line)).or(Some(last)),
                false => Some(last),
            }
        })
        .flatten();
    match context {
        Some(line) => Piece {
            text: text.to_owned(),
            normalised: format!("{} {normalised}", normalise(line)),
            context: Some(line.clone()),
        },
        None => Piece {
            text: text.to_owned(),
            normalised,
            context: None,
        },
    }
}

/// Whether a normalised text reads as a follow-up.
pub fn follows(normalised: &str) -> bool {
    let length = normalised.chars().filter(|c| is_han(*c)).count();
    let core = normalised.trim_end_matches(['?', '!', '.', ' ']);
    // 60的, M的
    let variant = || core.ends_with('的') && core.contains(|c: char| c.is_ascii_alphanumeric());
    length <= 12 && LINKS.iter().any(|link| core.starts_with(link))
        || length <= 6 && core.ends_with('呢')
        || length <= 2 && variant()
        || asks_a_sum(core)
}

/// Whether a normalised text asks for no more than the sum of what was just told: 加多少钱, 要加钱吗, 怎么收费.
pub fn asks_a_sum(normalised: &str) -> bool {
    const ADDS: &[&str] = &["加", "补", "另付", "另收", "收"];
    const ENDS: &[&str] = &["多少钱", "多少", "几块", "几块钱", "钱", "费", "费用"];
    let core = normalised.trim_end_matches(['?', '!', '.', ' ']);
    let core = core.trim_start_matches(['那', '要', '还', '另', '外', '需', '得', '会', '是']);
    let core = core.trim_end_matches(['吗', '么', '不', '呢', '啊', '呀', '的']);
    let sum = ADDS
        .iter()
        .filter_map(|word| core.strip_prefix(word))
        .any(|rest| ENDS.contains(&rest.trim_start_matches(['要', '个'])));
    sum || matches!(core, "怎么收费" | "怎么收" | "如何收费")
}

/// Whether a normalised text points at the goods of the open page: 这款多重, 那这个呢.
pub fn points(normalised: &str) -> bool {
    let text = normalised.trim_start_matches('那');
    [
        "这款", "这个", "这件", "这条", "这双", "这台", "这瓶", "这支", "这种", "这包", "这把",
        "这块", "这口",
    ]
    .iter()
    .any(|word| text.starts_with(word))
}

/// What a normalised follow-up itself says: 渐进 for 那渐进的呢.
pub fn said_anew(normalised: &str) -> &str {
    let links = LINKS.iter().filter(|link| normalised.starts_with(**link));
    let link = links.map(|link| link.len()).max().unwrap_or(0);
    let closing = |c: char| !is_alphanumeric(c) || "呢吗的啊呀么不".contains(c);
    normalised[link..].trim_matches(closing)
}

/// Words that turn a follow-up to the case that the message before left open.
const OTHER_CASE: &[&str] = &["没", "不", "未", "已经", "过了", "的话", "如果", "要是"];

/// Whether a normalised follow-up asks for the other case (奶粉开罐了能退吗 → 没拆封的话呢), so not for what was just told.
pub fn other_case(normalised: &str) -> bool {
    OTHER_CASE.iter().any(|word| normalised.contains(word))
}
