//! A message → the decision on it.

use std::time::Instant;

use serde_json::json;

use super::conditions::{Fit, Talk, fit};
use super::guard::{self, Guards, SmallTalk};
use super::parse::{self, Piece};
use super::product::{Asked, Subject, join_names, without_name};
use super::proposal::Proposal;
use super::rank::{Ranked, rank};
use super::reply::{compose, handoff, reason_in_words, script, script_source, source};
use super::retrieve::{Pool, retrieve};
use super::types::*;
use super::{Engine, goods, layers, size, spec};
use crate::knowledge::settings::RiskRule;
use crate::text::normalise::{normalise, trace};

/// How many candidates a decision lists unless told otherwise.
const CANDIDATES: usize = 5;
/// How many options a `clarify` offers at the most.
const OPTIONS: usize = 3;
/// What an entry loses whose conditions the talk neither confirms nor denies.
const UNKNOWN_PENALTY: f32 = 0.25;
/// How far below the best an option may score.
const CLOSE: f32 = 0.5;
/// Least confidence of a risky answer from the knowledge.
const RISKY: f64 = 0.85;
/// Confidence from which structured knowledge speaks whatever an entry's words promise.
const STRUCTURED: f64 = 0.85;

/// What one piece of a message came to.
struct Decided {
    part: Part,
    options: Vec<ChoiceOption>,
    candidates: Vec<Candidate>,
    entries: Vec<String>,
    rule: String,
    trace: serde_json::Value,
}

/// Decides a message. Reads nothing but the engine and the question; the same question at the same moment always gets
/// the same decision.
pub fn answer(engine: &Engine, question: &Question) -> Decision {
    answer_with(engine, question, CANDIDATES, false)
}

/// [`answer`] with `candidates` candidates, and the trace where `explain` is set.
pub fn answer_with(
    engine: &Engine,
    question: &Question,
    candidates: usize,
    explain: bool,
) -> Decision {
    let start = Instant::now();
    let mut decided: Vec<Decided> = match chosen(engine, question) {
        Some(decided) => vec![decided],
        None => pieces(engine, question, candidates),
    };
    // Two stretches with one decision were one question.
    decided
        .dedup_by(|later, earlier| !later.entries.is_empty() && later.entries == earlier.entries);
    let reason = decided.iter().filter_map(|piece| piece.part.reason).min();
    let handed = reason.map(|reason| handoff(engine, reason, question.at));
    let parts: Vec<Part> = decided.iter().map(|piece| piece.part.clone()).collect();
    let outcome = parts
        .iter()
        .map(|part| part.decision)
        .max()
        .unwrap_or(Outcome::Handoff);
    let deciding = decided.iter().find(|piece| piece.part.decision == outcome);
    let trace = explain.then(|| {
        json!({
            "normalisation": trace(&question.text),
            "pieces": decided.iter().map(|piece| &piece.trace).collect::<Vec<_>>(),
        })
    });
    Decision {
        decision: outcome,
        reply: compose(&parts, handed.as_ref()),
        confidence: parts.iter().map(|part| part.confidence).fold(1.0, f64::min),
        options: options(&decided),
        handoff: handed,
        candidates: merge(
            decided.iter().map(|piece| piece.candidates.as_slice()),
            candidates,
        ),
        receipt: Receipt {
            snapshot: engine.snapshot.manifest.id.clone(),
            entries: decided
                .iter()
                .flat_map(|piece| piece.entries.clone())
                .collect(),
            rule: deciding.map(|piece| piece.rule.clone()).unwrap_or_default(),
        },
        parts,
        took_us: u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX),
        trace,
    }
}

/// Decides the questions of a message one after the other; each is read with those before it, as with earlier messages.
/// Where none of them settles anything, they were one question told at length, and it is decided as a whole.
fn pieces(engine: &Engine, question: &Question, candidates: usize) -> Vec<Decided> {
    let mut texts = join_names(&engine.catalogue, parse::split(&question.text));
    if let [text] = texts.as_slice() {
        let read = parse::read(text, &question.previous);
        return vec![piece(engine, question, &read, candidates)];
    }
    let mut talk = question.clone();
    let before = talk.previous.len();
    let decided: Vec<Decided> = texts
        .drain(..)
        .map(|text| {
            // 这个什么面料 points to goods, not to the question before it in the same message.
            let told = match text.starts_with(['这', '它']) {
                true => before,
                false => talk.previous.len(),
            };
            let read = parse::read(&text, &talk.previous[..told]);
            let decided = piece(engine, &talk, &read, candidates);
            talk.previous.push(text);
            decided
        })
        .collect();
    if decided.iter().any(settled) {
        return decided;
    }
    let read = parse::read(&question.text, &question.previous);
    vec![piece(engine, question, &read, candidates)]
}

