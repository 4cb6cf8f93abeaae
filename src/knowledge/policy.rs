//! Reads policy pages.

use super::context::Context;
use super::finding::{At, Finding, Log};
use super::header::{ColumnDef, ColumnMap, column, resolve};
use super::markdown;
use super::model::{Conditions, Layer, Place, Policy};
use super::table::SourceFile;
use super::{cells, dates, toml_doc};

/// The keys of a policy's front matter.
const KEYS: &[ColumnDef] = &[
    column("title", false, &["标题", "名称"]),
    column("layer", false, &["层级"]),
    column("valid_from", false, &["生效时间", "生效日期"]),
    column("valid_until", false, &["失效时间", "失效日期"]),
    column("products", true, &["适用商品", "product"]),
    column("categories", true, &["适用类目"]),
    column("keywords", true, &["关键词", "keyword"]),
];

/// The policy of one file; `None` if it is not text.
pub(crate) fn read(
    file: &SourceFile,
    context: &Context,
    findings: &mut Vec<Finding>,
) -> Option<Policy> {
    let mut log = Log::new(&file.path, findings);
    let page = markdown::read(file, &mut log)?;
    let mut title = String::new();
    let mut layer = Layer::default();
    let mut conditions = Conditions::default();
    let mut keywords = Vec::new();
    let (mut from, mut until) = ((String::new(), 1), (String::new(), 1));
    for item in &page.front {
        let Some(key) = resolve(&item.key, KEYS, &ColumnMap::default()).map(|def| KEYS[def].name)
        else {
            let known: Vec<&str> = KEYS.iter().map(|def| def.name).collect();
            toml_doc::report_unknown_key(item, "", &known, &mut log);
            continue;
        };
        let texts = toml_doc::list(item, &mut log);
        let first = || texts.first().cloned().unwrap_or_default();
        match key {
            "title" => title = first(),
            "layer" => {
                let at = At::cell(item.line, &item.key);
                layer = cells::parse_layer(&first(), at, &mut log).unwrap_or(layer);
            }
            "valid_from" => from = (first(), item.line),
            "valid_until" => until = (first(), item.line),
            "products" => conditions.products = texts,
            "categories" => conditions.categories = texts,
            "keywords" => keywords = texts,
            _ => {}
        }
    }
    let window = dates::window(
        (&from.0, At::cell(from.1, "valid_from")),
        (&until.0, At::cell(until.1, "valid_until")),
        &context.zone,
        &mut log,
    );
    if page.passages.is_empty() {
        log.warning(
            "empty-policy",
            At::FILE,
            "no heading has text of its own",
            "write the rule below its heading",
        );
    }
    if title.is_empty() {
        let heading = page
            .passages
            .iter()
            .find_map(|passage| passage.path.first().cloned());
        title = heading.unwrap_or_else(|| file.stem.clone());
    }
    Some(Policy {
        stem: file.stem.clone(),
        title,
        layer,
        window,
        conditions,
        keywords,
        passages: page.passages,
        place: Place::in_file(&file.path, 1),
    })
}
