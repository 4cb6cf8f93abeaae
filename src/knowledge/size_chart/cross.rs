//! Reads cross tables: height down, weight across, sizes in the cells.

use super::Grid;
use super::heading::{Unit, heading};
use super::interval::interval;
use crate::knowledge::finding::{At, Log};
use crate::knowledge::model::{ChartCell, ChartColumn, ChartRow, Measure, Place, SizeChart};
use crate::knowledge::names::is_blank;

/// Reads a table with `身高(cm)/体重(斤)` in the corner: ranges of the first down, of the second across, sizes in the cells.
pub(super) fn read(
    grid: &Grid,
    headers: [String; 2],
    chart: &mut SizeChart,
    log: &mut Log,
) -> Option<()> {
    let (header_row, head) = &grid.rows[0];
    let mut headings = headers.clone().map(|header| heading(&header));
    for (heading, header) in headings.iter_mut().zip(&headers) {
        if heading.contradicts() {
            let message = format!("the unit of \"{header}\" does not measure it");
            log.error(
                "unit-mismatch",
                At::row(*header_row),
                message,
                "correct the unit in the first cell",
            );
            return None;
        }
        heading.unit = heading.unit.or(match heading.measure {
            Some(Measure::Weight) => Some(Unit::Jin),
            _ => grid.unit,
        });
    }
    let mut axis = |text: &str, at: usize, row: u32| {
        let read = headings[at]
            .measure
            .map(|measure| interval(text, measure, headings[at].unit));
        let message = match read? {
            Ok(Some(interval)) => {
                return Some(ChartCell {
                    text: text.to_string(),
                    interval: Some(interval),
                });
            }
            Ok(None) => "the range is empty".to_string(),
            Err(message) => message,
        };
        let remedy = "write a value such as 155, a range such as 155-160, ≤80 or 90以上";
        log.error("bad-interval", At::cell(row, &headers[at]), message, remedy);
        None
    };
    let across: Vec<Option<ChartCell>> = head[1..]
        .iter()
        .map(|text| axis(text, 1, *header_row))
        .collect();
    let mut found = Vec::new();
    let mut widths = Vec::new();
    for (number, cells) in &grid.rows[1..] {
        let Some(down) = axis(cells.first().map_or("", String::as_str), 0, *number) else {
            continue;
        };
        if cells.len() != head.len() {
            widths.push((*number, cells.len()));
            continue;
        }
        for (size, across) in cells[1..].iter().zip(&across) {
            if let (false, Some(across)) = (is_blank(size), across) {
                let place = Place {
                    row: *number,
                    ..chart.place.clone()
                };
                found.push(ChartRow {
                    size: size.clone(),
                    cells: vec![down.clone(), across.clone()],
                    place,
                });
            }
        }
    }
    for (row, width) in widths {
        log.error(
            "row-width",
            At::row(row),
            format!(
                "the cross table has {} columns but this row has {width}",
                head.len()
            ),
            "add the missing cell (- for none) or remove the one too many",
        );
    }
    chart.columns = headers
        .into_iter()
        .zip(headings)
        .map(|(header, heading)| ChartColumn {
            header,
            measure: heading.measure,
        })
        .collect();
    chart.rows = found;
    Some(())
}
