//! A message with several parts: each question is answered, asked back or passed on, none is lost; what is no question adds
//! nothing. And what buyers say beside a question: a call for a person, an order's number, a story, a greeting.

use std::sync::LazyLock;

use zhike::answer::{Engine, Question};

use crate::asking::{fault, shop_of};

const PRODUCTS: &str = "\
商品编号,商品名称,别名,类目,规格,尺码表,车架材质,整车重量,变速,刹车,轮胎规格,最大承重,包装清单,鞋头,适合脸型,螺丝,洗涤方式,可拆洗,产地,填充重量
R1,疾风公路车,疾风,公路车,\"曜黑:48,51|冰川白:48\",road,铝合金,9.6kg,16速,线拉碟刹,700×25C,110kg,说明书、螺丝刀,,,防松螺丝,,,,
M1,雪豹山地车,雪豹,山地车,\"磨砂灰:27.5寸15.5,27.5寸17|天蓝:27.5寸17\",mtb,铝合金,13.8kg,27速,油压碟刹,27.5×2.1,130kg,说明书,,,普通螺丝,,,,
M2,山魈山地车,山魈,山地车,\"黑绿:整车,车架\",mtb,高碳钢,15.5kg,21速,机械碟刹,26×1.95,120kg,说明书,,,普通螺丝,,,,
K1,小恐龙童车,小恐龙,童车,\"草绿:12寸,14寸|橙色:14寸\",,高碳钢,12寸7.2kg、14寸8.1kg,单速,前抱刹,充气胎,50kg,说明书,,,普通螺丝,,,,
P1,泰国乳胶枕,乳胶枕,枕头,\"白色:高枕,低枕\",,,,,,,,,,,,内芯不可水洗,外套可拆洗,泰国,
D1,大豆纤维被,大豆被,被子,\"白色:150×200,200×230\",,,,,,,,,,,,不可水洗,,江苏南通,4斤（150×200）、6斤（200×230）
";

const ACCESSORIES: &str = "\
商品编号,商品名称,别名,类目,材质,重量,鞋底材质
C1,碳纤维水壶架,水壶架,配件,碳纤维,28g,
C2,骑行手套,手套,配件,羊皮,90g,
S1,锁踏骑行鞋,骑行鞋,配件,超纤,520g,尼龙
";

const ENTRIES: &str = "\
编号,问题,相似问题,答案
days,几天能到,多久能到|几天到,整车4到7天。
upstairs,送货上楼吗,送上楼吗,有电梯的送到家门口。
gift,送什么赠品,有什么赠品,送铃铛和工具一套。
credit,支持花呗吗,花呗分期可以吗,支持花呗3期免息。
invoice,能开发票吗,可以开发票吗,可以开电子发票。
special,能开专票吗,可以开增值税专用发票吗,满500元可以开专票。
post,包邮吗,要邮费吗,全国包邮。
courier,发什么快递,用哪家快递,整车发德邦。
warranty,保修多久,质保几年,车架质保三年。
store,有实体店吗,哪里有门店,我们在丹阳眼镜城B座有一家门店。
fade,会掉色吗,掉不掉色,深色第一次洗有浮色。
pill,会起球吗,起不起球,不起球。
cut,灯带可以剪吗,灯带能剪吗,可以按标记剪。
remote,遥控器丢了怎么办,遥控器丢了怎么补,可以单独补遥控器。
gear,变速不准怎么调,,拧微调螺丝。
astig,散光可以配吗,散光能配吗,可以配。
pd,瞳距怎么量,瞳距咋量,拿直尺量。
sheet,床单是床笠款还是平单款,,默认平单款，床笠款加20元。
";

const ROAD: &str = "尺码,身高(cm)\n48,155-164\n51,165-174\n";
const MTB: &str = "尺码,身高(cm)\n15.5,150-164\n17,165-178\n";

static SHOP: LazyLock<Engine> = LazyLock::new(|| {
    shop_of(&[
        (
            "shop.toml",
            "[shop]\nname = \"试店\"\n[hours]\n[[hours.shifts]]\nname = \"白班\"\nfrom = \"00:00\"\nto = \"23:59\"\n",
        ),
        ("products/goods.csv", PRODUCTS),
        ("products/parts.csv", ACCESSORIES),
        ("faq/entries.csv", ENTRIES),
        ("sizes/road.csv", ROAD),
        ("sizes/mtb.csv", MTB),
    ])
});

