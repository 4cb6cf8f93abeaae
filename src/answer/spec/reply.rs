//! Texts to the buyer about specs: the quotation, the missing record, the question back.

use super::across::{self, WHICH};
use super::certainty::{confidence, speaks_elsewhere};
use super::part;
use super::resolve::resolve;
use super::specs;
use super::{OPTIONS, Reading, Slot, Strength, Topic};
use crate::answer::product::Asked;
use crate::answer::proposal::{Fact, Proposal};
use crate::answer::rule;
use crate::answer::types::{ChoiceOption, Reason};
use crate::knowledge::{Product, ids};

/// An answer that quotes `slots` of the product, one per line.
pub(super) fn quote(
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
        facts.push(Fact::of(entry_id(product, slot)));
    }
    Proposal {
        facts,
        ..Proposal::answer(reply, confidence, rule, trace)
    }
}

/// The title and text of a slot, as written.
pub(super) fn content(product: &Product, slot: Slot) -> (&str, &str) {
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
pub(super) fn entry_id(product: &Product, slot: Slot) -> String {
    match slot {
        Slot::Spec(i) => ids::spec(&product.id, &product.specs[i as usize].name),
        Slot::Section(i) => ids::product(&product.id, &product.passages[i as usize].path),
    }
}

/// The reply for a spec that the product lacks, if it was asked for by name or by words that mean nothing else: the one
/// spec with a related name, else that it is not on record. `None` if several are related, or if no product of the shop
/// has such a spec.
pub(super) fn missing(reading: &Reading<'_, '_>, topics: &[Topic]) -> Option<Proposal> {
    let table = &reading.asked.catalogue.specs;
    let topic = topics
        .iter()
        .filter(|topic| topic.strength >= Strength::Wording)
        .filter(|topic| topic.sure().all(|target| !table.elsewhere(target)))
        .filter(|topic| resolve(table, reading.product, topic).0.is_empty())
        .filter(|topic| !part::of_bearing(reading, topic))
        .max_by_key(|topic| topic.strength)?;
    let all: Vec<&Topic> = topics.iter().collect();
    // Handing off for lack of a record is right only if nothing else was asked.
    let explained = reading.explained(&all);
    let (plain, certainty) = (&reading.asked.plain, reading.certainty);
    let confidence = confidence(topic.strength, plain, &explained, certainty) - 0.1;
    if confidence < 0.7 || speaks_elsewhere(&reading.asked.plain, &explained) {
        return None;
    }
    let of_body = topic
        .sure()
        .flat_map(|target| table.of_body(reading.product, target));
    let of_body: Vec<Slot> = of_body.collect();
    if !of_body.is_empty() && reading.asked.on_sale(reading.product) {
        let trace = "asks for what is on record of the body".to_owned();
        return Some(quote(reading, &of_body, confidence, rule::SPEC, trace));
    }
    let akin = table.akin(reading.product, topic);
    if akin.len() > 1 || akin.is_empty() && !table.is_known(topic) {
        return None;
    }
    if !reading.asked.on_sale(reading.product) {
        return Some(not_in_force(reading, confidence));
    }
    let product = reading.product();
    let said = reading.asked.plain.slice(topic.from, topic.to);
    // 多少升 asks for a 净含量 or a 容量: the one that goods of this shop have is lacking.
    let known = || topic.sure().filter(|&target| table.has(target));
    let held = known().find(|&target| table.is_called(target, "容量"));
    let target = held.or_else(|| known().next());
    let title = table.title_as_said(target.or_else(|| topic.sure().next())?, said);
    if !akin.is_empty() {
        let trace = format!("asks for {title}, to which one spec is akin");
        return Some(quote(reading, &akin, confidence, rule::SPEC, trace));
    }
    Some(Proposal::handoff(
        Reason::NoMatch,
        format!("{}的资料里没有登记{title}。", product.name),
        confidence,
        rule::MISSING,
        format!(
            "asks for {title}, which product {} does not say",
            product.id
        ),
    ))
}

/// The handoff for a product that is not on sale at the moment asked for. Nothing of it is quoted.
pub(super) fn not_in_force(reading: &Reading<'_, '_>, confidence: f64) -> Proposal {
    let id = &reading.product().id;
    Proposal::handoff(
        Reason::NotInForce,
        String::new(),
        confidence,
        "spec.not_in_force",
        format!("product {id} is not on sale at that moment"),
    )
}

/// The reply if a spec is asked for but not of which product: the answer if all products say the same, else up to five
/// products that have the spec as options, else a question back.
pub(super) fn which_product(
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
    let found = |product: u32| resolve(table, product, topic);
    let known = |product: u32| found(product).0.first().copied();
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
    let told = confidence(topic.strength, &asked.plain, &explained, 0.95);
    if let Some(all) = across::each(asked, topic, told) {
        return Some(all);
    }
    // No product of this shop has such a spec, so it is no use asking for the product.
    if products.is_empty() && !table.is_known(topic) {
        return None;
    }
    let mut plausible: Vec<u32> = on_sale
        .iter()
        .copied()
        .filter(|&product| known(product).is_some())
        .collect();
    // If products listed twice, or in two colours, have the same values, it does not matter which is meant.
    if products.len() <= OPTIONS && (plausible.len() == on_sale.len() || plausible.len() == 1) {
        let told: Option<Vec<Proposal>> = plausible
            .iter()
            .map(|&product| {
                let reading = Reading {
                    asked,
                    product,
                    named,
                    certainty: 0.9,
                };
                specs(&reading, topics)
            })
            .collect();
        if let Some(proposal) = told.and_then(|told| of_all(asked, told, &plausible)) {
            return Some(proposal);
        }
    }
    if products.is_empty() {
        let all = 0..asked.shop.products.len() as u32;
        plausible = all.filter(|&product| asked.on_sale(product)).collect();
    }
    // Words with another possible meaning are no reason to ask.
    plausible.retain(|&product| found(product).1 >= Strength::Wording && known(product).is_some());
    if plausible.is_empty() {
        return None;
    }
    // 那条蓝色的什么面料
    let coloured = |product: &u32| asked.catalogue.comes_in_said_colour(*product, &asked.plain);
    let in_colour: Vec<u32> = plausible.iter().copied().filter(coloured).collect();
    if !in_colour.is_empty() {
        plausible = in_colour;
    }
    let options = if plausible.len() <= OPTIONS {
        plausible
    } else {
        Vec::new()
    };
    // Asking which product does not answer 哪款能放洗碗机.
    if options.is_empty() && asked.says(WHICH) {
        return None;
    }
    let title = table.title(topic.targets[0].0);
    let trace = format!("asks for {title} of a product not told");
    Some(Proposal {
        options: options
            .into_iter()
            .map(|index| {
                let product = asked.product_at(index);
                let id = known(index).map_or_else(
                    || ids::product(&product.id, &[]),
                    |slot| entry_id(product, slot),
                );
                ChoiceOption {
                    id,
                    title: product.name.clone(),
                }
            })
            .collect(),
        ..Proposal::clarify(String::new(), sure, rule::ASK_PRODUCT, trace)
    })
}

/// The quotations of several products as one answer for all, if they all say the same.
fn of_all(asked: &Asked<'_>, told: Vec<Proposal>, products: &[u32]) -> Option<Proposal> {
    let name = |product: &u32| asked.product_at(*product).name.as_str();
    let said = |(proposal, product): (&Proposal, &u32)| {
        let rest = proposal.reply.strip_prefix(name(product));
        rest.map(str::to_owned)
    };
    let mut all = told.iter().zip(products).map(said);
    let rest = all.next()??;
    if !all.all(|other| other.as_ref() == Some(&rest)) {
        return None;
    }
    let mut names: Vec<&str> = Vec::new();
    for name in products.iter().map(name) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let facts = told.iter().flat_map(|told| told.facts.clone()).collect();
    let first = told.into_iter().next()?;
    Some(Proposal {
        reply: format!("{}{rest}", names.join("、")),
        facts,
        ..first
    })
}
