//! Metrics for Prometheus.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

use crate::answer::{Decision, Reason};

/// The labels of a request: the route's pattern, never the address itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Route {
    /// HTTP method.
    pub method: &'static str,
    /// The route's pattern.
    pub route: String,
    /// HTTP status.
    pub status: u16,
}

/// The labels of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Decided {
    /// Shop id.
    pub shop: String,
    /// `answer`, `clarify` or `handoff`.
    pub decision: &'static str,
    /// Reason of a handoff; empty for other decisions.
    pub reason: &'static str,
}

/// All metrics.
pub struct Metrics {
    registry: Registry,
    /// Requests.
    pub requests: Family<Route, Counter>,
    /// Seconds from the first byte of a request to the head of its response.
    pub seconds: Histogram,
    /// Decisions.
    pub decisions: Family<Decided, Counter>,
    /// Seconds spent deciding.
    pub deciding: Histogram,
    /// Requests refused by a rate limit.
    pub limited: Counter,
    /// Live streams open.
    pub streams: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let buckets = || exponential_buckets(0.0005, 2.0, 15);
        let mut metrics = Metrics {
            registry: Registry::with_prefix("zhike"),
            requests: Family::default(),
            seconds: Histogram::new(buckets()),
            decisions: Family::default(),
            deciding: Histogram::new(buckets()),
            limited: Counter::default(),
            streams: Gauge::default(),
        };
        let registry = &mut metrics.registry;
        registry.register(
            "requests",
            "Requests by route and status",
            metrics.requests.clone(),
        );
        registry.register_with_unit(
            "request",
            "Time to the response's head",
            Unit::Seconds,
            metrics.seconds.clone(),
        );
        registry.register(
            "decisions",
            "Decisions by shop, outcome and reason",
            metrics.decisions.clone(),
        );
        registry.register_with_unit(
            "deciding",
            "Time spent deciding",
            Unit::Seconds,
            metrics.deciding.clone(),
        );
        registry.register(
            "limited",
            "Requests refused for their rate",
            metrics.limited.clone(),
        );
        registry.register("streams", "Live streams open", metrics.streams.clone());
        metrics
    }
}

impl Metrics {
    /// Counts a decision of a shop and the seconds that it took.
    pub fn decided(&self, shop: &str, decision: &Decision, seconds: f64) {
        self.deciding.observe(seconds);
        let reason = decision.handoff.as_ref().map(|handoff| handoff.reason);
        let labels = Decided {
            shop: shop.to_owned(),
            decision: decision.decision.as_str(),
            reason: reason.map_or("", Reason::as_str),
        };
        self.decisions.get_or_create(&labels).inc();
    }

    /// All metrics in Prometheus' text format.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
