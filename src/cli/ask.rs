//! `zhike ask` and `zhike search`.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use jiff::Timestamp;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::args::{Ask, now};
use super::setup::Setup;
use super::{CliError, engine, note, out, out_for_reading, out_json};
use crate::answer::decide::{CANDIDATES, answer_with};
use crate::answer::search::{Filter, search as search_entries};
use crate::answer::{Decision, Engine, Outcome, Question};
use crate::knowledge::{Kind, OrderState, Settings, dates, parse_order_state};
use crate::publish::replay::{Proof, Record};

/// Lines answered at a time: enough to keep all cores busy, few enough to print the first results soon.
const CHUNK: usize = 512;

/// Answers a question or a batch.
pub fn ask(setup: &Setup, ask: &Ask) -> Result<bool, CliError> {
    let engine = engine(setup, &ask.shop)?;
    if let Some(path) = &ask.batch {
        return batch(setup, &engine, ask, path);
    }
    let text = ask.question.clone().unwrap_or_default();
    if text.trim().is_empty() {
        let what = "the question is empty; write the buyer's words in quotes";
        return Err(CliError::Usage(what.to_owned()));
    }
    let question = Question {
        text,
        product: ask.product.clone(),
        at: moment(&engine.snapshot.shop.settings, ask.at.as_deref())?,
        previous: ask.previous.clone(),
        order_state: order_state(ask.order_state.as_deref())?,
        ..Question::default()
    };
    let candidates = ask.candidates.unwrap_or(CANDIDATES);
    let decision = answer_with(&engine, &question, candidates, ask.explain);
    if let Some(path) = &ask.receipt {
        let record = Record::new(&engine, &question, &decision, candidates);
        let json = serde_json::to_string_pretty(&record).map_err(io::Error::other);
        json.and_then(|json| std::fs::write(path, json))
            .map_err(CliError::io("write", path))?;
    }
    if setup.json {
        let manifest = Proof::manifest_of(&engine.snapshot.manifest);
        let proof = Proof::of(&engine, &manifest, &question, &decision, candidates);
        out_json(&Proven { decision, proof })?;
    } else {
        out(&readable(&decision))?;
        if let Some(trace) = &decision.trace {
            out_for_reading(setup, trace)?;
        }
    }
    Ok(true)
}

/// A decision with what `replay` makes it again from, as the HTTP API gives both.
#[derive(Serialize)]
struct Proven {
    #[serde(flatten)]
    decision: Decision,
    proof: Proof,
}

/// A decision as text for people.
fn readable(decision: &Decision) -> String {
    let mut text = decision.reply.clone();
    for (number, option) in (1..).zip(&decision.options) {
        text += &format!("\n  {number}. {}", option.title);
    }
    for source in decision.parts.iter().flat_map(|part| &part.sources) {
        text += &format!("\n  ← {} ({}:{})", source.id, source.file, source.row);
    }
    let how = match (&decision.decision, &decision.handoff) {
        (Outcome::Handoff, Some(handoff)) => {
            format!("handoff: {}", handoff.reason.as_str())
        }
        (outcome, _) => outcome.as_str().to_owned(),
    };
    text + &format!(
        "\n  [{how}, confidence {:.2}, {} µs, snapshot {}]",
        decision.confidence, decision.took_us, decision.receipt.snapshot
    )
}

/// A line of a batch.
#[derive(Debug, Deserialize)]
struct Line {
    question: String,
    product: Option<String>,
    at: Option<String>,
    previous: Option<Vec<String>>,
    order_state: Option<String>,
}

/// The known keys of a batch line.
const KEYS: &[&str] = &["question", "id", "product", "at", "previous", "order_state"];

/// A batch line after reading.
struct Read {
    /// The caller's own id of the line.
    id: Option<Value>,
    /// Unknown keys.
    strange: Vec<String>,
    /// The question, or the error.
    question: Result<Question, String>,
}

/// Answers JSON lines in order. A line that cannot be read gets an error and makes the exit status 1. An unknown key is
/// ignored with a remark.
fn batch(setup: &Setup, engine: &Engine, ask: &Ask, path: &Path) -> Result<bool, CliError> {
    let input: Box<dyn BufRead> = if path == Path::new("-") {
        Box::new(BufReader::new(io::stdin()))
    } else {
        Box::new(BufReader::new(
            std::fs::File::open(path).map_err(|error| unreadable(path, error))?,
        ))
    };
    let mut output = io::BufWriter::new(io::stdout().lock());
    let mut lines = input.split(b'\n');
    let (mut clean, mut row) = (true, 0);
    let mut strange: BTreeMap<String, usize> = BTreeMap::new();
    loop {
        let chunk: Vec<Vec<u8>> = lines
            .by_ref()
            .take(CHUNK)
            .collect::<Result<_, _>>()
            .map_err(CliError::io("read", path))?;
        if chunk.is_empty() {
            break;
        }
        let answers: Vec<(Value, usize, Vec<String>)> = chunk
            .par_iter()
            .enumerate()
            .filter(|(_, line)| !line.trim_ascii().is_empty())
            .map(|(i, line)| answer_line(engine, ask, row + i + 1, line))
            .collect();
        row += chunk.len();
        for (answer, row, keys) in answers {
            clean &= answer.get("error").is_none();
            for key in keys {
                strange.entry(key).or_insert(row);
            }
            writeln!(output, "{answer}").map_err(CliError::unwritten)?;
        }
    }
    output.flush().map_err(CliError::unwritten)?;
    for (key, row) in strange {
        let known = KEYS.join(", ");
        note(
            setup,
            &format!("line {row}: \"{key}\" is not known and was passed over (known: {known})"),
        );
    }
    Ok(clean)
}

