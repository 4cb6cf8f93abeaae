//! Reminders, lessons and thumbs.

use super::*;

/// Says something to a person: the bot is silent.
async fn tell(store: &Store, talk: &str, text: &str, second: i64) {
    match store
        .record_turn(turn(talk, None, text), None, at(second))
        .await
        .expect("recorded")
    {
        Recorded::Done(_) => {}
        Recorded::Moved(state) => panic!("the talk is {state:?}"),
    }
}

async fn reminded(store: &Store, second: i64) -> usize {
    store.remind(at(second)).await.expect("reminded")
}

#[tokio::test]
async fn a_silent_person_is_reminded_once_for_each_word() {
    let (_folder, store, talk) = store().await;
    let asked = say(&store, &talk, None, "转人工", Some(Reason::Requested), 1).await;
    let ticket = asked.ticket.expect("a ticket").id;
    let me = actor("me");
    store
        .claim(SHOP, &ticket, me, "已接入", at(2))
        .await
        .expect("mine");
    assert_eq!(reminded(&store, 500).await, 0, "there is time yet");
    // The deadline of the fixture is at 600, and nobody has answered by then.
    assert_eq!(reminded(&store, 601).await, 1, "claimed and forgotten");
    assert_eq!(reminded(&store, 602).await, 0, "once");
    let reply = store.reply(SHOP, &ticket, me, "在的", None, None, at(610));
    reply.await.expect("said");
    assert_eq!(reminded(&store, 9_000).await, 0, "the buyer's turn");
    tell(&store, &talk, "那什么时候发", 9_001).await;
    assert_eq!(reminded(&store, 9_100).await, 0, "within three minutes");
    assert_eq!(reminded(&store, 9_200).await, 1);
    assert_eq!(reminded(&store, 9_300).await, 0, "once");
    tell(&store, &talk, "人呢", 9_400).await;
    assert_eq!(
        reminded(&store, 9_600).await,
        1,
        "a further word, a further reminder"
    );
    tell(&store, &talk, "急", 9_700).await;
    tell(&store, &talk, "在吗", 9_850).await;
    assert_eq!(
        reminded(&store, 9_890).await,
        1,
        "who keeps writing waits since the first word"
    );
    assert_eq!(reminded(&store, 9_900).await, 0, "once");
    assert_eq!(reminded(&store, 10_100).await, 0, "for both words");
}

#[tokio::test]
async fn passed_on_it_gets_a_new_deadline_and_a_new_reminder() {
    let (_folder, store, talk) = store().await;
    let asked = say(&store, &talk, None, "转人工", Some(Reason::Requested), 1).await;
    let ticket = asked.ticket.expect("a ticket").id;
    assert_eq!(reminded(&store, 700).await, 1);
    let me = actor("me");
    store
        .claim(SHOP, &ticket, me, "", at(701))
        .await
        .expect("mine");
    let moved = store
        .transfer(SHOP, &ticket, me, "售后", at(1_000), "", at(702))
        .await
        .expect("moved");
    assert_eq!(moved.due_at, Millis::from(at(1_000)));
    assert_eq!(reminded(&store, 900).await, 0);
    assert_eq!(reminded(&store, 1_001).await, 1);
    assert_eq!(store.skills(SHOP).await.expect("read"), ["售后"]);
    // Transferred while it waits, the ticket keeps its deadline.
    let again = store
        .transfer(SHOP, &ticket, me, "物流", at(5_000), "", at(1_002))
        .await
        .expect("moved");
    assert_eq!(again.due_at, Millis::from(at(1_000)));
}

#[tokio::test]
async fn what_is_done_stays_done_when_it_is_sent_again() {
    let (_folder, store, talk) = store().await;
    let asked = say(&store, &talk, None, "转人工", Some(Reason::Requested), 1).await;
    let ticket = asked.ticket.expect("a ticket").id;
    let me = actor("me");
    store
        .claim(SHOP, &ticket, me, "", at(2))
        .await
        .expect("mine");
    for second in [3, 4] {
        let end = store.end(SHOP, &ticket, me, Move::Resolve, "再见", at(second));
        assert_eq!(
            end.await.expect("done").outcome.as_deref(),
            Some("resolved")
        );
    }
    let messages = store.messages(SHOP, &talk, -1, 100).await.expect("read");
    assert_eq!(messages.iter().filter(|m| m.text == "再见").count(), 1);
    let other = store.end(SHOP, &ticket, actor("you"), Move::Resolve, "", at(5));
    assert!(matches!(other.await, Err(StoreError::Illegal(_))));
}

