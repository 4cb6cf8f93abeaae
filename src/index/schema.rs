//! The tantivy schema: one field for the words, characters and pairs of all texts.

use crate::text::tokenizer::TermTokenizer;
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};

/// The schema and its field. The field holds the terms of questions, phrasings, titles, headings, answers, passages and
/// specs. The prefixes of [`crate::text::terms`] tell the families of terms apart.
///
/// There is one field because each further field costs time in every question, and because a term is as rare as it is
/// in all texts of the shop. Tests with answers in a field of their own, or without their single characters, found
/// less. The number of a document tells whose text it is ([`super::blocks`]).
pub fn schema() -> (Schema, Field) {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(TermTokenizer::NAME)
        // Positions would double the index, and no query is a phrase.
        .set_index_option(IndexRecordOption::WithFreqs);
    let text = TextOptions::default().set_indexing_options(indexing);
    let mut builder = Schema::builder();
    let field = builder.add_text_field("text", text);
    (builder.build(), field)
}
