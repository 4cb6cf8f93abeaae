//! Reads product pages: one Markdown file per product.

use super::skus::parse_skus;
use super::{COLUMNS, slip_of};
use crate::knowledge::context::Context;
use crate::knowledge::dates;
use crate::knowledge::finding::{At, Finding, Log};
use crate::knowledge::header::{closeness, resolve};
use crate::knowledge::markdown::{self, Page};
use crate::knowledge::model::{Place, Product, Spec};
use crate::knowledge::table::SourceFile;
use crate::knowledge::toml_doc::{self, Item};

/// Reads a product page: front matter, free text, spec tables, headings.
pub(super) fn read(
    file: &SourceFile,
    context: &Context,
    findings: &mut Vec<Finding>,
) -> Option<Product> {
    let mut log = Log::new(&file.path, findings);
    let page = markdown::read(file, &mut log)?;
    let Page {
        front,
        passages,
        tables,
    } = page;
    let place = |row| Place::in_file(&file.path, row);
    let mut product = Product {
        passages,
        place: place(1),
        ..Product::default()
    };
    let (mut from, mut until) = ((String::new(), 1), (String::new(), 1));
    let defs: Vec<Option<usize>> = front
        .iter()
        .map(|item| resolve(&item.key, COLUMNS, &context.columns))
        .collect();
    // As in a sheet: if there is an id, the key 货号 is a spec.
    let yields = |at: usize, def: usize| {
        let better = |(other, item): (usize, &Item)| {
            defs[other] == Some(def)
                && closeness(&item.key, &COLUMNS[def]) < closeness(&front[at].key, &COLUMNS[def])
        };
        !COLUMNS[def].list && front.iter().enumerate().any(better)
    };
    for (at, item) in front.iter().enumerate() {
        let Some(def) = defs[at].filter(|&def| !yields(at, def)) else {
            if let Some(ours) = slip_of(&item.key) {
                log.warning(
                    "unknown-key",
                    At::cell(item.line, &item.key),
                    format!("the key \"{}\" is read as a spec", item.key),
                    format!("rename it to \"{ours}\" if that is meant"),
                );
            }
            add_specs(&mut product.specs, item, file, &mut log);
            continue;
        };
        let name = COLUMNS[def].name;
        let texts = toml_doc::list(item, &mut log);
        if !COLUMNS[def].list && texts.len() > 1 {
            log.error(
                "bad-value",
                At::cell(item.line, &item.key),
                format!("\"{}\" takes one value, not a list", item.key),
                "write one text in quotes",
            );
        }
        let first = || texts.first().cloned().unwrap_or_default();
        match name {
            "id" => product.id = first(),
            "name" => product.name = first(),
            "aliases" => product.aliases = texts,
            "category" => product.category = first(),
            "size_chart" => product.size_chart = texts.into_iter().next(),
            "goes_with" => product.goes_with = texts,
            "skus" => product.skus = parse_skus(&texts.join("|")),
            "url" => product.url = texts.into_iter().next(),
            "on_sale_from" => from = (first(), item.line),
            "on_sale_until" => until = (first(), item.line),
            _ => {}
        }
    }
    product.on_sale = dates::window(
        (&from.0, At::cell(from.1, "on_sale_from")),
        (&until.0, At::cell(until.1, "on_sale_until")),
        &context.zone,
        &mut log,
    );
    name(&mut product, file, &mut log);
    for (line, name, value) in tables {
        let place = place(line);
        push_spec(&mut product.specs, Spec { name, value, place }, &mut log);
    }
    Some(product)
}

/// Gives a page an id and a name if it lacks them.
fn name(product: &mut Product, file: &SourceFile, log: &mut Log) {
    if product.id.is_empty() {
        product.id = file.stem.clone();
        log.warning(
            "missing-product-id",
            At::row(1),
            format!(
                "the page names no id; the file's name \"{}\" is taken",
                file.stem
            ),
            "write id = \"…\" between the +++ lines",
        );
    }
    if product.name.is_empty() {
        product.name = product
            .passages
            .iter()
            .find_map(|p| p.path.first().cloned())
            .unwrap_or_else(|| file.stem.clone());
        log.warning(
            "missing-product-name",
            At::row(1),
            format!("the page names no product; \"{}\" is taken", product.name),
            "write name = \"…\" between the +++ lines",
        );
    }
}

/// Adds a front-matter key without a column of ours as a spec, or a table such as `[specs]` as several.
fn add_specs(specs: &mut Vec<Spec>, item: &Item, file: &SourceFile, log: &mut Log) {
    for (name, value, line) in toml_doc::flatten(item) {
        if !value.is_empty() {
            let place = Place::in_file(&file.path, line);
            push_spec(specs, Spec { name, value, place }, log);
        }
    }
}

/// Adds a spec, unless the page has it already.
fn push_spec(specs: &mut Vec<Spec>, spec: Spec, log: &mut Log) {
    match specs.iter().find(|known| known.name == spec.name) {
        None => specs.push(spec),
        Some(known) if known.value == spec.value => {}
        Some(known) => log.warning(
            "duplicate-spec",
            At::cell(spec.place.row, &spec.name),
            format!(
                "\"{}\" is \"{}\" here but \"{}\" in row {}; the first counts",
                spec.name, spec.value, known.value, known.place.row
            ),
            "keep one of them",
        ),
    }
}
