//! Compares names (headers, keys, ids) as merchants type them.

use unicode_normalization::UnicodeNormalization;

/// Two names with at least this similarity (normalised Damerau–Levenshtein, 0..1) count as misspellings of each other.
const NEAR: f64 = 0.6;

/// A name without differences of typing: full width, case, spaces and punctuation. `（相似 问题）` and `相似问题` fold to the
/// same, and so do `Valid From` and `valid_from`.
pub(crate) fn fold(name: &str) -> String {
    // Plain ASCII and common Han characters, which are nearly all, need no normalisation.
    if name
        .chars()
        .all(|c| c.is_ascii() || ('\u{4e00}'..='\u{9fff}').contains(&c))
    {
        return name
            .chars()
            .filter(|c| c.is_alphanumeric())
            .map(|c| c.to_ascii_lowercase())
            .collect();
    }
    name.nfkc()
        .flat_map(char::to_lowercase)
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// [`fold`] without a remark in brackets at the end: `答案（必填）` → `答案`.
pub(crate) fn fold_without_remark(name: &str) -> String {
    let plain: String = name.nfkc().collect();
    let plain = plain.trim().trim_end_matches('*');
    let cut = match (
        plain.ends_with([')', ']', '】']),
        plain.rfind(['(', '[', '【']),
    ) {
        (true, Some(open)) => &plain[..open],
        _ => plain,
    };
    fold(cut)
}

/// The candidate most similar to `name`, if it is similar enough to be meant.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let name = fold(name);
    candidates
        .into_iter()
        .map(|candidate| {
            (
                strsim::normalized_damerau_levenshtein(&name, &fold(candidate)),
                candidate,
            )
        })
        .filter(|(similarity, _)| *similarity >= NEAR)
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, candidate)| candidate)
}

/// Whether a cell means "nothing" without being empty: `-`, `—`, `/`, `无`.
pub(crate) fn is_blank(text: &str) -> bool {
    matches!(
        text.trim(),
        "" | "-" | "--" | "—" | "——" | "－" | "–" | "/" | "／" | "无" | "N/A" | "n/a"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fold_to_what_they_mean() {
        for (written, folded) in [
            ("Valid_From", "validfrom"),
            ("ｖａｌｉｄ　ｆｒｏｍ", "validfrom"),
            (" 相似 问题：", "相似问题"),
            ("答案（必填）", "答案必填"),
        ] {
            assert_eq!(fold(written), folded, "{written}");
        }
        for (written, folded) in [
            ("答案（必填）", "答案"),
            ("answer [required]", "answer"),
            ("问题*", "问题"),
        ] {
            assert_eq!(fold_without_remark(written), folded, "{written}");
        }
    }

    #[test]
    fn the_nearest_name_is_found_or_none() {
        let names = ["question", "similar", "answer"];
        assert_eq!(nearest("anwser", names), Some("answer"));
        assert_eq!(nearest("Questions", names), Some("question"));
        assert_eq!(nearest("备注", names), None);
    }
}
