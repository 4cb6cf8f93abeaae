//! The words of a shop's segmenter: its own dictionary, and words derived from its catalogue.

use std::collections::HashSet;

use crate::knowledge::Shop;
use crate::text::lexicon::UserWord;
use crate::text::normalise::{is_han, normalise};

/// The longest derived word, in characters. A longer name is a phrase, which is better segmented.
const LONGEST: usize = 8;

/// `lexicon/words.txt`, synonyms, and product names, aliases, colours, categories, spec names and short spec values;
/// normalised, without repeats, in a fixed order. A derived word has two or more characters, at least one of them Han.
/// Identifiers need no dictionary.
pub fn words(shop: &Shop) -> Vec<UserWord> {
    let mut seen = HashSet::new();
    let mut words = Vec::new();
    for word in &shop.lexicon.words {
        let normalised = normalise(&word.word);
        if seen.insert(normalised.clone()) {
            words.push(UserWord {
                word: normalised,
                ..word.clone()
            });
        }
    }
    let mut derive = |text: &str| {
        let word = normalise(text);
        let length = word.chars().count();
        let plain = word.chars().all(|c| is_han(c) || c.is_ascii_alphanumeric());
        if (2..=LONGEST).contains(&length)
            && plain
            && word.chars().any(is_han)
            && seen.insert(word.clone())
        {
            words.push(UserWord {
                word,
                frequency: None,
                tag: None,
            });
        }
    };
    shop.lexicon
        .synonyms
        .iter()
        .flatten()
        .for_each(|word| derive(word));
    for product in &shop.products {
        derive(&product.name);
        derive(&product.category);
        product.aliases.iter().for_each(|alias| derive(alias));
        for sku in &product.skus {
            derive(&sku.colour);
            sku.sizes.iter().for_each(|size| derive(size));
        }
        for spec in &product.specs {
            derive(&spec.name);
            spec.value
                .split(['、', '，', ',', '/', '|', ' ', ';', '；'])
                .for_each(&mut derive);
        }
    }
    words
}
