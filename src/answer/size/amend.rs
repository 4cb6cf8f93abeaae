//! Reads corrections of measures: 说错了，165; 不是158是168; a lone figure after everything was told.

use super::measures::{missing, no_body};
use crate::knowledge::{Measure, SizeChart};
use crate::text::measure::{Doubt, Reading, figures_as};
use crate::text::normalise::{is_alphanumeric, normalise};

/// Words that take back a figure even while another measure is being asked for.
const TAKES_BACK: &[&str] = &[
    "错了",
    "打错",
    "说错",
    "写错",
    "记错",
    "发错",
    "看错",
    "搞错",
    "更正",
    "纠正",
    "更改",
    "改成",
    "改为",
    "改一下",
    "才对",
    "口误",
    "手误",
];

/// Words that take back a figure only if everything was told: 不对 and 其实 can also begin an answer.
const DENIES: &[&str] = &[
    "不对",
    "应该是",
    "其实",
    "sorry",
    "抱歉",
    "刚才说的",
    "重新说",
];

/// Words for a measure in a correction.
const NAMED: &[(&str, Measure)] = &[
    ("身高", Measure::Height),
    ("个子", Measure::Height),
    ("体重", Measure::Weight),
    ("胸围", Measure::Bust),
    ("腰围", Measure::Waist),
    ("臀围", Measure::Hip),
    ("脚长", Measure::Foot),
    ("高", Measure::Height),
    ("重", Measure::Weight),
];

/// The longest correction, in characters.
const LONGEST: usize = 16;

/// A figure counts as a correction of a measure only if it is this many times nearer to it than to the next measure.
const NEARER: f64 = 4.0;

/// What a message corrects in `known`, if it has a figure but no word for a measure.
///
/// The figure belongs to the measure that the message names, or whose value it takes back, or to which it is much
/// nearer than to any other. Otherwise the measures that it may mean are dropped, so that they are asked for again.
/// `None` if the message corrects nothing.
pub(super) fn amended(
    chart: &SizeChart,
    known: &mut Vec<Reading>,
    message: &str,
) -> Option<Vec<Reading>> {
    let text = normalise(message);
    let length = text.chars().filter(|c| is_alphanumeric(*c)).count();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if length > LONGEST || known.is_empty() || text.contains("还是") {
        return None;
    }
    let taken_back = says(TAKES_BACK) || not_that(&text);
    let all_told = || missing(chart, known).is_none();
    if !taken_back && !((says(DENIES) || is_figure(&text)) && all_told()) {
        return None;
    }
    // Each figure is read as each measure: a figure that repeats a known value is taken back, a single other one is
    // new.
    let mut new: Vec<Reading> = Vec::new();
    let mut retracted: Option<Measure> = None;
    for old in known.iter() {
        let (same, other): (Vec<Reading>, Vec<Reading>) = figures_as(&text, old.measure)
            .into_iter()
            .partition(|r| r.written.trim() == old.written.trim() || r.value == old.value);
        if !same.is_empty() && !other.is_empty() {
            retracted = retracted.or(Some(old.measure));
        }
        if let [one] = other.as_slice() {
            new.push(one.clone());
        }
    }
    let named: Vec<Measure> = NAMED
        .iter()
        .filter(|(word, _)| text.contains(word))
        .map(|(_, measure)| *measure)
        .collect();
    let meant = retracted.or_else(|| {
        named
            .first()
            .copied()
            .filter(|first| named.iter().all(|m| m == first))
    });
    if let Some(meant) = meant {
        let one = new.into_iter().find(|r| r.measure == meant);
        return one.map(|one| vec![one]);
    }
    new.retain(|one| fits(known, one));
    let mut near: Vec<(f64, Reading)> = new
        .into_iter()
        .filter_map(|one| {
            let old = known.iter().find(|old| old.measure == one.measure)?;
            Some(((one.value / old.value - 1.0).abs(), one))
        })
        .collect();
    near.sort_by(|a, b| a.0.total_cmp(&b.0));
    match near.as_slice() {
        [] => None,
        [(_, one)] => Some(vec![one.clone()]),
        [(first, one), (second, _), ..] if first * NEARER <= *second => Some(vec![one.clone()]),
        unclear => {
            known.retain(|old| unclear.iter().all(|(_, one)| one.measure != old.measure));
            Some(Vec::new())
        }
    }
}

/// 不是158是168, 160不是158, 哦不是，170: 不是 next to a figure or at the beginning. 不是很胖 takes nothing back.
fn not_that(text: &str) -> bool {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    text.match_indices("不是").any(|(at, word)| {
        let behind = text[at + word.len()..].trim_start_matches([' ', ',', '的', '.', '!']);
        let before = text[..at].trim_end_matches(['哦', '啊', '呃', '噢', '额', ' ', ',']);
        digit(behind.chars().next())
            && (before.is_empty() || !before.ends_with(char::is_alphabetic))
            || digit(before.chars().last())
    })
}

/// Whether a message is hardly more than a figure.
fn is_figure(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
        && text.chars().filter(|c| c.is_alphabetic()).count() <= 2
}

/// Whether a body can have the corrected measure together with what else is known of it.
fn fits(known: &[Reading], one: &Reading) -> bool {
    let others = known
        .iter()
        .filter(|old| old.measure != one.measure && old.doubt.is_none());
    let together: Vec<Reading> = others.chain([one]).cloned().collect();
    let grown = known
        .iter()
        .any(|old| old.measure == Measure::Height && old.value >= 140.0);
    let small = one.measure == Measure::Height && one.value < 140.0 && grown;
    one.doubt != Some(Doubt::Impossible) && !small && !no_body(&together)
}
