//! Decisions remembered: buyers of a shop ask the same few hundred questions all day.
//!
//! A decision hangs on the snapshot, the question and the moment, and on the moment only by what is in force and on
//! sale then; so a decision stands until the next window opens or closes. What a handoff tells of the hours of service
//! is told anew each time.

use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;

use super::Engine;
use super::reply::{compose, handoff};
use super::types::{Decision, Question};
use crate::embed::Cache;
use crate::index::Snapshot;

/// How many decisions a snapshot remembers, of a few kilobytes each.
const CAPACITY: usize = 4096;

/// What one snapshot has decided.
#[derive(Debug)]
pub struct Memory {
    decided: Cache<Arc<Decision>>,
    /// The moments at which a window opens or closes, sorted.
    turns: Vec<Timestamp>,
}

impl Memory {
    /// An empty memory of decisions made from `snapshot`.
    pub fn new(snapshot: &Snapshot) -> Memory {
        let shop = &snapshot.shop;
        let entries = snapshot.entries.iter().map(|entry| entry.window(shop));
        let products = shop.products.iter().map(|product| &product.on_sale);
        let mut turns: Vec<Timestamp> = entries
            .chain(products)
            .flat_map(|window| [window.from, window.until])
            .flatten()
            .collect();
        turns.sort_unstable();
        turns.dedup();
        Memory {
            decided: Cache::new(CAPACITY),
            turns,
        }
    }

    /// The decision of `engine` on a question that it decided before, as if it decided it now.
    pub fn recall(&self, engine: &Engine, question: &Question) -> Option<Decision> {
        let start = Instant::now();
        let mut decision = Decision::clone(self.decided.get(&self.key(question))?.as_ref());
        if let Some(before) = &decision.handoff {
            decision.handoff = Some(handoff(engine, before.reason, question.at));
            decision.reply = compose(&decision.parts, decision.handoff.as_ref());
        }
        decision.took_us = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
        Some(decision)
    }

    /// Remembers a decision as it was made, before a connector or the queue had a say. One with a trace is not kept.
    pub fn keep(&self, question: &Question, decision: &Decision) {
        if decision.trace.is_none() {
            self.decided
                .put(&self.key(question), Arc::new(decision.clone()));
        }
    }

    /// All that a decision hangs on.
    fn key(&self, question: &Question) -> String {
        let Question {
            text,
            product,
            at,
            previous,
            order_state,
            chosen,
        } = question;
        let turn = self.turns.partition_point(|turn| turn <= at);
        let state = order_state.map_or(0, |state| 1 + state as usize);
        let mut key = format!("{turn} {state}");
        let optional = [product.as_deref(), chosen.as_deref(), Some(text)];
        let lines = optional
            .into_iter()
            .chain(previous.iter().map(|line| Some(line.as_str())));
        for line in lines {
            key.push_str(if line.is_some() { "\u{1f}+" } else { "\u{1f}-" });
            key.push_str(line.unwrap_or_default());
        }
        key
    }
}
