//! A message → the decision on it: its questions one after the other, then the whole.
//!
//! ```text
//! piece    one question: heard, decided
//! found    what the knowledge has for it: entries, and what specs, sizes and goods propose
//! case     what speaks for each answer, and how these stand against each other
//! choice   script, structured knowledge, entry, options or a person
//! named    goods that a question names against those that an entry speaks of
//! part     the choice carried out: reply, sources, options
//! run_on   where one stretch asks two things; what parts come to beside each other
//! repeated the same again, or misses in a row: a person after all
//! trace    how it came about, where asked for
//! ```

mod case;
mod choice;
mod found;
mod named;
mod part;
mod piece;
mod repeated;
mod run_on;
mod trace;

use std::time::Instant;

use part::Decided;

use super::Engine;
use super::guard;
use super::live::note_orders;
use super::parse;
use super::product::{Plain, join_names};
use super::reply::{compose, handoff, script};
use super::rule;
use super::types::*;
use super::unnamed::unnamed;
use crate::text::normalise::{is_alphanumeric, normalise};

/// How many candidates a decision lists unless told otherwise. A proof repeats a decision with as many.
pub const CANDIDATES: usize = 5;

/// How many a decision lists that is looked into: explained, or measured.
pub const EXPLAINED: usize = 10;

/// Decides a message. The decision depends only on the engine and the question with personal data masked: the same
/// question at the same moment always gets the same decision.
pub fn answer(engine: &Engine, question: &Question) -> Decision {
    answer_with(engine, question, CANDIDATES, false)
}

/// [`answer`] with at most `candidates` candidates, and with the trace if `explain` is set.
pub fn answer_with(
    engine: &Engine,
    question: &Question,
    candidates: usize,
    explain: bool,
) -> Decision {
    let start = Instant::now();
    let question = &unnamed(question);
    let mut decided = message(engine, question, candidates, explain);
    repeated::hand_over(engine, question, &mut decided);
    let reason = decided.iter().filter_map(|piece| piece.part.reason).min();
    let handed = reason.map(|reason| handoff(engine, reason, question.at));
    ask_once(engine, &mut decided);
    let parts: Vec<Part> = decided.iter().map(|piece| piece.part.clone()).collect();
    let (outcome, confidence) = of_parts(&parts);
    let deciding = decided.iter().find(|piece| piece.part.decision == outcome);
    let trace = explain.then(|| trace::message(&question.text, &decided));
    let decision = Decision {
        decision: outcome,
        reply: compose(&parts, handed.as_ref()),
        confidence,
        options: options(&decided),
        handoff: handed,
        candidates: merge(
            decided.iter().map(|piece| piece.candidates.as_slice()),
            candidates,
        ),
        receipt: Receipt {
            snapshot: engine.snapshot.manifest.id.clone(),
            entries: entries(&decided),
            rule: deciding.map_or("", |piece| piece.rule).to_owned(),
        },
        parts,
        took_us: 0,
        trace,
    };
    Decision {
        took_us: u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX),
        ..note_orders(engine, question, decision)
    }
}

/// Decides a message without counting misses over the earlier messages.
fn message(engine: &Engine, question: &Question, candidates: usize, explain: bool) -> Vec<Decided> {
    let mut decided: Vec<Decided> = match part::chosen(engine, question, explain) {
        Some(decided) => vec![decided],
        None => pieces(engine, question, candidates, explain),
    };
    // Two neighbouring stretches with the same decision were one question.
    decided
        .dedup_by(|later, earlier| !later.entries.is_empty() && later.entries == earlier.entries);
    decided
}

