//! Splits lists in a cell.

/// Splits a list of texts (questions, aliases) at `|`. A cell with several lines is split only at the lines, so that a
/// text may hold a bar.
pub(crate) fn texts(cell: &str) -> impl Iterator<Item = &str> {
    let lines = cell.trim().contains('\n');
    cell.split(move |c| if lines { c == '\n' } else { is_bar(c) })
        .map(str::trim)
        .filter(|item| !item.is_empty())
}

/// Splits a list of ids or fixed words (products, order states), which never hold a bar, at bars and lines.
pub(crate) fn ids(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(|c| c == '\n' || is_bar(c))
        .map(str::trim)
        .filter(|item| !item.is_empty())
}

/// Splits a keyword condition: alternatives at bars and lines, words at spaces and commas.
pub(crate) fn keywords(cell: &str) -> Vec<Vec<String>> {
    ids(cell)
        .map(|alternative| words(alternative).map(str::to_string).collect::<Vec<_>>())
        .filter(|words| !words.is_empty())
        .collect()
}

/// Splits at spaces and commas, half and full width.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '，' | '、' | ';' | '；'))
        .filter(|word| !word.is_empty())
}

/// Whether a cell has both lines and bars, so that only the lines split it.
pub(crate) fn mixes_separators(cell: &str) -> bool {
    let cell = cell.trim();
    cell.contains('\n') && cell.contains(is_bar)
}

fn is_bar(c: char) -> bool {
    matches!(c, '|' | '｜')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_split_as_merchants_write_them() {
        for (cell, items) in [
            ("怎么退|如何退货", vec!["怎么退", "如何退货"]),
            ("怎么退｜ 如何退货 |", vec!["怎么退", "如何退货"]),
            (
                "A|B 款哪个好\r\n有什么区别\r\n",
                vec!["A|B 款哪个好", "有什么区别"],
            ),
            ("怎么退\n", vec!["怎么退"]),
            (" ", vec![]),
        ] {
            assert_eq!(texts(cell).collect::<Vec<_>>(), items, "{cell:?}");
        }
        assert_eq!(ids("P1|P2\nP3").collect::<Vec<_>>(), ["P1", "P2", "P3"]);
        assert_eq!(
            keywords("羊毛 洗|羊绒，干洗"),
            [vec!["羊毛", "洗"], vec!["羊绒", "干洗"]]
        );
    }
}
