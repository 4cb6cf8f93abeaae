//! Binds entries to the intents that they answer.

use serde::{Deserialize, Serialize};

use super::{PackVectors, Packs};
use crate::knowledge::units::{UnitKind, own_units};
use crate::knowledge::{Entry, EntryAt, Shop};
use crate::text::normalise::normalise;

/// The binding of an entry to an intent.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Binding {
    /// Index into [`Packs::intents`].
    pub intent: u32,
    /// Its share of the entry's profile, 0..1. The squares of all shares sum to 1.
    pub strength: f32,
}

/// The bindings of an entry.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Bound {
    /// The intents, strongest first.
    pub intents: Vec<Binding>,
    /// Nearness of the nearest intent, −1..1; 0 for an entry that was bound by name or has no question of its own.
    pub nearest: f32,
}

/// The bindings of a shop's entries.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Bindings {
    /// In the order of the entries.
    pub entries: Vec<Bound>,
    /// How well the packs cover what this shop's texts speak of, 0..1. A shop of a trade that no pack covers has
    /// profiles too, but they mean little.
    pub coverage: f32,
}

impl Bindings {
    /// The bindings with the coverage of these entries.
    pub fn new(bound: Vec<Bound>, entries: &[Entry]) -> Bindings {
        let mut nearest: Vec<f32> = bound
            .iter()
            .zip(entries)
            .filter(|(_, entry)| matches!(entry.at, EntryAt::Faq(_) | EntryAt::Policy(..)))
            .map(|(bound, _)| bound.nearest)
            .filter(|nearest| *nearest > 0.0)
            .collect();
        nearest.sort_unstable_by(f32::total_cmp);
        let middle = nearest.get(nearest.len() / 2).copied().unwrap_or(0.0);
        Bindings {
            entries: bound,
            coverage: ((middle - COVERED[0]) / (COVERED[1] - COVERED[0])).clamp(0.0, 1.0),
        }
    }

    /// The bindings of an entry; empty if there is no such entry.
    pub fn of(&self, entry: u32) -> &[Binding] {
        self.entries
            .get(entry as usize)
            .map_or(&[], |bound| bound.intents.as_slice())
    }
}

/// Nearness of a shop's median entry at which the coverage is 0 and 1.
const COVERED: [f32; 2] = [0.4, 0.7];

/// The most intents in an entry's profile.
const MOST: usize = 12;

/// Centred vectors of normalised texts.
pub type Lookup<'a> = dyn Fn(&str) -> Option<&'a [f32]> + 'a;

/// The bindings of an entry: the `intent` column if there is one, else the profile of its questions and headings over
/// the intents. Without vectors only the column binds.
pub fn bind(
    shop: &Shop,
    entry: &Entry,
    packs: &Packs,
    own: Option<&Lookup<'_>>,
    pack_vectors: Option<&PackVectors>,
) -> Bound {
    if let Some(intents) = named(shop, entry, packs) {
        return Bound {
            intents,
            nearest: 0.0,
        };
    }
    let Some((own, pack_vectors)) = own.zip(pack_vectors) else {
        return Bound::default();
    };
    let mut scores = Vec::new();
    let mut likeness = vec![f32::MIN; packs.intents.len()];
    let mut asked = false;
    own_units(shop, entry, |kind, _| asked |= kind.asks());
    own_units(shop, entry, |kind, text| {
        // A text without a heading is bound by its content.
        if (kind.asks() || !asked && kind == UnitKind::Body)
            && let Some(vector) = own(&normalise(text))
        {
            pack_vectors.rows.score_all(vector, &mut scores);
            for (intent, best) in likeness.iter_mut().enumerate() {
                let rows = &scores[pack_vectors.starts[intent]..pack_vectors.starts[intent + 1]];
                *best = best.max(nearness(rows));
            }
        }
    });
    match likeness.iter().copied().reduce(f32::max) {
        Some(nearest) if nearest > f32::MIN => Bound {
            intents: profile(&likeness),
            nearest,
        },
        _ => Bound::default(),
    }
}

/// The bindings that the merchant wrote; `None` if the entry has no `intent` column.
fn named(shop: &Shop, entry: &Entry, packs: &Packs) -> Option<Vec<Binding>> {
    let EntryAt::Faq(i) = entry.at else {
        return None;
    };
    let intents = &shop.faqs[i as usize].intents;
    if intents.is_empty() {
        return None;
    }
    let index = |id: &String| packs.intents.iter().position(|intent| intent.id == *id);
    let named: Vec<u32> = intents
        .iter()
        .filter_map(index)
        .map(|intent| intent as u32)
        .collect();
    let strength = 1.0 / (named.len().max(1) as f32).sqrt();
    Some(
        named
            .into_iter()
            .map(|intent| Binding { intent, strength })
            .collect(),
    )
}

/// A profile: how far each intent stands out from all, cubed so that the nearest few decide; of length 1, strongest
/// first. Two texts that ask the same in different words have similar profiles.
pub fn profile(nearness: &[f32]) -> Vec<Binding> {
    let mean = nearness.iter().sum::<f32>() / nearness.len().max(1) as f32;
    let mut shares: Vec<Binding> = (0..)
        .zip(nearness)
        .map(|(intent, near)| Binding {
            intent,
            strength: (near - mean).max(0.0).powi(3),
        })
        .collect();
    shares.sort_unstable_by(|a, b| {
        b.strength
            .total_cmp(&a.strength)
            .then(a.intent.cmp(&b.intent))
    });
    let length = shares
        .iter()
        .map(|share| share.strength * share.strength)
        .sum::<f32>()
        .sqrt()
        .max(f32::MIN_POSITIVE);
    shares.truncate(MOST);
    for share in &mut shares {
        share.strength /= length;
    }
    shares
}

/// The nearness of a vector to an intent, from its likeness to each of the intent's texts: half the best, half the mean
/// of the best four, so that a single odd phrasing does not decide.
pub fn nearness(scores: &[f32]) -> f32 {
    let mut best = [f32::MIN; 4];
    for &score in scores {
        let mut score = score;
        for slot in &mut best {
            if score > *slot {
                std::mem::swap(&mut score, slot);
            }
        }
    }
    let count = scores.len().clamp(1, 4);
    0.5 * best[0] + 0.5 * best[..count].iter().sum::<f32>() / count as f32
}