/// Options of all pieces; goods asked for by two pieces are offered once.
fn options(decided: &[Decided]) -> Vec<ChoiceOption> {
    let mut options: Vec<ChoiceOption> = Vec::new();
    for option in decided.iter().flat_map(|piece| &piece.options) {
        if options.iter().all(|known| known.title != option.title) {
            options.push(option.clone());
        }
    }
    options
}

/// Whether a piece was answered, or its handoff or question back comes from what it says and not from doubt.
fn settled(decided: &Decided) -> bool {
    !matches!(
        decided.rule.as_str(),
        "clarify" | "threshold" | "no_candidate"
    )
}

/// Candidates of all pieces, likeliest first, without repeats.
fn merge<'a>(lists: impl Iterator<Item = &'a [Candidate]>, limit: usize) -> Vec<Candidate> {
    let mut all: Vec<&Candidate> = lists.flatten().collect();
    all.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    let mut merged: Vec<Candidate> = Vec::new();
    for candidate in all {
        if merged.len() < limit && merged.iter().all(|known| known.id != candidate.id) {
            merged.push(candidate.clone());
        }
    }
    merged
}

/// The answer to a click on an option: an exact hit.
fn chosen(engine: &Engine, question: &Question) -> Option<Decided> {
    let id = question.chosen.as_deref()?;
    let entry = engine.snapshot.entry(id)?;
    if !entry.window(&engine.snapshot.shop).contains(question.at) {
        return None;
    }
    let normalised = normalise(&question.text);
    Some(Decided {
        part: Part {
            question: question.text.clone(),
            decision: Outcome::Answer,
            reply: entry.text(&engine.snapshot.shop).into_owned(),
            confidence: 0.99,
            reason: None,
            sources: vec![source(engine, entry, &normalised, None, None)],
        },
        options: Vec::new(),
        candidates: vec![Candidate {
            id: id.to_owned(),
            title: entry.title(&engine.snapshot.shop).into_owned(),
            score: 1.0,
            confidence: 0.99,
        }],
        entries: vec![id.to_owned()],
        rule: "chosen".into(),
        trace: json!({"chosen": id}),
    })
}

/// Decides one question.
fn piece(engine: &Engine, question: &Question, piece: &Piece, limit: usize) -> Decided {
    let shop = &engine.snapshot.shop;
    let text = piece.normalised.as_str();
    let alone = normalise(&piece.text);
    let asked = Asked::new(
        shop,
        &engine.catalogue,
        text,
        &question.previous,
        question.product.as_deref(),
        question.at,
    );
    let guards = guard::guards(&without_name(&asked, &alone), &shop.settings.handoff.words);
    let mut seen = json!({"question": piece.text, "normalised": text, "read_with": piece.context, "guards": guards});

    if guards.requested {
        return hand_off(piece, Reason::Requested, "guard.requested", 0.0, seen);
    }
    if guards.complaint {
        return hand_off(piece, Reason::Complaint, "guard.complaint", 0.0, seen);
    }
    if engine.exact(&alone).is_none()
        && let Some(talk) = guard::small_talk(&alone)
        // A bare figure may answer the question for a measure.
        && (talk != SmallTalk::Fragment
            || piece.context.is_none() && size::propose(&asked).is_none())
    {
        return small_talk(engine, piece, talk, seen);
    }

    let product = match &asked.subject {
        Subject::One { product, .. } => Some(*product),
        _ => None,
    };
    let talk = Talk {
        product,
        order_state: question.order_state,
        words: format!(
            "{} {text}",
            question
                .previous
                .iter()
                .map(|line| normalise(line))
                .collect::<Vec<_>>()
                .join(" ")
        ),
        at: question.at,
        channel: question.product.as_deref(),
    };
    let pool = match retrieve(engine, text) {
        Ok(pool) => pool,
        Err(error) => {
            // A damaged index must not take the chat down: a person goes on.
            tracing::error!(%error, "retrieval failed");
            Pool::default()
        }
    };
    let mut ranked = rank(engine, &pool, |entry| {
        let penalty = match fit(engine, &engine.snapshot.entries[entry as usize], &talk) {
            Fit::Applies => 0.0,
            Fit::Unknown => UNKNOWN_PENALTY,
            Fit::Fails(_) | Fit::NotInForce => return None,
        };
        Some(penalty)
    });
    let overridden = layers::govern(engine, pool.dense, &mut ranked);
    // A follow-up may ask something complete of its own (这个什么面料 after 退货运费谁出).
    let by_itself = piece.context.is_some().then(|| asked.reads(&alone));
    let proposal = std::iter::once(&asked)
        .chain(&by_itself)
        .flat_map(|asked| {
            [
                size::propose(asked),
                goods::propose(asked),
                spec::propose(asked),
            ]
        })
        .flatten()
        .max_by(|a, b| a.confidence.total_cmp(&b.confidence));
    let candidates = candidates(engine, &ranked, proposal.as_ref(), limit);
    seen["subject"] = json!(format!("{:?}", asked.subject));
    seen["words"] = json!(
        engine
            .snapshot
            .segmenter
            .cut(text)
            .iter()
            .map(|token| token.text)
            .collect::<Vec<_>>()
    );
    seen["dense"] = json!(pool.dense);
    seen["candidates"] = ranked
        .iter()
        .take(10)
        .map(|candidate| {
            json!({
                "id": engine.snapshot.entries[candidate.entry as usize].id,
                "score": candidate.score,
                "confidence": candidate.confidence,
                "features": candidate.features,
                "matched": candidate.unit.map(|unit| &engine.snapshot.units.texts[unit as usize]),
            })
        })
        .collect();
    seen["overridden"] = json!(overridden);
    seen["failed"] = failed(engine, &pool, &talk);
    if let Some(proposal) = &proposal {
        seen["proposal"] = json!({"rule": proposal.rule, "confidence": proposal.confidence, "trace": proposal.trace});
    }
    let mut decided = decide(
        engine, piece, &guards, &ranked, proposal, &pool, &talk, seen,
    );
    decided.candidates = candidates;
    decided
}

