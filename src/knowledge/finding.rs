//! What is wrong with a merchant's files: where, what, and what to do.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The build stops; the live snapshot stays.
    Error,
    /// Built, but very likely not what the merchant means.
    Warning,
    /// Good to know.
    Info,
}

/// One fault or doubt about the knowledge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable kebab-case code, for example `missing-answer`; `docs/lint.md` explains each.
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// Path relative to the shop's folder.
    pub file: String,
    /// 1-based row, where one is to blame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// Column header, where one is to blame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What is wrong: lower case, no final stop.
    pub message: String,
    /// What to do: lower case, no final stop.
    pub remedy: String,
}

impl fmt::Display for Finding {
    /// `error[missing-answer] faq/发货.csv:3 "答案": the answer is empty; write one or remove the row`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        };
        write!(f, "{severity}[{}] {}", self.code, self.file)?;
        if let Some(row) = self.row {
            write!(f, ":{row}")?;
        }
        if let Some(column) = &self.column {
            write!(f, " \"{column}\"")?;
        }
        write!(f, ": {}; {}", self.message, self.remedy)
    }
}
