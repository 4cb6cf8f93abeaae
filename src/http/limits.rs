//! Rate limits: requests per minute for an anonymous address and for a key, and requests at the same time.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;

use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::SemaphorePermit;

use super::{ApiError, App, Shared};
use crate::config::Limits;

/// The address of an anonymous request, `None` if unknown. It is used only for the rate, never logged or stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Address(Option<IpAddr>);

impl Address {
    /// For an IPv6 address only the network counts: one customer has 2^64 addresses.
    pub fn of(ip: Option<IpAddr>) -> Address {
        Address(ip.map(|ip| match ip.to_canonical() {
            IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() & (!0 << 64)).into(),
            ip => ip,
        }))
    }
}

/// The buyer's address. It is used only for limits, never logged or stored.
pub fn address(parts: &Parts, app: &Shared) -> Address {
    let told = match app.limits.trust_forwarded {
        true => forwarded(&parts.headers),
        false => None,
    };
    let connected = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    Address::of(told.or_else(|| connected.map(|info| info.0.ip())))
}

/// The address that our own proxy saw: the last one of the last line, since some proxies add a line of their own.
/// Everything before it comes from the caller.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?;
    let hop = last.to_str().ok()?.rsplit(',').next()?.trim();
    let with_port = || Some(hop.parse::<SocketAddr>().ok()?.ip());
    hop.parse().ok().or_else(with_port)
}

/// The rate limiters.
pub struct Gates {
    addresses: DefaultKeyedRateLimiter<Address>,
    keys: DefaultKeyedRateLimiter<String>,
}

impl Gates {
    /// Limiters with these rates. The requests of a whole minute may come at once.
    pub fn new(limits: &Limits) -> Gates {
        let quota = |rate: u32| Quota::per_minute(NonZeroU32::new(rate).unwrap_or(NonZeroU32::MIN));
        Gates {
            addresses: RateLimiter::keyed(quota(limits.buyer_per_minute)),
            keys: RateLimiter::keyed(quota(limits.key_per_minute)),
        }
    }

    /// # Errors
    /// 429 if this address asks too often.
    pub fn address(&self, app: &App, address: &Address) -> Result<(), ApiError> {
        pass(&self.addresses, app, address)
    }

    /// # Errors
    /// 429 if this key asks too often.
    pub fn key(&self, app: &App, key: &str) -> Result<(), ApiError> {
        pass(&self.keys, app, &key.to_owned())
    }

    /// Forgets callers that have not asked lately.
    pub fn tidy(&self) {
        self.addresses.retain_recent();
        self.keys.retain_recent();
    }
}

/// Paths for operators, which work while the server is busy.
const ALWAYS: [&str; 4] = ["/livez", "/readyz", "/metrics", "/version"];

/// A permit for a request of this path, held until it is done. Paths for operators need none.
///
/// # Errors
/// 503 if all permits are in use: a server that accepts more than it can do answers nobody in time. A live stream holds
/// its permit only until it is open.
pub fn begin<'a>(app: &'a App, path: &str) -> Result<Option<SemaphorePermit<'a>>, ApiError> {
    if ALWAYS.contains(&path) {
        return Ok(None);
    }
    app.in_flight.try_acquire().map(Some).map_err(|_| {
        app.metrics.limited.inc();
        let detail = "the server has too much to do; try again in a second";
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "busy", detail).after(1)
    })
}

fn pass<K: Clone + Eq + Hash>(
    limiter: &DefaultKeyedRateLimiter<K>,
    app: &App,
    who: &K,
) -> Result<(), ApiError> {
    limiter.check_key(who).map_err(|until| {
        app.metrics.limited.inc();
        let seconds = until
            .wait_time_from(DefaultClock::default().now())
            .as_secs()
            + 1;
        let detail = format!("too many requests; try again in {seconds} s");
        ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", detail).after(seconds)
    })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_proxys_own_word_counts() {
        for (lines, hop) in [
            (&["1.1.1.1"][..], Some("1.1.1.1")),
            (&["6.6.6.6, 1.1.1.1"], Some("1.1.1.1")),
            (&["6.6.6.6", "1.1.1.1"], Some("1.1.1.1")),
            (&["1.1.1.1:5060"], Some("1.1.1.1")),
            (&["::ffff:1.1.1.1"], Some("1.1.1.1")),
            (&["2001:db8:1:2:3::4"], Some("2001:db8:1:2::")),
            (&["[2001:db8:1:2:5::6]:80"], Some("2001:db8:1:2::")),
            (&["unknown"], None),
            (&[], None),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-forwarded-for", HeaderValue::from_static(line));
            }
            let hop = hop.map(|hop| hop.parse().expect("an address"));
            assert_eq!(
                Address::of(forwarded(&headers)),
                Address::of(hop),
                "{lines:?}"
            );
        }
    }
}
