//! An outside system that tickets are announced to.

use std::sync::{Arc, Mutex};

use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;
use tokio::sync::{mpsc, watch};

use super::http::PATIENCE;

/// An announcement as it came in.
#[derive(Debug, Clone)]
pub struct Delivery {
    pub id: String,
    pub kind: String,
    pub ticket: String,
    pub signature: String,
    pub body: String,
    pub taken: bool,
}

/// Whether the receiver takes a delivery, given those that came before.
type Takes = fn(&Delivery, &[Delivery]) -> bool;

/// A receiver that listens.
#[derive(Clone)]
pub struct Receiver {
    pub url: String,
    came: Arc<watch::Sender<Vec<Delivery>>>,
    waiting: Arc<Mutex<Option<mpsc::Sender<()>>>>,
}

impl Receiver {
    /// A receiver that refuses what it does not take.
    pub async fn start(takes: Takes) -> Receiver {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let receiver = Receiver {
            url: format!("http://{}/hook", listener.local_addr().expect("an address")),
            came: Arc::new(watch::channel(Vec::new()).0),
            waiting: Arc::default(),
        };
        let own = receiver.clone();
        let receive = move |headers: HeaderMap, body: String| {
            let taken = own.receive(&headers, body, takes);
            async move {
                match taken {
                    true => StatusCode::OK,
                    false => StatusCode::INTERNAL_SERVER_ERROR,
                }
            }
        };
        let app = axum::Router::new().route("/hook", axum::routing::post(receive));
        tokio::spawn(async move { axum::serve(listener, app).await });
        receiver
    }

    fn receive(&self, headers: &HeaderMap, body: String, takes: Takes) -> bool {
        let header = |name: &str| headers[name].to_str().expect("text").to_owned();
        let told: Value = serde_json::from_str(&body).expect("JSON");
        let mut delivery = Delivery {
            id: header("x-zhike-delivery"),
            kind: header("x-zhike-event"),
            ticket: told["ticket"]["id"].as_str().expect("a ticket").to_owned(),
            signature: header("x-zhike-signature"),
            body,
            taken: false,
        };
        if let Some(waiting) = self.waiting.lock().expect("whole").take() {
            let _ = waiting.try_send(());
        }
        let mut taken = false;
        self.came.send_modify(|came| {
            taken = takes(&delivery, came);
            delivery.taken = taken;
            came.push(delivery);
        });
        taken
    }

    /// Says so here when the next delivery comes in, before it is answered.
    pub fn tell_next(&self, waiting: mpsc::Sender<()>) {
        *self.waiting.lock().expect("whole") = Some(waiting);
    }

    /// All that came in.
    pub fn came(&self) -> Vec<Delivery> {
        self.came.borrow().clone()
    }

    /// The announcements of a ticket that were taken, each once, in the order of their coming.
    pub fn told(&self, ticket: &str) -> Vec<Delivery> {
        let mut told: Vec<Delivery> = Vec::new();
        for delivery in self.came() {
            let known = told.iter().find(|known| known.id == delivery.id);
            if let Some(known) = known {
                assert_eq!(known.body, delivery.body, "a repeat is the same");
            } else if delivery.taken && delivery.ticket == ticket {
                told.push(delivery);
            }
        }
        told
    }

    /// Waits until what has come in is enough.
    pub async fn until(&self, enough: impl Fn(&Receiver) -> bool) {
        let mut came = self.came.subscribe();
        let waited = tokio::time::timeout(PATIENCE, async {
            while !enough(self) {
                came.changed().await.expect("the receiver lives");
            }
        });
        if waited.await.is_err() {
            panic!("only these came: {:#?}", self.came());
        }
    }
}
