//! Each rule: what it finds and what it leaves alone.

use super::{checked, findings, now, rules, shop, show};
use zhike::publish::probe;

/// Files of a shop beside its `shop.toml`, or that file itself.
type Files = &'static [(&'static str, &'static str)];

/// The platform's page of returns.
const SEVEN_DAYS: &str =
    "+++\nlayer = \"platform\"\n+++\n# 退货\n\n签收后7天内可以申请无理由退货。\n";

/// Rule, a shop in which it speaks, a shop in which it is silent.
const CASES: &[(&str, Files, Files)] = &[
    (
        "number-contradiction",
        &[(
            "faq/a.csv",
            "id,question,answer\n1,几天发货,现货付款后48小时内发出\n2,下单多久寄,付款后72小时内发货\n",
        )],
        &[(
            "faq/a.csv",
            "id,question,answer\n1,几天发货,现货付款后48小时内发出\n2,预售几天发,预售款付款后15天内发出\n",
        )],
    ),
    (
        "number-contradiction",
        &[
            ("faq/a.csv", "id,question,answer\n1,包邮吗,满99元包邮\n"),
            ("policies/p.md", "# 运费\n\n单笔满199元包邮，不满收10元。\n"),
        ],
        &[
            (
                "faq/a.csv",
                "id,question,answer\n1,包邮吗,满99元包邮，新疆满199元包邮\n",
            ),
            (
                "policies/p.md",
                "# 运费\n\n单笔满99元包邮，不满收10元。\n\n# 新疆和西藏\n\n满199元包邮。\n",
            ),
        ],
    ),
    (
        "number-contradiction",
        &[
            (
                "faq/a.csv",
                "id,question,answer\n1,可以退吗,支持15天无理由退货\n",
            ),
            (
                "policies/p.md",
                "+++\nlayer = \"platform\"\n+++\n# 退货\n\n签收后7天内可以申请无理由退货。\n",
            ),
        ],
        &[
            (
                "faq/a.csv",
                "id,question,answer\n1,可以退吗,支持15天无理由退货\n",
            ),
            (
                "policies/p.md",
                "+++\nlayer = \"platform\"\n+++\n# 退货\n\n签收后7天内可以申请无理由退货。\n",
            ),
            ("policies/own.md", "# 退货\n\n本店支持15天无理由退货。\n"),
        ],
    ),
    (
        "number-contradiction",
        &[(
            "faq/a.csv",
            "id,question,answer\n1,保修多久,整机保修1年\n2,坏了怎么办,整机保修2年，寄回来就行\n",
        )],
        &[(
            "faq/a.csv",
            "id,question,answer,layer,valid_from,valid_until\n1,保修多久,整机保修12个月,,,\n2,坏了怎么办,整机保修1年，寄回来就行,,,\n3,双11买的保修多久,双11买的整机保修2年,活动,2026-11-01,2026-12-31\n",
        )],
    ),
    (
        "number-contradiction",
        &[(
            "faq/a.csv",
            "id,question,answer\n1,双11怎么减,双11满300减50\n2,双11有什么活动,双11全店满300减40\n",
        )],
        &[(
            "faq/a.csv",
            "id,question,answer\n1,双11怎么减,双11满300减50、满600减120\n2,双11有什么活动,双11满300减50\n3,双12怎么减,双12满300减30\n",
        )],
    ),
    (
        "weaker-than-platform",
        &[
            (
                "faq/a.csv",
                "id,question,answer\n1,可以退吗,签收后3天内可以退货\n",
            ),
            (
                "policies/p.md",
                "+++\nlayer = \"platform\"\n+++\n# 退货\n\n签收后7天内可以申请无理由退货。\n",
            ),
        ],
        &[
            (
                "faq/a.csv",
                "id,question,answer\n1,可以退吗,签收后7天内可以退货\n",
            ),
            (
                "policies/p.md",
                "+++\nlayer = \"platform\"\n+++\n# 退货\n\n签收后七天内可以申请无理由退货。\n",
            ),
        ],
    ),
    (
        "weaker-than-platform",
        &[(
            "faq/a.csv",
            "id,question,answer\n1,可以退吗,支持5天无理由退货\n",
        )],
        &[(
            "faq/a.csv",
            "id,question,answer\n1,可以退吗,支持7天无理由退货\n",
        )],
    ),
    (
        "weaker-than-platform",
        &[
            (
                "faq/a.csv",
                "id,question,answer\n1,能退吗,本店商品一经售出，概不退换。\n",
            ),
            ("policies/p.md", SEVEN_DAYS),
        ],
        &[
            (
                "faq/a.csv",
                "id,question,answer\n1,刻字的能退吗,刻字定制的商品不支持七天无理由退货。\n",
            ),
            ("policies/p.md", SEVEN_DAYS),
        ],
    ),
    (
        "weaker-than-platform",
        &[
            (
                "policies/a.md",
                "+++\ntitle = \"双12退货\"\nlayer = \"promotion\"\nvalid_from = 2026-11-20\nvalid_until = 2026-12-12\n+++\n# 退货\n\n签收后3天内可以申请无理由退货。\n",
            ),
            ("policies/p.md", SEVEN_DAYS),
        ],
        &[
            (
                "policies/a.md",
                "+++\ntitle = \"双12退货\"\nlayer = \"promotion\"\nvalid_from = 2026-11-20\nvalid_until = 2026-12-12\n+++\n# 退货\n\n签收后15天内可以申请无理由退货。\n",
            ),
            ("policies/p.md", SEVEN_DAYS),
        ],
    ),
    (
        "number-contradiction",
        &[
            (
                "faq/a.csv",
                "id,question,answer,products\n1,适合多大房间,KJ300适用面积30-50㎡,KJ300\n",
            ),
            (
                "products/p.csv",
                "id,name,适用面积\nKJ300,小净化器,18-30㎡\n",
            ),
        ],
        &[
            (
                "faq/a.csv",
                "id,question,answer,products\n1,适合多大房间,KJ300适用面积18到30平方米,KJ300\n",
            ),
            (
                "products/p.csv",
                "id,name,适用面积\nKJ300,小净化器,18-30㎡\n",
            ),
        ],
    ),
    (
        "odd-spec",
        &[(
            "products/p.csv",
            "id,name,category,容量\n1,甲,杯,300ml\n2,乙,杯,350ml\n3,丙,杯,4000ml\n4,丁,杯,400ml\n5,戊,杯,320ml\n",
        )],
        &[(
            "products/p.csv",
            "id,name,category,容量\n1,甲,杯,300ml\n2,乙,杯,350ml\n3,丙,杯,1L\n4,丁,杯,400ml\n5,戊,杯,320ml\n",
        )],
    ),
    (
        "odd-spec",
        &[(
            "products/p.csv",
            "id,name,category,面料成分\n1,甲,裙,聚酯纤维72% 粘纤22% 氨纶60%\n",
        )],
        &[(
            "products/p.csv",
            "id,name,category,面料成分\n1,甲,裙,聚酯纤维72% 粘纤22% 氨纶6%\n2,乙,裙,面料：棉100%；里料：棉80% 麻20%\n",
        )],
    ),
    (
        "odd-spec",
        &[(
            "products/p.csv",
            "id,name,category,适用面积\n1,甲,净化器,30-18㎡\n",
        )],
        &[(
            "products/p.csv",
            "id,name,category,适用面积,额定功率\n1,甲,净化器,18-30㎡,0.028kW\n2,乙,净化器,35-60㎡,48W\n3,丙,净化器,56-96㎡,75W\n4,丁,净化器,20-40㎡,30W\n",
        )],
    ),
    (
        "repeated-size",
        &[(
            "sizes/dress.csv",
            "尺码,身高(cm)\nS,150-157\nM,158-162\nL,163-167\nM,168-172\n",
        )],
        &[(
            "sizes/dress.csv",
            "尺码,身高(cm)\nS,150-157\nM,158-162\nL,163-167\nXL,168-172\n",
        )],
    ),
    (
        "repeated-size",
        &[(
            "sizes/tops.csv",
            "身高(cm)/体重(斤),80-90,91-100\n150-154,S,M\n155-159,M,L\n155-159,L,XL\n",
        )],
        // Several rows for each size are alternatives.
        &[(
            "sizes/tops.csv",
            "尺码,身高(cm),体重(斤)\nS,150-154,80-90\nS,155-159,80-90\nM,150-154,91-100\nM,155-159,91-100\n",
        )],
    ),
    (
        "odd-spec",
        &[(
            "products/p.csv",
            "id,name,净含量\n1,甲,10g\n2,乙,20g\n3,丙,30g\n4,丁,40g\n5,戊,50g\n6,己,60g\n7,庚,70g\n8,辛,红色\n",
        )],
        &[(
            "products/p.csv",
            "id,name,净含量\n1,甲,10g\n2,乙,20g\n3,丙,30g\n4,丁,40g\n5,戊,50g\n6,己,60g\n7,庚,70g\n8,辛,见包装\n",
        )],
    ),
    (
        "odd-spec",
        &[(
            "products/p.csv",
            "id,name,产地\n1,甲,杭州\n2,乙,苏州\n3,丙,广州\n4,丁,上海\n5,戊,北京\n6,己,深圳\n7,庚,宁波\n8,辛,250ml\n",
        )],
        // Another way to say it: how long, how large.
        &[(
            "products/p.csv",
            "id,name,质保,大小\n1,甲,整年,大号\n2,乙,整年,小号\n3,丙,整年,小号\n4,丁,整年,小号\n5,戊,整年,大号\n6,己,整年,小号\n7,庚,整年,大号\n8,辛,24个月,30cm\n",
        )],
    ),
    (
        "odd-spec",
        &[("products/p.csv", "id,name,skus\n1,毯子,红:::M|\n")],
        &[("products/p.csv", "id,name,skus\n1,车模,红:1:64|黑:1:43\n")],
    ),
    (
        "repeated-size",
        &[("sizes/one.csv", "尺码,身高(cm)\nS,150-160\nS,161-170\n")],
        &[("sizes/one.csv", "尺码,身高(cm)\nS,150-160\nM,161-170\n")],
    ),
    (
        "repeated-size",
        &[(
            "products/p.csv",
            "id,name,skus\n1,单鞋,\"黑色:36,37,37,39\"\n",
        )],
        &[(
            "products/p.csv",
            "id,name,skus\n1,单鞋,\"黑色:36,37,38|白色:36,37,38\"\n",
        )],
    ),
    (
        "duplicate-question",
        &[(
            "faq/a.csv",
            "id,question,answer\n1,怎么退货？,点退款\n2,怎么退货,找客服\n",
        )],
        &[(
            "faq/a.csv",
            "id,question,answer,order_states\n1,怎么退货,点退款,已发货\n2,怎么退货？,点取消,待付款\n",
        )],
    ),
    (
        "near-duplicate",
        &[
            (
                "faq/a.csv",
                "id,question,answer\n1,请问你们包邮吗,满99包邮\n2,可以免邮吗,看金额\n",
            ),
            ("lexicon/synonyms.txt", "包邮 免邮\n"),
        ],
        &[(
            "faq/a.csv",
            "id,question,answer\n1,没发货能改地址吗,能\n2,已发货能改地址吗,不能\n",
        )],
    ),
    (
        "near-duplicate",
        &[(
            "faq/a.csv",
            "id,question,answer\n1,乡下农村地区能不能送货上门,送到驿站\n2,农村乡下地区能不能送货上门呢,不能送\n",
        )],
        // The order tells what becomes of what.
        &[(
            "faq/a.csv",
            "id,question,answer\n1,黑色换成白色怎么操作,点换货\n2,白色换成黑色怎么操作,要补差价\n",
        )],
    ),
    (
        "near-duplicate",
        &[(
            "faq/a.csv",
            "id,question,answer\n1,可以货到付款吗,能\n2,支持货到付款吗,不能\n",
        )],
        &[(
            "faq/a.csv",
            "id,question,answer\n1,支持货到付款吗,不能\n2,支持到店付款吗,能\n",
        )],
    ),
    (
        "near-duplicate",
        &[(
            "faq/a.csv",
            "id,question,answer\n1,你们有实体店吗,没有\n2,有没有实体店,杭州有一家\n",
        )],
        &[(
            "faq/a.csv",
            "id,question,answer\n1,衣服掉色怎么办,用冷水\n2,衣服掉毛怎么办,用滚筒\n",
        )],
    ),
    (
        "shared-phrasing",
        &[(
            "faq/a.csv",
            "id,question,similar,answer\n1,怎么退货,不想要了,点退款\n2,怎么取消,不想要了,点取消\n",
        )],
        &[(
            "faq/a.csv",
            "id,question,similar,answer,order_states\n1,怎么退货,不想要了,点退款,已签收\n2,怎么取消,不想要了,点取消,待付款\n",
        )],
    ),
    (
        "repeated-phrasing",
        &[(
            "faq/a.csv",
            "id,question,similar,answer\n1,怎么退货,如何退货|如何退货？,点退款\n",
        )],
        &[(
            "faq/a.csv",
            "id,question,similar,answer\n1,怎么退货,如何退货|退货流程,点退款\n",
        )],
    ),
    (
        "negative-hits-own",
        &[(
            "faq/a.csv",
            "id,question,similar,negative,answer\n1,怎么退货,如何退货,如何退货吗,点退款\n",
        )],
        &[(
            "faq/a.csv",
            "id,question,similar,negative,answer\n1,怎么退货,如何退货,怎么换货,点退款\n",
        )],
    ),
    (
        "duplicate-answer",
        &[(
            "faq/a.csv",
            "id,question,answer\n1,怎么退货,在我的订单里点退款按提示操作\n2,退款入口,在我的订单里点退款按提示操作\n",
        )],
        &[(
            "faq/a.csv",
            "id,question,answer\n1,可以开票吗,可以的\n2,可以换货吗,可以的\n",
        )],
    ),
    (
        "expired",
        &[(
            "faq/a.csv",
            "id,question,answer,valid_until\n1,几点下班,晚上十点,2025-12-31\n",
        )],
        &[(
            "faq/a.csv",
            "id,question,answer,valid_from,valid_until,layer\n1,几点下班,晚上十点,,2025-12-31,\n2,几点下班,晚上九点,2026-01-01,,\n3,五一怎么减,满300减30,,2026-05-05,活动\n",
        )],
    ),
    (
        "expires-soon",
        &[(
            "policies/p.md",
            "+++\ntitle = \"退货\"\nvalid_until = 2026-11-30\n+++\n# 退货\n\n可以退。\n",
        )],
        &[
            (
                "policies/p.md",
                "+++\ntitle = \"退货（旧版）\"\nvalid_until = 2026-11-30\n+++\n# 退货\n\n可以退。\n",
            ),
            (
                "policies/q.md",
                "+++\ntitle = \"退货（2026年12月版）\"\nvalid_from = 2026-12-01\n+++\n# 退货\n\n能退。\n",
            ),
        ],
    ),
    (
        "window-gap",
        &[
            (
                "policies/p.md",
                "+++\ntitle = \"退货（2026版）\"\nvalid_until = 2026-12-20\n+++\n# 退货\n\n可以退。\n",
            ),
            (
                "policies/q.md",
                "+++\ntitle = \"退货（2027版）\"\nvalid_from = 2027-01-01\n+++\n# 退货\n\n能退。\n",
            ),
        ],
        &[
            (
                "policies/p.md",
                "+++\ntitle = \"退货（2026版）\"\nvalid_until = 2026-12-31\n+++\n# 退货\n\n可以退。\n",
            ),
            (
                "policies/q.md",
                "+++\ntitle = \"退货（2027版）\"\nvalid_from = 2027-01-01\n+++\n# 退货\n\n能退。\n",
            ),
        ],
    ),
    (
        "window-overlap",
        &[
            (
                "policies/p.md",
                "+++\ntitle = \"退货（2026版）\"\nvalid_until = 2027-01-31\n+++\n# 退货\n\n可以退。\n",
            ),
            (
                "policies/q.md",
                "+++\ntitle = \"退货（2027版）\"\nvalid_from = 2027-01-01\n+++\n# 退货\n\n能退。\n",
            ),
        ],
        &[
            (
                "policies/p.md",
                "+++\ntitle = \"退货\"\nvalid_until = 2027-01-31\n+++\n# 退货\n\n可以退。\n",
            ),
            (
                "policies/q.md",
                "+++\ntitle = \"换货\"\nvalid_from = 2027-01-01\n+++\n# 换货\n\n能换。\n",
            ),
        ],
    ),
    (
        "all-off-sale",
        &[
            (
                "products/p.csv",
                "id,name,on_sale_until\nP1,旧款,2026-06-30\n",
            ),
            (
                "faq/a.csv",
                "id,question,answer,products\n1,透不透,不透,P1\n",
            ),
        ],
        &[
            (
                "products/p.csv",
                "id,name,on_sale_until\nP1,旧款,2026-06-30\nP2,新款,\n",
            ),
            (
                "faq/a.csv",
                "id,question,answer,products\n1,透不透,不透,P1|P2\n",
            ),
        ],
    ),
    (
        "related-out-of-force",
        &[(
            "faq/a.csv",
            "id,question,answer,related,valid_from,valid_until\n1,几点下班,十点,2,2026-11-01,\n2,几点上班,九点,,,2026-10-31\n3,几点上班,八点,,2026-11-01,\n",
        )],
        &[(
            "faq/a.csv",
            "id,question,answer,related,valid_from,valid_until,layer\n1,几点下班,十点,2,,,\n2,双11几点上班,九点,,,2026-11-11,活动\n",
        )],
    ),
    (
        "absolute-word",
        &[(
            "faq/a.csv",
            "id,question,answer\n1,好用吗,这是全网最低价的顶级面料\n",
        )],
        &[(
            "faq/a.csv",
            "id,question,answer\n1,好用吗,第一次用最好先试一下，最晚明天发，最多十件，不是国家级的\n",
        )],
    ),
    (
        "medical-claim",
        &[(
            "faq/a.csv",
            "id,question,answer\n1,有用吗,可以治疗湿疹，增强免疫力\n",
        )],
        &[(
            "faq/a.csv",
            "id,question,answer\n1,有用吗,护肤品不能治疗湿疹，请到医院治疗\n",
        )],
    ),
    (
        "sensitive-word",
        &[
            ("faq/a.csv", "id,question,answer\n1,好吗,保证不缩水哦\n"),
            ("lexicon/sensitive.txt", "[block]\n不缩水\n"),
        ],
        &[
            ("faq/a.csv", "id,question,answer\n1,好吗,轻微缩水\n"),
            ("lexicon/sensitive.txt", "[block]\n不缩水\n"),
        ],
    ),
    // What is offered among options is sent, too; what asks claims nothing.
    (
        "sensitive-word",
        &[
            ("faq/a.csv", "id,question,answer\n1,刷单怎么返,不参加\n"),
            ("lexicon/sensitive.txt", "[block]\n刷单\n"),
        ],
        &[
            ("faq/a.csv", "id,question,answer\n1,怎么返现,不参加\n"),
            ("lexicon/sensitive.txt", "[block]\n刷单\n"),
        ],
    ),
    (
        "absolute-word",
        &[("products/p.csv", "id,name,材质\n1,顶级羊绒衫,山羊绒\n")],
        &[
            ("products/p.csv", "id,name,材质\n1,加厚羊绒衫,山羊绒\n"),
            ("faq/a.csv", "id,question,answer\n1,是顶级羊绒吗,是山羊绒\n"),
        ],
    ),
    (
        "off-platform",
        &[(
            "faq/a.csv",
            "id,question,answer\n1,加微信领券,下单后自动发放\n",
        )],
        &[(
            "faq/a.csv",
            "id,question,answer\n1,能不能加微信领券,下单后自动发放\n",
        )],
    ),
    (
        "personal-data",
        &[(
            "faq/a.csv",
            "id,question,answer\n1,打13812345678退货,在订单里申请\n",
        )],
        &[(
            "faq/a.csv",
            "id,question,answer\n1,打400电话退货,在订单里申请\n",
        )],
    ),
    (
        "unknown-budget",
        &[
            (
                "shop.toml",
                "[shop]\nname = \"店\"\n[budgets]\n\"物流类\" = 0.01\n",
            ),
            (
                "faq/a.csv",
                "id,question,answer,category\n1,几天发货,48小时内发出,物流\n",
            ),
        ],
        &[
            (
                "shop.toml",
                "[shop]\nname = \"店\"\n[budgets]\ndefault = 0.02\n\"物流\" = 0.01\n",
            ),
            (
                "faq/a.csv",
                "id,question,answer,category\n1,几天发货,48小时内发出,物流\n",
            ),
        ],
    ),
    (
        "unbacked-promise",
        &[(
            "faq/a.csv",
            "id,question,answer\n1,正品吗,假一赔十，放心买\n",
        )],
        &[
            (
                "faq/a.csv",
                "id,question,answer\n1,正品吗,假一赔十，放心买\n2,会缩水吗,不一定，请保证水温不高\n",
            ),
            ("policies/p.md", "# 正品\n\n假一赔十，凭检测报告办理。\n"),
        ],
    ),
    (
        "personal-data",
        &[(
            "faq/a.csv",
            "id,question,answer\n1,电话多少,打老板手机13812345678\n",
        )],
        &[(
            "faq/a.csv",
            "id,question,answer\n1,电话多少,客服热线400-123-4567，订单号12位\n",
        )],
    ),
    (
        "off-platform",
        &[(
            "faq/a.csv",
            "id,question,answer\n1,能便宜吗,加微信给您优惠\n",
        )],
        &[(
            "faq/a.csv",
            "id,question,answer\n1,能用微信吗,支持微信付款，请勿加微信私下转账\n",
        )],
    ),
    (
        "volatile-fact",
        &[("faq/a.csv", "id,question,answer\n1,有货吗,M码只剩3件了\n")],
        &[(
            "faq/a.csv",
            "id,question,answer\n1,有货吗,有没有货以商品页为准\n",
        )],
    ),
    (
        "placeholder",
        &[(
            "faq/a.csv",
            "id,question,answer\n1,运费多少,运费XX元，待补充\n",
        )],
        &[(
            "faq/a.csv",
            "id,question,answer\n1,有大码吗,有XXL和XXXL码\n",
        )],
    ),
    (
        "date-passed",
        &[(
            "faq/a.csv",
            "id,question,answer\n1,有活动吗,新客礼领到2025年6月30日\n",
        )],
        &[(
            "faq/a.csv",
            "id,question,answer\n1,有活动吗,自2025年6月30日起入会送10积分\n",
        )],
    ),
    (
        "dated-without-window",
        &[(
            "faq/a.csv",
            "id,question,answer\n1,有活动吗,11月20日至12月12日满300减30\n",
        )],
        &[(
            "faq/a.csv",
            "id,question,answer,layer,valid_from,valid_until\n1,有活动吗,11月20日至12月12日满300减30,活动,2026-11-20,2026-12-12\n",
        )],
    ),
    (
        "hours-contradiction",
        &[
            (
                "shop.toml",
                "[shop]\nname = \"试店\"\n[hours]\n[[hours.shifts]]\nname = \"早\"\nfrom = \"09:00\"\nto = \"18:00\"\n",
            ),
            (
                "faq/a.csv",
                "id,question,answer\n1,几点上班,人工客服每天8:00-22:00在线\n",
            ),
        ],
        &[
            (
                "shop.toml",
                "[shop]\nname = \"试店\"\n[hours]\n[[hours.shifts]]\nname = \"早\"\nfrom = \"09:00\"\nto = \"18:00\"\n[[hours.shifts]]\nname = \"上\"\ndays = [\"mon\", \"tue\", \"wed\", \"thu\", \"fri\"]\nfrom = \"09:00\"\nto = \"14:00\"\n[[hours.shifts]]\nname = \"下\"\ndays = [\"mon\", \"tue\", \"wed\", \"thu\", \"fri\"]\nfrom = \"14:00\"\nto = \"21:00\"\n[[hours.shifts]]\nname = \"末\"\ndays = [\"sat\", \"sun\"]\nfrom = \"10:00\"\nto = \"22:00\"\n",
            ),
            (
                "faq/a.csv",
                "id,question,answer\n1,几点上班,人工客服每天9:00-18:00在线，师傅8:00-20:00上门\n2,周末呢,周末客服10:00-22:00在线\n3,工作日呢,工作日客服9:00-21:00在线\n",
            ),
        ],
    ),
    (
        "spec-unit",
        &[(
            "products/p.csv",
            "id,name,功率\n1,甲机,60W\n2,乙机,45W\n3,丙机,60\n4,丁机,80W\n5,戊机,90W\n",
        )],
        &[(
            "products/p.csv",
            "id,name,功率\n1,甲机,60W\n2,乙机,45W\n3,丙机,80W\n4,丁机,不适用\n5,戊机,90W\n",
        )],
    ),
    (
        "odd-spec",
        &[(
            "products/p.csv",
            "id,name,电压\n1,甲机,220V\n2,乙机,220V\n3,丙机,220W\n4,丁机,110V\n5,戊机,12V\n",
        )],
        &[(
            "products/p.csv",
            "id,name,净重\n1,甲,800g\n2,乙,900g\n3,丙,1kg\n4,丁,750g\n5,戊,600g\n",
        )],
    ),
    (
        "shared-alias",
        &[(
            "products/p.csv",
            "id,name,aliases\n1,甲裙,小黑裙\n2,乙裙,小黑裙|黑裙\n",
        )],
        &[(
            "products/p.csv",
            "id,name,aliases,on_sale_until\n1,甲裙,小黑裙,2026-01-01\n2,乙裙,小黑裙|黑裙,\n",
        )],
    ),
    (
        "sku-not-in-chart",
        &[
            (
                "products/p.csv",
                "id,name,size_chart,skus\n1,甲裙,c,\"黑:S,M,3XL\"\n",
            ),
            ("sizes/c.csv", "尺码,身高(cm)\nS,150-157\nM,158-165\n"),
        ],
        &[
            (
                "products/p.csv",
                "id,name,size_chart,skus\n1,甲裙,c,\"黑:S码,M码\"\n",
            ),
            ("sizes/c.csv", "尺码,身高(cm)\nS,150-157\nM,158-165\n"),
        ],
    ),
    (
        "keywords-exclude-own",
        &[(
            "faq/a.csv",
            "id,question,keywords,answer\n1,大衣怎么洗,羽绒,干洗\n",
        )],
        &[
            (
                "faq/a.csv",
                "id,question,keywords,answer\n1,大衣怎么洗,呢子|羊毛,干洗\n",
            ),
            ("lexicon/synonyms.txt", "呢子 大衣\n"),
        ],
    ),
    (
        "handoff-word-in-question",
        &[
            ("faq/a.csv", "id,question,answer\n1,过敏怎么办,先停用\n"),
            ("lexicon/sensitive.txt", "[handoff]\n过敏\n"),
        ],
        &[
            ("faq/a.csv", "id,question,answer\n1,成分是什么,见背标\n"),
            ("lexicon/sensitive.txt", "[handoff]\n过敏\n"),
        ],
    ),
    (
        "stopword-in-use",
        &[
            ("lexicon/stopwords.txt", "快递\n"),
            ("lexicon/synonyms.txt", "快递 物流\n"),
        ],
        &[
            ("lexicon/stopwords.txt", "请问\n"),
            ("lexicon/synonyms.txt", "快递 物流\n"),
        ],
    ),
    (
        "synonym-in-two-groups",
        &[("lexicon/synonyms.txt", "快递 物流\n物流 货运\n")],
        &[("lexicon/synonyms.txt", "快递 物流\n货运 运输\n")],
    ),
    (
        "script-field",
        &[(
            "shop.toml",
            "[shop]\nname = \"试店\"\n[scripts]\ngreeting = \"您好，{customer}\"\n",
        )],
        &[(
            "shop.toml",
            "[shop]\nname = \"试店\"\n[scripts]\ngreeting = \"您好，这里是{shop}\"\nwaiting = \"前面还有{position}位\"\nclaimed = \"{agent}为您服务\"\n",
        )],
    ),
    (
        "promised-person",
        &[(
            "shop.toml",
            "[shop]\nname = \"试店\"\n[scripts]\ncaution = \"以医生意见为准，已经请同事来跟进。\"\n",
        )],
        &[(
            "shop.toml",
            "[shop]\nname = \"试店\"\n[scripts]\ncaution = \"以医生意见为准；想问同事，回复“转人工”就行。\"\nhandoff = \"已经请同事来跟进。\"\ngreeting = \"您好，我是{shop}的客服。\"\n",
        )],
    ),
    (
        "promised-person",
        &[(
            "shop.toml",
            "[shop]\nname = \"试店\"\n[scripts]\ncaution = \"请先断电，我马上请同事联系您。\"\n",
        )],
        &[(
            "shop.toml",
            "[shop]\nname = \"试店\"\n[scripts]\ncaution = \"如有特殊情况请先咨询医生或人工客服。\"\n",
        )],
    ),
    (
        "golden-contradiction",
        &[
            ("faq/a.csv", "id,question,answer\n1,甲,一\n2,乙,二\n"),
            (
                "golden.csv",
                "question,expect\n包邮吗,faq:1\n包邮吗？,faq:2\n",
            ),
        ],
        &[
            ("faq/a.csv", "id,question,answer\n1,甲,一\n2,乙,二\n"),
            (
                "golden.csv",
                "question,expect,previous\n包邮吗,faq:1,\n包邮吗,faq:2,退货呢\n",
            ),
        ],
    ),
    (
        "duplicate-golden",
        &[
            ("faq/a.csv", "id,question,answer\n1,甲,一\n"),
            (
                "golden.csv",
                "question,expect\n包邮吗,faq:1\n包邮吗,faq:1\n",
            ),
        ],
        &[
            ("faq/a.csv", "id,question,answer\n1,甲,一\n"),
            (
                "golden.csv",
                "question,expect\n包邮吗,faq:1\n免邮吗,faq:1\n",
            ),
        ],
    ),
    (
        "golden-out-of-force",
        &[
            (
                "faq/a.csv",
                "id,question,answer,layer,valid_until\n1,双11怎么减,满300减30,活动,2026-11-11\n",
            ),
            ("golden.csv", "question,expect\n双十一怎么减,faq:1\n"),
        ],
        &[
            (
                "faq/a.csv",
                "id,question,answer,layer,valid_until\n1,双11怎么减,满300减30,活动,2026-11-11\n",
            ),
            (
                "golden.csv",
                "question,expect,at\n双十一怎么减,faq:1,2026-11-01\n双十一怎么减,handoff:not_in_force,\n",
            ),
        ],
    ),
    (
        "loses-own-question",
        &[
            (
                "products/a.csv",
                "id,name,category\nP1,空气炸锅,空气炸锅\nP2,洗碗机,洗碗机\n",
            ),
            (
                "faq/a.csv",
                "id,question,answer,categories\n1,炸篮能放洗碗机里洗吗,炸篮可以放洗碗机。,空气炸锅\n",
            ),
        ],
        &[
            (
                "products/a.csv",
                "id,name,category\nP1,空气炸锅,空气炸锅\nP2,洗碗机,洗碗机\n",
            ),
            (
                "faq/a.csv",
                "id,question,answer,categories\n1,炸篮能放洗碗机里洗吗,炸篮可以放洗碗机。,\n",
            ),
        ],
    ),
    (
        "splits-word",
        &[
            (
                "faq/a.csv",
                "id,question,answer\n1,保湿·水怎么用,洁面后用。\n",
            ),
            ("lexicon/words.txt", "保湿·水 5000\n"),
        ],
        &[
            (
                "faq/a.csv",
                "id,question,answer\n1,保湿水怎么用,洁面后用。\n2,正山小种怎么泡,沸水冲泡。\n",
            ),
            ("lexicon/words.txt", "保湿水\n正山小种 1\n"),
        ],
    ),
];

