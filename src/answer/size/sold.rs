//! Whether a product is sold in a size of its chart, by the texts of its SKUs.

use super::reply::size_word;
use crate::answer::product::{Asked, COLOURS};
use crate::knowledge::{Product, SizeChart, SkuGroup, carries};
use crate::text::normalise::{normalise, squeeze};

/// Whether a product is sold in a size: in the colour that the buyer named last, where it is one of the product's. Products
/// whose SKUs tell no sizes, or none of the chart's, are not judged.
pub(super) fn sold(asked: &Asked<'_>, chart: &SizeChart, product: &Product, size: &str) -> bool {
    let has = |sku: &SkuGroup, size: &str| {
        let mut texts = sku.sizes.iter().chain([&sku.colour]);
        texts.any(|text| carries(text, size))
    };
    let told = |size: &String| product.skus.iter().any(|sku| has(sku, size));
    if !chart.sizes.iter().any(told) {
        let mut sizes = product.skus.iter().flat_map(|sku| &sku.sizes);
        return !sizes.any(|size| is_for_all(size));
    }
    let earlier = asked.previous.iter().rev();
    let earlier = earlier.map(|line| squeeze(&normalise(line)));
    let named = std::iter::once(asked.plain.text.clone())
        .chain(earlier)
        .map(|text| {
            let in_full = |sku: &&SkuGroup| {
                let colour = squeeze(&normalise(&sku.colour));
                colour.chars().nth(1).is_some() && text.contains(&colour)
            };
            // 白色 for 米白, 白的 for 白.
            let in_short = |sku: &&SkuGroup| says_colour(&text, &normalise(&sku.colour));
            let all = || product.skus.iter();
            let named: Vec<&SkuGroup> = all().filter(in_full).collect();
            match named.is_empty() {
                true => all().filter(in_short).collect(),
                false => named,
            }
        });
    // The colour named last counts.
    let mut skus = named
        .into_iter()
        .find(|named| !named.is_empty())
        .unwrap_or_default();
    if skus.iter().all(|sku| sku.sizes.is_empty()) {
        skus = product.skus.iter().collect();
    }
    skus.iter().any(|sku| has(sku, size))
        || skus.iter().all(|sku| sku.sizes.is_empty()) && !alone(product)
}

/// Whether a squeezed text says a colour that is written at more length (米白), or in one character at its beginning or end
/// (白118, 脚长18 白).
fn says_colour(text: &str, written: &str) -> bool {
    let mut said = COLOURS.iter().filter(|colour| written.contains(**colour));
    said.any(|colour| {
        let marked = |mark: &str| text.contains(&format!("{colour}{mark}"));
        let at_end = written.chars().nth(1).is_none();
        marked("色")
            || marked("的")
            || at_end && (text.starts_with(colour) || text.ends_with(colour))
    })
}

/// Whether a size is the one that goods come in: whatever a chart says, no other is sold.
fn is_for_all(size: &str) -> bool {
    let size = normalise(size);
    ["均码", "均号", "free"]
        .iter()
        .any(|word| size.starts_with(word))
        || matches!(&*size, "f" | "均")
}

/// Whether the size is the only property of a product's SKUs (38|39|40), so that the list is complete.
fn alone(product: &Product) -> bool {
    let sized = |sku: &SkuGroup| {
        let name = size_word(&sku.colour).to_ascii_lowercase();
        let letters = name.trim_start_matches(|c: char| c.is_ascii_digit());
        !name.is_empty()
            && (letters.is_empty() || matches!(letters.trim_start_matches('x'), "s" | "m" | "l"))
    };
    !product.skus.is_empty() && product.skus.iter().all(sized)
}
