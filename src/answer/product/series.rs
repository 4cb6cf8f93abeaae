//! Goods told by less than their names: by the two characters that lead a name, or by the figure in which a series differs.
//! And by more: a variant of a model.

use std::collections::HashMap;

use super::catalogue::{Catalogue, Mention};
use super::plain::Plain;
use crate::knowledge::Shop;
use crate::text::normalise::{is_han, normalise, squeeze};

/// Joins a figure with the name before it: 静水45和60.
const JOINS: &[char] = &['和', '跟', '与', '及', '或'];

/// What a buyer says before the goods.
const OPENINGS: &[&str] = &[
    "请问", "想问", "问", "一下", "下", "我", "那", "你们", "你", "家", "店里", "的", "还有",
];

/// The first character of what is asked of goods that are named by two characters alone.
const ASKED: &[char] = &['的', '呢', '多', '几', '什', '哪', '咋'];

/// A text without the words that open a question.
pub(super) fn behind_openings(text: &str) -> &str {
    let mut text = text;
    while let Some(rest) = OPENINGS.iter().find_map(|word| text.strip_prefix(word)) {
        text = rest;
    }
    text
}

/// The most products that share a lead.
const SERIES: usize = 4;

/// The two characters with which the names of one product, or of a small series, begin and that no other product, no kind
/// of goods, no spec and no question of the shop speaks of: 云雀 for 云雀41寸民谣吉他.
pub(super) fn leads(
    shop: &Shop,
    names: &[Vec<String>],
    kinds: &[(String, Vec<u32>)],
) -> HashMap<[char; 2], Vec<u32>> {
    let mut leads: HashMap<[char; 2], Vec<u32>> = HashMap::new();
    for (index, product) in (0u32..).zip(&shop.products) {
        let name = squeeze(&normalise(&product.name));
        let mut chars = name.chars();
        if let (Some(one), Some(two), Some(_)) = (chars.next(), chars.next(), chars.next())
            && is_han(one)
            && is_han(two)
        {
            leads.entry([one, two]).or_default().push(index);
        }
    }
    leads.retain(|_, owners| owners.len() <= SERIES);
    for (index, names) in (0u32..).zip(names) {
        for pair in names.iter().flat_map(|name| pairs(name)) {
            if leads
                .get(&pair)
                .is_some_and(|owners| !owners.contains(&index))
            {
                leads.remove(&pair);
            }
        }
    }
    // The texts as written: a large shop has many, and normalising them all would hold up its opening.
    let asked = shop
        .faqs
        .iter()
        .flat_map(|faq| std::iter::once(&faq.question).chain(&faq.similar));
    let specs = shop.products.iter().flat_map(|product| {
        let specs = product.specs.iter();
        let specs = specs.flat_map(|spec| [&spec.name, &spec.value]);
        specs.chain(product.skus.iter().map(|sku| &sku.colour))
    });
    let kinds = kinds.iter().map(|(kind, _)| kind);
    for text in asked.chain(specs).chain(kinds) {
        if leads.is_empty() {
            break;
        }
        for pair in pairs(text) {
            leads.remove(&pair);
        }
    }
    leads
}

/// Each two successive characters of a text.
fn pairs(text: &str) -> impl Iterator<Item = [char; 2]> {
    text.chars()
        .zip(text.chars().skip(1))
        .map(|(one, two)| [one, two])
}

/// The products whose lead begins a text that says nothing else or asks for something of it: 云雀多重.
pub(super) fn led(catalogue: &Catalogue, plain: &Plain) -> Option<Mention> {
    let text = behind_openings(&plain.text);
    let from = plain.char_at(plain.text.len() - text.len());
    let lead: [char; 2] = plain.chars.get(from..from + 2)?.try_into().ok()?;
    let to = from + 2;
    let products = catalogue.leads.get(&lead)?;
    let asked = || match plain.chars.get(to) {
        None => true,
        Some(next) => {
            let mut topics = catalogue
                .specs
                .topics(plain, &vec![false; plain.len()])
                .into_iter();
            ASKED.contains(next) || topics.any(|topic| topic.from == to)
        }
    };
    asked().then(|| Mention {
        from,
        to,
        products: products.clone(),
    })
}

/// Goods that are named by their figure alone behind one of the same series: 60 in 静水45和60.
pub(super) fn shortened(catalogue: &Catalogue, plain: &Plain, named: &Mention) -> Vec<Mention> {
    let name = plain.slice(named.from, named.to);
    let is_digit = |c: char| c.is_ascii_digit();
    let Some(end) = name.rfind(is_digit) else {
        return Vec::new();
    };
    let (figures, tail) = name.split_at(end + 1);
    let head = figures.trim_end_matches(is_digit);
    let mut found = Vec::new();
    let mut at = named.to;
    while at < plain.len() {
        let joined = JOINS.contains(&plain.chars[at]);
        if !joined && !plain.gap_before(at) {
            break;
        }
        let from = at + usize::from(joined);
        let mut to = from;
        while to < plain.len() && is_digit(plain.chars[to]) && (to == from || !plain.gap_before(to))
        {
            to += 1;
        }
        let handle = format!("{head}{}{tail}", plain.slice(from.min(to), to));
        let Some(products) = catalogue.named(&handle) else {
            break;
        };
        if to == from || !plain.stands_alone(from, to) {
            break;
        }
        found.push(Mention {
            from,
            to,
            products: products.to_vec(),
        });
        at = to;
    }
    found
}

/// Words that tell a variant of a model apart: S5 Pro is no S5.
const VARIANTS: &[&str] = &[
    "pro", "promax", "proplus", "max", "plus", "ultra", "air", "mini", "lite", "neo", "se", "s",
];

/// Where a word for a variant stands behind a name (静川5H Pro), the products that are called so: none for a variant that the
/// shop does not have.
pub(super) fn of_variant(catalogue: &Catalogue, plain: &Plain, named: Mention) -> Mention {
    let letters = plain.chars[named.to..].iter();
    let word: String = letters.take_while(|c| c.is_ascii_alphanumeric()).collect();
    let name = plain.slice(named.from, named.to);
    // 连衣裙 S is a size.
    let of_model = name.ends_with(|c: char| c.is_ascii_alphanumeric());
    if !of_model || !VARIANTS.contains(&word.as_str()) {
        return named;
    }
    let said = format!("{name}{word}");
    let names = (0u32..).zip(&catalogue.names);
    let called = names.filter(|(_, own)| own.iter().any(|own| own.contains(&said)));
    Mention {
        to: named.to + word.len(),
        products: called.map(|(product, _)| product).collect(),
        ..named
    }
}
