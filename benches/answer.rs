//! The program as a merchant runs it: `cargo bench --bench answer`.
//!
//! `ask --batch` with 10,000 questions by words only (`ZHIKE_BENCH_QUESTIONS` for fewer). Also the time from process
//! start to the first answer, compared with a process that only loads jieba's dictionary.

#[path = "big_shop/mod.rs"]
mod big_shop;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use big_shop::{Dice, judged, median, setting, timed};
use serde_json::json;
use zhike::knowledge::read_shop;

/// Tells this program to load jieba's dictionary and nothing else.
const ONLY_JIEBA: &str = "--only-jieba";

fn main() {
    if std::env::args().any(|argument| argument == ONLY_JIEBA) {
        let jieba = jieba_rs::Jieba::new();
        assert!(jieba.has_word("发货"));
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
    let zhike = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zhike"));
        command
            .args(["--lexical", "--quiet", "--knowledge"])
            .arg(&samples)
            .arg("--index")
            .arg(folder.path())
            .stdout(Stdio::null());
        command
    };
    let run = |command: &mut Command| {
        let (status, took) = timed(|| command.status().expect("a process"));
        assert!(status.success(), "{status}");
        took
    };
    let shops = ["yunshang", "huanya", "zhiju", "beiyou"];
    let indexing = run(zhike().arg("index").args(shops));
    println!("index, four shops     {:.2} s", indexing.as_secs_f64());
    println!(
        "again, unchanged      {:.2} s",
        run(zhike().arg("index").args(shops)).as_secs_f64()
    );

    let count = setting("ZHIKE_BENCH_QUESTIONS", 10_000);
    let batch = folder.path().join("batch.jsonl");
    let mut slowest = f64::MAX;
    for shop in shops {
        std::fs::write(&batch, questions(&samples.join(shop), count)).expect("a batch");
        let took = (0..setting("ZHIKE_BENCH_ROUNDS", 3))
            .map(|_| run(zhike().args(["ask", shop, "--batch"]).arg(&batch)))
            .fold(Duration::MAX, Duration::min);
        let rate = count as f64 / took.as_secs_f64();
        println!("{shop:10} ask --batch {count}: {rate:.0} questions a second");
        slowest = slowest.min(rate);
    }
    println!("the slowest           {}", judged(slowest, 2_000.0, false));

    let own = std::env::current_exe().expect("this program");
    let (mut jieba, mut first) = (Vec::new(), Vec::new());
    for _ in 0..setting("ZHIKE_BENCH_STARTS", 15) {
        jieba.push(run(Command::new(&own).arg(ONLY_JIEBA)));
        first.push(run(zhike().args(["ask", "yunshang", "什么时候发货"])));
    }
    let (jieba, first) = (median(jieba), median(first));
    println!(
        "\njieba's dictionary    {:.0} ms",
        jieba.as_secs_f64() * 1e3
    );
    println!("first answer          {:.0} ms", first.as_secs_f64() * 1e3);
    println!(
        "first answer / jieba  {}",
        judged(first.as_secs_f64() / jieba.as_secs_f64(), 1.3, true)
    );
}

/// Golden questions as lines of a batch, run together and cut short until there are enough, no two alike.
fn questions(shop: &Path, count: usize) -> String {
    let shop = read_shop(shop).shop;
    let mut dice = Dice(11);
    let mut lines = String::new();
    for number in 0..count {
        let golden = &shop.golden[dice.roll(shop.golden.len())];
        let text = match dice.roll(4) {
            0 => format!("{}{number}", golden.question),
            1 => format!("请问{}", golden.question),
            2 => format!("{}谢谢", golden.question),
            _ => golden.question.clone(),
        };
        let line = json!({"id": number, "question": text, "product": golden.product, "previous": golden.previous});
        lines.push_str(&line.to_string());
        lines.push('\n');
    }
    lines
}
