//! Splits a message into its questions and reads each with the messages before it.

mod calls;
mod follow_up;
mod seams;

pub use follow_up::{asks_a_sum, follows, other_case, points, read, read_as, said_anew};
pub use seams::{may_run_on, seams};

use follow_up::LINKS;

use super::guard::{self, SmallTalk};
use crate::text::normalise::{bare, is_han, normalise};

/// One question of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// As the buyer wrote it.
    pub text: String,
    /// Normalised; a follow-up has the message that it follows in front of it.
    pub normalised: String,
    /// The earlier message that it was read with.
    pub context: Option<String>,
}

/// Words that make a short stretch a question or a request of its own: 「有M码 包邮」.
const MARKERS: &[&str] = &[
    "吗", "么", "呢", "怎", "什么", "多少", "多久", "多大", "多长", "多重", "多高", "多宽", "多厚",
    "多粗", "多深", "几", "哪", "谁", "能", "可以", "会", "是否", "何", "要", "想", "求", "推荐",
    "包邮", "退", "换", "查", "催", "区别",
];

/// Words that make a longer stretch a question. 「我有…」「想要…」 are not among them: they tell a story as often as they ask.
const STRONG: &[&str] = &[
    "吗",
    "怎",
    "什么",
    "多少",
    "多久",
    "多大",
    "多长",
    "多重",
    "多高",
    "多宽",
    "多厚",
    "多粗",
    "多深",
    "哪",
    "谁",
    "是否",
    "是不是",
    "能不能",
    "可不可以",
    "有没有",
    "会不会",
    "要不要",
    "行不行",
    "推荐",
    "区别",
    "包邮",
    "帮我",
];

/// A stretch of at most this many characters is short.
const SHORT: usize = 6;

/// Stretches that only greet or pad. They are dropped if the message also holds a real question.
const PADDING: &[&str] = &[
    "你好",
    "您好",
    "在吗",
    "在么",
    "在不在",
    "在不",
    "亲",
    "亲亲",
    "亲在吗",
    "你好啊",
    "您好啊",
    "hi",
    "hello",
    "哈喽",
    "请问",
    "请问一下",
    "问一下",
    "问下",
    "我想问一下",
    "我想问下",
    "想问下",
    "想问一下",
    "想咨询一下",
    "咨询一下",
    "客服",
    "客服在吗",
    "客服你好",
    "你好客服",
    "老板",
    "老板在吗",
    "谢谢",
    "谢谢啦",
    "谢了",
    "麻烦了",
    "麻烦你了",
    "掌柜的",
    "店家",
    "有人吗",
    "打扰了",
    "打扰一下",
    "好的",
    "嗯",
    "嗯嗯",
    "哦",
    "那个",
    "早上好",
    "晚上好",
    "下午好",
    "中午好",
];

/// The most questions taken from one message. The rest is added to the last one.
const MOST: usize = 5;

/// Splits a message into its questions. There is always at least one piece; `words` are the shop's further wordings that
/// call a person.
///
/// Marks, spaces and line breaks part a message into stretches. A stretch that asks nothing belongs to the question
/// behind it (「前天买的 怎么还没发货」), the last one to the question before it. What calls a person or complains is no part
/// of the question beside it (包邮吗？转人工).
pub fn split(text: &str, words: &[String]) -> Vec<String> {
    let mut stretches: Vec<String> = Vec::new();
    let mut current = String::new();
    let mut flush = |current: &mut String| {
        let stretch = current.trim();
        if !stretch.is_empty() {
            stretches.push(stretch.to_owned());
        }
        current.clear();
    };
    let chars: Vec<char> = text.chars().collect();
    for (i, &c) in chars.iter().enumerate() {
        match c {
            '？' | '?' | '。' | '！' | '!' | '；' | ';' | '\n' | '\r' => {
                current.push(c);
                flush(&mut current);
            }
            '吗' | '么' | '嘛' if runs_on(&chars, i) => {
                current.push(c);
                flush(&mut current);
            }
            '，' | ',' | ' ' | '\u{3000}' | '\t' | '~' | '～' | '、' if soft_break(&chars, i) => {
                flush(&mut current);
            }
            _ if goes_on(&current, &chars[i..]) => {
                flush(&mut current);
                current.push(c);
            }
            _ => current.push(c),
        }
    }
    flush(&mut current);

    stretches.retain(|stretch| !is_padding(stretch));
    if stretches.is_empty() {
        return vec![text.trim().to_owned()];
    }
    let several = stretches.len() > 1;
    let pieces = join(stretches, |stretch| {
        several && calls::person(stretch, text, words)
    });
    pieces.into_iter().map(without_and).collect()
}

