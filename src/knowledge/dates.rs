//! Reads the dates that merchants write.
//!
//! ISO 8601, and the forms of Chinese spreadsheets and people: `2026/11/11 8:30`, `2026年11月11日`, `2026.11.11`,
//! `20261111`, `8点30分`, `24:00`.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{SignedDuration, Span, Timestamp, ToSpan};
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

use super::finding::{At, Log};
use super::model::Window;

/// A stretch of time with the precision in which it was written: a month, a day, a minute, a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Its first instant.
    pub start: Timestamp,
    /// The first instant after it.
    pub end: Timestamp,
}

/// Why a text is not a date.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DateError {
    /// It does not have the shape of a date.
    #[error("\"{0}\" is no date")]
    Shape(String),
    /// It is a spreadsheet's day number without the date format.
    #[error("\"{0}\" looks like a spreadsheet's day number")]
    DayNumber(String),
    /// Day and month cannot be told apart.
    #[error("\"{0}\" does not start with a four-digit year")]
    YearLast(String),
    /// The day or time does not exist: the 31st of November, 25 o'clock.
    #[error("\"{0}\" does not exist in the calendar")]
    NoSuchDay(String),
    /// The clocks skip this time.
    #[error("\"{0}\" does not exist in {1}: the clocks jump over it")]
    Skipped(String, String),
}

impl DateError {
    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::DayNumber(_) => "format the cell as a date, or write it as 2026-11-11",
            Self::YearLast(_) => "write the year first, as 2026-11-11",
            _ => "write it as 2026-11-11 or 2026-11-11 08:30",
        }
    }
}

/// Reads a date, or a date and time, in the shop's time zone unless it has an offset.
///
/// # Errors
/// If the text is not a date, or names a day or local time that does not exist.
pub fn parse(text: &str, zone: &TimeZone) -> Result<Moment, DateError> {
    let written = text.trim();
    let shape = || DateError::Shape(written.to_string());
    let plain: String = written.nfkc().collect::<String>().trim().to_string();
    let (date, rest) = split_date(&plain).ok_or_else(|| blame_shape(written, &plain))?;
    let nowhere = || DateError::NoSuchDay(written.to_string());
    let day = match date {
        Written::Month(year, month) => {
            let first = Date::new(year, month, 1).map_err(|_| nowhere())?;
            if !rest.is_empty() {
                return Err(shape());
            }
            return stretch(first.at(0, 0, 0, 0), 1.month(), zone).map_err(|_| nowhere());
        }
        Written::Day(year, month, day) => Date::new(year, month, day).map_err(|_| nowhere())?,
    };
    if rest.is_empty() {
        return stretch(day.at(0, 0, 0, 0), 1.day(), zone).map_err(|_| nowhere());
    }
    let (clock, offset) = split_offset(rest).ok_or_else(shape)?;
    let (clock, precision) = read_clock(clock).ok_or_else(shape)?;
    if clock == Clock::EndOfDay {
        let midnight = day.tomorrow().map_err(|_| nowhere())?.at(0, 0, 0, 0);
        let end = match offset {
            Some(offset) => offset.to_timestamp(midnight),
            None => zone.to_timestamp(midnight),
        };
        return end
            .map(|end| Moment { start: end, end })
            .map_err(|_| nowhere());
    }
    let Clock::Time(hour, minute, second, nanosecond) = clock else {
        return Err(nowhere());
    };
    let time = Time::new(hour, minute, second, nanosecond).map_err(|_| nowhere())?;
    let local = day.to_datetime(time);
    let start = match offset {
        Some(offset) => Moment::from(offset.to_timestamp(local).map_err(|_| nowhere())?),
        None => {
            let ambiguous = zone.to_ambiguous_timestamp(local);
            match ambiguous.offset() {
                AmbiguousOffset::Gap { .. } => {
                    let name = zone.iana_name().unwrap_or("this time zone").to_string();
                    return Err(DateError::Skipped(written.to_string(), name));
                }
                // The clocks show this time twice: it lasts from the first time until the second has passed.
                _ => Moment {
                    start: ambiguous.earlier().map_err(|_| nowhere())?,
                    end: ambiguous.later().map_err(|_| nowhere())?,
                },
            }
        }
    };
    let end = start.end.checked_add(precision).map_err(|_| nowhere())?;
    Ok(Moment {
        start: start.start,
        end,
    })
}

