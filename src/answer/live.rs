//! Fills facts of the minute into a decision that was made without them.
//!
//! [`answer`](super::answer) makes no network calls, so it hands such questions off. A server with connectors finds out
//! which facts they could supply ([`wanted`]), asks them, and puts the replies in place ([`settle`]). A part without a
//! reply stays a handoff, which shows only the ends of the order number.

use std::sync::LazyLock;

use jiff::Timestamp;
use regex::Regex;

use super::connector::{FactKind, fact_kind};
use super::product::Asked;
use super::reply::{compose, handoff};
use super::types::{Decision, Outcome, Part, Question, Reason, Source, of_parts};
use super::unnamed::unnamed;
use super::{Engine, parse, size};
use crate::knowledge::Product;
use crate::text::normalise::{normalise, squeeze};
use crate::text::pii::{self, mask_order};

/// Confidence of a fact from the merchant's own system.
const TOLD: f64 = 0.97;

/// Fewest digits of an order or parcel number. Shorter numbers are amounts, sizes and years.
const ORDER_DIGITS: usize = 8;

/// A fact that a part of a decision lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Index of the part.
    pub part: usize,
    /// The kind of fact; `None` if only the order is passed on to the person who takes over.
    pub kind: Option<FactKind>,
    /// Id of the product that the fact is about.
    pub product: Option<String>,
    /// Colour and size that the question names (`黑色/M`).
    pub sku: Option<String>,
    /// Id of the order, from the channel or from the buyer's words.
    pub order: Option<String>,
}

/// The facts that connectors could supply for the parts that were handed off as facts of the minute or of an order.
pub fn wanted(engine: &Engine, question: &Question, decision: &Decision) -> Vec<Wanted> {
    let lacks = |part: &Part| {
        let reason = part.reason;
        matches!(reason, Some(Reason::VolatileFact | Reason::OrderSpecific))
    };
    if !decision.parts.iter().any(lacks) {
        return Vec::new();
    }
    let question = &unnamed(question);
    let order = question.order.as_deref();
    let shop = &engine.snapshot.shop;
    let of = |(index, part): (usize, &Part)| {
        if !lacks(part) {
            return None;
        }
        let piece = parse::read(&part.question, &question.previous);
        let kind = fact_kind(&normalise(&part.question))
            .or_else(|| fact_kind(&piece.normalised))
            .filter(|kind| {
                let mut known = shop.settings.connectors.iter();
                known.any(|connector| connector.fact == kind.as_str())
            });
        let asked = Asked::of(engine, question, &piece.normalised);
        let product = asked.subject.one();
        let of_goods = |kind: &FactKind| matches!(kind, FactKind::Price | FactKind::Stock);
        let variant = product.filter(|_| kind.as_ref().is_some_and(of_goods));
        let variant = variant.map_or(Variant::Unnamed, |index| {
            variant_of(asked.product_at(index), &asked.plain.text)
        });
        let (kind, sku) = match variant {
            Variant::Unnamed => (kind, None),
            Variant::Sold(sku) => (kind, Some(sku)),
            // If the product is not sold in that colour, the stock of the product is not what is asked.
            Variant::NotSold => (None, None),
        };
        let product = product.map(|index| asked.product_at(index).id.clone());
        let order = order
            .map(str::to_owned)
            .filter(|_| part.reason == Some(Reason::OrderSpecific) || kind.is_some());
        (kind.is_some() || order.is_some()).then_some(Wanted {
            part: index,
            kind,
            product,
            sku,
            order,
        })
    };
    decision.parts.iter().enumerate().filter_map(of).collect()
}

/// What a question names of a product's colours and sizes.
#[derive(Debug, PartialEq, Eq)]
enum Variant {
    /// No colour or size.
    Unnamed,
    /// A colour or size in which the product is sold.
    Sold(String),
    /// A colour, a size or a combination in which it is not sold.
    NotSold,
}

