//! Decisions remembered: buyers of a shop ask the same few hundred questions all day.
//!
//! A decision hangs on the snapshot, the question and the moment, and on the moment only by what is in force and on
//! sale then; so a decision stands until the next window opens or closes. What a handoff tells of the hours of service
//! is told anew. What a reply says is remembered as JSON beside it, for a minute: a question asked before costs no more than
//! copying it.

use std::sync::Arc;
use std::time::Instant;

use arc_swap::ArcSwapOption;
use jiff::Timestamp;
use serde::Serialize;

use super::Engine;
use super::live::{Wanted, wanted};
use super::reply::{compose, handoff};
use super::types::{Decision, Question};
use crate::embed::Cache;
use crate::index::Snapshot;

/// How many decisions a snapshot keeps, at a few kilobytes each.
const CAPACITY: usize = 4096;

/// The remembered decisions of one snapshot.
#[derive(Debug)]
pub struct Memory {
    decided: Cache<Arc<Remembered>>,
    /// The moments at which any window opens or closes, sorted.
    turns: Vec<Timestamp>,
}

/// A remembered decision.
#[derive(Debug)]
pub struct Remembered {
    /// The decision as it was made, before connectors or the queue changed it.
    pub made: Decision,
    /// The facts of the minute that it lacks.
    pub wanted: Vec<Wanted>,
    told: ArcSwapOption<Told>,
}

/// A reply as it was last told.
#[derive(Debug)]
struct Told {
    /// The minute for which it holds: service opens and closes at whole minutes, and a proof names the moment.
    minute: i64,
    /// The JSON up to the microseconds spent.
    before: String,
    /// The JSON behind them.
    behind: String,
}

impl Memory {
    /// An empty memory for decisions made from `snapshot`.
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

    /// The decision that was made on this question before; `None` if there is none that still holds.
    pub fn recall(&self, question: &Question) -> Option<Arc<Remembered>> {
        self.decided.get(&self.key(question))
    }

    /// Remembers a decision of `engine` as it was made. A decision with a trace is not kept.
    pub fn keep(&self, engine: &Engine, question: &Question, decision: &Decision) {
        if decision.trace.is_none() {
            let remembered = Remembered {
                made: decision.clone(),
                wanted: wanted(engine, question, decision),
                told: ArcSwapOption::empty(),
            };
            self.decided.put(&self.key(question), Arc::new(remembered));
        }
    }

    /// Everything that a decision depends on besides the snapshot.
    fn key(&self, question: &Question) -> String {
        let Question {
            text,
            product,
            at,
            previous,
            order_state,
            chosen,
            order,
        } = question;
        let turn = self.turns.partition_point(|turn| turn <= at);
        let state = order_state.map_or(b'0', |state| b'1' + state as u8);
        let mut key = String::with_capacity(text.len() + 64);
        key.push_str(&turn.to_string());
        key.extend([' ', char::from(state)]);
        let optional = [
            product.as_deref(),
            chosen.as_deref(),
            order.as_deref(),
            Some(text),
        ];
        let lines = optional
            .into_iter()
            .chain(previous.iter().map(|line| Some(line.as_str())));
        for line in lines {
            // The length goes before the text, since a buyer may write any separator.
            if let Some(line) = line {
                key.push_str(&line.len().to_string());
            }
            key.push(':');
            key.push_str(line.unwrap_or_default());
        }
        key
    }
}

impl Remembered {
    /// The decision that `engine` would make at a moment at which it holds.
    pub fn decision(&self, engine: &Engine, at: Timestamp) -> Decision {
        let start = Instant::now();
        let mut decision = self.made.clone();
        if let Some(before) = &self.made.handoff {
            decision.handoff = Some(handoff(engine, before.reason, at));
            decision.reply = compose(&decision.parts, decision.handoff.as_ref());
        }
        decision.took_us = micros(start);
        decision
    }

    /// The JSON of the reply that `tell` makes of the decision at a moment, as begun at `start`. Asked again within the
    /// minute it is the same, but for the microseconds spent.
    pub fn json<T: Serialize>(
        &self,
        at: Timestamp,
        start: Instant,
        tell: impl FnOnce() -> T,
    ) -> serde_json::Result<Vec<u8>> {
        let minute = at.as_second().div_euclid(60);
        let holds = |told: &Arc<Told>| told.minute == minute;
        let told = match self.told.load_full().filter(holds) {
            Some(told) => told,
            None => {
                let (before, behind) = around_spent(&tell())?;
                let told = Arc::new(Told {
                    minute,
                    before,
                    behind,
                });
                self.told.store(Some(told.clone()));
                told
            }
        };
        let spent = micros(start).to_string();
        Ok([&*told.before, &spent, &told.behind].concat().into_bytes())
    }
}

/// A reply's JSON before the microseconds spent and behind them.
fn around_spent(reply: &impl Serialize) -> serde_json::Result<(String, String)> {
    /// Nowhere else: within a text its quotes are escaped.
    const SPENT: &str = "\"took_us\":";
    let json = serde_json::to_string(reply)?;
    let at = json.find(SPENT).map_or(json.len(), |at| at + SPENT.len());
    let (before, behind) = json.split_at(at);
    let behind = behind.trim_start_matches(|c: char| c.is_ascii_digit());
    Ok((before.to_owned(), behind.to_owned()))
}

fn micros(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_wording_of_one_question_is_taken_for_another() {
        let memory = Memory {
            decided: Cache::new(1),
            turns: Vec::new(),
        };
        let asked = |text: &str, product: Option<&str>, previous: &[&str]| {
            memory.key(&Question {
                text: text.into(),
                product: product.map(str::to_owned),
                previous: previous.iter().map(|line| (*line).to_owned()).collect(),
                ..Question::default()
            })
        };
        for (one, other) in [
            (asked("A\u{1f}+B", None, &[]), asked("A", None, &["B"])),
            (asked("A1:B", None, &[]), asked("A", None, &["B"])),
            (asked("A", None, &["B1:C"]), asked("A", None, &["B", "C"])),
            (asked("A", Some(""), &[]), asked("A", None, &[])),
            (asked("A", None, &[""]), asked("A", None, &[])),
        ] {
            assert_ne!(one, other);
        }
    }
}
