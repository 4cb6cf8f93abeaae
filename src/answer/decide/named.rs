//! Goods named in a question against the goods that an entry speaks of.
//!
//! 红茶 is no 绿茶: what holds for the one is no answer on the other. And of a shop's entries one alone may name the 登山杖;
//! that makes it the nearest to every question about it, and the answer to few.

use super::piece::Heard;
use crate::answer::lexical::Words;
use crate::answer::product::{Catalogue, Plain};
use crate::answer::rank::Ranked;
use crate::answer::retrieve::encoded;
use crate::answer::{Engine, spec};
use crate::knowledge::units::UnitKind;

/// Least share of the words beside the name that an answer has.
const WORDS: f32 = 0.25;

/// Least centred cosine of what two questions say beside the name: on nine development sets one in ten of the pairs that
/// ask different things has more, and of those that ask the same half to nine tenths.
const MEANING: f32 = 0.25;

/// How many phrasings are compared by meaning; each may take a run of the encoder.
const PHRASINGS: usize = 4;

/// What a text says of goods.
pub(super) struct Named {
    /// The products that the names fit.
    products: Vec<u32>,
    /// What it says beside the names.
    rest: String,
    /// Whether that is anything.
    asks: bool,
}

impl Named {
    /// The goods that a normalised text names, by name or by kind; `None` where it names none.
    pub(super) fn of(catalogue: &Catalogue, normalised: &str) -> Option<Named> {
        let plain = Plain::new(normalised);
        let (goods, mask) = catalogue.goods(&plain);
        if goods.is_empty() {
            return None;
        }
        let rest = plain.chars.iter().zip(&mask);
        Some(Named {
            products: goods.into_iter().flat_map(|named| named.products).collect(),
            rest: rest
                .map(|(c, named)| if *named { ' ' } else { *c })
                .collect(),
            asks: spec::residue(&plain, &mask) > 0,
        })
    }

    fn meets(&self, other: &Named) -> bool {
        self.products
            .iter()
            .any(|product| other.products.contains(product))
    }
}

/// The goods that a question is about: those that its own words name, else those of the page or of the talk.
pub(super) fn goods(heard: &Heard<'_>) -> Option<Named> {
    let catalogue = &heard.engine.catalogue;
    Named::of(catalogue, &heard.alone).or_else(|| {
        let product = heard.asked.subject.one()?;
        Some(Named {
            products: vec![product],
            rest: heard.alone.clone(),
            asks: true,
        })
    })
}

/// Whether all questions of an entry are about other goods, and its answer does not speak of these either.
pub(super) fn about_others(engine: &Engine, goods: &Named, entry: u32) -> bool {
    let units = &engine.snapshot.units;
    let mut others = false;
    for unit in units
        .of(entry)
        .filter(|&unit| units.kinds[unit] != UnitKind::Negative)
    {
        match Named::of(&engine.catalogue, &units.texts[unit]) {
            Some(named) if named.meets(goods) => return false,
            Some(_) => others |= units.kinds[unit].asks(),
            None if units.kinds[unit].asks() => return false,
            None => {}
        }
    }
    others
}

/// Whether an entry shares with the question the name of goods and nothing else.
pub(super) fn shares_only_the_name(heard: &Heard<'_>, best: &Ranked) -> bool {
    let engine = heard.engine;
    let Some(named) = Named::of(&engine.catalogue, &heard.piece.normalised) else {
        return false;
    };
    let units = &engine.snapshot.units;
    let texts = || {
        let told = units
            .of(best.entry)
            .filter(|&unit| units.kinds[unit] != UnitKind::Negative);
        told.map(|unit| (units.kinds[unit], &*units.texts[unit]))
    };
    let alike: Vec<Named> = texts()
        .filter(|(kind, _)| kind.asks())
        .filter_map(|(_, text)| Named::of(&engine.catalogue, text))
        .filter(|own| own.meets(&named))
        .collect();
    if alike.is_empty() {
        return false;
    }
    if !named.asks {
        return true;
    }
    let mut words = Words::new(&engine.idf, &named.rest);
    for (_, text) in texts() {
        words.hold(text);
        words.explain();
    }
    // Single characters are found in any longer text.
    if words.explains_a_pair() && words.explained() >= WORDS {
        return false;
    }
    let Some(asked) = encoded(engine, &named.rest) else {
        return true;
    };
    let near = |own: &Named| {
        encoded(engine, &own.rest).is_some_and(|own| dot(&asked.sentence, &own.sentence) >= MEANING)
    };
    !alike.iter().take(PHRASINGS).any(near)
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