#[tokio::test]
async fn the_queue_tells_tickets_apart_and_shows_the_last_done_first() {
    let (_folder, store, talk) = store().await;
    let asked = say(&store, &talk, None, "转人工", Some(Reason::Requested), 1).await;
    let first = asked.ticket.expect("a ticket").id;
    let me = actor("me");
    let all = Slice {
        limit: 50,
        offset: 0,
    };
    let queue = async |state: &'static str| {
        let filter = TicketFilter {
            state,
            ..TicketFilter::default()
        };
        store.tickets(SHOP, filter, all).await.expect("read").items
    };
    let waiting = queue("waiting").await;
    assert_eq!(
        (waiting[0].question.as_str(), waiting[0].last_role.as_str()),
        ("转人工", "bot")
    );
    store
        .claim(SHOP, &first, me, "", at(2))
        .await
        .expect("mine");
    let end = store.end(SHOP, &first, me, Move::HandBack, "", at(3));
    end.await.expect("done");
    let again = say(&store, &talk, None, "转人工", Some(Reason::Requested), 4).await;
    let second = again.ticket.expect("a ticket").id;
    assert_ne!(first, second, "a handed back talk opens a new ticket");
    store
        .claim(SHOP, &second, me, "", at(5))
        .await
        .expect("mine");
    let end = store.end(SHOP, &second, me, Move::Resolve, "", at(6));
    end.await.expect("done");
    let done: Vec<String> = queue("resolved")
        .await
        .into_iter()
        .map(|row| row.ticket.id)
        .collect();
    assert_eq!(done, [second, first]);
}

#[tokio::test]
async fn a_thumb_is_a_label_until_a_person_decides() {
    let (_folder, store, talk) = store().await;
    let said = say(&store, &talk, None, "包邮吗", None, 1).await;
    let again = say(&store, &talk, None, "包邮吗", None, 2).await;
    let thumb = async |reply: &Option<String>, verdict: Opinion, second: i64| {
        let reply = reply.as_deref().expect("a reply");
        let given = store.give_feedback(SHOP, &talk, reply, "buyer", verdict, "", at(second));
        given.await.expect("kept");
    };
    let lessons = async || {
        let all = Slice {
            limit: 50,
            offset: 0,
        };
        let page = store.lessons(SHOP, "open", all).await.expect("read");
        let pairs = page.items.into_iter().map(|lesson| {
            assert_eq!(lesson.question, "包邮吗");
            (lesson.kind, lesson.entry.unwrap_or_default())
        });
        pairs.collect::<Vec<_>>()
    };
    let label = |kind: &str| (kind.to_owned(), "faq:a".to_owned());
    thumb(&said.reply, Opinion::Up, 3).await;
    thumb(&again.reply, Opinion::Up, 4).await;
    assert_eq!(lessons().await, [label("thumb_up")], "offered once");
    thumb(&said.reply, Opinion::Down, 5).await;
    assert_eq!(
        lessons().await,
        [label("thumb_down")],
        "the later thumb counts"
    );
}

/// The words on an option are the shop's. The lesson is about the buyer's own words.
#[tokio::test]
async fn a_thumb_on_a_picked_option_is_about_the_buyers_own_words() {
    let (_folder, store, talk) = store().await;
    say(&store, &talk, None, "想弄掉它", None, 1).await;
    let picked = async |text: &str, meant: Option<&str>, second: i64| {
        let turn = Turn {
            chosen: Some("faq:a"),
            meant,
            ..turn(&talk, None, text)
        };
        let verdict = verdict(None, text);
        match store.record_turn(turn, Some(&verdict), at(second)).await {
            Ok(Recorded::Done(record)) => record.reply.expect("a reply"),
            other => panic!("{other:?}"),
        }
    };
    picked("怎么取消订单", None, 2).await;
    let reply = picked("是的", Some("怎么退货"), 3).await;
    let given = store.give_feedback(SHOP, &talk, &reply, "buyer", Opinion::Down, "", at(4));
    given.await.expect("kept");
    let all = Slice {
        limit: 50,
        offset: 0,
    };
    let page = store.lessons(SHOP, "open", all).await.expect("read");
    let down = page.items.iter().find(|one| one.kind == "thumb_down");
    assert_eq!(down.expect("a lesson").question, "想弄掉它");
}

/// Words of the buyer after the options, and whether they only turn them down.
type Between = &'static [(&'static str, bool)];

