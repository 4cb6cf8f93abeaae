//! What the readers of a shop's tables and pages share.

use std::sync::{Mutex, PoisonError};

use jiff::tz::TimeZone;

use super::columns::Headers;
use super::finding::Log;
use super::header::{ColumnDef, ColumnMap, Header, expect_header};
use super::settings::Settings;
use super::table::{Sheet, SourceFile};

/// The parts of a shop that the readers need.
pub(crate) struct Context {
    /// `[columns]`.
    pub(crate) columns: ColumnMap,
    /// The shop's time zone.
    pub(crate) zone: TimeZone,
    /// The column names of each sheet, noted by readers that run in parallel.
    headers: Mutex<Headers>,
}

impl Context {
    /// From the settings.
    pub(crate) fn new(settings: &Settings) -> Context {
        Context {
            columns: ColumnMap::new(&settings.columns),
            zone: settings.zone(),
            headers: Mutex::default(),
        }
    }

    /// The header of a sheet, by [`expect_header`]. Its column names are noted.
    pub(crate) fn header(
        &self,
        file: &SourceFile,
        sheet: &Sheet,
        defs: &[ColumnDef],
        required: &[&str],
        open: bool,
        log: &mut Log,
    ) -> Option<Header> {
        let header = expect_header(sheet, defs, required, open, &self.columns, log)?;
        let mut headers = self.headers.lock().unwrap_or_else(PoisonError::into_inner);
        headers.note(&file.path, sheet.name, &header, defs);
        Some(header)
    }

    /// The column names of the sheets that were read.
    pub(crate) fn into_headers(self) -> Headers {
        self.headers
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
