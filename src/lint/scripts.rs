//! Rules about reply scripts.

use std::sync::LazyLock;

use regex::Regex;

use super::scene::Scene;
use super::{Report, Rule, pattern};
use crate::knowledge::settings::default_scripts;

/// A script names a field that is never filled.
pub(super) const SCRIPT_FIELD: Rule = Rule::warning("script-field");

/// A script that goes with an answer says that a person has been called, which nobody does then.
pub(super) const PROMISED_PERSON: Rule = Rule::warning("promised-person");

/// Scripts of messages for which no person is called.
const ALONE: &[&str] = &[
    "caution",
    "limited",
    "clarify",
    "clarify_one",
    "ask_product",
    "ask_again",
    "rephrase",
    "greeting",
    "acknowledge",
    "thanks",
    "goodbye",
];

/// The promise of a person. 回复“转人工” tells the buyer what to do, and 可以请同事 is an offer.
static PROMISE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(已经?|马上|正在|这就|立刻|立即|稍后|随后|会|帮您|为您|给您|我)(?:为您|帮您|给您)?(?:请|让|叫|安排|通知|联系|转给|转接|转)(?:了|给|到|一位|我们的?)?(?:同事|人工|客服|专员|专人|顾问|店长|医生|师傅|工程师|营养师)|(?:同事|客服|专员|专人|顾问|店长)(?:马上|稍后|随后|很快|会|将|就)+(?:来|去|主动|跟您|和您|给您)?(?:联系|跟进|回复|处理|回电|确认|帮)|(?:稍后|马上|随后)(?:会|就|给您|跟您|与您)*(?:联系您|回电|联络)",
    )
});

/// Fields that every script may name.
const FIELDS: &[&str] = &["shop", "hours"];

/// Fields of single scripts: why a person is called, the limits of an answer, when people answer again, the one question
/// that may be meant, how many buyers wait before this one.
const OWN: &[(&str, &str)] = &[
    ("handoff", "reason"),
    ("no_match", "reason"),
    ("off_hours", "reason"),
    ("caution", "reason"),
    ("limited", "limits"),
    ("off_hours", "opens"),
    ("clarify_one", "question"),
    ("waiting", "position"),
];

/// Scripts that the desk sends of itself, none of which names an agent.
const OF_THE_DESK: &[&str] = &["waiting", "transferred", "handed_back", "resolved"];

pub(super) fn check(scene: &Scene, report: &mut Report) {
    let built_in = default_scripts();
    for (name, text) in &scene.shop.settings.scripts {
        // A script that zhike does not send itself is sent by an agent, so it may have the agent's name.
        let of_agents = !built_in.contains_key(name) && !OF_THE_DESK.contains(&name.as_str());
        let known = |field: &str| {
            FIELDS.contains(&field)
                || OWN.contains(&(name.as_str(), field))
                || of_agents && field == "agent"
        };
        let promised = PROMISE
            .find(text)
            .filter(|_| ALONE.contains(&name.as_str()));
        if let Some(promised) = promised {
            report.push(
                &PROMISED_PERSON,
                &scene.shop.lines.place("shop.toml", name),
                Some(name),
                format!(
                    "the script {name} says \"{}\", but it goes with messages for which nobody is called",
                    promised.as_str()
                ),
                "tell buyers how to call a person (回复“转人工”), or set rule = \"handoff\" in [risk]",
            );
        }
        for field in fields(text).filter(|field| !known(field)) {
            report.push(
                &SCRIPT_FIELD,
                &scene.shop.lines.place("shop.toml", name),
                Some(name),
                format!("the script {name} names {{{field}}}, which is never filled; buyers would read the braces"),
                format!("write one of {{{}}}", FIELDS.join("}, {")),
            );
        }
    }
}

/// The names in braces.
fn fields(text: &str) -> impl Iterator<Item = &str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(field, _)| field.trim())
}
