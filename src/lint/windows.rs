//! Rules about time: what has ended, what ends soon, and gaps between a rule and its successor.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::scene::{Scene, Scope, spot};
use super::{Report, Rule};
use crate::knowledge::{Layer, Place, Shop, Window, ids};
use crate::text::normalise::normalise;

/// A standing rule has ended and nothing replaces it.
pub(super) const EXPIRED: Rule = Rule::warning("expired");
/// A standing rule ends soon and nothing replaces it.
pub(super) const EXPIRES_SOON: Rule = Rule::warning("expires-soon");
/// There is a time between a rule and its successor when neither is in force.
pub(super) const WINDOW_GAP: Rule = Rule::warning("window-gap");
/// A rule and its successor are in force at the same time.
pub(super) const WINDOW_OVERLAP: Rule = Rule::warning("window-overlap");
/// An entry is limited to products, and none of them is on sale while it is in force.
pub(super) const ALL_OFF_SALE: Rule = Rule::warning("all-off-sale");
/// A related entry is never in force at the same time as the entry that names it.
pub(super) const RELATED_OUT_OF_FORCE: Rule = Rule::warning("related-out-of-force");

/// An end within this many days is reported.
const SOON_DAYS: i64 = 14;

/// One version of a rule.
pub(super) struct Version<'a> {
    /// Entry id; for a policy its first id, without the passage.
    pub(super) id: String,
    pub(super) title: &'a str,
    pub(super) scope: Scope<'a>,
    pub(super) place: &'a Place,
}

impl Version<'_> {
    pub(super) fn window(&self) -> &Window {
        self.scope.window
    }
}

/// The versions of each rule, by time: policies with the same title, or entries with the same question, without years
/// and version marks.
pub(super) fn families(shop: &Shop) -> Vec<Vec<Version<'_>>> {
    let bounded = |window: &Window| window.from.or(window.until).is_some();
    let policies_dated = shop.policies.iter().any(|policy| bounded(&policy.window));
    if !policies_dated && !shop.faqs.iter().any(|faq| bounded(&faq.window)) {
        return Vec::new();
    }
    let policies = shop.policies.iter().map(|policy| Version {
        id: ids::policy(&policy.stem, &[]),
        title: &policy.title,
        scope: Scope::of_policy(policy),
        place: &policy.place,
    });
    // Entries without a window have no beginning and no end, so they are left out.
    let faqs = shop.faqs.iter().map(|faq| Version {
        id: ids::faq(&faq.id),
        title: &faq.question,
        scope: Scope::of_faq(faq),
        place: &faq.place,
    });
    let mut families: BTreeMap<(bool, String), Vec<Version>> = BTreeMap::new();
    for (is_faq, version) in policies.map(|v| (false, v)).chain(faqs.map(|v| (true, v))) {
        families
            .entry((is_faq, family(version.title)))
            .or_default()
            .push(version);
    }
    let dated = |versions: &Vec<Version>| {
        versions
            .iter()
            .any(|v| v.window().from.or(v.window().until).is_some())
    };
    let mut families: Vec<Vec<Version>> = families.into_values().filter(dated).collect();
    for versions in &mut families {
        versions.sort_by_key(|version| version.window().from.unwrap_or(Timestamp::MIN));
    }
    families
}

/// A title without the marks of its version: brackets, years, 旧版, 新版, 起.
fn family(title: &str) -> String {
    let title = normalise(title);
    let mut plain = String::new();
    let mut depth = 0;
    for c in title.chars() {
        match c {
            '(' | '[' | '【' => depth += 1,
            ')' | ']' | '】' => depth -= 1,
            c if depth <= 0 && c.is_alphanumeric() => plain.push(c),
            _ => {}
        }
    }
    if plain.contains("20") {
        for year in 2020..2040 {
            for mark in [
                format!("{year}年度"),
                format!("{year}年"),
                format!("{year}"),
            ] {
                plain = plain.replace(&mark, "");
            }
        }
    }
    for mark in ["新版", "旧版", "最新", "版本", "已停用", "修订版"] {
        if plain.contains(mark) {
            plain = plain.replace(mark, "");
        }
    }
    plain
}

pub(super) fn check(scene: &Scene, report: &mut Report) {
    for versions in families(scene.shop) {
        for (at, version) in versions.iter().enumerate() {
            ending(scene, version, &versions, report);
            for next in &versions[at + 1..] {
                if version.scope.layer == next.scope.layer && version.scope.rivals(&next.scope) {
                    succession(scene, version, next, &versions, report);
                }
            }
        }
    }
    off_sale(scene, report);
    related(scene, report);
}

