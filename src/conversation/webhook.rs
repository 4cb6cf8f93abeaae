//! Announces tickets to outside systems: signed, retried with growing pauses, at least once.
//!
//! A delivery is a POST of the announcement's JSON with these headers:
//!
//! * `x-zhike-event`: what happened, `ticket.opened` …
//! * `x-zhike-delivery`: the announcement's id; a receiver recognises repeats by it.
//! * `x-zhike-signature`: `t=<seconds>,v1=<hex>`, where hex is HMAC-SHA256 over `<seconds>.<body>` with the shared
//!   secret. A receiver refuses old times.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::signature::sign;
use super::store::{Parcel, Store, StoreError};

/// The number of tries before an announcement is given up: about eleven hours with [`pause`].
const TRIES: i64 = 20;

/// How long a receiver may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The most announcements taken in one round.
const ROUND: i64 = 50;

/// The receiver of a shop's announcements.
#[derive(Clone)]
pub struct Target {
    /// URL.
    pub url: String,
    /// Shared secret.
    pub secret: String,
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

/// Delivers the announcements that are due: shops in parallel, and for each shop in order up to the first failure, so a
/// receiver that is down delays nobody else. `target` gives a shop's receiver; announcements of a shop without one are
/// dropped. Returns the number delivered.
///
/// # Errors
/// [`StoreError::Database`]. A fault of a receiver is no error: the announcement is put off.
pub async fn deliver_due(
    store: &Store,
    client: &reqwest::Client,
    target: impl Fn(&str) -> Option<Target>,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let mut shops: BTreeMap<String, Vec<Parcel>> = BTreeMap::new();
    for parcel in store.parcels_due(now, ROUND).await? {
        shops.entry(parcel.shop.clone()).or_default().push(parcel);
    }
    let rounds = shops
        .into_iter()
        .map(|(shop, parcels)| deliver_shop(store, client, target(&shop), parcels, now));
    let delivered = futures::future::join_all(rounds).await;
    delivered.into_iter().sum()
}

/// Delivers a shop's announcements in order.
async fn deliver_shop(
    store: &Store,
    client: &reqwest::Client,
    target: Option<Target>,
    parcels: Vec<Parcel>,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let mut delivered = 0;
    for parcel in parcels {
        let Some(target) = &target else {
            store
                .parcel_done(&parcel.id, "the shop has no webhook", now)
                .await?;
            continue;
        };
        match deliver(client, target, &parcel, now).await {
            Ok(()) => {
                delivered += 1;
                store.parcel_done(&parcel.id, "", now).await?;
            }
            Err(why) if parcel.attempts + 1 >= TRIES => {
                tracing::error!(
                    shop = parcel.shop,
                    delivery = parcel.id,
                    why,
                    "webhook given up"
                );
                store
                    .parcel_done(&parcel.id, &format!("given up: {why}"), now)
                    .await?;
            }
            Err(why) => {
                tracing::warn!(
                    shop = parcel.shop,
                    delivery = parcel.id,
                    why,
                    "webhook put off"
                );
                store
                    .parcel_failed(&parcel.id, &why, now + pause(parcel.attempts))
                    .await?;
                break;
            }
        }
    }
    Ok(delivered)
}

async fn deliver(
    client: &reqwest::Client,
    target: &Target,
    parcel: &Parcel,
    now: Timestamp,
) -> Result<(), String> {
    let response = client
        .post(&target.url)
        .timeout(PATIENCE)
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
        .map_err(|error| error.without_url().to_string())?;
    if response.status().is_success() {
        Ok(())
    } else {
        Err(format!("the receiver says {}", response.status()))
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
