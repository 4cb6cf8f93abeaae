//! The plots of the report as inline SVG. Colours are CSS classes, so they follow light and dark mode.

use std::fmt::Write;

use super::measures::{BINS, Bin, CurvePoint, Measures};
use super::outcome::Verdict;
use super::report::{expected_label, percent};

/// The box of a square plot inside its `viewBox`, in SVG units.
const LEFT: f64 = 56.0;
const TOP: f64 = 14.0;
const WIDE: f64 = 400.0;
const HIGH: f64 = 260.0;

/// An axis from 0 to `end`.
struct Axis {
    end: f64,
    step: f64,
}

fn x(share: f64) -> f64 {
    LEFT + WIDE * share
}

fn y(axis: &Axis, value: f64) -> f64 {
    TOP + HIGH * (1.0 - (value / axis.end).min(1.0))
}

/// Grid lines, tick labels and axis titles of a plot whose x axis runs from 0 to 100 %.
fn frame(svg: &mut String, axis: &Axis, title_x: &str, title_y: &str) {
    let bottom = TOP + HIGH;
    for tick in 0..=5 {
        let share = f64::from(tick) / 5.0;
        let at = x(share);
        put(
            svg,
            format_args!(
                r#"<line class="grid" x1="{at:.1}" y1="{TOP}" x2="{at:.1}" y2="{bottom}"/>"#
            ),
        );
        let label = bottom + 18.0;
        put(
            svg,
            format_args!(
                r#"<text x="{at:.1}" y="{label}" text-anchor="middle">{:.0}%</text>"#,
                100.0 * share
            ),
        );
    }
    let decimals = if axis.step < 0.01 { 1 } else { 0 };
    for tick in 0..=(axis.end / axis.step).round() as u32 {
        let value = f64::from(tick) * axis.step;
        let at = y(axis, value);
        let right = LEFT + WIDE;
        put(
            svg,
            format_args!(
                r#"<line class="grid" x1="{LEFT}" y1="{at:.1}" x2="{right}" y2="{at:.1}"/>"#
            ),
        );
        let (label_x, label_y) = (LEFT - 8.0, at + 4.0);
        let value = 100.0 * value;
        put(
            svg,
            format_args!(
                r#"<text x="{label_x}" y="{label_y:.1}" text-anchor="end">{value:.decimals$}%</text>"#
            ),
        );
    }
    let (middle, below) = (LEFT + WIDE / 2.0, bottom + 40.0);
    put(
        svg,
        format_args!(
            r#"<text class="title" x="{middle}" y="{below}" text-anchor="middle">{title_x}</text>"#
        ),
    );
    let half = TOP + HIGH / 2.0;
    put(
        svg,
        format_args!(
            r#"<text class="title" x="14" y="{half}" text-anchor="middle" transform="rotate(-90 14 {half})">{title_y}</text>"#
        ),
    );
}