/// Whether another question begins right after the particle at `i`: 能开发票吗能发顺丰吗.
fn runs_on(chars: &[char], i: usize) -> bool {
    /// 什么 is a question word itself; after the others the particle does not end a question either.
    const BEFORE: &[char] = &['什', '怎', '这', '那', '多', '要'];
    /// Words after the particle that continue the same question.
    const BEHIND: &[&str] = &[
        "呢", "啊", "呀", "的", "了", "哈", "哦", "亲", "还是", "或者", "或", "如果", "要是", "么",
        "吗",
    ];
    let rest: String = chars[i + 1..].iter().collect();
    rest.chars().next().is_some_and(is_han)
        && i > 0
        && !(chars[i] == '么' && BEFORE.contains(&chars[i - 1]))
        && !BEHIND.iter().any(|word| rest.starts_with(word))
        && asks(&rest)
}

/// Words that lead to another question.
const AND: &[&str] = &["还有", "另外", "顺便", "再问", "再就是"];

/// What stands behind a word that leads to another question, if it asks something by itself. 还有货吗 is one question.
fn behind_and(text: &str) -> Option<&str> {
    let behind = AND.iter().find_map(|word| text.strip_prefix(word))?;
    let behind = behind.trim_start_matches(['问', '一', '下']);
    (behind.chars().count() > 3 && asks(behind)).then_some(behind)
}

/// A question without the word that joins it to the question before.
fn without_and(piece: String) -> String {
    match behind_and(&piece) {
        // 还有没有优惠 without 还有 says that there is none.
        Some(behind) if !behind.starts_with("没有") => behind.to_owned(),
        _ => piece,
    }
}

/// Whether `current` asks something and another question follows with a joining word: 怎么调高度还有能不能走医保.
fn goes_on(current: &str, rest: &[char]) -> bool {
    let rest: String = rest.iter().collect();
    behind_and(&rest).is_some() && asks(current)
}

/// Whether the mark at `i` may separate two questions.
fn soft_break(chars: &[char], i: usize) -> bool {
    let before = chars[..i].iter().rev().find(|c| !c.is_whitespace());
    let after = chars[i + 1..].iter().find(|c| !c.is_whitespace());
    match (before, after) {
        (Some(&before), Some(&after)) => {
            // 多少ml 有几个颜色, but not iphone 15.
            is_han(before) && after.is_alphanumeric()
                || before.is_ascii_alphabetic() && is_han(after)
                || calls::ends_a_number(&chars[..i]) && is_han(after)
        }
        _ => false,
    }
}

/// Joins stretches that ask nothing of their own with the question they belong to; `calls` says which call a person or
/// complain.
fn join(stretches: Vec<String>, calls: impl Fn(&str) -> bool) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut waiting = String::new();
    let mut called = false;
    let add = |to: &mut String, stretch: &str| {
        if !to.is_empty() {
            to.push(' ');
        }
        to.push_str(stretch);
    };
    for stretch in stretches {
        let calls = calls(&stretch);
        // 单号123456789012，遥控器丢了怎么补: the number is of an order, the question of none.
        let number = calls::names_an_order(&waiting) && calls::asks_in_general(&stretch);
        if number && pieces.len() + 1 < MOST {
            pieces.push(std::mem::take(&mut waiting));
        }
        add(&mut waiting, &stretch);
        if let (true, true, Some(last)) = (calls, called, pieces.last_mut()) {
            add(last, &std::mem::take(&mut waiting));
        } else if (calls || asks(&stretch)) && pieces.len() < MOST {
            pieces.push(std::mem::take(&mut waiting));
            called = calls;
        }
    }
    if !waiting.is_empty() {
        let general = pieces
            .last()
            .is_some_and(|last| calls::asks_in_general(last));
        let number = general && calls::names_an_order(&waiting);
        match pieces.last_mut().filter(|_| !number) {
            Some(last) => add(last, &waiting),
            None => pieces.push(waiting),
        }
    }
    pieces
}

/// Whether a normalised text has a word that makes a text of any length a question.
pub fn says_a_question_word(normalised: &str) -> bool {
    STRONG.iter().any(|word| normalised.contains(word)) || asks_a_number(normalised)
}

