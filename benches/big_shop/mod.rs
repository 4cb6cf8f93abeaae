//! A large shop, the same in every run.

// Each bench uses some of it.
#![allow(dead_code)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use zhike::knowledge::read_shop;

/// Numbers that are the same at every run (xorshift).
pub struct Dice(pub u64);

impl Dice {
    /// One of `sides` numbers from 0.
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }

    /// One of a list.
    pub fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.roll(list.len())]
    }
}

/// One FAQ row.
#[derive(Debug, Clone)]
pub struct Row {
    /// Standard question.
    pub question: String,
    /// Another wording; empty of every third row, as merchants leave them.
    pub similar: String,
    /// Answer.
    pub answer: String,
    /// Category.
    pub category: &'static str,
}

/// The rows of a shop: wordings of the intent packs and sentences of the sample shops' answers, shuffled. Texts from a few
/// templates would be cut four times as fast as these, since jieba's dictionary then stays in the nearest cache.
pub fn rows(count: usize) -> Vec<Row> {
    let intents = &zhike::pack::built_in().intents;
    let sentences = sentences();
    let mut dice = Dice(0x0b57_ac1e);
    (0..count)
        .map(|row| {
            let phrasings = &intents[dice.roll(intents.len())].phrasings;
            let mut wording = || cell(&phrasings[dice.roll(phrasings.len())]);
            // A batch number keeps questions apart.
            let question = format!("第{row}款{}", wording());
            let similar = match row % 3 {
                0 => String::new(),
                _ => format!("第{row}款{}", wording()),
            };
            let answer = sentences[dice.roll(sentences.len())].clone();
            Row {
                question,
                similar,
                answer,
                category: dice.pick(CATEGORIES),
            }
        })
        .collect()
}

const CATEGORIES: &[&str] = &["物流", "售后", "商品", "使用", "优惠", "订单"];

/// The sentences of the sample shops' answers.
fn sentences() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
    let shops = fs::read_dir(folder).expect("the sample shops").flatten();
    let faqs = shops.flat_map(|shop| read_shop(&shop.path()).shop.faqs);
    let mut sentences: Vec<String> = faqs
        .flat_map(|faq| {
            let sentences = faq.answer.split_inclusive('。').map(cell);
            sentences.collect::<Vec<_>>()
        })
        .collect();
    sentences.sort_unstable();
    sentences.dedup();
    sentences
}

/// A text that needs no quotes in a CSV file.
fn cell(text: &str) -> String {
    let kept = text
        .trim()
        .chars()
        .filter(|c| !matches!(c, '"' | '\n' | '\r'));
    kept.map(|c| if c == ',' { '，' } else { c }).collect()
}

/// Writes the rows as a shop, ten thousand a file, with a hundred golden questions.
pub fn write(folder: &Path, rows: &[Row]) {
    fs::create_dir_all(folder.join("faq")).expect("a folder for the shop");
    fs::write(folder.join("shop.toml"), "[shop]\nname = \"大店\"\n").expect("shop.toml");
    for (part, chunk) in rows.chunks(10_000).enumerate() {
        write_part(folder, part, chunk);
    }
    let mut golden = String::from("question,expect\n");
    let step = (rows.len() / 100).max(1);
    for (row, content) in rows.iter().enumerate().step_by(step) {
        let _ = writeln!(golden, "{},faq:Q{row}", content.question);
    }
    fs::write(folder.join("golden.csv"), golden).expect("golden.csv");
}

/// Writes one file of at most ten thousand rows.
pub fn write_part(folder: &Path, part: usize, rows: &[Row]) {
    let mut text = String::from("id,question,similar,answer,category\n");
    for (row, content) in (part * 10_000..).zip(rows) {
        let Row {
            question,
            similar,
            answer,
            category,
        } = content;
        let _ = writeln!(text, "Q{row},{question},{similar},{answer},{category}");
    }
    fs::write(folder.join(format!("faq/part{part:02}.csv")), text).expect("a table");
}

/// The number a variable names, or a default.
pub fn setting(name: &str, default: usize) -> usize {
    std::env::var(name)
        .ok()
        .and_then(|value| value.parse().ok())
        .unwrap_or(default)
}

/// What a closure gives, and how long it took.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed())
}

/// The median of some times.
pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Peak resident memory of this process in GiB; 0 where the system does not tell.
pub fn peak_memory() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line
        .and_then(|line| line.trim().split(' ').next())
        .and_then(|kib| kib.parse::<f64>().ok());
    kib.unwrap_or(0.0) / (1024.0 * 1024.0)
}

/// `1.23 (target at most 2, held)`.
pub fn judged(value: f64, target: f64, at_most: bool) -> String {
    let held = if at_most {
        value <= target
    } else {
        value >= target
    };
    format!(
        "{value:.2} (target {} {target}, {})",
        if at_most { "at most" } else { "at least" },
        if held { "held" } else { "MISSED" }
    )
}
