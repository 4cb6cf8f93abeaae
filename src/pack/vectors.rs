//! The vectors of the packs' texts. `zhike packs` computes them once; `packs/vectors.bin` holds them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, io};

use rayon::prelude::*;

use super::load::{Packs, built_in};
use crate::embed::{Encoder, Role, Vectors, behind, centre};
use crate::knowledge::replace;
use crate::text::normalise::normalise;

/// The first bytes of the file.
const MAGIC: &[u8; 8] = b"ZKPACKS1";

/// Centred vectors of the titles and phrasings of all intents, and the mean that was subtracted.
///
/// The mean of ten thousand ordinary shop questions is what all texts of this encoder have in common. Without
/// subtracting it, every cosine is between .75 and 1.
#[derive(Debug)]
pub struct PackVectors {
    /// Mean of the uncentred vectors.
    pub mean: Vec<f32>,
    /// One row per text, in the order of [`Packs::intents`] and [`super::Intent::texts`].
    pub rows: Vectors,
    /// The first row of each intent, and the number of rows at the end.
    pub starts: Vec<usize>,
    by_text: HashMap<Box<str>, u32>,
}

impl PackVectors {
    /// Embeds every text of the packs, which takes minutes. `done` is called with (done, of).
    pub fn compute(
        packs: &Packs,
        encoder: &Encoder,
        done: &(dyn Fn(usize, usize) + Sync),
    ) -> PackVectors {
        let texts: Vec<String> = packs
            .intents
            .iter()
            .flat_map(|intent| intent.texts())
            .map(normalise)
            .collect();
        let count = AtomicUsize::new(0);
        let mut vectors: Vec<Vec<f32>> = texts
            .par_iter()
            .map(|text| {
                let vector = encoder.encode(text, Role::Query);
                done(count.fetch_add(1, Ordering::Relaxed) + 1, texts.len());
                vector
            })
            .collect();
        let mean = centre::mean(vectors.iter().map(Vec::as_slice));
        for vector in &mut vectors {
            centre::centre(vector, &mean);
        }
        let rows = Vectors::build(encoder.dimension(), vectors.iter().map(Vec::as_slice));
        PackVectors::new(packs, mean, rows)
    }

    fn new(packs: &Packs, mean: Vec<f32>, rows: Vectors) -> PackVectors {
        let mut starts = vec![0];
        let mut by_text = HashMap::new();
        let mut row = 0;
        for intent in &packs.intents {
            for text in intent.texts() {
                by_text.insert(normalise(text).into(), row as u32);
                row += 1;
            }
            starts.push(row);
        }
        PackVectors {
            mean,
            rows,
            starts,
            by_text,
        }
    }

    /// The vector of a normalised text of the packs.
    pub fn get(&self, normalised: &str) -> Option<Vec<f32>> {
        self.rows.row(*self.by_text.get(normalised)? as usize)
    }

    /// The bytes of the file: magic, hash of the packs, encoder id (each after its length in one byte), mean, rows.
    pub fn to_bytes(&self, packs: &Packs, encoder: &Encoder) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        for name in [packs.hash.as_str(), encoder.id()] {
            bytes.push(u8::try_from(name.len()).unwrap_or(u8::MAX));
            bytes.extend_from_slice(name.as_bytes());
        }
        bytes.extend_from_slice(&(self.mean.len() as u32).to_le_bytes());
        self.mean
            .iter()
            .for_each(|value| bytes.extend_from_slice(&value.to_le_bytes()));
        bytes.extend(self.rows.to_bytes());
        bytes
    }

    /// Reads the file, if it was made from these packs with this encoder; else `None`.
    pub fn from_bytes(
        bytes: Cow<'static, [u8]>,
        packs: &Packs,
        encoder: &Encoder,
    ) -> Option<PackVectors> {
        let mut rest = bytes.strip_prefix(MAGIC)?;
        for expected in [packs.hash.as_str(), encoder.id()] {
            let (length, tail) = rest.split_first()?;
            let (name, tail) = tail.split_at_checked(usize::from(*length))?;
            rest = tail;
            if name != expected.as_bytes() {
                return None;
            }
        }
        let (length, rest) = rest.split_at_checked(4)?;
        let length = u32::from_le_bytes(length.try_into().ok()?) as usize;
        let (mean, rest) = rest.split_at_checked(length.checked_mul(4)?)?;
        let mean = mean.as_chunks().0.iter();
        let mean = mean.map(|value| f32::from_le_bytes(*value)).collect();
        let start = bytes.len() - rest.len();
        let rows = Vectors::from_bytes(behind(bytes, start)).ok()?;
        let vectors = PackVectors::new(packs, mean, rows);
        (vectors.starts.last() == Some(&vectors.rows.len())).then_some(vectors)
    }
}

/// A process uses one encoder.
static VECTORS: OnceLock<PackVectors> = OnceLock::new();

/// Like [`vectors`], for a model whose vectors are not part of the program: reads them from `file`, or computes them
/// and writes them there. Call it before anything asks for the vectors.
///
/// # Errors
/// If the file cannot be written. The vectors can be used all the same.
pub fn vectors_kept_in(
    encoder: &Encoder,
    file: &Path,
    done: &(dyn Fn(usize, usize) + Sync),
) -> io::Result<()> {
    let packs = built_in();
    let kept = fs::read(file).ok();
    if let Some(vectors) =
        kept.and_then(|bytes| PackVectors::from_bytes(bytes.into(), packs, encoder))
    {
        VECTORS.get_or_init(|| vectors);
        return Ok(());
    }
    let vectors = VECTORS.get_or_init(|| PackVectors::compute(packs, encoder, done));
    replace(file, &vectors.to_bytes(packs, encoder))
}

/// The packs' vectors for an encoder: those in the binary if they fit, else computed now (for a merchant's own model,
/// or for packs edited without `zhike packs`).
pub fn vectors(encoder: &Encoder, done: &(dyn Fn(usize, usize) + Sync)) -> &'static PackVectors {
    VECTORS.get_or_init(|| {
        let packs = built_in();
        PackVectors::from_bytes(packs.vectors.clone(), packs, encoder)
            .unwrap_or_else(|| PackVectors::compute(packs, encoder, done))
    })
}
