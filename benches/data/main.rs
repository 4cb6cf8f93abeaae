//! Measures how well questions are answered on labelled sets: those of `benches/shops`, and others that are not part of
//! the project.
//!
//! ```text
//! cargo bench --bench data -- PATH [SET…] [--lexical] [--baseline] [--no-calibration] [--reasons] [--json FILE]
//! ```
//!
//! PATH is a folder with one folder per set (see [`sets`]). Indexes each set as a shop and asks the real pipeline
//! ([`pipeline`]), or a plain yardstick with `--baseline` ([`baseline`]). Prints a table of measures beside the targets, then the
//! calibration experiment: thresholds chosen on one half of a set and tried on the other, over random halves.

mod baseline;
mod pipeline;
mod sets;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use zhike::answer::calibration::Curve;
use zhike::eval::calibrate::{Options, Sample, Standing, calibrate, samples};
use zhike::eval::random::Random;
use zhike::eval::{Figure, Labelled, Measures, golden, measure, report};

use sets::Set;

/// What was asked for.
struct Arguments {
    data: PathBuf,
    sets: Vec<String>,
    lexical: bool,
    /// The yardstick instead of the real pipeline.
    baseline: bool,
    calibration: bool,
    /// Print what decided, per set.
    reasons: bool,
    json: Option<PathBuf>,
}

fn main() {
    let Some(arguments) = arguments(std::env::args().skip(1)) else {
        println!(
            "usage: cargo bench --bench data -- PATH [SET…] [--lexical] [--baseline] [--no-calibration] [--reasons] [--json FILE]"
        );
        return;
    };
    let chosen =
        |name: &&str| arguments.sets.is_empty() || arguments.sets.iter().any(|set| set == name);
    let mut known = pipeline::load_questions();
    let mut rows = Vec::new();
    let mut all: BTreeMap<&str, Measures> = BTreeMap::new();
    for name in sets::NAMES.iter().filter(|name| chosen(name)) {
        if !sets::exists(&arguments.data, name) {
            continue;
        }
        let set = match sets::read(&arguments.data, name) {
            Ok(set) => set,
            Err(error) => {
                eprintln!("{name}: {error}");
                continue;
            }
        };
        let start = Instant::now();
        let outcomes = match run(&set, &arguments, &mut known) {
            Ok(outcomes) => outcomes,
            Err(error) => {
                eprintln!("{name}: {error}");
                continue;
            }
        };
        let measures = measure(&outcomes);
        rows.push(row(&set, &measures, start.elapsed().as_secs_f64()));
        // The table waits for every set; what is known already is shown.
        let percent = |figure| 100.0 * measures.value(figure).unwrap_or(f64::NAN);
        eprintln!(
            "{name}: top-1 {:.1}, correct at P95 {:.1}, {:.1} s",
            percent(Figure::Top1),
            percent(Figure::CorrectAt95),
            start.elapsed().as_secs_f64()
        );
        if *name == "faq_ths" && arguments.calibration {
            halves(&outcomes);
        }
        all.insert(name, measures);
    }
    let mut table = String::new();
    report::table(&mut table, &HEADER, rows.into_iter());
    println!(
        "{table}\nvalue/target, in per cent; P90, P95: correct coverage at that precision; wrong: of answered"
    );
    if let Some(path) = arguments.json {
        let json = serde_json::to_vec_pretty(&all).expect("measures serialise");
        if let Err(error) = std::fs::write(&path, json) {
            eprintln!("cannot write {}: {error}", path.display());
        }
    }
}

/// `None` where no path was given. `--bench` is what cargo adds.
fn arguments(given: impl Iterator<Item = String>) -> Option<Arguments> {
    let mut given = given.filter(|argument| argument != "--bench").peekable();
    let mut arguments = Arguments {
        data: PathBuf::new(),
        sets: Vec::new(),
        lexical: false,
        baseline: false,
        calibration: true,
        reasons: false,
        json: None,
    };
    let mut path = None;
    while let Some(argument) = given.next() {
        match argument.as_str() {
            "--lexical" => arguments.lexical = true,
            "--baseline" => arguments.baseline = true,
            "--reasons" => arguments.reasons = true,
            "--no-calibration" => arguments.calibration = false,
            "--json" => arguments.json = Some(PathBuf::from(given.next()?)),
            _ if path.is_none() => path = Some(PathBuf::from(argument)),
            _ => arguments.sets.push(argument),
        }
    }
    path.map(|data| Arguments { data, ..arguments })
}

