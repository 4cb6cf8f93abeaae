//! Asks the merchant's own system over HTTP for facts that change by the minute, at the moment of the answer.
//!
//! Without a connector, or when it fails, there is no reply and the caller hands off. `docs/connector.md` describes
//! request and response.

pub mod breaker;
mod kind;
pub mod template;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::knowledge::settings::Connector;
use breaker::{Breaker, Limits};
pub use kind::fact_kind;

/// The most bytes of a response that are read.
const LARGEST: usize = 64 * 1024;

/// The most cached replies per connector.
const CACHED: usize = 10_000;

/// A kind of fact that changes by the minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FactKind {
    /// The price at this moment.
    Price,
    /// What is in stock.
    Stock,
    /// Where the parcel is.
    Parcel,
    /// The state of the refund.
    Refund,
    /// The order itself.
    Order,
}

impl FactKind {
    /// The name in `shop.toml`.
    pub fn as_str(self) -> &'static str {
        match self {
            FactKind::Price => "price",
            FactKind::Stock => "stock",
            FactKind::Parcel => "parcel",
            FactKind::Refund => "refund",
            FactKind::Order => "order",
        }
    }
}

/// What a connector is asked about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct About<'a> {
    /// Product id.
    pub product: Option<&'a str>,
    /// Colour and size of the product that the question names (`黑色/M`). It is asked only of a URL with `{sku}`, since
    /// the reply of any other is about the whole product.
    pub sku: Option<&'a str>,
    /// Order id.
    pub order: Option<&'a str>,
    /// Conversation id.
    pub conversation: Option<&'a str>,
}

/// The connectors of all shops while the program runs: one HTTP client, and a breaker and a cache for each URL
/// template.
#[derive(Debug, Clone, Default)]
pub struct Connectors {
    client: reqwest::Client,
    states: Arc<Mutex<HashMap<String, State>>>,
}

/// Breaker and cache of one connector.
#[derive(Debug, Default)]
struct State {
    breaker: Breaker,
    /// URL and template → expiry (milliseconds since 1970) and reply.
    cache: HashMap<String, (i64, String)>,
}

impl Connectors {
    /// Connectors without state.
    pub fn new() -> Connectors {
        Connectors::default()
    }

    /// The reply of the shop's connector for `kind` at `now`. `{time}` is given in `zone`.
    ///
    /// `None` if the shop has no such connector, an id that the URL needs is not known, the breaker is open, the call
    /// fails or takes too long, or the response lacks a field of the template.
    pub async fn ask(
        &self,
        connectors: &[Connector],
        kind: FactKind,
        about: About<'_>,
        now: Timestamp,
        zone: &TimeZone,
    ) -> Option<String> {
        let known = [
            ("product", about.product),
            ("sku", about.sku),
            ("order", about.order),
            ("conversation", about.conversation),
        ];
        let (connector, url) = connectors
            .iter()
            .filter(|own| own.fact == kind.as_str())
            .filter(|own| about.sku.is_none() || own.url.contains("{sku}"))
            .find_map(|own| Some((own, template::url(&own.url, &known)?)))?;
        // One URL may serve price and stock, or two shops, so the key holds the template too.
        let zone_name = zone.iana_name().unwrap_or_default();
        let key = format!("{url}\n{}\n{zone_name}", connector.template);
        let at = now.as_millisecond();
        let limits = Limits {
            failures: connector.breaker_failures.max(1),
            open_ms: i64::try_from(connector.breaker_seconds)
                .unwrap_or(i64::MAX / 1_000)
                .saturating_mul(1_000),
        };
        if let Some(ready) = self.with_state(connector, |state| match state.cache.get(&key) {
            Some((until, reply)) if at < *until => Some(Some(reply.clone())),
            _ => (!state.breaker.allows(at, limits)).then_some(None),
        }) {
            return ready;
        }
        let response = self
            .get(&url, Duration::from_millis(connector.timeout_ms))
            .await;
        let time = now.to_zoned(zone.clone()).strftime("%H:%M").to_string();
        let reply = match &response {
            Ok(value) => template::reply(&connector.template, value, &time),
            Err(_) => None,
        };
        self.with_state(connector, |state| {
            match &response {
                // A system that says "not found" works.
                Ok(_) | Err(Failure::NotFound) => state.breaker.succeeded(),
                Err(Failure::Broken) => state.breaker.failed(at, limits),
            }
            if let Some(reply) = reply.as_ref().filter(|_| connector.cache_seconds > 0) {
                if state.cache.len() >= CACHED {
                    state.cache.retain(|_, (until, _)| at < *until);
                    // Nearly all replies are still valid: searching them for expired ones each time would cost more
                    // than asking again.
                    if state.cache.len() > CACHED / 2 {
                        state.cache.clear();
                    }
                }
                let until = at.saturating_add(
                    i64::try_from(connector.cache_seconds)
                        .unwrap_or(0)
                        .saturating_mul(1_000),
                );
                state.cache.insert(key, (until, reply.clone()));
            }
        });
        reply
    }

    /// Runs `work` on the state of a connector. The state stays usable after a panic in another thread.
    fn with_state<T>(&self, connector: &Connector, work: impl FnOnce(&mut State) -> T) -> T {
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        work(states.entry(connector.url.clone()).or_default())
    }

    /// One GET that gives a JSON object.
    async fn get(&self, url: &str, timeout: Duration) -> Result<Value, Failure> {
        let call = async {
            let request = self.client.get(url).header("accept", "application/json");
            let mut response = request.send().await.map_err(|_| Failure::Broken)?;
            match response.status().as_u16() {
                200 => {}
                404 => return Err(Failure::NotFound),
                _ => return Err(Failure::Broken),
            }
            let mut body = Vec::new();
            while let Some(chunk) = response.chunk().await.map_err(|_| Failure::Broken)? {
                body.extend_from_slice(&chunk);
                if body.len() > LARGEST {
                    return Err(Failure::Broken);
                }
            }
            serde_json::from_slice(&body).map_err(|_| Failure::Broken)
        };
        tokio::time::timeout(timeout, call)
            .await
            .unwrap_or(Err(Failure::Broken))
    }
}

/// Why a call gave no reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failure {
    /// The system knows no such product or order.
    NotFound,
    /// No valid response in time.
    Broken,
}
