//! Turns a choice into a part of the decision, with its reply, sources and options.

use serde_json::{Value, json};

use super::choice::{Choice, OPTIONS};
use super::piece::Heard;
use crate::answer::conditions::{Talk, untold};
use crate::answer::guard::SmallTalk;
use crate::answer::proposal::Proposal;
use crate::answer::rank::Ranked;
use crate::answer::reply::{is_blocked, script, script_source, source, with_reason};
use crate::answer::types::{Candidate, ChoiceOption, Outcome, Part, Question, Reason, Source};
use crate::answer::{Engine, rule};
use crate::knowledge::{Entry, EntryAt, ids};
use crate::text::normalise::normalise;

/// The decision on one question of a message.
pub(super) struct Decided {
    pub part: Part,
    pub options: Vec<ChoiceOption>,
    pub candidates: Vec<Candidate>,
    /// Ids of the entries whose text the reply carries.
    pub entries: Vec<String>,
    /// The rule that decided.
    pub rule: &'static str,
    /// The trace, where asked for.
    pub trace: Option<Value>,
}

impl Decided {
    fn new(part: Part, rule: &'static str) -> Decided {
        Decided {
            part,
            options: Vec::new(),
            candidates: Vec::new(),
            entries: Vec::new(),
            rule,
            trace: None,
        }
    }
}

/// Carries a choice out and withholds what must never be sent.
pub(super) fn decided(heard: &Heard<'_>, talk: Option<&Talk>, choice: Choice<'_>) -> Decided {
    withheld(heard.engine, carried_out(heard, talk, choice))
}

/// Removes options that hold a word of `[block]`. Hands off instead, if the reply holds such a word or no option is
/// left.
fn withheld(engine: &Engine, mut decided: Decided) -> Decided {
    let offered = decided.options.len();
    decided
        .options
        .retain(|option| !is_blocked(engine, &option.title));
    let none_left = offered > 0 && decided.options.is_empty();
    if !none_left && !is_blocked(engine, &decided.part.reply) {
        return decided;
    }
    let part = Part {
        decision: Outcome::Handoff,
        reply: String::new(),
        reason: Some(Reason::Sensitive),
        sources: Vec::new(),
        ..decided.part
    };
    Decided {
        candidates: decided.candidates,
        ..Decided::new(part, "blocked_word")
    }
}

/// Carries a choice out. `talk` is `None` if the knowledge was not searched.
fn carried_out(heard: &Heard<'_>, talk: Option<&Talk>, choice: Choice<'_>) -> Decided {
    let engine = heard.engine;
    let part = |decision, reply, confidence| Part {
        question: heard.piece.text.clone(),
        decision,
        reply,
        confidence,
        reason: None,
        sources: Vec::new(),
    };
    match choice {
        Choice::Script(talk) => {
            let name = talk.script();
            let decision = match talk {
                SmallTalk::Fragment => Outcome::Clarify,
                _ => Outcome::Answer,
            };
            let part = Part {
                sources: vec![script_source(engine, name)],
                ..part(decision, script(engine, name), 0.95)
            };
            Decided {
                entries: vec![ids::script(name)],
                ..Decided::new(part, rule::SCRIPT)
            }
        }
        Choice::Proposed(proposal) => proposed(heard, proposal),
        Choice::Entry(best) => {
            let entry = &engine.snapshot.entries[best.entry as usize];
            let reply = reply(engine, entry, talk);
            let mut part = Part {
                sources: vec![source(engine, entry, &heard.piece.normalised, None, None)],
                ..part(Outcome::Answer, reply, best.confidence)
            };
            caution(heard, &mut part);
            Decided {
                entries: vec![entry.id.clone()],
                ..Decided::new(part, entry.kind().as_str())
            }
        }
        Choice::Options {
            specs,
            entries,
            confidence,
        } => {
            let mut options: Vec<ChoiceOption> = specs.to_vec();
            let room = OPTIONS.saturating_sub(options.len());
            let entries = entries.iter().take(room);
            for option in entries.map(|candidate| option(engine, candidate)) {
                if options.iter().all(|known| known.title != option.title) {
                    options.push(option);
                }
            }
            let asked = match options.as_slice() {
                [only] => script(engine, "clarify_one").replace("{question}", &only.title),
                _ => script(engine, "clarify"),
            };
            Decided {
                options,
                ..Decided::new(part(Outcome::Clarify, asked, confidence), rule::CLARIFY)
            }
        }
        Choice::Person {
            reason,
            rule,
            confidence,
        } => {
            let part = Part {
                reason: Some(reason),
                ..part(Outcome::Handoff, String::new(), confidence)
            };
            Decided::new(part, rule)
        }
    }
}

