//! Answers questions about a product's specs with the spec as the merchant wrote it.
//!
//! A reading finds *topics* (`names`): stretches of the question that ask for a column or heading of this shop, or for
//! a group of the built-in table (`words`). A topic that the product has is quoted. A topic that it lacks is handed off
//! as not on record. Nothing is inferred. The confidence tells how much of the question the reading explains
//! (`certainty`), so that a better FAQ entry can win.

mod across;
mod certainty;
mod counted;
mod dimension;
mod forms;
mod given;
mod listed;
mod longer;
mod name;
mod names;
mod near;
mod other;
mod part;
mod reply;
mod resolve;
mod skus;
mod value;
mod variant;
mod which;
mod words;

pub use names::{Slot, SpecNames, Target, Topic};
pub use near::{Near, near};
pub use variant::of_variant;
pub use words::Strength;

pub(in crate::answer) use certainty::residue;

use certainty::confidence;
use reply::{content, entry_id, missing, not_in_force, quote, which_product};
use resolve::{is_part, resolve};

use super::product::{Asked, How, Mention, Plain, Subject};
use super::proposal::Proposal;
use super::rule;
use crate::knowledge::Product;
use crate::text::normalise::{normalise, squeeze};

/// Readings below this confidence are dropped.
const LEAST: f64 = 0.5;

/// The most specs quoted in one answer.
const MOST: usize = 4;

/// The most options offered.
const OPTIONS: usize = 5;

/// Words for facts that change by the minute. A connector ([`super::connector`]) or a person answers these.
const VOLATILE: &[&str] = &[
    "多少钱",
    "价格",
    "价钱",
    "价位",
    "售价",
    "便宜",
    "有货",
    "现货",
    "库存",
    "还有吗",
    "缺货",
    "补货",
    "到货",
    "降价",
    "涨价",
    "断货",
    "还剩",
];

/// The proposal for a question about specs; `None` if it is not clearly about one.
pub fn propose(asked: &Asked<'_>) -> Option<Proposal> {
    if asked.plain.is_empty() {
        return None;
    }
    let named = named(asked);
    if certainty::says_beside(&asked.plain, &named, VOLATILE) {
        return None;
    }
    let topics = asked.catalogue.specs.topics(&asked.plain, &named);
    if let Some(proposal) =
        across::compare(asked, &topics).or_else(|| which::which(asked, &topics, &named))
    {
        return Some(proposal);
    }
    let proposal = match &asked.subject {
        Subject::One { .. } if names_a_list(asked, &topics) => {
            which_product(asked, &topics, &[], &named)
        }
        Subject::One { product, how } => {
            let reading = Reading {
                asked,
                product: *product,
                named: &named,
                certainty: how.certainty(),
            };
            let topics = listed::completed(&reading, topics);
            // 含聚酯纤维吗 loosely asks for the material. A value that names it is a better answer.
            let loosely = topics.iter().all(|topic| topic.strength == Strength::Loose);
            let named_in =
                || value::says(&reading, &topics).filter(|said| said.rule == rule::VALUE);
            // 什么颜色级别 asks for the column of that name, not for the colours.
            let column = topics.iter().any(|topic| {
                let whole = topic.strength == Strength::Name && topic.to - topic.from > 2;
                whole
                    && !resolve(&asked.catalogue.specs, *product, topic)
                        .0
                        .is_empty()
            });
            let mut proposal = (!column)
                .then(|| skus::skus(&reading))
                .flatten()
                .or_else(|| loosely.then(named_in).flatten())
                .or_else(|| counted::fitting(&reading))
                .or_else(|| specs(&reading, &topics))
                .or_else(|| value::says(&reading, &topics))
                .or_else(|| counted::counted(&reading, &topics))
                .or_else(|| skus::counted(&reading))
                .or_else(|| other::other(&reading))
                .or_else(|| missing(&reading, &topics))
                .or_else(|| named_in_part(&reading))?;
            proposal.trace.insert(
                0,
                format!(
                    "product {}: {}",
                    asked.product_at(*product).id,
                    how.as_str()
                ),
            );
            Some(proposal)
        }
        Subject::Several(products) => which_product(asked, &topics, products, &named),
        Subject::None => which_product(asked, &topics, &[], &named),
    };
    proposal.filter(|proposal| proposal.confidence >= LEAST)
}

