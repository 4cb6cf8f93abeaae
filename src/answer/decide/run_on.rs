//! Questions that run on without a mark: where both sides of a seam come to something of their own, they are two.

use super::found::speaks_of;
use super::part::Decided;
use super::settled;
use crate::answer::Engine;
use crate::answer::parse::{may_run_on, said_anew, seams};
use crate::answer::rule;
use crate::answer::types::{Outcome, Question};
use crate::text::normalise::{normalise, normalise_mapped};

/// How many seams of a message are tried.
const TRIED: usize = 8;

/// The longest part that asks nothing of its own where it has no word that asks: 寄不寄.
const SHORTEST: usize = 3;

/// Decides one question after the first so many messages of a talk.
type Decide<'a> = &'a dyn Fn(&Question, &str, &[String]) -> Decided;

/// Decides `text`, the later part of a message, as one question, or as several where it runs on. `decide` decides one
/// question after the first `told` messages of the talk.
pub(super) fn decided(
    engine: &Engine,
    talk: &Question,
    told: usize,
    text: &str,
    decide: Decide<'_>,
) -> Vec<Decided> {
    let mut left_to_try = TRIED;
    parted(engine, talk, told, text, decide, &mut left_to_try)
}

fn parted(
    engine: &Engine,
    talk: &Question,
    told: usize,
    text: &str,
    decide: Decide<'_>,
    left_to_try: &mut usize,
) -> Vec<Decided> {
    let whole = decide(talk, text, &talk.previous[..told]);
    let known = !engine.exact(&normalise(text)).is_empty();
    if known || !may_part(&whole) {
        return vec![whole];
    }
    let is_answer = answered(&whole);
    for at in places(engine, text) {
        let (left, right) = text.split_at(at);
        let speaks_of = |side: &str| whole.entries.iter().all(|id| speaks(engine, id, side));
        // The answer has the words of both sides: neither is lost. Seen without the encoder, which costs the most here.
        if is_answer && speaks_of(left) && speaks_of(right) {
            continue;
        }
        if *left_to_try == 0 {
            break;
        }
        *left_to_try -= 1;
        let first = decide(talk, left, &talk.previous[..told]);
        // Where the whole is not answered, each part has to be.
        if !may_part(&first) || !is_answer && !answered(&first) {
            continue;
        }
        let mut later = talk.clone();
        later.previous.push(left.to_owned());
        let known = later.previous.len();
        let mut parts = vec![first];
        parts.extend(parted(engine, &later, known, right, decide, left_to_try));
        if says_more(engine, &parts, &whole) {
            return parts;
        }
    }
    vec![whole]
}

/// Where a text may go on to another question, in bytes.
fn places(engine: &Engine, text: &str) -> Vec<usize> {
    let mapped = normalise_mapped(text);
    if !may_run_on(&mapped.text) {
        return Vec::new();
    }
    let tokens = engine.snapshot.segmenter.cut(&mapped.text);
    let ends: Vec<usize> = tokens.iter().map(|token| token.end).collect();
    let written = |at: usize| {
        let origin = mapped.origin.get(mapped.text[..at].chars().count())?;
        let (byte, _) = text.char_indices().nth(*origin as usize)?;
        Some(byte).filter(|byte| *byte > 0)
    };
    seams(&mapped.text, &ends)
        .into_iter()
        .filter_map(written)
        .collect()
}

fn answered(decided: &Decided) -> bool {
    decided.part.decision == Outcome::Answer
}

/// Whether a text came to what one of several questions may come to: an entry, specs, a size or doubt, but not to what a
/// guard, a script or a question back for a measure makes of it.
fn may_part(decided: &Decided) -> bool {
    let rule = decided.rule;
    let of_entry = matches!(rule, "faq" | "policy" | "product" | "size");
    of_entry || rule::is_spec(rule) || !settled(decided)
}

/// Whether two questions or more say more than one: each is answered, with something else; or the one answer is what a
/// part gets alone, and says nothing of the other part.
fn says_more(engine: &Engine, parts: &[Decided], whole: &Decided) -> bool {
    if !parts.iter().all(may_part) {
        return false;
    }
    let told: Vec<&String> = parts
        .iter()
        .filter(|part| answered(part))
        .flat_map(|part| &part.entries)
        .collect();
    let is_answer = answered(whole);
    // Another entry for the whole: it was one question.
    if told.is_empty() || is_answer && !whole.entries.iter().all(|entry| told.contains(&entry)) {
        return false;
    }
    let lost = |part: &Decided| match part.part.decision {
        Outcome::Answer => part
            .entries
            .iter()
            .any(|entry| !whole.entries.contains(entry)),
        Outcome::Clarify | Outcome::Handoff => {
            let question = &part.part.question;
            let mut entries = whole.entries.iter();
            // 寄不寄 alone says what of the rest is asked; 几速 asks by itself.
            let itself = question.contains(['几', '多', '什', '哪', '怎', '吗']);
            let asks = itself || question.chars().count() > SHORTEST;
            asks && !entries.any(|entry| speaks(engine, entry, question))
        }
    };
    let all = parts.iter().all(answered);
    match all {
        true => {
            let differ = |part: &Decided| part.entries != parts[0].entries;
            parts.iter().any(differ) && parts.iter().any(lost)
        }
        false => is_answer && parts.iter().filter(|part| !answered(part)).all(lost),
    }
}

/// Whether an entry has the words of a question.
pub(super) fn speaks(engine: &Engine, id: &str, question: &str) -> bool {
    let entry = engine.snapshot.by_id.get(id);
    let normalised = normalise(question);
    entry.is_some_and(|&entry| speaks_of(engine, entry, said_anew(&normalised)))
}

/// What the parts of a message come to beside each other: what was told is not offered again, and who is passed to a person
/// is asked nothing.
pub(super) fn tidied(engine: &Engine, mut all: Vec<Decided>) -> Vec<Decided> {
    if all.len() < 2 {
        return all;
    }
    let answers =
        |part: &Decided| part.part.decision == Outcome::Answer && part.rule != rule::SCRIPT;
    let told: Vec<String> = all
        .iter()
        .filter(|part| answers(part))
        .flat_map(|part| part.entries.clone())
        .collect();
    let mut before: Vec<String> = Vec::new();
    all.retain_mut(|part| {
        if settled(part) || told.is_empty() {
            before.clone_from(&part.entries);
            return true;
        }
        let question = &part.part.question;
        let offered = part.options.len();
        part.options.retain(|option| !told.contains(&option.id));
        let none_left = offered > 0 && part.options.is_empty();
        let spoken = before.iter().any(|entry| speaks(engine, entry, question));
        !none_left && !spoken
    });
    let call = all.iter().find_map(|part| {
        let calls = matches!(part.rule, rule::REQUESTED | rule::COMPLAINT);
        calls.then_some((part.part.reason, part.rule))
    });
    let Some((reason, rule)) = call else {
        return all;
    };
    for part in all.iter_mut().filter(|part| !settled(part)) {
        part.part.decision = Outcome::Handoff;
        part.part.reason = reason;
        part.part.reply.clear();
        part.options.clear();
        part.rule = rule;
    }
    all
}