fn open(svg: &mut String, name: &str) {
    let (wide, high) = (LEFT + WIDE + 20.0, TOP + HIGH + 52.0);
    put(
        svg,
        format_args!(r#"<svg viewBox="0 0 {wide} {high}" role="img" aria-label="{name}">"#),
    );
}

/// The risk–coverage curve: share answered against share of wrong answers. `budget` is drawn as a line, `threshold` as
/// the point at which the snapshot answers.
pub(super) fn risk_coverage(curve: &[CurvePoint], budget: f64, threshold: f64) -> String {
    let mut svg = String::new();
    open(&mut svg, "风险与覆盖曲线");
    let highest = curve.iter().map(|point| point.risk).fold(budget, f64::max);
    let axis = axis(highest);
    frame(
        &mut svg,
        &axis,
        "回答的比例（从最有把握的问题开始）",
        "已答中的答错率",
    );
    let level = y(&axis, budget);
    let right = LEFT + WIDE;
    put(
        &mut svg,
        format_args!(
            r#"<line class="budget" x1="{LEFT}" y1="{level:.1}" x2="{right}" y2="{level:.1}"/>"#
        ),
    );
    let label = level - 5.0;
    put(
        &mut svg,
        format_args!(
            r#"<text class="budget-label" x="{:.1}" y="{label:.1}" text-anchor="end">预算 {}</text>"#,
            right - 4.0,
            percent(budget)
        ),
    );
    let points: Vec<String> = curve
        .iter()
        .map(|point| format!("{:.1},{:.1}", x(point.coverage), y(&axis, point.risk)))
        .collect();
    put(
        &mut svg,
        format_args!(r#"<polyline class="curve" points="{}"/>"#, points.join(" ")),
    );
    if let Some(now) = curve
        .iter()
        .rev()
        .find(|point| point.threshold >= threshold)
    {
        let (cx, cy) = (x(now.coverage), y(&axis, now.risk));
        put(
            &mut svg,
            format_args!(
                r#"<circle class="now" cx="{cx:.1}" cy="{cy:.1}" r="5"><title>阈值 {threshold:.3}：回答 {}，其中答错 {}</title></circle>"#,
                percent(now.coverage),
                percent(now.risk)
            ),
        );
        // The label goes below the point, since the curve mostly rises, unless the axis is there.
        let label = if cy < TOP + HIGH - 30.0 {
            cy + 18.0
        } else {
            cy - 10.0
        };
        let (anchor, dx) = if now.coverage > 0.7 {
            ("end", -9.0)
        } else {
            ("start", 9.0)
        };
        put(
            &mut svg,
            format_args!(
                r#"<text class="now-label" x="{:.1}" y="{:.1}" text-anchor="{anchor}">当前阈值 {threshold:.2}</text>"#,
                cx + dx,
                label
            ),
        );
    }
    svg.push_str("</svg>");
    svg
}

/// An axis for values up to `highest`, with four to six round steps.
fn axis(highest: f64) -> Axis {
    let step = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2]
        .into_iter()
        .find(|step| step * 5.0 >= highest)
        .unwrap_or(0.2);
    Axis {
        end: (highest / step).ceil().max(4.0) * step,
        step,
    }
}

/// The reliability diagram: share of right answers in each bin of confidence; the diagonal is perfect. The opacity of a
/// bar shows the number of its questions.
pub(super) fn reliability(bins: &[Bin]) -> String {
    let mut svg = String::new();
    open(&mut svg, "可靠性图");
    let axis = Axis {
        end: 1.0,
        step: 0.2,
    };
    frame(&mut svg, &axis, "置信度", "首位正确的比例");
    let most = bins.iter().map(|bin| bin.count).max().unwrap_or(1);
    let wide = WIDE / BINS as f64 - 3.0;
    for bin in bins {
        let strength = 0.25 + 0.75 * (f64::from(bin.count) / f64::from(most)).sqrt();
        let (left, top) = (x(bin.low) + 1.5, y(&axis, bin.right));
        let high = (TOP + HIGH - top).max(1.5);
        let top = TOP + HIGH - high;
        put(
            &mut svg,
            format_args!(
                r#"<rect class="bar" x="{left:.1}" y="{top:.1}" width="{wide:.1}" height="{high:.1}" rx="2" fill-opacity="{strength:.2}"><title>{} 问，平均置信度 {}，正确 {}</title></rect>"#,
                bin.count,
                percent(bin.confidence),
                percent(bin.right)
            ),
        );
    }
    let (left, bottom, right) = (x(0.0), TOP + HIGH, x(1.0));
    put(
        &mut svg,
        format_args!(r#"<line class="ideal" x1="{left}" y1="{bottom}" x2="{right}" y2="{TOP}"/>"#),
    );
    for bin in bins {
        let (cx, cy) = (x(bin.confidence), y(&axis, bin.right));
        put(
            &mut svg,
            format_args!(r#"<circle class="dot" cx="{cx:.1}" cy="{cy:.1}" r="3"/>"#),
        );
    }
    svg.push_str("</svg>");
    svg
}

/// The CSS class for a verdict's colour.
pub(super) fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Right => "right",
        Verdict::Clarified => "clarified",
        Verdict::OtherReason => "other",
        Verdict::Missed => "missed",
        Verdict::Wrong => "wrong",
    }
}

/// The outcomes of the questions, one bar per kind of expected outcome.
pub(super) fn outcomes(measures: &Measures) -> String {
    /// Height of a bar including the gap below.
    const ROW: f64 = 30.0;
    /// Where bars begin, and the width of a full one.
    const BARS: f64 = 96.0;
    const FULL: f64 = 760.0;
    let mut svg = String::new();
    let high = ROW * measures.verdicts.len() as f64 + 4.0;
    let wide = BARS + FULL + 60.0;
    put(
        &mut svg,
        format_args!(
            r#"<svg class="wide" viewBox="0 0 {wide} {high}" role="img" aria-label="各类问题的结果">"#
        ),
    );
    for (row, (kind, counts)) in measures.verdicts.iter().enumerate() {
        let top = ROW * row as f64 + 4.0;
        let middle = top + 15.0;
        let (label, after) = (BARS - 8.0, BARS + FULL + 8.0);
        let total: u32 = counts.values().sum();
        let name = escape(expected_label(kind));
        put(
            &mut svg,
            format_args!(r#"<text x="{label}" y="{middle}" text-anchor="end">{name}</text>"#),
        );
        put(
            &mut svg,
            format_args!(r#"<text x="{after}" y="{middle}">{total}</text>"#),
        );
        let mut left = BARS;
        for verdict in Verdict::ALL {
            let count = counts.get(&verdict).copied().unwrap_or(0);
            if count == 0 {
                continue;
            }
            let width = FULL * f64::from(count) / f64::from(total);
            let class = class(verdict);
            put(
                &mut svg,
                format_args!(
                    r#"<rect class="{class}" x="{left:.1}" y="{top}" width="{:.1}" height="22"><title>{name}：{} {count}</title></rect>"#,
                    (width - 1.5).max(1.0),
                    verdict.label()
                ),
            );
            if width > 26.0 {
                let centre = left + width / 2.0;
                put(
                    &mut svg,
                    format_args!(
                        r#"<text class="count" x="{centre:.1}" y="{middle}" text-anchor="middle">{count}</text>"#
                    ),
                );
            }
            left += width;
        }
    }
    svg.push_str("</svg>");
    svg
}

/// Text escaped for HTML and SVG, including attributes.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn put(svg: &mut String, arguments: std::fmt::Arguments) {
    svg.write_fmt(arguments)
        .expect("writing to a string cannot fail");
}
