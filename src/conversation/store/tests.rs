mod gone;
mod tickets;
mod watching;

use serde_json::json;

use super::*;
use crate::answer::{ChoiceOption, Decision, Handoff, Outcome, Part, Reason, Receipt};
use crate::conversation::priority::priority;
use crate::conversation::state::Move;

const SHOP: &str = "s";

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).expect("a time")
}

fn verdict(handoff: Option<Reason>, words: &str) -> Verdict {
    let outcome = if handoff.is_some() {
        Outcome::Handoff
    } else {
        Outcome::Answer
    };
    let part = Part {
        question: words.into(),
        decision: outcome,
        reply: "好".into(),
        confidence: 0.9,
        reason: handoff,
        sources: vec![],
    };
    let decision = Decision {
        decision: outcome,
        reply: "好".into(),
        confidence: 0.9,
        parts: vec![part],
        options: vec![],
        handoff: handoff.map(|reason| Handoff {
            reason,
            ticket: String::new(),
            message: "好".into(),
            within_hours: true,
        }),
        candidates: vec![],
        receipt: Receipt {
            snapshot: "1".into(),
            entries: vec!["faq:a".into()],
            rule: "faq".into(),
        },
        took_us: 5,
        trace: None,
    };
    let priority = priority(handoff.unwrap_or(Reason::NoMatch), words);
    Verdict {
        decision,
        proof: None,
        plan: TicketPlan {
            priority,
            due_at: at(600),
            skill: String::new(),
        },
    }
}

/// The same verdict with an option.
fn offering(mut verdict: Verdict, id: &str, title: &str) -> Verdict {
    let (id, title) = (id.to_owned(), title.to_owned());
    verdict.decision.options = vec![ChoiceOption { id, title }];
    verdict
}

fn turn<'a>(talk: &'a str, idem: Option<&'a str>, text: &'a str) -> Turn<'a> {
    Turn {
        shop: SHOP,
        conversation: talk,
        idem,
        text,
        product: None,
        chosen: None,
        meant: None,
        declined: false,
    }
}

fn actor(id: &str) -> Actor<'_> {
    Actor {
        id,
        name: id,
        lead: false,
    }
}

async fn store() -> (tempfile::TempDir, Store, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("t.db").display());
    let store = Store::open(&url).await.expect("a store");
    let new = NewTalk {
        shop: SHOP,
        id: None,
        channel: "web",
        product: None,
        greeting: Some("您好"),
        idem: Some("t"),
    };
    let talk = store.open_talk(new, at(0)).await.expect("a talk");
    let again = store.open_talk(new, at(1)).await.expect("the same talk");
    assert_eq!(talk.id, again.id);
    (folder, store, talk.id)
}

async fn say(
    store: &Store,
    talk: &str,
    idem: Option<&str>,
    text: &str,
    reason: Option<Reason>,
    second: i64,
) -> Record {
    let verdict = verdict(reason, text);
    match store
        .record_turn(turn(talk, idem, text), Some(&verdict), at(second))
        .await
        .expect("recorded")
    {
        Recorded::Done(record) => *record,
        Recorded::Moved(state) => panic!("the talk is {state:?}"),
    }
}

