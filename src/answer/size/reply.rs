//! Texts to the buyer about sizes, with the chart rows that prove them.

use super::OPTIONS;
use super::chart::Fit;
use super::measures::repeat;
use super::sold::sold;
use super::wording::{LOOSE, TIGHT};
use crate::answer::product::{Asked, Subject};
use crate::answer::proposal::{Fact, Proposal};
use crate::answer::rule;
use crate::answer::types::{ChoiceOption, Reason};
use crate::knowledge::{Measure, Product, SizeChart, carries, ids};
use crate::text::measure::Reading;
use crate::text::normalise::is_han;

/// The word for a measure in a question to the buyer: the chart's own word if it has one.
pub fn label_for(measure: Measure, chart: &SizeChart) -> &str {
    let header = chart
        .columns
        .iter()
        .find(|column| column.measure == Some(measure))
        .map(|column| split_header(&column.header).0);
    header
        .map(|header| {
            ["适合", "对应", "推荐", "参考", "建议"]
                .iter()
                .find_map(|word| header.strip_prefix(word))
                .unwrap_or(header)
        })
        // `Weight(kg)` is no word for a buyer.
        .filter(|header| header.contains(is_han))
        .unwrap_or(measure.name())
}

/// The readings in words: 身高160cm、体重100斤.
pub fn told(readings: &[Reading]) -> String {
    readings.iter().map(repeat).collect::<Vec<_>>().join("、")
}

/// The reply that recommends the sizes that the product has.
pub fn recommend(
    asked: &Asked<'_>,
    chart: &SizeChart,
    product: Option<&Product>,
    readings: &[Reading],
    mut fits: Vec<Fit>,
    sure: f64,
) -> Proposal {
    let trace = format!("chart {}: {}", chart.stem, told(readings));
    let mut not_sold: Vec<&str> = Vec::new();
    if let Some(product) = product {
        let (own, others): (Vec<Fit>, Vec<Fit>) = fits
            .into_iter()
            .partition(|fit| sold(asked, chart, product, &chart.sizes[fit.size]));
        fits = own;
        not_sold.extend(others.iter().map(|fit| size_word(&chart.sizes[fit.size])));
        if fits.is_empty() {
            let other_colour = product.skus.iter().flat_map(|sku| &sku.sizes).any(|own| {
                let mut wanted = not_sold.iter();
                wanted.any(|size| carries(own, size))
            });
            let whose = match other_colour {
                true => "您说的颜色",
                false => &product.name,
            };
            let reply = format!(
                "按尺码表，{}对应 {} 码，不过{whose}没有这个码。",
                told(readings),
                not_sold.join("、"),
            );
            let mut refused = handoff(Reason::NoMatch, reply, sure, trace);
            let why = format!("product {} is not sold in that size", product.id);
            refused.trace.push(why);
            return refused;
        }
    }
    if larger_first(asked, chart) {
        fits.reverse();
    }
    let names: Vec<&str> = fits
        .iter()
        .map(|fit| chart.sizes[fit.size].as_str())
        .collect();
    let words = |fit: &Fit| row_words(chart, fit.row, asked.text);
    let rows: Vec<String> = fits.iter().map(words).collect();
    let mut reply = match names.as_slice() {
        [one] if !not_sold.is_empty() => format!(
            "按尺码表，{}在 {} 码和 {} 码之间，其中 {} 码这款没有，可以选的是 {} 码（{}）。",
            told(readings),
            size_word(one),
            not_sold.join("、"),
            not_sold.join("、"),
            size_word(one),
            rows[0]
        ),
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
            entry: ids::size(&chart.stem),
            row: Some(chart.rows[fit.row].place.row),
            snippet: Some(row_text(chart, fit.row)),
        })
        .collect();
    let mut advice = Proposal {
        facts,
        ..Proposal::answer(reply, sure, "size", trace)
    };
    advice.trace.push(format!("sizes {}", names.join(", ")));
    advice
}

/// A size without 码, which the reply adds itself: `38` for `38码`.
pub(super) fn size_word(size: &str) -> &str {
    size.trim_end_matches(['码', '号'])
}

