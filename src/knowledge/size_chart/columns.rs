//! Finds what each column of a chart measures, and in which unit.

use super::Grid;
use super::heading::{Dimension, Heading, Unit, dimension, heading, pair_of_headings};
use super::interval::{interval, national_size};
use crate::knowledge::finding::{At, Log};
use crate::knowledge::model::Measure;

/// A column of the chart, and where its text is in the grid.
pub(super) struct Planned {
    pub(super) header: String,
    pub(super) heading: Heading,
    pub(super) column: usize,
    /// The part of cells like `155-160/80-95`, if one column holds two measures.
    pub(super) part: Option<usize>,
}

impl Planned {
    /// This column's text in a row of the grid.
    pub(super) fn text(&self, cells: &[String]) -> String {
        let text = cells.get(self.column).map_or("", String::as_str);
        let Some(part) = self.part else {
            return text.to_string();
        };
        let parts: Vec<&str> = text
            .split(['/', '／', '\n', '、', ';', '；'])
            .map(str::trim)
            .collect();
        if parts.len() == 2 {
            parts[part].to_string()
        } else {
            text.to_string()
        }
    }
}

/// Finds the columns of a grid with the sizes in `size_column`.
pub(super) fn plan_columns(grid: &Grid, size_column: usize, log: &mut Log) -> Vec<Planned> {
    let (row, headers) = &grid.rows[0];
    let mut columns = Vec::new();
    for (column, header) in headers
        .iter()
        .enumerate()
        .filter(|(column, _)| *column != size_column)
    {
        let plan = |header: &str, part| Planned {
            header: header.to_string(),
            heading: heading(header),
            column,
            part,
        };
        match pair_of_headings(header) {
            Some((one, other)) => columns.extend([plan(&one, Some(0)), plan(&other, Some(1))]),
            None => columns.push(plan(header, None)),
        }
    }
    for column in &mut columns {
        if column.heading.contradicts() {
            let message = format!("the unit of \"{}\" does not measure it", column.header);
            log.error(
                "unit-mismatch",
                At::cell(*row, &column.header),
                message,
                "correct the unit in the header",
            );
            column.heading.measure = None;
        }
    }
    // A column for 下胸 makes it a chart of bra sizes, for which the bust alone says little.
    let underbust = headers.iter().any(|header| header.contains("下胸"));
    for column in &mut columns {
        if underbust && column.heading.measure == Some(Measure::Bust) {
            column.heading.measure = None;
        }
    }
    drop_garment_measures(grid, &mut columns);
    drop_girths_beside_lengths(grid, &mut columns);
    drop_repeated_measures(&mut columns);
    set_units(grid, &mut columns, log);
    columns
}

/// A chart with national sizes (`165/84A`) gives the body's girth with them. If chest or waist is far above it, it is
/// the garment's, and so are the other girths and the shoulders.
fn drop_garment_measures(grid: &Grid, columns: &mut [Planned]) {
    const EASE: f64 = 12.0;
    let mut excess = Vec::new();
    for (_, cells) in &grid.rows[1..] {
        let Some((_, girth)) = cells.iter().find_map(|cell| national_size(cell)) else {
            continue;
        };
        for column in columns
            .iter()
            .filter(|c| matches!(c.heading.measure, Some(Measure::Bust | Measure::Waist)))
        {
            let read = interval(&column.text(cells), Measure::Bust, column.heading.unit);
            if let Ok(Some(read)) = read
                && let Some(low) = read.low
            {
                excess.push((column.column, low - girth));
            }
        }
    }
    let Some(first) = excess.first().map(|(column, _)| *column) else {
        return;
    };
    let of_first: Vec<f64> = excess
        .iter()
        .filter(|(column, _)| *column == first)
        .map(|(_, excess)| *excess)
        .collect();
    if of_first.iter().sum::<f64>() / of_first.len() as f64 > EASE {
        for column in columns {
            if !matches!(
                column.heading.measure,
                Some(Measure::Height | Measure::Weight | Measure::Age)
            ) {
                column.heading.measure = None;
            }
        }
    }
}

