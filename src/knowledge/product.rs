//! Reads product sheets and product pages.

mod page;
mod skus;

use super::cells;
use super::context::Context;
use super::finding::{At, Finding, Log, Severity};
use super::header::{ColumnDef, Header, column};
use super::model::{Place, Product, Spec};
use super::names::{is_blank, nearest};
use super::table::{Row, Sheet, SourceFile, each_sheet};

/// The columns of a product sheet and the keys of a product page's front matter. Every other one is a spec.
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
        return page::read(file, context, findings).into_iter().collect();
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
    let Some(header) = context.header(file, sheet, COLUMNS, &["id", "name"], true, log) else {
        return;
    };
    report_slips(&header, log);
    let fields = header.fields(COLUMNS);
    for row in &sheet.rows[header.body..] {
        if !header.check_width(Severity::Error, row, log) {
            continue;
        }
        let place = sheet.place(file, row.number);
        let (id, name) = (fields["id"].text(row), fields["name"].text(row));
        if id.is_empty() {
            log.error(
                "missing-product-id",
                At::cell(row.number, &fields["id"].header),
                "the product has no id",
                "write its number; prices, sizes and questions refer to it",
            );
            continue;
        }
        if name.is_empty() {
            log.error(
                "missing-product-name",
                At::cell(row.number, &fields["name"].header),
                "the product has no name",
                "write the name that buyers see",
            );
            continue;
        }
        let text = |cell: &str| (!is_blank(cell)).then(|| cell.to_string());
        products.push(Product {
            id: id.to_string(),
            name: name.to_string(),
            aliases: cells::texts(row, &fields["aliases"], log),
            category: fields["category"].text(row).to_string(),
            size_chart: text(fields["size_chart"].text(row)),
            goes_with: cells::ids(row, &fields["goes_with"]),
            skus: fields["skus"]
                .texts(row)
                .flat_map(skus::parse_skus)
                .collect(),
            url: text(fields["url"].text(row)),
            on_sale: cells::window(
                row,
                &fields["on_sale_from"],
                &fields["on_sale_until"],
                &context.zone,
                log,
            ),
            specs: row_specs(&header, row, &place),
            passages: Vec::new(),
            place,
        });
    }
}

/// All other non-empty columns. If a header occurs twice, the first non-empty cell counts.
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

/// Reports doubtful headers. Any other column is a spec, so only Latin headers very similar to one of ours, and
/// repeats, are doubtful.
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
