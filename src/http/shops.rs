//! The shops of a server, with the live snapshot of each.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::{ArcSwap, ArcSwapOption};
use tokio::sync::OwnedMutexGuard;

use super::live::Live;
use super::works::{WorkError, Works};

/// The live shops.
pub struct Shops {
    /// Replaced as a whole when a shop is added. A shop is never taken away while the server runs.
    slots: ArcSwap<BTreeMap<String, Arc<Slot>>>,
    /// The operations on shops.
    pub works: Works,
}

/// The place of a shop.
#[derive(Default)]
struct Slot {
    live: ArcSwapOption<Live>,
    /// Held from reading which snapshot is live until it is taken up, so that of two refreshes the older one is not
    /// stored last.
    refreshing: Mutex<()>,
    /// Held while working on the shop's files or snapshots.
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl Shops {
    /// Opens every shop in `ids`. A shop without a snapshot, or with one that cannot be opened, is known but does not
    /// answer yet. The other shops are not affected.
    pub fn open(ids: &[String], works: Works) -> Shops {
        let shops = Shops {
            slots: ArcSwap::default(),
            works,
        };
        shops.add(ids);
        for id in ids {
            if let Err(error) = shops.refresh(id) {
                tracing::error!(%error, shop = id, "the shop does not answer");
            }
        }
        shops
    }

    /// Makes shops known. They do not answer before they are [refreshed](Shops::refresh).
    pub fn add(&self, ids: &[String]) {
        self.slots.rcu(|slots| {
            let mut slots = BTreeMap::clone(slots);
            for id in ids {
                slots.entry(id.clone()).or_default();
            }
            slots
        });
    }

    fn slot(&self, id: &str) -> Option<Arc<Slot>> {
        self.slots.load().get(id).cloned()
    }

    /// All shop ids.
    pub fn ids(&self) -> Vec<String> {
        self.slots.load().keys().cloned().collect()
    }

    /// Whether this shop exists.
    pub fn knows(&self, id: &str) -> bool {
        self.slots.load().contains_key(id)
    }

    /// The live snapshot of a shop.
    pub fn live(&self, id: &str) -> Option<Arc<Live>> {
        self.slot(id)?.live.load_full()
    }

    /// Whether every shop that was built answers. A folder that somebody is still filling keeps no server from its work.
    pub fn all_live(&self) -> bool {
        let slots = self.slots.load();
        let mut silent = slots.iter().filter(|(_, slot)| slot.live.load().is_none());
        silent.all(|(id, _)| self.works.current(id).is_none())
    }

    /// The id of the live snapshot on disk, if the shop answers from another one.
    pub fn overtaken(&self, id: &str) -> Option<String> {
        let live = self.live(id);
        let answering = live.as_ref().map(|live| live.snapshot.as_str());
        self.works
            .current(id)
            .filter(|current| answering != Some(current))
    }

    /// Takes up the live snapshot of a shop from disk, after a publish or a roll-back. Running requests keep theirs. If
    /// nothing changed, the shop keeps its remembered decisions.
    ///
    /// # Errors
    /// Errors of opening the snapshot; the shop then stays as it was.
    pub fn refresh(&self, id: &str) -> Result<(), WorkError> {
        let Some(slot) = self.slot(id) else {
            return Ok(());
        };
        // The lock guards no data, so it is usable after a panic.
        let _alone = slot
            .refreshing
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if self.overtaken(id).is_some() {
            slot.live.store(self.works.open(id)?.map(Arc::new));
        }
        Ok(())
    }

    /// Waits for the turn to work on a shop. The lock of the catalogue, which other processes use too, blocks a thread.
    /// Threads are few, so only one thread of this process waits for each shop.
    pub async fn turn(&self, id: &str) -> Option<OwnedMutexGuard<()>> {
        let turn = self.slot(id)?.turn.clone();
        Some(turn.lock_owned().await)
    }
}