/// A chest column with single figures, beside the length of the garment and without a word for the body, is the
/// garment's, and so are the other girths and the shoulders. Body measures are given as ranges, or the chart says 净,
/// 适合, 身体.
fn drop_girths_beside_lengths(grid: &Grid, columns: &mut [Planned]) {
    const LENGTHS: &[&str] = &["衣长", "衣身长", "后中长", "前衣长", "后衣长"];
    const BODY: &[&str] = &[
        "身体", "人体", "净", "适合", "适穿", "对应", "建议", "推荐", "参考",
    ];
    let says = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(word));
    let single = |column: &Planned| {
        grid.rows[1..].iter().all(|(_, cells)| {
            let read = interval(&column.text(cells), Measure::Bust, column.heading.unit);
            read.is_ok_and(|read| {
                read.is_none_or(|read| read.low.is_some() && read.low == read.high)
            })
        })
    };
    let of_garment = columns.iter().any(|column| says(&column.header, LENGTHS))
        && !grid.rows[0]
            .1
            .first()
            .is_some_and(|corner| says(corner, BODY))
        && columns.iter().any(|column| {
            column.heading.measure == Some(Measure::Bust)
                && !says(&column.header, BODY)
                && single(column)
        });
    if !of_garment {
        return;
    }
    for column in columns
        .iter_mut()
        .filter(|column| !says(&column.header, BODY))
    {
        if matches!(
            column.heading.measure,
            Some(Measure::Bust | Measure::Waist | Measure::Hip | Measure::Shoulder)
        ) {
            column.heading.measure = None;
        }
    }
}

/// Keeps one column per measure. If a chart gives it in two units, centimetres and kilograms are kept.
fn drop_repeated_measures(columns: &mut [Planned]) {
    for at in 0..columns.len() {
        let Some(measure) = columns[at].heading.measure else {
            continue;
        };
        let same: Vec<usize> = (0..columns.len())
            .filter(|&other| columns[other].heading.measure == Some(measure))
            .collect();
        let metric = |&column: &usize| {
            matches!(
                columns[column].heading.unit,
                Some(Unit::Centimetre | Unit::Kilogram)
            )
        };
        let keep = same.iter().copied().find(metric).unwrap_or(same[0]);
        for other in same.into_iter().filter(|&other| other != keep) {
            columns[other].heading.measure = None;
        }
    }
}

/// Sets the units of headers without one: for lengths that of the title, for weights the one that fits people.
fn set_units(grid: &Grid, columns: &mut [Planned], log: &mut Log) {
    let row = grid.rows[0].0;
    let middle = |column: &Planned, measure| {
        let values = grid.rows[1..].iter().filter_map(|(_, cells)| {
            let read =
                interval(&column.text(cells), measure, Some(column.heading.unit?)).ok()??;
            read.low.or(read.high)
        });
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    };
    for column in columns.iter_mut() {
        let is_length = column
            .heading
            .measure
            .is_some_and(|m| dimension(m) == Dimension::Length);
        if is_length && column.heading.unit.is_none() {
            column.heading.unit = grid.unit;
        }
    }
    let unmarked = |column: &Planned| {
        column.heading.measure == Some(Measure::Weight)
            && column.heading.unit.is_none()
            && !grid.rows[1..].iter().any(|(_, cells)| {
                let text = column.text(cells);
                text.contains(['斤', '克', '磅']) || text.to_ascii_lowercase().contains("kg")
            })
    };
    let Some(at) = columns.iter().position(unmarked) else {
        return;
    };
    let height = columns
        .iter()
        .find(|column| column.heading.measure == Some(Measure::Height))
        .and_then(|column| {
            let heading = Heading {
                unit: column.heading.unit.or(Some(Unit::Centimetre)),
                ..column.heading
            };
            middle(
                &Planned {
                    header: String::new(),
                    heading,
                    ..*column
                },
                Measure::Height,
            )
        });
    columns[at].heading.unit = Some(Unit::Kilogram);
    let weight = middle(&columns[at], Measure::Weight);
    let index = |kilograms: f64| height.map(|height| kilograms / (height / 100.0).powi(2));
    let is_person =
        |kilograms: f64| index(kilograms).is_some_and(|index| (13.0..32.0).contains(&index));
    let (unit, word) = match weight {
        Some(number) if is_person(number) && !is_person(number / 2.0) => (Unit::Kilogram, "kg"),
        _ => (Unit::Jin, "斤"),
    };
    columns[at].heading.unit = Some(unit);
    let header = columns[at].header.clone();
    log.warning(
        "unit-doubt",
        At::cell(row, &header),
        format!("\"{header}\" names no unit; it is read in {word}"),
        format!("write {header}({word}), or the unit that is meant"),
    );
}
