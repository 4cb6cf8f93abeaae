mod watching;

use super::*;
use crate::answer::{Decision, Handoff, Outcome, Part, Reason, Receipt};
use crate::conversation::priority::priority;
use crate::conversation::state::{Move, State};

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
        plan: TicketPlan {
            priority,
            due_at: at(600),
            skill: String::new(),
        },
    }
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
async fn one_ticket_per_handoff_whatever_is_retried() {
    let (_folder, store, talk) = store().await;
    let first = say(
        &store,
        &talk,
        Some("k1"),
        "转人工 13812345678",
        Some(Reason::Requested),
        1,
    )
    .await;
    let again = say(
        &store,
        &talk,
        Some("k1"),
        "转人工 13812345678",
        Some(Reason::Requested),
        2,
    )
    .await;
    assert_eq!(first.message, again.message);
    assert_eq!(first.decision, again.decision);
    let ticket = first.ticket.expect("a ticket");
    assert_eq!(again.ticket.map(|t| t.id), Some(ticket.id.clone()));
    // A second handoff joins; a more urgent one raises.
    let joined = say(&store, &talk, Some("k2"), "人呢", Some(Reason::NoMatch), 3)
        .await
        .ticket
        .expect("a ticket");
    assert_eq!(
        (joined.id.as_str(), joined.priority),
        (ticket.id.as_str(), 4)
    );
    let raised = say(&store, &talk, None, "有人冒充客服", Some(Reason::Risk), 4)
        .await
        .ticket
        .expect("a ticket");
    assert_eq!(
        (raised.id.as_str(), raised.priority, raised.reason.as_str()),
        (ticket.id.as_str(), 0, "risk")
    );

    let messages = store
        .messages(SHOP, &talk, -1, 100)
        .await
        .expect("messages");
    let seen: Vec<(i64, &str, &str)> = messages
        .iter()
        .map(|m| (m.seq, m.role.as_str(), m.text.as_str()))
        .collect();
    assert_eq!(seen[0], (0, "bot", "您好"));
    assert_eq!(seen[1], (1, "buyer", "转人工 [手机号]"));
    assert_eq!(seen.len(), 7);
    let page = store.tickets(
        SHOP,
        TicketFilter {
            state: "open",
            ..Default::default()
        },
        Slice {
            limit: 10,
            offset: 0,
        },
    );
    assert_eq!(page.await.expect("a page").total, 1);
}

