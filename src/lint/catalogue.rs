//! Rules about products: against each other and against their size charts.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::scene::{Scene, spot, windows_meet};
use super::{Report, Rule};
use crate::knowledge::{ChartRow, Product, SizeChart, nearest};
use crate::text::normalise::normalise;

/// Two products on sale at the same time share a name.
pub(super) const SHARED_ALIAS: Rule = Rule::warning("shared-alias");
/// A size on sale is missing in the size chart.
pub(super) const SKU_NOT_IN_CHART: Rule = Rule::warning("sku-not-in-chart");

/// A size occurs twice: in a chart with other measures, or among the variants of one colour.
pub(super) const REPEATED_SIZE: Rule = Rule::warning("repeated-size");

/// A budget is set for a category that no entry has.
pub(super) const UNKNOWN_BUDGET: Rule = Rule::warning("unknown-budget");

pub(super) fn check(scene: &Scene, report: &mut Report) {
    aliases(scene, report);
    budgets(scene, report);
    let charts: HashMap<&str, &SizeChart> = scene
        .shop
        .charts
        .iter()
        .map(|chart| (chart.stem.as_str(), chart))
        .collect();
    for chart in &scene.shop.charts {
        repeated_rows(chart, report);
    }
    for product in &scene.shop.products {
        repeated_skus(product, report);
        if let Some(chart) = product
            .size_chart
            .as_deref()
            .and_then(|stem| charts.get(stem))
        {
            sizes(product, chart, report);
        }
    }
}

/// Reports budgets without effect. With a misspelt `default`, all entries would keep the built-in budget.
fn budgets(scene: &Scene, report: &mut Report) {
    let categories: BTreeSet<&str> = scene
        .shop
        .faqs
        .iter()
        .map(|faq| faq.category.as_str())
        .filter(|category| !category.is_empty())
        .collect();
    let named = scene.shop.settings.budgets.keys();
    for name in named.filter(|name| *name != "default" && !categories.contains(name.as_str())) {
        let known: Vec<&str> = categories.iter().copied().chain(["default"]).collect();
        report.push(
            &UNKNOWN_BUDGET,
            &scene.shop.lines.place("shop.toml", name),
            None,
            format!("[budgets] names \"{name}\", and no entry is of this category"),
            match nearest(name, known.iter().copied()) {
                Some(near) => format!(
                    "write {near} if that is meant (known: {}), or remove it",
                    known.join(", ")
                ),
                None => format!("name one of {}, or remove it", known.join(", ")),
            },
        );
    }
}

/// Reports names and aliases that two products share. An alias that equals the category's name is only the category.
fn aliases(scene: &Scene, report: &mut Report) {
    let mut owners: BTreeMap<String, &Product> = BTreeMap::new();
    for product in &scene.shop.products {
        if product.on_sale.until.is_some_and(|until| until <= scene.at) {
            continue;
        }
        let mut names: Vec<&String> = product.aliases.iter().chain([&product.name]).collect();
        names.dedup();
        for name in names {
            let key: String = normalise(name)
                .chars()
                .filter(|c| c.is_alphanumeric())
                .collect();
            if key.is_empty() {
                continue;
            }
            match owners.get(&key) {
                Some(other)
                    if other.id != product.id
                        && windows_meet(&other.on_sale, &product.on_sale, scene.at) =>
                {
                    report.push(
                        &SHARED_ALIAS,
                        &product.place,
                        Some("aliases"),
                        format!(
                            "\"{name}\" is also a name of {} ({})",
                            other.id,
                            spot(&other.place)
                        ),
                        "give it to one of them; a buyer who says it means one",
                    );
                }
                Some(_) => {}
                None => {
                    owners.insert(key, product);
                }
            }
        }
    }
}

