//! Compares how much two rules give the buyer, by the figures in their texts or by what one of them denies.

use crate::text::reckon::{reckoned, times};

/// A measure of how much a rule gives the buyer.
#[derive(Debug, Clone, Copy, PartialEq)]
struct RuleNumber {
    /// Hours, or times the price. For a range, the end that gives the buyer less.
    value: f64,
    /// What is counted.
    unit: RuleUnit,
}

/// The quantity that a rule states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RuleUnit {
    /// Time within which the buyer may act (7天无理由), in hours. More is better for the buyer.
    Allowed,
    /// Time within which the shop must act (48小时内发货), in hours. Less is better for the buyer.
    Promised,
    /// Compensation in times the price (假一赔三). More is better.
    Times,
}

/// Words for what a shop does for a buyer.
const GRANTS: &[&str] = &[
    "赠送",
    "送",
    "支持",
    "提供",
    "包邮",
    "包退",
    "包换",
    "承担",
    "可退",
    "可换",
    "退",
    "换",
    "赔",
    "开票",
    "返还",
    "无理由",
];

/// Words that deny it.
const DENIALS: &[&str] = &[
    "不",
    "不予",
    "不能",
    "不可",
    "不再",
    "拒绝",
    "无法",
    "没有",
    "不支持",
];

/// Words for what costs the buyer nothing.
const FREE: &[&str] = &[
    "免费",
    "赠送",
    "包邮",
    "商家承担",
    "卖家承担",
    "我们承担",
    "本店承担",
    "店铺承担",
    "平台承担",
    "全额",
    "双倍",
];

/// Words for what the buyer pays himself, or gets only in part.
const CHARGED: &[&str] = &[
    "另收",
    "加收",
    "需自费",
    "自费",
    "自理",
    "自付",
    "自行承担",
    "买家承担",
    "顾客承担",
    "您承担",
    "客户承担",
    "消费者承担",
    "只退",
    "不退",
    "收费",
];

/// Goods that the law exempts from returns without reason (消费者权益保护法第二十五条 and the rules on it). Refusing those is not
/// weaker than the law.
const EXEMPT: &[&str] = &[
    "定制", "定做", "订做", "刻字", "刻名", "鲜活", "生鲜", "易腐", "鲜花", "鲜果", "水果", "海鲜",
    "食品", "拆封", "开封", "激活", "贴身", "内衣", "内裤", "泳衣", "袜", "虚拟", "充值", "软件",
    "音像", "数字", "报纸", "期刊", "二手",
];

/// Words of circumstances, each with the words of the other case. A rule for one case does not answer a question about
/// the other.
const CASES: &[(&str, &[&str])] = &[
    (
        "质量",
        &[
            "非质量",
            "无理由",
            "个人",
            "自身",
            "不喜欢",
            "不想要",
            "不合适",
        ],
    ),
    ("商家原因", &["买家原因", "个人", "自身"]),
];

/// Whether a rule denies what a floor grants with the same word: 不送运费险 against 赠送运费险, 不退不换 against 可以退货.
fn denies(rule: &str, floor: &str) -> bool {
    let denied = |text: &str, grant: &str| {
        DENIALS
            .iter()
            .any(|denial| text.contains(&format!("{denial}{grant}")))
    };
    GRANTS
        .iter()
        .any(|grant| floor.contains(grant) && !denied(floor, grant) && denied(rule, grant))
}

/// Whether a rule charges for what a floor gives free of charge, or gives only a part of it: 另收6个点 against 免费提供.
fn charges(rule: &str, floor: &str) -> bool {
    let says = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(word));
    says(floor, FREE) && !says(floor, CHARGED) && says(rule, CHARGED) && !says(rule, FREE)
}

/// Whether rule and floor speak of different cases (质量问题 and 无理由).
fn of_another_case(rule: &str, floor: &str) -> bool {
    CASES.iter().any(|(case, others)| {
        floor.contains(case)
            && others
                .iter()
                .any(|other| rule.contains(other) && !floor.contains(other))
    })
}

/// Whether a rule gives the buyer less than a floor: both state the same quantity and the rule's figure is worse, or
/// the rule denies or charges for what the floor grants. Rules with nothing in common are not compared.
pub(super) fn weakens(rule: &str, floor: &str) -> bool {
    let (number, least) = (rule_number(rule), rule_number(floor));
    if let (Some(number), Some(least)) = (number, least)
        && number.unit == least.unit
    {
        return match number.unit {
            RuleUnit::Allowed | RuleUnit::Times => number.value < least.value,
            RuleUnit::Promised => number.value > least.value,
        };
    }
    if of_another_case(rule, floor) {
        return false;
    }
    // A refusal is weaker than a floor's figure, unless it names goods that the law exempts.
    let exempt = least.is_some() && EXEMPT.iter().any(|goods| rule.contains(goods));
    denies(rule, floor) && !exempt || charges(rule, floor)
}

