//! The shop's words: readers of the text of each `lexicon/` file, and the synonym lookup.
//!
//! Readers return what could be read **and** the problems, line by line; whoever reads the file adds its name. A byte
//! order mark and CRLF are stripped here, blank lines and lines that start with `#` are skipped.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::normalise::normalise;

/// A word of `lexicon/words.txt`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserWord {
    /// The word.
    pub word: String,
    /// jieba frequency; `None`: one is chosen that keeps the word whole.
    pub frequency: Option<usize>,
    /// Part-of-speech tag.
    pub tag: Option<String>,
}

/// Words, synonyms, stop words and sensitive words of a shop, from its `lexicon/` files.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Lexicon {
    /// `words.txt`.
    pub words: Vec<UserWord>,
    /// `synonyms.txt`: groups of words that mean the same.
    pub synonyms: Vec<Vec<String>>,
    /// `stopwords.txt`.
    pub stopwords: Vec<String>,
    /// `sensitive.txt` `[block]`: words that must never be sent.
    pub block: Vec<String>,
    /// `sensitive.txt` `[handoff]`: words in a question that force a handoff.
    pub handoff: Vec<String>,
}

/// A fault in one line of a lexicon file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// 1-based line.
    pub line: u32,
    /// What is wrong: lower case, no final stop.
    pub message: String,
    /// What to do: lower case, no final stop.
    pub remedy: String,
}

/// The content of a file, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parsed<T> {
    /// What could be read.
    pub value: T,
    /// What could not be read or is doubtful, by line.
    pub problems: Vec<Problem>,
}

/// The words of `sensitive.txt`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sensitive {
    /// Words that must never be sent.
    pub block: Vec<String>,
    /// Words that force a handoff.
    pub handoff: Vec<String>,
}

/// Reads `words.txt`: `word [frequency [tag]]`, one per line, like jieba's user dictionaries.
pub fn parse_words(text: &str) -> Parsed<Vec<UserWord>> {
    let mut parsed = Parsed::<Vec<UserWord>>::default();
    let mut seen = Seen::default();
    for (line, content) in lines(text) {
        let fields: Vec<&str> = content.split_whitespace().collect();
        let (frequency, tag) = match fields[1..] {
            [] => (None, None),
            [one] => match one.parse() {
                Ok(frequency) => (Some(frequency), None),
                Err(_) if one.bytes().all(|b| b.is_ascii_alphabetic()) => (None, Some(one)),
                Err(_) => {
                    parsed.problems.push(bad_frequency(line, fields[0], one));
                    (None, None)
                }
            },
            [frequency, tag] => match frequency.parse() {
                Ok(frequency) => (Some(frequency), Some(tag)),
                Err(_) => {
                    parsed
                        .problems
                        .push(bad_frequency(line, fields[0], frequency));
                    (None, Some(tag))
                }
            },
            _ => {
                parsed.problems.push(Problem {
                    line,
                    message: format!("the line has {} fields, but a word has at most frequency and tag behind it", fields.len()),
                    remedy: "put each word on a line of its own".to_owned(),
                });
                continue;
            }
        };
        if seen.again(fields[0], line, &mut parsed.problems) {
            continue;
        }
        parsed.value.push(UserWord {
            word: fields[0].to_owned(),
            frequency,
            tag: tag.map(str::to_owned),
        });
    }
    parsed
}

fn bad_frequency(line: u32, word: &str, frequency: &str) -> Problem {
    Problem {
        line,
        message: format!("the frequency `{frequency}` of `{word}` is not a whole number"),
        remedy: "write a number, or leave it out to have one suggested".to_owned(),
    }
}

/// The words of a line of `synonyms.txt`, without repeats.
pub fn group(line: &str) -> Vec<String> {
    let mut group: Vec<String> = Vec::new();
    for word in line.split(|c: char| {
        c.is_whitespace() || matches!(c, ',' | '，' | '、' | ';' | '；' | '=' | '|')
    }) {
        if !word.is_empty() && !group.iter().any(|known| known == word) {
            group.push(word.to_owned());
        }
    }
    group
}

/// Reads `synonyms.txt`: one group per line, words separated by spaces or commas.
pub fn parse_synonyms(text: &str) -> Parsed<Vec<Vec<String>>> {
    let mut parsed = Parsed::<Vec<Vec<String>>>::default();
    let mut places: HashMap<String, u32> = HashMap::new();
    for (line, content) in lines(text) {
        let group = group(content);
        if group.len() < 2 {
            parsed.problems.push(Problem {
                line,
                message: "the group holds fewer than two words".to_owned(),
                remedy: "add a word that means the same, or remove the line".to_owned(),
            });
            continue;
        }
        for word in &group {
            match places.get(word) {
                Some(first) => parsed.problems.push(Problem {
                    line,
                    message: format!("`{word}` stands already in the group of line {first}, so both groups count as one"),
                    remedy: "join the two lines, or take the word out of one of them".to_owned(),
                }),
                None => {
                    places.insert(word.clone(), line);
                }
            }
        }
        parsed.value.push(group);
    }
    parsed
}

