//! Dates in the forms merchants write.

use super::*;

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn show(text: &str, zone: &TimeZone) -> String {
    match parse(text, zone) {
        Ok(moment) => format!("{} {}", moment.start, moment.end),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_date_is_inclusive_to_the_precision_written() {
    let shanghai = zone("Asia/Shanghai");
    let day = "2026-11-10T16:00:00Z 2026-11-11T16:00:00Z";
    let minute = "2026-11-11T00:30:00Z 2026-11-11T00:31:00Z";
    for (written, expected) in [
        ("2026-11-11", day),
        ("2026/11/11", day),
        ("2026.11.11", day),
        ("2026年11月11日", day),
        ("2026 年".trim(), "\"2026 年\" is no date"),
        ("２０２６－１１－１１", day),
        ("20261111", day),
        ("2026-11-11 08:30", minute),
        ("2026/11/11 8:30", minute),
        ("2026-11-11T08:30", minute),
        ("2026年11月11日 8点30分", minute),
        ("2026年11月11日8:30", minute),
        ("2026-11-11　08：30", minute),
        ("2026-11-11T00:30Z", minute),
        ("2026-11-10T19:30-05:00", minute),
        ("2026-11-11 08:30+0800", minute),
        (
            "2026-11-11 08:30:15",
            "2026-11-11T00:30:15Z 2026-11-11T00:30:16Z",
        ),
        (
            "2026-11-11T08:30:15.25",
            "2026-11-11T00:30:15.25Z 2026-11-11T00:30:15.26Z",
        ),
        (
            "2026-11-11 24:00",
            "2026-11-11T16:00:00Z 2026-11-11T16:00:00Z",
        ),
        (
            "2026年11月11日20点",
            "2026-11-11T12:00:00Z 2026-11-11T12:01:00Z",
        ),
        ("2026-11", "2026-10-31T16:00:00Z 2026-11-30T16:00:00Z"),
        ("2026年2月", "2026-01-31T16:00:00Z 2026-02-28T16:00:00Z"),
        ("2024-02-29", "2024-02-28T16:00:00Z 2024-02-29T16:00:00Z"),
        (
            "2026-02-29",
            "\"2026-02-29\" does not exist in the calendar",
        ),
        (
            "2026-11-31 08:00",
            "\"2026-11-31 08:00\" does not exist in the calendar",
        ),
        (
            "2026-11-11 25:00",
            "\"2026-11-11 25:00\" does not exist in the calendar",
        ),
        (
            "2026-13-01",
            "\"2026-13-01\" does not exist in the calendar",
        ),
        ("46337", "\"46337\" looks like a spreadsheet's day number"),
        (
            "11/12/2026",
            "\"11/12/2026\" does not start with a four-digit year",
        ),
        (
            "26-11-11",
            "\"26-11-11\" does not start with a four-digit year",
        ),
        ("双11", "\"双11\" is no date"),
        ("2026", "\"2026\" is no date"),
        ("2026-11-11abc", "\"2026-11-11abc\" is no date"),
        ("2026-11-11 08", "\"2026-11-11 08\" is no date"),
    ] {
        assert_eq!(show(written, &shanghai), expected, "{written}");
    }
}

#[test]
fn clocks_that_jump_are_honoured() {
    let paris = zone("Europe/Paris");
    for (written, expected) in [
        // A day of 23 hours, and one of 25.
        ("2026-03-29", "2026-03-28T23:00:00Z 2026-03-29T22:00:00Z"),
        ("2026-10-25", "2026-10-24T22:00:00Z 2026-10-25T23:00:00Z"),
        (
            "2026-03-29 02:30",
            "\"2026-03-29 02:30\" does not exist in Europe/Paris: the clocks jump over it",
        ),
        // A time shown twice: from the first to the end of the second.
        (
            "2026-10-25 02:30",
            "2026-10-25T00:30:00Z 2026-10-25T01:31:00Z",
        ),
    ] {
        assert_eq!(show(written, &paris), expected, "{written}");
    }
}

#[test]
fn a_window_keeps_what_is_fine() {
    let read = |from, until| {
        let mut findings = Vec::new();
        let window = window(
            (from, At::cell(1, "from")),
            (until, At::cell(1, "until")),
            &zone("Asia/Shanghai"),
            &mut Log::new("faq/a.csv", &mut findings),
        );
        let blamed: Vec<_> = findings.into_iter().map(|fault| fault.column).collect();
        (window, blamed)
    };
    let (half, blamed) = read("2026-11-31", "2026-12-12");
    assert_eq!(blamed, [Some("from".to_owned())]);
    assert_eq!(half.from, None);
    assert_eq!(half.until_text.as_deref(), Some("2026-12-12"));
    assert_eq!(read("", "长期有效"), (Window::default(), Vec::new()));
}

proptest::proptest! {
    #[test]
    fn any_text_is_judged_without_a_panic(text in "[0-9年月日点分:/. TZ+-]{0,20}") {
        let _ = parse(&text, &TimeZone::UTC);
    }
}