/// The choice between structured knowledge, the best entry, options and a person.
#[allow(clippy::too_many_arguments)]
fn decide(
    engine: &Engine,
    piece: &Piece,
    guards: &Guards,
    ranked: &[Ranked],
    proposal: Option<Proposal>,
    pool: &Pool,
    talk: &Talk<'_>,
    seen: serde_json::Value,
) -> Decided {
    let shop = &engine.snapshot.shop;
    let best = ranked.first();
    let best_confidence = best.map_or(0.0, |best| best.confidence);
    let exact = best.is_some_and(|best| best.exact);
    let proposal = proposal
        .filter(|proposal| !exact && proposal.confidence >= best_confidence.min(STRUCTURED));
    let sensitive = shop
        .lexicon
        .handoff
        .iter()
        .any(|word| !word.is_empty() && piece.text.contains(word.as_str()));

    if guards.risk {
        let sure = match &proposal {
            Some(proposal) => proposal.decision == Outcome::Answer && proposal.confidence >= RISKY,
            None => best_confidence >= RISKY,
        };
        if !sure || shop.settings.risk == RiskRule::Handoff {
            return hand_off(piece, Reason::Risk, "guard.risk", best_confidence, seen);
        }
    }
    if let Some((reason, rule)) = [
        (
            guards.order_specific,
            Reason::OrderSpecific,
            "guard.order_specific",
        ),
        (guards.volatile, Reason::VolatileFact, "guard.volatile_fact"),
    ]
    .into_iter()
    .find_map(|(hit, reason, rule)| hit.then_some((reason, rule)))
        && !exact
        && !proposal.as_ref().is_some_and(|proposal| {
            proposal.decision == Outcome::Answer && proposal.confidence >= 0.9
        })
    {
        return hand_off(piece, reason, rule, best_confidence, seen);
    }
    if sensitive && !exact {
        return hand_off(
            piece,
            Reason::Sensitive,
            "guard.sensitive",
            best_confidence,
            seen,
        );
    }
    if let Some(proposal) = proposal {
        return propose(engine, piece, guards, proposal, seen);
    }
    if let Some(reason) = gap(pool, best_confidence, engine) {
        return hand_off(piece, reason, "intent", best_confidence, seen);
    }
    let Some(best) = best else {
        let reason = dead(engine, pool, talk, 0.0).unwrap_or(Reason::NoMatch);
        return hand_off(piece, reason, "no_candidate", 0.0, seen);
    };
    if let Some(reason) = dead(engine, pool, talk, best.confidence) {
        return hand_off(piece, reason, "not_in_force", best.confidence, seen);
    }
    let entry = &engine.snapshot.entries[best.entry as usize];
    let calibration = &engine.calibration;
    let clarify_always = match entry.at {
        crate::knowledge::EntryAt::Faq(i) => shop.faqs[i as usize].clarify,
        _ => false,
    };
    // A known phrasing to the letter needs no measured threshold.
    let sure = best.exact || best.confidence >= calibration.threshold(entry.category(shop));
    if sure && !clarify_always {
        let id = entry.id.clone();
        let mut reply = entry.text(shop).into_owned();
        let mut sources = vec![source(engine, entry, &piece.normalised, None, None)];
        if guards.risk {
            caution(engine, &mut reply, &mut sources);
        }
        let part = Part {
            question: piece.text.clone(),
            decision: Outcome::Answer,
            reply,
            confidence: best.confidence,
            reason: None,
            sources,
        };
        let rule = entry.kind().as_str().to_owned();
        return Decided {
            part,
            options: Vec::new(),
            candidates: Vec::new(),
            entries: vec![id],
            rule,
            trace: seen,
        };
    }
    // Between options a buyer would pick what sounds right; where it is risky, a person does.
    if guards.risk && !clarify_always {
        return hand_off(piece, Reason::Risk, "guard.risk", best.confidence, seen);
    }
    let close: Vec<&Ranked> = ranked
        .iter()
        .take(OPTIONS)
        .filter(|other| other.score > best.score - CLOSE)
        .collect();
    let among: f64 = close.iter().map(|candidate| candidate.confidence).sum();
    if best.confidence >= calibration.clarify && among >= calibration.clarify + 0.1
        || clarify_always && best.confidence >= calibration.clarify
    {
        return clarify(engine, piece, &close, best.confidence, seen);
    }
    let reason = match best.confidence >= calibration.clarify / 2.0 {
        true => Reason::LowConfidence,
        false => Reason::NoMatch,
    };
    hand_off(piece, reason, "threshold", best.confidence, seen)
}

