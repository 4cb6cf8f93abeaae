//! The confusion list: one line for each question that went wrong, with the change that would fix it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::outcome::{Expected, Labelled, Verdict};
use crate::answer::Outcome;
use crate::text::normalise::bare;

/// An entry as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Entry id.
    pub id: String,
    /// Title; the id if the entry is not in the snapshot.
    pub title: String,
}

/// The smallest change to the merchant's files in favour of the expected outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Fix {
    /// Add the question to the entry's 相似问题.
    Similar {
        /// The FAQ entry.
        entry: String,
        /// The phrasing.
        phrase: String,
    },
    /// Add the question to the entry's 否定问法.
    Negative {
        /// The FAQ entry that must not answer it.
        entry: String,
        /// The phrasing.
        phrase: String,
    },
    /// Add the question's words to the policy's `keywords`.
    Keywords {
        /// The policy passage.
        entry: String,
        /// The phrasing whose words are missing.
        phrase: String,
    },
    /// No phrasing fixes it.
    None {
        /// The reason, for the merchant.
        why: String,
    },
}

/// A question with an unexpected outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Confusion {
    /// The buyer's words.
    pub question: String,
    /// Place of the label.
    pub place: String,
    /// Its verdict.
    pub verdict: Verdict,
    /// Entries expected; empty for `clarify` and `handoff`.
    pub expected: Vec<Named>,
    /// `clarify`, `handoff` or `handoff:<reason>`, if no entry was expected.
    pub expected_outcome: Option<String>,
    /// Entries in the answer; if nothing was answered, the best candidate.
    pub got: Vec<Named>,
    /// The decision, with the reason of a handoff: `answer`, `clarify`, `handoff:no_match`.
    pub decision: String,
    /// Confidence of the best candidate.
    pub confidence: f64,
    /// The change that would fix it.
    pub fix: Fix,
}

/// What the confusion list looks up in a snapshot.
pub struct Lookup<'a> {
    /// Title of an entry.
    pub title: &'a dyn Fn(&str) -> Option<String>,
    /// The entry that has a text as a phrasing, ignoring marks.
    pub phrasing: &'a dyn Fn(&str) -> Option<String>,
}

/// The confusion list: first the wrong answers, highest confidence first; then the missed ones, nearest to an answer
/// first.
pub fn confusions(outcomes: &[Labelled], lookup: &Lookup) -> Vec<Confusion> {
    let labels = labels(outcomes);
    let mut list: Vec<Confusion> = outcomes
        .iter()
        .filter(|outcome| matches!(outcome.verdict(), Verdict::Wrong | Verdict::Missed))
        .map(|outcome| confusion(outcome, lookup, &labels))
        .collect();
    list.sort_by(|a, b| {
        b.verdict
            .cmp(&a.verdict)
            .then(b.confidence.total_cmp(&a.confidence))
    });
    list
}

/// Text without marks → the expectations of the labelled questions with that text.
type Labels<'a> = HashMap<String, Vec<&'a Expected>>;

fn labels(outcomes: &[Labelled]) -> Labels<'_> {
    let mut labels: Labels = HashMap::new();
    for outcome in outcomes {
        labels
            .entry(bare(&outcome.question))
            .or_default()
            .push(&outcome.expected);
    }
    labels
}

fn confusion(outcome: &Labelled, lookup: &Lookup, labels: &Labels) -> Confusion {
    let named = |id: &str| Named {
        id: id.to_owned(),
        title: (lookup.title)(id).unwrap_or_else(|| id.to_owned()),
    };
    let answered: Vec<Named> = outcome
        .answered()
        .flat_map(|part| &part.entries)
        .map(|id| named(id))
        .collect();
    let got = match answered.is_empty() {
        true => outcome
            .candidates
            .first()
            .map(|best| named(&best.id))
            .into_iter()
            .collect(),
        false => answered,
    };
    Confusion {
        question: outcome.question.clone(),
        place: outcome.place.clone(),
        verdict: outcome.verdict(),
        expected: outcome.expected.ids().map(named).collect(),
        expected_outcome: outcome.expected.outcome(),
        got,
        decision: match (outcome.decision, outcome.reason) {
            (Outcome::Handoff, Some(reason)) => format!("handoff:{}", reason.as_str()),
            (decision, _) => decision.as_str().to_owned(),
        },
        confidence: outcome.confidence(),
        fix: fix(outcome, lookup, labels),
    }
}

