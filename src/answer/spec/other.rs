//! Is it X (是水洗的吗), of goods whose own value is another one (日晒): the column to which X belongs answers it, as written.

use super::certainty::{is_bare, residue, speaks_elsewhere};
use super::names::is_short_for;
use super::value::{INSIDE, says_word};
use super::{Reading, Slot, content, counted, given, not_in_force, part, quote, skus};
use crate::answer::product::Plain;
use crate::answer::proposal::Proposal;
use crate::answer::rule;
use crate::knowledge::Spec;
use crate::text::normalise::{is_han, normalise, squeeze};

/// Materials of goods, for shops where no value names the one that is asked about.
const MATERIALS: &[&str] = &[
    "塑料",
    "不锈钢",
    "陶瓷",
    "玻璃",
    "铝",
    "铝合金",
    "铁",
    "铜",
    "纯铜",
    "木头",
    "实木",
    "竹子",
    "硅胶",
    "橡胶",
    "真皮",
    "皮",
    "人造革",
    "纯棉",
    "棉",
    "亚麻",
    "真丝",
    "羊毛",
    "尼龙",
    "涤纶",
    "碳纤维",
];

/// Values longer than this tell more than one thing.
const LONGEST: usize = 24;

/// The columns answered at most.
const MOST: usize = 2;

/// What is asked to be so: X in 是X的吗, with what stands before it.
struct Claim<'p> {
    /// X, without what only says how it came about (云南产, 不锈钢做).
    thing: &'p str,
    /// Whether X is where the goods come from: 是云南产的吗.
    of_origin: bool,
    /// Whether it is asked if they are X, and not if there is X.
    is: bool,
    from: usize,
    to: usize,
}

/// The column of the product whose value is another one than the one that is asked about.
pub(super) fn other(reading: &Reading<'_, '_>) -> Option<Proposal> {
    let plain = &reading.asked.plain;
    let claim = claim(plain)?;
    if reading.named[claim.from..claim.to]
        .iter()
        .all(|&named| named)
    {
        return None;
    }
    let mut explained = reading.explained(&[]);
    if let Some(kind) = reading.asked.catalogue.kind(plain) {
        explained[kind.from..kind.to].fill(true);
    }
    // 背板是玫瑰木吗 asks of the 背侧板材质 alone.
    let bare = |at: &usize| is_bare(plain, &explained, *at);
    let about = match (0..claim.from).find(bare) {
        None => "",
        Some(first) => {
            let last = (0..claim.from).rev().find(bare)?;
            plain.slice(first, last + 1)
        }
    };
    let about = if part::is_of_name(reading, about) {
        ""
    } else {
        about
    };
    let slots = columns(reading, &claim, about);
    explained[..claim.to].fill(true);
    // 是41寸的吗 of what comes in 36寸.
    if slots.is_empty() && about.is_empty() {
        let (_, unit) = skus::amount(claim.thing)?;
        let counts = !unit.is_empty() && skus::count_in(reading.product(), unit);
        return counts
            .then(|| skus::answer(reading, &explained, 0.84))
            .flatten();
    }
    if slots.is_empty() || slots.len() > MOST {
        return None;
    }
    // 是5mm的玻璃吗: the 玻璃 is that of 玻璃厚度.
    let bare = |at: &usize| is_bare(plain, &explained, *at);
    let behind = (claim.to..plain.len()).find(bare);
    if let Some((first, last)) = behind.zip((claim.to..plain.len()).rev().find(bare)) {
        let said = plain.slice(first, last + 1);
        let of = |slot: &Slot| content(reading.product(), *slot).0.contains(said);
        if slots.iter().all(of) {
            explained[first..=last].fill(true);
        }
    }
    let left = residue(plain, &explained);
    if left > 1 || speaks_elsewhere(plain, &explained) {
        return None;
    }
    // A question that says nothing else is answered before an entry on such a thing.
    let confidence = (0.86 - 0.04 * left as f64) * reading.certainty;
    if !reading.asked.on_sale(reading.product) {
        return Some(not_in_force(reading, confidence));
    }
    let trace = format!(
        "asks whether it is {}, a value of such a column",
        claim.thing
    );
    Some(quote(reading, &slots, confidence, rule::VALUE, trace))
}

