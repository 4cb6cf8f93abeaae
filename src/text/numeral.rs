//! Reads Chinese numerals in running text: 七, 十五, 四十八, 一百六十五, 一百一, 两千零五, 一六五.

/// How a numeral is written. Callers accept the shapes that fit the context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One digit: 七, 两.
    Single,
    /// All positions written: 十五, 四十八, 一百零五, 一百六十.
    Full,
    /// The last position omitted, as in speech: 一百一 is 110, 两千五 is 2500.
    Elided,
    /// Digit by digit: 一六五, 九五.
    Digits,
}

/// A numeral at the start of a slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numeral {
    /// Its value.
    pub value: u64,
    /// Its length in characters.
    pub len: usize,
    /// How it is written.
    pub shape: Shape,
}

/// The value of a Chinese digit (〇 to 九, 两), as used in quantities.
pub fn digit(c: char) -> Option<u64> {
    Some(match c {
        '零' | '〇' => 0,
        '一' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

/// The value of a position word up to ten thousand.
fn position(c: char) -> Option<u64> {
    Some(match c {
        '十' => 10,
        '百' => 100,
        '千' => 1_000,
        '万' => 10_000,
        _ => return None,
    })
}

/// Whether `c` can be part of a Chinese numeral.
pub fn is_numeral(c: char) -> bool {
    digit(c).is_some() || position(c).is_some()
}

/// Reads the longest numeral at the start of `chars`; `None` if there is none or it is malformed (三百千).
///
/// 百, 千 or 万 alone is not a numeral (千克, 万一, 百货); 十 alone is ten.
///
/// ```
/// use zhike::text::numeral::{read, Shape};
/// let chars: Vec<char> = "一百六十五斤".chars().collect();
/// let numeral = read(&chars).expect("a numeral");
/// assert_eq!((numeral.value, numeral.len, numeral.shape), (165, 5, Shape::Full));
/// ```
pub fn read(chars: &[char]) -> Option<Numeral> {
    let len = chars.iter().take_while(|&&c| is_numeral(c)).count();
    let run = &chars[..len];
    match run {
        [] => None,
        [c] => digit(*c)
            .map(|value| Numeral {
                value,
                len: 1,
                shape: Shape::Single,
            })
            .or_else(|| {
                (*c == '十').then_some(Numeral {
                    value: 10,
                    len: 1,
                    shape: Shape::Full,
                })
            }),
        _ if run.iter().all(|&c| digit(c).is_some()) => {
            if len > 9 {
                return None;
            }
            let value = run
                .iter()
                .filter_map(|&c| digit(c))
                .fold(0, |sum, d| sum * 10 + d);
            Some(Numeral {
                value,
                len,
                shape: Shape::Digits,
            })
        }
        _ => positions(run),
    }
}

/// A numeral with position words, each smaller than the one before.
fn positions(run: &[char]) -> Option<Numeral> {
    let mut value = 0;
    let mut last = u64::MAX;
    let mut pending: Option<u64> = None;
    let mut zero = false;
    for (at, &c) in run.iter().enumerate() {
        if let Some(unit) = position(c) {
            let factor = match pending.take() {
                Some(factor) => factor,
                // 十五 at the start and 一百十五 in the middle omit the 一 of 一十.
                None if c == '十' && (at == 0 || !zero) => 1,
                None => return None,
            };
            if unit >= last {
                return None;
            }
            value += factor * unit;
            last = unit;
            zero = false;
        } else if c == '零' || c == '〇' {
            if pending.is_some() || zero || at == 0 {
                return None;
            }
            zero = true;
        } else {
            if pending.is_some() {
                return None;
            }
            pending = digit(c);
        }
    }
    let (value, shape) = match pending {
        None => (value, Shape::Full),
        Some(ones) if last == 10 || zero => (value + ones, Shape::Full),
        Some(next) => (value + next * last / 10, Shape::Elided),
    };
    (!(zero && pending.is_none())).then_some(Numeral {
        value,
        len: run.len(),
        shape,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        type Read = Option<(u64, usize, Shape)>;
        let rows: &[(&str, Read)] = &[
            ("七天", Some((7, 1, Shape::Single))),
            ("两件", Some((2, 1, Shape::Single))),
            ("十天", Some((10, 1, Shape::Full))),
            ("十五天", Some((15, 2, Shape::Full))),
            ("二十", Some((20, 2, Shape::Full))),
            ("四十八小时", Some((48, 3, Shape::Full))),
            ("一百六十", Some((160, 4, Shape::Full))),
            ("一百六十五", Some((165, 5, Shape::Full))),
            ("一百零五", Some((105, 4, Shape::Full))),
            ("一百一十斤", Some((110, 4, Shape::Full))),
            ("一百一", Some((110, 3, Shape::Elided))),
            ("一百五", Some((150, 3, Shape::Elided))),
            ("两千五", Some((2500, 3, Shape::Elided))),
            ("两千零五", Some((2005, 4, Shape::Full))),
            ("三万", Some((30_000, 2, Shape::Full))),
            ("一六五", Some((165, 3, Shape::Digits))),
            ("九五", Some((95, 2, Shape::Digits))),
            ("千克", None),
            ("万一", None),
            ("三百千", None),
            ("百货", None),
            ("天", None),
        ];
        for (text, expected) in rows {
            let chars: Vec<char> = text.chars().collect();
            let found = read(&chars).map(|n| (n.value, n.len, n.shape));
            assert_eq!(found, *expected, "{text}");
        }
    }
}
