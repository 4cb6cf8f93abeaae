//! Rules of several layers on one topic, and entries limited by conditions: which one answers, and what the trace says
//! about the others.

use std::sync::LazyLock;

use serde_json::Value;
use zhike::answer::calibration::Calibration;
use zhike::answer::decide::answer_with;
use zhike::answer::{Engine, Question, answer};
use zhike::knowledge::{OrderState, parse_order_state, read_shop};
use zhike::lint::lint;
use zhike::publish::probe::probe_knowledge;

use crate::asking::{ask, folder_of, gist, shop_of};

const RULES: &str = "\
编号,问题,答案,层级,适用类目,适用商品,生效时间,失效时间
law,无理由退货期限是几天,消费者自收到商品之日起7日内可以无理由退货,法律,,,,
shop,无理由退货期限是多少天,本店支持15天无理由退货,店铺,,,,
d11,活动期间无理由退货期限是多少天,活动期间购买的支持30天无理由退货,活动,,,2026-11-01,2026-11-11
d12,促销商品无理由退货期限是多少天,促销商品只支持3天无理由退货,活动,,,2026-12-12,2026-12-12
ship-platform,付款后多久内发货,平台要求付款后48小时内发货,平台,,,,
ship-shop,付款后多久会发货,本店付款后72小时内发货,店铺,,,,
pack-shop,包装盒子是什么样的,普通纸箱包装,店铺,,,,
pack-lamp,灯具包装盒子是什么样的,灯具用泡沫加固的木箱包装,类目,灯具,,,
pack-l2,水晶灯包装盒子是什么样的,这款水晶灯用定制航空箱包装,商品,,L2,,
";

const PRODUCTS: &str = "\
商品编号,商品名称,类目,材质
L1,月牙台灯,灯具,松木
L2,流光吊灯,灯具,玻璃
B1,亚麻桌布,布艺,亚麻
";

static SHOP: LazyLock<Engine> =
    LazyLock::new(|| shop_of(&[("faq/rules.csv", RULES), ("products/p.csv", PRODUCTS)]));

/// The trace of a question's first piece.
fn trace(engine: &Engine, text: &str, product: &str, at: &str, state: &str) -> Value {
    let question = Question {
        text: text.into(),
        product: Some(product.to_owned()).filter(|id| !id.is_empty()),
        at: at.parse().expect("a moment"),
        order_state: parse_order_state(state),
        ..Question::default()
    };
    let decision = answer_with(engine, &question, 5, true);
    decision.trace.expect("it was asked for")["pieces"][0].clone()
}

#[test]
fn the_most_specific_rule_in_force_speaks_above_the_floors() {
    let returns = "无理由退货期限是多少天";
    for (text, product, at, expected) in [
        (returns, "", "2026-10-20T10:00:00+08:00", "faq:shop"),
        (returns, "", "2026-11-05T10:00:00+08:00", "faq:d11"),
        (returns, "", "2026-11-11T23:59:59+08:00", "faq:d11"),
        (returns, "", "2026-11-12T00:00:00+08:00", "faq:shop"),
        // A promotion that gives less than the law is no rule.
        (returns, "", "2026-12-12T10:00:00+08:00", "faq:shop"),
        // Nor is a shop's rule that gives less than the platform's.
        (
            "付款后多久会发货",
            "",
            "2026-10-20T10:00:00+08:00",
            "faq:ship-platform",
        ),
        (
            "包装盒子是什么样的",
            "B1",
            "2026-10-20T10:00:00+08:00",
            "faq:pack-shop",
        ),
        (
            "包装盒子是什么样的",
            "L1",
            "2026-10-20T10:00:00+08:00",
            "faq:pack-lamp",
        ),
        (
            "包装盒子是什么样的",
            "L2",
            "2026-10-20T10:00:00+08:00",
            "faq:pack-l2",
        ),
    ] {
        let found = gist(&ask(&SHOP, text, product, at));
        assert_eq!(found, expected, "{text} [{product}] at {at}");
    }
}

#[test]
fn the_trace_says_what_was_overridden_and_why() {
    let trace = trace(
        &SHOP,
        "无理由退货期限是多少天",
        "",
        "2026-12-12T10:00:00+08:00",
        "",
    );
    let told: Vec<String> = trace["overridden"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|rule| {
            let word = |name: &str| rule[name].as_str().unwrap_or("?").to_owned();
            format!(
                "{} ({}) {} by {} ({})",
                word("id"),
                word("layer"),
                word("why"),
                word("by"),
                word("by_layer")
            )
        })
        .collect();
    for expected in [
        "faq:d12 (promotion) weaker_than_floor by faq:shop (shop)",
        "faq:law (law) less_specific by faq:shop (shop)",
    ] {
        assert!(told.iter().any(|line| line == expected), "{told:?}");
    }
}

