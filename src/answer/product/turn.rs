//! Where a question or the talk turns to other goods than those in mind: 那R9呢, 女款的防水呢, 吊灯多少瓦 on the page of a 台灯.

use super::catalogue::Catalogue;
use super::plain::Plain;
use super::subject::{How, Subject, names_clearly, resolve};
use super::talk;
use crate::answer::parse::points;
use crate::text::normalise::normalise;

/// With a page open and no other product named: other goods that the question or the talk has turned to, else the page's.
pub(super) fn on_page(
    catalogue: &Catalogue,
    open: u32,
    plain: &Plain,
    text: &str,
    goods: &Plain,
    previous: &[String],
) -> Subject {
    let one = |product, how| Subject::One { product, how };
    // 防水吗 on the page of 雪地靴, then 那雨靴呢.
    let turned = follow_up(plain, text, 0).and_then(|said| turned_to(catalogue, open, said));
    if let Some(turned) = turned {
        return turned;
    }
    // 女款的防水呢 on the page of 霜刃男款 asks for 霜刃女款.
    let sibling = || talk::sibling(catalogue, open, kind_named(&plain.text)?);
    if let Some(other) = other_in_part(catalogue, goods, open).or_else(sibling) {
        return one(other, How::Partly);
    }
    // 吊灯多少瓦 on the page of a 台灯 asks for none of the 台灯.
    if let Some(others) = catalogue.other_kind(plain, goods, open) {
        return Subject::of(others, How::Partly);
    }
    match turned_from(catalogue, open, plain, previous) {
        Some(other) => one(other, How::Talk),
        None => one(open, How::Channel),
    }
}

/// How many messages a talk that has turned away from the open page is followed for.
const TURNED: usize = 2;

/// The other product that the messages just before were about, where the page of `open` is open.
fn turned_from(
    catalogue: &Catalogue,
    open: u32,
    plain: &Plain,
    previous: &[String],
) -> Option<u32> {
    let mut said = vec![plain.text.clone()];
    said.extend(
        previous
            .iter()
            .rev()
            .take(TURNED)
            .map(|line| normalise(line)),
    );
    let back = said.iter().position(|line| points(line));
    said.truncate(back.unwrap_or(said.len()));
    said.iter()
        .skip(1)
        .find_map(|line| {
            let before = Plain::new(line);
            let mut mentions = catalogue.mentions(&before);
            mentions.retain(|mention| names_clearly(catalogue, &before, mention, Some(open)));
            match resolve(&mentions, &before, line) {
                Some(named) => Some(named.one()),
                // 那雨靴呢 names a kind.
                None => (catalogue.is_a_name(&before)).then(|| catalogue.single(&before)),
            }
        })?
        .filter(|&product| product != open)
}

/// A product other than that of the open page, if a telling stretch of six or more characters of its name is in the
/// question.
fn other_in_part(catalogue: &Catalogue, plain: &Plain, open: u32) -> Option<u32> {
    match catalogue.partly_named(plain)? {
        (products, explained)
            if explained >= 6 && !products.contains(&open) && products.len() == 1 =>
        {
            Some(products[0])
        }
        _ => None,
    }
}

/// The other kind that a question turns to: 女款 in 女款的防水呢.
fn kind_named(text: &str) -> Option<&str> {
    let at = text.find(['款', '版'])?;
    let start = text[..at]
        .char_indices()
        .rev()
        .nth(1)
        .map_or(0, |(at, _)| at);
    Some(&text[start..at + '款'.len_utf8()])
}

/// The goods that a follow-up turns to, if it only names them (龙井多少度的水 红茶呢): a sibling of the talk's product, or
/// another kind.
pub(super) fn turned_to(catalogue: &Catalogue, product: u32, said: &str) -> Option<Subject> {
    if let Some(product) = talk::sibling(catalogue, product, said) {
        let how = How::Partly;
        return Some(Subject::One { product, how });
    }
    if let Some(akin) = talk::akin(catalogue, product, said) {
        return Some(akin);
    }
    let said = Plain::new(said);
    let kind = catalogue.kind(&said)?;
    let another = !kind.products.contains(&product) && catalogue.is_a_name(&said);
    another.then(|| Subject::of(kind.products, How::Partly))
}

/// Whether the stretch of text with character `at` is a follow-up to the stretches before it.
pub(super) fn follows_up(plain: &Plain, text: &str, at: usize) -> bool {
    let start = (0..=at)
        .rev()
        .find(|&i| i == 0 || plain.gap_before(i))
        .unwrap_or(0);
    start != 0 && is_follow_up(plain.slice(start, plain.len()), text)
}

/// The first follow-up after character `from`.
pub(super) fn follow_up<'a>(plain: &'a Plain, text: &str, from: usize) -> Option<&'a str> {
    let start = (from.max(1)..plain.len()).find(|&i| plain.gap_before(i))?;
    let tail = plain.slice(start, plain.len());
    is_follow_up(tail, text).then_some(tail)
}

fn is_follow_up(tail: &str, text: &str) -> bool {
    tail.starts_with('那') || tail.ends_with('呢') && !text.contains("区别")
}
