//! Rules about refusals of what the law or the platform grants: 概不退换 against a rule of seven days.
//!
//! Law and platform exempt some goods (made to order, perishable, worn on the skin once unpacked, …) and require that
//! returned goods are intact. A sentence that names anything of this kind may be right and is not reported.

use std::sync::LazyLock;

use regex::Regex;

use super::circumstances::Goods;
use super::commitments::Claim;
use super::numbers::WEAKER_THAN_PLATFORM;
use super::scene::{From, Piece, Scene, spot};
use super::{Report, pattern};
use crate::knowledge::Shop;
use crate::text::normalise::normalise;

/// Nothing is taken back for any reason.
static OUTRIGHT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:概|一律|一概|恕|坚决)不(?:予|给|能|可以?|接受|支持|办理)?退|不退也?不换|不退换|不(?:予|给|能|可|支持|接受|办理)退换|(?:售出|卖出|离柜|离开柜台)[^,]{0,4}(?:概|一律)?不(?:予|给|能|可以?|支持)?退|(?:售出|离柜|离开柜台|退换)[^。]{0,6}概不负责",
    )
});

/// Nothing is taken back without a reason.
static WITHOUT_REASON: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:不|没有|无法|概不)(?:支持|提供|享受|享有|适用|参加|接受|办理)?[^,]{0,4}无理由(?:退|$|,|服务|的)",
    )
});

/// Opening the outer box to look is not using the goods, so no right is lost.
static UNPACKED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"拆了?(?:外包装|外箱|快递袋|快递盒)[^,]{0,4}不(?:能|可以?|予|给)?退")
});

/// Goods that law and platform exempt.
static GOODS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"定制|订制|定做|订做|刻字|印字|来图|量身|鲜|易腐|活体|活虾|活蟹|宠物|水果|蔬|海产|花卉|花束|花材|绿植|苗|种子|蛋糕|内衣|内裤|贴身|泳衣|泳裤|袜|耳钉|耳环|口红|面膜|软件|数字|下载|音像|虚拟|点卡|激活码|报纸|期刊|杂志|礼品卡|充值|卡券|话费|黄金|药|拍卖",
    )
});

/// States and places for which no return without reason applies, or words that exclude some goods.
static LIMITS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"改过|修剪|拆|开[封罐瓶袋盒包箱机]|撕|撬|启封|用过|使用|试用|穿过|洗|下水|安装|激活|录入|通电|通水|临期|二手|样品|样机|小样|试喝|试吃|赠|保税|直邮|跨境|海外|进口|门店|线下|实体|专柜|非本店|别家|超|逾|过了|天后|过期|人为|损坏|污|磕|脏|痕迹|影响|吊牌|剪|缺|不齐|不完整|二次|标注|标明|注明|写明|页面|商品页|详情页|以下|下列|如下|以上|上述|部分|个别|有些|这类|此类|未经|私自|擅自|自行|没联系|未联系|如果|若|费|定金|订金|押金|券|差价|补差|积分|只退不换|只换不退",
    )
});

/// Reports entries that refuse what one of `claims` grants as law or platform.
pub(super) fn check(scene: &Scene, claims: &[Claim], goods: &Goods, report: &mut Report) {
    let granted: Vec<&Claim> = claims
        .iter()
        .filter(|claim| scene.pieces[claim.piece].scope.is_floor() && claim.topic.floor.is_some())
        .collect();
    if granted.is_empty() || sells_exempt_goods(scene.shop) {
        return;
    }
    for piece in &scene.pieces {
        let bound = piece.from != From::Script && !piece.scope.is_floor();
        if !bound || piece.is_over(scene.at) {
            continue;
        }
        let Some(said) = refusal(piece, goods) else {
            continue;
        };
        let floor = granted.iter().find(|claim| {
            let scope = &scene.pieces[claim.piece].scope;
            scope.layer < piece.scope.layer
                && scope.covers(&piece.scope)
                && scope.meets(&piece.scope, scene.at)
        });
        if let Some(floor) = floor {
            let other = &scene.pieces[floor.piece];
            report.push(
                &WEAKER_THAN_PLATFORM,
                &piece.place,
                piece.column,
                format!(
                    "\"{said}\" refuses what \"{}\" in {} ({}) grants, which no other rule may weaken",
                    floor.quote,
                    other.id,
                    spot(&other.place)
                ),
                "grant at least as much, or name the goods that the rule exempts",
            );
        }
    }
}

