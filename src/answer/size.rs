//! Size advice from the merchant's charts: which size a body wears, with the row of the chart that says so.

pub mod chart;
mod measures;

use super::product::{Asked, Subject, squeeze};
use super::proposal::{Fact, Proposal};
use super::types::{ChoiceOption, Outcome, Reason};
use crate::knowledge::{Measure, Product, SizeChart};
use crate::text::measure::{Doubt, Reading};
use crate::text::normalise::normalise;
use chart::{Advice, Fit, Known, advise};
use measures::{label, repeat};

/// The most options offered.
const OPTIONS: usize = 5;

/// Words that ask which size to take.
const ADVICE: &[&str] = &[
    "什么码",
    "什么尺码",
    "什么号",
    "多大码",
    "多大号",
    "多大尺码",
    "多大尺寸的",
    "哪个码",
    "哪个号",
    "哪个尺码",
    "哪码",
    "哪一码",
    "几码",
    "穿几号",
    "拍几号",
    "买几号",
    "选几号",
    "要几号",
    "几号合适",
    "穿多大",
    "买多大",
    "拍多大",
    "选多大",
    "要多大",
    "拿多大",
    "穿几",
    "选码",
    "选尺码",
    "推荐码",
    "推荐尺码",
    "推荐个码",
    "推荐个尺码",
    "尺码推荐",
    "推荐一下码",
    "推荐一下尺码",
    "尺码怎么选",
    "码怎么选",
    "该穿",
    "穿哪",
    "拍哪个码",
    "多大的合适",
    "合适的码",
    "适合的码",
    "适合的尺码",
    "买大还是",
    "选大还是",
    "拍大还是",
    "要大还是",
    "有码吗",
    "有我的码",
    "能穿的码",
    "穿什么尺寸",
    "什么尺寸合适",
    "怎么选号",
    "怎么选大小",
    "买什么大小",
    "多大合适",
    "合适穿",
    "适合穿",
    "适合多大",
    "拿什么",
    "拿几",
    "配什么码",
    "哪个合身",
    "哪号",
];

/// Words that ask whether a size or the thing fits, which count beside measures.
const FITS: &[&str] = &[
    "能穿",
    "可以穿",
    "穿得",
    "穿的下",
    "穿不",
    "合适",
    "合身",
    "会不会小",
    "会不会大",
    "会小",
    "会大",
    "紧吗",
    "够大",
];

/// Words that ask for the chart itself.
const CHART: &[&str] = &["尺码表", "尺寸表", "尺码对照", "码数表", "尺码图"];

/// Words of buyers who like it loose, and tight.
const LOOSE: &[&str] = &[
    "宽松",
    "宽大",
    "大一点",
    "大点",
    "oversize",
    "不要紧身",
    "肥一点",
];
const TIGHT: &[&str] = &["修身", "合身", "紧身", "贴身", "紧一点", "小一点"];

/// What a question about sizes should get; `None` where it is not about sizes.
pub fn propose(asked: &Asked<'_>) -> Option<Proposal> {
    let text = &asked.plain.text;
    if asked.plain.is_empty()
        || asked.says(&[
            "退货",
            "换货",
            "能换",
            "退款",
            "有货",
            "库存",
            "现货",
            "发货",
            "多少钱",
        ])
    {
        return None;
    }
    if asks_size(text) || says_any(text, CHART) {
        return advice(asked, if says_any(text, CHART) { 0.94 } else { 0.96 });
    }
    // Without a word for sizes, measures themselves ask; how surely depends on what else is said.
    let told = crate::text::measure::measures(asked.text);
    let talk_of_sizes = asked
        .previous
        .iter()
        .rev()
        .take(3)
        .any(|line| asks_size(&squeeze(&normalise(line))));
    let figures = text.chars().any(|c| c.is_ascii_digit());
    if told.is_empty() && !(talk_of_sizes && figures) {
        return None;
    }
    let spoken: usize = told
        .iter()
        .map(|reading| (reading.span.1 - reading.span.0) as usize)
        .sum();
    let rest = text.chars().count().saturating_sub(spoken);
    let sure = match rest {
        _ if says_any(text, FITS) => 0.93,
        0..=6 => 0.94,
        7..=10 => 0.85,
        11..=16 => 0.72,
        _ => 0.55,
    };
    let relevant = |chart: &SizeChart| {
        told.iter().any(|reading| {
            chart::measures(chart).contains(&reading.measure) && reading.measure != Measure::Age
        }) || talk_of_sizes && told.is_empty() && rest <= 8
    };
    match charts(asked) {
        Charts::One { chart, .. } if relevant(chart) => advice(asked, sure),
        Charts::Several(_) if told.len() >= 2 => advice(asked, sure.min(0.85)),
        _ => None,
    }
}

