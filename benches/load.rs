//! Load on the real server: open live streams and messages at a steady rate, all counted.
//!
//! `cargo bench --bench load -- --streams 500 --rate 200 --seconds 60` (these are the defaults; `--agents 10` of the
//! streams are desks, `--lexical` leaves the encoder out, `--database URL`, `--program PATH`). Each message is due at a
//! moment of its own, and its time counts from that moment, so that a server that stalls cannot hide it. A message
//! that was accepted is looked for in the store, in its buyer's stream and in every desk's stream: what is missing is
//! lost, what is there twice is a duplicate. Exit status 1 where there is either.

#[path = "../tests/support/process.rs"]
#[allow(dead_code)]
mod process;
#[path = "../tests/support/shop.rs"]
#[allow(dead_code)]
mod shop;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use process::Process;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

const SHOP: &str = "shop";

/// How long the last events may take after the last message.
const PATIENCE: Duration = Duration::from_secs(30);

const QUESTIONS: [&str; 6] = [
    "什么时候发货",
    "支持七天无理由退货吗",
    "包邮吗",
    "可以开发票吗",
    "多久发货",
    "能退货吗",
];

struct Options {
    streams: usize,
    agents: usize,
    rate: u32,
    seconds: u32,
    lexical: bool,
    database: Option<String>,
    program: PathBuf,
}

impl Options {
    fn read() -> Options {
        let mut options = Options {
            streams: 500,
            agents: 10,
            rate: 200,
            seconds: 60,
            lexical: false,
            database: None,
            program: env!("CARGO_BIN_EXE_zhike").into(),
        };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let mut value = || {
                words
                    .next()
                    .unwrap_or_else(|| panic!("{word} takes a value"))
            };
            let number = |text: String| text.parse::<u32>().expect("a number");
            match word.as_str() {
                "--streams" => options.streams = number(value()) as usize,
                "--agents" => options.agents = number(value()) as usize,
                "--rate" => options.rate = number(value()).max(1),
                "--seconds" => options.seconds = number(value()),
                "--database" => options.database = Some(value()),
                "--program" => options.program = value().into(),
                "--lexical" => options.lexical = true,
                // What cargo itself passes.
                "--bench" => {}
                other => panic!("unknown argument {other}"),
            }
        }
        options.agents = options.agents.min(options.streams.saturating_sub(1));
        options
    }
}

/// When each message was seen in a stream, and how often.
type Seen = Arc<Mutex<HashMap<String, (u32, Instant)>>>;

struct Watch {
    seen: Seen,
    task: JoinHandle<()>,
}

struct Buyer {
    path: String,
    token: String,
    watch: Watch,
}

/// An accepted message.
struct Accepted {
    buyer: usize,
    message: String,
    reply: Option<String>,
    due: Instant,
    took: Duration,
}

