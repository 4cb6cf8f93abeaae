//! The cost of an answer over HTTP, compared with axum alone in the same run: `cargo bench --bench http`.
//!
//! The real program serves a sample shop with its encoder; the bare server is axum with a handler that reads the same
//! JSON and sends the same bytes back. Both are processes of their own, asked in turns by the same clients over
//! connections that stay open, so that what else the machine does falls on both. Then fresh questions one by one, and
//! a steady stream of questions whose repeats follow Zipf's law, each counted from the moment at which it was due.
//! `-- --memory` measures a shop of 100,000 phrasings instead; its vectors take some minutes.

#[path = "big_shop/mod.rs"]
mod big_shop;
#[path = "../tests/support/process.rs"]
#[allow(dead_code)]
mod process;
#[path = "../tests/support/shop.rs"]
#[allow(dead_code)]
mod shop;

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use axum::routing::post;
use axum::{Json, Router};
use big_shop::{Dice, judged, setting};
use process::Process;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use zhike::knowledge::read_shop;

/// The argument that makes this program the bare server.
const BARE: &str = "--bare";
const SHOP: &str = "yunshang";
const CONNECTIONS: usize = 8;
/// How often turns are taken, and how long one is.
const TURNS: usize = 9;
const TURN: Duration = Duration::from_secs(1);
/// Questions of the steady stream: a second, seconds, and the law's exponent.
const RATE: usize = 1_000;
const SECONDS: usize = 20;
const EXPONENT: f64 = 1.1;

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    if words.iter().any(|word| word == BARE) {
        runtime.block_on(bare());
    } else if words.iter().any(|word| word == "--memory") {
        memory();
    } else {
        runtime.block_on(costs());
    }
}

/// The program that is measured: what `ZHIKE_BENCH_PROGRAM` names, else the one of this build.
fn program() -> PathBuf {
    let named = std::env::var_os("ZHIKE_BENCH_PROGRAM");
    named.map_or_else(|| env!("CARGO_BIN_EXE_zhike").into(), PathBuf::from)
}

/// Serves what it reads on standard input as the answer to every question.
async fn bare() {
    let reply: &'static str = std::io::read_to_string(std::io::stdin())
        .expect("a reply")
        .leak();
    let answer =
        move |Json(_): Json<Value>| async move { ([("content-type", "application/json")], reply) };
    let app = Router::new().route("/v1/shops/{shop}/answer", post(answer));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    println!("{}", listener.local_addr().expect("an address"));
    axum::serve(listener, app).await.expect("served");
}

async fn costs() {
    let folder = tempfile::tempdir().expect("a folder");
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
    shop::copy(
        &samples.join(SHOP),
        &folder.path().join("knowledge").join(SHOP),
    );
    let database = format!("sqlite://{}", folder.path().join("zhike.db").display());
    let server = Process::start(&program(), folder.path(), &database, &[]);
    let ours = server.base.trim_start_matches("http://").to_owned();

    let shop = read_shop(&samples.join(SHOP)).shop;
    let known: Vec<String> = shop
        .faqs
        .iter()
        .flat_map(|faq| std::iter::once(&faq.question).chain(&faq.similar))
        .cloned()
        .collect();
    // Buyers' wordings from the intent packs; none is asked twice but where it is said.
    let mut fresh = wordings().into_iter().filter(|text| !known.contains(text));
    let mut fresh = |count: usize| -> Vec<String> { fresh.by_ref().take(count).collect() };

    let mut line = Connection::open(&ours).await;
    let reply = line.ask(&known[0]).await.1;
    let mut bare = Command::new(std::env::current_exe().expect("this program"))
        .arg(BARE)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the bare server starts");
    bare.stdin
        .take()
        .expect("piped")
        .write_all(&reply)
        .expect("told");
    let mut address = String::new();
    let mut said = BufReader::new(bare.stdout.take().expect("piped"));
    said.read_line(&mut address).expect("an address");
    let address = address.trim();

    let cached = fresh(200);
    for question in &cached {
        line.ask(question).await;
    }
    let mut turns = [const { Vec::new() }; 5];
    for _ in 0..TURNS {
        let ceiling = rate(address, &known).await;
        let exact = rate(&ours, &known).await;
        let cached = rate(&ours, &cached).await;
        let figures = [ceiling, exact, cached, exact / ceiling, cached / ceiling];
        for (of, figure) in turns.iter_mut().zip(figures) {
            of.push(figure);
        }
    }
    // Shares within a turn: what else the machine does meanwhile changes from turn to turn.
    let [ceiling, exact, cached, exact_share, cached_share] = turns.map(|mut turns| {
        turns.sort_by(f64::total_cmp);
        turns[turns.len() / 2]
    });
    println!(
        "{CONNECTIONS} connections, clients and servers on the same cores; the middle of {TURNS} turns"
    );
    println!("axum alone            {ceiling:.0} a second");
    println!("known phrasings       {exact:.0} a second");
    println!("asked before          {cached:.0} a second");
    println!("known / axum alone    {}", judged(exact_share, 0.75, false));
    println!(
        "asked before / axum   {}",
        judged(cached_share, 0.75, false)
    );

    let mut times = Vec::new();
    for question in fresh(1_000) {
        times.push(line.ask(&question).await.0);
    }
    println!("\nfresh questions, one by one, the encoder and HTTP included");
    println!(
        "p50 ms                {}",
        judged(at(&mut times, 0.5), 6.0, true)
    );
    println!(
        "p99 ms                {}",
        judged(at(&mut times, 0.99), 15.0, true)
    );

    steady(&ours, fresh(10_000)).await;
    bare.kill().expect("killed");
    bare.wait().expect("gone");
}

