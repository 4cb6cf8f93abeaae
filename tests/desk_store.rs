//! Conversations in a bare store, for tests that need no server.

use jiff::Timestamp;
use zhike::answer::{Decision, Handoff, Outcome, Reason, Receipt};
use zhike::conversation::events::Watcher;
use zhike::conversation::priority::priority;
use zhike::conversation::store::{Actor, NewKey, NewTalk, Recorded, TicketPlan, Turn, Verdict};
use zhike::conversation::{Store, StoreError};

use crate::support::database::{self, kinds};

/// Opens a talk and hands it off; gives the ticket's id.
pub async fn handed_off(store: &Store, now: Timestamp) -> String {
    handed_off_in(store, "open", now).await
}

/// As [`handed_off`], in this shop.
pub async fn handed_off_in(store: &Store, shop: &str, now: Timestamp) -> String {
    let talk = opened(store, shop, now).await;
    hand_off(store, shop, &talk, now).await
}

async fn opened(store: &Store, shop: &str, now: Timestamp) -> String {
    let new = NewTalk {
        shop,
        id: None,
        channel: "web",
        product: None,
        greeting: None,
        idem: None,
    };
    store.open_talk(new, now).await.expect("a talk").id
}

/// What the buyer of a talk says in the open shop.
fn said<'a>(talk: &'a str, text: &'a str) -> Turn<'a> {
    Turn {
        shop: "open",
        conversation: talk,
        idem: None,
        text,
        product: None,
        chosen: None,
        meant: None,
        declined: false,
    }
}

/// The buyer of a talk asks for a person.
async fn hand_off(store: &Store, shop: &str, talk: &str, now: Timestamp) -> String {
    let decision = Decision {
        decision: Outcome::Handoff,
        reply: "稍等".into(),
        confidence: 1.0,
        parts: vec![],
        options: vec![],
        handoff: Some(Handoff {
            reason: Reason::Requested,
            ticket: String::new(),
            message: "稍等".into(),
            within_hours: true,
        }),
        candidates: vec![],
        receipt: Receipt::default(),
        took_us: 1,
        trace: None,
    };
    let plan = TicketPlan {
        priority: priority(Reason::Requested, ""),
        due_at: now,
        skill: String::new(),
    };
    let turn = Turn {
        shop,
        ..said(talk, "转人工")
    };
    let verdict = Verdict {
        decision,
        proof: None,
        plan,
    };
    match store
        .record_turn(turn, Some(&verdict), now)
        .await
        .expect("recorded")
    {
        Recorded::Done(record) => record.ticket.expect("a ticket").id,
        Recorded::Moved(state) => panic!("the talk is {state:?}"),
    }
}

/// Two servers on one database: a chat that is watched at one hears what was written at the other, in order, whether or
/// not anything happens at its own.
#[tokio::test(flavor = "multi_thread")]
async fn watchers_hear_what_another_process_wrote() {
    for kind in kinds() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = database::fresh(kind, folder.path());
        let (here, there) = (
            Store::open(&url).await.expect("a store"),
            Store::open(&url).await.expect("a store"),
        );
        let now = Timestamp::now();
        let (talk, other) = (
            opened(&here, "open", now).await,
            opened(&here, "open", now).await,
        );
        let mut own = Watcher::start(&here, "open", Some(&talk), None)
            .await
            .expect("a watcher");
        let mut all = Watcher::start(&here, "open", None, None)
            .await
            .expect("a watcher");
        hand_off(&there, "open", &talk, now).await;
        hand_off(&here, "open", &other, now).await;
        let until = here.last_event("open").await.expect("a number");
        let written = here
            .events("open", Some(&talk), 0, until)
            .await
            .expect("events");
        assert!(!written.is_empty());
        for event in &written {
            let heard = own.next().await.expect("read").expect("an event");
            assert_eq!(heard.seq, event.seq, "{kind:?}");
        }
        let mut last = None;
        while last != Some(until) {
            let heard = all.next().await.expect("read").expect("an event").seq;
            assert!(last.is_none_or(|last| heard == last + 1), "{kind:?}");
            last = Some(heard);
        }
        // Nothing more happens here, and the background work looks what others wrote.
        hand_off(&there, "open", &talk, now).await;
        let head = here.last_event("open").await.expect("a number");
        assert!(head > until, "{kind:?}");
        here.hear_others().await.expect("read");
        let written = here.events("open", Some(&talk), until, head).await;
        for event in written.expect("events") {
            let heard = own.next().await.expect("read").expect("an event");
            assert_eq!(heard.seq, event.seq, "{kind:?}");
        }
        for seq in until + 1..=head {
            let heard = all.next().await.expect("read").expect("an event");
            assert_eq!(heard.seq, seq, "{kind:?}");
        }
        here.close().await;
        there.close().await;
    }
}

