//! Explains why an entry did not answer a question, and finds the smallest change that would fix it.
//!
//! The trace of a decision names the clause by which an entry lost. For each clause there are a few changes that a
//! merchant could make. Each is tried on a [`variant`] of the shop with the question and all golden questions, so a
//! proposal also tells what else it would change.

mod lost;

use serde::{Deserialize, Serialize};

pub use lost::Lost;
use lost::answers;
pub(super) use lost::clause;

use super::change::Change;
use super::compare::{Shift, compare};
use super::variant::variant;
use crate::answer::decide::{EXPLAINED, answer_with};
use crate::answer::layers::Why;
use crate::answer::{Decision, Engine, Question, guard, rule};
use crate::index::IndexError;
use crate::knowledge::{EntryAt, Expect, order_state_name};
use crate::text::normalise::normalise;

/// The most changes tried. Each costs a small rebuild.
const TRIED: usize = 6;

/// A change that was tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    /// The change.
    pub change: Change,
    /// Whether the entry answers the question then.
    pub mends: bool,
    /// Places of golden questions with the same wording that expect something else. They must be changed together with
    /// it.
    #[serde(default)]
    pub relabel: Vec<String>,
    /// Golden questions whose answers would become worse.
    pub harm: Vec<Shift>,
    /// Other golden questions whose answers would change.
    pub others: Vec<Shift>,
}

impl Tried {
    /// Whether it fixes the question and harms no other.
    pub fn is_good(&self) -> bool {
        self.mends && self.harm.is_empty()
    }
}

/// Why an entry did not answer a question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WhyNot {
    /// The question.
    pub question: String,
    /// The entry that was expected.
    pub expected: String,
    /// Its title.
    pub title: String,
    /// The decision that was made instead, with its trace.
    pub decision: Decision,
    /// The clause by which the entry lost.
    pub lost: Lost,
    /// The changes tried, in order. The list ends with the first that fixes the question without harm.
    pub tried: Vec<Tried>,
}

impl WhyNot {
    /// The change to propose: the first that fixes the question without harm, else the first that fixes it.
    pub fn proposal(&self) -> Option<&Tried> {
        self.tried
            .iter()
            .find(|tried| tried.is_good())
            .or_else(|| self.tried.iter().find(|tried| tried.mends))
    }
}

/// Finds out why `expected` did not answer `question`, and which change would fix it.
///
/// # Errors
/// [`IndexError`] if a variant cannot be built.
pub fn why_not(
    engine: &Engine,
    question: &Question,
    expected: &str,
) -> Result<Option<WhyNot>, IndexError> {
    let Some(entry) = engine.snapshot.entry(expected) else {
        return Ok(None);
    };
    let decision = answer_with(engine, question, EXPLAINED, true);
    let guarded = person_answers(engine, question, expected, &decision);
    let lost = match &guarded {
        Some(rule) => Lost::Guard { rule: rule.clone() },
        None => clause(engine, question, expected, &decision),
    };
    let mut tried = Vec::new();
    if lost != Lost::Won && guarded.is_none() {
        for change in changes(engine, question, expected, &lost)
            .into_iter()
            .take(TRIED)
        {
            if let Some(outcome) = attempt(engine, question, expected, change)? {
                let good = outcome.is_good();
                tried.push(outcome);
                if good {
                    break;
                }
            }
        }
        // A change that fixes the question with harm is tried again together with phrasings that give the harmed
        // questions back to their entries.
        let harmful = tried.iter().find(|tried| tried.mends);
        if let Some(harmful) = harmful.filter(|_| !tried.iter().any(Tried::is_good))
            && let Some(change) = with_amends(engine, expected, harmful)
            && let Some(outcome) = attempt(engine, question, expected, change)?
        {
            tried.push(outcome);
        }
    }
    Ok(Some(WhyNot {
        question: question.text.clone(),
        expected: expected.to_owned(),
        title: entry.title(&engine.snapshot.shop).into_owned(),
        decision,
        lost,
        tried,
    }))
}

