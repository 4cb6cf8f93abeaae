//! Looks a question up: the entries that may answer it, best first, and what structured knowledge proposes.

use super::choice::SURE;
use super::named;
use super::piece::Heard;
use crate::answer::Engine;
use crate::answer::conditions::{Fit, Talk, fit};
use crate::answer::layers::{self, Overridden};
use crate::answer::parse;
use crate::answer::proposal::Proposal;
use crate::answer::rank::{Ranked, either, known, rank};
use crate::answer::retrieve::{Pool, retrieve};
use crate::answer::spec::Near;
use crate::answer::types::{Candidate, Outcome, Question};
use crate::text::normalise::normalise;

/// Score penalty for an entry whose conditions the talk neither confirms nor denies.
const UNKNOWN_PENALTY: f32 = 0.4;

/// Score penalty for the entry that answers the message before, if the follow-up asks for the other case.
const TOLD_PENALTY: f32 = 0.5;

/// Score penalty for that entry, if it does not speak of what the follow-up names.
const TOLD_ALL_PENALTY: f32 = 1.6;

/// Score bonus for an entry that does, times its share of those words.
const ANEW: f32 = 1.0;

/// An entry speaks of some words if it has at least this share of their pairs of characters.
const SPEAKS: f32 = 0.5;

/// Score penalty for an entry about other goods than the question.
const OTHER_GOODS_PENALTY: f32 = 1.2;

/// Factor on an entry's confidence for each reason to doubt it: the buyer asks for an own order, a fact of the minute or
/// others' goods; the entry speaks of other goods, or not of what is wanted. On ten development sets the first entry answers
/// 54 of 129 questions with one of the first two reasons, however far it is above the others.
const NOT_IN_WRITING: f64 = 0.5;

/// What was found for a question.
pub(super) struct Found {
    /// What the talk tells, for the conditions of entries.
    pub talk: Talk,
    /// All candidates of retrieval.
    pub pool: Pool,
    /// The candidates that may answer, best first.
    pub ranked: Vec<Ranked>,
    /// Rules that were found but do not answer, since another one speaks for the topic.
    pub overridden: Vec<Overridden>,
    /// The answer proposed from structured knowledge.
    pub proposal: Option<Proposal>,
    /// Specs that are near by meaning; searched only where `proposal` is not sure.
    pub near: Option<Near>,
}

impl Found {
    /// Searches the knowledge for what was heard.
    pub(super) fn new(heard: &Heard<'_>, question: &Question) -> Found {
        let engine = heard.engine;
        let text = heard.piece.normalised.as_str();
        let previous: Vec<String> = question
            .previous
            .iter()
            .map(|line| normalise(line))
            .collect();
        let talk = Talk {
            products: heard.asked.subject.products(),
            said: heard.alone.to_owned(),
            order_state: question.order_state,
            words: format!("{} {text}", previous.join(" ")),
            at: question.at,
        };
        let pool = searched(engine, text);
        let penalty =
            |entry: u32| match fit(engine, &engine.snapshot.entries[entry as usize], &talk) {
                Fit::Applies => Some(0.0),
                Fit::Unknown => Some(UNKNOWN_PENALTY),
                Fit::Fails(_) | Fit::NotInForce => None,
            };
        let told = heard.piece.context.as_deref().and_then(|before| {
            let pool = searched(engine, &normalise(before));
            rank(engine, &pool, penalty).first().map(|told| told.entry)
        });
        let anew = parse::said_anew(heard.alone);
        // The words of the message before find what it was about; that was told, if it has nothing on what is asked now.
        // 加多少钱 asks for the sum that it tells, if it tells one.
        let sum = |told| parse::asks_a_sum(heard.alone) && tells_a_sum(engine, told);
        let elsewhere = told.is_some_and(|told| !speaks_of(engine, told, anew) && !sum(told));
        let goods = named::goods(heard);
        // Told once for each entry: it looks for names in all of an entry's texts.
        let about_others: Vec<u32> = goods.as_ref().map_or(Vec::new(), |goods| {
            let entries = pool.found.iter().map(|found| found.entry);
            entries
                .filter(|entry| named::about_others(engine, goods, *entry))
                .collect()
        });
        let others = |entry| about_others.contains(&entry);
        let mut ranked = rank(engine, &pool, |entry| {
            let again = match told == Some(entry) {
                true if elsewhere => TOLD_ALL_PENALTY,
                true if parse::other_case(heard.alone) => TOLD_PENALTY,
                false if elsewhere => match share(engine, entry, anew) {
                    share if share >= SPEAKS => -ANEW * share,
                    _ => 0.0,
                },
                _ => 0.0,
            };
            let astray = if others(entry) {
                OTHER_GOODS_PENALTY
            } else {
                0.0
            };
            penalty(entry).map(|lost| lost + again + astray)
        });
        doubt(heard, &mut ranked, others);
        let fits = |entry: u32| fit(engine, &engine.snapshot.entries[entry as usize], &talk);
        let unsure = |entry: u32| fits(entry) == Fit::Unknown;
        let overridden = layers::govern(engine, &pool, &mut ranked, fits);
        if pool.exact.is_none() {
            put_first(engine, &heard.claims, &mut ranked, |entry| !unsure(entry));
        }
        let proposal = heard.proposal();
        let settled = |proposal: &Proposal| {
            proposal.decision != Outcome::Answer || proposal.confidence >= SURE
        };
        let near = match proposal.as_ref().is_some_and(settled) || pool.exact.is_some() {
            true => None,
            false => heard.near(),
        };
        // If words give a doubtful proposal, nearness by meaning offers options but no answer.
        let near = near.map(|near| Near {
            answer: near.answer.filter(|_| proposal.is_none()),
            ..near
        });
        Found {
            talk,
            pool,
            ranked,
            overridden,
            proposal,
            near,
        }
    }

