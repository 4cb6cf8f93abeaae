//! Reply scripts.

use super::scene::Scene;
use super::{Report, Rule};
use crate::knowledge::settings::default_scripts;

/// A script names a field that is never filled.
pub(super) const SCRIPT_FIELD: Rule = Rule::warning("script-field");

/// Fields that every script may name.
const FIELDS: &[&str] = &["shop", "hours", "reason"];

/// Fields of one script: what an answer is limited to, when people answer again, the one question that may be meant, how
/// many wait before the buyer.
const OWN: &[(&str, &str)] = &[
    ("limited", "limits"),
    ("off_hours", "opens"),
    ("clarify_one", "question"),
    ("waiting", "position"),
];

pub(super) fn check(scene: &Scene, report: &mut Report) {
    let built_in = default_scripts();
    for (name, text) in &scene.shop.settings.scripts {
        // What no machine says an agent does, who may give a name.
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

/// What stands in braces.
fn fields(text: &str) -> impl Iterator<Item = &str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(field, _)| field.trim())
}
