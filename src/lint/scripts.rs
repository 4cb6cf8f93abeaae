//! Reply scripts.

use super::scene::Scene;
use super::{Report, Rule};

/// A script names a field that is never filled.
pub(super) const SCRIPT_FIELD: Rule = Rule::warning("script-field");

/// Fields that every script may name.
const FIELDS: &[&str] = &["shop", "hours", "reason"];

/// What the script `limited` is for: what an answer is limited to.
const LIMITS: &str = "limits";

pub(super) fn check(scene: &Scene, report: &mut Report) {
    for (name, text) in &scene.shop.settings.scripts {
        let known = |field: &str| FIELDS.contains(&field) || name == "limited" && field == LIMITS;
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
