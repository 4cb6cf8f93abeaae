//! The report as one self-contained HTML file without scripts, fonts or network.

use super::compare::Comparison;
use super::confusion::Confusion;
use super::figure::Figure;
use super::measures::Measures;
use super::outcome::Verdict;
pub(crate) use super::plot::escape;
use super::plot::{self, class};
use super::report::{
    COST_HEADER, Report, answered, comparison_rows, cost_cells, expectation, figure_rows, fix,
    handoff_cells, interval, names, percent,
};
use crate::knowledge::settings::default_budget;

/// The style of all reports.
const STYLE: &str = include_str!("report.css");

/// The page of one evaluation.
pub fn page(report: &Report) -> String {
    let measures = &report.measures;
    let budget = default_budget(&report.calibration.budgets);
    let mut body = String::new();
    let out = &mut body;
    push(
        out,
        &[
            "<header><h1>",
            &escape(&report.shop),
            " 评测报告</h1><p>快照 <code>",
            &escape(&report.snapshot),
            "</code> · ",
            &escape(&report.set),
            " · 共 ",
            &measures.questions.to_string(),
            " 问，应答 ",
            &measures.in_scope.to_string(),
            " 问，实际回答 ",
            &measures.answered.to_string(),
            " 问</p>",
            &calibration_badge(report),
            "</header>",
        ],
    );
    out.push_str(&tiles(measures));
    push(
        out,
        &[
            "<section class=\"pair\"><figure><h2>风险与覆盖</h2>",
            &plot::risk_coverage(&measures.curve, budget, report.calibration.default),
            "<figcaption>按置信度从高到低回答，答得越多，答错越多。圆点是现在的默认阈值，虚线是答错预算。</figcaption></figure>",
            "<figure><h2>可靠性</h2>",
            &plot::reliability(&measures.reliability),
            "<figcaption>置信度说 80%，就应当有 80% 答对：点越贴近虚线越好。颜色越深，问题越多。</figcaption></figure></section>",
            "<section><h2>各类问题的结果</h2>",
            &legend(),
            &plot::outcomes(measures),
            "</section>",
        ],
    );
    figures(out, measures);
    handoffs(out, measures);
    costs(out, report);
    confusions(out, &report.confusions);
    document(&format!("{} 评测报告", report.shop), &body)
}

/// The page of a comparison of two runs.
pub fn comparison_page(shop: &str, comparison: &Comparison) -> String {
    let mut body = String::new();
    let out = &mut body;
    push(
        out,
        &[
            "<header><h1>",
            &escape(shop),
            " 快照对比</h1><p><code>",
            &escape(&comparison.before_name),
            "</code> → <code>",
            &escape(&comparison.after_name),
            "</code> · ",
            &comparison.after.questions.to_string(),
            " 个问题，",
            &comparison.changes.len().to_string(),
            " 个结果有变化</p></header>",
        ],
    );
    table(
        out,
        "指标",
        "figures",
        &["指标", "之前", "之后", "变化（百分点）", "95% 区间", ""],
        comparison_rows(comparison),
    );
    out.push_str("<section><h2>结果的去向</h2><div class=\"before-after\"><h3>之前</h3>");
    push(
        out,
        &[
            &plot::outcomes(&comparison.before),
            "<h3>之后</h3>",
            &plot::outcomes(&comparison.after),
            "</div>",
        ],
    );
    push(out, &[&legend(), "</section>"]);
    if !comparison.changes.is_empty() {
        out.push_str("<section><h2>有变化的问题</h2><table class=\"list\"><tr><th>之前<th>之后<th>问题<th>之前所答<th>之后所答<th>出处");
        for change in &comparison.changes {
            push(
                out,
                &[
                    "<tr><td>",
                    &chip(change.before),
                    "<td>",
                    &chip(change.after),
                    "<td>",
                    &escape(&change.question),
                    "<td>",
                    &escape(&answered(&change.answered_before)),
                    "<td>",
                    &escape(&answered(&change.answered_after)),
                    "<td>",
                    &escape(&change.place),
                ],
            );
        }
        out.push_str("</table></section>");
    }
    document(&format!("{shop} 快照对比"), &body)
}

