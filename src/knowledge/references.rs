//! Checks that need the whole shop: repeated ids, dangling references, windows that end before they start.

mod hints;
mod repeats;

use std::collections::HashSet;

use super::entry::entries;
use super::files::Kind;
use super::finding::{At, Finding, Log};
use super::ids;
use super::model::{Conditions, Expect, Golden, Place, Product, Shop, Window};
use hints::{Askers, hint, outcome_hint, spec_hint};

/// Checks the shop and reports faults. Adds `faq:` to golden expectations that give an FAQ id without it.
///
/// `broken` are the kinds with a file that could not be read completely. A missing thing of such a kind is not
/// reported, since that would hide the cause.
pub(crate) fn check(shop: &mut Shop, broken: &HashSet<Kind>, findings: &mut Vec<Finding>) {
    repeats::report(shop, findings);
    windows(shop, findings);
    let mut golden = std::mem::take(&mut shop.golden);
    let known = Known::new(shop, broken);
    for faq in &shop.faqs {
        check_conditions(&faq.conditions, &faq.place, &known, findings);
        for related in &faq.related {
            let id = related.strip_prefix("faq:").unwrap_or(related);
            if !known.has_faq(id) {
                let remedy = hint(related, known.faqs.iter().copied());
                let message = format!("related \"{related}\" is no FAQ id");
                at(&faq.place, "related", findings, |log, at| {
                    log.warning("dangling-related", at, message, remedy)
                });
            }
        }
    }
    for product in &shop.products {
        check_product(product, &known, findings);
    }
    for policy in &shop.policies {
        check_conditions(&policy.conditions, &policy.place, &known, findings);
    }
    size_rules(shop, &known, findings);
    check_golden(&mut golden, shop, &known, findings);
    shop.golden = golden;
}

/// A product's chart, and what it goes well with.
fn check_product(product: &Product, known: &Known, findings: &mut Vec<Finding>) {
    if let Some(chart) = product
        .size_chart
        .as_deref()
        .filter(|chart| !known.has_chart(chart))
    {
        let remedy = hint(chart, known.charts.iter().copied());
        let message = format!("size chart \"{chart}\" is no file in sizes/");
        at(&product.place, "size_chart", findings, |log, at| {
            log.error("dangling-size-chart", at, message, remedy)
        });
    }
    for other in product
        .goes_with
        .iter()
        .filter(|other| !known.has_product(other))
    {
        let remedy = hint(other, known.products.iter().copied());
        let message = format!("goes_with \"{other}\" is no product");
        at(&product.place, "goes_with", findings, |log, at| {
            log.warning("dangling-product", at, message, remedy)
        });
    }
}

/// What golden questions expect, and the products that they are about. An FAQ id without `faq:` is completed.
fn check_golden(golden: &mut [Golden], shop: &Shop, known: &Known, findings: &mut Vec<Finding>) {
    let entries = entry_ids(shop);
    let askers = Askers::new(&shop.faqs);
    for golden in golden {
        if let Expect::Entries(expected) = &mut golden.expect {
            for id in expected {
                if !entries.contains(id.as_str()) && known.faqs.contains(id.as_str()) {
                    *id = ids::faq(id);
                }
                if !entries.contains(id.as_str()) && !may_be_broken(id, known.broken) {
                    let kind = id.split(':').next().unwrap_or_default();
                    let alike = entries
                        .iter()
                        .map(String::as_str)
                        .filter(|entry| entry.starts_with(kind));
                    let (message, remedy) = match id.as_str() {
                        "handoff" | "clarify" | "转人工" | "澄清" => (
                            format!("\"{id}\" cannot be combined with entries"),
                            format!("expect either {id} alone or entries"),
                        ),
                        _ => {
                            let remedy = outcome_hint(id)
                                .or_else(|| askers.hint(&golden.question))
                                .or_else(|| spec_hint(id, &shop.products))
                                .unwrap_or_else(|| hint(id, alike));
                            (format!("\"{id}\" is no entry"), remedy)
                        }
                    };
                    at(&golden.place, "expect", findings, |log, at| {
                        log.warning("golden-unknown-entry", at, message, remedy)
                    });
                }
            }
        }
        if let Some(product) = golden
            .product
            .as_ref()
            .filter(|product| !known.has_product(product))
        {
            let remedy = hint(product, known.products.iter().copied());
            let message = format!("\"{product}\" is no product");
            at(&golden.place, "product", findings, |log, at| {
                log.warning("golden-unknown-product", at, message, remedy)
            });
        }
    }
}

/// The ids that references may name.
struct Known<'s> {
    broken: &'s HashSet<Kind>,
    faqs: HashSet<&'s str>,
    products: HashSet<&'s str>,
    categories: HashSet<&'s str>,
    charts: HashSet<&'s str>,
}