/// The variant of `product` that a squeezed text names.
fn variant_of(product: &Product, text: &str) -> Variant {
    static COLOUR: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"[^颜什么几花角特哪各景出货色有的是]色")
            .expect("the test `variants_are_read` compiles it")
    });
    let plain = |name: &str| squeeze(&normalise(name));
    let named = |name: &str| {
        let name = plain(name);
        let sized = name.bytes().all(|b| b.is_ascii_alphanumeric());
        if sized {
            size::says_size(text, &name)
        } else {
            name.chars().nth(1).is_some() && text.contains(&name)
        }
    };
    let colour = product.skus.iter().find(|sku| named(&sku.colour));
    let size = product
        .skus
        .iter()
        .flat_map(|sku| &sku.sizes)
        .find(|size| named(size));
    let both = product.skus.iter().any(|sku| {
        colour.is_none_or(|colour| colour.colour == sku.colour)
            && size.is_none_or(|size| sku.sizes.contains(size))
    });
    match (colour, size) {
        (None, None) if !product.skus.is_empty() && COLOUR.is_match(text) => Variant::NotSold,
        (None, None) => Variant::Unnamed,
        (None, Some(_)) if COLOUR.is_match(text) => Variant::NotSold,
        _ if !both => Variant::NotSold,
        (Some(colour), Some(size)) => Variant::Sold(format!("{}/{size}", colour.colour)),
        (Some(colour), None) => Variant::Sold(colour.colour.clone()),
        (None, Some(size)) => Variant::Sold(size.clone()),
    }
}

/// The order that a question is about: the one known to the channel, else the newest number that the buyer wrote.
pub fn order_of(question: &Question) -> Option<String> {
    let known = question.order.clone().filter(|order| !order.is_empty());
    known.or_else(|| {
        std::iter::once(&question.text)
            .chain(question.previous.iter().rev())
            .find_map(|line| order_in(line))
    })
}

/// The decision with the ends of the order's number in the parts of which a person gets to know it.
pub(super) fn note_orders(engine: &Engine, question: &Question, decision: Decision) -> Decision {
    let told: Vec<(Wanted, Option<String>)> = wanted(engine, question, &decision)
        .into_iter()
        .filter(|wanted| wanted.order.is_some())
        .map(|wanted| (wanted, None))
        .collect();
    match told.is_empty() {
        true => decision,
        false => settle(engine, question.at, decision, &told),
    }
}

/// The order or parcel number in a message, normalised: a run of letters and digits with enough digits that is no personal
/// data. Sixteen figures may look like the number of a bank card, and count as one only where a card is spoken of.
fn order_in(text: &str) -> Option<String> {
    let text = normalise(text);
    let figures = |run: &str| run.bytes().filter(u8::is_ascii_digit).count();
    if figures(&text) < ORDER_DIGITS {
        return None;
    }
    let personal = pii::find(&text);
    let card = text.contains('卡');
    let mut at = 0;
    for run in text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-') {
        let start = at;
        at += run.chars().count() + 1;
        let span = (start as u32, start as u32 + run.chars().count() as u32);
        let is_personal = personal.iter().any(|pii| {
            let meets = pii.span.0 < span.1 && span.0 < pii.span.1;
            meets && (card || pii.kind != pii::Kind::BankCard)
        });
        let run = run.trim_matches('-');
        let digits = figures(run);
        let phone = run.len() == 11 && digits == 11 && run.starts_with('1');
        if digits >= ORDER_DIGITS && !phone && !is_personal {
            return Some(run.to_owned());
        }
    }
    None
}

