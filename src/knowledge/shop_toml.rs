//! Reads `shop.toml` into [`Settings`].

mod connector;
mod handoff;
mod hours;
mod section;

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use section::{Section, is_url, read_share, text, wrong};

use super::finding::{Finding, Log};
use super::model::Lines;
use super::names::{fold, nearest};
use super::settings::{RiskRule, Settings, Webhook, default_scripts};
use super::table::{self, SourceFile};
use super::toml_doc::{self, Item, Node, Source};
use super::{faq, golden, product};

const SECTIONS: &[&str] = &[
    "shop",
    "hours",
    "scripts",
    "budgets",
    "handoff",
    "columns",
    "size",
    "risk",
    "connector",
    "gate",
    "webhook",
];

/// The settings of the shop in the folder `folder`. A value that cannot be read keeps its default and is reported. The
/// lines of the scripts are noted in `lines`.
pub(crate) fn read(
    file: &SourceFile,
    folder: &str,
    lines: &mut Lines,
    findings: &mut Vec<Finding>,
) -> Settings {
    let mut log = Log::new(&file.path, findings);
    let mut settings = Settings {
        name: folder.to_string(),
        ..Settings::default()
    };
    let Some(text) = table::text(&file.bytes, &mut log) else {
        return settings;
    };
    let source = Source {
        text: &text,
        first_line: 1,
    };
    let (document, clean) = source.parse(&mut log);
    // After a syntax error, further faults only follow from it.
    let mut wake = Vec::new();
    let mut log = if clean {
        log
    } else {
        Log::new(&file.path, &mut wake)
    };
    let items = source.items(&document);
    for item in &items {
        if let (Node::Table(keys), "scripts") = (&item.value, item.key.as_str()) {
            for key in keys {
                lines.note(&file.path, &key.key, key.line);
            }
        }
        read_section(item, &mut settings, &mut log);
    }
    settings
}

fn read_section(item: &Item, settings: &mut Settings, log: &mut Log) {
    if item.key == "connector" {
        settings.connectors.extend(connector::read(item, log));
        return;
    }
    if !SECTIONS.contains(&item.key.as_str()) {
        return toml_doc::report_unknown_key(item, "", SECTIONS, log);
    }
    let Node::Table(keys) = &item.value else {
        return wrong(
            item,
            "is no section",
            &format!("write [{}] on a line of its own", item.key),
            log,
        );
    };
    let section = Section::new(&item.key, item.line, keys);
    match item.key.as_str() {
        "shop" => read_shop(&section, settings, log),
        "hours" => settings.hours = Some(hours::read(&section, log)),
        "scripts" => read_scripts(&section, settings, log),
        "budgets" => read_budgets(&section, settings, log),
        "handoff" => handoff::read(&section, &mut settings.handoff, log),
        "columns" => settings.columns = read_columns(&section, log),
        "size" => read_size(&section, settings, log),
        "risk" => read_risk(&section, settings, log),
        "gate" => read_gate(&section, settings, log),
        "webhook" => read_webhook(&section, settings, log),
        _ => {}
    }
}

/// The shop's name and time zone.
fn read_shop(section: &Section, settings: &mut Settings, log: &mut Log) {
    section.only(&["name", "timezone"], log);
    section.text("name", &mut settings.name, log);
    section.text("timezone", &mut settings.timezone, log);
    if TimeZone::get(&settings.timezone).is_err() {
        let message = format!("\"{}\" is no time zone", settings.timezone);
        let remedy = "write an IANA name such as Asia/Shanghai";
        log.error("bad-timezone", section.at("timezone"), message, remedy);
        settings.timezone = Settings::default().timezone;
    }
}

/// Budgets by category.
fn read_budgets(section: &Section, settings: &mut Settings, log: &mut Log) {
    for key in section.keys {
        if let Some(share) = read_share(key, log) {
            settings.budgets.insert(key.key.clone(), share);
        }
    }
}

