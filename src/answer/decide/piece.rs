//! Hears one question of a message, looks it up and decides it.

use super::choice::{self, Choice, SURE};
use super::named::{self, dot};
use super::part::{Decided, decided};
use super::trace;
use crate::answer::conditions::{Fit, Talk, fit};
use crate::answer::guard::{self, Guards};
use crate::answer::layers::{self, Overridden};
use crate::answer::parse::{self, Piece};
use crate::answer::product::{self, Asked, without_name};
use crate::answer::proposal::{Fact, Proposal};
use crate::answer::rank::{Ranked, either, known, rank};
use crate::answer::retrieve::{Pool, encoded, retrieve};
use crate::answer::spec::Near;
use crate::answer::types::{Candidate, Outcome, Question};
use crate::answer::{Engine, goods, link, rule, size, spec};
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

/// Factor on an entry's confidence where the buyer asks for an own order, a fact of the minute or others' goods, or the entry
/// speaks of other goods. On ten development sets the first entry answers 54 of 129 such questions, however far it is above the others.
const NOT_IN_WRITING: f64 = 0.5;

/// A question with all that is known before the knowledge is searched.
pub(super) struct Heard<'a> {
    /// The engine that answers it.
    pub engine: &'a Engine,
    /// Its words.
    pub piece: &'a Piece,
    /// Its own words, normalised, without the message that it follows.
    pub alone: &'a str,
    /// The question as the readers of structured knowledge see it.
    pub asked: Asked<'a>,
    /// The same of its words alone, where it was read with the message that it follows.
    by_itself: Option<Asked<'a>>,
    /// The entries of which it is a phrasing.
    pub claims: Vec<u32>,
    /// The guards' reading of it.
    pub guards: Guards,
}

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

/// Decides one question.
pub(super) fn decide(
    engine: &Engine,
    question: &Question,
    piece: &Piece,
    candidates: usize,
    explain: bool,
) -> Decided {
    let alone = normalise(&piece.text);
    let heard = Heard::new(engine, question, piece, &alone);
    if let Some(choice) = choice::at_once(&heard) {
        // The person who takes over wants to see what was found, even if the buyer asked for a person.
        let candidates = match choice {
            Choice::Person { .. } => {
                Found::new(&heard, question).candidates(engine, candidates, false)
            }
            _ => Vec::new(),
        };
        return Decided {
            candidates,
            trace: explain.then(|| trace::heard(&heard)),
            ..decided(&heard, None, choice)
        };
    }
    let found = Found::new(&heard, question);
    let choice: Choice<'_> = choice::choose(&heard, &found);
    let proposed = matches!(choice, Choice::Proposed(_));
    Decided {
        candidates: found.candidates(engine, candidates, proposed),
        trace: explain.then(|| trace::found(&heard, &found)),
        ..decided(&heard, Some(&found.talk), choice)
    }
}

impl<'a> Heard<'a> {
    fn new(
        engine: &'a Engine,
        question: &'a Question,
        piece: &'a Piece,
        alone: &'a str,
    ) -> Heard<'a> {
        let shop = &engine.snapshot.shop;
        let mut asked = Asked::of(engine, question, &piece.normalised);
        if question.product.is_some() && parse::points(alone) {
            asked.subject = asked.reads(alone).subject;
        }
        let words = &shop.settings.handoff.words;
        let mut guards = guard::guards(&without_name(&asked, alone), words);
        let one = asked.subject.one().map(|one| asked.product_at(one));
        guards.child &= !engine.for_children && !one.is_some_and(guard::is_for_children);
        guards.risk |= guards.child;
        Heard {
            engine,
            piece,
            alone,
            by_itself: piece.context.is_some().then(|| asked.reads(alone)),
            claims: engine.exact(&piece.normalised),
            asked,
            guards,
        }
    }

    /// The most confident proposal of the readers of structured knowledge. A follow-up is also read by itself, since it
    /// may be a complete question (这个什么面料 after 退货运费谁出).
    fn proposal(&self) -> Option<Proposal> {
        let by_itself = self.by_itself.as_ref();
        // 那包邮吗 after 磐石搭配什么 does not ask what goes with it. 那逐风呢 asks the same about another product.
        let said = by_itself
            .filter(|own| !own.catalogue.is_a_name(&own.plain))
            .unwrap_or(&self.asked);
        if let Some(again) = self.of_variant() {
            return Some(again);
        }
        let told = self.told();
        let fresh = by_itself.and_then(spec::propose);
        // 那透气呢 after 防水多少 asks for something new, so a proposal that repeats what was told does not count.
        let together = spec::propose(&self.asked).filter(|both| !both.says_no_more_than(&told));
        let best = [size::propose(&self.asked), together]
            .into_iter()
            .chain([by_itself.and_then(size::propose), fresh.clone()])
            .chain([goods::propose(said).filter(|_| !self.upset())])
            .chain([link::propose(said)])
            .flatten()
            .max_by(|a, b| a.confidence.total_cmp(&b.confidence))
            .or_else(|| product::about(&self.asked))?;
        // 这个多重 on an open page is about that page's product, whatever other goods were spoken of.
        let of_page = self.asked.product.is_some() && parse::points(self.alone);
        Some(
            fresh
                .filter(|fresh| {
                    repeats(&told, &best, fresh)
                        || of_page && rule::is_spec(fresh.rule) && fresh.confidence >= SURE
                })
                .unwrap_or(best),
        )
    }

    /// What was asked before, of the variant that the follow-up names (有蓝色吗, 粉的呢).
    fn of_variant(&self) -> Option<Proposal> {
        let before = normalise(self.piece.context.as_ref()?);
        let anew = parse::said_anew(self.alone);
        let text = spec::of_variant(&self.asked, &before, anew)?;
        spec::propose(&self.asked.reads(&text))
            .filter(|told| told.decision == Outcome::Answer && told.confidence >= SURE)
    }

    /// The specs of the product in question that are near to the question by meaning.
    fn near(&self) -> Option<Near> {
        let sentence = |text: &str| encoded(self.engine, text);
        let likeness = |a: &str, b: &str| {
            let (a, b) = (sentence(a)?, sentence(b)?);
            Some(dot(&a.sentence, &b.sentence))
        };
        spec::near(self.by_itself.as_ref().unwrap_or(&self.asked), likeness)
    }

    /// Whether the buyer complained in the message before; then no goods are offered.
    fn upset(&self) -> bool {
        let before = self.asked.previous.last();
        before.is_some_and(|before| guard::complains(&normalise(before)))
    }

    /// The specs that answered the message before.
    fn told(&self) -> Vec<Fact> {
        let told = self.piece.context.as_deref().and_then(|before| {
            let before = normalise(before);
            spec::propose(&self.asked.reads(&before))
        });
        told.filter(|told| told.decision == Outcome::Answer)
            .map_or(Vec::new(), |told| told.facts)
    }
}

