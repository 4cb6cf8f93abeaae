//! Answers questions about what the goods come in (有黑色吗, 有哪些颜色, 有454的吗) with the list of SKUs as written.

use super::certainty::{self, residue, speaks_elsewhere};
use super::counted;
use super::value::{INSIDE, lists, says_word, thing_asked};
use super::{Reading, not_in_force, part};
use crate::answer::proposal::{Fact, Proposal};
use crate::answer::size;
use crate::knowledge::{Product, SkuGroup, ids};
use crate::text::normalise::{normalise, squeeze};

/// Words that ask for the list of colours.
const COLOURS: &[&str] = &[
    "几个颜色",
    "几种颜色",
    "哪些颜色",
    "什么颜色",
    "哪几个颜色",
    "哪几种颜色",
    "有几色",
    "颜色有",
    "其他颜色",
    "别的颜色",
    "多少种颜色",
    "哪几个色",
    "几个色",
];

/// Words that ask for the list of sizes or versions.
const SIZES: &[&str] = &[
    "哪些码",
    "哪些尺码",
    "有哪几个码",
    "几个码",
    "几个尺码",
    "尺码有",
    "什么尺码",
    "有什么码",
    "最大码",
    "最大的码",
    "最小码",
    "最大多大码",
    "最大到",
    "有大码",
    "有小码",
    "码全",
    "哪些规格",
    "哪些尺寸",
    "哪几个尺寸",
    "几种规格",
    "什么规格",
    "哪些型号可选",
    "有几款",
    "几个版本",
    "哪些版本",
    "有什么版本",
    "几种装",
    "都有什么码",
    "几种型号",
    "哪几种型号",
];

/// Words that ask for the list of lengths, where the goods come in several.
const LENGTHS: &[&str] = &[
    "哪几个长度",
    "哪几种长度",
    "哪些长度",
    "几种长度",
    "什么长度",
    "几个长度",
];

/// The answer to a question about colours and sizes: the SKU list as written.
pub(super) fn skus(reading: &Reading<'_, '_>) -> Option<Proposal> {
    let product = reading.product();
    if product.skus.is_empty() {
        return None;
    }
    let plain = &reading.asked.plain;
    let mut explained = reading.explained(&[]);
    let mut asked = false;
    let measured = texts(product)
        .any(|text| text.contains(['米', 'm', '寸']) && text.contains(char::is_numeric));
    let lengths = LENGTHS.iter().filter(|_| measured);
    for word in COLOURS.iter().chain(SIZES).chain(lengths) {
        if let Some(at) = plain.text.find(word) {
            // 墨水什么颜色 does not ask for the colour of the pen.
            if part::unknown_before(reading, &explained, plain.char_at(at)) {
                return None;
            }
            explained[plain.char_at(at)..plain.char_at(at + word.len())].fill(true);
            asked = true;
        }
    }
    let mut sure = 0.95;
    let mut absent = None;
    if !asked {
        let (thing, from, to) = thing_asked(reading)?;
        // 粉色和紫色都有吗
        let things: Vec<&str> = thing
            .trim_end_matches('都')
            .split(['和', '跟', '或'])
            .collect();
        // 有裸机吗 asks what this product comes in, if another product comes as 裸机.
        let offered = |thing: &str| {
            let all = reading.asked.shop.products.iter();
            // A remark in brackets (1.6kg(裸机)) does not tell what can be bought. A list of contents does.
            let told =
                |value: &str| says_word(value.split(['(', '（']).next().unwrap_or(value), thing);
            thing.chars().nth(1).is_some()
                && !INSIDE.iter().any(|name| lists(reading, name))
                && !product.specs.iter().any(|spec| told(&spec.value))
                && all
                    .flat_map(|other| &other.skus)
                    .any(|sku| is_sku(sku, thing))
        };
        let fits = |thing: &str| {
            is_colour_or_size(product, thing) || is_amount_like(product, thing) || offered(thing)
        };
        if !things.iter().any(|thing| fits(thing)) {
            return None;
        }
        absent = match things.as_slice() {
            [one] if is_absent(product, one) => Some((*one).to_owned()),
            _ => None,
        };
        explained[from..to].fill(true);
        // 带5米的多少瓦 asks for more than whether there is one.
        if certainty::asks_amount(plain, from, to) {
            return None;
        }
        sure = 0.93;
    }
    let said = answer(reading, &explained, sure)?;
    Some(match absent {
        Some(thing) => Proposal {
            reply: said
                .reply
                .replacen("的规格：", &format!("的规格里没有{thing}："), 1),
            ..said
        },
        None => said,
    })
}