/// Many announcements for a receiver that is down hold up no other shop's, and come in their order once it is up.
#[tokio::test(flavor = "multi_thread")]
async fn a_dead_receiver_crowds_nobody_out() {
    for kind in kinds() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&database::fresh(kind, folder.path()))
            .await
            .expect("a store");
        let now = Timestamp::now();
        for shop in ["dead", "dead", "dead", "alive"] {
            handed_off_in(&store, shop, now).await;
        }
        let due = async |at, most| {
            let parcels = store.parcels_due(at, most).await.expect("parcels");
            let names = parcels.into_iter().map(|parcel| (parcel.shop, parcel.id));
            names.collect::<Vec<_>>()
        };
        let first = due(now, 2).await;
        let shops: Vec<&str> = first.iter().map(|(shop, _)| shop.as_str()).collect();
        assert_eq!(
            shops,
            ["dead", "dead", "alive"],
            "{kind:?}: as many of each"
        );
        let later = now + jiff::SignedDuration::from_secs(2);
        store
            .parcel_failed(&first[0].1, "down", later, Some(later))
            .await
            .expect("put off");
        assert_eq!(due(now, 2).await, first[2..], "{kind:?}: the others' wait");
        assert_eq!(due(later, 2).await, first, "{kind:?}");
        store
            .parcel_failed(&first[0].1, "refused", later, None)
            .await
            .expect("put off");
        let third = due(now, 3).await;
        assert_eq!(third[0], first[1], "{kind:?}: another ticket's need not");
        assert_eq!(third.len(), 3, "{kind:?}");
        store.close().await;
    }
}

/// The person who took a ticket is reminded of a buyer who keeps writing.
#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_who_keeps_writing_is_not_forgotten() {
    for kind in kinds() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&database::fresh(kind, folder.path()))
            .await
            .expect("a store");
        let now = Timestamp::now();
        let after = |seconds: i64| now + jiff::SignedDuration::from_secs(seconds);
        let talk = opened(&store, "open", now).await;
        let ticket = hand_off(&store, "open", &talk, now).await;
        let agent = Actor {
            id: "a",
            name: "小李",
            lead: false,
        };
        store
            .claim("open", &ticket, agent, "", after(0))
            .await
            .expect("claimed");
        let reply = store.reply("open", &ticket, agent, "在的", None, None, after(0));
        reply.await.expect("said");
        let reminded = async |seconds| store.remind(after(seconds)).await.expect("reminded");
        assert_eq!(reminded(1_000).await, 0, "{kind:?}: the buyer's turn");
        for (seconds, word, reminders) in [
            (1_000, "什么时候发", 0),
            (1_100, "人呢", 0),
            (1_190, "在吗", 1),
            (1_200, "急", 0),
        ] {
            let said = store
                .record_turn(said(&talk, word), None, after(seconds))
                .await;
            assert!(matches!(said, Ok(Recorded::Done(_))), "{kind:?}: {said:?}");
            assert_eq!(reminded(seconds).await, reminders, "{kind:?}: {word}");
        }
        store.close().await;
    }
}

