//! A bounded cache of values computed for texts, since buyers often ask the same.
//!
//! It has sixteen shards with a lock each. A hit takes only a shared lock and marks its entry. A full shard evicts by
//! the clock rule: the hand skips entries that were hit since it last passed (Corbató, *A Paging Experiment with the
//! Multics System*, 1968), which keeps nearly the same entries as least-recently-used.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

const SHARDS: usize = 16;

/// Caches one value per text. Use one cache per snapshot, so that no value outlives what it was computed from.
#[derive(Debug)]
pub struct Cache<V> {
    shards: [RwLock<Shard<V>>; SHARDS],
    hasher: RandomState,
    /// Entries per shard.
    capacity: usize,
}

#[derive(Debug)]
struct Shard<V> {
    places: HashMap<Arc<str>, usize>,
    slots: Vec<Slot<V>>,
    hand: usize,
}

#[derive(Debug)]
struct Slot<V> {
    text: Arc<str>,
    value: V,
    hit: AtomicBool,
}

impl<V: Clone> Cache<V> {
    /// A cache for about `capacity` texts (rounded up to a multiple of 16); 0 caches nothing.
    pub fn new(capacity: usize) -> Self {
        let shard = |_| {
            RwLock::new(Shard {
                places: HashMap::new(),
                slots: Vec::new(),
                hand: 0,
            })
        };
        Self {
            shards: std::array::from_fn(shard),
            hasher: RandomState::new(),
            capacity: capacity.div_ceil(SHARDS),
        }
    }

    /// The value for `text`, unless it was evicted. A vector is best kept as `Arc<[f32]>`.
    pub fn get(&self, text: &str) -> Option<V> {
        // A panic inside `put` can at worst lose a text, so a poisoned lock is usable.
        let shard = self
            .shard(text)
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let slot = shard.slots.get(*shard.places.get(text)?)?;
        slot.hit.store(true, Ordering::Relaxed);
        Some(slot.value.clone())
    }

    /// Stores `value` for `text`.
    pub fn put(&self, text: &str, value: V) {
        if self.capacity == 0 {
            return;
        }
        let shard = &mut *self
            .shard(text)
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = shard
            .places
            .get(text)
            .and_then(|place| shard.slots.get_mut(*place))
        {
            slot.value = value;
            return;
        }
        let text: Arc<str> = text.into();
        let slot = Slot {
            text: Arc::clone(&text),
            value,
            hit: AtomicBool::new(false),
        };
        let place = if shard.slots.len() < self.capacity {
            shard.slots.push(slot);
            shard.slots.len() - 1
        } else {
            let place = shard.forget();
            shard.slots[place] = slot;
            place
        };
        shard.places.insert(text, place);
    }

    /// The value for `text`: cached, or made now and cached. Two callers at the same time may both make it.
    pub fn get_or_make(&self, text: &str, make: impl FnOnce() -> V) -> V {
        self.get(text).unwrap_or_else(|| {
            let value = make();
            self.put(text, value.clone());
            value
        })
    }

    /// The number of cached texts.
    pub fn len(&self) -> usize {
        self.shards
            .iter()
            .map(|shard| {
                shard
                    .read()
                    .unwrap_or_else(PoisonError::into_inner)
                    .slots
                    .len()
            })
            .sum()
    }

    /// Whether the cache is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn shard(&self, text: &str) -> &RwLock<Shard<V>> {
        &self.shards[self.hasher.hash_one(text) as usize % SHARDS]
    }
}

impl<V> Shard<V> {
    /// Evicts one text of a full shard and returns its place. Ends within two rounds, since the first round clears all
    /// marks.
    fn forget(&mut self) -> usize {
        loop {
            let place = self.hand;
            self.hand = (place + 1) % self.slots.len();
            let slot = &mut self.slots[place];
            if !std::mem::take(slot.hit.get_mut()) {
                self.places.remove(&slot.text);
                return place;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_remembers_up_to_its_size_and_first_forgets_what_was_not_asked_for() {
        let cache = Cache::new(64);
        cache.put("热门", 0);
        for n in 1..=10_000 {
            assert_eq!(cache.get("热门"), Some(0));
            cache.put(&format!("问题{n}"), n);
        }
        assert_eq!(cache.get("热门"), Some(0));
        assert_eq!(cache.get("问题10000"), Some(10_000));
        assert!(cache.len() <= 64, "{}", cache.len());
        assert_eq!(cache.get("问题1"), None);
    }

    #[test]
    fn a_second_value_replaces_the_first() {
        let cache = Cache::new(1);
        assert_eq!(cache.get_or_make("a", || 1), 1);
        assert_eq!(cache.get_or_make("a", || 2), 1);
        cache.put("a", 3);
        assert_eq!((cache.get("a"), cache.len()), (Some(3), 1));
    }

    #[test]
    fn a_size_of_nothing_remembers_nothing() {
        let cache = Cache::new(0);
        cache.put("a", 1);
        assert!(cache.is_empty() && cache.get("a").is_none());
    }

    #[test]
    fn many_threads_see_only_what_was_put() {
        let cache = Cache::new(128);
        std::thread::scope(|scope| {
            for thread in 0..4usize {
                let cache = &cache;
                scope.spawn(move || {
                    for n in 0..5_000 {
                        let key = (n * 7 + thread * 13) % 300;
                        assert_eq!(cache.get_or_make(&key.to_string(), || key), key);
                    }
                });
            }
        });
        assert!(cache.len() <= 128);
    }
}