/// The list of SKUs where it tells how much there is in the unit that is asked for, which no spec does: 多少ml of what comes
/// in 250ml and 500ml.
pub(super) fn counted(reading: &Reading<'_, '_>) -> Option<Proposal> {
    let plain = &reading.asked.plain;
    let count = counted::asked(plain)?;
    if !count_in(reading.product(), count.unit) {
        return None;
    }
    let mut explained = reading.explained(&[]);
    if part::unknown_before(reading, &explained, count.from) {
        return None;
    }
    // 几升一袋 asks of each.
    let each = match plain
        .slice(count.to, plain.len())
        .starts_with(['一', '1', '每'])
    {
        true => 2.min(plain.len() - count.to),
        false => 0,
    };
    explained[count.from..count.to + each].fill(true);
    answer(reading, &explained, 0.88)
}

/// The list of SKUs as an answer, unless too much of the question is unexplained.
pub(super) fn answer(reading: &Reading<'_, '_>, explained: &[bool], sure: f64) -> Option<Proposal> {
    let plain = &reading.asked.plain;
    let left = residue(plain, explained);
    if left > 4 || speaks_elsewhere(plain, explained) {
        return None;
    }
    let confidence = (sure - 0.04 * left as f64) * reading.certainty;
    if !reading.asked.on_sale(reading.product) {
        return Some(not_in_force(reading, confidence));
    }
    let product = reading.product();
    let list = list(product);
    let reply = format!("{}的规格：{list}", product.name);
    let trace = "asks what colours or sizes there are".to_owned();
    Some(Proposal {
        facts: vec![Fact {
            snippet: Some(list),
            ..Fact::of(ids::product(&product.id, &[]))
        }],
        ..Proposal::answer(reply, confidence, "spec.sku", trace)
    })
}

/// The SKUs of a product as one line.
pub(super) fn list(product: &Product) -> String {
    let list: Vec<String> = product
        .skus
        .iter()
        .map(|sku| match (sku.colour.is_empty(), sku.sizes.is_empty()) {
            (true, _) => sku.sizes.join("、"),
            (false, true) => sku.colour.clone(),
            (false, false) => format!("{}（{}）", sku.colour, sku.sizes.join("、")),
        })
        .collect();
    list.join("；")
}

/// Whether what a product comes in is told by amounts in a unit.
pub(super) fn count_in(product: &Product, unit: &str) -> bool {
    texts(product).any(|text| counted::states(text, unit))
}

/// Colours and sizes as written.
pub(super) fn texts(product: &Product) -> impl Iterator<Item = &String> {
    let skus = product.skus.iter();
    skus.flat_map(|sku| std::iter::once(&sku.colour).chain(&sku.sizes))
}

/// Endings of the names of colours and sizes.
pub(super) const ENDINGS: [char; 5] = ['码', '号', '款', '色', '味'];

/// Whether a thing is the colour of a SKU or one of its sizes.
fn is_sku(sku: &SkuGroup, thing: &str) -> bool {
    let bare = thing.trim_end_matches(ENDINGS);
    std::iter::once(&sku.colour)
        .chain(&sku.sizes)
        .any(|written| {
            // 2.0米床 is asked for as 2米床.
            let written = normalise(written);
            [written.replace(".0", ""), written].iter().any(|written| {
                let written = squeeze(written);
                written == thing || written.trim_end_matches(ENDINGS) == bare && !bare.is_empty()
            })
        })
}

