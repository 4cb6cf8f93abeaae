//! Reads CSV text into rows.
//!
//! This reader is our own, because a merchant's file must be read *and judged*. The usual readers let one forgotten
//! quote swallow all rows below it silently, and count lines in their own way.

use std::borrow::Cow;

use super::finding::{At, Log};
use super::table::Row;

/// The most lines that a quoted cell may span. Beyond that its opening quote counts as forgotten.
const LONGEST_CELL: u32 = 200;

/// All records that are not empty, with the line where each starts. Cells borrow from `text` unless they hold a doubled
/// quote. A quote that never closes is reported, and its line is read without it.
pub(crate) fn rows<'t>(text: &'t str, log: &mut Log) -> Vec<Row<'t>> {
    let (text, first_line, separator) = dialect(text);
    let mut rows = Vec::with_capacity(text.len() / 64);
    let (mut at, mut line) = (0, first_line);
    while at < text.len() {
        let (start, number) = (at, line);
        let mut cells: Vec<Cow<'t, str>> = Vec::new();
        loop {
            let cell = match quoted(text, at, separator) {
                Some(Quoted::Closed {
                    cell,
                    end,
                    lines,
                    tail,
                }) => {
                    if tail {
                        log.warning(
                            "text-after-quote",
                            At::row(line),
                            "text stands after the closing quote of a cell",
                            "double the quotes inside the cell or put the whole cell in quotes",
                        );
                    }
                    at = end;
                    line += lines;
                    cell
                }
                open => {
                    if open.is_some() {
                        log.error(
                            "unclosed-quote",
                            At::row(line),
                            "a cell starts with a quote that is never closed",
                            "close the quote; only this line was read without it",
                        );
                    }
                    let (cell, end) = plain(text, at, separator);
                    at = end;
                    cell
                }
            };
            cells.push(cell);
            match text.as_bytes().get(at) {
                Some(&byte) if byte == separator => at += 1,
                _ => break,
            }
        }
        if let Some(width) = line_end(text, at) {
            at += width;
            line += 1;
        }
        debug_assert!(at > start, "every record consumes something");
        if cells.iter().any(|cell| !cell.trim().is_empty()) {
            rows.push(Row { number, cells });
        }
    }
    rows
}

/// The separator: from Excel's `sep=` line, else the most frequent of comma, tab and semicolon outside quotes in the
/// first line.
fn dialect(text: &str) -> (&str, u32, u8) {
    let first = text.lines().next().unwrap_or_default();
    if let Some(separator) = first
        .strip_prefix("sep=")
        .and_then(|rest| rest.bytes().next())
        .filter(u8::is_ascii)
    {
        let rest = text[first.len()..].trim_start_matches('\r');
        return (rest.strip_prefix('\n').unwrap_or(rest), 2, separator);
    }
    let mut counts = [(b',', 0u32), (b'\t', 0), (b';', 0)];
    let mut inside = false;
    for byte in first.bytes() {
        inside ^= byte == b'"';
        if let Some(count) = counts
            .iter_mut()
            .find(|(separator, _)| *separator == byte && !inside)
        {
            count.1 += 1;
        }
    }
    // The earlier one wins a tie, so the separator is a comma unless another is more frequent.
    let separator = counts
        .iter()
        .rev()
        .max_by_key(|(_, count)| count)
        .map_or(b',', |(separator, _)| *separator);
    (text, 1, separator)
}

/// The unquoted cell at `at`, and where it ends.
fn plain(text: &str, at: usize, separator: u8) -> (Cow<'_, str>, usize) {
    let end = text.as_bytes()[at..]
        .iter()
        .position(|&byte| byte == separator || byte == b'\n' || byte == b'\r')
        .map_or(text.len(), |length| at + length);
    (Cow::Borrowed(&text[at..end]), end)
}

/// The result of reading a cell that starts with a quote.
enum Quoted<'t> {
    /// It closes: the text, where it ends, the number of line ends inside, and whether text follows the closing quote.
    Closed {
        cell: Cow<'t, str>,
        end: usize,
        lines: u32,
        tail: bool,
    },
    /// It never closes.
    Open,
}

