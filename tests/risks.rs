//! Questions about illnesses and children: only what speaks of them answers, and a baby shop goes on answering.

use crate::asking::{ask, gist, sample, shop_of};

const AT: &str = "2026-11-22T10:00:00+08:00";

const FOOD: &str = "\
编号,问题,相似问题,答案
dose,黑芝麻丸怎么吃,黑芝麻丸能吃几颗|可以空腹吃黑芝麻丸吗,每天一袋。
oat,燕麦片怎么冲,燕麦片可以用牛奶冲吗,开水冲泡三分钟。
gout,痛风能吃黑芝麻丸吗,尿酸高可以吃黑芝麻丸吗,痛风患者请先咨询医生，每袋嘌呤含量见包装。
press,高血压能喝燕麦片吗,血压高可以吃燕麦片吗,燕麦片不加盐，高血压人群可以吃。
kids,小孩能吃燕麦片吗,宝宝可以吃燕麦片吗,3岁以上儿童可以吃。
ship,多久发货,几天发货,付款后48小时内发货。
";

#[test]
fn only_what_speaks_of_the_illness_or_the_child_answers() {
    let shop = shop_of(&[("faq/a.csv", FOOD)]);
    let mut faults = Vec::new();
    for (text, expected) in [
        ("痛风能吃燕麦片吗", "handoff:risk"),
        ("尿酸高可以吃燕麦片吗", "handoff:risk"),
        ("乳糖不耐受能吃燕麦片吗", "handoff:risk"),
        ("蚕豆病能吃黑芝麻丸吗", "handoff:risk"),
        ("痛风能喝燕麦片吗", "handoff:risk"),
        ("甲亢能吃黑芝麻丸吗", "handoff:risk"),
        ("宝宝能吃黑芝麻丸吗", "handoff:risk"),
        ("三岁能吃黑芝麻丸吗", "handoff:risk"),
        ("新生儿可以吃黑芝麻丸吗", "handoff:risk"),
        // What speaks of it answers.
        ("痛风能吃黑芝麻丸吗", "faq:gout"),
        ("尿酸高可以吃黑芝麻丸吗", "faq:gout"),
        ("高血压能喝燕麦片吗", "faq:press"),
        ("小孩能吃燕麦片吗", "faq:kids"),
        ("宝宝可以吃燕麦片吗", "faq:kids"),
        // Look-alikes.
        ("黑芝麻丸怎么吃", "faq:dose"),
        ("多久发货", "faq:ship"),
        ("给宝宝买的，多久发货", "faq:ship"),
    ] {
        let found = gist(&ask(&shop, text, "", AT));
        if found != expected {
            faults.push(format!("{text}: {found}, not {expected}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// In shops that are not for children no question about one is answered by what does not name children.
#[test]
fn children_in_shops_for_grown_ups() {
    let mut faults = Vec::new();
    for product in ["面霜", "精华", "眼霜", "洁面", "卸妆膏", "面膜", "化妆水"] {
        for wording in [
            "婴儿能用{}吗",
            "宝宝可以涂{}吗",
            "儿童能用{}吗",
            "小孩可以用{}吗",
            "新生儿能用{}吗",
            "两岁孩子能用{}吗",
        ] {
            let text = wording.replace("{}", product);
            let decision = ask(sample("huanya"), &text, "", AT);
            let children = ["婴", "儿童", "宝宝", "孩", "岁"];
            let sources = decision.parts.iter().flat_map(|part| &part.sources);
            let named = sources.into_iter().any(|source| {
                let told = format!("{}{}", source.title, source.snippet);
                children.iter().any(|word| told.contains(word))
            });
            let found = gist(&decision);
            if !found.starts_with("handoff:") && !named {
                faults.push(format!("{text}: {found} {}", decision.reply));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A baby shop lives of questions about children: the guard does not hand them over.
#[test]
fn a_baby_shop_goes_on_answering() {
    let shop = sample("beiyou");
    assert!(shop.for_children);
    for name in ["huanya", "yunshang", "zhiju"] {
        assert!(!sample(name).for_children, "{name}");
    }
    for text in [
        "宝宝能吃溶豆吗",
        "新生儿能用沐浴露吗",
        "六个月宝宝可以吃米粉吗",
        "婴儿能穿睡袋吗",
        "小孩可以喝羊奶粉吗",
    ] {
        let found = gist(&ask(shop, text, "", AT));
        assert_ne!(found, "handoff:risk", "{text}");
    }
}
