//! Rules about questions that several entries claim, that an entry repeats, or that an entry both claims and refuses.

mod forms;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hasher};

use rayon::prelude::*;

use super::scene::{Scene, Scope, excerpt, spot};
use super::{Report, Rule};
use crate::knowledge::Faq;
use crate::text::normalise::normalise;

pub(super) use forms::{Fold, plain};
use forms::{any_order, letters};

/// Two entries have the same standard question.
pub(super) const DUPLICATE_QUESTION: Rule = Rule::warning("duplicate-question");
/// Two standard questions differ only in filler words and synonyms.
pub(super) const NEAR_DUPLICATE: Rule = Rule::warning("near-duplicate");
/// A similar question of one entry is also a question of another.
pub(super) const SHARED_PHRASING: Rule = Rule::warning("shared-phrasing");
/// An entry lists a phrasing twice.
pub(super) const REPEATED_PHRASING: Rule = Rule::warning("repeated-phrasing");
/// An entry refuses one of its own questions.
pub(super) const NEGATIVE_HITS_OWN: Rule = Rule::warning("negative-hits-own");
/// Two entries have the same answer.
pub(super) const DUPLICATE_ANSWER: Rule = Rule::info("duplicate-answer");

/// The fewest characters that must be left for two folded questions to count as the same.
const SHORTEST: usize = 2;

/// The fewest characters at which equal answers are no coincidence (好的 is one).
const SHORTEST_ANSWER: usize = 12;

/// A question of an entry in two plain forms.
struct Asked {
    faq: usize,
    /// Normalised, without punctuation.
    plain: String,
    /// Without fillers; synonyms replaced by the first of their group.
    folded: String,
    standard: bool,
}

pub(super) fn check(scene: &Scene, report: &mut Report) {
    let fold = Fold::new(scene);
    let faqs = &scene.shop.faqs;
    let live: Vec<usize> = (0..faqs.len())
        .filter(|&at| faqs[at].window.until.is_none_or(|until| until > scene.at))
        .collect();
    let asked: Vec<Vec<Asked>> = live
        .par_iter()
        .map(|&at| asked(at, &faqs[at], &scene.questions[at], &fold))
        .collect();
    let negatives: Vec<Vec<(String, String)>> = live
        .par_iter()
        .map(|&at| {
            faqs[at]
                .negative
                .iter()
                .map(|text| normalise(text))
                .map(|text| (letters(&text), fold.apply(&text)))
                .collect()
        })
        .collect();
    for (own, negatives) in asked.iter().zip(&negatives) {
        within_one(scene, own, negatives, report);
    }
    let all: Vec<&Asked> = asked.iter().flatten().collect();
    let known = between(scene, &all, report);
    near(scene, &all, &known, report);
    answers(scene, &live, report);
}

fn asked(at: usize, faq: &Faq, question: &str, fold: &Fold) -> Vec<Asked> {
    let similar = faq.similar.iter().map(|text| Cow::Owned(normalise(text)));
    std::iter::once(Cow::Borrowed(question))
        .chain(similar)
        .enumerate()
        .map(|(place, text)| Asked {
            faq: at,
            plain: letters(&text),
            folded: fold.apply(&text),
            standard: place == 0,
        })
        .collect()
}

/// Reports repeats and refusals inside one entry.
fn within_one(scene: &Scene, own: &[Asked], negatives: &[(String, String)], report: &mut Report) {
    let Some(faq) = own.first().map(|asked| &scene.shop.faqs[asked.faq]) else {
        return;
    };
    let mut seen = HashSet::new();
    for (asked, text) in own
        .iter()
        .zip(std::iter::once(&faq.question).chain(&faq.similar))
    {
        if !asked.plain.is_empty() && !seen.insert(&asked.plain) {
            report.push(
                &REPEATED_PHRASING,
                &faq.place,
                Some("similar"),
                format!("\"{}\" is listed twice in this entry", excerpt(text)),
                "remove one of them (zhike check --fix does)",
            );
        }
    }
    for ((plain, folded), text) in negatives.iter().zip(&faq.negative) {
        let near = |asked: &&Asked| {
            asked.plain == *plain || folded.chars().count() >= SHORTEST && asked.folded == *folded
        };
        if own.iter().any(|asked| near(&asked)) {
            report.push(
                &NEGATIVE_HITS_OWN,
                &faq.place,
                Some("negative"),
                format!(
                    "\"{}\" must not match this entry, but it is one of its own questions",
                    excerpt(text)
                ),
                "remove it from the one list or the other",
            );
        }
    }
}

/// Whether one question can mean both entries: same layer, same limits, same time.
fn compete(scene: &Scene, one: &Faq, other: &Faq) -> bool {
    let (a, b) = (Scope::of_faq(one), Scope::of_faq(other));
    a.layer == b.layer
        && a.rivals(&b)
        && a.meets(&b, scene.at)
        && (one.conditions.keywords.is_empty() == other.conditions.keywords.is_empty())
        && (one.conditions.keywords.is_empty()
            || one.conditions.keywords == other.conditions.keywords)
}

