//! When people answer: shifts, days, holidays. Pure; the moment is a parameter.

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::settings::{Holiday, Hours, Settings, Shift};

/// Opening hours: from, until.
type Span = (Time, Time);

/// How many days ahead the next opening is searched, which is longer than any holiday.
const AHEAD: i32 = 62;

/// Whether people answer at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Whether people answer.
    pub open: bool,
    /// The shift at that moment (早班, 晚班, or the holiday's name).
    pub shift: Option<String>,
    /// If open, the end of that shift, when another may begin; `None` if the shop never closes.
    pub closes_at: Option<Timestamp>,
    /// If closed, the next opening; `None` if there is none within two months.
    pub opens_at: Option<Timestamp>,
    /// If closed, the next opening in words: `今天 09:00`, `明天 09:00`, `11月23日 09:00`.
    pub opens_text: String,
}

/// Whether people answer at `at` according to the shop's `[hours]`. A shop without hours is always open.
pub fn service(settings: &Settings, at: Timestamp) -> Service {
    let always = Service {
        open: true,
        shift: None,
        closes_at: None,
        opens_at: None,
        opens_text: String::new(),
    };
    let Some(hours) = &settings.hours else {
        return always;
    };
    let zone = settings.zone();
    let now = at.to_zoned(zone.clone()).datetime();
    // A shift of yesterday may last into today.
    for date in now.date().yesterday().into_iter().chain([now.date()]) {
        for (name, from, to) in spans(hours, date) {
            if from <= now && now < to {
                return Service {
                    open: true,
                    shift: Some(name),
                    closes_at: to.to_zoned(zone).ok().map(|zoned| zoned.timestamp()),
                    ..always
                };
            }
        }
    }
    let opening = (0..AHEAD)
        .filter_map(|days| now.date().checked_add(days.days()).ok())
        .flat_map(|date| spans(hours, date))
        .map(|(_, from, _)| from)
        .filter(|from| *from > now)
        .min();
    Service {
        open: false,
        shift: None,
        closes_at: None,
        opens_at: opening
            .and_then(|from| from.to_zoned(zone).ok())
            .map(|zoned| zoned.timestamp()),
        opens_text: opening
            .map(|from| in_words(from, now.date()))
            .unwrap_or_default(),
    }
}

/// The moment from which waiting time counts: now if open, else the next opening.
pub fn counts_from(settings: &Settings, at: Timestamp) -> Timestamp {
    service(settings, at).opens_at.unwrap_or(at)
}

/// The end of a wait that begins at `at`, of which only the time within service hours counts: 20 minutes from ten minutes
/// before closing end ten minutes after the next opening. A shop that never opens waits by the clock.
pub fn deadline(settings: &Settings, at: Timestamp, wait: SignedDuration) -> Timestamp {
    let mut from = counts_from(settings, at);
    let mut left = wait;
    // Bounded, since a shift has no length where the clock is put forward over it.
    for _ in 0..AHEAD {
        let Some(closes) = service(settings, from).closes_at else {
            break;
        };
        let open = closes.duration_since(from);
        if left <= open {
            break;
        }
        left -= open;
        from = counts_from(settings, closes);
    }
    from + left
}

/// A script with what every script may name filled in: `{shop}` and `{hours}`.
pub fn fill(settings: &Settings, script: &str) -> String {
    script
        .replace("{shop}", &settings.name)
        .replace("{hours}", &hours_text(settings))
}

/// The service hours in words, for the field `{hours}` of scripts: `每天 08:30-23:30（元旦1月1日 10:00-16:00）`, `周一至周五
/// 09:00-18:00`.
pub fn hours_text(settings: &Settings) -> String {
    let Some(hours) = &settings.hours else {
        return "全天".into();
    };
    let groups = spans_by_days(hours);
    let usual = match groups.is_empty() {
        true => days_text(&shift_days(hours, &ALL_DAY)),
        false => {
            let texts = groups.into_iter().map(|(days, spans)| {
                let spans: Vec<String> = spans.into_iter().map(span_text).collect();
                format!("{} {}", days_text(&days), spans.join("、"))
            });
            texts.collect::<Vec<_>>().join("，")
        }
    };
    // On a holiday 每天 by itself would be a lie.
    match hours.holidays.as_slice() {
        [] => usual,
        few if few.len() <= HOLIDAYS_TOLD => {
            let mut few: Vec<&Holiday> = few.iter().collect();
            few.sort_unstable_by_key(|holiday| holiday.from);
            let told: Vec<String> = few.into_iter().map(holiday_text).collect();
            format!("{usual}（{}）", told.join("，"))
        }
        _ => format!("{usual}（节假日另有安排）"),
    }
}

/// The most holidays that are told one by one.
const HOLIDAYS_TOLD: usize = 3;

