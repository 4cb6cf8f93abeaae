//! Drops findings that only follow from another fault of the same file, so that they do not hide it.

use std::collections::HashSet;

use crate::knowledge::Finding;

/// Faults that leave a cell empty, so that it would also be reported as missing.
const EMPTY: &[&str] = &["cell-error", "formula-without-value"];
/// A range that cannot be read leaves a hole.
const UNREAD: &str = "bad-interval";
/// Findings about adjacent ranges of a chart.
const BESIDE: &[&str] = &["chart-hole", "chart-out-of-order", "chart-overlap"];

/// Drops the findings of one file that follow from others of them.
pub(super) fn drop_from(findings: &mut Vec<Finding>) {
    let row = |finding: &Finding| (finding.sheet.clone(), finding.row);
    let of = |codes: &[&str]| -> HashSet<_> {
        let caused = findings.iter().filter(|f| codes.contains(&f.code.as_str()));
        caused.map(row).collect()
    };
    let emptied = of(EMPTY);
    let charts: HashSet<_> = of(&[UNREAD]).into_iter().map(|(sheet, _)| sheet).collect();
    findings.retain(|finding| {
        let missing = finding.code.starts_with("missing-") && finding.row.is_some();
        let beside = BESIDE.contains(&finding.code.as_str());
        !(missing && emptied.contains(&row(finding)) || beside && charts.contains(&finding.sheet))
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::finding::{At, Log};

    #[test]
    fn a_cause_stands_without_what_follows() {
        for (told, left) in [
            (
                vec![
                    ("formula-without-value", 3),
                    ("missing-answer", 3),
                    ("missing-answer", 4),
                ],
                vec!["formula-without-value", "missing-answer"],
            ),
            (
                vec![("bad-interval", 3), ("chart-hole", 4), ("duplicate-id", 4)],
                vec!["bad-interval", "duplicate-id"],
            ),
            (vec![("chart-hole", 4)], vec!["chart-hole"]),
            (vec![("missing-answer", 2)], vec!["missing-answer"]),
        ] {
            let mut findings = Vec::new();
            let mut log = Log::new("faq/a.xlsx", &mut findings);
            for (code, row) in told {
                log.error(code, At::row(row), "", "");
            }
            drop_from(&mut findings);
            let codes: Vec<&str> = findings.iter().map(|f| f.code.as_str()).collect();
            assert_eq!(codes, left);
        }
    }
}