/// The words with which a piece refuses all returns.
pub(super) fn refusal(piece: &Piece, goods: &Goods) -> Option<String> {
    let refuses = |text: &str| {
        OUTRIGHT.is_match(text) || WITHOUT_REASON.is_match(text) || UNPACKED.is_match(text)
    };
    if !refuses(&piece.plain) {
        return None;
    }
    let titles: Vec<String> = piece.titles.iter().map(|title| normalise(title)).collect();
    let conditions = piece.scope.conditions;
    let categories = conditions.map_or(&[][..], |conditions| &conditions.categories);
    let exempt = |text: &str| GOODS.is_match(text) || LIMITS.is_match(text);
    if categories.iter().any(|category| exempt(category)) {
        return None;
    }
    // A page about limited goods may tell in its title what it does not grant, so its own limits make that likely.
    let limited = piece.scope.product.is_some()
        || conditions.is_some_and(|conditions| {
            !(conditions.products.is_empty() && conditions.categories.is_empty())
        });
    piece
        .plain
        .split(['。', '!', '?', ';', '\n'])
        .find_map(|sentence| {
            let own = |regex: &Regex| {
                let hit = regex.find(sentence)?;
                let asked = sentence[hit.end()..].starts_with(['吗', '么']);
                (!asked && !taken_back(&sentence[..hit.start()])).then(|| hit.as_str().to_owned())
            };
            if let Some(said) = own(&UNPACKED) {
                return Some(said);
            }
            // After 拆封后不予退换, a 概不负责 is no exception any more.
            let strong = sentence.contains("概不负责") && !sentence.contains("人为");
            if !strong && (exempt(sentence) || titles.iter().any(|title| exempt(title))) {
                return None;
            }
            own(&OUTRIGHT).or_else(|| {
                let at_large = !limited && goods.find(sentence).is_empty();
                own(&WITHOUT_REASON).filter(|_| at_large)
            })
        })
}

/// Whether the text before a refusal negates it: 不会一律不退, 并非概不退换.
fn taken_back(before: &str) -> bool {
    ["不会", "不是", "并非", "绝非", "不得", "没有说", "不能说"]
        .iter()
        .any(|word| before.ends_with(word))
}

/// Whether most goods of a shop are exempt: fruit, flowers, things made to order.
pub(super) fn sells_exempt_goods(shop: &Shop) -> bool {
    let exempt = |text: &str| GOODS.is_match(text);
    let products = &shop.products;
    let of_them = products
        .iter()
        .filter(|product| exempt(&product.category) || exempt(&product.name));
    !products.is_empty() && of_them.count() * 2 >= products.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::read_shop;

    fn read(question: &str, answer: &str) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("faq")).unwrap();
        std::fs::write(folder.path().join("shop.toml"), "[shop]\n").unwrap();
        let table = format!("id,question,answer\n1,{question},\"{answer}\"\n");
        std::fs::write(folder.path().join("faq/a.csv"), table).unwrap();
        let shop = read_shop(folder.path()).shop;
        let scene = Scene::new(&shop, Default::default());
        refusal(&scene.pieces[0], &Goods::new(&shop))
    }

    #[test]
    fn refusals_are_told_from_exceptions() {
        for answer in [
            "本店商品一经售出，概不退换。",
            "本店不支持七天无理由退货。",
            "商品离开柜台概不负责。",
            "特价商品不退不换",
            "打折款售出不退",
            "一律不退不换",
            "非质量问题不退换",
            "拆封后不予退换，概不负责",
            "拆了外包装就不能退",
            "不支持无理由退货",
        ] {
            assert!(read("能退吗", answer).is_some(), "{answer}");
        }
        for (question, answer) in [
            ("能退吗", "定制商品一经售出，概不退换。"),
            ("拆封还能退吗", "不支持七天无理由退货"),
            ("能退吗", "拆封后的茶叶不支持七天无理由退货"),
            ("能退吗", "鲜活易腐的商品不退不换"),
            ("内衣能退吗", "不退不换"),
            ("能退吗", "签收后7天内可以退换，我们不会一律不退"),
            ("能退吗", "超过7天的不予退换"),
            ("运费退吗", "运费概不退还"),
            ("能退吗", "以下商品不支持无理由退货：刻字的杯子"),
            ("能退吗", "人为损坏的概不负责"),
            ("能退吗", "商品页标注不支持无理由退货的除外"),
        ] {
            assert_eq!(read(question, answer), None, "{answer}");
        }
    }
}
