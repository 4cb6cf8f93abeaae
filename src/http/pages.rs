//! The pages: plain files compiled into the binary. Nothing is loaded from other hosts, and pages have no inline
//! scripts.

use axum::body::Body;
use axum::extract::Path;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use rust_embed::RustEmbed;

use super::ApiError;
use crate::text::hex;

#[derive(RustEmbed)]
#[folder = "web/"]
struct Web;

/// Content security policy: no inline scripts, nothing from other hosts. `frame-ancestors` is set for each page.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'";

/// Who may show a page in a frame.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Frames {
    /// Nobody, because pages of the desk have a session.
    None,
    /// Any page, because shops embed the chat and it has no session.
    Any,
}

/// `/` redirects to the console.
pub async fn home() -> Redirect {
    Redirect::temporary("/console")
}

/// An address with an extra slash redirects to the page.
pub async fn without_slash(uri: Uri) -> Redirect {
    let path = uri.path().trim_end_matches('/');
    let query = uri.query().map(|query| format!("?{query}"));
    Redirect::permanent(&format!("{path}{}", query.unwrap_or_default()))
}

/// `/chat/{shop}`: the buyer's chat. Without a shop the page says what is missing.
pub async fn chat(headers: HeaderMap) -> Result<Response, ApiError> {
    file("chat.html", &headers, Frames::Any)
}

/// `/embed.js`: one script tag adds the chat to a shop's page.
pub async fn embed(headers: HeaderMap) -> Result<Response, ApiError> {
    file("embed.js", &headers, Frames::Any)
}

/// `/desk`: the agents' workbench.
pub async fn desk(headers: HeaderMap) -> Result<Response, ApiError> {
    file("desk.html", &headers, Frames::None)
}

/// `/console`: the merchant's console.
pub async fn console(headers: HeaderMap) -> Result<Response, ApiError> {
    file("console.html", &headers, Frames::None)
}

/// `/assets/{*path}`: scripts, styles and pictures.
pub async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Result<Response, ApiError> {
    file(&format!("assets/{path}"), &headers, Frames::None)
}

fn file(name: &str, headers: &HeaderMap, frames: Frames) -> Result<Response, ApiError> {
    let Some(file) = Web::get(name) else {
        return Err(ApiError::new(
            StatusCode::NOT_FOUND,
            "no-such-page",
            format!("there is no page {name}"),
        ));
    };
    let etag = format!("\"{}\"", hex(&file.metadata.sha256_hash()[..16]));
    let known = headers
        .get(IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    let mut response = if known.is_some_and(|known| known.split(',').any(|tag| tag.trim() == etag))
    {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Response::new(Body::from(file.data.into_owned()))
    };
    let out = response.headers_mut();
    let ancestors = if frames == Frames::Any {
        "frame-ancestors *"
    } else {
        "frame-ancestors 'none'"
    };
    for (header, value) in [
        (CONTENT_TYPE, media_type(name)),
        (ETAG, etag.as_str()),
        // Browsers ask again each time and get a 304, so a new version shows at once.
        (CACHE_CONTROL, "no-cache"),
        (CONTENT_SECURITY_POLICY, &format!("{POLICY}; {ancestors}")),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            out.insert(header, value);
        }
    }
    if frames == Frames::None {
        out.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    Ok(response)
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("json" | "webmanifest") => "application/json",
        Some("woff2") => "font/woff2",
        Some("mp3") => "audio/mpeg",
        _ => "application/octet-stream",
    }
}
