//! Look-ups of agents: entries by words, one entry, reply scripts.

use axum::Json;
use axum::extract::{Path, State};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{blocking, live};
use crate::answer::search::{Filter, Found};
use crate::http::auth::Agent;
use crate::http::body::{Ask, Paging};
use crate::http::live::EntryView;
use crate::http::{ApiError, Shared};
use crate::knowledge::settings::default_scripts;
use crate::knowledge::{Kind, hours};

/// What to search.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// Words, half words, pinyin or initials; absent lists all.
    #[serde(default)]
    pub q: String,
    /// `faq`, `product`, `spec`, `policy` or `size`; absent: all.
    pub kind: Option<String>,
    /// Product id; absent: all.
    pub product: Option<String>,
}

/// A reply script with its fields filled in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Script {
    /// Name.
    pub name: String,
    /// Name as agents read it: Chinese for the built-in ones, the merchant's own for the others.
    pub title: String,
    /// Text as the merchant wrote it.
    pub template: String,
    /// Text with the fields that are known filled in.
    pub text: String,
}

/// Searches the knowledge.
#[utoipa::path(get, path = "/v1/shops/{shop}/search", tag = "agents",
    params(("shop" = String, Path), SearchQuery, Paging), responses((status = 200, body = Found)))]
pub async fn search(
    State(app): State<Shared>,
    Path(shop): Path<String>,
    _: Agent,
    Ask(query): Ask<SearchQuery>,
    Ask(paging): Ask<Paging>,
) -> Result<Json<Found>, ApiError> {
    bounded(&app, &query.q)?;
    let slice = paging.slice();
    let (limit, offset) = (slice.limit as usize, slice.offset as usize);
    let filter = Filter {
        kind: kind_of_entry(query.kind.as_deref())?,
        product: query.product.filter(|product| !product.is_empty()),
        at: Timestamp::now(),
    };
    let live = live(&app, &shop)?;
    let found = blocking(move || live.search(&query.q, &filter, limit, offset));
    Ok(Json(found.await??))
}

/// # Errors
/// 422 for more words than a search takes.
pub(super) fn bounded(app: &Shared, words: &str) -> Result<(), ApiError> {
    match words.chars().count() > app.limits.question_chars {
        true => Err(ApiError::invalid(
            "question-too-long",
            "the search has too many characters; send less",
        )),
        false => Ok(()),
    }
}

/// The kind that limits a search; `None`: all. Scripts have a list of their own.
///
/// # Errors
/// 422 for a kind that no entry has.
pub(super) fn kind_of_entry(name: Option<&str>) -> Result<Option<Kind>, ApiError> {
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        return Ok(None);
    };
    let kind = Kind::parse(name).filter(|kind| *kind != Kind::Script);
    kind.map(Some).ok_or_else(|| {
        let detail = format!("kind: {name} is none of faq, product, spec, policy, size");
        ApiError::invalid("bad-query", detail)
    })
}

/// An entry.
#[utoipa::path(get, path = "/v1/shops/{shop}/entries/{id}", tag = "agents",
    params(("shop" = String, Path), ("id" = String, Path, description = "percent-encoded; slashes may stand as they are")),
    responses((status = 200, body = EntryView)))]
pub async fn entry(
    State(app): State<Shared>,
    Path((shop, id)): Path<(String, String)>,
    _: Agent,
) -> Result<Json<EntryView>, ApiError> {
    find(&app, &shop, &id)
}

/// An entry whose id was sent with its slashes unescaped.
pub async fn entry_of_parts(
    State(app): State<Shared>,
    Path((shop, id, rest)): Path<(String, String, String)>,
    _: Agent,
) -> Result<Json<EntryView>, ApiError> {
    find(&app, &shop, &format!("{id}/{rest}"))
}

fn find(app: &Shared, shop: &str, id: &str) -> Result<Json<EntryView>, ApiError> {
    let live = live(app, shop)?;
    live.entry(id, Timestamp::now()).map(Json).ok_or_else(|| {
        ApiError::new(
            axum::http::StatusCode::NOT_FOUND,
            "not-found",
            format!("the shop has no entry {id}"),
        )
    })
}

/// The built-in scripts that agents also use, in the order of a talk.
const SAID_BY_AGENTS: &[(&str, &str)] = &[
    ("greeting", "问候"),
    ("ask_again", "请买家细说"),
    ("hours", "服务时间"),
    ("ask_product", "问是哪一款"),
    ("acknowledge", "应答"),
    ("thanks", "不客气"),
    ("goodbye", "告别"),
    ("rephrase", "请买家换个说法"),
    ("clarify", "请买家确认"),
    ("caution", "提醒以标注为准"),
    ("no_match", "没有资料"),
    ("handoff", "转人工"),
];

/// The shop's reply scripts that can be said as they are: those whose fields are all known here, in the order of a talk,
/// the merchant's own behind.
#[utoipa::path(get, path = "/v1/shops/{shop}/scripts", tag = "agents", params(("shop" = String, Path)),
    responses((status = 200, body = Vec<Script>)))]
pub async fn scripts(
    State(app): State<Shared>,
    Path(shop): Path<String>,
    Agent(caller): Agent,
) -> Result<Json<Vec<Script>>, ApiError> {
    let live = live(&app, &shop)?;
    let settings = live.settings();
    let fill =
        |template: &str| hours::fill(settings, template).replace("{agent}", &caller.holder.name);
    let place = |name: &str| SAID_BY_AGENTS.iter().position(|(known, _)| *known == name);
    let scripts = settings.scripts.iter().map(|(name, template)| Script {
        name: name.clone(),
        title: place(name).map_or_else(|| name.clone(), |at| SAID_BY_AGENTS[at].1.to_owned()),
        text: fill(template),
        template: template.clone(),
    });
    let mut scripts: Vec<Script> = scripts
        .filter(|script| !script.text.contains('{'))
        .filter(|script| place(&script.name).is_some() || is_own(&script.name))
        .collect();
    scripts.sort_by_key(|script| place(&script.name).unwrap_or(SAID_BY_AGENTS.len()));
    Ok(Json(scripts))
}

/// Whether a script is not one that zhike says by itself.
fn is_own(name: &str) -> bool {
    const SAID_WITH_TICKETS: &[&str] = &[
        "waiting",
        "claimed",
        "resolved",
        "handed_back",
        "transferred",
    ];
    !default_scripts().contains_key(name) && !SAID_WITH_TICKETS.contains(&name)
}