/// `春节2月5日至9日 10:00-18:00`, `盘点12月31日休息`.
fn holiday_text(holiday: &Holiday) -> String {
    let Holiday {
        name,
        from,
        to,
        open,
    } = holiday;
    let until = match (from == to, from.month() == to.month()) {
        (true, _) => String::new(),
        (false, true) => format!("至{}日", to.day()),
        (false, false) => format!("至{}月{}日", to.month(), to.day()),
    };
    let open = match open {
        Some(span) => format!(" {}", span_text(*span)),
        None => "休息".to_owned(),
    };
    format!("{name}{}月{}日{until}{open}", from.month(), from.day())
}

/// `08:30-23:30`
fn span_text((from, to): Span) -> String {
    format!("{}-{}", from.strftime("%H:%M"), end_text(to))
}

/// The days that have the same shifts, with the spans of these, joined where one begins as another ends.
pub(crate) fn spans_by_days(hours: &Hours) -> Vec<(Vec<i8>, Vec<Span>)> {
    let mut groups: Vec<(Vec<i8>, Vec<Span>)> = Vec::new();
    for shift in &hours.shifts {
        let days = shift_days(hours, shift);
        match groups.iter_mut().find(|(known, _)| *known == days) {
            Some((_, spans)) => spans.push((shift.from, shift.to)),
            None => groups.push((days, vec![(shift.from, shift.to)])),
        }
    }
    for (_, spans) in &mut groups {
        *spans = merge(std::mem::take(spans));
    }
    groups
}

/// The shift of a shop that has days but no shifts.
const ALL_DAY: Shift = Shift {
    name: String::new(),
    from: Time::MIN,
    to: Time::MIN,
    days: Vec::new(),
};

/// The days on which a shift applies, 1 = Monday. A shift without days applies on all.
fn shift_days(hours: &Hours, shift: &Shift) -> Vec<i8> {
    let mut days = if shift.days.is_empty() {
        hours.days.clone()
    } else {
        shift.days.clone()
    };
    if days.is_empty() {
        days = (1..=7).collect();
    }
    days.sort_unstable();
    days.dedup();
    days
}

/// The spans `[from, to)` that begin on a date. A holiday replaces all shifts that begin on its days.
fn spans(hours: &Hours, date: Date) -> Vec<(String, DateTime, DateTime)> {
    let span = |name: &str, from: Time, to: Time| {
        let end = if to <= from {
            date.tomorrow().unwrap_or(date)
        } else {
            date
        };
        (name.to_owned(), date.to_datetime(from), end.to_datetime(to))
    };
    if let Some(holiday) = hours
        .holidays
        .iter()
        .find(|holiday| (holiday.from..=holiday.to).contains(&date))
    {
        return holiday
            .open
            .map(|(from, to)| span(&holiday.name, from, to))
            .into_iter()
            .collect();
    }
    let all_day = [ALL_DAY];
    let shifts = if hours.shifts.is_empty() {
        &all_day[..]
    } else {
        &hours.shifts
    };
    let weekday = date.weekday().to_monday_one_offset();
    shifts
        .iter()
        .filter(|shift| shift_days(hours, shift).contains(&weekday))
        .map(|shift| span(&shift.name, shift.from, shift.to))
        .collect()
}

/// Joins adjacent spans: 08:30-16:30 and 16:30-23:30 become 08:30-23:30.
fn merge(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut merged: Vec<Span> = Vec::new();
    for (from, to) in spans {
        match merged.last_mut() {
            Some(last) if last.1 == from && last.0 != last.1 => last.1 = to,
            _ => merged.push((from, to)),
        }
    }
    merged
}

fn end_text(to: Time) -> String {
    if to == Time::MIN {
        "24:00".into()
    } else {
        to.strftime("%H:%M").to_string()
    }
}

fn days_text(days: &[i8]) -> String {
    const NAMES: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
    let name = |day: &i8| NAMES[(*day as usize).saturating_sub(1).min(6)];
    let run = days.windows(2).all(|pair| pair[1] == pair[0] + 1);
    match days {
        [] | [1, 2, 3, 4, 5, 6, 7] => "每天".into(),
        [first, .., last] if run && days.len() > 2 => format!("{}至{}", name(first), name(last)),
        _ => days.iter().map(name).collect::<Vec<_>>().join("、"),
    }
}

fn in_words(from: DateTime, today: Date) -> String {
    let day = match from.date() {
        date if date == today => "今天".to_owned(),
        date if Some(date) == today.tomorrow().ok() => "明天".to_owned(),
        date => format!("{}月{}日", date.month(), date.day()),
    };
    format!("{day} {}", from.strftime("%H:%M"))
}

#[cfg(test)]
mod tests;
