//! The comparison of two evaluations as text.

use super::{SHOWN, line, percent_if_any, signed, table};
use crate::eval::compare::Comparison;
use crate::eval::figure::Figure;
use crate::eval::measures::{Estimate, Measures};

/// A comparison as text: figures before and after, then the changes.
pub fn comparison_text(comparison: &Comparison) -> String {
    let mut out = String::new();
    line(
        &mut out,
        format_args!(
            "{} → {}：{} 个问题",
            comparison.before_name, comparison.after_name, comparison.after.questions
        ),
    );
    table(
        &mut out,
        &["指标", "之前", "之后", "变化", "95% 区间", ""],
        comparison_rows(comparison),
    );
    for change in comparison.changes.iter().take(SHOWN) {
        line(
            &mut out,
            format_args!(
                "  {} → {}  {}  {} → {}  ({})",
                change.before.label(),
                change.after.label(),
                change.question,
                answered(&change.answered_before),
                answered(&change.answered_after),
                change.place
            ),
        );
    }
    if comparison.changes.len() > SHOWN {
        line(
            &mut out,
            format_args!(
                "  …… 其余 {} 条见 HTML 或 JSON 报告",
                comparison.changes.len() - SHOWN
            ),
        );
    }
    out
}

/// The figures as rows of a table: name, before, after, difference, its interval, judgement.
pub(in crate::eval) fn comparison_rows(
    comparison: &Comparison,
) -> impl Iterator<Item = Vec<String>> {
    let value = |measures: &Measures, figure| percent_if_any(measures.value(figure));
    Figure::ALL.iter().filter_map(move |figure| {
        let difference = comparison.differences.get(figure)?;
        Some(vec![
            figure.label().to_owned(),
            value(&comparison.before, *figure),
            value(&comparison.after, *figure),
            signed(difference.value),
            format!("{} … {}", signed(difference.low), signed(difference.high)),
            judgement(*figure, difference).to_owned(),
        ])
    })
}

/// Better, worse, or nothing if the interval contains 0.
fn judgement(figure: Figure, difference: &Estimate) -> &'static str {
    match (difference.low > 0.0, difference.high < 0.0) {
        (true, _) if figure.rises() => "更好",
        (_, true) if !figure.rises() => "更好",
        (false, false) => "",
        _ => "更差",
    }
}

/// The entries that answered, in words.
pub(in crate::eval) fn answered(ids: &[String]) -> String {
    match ids.is_empty() {
        true => "未答".to_owned(),
        false => ids.join(" + "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_judged_only_where_its_interval_leaves_zero_out() {
        let estimate = |low, high| Estimate {
            value: (low + high) / 2.0,
            low,
            high,
        };
        let rows = [
            (Figure::Top1, estimate(0.01, 0.03), "更好"),
            (Figure::Top1, estimate(-0.03, -0.01), "更差"),
            (Figure::Wrong, estimate(0.01, 0.03), "更差"),
            (Figure::Wrong, estimate(-0.03, -0.01), "更好"),
            (Figure::Ece, estimate(-0.01, 0.01), ""),
        ];
        for (figure, difference, expected) in rows {
            assert_eq!(judgement(figure, &difference), expected, "{figure:?}");
        }
    }
}
