//! What a large shop costs to build and to change: `cargo bench --bench index`.
//!
//! 100,000 FAQ rows (`ZHIKE_BENCH_ROWS` for fewer), by words only. Prints the time of the index build beside that of
//! jieba alone cutting the same texts with the same threads, the peak memory, the steps of a whole first publish, and
//! the time until a change of one row is live, checks and gate included.

#[path = "big_shop/mod.rs"]
mod big_shop;

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use big_shop::{judged, median, peak_memory, rows, setting, timed, write, write_part};
use jieba_rs::Jieba;
use rayon::prelude::*;
use zhike::index::build;
use zhike::knowledge::read_shop;
use zhike::pack;
use zhike::publish::{Outcome, Rebuild, rebuild};

fn main() {
    let count = setting("ZHIKE_BENCH_ROWS", 100_000);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (knowledge, index) = (folder.path().join("knowledge"), folder.path().join("index"));
    let mut rows = rows(count);
    write(&knowledge.join("big"), &rows);
    println!("{count} rows, {} threads", rayon::current_num_threads());

    // Both dictionaries are loaded before anything is timed.
    let jieba = Jieba::new();
    zhike::text::segment::Segmenter::new(&[]);

    let (reading, reading_took) = timed(|| read_shop(&knowledge.join("big")));
    assert!(
        reading.findings.is_empty(),
        "{:?}",
        reading.findings.first()
    );
    let quiet = |_, _| ();
    let plan = build::Plan {
        shop: &reading.shop,
        inputs: "bench",
        packs: pack::built_in(),
        pack_vectors: None,
        encoder: None,
        previous: None,
        progress: &quiet,
    };
    let mut built = Vec::new();
    let mut cut = Vec::new();
    // Turn by turn, so that what else the machine does falls on both.
    for round in 0..setting("ZHIKE_BENCH_ROUNDS", 3) {
        let target = folder.path().join(format!("built{round}"));
        built.push(timed(|| build::write(&target, "bench", &plan).expect("a build")).1);
        std::fs::remove_dir_all(&target).expect("to clear up");
        cut.push(timed(|| cut_all(&jieba, &rows)).1);
    }
    let (built, cut) = (median(built), median(cut));
    println!("read the files        {:.2} s", reading_took.as_secs_f64());
    println!("jieba alone           {:.2} s", cut.as_secs_f64());
    println!("index build           {:.2} s", built.as_secs_f64());
    println!(
        "index build / jieba   {}",
        judged(built.as_secs_f64() / cut.as_secs_f64(), 2.0, true)
    );
    drop(reading);

    println!("\nfirst publish: check, build, golden questions, calibration");
    let full = publish(&knowledge, &index);
    println!("in all                {:.2} s", full.as_secs_f64());
    println!("peak memory GiB       {}", judged(peak_memory(), 1.5, true));

    println!("\none row changed");
    let mut changes = Vec::new();
    for round in 0..setting("ZHIKE_BENCH_ROUNDS", 3) {
        let row = (count / 2 + round) % count;
        rows[row].answer = format!("改过的答案，第{round}次，其余不变。");
        let part = row / 10_000;
        let until = ((part + 1) * 10_000).min(count);
        write_part(&knowledge.join("big"), part, &rows[part * 10_000..until]);
        changes.push(publish(&knowledge, &index));
    }
    let changed = median(changes).as_secs_f64();
    println!("live after seconds    {}", judged(changed, 5.0, true));
    println!("beside a full rebuild {:.2} s", full.as_secs_f64());
    println!("peak memory GiB       {:.2}", peak_memory());
}

/// Rebuilds as `zhike index --lexical` does, and prints when each step was reached.
fn publish(knowledge: &Path, index: &Path) -> Duration {
    let start = Instant::now();
    let outcome = rebuild(&Rebuild {
        knowledge,
        index,
        shop: "big",
        encoder: None,
        by: "bench",
        message: "",
        force: false,
        questions: &[],
        progress: &|step| println!("  {:.2} s {step:?}", start.elapsed().as_secs_f64()),
    });
    let took = start.elapsed();
    match outcome.expect("a rebuild") {
        Outcome::Published { snapshot, .. } => {
            println!("  {:.2} s {snapshot} is live", took.as_secs_f64());
        }
        other => panic!("not published: {other:?}"),
    }
    took
}

/// jieba's plain cut of all texts, on all cores.
fn cut_all(jieba: &Jieba, rows: &[big_shop::Row]) -> usize {
    rows.par_iter()
        .map(|row| {
            [&row.question, &row.similar, &row.answer]
                .iter()
                .map(|text| black_box(jieba.cut(text, false)).len())
                .sum::<usize>()
        })
        .sum()
}
