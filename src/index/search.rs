//! Questions → units by words, and agents' words → entries.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::path::Path;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::directory::MmapDirectory;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, Score, Searcher, SegmentOrdinal, SegmentReader, Term};

use super::IndexError;
use super::schema::{Fields, schema};
use crate::text::segment::Segmenter;
use crate::text::terms::{Family, Scratch, terms};

/// Weight of a term's family in a query: what was measured best for short Chinese questions.
fn weight(family: Family) -> f32 {
    match family {
        Family::Word => 1.0,
        Family::Bigram => 0.7,
        Family::Char => 0.5,
    }
}

/// Weight of a term found in a body rather than in a question or heading.
const BODY_WEIGHT: f32 = 0.3;

/// An open tantivy index.
pub struct Index {
    searcher: Searcher,
    fields: Fields,
}

/// A document that matched.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Owner of the unit.
    pub owner: u32,
    /// The unit; `None` for texts that only agents search.
    pub unit: Option<u32>,
    /// BM25 score, comparable only within one query.
    pub score: f32,
}

impl Index {
    /// Opens the index in a folder.
    ///
    /// # Errors
    /// [`IndexError::Tantivy`].
    pub fn open(folder: &Path) -> Result<Index, IndexError> {
        let directory = MmapDirectory::open(folder).map_err(tantivy::TantivyError::from)?;
        let index = tantivy::Index::open(directory)?;
        let reader = index
            .reader_builder()
            .reload_policy(tantivy::ReloadPolicy::Manual)
            .try_into()?;
        let (_, fields) = schema();
        Ok(Index {
            searcher: reader.searcher(),
            fields,
        })
    }

    /// The `limit` best documents for a normalised text, best first; ties by owner and unit, so that the order never
    /// depends on how segments were written.
    ///
    /// # Errors
    /// [`IndexError::Tantivy`].
    pub fn search(
        &self,
        segmenter: &Segmenter,
        normalised: &str,
        limit: usize,
    ) -> Result<Vec<Hit>, IndexError> {
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        let mut push = |field, text: &str, boost: f32| {
            let term = TermQuery::new(
                Term::from_field_text(field, text),
                IndexRecordOption::WithFreqs,
            );
            clauses.push((
                Occur::Should,
                Box::new(BoostQuery::new(Box::new(term), boost)),
            ));
        };
        let mut found = Vec::new();
        terms(segmenter, normalised, &mut Scratch::default(), &mut found);
        found.sort_unstable_by_key(|term| (term.family, term.text(normalised)));
        found.dedup_by_key(|term| (term.family, term.text(normalised)));
        for term in found {
            let text = term.encoded(normalised);
            push(self.fields.terms, &text, weight(term.family));
            // Single characters of a long text say nothing.
            if term.family != Family::Char {
                push(self.fields.body, &text, BODY_WEIGHT * weight(term.family));
            }
        }
        if clauses.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        let query = BooleanQuery::new(clauses);
        Ok(self.searcher.search(&query, &Best { limit })?)
    }
}

/// Collects the best documents by exhaustive scoring: on texts as short as questions block-max WAND spends more on
/// bookkeeping than it skips (measured 2.0 to 2.4 times slower).
struct Best {
    limit: usize,
}

/// A scored document in a heap: ordered by score, then by the smaller owner and unit.
#[derive(PartialEq)]
struct Scored {
    score: Score,
    owner: Reverse<u64>,
    unit: Reverse<u64>,
}

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

struct BestInSegment {
    limit: usize,
    heap: BinaryHeap<Reverse<Scored>>,
    owner: Column<u64>,
    unit: Column<u64>,
}

impl Collector for Best {
    type Fruit = Vec<Hit>;
    type Child = BestInSegment;

    fn for_segment(
        &self,
        _: SegmentOrdinal,
        segment: &SegmentReader,
    ) -> tantivy::Result<BestInSegment> {
        Ok(BestInSegment {
            limit: self.limit,
            heap: BinaryHeap::with_capacity(self.limit + 1),
            owner: segment.fast_fields().u64("owner")?,
            unit: segment.fast_fields().u64("unit")?,
        })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, fruits: Vec<Vec<Scored>>) -> tantivy::Result<Vec<Hit>> {
        let mut all: Vec<Scored> = fruits.into_iter().flatten().collect();
        all.sort_unstable_by(|a, b| b.cmp(a));
        all.truncate(self.limit);
        Ok(all
            .into_iter()
            .map(|scored| Hit {
                owner: scored.owner.0 as u32,
                unit: u32::try_from(scored.unit.0).ok(),
                score: scored.score,
            })
            .collect())
    }
}

impl SegmentCollector for BestInSegment {
    type Fruit = Vec<Scored>;

    fn collect(&mut self, doc: DocId, score: Score) {
        // Reading the columns only for what can enter the heap keeps the common case to one comparison.
        if self.heap.len() == self.limit
            && self.heap.peek().is_some_and(|least| score < least.0.score)
        {
            return;
        }
        let scored = Scored {
            score,
            owner: Reverse(self.owner.first(doc).unwrap_or_default()),
            unit: Reverse(self.unit.first(doc).unwrap_or_default()),
        };
        self.heap.push(Reverse(scored));
        if self.heap.len() > self.limit {
            self.heap.pop();
        }
    }

    fn harvest(self) -> Vec<Scored> {
        self.heap
            .into_iter()
            .map(|Reverse(scored)| scored)
            .collect()
    }
}
