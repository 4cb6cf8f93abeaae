//! The evaluation as text for the terminal. The same value serialises to JSON.

mod comparison;

use std::fmt::Write;

use serde::{Deserialize, Serialize};

use super::calibrate::{Cost, Standing};
use super::confusion::{Confusion, Fix, Named};
use super::figure::Figure;
use super::measures::{Estimate, Measures, ReasonRow};
use super::outcome::Verdict;
use crate::answer::calibration::Calibration;

pub use comparison::comparison_text;
pub(super) use comparison::{answered, comparison_rows};

/// The evaluation of a snapshot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Shop id.
    pub shop: String,
    /// Snapshot id.
    pub snapshot: String,
    /// The questions asked: file names with counts, for people.
    pub set: String,
    /// The measures.
    pub measures: Measures,
    /// The calibration of the snapshot.
    pub calibration: Calibration,
    /// The effects of the thresholds, if they were chosen in this run; else empty.
    pub costs: Vec<Cost>,
    /// The confusion list.
    pub confusions: Vec<Confusion>,
}

/// The most confusions printed in the terminal. The HTML report and JSON have all.
const SHOWN: usize = 40;

/// The report as text with aligned columns.
pub fn text(report: &Report) -> String {
    let mut out = String::new();
    let measures = &report.measures;
    line(
        &mut out,
        format_args!(
            "店铺 {} · 快照 {} · {}",
            report.shop, report.snapshot, report.set
        ),
    );
    line(
        &mut out,
        format_args!(
            "共 {} 问：应答 {} 问，不应答 {} 问；实际回答 {} 问",
            measures.questions,
            measures.in_scope,
            measures.questions - measures.in_scope,
            measures.answered
        ),
    );
    table(
        &mut out,
        &["指标", "数值", "95% 区间"],
        figure_rows(measures),
    );

    let rows = measures.verdicts.iter().map(|(kind, counts)| {
        let count = |verdict| counts.get(&verdict).copied().unwrap_or(0).to_string();
        std::iter::once(expected_label(kind).to_owned())
            .chain(Verdict::ALL.map(count))
            .collect()
    });
    let header: Vec<&str> = std::iter::once("预期")
        .chain(Verdict::ALL.map(Verdict::label))
        .collect();
    table(&mut out, &header, rows);

    if measures
        .handoffs
        .iter()
        .any(|row| row.expected + row.given > 0)
    {
        table(
            &mut out,
            &["转人工原因", "应转", "实转", "精确率", "召回率"],
            measures.handoffs.iter().map(handoff_cells),
        );
    }
    out.push('\n');
    calibration(&mut out, &report.calibration, &report.costs);
    confusions(&mut out, &report.confusions);
    out
}

/// The figures as rows of a table: name, value, interval.
pub(super) fn figure_rows(measures: &Measures) -> impl Iterator<Item = Vec<String>> {
    Figure::ALL.iter().filter_map(move |figure| {
        let estimate = measures.figures.get(figure)?;
        Some(vec![
            figure.label().to_owned(),
            percent(estimate.value),
            interval(estimate),
        ])
    })
}

/// The handoffs with one reason as a row of a table.
pub(super) fn handoff_cells(row: &ReasonRow) -> Vec<String> {
    vec![
        expected_label(&row.reason).to_owned(),
        row.expected.to_string(),
        row.given.to_string(),
        percent_if_any(row.precision()),
        percent_if_any(row.recall()),
    ]
}

/// How far the calibration can be trusted, in words and figures.
pub fn calibration(out: &mut String, calibration: &Calibration, costs: &[Cost]) {
    match calibration.calibrated {
        true => line(
            out,
            format_args!(
                "已校准：{} 条标注，置信水平 {}，默认阈值 {:.3}",
                calibration.labels,
                percent(calibration.confidence),
                calibration.default
            ),
        ),
        false => line(
            out,
            format_args!(
                "未校准 (uncalibrated)：{} 条标注不足以证明答错率在预算之内，用保守阈值 {:.3}",
                calibration.labels, calibration.default
            ),
        ),
    }
    if costs.is_empty() {
        return;
    }
    table(out, &COST_HEADER, costs.iter().map(cost_cells));
}

/// The columns of [`cost_cells`].
pub(super) const COST_HEADER: [&str; 8] = [
    "分类",
    "预算",
    "标注 / 至少",
    "阈值",
    "状态",
    "答错 / 已答",
    "答错率上界",
    "可答中仍答",
];

/// The effect of a budget as a row of a table.
pub(super) fn cost_cells(cost: &Cost) -> Vec<String> {
    vec![
        expected_label(&cost.category).to_owned(),
        percent(cost.budget),
        format!("{} / {}", cost.labels, cost.fewest),
        format!("{:.3}", cost.threshold),
        standing_label(cost.standing).to_owned(),
        format!("{} / {}", cost.wrong, cost.answered),
        percent(cost.bound),
        percent(cost.kept),
    ]
}

