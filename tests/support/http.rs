//! A server in this process, and actors who call it.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use zhike::config::{Config, Limits, Secret};
use zhike::http::works::{RebuildOrder, Works};
use zhike::http::{Server, start};
use zhike::index::Catalog;

use super::database::{self, Kind};
use super::shop;

/// A shop that is open, one that never is, and one of another merchant.
pub const OPEN: &str = "open";
pub const NIGHT: &str = "night";
pub const OTHER: &str = "other";
const SHOPS: [&str; 3] = [OPEN, NIGHT, OTHER];

/// A running server with its folder.
pub struct World {
    pub server: Server,
    pub admin: Actor,
    pub folder: tempfile::TempDir,
    config: Config,
    ids: Vec<String>,
}

/// How long anything live may take before a test fails.
pub const PATIENCE: Duration = Duration::from_secs(120);

impl World {
    /// A server with the three shops on a fresh database.
    pub async fn start(kind: Kind) -> World {
        // Built once and copied: the shops are the same in every story.
        static BUILT: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
            let folder = tempfile::tempdir().expect("a folder");
            let knowledge = folder.path().join("knowledge");
            shop::write(&knowledge, OPEN, "小店", "");
            let never = "[hours]\n[[hours.holidays]]\nname = \"打烊\"\nfrom = \"2000-01-01\"\nto = \"2100-01-01\"\nopen = \"closed\"";
            shop::write(&knowledge, NIGHT, "夜店", never);
            shop::write(&knowledge, OTHER, "别家", "");
            build(folder.path(), &SHOPS.map(str::to_owned));
            folder
        });
        let folder = tempfile::tempdir().expect("a folder");
        shop::copy(BUILT.path(), folder.path());
        World::of(kind, folder, &SHOPS).await
    }

    /// A server with the shops `ids` that lie in `folder`'s `knowledge`.
    pub async fn of(kind: Kind, folder: tempfile::TempDir, ids: &[&str]) -> World {
        let knowledge = folder.path().join("knowledge");
        let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        let config = Config {
            knowledge,
            index: folder.path().join("index"),
            listen: "127.0.0.1:0".into(),
            database: Secret(database::fresh(kind, folder.path())),
            limits: Limits {
                buyer_per_minute: 1_000_000,
                key_per_minute: 1_000_000,
                // A test machine may be busy with other things.
                request_seconds: 300,
                ..Limits::default()
            },
            ..Config::default()
        };
        build(folder.path(), &ids);
        let server = boot(&config, &ids).await;
        let link = server
            .first_link
            .clone()
            .expect("a first start prints a link");
        let secret = link
            .split_once("#link=")
            .expect("the link's secret")
            .1
            .to_owned();
        let nobody = Actor::nobody(&server);
        let signed_in = nobody
            .post("/v1/session", json!({"link": secret}))
            .await
            .expect(StatusCode::CREATED);
        let admin = nobody.with_key(signed_in["key"].as_str().expect("the admin's key"));
        World {
            server,
            admin,
            folder,
            config,
            ids,
        }
    }

    /// Closes the server and starts it again on the same folder and database.
    pub async fn restart(self) -> World {
        self.server.close().await;
        let server = boot(&self.config, &self.ids).await;
        let admin = Actor {
            base: format!("http://{}", server.address),
            ..self.admin
        };
        World {
            server,
            admin,
            folder: self.folder,
            config: self.config,
            ids: self.ids,
        }
    }

    /// Somebody without a key.
    pub fn nobody(&self) -> Actor {
        Actor::nobody(&self.server)
    }

    /// A holder of a fresh key.
    pub async fn key(&self, name: &str, scope: &str, shop: &str) -> Actor {
        let body = json!({"name": name, "scopes": [scope], "shops": [shop]});
        let made = self
            .admin
            .post("/v1/keys", body)
            .await
            .expect(StatusCode::CREATED);
        self.nobody()
            .with_key(made["secret"].as_str().expect("a secret"))
    }

    /// An agent of the open shop.
    pub async fn agent(&self, name: &str) -> Actor {
        self.key(name, "desk", OPEN).await
    }

    /// A buyer with a conversation of their own.
    pub async fn buyer(&self, shop: &str) -> Buyer {
        let nobody = self.nobody();
        let opened = nobody
            .post(&format!("/v1/shops/{shop}/conversations"), json!({}))
            .await;
        let opened = opened.expect(StatusCode::CREATED);
        let id = opened["id"].as_str().expect("an id").to_owned();
        let actor = nobody.with_key(opened["token"].as_str().expect("a token"));
        Buyer {
            path: format!("/v1/shops/{shop}/conversations/{id}"),
            id,
            actor,
        }
    }

    /// Rebuilds a shop over HTTP; gives the result.
    pub async fn rebuild(&self, shop: &str) -> Value {
        let task = self.admin.act(&format!("/v1/shops/{shop}/rebuild")).await;
        let task = task.expect(StatusCode::ACCEPTED);
        let path = format!("/v1/tasks/{}/events", task["id"].as_str().expect("an id"));
        let done = self.admin.watch(&path, None).await.until("done").await;
        done.data["result"].clone()
    }

    /// The folder of the merchants' files.
    pub fn knowledge(&self) -> PathBuf {
        self.config.knowledge.clone()
    }
}

