//! `shop.toml` → [`Settings`].

use std::collections::BTreeMap;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use super::finding::{At, Finding, Log};
use super::names::{fold, nearest};
use super::settings::{
    Connector, GateRules, Holiday, Hours, RiskRule, Settings, Shift, Webhook, default_scripts,
};
use super::table::{self, SourceFile};
use super::toml_doc::{self, Item, Node, Source};

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
const FACTS: &[&str] = &["price", "stock", "parcel", "refund", "order"];

/// The settings of a shop called `folder` on disk. What cannot be read keeps its default and is reported.
pub(crate) fn read(file: &SourceFile, folder: &str, findings: &mut Vec<Finding>) -> Settings {
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
    // What a syntax fault tears apart would only raise faults in its wake.
    let mut wake = Vec::new();
    let mut log = if clean {
        log
    } else {
        Log::new(&file.path, &mut wake)
    };
    let items = source.items(&document);
    for item in &items {
        read_section(item, &mut settings, &mut log);
    }
    settings
}

fn read_section(item: &Item, settings: &mut Settings, log: &mut Log) {
    if item.key == "connector" {
        let tables = match &item.value {
            Node::List(tables) => tables.as_slice(),
            one => std::slice::from_ref(one),
        };
        for table in tables {
            let Node::Table(keys) = table else { continue };
            let line = keys.first().map_or(item.line, |key| key.line);
            settings
                .connectors
                .extend(read_connector(&Section::new("connector", line, keys), log));
        }
        return;
    }
    if !SECTIONS.contains(&item.key.as_str()) {
        return toml_doc::report_unknown_key(item, "", SECTIONS, log);
    }
    let Node::Table(keys) = &item.value else {
        return wrong(
            item,
            "is a section",
            &format!("write [{}] on a line of its own", item.key),
            log,
        );
    };
    let section = Section::new(&item.key, item.line, keys);
    match item.key.as_str() {
        "shop" => {
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
        "hours" => settings.hours = Some(read_hours(&section, log)),
        "scripts" => read_scripts(&section, settings, log),
        "budgets" => {
            for key in section.keys {
                if let Some(share) = read_share(key, log) {
                    settings.budgets.insert(key.key.clone(), share);
                }
            }
        }
        "handoff" => read_handoff(&section, settings, log),
        "columns" => {
            settings.columns = section
                .keys
                .iter()
                .filter_map(|key| Some((key.key.clone(), text(key, log)?)))
                .collect();
        }
        "size" => {
            section.only(&["between", "fit"], log);
            settings.size.between = section.by_name("between", log);
            settings
                .size
                .between
                .retain(|_, rule| match fold(rule).as_str() {
                    "larger" | "大" | "偏大" | "smaller" | "小" | "偏小" => {
                        *rule = if fold(rule).contains(['大', 'l']) && !fold(rule).starts_with('s')
                        {
                            "larger"
                        } else {
                            "smaller"
                        }
                        .into();
                        true
                    }
                    _ => {
                        let message = format!("\"{rule}\" is no rule between two sizes");
                        log.error(
                            "bad-value",
                            section.at("between"),
                            message,
                            "write larger or smaller",
                        );
                        false
                    }
                });
            settings.size.fit = section.by_name("fit", log);
        }
        "risk" => {
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
        "gate" => {
            section.only(&["worse", "changed", "replay_days"], log);
            let GateRules {
                worse, replay_days, ..
            } = GateRules::default();
            settings.gate.worse = section.whole("worse", worse, 0, log);
            settings.gate.replay_days = section.whole("replay_days", replay_days, 0, log);
            if let Some(share) = section.get("changed").and_then(|key| read_share(key, log)) {
                settings.gate.changed = share;
            }
        }
        "webhook" => {
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
                let remedy =
                    "write the address that tickets are announced to, starting with https://";
                log.error(
                    "bad-value",
                    section.at("url"),
                    "[webhook] has no valid url",
                    remedy,
                );
            }
        }
        _ => {}
    }
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

fn read_handoff(section: &Section, settings: &mut Settings, log: &mut Log) {
    section.only(
        &["words", "topics", "after_misses", "resume_after_hours"],
        log,
    );
    let rules = &mut settings.handoff;
    rules.words = section
        .get("words")
        .map_or_else(Vec::new, |key| toml_doc::list(key, log));
    rules.after_misses = section.whole("after_misses", rules.after_misses, 1, log);
    if let Some(key) = section.get("resume_after_hours") {
        match key
            .value
            .text()
            .and_then(|text| text.parse::<f64>().ok())
            .filter(|hours| *hours > 0.0)
        {
            Some(hours) => rules.resume_after_hours = hours,
            None => wrong(
                key,
                "is no number of hours",
                "write a number such as 12",
                log,
            ),
        }
    }
    if let Some(key) = section.get("topics") {
        match &key.value {
            Node::Table(topics) => {
                rules.topics = topics
                    .iter()
                    .map(|topic| (topic.key.clone(), toml_doc::list(topic, log)))
                    .collect();
            }
            _ => wrong(
                key,
                "is a table",
                "write topics as [handoff.topics] with reason = [\"word\", …]",
                log,
            ),
        }
    }
}

fn read_hours(section: &Section, log: &mut Log) -> Hours {
    section.only(&["days", "shifts", "holidays"], log);
    let mut hours = Hours {
        days: (1..=7).collect(),
        ..Hours::default()
    };
    if let Some(days) = section
        .get("days")
        .map(|key| read_days(key, log))
        .filter(|days| !days.is_empty())
    {
        hours.days = days;
    }
    for (line, keys) in section.tables("shifts", log) {
        let shift = Section::new("hours.shifts", line, keys);
        shift.only(&["name", "from", "to", "days"], log);
        let mut name = String::new();
        shift.text("name", &mut name, log);
        let (Some(from), Some(to)) = (shift.time("from", log), shift.time("to", log)) else {
            continue;
        };
        let days = shift
            .get("days")
            .map_or_else(Vec::new, |key| read_days(key, log));
        hours.shifts.push(Shift {
            name,
            from,
            to,
            days,
        });
    }
    if hours.shifts.is_empty() {
        let remedy =
            "add [[hours.shifts]] with name, from and to; without [hours] people answer always";
        log.warning(
            "no-shifts",
            At::row(section.line),
            "[hours] names no shift that can be read",
            remedy,
        );
    }
    for (line, keys) in section.tables("holidays", log) {
        let holiday = Section::new("hours.holidays", line, keys);
        holiday.only(&["name", "from", "to", "open"], log);
        let mut name = String::new();
        holiday.text("name", &mut name, log);
        let Some(from) = holiday.date("from", log) else {
            continue;
        };
        let to = if holiday.get("to").is_some() {
            holiday.date("to", log)
        } else {
            Some(from)
        };
        let Some(to) = to else { continue };
        if to < from {
            let message = format!("the holiday ends on {to}, before it starts on {from}");
            log.error(
                "reversed-window",
                holiday.at("to"),
                message,
                "swap from and to",
            );
            continue;
        }
        let open = holiday.get("open").and_then(|key| {
            let written = text(key, log)?;
            if matches!(fold(&written).as_str(), "closed" | "休息" | "放假" | "") {
                return None;
            }
            let parsed = written
                .split_once(['-', '~', '～', '—', '–'])
                .and_then(|(from, to)| Some((read_time(from)?, read_time(to)?)));
            if parsed.is_none() {
                wrong(
                    key,
                    "is neither hours nor closed",
                    "write \"10:00-18:00\" or \"closed\"",
                    log,
                );
            }
            parsed
        });
        hours.holidays.push(Holiday {
            name,
            from,
            to,
            open,
        });
    }
    hours
}

fn read_connector(section: &Section, log: &mut Log) -> Option<Connector> {
    let known = [
        "fact",
        "url",
        "template",
        "timeout_ms",
        "cache_seconds",
        "breaker_failures",
        "breaker_seconds",
    ];
    section.only(&known, log);
    let (mut fact, mut url, mut template) = (String::new(), String::new(), String::new());
    section.text("fact", &mut fact, log);
    section.text("url", &mut url, log);
    section.text("template", &mut template, log);
    let mut sound = true;
    let mut check = |holds: bool, key: &str, message: &str, remedy: &str| {
        if !holds {
            sound = false;
            log.error("bad-connector", section.at(key), message, remedy);
        }
    };
    check(
        FACTS.contains(&fact.as_str()),
        "fact",
        &format!("\"{fact}\" is no fact a connector can tell"),
        &format!("write one of {}", FACTS.join(", ")),
    );
    check(
        is_url(&url),
        "url",
        "the connector has no valid url",
        "write it, starting with http:// or https://",
    );
    check(
        !template.is_empty(),
        "template",
        "the connector has no template",
        "write the reply with {fields} in braces",
    );
    let connector = Connector {
        fact,
        url,
        template,
        timeout_ms: section.whole("timeout_ms", 800, 1, log).into(),
        cache_seconds: section.whole("cache_seconds", 5, 0, log).into(),
        breaker_failures: section.whole("breaker_failures", 3, 1, log),
        breaker_seconds: section.whole("breaker_seconds", 30, 0, log).into(),
    };
    sound.then_some(connector)
}

/// The keys of one section.
struct Section<'a> {
    name: &'a str,
    line: u32,
    keys: &'a [Item],
}

impl<'a> Section<'a> {
    fn new(name: &'a str, line: u32, keys: &'a [Item]) -> Self {
        Section { name, line, keys }
    }

    fn get(&self, key: &str) -> Option<&'a Item> {
        self.keys.iter().find(|item| item.key == key)
    }

    /// Where a key stands, or would.
    fn at<'k>(&self, key: &'k str) -> At<'k> {
        At::cell(self.get(key).map_or(self.line, |item| item.line), key)
    }

    /// Reports all other keys.
    fn only(&self, known: &[&str], log: &mut Log) {
        for item in self
            .keys
            .iter()
            .filter(|item| !known.contains(&item.key.as_str()))
        {
            toml_doc::report_unknown_key(item, self.name, known, log);
        }
    }

    fn text(&self, key: &str, into: &mut String, log: &mut Log) {
        if let Some(text) = self.get(key).and_then(|item| text(item, log)) {
            *into = text;
        }
    }

    fn whole(&self, key: &str, default: u32, least: u32, log: &mut Log) -> u32 {
        let Some(item) = self.get(key) else {
            return default;
        };
        match item
            .value
            .text()
            .and_then(|text| text.replace('_', "").parse().ok())
            .filter(|n| *n >= least)
        {
            Some(number) => number,
            None => {
                wrong(
                    item,
                    "is no whole number that fits",
                    &format!("write a whole number of at least {least}"),
                    log,
                );
                default
            }
        }
    }

    fn time(&self, key: &str, log: &mut Log) -> Option<Time> {
        let Some(item) = self.get(key) else {
            let message = format!("[{}] names no \"{key}\"", self.name);
            log.error(
                "missing-key",
                At::row(self.line),
                message,
                format!("add {key} = \"08:30\""),
            );
            return None;
        };
        let time = item.value.text().and_then(read_time);
        if time.is_none() {
            wrong(item, "is no time of day", "write it as \"08:30\"", log);
        }
        time
    }

    fn date(&self, key: &str, log: &mut Log) -> Option<Date> {
        let Some(item) = self.get(key) else {
            let message = format!("[{}] names no \"{key}\"", self.name);
            log.error(
                "missing-key",
                At::row(self.line),
                message,
                format!("add {key} = \"2027-02-05\""),
            );
            return None;
        };
        let date = item
            .value
            .text()
            .and_then(|text| text.parse::<Date>().ok().filter(|_| text.len() == 10));
        if date.is_none() {
            wrong(
                item,
                "is no date that exists",
                "write it as \"2027-02-05\"",
                log,
            );
        }
        date
    }

    /// The tables of an array of tables.
    fn tables(&self, key: &str, log: &mut Log) -> Vec<(u32, &'a [Item])> {
        let Some(item) = self.get(key) else {
            return Vec::new();
        };
        let nodes = match &item.value {
            Node::List(nodes) => nodes.as_slice(),
            one => std::slice::from_ref(one),
        };
        let tables = nodes.iter().filter_map(|node| match node {
            Node::Table(keys) => Some((
                keys.first().map_or(item.line, |key| key.line),
                keys.as_slice(),
            )),
            _ => None,
        });
        let tables: Vec<_> = tables.collect();
        if tables.len() < nodes.len() {
            wrong(
                item,
                "is a list of tables",
                &format!("write [[{}.{key}]] above each", self.name),
                log,
            );
        }
        tables
    }

    /// A table of texts, or one text for all (`default`).
    fn by_name(&self, key: &str, log: &mut Log) -> BTreeMap<String, String> {
        match self.get(key) {
            None => BTreeMap::new(),
            Some(Item {
                value: Node::Table(items),
                ..
            }) => items
                .iter()
                .filter_map(|item| Some((item.key.clone(), text(item, log)?)))
                .collect(),
            Some(item) => text(item, log)
                .map(|text| BTreeMap::from([("default".into(), text)]))
                .unwrap_or_default(),
        }
    }
}

