//! Access rights, limits, and that no personal data of buyers stays on disk.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use aho_corasick::AhoCorasick;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use zhike::config::Limits;

use crate::support::database::{self, Kind, kinds};
use crate::support::http::{Actor, OPEN, OTHER, PATIENCE, World, bare};
use crate::support::process::Process;
use crate::support::shop;

/// Routes that answer anybody, by design: buyers within limits, and operators.
const OPEN_TO_ALL: &[&str] = &[
    "POST /v1/shops/{shop}/answer",
    "GET /v1/shops/{shop}",
    "POST /v1/shops/{shop}/conversations",
    "POST /v1/session",
    "GET /livez",
    "GET /readyz",
    "GET /version",
    "GET /metrics",
];

/// Routes that a key without the scope may use, for what it may see.
const OPEN_TO_KEYS: &[&str] = &["GET /v1/shops", "GET /v1/session", "DELETE /v1/session"];

/// The only route of which OpenAPI does not tell: ids of entries may hold a slash that the caller did not escape, and a
/// parameter of OpenAPI has one segment.
const ENTRY_OF_PARTS: &str = "/v1/shops/{shop}/entries/{id}/{*rest}";

/// Every route, whether OpenAPI tells of it or not, is tried by everybody who must not use it.
#[tokio::test(flavor = "multi_thread")]
async fn every_route_keeps_out_who_has_no_business_there() {
    let world = World::start(Kind::Sqlite).await;
    let buyer = world.buyer(OPEN).await;
    let stranger = world.buyer(OPEN).await;
    let ticket = buyer.hand_off().await;
    buyer.say("我的秘密是鹦鹉").await;
    let mut api = world.nobody().sees("/openapi.json").await;
    let source = include_str!("../src/http/router.rs");
    let besides: Vec<&str> = source
        .split('"')
        .filter(|text| text.starts_with("/v1"))
        .collect();
    assert_eq!(besides, [ENTRY_OF_PARTS], "a route that is not tried here");
    api["paths"][ENTRY_OF_PARTS] = json!({"get": {"tags": ["agents"]}});
    let asker = world.key("渠道", "ask", OPEN).await;
    let agent = world.agent("小李").await;
    let merchant = world.key("店主", "knowledge", "*").await;
    let foreign = world.key("别家", "knowledge", OTHER).await;
    let made_up = world
        .nobody()
        .with_key("zk_00000000000000000000000000000000");

    let task = world.admin.act(&format!("/v1/shops/{OPEN}/rebuild")).await;
    let task = task.expect(StatusCode::ACCEPTED);
    let task = task["id"].as_str().expect("an id").to_owned();

    let mut tried = 0;
    for (pattern, methods) in api["paths"].as_object().expect("paths") {
        for (method, about) in methods.as_object().expect("methods") {
            let method = method.to_uppercase();
            // Who may do everything but this.
            let lesser = match about["tags"][0].as_str() {
                Some("merchants") => &agent,
                Some("operations") => &merchant,
                _ => &asker,
            };
            let route = format!("{method} {pattern}");
            let path = pattern.replace("{shop}", OPEN);
            let id = match pattern {
                pattern if pattern.contains("/conversations/") => &buyer.id,
                pattern if pattern.starts_with("/v1/tasks/") => &task,
                _ => &ticket,
            };
            let path = path.replace("{id}", id).replace("{*rest}", "材质");
            let call = async |actor: &Actor| {
                let method: Method = method.parse().expect("a method");
                let body = (method == Method::POST).then(|| body(pattern, &buyer.id));
                actor.send(method, &path, body, &[]).await
            };
            let denied = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN];
            let outsiders: &[(&str, &Actor)] = match () {
                () if OPEN_TO_ALL.contains(&route.as_str()) => continue,
                () if OPEN_TO_KEYS.contains(&route.as_str()) => &[
                    ("nobody", &world.nobody()),
                    ("a made-up key", &made_up),
                    ("a buyer", &stranger.actor),
                ],
                // Channels ask for their buyers.
                () if route.ends_with("/messages") && method == "POST" => &[
                    ("nobody", &world.nobody()),
                    ("a made-up key", &made_up),
                    ("another shop's key", &foreign),
                    ("another buyer", &stranger.actor),
                ],
                () => &[
                    ("nobody", &world.nobody()),
                    ("a made-up key", &made_up),
                    ("a key without the scope", lesser),
                    ("the least key", &asker),
                    ("another shop's key", &foreign),
                    ("another buyer", &stranger.actor),
                ],
            };
            for (who, actor) in outsiders {
                let reply = call(actor).await;
                // Another shop's task is not there, for those who might have tasks.
                let hidden =
                    pattern.starts_with("/v1/tasks/") && reply.status == StatusCode::NOT_FOUND;
                assert!(
                    denied.contains(&reply.status) || hidden,
                    "{who}: {route}: {} {}",
                    reply.status,
                    reply.text
                );
                assert!(
                    !reply.text.contains("鹦鹉") && !reply.text.contains(&ticket),
                    "{who}: {route}: {}",
                    reply.text
                );
                assert_eq!(
                    reply.headers["content-type"], "application/problem+json",
                    "{who}: {route}"
                );
                tried += 1;
            }
        }
    }
    let entry = |shop: &str| {
        ENTRY_OF_PARTS
            .replace("{shop}", shop)
            .replace("{id}/{*rest}", "faq:a/b")
    };
    let missing = agent.get(&entry(OPEN)).await;
    missing.refused(StatusCode::NOT_FOUND, "not-found");
    let elsewhere = agent.get(&entry(OTHER)).await;
    assert_eq!(
        elsewhere.status,
        StatusCode::FORBIDDEN,
        "{}",
        elsewhere.text
    );
    eprintln!("{tried} attempts refused");
    assert!(tried > 100);
    world.server.close().await;
}

