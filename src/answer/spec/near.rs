//! Finds specs by meaning, if no name or wording of the table is found: 手腕多粗能戴 is near to 适合腕围.
//!
//! The weights and limits were chosen on the columns of five shops made for it (62 products, 1,053 questions). Of the
//! questions that pass them, 98 in a hundred mean the nearest column. Of 579 wordings of service questions, 18 pass.

use super::longer::unsays;
use super::{Reading, Slot, content, dimension, entry_id, named, part, quote};
use crate::answer::product::{Asked, Subject};
use crate::answer::proposal::Proposal;
use crate::answer::types::ChoiceOption;
use crate::text::normalise::normalise;

/// Weight of the share of a name's characters found in the question, relative to meaning.
const CHARACTERS: f32 = 0.5;
/// Weight of the share of its character pairs.
const PAIRS: f32 = 0.3;

/// Least score at which the nearest spec may be what is asked.
const ASKED: f32 = 0.45;
/// How far it must then be above the next one.
const LEAD: f32 = 0.3;
/// Least score at which a spec is offered.
const OFFERED: f32 = 0.4;
/// Least score at which it is offered alone. Below it, a person helps more.
const ALONE: f32 = 0.55;
/// How far an offered spec may be below the nearest one.
const BESIDE: f32 = 0.15;
/// The most specs offered.
const MOST: usize = 2;

/// Confidence of an answer by meaning. It is below that of names and wordings.
const SURE: f64 = 0.8;

/// Words that ask for a figure, a kind or a name.
const ASKS_WHAT: &[&str] = &[
    "什么",
    "多少",
    "几",
    "哪种",
    "哪一种",
    "哪里产",
    "多大",
    "多长",
    "多宽",
    "多高",
    "多厚",
    "多深",
    "多粗",
    "多重",
    "多沉",
    "多快",
];

/// Words that ask for something that no value of a spec answers.
const ASKS_ELSE: &[&str] = &[
    "怎么",
    "怎样",
    "如何",
    "咋",
    "为什么",
    "什么时候",
    "几号",
    "几点",
    "在哪",
    "哪里",
    "哪儿",
    "怎办",
    "什么意思",
    "什么情况",
    "什么问题",
    "多少钱",
    "多久",
];

/// The specs of the product in question that are near by meaning.
#[derive(Debug, Clone, PartialEq)]
pub struct Near {
    /// The answer, if one spec clearly is what is asked.
    pub answer: Option<Proposal>,
    /// Specs that may be meant, nearest first.
    pub options: Vec<ChoiceOption>,
    /// Whether the options are worth offering without entries beside them.
    pub alone: bool,
}

/// The specs nearest to a question about one product. `likeness` is the centred cosine, −1..1, of two texts; it gives
/// `None` without an encoder.
pub fn near(asked: &Asked<'_>, likeness: impl Fn(&str, &str) -> Option<f32>) -> Option<Near> {
    let Subject::One { product, how } = asked.subject else {
        return None;
    };
    let mask = named(asked);
    let reading = Reading {
        asked,
        product,
        named: &mask,
        certainty: how.certainty(),
    };
    let explained = reading.explained(&[]);
    let said: String = asked
        .plain
        .chars
        .iter()
        .zip(&explained)
        .filter_map(|(c, named)| (!named).then_some(*c))
        .collect();
    if said.chars().nth(1).is_none() || !asked.on_sale(product) {
        return None;
    }
    let specs = &asked.product_at(product).specs;
    let mut scored: Vec<(f32, u32)> = Vec::new();
    for (at, spec) in (0u32..).zip(specs) {
        let name = normalise(&spec.name);
        if asked.catalogue.specs.quotable(product, Slot::Spec(at)) && !unsays(&said, &name) {
            scored.push((likeness(&said, &name)? + shared(&said, &name), at));
        }
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let &(best, at) = scored.first()?;
    let next = scored.get(1).map_or(0.0, |next| next.0);
    let options = scored
        .iter()
        .take(MOST)
        .filter(|(score, _)| *score >= OFFERED && *score >= best - BESIDE)
        .map(|&(_, at)| option(&reading, at))
        .collect();
    let sure = best >= ASKED && best - next >= LEAD && answers(&reading, &said, at);
    let trace = format!(
        "{said} is near to {} ({best:.2}, next {next:.2})",
        specs[at as usize].name
    );
    let answer = sure.then(|| {
        quote(
            &reading,
            &[Slot::Spec(at)],
            SURE * reading.certainty,
            "spec.near",
            trace,
        )
    });
    Some(Near {
        answer,
        options,
        alone: best >= ALONE,
    })
}

/// Whether the value of a spec can answer what is asked.
fn answers(reading: &Reading<'_, '_>, said: &str, at: u32) -> bool {
    let slot = Slot::Spec(at);
    // The table knows how these are asked for. If it finds nothing, the question may ask for a part's property.
    if part::is_of_whole(&reading.asked.catalogue.specs, reading.product, slot) {
        return false;
    }
    let (name, value) = content(reading.product(), slot);
    let asks = |words: &[&str]| words.iter().any(|word| said.contains(word));
    if !asks(ASKS_WHAT) || asks(ASKS_ELSE) {
        return false;
    }
    let counts = asks(&["多", "几"]);
    let measured = dimension::within(said).is_none_or(|measure| measure.fits(name, value));
    measured && (!counts || value.contains(char::is_numeric))
}

/// How much of a name is also in what is said: weighted shares of its characters and of its character pairs.
fn shared(said: &str, name: &str) -> f32 {
    let chars: Vec<char> = name.chars().collect();
    let has = chars.iter().filter(|c| said.contains(**c)).count();
    let pairs = chars.windows(2);
    let all = pairs.len().max(1);
    let both = pairs
        .filter(|pair| said.contains(&String::from_iter(*pair)))
        .count();
    CHARACTERS * has as f32 / chars.len().max(1) as f32 + PAIRS * both as f32 / all as f32
}

fn option(reading: &Reading<'_, '_>, at: u32) -> ChoiceOption {
    let product = reading.product();
    ChoiceOption {
        id: entry_id(product, Slot::Spec(at)),
        title: format!("{} · {}", product.name, product.specs[at as usize].name),
    }
}
