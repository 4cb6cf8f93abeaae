//! Rebuilds a shop when its files change: `zhike serve --watch`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde::Deserialize;
use tokio::sync::watch;

use super::Shared;
use super::tasks::{self, Task, TaskState};
use super::works::RebuildOrder;
use crate::publish::Ending;
use crate::publish::gate::Objection;
use crate::publish::watch::Watcher;

/// The watcher of each shop.
type Watchers = BTreeMap<String, Watcher>;

/// Time between two checks of the folders.
const STEP: Duration = Duration::from_millis(500);

/// Checks the folders of all shops below `knowledge` until the server closes, first for what changed while no server
/// watched them. A shop that is added later is built once its files have settled. These rebuilds take the same path as
/// others: a task, the gate, the audit log.
pub async fn run(app: Shared, knowledge: PathBuf) {
    let mut closing = app.closing.clone();
    let mut watchers = Watchers::new();
    let mut added = false;
    loop {
        let (worker, knowledge) = (app.clone(), knowledge.clone());
        let looked = tokio::task::spawn_blocking(move || {
            let now = Instant::now();
            for shop in worker.shops.ids() {
                watchers.entry(shop).or_insert_with_key(|shop| {
                    let built = worker.shops.works.built_from(shop);
                    // What was never built differs from every build. At the start, the server has just tried it.
                    let built = built.or_else(|| added.then(String::new));
                    Watcher::new(&knowledge.join(shop), built, now)
                });
            }
            let polled = watchers.iter_mut();
            let changed =
                polled.filter_map(|(shop, watcher)| watcher.poll(now).then(|| shop.clone()));
            let changed: Vec<String> = changed.collect();
            (watchers, changed)
        });
        let changed;
        (watchers, changed) = match looked.await {
            Ok(looked) => looked,
            Err(error) => {
                tracing::error!(%error, "the folders are no longer followed");
                return;
            }
        };
        added = true;
        for shop in changed {
            tracing::info!(shop, "files changed, rebuilding");
            let order = RebuildOrder {
                shop,
                by: "watch".into(),
                message: "files changed".into(),
                ..RebuildOrder::default()
            };
            // Without a key nothing is used twice.
            let Ok(task) = tasks::start(&app, order, None) else {
                continue;
            };
            if let Some(watched) = app.tasks.watch(&task.id) {
                tokio::spawn(tell(watched));
            }
        }
        tokio::select! {
            _ = closing.wait_for(|closing| *closing) => return,
            () = tokio::time::sleep(STEP) => {}
        }
    }
}

/// Logs the result of a rebuild, since a person who saves a file reads the log, not the console.
async fn tell(mut task: watch::Receiver<Task>) {
    let Ok(done) = task.wait_for(|task| task.state != TaskState::Running).await else {
        return; // the server closes
    };
    let line = outcome(&done);
    let shop = done.shop.as_str();
    match done.result.as_ref().map(|built| built.outcome) {
        Some(Ending::Published | Ending::Unchanged) => tracing::info!(shop, "{line}"),
        _ => tracing::warn!(shop, "{line}"),
    }
}

/// The result of a finished rebuild in one line; errors and objections follow on lines of their own.
fn outcome(task: &Task) -> String {
    let Some(built) = &task.result else {
        let error = task.error.as_deref().unwrap_or("no reason is known");
        return format!("the rebuild failed, the live snapshot stays: {error}");
    };
    let snapshot = built.snapshot.as_deref().unwrap_or("none");
    match built.outcome {
        Ending::Published => format!("{snapshot} is live"),
        Ending::Unchanged => format!("nothing changed, {snapshot} stays live"),
        Ending::Faulty => {
            let errors = built.findings.iter();
            let errors: Vec<String> = errors
                .filter(|finding| finding.is_error())
                .map(ToString::to_string)
                .collect();
            let lines = errors.join("\n  ");
            format!("not built, {snapshot} stays live; mend\n  {lines}")
        }
        Ending::Refused => {
            let objections: Vec<Objection> = built
                .gate
                .pointer("/report/objections")
                .and_then(|objections| Deserialize::deserialize(objections).ok())
                .unwrap_or_default();
            let reasons: Vec<String> = objections.iter().map(ToString::to_string).collect();
            format!("refused, {snapshot} stays live: {}", reasons.join("; "))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::works::{Progress, Rebuilt};
    use super::*;
    use crate::knowledge::{Finding, Severity};

    #[test]
    fn the_log_says_what_a_rebuild_came_to() {
        let finding = Finding {
            code: "duplicate-id".into(),
            severity: Severity::Error,
            file: "faq/a.csv".into(),
            sheet: None,
            row: Some(3),
            column: None,
            message: "taken".into(),
            remedy: "rename".into(),
        };
        let refused =
            json!({"report": {"objections": [{"rule": "golden", "worse": 2, "allowed": 0}]}});
        for (built, said) in [
            (
                Some((Ending::Published, Value::Null)),
                vec!["0002-x is live"],
            ),
            (
                Some((Ending::Faulty, Value::Null)),
                vec!["stays live", "faq/a.csv:3", "duplicate-id"],
            ),
            (
                Some((Ending::Refused, refused)),
                vec!["refused", "2 golden questions came out worse"],
            ),
            (None, vec!["failed", "disk full"]),
        ] {
            let task = Task {
                id: "t".into(),
                shop: "s".into(),
                state: TaskState::Done,
                progress: Progress::default(),
                result: built.map(|(outcome, gate)| Rebuilt {
                    snapshot: Some("0002-x".into()),
                    outcome,
                    findings: vec![finding.clone()],
                    gate,
                }),
                error: Some("disk full".into()),
                at: jiff::Timestamp::UNIX_EPOCH,
            };
            let line = outcome(&task);
            assert!(said.iter().all(|said| line.contains(said)), "{line}");
        }
    }
}