/// Decides the questions of a message in order. Each is read with those before it, as if they were earlier messages. If
/// none of them is settled, the message was one question told at length, and it is decided as a whole.
fn pieces(engine: &Engine, question: &Question, candidates: usize, explain: bool) -> Vec<Decided> {
    let decide = |question: &Question, text: &str, previous: &[String]| {
        let text = guard::without_story(text);
        let names = |line: &str| engine.catalogue.is_a_name(&Plain::new(line));
        let said = match names_what_was_asked_for(engine, text, previous) {
            Some(name) => &format!("那{name}呢"),
            None => text,
        };
        let read = parse::read_as(text, said, previous, names);
        piece::decide(engine, question, &read, candidates, explain)
    };
    // 好滴知道了 谢谢哈 is one piece of small talk.
    if guard::small_talk(&normalise(&question.text)).is_some() {
        return vec![decide(question, &question.text, &question.previous)];
    }
    let words = &engine.snapshot.shop.settings.handoff.words;
    let texts = join_names(&engine.catalogue, parse::split(&question.text, words));
    let before = question.previous.len();
    if let [text] = texts.as_slice() {
        let decided = run_on::decided(engine, question, before, text, &decide);
        return run_on::tidied(engine, decided);
    }
    let mut talk = question.clone();
    let decided: Vec<Decided> = texts
        .into_iter()
        .flat_map(|text| {
            // 这个什么面料 points to the goods, not to the question before it in the same message.
            let told = match text.starts_with(['这', '它']) {
                true => before,
                false => talk.previous.len(),
            };
            let decided = run_on::decided(engine, &talk, told, &text, &decide);
            talk.previous.push(text);
            decided
        })
        .collect();
    if decided.iter().any(settled) {
        return run_on::tidied(engine, decided);
    }
    vec![decide(question, &question.text, &question.previous)]
}

/// Ids of the entries whose text the reply carries, without repeats: two rows may quote one size chart.
fn entries(decided: &[Decided]) -> Vec<String> {
    let mut entries: Vec<String> = Vec::new();
    for entry in decided.iter().flat_map(|piece| &piece.entries) {
        if !entries.contains(entry) {
            entries.push(entry.clone());
        }
    }
    entries
}

/// How a buyer takes back what was said.
const TAKES_BACK: &[&str] = &[
    "说错了",
    "打错了",
    "看错了",
    "搞错了",
    "弄错了",
    "问错了",
    "不对",
    "不好意思",
    "我是说",
    "我说的是",
    "我问的是",
    "我要问的是",
    "应该是",
    "是",
];

/// The goods that a message names and says nothing else, after another one: the answer to 请问您想了解哪一款商品, a
/// correction (打错了，山魈), or what 那…呢 would say at more length.
fn names_what_was_asked_for(engine: &Engine, text: &str, previous: &[String]) -> Option<String> {
    const SHORT: usize = 12;
    let normalised = normalise(text);
    if previous.is_empty() || parse::follows(&normalised) || !engine.exact(&normalised).is_empty() {
        return None;
    }
    let mut name = normalised.as_str();
    while let Some(rest) = TAKES_BACK.iter().find_map(|word| name.strip_prefix(word)) {
        name = rest.trim_start_matches(|c: char| !is_alphanumeric(c));
    }
    let names = name.chars().count() <= SHORT && engine.catalogue.is_a_name(&Plain::new(name));
    names.then(|| name.to_owned())
}

/// The options of all pieces, without repeats.
fn options(decided: &[Decided]) -> Vec<ChoiceOption> {
    let mut options: Vec<ChoiceOption> = Vec::new();
    for option in decided.iter().flat_map(|piece| &piece.options) {
        if options.iter().all(|known| known.title != option.title) {
            options.push(option.clone());
        }
    }
    options
}

/// Puts the questions back of several pieces as one: their options stand in one list.
fn ask_once(engine: &Engine, decided: &mut [Decided]) {
    let mut asking = decided
        .iter_mut()
        .filter(|piece| piece.rule == rule::CLARIFY && !piece.options.is_empty());
    let (Some(first), mut others) = (asking.next(), asking.collect::<Vec<_>>()) else {
        return;
    };
    if !others.is_empty() {
        first.part.reply = script(engine, "clarify");
    }
    for other in &mut others {
        other.part.reply.clear();
    }
}

/// Whether a piece was answered, or asks back or hands off because of what it says and not because of doubt.
fn settled(decided: &Decided) -> bool {
    !rule::is_doubt(decided.rule)
}

/// The candidates of all pieces without repeats, most likely first.
fn merge<'a>(lists: impl Iterator<Item = &'a [Candidate]>, limit: usize) -> Vec<Candidate> {
    let lists: Vec<&[Candidate]> = lists.collect();
    let mut all: Vec<&Candidate> = lists.iter().copied().flatten().collect();
    // Those of a single question stay in the order of its decision.
    if lists.len() > 1 {
        all.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    }
    let mut merged: Vec<Candidate> = Vec::new();
    for candidate in all {
        if merged.len() < limit && merged.iter().all(|known| known.id != candidate.id) {
            merged.push(candidate.clone());
        }
    }
    merged
}
