//! `zhike check --fix`: repairs that cannot change the meaning, in the merchant's own CSV files.
//!
//! It removes spaces around a cell and phrasings that an entry lists twice, and narrows full-width letters and digits in ids.
//! Everything else in a file stays byte for byte: encoding, byte-order mark, line ends, quotes, order. A file that
//! could not be written back unchanged is left alone.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Serialize;
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

use super::phrasings::plain;
use crate::knowledge::csv_edit::{Sheet, written};
use crate::knowledge::{Expect, Place, Settings, Shop, entries, ids, read_shop, replace};

/// A repaired cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mend {
    /// Path relative to the shop's folder.
    pub file: String,
    /// 1-based line on which the record starts.
    pub row: u32,
    /// Header of the column.
    pub column: String,
    /// `outer-space`, `repeated-phrasing` or `full-width-id`.
    pub code: &'static str,
    /// The cell before.
    pub before: String,
    /// The cell after.
    pub after: String,
}

/// Why a file could not be repaired.
#[derive(Debug, Error)]
pub enum FixError {
    /// The folder or a file in it cannot be read.
    #[error("cannot read {path}: {source}; make it readable")]
    Read {
        /// The path that cannot be read.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The repaired file cannot be written. The old one stays.
    #[error("cannot write {path}: {source}; the file stands as it was")]
    Write {
        /// The path that cannot be written.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
}

/// Columns that hold ids.
const IDS: &[&str] = &[
    "id",
    "related",
    "products",
    "goes_with",
    "product",
    "expect",
    "size_chart",
];

/// Columns that hold questions.
const PHRASINGS: &[&str] = &["similar", "negative"];

/// Repairs the CSV files of the shop in `folder`: entries, products, golden questions. Each file is replaced in one
/// step. With `dry`, nothing is written.
///
/// # Errors
/// [`FixError`] if a file cannot be read or replaced. Files before it are already repaired.
pub fn fix_shop(folder: &Path, dry: bool) -> Result<Vec<Mend>, FixError> {
    let shop = read_shop(folder).shop;
    let stays = stays(&shop);
    let settings = shop.settings;
    let mut mends = Vec::new();
    for path in sheets(folder)? {
        let full = folder.join(&path);
        let bytes = fs::read(&full).map_err(|source| FixError::Read {
            path: full.clone(),
            source,
        })?;
        let (mended, found) = fix_bytes(&bytes, &path, &settings, &stays);
        if let Some(mended) = mended.filter(|_| !dry) {
            replace(&full, &mended).map_err(|source| FixError::Write { path: full, source })?;
        }
        mends.extend(found);
    }
    Ok(mends)
}

/// The ids that are not narrowed.
#[derive(Debug, Default)]
struct Stays {
    /// In narrow characters: those that several entries would have then, where the merchant must decide which is which, and
    /// those that a file names which is not repaired.
    narrow: HashSet<String>,
    /// As written: those of entries and charts that stay what they are, so that whoever names them means them.
    written: HashSet<String>,
}

fn stays(shop: &Shop) -> Stays {
    let repaired = |place: &Place| place.file.to_lowercase().ends_with(".csv");
    let own: Vec<(&String, char, &Place)> = shop
        .faqs
        .iter()
        .map(|faq| (&faq.id, 'f', &faq.place))
        .chain(shop.products.iter().map(|it| (&it.id, 'p', &it.place)))
        .collect();
    let mut seen = HashSet::new();
    let mut stays = Stays::default();
    for (id, kind, _) in &own {
        if !seen.insert((narrowed(id), *kind)) {
            stays.narrow.insert(narrowed(id));
        }
    }
    let faqs = shop.faqs.iter().filter(|faq| !repaired(&faq.place));
    let products = shop.products.iter().filter(|it| !repaired(&it.place));
    let golden = shop.golden.iter().filter(|it| !repaired(&it.place));
    let asked = golden.flat_map(|it| {
        let expected: &[String] = match &it.expect {
            Expect::Entries(ids) => ids,
            Expect::Clarify | Expect::Handoff(_) => &[],
        };
        expected.iter().chain(&it.product)
    });
    let named = faqs
        .flat_map(|faq| faq.conditions.products.iter().chain(&faq.related))
        .chain(products.flat_map(|product| &product.goes_with))
        .chain(shop.policies.iter().flat_map(|it| &it.conditions.products))
        .chain(asked)
        // `spec:P1/颜色` and `product:P1#清洗` name P1.
        .map(|id| id.split_once(':').map_or(id.as_str(), |(_, id)| id))
        .flat_map(|id| [Some(id), id.split(['/', '#']).next()])
        .flatten();
    stays
        .narrow
        .extend(named.filter(|id| narrowed(id) != *id).map(narrowed));
    let changes = |id: &String, place: &Place| {
        repaired(place) && narrowed(id) != *id && !stays.narrow.contains(&narrowed(id))
    };
    let changed: Vec<&String> = own
        .iter()
        .filter(|(id, _, place)| changes(id, place))
        .map(|(id, ..)| *id)
        .collect();
    let entries = entries(shop).into_iter().map(|entry| entry.id);
    let bare = own.iter().map(|(id, ..)| (*id).clone());
    // A chart is called as its file, which stays, whatever ids its name holds.
    let charts = shop.charts.iter();
    let charts = charts.flat_map(|chart| [chart.stem.clone(), ids::size(&chart.stem)]);
    stays.written = entries
        .chain(bare)
        .filter(|id| !changed.iter().any(|changed| id.contains(changed.as_str())))
        .chain(charts)
        .collect();
    stays
}

fn narrowed(id: &str) -> String {
    id.chars().map(narrow).collect()
}

/// The CSV files with entries, relative to the shop's folder, sorted.
fn sheets(folder: &Path) -> Result<Vec<String>, FixError> {
    let mut sheets = Vec::new();
    for part in ["faq", "products"] {
        let inside = folder.join(part);
        if !inside.is_dir() {
            continue;
        }
        let unreadable = |source| FixError::Read {
            path: inside.clone(),
            source,
        };
        for entry in fs::read_dir(&inside).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            // A pipe would block for ever.
            if entry.path().is_file()
                && name.to_lowercase().ends_with(".csv")
                && !name.starts_with(['.', '~'])
            {
                sheets.push(format!("{part}/{name}"));
            }
        }
    }
    if folder.join("golden.csv").is_file() {
        sheets.push("golden.csv".into());
    }
    sheets.sort_unstable();
    Ok(sheets)
}

/// The repaired bytes of a file (`None` if there is nothing to repair), and the repairs.
fn fix_bytes(
    bytes: &[u8],
    path: &str,
    settings: &Settings,
    stays: &Stays,
) -> (Option<Vec<u8>>, Vec<Mend>) {
    let Some(sheet) = Sheet::read(path, bytes, settings) else {
        return (None, Vec::new());
    };
    let (edits, mends) = mends(&sheet, path, stays);
    let mended = || sheet.encode(&sheet.patched(0..sheet.text.len(), &edits));
    let bytes = (!mends.is_empty()).then(mended);
    (bytes, mends)
}

/// A text that replaces a range of the sheet's text.
type Edit = (Range<usize>, String);

/// The repairs, with the edits that make them, in order.
fn mends(sheet: &Sheet, path: &str, stays: &Stays) -> (Vec<Edit>, Vec<Mend>) {
    let headers = &sheet.records[sheet.header].cells;
    let mut edits = Vec::new();
    let mut mends = Vec::new();
    for record in &sheet.records[sheet.header + 1..] {
        let question = sheet
            .columns
            .iter()
            .position(|column| *column == Some("question"))
            .and_then(|at| record.cells.get(at))
            .map(|cell| plain(&cell.text));
        // A phrasing may be repeated in a second column (similar2) as well as in one cell.
        let mut seen: HashSet<(&str, String)> = question
            .into_iter()
            .map(|question| ("similar", question))
            .collect();
        for (at, cell) in record.cells.iter().enumerate() {
            let name = sheet.columns.get(at).copied().flatten();
            let Some((after, code)) = mend(&cell.text, name, &mut seen, stays) else {
                continue;
            };
            edits.push((cell.raw.clone(), written(&after, cell.quoted)));
            mends.push(Mend {
                file: path.to_string(),
                row: record.line,
                column: headers
                    .get(at)
                    .map_or_else(String::new, |header| header.text.trim().to_owned()),
                code,
                before: cell.text.clone(),
                after,
            });
        }
    }
    (edits, mends)
}

/// The repaired cell and the codes of what was wrong, if anything was.
fn mend<'n>(
    cell: &str,
    column: Option<&'n str>,
    seen: &mut HashSet<(&'n str, String)>,
    stays: &Stays,
) -> Option<(String, &'static str)> {
    let mut code = "outer-space";
    let mut after = cell
        .trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}')
        .to_string();
    if let Some(column) = column {
        if IDS.contains(&column) {
            let narrow = narrowed(&after);
            // Each id of a list counts, with or without its kind before it.
            let named = |id: &str| {
                let (id, bare) = (id.trim(), id.trim().split_once(':').map(|(_, bare)| bare));
                let left = |id: &str| stays.narrow.contains(&narrowed(id));
                let exists = column != "id" && narrowed(id) != id && stays.written.contains(id);
                left(id) || bare.is_some_and(left) || exists
            };
            if narrow != after && !after.split(['|', '｜', '\n']).any(named) {
                (after, code) = (narrow, "full-width-id");
            }
        }
        if PHRASINGS.contains(&column) {
            let separator = if after.contains('\n') { '\n' } else { '|' };
            let items: Vec<&str> = after.split(separator).collect();
            let kept: Vec<&str> = items
                .iter()
                .copied()
                .filter(|item| seen.insert((column, plain(item))) || plain(item).is_empty())
                .collect();
            if kept.len() < items.len() {
                (after, code) = (kept.join(&separator.to_string()), "repeated-phrasing");
            }
        }
    }
    (after != cell).then_some((after, code))
}

