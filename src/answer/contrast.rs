//! Things that exclude each other: an entry about 双12 does not answer a question about 双11, nor one about 狗 a question
//! about 猫.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// Groups of things. Each thing has one or more names, normalised. A text that names one thing of a group means none of
/// the others.
const GROUPS: &[&[&[&str]]] = &[
    // Sales and feasts.
    &[
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
    ],
    // Animals.
    &[
        &["猫"],
        &["狗", "犬"],
        &["兔"],
        &["仓鼠"],
        &["鹦鹉"],
        &["乌龟", "龟"],
    ],
    // Wearers.
    &[&["男"], &["女"]],
    // Drinks.
    &[
        &["白酒"],
        &["红酒", "葡萄酒"],
        &["啤酒"],
        &["黄酒"],
        &["洋酒", "威士忌"],
    ],
    &[
        &["绿茶"],
        &["红茶"],
        &["乌龙"],
        &["普洱"],
        &["白茶"],
        &["花茶"],
    ],
    // Whom it is for.
    &[
        &["老人", "老年人", "长辈"],
        &["小孩", "儿童", "宝宝", "孩子", "婴儿"],
    ],
    &[&["学生"], &["教师", "老师"]],
    &[
        &["新客", "新人", "新用户", "新会员", "首单"],
        &["老客", "老用户", "老会员", "回头客", "复购"],
    ],
    // How it stands.
    &[
        &["没开封", "未开封", "没拆", "未拆"],
        &["开封", "拆封", "拆开", "拆了"],
    ],
    &[&["最多"], &["最少"]],
    &[&["白天"], &["晚上", "夜里", "夜间"]],
    &[&["第一", "头一"], &["第二"], &["第三"]],
    // Phones.
    &[
        &["苹果", "iphone", "ios"],
        &["安卓", "android", "华为", "小米"],
    ],
];

/// Longer words that contain a name and mean something else (天猫). They are matched before the names.
const OTHERS: &[&str] = &[
    "天猫",
    "热狗",
    "狗年",
    "猫眼",
    "熊猫",
    "女儿",
    "男朋友",
    "女朋友",
    "儿女",
    "小米粥",
    "苹果汁",
    "第一时间",
    "第二天",
    "第三方",
    "老人机",
];

static NAMES: LazyLock<(AhoCorasick, Vec<Option<u8>>)> = LazyLock::new(|| {
    let things = (0u8..).zip(GROUPS.iter().copied().flatten());
    let names = things.flat_map(|(at, names)| names.iter().map(move |name| (*name, Some(at))));
    let (names, of): (Vec<_>, Vec<_>) =
        names.chain(OTHERS.iter().map(|name| (*name, None))).unzip();
    let search = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(names);
    (search.expect("the built-in list is small and valid"), of)
});

/// A bit mask for each group, with the bits of its things.
static MASKS: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let mut from = 0;
    let mask = |group: &&[&[&str]]| {
        let mask = ((1 << group.len()) - 1) << from;
        from += group.len();
        mask
    };
    GROUPS.iter().map(mask).collect()
});

/// The things that a normalised text names, one bit each.
pub fn named(normalised: &str) -> u64 {
    found(normalised).fold(0, |named, bit| named | bit)
}

/// The things that a question is about, one bit each. Of each group only the thing named last counts, as in 家里有狗 猫粮怎么喂.
pub fn asked_for(normalised: &str) -> u64 {
    found(normalised).fold(0, |asked, bit| {
        let group = MASKS.iter().find(|mask| *mask & bit != 0);
        asked & !group.copied().unwrap_or(0) | bit
    })
}

/// Whether texts that name the things `named` are about other things than those asked for.
pub fn excludes(asked: u64, named: u64) -> bool {
    MASKS
        .iter()
        .any(|mask| asked & mask != 0 && named & mask != 0 && asked & named & mask == 0)
}

fn found(normalised: &str) -> impl Iterator<Item = u64> {
    let (search, of) = &*NAMES;
    search
        .find_iter(normalised)
        .filter_map(|hit| Some(1 << of[hit.pattern().as_usize()]?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::normalise::normalise;

    #[test]
    fn names_of_one_group_exclude_each_other() {
        let rows = [
            ("双11满300减多少", "双十一有什么活动", false),
            ("双11满300减多少", "双12有什么活动", true),
            ("双11有什么活动", "双11和双12的活动", false),
            ("多久发货", "双12多久发货", false),
            ("狗狗一天喂几次", "成猫粮一天喂多少", true),
            ("家里有狗 猫粮怎么喂", "猫粮一天喂多少", false),
            ("狗狗一天喂几次 猫呢", "狗粮一天喂几次", true),
            ("男款偏大吗", "男女都能穿吗", false),
            ("女朋友穿男款行吗", "男款尺码怎么选", false),
            ("热狗怎么加热", "狗粮怎么存放", false),
            ("红茶用多少度水", "绿茶用多少度的水泡", true),
            ("安卓手机能用吗", "双11什么时候开始", false),
            ("护理液没开封能放多久", "护理液开封后能用多久", true),
            ("拆开了能退吗", "拆封了还能退吗", false),
            ("一天最少戴几个小时", "一天最多戴几个小时", true),
            ("老人的太阳镜几岁能戴", "小孩的太阳镜几岁能戴", true),
            ("老人和小孩都能用吗", "小孩能用吗", false),
            ("新客有折扣吗", "老客户有折扣吗", true),
            ("第二泡要不要倒掉", "第一泡要不要倒掉", true),
            ("签收第二天能退吗", "第一次怎么用", false),
            ("教师有优惠吗", "学生有优惠吗", true),
        ];
        for (question, entry, excluded) in rows {
            let [question, entry] = [question, entry].map(normalise);
            let of = |question| excludes(asked_for(question), named(&entry));
            assert_eq!(of(&question), excluded, "{question} {entry}");
        }
    }
}
