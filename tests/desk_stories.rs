//! The work of people at the desk, over HTTP, on SQLite and on PostgreSQL.

use std::future::Future;
use std::time::{Duration, Instant};

use reqwest::StatusCode;
use serde_json::json;

use crate::support::database::{Kind, kinds};
use crate::support::http::{Actor, Buyer, NIGHT, OPEN, Reply, World};

/// Tells a story on every database that this machine has.
async fn on_each<F: Future<Output = ()>>(story: impl Fn(Kind) -> F) {
    for kind in kinds() {
        eprintln!("on {kind:?}");
        story(kind).await;
    }
}

/// Races for a ticket, and how many of them run at once.
const RACES: usize = 1000;
const TOGETHER: usize = 20;

fn ticket_path(ticket: &str, action: &str) -> String {
    format!("/v1/shops/{OPEN}/tickets/{ticket}{action}")
}

#[tokio::test(flavor = "multi_thread")]
async fn from_question_to_person_and_back() {
    on_each(|kind| async move {
        let world = World::start(kind).await;
        let agent = world.agent("小李").await;
        let buyer = world.buyer(OPEN).await;
        let mut desk = agent.watch(&format!("/v1/shops/{OPEN}/events"), None).await;
        let mut phone = buyer
            .actor
            .watch(&format!("{}/events", buyer.path), None)
            .await;

        let told = Instant::now();
        let sent = buyer.say("什么时候发货").await;
        // As long as this busy machine takes for what should be done in a second.
        let second = Duration::from_secs(1).max(told.elapsed() * 20);
        assert_eq!(sent["decision"]["decision"], "answer", "{sent}");
        assert_eq!(sent["decision"]["reply"], "付款后48小时内发货。");

        let asked = Instant::now();
        let ticket = buyer.hand_off().await;
        let opened = desk.until("ticket.opened").await;
        let waited = asked.elapsed();
        assert!(
            waited < second,
            "the agent sees it within a second, not {waited:?}"
        );
        assert_eq!(opened.data["data"]["ticket"]["id"], ticket.as_str());

        let queue = agent
            .sees(&format!("/v1/shops/{OPEN}/tickets?state=waiting"))
            .await;
        assert_eq!(queue["total"], 1);
        let packet = agent.sees(&ticket_path(&ticket, "")).await;
        assert_eq!(packet["question"], "转人工");
        assert_eq!(packet["ticket"]["reason"], "requested");
        assert!(
            packet["suggested"]
                .as_str()
                .is_some_and(|text| text.contains("小店")),
            "{packet}"
        );

        agent.does(&ticket_path(&ticket, "/claim")).await;
        assert_eq!(phone.until("state").await.data["data"]["state"], "waiting");
        assert_eq!(phone.until("state").await.data["data"]["agent"], "小李");

        let silent = buyer.say("什么时候发货").await;
        assert_eq!(
            silent["decision"]["reply"], "",
            "the bot is silent while a person owns the talk"
        );
        assert_eq!(silent["decision"]["handoff"]["ticket"], ticket.as_str());
        assert!(silent["reply"].is_null());

        agent
            .post(
                &ticket_path(&ticket, "/reply"),
                json!({"text": "您好，今天发"}),
            )
            .await
            .expect(StatusCode::CREATED);
        agent
            .post(&ticket_path(&ticket, "/notes"), json!({"text": "急"}))
            .await
            .expect(StatusCode::CREATED);
        agent.does(&ticket_path(&ticket, "/hand-back")).await;
        let sent = buyer.say("包邮吗").await;
        assert_eq!(
            sent["decision"]["reply"], "全场满99元包邮。",
            "the bot goes on"
        );

        let lines = buyer.lines().await;
        assert!(
            lines.contains(&"agent: 您好，今天发".to_owned()),
            "{lines:?}"
        );
        assert!(
            !lines.iter().any(|line| line.contains('急')),
            "notes are not for buyers"
        );

        let down = json!({"conversation": buyer.id, "message": sent["reply"], "verdict": "down"});
        let thumb = buyer
            .actor
            .post(&format!("/v1/shops/{OPEN}/feedback"), down)
            .await;
        assert_eq!(thumb.status, StatusCode::NO_CONTENT, "{}", thumb.text);
        let stats = world.admin.sees(&format!("/v1/shops/{OPEN}/stats")).await;
        assert_eq!(stats["feedback"], json!([{"name": "down", "count": 1}]));
        world.server.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sent_twice_is_said_once() {
    on_each(|kind| async move {
        let world = World::start(kind).await;
        let buyer = world.buyer(OPEN).await;
        let sent =
            futures::future::join_all((0..20).map(|_| buyer.say_once("转人工", "k-1"))).await;
        assert!(
            sent.iter()
                .all(|reply| reply["message"] == sent[0]["message"]),
            "one message"
        );
        let ticket = &sent[0]["decision"]["handoff"]["ticket"];
        assert!(
            sent.iter()
                .all(|reply| reply["decision"]["handoff"]["ticket"] == *ticket),
            "one ticket"
        );
        assert_eq!(buyer.lines().await.len(), 3, "greeting, question, reply");

        let agent = world.agent("小李").await;
        let ticket = ticket.as_str().expect("a ticket");
        agent.does(&ticket_path(ticket, "/claim")).await;
        let reply = || {
            let (path, body) = (ticket_path(ticket, "/reply"), json!({"text": "在的"}));
            let agent = agent.clone();
            async move {
                let headers = [("idempotency-key", "r-1")];
                agent
                    .send(reqwest::Method::POST, &path, Some(body), &headers)
                    .await
                    .expect(StatusCode::CREATED)
            }
        };
        let replies = futures::future::join_all((0..10).map(|_| reply())).await;
        assert!(
            replies
                .iter()
                .all(|message| message["id"] == replies[0]["id"])
        );

        // A conversation named in /answer: the first naming opens it, and its token comes once.
        let body = json!({"question": "转人工", "conversation": "c-1"});
        let path = format!("/v1/shops/{OPEN}/answer");
        let first = world.nobody().post(&path, body.clone()).await;
        let token = first
            .headers
            .get("x-conversation-token")
            .expect("a token")
            .to_str()
            .expect("text")
            .to_owned();
        let first = first.expect(StatusCode::OK);
        let reader = world.nobody().with_key(&token);
        let second = reader.post(&path, body.clone()).await;
        assert!(!second.headers.contains_key("x-conversation-token"));
        let second = second.expect(StatusCode::OK);
        assert_eq!(
            first["handoff"]["ticket"], second["handoff"]["ticket"],
            "a second handoff joins the first"
        );
        let messages = format!("/v1/shops/{OPEN}/conversations/c-1/messages");
        assert_eq!(reader.sees(&messages).await["total"], 4);

        // Who only knows the id may ask, but reads nothing of what was said; the token of another opens nothing.
        let stranger = world.nobody();
        let asked = stranger.post(&path, body.clone()).await;
        let asked = asked.expect(StatusCode::OK);
        assert!(asked["proof"].is_null(), "{asked}");
        let own = stranger
            .post(&path, json!({"question": "包邮吗", "conversation": "c-2"}))
            .await;
        let other = stranger.with_key(own.headers["x-conversation-token"].to_str().unwrap());
        let refused = other.post(&path, body.clone()).await;
        assert!(
            refused.text.contains("x-conversation-token"),
            "{}",
            refused.text
        );
        refused.refused(StatusCode::FORBIDDEN, "not-your-conversation");
        for caller in [&stranger, &other] {
            let refused = caller.get(&messages).await;
            refused.refused(StatusCode::FORBIDDEN, "not-your-conversation");
        }
        assert_eq!(reader.sees(&messages).await["total"], 6);
        let channel = world.key("渠道", "ask", OPEN).await;
        channel.post(&path, body).await.expect(StatusCode::OK);
        assert_eq!(reader.sees(&messages).await["total"], 8);

        // Of many who name the same new id at once one gets the token; a lost reply's key gives it once more.
        let body = json!({"question": "包邮吗", "conversation": "c-3"});
        let named =
            futures::future::join_all((0..8).map(|_| stranger.post(&path, body.clone()))).await;
        let opened = |reply: &Reply| reply.headers.contains_key("x-conversation-token");
        assert_eq!(named.iter().filter(|reply| opened(reply)).count(), 1);
        assert!(named.iter().all(|reply| reply.status == StatusCode::OK));
        let body = json!({"question": "包邮吗", "conversation": "c-4"});
        for (key, status, again) in [
            ("a-key-that-nobody-guesses", StatusCode::OK, true),
            ("a-key-that-nobody-guesses", StatusCode::OK, true),
            ("another-key-that-is-as-long", StatusCode::OK, false),
            ("short", StatusCode::OK, false),
        ] {
            let headers = [("idempotency-key", key)];
            let post = reqwest::Method::POST;
            let reply = stranger
                .send(post, &path, Some(body.clone()), &headers)
                .await;
            assert_eq!((reply.status, opened(&reply)), (status, again), "{key}");
        }
        world.server.close().await;
    })
    .await;
}

/// 1,000 races of two agents for one ticket, over all databases.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_agents_one_wins() {
    on_each(|kind| async move {
        let world = World::start(kind).await;
        let (one, two) = (world.agent("甲").await, world.agent("乙").await);
        let race = |one: Actor, two: Actor, buyer: Buyer| async move {
            let ticket = buyer.hand_off().await;
            let path = ticket_path(&ticket, "/claim");
            let (a, b) = futures::join!(one.act(&path), two.act(&path));
            let (won, lost) = if a.status == StatusCode::OK {
                (a, b)
            } else {
                (b, a)
            };
            let owner = won.expect(StatusCode::OK)["agent"].clone();
            lost.refused(StatusCode::CONFLICT, "taken");
            owner
        };
        let mut wins = std::collections::BTreeMap::new();
        let rounds = RACES / kinds().len() / TOGETHER;
        for _ in 0..rounds {
            let mut races = Vec::new();
            for _ in 0..TOGETHER {
                races.push(race(one.clone(), two.clone(), world.buyer(OPEN).await));
            }
            for owner in futures::future::join_all(races).await {
                *wins.entry(owner.to_string()).or_insert(0usize) += 1;
            }
        }
        assert_eq!(wins.values().sum::<usize>(), rounds * TOGETHER);
        eprintln!("wins: {:?}", wins.values().collect::<Vec<_>>());
        world.server.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn outside_hours_the_buyer_is_told_honestly() {
    on_each(|kind| async move {
        let world = World::start(kind).await;
        let buyer = world.buyer(NIGHT).await;
        let sent = buyer.say("转人工").await;
        let handoff = &sent["decision"]["handoff"];
        assert_eq!(handoff["within_hours"], false);
        assert!(
            handoff["message"]
                .as_str()
                .is_some_and(|text| text.contains("服务时间")),
            "{handoff}"
        );
        assert!(
            sent["decision"]["reply"]
                .as_str()
                .is_some_and(|text| text.contains("服务时间")),
            "{sent}"
        );
        let shop = world.nobody().sees(&format!("/v1/shops/{NIGHT}")).await;
        assert_eq!(shop["within_hours"], false);
        // The bot still answers while the ticket waits for the morning.
        assert_eq!(buyer.say("包邮吗").await["decision"]["decision"], "answer");
        world.server.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn transferred_resolved_and_reopened() {
    on_each(|kind| async move {
        let world = World::start(kind).await;
        let (one, two) = (world.agent("甲").await, world.agent("乙").await);
        let buyer = world.buyer(OPEN).await;
        let ticket = buyer.hand_off().await;
        let unclaimed = one
            .post(&ticket_path(&ticket, "/reply"), json!({"text": "在"}))
            .await;
        unclaimed.refused(StatusCode::CONFLICT, "unclaimed");
        one.does(&ticket_path(&ticket, "/claim")).await;
        let foreign = two
            .post(&ticket_path(&ticket, "/reply"), json!({"text": "在"}))
            .await;
        foreign.refused(StatusCode::CONFLICT, "taken");
        let moved = one
            .post(&ticket_path(&ticket, "/transfer"), json!({"skill": "售后"}))
            .await
            .expect(StatusCode::OK);
        assert_eq!(
            (&moved["state"], &moved["skill"]),
            (&json!("waiting"), &json!("售后"))
        );
        let mine = two
            .sees(&format!("/v1/shops/{OPEN}/tickets?skill=售后"))
            .await;
        assert_eq!(mine["total"], 1);
        two.does(&ticket_path(&ticket, "/claim")).await;
        two.does(&ticket_path(&ticket, "/resolve")).await;
        one.act(&ticket_path(&ticket, "/claim"))
            .await
            .refused(StatusCode::CONFLICT, "illegal-move");

        let again = buyer.say("转人工").await;
        assert_eq!(
            again["decision"]["handoff"]["ticket"],
            ticket.as_str(),
            "the buyer's return reopens the ticket"
        );
        two.does(&ticket_path(&ticket, "/claim")).await;
        two.does(&ticket_path(&ticket, "/resolve")).await;
        let opened = one.does(&ticket_path(&ticket, "/reopen")).await;
        assert_eq!(
            (&opened["state"], &opened["reopened"]),
            (&json!("reopened"), &json!(2))
        );
        world.server.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_line_resumes_where_it_stopped() {
    on_each(|kind| async move {
        let world = World::start(kind).await;
        let agent = world.agent("小李").await;
        let buyer = world.buyer(OPEN).await;
        let path = format!("/v1/shops/{OPEN}/events");
        let mut line = agent.watch(&path, None).await;
        buyer.say("包邮吗").await;
        let seen = line.next().await.expect("an event");
        drop(line);
        buyer.say("什么时候发货").await;
        let mut line = agent.watch(&path, Some(&seen.id)).await;
        let mut last: i64 = seen.id.parse().expect("a number");
        for _ in 0..3 {
            let event = line.next().await.expect("an event");
            last += 1;
            assert_eq!(event.id, last.to_string(), "nothing lost, nothing twice");
        }
        // The line survives a restart of the server: the browser comes back with the last id it saw.
        let world = world.restart().await;
        let agent = agent.moved_to(&world.admin.base);
        let buyer = Buyer {
            actor: buyer.actor.moved_to(&world.admin.base),
            ..buyer
        };
        let mut line = agent.watch(&path, Some(&last.to_string())).await;
        buyer.say("可以开发票吗").await;
        assert_eq!(
            line.next().await.expect("an event").id,
            (last + 1).to_string()
        );
        world.server.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_teaches_and_the_unanswered_are_counted() {
    on_each(|kind| async move {
        let world = World::start(kind).await;
        let agent = world.agent("小李").await;
        for _ in 0..3 {
            let buyer = world.buyer(OPEN).await;
            let sent = buyer.say("你们的火箭燃料怎么保存").await;
            assert_eq!(sent["decision"]["decision"], "handoff", "{sent}");
        }
        let clusters = world
            .admin
            .sees(&format!("/v1/shops/{OPEN}/unanswered"))
            .await;
        assert_eq!(
            (&clusters["total"], &clusters["items"][0]["count"]),
            (&json!(1), &json!(3)),
            "{clusters}"
        );
        let queue = agent
            .sees(&format!("/v1/shops/{OPEN}/tickets?state=waiting"))
            .await;
        let ticket = queue["items"][0]["id"]
            .as_str()
            .expect("a ticket")
            .to_owned();
        agent.does(&ticket_path(&ticket, "/claim")).await;
        let said = json!({"text": "我们不卖燃料哦", "entry": "faq:ship"});
        agent
            .post(&ticket_path(&ticket, "/reply"), said)
            .await
            .expect(StatusCode::CREATED);
        let lessons = world
            .admin
            .sees(&format!("/v1/shops/{OPEN}/learning?state=open"))
            .await;
        assert_eq!(lessons["items"][0]["entry"], "faq:ship", "{lessons}");
        let id = lessons["items"][0]["id"].as_str().expect("an id");
        let path = format!("/v1/shops/{OPEN}/learning/{id}/accept");
        assert_eq!(world.admin.does(&path).await["state"], "accepted");
        let audit = world.admin.sees("/v1/audit").await;
        assert_eq!(audit["items"][0]["action"], "learning.accepted");
        world.server.close().await;
    })
    .await;
}

/// Rebuild over HTTP: watched, published, rolled back.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_goes_live_and_back() {
    let world = World::start(Kind::Sqlite).await;
    let faq = world.knowledge().join(OPEN).join("faq/faq.csv");
    let answer = async |question: &str| {
        let body = json!({"question": question});
        world
            .nobody()
            .post(&format!("/v1/shops/{OPEN}/answer"), body)
            .await
            .expect(StatusCode::OK)["reply"]
            .clone()
    };
    assert_eq!(answer("包邮吗").await, "全场满99元包邮。");
    std::fs::write(&faq, crate::support::shop::FAQ.replace("满99元", "满59元")).expect("written");
    let rebuild = async || {
        let task = world
            .admin
            .act(&format!("/v1/shops/{OPEN}/rebuild"))
            .await
            .expect(StatusCode::ACCEPTED);
        let path = format!("/v1/tasks/{}", task["id"].as_str().expect("an id"));
        let done = world
            .admin
            .watch(&format!("{path}/events"), None)
            .await
            .until("done")
            .await;
        assert_eq!(world.admin.sees(&path).await["state"], done.data["state"]);
        done.data
    };
    let done = rebuild().await;
    assert_eq!(done["result"]["outcome"], "published", "{done}");
    assert_eq!(answer("包邮吗").await, "全场满59元包邮。");
    assert_eq!(rebuild().await["result"]["outcome"], "unchanged");
    std::fs::write(&faq, "question,answer\n没有答案,\n").expect("written");
    let faulty = rebuild().await;
    assert_eq!(faulty["result"]["outcome"], "faulty", "{faulty}");
    assert!(
        faulty["result"]["findings"][0]["row"].is_number(),
        "{faulty}"
    );
    assert_eq!(
        answer("包邮吗").await,
        "全场满59元包邮。",
        "the live version stays"
    );
    let path = format!("/v1/shops/{OPEN}/snapshots");
    let versions = world.admin.sees(&path).await;
    assert_eq!(versions["total"], 2);
    world.admin.does(&format!("{path}/rollback")).await;
    assert_eq!(answer("包邮吗").await, "全场满99元包邮。");
    world.server.close().await;
}
