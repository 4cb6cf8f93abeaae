//! Tells whose body a text speaks of: 我闺蜜, 给我妈, 老公; otherwise the buyer's own.

use super::super::normalise::{normalise, starts_with};
use super::super::numeral::is_numeral;

/// The buyer.
pub const OWN: &str = "我";

/// A child that is not described further.
const CHILD: &str = "孩";

/// A pronoun for a person named before.
const THEY: &str = "ta";

/// People other than the buyer, with the words for them.
const PEOPLE: &[(&str, &[&str])] = &[
    ("老公", &["老公", "丈夫", "孩子爸", "孩子他爸"]),
    ("老婆", &["老婆", "媳妇", "妻子", "孩子妈", "孩子他妈"]),
    ("男友", &["男朋友", "男友", "男票"]),
    ("女友", &["女朋友", "女友", "女票"]),
    ("对象", &["对象", "爱人"]),
    ("妈", &["母亲", "老妈"]),
    ("爸", &["父亲", "老爸", "老爹"]),
    ("岳母", &["岳母", "丈母娘"]),
    ("岳父", &["岳父", "老丈人"]),
    ("外婆", &["外婆", "姥姥"]),
    ("外公", &["外公", "姥爷"]),
    (
        CHILD,
        &["小朋友", "宝宝", "宝贝", "孩子", "小孩", "娃", "崽"],
    ),
    ("儿子", &["儿子"]),
    ("女儿", &["女儿", "闺女", "姑娘"]),
    ("大的", &["大宝", "老大"]),
    ("小的", &["二宝", "老二"]),
    ("侄", &["侄女", "侄子", "侄儿", "外甥女", "外甥"]),
    ("孙", &["孙子", "孙女"]),
    ("闺蜜", &["闺蜜", "好姐妹"]),
    ("同事", &["同事"]),
    ("室友", &["室友", "舍友"]),
    ("同学", &["同学"]),
    ("朋友", &["朋友"]),
];

/// Relatives in one character, after 我 or doubled: 我妈, 我二姐, 妹妹.
const KIN: &str = "妈爸姐妹哥弟婆公奶爷姨姑舅叔嫂";

/// Words after a person who speaks or buys, and will not wear the goods.
const SPEAKS: &[&str] = &[
    "说", "觉得", "推荐", "让", "叫", "也买", "买过", "买了", "送", "介绍", "告诉",
];

/// Words after 我 when the buyer speaks of his own body.
const MINE: &[&str] = &[
    "身高",
    "体重",
    "个子",
    "净",
    "穿",
    "能穿",
    "该穿",
    "可以穿",
    "适合",
    "自己",
    "呢",
    "大概",
    "是",
    "有",
    "才",
    "选",
    "拍",
    "买",
];

/// A person named in a text, with the character range of the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mention {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) who: &'static str,
}

/// All people named in normalised text, in order.
pub(super) fn mentions(chars: &[char]) -> Vec<Mention> {
    let mut found: Vec<Mention> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        match mention(chars, at) {
            Some(mention) => {
                at = mention.end;
                let spoken = SPEAKS.iter().any(|word| starts_with(&chars[at..], word));
                if !spoken {
                    found.push(mention);
                }
            }
            None => at += 1,
        }
    }
    found
}

fn mention(chars: &[char], at: usize) -> Option<Mention> {
    let rest = &chars[at..];
    let named = |len: usize, who: &'static str| {
        Some(Mention {
            start: at,
            end: at + len,
            who,
        })
    };
    for (who, words) in PEOPLE {
        if let Some(word) = words.iter().find(|word| starts_with(rest, word)) {
            return named(word.chars().count(), who);
        }
    }
    if let ['我' | '俺' | '咱', behind @ ..] = rest {
        let behind_own = match behind {
            // The words after it name the person: 我家宝宝, 我的女朋友.
            ['家' | '的' | '们', ..] => return None,
            ['大' | '二' | '三' | '小' | '表' | '堂' | '亲', c, ..] if kin(*c).is_some() => {
                2
            }
            [c, ..] if kin(*c).is_some() => 1,
            _ => 0,
        };
        if behind_own > 0 {
            let who = kin(behind[behind_own - 1])?;
            let doubled = behind.get(behind_own) == behind.get(behind_own - 1);
            return named(1 + behind_own + usize::from(doubled), who);
        }
        let figure = |c: &char| c.is_ascii_digit() || is_numeral(*c);
        let mine =
            behind.first().is_some_and(figure) || MINE.iter().any(|word| starts_with(behind, word));
        return if mine { named(1, OWN) } else { None };
    }
    if starts_with(rest, "本人") || starts_with(rest, "自己") {
        return named(2, OWN);
    }
    match rest {
        ['他' | '她', ..] => named(1, THEY),
        // 小姐姐 addresses the shop.
        [a, b, ..] if a == b && !(at > 0 && chars[at - 1] == '小') => {
            kin(*a).and_then(|who| named(2, who))
        }
        ['给' | '帮' | '替', c @ ('妈' | '爸'), ..] => kin(*c).and_then(|who| named(2, who)),
        _ => None,
    }
}

