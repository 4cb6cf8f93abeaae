//! The forms of a question by which the linter tells that two ask the same.

use aho_corasick::AhoCorasick;

use crate::lint::finder;
use crate::lint::scene::Scene;
use crate::text::normalise::{is_alphanumeric, normalise};

/// Words that do not change what a question asks.
const FILLERS: &[&str] = &[
    "请问",
    "想问",
    "问一下",
    "你们家",
    "你们",
    "咱们",
    "咱家",
    "你家",
    "我的",
    "我",
    "亲",
    "的",
    "了",
    "吗",
    "呢",
    "呀",
    "啊",
    "吧",
    "么",
    "哦",
    "一下",
    "是不是",
    "可不可以",
    "可以",
    "能不能",
    "能",
    "会不会",
    "会",
    "要",
    "支持",
    "支不支持",
    "是否",
    "能否",
    "可否",
    "申请",
    "办理",
    "大概",
    "一般",
    "到底",
    "究竟",
    " ",
    "?",
    ",",
    "。",
    "!",
    "、",
];

/// Ways of asking, each with the form that represents it. 么 is left out, since it is a filler.
const ASKING: &[(&str, &str)] = &[
    ("如何", "怎"),
    ("怎样", "怎"),
    ("咋样", "怎"),
    ("咋", "怎"),
    ("啥时候", "什时候"),
    ("几时", "什时候"),
    ("何时", "什时候"),
    ("多长时间", "多久"),
    ("啥", "什"),
    ("有没有", "有"),
    ("有木有", "有"),
    ("一点", "点"),
    ("颜色", "色"),
];

/// Words by which the order of what they join tells: 从杭州到上海, 黑换白. That of figures always does.
const ORDERED: &[&str] = &[
    "从", "到", "换", "改", "转", "变", "配", "比", "跟", "和", "与", "先", "后", "前", "再", "升",
    "买",
];

/// Characters from which the same ones in another order ask the same: 乡下农村能送吗, 农村乡下能送吗.
const LONG: usize = 6;

/// Normalised, without punctuation and spaces; `+` stays, for it tells goods apart.
pub(in crate::lint) fn plain(text: &str) -> String {
    letters(&normalise(text))
}

/// [`plain`] of a text that is normalised already.
pub(super) fn letters(normalised: &str) -> String {
    normalised
        .chars()
        .filter(|c| is_alphanumeric(*c) || *c == '+')
        .collect()
}

/// Removes fillers and unifies synonyms.
pub(in crate::lint) struct Fold {
    words: AhoCorasick,
    replacements: Vec<String>,
}

impl Fold {
    pub(in crate::lint) fn new(scene: &Scene) -> Fold {
        let mut words: Vec<String> = FILLERS.iter().map(|filler| filler.to_string()).collect();
        let mut replacements = vec![String::new(); words.len()];
        for (word, plain) in ASKING {
            words.push((*word).to_owned());
            replacements.push((*plain).to_owned());
        }
        for group in &scene.shop.lexicon.synonyms {
            let Some(first) = group.first() else { continue };
            for word in group {
                words.push(normalise(word));
                replacements.push(normalise(first));
            }
        }
        let words = finder(&words);
        Fold {
            words,
            replacements,
        }
    }

    /// A normalised text without fillers, with one word for each group of synonyms.
    pub(in crate::lint) fn apply(&self, text: &str) -> String {
        let mut folded = String::with_capacity(text.len());
        let mut at = 0;
        for hit in self.words.find_iter(text) {
            folded.push_str(&text[at..hit.start()]);
            if let Some(replacement) = self.replacements.get(hit.pattern().as_usize()) {
                folded.push_str(replacement);
            }
            at = hit.end();
        }
        folded.push_str(&text[at..]);
        // 能验货不 asks the same as 能验货吗; elsewhere 不 denies.
        match folded.strip_suffix('不') {
            Some(rest) => rest.to_owned(),
            None => folded,
        }
    }
}

/// A folded question with its characters in order of their own, where their order in the text tells nothing.
pub(super) fn any_order(folded: &str) -> String {
    let mut chars: Vec<char> = folded.chars().collect();
    let told = folded.contains(|c: char| c.is_ascii_alphanumeric())
        || ORDERED.iter().any(|word| folded.contains(word));
    if chars.len() >= LONG && !told {
        chars.sort_unstable();
    }
    chars.into_iter().collect()
}
