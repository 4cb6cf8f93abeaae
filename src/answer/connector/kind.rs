//! Finds which fact of the minute a question asks for.

use std::sync::LazyLock;

use regex::RegexSet;

use super::FactKind;

/// Questions that speak of a fact but that a connector cannot answer: it knows the state now, of one piece.
static NOT_NOW: LazyLock<RegexSet> = LazyLock::new(|| {
    RegexSet::new([
        // When stock comes back, or a price at another time.
        r"(什么时候|多久|多长时间|会不会|还会|会).{0,3}(补货|到货|来货|有货|上新|补库存|降价|涨价|便宜)",
        r"(昨天|前天|上次|上回|之前|以前|原来|去年|当时|下周|下个?月|明天|后天|过几天|以后|双11|双12|618|大促|活动(时|期间|那天)).{0,8}(价|钱|块|元|卖|便宜)",
        r"(价|钱|块|便宜).{0,4}(昨天|上次|明天|双11|双12|618|大促)",
        // Several pieces, or made to order.
        r"([2-9两二三四五六七八九十几多]|\d\d+)(件|个|套|条|双|盒|瓶|箱|袋|包|支|台|只|份|张).{0,6}(多少钱|什么价|价格|几块|怎么卖)",
        r"(一共|总共|合计|加起来|批发|团购|大量|多买|定制|定做|订做|刻字|改).{0,8}(多少钱|什么价|价格|便宜|优惠)",
        // A parcel that is signed for and not there, broken or lost: a person looks into it.
        r"签收.{0,8}(没|未)|(没|未).{0,4}收到.{0,6}签收|(丢|少|漏|错|破|损|坏)(了|件|发|失)",
        // A request for a change is no question.
        r"(取消|改|换|拦截|退货|投诉).{0,4}(订单|地址|电话|快递|包裹|收件)",
    ])
    .expect("the test `facts_by_wording` compiles the patterns")
});

/// Words for each fact. The first fact with a word in the question counts.
const WORDS: &[(FactKind, &[&str])] = &[
    (
        FactKind::Refund,
        &["退款", "退的钱", "钱退", "退钱", "退回来"],
    ),
    (
        FactKind::Parcel,
        &[
            "快递", "物流", "包裹", "到哪", "派送", "单号", "签收", "运到", "走到", "送到",
        ],
    ),
    (
        FactKind::Stock,
        &[
            "库存",
            "现货",
            "有货",
            "还有吗",
            "缺货",
            "断货",
            "还剩",
            "卖完",
            "还有没有",
            "还有几",
            "剩几",
            "剩多少",
        ],
    ),
    (
        FactKind::Price,
        &[
            "多少钱",
            "价格",
            "价钱",
            "价位",
            "售价",
            "到手价",
            "券后",
            "几块",
            "多少元",
            "现价",
            "什么价",
            "怎么卖",
            "便宜",
            "贵不贵",
            "贵吗",
            "活动价",
            "秒杀价",
            "直播价",
            "折后价",
            "优惠价",
            "降价了",
        ],
    ),
    (
        FactKind::Order,
        &["订单", "我的单", "发货", "发了没", "下的单", "拍的"],
    ),
];

/// The fact that a normalised question asks for, once the guards found it volatile or about the buyer's own order.
/// `None` if no connector can tell it: of another day, of several pieces, or of something that went wrong.
pub fn fact_kind(normalised: &str) -> Option<FactKind> {
    if NOT_NOW.is_match(normalised) {
        return None;
    }
    let says = |words: &&[&str]| words.iter().any(|word| normalised.contains(word));
    WORDS
        .iter()
        .find(|(_, words)| says(words))
        .map(|(kind, _)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::normalise::normalise;

    #[test]
    fn facts_by_wording() {
        for (text, kind) in [
            ("现在多少钱", Some(FactKind::Price)),
            ("一件多少钱", Some(FactKind::Price)),
            ("这件多少钱", Some(FactKind::Price)),
            ("这个贵不贵", Some(FactKind::Price)),
            ("黑色m还有货吗", Some(FactKind::Stock)),
            ("还有几件", Some(FactKind::Stock)),
            ("卖完了吗", Some(FactKind::Stock)),
            ("我的包裹到哪了", Some(FactKind::Parcel)),
            ("签收了吗", Some(FactKind::Parcel)),
            ("退款怎么还没到", Some(FactKind::Refund)),
            ("我的订单发货了吗", Some(FactKind::Order)),
            ("什么材质", None),
            // Another day, several pieces, something that went wrong.
            ("什么时候补货", None),
            ("什么时候有货", None),
            ("昨天的价格是多少", None),
            ("上次买多少钱", None),
            ("双11多少钱", None),
            ("明天会涨价吗 现在价格", None),
            ("定制多少钱", None),
            ("两件多少钱", None),
            ("买3件一共多少钱", None),
            ("显示签收没收到", None),
            ("快递丢了怎么办", None),
            ("帮我改一下订单的地址", None),
        ] {
            assert_eq!(fact_kind(&normalise(text)), kind, "{text}");
        }
    }
}
