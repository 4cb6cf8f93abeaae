//! Whether an entry applies: its window, products, categories, order states and keywords.

use jiff::Timestamp;

use super::Engine;
use super::product::Plain;
use crate::knowledge::{Conditions, Entry, OrderState, Phase, Product, Shop, order_state_name};
use crate::text::normalise::normalise;

/// The most names listed of a longer list.
const NAMED: usize = 3;

/// What a talk tells about the buyer's situation.
#[derive(Debug, Clone, Default)]
pub struct Talk {
    /// Indexes of the products that can be meant.
    pub products: Vec<u32>,
    /// State of the buyer's order.
    pub order_state: Option<OrderState>,
    /// Normalised question and talk before it, for keywords.
    pub words: String,
    /// The normalised question by itself. The goods that it names count; those of the talk before it do not.
    pub said: String,
    /// The moment that the answer is for.
    pub at: Timestamp,
}

/// Whether an entry applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// All conditions are met.
    Applies,
    /// The talk does not tell. The entry ranks below unlimited entries.
    Unknown,
    /// The condition of this name is not met.
    Fails(&'static str),
    /// The entry is not in force.
    NotInForce,
}

/// Checks an entry's conditions. The window comes last, so that an expired entry about another product is reported as
/// one about another product.
pub fn fit(engine: &Engine, entry: &Entry, talk: &Talk) -> Fit {
    let shop = &engine.snapshot.shop;
    let mut unknown = false;
    if let Some(conditions) = entry.conditions(shop) {
        if !conditions.products.is_empty() {
            match share(shop, talk, |product| {
                conditions.products.contains(&product.id)
            }) {
                Some(Share::Nothing) => return Fit::Fails("products"),
                Some(Share::All) => {}
                Some(Share::Part) | None => unknown = true,
            }
        }
        if !conditions.categories.is_empty() {
            let limited = |product: &Product| conditions.categories.contains(&product.category);
            match share(shop, talk, limited) {
                Some(Share::Nothing) => return Fit::Fails("categories"),
                Some(Share::All) => {}
                Some(Share::Part) | None => unknown |= !names_category(engine, conditions, talk),
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

/// How many of the products that can be meant fulfil a condition.
enum Share {
    Nothing,
    Part,
    All,
}

/// The share of the talk's products that fulfil a condition; `None` if no product is known.
fn share(shop: &Shop, talk: &Talk, meets: impl Fn(&Product) -> bool) -> Option<Share> {
    let all = talk.products.len();
    let meeting = talk.products.iter();
    let meeting = meeting.filter(|&&index| meets(&shop.products[index as usize]));
    match meeting.count() {
        _ if all == 0 => None,
        0 => Some(Share::Nothing),
        some if some < all => Some(Share::Part),
        _ => Some(Share::All),
    }
}

/// Whether the talk names one of the categories or a synonym of it. If the question names goods itself, those of the
/// talk before it do not count.
fn names_category(engine: &Engine, conditions: &Conditions, talk: &Talk) -> bool {
    let words = match engine.catalogue.kind(&Plain::new(&talk.said)) {
        Some(_) => &talk.said,
        None => &talk.words,
    };
    conditions.categories.iter().any(|category| {
        let synonyms = &engine.snapshot.synonyms;
        words.contains(category.as_str()) || synonyms.occurs(&normalise(category), words)
    })
}

/// What limits an entry and is told neither by the talk nor by the entry's own text, as a buyer reads it: `云朵毛毯`,
/// `冰箱、洗衣机（已签收的订单）`. `None` if nothing is untold.
pub fn untold(engine: &Engine, entry: &Entry, talk: &Talk) -> Option<String> {
    let shop = &engine.snapshot.shop;
    let conditions = entry.conditions(shop)?;
    let text = entry.text(shop);
    let told = |names: &[&str]| names.iter().any(|name| text.contains(name));
    let mut goods: Vec<&str> = Vec::new();
    if talk.products.len() != 1 {
        let limited = shop
            .products
            .iter()
            .filter(|product| conditions.products.contains(&product.id));
        goods.extend(limited.map(|product| product.name.as_str()));
        if !names_category(engine, conditions, talk) {
            goods.extend(conditions.categories.iter().map(String::as_str));
        }
    }
    let mut states: Vec<&str> = Vec::new();
    if talk.order_state.is_none() {
        let names = conditions
            .order_states
            .iter()
            .map(|state| order_state_name(*state));
        states.extend(names);
    }
    let goods = (!goods.is_empty() && !told(&goods)).then(|| listed(&goods));
    let states =
        (!states.is_empty() && !told(&states)).then(|| format!("{}的订单", listed(&states)));
    match (goods, states) {
        (Some(goods), Some(states)) => Some(format!("{goods}（{states}）")),
        (goods, states) => goods.or(states),
    }
}

/// `甲、乙、丙等5种`.
fn listed(names: &[&str]) -> String {
    let shown = names[..names.len().min(NAMED)].join("、");
    match names.len() > NAMED {
        true => format!("{shown}等{}种", names.len()),
        false => shown,
    }
}
