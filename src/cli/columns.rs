//! `zhike columns`: takes another tool's sheet into a shop.

use std::path::Path;

use serde_json::json;

use super::setup::Setup;
use super::{CliError, known, note, out, out_json};
use crate::knowledge::guess::{Mapping, Why, guess};
use crate::knowledge::{Finding, Reading, Shop, encoding, read_settings, read_shop, replace};
use crate::publish::amend::Staged;

/// Shows the guess for each column of `file`. With `save`, writes the mapping to the shop's `shop.toml` and copies the
/// file into the shop. Fails if a required column is missing, or if the shop could not be built with the sheet.
pub fn columns(setup: &Setup, shop: &str, file: &Path, save: bool) -> Result<bool, CliError> {
    known(setup, shop)?;
    let folder = setup.config.knowledge.join(shop);
    let bytes = std::fs::read(file).map_err(CliError::io("read", file))?;
    let name = file
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let (mapping, findings) = guess(&name, bytes.clone(), &read_settings(&folder));
    let Some(mapping) = mapping else {
        for finding in findings {
            note(setup, &finding.to_string());
        }
        return Err(CliError::Usage(format!(
            "{} has no header with rows below it",
            file.display()
        )));
    };
    if setup.json {
        out_json(&json!({"shop": shop, "mapping": mapping}))?;
    } else {
        show(&mapping)?;
    }
    if !mapping.missing.is_empty() {
        note(
            setup,
            &format!(
                "no column seems to be {}; rename it in the sheet, or add it under [columns] of shop.toml",
                mapping.missing.join(" or ")
            ),
        );
        return Ok(false);
    }
    if !save {
        note(
            setup,
            "with --save this is noted in shop.toml and the file copied into the shop",
        );
        return Ok(true);
    }
    let target = folder.join(mapping.folder).join(&name);
    let inside = same_file(file, &target);
    if !inside && target.exists() {
        return Err(CliError::Usage(format!(
            "{} exists already; rename one of the two",
            target.display()
        )));
    }
    let before = read_shop(&folder);
    let path = format!("{}/{name}", mapping.folder);
    if let Some(refused) = counted(&before.shop, &mapping, file, &path) {
        return Err(refused);
    }
    // All checks come before anything is written.
    let settings = folder.join("shop.toml");
    let noted = noted(&settings, &mapping)?;
    let after = tried(&folder, &before, noted.as_deref(), (&path, &bytes))?;
    for finding in &after {
        note(setup, &format!("{shop}/{finding}"));
    }
    let faults = after.iter().filter(|finding| {
        let stands = !inside && before.findings.contains(finding);
        finding.is_error() && !stands
    });
    let faults = faults.count();
    if faults > 0 {
        note(
            setup,
            &format!(
                "nothing is written: with {path} the next `zhike index {shop}` would be refused for {faults} faults; \
                 mend them in {} and save again",
                file.display()
            ),
        );
        return Ok(false);
    }
    if let Some(text) = noted {
        replace(&settings, text.as_bytes()).map_err(CliError::io("write", &settings))?;
    }
    if !inside {
        replace(&target, &bytes).map_err(CliError::io("write", &target))?;
    }
    let sound = !after.iter().any(Finding::is_error);
    let next = match sound {
        true => format!("`zhike index {shop}` publishes them"),
        false => format!("`zhike index {shop}` publishes them once the faults above are mended"),
    };
    note(
        setup,
        &format!("{} rows are in {}; {next}", mapping.rows, target.display()),
    );
    Ok(sound)
}

/// The findings of a copy of the shop with the sheet and the mapping.
fn tried(
    folder: &Path,
    before: &Reading,
    noted: Option<&str>,
    sheet: (&str, &[u8]),
) -> Result<Vec<Finding>, CliError> {
    let files = before.inputs.iter().map(|input| input.path.as_str());
    let staged = Staged::new(folder, files, &before.shop.id, sheet);
    let staged = staged.and_then(|staged| {
        if let Some(text) = noted {
            staged.put("shop.toml", text.as_bytes())?;
        }
        Ok(staged)
    });
    let staged = staged.map_err(|error| CliError::Usage(error.to_string()))?;
    Ok(read_shop(&staged.shop).findings)
}

