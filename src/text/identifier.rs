//! Recognises what must be kept whole before jieba sees the text: model codes, versions, order numbers, links, figures
//! with units.
//!
//! jieba breaks `KJ500-A2` and `3.6.3` into pieces. Here they stay whole, and [`parts`] gives what buyers type instead
//! (`KJ500`, `500`).

use super::segment::Kind;

/// Han units that belong to the figure before them (`7天`, `38码`), longest first.
const HAN_UNITS: &[&str] = &[
    "个工作日",
    "工作日",
    "个小时",
    "小时",
    "分钟",
    "个月",
    "天",
    "年",
    "岁",
    "斤",
    "元",
    "折",
    "件",
    "码",
    "段",
    "级",
    "周",
    "月",
    "号",
    "寸",
    "尺",
    "升",
    "双",
    "条",
    "片",
    "支",
    "瓶",
    "盒",
    "包",
    "罐",
    "袋",
    "只",
    "张",
    "块",
    "度",
    "米",
    "倍",
    "层",
    "期",
    "次",
    "日",
    "点",
];

/// Latin units that make a run a figure instead of a code (`160cm`, `50ml`, `500w`).
const LATIN_UNITS: &[&str] = &[
    "cm", "mm", "m", "km", "kg", "g", "mg", "ug", "l", "ml", "w", "kw", "v", "a", "hz", "mah",
    "wh", "kwh", "db", "pa", "mpa", "kpa", "h", "s", "ms", "min", "d", "oz", "lb", "inch", "gb",
    "tb", "mb", "k", "p",
];

/// A run of at least this many digits is an order, parcel or phone number and not a quantity.
const LONG_NUMBER: usize = 7;

/// The end and kind of the identifier, Latin word or figure at byte `at` of normalised text. There must be an ASCII
/// letter or digit at `at`.
pub(super) fn scan(text: &str, at: usize) -> (usize, Kind) {
    let bytes = text.as_bytes();
    if let Some(end) = link(text, at) {
        return (end, Kind::Identifier);
    }
    let alnum = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_alphanumeric);
    let digit = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
    let mut end = at;
    let mut connected = false;
    while alnum(end) {
        end += 1;
        let joins = match bytes.get(end) {
            Some(b'-' | b'_' | b'@') => alnum(end + 1),
            // The dot in 3.6.3 and v2.0, not a full stop between sentences.
            Some(b'.') => {
                (digit(end + 1) && alnum(end - 1)) || text[at..end].contains('@') && alnum(end + 1)
            }
            Some(b':') => digit(end - 1) && digit(end + 1),
            _ => false,
        };
        if joins {
            connected |= bytes[end] != b'.';
            end += 1;
        }
    }
    let body = &text[at..end];
    let figures = figures(body);
    let suffix = &body[figures..];
    let kind = if figures == 0 && suffix.bytes().all(|b| b.is_ascii_alphabetic()) {
        Kind::Word
    } else if !connected
        && figures > 0
        && figures < LONG_NUMBER
        && dots(body) <= 1
        && (suffix.is_empty() || LATIN_UNITS.contains(&suffix))
    {
        Kind::Number
    } else {
        Kind::Identifier
    };
    // SPF50+, PA+++, 99%
    let marks = bytes[end..]
        .iter()
        .take_while(|&&b| b == b'+' || b == b'%')
        .count();
    if marks > 0 && !alnum(end + marks) {
        return (
            end + marks,
            if kind == Kind::Word {
                Kind::Identifier
            } else {
                kind
            },
        );
    }
    if kind == Kind::Number && suffix.is_empty() {
        let rest = &text[end..];
        if let Some(unit) = HAN_UNITS.iter().find(|unit| rest.starts_with(**unit)) {
            return (end + unit.len(), Kind::Number);
        }
    }
    (end, kind)
}

/// The length of the digits and dots at the beginning.
fn figures(text: &str) -> usize {
    let figure = |b: &u8| b.is_ascii_digit() || *b == b'.';
    text.bytes().take_while(figure).count()
}

fn dots(text: &str) -> usize {
    text.bytes().filter(|&b| b == b'.').count()
}

/// The end of a link that starts at `at`.
fn link(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    if !["http://", "https://", "www."]
        .iter()
        .any(|head| rest.starts_with(head))
    {
        return None;
    }
    let len = rest.bytes().take_while(|b| b.is_ascii_graphic()).count();
    let len = rest[..len]
        .trim_end_matches(['.', ',', '!', '?', ')', '\'', '"', ';'])
        .len();
    Some(at + len)
}

/// Calls `emit` with the byte ranges (within `token`) of the parts that are worth finding by themselves, but not the
/// whole.
pub(super) fn parts(token: &str, kind: Kind, mut emit: impl FnMut(usize, usize)) {
    match kind {
        Kind::Number => {
            let figures = figures(token);
            if figures < token.len() {
                emit(0, figures);
            }
        }
        Kind::Identifier if !is_size(token) && link(token, 0).is_none() => groups(token, emit),
        _ => {}
    }
}

/// Whether a token is a size (2xl, xxxl, 3xs). Parts of a size are other sizes.
fn is_size(token: &str) -> bool {
    token
        .trim_start_matches(|c: char| c.is_ascii_digit())
        .bytes()
        .all(|b| matches!(b, b'x' | b's' | b'm' | b'l'))
        && token
            .bytes()
            .next_back()
            .is_some_and(|b| b.is_ascii_alphabetic())
}

/// Splits `kj500-a2` into `kj500`, `kj`, `500` and `a2`. Single characters and the short figures of versions are left
/// out.
fn groups(token: &str, mut emit: impl FnMut(usize, usize)) {
    let bytes = token.as_bytes();
    let run = |from: usize, of: fn(&u8) -> bool| {
        from + bytes[from..].iter().take_while(|b| of(b)).count()
    };
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        let letters = run(at, u8::is_ascii_alphabetic);
        let digits = run(letters, u8::is_ascii_digit);
        let mut offer = |from: usize, to: usize, least: usize| {
            if to - from >= least && to - from < bytes.len() {
                emit(from, to);
            }
        };
        if letters > at && digits > letters {
            offer(at, digits, 2);
        }
        offer(at, letters, 2);
        offer(letters, digits, 3);
        at = digits;
    }
}
