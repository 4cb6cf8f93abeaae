//! API keys and the audit log.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{created, passing, to_the_end};
use crate::conversation::store::{ApiKey, AuditLine, NewKey, Page};
use crate::http::auth::{Admin, Caller, Scope};
use crate::http::body::{Ask, Body, Paging, SentKey};
use crate::http::{ApiError, Shared};
use crate::text::pii;

/// A key to be made.
#[derive(Debug, Deserialize, ToSchema)]
pub struct KeyRequest {
    /// Whose it is; buyers see an agent's name.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Shop ids; `*`: all.
    pub shops: Vec<String>,
}

/// A made key.
#[derive(Debug, Serialize, ToSchema)]
pub struct MadeKey {
    /// The key.
    #[serde(flatten)]
    pub key: ApiKey,
    /// The secret, shown this once; null where the same `Idempotency-Key` made the key before.
    pub secret: Option<String>,
}

/// All keys, without their secrets.
#[utoipa::path(get, path = "/v1/keys", tag = "operations", params(Paging), responses((status = 200, body = Page<ApiKey>)))]
pub async fn list(
    State(app): State<Shared>,
    _: Admin,
    Ask(paging): Ask<Paging>,
) -> Result<Json<Page<ApiKey>>, ApiError> {
    Ok(Json(app.store.keys(paging.slice()).await?))
}

/// Makes a key.
#[utoipa::path(post, path = "/v1/keys", tag = "operations",
    params(("Idempotency-Key" = Option<String>, Header)), request_body = KeyRequest,
    responses((status = 201, body = MadeKey)))]
pub async fn make(
    State(app): State<Shared>,
    Admin(caller): Admin,
    key: SentKey,
    Body(request): Body<KeyRequest>,
) -> Result<Response, ApiError> {
    let name = pii::mask(request.name.trim());
    let name = name.as_str();
    if name.is_empty() || name.chars().count() > 40 {
        return Err(ApiError::invalid(
            "bad-name",
            "a key's name has 1 to 40 characters",
        ));
    }
    if request.scopes.is_empty() {
        return Err(ApiError::invalid(
            "no-scopes",
            "a key needs a scope: ask, desk, knowledge or admin",
        ));
    }
    if request.shops.is_empty() {
        return Err(ApiError::invalid(
            "no-shops",
            "a key needs shops, or * for all",
        ));
    }
    if let Some(unknown) = request
        .shops
        .iter()
        .find(|shop| *shop != "*" && !app.shops.knows(shop))
    {
        return Err(ApiError::invalid(
            "no-such-shop",
            format!("there is no shop {unknown}"),
        ));
    }
    let scopes: Vec<String> = request
        .scopes
        .iter()
        .map(|scope| scope.as_str().to_owned())
        .collect();
    let key = key.hashed_of(&caller.holder.actor)?;
    let by = &caller.holder.name;
    let new = NewKey {
        name,
        scopes: &scopes,
        shops: &request.shops,
        by,
        idem: key.as_deref(),
    };
    let now = Timestamp::now();
    let (key, secret) = app.store.make_key(new, now).await?;
    if secret.is_some() {
        let detail = format!(
            "{name}: {} for {}",
            scopes.join(" "),
            request.shops.join(" ")
        );
        app.store
            .audit(by, "key.create", "", &key.id, &detail, now)
            .await?;
    }
    Ok(created(MadeKey { key, secret }))
}

/// Takes a key back, with the sessions it opened; its open tickets wait for others again. 409 for the last of an admin.
#[utoipa::path(delete, path = "/v1/keys/{id}", tag = "operations", params(("id" = String, Path)),
    responses((status = 204)))]
pub async fn revoke(
    State(app): State<Shared>,
    Admin(caller): Admin,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    to_the_end(take_back(app, caller, id)).await
}

async fn take_back(app: Shared, caller: Caller, id: String) -> Result<StatusCode, ApiError> {
    let now = Timestamp::now();
    let key = app.store.revoke_key(&id, now).await?;
    // The key's streams and sessions end first: a failing log must not keep them alive.
    app.access_ended.send_modify(|ended| *ended += 1);
    let requeued = passing::requeue(&app, &key, &caller, now).await;
    app.store
        .audit(&caller.holder.name, "key.revoke", "", &id, &key.name, now)
        .await?;
    requeued?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which lines.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditFilter {
    /// Shop id; absent: all.
    pub shop: Option<String>,
}

/// Who changed what, the newest first.
#[utoipa::path(get, path = "/v1/audit", tag = "operations", params(AuditFilter, Paging),
    responses((status = 200, body = Page<AuditLine>)))]
pub async fn audit(
    State(app): State<Shared>,
    _: Admin,
    Ask(filter): Ask<AuditFilter>,
    Ask(paging): Ask<Paging>,
) -> Result<Json<Page<AuditLine>>, ApiError> {
    let shop = filter.shop.as_deref().unwrap_or_default();
    Ok(Json(app.store.audit_log(shop, paging.slice()).await?))
}