/// The answer to a click on an option, which is an exact hit.
pub(super) fn chosen(engine: &Engine, question: &Question, explain: bool) -> Option<Decided> {
    let id = question.chosen.as_deref()?;
    let entry = engine.snapshot.entry(id)?;
    let shop = &engine.snapshot.shop;
    if !entry.window(shop).contains(question.at) {
        return None;
    }
    let heard = question.previous.iter().chain([&question.text]);
    let heard: Vec<String> = heard.map(|line| normalise(line)).collect();
    let channel = question.product.as_deref();
    let talk = Talk {
        products: Vec::from_iter(channel.and_then(|id| engine.catalogue.by_id(id))),
        order_state: question.order_state,
        words: heard.join(" "),
        said: normalise(&question.text),
        at: question.at,
    };
    // 「9.8g」 alone says neither of what nor what it is.
    let told = match entry.at {
        EntryAt::Spec(product, spec) => {
            let product = &shop.products[product as usize];
            let spec = &product.specs[spec as usize];
            format!("{}的{}：{}", product.name, spec.name, spec.value)
        }
        _ => reply(engine, entry, Some(&talk)),
    };
    let part = Part {
        question: question.text.clone(),
        decision: Outcome::Answer,
        reply: told,
        confidence: 0.99,
        reason: None,
        sources: vec![source(
            engine,
            entry,
            &normalise(&question.text),
            None,
            None,
        )],
    };
    let decided = Decided {
        candidates: vec![Candidate {
            id: id.to_owned(),
            title: entry.title(shop).into_owned(),
            score: 1.0,
            confidence: 0.99,
        }],
        entries: vec![id.to_owned()],
        trace: explain.then(|| json!({"chosen": id})),
        ..Decided::new(part, rule::CHOSEN)
    };
    Some(withheld(engine, decided))
}

/// An entry's text. It starts with what the entry is limited to, unless the talk shows that the limits are met.
fn reply(engine: &Engine, entry: &Entry, talk: Option<&Talk>) -> String {
    let text = entry.text(&engine.snapshot.shop);
    match talk.and_then(|talk| untold(engine, entry, talk)) {
        Some(limits) => format!(
            "{}\n{text}",
            script(engine, "limited").replace("{limits}", &limits)
        ),
        None => text.into_owned(),
    }
}

/// A part made from a proposal of structured knowledge.
fn proposed(heard: &Heard<'_>, proposal: &Proposal) -> Decided {
    let engine = heard.engine;
    let sources: Vec<Source> = proposal
        .facts
        .iter()
        .filter_map(|fact| {
            let entry = engine.snapshot.entry(&fact.entry)?;
            let question = &heard.piece.normalised;
            Some(source(
                engine,
                entry,
                question,
                fact.row,
                fact.snippet.clone(),
            ))
        })
        .collect();
    let asks = proposal.decision == Outcome::Clarify && proposal.reply.is_empty();
    let reason = proposal.reason.unwrap_or(Reason::NoMatch);
    let mut part = Part {
        question: heard.piece.text.clone(),
        decision: proposal.decision,
        reply: match asks {
            true => script(engine, "ask_product"),
            false => proposal.reply.clone(),
        },
        confidence: proposal.confidence,
        reason: (proposal.decision == Outcome::Handoff).then_some(reason),
        sources,
    };
    caution(heard, &mut part);
    Decided {
        options: proposal.options.clone(),
        entries: proposal
            .facts
            .iter()
            .map(|fact| fact.entry.clone())
            .collect(),
        ..Decided::new(part, proposal.rule)
    }
}

/// Adds the merchant's caution to the answer of a risky question.
fn caution(heard: &Heard<'_>, part: &mut Part) {
    if !heard.guards.risk || part.decision != Outcome::Answer {
        return;
    }
    let text = with_reason(&script(heard.engine, "caution"), Reason::Risk);
    if !text.is_empty() {
        part.reply.push('\n');
        part.reply.push_str(&text);
        part.sources.push(Source {
            snippet: text,
            ..script_source(heard.engine, "caution")
        });
    }
}

/// An entry as an option.
fn option(engine: &Engine, candidate: &Ranked) -> ChoiceOption {
    let entry = &engine.snapshot.entries[candidate.entry as usize];
    ChoiceOption {
        id: entry.id.clone(),
        title: entry.title(&engine.snapshot.shop).into_owned(),
    }
}
