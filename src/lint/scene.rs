//! The data of the rules: every text that may reach a buyer, and when two entries compete.

use jiff::Timestamp;
use rayon::prelude::*;

use crate::knowledge::{Conditions, Faq, Layer, Passage, Place, Policy, Shop, Window, ids};
use crate::text::normalise::normalise;

/// The shop as the linter sees it.
pub(super) struct Scene<'a> {
    pub(super) shop: &'a Shop,
    /// The current moment.
    pub(super) at: Timestamp,
    /// Every text that may reach a buyer.
    pub(super) pieces: Vec<Piece<'a>>,
    /// The texts that buyers see when an entry is offered as an option: questions, headings, names.
    pub(super) titles: Vec<Piece<'a>>,
    /// The standard question of each FAQ entry, normalised.
    pub(super) questions: Vec<String>,
}

/// The source of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    Faq,
    Policy,
    ProductPage,
    Spec,
    Script,
    /// A question, heading or name.
    Title,
}

/// A text that may reach a buyer.
pub(super) struct Piece<'a> {
    /// Entry id.
    pub(super) id: String,
    pub(super) from: From,
    /// The texts that tell its topic: the question, the title and headings, the spec's name.
    pub(super) titles: Vec<&'a str>,
    pub(super) text: &'a str,
    /// The normalised text, computed once for all rules.
    pub(super) plain: String,
    pub(super) place: Place,
    /// Our name of the column.
    pub(super) column: Option<&'static str>,
    pub(super) scope: Scope<'a>,
}

/// Where and when an entry applies.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) layer: Layer,
    pub(super) window: &'a Window,
    pub(super) conditions: Option<&'a Conditions>,
    /// The product to which the page or spec belongs.
    pub(super) product: Option<&'a str>,
}

const ALWAYS: &Window = &Window {
    from: None,
    until: None,
    until_text: None,
};

impl<'a> Scene<'a> {
    pub(super) fn new(shop: &'a Shop, at: Timestamp) -> Scene<'a> {
        let (mut pieces, mut titles) = (pieces(shop), titles(shop));
        pieces
            .par_iter_mut()
            .chain(titles.par_iter_mut())
            .for_each(|piece| piece.plain = normalise(piece.text));
        let questions = shop.faqs.par_iter();
        Scene {
            shop,
            at,
            pieces,
            titles,
            questions: questions.map(|faq| normalise(&faq.question)).collect(),
        }
    }
}

fn pieces(shop: &Shop) -> Vec<Piece<'_>> {
    let mut pieces = Vec::with_capacity(shop.faqs.len() + shop.products.len() * 12);
    pieces.extend(shop.faqs.iter().map(Piece::of_faq));
    for policy in &shop.policies {
        let passages = policy.passages.iter();
        pieces.extend(passages.map(|passage| Piece::of_passage(policy, passage)));
    }
    for product in &shop.products {
        let scope = Scope::of_product(product);
        for spec in &product.specs {
            pieces.push(Piece {
                id: ids::spec(&product.id, &spec.name),
                from: From::Spec,
                titles: vec![&spec.name],
                text: &spec.value,
                plain: String::new(),
                place: spec.place.clone(),
                column: None,
                scope,
            });
        }
        for passage in &product.passages {
            pieces.push(Piece {
                id: ids::product(&product.id, &passage.path),
                from: From::ProductPage,
                titles: passage.path.iter().map(String::as_str).collect(),
                text: &passage.text,
                plain: String::new(),
                place: passage.place.clone(),
                column: None,
                scope,
            });
        }
    }
    for (name, text) in &shop.settings.scripts {
        pieces.push(Piece {
            id: ids::script(name),
            from: From::Script,
            titles: Vec::new(),
            text,
            plain: String::new(),
            place: shop.lines.place("shop.toml", name),
            column: None,
            scope: Scope {
                layer: Layer::Shop,
                window: ALWAYS,
                conditions: None,
                product: None,
            },
        });
    }
    pieces
}

/// Questions of FAQ entries, headings of policies, names of products.
fn titles(shop: &Shop) -> Vec<Piece<'_>> {
    let title = |id, text, place: &Place, column, scope| Piece {
        id,
        from: From::Title,
        titles: Vec::new(),
        text,
        plain: String::new(),
        place: place.clone(),
        column,
        scope,
    };
    let questions = shop.faqs.iter().map(|faq| {
        let scope = Scope::of_faq(faq);
        title(
            ids::faq(&faq.id),
            faq.question.as_str(),
            &faq.place,
            Some("question"),
            scope,
        )
    });
    let headings = shop.policies.iter().flat_map(|policy| {
        policy.passages.iter().map(move |passage| {
            let heading = passage.path.last().unwrap_or(&policy.title);
            let id = ids::policy(&policy.stem, &passage.path);
            title(
                id,
                heading.as_str(),
                &passage.place,
                None,
                Scope::of_policy(policy),
            )
        })
    });
    let names = shop.products.iter().map(|product| {
        let id = ids::product(&product.id, &[]);
        title(
            id,
            product.name.as_str(),
            &product.place,
            Some("name"),
            Scope::of_product(product),
        )
    });
    questions.chain(headings).chain(names).collect()
}

