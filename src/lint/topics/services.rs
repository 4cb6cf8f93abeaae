//! Matters of what is done for an order besides sending it.

use super::{Better, PLAIN, Topic};

/// Invoices, orders, fitters, fees, customs and limits.
pub(super) const SERVICES: &[Topic] = &[
    Topic {
        name: "the time until the invoice",
        about: &["发票", "专票", "凭证"],
        patterns: &["{D}[^,]{0,10}?(?:发到|发至|开好|发电子|开出|发邮箱|发出)"],
        not: &["发货", "退款"],
        better: Better::Less,
        ..PLAIN
    },
    Topic {
        name: "the time until an unpaid order closes",
        about: &["关闭", "取消", "保留"],
        patterns: &[
            "{D}(?:还)?(?:没有?|未|不)付款?.{0,8}?(?:关闭|取消)",
            "订单(?:会|将)?(?:为您)?保留{T}",
            "保留{T}.{0,10}(?:关闭|付款)",
        ],
        ..PLAIN
    },
    Topic {
        name: "the time of the delivery",
        about: &[
            "几天到",
            "天能到",
            "天到",
            "能到",
            "到货",
            "送达",
            "多久能收到",
        ],
        patterns: &["(?P<n>\\d+)-(?P<m>\\d+)(?P<u>天)"],
        not: &["退", "换", "修", "发票", "工作日", "到账", "到期"],
        better: Better::Less,
        ..PLAIN
    },
    Topic {
        name: "the time until the fitter comes",
        about: &["上门"],
        patterns: &["{D}上门"],
        not: &["维修", "取"],
        better: Better::Less,
        ..PLAIN
    },
    Topic {
        name: "the time until the fitter calls",
        about: &["电话"],
        patterns: &["{D}会?打电话联系"],
        better: Better::Less,
        ..PLAIN
    },
    Topic {
        name: "the life of the free installation",
        about: &["安装"],
        patterns: &["签收起{D}有效"],
        better: Better::More,
        ..PLAIN
    },
    Topic {
        name: "the fee",
        about: &["元/"],
        patterns: &["(?P<k>[\\p{Han}A-Za-z]{2,10}){N}元/[个次米根台件套]"],
        better: Better::Less,
        blind: &["install"],
        ..PLAIN
    },
    Topic {
        name: "the fee",
        about: &["费"],
        patterns: &["收取?{N}元(?P<k>\\p{Han}{1,4}费)"],
        not: &["运费", "邮费", "快递费"],
        better: Better::Less,
        blind: &["install"],
        ..PLAIN
    },
    Topic {
        name: "the limit of a cross-border purchase",
        about: &["限值", "额度", "单次", "海关"],
        patterns: &[
            "(?P<k>单次)[^,\\d]{0,10}{N}元",
            "(?P<k>年)[^,\\d]{0,10}(?P<n>\\d{4,})元",
        ],
        not: &["消费", "满", "会员"],
        better: Better::More,
        blind: &["bonded", "direct", "promotion", "blackfriday"],
        ..PLAIN
    },
    Topic {
        name: "the shelf life that is left",
        about: &["不少于"],
        patterns: &["(?P<k>\\p{Han}{0,10})不少于{T}"],
        better: Better::More,
        ..PLAIN
    },
    Topic {
        name: "the time to mend a refused declaration",
        about: &["补正"],
        patterns: &["{D}没有补正"],
        better: Better::More,
        ..PLAIN
    },
    Topic {
        name: "the time in which an order can be changed",
        about: &["取消", "修改"],
        patterns: &[
            "付款后{D}.{0,14}?自助(?:取消|修改)",
            "付款后{D}[^,]{0,6}?可以(?:取消|修改)",
        ],
        better: Better::More,
        ..PLAIN
    },
    Topic {
        name: "the most that one order may hold",
        about: &["限购"],
        patterns: &["每单限购{N}[件个瓶罐]"],
        better: Better::More,
        ..PLAIN
    },
];
