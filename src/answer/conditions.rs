//! Whether an entry applies: its window, products, categories, order states and keywords.

use jiff::Timestamp;

use super::Engine;
use crate::knowledge::{Entry, OrderState, Phase};
use crate::text::normalise::normalise;

/// What a talk tells of itself.
#[derive(Debug, Clone, Default)]
pub struct Talk<'a> {
    /// The product meant, by index.
    pub product: Option<u32>,
    /// State of the buyer's order.
    pub order_state: Option<OrderState>,
    /// Normalised question and talk before it, for keywords.
    pub words: String,
    /// The moment the answer is for.
    pub at: Timestamp,
    /// Id of the product of the channel.
    pub channel: Option<&'a str>,
}

/// Whether an entry applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// It does.
    Applies,
    /// The talk does not tell: it ranks below unlimited entries.
    Unknown,
    /// It does not, by this condition.
    Fails(&'static str),
    /// It is not in force.
    NotInForce,
}

/// Tries an entry's conditions, the window last, so that a dead entry of another product says nothing.
pub fn fit(engine: &Engine, entry: &Entry, talk: &Talk<'_>) -> Fit {
    let shop = &engine.snapshot.shop;
    let mut unknown = false;
    if let Some(conditions) = entry.conditions(shop) {
        let product = talk.product.map(|index| &shop.products[index as usize]);
        if !conditions.products.is_empty() {
            match product {
                Some(product) if !conditions.products.contains(&product.id) => {
                    return Fit::Fails("products");
                }
                Some(_) => {}
                None => unknown = true,
            }
        }
        if !conditions.categories.is_empty() {
            match product {
                Some(product) if !conditions.categories.contains(&product.category) => {
                    return Fit::Fails("categories");
                }
                Some(_) => {}
                // The question may name the category itself.
                None => {
                    unknown |= !conditions
                        .categories
                        .iter()
                        .any(|category| talk.words.contains(&normalise(category)))
                }
            }
        }
        if !conditions.order_states.is_empty() {
            match talk.order_state {
                Some(state) if !conditions.order_states.contains(&state) => {
                    return Fit::Fails("order_states");
                }
                Some(_) => {}
                None => unknown = true,
            }
        }
        let met = |all: &Vec<String>| {
            all.iter()
                .all(|word| engine.snapshot.synonyms.occurs(word, &talk.words))
        };
        if !conditions.keywords.is_empty() && !conditions.keywords.iter().any(met) {
            return Fit::Fails("keywords");
        }
    }
    if entry.window(shop).phase(talk.at) != Phase::In {
        return Fit::NotInForce;
    }
    if unknown { Fit::Unknown } else { Fit::Applies }
}
