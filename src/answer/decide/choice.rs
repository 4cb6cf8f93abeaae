//! The choice between a script, structured knowledge, the best entry, options and a person: every threshold of a decision
//! stands here, and the order in which the choices are tried.

use super::case::{Case, of_another, outright, threshold};
use super::found::Found;
use super::named;
use super::piece::Heard;
use crate::answer::guard::{self, SmallTalk};
use crate::answer::proposal::Proposal;
use crate::answer::rank::Ranked;
use crate::answer::types::{ChoiceOption, Reason};
use crate::answer::{rule, size};
use crate::knowledge::settings::RiskRule;
use crate::text::normalise::normalise;

/// The most options that a `clarify` offers.
pub(super) const OPTIONS: usize = 3;
/// How far the score of an option may be below the best score.
const CLOSE: f32 = 0.5;
/// An entry in force whose score is at least this share of an expired entry's score counts as about as near.
pub(super) const ABOUT_AS_NEAR: f32 = 0.85;
/// Least confidence at which a risky question is answered from the knowledge.
pub(super) const RISKY: f64 = 0.85;
/// Confidence at which structured knowledge comes before the best entry, however sure that entry is.
pub(super) const STRUCTURED: f64 = 0.85;
/// Least confidence at which structured knowledge answers.
pub(super) const SURE: f64 = 0.7;
/// Confidence at which structured knowledge is answered although a guard found an own order or a fact of the minute.
/// Among entries, only a known phrasing that asks how something is done passes these guards.
const OVER_GUARD: f64 = 0.9;
/// Least nearness, −1..1, at which a question clearly is an intent.
const CLEARLY: f32 = 0.72;

/// What is done with one question.
pub(super) enum Choice<'a> {
    /// Small talk, which a script answers.
    Script(SmallTalk),
    /// Structured knowledge, as it was read.
    Proposed(&'a Proposal),
    /// The best entry.
    Entry(&'a Ranked),
    /// 「您是想问」 with the specs that may be meant and the closest entries, each list best first.
    Options {
        specs: &'a [ChoiceOption],
        entries: Vec<&'a Ranked>,
        /// The confidence of the best entry, whether or not it is offered.
        confidence: f64,
    },
    /// A person.
    Person {
        reason: Reason,
        rule: &'static str,
        /// The confidence of the candidate that would have been answered.
        confidence: f64,
    },
}

/// The choice that needs no look at the knowledge; `None` if the knowledge must be searched.
pub(super) fn at_once(heard: &Heard<'_>) -> Option<Choice<'static>> {
    let person = |reason, rule| {
        Some(Choice::Person {
            reason,
            rule,
            confidence: 0.0,
        })
    };
    if heard.guards.requested {
        return person(Reason::Requested, rule::REQUESTED);
    }
    if heard.guards.complaint {
        return person(Reason::Complaint, rule::COMPLAINT);
    }
    if !heard.engine.exact(heard.alone).is_empty() {
        return None;
    }
    guard::small_talk(heard.alone)
        // A figure may be the answer to a question about a measure, though 88 also takes leave.
        .filter(|talk| {
            let figure = heard.alone.contains(|c: char| c.is_ascii_digit());
            *talk != SmallTalk::Fragment && !figure
                || heard.piece.context.is_none() && size::propose(&heard.asked).is_none()
        })
        .map(|talk| match guard::is_gesture(&heard.piece.text) {
            true => SmallTalk::Acknowledge,
            false => talk,
        })
        .map(Choice::Script)
}

/// The choice among what was found. The first that holds is made.
pub(super) fn choose<'a>(heard: &'a Heard<'a>, found: &'a Found) -> Choice<'a> {
    let case = Case::new(heard, found);
    case.passed_by_guards()
        .or_else(|| case.structured())
        .or_else(|| case.hours())
        .or_else(|| case.known_gap())
        .or_else(|| case.nothing_in_force())
        .or_else(|| case.entry())
        .or_else(|| case.too_risky_to_offer())
        .or_else(|| case.options())
        .unwrap_or_else(|| case.unsure())
}

