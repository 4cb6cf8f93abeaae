//! The report of a publish as one self-contained HTML file without scripts, fonts or network.

use super::compare::{Kind, Shift};
use super::diff::Named;
use super::excerpt::apart;
use super::gate::Objection;
use super::report::{Report, said};
use crate::eval::html::{self, chip, document};

/// The most characters shown of a text.
const LONGEST: usize = 120;

/// A report as a page.
pub fn page(report: &Report) -> String {
    let answers = &report.answers;
    let title = format!("{} 发布对比", report.shop);
    let mut body = format!(
        "<header><h1>{}</h1><p><code>{}</code> → <code>{}</code> · {} 个考题，{} 个真实问题，{} 个有变化</p>{}</header>",
        escape(&title),
        escape(&answers.before),
        escape(&answers.after),
        answers.golden,
        answers.real,
        answers.shifts.len(),
        verdict(report)
    );
    tiles(&mut body, report);
    suspects(&mut body, report);
    for (title, shifts) in answers.groups() {
        group(&mut body, title, &shifts);
    }
    thresholds(&mut body, report);
    knowledge(&mut body, report);
    document(&title, &body)
}

fn verdict(report: &Report) -> String {
    if report.objections.is_empty() {
        return "<p class=\"badge good\">可以发布</p>".into();
    }
    let word = if report.forced {
        "已强制发布"
    } else {
        "不予发布"
    };
    let reasons = report.objections.iter().map(|objection| match objection {
        Objection::Golden { worse, allowed } => {
            format!("{worse} 个考题变差，最多允许 {allowed} 个")
        }
        Objection::Removed { removed, of } => {
            format!("golden.csv 里原有 {of} 个考题，少了 {removed} 个")
        }
        Objection::Replay {
            changed,
            asked,
            allowed,
        } => {
            format!(
                "{asked} 个真实问题中 {changed} 个不再回答或换了答案，最多允许 {:.0}%",
                allowed * 100.0
            )
        }
    });
    format!(
        "<p class=\"badge weak\">{word}：{}</p>",
        escape(&reasons.collect::<Vec<_>>().join("；"))
    )
}

fn tiles(body: &mut String, report: &Report) {
    let shifts = &report.answers.shifts;
    let count = |kind: Kind| shifts.iter().filter(|shift| shift.kind == kind).count();
    body.push_str("<section class=\"tiles\">");
    let mut tile = |figure: usize, label: &str| {
        body.push_str(&format!("<div><b>{figure}</b><span>{label}</span></div>"));
    };
    tile(report.answers.worse().count(), "考题变差");
    tile(count(Kind::Silenced), "变为不答");
    tile(count(Kind::Replaced), "换了答案");
    tile(count(Kind::Answered), "新增回答");
    tile(count(Kind::Rerouted), "处理方式变");
    tile(count(Kind::Reworded), "文字变");
    body.push_str("</section>");
}

/// The new and changed labels that do not fit the answers.
fn suspects(body: &mut String, report: &Report) {
    let suspects = &report.answers.suspects;
    if suspects.is_empty() {
        return;
    }
    body.push_str(&format!(
        "<section><h2>新增或改过的考题与回答不符（{}），先核对这些</h2><table class=\"list\"><tr><th>问题<th>期望<th>实际<th>出处",
        suspects.len()
    ));
    for suspect in suspects {
        body.push_str(&format!(
            "<tr><td>{}<td>{}<td>{}<td>{}",
            escape(&suspect.question),
            escape(&suspect.wanted()),
            escape(&said(&suspect.said)),
            escape(&suspect.place)
        ));
    }
    body.push_str("</table></section>");
}

fn group(body: &mut String, title: &str, shifts: &[&Shift]) {
    body.push_str(&format!(
        "<section><h2>{title}（{}）</h2><table class=\"list\"><tr><th>问题<th>之前<th>之后<th>出处",
        shifts.len()
    ));
    for shift in shifts {
        let times = if shift.times > 1 {
            format!("<small>问过 {} 次</small>", shift.times)
        } else {
            String::new()
        };
        let product = shift
            .product
            .as_ref()
            .map(|id| format!("<small>{}</small>", escape(id)))
            .unwrap_or_default();
        let gone = match shift.gone {
            true => "<small>期望的条目已不存在</small>",
            false => "",
        };
        let [was, is] = apart(&shift.before.reply, &shift.after.reply, LONGEST);
        let both = [(&shift.before, was, 0), (&shift.after, is, 1)];
        let [before, after] = both.map(|(said_then, text, at)| {
            let chip = shift
                .verdicts
                .map(|verdicts| chip(verdicts[at]))
                .unwrap_or_default();
            format!(
                "{chip} {}<small>{}</small>",
                escape(&said(said_then)),
                escape(&text)
            )
        });
        body.push_str(&format!(
            "<tr><td>{}{product}{times}{gone}<td>{before}<td>{after}<td>{}",
            escape(&shift.question),
            escape(shift.place.as_deref().unwrap_or("真实问题"))
        ));
    }
    body.push_str("</table></section>");
}

fn thresholds(body: &mut String, report: &Report) {
    if report.answers.thresholds.is_empty() {
        return;
    }
    body.push_str("<section><h2>阈值</h2><table class=\"figures\"><tr><th>分类<th>之前<th>之后");
    for threshold in &report.answers.thresholds {
        body.push_str(&format!(
            "<tr><td>{}<td>{:.2}<td>{:.2}",
            escape(&threshold.category),
            threshold.before,
            threshold.after
        ));
    }
    body.push_str("</table></section>");
}

fn knowledge(body: &mut String, report: &Report) {
    let diff = &report.knowledge;
    if diff.is_empty() {
        return;
    }
    body.push_str("<section><h2>知识的变化</h2><table class=\"list\"><tr><th><th>条目<th>字段<th>之前<th>之后<th>位置");
    let place = |entry: &Named| format!("{}:{}", entry.place.file, entry.place.row);
    for (sign, entries) in [("新增", &diff.added), ("删除", &diff.removed)] {
        for entry in entries {
            body.push_str(&format!(
                "<tr><td>{sign}<td>{}<small>{}</small><td><td><td><td>{}",
                escape(&entry.title),
                escape(&entry.id),
                escape(&place(entry))
            ));
        }
    }
    for changed in &diff.changed {
        for field in &changed.fields {
            let [before, after] = apart(&field.before, &field.after, LONGEST);
            body.push_str(&format!(
                "<tr><td>修改<td>{}<small>{}</small><td>{}<td>{}<td>{}<td>{}",
                escape(&changed.entry.title),
                escape(&changed.entry.id),
                escape(&field.name),
                escape(&before),
                escape(&after),
                escape(&place(&changed.entry))
            ));
        }
    }
    for list in &diff.lists {
        let [before, after] = apart(&list.before, &list.after, LONGEST);
        body.push_str(&format!(
            "<tr><td>修改<td>整店<td>{}<td>{}<td>{}<td>",
            escape(&list.name),
            escape(&before),
            escape(&after)
        ));
    }
    body.push_str("</table></section>");
}

/// Text escaped for HTML; line ends stay.
fn escape(text: &str) -> String {
    html::escape(text).replace('\n', "<br>")
}
