//! Live events. A watcher gets every event of its shop once and in order, even if a connection or a process fails.

use std::collections::VecDeque;

use tokio::sync::broadcast::error::RecvError;

use super::store::{Event, Store, StoreError, Subscription, Told};

/// Watches a shop, or one talk with what its buyer may see.
#[derive(Debug)]
pub struct Watcher {
    store: Store,
    shop: String,
    conversation: Option<String>,
    live: Subscription,
    /// The last event that was given or skipped.
    last: i64,
    /// The last event that is known to be in the store.
    until: i64,
    /// A page of the events between the two. A watcher may come back after a month and read slowly.
    ready: VecDeque<Event>,
}

impl Watcher {
    /// Watches `shop` from after the event `after` (the `Last-Event-ID`); `None`: from now. With a `conversation`, only
    /// what its buyer may see.
    ///
    /// # Errors
    /// [`StoreError::Database`] if the store cannot be read.
    pub async fn start(
        store: &Store,
        shop: &str,
        conversation: Option<&str>,
        after: Option<i64>,
    ) -> Result<Watcher, StoreError> {
        // The subscription starts before the store is read, so that no event is lost between the two.
        let live = store.live(shop, conversation);
        let head = store.last_event(shop).await?;
        Ok(Watcher {
            store: store.clone(),
            shop: shop.to_owned(),
            conversation: conversation.map(str::to_owned),
            live,
            last: after.unwrap_or(head).min(head),
            until: head,
            ready: VecDeque::new(),
        })
    }

    /// The next event; `None` when the store is closed.
    ///
    /// # Errors
    /// [`StoreError::Database`] if missed events cannot be read.
    pub async fn next(&mut self) -> Result<Option<Event>, StoreError> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Ok(Some(event));
            }
            if self.last < self.until {
                self.catch_up().await?;
                continue;
            }
            match self.live.recv().await {
                Ok(Told::Event(event)) if event.seq <= self.last => {}
                // The watcher of a talk gets no other events, so gaps in the numbers are normal; a real loss is
                // reported.
                Ok(Told::Event(event))
                    if event.seq == self.last + 1 || self.conversation.is_some() =>
                {
                    self.last = event.seq;
                    if self.wants(&event) {
                        return Ok(Some(Event::clone(&event)));
                    }
                }
                // Another process wrote the events between, so they are in the store.
                Ok(Told::Event(event)) => self.until = event.seq,
                Ok(Told::Until(seq)) => self.until = self.until.max(seq),
                Err(RecvError::Lagged(_)) => {
                    self.until = self.store.last_event(&self.shop).await?;
                }
                Err(RecvError::Closed) => return Ok(None),
            }
        }
    }

    fn wants(&self, event: &Event) -> bool {
        match &self.conversation {
            None => true,
            Some(conversation) => event.buyer == 1 && event.conversation == *conversation,
        }
    }

    /// Reads the next page of what was missed.
    async fn catch_up(&mut self) -> Result<(), StoreError> {
        let events = self
            .store
            .events(
                &self.shop,
                self.conversation.as_deref(),
                self.last,
                self.until,
            )
            .await?;
        self.last = events.last().map_or(self.until, |event| event.seq);
        self.ready.extend(events);
        Ok(())
    }
}
