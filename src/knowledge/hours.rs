//! When people answer: shifts, days, holidays. Pure; the moment is a parameter.

use jiff::civil::{Date, DateTime, Time};
use jiff::{Timestamp, ToSpan};

use super::settings::{Hours, Settings, Shift};

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
        opens_at: None,
        opens_text: String::new(),
    };
    let Some(hours) = &settings.hours else {
        return always;
    };
    let zone = settings.zone();
    let now = at.to_zoned(zone.clone()).datetime();
    // A shift of yesterday may last into today.
    for date in [yesterday(now.date()), Some(now.date())]
        .into_iter()
        .flatten()
    {
        for (name, from, to) in spans(hours, date) {
            if from <= now && now < to {
                return Service {
                    open: true,
                    shift: Some(name),
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

/// A script with what every script may name filled in: `{shop}` and `{hours}`.
pub fn fill(settings: &Settings, script: &str) -> String {
    script
        .replace("{shop}", &settings.name)
        .replace("{hours}", &hours_text(settings))
}

/// The service hours in words, for the field `{hours}` of scripts: `每天 08:30-23:30`, `周一至周五 09:00-18:00`.
pub fn hours_text(settings: &Settings) -> String {
    let Some(hours) = &settings.hours else {
        return "全天".into();
    };
    let mut groups: Vec<(Vec<i8>, Vec<Span>)> = Vec::new();
    for shift in &hours.shifts {
        let days = shift_days(hours, shift);
        match groups.iter_mut().find(|(known, _)| *known == days) {
            Some((_, spans)) => spans.push((shift.from, shift.to)),
            None => groups.push((days, vec![(shift.from, shift.to)])),
        }
    }
    if groups.is_empty() {
        let days = days_text(&shift_days(hours, &ALL_DAY));
        // On a holiday 每天 by itself would be a lie.
        return match hours.holidays.is_empty() {
            true => days,
            false => format!("{days}（节假日另有安排）"),
        };
    }
    let texts = groups.into_iter().map(|(days, spans)| {
        let spans: Vec<String> = merge(spans)
            .into_iter()
            .map(|(from, to)| format!("{}-{}", from.strftime("%H:%M"), end_text(to)))
            .collect();
        format!("{} {}", days_text(&days), spans.join("、"))
    });
    texts.collect::<Vec<_>>().join("，")
}

/// The shift of a shop that has days but no shifts.
const ALL_DAY: Shift = Shift {
    name: String::new(),
    from: Time::MIN,
    to: Time::MIN,
    days: Vec::new(),
};

fn yesterday(date: Date) -> Option<Date> {
    date.checked_sub(1.days()).ok()
}

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
            date.checked_add(1.days()).unwrap_or(date)
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
        date if Some(date) == today.checked_add(1.days()).ok() => "明天".to_owned(),
        date => format!("{}月{}日", date.month(), date.day()),
    };
    format!("{day} {}", from.strftime("%H:%M"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::settings::Holiday;
    use jiff::civil::{date, time};

    fn shift(name: &str, from: (i8, i8), to: (i8, i8), days: &[i8]) -> Shift {
        Shift {
            name: name.into(),
            from: time(from.0, from.1, 0, 0),
            to: time(to.0, to.1, 0, 0),
            days: days.to_vec(),
        }
    }

    fn settings(hours: Hours) -> Settings {
        Settings {
            hours: Some(hours),
            ..Settings::default()
        }
    }

    fn holidays() -> Vec<Holiday> {
        vec![
            Holiday {
                name: "春节".into(),
                from: date(2027, 2, 5),
                to: date(2027, 2, 9),
                open: Some((time(10, 0, 0, 0), time(18, 0, 0, 0))),
            },
            Holiday {
                name: "盘点".into(),
                from: date(2026, 12, 31),
                to: date(2026, 12, 31),
                open: None,
            },
        ]
    }

    fn two_shifts() -> Settings {
        settings(Hours {
            days: (1..=7).collect(),
            shifts: vec![
                shift("早班", (8, 30), (16, 30), &[]),
                shift("晚班", (16, 30), (1, 0), &[]),
            ],
            holidays: holidays(),
        })
    }

    fn office() -> Settings {
        settings(Hours {
            days: vec![1, 2, 3, 4, 5],
            shifts: vec![
                shift("白班", (9, 0), (18, 0), &[]),
                shift("周六班", (10, 0), (12, 0), &[6]),
            ],
            holidays: vec![],
        })
    }

    #[test]
    fn open_closed_and_the_next_opening() {
        let rows: &[(Settings, &str, &str)] = &[
            (two_shifts(), "2026-11-23T08:29", "closed 今天 08:30"),
            (two_shifts(), "2026-11-23T08:30", "open 早班"),
            (two_shifts(), "2026-11-23T16:30", "open 晚班"),
            (two_shifts(), "2026-11-24T00:59", "open 晚班"),
            (two_shifts(), "2026-11-24T01:00", "closed 今天 08:30"),
            // The late shift of the 30th lasts into the closed day. The closed day has no shift of its own.
            (two_shifts(), "2026-12-31T00:30", "open 晚班"),
            (two_shifts(), "2026-12-31T09:00", "closed 明天 08:30"),
            (two_shifts(), "2027-02-05T09:00", "closed 今天 10:00"),
            (two_shifts(), "2027-02-05T10:00", "open 春节"),
            (two_shifts(), "2027-02-09T18:00", "closed 明天 08:30"),
            (office(), "2026-11-21T11:00", "open 周六班"),
            (office(), "2026-11-21T12:00", "closed 11月23日 09:00"),
            (office(), "2026-11-22T20:00", "closed 明天 09:00"),
            (office(), "2026-11-20T18:00", "closed 明天 10:00"),
            (Settings::default(), "2026-11-22T03:00", "open"),
            (
                settings(Hours {
                    days: vec![7],
                    ..Hours::default()
                }),
                "2026-11-22T03:00",
                "open ",
            ),
            (
                settings(Hours {
                    days: vec![7],
                    ..Hours::default()
                }),
                "2026-11-23T00:00",
                "closed 11月29日 00:00",
            ),
        ];
        for (settings, local, expected) in rows {
            let at: DateTime = local.parse().expect("a time");
            let at = at.in_tz("Asia/Shanghai").expect("a zone").timestamp();
            let service = service(settings, at);
            let got = match (service.open, &service.shift) {
                (true, Some(shift)) => format!("open {shift}"),
                (true, None) => "open".into(),
                (false, _) => format!("closed {}", service.opens_text),
            };
            assert_eq!(got, *expected, "{local}");
            assert_eq!(counts_from(settings, at) > at, !service.open, "{local}");
        }
    }

    #[test]
    fn hours_in_words() {
        let rows = [
            (Settings::default(), "全天"),
            (two_shifts(), "每天 08:30-01:00"),
            (office(), "周一至周五 09:00-18:00，周六 10:00-12:00"),
            (
                settings(Hours {
                    days: vec![1, 3],
                    ..Hours::default()
                }),
                "周一、周三",
            ),
            (
                settings(Hours {
                    holidays: holidays(),
                    ..Hours::default()
                }),
                "每天（节假日另有安排）",
            ),
            (
                settings(Hours {
                    shifts: vec![shift("全", (8, 0), (0, 0), &[])],
                    ..Hours::default()
                }),
                "每天 08:00-24:00",
            ),
        ];
        for (settings, expected) in rows {
            assert_eq!(hours_text(&settings), expected);
        }
    }
}
