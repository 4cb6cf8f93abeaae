//! Finds and masks personal data in what buyers write, before anything is stored, logged or sent on.
//!
//! The readers mask rather too much where digits are announced (身份证 …). They mask rather too little where shops need
//! the text: cities and districts (发到杭州市要几天), model codes, measures, prices and order numbers stay. [`mask_order`]
//! shortens order and parcel numbers to their ends.

mod account;
mod address;
mod digits;

use serde::{Deserialize, Serialize};

/// A kind of personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Mobile and landline numbers.
    Phone,
    /// Resident identity cards.
    IdCard,
    /// Bank cards.
    BankCard,
    /// E-mail addresses.
    Email,
    /// Postal addresses down to street, house or flat.
    Address,
    /// WeChat and QQ accounts after a word that announces them.
    Account,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 6] = [
        Kind::Phone,
        Kind::IdCard,
        Kind::BankCard,
        Kind::Email,
        Kind::Address,
        Kind::Account,
    ];

    /// The label that replaces the data.
    pub fn label(self) -> &'static str {
        match self {
            Kind::Phone => "[手机号]",
            Kind::IdCard => "[身份证号]",
            Kind::BankCard => "[银行卡号]",
            Kind::Email => "[邮箱]",
            Kind::Address => "[地址]",
            Kind::Account => "[账号]",
        }
    }
}

/// A piece of personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pii {
    /// Its kind.
    pub kind: Kind,
    /// Character range `[start, end)` in the text.
    pub span: (u32, u32),
}

/// The most rounds of masking. Text that overlapped a masked piece is searched again.
const ROUNDS: usize = 4;

/// Whether an id that a caller made up holds personal data: it could tell a phone number where nobody looks for one. Ids
/// of digits and letters at random (UUIDs) tell nothing.
pub fn is_telling_id(id: &str) -> bool {
    uuid::Uuid::parse_str(id).is_err() && mask(id) != id
}

/// All personal data in `text` (raw or normalised), in order, without overlaps.
pub fn find(text: &str) -> Vec<Pii> {
    let chars: Vec<char> = text.chars().map(half_width).collect();
    let mut found = all_but_addresses(&chars);
    address::addresses(&chars, &mut found);
    // Earlier pieces first; of two with the same start, the longer first.
    found.sort_by_key(|pii| (pii.span.0, u32::MAX - pii.span.1));
    let mut end = 0;
    found.retain(|pii| {
        let free = pii.span.0 >= end;
        if free {
            end = pii.span.1;
        }
        free
    });
    found
}

/// Whether `text` holds personal data other than addresses, which take longest to find.
pub fn beside_addresses(text: &str) -> bool {
    let chars: Vec<char> = text.chars().map(half_width).collect();
    !all_but_addresses(&chars).is_empty()
}

/// All personal data but addresses. The pieces may overlap.
fn all_but_addresses(chars: &[char]) -> Vec<Pii> {
    let mut found = Vec::new();
    account::emails(chars, &mut found);
    digits::numbers(chars, &mut found);
    account::accounts(chars, &mut found);
    found
}

/// `text` with all personal data replaced by labels. Idempotent.
///
/// ```
/// use zhike::text::pii::mask;
/// assert_eq!(mask("我电话138 1234 5678，发杭州市吗"), "我电话[手机号]，发杭州市吗");
/// ```
pub fn mask(text: &str) -> String {
    mask_but(text, |_| false)
}

/// As [`mask`], but pieces that are `public` as they are written stay.
pub fn mask_but(text: &str, public: impl Fn(&str) -> bool) -> String {
    let mut masked = text.to_owned();
    for _ in 0..ROUNDS {
        let chars: Vec<char> = masked.chars().collect();
        let mut found = find(&masked);
        found.retain(|pii| {
            let written = &chars[pii.span.0 as usize..pii.span.1 as usize];
            !public(&written.iter().collect::<String>())
        });
        if found.is_empty() {
            break;
        }
        let mut next = String::with_capacity(masked.len());
        let mut at = 0;
        for pii in found {
            next.extend(&chars[at..pii.span.0 as usize]);
            if pii.kind == Kind::Address {
                next.push_str(far_place(&chars[pii.span.0 as usize..pii.span.1 as usize]));
            }
            next.push_str(pii.kind.label());
            at = pii.span.1 as usize;
        }
        next.extend(&chars[at..]);
        masked = next;
    }
    masked
}

