//! A talk in a bare store, for tests that need no server.

use jiff::Timestamp;
use zhike::answer::{Decision, Handoff, Outcome, Reason, Receipt};
use zhike::conversation::Store;
use zhike::conversation::events::Watcher;
use zhike::conversation::priority::priority;
use zhike::conversation::store::{NewTalk, Recorded, TicketPlan, Turn, Verdict};

use crate::support::database::{self, kinds};

/// Opens a talk and hands it off; gives the ticket's id.
pub async fn handed_off(store: &Store, now: Timestamp) -> String {
    let talk = opened(store, now).await;
    hand_off(store, &talk, now).await
}

async fn opened(store: &Store, now: Timestamp) -> String {
    let new = NewTalk {
        shop: "open",
        id: None,
        channel: "web",
        product: None,
        greeting: None,
        idem: None,
    };
    store.open_talk(new, now).await.expect("a talk").id
}

/// The buyer of a talk asks for a person.
async fn hand_off(store: &Store, talk: &str, now: Timestamp) -> String {
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
        shop: "open",
        conversation: talk,
        idem: None,
        text: "转人工",
        product: None,
        chosen: None,
        meant: None,
    };
    match store
        .record_turn(turn, Some(&Verdict { decision, plan }), now)
        .await
        .expect("recorded")
    {
        Recorded::Done(record) => record.ticket.expect("a ticket").id,
        Recorded::Moved(state) => panic!("the talk is {state:?}"),
    }
}

/// Two servers on one database: a chat that is watched at one hears what was written at the other, in order, as soon
/// as anything happens in the shop.
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
        let (talk, other) = (opened(&here, now).await, opened(&here, now).await);
        let mut own = Watcher::start(&here, "open", Some(&talk), None)
            .await
            .expect("a watcher");
        let mut all = Watcher::start(&here, "open", None, None)
            .await
            .expect("a watcher");
        hand_off(&there, &talk, now).await;
        hand_off(&here, &other, now).await;
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
        here.close().await;
        there.close().await;
    }
}
