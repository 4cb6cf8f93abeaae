//! Finds the clause by which an entry lost, from the trace of the decision.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::answer::decide::answer_with;
use crate::answer::layers::Why;
use crate::answer::{Decision, Engine, Outcome, Question, rule};
use crate::knowledge::{EntryAt, Phase};

/// The number of candidates in which an entry is searched if the trace does not list it.
const FAR: usize = 1000;

/// The clause by which an entry lost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "clause", rename_all = "snake_case")]
pub enum Lost {
    /// It did not lose: it is the answer.
    Won,
    /// A guard decided first.
    Guard {
        /// Its rule, for example `guard.requested`.
        rule: String,
    },
    /// It is outside its window.
    OutOfForce {
        /// Whether its window has not opened yet; else it has closed.
        early: bool,
    },
    /// One of its own conditions is not met.
    Condition {
        /// `products`, `categories`, `order_states` or `keywords`.
        condition: String,
    },
    /// One of its negative questions is closer than its questions.
    Negative,
    /// It is marked to be never answered outright.
    AlwaysClarify,
    /// Structured knowledge (a spec, a size, a product) gave the answer.
    Structured {
        /// The rule that decided.
        rule: String,
        /// The entries that answered.
        entries: Vec<String>,
    },
    /// The question is an intent that entries usually cannot answer, and this entry was not sure enough.
    KnownGap,
    /// It was the best entry but below the threshold.
    Threshold {
        /// Its confidence, 0..1.
        confidence: f64,
        /// The threshold of its category.
        threshold: f64,
    },
    /// Another entry was better.
    Rank {
        /// The better one.
        winner: String,
        /// Its place among the candidates, 1-based.
        place: usize,
    },
    /// Another rule speaks for its topic.
    Overridden {
        /// That rule.
        by: String,
        /// Why it does not speak itself.
        why: Why,
    },
    /// It was not found.
    NotFound,
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lost::Won => write!(f, "it is the answer"),
            Lost::Guard { rule } => write!(f, "the rule {rule} hands such questions to a person"),
            Lost::OutOfForce { early: true } => write!(
                f,
                "it is not yet in force; until it is, it must not be quoted, and nothing is proposed"
            ),
            Lost::OutOfForce { early: false } => write!(f, "it is no longer in force"),
            Lost::Condition { condition } => write!(f, "its condition {condition} is not met"),
            Lost::Negative => write!(f, "the question is like one of its negative questions"),
            Lost::AlwaysClarify => write!(
                f,
                "it is marked to be offered among options, never answered outright"
            ),
            Lost::Structured { rule, entries } if entries.is_empty() => match rule.as_str() {
                rule::ASK_MEASURE => write!(
                    f,
                    "it was taken for a question for a size, and a measure was asked back ({rule})"
                ),
                rule::ASK_PRODUCT => {
                    write!(f, "the buyer was asked which product is meant ({rule})")
                }
                _ => write!(f, "the rule {rule} took it, with no entry of its own"),
            },
            Lost::Structured { rule, entries } => {
                write!(f, "{} answered it directly ({rule})", entries.join(", "))
            }
            Lost::KnownGap => write!(
                f,
                "the question is of a kind that no entry is known to answer"
            ),
            Lost::Threshold {
                confidence,
                threshold,
            } => {
                write!(
                    f,
                    "its confidence {confidence:.2} is below the threshold {threshold:.2}"
                )
            }
            Lost::Rank { winner, place } => write!(f, "it came {place}. behind {winner}"),
            Lost::Overridden { by, why } => match why {
                Why::WeakerThanFloor => write!(
                    f,
                    "it gives the buyer less than {by}, a rule of law or platform, which is told instead"
                ),
                Why::LessSpecific => write!(f, "{by}, a more specific rule, is told instead"),
                Why::LowerScore => write!(
                    f,
                    "{by}, a rule of the same layer on the same topic, answers better and is told instead"
                ),
            },
            Lost::NotFound => write!(
                f,
                "it is not among the entries that the question's words and meaning led to"
            ),
        }
    }
}