/// Whether a normalised text asks for a number: 用几号, 多重几速, but not 好几天了 and 过几天.
fn asks_a_number(normalised: &str) -> bool {
    normalised.match_indices('几').any(|(at, _)| {
        let some = ['好', '这', '那', '过', '前', '后', '十', '没', '第'];
        !normalised[..at].ends_with(some)
    })
}

/// Whether a normalised text asks which of two sizes: S还是M, 90还是100. 还是没到 tells.
fn asks_which_size(normalised: &str) -> bool {
    normalised.match_indices("还是").any(|(at, word)| {
        let before = normalised[..at].trim_end().chars().next_back();
        let after = normalised[at + word.len()..].trim_start().chars().next();
        let is_size = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        is_size(after) && (is_size(before) || before == Some('码'))
    })
}

/// Whether a stretch asks something by itself. 我想问下 before a name does not.
fn asks(stretch: &str) -> bool {
    let stretch = normalise(stretch);
    let opening = PADDING.iter().filter(|word| stretch.starts_with(**word));
    let opening = opening.map(|word| word.len()).max().unwrap_or(0);
    let stretch = &stretch[opening..];
    // 这款呢, 声音大吗 is one question.
    let pointing = stretch
        .trim_start_matches('那')
        .trim_end_matches(['呢', '嘛', '吗', ' ']);
    if LINKS.contains(&pointing) {
        return false;
    }
    let length = stretch.chars().count();
    let short = length <= SHORT;
    let said = match short {
        true => MARKERS.iter().any(|marker| stretch.contains(marker)),
        false => says_a_question_word(stretch),
    };
    // 不是乳胶枕, 是荞麦枕多高
    let refuses = stretch.starts_with("不是") && !stretch.ends_with(['吗', '么', '吧', '嘛', '?']);
    length >= 2
        && !refuses
        && (stretch.contains('?')
            || stretch.ends_with(['不', '么', '呢', '没'])
            || said
            || asks_which_size(stretch)
            || short && (says_either(stretch) || asks_for_one(stretch)))
}

/// Whether a text asks by a word and its denial: 送不送, 够没够. 腰不好 tells.
fn says_either(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    chars
        .windows(3)
        .any(|three| three[0] == three[2] && matches!(three[1], '不' | '没') && is_han(three[0]))
}

/// Whether a short stretch asks whether there is something: 有M码, 白色有. 家里有孕妇 tells who is at home.
fn asks_for_one(stretch: &str) -> bool {
    const OWNS: &[&str] = &[
        "家有",
        "家里有",
        "我有",
        "里有",
        "他有",
        "她有",
        "已有",
        "都有",
    ];
    stretch.contains('有') && !OWNS.iter().any(|owns| stretch.contains(owns))
}

/// Whether a stretch only greets or pads.
fn is_padding(stretch: &str) -> bool {
    let said = normalise(stretch);
    let stretch = bare(stretch);
    stretch.is_empty()
        || declines_a_person(&stretch)
        || small_talk(&said)
        || PADDING.contains(&stretch.trim_end_matches(['啊', '呀', '哈', '哦', '呢', '了']))
        || PADDING.contains(&stretch.as_str())
}

/// Whether a normalised stretch greets, thanks or takes leave: 在？ and 不用了 beside a question want no reply of their own.
/// A figure (88) may be a measure, and 没了? asks.
fn small_talk(said: &str) -> bool {
    match guard::small_talk(said) {
        _ if said.contains(|c: char| c.is_ascii_digit()) => false,
        Some(SmallTalk::Greeting | SmallTalk::Thanks) => true,
        Some(SmallTalk::Goodbye) => !said.contains('?'),
        Some(SmallTalk::Acknowledge | SmallTalk::Fragment | SmallTalk::Hours) | None => false,
    }
}

/// Whether a squeezed stretch only says that no person is wanted: 不用转人工.
fn declines_a_person(stretch: &str) -> bool {
    let declines = ["不用", "不要", "不必", "不需要", "无需", "别", "先别"];
    stretch.chars().count() <= 8
        && declines.iter().any(|word| stretch.starts_with(word))
        && ["人工", "人工了", "客服", "客服了"]
            .iter()
            .any(|word| stretch.ends_with(word))
}

#[cfg(test)]
mod tests;
