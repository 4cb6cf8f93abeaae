//! Advises sizes from the merchant's charts, with the row of the chart that proves the advice.

mod amend;
pub mod chart;
mod measures;
mod reply;
mod row;
mod sold;
mod wording;

use super::product::{Asked, Subject};
use super::proposal::Proposal;
use super::types::Reason;
use crate::knowledge::{Measure, Product, SizeChart, carries};
use crate::text::measure::{Doubt, Reading, usual_size};
use crate::text::normalise::{normalise, squeeze};
use chart::{Advice, Known, advise};
use measures::repeat;
use reply::{ask, ask_product, handoff, label_for, recommend, show, told};
use wording::{CHART, FITS, LOOSE, RUNS, TIGHT, asks_size, says_any};
pub use wording::{is_letter_size, says_size};

/// The most options offered.
const OPTIONS: usize = 5;

/// The longest message, in characters, that only tells which size is usually worn.
const USUAL: usize = 16;

/// The proposal for a question about sizes; `None` if it is not about sizes.
pub fn propose(asked: &Asked<'_>) -> Option<Proposal> {
    asked.beside_name(|asked| {
        let text = measures::without_colours(asked);
        said(&Asked {
            text: &text,
            plain: asked.plain.clone(),
            subject: asked.subject.clone(),
            ..*asked
        })
    })
}

fn said(asked: &Asked<'_>) -> Option<Proposal> {
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
    if let Charts::One { chart, product } = charts(asked) {
        let fit = || reply::remark(asked, chart, product).filter(|_| says_any(text, RUNS));
        if let Some(proposal) = row::propose(asked, chart, 0.93).or_else(fit) {
            return Some(proposal);
        }
        // A chart of beds measures no body. 1.8的床 asks for its row in the chart.
        if chart::needed(chart).is_empty() && row::of_bed(text) {
            return Some(show(asked, chart, 0.9));
        }
        // 喜欢宽松的呢 after advice asks for a size again, and so does L码可以吗 for the size that it names.
        let taste = says_any(text, LOOSE) || says_any(text, TIGHT) || row::asks_fit(chart, text);
        let advised = || {
            let told = measures::read(chart, asked.previous, "", of_sizes).readings;
            chart::needed(chart)
                .iter()
                .all(|need| told.iter().any(|told| told.measure == *need))
        };
        if taste && text.chars().count() <= USUAL && advised() {
            return advice(asked, 0.94);
        }
    }
    if asks_size(text) || says_any(text, CHART) {
        return advice(asked, if says_any(text, CHART) { 0.94 } else { 0.96 });
    }
    // 平时穿M: a size of another shop is no measure, so the chart's own measures are asked for.
    if text.chars().count() <= USUAL && usual_size(asked.text).is_some() {
        return match charts(asked) {
            Charts::One { .. } | Charts::Several(_) => advice(asked, 0.88),
            Charts::Without(_) | Charts::NotOnSale(_) | Charts::None => None,
        };
    }
    // Without a word for sizes, measures alone ask for a size. The confidence depends on what else is said.
    if !text
        .contains(|c: char| c.is_ascii_digit() || c == '半' || crate::text::numeral::is_numeral(c))
    {
        return None;
    }
    let charts = charts(asked);
    let told = match &charts {
        Charts::One { chart, .. } => measures::told(chart, asked.text),
        _ => crate::text::measure::measures(asked.text),
    };
    let talk_of_sizes = asked
        .previous
        .iter()
        .rev()
        .take(3)
        .any(|line| of_sizes(line));
    if told.is_empty() && !talk_of_sizes {
        return None;
    }
    let spoken: usize = told
        .iter()
        .map(|reading| (reading.span.1 - reading.span.0) as usize)
        .sum();
    let rest = text.chars().count().saturating_sub(spoken);
    // A buyer who tells two measures wants a size, whatever else is said.
    let several = told.len() >= 2;
    let sure = match rest {
        _ if says_any(text, FITS) => 0.93,
        0..=6 => 0.94,
        7..=10 => 0.85,
        11..=16 if several => 0.85,
        11..=16 => 0.72,
        _ => 0.55,
    };
    let relevant = |chart: &SizeChart| {
        let by_age = chart::needed(chart) == [Measure::Age];
        told.iter().any(|reading| {
            chart::measures(chart).contains(&reading.measure)
                && (by_age || reading.measure != Measure::Age)
        }) || told.is_empty() && measures::adds(chart, asked, of_sizes)
    };
    match charts {
        Charts::One { chart, .. } if relevant(chart) => advice(asked, sure),
        Charts::Several(_) if told.len() >= 2 => advice(asked, sure.min(0.85)),
        _ => None,
    }
}