impl<'a> Case<'a> {
    /// What a guard passes to a person, unless something answers it that is sure enough.
    fn passed_by_guards(&self) -> Option<Choice<'a>> {
        let Heard { piece, guards, .. } = self.heard;
        let shop = &self.heard.engine.snapshot.shop;
        let hands_off = shop.settings.risk == RiskRule::Handoff;
        if guards.risk && (hands_off || !self.answers_risk()) {
            return self.person(Reason::Risk, rule::RISK);
        }
        let structured = self.proposal.is_some_and(|said| outright(said, OVER_GUARD));
        // How something is done does not change by the minute. Where a parcel is does, whatever a file says of it.
        let keeps = self.exact && guard::asks_how(self.heard.alone);
        if guards.order_specific && !structured && !keeps && !self.settles_missent() {
            return self.person(Reason::OrderSpecific, rule::ORDER_SPECIFIC);
        }
        if guards.volatile && !structured && !keeps {
            return self.person(Reason::VolatileFact, rule::VOLATILE_FACT);
        }
        let holds = |word: &String| {
            let plain = normalise(word);
            let said = || piece.text.contains(word.as_str());
            !plain.is_empty() && (said() || self.heard.alone.contains(&plain))
        };
        if shop.lexicon.handoff.iter().any(holds) {
            return self.person(Reason::Sensitive, rule::SENSITIVE);
        }
        let mut topics = shop.settings.handoff.topics.iter();
        let (reason, _) = topics.find(|(_, words)| words.iter().any(holds))?;
        self.person(Reason::named(reason)?, "guard.topic")
    }

    /// What structured knowledge says, by its words or by meaning.
    fn structured(&self) -> Option<Choice<'a>> {
        let near = || self.near.and_then(|near| near.answer.as_ref());
        let as_sure = |answer: &&Proposal| answer.confidence >= self.confidence.min(STRUCTURED);
        let said = self.proposal.or_else(|| near().filter(as_sure));
        said.map(Choice::Proposed)
    }

    /// The hours of service, where they are asked for and no entry is sure.
    fn hours(&self) -> Option<Choice<'a>> {
        let engine = &self.heard.engine;
        let settings = &engine.snapshot.shop.settings;
        // A snapshot that was built by an earlier version has no such script.
        let told = settings.hours.is_some() && settings.scripts.contains_key("hours");
        let sure = |best| self.confidence >= threshold(engine, best);
        let asked = told && !self.best.is_some_and(sure) && guard::asks_hours(self.heard.alone);
        asked.then_some(Choice::Script(SmallTalk::Hours))
    }

    /// A person, where the question clearly is an intent that no text answers, and no entry is sure.
    fn known_gap(&self) -> Option<Choice<'a>> {
        let &(intent, near) = self.found.pool.intents.first()?;
        let intent = &crate::pack::built_in().intents[intent as usize];
        let reason = Reason::named(intent.reason.as_deref()?)?;
        let unsure = self.confidence < self.heard.engine.calibration.default.max(0.9);
        if near < CLEARLY || !unsure {
            return None;
        }
        self.person(reason, rule::INTENT)
    }

    /// A person, where nothing was found, or an entry out of force would have been the answer.
    fn nothing_in_force(&self) -> Option<Choice<'a>> {
        match (self.best, self.lapsed()) {
            (None, false) => self.person(Reason::NoMatch, rule::NO_CANDIDATE),
            (None, true) => self.person(Reason::NotInForce, rule::NO_CANDIDATE),
            (Some(_), true) => self.person(Reason::NotInForce, rule::NOT_IN_FORCE),
            (Some(_), false) => None,
        }
    }

    /// The best entry, where it is sure and not one to ask back for.
    fn entry(&self) -> Option<Choice<'a>> {
        let best = self.best.filter(|_| !self.asks_back())?;
        // A question that is a known phrasing needs no threshold.
        let sure = self.exact
            || self.confidence >= threshold(self.heard.engine, best)
                && !named::leaves_goods_open(self.heard, best)
                && !named::shares_only_the_name(self.heard, best);
        sure.then_some(Choice::Entry(best))
    }

    /// A person, where it is risky: between options a buyer would pick what sounds right.
    fn too_risky_to_offer(&self) -> Option<Choice<'a>> {
        if !self.heard.guards.risk || self.asks_back() {
            return None;
        }
        self.person(Reason::Risk, rule::RISK)
    }

    /// Options, where any is near enough.
    fn options(&self) -> Option<Choice<'a>> {
        let best = self.best?;
        let near_enough = self.confidence >= self.heard.engine.calibration.clarify;
        let close = |other: &&Ranked| {
            other.score > best.score - CLOSE
                && !other.features.denied()
                && !of_another(self.heard, other)
        };
        let shown = self.found.ranked.iter().take(OPTIONS);
        let entries: Vec<&Ranked> = shown.filter(|_| near_enough).filter(close).collect();
        let specs = self
            .near
            .filter(|near| near.alone || !entries.is_empty())
            .map_or(&[][..], |near| &near.options);
        (entries.len() + specs.len() > 0).then_some(Choice::Options {
            specs,
            entries,
            confidence: self.confidence,
        })
    }

    /// A person, for want of anything sure.
    fn unsure(&self) -> Choice<'a> {
        let clarify = self.heard.engine.calibration.clarify;
        let reason = if self.confidence >= clarify / 2.0 {
            Reason::LowConfidence
        } else {
            Reason::NoMatch
        };
        Choice::Person {
            reason,
            rule: rule::THRESHOLD,
            confidence: self.confidence,
        }
    }

    fn person(&self, reason: Reason, rule: &'static str) -> Option<Choice<'a>> {
        Some(Choice::Person {
            reason,
            rule,
            confidence: self.confidence,
        })
    }
}
