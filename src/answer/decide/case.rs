//! A question with what speaks for each answer to it, and how these stand against each other.

use super::choice::{ABOUT_AS_NEAR, RISKY, STRUCTURED, SURE};
use super::found::Found;
use super::named;
use super::piece::Heard;
use crate::answer::conditions::{Fit, fit};
use crate::answer::guard::{self, Risks};
use crate::answer::product::{How, Subject, without_name};
use crate::answer::proposal::Proposal;
use crate::answer::rank::{Ranked, rank};
use crate::answer::spec::Near;
use crate::answer::types::Outcome;
use crate::answer::{Engine, rule, spec};
use crate::knowledge::EntryAt;
use crate::text::normalise::normalise;

/// A question and what speaks for the answers to it.
pub(super) struct Case<'a> {
    pub heard: &'a Heard<'a>,
    pub found: &'a Found,
    /// The best entry.
    pub best: Option<&'a Ranked>,
    /// Its confidence; 0 where there is none.
    pub confidence: f64,
    /// Whether the question is one of its phrasings.
    pub exact: bool,
    /// What structured knowledge says, where it stands against the best entry.
    pub proposal: Option<&'a Proposal>,
    /// Specs near by meaning, where no phrasing is known.
    pub near: Option<&'a Near>,
}

impl<'a> Case<'a> {
    pub(super) fn new(heard: &'a Heard<'a>, found: &'a Found) -> Case<'a> {
        let best = found.ranked.first();
        let exact = best.is_some_and(|best| best.exact);
        let mut case = Case {
            heard,
            found,
            best,
            confidence: best.map_or(0.0, |best| best.confidence),
            exact,
            proposal: None,
            near: found.near.as_ref().filter(|_| !exact),
        };
        case.proposal = found.proposal.as_ref().filter(|said| case.stands(said));
        case
    }

    /// Whether what structured knowledge says stands against the best entry.
    fn stands(&self, said: &Proposal) -> bool {
        let answers = said.decision == Outcome::Answer;
        if self.exact || answers && said.confidence < SURE {
            return false;
        }
        // A product named only in part may be a different one from what the buyer means.
        let partly = matches!(
            self.heard.asked.subject,
            Subject::One {
                how: How::Partly,
                ..
            }
        );
        let general = || {
            self.best
                .is_some_and(|best| own_product(self.heard, best).is_none())
        };
        let least = if partly && general() {
            self.confidence
        } else {
            self.confidence.min(STRUCTURED)
        };
        let surer = said.confidence >= least;
        let only_the_name = || {
            let best = self.best;
            best.is_some_and(|best| named::shares_only_the_name(self.heard, best))
        };
        match said.rule {
            rule::MISSING => !self.is_spoken_of(),
            rule::ASK_PRODUCT => (surer || only_the_name()) && !self.is_answered(),
            // 卷尺没有水泡 does not speak of the weight, however close it is to 卷尺5米多重.
            spec if rule::is_spec(spec) => {
                surer || said.confidence >= STRUCTURED && self.is_silent()
            }
            _ => surer,
        }
    }

    /// Whether an order of which not all came, or something else, is asked about, and the best entry is the shop's rule
    /// for such orders.
    pub(super) fn settles_missent(&self) -> bool {
        let heads = |best: &Ranked| {
            let mut told = self.heard.engine.snapshot.units.told(best.entry);
            told.any(|(kind, text)| kind.asks() && guard::heads_missent(text))
        };
        self.heard.guards.missent && self.best.is_some_and(heads)
    }

    /// Whether a risky question has an answer that is sure and speaks of the same risk.
    pub(super) fn answers_risk(&self) -> bool {
        let asked = guard::risks(&without_name(&self.heard.asked, self.heard.alone));
        match self.proposal {
            _ if asked.fraud => self.exact,
            Some(said) => outright(said, RISKY) && self.names_whom(said, asked),
            None => {
                let child = self.heard.guards.child;
                let of_this = |best| names_risk(self.heard.engine, best, asked, child);
                self.confidence >= RISKY && (self.exact || self.best.is_some_and(of_this))
            }
        }
    }

    /// Whether structured knowledge speaks of the illness and the child that are asked about: 添加糖：无 does not tell whether
    /// it is good for gout.
    fn names_whom(&self, said: &Proposal, asked: Risks) -> bool {
        let snapshot = &self.heard.engine.snapshot;
        let facts = said.facts.iter();
        let told: String = facts
            .filter_map(|fact| snapshot.entry(&fact.entry))
            .map(|entry| {
                let shop = &snapshot.shop;
                normalise(&format!("{} {} ", entry.title(shop), entry.text(shop)))
            })
            .collect();
        asked.named_in(&told) && (!self.heard.guards.child || guard::names_children(&told))
    }

    /// Whether the merchant wants the best entry offered and never told outright.
    pub(super) fn asks_back(&self) -> bool {
        let snapshot = &self.heard.engine.snapshot;
        self.best.is_some_and(|best| {
            let at = snapshot.entries[best.entry as usize].at;
            matches!(at, EntryAt::Faq(i) if snapshot.shop.faqs[i as usize].clarify)
        })
    }

    /// Whether the best entry is sure enough to be offered and speaks of the spec asked for. If so, it does not matter that
    /// the product lacks the spec. An entry on 睡袋多厚 is near to 睡袋几斤重, but does not speak of the weight.
    fn is_spoken_of(&self) -> bool {
        let offered = self.confidence >= self.heard.engine.calibration.clarify;
        self.best.is_some() && offered && !self.is_silent()
    }

    /// Whether the question clearly asks for a spec and the best entry does not speak of it. False without an entry.
    fn is_silent(&self) -> bool {
        self.best.is_some_and(|best| {
            let told = self.heard.engine.snapshot.units.told(best.entry);
            spec::silent_on(&self.heard.asked, told.map(|(_, text)| text))
        })
    }

    /// Whether the best entry answers what a question back for the product would put off: it is sure, and speaks of the
    /// spec and of more than the goods.
    fn is_answered(&self) -> bool {
        self.best.is_some_and(|best| {
            self.confidence >= threshold(self.heard.engine, best)
                && self.is_spoken_of()
                && !named::shares_only_the_name(self.heard, best)
        })
    }

    /// Whether an entry outside its window would have been the answer: as sure as an answer must be, surer than the best
    /// one in force, and well above it.
    pub(super) fn lapsed(&self) -> bool {
        let engine = self.heard.engine;
        let fits = |entry: u32| {
            let entry = &engine.snapshot.entries[entry as usize];
            fit(engine, entry, &self.found.talk)
        };
        let lapsed = |entry: u32| fits(entry) == Fit::NotInForce;
        // Several expired rules with this very question share its confidence, so none of them may reach the threshold.
        let claims = &self.heard.claims;
        if !claims.is_empty() && claims.iter().all(|&claim| lapsed(claim)) {
            return true;
        }
        // Mostly all is in force, and nothing has to be ranked again.
        let pool = &self.found.pool;
        if !pool.found.iter().any(|found| lapsed(found.entry)) {
            return false;
        }
        let all = rank(engine, pool, |entry| match fits(entry) {
            Fit::Fails(_) => None,
            Fit::Applies | Fit::Unknown | Fit::NotInForce => Some(0.0),
        });
        all.first().is_some_and(|first| {
            let alive = self.best.map(|best| best.score);
            lapsed(first.entry)
                && first.confidence > self.confidence
                && first.confidence >= threshold(engine, first)
                && (first.exact || alive.is_none_or(|alive| alive < first.score * ABOUT_AS_NEAR))
        })
    }
}

/// Whether structured knowledge answers with at least this confidence.
pub(super) fn outright(said: &Proposal, least: f64) -> bool {
    said.decision == Outcome::Answer && said.confidence >= least
}

/// Whether an entry is about a risk of the same kind as the question. 海外版和专柜版的区别 does not answer a doubt whether goods
/// are fake, however close it is, and what is said of skin in general none about a child's.
fn names_risk(engine: &Engine, best: &Ranked, asked: Risks, child: bool) -> bool {
    let units = &engine.snapshot.units;
    let asks = units.told(best.entry).any(|(kind, _)| kind.asks());
    // What the shop says of damages is its rule for them, whatever the entry is called: 出芽率低怎么办, 按比例赔付.
    units.told(best.entry).any(|(kind, text)| {
        let heard = match asks && !kind.asks() {
            true => asked.damages(),
            false => asked,
        };
        let whom = !child || guard::names_children(text);
        whom && (asked == Risks::default() || guard::risks(text).meet(heard))
    })
}

/// Whether an entry is a text of a product other than the one asked about.
pub(super) fn of_another(heard: &Heard<'_>, candidate: &Ranked) -> bool {
    own_product(heard, candidate)
        .zip(heard.asked.subject.one())
        .is_some_and(|(own, asked)| asked != own)
}

/// The product whose text an entry is.
fn own_product(heard: &Heard<'_>, candidate: &Ranked) -> Option<u32> {
    match heard.engine.snapshot.entries[candidate.entry as usize].at {
        EntryAt::Product(own) | EntryAt::ProductPassage(own, _) | EntryAt::Spec(own, _) => {
            Some(own)
        }
        EntryAt::Faq(_) | EntryAt::Policy(..) | EntryAt::Size(_) => None,
    }
}

/// The confidence from which an entry is answered, by its category.
pub(super) fn threshold(engine: &Engine, candidate: &Ranked) -> f64 {
    let entry = &engine.snapshot.entries[candidate.entry as usize];
    engine
        .calibration
        .threshold(entry.category(&engine.snapshot.shop))
}
