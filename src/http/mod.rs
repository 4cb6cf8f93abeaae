//! The API and the pages over HTTP: the only room that knows axum.
//!
//! [`router`] lists every route by its audience. A request passes [`observe`] (request id, bounds, log line, figures,
//! problems as JSON), then [`auth`] and its rate in [`limits`], and reaches a handler in [`routes`]. [`live`] and [`works`]
//! are the seam to the rooms behind: a handler knows neither indexes nor files.

pub mod auth;
pub mod background;
pub mod body;
pub mod error;
pub mod follow;
pub mod limits;
pub mod live;
pub mod metrics;
pub mod observe;
pub mod openapi;
pub mod pages;
pub mod router;
pub mod routes;
pub mod serve;
pub mod shops;
pub mod sse;
pub mod tasks;
pub mod works;

use std::sync::Arc;

use tokio::sync::{Semaphore, watch};

pub use error::{ApiError, Problem};
pub use live::Live;
pub use serve::{ServeError, Server, start};
pub use shops::Shops;
pub use works::Works;

use crate::answer::connector::Connectors;
use crate::config;
use crate::conversation::Store;

/// What every handler shares.
pub struct App {
    /// Where talks are kept.
    pub store: Store,
    /// The shops.
    pub shops: Shops,
    /// Bounds.
    pub limits: config::Limits,
    /// Rate limiters.
    pub gates: limits::Gates,
    /// Figures.
    pub metrics: metrics::Metrics,
    /// Rebuilds under way.
    pub tasks: tasks::Tasks,
    /// Signs conversation tokens.
    pub token_secret: String,
    /// Threads that may decide questions at once: one per core, so that a burst queues here and not in the scheduler.
    /// A permit goes with the work, which runs on where its caller goes away.
    pub deciders: Arc<Semaphore>,
    /// Facts that change by the minute, with their caches and breakers.
    pub connectors: Connectors,
    /// Requests that may still begin.
    pub in_flight: Semaphore,
    /// Live streams that may still open.
    pub streams: Arc<Semaphore>,
    /// Counts up when a key is revoked or a session ended: live streams then look whether they may go on.
    pub access_ended: watch::Sender<u64>,
    /// Turns true when the server closes.
    pub closing: watch::Receiver<bool>,
}

/// The shared state as axum hands it on.
pub type Shared = Arc<App>;