/// Reports questions that are identical in two entries. Returns the pairs reported.
fn between(scene: &Scene, all: &[&Asked], report: &mut Report) -> HashSet<(usize, usize)> {
    let shared = repeated(all, |asked| &asked.plain);
    let claimed = all.iter().zip(&shared);
    let claimed = claimed.filter(|(asked, shared)| **shared && !asked.plain.is_empty());
    let claimed: Vec<&Asked> = claimed.map(|(asked, _)| *asked).collect();
    let mut by_text: HashMap<&str, Vec<&Asked>> = HashMap::new();
    for &asked in &claimed {
        by_text.entry(&asked.plain).or_default().push(asked);
    }
    let mut known = HashSet::new();
    for asked in claimed {
        // Only the first other entry is named; the rest get their own findings.
        let claimants = by_text
            .get(asked.plain.as_str())
            .map_or(&[][..], Vec::as_slice);
        let rival = claimants
            .iter()
            .take_while(|other| other.faq < asked.faq)
            .find(|other| {
                compete(
                    scene,
                    &scene.shop.faqs[asked.faq],
                    &scene.shop.faqs[other.faq],
                )
            });
        let Some(rival) = rival else { continue };
        if !known.insert((asked.faq, rival.faq)) {
            continue;
        }
        let (faq, other) = (&scene.shop.faqs[asked.faq], &scene.shop.faqs[rival.faq]);
        let (rule, column) = match (asked.standard, rival.standard) {
            // Identical in every respect: the reader of the files has already reported it.
            (true, true) if faq.question == other.question && faq.window == other.window => {
                continue;
            }
            (true, true) => (&DUPLICATE_QUESTION, "question"),
            (true, false) => (&SHARED_PHRASING, "question"),
            _ => (&SHARED_PHRASING, "similar"),
        };
        let text = match asked.standard {
            true => &faq.question,
            false => faq
                .similar
                .iter()
                .find(|text| plain(text) == asked.plain)
                .unwrap_or(&faq.question),
        };
        report.push(
            rule,
            &faq.place,
            Some(column),
            format!("\"{}\" is also a question of faq:{} ({})", excerpt(text), other.id, spot(&other.place)),
            "keep it in one of them, merge the two, or limit one to products, a category or an order state",
        );
    }
    known
}

/// Reports standard questions that are the same without fillers and synonyms.
fn near(scene: &Scene, all: &[&Asked], known: &HashSet<(usize, usize)>, report: &mut Report) {
    let mut by_fold: BTreeMap<&str, Vec<&Asked>> = BTreeMap::new();
    let standard = all.iter().filter(|asked| asked.standard);
    let standard: Vec<&Asked> = standard.copied().collect();
    let keys: Vec<String> = standard
        .par_iter()
        .map(|asked| any_order(&asked.folded))
        .collect();
    let shared = repeated(&keys, |key| key);
    for ((asked, key), _) in standard
        .into_iter()
        .zip(&keys)
        .zip(shared)
        .filter(|((asked, _), shared)| *shared && asked.folded.chars().nth(SHORTEST - 1).is_some())
    {
        by_fold.entry(key).or_default().push(asked);
    }
    for alike in by_fold.values().filter(|alike| alike.len() > 1) {
        for (at, asked) in alike.iter().enumerate().skip(1) {
            let faq = &scene.shop.faqs[asked.faq];
            let rival = alike[..at].iter().find(|other| {
                compete(scene, faq, &scene.shop.faqs[other.faq])
                    && !known.contains(&(asked.faq, other.faq))
            });
            if let Some(rival) = rival {
                let other = &scene.shop.faqs[rival.faq];
                report.push(
                    &NEAR_DUPLICATE,
                    &faq.place,
                    Some("question"),
                    format!(
                        "\"{}\" asks the same as \"{}\" of faq:{} ({})",
                        excerpt(&faq.question),
                        excerpt(&other.question),
                        other.id,
                        spot(&other.place)
                    ),
                    "merge the two: one question, the other among its similar questions",
                );
            }
        }
    }
}

/// Which texts occur more than once, by hash, so that only few of a large shop's hundred thousand are examined.
fn repeated<'t, T: Sync>(all: &'t [T], text: impl Fn(&'t T) -> &'t str + Sync) -> Vec<bool> {
    let hash = |(at, item): (usize, &'t T)| {
        let mut hasher = DefaultHasher::new();
        hasher.write(text(item).as_bytes());
        (hasher.finish(), at)
    };
    let mut hashes: Vec<(u64, usize)> = all.par_iter().enumerate().map(hash).collect();
    hashes.par_sort_unstable();
    let mut repeated = vec![false; all.len()];
    for alike in hashes.chunk_by(|a, b| a.0 == b.0) {
        for &(_, at) in alike {
            repeated[at] = alike.len() > 1;
        }
    }
    repeated
}

/// Reports entries with the same answer.
fn answers(scene: &Scene, live: &[usize], report: &mut Report) {
    let shared = repeated(live, |&at| scene.shop.faqs[at].answer.trim());
    let mut by_answer: HashMap<&str, Vec<usize>> = HashMap::new();
    for (&at, shared) in live.iter().zip(shared) {
        let faq = &scene.shop.faqs[at];
        if !shared || faq.answer.chars().nth(SHORTEST_ANSWER - 1).is_none() {
            continue;
        }
        let same = by_answer.entry(faq.answer.trim()).or_default();
        let rival = same
            .iter()
            .map(|&other| &scene.shop.faqs[other])
            .find(|other| compete(scene, faq, other));
        if let Some(other) = rival {
            report.push(
                &DUPLICATE_ANSWER,
                &faq.place,
                Some("answer"),
                format!(
                    "the answer is the same as that of faq:{} ({})",
                    other.id,
                    spot(&other.place)
                ),
                "merge the two, so that a change is made once",
            );
        }
        same.push(at);
    }
}