/// A body that the route would take.
fn body(pattern: &str, conversation: &str) -> Value {
    match pattern.rsplit('/').next() {
        Some("messages") => json!({"question": "包邮吗"}),
        Some("feedback") => json!({"conversation": conversation, "message": "x", "verdict": "up"}),
        Some("keys") => json!({"name": "x", "scopes": ["admin"], "shops": ["*"]}),
        Some("transfer") => json!({"skill": ""}),
        _ => json!({"text": "x"}),
    }
}

/// What does not exist and what belongs to others answer the same.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_told_by_its_absence() {
    let world = World::start(Kind::Sqlite).await;
    let (buyer, stranger) = (world.buyer(OPEN).await, world.buyer(OPEN).await);
    let messages = |id: &str| format!("/v1/shops/{OPEN}/conversations/{id}/messages");
    let real = stranger.actor.get(&messages(&buyer.id)).await;
    let none = stranger.actor.get(&messages("0190-none")).await;
    assert_eq!(
        (real.status, &real.body["detail"]),
        (none.status, &none.body["detail"])
    );
    let foreign = world.key("别家", "knowledge", OTHER).await;
    let real = foreign.get(&format!("/v1/shops/{OPEN}/tickets")).await;
    let none = foreign.get("/v1/shops/nowhere/tickets").await;
    assert_eq!(
        (real.status, &real.body["code"]),
        (none.status, &none.body["code"])
    );
    let own = foreign.sees("/v1/shops").await;
    assert_eq!(own.as_array().expect("shops").len(), 1);
    world.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_need_their_csrf_token() {
    let world = World::start(Kind::Sqlite).await;
    let key = world.admin.bearer.clone().expect("a key");
    let signed_in = world
        .nobody()
        .post("/v1/session", json!({"key": key}))
        .await;
    let cookie = signed_in.headers["set-cookie"]
        .to_str()
        .expect("text")
        .to_owned();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
        "{cookie}"
    );
    let cookie = cookie.split(';').next().expect("a pair").to_owned();
    let csrf = signed_in.expect(StatusCode::CREATED)["csrf"]
        .as_str()
        .expect("a token")
        .to_owned();
    let nobody = world.nobody();
    let body = || Some(json!({"name": "x", "scopes": ["ask"], "shops": ["*"]}));
    let pages = |headers: Vec<(&'static str, String)>| {
        let nobody = nobody.clone();
        async move {
            let headers: Vec<(&str, &str)> = headers
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            nobody
                .send(Method::POST, "/v1/keys", body(), &headers)
                .await
        }
    };
    pages(vec![("cookie", cookie.clone())])
        .await
        .refused(StatusCode::FORBIDDEN, "csrf");
    let wrong = vec![
        ("cookie", cookie.clone()),
        ("x-csrf-token", "00".repeat(32)),
    ];
    pages(wrong).await.refused(StatusCode::FORBIDDEN, "csrf");
    let right = vec![("cookie", cookie.clone()), ("x-csrf-token", csrf.clone())];
    pages(right).await.expect(StatusCode::CREATED);
    let read = nobody
        .send(Method::GET, "/v1/keys", None, &[("cookie", &cookie)])
        .await;
    read.expect(StatusCode::OK);
    let headers = [("cookie", cookie.as_str()), ("x-csrf-token", csrf.as_str())];
    let out = nobody
        .send(Method::DELETE, "/v1/session", None, &headers)
        .await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    let gone = nobody
        .send(Method::GET, "/v1/session", None, &[("cookie", &cookie)])
        .await;
    gone.refused(StatusCode::UNAUTHORIZED, "unauthorized");
    world.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_and_a_used_link_are_dead() {
    let world = World::start(Kind::Sqlite).await;
    let link = world.server.first_link.clone().expect("a link");
    let secret = link.split_once("#link=").expect("a secret").1.to_owned();
    world
        .nobody()
        .post("/v1/session", json!({"link": secret}))
        .await
        .refused(StatusCode::UNAUTHORIZED, "unauthorized");
    let agent = world.agent("小李").await;
    agent.sees(&format!("/v1/shops/{OPEN}/tickets")).await;
    let keys = world.admin.sees("/v1/keys").await;
    assert!(!keys.to_string().contains("zk_"), "secrets are shown once");
    let id = keys["items"]
        .as_array()
        .expect("keys")
        .iter()
        .find(|key| key["name"] == "小李")
        .expect("the key")["id"]
        .clone();
    let path = format!("/v1/keys/{}", id.as_str().expect("an id"));
    assert_eq!(
        world
            .admin
            .send(Method::DELETE, &path, None, &[])
            .await
            .status,
        StatusCode::NO_CONTENT
    );
    agent
        .get(&format!("/v1/shops/{OPEN}/tickets"))
        .await
        .refused(StatusCode::UNAUTHORIZED, "unauthorized");
    world.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_are_problems_with_stable_codes() {
    let world = World::start(Kind::Sqlite).await;
    let nobody = world.nobody();
    let answer = format!("/v1/shops/{OPEN}/answer");
    let long = "长".repeat(1001);
    let rows = [
        (&answer, json!({}), 422, "bad-body"),
        (&answer, json!({"question": " "}), 422, "question-empty"),
        (&answer, json!({"question": long}), 422, "question-too-long"),
        (
            &answer,
            json!({"question": "x", "order_state": "飞了"}),
            422,
            "bad-order-state",
        ),
        (
            &answer,
            json!({"question": "x", "at": "昨天"}),
            422,
            "bad-time",
        ),
        (
            &answer,
            json!({"question": "x", "conversation": "a/b"}),
            422,
            "bad-conversation",
        ),
        (
            &answer,
            json!({"question": "x", "conversation": "c-13812345678"}),
            422,
            "bad-conversation",
        ),
        (
            &"/v1/shops/nowhere/answer".to_owned(),
            json!({"question": "x"}),
            404,
            "no-such-shop",
        ),
        (&"/v1/nothing".to_owned(), json!({}), 404, "no-such-route"),
        (&"/livez".to_owned(), json!({}), 405, "method-not-allowed"),
        (
            &answer,
            json!({"question": "x", "pad": "x".repeat(70_000)}),
            413,
            "body-too-large",
        ),
    ];
    for (path, body, status, code) in rows {
        let reply = nobody.post(path, body).await;
        let id = reply.headers["x-request-id"]
            .to_str()
            .expect("text")
            .to_owned();
        assert_eq!(reply.headers["content-type"], "application/problem+json");
        assert_eq!(reply.body["request_id"], id.as_str(), "{path}");
        reply.refused(StatusCode::from_u16(status).expect("a status"), code);
    }
    let text = reqwest::Client::new()
        .post(format!("{}{answer}", nobody.base))
        .body("{")
        .send()
        .await
        .expect("a reply");
    assert_eq!(text.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let named = nobody
        .send(Method::GET, "/livez", None, &[("x-request-id", "my-1")])
        .await;
    assert_eq!(named.headers["x-request-id"], "my-1");
    world.server.close().await;
}

/// A buyer has a few live streams at most; agents and other buyers still get theirs.
#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_takes_no_others_streams() {
    let world = World::start(Kind::Sqlite).await;
    let (buyer, other) = (world.buyer(OPEN).await, world.buyer(OPEN).await);
    let agent = world.agent("小李").await;
    let path = format!("{}/events", buyer.path);
    let mut open = Vec::new();
    for _ in 0..8 {
        open.push(buyer.actor.watch(&path, None).await);
    }
    let refused = tokio::time::timeout(PATIENCE, buyer.actor.get(&path)).await;
    let refused = refused.expect("no stream");
    assert_eq!(refused.headers["retry-after"], "30");
    refused.refused(StatusCode::SERVICE_UNAVAILABLE, "too-many-streams");
    open.push(agent.watch(&path, None).await);
    let path = format!("{}/events", other.path);
    open.push(other.actor.watch(&path, None).await);
    other.say("包邮吗").await;
    let last = open.last_mut().expect("a stream");
    assert_eq!(last.next().await.expect("an event").kind, "message");
    world.server.close().await;
}

/// A server that has too much to do says so at once, and goes on telling operators how it is.
#[tokio::test(flavor = "multi_thread")]
async fn too_much_is_turned_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let limits = Limits {
        in_flight: 0,
        ..Limits::default()
    };
    let (server, nobody) = bare(folder.path(), limits).await;
    let reply = nobody.get("/v1/shops").await;
    assert_eq!(reply.headers["retry-after"], "1");
    reply.refused(StatusCode::SERVICE_UNAVAILABLE, "busy");
    for path in ["/livez", "/metrics", "/version"] {
        assert_eq!(nobody.get(path).await.status, StatusCode::OK, "{path}");
    }
    server.close().await;
}

