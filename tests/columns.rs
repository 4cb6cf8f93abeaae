//! Questions to columns that merchants name in their own way: lists of them, measures and amounts, is it this or another
//! value, what comes with the goods and what they come in. Each mend stands beside look-alikes that must not change.

use std::sync::LazyLock;

use zhike::answer::{Engine, Question};

use crate::asking::{fault, sample, shop_of};

const PRODUCTS: &str = "\
商品编号,商品名称,别名,类目,规格,外形尺寸,容量,适用水体,功率,重量,材质,手柄,产地,质保,电源线长,研磨档位,有效竿长,背侧板材质,随箱配件,工艺,净含量
E1,听泉养生壶,听泉,养生壶,白色|黑色,22×18×24cm,1.5L,,800W,1.2kg,304不锈钢,电木,广东中山,2年,0.9m,,,,滤网、茶叶盒、说明书,,
E2,小鲸潜水泵,小鲸,水泵,,9×6×5cm,,30-60L,5W,300g,ABS,,,1年,1.6m,,,,吸盘、软管,,
E3,石敢手摇磨,石敢,磨豆机,,,25g,,,600g,陶瓷,,台湾,,,36档,,,毛刷,,
R1,听风鱼竿,听风,鱼竿,,,,,,180g,碳素,,山东威海,,,,3.6m,,竿包、竿盒、备用竿稍,,
G1,逐浪吉他,逐浪,吉他,原木色|黑色,,,,,2.1kg,云杉,,广东惠州,1年,,,,桃花心木,琴包、变调夹,,
G2,踏月吉他,踏月,吉他,原木色,,,,,1.9kg,红松,,贵州正安,1年,,,,玫瑰木,琴包,,
T1,云顶普洱,云顶,茶叶,100g|357g|500g,,,,,,,,云南临沧,,,,,,,生茶,357g
T2,岩上肉桂,岩上,茶叶,125g|250g|1kg,,,,,,,,福建武夷山,,,,,,,炭焙,250g
T3,花间茶包十二包装,花间茶包,茶包,,,,,,,,,福建漳州,,,,,,,,36g
B1,竿用绑带,,配件,,,,,,20g,,,,,,,,,收纳绳,,
C1,清澜净水剂,清澜,药剂,250ml|500ml,,,,,,,,,,,,,,,,
S1,黑金水草土,黑金土,底砂,\"细颗粒:3L,9L|粗颗粒:3L,9L\",,,,,,,,,,,,,,,,
";

const ENTRIES: &str = "\
编号,问题,相似问题,答案
capo,变调夹怎么用,变调夹夹哪里,夹在品丝前面。
box,茶叶盒怎么洗,,温水冲洗即可。
invoice,能开发票吗,可以开发票吗,可以开电子发票。
wash,养生壶可以水洗吗,壶能水洗吗,壶身可以水洗，底座不行。
";

static SHOP: LazyLock<Engine> = LazyLock::new(|| {
    shop_of(&[
        ("products/goods.csv", PRODUCTS),
        ("faq/entries.csv", ENTRIES),
    ])
});

/// The page, the question, what comes of it (`-` is not looked at), what the reply says, and what it must not say; both
/// parted by |.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

