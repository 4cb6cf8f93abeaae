//! Words beside a figure that tell what it measures, or that it is no body measure.

use super::super::normalise::starts_with;
use super::super::numeral::is_numeral;
use super::Measure;
use super::quantity::Quantity;

/// Goods and bodies have a 净重. Only beside a height it is that of a body.
const NET: &str = "净重";

/// Whether 净重 stands before character `start`.
pub(super) fn says_net(chars: &[char], start: usize) -> bool {
    let before: String = chars[start.saturating_sub(4)..start].iter().collect();
    before.contains(NET)
}

/// Words for measures before a figure, longest first, and whether the word alone certainly means a body.
const BEFORE: &[(&str, Measure, bool)] = &[
    ("手腕围", Measure::Wrist, true),
    ("下胸围", Measure::Underbust, true),
    ("躯干围", Measure::Torso, true),
    ("手掌围", Measure::Palm, true),
    ("手指围", Measure::Finger, true),
    ("身高", Measure::Height, true),
    ("身长", Measure::Height, true),
    ("个子", Measure::Height, true),
    ("个头", Measure::Height, true),
    ("净身高", Measure::Height, true),
    ("体重", Measure::Weight, true),
    (NET, Measure::Weight, false),
    ("胸围", Measure::Bust, true),
    ("上围", Measure::Bust, true),
    ("腰围", Measure::Waist, true),
    ("中围", Measure::Waist, true),
    ("臀围", Measure::Hip, true),
    ("下围", Measure::Hip, true),
    ("屁股", Measure::Hip, true),
    ("脚长", Measure::Foot, true),
    ("肩宽", Measure::Shoulder, true),
    ("头围", Measure::Head, true),
    ("手围", Measure::Wrist, true),
    ("腕围", Measure::Wrist, true),
    ("底围", Measure::Underbust, true),
    ("颈围", Measure::Neck, true),
    ("脖围", Measure::Neck, true),
    ("脖子", Measure::Neck, true),
    ("掌围", Measure::Palm, true),
    ("指围", Measure::Finger, true),
    ("戒围", Measure::Finger, true),
    ("手腕", Measure::Wrist, true),
    ("月龄", Measure::Age, true),
    ("年龄", Measure::Age, true),
    ("胸", Measure::Bust, false),
    ("腰", Measure::Waist, false),
    ("臀", Measure::Hip, false),
    ("肩", Measure::Shoulder, false),
    ("脚", Measure::Foot, false),
    ("高", Measure::Height, false),
    ("重", Measure::Weight, false),
];

/// Characters before 高, 重, 腰 … that make another word (跟高, 净重, 高腰).
const NOT_BEFORE: &str = "跟鞋增提最柜瓶桌筒帮净毛称超承载比偏低收裤垫自机";

/// The measure named right before character `start`, and whether the word is certain.
pub(super) fn word_before(chars: &[char], start: usize) -> Option<(Measure, bool)> {
    let fillers = " ,:是为有约大概差不多快近才就了在也的只到光将接应该左右量出来";
    let mut end = start;
    while end > 0 && start - end < 6 && fillers.contains(chars[end - 1]) {
        end -= 1;
    }
    let before = &chars[..end];
    let ends = |word: &str| {
        let len = word.chars().count();
        before.len() >= len && starts_with(&before[before.len() - len..], word)
    };
    let (word, measure, sure) = BEFORE.iter().find(|(word, ..)| ends(word))?;
    let guard = before
        .len()
        .checked_sub(word.chars().count() + 1)
        .map(|i| before[i]);
    let single = word.chars().count() == 1;
    (!single || !guard.is_some_and(|c| NOT_BEFORE.contains(c))).then_some((*measure, *sure))
}

/// The measure named right after character `end`: 2尺1的腰, 160的身高, 100斤体重.
pub(super) fn word_after(chars: &[char], end: usize) -> Option<(Measure, bool)> {
    let rest = &chars[end..];
    let (rest, linked) = match rest {
        ['的', rest @ ..] => (rest, true),
        _ => (rest, false),
    };
    let (word, measure, sure) = BEFORE.iter().find(|(word, _, sure)| {
        (*sure || linked) && !matches!(*word, "高" | "重") && starts_with(rest, word)
    })?;
    // The word may belong to the next figure: 86腰66.
    let next = rest.get(word.chars().count());
    let starts_next = next.is_some_and(|&c| c.is_ascii_digit() || is_numeral(c));
    (linked || !starts_next).then_some((*measure, *sure))
}

/// Words after a figure that make it a measure of goods.
const GOODS_AFTER: &str = "床 宽 长 屏 桌 柜 线 杆 窗 布 厚 深 被 沙发 洗 大米 装 包 货 行李 承重 米 毯 垫 板 容量 墙 高的 以内的 鱼 肉 粮 猫 狗 地 凉席 席 充电 \
    数据 四件 三件 书 架";

/// Words before a figure that make it a measure of goods or a change of weight.
const GOODS_BEFORE: &str = "长 宽 厚 深 径 床 床单 被套 衣 袖 裤 裙 承重 载 装 净 毛 超 首 续 每 容量 瘦 胖 减 跟高 距 增重 净重 毛重 质量 重量 重";

/// Whether the words beside a figure speak of goods: 1.8米床, 2米长, 8kg洗衣机, 衣长68cm.
pub(super) fn of_goods(chars: &[char], quantity: &Quantity) -> bool {
    let before: String = chars[quantity.start.saturating_sub(3)..quantity.start]
        .iter()
        .collect();
    let before = before.trim_end_matches([' ', ':', '约', '是', '了']);
    let after: String = chars[quantity.end..].iter().take(5).collect();
    let after = after.trim_start_matches(['的', ' ']);
    GOODS_AFTER
        .split_whitespace()
        .any(|word| after.starts_with(word))
        || GOODS_BEFORE
            .split_whitespace()
            .any(|word| before.ends_with(word))
}
