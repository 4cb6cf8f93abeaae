//! Handles a part of the goods named beside a property: 密封圈是什么材质 does not ask for the material of the whole, and 表带多长
//! not for its length.

use super::certainty::is_bare;
use super::dimension::{self, Dimension};
use super::{Reading, Slot, SpecNames, Strength, Topic, content, listed};
use crate::answer::product::Plain;
use crate::text::normalise::is_han;

/// Properties that both the whole and its parts have, by the names of their groups.
const PROPERTIES: &[&str] = &[
    "材质",
    "尺寸",
    "重量",
    "净含量",
    "高度",
    "长度",
    "宽度",
    "厚度",
    "直径",
    "颜色",
    "形状",
];

/// Characters that may stand between a part and its property: 拉链是什么材质, 盖子有多重.
const BETWEEN: &[char] = &['的', '是', '用', '有', '都', '什', '么'];

/// Words for the goods as a whole, whatever their name.
const WHOLE: &[&str] = &[
    "衣服",
    "裤子",
    "裙子",
    "鞋子",
    "鞋",
    "包包",
    "包",
    "帽子",
    "被子",
    "杯子",
    "锅",
    "机器",
    "整机",
    "机身",
    "主机",
    "主体",
    "本身",
    "整体",
    "表面",
    "外面",
    "自己",
    "宝贝",
    "东西",
    "单品",
    "全身",
    "净",
    "毛",
    "孩子",
    "宝宝",
    "老人",
    "夏天",
    "冬天",
    "新款",
    "老款",
    "现在",
    "今年",
    "介绍",
    "打开",
    "展开",
    "收起来",
    "折起来",
    "叠起来",
    "铺开",
    "装好",
    "成品",
    "实际",
    "实物",
    "大概",
];

/// Parts with one-character names.
const SHORT_PARTS: &[char] = &[
    '盖', '柄', '底', '壳', '线', '盒', '带', '扣', '圈', '边', '门', '腿', '轮', '头', '口', '嘴',
    '绳', '网', '袋', '芯', '尖', '把', '领', '袖', '帽', '垫', '罩', '链',
];

/// What 这 and 那 count goods with: 这根竿.
const COUNTING: &[char] = &[
    '根', '个', '只', '款', '条', '双', '台', '件', '支', '把', '顶', '张', '套', '瓶', '盒', '袋',
    '包', '本', '辆', '块', '副', '床', '口', '部', '座', '幅', '株', '盆', '束', '枚', '颗', '罐',
    '桶', '箱', '片', '卷', '串',
];

/// Verbs of what the goods bear or do. 能拉多少斤 and 能升多高 ask for no measure of the goods.
const BEARS: &[char] = &[
    '拉', '承', '受', '扛', '载', '挂', '吊', '坐', '撑', '提', '放', '装', '绕', '升', '降', '伸',
    '调', '钓',
];

/// Verbs before 多长 that ask for a time: 保多长, 能戴多长.
const LASTS: &[char] = &['保', '修', '管', '等', '存', '用', '戴'];

/// What the goods manage to do: 夹得住多宽.
const MANAGES: &[&str] = &["得住", "得下", "得了", "得进", "得上"];

/// Whether a topic asks how much the goods bear, how far they move or how long they last, which is no measure of them.
pub(super) fn of_bearing(reading: &Reading<'_, '_>, topic: &Topic) -> bool {
    let plain = &reading.asked.plain;
    let said = plain.slice(topic.from, topic.to);
    if dimension::within(said).is_none() || !is_property(reading, topic) {
        return false;
    }
    let before = plain.slice(0, topic.from);
    let within = plain.slice(topic.from.saturating_sub(3), topic.from);
    let can = within.contains(['能', '可', '会']) && before.ends_with(BEARS);
    let lasts = said.starts_with("多长") && before.ends_with(LASTS);
    can || lasts || MANAGES.iter().any(|manages| before.ends_with(manages))
}

/// Whether a topic asks for a property that parts have too.
fn is_property(reading: &Reading<'_, '_>, topic: &Topic) -> bool {
    let table = &reading.asked.catalogue.specs;
    // 保质期多长 does not ask for a 长度.
    let is = |target| PROPERTIES.iter().any(|name| table.is_called(target, name));
    topic.sure().all(is)
}

/// Whether words name a thing, which may have a property: the 功率 has no 重量, nor does 多少瓦 ask of one.
fn is_thing(said: &str) -> bool {
    const ASKS: [char; 8] = ['多', '几', '什', '哪', '怎', '吗', '么', '谁'];
    /// How the names of what is no thing end.
    const ABSTRACT: &[&str] = &[
        "量", "率", "度", "数", "值", "比", "法", "式", "型", "类", "别", "级", "号", "码", "味",
        "香", "地", "期", "限", "质", "保", "修", "音", "声", "压", "流", "速", "距", "温", "长",
        "宽", "高", "重", "深", "厚", "效", "能", "途", "格", "寸", "积", "色", "准", "群", "龄",
        "力", "性", "时间", "空间", "季节", "品牌", "范围",
    ];
    !said.contains(ASKS) && !ABSTRACT.iter().any(|end| said.ends_with(end))
}

