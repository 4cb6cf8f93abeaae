//! Connectors against the example server on a real socket.

#[path = "../examples/connector_server.rs"]
mod server;

use std::net::SocketAddr;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use zhike::answer::connector::{About, Connectors, FactKind};
use zhike::knowledge::settings::Connector;

async fn start() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, server::router()).await });
    address
}

fn connector(address: SocketAddr, fact: &str, path: &str, template: &str) -> Connector {
    Connector {
        fact: fact.into(),
        url: format!("http://{address}{path}"),
        template: template.into(),
        timeout_ms: 400,
        cache_seconds: 5,
        breaker_failures: 2,
        breaker_seconds: 30,
    }
}

const PRODUCT: About<'_> = About {
    product: Some("YS-D101"),
    order: None,
    conversation: None,
};

#[tokio::test]
async fn facts_are_rendered_with_their_time() {
    let address = start().await;
    let connectors = Connectors::new();
    let now: Timestamp = "2026-11-22T02:30:00Z".parse().expect("a timestamp");
    let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
    let price = connector(
        address,
        "price",
        "/price?product={product}",
        "{name}现在{price}元（{time}查询）",
    );
    let stock = connector(
        address,
        "stock",
        "/stock?product={product}",
        "{warehouse.city}仓还有{stock}件",
    );
    let parcel = connector(
        address,
        "parcel",
        "/parcel?order={order}",
        "{state}，{place}",
    );
    let all = [price, stock, parcel];
    let ask = |kind, about| connectors.ask(&all, kind, about, now, &zone);
    assert_eq!(
        ask(FactKind::Price, PRODUCT).await.as_deref(),
        Some("法式碎花雪纺连衣裙现在189.00元（10:30查询）")
    );
    assert_eq!(
        ask(FactKind::Stock, PRODUCT).await.as_deref(),
        Some("杭州仓还有12件")
    );
    let order = About {
        order: Some("8812 03/1"),
        ..PRODUCT
    };
    assert_eq!(
        ask(FactKind::Parcel, order).await.as_deref(),
        Some("派送中，杭州滨江")
    );
    assert_eq!(
        ask(FactKind::Parcel, PRODUCT).await,
        None,
        "no order is known"
    );
    assert_eq!(
        ask(FactKind::Refund, order).await,
        None,
        "no connector tells refunds"
    );
    let other = About {
        product: Some("X"),
        ..PRODUCT
    };
    assert_eq!(
        ask(FactKind::Price, other).await,
        None,
        "the product is not known there"
    );
}

#[tokio::test]
async fn failures_give_nothing_and_open_the_breaker() {
    let address = start().await;
    let connectors = Connectors::new();
    let zone = TimeZone::UTC;
    let now: Timestamp = "2026-11-22T02:30:00Z".parse().expect("a timestamp");
    for path in ["/broken", "/slow"] {
        let all = [connector(address, "price", path, "{price}")];
        for _ in 0..2 {
            assert_eq!(
                connectors
                    .ask(&all, FactKind::Price, PRODUCT, now, &zone)
                    .await,
                None,
                "{path}"
            );
        }
        // Open: not even a slow source costs time now.
        let begin = std::time::Instant::now();
        assert_eq!(
            connectors
                .ask(&all, FactKind::Price, PRODUCT, now, &zone)
                .await,
            None,
            "{path}"
        );
        assert!(begin.elapsed().as_millis() < 200, "the breaker is open");
    }
    let lacking = [connector(
        address,
        "price",
        "/price?product={product}&x=1",
        "{nothing}元",
    )];
    assert_eq!(
        connectors
            .ask(&lacking, FactKind::Price, PRODUCT, now, &zone)
            .await,
        None,
        "a field is missing"
    );
}
