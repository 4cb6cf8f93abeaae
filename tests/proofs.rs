//! Replies of the HTTP API, kept by a channel as received and replayed later.

use reqwest::StatusCode;
use serde_json::{Value, json};
use zhike::index::Catalog;
use zhike::publish::replay::{Replay, ReplayError, read, replay};

use crate::support::database::kinds;
use crate::support::http::{NIGHT, OPEN, World};

const NUMBER: &str = "13812345678";

fn replayed(world: &World, body: &Value) -> Result<Replay, ReplayError> {
    let record = read(&body.to_string()).unwrap_or_else(|error| panic!("{error}: {body}"));
    let catalog = Catalog::new(&world.folder.path().join("index"), &record.shop);
    replay(&catalog, &record, None)
}

/// Whatever the buyer is told, in a talk or out of it, the body proves it: remembered, explained, masked, closed or
/// with others waiting before.
#[tokio::test(flavor = "multi_thread")]
async fn every_reply_can_be_replayed_from_its_body() {
    for kind in kinds() {
        let world = World::start(kind).await;
        let nobody = world.nobody();
        let mut bodies = Vec::new();
        for (shop, request) in [
            (OPEN, json!({"question": "什么时候发货"})),
            (OPEN, json!({"question": "什么时候发货"})), // remembered
            (OPEN, json!({"question": "什么时候发货", "explain": true})),
            (
                OPEN,
                json!({"question": "包邮吗，可以开发票吗", "at": "2026-11-22"}),
            ),
            (
                OPEN,
                json!({"question": "免运费吗", "previous": ["能退货吗"], "order_state": "已发货"}),
            ),
            (OPEN, json!({"question": "随便", "chosen": "faq:invoice"})),
            (
                OPEN,
                json!({"question": format!("我手机号{NUMBER}，什么时候发货")}),
            ),
            (
                OPEN,
                json!({"question": format!("叫你们老板打{NUMBER}，我要投诉")}),
            ),
            (OPEN, json!({"question": "你们卖飞机吗"})),
            (OPEN, json!({"question": "我的单号2026112200017788到哪了"})),
            (NIGHT, json!({"question": "转人工"})),
            (NIGHT, json!({"question": "包邮吗"})),
        ] {
            let path = format!("/v1/shops/{shop}/answer");
            let sent = nobody.post(&path, request.clone()).await;
            bodies.push(sent.expect(StatusCode::OK));
        }
        // A talk that the channel names: its first answer carries the token of the others.
        let path = format!("/v1/shops/{OPEN}/answer");
        let named = |text: &str| json!({"question": text, "conversation": "c-1"});
        let first = nobody.post(&path, named("几天能发货")).await;
        let token = first.headers["x-conversation-token"].to_str().unwrap();
        let reader = nobody.with_key(token);
        bodies.push(first.expect(StatusCode::OK));
        let second = reader.post(&path, named("那能退货吗")).await;
        bodies.push(second.expect(StatusCode::OK));
        // The second that waits for a person is told of the first.
        for text in ["包邮吗", "转人工"] {
            for _ in 0..2 {
                bodies.push(world.buyer(OPEN).await.say(text).await);
            }
        }
        for body in &bodies {
            let proof = replayed(&world, body).unwrap_or_else(|error| panic!("{error}: {body}"));
            assert!(proof.agrees, "{proof}\n{body}");
            // Only the wait for a person is not in the snapshot.
            let waits = !body["handoff"].is_null() || !body["decision"]["handoff"].is_null();
            assert!(proof.identical || waits, "{proof}\n{body}");
            assert!(!proof.to_string().contains(NUMBER), "{proof}");
            assert!(!body["proof"].to_string().contains(NUMBER), "{body}");
        }
        // Without a person there is nothing that a snapshot does not hold.
        let proof = replayed(&world, &bodies[0]).unwrap();
        assert!(
            proof.identical && proof.to_string().contains("逐字节相同"),
            "{proof}"
        );

        // Another word in the reply, another moment, another reply's proof: the seal tells.
        for (pointer, value) in [
            ("/reply", json!("付款后72小时内发货。")),
            ("/parts/0/sources/0/snippet", json!("付款后72小时内发货。")),
            ("/proof/question/at", json!("2026-01-01T00:00:00Z")),
            ("/proof", bodies[3]["proof"].clone()),
        ] {
            let mut forged = bodies[0].clone();
            *forged.pointer_mut(pointer).expect(pointer) = value;
            assert!(
                matches!(replayed(&world, &forged), Err(ReplayError::Tampered)),
                "{pointer}"
            );
        }
        // What is no record says what it is.
        let mut bare = bodies[0].clone();
        bare.as_object_mut().expect("an object").remove("proof");
        for (text, said) in [
            (
                bodies[0]["receipt"].to_string(),
                "`receipt` of a reply alone",
            ),
            (bare.to_string(), "without `proof`"),
            ("[1]".into(), "neither a record"),
            ("{\"a\": 1}".into(), "neither a record"),
            ("{".into(), "EOF"),
        ] {
            let error = read(&text).expect_err(&text).to_string();
            assert!(error.contains(said), "{text}: {error}");
        }

        // A message sent twice is one message and proves what it proved, whatever was said since.
        for text in [
            "可以开发票吗",
            "那怎么退货",
            "转人工",
            "你们卖飞机吗",
            "嗯",
            "我手机号13812345678，什么时候发货",
        ] {
            let buyer = world.buyer(OPEN).await;
            let first = buyer.say_once(text, "k-1").await;
            buyer.say("包邮吗").await;
            let second = buyer.say_once(text, "k-1").await;
            assert_eq!(first["decision"], second["decision"], "{text}");
            assert_eq!(first["proof"], second["proof"], "{text}");
            assert!(
                replayed(&world, &second).unwrap().agrees,
                "{text}: {second}"
            );
        }
        // A person who owns the talk answers for themselves.
        let owned = world.buyer(OPEN).await;
        let ticket = owned.hand_off().await;
        let agent = world.agent("小李").await;
        let claim = format!("/v1/shops/{OPEN}/tickets/{ticket}/claim");
        agent.does(&claim).await;
        let silent = owned.say("在吗").await;
        assert!(silent["proof"].is_null(), "{silent}");
        world.server.close().await;
    }
}

