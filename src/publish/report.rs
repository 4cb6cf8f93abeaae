//! What a publish would change, for people: text for a terminal.

use super::compare::{Comparison, Said, Shift, Threshold};
use super::diff::{Changed, KnowledgeDiff, Named};
use super::gate::Objection;
use crate::answer::{Outcome, Reason};

/// Everything there is to say about going from one snapshot to another.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Report {
    /// Shop id.
    pub shop: String,
    /// What changed in the knowledge.
    pub knowledge: KnowledgeDiff,
    /// What is answered differently.
    pub answers: Comparison,
    /// Why the gate refuses; empty: it does not.
    pub objections: Vec<Objection>,
    /// Whether the gate was overruled.
    pub forced: bool,
}

/// Lines of one group in a terminal; the whole list stands in the HTML page and in JSON.
const SHOWN: usize = 12;

/// The report as text.
pub fn text(report: &Report) -> String {
    let answers = &report.answers;
    let mut out = format!("{} {} → {}\n", report.shop, answers.before, answers.after);
    knowledge(&mut out, &report.knowledge);
    out.push_str(&format!(
        "回答：{} 个考题，{} 个真实问题，{} 个有变化\n",
        answers.golden,
        answers.real,
        answers.shifts.len()
    ));
    for (title, shifts) in answers.groups() {
        group(&mut out, title, &shifts);
    }
    // What looks the same in two digits is the same to a reader.
    let moved = |threshold: &&Threshold| {
        format!("{:.2}", threshold.before) != format!("{:.2}", threshold.after)
    };
    for threshold in answers.thresholds.iter().filter(moved) {
        out.push_str(&format!(
            "阈值　{} {:.2} → {:.2}\n",
            threshold.category, threshold.before, threshold.after
        ));
    }
    for objection in &report.objections {
        let verdict = if report.forced {
            "overruled"
        } else {
            "refused"
        };
        out.push_str(&format!("{verdict}: {objection}\n"));
    }
    out
}

fn knowledge(out: &mut String, diff: &KnowledgeDiff) {
    if diff.is_empty() {
        out.push_str("知识：没有变化\n");
        return;
    }
    out.push_str(&format!("知识：{}\n", diff.summary()));
    let mut list = |sign: &str, entries: &[Named]| {
        for entry in entries.iter().take(SHOWN) {
            out.push_str(&format!("  {sign} {} {}\n", entry.id, entry.title));
        }
        more(out, entries.len());
    };
    list("+", &diff.added);
    list("−", &diff.removed);
    for Changed { entry, fields } in diff.changed.iter().take(SHOWN) {
        let names = fields
            .iter()
            .map(|field| field.name.as_str())
            .collect::<Vec<_>>()
            .join(", ");
        out.push_str(&format!("  ~ {} {}（{names}）\n", entry.id, entry.title));
    }
    more(out, diff.changed.len());
}

fn group(out: &mut String, title: &str, shifts: &[&Shift]) {
    out.push_str(&format!("{title}：{}\n", shifts.len()));
    for shift in shifts.iter().take(SHOWN) {
        let place = shift
            .place
            .as_ref()
            .map(|place| format!("（{place}）"))
            .unwrap_or_default();
        let times = if shift.times > 1 {
            format!(" ×{}", shift.times)
        } else {
            String::new()
        };
        let question = &shift.question;
        out.push_str(&format!(
            "  {question}{times}{place}\n    {} → {}\n",
            said(&shift.before),
            said(&shift.after)
        ));
    }
    more(out, shifts.len());
}

fn more(out: &mut String, all: usize) {
    if all > SHOWN {
        out.push_str(&format!("  … 另有 {} 条\n", all - SHOWN));
    }
}

/// What was said, in a few words.
pub fn said(said: &Said) -> String {
    let entries = said.entries.join(" + ");
    match said.decision {
        Outcome::Answer => format!("答 {entries}"),
        Outcome::Clarify if said.options.is_empty() => "反问".into(),
        Outcome::Clarify => format!("给选项 {}", said.options.join(" / ")),
        Outcome::Handoff => {
            let reason = said.reason.map_or("handoff", Reason::as_str);
            if entries.is_empty() {
                format!("转人工 {reason}")
            } else {
                format!("答 {entries}，其余转人工 {reason}")
            }
        }
    }
}