async fn boot(config: &Config, ids: &[String]) -> Server {
    let works = works(&config.knowledge, &config.index);
    start(config, ids, works).await.expect("the server starts")
}

fn works(knowledge: &Path, index: &Path) -> Works {
    Works {
        knowledge: knowledge.to_owned(),
        index: index.to_owned(),
        encoder: None,
        keep: 10,
    }
}

/// Builds the shops `ids` of a folder that have no snapshot yet.
pub fn build(folder: &Path, ids: &[String]) {
    let (knowledge, index) = (folder.join("knowledge"), folder.join("index"));
    let works = works(&knowledge, &index);
    for shop in ids {
        if Catalog::new(&index, shop).current().is_some() {
            continue;
        }
        let order = RebuildOrder {
            shop: shop.clone(),
            by: "test".into(),
            force: true,
            ..RebuildOrder::default()
        };
        let built = works
            .rebuild(&order, Timestamp::now(), &|_| ())
            .expect("the shop builds");
        assert!(built.snapshot.is_some(), "{:?}", built.findings);
    }
}

/// A server without shops, under these limits; and nobody in particular, who calls it.
pub async fn bare(folder: &Path, limits: Limits) -> (Server, Actor) {
    let config = Config {
        index: folder.join("index"),
        listen: "127.0.0.1:0".into(),
        database: Secret(database::fresh(Kind::Sqlite, folder)),
        limits,
        ..Config::default()
    };
    let server = boot(&config, &[]).await;
    let nobody = Actor::nobody(&server);
    (server, nobody)
}

/// Somebody who calls the server.
#[derive(Clone)]
pub struct Actor {
    pub base: String,
    pub bearer: Option<String>,
    client: reqwest::Client,
}

/// A buyer in a conversation.
pub struct Buyer {
    pub actor: Actor,
    pub id: String,
    pub path: String,
}

impl Buyer {
    /// Says something; gives what the server made of it.
    pub async fn say(&self, text: &str) -> Value {
        let sent = self
            .actor
            .post(
                &format!("{}/messages", self.path),
                json!({"question": text}),
            )
            .await;
        sent.expect(StatusCode::CREATED)
    }

    /// Says something under an idempotency key.
    pub async fn say_once(&self, text: &str, key: &str) -> Value {
        let path = format!("{}/messages", self.path);
        let headers = [("idempotency-key", key)];
        let sent = self.actor.send(
            Method::POST,
            &path,
            Some(json!({"question": text})),
            &headers,
        );
        sent.await.expect(StatusCode::CREATED)
    }

    /// Asks for a person; gives the ticket's id.
    pub async fn hand_off(&self) -> String {
        let sent = self.say("转人工").await;
        assert_eq!(sent["decision"]["decision"], "handoff", "{sent}");
        sent["decision"]["handoff"]["ticket"]
            .as_str()
            .expect("a ticket")
            .to_owned()
    }

    /// All messages as `role: text`.
    pub async fn lines(&self) -> Vec<String> {
        let page = self
            .actor
            .get(&format!("{}/messages", self.path))
            .await
            .expect(StatusCode::OK);
        let items = page["items"].as_array().expect("messages").clone();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        items
            .iter()
            .map(|item| format!("{}: {}", text(&item["role"]), text(&item["text"])))
            .collect()
    }
}

/// A response.
#[derive(Debug)]
pub struct Reply {
    pub what: String,
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
    pub text: String,
}

