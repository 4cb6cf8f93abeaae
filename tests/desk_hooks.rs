//! Tickets are announced to outside systems: signed, in the order of the ticket, until they are taken. The clock is moved
//! rather than waited for.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use zhike::conversation::Store;
use zhike::conversation::store::Actor;
use zhike::conversation::webhook::{self, Clock, Rounds, Target};

use crate::desk_store::{handed_off, handed_off_in};
use crate::support::database::{self, kinds};
use crate::support::hooks::{Delivery, Receiver};

const SECRET: &str = "geheim";

/// So many seconds later.
fn after(now: Timestamp, seconds: i64) -> Timestamp {
    now + SignedDuration::from_secs(seconds)
}

/// Sends what is due at `at` to a receiver; gives how many were taken.
async fn deliver(store: &Store, url: &str, at: Timestamp) -> usize {
    let target = Target {
        url: url.to_owned(),
        secret: SECRET.into(),
    };
    deliver_to(store, webhook::Receiver::At(target), at).await
}

/// As [`deliver`], to what the shops' receiver is.
async fn deliver_to(store: &Store, receiver: webhook::Receiver, at: Timestamp) -> usize {
    let client = reqwest::Client::new();
    let clock: Clock = Arc::new(move || at);
    let mut rounds = Rounds::new();
    webhook::deliver_due(store, &client, |_| receiver.clone(), &clock, &mut rounds)
        .await
        .expect("the store works");
    let mut taken = 0;
    for round in rounds.into_values() {
        taken += round.await.expect("no panic");
    }
    taken
}

/// While one shop's receiver takes its time, here for ever, others' hear what is new, each signed when it is sent.
#[tokio::test(flavor = "multi_thread")]
async fn a_slow_receiver_holds_up_its_own_shop_alone() {
    for kind in kinds() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&database::fresh(kind, folder.path()))
            .await
            .expect("a store");
        // The system takes its connections, and nobody ever answers on them.
        let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let slow = format!("http://{}/hook", silent.local_addr().expect("an address"));
        let quick = Receiver::start(|_, _| true).await;
        let receiver = |shop: &str| {
            let url = if shop == "slow" { &slow } else { &quick.url };
            webhook::Receiver::At(Target {
                url: url.clone(),
                secret: SECRET.into(),
            })
        };
        let agent = Actor {
            id: "a",
            name: "小李",
            lead: false,
        };
        let now = Timestamp::now();
        let ticks = AtomicI64::new(0);
        // A second passes whenever somebody looks.
        let clock: Clock = Arc::new(move || after(now, ticks.fetch_add(1, Ordering::Relaxed)));
        let (client, mut rounds) = (reqwest::Client::new(), Rounds::new());
        handed_off_in(&store, "slow", now).await;
        for _ in 0..2 {
            let ticket = handed_off(&store, now).await;
            let claimed = store.claim("open", &ticket, agent, "", now).await;
            claimed.expect("claimed");
            webhook::deliver_due(&store, &client, receiver, &clock, &mut rounds)
                .await
                .expect("the store works");
            let round = rounds.remove("open").expect("a round of its own");
            assert_eq!(round.await.expect("no panic"), 2, "{kind:?}");
            let told = quick.told(&ticket);
            let sent: Vec<&str> = told
                .iter()
                .filter_map(|one| Some(one.signature.split_once(',')?.0))
                .collect();
            assert!(sent.len() == 2 && sent[0] != sent[1], "{kind:?}: {sent:?}");
        }
        let slow = rounds.remove("slow").expect("a round");
        assert!(!slow.is_finished(), "{kind:?}: it waits for its receiver");
        slow.abort();
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_are_retried_and_signed() {
    for kind in kinds() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&database::fresh(kind, folder.path()))
            .await
            .expect("a store");
        let receiver = Receiver::start(|_, before| before.len() >= 2).await;
        let now = Timestamp::now();
        handed_off(&store, now).await;
        let rows = [
            (0, 0, 1, "the receiver refuses"),
            (1, 0, 1, "nothing is sent before it is due"),
            (2, 0, 2, "the receiver refuses again"),
            (5, 0, 2, "not due"),
            (6, 1, 3, "taken"),
            (60, 0, 3, "once taken, done"),
        ];
        for (seconds, taken, came, why) in rows {
            let got = deliver(&store, &receiver.url, after(now, seconds)).await;
            assert_eq!(
                (got, receiver.came().len()),
                (taken, came),
                "{kind:?}: {why}"
            );
        }
        let came = receiver.came();
        assert!(
            came.iter().all(|delivery| delivery.id == came[0].id),
            "the same delivery each time: {came:?}"
        );
        for (delivery, seconds) in came.iter().zip([0, 2, 6]) {
            let signature = webhook::signature(SECRET, after(now, seconds), &delivery.body);
            assert_eq!(delivery.signature, signature);
        }
        store.close().await;
    }
}

