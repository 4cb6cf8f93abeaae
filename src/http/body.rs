//! Extractors that report what is wrong with a request's parts.

use std::convert::Infallible;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Query, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use sha2::{Digest, Sha256};
use utoipa::IntoParams;

use super::{ApiError, Shared};
use crate::conversation::store::Slice;
use crate::text::hex;

/// A JSON body. A body that cannot be parsed gives a 422 that names the field.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Shared> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, ApiError> {
        if !says_json(request.headers()) {
            return Err(ApiError::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let Raw(bytes) = Raw::from_request(request, app).await?;
        serde_json::from_slice(&bytes)
            .map(Body)
            .map_err(|error| match error.classify() {
                Category::Data => {
                    ApiError::invalid("bad-body", format!("{error}; see /openapi.json"))
                }
                _ => not_json(&error),
            })
    }
}

fn says_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE);
    if kind.is_some_and(|kind| kind == "application/json") {
        return true;
    }
    let kind = kind.and_then(|value| value.to_str().ok()?.split(';').next());
    kind.and_then(|kind| kind.trim().split_once('/'))
        .is_some_and(|(kind, sort)| {
            let sort = sort.to_ascii_lowercase();
            kind.eq_ignore_ascii_case("application") && (sort == "json" || sort.ends_with("+json"))
        })
}

fn not_json(error: &dyn std::error::Error) -> ApiError {
    ApiError::new(
        StatusCode::BAD_REQUEST,
        "not-json",
        format!("the body is no JSON: {}", cause(error)),
    )
}

/// A raw body, up to the number of bytes that the configuration allows.
pub struct Raw(pub Bytes);

impl FromRequest<Shared> for Raw {
    type Rejection = ApiError;

    async fn from_request(mut request: Request, app: &Shared) -> Result<Self, ApiError> {
        DefaultBodyLimit::max(app.limits.body_bytes).apply(&mut request);
        match Bytes::from_request(request, app).await {
            Ok(bytes) => Ok(Raw(bytes)),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(ApiError::of_status(StatusCode::PAYLOAD_TOO_LARGE))
            }
            Err(rejection) => Err(not_json(&rejection)),
        }
    }
}

/// The innermost cause: `missing field `question` at line 1 column 2`.
fn cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

/// Query parameters. Parameters that cannot be parsed give a 422.
pub struct Ask<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<Shared> for Ask<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        match Query::<T>::from_request_parts(parts, app).await {
            Ok(Query(value)) => Ok(Ask(value)),
            Err(error) => Err(ApiError::invalid(
                "bad-query",
                format!("{}; see /openapi.json", cause(&error)),
            )),
        }
    }
}

/// `limit` and `offset` of a list.
#[derive(Debug, Clone, Copy, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// The most rows, 1 to 200; 50 unless told otherwise.
    pub limit: Option<i64>,
    /// Rows passed over.
    pub offset: Option<i64>,
}

impl Paging {
    /// The page, within bounds.
    pub fn slice(self) -> Slice {
        Slice {
            limit: self.limit.unwrap_or(50).clamp(1, 200),
            offset: self.offset.unwrap_or(0).max(0),
        }
    }
}

/// The hash of the header `Idempotency-Key`: the same key makes a thing once. Only the hash is used, since callers may
/// use phone numbers as keys.
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    SentKey::of(headers).hashed()
}

/// The header as sent, for a handler that does not always use it.
pub struct SentKey(Option<HeaderValue>);

impl SentKey {
    fn of(headers: &HeaderMap) -> SentKey {
        SentKey(headers.get("idempotency-key").cloned())
    }

    /// As [`long_idempotency_key`], counting for one thing alone.
    pub fn long_for(&self, least: usize, thing: &str) -> Result<Option<String>, ApiError> {
        let long = self.text()?.filter(|key| key.len() >= least);
        Ok(long.map(|key| hashed(&format!("{thing}\n{key}"))))
    }

    /// Like [`idempotency_key`].
    pub fn hashed(&self) -> Result<Option<String>, ApiError> {
        Ok(self.text()?.map(hashed))
    }

    fn text(&self) -> Result<Option<&str>, ApiError> {
        let Some(value) = &self.0 else {
            return Ok(None);
        };
        match value.to_str() {
            Ok(key) if (1..=200).contains(&key.len()) => Ok(Some(key)),
            _ => Err(ApiError::invalid(
                "bad-idempotency-key",
                "an idempotency key has 1 to 200 visible ASCII characters",
            )),
        }
    }
}

impl FromRequestParts<Shared> for SentKey {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Infallible> {
        Ok(SentKey::of(&parts.headers))
    }
}

/// The same, but each caller has keys of its own.
pub fn idempotency_key_of(headers: &HeaderMap, caller: &str) -> Result<Option<String>, ApiError> {
    let sent = SentKey::of(headers);
    Ok(sent.text()?.map(|key| hashed(&format!("{caller}\n{key}"))))
}

/// The same for anonymous callers, whose keys must not be guessable: a key shorter than `least` counts as none.
pub fn long_idempotency_key(headers: &HeaderMap, least: usize) -> Result<Option<String>, ApiError> {
    let sent = SentKey::of(headers);
    Ok(sent.text()?.filter(|key| key.len() >= least).map(hashed))
}

fn hashed(key: &str) -> String {
    hex(&Sha256::digest(key))
}
