use super::*;
use crate::answer::Outcome;
use crate::answer::product::Catalogue;
use crate::knowledge::{Shop, read_shop, sample};
use crate::text::normalise::normalise;

fn ask(shop: &Shop, catalogue: &Catalogue, question: &str, product: &str) -> Option<Proposal> {
    let text = normalise(question);
    let at = "2026-11-22T02:00:00Z".parse().expect("a timestamp");
    let product = Some(product).filter(|id| !id.is_empty());
    propose(&Asked::new(shop, catalogue, &text, &[], product, at))
}

#[test]
fn replies_quote_the_merchant() {
    let shop = sample("yunshang");
    let catalogue = Catalogue::new(&shop);
    for (question, product, reply) in [
        (
            "这条裙子什么料子的",
            "YS-D101",
            "法式碎花雪纺连衣裙的面料成分：聚酯纤维100%",
        ),
        (
            "有黑色吗",
            "YS-W503",
            "经典卡其双排扣风衣的规格里没有黑色：卡其（S、M、L、XL、2XL）；藏青（S、M、L、XL）",
        ),
        (
            "产地和执行标准",
            "YS-D101",
            "法式碎花雪纺连衣裙的产地：浙江杭州\n执行标准：FZ/T 81004-2022",
        ),
    ] {
        let proposal = ask(&shop, &catalogue, question, product);
        assert_eq!(
            proposal.map(|p| p.reply).as_deref(),
            Some(reply),
            "{question}"
        );
    }
}

#[test]
fn other_topics_are_left_alone() {
    let shop = sample("yunshang");
    let catalogue = Catalogue::new(&shop);
    let mut stolen = Vec::new();
    for question in [
        "退货运费谁出",
        "什么时候发货",
        "发什么快递",
        "包邮吗",
        "能便宜点吗",
        "现在多少钱",
        "黑色M还有货吗",
        "不合身能退吗",
        "尺码不合适能换吗",
        "怎么申请换货",
        "优惠券怎么领",
        "能开发票吗",
        "穿了两天就破了",
        "我的包裹到哪了",
        "在吗",
        "谢谢",
        "转人工",
        "花多少钱包邮",
        "多久能到货",
        "能送货上门吗",
        "满减怎么算",
        "积分怎么用",
    ] {
        if let Some(proposal) = ask(&shop, &catalogue, question, "YS-D101") {
            stolen.push(format!(
                "{question} → {} ({:.2})",
                proposal.reply, proposal.confidence
            ));
        }
    }
    assert!(stolen.is_empty(), "{}", stolen.join("\n"));
}

/// A shop of pans, watches and drills, with columns that the built-in table does not have.
fn made_up() -> Shop {
    const PRODUCTS: &str = "\
商品编号,商品名称,别名,类目,规格,材质,手柄,口径,净重,适用炉灶,表带材质,重量,充电时间,续航,电池容量,适用材料,纸张克重
P1,316不锈钢煎锅,316煎锅,煎锅,,316L不锈钢,不锈钢空心,28cm,1.4kg,明火、电磁炉,,,,,,,
P2,304不锈钢煎锅,304煎锅,煎锅,,304不锈钢,不锈钢空心,24cm,1.2kg,明火,,,,,,,
P3,黑曜高压锅,高压锅,高压锅,,304不锈钢,电木,22cm,3.1kg,明火,,,,,,,
W1,远航者石英表,远航者,手表,,,,,,,氟橡胶,148g,,,,,
D1,20V电钻,手电钻,电钻,裸机:; 一电一充:,,,,,,,1.35kg(裸机),1小时,90分钟,4.0Ah,木材、铁板、瓷砖,
D2,冲击钻,,电钻,一电一充:,,,,,,,1.6kg(裸机),2小时,,2.0Ah,木材、砖墙,
N1,素年手帐,,本子,,,,,,,,,,,,,100g道林纸
";
    let folder = tempfile::tempdir().expect("a folder");
    let products = folder.path().join("products");
    std::fs::create_dir(&products).expect("made");
    std::fs::write(folder.path().join("shop.toml"), "[shop]\nname = \"样店\"\n").expect("written");
    std::fs::write(products.join("products.csv"), PRODUCTS).expect("written");
    let reading = read_shop(folder.path());
    assert_eq!(reading.shop.products.len(), 7, "{:?}", reading.findings);
    reading.shop
}

#[test]
fn what_is_said_of_the_whole_is_not_said_of_a_part() {
    let shop = made_up();
    let catalogue = Catalogue::new(&shop);
    let sure = |question: &str, product: &str| {
        ask(&shop, &catalogue, question, product)
            .filter(|told| told.decision == Outcome::Answer && told.confidence >= 0.7)
            .map_or_else(|| "-".to_owned(), |told| told.reply.replace('\n', " / "))
    };
    let rows = [
        ("高压锅是什么材质", "", "黑曜高压锅的材质：304不锈钢"),
        ("这口锅什么材质", "P3", "黑曜高压锅的材质：304不锈钢"),
        ("高压锅密封圈是什么材质", "", "-"),
        ("密封圈啥材质", "P3", "-"),
        ("包装盒多重", "P3", "-"),
        ("高压锅多重", "", "黑曜高压锅的净重：3.1kg"),
        ("高压锅手柄是什么材质", "", "黑曜高压锅的手柄：电木"),
        ("高压锅把手是什么材质", "", "黑曜高压锅的手柄：电木"),
        ("远航者表带什么材质", "", "远航者石英表的表带材质：氟橡胶"),
        ("远航者表带多长", "", "-"),
        ("远航者表带多重", "", "-"),
        ("远航者盒子几克", "", "-"),
        ("远航者几克", "", "远航者石英表的重量：148g"),
        ("远航者多重", "", "远航者石英表的重量：148g"),
        ("素年手帐多重", "", "-"),
        ("20V电钻续航多长", "", "20V电钻的续航：90分钟"),
        ("20V电钻充满电要多久", "", "20V电钻的充电时间：1小时"),
        ("20V电钻充满能用多久", "", "20V电钻的续航：90分钟"),
        ("冲击钻有裸机吗", "", "冲击钻的规格：一电一充"),
        (
            "20V电钻能打瓷砖吗",
            "",
            "20V电钻的适用材料：木材、铁板、瓷砖",
        ),
        (
            "316煎锅能用电磁炉吗",
            "",
            "316不锈钢煎锅的适用炉灶：明火、电磁炉",
        ),
        ("高压锅能放微波炉吗", "", "-"),
        // Each says its own.
        (
            "煎锅手柄是什么材质",
            "",
            "316不锈钢煎锅、304不锈钢煎锅的手柄：不锈钢空心",
        ),
        ("煎锅口径和手柄", "", "-"),
        ("哪款电池容量是4.0Ah", "", "20V电钻：电池容量 4.0Ah"),
        ("哪款口径是28cm", "", "316不锈钢煎锅：口径 28cm"),
    ];
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|&(question, product, expected)| {
            let told = sure(question, product);
            (told != expected).then(|| format!("{question}: {told}, not {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
