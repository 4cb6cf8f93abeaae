//! The built-in table of specs and their wordings, found in a text in one pass.

use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::answer::product::Plain;

/// The table. Its head explains the format.
const TABLE: &str = include_str!("words.txt");

/// The most characters that `..` matches.
const GAP: usize = 8;

/// How certainly words ask for a spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Words that may ask for something else too.
    Loose,
    /// Words that ask only for this spec.
    Wording,
    /// The spec's name.
    Name,
}

/// A line of the table.
#[derive(Debug)]
pub struct Group {
    /// Names of the same spec. The first one is shown in traces.
    pub names: Vec<&'static str>,
    /// Whether a product without the spec is no reason to hand off, because an FAQ or a policy often answers.
    pub elsewhere: bool,
}

/// A wording: literal stretches in order, at most [`GAP`] characters apart.
struct Wording {
    group: u16,
    strength: Strength,
    rest: Vec<&'static str>,
}

/// The table, ready for look-ups.
pub struct Words {
    groups: Vec<Group>,
    by_name: HashMap<&'static str, Vec<u16>>,
    wordings: Vec<Wording>,
    /// Finds the first stretch of each wording; pattern `i` is `wordings[i]`.
    first: AhoCorasick,
}

/// The built-in table.
pub static WORDS: LazyLock<Words> = LazyLock::new(Words::read);

/// A place in a text where a group is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// The group.
    pub group: u16,
    /// How certainly it is asked for.
    pub strength: Strength,
    /// First character.
    pub from: usize,
    /// The character after the last one.
    pub to: usize,
}

impl Words {
    fn read() -> Words {
        let mut groups = Vec::new();
        let mut by_name: HashMap<&'static str, Vec<u16>> = HashMap::new();
        let mut wordings = Vec::new();
        let mut first = Vec::new();
        for line in TABLE
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            let (line, elsewhere) = line
                .strip_prefix('~')
                .map_or((line, false), |line| (line, true));
            let mut fields = line.split(';').map(str::split_whitespace);
            let group = groups.len() as u16;
            let mut names = Vec::new();
            for strength in [Strength::Name, Strength::Wording, Strength::Loose] {
                for wording in fields.next().into_iter().flatten() {
                    if strength == Strength::Name {
                        names.push(wording);
                        by_name.entry(wording).or_default().push(group);
                    }
                    let mut parts = wording.split("..");
                    first.push(parts.next().unwrap_or_default());
                    wordings.push(Wording {
                        group,
                        strength,
                        rest: parts.collect(),
                    });
                }
            }
            groups.push(Group { names, elsewhere });
        }
        let first = AhoCorasick::new(first).expect("the built-in table is small and valid");
        Words {
            groups,
            by_name,
            wordings,
            first,
        }
    }

    /// A group of the table.
    pub fn group(&self, group: u16) -> &Group {
        &self.groups[group as usize]
    }

    /// The groups that contain a squeezed name.
    pub fn groups_of(&self, name: &str) -> &[u16] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// Adds to `hits` all places where the table's names and wordings occur in a text.
    pub fn find(&self, plain: &Plain, hits: &mut Vec<Hit>) {
        for found in self.first.find_overlapping_iter(&plain.text) {
            let wording = &self.wordings[found.pattern().as_usize()];
            let from = plain.char_at(found.start());
            let mut end = found.end();
            let complete = wording.rest.iter().all(|part| {
                let window =
                    plain.slice_bytes(end, plain.char_at(end) + GAP + part.chars().count());
                window.find(part).map(|at| end += at + part.len()).is_some()
            });
            let to = plain.char_at(end);
            // 多长时间 asks for a time, not a length.
            let cut = plain.text[..end].ends_with("多长") && plain.text[end..].starts_with("时间");
            if complete && !cut && plain.stands_alone(from, to) {
                hits.push(Hit {
                    group: wording.group,
                    strength: wording.strength,
                    from,
                    to,
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::normalise::{normalise, squeeze};

    #[test]
    fn the_table_is_large_and_normalised() {
        assert!(WORDS.groups.len() >= 120, "{} groups", WORDS.groups.len());
        let torn: Vec<&str> = TABLE
            .lines()
            .filter(|line| !line.starts_with('#'))
            .flat_map(|line| line.trim_start_matches('~').split([' ', ';']))
            .flat_map(|wording| wording.split(".."))
            .filter(|word| squeeze(&normalise(word)) != *word)
            .collect();
        assert_eq!(
            torn,
            Vec::<&str>::new(),
            "these are not squeezed normalised text"
        );
    }
}
