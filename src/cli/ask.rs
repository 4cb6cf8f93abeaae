//! `zhike ask` and `zhike search`.

use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use jiff::Timestamp;
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

use super::args::{Args, Ask, now};
use super::{CliError, engine, out, out_json};
use crate::answer::decide::answer_with;
use crate::answer::search::{Filter, search as search_entries};
use crate::answer::{Decision, Engine, Outcome, Question};
use crate::knowledge::{Kind, dates, parse_order_state};
use crate::publish::replay::Record;

/// Lines answered at a time: enough to keep all cores busy, few enough to start printing at once.
const CHUNK: usize = 512;

/// Answers a question or a batch.
pub fn ask(args: &Args, ask: &Ask) -> Result<bool, CliError> {
    let engine = engine(args, &ask.shop)?;
    if let Some(path) = &ask.batch {
        return batch(&engine, ask, path);
    }
    let question = Question {
        text: ask.question.clone().unwrap_or_default(),
        product: ask.product.clone(),
        at: moment(&engine.snapshot.shop.settings.timezone, ask.at.as_deref())?,
        ..Question::default()
    };
    let candidates = ask.candidates.unwrap_or(5);
    let decision = answer_with(&engine, &question, candidates, ask.explain);
    if let Some(path) = &ask.receipt {
        let record = Record::new(&engine, &question, &decision, candidates);
        let json = serde_json::to_string_pretty(&record).map_err(io::Error::other);
        json.and_then(|json| std::fs::write(path, json))
            .map_err(|source| CliError::Io {
                what: format!("write {}", path.display()),
                source,
            })?;
    }
    if args.json {
        out_json(&decision)?;
    } else {
        out(&readable(&decision))?;
        if let Some(trace) = &decision.trace {
            out_json(trace)?;
        }
    }
    Ok(true)
}

/// A decision for people.
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
        (Outcome::Answer, _) => "answer".into(),
        (Outcome::Clarify, _) => "clarify".into(),
        (Outcome::Handoff, None) => "handoff".into(),
    };
    text + &format!(
        "\n  [{how}, confidence {:.2}, {} µs, snapshot {}]",
        decision.confidence, decision.took_us, decision.receipt.snapshot
    )
}

/// A line of a batch.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    question: String,
    #[serde(default)]
    id: Option<Value>,
    #[serde(default)]
    product: Option<String>,
    #[serde(default)]
    at: Option<String>,
    #[serde(default)]
    previous: Vec<String>,
    #[serde(default)]
    order_state: Option<String>,
}

/// Answers JSON lines, order kept. A line that cannot be read is answered with an error and makes the status 1.
fn batch(engine: &Engine, ask: &Ask, path: &Path) -> Result<bool, CliError> {
    let failed = |source| CliError::Io {
        what: format!("read {}", path.display()),
        source,
    };
    let input: Box<dyn BufRead> = if path == Path::new("-") {
        Box::new(BufReader::new(io::stdin()))
    } else {
        Box::new(BufReader::new(std::fs::File::open(path).map_err(failed)?))
    };
    let mut output = io::BufWriter::new(io::stdout().lock());
    let mut lines = input.lines();
    let mut clean = true;
    let mut row = 0;
    loop {
        let chunk: Vec<String> = lines
            .by_ref()
            .take(CHUNK)
            .collect::<Result<_, _>>()
            .map_err(failed)?;
        if chunk.is_empty() {
            break;
        }
        let answers: Vec<Value> = chunk
            .par_iter()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(i, line)| answer_line(engine, ask, row + i + 1, line))
            .collect();
        row += chunk.len();
        for answer in answers {
            clean &= answer.get("error").is_none();
            writeln!(output, "{answer}").map_err(|source| CliError::Io {
                what: "write the result".into(),
                source,
            })?;
        }
    }
    output.flush().map_err(|source| CliError::Io {
        what: "write the result".into(),
        source,
    })?;
    Ok(clean)
}