/// The error for ids that only count rows and already belong to other rows.
fn counted(shop: &Shop, mapping: &Mapping, file: &Path, path: &str) -> Option<CliError> {
    if !mapping.ids_count_rows || mapping.folder != "faq" {
        return None;
    }
    let header = mapping.columns.iter();
    let header = header.filter(|guess| guess.column == Some("id"));
    let header = header.map(|guess| guess.header.as_str()).next()?;
    let faq = shop.faqs.iter().find(|faq| {
        let counted = faq
            .id
            .parse()
            .is_ok_and(|id: usize| (1..=mapping.rows).contains(&id));
        counted && faq.place.file != path
    })?;
    Some(CliError::Usage(format!(
        "\"{header}\" only counts the rows of {}, and {} is the id of a row of {} already; remove that column, or give \
         the rows ids of their own such as B{}",
        file.display(),
        faq.id,
        faq.place.file,
        faq.id
    )))
}

fn show(mapping: &Mapping) -> Result<(), CliError> {
    let sheet = mapping
        .sheet
        .as_ref()
        .map(|name| format!("sheet {name}, "))
        .unwrap_or_default();
    out(&format!(
        "{}/: {sheet}header in row {}, {} rows",
        mapping.folder, mapping.row, mapping.rows
    ))?;
    for guess in &mapping.columns {
        let column = match (guess.column, mapping.folder) {
            (Some(column), _) => column,
            (None, "products") => "(spec)",
            (None, _) => "(not read)",
        };
        let why = match guess.why {
            Why::Known => "known",
            Why::Header => "by its header",
            Why::Cells => "by its cells",
            Why::Nothing => "",
        };
        out(&format!(
            "  {} → {column}\t{why}\t{}",
            guess.header, guess.sample
        ))?;
    }
    Ok(())
}

/// The text of `shop.toml` with the mapping added to `[columns]`; everything else stays as written. `None` if there is
/// nothing to add.
fn noted(path: &Path, mapping: &Mapping) -> Result<Option<String>, CliError> {
    let lines: String = mapping
        .to_note()
        .map(|(header, column)| {
            format!(
                "{} = \"{column}\"\n",
                toml::Value::String(header.to_owned())
            )
        })
        .collect();
    if lines.is_empty() {
        return Ok(None);
    }
    let bytes = std::fs::read(path).map_err(CliError::io("read", path))?;
    let text = encoding::decode(&bytes).map_err(|error| {
        CliError::Usage(format!("{}: {error}; save it as UTF-8", path.display()))
    })?;
    let noted = with_columns(&text, &lines);
    match toml::from_str::<toml::Table>(&noted) {
        Ok(_) => Ok(Some(noted)),
        Err(error) => Err(CliError::Usage(format!(
            "{} cannot take the mapping ({}), nothing is written; mend it, or add by hand under [columns]:\n{}",
            path.display(),
            error.message(),
            lines.trim_end()
        ))),
    }
}

/// The text with `lines` under `[columns]`, which is added at the end if it is missing.
fn with_columns(text: &str, lines: &str) -> String {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        at += line.len();
        let plain = line.split('#').next().unwrap_or_default().trim();
        if plain == "[columns]" {
            let gap = if line.ends_with('\n') { "" } else { "\n" };
            return format!("{}{gap}{lines}{}", &text[..at], &text[at..]);
        }
    }
    let gap = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    format!("{text}{gap}\n[columns]\n{lines}")
}

fn same_file(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::with_columns;

    #[test]
    fn only_the_section_grows() {
        for (text, expected) in [
            ("", "\n[columns]\nX\n"),
            (
                "[shop]\nname = \"甲\"",
                "[shop]\nname = \"甲\"\n\n[columns]\nX\n",
            ),
            (
                "[columns] # 列\n\"a\" = \"b\"\n[gate]\n",
                "[columns] # 列\nX\n\"a\" = \"b\"\n[gate]\n",
            ),
            ("[columns]", "[columns]\nX\n"),
        ] {
            assert_eq!(with_columns(text, "X\n"), expected, "{text}");
        }
    }
}
