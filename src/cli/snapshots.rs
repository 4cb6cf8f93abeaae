//! `zhike snapshots` and `zhike rollback`.

use jiff::Timestamp;
use serde_json::json;

use super::args::now;
use super::desk::{Desk, NO_AUDIT};
use super::setup::Setup;
use super::{CliError, known, note, out, out_json};
use crate::index::Catalog;
use crate::index::catalog::HistoryLine;
use crate::knowledge::read_settings;

/// Lists a shop's snapshots and marks the live one.
pub fn list(setup: &Setup, shop: &str) -> Result<bool, CliError> {
    known(setup, shop)?;
    let catalog = Catalog::new(&setup.config.index, shop);
    // Times in the shop's zone, as in its receipts and files.
    let zone = read_settings(&setup.config.knowledge.join(shop)).zone();
    let time = |at: Timestamp| {
        at.to_zoned(zone.clone())
            .strftime("%Y-%m-%d %H:%M:%S %:z")
            .to_string()
    };
    let current = catalog.current();
    let history = catalog.history();
    if setup.json {
        out_json(&json!({"current": current, "snapshots": catalog.list(), "history": history}))?;
        return Ok(true);
    }
    for manifest in catalog.list() {
        let published = history
            .iter()
            .find(|line| line.snapshot == manifest.id && line.action == "publish");
        let mark = if current.as_ref() == Some(&manifest.id) {
            "*"
        } else {
            " "
        };
        let when = published.map(|line| time(line.at)).unwrap_or_default();
        let entries = manifest.counts.get("entries").copied().unwrap_or_default();
        let how = published.map(how).unwrap_or_default();
        out(&format!(
            "{mark} {}  {when}  {entries} entries{how}",
            manifest.id
        ))?;
    }
    let others = history.iter().filter(|line| line.action != "publish");
    for line in others {
        let when = time(line.at);
        out(&format!(
            "  {} {}  {when}{}",
            line.action,
            line.snapshot,
            how(line)
        ))?;
    }
    Ok(true)
}

/// Who did it, what changed, and why.
fn how(line: &HistoryLine) -> String {
    let forced = if line.forced { "forced" } else { "" };
    let said = [
        line.by.as_str(),
        line.changes.as_str(),
        forced,
        line.message.as_str(),
    ];
    let said = said.iter().filter(|part| !part.is_empty());
    said.map(|part| format!("  {part}")).collect()
}

/// Makes an older snapshot live.
pub fn rollback(
    setup: &Setup,
    shop: &str,
    snapshot: Option<&str>,
    message: &str,
) -> Result<bool, CliError> {
    known(setup, shop)?;
    let by = super::who();
    let live = Catalog::new(&setup.config.index, shop).roll_back(snapshot, &by, message, now())?;
    if let Some(desk) = Desk::open(setup, false, NO_AUDIT)? {
        desk.audit(setup, &by, "rollback", [shop, &live, message]);
    }
    note(setup, &format!("{shop}: {live} is live"));
    if setup.json {
        out_json(&json!({"shop": shop, "snapshot": live}))?;
    }
    Ok(true)
}
