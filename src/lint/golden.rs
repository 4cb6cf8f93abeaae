//! Rules about golden questions that cannot pass.

use std::collections::HashMap;
use std::hash::Hash;

use super::phrasings::{Fold, plain};
use super::scene::{Scene, excerpt, spot};
use super::{Report, Rule};
use crate::knowledge::{Expect, Golden, Window, ids};

/// The same question in the same talk has two different expectations.
pub(super) const GOLDEN_CONTRADICTION: Rule = Rule::warning("golden-contradiction");
/// The same golden question occurs twice.
pub(super) const DUPLICATE_GOLDEN: Rule = Rule::info("duplicate-golden");
/// An entry is expected at a moment when it is not in force.
pub(super) const GOLDEN_OUT_OF_FORCE: Rule = Rule::warning("golden-out-of-force");

pub(super) fn check(scene: &Scene, report: &mut Report) {
    let windows = windows(scene);
    let fold = Fold::new(scene);
    let mut seen: HashMap<_, &Golden> = HashMap::new();
    let mut folded: HashMap<_, &Golden> = HashMap::new();
    for golden in &scene.shop.golden {
        let previous: Vec<String> = golden.previous.iter().map(|text| plain(text)).collect();
        let talk = (
            plain(&golden.question),
            golden.product.as_deref(),
            golden.at,
            previous,
            golden.order_state,
        );
        match seen.get(&talk) {
            None => {
                let mut alike = talk.clone();
                alike.0 = fold.apply(&alike.0);
                worded_alike(golden, alike, &mut folded, report);
                seen.insert(talk, golden);
            }
            Some(first) if agree(&first.expect, &golden.expect) => report.push(
                &DUPLICATE_GOLDEN,
                &golden.place,
                Some("question"),
                format!(
                    "\"{}\" stands in {} already",
                    excerpt(&golden.question),
                    spot(&first.place)
                ),
                "remove one of them; each counts in the figures",
            ),
            Some(first) => report.push(
                &GOLDEN_CONTRADICTION,
                &golden.place,
                Some("expect"),
                format!(
                    "\"{}\" is expected to give {} here but {} in {}",
                    excerpt(&golden.question),
                    show(&golden.expect),
                    show(&first.expect),
                    spot(&first.place)
                ),
                "correct one of them, or tell them apart by product, at or previous",
            ),
        }
        let Expect::Entries(expected) = &golden.expect else {
            continue;
        };
        let at = golden.at.unwrap_or(scene.at);
        let out = |id: &String| {
            windows
                .get(id.as_str())
                .is_some_and(|window| !window.contains(at))
        };
        if !expected.is_empty() && expected.iter().all(out) {
            report.push(
                &GOLDEN_OUT_OF_FORCE,
                &golden.place,
                Some("expect"),
                format!("{} is out of force at that moment, so it can never be the answer", expected.join(" | ")),
                "name the entry that is in force, expect handoff:not_in_force, or write the moment meant under at",
            );
        }
    }
}

/// Reports a golden question that differs from another only in fillers and synonyms, but expects other entries.
fn worded_alike<'a, K: Eq + Hash>(
    golden: &'a Golden,
    talk: K,
    folded: &mut HashMap<K, &'a Golden>,
    report: &mut Report,
) {
    match folded.get(&talk) {
        None => {
            folded.insert(talk, golden);
        }
        Some(first) => {
            if let (Expect::Entries(a), Expect::Entries(b)) = (&first.expect, &golden.expect)
                && !agree(&first.expect, &golden.expect)
                && !a.is_empty()
                && !b.is_empty()
            {
                report.push(
                    &GOLDEN_CONTRADICTION,
                    &golden.place,
                    Some("expect"),
                    format!(
                        "\"{}\" asks what \"{}\" asks, and is expected to give {} here but {} in {}",
                        excerpt(&golden.question),
                        excerpt(&first.question),
                        show(&golden.expect),
                        show(&first.expect),
                        spot(&first.place)
                    ),
                    "correct one of them, or tell them apart by product, at or previous",
                );
            }
        }
    }
}

/// The windows of all entries that have one.
fn windows<'a>(scene: &Scene<'a>) -> HashMap<String, &'a Window> {
    let shop = scene.shop;
    let mut windows = HashMap::new();
    for faq in &shop.faqs {
        windows.insert(ids::faq(&faq.id), &faq.window);
    }
    for policy in &shop.policies {
        for passage in &policy.passages {
            windows.insert(ids::policy(&policy.stem, &passage.path), &policy.window);
        }
    }
    for product in &shop.products {
        windows.insert(ids::product(&product.id, &[]), &product.on_sale);
        for spec in &product.specs {
            windows.insert(ids::spec(&product.id, &spec.name), &product.on_sale);
        }
    }
    windows
}

fn agree(one: &Expect, other: &Expect) -> bool {
    match (one, other) {
        (Expect::Entries(a), Expect::Entries(b)) => a.iter().any(|id| b.contains(id)),
        (Expect::Handoff(a), Expect::Handoff(b)) => a == b || a.is_none() || b.is_none(),
        (a, b) => a == b,
    }
}

fn show(expect: &Expect) -> String {
    match expect {
        Expect::Entries(entries) => entries.join(" | "),
        Expect::Clarify => "clarify".into(),
        Expect::Handoff(None) => "handoff".into(),
        Expect::Handoff(Some(reason)) => format!("handoff:{reason}"),
    }
}
