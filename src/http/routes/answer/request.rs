//! What a caller sends with a question, and what of it cannot be used.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use crate::answer::Question;
use crate::http::{ApiError, Shared};
use crate::knowledge::{OrderState, Settings, dates, parse_order_state};

/// The most earlier messages that a caller may send.
const PREVIOUS: usize = 20;

/// One question with what the channel knows.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub struct AnswerRequest {
    /// The buyer's words.
    pub question: String,
    /// Conversation id. Messages are kept and a handoff opens a ticket; an id not known yet opens a conversation, and the
    /// header `x-conversation-token` of that answer is what reading it takes (or a key of the shop).
    #[serde(default)]
    pub conversation: Option<String>,
    /// Product of the page the buyer came from.
    #[serde(default)]
    pub product: Option<String>,
    /// Id of the buyer's order, for connectors; absent: a number in the buyer's words counts.
    #[serde(default)]
    pub order: Option<String>,
    /// State of the buyer's order, in English or Chinese.
    #[serde(default)]
    pub order_state: Option<String>,
    /// The moment the answer is for (ISO 8601, in the shop's time zone unless it has an offset); absent: now.
    #[serde(default)]
    pub at: Option<String>,
    /// The buyer's earlier messages, oldest first, where no conversation is named.
    #[serde(default, deserialize_with = "or_default")]
    #[schema(value_type = Option<Vec<String>>)]
    pub previous: Vec<String>,
    /// An option's id that the buyer clicked.
    #[serde(default)]
    pub chosen: Option<String>,
    /// Adds the trace.
    #[serde(default, deserialize_with = "or_default")]
    #[schema(value_type = Option<bool>)]
    pub explain: bool,
}

/// Reads `null` as the default, because many callers' programs write it for a missing value.
fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    from: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// The parsed parts of a request.
pub(in crate::http::routes) struct Asked {
    /// State of the buyer's order.
    pub(in crate::http::routes) order_state: Option<OrderState>,
    /// The moment the answer is for.
    pub(in crate::http::routes) at: Option<Timestamp>,
}

impl Asked {
    /// Reads what needs more than its type.
    ///
    /// # Errors
    /// 422 for a value that cannot be used.
    pub(in crate::http::routes) fn read(
        app: &Shared,
        settings: &Settings,
        request: &AnswerRequest,
    ) -> Result<Asked, ApiError> {
        let length = request.question.chars().count();
        if request.question.trim().is_empty() {
            return Err(ApiError::invalid(
                "question-empty",
                "the question is empty; send the buyer's words",
            ));
        }
        let most = app.limits.question_chars;
        if length > most
            || request
                .previous
                .iter()
                .any(|message| message.chars().count() > most)
        {
            let detail = format!("a message has more than {most} characters; send less");
            return Err(ApiError::invalid("question-too-long", detail));
        }
        if request.previous.len() > PREVIOUS {
            let detail = format!(
                "previous has {} messages but at most {PREVIOUS} are read; send the last",
                request.previous.len()
            );
            return Err(ApiError::invalid("previous-too-long", detail));
        }
        if [&request.product, &request.chosen, &request.order]
            .into_iter()
            .flatten()
            .any(|id| id.chars().count() > 200)
        {
            return Err(ApiError::invalid(
                "bad-id",
                "an id has more than 200 characters; send the id alone",
            ));
        }
        let order_state = match request.order_state.as_deref().filter(|state| !state.is_empty()) {
            Some(state) => Some(parse_order_state(state).ok_or_else(|| {
                ApiError::invalid(
                    "bad-order-state",
                    "order_state is none of unpaid, unshipped, shipped, received, refunding, done, closed",
                )
            })?),
            None => None,
        };
        Ok(Asked {
            order_state,
            at: request
                .at
                .as_deref()
                .map(|at| moment(settings, at))
                .transpose()?,
        })
    }

    /// The question that a request without a conversation asks.
    pub(super) fn question(&self, request: &AnswerRequest) -> Question {
        Question {
            text: request.question.clone(),
            product: request.product.clone(),
            at: self.at.unwrap_or_else(Timestamp::now),
            previous: request.previous.clone(),
            order_state: self.order_state,
            chosen: request.chosen.clone(),
            order: request.order.clone(),
        }
    }
}

/// Parses a moment of a request.
fn moment(settings: &Settings, text: &str) -> Result<Timestamp, ApiError> {
    let zone = settings.zone();
    let moment = dates::parse(text, &zone).map_err(|error| {
        ApiError::invalid("bad-time", format!("at: {error}; {}", error.remedy()))
    })?;
    Ok(moment.start)
}
