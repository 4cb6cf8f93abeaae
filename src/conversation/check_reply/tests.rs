use super::*;
use crate::knowledge::{Conditions, Faq, Layer, Settings};
use crate::text::lexicon::Lexicon;

fn faq(id: &str, answer: &str, until: Option<&str>) -> Faq {
    let until = until.map(|text| text.parse::<Timestamp>().expect("a time"));
    Faq {
        id: id.into(),
        question: String::new(),
        similar: vec![],
        negative: vec![],
        answer: answer.into(),
        category: String::new(),
        conditions: Conditions::default(),
        layer: Layer::Shop,
        window: Window {
            from: None,
            until,
            until_text: until.map(|_| "2026-06-30".into()),
        },
        clarify: false,
        related: vec![],
        place: Place {
            file: "faq/a.csv".into(),
            row: 2,
            sheet: None,
        },
        ..blank()
    }
}

fn blank() -> Faq {
    serde_json::from_value(serde_json::json!({
        "id": "", "question": "", "answer": "", "place": {"file": "", "row": 1}
    }))
    .expect("a row with defaults")
}

fn shop() -> Shop {
    Shop {
        lines: Default::default(),
        id: "s".into(),
        settings: Settings::default(),
        faqs: vec![
            faq(
                "return",
                "签收后7天内支持无理由退货，商品需保持完好。",
                None,
            ),
            faq(
                "old",
                "会员生日当月可以领取50元无门槛优惠券一张",
                Some("2026-06-30T16:00:00Z"),
            ),
            faq("phone", "售后电话 0571-88886666，早九点到晚六点。", None),
            faq("real", "本店商品假一赔十。", None),
            faq(
                "sale",
                "双11全场满300减50，可与店铺券同享。",
                Some("2026-06-30T16:00:00Z"),
            ),
            faq("freight", "无理由退货的运费由买家承担。", None),
        ],
        products: vec![],
        charts: vec![],
        policies: vec![],
        lexicon: Lexicon {
            block: vec!["加微信".into(), "加w信".into()],
            ..Lexicon::default()
        },
        golden: vec![],
    }
}

#[test]
fn keeps_no_personal_data_but_the_shops_own() {
    for (reply, kept) in [
        ("您的手机13812345678对吗", "您的手机[手机号]对吗"),
        (
            "售后电话是0571-88886666，您的是13812345678",
            "售后电话是0571-88886666，您的是[手机号]",
        ),
        ("好的，马上帮您查", "好的，马上帮您查"),
        // Known only by the words before it.
        ("加您微信abc_12345", "加您微信[账号]"),
        ("您家里电话64441234对吗", "您家里电话[手机号]对吗"),
        ("身份证110105491231002收到", "身份证[身份证号]收到"),
        ("寄到新疆乌鲁木齐市天山区解放北路88号吗", "寄到新疆[地址]吗"),
    ] {
        assert_eq!(masked(&shop(), reply), kept);
    }
}