/// The clause, read from the trace.
pub(crate) fn clause(
    engine: &Engine,
    question: &Question,
    expected: &str,
    decision: &Decision,
) -> Lost {
    if answers(decision, expected) {
        return Lost::Won;
    }
    let shop = &engine.snapshot.shop;
    let rule = decision.receipt.rule.clone();
    let null = Value::Null;
    // For a message of several questions, the piece with the entry counts, else the first.
    let pieces = decision
        .trace
        .as_ref()
        .and_then(|trace| trace["pieces"].as_array());
    let piece = pieces.and_then(|pieces| {
        pieces
            .iter()
            .find(|piece| {
                let lists = ["candidates", "failed", "overridden"];
                lists
                    .iter()
                    .any(|list| seen(piece, list, expected).is_some())
            })
            .or_else(|| pieces.first())
    });
    let piece = piece.unwrap_or(&null);
    let Some(entry) = engine.snapshot.entry(expected) else {
        return Lost::NotFound;
    };
    match entry.window(shop).phase(question.at) {
        Phase::In => {}
        phase => {
            return Lost::OutOfForce {
                early: phase == Phase::Before,
            };
        }
    }
    if rule::is_guard(&rule) || rule == rule::SCRIPT {
        return Lost::Guard { rule };
    }
    if let Some(failed) = seen(piece, "failed", expected) {
        let condition = failed["condition"].as_str().unwrap_or_default().to_owned();
        return Lost::Condition { condition };
    }
    if let Some(overridden) = seen(piece, "overridden", expected)
        && let Ok(why) = Why::deserialize(&overridden["why"])
    {
        let by = overridden["by"].as_str().unwrap_or_default().to_owned();
        return Lost::Overridden { by, why };
    }
    let candidates = piece["candidates"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    let place = candidates.iter().position(|seen| seen["id"] == expected);
    if let Some(place) = place {
        let features = &candidates[place]["features"];
        if features["negative"].as_f64() > features["phrasing"].as_f64() {
            return Lost::Negative;
        }
    }
    if let EntryAt::Faq(i) = entry.at
        && shop.faqs[i as usize].clarify
        && place == Some(0)
    {
        return Lost::AlwaysClarify;
    }
    let kinds = [
        "faq",
        "policy",
        rule::CLARIFY,
        rule::THRESHOLD,
        rule::NO_CANDIDATE,
        rule::NOT_IN_FORCE,
        rule::INTENT,
        rule::CHOSEN,
    ];
    if !kinds.contains(&rule.as_str()) && decision.decision != Outcome::Handoff {
        return Lost::Structured {
            rule,
            entries: decision.receipt.entries.clone(),
        };
    }
    match place {
        Some(0) if rule == rule::INTENT => Lost::KnownGap,
        Some(0) => Lost::Threshold {
            confidence: candidates[0]["confidence"].as_f64().unwrap_or_default(),
            threshold: engine.calibration.threshold(entry.category(shop)),
        },
        Some(place) => {
            let winner = candidates[0]["id"].as_str().unwrap_or_default().to_owned();
            Lost::Rank {
                winner,
                place: place + 1,
            }
        }
        None => far_behind(engine, question, expected).unwrap_or(Lost::NotFound),
    }
}

/// What a `list` of the trace says of an entry.
fn seen<'t>(piece: &'t Value, list: &str, entry: &str) -> Option<&'t Value> {
    let mut all = piece[list].as_array()?.iter();
    all.find(|seen| seen["id"] == entry)
}

/// The place of an entry that was found but is too far behind to be in the trace.
fn far_behind(engine: &Engine, question: &Question, expected: &str) -> Option<Lost> {
    let candidates = answer_with(engine, question, FAR, false).candidates;
    let place = candidates.iter().position(|seen| seen.id == expected)?;
    (place > 0).then(|| Lost::Rank {
        winner: candidates[0].id.clone(),
        place: place + 1,
    })
}

/// Whether a decision answers from the entry.
pub(super) fn answers(decision: &Decision, expected: &str) -> bool {
    decision.parts.iter().any(|part| {
        part.decision == Outcome::Answer && part.sources.iter().any(|source| source.id == expected)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clause_names_what_there_is() {
        let structured = |rule: &str, entries: &[&str]| Lost::Structured {
            rule: rule.into(),
            entries: entries.iter().map(|id| (*id).to_owned()).collect(),
        };
        for (lost, said) in [
            (
                structured("spec", &["spec:P1/材质"]),
                "spec:P1/材质 answered it directly (spec)",
            ),
            (
                structured("size.ask", &[]),
                "a measure was asked back (size.ask)",
            ),
            (
                structured("product.ask", &[]),
                "asked which product is meant",
            ),
            (structured("goes_with", &[]), "the rule goes_with took it"),
            (
                Lost::Overridden {
                    by: "faq:f".into(),
                    why: Why::WeakerThanFloor,
                },
                "gives the buyer less than faq:f",
            ),
        ] {
            let text = lost.to_string();
            assert!(text.contains(said) && !text.starts_with(' '), "{text}");
        }
    }
}
