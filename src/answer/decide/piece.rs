//! Hears one question of a message and decides it.

use super::choice::{self, Choice, SURE};
use super::found::Found;
use super::named::dot;
use super::part::{Decided, decided};
use super::trace;
use crate::answer::guard::{self, Guards};
use crate::answer::parse::{self, Piece};
use crate::answer::product::{self, Asked, without_name};
use crate::answer::proposal::{Fact, Proposal};
use crate::answer::retrieve::encoded;
use crate::answer::spec::Near;
use crate::answer::types::{Outcome, Question};
use crate::answer::{Engine, goods, link, rule, size, spec};
use crate::text::normalise::normalise;

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
    pub(super) fn proposal(&self) -> Option<Proposal> {
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
    pub(super) fn near(&self) -> Option<Near> {
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