/// The guard that handed the question to a person, if no small change may override it. A phrasing with the same words
/// would pass the guard, and 宝宝喝了起疹子 would be answered with how to change the milk powder. The exception is an entry
/// whose own questions are of the same kind: it was written to answer them.
fn person_answers(
    engine: &Engine,
    question: &Question,
    expected: &str,
    decision: &Decision,
) -> Option<String> {
    let rule = &decision.receipt.rule;
    let kind: fn(&str, &str) -> bool = match rule.as_str() {
        rule::REQUESTED | rule::COMPLAINT => |_, _| false,
        rule::RISK => |own, asked| guard::risks(own).meet(guard::risks(asked)),
        rule::VOLATILE_FACT => {
            |own, asked| guard::guards(own, &[]).volatile && share_words(own, asked)
        }
        rule::ORDER_SPECIFIC => {
            |own, asked| guard::guards(own, &[]).order_specific && share_words(own, asked)
        }
        _ => return None,
    };
    let asked = normalise(&question.text);
    let shop = &engine.snapshot.shop;
    let entry = engine.snapshot.entry(expected)?;
    // Only the entry's questions count. An answer may mention a doctor and still not be for the sick.
    let own = match entry.at {
        EntryAt::Faq(at) => {
            let faq = &shop.faqs[at as usize];
            faq.similar.iter().chain([&faq.question]).cloned().collect()
        }
        _ => vec![entry.title(shop).into_owned()],
    };
    let alike = own.iter().any(|own| kind(&normalise(own), &asked));
    (!alike).then(|| rule.clone())
}

/// Whether two normalised texts share two neighbouring characters that are not question words. When new goods arrive
/// and whether this one is in stock are both facts of the minute, but different things.
fn share_words(one: &str, other: &str) -> bool {
    const ASKING: &[&str] = &[
        "什么", "时候", "怎么", "有没", "没有", "多少", "多久", "可以", "能不", "不能", "是不",
        "这件", "这个", "这款", "这条", "这双", "你们", "我的", "还有", "现在", "今天",
    ];
    let chars: Vec<char> = one.chars().collect();
    chars.windows(2).any(|pair| {
        let pair: String = pair.iter().collect();
        let word = pair.chars().all(|c| matches!(c, '\u{4e00}'..='\u{9fff}'));
        word && other.contains(&pair) && !ASKING.contains(&pair.as_str())
    })
}

/// The changes worth trying for a clause, smallest first.
fn changes(engine: &Engine, question: &Question, expected: &str, lost: &Lost) -> Vec<Change> {
    let entry = || expected.to_owned();
    let text = || question.text.trim().to_owned();
    let mut changes = Vec::new();
    match lost {
        Lost::Won => {}
        // The merchant chose a later start. To quote the entry today would be a promise that nobody made.
        Lost::OutOfForce { early: true } => return changes,
        // What a floor grants is told whatever the entry's phrasings are.
        Lost::Overridden {
            why: Why::WeakerThanFloor,
            ..
        } => return changes,
        Lost::OutOfForce { early: false } => {
            let zone = engine.snapshot.shop.settings.zone();
            changes.push(Change::ExtendWindow {
                entry: entry(),
                at: question.at,
                day: question.at.to_zoned(zone).date().to_string(),
            });
        }
        Lost::Condition { condition } => {
            // A channel may write an id in another way; the entry must name the product as the shop does.
            let page = || {
                let at = engine.catalogue.by_id(question.product.as_deref()?)?;
                Some(engine.snapshot.shop.products[at as usize].id.clone())
            };
            let value = match condition.as_str() {
                "products" => page(),
                "order_states" => question
                    .order_state
                    .map(|state| order_state_name(state).to_owned()),
                _ => None,
            };
            changes.extend(value.map(|value| Change::Admit {
                entry: entry(),
                condition: condition.clone(),
                value,
            }));
            changes.push(Change::LoosenCondition {
                entry: entry(),
                condition: condition.clone(),
            });
        }
        Lost::Negative => changes.push(Change::RemoveNegatives {
            entry: entry(),
            like: text(),
        }),
        Lost::AlwaysClarify => changes.push(Change::AnswerOutright { entry: entry() }),
        Lost::Guard { rule } if rule == rule::SENSITIVE => {
            let said = normalise(&question.text);
            let words = engine.snapshot.shop.lexicon.handoff.iter();
            let word = words
                .filter(|word| said.contains(&normalise(word)))
                .cloned();
            changes.extend(word.map(|word| Change::RemoveHandoffWord { word }));
        }
        Lost::Rank { winner, .. } if !engine.exact(&normalise(&question.text)).is_empty() => {
            changes.push(Change::RemovePhrasing {
                entry: winner.clone(),
                text: text(),
            });
        }
        _ => {}
    }
    changes.extend(synonyms(engine, question, expected));
    // A condition or window that blocks the entry is removed first, and the phrasing is added to that.
    let blocking = match lost {
        Lost::OutOfForce { .. } | Lost::Condition { .. } | Lost::Negative | Lost::AlwaysClarify => {
            changes.first().cloned()
        }
        _ => None,
    };
    let phrasing = match expected.split_once(':') {
        Some(("faq", _)) => Some(Change::AddPhrasing {
            entry: entry(),
            text: text(),
        }),
        Some(("policy" | "product" | "spec" | "size", _)) => Some(Change::AddEntry {
            like: entry(),
            question: text(),
        }),
        _ => None,
    };
    if let Some(phrasing) = phrasing {
        changes.push(phrasing.clone());
        changes.extend(blocking.map(|first| Change::Both {
            first: Box::new(first),
            then: Box::new(phrasing),
        }));
    }
    changes
}