/// Whether squeezed text asks which size to take.
fn asks_size(text: &str) -> bool {
    says_any(text, ADVICE) || either_size(text)
}

fn says_any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// S还是M, m码还是l码: two sizes to choose from.
fn either_size(text: &str) -> bool {
    let Some(at) = text.find("还是") else {
        return false;
    };
    let size = |word: &str| {
        matches!(
            word.trim_matches('码'),
            "s" | "m" | "l" | "xs" | "xl" | "xxl" | "2xl" | "3xl" | "4xl"
        )
    };
    let tail = |text: &str| -> String {
        let kept: Vec<char> = text
            .chars()
            .rev()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '码')
            .collect();
        kept.into_iter().rev().collect()
    };
    let head: String = text[at + "还是".len()..]
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '码')
        .collect();
    size(&tail(&text[..at])) && size(&head)
}

/// The charts that can be meant.
enum Charts<'a> {
    /// This one, and the product where it is known.
    One {
        chart: &'a SizeChart,
        product: Option<&'a Product>,
    },
    /// Charts of different products: which product must be told.
    Several(Vec<u32>),
    /// The product has no chart.
    Without(&'a Product),
    /// The product is not on sale.
    NotOnSale(&'a Product),
    /// The shop has no charts.
    None,
}

/// Finds the chart: of the product, of all products that fit, else the only one of the shop.
fn charts<'a>(asked: &Asked<'a>) -> Charts<'a> {
    let shop = asked.shop;
    let by_stem = |stem: &str| shop.charts.iter().find(|chart| chart.stem == stem);
    let of = |index: u32| {
        shop.products[index as usize]
            .size_chart
            .as_deref()
            .and_then(by_stem)
    };
    if shop.charts.is_empty() {
        return Charts::None;
    }
    if let Subject::One { product, .. } = asked.subject {
        let found = asked.product_at(product);
        return match of(product) {
            _ if !asked.on_sale(product) => Charts::NotOnSale(found),
            Some(chart) => Charts::One {
                chart,
                product: Some(found),
            },
            None => of_category(asked, found).map_or(Charts::Without(found), |chart| Charts::One {
                chart,
                product: Some(found),
            }),
        };
    }
    let products: Vec<u32> = match &asked.subject {
        Subject::Several(products) => products
            .iter()
            .copied()
            .filter(|&p| asked.on_sale(p) && of(p).is_some())
            .collect(),
        _ => Vec::new(),
    };
    if let Some(first) = products.first().and_then(|&p| of(p))
        && products
            .iter()
            .all(|&p| of(p).is_some_and(|chart| chart.stem == first.stem))
    {
        return Charts::One {
            chart: first,
            product: None,
        };
    }
    match shop.charts.as_slice() {
        [only] => Charts::One {
            chart: only,
            product: None,
        },
        _ => Charts::Several(products),
    }
}

/// The one chart that all other products of a category share, for a product that names none and has sizes at all.
fn of_category<'a>(asked: &Asked<'a>, product: &Product) -> Option<&'a SizeChart> {
    if product.category.is_empty() {
        return None;
    }
    let mut stems = asked
        .shop
        .products
        .iter()
        .filter(|other| other.category == product.category)
        .filter_map(|other| other.size_chart.as_deref());
    let stem = stems.next()?;
    let chart = asked
        .shop
        .charts
        .iter()
        .find(|chart| chart.stem == stem)
        .filter(|_| stems.all(|other| other == stem))?;
    let sells = |size: &String| {
        product
            .skus
            .iter()
            .any(|sku| sku.sizes.iter().any(|own| same_size(own, size)))
    };
    chart.sizes.iter().any(sells).then_some(chart)
}

