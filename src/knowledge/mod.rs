//! Merchants' files → a [`Shop`] and findings.
//!
//! [`read_shop`] reads one shop's folder as far as it can be read and never fails: what is wrong with it comes back
//! as [`Finding`]s with file, row, column and remedy. On the way from bytes to entries:
//!
//! - [`encoding`] makes text of bytes; `csv` and `xlsx` make rows of text and workbooks; `markdown` and `toml_doc`
//!   take pages and settings apart, with their lines.
//! - `header` tells which column is which, in English or Chinese, mapped or misspelt; `cells`, `lists` and [`dates`]
//!   read what stands in them.
//! - `faq`, `product`, `policy`, `size_chart`, `golden`, `lexicon` and `shop_toml` are the kinds of files.
//! - `references` checks what only the whole shop can tell: repeated ids, dangling references.
//!
//! For changes to those files there are `csv_edit`, which leaves every byte but the cell as it was, and [`replace`].
//!
//! Rows and findings come in a fixed order (files by name, bytewise; rows as they stand), whatever the machine.

mod cells;
pub mod columns;
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

/// A sample shop, for unit tests.
#[cfg(test)]
pub(crate) fn sample(name: &str) -> Shop {
    let samples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
    read_shop(&samples.join(name)).shop
}