/// Replaces handoffs by the connectors' replies. The parts with a reply become answers; decision, reply, reason and
/// receipt of the whole change accordingly. `None` beside a wanted fact means that no connector could supply it.
pub fn settle(
    engine: &Engine,
    at: Timestamp,
    mut decision: Decision,
    told: &[(Wanted, Option<String>)],
) -> Decision {
    let mut rule = None;
    for (wanted, reply) in told {
        let Some(part) = decision.parts.get_mut(wanted.part) else {
            continue;
        };
        match (wanted.kind, reply) {
            (Some(kind), Some(reply)) => {
                *part = answered(part, kind, reply);
                rule.get_or_insert_with(|| format!("connector.{}", kind.as_str()));
                decision
                    .receipt
                    .entries
                    .push(format!("connector:{}", kind.as_str()));
            }
            _ => {
                if let Some(order) = &wanted.order {
                    part.reply = format!("您的单号 {} 已记下。", ends(order));
                }
            }
        }
    }
    let reason = decision.parts.iter().filter_map(|part| part.reason).min();
    decision.handoff = reason.map(|reason| {
        let fresh = handoff(engine, reason, at);
        match decision.handoff.take() {
            Some(before) if before.reason == reason => before,
            _ => fresh,
        }
    });
    (decision.decision, decision.confidence) = of_parts(&decision.parts);
    decision.reply = compose(&decision.parts, decision.handoff.as_ref());
    if let Some(rule) = rule.filter(|_| decision.decision == Outcome::Answer) {
        decision.receipt.rule = rule;
    }
    decision
}

/// A number with only its ends shown; what is shown so already stays.
pub fn ends(order: &str) -> String {
    if order.contains("****") {
        return order.to_owned();
    }
    let masked = mask_order(order);
    if masked != order {
        return masked;
    }
    let tail: String = order.chars().rev().take(4).collect();
    format!("****{}", tail.chars().rev().collect::<String>())
}

fn answered(part: &Part, kind: FactKind, reply: &str) -> Part {
    Part {
        question: part.question.clone(),
        decision: Outcome::Answer,
        reply: reply.to_owned(),
        confidence: TOLD,
        reason: None,
        sources: vec![Source {
            id: format!("connector:{}", kind.as_str()),
            kind: "connector".into(),
            title: kind.as_str().into(),
            snippet: reply.to_owned(),
            highlights: Vec::new(),
            file: "shop.toml".into(),
            row: 1,
            valid_until: None,
        }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_read_and_shown_by_their_ends() {
        for (text, order, shown) in [
            (
                "订单号 2026112200017788 到哪了",
                Some("2026112200017788"),
                "20****7788",
            ),
            (
                "快递SF1234567890123怎么不动",
                Some("sf1234567890123"),
                "sf****0123",
            ),
            ("我电话13800138000，快递到哪了", None, ""),
            ("160 100斤", None, ""),
            ("单号88120301", Some("88120301"), "****0301"),
            // What tells who asks is no order.
            ("身份证330106199003071234，快递到哪了", None, ""),
            ("卡号6222021234567890128 退款到了吗", None, ""),
        ] {
            let found = order_in(text);
            assert_eq!(found.as_deref(), order, "{text}");
            assert_eq!(found.map(|order| ends(&order)).unwrap_or_default(), shown);
        }
    }

    #[test]
    fn variants_are_read() {
        use crate::knowledge::read_shop;
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("products")).unwrap();
        std::fs::write(folder.path().join("shop.toml"), "[shop]\n").unwrap();
        std::fs::write(
            folder.path().join("products/p.csv"),
            "商品编号,商品名称,规格\nP,短靴,\"黑色:M|米白色:S,M,38\"\nQ,台灯,\n",
        )
        .unwrap();
        let shop = read_shop(folder.path()).shop;
        let sold = |name: &str| Variant::Sold(name.to_owned());
        for (product, text, expected) in [
            (0, "还有货吗", Variant::Unnamed),
            (0, "现在多少钱", Variant::Unnamed),
            (0, "有什么颜色有货", Variant::Unnamed),
            (0, "黑色m还有货吗", sold("黑色/M")),
            (0, "m码还有吗", sold("M")),
            (0, "38码有货吗", sold("38")),
            (0, "米白色还有几件", sold("米白色")),
            (0, "黑色s有货吗", Variant::NotSold),
            (0, "红色s还有几件", Variant::NotSold),
            (0, "红色有货吗", Variant::NotSold),
            (1, "红色有货吗", Variant::Unnamed),
        ] {
            assert_eq!(
                variant_of(&shop.products[product], text),
                expected,
                "{text}"
            );
        }
    }
}