fn fix(outcome: &Labelled, lookup: &Lookup, labels: &Labels) -> Fix {
    let none = |why: &str| Fix::None {
        why: why.to_owned(),
    };
    let phrase = outcome.question.trim().to_owned();
    if outcome.context {
        return none("含义取决于上文或所在商品，单独一句话不能作为问法");
    }
    if outcome.parts.len() > 1 {
        return none("一句话里有几个问题，请拆开后分别补充问法");
    }
    if labels
        .get(&bare(&phrase))
        .is_some_and(|all| all.iter().any(|label| **label != outcome.expected))
    {
        return none("同一句话在题库中有不同的预期，请先统一");
    }
    let claimed = (lookup.phrasing)(&phrase);
    if let Some(owner) = claimed
        .as_ref()
        .filter(|owner| outcome.expected.in_scope() && !outcome.expected.names(owner))
    {
        return Fix::None {
            why: format!("这句话已是 {owner} 的问法，请先从那里删去"),
        };
    }
    if !outcome.expected.in_scope() {
        let faq = outcome
            .answered()
            .flat_map(|part| &part.entries)
            .find(|id| id.starts_with("faq:"));
        return match faq {
            Some(owner) if claimed.as_ref() == Some(owner) => {
                none("这句话就是所答条目的问法，请改问法或改预期")
            }
            Some(entry) => Fix::Negative {
                entry: entry.clone(),
                phrase,
            },
            None => none("所答不是问答条目，请检查商品资料或政策的适用范围"),
        };
    }
    // The expected entry that came closest. Labels may leave out the prefix of its kind.
    let best = outcome
        .candidates
        .iter()
        .map(|candidate| candidate.id.as_str())
        .find(|id| outcome.expected.names(id));
    match best.or_else(|| outcome.expected.ids().next()) {
        Some(id) if (lookup.title)(id).is_none() && best.is_none() => {
            none("预期的条目不在知识库中，请核对编号")
        }
        Some(_) if claimed.is_some() => {
            none("已是该条目的问法，仍未答出：请检查适用条件、有效期和转人工规则")
        }
        Some(id) => match id.split_once(':').map(|(kind, _)| kind) {
            Some("faq") => Fix::Similar {
                entry: id.to_owned(),
                phrase,
            },
            Some("policy") => Fix::Keywords {
                entry: id.to_owned(),
                phrase,
            },
            _ => none("请检查商品名称、别名、参数名或尺码表能否从这句话认出"),
        },
        None => none("没有预期的条目"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::outcome::tests::labelled;
    use super::*;

    fn entries(ids: &[&str]) -> Expected {
        Expected::Entries(ids.iter().map(|id| id.to_string()).collect())
    }

    fn row(question: &str, expected: Expected, part: &str) -> Labelled {
        let decision = if part.starts_with("answer") {
            Outcome::Answer
        } else {
            Outcome::Handoff
        };
        Labelled {
            question: question.into(),
            ..labelled(expected, decision, &[part], &[])
        }
    }

    #[test]
    fn each_confusion_names_what_would_mend_it() {
        let title = |id: &str| (!id.ends_with("gone")).then(|| format!("《{id}》"));
        let phrasing = |text: &str| (text == "包邮吗").then(|| "faq:post".to_owned());
        let lookup = Lookup {
            title: &title,
            phrasing: &phrasing,
        };
        let similar = |phrase: &str| Fix::Similar {
            entry: "faq:a".into(),
            phrase: phrase.into(),
        };
        let rows: Vec<(Labelled, Option<Fix>)> = vec![
            (
                row("啥时候发", entries(&["faq:a"]), "answer:faq:b"),
                Some(similar("啥时候发")),
            ),
            (
                row("几天到", entries(&["faq:a"]), "handoff:"),
                Some(similar("几天到")),
            ),
            (row("好的呢", entries(&["faq:a"]), "answer:faq:a"), None),
            (
                row("股票代码", Expected::Handoff(None), "answer:faq:b"),
                Some(Fix::Negative {
                    entry: "faq:b".into(),
                    phrase: "股票代码".into(),
                }),
            ),
            (
                row("退款多久", entries(&["policy:refund#时间"]), "handoff:"),
                Some(Fix::Keywords {
                    entry: "policy:refund#时间".into(),
                    phrase: "退款多久".into(),
                }),
            ),
        ];
        for (outcome, expected) in rows {
            let found = confusions(std::slice::from_ref(&outcome), &lookup)
                .pop()
                .map(|confusion| confusion.fix);
            assert_eq!(found, expected, "{}", outcome.question);
        }
        let unmended = [
            row("包邮吗", entries(&["faq:a"]), "answer:faq:b"),
            row("什么材质", entries(&["spec:P1/材质"]), "handoff:"),
            row("在哪", entries(&["faq:gone"]), "handoff:"),
            Labelled {
                context: true,
                ..row("那这个呢", entries(&["faq:a"]), "handoff:")
            },
        ];
        for outcome in unmended {
            let list = confusions(std::slice::from_ref(&outcome), &lookup);
            assert!(matches!(list[0].fix, Fix::None { .. }), "{:?}", list[0]);
        }
    }

    #[test]
    fn labels_that_contradict_each_other_are_not_added_as_phrases() {
        let lookup = Lookup {
            title: &|id| Some(id.to_owned()),
            phrasing: &|_| None,
        };
        let outcomes = [
            row("发什么快递？", entries(&["faq:a"]), "answer:faq:c"),
            row("发什么快递", entries(&["faq:b"]), "handoff:"),
        ];
        let list = confusions(&outcomes, &lookup);
        assert_eq!(list.len(), 2);
        assert!(
            list.iter()
                .all(|confusion| matches!(confusion.fix, Fix::None { .. }))
        );
        assert_eq!(list[0].verdict, Verdict::Wrong, "wrong answers come first");
    }
}