/// Who works at the desk gets the proof of a stored reply, prints it and replays it; nobody else does.
#[tokio::test(flavor = "multi_thread")]
async fn the_merchant_gets_the_proof_of_a_stored_reply() {
    for kind in kinds() {
        let world = World::start(kind).await;
        let (buyer, other) = (world.buyer(OPEN).await, world.buyer(OPEN).await);
        let agent = world.agent("小李").await;
        let path = |talk: &str, message: &str| {
            format!("/v1/shops/{OPEN}/conversations/{talk}/messages/{message}/proof")
        };
        for (text, answered) in [
            ("什么时候发货", true),
            ("我手机号13812345678，什么时候发货", true),
            ("我的单号2026112200017788到哪了", false),
        ] {
            let said = buyer.say(text).await;
            for id in [&said["message"], &said["reply"]] {
                let id = id.as_str().expect("an id");
                let kept = agent.sees(&path(&buyer.id, id)).await;
                let whole = kept.to_string();
                assert!(!whole.contains(NUMBER), "{whole}");
                assert_eq!(kept["proof"], said["proof"], "{text}");
                assert!(kept["published_at"].is_string(), "{whole}");
                if answered {
                    let source = &kept["decision"]["parts"][0]["sources"][0];
                    assert!(
                        source["file"].is_string() && source["row"].is_number(),
                        "{whole}"
                    );
                }
                let proof =
                    replayed(&world, &kept).unwrap_or_else(|error| panic!("{error}: {kept}"));
                assert!(
                    proof.agrees && (proof.identical || !answered),
                    "{proof}\n{kept}"
                );
                // Whose talk it is not, and who does not work here, sees nothing.
                let elsewhere = agent.get(&path(&other.id, id)).await;
                assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
                let stranger = buyer.actor.get(&path(&buyer.id, id)).await;
                assert!(
                    stranger.status.is_client_error() && stranger.status != StatusCode::NOT_FOUND
                );
            }
        }
        let missing = agent.get(&path(&buyer.id, "none")).await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND);
        world.server.close().await;
    }
}
