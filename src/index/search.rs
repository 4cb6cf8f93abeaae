//! Questions → units by words, and agents' words → entries.

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

/// What a term counts for, by its family. Measured on short Chinese questions (`cargo bench --bench retrieval`):
/// characters carry a question whose words are in no dictionary, pairs their order.
fn weight(family: Family) -> Score {
    match family {
        Family::Word | Family::Char => 1.0,
        Family::Bigram => 0.5,
    }
}

/// Saturation of term frequency, and how much the length of a text counts: less than usual (1.2 and 0.75), since
/// phrasings say a thing once and a long answer is no worse an answer.
const K1: Score = 0.8;
const B: Score = 0.5;

/// An open tantivy index, read by a scorer of our own.
///
/// tantivy's union of sixty short queries spends most of its time on keeping their documents in step. Here terms are
/// taken one after the other, and each adds to the scores of its documents in a plain array: the same BM25 over the
/// same postings, at several times the rate.
pub struct Index {
    segments: Vec<Segment>,
    statistics: Statistics,
    /// Arrays of scores, kept between questions.
    spare: Mutex<Vec<Scores>>,
}

/// A block's segment.
struct Segment {
    index: Arc<InvertedIndexReader>,
    /// The length class of each document.
    lengths: Vec<u8>,
    documents: Vec<Document>,
}

/// What BM25 needs to know of the whole index.
struct Statistics {
    documents: u64,
    /// `k1 · (1 − b + b · length ÷ average)` of each length class.
    norms: [Score; 256],
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
    /// Opens the index in a folder; `blocks` are the documents of each block, `id` names the snapshot.
    ///
    /// # Errors
    /// [`IndexError::Tantivy`]; [`IndexError::Damaged`] where a block holds other documents.
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
        // What says most comes first: the common terms behind it seldom need to be looked at.
        clauses.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        let mut scores = self.spare().pop().unwrap_or_default();
        let mut best = Best::new(limit);
        for (at, segment) in self.segments.iter().enumerate() {
            score(at, segment, &clauses, &mut best, &mut scores)?;
        }
        self.spare().push(scores);
        Ok(best.into_hits())
    }

    /// A term; `None` where no document has it.
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
    /// Its rarity, by its family.
    weight: Score,
    /// Where its postings lie in each segment.
    infos: Vec<Option<TermInfo>>,
}

impl Clause<'_> {
    /// How many documents of segment number `at` have the term.
    fn holding(&self, at: usize) -> usize {
        self.infos[at]
            .as_ref()
            .map_or(0, |info| info.doc_freq as usize)
    }

    /// The term's documents in segment number `at`.
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

    /// What `frequency` occurrences say of a document of a length class; always less than `weight`.
    fn says(&self, frequency: u32, length: u8) -> Score {
        let frequency = frequency as Score;
        self.weight * frequency / (frequency + self.statistics.norms[usize::from(length)])
    }
}

/// Scores the documents of segment number `at` and takes over what is among the best.
///
/// Clauses come by weight, the greatest first. As soon as all that are left together weigh less than the least of the
/// best, a document that has none of those before cannot be among them, and only the few that are near are looked up
/// in the long lists of common terms (MaxScore; Turtle and Flood, 1995). The result is that of scoring everything.
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
    // What each clause and those behind it weigh together; rounding must not lose a document.
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

impl Clause<'_> {
    /// Adds what the term says of all its documents in segment number `at`.
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

    /// Adds what the term says of the touched documents, which are sorted.
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

impl Segment {
    /// Opens a block's index; `None` where it does not hold as many documents.
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

    /// `ln(1 + (N − n + ½) ÷ (n + ½))`, where `n` of `N` documents hold the term.
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

    /// A search for few passes over what cannot be among them; one for all passes over nothing.
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