impl<'s> Known<'s> {
    fn new(shop: &'s Shop, broken: &'s HashSet<Kind>) -> Self {
        Known {
            broken,
            faqs: shop.faqs.iter().map(|faq| faq.id.as_str()).collect(),
            products: shop
                .products
                .iter()
                .map(|product| product.id.as_str())
                .collect(),
            categories: shop
                .products
                .iter()
                .map(|product| product.category.as_str())
                .collect(),
            charts: shop
                .charts
                .iter()
                .map(|chart| chart.stem.as_str())
                .collect(),
        }
    }

    // Things that a broken file may hold count as known.

    fn has_faq(&self, id: &str) -> bool {
        self.broken.contains(&Kind::Faq) || self.faqs.contains(id)
    }

    fn has_product(&self, id: &str) -> bool {
        self.broken.contains(&Kind::Product) || self.products.contains(id)
    }

    fn has_category(&self, name: &str) -> bool {
        self.broken.contains(&Kind::Product) || self.categories.contains(name)
    }

    fn has_chart(&self, stem: &str) -> bool {
        self.broken.contains(&Kind::Chart) || self.charts.contains(stem)
    }
}

/// Whether an entry with this id may be in a broken file. An id without a prefix belongs to the FAQ.
fn may_be_broken(id: &str, broken: &HashSet<Kind>) -> bool {
    broken.contains(&match id.split_once(':') {
        Some(("product" | "spec", _)) => Kind::Product,
        Some(("policy", _)) => Kind::Policy,
        Some(("size", _)) => Kind::Chart,
        Some(("script", _)) => Kind::Settings,
        _ => Kind::Faq,
    })
}

fn check_conditions(
    conditions: &Conditions,
    place: &Place,
    known: &Known,
    findings: &mut Vec<Finding>,
) {
    for product in conditions
        .products
        .iter()
        .filter(|product| !known.has_product(product))
    {
        let remedy = hint(product, known.products.iter().copied());
        let message = format!("it is limited to product \"{product}\", which is no product");
        at(place, "products", findings, |log, at| {
            log.error("dangling-product", at, message, remedy)
        });
    }
    for category in conditions
        .categories
        .iter()
        .filter(|category| !known.has_category(category))
    {
        let remedy = hint(category, known.categories.iter().copied());
        let message = format!("it is limited to category \"{category}\", which no product has");
        at(place, "categories", findings, |log, at| {
            log.warning("dangling-category", at, message, remedy)
        });
    }
}

/// `[size]` rules name charts, products or `default`.
fn size_rules(shop: &Shop, known: &Known, findings: &mut Vec<Finding>) {
    let rules = shop
        .settings
        .size
        .between
        .keys()
        .chain(shop.settings.size.fit.keys());
    for name in rules {
        if name != "default" && !known.has_chart(name) && !known.has_product(name) {
            let remedy = hint(name, known.charts.iter().chain(&known.products).copied());
            let message =
                format!("the rule for \"{name}\" names neither a size chart nor a product");
            Log::new("shop.toml", findings).warning(
                "dangling-size-rule",
                At::FILE,
                message,
                remedy,
            );
        }
    }
}

fn windows(shop: &Shop, findings: &mut Vec<Finding>) {
    let mut check = |window: &Window, place: &Place, names: [&str; 2]| {
        if let (Some(from), Some(until)) = (window.from, window.until)
            && until <= from
        {
            let message = format!("{} lies after {}", names[0], names[1]);
            at(place, names[1], findings, |log, at| {
                log.error(
                    "reversed-window",
                    at,
                    message,
                    "swap or correct the two dates",
                )
            });
        }
    };
    for faq in &shop.faqs {
        check(&faq.window, &faq.place, ["valid_from", "valid_until"]);
    }
    for policy in &shop.policies {
        check(&policy.window, &policy.place, ["valid_from", "valid_until"]);
    }
    for product in &shop.products {
        check(
            &product.on_sale,
            &product.place,
            ["on_sale_from", "on_sale_until"],
        );
    }
}

/// All ids that an output can have: entries, whole policies, scripts.
fn entry_ids(shop: &Shop) -> HashSet<String> {
    let policies = shop.policies.iter();
    let scripts = shop.settings.scripts.keys();
    entries(shop)
        .into_iter()
        .map(|entry| entry.id)
        .chain(policies.map(|policy| ids::policy(&policy.stem, &[])))
        .chain(scripts.map(|name| ids::script(name)))
        .collect()
}

/// Reports at a column of an entry's place, under our name of the column, since the header is no longer known.
fn at(place: &Place, column: &str, findings: &mut Vec<Finding>, report: impl FnOnce(&mut Log, At)) {
    let mut log = Log::new(&place.file, findings);
    report(
        &mut log.sheet(place.sheet.as_deref()),
        At::cell(place.row, column),
    );
}
