//! Builds the files of a candidate snapshot from a shop.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::snapshot::{FORMAT, Manifest, Snapshot, file, write_json};
use super::words::words;
use super::{IndexError, blocks};
use crate::embed::{Encoded, Encoder, Role, Vectors, centre, token_rows};
use crate::knowledge::units::{UnitKind, Units, own_units, units};
use crate::knowledge::{Entry, EntryAt, Shop, entries};
use crate::pack::bind::{self, Bindings, Bound};
use crate::pack::{PackVectors, Packs};
use crate::text::normalise::normalise;
use crate::text::segment::Segmenter;

/// The input of a build.
pub struct Plan<'a> {
    /// The shop.
    pub shop: &'a Shop,
    /// SHA-256 (hex) of its input files.
    pub inputs: &'a str,
    /// Intent packs.
    pub packs: &'a Packs,
    /// Their vectors; `None` without an encoder.
    pub pack_vectors: Option<&'a PackVectors>,
    /// The encoder; `None`: lexical only.
    pub encoder: Option<&'a Encoder>,
    /// The previous snapshot. Its vectors of unchanged texts are reused.
    pub previous: Option<&'a Snapshot>,
    /// Called with (done, of) while texts are embedded.
    pub progress: &'a (dyn Fn(usize, usize) + Sync),
}

/// A hash of everything that decides an answer. A build with the same hash would give nothing new.
pub fn content_hash(inputs: &str, packs: &Packs, encoder: Option<&Encoder>) -> String {
    let mut hash = Sha256::new();
    for part in [
        inputs,
        &packs.hash,
        encoder.map_or("lexical", |encoder| encoder.id()),
        env!("CARGO_PKG_VERSION"),
        crate::RULES,
    ] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.update(FORMAT.to_le_bytes());
    crate::text::hex(&hash.finalize())
}

/// Writes shop, words, units, bindings, vectors and index into `folder`, which must not exist yet. Returns the manifest
/// for [`super::snapshot::seal`] to complete.
///
/// # Errors
/// [`IndexError`]; the caller must then discard the folder.
pub fn write(folder: &Path, id: &str, plan: &Plan) -> Result<Manifest, IndexError> {
    fs::create_dir_all(folder).map_err(IndexError::io("create", folder))?;
    let shop = plan.shop;
    let entries = entries(shop);
    let words = words(shop);
    let segmenter = Segmenter::new(&words);

    let own = own_vectors(plan, &entries);
    let units = units(shop, &entries);
    if let (Some(own), Some(encoder)) = (&own, plan.encoder) {
        let none = Encoded::default();
        let encoded = |text| own.get(text).unwrap_or(&none);
        let rows = units.texts.iter().map(|text| &*encoded(text).sentence);
        let write = |name: &str, bytes: Vec<u8>| {
            let path = folder.join(name);
            fs::write(&path, bytes).map_err(IndexError::io("write", &path))
        };
        write(
            file::VECTORS,
            Vectors::build(encoder.dimension(), rows).to_bytes(),
        )?;
        let texts = units.texts.iter().zip(&units.kinds);
        let tokens = texts.map(|(text, kind)| match has_tokens(*kind) {
            true => &*encoded(text).tokens,
            false => &[],
        });
        write(
            file::TOKENS,
            token_rows::to_bytes(encoder.token_width(), tokens),
        )?;
    }
    // The index takes longest, so everything else is written in parallel.
    let (indexed, written) = rayon::join(
        || {
            let source = blocks::Source {
                shop,
                entries: &entries,
                units: &units,
                words: &words,
                segmenter: &segmenter,
                previous: plan.previous,
            };
            blocks::write(&folder.join(file::INDEX), &source)
        },
        || {
            let bindings = bindings(plan, &entries, &units, own.as_ref());
            write_json(&folder.join(file::SHOP), shop)?;
            write_json(&folder.join(file::WORDS), &words)?;
            write_json(&folder.join(file::BINDINGS), &bindings)?;
            write_json(&folder.join(file::UNITS), &units)
        },
    );
    indexed?;
    written?;

    Ok(Manifest {
        format: FORMAT,
        id: id.to_owned(),
        shop: shop.id.clone(),
        built_by: env!("CARGO_PKG_VERSION").to_owned(),
        content: content_hash(plan.inputs, plan.packs, plan.encoder),
        inputs: plan.inputs.to_owned(),
        encoder: plan.encoder.map(|encoder| encoder.id().to_owned()),
        packs: plan.packs.hash.clone(),
        counts: counts(shop, &entries, &units),
        files: BTreeMap::new(),
    })
}

fn counts(shop: &Shop, entries: &[Entry], units: &Units) -> BTreeMap<String, u64> {
    [
        ("entries", entries.len()),
        ("faq", shop.faqs.len()),
        ("products", shop.products.len()),
        (
            "specs",
            shop.products
                .iter()
                .map(|product| product.specs.len())
                .sum(),
        ),
        ("policies", shop.policies.len()),
        ("charts", shop.charts.len()),
        ("units", units.len()),
        ("golden", shop.golden.len()),
    ]
    .into_iter()
    .map(|(name, count)| (name.to_owned(), count as u64))
    .collect()
}

