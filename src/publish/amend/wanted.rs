//! The change that a person wants, in a form that fits into a sheet.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::AmendError;
use crate::text::pii;

/// The most characters of a question and of an answer.
const LONGEST: (usize, usize) = (200, 4000);

/// The most phrasings of one change.
const MOST: usize = 50;

/// What is to be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Wanted {
    /// Adds phrasings to an FAQ entry, in its own row.
    AddPhrasing {
        /// Entry id, `faq:…`.
        entry: String,
        /// Phrasings; those that the entry has already are passed over.
        phrasings: Vec<String>,
    },
    /// Adds an FAQ entry, in a file for such entries.
    AddEntry {
        /// The question.
        question: String,
        /// Further phrasings.
        #[serde(default)]
        phrasings: Vec<String>,
        /// The answer.
        answer: String,
        /// Category; may be empty.
        #[serde(default)]
        category: String,
    },
    /// Adds a golden question, which every later build must answer as well.
    AddGolden {
        /// The question.
        question: String,
        /// Entry id, `clarify` or `handoff`, as in `golden.csv`.
        expect: String,
        /// Product id; may be empty.
        #[serde(default)]
        product: String,
    },
}

/// The wanted change in a form that fits into a sheet.
pub(super) fn tidy(wanted: &Wanted) -> Result<Wanted, AmendError> {
    let unfit = |what: String| Err(AmendError::Unfit(what));
    let mut tidy = match wanted {
        Wanted::AddPhrasing { entry, phrasings } => Wanted::AddPhrasing {
            entry: entry.clone(),
            phrasings: cells(phrasings),
        },
        Wanted::AddEntry {
            question,
            phrasings,
            answer,
            category,
        } => Wanted::AddEntry {
            question: cell(question),
            phrasings: cells(phrasings),
            answer: answer.trim().to_owned(),
            category: cell(category),
        },
        Wanted::AddGolden {
            question,
            expect,
            product,
        } => Wanted::AddGolden {
            question: cell(question),
            expect: cell(expect),
            product: cell(product),
        },
    };
    if let Wanted::AddEntry {
        question,
        phrasings,
        answer,
        ..
    } = &mut tidy
    {
        phrasings.retain(|phrasing| phrasing != question);
        if answer.is_empty() {
            return unfit("the answer is empty; write what buyers are to be told".into());
        }
        if answer.chars().count() > LONGEST.1 {
            return unfit(format!("the answer has more than {} characters", LONGEST.1));
        }
    }
    let asked: Vec<&str> = questions(&tidy).collect();
    if asked.is_empty() || asked.contains(&"") {
        return unfit("a question is empty; write one".into());
    }
    if asked.len() > MOST {
        return unfit(format!("more than {MOST} phrasings; add the rest by hand"));
    }
    for question in asked {
        if question.chars().count() > LONGEST.0 {
            return unfit(format!(
                "a question has more than {} characters; shorten it",
                LONGEST.0
            ));
        }
        if pii::mask(question) != question {
            return unfit("a question holds personal data; take it out".into());
        }
    }
    Ok(tidy)
}

fn cells(texts: &[String]) -> Vec<String> {
    let mut cells: Vec<String> = Vec::new();
    for text in texts {
        let cell = cell(text);
        if !cell.is_empty() && !cells.contains(&cell) {
            cells.push(cell);
        }
    }
    cells
}

/// A question as one item of a cell: one line, no bars, and nothing that a spreadsheet program reads as a formula,
/// since buyers write it and merchants open it.
fn cell(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| match c {
            '|' | '｜' => ' ',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect();
    let formula = |c: char| {
        c.is_whitespace() || matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')
    };
    plain
        .trim_start_matches(formula)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// The questions of a change.
pub(super) fn questions(wanted: &Wanted) -> impl Iterator<Item = &str> {
    let (first, rest): (_, &[String]) = match wanted {
        Wanted::AddPhrasing { phrasings, .. } => (None, phrasings),
        Wanted::AddEntry {
            question,
            phrasings,
            ..
        } => (Some(question), phrasings),
        Wanted::AddGolden { question, .. } => (Some(question), &[]),
    };
    first.into_iter().chain(rest).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_of_buyers_become_plain_cells() {
        for (text, plain) in [
            ("啥时候 发货", "啥时候 发货"),
            ("=HYPERLINK(\"http://x\")", "HYPERLINK(\"http://x\")"),
            (" @+-=cmd|' /C calc'!A0", "cmd ' /C calc'!A0"),
            ("一行\n两行|三", "一行 两行 三"),
            ("5-6天到吗", "5-6天到吗"),
        ] {
            assert_eq!(cell(text), plain);
        }
        let wanted = |phrasing: &str| Wanted::AddPhrasing {
            entry: "faq:a".into(),
            phrasings: vec![phrasing.into()],
        };
        assert!(tidy(&wanted("打我电话13812345678")).is_err());
        assert!(tidy(&wanted(" ")).is_err());
        assert!(tidy(&wanted("包邮吗")).is_ok());
    }
}
