//! Collects what an agent needs to see of a ticket. Pure.

use serde::Serialize;
use utoipa::ToSchema;

use super::store::{Message, Note, Ticket};
use super::{incident, priority};
use crate::answer::{Decision, Outcome, guard};
use crate::knowledge::{Settings, hours};
use crate::text::measure::measures;
use crate::text::normalise::normalise;

/// Candidates with less confidence are not shown.
const FAINT: f64 = 0.1;

/// Below this confidence a candidate is wrong more often than right, so its text is not suggested as a reply.
const EVEN: f64 = 0.5;

/// Handoff reasons of messages that ask nothing an entry answers. Any candidate matches by chance.
const NO_QUESTION: [&str; 2] = ["requested", "complaint"];

/// Handoff reasons given before the bot ranked anything to answer. The confidence is then unknown.
const NOT_RANKED: [&str; 4] = ["risk", "order_specific", "volatile_fact", "sensitive"];

/// The number of last messages shown.
const LAST: usize = 20;

/// What an agent sees of a ticket.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Packet {
    /// The ticket.
    pub ticket: Ticket,
    /// The latest ticket of the talk, where that is another: only it moves the talk.
    pub newer: Option<String>,
    /// Why the bot handed off, in words.
    pub why: String,
    /// The message that was handed off.
    pub question: String,
    /// Product of the talk: id and name.
    pub product: Option<Named>,
    /// Body measures the buyer told, the newest of each.
    pub measures: Vec<Told>,
    /// The last messages, oldest first.
    pub messages: Vec<Message>,
    /// Parts of the message that were already answered.
    pub answered: Vec<Answered>,
    /// What the bot would have chosen among, best first.
    pub candidates: Vec<Suggestion>,
    /// A reply ready to be edited.
    pub suggested: String,
    /// Notes between agents.
    pub notes: Vec<Note>,
}

/// An id and a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Named {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
}

/// A measure the buyer told.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Told {
    /// What: 身高, 体重 …
    pub name: String,
    /// As written.
    pub written: String,
}

/// A part of a message that got its answer.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Answered {
    /// The part, masked.
    pub question: String,
    /// What was replied.
    pub reply: String,
}

/// An entry that may answer.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Suggestion {
    /// Entry id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Its text, verbatim; empty where the live snapshot no longer has it.
    pub text: String,
    /// File relative to the shop's folder.
    pub file: String,
    /// 1-based row.
    pub row: u32,
    /// Calibrated probability, 0..1; `null` where the bot did not rank to answer.
    pub confidence: Option<f64>,
}

/// An entry of the live snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryText {
    /// The text.
    pub text: String,
    /// File.
    pub file: String,
    /// Row.
    pub row: u32,
}

/// The input of a packet.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The ticket.
    pub ticket: Ticket,
    /// The latest ticket of the talk, if that is another one.
    pub newer: Option<String>,
    /// All messages of the talk, oldest first.
    pub messages: Vec<Message>,
    /// The decision that handed off.
    pub decision: Option<Decision>,
    /// Product of the talk.
    pub product: Option<Named>,
    /// Notes.
    pub notes: Vec<Note>,
}

/// Puts a packet together. `entry` looks an entry up in the live snapshot.
pub fn packet(
    parts: Parts,
    settings: &Settings,
    entry: impl Fn(&str) -> Option<EntryText>,
) -> Packet {
    let Parts {
        ticket,
        newer,
        mut messages,
        decision,
        product,
        notes,
    } = parts;
    let question = messages.iter().find(|message| message.id == ticket.message);
    let question = question
        .map(|message| message.text.clone())
        .unwrap_or_default();
    let measures = told(
        messages
            .iter()
            .filter(|message| message.role == "buyer")
            .map(|message| message.text.as_str()),
    );
    messages.drain(..messages.len().saturating_sub(LAST));
    let (answered, candidates) = decision
        .map(|decision| read(decision, &ticket.reason, entry))
        .unwrap_or_default();
    let suggested = suggested(settings, &ticket, &question, &candidates);
    Packet {
        why: why(&ticket.reason).into(),
        question,
        product,
        measures,
        messages,
        answered,
        candidates,
        suggested,
        notes,
        newer,
        ticket,
    }
}

