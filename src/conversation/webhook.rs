//! Announces tickets to outside systems: signed, retried with growing pauses, at least once.
//!
//! A delivery is a POST of the announcement's JSON with these headers:
//!
//! * `x-zhike-event`: what happened, `ticket.opened` …
//! * `x-zhike-delivery`: the announcement's id; a receiver recognises repeats by it.
//! * `x-zhike-signature`: `t=<seconds>,v1=<hex>`, where hex is HMAC-SHA256 over `<seconds>.<body>` with the shared
//!   secret. A receiver refuses old times.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::stream::{self, StreamExt};
use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinHandle;

use super::signature::sign;
use super::store::{Parcel, Store, StoreError};

/// The number of tries before an announcement is given up: about eleven hours with [`pause`].
const TRIES: i64 = 20;

/// How long a receiver may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The most announcements of a shop taken in one round.
const ROUND: i64 = 50;

/// The most tickets of a shop of which something is sent at the same time.
const TOGETHER: usize = 8;

/// How long a receiver that did not answer is left alone.
const LEFT_ALONE: SignedDuration = SignedDuration::from_secs(10);

/// The receiver of a shop's announcements.
#[derive(Clone)]
pub struct Target {
    /// URL.
    pub url: String,
    /// Shared secret.
    pub secret: String,
}

/// Where a shop's announcements go.
#[derive(Clone)]
pub enum Receiver {
    /// Not known here, where the shop is not live: they wait.
    Unknown,
    /// Nowhere, since the shop has no webhook: they are dropped.
    Nobody,
    /// To this one.
    At(Target),
}

/// Tells the time. Each delivery is signed with its own: a slow receiver must not make those behind it look old.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The rounds of deliveries under way, by shop; each gives the number delivered.
pub type Rounds = HashMap<String, JoinHandle<usize>>;

/// The client that delivers. It waits some seconds for a receiver, and follows no redirects: a webhook must name its
/// receiver.
///
/// # Errors
/// If there can be no client on this system.
pub fn client() -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(PATIENCE)
        .build()
}

/// The signature of a body sent at `at`.
pub fn signature(secret: &str, at: Timestamp, body: &str) -> String {
    let seconds = at.as_second();
    let hex = sign(secret, &format!("{seconds}.{body}"));
    format!("t={seconds},v1={hex}")
}

/// The pause after the try with this number (from 0): 2 s, 4 s, 8 s … at most an hour.
pub fn pause(tried: i64) -> SignedDuration {
    SignedDuration::from_secs(1i64 << (tried.clamp(0, 11) + 1)).min(SignedDuration::from_hours(1))
}

/// Starts to deliver the announcements that are due, in a round for each shop that has none under way: the tickets of a
/// shop in parallel, those of one ticket in order up to the first failure. So a receiver that is down or slow delays no
/// other shop, and one that refuses what is said of a ticket delays no other ticket. `receiver` tells where a shop's go.
///
/// # Errors
/// [`StoreError::Database`]. A fault of a receiver is no error: the announcement is put off.
pub async fn deliver_due(
    store: &Store,
    client: &reqwest::Client,
    receiver: impl Fn(&str) -> Receiver,
    clock: &Clock,
    rounds: &mut Rounds,
) -> Result<(), StoreError> {
    // Before the store is read: what a round delivers until it ends must not be read and delivered again.
    rounds.retain(|_, round| !round.is_finished());
    // In the order of the tickets' oldest.
    let mut shops: BTreeMap<String, Vec<Vec<Parcel>>> = BTreeMap::new();
    for parcel in store.parcels_due(clock(), ROUND).await? {
        let tickets = shops.entry(parcel.shop.clone()).or_default();
        match tickets
            .iter_mut()
            .find(|own| own[0].ticket == parcel.ticket)
        {
            Some(own) => own.push(parcel),
            None => tickets.push(vec![parcel]),
        }
    }
    shops.retain(|shop, _| !rounds.contains_key(shop));
    for (shop, tickets) in shops {
        let target = match receiver(&shop) {
            Receiver::Unknown => continue,
            Receiver::Nobody => None,
            Receiver::At(target) => Some(target),
        };
        let round = Round {
            store: store.clone(),
            client: client.clone(),
            target,
            unheard: AtomicBool::new(false),
            clock: clock.clone(),
        };
        let name = shop.clone();
        let told = async move {
            round.tell_all(tickets).await.unwrap_or_else(|error| {
                tracing::error!(%error, shop = name, "no webhooks this time");
                0
            })
        };
        rounds.insert(shop, tokio::spawn(told));
    }
    Ok(())
}

