//! Product sheets and product pages → products.

use super::faq::Context;
use super::finding::{At, Finding, Log};
use super::header::{self, ColumnDef, Header, column, resolve};
use super::markdown::{self, Page};
use super::model::{Place, Product, SkuGroup, Spec, Window};
use super::names::{is_blank, nearest};
use super::table::{Row, Sheet, SourceFile, each_sheet};
use super::toml_doc::{self, Item};
use super::{cells, dates, lists};

/// The columns of a product sheet, and the keys of a product page's front matter. Every other one is a spec.
pub(crate) const COLUMNS: &[ColumnDef] = &[
    column(
        "id",
        false,
        &["商品编号", "货号", "商品编码", "商品id", "product_id"],
    ),
    column(
        "name",
        false,
        &[
            "商品名称",
            "商品名",
            "名称",
            "标题",
            "product_name",
            "title",
        ],
    ),
    column("aliases", true, &["别名", "俗称", "alias"]),
    column("category", false, &["类目", "品类"]),
    column("size_chart", false, &["尺码表"]),
    column("goes_with", true, &["搭配", "搭配商品"]),
    column("skus", true, &["规格", "sku"]),
    column("url", false, &["链接", "商品链接", "link"]),
    column("on_sale_from", false, &["上架时间", "上架日期"]),
    column("on_sale_until", false, &["下架时间", "下架日期"]),
];

/// The products of one file.
pub(crate) fn read(
    file: &SourceFile,
    context: &Context,
    findings: &mut Vec<Finding>,
) -> Vec<Product> {
    if file.path.to_ascii_lowercase().ends_with(".md") {
        return read_page(file, context, findings).into_iter().collect();
    }
    let mut products = Vec::new();
    each_sheet(file, findings, |sheet, log| {
        read_sheet(file, sheet, context, &mut products, log)
    });
    products
}

fn read_sheet(
    file: &SourceFile,
    sheet: &Sheet,
    context: &Context,
    products: &mut Vec<Product>,
    log: &mut Log,
) {
    let Some(header) = header::expect_header(sheet, COLUMNS, &["id", "name"], context.columns, log)
    else {
        return;
    };
    report_slips(&header, log);
    let field = |name| header.field(COLUMNS, name);
    let (id, name, aliases, category) = (
        field("id"),
        field("name"),
        field("aliases"),
        field("category"),
    );
    let (size_chart, goes_with, skus, url) = (
        field("size_chart"),
        field("goes_with"),
        field("skus"),
        field("url"),
    );
    let (from, until) = (field("on_sale_from"), field("on_sale_until"));
    for row in &sheet.rows[header.body..] {
        if !header.check_width(row, log) {
            continue;
        }
        let place = Place {
            file: file.path.clone(),
            row: row.number,
            sheet: sheet.name.map(str::to_string),
        };
        let (product_id, product_name) = (id.text(row), name.text(row));
        if product_id.is_empty() {
            log.error(
                "missing-product-id",
                At::cell(row.number, &id.header),
                "the product has no id",
                "write its number; prices, sizes and questions refer to it",
            );
            continue;
        }
        if product_name.is_empty() {
            log.error(
                "missing-product-name",
                At::cell(row.number, &name.header),
                "the product has no name",
                "write the name that buyers see",
            );
            continue;
        }
        let text = |cell: &str| (!is_blank(cell)).then(|| cell.to_string());
        products.push(Product {
            id: product_id.to_string(),
            name: product_name.to_string(),
            aliases: cells::texts(row, &aliases, log),
            category: category.text(row).to_string(),
            size_chart: text(size_chart.text(row)),
            goes_with: cells::ids(row, &goes_with),
            skus: skus.texts(row).flat_map(parse_skus).collect(),
            url: text(url.text(row)),
            on_sale: cells::window(row, &from, &until, context.zone, log),
            specs: row_specs(&header, row, &place),
            passages: Vec::new(),
            place,
        });
    }
}

/// Every other column that holds something. A header that comes twice counts once: the first that is filled.
fn row_specs(header: &Header, row: &Row, place: &Place) -> Vec<Spec> {
    let mut specs: Vec<Spec> = Vec::new();
    for (column, name) in header.others() {
        let value = row.cell(column);
        if !value.is_empty() && !specs.iter().any(|spec| spec.name == name) {
            specs.push(Spec {
                name: name.to_string(),
                value: value.to_string(),
                place: place.clone(),
            });
        }
    }
    specs
}

/// Any other column is a spec, so only Latin headers very like one of ours, and repeats, are doubtful.
fn report_slips(header: &Header, log: &mut Log) {
    let others: Vec<&str> = header.others().map(|(_, name)| name).collect();
    for (at, name) in others.iter().enumerate() {
        if let Some(ours) = slip_of(name) {
            log.warning(
                "unknown-column",
                At::cell(header.row, name),
                format!("the column \"{name}\" is read as a spec"),
                format!("rename it to \"{ours}\" if that is meant"),
            );
        }
        if others[..at].contains(name) {
            log.warning(
                "duplicate-spec",
                At::cell(header.row, name),
                format!("two columns are called \"{name}\"; the first that is filled counts"),
                "rename one of them",
            );
        }
    }
}

fn slip_of(name: &str) -> Option<&'static str> {
    name.is_ascii()
        .then(|| nearest(name, COLUMNS.iter().map(|def| def.name)))
        .flatten()
}

