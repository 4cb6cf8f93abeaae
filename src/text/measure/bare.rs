//! Reads figures without a unit by their place: a pair (160 100), a word after them (165高140重), a person before them
//! (我160).

use super::quantity::{Quantity, Unit};
use super::talk::{Talk, code_beside, is_height, is_weight};
use super::unit::{body_mass, reading};
use super::whose::{OWN, mentions, owner};
use super::words::word_before;
use super::{Measure, Reading};

/// Reads 165高140重, 165高，140重 and 140重165高: each word stands after its figure. The first word does not belong to the
/// second figure, although it stands right before it.
pub(super) fn words_behind(talk: &Talk, found: &[Quantity], read: &mut [Option<Reading>]) {
    if !talk.person {
        return;
    }
    for at in 1..found.len() {
        let (left, right) = (&found[at - 1], &found[at]);
        if read[at - 1].is_some()
            || read[at].is_some()
            || word_before(talk.chars, left.start).is_some()
        {
            continue;
        }
        let between = talk.between(left, right);
        let Some(measure) = between.first().and_then(|c| behind(*c)) else {
            continue;
        };
        let other = match measure {
            Measure::Height => Measure::Weight,
            _ => Measure::Height,
        };
        let apart = &between[1..];
        if !apart.iter().all(|c| " ,、;.。/".contains(*c)) {
            continue;
        }
        let (Some(first), Some(second)) = (
            reading(talk.chars, left, measure),
            reading(talk.chars, right, other),
        ) else {
            continue;
        };
        let body = |tall: &Quantity, height: &Reading, weight: &Reading, most: f64| {
            (tall.unit != Unit::Bare || is_height(talk, tall))
                && height.doubt.is_none()
                && body_mass(height.value, weight.value) < most
        };
        let told = match measure {
            Measure::Height => body(left, &first, &second, 60.0),
            _ => body(right, &second, &first, 60.0),
        };
        let own = talk.chars.get(right.end).and_then(|c| behind(*c)) == Some(other);
        // In 165高140 the word may belong to the second figure, if that gives a possible body.
        let before = || {
            let (Some(left_other), Some(right_own)) = (
                reading(talk.chars, left, other),
                reading(talk.chars, right, measure),
            ) else {
                return false;
            };
            match measure {
                Measure::Height => body(right, &right_own, &left_other, 40.0),
                _ => body(left, &left_other, &right_own, 40.0),
            }
        };
        if told && (own || !apart.is_empty() || !before()) {
            (read[at - 1], read[at]) = (Some(first), Some(second));
        }
    }
}

/// The measure named by 高 or 重 after a figure.
fn behind(c: char) -> Option<Measure> {
    match c {
        '高' => Some(Measure::Height),
        '重' => Some(Measure::Weight),
        _ => None,
    }
}

/// Reads bare pairs: 160 100, 160/100, 160cm 100, 110斤 165, 1.65 55.
pub(super) fn bare_pairs(talk: &Talk, found: &[Quantity], read: &mut [Option<Reading>]) {
    for at in 1..found.len() {
        let (left, right) = (&found[at - 1], &found[at]);
        let apart = talk.between(left, right);
        let close = apart.len() <= 4
            && apart
                .iter()
                .all(|c| " ,/-、.;:|。和高重体身左右".contains(*c));
        if !close || talk.trade || code_beside(found, at - 1, talk) {
            continue;
        }
        let known = |i: usize, measure| {
            read[i]
                .as_ref()
                .is_some_and(|r: &Reading| r.measure == measure)
        };
        let bare = |i: usize| read[i].is_none() && found[i].unit == Unit::Bare;
        if bare(at - 1) && bare(at) {
            if is_height(talk, left) && is_weight(right) {
                read[at - 1] = reading(talk.chars, left, Measure::Height);
                read[at] = reading(talk.chars, right, Measure::Weight);
            } else if is_height(talk, right) && is_weight(left) {
                read[at - 1] = reading(talk.chars, left, Measure::Weight);
                read[at] = reading(talk.chars, right, Measure::Height);
            }
        } else if bare(at) && known(at - 1, Measure::Height) && is_weight(right) {
            read[at] = reading(talk.chars, right, Measure::Weight);
        } else if bare(at) && known(at - 1, Measure::Weight) && is_height(talk, right) {
            read[at] = reading(talk.chars, right, Measure::Height);
        } else if bare(at - 1) && known(at, Measure::Weight) && is_height(talk, left) {
            read[at - 1] = reading(talk.chars, left, Measure::Height);
        } else if bare(at - 1) && known(at, Measure::Height) && is_weight(left) {
            read[at - 1] = reading(talk.chars, left, Measure::Weight);
        }
    }
}

/// Reads a bare figure alone (我160, 160穿什么码), or beside a measure already read (我165，平时M，体重大概105).
pub(super) fn lone_figures(talk: &Talk, found: &[Quantity], read: &mut [Option<Reading>]) {
    let named = mentions(talk.chars);
    for (at, quantity) in found.iter().enumerate() {
        if read[at].is_some() || quantity.unit != Unit::Bare || talk.trade {
            continue;
        }
        let has = |measure| read.iter().flatten().any(|r| r.measure == measure);
        let before: String = talk.chars[quantity.start.saturating_sub(3)..quantity.start]
            .iter()
            .collect();
        let after: String = talk.chars[quantity.end..].iter().take(4).collect();
        let asks = [
            "穿",
            "能穿",
            "可以穿",
            "要穿",
            "应该穿",
            "适合穿",
            "该穿",
            "选",
            "买",
            "拍",
            "的穿",
            "左右穿",
            "的能穿",
            "的可以穿",
        ]
        .iter()
        .any(|word| after.trim_start_matches([' ', ',', '多']).starts_with(word));
        let whose = owner(talk.chars, &named, quantity.start);
        let mine = whose.is_some() || before.ends_with(['她', '他']);
        // 我180，女朋友165 are the heights of two people, not the weight of the second.
        let another = whose.is_some_and(|whose| {
            read.iter()
                .flatten()
                .filter(|r| r.measure == Measure::Height)
                .all(|r| match owner(talk.chars, &named, r.span.0 as usize) {
                    Some(first) => first != whose,
                    None => whose != OWN,
                })
        });
        // 165 胸围84: a buyer who names a girth in words gives the height without.
        let beside = found.iter().enumerate().any(|(other, girth)| {
            let (left, right) = match other < at {
                true => (girth, quantity),
                false => (quantity, girth),
            };
            other.abs_diff(at) == 1
                && read[other].as_ref().is_some_and(|r| {
                    matches!(r.measure, Measure::Bust | Measure::Waist | Measure::Hip)
                })
                && quantity.value >= 150.0
                && talk
                    .between(left, right)
                    .iter()
                    .take(2)
                    .any(|c| " ,/、".contains(*c))
        });
        let size = ["码", "号"].iter().any(|word| after.starts_with(word))
            || before
                .trim_end_matches(['了', ' '])
                .ends_with(['穿', '码', '号']);
        let between =
            quantity.until.is_some_and(|until| until <= 210.0) && after.starts_with("之间");
        let measure = if size {
            None
        } else if (between || mine || beside || asks && talk.sizes)
            && is_height(talk, quantity)
            && (!has(Measure::Height) || another)
        {
            Some(Measure::Height)
        } else if (mine || asks)
            && has(Measure::Height)
            && !has(Measure::Weight)
            && is_weight(quantity)
        {
            Some(Measure::Weight)
        } else {
            None
        };
        read[at] = measure.and_then(|measure| reading(talk.chars, quantity, measure));
    }
}
