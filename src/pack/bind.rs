//! Which intents an entry answers.

use serde::{Deserialize, Serialize};

use super::{PackVectors, Packs};
use crate::index::units::{UnitKind, own_units};
use crate::knowledge::{Entry, EntryAt, Shop};
use crate::text::normalise::normalise;

/// An entry's tie to an intent.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Binding {
    /// Index into [`Packs::intents`].
    pub intent: u32,
    /// Its share of the entry's profile, 0..1; the squares of all shares sum up to 1.
    pub strength: f32,
}

/// How many intents an entry's profile keeps.
const MOST: usize = 12;

/// Centred vectors of normalised texts.
pub type Lookup<'a> = dyn Fn(&str) -> Option<&'a [f32]> + 'a;

/// The bindings of every entry, strongest first: the profile of its questions and headings over the intents, or the
/// `intent` column, which always wins. With no vectors only the column binds.
pub fn bind(
    shop: &Shop,
    entries: &[Entry],
    packs: &Packs,
    own: Option<&Lookup<'_>>,
    pack_vectors: Option<&PackVectors>,
) -> Vec<Vec<Binding>> {
    let mut scores = Vec::new();
    entries
        .iter()
        .map(|entry| {
            if let Some(named) = named(shop, entry, packs) {
                return named;
            }
            let Some((own, pack_vectors)) = own.zip(pack_vectors) else {
                return Vec::new();
            };
            let mut likeness = vec![f32::MIN; packs.intents.len()];
            own_units(shop, entry, |kind, text| {
                if let UnitKind::Question | UnitKind::Similar | UnitKind::Heading = kind
                    && let Some(vector) = own(&normalise(text))
                {
                    pack_vectors.rows.score_all(vector, &mut scores);
                    for (intent, best) in likeness.iter_mut().enumerate() {
                        let rows =
                            &scores[pack_vectors.starts[intent]..pack_vectors.starts[intent + 1]];
                        *best = best.max(nearness(rows));
                    }
                }
            });
            match likeness.first() {
                Some(&first) if first > f32::MIN => profile(&likeness),
                _ => Vec::new(),
            }
        })
        .collect()
}

/// The bindings that the merchant wrote down; `None` where the entry has no `intent` column.
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

/// A profile: how far each intent stands out among all, cubed so that the few nearest decide, of length 1, strongest
/// first. Two texts that ask the same in different words stand out in the same places.
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

/// How near a vector is to an intent, from its likeness to each of the intent's texts: half the best, half the mean
/// of the best four, so that one odd phrasing neither makes nor breaks it.
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