fn read(
    decision: Decision,
    reason: &str,
    entry: impl Fn(&str) -> Option<EntryText>,
) -> (Vec<Answered>, Vec<Suggestion>) {
    let asked = decision.parts.iter().filter(|part| part.reason.is_some());
    let asked: Vec<String> = asked.map(|part| part.question.clone()).collect();
    let answered = decision
        .parts
        .into_iter()
        .filter(|part| part.decision == Outcome::Answer)
        .map(|part| Answered {
            question: part.question,
            reply: part.reply,
        })
        .collect();
    let candidates = decision
        .candidates
        .into_iter()
        .filter(|candidate| candidate.confidence >= FAINT && !NO_QUESTION.contains(&reason))
        .map(|candidate| {
            let found = entry(&candidate.id);
            let (text, file, row) = found.map_or_else(Default::default, |found| {
                (found.text, found.file, found.row)
            });
            let ranked = !NOT_RANKED.contains(&reason);
            Suggestion {
                id: candidate.id,
                title: candidate.title,
                text,
                file,
                row,
                confidence: ranked.then_some(candidate.confidence),
            }
        })
        .filter(|candidate| {
            reason != "risk" || asked.iter().any(|asked| on_that_risk(asked, candidate))
        })
        .collect();
    (answered, candidates)
}

/// Whether an entry speaks of the risk that is asked about: 护肤的先后顺序 does not help with 孕妇能用吗.
fn on_that_risk(asked: &str, candidate: &Suggestion) -> bool {
    let said = format!("{} {}", candidate.title, candidate.text);
    guard::risks(&normalise(asked)).meet(guard::risks(&normalise(&said)))
}

/// The newest reading of each measure.
fn told<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<Told> {
    let mut told: Vec<Told> = Vec::new();
    for reading in texts.flat_map(measures) {
        let name = reading.measure.name();
        told.retain(|known| known.name != name);
        told.push(Told {
            name: name.into(),
            written: reading.written,
        });
    }
    told
}

/// A script for the reason, else the text of a candidate that is more often right than wrong, else a plain opening.
fn suggested(
    settings: &Settings,
    ticket: &Ticket,
    question: &str,
    candidates: &[Suggestion],
) -> String {
    let script = |name: &str| settings.scripts.get(&format!("agent_{name}"));
    let text = match (script(&ticket.reason), ticket.reason.as_str()) {
        // The buyer is about to lose money or is hurt, so the first words say what to do now.
        _ if priority::is_fraud(question) => script("fraud").map_or(
            "请先不要转账、不要提供验证码，也不要共享屏幕：这不是我们的客服。我们只在本平台和您联系，不会让您汇款。\
             方便的话把对方的联系方式和聊天截图发给我，我马上为您核实。",
            String::as_str,
        ),
        (_, "risk") if incident::is_harm(question) => script("health").map_or(
            "非常抱歉让您不舒服了。请先停止使用，如果症状明显请尽快就医；麻烦把商品和情况的照片发给我，我马上为您处理。",
            String::as_str,
        ),
        (Some(own), _) => own.as_str(),
        (None, "complaint") => "非常抱歉给您带来不好的体验，我是{shop}的客服，马上为您核实处理。",
        (None, "risk") if incident::is_incident(question) => {
            "您反馈的情况我们非常重视，麻烦您把商品和情况的照片发给我，我马上为您处理。"
        }
        (None, "order_specific") => "您好，麻烦提供一下订单编号，我马上为您查询。",
        (None, "requested") => "您好，我是{shop}的人工客服，请问有什么可以帮您？",
        _ => match candidates
            .iter()
            .find(|candidate| !candidate.text.is_empty())
            .filter(|candidate| candidate.confidence >= Some(EVEN) && ticket.reason != "not_in_force")
        {
            Some(candidate) => &candidate.text,
            None => "您好，您的问题我来为您核实，请稍等。",
        },
    };
    hours::fill(settings, text).replace("{agent}", ticket.agent_name.as_deref().unwrap_or("客服"))
}

/// A reason in words for an agent.
fn why(reason: &str) -> &'static str {
    match reason {
        "requested" => "买家要求人工",
        "complaint" => "投诉或情绪激动",
        "risk" => "涉及健康、安全、真伪或法律",
        "order_specific" => "涉及买家自己的订单、包裹或退款",
        "volatile_fact" => "涉及实时价格、库存等会变的信息",
        "sensitive" => "出现敏感词",
        "not_in_force" => "只有未生效或已过期的规则",
        "repeated" => "买家重复提问或连续没答上",
        "low_confidence" => "有候选但都没有把握",
        _ => "知识库里没有记录",
    }
}

#[cfg(test)]
mod tests;
