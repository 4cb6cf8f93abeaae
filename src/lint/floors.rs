//! The floors of a shop while it answers: which rules of law or platform a rule of the shop gives less than.
//!
//! `check` reports such rules (`weaker-than-platform`) and an answer never tells them. Both read the same commitments.

use std::sync::OnceLock;

use rayon::prelude::*;

use super::circumstances::Goods;
use super::commitments::{Claim, Matter, claims};
use super::numbers::{binds, whenever, worse};
use super::refusals;
use super::scene::Piece;
use crate::knowledge::{Entry, EntryAt, Layer, Shop};
use crate::text::normalise::normalise;

/// What law and platform grant in a shop, and in which matters its promotions have rules of their own.
#[derive(Default)]
pub struct Floors {
    /// The goods that texts of the shop may name; `None` if there is neither a floor nor a promotion.
    goods: Option<Goods>,
    /// The commitments of each floor.
    granted: Vec<Granted>,
    /// Whether the law exempts most of what the shop sells from returns.
    exempt: bool,
    /// What was found for each entry, read once when it is first needed.
    known: Vec<OnceLock<Vec<Above>>>,
    /// The matters of each entry, read likewise; empty without promotions.
    matters: Vec<OnceLock<Vec<Matter>>>,
}

struct Granted {
    entry: u32,
    at: EntryAt,
    claims: Vec<Claim>,
}

/// A floor that a rule gives less than.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Above {
    /// The entry of the floor.
    pub floor: u32,
    /// Whether the rule commits the shop to nothing beside that.
    pub alone: bool,
}

impl Floors {
    /// Reads the floors of a shop with these entries.
    pub fn new(shop: &Shop, entries: &[Entry]) -> Floors {
        let floors: Vec<(u32, EntryAt)> = (0..)
            .zip(entries)
            .filter(|(_, entry)| matches!(entry.layer(shop), Layer::Law | Layer::Platform))
            .map(|(index, entry)| (index, entry.at))
            .collect();
        let promotes = entries
            .iter()
            .any(|entry| entry.layer(shop) == Layer::Promotion);
        if floors.is_empty() && !promotes {
            return Floors::default();
        }
        let unread = |wanted| match wanted {
            true => entries.len(),
            false => 0,
        };
        let goods = Goods::new(shop);
        let read = |(entry, at)| {
            let claims = claims(0, &piece(shop, at)?, &goods);
            (!claims.is_empty()).then_some(Granted { entry, at, claims })
        };
        let granted: Vec<Granted> = floors.into_par_iter().filter_map(read).collect();
        Floors {
            goods: Some(goods).filter(|_| promotes || !granted.is_empty()),
            known: (0..unread(!granted.is_empty()))
                .map(|_| OnceLock::new())
                .collect(),
            matters: (0..unread(promotes)).map(|_| OnceLock::new()).collect(),
            granted,
            exempt: refusals::sells_exempt_goods(shop),
        }
    }

    /// The floors that `entry`, of this index among the shop's, gives the buyer less than, whether or not they are in
    /// force.
    pub fn above(&self, shop: &Shop, index: u32, entry: &Entry) -> &[Above] {
        let known = self.known.get(index as usize);
        known.map_or(&[], |known| {
            known.get_or_init(|| self.find_above(shop, entry.at))
        })
    }

    /// Whether two entries commit the shop in the same matters and in no other, apart from promotions: 24小时内发货 and
    /// 活动期间72小时内发货. False in a shop without promotions.
    pub fn one_matter(&self, shop: &Shop, entries: &[Entry], one: u32, other: u32) -> bool {
        let [one, other] = [one, other].map(|index| {
            let read = self.matters.get(index as usize);
            read.map_or(&[][..], |read| {
                read.get_or_init(|| self.find_matters(shop, entries[index as usize].at))
            })
        });
        !one.is_empty()
            && one.iter().all(|matter| other.contains(matter))
            && other.iter().all(|matter| one.contains(matter))
    }

    fn find_matters(&self, shop: &Shop, at: EntryAt) -> Vec<Matter> {
        let Some((goods, own)) = self.goods.as_ref().zip(piece(shop, at)) else {
            return Vec::new();
        };
        claims(0, &own, goods).iter().map(whenever).collect()
    }

    fn find_above(&self, shop: &Shop, at: EntryAt) -> Vec<Above> {
        let (Some(goods), Some(mut own)) = (&self.goods, piece(shop, at)) else {
            return Vec::new();
        };
        let told = claims(0, &own, goods);
        own.plain = normalise(own.text);
        let refuses = !self.exempt && refusals::refusal(&own, goods).is_some();
        if told.is_empty() && !refuses {
            return Vec::new();
        }
        let above = |granted: &Granted| {
            let floor = piece(shop, granted.at)?;
            let less = |claim: &Claim| {
                let mut granted = granted.claims.iter();
                granted.any(|least| {
                    binds((&floor.scope, least), (&own.scope, claim)) && worse(claim, least)
                })
            };
            let weak = told.iter().filter(|claim| less(claim)).count();
            let refused = refuses
                && floor.scope.layer < own.scope.layer
                && floor.scope.covers(&own.scope)
                && granted
                    .claims
                    .iter()
                    .any(|claim| claim.topic.floor.is_some());
            (weak > 0 || refused).then_some(Above {
                floor: granted.entry,
                alone: weak == told.len(),
            })
        };
        self.granted.iter().filter_map(above).collect()
    }
}