/// A page of its own, with the style of all reports; `body` is HTML.
pub(crate) fn document(title: &str, body: &str) -> String {
    let title = escape(title);
    format!(
        "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">\
         <title>{title}</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>\n"
    )
}

/// The figures that people look at first.
fn tiles(measures: &Measures) -> String {
    let shown = [
        Figure::Passed,
        Figure::Top1,
        Figure::Coverage,
        Figure::Wrong,
        Figure::Leaked,
        Figure::CorrectAt95,
    ];
    let mut out = String::from("<section class=\"tiles\">");
    for figure in shown {
        if let Some(estimate) = measures.figures.get(&figure) {
            push(
                &mut out,
                &[
                    "<div><b>",
                    &percent(estimate.value),
                    "</b><span>",
                    figure.label(),
                    "</span><small>",
                    &interval(estimate),
                    "</small></div>",
                ],
            );
        }
    }
    out.push_str("</section>");
    out
}

fn calibration_badge(report: &Report) -> String {
    let calibration = &report.calibration;
    match calibration.calibrated {
        true => format!(
            "<p class=\"badge good\">已校准：{} 条标注，置信水平 {}</p>",
            calibration.labels,
            percent(calibration.confidence)
        ),
        false => format!(
            "<p class=\"badge weak\">未校准：{} 条标注不足以证明答错率在预算之内，使用保守阈值</p>",
            calibration.labels
        ),
    }
}

fn legend() -> String {
    let mut out = String::from("<p class=\"legend\">");
    for verdict in Verdict::ALL {
        out.push_str(&chip(verdict));
    }
    out.push_str("</p>");
    out
}

/// A verdict in its colour.
pub(crate) fn chip(verdict: Verdict) -> String {
    format!(
        "<span class=\"chip {}\">{}</span>",
        class(verdict),
        verdict.label()
    )
}

fn figures(out: &mut String, measures: &Measures) {
    table(
        out,
        "全部指标",
        "figures",
        &["指标", "数值", "95% 区间"],
        figure_rows(measures),
    );
}

fn handoffs(out: &mut String, measures: &Measures) {
    let rows = measures.handoffs.iter();
    let rows = rows
        .filter(|row| row.expected + row.given > 0)
        .map(handoff_cells);
    table(
        out,
        "转人工",
        "figures",
        &["原因", "应转", "实转", "精确率", "召回率"],
        rows,
    );
}

fn costs(out: &mut String, report: &Report) {
    if report.costs.is_empty() {
        return;
    }
    let rows = report.costs.iter().map(cost_cells);
    table(out, "预算与代价", "figures", &COST_HEADER, rows);
}

fn confusions(out: &mut String, confusions: &[Confusion]) {
    if confusions.is_empty() {
        return;
    }
    out.push_str("<section><h2>与预期不符</h2><table class=\"list\"><tr><th>结果<th>问题<th>预期<th>得到<th>置信度<th>怎样改");
    for confusion in confusions {
        push(
            out,
            &[
                "<tr><td>",
                &chip(confusion.verdict),
                "<td>",
                &escape(&confusion.question),
                "<small>",
                &escape(&confusion.place),
                "</small><td>",
                &escape(&expectation(confusion)),
                "<td>",
                &escape(&names(&confusion.got)),
                "<small>",
                &escape(&confusion.decision),
                "</small><td class=\"number\">",
                &format!("{:.2}", confusion.confidence),
                "<td>",
                &escape(&fix(&confusion.fix)),
            ],
        );
    }
    out.push_str("</table></section>");
}

/// A titled table; nothing if there are no rows. The first column is flush left.
fn table(
    out: &mut String,
    title: &str,
    class: &str,
    header: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
) {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return;
    }
    push(
        out,
        &[
            "<section><h2>",
            title,
            "</h2><table class=\"",
            class,
            "\"><tr>",
        ],
    );
    for cell in header {
        push(out, &["<th>", cell]);
    }
    for row in rows {
        out.push_str("<tr>");
        for cell in row {
            push(out, &["<td>", &escape(&cell)]);
        }
    }
    out.push_str("</table></section>");
}

fn push(out: &mut String, parts: &[&str]) {
    out.extend(parts.iter().copied());
}

#[cfg(test)]
mod tests;
