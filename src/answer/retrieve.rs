//! Finds the entries that may answer a question, by words, by meaning and by intent, each with its features.

use std::ops::Range;
use std::sync::Arc;

use super::Engine;
use super::contrast;
use super::lexical::Words;
use super::rank;
use crate::embed::token_rows::{Partners, TokenRows};
use crate::embed::verifier::Sides;
use crate::embed::{Encoded, Encoder, Role, centre, vectors};
use crate::index::IndexError;
use crate::index::search::Hit;
use crate::index::snapshot::file;
use crate::knowledge::units::UnitKind;
use crate::pack::bind;

/// The number of units or entries that each search proposes.
const DEPTH: usize = 48;

/// How many entries the intents propose: fewer, since an intent tells less of an entry than its own words do.
const BY_INTENT: usize = DEPTH / 4;

/// The number of entries, best first, that are verified: the first, and those that may take its place.
const VERIFIED: usize = 3;

/// The features of an entry for a question.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize)]
pub struct Features {
    /// Best of `dense +` [`LEXICAL`] `· lexical +` [`COVERED`] `· covered` over the entry's phrasings and headings.
    pub phrasing: f32,
    /// Cosine of the bags of words with that phrasing, 0..1.
    pub dense: f32,
    /// Cosine of bags with that phrasing, 0..1.
    pub lexical: f32,
    /// Share of that phrasing's words found in the question, 0..1. It is low for an entry that speaks of something the
    /// question does not name (恢复, 海外).
    pub covered: f32,
    /// Centred cosine with the entry's answer or passage, −1..1: [`PIECE`] of it is the cosine with the best piece, the
    /// rest that with the whole. A passage without a heading or question counts as a whole, since a piece of it may be
    /// a side matter.
    pub body: f32,
    /// Share of the question's words that the entry has anywhere, in phrasings or body, 0..1; times `TEXT_WORDS` for
    /// a passage without a heading or question.
    pub explained: f32,
    /// Mean over the question's tokens of the cosine with the nearest token of the entry's phrasings and body, −1..1;
    /// times `TEXT_TOKENS` for a passage without a heading or question. 0 where no encoder ran or the model has no
    /// token vectors.
    pub tokens: f32,
    /// The verifier's logit that the entry answers the question; 0 for entries that were not verified.
    pub answers: f32,
    /// Agreement of the intent profiles of question and entry, times the share of the shop that the packs cover, 0..1.
    pub intent: f32,
    /// Greatest likeness to a negative question of the entry, counted like `phrasing`; 0 if it has none.
    pub negative: f32,
    /// Whether the entry's questions name something that excludes what is asked for: 双12 for 双11, 狗 for 猫.
    pub excluded: bool,
}

impl Features {
    /// Whether the merchant's own words exclude the entry: one of its negative questions is closer than its phrasings,
    /// or it names something that excludes what is asked for.
    pub fn denied(&self) -> bool {
        self.negative > self.phrasing.max(0.0) || self.excluded
    }
}

/// An entry that was found.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    /// Index of the entry.
    pub entry: u32,
    /// What the ways of searching say of it.
    pub features: Features,
    /// Its unit that matched best.
    pub unit: Option<u32>,
}

/// The candidates for a question.
#[derive(Debug, Clone, Default)]
pub struct Pool {
    /// The entries, by index.
    pub found: Vec<Found>,
    /// Whether the search used meaning as well as words.
    pub dense: bool,
    /// Whether the best of them were verified.
    pub verified: bool,
    /// Length of the question in characters.
    pub length: usize,
    /// The entry that has the normalised question as a phrasing.
    pub exact: Option<u32>,
    /// The intents that stand out for the question, strongest first, each with its nearness, −1..1.
    pub intents: Vec<(u32, f32)>,
}

/// Weight of shared words, relative to meaning; measured on several shops.
pub const LEXICAL: f32 = 0.6;
/// Weight of the share of a phrasing's words found in the question.
pub const COVERED: f32 = 1.15;
/// Factor on the word match of a passage without a heading or question: a longer text contains more words of any
/// question.
const TEXT_WORDS: f32 = 0.5;
/// The same factor for its tokens.
const TEXT_TOKENS: f32 = 0.25;
/// Weight of the best piece, against the whole, in the cosine of a body.
pub const PIECE: f32 = 0.7;

