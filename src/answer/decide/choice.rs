//! The choice between a script, structured knowledge, the best entry, options and a person: every threshold and every
//! precedence of a decision stands here.

use super::named;
use super::piece::{Found, Heard};
use crate::answer::conditions::{Fit, fit};
use crate::answer::guard::{self, Risks, SmallTalk};
use crate::answer::product::{How, Subject};
use crate::answer::proposal::Proposal;
use crate::answer::rank::{Ranked, rank};
use crate::answer::types::{ChoiceOption, Outcome, Reason};
use crate::answer::{Engine, product, size, spec};
use crate::knowledge::EntryAt;
use crate::knowledge::settings::RiskRule;
use crate::knowledge::units::UnitKind;

/// How many options a `clarify` offers at the most.
pub(super) const OPTIONS: usize = 3;
/// How far an option's score may lie below the best.
const CLOSE: f32 = 0.5;
/// Share of an expired entry's score from which one in force is about as near.
const ABOUT_AS_NEAR: f32 = 0.85;
/// Least confidence of a risky answer from the knowledge.
const RISKY: f64 = 0.85;
/// Confidence from which structured knowledge speaks whatever an entry's words promise.
const STRUCTURED: f64 = 0.85;
/// Least confidence at which structured knowledge answers.
pub(super) const SURE: f64 = 0.7;
/// Confidence with which structured knowledge beats a guard for own orders and facts of the minute; of the entries only a
/// known phrasing that asks how does.
const OVER_GUARD: f64 = 0.9;
/// Nearness from which a question clearly is an intent.
const CLEARLY: f32 = 0.72;