#[test]
fn rules_find_the_bad_and_leave_the_good() {
    let mut faults = String::new();
    for (code, bad, good) in CASES {
        // A build takes a while: only where the rule needs one.
        let built = probe::RULES.iter().any(|rule| rule.code == *code);
        let findings = if built { checked } else { findings };
        for (files, expected) in [(bad, true), (good, false)] {
            let folder = shop(files);
            let found = findings(&folder.path().join("shop"), now());
            let hit = found.iter().any(|finding| finding.code == *code);
            // A good case is clean of every rule, so that rules are seen not to disturb each other.
            if hit != expected || !expected && !found.is_empty() {
                faults.push_str(&format!(
                    "{code}, expected {expected}, in {files:?}:\n{}",
                    show(&found)
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn a_long_answer_is_told() {
    let long = format!("id,question,answer\n1,说明,{}\n", "长".repeat(501));
    let folder = shop(&[("faq/a.csv", &long)]);
    let found = findings(&folder.path().join("shop"), now());
    assert_eq!(
        found
            .iter()
            .map(|finding| finding.code.as_str())
            .collect::<Vec<_>>(),
        ["long-answer"]
    );
}

#[test]
fn each_rule_has_a_case() {
    for rule in rules() {
        assert!(
            // The one needs a long text, the other a whole shop: it is planted in one.
            ["long-answer", "intent-without-entry"].contains(&rule.code)
                || CASES.iter().any(|(code, ..)| *code == rule.code),
            "{} has no case",
            rule.code
        );
    }
}
