//! Figures that disagree: 7天 here and 15天 there, for the same matter, in the same circumstances, at the same time.
//!
//! A text is cut into sentences, each sentence normalised and searched for commitments ([`super::topics`]). A
//! commitment takes its circumstances and goods from its clause, else from the clauses before it in the sentence,
//! and from the titles above the text. Only equal circumstances are compared: `满99元包邮` and `新疆满199元包邮` do not
//! disagree.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use rayon::prelude::*;

use super::circumstances::{Goods, Set, circumstances, goods_meet, named};
use super::scene::{From, Piece, Scene, spot};
use super::topics::{Better, Compiled, Topic, topics_of, value};
use super::{Report, Rule};
use crate::knowledge::Layer;
use crate::text::normalise::normalise;

/// Two entries of one layer state different figures for one matter.
pub(super) const NUMBER_CONTRADICTION: Rule = Rule::warning("number-contradiction");
/// An entry grants less than the platform or the law.
pub(super) const WEAKER_THAN_PLATFORM: Rule = Rule::warning("weaker-than-platform");

/// How many other values, and how many entries of each, a claim is compared with.
const COMPARED: usize = 64;

/// What tells matters apart: topic, its `k`, circumstances.
type Matter = (usize, String, Set);

/// What one piece commits itself to in one matter.
struct Claim {
    piece: usize,
    topic: &'static Topic,
    matter: Matter,
    goods: Vec<u32>,
    /// All figures stated, sorted: a table of steps (满300减50, 满600减120) is one claim.
    values: Vec<[f64; 2]>,
    /// The first statement, normalised.
    quote: String,
}

pub(super) fn check(scene: &Scene, report: &mut Report) {
    let goods = Goods::new(scene.shop);
    let claims: Vec<Claim> = scene
        .pieces
        .par_iter()
        .enumerate()
        .filter(|(_, piece)| piece.from != From::Script && piece.scope.window.until.is_none_or(|until| until > scene.at))
        .flat_map_iter(|(at, piece)| claims(at, piece, &goods))
        .collect();
    // What is too weak is the fault itself; nothing is to be measured against it.
    let weak = floors(scene, &claims, report);
    let claims: Vec<Claim> = claims.into_iter().zip(weak).filter(|(_, weak)| !weak).map(|(claim, _)| claim).collect();
    contradictions(scene, &claims, report);
}

/// The commitments of a piece.
fn claims(at: usize, piece: &Piece, goods: &Goods) -> Vec<Claim> {
    let figures = |c: char| c.is_numeric() || "一二两三四五六七八九十百半".contains(c);
    if !piece.text.contains(figures) {
        return Vec::new();
    }
    let mut titles = String::new();
    for title in piece.titles.iter().skip(usize::from(skips_first_title(piece))) {
        titles.push_str(&normalise(title));
        titles.push('\n');
    }
    let above = (circumstances(&titles), goods.find(&titles));
    let mut claims: Vec<Claim> = Vec::new();
    for sentence in sentences(piece) {
        let sentence = normalise(&sentence);
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
                match claims.iter_mut().find(|claim| claim.matter == matter && claim.goods == named_goods) {
                    Some(claim) => claim.values.push(statement.value),
                    None => claims.push(Claim {
                        piece: at,
                        topic: compiled.topic,
                        matter,
                        goods: named_goods,
                        values: vec![statement.value],
                        quote: sentence[statement.span.clone()].trim_matches(['、', ' ', ':']).to_string(),
                    }),
                }
            }
        }
    }
    for claim in &mut claims {
        claim.values.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
        claim.values.dedup();
    }
    claims
}

/// A policy's title often names several matters (破损、质量问题与临期); only that of a promotion tells when it holds.
fn skips_first_title(piece: &Piece) -> bool {
    piece.from == From::Policy && piece.scope.layer != Layer::Promotion && piece.titles.len() > 1
}

