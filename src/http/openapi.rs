//! What holds for every route of the API and is written here once: who may call, how faults look, what an answer is.

use axum::http::StatusCode;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder, schema::Components,
};

use super::auth::COOKIE_NAME;

/// Completes what the handlers say of themselves: descriptions of responses, faults, keys.
pub fn complete(mut api: OpenApi) -> OpenApi {
    let components = api.components.get_or_insert_with(Components::new);
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(
            "An API key (`zk_…`), or the token of one conversation (`zc_…`)",
        ))
        .build();
    let cookie = ApiKeyValue::with_description(
        COOKIE_NAME,
        "A session of `POST /v1/session`; whatever is not a GET sends `x-csrf-token` too",
    );
    components.add_security_scheme("key", SecurityScheme::Http(bearer));
    components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    for (path, item) in &mut api.paths.paths {
        for operation in operations(item) {
            let open = !path.starts_with("/v1/");
            respond(operation);
            let known =
                ["key", "session"].map(|name| SecurityRequirement::new(name, [] as [&str; 0]));
            let for_all = tagged(operation, "buyers") || path == "/v1/session";
            operation.security = match (open, for_all) {
                (true, _) => None,
                (false, true) => {
                    Some([vec![SecurityRequirement::default()], known.into()].concat())
                }
                (false, false) => Some(known.into()),
            };
        }
    }
    api
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.delete]
        .into_iter()
        .flatten()
}

fn tagged(operation: &Operation, tag: &str) -> bool {
    operation.tags.iter().flatten().any(|known| known == tag)
}

/// Gives each response a description, which OpenAPI requires, and tells of faults.
fn respond(operation: &mut Operation) {
    let responses = &mut operation.responses.responses;
    for (status, response) in responses.iter_mut() {
        let status = status
            .parse()
            .ok()
            .and_then(|code| StatusCode::from_u16(code).ok());
        if let (Some(status), RefOr::T(response)) = (status, response) {
            describe(response, status);
        }
    }
    let fault =
        problem(ResponseBuilder::new().description("Any fault, with a stable `code`")).build();
    responses.entry("default".into()).or_insert(RefOr::T(fault));
}

fn describe(response: &mut Response, status: StatusCode) {
    if response.description.is_empty() {
        response.description = status.canonical_reason().unwrap_or("Answer").to_owned();
    }
    let faulty = status.is_client_error() || status.is_server_error();
    if faulty && response.content.is_empty() {
        response.content = problem(ResponseBuilder::new()).build().content;
    }
}

fn problem(response: ResponseBuilder) -> ResponseBuilder {
    let schema = Ref::from_schema_name("Problem");
    let content = ContentBuilder::new().schema(Some(schema)).build();
    response.content("application/problem+json", content)
}