/// Searches the snapshot for a normalised question.
///
/// # Errors
/// [`IndexError`] if the index cannot be read.
pub fn retrieve(engine: &Engine, normalised: &str) -> Result<Pool, IndexError> {
    let claims = engine.exact(normalised);
    // A known phrasing does not need the encoder. If several entries have it, more than the words must decide between
    // them.
    let exact = match claims.as_slice() {
        [owner] => Some(*owner),
        _ => None,
    };
    let encoded = match exact {
        Some(_) => None,
        None => encoded(engine, normalised),
    };
    let meaning = Meaning::of(engine, encoded.as_deref());
    let hits = hits(engine, normalised)?;
    let mut owners: Vec<u32> = hits
        .iter()
        .filter(|hit| hit.unit.is_some())
        .map(|hit| hit.owner)
        .collect();
    owners.extend(claims);
    owners.extend(meaning.nearest(engine));
    owners.sort_unstable();
    owners.dedup();

    let tokens = encoded.as_ref().map_or(&[][..], |encoded| &encoded.tokens);
    let mut look = Look::new(engine, normalised, &meaning, tokens);
    let found: Result<Vec<Found>, IndexError> =
        owners.into_iter().map(|owner| look.at(owner)).collect();
    let mut found = found?;
    let verified = look.verify(&mut found)?;
    Ok(Pool {
        found,
        dense: encoded.is_some(),
        verified,
        length: normalised.chars().count(),
        exact,
        intents: meaning.intents,
    })
}

/// What is found by words, from the cache or the index.
fn hits(engine: &Engine, normalised: &str) -> Result<Arc<[Hit]>, IndexError> {
    let snapshot = &engine.snapshot;
    if let Some(hits) = snapshot.found.get(normalised) {
        return Ok(hits);
    }
    let found = snapshot
        .index
        .search(&snapshot.segmenter, normalised, DEPTH)?;
    let hits: Arc<[Hit]> = found.into();
    snapshot.found.put(normalised, hits.clone());
    Ok(hits)
}

/// What a question means; nothing where no encoder ran.
#[derive(Default)]
struct Meaning {
    /// Centred cosine with each unit.
    units: Vec<f32>,
    /// The strength of each intent in the question's profile.
    strengths: Vec<f32>,
    /// The intents of the profile, with their nearness.
    intents: Vec<(u32, f32)>,
}

impl Meaning {
    fn of(engine: &Engine, encoded: Option<&Encoded>) -> Meaning {
        let mut meaning = Meaning::default();
        if let (Some(encoded), Some(rows)) = (encoded, &engine.snapshot.vectors) {
            rows.score_all(&encoded.sentence, &mut meaning.units);
            let near = nearness(engine, &encoded.sentence);
            meaning.strengths = vec![0.0; near.len()];
            for binding in bind::profile(&near) {
                let intent = binding.intent as usize;
                meaning.strengths[intent] = binding.strength;
                meaning.intents.push((binding.intent, near[intent]));
            }
        }
        meaning
    }

    /// How far the intent profiles of question and entry agree.
    fn agreement(&self, engine: &Engine, owner: u32) -> f32 {
        if self.strengths.is_empty() {
            return 0.0;
        }
        let bindings = &engine.snapshot.bindings;
        let shared = bindings.of(owner).iter();
        let shared =
            shared.map(|binding| binding.strength * self.strengths[binding.intent as usize]);
        shared.sum::<f32>() * bindings.coverage
    }

    /// The entries nearest by meaning, and those nearest by intent.
    fn nearest(&self, engine: &Engine) -> Vec<u32> {
        let snapshot = &engine.snapshot;
        let units = vectors::top(&self.units, DEPTH).into_iter();
        let mut owners: Vec<u32> = units
            .map(|(unit, _)| snapshot.units.owners[unit as usize])
            .collect();
        if !self.strengths.is_empty() {
            let all = 0..snapshot.entries.len() as u32;
            let agreements: Vec<f32> = all.map(|owner| self.agreement(engine, owner)).collect();
            let nearest = vectors::top(&agreements, BY_INTENT);
            owners.extend(nearest.into_iter().map(|(owner, _)| owner));
        }
        owners
    }
}

/// Looks at entries, one after the other, for what they have of a question.
struct Look<'a> {
    engine: &'a Engine,
    meaning: &'a Meaning,
    words: Words<'a>,
    /// What the question asks for that excludes something else.
    asked_for: u64,
    /// The question's tokens.
    question: &'a [i8],
    partners: Partners<'a>,
    /// The snapshot's token vectors, where the question has any.
    tokens: Option<&'a TokenRows>,
    /// Those of the entry that is looked at.
    codes: Vec<u8>,
}

