//! Reports doubts about a size chart: holes, overlaps, sizes out of order.

use std::collections::HashSet;

use crate::knowledge::finding::{At, Log};
use crate::knowledge::model::{ChartRow, Interval, Measure, SizeChart};

use super::slips::{far, single, wrong_way_open};

/// The rank of a size as (family, rank): letters and numbers have an order of their own.
pub(super) fn rank(size: &str) -> Option<(u8, f64)> {
    let head = size
        .split(['/', '(', '（', ' ', '-'])
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_uppercase();
    let number: String = head
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    let letters = &head[number.len()..];
    if matches!(letters, "" | "码" | "CM" | "号" | "段" | "#") {
        return Some((1, number.parse().ok()?));
    }
    // XXL is as many steps from L as it has X; 3XL says how many.
    let core = letters.trim_start_matches('X');
    let steps = match (number.as_str(), letters) {
        ("", _) => (letters.len() - core.len()) as f64,
        (number, "XL" | "XS") => number.parse::<f64>().ok()?,
        _ => return None,
    };
    match core {
        "M" if letters == "M" => Some((0, 0.0)),
        "L" => Some((0, 1.0 + steps)),
        "S" => Some((0, -1.0 - steps)),
        _ => None,
    }
}

/// Reports holes, overlaps and rows out of order.
pub(super) fn report(chart: &SizeChart, log: &mut Log) {
    if chart.cross {
        report_cross(chart, log)
    } else {
        report_plain(chart, log)
    }
}

fn report_plain(chart: &SizeChart, log: &mut Log) {
    let mut seen = HashSet::new();
    if !chart.rows.iter().all(|row| seen.insert(row.size.as_str())) {
        return; // one size in several rows: its intervals are alternatives
    }
    let measured: Vec<usize> = (0..chart.columns.len())
        .filter(|&c| chart.columns[c].measure.is_some())
        .collect();
    doubtful_builds(chart, &measured, log);
    for column in (0..chart.columns.len()).filter(|column| !measured.contains(column)) {
        far(chart, column, log);
    }
    for &column in &measured {
        let cells: Vec<(&ChartRow, Interval)> = chart
            .rows
            .iter()
            .filter_map(|row| Some((row, row.cells[column].interval?)))
            .collect();
        for row in chart
            .rows
            .iter()
            .filter(|row| row.cells[column].interval.is_none())
        {
            log.warning(
                "empty-measure",
                At::cell(row.place.row, &chart.columns[column].header),
                format!("size {} has no value here; it is not asked about", row.size),
                "write the value, or leave it if none applies",
            );
        }
        let steps: Vec<_> = cells
            .windows(2)
            .filter_map(|pair| Some((pair[1].0, step(pair[0].1, pair[1].1)?)))
            .collect();
        let descends = steps.iter().filter(|(_, step)| *step < 0.0).count() * 2 > steps.len();
        for (row, step) in steps {
            if (step < 0.0) != descends && step != 0.0 {
                log.warning(
                    "chart-out-of-order",
                    At::cell(row.place.row, &chart.columns[column].header),
                    format!(
                        "\"{}\" of size {} runs against the other rows",
                        row.cells[column].text, row.size
                    ),
                    "check this row for a slip",
                );
            }
        }
        wrong_way_open(&cells, column, &chart.columns[column].header, log);
        let ranges = cells.iter().filter(|(_, cell)| !single(*cell)).count();
        let by_ranges = ranges >= 3 && cells.len() - ranges == 1;
        let mut ascending = cells;
        ascending.sort_by(|a, b| middle(a.1).total_cmp(&middle(b.1)));
        for pair in ascending.windows(2) {
            if by_ranges || !single(pair[0].1) && !single(pair[1].1) {
                report_hole(pair[0], pair[1], column, &chart.columns[column].header, log);
            }
        }
    }
    // An age beside a body measure is only a hint and does not tell two sizes apart.
    let age = |&&column: &&usize| chart.columns[column].measure == Some(Measure::Age);
    let bodies: Vec<usize> = measured.iter().filter(|c| !age(c)).copied().collect();
    report_overlaps(
        chart,
        if bodies.is_empty() {
            &measured
        } else {
            &bodies
        },
        log,
    );
}

