//! Turns of a talk in a bare store, with decisions that are given. The clock is moved rather than waited for.

use jiff::{SignedDuration, Timestamp};
use zhike::answer::{ChoiceOption, Decision, Handoff, Outcome, Reason, Receipt};
use zhike::conversation::store::{Actor, NewTalk, Turn};
use zhike::conversation::turn::{Ask, Taken, take_turn};
use zhike::conversation::{State, Store, StoreError};
use zhike::knowledge::Settings;

use crate::support::database::{self, kinds};

const SHOP: &str = "open";

/// A decision of this kind that says no more than that.
fn decision(decision: Outcome) -> Decision {
    Decision {
        decision,
        reply: "稍等".into(),
        confidence: 1.0,
        parts: vec![],
        options: vec![],
        handoff: (decision == Outcome::Handoff).then(|| Handoff {
            reason: Reason::Requested,
            ticket: String::new(),
            message: "稍等".into(),
            within_hours: true,
        }),
        candidates: vec![],
        receipt: Receipt::default(),
        took_us: 1,
        trace: None,
    }
}

async fn opened(store: &Store, now: Timestamp) -> String {
    let new = NewTalk {
        shop: SHOP,
        id: None,
        channel: "web",
        product: None,
        greeting: None,
        idem: None,
    };
    store.open_talk(new, now).await.expect("a talk").id
}

/// The buyer of a talk says something, on which the bot decides so where it may speak.
async fn say(store: &Store, talk: &str, text: &str, decision: &Decision, now: Timestamp) -> Taken {
    let turn = Turn {
        shop: SHOP,
        conversation: talk,
        idem: None,
        text,
        product: None,
        chosen: None,
        meant: None,
        declined: false,
    };
    let ask = Ask {
        turn,
        order_state: None,
        order: None,
        at: None,
    };
    let decide = |_| std::future::ready(Ok::<_, StoreError>(decision.clone()));
    take_turn(store, &Settings::default(), ask, now, decide, |_, _| None)
        .await
        .expect("taken")
}

fn actor(id: &str) -> Actor<'_> {
    Actor {
        id,
        name: id,
        lead: false,
    }
}

/// Who takes a ticket and goes home leaves it to the next one. Who wrote something has done something: the bot goes on.
#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_was_never_answered_waits_again() {
    for kind in kinds() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&database::fresh(kind, folder.path()))
            .await
            .expect("a store");
        let now = Timestamp::now();
        let morning = now + SignedDuration::from_hours(13);
        for (wrote, left, owner) in [
            (false, (State::Waiting, None), State::Waiting),
            (true, (State::Resolved, Some("resumed")), State::Bot),
        ] {
            let talk = opened(&store, now).await;
            let asked = say(&store, &talk, "转人工", &decision(Outcome::Handoff), now).await;
            let ticket = asked.decision.handoff.expect("a handoff").ticket;
            let claimed = store.claim(SHOP, &ticket, actor("li"), "客服已接入", now);
            claimed.await.expect("claimed");
            if wrote {
                let reply = store.reply(SHOP, &ticket, actor("li"), "在", None, None, now);
                reply.await.expect("a reply");
            }
            let answer = decision(Outcome::Answer);
            let soon = say(&store, &talk, "在吗", &answer, now).await;
            assert!(soon.reply.is_none(), "{kind:?}: a person owns the talk");
            let late = say(&store, &talk, "包邮吗", &answer, morning).await;
            assert!(late.reply.is_some(), "{kind:?}: the bot speaks");
            let found = store.ticket(SHOP, &ticket).await.expect("a ticket");
            assert_eq!((found.state, found.outcome.as_deref()), left, "{kind:?}");
            let talk = store.talk(SHOP, &talk).await.expect("a talk");
            assert_eq!(talk.state, owner, "{kind:?}");
            let next = store.claim(SHOP, &ticket, actor("wang"), "", morning).await;
            assert_eq!(next.is_ok(), !wrote, "{kind:?}");
        }
        store.close().await;
    }
}

/// What a buyer means by 第一个 is kept as masked as what they wrote.
#[tokio::test(flavor = "multi_thread")]
async fn a_question_about_an_option_is_kept_masked() {
    for kind in kinds() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&database::fresh(kind, folder.path()))
            .await
            .expect("a store");
        let now = Timestamp::now();
        let talk = opened(&store, now).await;
        let offered = Decision {
            options: vec![ChoiceOption {
                id: "faq:return".into(),
                title: "怎么退货".into(),
            }],
            ..decision(Outcome::Clarify)
        };
        for (text, meant) in [
            ("退", None),
            ("第一个要多久", Some("怎么退货要多久")),
            (
                "第一个你打我电话13812345678说",
                Some("怎么退货你打我电话手机号说"),
            ),
            ("第一个发到canary@example.com", Some("怎么退货发到邮箱")),
        ] {
            let message = say(&store, &talk, text, &offered, now).await.message;
            let lines = store.messages(SHOP, &talk, -1, 100).await;
            let lines = lines.expect("messages");
            let line = lines.iter().find(|line| line.id == message);
            let line = serde_json::to_value(line.expect("the message")).expect("plain data");
            assert_eq!(line["data"]["meant"].as_str(), meant, "{kind:?}: {text}");
        }
        store.close().await;
    }
}