/// Canaries are planted wherever a person can write, in the real program; then every file is searched: database,
/// write-ahead log, index, knowledge, history and the log of the server.
#[tokio::test(flavor = "multi_thread")]
async fn no_personal_data_reaches_the_disk() {
    const CANARIES: [&str; 5] = [
        "13912345678",
        "11010519491231002X",
        "6222021234567890128",
        "canary@example.com",
        "鹦鹉路88号2单元301室",
    ];
    for kind in kinds() {
        let folder = tempfile::tempdir().expect("a folder");
        shop::write(&folder.path().join("knowledge"), OPEN, "小店", "");
        // Never told outright: the buyer gets options.
        let asked_back = "id,question,answer,clarify\nred,怎么领红包,每月一次。,是\n";
        let faq = folder.path().join("knowledge").join(OPEN).join("faq");
        std::fs::write(faq.join("back.csv"), asked_back).expect("written");
        let url = database::fresh(kind, folder.path());
        let program = Path::new(env!("CARGO_BIN_EXE_zhike"));
        let mut server = Process::start(program, folder.path(), &url, &["--lexical"]);
        let nobody = Actor::at(server.base.clone());
        let link = json!({"link": server.link});
        let signed_in = nobody.post("/v1/session", link).await;
        let signed_in = signed_in.expect(StatusCode::CREATED);
        let admin = nobody.with_key(signed_in["key"].as_str().expect("a key"));
        let all = format!(
            "手机 {} 身份证 {} 卡 {} 邮箱 {} 地址 浙江省杭州市{}",
            CANARIES[0], CANARIES[1], CANARIES[2], CANARIES[3], CANARIES[4]
        );
        let shop = |rest: &str| format!("/v1/shops/{OPEN}{rest}");
        let opened = json!({"product": all, "channel": CANARIES[0]});
        let refused = nobody.post(&shop("/conversations"), opened).await;
        refused.refused(StatusCode::UNPROCESSABLE_ENTITY, "bad-channel");
        let opened = nobody
            .post(&shop("/conversations"), json!({"product": all}))
            .await;
        let opened = opened.expect(StatusCode::CREATED);
        let text = |name: &str| opened[name].as_str().expect("text").to_owned();
        let (id, buyer) = (text("id"), nobody.with_key(&text("token")));
        let messages = shop(&format!("/conversations/{id}/messages"));
        let say = async |words: String| {
            // Channels like to name messages by phone numbers.
            let tail = words.bytes().map(u32::from).sum::<u32>();
            let key = format!("{}-{tail}", CANARIES[0]);
            let headers = [
                ("idempotency-key", key.as_str()),
                ("x-request-id", CANARIES[0]),
            ];
            let body = json!({"question": words, "product": CANARIES[0], "chosen": all});
            let sent = buyer
                .send(Method::POST, &messages, Some(body), &headers)
                .await;
            sent.expect(StatusCode::CREATED)
        };
        // What is meant by 第一个 is kept too.
        let offered = buyer.post(&messages, json!({"question": "怎么领红包"}));
        let offered = offered.await.expect(StatusCode::CREATED);
        assert_eq!(offered["decision"]["decision"], "clarify", "{offered}");
        let about = format!("第一个你打我电话{}说", CANARIES[0]);
        let about = buyer.post(&messages, json!({"question": about})).await;
        about.expect(StatusCode::CREATED);
        say(format!("包邮吗 {all}")).await;
        say(format!("包邮吗？{all}？什么时候发货？")).await;
        let sent = say(format!("转人工 {all}")).await;
        let ticket = sent["decision"]["handoff"]["ticket"]
            .as_str()
            .expect("a ticket");
        let ticket = shop(&format!("/tickets/{ticket}"));
        admin.does(&format!("{ticket}/claim")).await;
        say(all.clone()).await;
        let note = json!({"text": all});
        let noted = admin.post(&format!("{ticket}/notes"), note.clone()).await;
        noted.expect(StatusCode::CREATED);
        let checked = admin.post(&shop("/check-reply"), note).await;
        checked.expect(StatusCode::OK);
        let skill = json!({"skill": CANARIES[0]});
        admin
            .post(&format!("{ticket}/transfer"), skill)
            .await
            .expect(StatusCode::OK);
        let said = buyer.sees(&messages).await;
        let bot = said["items"].as_array().expect("messages").iter();
        let bot = bot
            .clone()
            .find(|item| item["role"] == "bot")
            .expect("a reply");
        let thumb =
            json!({"conversation": id, "message": bot["id"], "verdict": "down", "comment": all});
        let thumb = buyer.post(&shop("/feedback"), thumb).await;
        assert_eq!(thumb.status, StatusCode::NO_CONTENT, "{}", thumb.text);
        let question = json!({"question": all, "product": CANARIES[0], "conversation": "c-2", "previous": [all]});
        nobody
            .post(&shop("/answer"), question)
            .await
            .expect(StatusCode::OK);
        admin
            .sees(&shop(&format!("/search?q={}", CANARIES[0])))
            .await;
        admin
            .get(&shop(&format!("/entries/faq:{}", CANARIES[0])))
            .await;
        admin.get(&format!("/{}", CANARIES[0])).await;
        let key = json!({"name": CANARIES[0], "scopes": ["ask"], "shops": ["*"]});
        admin
            .post("/v1/keys", key)
            .await
            .expect(StatusCode::CREATED);
        let phrasing = json!({"change": "add_phrasing", "entry": "faq:ship", "phrasings": [all], "write": true});
        admin
            .post(&shop("/changes"), phrasing)
            .await
            .refused(StatusCode::UNPROCESSABLE_ENTITY, "bad-change");
        let more = "question,answer\n可以自提吗,可以的。\n";
        std::fs::write(faq.join("more.csv"), more).expect("written");
        let rebuild = json!({"message": format!("为 {all}")});
        let task = admin
            .post(&shop("/rebuild"), rebuild)
            .await
            .expect(StatusCode::ACCEPTED);
        let task = format!("/v1/tasks/{}/events", task["id"].as_str().expect("an id"));
        let done = admin.watch(&task, None).await.until("done").await;
        assert_eq!(
            done.data["result"]["outcome"], "published",
            "{:?}",
            done.data
        );
        let back = json!({"message": all});
        admin
            .post(&shop("/snapshots/rollback"), back)
            .await
            .expect(StatusCode::OK);

        // Searched with the write-ahead log still there, as a thief would find it, and again when all was merged.
        let cluster = || match kind {
            Kind::Postgres => database::postgres_files(),
            Kind::Sqlite => None,
        };
        search(folder.path(), cluster(), &CANARIES);
        server.kill();
        let store = zhike::conversation::Store::open(&url)
            .await
            .expect("a store");
        store.close().await;
        search(folder.path(), cluster(), &CANARIES);
    }
}

