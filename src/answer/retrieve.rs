//! A question → the units that may answer it, by words and by meaning.

use std::sync::Arc;

use super::Engine;
use crate::embed::{Role, centre};
use crate::index::IndexError;
use crate::index::units::UnitKind;

/// How many units each way of searching proposes.
const DEPTH: usize = 64;

/// A unit that may answer, with what each way of searching says of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// The unit.
    pub unit: u32,
    /// Centred cosine of question and unit, −1..1; 0 where no encoder ran.
    pub dense: f32,
    /// Cosine of their bags, 0..1.
    pub lexical: f32,
}

/// What was found for a question.
#[derive(Debug, Clone, Default)]
pub struct Pool {
    /// Units, without order.
    pub found: Vec<Found>,
    /// Whether meaning was searched beside words.
    pub dense: bool,
    /// An entry of which the question is, normalised, a phrasing to the letter.
    pub exact: Option<u32>,
}

/// Searches the snapshot for a normalised question.
///
/// # Errors
/// [`IndexError`] where the index cannot be read.
pub fn retrieve(engine: &Engine, normalised: &str) -> Result<Pool, IndexError> {
    let snapshot = &engine.snapshot;
    let exact = engine.exact(normalised);
    if exact.is_some() {
        // A known phrasing needs no encoder: its words say all.
        return Ok(Pool { found: lexical(engine, normalised, None)?, dense: false, exact });
    }
    let scores = question_vector(engine, normalised).and_then(|vector| {
        let vectors = snapshot.vectors.as_ref()?;
        let mut scores = Vec::new();
        vectors.score_all(&vector, &mut scores);
        Some(scores)
    });
    let found = lexical(engine, normalised, scores.as_deref())?;
    Ok(Pool { found, dense: scores.is_some(), exact })
}

/// The centred vector of a normalised question, from the cache or the encoder.
fn question_vector(engine: &Engine, normalised: &str) -> Option<Arc<[f32]>> {
    let encoder = engine.encoder?;
    let mean = engine.mean?;
    engine.snapshot.vectors.as_ref()?;
    if let Some(vector) = engine.snapshot.cache.get(normalised) {
        return Some(vector);
    }
    let mut vector = encoder.encode(normalised, Role::Query);
    centre::centre(&mut vector, mean);
    let vector: Arc<[f32]> = vector.into();
    engine.snapshot.cache.insert(normalised, vector.clone());
    Some(vector)
}

/// Units proposed by words, and by meaning where there are scores, each with both measures.
fn lexical(engine: &Engine, normalised: &str, dense: Option<&[f32]>) -> Result<Vec<Found>, IndexError> {
    let snapshot = &engine.snapshot;
    let hits = snapshot.index.search(&snapshot.segmenter, normalised, DEPTH)?;
    let mut units: Vec<u32> = hits.into_iter().filter_map(|hit| hit.unit).collect();
    if let Some(scores) = dense {
        units.extend(best(scores, DEPTH));
    }
    units.sort_unstable();
    units.dedup();
    let question = engine.idf.bag(normalised);
    Ok(units
        .into_iter()
        .map(|unit| {
            let bag = engine.idf.bag(&snapshot.units.texts[unit as usize]);
            let lexical = match snapshot.units.kinds[unit as usize] {
                UnitKind::Body => question.coverage(&bag),
                _ => question.cosine(&bag),
            };
            Found { unit, dense: dense.map_or(0.0, |scores| scores[unit as usize]), lexical }
        })
        .collect())
}

/// Indexes of the `count` highest scores.
fn best(scores: &[f32], count: usize) -> Vec<u32> {
    let mut order: Vec<u32> = (0..scores.len() as u32).collect();
    let by_score = |a: &u32, b: &u32| scores[*b as usize].total_cmp(&scores[*a as usize]).then(a.cmp(b));
    if order.len() > count {
        order.select_nth_unstable_by(count, by_score);
        order.truncate(count);
    }
    order
}
