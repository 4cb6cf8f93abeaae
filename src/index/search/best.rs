//! Keeps the best documents of a search while scores grow.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use tantivy::{DocId, Score};

use super::Hit;
use crate::index::blocks::Document;

/// The scores of a segment's documents, and which of them are not 0.
#[derive(Default)]
pub(super) struct Scores {
    pub scores: Vec<Score>,
    pub touched: Vec<DocId>,
    /// Buffer for finding the lowest of the best scores.
    sample: Vec<Score>,
}

impl Scores {
    /// Drops the documents with a score below `least`.
    pub fn keep(&mut self, least: Score) {
        let Scores {
            scores, touched, ..
        } = self;
        touched.retain(|&document| {
            let score = &mut scores[document as usize];
            let kept = *score >= least;
            if !kept {
                *score = 0.0;
            }
            kept
        });
        touched.sort_unstable();
    }
}

/// The best documents found so far.
pub(super) struct Best {
    limit: usize,
    heap: BinaryHeap<Reverse<Scored>>,
}

/// A scored document in the heap, ordered by score, then by smaller owner and unit.
#[derive(PartialEq)]
struct Scored {
    score: Score,
    owner: Reverse<u32>,
    unit: Reverse<u32>,
}

/// Stands for "no unit"; sorts after all units.
const NO_UNIT: u32 = u32::MAX;

impl Eq for Scored {}

impl PartialOrd for Scored {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Scored {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.score
            .total_cmp(&other.score)
            .then_with(|| self.owner.cmp(&other.owner))
            .then_with(|| self.unit.cmp(&other.unit))
    }
}

impl Best {
    pub fn new(limit: usize) -> Best {
        Best {
            limit,
            heap: BinaryHeap::new(),
        }
    }

    /// A lower bound for the best: the lowest of the best scores of other segments and of this one so far.
    pub fn least(&self, scores: &mut Scores) -> Score {
        let full = self.heap.len() == self.limit;
        let known = self.heap.peek().filter(|_| full);
        let known = known.map_or(0.0, |least| least.0.score);
        if scores.touched.len() < self.limit {
            return known;
        }
        let own = scores.touched.iter();
        scores.sample.clear();
        scores
            .sample
            .extend(own.map(|&document| scores.scores[document as usize]));
        let by_score = |a: &Score, b: &Score| b.total_cmp(a);
        let (_, least, _) = scores
            .sample
            .select_nth_unstable_by(self.limit - 1, by_score);
        known.max(*least)
    }

    /// Moves the best documents of a segment into the result and resets the scores to 0.
    pub fn collect(&mut self, documents: &[Document], scores: &mut Scores) {
        for document in scores.touched.drain(..) {
            let score = std::mem::take(&mut scores.scores[document as usize]);
            let full = self.heap.len() == self.limit;
            if full && self.heap.peek().is_some_and(|least| score < least.0.score) {
                continue;
            }
            let Document { owner, unit } = documents[document as usize];
            self.heap.push(Reverse(Scored {
                score,
                owner: Reverse(owner),
                unit: Reverse(unit.unwrap_or(NO_UNIT)),
            }));
            if self.heap.len() > self.limit {
                self.heap.pop();
            }
        }
    }

    pub fn into_hits(self) -> Vec<Hit> {
        let best = self.heap.into_sorted_vec().into_iter();
        best.map(|Reverse(scored)| Hit {
            owner: scored.owner.0,
            unit: Some(scored.unit.0).filter(|unit| *unit != NO_UNIT),
            score: scored.score,
        })
        .collect()
    }
}
