//! Every route, by audience.

use axum::Json;
use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::routes::{
    answer, changes, console, conversations, desk, entries, keys, operations, passing, proofs,
    publishing, search, sessions,
};
use super::{Shared, observe, pages};

#[derive(OpenApi)]
#[openapi(
    info(title = "zhike", description = "Answers buyers' questions from a shop's own files, or hands over to a person."),
    components(schemas(super::Problem)),
    tags(
        (name = "buyers", description = "Open within limits; a conversation takes its token."),
        (name = "agents", description = "API key or session with scope desk."),
        (name = "merchants", description = "API key or session with scope knowledge."),
        (name = "operations", description = "Keys and the audit log take scope admin; the rest is open."),
    )
)]
struct Api;

/// The routes in the OpenAPI document.
fn api() -> OpenApiRouter<Shared> {
    OpenApiRouter::with_openapi(Api::openapi())
        // Buyers.
        .routes(routes!(answer::answer))
        .routes(routes!(conversations::shop))
        .routes(routes!(conversations::open, conversations::list))
        .routes(routes!(conversations::messages, conversations::say))
        .routes(routes!(conversations::watch))
        .routes(routes!(conversations::feedback))
        // Agents.
        .routes(routes!(
            sessions::sign_in,
            sessions::who,
            sessions::sign_out
        ))
        .routes(routes!(console::shops))
        .routes(routes!(conversations::one))
        .routes(routes!(proofs::proof))
        .routes(routes!(search::search))
        .routes(routes!(search::entry))
        .routes(routes!(search::scripts))
        .routes(routes!(desk::queue))
        .routes(routes!(desk::one))
        .routes(routes!(desk::claim))
        .routes(routes!(desk::reply))
        .routes(routes!(desk::check))
        .routes(routes!(desk::note))
        .routes(routes!(desk::hand_back))
        .routes(routes!(desk::resolve))
        .routes(routes!(passing::transfer))
        .routes(routes!(passing::reopen))
        .routes(routes!(desk::skills))
        .routes(routes!(desk::watch))
        // Merchants.
        .routes(routes!(publishing::rebuild))
        .routes(routes!(publishing::task))
        .routes(routes!(publishing::watch_task))
        .routes(routes!(publishing::snapshots))
        .routes(routes!(publishing::diff))
        .routes(routes!(publishing::roll_back))
        .routes(routes!(publishing::publish))
        .routes(routes!(publishing::findings))
        .routes(routes!(console::stats))
        .routes(routes!(entries::list))
        .routes(routes!(console::unanswered))
        .routes(routes!(console::lessons))
        .routes(routes!(console::accept))
        .routes(routes!(console::reject))
        .routes(routes!(changes::change))
        // Operations.
        .routes(routes!(keys::list, keys::make))
        .routes(routes!(keys::revoke))
        .routes(routes!(keys::audit))
        .routes(routes!(operations::livez))
        .routes(routes!(operations::readyz))
        .routes(routes!(operations::version))
        .routes(routes!(operations::metrics))
}

/// The pages.
fn web() -> Router<Shared> {
    Router::new()
        .route("/", get(pages::home))
        .route("/chat", get(pages::chat))
        .route("/chat/{shop}", get(pages::chat))
        .route("/embed.js", get(pages::embed))
        .route("/desk", get(pages::desk))
        .route("/console", get(pages::console))
        .route("/assets/{*path}", get(pages::asset))
        .route("/chat/", get(pages::without_slash))
        .route("/chat/{shop}/", get(pages::without_slash))
        .route("/desk/", get(pages::without_slash))
        .route("/console/", get(pages::without_slash))
}

/// The OpenAPI 3.1 document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    super::openapi::complete(api().split_for_parts().1)
}

/// All routes of a server.
pub fn router(app: Shared) -> Router {
    let (api, openapi) = api().split_for_parts();
    let openapi = super::openapi::complete(openapi);
    api.route("/openapi.json", get(|| async { Json(openapi) }))
        // Ids contain slashes (spec:T001/材质), which not every caller escapes.
        .route(
            "/v1/shops/{shop}/entries/{id}/{*rest}",
            get(search::entry_of_parts),
        )
        .merge(web())
        .fallback(|| async { StatusCode::NOT_FOUND })
        // A single layer, because axum boxes and clones each layer for each request.
        .layer(from_fn_with_state(app.clone(), observe::observe))
        .with_state(app)
}
