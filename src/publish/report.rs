//! What a publish would change, and that as text for a terminal.

use jiff::Timestamp;

use super::causes::mark;
use super::compare::{Comparison, Kind, Said, Shift, Suspect, Threshold, compare};
use super::diff::{Changed, KnowledgeDiff, Named, diff};
use super::excerpt::{apart, head};
use super::gate::{Objection, judge};
use crate::answer::{Engine, Outcome, Question, Reason};

/// The differences between two snapshots.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Report {
    /// Shop id.
    pub shop: String,
    /// The changes in the knowledge.
    pub knowledge: KnowledgeDiff,
    /// The changes in the answers.
    pub answers: Comparison,
    /// The objections of the gate; empty if it has none.
    pub objections: Vec<Objection>,
    /// Whether the gate was overridden.
    pub forced: bool,
}

impl Report {
    /// What changes for the buyers of `shop` if `after` takes the place of `before`, by the golden questions and by the
    /// `real` ones, which must be masked.
    pub fn new(
        shop: &str,
        [before, after]: [&Engine; 2],
        now: Timestamp,
        real: &[Question],
    ) -> Report {
        let [old, new] = [before, after].map(|engine| &engine.snapshot.shop);
        let (knowledge, answers) = rayon::join(
            || diff(old, new),
            || {
                let mut answers = compare(before, after, now, real);
                mark(before, after, now, &mut answers);
                answers
            },
        );
        Report {
            shop: shop.to_owned(),
            knowledge,
            objections: judge(&answers, &new.settings.gate),
            answers,
            forced: false,
        }
    }
}

/// Lines shown of each group. The HTML page and the JSON have the whole list.
const SHOWN: usize = 12;

/// Characters of an answer that fit beside another one on a line.
const WIDTH: usize = 36;

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
    suspects(&mut out, &answers.suspects);
    for (title, shifts) in answers.groups() {
        group(&mut out, title, &shifts);
    }
    // A threshold that looks the same in two digits is not shown.
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
        for field in fields {
            out.push_str(&format!(
                "      {}：{}\n",
                field.name,
                sides(&field.before, &field.after)
            ));
        }
    }
    more(out, diff.changed.len());
    for list in &diff.lists {
        out.push_str(&format!(
            "  ~ {}：{}\n",
            list.name,
            sides(&list.before, &list.after)
        ));
    }
}

/// The new and changed labels that do not fit the answers. They come first, since everything else may follow from one
/// of them.
fn suspects(out: &mut String, suspects: &[Suspect]) {
    if suspects.is_empty() {
        return;
    }
    out.push_str(&format!(
        "新增或改过的考题与回答不符：{}（先核对这些）\n",
        suspects.len()
    ));
    for suspect in suspects.iter().take(SHOWN) {
        out.push_str(&format!(
            "  {}（{}）\n    期望 {}，实际{}\n",
            suspect.question,
            suspect.place,
            suspect.wanted(),
            said(&suspect.said)
        ));
    }
    more(out, suspects.len());
}

/// Two texts, quoted and cut to where they differ.
fn sides(before: &str, after: &str) -> String {
    let quoted = |text: String| match text.is_empty() {
        true => "（空）".to_owned(),
        false => format!("「{text}」"),
    };
    let [before, after] = apart(before, after, WIDTH).map(quoted);
    format!("{before} → {after}")
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
        let gone = match shift.gone {
            true => "，期望的条目已不存在",
            false => "",
        };
        out.push_str(&format!("  {}{times}{place}{gone}\n", shift.question));
        let (before, after) = (said(&shift.before), said(&shift.after));
        match before == after {
            true => out.push_str(&format!("    {before}\n")),
            false => out.push_str(&format!("    {before} → {after}\n")),
        }
        if let Some(texts) = texts(shift) {
            out.push_str(&format!("    {texts}\n"));
        }
    }
    more(out, shifts.len());
}

/// The answer before and after, if one of the two is an answer.
fn texts(shift: &Shift) -> Option<String> {
    let (before, after) = (&shift.before.reply, &shift.after.reply);
    match shift.kind {
        Kind::Silenced => Some(format!("原来说「{}」", head(before, WIDTH))),
        Kind::Answered => Some(format!("现在说「{}」", head(after, WIDTH))),
        Kind::Replaced | Kind::Reworded => Some(sides(before, after)),
        Kind::Rerouted => None,
    }
}

fn more(out: &mut String, all: usize) {
    if all > SHOWN {
        out.push_str(&format!("  … 另有 {} 条\n", all - SHOWN));
    }
}

/// A reply in a few words.
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
