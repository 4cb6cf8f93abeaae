//! Error responses: RFC 9457 `application/problem+json` with a stable `code`.

use axum::Json;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::works::WorkError;
use crate::conversation::StoreError;

/// A fault as the API tells it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// `urn:zhike:problem:<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The HTTP status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// Stable kebab-case code to program against.
    pub code: String,
    /// What is wrong and what to do.
    pub detail: String,
    /// Names this request in the server's log.
    pub request_id: String,
}

/// An error to be sent. [`super::observe`] adds the request's id.
#[derive(Debug, Clone)]
pub struct ApiError {
    /// HTTP status.
    pub status: StatusCode,
    /// Stable code.
    pub code: &'static str,
    /// What is wrong and what to do: lower case, no final stop.
    pub detail: String,
    /// Seconds after which the caller may try again.
    pub retry_after: Option<u64>,
}

impl ApiError {
    /// An error of the caller, or of the server for a status of 500 and above.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> ApiError {
        ApiError {
            status,
            code,
            detail: detail.into(),
            retry_after: None,
        }
    }

    /// The same, with the seconds after which the caller may try again.
    #[must_use]
    pub fn after(self, seconds: u64) -> ApiError {
        ApiError {
            retry_after: Some(seconds),
            ..self
        }
    }

    /// 404 for a shop that does not exist.
    pub fn no_shop(shop: &str) -> ApiError {
        ApiError::new(
            StatusCode::NOT_FOUND,
            "no-such-shop",
            format!("there is no shop {shop}"),
        )
    }

    /// 422 for a value that cannot be used.
    pub fn invalid(code: &'static str, detail: impl Into<String>) -> ApiError {
        ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }

    /// A 500 error. The cause goes to the log, not to the caller.
    pub fn internal(cause: &dyn std::fmt::Display) -> ApiError {
        tracing::error!(%cause, "request failed");
        ApiError::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "the server failed; try again, and report the request id if it stays",
        )
    }

    /// The body for a request's id.
    pub fn problem(&self, request_id: &str) -> Problem {
        Problem {
            kind: format!("urn:zhike:problem:{}", self.code),
            title: self.status.canonical_reason().unwrap_or("Error").to_owned(),
            status: self.status.as_u16(),
            code: self.code.to_owned(),
            detail: self.detail.clone(),
            request_id: request_id.to_owned(),
        }
    }

    /// The response for a request's id.
    pub fn respond(&self, request_id: &str) -> Response {
        let mut response = (self.status, Json(self.problem(request_id))).into_response();
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }

    /// The error for a status that no handler set: an unknown route, a body that is too large.
    pub fn of_status(status: StatusCode) -> ApiError {
        let (code, detail) = match status {
            StatusCode::NOT_FOUND => (
                "no-such-route",
                "there is nothing at this address; see /openapi.json",
            ),
            StatusCode::METHOD_NOT_ALLOWED => (
                "method-not-allowed",
                "this address takes another method; see /openapi.json",
            ),
            StatusCode::PAYLOAD_TOO_LARGE => ("body-too-large", "the body is too large; send less"),
            StatusCode::REQUEST_TIMEOUT => ("timeout", "the request took too long; try again"),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                ("not-json", "send content-type: application/json")
            }
            StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => (
                "bad-request",
                "the request does not parse; see /openapi.json",
            ),
            _ => ("error", "the request failed"),
        };
        ApiError::new(status, code, detail)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let (status, code) = match &error {
            StoreError::Missing { .. } => (StatusCode::NOT_FOUND, "not-found"),
            StoreError::Taken { .. } => (StatusCode::CONFLICT, "taken"),
            StoreError::Illegal(_) => (StatusCode::CONFLICT, "illegal-move"),
            StoreError::Unclaimed(_) => (StatusCode::CONFLICT, "unclaimed"),
            StoreError::Outdated(_) => (StatusCode::CONFLICT, "outdated"),
            StoreError::Reused => (StatusCode::UNPROCESSABLE_ENTITY, "idempotency-key-reused"),
            StoreError::LastAdmin => (StatusCode::CONFLICT, "last-admin"),
            StoreError::Url(_)
            | StoreError::Database(_)
            | StoreError::Migrate(_)
            | StoreError::Json(_) => return ApiError::internal(&error),
        };
        ApiError::new(status, code, error.to_string())
    }
}

impl From<WorkError> for ApiError {
    fn from(error: WorkError) -> Self {
        match &error {
            WorkError::Missing(_) => {
                ApiError::new(StatusCode::NOT_FOUND, "not-found", error.to_string())
            }
            WorkError::Unfit { code, detail } => {
                // It is a conflict if another look or another edit helps, and a wrong request otherwise.
                let status = match *code {
                    "not-found" => StatusCode::NOT_FOUND,
                    "bad-change" => StatusCode::UNPROCESSABLE_ENTITY,
                    _ => StatusCode::CONFLICT,
                };
                ApiError::new(status, code, detail.clone())
            }
            WorkError::Failed(_) => ApiError::internal(&error),
        }
    }
}