/// A text; numbers and the like are a fault.
fn text(item: &Item, log: &mut Log) -> Option<String> {
    match &item.value {
        Node::Text(text) => Some(text.clone()),
        other => {
            let message = format!("\"{}\" is {}, not a text", item.key, other.kind());
            log.error(
                "bad-value",
                At::cell(item.line, &item.key),
                message,
                "put it in quotes",
            );
            None
        }
    }
}

/// A share of one: `0.03`, or `"3%"`.
fn read_share(item: &Item, log: &mut Log) -> Option<f64> {
    let share = item
        .value
        .text()
        .and_then(|text| match text.strip_suffix(['%', '％']) {
            Some(percent) => percent
                .trim()
                .parse::<f64>()
                .ok()
                .map(|percent| percent / 100.0),
            None => text.parse::<f64>().ok(),
        });
    if let Some(share) = share.filter(|share| (0.0..=1.0).contains(share)) {
        return Some(share);
    }
    wrong(
        item,
        "is no share between 0 and 1",
        "write 0.03 for three in a hundred",
        log,
    );
    None
}

/// Week days: `mon`, `周一`, `1`.
fn read_days(item: &Item, log: &mut Log) -> Vec<i8> {
    const NAMES: &[(&str, &[char])] = &[
        ("mon", &['一']),
        ("tue", &['二']),
        ("wed", &['三']),
        ("thu", &['四']),
        ("fri", &['五']),
        ("sat", &['六']),
        ("sun", &['日', '天']),
    ];
    let mut days = Vec::new();
    for word in toml_doc::list(item, log) {
        let folded = fold(&word);
        let chinese = folded
            .trim_start_matches("星期")
            .trim_start_matches('周')
            .trim_start_matches("礼拜");
        let day = (1..=7).zip(NAMES).find(|(number, (english, chars))| {
            folded.starts_with(english)
                || folded == number.to_string()
                || chinese.chars().count() == 1 && chinese.starts_with(*chars)
        });
        match day {
            Some((number, _)) => days.push(number),
            None => {
                let message = format!("\"{word}\" is no day of the week");
                log.error(
                    "bad-value",
                    At::cell(item.line, &item.key),
                    message,
                    "write mon, tue, wed, thu, fri, sat or sun",
                );
            }
        }
    }
    days.sort_unstable();
    days.dedup();
    days
}

/// `08:30`, `8:30`, `08：30`, `24:00` (midnight at the day's end, which an end of `00:00` means too).
fn read_time(text: &str) -> Option<Time> {
    let text = text.trim().replace('：', ":");
    let mut parts = text.split(':').map(|part| part.parse::<i8>().ok());
    let (hour, minute, second) = (
        parts.next()??,
        parts.next()??,
        parts.next().unwrap_or(Some(0))?,
    );
    if parts.next().is_some() {
        return None;
    }
    if (hour, minute, second) == (24, 0, 0) {
        return Some(Time::midnight());
    }
    Time::new(hour, minute, second, 0).ok()
}

fn is_url(text: &str) -> bool {
    text.strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
        .is_some_and(|rest| !rest.is_empty())
}

fn wrong(item: &Item, message: &str, remedy: &str, log: &mut Log) {
    let written = item.value.text().map_or_else(
        || item.value.kind().to_string(),
        |text| format!("\"{text}\""),
    );
    log.error(
        "bad-value",
        At::cell(item.line, &item.key),
        format!("{written} {message}"),
        remedy,
    );
}
