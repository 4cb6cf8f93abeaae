//! Brings the writing of buyers and merchants into one plain form, by an ordered list of [`STEPS`], lossless ones
//! first.
//!
//! Questions and knowledge go through the same list before anything is segmented, indexed or compared, so that 「這個幾時
//! 發貨？？？」 equals 「这个什么时候发货?」. A step runs only if the text holds a character that it handles, so plain text costs one
//! scan. The list is repeated until nothing changes, which makes [`normalise`] idempotent.

mod buffer;
mod classes;
mod numbers;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

use super::numeral;
use super::simplified;
pub(super) use buffer::Buffer;
pub(super) use classes::{COLLOQUIAL, ODD, TRADITIONAL};
use classes::{MARK, NUMERAL, REPEAT, SPACE, UNIT, UPPER, class, classes};
use numbers::numbers;

/// A step of the list.
pub struct Step {
    /// The name in `explain`.
    pub name: &'static str,
    /// The purpose of the step.
    pub why: &'static str,
    /// The classes of characters that the step handles.
    wants: u16,
    /// Rewrites the buffer; returns whether it changed anything.
    run: fn(&mut Buffer) -> bool,
}

/// The steps in order. Lossless steps come before lossy ones, and steps that join characters before steps that read
/// words.
pub const STEPS: &[Step] = &[
    Step {
        name: "controls",
        why: "zero-width and control characters split words invisibly",
        wants: ODD,
        run: controls,
    },
    Step {
        name: "nfkc",
        why: "full width, ligatures and ㎝ ㎏ ① are the same characters in another dress",
        wants: ODD,
        run: nfkc,
    },
    Step {
        name: "case",
        why: "buyers do not care about the case of XL or SPF",
        wants: UPPER | ODD,
        run: case,
    },
    Step {
        name: "simplify",
        why: "buyers from Hong Kong and Taiwan write traditional characters",
        wants: TRADITIONAL | ODD,
        run: simplify,
    },
    Step {
        name: "emoji",
        why: "pictures separate words but mean none",
        wants: ODD,
        run: emoji,
    },
    Step {
        name: "marks",
        why: "????? asks no more than ?",
        wants: MARK | ODD,
        run: marks,
    },
    Step {
        name: "repeats",
        why: "哈哈哈哈 and 急急急 say it twice at most",
        wants: REPEAT,
        run: repeats,
    },
    Step {
        name: "colloquial",
        why: "咋, 啥 and 木有 are 怎么, 什么 and 没有 to the dictionary",
        wants: COLLOQUIAL,
        run: super::colloquial::apply,
    },
    Step {
        name: "numbers",
        why: "七天 and 7天, 公斤 and kg are one",
        wants: NUMERAL | UNIT,
        run: numbers,
    },
    Step {
        name: "spaces",
        why: "one space separates as well as five",
        wants: SPACE | ODD,
        run: spaces,
    },
];

/// The most rounds. More than two have never been seen; the limit guarantees an end.
const ROUNDS: usize = 6;

/// Normalised text with positions in the original.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mapped {
    /// The normalised text.
    pub text: String,
    /// For each character of `text`, the index of the original character that it came from.
    pub origin: Vec<u32>,
}

/// The plain form of `text`. Idempotent.
///
/// ```
/// use zhike::text::normalise::normalise;
/// assert_eq!(normalise("這個 ＭＡＸ 咋退？？？"), "这个 max 怎么退?");
/// assert_eq!(normalise("四十八小时内发货，身高１６０厘米"), "48小时内发货,身高160cm");
/// ```
pub fn normalise(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // Most texts only need plain commas and full stops, which takes one scan.
    let plain = text.chars().map(plain_mark);
    if classes(plain.clone()) == 0 {
        out.extend(plain);
    } else {
        // Marks are made plain here already, so that a full-width comma does not start the steps for odd characters.
        let mut buffer = Buffer::new(plain);
        run(&mut buffer, |_, _| {});
        out.extend(buffer.chars);
    }
    out
}

