//! Helpers for tests that ask questions: shops built into a temporary folder and searched by words only, so that no
//! test waits for the encoder.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use tempfile::TempDir;
use zhike::answer::{Decision, Engine, Outcome, Question, answer};
use zhike::index::Catalog;
use zhike::publish::{self, Rebuild, rebuild};

/// Builds `shop` of the folder `knowledge` into the folder `index`.
pub fn build(knowledge: &Path, index: &Path, shop: &str) {
    let plan = Rebuild {
        knowledge,
        index,
        shop,
        encoder: None,
        by: "tests",
        message: "",
        force: false,
        keep: 10,
        questions: &[],
        at: Timestamp::now(),
        progress: &|_| (),
    };
    match rebuild(&plan).expect("the build runs") {
        publish::Outcome::Published { .. } => {}
        publish::Outcome::Faulty { findings } => {
            let told: Vec<String> = findings.iter().map(ToString::to_string).collect();
            panic!("the shop has errors:\n{}", told.join("\n"));
        }
        _ => panic!("the first build of a shop is published"),
    }
}

fn engine(knowledge: &Path, shop: &str) -> Engine {
    let index = tempfile::tempdir().expect("a folder for the index");
    build(knowledge, index.path(), shop);
    let snapshot = Catalog::new(index.path(), shop)
        .open_current()
        .expect("a snapshot is live");
    Engine::new(Arc::new(snapshot), None)
}

/// An engine on a sample shop, built once for all tests.
pub fn sample(shop: &str) -> &'static Engine {
    static BUILT: Mutex<BTreeMap<String, &'static Engine>> = Mutex::new(BTreeMap::new());
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    built.entry(shop.to_owned()).or_insert_with(|| {
        let knowledge = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
        Box::leak(Box::new(engine(&knowledge, shop)))
    })
}

/// A folder of knowledge with the one shop `shop` of these files; without a `shop.toml` among them it gets the
/// shortest.
pub fn folder_of(files: &[(&str, &str)]) -> TempDir {
    let knowledge = tempfile::tempdir().expect("a folder for the knowledge");
    let root = knowledge.path().join("shop");
    fs::create_dir_all(&root).expect("it can be made");
    fs::write(root.join("shop.toml"), "[shop]\nname = \"试店\"\n").expect("it can be written");
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("it lies in the shop")).expect("it can be made");
        fs::write(path, text).expect("it can be written");
    }
    knowledge
}

/// An engine on the shop of these files.
pub fn shop_of(files: &[(&str, &str)]) -> Engine {
    engine(folder_of(files).path(), "shop")
}

/// The decision on a question at a moment, with the page that is open.
pub fn ask(engine: &Engine, text: &str, product: &str, at: &str) -> Decision {
    let question = Question {
        text: text.into(),
        product: Some(product.to_owned()).filter(|id| !id.is_empty()),
        at: at.parse().expect("a moment with its offset"),
        ..Question::default()
    };
    answer(engine, &question)
}

/// A decision in one word: the entries of an answer, `clarify:<rule>` or `handoff:<reason>`.
pub fn gist(decision: &Decision) -> String {
    match decision.decision {
        Outcome::Answer => decision.receipt.entries.join("|"),
        Outcome::Clarify => format!("clarify:{}", decision.receipt.rule),
        Outcome::Handoff => {
            let handoff = decision.handoff.as_ref();
            let reason = handoff.map_or("none", |handoff| handoff.reason.as_str());
            format!("handoff:{reason}")
        }
    }
}

/// What is wrong with the decision on a question, for a table of questions: it comes to none of `outcomes` (parted by `/`;
/// `handoff` or `handoff:<reason>`; `-` allows all), its reply lacks a word of `says`, or it has one of `silent` (both
/// parted by `|`).
pub fn fault<'a>(
    engine: &Engine,
    question: &Question,
    outcomes: &str,
    says: &'a str,
    silent: &'a str,
) -> Option<String> {
    let decision = answer(engine, question);
    let reply = &decision.reply;
    let came = decision.decision.as_str();
    let reason = decision.handoff.as_ref().map(|h| h.reason.as_str());
    let reasoned = format!("{came}:{}", reason.unwrap_or_default());
    let right = |outcome: &str| outcome == came || outcome == reasoned;
    let words = |list: &'a str| list.split('|').filter(|word| !word.is_empty());
    let lacks: Vec<&str> = words(says).filter(|word| !reply.contains(word)).collect();
    let extra: Vec<&str> = words(silent).filter(|word| reply.contains(word)).collect();
    let sound = outcomes == "-" || outcomes.split('/').any(right);
    (!sound || !lacks.is_empty() || !extra.is_empty()).then(|| {
        let product = question.product.as_deref().unwrap_or_default();
        format!(
            "{} {product} {}: {reasoned} ({}), lacks {lacks:?}, says {extra:?}: {reply}",
            question.previous.join(" "),
            question.text,
            decision.receipt.rule
        )
    })
}
