//! Classes of characters, which tell the steps that a text needs.

use std::sync::LazyLock;

use crate::text::{numeral, simplified};

/// Outside the plain sets: neither ASCII nor a common Han character or mark.
pub(crate) const ODD: u16 = 1;
pub(super) const UPPER: u16 = 1 << 1;
pub(crate) const TRADITIONAL: u16 = 1 << 2;
pub(super) const MARK: u16 = 1 << 3;
pub(super) const REPEAT: u16 = 1 << 4;
pub(crate) const COLLOQUIAL: u16 = 1 << 5;
pub(super) const NUMERAL: u16 = 1 << 6;
pub(super) const UNIT: u16 = 1 << 7;
pub(super) const SPACE: u16 = 1 << 8;

/// The classes of every character up to the last common Han character, computed once: a look-up instead of a dozen
/// comparisons for each of a shop's millions of characters.
static CLASSES: LazyLock<Box<[u16]>> =
    LazyLock::new(|| ('\0'..='\u{9fff}').map(reckon_class).collect());

/// The classes of one character.
pub(super) fn class(c: char) -> u16 {
    CLASSES.get(c as usize).copied().unwrap_or(ODD)
}

/// The classes of characters that a text holds.
pub(super) fn classes(chars: impl Iterator<Item = char>) -> u16 {
    let table = &CLASSES[..];
    let mut held = 0;
    let mut before = '\0';
    for c in chars {
        held |= table.get(c as usize).copied().unwrap_or(ODD);
        if c == before && !c.is_ascii() {
            held |= REPEAT;
        }
        // A single mark is plain already; a run of marks is not.
        if is_mark(c) && (c == before || matches!((before, c), ('?' | '!', '?' | '!'))) {
            held |= MARK;
        }
        before = c;
    }
    held
}

/// A mark that means the same when repeated.
fn is_mark(c: char) -> bool {
    matches!(
        c,
        '!' | ',' | '-' | '.' | '=' | '?' | '_' | '~' | '。' | '、'
    )
}

/// Computes the classes of a character for [`CLASSES`].
fn reckon_class(c: char) -> u16 {
    match c {
        'a'..='z' | '0'..='9' => 0,
        'A'..='Z' => UPPER,
        ' ' => SPACE | UNIT,
        '~' => MARK,
        '。' | '、' => 0,
        '!'..='~' => 0,
        '一'..='\u{9fff}' => {
            let mut held = simplified::class(c);
            if numeral::is_numeral(c) {
                held |= NUMERAL;
            }
            if matches!(c, '千' | '公' | '厘' | '毫' | '克' | '瓦') {
                held |= UNIT;
            }
            held
        }
        _ => ODD,
    }
}