/// The text of a rule.
fn piece(shop: &Shop, at: EntryAt) -> Option<Piece<'_>> {
    match at {
        EntryAt::Faq(faq) => Some(Piece::of_faq(&shop.faqs[faq as usize])),
        EntryAt::Policy(policy, passage) => {
            let policy = &shop.policies[policy as usize];
            let passage = &policy.passages[passage as usize];
            Some(Piece::of_passage(policy, passage))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::{entries, read_shop};

    /// Whether a rule of the shop (question, answer) gives less than a floor of the platform.
    fn below(floor: (&str, &str), rule: (&str, &str)) -> bool {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("faq")).unwrap();
        std::fs::write(folder.path().join("shop.toml"), "[shop]\n").unwrap();
        let table = format!(
            "编号,问题,答案,层级\nf,{},{},平台\ns,{},{},店铺\n",
            floor.0, floor.1, rule.0, rule.1
        );
        std::fs::write(folder.path().join("faq/a.csv"), table).unwrap();
        let shop = read_shop(folder.path()).shop;
        let entries = entries(&shop);
        let floors = Floors::new(&shop, &entries);
        !floors.above(&shop, 1, &entries[1]).is_empty()
    }

    #[test]
    fn a_rule_is_held_against_the_floor_in_its_matter() {
        let ask = "怎么算";
        for (floor, rule) in [
            ("签收后7天内可以无理由退货。", "本店无理由退货3天。"),
            ("签收后7天内可以无理由退货。", "商品一经售出，概不退换。"),
            (
                "自收到商品之日起七日内可以退货。",
                "收货3天内可退，过期不退。",
            ),
            ("付款后48小时内必须发货。", "付款后5天内发货。"),
            ("收到退货后48小时内退款。", "收到退货后7天内退款。"),
            ("平台价保30天。", "本店保价7天。"),
            ("法定三包期一年。", "本店保修6个月。"),
            ("整机三包有效期2年。", "质保一年。"),
            ("假一赔四。", "本店假一赔三。"),
            ("假一赔十。", "假一赔3。"),
            ("平台要求免费开票。", "本店开票收3%税点。"),
            ("开发票不收税点。", "开发票需要另付税费，加6个点。"),
            ("商家应当向买家开具发票。", "本店不开发票。"),
            ("可以开具发票。", "我们无法提供发票。"),
            ("缺货赔付订单金额的10%。", "缺货赔5%。"),
            ("缺货赔付订单金额的10%。", "没货了不赔。"),
            ("延迟发货赔付5%，最低5元。", "发货晚了不赔付。"),
            ("少件免费补发。", "少件不补发，请买家自己留意。"),
            ("少发的给您补寄。", "漏发不予补发。"),
            ("运输破损包赔。", "破损概不赔付。"),
            (
                "质量问题退货运费由商家承担。",
                "质量问题的退货运费买家自理。",
            ),
            ("平台赠送运费险。", "本店不送运费险。"),
        ] {
            assert!(below((ask, floor), (ask, rule)), "{rule} < {floor}");
        }
        for (floor, rule) in [
            ("签收后7天内可以无理由退货。", "本店无理由退货15天。"),
            (
                "签收后7天内可以无理由退货。",
                "定制商品一经售出，概不退换。",
            ),
            ("付款后48小时内必须发货。", "付款后24小时内发货。"),
            ("付款后48小时内必须发货。", "预售款付款后15天内发货。"),
            ("付款后48小时内必须发货。", "默认发中通快递。"),
            ("收到退货后48小时内退款。", "付款后5天内发货。"),
            ("平台价保30天。", "签收后7天内可以无理由退货。"),
            ("法定三包期一年。", "电池保修6个月。"),
            ("法定三包期一年。", "本店保修两年。"),
            ("假一赔四。", "假一赔十。"),
            ("平台要求免费开票。", "专票另收6个点。"),
            ("平台要求免费开票。", "开票免费，7个工作日内开好。"),
            ("商家应当向买家开具发票。", "不能重复开发票。"),
            ("商家应当向买家开具发票。", "如果不开发票，下单时不用填。"),
            ("缺货赔付订单金额的10%。", "缺货赔20%。"),
            ("少件免费补发。", "少件拍照联系我们，核实后补发。"),
            ("少件免费补发。", "不补差价。"),
            ("运输破损包赔。", "人为破损不赔。"),
            (
                "质量问题退货运费由商家承担。",
                "非质量问题退货运费由买家承担。",
            ),
            ("质量问题退货运费由商家承担。", "无理由退货运费您自理。"),
            ("平台赠送运费险。", "没买运费险的订单运费自付。"),
        ] {
            assert!(!below((ask, floor), (ask, rule)), "{rule} = {floor}");
        }
    }
}
