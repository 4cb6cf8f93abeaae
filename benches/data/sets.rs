//! Labelled sets as shops: the merchant's files, and the buyers' questions.
//!
//! A folder holds `kb.jsonl` `{id, question, answer, similar?}` (an FAQ) or `passages.jsonl` `{id, text}` (policies
//! without headings), and `queries.jsonl` `{q, gold_id | null, gold_ids?}`. Only places and counts ever leave this
//! program: no row of a set is stored.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use serde::Deserialize;
use zhike::eval::golden::Asked;
use zhike::eval::{Figure, files};
use zhike::knowledge::{Conditions, Faq, Layer, Passage, Place, Policy, Shop, Window};

/// Every set, in the order of the table.
pub const NAMES: [&str; 14] = [
    "faq_realshop",
    "faq_ths",
    "faq_ths:none",
    "faq_csds",
    "pr_policy",
    "pr_multicpr",
    "pr_openbg",
    "oos",
    "pets",
    "digital",
    "outdoor",
    "flowers",
    "books",
    "cars",
];

/// A shop and the questions it is asked.
pub struct Set {
    /// One of [`NAMES`].
    pub name: &'static str,
    /// The shop.
    pub shop: Shop,
    /// Labelled questions.
    pub asked: Vec<Asked>,
}

impl Set {
    /// What the project aims at on this set.
    pub fn target(&self, figure: Figure) -> Option<f64> {
        match (self.name, figure) {
            ("faq_realshop", Figure::Top1) => Some(0.78),
            ("faq_realshop", Figure::Top3) => Some(0.93),
            ("faq_realshop", Figure::CorrectAt90) => Some(0.45),
            ("faq_ths", Figure::Top1) => Some(0.87),
            ("faq_ths", Figure::CorrectAt95) => Some(0.65),
            ("faq_ths:none", Figure::Top1) => Some(0.75),
            ("faq_csds", Figure::Top1) => Some(0.85),
            ("pr_policy", Figure::Top1) => Some(0.72),
            _ => None,
        }
    }
}

#[derive(Deserialize)]
struct FaqRow {
    id: String,
    question: String,
    answer: Option<String>,
    #[serde(default)]
    similar: Vec<String>,
}

#[derive(Deserialize)]
struct PassageRow {
    id: String,
    text: String,
}

/// Whether `data` holds the set's folder.
pub fn exists(data: &Path, name: &str) -> bool {
    data.join(folder(name)).is_dir()
}

/// The folder of a set's knowledge.
fn folder(name: &str) -> &str {
    match name {
        "faq_ths:none" => "faq_ths",
        "oos" => "faq_realshop",
        _ => name,
    }
}

/// Reads one set below `data`. `faq_ths:none` is `faq_ths` without similar questions; `oos`, which has no knowledge of
/// its own, is asked of the shop of `faq_realshop`.
pub fn read(data: &Path, name: &&'static str) -> Result<Set, String> {
    let folder = folder(name);
    let queries = match *name {
        "oos" => data.join("oos/dev.jsonl"),
        _ => data.join(folder).join("queries.jsonl"),
    };
    let mut shop = shop(name);
    let faq = data.join(folder).join("kb.jsonl");
    if faq.is_file() {
        for row in lines::<FaqRow>(&faq)? {
            shop.faqs.push(entry(row, !name.ends_with(":none")));
        }
    } else {
        let rows = lines::<PassageRow>(&data.join(folder).join("passages.jsonl"))?;
        shop.policies = rows.into_iter().map(policy).collect();
    }
    let asked = match *name {
        "oos" => unlabelled(&queries)?,
        _ => {
            let read = files::read(&queries, &shop.settings, Timestamp::UNIX_EPOCH);
            read.map_err(|error| error.to_string())?.0
        }
    };
    Ok(Set { name, shop, asked })
}

/// Lines that hold only `q`: none of them must be answered.
fn unlabelled(path: &Path) -> Result<Vec<Asked>, String> {
    #[derive(Deserialize)]
    struct Row {
        q: String,
    }
    let asked = |row: Row| Asked {
        question: zhike::answer::Question {
            text: row.q,
            ..Default::default()
        },
        expected: zhike::eval::Expected::Handoff(None),
        place: "oos".into(),
    };
    Ok(lines(path)?.into_iter().map(asked).collect())
}

fn lines<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<Vec<T>, String> {
    let text = fs::read_to_string(path)
        .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let row =
        |line| serde_json::from_str(line).map_err(|error| format!("{}: {error}", path.display()));
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(row)
        .collect()
}

fn shop(name: &str) -> Shop {
    Shop {
        id: name.replace(':', "-"),
        ..Shop::default()
    }
}

/// An FAQ row. Where the set keeps no answer, the question stands in for it, so that no foreign word is indexed.
fn entry(row: FaqRow, similar: bool) -> Faq {
    Faq {
        answer: row
            .answer
            .filter(|answer| !answer.is_empty())
            .unwrap_or_else(|| row.question.clone()),
        id: row.id,
        question: row.question,
        similar: if similar { row.similar } else { Vec::new() },
        negative: Vec::new(),
        category: String::new(),
        conditions: Conditions::default(),
        layer: Layer::Shop,
        window: Window::default(),
        clarify: false,
        related: Vec::new(),
        intents: Vec::new(),
        place: Place::default(),
    }
}

/// A policy of one passage, without title and heading: its id is `policy:<id>`.
fn policy(row: PassageRow) -> Policy {
    Policy {
        stem: row.id,
        title: String::new(),
        layer: Layer::Shop,
        window: Window::default(),
        conditions: Conditions::default(),
        keywords: Vec::new(),
        passages: vec![Passage {
            path: Vec::new(),
            text: row.text,
            place: Place::default(),
        }],
        place: Place::default(),
    }
}
