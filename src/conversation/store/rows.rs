//! The rows of the store, as the API shows them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use sqlx::FromRow;
use utoipa::ToSchema;

use super::learning::LessonState;
use crate::conversation::State;

/// A moment: milliseconds since 1970 in the store, RFC 3339 in the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, sqlx::Type, ToSchema)]
#[sqlx(transparent)]
#[schema(value_type = String, format = DateTime)]
pub struct Millis(pub i64);

impl From<Timestamp> for Millis {
    fn from(at: Timestamp) -> Self {
        Millis(at.as_millisecond())
    }
}

impl Millis {
    /// The moment; 1970 if it is out of range.
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0).unwrap_or_default()
    }
}

impl Serialize for Millis {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.timestamp().serialize(serializer)
    }
}

/// JSON that is kept as text.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = Object)]
pub struct Json(pub Value);

impl From<String> for Json {
    fn from(text: String) -> Self {
        Json(serde_json::from_str(&text).unwrap_or(Value::Null))
    }
}

/// A list of words that is kept as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
pub struct Words(pub Vec<String>);

impl From<String> for Words {
    fn from(text: String) -> Self {
        Words(serde_json::from_str(&text).unwrap_or_default())
    }
}

/// A buyer's talk with a shop.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct Talk {
    /// Shop id.
    pub shop: String,
    /// Conversation id, unique within the shop.
    pub id: String,
    /// Who owns it.
    #[sqlx(try_from = "String")]
    pub state: State,
    /// 1: opened by naming it in `/answer`; asking in it needs no token.
    #[serde(skip)]
    pub named: i64,
    /// Where the buyer writes: `web`, `api` or a messenger's name.
    pub channel: String,
    /// Product of the page the buyer came from.
    pub product: Option<String>,
    /// The latest ticket.
    pub ticket: Option<String>,
    /// How many messages it has.
    pub messages: i64,
    /// When it began.
    pub created_at: Millis,
    /// When anyone last wrote.
    pub active_at: Millis,
}

/// One message of a talk.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct Message {
    /// Message id.
    pub id: String,
    /// Conversation id.
    pub conversation: String,
    /// Its place in the talk, from 0.
    pub seq: i64,
    /// `buyer`, `bot`, `agent` or `system`.
    pub role: String,
    /// The agent's name; empty for others.
    pub author: String,
    /// What was said; a buyer's words are masked.
    pub text: String,
    /// A bot's message: `decision`, `options` and `sources` of the reply.
    #[sqlx(try_from = "String")]
    pub data: Json,
    /// When.
    pub at: Millis,
}

/// A decision with its proof, both as JSON.
#[derive(Debug, Clone, FromRow)]
pub struct KeptProof {
    /// The decision, masked.
    pub decision: String,
    /// What proves it.
    pub proof: String,
    /// When it was made.
    pub at: Millis,
}

/// A work item for people.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct Ticket {
    /// Ticket id.
    pub id: String,
    /// Shop id.
    pub shop: String,
    /// Conversation id.
    pub conversation: String,
    /// The buyer's message that was handed off.
    pub message: String,
    /// `waiting`, `with_agent`, `resolved` or `reopened`.
    #[sqlx(try_from = "String")]
    pub state: State,
    /// Why the bot handed off.
    pub reason: String,
    /// 0 is taken first.
    pub priority: i64,
    /// Skill group; empty: anyone.
    pub skill: String,
    /// Id of the person who owns it.
    pub agent: Option<String>,
    /// Name of the person who owns it.
    pub agent_name: Option<String>,
    /// `resolved`, `handed_back` or `resumed`.
    pub outcome: Option<String>,
    /// How often it was reopened.
    pub reopened: i64,
    /// When the bot handed off.
    pub opened_at: Millis,
    /// Until when a person should have answered.
    pub due_at: Millis,
    /// When a person took it.
    pub claimed_at: Option<Millis>,
    /// When a person first answered.
    pub replied_at: Option<Millis>,
    /// When it was done.
    pub resolved_at: Option<Millis>,
    /// When somebody was reminded of it.
    #[serde(skip)]
    pub reminded_at: Option<Millis>,
}

/// A ticket in the queue, with what an agent tells it apart by.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct Queued {
    /// The ticket.
    #[serde(flatten)]
    #[sqlx(flatten)]
    pub ticket: Ticket,
    /// The buyer's message that was handed off, masked.
    pub question: String,
    /// Product of the talk.
    pub product: Option<String>,
    /// The last message of the talk.
    pub last_text: String,
    /// Who wrote it: `buyer`, `bot`, `agent` or `system`.
    pub last_role: String,
}