/// One line in, one decision out.
fn answer_line(engine: &Engine, ask: &Ask, row: usize, line: &str) -> Value {
    let failed = |message: String| json!({"error": message, "line": row});
    let timezone = &engine.snapshot.shop.settings.timezone;
    let (question, id) = match read_line(line, row, timezone, ask.at.as_deref()) {
        Ok(read) => read,
        Err(message) => return failed(message),
    };
    let question = Question {
        product: question.product.or_else(|| ask.product.clone()),
        ..question
    };
    let decision = answer_with(engine, &question, ask.candidates.unwrap_or(5), ask.explain);
    match serde_json::to_value(decision) {
        Ok(Value::Object(mut object)) => {
            if let Some(id) = id {
                object.insert("id".into(), id);
            }
            Value::Object(object)
        }
        _ => failed(format!("line {row} cannot be answered as JSON")),
    }
}

/// A question and its id from a line of a batch; `at` is the moment of lines that name none.
fn read_line(
    line: &str,
    row: usize,
    timezone: &str,
    at: Option<&str>,
) -> Result<(Question, Option<Value>), String> {
    let line: Line = serde_json::from_str(line)
        .map_err(|error| format!("line {row} is no question: {error}"))?;
    let at = moment(timezone, line.at.as_deref().or(at)).map_err(|error| error.to_string())?;
    let order_state = match line.order_state.as_deref() {
        None | Some("") => None,
        Some(state) => Some(
            parse_order_state(state)
                .ok_or_else(|| format!("line {row}: no order state is called {state}"))?,
        ),
    };
    let question = Question {
        text: line.question,
        product: line.product,
        at,
        previous: line.previous,
        order_state,
        chosen: None,
    };
    Ok((question, line.id))
}

/// All questions of a file of JSON lines, `-` for standard input.
pub(super) fn questions(path: &Path, timezone: &str) -> Result<Vec<Question>, CliError> {
    let failed = |source| CliError::Io {
        what: format!("read {}", path.display()),
        source,
    };
    let text = match path == Path::new("-") {
        true => io::read_to_string(io::stdin()).map_err(failed)?,
        false => std::fs::read_to_string(path).map_err(failed)?,
    };
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(row, line)| {
            let (question, _) = read_line(line, row, timezone, None).map_err(CliError::Usage)?;
            Ok(question)
        })
        .collect()
}

/// A moment as typed, in the shop's time zone; now where none is given.
pub(super) fn moment(timezone: &str, at: Option<&str>) -> Result<Timestamp, CliError> {
    let Some(text) = at else { return Ok(now()) };
    let zone = jiff::tz::TimeZone::get(timezone).unwrap_or(jiff::tz::TimeZone::UTC);
    let moment = dates::parse(text, &zone)
        .map_err(|why| CliError::Usage(format!("{why}; {}", why.remedy())))?;
    Ok(moment.start)
}

/// Searches as an agent does.
pub fn search(
    args: &Args,
    shop: &str,
    words: &str,
    kind: Option<&str>,
    limit: usize,
    offset: usize,
) -> Result<bool, CliError> {
    let kind = match kind {
        None => None,
        Some(name) => Some(Kind::parse(name).ok_or_else(|| {
            CliError::Usage(format!(
                "no kind is called {name}: faq, product, spec, policy or size"
            ))
        })?),
    };
    let engine = engine(
        &Args {
            lexical: true,
            ..args.clone()
        },
        shop,
    )?;
    let page = search_entries(
        &engine,
        words,
        &Filter {
            kind,
            product: None,
            at: now(),
        },
        limit,
        offset,
    )?;
    if args.json {
        out_json(&page)?;
        return Ok(true);
    }
    for item in &page.items {
        out(&format!(
            "{}\t{}\t{}:{}",
            item.source.id, item.source.title, item.source.file, item.source.row
        ))?;
    }
    super::note(args, &format!("{} of {}", page.items.len(), page.total));
    Ok(true)
}
