//! The linter: what a careful colleague would remark on a shop's knowledge. Pure functions over [`Shop`].
//!
//! The readers of [`crate::knowledge`] judge files: cells, dates, references, charts. The linter judges whole shops:
//! entries against each other, against the platform's rules, against the advertising law, against time. Every rule has
//! a stable code, a [`Rule`] and a section in `docs/lint.md`. A rule that cannot be sure stays silent, because a linter
//! with false alarms is switched off.
//!
//! Rules that need a built snapshot (which entry wins a question) are in `crate::publish::probe`.

mod advertising;
mod catalogue;
mod circumstances;
mod commitments;
mod dates;
pub mod fix;
pub mod floors;
mod golden;
mod intents;
mod kinds;
mod numbers;
mod outliers;
mod own_specs;
mod personal;
mod phrasings;
mod promises;
mod refusals;
mod scene;
mod scripts;
mod specs;
mod timeline;
mod topics;
mod windows;
mod wording;
mod words;

use aho_corasick::{AhoCorasick, MatchKind};
use jiff::Timestamp;
use rayon::prelude::*;
use regex::Regex;

use crate::knowledge::{Finding, Place, Reading, Severity, Shop};

pub use advertising::absolute_words;
pub use intents::intents;
pub use timeline::{Change, Event, timeline};
pub use wording::off_platform;

use scene::Scene;

/// A kind of finding.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Stable kebab-case code; `docs/lint.md` has a section of this name.
    pub code: &'static str,
    /// The severity of its findings.
    pub severity: Severity,
}

impl Rule {
    pub(crate) const fn warning(code: &'static str) -> Rule {
        Rule {
            code,
            severity: Severity::Warning,
        }
    }

    const fn info(code: &'static str) -> Rule {
        Rule {
            code,
            severity: Severity::Info,
        }
    }

    /// A finding of this rule about the text in `column` at `place`.
    pub(crate) fn finding(
        &self,
        place: &Place,
        column: Option<&str>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Finding {
        Finding {
            code: self.code.to_owned(),
            severity: self.severity,
            file: place.file.clone(),
            sheet: place.sheet.clone(),
            row: (place.row > 0).then_some(place.row),
            column: column.map(str::to_owned),
            message: message.into(),
            remedy: remedy.into(),
        }
    }
}

/// All rules of this room, by code.
pub const RULES: &[&Rule] = &[
    &advertising::ABSOLUTE_WORD,
    &windows::ALL_OFF_SALE,
    &dates::DATE_PASSED,
    &dates::DATED_WITHOUT_WINDOW,
    &phrasings::DUPLICATE_ANSWER,
    &golden::DUPLICATE_GOLDEN,
    &phrasings::DUPLICATE_QUESTION,
    &windows::EXPIRED,
    &windows::EXPIRES_SOON,
    &golden::GOLDEN_CONTRADICTION,
    &golden::GOLDEN_OUT_OF_FORCE,
    &words::HANDOFF_WORD_IN_QUESTION,
    &dates::HOURS_CONTRADICTION,
    &intents::INTENT_WITHOUT_ENTRY,
    &words::KEYWORDS_EXCLUDE_OWN,
    &wording::LONG_ANSWER,
    &advertising::MEDICAL_CLAIM,
    &phrasings::NEAR_DUPLICATE,
    &phrasings::NEGATIVE_HITS_OWN,
    &numbers::NUMBER_CONTRADICTION,
    &specs::ODD_SPEC,
    &wording::OFF_PLATFORM,
    &personal::PERSONAL_DATA,
    &wording::PLACEHOLDER,
    &scripts::PROMISED_PERSON,
    &windows::RELATED_OUT_OF_FORCE,
    &phrasings::REPEATED_PHRASING,
    &catalogue::REPEATED_SIZE,
    &scripts::SCRIPT_FIELD,
    &wording::SENSITIVE_WORD,
    &catalogue::SHARED_ALIAS,
    &phrasings::SHARED_PHRASING,
    &catalogue::SKU_NOT_IN_CHART,
    &specs::SPEC_UNIT,
    &words::STOPWORD_IN_USE,
    &words::SYNONYM_IN_TWO_GROUPS,
    &promises::UNBACKED_PROMISE,
    &catalogue::UNKNOWN_BUDGET,
    &wording::VOLATILE_FACT,
    &numbers::WEAKER_THAN_PLATFORM,
    &windows::WINDOW_GAP,
    &windows::WINDOW_OVERLAP,
];

/// The findings about `shop` as it will be from `at` on, sorted by file, row and code.
///
/// Texts that ended before `at` are not compared with the present.
pub fn lint(shop: &Shop, at: Timestamp) -> Vec<Finding> {
    let scene = Scene::new(shop, at);
    let checks: &[fn(&Scene, &mut Report)] = &[
        catalogue::check,
        dates::check,
        golden::check,
        intents::check,
        kinds::check,
        numbers::check,
        own_specs::check,
        phrasings::check,
        promises::check,
        scripts::check,
        outliers::check,
        specs::check,
        windows::check,
        wording::check,
        words::check,
    ];
    // Each check runs on a core of its own. The findings are sorted below.
    let mut findings: Vec<Finding> = checks
        .par_iter()
        .flat_map_iter(|check| {
            let mut report = Report::default();
            check(&scene, &mut report);
            report.findings
        })
        .collect();
    shop.lines.headers.translate(&mut findings);
    findings.sort_by(|a, b| {
        (&a.file, a.row, &a.code, &a.message).cmp(&(&b.file, b.row, &b.code, &b.message))
    });
    findings.dedup();
    findings
}

/// [`lint`] for a reading, without findings that only follow from files that could not be read: a category without
/// entries may be in one of them.
pub fn remarks(reading: &Reading, at: Timestamp) -> Vec<Finding> {
    let mut findings = lint(&reading.shop, at);
    let broken = reading.findings.iter().any(|finding| {
        let faq = finding.file == "faq" || finding.file.starts_with("faq/");
        faq && finding.is_error()
    });
    if broken {
        let follows = [&catalogue::UNKNOWN_BUDGET, &intents::INTENT_WITHOUT_ENTRY];
        findings.retain(|finding| follows.iter().all(|rule| rule.code != finding.code));
    }
    findings
}

/// A pattern of this room; each is compiled by the tests of its rule.
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the tests of its rule compile each pattern")
}

/// Finds the longest of some words from the left; none where they are more than an automaton can hold.
fn finder(words: impl IntoIterator<Item: AsRef<[u8]>>) -> AhoCorasick {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(words)
        .unwrap_or_else(|_| AhoCorasick::new([""; 0]).expect("no words make an automaton"))
}

/// Collects findings.
#[derive(Default)]
struct Report {
    findings: Vec<Finding>,
}

impl Report {
    /// Adds a [`Rule::finding`].
    fn push(
        &mut self,
        rule: &Rule,
        place: &Place,
        column: Option<&str>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.findings
            .push(rule.finding(place, column, message, remedy));
    }
}
