//! Talks of several turns, told in `tests/stories/*.story` and played against whole shops.
//!
//! ```text
//! shop: yunshang                 the sample shop
//! product: YS-D101               the page the buyer came from (may be left out)
//! at: 2026-12-02T10:00:00+08:00  the moment (may be left out: a day in November 2026)
//!
//! > 穿什么码                       a buyer's line
//! = clarify rule:size.ask "身高"   what must come of it: the decision, then any of
//!                                  rule:<rule>  reason:<handoff reason>  <entry id>  "<text in the reply>"
//! ```
//!
//! Shops are searched by words only here, so that the stories do not wait for the encoder.

use std::path::Path;

use zhike::answer::{Engine, Outcome, Question, answer};

use crate::asking::sample;

/// One turn: the buyer's line and the words of what is expected.
struct Turn {
    line: String,
    expected: Vec<String>,
}

/// A story file.
#[derive(Default)]
struct Story {
    name: String,
    shop: String,
    product: Option<String>,
    at: Option<String>,
    turns: Vec<Turn>,
}

fn read(path: &Path) -> Story {
    let text = std::fs::read_to_string(path).expect("a story is UTF-8 text");
    let mut story = Story {
        name: path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        ..Story::default()
    };
    for line in text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        if let Some(line) = line.strip_prefix("> ") {
            story.turns.push(Turn {
                line: line.to_owned(),
                expected: Vec::new(),
            });
        } else if let Some(words) = line.strip_prefix("= ") {
            let turn = story
                .turns
                .last_mut()
                .expect("an expectation follows a buyer's line");
            turn.expected = split(words);
        } else {
            let (key, value) = line.split_once(": ").expect("a head line is `key: value`");
            match key {
                "shop" => story.shop = value.to_owned(),
                "product" => story.product = Some(value.to_owned()),
                "at" => story.at = Some(value.to_owned()),
                other => panic!("{}: unknown key {other}", story.name),
            }
        }
    }
    story
}

/// Words parted by spaces; quoted text stays whole, with its first quotation mark.
fn split(words: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (i, part) in words.split('"').enumerate() {
        if i % 2 == 1 {
            found.push(format!("\"{part}"));
        } else {
            found.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    found
}

/// What of the expected words does not hold for a question.
fn play(engine: &Engine, question: &Question, expected: &[String]) -> Option<String> {
    let decision = answer(engine, question);
    let decided = match decision.decision {
        Outcome::Answer => "answer",
        Outcome::Clarify => "clarify",
        Outcome::Handoff => "handoff",
    };
    let reason = decision
        .handoff
        .as_ref()
        .map(|handoff| format!("{:?}", handoff.reason).to_lowercase());
    let missed: Vec<&str> = expected
        .iter()
        .map(String::as_str)
        .filter(|word| {
            let holds = if let Some(text) = word.strip_prefix('"') {
                decision.reply.contains(text)
            } else if let Some(rule) = word.strip_prefix("rule:") {
                decision.receipt.rule == rule
            } else if let Some(wanted) = word.strip_prefix("reason:") {
                reason.as_deref() == Some(wanted.replace('_', "").as_str())
            } else if word.contains(':') {
                decision.receipt.entries.iter().any(|entry| entry == word)
            } else {
                *word == decided
            };
            !holds
        })
        .collect();
    (!missed.is_empty()).then(|| {
        format!(
            "missed {}; got {decided} {} {:?} {:?} 「{}」",
            missed.join(" "),
            decision.receipt.rule,
            reason,
            decision.receipt.entries,
            decision.reply
        )
    })
}

#[test]
fn stories_end_as_told() {
    let mut stories: Vec<Story> =
        std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stories"))
            .expect("the stories are there")
            .map(|file| read(&file.expect("a file").path()))
            .collect();
    stories.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(stories.len() >= 30, "{} stories", stories.len());
    let mut faults = Vec::new();
    for story in stories {
        let engine = sample(&story.shop);
        let at = story
            .at
            .as_deref()
            .unwrap_or("2026-11-22T10:00:00+08:00")
            .parse()
            .expect("a moment");
        let mut previous: Vec<String> = Vec::new();
        for turn in &story.turns {
            let question = Question {
                text: turn.line.clone(),
                product: story.product.clone(),
                at,
                previous: previous.clone(),
                ..Question::default()
            };
            if let Some(fault) = play(engine, &question, &turn.expected) {
                faults.push(format!("{}: 「{}」 {fault}", story.name, turn.line));
            }
            previous.push(turn.line.clone());
        }
    }
    assert!(
        faults.is_empty(),
        "{} turns went otherwise:\n{}",
        faults.len(),
        faults.join("\n")
    );
}
