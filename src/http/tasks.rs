//! Running rebuilds: one thread each, one at a time per shop. Everybody with access may watch them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use tokio::sync::watch;
use utoipa::ToSchema;

use super::Shared;
use super::works::{Progress, RebuildOrder, Rebuilt};
use crate::answer::Question;
use crate::conversation::store::StoreError;
use crate::publish::gate::REPLAYED;

/// The number of finished tasks kept.
const REMEMBERED: usize = 200;

/// A rebuild as callers see it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Task {
    /// Task id.
    pub id: String,
    /// Shop id.
    pub shop: String,
    /// `running`, `done` or `failed`.
    #[schema(value_type = String)]
    pub state: TaskState,
    /// How far it is.
    pub progress: Progress,
    /// What it came to, once done.
    pub result: Option<Rebuilt>,
    /// Why it failed.
    pub error: Option<String>,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// The state of a rebuild.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// It runs or waits for its turn.
    Running,
    /// It ended, with any outcome.
    Done,
    /// It failed.
    Failed,
}

/// The tasks of this process.
#[derive(Default)]
pub struct Tasks {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    tasks: HashMap<String, watch::Receiver<Task>>,
    /// Caller's idempotency key → task, and what was wished with it.
    keys: HashMap<String, (String, Wish)>,
    /// Ids, oldest first.
    order: Vec<String>,
}

/// What tells one order for a shop's rebuild from another.
#[derive(Clone, PartialEq, Eq)]
struct Wish {
    message: String,
    force: bool,
}

/// What became of an order.
enum Ordered {
    /// A task of its own.
    New(watch::Sender<Task>),
    /// The task that the same key made.
    Known(Box<Task>),
    /// The key made a task of another order.
    Reused,
}

impl Tasks {
    /// The state of a task, to be watched.
    pub fn watch(&self, id: &str) -> Option<watch::Receiver<Task>> {
        self.lock().tasks.get(id).cloned()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        // Every change of the maps is one insert, so they are valid even after a panic.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Registers a task, or returns the one that the same idempotency key made.
    fn add(&self, order: &RebuildOrder, idem: Option<String>) -> Ordered {
        let shop = order.shop.as_str();
        let wish = Wish {
            message: order.message.clone(),
            force: order.force,
        };
        let mut known = self.lock();
        // The same key for another shop asks for another rebuild.
        let idem = idem.map(|key| format!("{shop}/{key}"));
        let earlier = idem.as_ref().and_then(|key| known.keys.get(key));
        if let Some((task, earlier)) =
            earlier.and_then(|(id, wish)| Some((known.tasks.get(id)?, wish)))
        {
            return match *earlier == wish {
                true => Ordered::Known(Box::new(task.borrow().clone())),
                false => Ordered::Reused,
            };
        }
        let task = Task {
            id: uuid::Uuid::now_v7().to_string(),
            shop: shop.to_owned(),
            state: TaskState::Running,
            progress: Progress::default(),
            result: None,
            error: None,
            at: Timestamp::now(),
        };
        let id = task.id.clone();
        let (sender, receiver) = watch::channel(task);
        if let Some(key) = idem {
            known.keys.insert(key, (id.clone(), wish));
        }
        known.tasks.insert(id.clone(), receiver);
        known.order.push(id);
        if known.order.len() > REMEMBERED {
            let oldest = known.order.remove(0);
            known.tasks.remove(&oldest);
            known.keys.retain(|_, (id, _)| *id != oldest);
        }
        Ordered::New(sender)
    }
}

/// Real questions that the gate asks before and after: the latest of the shop's `[gate] replay_days`. If they cannot be
/// read, the publish goes on without them.
async fn recent(app: &Shared, shop: &str) -> Vec<Question> {
    let days = app
        .shops
        .live(shop)
        .map_or(0, |live| live.settings().gate.replay_days);
    let now = Timestamp::now();
    let from = now - SignedDuration::from_hours(24 * i64::from(days));
    match app.store.real_questions(shop, [from, now], REPLAYED).await {
        Ok(questions) => questions,
        Err(error) => {
            tracing::error!(%error, shop, "no real questions for the gate this time");
            Vec::new()
        }
    }
}

/// Starts a rebuild (those of one shop queue) and gives its task.
///
/// # Errors
/// [`StoreError::Reused`] where the idempotency key made a task of another order.
pub fn start(app: &Shared, order: RebuildOrder, idem: Option<String>) -> Result<Task, StoreError> {
    let sender = match app.tasks.add(&order, idem) {
        Ordered::New(sender) => Arc::new(sender),
        Ordered::Known(earlier) => return Ok(*earlier),
        Ordered::Reused => return Err(StoreError::Reused),
    };
    let task = sender.borrow().clone();
    let app = app.clone();
    tokio::spawn(async move {
        let _turn = app.shops.turn(&order.shop).await;
        let order = RebuildOrder {
            questions: recent(&app, &order.shop).await,
            ..order
        };
        let (worker, told, at_work) = (app.clone(), sender.clone(), order.clone());
        let built = tokio::task::spawn_blocking(move || {
            let tell = |progress| {
                told.send_modify(|task| task.progress = progress);
            };
            let built = worker
                .shops
                .works
                .rebuild(&at_work, Timestamp::now(), &tell);
            // Refresh after any outcome: what is live on disk must answer.
            let refreshed = worker.shops.refresh(&at_work.shop);
            built.and_then(|built| refreshed.map(|()| built))
        })
        .await;
        let (built, error) = match built {
            Ok(Ok(built)) => (Some(built), None),
            Ok(Err(error)) => (None, Some(error.to_string())),
            Err(error) => (None, Some(format!("the rebuild broke off: {error}"))),
        };
        let said = built.as_ref().map_or_else(
            || "failed".to_owned(),
            |built| {
                format!(
                    "{} {}",
                    built.outcome.as_str(),
                    if order.force { "(forced)" } else { "" }
                )
                .trim()
                .to_owned()
            },
        );
        let target = built
            .as_ref()
            .and_then(|built| built.snapshot.clone())
            .unwrap_or_default();
        let noted = app
            .store
            .audit(
                &order.by,
                "rebuild",
                &order.shop,
                &target,
                &said,
                Timestamp::now(),
            )
            .await;
        if let Err(error) = noted {
            tracing::error!(%error, "audit line lost");
        }
        sender.send_modify(|task| {
            task.state = match error {
                None => TaskState::Done,
                Some(_) => TaskState::Failed,
            };
            task.result = built;
            task.error = error;
        });
    });
    Ok(task)
}