#[test]
fn explain_names_the_condition_that_failed() {
    let engine = shop_of(&[
        ("products/p.csv", PRODUCTS),
        (
            "faq/c.csv",
            "\
编号,问题,答案,适用商品,适用类目,订单状态,关键词,生效时间,失效时间
by-product,灯泡坏了能单独买吗,灯泡可以单独购买,L2,,,,,
by-category,灯光颜色能调节吗,灯光有三种颜色可调,,灯具,,,,
by-state,能不能修改收货人姓名,未发货前可以修改,,,待发货,,,
by-word,桌面清洁用什么擦,用湿布擦即可,,,,亚麻,,
by-window,春节期间仓库放假吗,仓库放假七天,,,,,2027-02-01,2027-02-10
",
        ),
    ]);
    let at = "2026-11-22T10:00:00+08:00";
    for (text, product, state, id, condition) in [
        ("灯泡坏了能单独买吗", "L1", "", "faq:by-product", "products"),
        (
            "灯光颜色能调节吗",
            "B1",
            "",
            "faq:by-category",
            "categories",
        ),
        (
            "能不能修改收货人姓名",
            "",
            "已发货",
            "faq:by-state",
            "order_states",
        ),
        ("桌面清洁用什么擦", "", "", "faq:by-word", "keywords"),
        ("春节期间仓库放假吗", "", "", "faq:by-window", "window"),
    ] {
        let trace = trace(&engine, text, product, at, state);
        let failed: Vec<String> = trace["failed"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|entry| format!("{} {}", entry["id"], entry["condition"]).replace('"', ""))
            .collect();
        assert!(
            failed.contains(&format!("{id} {condition}")),
            "{text}: {failed:?}"
        );
    }
    // The same questions where the condition holds.
    for (text, product, at, expected) in [
        ("灯泡坏了能单独买吗", "L2", at, "faq:by-product"),
        ("灯光颜色能调节吗", "L1", at, "faq:by-category"),
        (
            "春节期间仓库放假吗",
            "",
            "2027-02-01T00:00:00+08:00",
            "faq:by-window",
        ),
    ] {
        assert_eq!(gist(&ask(&engine, text, product, at)), expected, "{text}");
    }
}

/// An entry that is limited, asked for by a talk that does not tell: the reply says what it is about.
#[test]
fn a_limited_answer_names_what_it_is_about() {
    let engine = shop_of(&[
        (
            "products/p.csv",
            "货号,商品名称,类目\nT1,小熊上衣,T恤\nT2,云朵毛毯,毯子\nT3,星河冰箱,冰箱\n",
        ),
        (
            "faq/c.csv",
            "\
编号,问题,答案,适用商品,适用类目,订单状态,关键词
wash,能机洗吗,30度以下可以机洗,T2,,,
iron,能熨烫吗,低温熨烫,,T恤,,
refund,怎么申请退款,在订单页申请,,,已签收|已完成,
fridge,压缩机保修几年,冰箱压缩机保修十年,,冰箱,,
both,要怎么寄回,贴上退货单寄回,T2,,退款中,
app,怎么联网,按说明书联网,,,,WIFI|手機
",
        ),
    ]);
    let at = "2026-11-22T10:00:00+08:00";
    for (text, product, state, reply) in [
        (
            "能机洗吗",
            "",
            None,
            "以下适用于云朵毛毯：\n30度以下可以机洗",
        ),
        ("能机洗吗", "T2", None, "30度以下可以机洗"),
        ("云朵毛毯能机洗吗", "", None, "30度以下可以机洗"),
        ("能熨烫吗", "", None, "以下适用于T恤：\n低温熨烫"),
        ("T恤能熨烫吗", "", None, "低温熨烫"),
        (
            "怎么申请退款",
            "",
            None,
            "以下适用于已签收、已完成的订单：\n在订单页申请",
        ),
        (
            "怎么申请退款",
            "",
            Some(OrderState::Received),
            "在订单页申请",
        ),
        // The answer names it itself.
        ("压缩机保修几年", "", None, "冰箱压缩机保修十年"),
        (
            "要怎么寄回",
            "",
            None,
            "以下适用于云朵毛毯（退款中的订单）：\n贴上退货单寄回",
        ),
        // A keyword counts however it is written.
        ("wifi怎么联网", "", None, "按说明书联网"),
        ("手机怎么联网", "", None, "按说明书联网"),
    ] {
        let question = Question {
            text: text.into(),
            product: Some(product.to_owned()).filter(|id| !id.is_empty()),
            at: at.parse().expect("a moment"),
            order_state: state,
            ..Question::default()
        };
        let decision = answer(&engine, &question);
        assert_eq!(decision.reply, reply, "{text} {product} {state:?}");
    }
    // The same where an option was clicked.
    let clicked = Question {
        text: "能机洗吗".into(),
        chosen: Some("faq:wash".into()),
        at: at.parse().expect("a moment"),
        ..Question::default()
    };
    let reply = answer(&engine, &clicked).reply;
    assert_eq!(reply, "以下适用于云朵毛毯：\n30度以下可以机洗");
}

