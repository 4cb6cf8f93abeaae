//! The shops of a server, with the live snapshot of each.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwapOption;
use tokio::sync::OwnedMutexGuard;

use super::live::Live;
use super::works::{WorkError, Works};

/// The live shops.
pub struct Shops {
    slots: BTreeMap<String, Slot>,
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

    /// Whether this shop exists.
    pub fn knows(&self, id: &str) -> bool {
        self.slots.contains_key(id)
    }

    /// The live snapshot of a shop.
    pub fn live(&self, id: &str) -> Option<Arc<Live>> {
        self.slots.get(id)?.live.load_full()
    }

    /// Whether every shop answers.
    pub fn all_live(&self) -> bool {
        self.slots.values().all(|slot| slot.live.load().is_some())
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
        let Some(slot) = self.slots.get(id) else {
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
        let turn = self.slots.get(id)?.turn.clone();
        Some(turn.lock_owned().await)
    }
}
