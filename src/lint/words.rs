//! Rules about the shop's words against its entries.

use std::collections::HashMap;

use super::scene::{Scene, excerpt};
use super::{Report, Rule};
use crate::knowledge::Faq;
use crate::text::normalise::normalise;

/// None of an entry's questions fulfils its keyword condition.
pub(super) const KEYWORDS_EXCLUDE_OWN: Rule = Rule::warning("keywords-exclude-own");
/// The question of an entry holds a word that forces a handoff.
pub(super) const HANDOFF_WORD_IN_QUESTION: Rule = Rule::warning("handoff-word-in-question");
/// A stop word is a keyword, a synonym or a whole question.
pub(super) const STOPWORD_IN_USE: Rule = Rule::warning("stopword-in-use");
/// A word is in two groups of synonyms.
pub(super) const SYNONYM_IN_TWO_GROUPS: Rule = Rule::warning("synonym-in-two-groups");

pub(super) fn check(scene: &Scene, report: &mut Report) {
    let synonyms = Synonyms::new(scene);
    let words = scene
        .shop
        .lexicon
        .handoff
        .iter()
        .chain(&scene.shop.settings.handoff.words);
    let calls: Vec<(String, &String)> = words
        .map(|word| (normalise(word), word))
        .filter(|(folded, _)| !folded.is_empty())
        .collect();
    for (faq, question) in scene.shop.faqs.iter().zip(&scene.questions) {
        keywords(faq, &synonyms, report);
        handoff(faq, question, &calls, report);
    }
    stopwords(scene, report);
    groups(scene, report);
}

/// Which words count as equal.
struct Synonyms {
    groups: Vec<Vec<String>>,
    of: HashMap<String, usize>,
}

impl Synonyms {
    fn new(scene: &Scene) -> Synonyms {
        let groups: Vec<Vec<String>> = scene
            .shop
            .lexicon
            .synonyms
            .iter()
            .map(|group| group.iter().map(|word| normalise(word)).collect())
            .collect();
        let mut of = HashMap::new();
        for (at, group) in groups.iter().enumerate() {
            for word in group {
                of.entry(word.clone()).or_insert(at);
            }
        }
        Synonyms { groups, of }
    }

    /// Whether `text` holds `word` or a synonym of it.
    fn occurs(&self, word: &str, text: &str) -> bool {
        text.contains(word)
            || self
                .of
                .get(word)
                .is_some_and(|&group| self.groups[group].iter().any(|other| text.contains(other)))
    }
}

/// Reports a keyword condition that excludes the entry's own questions. The earlier talk need not contain the words.
fn keywords(faq: &Faq, synonyms: &Synonyms, report: &mut Report) {
    if faq.conditions.keywords.is_empty() {
        return;
    }
    let questions: Vec<String> = std::iter::once(&faq.question)
        .chain(&faq.similar)
        .map(|question| normalise(question))
        .collect();
    let alternatives: Vec<Vec<String>> = faq
        .conditions
        .keywords
        .iter()
        .map(|words| words.iter().map(|word| normalise(word)).collect())
        .collect();
    let fulfils = |question: &String| {
        alternatives
            .iter()
            .any(|words| words.iter().all(|word| synonyms.occurs(word, question)))
    };
    if !questions.iter().any(fulfils) {
        report.push(
            &KEYWORDS_EXCLUDE_OWN,
            &faq.place,
            Some("keywords"),
            format!(
                "not one question of \"{}\" fulfils its own keyword condition",
                excerpt(&faq.question)
            ),
            "use words that buyers say in this question, or add synonyms",
        );
    }
}

/// Reports words that call a person in an entry's own questions, since these questions never reach the entry.
fn handoff(faq: &Faq, question: &str, calls: &[(String, &String)], report: &mut Report) {
    if let Some((_, word)) = calls.iter().find(|(folded, _)| question.contains(folded)) {
        report.push(
            &HANDOFF_WORD_IN_QUESTION,
            &faq.place,
            Some("question"),
            format!("\"{}\" holds \"{word}\", which always calls a person; it is never answered", excerpt(&faq.question)),
            "remove the word from lexicon/sensitive.txt [handoff] (or shop.toml [handoff]), or remove the entry",
        );
    }
}

const STOPWORD_REMEDY: &str = "remove it from lexicon/stopwords.txt";

/// Reports stop words that another list needs.
fn stopwords(scene: &Scene, report: &mut Report) {
    let lexicon = &scene.shop.lexicon;
    if lexicon.stopwords.is_empty() {
        return;
    }
    let mut uses: HashMap<String, &str> = HashMap::new();
    let keywords = scene
        .shop
        .faqs
        .iter()
        .flat_map(|faq| faq.conditions.keywords.iter().flatten());
    for word in keywords.chain(
        scene
            .shop
            .policies
            .iter()
            .flat_map(|policy| &policy.keywords),
    ) {
        uses.insert(normalise(word), "a keyword of an entry");
    }
    for word in &lexicon.words {
        uses.insert(normalise(&word.word), "a word of words.txt");
    }
    for word in lexicon.synonyms.iter().flatten() {
        uses.insert(normalise(word), "a synonym");
    }
    for stop in &lexicon.stopwords {
        if let Some(used) = uses.get(&normalise(stop)) {
            let message = format!("the stop word \"{stop}\" is also {used}");
            let place = scene.shop.lines.place("lexicon/stopwords.txt", stop);
            report.push(&STOPWORD_IN_USE, &place, None, message, STOPWORD_REMEDY);
        }
    }
}

fn groups(scene: &Scene, report: &mut Report) {
    let mut owner: HashMap<String, usize> = HashMap::new();
    for (at, group) in scene.shop.lexicon.synonyms.iter().enumerate() {
        for word in group {
            match owner.get(&normalise(word)) {
                Some(&first) if first != at => {
                    let other = scene.shop.lexicon.synonyms[first].join(" ");
                    let lines = &scene.shop.lines;
                    report.push(
                        &SYNONYM_IN_TWO_GROUPS,
                        &lines.place("lexicon/synonyms.txt", &group.join(" ")),
                        None,
                        format!(
                            "\"{word}\" stands in the groups \"{other}\" and \"{}\"",
                            group.join(" ")
                        ),
                        "join the groups, or take the word out of one",
                    );
                }
                Some(_) => {}
                None => {
                    owner.insert(normalise(word), at);
                }
            }
        }
    }
}
