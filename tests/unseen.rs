//! A shop with column names that no sample shop has: what a product lacks, what it has under another name, which
//! products are compared, and messages that name goods without a question. Tests may give the product of the page and
//! the message before.

use std::sync::LazyLock;

use zhike::answer::{Engine, Question, answer};

use crate::asking::{gist, shop_of};

const PRODUCTS: &str = "\
商品编号,商品名称,别名,类目,尺码表,搭配,规格,净含量,重量,单只重量,酒精度,保质期,鞋头保护,防水,输出功率,尺寸,装箱,是否含电池,续航,蛋白质,承重,弦距
W1,黔山酱香白酒,酱酒,白酒,,,,500毫升,,,53%vol,,,,,,1箱6瓶,,,,,
W2,西域干红,红酒,葡萄酒,,,,750毫升,,,13.5%vol,10年,,,,,,,,,,
G1,铁石徒步鞋,铁石,鞋,shoe,G4,岩灰:42|砖红:43,,,约520克,,,TPU防撞鞋头,防水（薄膜）,,,,,,,,
G2,追风跑鞋,追风,鞋,shoe,,荧光黄:42,,,约275克,,,,不防水,,,,,,,,
G3,云顶外套,云顶,外套,coat,G1,\"苔绿:M,L,XL|赭红:M,L,XL\",,约480克,,,,,,,,,,,,,
G4,羊毛徒步袜,,袜子,,,深灰:均码,,,,,,,,,,,,,,,
E1,六十五瓦充电器,大充电器,充电器,,,,,,,,,,,65W,,,不含电池,,,,
E2,二十瓦充电器,小充电器,充电器,,,,,,,,,,,20W,,,不含电池,,,,
E3,磁吸充电宝,充电宝,充电宝,,,,,,,,,,,,,,含锂电池,10000mAh,,,
P1,成猫粮,,猫粮,,,,2公斤,,,,18个月,,,,,,,,≥36%,,
P2,幼猫粮,,猫粮,,,,1.5公斤,,,,24个月,,,,,,,,≥40%,,
P3,剑麻爬架,爬架,爬架,,,,,,,,,,,,,,,,,20公斤,
P4,反光牵引绳,牵引绳,绳子,,,,,,,,,,,,绳长1.5米,,,,,,
M1,民谣吉他,,吉他,,,,,,,,,,,,,,,,,,2.5mm
M2,磷铜弦,吉他弦,琴弦,,,,,,,,,,,,,,,,,,
";

const ENTRIES: &str = "\
编号,问题,相似问题,答案,订单状态,适用类目,生效时间,失效时间
care,防水鞋怎么保养,,软刷干刷,,,,
long,牵引绳选多长,牵引绳多长合适,按体重选,,,,
chill,白酒要冷藏吗,,不用冷藏,,,,
before,订单没发货怎么改地址,地址填错了怎么改,在订单页修改,待发货,,,
after,发货了怎么改地址,地址填错了怎么改,联系快递员改派,已发货,,,
feed,一天喂几克猫粮,一天喂多少,按体重每公斤15克,,,,
water,泡奶粉用多少度的水,,七十度,,,,
post,包邮吗,满多少包邮,满59包邮,,,,
";

const SHOES: &str = "尺码,脚长(mm),脚宽(mm)\n42,256-260,99-101\n43,261-265,101-103\n";

const COATS: &str = "尺码,身高(cm),体重(kg)\nM,160-169,50-59\nL,170-179,60-69\nXL,180-189,70-79\n";