/// Reads `stopwords.txt`: one word per line.
pub fn parse_stopwords(text: &str) -> Parsed<Vec<String>> {
    let mut parsed = Parsed::<Vec<String>>::default();
    let mut seen = Seen::default();
    for (line, word) in lines(text) {
        if !seen.again(word, line, &mut parsed.problems) {
            parsed.value.push(word.to_owned());
        }
    }
    parsed
}

/// Reads `sensitive.txt`: sections `[block]` and `[handoff]`, one word per line. Words before any section are blocked.
pub fn parse_sensitive(text: &str) -> Parsed<Sensitive> {
    let mut parsed = Parsed::<Sensitive>::default();
    let (mut blocked, mut handed) = (Seen::default(), Seen::default());
    let mut handoff = false;
    for (line, content) in lines(text) {
        let section = content
            .strip_prefix(['[', '【', '［'])
            .and_then(|rest| rest.strip_suffix([']', '】', '］']));
        match section.map(str::trim) {
            Some("block" | "禁发" | "禁用") => handoff = false,
            Some("handoff" | "转人工") => handoff = true,
            Some(other) => {
                parsed.problems.push(Problem {
                    line,
                    message: format!("the section `[{other}]` is unknown"),
                    remedy: "name it [block] or [handoff]".to_owned(),
                });
            }
            None => {
                let (seen, words) = match handoff {
                    true => (&mut handed, &mut parsed.value.handoff),
                    false => (&mut blocked, &mut parsed.value.block),
                };
                if !seen.again(content, line, &mut parsed.problems) {
                    words.push(content.to_owned());
                }
            }
        }
    }
    parsed
}

/// The words read so far, with their lines.
#[derive(Default)]
struct Seen(HashMap<String, u32>);

impl Seen {
    /// Whether `word` was read before. If so, adds a problem that tells where.
    fn again(&mut self, word: &str, line: u32, problems: &mut Vec<Problem>) -> bool {
        let first = *self.0.entry(word.to_owned()).or_insert(line);
        if first != line {
            problems.push(Problem {
                line,
                message: format!("`{word}` stands already in line {first}"),
                remedy: "remove one of the two".to_owned(),
            });
        }
        first != line
    }
}

/// The lines with content, trimmed, with their 1-based numbers.
fn lines(text: &str) -> impl Iterator<Item = (u32, &str)> {
    (1u32..)
        .zip(text.split('\n'))
        .map(|(line, content)| {
            (
                line,
                content.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}'),
            )
        })
        .filter(|(_, content)| !content.is_empty() && !content.starts_with('#'))
}

/// The groups of synonyms. Words are compared normalised; groups that share a word are merged.
#[derive(Debug, Clone, Default)]
pub struct Synonyms {
    /// Word → its group.
    of: HashMap<String, usize>,
    /// The words of each group; the first one is the canonical word. A group merged into another is empty.
    groups: Vec<Vec<String>>,
}

impl Synonyms {
    /// The look-up for the groups of a lexicon.
    pub fn new(groups: &[Vec<String>]) -> Synonyms {
        let mut synonyms = Synonyms::default();
        for group in groups {
            let words: Vec<String> = group
                .iter()
                .map(|word| normalise(word))
                .filter(|word| !word.is_empty())
                .collect();
            let target = words
                .iter()
                .find_map(|word| synonyms.of.get(word).copied())
                .unwrap_or_else(|| {
                    synonyms.groups.push(Vec::new());
                    synonyms.groups.len() - 1
                });
            for word in words {
                match synonyms.of.get(&word).copied() {
                    Some(known) if known == target => {}
                    Some(other) => {
                        let moved = std::mem::take(&mut synonyms.groups[other]);
                        for word in moved {
                            synonyms.of.insert(word.clone(), target);
                            synonyms.groups[target].push(word);
                        }
                    }
                    None => {
                        synonyms.of.insert(word.clone(), target);
                        synonyms.groups[target].push(word);
                    }
                }
            }
        }
        synonyms
    }

    /// The canonical word of `word`'s group, or `word` itself if it has none. `word` is normalised text.
    pub fn canonical<'a>(&'a self, word: &'a str) -> &'a str {
        self.group(word).first().map_or(word, String::as_str)
    }

    /// The groups, each with its canonical word first.
    pub fn groups(&self) -> impl Iterator<Item = &[String]> {
        self.groups
            .iter()
            .map(Vec::as_slice)
            .filter(|group| !group.is_empty())
    }

    /// All words of `word`'s group including itself; empty if it has none. `word` is normalised text.
    pub fn group(&self, word: &str) -> &[String] {
        self.of.get(word).map_or(&[], |&group| &self.groups[group])
    }

    /// Whether two normalised words mean the same.
    pub fn same(&self, a: &str, b: &str) -> bool {
        self.canonical(a) == self.canonical(b)
    }

    /// Whether normalised text contains `word` (normalised) or a synonym of it.
    pub fn occurs(&self, word: &str, text: &str) -> bool {
        text.contains(word)
            || self
                .group(word)
                .iter()
                .any(|synonym| text.contains(synonym.as_str()))
    }
}

#[cfg(test)]
mod tests;
