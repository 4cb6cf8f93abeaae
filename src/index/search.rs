//! Searches units by the words of a question, and entries by the words of an agent.

mod best;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;
use tantivy::directory::MmapDirectory;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{BlockSegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{InvertedIndexReader, Score};

use best::{Best, Scores};

use super::IndexError;
use super::blocks::Document;
use super::schema::schema;
use crate::text::segment::Segmenter;
use crate::text::terms::{Family, Scratch, index_terms};

/// The weight of a term by its family, measured on short Chinese questions (`cargo bench --bench retrieval`).
/// Characters find questions with words that no dictionary has, and pairs add their order.
fn weight(family: Family) -> Score {
    match family {
        Family::Word | Family::Char => 1.0,
        Family::Bigram => 0.5,
    }
}

/// BM25 parameters: saturation of the term frequency, and influence of the text's length. Both are lower than usual
/// (1.2 and 0.75), since a phrasing says a thing once and a long answer is not a worse answer.
const K1: Score = 0.8;
const B: Score = 0.5;

/// An open tantivy index with a scorer of our own.
///
/// For sixty short queries, tantivy's union spends most of its time on advancing the postings in parallel. This scorer
/// takes one term after the other and adds to the scores of its documents in a plain array: the same BM25 over the same
/// postings, several times as fast.
pub struct Index {
    segments: Vec<Segment>,
    statistics: Statistics,
    /// Score arrays, reused between questions.
    spare: Mutex<Vec<Scores>>,
}

/// A block's segment.
struct Segment {
    index: Arc<InvertedIndexReader>,
    /// The length class of each document.
    lengths: Vec<u8>,
    documents: Vec<Document>,
}

/// Statistics of the whole index for BM25.
struct Statistics {
    documents: u64,
    /// `k1 · (1 − b + b · length ÷ average)` of each length class.
    norms: [Score; 256],
}

/// A matching document.
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
    /// Opens the index in a folder. `blocks` holds the documents of each block, `id` names the snapshot.
    ///
    /// # Errors
    /// [`IndexError::Tantivy`]; [`IndexError::Damaged`] if a block holds other documents.
    pub fn open(folder: &Path, blocks: Vec<Vec<Document>>, id: &str) -> Result<Index, IndexError> {
        let segments = blocks
            .into_par_iter()
            .enumerate()
            .filter(|(_, documents)| !documents.is_empty())
            .map(|(number, documents)| {
                Segment::open(&folder.join(number.to_string()), documents)?.ok_or_else(|| {
                    IndexError::Damaged {
                        id: id.to_owned(),
                        what: format!("block {number} of the index does not match the units"),
                    }
                })
            })
            .collect::<Result<Vec<Segment>, IndexError>>()?;
        let documents = segments.iter().map(|s| s.documents.len() as u64).sum();
        let tokens = segments.iter().map(|s| s.index.total_num_tokens()).sum();
        Ok(Index {
            statistics: Statistics::new(documents, tokens),
            segments,
            spare: Mutex::default(),
        })
    }

    /// The `limit` best documents for a normalised text, best first. Equal scores are ordered by owner and unit, so the
    /// result does not depend on how segments were written.
    ///
    /// # Errors
    /// [`IndexError::Tantivy`] if the index cannot be read.
    pub fn search(
        &self,
        segmenter: &Segmenter,
        normalised: &str,
        limit: usize,
    ) -> Result<Vec<Hit>, IndexError> {
        let mut found = Vec::new();
        index_terms(segmenter, normalised, &mut Scratch::default(), &mut found);
        found.sort_unstable_by_key(|term| (term.family, term.text(normalised)));
        found.dedup_by_key(|term| (term.family, term.text(normalised)));
        if found.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        let mut clauses = Vec::with_capacity(found.len());
        for term in found {
            let key = term.encoded(normalised);
            clauses.extend(self.clause(key.as_bytes(), weight(term.family))?);
        }
        // The heaviest terms come first: the common terms after them seldom need to be read.
        clauses.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        let mut scores = self.spare().pop().unwrap_or_default();
        let mut best = Best::new(limit);
        for (at, segment) in self.segments.iter().enumerate() {
            score(at, segment, &clauses, &mut best, &mut scores)?;
        }
        self.spare().push(scores);
        Ok(best.into_hits())
    }

    /// A term of the question; `None` if no document has it.
    fn clause(&self, key: &[u8], weight: Score) -> Result<Option<Clause<'_>>, IndexError> {
        let mut infos = Vec::with_capacity(self.segments.len());
        for segment in &self.segments {
            let info = segment.index.terms().get(key);
            infos.push(info.map_err(tantivy::TantivyError::from)?);
        }
        let holding = infos.iter().flatten().map(|info| u64::from(info.doc_freq));
        let holding: u64 = holding.sum();
        Ok((holding > 0).then(|| Clause {
            statistics: &self.statistics,
            weight: weight * (1.0 + K1) * self.statistics.idf(holding),
            infos,
        }))
    }

    fn spare(&self) -> MutexGuard<'_, Vec<Scores>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A term of a question.
