//! Questions across products: 这两款有什么区别, 哪个更轻.

use super::{Slot, Strength, Topic, content, entry_id, resolve};
use crate::answer::parse::points;
use crate::answer::product::{Asked, Plain, Subject};
use crate::answer::proposal::{Fact, Proposal};
use crate::knowledge::ids;

/// The most products in a list.
pub(super) const LISTED: usize = 6;

/// The most lines of a comparison.
const LINES: usize = 8;

pub(super) const WHICH: &[&str] = &[
    "哪款",
    "哪个",
    "哪一款",
    "哪一个",
    "哪些",
    "哪种",
    "哪几款",
    "哪几个",
    "哪件",
    "哪条",
    "哪双",
    "哪台",
    "哪瓶",
    "哪支",
    "什么款",
];

const DIFFERENCE: &[&str] = &[
    "区别",
    "不同",
    "差别",
    "差在哪",
    "不一样",
    "哪里不一样",
    "差异",
    "对比",
    "比较一下",
    "哪个好",
    "哪款好",
    "怎么选",
    "选哪个",
    "买哪个",
];

/// 「A和B有什么区别」: the specs in which two or three named products differ, as written. 「A和B哪个更轻」: the spec that tells which.
pub(super) fn compare(asked: &Asked<'_>, topics: &[Topic]) -> Option<Proposal> {
    let word = DIFFERENCE
        .iter()
        .find(|word| asked.plain.text.contains(**word))
        .copied();
    let degree = degree(&asked.plain.text);
    if word.is_none() && degree.is_none() {
        return None;
    }
    let products = match (compared(asked), degree) {
        (Some(products), _) => products,
        // 大衣和羽绒服哪个厚 is not told by the 羽绒服 alone.
        (None, Some(_)) if !on_both_sides(asked, &asked.subject.products()) => return None,
        (None, Some(names)) => return ranked(asked, topics, names),
        (None, None) => return None,
    };
    let first = asked.product_at(products[0]);
    let mut lines = Vec::new();
    let mut facts = Vec::new();
    let mut about: Vec<String> = products
        .iter()
        .flat_map(|&p| named_specs(asked, p, topics))
        .collect();
    let by_degree = degree.filter(|_| word.is_none());
    if let (true, Some(names)) = (about.is_empty(), by_degree) {
        let of = |&p: &u32| telling(asked, p, names);
        about = products.iter().flat_map(of).collect();
        if about.is_empty() {
            return None;
        }
    }
    for spec in &first.specs {
        if !about.is_empty() && !about.contains(&spec.name) || lines.len() == LINES {
            continue;
        }
        let values: Option<Vec<&str>> = products
            .iter()
            .map(|&index| {
                let other = asked
                    .product_at(index)
                    .specs
                    .iter()
                    .enumerate()
                    .find(|(_, other)| other.name == spec.name);
                other
                    .filter(|(i, _)| asked.catalogue.specs.quotable(index, Slot::Spec(*i as u32)))
                    .map(|(_, s)| s.value.as_str())
            })
            .collect();
        // Two equal values also answer which product has more.
        let differ = |values: &Vec<&str>| values.windows(2).any(|pair| pair[0] != pair[1]);
        let Some(values) = values.filter(|values| by_degree.is_some() || differ(values)) else {
            continue;
        };
        lines.push(format!("{}：{}", spec.name, values.join(" ｜ ")));
        let own = |&index| ids::spec(&asked.product_at(index).id, &spec.name);
        facts.extend(products.iter().map(own).map(Fact::of));
    }
    if lines.is_empty() {
        return None;
    }
    let names: Vec<&str> = products
        .iter()
        .map(|&index| asked.product_at(index).name.as_str())
        .collect();
    // Which one is better is advice. Only the specs can be quoted.
    let sure = if word
        .is_none_or(|word| word.contains("区别") || word.contains('差') || word.contains("不"))
    {
        0.85
    } else {
        0.65
    };
    let reply = format!("{}\n{}", names.join(" ｜ "), lines.join("\n"));
    let trace = format!("compares {}", names.join(", "));
    Some(Proposal {
        facts,
        ..Proposal::answer(reply, sure, "spec.compare", trace)
    })
}

