//! Publishing while a server answers, over real HTTP: gate, roll-back, progress, following the folder.

use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::{Value, json};
use zhike::config::Config;
use zhike::conversation::store::{NewKey, Slice};
use zhike::http::{self, Server, Works};

use super::{GOOD, Place, SHOP, small};
use crate::support::http::PATIENCE;

/// A running server, and a client that holds a key for everything.
struct Desk {
    server: Server,
    client: reqwest::Client,
    key: String,
    base: String,
}

impl Desk {
    async fn open(place: &Place) -> Desk {
        let mut config = Config {
            knowledge: place.knowledge.clone(),
            index: place.index.clone(),
            listen: "127.0.0.1:0".into(),
            ..Config::default()
        };
        config.limits.key_per_minute = 10_000_000;
        let works = Works {
            knowledge: place.knowledge.clone(),
            index: place.index.clone(),
            encoder: None,
            keep: 10,
        };
        let server = http::start(&config, &["s".into()], works).await.unwrap();
        let new = NewKey {
            name: "merchant",
            scopes: &["admin".into()],
            shops: &["*".into()],
            by: "test",
            idem: None,
        };
        let (_, key) = server
            .app
            .store
            .make_key(new, Timestamp::now())
            .await
            .unwrap();
        Desk {
            base: format!("http://{}", server.address),
            client: reqwest::Client::new(),
            key: key.unwrap(),
            server,
        }
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let request = self.client.post(format!("{}{path}", self.base));
        let response = request
            .bearer_auth(&self.key)
            .json(&body)
            .send()
            .await
            .unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Events of a task until it is done: name and data.
    async fn follow(&self, task: &str) -> Vec<(String, Value)> {
        let request = self
            .client
            .get(format!("{}/v1/tasks/{task}/events", self.base));
        let response = request.bearer_auth(&self.key).send().await.unwrap();
        assert!(response.status().is_success(), "{}", response.status());
        let text = response.text().await.unwrap();
        text.split("\n\n")
            .filter_map(|frame| {
                let field = |name: &str| frame.lines().find_map(|line| line.strip_prefix(name));
                let data = serde_json::from_str(field("data:")?.trim()).ok()?;
                Some((field("event:")?.trim().to_owned(), data))
            })
            // A build that is slow here leaves its stream quiet.
            .filter(|(kind, _)| kind != "ping")
            .collect()
    }

    /// Rebuilds and waits for what it came to.
    async fn rebuild(&self, force: bool) -> Value {
        let task = self
            .post(
                "/v1/shops/s/rebuild",
                json!({"message": "new rows", "force": force}),
            )
            .await;
        let events = self.follow(task["id"].as_str().unwrap()).await;
        events.last().unwrap().1["result"].clone()
    }

    async fn audit(&self) -> Vec<String> {
        let slice = Slice {
            limit: 50,
            offset: 0,
        };
        let lines = self.server.app.store.audit_log("s", slice).await.unwrap();
        lines
            .items
            .into_iter()
            .map(|line| format!("{} {} {}", line.actor, line.action, line.detail))
            .collect()
    }
}

/// Runs the program itself on a place, by words only.
pub(super) fn zhike(place: &Place, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_zhike"))
        .args(["--lexical", "--knowledge"])
        .arg(&place.knowledge)
        .arg("--index")
        .arg(&place.index)
        .args(arguments)
        .current_dir(&place.index)
        .output()
        .unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Looks until it is so.
async fn until(so: impl Fn() -> bool) {
    let start = Instant::now();
    let mut look = tokio::time::interval(Duration::from_millis(50));
    while !so() {
        assert!(start.elapsed() < PATIENCE, "nothing happened");
        look.tick().await;
    }
}

/// A shop of four entries without golden questions, live.
fn shop() -> Place {
    let place = Place::new();
    place.write("s/shop.toml", SHOP);
    place.write("s/faq/a.csv", &small(GOOD).0);
    place.publish("s");
    place
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_rollback_over_http_drops_and_mixes_nothing() {
    let place = shop();
    let old = place.catalog("s").current().unwrap();
    place.write(
        "s/faq/a.csv",
        &small(["付款后24小时内发出", GOOD[1], GOOD[2], GOOD[3]]).0,
    );
    let new = place.publish("s");
    let desk = std::sync::Arc::new(Desk::open(&place).await);
    // Fifty buyers, each asking again as soon as answered.
    let (asked, stop) = (
        std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0)),
        std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false)),
    );
    let buyers: Vec<_> = (0..50)
        .map(|_| {
            let (desk, asked, stop) = (desk.clone(), asked.clone(), stop.clone());
            tokio::spawn(async move {
                use std::sync::atomic::Ordering::Relaxed;
                let mut seen = Vec::new();
                while !stop.load(Relaxed) {
                    let said = desk
                        .post("/v1/shops/s/answer", json!({"question": "什么时候发货"}))
                        .await;
                    let snapshot = said["receipt"]["snapshot"].as_str().unwrap().to_owned();
                    seen.push((snapshot, said["reply"].as_str().unwrap().to_owned()));
                    asked.fetch_add(1, Relaxed);
                }
                seen
            })
        })
        .collect();
    let wait_for = |count: usize| {
        let asked = asked.clone();
        async move {
            while asked.load(std::sync::atomic::Ordering::Relaxed) < count {
                tokio::task::yield_now().await;
            }
        }
    };
    wait_for(100).await;
    let said = desk
        .post(
            "/v1/shops/s/snapshots/rollback",
            json!({"message": "too fast"}),
        )
        .await;
    assert_eq!(said["snapshot"], json!(old));
    // What is asked from here on is answered by the old one.
    let after = desk
        .post("/v1/shops/s/answer", json!({"question": "什么时候发货"}))
        .await;
    assert_eq!(after["receipt"]["snapshot"], json!(old));
    wait_for(asked.load(std::sync::atomic::Ordering::Relaxed) + 100).await;
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    let mut counts = [0, 0];
    for buyer in buyers {
        let mut before = 0;
        for (snapshot, reply) in buyer.await.unwrap() {
            let which = usize::from(snapshot == old);
            assert!(which == 1 || snapshot == new, "{snapshot}");
            assert_eq!(
                reply,
                [("付款后24小时内发出"), GOOD[0]][which],
                "{snapshot}"
            );
            assert!(which >= before, "a buyer was taken back and forth");
            before = which;
            counts[which] += 1;
        }
    }
    assert!(counts.iter().all(|&count| count >= 50), "{counts:?}");
    assert_eq!(desk.audit().await[0], "merchant rollback too fast");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_buyers_asked_has_a_say_at_the_gate() {
    let place = shop();
    let live = place.catalog("s").current().unwrap();
    let desk = Desk::open(&place).await;
    for (at, question) in ["什么时候发货", "可以开发票吗"]
        .iter()
        .cycle()
        .take(10)
        .enumerate()
    {
        let body = json!({"question": question, "conversation": format!("talk-{at}")});
        desk.post("/v1/shops/s/answer", body).await;
    }
    // An entry is lost, and no golden question notices.
    place.write("s/faq/a.csv", &small(["", GOOD[1], GOOD[2], GOOD[3]]).0);
    let refused = desk.rebuild(false).await;
    assert_eq!(refused["outcome"], "refused");
    assert_eq!(refused["snapshot"], json!(live));
    assert_eq!(
        refused["gate"]["objections"],
        json!([{"rule": "replay", "changed": 5, "asked": 10, "allowed": 0.2}])
    );
    let text = refused["gate"]["text"].as_str().unwrap();
    assert!(text.contains("什么时候发货 ×5"), "{text}");

    // The command asks them too, from the same database.
    let output = zhike(&place, &["index", "s"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(
        stderr(&output).contains("5 of 10 real questions"),
        "{}",
        stderr(&output)
    );
    assert_eq!(place.catalog("s").current(), Some(live.clone()));
    let output = zhike(&place, &["index", "s", "--force", "-m", "gone for good"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_ne!(place.catalog("s").current(), Some(live.clone()));
    let line = place.catalog("s").history().pop().unwrap();
    assert!(line.forced && line.message == "gone for good", "{line:?}");
    let audit = desk.audit().await;
    assert!(
        audit[0].ends_with("rebuild published (forced) gone for good"),
        "{audit:?}"
    );
    assert!(
        audit.iter().any(|line| line == "merchant rebuild refused"),
        "{audit:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rebuilds_tell_how_far_they_are_and_queue() {
    let place = shop();
    let desk = Desk::open(&place).await;
    place.write(
        "s/faq/a.csv",
        &small(["付款后24小时内发出", GOOD[1], GOOD[2], GOOD[3]]).0,
    );
    // Three at once: one publishes, the others find nothing left to do.
    let mut tasks = Vec::new();
    for _ in 0..3 {
        let task = desk.post("/v1/shops/s/rebuild", json!({})).await;
        tasks.push(task["id"].as_str().unwrap().to_owned());
    }
    let mut outcomes = Vec::new();
    for task in &tasks {
        let events = desk.follow(task).await;
        let (name, last) = events.last().unwrap();
        assert_eq!(
            (name.as_str(), &last["state"]),
            ("done", &json!("done")),
            "{events:?}"
        );
        assert!(
            events[..events.len() - 1]
                .iter()
                .all(|(name, _)| name == "progress")
        );
        outcomes.push(last["result"]["outcome"].as_str().unwrap().to_owned());
    }
    outcomes.sort();
    assert_eq!(outcomes, ["published", "unchanged", "unchanged"]);
    let said = desk
        .post("/v1/shops/s/answer", json!({"question": "什么时候发货"}))
        .await;
    assert_eq!(said["reply"], "付款后24小时内发出");
    assert_eq!(
        said["receipt"]["snapshot"],
        json!(place.catalog("s").current())
    );
}

/// What `zhike rollback` makes live at a terminal, the server beside it answers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_made_live_beside_the_server_is_taken_up() {
    let place = shop();
    let old = place.catalog("s").current().unwrap();
    place.write(
        "s/faq/a.csv",
        &small(["付款后24小时内发出", GOOD[1], GOOD[2], GOOD[3]]).0,
    );
    place.publish("s");
    let desk = Desk::open(&place).await;
    let done = zhike(&place, &["rollback", "s"]);
    assert_eq!(done.status.code(), Some(0), "{}", stderr(&done));
    let live = || desk.server.app.shops.live("s").unwrap().snapshot.clone();
    until(|| live() == old).await;
    let said = desk
        .post("/v1/shops/s/answer", json!({"question": "什么时候发货"}))
        .await;
    assert_eq!(said["reply"], GOOD[0]);
    // Nor does the next server that follows the folder take what was rolled back for a change.
    let files = zhike::knowledge::input_hash(&place.knowledge.join("s"));
    let built = desk.server.app.shops.works.built_from("s");
    assert_eq!(built, files.ok());
}

/// The caller hangs up while the roll-back waits for its turn: it is done, answered from and noted all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rollback_is_whole_though_its_caller_went_away() {
    let place = shop();
    let old = place.catalog("s").current().unwrap();
    place.write(
        "s/faq/a.csv",
        &small(["付款后24小时内发出", GOOD[1], GOOD[2], GOOD[3]]).0,
    );
    place.publish("s");
    let desk = Desk::open(&place).await;
    let lock = place.catalog("s").lock().unwrap();
    let request = desk
        .client
        .post(format!("{}/v1/shops/s/snapshots/rollback", desk.base))
        .bearer_auth(&desk.key)
        .json(&json!({"message": "too fast"}))
        .timeout(Duration::from_secs(2));
    assert!(request.send().await.unwrap_err().is_timeout());
    drop(lock);
    let live = || desk.server.app.shops.live("s").unwrap().snapshot.clone();
    until(|| live() == old).await;
    let start = Instant::now();
    let mut look = tokio::time::interval(Duration::from_millis(50));
    while desk.audit().await.is_empty() {
        assert!(start.elapsed() < PATIENCE, "no word of it in the audit log");
        look.tick().await;
    }
    assert_eq!(desk.audit().await, ["merchant rollback too fast"]);
}

/// A broken snapshot keeps no server from starting; the rebuild that mends it is taken up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_shop_waits_for_its_rebuild() {
    let place = shop();
    let live = place.catalog("s").current().unwrap();
    std::fs::write(place.catalog("s").folder(&live).join("units.json"), "[]").unwrap();
    let desk = Desk::open(&place).await;
    assert!(desk.server.app.shops.live("s").is_none());
    let built = desk.rebuild(false).await;
    assert_eq!(built["outcome"], "published", "{built}");
    let said = desk
        .post("/v1/shops/s/answer", json!({"question": "什么时候发货"}))
        .await;
    assert_eq!(said["reply"], GOOD[0]);
    // What changes nothing also costs no memory of what was answered.
    let before = desk.server.app.shops.live("s").unwrap();
    assert_eq!(desk.rebuild(false).await["outcome"], "unchanged");
    let after = desk.server.app.shops.live("s").unwrap();
    assert!(std::sync::Arc::ptr_eq(&before, &after));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_followed_folder_goes_live_by_itself() {
    let place = shop();
    let desk = Desk::open(&place).await;
    let live = || desk.server.app.shops.live("s").unwrap().snapshot.clone();
    // The first is written while nobody watches.
    for (hours, watched) in [(24, false), (36, true)] {
        let before = live();
        let reply = format!("付款后{hours}小时内发出");
        place.write("s/faq/a.csv", &small([&reply, GOOD[1], GOOD[2], GOOD[3]]).0);
        if !watched {
            desk.server.follow(&place.knowledge);
        }
        until(|| live() != before).await;
        let said = desk
            .post("/v1/shops/s/answer", json!({"question": "什么时候发货"}))
            .await;
        assert_eq!(said["reply"], reply);
    }
    let line = place.catalog("s").history().pop().unwrap();
    assert_eq!(
        (line.by.as_str(), line.message.as_str()),
        ("watch", "files changed")
    );
}

/// A merchant adds shops beside a running server: one that was built at a terminal, then one that `--watch` builds. Until
/// it is built, a new shop is known and keeps the server from nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_shops_answer_without_a_restart() {
    let place = shop();
    let desk = Desk::open(&place).await;
    let shops = &desk.server.app.shops;
    for (new, watched) in [("t", false), ("u", true)] {
        if watched {
            desk.server.follow(&place.knowledge);
        }
        place.write(&format!("{new}/faq/a.csv"), &small(GOOD).0);
        place.write(&format!("{new}/shop.toml"), SHOP);
        if !watched {
            until(|| shops.knows(new)).await;
            assert!(shops.live(new).is_none());
            let ready = desk.client.get(format!("{}/readyz", desk.base));
            assert_eq!(ready.send().await.unwrap().status(), 200);
            place.publish(new);
        }
        until(|| shops.live(new).is_some()).await;
        let path = format!("/v1/shops/{new}/answer");
        let said = desk.post(&path, json!({"question": "什么时候发货"})).await;
        assert_eq!(said["reply"], GOOD[0]);
    }
    assert_eq!(shops.ids(), ["s", "t", "u"]);
}

#[test]
fn a_foreign_sheet_is_taken_in() {
    let place = shop();
    let sheet = place.index.join("导出.csv");
    std::fs::write(
        &sheet,
        "知识编码,客户问法,别的问法,标准话术,业务类型\nK1,礼盒可以代写贺卡吗,能写卡片吗,可以，下单时在备注里写明内容就行,包装\n",
    )
    .unwrap();
    let file = sheet.to_str().unwrap();
    let shown = zhike(&place, &["columns", "s", file]);
    assert_eq!(shown.status.code(), Some(0), "{}", stderr(&shown));
    let text = String::from_utf8(shown.stdout).unwrap();
    for line in [
        "知识编码 → id",
        "客户问法 → question",
        "别的问法 → similar",
        "标准话术 → answer",
        "业务类型 → category",
    ] {
        assert!(text.contains(line), "{text}");
    }
    let toml = || std::fs::read_to_string(place.knowledge.join("s/shop.toml")).unwrap();
    assert_eq!(toml(), SHOP, "nothing is written unasked");
    let saved = zhike(&place, &["columns", "s", file, "--save"]);
    assert_eq!(saved.status.code(), Some(0), "{}", stderr(&saved));
    assert!(
        toml().contains("[columns]") && toml().contains("\"客户问法\" = \"question\""),
        "{}",
        toml()
    );
    place.publish("s");
    let asked = zhike(&place, &["--json", "ask", "s", "能写卡片吗"]);
    let said: Value = serde_json::from_slice(&asked.stdout).unwrap();
    assert_eq!(said["parts"][0]["sources"][0]["id"], "faq:K1", "{said}");
    assert!(Path::new(&place.knowledge).join("s/faq/导出.csv").is_file());
}
