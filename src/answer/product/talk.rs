//! Finds the product that the talk before a question is about.

use super::catalogue::Catalogue;
use super::handles::COLOURS;
use super::plain::Plain;
use super::subject::{How, Subject, in_words, resolve};
use crate::answer::parse::said_anew;
use crate::text::normalise::{normalise, squeeze};

/// The number of earlier messages that are read.
const LOOKED_BACK: usize = 6;

/// The product of the newest message that tells one. Later messages may turn to its sibling (霜刃男款防水多少, 那女款呢, 充绒量呢).
pub(super) fn before(catalogue: &Catalogue, plain: &Plain, previous: &[String]) -> Option<Subject> {
    let mut since = plain.text.clone();
    // 保修几年 after P88多重 and 启蒙呢 asks of 启蒙.
    let mut passed = vec![plain.text.clone()];
    for message in previous.iter().rev().take(LOOKED_BACK) {
        let normalised = normalise(message);
        let before = Plain::new(&normalised);
        let named = resolve(&catalogue.mentions(&before), &before, &normalised)
            .unwrap_or_else(|| in_words(catalogue, &before));
        let told = match named {
            Subject::None => catalogue.own_colour(&before),
            Subject::One { product, .. } => Some(product),
            several @ Subject::Several(_) => return Some(several),
        };
        if let Some(product) = told {
            if let Some(product) = sibling(catalogue, product, &since) {
                return Some(Subject::One {
                    product,
                    how: How::Partly,
                });
            }
            let turned = passed
                .iter()
                .find_map(|said| akin(catalogue, product, said));
            return turned.or(Some(Subject::One {
                product,
                how: How::Talk,
            }));
        }
        since.push(' ');
        since.push_str(&before.text);
        passed.push(before.text);
    }
    None
}

/// The one product whose name differs from a name of the talk's product exactly in what is said now: 「那三段的呢」 after
/// 羊奶粉一段.
pub(super) fn sibling(catalogue: &Catalogue, product: u32, said: &str) -> Option<u32> {
    let own = &catalogue.names[product as usize];
    let mut others = (0u32..).zip(&catalogue.names).filter(|(other, names)| {
        *other != product
            && names
                .iter()
                .any(|name| own.iter().any(|own| differs_by(name, own, said)))
    });
    let (first, _) = others.next()?;
    others.next().is_none().then_some(first)
}

/// 「鹅绒的呢」 after 大豆纤维被: the goods whose names hold what a bare follow-up says and the name of the product of the talk
/// does not; those of its kind before others.
pub(super) fn akin(catalogue: &Catalogue, product: u32, said: &str) -> Option<Subject> {
    if !said.ends_with('呢') && !said.ends_with('的') {
        return None;
    }
    let said = squeeze(said_anew(said));
    let holds = |product: u32| {
        let mut names = catalogue.names[product as usize].iter();
        names.any(|name| name.contains(&said))
    };
    // 16寸的呢 of goods that come so turns to no others.
    if said.chars().nth(1).is_none() || holds(product) || catalogue.comes_in(product, &said) {
        return None;
    }
    let all = 0..catalogue.names.len() as u32;
    let mut others: Vec<u32> = all.filter(|&other| holds(other)).collect();
    let of_its_kind = |other: &u32| catalogue.same_kind(product, *other);
    if others.iter().any(of_its_kind) {
        others.retain(of_its_kind);
    }
    (!others.is_empty()).then(|| Subject::of(others, How::Partly))
}

/// Whether two names have two or more characters in common at their ends, and the text says what lies between in `name`
/// (with a neighbour, if it is a single character).
fn differs_by(name: &str, own: &str, said: &str) -> bool {
    let (name, own): (Vec<char>, Vec<char>) = (name.chars().collect(), own.chars().collect());
    let shortest = name.len().min(own.len());
    let same = |(a, b): &(&char, &char)| a == b;
    let head = name.iter().zip(&own).take_while(same).count();
    let tail = name.iter().rev().zip(own.iter().rev());
    let tail = tail.take(shortest - head).take_while(same).count();
    let (from, to) = (head, name.len() - tail);
    if head + tail < 2 || from == to || head + tail == own.len() {
        return false;
    }
    let says = |from: usize, to: usize| said.contains(&name[from..to].iter().collect::<String>());
    match to - from {
        1 => (to < name.len() && says(from, to + 1)) || (from > 0 && says(from - 1, to)),
        _ => says(from, to),
    }
}

/// The one product of the colour named, among those of the talk or of the kind named: 「蓝色的那条」.
pub(super) fn by_colour(catalogue: &Catalogue, plain: &Plain, previous: &[String]) -> Option<u32> {
    let points = [
        "那条", "那件", "那款", "那个", "那双", "那瓶", "那支", "那台", "的裙", "的裤", "的鞋",
        "这条", "这件", "这款",
    ];
    if !points.iter().any(|word| plain.text.contains(word)) {
        return None;
    }
    let colour = COLOURS
        .iter()
        .find(|colour| plain.text.contains(**colour))?;
    let mut among: Vec<u32> = Vec::new();
    for message in previous.iter().rev().take(LOOKED_BACK) {
        let before = Plain::new(&normalise(message));
        for mention in catalogue.mentions(&before) {
            among.extend(mention.products);
        }
        if among.is_empty() {
            among.extend(
                catalogue
                    .kind(&before)
                    .map(|kind| kind.products)
                    .unwrap_or_default(),
            );
        }
    }
    if among.is_empty() {
        among = catalogue.kind(plain)?.products;
    }
    among.sort_unstable();
    among.dedup();
    let mut fitting = among.into_iter().filter(|&product| {
        catalogue.colours[product as usize]
            .iter()
            .any(|own| own.contains(colour))
    });
    let first = fitting.next()?;
    fitting.next().is_none().then_some(first)
}
