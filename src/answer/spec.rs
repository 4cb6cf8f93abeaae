//! Questions about a product's specs, answered with the spec as the merchant wrote it.
//!
//! A reading names *topics* ([`names`]): stretches of the question that ask for a column or heading of this shop, or
//! for a group of the built-in table ([`words`]). A topic that the product has is quoted; one that it lacks is handed
//! off as not on record; nothing is ever inferred. Confidence says how much of the question the reading explains
//! ([`certainty`]), so that a better FAQ entry can win.

mod across;
mod certainty;
mod names;
mod value;
mod words;

pub use names::{Slot, SpecNames, Target, Topic};
pub use words::Strength;

use certainty::confidence;

use super::product::{Asked, Subject};
use super::proposal::{Fact, Proposal};
use super::types::{ChoiceOption, Outcome, Reason};
use crate::knowledge::Product;

/// Readings less sure than this are no reading.
const LEAST: f64 = 0.5;

/// The most specs quoted in one answer.
const MOST: usize = 4;

/// The most options offered.
const OPTIONS: usize = 5;

/// Words for what changes by the minute; [`super::connector`] or a person answers these.
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

/// What a question about specs should get; `None` where it is not clearly about one.
pub fn propose(asked: &Asked<'_>) -> Option<Proposal> {
    if asked.plain.is_empty() || asked.says(VOLATILE) {
        return None;
    }
    let named = named(asked);
    let topics = asked.catalogue.specs.topics(&asked.plain, &named);
    if let Some(proposal) =
        across::compare(asked, &topics).or_else(|| across::which(asked, &topics, &named))
    {
        return Some(proposal);
    }
    let proposal = match &asked.subject {
        Subject::One { product, how } => {
            let reading = Reading {
                asked,
                product: *product,
                named: &named,
                certainty: how.certainty(),
            };
            let mut proposal = value::skus(&reading)
                .or_else(|| specs(&reading, &topics))
                .or_else(|| value::says(&reading, &topics))
                .or_else(|| missing(&reading, &topics))?;
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

/// A question with the one product that it is about.
struct Reading<'a, 'b> {
    asked: &'a Asked<'b>,
    product: u32,
    /// Characters that name the product.
    named: &'a [bool],
    certainty: f64,
}

impl<'b> Reading<'_, 'b> {
    fn product(&self) -> &'b Product {
        self.asked.product_at(self.product)
    }

    /// Confidence where `topics` are what is asked.
    fn confidence(&self, strength: Strength, topics: &[&Topic]) -> f64 {
        confidence(
            strength,
            &self.asked.plain,
            &self.explained(topics),
            self.certainty,
        )
    }

    /// The characters that the product's name and `topics` explain.
    fn explained(&self, topics: &[&Topic]) -> Vec<bool> {
        let mut explained = self.named.to_vec();
        if !self.asked.plain.is_empty() {
            self.asked
                .catalogue
                .mark_name(self.product, &self.asked.plain, &mut explained);
        }
        for topic in topics {
            explained[topic.from..topic.to].fill(true);
        }
        explained
    }
}

/// Marks the characters that name products: exact names and, of products named in part, four in a row.
fn named(asked: &Asked<'_>) -> Vec<bool> {
    let plain = &asked.plain;
    let mut mask = vec![false; plain.len()];
    for mention in asked.catalogue.mentions(plain) {
        mask[mention.from..mention.to].fill(true);
    }
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

/// The specs that the topics ask for and the product has.
fn specs(reading: &Reading<'_, '_>, topics: &[Topic]) -> Option<Proposal> {
    let table = &reading.asked.catalogue.specs;
    let mut quoted: Vec<Slot> = Vec::new();
    let mut answered: Vec<&Topic> = Vec::new();
    let mut strength = Strength::Loose;
    let strongest = topics.iter().map(|topic| topic.strength).max()?;
    for topic in topics {
        let (slots, found) = resolve(table, reading.product, topic);
        if slots.is_empty() {
            continue;
        }
        answered.push(topic);
        strength = strength.max(found);
        for slot in slots {
            if !quoted.contains(&slot) {
                quoted.push(slot);
            }
        }
    }
    // A surer topic that the product lacks is what was asked; the rest came along by chance.
    if quoted.is_empty() || strength < strongest {
        return None;
    }
    // Where names were spoken, mere wordings beside them add nothing.
    if answered.len() > 1 && strength == Strength::Name {
        answered.retain(|topic| topic.strength >= Strength::Wording);
        quoted = answered
            .iter()
            .flat_map(|topic| resolve(table, reading.product, topic).0)
            .collect();
        quoted.dedup();
    }
    quoted.truncate(MOST);
    if !reading.asked.on_sale(reading.product) {
        return Some(not_in_force(
            reading,
            reading.confidence(strength, &answered),
        ));
    }
    let asks: Vec<&str> = answered
        .iter()
        .map(|topic| table.title(topic.targets[0].0))
        .collect();
    Some(quote(
        reading,
        &quoted,
        reading.confidence(strength, &answered),
        "spec",
        format!("asks for {}", asks.join(", ")),
    ))
}

/// Where the product says what a topic asks for, by its surest targets that it has. Where a name was spoken, only
/// names count.
fn resolve(table: &SpecNames, product: u32, topic: &Topic) -> (Vec<Slot>, Strength) {
    for strength in [Strength::Name, Strength::Wording, Strength::Loose] {
        let mut slots: Vec<Slot> = Vec::new();
        let mut spoken = false;
        for &(target, _) in topic.targets.iter().filter(|target| target.1 == strength) {
            spoken = true;
            for slot in table.slots(product, target) {
                if !slots.contains(&slot) {
                    slots.push(slot);
                }
            }
        }
        if !slots.is_empty() || (spoken && strength == Strength::Name) {
            return (slots, strength);
        }
    }
    (Vec::new(), Strength::Loose)
}

/// An answer that quotes `slots` of the product, a line each.
fn quote(
    reading: &Reading<'_, '_>,
    slots: &[Slot],
    confidence: f64,
    rule: &'static str,
    trace: String,
) -> Proposal {
    let product = reading.product();
    let mut reply = format!("{}的", product.name);
    let mut facts = Vec::with_capacity(slots.len());
    for (line, &slot) in slots.iter().enumerate() {
        if line > 0 {
            reply.push('\n');
        }
        let (title, text) = content(product, slot);
        let part = if text.contains('\n') { "：\n" } else { "：" };
        reply.push_str(title);
        reply.push_str(part);
        reply.push_str(text);
        facts.push(Fact {
            entry: entry_id(product, slot),
            row: None,
            snippet: None,
        });
    }
    Proposal {
        decision: Outcome::Answer,
        reply,
        confidence,
        reason: None,
        facts,
        options: Vec::new(),
        rule,
        trace: vec![trace],
    }
}

/// Title and text of a slot, as written.
fn content(product: &Product, slot: Slot) -> (&str, &str) {
    match slot {
        Slot::Spec(i) => {
            let spec = &product.specs[i as usize];
            (&spec.name, &spec.value)
        }
        Slot::Section(i) => {
            let passage = &product.passages[i as usize];
            (
                passage.path.last().map_or("", String::as_str),
                &passage.text,
            )
        }
    }
}

/// Entry id of a slot.
fn entry_id(product: &Product, slot: Slot) -> String {
    match slot {
        Slot::Spec(i) => format!("spec:{}/{}", product.id, product.specs[i as usize].name),
        Slot::Section(i) => {
            let path: Vec<String> = product.passages[i as usize]
                .path
                .iter()
                .map(|heading| heading.replace('/', "／"))
                .collect();
            format!("product:{}#{}", product.id, path.join("/"))
        }
    }
}

/// A spec asked for by name or by words that mean nothing else, which the product lacks.
fn missing(reading: &Reading<'_, '_>, topics: &[Topic]) -> Option<Proposal> {
    let table = &reading.asked.catalogue.specs;
    let topic = topics
        .iter()
        .filter(|topic| topic.strength >= Strength::Wording)
        .filter(|topic| {
            topic
                .targets
                .iter()
                .all(|&(target, strength)| strength < topic.strength || !table.elsewhere(target))
        })
        .max_by_key(|topic| topic.strength)?;
    let all: Vec<&Topic> = topics.iter().collect();
    // A handoff for want of a record is right only where nothing else was asked.
    let confidence = reading.confidence(topic.strength, &all) - 0.1;
    if confidence < 0.7 {
        return None;
    }
    if !reading.asked.on_sale(reading.product) {
        return Some(not_in_force(reading, confidence));
    }
    let product = reading.product();
    let title = table.title(topic.targets[0].0);
    Some(Proposal {
        decision: Outcome::Handoff,
        reply: format!(
            "{}的资料里没有登记{title}，这就为您转接人工客服确认，请稍等～",
            product.name
        ),
        confidence,
        reason: Some(Reason::NoMatch),
        facts: Vec::new(),
        options: Vec::new(),
        rule: "spec.missing",
        trace: vec![format!(
            "asks for {title}, which product {} does not say",
            product.id
        )],
    })
}

/// A product that is not on sale at the moment asked for: nothing of it is quoted.
fn not_in_force(reading: &Reading<'_, '_>, confidence: f64) -> Proposal {
    Proposal {
        decision: Outcome::Handoff,
        reply: String::new(),
        confidence,
        reason: Some(Reason::NotInForce),
        facts: Vec::new(),
        options: Vec::new(),
        rule: "spec.not_in_force",
        trace: vec![format!(
            "product {} is not on sale at that moment",
            reading.product().id
        )],
    }
}

/// A spec is asked for, but of which product is not known: offers up to five, else asks.
fn which_product(
    asked: &Asked<'_>,
    topics: &[Topic],
    products: &[u32],
    named: &[bool],
) -> Option<Proposal> {
    let topic = topics
        .iter()
        .max_by_key(|topic| topic.strength)
        .filter(|topic| topic.strength >= Strength::Wording)?;
    let table = &asked.catalogue.specs;
    let known = |product: u32| resolve(table, product, topic).0.first().copied();
    let on_sale: Vec<u32> = products
        .iter()
        .copied()
        .filter(|&product| asked.on_sale(product))
        .collect();
    let mut explained = named.to_vec();
    if let Some(kind) = asked.catalogue.kind(&asked.plain) {
        explained[kind.from..kind.to].fill(true);
    }
    for topic in topics {
        explained[topic.from..topic.to].fill(true);
    }
    let asks_elsewhere = topic
        .targets
        .iter()
        .any(|&(target, _)| table.elsewhere(target));
    let sure = confidence(
        topic.strength,
        &asked.plain,
        &explained,
        if asks_elsewhere { 0.7 } else { 0.9 },
    );
    // Nobody in this shop says such a thing: no use in asking for the product.
    if products.is_empty()
        && !(0..asked.shop.products.len() as u32).any(|product| known(product).is_some())
    {
        return None;
    }
    let mut plausible: Vec<u32> = on_sale
        .iter()
        .copied()
        .filter(|&product| known(product).is_some())
        .collect();
    if let [product] = plausible.as_slice() {
        let reading = Reading {
            asked,
            product: *product,
            named,
            certainty: 0.9,
        };
        return specs(&reading, topics);
    }
    if plausible.is_empty() {
        plausible = on_sale;
    }
    let options = if plausible.len() <= OPTIONS {
        plausible
    } else {
        Vec::new()
    };
    Some(Proposal {
        decision: Outcome::Clarify,
        reply: asked
            .shop
            .settings
            .scripts
            .get("ask_product")
            .cloned()
            .unwrap_or_default(),
        confidence: sure,
        reason: None,
        facts: Vec::new(),
        options: options
            .into_iter()
            .map(|index| {
                let product = asked.product_at(index);
                let id = known(index).map_or_else(
                    || format!("product:{}", product.id),
                    |slot| entry_id(product, slot),
                );
                ChoiceOption {
                    id,
                    title: product.name.clone(),
                }
            })
            .collect(),
        rule: "product.ask",
        trace: vec![format!(
            "asks for {} of a product not told",
            table.title(topic.targets[0].0)
        )],
    })
}

#[cfg(test)]
mod tests;
