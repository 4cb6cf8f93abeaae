//! Talks of several turns as they are stored: a buyer answers a question back, and misses add up.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::database::{Kind, kinds};
use crate::support::http::{Buyer, World};
use crate::support::shop;

const SHOP: &str = "asks";

/// Entries that are always offered and never answered outright.
const OFFERED: &str = "\
id,question,answer,clarify
wechat,微信付款怎么退款,微信付的款1天退回。,是
alipay,支付宝付款怎么退款,支付宝付的款3天退回。,是
gift,礼品卡能转赠吗,礼品卡可以转赠。,是
";

/// A server with a shop that asks back.
async fn world(kind: Kind) -> World {
    let folder = tempfile::tempdir().expect("a folder");
    let knowledge = folder.path().join("knowledge");
    shop::write(&knowledge, SHOP, "问店", "");
    std::fs::write(knowledge.join(SHOP).join("faq/offered.csv"), OFFERED).expect("written");
    World::of(kind, folder, &[SHOP]).await
}

fn reply(sent: &Value) -> &str {
    sent["decision"]["reply"].as_str().expect("a reply")
}

fn rule(sent: &Value) -> &str {
    sent["decision"]["receipt"]["rule"]
        .as_str()
        .expect("a rule")
}

/// Asks something that is asked back; gives the titles offered.
async fn offered(buyer: &Buyer, question: &str) -> Vec<String> {
    let sent = buyer.say(question).await;
    assert_eq!(sent["decision"]["decision"], "clarify", "{sent}");
    let options = sent["decision"]["options"].as_array().expect("options");
    let title = |option: &Value| option["title"].as_str().expect("a title").to_owned();
    options.iter().map(title).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_picks_what_was_offered() {
    for kind in kinds() {
        let world = world(kind).await;
        let buyer = world.buyer(SHOP).await;
        assert_eq!(offered(&buyer, "礼品卡能转赠吗").await.len(), 1);
        let sent = buyer.say("嗯，是的").await;
        assert_eq!((reply(&sent), rule(&sent)), ("礼品卡可以转赠。", "chosen"));

        let titles = offered(&buyer, "怎么退款").await;
        assert_eq!(titles.len(), 2, "{titles:?}");
        let sent = buyer.say("是的").await;
        assert_ne!(rule(&sent), "chosen", "of two options a yes tells none");
        for words in ["第二个", "2", titles[1].as_str()] {
            let titles = offered(&world.buyer(SHOP).await, "怎么退款").await;
            let buyer = world.buyer(SHOP).await;
            offered(&buyer, "怎么退款").await;
            let sent = buyer.say(words).await;
            let expected = match titles[1].starts_with("微信") {
                true => "微信付的款1天退回。",
                false => "支付宝付的款3天退回。",
            };
            assert_eq!((reply(&sent), rule(&sent)), (expected, "chosen"), "{words}");
        }

        // As after a click: the merchant is offered the buyer's wording for the entry.
        let lessons = world
            .admin
            .sees(&format!("/v1/shops/{SHOP}/learning?state=open"))
            .await;
        let lessons = lessons["items"].as_array().expect("lessons");
        let learned = lessons.iter().filter(|one| one["kind"] == "chosen_option");
        assert!(
            learned.clone().any(|one| one["question"] == "怎么退款"),
            "{lessons:?}"
        );
        // What was said stays what was said.
        assert!(buyer.lines().await.contains(&"buyer: 嗯，是的".to_owned()));
        world.server.close().await;
    }
}

/// A click is about the question that the option was offered for, and what nobody offered is no lesson; a pick is listed
/// as the question that it picks, and 都不是 as none.
#[tokio::test(flavor = "multi_thread")]
async fn a_pick_counts_as_what_it_picks() {
    for kind in kinds() {
        let world = world(kind).await;
        let buyer = world.buyer(SHOP).await;
        offered(&buyer, "怎么退款").await;
        assert_eq!(rule(&buyer.say("都不是").await), "rephrase");
        for (title, chosen) in [
            ("微信付款怎么退款", "faq:wechat"),
            ("礼品卡能转赠吗", "faq:gift"),
        ] {
            let click = json!({"question": title, "chosen": chosen});
            let path = format!("{}/messages", buyer.path);
            let sent = buyer.actor.post(&path, click).await;
            assert_eq!(rule(&sent.expect(StatusCode::CREATED)), "chosen");
        }
        let lessons = world
            .admin
            .sees(&format!("/v1/shops/{SHOP}/learning?state=open"))
            .await;
        let lessons = lessons["items"].as_array().expect("lessons");
        let pairs: Vec<_> = lessons
            .iter()
            .map(|one| (&one["question"], &one["entry"]))
            .collect();
        assert_eq!(pairs, [(&json!("怎么退款"), &json!("faq:wechat"))]);

        let buyer = world.buyer(SHOP).await;
        let titles = offered(&buyer, "怎么退款").await;
        let sent = buyer.say("第二个").await;
        let down = json!({"conversation": buyer.id, "message": sent["reply"], "verdict": "down"});
        let path = format!("/v1/shops/{SHOP}/feedback");
        let thumb = buyer.actor.post(&path, down).await;
        assert_eq!(thumb.status, StatusCode::NO_CONTENT, "{}", thumb.text);
        let listed = world
            .admin
            .sees(&format!("/v1/shops/{SHOP}/unanswered"))
            .await;
        let mut wordings: Vec<&str> = Vec::new();
        for item in listed["items"].as_array().expect("questions") {
            let others = item["examples"].as_array().expect("wordings");
            wordings.extend(item["question"].as_str());
            wordings.extend(others.iter().filter_map(Value::as_str));
        }
        wordings.sort_unstable();
        let mut expected = ["怎么退款", titles[1].as_str()];
        expected.sort_unstable();
        assert_eq!(wordings, expected, "{kind:?}");
        world.server.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn none_of_them_asks_for_other_words_and_then_calls_a_person() {
    let world = world(Kind::Sqlite).await;
    let buyer = world.buyer(SHOP).await;
    offered(&buyer, "怎么退款").await;
    let sent = buyer.say("都不是").await;
    assert_eq!(sent["decision"]["decision"], "clarify", "{sent}");
    assert!(reply(&sent).contains("换个说法"), "{sent}");
    offered(&buyer, "礼品卡能转赠吗").await;
    let sent = buyer.say("不是").await;
    assert_eq!(sent["decision"]["handoff"]["reason"], "repeated", "{sent}");
    assert_ne!(sent["decision"]["handoff"]["ticket"], "");
    // Where nothing was offered, the word is a word like any other.
    let other = world.buyer(SHOP).await;
    other.say("什么时候发货").await;
    let sent = other.say("不是").await;
    assert_ne!(rule(&sent), "rephrase", "{sent}");
    world.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn misses_in_a_row_are_handed_off_as_repeated() {
    let world = world(Kind::Sqlite).await;
    let reason = |decision: &Value| match decision["handoff"]["reason"].as_str() {
        Some("no_match" | "low_confidence") => "miss".to_owned(),
        reason => reason.unwrap_or("-").to_owned(),
    };
    // Each row: what the buyer says, and the reason of the handoff.
    let talks: &[&[(&str, &str)]] = &[
        &[("你们卖挖掘机吗", "miss"), ("明天会下雨吗", "repeated")],
        &[
            ("你们卖挖掘机吗", "miss"),
            ("谢谢", "-"),
            ("明天会下雨吗", "repeated"),
        ],
        &[
            ("你们卖挖掘机吗", "miss"),
            ("包邮吗", "-"),
            ("明天会下雨吗", "miss"),
        ],
        &[("怎么退款", "-"), ("怎么退款", "repeated")],
        &[("包邮吗", "-"), ("包邮吗", "-"), ("包邮吗？", "repeated")],
        &[("你们卖挖掘机吗", "miss"), ("转人工", "requested")],
    ];
    for talk in talks {
        let buyer = world.buyer(SHOP).await;
        for (words, expected) in *talk {
            let told = reason(&buyer.say(words).await["decision"]);
            assert_eq!(told, *expected, "{words} of {talk:?}");
        }
        // Without a conversation the earlier messages tell the same.
        let mut said: Vec<&str> = talk.iter().map(|(words, _)| *words).collect();
        let question = said.pop().expect("a last message");
        let body = json!({"question": question, "previous": said});
        let path = format!("/v1/shops/{SHOP}/answer");
        let told = world
            .nobody()
            .post(&path, body)
            .await
            .expect(StatusCode::OK);
        let expected = talk.last().expect("a last message").1;
        assert_eq!(reason(&told), expected, "{talk:?}");
    }
    world.server.close().await;
}