/// A note between agents.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct Note {
    /// Note id.
    pub id: String,
    /// Who wrote it.
    pub author: String,
    /// What, masked.
    pub text: String,
    /// When.
    pub at: Millis,
}

/// Something that happened, as live watchers see it.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct Event {
    /// Shop id.
    pub shop: String,
    /// Its number: 1, 2, 3 … without gaps within a shop.
    pub seq: i64,
    /// Conversation id; empty where it is about none.
    pub conversation: String,
    /// 1: the buyer may see it.
    #[serde(skip)]
    pub buyer: i64,
    /// `message`, `state`, `ticket.opened`, `ticket.claimed` …
    pub kind: String,
    /// What it is about.
    #[sqlx(try_from = "String")]
    pub data: Json,
    /// When.
    pub at: Millis,
}

/// A question that the bot decided, for the unanswered list and for replays.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct Asked {
    /// The buyer's message.
    pub message: String,
    /// Conversation id.
    pub conversation: String,
    /// The question, masked.
    pub question: String,
    /// Product of the page.
    pub product: Option<String>,
    /// `answer`, `clarify` or `handoff`.
    pub outcome: String,
    /// Why it was handed off.
    pub reason: Option<String>,
    /// Calibrated probability, 0..1.
    pub confidence: f64,
    /// Entries quoted.
    #[sqlx(try_from = "String")]
    pub entries: Words,
    /// When.
    pub at: Millis,
}

/// A labelled question that people's work left behind.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct Lesson {
    /// Lesson id.
    pub id: String,
    /// `chosen_option`, `agent_entry`, `agent_reply`, `thumb_up` or `thumb_down`.
    pub kind: String,
    /// The question, masked.
    pub question: String,
    /// The entry that answers it.
    pub entry: Option<String>,
    /// What the agent wrote, masked.
    pub reply: Option<String>,
    /// `open`, `accepted` or `rejected`.
    #[schema(value_type = String)]
    #[sqlx(try_from = "String")]
    pub state: LessonState,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When it was decided.
    pub decided_at: Option<Millis>,
    /// When it was learned.
    pub at: Millis,
}

/// An API key without its secret.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct ApiKey {
    /// Key id.
    pub id: String,
    /// Whose it is: an agent's or a channel's name.
    pub name: String,
    /// What it may do.
    #[sqlx(try_from = "String")]
    pub scopes: Words,
    /// Shop ids; `*`: all.
    #[sqlx(try_from = "String")]
    pub shops: Words,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Millis,
    /// When it was revoked.
    pub revoked_at: Option<Millis>,
}

/// A person or program that acts: the owner of a key or a session.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Holder {
    /// Key id.
    pub actor: String,
    /// Name.
    pub name: String,
    /// Scopes.
    #[sqlx(try_from = "String")]
    pub scopes: Words,
    /// Shops; `*`: all.
    #[sqlx(try_from = "String")]
    pub shops: Words,
}

/// One line of the audit log.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct AuditLine {
    /// Line id.
    pub id: String,
    /// When.
    pub at: Millis,
    /// Who.
    pub actor: String,
    /// What: `key.create`, `publish`, `rollback` …
    pub action: String,
    /// Shop id; empty: all.
    pub shop: String,
    /// On what.
    pub target: String,
    /// Further words.
    pub detail: String,
}

/// An announcement that waits for delivery to an outside system.
#[derive(Debug, Clone, FromRow)]
pub struct Parcel {
    /// Announcement id. The receiver recognises repeats by it.
    pub id: String,
    /// Shop id.
    pub shop: String,
    /// The ticket that it is about; announcements of a ticket are told in order.
    pub ticket: String,
    /// Event kind.
    pub kind: String,
    /// JSON body.
    pub body: String,
    /// How often delivery was tried.
    pub attempts: i64,
}

/// A page of a list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// How many rows there are in all.
    pub total: i64,
    /// The most rows a page holds.
    pub limit: i64,
    /// Rows before this page.
    pub offset: i64,
}

/// Which page of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    /// The most rows, 1..=200.
    pub limit: i64,
    /// Rows to skip.
    pub offset: i64,
}

impl<T> Page<T> {
    /// A page.
    pub fn new(items: Vec<T>, total: i64, slice: Slice) -> Page<T> {
        Page {
            items,
            total,
            limit: slice.limit,
            offset: slice.offset,
        }
    }
}
