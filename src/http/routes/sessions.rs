//! Signing in: a key, or the link of the first start, is exchanged for a cookie. There are no passwords.

use axum::Json;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::conversation::store::{Holder, NewKey, Words};
use crate::http::auth::{COOKIE_NAME, Caller, csrf_token};
use crate::http::body::Body;
use crate::http::limits::{Address, address};
use crate::http::{ApiError, Shared};

/// What to sign in with: one of the two.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SignIn {
    /// An API key.
    #[serde(default)]
    pub key: Option<String>,
    /// The secret of the link that the first start prints.
    #[serde(default)]
    pub link: Option<String>,
}

/// Who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    /// Person's id.
    pub id: String,
    /// Name.
    pub name: String,
    /// What they may do.
    pub scopes: Words,
    /// Their shops; `*`: all.
    pub shops: Words,
    /// To be sent as `x-csrf-token` with whatever is not a GET; null with an API key.
    pub csrf: Option<String>,
    /// The admin's key, shown this once: the link made it. Keep it to sign in again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// Signs in.
#[utoipa::path(post, path = "/v1/session", tag = "agents", request_body = SignIn,
    responses((status = 201, body = Session), (status = 401, body = crate::http::Problem)))]
pub async fn sign_in(
    State(app): State<Shared>,
    Anonymous(from): Anonymous,
    headers: HeaderMap,
    Body(with): Body<SignIn>,
) -> Result<Response, ApiError> {
    // Guessing a key of 244 bits is hopeless. The gate also keeps it cheap for the server.
    app.gates.address(&app, &from)?;
    let now = Timestamp::now();
    let (holder, key) = match (&with.key, &with.link) {
        (Some(key), _) => (app.store.key_holder(key).await?.ok_or_else(refused)?, None),
        (None, Some(link)) => {
            if !app.store.use_link(link, now).await? {
                return Err(refused());
            }
            first_admin(&app, now).await?
        }
        (None, None) => {
            return Err(ApiError::invalid(
                "bad-body",
                "send key or link; see /openapi.json",
            ));
        }
    };
    let secret = app.store.open_session(&holder, now).await?;
    app.store
        .audit(&holder.name, "sign-in", "", &holder.actor, "", now)
        .await?;
    let https = headers
        .get("x-forwarded-proto")
        .is_some_and(|proto| proto == "https");
    let secure = if https { "; Secure" } else { "" };
    let cookie = format!(
        "{COOKIE_NAME}={secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=604800{secure}"
    );
    let mut response = (
        StatusCode::CREATED,
        Json(session(holder, Some(&secret), key)),
    )
        .into_response();
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Who is signed in.
#[utoipa::path(get, path = "/v1/session", tag = "agents", responses((status = 200, body = Session)))]
pub async fn who(caller: Caller) -> Json<Session> {
    Json(session(caller.holder, caller.session.as_deref(), None))
}

/// Signs out.
#[utoipa::path(delete, path = "/v1/session", tag = "agents", responses((status = 204)))]
pub async fn sign_out(State(app): State<Shared>, caller: Caller) -> Result<Response, ApiError> {
    if let Some(secret) = &caller.session {
        app.store.close_session(secret).await?;
        app.access_ended.send_modify(|ended| *ended += 1);
    }
    let cookie = format!("{COOKIE_NAME}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, cookie)]).into_response())
}

/// The address of a caller who has not signed in.
pub struct Anonymous(Address);

impl axum::extract::FromRequestParts<Shared> for Anonymous {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Self::Rejection> {
        Ok(Anonymous(address(parts, app)))
    }
}

/// Makes the first admin's key for the link, so that the admin can sign in again without it.
async fn first_admin(app: &Shared, now: Timestamp) -> Result<(Holder, Option<String>), ApiError> {
    let (scopes, shops) = (vec!["admin".to_owned()], vec!["*".to_owned()]);
    let new = NewKey {
        name: "admin",
        scopes: &scopes,
        shops: &shops,
        by: "first start",
        idem: None,
    };
    let (key, secret) = app.store.make_key(new, now).await?;
    app.store
        .audit(
            "first start",
            "key.create",
            "",
            &key.id,
            "admin: admin for *",
            now,
        )
        .await?;
    Ok((
        Holder {
            actor: key.id,
            name: key.name,
            scopes: key.scopes,
            shops: key.shops,
        },
        secret,
    ))
}

fn refused() -> ApiError {
    ApiError::new(
        StatusCode::UNAUTHORIZED,
        "unauthorized",
        "this key or link is not valid; ask an admin for a new key",
    )
}

fn session(holder: Holder, secret: Option<&str>, key: Option<String>) -> Session {
    Session {
        id: holder.actor,
        name: holder.name,
        scopes: holder.scopes,
        shops: holder.shops,
        csrf: secret.map(csrf_token),
        key,
    }
}
