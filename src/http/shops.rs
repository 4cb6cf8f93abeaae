//! The shops a server answers for, and what is live of each.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwapOption;
use tokio::sync::OwnedMutexGuard;

use super::live::Live;
use super::works::{WorkError, Works};

/// The live shops.
pub struct Shops {
    slots: BTreeMap<String, Slot>,
    /// What can be done to them.
    pub works: Works,
}

/// A shop's place.
#[derive(Default)]
struct Slot {
    live: ArcSwapOption<Live>,
    /// Held from reading which snapshot is live to taking it up, so that of two nobody stores the older one last.
    refreshing: Mutex<()>,
    /// Held by who works on the shop's files or snapshots.
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl Shops {
    /// Opens every shop of `ids`. A shop without a snapshot, or whose snapshot cannot be opened, is known but does not
    /// answer yet: it is no reason to leave the others' buyers alone.
    pub fn open(ids: &[String], works: Works) -> Shops {
        let slots = ids.iter().map(|id| (id.clone(), Slot::default()));
        let shops = Shops {
            slots: slots.collect(),
            works,
        };
        for id in ids {
            if let Err(error) = shops.refresh(id) {
                tracing::error!(%error, shop = id, "the shop does not answer");
            }
        }
        shops
    }

    /// All shop ids.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.slots.keys().map(String::as_str)
    }

    /// Whether there is such a shop.
    pub fn knows(&self, id: &str) -> bool {
        self.slots.contains_key(id)
    }

    /// What is live of a shop.
    pub fn live(&self, id: &str) -> Option<Arc<Live>> {
        self.slots.get(id)?.live.load_full()
    }

    /// Whether every shop answers.
    pub fn all_live(&self) -> bool {
        self.slots.values().all(|slot| slot.live.load().is_some())
    }

    /// The snapshot that the disk names as live where the shop answers from another.
    pub fn overtaken(&self, id: &str) -> Option<String> {
        let live = self.live(id);
        let answering = live.as_ref().map(|live| live.snapshot.as_str());
        self.works
            .current(id)
            .filter(|current| answering != Some(current))
    }

    /// Takes up the live snapshot of a shop from disk: behind a publish or a roll-back. Requests under way keep theirs,
    /// and where nothing changed the shop keeps what it remembers.
    ///
    /// # Errors
    /// What opening says; the shop then goes on as it was.
    pub fn refresh(&self, id: &str) -> Result<(), WorkError> {
        let Some(slot) = self.slots.get(id) else {
            return Ok(());
        };
        // It guards no data: what a panicking holder left is whole.
        let _alone = slot
            .refreshing
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if self.overtaken(id).is_some() {
            slot.live.store(self.works.open(id)?.map(Arc::new));
        }
        Ok(())
    }

    /// Waits for the turn to work on a shop. The catalogue's lock, which other processes hold too, is waited for on a
    /// thread, and threads are few: only one of this process stands there for each shop.
    pub async fn turn(&self, id: &str) -> Option<OwnedMutexGuard<()>> {
        let turn = self.slots.get(id)?.turn.clone();
        Some(turn.lock_owned().await)
    }
}