/// The change of `tried` together with a phrasing or a negative question for each golden question that it makes worse.
/// `None` if there are too many, or nothing to add.
fn with_amends(engine: &Engine, expected: &str, tried: &Tried) -> Option<Change> {
    /// More than this is not a small change.
    const MOST: usize = 3;
    let golden = &engine.snapshot.shop.golden;
    let taken = tried.change.added().is_some();
    let amends = tried.harm.iter().map(|shift| {
        let text = shift.question.clone();
        let label = golden.iter().find(|golden| golden.question == text)?;
        let owner = match &label.expect {
            Expect::Entries(entries) => entries.iter().find(|id| id.starts_with("faq:")),
            _ => None,
        };
        match owner {
            Some(owner) => Some(Change::AddPhrasing {
                entry: owner.clone(),
                text,
            }),
            // A person or options are expected, so the entry must not take this question.
            None if !taken && expected.starts_with("faq:") => Some(Change::AddNegative {
                entry: expected.to_owned(),
                text,
            }),
            None => None,
        }
    });
    let amends: Vec<Change> = amends.collect::<Option<_>>()?;
    (!amends.is_empty() && amends.len() <= MOST).then(|| {
        amends
            .into_iter()
            .fold(tried.change.clone(), |all, next| Change::Both {
                first: Box::new(all),
                then: Box::new(next),
            })
    })
}

/// Makes a word that only the question has a synonym of a word that only the entry has. Tried only if that one word on
/// either side is the whole difference.
fn synonyms(engine: &Engine, question: &Question, expected: &str) -> Option<Change> {
    let snapshot = &engine.snapshot;
    let index = *snapshot.by_id.get(expected)?;
    let cut = |text: &str| -> Vec<String> {
        let words = snapshot.segmenter.cut(text);
        words
            .iter()
            .map(|token| token.text.to_owned())
            .filter(|word| word.chars().count() >= 2)
            .collect()
    };
    let asked = cut(&normalise(&question.text));
    snapshot.units.of(index).find_map(|unit| {
        let known = cut(&snapshot.units.texts[unit]);
        let only = |these: &[String], those: &[String]| -> Vec<String> {
            these
                .iter()
                .filter(|word| !those.contains(word))
                .cloned()
                .collect()
        };
        let (new, old) = (only(&asked, &known), only(&known, &asked));
        let shared = asked.len() - new.len();
        match (new.as_slice(), old.as_slice()) {
            ([new], [old]) if shared > 0 && !snapshot.synonyms.same(new, old) => {
                Some(Change::AddSynonym {
                    word: new.clone(),
                    like: old.clone(),
                })
            }
            _ => None,
        }
    })
}

/// Tries a change; `None` if it changes nothing.
fn attempt(
    engine: &Engine,
    question: &Question,
    expected: &str,
    change: Change,
) -> Result<Option<Tried>, IndexError> {
    let mut shop = (*engine.snapshot.shop).clone();
    if !change.apply(&mut shop) {
        return Ok(None);
    }
    let changed = variant(engine, &shop, question.at)?;
    let decision = answer_with(&changed.engine, question, EXPLAINED, false);
    let mends = answers(&decision, change.added().as_deref().unwrap_or(expected));
    if !mends {
        return Ok(Some(Tried {
            change,
            mends,
            relabel: Vec::new(),
            harm: Vec::new(),
            others: Vec::new(),
        }));
    }
    let comparison = compare(engine, &changed.engine, question.at, &[]);
    let (own, shifts): (Vec<_>, Vec<_>) = comparison.shifts.into_iter().partition(|shift| {
        shift.question.trim() == question.text.trim() && shift.product == question.product
    });
    let relabel = own.into_iter().filter(Shift::is_worse);
    let relabel = relabel.filter_map(|shift| shift.place).collect();
    let (harm, others) = shifts.into_iter().partition(Shift::is_worse);
    Ok(Some(Tried {
        change,
        mends,
        relabel,
        harm,
        others,
    }))
}
