//! The server's process is killed during its work, in the middle of everything that people do: nothing accepted is lost or
//! done twice.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::database::{self, kinds};
use crate::support::hooks::Receiver;
use crate::support::http::{Actor, OPEN};
use crate::support::process::Process;
use crate::support::shop;

/// Talks with the bot, talks that people serve, and how much is said or done in each.
const BUYERS: usize = 8;
const SERVED: usize = 4;
const MESSAGES: usize = 16;
const ROUNDS: usize = 3;
const THUMBS: usize = 12;

/// When the process is killed.
#[derive(Debug, Clone, Copy)]
enum Goal {
    /// So much was accepted.
    Accepted(usize),
    /// One of these is on its way.
    Sending(&'static str),
    /// An announcement came to the outside system, which has not said that it takes it.
    Told,
}

const KILLS: [Goal; 14] = [
    Goal::Accepted(1),
    Goal::Sending("claim"),
    Goal::Sending("reply"),
    Goal::Told,
    Goal::Sending("notes"),
    Goal::Sending("transfer"),
    Goal::Sending("resolve"),
    Goal::Sending("reopen"),
    Goal::Sending("hand-back"),
    Goal::Sending("feedback"),
    Goal::Accepted(23),
    Goal::Told,
    Goal::Sending("messages"),
    Goal::Accepted(41),
];

/// What people do with a ticket in a round, what is announced of it, and what the buyer is told.
const ROUND: [(&str, &str, &str); 10] = [
    ("claim", "ticket.claimed", "已接入"),
    ("reply", "", ""),
    ("notes", "", ""),
    ("transfer", "ticket.transferred", "转接"),
    ("claim", "ticket.claimed", "已接入"),
    ("resolve", "ticket.resolved", "已结束"),
    ("reopen", "ticket.reopened", ""),
    ("claim", "ticket.claimed", "已接入"),
    ("hand-back", "ticket.handed_back", "智能客服继续"),
    ("reopen", "ticket.reopened", ""),
];

/// What a buyer says at a step: mostly questions, now and then a cry for help.
fn words(step: usize) -> &'static str {
    ["什么时候发货", "包邮吗", "转人工", "可以开发票吗"][step % 4]
}

/// Something to be done once.
struct Step {
    what: &'static str,
    path: String,
    body: Option<Value>,
}

impl Step {
    /// What the server says once it is done.
    fn done(&self) -> StatusCode {
        match self.what {
            "messages" | "reply" | "notes" => StatusCode::CREATED,
            "feedback" => StatusCode::NO_CONTENT,
            _ => StatusCode::OK,
        }
    }
}

/// Somebody who acts step by step: a step is passed once the server has said that it accepted it.
struct Writer {
    actor: Actor,
    steps: Vec<Step>,
    step: AtomicUsize,
    /// The last try's answer was lost.
    lost: AtomicBool,
}

impl Writer {
    fn new(actor: Actor, steps: Vec<Step>) -> Arc<Writer> {
        Arc::new(Writer {
            actor,
            steps,
            step: AtomicUsize::new(0),
            lost: AtomicBool::new(false),
        })
    }

    /// What a buyer says.
    fn asking(buyer: Actor, talk: &str) -> Arc<Writer> {
        let steps = (0..MESSAGES).map(|step| Step {
            what: "messages",
            path: format!("{talk}/messages"),
            body: Some(json!({"question": words(step)})),
        });
        Writer::new(buyer, steps.collect())
    }

    /// What an agent does with a ticket.
    fn serving(agent: Actor, ticket: &str) -> Arc<Writer> {
        let steps = (0..ROUNDS).flat_map(|round| {
            ROUND.map(|(what, ..)| Step {
                what,
                path: format!("{ticket}/{what}"),
                body: match what {
                    "reply" => Some(json!({"text": format!("第{round}次")})),
                    "notes" => Some(json!({"text": format!("记{round}")})),
                    "transfer" => Some(json!({"skill": "售后"})),
                    _ => None,
                },
            })
        });
        Writer::new(agent, steps.collect())
    }

    /// A buyer's thumb on a message, who thinks it over.
    fn judging(buyer: Actor, talk: &str, message: &str) -> Arc<Writer> {
        let steps = (0..THUMBS).map(|step| {
            let verdict = ["down", "up"][step % 2];
            Step {
                what: "feedback",
                path: format!("/v1/shops/{OPEN}/feedback"),
                body: Some(json!({"conversation": talk, "message": message, "verdict": verdict})),
            }
        });
        Writer::new(buyer, steps.collect())
    }

    /// Goes on until all is done or the line breaks: the step then stays, and is tried again under the same key.
    async fn write(&self, base: &str, accepted: &AtomicUsize, goal: Option<Goal>, enough: &Enough) {
        let actor = self.actor.moved_to(base);
        loop {
            let number = self.step.load(Ordering::SeqCst);
            let Some(step) = self.steps.get(number) else {
                return;
            };
            let key = format!("step-{number}");
            let headers = [("idempotency-key", key.as_str())];
            if matches!(goal, Some(Goal::Sending(what)) if what == step.what) {
                let _ = enough.try_send(());
            }
            let sent = actor.try_send(Method::POST, &step.path, step.body.clone(), &headers);
            let Ok(reply) = sent.await else {
                self.lost.store(true, Ordering::SeqCst);
                return;
            };
            // A ticket that was opened again cannot be: the lost try had done it.
            let again = self.lost.swap(false, Ordering::SeqCst) && step.what == "reopen";
            match again && reply.status == StatusCode::CONFLICT {
                true => reply.refused(StatusCode::CONFLICT, "illegal-move"),
                false => drop(reply.expect(step.done())),
            }
            self.step.fetch_add(1, Ordering::SeqCst);
            let accepted = accepted.fetch_add(1, Ordering::SeqCst) + 1;
            if matches!(goal, Some(Goal::Accepted(goal)) if goal == accepted) {
                let _ = enough.try_send(());
            }
        }
    }
}

