//! What an agent and a merchant find on their pages, tested over HTTP on both databases.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::database::{Kind, kinds};
use crate::support::http::{Actor, OPEN, World};

fn path(rest: &str) -> String {
    format!("/v1/shops/{OPEN}/{rest}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_goes_to_its_skill_group_and_is_told_apart_in_the_queue() {
    for kind in kinds() {
        let world = World::start(kind).await;
        let file = world.knowledge().join(OPEN).join("shop.toml");
        let settings = "[shop]\nname = \"小店\"\n[handoff.skills]\n\"售后\" = [\"complaint\", \"order_specific\"]\n";
        std::fs::write(&file, settings).expect("written");
        assert_eq!(world.rebuild(OPEN).await["outcome"], "published");

        let agent = world.agent("小李").await;
        assert_eq!(agent.sees(&path("skills")).await, json!(["售后"]));
        world.buyer(OPEN).await.say("我要投诉你们，太差了").await;
        world.buyer(OPEN).await.say("转人工").await;
        let queue = agent.sees(&path("tickets?state=waiting&skill=售后")).await;
        let row = &queue["items"][0];
        assert_eq!(
            (&queue["total"], &row["question"], &row["last_role"]),
            (&json!(1), &json!("我要投诉你们，太差了"), &json!("bot")),
            "{queue}"
        );
        let all = agent.sees(&path("tickets?state=waiting")).await;
        assert_eq!(all["total"], 2, "{all}");

        // Fraud: the first word to the buyer is what not to do.
        let fraud = world.buyer(OPEN).await;
        let said = fraud.say("有人冒充你们客服让我转账").await;
        let ticket = said["decision"]["handoff"]["ticket"]
            .as_str()
            .expect("a ticket");
        let packet = agent.sees(&path(&format!("tickets/{ticket}"))).await;
        let suggested = packet["suggested"].as_str().expect("a reply");
        assert!(suggested.contains("不要转账"), "{suggested}");

        // The shop called a cheat: a complaint, and no stranger to be warned of.
        let angry = world.buyer(OPEN).await;
        let said = angry.say("你们这是骗子我要投诉12315").await;
        let ticket = said["decision"]["handoff"]["ticket"]
            .as_str()
            .expect("a ticket");
        let packet = agent.sees(&path(&format!("tickets/{ticket}"))).await;
        let suggested = packet["suggested"].as_str().expect("a reply");
        assert!(suggested.contains("非常抱歉"), "{suggested}");
        assert!(!suggested.contains("转账"), "{suggested}");

        // A ticket that is raised or reopened goes to the group of what is asked now, and waits for a first word.
        let buyer = world.buyer(OPEN).await;
        let ticket = path(&format!("tickets/{}", buyer.hand_off().await));
        let now = async || {
            let ticket = agent.sees(&ticket).await["ticket"].clone();
            ["state", "skill", "replied_at"].map(|field| ticket[field].clone())
        };
        buyer.say("我要投诉你们，太差了").await;
        assert_eq!(now().await, [json!("waiting"), json!("售后"), json!(null)]);
        agent.does(&format!("{ticket}/claim")).await;
        let reply = format!("{ticket}/reply");
        let said = agent.post(&reply, json!({"text": "在的"})).await;
        said.expect(StatusCode::CREATED);
        agent.does(&format!("{ticket}/resolve")).await;
        buyer.say("转人工").await;
        assert_eq!(now().await, [json!("reopened"), json!(""), json!(null)]);
        world.server.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agents_words_keep_no_personal_data() {
    for kind in kinds() {
        let world = World::start(kind).await;
        let agent = world.agent("小李").await;
        let buyer = world.buyer(OPEN).await;
        let ticket = buyer.hand_off().await;
        agent.does(&path(&format!("tickets/{ticket}/claim"))).await;
        for (text, kept) in [
            ("您的电话是13812345678对吗", "您的电话是[手机号]对吗"),
            ("您微信abc_12345对吗", "您微信[账号]对吗"),
        ] {
            let words = json!({"text": text});
            let checked = agent.post(&path("check-reply"), words.clone()).await;
            assert_eq!(checked.body["warnings"][0]["code"], "personal");
            assert!(!checked.text.contains("12345"), "{}", checked.text);
            let sent = agent
                .post(&path(&format!("tickets/{ticket}/reply")), words)
                .await;
            assert_eq!(sent.expect(StatusCode::CREATED)["text"], kept);
        }
        world.server.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn thumbs_are_offered_and_a_golden_question_is_written() {
    for kind in kinds() {
        let world = World::start(kind).await;
        let buyer = world.buyer(OPEN).await;
        let said = buyer.say("要邮费吗").await;
        let thumb = json!({"conversation": buyer.id, "message": said["reply"], "verdict": "up"});
        let given = buyer.actor.post(&path("feedback"), thumb).await;
        assert_eq!(given.status, StatusCode::NO_CONTENT, "{}", given.text);
        let lesson = world.admin.sees(&path("learning?state=open")).await["items"][0].clone();
        assert_eq!(
            (&lesson["kind"], &lesson["entry"]),
            (&json!("thumb_up"), &json!("faq:freight")),
            "{lesson}"
        );

        let file = world.knowledge().join(OPEN).join("golden.csv");
        assert!(!file.exists());
        let wanted = json!({"change": "add_golden", "question": lesson["question"], "expect": lesson["entry"]});
        let seen = world.admin.post(&path("changes"), wanted.clone()).await;
        let seen = seen.expect(StatusCode::OK);
        assert_eq!(seen["trial"]["answers"][0]["mended"], true, "{seen}");
        assert!(!file.exists(), "looked at, nothing is written");
        let mut write = wanted.clone();
        write["write"] = json!(true);
        write["lesson"] = lesson["id"].clone();
        let done = world.admin.post(&path("changes"), write).await;
        assert_eq!(done.expect(StatusCode::OK)["written"], true);
        let text = std::fs::read_to_string(&file).expect("read");
        assert_eq!(text, "\u{feff}问题,期望,商品\r\n要邮费吗,faq:freight,\r\n");
        let open = world.admin.sees(&path("learning?state=open")).await;
        assert_eq!(open["total"], 0, "{open}");

        let nowhere = json!({"change": "add_golden", "question": "在吗", "expect": "faq:nowhere"});
        let refused = world.admin.post(&path("changes"), nowhere).await;
        refused.refused(StatusCode::UNPROCESSABLE_ENTITY, "bad-change");
        assert_eq!(world.rebuild(OPEN).await["outcome"], "published");
        world.server.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_merchant_sees_what_is_never_used_and_what_runs_out() {
    for kind in kinds() {
        let world = World::start(kind).await;
        let soon = jiff::Zoned::now().date() + jiff::Span::new().days(5);
        let rows = format!(
            "问题,答案,失效时间\n有赠品吗,活动期间送袜子。,{soon}\n去年有赠品吗,送过。,2020-01-01\n"
        );
        let file = world.knowledge().join(OPEN).join("faq/活动.csv");
        std::fs::write(file, rows).expect("written");
        assert_eq!(world.rebuild(OPEN).await["outcome"], "published");
        world.buyer(OPEN).await.say("包邮吗").await;
        let titles = async |show: &str| {
            let page = world
                .admin
                .sees(&path(&format!("entries?kind=faq&show={show}")))
                .await;
            let items = page["items"].as_array().expect("entries").clone();
            assert_eq!(page["total"], items.len(), "{page}");
            let titles = items
                .iter()
                .map(|item| item["title"].as_str().unwrap_or_default().to_owned());
            titles.collect::<Vec<String>>()
        };
        assert_eq!(titles("").await.len(), 6);
        assert!(!titles("unused").await.contains(&"包邮吗".to_owned()));
        assert_eq!(titles("unused").await.len(), 5);
        assert_eq!(titles("expiring").await, ["有赠品吗"]);
        assert_eq!(titles("stale").await, ["去年有赠品吗"]);
        for list in ["entries", "search"] {
            let scripts = world.admin.get(&path(&format!("{list}?kind=script"))).await;
            scripts.refused(StatusCode::UNPROCESSABLE_ENTITY, "bad-query");
        }
        let used = world.admin.sees(&path("entries?q=包邮吗&limit=1")).await;
        assert_eq!(used["items"][0]["used"], 1, "{used}");
        world.server.close().await;
    }
}

/// Keys of one admin to another: never none, and a lost key is not the end.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_locks_everybody_out() {
    for kind in kinds() {
        let world = World::start(kind).await;
        let own = world.admin.sees("/v1/session").await;
        let key = format!("/v1/keys/{}", own["id"].as_str().expect("an id"));
        let refused = world.admin.send(Method::DELETE, &key, None, &[]).await;
        refused.refused(StatusCode::CONFLICT, "last-admin");
        let link = world.server.admin_link().await.expect("a link");
        let secret = link.split_once("#link=").expect("a secret").1;
        let sign_in = json!({"link": secret});
        let again = world.nobody().post("/v1/session", sign_in.clone()).await;
        assert!(again.expect(StatusCode::CREATED)["key"].is_string());
        let used = world.nobody().post("/v1/session", sign_in).await;
        used.refused(StatusCode::UNAUTHORIZED, "unauthorized");
        let revoked = world.admin.send(Method::DELETE, &key, None, &[]).await;
        assert_eq!(revoked.status, StatusCode::NO_CONTENT, "{}", revoked.text);
        world.server.close().await;
    }
}

/// One idempotency key, two shops: two rebuilds.
#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_belongs_to_its_shop() {
    let world = World::start(crate::support::database::Kind::Sqlite).await;
    let ask = async |shop: &str| {
        let headers = [("idempotency-key", "k-1")];
        let path = format!("/v1/shops/{shop}/rebuild");
        let task = world
            .admin
            .send(Method::POST, &path, Some(json!({})), &headers)
            .await;
        task.expect(StatusCode::ACCEPTED)
    };
    let (one, again, other) = (ask(OPEN).await, ask(OPEN).await, ask("other").await);
    assert_eq!(one["id"], again["id"]);
    // Another order by the same key is refused, as other words are.
    let forced = json!({"force": true});
    let path = format!("/v1/shops/{OPEN}/rebuild");
    let headers = [("idempotency-key", "k-1")];
    let reused = world
        .admin
        .send(Method::POST, &path, Some(forced), &headers);
    let reused = reused.await;
    reused.refused(StatusCode::UNPROCESSABLE_ENTITY, "idempotency-key-reused");
    // A state that no ticket or talk has is told apart from one that none is in.
    for path in [
        "tickets?state=foo",
        "tickets?state=bot",
        "conversations?state=foo",
    ] {
        let reply = world.admin.get(&format!("/v1/shops/{OPEN}/{path}")).await;
        reply.refused(StatusCode::UNPROCESSABLE_ENTITY, "bad-state");
    }
    for path in [
        "tickets?state=open",
        "tickets?state=",
        "conversations?state=bot",
    ] {
        let reply = world.admin.get(&format!("/v1/shops/{OPEN}/{path}")).await;
        reply.expect(StatusCode::OK);
    }
    assert_eq!(
        (&other["shop"], one["id"] != other["id"]),
        (&json!("other"), true)
    );
    world.server.close().await;
}

/// An idempotency key is its sender's own: two admins of one name make two keys by the same.
#[tokio::test(flavor = "multi_thread")]
async fn admins_share_no_idempotency_key() {
    let world = World::start(Kind::Sqlite).await;
    let own = world.admin.sees("/v1/session").await;
    let name = own["name"].as_str().expect("a name");
    let other = world.key(name, "admin", "*").await;
    let make = async |admin: &Actor, name: &str| {
        let body = json!({"name": name, "scopes": ["ask"], "shops": [OPEN]});
        let headers = [("idempotency-key", "k-1")];
        admin
            .send(Method::POST, "/v1/keys", Some(body), &headers)
            .await
    };
    let first = make(&world.admin, "渠道").await.expect(StatusCode::CREATED);
    let again = make(&world.admin, "渠道").await.expect(StatusCode::CREATED);
    assert_eq!(
        (&again["id"], &again["secret"]),
        (&first["id"], &json!(null))
    );
    let reused = make(&world.admin, "别的").await;
    reused.refused(StatusCode::UNPROCESSABLE_ENTITY, "idempotency-key-reused");
    let theirs = make(&other, "渠道").await.expect(StatusCode::CREATED);
    assert!(theirs["secret"].is_string(), "{theirs}");
    world.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_gone_hears_nothing_more_and_leaves_nobody_waiting() {
    for kind in kinds() {
        let world = World::start(kind).await;
        let agent = world.agent("小李").await;
        let buyer = world.buyer(OPEN).await;
        let ticket = buyer.hand_off().await;
        agent.does(&path(&format!("tickets/{ticket}/claim"))).await;
        let mut line = agent.watch(&path("events"), None).await;

        let signed_in = agent
            .post("/v1/session", json!({"key": agent.bearer}))
            .await;
        let cookie = signed_in.headers["set-cookie"].to_str().expect("text");
        let cookie = cookie.split(';').next().expect("a cookie").to_owned();
        let csrf = signed_in.body["csrf"].as_str().expect("a token").to_owned();
        let page = world.nobody();
        let mut signed_out = page.watch_as(&path("events"), &[("cookie", &cookie)]).await;
        let headers = [("cookie", cookie.as_str()), ("x-csrf-token", &csrf)];
        let left = page
            .send(Method::DELETE, "/v1/session", None, &headers)
            .await;
        assert_eq!(left.status, StatusCode::NO_CONTENT, "{}", left.text);
        assert!(signed_out.next().await.is_none(), "the session is over");

        let keys = world.admin.sees("/v1/keys").await;
        let mut keys = keys["items"].as_array().expect("keys").iter();
        let key = keys.find(|key| key["name"] == "小李").expect("the key");
        let key = format!("/v1/keys/{}", key["id"].as_str().expect("an id"));
        let revoked = world.admin.send(Method::DELETE, &key, None, &[]).await;
        assert_eq!(revoked.status, StatusCode::NO_CONTENT, "{}", revoked.text);
        let mut heard = Vec::new();
        while let Some(event) = line.next().await {
            heard.push(event.kind);
        }
        assert!(!heard.contains(&"ticket.claimed".to_owned()), "{heard:?}");

        // The buyer waits for the next person, and is told so.
        let colleague = world.agent("小王").await;
        let queue = colleague.sees(&path("tickets?state=waiting")).await;
        assert_eq!(queue["items"][0]["id"], ticket.as_str(), "{queue}");
        let lines = buyer.lines().await;
        assert!(
            lines.iter().any(|line| line.contains("转接同事")),
            "{lines:?}"
        );
        let audit = world.admin.sees("/v1/audit").await;
        let audit = audit["items"].as_array().expect("lines");
        assert!(audit.iter().any(|line| line["action"] == "ticket.requeue"
            && line["target"] == ticket.as_str()
            && line["detail"] == "小李"));
        colleague
            .does(&path(&format!("tickets/{ticket}/claim")))
            .await;
        world.server.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_talk_stays_as_urgent_as_it_was_and_waits_for_others_only() {
    for kind in kinds() {
        let world = World::start(kind).await;
        let agent = world.agent("小李").await;
        let buyer = world.buyer(OPEN).await;
        let told = async |words: &str| {
            let sent = buyer.say(words).await;
            let handoff = &sent["decision"]["handoff"];
            let ticket = handoff["ticket"].as_str().expect("a ticket").to_owned();
            (
                ticket,
                handoff["message"].as_str().expect("words").to_owned(),
            )
        };
        let (first, _) = told("有人冒充你们客服让我转账").await;
        let (again, message) = told("转人工").await;
        assert_eq!(first, again);
        assert!(!message.contains("前面"), "nobody else waits: {message}");
        agent.does(&path(&format!("tickets/{first}/claim"))).await;
        agent
            .does(&path(&format!("tickets/{first}/hand-back")))
            .await;
        let (second, _) = told("转人工").await;
        assert_ne!(first, second);
        let said = buyer.actor.sees(&format!("{}/messages", buyer.path)).await;
        let last = said["items"].as_array().and_then(|items| items.last());
        assert_eq!(last.expect("a message")["data"]["ticket"], second.as_str());
        let packet = agent.sees(&path(&format!("tickets/{second}"))).await;
        assert_eq!(packet["ticket"]["priority"], 0, "{packet}");
        let old = agent.sees(&path(&format!("tickets/{first}"))).await;
        assert_eq!(
            (&old["newer"], &packet["newer"]),
            (&json!(second), &json!(null))
        );
        world.server.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_agents_say_is_whole_and_allowed() {
    let world = World::start(Kind::Sqlite).await;
    let shop = world.knowledge().join(OPEN);
    let settings = "[shop]\nname = \"小店\"\n[scripts]\n\"催单\" = \"{agent}帮您催\"\n\"回访\" = \"您的{thing}到了吗\"\n";
    std::fs::write(shop.join("shop.toml"), settings).expect("written");
    std::fs::create_dir_all(shop.join("lexicon")).expect("a folder");
    std::fs::write(shop.join("lexicon/sensitive.txt"), "[block]\n加微信\n").expect("written");
    assert_eq!(world.rebuild(OPEN).await["outcome"], "published");

    let agent = world.agent("小李").await;
    let scripts = agent.sees(&path("scripts")).await;
    let scripts = scripts.as_array().expect("scripts");
    assert_eq!(scripts[0]["title"], "问候");
    let last = &scripts[scripts.len() - 1];
    assert_eq!(
        (&last["title"], &last["text"]),
        (&json!("催单"), &json!("小李帮您催"))
    );
    for script in scripts {
        let (title, text) = (&script["title"], script["text"].as_str().expect("words"));
        assert!(!text.contains('{'), "{script}");
        assert!(
            title.as_str().is_some_and(|title| !title.is_ascii()),
            "{script}"
        );
    }

    let ticket = world.buyer(OPEN).await.hand_off().await;
    agent.does(&path(&format!("tickets/{ticket}/claim"))).await;
    let reply = path(&format!("tickets/{ticket}/reply"));
    for words in ["您加微信聊吧", "您加 微 信聊吧"] {
        let refused = agent.post(&reply, json!({"text": words})).await;
        refused.refused(StatusCode::UNPROCESSABLE_ENTITY, "forbidden-word");
    }
    let view = world.nobody().sees(&format!("/v1/shops/{OPEN}")).await;
    let openers = view["openers"].as_array().expect("questions");
    assert!(openers.contains(&json!("包邮吗")), "{view}");
    world.server.close().await;
}

/// A wording under a code that no server sends is one that nobody ever reads.
#[test]
fn the_pages_word_what_the_server_says() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("web/assets/api.js")).expect("read");
    let (_, words) = page.split_once("const WORDS = {").expect("the wordings");
    let (words, _) = words.split_once("};").expect("their end");
    let codes: Vec<&str> = words
        .lines()
        .filter_map(|line| Some(line.trim().split_once(": ")?.0.trim_matches('\'')))
        // The page itself finds out that the line is down.
        .filter(|code| *code != "offline")
        .collect();
    assert!(codes.len() > 20, "{codes:?}");
    let mut sources = String::new();
    let mut folders = vec![root.join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("read") {
            let path = entry.expect("read").path();
            match path.is_dir() {
                true => folders.push(path),
                false => sources += &std::fs::read_to_string(path).unwrap_or_default(),
            }
        }
    }
    let unsaid: Vec<_> = codes
        .iter()
        .filter(|code| !sources.contains(&format!("\"{code}\"")))
        .collect();
    assert!(unsaid.is_empty(), "{unsaid:?}");
}
