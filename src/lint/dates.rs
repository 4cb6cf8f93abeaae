//! Rules about dates and hours in texts that do not fit the entry's window or the shop's settings.

use std::borrow::Cow;
use std::sync::LazyLock;

use jiff::civil::{Date, Time};
use rayon::prelude::*;
use regex::{Captures, Regex};

use super::scene::{From, Piece, Scene, excerpt, has_figure};
use super::{Report, Rule, pattern};
use crate::knowledge::hours::spans_by_days;
use crate::knowledge::settings::Hours;
use crate::text::numeral;

/// The text names an end date that has passed, but the entry is still in force.
pub(super) const DATE_PASSED: Rule = Rule::warning("date-passed");
/// The text names the days of a promotion, but the entry has no end date.
pub(super) const DATED_WITHOUT_WINDOW: Rule = Rule::warning("dated-without-window");
/// The text names service hours other than those of `shop.toml`.
pub(super) const HOURS_CONTRADICTION: Rule = Rule::warning("hours-contradiction");

static END: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:至|到|截止|截至|-|~)(?:于|到)?(?P<y>20\d\d)(?:年|-|/|\.)(?P<m>\d{1,2})(?:月|-|/|\.)(?P<d>\d{1,2})日?|(?P<y2>20\d\d)(?:年|-|/|\.)(?P<m2>\d{1,2})(?:月|-|/|\.)(?P<d2>\d{1,2})日?(?:前|之前|截止|结束|止)",
    )
});
static PERIOD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\d{1,2}(?:月|\.|/)\d{1,2}日?(?:\d{1,2}:\d\d)?\s*(?:至|到|-|~)\s*\d{1,2}(?:月|\.|/)\d{1,2}日?",
    )
});
static SERVICE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"客服[^,。;\d]{0,10}(?P<h>\d{1,2}):(?P<m>\d\d)(?:[-~—–]+|至|到)(?P<h2>\d{1,2}):(?P<m2>\d\d)",
    )
});

/// The same with clock times: 早上9点到晚上10点半.
static CLOCK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:客服|人工)[^,。;\d]{0,10}?(?P<h>\d{1,2})(?:点|时)(?P<half>半)?(?:钟)?(?:[-~—–]+|至|到)(?P<pm>晚上?|下午|夜里|傍晚)?(?P<h2>\d{1,2})(?:点|时)(?P<half2>半)?",
    )
});

/// Words that make a period the days of a promotion.
const PROMOTION: &[&str] = &[
    "活动", "满减", "优惠", "大促", "双11", "双12", "618", "特价", "立减", "折", "赠",
];

/// A normalised text with clock times in figures: 早上九点. Normalisation leaves them, since 一点 also means "a little".
fn on_the_clock(text: &str) -> Cow<'_, str> {
    static HOUR: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"([早上晚午至到\-~—])([一二两三四五六七八九十]{1,3})点"));
    if !text.contains("客服") {
        return Cow::Borrowed(text);
    }
    HOUR.replace_all(text, |hit: &Captures| {
        let written: Vec<char> = hit[2].chars().collect();
        match numeral::read(&written) {
            Some(hour) if hour.len == written.len() => format!("{}{}点", &hit[1], hour.value),
            _ => hit[0].to_owned(),
        }
    })
}

