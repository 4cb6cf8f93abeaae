//! Rules about binding promises made in passing, without a policy that defines them.

use std::sync::LazyLock;

use rayon::prelude::*;
use regex::{Regex, RegexSet};

use super::scene::{From, Piece, Scene, excerpt};
use super::{Report, Rule, pattern};
use crate::text::normalise::normalise;

/// A promise that no policy of the shop, the platform or the law backs.
pub(super) const UNBACKED_PROMISE: Rule = Rule::warning("unbacked-promise");

/// The promises. The group `k`, if there is one, is what a policy must contain; else the whole match.
const PROMISES: &[&str] = &[
    r"假[1一][赔罚][0-9一二三四十百]+",
    r"(?P<k>全额赔|双倍赔|加倍赔|十倍赔|10倍赔|先行赔付|破损包赔|包赔|坏了就赔|过敏包退)",
    // Not 打包退回, 礼包退款, 红包退款 or 面包换新, but 全面包退.
    r"(?:^|全面|[^打包背书钱礼红肩提挎腰面外整原])(?P<k>包退|包换)(?:[^回]|$)",
    // A full refund for a cancelled order is a rule; one for a dissatisfied buyer is a promise.
    r"(?:满意|喜欢|合适|好[吃喝用看穿])[^,。]{0,2},?(?:就|可以?|都|给您?)*(?P<k>全额退|退全款|全退)",
    r"(?P<k>[包保](?:您|你)满意)",
    r"(?P<k>全赔)(?:[^不]|$)",
    r"(?P<k>必须|肯定|一定)(?:给|帮)[^,。]{0,2}(?:赔|退)",
    r"(?P<k>无条件)[^,。]{0,4}(?:退|换|赔)",
    r"(?P<k>终身)(?:质保|保修|维护|免费|维修|包)",
    r"(?P<k>永久)(?:质保|保修|免费|有效|不)",
    r"(?P<k>百分百|百分之百|100%)(?:正品|保证|满意|退|赔|能|会|不|到|解决)",
    r"(?P<k>保证)(?:[^书金]|$)",
    r"(?P<k>承诺)(?:[^书函]|$)",
    r"(?:^|[^不])(?P<k>一定)(?:会|能|给|帮|可以|让|赔|退|到|在)",
    r"(?P<k>肯定)(?:会|能|给|可以|没问题|到|不)",
    r"(?P<k>绝对)(?:会|能|不|没|正品|可以|放心|保证)",
];

/// The patterns, one by one.
static EACH: LazyLock<Vec<Regex>> =
    LazyLock::new(|| PROMISES.iter().map(|promise| pattern(promise)).collect());

/// All patterns in one pass, since most texts hold no promise.
static ANY: LazyLock<RegexSet> = LazyLock::new(|| {
    RegexSet::new(PROMISES).expect("the test `promises_are_told_from_advice` compiles the set")
});

/// Words before that make it no promise of the shop (请保证电源充足, 不保证, 为了保证, 质量保证书).
const BEFORE: &[&str] = &[
    "请", "为了", "为", "以", "要", "您", "如", "质量", "需", "能够", "品质", "才能", "确认", "只",
    "仅",
];

pub(super) fn check(scene: &Scene, report: &mut Report) {
    let policies: Vec<String> = scene
        .pieces
        .iter()
        .filter(|piece| piece.from == From::Policy && !piece.is_over(scene.at))
        .map(|piece| {
            let titles = piece
                .titles
                .iter()
                .map(|title| normalise(title))
                .collect::<Vec<_>>()
                .join("\n");
            format!("{titles}\n{}", piece.plain)
        })
        .collect();
    let bound = |piece: &&Piece| {
        matches!(piece.from, From::Faq | From::Script | From::ProductPage)
            && !piece.scope.is_floor()
            && !piece.is_over(scene.at)
    };
    let unbacked = |piece: &'_ &Piece| {
        let (promise, key) = promise(&piece.plain)?;
        let backed = policies.iter().any(|policy| policy.contains(&key));
        (!backed).then_some(promise)
    };
    let pieces: Vec<&Piece> = scene.pieces.iter().filter(bound).collect();
    let found: Vec<Option<String>> = pieces.par_iter().map(unbacked).collect();
    for (piece, promise) in pieces.into_iter().zip(found) {
        let Some(promise) = promise else {
            continue;
        };
        report.push(
            &UNBACKED_PROMISE,
            &piece.place,
            piece.column,
            format!(
                "{}: \"{}\" is a promise that no policy speaks of",
                piece.id,
                excerpt(&promise)
            ),
            "write a policy that says what it covers, or put it more carefully",
        );
    }
}

/// The first promise in a normalised text, and the words that a policy must contain to back it.
fn promise(text: &str) -> Option<(String, String)> {
    if !ANY.is_match(text) {
        return None;
    }
    for pattern in EACH.iter() {
        for captures in pattern.captures_iter(text) {
            let Some(whole) = captures.get(0) else {
                continue;
            };
            let key = captures.name("k").unwrap_or(whole);
            let before: String = text[..key.start()]
                .chars()
                .rev()
                .take(2)
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
                .collect();
            let denied = before.contains(['不', '无', '没', '难']);
            if !denied && !BEFORE.iter().any(|word| before.ends_with(word)) {
                let shown: String = text[key.start()..].chars().take(10).collect();
                return Some((shown, key.as_str().to_string()));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::promise;

    #[test]
    fn promises_are_told_from_advice() {
        for text in [
            "假一赔十",
            "我们保证不缩水",
            "一定能在周五前送到",
            "坏了全额赔",
            "不满意包退",
            "坏了包换新",
            "质量问题全面包退",
            "不满意全额退",
            "必须给您赔",
            "终身免费维修",
            "100%正品",
            "百分百满意",
            "肯定没问题",
            "无条件退货",
            "无条件全额退款",
        ] {
            assert!(promise(text).is_some(), "{text}");
        }
        for text in [
            "不一定会缩水",
            "请原样打包退回",
            "包包退货保留吊牌",
            "礼包退款按实付",
            "面包换新包装了",
            "使用红包退款时红包不返还",
            "双肩包退货请寄回配件",
            "100%棉",
            "请保证电源充足",
            "为保证安全请断电",
            "不能保证时间",
            "有一定的缩水",
            "质量保证书",
            "聚酯纤维100%",
            "绝对湿度",
            "缴纳保证金",
            "出库前可以取消并全额退款",
            "只承诺当日送达",
        ] {
            assert_eq!(promise(text), None, "{text}");
        }
    }
}
