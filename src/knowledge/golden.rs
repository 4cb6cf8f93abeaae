//! Reads golden questions.

use super::context::Context;
use super::finding::{At, Finding, Log, Severity};
use super::header::{ColumnDef, column};
use super::model::{Expect, Golden};
use super::names::{fold, nearest};
use super::table::{Row, Sheet, SourceFile, each_sheet};
use super::{cells, dates, lists};

/// The columns of `golden.csv`.
pub(crate) const COLUMNS: &[ColumnDef] = &[
    column("question", false, &["问题", "标准问题"]),
    column("expect", false, &["期望", "预期", "expected"]),
    column("product", false, &["商品", "商品编号"]),
    column("at", false, &["时间"]),
    column("previous", true, &["前文", "上文", "之前的消息"]),
    column("order_state", false, &["订单状态"]),
    column("note", false, &["备注", "说明"]),
];

/// The reasons of a handoff, as written in `handoff:<reason>` and `[handoff.topics]`.
pub(super) const REASONS: &[&str] = &[
    "requested",
    "complaint",
    "risk",
    "order_specific",
    "volatile_fact",
    "sensitive",
    "not_in_force",
    "repeated",
    "low_confidence",
    "no_match",
];

/// The golden questions of one file. A row that cannot be read is skipped with a warning, since a golden question must
/// not block an urgent fix. Only a file that cannot be read as a table is an error.
pub(crate) fn read(
    file: &SourceFile,
    context: &Context,
    findings: &mut Vec<Finding>,
) -> Vec<Golden> {
    let mut golden = Vec::new();
    each_sheet(file, findings, |sheet, log| {
        read_sheet(file, sheet, context, &mut golden, log)
    });
    golden
}

fn read_sheet(
    file: &SourceFile,
    sheet: &Sheet,
    context: &Context,
    golden: &mut Vec<Golden>,
    log: &mut Log,
) {
    let required = ["question", "expect"];
    let Some(header) = context.header(file, sheet, COLUMNS, &required, false, log) else {
        return;
    };
    let fields = header.fields(COLUMNS);
    for row in &sheet.rows[header.body..] {
        if !header.check_width(Severity::Warning, row, log) {
            continue;
        }
        let asked = fields["question"].text(row);
        if asked.is_empty() {
            left_out(
                row,
                &fields["question"].header,
                "the question is empty",
                "write one or remove the row",
                log,
            );
            continue;
        }
        let expect = &fields["expect"];
        let Some(expected) = read_expect(row, expect.text(row), &expect.header, log) else {
            continue;
        };
        let at = match fields["at"].text(row) {
            "" => None,
            text => match dates::parse(text, &context.zone) {
                Ok(moment) => Some(moment.start),
                Err(error) => {
                    left_out(
                        row,
                        &fields["at"].header,
                        &error.to_string(),
                        error.remedy(),
                        log,
                    );
                    continue;
                }
            },
        };
        let state = fields["order_state"].text(row);
        let parsed = cells::parse_order_state(state);
        if parsed.is_none() && !state.is_empty() {
            let message = format!("\"{state}\" is no order state");
            left_out(
                row,
                &fields["order_state"].header,
                &message,
                &cells::order_state_remedy(state),
                log,
            );
            continue;
        }
        let product = fields["product"].text(row);
        golden.push(Golden {
            question: asked.to_string(),
            expect: expected,
            product: (!product.is_empty()).then(|| product.to_string()),
            at,
            previous: fields["previous"]
                .texts(row)
                .flat_map(lists::texts)
                .map(str::to_string)
                .collect(),
            order_state: parsed,
            note: fields["note"].text(row).to_string(),
            place: sheet.place(file, row.number),
        });
    }
}

fn left_out(row: &Row, column: &str, message: &str, remedy: &str, log: &mut Log) {
    log.warning(
        "bad-golden",
        At::cell(row.number, column),
        format!("{message}; this golden question is left out"),
        remedy,
    );
}

fn read_expect(row: &Row, text: &str, header: &str, log: &mut Log) -> Option<Expect> {
    if text.is_empty() {
        let remedy = "write an entry id such as faq:A01, or clarify, or handoff";
        left_out(row, header, "nothing is expected", remedy, log);
        return None;
    }
    let (kind, detail) = text.split_once([':', '：']).unwrap_or((text, ""));
    match fold(kind).as_str() {
        "clarify" | "澄清" if detail.is_empty() => return Some(Expect::Clarify),
        "handoff" | "转人工" => {
            let reason = detail.trim();
            if !reason.is_empty() && !REASONS.contains(&reason) {
                let remedy = match nearest(reason, REASONS.iter().copied()) {
                    Some(near) => format!("write handoff:{near}"),
                    None => format!(
                        "write handoff, or handoff: and one of {}",
                        REASONS.join(", ")
                    ),
                };
                left_out(
                    row,
                    header,
                    &format!("\"{reason}\" is no reason of a handoff"),
                    &remedy,
                    log,
                );
                return None;
            }
            return Some(Expect::Handoff(
                (!reason.is_empty()).then(|| reason.to_string()),
            ));
        }
        _ => {}
    }
    Some(Expect::Entries(
        lists::ids(text).map(str::to_string).collect(),
    ))
}
