//! The tantivy schema: one merged field for the words, characters and bigrams of a text, one for the words of a body.

use crate::text::tokenizer::TermTokenizer;
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};

/// The fields of the index. Whose text a document is follows from its number ([`super::blocks`]).
#[derive(Debug, Clone, Copy)]
pub struct Fields {
    /// Words (search mode), characters and bigrams of question, phrasing, title and heading, told apart by the
    /// prefixes of [`crate::text::terms`]. One field: a query over three fields pays for three unions.
    pub terms: Field,
    /// Words and bigrams of answers, passages and specs.
    pub body: Field,
}

/// The schema and its fields.
pub fn schema() -> (Schema, Fields) {
    let text = |tokenizer| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(tokenizer)
            // Positions would double the index; no query here is a phrase.
            .set_index_option(IndexRecordOption::WithFreqs);
        TextOptions::default().set_indexing_options(indexing)
    };
    let mut builder = Schema::builder();
    let fields = Fields {
        terms: builder.add_text_field("terms", text(TermTokenizer::NAME)),
        body: builder.add_text_field("body", text(TermTokenizer::WITHOUT_CHARACTERS)),
    };
    (builder.build(), fields)
}