/// Advice, a question back or a handoff.
fn advice(asked: &Asked<'_>, sure: f64) -> Option<Proposal> {
    let (chart, product) = match charts(asked) {
        Charts::None => return None,
        Charts::One { chart, product } => (chart, product),
        Charts::Several(products) => return Some(ask_product(asked, &products, sure)),
        Charts::Without(product) => {
            let reply = format!(
                "{}没有登记尺码表，这就为您转接人工客服确认，请稍等～",
                product.name
            );
            return Some(handoff(
                Reason::NoMatch,
                reply,
                0.76,
                format!("product {} has no size chart", product.id),
            ));
        }
        Charts::NotOnSale(product) => {
            let trace = format!("product {} is not on sale at that moment", product.id);
            return Some(handoff(Reason::NotInForce, String::new(), 0.8, trace));
        }
    };
    let readings = measures::read(chart, asked.previous, asked.text, |line| {
        asks_size(&squeeze(&normalise(line)))
    });
    let readings: Vec<Reading> = readings
        .into_iter()
        .filter(|r| chart::measures(chart).contains(&r.measure))
        .collect();
    if says_any(&asked.plain.text, CHART) && crate::text::measure::measures(asked.text).is_empty() {
        return Some(show(asked, chart, sure));
    }
    if let Some(reading) = readings
        .iter()
        .find(|reading| reading.doubt == Some(Doubt::Impossible))
    {
        let reply = format!(
            "您说的{}好像不太对，麻烦再确认一下{}是多少？",
            repeat(reading),
            label(reading.measure)
        );
        return Some(ask(
            reply,
            sure,
            format!("{} is no possible value", reading.written),
        ));
    }
    let known: Vec<Known> = readings
        .iter()
        .map(|r| Known {
            measure: r.measure,
            low: r.value,
            high: r.until.unwrap_or(r.value).max(r.value),
        })
        .collect();
    match advise(chart, &known) {
        Advice::NoMeasure => Some(show(asked, chart, sure - 0.2)),
        Advice::Needs(measure) => {
            let reply = format!(
                "请问您的{}是多少？告诉我就能按尺码表帮您选码。",
                label_for(measure, chart)
            );
            Some(ask(
                reply,
                sure.min(0.9),
                format!("chart {} needs {}", chart.stem, label(measure)),
            ))
        }
        Advice::Outside => {
            let reply = format!(
                "{}不在这张尺码表的范围内，这就为您转接人工客服确认，请稍等～",
                told(&readings)
            );
            Some(handoff(
                Reason::NoMatch,
                reply,
                sure,
                format!("outside chart {}", chart.stem),
            ))
        }
        Advice::Sizes(fits) => {
            if let Some(doubtful) = readings
                .iter()
                .find(|r| r.doubt == Some(Doubt::Ambiguous) && r.measure == Measure::Weight)
            {
                let reply = format!("请问您说的体重{}是公斤还是斤？", doubtful.written);
                return Some(ask(
                    reply,
                    sure,
                    format!("unit of {} is not told", doubtful.written),
                ));
            }
            Some(recommend(asked, chart, product, &readings, fits, sure))
        }
    }
}

/// The question for a measure: which one, with the chart's own word where it has one.
fn label_for(measure: Measure, chart: &SizeChart) -> &str {
    let header = chart
        .columns
        .iter()
        .find(|column| column.measure == Some(measure))
        .map(|column| split_header(&column.header).0);
    header
        .filter(|header| !header.is_empty())
        .unwrap_or(label(measure))
}

/// 身高160cm、体重100斤
fn told(readings: &[Reading]) -> String {
    readings.iter().map(repeat).collect::<Vec<_>>().join("、")
}

