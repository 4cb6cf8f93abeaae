//! Who is told of what, live: watchers of a shop hear all of it, those of a talk only the talk.
//!
//! A shop with hundreds of open chats would otherwise wake every one of them for each message of any.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::broadcast::error::RecvError;
use tokio::sync::broadcast::{self, Receiver, Sender};

use super::Event;

/// Events kept for a slow watcher of a shop, and of a talk; one who falls further behind reads the store.
const KEPT: (usize, usize) = (4096, 32);

/// What a watcher is told.
#[derive(Debug, Clone)]
pub enum Told {
    /// An event.
    Event(Arc<Event>),
    /// Events up to this one were written by another process: they are in the store.
    Until(i64),
}

/// The watchers of this process.
#[derive(Debug, Default)]
pub(super) struct Hub {
    shops: Mutex<HashMap<String, Shop>>,
}

#[derive(Debug)]
struct Shop {
    all: Sender<Told>,
    /// By conversation, as long as somebody watches it.
    talks: HashMap<String, Sender<Told>>,
    /// The last event told; 0: none yet.
    last: i64,
    /// Held from commit to telling, so that events are told in the order of their numbers. Commits of one shop wait
    /// for each other anyhow: each counts up the shop's counter.
    order: Arc<tokio::sync::Mutex<()>>,
}

impl Default for Shop {
    fn default() -> Shop {
        Shop {
            all: broadcast::channel(KEPT.0).0,
            talks: HashMap::new(),
            last: 0,
            order: Arc::default(),
        }
    }
}

impl Hub {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Shop>> {
        // Every change is one insert, removal or assignment: whole whatever a panicking holder did.
        self.shops.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lock under which a shop's changes are committed and told.
    pub(super) fn order(&self, shop: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut shops = self.lock();
        match shops.get(shop) {
            Some(known) => known.order.clone(),
            None => shops.entry(shop.to_owned()).or_default().order.clone(),
        }
    }

    /// Tells the watchers of a committed event. No watcher is no fault.
    pub(super) fn tell(&self, event: Event) {
        let mut shops = self.lock();
        let shop = shops.entry(event.shop.clone()).or_default();
        let event = Arc::new(event);
        if event.seq <= shop.last {
            return;
        }
        if event.seq > shop.last + 1 {
            for talk in shop.talks.values() {
                let _ = talk.send(Told::Until(event.seq - 1));
            }
        }
        shop.last = event.seq;
        if let Some(talk) = shop.talks.get(&event.conversation) {
            let _ = talk.send(Told::Event(event.clone()));
        }
        let _ = shop.all.send(Told::Event(event));
    }

    /// Hears a shop, or one talk of it.
    pub(super) fn subscribe(self: &Arc<Hub>, shop: &str, talk: Option<&str>) -> Subscription {
        let mut shops = self.lock();
        let known = shops.entry(shop.to_owned()).or_default();
        let receiver = match talk {
            None => known.all.subscribe(),
            Some(talk) => known
                .talks
                .entry(talk.to_owned())
                .or_insert_with(|| broadcast::channel(KEPT.1).0)
                .subscribe(),
        };
        drop(shops);
        Subscription {
            receiver,
            talk: talk.map(|talk| (self.clone(), shop.to_owned(), talk.to_owned())),
        }
    }
}

/// A watcher's ear. Dropped, it leaves nothing behind.
#[derive(Debug)]
pub struct Subscription {
    receiver: Receiver<Told>,
    talk: Option<(Arc<Hub>, String, String)>,
}

impl Subscription {
    /// The next that is told.
    ///
    /// # Errors
    /// `Lagged` where some was missed: it is in the store.
    pub async fn recv(&mut self) -> Result<Told, RecvError> {
        self.receiver.recv().await
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let Some((hub, shop, talk)) = &self.talk else {
            return;
        };
        let mut shops = hub.lock();
        let Some(shop) = shops.get_mut(shop) else {
            return;
        };
        // This one still counts.
        if shop
            .talks
            .get(talk)
            .is_some_and(|talk| talk.receiver_count() <= 1)
        {
            shop.talks.remove(talk);
        }
    }
}