/// Documents of several layers name a rule by the same heading; rules for goods that the talk does not tell stay behind.
#[test]
fn one_heading_in_several_documents_is_one_topic() {
    let policy = |layer: &str, window: &str, heading: &str, text: &str| {
        format!(
            "+++\ntitle = \"{layer}的规则\"\nlayer = \"{layer}\"\n{window}+++\n\n## {heading}\n\n{text}\n"
        )
    };
    let window = "valid_from = 2026-12-10T00:00\nvalid_until = 2026-12-14T23:59\n";
    let shop = shop_of(&[
        (
            "policies/freight.md",
            &policy("shop", "", "退货运费", "退货运费由买家承担。"),
        ),
        (
            "policies/promo.md",
            &policy(
                "promotion",
                window,
                "退货运费",
                "活动期间退货运费由店铺承担。",
            ),
        ),
        (
            "faq/a.csv",
            "编号,问题,答案,层级,适用商品\nall,几天发货,付款后48小时内发货。,店铺,\nmade,定制款几天发货,定制款付款后7天内发货。,商品,P2\n",
        ),
        (
            "products/p.csv",
            "商品编号,商品名称\nP1,青釉马克杯\nP2,刻字保温杯\n",
        ),
    ]);
    // Which layer speaks is the question here, not how sure one must be.
    let shop = shop.with_calibration(Calibration {
        default: 0.4,
        ..Calibration::default()
    });
    for (text, product, at, expected) in [
        (
            "退货运费谁出",
            "",
            "2026-12-09T23:59:59+08:00",
            "policy:freight#退货运费",
        ),
        (
            "退货运费谁出",
            "",
            "2026-12-10T00:00:00+08:00",
            "policy:promo#退货运费",
        ),
        (
            "退货运费谁出",
            "",
            "2026-12-14T23:59:59+08:00",
            "policy:promo#退货运费",
        ),
        (
            "退货运费谁出",
            "",
            "2026-12-15T00:00:00+08:00",
            "policy:freight#退货运费",
        ),
        ("几天发货", "", "2026-12-01T00:00:00+08:00", "faq:all"),
        ("几天发货", "P1", "2026-12-01T00:00:00+08:00", "faq:all"),
        ("几天发货", "P2", "2026-12-01T00:00:00+08:00", "faq:made"),
    ] {
        let found = gist(&ask(&shop, text, product, at));
        assert_eq!(found, expected, "{text} [{product}] at {at}");
    }
}

/// A rule for some goods that names them in its question is on the topic of the general rule, in any layer and in none.
#[test]
fn rules_that_name_their_goods_speak_for_them() {
    for layers in [("店铺", "商品"), ("", "")] {
        let rules = format!(
            "编号,问题,答案,层级,适用商品\n\
             s1,保修多久,保修1年。,{0},\n\
             p1,月牙台灯保修多久,月牙台灯保修3年。,{1},L1\n\
             s2,怎么清洗,用湿布擦。,{0},\n\
             p2,吊灯怎么清洗,流光吊灯只能干擦。,{1},L2\n\
             s3,多久换一次灯泡,两年换一次。,{0},\n",
            layers.0, layers.1
        );
        let shop = shop_of(&[("faq/rules.csv", &rules), ("products/p.csv", PRODUCTS)]);
        for (text, product, expected) in [
            ("保修多久", "L1", "faq:p1"),
            ("月牙台灯保修多久", "", "faq:p1"),
            ("保修多久", "L2", "faq:s1"),
            ("保修多久", "", "faq:s1"),
            ("怎么清洗", "L2", "faq:p2"),
            ("怎么清洗", "B1", "faq:s2"),
        ] {
            let found = gist(&ask(&shop, text, product, "2026-11-22T10:00:00+08:00"));
            assert_eq!(found, expected, "{text} [{product}] {layers:?}");
        }
    }
}