/// Like [`normalise`], with the original position of each character, for highlights.
pub fn normalise_mapped(text: &str) -> Mapped {
    let mut buffer = Buffer::new(text.chars());
    run(&mut buffer, |_, _| {});
    Mapped {
        text: buffer.chars.iter().collect(),
        origin: buffer.origin,
    }
}

/// The text after each step that changed something, in order, for `explain`.
pub fn trace(text: &str) -> Vec<(&'static str, String)> {
    let mut buffer = Buffer::new(text.chars());
    let mut seen = Vec::new();
    run(&mut buffer, |step, chars| {
        seen.push((step.name, chars.iter().collect()))
    });
    seen
}

/// Runs the list until nothing changes, and calls `seen` after each step that changed something.
fn run(buffer: &mut Buffer, mut seen: impl FnMut(&Step, &[char])) {
    let mut held = classes(buffer.chars.iter().copied());
    for _ in 0..ROUNDS {
        let mut changed = false;
        for step in STEPS {
            if held & step.wants != 0 && (step.run)(buffer) {
                changed = true;
                held = classes(buffer.chars.iter().copied());
                seen(step, &buffer.chars);
            }
        }
        if !changed {
            return;
        }
    }
}

/// The plain form of a common full-width mark, as NFKC gives it.
fn plain_mark(c: char) -> char {
    match c {
        '，' => ',',
        '！' => '!',
        '？' => '?',
        '：' => ':',
        '；' => ';',
        '（' => '(',
        '）' => ')',
        c => c,
    }
}

/// Drops control characters; every kind of white space becomes a space.
fn controls(buffer: &mut Buffer) -> bool {
    buffer.rewrite(|chars, at, out| match chars[at] {
        ' ' => 0,
        c if c.is_whitespace() => {
            out.push(' ');
            1
        }
        c if invisible(c) => 1,
        _ => 0,
    })
}

/// Whether a character has no shape: zero-width, bidirectional, variation selectors and the like.
fn invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{20d0}'..='\u{20ff}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffd}'
            | '\u{e000}'..='\u{f8ff}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{10ffff}')
}

/// Compatibility composition (Unicode NFKC), run by run. Marks that do not compose are dropped.
fn nfkc(buffer: &mut Buffer) -> bool {
    buffer.rewrite(|chars, at, out| {
        let plain = |c: char| c.is_ascii() || class(c) & ODD == 0;
        if plain(chars[at]) && chars.get(at + 1).is_none_or(|&next| plain(next)) {
            return 0;
        }
        let run = &chars[at..];
        // A base character with the marks that follow it. Hangul letters compose with each other.
        let joined = |c: char| {
            canonical_combining_class(c) != 0
                || matches!(c, '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7a3}')
        };
        let taken = 1 + run[1..].iter().take_while(|&&c| joined(c)).count();
        let start = out.len();
        out.extend(
            run[..taken]
                .iter()
                .copied()
                .nfkc()
                .filter(|&c| canonical_combining_class(c) == 0 && !invisible(c)),
        );
        if out[start..] == run[..taken] {
            out.truncate(start);
            return 0;
        }
        taken
    })
}

/// Lower case, one character for one (İ gives i).
fn case(buffer: &mut Buffer) -> bool {
    buffer.map(|c| {
        if c.is_ascii() {
            c.to_ascii_lowercase()
        } else if class(c) & ODD == 0 {
            c
        } else {
            c.to_lowercase().next().unwrap_or(c)
        }
    })
}

/// Traditional → simplified characters.
fn simplify(buffer: &mut Buffer) -> bool {
    let text: String = buffer.chars.iter().collect();
    let simple: Vec<char> = simplified::convert(&text).chars().collect();
    // The dictionary maps one character to one. If the length ever differs, the text stays as it is.
    if simple.len() != buffer.chars.len() || simple == buffer.chars {
        return false;
    }
    buffer.chars = simple;
    true
}