/// Fails where a canary stands in a file, or where not even what was masked is found.
fn search(folder: &Path, more: Option<PathBuf>, canaries: &[&str]) {
    let mut files = Vec::new();
    walk(folder, &mut files);
    if let Some(more) = &more {
        walk(more, &mut files);
    }
    let sought: Vec<&str> = canaries.iter().copied().chain(["[手机号]"]).collect();
    let finder = AhoCorasick::new(&sought).expect("patterns");
    let mut hits = BTreeSet::new();
    let mut masked = false;
    for file in &files {
        let bytes = std::fs::read(file).unwrap_or_default();
        for found in finder.find_iter(&bytes) {
            match canaries.get(found.pattern().as_usize()) {
                Some(canary) => drop(hits.insert(format!("{canary} in {}", file.display()))),
                None => masked = true,
            }
        }
    }
    assert!(hits.is_empty(), "{hits:#?}");
    assert!(masked, "the search sees what was stored");
    assert!(files.iter().any(|file| file.ends_with("server.log")));
}

/// What a page would run if it took it for markup.
const MARKUP: [&str; 3] = [
    "<script>window.xss=1</script>",
    "\"><img src=x onerror=window.xss=1>",
    "javascript:window.xss=1",
];

/// Whatever people write comes back as JSON that no browser takes for a page, word for word.
#[tokio::test(flavor = "multi_thread")]
async fn markup_stays_text() {
    let world = World::start(Kind::Sqlite).await;
    let agent = world.agent(MARKUP[1]).await;
    let buyer = world.buyer(OPEN).await;
    for words in MARKUP {
        buyer.say(words).await;
    }
    let ticket = buyer.hand_off().await;
    let ticket = format!("/v1/shops/{OPEN}/tickets/{ticket}");
    agent.does(&format!("{ticket}/claim")).await;
    for action in ["reply", "notes"] {
        let sent = agent
            .post(&format!("{ticket}/{action}"), json!({"text": MARKUP[0]}))
            .await;
        sent.expect(StatusCode::CREATED);
    }
    agent
        .post(&format!("{ticket}/transfer"), json!({"skill": MARKUP[0]}))
        .await
        .expect(StatusCode::OK);
    let name = format!(
        "/v1/shops/{OPEN}/entries/{}",
        "%3Cscript%3Ewindow.xss=1%3C%2Fscript%3E"
    );
    for (path, status) in [
        (format!("{}/messages", buyer.path), StatusCode::OK),
        (ticket, StatusCode::OK),
        (format!("/v1/shops/{OPEN}/tickets"), StatusCode::OK),
        (format!("/v1/shops/{OPEN}/unanswered"), StatusCode::OK),
        (name, StatusCode::NOT_FOUND),
        ("/v1/keys".to_owned(), StatusCode::OK),
    ] {
        let reply = world.admin.get(&path).await;
        assert_eq!(reply.status, status, "{path}: {}", reply.text);
        let kind = reply.headers["content-type"]
            .to_str()
            .expect("text")
            .to_owned();
        assert!(kind.contains("json"), "{path}: {kind}");
        assert_eq!(reply.headers["x-content-type-options"], "nosniff", "{path}");
        assert!(
            reply.text.contains("window.xss=1"),
            "{path}: {}",
            reply.text
        );
    }
    world.server.close().await;
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => walk(&entry.path(), files),
            _ => files.push(entry.path()),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_locked_down() {
    let world = World::start(Kind::Sqlite).await;
    for (path, framed) in [("/chat/open", true), ("/desk", false), ("/console", false)] {
        let page = world.nobody().get(path).await;
        let policy = page.headers["content-security-policy"]
            .to_str()
            .expect("text")
            .to_owned();
        assert!(
            policy.contains("script-src 'self'") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert_eq!(policy.contains("frame-ancestors *"), framed, "{path}");
        assert!(!page.text.contains("<script>"), "{path}: no inline script");
        let etag = page.headers["etag"].to_str().expect("text").to_owned();
        let again = world
            .nobody()
            .send(Method::GET, path, None, &[("if-none-match", &etag)])
            .await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    }
    for path in ["/chat/open/", "/desk/", "/console/", "/chat/"] {
        let page = world.nobody().get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path} leads to the page");
        assert!(page.text.starts_with("<!doctype html>"), "{path}");
    }
    world
        .nobody()
        .get("/assets/../Cargo.toml")
        .await
        .refused(StatusCode::NOT_FOUND, "no-such-route");
    world
        .nobody()
        .get("/assets/none.js")
        .await
        .refused(StatusCode::NOT_FOUND, "no-such-page");
    world.server.close().await;
}

/// What the API offers, as the page and other programs rely on it.
#[test]
fn openapi_is_reviewed() {
    let mut api = serde_json::to_value(zhike::http::router::openapi()).expect("plain data");
    // What validators ask for: ids that differ, and a description of every response.
    let mut ids = BTreeSet::new();
    for (path, methods) in api["paths"].as_object().expect("paths") {
        for (method, about) in methods.as_object().expect("methods") {
            let id = about["operationId"].as_str().expect("an id");
            assert!(
                ids.insert(id.to_owned()),
                "{method} {path}: {id} comes twice"
            );
            let responses = about["responses"].as_object().expect("responses");
            for (status, response) in responses {
                let told = response["description"]
                    .as_str()
                    .is_some_and(|text| !text.is_empty());
                assert!(told, "{method} {path} {status}");
            }
            assert!(responses.contains_key("default"), "{method} {path}");
        }
    }
    api["info"]["version"] = json!("[version]");
    insta::assert_json_snapshot!("openapi", api);
}