struct Clause<'a> {
    statistics: &'a Statistics,
    /// The BM25 weight from its rarity and family.
    weight: Score,
    /// The position of its postings in each segment.
    infos: Vec<Option<TermInfo>>,
}

impl Clause<'_> {
    /// The number of documents in segment number `at` that have the term.
    fn holding(&self, at: usize) -> usize {
        self.infos[at]
            .as_ref()
            .map_or(0, |info| info.doc_freq as usize)
    }

    /// The documents in segment number `at` that have the term.
    fn block(
        &self,
        at: usize,
        segment: &Segment,
    ) -> Result<Option<BlockSegmentPostings>, IndexError> {
        let Some(info) = &self.infos[at] else {
            return Ok(None);
        };
        let block = segment
            .index
            .read_block_postings_from_terminfo(info, IndexRecordOption::WithFreqs)
            .map_err(tantivy::TantivyError::from)?;
        Ok(Some(block))
    }

    /// The score that `frequency` occurrences add to a document of a length class; always less than `weight`.
    fn says(&self, frequency: u32, length: u8) -> Score {
        let frequency = frequency as Score;
        self.weight * frequency / (frequency + self.statistics.norms[usize::from(length)])
    }

    /// Adds the score of the term to all its documents in segment number `at`.
    fn add(&self, at: usize, segment: &Segment, scores: &mut Scores) -> Result<(), IndexError> {
        let lengths = &segment.lengths;
        let Some(mut block) = self.block(at, segment)? else {
            return Ok(());
        };
        let Scores {
            scores, touched, ..
        } = scores;
        while block.block_len() > 0 {
            for (&document, &frequency) in block.docs().iter().zip(block.freqs()) {
                let score = &mut scores[document as usize];
                if *score == 0.0 {
                    touched.push(document);
                }
                *score += self.says(frequency, lengths[document as usize]);
            }
            block.advance();
        }
        Ok(())
    }

    /// Adds the score of the term to the touched documents, which are sorted.
    fn add_to_touched(
        &self,
        at: usize,
        segment: &Segment,
        scores: &mut Scores,
    ) -> Result<(), IndexError> {
        let lengths = &segment.lengths;
        if scores.touched.is_empty() {
            return Ok(());
        }
        let Some(mut block) = self.block(at, segment)? else {
            return Ok(());
        };
        for &document in &scores.touched {
            let place = block.seek(document);
            if block.doc(place) == document {
                scores.scores[document as usize] +=
                    self.says(block.freq(place), lengths[document as usize]);
            }
        }
        Ok(())
    }
}

