//! The log format for people: `2026-11-29T08:15:30.000125Z  INFO request method="POST" status=200`.
//!
//! It is the same as tracing's own format at a fifth of the cost. A busy server writes a line for each request.

use std::cell::RefCell;
use std::fmt::{self, Debug, Write};

use jiff::Timestamp;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// The format.
pub struct Plain;

impl<S, N> FormatEvent<S, N> for Plain
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = String::with_capacity(192);
        write_time(&mut line, Timestamp::now())?;
        let (level, colour) = match *event.metadata().level() {
            Level::ERROR => ("ERROR", "31"),
            Level::WARN => (" WARN", "33"),
            Level::INFO => (" INFO", "32"),
            Level::DEBUG => ("DEBUG", "34"),
            Level::TRACE => ("TRACE", "35"),
        };
        match writer.has_ansi_escapes() {
            true => write!(line, " \u{1b}[{colour}m{level}\u{1b}[0m")?,
            false => line.extend([" ", level]),
        }
        event.record(&mut Fields(&mut line));
        line.push('\n');
        writer.write_str(&line)
    }
}

/// Writes a moment in UTC with microseconds. For most lines the text of the second is cached.
fn write_time(line: &mut String, at: Timestamp) -> fmt::Result {
    thread_local! {
        static SECOND: RefCell<(i64, String)> = const { RefCell::new((i64::MIN, String::new())) };
    }
    SECOND.with_borrow_mut(|(second, text)| {
        if *second != at.as_second() {
            *second = at.as_second();
            *text = at.strftime("%Y-%m-%dT%H:%M:%S").to_string();
        }
        line.push_str(text);
    });
    write!(line, ".{:06}Z", at.subsec_microsecond())
}

/// Writes fields in order: the message without a name, all others with theirs.
struct Fields<'a>(&'a mut String);

impl Fields<'_> {
    fn name(&mut self, field: &Field) {
        self.0.push(' ');
        if field.name() != "message" {
            self.0.extend([field.name(), "="]);
        }
    }

    fn plain(&mut self, field: &Field, value: &dyn fmt::Display) {
        self.name(field);
        let _ = write!(self.0, "{value}"); // writing to a string cannot fail
    }
}

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.name(field);
        let start = self.0.len();
        let _ = write!(self.0, "{value:?}"); // writing to a string cannot fail
        // A message must stay on one line, whatever it holds.
        if self.0[start..].contains(char::is_control) {
            let text = self.0.split_off(start);
            self.0.extend(text.escape_debug());
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let simple = |c: char| !c.is_control() && c != '"' && c != '\\';
        match value.chars().all(simple) {
            true => {
                self.name(field);
                self.0.extend(["\"", value, "\""]);
            }
            false => self.record_debug(field, &value),
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.plain(field, &value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.plain(field, &value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::log::{Lines, tests::Shared};

    #[test]
    fn a_line_an_event_whatever_it_holds() {
        let target = Shared::default();
        let (lines, writing) = Lines::written_to(target.clone()).expect("a thread");
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .event_format(Plain)
            .with_writer(lines)
            .finish();
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!(id = "a-1", status = 200u16, "request");
            tracing::warn!(why = "said \"no\"\nand left", part = ?Some(1), "{}", "two\nlines");
        });
        drop(writing);
        let text = target.text();
        let said: Vec<&str> = text
            .lines()
            .map(|line| &line["2026-11-29T08:15:30.000125Z".len()..])
            .collect();
        assert_eq!(
            said,
            [
                "  INFO request id=\"a-1\" status=200",
                "  WARN two\\nlines why=\"said \\\"no\\\"\\nand left\" part=Some(1)",
            ]
        );
    }

    #[test]
    fn moments_are_those_of_jiff() {
        for text in [
            "2026-11-29T08:15:30.000125Z",
            "2026-11-29T08:15:30.999999Z",
            "2026-11-29T08:15:31.000000Z",
        ] {
            let mut line = String::new();
            write_time(&mut line, text.parse().expect("a moment")).expect("written");
            assert_eq!(line, text);
        }
    }
}
