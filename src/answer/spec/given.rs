//! What the goods come in and what comes with them, where a question names it beside a spec.

use super::certainty::is_bare;
use super::skus::{ENDINGS, texts};
use super::value::says_word;
use super::{Reading, Slot, Strength, Topic, content, part};
use crate::answer::product::Plain;
use crate::knowledge::Product;
use crate::text::normalise::{normalise, squeeze};

/// Marks the characters that name what the product itself comes in: 12寸 of 小恐龙12寸多重, M码, 黑色.
pub(super) fn mark_skus(product: &Product, plain: &Plain, mask: &mut [bool]) {
    for written in texts(product) {
        let said = squeeze(&normalise(written));
        let said = said.trim_end_matches(ENDINGS);
        if said.is_empty() {
            continue;
        }
        for (at, _) in plain.text.match_indices(said) {
            let (from, mut to) = (plain.char_at(at), plain.char_at(at + said.len()));
            let ends = to < plain.len() && ENDINGS.contains(&plain.chars[to]);
            // A lone letter or figure is a size where it is said to be one.
            if !plain.stands_alone(from, to) || !ends && to - from < 2 {
                continue;
            }
            if ends {
                to += 1;
            }
            mask[from..to].fill(true);
        }
    }
}

/// Whether it is asked if something comes with the goods (送鼻托吗) of which the quoted specs say no such thing: they tell
/// what is on them.
pub(super) fn is_given(
    reading: &Reading<'_, '_>,
    found: &[part::Found<'_>],
    quoted: &[Slot],
) -> bool {
    let plain = &reading.asked.plain;
    let given = |topic: &Topic| plain.slice(0, topic.from).ends_with(GIVEN);
    let tells = |slot: &Slot| {
        let (name, value) = content(reading.product(), *slot);
        is_of_what_comes(name, value)
    };
    // 送朋友送什么好 asks for advice, 送什么 alone for what comes with the goods.
    let advice = |topic: &Topic| {
        let gift = plain.slice(topic.from, topic.to).starts_with(GIVEN);
        let goes_on = topic.to < plain.len()
            && !plain.gap_before(topic.to)
            && is_bare(plain, &reading.explained(&[topic]), topic.to);
        let before = plain.slice(0, topic.from).contains(GIVEN);
        gift && (goes_on || before || plain.slice(topic.to, plain.len()).starts_with('好'))
    };
    let topics = || found.iter().map(|(topic, ..)| *topic);
    topics().any(given) && !quoted.iter().any(tells) || topics().any(advice)
}

/// Behind what it is asked if a thing comes with the goods.
pub(super) const GIVEN: [char; 2] = ['送', '赠'];

/// The list of what comes with the goods, where it names a thing: 随箱配件 for 变调夹, and for 架子 if it names a 琴架.
pub(super) fn listed(reading: &Reading<'_, '_>, thing: &str) -> Vec<Slot> {
    let head = thing.strip_suffix('子').unwrap_or_default();
    let holds = |value: &str| {
        let mut items = value.split(['、', '，', ',', '；', ';', '+', ' ', '/']);
        says_word(value, thing) || !head.is_empty() && items.any(|item| item.ends_with(head))
    };
    let specs = (0u32..).zip(&reading.product().specs);
    specs
        .filter(|(_, spec)| thing.chars().nth(1).is_some() && holds(&spec.value))
        .filter(|(_, spec)| is_list(&spec.name))
        .map(|(at, _)| Slot::Spec(at))
        .collect()
}

/// Whether a column lists what comes with the goods. What can be bought for them is another thing (可选配件).
pub(super) fn is_list(name: &str) -> bool {
    let lists = ["清单", "装箱", "配件", "附件", "内含", "标配", "赠品"];
    lists.iter().any(|word| name.contains(word))
        && !name.contains(['选', '购', '适', '兼', '维', '换'])
}

/// Whether a spec tells what comes with the goods, or has to be bought beside them.
pub(super) fn is_of_what_comes(name: &str, value: &str) -> bool {
    is_list(name)
        || name.contains("包装")
        || [name, value]
            .iter()
            .any(|text| text.contains(['送', '赠', '附', '购', '选']))
}

/// Whether a topic is but the beginning of a longer word that names another thing: 螺丝 in 螺丝刀, 镜片 in 镜片盒.
pub(super) fn is_longer(plain: &Plain, explained: &[bool], topic: &Topic) -> bool {
    const THINGS: &[char] = &[
        '刀', '盒', '袋', '布', '套', '架', '扣', '夹', '钉', '胶', '油', '液', '绳', '膜', '贴',
        '器', '机', '片', '罩',
    ];
    topic.strength == Strength::Name
        && topic.to < plain.len()
        && THINGS.contains(&plain.chars[topic.to])
        && is_bare(plain, explained, topic.to)
}
