//! Buyers as they write: fragments, misspellings, half names, several questions in a line. Products, specs, charts and
//! guards decide here, so the tests do not depend on a threshold.

use crate::asking::{ask, gist, sample};

const QUESTIONS: &str = include_str!("data/buyers.tsv");

const AT: &str = "2026-11-22T10:00:00+08:00";

/// Whether a decision is what a row expects: entries among which all found ones are, or a decision that begins so.
fn fits(found: &str, expected: &str) -> bool {
    let expected: Vec<&str> = expected.split('|').collect();
    found.split('|').all(|found| {
        expected
            .iter()
            .any(|one| found == *one || one.ends_with(':') && found.starts_with(one))
    })
}

#[test]
fn fragments_are_not_answered_beside_the_point() {
    let (mut asked, mut faults) = (0, Vec::new());
    for line in QUESTIONS.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [shop, product, text, expected] = fields[..] else {
            panic!("four fields in {line}")
        };
        asked += 1;
        let decision = ask(sample(shop), text, product, AT);
        let found = gist(&decision);
        if !fits(&found, expected) {
            faults.push(format!(
                "{shop} {product} {text}: {found}, not {expected}; {}",
                decision.reply
            ));
        }
    }
    assert!(asked >= 60, "{asked} questions");
    assert!(
        faults.is_empty(),
        "{} of {asked} went wrong:\n{}",
        faults.len(),
        faults.join("\n")
    );
}
