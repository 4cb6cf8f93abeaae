//! Lists of columns: 功率 重量 产地, 面板、背板和弦长. Each is told, and what is not on record is said to be so.

use super::certainty::is_bare;
use super::{Reading, Slot, Strength, Topic, resolve, skus};
use crate::answer::product::Plain;
use crate::answer::proposal::{Fact, Proposal};
use crate::answer::types::{Outcome, Reason};
use crate::knowledge::ids;

/// Words that join the items of a list.
const JOINS: [char; 5] = ['和', '跟', '与', '及', '还'];

/// Characters around an item that are no part of its name.
const AROUND: [char; 12] = [
    '的', '呢', '吗', '啊', '呀', '是', '多', '少', '有', '都', '请', '问',
];

/// The most characters of an item that says a name in part.
const LONGEST: usize = 6;

/// Whether the later of two topics is another item of a list: a name of its own behind a mark, a space or 和. 什么材质 behind
/// 手柄 is none.
pub(super) fn are_items(plain: &Plain, one: &Topic, other: &Topic) -> bool {
    let (first, later) = match one.from <= other.from {
        true => (one, other),
        false => (other, one),
    };
    let joined = |at: usize| at < later.from && JOINS.contains(&plain.chars[at]);
    later.strength == Strength::Name
        && first.to <= later.from
        && (first.to..=later.from).any(|at| plain.gap_before(at) || joined(at))
}

/// The topics of a question, with what a list says of names in part: 弦长 in 重量 弦长 产地, for 有效弦长.
pub(super) fn completed(reading: &Reading<'_, '_>, mut topics: Vec<Topic>) -> Vec<Topic> {
    let table = &reading.asked.catalogue.specs;
    let plain = &reading.asked.plain;
    let has = |topic: &Topic| !resolve(table, reading.product, topic).0.is_empty();
    if !topics.iter().any(has) {
        return topics;
    }
    let explained = reading.explained(&topics.iter().collect::<Vec<_>>());
    let bare = |at: &usize| is_bare(plain, &explained, *at);
    for (from, to) in items(plain) {
        let mut within = topics
            .iter_mut()
            .filter(|topic| topic.from < to && from < topic.to);
        match (within.next(), within.next()) {
            (None, _) => {
                // 长 of 弦长 is a word of its own elsewhere, so the name is looked for as it was said.
                let said = |at: &usize| !explained[*at] && !AROUND.contains(&plain.chars[*at]);
                let Some((first, last)) = (from..to).find(said).zip((from..to).rev().find(said))
                else {
                    continue;
                };
                let long = (2..=LONGEST).contains(&(last + 1 - first));
                if !long || !(first..=last).all(|at| !explained[at]) {
                    continue;
                }
                let name = plain.slice(first, last + 1);
                if let Some(column) = table.partly(reading.product, name) {
                    topics.push(Topic {
                        from: first,
                        to: last + 1,
                        strength: Strength::Name,
                        targets: vec![(column, Strength::Name)],
                    });
                }
            }
            // 档位 is a spec of the table, but the column is called 研磨档位.
            (Some(only), None)
                if only.strength == Strength::Name
                    && !has(only)
                    && !(from..to).any(|at| bare(&at)) =>
            {
                let said = plain.slice(only.from, only.to);
                if let Some(column) = table.partly(reading.product, said) {
                    only.targets.insert(0, (column, Strength::Name));
                }
            }
            _ => {}
        }
    }
    topics.sort_by_key(|topic| topic.from);
    topics
}

/// The stretches of a text between marks, spaces and words such as 和.
fn items(plain: &Plain) -> Vec<(usize, usize)> {
    let mut items = Vec::new();
    let mut from = 0;
    for at in 1..=plain.len() {
        let joins = at < plain.len() && JOINS.contains(&plain.chars[at]);
        if at == plain.len() || plain.gap_before(at) || joins {
            items.push((from, at));
            from = at + usize::from(joins);
        }
    }
    items.retain(|&(from, to)| from < to);
    items
}

/// At most `most` slots in the order of the topics, but one of each topic before a second one of any.
pub(super) fn fairly<'s>(found: impl Iterator<Item = &'s Vec<Slot>>, most: usize) -> Vec<Slot> {
    let found: Vec<&Vec<Slot>> = found.collect();
    let most = most.max(found.len());
    let mut kept: Vec<(usize, usize, Slot)> = Vec::new();
    let longest = found.iter().map(|slots| slots.len()).max().unwrap_or(0);
    for round in 0..longest {
        for (topic, slots) in found.iter().enumerate() {
            if let Some(&slot) = slots.get(round)
                && kept.len() < most
                && kept.iter().all(|&(.., known)| known != slot)
            {
                kept.push((topic, round, slot));
            }
        }
    }
    kept.sort_by_key(|&(topic, round, _)| (topic, round));
    kept.into_iter().map(|(.., slot)| slot).collect()
}

/// Whether a topic that the product lacks is an item of a list, so that it was asked for beside the others.
pub(super) fn is_item(plain: &Plain, topic: &Topic, others: &[&Topic]) -> bool {
    topic.strength == Strength::Name
        && others.iter().all(|other| {
            let behind = other.from > topic.from;
            // 功率 多重: what stands behind need not be a name.
            let parted = behind && (topic.to..=other.from).any(|at| plain.gap_before(at));
            parted || are_items(plain, topic, other)
        })
}

/// Below this confidence what is lacking may have been said by chance.
const SURE: f64 = 0.85;

/// The answer to a list of which `lacking` is not on record: what is, and that the rest is not. A person goes on, except
/// where the colours are told by the SKUs. `left` characters of the question are unexplained.
pub(super) fn beside(
    reading: &Reading<'_, '_>,
    lacking: &[&Topic],
    left: usize,
    mut told: Proposal,
) -> Proposal {
    if told.confidence < SURE * reading.certainty {
        return told;
    }
    let table = &reading.asked.catalogue.specs;
    let product = reading.product();
    let mut missing = Vec::new();
    for topic in lacking {
        // What no goods of the shop have is asked for too where all that is said is a list of columns.
        let known = topic.sure().find(|&target| table.has(target));
        let Some(target) = known.or_else(|| topic.sure().next().filter(|_| left == 0)) else {
            continue;
        };
        if topic.sure().all(|target| !table.elsewhere(target)) {
            let said = reading.asked.plain.slice(topic.from, topic.to);
            missing.push(table.title_as_said(target, said));
        }
    }
    let colours = |topic: &&Topic| topic.sure().any(|target| table.is_called(target, "颜色"));
    if lacking.iter().any(colours) && !product.skus.is_empty() {
        let list = skus::list(product);
        told.reply.push_str(&format!("\n规格：{list}"));
        told.facts.push(Fact {
            snippet: Some(list),
            ..Fact::of(ids::product(&product.id, &[]))
        });
        missing.retain(|title| *title != "颜色");
    }
    if missing.is_empty() {
        return told;
    }
    let missing = missing.join("、");
    Proposal {
        decision: Outcome::Handoff,
        reason: Some(Reason::NoMatch),
        reply: format!("{}\n资料里没有登记{missing}。", told.reply),
        confidence: told.confidence - 0.1,
        ..told
    }
}
