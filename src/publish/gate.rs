//! Decides whether a candidate may go live, by the merchant's own limits.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::compare::Comparison;
use crate::knowledge::settings::GateRules;

/// The number of changes that is always allowed, since a share of a small number means little.
const FEW: usize = 3;
/// The most real questions that the gate asks. Repeats are asked once, so this takes some seconds on two cores.
pub const REPLAYED: i64 = 5_000;
/// Share of the golden questions whose answer may become an option in one publish. The buyer still gets that answer
/// with a click.
const WEAKER: f64 = 0.05;
/// Share of the golden questions that may be removed in one publish. Removing all of them is never allowed.
const REMOVED: f64 = 0.1;

/// Why a candidate is refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Objection {
    /// Golden questions have worse answers.
    Golden {
        /// How many. Answers that became an option are included only if they are many.
        worse: usize,
        /// How many `[gate] worse` allows.
        allowed: usize,
    },
    /// Many golden questions were removed.
    Removed {
        /// How many.
        removed: usize,
        /// How many there were.
        of: usize,
    },
    /// Real questions lost or changed their answer.
    Replay {
        /// How many.
        changed: usize,
        /// How many were asked.
        asked: usize,
        /// The share that `[gate] changed` allows, 0..1.
        allowed: f64,
    },
}

impl fmt::Display for Objection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Objection::Golden { worse, allowed } => write!(
                f,
                "{worse} golden questions came out worse and [gate] worse allows {allowed}; mend them (`zhike explain \
                 SHOP QUESTION --expect ID` tells why and what would help), or correct what golden.csv expects"
            ),
            Objection::Removed { removed, of } => write!(
                f,
                "{removed} of {of} golden questions are gone from golden.csv; restore them if the file was cut short or \
                 lost, or publish with --force if they are meant to go"
            ),
            Objection::Replay {
                changed,
                asked,
                allowed,
            } => write!(
                f,
                "{changed} of {asked} real questions would lose their answer or get another and [gate] changed allows \
                 {:.0} %; look through them, or raise the limit",
                allowed * 100.0
            ),
        }
    }
}

/// The objections to a candidate. If there are none, it may go live.
pub fn judge(comparison: &Comparison, rules: &GateRules) -> Vec<Objection> {
    let mut objections = Vec::new();
    let weaker = comparison.worse().filter(|shift| shift.is_weaker()).count();
    let many = weaker > FEW && weaker as f64 > WEAKER * comparison.golden as f64;
    let counted = comparison
        .worse()
        .filter(|shift| many || !shift.is_weaker());
    let (worse, allowed) = (counted.count(), rules.worse as usize);
    if worse > allowed {
        objections.push(Objection::Golden { worse, allowed });
    }
    let (removed, of) = (comparison.golden_removed, comparison.golden_before);
    let many = removed > FEW && removed as f64 > REMOVED * of as f64;
    if many || (removed > 0 && removed == of) {
        objections.push(Objection::Removed { removed, of });
    }
    let (changed, asked) = (comparison.changed(), comparison.real);
    if changed > FEW && changed as f64 > rules.changed * asked as f64 {
        objections.push(Objection::Replay {
            changed,
            asked,
            allowed: rules.changed,
        });
    }
    objections
}

#[cfg(test)]
mod tests {
    use super::super::compare::{Kind, Said, Shift};
    use super::*;
    use crate::answer::Outcome;
    use crate::eval::Verdict;

    fn said() -> Said {
        serde_json::from_value(serde_json::json!({
            "decision": Outcome::Answer, "reason": null, "entries": [], "options": [], "reply": "", "confidence": 0.9,
            "answered": true
        }))
        .unwrap()
    }

