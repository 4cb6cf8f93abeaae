//! Identifies the caller: a buyer with a conversation's token, or the holder of an API key or a session.
//!
//! * `Authorization: Bearer zk_…` is an API key, with scopes and shops.
//! * The cookie `zhike_session` is a session, opened with a key. Every request but GET needs the header `x-csrf-token`.
//! * `Authorization: Bearer zc_…` (or `?token=`) is the token of one conversation.
//!
//! If a caller may not see a thing, the response is the same whether or not it exists.

use axum::extract::{FromRequestParts, OptionalFromRequestParts, RawPathParams};
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::limits::address;
use super::{ApiError, Shared};
use crate::conversation::signature::{sign, verify};
use crate::conversation::store::{Actor, Holder};

/// The cookie of a session.
pub const COOKIE_NAME: &str = "zhike_session";

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Ask for buyers: channels and programs.
    Ask,
    /// Work at the desk: tickets, talks, search. Includes `ask`.
    Desk,
    /// Keep the knowledge: rebuild, publish, learn, figures. Includes `desk`.
    Knowledge,
    /// Keep keys and read the audit log. Includes everything.
    Admin,
}

impl Scope {
    /// The name in the API and the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Scope::Ask => "ask",
            Scope::Desk => "desk",
            Scope::Knowledge => "knowledge",
            Scope::Admin => "admin",
        }
    }

    fn includes(self, other: Scope) -> bool {
        self as u8 >= other as u8
    }

    /// The scope with this name.
    pub fn parse(name: &str) -> Option<Scope> {
        [Scope::Ask, Scope::Desk, Scope::Knowledge, Scope::Admin]
            .into_iter()
            .find(|scope| scope.as_str() == name)
    }
}

/// The holder of a key or session.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The holder.
    pub holder: Holder,
    /// The session's secret, if it is a session.
    pub session: Option<String>,
}

impl Caller {
    /// Whether the caller has a scope.
    pub fn has(&self, scope: Scope) -> bool {
        self.holder
            .scopes
            .0
            .iter()
            .filter_map(|name| Scope::parse(name))
            .any(|held| held.includes(scope))
    }

    /// Whether the caller may see a shop.
    pub fn sees(&self, shop: &str) -> bool {
        self.holder
            .shops
            .0
            .iter()
            .any(|allowed| allowed == "*" || allowed == shop)
    }

    /// # Errors
    /// 403 if the caller lacks the scope.
    pub fn needs(&self, scope: Scope) -> Result<(), ApiError> {
        if self.has(scope) {
            return Ok(());
        }
        let detail = format!(
            "this key lacks the scope {}; ask an admin for one",
            scope.as_str()
        );
        Err(ApiError::new(StatusCode::FORBIDDEN, "wrong-scope", detail))
    }

    /// # Errors
    /// 403 if the caller lacks the scope or the shop.
    pub fn may(&self, scope: Scope, shop: &str) -> Result<(), ApiError> {
        self.needs(scope)?;
        if !self.sees(shop) {
            let detail = format!("this key is not for the shop {shop}; ask an admin for one");
            return Err(ApiError::new(StatusCode::FORBIDDEN, "other-shop", detail));
        }
        Ok(())
    }

    /// The caller as an actor of the store.
    pub fn actor(&self) -> Actor<'_> {
        Actor {
            id: &self.holder.actor,
            name: &self.holder.name,
            lead: self.has(Scope::Knowledge),
        }
    }
}

impl FromRequestParts<Shared> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Caller, ApiError> {
        match caller(parts, app).await? {
            Some(caller) => Ok(caller),
            None => {
                app.gates.address(app, &address(parts, app))?;
                Err(unauthorized())
            }
        }
    }
}

/// `Option<Caller>`: a request without a key is fine, one with a wrong key is not.
impl OptionalFromRequestParts<Shared> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &Shared,
    ) -> Result<Option<Caller>, ApiError> {
        let caller = caller(parts, app).await?;
        if caller.is_none() {
            app.gates.address(app, &address(parts, app))?;
        }
        Ok(caller)
    }
}

/// The caller by the key or session of a request; `None` if it has neither.
async fn caller(parts: &mut Parts, app: &Shared) -> Result<Option<Caller>, ApiError> {
    let (holder, session) =
        if let Some(key) = bearer(&parts.headers).filter(|token| token.starts_with("zk_")) {
            (app.store.key_holder(key).await?, None)
        } else if let Some(session) = cookie(&parts.headers) {
            let holder = app.store.session_holder(session, Timestamp::now()).await?;
            let safe = matches!(parts.method, Method::GET | Method::HEAD);
            let sent = parts
                .headers
                .get("x-csrf-token")
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default();
            if holder.is_some() && !safe && !verify(session, "csrf", sent) {
                let detail =
                    "a page must send the header x-csrf-token with the value of GET /v1/session";
                return Err(ApiError::new(StatusCode::FORBIDDEN, "csrf", detail));
            }
            // An expired session counts as no session, because the buyer's chat must work in the same browser.
            match holder {
                Some(holder) => (Some(holder), Some(session.to_owned())),
                None => return Ok(None),
            }
        } else {
            return Ok(None);
        };
    match holder {
        Some(holder) => {
            app.gates.key(app, &holder.actor)?;
            Ok(Some(Caller { holder, session }))
        }
        None => {
            app.gates.address(app, &address(parts, app))?;
            Err(unauthorized())
        }
    }
}