/// Reports weights that do not fit the height or age in the same row: kg written for 斤, or the reverse.
fn doubtful_builds(chart: &SizeChart, measured: &[usize], log: &mut Log) {
    let column = |measure| {
        measured
            .iter()
            .copied()
            .find(|&c| chart.columns[c].measure == Some(measure))
    };
    let Some(weight) = column(Measure::Weight) else {
        return;
    };
    let ends = |row: &ChartRow, column: usize| {
        let interval = row.cells[column].interval?;
        Some(f64::midpoint(interval.low?, interval.high?))
    };
    let odd = |row: &ChartRow, beside: usize| {
        let (weight, beside_it) = (ends(row, weight)?, ends(row, beside)?);
        match chart.columns[beside].measure {
            // Body mass index, from slim children to stout grown-ups.
            Some(Measure::Height) => {
                let index = weight / (beside_it / 100.0).powi(2);
                Some(!(11.5..=35.0).contains(&index))
            }
            // Months: 3.3 kg at birth, about 10 kg at one year, 12.5 kg at two.
            Some(Measure::Age) if beside_it <= 24.0 => {
                let usual = 3.3 + 0.8 * beside_it.min(6.0) + 0.22 * (beside_it - 6.0).max(0.0);
                Some(!(0.7..=1.9).contains(&(weight / usual)))
            }
            _ => None,
        }
    };
    let Some(beside) = column(Measure::Height).or_else(|| column(Measure::Age)) else {
        return;
    };
    let judged: Vec<bool> = chart
        .rows
        .iter()
        .filter_map(|row| odd(row, beside))
        .collect();
    let odd = judged.iter().filter(|odd| **odd).count();
    // A single such row is a slip, which the order of the rows shows.
    if odd >= 2 && odd * 2 > judged.len() {
        let header = &chart.columns[weight].header;
        log.warning(
            "unit-doubt",
            At::cell(chart.place.row, header),
            format!(
                "the weights under \"{header}\" do not go with \"{}\"",
                chart.columns[beside].header
            ),
            "check whether kg or 斤 is meant",
        );
    }
}

/// Reports two sizes that fit the same measures in all columns. Charts that overlap by custom (nappies, stretch wear:
/// at least two and half of all neighbours share a measure) are not reported.
fn report_overlaps(chart: &SizeChart, measured: &[usize], log: &mut Log) {
    let overlaps = |pair: &[ChartRow], column: usize| match (
        pair[0].cells[column].interval,
        pair[1].cells[column].interval,
    ) {
        (Some(one), Some(other)) => overlap(one, other),
        _ => false,
    };
    let pairs = chart.rows.len().saturating_sub(1);
    let by_habit = |&column: &usize| {
        let count = chart
            .rows
            .windows(2)
            .filter(|pair| overlaps(pair, column))
            .count();
        count >= 2 && count * 2 >= pairs
    };
    if measured.is_empty() || measured.iter().any(by_habit) {
        return;
    }
    for pair in chart
        .rows
        .windows(2)
        .filter(|pair| measured.iter().all(|&column| overlaps(pair, column)))
    {
        log.warning(
            "chart-overlap",
            At::row(pair[1].place.row),
            format!(
                "sizes {} and {} fit the same measures",
                pair[0].size, pair[1].size
            ),
            "let one range end where the next begins",
        );
    }
}