/// Whether the proposal for two messages read together adds to `fresh` (the later message by itself) only what was
/// `told` on the earlier one: 它保质期多久 after 香水前调是啥味道.
fn repeats(told: &[Fact], together: &Proposal, fresh: &Proposal) -> bool {
    // A handoff settles the question too: a spec that is not on record is no reason to repeat an earlier one.
    let settles = matches!(fresh.decision, Outcome::Answer | Outcome::Handoff);
    settles
        && !told.is_empty()
        && fresh.confidence >= SURE
        && rule::is_spec(together.rule)
        && together
            .facts
            .iter()
            .all(|fact| fresh.facts.contains(fact) || told.contains(fact))
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
pub(super) fn share(engine: &Engine, entry: u32, words: &str) -> f32 {
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

/// Whether an entry's text tells a sum of money.
fn tells_a_sum(engine: &Engine, entry: u32) -> bool {
    let entry = &engine.snapshot.entries[entry as usize];
    let text = entry.text(&engine.snapshot.shop);
    let figure = |before: &str| before.trim_end().ends_with(|c: char| c.is_ascii_digit());
    ["元", "块", "%"]
        .iter()
        .any(|unit| text.match_indices(unit).any(|(at, _)| figure(&text[..at])))
}

/// What retrieval proposes for a normalised text, also told in the shop's own words.
fn searched(engine: &Engine, normalised: &str) -> Pool {
    let pool = found(engine, normalised);
    let segmenter = &engine.snapshot.segmenter;
    let again = || engine.wording.reword(segmenter, normalised);
    match pool.exact.map_or_else(again, |_| None) {
        Some(reworded) => either(pool, found(engine, &reworded)),
        None => pool,
    }
}

fn found(engine: &Engine, normalised: &str) -> Pool {
    retrieve(engine, normalised).unwrap_or_else(|error| {
        // A damaged index must not stop the chat: the question goes to a person.
        tracing::error!(%error, "retrieval failed");
        Pool::default()
    })
}

impl Found {
    fn new(heard: &Heard<'_>, question: &Question) -> Found {
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
        let elsewhere = told.is_some_and(|told| share(engine, told, anew) < SPEAKS && !sum(told));
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
        let guards = heard.guards;
        if guards.order_specific || guards.volatile || guards.elsewhere {
            for entry in ranked.iter_mut().filter(|entry| !entry.exact) {
                entry.confidence *= NOT_IN_WRITING;
            }
        }
        // The lead of the only entry on cleaning is as great when it speaks of other goods.
        for entry in ranked.iter_mut().filter(|entry| !entry.exact) {
            if others(entry.entry) {
                entry.confidence *= NOT_IN_WRITING;
            }
        }
        // 眼镜链子有卖吗 is near to 隐形眼镜有卖吗, and 奶粉和米粉 to 羊奶粉和牛奶粉, but neither answers.
        let compared = named::compared(heard.alone);
        let wanted: Vec<&str> = named::for_sale(heard.alone)
            .into_iter()
            .chain(compared.into_iter().flatten())
            .collect();
        for entry in ranked.iter_mut().filter(|entry| !entry.exact) {
            let speaks = |words: &&str| share(engine, entry.entry, words) >= SPEAKS;
            let answers = compared.is_none() || named::tells_apart(engine, entry.entry);
            if !wanted.iter().all(speaks) || !answers {
                entry.confidence *= NOT_IN_WRITING;
            }
        }
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
    fn candidates(&self, engine: &Engine, limit: usize, proposed: bool) -> Vec<Candidate> {
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
