//! Starts and closes a server.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

use super::limits::Gates;
use super::metrics::Metrics;
use super::shops::Shops;
use super::streams::Streams;
use super::tasks::Tasks;
use super::works::Works;
use super::{App, Shared, background, follow, router};
use crate::answer::connector::Connectors;
use crate::config::Config;
use crate::conversation::{Store, StoreError};

/// How long running requests may take after the server closes.
const FAREWELL: Duration = Duration::from_secs(10);

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The server cannot listen on the address.
    #[error("cannot listen on {address}: {source}; choose another with --listen")]
    Listen {
        /// The address.
        address: String,
        /// The error of the system.
        source: std::io::Error,
    },
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A running server.
pub struct Server {
    /// The address on which it listens.
    pub address: SocketAddr,
    /// The link for the first admin to sign in; `None` if there is an admin already.
    pub first_link: Option<String>,
    /// The state that its handlers share.
    pub app: Shared,
    close: watch::Sender<bool>,
    done: JoinHandle<()>,
}

/// Starts a server for the shops in `ids`.
///
/// # Errors
/// [`ServeError`].
pub async fn start(config: &Config, ids: &[String], works: Works) -> Result<Server, ServeError> {
    let store = Store::open(&config.database_url()).await?;
    let listener =
        TcpListener::bind(&config.listen)
            .await
            .map_err(|source| ServeError::Listen {
                address: config.listen.clone(),
                source,
            })?;
    let address = listener.local_addr().map_err(|source| ServeError::Listen {
        address: config.listen.clone(),
        source,
    })?;
    let first_link = match store.has_admin().await? {
        true => None,
        false => Some(admin_link(&store, address).await?),
    };
    let (close, closing) = watch::channel(false);
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let app = Arc::new(App {
        token_secret: store.own_secret("conversation-tokens").await?,
        store,
        shops: Shops::open(ids, works),
        gates: Gates::new(&config.limits),
        metrics: Metrics::default(),
        tasks: Tasks::default(),
        deciders: Arc::new(Semaphore::new(cores)),
        connectors: Connectors::new(),
        in_flight: Semaphore::new(config.limits.in_flight),
        streams: Streams::new(config.limits.streams),
        limits: config.limits.clone(),
        access_ended: watch::Sender::new(0),
        closing: closing.clone(),
    });
    let service = router::router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let helper = tokio::spawn(background::run(app.clone()));
    let courier = tokio::spawn(background::deliver(app.clone()));
    let follower = tokio::spawn(background::take_up(app.clone()));
    let done = tokio::spawn({
        let app = app.clone();
        async move {
            let mut stop = closing.clone();
            let mut late = closing;
            let serving = axum::serve(listener, service).with_graceful_shutdown(async move {
                let _ = stop.wait_for(|closing| *closing).await;
            });
            let deadline = async move {
                let _ = late.wait_for(|closing| *closing).await;
                tokio::time::sleep(FAREWELL).await;
            };
            tokio::select! {
                served = serving.into_future() => {
                    if let Err(error) = served {
                        tracing::error!(%error, "server stopped");
                    }
                }
                () = deadline => tracing::warn!("closed with requests under way"),
            }
            let _ = helper.await;
            let _ = courier.await;
            let _ = follower.await;
            app.store.close().await;
        }
    });
    Ok(Server {
        address,
        first_link,
        app,
        close,
        done,
    })
}

/// A link that makes an admin's key, once. The secret is in the fragment (after `#`), which browsers do not send to
/// servers, so no proxy logs it.
async fn admin_link(store: &Store, address: SocketAddr) -> Result<String, StoreError> {
    let secret = store.make_link(jiff::Timestamp::now()).await?;
    Ok(format!("http://{address}/console#link={secret}"))
}

impl Server {
    /// A new [`Server::first_link`] for an admin who lost the key.
    ///
    /// # Errors
    /// [`ServeError::Store`].
    pub async fn admin_link(&self) -> Result<String, ServeError> {
        Ok(admin_link(&self.app.store, self.address).await?)
    }

    /// Watches the shops' folders below `knowledge` until the server closes, and rebuilds a shop when its files change.
    pub fn follow(&self, knowledge: &Path) {
        tokio::spawn(follow::run(self.app.clone(), knowledge.to_owned()));
    }

    /// Closes the server: refuses new requests, finishes running ones, ends live streams.
    pub async fn close(self) {
        let _ = self.close.send(true);
        let _ = self.done.await;
    }

    /// Serves until the process is asked to end (Ctrl-C or SIGTERM), then closes.
    pub async fn until_signal(self) {
        signalled().await;
        tracing::info!("closing");
        self.close().await;
    }
}

#[cfg(unix)]
async fn signalled() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}

#[cfg(not(unix))]
async fn signalled() {
    let _ = tokio::signal::ctrl_c().await;
}