/// What the law or the platform grants is told where the shop's own rule refuses it, charges for it or takes longer,
/// however it is written.
#[test]
fn weaker_rules_are_not_told() {
    for (question, floor, layer, own_question, own, expected) in [
        (
            "无理由退货几天",
            "签收后7天内可以无理由退货。",
            "法律",
            "无理由退货是几天",
            "本店商品一经售出不退不换。",
            "faq:f",
        ),
        (
            "付款后多久发货",
            "付款后48小时内发货。",
            "平台",
            "付款后几天发货",
            "本店付款后一周内发货。",
            "faq:f",
        ),
        (
            "付款后多久发货",
            "付款后48小时内发货。",
            "平台",
            "付款后几天发货",
            "本店付款后24小时内发货。",
            "faq:s",
        ),
        (
            "保修多久",
            "整机三包保修12个月。",
            "法律",
            "你们保修多久",
            "本店保修半年。",
            "faq:f",
        ),
        (
            "保修多久",
            "整机三包保修12个月。",
            "法律",
            "你们保修多久",
            "本店保修两年。",
            "faq:s",
        ),
        (
            "价保多久",
            "平台提供15天价保。",
            "平台",
            "你们价保多久",
            "本店价保期一周。",
            "faq:f",
        ),
        (
            "可以开发票吗",
            "商家必须免费提供发票。",
            "平台",
            "你们可以开发票吗",
            "本店开发票要另收6个点税费。",
            "faq:f",
        ),
    ] {
        let rules = format!(
            "编号,问题,答案,层级\nf,{question},{floor},{layer}\ns,{own_question},{own},店铺\nx,你们店在哪里,杭州。,\n"
        );
        let shop = shop_of(&[("faq/rules.csv", &rules)]);
        for text in [question, own_question] {
            let found = gist(&ask(&shop, text, "", "2026-11-22T10:00:00+08:00"));
            assert_eq!(found, expected, "{text}: {own}");
        }
    }
}

/// Floor, the shop's own rule on the same matter in other words, and whether that rule gives the buyer less.
const OTHER_WORDS: &[(&str, &str, &str, &str, &str, bool)] = &[
    (
        "无理由退货是几天",
        "签收后7天内可以无理由退货。",
        "法律",
        "无理由退货多少天",
        "本店无理由退货3天。",
        true,
    ),
    (
        "无理由退货是几天",
        "消费者自收到商品之日起七日内可以退货。",
        "法律",
        "多少天可以退货",
        "收货3天内可退，过期不退。",
        true,
    ),
    (
        "多久发货",
        "付款后48小时内必须发货。",
        "平台",
        "多久可以发货",
        "付款后5天内发货。",
        true,
    ),
    (
        "多久发货",
        "平台规定48小时内发货。",
        "平台",
        "几天发货",
        "一般三到五天发货。",
        true,
    ),
    (
        "开发票要钱吗",
        "平台要求免费开票。",
        "平台",
        "开票收费吗",
        "本店开票收3%税点。",
        true,
    ),
    (
        "可以开发票吗",
        "商家应当向买家开具发票。",
        "法律",
        "能开发票吗",
        "本店不开发票。",
        true,
    ),
    (
        "退款多久到账",
        "卖家收到退货后48小时内退款。",
        "平台",
        "几天退款",
        "收到退货后7天内退款。",
        true,
    ),
    (
        "质量问题退货运费谁出",
        "质量问题由卖家承担退货运费。",
        "平台",
        "质量问题退货邮费谁承担",
        "质量问题退货邮费由买家自理。",
        true,
    ),
    (
        "假一赔几",
        "假一赔四。",
        "平台",
        "假一赔多少",
        "本店假一赔三。",
        true,
    ),
    (
        "保修多久",
        "法定三包期一年。",
        "法律",
        "保修几个月",
        "本店保修6个月。",
        true,
    ),
    (
        "价保几天",
        "平台价保30天。",
        "平台",
        "保价多久",
        "本店保价7天。",
        true,
    ),
    (
        "缺货怎么赔",
        "缺货赔付订单金额的10%。",
        "平台",
        "没货赔多少",
        "缺货赔5%。",
        true,
    ),
    (
        "晚发货怎么赔",
        "延迟发货赔付5%，最低5元。",
        "平台",
        "发货晚了赔吗",
        "发货晚了不赔付。",
        true,
    ),
    (
        "少件怎么办",
        "少件免费补发。",
        "平台",
        "少发了怎么办",
        "少件不补发，请买家自己留意。",
        true,
    ),
    // Rules that give as much or more, or are about another case.
    (
        "多久发货",
        "付款后48小时内必须发货。",
        "平台",
        "多久可以发货",
        "付款后24小时内发货。",
        false,
    ),
    (
        "多久发货",
        "付款后48小时内必须发货。",
        "平台",
        "预售的多久可以发货",
        "预售商品付款后15天内发货。",
        false,
    ),
    (
        "假一赔几",
        "假一赔四。",
        "平台",
        "假一赔多少",
        "本店假一赔十。",
        false,
    ),
    (
        "价保几天",
        "平台价保7天。",
        "平台",
        "保价多久",
        "本店保价30天。",
        false,
    ),
    (
        "可以开发票吗",
        "商家应当向买家开具发票。",
        "法律",
        "发票怎么开",
        "在订单页申请，电子发票发到邮箱。",
        false,
    ),
    (
        "质量问题退货运费谁出",
        "质量问题由卖家承担退货运费。",
        "平台",
        "不喜欢退货邮费谁承担",
        "无理由退货邮费由买家承担。",
        false,
    ),
];

