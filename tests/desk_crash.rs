//! The server's process is killed during its work: no accepted message is lost or stored twice.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::database::{self, kinds};
use crate::support::http::{Actor, OPEN};
use crate::support::process::Process;
use crate::support::shop;

/// Talks with the bot, talks in which a person writes, and how many messages each gets.
const BUYERS: usize = 8;
const SERVED: usize = 4;
const MESSAGES: usize = 12;

/// Accepted messages after which the process is killed, in turn.
const KILLS: [usize; 6] = [1, 5, 11, 23, 41, 67];

/// What a buyer says at a step: mostly questions, now and then a cry for help.
fn words(step: usize) -> &'static str {
    ["什么时候发货", "包邮吗", "转人工", "可以开发票吗"][step % 4]
}

/// Somebody who writes step by step: a step is passed once the server has said that it accepted it.
struct Writer {
    actor: Actor,
    path: String,
    /// What is written at a step.
    body: fn(usize) -> Value,
    step: AtomicUsize,
}

impl Writer {
    fn new(actor: Actor, path: String, body: fn(usize) -> Value) -> Arc<Writer> {
        let step = AtomicUsize::new(0);
        Arc::new(Writer {
            actor,
            path,
            body,
            step,
        })
    }

    /// Writes on until all is said or the line breaks: the step then stays, and is tried again under the same key.
    async fn write(
        &self,
        base: &str,
        accepted: &AtomicUsize,
        goal: Option<usize>,
        enough: &Enough,
    ) {
        let actor = self.actor.moved_to(base);
        loop {
            let step = self.step.load(Ordering::SeqCst);
            if step == MESSAGES {
                return;
            }
            let key = format!("step-{step}");
            let headers = [("idempotency-key", key.as_str())];
            let body = Some((self.body)(step));
            let sent = actor
                .try_send(Method::POST, &self.path, body, &headers)
                .await;
            let Ok(reply) = sent else { return };
            reply.expect(StatusCode::CREATED);
            self.step.fetch_add(1, Ordering::SeqCst);
            if Some(accepted.fetch_add(1, Ordering::SeqCst) + 1) == goal {
                let _ = enough.try_send(());
            }
        }
    }
}

type Enough = tokio::sync::mpsc::Sender<()>;

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_middle() {
    for kind in kinds() {
        let folder = tempfile::tempdir().expect("a folder");
        shop::write(&folder.path().join("knowledge"), OPEN, "小店", "");
        let database = database::fresh(kind, folder.path());
        let program = Path::new(env!("CARGO_BIN_EXE_zhike"));
        let mut process = Process::start(program, folder.path(), &database, &["--lexical"]);
        let nobody = Actor::at(process.base.clone());
        let link = json!({"link": process.link});
        let signed_in = nobody.post("/v1/session", link).await;
        let signed_in = signed_in.expect(StatusCode::CREATED);
        let admin = nobody.with_key(signed_in["key"].as_str().expect("a key"));

        let mut writers = Vec::new();
        let (mut talks, mut served) = (Vec::new(), Vec::new());
        for number in 0..BUYERS + SERVED {
            let opened = nobody
                .post(&format!("/v1/shops/{OPEN}/conversations"), json!({}))
                .await;
            let opened = opened.expect(StatusCode::CREATED);
            let text = |name: &str| opened[name].as_str().expect("text").to_owned();
            let (id, buyer) = (text("id"), nobody.with_key(&text("token")));
            let messages = format!("/v1/shops/{OPEN}/conversations/{id}/messages");
            if number < BUYERS {
                let body = |step| json!({"question": words(step)});
                writers.push(Writer::new(buyer, messages, body));
                talks.push(id);
                continue;
            }
            // In these a person writes.
            let sent = buyer.post(&messages, json!({"question": "转人工"})).await;
            let sent = sent.expect(StatusCode::CREATED);
            let ticket = &sent["decision"]["handoff"]["ticket"];
            let ticket = format!(
                "/v1/shops/{OPEN}/tickets/{}",
                ticket.as_str().expect("a ticket")
            );
            admin.does(&format!("{ticket}/claim")).await;
            let body = |step| json!({"text": format!("第{step}条")});
            writers.push(Writer::new(admin.clone(), format!("{ticket}/reply"), body));
            served.push(id);
        }
        for goal in KILLS.into_iter().map(Some).chain([None]) {
            let accepted = Arc::new(AtomicUsize::new(0));
            let (enough, mut reached) = tokio::sync::mpsc::channel::<()>(1);
            let tasks: Vec<_> = writers
                .iter()
                .map(|writer| {
                    let (writer, base) = (writer.clone(), process.base.clone());
                    let (accepted, enough) = (accepted.clone(), enough.clone());
                    tokio::spawn(async move {
                        writer.write(&base, &accepted, goal, &enough).await;
                    })
                })
                .collect();
            drop(enough);
            if goal.is_some() {
                // Closed without a word: all said before the goal, nothing left to kill in the middle of.
                let _ = reached.recv().await;
                process.kill();
            }
            for task in tasks {
                task.await.expect("no panic");
            }
            if goal.is_some() {
                process = Process::again(program, folder.path(), &database, &["--lexical"]);
            }
        }
        assert!(
            writers
                .iter()
                .all(|writer| writer.step.load(Ordering::SeqCst) == MESSAGES),
            "all were said in the end"
        );

        let admin = admin.moved_to(&process.base);
        let said = async |id: &str| {
            let path = format!("/v1/shops/{OPEN}/conversations/{id}/messages?limit=200");
            let page = admin.sees(&path).await;
            page["items"].as_array().expect("messages").clone()
        };
        for id in &talks {
            let items = said(id).await;
            let expected: Vec<&str> = (0..MESSAGES).map(words).collect();
            assert_eq!(
                texts(&items, "buyer"),
                expected,
                "{kind:?}: each message once, in order"
            );
            assert_eq!(
                texts(&items, "bot").len(),
                MESSAGES + 1,
                "{kind:?}: each answered once"
            );
        }
        for id in &served {
            let expected: Vec<String> = (0..MESSAGES).map(|step| format!("第{step}条")).collect();
            assert_eq!(
                texts(&said(id).await, "agent"),
                expected,
                "{kind:?}: each reply once, in order"
            );
        }
        for id in talks.iter().chain(&served) {
            let path = format!("/v1/shops/{OPEN}/tickets?conversation={id}");
            assert_eq!(admin.sees(&path).await["total"], 1, "{kind:?}: one ticket");
        }
        process.kill();
    }
}

fn texts<'a>(items: &'a [Value], role: &str) -> Vec<&'a str> {
    items
        .iter()
        .filter(|item| item["role"] == role)
        .filter_map(|item| item["text"].as_str())
        .collect()
}
