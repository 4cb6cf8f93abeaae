//! Reports what every shop is asked but this shop does not mention.
//!
//! The rule knows only the seven questions that every shop hears daily. The packs have hundreds, and most of them do
//! not concern every shop. The console lists those too, by meaning.

use super::scene::{From, Scene};
use super::{Report, Rule};
use crate::knowledge::Place;
use crate::text::normalise::normalise;

/// No entry in force mentions a question that buyers ask every shop.
pub(super) const INTENT_WITHOUT_ENTRY: Rule = Rule::info("intent-without-entry");

/// A shop with fewer entries is still being written.
const FEWEST: usize = 20;

/// A question that buyers ask every shop.
struct Core {
    /// Intent of the packs.
    intent: &'static str,
    /// The standard question.
    name: &'static str,
    /// A title with one of these words is about it.
    words: &'static [&'static str],
    /// Unless it contains one of these.
    not: &'static [&'static str],
}

const CORE: &[Core] = &[
    Core {
        intent: "ship.when",
        name: "什么时候发货",
        words: &[
            "发货",
            "寄出",
            "发出",
            "几天发",
            "多久发",
            "出库",
            "几天寄",
            "配送",
            "送达",
            "送货",
        ],
        not: &[
            "发货后",
            "发票",
            "没发货",
            "未发货",
            "已发货",
            "发货地",
            "从哪",
        ],
    },
    Core {
        intent: "ship.carrier",
        name: "发什么快递",
        words: &["快递", "物流", "顺丰", "配送", "送货", "怎么寄", "寄什么"],
        not: &[],
    },
    Core {
        intent: "freight.free",
        name: "包邮吗",
        words: &["包邮", "运费", "邮费", "免邮", "快递费", "配送费"],
        not: &["退"],
    },
    Core {
        intent: "return.how",
        name: "怎么退货",
        words: &[
            "退货",
            "无理由",
            "能退",
            "可以退",
            "怎么退",
            "退掉",
            "退换",
            "给退",
        ],
        not: &[],
    },
    Core {
        intent: "refund.when-arrive",
        name: "退款多久到账",
        words: &["退款", "到账", "退的钱", "退钱", "钱退"],
        not: &[],
    },
    Core {
        intent: "quality.handle",
        name: "商品有质量问题怎么办",
        words: &[
            "质量",
            "坏",
            "破",
            "瑕疵",
            "有问题",
            "磕",
            "不对",
            "故障",
            "碎",
            "不新鲜",
            "漏",
        ],
        not: &[],
    },
    Core {
        intent: "invoice.can",
        name: "可以开发票吗",
        words: &["发票", "开票", "专票"],
        not: &[],
    },
];

/// Ids of the intents that this rule knows.
pub fn intents() -> impl Iterator<Item = &'static str> {
    CORE.iter().map(|core| core.intent)
}

pub(super) fn check(scene: &Scene, report: &mut Report) {
    let Some(first) = scene.shop.faqs.first() else {
        return;
    };
    let in_force = scene
        .shop
        .faqs
        .iter()
        .filter(|faq| faq.window.contains(scene.at));
    if in_force.clone().nth(FEWEST - 1).is_none() {
        return;
    }
    let asked = in_force.flat_map(|faq| std::iter::once(&faq.question).chain(&faq.similar));
    let headed = scene
        .pieces
        .iter()
        .filter(|piece| piece.from == From::Policy && piece.scope.window.contains(scene.at))
        .flat_map(|piece| piece.titles.iter().copied());
    let mut open: Vec<&Core> = CORE.iter().collect();
    for title in asked.map(String::as_str).chain(headed) {
        if open.is_empty() {
            return;
        }
        let title = normalise(title);
        let speaks = |core: &&Core| {
            core.words.iter().any(|word| title.contains(word))
                && !core.not.iter().any(|word| title.contains(word))
        };
        open.retain(|core| !speaks(core));
    }
    for core in open {
        report.push(
            &INTENT_WITHOUT_ENTRY,
            &Place {
                row: 0,
                ..first.place.clone()
            },
            None,
            format!(
                "buyers ask every shop \"{}\" and no entry in force speaks of it ({})",
                core.name, core.intent
            ),
            "add an entry, or a heading in a policy",
        );
    }
}