/// A full-width letter or digit as ASCII. Signs stay: an id holds them as a heading or file name has them.
fn narrow(c: char) -> char {
    match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => c.nfkc().next().unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::csv_edit::Form;

    fn fixed(text: &str, stays: &Stays) -> (String, Vec<Mend>) {
        let (bytes, mends) = fix_bytes(text.as_bytes(), "faq/a.csv", &Settings::default(), stays);
        let mended = bytes.map(|bytes| String::from_utf8(bytes).expect("UTF-8"));
        (mended.unwrap_or_else(|| text.to_owned()), mends)
    }

    #[test]
    fn only_what_is_safe_is_mended() {
        for (before, after) in [
            (
                "id,question,answer\nA1, 几天发货 ,48小时\n",
                "id,question,answer\nA1,几天发货,48小时\n",
            ),
            (
                "id,question,answer\r\nＡ１,几天发货,48小时\r\n",
                "id,question,answer\r\nA1,几天发货,48小时\r\n",
            ),
            (
                "id,question,similar,answer\nA1,几天发货,多久发|多久发？|几天发货,好\n",
                "id,question,similar,answer\nA1,几天发货,多久发,好\n",
            ),
            (
                "id,question,similar,answer\nA1,几天发货,\"多久发\n多久发呢\n多久发\",\"好, 的\"\n",
                "id,question,similar,answer\nA1,几天发货,\"多久发\n多久发呢\",\"好, 的\"\n",
            ),
            (
                "编号,问题,相似问题1,相似问题2,答案\nA1,几天发,多久,多久,好\n",
                "编号,问题,相似问题1,相似问题2,答案\nA1,几天发,多久,,好\n",
            ),
            // Nothing is certain after a quote that never closes.
            (
                "id,question,answer\nA1, \"x,48小时\nA2,\"y ,z\n",
                "id,question,answer\nA1, \"x,48小时\nA2,\"y ,z\n",
            ),
            ("no header\n a , b \n", "no header\n a , b \n"),
        ] {
            let (mended, _) = fixed(before, &Stays::default());
            assert_eq!(mended, after, "{before}");
        }
    }

    #[test]
    fn ids_that_would_become_one_stay_two() {
        let stays = Stays {
            narrow: HashSet::from(["WL02".to_owned()]),
            written: HashSet::from(["faq:Ｂ１".to_owned(), "policy:p#换码／换色Ａ".to_owned()]),
        };
        let text = "id,question,answer,related\nWL02,几天发货,48小时,ＷＬ０３\nＷＬ02,怎么退,签收后7天,faq:ＷＬ02|A\nA,能换吗,可以,policy:p#换码／换色Ａ\nB,能修吗,可以,faq:Ｂ１\n";
        let (mended, mends) = fixed(text, &stays);
        assert_eq!(mended, text.replace("ＷＬ０３", "WL03"));
        assert_eq!(mends.len(), 1);
    }

    #[test]
    fn encoding_mark_and_line_ends_stay() {
        let before = "编号,问题,答案\r\nＡ１,几天发货,48小时 \r\n";
        let after = "编号,问题,答案\r\nA1,几天发货,48小时\r\n";
        for form in [
            Form::Utf8 { marked: false },
            Form::Utf8 { marked: true },
            Form::Utf16 {
                little: true,
                marked: true,
            },
            Form::Utf16 {
                little: false,
                marked: true,
            },
            Form::Utf16 {
                little: true,
                marked: false,
            },
            Form::Gb18030,
        ] {
            let (mended, mends) = fix_bytes(
                &form.encode(before),
                "faq/a.csv",
                &Settings::default(),
                &Stays::default(),
            );
            assert_eq!(mended, Some(form.encode(after)), "{form:?}");
            assert_eq!(mends.len(), 2, "{form:?}");
        }
    }
}
