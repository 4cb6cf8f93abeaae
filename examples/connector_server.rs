//! A small system of a merchant that a connector can ask: prices, stock, parcels. It serves as an example to copy and as
//! the peer of `tests/connector.rs`.
//!
//! ```text
//! cargo run --example connector_server -- 127.0.0.1:9090
//! curl 'http://127.0.0.1:9090/price?product=YS-D101'
//! ```

use std::collections::HashMap;

use axum::extract::Query;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

/// All routes.
pub fn router() -> Router {
    Router::new()
        .route("/price", get(price))
        .route("/stock", get(stock))
        .route("/parcel", get(parcel))
        .route("/slow", get(slow))
        .route(
            "/broken",
            get(|| async { StatusCode::INTERNAL_SERVER_ERROR }),
        )
}

type Answer = Result<Json<Value>, StatusCode>;

async fn price(Query(query): Query<HashMap<String, String>>) -> Answer {
    match query.get("product").map(String::as_str) {
        Some("YS-D101") => Ok(Json(
            json!({"name": "法式碎花雪纺连衣裙", "price": "189.00"}),
        )),
        _ => Err(StatusCode::NOT_FOUND),
    }
}

async fn stock(Query(query): Query<HashMap<String, String>>) -> Answer {
    match query.get("product").map(String::as_str) {
        Some("YS-D101") => Ok(Json(json!({"stock": 12, "warehouse": {"city": "杭州"}}))),
        _ => Err(StatusCode::NOT_FOUND),
    }
}

async fn parcel(Query(query): Query<HashMap<String, String>>) -> Answer {
    match query.get("order") {
        Some(_) => Ok(Json(json!({"state": "派送中", "place": "杭州滨江"}))),
        None => Err(StatusCode::BAD_REQUEST),
    }
}

/// Answers later than any connector waits.
async fn slow() -> Json<Value> {
    tokio::time::sleep(std::time::Duration::from_secs(30)).await;
    Json(json!({"price": "1.00"}))
}

#[tokio::main]
#[allow(dead_code)] // tests include this file for its router
async fn main() -> Result<(), std::io::Error> {
    let address = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:9090".to_owned());
    let listener = tokio::net::TcpListener::bind(&address).await?;
    println!("connector example on http://{}", listener.local_addr()?);
    axum::serve(listener, router()).await
}
