//! The cost of a question in the encoder: `cargo bench --bench encoder`.
//!
//! Prints the time to load the built-in encoder and the memory it holds, the latency of fresh questions (phrasings
//! of our own intent packs) on one core, and of a scan over 100,000 vectors.

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use zhike::embed::{Encoder, Role, Vectors, centre};

const QUESTIONS: usize = 300;
const ROUNDS: usize = 5;
const ROWS: usize = 100_000;

fn main() {
    let before = memory();
    let start = Instant::now();
    let encoder = Encoder::built_in().expect("the model that travels with the program loads");
    println!("load       {:.1} ms", milliseconds(start.elapsed()));
    black_box(encoder.encode("你好", Role::Query));
    println!("memory     {before} → {}", memory());

    let questions = questions();
    let tokens: Vec<usize> = questions
        .iter()
        .map(|text| encoder.tokens(text, Role::Query))
        .collect();
    let mut times = Vec::new();
    let mut vectors = Vec::new();
    for _ in 0..ROUNDS {
        vectors.clear();
        for text in &questions {
            let start = Instant::now();
            vectors.push(encoder.encode(text, Role::Query));
            times.push(start.elapsed());
        }
    }
    report(
        &format!(
            "encode     {} questions, {} tokens:",
            questions.len(),
            spread(tokens)
        ),
        times,
    );
    println!("memory     {}", memory());

    let start = Instant::now();
    let many = encoder.encode_many(&questions, Role::Query).len();
    let rate = many as f64 / start.elapsed().as_secs_f64();
    println!("many       {rate:.0} texts a second on all cores");

    search(&vectors);
}

/// Scans over [`ROWS`] vectors: the questions', centred, each in many variations.
fn search(questions: &[Vec<f32>]) {
    let mean = centre::mean(questions.iter().map(Vec::as_slice));
    let mut noise = 1u32;
    let vary = |row: usize| {
        let mut vector = questions[row % questions.len()].clone();
        centre::centre(&mut vector, &mean);
        for x in &mut vector {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *x += (noise as f32 / u32::MAX as f32 - 0.5) * 0.15;
        }
        centre::normalise(&mut vector);
        vector
    };
    let rows: Vec<Vec<f32>> = (0..ROWS).map(vary).collect();
    let dimension = mean.len();
    let matrix = Vectors::build(dimension, rows.iter().map(Vec::as_slice));
    let mut scores = Vec::new();
    let (mut scans, mut searches) = (Vec::new(), Vec::new());
    for question in questions.iter().take(200) {
        let mut query = question.clone();
        centre::centre(&mut query, &mean);
        let start = Instant::now();
        matrix.score_all(&query, &mut scores);
        scans.push(start.elapsed());
        let start = Instant::now();
        black_box(matrix.search(&query, 100));
        searches.push(start.elapsed());
    }
    report(&format!("all scores {ROWS} × {dimension}:"), scans);
    report(&format!("best 100   {ROWS} × {dimension}:"), searches);
}

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

/// Phrasings of `packs/*.toml`, spread over all packs.
fn questions() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("packs");
    let entries = std::fs::read_dir(folder).expect("packs/ is there");
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    let texts = files
        .iter()
        .filter_map(|file| std::fs::read_to_string(file).ok());
    let packs = texts.filter_map(|text| toml::from_str::<Pack>(&text).ok());
    let intents = packs.flat_map(|pack| pack.intent);
    let all: Vec<String> = intents.flat_map(|intent| intent.phrasings).collect();
    let step = (all.len() / QUESTIONS).max(1);
    all.into_iter().step_by(step).take(QUESTIONS).collect()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let mut line = what.to_owned();
    for (name, share) in [("least", 0.0), ("p50", 0.5), ("p95", 0.95), ("p99", 0.99)] {
        let at = ((times.len() - 1) as f64 * share) as usize;
        let _ = write!(line, " {name} {:.2}", milliseconds(times[at])); // writing to a string cannot fail
    }
    println!("{line} ms");
}

fn spread(mut counts: Vec<usize>) -> String {
    counts.sort_unstable();
    format!(
        "{} to {} (median {})",
        counts[0],
        counts[counts.len() - 1],
        counts[counts.len() / 2]
    )
}

/// Resident memory, all and without mapped files, where the system tells (Linux).
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    match (field("VmRSS:"), field("RssAnon:")) {
        (Some(all), Some(own)) => format!(
            "{} MB resident, {} MB of it not files",
            all / 1024,
            own / 1024
        ),
        _ => "unknown".to_owned(),
    }
}
