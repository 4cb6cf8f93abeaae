//! The tantivy schema: one merged field for the words, characters and pairs of every text.

use crate::text::tokenizer::TermTokenizer;
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};

/// The schema and its field: the terms of questions, phrasings, titles, headings, answers, passages and specs, their
/// families told apart by the prefixes of [`crate::text::terms`].
///
/// One field, because a question over several pays for each, and because a term is as rare as it is in all that a shop
/// says: answers in a field of their own, or without their single characters, found less. Whose text a document is
/// follows from its number ([`super::blocks`]).
pub fn schema() -> (Schema, Field) {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(TermTokenizer::NAME)
        // Positions would double the index; no query here is a phrase.
        .set_index_option(IndexRecordOption::WithFreqs);
    let text = TextOptions::default().set_indexing_options(indexing);
    let mut builder = Schema::builder();
    let field = builder.add_text_field("text", text);
    (builder.build(), field)
}
