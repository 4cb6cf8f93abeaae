//! Rules about reply scripts.

use super::scene::Scene;
use super::{Report, Rule};
use crate::knowledge::settings::default_scripts;

/// A script names a field that is never filled.
pub(super) const SCRIPT_FIELD: Rule = Rule::warning("script-field");

/// Fields that every script may name.
const FIELDS: &[&str] = &["shop", "hours", "reason"];

/// Fields of single scripts: the limits of an answer, when people answer again, the one question that may be meant, how
/// many buyers wait before this one.
const OWN: &[(&str, &str)] = &[
    ("limited", "limits"),
    ("off_hours", "opens"),
    ("clarify_one", "question"),
    ("waiting", "position"),
];

pub(super) fn check(scene: &Scene, report: &mut Report) {
    let built_in = default_scripts();
    for (name, text) in &scene.shop.settings.scripts {
        // A script that zhike does not use itself is sent by an agent, so it may have the agent's name.
        let of_agents = !built_in.contains_key(name);
        let known = |field: &str| {
            FIELDS.contains(&field)
                || OWN.contains(&(name.as_str(), field))
                || of_agents && field == "agent"
        };
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
