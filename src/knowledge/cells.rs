//! Reads cells of known meaning: lists, flags, layers, order states, windows.

use jiff::tz::TimeZone;

use super::finding::{At, Log};
use super::header::Field;
use super::model::{Layer, OrderState, Window};
use super::names::{fold, is_blank, nearest};
use super::table::Row;
use super::{dates, lists};

const LAYERS: &[(Layer, [&str; 2])] = &[
    (Layer::Law, ["law", "法律"]),
    (Layer::Platform, ["platform", "平台"]),
    (Layer::Shop, ["shop", "店铺"]),
    (Layer::Category, ["category", "类目"]),
    (Layer::Product, ["product", "商品"]),
    (Layer::Promotion, ["promotion", "活动"]),
];

const ORDER_STATES: &[(OrderState, &[&str])] = &[
    (OrderState::Unpaid, &["unpaid", "待付款", "未付款"]),
    (
        OrderState::Unshipped,
        &["unshipped", "待发货", "已付款", "未发货"],
    ),
    (OrderState::Shipped, &["shipped", "已发货", "待收货"]),
    (OrderState::Received, &["received", "已签收", "已收货"]),
    (OrderState::Refunding, &["refunding", "退款中"]),
    (OrderState::Done, &["done", "已完成", "交易成功"]),
    (OrderState::Closed, &["closed", "已关闭", "交易关闭"]),
];

/// The layer that a Chinese or English word names; an unknown one is an error.
pub(crate) fn parse_layer(word: &str, at: At, log: &mut Log) -> Option<Layer> {
    let folded = fold(word);
    let name = folded.strip_suffix('层').unwrap_or(&folded);
    let known = LAYERS.iter().find(|(_, names)| names.contains(&name));
    if known.is_none() {
        let names = LAYERS.iter().flat_map(|(_, names)| names.iter().copied());
        log.error(
            "unknown-layer",
            at,
            format!("\"{word}\" is no layer"),
            remedy(word, names, "法律, 平台, 店铺, 类目, 商品, 活动"),
        );
    }
    known.map(|(layer, _)| *layer)
}

/// The order state that a Chinese or English word names.
pub fn parse_order_state(word: &str) -> Option<OrderState> {
    let word = fold(word);
    ORDER_STATES
        .iter()
        .find(|(_, names)| names.contains(&word.as_str()))
        .map(|(state, _)| *state)
}

/// The order state in words for the buyer: 待发货.
pub fn order_state_name(state: OrderState) -> &'static str {
    ORDER_STATES
        .iter()
        .find(|(known, _)| *known == state)
        .map_or("", |(_, names)| names[1])
}

/// What to do about an unknown order state.
pub(crate) fn order_state_remedy(word: &str) -> String {
    let names = ORDER_STATES
        .iter()
        .flat_map(|(_, names)| names.iter().copied());
    remedy(
        word,
        names,
        "待付款, 待发货, 已发货, 已签收, 退款中, 已完成, 已关闭",
    )
}

fn remedy<'a>(word: &str, names: impl Iterator<Item = &'a str>, all: &str) -> String {
    match nearest(word, names) {
        Some(near) => format!("write {near} (known: {all})"),
        None => format!("write one of {all}"),
    }
}

/// The texts of a list, from all its columns.
pub(crate) fn texts(row: &Row, field: &Field, log: &mut Log) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    for cell in field.texts(row) {
        if lists::mixes_separators(cell) {
            log.warning(
                "mixed-separators",
                At::cell(row.number, &field.header),
                "the cell holds both lines and bars; it was split at the lines only",
                "separate all by bars, or all by lines",
            );
        }
        for item in lists::texts(cell) {
            if !items.iter().any(|known| known == item) {
                items.push(item.to_string());
            } else {
                log.warning(
                    "repeated-phrasing",
                    At::cell(row.number, &field.header),
                    format!("\"{item}\" stands twice"),
                    "remove one of them (zhike check --fix does)",
                );
            }
        }
    }
    items
}

/// The ids of a list, from all its columns.
pub(crate) fn ids(row: &Row, field: &Field) -> Vec<String> {
    field
        .texts(row)
        .flat_map(lists::ids)
        .filter(|id| !is_blank(id))
        .map(str::to_string)
        .collect()
}

/// The order states; an unknown one is an error.
pub(crate) fn order_states(row: &Row, field: &Field, log: &mut Log) -> Vec<OrderState> {
    let mut states = Vec::new();
    for word in field
        .texts(row)
        .flat_map(lists::ids)
        .flat_map(lists::words)
        .filter(|word| !is_blank(word))
    {
        match parse_order_state(word) {
            Some(state) => states.push(state),
            None => log.error(
                "unknown-order-state",
                At::cell(row.number, &field.header),
                format!("\"{word}\" is no order state"),
                order_state_remedy(word),
            ),
        }
    }
    states
}

/// The layer; an unknown one is an error.
pub(crate) fn layer(row: &Row, field: &Field, log: &mut Log) -> Layer {
    let word = field.text(row);
    if is_blank(word) {
        return Layer::default();
    }
    parse_layer(word, At::cell(row.number, &field.header), log).unwrap_or_default()
}

/// Yes or no; empty is no.
pub(crate) fn flag(row: &Row, field: &Field, log: &mut Log) -> bool {
    let word = field.text(row);
    match fold(word).as_str() {
        "是" | "y" | "yes" | "true" | "1" => true,
        "否" | "n" | "no" | "false" | "0" | "无" | "不" => false,
        // Signs alone; a tick may be followed by the mark that makes it an emoji.
        "" if matches!(
            word.trim_end_matches('\u{fe0f}'),
            "√" | "✓" | "✔" | "☑" | "✅"
        ) =>
        {
            true
        }
        "" if is_blank(word) || matches!(word, "×" | "✗" | "✘" | "❌") => false,
        _ => {
            log.error(
                "bad-flag",
                At::cell(row.number, &field.header),
                format!("\"{word}\" is neither yes nor no"),
                "write 是 or 否, or leave the cell empty",
            );
            false
        }
    }
}

/// A window from two columns; bad dates are errors.
pub(crate) fn window(
    row: &Row,
    from: &Field,
    until: &Field,
    zone: &TimeZone,
    log: &mut Log,
) -> Window {
    dates::window(
        (from.text(row), At::cell(row.number, &from.header)),
        (until.text(row), At::cell(row.number, &until.header)),
        zone,
        log,
    )
}