/// Sentences as written. A spec reads as `name:value`.
fn sentences<'p>(piece: &'p Piece) -> impl Iterator<Item = String> + 'p {
    let name = if piece.from == From::Spec { piece.titles.first() } else { None };
    piece
        .text
        .split(['。', '！', '？', '；', ';', '!', '?', '\n'])
        .filter(|sentence| !sentence.trim().is_empty())
        .map(move |sentence| match name {
            Some(name) => format!("{name}:{sentence}"),
            None => sentence.to_string(),
        })
}

/// One figure (or pair of figures) in a sentence.
struct Statement {
    span: Range<usize>,
    key: String,
    value: [f64; 2],
}

fn statements(sentence: &str, compiled: &Compiled) -> Vec<Statement> {
    let mut found: Vec<(usize, Statement)> = Vec::new();
    for pattern in &compiled.patterns {
        for captures in pattern.captures_iter(sentence) {
            let (Some(whole), Some(n)) = (captures.get(0), captures.name("n")) else { continue };
            let span = whole.start()..whole.end();
            let before = sentence[..n.start()].chars().next_back();
            let part_of_longer = before.is_some_and(|c| c.is_ascii_digit() || c == '.');
            let clause = &sentence[clauses(sentence, &span)];
            let other_matter = compiled.topic.not.iter().any(|word| clause.contains(word));
            let denied = clause.contains("不支持") || clause.contains("不适用");
            if part_of_longer || other_matter || denied || found.iter().any(|(at, _)| *at == n.start()) {
                continue;
            }
            let unit = captures.name("u").map(|unit| unit.as_str());
            let number = |name| captures.name(name).and_then(|m| m.as_str().parse::<f64>().ok());
            if unit == Some("年") && number("n").is_some_and(|year| year > 100.0) {
                continue; // 2026年 is a date
            }
            let first = value(number("n").unwrap_or_default(), unit);
            let second = number("m").map_or(first, |m| value(m, unit));
            let key = captures.name("k").map_or_else(String::new, |k| plain_key(k.as_str()));
            found.push((n.start(), Statement { span, key, value: [first, second] }));
        }
    }
    found.into_iter().map(|(_, statement)| statement).collect()
}

/// A key without the words that vary around it.
fn plain_key(key: &str) -> String {
    let mut key = key.to_string();
    for filler in ["发出时", "剩余", "保质期", "效期", "商品", "和", "与", "及", "的", "一张", "一份", "您"] {
        key = key.replace(filler, "");
    }
    key
}

/// The clauses that `span` touches.
fn clauses(sentence: &str, span: &Range<usize>) -> Range<usize> {
    let start = sentence[..span.start].rfind(',').map_or(0, |comma| comma + 1);
    let end = sentence[span.end..].find(',').map_or(sentence.len(), |comma| span.end + comma);
    start..end
}

/// Circumstances and goods of the clauses at `span`; where they name none, of the nearest clause before that does.
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

/// Claims of one layer in one matter that state different figures. The less authoritative one is blamed.
fn contradictions(scene: &Scene, claims: &[Claim], report: &mut Report) {
    let mut rooms: BTreeMap<(&Matter, Layer, &str), Vec<usize>> = BTreeMap::new();
    for (at, claim) in claims.iter().enumerate() {
        let scope = &scene.pieces[claim.piece].scope;
        let limits = scope.conditions.map_or(&[][..], |conditions| &conditions.products);
        let products = limits.iter().map(String::as_str).chain(scope.product);
        let mut unlimited = true;
        for product in products {
            rooms.entry((&claim.matter, scope.layer, product)).or_default().push(at);
            unlimited = false;
        }
        if unlimited {
            rooms.entry((&claim.matter, scope.layer, "")).or_default().push(at);
        }
    }
    let mut blamed = vec![false; claims.len()];
    for room in rooms.values().filter(|room| room.len() > 1) {
        let mut support: HashMap<Vec<u64>, Vec<usize>> = HashMap::new();
        for &at in room {
            support.entry(bits(&claims[at])).or_default().push(at);
        }
        if support.len() < 2 {
            continue;
        }
        let authority = |at: usize| {
            let policy = scene.pieces[claims[at].piece].from == From::Policy;
            (policy, support[&bits(&claims[at])].len(), std::cmp::Reverse(at))
        };
        let mut values: Vec<&Vec<usize>> = support.values().collect();
        values.sort_by_key(|holders| std::cmp::Reverse(authority(holders[0])));
        for &at in room {
            let rivals = values.iter().take(COMPARED).flat_map(|holders| holders.iter().take(COMPARED).copied());
            let rival = rivals
                .filter(|&other| authority(other) > authority(at))
                .filter(|&other| disagree(scene, &claims[at], &claims[other]))
                .max_by_key(|&other| authority(other));
            if let Some(rival) = rival
                && !blamed[at]
            {
                blamed[at] = true;
                contradiction(scene, &claims[at], &claims[rival], report);
            }
        }
    }
}

