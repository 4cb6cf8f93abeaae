//! Entries: the answerable pieces of a shop, each with its public id.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ids;
use super::model::{Conditions, Layer, Place, Shop, Window};

/// Headings of so few characters are titles only with the name of their page.
const SHORT_HEADING: usize = 3;

/// What an entry is. The lower-case name is the prefix of its id.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An FAQ row.
    Faq,
    /// A product, or a heading of a product's page.
    Product,
    /// One spec of a product.
    Spec,
    /// A policy passage.
    Policy,
    /// A size chart.
    Size,
    /// A reply script.
    Script,
}

impl Kind {
    /// The prefix of an entry id.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Faq => "faq",
            Kind::Product => "product",
            Kind::Spec => "spec",
            Kind::Policy => "policy",
            Kind::Size => "size",
            Kind::Script => "script",
        }
    }

    /// The kind with this prefix.
    pub fn parse(prefix: &str) -> Option<Kind> {
        [
            Kind::Faq,
            Kind::Product,
            Kind::Spec,
            Kind::Policy,
            Kind::Size,
            Kind::Script,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == prefix)
    }
}

/// The place of an entry's data in a [`Shop`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntryAt {
    /// `shop.faqs[i]`
    Faq(u32),
    /// `shop.products[i]`
    Product(u32),
    /// `shop.products[i].passages[j]`
    ProductPassage(u32, u32),
    /// `shop.products[i].specs[j]`
    Spec(u32, u32),
    /// `shop.policies[i].passages[j]`
    Policy(u32, u32),
    /// `shop.charts[i]`
    Size(u32),
}

/// One answerable piece of knowledge. Text is borrowed from the shop through [`EntryAt`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Public id, for example `spec:P001/材质`.
    pub id: String,
    /// The place of its data.
    pub at: EntryAt,
}

/// All entries of a shop in this order: FAQ, policies, products (with their specs and passages), charts.
pub fn entries(shop: &Shop) -> Vec<Entry> {
    let mut all = Vec::with_capacity(shop.faqs.len() + shop.products.len() * 12 + 64);
    for (i, faq) in (0..).zip(&shop.faqs) {
        all.push(Entry {
            id: ids::faq(&faq.id),
            at: EntryAt::Faq(i),
        });
    }
    for (i, policy) in (0..).zip(&shop.policies) {
        for (j, passage) in (0..).zip(&policy.passages) {
            all.push(Entry {
                id: ids::policy(&policy.stem, &passage.path),
                at: EntryAt::Policy(i, j),
            });
        }
    }
    for (i, product) in (0..).zip(&shop.products) {
        all.push(Entry {
            id: ids::product(&product.id, &[]),
            at: EntryAt::Product(i),
        });
        for (j, spec) in (0..).zip(&product.specs) {
            all.push(Entry {
                id: ids::spec(&product.id, &spec.name),
                at: EntryAt::Spec(i, j),
            });
        }
        for (j, passage) in (0..).zip(&product.passages) {
            // Text before the first heading belongs to the product itself.
            if !passage.path.is_empty() {
                all.push(Entry {
                    id: ids::product(&product.id, &passage.path),
                    at: EntryAt::ProductPassage(i, j),
                });
            }
        }
    }
    for (i, chart) in (0..).zip(&shop.charts) {
        all.push(Entry {
            id: ids::size(&chart.stem),
            at: EntryAt::Size(i),
        });
    }
    all
}

