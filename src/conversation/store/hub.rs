//! Distributes live events: watchers of a shop get all of its events, watchers of a talk only those of the talk.
//!
//! Otherwise each message would wake every open chat of the shop.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::broadcast::error::RecvError;
use tokio::sync::broadcast::{self, Receiver, Sender};

use super::Event;

/// Events buffered for a slow watcher of a shop, and of a talk. A watcher that falls further behind reads the store.
const KEPT: (usize, usize) = (4096, 32);

/// A message to a watcher.
#[derive(Debug, Clone)]
pub enum Told {
    /// An event.
    Event(Arc<Event>),
    /// Another process wrote events up to this one. They are in the store.
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
    /// The last event sent; 0 if there is none yet.
    last: i64,
    /// Held from commit to sending, so that events are sent in the order of their numbers. Commits of one shop wait for
    /// each other anyway, because each increments the shop's counter.
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
        // Every change is a single insert, removal or assignment, so the data is valid even after a panic.
        self.shops.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lock for committing a shop's changes and sending their events.
    pub(super) fn order(&self, shop: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut shops = self.lock();
        match shops.get(shop) {
            Some(known) => known.order.clone(),
            None => shops.entry(shop.to_owned()).or_default().order.clone(),
        }
    }

    /// Sends a committed event to the watchers. It is fine if there are none.
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

    /// The shops that somebody watches here.
    pub(super) fn watched(&self) -> Vec<String> {
        let shops = self.lock();
        let watched = shops
            .iter()
            .filter(|(_, shop)| shop.all.receiver_count() > 0 || !shop.talks.is_empty());
        watched.map(|(id, _)| id.clone()).collect()
    }

    /// Tells a shop's watchers that the store has its events up to `head`, if that is news here.
    pub(super) fn reach(&self, shop: &str, head: i64) {
        let mut shops = self.lock();
        let Some(shop) = shops.get_mut(shop).filter(|shop| shop.last < head) else {
            return;
        };
        shop.last = head;
        for watchers in shop.talks.values().chain([&shop.all]) {
            let _ = watchers.send(Told::Until(head));
        }
    }

    /// Subscribes to a shop or to one of its talks.
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

/// A watcher's subscription. Dropping it removes all traces.
#[derive(Debug)]
pub struct Subscription {
    receiver: Receiver<Told>,
    talk: Option<(Arc<Hub>, String, String)>,
}

impl Subscription {
    /// The next message.
    ///
    /// # Errors
    /// `Lagged` if some were missed; they are in the store.
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
        // This subscription is still counted.
        if shop
            .talks
            .get(talk)
            .is_some_and(|talk| talk.receiver_count() <= 1)
        {
            shop.talks.remove(talk);
        }
    }
}
