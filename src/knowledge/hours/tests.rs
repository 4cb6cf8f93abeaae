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
fn a_wait_lasts_only_within_service_hours() {
    let short = settings(Hours {
        shifts: vec![
            shift("早", (9, 0), (9, 10), &[]),
            shift("午", (12, 0), (12, 10), &[]),
        ],
        ..Hours::default()
    });
    let never = settings(Hours {
        holidays: vec![Holiday {
            name: "打烊".into(),
            from: date(2000, 1, 1),
            to: date(2100, 1, 1),
            open: None,
        }],
        ..Hours::default()
    });
    let rows: &[(Settings, &str, i64, &str)] = &[
        (office(), "2026-11-20T17:00", 20, "2026-11-20T17:20"),
        (office(), "2026-11-20T17:40", 20, "2026-11-20T18:00"),
        (office(), "2026-11-20T17:50", 20, "2026-11-21T10:10"),
        (office(), "2026-11-20T20:00", 5, "2026-11-21T10:05"),
        (office(), "2026-11-21T11:58", 5, "2026-11-23T09:03"),
        // From one shift to the next without a pause.
        (two_shifts(), "2026-11-23T16:25", 10, "2026-11-23T16:35"),
        (two_shifts(), "2026-11-24T00:50", 20, "2026-11-24T08:40"),
        // Over a closed day.
        (two_shifts(), "2026-12-31T00:50", 20, "2027-01-01T08:40"),
        // Longer than a shift.
        (short.clone(), "2026-11-23T09:05", 20, "2026-11-24T09:05"),
        (short, "2026-11-23T09:05", 10, "2026-11-23T12:05"),
        (
            Settings::default(),
            "2026-11-22T23:50",
            20,
            "2026-11-23T00:10",
        ),
        (never, "2026-11-22T03:00", 20, "2026-11-22T03:20"),
    ];
    for (settings, local, minutes, expected) in rows {
        let at = |local: &str| {
            let local: DateTime = local.parse().expect("a time");
            local.in_tz("Asia/Shanghai").expect("a zone").timestamp()
        };
        let due = deadline(settings, at(local), SignedDuration::from_mins(*minutes));
        assert_eq!(due, at(expected), "{local} and {minutes} minutes");
    }
}

#[test]
fn hours_in_words() {
    let rows = [
        (Settings::default(), "全天"),
        (
            two_shifts(),
            "每天 08:30-01:00（盘点12月31日休息，春节2月5日至9日 10:00-18:00）",
        ),
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
            "每天（盘点12月31日休息，春节2月5日至9日 10:00-18:00）",
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