impl From<Timestamp> for Moment {
    fn from(instant: Timestamp) -> Self {
        Moment {
            start: instant,
            end: instant,
        }
    }
}

/// A window from its two texts, either of which may be empty. A text that is no date is reported at its cell.
pub(crate) fn window(
    from: (&str, At),
    until: (&str, At),
    zone: &TimeZone,
    log: &mut Log,
) -> Window {
    let mut read = |text: &str, at: At| {
        if is_unlimited(text) {
            return None;
        }
        parse(text, zone)
            .map_err(|error| log.error("bad-date", at, error.to_string(), error.remedy()))
            .ok()
    };
    let start = read(from.0, from.1);
    let end = read(until.0, until.1);
    Window {
        from: start.map(|moment| moment.start),
        until: end.map(|moment| moment.end),
        until_text: end.map(|_| until.0.trim().to_string()),
    }
}

/// Whether a cell explicitly says "no limit".
fn is_unlimited(text: &str) -> bool {
    super::names::is_blank(text)
        || matches!(
            text.trim(),
            "长期" | "长期有效" | "永久" | "永久有效" | "不限" | "一直有效" | "立即生效"
        )
}

enum Written {
    Month(i16, i8),
    Day(i16, i8, i8),
}

/// The date at the beginning, and the text after it.
fn split_date(text: &str) -> Option<(Written, &str)> {
    let (year, rest) = digits(text)?;
    if year.len() == 8 {
        let number = |range: std::ops::Range<usize>| year[range].parse::<i8>().ok();
        return Some((
            Written::Day(year[..4].parse().ok()?, number(4..6)?, number(6..8)?),
            behind_date(rest)?,
        ));
    }
    if year.len() != 4 {
        return None;
    }
    let separator = rest
        .chars()
        .next()
        .filter(|c| matches!(c, '-' | '/' | '.' | '年'))?;
    let (month, rest) = digits(rest[separator.len_utf8()..].trim_start())?;
    let (year, month) = (year.parse().ok()?, month.parse().ok()?);
    let inner = if separator == '年' { '月' } else { separator };
    let Some(rest) = rest.strip_prefix(inner) else {
        return rest.is_empty().then_some((Written::Month(year, month), ""));
    };
    if rest.is_empty() && separator == '年' {
        return Some((Written::Month(year, month), ""));
    }
    let (day, rest) = digits(rest.trim_start())?;
    let date = Written::Day(year, month, day.parse().ok()?);
    match rest
        .trim_start()
        .strip_prefix(['日', '号'])
        .filter(|_| separator == '年')
    {
        Some(rest) => Some((date, rest.trim_start())),
        None => Some((date, behind_date(rest)?)),
    }
}

/// The text after a date, which must be separated by `T` or a space.
fn behind_date(rest: &str) -> Option<&str> {
    match rest.strip_prefix(['T', 't']) {
        Some(time) => (!time.is_empty()).then_some(time),
        None if rest
            .starts_with(|c: char| c.is_ascii_digit() || c.is_alphabetic() && !rest.is_ascii()) =>
        {
            None
        }
        None => Some(rest.trim_start()),
    }
}