impl<'a> Scope<'a> {
    pub(super) fn of_product(product: &'a crate::knowledge::Product) -> Scope<'a> {
        Scope {
            layer: Layer::Product,
            window: &product.on_sale,
            conditions: None,
            product: Some(&product.id),
        }
    }

    pub(super) fn of_faq(faq: &'a crate::knowledge::Faq) -> Scope<'a> {
        Scope {
            layer: faq.layer,
            window: &faq.window,
            conditions: Some(&faq.conditions),
            product: None,
        }
    }

    pub(super) fn of_policy(policy: &'a crate::knowledge::Policy) -> Scope<'a> {
        Scope {
            layer: policy.layer,
            window: &policy.window,
            conditions: Some(&policy.conditions),
            product: None,
        }
    }

    /// Whether both are in force at some moment from `at` on.
    pub(super) fn meets(&self, other: &Scope, at: Timestamp) -> bool {
        windows_meet(self.window, other.window, at)
    }

    /// Whether both are limited in the same way, so that neither is an exception to the other: both unlimited, or
    /// limited to overlapping products, categories and order states.
    pub(super) fn rivals(&self, other: &Scope) -> bool {
        let (one, two) = (&self.limits().order_states, &other.limits().order_states);
        alike(one, two) && self.rivals_on_goods(other)
    }

    /// Like [`Scope::rivals`], for texts whose truth does not depend on the order state.
    pub(super) fn rivals_on_goods(&self, other: &Scope) -> bool {
        let (one, two) = (self.limits(), other.limits());
        let states = &two.order_states;
        alike(&self.products(), &other.products())
            && alike(&one.categories, &two.categories)
            && (one.order_states.is_empty()
                || states.is_empty()
                || one.order_states.iter().any(|state| states.contains(state)))
    }

    /// Whether a floor with this scope binds an entry with the scope `other`: none of its limits excludes the other.
    pub(super) fn covers(&self, other: &Scope) -> bool {
        fn holds<T: PartialEq>(floor: &[T], other: &[T]) -> bool {
            floor.is_empty() || other.iter().any(|x| floor.contains(x))
        }
        let (floor, bound) = (self.limits(), other.limits());
        holds(&self.products(), &other.products())
            && holds(&floor.categories, &bound.categories)
            && holds(&floor.order_states, &bound.order_states)
    }

    fn limits(&self) -> &'a Conditions {
        const NONE: &Conditions = &Conditions {
            products: Vec::new(),
            categories: Vec::new(),
            order_states: Vec::new(),
            keywords: Vec::new(),
        };
        self.conditions.unwrap_or(NONE)
    }

    fn products(&self) -> Vec<&'a str> {
        match self.product {
            Some(product) => vec![product],
            None => self.limits().products.iter().map(String::as_str).collect(),
        }
    }

    /// Whether it is a rule of the law or the platform.
    pub(super) fn is_floor(&self) -> bool {
        matches!(self.layer, Layer::Law | Layer::Platform)
    }
}

/// Whether two lists limit in the same way: both are empty, or they have something in common.
fn alike<T: PartialEq>(one: &[T], other: &[T]) -> bool {
    one.is_empty() == other.is_empty() && (one.is_empty() || one.iter().any(|x| other.contains(x)))
}

/// Whether two windows have a moment in common at or after `at`.
pub(super) fn windows_meet(one: &Window, other: &Window, at: Timestamp) -> bool {
    let start = one.from.max(other.from).max(Some(at));
    let end = one.until.into_iter().chain(other.until).min();
    end.is_none_or(|end| start < Some(end))
}

impl<'a> Piece<'a> {
    /// The answer of an FAQ row, not yet normalised.
    pub(super) fn of_faq(faq: &'a Faq) -> Piece<'a> {
        Piece {
            id: ids::faq(&faq.id),
            from: From::Faq,
            titles: vec![&faq.question],
            text: &faq.answer,
            plain: String::new(),
            place: faq.place.clone(),
            column: Some("answer"),
            scope: Scope::of_faq(faq),
        }
    }

    /// A passage of a policy, not yet normalised.
    pub(super) fn of_passage(policy: &'a Policy, passage: &'a Passage) -> Piece<'a> {
        let mut titles = vec![policy.title.as_str()];
        titles.extend(passage.path.iter().map(String::as_str));
        Piece {
            id: ids::policy(&policy.stem, &passage.path),
            from: From::Policy,
            titles,
            text: &passage.text,
            plain: String::new(),
            place: passage.place.clone(),
            column: None,
            scope: Scope::of_policy(policy),
        }
    }

    /// Whether it is never sent again from `at` on.
    pub(super) fn is_over(&self, at: Timestamp) -> bool {
        self.scope.window.until.is_some_and(|until| until <= at)
    }
}

/// Whether a text holds a figure in any script except Chinese numerals.
pub(super) fn has_figure(text: &str) -> bool {
    // Searching the tables of numeric characters is slow for Han characters, which are not in them.
    text.contains(|c: char| !matches!(c, '\u{4e00}'..='\u{9fff}') && c.is_numeric())
}

/// `file:row`, for messages that point to a second place.
pub(super) fn spot(place: &Place) -> String {
    match (&place.sheet, place.row) {
        (_, 0) => place.file.clone(),
        (None, row) => format!("{}:{row}", place.file),
        (Some(sheet), row) => format!("{}[{sheet}]:{row}", place.file),
    }
}

/// The first characters of a text, for messages.
pub(super) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 24;
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match flat.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &flat[..end]),
        None => flat,
    }
}
