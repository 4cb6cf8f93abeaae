//! Pure functions on text: no input or output, no failure.

pub mod lexicon;
