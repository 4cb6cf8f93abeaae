//! Rules about personal data in texts that are sent.

use std::sync::LazyLock;

use regex::Regex;

use super::scene::Piece;
use super::wording::push;
use super::{Report, Rule};
use crate::text::pii;

/// A phone number, identity card, bank card or private account in a text that is sent.
pub(super) const PERSONAL_DATA: Rule = Rule::warning("personal-data");

/// The person who takes a parcel, after an address (王小明收), not a depot (售后部收).
static ADDRESSEE: LazyLock<Regex> = LazyLock::new(|| {
    let text = r"^[\s,，、:：()（）]*\p{Han}{1,3}(?:先生|女士|小姐)|^[\s,，、:：()（）]*\p{Han}{1,2}[\p{Han}&&[^部仓司店组心库处站转代]]收(?:[^件货到]|$)";
    Regex::new(text).expect("the test `what_is_private_is_told_from_what_is_the_shops` compiles it")
});

/// Reports personal data. Hotlines (400, 800) and service numbers are meant to be given out, and so are addresses of
/// shops.
pub(super) fn check(piece: &Piece, report: &mut Report) {
    // The fewest digits of a number worth hiding. An account may be letters with one digit, and an address ends in a
    // house number.
    const FIGURES: usize = 5;
    let han = |c: &char| matches!(c, '\u{4e00}'..='\u{9fff}');
    let figures = piece.text.chars().filter(|c| !han(c) && c.is_numeric());
    let figures = figures.take(FIGURES).count();
    let letters = || piece.text.contains(|c: char| c.is_ascii_alphabetic());
    let possible = figures >= FIGURES
        || figures > 0 && letters()
        || piece.text.contains('@')
        || piece.text.contains("微信");
    // Streets are the slowest to find, and only a person's address matters.
    let to_person = || piece.text.contains('收') || piece.text.contains(['先', '女']);
    if !(possible && pii::beside_addresses(piece.text) || figures > 0 && to_person()) {
        return;
    }
    let chars: Vec<char> = piece.text.chars().collect();
    for found in pii::find(piece.text) {
        let text: String = chars[found.span.0 as usize..found.span.1 as usize]
            .iter()
            .collect();
        let around = |from: usize, to: usize| -> String {
            chars[from.min(chars.len())..to.min(chars.len())]
                .iter()
                .collect()
        };
        let (start, end) = (found.span.0 as usize, found.span.1 as usize);
        let what = match found.kind {
            pii::Kind::Phone if hotline(&text) => continue,
            pii::Kind::Phone if landline(&text, &around(start.saturating_sub(8), start)) => {
                continue;
            }
            pii::Kind::Phone => "a phone number",
            pii::Kind::IdCard => "an identity card number",
            pii::Kind::BankCard => "a bank card number",
            pii::Kind::Account => "a private account",
            pii::Kind::Email if private_mail(&text) => "a private mail address",
            pii::Kind::Address if ADDRESSEE.is_match(&around(end, end + 12)) => {
                "the address of a person"
            }
            pii::Kind::Email | pii::Kind::Address => continue,
        };
        // The value itself must not get into reports and logs.
        let message = format!("the text holds {what}");
        push(
            report,
            &PERSONAL_DATA,
            piece,
            message,
            "remove it; give the shop's hotline or chat instead",
        );
        return;
    }
}

/// Whether a number with an area code belongs to a shop, an office or a depot. It does unless the text says that it is
/// a person's.
fn landline(number: &str, before: &str) -> bool {
    const PERSONS: &[&str] = &[
        "家里",
        "家中",
        "家电话",
        "先生",
        "女士",
        "老板",
        "私人",
        "本人",
    ];
    number.trim_start_matches(['(', '+']).starts_with('0')
        && !PERSONS.iter().any(|person| before.contains(person))
}

/// Whether a mail address is a person's: at a public host, and not that of a role.
fn private_mail(address: &str) -> bool {
    const HOSTS: &[&str] = &[
        "qq.com",
        "163.com",
        "126.com",
        "139.com",
        "189.cn",
        "sina.com",
        "sohu.com",
        "foxmail.com",
        "gmail.com",
        "hotmail.com",
        "outlook.com",
        "yeah.net",
    ];
    const ROLES: &[&str] = &[
        "kefu", "service", "support", "info", "sales", "invoice", "fapiao", "shouhou", "shop",
        "store", "help", "hr", "contact", "admin", "office", "order",
    ];
    let address = address.to_lowercase();
    let Some((name, host)) = address.split_once('@') else {
        return false;
    };
    HOSTS.contains(&host) && !ROLES.iter().any(|role| name.contains(role))
}

fn hotline(number: &str) -> bool {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    digits.starts_with("400")
        || digits.starts_with("800")
        || (digits.starts_with('9') && digits.len() == 5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_private_is_told_from_what_is_the_shops() {
        for (address, private) in [
            ("wangxiaoming@qq.com", true),
            ("kefu_zhi@qq.com", false),
            ("fapiao@zhike.example", false),
        ] {
            assert_eq!(private_mail(address), private, "{address}");
        }
        assert!(landline("025-8866-1234", "联系团购专线"));
        assert!(!landline("025-8866-1234", "我家里电话"));
        for (behind, person) in [
            ("王小明收", true),
            ("，李女士", true),
            ("售后部收", false),
            ("退货仓收", false),
            ("仓，收件人：售后部", false),
            ("，收到后", false),
        ] {
            assert_eq!(ADDRESSEE.is_match(behind), person, "{behind}");
        }
    }
}
