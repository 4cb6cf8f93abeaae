//! Kinds of goods (净化器, 连衣裙, 裙子): by which words a shop's products are called so, and what a text says of them.

use aho_corasick::AhoCorasick;

use super::catalogue::Mention;
use super::handles::{finder, push};
use super::plain::Plain;
use super::series::behind_openings;
use crate::knowledge::{Product, Shop};
use crate::text::lexicon::Synonyms;
use crate::text::normalise::{is_han, normalise, squeeze};

/// A name of at most this many characters has a head noun at its end. Longer names are lists of search words.
const PLAIN_NAME: usize = 14;

/// One-character nouns that name a kind of goods at the end of a name (碎花裙), before 子 (裙子) or after a counting word
/// (这条裙).
const HEADS: &[char] = &[
    '裙', '裤', '鞋', '靴', '帽', '袜', '锅', '瓶', '杯', '碗', '锁', '灯', '衫', '包', '霜', '膏',
    '被', '壶', '刷', '笔',
];

/// The kinds of goods of a shop (categories, their synonyms, heads of aliases), with their products.
#[derive(Debug, Clone)]
pub(super) struct Kinds {
    /// Finds [`Kinds::products`] in squeezed text.
    finder: Option<AhoCorasick>,
    /// The products of each kind.
    products: Vec<Vec<u32>>,
    /// Products of other kinds whose texts speak of each kind: a lamp with a 灯泡 that can be changed.
    told: Vec<Vec<u32>>,
}

impl Kinds {
    /// Indexes kinds, each by its word, with their products.
    pub(super) fn new(shop: &Shop, kinds: Vec<(String, Vec<u32>)>) -> Kinds {
        let finder = finder(&kinds);
        Kinds {
            told: told(shop, finder.as_ref(), kinds.len()),
            finder,
            products: kinds.into_iter().map(|(_, products)| products).collect(),
        }
    }

    /// The longest kind named in a text, with its products.
    pub(super) fn named(&self, plain: &Plain) -> Option<Mention> {
        let hit = self
            .finder
            .as_ref()?
            .find_iter(&plain.text)
            .max_by_key(|hit| (hit.len(), usize::MAX - hit.start()))?;
        let (from, to) = (plain.char_at(hit.start()), plain.char_at(hit.end()));
        Some(Mention {
            from,
            to,
            products: self.products[hit.pattern().as_usize()].clone(),
        })
    }

    /// The products of the kind with which a question begins, and the character behind its word, where the product `open` is
    /// not of that kind and does not speak of it.
    pub(super) fn other(&self, plain: &Plain, open: u32) -> Option<(&[u32], usize)> {
        let text = behind_openings(&plain.text);
        let finder = self.finder.as_ref()?;
        let hit = finder.find(text).filter(|hit| hit.start() == 0)?;
        let kind = hit.pattern().as_usize();
        let products = self.products[kind].as_slice();
        let other = !products.contains(&open) && !self.told[kind].contains(&open);
        let behind = plain.char_at(plain.text.len() - text.len() + hit.end());
        other.then_some((products, behind))
    }

    /// Whether two products are of one kind.
    pub(super) fn have_both(&self, one: u32, other: u32) -> bool {
        let mut kinds = self.products.iter();
        kinds.any(|kind| kind.contains(&one) && kind.contains(&other))
    }
}

/// For each kind of goods, the products whose names or specs speak of it.
fn told(shop: &Shop, kinds: Option<&AhoCorasick>, count: usize) -> Vec<Vec<u32>> {
    let mut told = vec![Vec::new(); count];
    let Some(kinds) = kinds else { return told };
    for (index, product) in (0u32..).zip(&shop.products) {
        let specs = product
            .specs
            .iter()
            .flat_map(|spec| [&spec.name, &spec.value]);
        for text in specs.chain([&product.name]) {
            let text = squeeze(&normalise(text));
            for hit in kinds.find_iter(&text) {
                push(&mut told[hit.pattern().as_usize()], index);
            }
        }
    }
    told
}

/// The kinds of goods that a product belongs to: its category with synonyms, and the nouns that end its names.
pub(super) fn kinds_of(product: &Product, names: &[String], synonyms: &Synonyms) -> Vec<String> {
    let mut kinds = Vec::new();
    let category = squeeze(&normalise(&product.category));
    if category.chars().nth(1).is_some() {
        kinds.extend(synonyms.group(&category).iter().cloned());
        kinds.push(category.clone());
    }
    for name in names.iter().chain([&category]) {
        let chars: Vec<char> = name.chars().collect();
        if chars.len() > PLAIN_NAME || chars.len() < 2 || ends_in_an_amount(&chars) {
            continue;
        }
        for length in [2, 3] {
            if let Some(tail) = chars.len().checked_sub(length).map(|from| &chars[from..])
                && tail.iter().all(|c| is_han(*c))
            {
                kinds.push(tail.iter().collect());
            }
        }
        if let Some(head) = chars.last().filter(|head| HEADS.contains(head)) {
            kinds.push(format!("{head}子"));
            kinds.extend(
                ["条", "件", "双", "款", "个", "瓶", "台"].map(|count| format!("{count}{head}")),
            );
        }
    }
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// Whether a name ends in how much there is of the goods, and not in a noun: 十包装, 3瓶装, 三人份.
fn ends_in_an_amount(name: &[char]) -> bool {
    const NUMERALS: &str = "一二两三四五六七八九十百";
    match name {
        [.., number, _, '装' | '份'] => number.is_ascii_digit() || NUMERALS.contains(*number),
        _ => false,
    }
}
