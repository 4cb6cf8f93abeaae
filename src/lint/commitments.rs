//! The commitments in a text: figures, each with its matter, circumstances and goods.
//!
//! A text is split into sentences, and each normalised sentence is searched for commitments ([`super::topics`]). A
//! commitment takes its circumstances and goods from its clause, else from earlier clauses of the sentence, and from
//! the titles above the text.

mod statements;

use std::ops::Range;

use super::circumstances::{Goods, Set, circumstances, named};
use super::scene::{From, Piece, has_figure};
use super::topics::{Topic, told_in_words, topics_of};
use crate::knowledge::Layer;
use crate::text::normalise::{normalise, pairs};
use crate::text::reckon::reckoned;

use statements::{clauses, statements, subject};

/// The key of a matter: topic, its `k`, circumstances.
pub(super) type Matter = (usize, String, Set);

/// The commitment of one piece in one matter.
pub(super) struct Claim {
    pub(super) piece: usize,
    pub(super) topic: &'static Topic,
    pub(super) matter: Matter,
    pub(super) goods: Vec<u32>,
    /// The subject in the clause (车架, 传动件), if it tells figures of one topic apart; may be empty.
    pub(super) subject: String,
    /// All figures, sorted. A table of steps (满300减50, 满600减120) is one claim.
    pub(super) values: Vec<[f64; 2]>,
    /// The first statement, normalised.
    pub(super) quote: String,
}

/// The commitments of a piece.
pub(super) fn claims(at: usize, piece: &Piece, goods: &Goods) -> Vec<Claim> {
    const NUMERALS: &[char] = &[
        '一', '二', '两', '三', '四', '五', '六', '七', '八', '九', '十', '百', '半',
    ];
    let figures = piece.text.contains(NUMERALS) || has_figure(piece.text);
    let mut told = std::iter::once(piece.text).chain(piece.titles.iter().copied());
    if !figures && !told.any(told_in_words) {
        return Vec::new();
    }
    let mut titles = String::new();
    for title in piece
        .titles
        .iter()
        .skip(usize::from(skips_first_title(piece)))
    {
        titles.push_str(&normalise(title));
        titles.push('\n');
    }
    let above = (circumstances(&titles), goods.find(&titles));
    let mut claims: Vec<Claim> = Vec::new();
    for sentence in sentences(piece) {
        let sentence = reckoned(normalise(&sentence));
        for compiled in topics_of(&sentence, &titles) {
            for statement in statements(&sentence, compiled) {
                let (within, mut named_goods) = surroundings(&sentence, &statement.span, goods);
                named_goods.extend(&above.1);
                named_goods.sort_unstable();
                named_goods.dedup();
                let mut set = (within | above.0) & !named(compiled.topic.blind);
                if !named_goods.is_empty() {
                    set &= !named(&["large", "small"]); // the goods themselves say it better
                }
                let matter = (compiled.index, statement.key, set);
                let subject = match compiled.topic.parts {
                    true => subject(&sentence, &statement.span),
                    false => String::new(),
                };
                match claims.iter_mut().find(|claim| {
                    claim.matter == matter && claim.goods == named_goods && claim.subject == subject
                }) {
                    Some(claim) => claim.values.push(statement.value),
                    None => claims.push(Claim {
                        piece: at,
                        topic: compiled.topic,
                        matter,
                        goods: named_goods,
                        subject,
                        values: vec![statement.value],
                        quote: sentence[statement.span.clone()]
                            .trim_matches(['、', ' ', ':'])
                            .to_string(),
                    }),
                }
            }
        }
    }
    for claim in &mut claims {
        claim
            .values
            .sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
        claim.values.dedup();
    }
    claims
}

/// Whether the first title is ignored. A policy's title often names several matters (破损、质量问题与临期); only that of a
/// promotion tells when it holds.
fn skips_first_title(piece: &Piece) -> bool {
    piece.from == From::Policy && piece.scope.layer != Layer::Promotion && piece.titles.len() > 1
}

/// The sentences as written. A spec reads `name:value`.
fn sentences<'p>(piece: &'p Piece) -> impl Iterator<Item = String> + 'p {
    let name = if piece.from == From::Spec {
        piece.titles.first()
    } else {
        None
    };
    piece
        .text
        .split(['。', '！', '？', '；', ';', '!', '?', '\n'])
        .filter(|sentence| !sentence.trim().is_empty())
        .map(move |sentence| match name {
            Some(name) => format!("{name}:{sentence}"),
            None => sentence.to_string(),
        })
}

