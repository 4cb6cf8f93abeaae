//! A talk in a bare store, for tests that need no server.

use jiff::Timestamp;
use zhike::answer::{Decision, Handoff, Outcome, Reason, Receipt};
use zhike::conversation::Store;
use zhike::conversation::priority::priority;
use zhike::conversation::store::{NewTalk, Recorded, TicketPlan, Turn, Verdict};

/// Opens a talk and hands it off; gives the ticket's id.
pub async fn handed_off(store: &Store, now: Timestamp) -> String {
    let new = NewTalk {
        shop: "open",
        id: None,
        channel: "web",
        product: None,
        greeting: None,
        idem: None,
    };
    let talk = store.open_talk(new, now).await.expect("a talk");
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
        conversation: &talk.id,
        idem: None,
        text: "转人工",
        product: None,
        chosen: None,
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