/// `颜色:尺码,尺码|颜色:尺码`; `S,M,L` alone are sizes; `颜色:黑色,白色|尺码:S,M` names the properties and means
/// every colour in every size.
pub(crate) fn parse_skus(cell: &str) -> Vec<SkuGroup> {
    let mut groups: Vec<SkuGroup> = Vec::new();
    let mut lone: Vec<String> = Vec::new();
    for piece in lists::ids(cell) {
        let values = |text: &str| -> Vec<String> {
            text.split([',', '，', '、', ';', '；'])
                .map(str::trim)
                .filter(|v| !v.is_empty())
                .map(str::to_string)
                .collect()
        };
        match piece.split_once([':', '：']) {
            Some((colour, sizes)) => {
                groups.push(SkuGroup {
                    colour: colour.trim().to_string(),
                    sizes: values(sizes),
                });
            }
            None => lone.extend(values(piece)),
        }
    }
    if let [colours, sizes] = groups.as_slice()
        && is_colour_name(&colours.colour)
        && is_size_name(&sizes.colour)
    {
        let sizes = &sizes.sizes;
        return colours
            .sizes
            .iter()
            .map(|colour| SkuGroup {
                colour: colour.clone(),
                sizes: sizes.clone(),
            })
            .collect();
    }
    if !lone.is_empty() {
        if groups.is_empty() && lone.iter().all(|value| is_colour(value)) {
            return lone
                .into_iter()
                .map(|colour| SkuGroup {
                    colour,
                    sizes: Vec::new(),
                })
                .collect();
        }
        groups.push(SkuGroup {
            colour: String::new(),
            sizes: lone,
        });
    }
    groups
}

fn is_colour_name(name: &str) -> bool {
    matches!(name, "颜色" | "颜色分类" | "花色" | "color" | "colour")
}

fn is_size_name(name: &str) -> bool {
    matches!(name, "尺码" | "尺寸" | "码数" | "规格" | "size")
}

fn is_colour(value: &str) -> bool {
    value.ends_with([
        '色', '白', '黑', '红', '蓝', '绿', '黄', '灰', '紫', '粉', '棕', '橙', '金', '银',
    ])
}

/// A product page: front matter, free text, spec tables, headings.
fn read_page(file: &SourceFile, context: &Context, findings: &mut Vec<Finding>) -> Option<Product> {
    let mut log = Log::new(&file.path, findings);
    let page = markdown::read(file, &mut log)?;
    let Page {
        front,
        passages,
        mut tables,
    } = page;
    let place = |row| Place {
        file: file.path.clone(),
        row,
        sheet: None,
    };
    let mut product = Product {
        id: String::new(),
        name: String::new(),
        aliases: Vec::new(),
        category: String::new(),
        size_chart: None,
        goes_with: Vec::new(),
        skus: Vec::new(),
        url: None,
        on_sale: Window::default(),
        specs: Vec::new(),
        passages,
        place: place(1),
    };
    let (mut from, mut until) = ((String::new(), 1), (String::new(), 1));
    for item in &front {
        let Some(def) = resolve(&item.key, COLUMNS, context.columns) else {
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
            "skus" => product.skus = texts.iter().flat_map(|text| parse_skus(text)).collect(),
            "url" => product.url = texts.into_iter().next(),
            "on_sale_from" => from = (first(), item.line),
            "on_sale_until" => until = (first(), item.line),
            _ => {}
        }
    }
    product.on_sale = dates::window(&from.0, &until.0, context.zone, |error, end| {
        let (line, key) = if end {
            (until.1, "on_sale_until")
        } else {
            (from.1, "on_sale_from")
        };
        log.error(
            "bad-date",
            At::cell(line, key),
            error.to_string(),
            error.remedy(),
        );
    });
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
    for (line, name, value) in tables.drain(..) {
        push_spec(
            &mut product.specs,
            Spec {
                name,
                value,
                place: place(line),
            },
            &mut log,
        );
    }
    Some(product)
}

/// A front-matter key that is no column of ours: a spec, or (for a table such as `[specs]`) several.
fn add_specs(specs: &mut Vec<Spec>, item: &Item, file: &SourceFile, log: &mut Log) {
    for (name, value, line) in toml_doc::flatten(item) {
        if !value.is_empty() {
            let place = Place {
                file: file.path.clone(),
                row: line,
                sheet: None,
            };
            push_spec(specs, Spec { name, value, place }, log);
        }
    }
}

/// Adds a spec unless the page states it already.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skus_are_read_in_the_forms_merchants_use() {
        let show = |cell: &str| {
            let groups = parse_skus(cell);
            groups
                .iter()
                .map(|g| format!("{}={}", g.colour, g.sizes.join("/")))
                .collect::<Vec<_>>()
                .join(" ")
        };
        for (cell, expected) in [
            ("黑色:S,M,L|白色:M,L", "黑色=S/M/L 白色=M/L"),
            ("黑色：S，M，L\n白色：M", "黑色=S/M/L 白色=M"),
            ("颜色:黑色,白色|尺码:S,M", "黑色=S/M 白色=S/M"),
            ("S,M,L", "=S/M/L"),
            ("S|M|L", "=S/M/L"),
            ("黑色|米白", "黑色= 米白="),
            ("800g|400g", "=800g/400g"),
            ("", ""),
        ] {
            assert_eq!(show(cell), expected, "{cell}");
        }
    }
}
