//! Sales and feasts by name: what holds at 双12 is no answer to a question about 双11.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// Each occasion with its names, normalised.
const OCCASIONS: &[&[&str]] = &[
    &["双11", "双十一", "双一十一", "1111"],
    &["双12", "双十二", "1212"],
    &["618", "年中大促"],
    &["三八", "38节", "女神节", "女王节", "妇女节"],
    &["年货节"],
    &["春节", "过年", "新年"],
    &["国庆", "十一假期", "十一长假"],
    &["中秋"],
    &["五一", "劳动节"],
    &["端午"],
    &["清明"],
    &["元旦"],
    &["七夕"],
    &["情人节"],
    &["母亲节"],
    &["父亲节"],
    &["儿童节", "六一"],
    &["圣诞"],
];

static NAMES: LazyLock<(AhoCorasick, Vec<u32>)> = LazyLock::new(|| {
    let names = || {
        (0u32..)
            .zip(OCCASIONS)
            .flat_map(|(at, names)| names.iter().map(move |name| (at, *name)))
    };
    let search = AhoCorasick::new(names().map(|(_, name)| name));
    (
        search.expect("the built-in list is small and valid"),
        names().map(|(at, _)| at).collect(),
    )
});

/// The occasions that a normalised text names, a bit each.
pub fn occasions(normalised: &str) -> u32 {
    let (search, owners) = &*NAMES;
    search.find_iter(normalised).fold(0, |named, hit| {
        named | 1 << owners[hit.pattern().as_usize()]
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::normalise::normalise;

    #[test]
    fn one_occasion_has_many_names() {
        let of = |text: &str| occasions(&normalise(text));
        assert_eq!(of("双11满300减多少"), of("双十一有什么活动"));
        assert_ne!(of("双11"), of("双12"));
        assert_eq!(of("多久发货"), 0);
        assert_eq!(of("双11和双12"), of("双11") | of("双12"));
    }
}
