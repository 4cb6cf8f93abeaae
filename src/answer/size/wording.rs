//! Words that buyers use when they speak of sizes.

/// Words that ask which size to take.
const ADVICE: &[&str] = &[
    "什么码",
    "什么尺码",
    "什么号",
    "多大码",
    "多大号",
    "多大尺码",
    "多大尺寸的",
    "哪个码",
    "哪个号",
    "哪个尺码",
    "哪码",
    "哪一码",
    "几码",
    "穿几号",
    "拍几号",
    "买几号",
    "选几号",
    "要几号",
    "几号合适",
    "穿多大",
    "买多大",
    "拍多大",
    "选多大",
    "要多大",
    "拿多大",
    "穿几",
    "选码",
    "选尺码",
    "推荐码",
    "推荐尺码",
    "推荐个码",
    "推荐个尺码",
    "尺码推荐",
    "推荐一下码",
    "推荐一下尺码",
    "尺码怎么选",
    "码怎么选",
    "该穿",
    "穿哪",
    "拍哪个码",
    "多大的合适",
    "合适的码",
    "适合的码",
    "适合的尺码",
    "买大还是",
    "选大还是",
    "拍大还是",
    "要大还是",
    "有码吗",
    "有我的码",
    "能穿的码",
    "穿什么尺寸",
    "什么尺寸合适",
    "怎么选号",
    "怎么选大小",
    "买什么大小",
    "多大合适",
    "合适穿",
    "适合穿",
    "适合多大",
    "拿什么",
    "拿几",
    "配什么码",
    "哪个合身",
    "哪号",
];

/// Words that ask whether a size or the thing fits. They count together with measures.
pub const FITS: &[&str] = &[
    "能穿",
    "可以穿",
    "穿得",
    "穿的下",
    "穿不",
    "合适",
    "合身",
    "会不会小",
    "会不会大",
    "会小",
    "会大",
    "紧吗",
    "够大",
];

/// Words that ask for the chart itself.
pub const CHART: &[&str] = &["尺码表", "尺寸表", "尺码对照", "码数表", "尺码图"];

/// Words that ask whether goods run large or small.
pub const RUNS: &[&str] = &[
    "偏大",
    "偏小",
    "正码",
    "标准码",
    "码正",
    "尺码准",
    "尺码正",
    "大一码还是",
    "版型大",
    "版型小",
];

/// Words of buyers who like a loose fit.
pub const LOOSE: &[&str] = &[
    "宽松",
    "宽大",
    "大一点",
    "大点",
    "oversize",
    "不要紧身",
    "肥一点",
];

/// Words of buyers who like a tight fit.
pub const TIGHT: &[&str] = &["修身", "合身", "紧身", "贴身", "紧一点", "小一点"];

/// Whether squeezed text asks which size to take.
pub fn asks_size(text: &str) -> bool {
    says_any(text, ADVICE) || either_size(text)
}

pub fn says_any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// Whether a normalised word is a size in letters: m, xxl, 3xl.
pub fn is_letter_size(word: &str) -> bool {
    matches!(
        word,
        "xs" | "s" | "m" | "l" | "xl" | "xxl" | "xxxl" | "2xl" | "3xl" | "4xl" | "5xl"
    )
}

/// The places where a squeezed text has a name that no Latin letter or digit stands next to: byte offset, and what
/// follows.
pub fn alone<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = (usize, &'t str)> {
    let places = text
        .match_indices(name)
        .filter(|(_, name)| !name.is_empty());
    let places = places.map(|(at, name)| (&text[..at], &text[at + name.len()..]));
    let goes_on = |c: char| c.is_ascii_alphanumeric();
    places
        .filter(move |(before, behind)| !before.ends_with(goes_on) && !behind.starts_with(goes_on))
        .map(|(before, behind)| (before.len(), behind))
}

/// Whether a squeezed text says a size as one: m, but 38 only with 码 or 号 behind it.
pub fn says_size(text: &str, size: &str) -> bool {
    let letters = size.ends_with(|c: char| c.is_ascii_alphabetic());
    alone(text, size).any(|(_, behind)| letters || behind.starts_with(['码', '号']))
}

/// Two sizes to choose from: S还是M, m码还是l码.
fn either_size(text: &str) -> bool {
    let Some(at) = text.find("还是") else {
        return false;
    };
    let size = |word: &str| is_letter_size(word.trim_matches('码'));
    let tail = |text: &str| -> String {
        let kept: Vec<char> = text
            .chars()
            .rev()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '码')
            .collect();
        kept.into_iter().rev().collect()
    };
    let head: String = text[at + "还是".len()..]
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '码')
        .collect();
    size(&tail(&text[..at])) && size(&head)
}
