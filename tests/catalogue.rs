//! A shop of goods that the code has never seen, asked in many wordings through the whole decision. The answer is the
//! value verbatim, or no value at all.

mod trades;

use std::collections::HashSet;
use std::fmt::Write;

use zhike::answer::{Decision, Outcome};

use crate::asking::{ask, shop_of};
use trades::{TRADES, Trade};

const AT: &str = "2026-11-22T10:00:00+08:00";

/// Products of the catalogue.
const PRODUCTS: usize = 210;

/// Wordings that name the spec; `{s}` is its name.
const NAMED: &[&str] = &[
    "{s}是什么",
    "{s}",
    "{s}是多少",
    "请问{s}",
    "{s}怎么样",
    "{s}是啥呀",
    "想问一下{s}",
    "{s}呢",
    "亲，{s}说一下",
    "麻烦问下{s}是啥样的",
    "我想知道{s}",
    "{s}写的是什么",
];

/// Numbers that look drawn and are always the same.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % n as u64) as usize
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

struct Product {
    id: String,
    name: String,
    alias: String,
    trade: &'static Trade,
    /// Spec (by its place in the trade) → value.
    values: Vec<Option<String>>,
}

/// Products of all trades: a third with plain names, a third with titles full of search words, a third with a model code.
fn catalogue(draw: &mut Draw) -> Vec<Product> {
    let mut names = HashSet::new();
    let mut products = Vec::new();
    while products.len() < PRODUCTS {
        let n = products.len();
        let trade = &TRADES[n % TRADES.len()];
        let (brand, mark, head) = (
            draw.of(trade.brands),
            draw.of(trade.marks),
            draw.of(trade.heads),
        );
        let alias = format!("{brand}{mark}{head}");
        if !names.insert(alias.clone()) {
            // Every combination is used up sooner or later; a series tells the rest apart.
            continue;
        }
        let name = match n % 3 {
            0 => alias.clone(),
            1 => format!("{alias}{}{}", draw.of(trade.tails), draw.of(trade.heads)),
            _ => format!("{alias}ZK-{}{}", 100 + n, draw.of(&["A", "S", "Pro"])),
        };
        let values = trade
            .specs
            .iter()
            .map(|(_, values, _)| {
                (draw.below(4) > 0).then(|| format!("{}（批次{n}）", draw.of(values)))
            })
            .collect();
        products.push(Product {
            id: format!("N{n:03}"),
            name,
            alias,
            trade,
            values,
        });
    }
    products
}

/// The merchant's sheet.
fn sheet(products: &[Product]) -> String {
    let mut columns: Vec<&str> = Vec::new();
    for (name, ..) in TRADES.iter().flat_map(|trade| trade.specs) {
        if !columns.contains(name) {
            columns.push(name);
        }
    }
    let mut sheet = format!("商品编号,商品名称,别名,类目,{}\n", columns.join(","));
    for product in products {
        let alias = if product.alias == product.name {
            ""
        } else {
            &product.alias
        };
        let category = product.trade.category;
        let _ = write!(sheet, "{},{},{alias},{category}", product.id, product.name);
        for column in &columns {
            let place = product
                .trade
                .specs
                .iter()
                .position(|(name, ..)| name == column);
            let value = place.and_then(|place| product.values[place].as_deref());
            let _ = write!(sheet, ",{}", value.unwrap_or_default());
        }
        sheet.push('\n');
    }
    sheet
}

/// One question: how the product is named in it, what it asks in which words, and the page that is open.
fn question(draw: &mut Draw, product: &Product, words: &str) -> (String, &'static str) {
    let name = match draw.below(4) {
        0 => return (words.to_owned(), "page"),
        1 => product.name.clone(),
        2 => product.alias.clone(),
        // The head of a title, as buyers copy it: brand, mark and head at least.
        _ => {
            let least = product.alias.chars().count();
            let length = product.name.chars().count();
            let shown = least + draw.below(length - least + 1);
            product.name.chars().take(shown).collect()
        }
    };
    let text = match draw.below(5) {
        0 => format!("{name} {words}"),
        1 => format!("{name}，{words}？"),
        2 => format!("{words} {name}"),
        3 => format!("你们家{name}{words}"),
        _ => format!("{name}{words}"),
    };
    (text, "named")
}

/// The words that ask for a spec of a trade.
fn wording(draw: &mut Draw, trade: &Trade, spec: usize) -> String {
    let (name, _, free) = trade.specs[spec];
    match draw.below(5) {
        0 | 1 if !free.is_empty() => (*draw.of(free)).to_owned(),
        _ => draw.of(NAMED).replace("{s}", name),
    }
}

/// Everything in a reply that stands in the catalogue as a value.
fn values_said(decision: &Decision) -> Vec<&str> {
    decision
        .parts
        .iter()
        .filter(|part| part.decision == Outcome::Answer)
        .flat_map(|part| &part.sources)
        .filter(|source| source.kind == "spec")
        .map(|source| source.id.as_str())
        .collect()
}

#[test]
fn specs_of_a_shop_never_seen_are_answered_verbatim_or_not_at_all() {
    let mut draw = Draw(20_261_122);
    let products = catalogue(&mut draw);
    let engine = shop_of(&[("products/all.csv", &sheet(&products))]);
    let (mut asked, mut right, mut wrong, mut lacking, mut answered) = (0, 0, 0, 0, 0);
    let mut log = String::new();
    while asked < 600 || lacking < 400 {
        let product = draw.of(&products);
        let spec = draw.below(product.trade.specs.len());
        let words = wording(&mut draw, product.trade, spec);
        let (text, how) = question(&mut draw, product, &words);
        let page = if how == "page" { &product.id } else { "" };
        let name = product.trade.specs[spec].0;
        let decision = ask(&engine, &text, page, AT);
        let said = values_said(&decision);
        let id = format!("spec:{}/{name}", product.id);
        let show = || {
            format!(
                "{text} [{page}] ({id}): {:?} {} {}\n",
                decision.decision, decision.receipt.rule, decision.reply
            )
        };
        match &product.values[spec] {
            Some(value) if asked < 600 => {
                asked += 1;
                if decision.decision == Outcome::Answer
                    && said.contains(&id.as_str())
                    && decision.reply.contains(value)
                {
                    right += 1;
                } else if decision.decision == Outcome::Answer {
                    wrong += 1;
                    log.push_str(&format!("wrong {}", show()));
                } else {
                    log.push_str(&format!("unanswered {}", show()));
                }
            }
            None if lacking < 400 => {
                lacking += 1;
                if decision.decision == Outcome::Answer {
                    answered += 1;
                    log.push_str(&format!("lacking, answered {}", show()));
                }
            }
            _ => {}
        }
    }
    println!("{asked} asked: {right} right, {wrong} wrong; {lacking} lacking: {answered} answered");
    assert!(right * 100 >= asked * 95, "{right} of {asked} right\n{log}");
    assert!(wrong * 200 <= asked, "{wrong} of {asked} wrong\n{log}");
    assert_eq!(answered, 0, "of {lacking} that the product lacks\n{log}");
}