#[tokio::test]
async fn of_many_claims_one_wins() {
    let (_folder, store, talk) = store().await;
    let ticket = say(&store, &talk, None, "转人工", Some(Reason::Requested), 1)
        .await
        .ticket
        .expect("a ticket")
        .id;
    let tries = (0..20).map(|i| {
        let (store, ticket) = (store.clone(), ticket.clone());
        tokio::spawn(async move {
            store
                .claim(SHOP, &ticket, actor(&format!("a{i}")), "", at(2))
                .await
        })
    });
    let mut won = Vec::new();
    for tried in futures::future::join_all(tries).await {
        match tried.expect("no panic") {
            Ok(ticket) => won.push(ticket.agent.expect("an owner")),
            Err(StoreError::Taken { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(won.len(), 1);
    assert!(
        store
            .claim(SHOP, &ticket, actor(&won[0]), "", at(3))
            .await
            .is_ok(),
        "claiming again is no fault"
    );
}

#[tokio::test]
async fn a_person_silences_the_bot_until_they_hand_back() {
    let (_folder, store, talk) = store().await;
    let ticket = say(&store, &talk, None, "转人工", Some(Reason::Requested), 1)
        .await
        .ticket
        .expect("a ticket")
        .id;
    let me = actor("me");
    let early = store
        .reply(SHOP, &ticket, me, "您好", None, None, at(2))
        .await;
    assert!(matches!(early, Err(StoreError::Unclaimed(_))));
    store
        .claim(SHOP, &ticket, me, "客服已接入", at(2))
        .await
        .expect("claimed");

    let spoken = store
        .record_turn(
            turn(&talk, None, "在吗"),
            Some(&verdict(None, "在吗")),
            at(3),
        )
        .await;
    assert!(matches!(spoken, Ok(Recorded::Moved(State::WithAgent))));
    let silent = store
        .record_turn(turn(&talk, Some("k"), "在吗"), None, at(3))
        .await
        .expect("recorded");
    let Recorded::Done(silent) = silent else {
        panic!("moved")
    };
    assert!(silent.reply.is_none() && silent.ticket.is_some());

    let one = store
        .reply(SHOP, &ticket, me, "您好", None, Some("r1"), at(4))
        .await
        .expect("a reply");
    let two = store
        .reply(SHOP, &ticket, me, "您好", None, Some("r1"), at(5))
        .await
        .expect("the same reply");
    assert_eq!(one.id, two.id);
    let reused = store
        .reply(SHOP, &ticket, me, "再见", None, Some("r1"), at(5))
        .await;
    assert!(matches!(reused, Err(StoreError::Reused)), "{reused:?}");
    let note = store
        .add_note(SHOP, &ticket, me, "小心", Some("n1"), at(5))
        .await;
    let again = store
        .add_note(SHOP, &ticket, me, "小心", Some("n1"), at(5))
        .await;
    assert_eq!(again.expect("the same").id, note.expect("a note").id);
    let reused = store
        .add_note(SHOP, &ticket, me, "当心", Some("n1"), at(5))
        .await;
    assert!(matches!(reused, Err(StoreError::Reused)), "{reused:?}");
    let other = store
        .reply(SHOP, &ticket, actor("other"), "您好", None, None, at(5))
        .await;
    assert!(matches!(other, Err(StoreError::Taken { .. })));

    let done = store
        .end(SHOP, &ticket, me, Move::HandBack, "", at(6))
        .await
        .expect("handed back");
    assert_eq!(done.outcome.as_deref(), Some("handed_back"));
    assert_eq!(
        store.talk(SHOP, &talk).await.expect("a talk").state,
        State::Bot
    );
    let next = say(&store, &talk, None, "转人工", Some(Reason::Requested), 7)
        .await
        .ticket
        .expect("a ticket");
    assert_ne!(next.id, ticket, "a new handoff, a new ticket");
    let outdated = store.reopen(SHOP, &ticket, at(9), "", at(8)).await;
    assert!(matches!(outdated, Err(StoreError::Outdated(_))));
}

#[tokio::test]
async fn a_resolved_ticket_reopens() {
    let (_folder, store, talk) = store().await;
    let ticket = say(&store, &talk, None, "转人工", Some(Reason::Requested), 1)
        .await
        .ticket
        .expect("a ticket")
        .id;
    store
        .claim(SHOP, &ticket, actor("me"), "", at(2))
        .await
        .expect("claimed");
    store
        .end(SHOP, &ticket, actor("me"), Move::Resolve, "", at(3))
        .await
        .expect("resolved");
    assert!(
        say(&store, &talk, None, "谢谢", None, 4)
            .await
            .ticket
            .is_none(),
        "the bot answers"
    );
    let reopened = say(
        &store,
        &talk,
        None,
        "还是不行 转人工",
        Some(Reason::Requested),
        5,
    )
    .await
    .ticket
    .expect("a ticket");
    assert_eq!(
        (reopened.id.as_str(), reopened.state, reopened.reopened),
        (ticket.as_str(), State::Reopened, 1)
    );
    store
        .claim(SHOP, &ticket, actor("you"), "", at(6))
        .await
        .expect("claimed");
    store
        .end(SHOP, &ticket, actor("you"), Move::Resolve, "", at(7))
        .await
        .expect("resolved");
    let by_hand = store
        .reopen(SHOP, &ticket, at(99), "", at(8))
        .await
        .expect("reopened");
    assert_eq!(by_hand.reopened, 2);
}

#[tokio::test]
async fn people_teach() {
    let (_folder, store, talk) = store().await;
    let clarified = verdict(None, "退");
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
    say(&store, &talk, None, "能开专票吗", Some(Reason::NoMatch), 2).await;
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
    assert_eq!(pairs(&stats.entries), [("faq:a".to_owned(), 2)]);
    let hours = [
        "2027-01-15T08:00:00Z answer",
        "2027-01-15T08:00:00Z handoff",
    ];
    assert_eq!(pairs(&stats.hours), hours.map(|name| (name.to_owned(), 1)));
    assert_eq!(stats.waiting.now, 1);
    let vain = store
        .asked_in_vain(SHOP, at(0), at(100), 10)
        .await
        .expect("questions");
    assert_eq!(vain.len(), 2, "no match, and a thumb down");
    assert_eq!(store.remind(at(601)).await.expect("reminded"), 1);
    assert_eq!(store.remind(at(602)).await.expect("reminded"), 0, "once");
}
