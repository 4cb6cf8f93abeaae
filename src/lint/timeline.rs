//! The timeline of a shop: what starts and ends in the coming days.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::windows::families;
use crate::knowledge::{Layer, Place, Shop, Window, ids};

/// A kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The entry comes into force, or the product goes on sale.
    Starts,
    /// The entry goes out of force, or the product off sale.
    Ends,
    /// The entry goes out of force and nothing replaces it.
    Gap,
}

/// A change on the timeline of `zhike check`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// The moment.
    pub at: Timestamp,
    /// The kind of change.
    pub change: Change,
    /// Entry id; for a policy without the passage.
    pub id: String,
    /// Question, title or name.
    pub title: String,
    /// Its place in the files.
    pub place: Place,
}

/// The changes after `at` and within `days` days, by time and id.
pub fn timeline(shop: &Shop, at: Timestamp, days: u32) -> Vec<Event> {
    let end = at + SignedDuration::from_hours(24 * i64::from(days));
    let ahead = |moment: Option<Timestamp>| moment.filter(|&moment| moment > at && moment <= end);
    let mut events = Vec::new();
    let mut add = |window: &Window, gap: bool, id: &str, title: &str, place: &Place| {
        let ends = if gap { Change::Gap } else { Change::Ends };
        for (moment, change) in [(window.from, Change::Starts), (window.until, ends)] {
            if let Some(at) = ahead(moment) {
                events.push(Event {
                    at,
                    change,
                    id: id.into(),
                    title: title.into(),
                    place: place.clone(),
                });
            }
        }
    };
    for versions in families(shop) {
        for version in &versions {
            let followed = |until: Timestamp| {
                versions.iter().any(|other| {
                    other.id != version.id
                        && other.window().from.is_none_or(|from| from <= until)
                        && other.window().until.is_none_or(|end| end > until)
                })
            };
            let standing = version.scope.layer != Layer::Promotion;
            let gap = standing && version.window().until.is_some_and(|until| !followed(until));
            add(
                version.window(),
                gap,
                &version.id,
                version.title,
                version.place,
            );
        }
    }
    for product in &shop.products {
        add(
            &product.on_sale,
            false,
            &ids::product(&product.id, &[]),
            &product.name,
            &product.place,
        );
    }
    events.sort_by(|a, b| (a.at, &a.id, a.change).cmp(&(b.at, &b.id, b.change)));
    events
}
