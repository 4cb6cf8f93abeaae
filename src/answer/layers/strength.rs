//! How much a rule gives the buyer, by the figure in its text or by what it denies.

/// A measure of strength that a rule's text tells.
#[derive(Debug, Clone, Copy, PartialEq)]
struct RuleNumber {
    /// Hours, yuan or per cent.
    value: f64,
    /// What is counted.
    unit: RuleUnit,
}

/// What a rule counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RuleUnit {
    /// Time within which the buyer may act (7天无理由), in hours: more is better for the buyer.
    Allowed,
    /// Time within which the shop must act (48小时内发货), in hours: less is better for the buyer.
    Promised,
    /// Compensation in times the price (假一赔三): more is better.
    Times,
}

/// What a shop does for a buyer.
const GRANTS: &[&str] = &[
    "赠送", "送", "支持", "提供", "包邮", "包退", "包换", "承担", "可退", "可换", "退", "换", "赔",
    "开票",
];

/// What denies it.
const DENIALS: &[&str] = &[
    "不", "不予", "不能", "不可", "不再", "概不", "拒绝", "无法", "没有",
];

/// Whether a rule denies what a floor grants in the same word: 不送运费险 against 赠送运费险.
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

/// Whether a rule gives the buyer less than a floor: both count the same thing, and the rule's figure is worse, or the
/// rule denies what the floor grants. Rules that have neither in common are not compared.
pub(super) fn weakens(rule: &str, floor: &str) -> bool {
    match (rule_number(rule), rule_number(floor)) {
        (Some(rule), Some(floor)) if rule.unit == floor.unit => match rule.unit {
            RuleUnit::Allowed | RuleUnit::Times => rule.value < floor.value,
            RuleUnit::Promised => rule.value > floor.value,
        },
        (None, None) => denies(rule, floor),
        _ => false,
    }
}

/// The first figure of a rule that says how much the buyer gets: days in which to act, hours until the shop acts, times
/// the price. `None` where the text tells none of these.
fn rule_number(text: &str) -> Option<RuleNumber> {
    let text = crate::text::normalise::normalise(text);
    if let Some(times) = text
        .find("赔")
        .and_then(|at| compensation(&text[at + "赔".len()..]))
    {
        return Some(RuleNumber {
            value: times,
            unit: RuleUnit::Times,
        });
    }
    let mut rest = text.as_str();
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let digits: String = rest[start..]
            .chars()
            .take_while(|c| c.is_ascii_digit() || *c == '.')
            .collect();
        let after = &rest[start + digits.len()..];
        let unit = [
            "个小时",
            "小时",
            "个工作日",
            "工作日",
            "日内",
            "天",
            "日",
            "个月",
            "年",
        ]
        .into_iter()
        .find(|unit| after.starts_with(unit));
        // A date (11月11日, 2026年) is no span of time.
        let dated = rest[..start].ends_with(['月', '年', '-', '/', '.'])
            || after.starts_with('月')
            || digits.len() >= 4;
        if let (Some(unit), Ok(value), false) = (unit, digits.parse::<f64>(), dated) {
            let hours = match unit {
                "个小时" | "小时" => 1.0,
                "个月" => 720.0,
                "年" => 8760.0,
                _ => 24.0,
            };
            let acts = [
                "发货", "发出", "寄出", "退款", "到账", "处理", "回复", "审核", "上门",
            ];
            let nearby: String = after.chars().take(16).collect();
            let promised =
                acts.iter().any(|word| nearby.contains(word)) && !nearby.contains("无理由");
            let unit = if promised {
                RuleUnit::Promised
            } else {
                RuleUnit::Allowed
            };
            return Some(RuleNumber {
                value: value * hours,
                unit,
            });
        }
        rest = after;
    }
    None
}

/// 三, 3倍, 十: the times of a compensation; at most a few characters behind 赔.
fn compensation(after: &str) -> Option<f64> {
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    if let Ok(times) = digits.parse::<f64>() {
        return Some(times);
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
            ("整机保修1年", number(8760.0, RuleUnit::Allowed)),
            ("2026年11月11日起满300减50", None),
            ("默认发中通快递", None),
        ] {
            assert_eq!(rule_number(text), expected, "{text}");
        }
    }
}