/// Whether the product is told only by a word of what is asked for: 配件 in 送什么配件, where one product is of the kind 配件.
fn names_a_list(asked: &Asked<'_>, topics: &[Topic]) -> bool {
    let partly = matches!(
        asked.subject,
        Subject::One {
            how: How::Partly,
            ..
        }
    );
    let kind = || asked.catalogue.kind(&asked.plain);
    let within = |kind: Mention| {
        let mut around = topics
            .iter()
            .filter(|topic| topic.from < kind.from && kind.to <= topic.to);
        around.any(|topic| topic.strength >= Strength::Wording)
            && asked.catalogue.mentions(&asked.plain).is_empty()
            && asked.catalogue.partly_named(&asked.plain).is_none()
    };
    partly && kind().is_some_and(within)
}

/// Whether the question clearly asks for a spec and none of these normalised texts speaks of it.
pub fn silent_on<'a>(asked: &Asked<'_>, mut texts: impl Iterator<Item = &'a str>) -> bool {
    let specs = &asked.catalogue.specs;
    let mut wanted = specs.topics(&asked.plain, &named(asked));
    wanted.retain(|topic| topic.strength >= Strength::Wording);
    let is_wanted = |target: Target| {
        let mut targets = wanted.iter().flat_map(|topic| &topic.targets);
        targets.any(|&(wanted, _)| wanted == target)
    };
    let speaks = |text: &str| {
        let plain = Plain::new(text);
        let told = specs.topics(&plain, &vec![false; plain.len()]);
        let mut targets = told.iter().flat_map(|topic| &topic.targets);
        targets.any(|&(target, _)| is_wanted(target))
    };
    !wanted.is_empty() && !texts.any(speaks)
}

/// A question with the one product that it is about.
struct Reading<'a, 'b> {
    asked: &'a Asked<'b>,
    product: u32,
    /// A mask of the characters that name the product.
    named: &'a [bool],
    certainty: f64,
}

impl<'b> Reading<'_, 'b> {
    fn product(&self) -> &'b Product {
        self.asked.product_at(self.product)
    }

    /// A mask of the characters that the product's name and `topics` explain.
    fn explained(&self, topics: &[&Topic]) -> Vec<bool> {
        let Asked {
            plain, catalogue, ..
        } = self.asked;
        let mut explained = self.named.to_vec();
        catalogue.mark_runs(self.product, plain, 2, &mut explained);
        given::mark_skus(self.product(), plain, &mut explained);
        for topic in topics {
            explained[topic.from..topic.to].fill(true);
        }
        explained
    }
}

/// Marks the characters that name products: exact names, and four or more in a row of products named in part.
fn named(asked: &Asked<'_>) -> Vec<bool> {
    let plain = &asked.plain;
    let mut mask = asked.catalogue.named_in(plain);
    let products: &[u32] = match &asked.subject {
        Subject::One { product, .. } => std::slice::from_ref(product),
        Subject::Several(products) if products.len() <= OPTIONS => products,
        _ => &[],
    };
    for &product in products {
        asked.catalogue.mark_runs(product, plain, 4, &mut mask);
    }
    mask
}

/// The measure that a wording asks for: 长 for 多长; none for 多少.
fn measured(said: &str) -> Option<char> {
    let measure = said.strip_prefix('多')?.chars().next()?;
    "长宽高厚深重大".contains(measure).then_some(measure)
}

