//! Reads the variants that can be bought: colours and sizes.

use crate::knowledge::lists;
use crate::knowledge::model::SkuGroup;

/// Reads `颜色:尺码,尺码|颜色:尺码`. `S,M,L` alone are sizes. `颜色:黑色,白色|尺码:S,M` names the properties and means every colour in
/// every size.
pub(crate) fn parse_skus(cell: &str) -> Vec<SkuGroup> {
    let mut groups: Vec<SkuGroup> = Vec::new();
    let mut lone: Vec<String> = Vec::new();
    for piece in lists::ids(cell) {
        let values = |text: &str| -> Vec<String> {
            text.split([',', '，', '、', ';', '；'])
                .map(str::trim)
                .filter(|v| !v.is_empty())
                .map(str::to_string)
                .collect()
        };
        match piece.split_once([':', '：']) {
            Some((colour, sizes)) => {
                groups.push(SkuGroup {
                    colour: colour.trim().to_string(),
                    sizes: values(sizes),
                });
            }
            None => lone.extend(values(piece)),
        }
    }
    if let [colours, sizes] = groups.as_slice()
        && is_colour_name(&colours.colour)
        && is_size_name(&sizes.colour)
    {
        return of_colours(&colours.sizes, &sizes.sizes);
    }
    if let ([only], true) = (groups.as_slice(), lone.is_empty()) {
        if is_size_name(&only.colour) {
            return vec![SkuGroup {
                colour: String::new(),
                sizes: only.sizes.clone(),
            }];
        }
        if is_colour_name(&only.colour) {
            return of_colours(&only.sizes, &[]);
        }
    }
    if !lone.is_empty() {
        if groups.is_empty() && lone.iter().all(|value| is_colour(value)) {
            return of_colours(&lone, &[]);
        }
        groups.push(SkuGroup {
            colour: String::new(),
            sizes: lone,
        });
    }
    groups
}

/// Every colour in every size.
fn of_colours(colours: &[String], sizes: &[String]) -> Vec<SkuGroup> {
    let group = |colour: &String| SkuGroup {
        colour: colour.clone(),
        sizes: sizes.to_vec(),
    };
    colours.iter().map(group).collect()
}

fn is_colour_name(name: &str) -> bool {
    matches!(name, "颜色" | "颜色分类" | "花色" | "color" | "colour")
}

fn is_size_name(name: &str) -> bool {
    matches!(name, "尺码" | "尺寸" | "码数" | "规格" | "size")
}

fn is_colour(value: &str) -> bool {
    value.ends_with([
        '色', '白', '黑', '红', '蓝', '绿', '黄', '灰', '紫', '粉', '棕', '橙', '金', '银',
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skus_are_read_in_the_forms_merchants_use() {
        let show = |cell: &str| {
            let groups = parse_skus(cell);
            groups
                .iter()
                .map(|g| format!("{}={}", g.colour, g.sizes.join("/")))
                .collect::<Vec<_>>()
                .join(" ")
        };
        for (cell, expected) in [
            ("黑色:S,M,L|白色:M,L", "黑色=S/M/L 白色=M/L"),
            ("黑色：S，M，L\n白色：M", "黑色=S/M/L 白色=M"),
            ("颜色:黑色,白色|尺码:S,M", "黑色=S/M 白色=S/M"),
            ("颜色:黑色,白色", "黑色= 白色="),
            ("尺码:S,M", "=S/M"),
            ("S,M,L", "=S/M/L"),
            ("S|M|L", "=S/M/L"),
            ("黑色|米白", "黑色= 米白="),
            ("800g|400g", "=800g/400g"),
            ("", ""),
        ] {
            assert_eq!(show(cell), expected, "{cell}");
        }
    }
}