/// The reason of an intent that no text answers, where the question clearly is that intent and no entry is sure.
fn gap(pool: &Pool, best_confidence: f64, engine: &Engine) -> Option<Reason> {
    const CLEARLY: f32 = 0.72;
    let &(intent, near) = pool.intents.first()?;
    let reason = crate::pack::built_in().intents[intent as usize]
        .reason
        .as_deref()?;
    let reason = serde_json::from_value::<Reason>(reason.into()).ok()?;
    (near >= CLEARLY && best_confidence < engine.calibration.default.max(0.9)).then_some(reason)
}

/// [`Reason::NotInForce`] where an entry outside its window would have been the answer.
fn dead(engine: &Engine, pool: &Pool, talk: &Talk<'_>, living: f64) -> Option<Reason> {
    let all = rank(engine, pool, |entry| {
        match fit(engine, &engine.snapshot.entries[entry as usize], talk) {
            Fit::Fails(_) => None,
            _ => Some(0.0),
        }
    });
    let best = all.first()?;
    let entry = &engine.snapshot.entries[best.entry as usize];
    let gone = fit(engine, entry, talk) == Fit::NotInForce;
    (gone && best.confidence > living && best.confidence >= engine.calibration.clarify)
        .then_some(Reason::NotInForce)
}

/// Entries that were found and must not be used, with the condition that failed.
fn failed(engine: &Engine, pool: &Pool, talk: &Talk<'_>) -> serde_json::Value {
    pool.found
        .iter()
        .filter_map(|(entry, _)| {
            let entry = &engine.snapshot.entries[*entry as usize];
            let condition = match fit(engine, entry, talk) {
                Fit::Fails(condition) => condition,
                Fit::NotInForce => "window",
                Fit::Applies | Fit::Unknown => return None,
            };
            Some(json!({"id": entry.id, "condition": condition}))
        })
        .collect()
}

/// A script's answer to small talk.
fn small_talk(engine: &Engine, piece: &Piece, talk: SmallTalk, seen: serde_json::Value) -> Decided {
    let name = talk.script();
    let decision = if talk == SmallTalk::Fragment {
        Outcome::Clarify
    } else {
        Outcome::Answer
    };
    Decided {
        part: Part {
            question: piece.text.clone(),
            decision,
            reply: script(engine, name),
            confidence: 0.95,
            reason: None,
            sources: vec![script_source(engine, name)],
        },
        options: Vec::new(),
        candidates: Vec::new(),
        entries: vec![format!("script:{name}")],
        rule: "script".into(),
        trace: seen,
    }
}

