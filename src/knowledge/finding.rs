//! What is wrong with a merchant's files: where, what, and what to do.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The build stops; the live snapshot stays.
    Error,
    /// The build goes on, but this is very likely not what the merchant means.
    Warning,
    /// Good to know.
    Info,
}

/// A fault or doubt about the knowledge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable kebab-case code, for example `missing-answer`; `docs/lint.md` explains each.
    pub code: String,
    /// Its severity.
    pub severity: Severity,
    /// Path relative to the shop's folder.
    pub file: String,
    /// Sheet of a workbook with several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// 1-based row, if one is to blame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// Column header, if one is to blame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What is wrong: lower case, no final stop.
    pub message: String,
    /// What to do: lower case, no final stop.
    pub remedy: String,
}

impl Finding {
    /// Whether it stops a build.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
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
        if let Some(sheet) = &self.sheet {
            write!(f, "[{sheet}]")?;
        }
        if let Some(row) = self.row {
            write!(f, ":{row}")?;
        }
        if let Some(column) = &self.column {
            write!(f, " \"{column}\"")?;
        }
        write!(f, ": {}; {}", self.message, self.remedy)
    }
}

/// The position of a finding in a file: the whole file, a row or a cell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct At<'a> {
    row: Option<u32>,
    column: Option<&'a str>,
}

impl<'a> At<'a> {
    /// The file as a whole.
    pub(crate) const FILE: At<'static> = At {
        row: None,
        column: None,
    };

    /// A 1-based row.
    pub(crate) fn row(row: u32) -> Self {
        At {
            row: Some(row),
            column: None,
        }
    }

    /// A cell: a 1-based row and the column's header (or a key).
    pub(crate) fn cell(row: u32, column: &'a str) -> Self {
        At {
            row: Some(row),
            column: Some(column),
        }
    }
}

/// Collects the findings of one file (and sheet), so that readers give only row and column.
pub(crate) struct Log<'a> {
    file: &'a str,
    sheet: Option<&'a str>,
    findings: &'a mut Vec<Finding>,
}

impl<'a> Log<'a> {
    /// Collects findings about `file` (relative to the shop's folder) in `findings`.
    pub(crate) fn new(file: &'a str, findings: &'a mut Vec<Finding>) -> Self {
        Log {
            file,
            sheet: None,
            findings,
        }
    }

    /// The file.
    pub(crate) fn file(&self) -> &str {
        self.file
    }

    /// The same file, with one of its sheets.
    pub(crate) fn sheet<'b>(&'b mut self, sheet: Option<&'b str>) -> Log<'b> {
        Log {
            file: self.file,
            sheet,
            findings: self.findings,
        }
    }

    /// Reports that something cannot be used as meant.
    pub(crate) fn error(
        &mut self,
        code: &str,
        at: At,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.push(Severity::Error, code, at, message.into(), remedy.into());
    }

    /// Reports something that is used, but is very likely not what the merchant means.
    pub(crate) fn warning(
        &mut self,
        code: &str,
        at: At,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.push(Severity::Warning, code, at, message.into(), remedy.into());
    }

    /// A finding.
    pub(crate) fn push(
        &mut self,
        severity: Severity,
        code: &str,
        at: At,
        message: String,
        remedy: String,
    ) {
        self.findings.push(Finding {
            code: code.to_string(),
            severity,
            file: self.file.to_string(),
            sheet: self.sheet.map(str::to_string),
            row: at.row,
            column: at.column.map(str::to_string),
            message,
            remedy,
        });
    }
}