/// The word for a relative in one character.
fn kin(c: char) -> Option<&'static str> {
    let at = KIN.find(c)?;
    KIN.get(at..at + c.len_utf8())
}

/// The person of the figure that begins at `start`, if named right before it: 我180, 女朋友165.
pub(super) fn owner(chars: &[char], mentions: &[Mention], start: usize) -> Option<&'static str> {
    let mut end = start;
    while end > 0 && " ,:是有才身高体重的大概".contains(chars[end - 1]) {
        end -= 1;
    }
    match end.checked_sub(1).map(|i| chars[i]) {
        Some('我') => Some(OWN),
        _ => mentions.iter().find(|m| m.end == end).map(|m| m.who),
    }
}

/// Whose body a message (raw or normalised) speaks of: the person named last before its first figure, else the person
/// named last. `None` if nobody is named, or only 她, who was named in an earlier message.
///
/// ```
/// use zhike::text::measure::{OWN, whose};
/// assert_eq!(whose("我闺蜜穿什么码"), Some("闺蜜"));
/// assert_eq!(whose("我158 104斤穿什么码"), Some(OWN));
/// assert_eq!(whose("朋友推荐的，穿什么码"), None);
/// ```
pub fn whose(message: &str) -> Option<&'static str> {
    let text = normalise(message);
    let chars: Vec<char> = text.chars().collect();
    let named: Vec<Mention> = mentions(&chars)
        .into_iter()
        .filter(|m| m.who != THEY)
        .collect();
    let figure = chars.iter().position(char::is_ascii_digit);
    let before = figure.and_then(|at| named.iter().rfind(|m| m.end <= at));
    before.or(named.last()).map(|m| m.who)
}

/// Whether two results of [`whose`] can be the same person. A child matches any child.
pub fn same_person(a: &str, b: &str) -> bool {
    let child = |who: &str| matches!(who, CHILD | "儿子" | "女儿" | "大的" | "小的" | "孙" | "侄");
    a == b || a == CHILD && child(b) || b == CHILD && child(a)
}

/// Whether a text (raw or normalised) names several people: 爸爸170妈妈160.
pub fn of_several(text: &str) -> bool {
    let text = normalise(text);
    let chars: Vec<char> = text.chars().collect();
    let named = mentions(&chars);
    let mut told = named.iter().filter(|m| m.who != THEY);
    let pronoun = named.iter().any(|m| m.who == THEY);
    let Some(first) = told.next() else {
        return false;
    };
    told.any(|other| !same_person(first.who, other.who)) || pronoun && first.who == OWN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_body_is_spoken_of() {
        let rows: &[(&str, Option<&str>)] = &[
            ("我闺蜜穿什么码", Some("闺蜜")),
            ("那我妈穿多大", Some("妈")),
            ("我妹妹165呢", Some("妹")),
            ("我姐170 她穿什么码", Some("姐")),
            ("给我妹买穿几码", Some("妹")),
            ("我二姨140斤", Some("姨")),
            ("帮我妈选个码", Some("妈")),
            ("妈妈穿多大", Some("妈")),
            ("我老婆160", Some("老婆")),
            ("女朋友165", Some("女友")),
            ("我家宝宝90cm", Some("孩")),
            ("我158 104斤穿什么码", Some(OWN)),
            ("我闺蜜穿M，我158 104斤穿什么码", Some(OWN)),
            ("那我呢", Some(OWN)),
            ("158 104斤穿什么码", None),
            ("她穿什么码", None),
            // A person who only speaks or bought does not wear the goods.
            ("朋友推荐的，穿什么码", None),
            ("同事买了说偏大 穿什么码", None),
            ("我老公说我158穿M", Some(OWN)),
            // These address the shop.
            ("小姐姐 穿什么码", None),
            ("我想问下穿什么码", None),
        ];
        for (text, expected) in rows {
            assert_eq!(whose(text), *expected, "{text}");
        }
    }

    #[test]
    fn several_people() {
        for text in [
            "爸爸170妈妈160",
            "我180，女朋友165",
            "我165给他买",
            "儿子110女儿120",
        ] {
            assert!(of_several(text), "{text}");
        }
        for text in [
            "我闺蜜165",
            "我160，95斤",
            "宝宝是女儿 90cm",
            "女朋友165 她穿什么码",
            "165 110斤",
        ] {
            assert!(!of_several(text), "{text}");
        }
    }
}