/// A proposal of structured knowledge as a part.
fn propose(
    engine: &Engine,
    piece: &Piece,
    guards: &Guards,
    proposal: Proposal,
    seen: serde_json::Value,
) -> Decided {
    let mut sources: Vec<Source> = proposal
        .facts
        .iter()
        .filter_map(|fact| {
            let entry = engine.snapshot.entry(&fact.entry)?;
            Some(source(
                engine,
                entry,
                &piece.normalised,
                fact.row,
                fact.snippet.clone(),
            ))
        })
        .collect();
    let mut reply = proposal.reply;
    if reply.is_empty() && proposal.decision == Outcome::Clarify {
        reply = script(engine, "ask_product");
    }
    if guards.risk && proposal.decision == Outcome::Answer {
        caution(engine, &mut reply, &mut sources);
    }
    let reason = match proposal.decision {
        Outcome::Handoff => Some(proposal.reason.unwrap_or(Reason::NoMatch)),
        _ => None,
    };
    Decided {
        part: Part {
            question: piece.text.clone(),
            decision: proposal.decision,
            reply,
            confidence: proposal.confidence,
            reason,
            sources,
        },
        options: proposal.options,
        candidates: Vec::new(),
        entries: proposal.facts.into_iter().map(|fact| fact.entry).collect(),
        rule: proposal.rule.to_owned(),
        trace: seen,
    }
}

/// Adds the merchant's caution to a risky answer.
fn caution(engine: &Engine, reply: &mut String, sources: &mut Vec<Source>) {
    let text = script(engine, "caution").replace("{reason}", reason_in_words(Reason::Risk));
    if !text.is_empty() {
        reply.push('\n');
        reply.push_str(&text);
        sources.push(script_source(engine, "caution"));
    }
}

/// 「您是想问」 with the closest entries.
fn clarify(
    engine: &Engine,
    piece: &Piece,
    close: &[&Ranked],
    confidence: f64,
    seen: serde_json::Value,
) -> Decided {
    let shop = &engine.snapshot.shop;
    let options = close
        .iter()
        .map(|candidate| {
            let entry = &engine.snapshot.entries[candidate.entry as usize];
            ChoiceOption {
                id: entry.id.clone(),
                title: entry.title(shop).into_owned(),
            }
        })
        .collect();
    Decided {
        part: Part {
            question: piece.text.clone(),
            decision: Outcome::Clarify,
            reply: script(engine, "clarify"),
            confidence,
            reason: None,
            sources: Vec::new(),
        },
        options,
        candidates: Vec::new(),
        entries: Vec::new(),
        rule: "clarify".into(),
        trace: seen,
    }
}

/// A handoff of one piece; `confidence` is that of the candidate that would have been answered.
fn hand_off(
    piece: &Piece,
    reason: Reason,
    rule: &str,
    confidence: f64,
    seen: serde_json::Value,
) -> Decided {
    Decided {
        part: Part {
            question: piece.text.clone(),
            decision: Outcome::Handoff,
            reply: String::new(),
            confidence,
            reason: Some(reason),
            sources: Vec::new(),
        },
        options: Vec::new(),
        candidates: Vec::new(),
        entries: Vec::new(),
        rule: rule.to_owned(),
        trace: seen,
    }
}

/// The best entries as candidates, a proposal's facts among them by confidence.
fn candidates(
    engine: &Engine,
    ranked: &[Ranked],
    proposal: Option<&Proposal>,
    limit: usize,
) -> Vec<Candidate> {
    let title = |id: &str| {
        engine
            .snapshot
            .entry(id)
            .map(|entry| entry.title(&engine.snapshot.shop).into_owned())
            .unwrap_or_default()
    };
    let mut all: Vec<Candidate> = proposal
        .into_iter()
        .flat_map(|proposal| {
            proposal
                .facts
                .iter()
                .map(move |fact| (proposal.confidence, fact))
        })
        .map(|(confidence, fact)| Candidate {
            id: fact.entry.clone(),
            title: title(&fact.entry),
            score: confidence,
            confidence,
        })
        .collect();
    for candidate in ranked.iter().take(limit) {
        let id = &engine.snapshot.entries[candidate.entry as usize].id;
        if all.iter().all(|known| known.id != *id) {
            all.push(Candidate {
                id: id.clone(),
                title: title(id),
                score: f64::from(candidate.score),
                confidence: candidate.confidence,
            });
        }
    }
    all.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    all.truncate(limit);
    all
}
