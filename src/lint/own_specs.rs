//! Rules about an entry that contradicts a product's own specs: 适用面积30-50㎡ where the product says 18-30㎡.
//!
//! Only an entry about a single product that names the spec by its words is compared.

use std::collections::HashMap;

use aho_corasick::AhoCorasick;
use rayon::prelude::*;

use super::numbers::NUMBER_CONTRADICTION;
use super::scene::{From, Piece, Scene, has_figure, spot};
use super::{Report, Rule, finder};
use crate::knowledge::{Product, Shop, Spec};
use crate::text::normalise::normalise;

/// Words that make a figure inexact (约30㎡, 最大50㎡).
const LOOSE: &[&str] = &[
    "约",
    "左右",
    "以内",
    "以上",
    "以下",
    "不超",
    "最大",
    "最小",
    "最多",
    "最少",
    "至少",
    "至多",
    "不低于",
    "不到",
    "超过",
    "大于",
    "小于",
    "每天",
    "每次",
    "差",
];

/// The most characters between a spec's name and its figure.
const BETWEEN: usize = 4;

pub(super) fn check(scene: &Scene, report: &mut Report) {
    let names = Names::new(scene.shop);
    let found: Vec<_> = scene
        .pieces
        .par_iter()
        .filter(|piece| piece.from == From::Faq && !piece.is_over(scene.at))
        .filter(|piece| has_figure(&piece.plain))
        .filter_map(|piece| {
            let product = names.only_product(piece)?;
            let (said, spec) = contradicted(piece, product)?;
            Some((piece, product, said, spec))
        })
        .collect();
    const RULE: &Rule = &NUMBER_CONTRADICTION;
    for (piece, product, said, spec) in found {
        report.push(
            RULE,
            &piece.place,
            piece.column,
            format!(
                "{} of {} is \"{said}\" here but \"{}\" in its specs ({})",
                spec.name,
                product.id,
                spec.value,
                spot(&spec.place)
            ),
            "correct one of them, or say what makes them differ (version, accessory, circumstances)",
        );
    }
}

/// The names of a shop's products, each with the products that have it.
struct Names<'a> {
    words: AhoCorasick,
    owners: Vec<Option<&'a Product>>,
    by_id: HashMap<&'a str, &'a Product>,
}

impl<'a> Names<'a> {
    fn new(shop: &'a Shop) -> Names<'a> {
        // `None` for a name of two products.
        let mut known: HashMap<String, Option<&Product>> = HashMap::new();
        for product in &shop.products {
            for name in product.aliases.iter().chain([&product.id, &product.name]) {
                let name = normalise(name);
                if name.chars().count() < 2 {
                    continue;
                }
                known
                    .entry(name)
                    .and_modify(|owner| {
                        *owner = owner.filter(|owner| owner.id == product.id);
                    })
                    .or_insert(Some(product));
            }
        }
        let (words, owners): (Vec<String>, Vec<Option<&Product>>) = known.into_iter().unzip();
        let words = finder(&words);
        Names {
            words,
            owners,
            by_id: shop
                .products
                .iter()
                .map(|product| (product.id.as_str(), product))
                .collect(),
        }
    }

    /// The single product that an entry is about: the only one it is limited to, else the only one it names.
    fn only_product(&self, piece: &Piece) -> Option<&'a Product> {
        let question = piece.titles.first().map(|title| normalise(title));
        let texts = question
            .iter()
            .map(String::as_str)
            .chain([piece.plain.as_str()]);
        let limits = piece
            .scope
            .conditions
            .map_or(&[][..], |conditions| &conditions.products);
        let mut only = match limits {
            [] => None,
            [id] => Some(*self.by_id.get(id.as_str())?),
            _ => return None,
        };
        for text in texts {
            for hit in self.words.find_iter(text) {
                let named = self.owners[hit.pattern().as_usize()]?;
                match only {
                    Some(other) if other.id != named.id => return None,
                    _ => only = Some(named),
                }
            }
        }
        only
    }
}

/// The first words of an entry that contradict a spec of `product`.
fn contradicted<'a>(piece: &Piece, product: &'a Product) -> Option<(String, &'a Spec)> {
    let clauses = piece.plain.split([',', '。', '!', '?', ';', '\n', '、']);
    for clause in clauses.filter(|clause| has_figure(clause)) {
        if LOOSE.iter().any(|word| clause.contains(word)) {
            continue;
        }
        for spec in &product.specs {
            let value = normalise(&spec.value);
            let Some(stated) = Measure::read(&value).filter(|stated| stated.rest.is_empty()) else {
                continue;
            };
            let Some(said) = told(clause, &normalise(&spec.name), &piece.plain) else {
                continue;
            };
            if said.unit == stated.unit && !said.agrees(&stated) && !in_skus(&said, product) {
                return Some((clause.trim().to_owned(), spec));
            }
        }
    }
    None
}

