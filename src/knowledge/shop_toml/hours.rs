//! `[hours]`: shifts, week days, holidays.

use jiff::civil::Time;

use super::section::{Section, text, wrong};
use crate::knowledge::finding::{At, Log};
use crate::knowledge::names::fold;
use crate::knowledge::settings::{Holiday, Hours, Shift};
use crate::knowledge::toml_doc::{self, Item};

/// The hours in the section.
pub(super) fn read(section: &Section, log: &mut Log) -> Hours {
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
        hours.holidays.push(Holiday {
            name,
            from,
            to,
            open,
        });
    }
    hours
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

/// Reads `08:30`, `8:30`, `08：30` and `24:00` (midnight at the end of the day; an end of `00:00` means the same).
pub(super) fn read_time(text: &str) -> Option<Time> {
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
