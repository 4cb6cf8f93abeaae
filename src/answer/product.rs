//! Finds the product that is meant, from the page, the words of the question and the talk before.

mod about;
mod catalogue;
mod handles;
mod kinds;
mod name;
mod plain;
mod series;
mod subject;
mod talk;
mod turn;

use jiff::Timestamp;

pub use about::about;
pub use catalogue::{Catalogue, Mention};
pub(super) use handles::COLOURS;
pub use name::{join_names, without_name};
pub use plain::Plain;
pub use subject::{How, Subject};

use super::Engine;
use super::types::Question;
use crate::knowledge::{Product, Shop};

/// A question with all that the readers of structured knowledge need.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// The shop.
    pub shop: &'a Shop,
    /// Its catalogue.
    pub catalogue: &'a Catalogue,
    /// The question, normalised. A follow-up has the message that it follows in front of it.
    pub text: &'a str,
    /// The buyer's earlier messages, oldest first.
    pub previous: &'a [String],
    /// Product id of the channel.
    pub product: Option<&'a str>,
    /// The moment the answer is for.
    pub at: Timestamp,
    /// The question without marks and spaces.
    pub plain: Plain,
    /// The product or products that it is about.
    pub subject: Subject,
}

impl<'a> Asked<'a> {
    /// Reads a question and finds its subject, once for all readers.
    pub fn new(
        shop: &'a Shop,
        catalogue: &'a Catalogue,
        text: &'a str,
        previous: &'a [String],
        product: Option<&'a str>,
        at: Timestamp,
    ) -> Asked<'a> {
        let plain = Plain::new(text).asking();
        let subject = subject::find(
            catalogue,
            product.and_then(|id| catalogue.by_id(id)),
            &plain,
            text,
            previous,
        );
        Asked {
            shop,
            catalogue,
            text,
            previous,
            product,
            at,
            plain,
            subject,
        }
    }

    /// Reads `text`, a piece of a question.
    pub fn of(engine: &'a Engine, question: &'a Question, text: &'a str) -> Asked<'a> {
        Asked::new(
            &engine.snapshot.shop,
            &engine.catalogue,
            text,
            &question.previous,
            question.product.as_deref(),
            question.at,
        )
    }

    /// The product at `index`.
    pub fn product_at(&self, index: u32) -> &'a Product {
        &self.shop.products[index as usize]
    }

    /// Whether the product at `index` is on sale at the moment asked for.
    pub fn on_sale(&self, index: u32) -> bool {
        self.product_at(index).on_sale.contains(self.at)
    }

    /// The same question with another text.
    pub fn reads<'b>(&self, text: &'b str) -> Asked<'b>
    where
        'a: 'b,
    {
        Asked::new(
            self.shop,
            self.catalogue,
            text,
            self.previous,
            self.product,
            self.at,
        )
    }

    /// Calls `read` with the question without the product's name: words of a title (现货, 成套, 120cm) are not what the
    /// buyer asks.
    pub fn beside_name<T>(&self, read: impl FnOnce(&Asked<'_>) -> T) -> T {
        let text = without_name(self, self.text);
        if text == self.text {
            return read(self);
        }
        let plain = Plain::new(&text).asking();
        read(&Asked {
            text: &text,
            plain,
            subject: self.subject.clone(),
            ..*self
        })
    }

    /// Whether the question contains one of `words`.
    pub fn says(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.plain.text.contains(word))
    }
}

#[cfg(test)]
mod tests;
