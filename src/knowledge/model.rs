//! The content of a merchant's files as plain data: the shop, its FAQ entries, products, size charts, policies and
//! golden questions, each with its place (file and row).
//!
//! This module reads no files and decides no answers. The readers of [`crate::knowledge`] fill these structs, a
//! snapshot archives them, and [`crate::answer`] reads them.

mod scope;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use crate::text::measure::Measure;
pub use scope::{Conditions, Layer, OrderState, Phase, Window};

/// The place of a piece of knowledge in the merchant's files.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Place {
    /// Path relative to the shop's folder, with `/`, for example `faq/发货.csv`.
    pub file: String,
    /// 1-based row as the merchant's editor shows it: the line in CSV, Markdown and TOML (the first line of a quoted
    /// record), the sheet row in XLSX.
    pub row: u32,
    /// Sheet name for XLSX with several sheets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
}

impl Place {
    /// A row of a file without sheets.
    pub(crate) fn in_file(file: &str, row: u32) -> Place {
        Place {
            file: file.to_owned(),
            row,
            sheet: None,
        }
    }
}

/// One FAQ row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Faq {
    /// The merchant's id, or one derived from file and question.
    pub id: String,
    /// The standard question.
    pub question: String,
    /// Similar questions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub similar: Vec<String>,
    /// Questions that look similar but must not match.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub negative: Vec<String>,
    /// The answer, verbatim.
    pub answer: String,
    /// 分类, for budgets and filters; empty: none.
    #[serde(default)]
    pub category: String,
    /// When it applies.
    #[serde(default)]
    pub conditions: Conditions,
    /// Its authority.
    #[serde(default)]
    pub layer: Layer,
    /// When it is in force.
    #[serde(default)]
    pub window: Window,
    /// Whether it is never answered outright, but only offered among options.
    #[serde(default)]
    pub clarify: bool,
    /// Ids of related FAQ entries.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<String>,
    /// Intents the merchant binds by hand (column `intent`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub intents: Vec<String>,
    /// Its place in the files.
    pub place: Place,
}

impl Faq {
    /// Whether everything but the place is the same.
    pub fn says_the_same(&self, other: &Faq) -> bool {
        let Faq {
            id,
            question,
            similar,
            negative,
            answer,
            category,
            conditions,
            layer,
            window,
            clarify,
            related,
            intents,
            place: _,
        } = self;
        *id == other.id
            && *question == other.question
            && *similar == other.similar
            && *negative == other.negative
            && *answer == other.answer
            && *category == other.category
            && *conditions == other.conditions
            && *layer == other.layer
            && *window == other.window
            && *clarify == other.clarify
            && *related == other.related
            && *intents == other.intents
    }
}

/// A spec of a product: a column, a front-matter key or a row of a two-column table, verbatim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spec {
    /// Name as the merchant writes it, for example `材质`.
    pub name: String,
    /// Value, verbatim.
    pub value: String,
    /// Its place in the files.
    pub place: Place,
}

/// The SKUs of one colour (or other first property).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkuGroup {
    /// First property, usually the colour; empty if only sizes are listed.
    pub colour: String,
    /// Sizes or other second properties; may be empty.
    pub sizes: Vec<String>,
}

/// A passage of free text under a heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// Headings from the outermost; empty for text before the first heading.
    pub path: Vec<String>,
    /// The text, verbatim, trimmed.
    pub text: String,
    /// Line of the heading.
    pub place: Place,
}

/// A product.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Product {
    /// 商品编号.
    pub id: String,
    /// 商品名称.
    pub name: String,
    /// Other names that buyers use.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// 类目; empty: none.
    #[serde(default)]
    pub category: String,
    /// File stem under `sizes/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size_chart: Option<String>,
    /// Ids of products that go with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub goes_with: Vec<String>,
    /// The variants that can be bought.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skus: Vec<SkuGroup>,
    /// Link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// When it is on sale.
    #[serde(default)]
    pub on_sale: Window,
    /// All other columns, in file order; empty cells are left out.
    #[serde(default)]
    pub specs: Vec<Spec>,
    /// Passages of a Markdown product.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passages: Vec<Passage>,
    /// Its place in the files.
    pub place: Place,
}

