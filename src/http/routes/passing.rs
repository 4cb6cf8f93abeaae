//! Tickets that wait for another person: transferred, reopened, or left by a key that was revoked.

use axum::Json;
use axum::extract::{Path, State};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use super::live;
use crate::conversation::store::{Actor, ApiKey, StoreError, Ticket};
use crate::conversation::turn;
use crate::http::auth::{Agent, Caller};
use crate::http::body::Body;
use crate::http::{ApiError, Live, Shared};

/// Where a ticket goes.
#[derive(Debug, Deserialize, ToSchema)]
pub struct TransferTo {
    /// Skill group; empty: anyone.
    #[serde(default)]
    pub skill: String,
}

/// Passes a ticket to a skill group.
#[utoipa::path(post, path = "/v1/shops/{shop}/tickets/{id}/transfer", tag = "agents",
    params(("shop" = String, Path), ("id" = String, Path)), request_body = TransferTo,
    responses((status = 200, body = Ticket)))]
pub async fn transfer(
    State(app): State<Shared>,
    Path((shop, id)): Path<(String, String)>,
    Agent(caller): Agent,
    Body(to): Body<TransferTo>,
) -> Result<Json<Ticket>, ApiError> {
    if to.skill.chars().count() > 40 {
        return Err(ApiError::invalid(
            "bad-skill",
            "a skill group's name has at most 40 characters",
        ));
    }
    let live = live(&app, &shop)?;
    let words = transferred(&live);
    let now = Timestamp::now();
    let due = turn::due_again(live.settings(), now);
    Ok(Json(
        app.store
            .transfer(
                &shop,
                &id,
                caller.actor(),
                to.skill.trim(),
                due,
                &words,
                now,
            )
            .await?,
    ))
}

/// Puts the open tickets of a revoked key back into the queue, each with a line in the audit log.
pub(super) async fn requeue(
    app: &Shared,
    revoked: &ApiKey,
    by: &Caller,
    now: Timestamp,
) -> Result<(), ApiError> {
    for ticket in app.store.held_by(&revoked.id).await? {
        let (shop, id) = (ticket.shop.as_str(), ticket.id.as_str());
        let Some(live) = app.shops.live(shop) else {
            continue;
        };
        let words = transferred(&live);
        let due = turn::due_again(live.settings(), now);
        let actor = Actor {
            lead: true,
            ..by.actor()
        };
        let moved = app
            .store
            .transfer(shop, id, actor, &ticket.skill, due, &words, now)
            .await;
        match moved {
            Ok(_) => {
                let name = &by.holder.name;
                app.store
                    .audit(name, "ticket.requeue", shop, id, &revoked.name, now)
                    .await?;
            }
            // The ticket was finished meanwhile.
            Err(StoreError::Illegal(_) | StoreError::Outdated(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// What a buyer is told when the ticket waits for another person.
fn transferred(live: &Live) -> String {
    turn::script(live.settings(), "transferred", "正在为您转接同事，请稍等。")
}

/// Takes a done ticket up again.
#[utoipa::path(post, path = "/v1/shops/{shop}/tickets/{id}/reopen", tag = "agents",
    params(("shop" = String, Path), ("id" = String, Path)), responses((status = 200, body = Ticket)))]
pub async fn reopen(
    State(app): State<Shared>,
    Path((shop, id)): Path<(String, String)>,
    _: Agent,
) -> Result<Json<Ticket>, ApiError> {
    let live = live(&app, &shop)?;
    let now = Timestamp::now();
    let due = turn::due_again(live.settings(), now);
    Ok(Json(app.store.reopen(&shop, &id, due, "", now).await?))
}