/// Whether two commitments may have the same subject: one has none, or one subject contains the other.
pub(super) fn subjects_meet(one: &str, other: &str) -> bool {
    let [mut few, mut many] = [one, other].map(|text| pairs(text).collect::<Vec<_>>());
    if few.len() > many.len() {
        std::mem::swap(&mut few, &mut many);
    }
    few.iter().all(|pair| many.contains(pair))
}

/// Circumstances and goods of the clauses at `span`; if they name none, those of the nearest earlier clause that does.
fn surroundings(sentence: &str, span: &Range<usize>, goods: &Goods) -> (Set, Vec<u32>) {
    let own = clauses(sentence, span);
    let mut set = circumstances(&sentence[own.clone()]);
    let mut found = goods.find(&sentence[own.clone()]);
    for clause in sentence[..own.start].rsplit(',') {
        if set == 0 {
            set = circumstances(clause);
        }
        if found.is_empty() {
            found = goods.find(clause);
        }
    }
    (set, found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::{Shop, read_shop};
    use crate::lint::scene::Scene;

    fn shop(answer: &str) -> Shop {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("faq")).unwrap();
        std::fs::write(folder.path().join("shop.toml"), "[shop]\n").unwrap();
        let table = format!("id,question,answer\n1,问题,{answer}\n");
        std::fs::write(folder.path().join("faq/a.csv"), table).unwrap();
        read_shop(folder.path()).shop
    }

    /// One matter after the other: `name: figures/figures [k]`.
    fn read(answer: &str) -> String {
        let shop = shop(answer);
        let scene = Scene::new(&shop, Default::default());
        let claims = claims(0, &scene.pieces[0], &Goods::new(&shop));
        let show = |claim: &Claim| {
            let values = claim.values.iter().map(|[a, b]| {
                if a == b {
                    format!("{a}")
                } else {
                    format!("{a}-{b}")
                }
            });
            let values = values.collect::<Vec<_>>().join("/");
            format!(
                "{}{}: {values}",
                claim.topic.name.trim_start_matches("the "),
                claim.matter.1
            )
        };
        claims.iter().map(show).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn parts_are_told_apart() {
        for (one, other, same) in [
            ("", "变速器牙盘", true),
            ("车架", "铝合金车架", true),
            ("碳纤维车架", "铝合金车架", false),
            ("洗碗机", "洗碗机、油烟机", true),
            ("车架", "变速器", false),
        ] {
            assert_eq!(subjects_meet(one, other), same, "{one} {other}");
        }
    }

    #[test]
    fn commitments_are_read_from_text() {
        for (answer, claims) in [
            ("现货付款后48小时内发出", "time until dispatch: 48"),
            ("两天内发货", "time until dispatch: 48"),
            ("付款后三日内发货", "time until dispatch: 72"),
            ("72h内发货", "time until dispatch: 72"),
            ("满￥199包邮", "amount for free delivery: 199"),
            ("买够199块就免邮费", "amount for free delivery: 199"),
            ("十五日无理由退换货", "time for returns without reason: 360"),
            ("顺丰补差15元", "extra for the faster courier: 15"),
            ("补10元可发顺丰", "extra for the faster courier: 10"),
            (
                "新疆、西藏每单加收30元",
                "surcharge for remote places每单: 30",
            ),
            (
                "单笔满99元包邮，不满收8元",
                "amount for free delivery: 99; delivery fee: 8",
            ),
            ("不满99元不包邮", ""),
            ("支持七天无理由退货", "time for returns without reason: 168"),
            ("不支持7天无理由退货", ""),
            (
                "可以，签收次日起15天内，商品完好的都能退",
                "time for returns without reason: 360",
            ),
            (
                "签收后7天内发现质量问题可以退货",
                "time for claims about quality: 168",
            ),
            (
                "双11满300减50、满600减120",
                "discount of a promotion: 300-50/600-120",
            ),
            (
                "整机质保1年，电池质保6个月",
                "warranty: 8640; warranty: 4320",
            ),
            ("仓库收到您寄回的衣服后48小时内把新的寄出", ""),
            (
                "银行卡1-5个工作日到账",
                "time until a refund reaches the bank card: 24-120",
            ),
            ("角阀35元/个", "fee角阀: 35"),
            (
                "满2000元升金卡，享9.5折",
                "spending for a member level金卡: 2000",
            ),
            ("2026年10月1日起发货", ""),
            (
                "订单金额达到199元，免收运费",
                "amount for free delivery: 199",
            ),
            ("质量问题我们出运费，核实后48小时内退到账户", ""),
            (
                "铝合金车架质保5年，轮胎质保1年",
                "warranty: 43200; warranty: 8640",
            ),
            (
                "签收15天内出现性能故障，检测确认的换一台新的",
                "time for a new one in place of a faulty one: 360",
            ),
        ] {
            assert_eq!(read(answer), claims, "{answer}");
        }
    }
}