/// The claim that a question asks about: 是X吗, 是X的吗, 是不是X; and 有X吗 of an amount.
fn claim(plain: &Plain) -> Option<Claim<'_>> {
    let asks = plain.text.ends_with('吗') || plain.text.contains("是不是");
    let (at, word) = ["是不是", "是", "有没有", "有"]
        .iter()
        .find_map(|word| Some((plain.text.rfind(word)?, *word)))
        .filter(|_| asks)?;
    if plain.text[..at].ends_with(['还', '要', '可', '总', '但', '只', '老']) {
        return None;
    }
    let from = plain.char_at(at + word.len());
    let behind = plain.slice(from, plain.len());
    let end = behind.find(['的', '吗']).unwrap_or(behind.len());
    let mut thing = &behind[..end];
    let to = from + thing.chars().count();
    let origin = thing.strip_suffix('产').filter(|place| {
        let place = place.chars();
        (2..=5).contains(&place.clone().count()) && place.clone().all(is_place)
    });
    thing = origin.unwrap_or_else(|| thing.strip_suffix('做').unwrap_or(thing));
    let amount = || thing.starts_with(|c: char| c.is_ascii_digit());
    let asks_what = ['什', '多', '几', '哪', '怎', '谁'];
    let fits = (2..=8).contains(&thing.chars().count())
        && !thing.contains(asks_what)
        && (word.starts_with('是') || amount());
    fits.then_some(Claim {
        thing,
        of_origin: origin.is_some(),
        is: word.contains('是'),
        from,
        to,
    })
}

/// Whether a character may stand in the name of a place: 自己产, 今年产 and 批量产 tell no place.
fn is_place(c: char) -> bool {
    is_han(c) && !"自己厂年月新量批手工机".contains(c)
}

/// The columns of the product to which what is claimed belongs: those that count in its unit, those where other goods of the
/// shop have it, and what is said by its kind.
fn columns(reading: &Reading<'_, '_>, claim: &Claim<'_>, about: &str) -> Vec<Slot> {
    let table = &reading.asked.catalogue.specs;
    let product = reading.product();
    let fits = |name: &str| about.is_empty() || name.contains(about) || is_short_for(about, name);
    let pick = |tells: &dyn Fn(&Spec) -> bool| -> Vec<Slot> {
        let specs = (0u32..).zip(&product.specs);
        specs
            .filter(|(_, spec)| fits(&squeeze(&normalise(&spec.name))) && tells(spec))
            .map(|(at, _)| Slot::Spec(at))
            .filter(|&slot| table.quotable(reading.product, slot))
            .collect()
    };
    let figure = claim.thing.trim_start_matches(|c: char| c.is_ascii_digit());
    if figure.len() < claim.thing.len() {
        let unit = counted::unit_of(figure);
        let counts = |spec: &Spec| match unit {
            "" => claim.is && has_grade(&spec.value, claim.thing.len()),
            unit => counted::states(&spec.value, unit),
        };
        let counting = pick(&counts);
        if counting.len() == 1 {
            return counting;
        }
    }
    let elsewhere = pick(&|spec| {
        !given::is_list(&spec.name)
            && !INSIDE.iter().any(|name| spec.name.contains(name))
            && has_elsewhere(reading, spec, claim.thing)
    });
    if !elsewhere.is_empty() {
        return elsewhere;
    }
    let named = |name: &str| {
        let mut slots = table.slots_named(reading.product, name);
        slots.retain(|slot| matches!(slot, Slot::Spec(_)));
        slots.dedup();
        slots
    };
    match () {
        () if !about.is_empty() => Vec::new(),
        () if claim.of_origin => named("产地"),
        () if MATERIALS.contains(&claim.thing) => named("材质"),
        () => Vec::new(),
    }
}

/// Whether other goods have a thing as a value in a column of this name.
fn has_elsewhere(reading: &Reading<'_, '_>, own: &Spec, thing: &str) -> bool {
    let others = reading.asked.shop.products.iter();
    others.flat_map(|other| &other.specs).any(|spec| {
        spec.name == own.name
            && spec.value.chars().count() <= LONGEST
            && says_word(&spec.value, thing)
    })
}

/// Whether a value has a figure of so many digits that counts nothing, as grades of steel do: 304 in 304不锈钢.
fn has_grade(value: &str, digits: usize) -> bool {
    let value = normalise(value);
    let mut rest = value.as_str();
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let figure = &rest[at..];
        let behind = figure.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        if figure.len() - behind.len() == digits
            && digits > 2
            && (behind.starts_with("不锈钢")
                || behind.starts_with('钢')
                || behind.starts_with("l不锈钢"))
        {
            return true;
        }
        rest = behind;
    }
    false
}
