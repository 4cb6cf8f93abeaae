//! The search box of agents: finds entries by words, half words, pinyin and initials, and marks the matches.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Engine;
use super::reply::source;
use super::types::Source;
use crate::index::IndexError;
use crate::knowledge::{Conditions, Entry, EntryAt, Kind, Phase};
use crate::text::normalise::{is_han, normalise};
use crate::text::pinyin;

/// The number of documents considered. Nobody pages beyond that.
const DEPTH: usize = 400;

/// Limits of a search.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only this kind.
    pub kind: Option<Kind>,
    /// Only entries that apply to the product with this id.
    pub product: Option<String>,
    /// The moment for which `in_force` is computed.
    pub at: Timestamp,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Found {
    /// Hits, best first.
    pub items: Vec<Hit>,
    /// How many there are in all.
    pub total: usize,
    /// The most hits a page holds.
    pub limit: usize,
    /// Hits before this page.
    pub offset: usize,
}

/// A found entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Hit {
    /// The entry, with what matched marked in the text.
    #[serde(flatten)]
    pub source: Source,
    /// Whether it may be answered at this moment; a stale rule is shown as such.
    pub in_force: bool,
    /// Ranking score; comparable only within one search.
    pub score: f64,
}

/// Searches a shop's entries. An empty query lists them all.
///
/// # Errors
/// [`IndexError`] if the index cannot be read.
pub fn search(
    engine: &Engine,
    words: &str,
    filter: &Filter,
    limit: usize,
    offset: usize,
) -> Result<Found, IndexError> {
    let snapshot = &engine.snapshot;
    let text = normalise(words);
    let mut scored: Vec<(u32, f64)> = Vec::new();
    let mut add =
        |owner: u32, score: f64| match scored.iter_mut().find(|(known, _)| *known == owner) {
            Some((_, best)) => *best = best.max(score),
            None => scored.push((owner, score)),
        };
    for hit in snapshot.index.search(&snapshot.segmenter, &text, DEPTH)? {
        add(hit.owner, f64::from(hit.score));
    }
    // A text of letters only may be pinyin.
    if !text.is_empty() && !text.chars().any(is_han) {
        let query = pinyin::Query::new(&text);
        for (owner, target) in engine.pinyin() {
            if let Some(found) = query.matches(target) {
                add(*owner, 100.0 - f64::from(found as u8));
            }
        }
    }
    // An empty query lists everything in the order of the files.
    if text.trim().is_empty() {
        scored.extend((0..snapshot.entries.len() as u32).map(|entry| (entry, 0.0)));
    }
    scored.retain(|(owner, _)| fits(engine, &snapshot.entries[*owner as usize], filter));
    scored.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let total = scored.len();
    let items = scored
        .into_iter()
        .skip(offset)
        .take(limit)
        .map(|(owner, score)| {
            let entry = &snapshot.entries[owner as usize];
            let in_force = entry.window(&snapshot.shop).phase(filter.at) == Phase::In;
            Hit {
                source: source(engine, entry, &text, None, None),
                in_force,
                score,
            }
        })
        .collect();
    Ok(Found {
        items,
        total,
        limit,
        offset,
    })
}

/// Whether an entry is of the kind and applies to the product asked for.
fn fits(engine: &Engine, entry: &Entry, filter: &Filter) -> bool {
    let shop = &engine.snapshot.shop;
    let kind = filter.kind.is_none_or(|kind| entry.kind() == kind);
    let product = filter.product.as_ref().is_none_or(|id| match entry.at {
        EntryAt::Product(i) | EntryAt::Spec(i, _) | EntryAt::ProductPassage(i, _) => {
            shop.products[i as usize].id == *id
        }
        EntryAt::Size(i) => shop.products.iter().any(|product| {
            product.id == *id
                && product.size_chart.as_deref() == Some(&shop.charts[i as usize].stem)
        }),
        EntryAt::Faq(_) | EntryAt::Policy(..) => {
            let product = shop.products.iter().find(|product| product.id == *id);
            let of_category = |limits: &Conditions| {
                product.is_some_and(|own| limits.categories.contains(&own.category))
            };
            let open = |limits: &Conditions| {
                (limits.products.is_empty() || limits.products.contains(id))
                    && (limits.categories.is_empty() || of_category(limits))
            };
            entry.conditions(shop).is_none_or(open)
        }
    });
    kind && product
}