impl<'a> Look<'a> {
    fn new(
        engine: &'a Engine,
        normalised: &str,
        meaning: &'a Meaning,
        tokens: &'a [i8],
    ) -> Look<'a> {
        let width = engine.encoder.map_or(0, |encoder| encoder.token_width());
        let rows = engine.snapshot.tokens.as_ref();
        Look {
            engine,
            meaning,
            words: Words::new(&engine.idf, normalised),
            asked_for: contrast::asked_for(normalised),
            question: tokens,
            partners: Partners::new(tokens, width),
            tokens: rows.filter(|_| !tokens.is_empty()),
            codes: Vec::new(),
        }
    }

    /// Reads the tokens of successive units.
    fn read(&mut self, units: Range<usize>) -> Result<(), IndexError> {
        let Some(rows) = self.tokens else {
            return Ok(());
        };
        rows.read(units, &mut self.codes).map_err(|error| {
            let file = self.engine.snapshot.folder.join(file::TOKENS);
            IndexError::io("read", file)(error)
        })
    }

    /// Verifies the best entries; whether it did.
    fn verify(&mut self, found: &mut [Found]) -> Result<bool, IndexError> {
        let verifier = self.engine.encoder.and_then(Encoder::verifier);
        let Some((verifier, rows)) = verifier.zip(self.tokens) else {
            return Ok(false);
        };
        found.sort_by(|a, b| {
            let by_score = rank::score(&b.features).total_cmp(&rank::score(&a.features));
            by_score.then(a.entry.cmp(&b.entry))
        });
        let units = &self.engine.snapshot.units;
        for found in found.iter_mut().take(VERIFIED) {
            let own = units.of(found.entry);
            self.read(own.clone())?;
            let codes = |unit: Option<usize>| {
                let range = unit.map(|unit| rows.within(own.start, unit));
                range.map_or(&[][..], |range| &self.codes[range])
            };
            let cosine = |unit: Option<usize>| {
                let cosine = unit.and_then(|unit| self.meaning.units.get(unit));
                cosine.copied().unwrap_or(0.0)
            };
            let title = found.unit.map(|unit| unit as usize);
            let body = own
                .clone()
                .find(|&unit| units.kinds[unit] == UnitKind::Body);
            found.features.answers = verifier.logit(Sides {
                question: self.question,
                title: codes(title),
                body: codes(body),
                title_cosine: cosine(title),
                body_cosine: cosine(body),
            });
        }
        Ok(true)
    }

    /// What an entry has of the question.
    fn at(&mut self, owner: u32) -> Result<Found, IndexError> {
        let snapshot = &self.engine.snapshot;
        let units = &snapshot.units;
        let own = units.of(owner);
        let mut features = Features {
            intent: self.meaning.agreement(self.engine, owner),
            phrasing: f32::MIN,
            ..Features::default()
        };
        let mut matched = None;
        let mut piece = f32::MIN;
        self.read(own.clone())?;
        for unit in own.clone() {
            let text = &units.texts[unit];
            let meaning = self.meaning.units.get(unit).copied().unwrap_or(0.0);
            let kind = units.kinds[unit];
            if let Some(rows) = self.tokens
                && (kind.asks() || kind == UnitKind::Body)
            {
                self.partners
                    .look(&self.codes[rows.within(own.start, unit)]);
            }
            match kind {
                UnitKind::Piece => piece = piece.max(meaning),
                UnitKind::Keywords => {
                    self.words.hold(text);
                    self.words.explain();
                }
                UnitKind::Body => {
                    features.body = meaning;
                    self.words.hold(text);
                    self.words.explain();
                }
                UnitKind::Negative => {
                    let (lexical, covered) = self.words.likeness(unit, text);
                    let score = meaning + LEXICAL * lexical + COVERED * covered;
                    features.negative = features.negative.max(score);
                }
                UnitKind::Question | UnitKind::Similar | UnitKind::Heading => {
                    let (lexical, covered) = self.words.likeness(unit, text);
                    let score = meaning + LEXICAL * lexical + COVERED * covered;
                    if score > features.phrasing {
                        features = Features {
                            phrasing: score,
                            dense: meaning,
                            lexical,
                            covered,
                            ..features
                        };
                        matched = Some(unit as u32);
                    }
                    self.words.explain();
                }
            }
        }
        features.explained = self.words.explained();
        features.tokens = self.partners.take();
        if features.phrasing == f32::MIN {
            features.phrasing = 0.0;
            features.explained *= TEXT_WORDS;
            features.tokens *= TEXT_TOKENS;
        } else {
            let best = piece.max(features.body);
            features.body = PIECE * best + (1.0 - PIECE) * features.body;
        }
        if self.asked_for != 0 {
            let asking = own.filter(|&unit| units.kinds[unit].asks());
            let about = asking.fold(0, |about, unit| about | contrast::named(&units.texts[unit]));
            features.excluded = contrast::excludes(self.asked_for, about);
        }
        Ok(Found {
            entry: owner,
            features,
            unit: matched,
        })
    }
}

/// The nearness of the question to each intent, −1..1.
fn nearness(engine: &Engine, vector: &[f32]) -> Vec<f32> {
    let Some(packs) = engine.packs else {
        return Vec::new();
    };
    let mut scores = Vec::new();
    packs.rows.score_all(vector, &mut scores);
    packs
        .starts
        .windows(2)
        .map(|range| bind::nearness(&scores[range[0]..range[1]]))
        .collect()
}

/// The encoded question with its centred vector, from the cache or the encoder; `None` without an encoder.
pub(super) fn encoded(engine: &Engine, normalised: &str) -> Option<Arc<Encoded>> {
    let (encoder, packs) = engine.encoder.zip(engine.packs)?;
    engine.snapshot.vectors.as_ref()?;
    Some(engine.snapshot.cache.get_or_make(normalised, || {
        let mut encoded = encoder.encode_tokens(normalised, Role::Query);
        centre::centre(&mut encoded.sentence, &packs.mean);
        encoded.into()
    }))
}
