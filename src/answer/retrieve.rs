//! A question → the entries that may answer it, by words, by meaning and by intent, each with its features.

use std::sync::Arc;

use super::Engine;
use super::contrast;
use super::lexical::Words;
use crate::embed::token_rows::Partners;
use crate::embed::{Encoded, Role, centre, vectors};
use crate::index::IndexError;
use crate::index::search::Hit;
use crate::index::snapshot::file;
use crate::knowledge::units::UnitKind;
use crate::pack::bind;

/// How many units or entries each way of searching proposes.
const DEPTH: usize = 48;

/// What the ways of searching say of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize)]
pub struct Features {
    /// Best of `dense +` [`LEXICAL`] `· lexical +` [`COVERED`] `· covered` over the entry's phrasings and headings.
    pub phrasing: f32,
    /// Centred cosine with that phrasing, −1..1; 0 where no encoder ran.
    pub dense: f32,
    /// Cosine of bags with that phrasing, 0..1.
    pub lexical: f32,
    /// Share of that phrasing's words found in the question, 0..1: an entry that speaks of something the question
    /// does not name (恢复, 海外) is the lesser guess.
    pub covered: f32,
    /// Centred cosine with the entry's answer or passage, −1..1: [`PIECE`] of it with the best piece, the rest with the
    /// whole. Of a passage with nothing to ask for it by, all with the whole: a piece of it may be a side matter.
    pub body: f32,
    /// Share of the question's words that the entry has anywhere, in phrasings or body, 0..1; of a passage with nothing
    /// to ask for it by, [`TEXT_WORDS`] of it.
    pub explained: f32,
    /// Mean over the question's tokens of the cosine with the nearest token of the entry's phrasings and body, −1..1; 0
    /// where no encoder ran or the model has no token vectors. Of a passage with nothing to ask for it by,
    /// [`TEXT_TOKENS`] of it.
    pub tokens: f32,
    /// Agreement of the intent profiles of question and entry, times how far the packs cover the shop, 0..1.
    pub intent: f32,
    /// Best likeness to a negative question of the entry, as `phrasing` counts it; 0 where it has none.
    pub negative: f32,
    /// Whether the questions of the entry name what excludes what is asked for: 双12 and not 双11, 狗 and not 猫.
    pub excluded: bool,
}

impl Features {
    /// Whether the merchant's own words keep the entry from the question: one of its negative questions is likelier than
    /// its phrasings, or it names what excludes what is asked for.
    pub fn denied(&self) -> bool {
        self.negative > self.phrasing.max(0.0) || self.excluded
    }
}

/// What was found for a question.
#[derive(Debug, Clone, Default)]
pub struct Pool {
    /// Entries with their features, by entry.
    pub found: Vec<(u32, Features)>,
    /// The unit that matched each best, in the order of `found`.
    pub units: Vec<Option<u32>>,
    /// Whether meaning was searched beside words.
    pub dense: bool,
    /// Length of the question in characters.
    pub length: usize,
    /// An entry of which the question is, normalised, a phrasing to the letter.
    pub exact: Option<u32>,
    /// The intents that stand out for the question, strongest first, with their nearness, −1..1.
    pub intents: Vec<(u32, f32)>,
}

/// Weight of shared words beside meaning, as measured on several shops.
pub const LEXICAL: f32 = 0.6;
/// Weight of the share of a phrasing's words that the question has.
pub const COVERED: f32 = 1.15;
/// What counts of the words of a passage with nothing to ask for it by: the longer a text is, the more of a question is
/// found in it.
pub const TEXT_WORDS: f32 = 0.5;
/// The same for its tokens.
pub const TEXT_TOKENS: f32 = 0.25;
/// Share of the best piece in how near a body is.
pub const PIECE: f32 = 0.7;

