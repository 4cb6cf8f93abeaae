//! Matters in which a floor grants something, mostly without a figure: 少件免费补发, 商家承担退货运费, 应当开具发票. A rule of the
//! shop that grants less is reported and never told; rules of one layer are not compared in them.

use super::{Better, GRANT, Topic};

/// What is granted in words.
const GIVEN: f64 = 1.0;
/// What is refused in words, or costs nothing.
const NOTHING: f64 = 0.0;

/// A compensation in percent of the price.
const PERCENT: &str = "赔[^,\\d]{0,12}?{N}%";
/// The refusal of any compensation.
const NO_PAYMENT: (&str, f64) = (
    "(?:不|没有|无法|拒绝)(?:予以|予|给|会|能|做|作|再|提供|任何)*[赔补]偿?",
    NOTHING,
);
/// Sending again what did not come whole.
const SENT_AGAIN: (&str, f64) = (
    "(?:^|[^不予会给能再])(?:会|给|能|可以)?(?:补(?:发|寄)|包赔|赔付|赔偿)",
    GIVEN,
);
const NOT_SENT_AGAIN: (&str, f64) = (
    "(?:不|概不|拒绝)(?:予以|予|给|会|能|再|负责)*(?:补(?:发|寄)?|赔|处理)",
    NOTHING,
);

/// All matters of this kind.
pub(super) const GRANTS: &[Topic] = &[
    Topic {
        name: "the compensation for fakes",
        about: &["假1", "假一", "假货"],
        patterns: &["假[1一][赔罚](?P<n>\\d+|[一二两三四五六七八九十]+)"],
        better: Better::More,
        ..GRANT
    },
    Topic {
        name: "the charge for an invoice",
        about: &["票"],
        patterns: &[
            "票[^,]{0,8}?(?:收|加|付|补)[^,\\d]{0,4}{N}(?:%|个?点|元)",
            "(?:收|加|付|补)[^,\\d]{0,4}{N}(?:%|个?点|元)[^,]{0,4}[税票]",
        ],
        fixed: &[
            (
                "(?:^|[^不])免费[^,]{0,6}票|票[^,不]{0,6}免费|票[^,]{0,4}不(?:会|用|另|再|额外)*(?:收|加)[^,]{0,3}[费税点钱]",
                NOTHING,
            ),
            (
                "票[^,不免]{0,6}(?:自费|收费|另付|税[点费](?:自理|自付|由?(?:买家|顾客|您)))|票[^,不免]{0,4}(?:另外?|需要?)(?:加|付|收)[^,\\d]{0,2}(?:税点|税费|钱)",
                GIVEN,
            ),
        ],
        better: Better::Less,
        ..GRANT
    },
    Topic {
        name: "whether invoices are given",
        about: &["票"],
        fixed: &[
            (
                "(?:^|[^不法])(?:可以?|应当?|应该|必须|须|都能|能|提供|支持|依法)[^,不]{0,8}(?:开具?|提供|索取|有)?[^,不]{0,4}(?:发票|开票)",
                GIVEN,
            ),
            (
                "(?:^|[^会])(?:不|无法|没法|没有|拒绝|概不)(?:能|给|提供|支持|予|可以)*(?:开具?|提供)?(?:普通|电子|纸质|任何)*(?:发票|票)",
                NOTHING,
            ),
        ],
        not: &[
            "抬头", "修改", "丢", "税号", "作废", "重复", "如果", "若", "时", "的话",
        ],
        better: Better::More,
        ..GRANT
    },
    Topic {
        name: "the compensation for goods out of stock",
        about: &["缺货", "没货", "断货", "无货"],
        patterns: &[PERCENT],
        fixed: &[NO_PAYMENT],
        better: Better::More,
        ..GRANT
    },
    Topic {
        name: "the compensation for late dispatch",
        about: &[
            "延迟发货",
            "发货延迟",
            "迟发",
            "晚发",
            "发晚",
            "发货晚",
            "发货慢",
            "超时发货",
            "发货超时",
            "按时发货",
        ],
        patterns: &[PERCENT],
        fixed: &[NO_PAYMENT],
        better: Better::More,
        blind: &["late"],
        ..GRANT
    },
    Topic {
        name: "what becomes of missing pieces",
        about: &["少件", "少发", "漏发", "缺件", "缺少", "少了", "发少"],
        fixed: &[SENT_AGAIN, NOT_SENT_AGAIN],
        better: Better::More,
        blind: &["short"],
        ..GRANT
    },
    Topic {
        name: "what becomes of goods that arrive broken",
        about: &["破损", "压坏", "摔坏", "运输损坏", "收到坏", "碎了"],
        fixed: &[SENT_AGAIN, NOT_SENT_AGAIN],
        not: &["人为", "使用", "自己", "签收后", "当面", "超过", "逾期"],
        better: Better::More,
        blind: &["broken"],
        ..GRANT
    },
    Topic {
        name: "who pays for sending goods back",
        about: &[
            "退货运费",
            "退货邮费",
            "退货的运费",
            "退货的邮费",
            "退换运费",
            "退换货运费",
            "退换货的运费",
            "寄回运费",
            "寄回的运费",
            "退回运费",
            "退回的运费",
            "来回运费",
            "来回邮费",
            "往返运费",
        ],
        fixed: &[
            (
                "(?:卖家|商家|卖方|我们|我家|本店|店铺|平台|咱家)(?:来|全额|负责|会|都)*(?:承担|出|负责|支付|付|报销)",
                GIVEN,
            ),
            (
                "(?:买家|顾客|您|客户|消费者|买方)(?:来|需要?|自行|自己)*(?:承担|出|负责|支付|付)|自理|自付|自费",
                NOTHING,
            ),
        ],
        not: &[
            "非质量",
            "不是质量",
            "没有质量",
            "无理由",
            "个人",
            "不喜欢",
            "不想要",
            "不合适",
            "自身",
            "买家原因",
            "您的原因",
        ],
        better: Better::More,
        ..GRANT
    },
    Topic {
        name: "whether sending back is insured",
        about: &["运费险"],
        fixed: &[
            (
                "(?:^|[^不没])(?:赠送?|送|含|提供|配有)(?:了|您)*(?:一份)?(?:退货)?运费险|运费险[^,不]{0,4}(?:赠送|免费)",
                GIVEN,
            ),
            (
                "(?:不|没有?|不再)(?:赠送?|送|含|有|提供|配)*(?:退货)?运费险|运费险[^,]{0,4}(?:自费|自己买|自行购买|不送)",
                NOTHING,
            ),
        ],
        not: &["订单", "如果", "没买", "的话"],
        better: Better::More,
        ..GRANT
    },
];
