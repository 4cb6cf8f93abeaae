//! Units: the texts by which entries are found. An FAQ row has one per phrasing and one for its answer; a passage has
//! one for its heading and one for its text. The pieces of a long text (one or a few sentences) are units too, because
//! the vector of the whole hides a single point in it.

use std::ops::Range;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Entry, EntryAt, Shop};
use crate::text::normalise::{is_han, normalise};

/// The kind of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// An FAQ's standard question.
    Question,
    /// An FAQ's similar question.
    Similar,
    /// A negative question. Its entry must not answer it.
    Negative,
    /// Title and heading path of a passage, name of a product.
    Heading,
    /// The text of a passage, or an FAQ's answer.
    Body,
    /// A piece of a long body. It is found only by meaning, since its words are those of the body.
    Piece,
    /// Further words by which the passages of a page are found. They count as words of its text do: as a heading, 安装 would
    /// make every passage of the page near to whatever is asked of 安装.
    Keywords,
}

impl UnitKind {
    /// Whether it is a wording with which a buyer may ask for the entry, rather than its content.
    pub fn asks(self) -> bool {
        matches!(
            self,
            UnitKind::Question | UnitKind::Similar | UnitKind::Heading
        )
    }
}

/// The units of a snapshot, sorted by owner (an index into the entries), as parallel arrays.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Units {
    /// Owner of each unit, ascending.
    pub owners: Vec<u32>,
    /// Kind of each unit.
    pub kinds: Vec<UnitKind>,
    /// Normalised text of each unit.
    pub texts: Vec<Box<str>>,
    /// The first unit of each owner, and the number of units at the end.
    pub starts: Vec<u32>,
}

impl Units {
    /// The number of units.
    pub fn len(&self) -> usize {
        self.owners.len()
    }

    /// Whether there are no units.
    pub fn is_empty(&self) -> bool {
        self.owners.is_empty()
    }

    /// The units of an owner.
    pub fn of(&self, owner: u32) -> Range<usize> {
        self.starts[owner as usize] as usize..self.starts[owner as usize + 1] as usize
    }

    /// The texts of an owner with their kinds, but for its negative questions, which it is not about.
    pub fn told(&self, owner: u32) -> impl Iterator<Item = (UnitKind, &str)> {
        let all = self.of(owner);
        all.map(|unit| (self.kinds[unit], &*self.texts[unit]))
            .filter(|(kind, _)| *kind != UnitKind::Negative)
    }
}

/// All units of a shop, normalised on all cores.
pub fn units(shop: &Shop, entries: &[Entry]) -> Units {
    let own: Vec<Vec<(UnitKind, Box<str>)>> = entries
        .par_iter()
        .map(|entry| {
            let mut own = Vec::new();
            own_units(shop, entry, |kind, text| {
                let text = normalise(text);
                if !text.is_empty() {
                    own.push((kind, text.into()));
                }
            });
            own
        })
        .collect();
    let mut units = Units::default();
    units.starts.push(0);
    for (owner, own) in (0u32..).zip(own) {
        for (kind, text) in own {
            units.owners.push(owner);
            units.kinds.push(kind);
            units.texts.push(text);
        }
        units.starts.push(units.owners.len() as u32);
    }
    units
}

/// Passes the texts of an entry to `push`.
pub fn own_units(shop: &Shop, entry: &Entry, mut push: impl FnMut(UnitKind, &str)) {
    match entry.at {
        EntryAt::Faq(i) => {
            let faq = &shop.faqs[i as usize];
            push(UnitKind::Question, &faq.question);
            for text in &faq.similar {
                push(UnitKind::Similar, text);
            }
            for text in &faq.negative {
                push(UnitKind::Negative, text);
            }
            body(&faq.answer, push);
        }
        EntryAt::Policy(i, j) => {
            let policy = &shop.policies[i as usize];
            let passage = &policy.passages[j as usize];
            push(UnitKind::Heading, &heading(&policy.title, &passage.path));
            body(&passage.text, &mut push);
            push(UnitKind::Keywords, &policy.keywords.join(" "));
        }
        EntryAt::ProductPassage(i, j) => {
            let product = &shop.products[i as usize];
            let passage = &product.passages[j as usize];
            push(UnitKind::Heading, &heading(&product.name, &passage.path));
            body(&passage.text, push);
        }
        // The text of a page before its first heading.
        EntryAt::Product(i) => {
            let mut passages = shop.products[i as usize].passages.iter();
            if let Some(opening) = passages.find(|passage| passage.path.is_empty()) {
                body(&opening.text, push);
            }
        }
        // Specs and charts are found by their structure, not by a question.
        EntryAt::Spec(..) | EntryAt::Size(_) => {}
    }
}

/// The most characters of a piece, unless a single sentence is longer: what one vector represents well.
const PIECE: usize = 60;

/// Passes a body to `push`, and its pieces if there are several.
fn body(text: &str, mut push: impl FnMut(UnitKind, &str)) {
    push(UnitKind::Body, text);
    if pieces(text).nth(1).is_some() {
        pieces(text).for_each(|piece| push(UnitKind::Piece, piece));
    }
}

/// A text split at the ends of sentences.
fn pieces(body: &str) -> impl Iterator<Item = &str> {
    let mut rest = body.trim();
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut end = 0;
        let mut length = 0;
        for sentence in rest.split_inclusive(['。', '！', '？', '!', '?', '；', ';', '\n']) {
            length += sentence.chars().count();
            if end > 0 && length > PIECE {
                break;
            }
            end += sentence.len();
        }
        let (piece, after) = rest.split_at(end);
        rest = after.trim_start();
        Some(piece.trim_end())
    })
}

/// `title 外层 内层`. The title is left out if a heading repeats it, and so is a part without a Chinese word (`pol043`, a
/// file name used as title): it is near to no question and only adds noise.
fn heading(title: &str, path: &[String]) -> String {
    let mut text = String::new();
    for part in std::iter::once(title).chain(path.iter().map(String::as_str)) {
        if !text.contains(part) && part.chars().any(is_han) {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(part);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_cut_at_the_ends_of_sentences() {
        let long = "一二三四五六七八九十".repeat(7);
        let check = |body: &str, expected: &[&str]| {
            assert_eq!(pieces(body).collect::<Vec<_>>(), expected, "{body}");
        };
        check("", &[]);
        check(" 现货48小时内发出。\n", &["现货48小时内发出。"]);
        check("一。二！三？", &["一。二！三？"]);
        check(&long, &[&long]);
        check(
            &format!("甲。{long}。乙；\n丙"),
            &["甲。", &format!("{long}。"), "乙；\n丙"],
        );
    }

    #[test]
    fn what_no_buyer_says_is_no_heading() {
        let path = |path: &[&str]| {
            path.iter()
                .map(|part| (*part).to_owned())
                .collect::<Vec<_>>()
        };
        let check = |title: &str, parts: &[&str], expected: &str| {
            assert_eq!(heading(title, &path(parts)), expected);
        };
        check("退货政策", &["退货政策", "运费"], "退货政策 运费");
        check("pol043", &[], "");
        check("pol043", &["VIP会员"], "VIP会员");
    }
}