impl Reply {
    /// The body, if the status is as expected.
    pub fn expect(self, status: StatusCode) -> Value {
        assert_eq!(self.status, status, "{}\n{}", self.what, self.text);
        self.body
    }

    /// A fault with this status and code.
    pub fn refused(self, status: StatusCode, code: &str) {
        assert_eq!(self.status, status, "{}\n{}", self.what, self.text);
        assert_eq!(self.body["code"], code, "{}\n{}", self.what, self.text);
    }
}

impl Actor {
    fn nobody(server: &Server) -> Actor {
        Actor {
            base: format!("http://{}", server.address),
            bearer: None,
            client: reqwest::Client::new(),
        }
    }

    /// A server of another process.
    pub fn at(base: String) -> Actor {
        Actor {
            base,
            bearer: None,
            client: reqwest::Client::new(),
        }
    }

    /// The same caller at a server that moved.
    pub fn moved_to(&self, base: &str) -> Actor {
        Actor {
            base: base.to_owned(),
            ..self.clone()
        }
    }

    /// The same caller with a key or token.
    pub fn with_key(&self, key: &str) -> Actor {
        Actor {
            bearer: Some(key.to_owned()),
            ..self.clone()
        }
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None, &[]).await
    }

    /// A GET that works.
    pub async fn sees(&self, path: &str) -> Value {
        self.get(path).await.expect(StatusCode::OK)
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(Method::POST, path, Some(body), &[]).await
    }

    /// A POST without a body.
    pub async fn act(&self, path: &str) -> Reply {
        self.send(Method::POST, path, None, &[]).await
    }

    /// One that works.
    pub async fn does(&self, path: &str) -> Value {
        self.act(path).await.expect(StatusCode::OK)
    }

    pub async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Reply {
        self.try_send(method, path, body, headers)
            .await
            .expect("the server answers")
    }

    /// As [`Actor::send`], for servers that may be gone.
    pub async fn try_send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Result<Reply, reqwest::Error> {
        let what = format!("{method} {path}");
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if let Some(key) = &self.bearer {
            request = request.bearer_auth(key);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await?;
        Ok(Reply {
            what,
            status,
            headers,
            body: serde_json::from_str(&text).unwrap_or(Value::Null),
            text,
        })
    }

    /// Opens a live stream.
    pub async fn watch(&self, path: &str, last_event_id: Option<&str>) -> Stream {
        let header = last_event_id.map(|id| ("last-event-id", id));
        self.watch_as(path, header.as_slice()).await
    }

    /// Opens a live stream with these headers.
    pub async fn watch_as(&self, path: &str, headers: &[(&str, &str)]) -> Stream {
        let mut request = self.client.get(format!("{}{path}", self.base));
        if let Some(key) = &self.bearer {
            request = request.bearer_auth(key);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.expect("the server answers");
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        Stream {
            response,
            buffer: String::new(),
        }
    }
}

/// A live stream.
pub struct Stream {
    response: reqwest::Response,
    buffer: String,
}

/// An event of a live stream.
#[derive(Debug, Clone)]
pub struct Event {
    pub id: String,
    pub kind: String,
    pub data: Value,
}

impl Stream {
    /// The next event that is no ping; `None` once the stream has ended.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((frame, rest)) = self.buffer.split_once("\n\n") {
                let field = |name: &str| {
                    let line = frame.lines().find_map(|line| line.strip_prefix(name));
                    line.map(|value| value.trim_start().to_owned())
                };
                let event = field("data:").map(|data| Event {
                    id: field("id:").unwrap_or_default(),
                    kind: field("event:").unwrap_or_default(),
                    data: serde_json::from_str(&data).unwrap_or(Value::Null),
                });
                self.buffer = rest.to_owned();
                match event {
                    Some(event) if event.kind != "ping" => return Some(event),
                    _ => continue,
                }
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk())
                .await
                .expect("an event in time");
            match chunk {
                Ok(Some(bytes)) => self.buffer.push_str(&String::from_utf8_lossy(&bytes)),
                Ok(None) | Err(_) => return None,
            }
        }
    }

    /// Reads on until an event of this kind.
    pub async fn until(&mut self, kind: &str) -> Event {
        loop {
            let event = self.next().await.expect("the stream goes on");
            if event.kind == kind {
                return event;
            }
        }
    }
}
