//! What a cell shows: its value in its format.

use calamine::{DataRef, ExcelDateTime, ExcelDateTimeType};

/// How a cell is shown.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Format<'a> {
    pub(super) code: &'a str,
    /// The number of a built-in format. What those of East Asia look like stands in no file.
    pub(super) id: Option<u32>,
}

impl Format<'_> {
    /// The code without what it shows literally (`"年"`, `\-`), colours and places (`[$-zh-CN]`), and padding (`_ `, `* `).
    fn bare(&self) -> String {
        let mut bare = String::new();
        let mut chars = self.code.chars();
        while let Some(c) = chars.next() {
            match c {
                '"' => drop(chars.by_ref().find(|c| *c == '"')),
                '[' => drop(chars.by_ref().find(|c| *c == ']')),
                '\\' | '_' | '*' => drop(chars.next()),
                c => bare.push(c),
            }
        }
        bare
    }

    /// Whether it shows a month without a day.
    fn is_month(&self) -> bool {
        let bare = self.bare().to_lowercase();
        matches!(self.id, Some(27 | 36 | 50 | 52 | 57)) || bare.contains('y') && !bare.contains('d')
    }

    /// The literal texts before and behind a number's digits, and the code between them. `None` if the format does more
    /// than write these: it scales (`0\.0,"万"` shows ten thousands), chooses by value (`[>=10000]`) or writes signs among
    /// the digits (`000\-0000`). What it shows then is told as the bare number.
    fn parted(&self) -> Option<(String, String, String)> {
        let code = self.code.split(';').next().unwrap_or_default();
        let (mut before, mut digits, mut behind) = (String::new(), String::new(), String::new());
        let mut chars = code.chars();
        while let Some(c) = chars.next() {
            let literal = match c {
                '"' => chars.by_ref().take_while(|c| *c != '"').collect(),
                '\\' => chars.next().into_iter().collect(),
                ' ' => String::from(c),
                '_' | '*' => {
                    chars.next();
                    String::new()
                }
                _ if behind.is_empty() => {
                    digits.push(c);
                    continue;
                }
                _ => return None,
            };
            match digits.is_empty() {
                true => before.push_str(&literal),
                false => behind.push_str(&literal),
            }
        }
        let figures = digits.trim_end_matches('%');
        let scales = figures.ends_with(',') || figures.contains(",.");
        let plain = figures.contains(['0', '#'])
            && figures.chars().all(|c| matches!(c, '0' | '#' | '.' | ','))
            && !scales;
        (plain || figures == "General").then_some((before, digits, behind))
    }
}

/// A cell as the merchant sees it; `Err` for an error value.
pub(super) fn render(value: &DataRef, format: Format<'_>) -> Result<String, String> {
    Ok(match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) => clean(text),
        DataRef::SharedString(text) => clean(text),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Bool(flag) => if *flag { "TRUE" } else { "FALSE" }.to_string(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number, format),
        DataRef::DateTime(moment) if moment.is_duration() => clock_text(moment.as_f64()),
        DataRef::DateTime(moment) => date_text(moment, format),
        DataRef::Error(error) => return Err(error.to_string()),
    })
}

/// Normalises line ends, and undoes Excel's escape for a carriage return.
fn clean(text: &str) -> String {
    text.replace("_x000D_", "").replace("\r\n", "\n")
}

/// A date cell, rounded to the second: a time alone as `08:30`, a date alone as `2026-11-11`, both separated by a
/// space, a month as `2026-11` where no more is shown. Midnight counts as no time unless the format shows one.
fn date_text(moment: &ExcelDateTime, format: Format<'_>) -> String {
    if (0.0..1.0).contains(&moment.as_f64()) {
        return clock_text(moment.as_f64());
    }
    // Rounding before the split turns 8:29:59.9997 into 8:30:00.
    let seconds = (moment.as_f64() * 86_400.0).round();
    let rounded = ExcelDateTime::new(
        seconds / 86_400.0 + 1e-9,
        ExcelDateTimeType::DateTime,
        is_1904(moment),
    );
    let (year, month, day, hour, minute, second, _) = rounded.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    let shows_time = format.bare().contains(['h', 'H']);
    match (hour, minute, second) {
        (0, 0, 0) if day == 1 && !shows_time && format.is_month() => {
            format!("{year:04}-{month:02}")
        }
        (0, 0, 0) if !shows_time => date,
        (_, _, 0) => format!("{date} {hour:02}:{minute:02}"),
        _ => format!("{date} {hour:02}:{minute:02}:{second:02}"),
    }
}

/// Whether the workbook counts days from 1904. calamine does not tell, but the first day does.
fn is_1904(moment: &ExcelDateTime) -> bool {
    let in_1900 = ExcelDateTime::new(moment.as_f64(), ExcelDateTimeType::DateTime, false);
    in_1900.to_ymd_hms_milli() != moment.to_ymd_hms_milli()
}

/// A fraction of a day as hours and minutes.
fn clock_text(days: f64) -> String {
    let seconds = (days * 86_400.0).round() as i64;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if seconds == 0 {
        format!("{hours:02}:{minutes:02}")
    } else {
        format!("{hours:02}:{minutes:02}:{seconds:02}")
    }
}