/// Whether an earlier message was about sizes: it asked for one or told the usual one.
fn of_sizes(line: &str) -> bool {
    let line = normalise(line);
    asks_size(&squeeze(&line)) || usual_size(&line).is_some()
}

/// The charts that can be meant.
enum Charts<'a> {
    /// One chart, and the product if it is known.
    One {
        chart: &'a SizeChart,
        product: Option<&'a Product>,
    },
    /// Charts of different products, so the product must be asked for.
    Several(Vec<u32>),
    /// The product has no chart.
    Without(&'a Product),
    /// The product is not on sale.
    NotOnSale(&'a Product),
    /// The shop has no charts.
    None,
}

/// Finds the chart: that of the product, the one of all products that fit, or the only one of the shop.
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

/// The one chart that all other products of a category share, for a product that has sizes but names no chart.
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
        let mut own = product.skus.iter().flat_map(|sku| &sku.sizes);
        own.any(|own| carries(own, size))
    };
    chart.sizes.iter().any(sells).then_some(chart)
}

/// The advice, a question back or a handoff.
fn advice(asked: &Asked<'_>, sure: f64) -> Option<Proposal> {
    Some(match charts(asked) {
        Charts::None => return None,
        Charts::One { chart, product } => by_chart(asked, chart, product, sure),
        Charts::Several(products) => ask_product(asked, &products, sure),
        Charts::Without(product) => {
            let reply = format!("{}没有登记尺码表。", product.name);
            let trace = format!("product {} has no size chart", product.id);
            handoff(Reason::NoMatch, reply, 0.76, trace)
        }
        Charts::NotOnSale(product) => {
            let trace = format!("product {} is not on sale at that moment", product.id);
            handoff(Reason::NotInForce, String::new(), 0.8, trace)
        }
    })
}

/// The same by a chart, and for a product where it is known.
fn by_chart(
    asked: &Asked<'_>,
    chart: &SizeChart,
    product: Option<&Product>,
    sure: f64,
) -> Proposal {
    let told_of = measures::read(chart, asked.previous, asked.text, of_sizes);
    let readings: Vec<Reading> = told_of
        .readings
        .into_iter()
        .filter(|r| chart::measures(chart).contains(&r.measure))
        .collect();
    if says_any(&asked.plain.text, CHART) && crate::text::measure::measures(asked.text).is_empty() {
        return show(asked, chart, sure);
    }
    if measures::of_two(chart, asked) {
        let trace = "tells the measures of two".to_owned();
        let reply = "您说的是两位吗？请一位一位地告诉我，我按尺码表分别帮您选码。";
        return ask(reply.to_owned(), sure, trace);
    }
    if let Some(reading) = readings
        .iter()
        .find(|reading| reading.doubt == Some(Doubt::Impossible))
    {
        let reply = format!(
            "您说的{}好像不太对，麻烦再确认一下{}是多少？",
            repeat(reading),
            reading.measure.name()
        );
        let trace = format!("{} is no possible value", reading.written);
        return ask(reply, sure, trace);
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
        Advice::NoMeasure => show(asked, chart, sure - 0.2),
        Advice::Needs(measure) => {
            let reply = format!(
                "请问{}{}是多少？告诉我就能按尺码表帮您选码。",
                if told_of.another {
                    "穿的人"
                } else {
                    "您的"
                },
                label_for(measure, chart)
            );
            let trace = format!("chart {} needs {}", chart.stem, measure.name());
            ask(reply, sure.min(0.9), trace)
        }
        Advice::Outside => {
            let reply = format!("{}不在这张尺码表的范围内。", told(&readings));
            let trace = format!("outside chart {}", chart.stem);
            handoff(Reason::NoMatch, reply, sure, trace)
        }
        Advice::Sizes(fits) => {
            // Open ends (157以下, 136以上) contain values that no body has.
            if measures::no_body(&readings) {
                let reply = format!(
                    "您说的{}好像对不上，麻烦再确认一下身高和体重是多少？",
                    told(&readings)
                );
                let trace = format!("nobody has {}", told(&readings));
                return ask(reply, sure, trace);
            }
            if let Some(doubtful) = readings
                .iter()
                .find(|r| r.doubt == Some(Doubt::Ambiguous) && r.measure == Measure::Weight)
            {
                let reply = format!("请问您说的体重{}是公斤还是斤？", doubtful.written);
                let trace = format!("unit of {} is not told", doubtful.written);
                return ask(reply, sure, trace);
            }
            recommend(asked, chart, product, &readings, fits, sure)
        }
    }
}
