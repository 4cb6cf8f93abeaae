//! Matters of what buyers save or earn.

use super::{Better, PLAIN, Topic};

/// Points, coupons, member levels, promotions and gifts.
pub(super) const BENEFITS: &[Topic] = &[
    Topic {
        name: "the worth of points",
        about: &["分"],
        patterns: &["(?P<n>\\d+)积?分(?:可以?|能)?抵扣?(?P<m>\\d+(?:\\.\\d+)?)元"],
        blind: &["member"],
        ..PLAIN
    },
    Topic {
        name: "the points per yuan",
        about: &["分"],
        patterns: &["(?P<n>\\d+)元(?:得|积|获得|可得)(?P<m>\\d+)个?积?分"],
        blind: &["member"],
        ..PLAIN
    },
    Topic {
        name: "the most that points may pay",
        about: &["抵扣"],
        patterns: &["单笔抵扣不超过[^,\\d]{0,10}{N}(?P<k>元|%)"],
        better: Better::More,
        blind: &["member"],
        ..PLAIN
    },
    Topic {
        name: "the life of points",
        about: &["积分"],
        patterns: &["{D}有效"],
        not: &["券", "安装"],
        better: Better::More,
        blind: &["member"],
        ..PLAIN
    },
    Topic {
        name: "the life of a coupon",
        about: &["券"],
        patterns: &["领取?[后了]*{D}有效"],
        not: &["积分"],
        better: Better::More,
        blind: &["coupon"],
        ..PLAIN
    },
    Topic {
        name: "the worth of a coupon",
        about: &["券"],
        patterns: &["{N}元(?P<k>新客券|新人券|生日券|无门槛券)"],
        blind: &["coupon", "member", "newcomer"],
        ..PLAIN
    },
    Topic {
        name: "the spending for a member level",
        about: &["卡", "贝", "白金", "黑金", "会员"],
        patterns: &[
            "满{N}元?(?:即可|可以?|即)?(?:升级?|享|成)?[为到]?(?P<k>[银金黑白普][卡贝金钻])",
        ],
        better: Better::Less,
        blind: &["member", "domestic", "bonded"],
        ..PLAIN
    },
    Topic {
        name: "the discount of a member level",
        about: &["折"],
        patterns: &["(?P<k>[银金黑白普][卡贝金钻])[^,\\d]{0,8}(?P<n>\\d(?:\\.\\d)?)折"],
        better: Better::Less,
        blind: &["member", "domestic", "bonded"],
        ..PLAIN
    },
    Topic {
        name: "the discount of a promotion",
        about: &["减"],
        patterns: &["(?:^|[^不])满(?P<n>\\d+)元?(?:立|即|可)?减(?P<m>\\d+)"],
        ..PLAIN
    },
    Topic {
        name: "the discount of a promotion by the piece",
        about: &["减", "折"],
        patterns: &["任选(?P<n>\\d+)[包件罐盒](?P<k>减|打)?(?P<m>\\d+(?:\\.\\d)?)[元折]"],
        ..PLAIN
    },
    Topic {
        name: "the spending for a gift",
        about: &["送"],
        patterns: &["(?:^|[^不])满{N}元?(?:随机|免费|可)?送(?P<k>[^,\\d]{2,4})"],
        better: Better::Less,
        ..PLAIN
    },
];