fn check(engine: &Engine, rows: &[Row]) {
    let faults: Vec<String> = rows
        .iter()
        .filter_map(|&(product, text, outcomes, says, silent)| {
            let question = Question {
                text: text.into(),
                product: Some(product.to_owned()).filter(|id| !id.is_empty()),
                at: "2026-11-22T02:00:00Z".parse().expect("a moment"),
                ..Question::default()
            };
            fault(engine, &question, outcomes, says, silent)
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_list_of_columns_loses_none() {
    check(
        &SHOP,
        &[
            ("E1", "功率 重量 质保", "answer", "800W|1.2kg|2年", ""),
            ("E1", "功率、重量、质保", "answer", "800W|1.2kg|2年", ""),
            ("E1", "功率，材质", "answer", "800W|304不锈钢", ""),
            ("E1", "产地/尺寸", "answer", "广东中山|22×18×24cm", ""),
            ("E1", "产地材质", "answer", "广东中山|304不锈钢", ""),
            ("E1", "容量重量产地", "answer", "1.5L|1.2kg|广东中山", ""),
            ("E1", "功率 尺寸 保修", "answer", "800W|22×18×24cm|2年", ""),
            ("E1", "重量 功率", "answer", "1.2kg|800W", ""),
            ("E1", "手柄 重量", "answer", "电木|1.2kg", ""),
            ("E1", "多少瓦多重", "answer", "800W|1.2kg", ""),
            // More than are quoted of one spec.
            (
                "E1",
                "尺寸 容量 功率 重量 材质 产地",
                "answer",
                "22×18×24cm|1.5L|800W|1.2kg|304不锈钢|广东中山",
                "",
            ),
            ("T1", "产地 净含量", "answer", "云南临沧|357g", ""),
            // Said by a part of the name.
            ("R1", "重量 竿长 产地", "answer", "180g|3.6m|山东威海", ""),
            (
                "G1",
                "重量 背板 产地",
                "answer",
                "2.1kg|桃花心木|广东惠州",
                "",
            ),
            ("E3", "容量 档位", "answer", "25g|36档", ""),
            // What is not on record is said to be so, and what is told all the same.
            ("E3", "重量 功率", "handoff", "600g|没有登记功率", ""),
            ("R1", "功率 重量", "handoff", "180g|没有登记功率", ""),
            ("G1", "重量 颜色", "answer", "2.1kg|原木色；黑色", ""),
            ("E1", "功率 噪音", "handoff", "800W|没有登记噪音", ""),
            // A part is asked of alone.
            ("E1", "手柄是什么材质", "answer", "电木", "304"),
            ("E1", "手柄什么材质", "answer", "电木", "304"),
            ("E2", "手柄什么材质", "handoff", "没有登记手柄", "ABS"),
        ],
    );
}

#[test]
fn shipped_lists_lose_none() {
    check(
        sample("zhiju"),
        &[
            ("JSQ-40U", "噪音 重量 产地", "answer", "净重|产地|噪音", ""),
            ("JSQ-40U", "功率 噪音 尺寸", "answer", "功率|噪音|尺寸", ""),
            (
                "JSQ-40U",
                "额定功率 产品尺寸 净重",
                "answer",
                "功率|尺寸|重",
                "",
            ),
            (
                "KJ500-A2",
                "噪音，尺寸，功率",
                "answer",
                "功率|尺寸|噪音",
                "",
            ),
            ("XD-W5", "功率 重量", "answer", "功率|净重", ""),
        ],
    );
}

#[test]
fn a_measure_is_of_what_it_is_said_of() {
    check(
        &SHOP,
        &[
            ("R1", "功率多大", "handoff", "没有登记功率", ""),
            ("E2", "容量多大", "handoff", "没有登记容量", "9×6"),
            ("", "小鲸容量多大的", "handoff", "没有登记容量", "9×6"),
            ("E1", "功率多大", "answer", "800W", "22×"),
            ("E1", "容量多大", "answer", "1.5L", "22×"),
            ("E1", "多大", "answer", "22×18×24cm", ""),
            ("E1", "尺寸多大", "answer", "22×18×24cm", ""),
            // The cord is not all that is long.
            ("E2", "多长", "answer", "9×6×5cm", ""),
            ("", "小鲸多长一根", "answer", "9×6×5cm", ""),
            ("E2", "线多长", "answer", "1.6m", "9×6"),
            ("E2", "多长的线", "answer", "1.6m", "9×6"),
            ("E2", "电源线多长", "answer", "1.6m", "9×6"),
            ("E2", "多少瓦线多长", "answer", "5W|1.6m", "9×6"),
            ("R1", "多长", "answer", "3.6m", ""),
        ],
    );
}

#[test]
fn amounts_are_told_by_what_counts_them() {
    check(
        &SHOP,
        &[
            ("E1", "多少毫升", "answer", "1.5L", "没有登记"),
            ("E1", "能装多少ml", "answer", "1.5L", "没有登记"),
            ("E2", "够多少升水用", "answer", "30-60L", "没有登记"),
            ("E2", "能带多少升的缸", "answer", "30-60L", "没有登记"),
            ("E2", "多少升", "answer", "30-60L", "没有登记"),
            ("T1", "多少克", "answer", "357g", "没有登记"),
            ("C1", "多少毫升", "answer", "250ml|500ml", "没有登记"),
            ("S1", "几升一袋", "answer", "3L|9L", "没有登记"),
            ("E2", "容量多少升", "handoff", "没有登记容量", ""),
            ("R1", "多少升", "handoff", "没有登记容量", ""),
            ("R1", "多少瓦", "handoff", "没有登记功率", ""),
        ],
    );
}

#[test]
fn another_value_is_answered_by_the_own_one() {
    check(
        &SHOP,
        &[
            ("T1", "是炭焙的吗", "answer", "工艺：生茶", ""),
            ("T2", "是生茶吗", "answer", "工艺：炭焙", ""),
            ("T2", "是云南产的吗", "answer", "产地：福建武夷山", ""),
            ("R1", "是日本产的吗", "answer", "产地：山东威海", ""),
            ("E1", "是1000瓦吗", "answer", "功率：800W", ""),
            ("E1", "有2L吗", "answer", "容量：1.5L", ""),
            ("E3", "有48档吗", "answer", "研磨档位：36档", ""),
            ("E1", "是316的吗", "answer", "材质：304不锈钢", ""),
            ("E1", "是塑料的吗", "answer", "材质：304不锈钢", ""),
            (
                "G1",
                "背板是玫瑰木吗",
                "answer",
                "背侧板材质：桃花心木",
                "云杉",
            ),
            ("G1", "是玫瑰木的吗", "answer", "背侧板材质：桃花心木", ""),
            ("T1", "是生茶吗", "answer", "工艺：生茶", ""),
            // These ask for something else.
            ("E1", "壶可以水洗吗", "answer", "底座不行", "工艺"),
            ("E1", "盖子是玫瑰木吗", "-", "", "桃花心木"),
            ("E1", "底座是塑料的吗", "-", "", "304"),
            ("R1", "是自己产的吗", "-", "", "威海"),
            ("R1", "是今年产的吗", "-", "", "威海"),
            ("T1", "是正品吗", "-", "", "工艺|产地"),
            ("T1", "是送人的吗", "-", "", "工艺|产地"),
            ("E1", "有3年吗", "-", "", "1.5L|800W"),
        ],
    );
}

#[test]
fn what_comes_with_goods_is_told_by_the_list_of_it() {
    check(
        &SHOP,
        &[
            ("G1", "送变调夹吗", "answer", "琴包、变调夹", "品丝"),
            ("E1", "带茶叶盒吗", "answer", "滤网、茶叶盒", "温水"),
            ("G1", "有琴包送吗", "answer", "琴包、变调夹", ""),
            ("R1", "送盒子吗", "answer", "竿包、竿盒", ""),
            ("R1", "送啥", "answer", "竿包、竿盒", "顺丰"),
            ("R1", "送什么啊", "answer", "竿包、竿盒", "顺丰"),
            ("R1", "送什么配件", "answer", "竿包、竿盒", "顺丰"),
            ("R1", "配件有哪些", "answer", "竿包、竿盒", ""),
            ("G1", "变调夹怎么用", "answer", "品丝", ""),
            ("R1", "送朋友送什么好", "-", "", "竿包"),
            ("R1", "送什么快递", "-", "", "竿包"),
            ("R1", "发什么快递", "-", "", "竿包"),
            ("T1", "送啥", "-", "", "没有登记"),
            // The one product of the kind 配件 is not meant.
            ("", "送什么配件", "-", "", "收纳绳"),
        ],
    );
}

#[test]
fn skus_are_told_by_their_figures() {
    check(
        &SHOP,
        &[
            ("T1", "有500的吗", "answer", "100g、357g、500g", ""),
            ("T1", "有500g装吗", "answer", "100g、357g、500g", ""),
            ("T2", "有1公斤装吗", "answer", "125g、250g、1kg", ""),
            ("", "岩上有250的吗", "answer", "125g、250g、1kg", ""),
            ("T1", "有300g的吗", "answer", "100g、357g、500g", ""),
            ("T1", "有大包装吗", "answer", "100g、357g、500g", "花间"),
            ("C1", "有500的吗", "answer", "250ml、500ml", ""),
            ("S1", "有9升的吗", "answer", "3L、9L", ""),
            ("S1", "有粗的吗", "answer", "粗颗粒", ""),
            // Neither an amount of it nor what it is packed in.
            ("T1", "有3年的吗", "-", "", "100g"),
            ("T1", "有2个吗", "-", "", "100g"),
            ("E1", "有500的吗", "-", "", "白色|304"),
            ("E1", "有316的吗", "-", "", "白色"),
            ("T1", "包装怎么样", "-", "", "花间"),
        ],
    );
}

/// Columns under short names, and what holds these names and is something else.
const FOOD: &str = "\
商品编号,商品名称,类目,添加糖,脂肪,蛋白质,酒精度,配料
F1,云朵溶豆,溶豆,无,2g,8g,,酸奶、草莓
F2,青梅酒,酒,有,,,12度,青梅、米酒
";

#[test]
fn another_substance_is_not_on_record() {
    let shop = shop_of(&[("products/food.csv", FOOD)]);
    let others = [
        ("F1", "有乳糖吗"),
        ("F1", "乳糖不耐受能吃吗"),
        ("F1", "有没有麦芽糖"),
        ("F1", "会升血糖吗"),
        ("F1", "反式脂肪多少"),
        ("F1", "有乳清蛋白吗"),
        ("F1", "乳糖含量多少"),
    ];
    let silent = "添加糖：|脂肪：|蛋白质：";
    let others = others.map(|(product, text)| (product, text, "clarify/handoff", "", silent));
    check(&shop, &others);
    check(
        &shop,
        &[
            ("F1", "有糖吗", "answer", "添加糖：无", ""),
            ("F1", "加糖了吗", "answer", "添加糖：无", ""),
            ("F1", "脂肪多少", "answer", "脂肪：2g", ""),
            ("F1", "多少蛋白", "answer", "蛋白质：8g", ""),
            ("F2", "酒精度多少", "answer", "12度", ""),
        ],
    );
}
