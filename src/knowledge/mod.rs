//! Reads merchants' files into a [`Shop`] and findings.
//!
//! [`read_shop`] reads as much of a shop's folder as can be read, and never fails. What is wrong comes back as
//! [`Finding`]s with file, row, column and remedy. The modules, from bytes to entries:
//!
//! - [`encoding`] decodes bytes to text; `csv` and `xlsx` read rows from text and workbooks; `markdown` and `toml_doc`
//!   split pages and settings into parts with their lines.
//! - `header` finds out which column is which, in English or Chinese, mapped or misspelt; `cells`, `lists` and
//!   [`dates`] read the cells.
//! - `faq`, `product`, `policy`, `size_chart`, `golden`, `lexicon` and `shop_toml` read one kind of file each, most of them
//!   with the shop's `context`.
//! - `references` checks what needs the whole shop: repeated ids, dangling references.
//!
//! `csv_edit` (which keeps every byte but the cell) and [`replace`] change these files.
//!
//! Rows and findings come in a fixed order on every machine: files by name, bytewise; rows as they stand.

mod cells;
pub mod columns;
mod context;
mod csv;
pub(crate) mod csv_edit;
pub mod dates;
pub mod encoding;
pub mod entry;
mod faq;
mod files;
pub mod finding;
mod golden;
pub mod guess;
mod header;
pub mod hours;
pub mod ids;
mod lexicon;
pub(crate) mod lists;
mod markdown;
pub mod model;
mod names;
mod policy;
mod product;
mod read;
mod references;
mod replace;
pub mod settings;
mod shop_toml;
mod size_chart;
mod table;
mod toml_doc;
pub mod units;
mod xlsx;

pub use cells::{order_state_name, parse_order_state};
pub use entry::{Entry, EntryAt, Kind, entries};
pub use finding::{Finding, Severity};
pub use model::*;
pub(crate) use names::nearest;
pub use read::{
    InputFile, KnowledgeError, Reading, hash_of, input_hash, list_shops, read_golden,
    read_settings, read_shop,
};
pub use replace::replace;
pub use settings::Settings;
pub use size_chart::carries;

/// A sample shop, for unit tests.
#[cfg(test)]
pub(crate) fn sample(name: &str) -> Shop {
    let samples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
    read_shop(&samples.join(name)).shop
}
