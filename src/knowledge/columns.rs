//! Which of our columns a merchant's header names, for tools that edit the merchant's own files.

use super::header::{ColumnDef, ColumnMap, resolve};
use super::settings::Settings;
use super::{faq, golden, product};

/// Our name of the column that `header` names in the file at `path` (relative to the shop's folder), and whether it
/// holds a list. `None` for a spec, an unknown header, and files that are no sheets of entries.
pub(crate) fn column_name(
    path: &str,
    header: &str,
    settings: &Settings,
) -> Option<(&'static str, bool)> {
    let defs: &'static [ColumnDef] = match path.split('/').next()? {
        "faq" => faq::COLUMNS,
        "products" => product::COLUMNS,
        "golden.csv" => golden::COLUMNS,
        _ => return None,
    };
    let def = &defs[resolve(header, defs, &ColumnMap::new(&settings.columns))?];
    Some((def.name, def.list))
}
