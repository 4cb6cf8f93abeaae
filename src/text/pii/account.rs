//! Finds e-mail addresses, and WeChat and QQ accounts after a word that announces them.

use super::{Kind, Pii, pii};
use crate::text::normalise::starts_with;

/// The most spaces around the @.
const APART: usize = 2;

/// Appends every e-mail address, also with spaces around the @ or a Chinese full stop as the dot.
pub(super) fn emails(chars: &[char], found: &mut Vec<Pii>) {
    let local = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-');
    for at in (0..chars.len()).filter(|&at| chars[at] == '@') {
        let ends = at - spaces(chars[..at].iter().rev());
        let start = ends - chars[..ends].iter().rev().take_while(|c| local(c)).count();
        let host = at + 1 + spaces(chars[at + 1..].iter());
        if start < ends
            && let Some(end) = host_end(chars, host, ".").or_else(|| host_end(chars, host, ".。,"))
        {
            found.push(pii(Kind::Email, start, end));
        }
    }
}

/// The number of spaces at the beginning, up to [`APART`].
fn spaces<'c>(chars: impl Iterator<Item = &'c char>) -> usize {
    chars.take(APART).take_while(|c| **c == ' ').count()
}

/// The end of the host name that starts at `at`; its parts are joined by one of `dots`.
fn host_end(chars: &[char], at: usize, dots: &str) -> Option<usize> {
    let is_dot = |c: char| dots.contains(c);
    let part = |c: &char| c.is_ascii_alphanumeric() || *c == '-' || is_dot(*c);
    let mut end = at + chars[at..].iter().take_while(|c| part(c)).count();
    while end > at && (is_dot(chars[end - 1]) || chars[end - 1] == '-') {
        end -= 1;
    }
    let dot = chars[at..end].iter().rposition(|c| is_dot(*c))?;
    let top = &chars[at + dot + 1..end];
    (top.len() >= 2 && top.iter().all(char::is_ascii_alphabetic)).then_some(end)
}

/// Words that announce an account, and whether it is a QQ account (figures only).
const ANNOUNCED: &[(&str, bool)] = &[
    ("微信", false),
    ("威信", false),
    ("薇信", false),
    ("徽信", false),
    ("v信", false),
    ("wechat", false),
    ("weixin", false),
    ("vx", false),
    ("wx", false),
    ("v:", false),
    ("qq", true),
    ("扣扣", true),
    ("企鹅号", true),
];

/// Characters between the announcement and the account: 微信号是：abc.
const FILLERS: &str = " 号码是为:,加我的搜";

/// Appends every announced account.
pub(super) fn accounts(chars: &[char], found: &mut Vec<Pii>) {
    let lower: Vec<char> = chars.iter().map(|c| c.to_ascii_lowercase()).collect();
    let mut at = 0;
    while at < lower.len() {
        let Some((word, figures)) = ANNOUNCED.iter().find(|(word, _)| stands(&lower, at, word))
        else {
            at += 1;
            continue;
        };
        let mut start = behind_fillers(&lower, at + word.chars().count());
        let mut len = account_len(&lower, start);
        // 微信id：abc.
        if lower[start..start + len] == ['i', 'd'] {
            start = behind_fillers(&lower, start + len);
            len = account_len(&lower, start);
        }
        let account = &lower[start..start + len];
        let digits = account.iter().all(char::is_ascii_digit);
        let fits = if *figures || digits {
            digits && (5..=12).contains(&len)
        } else {
            (6..=20).contains(&len) && account[0].is_ascii_alphabetic()
        };
        if fits {
            found.push(pii(Kind::Account, start, start + len));
        }
        at = (start + len).max(at + 1);
    }
}

/// The first character from `at` on that is no filler, a few at most passed over.
fn behind_fillers(chars: &[char], at: usize) -> usize {
    let fillers = chars[at..].iter().take(6);
    at + fillers.take_while(|c| FILLERS.contains(**c)).count()
}

/// The length of what may be an account at `at`.
fn account_len(chars: &[char], at: usize) -> usize {
    chars[at..]
        .iter()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
        .count()
}

/// Whether the announcement `word` stands at `at`. A Latin one must be a word of its own.
fn stands(chars: &[char], at: usize, word: &str) -> bool {
    let latin = word.starts_with(|c: char| c.is_ascii_alphabetic());
    starts_with(&chars[at..], word) && !(latin && at > 0 && chars[at - 1].is_ascii_alphanumeric())
}
