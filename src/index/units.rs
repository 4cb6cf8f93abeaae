//! Units: the texts by which entries are found. An FAQ row has one per phrasing and one for its answer, a passage one
//! for its heading and one for its text.

use std::ops::Range;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::knowledge::{Entry, EntryAt, Shop};
use crate::text::normalise::normalise;

/// What kind of text a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// An FAQ's standard question.
    Question,
    /// An FAQ's similar question.
    Similar,
    /// A negative question: its entry must not answer it.
    Negative,
    /// Title and heading path of a passage, name of a product.
    Heading,
    /// The text of a passage, or an FAQ's answer.
    Body,
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
    /// Where the units of each owner begin; one more than there are owners.
    pub starts: Vec<u32>,
}

impl Units {
    /// How many units there are.
    pub fn len(&self) -> usize {
        self.owners.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.owners.is_empty()
    }

    /// The units of an owner.
    pub fn of(&self, owner: u32) -> Range<usize> {
        self.starts[owner as usize] as usize..self.starts[owner as usize + 1] as usize
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

/// The texts that an entry itself brings.
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
            push(UnitKind::Body, &faq.answer);
        }
        EntryAt::Policy(i, j) => {
            let policy = &shop.policies[i as usize];
            let passage = &policy.passages[j as usize];
            push(UnitKind::Heading, &heading(&policy.title, &passage.path));
            push(UnitKind::Body, &passage.text);
        }
        EntryAt::ProductPassage(i, j) => {
            let product = &shop.products[i as usize];
            let passage = &product.passages[j as usize];
            push(UnitKind::Heading, &heading(&product.name, &passage.path));
            push(UnitKind::Body, &passage.text);
        }
        // Products, specs and charts are found by their structure, not by a question.
        EntryAt::Product(_) | EntryAt::Spec(..) | EntryAt::Size(_) => {}
    }
}

/// `title 外层 内层`, the title left out where a heading repeats it.
fn heading(title: &str, path: &[String]) -> String {
    let mut text = String::new();
    for part in std::iter::once(title).chain(path.iter().map(String::as_str)) {
        if !text.contains(part) {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(part);
        }
    }
    text
}