/// Product of the page, earlier message, question, what comes of it.
const ROWS: &[(&str, &str, &str, &str)] = &[
    // What no product of the shop says is no lack of this one.
    (
        "P3",
        "",
        "能连wifi吗",
        "handoff:no_match|handoff:low_confidence|clarify:clarify",
    ),
    (
        "W1",
        "",
        "什么味道的",
        "handoff:no_match|handoff:low_confidence|clarify:clarify",
    ),
    (
        "P3",
        "",
        "爬架能放几只猫",
        "handoff:no_match|handoff:low_confidence|clarify:clarify",
    ),
    // What others say is one.
    ("W1", "", "保质期多久", "spec.missing"),
    // Another name for it.
    ("G1", "", "鞋头有保护吗", "spec:G1/鞋头保护"),
    ("", "", "追风重量多少", "spec:G2/单只重量"),
    ("E1", "", "功率多大", "spec:E1/输出功率"),
    ("W1", "", "一箱几瓶", "spec:W1/装箱"),
    ("P1", "", "多重", "spec:P1/净含量"),
    ("E3", "", "多少毫安", "spec:E3/续航"),
    ("M1", "", "吉他弦距多少", "spec:M1/弦距"),
    // Near, and another thing.
    (
        "P3",
        "",
        "爬架多重",
        "handoff:no_match|handoff:low_confidence|spec.missing",
    ),
    ("P4", "", "牵引绳多长", "spec:P4/尺寸"),
    (
        "W2",
        "",
        "开了能放几天",
        "handoff:no_match|handoff:low_confidence|clarify:clarify",
    ),
    ("", "", "追风43码多重", "spec:G2/单只重量"),
    ("G1", "", "防水鞋怎么保养", "faq:care"),
    ("G1", "", "防水鞋子怎么保养好", "faq:care|clarify:clarify"),
    // Comparisons.
    (
        "",
        "",
        "铁石和追风哪个轻",
        "spec:G1/单只重量|spec:G2/单只重量",
    ),
    (
        "",
        "",
        "充电器哪款功率最大",
        "spec:E1/输出功率|spec:E2/输出功率",
    ),
    (
        "",
        "",
        "成猫粮和幼猫粮哪个蛋白质高",
        "spec:P1/蛋白质|spec:P2/蛋白质",
    ),
    // A question back only for what products say.
    ("", "", "猫粮保质期多久", "clarify:product.ask"),
    (
        "",
        "",
        "猫粮能联网吗",
        "handoff:no_match|handoff:low_confidence|clarify:clarify",
    ),
    ("", "", "一天喂几克", "faq:feed|clarify:clarify"),
    // A follow-up turns to other goods, and asks its own question.
    ("", "酱酒多少度", "红酒呢", "spec:W2/酒精度"),
    ("", "铁石搭配什么", "那包邮吗", "faq:post"),
    ("", "铁石搭配什么", "那云顶呢", "product:G1"),
    ("", "", "砖红的重量多少", "spec:G1/单只重量"),
    // Sizes.
    ("", "", "云顶赭红165 55kg", "size:coat"),
    (
        "G3",
        "",
        "一个165 55kg一个175 65kg穿什么码",
        "clarify:size.ask",
    ),
    // A name alone.
    ("", "", "铁石", "clarify:product.about"),
    ("", "", "我想买猫粮", "clarify:product.ask"),
];

static SHOP: LazyLock<Engine> = LazyLock::new(|| {
    shop_of(&[
        ("products/all.csv", PRODUCTS),
        ("faq/faq.csv", ENTRIES),
        ("sizes/shoe.csv", SHOES),
        ("sizes/coat.csv", COATS),
    ])
});

#[test]
fn columns_of_other_names_are_answered_and_lacks_are_told_with_care() {
    let mut faults = Vec::new();
    for (product, earlier, text, expected) in ROWS {
        let some = |field: &str| Some(field.to_owned()).filter(|field| !field.is_empty());
        let question = Question {
            text: (*text).into(),
            product: some(product),
            previous: some(earlier).into_iter().collect(),
            at: "2026-11-22T02:00:00Z".parse().expect("a moment"),
            ..Question::default()
        };
        let decision = answer(&SHOP, &question);
        let found = match decision.receipt.rule.as_str() {
            rule @ "spec.missing" => rule.to_owned(),
            _ => gist(&decision),
        };
        if found != *expected && !expected.split('|').any(|one| one == found) {
            faults.push(format!(
                "{text} [{product}|{earlier}]: {found} {}",
                decision.reply
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_state_of_the_order_tells_entries_with_one_phrasing_apart() {
    use zhike::knowledge::parse_order_state;
    for (state, expected) in [("待发货", "faq:before"), ("已发货", "faq:after")] {
        let question = Question {
            text: "地址填错了怎么改".into(),
            order_state: parse_order_state(state),
            at: "2026-11-22T02:00:00Z".parse().expect("a moment"),
            ..Question::default()
        };
        assert_eq!(gist(&answer(&SHOP, &question)), expected, "{state}");
    }
}

#[test]
fn sizes_between_two_figures_and_measures_beside_the_body() {
    let ask = |text: &str, product: &str| {
        let question = Question {
            text: text.into(),
            product: Some(product.to_owned()),
            at: "2026-11-22T02:00:00Z".parse().expect("a moment"),
            ..Question::default()
        };
        answer(&SHOP, &question).reply
    };
    let reply = ask("我175 60多公斤穿什么码", "G3");
    assert!(reply.contains("L 码") && reply.contains("XL 码"), "{reply}");
    let reply = ask("脚长25.8脚宽10.2穿多大码", "G1");
    assert!(reply.contains("脚宽99-101mm"), "{reply}");
}