fn report_cross(chart: &SizeChart, log: &mut Log) {
    doubtful_builds(chart, &[0, 1], log);
    for axis in 0..2 {
        let mut ranges: Vec<(&ChartRow, Interval)> = Vec::new();
        for row in &chart.rows {
            if let Some(interval) = row.cells[axis].interval
                && !ranges.iter().any(|(_, known)| *known == interval)
            {
                ranges.push((row, interval));
            }
        }
        ranges.sort_by(|a, b| middle(a.1).total_cmp(&middle(b.1)));
        let header = &chart.columns[axis].header;
        for pair in ranges.windows(2) {
            if !single(pair[0].1) && !single(pair[1].1) {
                report_hole(pair[0], pair[1], axis, header, log);
            }
            if overlap(pair[0].1, pair[1].1) {
                log.warning(
                    "chart-overlap",
                    At::cell(pair[1].0.place.row, header),
                    format!(
                        "the ranges {} and {} overlap",
                        pair[0].0.cells[axis].text, pair[1].0.cells[axis].text
                    ),
                    "let one range end where the next begins",
                );
            }
        }
    }
    let across = |row: &ChartRow| row.cells[1].interval.map_or(0.0, middle);
    for pair in chart
        .rows
        .windows(2)
        .filter(|pair| pair[0].place.row == pair[1].place.row)
    {
        if let (Some(one), Some(other)) = (rank(&pair[0].size), rank(&pair[1].size))
            && one.0 == other.0
            && other.1 < one.1
            && across(&pair[0]) < across(&pair[1])
        {
            log.warning(
                "chart-out-of-order",
                At::row(pair[1].place.row),
                format!("size {} follows the larger {}", pair[1].size, pair[0].size),
                "check this row for a slip",
            );
        }
    }
}

/// Reports a hole. It must be wider than the step in which its ends are written: none between 157 and 158, one between
/// 157 and 160. Single values naturally have gaps; a single value among ranges lacks its other end.
fn report_hole(
    lower: (&ChartRow, Interval),
    upper: (&ChartRow, Interval),
    column: usize,
    header: &str,
    log: &mut Log,
) {
    let (Some(end), Some(start)) = (lower.1.high, upper.1.low) else {
        return;
    };
    if start <= end {
        return;
    }
    // In the written unit and precision: 22.0 and 22.1 touch, 95斤 and 96斤 touch.
    let texts = [&lower.0.cells[column].text, &upper.0.cells[column].text];
    let (Some(end), Some(start)) = (numbers(texts[0]).next_back(), numbers(texts[1]).next()) else {
        return;
    };
    let decimals = |number: &str| number.split_once('.').map_or(0, |(_, rest)| rest.len());
    let decimals = numbers(texts[0])
        .chain(numbers(texts[1]))
        .map(decimals)
        .max()
        .unwrap_or(0);
    let step = 10f64.powi(-i32::try_from(decimals).unwrap_or(0));
    if let (Ok(end), Ok(start)) = (end.parse::<f64>(), start.parse::<f64>())
        && start - end > step * 1.001
    {
        log.warning(
            "chart-hole",
            At::cell(upper.0.place.row, header),
            format!(
                "nothing covers what lies between {} and {}",
                texts[0], texts[1]
            ),
            "widen one of the ranges if a size fits there",
        );
    }
}

/// The numbers of a cell as written.
fn numbers(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_digit() && c != '.')
        .filter(|part| part.parse::<f64>().is_ok())
}

/// Whether two ranges share more than an end point.
fn overlap(one: Interval, other: Interval) -> bool {
    let low = f64::max(
        one.low.unwrap_or(f64::NEG_INFINITY),
        other.low.unwrap_or(f64::NEG_INFINITY),
    );
    let high = f64::min(
        one.high.unwrap_or(f64::INFINITY),
        other.high.unwrap_or(f64::INFINITY),
    );
    low < high || (low == high && one == other)
}

fn middle(interval: Interval) -> f64 {
    match (interval.low, interval.high) {
        (Some(low), Some(high)) => f64::midpoint(low, high),
        (Some(low), None) => low + 0.01,
        (None, Some(high)) => high - 0.01,
        (None, None) => 0.0,
    }
}

/// The step from one range to the next.
fn step(from: Interval, to: Interval) -> Option<f64> {
    Some(middle(to) - middle(from)).filter(|step| step.is_finite())
}