/// The measure that `clause` gives for the spec of that name: after its words, or in 每盒250g for the net content.
fn told<'t>(clause: &'t str, name: &str, whole: &str) -> Option<Measure<'t>> {
    let digit = |c: char| c.is_ascii_digit();
    if name.chars().count() >= 2
        && let Some((_, behind)) = clause.split_once(name)
    {
        let at = behind.find(digit)?;
        let near = behind[..at].chars().count() <= BETWEEN && !behind[..at].contains(['-', '.']);
        return Measure::read(&behind[at..]).filter(|_| near);
    }
    // 每盒10袋,每袋10g is about parts.
    if name != "净含量" || whole.contains(['袋', '包', '条', '片', '小', '套']) {
        return None;
    }
    ["每盒", "每罐", "每瓶", "一盒", "一罐", "一瓶"]
        .iter()
        .find_map(|pack| clause.split_once(pack))
        .and_then(|(_, behind)| Measure::read(behind.trim_start()))
}

/// Whether the figure is that of a variant on sale (规格:100g,250g).
fn in_skus(said: &Measure, product: &Product) -> bool {
    let figure = said.low.to_string();
    product
        .skus
        .iter()
        .flat_map(|group| group.sizes.iter().chain([&group.colour]))
        .any(|text| text.contains(&figure))
}

/// A figure or a range at the start of a text, with its unit.
struct Measure<'t> {
    low: f64,
    high: f64,
    unit: &'static str,
    /// The text after the unit.
    rest: &'t str,
}

/// Spellings of units, longer ones first, each with its standard form.
const UNITS: &[(&str, &str)] = &[
    ("平方米", "m2"),
    ("m2", "m2"),
    ("kg", "kg"),
    ("mah", "mah"),
    ("mm", "mm"),
    ("cm", "cm"),
    ("ml", "ml"),
    ("毫升", "ml"),
    ("db", "db"),
    ("kw", "kw"),
    ("克", "g"),
    ("g", "g"),
    ("w", "w"),
    ("瓦", "w"),
    ("v", "v"),
    ("l", "l"),
    ("升", "l"),
    ("°c", "°c"),
    ("℃", "°c"),
    ("度", "°c"),
    ("个月", "个月"),
    ("小时", "小时"),
    ("分钟", "分钟"),
    ("年", "年"),
];

impl<'t> Measure<'t> {
    fn read(text: &'t str) -> Option<Measure<'t>> {
        let (low, rest) = figure(text)?;
        let (high, rest) = rest
            .strip_prefix(['-', '~', '至', '到'])
            .and_then(figure)
            .unwrap_or((low, rest));
        let rest = rest.trim_start();
        let (unit, rest) = UNITS
            .iter()
            .find_map(|(written, unit)| Some((*unit, rest.strip_prefix(written)?)))?;
        // 3kwh is not a power, and 5g网络 not a weight.
        let whole = !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '/');
        whole.then_some(Measure {
            low,
            high,
            unit,
            rest,
        })
    }

    /// Whether one may be the shorter version of the other: equal, or within it.
    fn agrees(&self, other: &Measure) -> bool {
        let within = |a: &Measure, b: &Measure| b.low <= a.low && a.high <= b.high;
        within(self, other) || within(other, self)
    }
}

/// The figure at the start of a text, and the rest.
fn figure(text: &str) -> Option<(f64, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::read_shop;

    fn read(answer: &str) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in [
            ("shop.toml", "[shop]\n".to_owned()),
            (
                "products/p.csv",
                "商品编号,商品名称,别名,类目,适用面积,净含量,额定功率\n\
                 KJ300,小净化器,,净化器,18-30㎡,,28W\n\
                 KJ500,大净化器,,净化器,35-60㎡,,48W\n\
                 T01,明前龙井,龙井,绿茶,,100g,\n"
                    .to_owned(),
            ),
            (
                "faq/a.csv",
                format!("id,question,answer\n1,问题,\"{answer}\"\n"),
            ),
        ] {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let shop = read_shop(folder.path()).shop;
        let scene = Scene::new(&shop, Default::default());
        let product = Names::new(&shop).only_product(&scene.pieces[0])?;
        contradicted(&scene.pieces[0], product).map(|(_, spec)| spec.value.clone())
    }

    #[test]
    fn what_is_said_of_a_product_is_held_against_its_specs() {
        for (answer, spec) in [
            ("KJ300适用面积30-50㎡。", Some("18-30㎡")),
            ("KJ300适用面积为18-30平方米。", None),
            ("KJ300适用面积25㎡也行。", None),
            ("KJ300额定功率38W。", Some("28W")),
            ("KJ300额定功率约38W。", None),
            ("KJ300放50㎡的客厅嫌小。", None),
            ("KJ300适用面积18-30㎡，KJ500适用面积35-60㎡。", None),
            ("适用面积30-50㎡。", None),
            ("明前龙井每盒250g。", Some("100g")),
            ("龙井每罐150克。", Some("100g")),
            ("龙井每盒100克。", None),
            ("龙井每盒10袋，一袋10克。", None),
        ] {
            assert_eq!(read(answer).as_deref(), spec, "{answer}");
        }
    }
}