/// A key is revoked between being shown and the session that it opens: there is no session.
#[tokio::test(flavor = "multi_thread")]
async fn no_session_outlives_its_key() {
    for kind in kinds() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&database::fresh(kind, folder.path()))
            .await
            .expect("a store");
        let now = Timestamp::now();
        let new = NewKey {
            name: "小李",
            scopes: &["desk".into()],
            shops: &["open".into()],
            by: "test",
            idem: None,
        };
        let (key, secret) = store.make_key(new, now).await.expect("a key");
        let holder = store.key_holder(&secret.expect("shown once")).await;
        let holder = holder.expect("read").expect("a holder");
        let before = store.open_session(&holder, now).await.expect("a session");
        let held = store.session_holder(&before, now).await.expect("read");
        assert_eq!(held.as_ref(), Some(&holder), "{kind:?}");
        store.revoke_key(&key.id, now).await.expect("revoked");
        let after = store.open_session(&holder, now).await.expect("opened");
        for session in [&before, &after] {
            let held = store.session_holder(session, now).await.expect("read");
            assert_eq!(held, None, "{kind:?}");
            let holds = store.still_holds(&key.id, Some(session), now).await;
            assert!(!holds.expect("read"), "{kind:?}");
        }
        store.close().await;
    }
}

/// An idempotency key makes one thing: the same wish gets it again, another is refused.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_used_twice_makes_no_second_thing_and_no_other() {
    for kind in kinds() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&database::fresh(kind, folder.path()))
            .await
            .expect("a store");
        let now = Timestamp::now();
        let reused = |error: &StoreError| matches!(error, StoreError::Reused);

        let talk = async |channel: &str, product: Option<&str>| {
            let new = NewTalk {
                shop: "open",
                id: None,
                channel,
                product,
                greeting: Some("您好"),
                idem: Some("k"),
            };
            store.open_talk(new, now).await.map(|talk| talk.id)
        };
        let first = talk("web", Some("p1")).await.expect("a talk");
        for (channel, product, same) in [
            ("web", Some("p1"), true),
            ("app", Some("p1"), false),
            ("web", Some("p2"), false),
            ("web", None, false),
        ] {
            match talk(channel, product).await {
                Ok(again) => assert!(same && again == first, "{kind:?}: {channel} {product:?}"),
                Err(error) => assert!(!same && reused(&error), "{kind:?}: {error}"),
            }
        }
        // Afterwards the product is that of the page the talk is on.
        hand_off(&store, "open", &first, now).await;
        let again = talk("web", Some("p2")).await.expect("the talk");
        assert_eq!(again, first, "{kind:?}");

        let key = async |name: &str, scope: &str, shop: &str| {
            let new = NewKey {
                name,
                scopes: &[scope.to_owned()],
                shops: &[shop.to_owned()],
                by: "test",
                idem: Some("k"),
            };
            let made = store.make_key(new, now).await;
            made.map(|(key, secret)| (key.id, secret.is_some()))
        };
        let (first, shown) = key("小李", "desk", "open").await.expect("a key");
        assert!(shown, "{kind:?}");
        for (name, scope, shop, same) in [
            ("小李", "desk", "open", true),
            ("小王", "desk", "open", false),
            ("小李", "admin", "open", false),
            ("小李", "desk", "*", false),
        ] {
            match key(name, scope, shop).await {
                Ok(again) => assert!(same && again == (first.clone(), false), "{kind:?}: {name}"),
                Err(error) => assert!(!same && reused(&error), "{kind:?}: {error}"),
            }
        }
        store.close().await;
    }
}

/// Two admins who revoke each other at the same moment do not lock everybody out.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_admins_one_stays() {
    for kind in kinds() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&database::fresh(kind, folder.path()))
            .await
            .expect("a store");
        let now = Timestamp::now();
        let make = async || {
            let new = NewKey {
                name: "root",
                scopes: &["admin".into()],
                shops: &["*".into()],
                by: "test",
                idem: None,
            };
            store.make_key(new, now).await.expect("a key").0.id
        };
        let mut stays = make().await;
        for _ in 0..20 {
            let other = make().await;
            let (one, two) =
                tokio::join!(store.revoke_key(&stays, now), store.revoke_key(&other, now));
            assert!(one.is_ok() != two.is_ok(), "{kind:?}: {one:?} {two:?}");
            stays = if one.is_ok() { other } else { stays };
        }
        store.close().await;
    }
}