/// The cell at `at`, if it starts with a quote.
fn quoted(text: &str, at: usize, separator: u8) -> Option<Quoted<'_>> {
    let bytes = text.as_bytes();
    if bytes.get(at) != Some(&b'"') {
        return None;
    }
    let start = at + 1;
    let (mut end, mut lines, mut doubled) = (start, 0, false);
    loop {
        match (bytes.get(end), bytes.get(end + 1)) {
            (None, _) => return Some(Quoted::Open),
            (Some(b'"'), Some(b'"')) => {
                doubled = true;
                end += 2;
            }
            (Some(b'"'), _) => break,
            (Some(byte), next) => {
                // Old programs end a line with a lone carriage return.
                let ends = *byte == b'\n' || *byte == b'\r' && next != Some(&b'\n');
                lines += u32::from(ends);
                end += 1;
            }
        }
        if lines > LONGEST_CELL {
            return Some(Quoted::Open);
        }
    }
    let inner = &text[start..end];
    let mut cell = if doubled {
        Cow::Owned(inner.replace("\"\"", "\""))
    } else {
        Cow::Borrowed(inner)
    };
    // Line ends belong to the file, not to the text: buyers read `\n`, whatever program saved the file.
    if inner.contains('\r') {
        cell = Cow::Owned(cell.replace("\r\n", "\n").replace('\r', "\n"));
    }
    let (rest, after) = plain(text, end + 1, separator);
    if rest.trim().is_empty() {
        return Some(Quoted::Closed {
            cell,
            end: after,
            lines,
            tail: false,
        });
    }
    // In `"好看"的裙子,…` the text is kept. If the quote closes only lines later, it was forgotten earlier.
    if lines > 0 {
        return Some(Quoted::Open);
    }
    Some(Quoted::Closed {
        cell: Cow::Owned(format!("\"{cell}\"{rest}")),
        end: after,
        lines,
        tail: true,
    })
}

/// The width of the line end at `at`: LF, CRLF or a lone CR.
fn line_end(text: &str, at: usize) -> Option<usize> {
    match (text.as_bytes().get(at), text.as_bytes().get(at + 1)) {
        (Some(b'\r'), Some(b'\n')) => Some(2),
        (Some(b'\r' | b'\n'), _) => Some(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<(u32, Vec<String>)>, Vec<String>) {
        let mut findings = Vec::new();
        let rows = rows(text, &mut Log::new("faq/a.csv", &mut findings))
            .into_iter()
            .map(|row| {
                (
                    row.number,
                    row.cells.iter().map(|cell| cell.to_string()).collect(),
                )
            })
            .collect();
        (
            rows,
            findings
                .into_iter()
                .map(|finding| format!("{}:{}", finding.code, finding.row.unwrap_or(0)))
                .collect(),
        )
    }

    #[test]
    fn rows_know_the_line_they_start_at() {
        for (text, numbers) in [
            ("a,b\n1,2\n3,4", vec![1, 2, 3]),
            ("a,b\r\n1,2\r\n\r\n3,4\r\n", vec![1, 2, 4]),
            ("a,b\r1,2\r3,4", vec![1, 2, 3]),
            ("a,b\n\"x\ny\nz\",2\n3,4\n", vec![1, 2, 5]),
            ("a,b\r\"x\ry\rz\",2\r3,4\r", vec![1, 2, 5]),
            ("a,b\r\n\"x\r\ny\",2\r\n3,4\r\n", vec![1, 2, 4]),
            ("\n\n,,\na,b\n", vec![4]),
            ("sep=;\r\na;b\r\n", vec![2]),
        ] {
            assert_eq!(
                read(text).0.iter().map(|row| row.0).collect::<Vec<_>>(),
                numbers,
                "{text:?}"
            );
        }
    }

    #[test]
    fn cells_are_what_the_editor_shows() {
        for (text, cells) in [
            ("a,\"b,c\",d", vec!["a", "b,c", "d"]),
            ("a,\"say \"\"hi\"\"\",", vec!["a", "say \"hi\"", ""]),
            ("a\tb,c\td", vec!["a", "b,c", "d"]),
            ("a;b;c", vec!["a", "b", "c"]),
            ("\"x\r\ny\" ,z", vec!["x\ny", "z"]),
            ("5\" 屏,z", vec!["5\" 屏", "z"]),
        ] {
            let (rows, findings) = read(text);
            assert_eq!(rows[0].1, cells, "{text:?}");
            assert!(findings.is_empty(), "{text:?}: {findings:?}");
        }
    }

    #[test]
    fn a_forgotten_quote_costs_its_own_line_only() {
        let (rows, findings) = read("问题,答案\n\"怎么退,七天\n怎么换,\"好,的\"\n怎么洗,手洗\n");
        assert_eq!(findings, ["unclosed-quote:2"]);
        assert_eq!(rows.len(), 4);
        assert_eq!(rows[2].1, ["怎么换", "好,的"]);
        let (rows, findings) = read("问题,答案\n\"好看\"的裙子,有\n");
        assert_eq!(findings, ["text-after-quote:2"]);
        assert_eq!(rows[1].1, ["\"好看\"的裙子", "有"]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "([a-c\"中,\r\n;\t]){0,60}") {
            read(&text);
        }

        #[test]
        fn quoted_cells_come_back_as_written(cells in proptest::collection::vec("[a-c\"中, ;]{1,6}", 1..5)) {
            let line = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect::<Vec<_>>();
            let (rows, _) = read(&format!("h,h,h,h,h,h,h\n{}\n", line.join(",")));
            if cells.iter().any(|cell| !cell.trim().is_empty()) {
                proptest::prop_assert_eq!(&rows[1].1, &cells);
            }
        }
    }
}