fn unauthorized() -> ApiError {
    ApiError::new(
        StatusCode::UNAUTHORIZED,
        "unauthorized",
        "send a valid API key or sign in",
    )
}

macro_rules! for_scope {
    ($(#[$doc:meta])* $name:ident, $scope:expr) => {
        $(#[$doc])*
        pub struct $name(pub Caller);

        impl FromRequestParts<Shared> for $name {
            type Rejection = ApiError;

            async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
                let caller = <Caller as FromRequestParts<Shared>>::from_request_parts(parts, app).await?;
                let shop = shop(parts, app).await;
                caller.may($scope, &shop)?;
                if !app.shops.knows(&shop) {
                    return Err(ApiError::no_shop(&shop));
                }
                Ok($name(caller))
            }
        }
    };
}

for_scope!(
    /// A caller who may work at the desk of the path's `{shop}`.
    Agent,
    Scope::Desk
);
for_scope!(
    /// A caller who may keep the knowledge of the path's `{shop}`.
    Merchant,
    Scope::Knowledge
);

/// A caller who may manage keys of all shops.
pub struct Admin(pub Caller);

impl FromRequestParts<Shared> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        let caller = <Caller as FromRequestParts<Shared>>::from_request_parts(parts, app).await?;
        caller.may(Scope::Admin, "*")?;
        Ok(Admin(caller))
    }
}

/// The `{shop}` of the path; empty if it has none.
async fn shop(parts: &mut Parts, app: &Shared) -> String {
    let params = RawPathParams::from_request_parts(parts, app).await.ok();
    params
        .iter()
        .flatten()
        .find_map(|(name, value)| (name == "shop").then(|| value.to_owned()))
        .unwrap_or_default()
}

/// The token of a conversation. It is computed and never stored.
pub fn talk_token(app: &Shared, shop: &str, talk: &str) -> String {
    format!("zc_{}", sign(&app.token_secret, &format!("{shop}/{talk}")))
}

/// Somebody who wants to use a conversation: its buyer or an agent.
pub struct Party {
    caller: Option<Caller>,
    token: Option<String>,
}

impl Party {
    /// # Errors
    /// 403, the same whether or not the conversation exists.
    pub fn may_touch(
        &self,
        app: &Shared,
        shop: &str,
        talk: &str,
        scope: Scope,
    ) -> Result<(), ApiError> {
        if let Some(caller) = &self.caller {
            return caller.may(scope, shop);
        }
        let own = self
            .token
            .as_deref()
            .and_then(|token| token.strip_prefix("zc_"));
        if own.is_some_and(|signature| {
            verify(&app.token_secret, &format!("{shop}/{talk}"), signature)
        }) {
            return Ok(());
        }
        let detail = "this conversation needs its own token, or a key of the shop; send the token that opening it gave \
                      (x-conversation-token of the first answer) as Authorization: Bearer zc_…, or name a \
                      conversation of your own";
        Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "not-your-conversation",
            detail,
        ))
    }

    /// The caller, if it is an agent.
    pub fn caller(&self) -> Option<&Caller> {
        self.caller.as_ref()
    }

    /// Whether neither a key nor a talk's token was sent.
    pub fn is_nobody(&self) -> bool {
        self.caller.is_none() && self.token.is_none()
    }
}

impl FromRequestParts<Shared> for Party {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        let token = bearer(&parts.headers).or_else(|| query_token(parts.uri.query()));
        let token = token
            .filter(|token| token.starts_with("zc_"))
            .map(str::to_owned);
        // A buyer's token comes before the cookie of an agent who tries the chat in the same browser.
        let caller = match token {
            Some(_) => {
                app.gates.address(app, &address(parts, app))?;
                None
            }
            None => {
                <Caller as OptionalFromRequestParts<Shared>>::from_request_parts(parts, app).await?
            }
        };
        Ok(Party { caller, token })
    }
}

/// The token that a page must send with every change.
pub fn csrf_token(session: &str) -> String {
    sign(session, "csrf")
}

/// The session cookie of a request.
pub fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE_NAME).then_some(value))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(AUTHORIZATION)?
        .to_str()
        .ok()?
        .strip_prefix("Bearer ")
        .map(str::trim)
}

/// `?token=`: an event stream in a browser cannot send headers.
fn query_token(query: Option<&str>) -> Option<&str> {
    query?
        .split('&')
        .find_map(|pair| pair.strip_prefix("token="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_include_the_lesser() {
        assert!(Scope::Admin.includes(Scope::Ask) && Scope::Desk.includes(Scope::Ask));
        assert!(!Scope::Ask.includes(Scope::Desk) && !Scope::Desk.includes(Scope::Knowledge));
    }
}