/// The place far from the warehouses in which an address lies, or nothing. It tells nobody's home, and what a parcel
/// costs and whether it goes there hangs on it.
fn far_place(address: &[char]) -> &'static str {
    const FAR: &[&str] = &[
        "新疆",
        "西藏",
        "内蒙古",
        "青海",
        "甘肃",
        "宁夏",
        "海南",
        "台湾",
        "澳门",
    ];
    let address: String = address.iter().collect();
    let named = FAR.iter().find(|place| address.contains(**place));
    named.copied().unwrap_or_default()
}

/// What a masked text says beside the stretches that hold nothing but personal data and the words that announce it
/// (我电话`[手机号]`, 地址：`[地址]`). `None` if there are none, or if nothing else is said.
pub fn beside_data(masked: &str) -> Option<String> {
    const ANNOUNCING: &[&str] = &[
        "收货地址",
        "详细地址",
        "联系方式",
        "联系电话",
        "电话号码",
        "手机号码",
        "身份证号",
        "银行卡号",
        "收货人",
        "收件人",
        "联系人",
        "手机号",
        "微信号",
        "身份证",
        "银行卡",
        "电话",
        "手机",
        "号码",
        "微信",
        "邮箱",
        "地址",
        "卡号",
        "qq",
        "QQ",
        "我家",
        "我住",
        "我的",
        "我在",
        "住在",
        "家住",
        "收货",
        "我",
        "是",
        "为",
        "住",
        "在",
        "加",
        "打",
    ];
    const MARKS: &[char] = &[
        ',', '，', '.', '。', '!', '！', '?', '？', ';', '；', ' ', '\u{3000}', '\n', '\t',
    ];
    let labels = Kind::ALL.map(Kind::label);
    let only_data = |stretch: &str| {
        let mut rest = stretch.to_owned();
        for label in labels {
            rest = rest.replace(label, "");
        }
        if rest.len() == stretch.len() {
            return false;
        }
        for word in ANNOUNCING {
            rest = rest.replace(word, "");
        }
        rest.chars()
            .all(|c| MARKS.contains(&c) || matches!(c, ':' | '：' | '(' | ')' | '（' | '）'))
    };
    if !labels.iter().any(|label| masked.contains(label)) {
        return None;
    }
    let (data, kept): (Vec<&str>, Vec<&str>) = masked
        .split_inclusive(MARKS)
        .partition(|stretch| only_data(stretch));
    let kept = kept.concat();
    let kept = kept.trim_end_matches([',', '，', ' ', '\u{3000}', ';', '；']);
    let says = kept.chars().any(char::is_alphanumeric);
    (!data.is_empty() && says).then(|| kept.to_owned())
}

/// Shortens order and parcel numbers in `text` (ten or more figures, possibly after letters) to their first two and
/// last four characters: `20****5678`. `text` may be a single number or running text.
pub fn mask_order(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let run = chars[at..]
            .iter()
            .take_while(|c| c.is_ascii_alphanumeric())
            .count();
        let piece = &chars[at..at + run];
        if piece.iter().filter(|c| c.is_ascii_digit()).count() >= 10 {
            out.extend(&piece[..2]);
            out.push_str("****");
            out.extend(&piece[run - 4..]);
        } else {
            out.extend(piece);
        }
        at += run;
        if let Some(c) = chars.get(at) {
            out.push(*c);
            at += 1;
        }
    }
    out
}

/// Full-width ASCII as ASCII, one character for one.
fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    }
}

/// The piece of `kind` at characters `start..end`.
fn pii(kind: Kind, start: usize, end: usize) -> Pii {
    Pii {
        kind,
        span: (start as u32, end as u32),
    }
}

/// Whether one of `words` stands right before `start`, with at most a few of `fillers` between.
fn announced(chars: &[char], start: usize, words: &[&str], fillers: &str) -> bool {
    let stands = |end: usize| {
        let before = &chars[..end];
        words.iter().any(|word| {
            let len = word.chars().count();
            before.len() >= len
                && before[before.len() - len..]
                    .iter()
                    .zip(word.chars())
                    .all(|(a, b)| a.eq_ignore_ascii_case(&b))
        })
    };
    // 号 between a word and the number is filling, and ends a word itself: 单号4312….
    let mut end = start;
    loop {
        if stands(end) {
            return true;
        }
        if end == 0 || start - end >= 6 || !fillers.contains(chars[end - 1]) {
            return false;
        }
        end -= 1;
    }
}

#[cfg(test)]
mod tests;
