//! Traditional → simplified characters, and the classes of characters that the other steps handle.

use std::sync::LazyLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

use super::colloquial;
use super::normalise::{COLLOQUIAL, ODD, TRADITIONAL};

/// OpenCC's T2S dictionary, read once. It cannot be `None` with the embedded dictionary; if it were, nothing would be
/// converted.
static OPENCC: LazyLock<Option<OpenCC>> =
    LazyLock::new(|| OpenCC::from_config(BuiltinConfig::T2s).ok());

const FIRST: u32 = 0x4e00;
const LAST: u32 = 0x9fff;

/// The classes of each Han character of the basic block: has a simplified form, starts a colloquial form.
static CLASSES: LazyLock<Box<[u8]>> = LazyLock::new(|| {
    let mut classes: Box<[u8]> = (FIRST..=LAST)
        .map(|code| {
            let mut utf8 = [0; 4];
            let alone = char::from_u32(code).map_or("", |c| &*c.encode_utf8(&mut utf8));
            if convert(alone) == alone {
                0
            } else {
                TRADITIONAL as u8
            }
        })
        .collect();
    for first in colloquial::first_characters() {
        if let Some(class) = classes.get_mut((first as u32).wrapping_sub(FIRST) as usize) {
            *class |= COLLOQUIAL as u8;
        }
    }
    classes
});

/// `text` in simplified characters.
pub(super) fn convert(text: &str) -> String {
    OPENCC
        .as_ref()
        .map_or_else(|| text.to_owned(), |opencc| opencc.convert(text))
}

/// [`TRADITIONAL`] and [`COLLOQUIAL`] for a Han character of the basic block; [`ODD`] for others.
pub(super) fn class(c: char) -> u16 {
    CLASSES
        .get((c as u32).wrapping_sub(FIRST) as usize)
        .map_or(ODD, |&class| u16::from(class))
}
