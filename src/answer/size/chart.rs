//! Finds the sizes of a chart that fit a body. Pure interval logic, no words.

use crate::knowledge::{Interval, Measure, SizeChart};

/// Tolerance for the rounding of units, in centimetres or kilograms. Readings have two decimals, and 2尺15 must not miss
/// a row that begins there.
const SLACK: f64 = 0.006;

/// A known measure of a body, as a value or as a range, in canonical units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Known {
    /// The kind of measure.
    pub measure: Measure,
    /// The value, or the lower end of what was said.
    pub low: f64,
    /// The upper end; the same as `low` for a single value.
    pub high: f64,
}

/// A size with the row of the chart that proves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fit {
    /// Index into [`SizeChart::sizes`].
    pub size: usize,
    /// Index into [`SizeChart::rows`].
    pub row: usize,
}

/// The advice of a chart for a body.
#[derive(Debug, Clone, PartialEq)]
pub enum Advice {
    /// This measure is needed first.
    Needs(Measure),
    /// The sizes that fit, smaller first, without repeats. One size: it fits in every measure, or several of its rows
    /// do. More: rows overlap, measures disagree, or a value lies between two rows.
    Sizes(Vec<Fit>),
    /// A value lies outside the chart or in a hole of it.
    Outside,
    /// The chart measures no body.
    NoMeasure,
}

/// The body measures of a chart, in the order of its columns.
pub fn measures(chart: &SizeChart) -> Vec<Measure> {
    chart
        .columns
        .iter()
        .filter_map(|column| column.measure)
        .collect()
}

/// The measures needed for advice: height and weight if the chart has them, else its first measure.
pub fn needed(chart: &SizeChart) -> Vec<Measure> {
    let all = measures(chart);
    let body: Vec<Measure> = all
        .iter()
        .copied()
        .filter(|m| matches!(m, Measure::Height | Measure::Weight))
        .collect();
    if body.is_empty() {
        all.into_iter().take(1).collect()
    } else {
        body
    }
}

/// Whether a row contains a value of a measure, or the value lies between two rows.
pub fn has(chart: &SizeChart, measure: Measure, value: f64) -> bool {
    let column = chart
        .columns
        .iter()
        .position(|column| column.measure == Some(measure));
    column.is_some_and(|column| near(chart, column, value).is_some())
}

/// Whether a value lies between the least and the greatest figure of a measure in the chart. Open ends (157以下) do not
/// extend this range.
pub fn spans(chart: &SizeChart, measure: Measure, value: f64) -> bool {
    let columns = chart.columns.iter().enumerate();
    let told: Vec<f64> = columns
        .filter(|(_, column)| column.measure == Some(measure))
        .flat_map(|(at, _)| (0..chart.rows.len()).filter_map(move |row| cell(chart, row, at)))
        .flat_map(|interval| interval.low.into_iter().chain(interval.high))
        .collect();
    told.iter().any(|end| *end <= value + SLACK) && told.iter().any(|end| value <= *end + SLACK)
}

/// The sizes of `chart` that fit a body with the measures `known`.
///
/// Rows that contain every known measure win. If there are none, each measure votes for the rows that contain it or,
/// between two rows, for both neighbours, and all their sizes are given. A value beyond all rows, or a row without a
/// needed figure, is outside. Ages in a chart of lengths or weights are only a hint to the reader and are not used.
pub fn advise(chart: &SizeChart, known: &[Known]) -> Advice {
    let needed = needed(chart);
    if needed.is_empty() {
        return Advice::NoMeasure;
    }
    if let Some(&measure) = needed
        .iter()
        .find(|measure| !known.iter().any(|k| k.measure == **measure))
    {
        return Advice::Needs(measure);
    }
    let used: Vec<(usize, Known)> = chart
        .columns
        .iter()
        .enumerate()
        .filter_map(|(column, head)| {
            let measure = head
                .measure
                .filter(|m| *m != Measure::Age || needed.contains(m))?;
            Some((column, *known.iter().find(|k| k.measure == measure)?))
        })
        .collect();
    let mut rows = Vec::new();
    for end in [|k: &Known| k.low, |k: &Known| k.high] {
        let values: Vec<(usize, f64)> = used
            .iter()
            .map(|(column, known)| (*column, end(known)))
            .collect();
        match fitting(chart, &values) {
            Some(fitting) => rows.extend(fitting),
            None => return Advice::Outside,
        }
    }
    let mut fits: Vec<Fit> = rows
        .into_iter()
        .filter_map(|row| {
            let size = chart
                .sizes
                .iter()
                .position(|size| *size == chart.rows[row].size)?;
            Some(Fit { size, row })
        })
        .collect();
    fits.sort_by_key(|fit| (fit.size, fit.row));
    fits.dedup_by_key(|fit| fit.size);
    Advice::Sizes(fits)
}