/// Whether the larger of two sizes comes first: by the buyer's taste, else by the shop's rule for the chart, else yes.
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

/// The answer to 偏大还是偏小: the shop's remark, if there is one.
pub fn remark(asked: &Asked<'_>, chart: &SizeChart, product: Option<&Product>) -> Option<Proposal> {
    let remark = fit_remark(asked, chart, product)?;
    let trace = format!("asks how chart {} fits", chart.stem);
    Some(Proposal {
        facts: vec![Fact {
            snippet: Some(remark.to_owned()),
            ..Fact::of(ids::size(&chart.stem))
        }],
        ..Proposal::answer(remark.to_owned(), 0.93, "size.fit", trace)
    })
}

/// The shop's remark on the fit of the product, of its chart or of everything.
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

/// Splits a header: `身高(cm)` → 身高 and cm.
pub(super) fn split_header(header: &str) -> (&str, &str) {
    match header.find(['(', '（', '/']) {
        Some(open) => {
            let unit =
                header[open..].trim_matches(|c| matches!(c, '(' | '（' | ')' | '）' | '/' | ' '));
            (header[..open].trim(), unit)
        }
        // 胸围cm, 适合身高cm, 体重斤
        None => {
            const UNITS: [&str; 6] = ["公斤", "千克", "斤", "厘米", "公分", "毫米"];
            let header = header.trim();
            let name = UNITS
                .iter()
                .find_map(|unit| header.strip_suffix(unit))
                .unwrap_or(header)
                .trim_end_matches(|c: char| c.is_ascii_alphabetic());
            match name.is_empty() {
                true => (header, ""),
                false => header.split_at(name.len()),
            }
        }
    }
}

/// The body measures of a row in words (身高158-162cm，体重96-108斤), and other columns that `asked` names (脚宽).
pub(super) fn row_words(chart: &SizeChart, row: usize, asked: &str) -> String {
    let named = |header: &str| {
        let (name, _) = split_header(header);
        name.chars().nth(1).is_some() && asked.contains(name)
    };
    let parts: Vec<String> = chart
        .columns
        .iter()
        .zip(&chart.rows[row].cells)
        .filter(|(column, cell)| match column.measure {
            Some(_) => cell.interval.is_some(),
            None => named(&column.header) && !cell.text.is_empty(),
        })
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
pub(super) fn row_text(chart: &SizeChart, row: usize) -> String {
    let row = &chart.rows[row];
    let cells: Vec<&str> = std::iter::once(row.size.as_str())
        .chain(row.cells.iter().map(|cell| cell.text.as_str()))
        .collect();
    cells.join(" | ")
}

/// The whole chart.
pub fn show(asked: &Asked<'_>, chart: &SizeChart, sure: f64) -> Proposal {
    let header: Vec<&str> = std::iter::once(chart.header.as_str())
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
    let trace = format!("shows chart {} {product}", chart.stem);
    Proposal {
        facts: vec![Fact::of(ids::size(&chart.stem))],
        ..Proposal::answer(reply, sure, "size.chart", trace)
    }
}

/// A question back.
pub fn ask(reply: String, sure: f64, trace: String) -> Proposal {
    Proposal::clarify(reply, sure, rule::ASK_MEASURE, trace)
}

/// The question which product is meant, with options if there are few products.
pub fn ask_product(asked: &Asked<'_>, products: &[u32], sure: f64) -> Proposal {
    let options = if products.len() <= OPTIONS {
        products
    } else {
        &[]
    };
    Proposal {
        options: options
            .iter()
            .map(|&index| {
                let product = asked.product_at(index);
                ChoiceOption {
                    id: ids::product(&product.id, &[]),
                    title: product.name.clone(),
                }
            })
            .collect(),
        ..Proposal::clarify(
            String::new(),
            sure.min(0.88),
            rule::ASK_PRODUCT,
            "several charts, the product is not told".to_owned(),
        )
    }
}

/// A person goes on, and is told why.
pub fn handoff(reason: Reason, reply: String, sure: f64, trace: String) -> Proposal {
    Proposal::handoff(reason, reply, sure, "size.handoff", trace)
}
