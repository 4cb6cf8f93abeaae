//! Adds to the OpenAPI document what holds for every route: who may call, the form of errors, the descriptions of
//! responses.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder, schema::Components,
};

use super::auth::COOKIE_NAME;

/// Completes what the handlers declare: descriptions of responses, errors, keys.
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
    tell_apart(&mut api);
    api
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.delete]
        .into_iter()
        .flatten()
}

/// Makes operation ids unique. Handlers in several modules have the same name (`list`, `one`, `watch`), so such a name
/// is followed by the words of its path: `list_keys`, `one_shops_shop_tickets_id`.
fn tell_apart(api: &mut OpenApi) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let ids = api.paths.paths.values_mut().flat_map(operations);
    for id in ids.filter_map(|operation| operation.operation_id.clone()) {
        *seen.entry(id).or_default() += 1;
    }
    for (path, item) in &mut api.paths.paths {
        let words = path
            .split(['/', '{', '}'])
            .filter(|word| !matches!(*word, "" | "v1"));
        let words = words.collect::<Vec<_>>().join("_");
        for operation in operations(item) {
            if let Some(id) = &mut operation.operation_id
                && seen.get(id).is_some_and(|count| *count > 1)
            {
                *id = format!("{id}_{words}");
            }
        }
    }
}

fn tagged(operation: &Operation, tag: &str) -> bool {
    operation.tags.iter().flatten().any(|known| known == tag)
}

/// Gives each response a description, which OpenAPI requires, and adds the errors.
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
