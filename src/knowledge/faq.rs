//! Reads FAQ sheets.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::context::Context;
use super::finding::{At, Finding, Log, Severity};
use super::header::{ColumnDef, Fields, column};
use super::model::{Conditions, Faq, Place};
use super::names::fold;
use super::table::{Row, Sheet, SourceFile, each_sheet};
use super::{cells, lists};
use crate::text::hex;
use crate::text::normalise::normalise;

/// The columns of an FAQ sheet.
pub(crate) const COLUMNS: &[ColumnDef] = &[
    // 序号 is left out: it counts rows, so a new row at the top would change the entry that every golden question and
    // receipt names.
    column("id", false, &["编号", "问题编号", "faq_id"]),
    column(
        "question",
        false,
        &[
            "标准问题",
            "问题",
            "标准问",
            "标准问法",
            "standard_question",
        ],
    ),
    column(
        "similar",
        true,
        &[
            "相似问题",
            "相似问法",
            "相似问",
            "扩展问",
            "扩展问法",
            "similar_questions",
        ],
    ),
    column(
        "negative",
        true,
        &["否定问法", "否定问题", "反例", "negatives"],
    ),
    column("keywords", true, &["关键词", "关键字", "keyword"]),
    column(
        "answer",
        false,
        &["答案", "回答", "标准答案", "回复", "answers"],
    ),
    column("category", false, &["分类", "类别", "问题分类"]),
    column("products", true, &["适用商品", "商品", "product"]),
    column("categories", true, &["适用类目", "类目"]),
    column("order_states", true, &["订单状态", "order_state"]),
    column("layer", false, &["层级"]),
    column("valid_from", false, &["生效时间", "生效日期", "开始时间"]),
    column(
        "valid_until",
        false,
        &["失效时间", "失效日期", "结束时间", "valid_to"],
    ),
    column("clarify", false, &["是否澄清", "澄清"]),
    column("related", true, &["关联问题", "相关问题"]),
    column("intent", true, &["意图", "intents"]),
    column("note", true, &["备注", "说明", "remark", "notes"]),
];

/// The entries of one file.
pub(crate) fn read(file: &SourceFile, context: &Context, findings: &mut Vec<Finding>) -> Vec<Faq> {
    let mut entries = Vec::new();
    let mut derived = HashMap::new();
    each_sheet(file, findings, |sheet, log| {
        read_sheet(file, sheet, context, &mut derived, &mut entries, log)
    });
    entries
}

fn read_sheet(
    file: &SourceFile,
    sheet: &Sheet,
    context: &Context,
    derived: &mut HashMap<String, u32>,
    entries: &mut Vec<Faq>,
    log: &mut Log,
) {
    let required = ["question", "answer"];
    let Some(header) = context.header(file, sheet, COLUMNS, &required, false, log) else {
        return;
    };
    let fields = header.fields(COLUMNS);
    let body = &sheet.rows[header.body..];
    entries.reserve(body.len());
    let first = entries.len();
    for row in body {
        if !header.check_width(Severity::Error, row, log) {
            continue;
        }
        let Some(mut entry) = read_row(row, &fields, context, log) else {
            continue;
        };
        entry.place = sheet.place(file, row.number);
        // One entry over several rows: its cells are merged, with one similar question in each row.
        if sheet.workbook
            && let Some(last) = entries[first..].last_mut()
            && same_entry(last, &entry)
        {
            for (to, from) in [
                (&mut last.similar, entry.similar),
                (&mut last.negative, entry.negative),
                (&mut last.intents, entry.intents),
            ] {
                to.extend(from);
                deduplicate(to);
            }
            continue;
        }
        entries.push(entry);
    }
    for entry in &mut entries[first..] {
        if entry.id.is_empty() {
            entry.id = derive_id(&file.path, &entry.question, derived);
        }
    }
}

fn read_row(row: &Row, fields: &Fields, context: &Context, log: &mut Log) -> Option<Faq> {
    let (question, answer) = (fields["question"].text(row), fields["answer"].text(row));
    if question.is_empty() {
        log.error(
            "missing-question",
            At::cell(row.number, &fields["question"].header),
            "the question is empty",
            "write one or remove the row",
        );
        return None;
    }
    if answer.is_empty() {
        log.error(
            "missing-answer",
            At::cell(row.number, &fields["answer"].header),
            "the answer is empty",
            "write one or remove the row",
        );
        return None;
    }
    let mut similar = cells::texts(row, &fields["similar"], log);
    similar.retain(|text| text != question);
    Some(Faq {
        id: fields["id"].text(row).to_string(),
        question: question.to_string(),
        similar,
        negative: cells::texts(row, &fields["negative"], log),
        answer: answer.to_string(),
        category: fields["category"].text(row).to_string(),
        conditions: Conditions {
            products: cells::ids(row, &fields["products"]),
            categories: cells::ids(row, &fields["categories"]),
            order_states: cells::order_states(row, &fields["order_states"], log),
            keywords: fields["keywords"]
                .texts(row)
                .flat_map(lists::keywords)
                // Keywords are compared with normalised text: VC must be found in vc精华.
                .map(|words| words.iter().map(|word| normalise(word)).collect())
                .collect(),
        },
        layer: cells::layer(row, &fields["layer"], log),
        window: cells::window(
            row,
            &fields["valid_from"],
            &fields["valid_until"],
            &context.zone,
            log,
        ),
        clarify: cells::flag(row, &fields["clarify"], log),
        related: cells::ids(row, &fields["related"]),
        intents: cells::ids(row, &fields["intent"]),
        place: Place::default(),
    })
}

/// Whether two rows of a workbook are one entry: everything but phrasings, intents and place is the same, and one of these
/// differs.
fn same_entry(one: &Faq, other: &Faq) -> bool {
    // Most rows differ here, and need not be copied to be compared.
    if one.question != other.question || one.answer != other.answer {
        return false;
    }
    let alike = Faq {
        similar: one.similar.clone(),
        negative: one.negative.clone(),
        intents: one.intents.clone(),
        ..other.clone()
    };
    one.says_the_same(&alike) && !one.says_the_same(other)
}

/// Removes later repeats, keeping order.
fn deduplicate(texts: &mut Vec<String>) {
    let mut seen = std::collections::HashSet::new();
    texts.retain(|text| seen.insert(text.clone()));
}

/// Derives an id: `q-` and the first ten hex digits of SHA-256 over file, newline and folded question. If the same
/// question comes again in the same file (limited to other products, say), it gets `-2`, `-3` … in row order.
fn derive_id(file: &str, question: &str, derived: &mut HashMap<String, u32>) -> String {
    let mut hash = Sha256::new();
    hash.update(file);
    hash.update("\n");
    hash.update(fold(question));
    let mut id = format!("q-{}", hex(&hash.finalize()[..5]));
    let count = derived.entry(id.clone()).or_insert(0);
    *count += 1;
    if *count > 1 {
        id.push_str(&format!("-{count}"));
    }
    id
}
