//! The name of a spec or section, and which part of it counts.

use super::given;
use super::words::WORDS;
use crate::text::normalise::{normalise, squeeze};

/// Beginnings of columns whose values are yes or no.
const YES_OR_NO: &[&str] = &[
    "是否可以",
    "是否需要",
    "是否支持",
    "是否含有",
    "是否带有",
    "是否为",
    "是否有",
    "是否含",
    "是否带",
    "是否可",
    "是否能",
    "是否",
    "有无",
    "可否",
    "能否",
    "能不能",
    "可不可以",
    "会不会",
];

/// Words before a spec's name that do not change its meaning (额定功率, 产品尺寸, 适合季节).
const QUALIFIERS: &[&str] = &[
    "产品", "商品", "额定", "主要", "整机", "机身", "最大", "适用", "适合", "外观", "外形", "单瓶",
    "详细", "具体", "可",
];

/// Qualifiers without a meaning of their own: 产品尺寸 is 尺寸, but 最大功率 need not be 功率.
const MERE: &[&str] = &["产品", "商品", "适用", "适合", "详细", "具体"];

/// Names of what another thing has: 适用型号 is not the product's 型号.
const OF_OTHERS: &[&str] = &["品牌", "型号", "机型", "车型"];

/// Words after a spec's name that do not change its meaning: 防水系数 tells 防水, 噪音等级 tells 噪音.
const DEGREES: &[&str] = &[
    "性能", "指数", "系数", "等级", "级别", "情况", "程度", "表现", "参数", "能力", "详情",
];

/// How the names of lists of what comes with the goods end.
const LISTS: &[&str] = &["清单", "配件", "附件", "标配", "赠品"];

/// A name of specs or sections.
#[derive(Debug, Clone)]
pub(super) struct Name {
    /// Squeezed, without a remark in brackets.
    pub(super) text: String,
    /// The name without qualifiers.
    pub(super) core: String,
    /// Whether the name means no more than its core.
    pub(super) mere: bool,
    /// Whether its values are yes or no (是否含电池).
    pub(super) yes_or_no: bool,
    /// The groups of the table that contain the name, else those that contain its core.
    pub(super) groups: Vec<u16>,
}

impl Name {
    pub(super) fn new(text: String) -> Name {
        let core = core(&text).to_owned();
        let yes_or_no = YES_OR_NO.iter().any(|asks| text.starts_with(asks));
        let mut groups = WORDS.groups_of(&text).to_vec();
        if groups.is_empty() && core != text {
            groups = WORDS.groups_of(&core).to_vec();
            // 是否含电池 does not tell an amount.
            groups.retain(|&group| !yes_or_no || !is_amount(WORDS.group(group).names[0]));
        }
        if groups.is_empty()
            && let Some(rest) = DEGREES.iter().find_map(|degree| core.strip_suffix(degree))
        {
            groups = WORDS.groups_of(rest).to_vec();
        }
        // 随箱配件 lists what comes with the goods, whatever stands before.
        if groups.is_empty() && LISTS.iter().any(|end| text.ends_with(end)) && given::is_list(&text)
        {
            groups = ["包装清单", "配件"]
                .iter()
                .flat_map(|name| WORDS.groups_of(name))
                .copied()
                .collect();
            groups.sort_unstable();
            groups.dedup();
        }
        let mere = core == text || MERE.iter().any(|qualifier| text.starts_with(qualifier));
        Name {
            text,
            core,
            mere,
            yes_or_no,
            groups,
        }
    }
}

/// Whether the name of a group says that its specs are amounts.
fn is_amount(group: &str) -> bool {
    ["量", "度", "时间", "尺寸", "功率", "寿命", "数"]
        .iter()
        .any(|end| group.ends_with(end))
}

/// A name, normalised and squeezed, without a remark in brackets at its end: `重量(g)` → `重量`.
pub(super) fn bare(written: &str) -> String {
    let plain = normalise(written);
    let cut = match (
        plain.ends_with([')', ']', '】']),
        plain.rfind(['(', '[', '【']),
    ) {
        (true, Some(open)) if open > 0 => &plain[..open],
        _ => plain.as_str(),
    };
    squeeze(cut)
}

/// A name without its qualifier, if at least two characters are left.
fn core(name: &str) -> &str {
    YES_OR_NO
        .iter()
        .chain(QUALIFIERS)
        .filter_map(|qualifier| name.strip_prefix(qualifier))
        .find(|rest| rest.chars().nth(1).is_some())
        .filter(|rest| {
            !OF_OTHERS.contains(rest) || name.starts_with("产品") || name.starts_with("商品")
        })
        .unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn qualifiers_go_and_parts_stay() {
        for (name, expected) in [
            ("额定功率", "功率"),
            ("产品尺寸", "尺寸"),
            ("是否为有机食品", "有机食品"),
            ("是否可折叠", "折叠"),
            ("充电功率", "充电功率"),
            ("鞋底材质", "鞋底材质"),
            ("适用季节", "季节"),
            ("适用型号", "适用型号"),
            ("产品型号", "型号"),
            ("可拆洗", "拆洗"),
        ] {
            assert_eq!(core(name), expected);
        }
        assert_eq!(bare("重量（g）"), "重量");
        assert_eq!(bare("净含量 (ml)"), "净含量");
    }
}
