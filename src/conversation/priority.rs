//! Computes the urgency of a ticket and how long it may wait. Pure.

use std::sync::LazyLock;

use regex::Regex;

use super::incident;
use crate::answer::Reason;

/// The urgency of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Priority {
    /// The rank; 0 is taken first.
    pub rank: i64,
    /// Minutes within service hours until a person should have answered.
    pub minutes: i64,
}

/// The last rank that is urgent: fraud, health, the law, complaints and risks.
const URGENT: i64 = 3;

impl Priority {
    /// The more urgent of this and `earlier`, the rank of an earlier urgent ticket of the same talk. A buyer who was
    /// hurt or cheated stays urgent when asking again in plainer words.
    #[must_use]
    pub fn after(self, earlier: i64) -> Priority {
        match earlier.clamp(0, URGENT) == earlier && earlier < self.rank {
            true => Priority::of(earlier),
            false => self,
        }
    }

    fn of(rank: i64) -> Priority {
        let minutes = match rank {
            0 => 2,
            1 => 3,
            2 | 3 => 5,
            4 => 10,
            _ => 20,
        };
        Priority { rank, minutes }
    }
}

/// Somebody pretends to be the shop, or the buyer is about to lose money.
const FRAUD: &[&str] = &[
    "冒充",
    "假客服",
    "假冒客服",
    "验证码",
    "转账",
    "汇款",
    "屏幕共享",
    "共享屏幕",
    "诈骗",
    "骗子",
    "被骗",
    "刷单",
    "刷流水",
    "银行卡号发",
    "理赔客服",
    "注销贷款",
    "保证金",
    "解冻",
];

/// An angry buyer calls the shop itself a cheat. This is a complaint; nobody is about to lose money to a stranger.
static ACCUSED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:你们|你家|你|贵店|店家|商家|卖家|这店|这家店?|客服)(?:就|这|都|全|真|纯|简直|根本|就是|们|家|店|是|一|个|群|伙|帮|大)*(?:骗子|诈骗)|骗子(?:店|公司|商家|卖家|平台|客服)")
        .expect("the built-in pattern is valid")
});

/// The buyer calls on the law or the public.
const PUBLIC: &[&str] = &[
    "12315",
    "消协",
    "工商",
    "市监",
    "市场监管",
    "起诉",
    "律师",
    "法院",
    "曝光",
    "媒体",
    "报警",
];

/// Whether the words tell of somebody who pretends to be the shop, or of money about to be lost.
pub fn is_fraud(words: &str) -> bool {
    let told = ACCUSED.replace_all(words, "，");
    FRAUD.iter().any(|word| told.contains(word))
}

/// The priority of a handoff with this reason and these words, in this order: fraud, health, 12315 and the like,
/// complaints and risks, requests for a person, the rest.
pub fn priority(reason: Reason, words: &str) -> Priority {
    Priority::of(match reason {
        _ if is_fraud(words) => 0,
        _ if incident::is_harm(words) && reason != Reason::NoMatch => 1,
        _ if PUBLIC.iter().any(|word| words.contains(word)) => 2,
        Reason::Complaint | Reason::Risk => 3,
        Reason::Requested | Reason::OrderSpecific | Reason::Repeated => 4,
        Reason::VolatileFact
        | Reason::Sensitive
        | Reason::NotInForce
        | Reason::LowConfidence
        | Reason::NoMatch => 5,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_urgent_comes_first() {
        let rows = [
            (Reason::Risk, "有人冒充客服让我转账", 0),
            (Reason::NoMatch, "你们客服问我要验证码", 0),
            (Reason::Risk, "用了之后脸上过敏红肿", 1),
            (Reason::Complaint, "我要打12315", 2),
            (Reason::Complaint, "你们这是骗子我要投诉12315", 2),
            (Reason::Complaint, "你们就是一群骗子", 3),
            (Reason::Complaint, "骗子店铺，要投诉", 3),
            (Reason::Complaint, "有骗子打电话说是你们客服", 0),
            (Reason::Complaint, "我被骗了，是你们客服让我转账", 0),
            (Reason::Complaint, "太差了要投诉", 3),
            (Reason::Risk, "孕妇能用吗", 3),
            (Reason::Risk, "敏感肌穿会不会过敏", 3),
            (Reason::Requested, "转人工", 4),
            (Reason::OrderSpecific, "我的快递到哪了", 4),
            (Reason::LowConfidence, "这个配什么好", 5),
        ];
        for (reason, words, rank) in rows {
            assert_eq!(priority(reason, words).rank, rank, "{words}");
        }
    }

    #[test]
    fn what_was_urgent_stays_urgent() {
        let plain = priority(Reason::NoMatch, "那怎么办");
        for (earlier, rank, minutes) in [(0, 0, 2), (1, 1, 3), (3, 3, 5), (4, 5, 20), (5, 5, 20)] {
            assert_eq!(
                plain.after(earlier),
                Priority { rank, minutes },
                "{earlier}"
            );
        }
        let fraud = priority(Reason::Risk, "有人冒充客服");
        assert_eq!(fraud.after(3), fraud);
    }
}
