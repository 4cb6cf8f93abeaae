//! Why not that entry, and the smallest change that would mend it.
//!
//! The trace of a decision tells which clause an entry lost by. For each clause there are a few changes that a
//! merchant could make; each is tried on a [`variant`] of the shop, against the question and all golden questions, so
//! that a proposal comes with what else it would change.

mod lost;

use serde::{Deserialize, Serialize};

pub use lost::Lost;
use lost::answers;
pub(super) use lost::clause;

use super::change::Change;
use super::compare::{Shift, compare};
use super::variant::variant;
use crate::answer::decide::{EXPLAINED, answer_with};
use crate::answer::{Decision, Engine, Question, guard};
use crate::index::IndexError;
use crate::knowledge::{EntryAt, Expect};
use crate::text::normalise::normalise;

/// Changes tried before giving up: each costs a small rebuild.
const TRIED: usize = 6;

/// A change that was tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    /// The change.
    pub change: Change,
    /// Whether the question is then answered from the entry.
    pub mends: bool,
    /// Where golden questions of the same wording stand that expect something else than would then come: they have to
    /// be amended with it.
    #[serde(default)]
    pub relabel: Vec<String>,
    /// Golden questions that would come out worse.
    pub harm: Vec<Shift>,
    /// Other golden questions that would fare differently.
    pub others: Vec<Shift>,
}

impl Tried {
    /// Whether it mends without harm.
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
    /// What was decided instead, with its trace.
    pub decision: Decision,
    /// Why.
    pub lost: Lost,
    /// Changes tried, in that order; it ends with the first that mends without harm.
    pub tried: Vec<Tried>,
}

impl WhyNot {
    /// The change to propose: the first that mends without harm, else the first that mends.
    pub fn proposal(&self) -> Option<&Tried> {
        self.tried
            .iter()
            .find(|tried| tried.is_good())
            .or_else(|| self.tried.iter().find(|tried| tried.mends))
    }
}

/// Why `expected` did not answer `question`, and what would mend it.
///
/// # Errors
/// [`IndexError`] where a variant cannot be built.
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
        // What mends at a price, with the price paid back: the questions that it would draw away are claimed by the
        // entries that they belong to.
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

/// The guard that gave the question to a person, where no small change may take it back: a phrasing to the letter would
/// pass the guard by, and 宝宝喝了起疹子 be answered by how to change the milk powder. An entry that is asked for by
/// questions of the same kind, and so was written to answer them, is the exception.
fn person_answers(
    engine: &Engine,
    question: &Question,
    expected: &str,
    decision: &Decision,
) -> Option<String> {
    let rule = &decision.receipt.rule;
    let kind: fn(&str, &str) -> bool = match rule.as_str() {
        "guard.requested" | "guard.complaint" => |_, _| false,
        "guard.risk" => |own, asked| guard::risks(own).meet(guard::risks(asked)),
        "guard.volatile_fact" => {
            |own, asked| guard::guards(own, &[]).volatile && share_words(own, asked)
        }
        "guard.order_specific" => {
            |own, asked| guard::guards(own, &[]).order_specific && share_words(own, asked)
        }
        _ => return None,
    };
    let asked = normalise(&question.text);
    let shop = &engine.snapshot.shop;
    let entry = engine.snapshot.entry(expected)?;
    // What it is asked by; an answer may speak of the doctor and yet not be for the sick.
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

/// Whether two normalised texts share two characters side by side that are no way of asking: when something new comes
/// in and whether this one is in stock are both facts of the minute, and yet two things.
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

/// Changes worth trying for a clause, the smallest first.
fn changes(engine: &Engine, question: &Question, expected: &str, lost: &Lost) -> Vec<Change> {
    let entry = || expected.to_owned();
    let text = || question.text.trim().to_owned();
    let mut changes = Vec::new();
    match lost {
        Lost::Won => {}
        // What starts later starts when its merchant says so: to quote it today is a promise that nobody made.
        Lost::OutOfForce { early: true } => return changes,
        Lost::OutOfForce { early: false } => {
            let zone = engine.snapshot.shop.settings.zone();
            changes.push(Change::ExtendWindow {
                entry: entry(),
                at: question.at,
                day: question.at.to_zoned(zone).date().to_string(),
            });
        }
        Lost::Condition { condition } => {
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
        Lost::Guard { rule } if rule == "guard.sensitive" => {
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
    // A condition or a window that stays in the way is named before; the phrasing then comes on top.
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

/// The change of `tried` together with a phrasing, or a negative question, for each golden question that it makes
/// worse; `None` where there are too many, or nothing to add.
fn with_amends(engine: &Engine, expected: &str, tried: &Tried) -> Option<Change> {
    /// More than this is no small change.
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
            // A person, or options: what must be kept from the entry that now draws it.
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

/// A word of the question that the entry lacks, as another way to say a word of the entry that the question lacks:
/// tried only where one word on either side is all that differs.
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

/// Tries a change; `None` where it changes nothing.
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
    let mends = change.added().map_or_else(
        || answers(&decision, expected),
        |added| answers(&decision, &added),
    );
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