/// All phrasings of `packs/*.toml`, shuffled.
fn wordings() -> Vec<String> {
    #[derive(serde::Deserialize)]
    struct Pack {
        #[serde(default)]
        intent: Vec<Intent>,
    }
    #[derive(serde::Deserialize)]
    struct Intent {
        #[serde(default)]
        phrasings: Vec<String>,
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("packs");
    let files = std::fs::read_dir(folder)
        .expect("packs/ is there")
        .flatten();
    let texts = files.filter_map(|file| std::fs::read_to_string(file.path()).ok());
    let packs = texts.filter_map(|text| toml::from_str::<Pack>(&text).ok());
    let intents = packs.flat_map(|pack| pack.intent);
    let mut all: Vec<String> = intents.flat_map(|intent| intent.phrasings).collect();
    all.sort_unstable();
    all.dedup();
    let mut dice = Dice(3);
    for at in (1..all.len()).rev() {
        all.swap(at, dice.roll(at + 1));
    }
    all
}

/// Questions answered a second by one server, asked over all connections without a pause.
async fn rate(address: &str, questions: &[String]) -> f64 {
    let start = Instant::now();
    let clients = (0..CONNECTIONS).map(|client| {
        let (address, questions) = (address.to_owned(), questions.to_vec());
        tokio::spawn(async move {
            let mut line = Connection::open(&address).await;
            let requests: Vec<Vec<u8>> = questions.iter().map(|q| line.request(q)).collect();
            let mut asked = 0;
            while start.elapsed() < TURN {
                line.send(&requests[(asked * CONNECTIONS + client) % requests.len()])
                    .await;
                asked += 1;
            }
            asked
        })
    });
    let mut asked = 0;
    for client in clients.collect::<Vec<_>>() {
        asked += client.await.expect("no panic");
    }
    asked as f64 / start.elapsed().as_secs_f64()
}

/// A steady stream of questions, the n-th most frequent asked in proportion to n^-[`EXPONENT`].
async fn steady(address: &str, pool: Vec<String>) {
    let mut sums = Vec::with_capacity(pool.len());
    let mut sum = 0.0;
    for place in 1..=pool.len() {
        sum += (place as f64).powf(-EXPONENT);
        sums.push(sum);
    }
    let mut dice = Dice(7);
    let total = RATE * SECONDS;
    let drawn: Vec<usize> = (0..total)
        .map(|_| {
            let at = dice.roll(1 << 30) as f64 / f64::from(1 << 30) * sum;
            sums.partition_point(|&sum| sum < at).min(pool.len() - 1)
        })
        .collect();
    let distinct = drawn.iter().collect::<HashSet<_>>().len();
    const LINES: usize = 64;
    let start = Instant::now() + Duration::from_millis(50);
    let (pool, drawn) = (std::sync::Arc::new(pool), std::sync::Arc::new(drawn));
    let lines = (0..LINES).map(|number| {
        let (address, pool, drawn) = (address.to_owned(), pool.clone(), drawn.clone());
        tokio::spawn(async move {
            let mut line = Connection::open(&address).await;
            let mut times = Vec::new();
            for turn in (number..drawn.len()).step_by(LINES) {
                let due = start + Duration::from_secs(1) * turn as u32 / RATE as u32;
                tokio::time::sleep_until(due.into()).await;
                let request = line.request(&pool[drawn[turn]]);
                line.send(&request).await;
                times.push(due.elapsed());
            }
            times
        })
    });
    let mut times = Vec::new();
    for line in lines.collect::<Vec<_>>() {
        times.extend(line.await.expect("no panic"));
    }
    let reached = total as f64 / start.elapsed().as_secs_f64();
    println!(
        "\na steady stream of {RATE} a second for {SECONDS} s from an empty cache, {:.0} % of them repeats (Zipf, {EXPONENT})",
        100.0 * (1.0 - distinct as f64 / total as f64)
    );
    println!(
        "answered a second     {}",
        judged(reached, RATE as f64 * 0.99, false)
    );
    println!(
        "from when due         p50 {:.2} ms, p90 {:.2} ms, p99 {:.2} ms",
        at(&mut times, 0.5),
        at(&mut times, 0.9),
        at(&mut times, 0.99)
    );
}

/// Milliseconds at a share of times.
fn at(times: &mut [Duration], share: f64) -> f64 {
    times.sort_unstable();
    times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3
}

/// A connection that stays open; as little as a client can be, since it shares the cores with what is measured.
struct Connection {
    stream: TcpStream,
    host: String,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(address: &str) -> Connection {
        let stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        Connection {
            stream,
            host: address.to_owned(),
            buffer: Vec::new(),
        }
    }

    fn request(&self, question: &str) -> Vec<u8> {
        let body = json!({"question": question}).to_string();
        format!(
            "POST /v1/shops/{SHOP}/answer HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.host,
            body.len()
        )
        .into_bytes()
    }

    async fn ask(&mut self, question: &str) -> (Duration, Vec<u8>) {
        let request = self.request(question);
        let start = Instant::now();
        let body = self.send(&request).await;
        let took = start.elapsed();
        (took, self.buffer[body..].to_vec())
    }

    /// Sends a request and reads the whole response into the buffer; gives where its body begins.
    async fn send(&mut self, request: &[u8]) -> usize {
        self.stream.write_all(request).await.expect("sent");
        self.buffer.clear();
        let mut needed = None;
        loop {
            let read = self.stream.read_buf(&mut self.buffer).await.expect("read");
            assert!(read > 0, "the server closed the line");
            if needed.is_none()
                && let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n")
            {
                let head = std::str::from_utf8(&self.buffer[..end]).expect("a head");
                assert!(head.starts_with("HTTP/1.1 200"), "{head}");
                let length = head
                    .lines()
                    .find_map(|line| line.strip_prefix("content-length: "))
                    .expect("a length");
                needed = Some((
                    end + 4,
                    end + 4 + length.parse::<usize>().expect("a number"),
                ));
            }
            if let Some((body, end)) = needed
                && self.buffer.len() >= end
            {
                return body;
            }
        }
    }
}

/// Resident memory of a server with a shop of 100,000 phrasings, after questions were asked.
fn memory() {
    let phrasings = setting("ZHIKE_BENCH_PHRASINGS", 100_000);
    let folder = tempfile::tempdir().expect("a folder");
    // Each row has a question and one more wording.
    let rows = big_shop::rows(phrasings / 2);
    big_shop::write(&folder.path().join("knowledge/big"), &rows);
    let database = format!("sqlite://{}", folder.path().join("zhike.db").display());
    let program = program();
    let start = Instant::now();
    let built = Command::new(&program)
        .args(["index", "big", "--quiet"])
        .arg("--knowledge")
        .arg(folder.path().join("knowledge"))
        .arg("--index")
        .arg(folder.path().join("index"))
        .status();
    assert!(built.expect("it runs").success());
    println!(
        "{phrasings} phrasings, built in {:.0} s",
        start.elapsed().as_secs_f64()
    );
    let server = Process::start(&program, folder.path(), &database, &[]);
    let client = tokio::runtime::Runtime::new().expect("a runtime");
    client.block_on(async {
        let address = server.base.trim_start_matches("http://");
        let mut line = Connection::open(address).await;
        for row in rows.iter().step_by(rows.len() / 300) {
            let request = line.request(&format!("请问{}", row.question));
            let request = String::from_utf8(request)
                .expect("text")
                .replace(SHOP, "big");
            line.send(request.as_bytes()).await;
        }
    });
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).expect("Linux");
    for (name, field) in [("resident", "VmRSS:"), ("of it not files", "RssAnon:")] {
        let line = status.lines().find_map(|line| line.strip_prefix(field));
        let kib: f64 = line
            .and_then(|line| line.split_whitespace().next())
            .and_then(|kib| kib.parse().ok())
            .expect("a number");
        println!("{name:21} {} MB", judged(kib / 1024.0, 300.0, true));
    }
}