fn bits(claim: &Claim) -> Vec<u64> {
    claim.values.iter().flatten().map(|value| value.to_bits()).collect()
}

/// Whether two claims in one matter cannot both be right. One that states some of the other's figures may be the
/// shorter version.
fn disagree(scene: &Scene, one: &Claim, other: &Claim) -> bool {
    let within = |a: &Claim, b: &Claim| a.values.iter().all(|value| b.values.contains(value));
    let (a, b) = (&scene.pieces[one.piece].scope, &scene.pieces[other.piece].scope);
    one.piece != other.piece
        && !within(one, other)
        && !within(other, one)
        && goods_meet(&one.goods, &other.goods)
        && a.rivals_on_goods(b)
        && a.meets(b, scene.at)
}

fn contradiction(scene: &Scene, claim: &Claim, rival: &Claim, report: &mut Report) {
    let (piece, other) = (&scene.pieces[claim.piece], &scene.pieces[rival.piece]);
    report.push(
        &NUMBER_CONTRADICTION,
        &piece.place,
        piece.column,
        format!(
            "{} is \"{}\" here but \"{}\" in {} ({})",
            claim.topic.name,
            claim.quote,
            rival.quote,
            other.id,
            spot(&other.place)
        ),
        "correct one of them, or say what makes them differ (goods, circumstances, layer, window)",
    );
}

/// Claims that grant less than a platform or law rule, and FAQ rows that grant more without a policy of the shop.
/// Returns which claims are too weak.
fn floors(scene: &Scene, claims: &[Claim], report: &mut Report) -> Vec<bool> {
    let mut floors: BTreeMap<&Matter, Vec<&Claim>> = BTreeMap::new();
    let mut policies: BTreeMap<&Matter, Vec<&Claim>> = BTreeMap::new();
    for claim in claims {
        let piece = &scene.pieces[claim.piece];
        if piece.scope.is_floor() {
            floors.entry(&claim.matter).or_default().push(claim);
        } else if piece.from == From::Policy {
            policies.entry(&claim.matter).or_default().push(claim);
        }
    }
    let mut weak = vec![false; claims.len()];
    for (at, claim) in claims.iter().enumerate() {
        let piece = &scene.pieces[claim.piece];
        let stated = floors.get(&claim.matter).map_or(&[][..], Vec::as_slice);
        let binding = stated.iter().find(|floor| {
            let scope = &scene.pieces[floor.piece].scope;
            scope.layer < piece.scope.layer
                && goods_meet(&floor.goods, &claim.goods)
                && scope.covers(&piece.scope)
                && scope.meets(&piece.scope, scene.at)
                && (worse(claim, floor) || better(claim, floor))
        });
        match binding {
            Some(floor) if worse(claim, floor) => {
                weak[at] = true;
                let other = &scene.pieces[floor.piece];
                report.push(
                    &WEAKER_THAN_PLATFORM,
                    &piece.place,
                    piece.column,
                    format!(
                        "{} is \"{}\" here, less than \"{}\" in {} ({}), which no other rule may weaken",
                        claim.topic.name,
                        claim.quote,
                        floor.quote,
                        other.id,
                        spot(&other.place)
                    ),
                    "grant at least as much, or name the goods that the rule exempts",
                );
            }
            Some(floor) => {
                let backed = policies.get(&claim.matter).is_some_and(|all| {
                    all.iter().any(|policy| bits(policy) == bits(claim) && goods_meet(&policy.goods, &claim.goods))
                });
                if piece.from == From::Faq && piece.scope.layer == Layer::Shop && !backed {
                    contradiction(scene, claim, floor, report);
                }
            }
            None => weak[at] = weaker_than_law(scene, claim, report),
        }
    }
    weak
}

