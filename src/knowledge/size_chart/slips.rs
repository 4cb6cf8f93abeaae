//! Finds cells of a size chart that are slips by themselves: a reversed sign, a figure with an extra zero.

use crate::knowledge::finding::{At, Log};
use crate::knowledge::model::{ChartRow, Interval, SizeChart};

/// Whether a cell is a single value.
pub(super) fn single(interval: Interval) -> bool {
    interval.low.is_some() && interval.low == interval.high
}

/// Finds a single `≤173` or `≥150` that contains all of another size, so it was probably written for its opposite. If
/// half of the cells are of this form (100斤以内, 110斤以内), it is meant.
pub(super) fn wrong_way_open(
    cells: &[(&ChartRow, Interval)],
    column: usize,
    header: &str,
    log: &mut Log,
) {
    let within = |one: Interval, other: Interval| match (other.low, other.high) {
        (None, Some(most)) => one.high.is_some_and(|high| high <= most),
        (Some(least), None) => one.low.is_some_and(|low| low >= least),
        _ => false,
    };
    let open = |cell: Interval| cell.low.is_none() != cell.high.is_none();
    for (row, cell) in cells.iter().filter(|(_, cell)| open(*cell)) {
        let alike = |other: &Interval| open(*other) && other.low.is_none() == cell.low.is_none();
        let habit = cells.iter().filter(|(_, other)| alike(other)).count() * 2 >= cells.len();
        let holds = cells.iter().find(|(other, range)| {
            other.size != row.size && within(*range, *cell) && !open(*range)
        });
        if let Some((other, _)) = holds.filter(|_| !habit) {
            log.warning(
                "chart-out-of-order",
                At::cell(row.place.row, header),
                format!(
                    "\"{}\" of size {} holds all of \"{}\" of size {}",
                    row.cells[column].text, row.size, other.cells[column].text, other.size
                ),
                "check whether the contrary (以上, 以下) is meant",
            );
        }
    }
}

/// Reports a figure ten times the others in a column that is only shown, such as the length of a garment.
pub(super) fn far(chart: &SizeChart, column: usize, log: &mut Log) {
    const PEERS: usize = 4;
    const FAR: f64 = 8.0;
    let figures: Vec<(&ChartRow, f64)> = chart
        .rows
        .iter()
        .filter_map(|row| Some((row, row.cells[column].text.trim().parse().ok()?)))
        .filter(|(_, figure)| *figure > 0.0)
        .collect();
    for (row, figure) in &figures {
        let others = || {
            let others = figures.iter().filter(|(other, _)| other.size != row.size);
            others.map(|(_, figure)| *figure)
        };
        let (least, most) = (
            others().fold(f64::INFINITY, f64::min),
            others().fold(0.0, f64::max),
        );
        let together = others().count() >= PEERS && most <= least * 2.0;
        if together && (*figure >= most * FAR || *figure * FAR <= least) {
            log.warning(
                "chart-out-of-order",
                At::cell(row.place.row, &chart.columns[column].header),
                format!(
                    "{figure} of size {} is far from the others, {least} to {most}",
                    row.size
                ),
                "check this row for a slip",
            );
        }
    }
}