/// Rules on sizes.
fn read_size(section: &Section, settings: &mut Settings, log: &mut Log) {
    section.only(&["between", "fit"], log);
    settings.size.between = section.by_name("between", log);
    settings.size.between.retain(|_, rule| {
        let known = match fold(rule).as_str() {
            "larger" | "大" | "偏大" => "larger",
            "smaller" | "小" | "偏小" => "smaller",
            _ => {
                let message = format!("\"{rule}\" is no rule between two sizes");
                log.error(
                    "bad-value",
                    section.at("between"),
                    message,
                    "write larger or smaller",
                );
                return false;
            }
        };
        *rule = known.to_string();
        true
    });
    settings.size.fit = section.by_name("fit", log);
}

/// What happens to risky questions.
fn read_risk(section: &Section, settings: &mut Settings, log: &mut Log) {
    section.only(&["rule"], log);
    let mut rule = String::from("caution");
    section.text("rule", &mut rule, log);
    settings.risk = match rule.as_str() {
        "caution" => RiskRule::Caution,
        "handoff" => RiskRule::Handoff,
        other => {
            let message = format!("\"{other}\" is no rule for risky questions");
            log.error(
                "bad-value",
                section.at("rule"),
                message,
                "write caution or handoff",
            );
            RiskRule::default()
        }
    };
}

/// Rules of the gate.
fn read_gate(section: &Section, settings: &mut Settings, log: &mut Log) {
    section.only(&["worse", "changed", "replay_days"], log);
    let gate = &mut settings.gate;
    gate.worse = section.whole("worse", gate.worse, 0, log);
    gate.replay_days = section.whole("replay_days", gate.replay_days, 0, log);
    if let Some(share) = section.get("changed").and_then(|key| read_share(key, log)) {
        gate.changed = share;
    }
}

/// Where tickets are announced.
fn read_webhook(section: &Section, settings: &mut Settings, log: &mut Log) {
    section.only(&["url", "secret_env"], log);
    let mut hook = Webhook {
        url: String::new(),
        secret_env: String::new(),
    };
    section.text("url", &mut hook.url, log);
    section.text("secret_env", &mut hook.secret_env, log);
    if is_url(&hook.url) {
        settings.webhook = Some(hook);
    } else {
        let remedy = "write the address that tickets are announced to, starting with https://";
        log.error(
            "bad-value",
            section.at("url"),
            "[webhook] has no valid url",
            remedy,
        );
    }
}

/// This merchant's headers → our columns. A name that no table has is only doubtful: it maps nothing.
fn read_columns(section: &Section, log: &mut Log) -> BTreeMap<String, String> {
    let known = || {
        faq::COLUMNS
            .iter()
            .chain(product::COLUMNS)
            .chain(golden::COLUMNS)
    };
    let mut columns = BTreeMap::new();
    for key in section.keys {
        let Some(ours) = text(key, log) else { continue };
        let folded = fold(&ours);
        let names = || {
            known()
                .flat_map(|def| def.aliases.iter().copied().chain([def.name]))
                .chain(["size", "尺码"])
        };
        if !names().any(|name| fold(name) == folded) {
            log.warning(
                "unknown-column",
                section.at(&key.key),
                format!(
                    "\"{}\" is mapped to \"{ours}\", which is no column of ours",
                    key.key
                ),
                match nearest(&ours, names()) {
                    Some(near) => format!("write \"{near}\" if that is meant"),
                    None => "write one of our column names, such as question, similar or answer"
                        .to_string(),
                },
            );
        }
        columns.insert(key.key.clone(), ours);
    }
    columns
}

fn read_scripts(section: &Section, settings: &mut Settings, log: &mut Log) {
    let known = default_scripts();
    for key in section.keys {
        let Some(script) = text(key, log) else {
            continue;
        };
        if script.is_empty() {
            log.warning(
                "empty-script",
                section.at(&key.key),
                "the script is empty",
                "write it or remove the line",
            );
            continue;
        }
        if script.matches('{').count() != script.matches('}').count() {
            log.warning(
                "bad-script",
                section.at(&key.key),
                "a brace is opened but not closed, or closed but not opened",
                "write fields as {shop}",
            );
        }
        if !known.contains_key(&key.key)
            && let Some(near) =
                nearest(&key.key, known.keys().map(String::as_str)).filter(|_| key.key.is_ascii())
        {
            log.warning(
                "unknown-key",
                section.at(&key.key),
                format!("no built-in script is called \"{}\"", key.key),
                format!("write {near} if that is meant"),
            );
        }
        settings.scripts.insert(key.key.clone(), script);
    }
}