/// What the law grants even where the shop keeps no page of it.
fn weaker_than_law(scene: &Scene, claim: &Claim, report: &mut Report) -> bool {
    let piece = &scene.pieces[claim.piece];
    let Some((least, law)) = claim.topic.floor else { return false };
    let general = claim.matter.2 == 0 && claim.goods.is_empty() && piece.scope.rivals(&unlimited(piece));
    let weak = general && claim.values.iter().all(|[value, _]| *value < least);
    if weak {
        report.push(
            &WEAKER_THAN_PLATFORM,
            &piece.place,
            piece.column,
            format!("{} is \"{}\" here, less than the law grants ({law})", claim.topic.name, claim.quote),
            "grant at least as much, or name the goods that the law exempts",
        );
    }
    weak
}

fn unlimited<'a>(piece: &Piece<'a>) -> super::scene::Scope<'a> {
    super::scene::Scope { conditions: None, product: None, ..piece.scope }
}

/// Whether all that `claim` states is worse for the buyer than what `floor` states.
fn worse(claim: &Claim, floor: &Claim) -> bool {
    compare(claim, floor, |claim, floor| claim < floor)
}

fn better(claim: &Claim, floor: &Claim) -> bool {
    compare(claim, floor, |claim, floor| claim > floor)
}

fn compare(claim: &Claim, floor: &Claim, holds: impl Fn(f64, f64) -> bool) -> bool {
    let sign = match claim.topic.better {
        Better::More => 1.0,
        Better::Less => -1.0,
        Better::Neither => return false,
    };
    claim.values.iter().all(|[a, _]| floor.values.iter().all(|[b, _]| holds(sign * a, sign * b)))
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

    /// `name: figures/figures [k]`, one matter after the other.
    fn read(answer: &str) -> String {
        let shop = shop(answer);
        let scene = Scene::new(&shop, Default::default());
        let claims = claims(0, &scene.pieces[0], &Goods::new(&shop));
        let show = |claim: &Claim| {
            let values = claim.values.iter().map(|[a, b]| if a == b { format!("{a}") } else { format!("{a}-{b}") });
            let values = values.collect::<Vec<_>>().join("/");
            format!("{}{}: {values}", claim.topic.name.trim_start_matches("the "), claim.matter.1)
        };
        claims.iter().map(show).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn commitments_are_read_from_text() {
        for (answer, claims) in [
            ("现货付款后48小时内发出", "time until dispatch: 48"),
            ("两天内发货", "time until dispatch: 48"),
            ("单笔满99元包邮，不满收8元", "amount for free delivery: 99; delivery fee: 8"),
            ("不满99元不包邮", ""),
            ("支持七天无理由退货", "time for returns without reason: 168"),
            ("不支持7天无理由退货", ""),
            ("可以，签收次日起15天内，商品完好的都能退", "time for returns without reason: 360"),
            ("签收后7天内发现质量问题可以退货", "time for claims about quality: 168"),
            ("双11满300减50、满600减120", "discount of a promotion: 300-50/600-120"),
            ("整机质保1年，电池质保6个月", "warranty: 8640; warranty: 4320"),
            ("仓库收到您寄回的衣服后48小时内把新的寄出", ""),
            ("银行卡1-5个工作日到账", "time until a refund reaches the bank card: 24-120"),
            ("角阀35元/个", "fee角阀: 35"),
            ("满2000元升金卡，享9.5折", "spending for a member level金卡: 2000"),
            ("2026年10月1日起发货", ""),
        ] {
            assert_eq!(read(answer), claims, "{answer}");
        }
    }
}
