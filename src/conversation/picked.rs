//! Finds which option of 「您是想问…」 a buyer's words pick, if any. Pure.

use crate::answer::ChoiceOption;
use crate::text::normalise::bare;
use crate::text::numeral::digit;

/// What the buyer picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Picked<'a> {
    /// This option, as if it were clicked.
    One(&'a ChoiceOption),
    /// None of the options.
    None,
}

const YES: &[&str] = &[
    "就是这个",
    "是这个",
    "就是",
    "正是",
    "没错",
    "正确",
    "是",
    "对",
    "嗯",
    "恩",
    "yes",
];

const NO: &[&str] = &[
    "不是我想问",
    "不是我要问",
    "没有我想问",
    "没有我要问",
    "没有我要",
    "一个都不是",
    "以上都不是",
    "这些都不是",
    "这个不是",
    "不是这个",
    "不是这些",
    "都不是",
    "都不对",
    "都没有",
    "不是",
    "不对",
    "没有",
    "no",
];

/// Particles that change nothing at the end of a short word or between two of them.
const PARTICLES: &[&str] = &[
    "的", "滴", "哒", "了", "呀", "啊", "哦", "呢", "哈", "吧", "嘛",
];

/// Words that may stand before the number of an option.
const CHOOSES: &[&str] = &[
    "我想问",
    "我要问",
    "问的是",
    "我选",
    "我要",
    "选",
    "是",
    "要",
    "就",
];

/// Words that point at one of several things.
const POINTS: &[&str] = &["那个", "这个", "那款", "这款", "那种", "这种", "款"];

/// Longer words are more than the part of an option's title.
const PART_CHARS: usize = 8;

/// Words for the options in 第一个.
const COUNTED: &[&str] = &["个问题", "个", "条", "种", "项", "款", "问"];

/// Reads a buyer's words as the answer to `options`; `None` if they say something else.
///
/// A plain yes picks an option only if there is a single one.
pub fn picked<'a>(words: &str, options: &'a [ChoiceOption]) -> Option<Picked<'a>> {
    let words = bare(words);
    let named = || options.iter().find(|option| bare(&option.title) == words);
    let nth = || match position(&words)? {
        Position::First(at) => options.get(at),
        Position::Last => options.last(),
    };
    let affirmed = || match options {
        [only] if made_of(&words, YES) => Some(only),
        _ => None,
    };
    let in_part = || in_part(&words, options);
    if let Some(option) = named().or_else(affirmed).or_else(nth).or_else(in_part) {
        return Some(Picked::One(option));
    }
    (!options.is_empty() && made_of(&words, NO)).then_some(Picked::None)
}

/// A question that names an option by its place (第二个多高), with the option's title in that place.
pub fn spelled_out(words: &str, options: &[ChoiceOption]) -> Option<String> {
    let words = bare(words);
    let (at, rest) = numbered(words.strip_prefix('第')?)?;
    let asked = COUNTED.iter().find_map(|word| rest.strip_prefix(word))?;
    let asked = asked.trim_start_matches('的');
    let option = options.get(at)?;
    (!asked.is_empty()).then(|| format!("{}{asked}", option.title))
}

/// The one option that a part of its title points at (双人的 for 双人帐篷), or that half of its title names.
fn in_part<'a>(words: &str, options: &'a [ChoiceOption]) -> Option<&'a ChoiceOption> {
    let mut said = words;
    while let Some(left) = CHOOSES
        .iter()
        .chain(POINTS)
        .find_map(|word| said.strip_prefix(word))
    {
        said = left;
    }
    let named = said;
    while let Some(left) = PARTICLES
        .iter()
        .chain(POINTS)
        .find_map(|word| said.strip_suffix(word))
    {
        said = left;
    }
    let points = named.strip_prefix(said).is_some_and(|end| {
        end.starts_with('的') || POINTS.iter().any(|word| end.starts_with(word))
    });
    let length = said.chars().count();
    if !(2..=PART_CHARS).contains(&length) {
        return None;
    }
    let mut holding = options
        .iter()
        .filter(|option| bare(&option.title).contains(said));
    let option = holding.next().filter(|_| holding.next().is_none())?;
    (points || 2 * length >= bare(&option.title).chars().count()).then_some(option)
}

