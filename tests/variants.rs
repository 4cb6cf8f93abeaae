//! Goods whose names, sizes and columns lie close together: variants of a model, sizes in several systems, parts of names,
//! columns that tell of parts, and what goods bear.

use std::sync::LazyLock;

use zhike::answer::{Engine, Question};

use crate::asking::{fault, shop_of};

const TACKLE: &str = "\
商品编号,商品名称,别名,类目,规格,收缩长度,自重,竿体材质,最大卸力,防水指数,质保期
R5,静川5H综合竿,静川5H,鱼竿,\"长度:3.6米,4.5米\",约118cm,约128克,高碳布,,,1年
R5P,静川5H Pro综合竿,5H Pro,鱼竿,\"长度:4.5米,5.4米\",约120cm,约119克,高碳布,,,2年
L3,锦澜3000纺车轮,锦澜3000,渔轮,黑金,,约275克,,8kg,,1年
L3S,锦澜3000S浅杯轮,3000S,渔轮,黑金,,约255克,,6kg,,2年
T2,山脊双人帐篷,双人帐,帐篷,橄榄绿,,约2.3kg,,,外帐PU3000mm,1年
T4,山脊家庭帐篷,家庭帐,帐篷,橄榄绿,,约6.8kg,,,外帐PU2000mm,1年
B1,防滑钓鱼靴,钓鱼靴,靴子,\"黄:25,27,29|酒红:25,27\",,,,,,
";

const SHOES: &str = "\
商品编号,商品名称,别名,类目,尺码表,规格,鞋底材质,鞋底厚度,帽子,尺码建议
X1,飞织运动鞋,,童鞋,童鞋,\"黑白:28,29,30|米白:28,29\",EVA,3.2cm,,偏大半码
C1,轻薄羽绒内胆,内胆,羽绒服,,黑,,,无帽,
H1,护耳针织帽,帽子,针织帽,,奶白,,,,
";

const CHART: &str = "\
国际码（mm）,欧码(鞋码),脚长(mm),参考年龄
170,28,166-171,4.5岁
175,29,172-178,5岁
180,30,179-184,6岁
";

static SHOP: LazyLock<Engine> = LazyLock::new(|| {
    shop_of(&[
        ("products/a.csv", TACKLE),
        ("products/b.csv", SHOES),
        ("sizes/童鞋.csv", CHART),
    ])
});

/// Rows: page, earlier message, question, outcome, what the reply says, what it must not say.
#[test]
fn neighbours_are_told_apart() {
    let rows = [
        // A variant of a model, with and without the space; one that the shop does not have.
        ("", "", "静川5H多重", "answer", "128克", "119克"),
        ("", "", "静川5HPro多重", "answer", "119克", "128克"),
        ("", "", "静川5H Pro多重", "answer", "119克", "128克"),
        ("R5P", "", "静川5H Pro质保几年", "answer", "2年", "1年"),
        ("", "", "锦澜3000 S质保多久", "answer", "2年", "1年"),
        ("", "", "静川5H Max多重", "clarify/handoff", "", "128克"),
        // A part of a name, alone and as the answer to 请问您想了解哪一款.
        ("", "", "双人帐篷", "clarify", "山脊双人帐篷", ""),
        ("", "帐篷防水多少", "双人帐篷", "answer", "PU3000", "PU2000"),
        (
            "",
            "帐篷防水多少",
            "山脊帐篷",
            "clarify/handoff:repeated",
            "",
            "",
        ),
        // What goods bear is no measure of them, and a length that they have when put away is not theirs.
        ("L3", "", "能拉多少斤", "-", "", "275"),
        ("L3", "", "能拉多重的鱼", "-", "", "275"),
        ("R5", "", "这根竿多重", "answer", "128克", ""),
        ("R5", "", "有哪几个长度", "answer", "3.6米|4.5米", "118"),
        ("R5", "", "这竿有多长", "-", "", "118"),
        ("R5", "", "这竿保多长", "-", "", "118"),
        ("X1", "", "退货要交啥材料", "-", "", "EVA"),
        // What is on record of a part alone is not called missing.
        (
            "R5",
            "",
            "什么材质",
            "answer",
            "竿体材质：高碳布",
            "没有登记",
        ),
        ("X1", "", "鞋底厚几厘米", "-", "", "EVA"),
        // A column has the name of other goods.
        ("C1", "", "有没有帽子", "answer", "无帽", "针织帽"),
        ("C1", "", "针织帽多重", "-", "", "羽绒"),
        // With a page open, the talk turns to another kind of goods.
        (
            "R5",
            "质保几年",
            "那浅杯轮呢",
            "answer",
            "浅杯轮|2年",
            "静川",
        ),
        // Sizes in the shop's own system.
        ("X1", "", "脚长18cm穿多大", "answer", "30 码", "180 码"),
        ("X1", "", "脚长175mm", "answer", "29 码", ""),
        ("X1", "", "米白 脚长18cm穿多大", "handoff", "30 码", ""),
        ("X1", "", "白色的 脚长17.5穿多大", "answer", "29 码", ""),
        ("X1", "", "这款偏大还是偏小", "answer", "偏大半码", ""),
        ("X1", "", "尺码准吗", "answer", "偏大半码", ""),
        // What the goods do not come in.
        ("B1", "", "有28码吗", "answer", "没有28码", ""),
        ("B1", "", "有27码吗", "answer", "27", "没有27码"),
        ("B1", "", "有红色吗", "answer", "酒红", "没有红色"),
        ("B1", "", "有紫色吗", "answer", "没有紫色", ""),
    ];
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let faults: Vec<String> = rows
        .iter()
        .filter_map(|&(product, earlier, text, outcomes, says, silent)| {
            let question = Question {
                text: text.into(),
                product: some(product),
                previous: some(earlier).into_iter().collect(),
                at: "2026-11-22T02:00:00Z".parse().expect("a moment"),
                ..Question::default()
            };
            fault(&SHOP, &question, outcomes, says, silent)
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