/// The reply that recommends sizes which the product has.
fn recommend(
    asked: &Asked<'_>,
    chart: &SizeChart,
    product: Option<&Product>,
    readings: &[Reading],
    mut fits: Vec<Fit>,
    sure: f64,
) -> Proposal {
    let mut trace = vec![format!("chart {}: {}", chart.stem, told(readings))];
    if let Some(product) = product {
        fits.retain(|fit| sold(product, chart, &chart.sizes[fit.size]));
        if fits.is_empty() {
            let reply = format!(
                "按尺码表，适合{}的尺码{}没有，这就为您转接人工客服，请稍等～",
                told(readings),
                product.name
            );
            trace.push(format!("product {} is not sold in that size", product.id));
            return Proposal {
                trace,
                ..handoff(Reason::NoMatch, reply, sure, String::new())
            };
        }
    }
    if larger_first(asked, chart) {
        fits.reverse();
    }
    let names: Vec<&str> = fits
        .iter()
        .map(|fit| chart.sizes[fit.size].as_str())
        .collect();
    let rows: Vec<String> = fits.iter().map(|fit| row_words(chart, fit.row)).collect();
    let mut reply = match names.as_slice() {
        [one] => format!(
            "按尺码表，{}建议选 {} 码（{}）。",
            told(readings),
            size_word(one),
            rows[0]
        ),
        _ => {
            let choices: Vec<String> = names
                .iter()
                .map(|name| format!("{} 码", size_word(name)))
                .collect();
            let shown: Vec<String> = names
                .iter()
                .zip(&rows)
                .map(|(name, row)| format!("{} 码：{row}", size_word(name)))
                .collect();
            format!(
                "按尺码表，{}在 {} 之间，优先建议 {}，其次 {}（{}）。",
                told(readings),
                choices.join("和 "),
                choices[0],
                choices[1..].join("、"),
                shown.join("；")
            )
        }
    };
    if let Some(remark) = fit_remark(asked, chart, product) {
        reply.push_str(remark);
    }
    let facts = fits
        .iter()
        .map(|fit| Fact {
            entry: format!("size:{}", chart.stem),
            row: Some(chart.rows[fit.row].place.row),
            snippet: Some(row_text(chart, fit.row)),
        })
        .collect();
    trace.push(format!("sizes {}", names.join(", ")));
    Proposal {
        decision: Outcome::Answer,
        reply,
        confidence: sure,
        reason: None,
        facts,
        options: Vec::new(),
        rule: "size",
        trace,
    }
}

/// `38` for `38码`: the reply adds 码 itself.
fn size_word(size: &str) -> &str {
    size.trim_end_matches(['码', '号'])
}

/// Whether the larger of two sizes comes first: the buyer's taste, else the shop's rule for the chart, else yes.
fn larger_first(asked: &Asked<'_>, chart: &SizeChart) -> bool {
    if asked.says(&["喜欢", "想要", "想穿", "希望"]) {
        if asked.says(LOOSE) {
            return true;
        }
        if asked.says(TIGHT) {
            return false;
        }
    }
    let rules = &asked.shop.settings.size.between;
    rules
        .get(&chart.stem)
        .or_else(|| rules.get("default"))
        .is_none_or(|rule| rule != "smaller")
}

/// The shop's remark on how the product, its chart or everything fits.
fn fit_remark<'a>(
    asked: &Asked<'a>,
    chart: &SizeChart,
    product: Option<&Product>,
) -> Option<&'a str> {
    let remarks = &asked.shop.settings.size.fit;
    let of_product = product.and_then(|product| remarks.get(&product.id));
    of_product
        .or_else(|| remarks.get(&chart.stem))
        .or_else(|| remarks.get("default"))
        .map(String::as_str)
}

/// Whether the SKUs of a product carry a size. Products whose SKUs name no size of the chart at all are not judged.
fn sold(product: &Product, chart: &SizeChart, size: &str) -> bool {
    let has = |size: &str| {
        product.skus.iter().any(|sku| {
            sku.sizes
                .iter()
                .chain([&sku.colour])
                .any(|own| same_size(own, size))
        })
    };
    has(size) || !chart.sizes.iter().any(|any| has(any))
}

