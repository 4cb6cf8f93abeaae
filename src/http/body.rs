//! Extractors that say what is wrong with a request's parts.

use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use utoipa::IntoParams;

use super::{ApiError, Shared};
use crate::conversation::store::Slice;
use crate::text::hex;

/// A JSON body. What does not parse is a 422 that names the field.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Shared> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, ApiError> {
        match axum::Json::<T>::from_request(request, app).await {
            Ok(axum::Json(value)) => Ok(Body(value)),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(ApiError::of_status(StatusCode::PAYLOAD_TOO_LARGE))
            }
            Err(JsonRejection::MissingJsonContentType(_)) => {
                Err(ApiError::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE))
            }
            Err(JsonRejection::JsonDataError(error)) => Err(ApiError::invalid(
                "bad-body",
                format!("{}; see /openapi.json", cause(&error)),
            )),
            Err(error) => Err(ApiError::new(
                StatusCode::BAD_REQUEST,
                "not-json",
                format!("the body is no JSON: {}", cause(&error)),
            )),
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

/// Query parameters. What does not parse is a 422.
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
    /// Within bounds.
    pub fn slice(self) -> Slice {
        Slice {
            limit: self.limit.unwrap_or(50).clamp(1, 200),
            offset: self.offset.unwrap_or(0).max(0),
        }
    }
}

/// The header `Idempotency-Key`: the same key makes a thing once. Only its hash goes on: callers like to use phone
/// numbers.
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    Ok(sent_key(headers)?.map(hashed))
}

/// The same, counting for one caller alone.
pub fn idempotency_key_of(headers: &HeaderMap, caller: &str) -> Result<Option<String>, ApiError> {
    Ok(sent_key(headers)?.map(|key| hashed(&format!("{caller}\n{key}"))))
}

/// The same, where an anonymous caller's key must not be guessable: one shorter than `least` counts as none.
pub fn long_idempotency_key(headers: &HeaderMap, least: usize) -> Result<Option<String>, ApiError> {
    Ok(sent_key(headers)?
        .filter(|key| key.len() >= least)
        .map(hashed))
}

fn hashed(key: &str) -> String {
    hex(&Sha256::digest(key))
}

fn sent_key(headers: &HeaderMap) -> Result<Option<&str>, ApiError> {
    let Some(value) = headers.get("idempotency-key") else {
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