    fn comparison(worse: usize, changed: usize, real: usize) -> Comparison {
        let shift = |golden: bool| Shift {
            question: "问".into(),
            product: None,
            place: golden.then(|| "golden.csv:2".into()),
            verdicts: golden.then_some([Verdict::Right, Verdict::Missed]),
            recalibrated: false,
            follows: false,
            gone: false,
            times: 1,
            kind: Kind::Silenced,
            before: said(),
            after: said(),
        };
        let shifts = (0..worse)
            .map(|_| shift(true))
            .chain((0..changed).map(|_| shift(false)))
            .collect();
        Comparison {
            before: "1".into(),
            after: "2".into(),
            golden: 9,
            golden_before: 9,
            golden_removed: 0,
            real,
            shifts,
            thresholds: Vec::new(),
            suspects: Vec::new(),
        }
    }

    #[test]
    fn the_gate_keeps_the_merchants_limits() {
        for (worse, changed, real, rules, refused) in [
            (0, 0, 0, GateRules::default(), 0),
            (1, 0, 0, GateRules::default(), 1),
            (
                3,
                0,
                0,
                GateRules {
                    worse: 3,
                    ..GateRules::default()
                },
                0,
            ),
            (0, 3, 4, GateRules::default(), 0), // too few to speak of shares
            (0, 21, 100, GateRules::default(), 1),
            (0, 20, 100, GateRules::default(), 0),
            (1, 30, 100, GateRules::default(), 2),
        ] {
            assert_eq!(
                judge(&comparison(worse, changed, real), &rules).len(),
                refused,
                "{worse} {changed} {real}"
            );
        }
    }

    /// An answer that became an option is no objection unless there are many. A lost or wrong answer is.
    #[test]
    fn an_answer_that_became_an_option_is_weaker() {
        for (worse, golden, after, options, refused) in [
            (1, 40, Verdict::Clarified, vec!["faq:a"], 0),
            (3, 40, Verdict::Clarified, vec!["faq:a", "faq:b"], 0),
            (1, 40, Verdict::Clarified, vec!["faq:b", "faq:a"], 1), // another entry has taken it
            (4, 40, Verdict::Clarified, vec!["faq:a"], 4),
            (4, 80, Verdict::Clarified, vec!["faq:a"], 0),
            (1, 40, Verdict::Clarified, vec!["faq:b"], 1), // a question back that offers something else
            (1, 40, Verdict::Clarified, vec![], 1),
            (1, 40, Verdict::Missed, vec![], 1),
            (1, 40, Verdict::Wrong, vec!["faq:a"], 1),
        ] {
            let mut comparison = Comparison {
                golden,
                ..comparison(worse, 0, 0)
            };
            for shift in &mut comparison.shifts {
                shift.verdicts = Some([Verdict::Right, after]);
                shift.before.entries = vec!["faq:a".into()];
                shift.after.options = options.iter().map(|id| (*id).to_owned()).collect();
            }
            let counted = match judge(&comparison, &GateRules::default())[..] {
                [Objection::Golden { worse, .. }] => worse,
                _ => 0,
            };
            assert_eq!(
                counted, refused,
                "{worse} of {golden} {after:?} {options:?}"
            );
        }
    }

    /// A small shop may teach the bot half of its questions in a week.
    #[test]
    fn only_lost_and_other_answers_count() {
        for (kind, refused) in [
            (Kind::Silenced, true),
            (Kind::Replaced, true),
            (Kind::Answered, false),
            (Kind::Rerouted, false),
            (Kind::Reworded, false),
        ] {
            let mut comparison = comparison(0, 4, 7);
            for shift in &mut comparison.shifts {
                shift.kind = kind;
            }
            let said = judge(&comparison, &GateRules::default());
            assert_eq!(!said.is_empty(), refused, "{kind:?}");
        }
    }

    #[test]
    fn many_golden_questions_do_not_go_unnoticed() {
        for (removed, of, refused) in [
            (0, 0, false),
            (1, 1, true), // the last one
            (3, 20, false),
            (4, 20, true),
            (4, 40, false),
            (20, 20, true),
        ] {
            let comparison = Comparison {
                golden_before: of,
                golden_removed: removed,
                ..comparison(0, 0, 0)
            };
            let expected = refused.then_some(Objection::Removed { removed, of });
            let said = judge(&comparison, &GateRules::default());
            assert_eq!(said, Vec::from_iter(expected), "{removed} of {of}");
        }
    }
}
