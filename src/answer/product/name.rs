//! Handles product names inside a message: the words of a merchant's title must not be read as the buyer's words.

use super::Asked;
use super::catalogue::Catalogue;
use super::plain::Plain;
use super::subject::{How, Subject};
use crate::answer::parse::says_a_question_word;
use crate::text::normalise::normalise;

/// Joins pieces of a message that only name a product with the question beside them. Words of titles (多功能, 不粘) often
/// ask elsewhere, so a title before or after a question looks like a question itself.
pub fn join_names(catalogue: &Catalogue, pieces: Vec<String>) -> Vec<String> {
    if pieces.len() < 2 {
        return pieces;
    }
    let mut joined: Vec<String> = Vec::new();
    let mut waiting = String::new();
    for piece in pieces {
        let plain = Plain::new(&normalise(&piece));
        // 65W充电头多少钱 is a question: the words beside the name count.
        let bare =
            catalogue.only_names(&plain) && !says_a_question_word(&beside(catalogue, &plain));
        if !waiting.is_empty() {
            waiting.push(' ');
        }
        waiting.push_str(&piece);
        if !bare {
            joined.push(std::mem::take(&mut waiting));
        }
    }
    if !waiting.is_empty() {
        match joined.last_mut() {
            Some(last) => {
                last.push(' ');
                last.push_str(&waiting);
            }
            None => joined.push(waiting),
        }
    }
    joined
}

/// The text beside the names of goods.
fn beside(catalogue: &Catalogue, plain: &Plain) -> String {
    let named = catalogue.named_in(plain);
    let chars = plain.chars.iter().zip(&named);
    chars
        .filter(|(_, named)| !**named)
        .map(|(c, _)| *c)
        .collect()
}

/// A normalised text with the product's name replaced by 这款, so that words of the title (正品, 美白, usb) are not taken for
/// the buyer's.
pub fn without_name(asked: &Asked<'_>, normalised: &str) -> String {
    let products: &[u32] = match &asked.subject {
        Subject::One {
            product,
            how: How::Named | How::Partly | How::Sound,
        } => std::slice::from_ref(product),
        Subject::Several(products) if products.len() <= 12 => products,
        _ => return normalised.to_owned(),
    };
    let plain = Plain::new(normalised);
    let mut named = vec![false; plain.len()];
    for mention in asked.catalogue.mentions(&plain) {
        if mention.to - mention.from >= 3 {
            named[mention.from..mention.to].fill(true);
        }
    }
    for &product in products {
        asked.catalogue.mark_runs(product, &plain, 6, &mut named);
    }
    let mut text = String::with_capacity(normalised.len());
    let (mut at, mut inside) = (0, false);
    for c in normalised.chars() {
        if c.is_alphanumeric() {
            let was = std::mem::replace(&mut inside, named[at]);
            at += 1;
            match (was, inside) {
                (false, true) => text.push_str("这款"),
                (_, false) => text.push(c),
                (true, true) => {}
            }
        } else {
            text.push(c);
        }
    }
    text
}