impl Entry {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self.at {
            EntryAt::Faq(_) => Kind::Faq,
            EntryAt::Product(_) | EntryAt::ProductPassage(..) => Kind::Product,
            EntryAt::Spec(..) => Kind::Spec,
            EntryAt::Policy(..) => Kind::Policy,
            EntryAt::Size(_) => Kind::Size,
        }
    }

    /// The title in lists: the question, the heading, or the product's name and spec.
    pub fn title<'a>(&self, shop: &'a Shop) -> Cow<'a, str> {
        match self.at {
            EntryAt::Faq(i) => Cow::Borrowed(&shop.faqs[i as usize].question),
            EntryAt::Product(i) => Cow::Borrowed(&shop.products[i as usize].name),
            EntryAt::ProductPassage(i, j) => {
                let product = &shop.products[i as usize];
                let path = &product.passages[j as usize].path;
                // A page often repeats the name as its first heading.
                let path = match path.split_first() {
                    Some((first, rest)) if *first == product.name && !rest.is_empty() => rest,
                    _ => path,
                };
                Cow::Owned(format!("{} · {}", product.name, path.join(" · ")))
            }
            EntryAt::Spec(i, j) => {
                let product = &shop.products[i as usize];
                Cow::Owned(format!(
                    "{} · {}",
                    product.name, product.specs[j as usize].name
                ))
            }
            EntryAt::Policy(i, j) => {
                let policy = &shop.policies[i as usize];
                match policy.passages[j as usize].path.last() {
                    // 时限 alone tells nobody of what.
                    Some(heading) if heading.chars().count() <= SHORT_HEADING => {
                        let names = *heading != policy.title && !policy.title.is_empty();
                        match names {
                            true => Cow::Owned(format!("{} · {heading}", policy.title)),
                            false => Cow::Borrowed(heading),
                        }
                    }
                    Some(heading) => Cow::Borrowed(heading),
                    None => Cow::Borrowed(&policy.title),
                }
            }
            EntryAt::Size(i) => Cow::Owned(format!("尺码表 {}", shop.charts[i as usize].stem)),
        }
    }

    /// The text that an answer quotes verbatim. For a product it is the opening text of its page, or its specs.
    pub fn text<'a>(&self, shop: &'a Shop) -> Cow<'a, str> {
        match self.at {
            EntryAt::Faq(i) => Cow::Borrowed(&shop.faqs[i as usize].answer),
            EntryAt::Product(i) => {
                let product = &shop.products[i as usize];
                match product
                    .passages
                    .iter()
                    .find(|passage| passage.path.is_empty())
                {
                    Some(opening) => Cow::Borrowed(&opening.text),
                    None => Cow::Owned(
                        product
                            .specs
                            .iter()
                            .map(|s| format!("{}：{}", s.name, s.value))
                            .collect::<Vec<_>>()
                            .join("\n"),
                    ),
                }
            }
            EntryAt::ProductPassage(i, j) => {
                Cow::Borrowed(&shop.products[i as usize].passages[j as usize].text)
            }
            EntryAt::Spec(i, j) => {
                Cow::Borrowed(&shop.products[i as usize].specs[j as usize].value)
            }
            EntryAt::Policy(i, j) => {
                Cow::Borrowed(&shop.policies[i as usize].passages[j as usize].text)
            }
            EntryAt::Size(i) => {
                let chart = &shop.charts[i as usize];
                let header: Vec<&str> = std::iter::once("尺码")
                    .chain(chart.columns.iter().map(|c| c.header.as_str()))
                    .collect();
                let rows = chart.rows.iter().map(|row| {
                    let cells: Vec<&str> = std::iter::once(row.size.as_str())
                        .chain(row.cells.iter().map(|c| c.text.as_str()))
                        .collect();
                    cells.join(" | ")
                });
                Cow::Owned(
                    std::iter::once(header.join(" | "))
                        .chain(rows)
                        .collect::<Vec<_>>()
                        .join("\n"),
                )
            }
        }
    }

    /// Its place in the files.
    pub fn place<'a>(&self, shop: &'a Shop) -> &'a Place {
        match self.at {
            EntryAt::Faq(i) => &shop.faqs[i as usize].place,
            EntryAt::Product(i) => &shop.products[i as usize].place,
            EntryAt::ProductPassage(i, j) => &shop.products[i as usize].passages[j as usize].place,
            EntryAt::Spec(i, j) => &shop.products[i as usize].specs[j as usize].place,
            EntryAt::Policy(i, j) => &shop.policies[i as usize].passages[j as usize].place,
            EntryAt::Size(i) => &shop.charts[i as usize].place,
        }
    }

    /// The time in which it is in force. What belongs to a product is in force while the product is on sale.
    pub fn window<'a>(&self, shop: &'a Shop) -> &'a Window {
        const ALWAYS: &Window = &Window {
            from: None,
            until: None,
            until_text: None,
        };
        match self.at {
            EntryAt::Faq(i) => &shop.faqs[i as usize].window,
            EntryAt::Policy(i, _) => &shop.policies[i as usize].window,
            EntryAt::Product(i) | EntryAt::ProductPassage(i, _) | EntryAt::Spec(i, _) => {
                &shop.products[i as usize].on_sale
            }
            EntryAt::Size(_) => ALWAYS,
        }
    }

    /// Its conditions, if it has any.
    pub fn conditions<'a>(&self, shop: &'a Shop) -> Option<&'a Conditions> {
        match self.at {
            EntryAt::Faq(i) => Some(&shop.faqs[i as usize].conditions),
            EntryAt::Policy(i, _) => Some(&shop.policies[i as usize].conditions),
            _ => None,
        }
    }

    /// Its authority.
    pub fn layer(&self, shop: &Shop) -> Layer {
        match self.at {
            EntryAt::Faq(i) => shop.faqs[i as usize].layer,
            EntryAt::Policy(i, _) => shop.policies[i as usize].layer,
            EntryAt::Product(_) | EntryAt::ProductPassage(..) | EntryAt::Spec(..) => Layer::Product,
            EntryAt::Size(_) => Layer::Shop,
        }
    }

    /// The category for budgets and filters.
    pub fn category<'a>(&self, shop: &'a Shop) -> &'a str {
        match self.at {
            EntryAt::Faq(i) => &shop.faqs[i as usize].category,
            _ => "",
        }
    }
}