/// Earlier messages parted by |, the message, what comes of it (`-` is not looked at), what the reply says, and what it
/// must not say; both parted by |.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

fn check(rows: &[Row]) {
    let faults: Vec<String> = rows
        .iter()
        .filter_map(|&(previous, text, outcomes, says, silent)| {
            let lines = previous.split('|').filter(|line| !line.is_empty());
            let question = Question {
                text: text.into(),
                previous: lines.map(str::to_owned).collect(),
                at: "2026-11-22T02:00:00Z".parse().expect("a moment"),
                ..Question::default()
            };
            fault(&SHOP, &question, outcomes, says, silent)
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn questions_that_run_on_lose_no_part() {
    check(&[
        ("", "雪豹多重什么刹车", "answer", "13.8kg|油压碟刹", ""),
        ("", "雪豹多重什么刹车产地哪里", "-", "13.8kg|油压碟刹", ""),
        ("", "几天到送上楼吗", "answer", "4到7天|家门口", ""),
        ("", "送什么赠品支持花呗吗", "answer", "铃铛|3期", ""),
        (
            "",
            "包邮吗送什么赠品能开发票吗",
            "answer",
            "全国包邮|铃铛|电子发票",
            "",
        ),
        ("", "保修多久能开发票吗", "answer", "三年|电子发票", ""),
        ("", "发什么快递几天到", "answer", "德邦|4到7天", ""),
        // A part that nothing answers is asked back or passed on, beside what is answered.
        (
            "",
            "瞳距怎么量一副是几片啊",
            "clarify/handoff:no_match/handoff:low_confidence",
            "直尺",
            "",
        ),
        // A size and something else.
        (
            "",
            "雪豹身高170骑几号，能开发票吗",
            "answer",
            "17 码|电子发票",
            "",
        ),
        (
            "",
            "雪豹身高170选多大能开发票吗",
            "answer",
            "17 码|电子发票",
            "",
        ),
        (
            "",
            "包邮吗 雪豹身高170用几号",
            "answer",
            "全国包邮|17 码",
            "",
        ),
        // One question stays one.
        ("", "雪豹多重 保修几年", "answer", "13.8kg|三年", "您是想问"),
        ("", "好几天了还没到 几天能到", "-", "4到7天", ""),
        ("", "几天能到", "answer", "4到7天", ""),
        ("", "遥控器丢了怎么补", "answer", "单独补", "您是想问"),
        ("", "床单是床笠款还是平单款", "answer", "平单款", "您是想问"),
    ]);
}

#[test]
fn the_question_beside_a_call_is_answered_too() {
    check(&[
        ("", "包邮吗？转人工", "handoff:requested", "全国包邮", ""),
        (
            "",
            "转人工 顺便问下包邮吗",
            "handoff:requested",
            "全国包邮",
            "",
        ),
        (
            "",
            "找人工，另外问下能开专票吗",
            "handoff:requested",
            "满500元",
            "",
        ),
        (
            "",
            "灯带能剪吗？不行就给我转人工",
            "handoff:requested",
            "按标记剪",
            "",
        ),
        (
            "",
            "保修多久，回答不了就转人工",
            "handoff:requested",
            "三年",
            "",
        ),
        (
            "",
            "我要投诉你们！保修多久",
            "handoff:complaint",
            "三年",
            "",
        ),
        (
            "",
            "你们太过分了。发什么快递？",
            "handoff:complaint",
            "德邦",
            "",
        ),
        (
            "",
            "单号2938475610293847，遥控器丢了怎么补",
            "handoff:order_specific",
            "单独补",
            "",
        ),
        (
            "",
            "订单20261120999888 变速不准怎么调",
            "handoff:order_specific",
            "微调螺丝",
            "",
        ),
        // Nothing is asked of who is passed on.
        (
            "",
            "我要投诉！这个链条啥牌子",
            "handoff:complaint",
            "",
            "您是想问",
        ),
        // The number's own parcel.
        (
            "",
            "单号2938475610293847，到哪了",
            "handoff:order_specific",
            "",
            "4到7天",
        ),
        ("", "不用转人工，包邮吗", "answer", "全国包邮", ""),
    ]);
}

#[test]
fn what_is_no_question_adds_nothing() {
    check(&[
        ("", "在？会起球么", "answer", "不起球", "您是想问"),
        ("", "在嘛？能开专票吗", "answer", "满500元", "没有查到"),
        ("", "不用了，问下会掉色吗", "answer", "浮色", "感谢光临"),
        ("", "那没事了，对了会起球吗", "answer", "不起球", "感谢光临"),
        ("", "有实体店吗？在哪里？", "answer", "丹阳", "您是想问"),
        ("", "送什么赠品？送工具吗？", "answer", "铃铛", "您是想问"),
        ("", "我妈腰不好，会掉色吗", "answer", "浮色", "没有查到"),
        ("", "不用了", "answer", "感谢光临", ""),
        ("", "在？", "answer", "智能客服", ""),
    ]);
}

#[test]
fn a_story_beside_a_question_is_no_risk() {
    check(&[
        ("", "老婆怀孕了，几天能到", "answer", "4到7天", ""),
        ("", "医生说我散光100能配吗", "answer", "可以配", ""),
        ("", "给住院的老人买的，发什么快递", "answer", "德邦", ""),
        ("", "医生让我多骑车，疾风多重", "answer", "9.6kg", ""),
        ("", "孕妇能用吗", "handoff:risk", "", ""),
        ("", "怀孕了能吃吗", "handoff:risk", "", ""),
        ("", "怀孕了，能骑吗", "handoff:risk", "", ""),
        ("", "骑了以后进医院了，保修多久", "handoff:risk", "", ""),
    ]);
}

#[test]
fn a_column_that_ends_in_the_word_counts() {
    check(&[
        ("", "雪豹重量", "answer", "整车重量：13.8kg", "没有登记"),
        ("", "水壶架重量", "answer", "重量：28g", ""),
        ("", "骑行鞋什么材质", "answer", "材质：超纤", "尼龙"),
        ("", "小恐龙12寸多重", "answer", "7.2kg", ""),
        ("", "大豆被150×200的几斤", "answer", "4斤", ""),
        // 承重 is no 重量, and a product that has no weight at all lacks it.
        ("", "乳胶枕重量多少", "handoff:no_match", "没有登记重量", ""),
    ]);
}

#[test]
fn a_spec_answers_no_question_on_another_thing() {
    check(&[
        ("", "雪豹送螺丝刀吗", "-", "", "普通螺丝"),
        ("", "疾风送螺丝刀吗", "-", "", "防松螺丝"),
        ("", "雪豹送螺丝吗", "-", "", "普通螺丝"),
        ("", "雪豹什么螺丝", "answer", "普通螺丝", ""),
        ("", "乳胶枕能拆洗吗", "answer", "外套可拆洗", ""),
    ]);
}

#[test]
fn stock_is_told_by_skus_that_can_be_read() {
    check(&[
        ("", "雪豹我身高170选多大", "answer", "17 码", "没有"),
        ("", "雪豹我身高160选多大", "answer", "15.5 码", "没有"),
        // No SKU of it says a size of the chart: nothing is told of what can be had.
        ("", "山魈我身高170选多大", "answer", "17 码", "没有"),
        // What can be read and is not there.
        (
            "",
            "疾风冰川白的我身高170选多大",
            "handoff:no_match",
            "没有",
            "",
        ),
    ]);
}

#[test]
fn who_wishes_for_goods_is_shown_some() {
    check(&[
        (
            "",
            "推荐一款山地车",
            "clarify",
            "雪豹山地车|山魈山地车",
            "您是想问",
        ),
        (
            "",
            "推荐一辆山地车",
            "clarify",
            "雪豹山地车|山魈山地车",
            "您是想问",
        ),
        ("", "我要配眼镜", "clarify", "公路车|哪一类", ""),
        ("", "给孩子买个车", "clarify", "童车|哪一类", ""),
        ("", "想买辆自行车", "clarify", "山地车|哪一类", ""),
        ("", "我要退货", "-", "", "哪一类"),
        ("", "推荐什么尺码", "-", "", "哪一类"),
    ]);
}

#[test]
fn hours_and_sums_are_told() {
    check(&[
        ("", "你们几点上班", "answer", "00:00-23:59", ""),
        ("", "客服几点下班", "answer", "00:00-23:59", ""),
        ("", "你们营业到几点", "answer", "00:00-23:59", ""),
        ("", "周日上班吗", "answer", "00:00-23:59", ""),
        ("", "师傅周日上班吗", "-", "", "00:00-23:59"),
        ("", "周末发货吗", "-", "", "00:00-23:59"),
        ("床单是床笠款还是平单款", "加多少钱", "answer", "加20元", ""),
        ("床单是床笠款还是平单款", "要加钱吗", "answer", "加20元", ""),
        ("发什么快递", "加多少钱", "-", "", "德邦"),
    ]);
}