/// What a receiver made of an announcement that it did not take.
struct Refusal {
    why: String,
    /// It did not answer at all.
    unheard: bool,
}

/// One round of a shop's announcements.
struct Round {
    store: Store,
    client: reqwest::Client,
    target: Option<Target>,
    /// The receiver did not answer: nothing more is tried in this round.
    unheard: AtomicBool,
    clock: Clock,
}

impl Round {
    /// Delivers what is due, by ticket.
    async fn tell_all(self, tickets: Vec<Vec<Parcel>>) -> Result<usize, StoreError> {
        let told: Vec<_> = tickets.into_iter().map(|own| self.tell(own)).collect();
        let told: Vec<_> = stream::iter(told)
            .buffer_unordered(TOGETHER)
            .collect()
            .await;
        told.into_iter().sum()
    }

    /// Delivers the announcements of one ticket in order, up to the first that is not taken.
    async fn tell(&self, parcels: Vec<Parcel>) -> Result<usize, StoreError> {
        let (store, clock) = (&self.store, &self.clock);
        let mut delivered = 0;
        for parcel in parcels {
            let Some(target) = &self.target else {
                let why = "the shop has no webhook";
                store.parcel_done(&parcel.id, why, clock()).await?;
                continue;
            };
            if self.unheard.load(Ordering::Relaxed) {
                break;
            }
            let taken = deliver(&self.client, target, &parcel, clock()).await;
            let now = clock();
            let Err(refusal) = taken else {
                delivered += 1;
                store.parcel_done(&parcel.id, "", now).await?;
                continue;
            };
            let (shop, delivery, why) = (&parcel.shop, &parcel.id, &refusal.why);
            self.unheard.fetch_or(refusal.unheard, Ordering::Relaxed);
            if parcel.attempts + 1 >= TRIES {
                tracing::error!(shop, delivery, why, "webhook given up");
                let why = format!("given up: {why}");
                store.parcel_done(&parcel.id, &why, now).await?;
                continue;
            }
            tracing::warn!(shop, delivery, why, "webhook put off");
            let next = now + pause(parcel.attempts);
            let shop_until = refusal
                .unheard
                .then(|| now + LEFT_ALONE.min(pause(parcel.attempts)));
            store
                .parcel_failed(&parcel.id, why, next, shop_until)
                .await?;
            break;
        }
        Ok(delivered)
    }
}

async fn deliver(
    client: &reqwest::Client,
    target: &Target,
    parcel: &Parcel,
    now: Timestamp,
) -> Result<(), Refusal> {
    let response = client
        .post(&target.url)
        .header("content-type", "application/json")
        .header("x-zhike-event", &parcel.kind)
        .header("x-zhike-delivery", &parcel.id)
        .header(
            "x-zhike-signature",
            signature(&target.secret, now, &parcel.body),
        )
        .body(parcel.body.clone())
        .send()
        .await
        .map_err(|error| Refusal {
            why: error.without_url().to_string(),
            unheard: true,
        })?;
    if response.status().is_success() {
        Ok(())
    } else {
        Err(Refusal {
            why: format!("the receiver says {}", response.status()),
            unheard: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_an_hour() {
        let seconds: Vec<i64> = (0..13).map(|tried| pause(tried).as_secs()).collect();
        assert_eq!(
            seconds,
            [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600, 3600]
        );
        let all: i64 = (0..TRIES).map(|tried| pause(tried).as_secs()).sum();
        assert!((10 * 3600..12 * 3600).contains(&all), "{all}");
    }

    /// Computed with `printf '1700000000.{}' | openssl dgst -sha256 -hmac secret`.
    #[test]
    fn signs_as_documented() {
        let at = Timestamp::from_second(1_700_000_000).expect("a time");
        let signature = signature("secret", at, "{}");
        assert_eq!(
            signature,
            "t=1700000000,v1=b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163"
        );
    }
}