#[tokio::test]
async fn people_teach() {
    let (_folder, store, talk) = store().await;
    let clarified = offering(verdict(None, "退"), "faq:return", "怎么退货");
    store
        .record_turn(turn(&talk, None, "退"), Some(&clarified), at(1))
        .await
        .expect("recorded");
    let click = Turn {
        chosen: Some("faq:return"),
        ..turn(&talk, None, "怎么退货")
    };
    store
        .record_turn(click, Some(&verdict(None, "怎么退货")), at(2))
        .await
        .expect("recorded");
    let ticket = say(&store, &talk, None, "能开专票吗", Some(Reason::NoMatch), 3)
        .await
        .ticket
        .expect("a ticket")
        .id;
    store
        .claim(SHOP, &ticket, actor("me"), "", at(4))
        .await
        .expect("claimed");
    store
        .reply(
            SHOP,
            &ticket,
            actor("me"),
            "可以的，联系 13812345678",
            None,
            None,
            at(5),
        )
        .await
        .expect("a reply");
    let lessons = store
        .lessons(
            SHOP,
            "open",
            Slice {
                limit: 10,
                offset: 0,
            },
        )
        .await
        .expect("lessons")
        .items;
    let seen: Vec<_> = lessons
        .iter()
        .map(|l| {
            (
                l.kind.as_str(),
                l.question.as_str(),
                l.entry.as_deref(),
                l.reply.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            (
                "agent_reply",
                "能开专票吗",
                None,
                Some("可以的，联系 [手机号]")
            ),
            ("chosen_option", "退", Some("faq:return"), None),
        ]
    );
    let rejected = store
        .decide_lesson(SHOP, &lessons[0].id, LessonState::Rejected, "boss", at(6))
        .await
        .expect("decided");
    assert_eq!(rejected.state, LessonState::Rejected);
}

#[tokio::test]
async fn events_come_once_and_in_order() {
    let (_folder, store, talk) = store().await;
    let first = say(&store, &talk, None, "你好", None, 1).await;
    let mut all = super::super::events::Watcher::start(&store, SHOP, None, Some(0))
        .await
        .expect("a watcher");
    let mut own = super::super::events::Watcher::start(&store, SHOP, Some(&talk), Some(0))
        .await
        .expect("a watcher");
    let mut foreign = super::super::events::Watcher::start(&store, SHOP, Some("x"), Some(0))
        .await
        .expect("a watcher");
    let ticket = say(&store, &talk, None, "转人工", Some(Reason::Requested), 2)
        .await
        .ticket
        .expect("a ticket")
        .id;
    store
        .add_note(SHOP, &ticket, actor("me"), "小心", None, at(3))
        .await
        .expect("a note");
    assert!(first.reply.is_some());
    let mut kinds = Vec::new();
    for _ in 0..7 {
        let event = all.next().await.expect("an event").expect("open");
        assert_eq!(event.seq, kinds.len() as i64 + 1);
        kinds.push(event.kind);
    }
    assert_eq!(
        kinds,
        [
            "message",
            "message",
            "message",
            "message",
            "ticket.opened",
            "state",
            "ticket.note"
        ]
    );
    for expected in ["message", "message", "message", "message", "state"] {
        assert_eq!(
            own.next().await.expect("an event").expect("open").kind,
            expected,
            "a buyer sees no notes"
        );
    }
    let quiet = tokio::time::timeout(std::time::Duration::from_millis(50), foreign.next()).await;
    assert!(quiet.is_err(), "another buyer sees nothing");
}

#[tokio::test]
async fn keys_sessions_and_links() {
    let (_folder, store, _) = store().await;
    assert!(!store.has_admin().await.expect("read"));
    let (scopes, shops) = (vec!["desk".to_owned()], vec!["s".to_owned()]);
    let new = NewKey {
        name: "小李",
        scopes: &scopes,
        shops: &shops,
        by: "root",
        idem: Some("k"),
    };
    let (key, secret) = store.make_key(new, at(0)).await.expect("a key");
    let (again, no_secret) = store.make_key(new, at(0)).await.expect("the key");
    assert_eq!((again.id.as_str(), no_secret), (key.id.as_str(), None));
    let secret = secret.expect("shown once");
    let holder = store
        .key_holder(&secret)
        .await
        .expect("read")
        .expect("a holder");
    assert_eq!(holder.scopes.0, scopes);
    assert!(store.key_holder("zk_wrong").await.expect("read").is_none());
    let session = store.open_session(&holder, at(0)).await.expect("a session");
    assert_eq!(
        store.session_holder(&session, at(1)).await.expect("read"),
        Some(holder)
    );
    assert_eq!(
        store
            .session_holder(&session, at(8 * 86_400))
            .await
            .expect("read"),
        None
    );
    store.revoke_key(&key.id, at(2)).await.expect("revoked");
    assert!(store.key_holder(&secret).await.expect("read").is_none());
    assert!(
        store
            .session_holder(&session, at(3))
            .await
            .expect("read")
            .is_none(),
        "its sessions end with it"
    );
    let link = store.make_link(at(0)).await.expect("a link");
    assert!(store.use_link(&link, at(1)).await.expect("used"));
    assert!(!store.use_link(&link, at(1)).await.expect("used"), "once");
    assert_eq!(
        store.own_secret("token").await.expect("made"),
        store.own_secret("token").await.expect("kept")
    );
}

#[tokio::test]
async fn figures_and_the_unanswered() {
    let (_folder, store, talk) = store().await;
    let good = say(&store, &talk, None, "包邮吗", None, 1).await;
    let handed = say(&store, &talk, None, "能开专票吗", Some(Reason::NoMatch), 2).await;
    let reply = good.reply.expect("a reply");
    store
        .give_feedback(SHOP, &talk, &reply, "buyer", Opinion::Up, "", at(3))
        .await
        .expect("kept");
    store
        .give_feedback(SHOP, &talk, &reply, "buyer", Opinion::Down, "不对", at(3))
        .await
        .expect("replaced");
    let missing = store
        .give_feedback(SHOP, "other", &reply, "buyer", Opinion::Up, "", at(3))
        .await;
    assert!(
        matches!(missing, Err(StoreError::Missing { .. })),
        "another talk's message"
    );
    let stats = store.stats(SHOP, at(0), at(100)).await.expect("figures");
    let pairs = |counts: &[Count]| {
        counts
            .iter()
            .map(|c| (c.name.clone(), c.count))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        pairs(&stats.outcomes),
        [("answer".to_owned(), 1), ("handoff".to_owned(), 1)]
    );
    assert_eq!(pairs(&stats.reasons), [("no_match".to_owned(), 1)]);
    assert_eq!(pairs(&stats.feedback), [("down".to_owned(), 1)]);
    assert_eq!(pairs(&stats.feedback_on), [("answer down".to_owned(), 1)]);
    let down = "2027-01-15T08:00:00Z down".to_owned();
    assert_eq!(pairs(&stats.feedback_hours), [(down, 1)]);
    assert_eq!(pairs(&stats.entries), [("faq:a".to_owned(), 2)]);
    let hours = [
        "2027-01-15T08:00:00Z answer",
        "2027-01-15T08:00:00Z handoff",
    ];
    assert_eq!(pairs(&stats.hours), hours.map(|name| (name.to_owned(), 1)));
    assert_eq!(stats.waiting.now, 1);
    // A question back: for the product, nothing is missing in the knowledge; for one of several entries, something may
    // be. A pick is the question that it picks, and 不是 is none.
    let said = |words| turn(&talk, None, words);
    let picked = Turn {
        meant: Some("怎么退货"),
        ..said("2")
    };
    let declined = Turn {
        declined: true,
        ..said("不是")
    };
    for (rule, turn, second) in [
        ("product.ask", said("160cm 100斤穿什么码"), 4),
        ("size.ask", said("穿什么码"), 4),
        ("clarify", said("退"), 4),
        ("clarify", picked, 5),
        ("rephrase", declined, 6),
    ] {
        let mut asked = verdict(None, turn.text);
        asked.decision.decision = Outcome::Clarify;
        asked.decision.receipt.rule = rule.into();
        let asked = store.record_turn(turn, Some(&asked), at(second)).await;
        asked.expect("recorded");
    }
    let real = store.real_questions(SHOP, [at(5), at(100)], 10);
    let real = real.await.expect("questions");
    let real: Vec<&str> = real.iter().map(|asked| asked.text.as_str()).collect();
    assert_eq!(real, ["怎么退货"], "for the gate");
    let vain = store
        .asked_in_vain(SHOP, at(0), at(100), 10)
        .await
        .expect("questions");
    let vain: Vec<&str> = vain.iter().map(|asked| asked.question.as_str()).collect();
    assert_eq!(
        vain,
        ["怎么退货", "退", "能开专票吗", "包邮吗"],
        "asked back, no match, and a thumb down"
    );
    assert_eq!(store.remind(at(601)).await.expect("reminded"), 1);
    assert_eq!(store.remind(at(602)).await.expect("reminded"), 0, "once");
    // Asked for at second 2, taken a good ten minutes later.
    let ticket = handed.ticket.expect("a ticket").id;
    let claimed = store.claim(SHOP, &ticket, actor("li"), "", at(627)).await;
    claimed.expect("claimed");
    let waiting = store.stats(SHOP, at(0), at(100)).await.expect("figures");
    let waiting = serde_json::to_value(waiting.waiting).expect("plain data");
    let expected = json!({
        "claimed": 1, "median_s": 625, "p90_s": 625, "now": 0,
        "reasons": [{"name": "no_match", "claimed": 1, "median_s": 625}],
        "hours": [{"name": "2027-01-15T08:00:00Z", "claimed": 1, "total_s": 625}],
    });
    assert_eq!(waiting, expected);
}
