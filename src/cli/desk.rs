//! The desk's database for commands: real questions for the gate, and the audit log. Commands also work without it.

use jiff::SignedDuration;
use tokio::runtime::Runtime;

use super::args::now;
use super::setup::Setup;
use super::{CliError, note};
use crate::answer::Question;
use crate::conversation::Store;
use crate::publish::gate::REPLAYED;

/// What a rebuild lacks without the database.
pub(super) const NO_QUESTIONS: &str = "the gate asks no real questions this time";

/// What every command lacks without the database.
pub(super) const NO_AUDIT: &str = "this is missing from the audit log";

/// An open database.
pub(super) struct Desk {
    store: Store,
    runtime: Runtime,
}

impl Desk {
    /// Opens the configured database, if a server has created it already, or with `make` creates it. If it cannot be
    /// opened, prints what is `lost` and returns `None`, since a merchant must be able to publish without it.
    pub(super) fn open(setup: &Setup, make: bool, lost: &str) -> Result<Option<Desk>, CliError> {
        setup.make_index()?;
        let url = setup.config.database_url();
        let missing = |path: &str| !std::path::Path::new(path).is_file();
        let file = url.strip_prefix("sqlite://");
        let path = file.map(|rest| rest.split_once('?').map_or(rest, |(path, _)| path));
        if !make && path.is_some_and(missing) {
            return Ok(None);
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(CliError::failed("start a thread"))?;
        match runtime.block_on(Store::open(&url)) {
            Ok(store) => Ok(Some(Desk { store, runtime })),
            Err(error) => {
                note(setup, &format!("{error}; {lost}"));
                Ok(None)
            }
        }
    }

    /// The real questions of the last `days` days, masked, for the gate.
    pub(super) fn questions(&self, setup: &Setup, shop: &str, days: u32) -> Vec<Question> {
        let now = now();
        let from = now - SignedDuration::from_hours(24 * i64::from(days));
        let questions = self.store.real_questions(shop, [from, now], REPLAYED);
        self.runtime.block_on(questions).unwrap_or_else(|error| {
            note(setup, &format!("{error}; {NO_QUESTIONS}"));
            Vec::new()
        })
    }

    /// Writes a line into the audit log.
    pub(super) fn audit(
        &self,
        setup: &Setup,
        by: &str,
        action: &str,
        [shop, target, detail]: [&str; 3],
    ) {
        let line = self.store.audit(by, action, shop, target, detail, now());
        if let Err(error) = self.runtime.block_on(line) {
            note(setup, &format!("{error}; {NO_AUDIT}"));
        }
    }
}