/// The decision on one line, with its unknown keys.
fn answer_line(engine: &Engine, ask: &Ask, row: usize, line: &[u8]) -> (Value, usize, Vec<String>) {
    let settings = &engine.snapshot.shop.settings;
    let read = read_line(line, settings, ask.at.as_deref());
    let mut answer = match read.question {
        Ok(question) => {
            let question = Question {
                product: question.product.or_else(|| ask.product.clone()),
                ..question
            };
            let candidates = ask.candidates.unwrap_or(CANDIDATES);
            let decision = answer_with(engine, &question, candidates, ask.explain);
            serde_json::to_value(decision)
                .unwrap_or_else(|error| json!({"error": error.to_string(), "line": row}))
        }
        Err(message) => json!({"error": format!("line {row}: {message}"), "line": row}),
    };
    if let (Value::Object(object), Some(id)) = (&mut answer, read.id) {
        object.insert("id".into(), id);
    }
    (answer, row, read.strange)
}

/// Reads a batch line. `at` is the moment for lines without one.
fn read_line(line: &[u8], settings: &Settings, at: Option<&str>) -> Read {
    let failed = |message: String| Read {
        id: None,
        strange: Vec::new(),
        question: Err(message),
    };
    let Ok(text) = std::str::from_utf8(line) else {
        return failed("the line is no UTF-8; save the file as UTF-8".into());
    };
    let mut object: serde_json::Map<String, Value> =
        match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
            Ok(object) => object,
            Err(error) => {
                return failed(format!(
                    "no question: {error}; write {{\"question\": \"…\"}} on a line of its own"
                ));
            }
        };
    let strange = object.keys().filter(|key| !KEYS.contains(&key.as_str()));
    let strange = strange.cloned().collect();
    let id = object.remove("id");
    let question = serde_json::from_value(Value::Object(object))
        .map_err(|error| format!("no question: {error}"))
        .and_then(|line| question(line, settings, at));
    Read {
        id,
        strange,
        question,
    }
}

/// The question of a line.
fn question(line: Line, settings: &Settings, at: Option<&str>) -> Result<Question, String> {
    let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let written = given(line.at);
    let at = moment(settings, written.as_deref().or(at)).map_err(|error| error.to_string())?;
    let order_state = given(line.order_state).map(|state| {
        parse_order_state(&state).ok_or_else(|| format!("no order state is called {state}"))
    });
    let order_state = order_state.transpose()?;
    Ok(Question {
        text: line.question,
        product: given(line.product),
        at,
        previous: line.previous.unwrap_or_default(),
        order_state,
        ..Question::default()
    })
}

/// The whole text of a file, `-` for standard input.
pub(super) fn whole(path: &Path) -> Result<String, CliError> {
    let text = if path == Path::new("-") {
        io::read_to_string(io::stdin())
    } else {
        std::fs::read_to_string(path)
    };
    text.map_err(|error| unreadable(path, error))
}

/// All questions in a file of JSON lines; `-` for standard input.
pub(super) fn questions(path: &Path, settings: &Settings) -> Result<Vec<Question>, CliError> {
    let text = whole(path)?;
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(row, line)| {
            let read = read_line(line.as_bytes(), settings, None);
            read.question
                .map_err(|message| CliError::Usage(format!("{}:{row}: {message}", path.display())))
        })
        .collect()
}

/// The error for a file named on the command line that cannot be read.
fn unreadable(path: &Path, error: io::Error) -> CliError {
    CliError::Usage(format!("cannot read {}: {error}", path.display()))
}

/// The order state that the user typed.
pub(super) fn order_state(written: Option<&str>) -> Result<Option<OrderState>, CliError> {
    let read = |word: &str| {
        parse_order_state(word).ok_or_else(|| {
            CliError::Usage(format!(
                "\"{word}\" is no order state; write unshipped, shipped, received or the like"
            ))
        })
    };
    written.map(read).transpose()
}

/// A moment as typed, in the shop's time zone; where none is given, the moment of this call.
pub(super) fn moment(settings: &Settings, at: Option<&str>) -> Result<Timestamp, CliError> {
    let Some(text) = at else { return Ok(now()) };
    let moment = dates::parse(text, &settings.zone())
        .map_err(|why| CliError::Usage(format!("{why}; {}", why.remedy())))?;
    Ok(moment.start)
}

/// The limits of a search.
#[derive(Clone, Copy)]
pub struct Only<'a> {
    /// One kind of entries.
    pub kind: Option<&'a str>,
    /// Entries of one product, by its id.
    pub product: Option<&'a str>,
}

/// Searches as in an agent's search box.
pub fn search(
    setup: &Setup,
    shop: &str,
    words: &str,
    only: Only<'_>,
    limit: usize,
    offset: usize,
) -> Result<bool, CliError> {
    let named = |name: &str| {
        let kind = Kind::parse(name).filter(|kind| *kind != Kind::Script);
        kind.ok_or_else(|| {
            CliError::Usage(format!(
                "no kind is called {name}: faq, product, spec, policy or size"
            ))
        })
    };
    let kind = only.kind.map(named).transpose()?;
    let engine = engine(
        &Setup {
            lexical: true,
            ..setup.clone()
        },
        shop,
    )?;
    let page = search_entries(
        &engine,
        words,
        &Filter {
            kind,
            product: only.product.map(str::to_owned),
            at: now(),
        },
        limit,
        offset,
    )?;
    if setup.json {
        out_json(&page)?;
        return Ok(true);
    }
    for item in &page.items {
        out(&format!(
            "{}\t{}\t{}:{}",
            item.source.id, item.source.title, item.source.file, item.source.row
        ))?;
    }
    note(setup, &format!("{} of {}", page.items.len(), page.total));
    Ok(true)
}