/// Emoji become a space; ® and © are dropped.
fn emoji(buffer: &mut Buffer) -> bool {
    buffer.rewrite(|chars, at, out| match chars[at] {
        '®' | '©' => 1,
        '\u{2300}'..='\u{23ff}'
        | '\u{2460}'..='\u{24ff}'
        | '\u{25a0}'..='\u{27bf}'
        | '\u{2b00}'..='\u{2bff}'
        | '\u{1f000}'..='\u{1faff}' => {
            out.push(' ');
            1
        }
        _ => 0,
    })
}

/// Repeated marks become one; ? wins over !. ~ stays between figures (158~160) and becomes a space elsewhere.
fn marks(buffer: &mut Buffer) -> bool {
    buffer.rewrite(|chars, at, out| {
        let c = chars[at];
        let run = |of: &dyn Fn(char) -> bool| chars[at..].iter().take_while(|&&c| of(c)).count();
        match c {
            '?' | '!' => {
                let taken = run(&|c| c == '?' || c == '!');
                if taken == 1 {
                    return 0;
                }
                out.push(if chars[at..at + taken].contains(&'?') {
                    '?'
                } else {
                    '!'
                });
                taken
            }
            '~' => {
                let taken = run(&|c| c == '~');
                let before = at > 0 && chars[at - 1].is_ascii_alphanumeric();
                let between = before && chars.get(at + taken).is_some_and(char::is_ascii_digit);
                if between && taken == 1 {
                    return 0;
                }
                out.push(if between { '~' } else { ' ' });
                taken
            }
            ',' | '-' | '.' | '=' | '_' | '。' | '、' => match run(&|d| d == c) {
                1 => 0,
                taken => {
                    out.push(c);
                    taken
                }
            },
            _ => 0,
        }
    })
}

/// A Han character that is repeated three or more times stays twice. Numerals stay as they are (一一一).
fn repeats(buffer: &mut Buffer) -> bool {
    buffer.rewrite(|chars, at, out| {
        let c = chars[at];
        if c.is_ascii() || !is_han(c) || numeral::is_numeral(c) {
            return 0;
        }
        match chars[at..].iter().take_while(|&&d| d == c).count() {
            0..=2 => 0,
            taken => {
                out.extend([c, c]);
                taken
            }
        }
    })
}

/// Whether `c` is a Han character (unified ideographs of the basic plane and the supplementary ones).
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3fffd}' | '〇')
}

/// Whether `c` is a letter or a digit: a faster [`char::is_alphanumeric`] for Han characters.
pub fn is_alphanumeric(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}') || c.is_alphanumeric()
}

/// The letters and digits of a normalised text.
pub fn letters(normalised: &str) -> impl Iterator<Item = char> {
    normalised.chars().filter(|c| is_alphanumeric(*c))
}

/// A normalised text without marks and spaces.
pub fn squeeze(normalised: &str) -> String {
    letters(normalised).collect()
}

/// A text as it was written, normalised and without marks and spaces: by these two texts say the same.
pub fn bare(text: &str) -> String {
    squeeze(&normalise(text))
}

/// The pairs of neighbouring characters of a text.
pub fn pairs(text: &str) -> impl Iterator<Item = (char, char)> {
    text.chars().zip(text.chars().skip(1))
}

/// Whether `chars` starts with `prefix`.
pub(super) fn starts_with(chars: &[char], prefix: &str) -> bool {
    let mut rest = chars.iter();
    prefix.chars().all(|c| rest.next() == Some(&c))
}

/// Joins spaces and trims the ends.
fn spaces(buffer: &mut Buffer) -> bool {
    buffer.rewrite(|chars, at, _| {
        let idle = chars[at] == ' '
            && (at == 0 || chars[at - 1] == ' ' || chars[at..].iter().all(|&c| c == ' '));
        usize::from(idle)
    })
}

#[cfg(test)]
pub(crate) mod tests;
