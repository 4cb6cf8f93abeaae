//! One ticket for each handoff, one person for each ticket.

use super::*;
use crate::conversation::state::State;

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
    // A second handoff joins the ticket; a more urgent one raises its priority.
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
    let said = store.reply(SHOP, &ticket, actor("me"), "好的", None, None, at(2));
    said.await.expect("a reply");
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
    assert!(reopened.replied_at.is_none(), "nobody has answered this");
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

/// The response was lost and the request repeated: the buyer is told once; passing it on to others is another matter.
#[tokio::test]
async fn a_transfer_that_is_repeated_is_one() {
    let (_folder, store, talk) = store().await;
    let ticket = say(&store, &talk, None, "转人工", Some(Reason::Requested), 1)
        .await
        .ticket
        .expect("a ticket")
        .id;
    let me = actor("me");
    let claimed = store.claim(SHOP, &ticket, me, "", at(2)).await;
    claimed.expect("claimed");
    for (skill, told) in [("售后", 1), ("售后", 1), ("", 2), ("", 2)] {
        let moved = store
            .transfer(SHOP, &ticket, me, skill, at(99), "转接", at(3))
            .await
            .expect("passed on");
        assert_eq!((moved.state, moved.skill.as_str()), (State::Waiting, skill));
        let lines = store.messages(SHOP, &talk, 0, 200).await.expect("lines");
        let lines = lines.iter().filter(|line| line.text == "转接");
        assert_eq!(lines.count(), told, "{skill}");
    }
}
