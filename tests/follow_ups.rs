//! Follow-ups that ask for another entry, another spec or another product than before; and questions that no file
//! answers, because they are about a fact of the minute or the buyer's own order.

use std::sync::LazyLock;

use zhike::answer::{Engine, Question, answer};

use crate::asking::{gist, shop_of};

const PRODUCTS: &str = "\
商品编号,商品名称,类目,尺码表,规格,防水指数,透气指数,充绒量,莫氏硬度,可否改圈,功率,高度,质保
H1,寒川男款滑雪服,雪服,snow,\"曜黑:M,L,XL|岩灰:M,L\",20000mm,15000g,120克,,,,,
H2,寒川女款滑雪服,雪服,snow,\"霜粉:S,M|墨绿:S,M,L\",15000mm,12000g,160克,,,,,
R1,流光戒指,戒指,,,,,,6级,不可改圈,,,
R2,素圈戒指,戒指,,,,,,7级,,,,
B1,圆口手镯,手镯,bangle,,,,,5级,,,,
L1,明月吸顶灯,吸顶灯,,\"暖光:40cm,60cm|白光:40cm\",,,,,,40cm 24W；60cm 36W,8cm,3年
L2,落日台灯,台灯,,\"橘色:标准款,加高款\",,,,,,8W,35cm,1年
L3,星夜台灯,台灯,,,,,,,,6W,28cm,2年
P1,荞麦枕头,枕头,,,,,,,,,9cm,1年
P2,泰国乳胶枕头,枕头,,,,,,,,,12cm,2年
";

const SERIES: &str = "\
商品编号,商品名称,别名,类目,功率,高度,质保,产地
N1,晨曦30水草灯,晨曦30,水草灯,12W,3cm,1年,
N2,晨曦60水草灯,晨曦60,水草灯,30W,3cm,2年,
C1,花魁日晒豆,花魁咖啡豆,咖啡豆,,,,埃塞俄比亚
C2,曼特宁豆,,咖啡豆,,,,苏门答腊
O1,老船长十孔口琴,,口琴,,,,江阴
O2,初鸣小提琴,,小提琴,,,1年,泰兴
";

const ENTRIES: &str = "\
编号,问题,答案,适用类目,层级
organ,口琴怎么清洗,盖板可以拆下来用酒精棉擦。,,
cotton,过滤棉多久换一次,过滤棉两周换一次。,,
tube,鼻氧管多久换一次,鼻氧管一个月换一次。,,
student,学生有什么优惠,凭学生证立减30元。,,
old,老顾客有什么优惠,第二单打9折。,,
price,这个多少钱,一口价68元。,,
stock,还有货吗,都有现货。,,
parcel,我的快递到哪了,一般到中转站了。,,
trace,我的快递怎么查,在订单页点查看物流。,,
resize,可以改圈吗,60天内免费改圈一次。,戒指,类目
days,几天内可以无理由退货,15天内可以退。,,
gifts,几天内可以无理由退货,礼盒装7天内可以退。,手镯,
";

const SNOW: &str =
    "尺码,身高(cm),体重(kg)\nS,155-164,40-54\nM,165-172,55-64\nL,173-180,65-74\nXL,181-188,75-84\n";
const BANGLE: &str = "尺码,掌围(cm)\n56,18-18.9\n58,19-19.9\n60,20-20.9\n";