/// Whether a text consists only of `words`, once or several times: 对的对的, 嗯是的.
fn made_of(text: &str, words: &[&str]) -> bool {
    let mut rest = text;
    let said = |rest: &str| {
        words
            .iter()
            .find_map(|word| rest.strip_prefix(word).map(str::len))
    };
    while let Some(left) = said(rest) {
        rest = after_particles(&rest[rest.len() - left..]);
    }
    rest.is_empty() && !text.is_empty()
}

fn after_particles(mut text: &str) -> &str {
    while let Some(rest) = PARTICLES.iter().find_map(|word| text.strip_prefix(word)) {
        text = rest;
    }
    text
}

/// A position among the options.
enum Position {
    /// Counted from the first.
    First(usize),
    Last,
}

/// 1, 一, 2号, 第二个, 选第一个, 最后一个.
fn position(words: &str) -> Option<Position> {
    let mut rest = words;
    while let Some(left) = CHOOSES.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = left;
    }
    if let Some(left) = rest.strip_prefix("最后") {
        let left = left.strip_prefix('一').unwrap_or(left);
        return counted(left).then_some(Position::Last);
    }
    let ordinal = rest.strip_prefix('第');
    let (at, left) = numbered(ordinal.unwrap_or(rest))?;
    let ends = match ordinal {
        Some(_) => left.is_empty() || counted(left),
        None => after_particles(left.strip_prefix('号').unwrap_or(left)).is_empty(),
    };
    ends.then_some(Position::First(at))
}

/// The place, from 0, that the figure at the head of a text counts from 1, and the rest of the text.
fn numbered(text: &str) -> Option<(usize, &str)> {
    let mut letters = text.chars();
    let first = letters.next()?;
    let value = digit(first).or_else(|| first.to_digit(10).map(u64::from))?;
    let at = usize::try_from(value).ok()?.checked_sub(1)?;
    Some((at, letters.as_str()))
}

fn counted(text: &str) -> bool {
    let left = COUNTED.iter().find_map(|word| text.strip_prefix(word));
    left.is_some_and(|left| after_particles(left).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_buyer_picks() {
        let titles = ["怎么退货？", "退货运费谁出", "退款多久到账"];
        let rows: &[(&str, usize, &str)] = &[
            ("是的", 1, "怎么退货？"),
            ("对", 1, "怎么退货？"),
            ("嗯嗯，对的对的", 1, "怎么退货？"),
            ("嗯，就是这个啊", 1, "怎么退货？"),
            ("是的", 2, "-"),
            ("1", 3, "怎么退货？"),
            ("２。", 3, "退货运费谁出"),
            ("3号", 3, "退款多久到账"),
            ("第一个", 3, "怎么退货？"),
            ("第二", 3, "退货运费谁出"),
            ("我选第三个吧", 3, "退款多久到账"),
            ("二", 3, "退货运费谁出"),
            ("最后一个", 2, "退货运费谁出"),
            ("第四个", 3, "-"),
            ("0", 3, "-"),
            ("怎么退货", 3, "怎么退货？"),
            ("退款多久到账呢", 3, "退款多久到账"),
            ("运费谁出", 3, "退货运费谁出"),
            ("我要运费的", 3, "退货运费谁出"),
            ("到账的那个", 3, "退款多久到账"),
            ("退货的", 3, "-"),
            ("运费", 3, "-"),
            ("换货的", 3, "-"),
            ("不是", 1, "none"),
            ("不是的，都不是", 3, "none"),
            ("没有我要问的", 3, "none"),
            ("不是，我想问怎么换货", 1, "-"),
            ("是不是正品", 1, "-"),
            ("对了，多久发货", 1, "-"),
            ("160", 3, "-"),
            ("一共几件", 3, "-"),
            ("不是", 0, "-"),
        ];
        for (words, offered, expected) in rows {
            let options: Vec<ChoiceOption> = titles[..*offered]
                .iter()
                .map(|title| ChoiceOption {
                    id: format!("faq:{title}"),
                    title: (*title).into(),
                })
                .collect();
            let got = match picked(words, &options) {
                Some(Picked::One(option)) => option.title.as_str(),
                Some(Picked::None) => "none",
                None => "-",
            };
            assert_eq!(got, *expected, "{words} of {offered}");
        }
    }
}