#[test]
fn warns_with_the_reason() {
    let at: Timestamp = "2026-11-22T00:00:00Z".parse().expect("a time");
    let rows: &[(&str, &[&str])] = &[
        ("您好，签收后7天内支持无理由退货哦", &[]),
        ("签收后15天内支持无理由退货", &["contradiction 15天"]),
        ("签收后十五天内支持无理由退货", &["contradiction 15天"]),
        (
            "会员生日当月可以领取50元无门槛优惠券",
            &["expired 会员生日当月可以领取50元无门槛优惠券"],
        ),
        (
            "我们是全网最低价",
            &["absolute 全网最低", "absolute 最低价"],
        ),
        ("最近在做活动，我们第一时间给您处理", &[]),
        ("这款是最舒服的", &["absolute 最舒服"]),
        ("卖得全网第一哦", &["absolute 全网第一"]),
        ("国家级品质", &["absolute 国家级"]),
        ("您最好先拍照，最大码是XL，最快明天到", &[]),
        ("一定会在明天到", &["promise 一定会"]),
        ("本店假一赔十请放心", &[]),
        ("现在下单满300减50", &["expired 满300减50"]),
        ("双十一还有优惠的", &["expired 双十一还有优惠的"]),
        ("满300减50已经结束了", &[]),
        ("满99减10可以用", &[]),
        ("15天内不喜欢都可以退哦", &["contradiction 15天"]),
        ("7天内不喜欢都可以退哦", &[]),
        ("运费我们出，您放心", &["promise 我们出"]),
        ("无理由退货的运费由买家承担哦", &[]),
        (
            "您好{customer}，请看{order}",
            &["field {customer}", "field {order}"],
        ),
        ("这款滚筒洗衣机可以翻滚烘干", &[]),
        ("滚蛋", &["rude 滚蛋"]),
        ("滚！", &["rude 滚"]),
        ("皮肤有病请先就医", &[]),
        ("卖得好的第一名", &["absolute 第一名"]),
        ("您的最佳选择", &["absolute 最佳选择"]),
        ("请加Ｗ信", &["sensitive 加w信"]),
        ("你自己不会看吗", &["rude 自己不会看"]),
        ("请加微信聊", &["sensitive 加微信"]),
        ("请加 微 信聊", &["sensitive 加微信"]),
        ("请加 W 信", &["sensitive 加w信"]),
        ("请加\n微信支付", &[]),
        ("您的手机13812345678对吗", &["personal [手机号]"]),
        ("您微信abc_12345对吗", &["personal [账号]"]),
        ("您家里电话64441234对吗", &["personal [手机号]"]),
        ("售后电话是0571-88886666", &[]),
        ("好的，马上帮您查", &[]),
        ("请问您最喜欢哪个颜色", &[]),
        ("最低水温30度", &[]),
        ("最高水温不超过30度", &[]),
        ("我们是NO.1", &["absolute no.1"]),
        ("销量TOP1", &["absolute top1"]),
        ("这是独家定制", &["absolute 独家定制"]),
        ("王牌产品", &["absolute 王牌产品"]),
        ("中国驰名", &["absolute 中国驰名"]),
        ("国 家 级品质", &["absolute 国家级"]),
        ("全网第 一", &["absolute 全网第一"]),
        ("去死", &["rude 去死"]),
        ("这款可以去死皮", &[]),
        ("你妈的", &["rude 你妈的"]),
        ("适合给你妈的生日礼物", &[]),
        ("SB吧你", &["rude sb"]),
        ("有USB接口", &[]),
        ("脑子有问题", &["rude 脑子有问题"]),
        ("你有病吧", &["rude 你有病吧"]),
        ("傻子才过敏", &["rude 傻子"]),
        ("你是不是傻", &["rude 是不是傻"]),
        ("这款是傻子瓜子联名的", &[]),
        ("傻瓜式操作，一学就会", &[]),
        ("这是最好的面料", &["absolute 最好的"]),
        ("假的三倍赔偿", &["promise 三倍赔"]),
        ("退货运费我们全包", &["promise 我们全包"]),
        ("给您打五折", &["promise 5折"]),
        ("质量问题来回运费由您承担", &["contradiction 您承担"]),
        ("非质量问题来回运费由您承担", &[]),
        ("质量问题运费不用您承担", &[]),
        ("好评返现5元", &["platform 好评返现"]),
        ("加我支付宝转账", &["platform 加我支付宝"]),
        ("把验证码发给我", &["platform 验证码发给我"]),
        ("请不要把验证码发给别人", &[]),
        ("验证码会发到您手机上", &[]),
    ];
    let mut wrong = Vec::new();
    for (reply, expected) in rows {
        let got: Vec<String> = check_reply(&shop(), reply, at)
            .iter()
            .map(|w| format!("{} {}", w.code, w.words))
            .collect();
        if got != *expected {
            wrong.push(format!("{reply}: expected {expected:?}, warned {got:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The warning quotes the rule on the same matter, in shops as merchants write them.
#[test]
fn the_shops_own_rule_is_quoted() {
    let at: Timestamp = "2026-11-30T04:00:00Z".parse().expect("a time");
    let rows: &[(&str, &str, &[&str])] = &[
        ("zhiju", "24小时内发货", &["contradiction faq:WL01"]),
        ("zhiju", "72小时内发货", &["contradiction faq:WL01"]),
        (
            "yunshang",
            "我们24小时内发货哦",
            &["contradiction policy:shipping#发货"],
        ),
        ("yunshang", "48小时内发货", &[]),
        ("yunshang", "发货后3天到", &[]),
        ("yunshang", "江浙沪1天到，其他地区3天到", &[]),
        ("beiyou", "保税仓72小时内发货", &[]),
        (
            "yunshang",
            "质量问题来回运费由您承担",
            &["contradiction faq:SH02"],
        ),
        ("yunshang", "全国包邮包括新疆", &["contradiction faq:WL06"]),
        ("yunshang", "满99元包邮哦", &[]),
        (
            "yunshang",
            "运费我们全包",
            &["promise policy:returns#退换货/运费承担"],
        ),
        ("yunshang", "维修寄回的运费我们全包", &["promise faq:SH15"]),
    ];
    let mut wrong = Vec::new();
    for (id, reply, expected) in rows {
        let shop = crate::knowledge::sample(id);
        let warnings = check_reply(&shop, reply, at);
        let got: Vec<String> = warnings
            .iter()
            .map(|w| format!("{} {}", w.code, w.entry.as_deref().unwrap_or_default()))
            .collect();
        if got != *expected {
            wrong.push(format!(
                "{id} {reply}: expected {expected:?}, warned {warnings:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// An agent may say what the shop's own knowledge says.
#[test]
fn the_shops_own_words_are_not_doubted() {
    let at: Timestamp = "2026-11-30T04:00:00Z".parse().expect("a time");
    let mut doubted = Vec::new();
    for id in ["huanya", "yunshang"] {
        let shop = crate::knowledge::sample(id);
        let answers = shop.faqs.iter().filter(|faq| faq.window.contains(at));
        for faq in answers {
            for warning in check_reply(&shop, &faq.answer, at) {
                let Warning {
                    code, words, why, ..
                } = warning;
                doubted.push(format!(
                    "{id} {} {code} {words}: {why} | {}",
                    faq.id, faq.answer
                ));
            }
        }
    }
    assert!(
        doubted.is_empty(),
        "{}\n{}",
        doubted.len(),
        doubted.join("\n")
    );
}
