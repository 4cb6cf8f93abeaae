//! Short names of specs inside longer nouns that are something else: 糖 in 乳糖.

use std::sync::LazyLock;

use crate::answer::product::Plain;

/// Lines of `longer.txt`: a name, and the longer nouns that are not it.
static LONGER: LazyLock<Vec<(&str, Vec<&str>)>> = LazyLock::new(|| {
    include_str!("longer.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let (name, nouns) = line.split_once(';')?;
            Some((name.trim(), nouns.split_whitespace().collect()))
        })
        .collect()
});

/// Whether the characters `from..to` of a text hold a short name of a spec only inside a longer noun.
pub(super) fn is_in_longer(plain: &Plain, from: usize, to: usize) -> bool {
    let said = plain.slice(from, to);
    let names = LONGER.iter().filter(|(name, _)| said.contains(name));
    let mut nouns = names.flat_map(|(name, nouns)| nouns.iter().map(move |noun| (*name, *noun)));
    nouns.any(|(name, noun)| {
        plain.text.match_indices(noun).any(|(at, _)| {
            let start = plain.char_at(at);
            let end = plain.char_at(at + noun.len());
            let inside = at + noun.find(name).unwrap_or(0);
            let (first, last) = (plain.char_at(inside), plain.char_at(inside + name.len()));
            // The hit has the name, and not the noun: a column of 乳糖 is asked for by 乳糖.
            from <= first && last <= to && !(from <= start && end <= to)
        })
    })
}

/// Whether a text asks for a longer noun of what a spec's name has short: 乳糖多少 for 添加糖.
pub(super) fn unsays(said: &str, name: &str) -> bool {
    let held = LONGER.iter().filter(|(short, _)| name.contains(short));
    let mut nouns = held.flat_map(|(_, nouns)| nouns);
    nouns.any(|noun| said.contains(noun) && !name.contains(noun))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_noun_is_something_else() {
        let rows = [
            ("溶豆里有乳糖吗", "糖", true),
            ("有乳糖吗", "乳糖", false),
            ("含糖吗", "含糖", false),
            ("会升血糖吗", "糖", true),
            ("糖尿病能吃吗", "糖", true),
            ("反式脂肪多少", "脂肪", true),
            ("脂肪多少", "脂肪多少", false),
            ("有酒精味吗", "有酒精", true),
            ("有酒精吗", "有酒精", false),
        ];
        for (text, hit, expected) in rows {
            let plain = Plain::new(text);
            let at = text.find(hit).expect("it is there");
            let (from, to) = (plain.char_at(at), plain.char_at(at + hit.len()));
            assert_eq!(is_in_longer(&plain, from, to), expected, "{hit} in {text}");
        }
        for (said, name, expected) in [
            ("乳糖多少", "添加糖", true),
            ("乳糖多少", "乳糖", false),
            ("糖多少", "添加糖", false),
        ] {
            assert_eq!(unsays(said, name), expected, "{said} for {name}");
        }
    }
}
