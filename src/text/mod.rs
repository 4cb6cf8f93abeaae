//! Pure functions on text. They do no input or output and cannot fail.
//!
//! A question goes through [`normalise`] → [`segment`] → [`terms`]; the index does the same through [`tokenizer`].
//! Segments concatenate to their input, and the segmentation of a question equals that of the build.

mod colloquial;
mod identifier;
pub mod lexicon;
pub mod measure;
pub mod normalise;
pub mod numeral;
pub mod pii;
pub mod pinyin;
pub(crate) mod reckon;
mod runs;
pub mod segment;
mod simplified;
pub mod terms;
pub mod tokenizer;

pub use segment::Segmenter;

/// Reads each text of a table and tells all rows that come out otherwise.
#[cfg(test)]
fn check_table(rows: &[(&str, &str)], read: impl Fn(&str) -> String) {
    let wrong = rows.iter().filter_map(|(text, expected)| {
        let found = read(text);
        (found != *expected).then(|| format!("{text}: expected `{expected}`, found `{found}`"))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(
        wrong.is_empty(),
        "{} of {} wrong:\n{}",
        wrong.len(),
        rows.len(),
        wrong.join("\n")
    );
}

/// Bytes in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
