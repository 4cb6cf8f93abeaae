//! Finds what a text is about, and therefore what its figures can be.

use super::quantity::{Quantity, Unit};
use super::unit::canonical;
use super::words::of_goods;
use super::{Measure, Reading};

/// A text, with what it is about.
pub(super) struct Talk<'a> {
    pub(super) chars: &'a [char],
    /// It speaks of a child.
    pub(super) child: bool,
    /// It asks for sizes.
    pub(super) sizes: bool,
    /// It speaks of a person, or of hardly anything besides the figures.
    pub(super) person: bool,
    /// It names a person explicitly.
    pub(super) said_person: bool,
    /// It speaks of prices or counts, so bare pairs mean something else.
    pub(super) trade: bool,
    /// The end of 三围.
    pub(super) girths: Option<usize>,
}

/// The number of characters that are neither marks nor part of a figure and its unit.
pub(super) fn unexplained(chars: &[char]) -> usize {
    let part = |c: char| {
        super::super::numeral::is_numeral(c) || "米斤公分尺寸多来几约的吧呢啊".contains(c)
    };
    chars
        .iter()
        .filter(|&&c| c.is_alphabetic() && !c.is_ascii() && !part(c))
        .count()
}

/// Words that say that the figures beside them are a person's.
pub(super) const PERSON: &[&str] = &[
    "穿", "码", "我", "身高", "体重", "个子", "胖", "瘦", "他", "她", "老公", "老婆", "妈", "爸",
    "朋友", "宝宝", "孩子", "娃", "儿子", "女儿", "男孩", "女孩", "女生", "男生", "合身", "尺码",
    "推荐", "左右", "斤",
];

impl<'a> Talk<'a> {
    pub(super) fn new(chars: &'a [char], text: &str) -> Talk<'a> {
        let any = |words: &[&str]| words.iter().any(|word| text.contains(word));
        Talk {
            chars,
            child: any(&[
                "宝",
                "娃",
                "孩",
                "婴",
                "儿子",
                "女儿",
                "闺女",
                "小朋友",
                "岁",
                "月龄",
                "个月",
                "学生",
                "新生儿",
                "童",
            ]),
            person: unexplained(chars) <= 2 || any(PERSON),
            said_person: any(PERSON),
            sizes: any(&[
                "穿", "码", "尺寸", "号", "合身", "大小", "多大", "身高", "体重", "推荐",
            ]),
            trade: any(&[
                "元",
                "块",
                "券",
                "满",
                "减",
                "价",
                "钱",
                "折",
                "优惠",
                "订单",
                "单号",
                "电话",
                "手机号",
                "编号",
                "型号",
                "邮编",
                "编码",
            ]),
            girths: text.find("三围").map(|at| text[..at].chars().count() + 2),
        }
    }

    pub(super) fn between(&self, left: &Quantity, right: &Quantity) -> &[char] {
        &self.chars[left.end..right.start]
    }
}

/// Whether a reading without a certain word is in the range of a person.
pub(super) fn body_sized(talk: &Talk, reading: &Reading) -> bool {
    match reading.measure {
        Measure::Height => reading.value >= if talk.child { 45.0 } else { 130.0 },
        Measure::Weight => reading.value >= if talk.child { 2.0 } else { 30.0 },
        _ => true,
    }
}

/// Whether a length without a word can be a height.
pub(super) fn tall(talk: &Talk, quantity: &Quantity) -> bool {
    let centimetres = match quantity.unit {
        Unit::Metre => quantity.value * 100.0,
        Unit::Centimetre => quantity.value,
        _ => return false,
    };
    (if talk.child {
        45.0..=215.0
    } else {
        135.0..=215.0
    })
    .contains(&centimetres)
}

/// Whether a weight without a word is a person's: large enough, or of a child that the text speaks of.
pub(super) fn weighs(talk: &Talk, quantity: &Quantity, others: bool) -> bool {
    let Some(kilograms) = canonical(quantity, Measure::Weight).map(|(value, _)| value) else {
        return false;
    };
    if of_goods(talk.chars, quantity) {
        return false;
    }
    let adult = 30.0..=150.0;
    adult.contains(&kilograms)
        || (talk.child && (1.5..=60.0).contains(&kilograms))
        || (others && talk.sizes && kilograms > 150.0)
}

/// Whether 岁 or 个月 tells an age and not a guarantee or shelf life.
pub(super) fn aged(talk: &Talk, quantity: &Quantity) -> bool {
    let before: String = talk.chars[quantity.start.saturating_sub(4)..quantity.start]
        .iter()
        .collect();
    let written = &talk.chars[quantity.start..quantity.end];
    if written.contains(&'岁') || written.contains(&'龄') {
        return true;
    }
    let idle = [
        "保质", "质保", "保修", "有效", "分期", "用了", "吃了", "喝了", "买了", "过了", "近",
        "最近", "穿了", "还有", "剩", "隔", "开封", "每",
    ];
    let after: String = talk.chars[quantity.end..].iter().take(4).collect();
    let not_age = idle.iter().any(|word| before.contains(word))
        || ["内", "后", "一次", "前", "没", "质保", "保修"]
            .iter()
            .any(|word| after.starts_with(word));
    let child = ["宝", "娃", "孩", "婴", "儿子", "女儿", "闺女", "小朋友"];
    let text: String = talk.chars.iter().collect();
    let of_child = child.iter().any(|word| text.contains(word));
    let feeds = [
        "能吃",
        "可以吃",
        "能喝",
        "可以喝",
        "大",
        "的宝",
        "能穿",
        "穿",
    ]
    .iter()
    .any(|word| after.starts_with(word));
    !not_age && (of_child || feeds)
}

/// Whether a code or long number stands beside the pair at `first` (138 1234 5678).
pub(super) fn code_beside(found: &[Quantity], first: usize, talk: &Talk) -> bool {
    let code = |left: &Quantity, right: &Quantity, q: &Quantity| {
        q.unit == Unit::Other && talk.between(left, right).len() <= 1
    };
    first > 0 && code(&found[first - 1], &found[first], &found[first - 1])
        || found
            .get(first + 2)
            .is_some_and(|next| code(&found[first + 1], next, next))
}

pub(super) fn is_height(talk: &Talk, quantity: &Quantity) -> bool {
    let low = if talk.child { 50.0 } else { 140.0 };
    (low..=210.0).contains(&quantity.value) || (1.4..=2.1).contains(&quantity.value)
}

pub(super) fn is_weight(quantity: &Quantity) -> bool {
    (20.0..=300.0).contains(&quantity.value)
}