/// 「A和B多高」: the spec asked for of two or three products named apart, where each of them tells it.
pub(super) fn each(asked: &Asked<'_>, topic: &Topic, confidence: f64) -> Option<Proposal> {
    // 晨曦30、60多少瓦 names two without a word between.
    let apart = asked.catalogue.mentions(&asked.plain).len() > 1;
    let joined = ["和", "跟", "与", "还有"]
        .iter()
        .any(|word| asked.plain.text.contains(word));
    let side_by_side = apart && asked.text.contains([',', '、', '/', ' ']);
    if !joined && !side_by_side {
        return None;
    }
    let slot = |product: u32| {
        let slots = resolve(&asked.catalogue.specs, product, topic).0;
        slots.first().map(|&slot| (product, slot))
    };
    // 煎锅口径和手柄 names one kind of goods and two specs.
    let products = match apart {
        true => compared(asked),
        false => sides(asked),
    };
    let rows: Option<Vec<(u32, Slot)>> = products?.into_iter().map(slot).collect();
    let trace = "asks for one spec of several products".to_owned();
    Some(list(asked, &rows?, "", confidence, "spec.compare", trace))
}

/// The two or three products on sale that are compared: named, or the one product that each side of 和 can mean.
fn compared(asked: &Asked<'_>) -> Option<Vec<u32>> {
    let mut products = match &asked.subject {
        Subject::Several(products) => products.clone(),
        Subject::One { .. } | Subject::None => Vec::new(),
    };
    products.retain(|&product| asked.on_sale(product));
    if (2..=3).contains(&products.len()) && on_both_sides(asked, &products) {
        return Some(products);
    }
    sides(asked)
}

/// What stands between two things that are compared.
const BETWEEN: &[&str] = &["和", "跟", "与", "还是"];

/// The first word between two sides of a text, as character offsets.
fn between(plain: &Plain) -> Option<(usize, usize)> {
    let found = BETWEEN.iter().filter_map(|word| {
        let at = plain.text.find(word)?;
        Some((plain.char_at(at), plain.char_at(at + word.len())))
    });
    found.min()
}

/// Whether each side of 和 means one of `products`, or neither names goods (它们俩和之前比). 加湿器和净化器有什么区别 compares two
/// kinds, whatever goods the shop has of the first.
fn on_both_sides(asked: &Asked<'_>, products: &[u32]) -> bool {
    let plain = &asked.plain;
    let Some((from, to)) = between(plain) else {
        return true;
    };
    let all = asked.catalogue.mentions(plain);
    let named = [(0, from), (to, plain.len())].map(|(from, to)| {
        let side = Plain::new(plain.slice(from, to));
        let mut named: Vec<u32> = all
            .iter()
            .filter(|mention| from <= mention.from && mention.to <= to)
            .flat_map(|mention| mention.products.iter().copied())
            .collect();
        named.extend(
            asked
                .catalogue
                .kind(&side)
                .into_iter()
                .flat_map(|kind| kind.products),
        );
        named.extend(
            asked
                .catalogue
                .partly_named(&side)
                .into_iter()
                .flat_map(|part| part.0),
        );
        named
    });
    let meets = |side: &Vec<u32>| side.iter().any(|product| products.contains(product));
    named.iter().all(Vec::is_empty) || named.iter().all(meets)
}

/// The products on both sides of 和, each of which can mean one alone; 这款, or nothing, means that of the
/// page.
fn sides(asked: &Asked<'_>) -> Option<Vec<u32>> {
    let plain = &asked.plain;
    let (from, to) = between(plain)?;
    let page = || asked.catalogue.by_id(asked.product?);
    let means = |from: usize, to: usize| {
        let side = plain.slice(from, to);
        let named = asked.catalogue.single(&Plain::new(side));
        named.or_else(|| (side.is_empty() || points(side)).then(page)?)
    };
    match (means(0, from), means(to, plain.len())) {
        (Some(one), Some(other)) if one != other && asked.on_sale(one) && asked.on_sale(other) => {
            Some(vec![one, other])
        }
        _ => None,
    }
}

