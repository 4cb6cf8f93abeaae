//! The cost of building and changing a large shop: `cargo bench --bench index`.
//!
//! 100,000 FAQ rows (`ZHIKE_BENCH_ROWS` for fewer), by words only. Prints the time of the index beside that of jieba
//! alone cutting the same texts with the same threads, the peak memory, the steps of a whole first publish, and
//! the time until a change of one row is live, checks and gate included.

#[path = "big_shop/mod.rs"]
mod big_shop;

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use big_shop::{judged, median, peak_memory, rows, setting, timed, write, write_part};
use jieba_rs::Jieba;
use jiff::Timestamp;
use rayon::prelude::*;
use tantivy::TantivyDocument;
use tantivy::schema::{IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{PreTokenizedString, Token};
use zhike::index::words::words;
use zhike::index::{blocks, build};
use zhike::knowledge::units::{Units, units};
use zhike::knowledge::{entries, read_shop};
use zhike::pack;
use zhike::publish::{Outcome, Rebuild, rebuild};
use zhike::text::segment::Segmenter;

fn main() {
    let count = setting("ZHIKE_BENCH_ROWS", 100_000);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (knowledge, index) = (folder.path().join("knowledge"), folder.path().join("index"));
    let mut rows = rows(count);
    write(&knowledge.join("big"), &rows);
    let texts = rows
        .iter()
        .flat_map(|row| [&row.question, &row.similar, &row.answer]);
    println!(
        "{count} rows of {:.0} characters, {} threads",
        texts.map(|text| text.chars().count()).sum::<usize>() as f64 / count as f64,
        rayon::current_num_threads()
    );

    // Both dictionaries are loaded before anything is timed.
    let jieba = Jieba::new();
    Segmenter::new(&[]);

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
    // What the index is made of is there before: entries, units and words.
    let entries = entries(&reading.shop);
    let (units, normalised) = timed(|| units(&reading.shop, &entries));
    let words = words(&reading.shop);
    let segmenter = Segmenter::new(&words);
    let source = blocks::Source {
        shop: &reading.shop,
        entries: &entries,
        units: &units,
        words: &words,
        segmenter: &segmenter,
        previous: None,
    };
    let (mut whole, mut ours, mut simple) = (Vec::new(), Vec::new(), Vec::new());
    let mut cuts = [Vec::new(), Vec::new(), Vec::new()];
    // Turn by turn, so that what else the machine does falls on all.
    for round in 0..setting("ZHIKE_BENCH_ROUNDS", 3) {
        let target = folder.path().join(format!("built{round}"));
        whole.push(timed(|| build::write(&target, "bench", &plan).expect("a build")).1);
        std::fs::remove_dir_all(&target).expect("to clear up");
        ours.push(timed(|| blocks::write(&target, &source).expect("an index")).1);
        std::fs::remove_dir_all(&target).expect("to clear up");
        simple.push(timed(|| simple_build(&target, &jieba, &units)).1);
        std::fs::remove_dir_all(&target).expect("to clear up");
        for (mode, cut) in cuts.iter_mut().enumerate() {
            cut.push(timed(|| cut_all(&jieba, mode, &rows)).1);
        }
    }
    let seconds = |times: Vec<Duration>| median(times).as_secs_f64();
    let [plain, search, guessing] = cuts.map(seconds);
    let (whole, ours, simple) = (seconds(whole), seconds(ours), seconds(simple));
    println!("read the files        {:.2} s", reading_took.as_secs_f64());
    println!("normalise the texts   {:.2} s", normalised.as_secs_f64());
    println!(
        "index                 {ours:.2} s: words, characters and pairs of all units, on disk"
    );
    println!(
        "a simple one          {simple:.2} s: jieba's words in one field, by tantivy's own writer"
    );
    println!("whole build           {whole:.2} s: all of a snapshot's files");
    println!(
        "jieba alone           {search:.2} s in search mode, as an index is cut; {plain:.2} s plain, {guessing:.2} s in search mode with its model"
    );
    println!("index / jieba         {}", judged(ours / search, 2.0, true));
    println!("simple / jieba        {:.2}", simple / search);
    println!("whole build / jieba   {:.2}", whole / search);
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
        keep: 10,
        questions: &[],
        at: Timestamp::now(),
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

/// The index that one would write first: jieba's words of every text in one field.
fn simple_build(folder: &Path, jieba: &Jieba, units: &Units) {
    std::fs::create_dir_all(folder).expect("a folder");
    let mut schema = Schema::builder();
    let text = TextOptions::default().set_indexing_options(
        TextFieldIndexing::default().set_index_option(IndexRecordOption::WithFreqs),
    );
    let field = schema.add_text_field("text", text);
    let index = tantivy::Index::create_in_dir(folder, schema.build()).expect("an index");
    let mut writer = index
        .writer_with_num_threads(rayon::current_num_threads(), 256 << 20)
        .expect("a writer");
    units
        .texts
        .par_iter()
        .for_each_with(&writer, |writer, text| {
            let words = jieba.cut_for_search(text, false);
            let token = |word: &jieba_rs::Token<'_>| Token {
                text: word.word.to_owned(),
                ..Token::default()
            };
            let tokens = words.iter().map(token).collect();
            let text = text.to_string();
            let mut document = TantivyDocument::default();
            document.add_pre_tokenized_text(field, PreTokenizedString { text, tokens });
            writer.add_document(document).expect("a document");
        });
    writer.commit().expect("a commit");
}

/// jieba's cut of all texts, on all cores: plain, in search mode, or that with its model for unknown words.
fn cut_all(jieba: &Jieba, mode: usize, rows: &[big_shop::Row]) -> usize {
    rows.par_iter()
        .map(|row| {
            [&row.question, &row.similar, &row.answer]
                .iter()
                .map(|text| match mode {
                    0 => black_box(jieba.cut(text, false)).len(),
                    mode => black_box(jieba.cut_for_search(text, mode == 2)).len(),
                })
                .sum::<usize>()
        })
        .sum()
}