/// Whether two spellings name one size: XXL and 2XL, 38 and 38码.
fn same_size(a: &str, b: &str) -> bool {
    let plain = |size: &str| {
        let size = normalise(size);
        let size = size.trim_end_matches(['码', '号']);
        let xs = size.bytes().take_while(|b| *b == b'x').count();
        if xs >= 2 && size.ends_with('l') {
            format!("{xs}xl")
        } else {
            size.to_owned()
        }
    };
    let (a, b) = (plain(a), plain(b));
    a == b || b.split('/').any(|part| part == a)
}

/// `身高(cm)` → 身高 and cm.
fn split_header(header: &str) -> (&str, &str) {
    match header.find(['(', '（', '/']) {
        Some(open) => {
            let unit =
                header[open..].trim_matches(|c| matches!(c, '(' | '（' | ')' | '）' | '/' | ' '));
            (header[..open].trim(), unit)
        }
        None => (header.trim(), ""),
    }
}

/// The body measures of a row in words: 身高158-162cm，体重96-108斤.
fn row_words(chart: &SizeChart, row: usize) -> String {
    let parts: Vec<String> = chart
        .columns
        .iter()
        .zip(&chart.rows[row].cells)
        .filter(|(column, cell)| column.measure.is_some() && cell.interval.is_some())
        .map(|(column, cell)| {
            let (name, unit) = split_header(&column.header);
            let unit = if cell.text.ends_with(|c: char| c.is_alphabetic()) {
                ""
            } else {
                unit
            };
            format!("{name}{}{unit}", cell.text)
        })
        .collect();
    parts.join("，")
}

/// A row as the chart shows it.
fn row_text(chart: &SizeChart, row: usize) -> String {
    let row = &chart.rows[row];
    let cells: Vec<&str> = std::iter::once(row.size.as_str())
        .chain(row.cells.iter().map(|cell| cell.text.as_str()))
        .collect();
    cells.join(" | ")
}

/// The whole chart.
fn show(asked: &Asked<'_>, chart: &SizeChart, sure: f64) -> Proposal {
    let header: Vec<&str> = std::iter::once("尺码")
        .chain(chart.columns.iter().map(|column| column.header.as_str()))
        .collect();
    let rows = (0..chart.rows.len()).map(|row| row_text(chart, row));
    let reply = std::iter::once(header.join(" | "))
        .chain(rows)
        .collect::<Vec<_>>()
        .join("\n");
    let product = match asked.subject {
        Subject::One { product, .. } => asked.product_at(product).id.as_str(),
        _ => "",
    };
    Proposal {
        decision: Outcome::Answer,
        reply,
        confidence: sure,
        reason: None,
        facts: vec![Fact {
            entry: format!("size:{}", chart.stem),
            row: None,
            snippet: None,
        }],
        options: Vec::new(),
        rule: "size.chart",
        trace: vec![format!("shows chart {} {product}", chart.stem)],
    }
}

/// A question back.
fn ask(reply: String, sure: f64, trace: String) -> Proposal {
    Proposal {
        decision: Outcome::Clarify,
        reply,
        confidence: sure,
        reason: None,
        facts: Vec::new(),
        options: Vec::new(),
        rule: "size.ask",
        trace: vec![trace],
    }
}

/// The question which product is meant, with options where there are few.
fn ask_product(asked: &Asked<'_>, products: &[u32], sure: f64) -> Proposal {
    let options = if products.len() <= OPTIONS {
        products
    } else {
        &[]
    };
    Proposal {
        reply: asked
            .shop
            .settings
            .scripts
            .get("ask_product")
            .cloned()
            .unwrap_or_default(),
        options: options
            .iter()
            .map(|&index| {
                let product = asked.product_at(index);
                ChoiceOption {
                    id: format!("product:{}", product.id),
                    title: product.name.clone(),
                }
            })
            .collect(),
        rule: "product.ask",
        ..ask(
            String::new(),
            sure.min(0.88),
            "several charts, the product is not told".to_owned(),
        )
    }
}

fn handoff(reason: Reason, reply: String, sure: f64, trace: String) -> Proposal {
    Proposal {
        decision: Outcome::Handoff,
        reply,
        confidence: sure,
        reason: Some(reason),
        facts: Vec::new(),
        options: Vec::new(),
        rule: "size.handoff",
        trace: vec![trace],
    }
}