fn digits(text: &str) -> Option<(&str, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// The clock time, and the offset after it: `08:30+08:00`, `08:30Z`.
fn split_offset(text: &str) -> Option<(&str, Option<Offset>)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock.trim_end(), Some(Offset::UTC)));
    }
    let Some(at) = text.find(['+', '-']) else {
        return Some((text, None));
    };
    let (clock, offset) = text.split_at(at);
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    let number: String = offset[1..].chars().filter(|c| *c != ':').collect();
    if !number.bytes().all(|b| b.is_ascii_digit()) || !matches!(number.len(), 2 | 4) {
        return None;
    }
    let hours: i32 = number[..2].parse().ok()?;
    let minutes: i32 = if number.len() == 4 {
        number[2..].parse().ok()?
    } else {
        0
    };
    if minutes > 59 {
        return None;
    }
    let offset = Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()?;
    Some((clock.trim_end(), Some(offset)))
}

#[derive(PartialEq)]
enum Clock {
    /// Hour, minute, second, nanosecond; not checked yet.
    Time(i8, i8, i8, i32),
    /// `24:00`.
    EndOfDay,
}

/// Reads `8:30`, `08:30:15.250`, `8点`, `8点30分` or `8时30分15秒`, with its precision.
fn read_clock(text: &str) -> Option<(Clock, SignedDuration)> {
    let colons: String = text
        .trim()
        .trim_end_matches('秒')
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| {
            if matches!(c, '点' | '时' | '分') {
                ':'
            } else {
                c
            }
        })
        .collect();
    let chinese = text.contains(['点', '时']);
    let colons = if chinese {
        colons.trim_end_matches(':')
    } else {
        &colons
    };
    let parts: Vec<&str> = colons.split(':').collect();
    let number = |part: &str| -> Option<i8> {
        (!part.is_empty() && part.len() <= 2 && part.bytes().all(|b| b.is_ascii_digit()))
            .then(|| part.parse().ok())?
    };
    let (clock, precision) = match parts.as_slice() {
        [hour] if chinese => (
            Clock::Time(number(hour)?, 0, 0, 0),
            SignedDuration::from_mins(1),
        ),
        [hour, minute] => (
            Clock::Time(number(hour)?, number(minute)?, 0, 0),
            SignedDuration::from_mins(1),
        ),
        [hour, minute, second] => {
            let (second, fraction) = second.split_once(['.', ',']).unwrap_or((second, ""));
            if fraction.len() > 9 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            let unit = 10i32.pow(9 - u32::try_from(fraction.len()).ok()?);
            let nanoseconds = if fraction.is_empty() {
                0
            } else {
                fraction.parse::<i32>().ok()? * unit
            };
            let clock = Clock::Time(number(hour)?, number(minute)?, number(second)?, nanoseconds);
            (clock, SignedDuration::from_nanos(i64::from(unit)))
        }
        _ => return None,
    };
    Some(match clock {
        Clock::Time(24, 0, 0, 0) => (Clock::EndOfDay, SignedDuration::ZERO),
        clock => (clock, precision),
    })
}

/// One calendar unit from the local midnight `start`. A day whose midnight the clocks skip starts at its first instant.
fn stretch(start: DateTime, unit: Span, zone: &TimeZone) -> Result<Moment, jiff::Error> {
    let end = start.checked_add(unit)?;
    Ok(Moment {
        start: zone.to_timestamp(start)?,
        end: zone.to_timestamp(end)?,
    })
}

/// The most helpful error for a text that does not have the shape of a date.
fn blame_shape(written: &str, plain: &str) -> DateError {
    let number = plain.trim_end_matches('0').trim_end_matches('.');
    let number = if plain.contains('.') { number } else { plain };
    // 2000-01-01 … 2099-12-31 counted from 1899-12-30.
    if number
        .parse::<f64>()
        .is_ok_and(|day| (36_526.0..73_051.0).contains(&day))
    {
        return DateError::DayNumber(written.to_string());
    }
    let parts: Vec<&str> = plain
        .split([' ', 'T'])
        .next()
        .unwrap_or_default()
        .split(['-', '/', '.'])
        .collect();
    if parts.len() == 3
        && parts
            .iter()
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
    {
        return DateError::YearLast(written.to_string());
    }
    DateError::Shape(written.to_string())
}

#[cfg(test)]
mod tests;