/// Product of the page, earlier messages parted by |, question, what comes of it.
const ROWS: &[(&str, &str, &str, &str)] = &[
    (
        "",
        "过滤棉多久换一次",
        "鼻氧管呢",
        "faq:tube|clarify:clarify",
    ),
    (
        "",
        "鼻氧管多久换一次",
        "那过滤棉呢",
        "faq:cotton|clarify:clarify",
    ),
    (
        "",
        "学生有什么优惠",
        "那老顾客呢",
        "faq:old|clarify:clarify",
    ),
    // Another spec, though only part of its name is said; and the product that was turned to.
    ("", "寒川男款滑雪服防水多少", "那透气呢", "spec:H1/透气指数"),
    ("", "寒川男款滑雪服防水多少", "那女款呢", "spec:H2/防水指数"),
    (
        "",
        "寒川男款滑雪服防水多少|那女款呢",
        "充绒量呢",
        "spec:H2/充绒量",
    ),
    ("", "流光戒指怎么样", "硬度呢", "spec:R1/莫氏硬度"),
    ("H1", "", "女款的防水呢", "spec:H2/防水指数"),
    ("", "那件墨绿的", "防水指数多少", "spec:H2/防水指数"),
    // Facts of the minute are in no file, whatever a file says.
    ("H1", "", "这个多少钱", "handoff:volatile_fact"),
    ("", "", "还有货吗", "handoff:volatile_fact"),
    ("", "", "我的快递到哪了", "handoff:order_specific"),
    ("", "", "我的快递怎么查", "faq:trace"),
    // Of entries with one question, the one that holds everywhere.
    ("", "", "几天内可以无理由退货", "faq:days"),
    // Sizes: the colour of the talk, a palm, a child's height, a taste.
    ("H2", "要霜粉的", "175 68kg穿多大", "handoff:repeated"),
    ("B1", "", "掌围20.5选多大", "size:bangle"),
    ("H1", "170 60kg穿多大", "喜欢宽松一点呢", "size:snow"),
    // What was asked before, of another variant, of goods named by what sets them apart, of a third name.
    ("", "明月吸顶灯40cm多少瓦", "60的呢", "spec:L1/功率"),
    ("", "明月吸顶灯40cm多少瓦", "大的呢", "spec:L1/功率"),
    ("", "明月吸顶灯有白光吗", "暖的呢", "product:L1"),
    ("", "泰国乳胶枕头质保几年", "荞麦的呢", "spec:P1/质保"),
    (
        "",
        "明月吸顶灯质保几年|落日台灯呢",
        "星夜台灯呢",
        "spec:L3/质保",
    ),
    (
        "",
        "明月吸顶灯质保几年|落日台灯",
        "荞麦枕头",
        "spec:P1/质保",
    ),
    // Taken back, refused, asked of two.
    ("", "落日台灯多高", "说错了，星夜台灯", "spec:L3/高度"),
    ("", "", "不是落日台灯，是星夜台灯多高", "spec:L3/高度"),
    (
        "",
        "",
        "落日台灯和星夜台灯质保几年",
        "spec:L2/质保|spec:L3/质保",
    ),
    // Other goods than those of the open page, in the question and in the talk; 这款 comes back to it.
    ("L1", "", "枕头质保几年", "clarify:product.ask"),
    ("P1", "", "吸顶灯多少瓦", "spec:L1/功率"),
    ("L1", "落日台灯多少瓦", "质保几年", "spec:L2/质保"),
    ("L1", "落日台灯多少瓦", "这款质保几年", "spec:L1/质保"),
    // Goods by what leads their name, by the figure of their series, by their kind; those passed over with 呢.
    ("", "", "流光硬度多少", "spec:R1/莫氏硬度"),
    ("", "", "晨曦多少瓦", "clarify:product.ask"),
    ("", "", "晨曦30和60多少瓦", "spec:N1/功率|spec:N2/功率"),
    ("", "", "晨曦30、60质保", "spec:N1/质保|spec:N2/质保"),
    ("", "", "花魁咖啡豆产地哪里", "spec:C1/产地"),
    ("", "", "咖啡豆产地哪里", "clarify:product.ask"),
    (
        "",
        "泰国乳胶枕头质保几年|荞麦的呢",
        "高度多少",
        "spec:P1/高度",
    ),
    // Two kinds are not compared by the goods of one; the page's product is one side.
    (
        "",
        "",
        "台灯和枕头哪个高",
        "clarify:clarify|clarify:product.ask|handoff:no_match|handoff:low_confidence",
    ),
    (
        "",
        "",
        "落日台灯和星夜台灯哪个高",
        "spec:L2/高度|spec:L3/高度",
    ),
    (
        "L2",
        "",
        "这款和星夜台灯哪个高",
        "spec:L2/高度|spec:L3/高度",
    ),
    ("L2", "", "跟星夜台灯哪个高", "spec:L2/高度|spec:L3/高度"),
    // What is written of other goods than those of the page, or of some goods where none are told.
    ("", "", "口琴怎么清洗", "faq:organ"),
    ("O1", "", "怎么清洗", "faq:organ"),
    (
        "O2",
        "",
        "怎么清洗",
        "clarify:clarify|handoff:low_confidence",
    ),
    ("", "", "怎么清洗", "clarify:clarify"),
    // No goods into a complaint.
    (
        "H1",
        "你们太坑了 我要投诉",
        "有什么搭配的",
        "handoff:no_match|handoff:low_confidence|clarify:clarify",
    ),
];

static SHOP: LazyLock<Engine> = LazyLock::new(|| {
    shop_of(&[
        ("products/goods.csv", PRODUCTS),
        ("products/series.csv", SERIES),
        ("faq/entries.csv", ENTRIES),
        ("sizes/snow.csv", SNOW),
        ("sizes/bangle.csv", BANGLE),
    ])
});

#[test]
fn a_follow_up_asks_for_something_else() {
    let mut faults = Vec::new();
    for &(product, previous, text, expected) in ROWS {
        let question = Question {
            text: text.into(),
            product: (!product.is_empty()).then(|| product.into()),
            previous: previous
                .split('|')
                .filter(|line| !line.is_empty())
                .map(str::to_owned)
                .collect(),
            at: "2026-11-22T02:00:00Z".parse().expect("a moment"),
            ..Question::default()
        };
        let decision = answer(&SHOP, &question);
        let found = gist(&decision);
        if found != expected && !expected.split('|').any(|one| one == found) {
            faults.push(format!(
                "{product} {previous} {text}: {found}, not {expected}; {}",
                decision.reply
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_chosen_spec_is_told_with_what_it_is_of() {
    let question = Question {
        text: "质保".into(),
        chosen: Some("spec:L1/质保".into()),
        at: "2026-11-22T02:00:00Z".parse().expect("a moment"),
        ..Question::default()
    };
    assert_eq!(answer(&SHOP, &question).reply, "明月吸顶灯的质保：3年");
}

#[test]
fn a_colour_tells_which_goods_may_be_meant() {
    let question = Question {
        text: "白色的那个质保几年".into(),
        at: "2026-11-22T02:00:00Z".parse().expect("a moment"),
        ..Question::default()
    };
    let offered = answer(&SHOP, &question).options;
    let titles: Vec<&str> = offered.iter().map(|option| option.title.as_str()).collect();
    assert_eq!(titles, ["明月吸顶灯"]);
}