/// What is done with one question.
pub(super) enum Choice<'a> {
    /// Small talk, which a script answers.
    Script(SmallTalk),
    /// Structured knowledge, as it was read.
    Proposed(&'a Proposal),
    /// The best entry.
    Entry(&'a Ranked),
    /// 「您是想问」 with the specs that may be meant and the closest entries, each best first.
    Options {
        specs: &'a [ChoiceOption],
        entries: Vec<&'a Ranked>,
        /// That of the best entry, whether it is among them or not.
        confidence: f64,
    },
    /// A person.
    Person {
        reason: Reason,
        rule: &'static str,
        /// That of the candidate that would have been answered.
        confidence: f64,
    },
}

/// The choice that needs no look at the knowledge.
pub(super) fn at_once(heard: &Heard<'_>) -> Option<Choice<'static>> {
    let person = |reason, rule| {
        Some(Choice::Person {
            reason,
            rule,
            confidence: 0.0,
        })
    };
    if heard.guards.requested {
        return person(Reason::Requested, "guard.requested");
    }
    if heard.guards.complaint {
        return person(Reason::Complaint, "guard.complaint");
    }
    if !heard.engine.exact(&heard.alone).is_empty() {
        return None;
    }
    guard::small_talk(&heard.alone)
        // A bare figure may answer the question for a measure.
        .filter(|talk| {
            *talk != SmallTalk::Fragment
                || heard.piece.context.is_none() && size::propose(&heard.asked).is_none()
        })
        .map(|talk| match guard::is_gesture(&heard.piece.text) {
            true => SmallTalk::Acknowledge,
            false => talk,
        })
        .map(Choice::Script)
}

/// The choice among what was found.
pub(super) fn choose<'a>(heard: &Heard<'_>, found: &'a Found<'_>) -> Choice<'a> {
    let Heard {
        engine,
        piece,
        guards,
        ..
    } = heard;
    let shop = &engine.snapshot.shop;
    let calibration = &engine.calibration;
    let best = found.ranked.first();
    let confidence = best.map_or(0.0, |best| best.confidence);
    let exact = best.is_some_and(|best| best.exact);
    let proposal = found
        .proposal
        .as_ref()
        .filter(|proposal| {
            // A product named in part may be another than the buyer means.
            let partly = matches!(
                heard.asked.subject,
                Subject::One {
                    how: How::Partly,
                    ..
                }
            );
            let general = || best.is_some_and(|best| own_product(heard, best).is_none());
            let least = match partly && general() {
                true => confidence,
                false => confidence.min(STRUCTURED),
            };
            let surer = || proposal.confidence >= least;
            let only_the_name =
                || best.is_some_and(|best| named::shares_only_the_name(heard, best));
            let stands = || match proposal.rule {
                spec::MISSING => !spoken_of(heard, best),
                product::ASK => (surer() || only_the_name()) && !answered(heard, best),
                // 卷尺没有水泡 says nothing of the weight, however near it is to 卷尺5米多重.
                rule if rule.starts_with("spec") => {
                    surer() || proposal.confidence >= STRUCTURED && is_silent(heard, best)
                }
                _ => surer(),
            };
            !exact && stands()
        })
        .filter(|proposal| proposal.decision != Outcome::Answer || proposal.confidence >= SURE);
    let outright = |proposal: &Proposal, least: f64| {
        proposal.decision == Outcome::Answer && proposal.confidence >= least
    };
    let person = |reason, rule| Choice::Person {
        reason,
        rule,
        confidence,
    };

    if guards.risk {
        let asked = guard::risks(&heard.alone);
        let sure = match proposal {
            _ if asked.fraud => exact,
            Some(proposal) => outright(proposal, RISKY),
            None => {
                confidence >= RISKY
                    && (exact || best.is_some_and(|best| names_risk(engine, best, asked)))
            }
        };
        if !sure || shop.settings.risk == RiskRule::Handoff {
            return person(Reason::Risk, "guard.risk");
        }
    }
    let structured = proposal.is_some_and(|proposal| outright(proposal, OVER_GUARD));
    // How something is done keeps; where a parcel is does not, whatever a file says of it.
    let keeps = exact && guard::asks_how(&heard.alone);
    if guards.order_specific && !structured && !keeps {
        return person(Reason::OrderSpecific, "guard.order_specific");
    }
    if guards.volatile && !structured && !keeps {
        return person(Reason::VolatileFact, "guard.volatile_fact");
    }
    let holds = |word: &String| {
        let said = || piece.text.contains(word.as_str());
        !word.is_empty() && (said() || heard.alone.contains(&word.to_lowercase()))
    };
    if !exact && shop.lexicon.handoff.iter().any(holds) {
        return person(Reason::Sensitive, "guard.sensitive");
    }
    let mut topics = shop.settings.handoff.topics.iter();
    if let Some((reason, _)) = topics.find(|(_, words)| !exact && words.iter().any(holds))
        && let Some(reason) = Reason::named(reason)
    {
        return person(reason, "guard.topic");
    }
    if let Some(proposal) = proposal {
        return Choice::Proposed(proposal);
    }
    let near = found.near.as_ref().filter(|_| !exact);
    if let Some(answer) = near.and_then(|near| near.answer.as_ref())
        && answer.confidence >= confidence.min(STRUCTURED)
    {
        return Choice::Proposed(answer);
    }
    let answers = best.is_some_and(|best| confidence >= threshold(engine, best));
    // A snapshot that was built by an earlier version has no such script.
    let told = shop.settings.hours.is_some() && shop.settings.scripts.contains_key("hours");
    if !answers && told && guard::asks_hours(&heard.alone) {
        return Choice::Script(SmallTalk::Hours);
    }
    if let Some(reason) = gap(heard, found, confidence) {
        return person(reason, "intent");
    }
    let dead = dead(heard, found, confidence);
    let Some(best) = best else {
        let reason = if dead {
            Reason::NotInForce
        } else {
            Reason::NoMatch
        };
        return person(reason, "no_candidate");
    };
    if dead {
        return person(Reason::NotInForce, "not_in_force");
    }
    let entry = &engine.snapshot.entries[best.entry as usize];
    let always_clarify = matches!(entry.at, EntryAt::Faq(i) if shop.faqs[i as usize].clarify);
    // A known phrasing to the letter needs no measured threshold.
    let sure =
        exact || confidence >= threshold(engine, best) && !named::shares_only_the_name(heard, best);
    if sure && !always_clarify {
        return Choice::Entry(best);
    }
    // Between options a buyer would pick what sounds right; where it is risky, a person does.
    if guards.risk && !always_clarify {
        return person(Reason::Risk, "guard.risk");
    }
    let close: Vec<&Ranked> = found
        .ranked
        .iter()
        .take(OPTIONS)
        .filter(|other| other.score > best.score - CLOSE)
        .filter(|other| !other.features.denied() && !of_another(heard, other))
        .collect();
    let entries = match confidence >= calibration.clarify {
        true => close,
        false => Vec::new(),
    };
    let specs = near
        .filter(|near| near.alone || !entries.is_empty())
        .map_or(&[][..], |near| &near.options);
    if entries.len() + specs.len() > 0 {
        return Choice::Options {
            specs,
            entries,
            confidence,
        };
    }
    let reason = match confidence >= calibration.clarify / 2.0 {
        true => Reason::LowConfidence,
        false => Reason::NoMatch,
    };
    person(reason, "threshold")
}