/// Reports rules that have ended or end soon. Promotions are meant to end; standing rules need a successor.
fn ending(scene: &Scene, version: &Version, family: &[Version], report: &mut Report) {
    let Some(until) = version
        .window()
        .until
        .filter(|_| version.scope.layer != Layer::Promotion)
    else {
        return;
    };
    let soon = scene.at + SignedDuration::from_hours(24 * SOON_DAYS);
    if until > soon || reversed(version.window()) {
        return;
    }
    let replaced = family.iter().any(|other| {
        other.id != version.id && other.scope.rivals(&version.scope) && {
            let starts_in_time = other
                .window()
                .from
                .is_none_or(|from| from <= until.max(scene.at));
            starts_in_time
                && other
                    .window()
                    .until
                    .is_none_or(|end| end > until.max(scene.at))
        }
    });
    if replaced {
        return;
    }
    let later = family
        .iter()
        .any(|other| other.window().from.is_some_and(|from| from > until));
    if later {
        return; // a gap, reported as such
    }
    let written = version.window().until_text.as_deref().unwrap_or("its end");
    if until <= scene.at {
        report.push(
            &EXPIRED,
            version.place,
            Some("valid_until"),
            format!(
                "\"{}\" ended with {written} and nothing took its place; it is never quoted",
                version.title
            ),
            "move the date, write the rule that holds now, or remove it",
        );
    } else {
        report.push(
            &EXPIRES_SOON,
            version.place,
            Some("valid_until"),
            format!(
                "\"{}\" ends with {written} and nothing takes its place",
                version.title
            ),
            "write the rule that holds afterwards, or move the date",
        );
    }
}

fn reversed(window: &Window) -> bool {
    matches!((window.from, window.until), (Some(from), Some(until)) if from >= until)
}

/// Reports a gap or an overlap between a rule and a later version, if either is still ahead.
fn succession(
    scene: &Scene,
    version: &Version,
    next: &Version,
    family: &[Version],
    report: &mut Report,
) {
    let (window, later) = (version.window(), next.window());
    if reversed(window) || reversed(later) {
        return;
    }
    // Two undated versions, or an undated beside a dated one, are duplicates and not a succession.
    let dated = window.until.is_some() || later.from.is_some();
    if !dated {
        return;
    }
    if version.scope.meets(&next.scope, scene.at) {
        // The same question in two entries has its own finding, unless dates show that one follows the other.
        let both = window.from.or(window.until).is_some() && later.from.or(later.until).is_some();
        if both {
            report.push(
                &WINDOW_OVERLAP,
                next.place,
                Some("valid_from"),
                format!(
                    "\"{}\" and \"{}\" ({}) are in force together",
                    next.title,
                    version.title,
                    spot(version.place)
                ),
                "end the earlier one before the later one starts",
            );
        }
        return;
    }
    let (Some(end), Some(start)) = (window.until, later.from) else {
        return;
    };
    let covered = family.iter().any(|other| {
        let window = other.window();
        window.from.is_none_or(|from| from <= end)
            && window.until.is_none_or(|until| until >= start)
    });
    let between = family.iter().any(|other| {
        other
            .window()
            .from
            .is_some_and(|from| from > end && from < start)
    });
    if version.scope.layer != Layer::Promotion
        && start > end
        && start > scene.at
        && !covered
        && !between
    {
        report.push(
            &WINDOW_GAP,
            next.place,
            Some("valid_from"),
            format!(
                "nothing is in force between the end of \"{}\" ({}) and the start of \"{}\"",
                version.title,
                spot(version.place),
                next.title
            ),
            "let the later one start where the earlier one ends",
        );
    }
}

fn off_sale(scene: &Scene, report: &mut Report) {
    let on_sale: BTreeMap<&str, &Window> = scene
        .shop
        .products
        .iter()
        .map(|product| (product.id.as_str(), &product.on_sale))
        .collect();
    let faqs = scene.shop.faqs.iter().map(|faq| {
        (
            &faq.conditions.products,
            &faq.window,
            &faq.place,
            &faq.question,
        )
    });
    let policies = scene
        .shop
        .policies
        .iter()
        .map(|p| (&p.conditions.products, &p.window, &p.place, &p.title));
    for (products, window, place, title) in faqs.chain(policies) {
        if window.until.is_some_and(|until| until <= scene.at) {
            continue;
        }
        let known: Vec<&Window> = products
            .iter()
            .filter_map(|id| on_sale.get(id.as_str()).copied())
            .collect();
        let meets = |sale: &&Window| super::scene::windows_meet(sale, window, scene.at);
        if !known.is_empty() && known.len() == products.len() && !known.iter().any(meets) {
            report.push(
                &ALL_OFF_SALE,
                place,
                Some("products"),
                format!(
                    "\"{title}\" is limited to {}, off sale while it is in force",
                    products.join(", ")
                ),
                "name products that are on sale, or remove the entry",
            );
        }
    }
}

fn related(scene: &Scene, report: &mut Report) {
    let by_id: BTreeMap<&str, &crate::knowledge::Faq> = scene
        .shop
        .faqs
        .iter()
        .map(|faq| (faq.id.as_str(), faq))
        .collect();
    for faq in &scene.shop.faqs {
        if faq.window.until.is_some_and(|until| until <= scene.at) {
            continue;
        }
        for id in &faq.related {
            let Some(other) = by_id.get(id.strip_prefix("faq:").unwrap_or(id)) else {
                continue;
            };
            // A link to last month's promotion has served its purpose. A link that never worked is a mistake.
            let since = if other.layer == Layer::Promotion {
                Timestamp::MIN
            } else {
                scene.at
            };
            if !super::scene::windows_meet(&faq.window, &other.window, since) {
                report.push(
                    &RELATED_OUT_OF_FORCE,
                    &faq.place,
                    Some("related"),
                    format!(
                        "{id} ({}) is out of force whenever this entry is in force",
                        spot(&other.place)
                    ),
                    "name an entry that is in force, or remove it from the list",
                );
            }
        }
    }
}