/// The first character after `at` that may name or ask something.
fn behind(plain: &Plain, mut at: usize) -> usize {
    while at < plain.len() && BETWEEN.contains(&plain.chars[at]) {
        at += 1;
    }
    at
}

/// A topic with the slots of the product that answer it.
pub(super) type Found<'t> = (&'t Topic, Vec<Slot>, Strength);

/// Keeps of what was found only what is meant if a part is named, with the topics that ask for nothing else (什么材质).
/// 手柄什么材质 asks only for the 手柄, and 表带材质 does not answer 表带多长. `None` if nothing is on record about the part.
pub(super) fn settle<'t>(
    reading: &Reading<'_, '_>,
    mut found: Vec<Found<'t>>,
) -> Option<(Vec<Found<'t>>, Vec<&'t Topic>)> {
    let plain = &reading.asked.plain;
    let of = |part: &Topic, property: &Topic| {
        part.to <= property.from
            && behind(plain, part.to) >= property.from
            && !is_property(reading, part)
            && is_property(reading, property)
            && is_thing(plain.slice(part.from, part.to))
            && !listed::are_items(plain, part, property)
    };
    let owned: Vec<bool> = found
        .iter()
        .map(|(property, ..)| found.iter().any(|(part, ..)| of(part, property)))
        .collect();
    for (topic, slots, _) in &mut found {
        let own = measure_of(reading, topic);
        let asked = dimension::at(plain.slice(behind(plain, topic.to), plain.len()));
        slots.retain(|&slot| {
            let (name, value) = content(reading.product(), slot);
            own.is_none_or(|own| own.fits(name, value))
                && match asked {
                    Some(Dimension::Weight) => Dimension::Weight.fits(name, value),
                    // 保质期多长 is answered in months.
                    Some(Dimension::Length) => value.contains(char::is_numeric),
                    None => true,
                }
        });
    }
    let lost = found.iter().any(|(part, slots, _)| {
        slots.is_empty() && found.iter().any(|(property, ..)| of(part, property))
    });
    if lost {
        return None;
    }
    let (of_parts, kept): (Vec<_>, Vec<_>) =
        found.into_iter().zip(owned).partition(|(_, owned)| *owned);
    let topics = of_parts.into_iter().map(|((topic, ..), _)| topic);
    Some((
        kept.into_iter().map(|(found, _)| found).collect(),
        topics.collect(),
    ))
}

/// Whether a spec with this name is one that parts have too.
pub(super) fn is_of_whole(table: &SpecNames, product: u32, slot: Slot) -> bool {
    table.name_is(product, slot, PROPERTIES)
}

/// Whether an unknown part stands right before a topic that asks for a property.
pub(super) fn unknown(reading: &Reading<'_, '_>, explained: &[bool], topic: &Topic) -> bool {
    is_property(reading, topic) && unknown_before(reading, explained, topic.from)
}

/// Whether an unknown part stands right before a place: unexplained characters that name neither the goods nor the
/// whole.
pub(super) fn unknown_before(reading: &Reading<'_, '_>, explained: &[bool], at: usize) -> bool {
    let plain = &reading.asked.plain;
    let mut end = at;
    while end > 0 && !explained[end - 1] && BETWEEN.contains(&plain.chars[end - 1]) {
        end -= 1;
    }
    let mut start = end;
    while start > 0 && is_bare(plain, explained, start - 1) && !plain.gap_before(start) {
        start -= 1;
    }
    if start == end {
        return false;
    }
    let said = plain.slice(start, end);
    // 竿 in 这根竿
    let pointed = start > 0 && matches!(plain.chars[start - 1], '这' | '那' | '该');
    let counted = said.strip_prefix(COUNTING).filter(|_| pointed);
    let named = is_of_name(reading, said) || counted.is_some_and(|of| is_of_name(reading, of));
    let long = end - start > 1 || said.chars().all(|c| SHORT_PARTS.contains(&c));
    // 竿包 is not the goods that are a 包.
    let whole = |word: &&str| match word.chars().nth(1) {
        Some(_) => said.ends_with(*word),
        None => said == *word,
    };
    long && !named && !WHOLE.iter().any(whole) && said.chars().all(is_han)
}

/// Whether a name of the product, or its kind, contains what is said.
pub(super) fn is_of_name(reading: &Reading<'_, '_>, said: &str) -> bool {
    let names = &reading.asked.catalogue.names[reading.product as usize];
    names.iter().any(|name| shares(name, said)) || shares(&reading.product().category, said)
}

/// Whether a name contains what is said, without its ending: 裤子 for a 牛仔裤.
fn shares(name: &str, said: &str) -> bool {
    let stem = said.trim_end_matches(['子', '儿']);
    !stem.is_empty() && name.contains(stem)
}

/// The measure that a topic's words ask for, if they are a wording and not the spec's name.
fn measure_of(reading: &Reading<'_, '_>, topic: &Topic) -> Option<Dimension> {
    let plain = &reading.asked.plain;
    (topic.strength < Strength::Name && is_property(reading, topic))
        .then(|| dimension::within(plain.slice(topic.from, topic.to)))
        .flatten()
}
