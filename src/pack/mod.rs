//! Intent packs (行业包): the standard questions of e-commerce service, each with many phrasings of buyers, written by us;
//! and the binding of a shop's entries to them.
//!
//! An entry that is *bound* to an intent is also found by the intent's phrasings. An intent without an entry is a known
//! gap: a question with that intent is handed off instead of being answered beside the point.

pub mod bind;
pub mod load;
pub mod vectors;

use serde::Deserialize;

pub use load::{Packs, built_in};
pub use vectors::{PackVectors, vectors, vectors_kept_in};

/// A standard question.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intent {
    /// `topic.name`, unique in all packs.
    pub id: String,
    /// The standard question, as a merchant would write it.
    pub name: String,
    /// Further titles that merchants use.
    #[serde(default)]
    pub also: Vec<String>,
    /// The handoff reason if no entry covers the intent, by its name in the API; absent: `no_match`.
    #[serde(default)]
    pub reason: Option<String>,
    /// Buyers' wordings.
    pub phrasings: Vec<String>,
    /// Sentences that look like this intent and belong elsewhere. The scripts in `models/` train with them; nothing is
    /// decided by them here.
    #[serde(default)]
    pub look_alikes: Vec<LookAlike>,
}

/// A sentence that looks like one intent and belongs to another.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LookAlike {
    /// The sentence.
    pub text: String,
    /// The intent that it belongs to.
    pub intent: String,
}

impl Intent {
    /// Titles a merchant would use, the name first.
    pub fn titles(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.also.iter().map(String::as_str))
    }

    /// Titles, then phrasings: all texts with a vector, in the order of the vector file.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.titles()
            .chain(self.phrasings.iter().map(String::as_str))
    }
}
