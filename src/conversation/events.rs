//! Live events: a watcher sees every event of its shop once and in order, whatever breaks in between.

use std::collections::VecDeque;

use tokio::sync::broadcast::error::RecvError;

use super::store::{Event, Store, StoreError, Subscription, Told};

/// Watches a shop, or one talk of it with a buyer's eyes.
#[derive(Debug)]
pub struct Watcher {
    store: Store,
    shop: String,
    conversation: Option<String>,
    live: Subscription,
    /// The last event seen or passed over.
    last: i64,
    ready: VecDeque<Event>,
}

impl Watcher {
    /// Watches `shop` from behind the event `after` (what `Last-Event-ID` says); `None`: from now.
    /// With a `conversation` only what its buyer may see.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn start(
        store: &Store,
        shop: &str,
        conversation: Option<&str>,
        after: Option<i64>,
    ) -> Result<Watcher, StoreError> {
        // Subscribed before the store is read, so that nothing falls between.
        let live = store.live(shop, conversation);
        let head = store.last_event(shop).await?;
        let mut watcher = Watcher {
            store: store.clone(),
            shop: shop.to_owned(),
            conversation: conversation.map(str::to_owned),
            live,
            last: after.unwrap_or(head).min(head),
            ready: VecDeque::new(),
        };
        watcher.catch_up(head).await?;
        Ok(watcher)
    }

    /// The next event; `None` once the store is gone.
    ///
    /// # Errors
    /// [`StoreError::Database`] where what was missed cannot be read.
    pub async fn next(&mut self) -> Result<Option<Event>, StoreError> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Ok(Some(event));
            }
            match self.live.recv().await {
                Ok(Told::Event(event)) if event.seq <= self.last => {}
                // Who watches a talk is told of nothing else, and told where something was left out.
                Ok(Told::Event(event))
                    if event.seq == self.last + 1 || self.conversation.is_some() =>
                {
                    self.last = event.seq;
                    if self.wants(&event) {
                        return Ok(Some(Event::clone(&event)));
                    }
                }
                // Another process wrote what lies between: it is in the store.
                Ok(Told::Event(event)) => self.catch_up(event.seq).await?,
                Ok(Told::Until(seq)) => self.catch_up(seq).await?,
                Err(RecvError::Lagged(_)) => {
                    let head = self.store.last_event(&self.shop).await?;
                    self.catch_up(head).await?;
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

    async fn catch_up(&mut self, until: i64) -> Result<(), StoreError> {
        while self.last < until {
            let events = self
                .store
                .events(&self.shop, self.conversation.as_deref(), self.last, until)
                .await?;
            match events.last() {
                Some(event) => self.last = event.seq,
                None => self.last = until,
            }
            self.ready.extend(events);
        }
        Ok(())
    }
}