/// A receiver that will not hear of one ticket hears of all others, and of that one in order once it will; one that does
/// not answer is left alone with all of its shop, and then hears everything.
#[tokio::test(flavor = "multi_thread")]
async fn one_refused_ticket_holds_up_no_other() {
    /// What the receiver does not take: the first announcement of the first ticket that it heard of, five times.
    fn takes(delivery: &Delivery, before: &[Delivery]) -> bool {
        let first = before.first().unwrap_or(delivery);
        let tried = before.iter().filter(|one| one.id == first.id).count();
        delivery.id != first.id || tried >= 5
    }
    for kind in kinds() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&database::fresh(kind, folder.path()))
            .await
            .expect("a store");
        let receiver = Receiver::start(takes).await;
        let now = Timestamp::now();
        let agent = Actor {
            id: "a",
            name: "小李",
            lead: false,
        };
        let mut tickets = Vec::new();
        for number in 0..20 {
            let opened = after(now, -100 + number);
            let ticket = handed_off(&store, opened).await;
            store
                .claim("open", &ticket, agent, "", opened)
                .await
                .expect("claimed");
            tickets.push(ticket);
        }
        // Nobody listens on the port of a listener that is gone.
        let gone = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let nobody = format!("http://{}/hook", gone.local_addr().expect("an address"));
        drop(gone);
        assert_eq!(deliver(&store, &nobody, after(now, -10)).await, 0);
        assert_eq!(
            deliver(&store, &receiver.url, after(now, -9)).await,
            0,
            "{kind:?}: the shop's wait"
        );
        assert!(receiver.came().is_empty());

        // Of 40 announcements two wait: the refused one, and the later one of its ticket.
        for (hour, taken) in [(0, 38), (1, 0), (2, 0), (3, 0), (4, 0), (5, 2), (6, 0)] {
            let got = deliver(&store, &receiver.url, after(now, hour * 3600)).await;
            assert_eq!(got, taken, "{kind:?}, hour {hour}");
        }
        for ticket in tickets {
            let told: Vec<String> = receiver
                .told(&ticket)
                .into_iter()
                .map(|delivery| delivery.kind)
                .collect();
            assert_eq!(told, ["ticket.opened", "ticket.claimed"], "{kind:?}");
        }
        store.close().await;
    }
}

/// What is said of a shop that is not live waits; what is said of one without a webhook is dropped.
#[tokio::test(flavor = "multi_thread")]
async fn announcements_of_a_shop_that_is_not_live_wait() {
    for kind in kinds() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&database::fresh(kind, folder.path()))
            .await
            .expect("a store");
        let receiver = Receiver::start(|_, _| true).await;
        let now = Timestamp::now();
        for (seconds, none, taken, why) in [
            (0, webhook::Receiver::Unknown, 1, "it waited"),
            (10, webhook::Receiver::Nobody, 0, "it is dropped"),
        ] {
            let opened = after(now, seconds);
            handed_off(&store, opened).await;
            assert_eq!(deliver_to(&store, none, opened).await, 0, "{kind:?}");
            let got = deliver(&store, &receiver.url, after(opened, 1)).await;
            assert_eq!(got, taken, "{kind:?}: {why}");
        }
        assert_eq!(receiver.came().len(), 1, "{kind:?}");
        store.close().await;
    }
}