/// A floor is kept whatever the shop calls the matter, and `check` reports the rule that gives less, with the true reason.
#[test]
fn a_floor_is_kept_in_other_words() {
    let at = "2026-11-22T10:00:00+08:00";
    let mut faults = Vec::new();
    for (question, floor, layer, own_question, own, weak) in OTHER_WORDS {
        let rules = format!(
            "编号,问题,答案,层级\nf,{question},{floor},{layer}\ns,{own_question},{own},店铺\nx,你们店在哪里,杭州。,\n"
        );
        let folder = folder_of(&[("faq/rules.csv", &rules)]);
        let reading = read_shop(&folder.path().join("shop"));
        let moment = at.parse().expect("a moment");
        let mut found = lint(&reading.shop, moment);
        found.extend(probe_knowledge(&reading.shop, moment).expect("it can be built"));
        let reported = found
            .iter()
            .any(|found| found.code == "weaker-than-platform");
        let untrue = found
            .iter()
            .any(|found| found.message.contains("not among the entries"));
        let shop = shop_of(&[("faq/rules.csv", &rules)]);
        let told: Vec<String> = [question, own_question]
            .map(|text| gist(&ask(&shop, text, "", at)))
            .into();
        let kept = match weak {
            true => told.iter().all(|told| told != "faq:s"),
            false => told[1] == "faq:s",
        };
        if !kept || reported != *weak || untrue {
            faults.push(format!(
                "{own} < {floor}: {told:?}, reported {reported}\n{found:?}"
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A promotion's page says in its own words what the shop's FAQ says otherwise: while it runs, the FAQ is not quoted.
#[test]
fn a_promotion_speaks_in_its_matter_however_it_is_worded() {
    let rules = "编号,问题,答案\n\
        ship,多久发货,付款后24小时内发出，周日的订单周一发。\n\
        gift,有赠品吗,买鞋送鞋带一副。\n\
        late,发货晚了怎么办,超过承诺时间没发的，联系客服催单。\n";
    let promotion = "+++\ntitle = \"双12童装节\"\nlayer = \"活动\"\nvalid_from = 2026-12-08T20:00\n\
        valid_until = 2026-12-12T22:30\n+++\n\n# 双12童装节\n\n## 发货时间\n\n活动期间付款的订单72小时内发出。\n\n\
        ## 赠品\n\n活动期间买任意一双鞋送棉袜一双。\n";
    let shop = shop_of(&[("faq/a.csv", rules), ("policies/双12.md", promotion)]);
    let page = "policy:双12#双12童装节/发货时间";
    for (text, at, expected) in [
        ("多久发货", "2026-12-08T19:59:00+08:00", "faq:ship"),
        ("多久发货", "2026-12-10T12:00:00+08:00", page),
        ("多久发货", "2026-12-12T22:31:00+08:00", "faq:ship"),
        ("发货晚了怎么办", "2026-12-10T12:00:00+08:00", "faq:late"),
    ] {
        let trace = trace(&shop, text, "", at, "");
        assert_eq!(
            trace["decision"]["entries"][0], expected,
            "{text} at {at}: {trace:#}"
        );
    }
}
