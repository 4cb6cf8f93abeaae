//! The real thing: a set's shop indexed and asked as `zhike index` and `zhike ask` would, without golden questions.
//!
//! Vectors are kept below cargo's target folder, so that a second run measures new rules in seconds.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zhike::answer::{Engine, decide::answer_with};
use zhike::embed::{Encoded, Encoder};
use zhike::eval::golden::{self, Asked};
use zhike::eval::{Labelled, outcome::Verdict};
use zhike::index::{IndexError, Snapshot, build, snapshot};
use zhike::knowledge::Shop;
use zhike::pack;
use zhike::text::normalise::normalise;

/// Candidates that measures look at.
const CANDIDATES: usize = 10;

/// Normalised questions as the encoder saw them, shared by all sets.
pub type Questions = HashMap<String, Arc<Encoded>>;

/// Indexes `shop` and asks it everything.
///
/// # Errors
/// Where the index cannot be built or read.
pub fn run(
    shop: &Shop,
    asked: &[Asked],
    lexical: bool,
    known: &mut Questions,
) -> Result<Vec<Labelled>, IndexError> {
    let encoder = match lexical {
        true => None,
        false => Some(Encoder::built_in()?),
    };
    let engine = Engine::new(Arc::new(index(shop, encoder)?), encoder);
    let texts: Vec<String> = asked
        .iter()
        .map(|asked| normalise(&asked.question.text))
        .collect();
    for text in &texts {
        if let Some(vector) = known.get(text) {
            engine.snapshot.cache.put(text, vector.clone());
        }
    }
    let outcomes = golden::run(
        asked,
        &|question| answer_with(&engine, question, CANDIDATES, false),
        &|id| zhike::publish::category(&engine, id),
    );
    for text in texts {
        if let Some(vector) = engine.snapshot.cache.get(&text) {
            known.insert(text, vector);
        }
    }
    Ok(outcomes)
}

/// Builds the shop's snapshot, with the vectors of the last run's where texts are the same.
fn index(shop: &Shop, encoder: Option<&'static Encoder>) -> Result<Snapshot, IndexError> {
    let name = match encoder {
        Some(_) => shop.id.clone(),
        None => format!("{}-lexical", shop.id),
    };
    let (last, next) = (home().join(&name), home().join(format!("{name}.next")));
    let previous = Snapshot::open(&last).ok();
    if next.exists() {
        fs::remove_dir_all(&next).map_err(IndexError::io("remove", &next))?;
    }
    let packs = pack::built_in();
    let manifest = build::write(
        &next,
        &name,
        &build::Plan {
            shop,
            inputs: &name,
            packs,
            pack_vectors: encoder.map(|encoder| pack::vectors(encoder, &|_, _| ())),
            encoder,
            previous: previous.as_ref(),
            progress: &|_, _| (),
        },
    )?;
    drop(previous);
    snapshot::seal(&next, manifest)?;
    if last.exists() {
        fs::remove_dir_all(&last).map_err(IndexError::io("remove", &last))?;
    }
    fs::rename(&next, &last).map_err(IndexError::io("rename", &last))?;
    Snapshot::open(&last)
}

/// Where indexes and vectors are kept between runs.
fn home() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("zhike-data")
}

/// The file of question vectors, named by what they were computed with: encoder and packs (whose mean is taken off).
fn questions_file() -> Option<PathBuf> {
    let encoder = Encoder::built_in().ok()?.id().replace(['/', ':'], "-");
    let packs = pack::built_in().hash.get(..12)?;
    Some(home().join(format!("questions-{encoder}-{packs}.bin")))
}

/// Question vectors of earlier runs; none where the file is missing or damaged.
pub fn load_questions() -> Questions {
    let read = || parse_questions(&fs::read(questions_file()?).ok()?);
    read().unwrap_or_default()
}

/// Keeps question vectors for the next run; a failure only costs time.
pub fn save_questions(questions: &Questions) {
    let mut bytes = Vec::new();
    for (text, encoded) in questions {
        let Encoded { sentence, tokens } = &**encoded;
        for length in [text.len(), sentence.len(), tokens.len()] {
            bytes.extend_from_slice(&(length as u32).to_le_bytes());
        }
        bytes.extend_from_slice(text.as_bytes());
        bytes.extend(sentence.iter().flat_map(|value| value.to_le_bytes()));
        bytes.extend(tokens.iter().map(|code| *code as u8));
    }
    if let Some(path) = questions_file() {
        let _ = fs::create_dir_all(home()).and_then(|()| fs::write(path, bytes));
    }
}

fn parse_questions(mut bytes: &[u8]) -> Option<Questions> {
    let mut questions = Questions::new();
    while !bytes.is_empty() {
        let mut lengths = [0; 3];
        for length in &mut lengths {
            *length = take_length(&mut bytes)?;
        }
        let (text, rest) = bytes.split_at_checked(lengths[0])?;
        let (sentence, rest) = rest.split_at_checked(lengths[1].checked_mul(4)?)?;
        let (tokens, rest) = rest.split_at_checked(lengths[2])?;
        let encoded = Encoded {
            sentence: sentence
                .chunks_exact(4)
                .map(|value| f32::from_le_bytes([value[0], value[1], value[2], value[3]]))
                .collect(),
            tokens: tokens.iter().map(|code| *code as i8).collect(),
        };
        questions.insert(String::from_utf8(text.to_vec()).ok()?, encoded.into());
        bytes = rest;
    }
    Some(questions)
}

fn take_length(bytes: &mut &[u8]) -> Option<usize> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    *bytes = rest;
    usize::try_from(u32::from_le_bytes(*length)).ok()
}

/// How often each rule or reason decided, and how often it was wrong, most frequent first: where a set loses.
pub fn reasons(outcomes: &[Labelled]) -> Vec<(String, usize, usize)> {
    let mut counts: HashMap<String, (usize, usize)> = HashMap::new();
    for outcome in outcomes {
        let name = match outcome.reason {
            Some(reason) => format!("handoff:{}", reason.as_str()),
            None => outcome.decision.as_str().to_owned(),
        };
        let scope = if outcome.expected.in_scope() {
            "in"
        } else {
            "out"
        };
        let count = counts.entry(format!("{scope} {name}")).or_default();
        count.0 += 1;
        count.1 += usize::from(matches!(
            outcome.verdict(),
            Verdict::Wrong | Verdict::Missed
        ));
    }
    let mut list: Vec<_> = counts
        .into_iter()
        .map(|(name, (count, bad))| (name, count, bad))
        .collect();
    list.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    list
}
