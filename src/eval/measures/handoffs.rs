//! Handoffs by reason: how many should be, how many were.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::share;
use crate::answer::Outcome;
use crate::eval::outcome::{Expected, Labelled};

/// Precision and recall of handoffs with one reason.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReasonRow {
    /// Name of the reason; `any` for all handoffs together.
    pub reason: String,
    /// Questions labelled with it.
    pub expected: u32,
    /// Questions handed off with it.
    pub given: u32,
    /// Questions handed off with it that are labelled with this reason, or with any.
    pub fitting: u32,
    /// Questions labelled with it and handed off with it.
    pub matched: u32,
}

impl ReasonRow {
    /// Share of fitting among given handoffs.
    pub fn precision(&self) -> Option<f64> {
        share(self.fitting, self.given)
    }

    /// Share of matched among expected handoffs.
    pub fn recall(&self) -> Option<f64> {
        share(self.matched, self.expected)
    }
}

/// The handoffs: first all together, then by reason.
pub(super) fn handoffs(outcomes: &[Labelled]) -> Vec<ReasonRow> {
    let row = |reason: &str| ReasonRow {
        reason: reason.to_owned(),
        expected: 0,
        given: 0,
        fitting: 0,
        matched: 0,
    };
    let mut any = row("any");
    let mut by_reason = BTreeMap::new();
    for outcome in outcomes {
        let expected = match &outcome.expected {
            Expected::Handoff(reason) => Some(*reason),
            _ => None,
        };
        let given = (outcome.decision == Outcome::Handoff)
            .then_some(outcome.reason)
            .flatten();
        any.expected += u32::from(expected.is_some());
        if let Some(Some(reason)) = expected {
            by_reason
                .entry(reason)
                .or_insert_with(|| row(reason.as_str()))
                .expected += 1;
        }
        let Some(given) = given else { continue };
        let line = by_reason
            .entry(given)
            .or_insert_with(|| row(given.as_str()));
        line.given += 1;
        line.fitting +=
            u32::from(expected.is_some_and(|reason| reason.is_none_or(|reason| reason == given)));
        line.matched += u32::from(expected == Some(Some(given)));
        any.given += 1;
        any.fitting += u32::from(expected.is_some());
        any.matched += u32::from(expected.is_some());
    }
    std::iter::once(any)
        .chain(by_reason.into_values())
        .collect()
}
