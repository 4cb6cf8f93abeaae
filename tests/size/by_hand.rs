//! An independent reader of size charts: brute force over the cells as texts, sharing no code with the product.

use std::collections::BTreeSet;
use std::path::Path;

/// A chart as a plain table of texts, read here and nowhere else.
pub struct Table {
    /// The header.
    pub header: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// Reads a chart file.
    pub fn read(path: &Path) -> Table {
        let bytes = std::fs::read(path).expect("a sample chart");
        let text = String::from_utf8(bytes)
            .unwrap_or_else(|e| encoding_rs::GB18030.decode(e.as_bytes()).0.into_owned());
        let mut lines = text
            .trim_start_matches('\u{feff}')
            .lines()
            .filter(|line| !line.trim().is_empty());
        let cells = |line: &str| {
            line.split(',')
                .map(|cell| cell.trim().to_owned())
                .collect::<Vec<_>>()
        };
        Table {
            header: cells(lines.next().expect("a header")),
            rows: lines.map(cells).collect(),
        }
    }
}

/// The ends of a cell in its own unit: 155-160, 61~64, ≤80, 90以上.
fn ends(cell: &str) -> (f64, f64) {
    let number = |text: &str| text.parse::<f64>().expect("a figure");
    if let Some(high) = cell.strip_prefix('≤') {
        return (f64::NEG_INFINITY, number(high));
    }
    if let Some(low) = cell.strip_suffix("以上") {
        return (number(low), f64::INFINITY);
    }
    match cell.split_once(['-', '~']) {
        Some((low, high)) => (number(low), number(high)),
        None => (number(cell), number(cell)),
    }
}

/// The sizes for values by column, read off by hand's rules: rows that hold all; else for each value the rows that hold
/// it or, in a gap, the rows on both sides; `None` outside.
pub fn by_hand(table: &Table, values: &[(usize, f64)]) -> Option<BTreeSet<String>> {
    let holds = |row: &Vec<String>, column: usize, value: f64| {
        let (low, high) = ends(&row[column]);
        low - 1e-6 <= value && value <= high + 1e-6
    };
    let all: BTreeSet<String> = table
        .rows
        .iter()
        .filter(|row| values.iter().all(|&(c, v)| holds(row, c, v)))
        .map(|row| row[0].clone())
        .collect();
    if !all.is_empty() {
        return Some(all);
    }
    let mut sizes = BTreeSet::new();
    for &(column, value) in values {
        let holding: Vec<&Vec<String>> = table
            .rows
            .iter()
            .filter(|row| holds(row, column, value))
            .collect();
        if !holding.is_empty() {
            sizes.extend(holding.into_iter().map(|row| row[0].clone()));
            continue;
        }
        let below = table
            .rows
            .iter()
            .rfind(|row| ends(&row[column]).1 < value)?;
        let above = table.rows.iter().find(|row| ends(&row[column]).0 > value)?;
        sizes.insert(below[0].clone());
        sizes.insert(above[0].clone());
    }
    Some(sizes)
}

/// The same for a cross table: first column × header.
pub fn by_hand_crossed(table: &Table, down: f64, across: f64) -> Option<BTreeSet<String>> {
    let near = |cells: &[String], value: f64| -> Option<Vec<usize>> {
        let holding: Vec<usize> = (0..cells.len())
            .filter(|&i| ends(&cells[i]).0 <= value && value <= ends(&cells[i]).1)
            .collect();
        if !holding.is_empty() {
            return Some(holding);
        }
        let below = (0..cells.len()).rfind(|&i| ends(&cells[i]).1 < value)?;
        let above = (0..cells.len()).find(|&i| ends(&cells[i]).0 > value)?;
        Some(vec![below, above])
    };
    let heads: Vec<String> = table.rows.iter().map(|row| row[0].clone()).collect();
    let (rows, columns) = (near(&heads, down)?, near(&table.header[1..], across)?);
    let cells: Vec<&str> = rows
        .iter()
        .flat_map(|&r| columns.iter().map(move |&c| (r, c)))
        .map(|(r, c)| table.rows[r][c + 1].as_str())
        .collect();
    let inside = |r: usize, c: usize| {
        let ((a, b), (x, y)) = (ends(&heads[r]), ends(&table.header[c + 1]));
        a <= down && down <= b && x <= across && across <= y
    };
    let held = rows
        .iter()
        .flat_map(|&r| columns.iter().map(move |&c| (r, c)))
        .filter(|&(r, c)| inside(r, c));
    let held: BTreeSet<String> = held
        .map(|(r, c)| table.rows[r][c + 1].clone())
        .filter(|size| size != "-")
        .collect();
    if !held.is_empty() {
        return Some(held);
    }
    (!cells.contains(&"-")).then(|| cells.into_iter().map(str::to_owned).collect())
}