fn confusions(out: &mut String, confusions: &[Confusion]) {
    if confusions.is_empty() {
        return;
    }
    line(out, format_args!("\n与预期不符 {} 条：", confusions.len()));
    for confusion in confusions.iter().take(SHOWN) {
        line(
            out,
            format_args!(
                "  [{}] {}  ({})",
                confusion.verdict.label(),
                confusion.question,
                confusion.place
            ),
        );
        line(
            out,
            format_args!(
                "      预期 {}；得到 {} {} (置信度 {:.2})",
                expectation(confusion),
                confusion.decision,
                names(&confusion.got),
                confusion.confidence
            ),
        );
        line(out, format_args!("      → {}", fix(&confusion.fix)));
    }
    if confusions.len() > SHOWN {
        line(
            out,
            format_args!(
                "  …… 其余 {} 条见 HTML 或 JSON 报告",
                confusions.len() - SHOWN
            ),
        );
    }
}

/// The expectation of a confusion in words.
pub(super) fn expectation(confusion: &Confusion) -> String {
    match &confusion.expected_outcome {
        Some(outcome) => outcome.clone(),
        None => names(&confusion.expected),
    }
}

/// Entries with their titles.
pub(super) fn names(named: &[Named]) -> String {
    let name = |named: &Named| match named.title == named.id {
        true => named.id.clone(),
        false => format!("{}「{}」", named.id, named.title),
    };
    named.iter().map(name).collect::<Vec<_>>().join(" | ")
}

/// A fix as an instruction.
pub(super) fn fix(fix: &Fix) -> String {
    match fix {
        Fix::Similar { entry, phrase } => format!("把「{phrase}」加入 {entry} 的相似问题"),
        Fix::Negative { entry, phrase } => format!("把「{phrase}」加入 {entry} 的否定问法"),
        Fix::Keywords { entry, phrase } => {
            format!("把「{phrase}」里的说法加入 {entry} 的 keywords")
        }
        Fix::None { why } => why.clone(),
    }
}

fn standing_label(standing: Standing) -> &'static str {
    match standing {
        Standing::Proven => "已证明",
        Standing::Unproven => "未证明",
    }
}

/// The name of a kind of expected outcome.
pub(super) fn expected_label(kind: &str) -> &str {
    match kind {
        "faq" => "问答",
        "spec" => "商品参数",
        "product" => "商品",
        "policy" => "政策",
        "size" => "尺码",
        "script" => "寒暄话术",
        "clarify" => "应反问",
        "handoff" => "应转人工",
        "any" => "转人工合计",
        "requested" => "要求人工",
        "complaint" => "投诉",
        "risk" => "风险",
        "order_specific" => "个人订单",
        "volatile_fact" => "实时信息",
        "sensitive" => "敏感词",
        "not_in_force" => "不在有效期",
        "repeated" => "反复未答",
        "low_confidence" => "把握不足",
        "no_match" => "没有记录",
        "default" => "默认",
        other => other,
    }
}

/// `87.3%`
pub(super) fn percent(share: f64) -> String {
    format!("{:.1}%", 100.0 * share)
}

/// `87.3%`, or a dash for a share of nothing.
fn percent_if_any(share: Option<f64>) -> String {
    share.map_or_else(|| "—".to_owned(), percent)
}

/// `84.9–89.5%`
pub(super) fn interval(estimate: &Estimate) -> String {
    format!("{:.1}–{:.1}%", 100.0 * estimate.low, 100.0 * estimate.high)
}

/// `+1.2`, in percentage points.
fn signed(difference: f64) -> String {
    format!("{:+.1}", 100.0 * difference)
}

fn line(out: &mut String, arguments: std::fmt::Arguments) {
    writeln!(out, "{arguments}").expect("writing to a string cannot fail");
}

/// A table after a blank line; the first column is flush left, the others flush right.
pub fn table(out: &mut String, header: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    let rows: Vec<Vec<String>> =
        std::iter::once(header.iter().map(|cell| cell.to_string()).collect())
            .chain(rows)
            .collect();
    let widths: Vec<usize> = (0..header.len())
        .map(|column| {
            rows.iter()
                .filter_map(|row| row.get(column))
                .map(|cell| width(cell))
                .max()
                .unwrap_or(0)
        })
        .collect();
    out.push('\n');
    for row in &rows {
        let mut text = String::new();
        for (column, (cell, wanted)) in row.iter().zip(&widths).enumerate() {
            let pad = " ".repeat(wanted - width(cell));
            match column {
                0 => text.extend([cell.as_str(), &pad]),
                _ => text.extend(["  ", &pad, cell]),
            }
        }
        out.push_str(text.trim_end());
        out.push('\n');
    }
}

/// The width of a text in terminal columns: two for Han characters and full-width marks.
fn width(text: &str) -> usize {
    text.chars()
        .map(|c| {
            if ('\u{2e80}'..='\u{ffe6}').contains(&c) {
                2
            } else {
                1
            }
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_whatever_the_script() {
        let mut out = String::new();
        let rows = [
            vec!["首位命中".to_owned(), "87.0%".to_owned()],
            vec!["AUROC".to_owned(), "9.1%".to_owned()],
        ];
        table(&mut out, &["指标", "数值"], rows.into_iter());
        let ends: Vec<usize> = out
            .lines()
            .filter(|line| !line.is_empty())
            .map(width)
            .collect();
        assert_eq!(ends, [15, 15, 15], "{out}");
    }
}