/// Scores the documents of segment number `at` and keeps those among the best.
///
/// The clauses come by weight, greatest first. Once all remaining clauses together weigh less than the lowest of the
/// best scores, a document without any of the earlier terms cannot be among the best. Only the few close documents are
/// then looked up in the long lists of common terms (MaxScore; Turtle and Flood, 1995). The result is the same as
/// scoring everything.
fn score(
    at: usize,
    segment: &Segment,
    clauses: &[Clause<'_>],
    best: &mut Best,
    scores: &mut Scores,
) -> Result<(), IndexError> {
    let length = scores.scores.len().max(segment.documents.len());
    scores.scores.resize(length, 0.0);
    let held = |clause: &&Clause<'_>| clause.holding(at) > 0;
    let held: Vec<&Clause<'_>> = clauses.iter().filter(held).collect();
    // The total weight of each clause and all after it. Rounding must not lose a document.
    let mut left: Vec<Score> = held.iter().rev().map(|clause| clause.weight).collect();
    for behind in 1..left.len() {
        left[behind] += left[behind - 1];
    }
    let left = |place: usize| left[held.len() - 1 - place] * 1.0001;
    for (place, clause) in held.iter().enumerate() {
        if clause.holding(at) > scores.touched.len() {
            let least = best.least(scores);
            if left(place) < least {
                scores.keep(least - left(place));
                for clause in &held[place..] {
                    clause.add_to_touched(at, segment, scores)?;
                }
                break;
            }
        }
        clause.add(at, segment, scores)?;
    }
    best.collect(&segment.documents, scores);
    Ok(())
}

impl Segment {
    /// Opens the index of a block; `None` if it does not hold as many documents.
    fn open(folder: &Path, documents: Vec<Document>) -> tantivy::Result<Option<Segment>> {
        let index = tantivy::Index::open(MmapDirectory::open(folder)?)?;
        let reader = index
            .reader_builder()
            .reload_policy(tantivy::ReloadPolicy::Manual)
            .try_into()?;
        let searcher = reader.searcher();
        let (_, field) = schema();
        let [reader] = searcher.segment_readers() else {
            return Ok(None);
        };
        if reader.max_doc() as usize != documents.len() {
            return Ok(None);
        }
        let lengths = reader.get_fieldnorms_reader(field)?;
        Ok(Some(Segment {
            index: reader.inverted_index(field)?,
            lengths: (0..reader.max_doc())
                .map(|document| lengths.fieldnorm_id(document))
                .collect(),
            documents,
        }))
    }
}

impl Statistics {
    fn new(documents: u64, tokens: u64) -> Statistics {
        let average = tokens as Score / documents.max(1) as Score;
        let norm = |class: usize| {
            let length = FieldNormReader::id_to_fieldnorm(class as u8) as Score;
            K1 * (1.0 - B + B * length / average.max(Score::MIN_POSITIVE))
        };
        Statistics {
            documents,
            norms: std::array::from_fn(norm),
        }
    }

    /// `ln(1 + (N − n + ½) ÷ (n + ½))`, if `n` of `N` documents have the term.
    fn idf(&self, holding: u64) -> Score {
        let without = (self.documents - holding) as Score;
        (1.0 + (without + 0.5) / (holding as Score + 0.5)).ln()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::blocks::{self, blocks};
    use crate::index::words::words;
    use crate::knowledge::units::units;
    use crate::knowledge::{entries, sample};
    use crate::text::normalise::normalise;

    /// A search for few results skips documents; a search for all skips none.
    #[test]
    fn the_best_few_are_the_best_of_all() {
        let folder = tempfile::tempdir().unwrap();
        let shop = sample("yunshang");
        let entries = entries(&shop);
        let units = units(&shop, &entries);
        let words = words(&shop);
        let segmenter = Segmenter::new(&words);
        let source = blocks::Source {
            shop: &shop,
            entries: &entries,
            units: &units,
            words: &words,
            segmenter: &segmenter,
            previous: None,
        };
        blocks::write(folder.path(), &source).unwrap();
        let index = Index::open(folder.path(), blocks(&entries, &units), "test").unwrap();
        for golden in &shop.golden {
            let text = normalise(&golden.question);
            let search = |limit| index.search(&segmenter, &text, limit).unwrap();
            let all = search(10_000);
            assert!(all.is_sorted_by(|a, b| a.score >= b.score), "{text}");
            for limit in [1, 5, 48] {
                let few = search(limit);
                assert_eq!(few, all[..limit.min(all.len())], "{text}");
            }
        }
        assert_eq!(index.search(&segmenter, "", 5).unwrap(), []);
    }
}
