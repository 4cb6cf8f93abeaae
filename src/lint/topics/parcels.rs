//! Matters of a parcel and of what is in it.

use super::{Better, PLAIN, Topic};

/// Returns, dispatch and delivery, refunds, warranty and claims.
pub(super) const PARCELS: &[Topic] = &[
    Topic {
        name: "the time for returns without reason",
        about: &["退"],
        patterns: &[
            "{D}(?:可以?|支持|享受?|都|能|的)*(?:申请|办理)?[^,]{0,4}无理由",
            "(?:签收|收货|收到|到货)[^,]{0,10}?{D}.{0,40}?(?:无理由|退货|可以?退|能退)",
            "无理由退换?货?(?:服务|期限|时间|[是为:])*{T}",
        ],
        not: &[
            "质量", "瑕疵", "破", "坏", "故障", "发错", "错发", "少发", "漏发",
        ],
        better: Better::More,
        floor: Some((7.0 * 24.0, "消费者权益保护法第二十五条")),
        ..PLAIN
    },
    Topic {
        name: "the time for exchanges",
        about: &["换"],
        patterns: &[
            "{D}(?:仍|还|都|均|可以?|能|支持|免费|申请|办理)*换",
            "签收[^,]{0,10}?{D}[^,]{0,10}?(?:可以?|能)换",
        ],
        not: &[
            "换新",
            "换一台",
            "换一部",
            "质量",
            "故障",
            "瑕疵",
            "破",
            "维修",
            "寄回",
            "退回",
        ],
        better: Better::More,
        blind: &["exchange"],
        ..PLAIN
    },
    Topic {
        name: "the time for a new one in place of a faulty one",
        about: &["换"],
        patterns: &[
            "{D}[^,]{0,14}?(?:故障|坏|毛病).{0,24}?换",
            "(?:故障|坏|毛病)[^。]{0,8}?{D}[^,]{0,4}?(?:包换|换新|换一?台|可以?换)",
        ],
        not: &["不保", "过保", "维修"],
        better: Better::More,
        blind: &["quality", "broken", "exchange"],
        parts: true,
        ..PLAIN
    },
    Topic {
        name: "the time until dispatch",
        about: &["发", "寄", "出库"],
        patterns: &[
            "{D}[^,]{0,8}?(?:发货|发出|寄出|寄走|出库|发走|揽收)",
            "发货(?:时间|时效)[^,]{0,12}?{D}",
            "(?:付款|下单|拍下)后?{D}发",
        ],
        not: &[
            "寄回", "退回", "换", "新的", "补", "维修", "修好", "发票", "专票", "凭证", "邮箱",
            "退款",
        ],
        better: Better::Less,
        blind: &["customs"],
        parts: true,
        ..PLAIN
    },
    Topic {
        name: "the hour until which orders leave the same day",
        about: &["当天", "当日"],
        patterns: &[
            "(?P<n>\\d{1,2}):(?P<m>\\d{2})[之以]?前(?:付款|下单|拍下)[^,]{0,10}(?:当天|当日)",
            "(?:当天|当日)(?P<n>\\d{1,2}):(?P<m>\\d{2})[之以]?前(?:付款|下单|拍下)",
        ],
        ..PLAIN
    },
    Topic {
        name: "the amount for free delivery",
        about: &[
            "包邮",
            "免邮",
            "免运费",
            "免快递费",
            "免收运费",
            "免收邮费",
            "不收运费",
            "不收邮费",
        ],
        patterns: &[
            "(?:达到|达|超过|凑够|凑到|买够|够){N}元?(?:以上|即|可以?|就|能|都|全国|全场|的|,)*{FREE}",
            "(?:^|[^不未没])满{N}元?(?:以上|起|即|可以?|就|能|都|全国|全场|的|,)*{FREE}",
            "(?:^|[^不未没满\\d]){N}元(?:以上|起|即|可以?|就|能|,)*{FREE}",
        ],
        better: Better::Less,
        ..PLAIN
    },
    Topic {
        name: "the delivery fee",
        about: &["不满", "不足", "运费", "邮费"],
        patterns: &[
            "不[满足][^,]{0,8}?收取?{N}元",
            "(?:每单|另|另外)?收取?{N}元(?:运费|邮费|快递费)",
        ],
        better: Better::Less,
        ..PLAIN
    },
    Topic {
        name: "the extra for the faster courier",
        about: &["顺丰"],
        patterns: &[
            "顺丰[^,\\d]{0,14}?(?:补|付|加|收)[^,\\d]{0,6}?{N}元",
            "(?:补|加|付){N}元[^,\\d]{0,6}顺丰",
        ],
        not: &["满", "包邮", "退", "每"],
        better: Better::Less,
        ..PLAIN
    },
    Topic {
        name: "the surcharge for remote places",
        about: &["新疆", "西藏", "偏远"],
        patterns: &["(?:(?P<k>每[单件台箱])[^,\\d]{0,2})?(?:加收|另加){N}元"],
        better: Better::Less,
        blind: &["domestic"],
        ..PLAIN
    },
    Topic {
        name: "the time of price protection",
        about: &["降价", "价保", "保价", "差价", "补差", "价格保护"],
        patterns: &[
            "(?:付款|下单|购买|签收|拍下|买)[^,]{0,4}?{D}.{0,16}?(?:降价|价保|补差|差价)",
            "(?:价保|保价|价格保护)期?(?:延长)?[到至为是]?{T}",
        ],
        better: Better::More,
        ..PLAIN
    },
    Topic {
        name: "the time until the refund",
        about: &["退"],
        patterns: &[
            "(?:仓库|退货仓|签收|收到退货|收到退件)[^,]{0,10}?{D}[^,「“]{0,6}?(?:验货|退款|退钱)",
        ],
        not: &["申请", "无理由"],
        better: Better::Less,
        ..PLAIN
    },
    Topic {
        name: "the time until a refund reaches the bank card",
        about: &["银行卡"],
        patterns: &["银行卡[^,\\d]{0,4}{T}"],
        better: Better::Less,
        ..PLAIN
    },
    Topic {
        name: "the warranty",
        about: &["质保", "保修", "联保", "三包"],
        patterns: &[
            "(?:质保|保修|联保|三包)(?:有效)?期?[限为是]*{T}",
            // 期一 is left as it is elsewhere: it may be a Monday.
            "(?:质保|保修|联保|三包)(?:有效)?期[限为是]*(?P<n>[一二两三四五六七八九十]+)(?P<u>年|个月)",
            "{T}(?:免费|全国)*(?:质保|保修|联保|三包)",
            "(?:整机|电池|内胆|电机|压缩机|主机){T}",
        ],
        not: &["延长", "延保"],
        better: Better::More,
        parts: true,
        ..PLAIN
    },
    Topic {
        name: "the time of free repairs",
        about: &["维修"],
        patterns: &["{D}[^,]{0,14}?免费维修"],
        better: Better::More,
        blind: &["quality", "broken"],
        ..PLAIN
    },
    Topic {
        name: "the time for claims about quality",
        about: &["质量"],
        patterns: &[
            "{D}[^,]{0,24}?质量问题",
            "质量问题.{0,24}?{D}[^,]{0,6}?(?:可以?|能|联系|申请|反馈|提出|告诉|退换|包退|包换|拍)",
            "{D}[^,]{0,14}?(?:联系|反馈|提出|告诉)[^,]{0,6}质量问题",
        ],
        not: &[
            "处理结果",
            "维修",
            "核实",
            "到账",
            "退到",
            "原路",
            "验货",
            "答复",
            "回复",
            "补发",
            "上门",
        ],
        better: Better::More,
        blind: &["quality", "broken"],
        ..PLAIN
    },
    Topic {
        name: "the time to report what arrived wrong",
        about: &["签收", "收到"],
        patterns: &[
            "签收[^,]{0,3}?{D}.{0,14}?(?:拍|照片|联系)",
            "收到[^,\\d]{0,6}?{D}[^,]{0,6}?(?:拍|照片|联系)",
        ],
        not: &["仓库", "退货", "退回", "快递"],
        better: Better::More,
        ..PLAIN
    },
    Topic {
        name: "the time until a claim is answered",
        about: &["处理结果"],
        patterns: &["{D}给[您出]?处理结果"],
        better: Better::Less,
        blind: &["quality", "broken"],
        ..PLAIN
    },
];