/// A policy file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// File stem.
    pub stem: String,
    /// Title from the front matter, else the first heading, else the stem.
    pub title: String,
    /// Its authority.
    pub layer: Layer,
    /// When it is in force.
    pub window: Window,
    /// The products and categories to which it is limited (keywords stay empty here).
    pub conditions: Conditions,
    /// Further words by which it is found.
    pub keywords: Vec<String>,
    /// Headings with their own text.
    pub passages: Vec<Passage>,
    /// Line 1 of the file.
    pub place: Place,
}

/// A closed interval in the canonical unit of its [`Measure`] (centimetres, kilograms, months).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Lower end; `None`: open downwards (`≤80`).
    pub low: Option<f64>,
    /// Upper end; `None`: open upwards (`90以上`).
    pub high: Option<f64>,
}

/// A column of a size chart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChartColumn {
    /// Header as written, for example `体重(斤)`.
    pub header: String,
    /// The body measure; `None`: shown but not matched (国码, garment measures).
    pub measure: Option<Measure>,
}

/// A cell of a size chart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChartCell {
    /// As written.
    pub text: String,
    /// The interval in canonical units, if the column is a body measure.
    pub interval: Option<Interval>,
}

/// A row of a size chart. A cross table has one row per (height, weight) cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChartRow {
    /// The size as written: `M`, `38`, `XL/2XL`.
    pub size: String,
    /// One cell per column of the chart.
    pub cells: Vec<ChartCell>,
    /// Its place in the files.
    pub place: Place,
}

/// A size chart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SizeChart {
    /// File stem. For a sheet of a workbook: `stem`, or `stem-sheet` if there are several.
    pub stem: String,
    /// Header of the column that names the sizes, as written.
    #[serde(default = "size_header")]
    pub header: String,
    /// The other columns.
    pub columns: Vec<ChartColumn>,
    /// Rows, in file order.
    pub rows: Vec<ChartRow>,
    /// Whether it was a cross table.
    pub cross: bool,
    /// Sizes from small to large, without repeats.
    pub sizes: Vec<String>,
    /// Line 1 of the file.
    pub place: Place,
}

fn size_header() -> String {
    "尺码".to_owned()
}

/// A golden question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Golden {
    /// The buyer's words.
    pub question: String,
    /// The expected outcome.
    pub expect: Expect,
    /// Product of the channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// The moment of the question; `None`: the moment of the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// The buyer's earlier messages, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub previous: Vec<String>,
    /// Order state of the channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_state: Option<OrderState>,
    /// The merchant's note.
    #[serde(default)]
    pub note: String,
    /// Its place in the files.
    pub place: Place,
}

/// The expected outcome of a golden question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expect {
    /// One of these entries answers it. For a compound question: the entries that it should find.
    Entries(Vec<String>),
    /// Options are offered, or a missing measure is asked for.
    Clarify,
    /// A handoff, for this reason if one is named.
    Handoff(Option<String>),
}

/// Everything a merchant keeps for one shop.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Shop {
    /// The folder's name.
    pub id: String,
    /// `shop.toml`.
    pub settings: super::settings::Settings,
    /// FAQ rows, in the order of files (by name) and rows.
    pub faqs: Vec<Faq>,
    /// Products.
    pub products: Vec<Product>,
    /// Size charts.
    pub charts: Vec<SizeChart>,
    /// Policies.
    pub policies: Vec<Policy>,
    /// Words, synonyms, stop words, sensitive words.
    pub lexicon: crate::text::lexicon::Lexicon,
    /// Golden questions.
    pub golden: Vec<Golden>,
    /// Where words and scripts stand. Known only right after reading; not part of a snapshot.
    #[serde(skip)]
    pub lines: Lines,
}

/// The lines of what has no place of its own (words of `lexicon/`, scripts of `shop.toml`), and the column names of the
/// sheets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lines {
    lines: std::collections::BTreeMap<(String, String), u32>,
    /// The column names of each sheet.
    pub headers: super::columns::Headers,
}

impl Lines {
    /// Notes the first line of `file` with `item`.
    pub(crate) fn note(&mut self, file: &str, item: &str, line: u32) {
        self.lines
            .entry((file.to_owned(), item.to_owned()))
            .or_insert(line);
    }

    /// The place of `item` in `file`, without a row if it was not noted.
    pub(crate) fn place(&self, file: &str, item: &str) -> Place {
        let known = self.lines.get(&(file.to_owned(), item.to_owned()));
        Place::in_file(file, known.copied().unwrap_or_default())
    }
}