/// 「哪款鞋最轻」, 「充电器哪款功率最大」: the spec in question of each product that can be meant, as written. The reply does not pick
/// one.
fn ranked(asked: &Asked<'_>, topics: &[Topic], names: &[&str]) -> Option<Proposal> {
    let among: Vec<u32> = match &asked.subject {
        Subject::One { .. } => return None,
        Subject::Several(products) => products.clone(),
        Subject::None => (0..asked.shop.products.len() as u32).collect(),
    };
    let specs = &asked.catalogue.specs;
    let slot = |&product: &u32| {
        let asked_for = topics
            .iter()
            .filter(|topic| topic.strength >= Strength::Wording)
            .find_map(|topic| resolve(specs, product, topic).0.first().copied());
        let telling = || {
            names
                .iter()
                .find_map(|name| specs.slots_named(product, name).first().copied())
        };
        let slot = match topics.is_empty() {
            true => telling(),
            false => asked_for.or_else(telling),
        };
        slot.map(|slot| (product, slot))
    };
    let rows: Vec<(u32, Slot)> = among
        .iter()
        .filter(|&&product| asked.on_sale(product))
        .filter_map(slot)
        .take(LISTED + 1)
        .collect();
    if !(2..=LISTED).contains(&rows.len()) {
        return None;
    }
    let trace = format!("compares {} products by one spec", rows.len());
    Some(list(asked, &rows, "", 0.85, "spec.compare", trace))
}

/// One line for each product with one of its specs, as written.
pub(super) fn list(
    asked: &Asked<'_>,
    rows: &[(u32, Slot)],
    tail: &str,
    confidence: f64,
    rule: &'static str,
    trace: String,
) -> Proposal {
    let line = |&(index, slot): &(u32, Slot)| {
        let product = asked.product_at(index);
        let (title, text) = content(product, slot);
        match text.starts_with(title) {
            true => format!("{}：{text}", product.name),
            false => format!("{}：{title} {text}", product.name),
        }
    };
    let lines: Vec<String> = rows.iter().map(line).collect();
    let fact = |&(index, slot): &(u32, Slot)| Fact::of(entry_id(asked.product_at(index), slot));
    let reply = format!("{}{tail}", lines.join("\n"));
    Proposal {
        facts: rows.iter().map(fact).collect(),
        ..Proposal::answer(reply, confidence, rule, trace)
    }
}

/// The names of a product's specs that match any of `names`.
fn telling(asked: &Asked<'_>, product: u32, names: &[&str]) -> Vec<String> {
    let slots = names
        .iter()
        .flat_map(|name| asked.catalogue.specs.slots_named(product, name));
    slots
        .map(|slot| content(asked.product_at(product), slot).0.to_owned())
        .collect()
}

/// The names of the specs that tell what 哪个更轻, 哪款鞋最轻 or 哪个蛋白高 compares; empty if only a spec named beside it can tell.
fn degree(text: &str) -> Option<&'static [&'static str]> {
    const DEGREES: &[(&str, &[&str])] = &[
        ("轻重", &["重量"]),
        ("厚薄", &["厚度", "厚薄"]),
        ("长短", &["长度"]),
        ("宽窄", &["宽度"]),
        ("高矮", &["高度"]),
        ("大小", &["尺寸", "容量"]),
        ("亮暗", &["亮度"]),
        ("吵静", &["噪音"]),
        ("低多少强弱快慢久远", &[]),
    ];
    let behind = [
        "哪个",
        "哪款",
        "哪一款",
        "哪件",
        "哪双",
        "哪台",
        "哪种",
        "谁",
    ]
    .iter()
    .find_map(|word| text.split_once(word))?
    .1;
    // Not in 哪个大学, 哪个长得好看.
    let said = behind.trim_end_matches(['些', '点', '一', '呢', '啊', '呀', '的']);
    let said = said.chars().next_back()?;
    let (_, names) = DEGREES.iter().find(|(degrees, _)| degrees.contains(said))?;
    Some(names)
}

/// The names of a product's specs that the topics ask for.
fn named_specs(asked: &Asked<'_>, product: u32, topics: &[Topic]) -> Vec<String> {
    topics
        .iter()
        .flat_map(|topic| resolve(&asked.catalogue.specs, product, topic).0)
        .map(|slot| content(asked.product_at(product), slot).0.to_owned())
        .collect()
}