fn main() -> ExitCode {
    let options = Options::read();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    match runtime.block_on(run(&options)) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

async fn run(options: &Options) -> bool {
    let folder = tempfile::tempdir().expect("a folder");
    shop::write(&folder.path().join("knowledge"), SHOP, "小店", "");
    let database = options
        .database
        .clone()
        .unwrap_or_else(|| format!("sqlite://{}", folder.path().join("zhike.db").display()));
    let arguments: &[&str] = if options.lexical { &["--lexical"] } else { &[] };
    let program = std::path::absolute(&options.program).expect("a path");
    let server = Process::start(Path::new(&program), folder.path(), &database, arguments);
    let client = Client::new();
    let admin = sign_in(&client, &server).await;

    let mut desks = Vec::new();
    for _ in 0..options.agents {
        let url = format!("{}/v1/shops/{SHOP}/events", server.base);
        desks.push(watch_stream(&url, &admin).await);
    }
    let mut buyers = Vec::new();
    for _ in 0..options.streams - options.agents {
        buyers.push(open(&client, &server.base).await);
    }
    println!(
        "{} streams open ({} of desks); {} messages a second for {} s",
        options.streams, options.agents, options.rate, options.seconds
    );

    let total = options.rate as usize * options.seconds as usize;
    let start = Instant::now() + Duration::from_millis(50);
    let mut sending = Vec::with_capacity(total);
    for number in 0..total {
        let due = start + Duration::from_secs(1) * number as u32 / options.rate;
        tokio::time::sleep_until(due.into()).await;
        let buyer = number % buyers.len();
        let (path, token) = (buyers[buyer].path.clone(), buyers[buyer].token.clone());
        let client = client.clone();
        sending.push(tokio::spawn(async move {
            say(&client, &path, &token, number, due)
                .await
                .map(|(message, reply)| Accepted {
                    buyer,
                    message,
                    reply,
                    due,
                    took: due.elapsed(),
                })
        }));
    }
    let mut accepted = Vec::with_capacity(total);
    let mut refused: HashMap<String, usize> = HashMap::new();
    for task in sending {
        match task.await.expect("no panic") {
            Ok(message) => accepted.push(message),
            Err(why) => *refused.entry(why).or_default() += 1,
        }
    }
    let spent = start.elapsed();
    settle(&accepted, &buyers, &desks).await;
    report(options, &client, &accepted, refused, spent, &buyers, &desks).await
}

async fn sign_in(client: &Client, server: &Process) -> String {
    let link = server.link.as_deref().expect("a first start prints a link");
    let url = format!("{}/v1/session", server.base);
    let reply = client.post(url).json(&json!({"link": link})).send();
    let body: Value = reply.await.expect("an answer").json().await.expect("JSON");
    body["key"].as_str().expect("a key").to_owned()
}

async fn open(client: &Client, base: &str) -> Buyer {
    let url = format!("{base}/v1/shops/{SHOP}/conversations");
    let reply = client.post(&url).json(&json!({})).send().await;
    let body: Value = reply.expect("an answer").json().await.expect("JSON");
    let path = format!("{url}/{}", body["id"].as_str().expect("an id"));
    let token = body["token"].as_str().expect("a token").to_owned();
    let watch = watch_stream(&format!("{path}/events"), &token).await;
    Buyer { path, token, watch }
}

/// Opens a live stream and notes each message that comes.
async fn watch_stream(url: &str, token: &str) -> Watch {
    // A connection of its own, as a browser has.
    let request = Client::new().get(url).bearer_auth(token);
    let mut response = request.send().await.expect("an answer");
    assert!(response.status().is_success(), "{}", response.status());
    let seen: Seen = Seen::default();
    let noted = seen.clone();
    let task = tokio::spawn(async move {
        let mut buffer = String::new();
        while let Ok(Some(bytes)) = response.chunk().await {
            let at = Instant::now();
            buffer.push_str(&String::from_utf8_lossy(&bytes));
            while let Some(end) = buffer.find("\n\n") {
                let frame: String = buffer.drain(..end + 2).collect();
                note(&noted, &frame, at);
            }
        }
    });
    Watch { seen, task }
}

fn note(seen: &Seen, frame: &str, at: Instant) {
    let Some(data) = frame.lines().find_map(|line| line.strip_prefix("data:")) else {
        return;
    };
    let Ok(event) = serde_json::from_str::<Value>(data.trim_start()) else {
        return;
    };
    if let Some(id) = event["data"]["message"]["id"].as_str() {
        let mut seen = seen.lock().expect("whole");
        seen.entry(id.to_owned()).or_insert((0, at)).0 += 1;
    }
}

/// Sends a message, again under the same key where the line broke or the server is busy; gives its id and the reply's.
async fn say(
    client: &Client,
    path: &str,
    token: &str,
    number: usize,
    due: Instant,
) -> Result<(String, Option<String>), String> {
    let body = json!({"question": QUESTIONS[number % QUESTIONS.len()]});
    loop {
        let sent = client
            .post(format!("{path}/messages"))
            .bearer_auth(token)
            .header("idempotency-key", format!("m-{number}"))
            .json(&body)
            .send()
            .await;
        match sent {
            Ok(reply) if reply.status().is_success() => {
                let body: Value = reply.json().await.map_err(|error| error.to_string())?;
                let id = |name: &str| body[name].as_str().map(str::to_owned);
                return Ok((id("message").ok_or("no id")?, id("reply")));
            }
            // Asked to come back, or not told in time what came of it: again under the same key.
            Ok(reply) if busy(reply.status()) && due.elapsed() < PATIENCE => {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            Ok(reply) => return Err(reply.status().to_string()),
            Err(_) if due.elapsed() < PATIENCE => {}
            Err(error) => return Err(error.to_string()),
        }
    }
}

fn busy(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT
}

fn ids(message: &Accepted) -> impl Iterator<Item = &String> {
    std::iter::once(&message.message).chain(&message.reply)
}

/// Waits until every accepted message was seen everywhere, or nothing more comes.
async fn settle(accepted: &[Accepted], buyers: &[Buyer], desks: &[Watch]) {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        let missing = accepted.iter().any(|message| {
            ids(message).any(|id| {
                count(&buyers[message.buyer].watch, id) == 0
                    || desks.iter().any(|desk| count(desk, id) == 0)
            })
        });
        if !missing {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn count(watch: &Watch, id: &str) -> u32 {
    let seen = watch.seen.lock().expect("whole");
    seen.get(id).map_or(0, |(times, _)| *times)
}

/// Prints the figures; true where nothing was lost, doubled or refused.
async fn report(
    options: &Options,
    client: &Client,
    accepted: &[Accepted],
    refused: HashMap<String, usize>,
    spent: Duration,
    buyers: &[Buyer],
    desks: &[Watch],
) -> bool {
    let mut stored: HashMap<String, u32> = HashMap::new();
    for buyer in buyers {
        let mut after = -1;
        loop {
            let url = format!("{}/messages?limit=200&after={after}", buyer.path);
            let reply = client.get(url).bearer_auth(&buyer.token).send().await;
            let page: Value = reply.expect("an answer").json().await.expect("JSON");
            let items = page["items"].as_array().cloned().unwrap_or_default();
            for item in &items {
                let id = item["id"].as_str().unwrap_or_default().to_owned();
                *stored.entry(id).or_default() += 1;
                after = item["seq"].as_i64().unwrap_or(after);
            }
            if items.len() < 200 {
                break;
            }
        }
    }
    let (mut lost, mut doubled) = ([0; 3], [0; 3]);
    for id in accepted.iter().flat_map(ids) {
        tally(
            stored.get(id).copied().unwrap_or(0),
            &mut lost[0],
            &mut doubled[0],
        );
    }
    for message in accepted {
        for id in ids(message) {
            let seen = count(&buyers[message.buyer].watch, id);
            tally(seen, &mut lost[1], &mut doubled[1]);
            for desk in desks {
                tally(count(desk, id), &mut lost[2], &mut doubled[2]);
            }
        }
    }
    // A message that the store has and nobody was told of would be a double of one that was sent again.
    let told: usize = accepted.iter().map(|message| ids(message).count()).sum();
    let greetings = buyers.len();
    let unasked = stored.len().saturating_sub(told + greetings);

    let mut took: Vec<Duration> = accepted.iter().map(|message| message.took).collect();
    let mut seen: Vec<Duration> = accepted
        .iter()
        .filter_map(|message| {
            let seen = buyers[message.buyer].watch.seen.lock().expect("whole");
            let (_, at) = seen.get(message.reply.as_ref().unwrap_or(&message.message))?;
            Some(at.saturating_duration_since(message.due))
        })
        .collect();
    println!(
        "accepted {} of {} in {:.1} s ({:.0} a second)",
        accepted.len(),
        options.rate * options.seconds,
        spent.as_secs_f64(),
        accepted.len() as f64 / spent.as_secs_f64()
    );
    for (why, times) in &refused {
        println!("refused {times}: {why}");
    }
    for (at, place) in ["the store", "buyers' streams", "desks' streams"]
        .iter()
        .enumerate()
    {
        println!("lost {} and doubled {} in {place}", lost[at], doubled[at]);
    }
    println!("stored though nobody sent it: {unasked}");
    for (what, times) in [
        ("accepted", &mut took),
        ("reply in the buyer's stream", &mut seen),
    ] {
        times.sort_unstable();
        println!(
            "{what}: p50 {:.1} ms, p90 {:.1} ms, p99 {:.1} ms, max {:.1} ms",
            at(times, 0.5),
            at(times, 0.9),
            at(times, 0.99),
            at(times, 1.0)
        );
    }
    for watch in buyers.iter().map(|buyer| &buyer.watch).chain(desks) {
        watch.task.abort();
    }
    refused.is_empty()
        && unasked == 0
        && lost.iter().chain(&doubled).sum::<usize>() == 0
        && !accepted.is_empty()
}

fn tally(seen: u32, lost: &mut usize, doubled: &mut usize) {
    *lost += usize::from(seen == 0);
    *doubled += usize::from(seen > 1);
}

/// Milliseconds at a share of sorted times.
fn at(times: &[Duration], share: f64) -> f64 {
    let index = ((times.len() as f64 * share).ceil() as usize).clamp(1, times.len().max(1)) - 1;
    times
        .get(index)
        .map_or(0.0, |time| time.as_secs_f64() * 1e3)
}
