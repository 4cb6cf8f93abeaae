//! Reads the files in `lexicon/`.

use super::finding::{At, Finding, Log};
use super::model::Lines;
use super::table::{self, SourceFile};
use crate::text::lexicon::{self, Lexicon, Parsed};

/// The possible files.
pub(crate) const FILES: &[&str] = &[
    "words.txt",
    "synonyms.txt",
    "stopwords.txt",
    "sensitive.txt",
];

/// Reads one of [`FILES`] into the lexicon.
pub(crate) fn read(
    file: &SourceFile,
    lexicon: &mut Lexicon,
    lines: &mut Lines,
    findings: &mut Vec<Finding>,
) {
    let mut log = Log::new(&file.path, findings);
    let Some(text) = table::text(&file.bytes, &mut log) else {
        return;
    };
    let stem = file.stem.to_lowercase();
    for (line, content) in (1..).zip(text.lines().map(str::trim)) {
        // The key of a line as the parsers below read it: all words of a group, else the first word.
        let item = match stem.as_str() {
            "synonyms" => lexicon::group(content).join(" "),
            "words" => content
                .split_whitespace()
                .next()
                .unwrap_or_default()
                .to_owned(),
            _ => content.to_owned(),
        };
        lines.note(&file.path, &item, line);
    }
    match stem.as_str() {
        "words" => lexicon.words = report(lexicon::parse_words(&text), &mut log),
        "synonyms" => lexicon.synonyms = report(lexicon::parse_synonyms(&text), &mut log),
        "stopwords" => lexicon.stopwords = report(lexicon::parse_stopwords(&text), &mut log),
        "sensitive" => {
            let words = report(lexicon::parse_sensitive(&text), &mut log);
            (lexicon.block, lexicon.handoff) = (words.block, words.handoff);
        }
        _ => {}
    }
}

fn report<T>(parsed: Parsed<T>, log: &mut Log) -> T {
    for problem in parsed.problems {
        log.warning(
            "bad-lexicon-line",
            At::row(problem.line),
            problem.message,
            problem.remedy,
        );
    }
    parsed.value
}
