//! The tantivy schema: one merged field for the words, characters and bigrams of a text, one for the words of a body.

use crate::text::tokenizer::TermTokenizer;
use tantivy::schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};

/// The fields of the index.
#[derive(Debug, Clone, Copy)]
pub struct Fields {
    /// Words (search mode), characters and bigrams of question, phrasing, title and heading, told apart by the
    /// prefixes of [`crate::text::terms`]. One field: a query over three fields pays for three unions.
    pub terms: Field,
    /// The same of answers, passages and specs.
    pub body: Field,
    /// Owner of the unit (see [`super::units::Units`]).
    pub owner: Field,
    /// The unit, or [`NO_UNIT`] for texts that only agents search.
    pub unit: Field,
}

/// Marks a document that belongs to no unit.
pub const NO_UNIT: u64 = u64::MAX;

/// The schema and its fields.
pub fn schema() -> (Schema, Fields) {
    let text = TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer(TermTokenizer::NAME)
            // Positions would double the index; no query here is a phrase.
            .set_index_option(IndexRecordOption::WithFreqs),
    );
    let mut builder = Schema::builder();
    let fields = Fields {
        terms: builder.add_text_field("terms", text.clone()),
        body: builder.add_text_field("body", text),
        owner: builder.add_u64_field("owner", FAST),
        unit: builder.add_u64_field("unit", FAST),
    };
    (builder.build(), fields)
}