/// The rows that fit single values by column; `None` if a value is outside or in a hole.
fn fitting(chart: &SizeChart, values: &[(usize, f64)]) -> Option<Vec<usize>> {
    let all: Vec<usize> = (0..chart.rows.len())
        .filter(|&row| {
            values
                .iter()
                .all(|&(column, value)| cell(chart, row, column).is_some_and(|i| holds(i, value)))
        })
        .collect();
    if !all.is_empty() {
        return Some(all);
    }
    if chart.cross {
        crossing(chart, values)
    } else {
        speaking(chart, values)
    }
}

/// The rows that the single measures vote for, in a chart with one row for each size.
fn speaking(chart: &SizeChart, values: &[(usize, f64)]) -> Option<Vec<usize>> {
    let mut rows: Vec<usize> = Vec::new();
    for &(column, value) in values {
        let bands = near(chart, column, value)?;
        let own = (0..chart.rows.len())
            .filter(|&row| cell(chart, row, column).is_some_and(|i| bands.contains(&i)));
        for row in own {
            // A row without a value for another known measure is a hole.
            if values
                .iter()
                .any(|&(other, _)| cell(chart, row, other).is_none())
            {
                return None;
            }
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
    }
    (!rows.is_empty()).then_some(rows)
}

/// The cells of a cross table where the bands near both values cross; `None` if one of them is empty.
fn crossing(chart: &SizeChart, values: &[(usize, f64)]) -> Option<Vec<usize>> {
    let bands: Option<Vec<(usize, Vec<Interval>)>> = values
        .iter()
        .map(|&(column, value)| Some((column, near(chart, column, value)?)))
        .collect();
    let bands = bands?;
    let cells: usize = bands.iter().map(|(_, near)| near.len()).product();
    let rows: Vec<usize> = (0..chart.rows.len())
        .filter(|&row| {
            bands
                .iter()
                .all(|(column, near)| cell(chart, row, *column).is_some_and(|i| near.contains(&i)))
        })
        .collect();
    (rows.len() >= cells).then_some(rows)
}

/// The distinct intervals of a column that contain a value or, if none does, the nearest ones below and above; `None`
/// beyond either end.
fn near(chart: &SizeChart, column: usize, value: f64) -> Option<Vec<Interval>> {
    let mut bands: Vec<Interval> = Vec::new();
    for interval in (0..chart.rows.len()).filter_map(|row| cell(chart, row, column)) {
        if !bands.contains(&interval) {
            bands.push(interval);
        }
    }
    let holding: Vec<Interval> = bands
        .iter()
        .copied()
        .filter(|band| holds(*band, value))
        .collect();
    if !holding.is_empty() {
        return Some(holding);
    }
    let below = bands
        .iter()
        .filter(|b| b.high.is_some_and(|high| high < value))
        .max_by(|a, b| ends(a.high, b.high));
    let above = bands
        .iter()
        .filter(|b| b.low.is_some_and(|low| low > value))
        .min_by(|a, b| ends(a.low, b.low));
    Some(vec![*below?, *above?])
}

fn ends(a: Option<f64>, b: Option<f64>) -> std::cmp::Ordering {
    a.unwrap_or_default().total_cmp(&b.unwrap_or_default())
}

fn cell(chart: &SizeChart, row: usize, column: usize) -> Option<Interval> {
    chart.rows[row]
        .cells
        .get(column)
        .and_then(|cell| cell.interval)
}

fn holds(interval: Interval, value: f64) -> bool {
    interval.low.is_none_or(|low| low <= value + SLACK)
        && interval.high.is_none_or(|high| value <= high + SLACK)
        && (interval.low.is_some() || interval.high.is_some())
}