/// The bindings of all entries. Those of unchanged entries come from the previous snapshot, since computing one
/// compares the entry with every text of the packs.
fn bindings(plan: &Plan, entries: &[Entry], units: &Units, own: Option<&TextVectors>) -> Bindings {
    let unnamed = |shop: &Shop, entry: &Entry| match entry.at {
        EntryAt::Faq(i) => shop.faqs[i as usize].intents.is_empty(),
        _ => true,
    };
    let previous = previous_alike(plan);
    let kept = |owner: u32, entry: &Entry| -> Option<Bound> {
        let previous = previous?;
        let &before = previous.by_id.get(&entry.id)?;
        let same = units.of(owner).len() == previous.units.of(before).len()
            && units
                .of(owner)
                .zip(previous.units.of(before))
                .all(|(a, b)| {
                    units.kinds[a] == previous.units.kinds[b]
                        && units.texts[a] == previous.units.texts[b]
                });
        let plain = unnamed(plan.shop, entry)
            && unnamed(&previous.shop, &previous.entries[before as usize]);
        (same && plain).then(|| previous.bindings.entries.get(before as usize).cloned())?
    };
    let bound = (0u32..)
        .zip(entries)
        .collect::<Vec<_>>()
        .par_iter()
        .map(|&(owner, entry)| {
            kept(owner, entry).unwrap_or_else(|| {
                let lookup = |text: &str| own?.get(text).map(|encoded| &*encoded.sentence);
                bind::bind(
                    plan.shop,
                    entry,
                    plan.packs,
                    own.map(|_| &lookup as &bind::Lookup<'_>),
                    plan.pack_vectors,
                )
            })
        })
        .collect();
    Bindings::new(bound, entries)
}

/// The previous snapshot, if it was built with the same encoder and packs.
fn previous_alike<'a>(plan: &Plan<'a>) -> Option<&'a Snapshot> {
    plan.previous.filter(|previous| {
        previous.manifest.encoder.as_deref() == plan.encoder.map(|encoder| encoder.id())
            && previous.manifest.packs == plan.packs.hash
    })
}

/// The normalised texts of entries with their encodings; vectors are centred.
pub type TextVectors = HashMap<Box<str>, Encoded>;

/// Embeds every text of the entries that the previous snapshot does not have.
fn own_vectors(plan: &Plan, entries: &[Entry]) -> Option<TextVectors> {
    let (encoder, pack_vectors) = plan.encoder.zip(plan.pack_vectors)?;
    // A text is embedded once, in the role of the first unit that has it.
    let mut needs: HashMap<Box<str>, (Role, bool)> = HashMap::new();
    for entry in entries {
        own_units(plan.shop, entry, |kind, text| {
            let text = normalise(text).into_boxed_str();
            if !text.is_empty() {
                let (_, tokens) = needs.entry(text).or_insert((role(kind), false));
                *tokens |= has_tokens(kind) && encoder.token_width() > 0;
            }
        });
    }
    let kept = kept_units(plan);
    let mut wanted: Vec<(Box<str>, Role)> = Vec::new();
    let mut vectors = TextVectors::new();
    for (text, (role, tokens)) in needs {
        let known = kept
            .get(&*text)
            .filter(|kept| kept.role == Some(role))
            .and_then(|kept| plan.previous?.encoded(kept.unit))
            .filter(|known| !tokens || !known.tokens.is_empty());
        match known {
            Some(known) => {
                vectors.insert(text, known);
            }
            None => wanted.push((text, role)),
        }
    }
    let total = wanted.len();
    let done = AtomicUsize::new(0);
    let fresh: Vec<Encoded> = wanted
        .par_iter()
        .map(|(text, role)| {
            let mut encoded = encoder.encode_tokens(text, *role);
            centre::centre(&mut encoded.sentence, &pack_vectors.mean);
            (plan.progress)(done.fetch_add(1, Ordering::Relaxed) + 1, total);
            encoded
        })
        .collect();
    vectors.extend(wanted.into_iter().map(|(text, _)| text).zip(fresh));
    Some(vectors)
}

/// Passages are embedded as passages and phrasings as questions, as the model was trained.
fn role(kind: UnitKind) -> Role {
    match kind {
        UnitKind::Body | UnitKind::Piece => Role::Passage,
        _ => Role::Query,
    }
}

/// Whether token vectors of such units are kept. Those of a piece are part of its body's.
fn has_tokens(kind: UnitKind) -> bool {
    !matches!(kind, UnitKind::Piece | UnitKind::Keywords)
}

/// A text of the previous snapshot.
struct Kept {
    /// A unit that has it, with token vectors if any of them has.
    unit: usize,
    /// Its role; `None` if units of both have it, since then it is not known in which it was embedded.
    role: Option<Role>,
}

/// The texts of the previous snapshot, if it was built with the same encoder and packs.
fn kept_units<'a>(plan: &Plan<'a>) -> HashMap<&'a str, Kept> {
    let mut kept: HashMap<&str, Kept> = HashMap::new();
    let Some(units) = previous_alike(plan).map(|previous| &previous.units) else {
        return kept;
    };
    for unit in 0..units.len() {
        let (kind, role) = (units.kinds[unit], role(units.kinds[unit]));
        let known = kept.entry(&*units.texts[unit]).or_insert(Kept {
            unit,
            role: Some(role),
        });
        if known.role != Some(role) {
            known.role = None;
        }
        if has_tokens(kind) {
            known.unit = unit;
        }
    }
    kept
}