/// Whether an entry is asked for by a risk of the question's kind: what is said of 海外版和专柜版的区别 is no answer to the
/// doubt whether goods are fake, however near it is.
fn names_risk(engine: &Engine, best: &Ranked, asked: Risks) -> bool {
    let units = &engine.snapshot.units;
    let told = || units.of(best.entry);
    let asks = told().any(|unit| units.kinds[unit].asks());
    told()
        .filter(|&unit| match asks {
            true => units.kinds[unit].asks(),
            false => units.kinds[unit] != UnitKind::Negative,
        })
        .any(|unit| guard::risks(&units.texts[unit]).meet(asked))
}

/// Whether the best entry, sure enough to be offered, speaks of the spec asked for: then a product's lack of it says
/// nothing. 睡袋几斤重 is near to 睡袋多厚, which says nothing of the weight, however near it is.
fn spoken_of(heard: &Heard<'_>, best: Option<&Ranked>) -> bool {
    best.filter(|best| best.confidence >= heard.engine.calibration.clarify)
        .is_some_and(|best| !is_silent(heard, Some(best)))
}

/// Whether the question clearly asks for a spec and the best entry, if there is one, does not speak of it.
fn is_silent(heard: &Heard<'_>, best: Option<&Ranked>) -> bool {
    let units = &heard.engine.snapshot.units;
    best.is_some_and(|best| {
        let told = units
            .of(best.entry)
            .filter(|&unit| units.kinds[unit] != UnitKind::Negative);
        spec::silent_on(&heard.asked, told.map(|unit| &*units.texts[unit]))
    })
}

/// Whether the best entry answers what a question back for the product would put off: it is sure, and speaks of the spec
/// and of more than the goods.
fn answered(heard: &Heard<'_>, best: Option<&Ranked>) -> bool {
    best.is_some_and(|entry| {
        entry.confidence >= threshold(heard.engine, entry)
            && spoken_of(heard, best)
            && !named::shares_only_the_name(heard, entry)
    })
}

/// Whether an entry is a text of another product than the one asked about.
fn of_another(heard: &Heard<'_>, candidate: &Ranked) -> bool {
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

/// The confidence from which an entry answers.
fn threshold(engine: &Engine, candidate: &Ranked) -> f64 {
    let entry = &engine.snapshot.entries[candidate.entry as usize];
    engine
        .calibration
        .threshold(entry.category(&engine.snapshot.shop))
}

/// The reason of an intent that no text answers, where the question clearly is that intent and no entry is sure.
fn gap(heard: &Heard<'_>, found: &Found<'_>, confidence: f64) -> Option<Reason> {
    let &(intent, near) = found.pool.intents.first()?;
    let reason = crate::pack::built_in().intents[intent as usize]
        .reason
        .as_deref()?;
    let reason = Reason::named(reason)?;
    let unsure = confidence < heard.engine.calibration.default.max(0.9);
    (near >= CLEARLY && unsure).then_some(reason)
}

/// Whether an entry outside its window would have been the answer: as sure as an answer must be, surer than the best one
/// in force, and well above it.
fn dead(heard: &Heard<'_>, found: &Found<'_>, living: f64) -> bool {
    let engine = heard.engine;
    let alive = found.ranked.first().map(|best| best.score);
    let fits = |entry: u32| {
        let entry = &engine.snapshot.entries[entry as usize];
        fit(engine, entry, &found.talk)
    };
    let all = rank(engine, &found.pool, |entry| match fits(entry) {
        Fit::Fails(_) => None,
        Fit::Applies | Fit::Unknown | Fit::NotInForce => Some(0.0),
    });
    // Several dead rules with this very question share its confidence among them.
    let claims = engine.exact(&heard.piece.normalised);
    let all_dead = !claims.is_empty() && claims.iter().all(|&claim| fits(claim) == Fit::NotInForce);
    all_dead
        || all.first().is_some_and(|best| {
            fits(best.entry) == Fit::NotInForce
                && best.confidence > living
                && best.confidence >= threshold(engine, best)
                && (best.exact || alive.is_none_or(|alive| alive < best.score * ABOUT_AS_NEAR))
        })
}