/// The first figure of a rule that says how much the buyer gets: time in which to act, time until the shop acts, or
/// times the price. `None` if the text has none of these. Times are read like in `lint`.
fn rule_number(text: &str) -> Option<RuleNumber> {
    let text = reckoned(crate::text::normalise::normalise(text));
    if let Some(times) = text
        .find("赔")
        .and_then(|at| compensation(&text[at + "赔".len()..]))
    {
        return Some(RuleNumber {
            value: times,
            unit: RuleUnit::Times,
        });
    }
    let time = times(&text).into_iter().next()?;
    let acts = [
        "发货", "发出", "寄出", "退款", "到账", "处理", "回复", "审核", "上门",
    ];
    let nearby: String = text[time.span.end..].chars().take(16).collect();
    // 7天内可以退款 is what the buyer may do, not what the shop must do.
    let may = ["可", "能", "支持", "享"].iter().any(|word| {
        nearby
            .trim_start_matches(['之', '以', '内'])
            .starts_with(word)
    });
    let promised =
        !may && acts.iter().any(|word| nearby.contains(word)) && !nearby.contains("无理由");
    Some(match promised {
        true => RuleNumber {
            value: time.most,
            unit: RuleUnit::Promised,
        },
        false => RuleNumber {
            value: time.least,
            unit: RuleUnit::Allowed,
        },
    })
}

/// The times of a compensation (三, 3倍, 十) right behind 赔; a sum (赔5元) is none.
fn compensation(after: &str) -> Option<f64> {
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    if let Ok(times) = digits.parse::<f64>() {
        let sum = after[digits.len()..].starts_with(['元', '块', '%', '件', '天', '.']);
        return (!sum).then_some(times);
    }
    let c = after.chars().next()?;
    Some(match c {
        '一' => 1.0,
        '二' | '两' => 2.0,
        '三' => 3.0,
        '四' => 4.0,
        '五' => 5.0,
        '十' => 10.0,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_floor_grants_is_not_denied() {
        for (rule, floor, weaker) in [
            ("本店不送运费险。", "平台赠送运费险。", true),
            ("定制商品概不退换。", "支持退换", true),
            ("本店送运费险和贺卡。", "平台赠送运费险。", false),
            ("不送赠品。", "平台提供发票。", false),
            ("生鲜不支持退货。", "生鲜不支持退货。", false),
            (
                "商品一经售出不退不换。",
                "签收后7天内可以无理由退货。",
                true,
            ),
            (
                "本店不支持无理由退货。",
                "签收后7天内可以无理由退货。",
                true,
            ),
            (
                "定制商品不支持无理由退货。",
                "签收后7天内可以无理由退货。",
                false,
            ),
            (
                "拆封后不退，15天内可以退。",
                "签收后7天内可以无理由退货。",
                false,
            ),
            ("开发票要另收6个点税费。", "商家必须免费提供发票。", true),
            (
                "可以免费开发票，专票另收税费。",
                "商家必须免费提供发票。",
                false,
            ),
            ("运费险需自费购买。", "平台赠送运费险。", true),
            (
                "退货运费一律由买家承担。",
                "质量问题退货运费由商家承担。",
                true,
            ),
            (
                "无理由退货的运费由买家承担。",
                "质量问题退货运费由商家承担。",
                false,
            ),
            ("定金一律不退。", "商家原因的定金双倍返还。", true),
            ("付款后一周内发货。", "付款后48小时内发货。", true),
            ("付款后3-5天发货。", "付款后48小时内发货。", true),
            ("付款后1-2天发货。", "付款后48小时内发货。", false),
            ("价保期一周。", "平台提供15天价保。", true),
            ("价保期一个月。", "平台提供15天价保。", false),
            ("保修半年。", "整机三包保修12个月。", true),
            ("保修两年。", "整机三包保修12个月。", false),
            (
                "支持48小时无理由退货。",
                "签收之日起七日内可以无理由退货。",
                true,
            ),
            ("收到退货后两周退款。", "商家3个工作日内退款。", true),
            ("下单后第5天发货。", "平台要求48小时发货。", true),
            ("默认发中通快递。", "付款后48小时内发货。", false),
        ] {
            assert_eq!(weakens(rule, floor), weaker, "{rule} {floor}");
        }
    }

    #[test]
    fn figures_of_rules() {
        let number = |value, unit| Some(RuleNumber { value, unit });
        for (text, expected) in [
            ("七天无理由退货", number(168.0, RuleUnit::Allowed)),
            ("15天内可退", number(360.0, RuleUnit::Allowed)),
            ("付款后48小时内发货", number(48.0, RuleUnit::Promised)),
            ("2个工作日内退款到账", number(48.0, RuleUnit::Promised)),
            ("假一赔三", number(3.0, RuleUnit::Times)),
            ("假一赔10", number(10.0, RuleUnit::Times)),
            ("整机保修1年", number(8640.0, RuleUnit::Allowed)),
            ("七日内可以退款", number(168.0, RuleUnit::Allowed)),
            ("1-5个工作日退款到账", number(120.0, RuleUnit::Promised)),
            ("2026年11月11日起满300减50", None),
            ("默认发中通快递", None),
        ] {
            assert_eq!(rule_number(text), expected, "{text}");
        }
    }
}
