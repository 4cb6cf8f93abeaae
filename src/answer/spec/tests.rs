use std::path::Path;

use super::*;
use crate::answer::product::Catalogue;
use crate::knowledge::{Shop, read_shop};
use crate::text::normalise::normalise;

fn sample(shop: &str) -> Shop {
    read_shop(
        &Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("knowledge")
            .join(shop),
    )
    .shop
}

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
            "经典卡其双排扣风衣的规格：卡其（S、M、L、XL、2XL）；藏青（S、M、L、XL）",
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
