//! Reads the size that a buyer usually wears: 平时穿M, 一般38码, 鞋码42.

use super::super::normalise::{normalise, starts_with};

/// Words that always announce the usual size.
const USUAL: &[&str] = &[
    "平时",
    "平常",
    "一般",
    "通常",
    "日常",
    "往常",
    "以前",
    "之前",
    "一直",
    "习惯",
    "正常",
    "经常",
    "常年",
    "每次",
    "上次",
    "向来",
    "素来",
    "鞋码",
    "鞋号",
    "其他家",
    "别家",
    "别的店",
    "优衣库",
];

/// Words that announce it unless a question follows (我穿M可以吗).
const ASKED: &[&str] = &[
    "我穿",
    "本人穿",
    "我是",
    "她穿",
    "他穿",
    "老公穿",
    "妈妈穿",
    "我妈穿",
    "我买",
    "孩子穿",
    "宝宝穿",
];

/// Characters that may stand between the announcement and the size.
const FILLERS: &str = " 都是穿的买着会我在也拍选要就最常裤子衣服上鞋尺码大概差不多为:,了";

/// The size that the buyer usually wears, in capitals (`M`, `2XL`, `38`). A size that is only asked about is not taken.
///
/// ```
/// use zhike::text::measure::usual_size;
/// assert_eq!(usual_size("我160，95斤，平时穿M"), Some("M".to_owned()));
/// assert_eq!(usual_size("我穿M码合适吗"), None);
/// ```
pub fn usual_size(text: &str) -> Option<String> {
    let text = normalise(text);
    let chars: Vec<char> = text.chars().collect();
    (0..chars.len()).find_map(|at| {
        let (word, sure) = USUAL
            .iter()
            .map(|word| (*word, true))
            .chain(ASKED.iter().map(|word| (*word, false)))
            .find(|(word, _)| starts_with(&chars[at..], word))?;
        let mut from = at + word.chars().count();
        let limit = from + 8;
        while from < limit && chars.get(from).is_some_and(|c| FILLERS.contains(*c)) {
            from += 1;
        }
        let (size, len) = size_at(&chars, from)?;
        let after: String = chars[from + len..].iter().take(6).collect();
        let after = after.trim_start_matches(['码', '号', '的', ' ', ',']);
        let asked = [
            "还是",
            "或",
            "合适",
            "可以",
            "行",
            "能",
            "会",
            "够",
            "大",
            "小",
            "吗",
            "怎么样",
            "有",
        ]
        .iter()
        .any(|word| after.starts_with(word));
        (sure || !asked).then_some(size)
    })
}

/// The size at `at` (`2xl`, `38`, `165/88a`, 均码), in capitals, with its length in characters.
fn size_at(chars: &[char], at: usize) -> Option<(String, usize)> {
    let rest = &chars[at.min(chars.len())..];
    if starts_with(rest, "均码") {
        return Some(("均码".to_owned(), 2));
    }
    let len = rest
        .iter()
        .take_while(|c| c.is_ascii_alphanumeric() || **c == '/' || **c == '.')
        .count();
    let text: String = rest[..len].iter().collect();
    let letters = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let lettered = matches!(letters, "s" | "m" | "l" | "f")
        || letters.ends_with(['l', 's'])
            && letters
                .trim_end_matches(['l', 's'])
                .chars()
                .all(|c| c == 'x')
            && letters.len() > 1;
    let behind = rest.get(len).copied().unwrap_or(' ');
    let followed = matches!(behind, '码' | '号');
    let figure = text.parse::<f64>().is_ok_and(|value| {
        (22.0..=50.0).contains(&value) && !"斤天元块件个岁小分公厘年月日周折".contains(behind)
            || followed && (60.0..=200.0).contains(&value)
    });
    // 165/88a
    let designation = text.split_once('/').is_some_and(|(height, girth)| {
        height.parse::<u32>().is_ok_and(|h| (50..=200).contains(&h))
            && girth
                .trim_end_matches(['a', 'b', 'c', 'y'])
                .parse::<u32>()
                .is_ok()
    });
    (lettered && text.len() - letters.len() <= 1 || figure || designation)
        .then(|| (text.to_uppercase(), len))
}
