//! Pure functions on text: no input or output, no failure.
//!
//! The way of a question: [`normalise`] → [`segment`] → [`terms`]; the index takes the same way through
//! [`tokenizer`]. Segments concatenate to their input, and the cut at question time equals the cut at build time.

mod colloquial;
mod identifier;
pub mod lexicon;
pub mod measure;
pub mod normalise;
pub mod numeral;
pub mod pii;
pub mod pinyin;
mod runs;
pub mod segment;
mod simplified;
pub mod terms;
pub mod tokenizer;
pub mod typo;

pub use segment::Segmenter;

/// Bytes in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