type Enough = tokio::sync::mpsc::Sender<()>;

/// The kinds of what was announced of a ticket, reminders left out: a slow machine may need them.
fn announced(hooks: &Receiver, ticket: &str) -> Vec<String> {
    let told = hooks.told(ticket).into_iter().map(|delivery| delivery.kind);
    told.filter(|kind| kind == "ticket.opened" || ROUND.iter().any(|(_, own, _)| own == kind))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_middle() {
    for kind in kinds() {
        // What is said of the end of a ticket is refused once: it must come after all that was said before.
        let hooks = Receiver::start(|delivery, before| {
            delivery.kind != "ticket.resolved" || before.iter().any(|one| one.id == delivery.id)
        })
        .await;
        let folder = tempfile::tempdir().expect("a folder");
        let settings = format!(
            "[webhook]\nurl = \"{}\"\nsecret_env = \"ZHIKE_HOOKS\"",
            hooks.url
        );
        shop::write(&folder.path().join("knowledge"), OPEN, "小店", &settings);
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
            let talk = format!("/v1/shops/{OPEN}/conversations/{id}");
            if number < BUYERS {
                writers.push(Writer::asking(buyer, &talk));
                talks.push(id);
                continue;
            }
            // These people serve, and the buyer judges what the bot had said before.
            let says = async |words: &str| {
                let body = json!({"question": words});
                let sent = buyer.post(&format!("{talk}/messages"), body).await;
                sent.expect(StatusCode::CREATED)
            };
            let answered = says("包邮吗").await;
            let reply = answered["reply"].as_str().expect("a reply");
            let sent = says("转人工").await;
            let ticket = &sent["decision"]["handoff"]["ticket"];
            let ticket = ticket.as_str().expect("a ticket").to_owned();
            let path = format!("/v1/shops/{OPEN}/tickets/{ticket}");
            writers.push(Writer::serving(admin.clone(), &path));
            writers.push(Writer::judging(buyer.clone(), &id, reply));
            served.push((id, ticket));
        }
        for goal in KILLS.into_iter().map(Some).chain([None]) {
            let accepted = Arc::new(AtomicUsize::new(0));
            let (enough, mut reached) = tokio::sync::mpsc::channel::<()>(1);
            if matches!(goal, Some(Goal::Told)) {
                hooks.tell_next(enough.clone());
            }
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
                // Closed without a word: all done before the goal, nothing left to kill in the middle of.
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
        for writer in &writers {
            let done = writer.step.load(Ordering::SeqCst);
            assert_eq!(done, writer.steps.len(), "all was done in the end");
        }

        let admin = admin.moved_to(&process.base);
        let said = async |id: &str| {
            let path = format!("/v1/shops/{OPEN}/conversations/{id}/messages?limit=200");
            let page = admin.sees(&path).await;
            page["items"].as_array().expect("messages").clone()
        };
        let tickets = async |id: &str| {
            let path = format!("/v1/shops/{OPEN}/tickets?conversation={id}");
            let page = admin.sees(&path).await;
            assert_eq!(page["total"], 1, "{kind:?}: one ticket");
            page["items"][0]["id"].as_str().expect("an id").to_owned()
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
            let ticket = tickets(id).await;
            hooks
                .until(|hooks| !announced(hooks, &ticket).is_empty())
                .await;
            assert_eq!(announced(&hooks, &ticket), ["ticket.opened"], "{kind:?}");
        }
        for (id, ticket) in &served {
            let items = said(id).await;
            let expected: Vec<String> = (0..ROUNDS).map(|round| format!("第{round}次")).collect();
            assert_eq!(
                texts(&items, "agent"),
                expected,
                "{kind:?}: each reply once, in order"
            );
            let told = (0..ROUNDS).flat_map(|_| ROUND.map(|(_, _, told)| told));
            let told: Vec<&str> = told.filter(|told| !told.is_empty()).collect();
            let system = texts(&items, "system");
            assert!(
                system.len() == told.len()
                    && system
                        .iter()
                        .zip(&told)
                        .all(|(line, part)| line.contains(part)),
                "{kind:?}: the buyer hears of each move once: {system:#?}"
            );
            assert_eq!(&tickets(id).await, ticket);
            let packet = format!("/v1/shops/{OPEN}/tickets/{ticket}");
            let packet = admin.sees(&packet).await;
            let notes = packet["notes"].as_array().expect("notes").iter();
            let notes: Vec<&str> = notes.filter_map(|note| note["text"].as_str()).collect();
            let expected: Vec<String> = (0..ROUNDS).map(|round| format!("记{round}")).collect();
            assert_eq!(notes, expected, "{kind:?}: each note once");
            assert_eq!(packet["ticket"]["state"], "reopened");
            assert_eq!(packet["ticket"]["reopened"], 2 * ROUNDS, "{kind:?}");
            let moves = (0..ROUNDS).flat_map(|_| ROUND.map(|(_, kind, _)| kind));
            let mut moves: Vec<&str> = moves.filter(|kind| !kind.is_empty()).collect();
            moves.insert(0, "ticket.opened");
            hooks
                .until(|hooks| announced(hooks, ticket).len() >= moves.len())
                .await;
            assert_eq!(
                announced(&hooks, ticket),
                moves,
                "{kind:?}: each announced once, in order"
            );
        }
        let overview = format!("/v1/shops/{OPEN}/stats");
        let overview = admin.sees(&overview).await;
        let thumbs = json!([{"name": "up", "count": SERVED}]);
        assert_eq!(overview["feedback"], thumbs, "{kind:?}: each thumb once");
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
