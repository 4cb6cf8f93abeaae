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

    /// The rows of the page.
    pub fn page<T>(self, all: Vec<T>) -> Vec<T> {
        let Slice { limit, offset } = self.slice();
        let pass = usize::try_from(offset).unwrap_or(usize::MAX);
        let take = usize::try_from(limit).unwrap_or(usize::MAX);
        all.into_iter().skip(pass).take(take).collect()
    }
}

/// The fewest characters of a key that cannot be guessed.
const LEAST_KEY: usize = 16;

/// The header `Idempotency-Key` as sent: the same key makes a thing once. Only its hash is used, since callers may use
/// phone numbers as keys.
///
/// Each method gives a hash, `None` without a key, and a 422 for one that cannot be used.
pub struct SentKey(Option<HeaderValue>);

impl SentKey {
    /// The key's hash.
    pub fn hashed(&self) -> Result<Option<String>, ApiError> {
        Ok(self.text()?.map(hashed))
    }

    /// The same for one `caller`, who has keys of their own.
    pub fn hashed_of(&self, caller: &str) -> Result<Option<String>, ApiError> {
        Ok(self.text()?.map(|key| hashed_with(caller, key)))
    }

    /// The same for anonymous callers, whose keys must not be guessable: a shorter key counts as none.
    pub fn long(&self) -> Result<Option<String>, ApiError> {
        Ok(self.long_text()?.map(hashed))
    }

    /// As [`SentKey::long`], counting for one `thing` alone.
    pub fn long_for(&self, thing: &str) -> Result<Option<String>, ApiError> {
        Ok(self.long_text()?.map(|key| hashed_with(thing, key)))
    }

    fn long_text(&self) -> Result<Option<&str>, ApiError> {
        Ok(self.text()?.filter(|key| key.len() >= LEAST_KEY))
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
        Ok(SentKey(parts.headers.get("idempotency-key").cloned()))
    }
}

fn hashed_with(owner: &str, key: &str) -> String {
    hashed(&format!("{owner}\n{key}"))
}

fn hashed(key: &str) -> String {
    hex(&Sha256::digest(key))
}