    /// The best entries and the proposal's facts, most likely first. The facts come first if the proposal was chosen.
    pub(super) fn candidates(
        &self,
        engine: &Engine,
        limit: usize,
        proposed: bool,
    ) -> Vec<Candidate> {
        let title = |id: &str| {
            let entry = engine.snapshot.entry(id);
            entry.map_or_else(String::new, |entry| {
                entry.title(&engine.snapshot.shop).into_owned()
            })
        };
        let mut all: Vec<Candidate> = Vec::new();
        if let Some(Proposal {
            facts, confidence, ..
        }) = &self.proposal
        {
            all.extend(facts.iter().map(|fact| Candidate {
                id: fact.entry.clone(),
                title: title(&fact.entry),
                score: *confidence,
                confidence: *confidence,
            }));
        }
        let facts = all.len();
        for candidate in self.ranked.iter().take(limit) {
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
        let first = if proposed { facts } else { 0 };
        all[first..].sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        all.truncate(limit);
        all
    }
}

/// What retrieval proposes for a normalised text, also told in the shop's own words.
fn searched(engine: &Engine, normalised: &str) -> Pool {
    let pool = retrieved(engine, normalised);
    let segmenter = &engine.snapshot.segmenter;
    let again = || engine.wording.reword(segmenter, normalised);
    match pool.exact.map_or_else(again, |_| None) {
        Some(reworded) => either(pool, retrieved(engine, &reworded)),
        None => pool,
    }
}

fn retrieved(engine: &Engine, normalised: &str) -> Pool {
    retrieve(engine, normalised).unwrap_or_else(|error| {
        // A damaged index must not stop the chat: the question goes to a person.
        tracing::error!(%error, "retrieval failed");
        Pool::default()
    })
}

/// Lowers the confidence of the entries that may be near to the question and not answer it. A known phrasing is not doubted.
fn doubt(heard: &Heard<'_>, ranked: &mut [Ranked], others: impl Fn(u32) -> bool) {
    let (engine, guards) = (heard.engine, heard.guards);
    let no_rule = guards.order_specific || guards.volatile || guards.elsewhere;
    let compared = named::compared(heard.alone);
    let wanted: Vec<&str> = named::for_sale(heard.alone)
        .into_iter()
        .chain(compared.into_iter().flatten())
        .collect();
    for candidate in ranked.iter_mut().filter(|candidate| !candidate.exact) {
        let entry = candidate.entry;
        // 眼镜链子有卖吗 is near to 隐形眼镜有卖吗, and 奶粉和米粉 to 羊奶粉和牛奶粉, but neither answers.
        let speaks = wanted.iter().all(|words| speaks_of(engine, entry, words));
        let answers = compared.is_none() || named::tells_apart(engine, entry);
        // The lead of the only entry on cleaning is as great when it speaks of other goods.
        for doubtful in [no_rule, others(entry), !speaks || !answers] {
            if doubtful {
                candidate.confidence *= NOT_IN_WRITING;
            }
        }
    }
}

/// Puts an entry first with the confidence of a known phrasing, if several entries have the question as a phrasing and
/// only this one holds in the talk.
fn put_first(
    engine: &Engine,
    claims: &[u32],
    ranked: &mut Vec<Ranked>,
    holds: impl Fn(u32) -> bool,
) {
    let mut holding = (0..ranked.len())
        .filter(|&at| claims.contains(&ranked[at].entry) && holds(ranked[at].entry));
    if let (Some(at), None) = (holding.next(), holding.next()) {
        let entry = ranked.remove(at);
        let sure = Ranked {
            exact: true,
            confidence: known(engine),
            ..entry
        };
        ranked.insert(0, sure);
    }
}

/// The share of the character pairs of `words` that an entry has anywhere, 0..1; 1 for no words.
fn share(engine: &Engine, entry: u32, words: &str) -> f32 {
    let units = &engine.snapshot.units;
    let ends: Vec<usize> = words
        .char_indices()
        .map(|(at, c)| at + c.len_utf8())
        .collect();
    let pairs = match ends.len() {
        0 => return 1.0,
        1 => vec![words],
        _ => std::iter::once(0)
            .chain(ends.iter().copied())
            .zip(&ends[1..])
            .map(|(start, end)| &words[start..*end])
            .collect(),
    };
    let texts: Vec<&str> = units.told(entry).map(|(_, text)| text).collect();
    let has = |pair: &&&str| texts.iter().any(|text| text.contains(**pair));
    pairs.iter().filter(has).count() as f32 / pairs.len() as f32
}

/// Whether an entry speaks of some words.
pub(super) fn speaks_of(engine: &Engine, entry: u32, words: &str) -> bool {
    share(engine, entry, words) >= SPEAKS
}

/// Whether an entry's text tells a sum of money.
fn tells_a_sum(engine: &Engine, entry: u32) -> bool {
    let entry = &engine.snapshot.entries[entry as usize];
    let text = entry.text(&engine.snapshot.shop);
    let figure = |before: &str| before.trim_end().ends_with(|c: char| c.is_ascii_digit());
    ["元", "块", "%"]
        .iter()
        .any(|unit| text.match_indices(unit).any(|(at, _)| figure(&text[..at])))
}