/// The specs that the topics ask for and the product has.
fn specs(reading: &Reading<'_, '_>, topics: &[Topic]) -> Option<Proposal> {
    let table = &reading.asked.catalogue.specs;
    let found: Vec<(&Topic, Vec<Slot>, Strength)> = topics
        .iter()
        .map(|topic| {
            let (slots, strength) = resolve(table, reading.product, topic);
            (topic, slots, strength)
        })
        .collect();
    let (found, of_parts) = part::settle(reading, found)?;
    let (mut answered, lacking): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|(_, slots, _)| !slots.is_empty());
    let strength = answered.iter().map(|(_, _, strength)| *strength).max()?;
    let plain = &reading.asked.plain;
    let others: Vec<&Topic> = answered.iter().map(|(topic, ..)| *topic).collect();
    // If the product lacks a more certain topic, that topic was asked for and the others matched by chance.
    let (listed, by_chance): (Vec<&Topic>, Vec<&Topic>) = lacking
        .iter()
        .map(|(topic, ..)| *topic)
        .partition(|topic| listed::is_item(plain, topic, &others));
    if by_chance.iter().any(|topic| topic.strength > strength) {
        return None;
    }
    if strength > Strength::Loose {
        answered.retain(|(_, _, own)| *own > Strength::Loose);
    }
    // 鞋底是什么材质 asks only for 鞋底材质.
    let part = |topic: &Topic, slots: &[Slot]| {
        answered.iter().any(|(other, others, _)| {
            let mut targets = topic.targets.iter();
            !listed::are_items(plain, topic, other)
                && targets
                    .any(|&(target, _)| is_part(table, reading.product, target, slots, others))
        })
    };
    let kept = answered
        .iter()
        .filter(|(topic, slots, _)| !part(topic, slots));
    let quoted = listed::fairly(kept.map(|(_, slots, _)| slots), MOST);
    if given::is_given(reading, &answered, &quoted) {
        return None;
    }
    let topics: Vec<&Topic> = answered.iter().map(|(topic, ..)| *topic).collect();
    let explained = reading.explained(&[topics.as_slice(), &of_parts, &listed].concat());
    let measured = |topic: &&Topic| measured(plain.slice(topic.from, topic.to));
    // 绳长1.5米 tells the length, whatever the name of the spec.
    let says = |measure: char| {
        let mut told = quoted
            .iter()
            .map(|slot| content(reading.product(), *slot).1);
        told.any(|value| value.contains(measure))
    };
    let strength = match topics.iter().find_map(measured) {
        Some(measure) if strength == Strength::Loose && says(measure) => Strength::Wording,
        _ => strength,
    };
    let mut confidence = confidence(strength, plain, &explained, reading.certainty);
    // 包边多高 measures a part. The height of the whole does not answer it.
    let of_part = |topic: &&Topic| {
        measured(topic).is_some()
            && topic.from > 0
            && certainty::is_bare(plain, &explained, topic.from - 1)
    };
    if strength == Strength::Loose && topics.iter().any(of_part) {
        confidence -= 0.15;
    }
    let unknown = |topic: &&Topic| part::unknown(reading, &explained, topic);
    let bears = |topic: &&Topic| part::of_bearing(reading, topic);
    let longer = |topic: &&Topic| given::is_longer(plain, &explained, topic);
    if topics.iter().any(unknown)
        || topics.iter().any(bears)
        || topics.iter().any(longer)
        || certainty::asks_more(plain, &explained)
    {
        confidence -= 0.3;
    }
    // 防水鞋怎么保养 asks what to do with it, not whether it is 防水.
    if certainty::asks_how(plain, &explained, &topics) {
        confidence -= 0.3;
    }
    if !reading.asked.on_sale(reading.product) {
        return Some(not_in_force(reading, confidence));
    }
    let asks: Vec<&str> = topics
        .iter()
        .map(|topic| table.title(topic.targets[0].0))
        .collect();
    let trace = format!("asks for {}", asks.join(", "));
    let told = quote(reading, &quoted, confidence, rule::SPEC, trace);
    let left = certainty::residue(plain, &explained);
    Some(listed::beside(reading, &listed, left, told))
}

/// The one spec whose name contains everything that is said beside the product: 硬度 for the column 莫氏硬度. A follow-up
/// (硬度呢) hardly has another meaning.
fn named_in_part(reading: &Reading<'_, '_>) -> Option<Proposal> {
    let plain = &reading.asked.plain;
    let mut explained = reading.explained(&[]);
    let bare: Vec<usize> = (0..plain.len())
        .filter(|&at| certainty::is_bare(plain, &explained, at))
        .collect();
    let (&first, &last) = bare.first().zip(bare.last())?;
    if last == first || last - first >= bare.len() {
        return None;
    }
    let said = plain.slice(first, last + 1);
    let specs = (0u32..).zip(&reading.product().specs);
    let mut holding = specs.filter(|(_, spec)| squeeze(&normalise(&spec.name)).contains(said));
    let (at, spec) = holding.next().filter(|_| holding.next().is_none())?;
    // The material of the 手柄 does not answer 手柄多长.
    if dimension::within(&plain.text).is_some_and(|asked| !asked.fits(&spec.name, &spec.value)) {
        return None;
    }
    let strength = match plain.text.ends_with('呢') {
        true => Strength::Wording,
        false => Strength::Loose,
    };
    explained[first..=last].fill(true);
    let sure = confidence(strength, plain, &explained, reading.certainty);
    if !reading.asked.on_sale(reading.product) {
        return Some(not_in_force(reading, sure));
    }
    let trace = format!("{said} stands in the name of {} alone", spec.name);
    Some(quote(reading, &[Slot::Spec(at)], sure, rule::SPEC, trace))
}

#[cfg(test)]
mod tests;
