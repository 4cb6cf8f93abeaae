//! Whether a product is sold in a size of its chart, by the texts of its SKUs.

use super::reply::size_word;
use crate::answer::product::Asked;
use crate::knowledge::{Product, SizeChart, SkuGroup};
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
            let named = |sku: &&SkuGroup| {
                let colour = squeeze(&normalise(&sku.colour));
                colour.chars().nth(1).is_some() && text.contains(&colour)
            };
            product.skus.iter().filter(named).collect::<Vec<_>>()
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

/// Whether a size is the one that goods come in: whatever a chart says, no other is sold.
fn is_for_all(size: &str) -> bool {
    let size = normalise(size);
    ["均码", "均号", "free"]
        .iter()
        .any(|word| size.starts_with(word))
        || matches!(&*size, "f" | "均")
}

/// Whether the text of a SKU is a size, or says it among other words: M of M(160-165), 加绒M and M/165, 17 of 27.5寸17. What
/// stands in brackets is a remark, which names the size only where nothing else does.
pub(super) fn carries(text: &str, size: &str) -> bool {
    if same_size(text, size) {
        return true;
    }
    let size = normalise(size);
    let size = size.trim_end_matches(['码', '号']);
    let text = normalise(text);
    let (said, remark) = match text.find(['(', '[', '【', '{', '<']) {
        Some(open) => text.split_at(open),
        None => (text.as_str(), ""),
    };
    let said = match said.trim().is_empty() {
        true => remark,
        false => said,
    };
    let goes_on = |c: char| c.is_ascii_alphanumeric();
    !size.is_empty()
        && said.match_indices(size).any(|(at, _)| {
            let (before, behind) = (&said[..at], &said[at + size.len()..]);
            // 5 is neither in 1.5 nor in 5.5.
            let point = before.ends_with('.') || behind.starts_with('.');
            !point && !before.ends_with(goes_on) && !behind.starts_with(goes_on)
        })
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

/// Whether two spellings name the same size: XXL and 2XL, 38 and 38码.
fn same_size(a: &str, b: &str) -> bool {
    let plain = |size: &str| {
        let size = normalise(size);
        let size = size.trim_end_matches(['码', '号']);
        let xs = size.bytes().take_while(|b| *b == b'x').count();
        if xs >= 2 && size.ends_with('l') {
            format!("{xs}xl")
        } else {
            size.to_owned()
        }
    };
    let (a, b) = (plain(a), plain(b));
    a == b || b.split('/').any(|part| part == a)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_sku_says_its_size() {
        for (text, size, expected) in [
            ("M", "M", true),
            ("M码", "M", true),
            ("m", "M码", true),
            ("2XL", "XXL", true),
            ("M(160-165)", "M", true),
            ("M（160-165）", "M", true),
            ("M【建议95-110斤】", "M", true),
            ("M/165", "M", true),
            ("M/165", "165", true),
            ("均码M", "M", true),
            ("加绒M", "M", true),
            ("M 长款", "M", true),
            ("27.5寸17", "17", true),
            ("26寸15.5", "15.5", true),
            ("170/88A", "170", true),
            // Look-alikes.
            ("XL", "L", false),
            ("2XL", "XL", false),
            ("XXL", "XL", false),
            ("26寸15.5", "15", false),
            ("26寸15.5", "5.5", false),
            ("110(身高105-115)", "115", false),
            ("长75cm", "75", false),
            ("175", "17", false),
            ("150×200", "15", false),
            ("L加大", "M", false),
        ] {
            assert_eq!(carries(text, size), expected, "{text} {size}");
        }
    }
}