/// A number in its cell's format, as far as the format changes its meaning: percent, fixed decimals, thousands, and the
/// unit or currency that it adds.
fn number_text(number: f64, format: Format<'_>) -> String {
    let Some((before, pattern, behind)) = format.parted() else {
        return plain_number(number);
    };
    // A sign stands before the currency: -¥5.
    let (sign, number) = match number < 0.0 && !before.is_empty() {
        true => ("-", -number),
        false => ("", number),
    };
    let shown = digits_text(number, &pattern);
    format!("{sign}{before}{shown}{behind}")
}

/// The digits of a number by the part of a format that tells of them, as [`Format::parted`] gives it.
fn digits_text(number: f64, pattern: &str) -> String {
    let digits = pattern.trim_end_matches('%');
    if !digits.contains('0') {
        return plain_number(number);
    }
    let decimals = digits.rsplit_once('.').map_or(0, |(_, after)| after.len());
    let fixed = |number: f64| format!("{number:.decimals$}");
    if pattern.ends_with('%') {
        return format!("{}%", fixed(number * 100.0));
    }
    if digits.contains(',') {
        return with_thousands(&fixed(number));
    }
    if digits.contains('.') {
        return fixed(number);
    }
    if digits.len() > 1 && digits.chars().all(|c| c == '0') {
        return format!("{number:0width$.0}", width = digits.len()); // 000123: an article number
    }
    plain_number(number)
}

/// The shortest text of a number: no `.0`, and 0.1 + 0.2 as 0.3 (Excel keeps 15 digits).
fn plain_number(number: f64) -> String {
    if number.fract() == 0.0 {
        return format!("{number:.0}");
    }
    let exponent = number.abs().log10().floor() as i32;
    let decimals = usize::try_from(14 - exponent).unwrap_or(0).min(17);
    let text = format!("{number:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    } else {
        text
    }
}

fn with_thousands(text: &str) -> String {
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let digits = whole.trim_start_matches('-');
    let mut grouped = String::from(&whole[..whole.len() - digits.len()]);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_say_what_the_cell_shows() {
        for (number, format, expected) in [
            (35.0, "General", "35"),
            (0.1 + 0.2, "General", "0.3"),
            (6_901_234_567_890.0, "General", "6901234567890"),
            (0.95, "0%", "95%"),
            (0.955, "0.0%", "95.5%"),
            (12.5, "0.00", "12.50"),
            (1299.0, "#,##0.00", "1,299.00"),
            (1_299_000.0, "#,##0", "1,299,000"),
            (123.0, "000000", "000123"),
            (-1.5, "", "-1.5"),
            (0.000_012, "", "0.000012"),
            (99.0, "\"¥\"0.00", "¥99.00"),
            (-99.0, "\"¥\"0.00", "-¥99.00"),
            (2.0, "0\"年\"", "2年"),
            (160.0, "0\"cm\"", "160cm"),
            (12.5, "0.00_ ", "12.50"),
            (0.0, "0_);[Red]\\(0\\)", "0"),
            (160.0, "0 \"cm\"", "160 cm"),
            (2.0, "General\"年\"", "2年"),
            // What scales, chooses by value or parts the digits.
            (125_000.0, "0\\.0,\"万\"", "125000"),
            (125_000.0, "0.0,\"千\"", "125000"),
            (500.0, "[>=10000]0.0,\"万\";0", "500"),
            (1_234_567.0, "000\\-0000", "1234567"),
            (5.0, "\"缺货\"", "5"),
        ] {
            let shown = Format {
                code: format,
                id: None,
            };
            assert_eq!(number_text(number, shown), expected, "{number} {format}");
        }
    }

    #[test]
    fn dates_are_rounded_to_the_second() {
        for (serial, code, expected) in [
            (46337.0, "yyyy-mm-dd", "2026-11-11"),
            (46337.0, "[$-zh-CN]yyyy\"年\"m\"月\"d\"日\";@", "2026-11-11"),
            (46327.0, "yyyy\"年\"m\"月\"", "2026-11"),
            (46327.0, "mmm-yy", "2026-11"),
            (46337.0, "mmm-yy", "2026-11-11"),
            (46327.0, "m\"月\"d\"日\"", "2026-11-01"),
            (46337.0, "yyyy-mm-dd hh:mm", "2026-11-11 00:00"),
            (46337.0 + 8.5 / 24.0, "yyyy/m/d h:mm", "2026-11-11 08:30"),
            (46_337.999_999_99, "yyyy-mm-dd", "2026-11-12"),
            (
                46337.0 + (8.5 * 3600.0 + 15.0) / 86400.0 + 3e-7,
                "",
                "2026-11-11 08:30:15",
            ),
            (8.5 / 24.0, "h:mm", "08:30"),
        ] {
            let moment = ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, false);
            let format = Format { code, id: None };
            assert_eq!(date_text(&moment, format), expected, "{serial} {code}");
        }
        let moment = ExcelDateTime::new(46337.0 - 1462.0, ExcelDateTimeType::DateTime, true);
        assert_eq!(date_text(&moment, Format::default()), "2026-11-11");
        // 2026年11月 as Excel writes it in China.
        let moment = ExcelDateTime::new(46327.0, ExcelDateTimeType::DateTime, false);
        let month = Format {
            code: "General",
            id: Some(57),
        };
        assert_eq!(date_text(&moment, month), "2026-11");
    }
}
