//! Which column of a chart names its sizes, where several could: a chart of shoes has 国际码, 欧码 and 美码, and the shop
//! sells by one of them.

use super::sort_sizes;
use crate::knowledge::model::{ChartCell, ChartColumn, Product, SizeChart};
use crate::text::normalise::normalise;

/// Lets each chart name its sizes as the SKUs of its products do. The column that did so before is shown beside the others.
pub(crate) fn name_as_sold(charts: &mut [SizeChart], products: &[Product]) {
    for chart in charts.iter_mut().filter(|chart| !chart.cross) {
        let own = products
            .iter()
            .filter(|product| product.size_chart.as_deref() == Some(chart.stem.as_str()));
        let mut sold: Vec<&str> = own
            .flat_map(|product| &product.skus)
            .flat_map(|sku| match sku.sizes.is_empty() {
                true => std::slice::from_ref(&sku.colour),
                false => sku.sizes.as_slice(),
            })
            .map(String::as_str)
            .collect();
        sold.sort_unstable();
        sold.dedup();
        let named = |size: &dyn Fn(usize) -> String| {
            let sizes: Vec<String> = (0..chart.rows.len()).map(size).collect();
            let is_named = |sku: &&&str| sizes.iter().any(|size| carries(sku, size));
            sold.iter().filter(is_named).count()
        };
        let by_size = named(&|row| chart.rows[row].size.clone());
        // The first of the best.
        let best = (0..chart.columns.len())
            .filter(|&column| chart.columns[column].measure.is_none())
            .map(|column| {
                (
                    column,
                    named(&|row| chart.rows[row].cells[column].text.clone()),
                )
            })
            .rev()
            .max_by_key(|(_, count)| *count);
        if let Some((column, count)) = best
            && count > by_size
        {
            name_by(chart, column);
        }
    }
}

/// Makes a column the one that names the sizes. Rows without a name there keep the one that they have.
fn name_by(chart: &mut SizeChart, column: usize) {
    let named = chart.columns.remove(column);
    let header = std::mem::replace(&mut chart.header, named.header);
    chart.columns.insert(
        0,
        ChartColumn {
            header,
            measure: None,
        },
    );
    chart.sizes.clear();
    for row in &mut chart.rows {
        let name = row.cells.remove(column).text;
        let name = Some(name).filter(|name| !name.is_empty());
        let text = match name {
            Some(name) => std::mem::replace(&mut row.size, name),
            None => row.size.clone(),
        };
        row.cells.insert(
            0,
            ChartCell {
                text,
                interval: None,
            },
        );
        if !chart.sizes.contains(&row.size) {
            chart.sizes.push(row.size.clone());
        }
    }
    sort_sizes(&mut chart.sizes);
}

/// Whether the text of a SKU is a size, or says it among other words: M of M(160-165), 加绒M and M/165, 17 of 27.5寸17. What
/// stands in brackets is a remark, which names the size only where nothing else does.
pub fn carries(text: &str, size: &str) -> bool {
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

    use crate::knowledge::model::SkuGroup;

    #[test]
    fn a_chart_names_sizes_as_its_products_are_sold() {
        let shoes = "国际码(mm),欧码(鞋码),脚长(mm),美码\n170,28,166-171,10.5\n175,29,172-178,11.5\n180,30,179-184,12\n";
        for (sold, header, sizes) in [
            (vec!["28", "29", "30"], "欧码(鞋码)", ["28", "29", "30"]),
            (vec!["28码", "31码"], "欧码(鞋码)", ["28", "29", "30"]),
            (vec!["170", "175"], "国际码(mm)", ["170", "175", "180"]),
            (vec!["11.5", "12"], "美码", ["10.5", "11.5", "12"]),
            (vec!["S", "M"], "国际码(mm)", ["170", "175", "180"]),
            (vec![], "国际码(mm)", ["170", "175", "180"]),
        ] {
            let mut chart = super::super::tests::chart(shoes).0.unwrap();
            let product = Product {
                size_chart: Some(chart.stem.clone()),
                skus: vec![SkuGroup {
                    colour: "黑".into(),
                    sizes: sold.iter().map(|size| size.to_string()).collect(),
                }],
                ..Product::default()
            };
            name_as_sold(std::slice::from_mut(&mut chart), &[product]);
            assert_eq!(
                (chart.header.as_str(), &chart.sizes[..]),
                (header, &sizes.map(String::from)[..]),
                "{sold:?}"
            );
            let width = chart.columns.len();
            assert!(chart.rows.iter().all(|row| row.cells.len() == width));
            let foot = chart
                .columns
                .iter()
                .position(|column| column.measure.is_some())
                .unwrap();
            assert!(
                chart
                    .rows
                    .iter()
                    .all(|row| row.cells[foot].interval.is_some())
            );
        }
    }

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
