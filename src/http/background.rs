//! Background work of a server: reminds of waiting tickets, delivers announcements, takes up what other processes wrote or
//! made live, deletes old data.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use super::{Shared, Shops};
use crate::config;
use crate::conversation::webhook::{self, Clock, Receiver, Rounds, Target};

/// Time between two checks of the outbox and the queue.
const STEP: Duration = Duration::from_millis(500);

/// Number of checks between two clean-ups: an hour.
const TIDY_EVERY: u32 = 7200;

/// How long events, announcements and idempotency keys are kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Delivers announcements until the server closes. It is separate from [`run`], since a slow receiver must not delay
/// reminders.
pub async fn deliver(app: Shared) {
    let client = match webhook::client() {
        Ok(client) => client,
        Err(error) => {
            tracing::error!(%error, "webhooks are off: no HTTP client");
            return;
        }
    };
    let mut closing = app.closing.clone();
    let clock: Clock = Arc::new(Timestamp::now);
    let mut rounds = Rounds::new();
    while pause(&mut closing).await {
        let receiver = |shop: &str| receiver(&app, shop);
        let due = webhook::deliver_due(&app.store, &client, receiver, &clock, &mut rounds);
        if let Err(error) = due.await {
            tracing::error!(%error, "no webhooks this time");
        }
    }
    // A delivery under way is repeated at the next start: at least once.
    for round in rounds.into_values() {
        round.abort();
    }
}

/// Time until a snapshot that does not open is tried again. Checking a large one takes a core some seconds.
const PUT_OFF: Duration = Duration::from_secs(30);

/// Takes up new shops and snapshots that other processes make live (`zhike rollback` or `zhike index`), until the server
/// closes.
pub async fn take_up(app: Shared) {
    let mut closing = app.closing.clone();
    let mut failed = HashMap::new();
    while pause(&mut closing).await {
        let looking = app.clone();
        let looked = tokio::task::spawn_blocking(move || {
            look(&looking.shops, &mut failed, Instant::now());
            failed
        });
        failed = match looked.await {
            Ok(failed) => failed,
            Err(error) => {
                tracing::error!(%error, "what other processes make live is no longer taken up");
                return;
            }
        };
    }
}

/// Makes new shops known and refreshes those whose live snapshot differs from that on disk. `failed`: shop → the snapshot
/// that did not open, and when.
fn look(shops: &Shops, failed: &mut HashMap<String, (String, Instant)>, now: Instant) {
    // What cannot be listed now is listed at a later look; known shops answer meanwhile.
    let mut added = shops.works.shops().unwrap_or_default();
    added.retain(|shop| !shops.knows(shop));
    if !added.is_empty() {
        tracing::info!(shops = added.join(" "), "new shops");
        shops.add(&added);
    }
    for shop in shops.ids() {
        let Some(current) = shops.overtaken(&shop) else {
            continue;
        };
        let again = |(id, at): &(String, Instant)| *id != current || now - *at >= PUT_OFF;
        if !failed.get(&shop).is_none_or(again) {
            continue;
        }
        match shops.refresh(&shop) {
            Ok(()) => {
                failed.remove(&shop);
                tracing::info!(shop, snapshot = current, "taken up");
            }
            Err(error) => {
                tracing::error!(%error, shop, snapshot = current, "not taken up");
                failed.insert(shop, (current, now));
            }
        }
    }
}

/// Waits for the next check; false once the server closes.
async fn pause(closing: &mut watch::Receiver<bool>) -> bool {
    tokio::select! {
        _ = closing.wait_for(|closing| *closing) => false,
        () = tokio::time::sleep(STEP) => true,
    }
}

/// Reminds, tells what other processes wrote and cleans up, until the server closes.
pub async fn run(app: Shared) {
    let mut closing = app.closing.clone();
    let mut looks = 0;
    while pause(&mut closing).await {
        let now = Timestamp::now();
        if let Err(error) = app.store.remind(now).await {
            tracing::error!(%error, "no reminders this time");
        }
        if let Err(error) = app.store.hear_others().await {
            tracing::error!(%error, "nothing heard of other processes this time");
        }
        if looks % TIDY_EVERY == 0 {
            app.gates.tidy();
            if let Err(error) = app.store.tidy(now - KEPT).await {
                tracing::error!(%error, "nothing tidied this time");
            }
        }
        looks = looks.wrapping_add(1);
    }
}

/// Where a shop's announcements go, by its `[webhook]`. A shop that is not live here tells nothing: it may be so in
/// another process, or after the next rebuild.
fn receiver(app: &Shared, shop: &str) -> Receiver {
    let Some(live) = app.shops.live(shop) else {
        return Receiver::Unknown;
    };
    let Some(webhook) = &live.settings().webhook else {
        return Receiver::Nobody;
    };
    let secret = config::secret(&webhook.secret_env);
    if secret.is_none() {
        tracing::warn!(
            shop,
            variable = webhook.secret_env,
            "webhook is signed with an empty secret; set the variable"
        );
    }
    Receiver::At(Target {
        url: webhook.url.clone(),
        secret: secret.unwrap_or_default().0,
    })
}
