//! The column names of a merchant's own sheets. Findings use these instead of our names.

use std::collections::BTreeMap;

use super::finding::Finding;
use super::header::{ColumnDef, Header};

/// The columns of each sheet, by file and sheet: our name → the merchant's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(BTreeMap<(String, Option<String>), BTreeMap<&'static str, String>>);

impl Headers {
    /// Notes the header of a sheet. A column that it lacks gets a name in the sheet's language.
    pub(crate) fn note(
        &mut self,
        file: &str,
        sheet: Option<&str>,
        header: &Header,
        defs: &[ColumnDef],
    ) {
        let chinese = header.names.iter().any(|name| !name.is_ascii());
        let names = defs.iter().map(|def| {
            let theirs = match (header.has(defs, def.name), def.aliases.first()) {
                (true, _) => header.field(defs, def.name).header,
                (false, Some(alias)) if chinese => (*alias).to_owned(),
                (false, _) => def.name.to_owned(),
            };
            (def.name, theirs)
        });
        self.0
            .insert((file.to_owned(), sheet.map(str::to_owned)), names.collect());
    }

    /// Replaces our column names in findings by those of the sheets.
    pub(crate) fn translate(&self, findings: &mut [Finding]) {
        for finding in findings {
            let sheet = (finding.file.clone(), finding.sheet.clone());
            if let (Some(names), Some(column)) = (self.0.get(&sheet), &mut finding.column)
                && let Some(theirs) = names.get(column.as_str())
            {
                column.clone_from(theirs);
            }
        }
    }
}