/// Builds the set's shop and asks all its questions.
fn run(
    set: &Set,
    arguments: &Arguments,
    known: &mut pipeline::Questions,
) -> Result<Vec<Labelled>, zhike::index::IndexError> {
    if arguments.baseline {
        let baseline = baseline::Baseline::new(&set.shop, arguments.lexical);
        return Ok(golden::run(
            &set.asked,
            &|question| baseline.answer(question),
            &|_| String::new(),
        ));
    }
    let outcomes = pipeline::run(&set.shop, &set.asked, arguments.lexical, known)?;
    pipeline::save_questions(known);
    if arguments.reasons {
        for (name, count, bad) in pipeline::reasons(&outcomes) {
            println!(
                "{}: {name} {count}, of these missed or wrong {bad}",
                set.name
            );
        }
    }
    Ok(outcomes)
}

const HEADER: [&str; 15] = [
    "set", "in", "out", "top-1", "top-3", "MRR@10", "P90", "P95", "coverage", "wrong", "leaked",
    "AUROC", "ECE", "±", "s",
];

fn row(set: &Set, measures: &Measures, seconds: f64) -> Vec<String> {
    let value = |figure| match (measures.value(figure), set.target(figure)) {
        (None, _) => "—".to_owned(),
        (Some(value), None) => format!("{:.1}", 100.0 * value),
        (Some(value), Some(target)) => format!("{:.1}/{:.0}", 100.0 * value, 100.0 * target),
    };
    let half_width = measures.figures.get(&Figure::Top1).map_or_else(
        || "—".to_owned(),
        |top| format!("{:.1}", 50.0 * (top.high - top.low)),
    );
    let counts = [
        set.name.to_owned(),
        measures.in_scope.to_string(),
        (measures.questions - measures.in_scope).to_string(),
    ];
    let figures = [
        Figure::Top1,
        Figure::Top3,
        Figure::Mrr10,
        Figure::CorrectAt90,
        Figure::CorrectAt95,
        Figure::Coverage,
        Figure::Wrong,
        Figure::Leaked,
        Figure::Auroc,
        Figure::Ece,
    ];
    counts
        .into_iter()
        .chain(figures.map(value))
        .chain([half_width, format!("{seconds:.1}")])
        .collect()
}

/// Random halves tried.
const HALVES: u64 = 20;

/// Thresholds from one half, the share of wrong they give on the other, over [`HALVES`] random halves.
fn halves(outcomes: &[Labelled]) {
    let all = samples(outcomes, Curve::default());
    let answerable = outcomes
        .iter()
        .filter(|outcome| outcome.expected.in_scope())
        .count() as f64
        / 2.0;
    let mut rows = Vec::new();
    for (budget, delta) in [
        (0.05, 0.1),
        (0.05, 0.05),
        (0.05, 0.01),
        (0.02, 0.1),
        (0.02, 0.05),
        (0.02, 0.01),
    ] {
        let budgets = BTreeMap::from([("default".to_owned(), budget)]);
        let (mut proven, mut over) = (0, 0);
        let (mut worst, mut wrong_all, mut right_all, mut threshold) = (0.0f64, 0.0, 0.0, 0.0);
        for seed in 0..HALVES {
            let mut order: Vec<&Sample> = all.iter().collect();
            Random::new(seed).shuffle(&mut order);
            let (learn, test) = order.split_at(order.len() / 2);
            let learn: Vec<Sample> = learn.iter().map(|sample| (*sample).clone()).collect();
            let (calibration, costs) = calibrate(&learn, &budgets, Options { delta });
            let answered = test
                .iter()
                .filter(|sample| calibration.curve.apply(sample.raw) >= calibration.default);
            let (mut right, mut wrong) = (0.0, 0.0);
            for sample in answered {
                *(if sample.right { &mut right } else { &mut wrong }) += 1.0;
            }
            let share = if right + wrong > 0.0 {
                wrong / (right + wrong)
            } else {
                0.0
            };
            proven += u32::from(costs[0].standing == Standing::Proven);
            over += u32::from(share > budget);
            worst = worst.max(share);
            wrong_all += share / HALVES as f64;
            right_all += right / answerable / HALVES as f64;
            threshold += calibration.default / HALVES as f64;
        }
        rows.push(vec![
            format!("{:.0} %", 100.0 * budget),
            delta.to_string(),
            format!("{proven}/{HALVES}"),
            format!("{over}/{HALVES}"),
            format!("{:.2} %", 100.0 * worst),
            format!("{:.2} %", 100.0 * wrong_all),
            format!("{:.1} %", 100.0 * right_all),
            format!("{threshold:.3}"),
        ]);
    }
    let mut table = String::new();
    let header = [
        "budget",
        "delta",
        "proven",
        "over budget",
        "worst",
        "mean wrong",
        "correct coverage",
        "threshold",
    ];
    report::table(&mut table, &header, rows.into_iter());
    println!("thresholds from one half of faq_ths, tried on the other{table}");
}
