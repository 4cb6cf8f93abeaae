//! The API and the pages over HTTP. Only this room knows axum.
//!
//! [`router`] lists every route by its audience. A request passes [`observe`] (request id, bounds, log line, metrics,
//! problems as JSON), then [`auth`] and its rate in [`limits`], and reaches a handler in [`routes`]. [`live`] and
//! [`works`] connect to the rooms before this one: a handler knows neither indexes nor files.

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
pub mod streams;
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

/// The state that all handlers share.
pub struct App {
    /// The store of conversations.
    pub store: Store,
    /// The shops.
    pub shops: Shops,
    /// Bounds of the configuration.
    pub limits: config::Limits,
    /// Rate limiters.
    pub gates: limits::Gates,
    /// Metrics.
    pub metrics: metrics::Metrics,
    /// Running rebuilds.
    pub tasks: tasks::Tasks,
    /// The secret that signs conversation tokens.
    pub token_secret: String,
    /// Permits for threads that decide questions: one per core, so that a burst queues here and not in the scheduler.
    /// The work holds its permit even if its caller goes away.
    pub deciders: Arc<Semaphore>,
    /// Connectors to facts that change by the minute, with caches and breakers.
    pub connectors: Connectors,
    /// Permits for requests.
    pub in_flight: Semaphore,
    /// Places for live streams.
    pub streams: streams::Streams,
    /// Incremented when a key is revoked or a session ends. Live streams then check whether they may continue.
    pub access_ended: watch::Sender<u64>,
    /// Becomes true when the server closes.
    pub closing: watch::Receiver<bool>,
}

/// The shared state as axum passes it.
pub type Shared = Arc<App>;