pub(super) fn check(scene: &Scene, report: &mut Report) {
    let today = scene.at.to_zoned(scene.shop.settings.zone()).date();
    let dated = |piece: &&Piece| {
        let clock = || piece.plain.contains("客服") && piece.plain.contains('点');
        piece.from != From::Spec && !piece.is_over(scene.at) && (has_figure(piece.text) || clock())
    };
    // Only texts that match one of the patterns are examined closely. A large shop is shared by all cores.
    let looked_at: Vec<&Piece> = scene
        .pieces
        .par_iter()
        .filter(dated)
        .filter(|piece| {
            let text = on_the_clock(&piece.plain);
            [&*END, &*PERIOD, &*SERVICE, &*CLOCK]
                .iter()
                .any(|p| p.is_match(&text))
        })
        .collect();
    for piece in looked_at {
        let window = piece.scope.window;
        let text = &*on_the_clock(&piece.plain);
        let passed = END
            .captures_iter(text)
            .find_map(|hit| end_date(&hit).filter(|date| *date < today));
        if let Some(date) = passed {
            report.push(
                &DATE_PASSED,
                &piece.place,
                piece.column,
                format!("the text speaks of something that ended on {date}, but is still in force"),
                "correct the date, or give the entry a valid_until",
            );
        }
        if window.until.is_none()
            && let Some(hit) = PERIOD.find(text)
            && PROMOTION.iter().any(|word| {
                text.contains(word) || piece.titles.iter().any(|title| title.contains(word))
            })
        {
            report.push(
                &DATED_WITHOUT_WINDOW,
                &piece.place,
                piece.column,
                format!(
                    "the text names the days of a promotion (\"{}\") but will be quoted for ever",
                    excerpt(hit.as_str())
                ),
                "give the entry a valid_from and a valid_until",
            );
        }
        if let Some(hours) = &scene.shop.settings.hours
            && let Some(written) = SERVICE
                .captures_iter(text)
                .chain(CLOCK.captures_iter(text))
                .find_map(|hit| unknown_hours(&hit, hours))
        {
            report.push(
                &HOURS_CONTRADICTION,
                &piece.place,
                piece.column,
                format!("people are said to answer at {written}, which [hours] of shop.toml does not say"),
                "correct the text or [hours]",
            );
        }
    }
}

fn end_date(hit: &Captures) -> Option<Date> {
    let number = |one: &str, two: &str| {
        hit.name(one)
            .or_else(|| hit.name(two))?
            .as_str()
            .parse::<i16>()
            .ok()
    };
    let (year, month, day) = (number("y", "y2")?, number("m", "m2")?, number("d", "d2")?);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// The hours as written, if neither a shift, a holiday nor the whole day has them.
fn unknown_hours(hit: &Captures, hours: &Hours) -> Option<String> {
    let number = |name: &str| hit.name(name)?.as_str().parse::<i8>().ok();
    let time = |hour: i8, minute: i8| match (hour, minute) {
        (24, 0) => Some(Time::midnight()),
        _ => Time::new(hour, minute, 0, 0).ok(),
    };
    let minute = |minute, half| match hit.name(half) {
        Some(_) => 30,
        None => number(minute).unwrap_or_default(),
    };
    // In 早上9点到晚上10点半 a word marks the evening.
    let evening = |hour: i8| match hit.name("pm") {
        Some(_) if hour < 12 => hour + 12,
        _ => hour,
    };
    let written = (
        time(number("h")?, minute("m", "half"))?,
        time(evening(number("h2")?), minute("m2", "half2"))?,
    );
    let shifts = hours.shifts.iter().map(|shift| (shift.from, shift.to));
    let first = hours.shifts.iter().map(|shift| shift.from).min()?;
    let last = hours.shifts.iter().map(|shift| shift.to).max()?;
    let overnight = hours
        .shifts
        .iter()
        .filter(|shift| shift.to <= shift.from)
        .map(|shift| (first, shift.to));
    let holidays = hours.holidays.iter().filter_map(|holiday| holiday.open);
    let joined = spans_by_days(hours)
        .into_iter()
        .flat_map(|(_, spans)| spans);
    let known = shifts
        .chain(joined)
        .chain(holidays)
        .chain(overnight)
        .chain([(first, last)])
        .any(|known| known == written);
    let (from, to) = written;
    (!known).then(|| {
        format!(
            "{:02}:{:02}-{:02}:{:02}",
            from.hour(),
            from.minute(),
            to.hour(),
            to.minute()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_from_text() {
        for (text, end) in [
            ("活动到2025年3月1日", Some("2025-03-01")),
            ("2025-03-01前付款", Some("2025-03-01")),
            ("截止2025/3/1", Some("2025-03-01")),
            ("自2026年10月1日起按本政策办理", None),
            ("到2025年13月1日", None),
        ] {
            let found = END
                .captures_iter(text)
                .find_map(|hit| end_date(&hit))
                .map(|date| date.to_string());
            assert_eq!(found.as_deref(), end, "{text}");
        }
        assert!(PERIOD.is_match("11月20日至12月12日"));
        assert!(SERVICE.is_match("人工客服每天9:00-23:00在线"));
        for text in [
            "人工服务时间早9点到晚10点半",
            "客服早上8点到晚上11点在线",
            "客服工作时间早上九点到晚上十点半",
        ] {
            assert!(
                CLOCK.is_match(&on_the_clock(&crate::text::normalise::normalise(text))),
                "{text}"
            );
        }
    }
}