/// Rows of one size with measures of their own, or two rows of a cross table for the same measures. Where most sizes have
/// several rows, these are alternatives (150cm and slim, 155cm and sturdy), and meant; not where it is the only size.
fn repeated_rows(chart: &SizeChart, report: &mut Report) {
    let mut first: BTreeMap<_, &ChartRow> = BTreeMap::new();
    let mut again: Vec<(&ChartRow, &ChartRow, String)> = Vec::new();
    let (mut repeated, mut rows) = (BTreeSet::new(), BTreeSet::new());
    for row in &chart.rows {
        let (key, what) = match chart.cross {
            true => {
                let interval = row.cells.first().and_then(|cell| cell.interval);
                let ends = interval.map(|i| [i.low, i.high].map(|end| end.map(f64::to_bits)));
                ((ends, String::new()), "the row for")
            }
            false => ((None, normalise(&row.size)), "size"),
        };
        match first.get(&key) {
            None => {
                first.insert(key, row);
            }
            // A cross table has one of our rows for each of its cells.
            Some(known) if known.place.row == row.place.row || !rows.insert(row.place.row) => {}
            Some(known) => {
                let name = match chart.cross {
                    true => row.cells.first().map_or("", |cell| &cell.text),
                    false => &row.size,
                };
                again.push((row, known, format!("{what} {name}")));
                repeated.insert(key);
            }
        }
    }
    // A chart of one size alone has nothing to choose between.
    if repeated.len() * 2 > first.len() && first.len() > 1 {
        return;
    }
    for (row, known, what) in again {
        report.push(
            &REPEATED_SIZE,
            &row.place,
            None,
            format!("{what} stands in {} already", spot(&known.place)),
            "correct the size, or remove one of the two rows",
        );
    }
}

/// Reports a size that occurs twice in one colour, since another one is probably missing.
fn repeated_skus(product: &Product, report: &mut Report) {
    for group in &product.skus {
        let mut seen = BTreeSet::new();
        if let Some(size) = group
            .sizes
            .iter()
            .find(|size| !seen.insert(normalise(size)))
        {
            report.push(
                &REPEATED_SIZE,
                &product.place,
                Some("skus"),
                format!("{}: {} lists {size} twice", product.id, group.colour),
                "remove it, or write the size that is meant",
            );
        }
    }
}

/// Reports sizes on sale that are not in the chart. A product with one size for all needs no advice.
fn sizes(product: &Product, chart: &SizeChart, report: &mut Report) {
    let fold = |size: &str| normalise(size).trim_end_matches('码').to_string();
    let known: Vec<String> = chart.sizes.iter().map(|size| fold(size)).collect();
    let mut missing: Vec<&str> = product
        .skus
        .iter()
        .flat_map(|group| &group.sizes)
        .filter(|size| !known.contains(&fold(size)) && !size.contains("均码"))
        .map(String::as_str)
        .collect();
    missing.sort_unstable();
    missing.dedup();
    // If no size is known, the second property is not the size (套餐, 容量).
    let any_known = product
        .skus
        .iter()
        .flat_map(|group| &group.sizes)
        .any(|size| known.contains(&fold(size)));
    // 黑色M: the colon between colour and size is missing.
    let glued = missing.iter().find_map(|size| {
        let size = fold(size);
        let known = known.iter().filter(|known| !known.is_empty());
        let (colour, known) = known
            .filter_map(|known| Some((size.strip_suffix(known.as_str())?, known)))
            .min_by_key(|(colour, _)| colour.len())?;
        let word = !colour.is_empty() && colour.chars().all(|c| !c.is_ascii());
        word.then(|| format!("{colour}:{known}"))
    });
    if !missing.is_empty() && any_known {
        report.push(
            &SKU_NOT_IN_CHART,
            &product.place,
            Some("skus"),
            format!(
                "{} is sold in {}, which size chart {} does not have",
                product.id,
                missing.join(", "),
                chart.stem
            ),
            match glued {
                Some(pair) => format!(
                    "write {pair} with a colon, if a colour and its size are meant; else add the row to the chart"
                ),
                None => "add the row to the chart, or take the size off sale".to_owned(),
            },
        );
    }
}
