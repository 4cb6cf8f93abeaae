//! Circumstances in which two figures may rightly differ: destination, warehouse, buyers, goods.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::finder;
use crate::knowledge::Shop;
use crate::text::normalise::normalise;

/// The name and the words (normalised) of each circumstance. In-stock goods sent within the mainland are the plain case
/// and have no name.
const CIRCUMSTANCES: &[(&str, &[&str])] = &[
    ("presale", &["预售", "定金", "尾款"]),
    ("remote", &["新疆", "西藏", "偏远", "青海", "内蒙古"]),
    ("abroad", &["港澳台", "海外地址", "国外"]),
    ("rural", &["乡镇", "农村"]),
    ("near", &["江浙沪"]),
    ("elsewhere", &["其他地区", "其他省"]),
    ("bonded", &["保税"]),
    ("direct", &["直邮", "海外仓"]),
    ("domestic", &["国内仓"]),
    ("customs", &["清关", "抽检"]),
    ("large", &["大家电", "大件"]),
    ("small", &["小家电"]),
    (
        "member",
        &[
            "会员", "金卡", "银卡", "黑卡", "普卡", "金贝", "银贝", "白金", "黑金", "vip",
        ],
    ),
    ("newcomer", &["新客", "新人", "首单", "首次下单"]),
    ("double11", &["双11", "双十一", "1111", "光棍节", "11.11"]),
    ("double12", &["双12", "双十二", "1212", "12.12"]),
    ("618", &["618"]),
    ("blackfriday", &["黑5", "黑五", "黑色星期"]),
    ("holiday", &["春节", "过年", "国庆", "元旦", "年货"]),
    (
        "promotion",
        &["活动期", "活动中", "大促", "秒杀", "清仓", "特惠", "限时"],
    ),
    ("coupon", &["券"]),
    ("quality", &["质量", "瑕疵", "破洞", "故障"]),
    ("wrong", &["发错", "错发", "不对"]),
    ("short", &["少发", "漏发", "少了", "缺件", "缺少", "少件"]),
    (
        "broken",
        &[
            "破损",
            "漏液",
            "碎",
            "凹",
            "磕",
            "压坏",
            "损坏",
            "湿",
            "收到坏",
            "收到破",
        ],
    ),
    ("exchange", &["换货", "换码", "换色", "换尺码"]),
    ("repair", &["维修", "修好", "寄修", "过保"]),
    ("special invoice", &["专票", "专用发票"]),
    ("new invoice", &["冲红", "重开", "换开"]),
    ("courier", &["顺丰", "加急", "空运", "ems"]),
    ("battery", &["电池"]),
    ("tank", &["内胆"]),
    ("motor", &["电机", "压缩机"]),
    ("main unit", &["主机"]),
    ("install", &["安装", "装机"]),
    ("gift", &["赠品", "礼盒", "礼品"]),
    ("student", &["学生", "军人", "老师"]),
    ("expired", &["临期"]),
    ("rejected", &["拒收"]),
    ("worn", &["拆封后", "使用过", "开封后"]),
    (
        "corporate",
        &[
            "对公",
            "单位采购",
            "企业采购",
            "公司采购",
            "批量",
            "团购",
            "批发",
            "大宗",
            "按合同",
        ],
    ),
    ("custom", &["定制", "订制", "刻字", "来图"]),
    ("birthday", &["生日"]),
    ("review", &["评价", "晒图", "晒单"]),
    ("visit", &["签到", "收藏店铺", "关注店铺"]),
    ("late", &["超时", "延误", "迟发"]),
];

/// A set of circumstances, one bit each.
pub(super) type Set = u64;

const _: () = assert!(CIRCUMSTANCES.len() <= 64);

/// Finds the words of all circumstances in one pass. The second list has the bit of each word.
static WORDS: LazyLock<(AhoCorasick, Vec<Set>)> = LazyLock::new(|| {
    let words = (0..).zip(CIRCUMSTANCES);
    let words = words.flat_map(|(bit, (_, words))| words.iter().map(move |word| (*word, 1 << bit)));
    let (words, bits): (Vec<&str>, Vec<Set>) = words.unzip();
    let words = AhoCorasick::new(words).expect("a hundred short words make an automaton");
    (words, bits)
});

/// The circumstances that normalised `text` names.
pub(super) fn circumstances(text: &str) -> Set {
    let (words, bits) = &*WORDS;
    let find = |text: &str| {
        let hits = words.find_overlapping_iter(text);
        hits.fold(0, |set, hit| set | bits[hit.pattern().as_usize()])
    };
    // 退换货 is the title of whole pages; it does not mean that something is exchanged.
    match text.contains("退换") {
        true => find(&text.replace("退换", "")),
        false => find(text),
    }
}

/// The set of circumstances with these names.
pub(super) fn named(names: &[&str]) -> Set {
    CIRCUMSTANCES
        .iter()
        .enumerate()
        .filter(|(_, (name, _))| names.contains(name))
        .fold(0, |set, (bit, _)| set | 1 << bit)
}

/// Finds the goods of a shop in texts: categories, product ids, names and aliases.
pub(super) struct Goods {
    words: AhoCorasick,
    labels: Vec<u32>,
}

impl Goods {
    pub(super) fn new(shop: &Shop) -> Goods {
        let mut words: Vec<String> = Vec::new();
        let mut labels: Vec<u32> = Vec::new();
        let mut add = |word: &str, label: usize| {
            let word = normalise(word);
            if word.chars().count() >= 2 {
                words.push(word);
                labels.push(label as u32);
            }
        };
        let mut categories: Vec<&str> = shop
            .products
            .iter()
            .map(|product| product.category.as_str())
            .collect();
        categories.sort_unstable();
        categories.dedup();
        for (label, category) in categories.iter().enumerate() {
            add(category, label);
        }
        for (at, product) in shop.products.iter().enumerate() {
            for word in product.aliases.iter().chain([&product.id, &product.name]) {
                add(word, categories.len() + at);
            }
        }
        // A word for two products, or for a category and a product, means the first.
        let words = finder(&words);
        Goods { words, labels }
    }

    /// Labels of the goods that normalised `text` names, sorted.
    pub(super) fn find(&self, text: &str) -> Vec<u32> {
        let mut found: Vec<u32> = self
            .words
            .find_iter(text)
            .map(|hit| self.labels[hit.pattern().as_usize()])
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Whether two lists of goods can mean the same: both mean all goods, or they have goods in common.
pub(super) fn goods_meet(one: &[u32], other: &[u32]) -> bool {
    one.is_empty() && other.is_empty() || one.iter().any(|good| other.contains(good))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circumstances_are_told_apart() {
        for (text, names) in [
            ("现货付款后48小时内发出", vec![]),
            ("新疆、西藏满199元包邮", vec!["remote"]),
            ("金卡会员", vec!["member"]),
            ("双11预售", vec!["presale", "double11"]),
        ] {
            assert_eq!(circumstances(text), named(&names), "{text}");
        }
    }
}