/// Whether a product comes in what is said in short: 454 for 454g, 粗 for 粗颗粒.
fn is_short_for_one(product: &Product, thing: &str) -> bool {
    texts(product).any(|text| {
        let text = squeeze(&normalise(text));
        is_amount_of(&text, thing) || is_degree(thing) && text.starts_with(thing)
    })
}

/// Whether a word is a degree by which variants are told apart: 粗 for 粗颗粒.
fn is_degree(word: &str) -> bool {
    const DEGREES: &str = "大小粗细厚薄长短高矮宽窄软硬";
    word.chars().nth(1).is_none() && !word.is_empty() && DEGREES.contains(word)
}

/// An amount as a figure and its unit, which may be missing: 454g, 454, 9升. `None` for any other word.
pub(super) fn amount(word: &str) -> Option<(&str, &str)> {
    let word = ["包装", "装"]
        .iter()
        .find_map(|end| word.strip_suffix(end))
        .unwrap_or(word);
    let unit = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let figure = &word[..word.len() - unit.len()];
    let short = unit.chars().count() <= 2;
    (!figure.is_empty() && short).then(|| (figure, counted::unit_of(unit)))
}

/// Whether a SKU is the amount that is said, with or without its unit: 454g for 454 and for 454g装.
fn is_amount_of(written: &str, said: &str) -> bool {
    match (amount(written), amount(said)) {
        (Some((own, unit)), Some((figure, in_unit))) => {
            own == figure && !unit.is_empty() && (in_unit == unit || in_unit.is_empty())
        }
        _ => false,
    }
}

/// Whether a thing may be one of the amounts that a product comes in, though it does not come in this one: 300g, 300 or 大包装
/// beside 227g and 454g.
fn is_amount_like(product: &Product, thing: &str) -> bool {
    const PACKS: &[&str] = &["包", "袋", "瓶", "罐", "盒", "桶", "份"];
    let said = amount(thing);
    let pack = thing
        .strip_prefix(['大', '小'])
        .is_some_and(|pack| PACKS.contains(&pack.trim_end_matches('装')));
    texts(product).any(|text| {
        let text = squeeze(&normalise(text));
        let own = amount(&text).filter(|(_, unit)| !unit.is_empty());
        own.is_some_and(|(_, unit)| pack || said.is_some_and(|(_, of)| of == unit || of.is_empty()))
    })
}

/// Whether a thing is a colour or a size: one of the product's, or any that looks like one (紫色, 3xl码).
pub(super) fn is_colour_or_size(product: &Product, thing: &str) -> bool {
    // 有多少音色 asks how many there are of something else.
    if ["多少", "几", "什么", "哪"]
        .iter()
        .any(|word| thing.starts_with(word))
    {
        return false;
    }
    is_own(product, thing) || looks_so(thing)
}

/// Whether a product comes in a thing.
fn is_own(product: &Product, thing: &str) -> bool {
    product.skus.iter().any(|sku| is_sku(sku, thing)) || is_short_for_one(product, thing)
}

/// Whether a product clearly does not come in a colour or size. 红色 may be 酒红, and 深色 is no colour.
fn is_absent(product: &Product, thing: &str) -> bool {
    const VAGUE: &[char] = &[
        '深', '浅', '亮', '暗', '纯', '彩', '素', '单', '双', '撞', '同', '别', '他', '有',
    ];
    let colour = thing.strip_suffix('色').map(|bare| bare.chars().last());
    let may_be = |text: &String| {
        colour
            .flatten()
            .is_some_and(|c| text.contains(c) || VAGUE.contains(&c))
    };
    looks_so(thing) && !is_own(product, thing) && !texts(product).any(may_be)
}

/// Whether a thing is called as colours and sizes are: 紫色, 3xl码.
fn looks_so(thing: &str) -> bool {
    let bare = thing.trim_end_matches(ENDINGS);
    let letters = size::is_letter_size(bare);
    let size =
        thing.ends_with('码') && bare.bytes().all(|b| b.is_ascii_digit()) && !bare.is_empty();
    letters || size || thing.ends_with('色') && (2..=4).contains(&thing.chars().count())
}
