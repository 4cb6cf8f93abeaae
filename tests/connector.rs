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
        // Longer than a busy machine takes for anything but the slow source.
        timeout_ms: 10_000,
        cache_seconds: 5,
        breaker_failures: 2,
        breaker_seconds: 30,
    }
}

const PRODUCT: About<'_> = About {
    product: Some("YS-D101"),
    sku: None,
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
    let coloured = About {
        sku: Some("黑色/M"),
        ..PRODUCT
    };
    assert_eq!(
        ask(FactKind::Stock, coloured).await,
        None,
        "a URL without {{sku}} tells the stock of all"
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

/// One source may tell several facts, or serve several shops: what is kept for seconds must not answer for the other.
#[tokio::test]
async fn one_url_serves_several_facts() {
    let address = start().await;
    let connectors = Connectors::new();
    let zone = TimeZone::UTC;
    let now: Timestamp = "2026-11-22T02:30:00Z".parse().expect("a timestamp");
    let path = "/stock?product={product}";
    let stock = connector(address, "stock", path, "还有{stock}件");
    let price = connector(address, "price", path, "从{warehouse.city}发");
    for _ in 0..2 {
        let all = [stock.clone(), price.clone()];
        let ask = |kind| connectors.ask(&all, kind, PRODUCT, now, &zone);
        assert_eq!(ask(FactKind::Stock).await.as_deref(), Some("还有12件"));
        assert_eq!(ask(FactKind::Price).await.as_deref(), Some("从杭州发"));
    }
}

#[tokio::test]
async fn failures_give_nothing_and_open_the_breaker() {
    let address = start().await;
    let connectors = Connectors::new();
    let zone = TimeZone::UTC;
    let now: Timestamp = "2026-11-22T02:30:00Z".parse().expect("a timestamp");
    for (path, timeout_ms) in [("/broken", 10_000), ("/slow", 300)] {
        let failing = |timeout_ms| {
            let price = connector(address, "price", path, "{price}");
            [Connector {
                timeout_ms,
                ..price
            }]
        };
        let ask = async |all: &[Connector]| {
            connectors
                .ask(all, FactKind::Price, PRODUCT, now, &zone)
                .await
        };
        for _ in 0..2 {
            assert_eq!(ask(&failing(timeout_ms)).await, None, "{path}");
        }
        // Open: not even a slow source costs time now.
        let begin = std::time::Instant::now();
        assert_eq!(ask(&failing(10_000)).await, None, "{path}");
        assert!(begin.elapsed().as_secs() < 10, "the breaker is open");
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

const SHOP: &str = r#"
[shop]
name = "试店"
[[connector]]
fact = "price"
url = "http://ADDRESS/price?product={product}"
template = "{name}现在{price}元（{time}查询）"
timeout_ms = 10000
cache_seconds = 0
[[connector]]
fact = "stock"
url = "http://ADDRESS/broken?product={product}"
template = "还有{stock}件"
timeout_ms = 10000
[[connector]]
fact = "parcel"
url = "http://ADDRESS/parcel?order={order}"
template = "包裹{state}，现在{place}"
timeout_ms = 10000
"#;

const PRODUCTS: &str = "\
商品编号,商品名称,材质,价格
YS-D101,法式碎花雪纺连衣裙,聚酯纤维,99元
X9,月白亚麻衬衫,亚麻,59元
";

/// What a message with a product or an order leads to, over HTTP.
async fn said(server: SocketAddr, body: serde_json::Value) -> serde_json::Value {
    let response = reqwest::Client::new()
        .post(format!("http://{server}/v1/shops/shop/answer"))
        .json(&body)
        .send()
        .await
        .expect("the server answers");
    assert_eq!(response.status().as_u16(), 200);
    response.json().await.expect("a decision")
}

#[tokio::test]
async fn the_server_asks_connectors_and_hands_off_without_them() {
    use serde_json::json;
    use zhike::config::{Config, Secret};
    use zhike::http::Works;

    let source = start().await;
    let toml = SHOP.replace("ADDRESS", &source.to_string());
    let knowledge = crate::asking::folder_of(&[("shop.toml", &toml), ("products/p.csv", PRODUCTS)]);
    let index = tempfile::tempdir().expect("a folder for the index");
    crate::asking::build(knowledge.path(), index.path(), "shop");
    let config = Config {
        knowledge: knowledge.path().into(),
        index: index.path().into(),
        listen: "127.0.0.1:0".into(),
        database: Secret(format!(
            "sqlite://{}",
            index.path().join("zhike.db").display()
        )),
        ..Config::default()
    };
    let works = Works {
        knowledge: knowledge.path().into(),
        index: index.path().into(),
        encoder: None,
        keep: 10,
    };
    let server = zhike::http::start(&config, &["shop".to_owned()], works)
        .await
        .expect("the server starts");
    let to = server.address;

    let price = said(to, json!({"question": "现在多少钱", "product": "YS-D101"})).await;
    assert_eq!(price["decision"], "answer", "{price}");
    let reply = price["reply"].as_str().unwrap_or_default();
    assert!(
        reply.starts_with("法式碎花雪纺连衣裙现在189.00元（"),
        "{reply}"
    );
    assert_eq!(price["receipt"]["rule"], "connector.price");
    assert_eq!(price["parts"][0]["sources"][0]["id"], "connector:price");
    assert_eq!(price["handoff"], json!(null));

    // In a message with another question, both are answered.
    let both = said(
        to,
        json!({"question": "现在多少钱？什么材质？", "product": "YS-D101"}),
    )
    .await;
    let reply = both["reply"].as_str().unwrap_or_default();
    assert_eq!(both["decision"], "answer", "{both}");
    assert!(
        reply.contains("189.00元") && reply.contains("聚酯纤维"),
        "{reply}"
    );

    // Unknown there, broken, or without a source: a person, and never the price of the files.
    for (question, product) in [
        ("现在多少钱", "X9"),
        ("黑色还有货吗", "YS-D101"),
        ("退款怎么还没到", ""),
    ] {
        let handed = said(to, json!({"question": question, "product": product})).await;
        assert_eq!(handed["decision"], "handoff", "{handed}");
        let reply = handed["reply"].as_str().unwrap_or_default();
        assert!(!reply.contains("59") && !reply.contains("99"), "{reply}");
    }

    // The order comes from the channel or from the buyer's words.
    let by_channel = json!({"question": "我的快递到哪了", "order": "8812030144556677"});
    let in_words = json!({"question": "单号8812030144556677 快递到哪了"});
    for body in [by_channel, in_words] {
        let parcel = said(to, body).await;
        assert_eq!(parcel["reply"], "包裹派送中，现在杭州滨江", "{parcel}");
    }
    let refund = said(to, json!({"question": "8812030144556677 退款怎么还没到"})).await;
    let reply = refund["reply"].as_str().unwrap_or_default();
    assert_eq!(refund["handoff"]["reason"], "order_specific", "{refund}");
    assert!(
        reply.contains("88****6677") && !reply.contains("8812030144556677"),
        "{reply}"
    );
    server.close().await;
}
