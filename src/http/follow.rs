//! Rebuilds a shop when its files change: `zhike serve --watch`.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::Shared;
use super::shops::RebuildOrder;
use super::tasks;
use crate::publish::watch::Watcher;

/// Between two looks at the folders.
const STEP: Duration = Duration::from_millis(500);

/// Looks at the folders of all shops below `knowledge` until the server closes. Rebuilds take the way of those asked
/// for by hand: a task, the gate, the audit log.
pub async fn run(app: Shared, knowledge: PathBuf) {
    let mut closing = app.closing.clone();
    let shops: Vec<String> = app.shops.ids().map(str::to_owned).collect();
    let folders: Vec<PathBuf> = shops.iter().map(|shop| knowledge.join(shop)).collect();
    let look = move || folders.iter().map(|folder| Watcher::new(folder)).collect();
    let Ok(mut watchers) = tokio::task::spawn_blocking::<_, Vec<Watcher>>(look).await else {
        return;
    };
    loop {
        tokio::select! {
            _ = closing.wait_for(|closing| *closing) => return,
            () = tokio::time::sleep(STEP) => {}
        }
        let looked = tokio::task::spawn_blocking(move || {
            let now = Instant::now();
            let changed: Vec<bool> = watchers
                .iter_mut()
                .map(|watcher| watcher.poll(now))
                .collect();
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
        for (shop, _) in shops.iter().zip(changed).filter(|(_, changed)| *changed) {
            tracing::info!(shop, "files changed, rebuilding");
            let order = RebuildOrder {
                shop: shop.clone(),
                by: "watch".into(),
                message: "files changed".into(),
                ..RebuildOrder::default()
            };
            tasks::start(&app, order, None);
        }
    }
}