/// The question is the one that the option was offered for, whatever is said in between.
#[tokio::test]
async fn a_choice_teaches_what_it_was_offered_for() {
    let rows: &[(Between, &str, Option<&str>)] = &[
        (&[], "faq:a", Some("想弄掉它")),
        (&[("不是", true)], "faq:a", Some("想弄掉它")),
        (
            &[("好的", false), ("都不是", true)],
            "faq:a",
            Some("想弄掉它"),
        ),
        (&[], "faq:never-offered", None),
    ];
    for (number, (between, chosen, learned)) in rows.iter().enumerate() {
        let (_folder, store, talk) = store().await;
        let record = async |turn: Turn<'_>, verdict: &Verdict| {
            let recorded = store.record_turn(turn, Some(verdict), at(1)).await;
            recorded.expect("recorded");
        };
        let offered = offering(verdict(None, "想弄掉它"), "faq:a", "怎么退货");
        record(turn(&talk, None, "想弄掉它"), &offered).await;
        for (words, declined) in *between {
            let turn = Turn {
                declined: *declined,
                ..turn(&talk, None, words)
            };
            record(turn, &verdict(None, words)).await;
        }
        let click = Turn {
            chosen: Some(chosen),
            ..turn(&talk, None, "怎么退货")
        };
        record(click, &verdict(None, "怎么退货")).await;
        let all = Slice {
            limit: 50,
            offset: 0,
        };
        let page = store.lessons(SHOP, "open", all).await.expect("read");
        let questions: Vec<&str> = page.items.iter().map(|one| one.question.as_str()).collect();
        let expected: Vec<&str> = learned.iter().copied().collect();
        assert_eq!(questions, expected, "row {number}");
    }
}

/// What was handed off and why, the buyer's words to the agent, the entry sent, the question learned.
type Taught = (
    &'static str,
    Reason,
    &'static [&'static str],
    &'static str,
    Option<&'static str>,
);

/// A reply answers what was asked last, whatever was handed off.
#[tokio::test]
async fn a_reply_teaches_the_question_it_answers() {
    let rows: &[Taught] = &[
        (
            "宝宝喝了奶粉拉肚子",
            Reason::Risk,
            &["纸尿裤怎么选尺码"],
            "faq:a",
            Some("纸尿裤怎么选尺码"),
        ),
        (
            "能开专票吗",
            Reason::NoMatch,
            &[],
            "faq:a",
            Some("能开专票吗"),
        ),
        (
            "能开专票吗",
            Reason::NoMatch,
            &["在吗", "好的"],
            "faq:a",
            Some("能开专票吗"),
        ),
        (
            "转人工",
            Reason::Requested,
            &["在吗", "羊绒衫能机洗吗"],
            "faq:a",
            Some("羊绒衫能机洗吗"),
        ),
        ("转人工", Reason::Requested, &["在吗"], "faq:a", None),
        (
            "给我转人工，我要问退款多久到账",
            Reason::Requested,
            &[],
            "faq:a",
            None,
        ),
        ("能开专票吗", Reason::NoMatch, &[], "script:thanks", None),
    ];
    for (number, (handed, reason, told, entry, learned)) in rows.iter().enumerate() {
        let (_folder, store, talk) = store().await;
        let asked = say(&store, &talk, None, handed, Some(*reason), 1).await;
        let ticket = asked.ticket.expect("a ticket").id;
        let me = actor("me");
        let claimed = store.claim(SHOP, &ticket, me, "已接入", at(2)).await;
        claimed.expect("mine");
        for words in *told {
            tell(&store, &talk, words, 3).await;
        }
        let reply = store.reply(SHOP, &ticket, me, "是的", Some(entry), None, at(4));
        reply.await.expect("a reply");
        let all = Slice {
            limit: 50,
            offset: 0,
        };
        let page = store.lessons(SHOP, "open", all).await.expect("read");
        let questions: Vec<&str> = page.items.iter().map(|one| one.question.as_str()).collect();
        let expected: Vec<&str> = learned.iter().copied().collect();
        assert_eq!(questions, expected, "row {number}: {handed} {told:?}");
    }
}

#[tokio::test]
async fn the_last_admin_stays() {
    let (_folder, store, _) = store().await;
    let make = async |scope: &str| {
        let (scopes, shops) = (vec![scope.to_owned()], vec!["*".to_owned()]);
        let new = NewKey {
            name: scope,
            scopes: &scopes,
            shops: &shops,
            by: "root",
            idem: None,
        };
        store.make_key(new, at(0)).await.expect("a key").0.id
    };
    make("desk").await;
    assert!(!store.has_admin().await.expect("read"), "an agent is none");
    let first = make("admin").await;
    let refused = store.revoke_key(&first, at(1)).await;
    assert!(matches!(refused, Err(StoreError::LastAdmin)));
    let second = make("admin").await;
    store
        .revoke_key(&first, at(2))
        .await
        .expect("another is left");
    let refused = store.revoke_key(&second, at(3)).await;
    assert!(matches!(refused, Err(StoreError::LastAdmin)));
    assert!(store.has_admin().await.expect("read"));
}