/// Searches the snapshot for a normalised question.
///
/// # Errors
/// [`IndexError`] where the index cannot be read.
pub fn retrieve(engine: &Engine, normalised: &str) -> Result<Pool, IndexError> {
    let snapshot = &engine.snapshot;
    let claims = engine.exact(normalised);
    // A known phrasing needs no encoder: its words say all. Where several entries claim it, more than words must tell.
    let exact = match claims.as_slice() {
        [owner] => Some(*owner),
        _ => None,
    };
    let encoded = match exact {
        Some(_) => None,
        None => encoded(engine, normalised),
    };
    let mut dense = Vec::new();
    let mut near = Vec::new();
    let mut profile = Vec::new();
    if let (Some(encoded), Some(rows)) = (&encoded, &snapshot.vectors) {
        rows.score_all(&encoded.sentence, &mut dense);
        near = nearness(engine, &encoded.sentence);
        profile = bind::profile(&near);
    }

    let hits = match snapshot.found.get(normalised) {
        Some(hits) => hits,
        None => {
            let found = snapshot
                .index
                .search(&snapshot.segmenter, normalised, DEPTH)?;
            let hits: Arc<[Hit]> = found.into();
            snapshot.found.put(normalised, hits.clone());
            hits
        }
    };
    let mut owners: Vec<u32> = hits
        .iter()
        .filter(|hit| hit.unit.is_some())
        .map(|hit| hit.owner)
        .collect();
    owners.extend(claims);
    owners.extend(
        vectors::top(&dense, DEPTH)
            .into_iter()
            .map(|(unit, _)| snapshot.units.owners[unit as usize]),
    );
    let mut share = vec![0.0; near.len()];
    for binding in &profile {
        share[binding.intent as usize] = binding.strength;
    }
    let agreement = |owner: u32| -> f32 {
        if share.is_empty() {
            return 0.0;
        }
        let bindings = snapshot.bindings.of(owner);
        bindings
            .iter()
            .map(|binding| binding.strength * share[binding.intent as usize])
            .sum::<f32>()
            * snapshot.bindings.coverage
    };
    if !share.is_empty() {
        let agreements: Vec<f32> = (0..snapshot.entries.len() as u32).map(agreement).collect();
        owners.extend(
            vectors::top(&agreements, DEPTH / 4)
                .into_iter()
                .map(|(owner, _)| owner),
        );
    }
    owners.sort_unstable();
    owners.dedup();

    let mut words = Words::new(&engine.idf, normalised);
    let asked_for = contrast::asked_for(normalised);
    let own_tokens = encoded.as_ref().map_or(&[][..], |encoded| &encoded.tokens);
    let width = engine.encoder.map_or(0, |encoder| encoder.token_width());
    let mut partners = Partners::new(own_tokens, width);
    let tokens = snapshot.tokens.as_ref().filter(|_| !own_tokens.is_empty());
    let mut codes = Vec::new();
    let mut pool = Pool {
        dense: encoded.is_some(),
        length: normalised.chars().count(),
        exact,
        ..Pool::default()
    };
    for owner in owners {
        let mut features = Features {
            intent: agreement(owner),
            phrasing: f32::MIN,
            ..Features::default()
        };
        let mut matched = None;
        let mut piece = f32::MIN;
        let own = snapshot.units.of(owner);
        if let Some(rows) = &tokens {
            rows.read(own.clone(), &mut codes).map_err(|error| {
                IndexError::io("read", snapshot.folder.join(file::TOKENS))(error)
            })?;
        }
        for unit in own.clone() {
            let text = &snapshot.units.texts[unit];
            let meaning = dense.get(unit).copied().unwrap_or(0.0);
            let kind = snapshot.units.kinds[unit];
            if let Some(rows) = &tokens
                && (kind.asks() || kind == UnitKind::Body)
            {
                partners.look(&codes[rows.within(own.start, unit)]);
            }
            match kind {
                UnitKind::Piece => piece = piece.max(meaning),
                UnitKind::Keywords => {
                    words.hold(text);
                    words.explain();
                }
                UnitKind::Body => {
                    features.body = meaning;
                    words.hold(text);
                    words.explain();
                }
                UnitKind::Negative => {
                    let (lexical, covered) = words.likeness(unit, text);
                    let score = meaning + LEXICAL * lexical + COVERED * covered;
                    features.negative = features.negative.max(score);
                }
                UnitKind::Question | UnitKind::Similar | UnitKind::Heading => {
                    let (lexical, covered) = words.likeness(unit, text);
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
                    words.explain();
                }
            }
        }
        features.explained = words.explained();
        features.tokens = partners.take();
        if features.phrasing == f32::MIN {
            features.phrasing = 0.0;
            features.explained *= TEXT_WORDS;
            features.tokens *= TEXT_TOKENS;
        } else {
            let best = piece.max(features.body);
            features.body = PIECE * best + (1.0 - PIECE) * features.body;
        }
        if asked_for != 0 {
            let units = own.filter(|&unit| snapshot.units.kinds[unit].asks());
            let about = units.fold(0, |about, unit| {
                about | contrast::named(&snapshot.units.texts[unit])
            });
            features.excluded = contrast::excludes(asked_for, about);
        }
        pool.found.push((owner, features));
        pool.units.push(matched);
    }
    pool.intents = profile
        .iter()
        .map(|binding| (binding.intent, near[binding.intent as usize]))
        .collect();
    Ok(pool)
}

/// How near the question is to each intent.
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

/// A normalised question as the encoder sees it, its vector centred, from the cache or the encoder.
pub(super) fn encoded(engine: &Engine, normalised: &str) -> Option<Arc<Encoded>> {
    let (encoder, packs) = engine.encoder.zip(engine.packs)?;
    engine.snapshot.vectors.as_ref()?;
    Some(engine.snapshot.cache.get_or_make(normalised, || {
        let mut encoded = encoder.encode_tokens(normalised, Role::Query);
        centre::centre(&mut encoded.sentence, &packs.mean);
        encoded.into()
    }))
}
