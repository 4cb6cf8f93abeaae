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
        ("您的手机13812345678对吗", &["personal [手机号]"]),
        ("售后电话是0571-88886666", &[]),
        ("好的，马上帮您查", &[]),
    ];
    for (reply, expected) in rows {
        let got: Vec<String> = check_reply(&shop(), reply, at)
            .iter()
            .map(|w| format!("{} {}", w.code, w.words))
            .collect();
        assert_eq!(got, *expected, "{reply}");
    }
}
