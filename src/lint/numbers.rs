//! Rules about figures that disagree: 7天 here and 15天 there, for the same matter, in the same circumstances, at the
//! same time.
//!
//! Figures in different circumstances are not compared: `满99元包邮` and `新疆满199元包邮` do not disagree.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::circumstances::{Goods, goods_meet, named};
use super::commitments::{Claim, Matter, claims, subjects_meet};
use super::scene::{From, Piece, Scene, Scope, spot};
use super::topics::Better;
use super::{Report, Rule, refusals};
use crate::knowledge::Layer;

/// Two entries of one layer state different figures for one matter.
pub(super) const NUMBER_CONTRADICTION: Rule = Rule::warning("number-contradiction");
/// An entry grants less than the platform or the law.
pub(super) const WEAKER_THAN_PLATFORM: Rule = Rule::warning("weaker-than-platform");

/// The most claims with which a claim is compared, the strongest of each value first.
const COMPARED: usize = 512;
/// The most entries of one value among them.
const HOLDERS: usize = 16;

pub(super) fn check(scene: &Scene, report: &mut Report) {
    let goods = Goods::new(scene.shop);
    let claims: Vec<Claim> = scene
        .pieces
        .par_iter()
        .enumerate()
        .filter(|(_, piece)| {
            piece.from != From::Script
                && piece
                    .scope
                    .window
                    .until
                    .is_none_or(|until| until > scene.at)
        })
        .flat_map_iter(|(at, piece)| claims(at, piece, &goods))
        .collect();
    refusals::check(scene, &claims, &goods, report);
    // A claim that is too weak is itself the fault, so nothing is compared with it.
    let weak = floors(scene, &claims, report);
    let claims: Vec<Claim> = claims
        .into_iter()
        .zip(weak)
        .filter(|(claim, weak)| !weak && !claim.topic.floors_only)
        .map(|(claim, _)| claim)
        .collect();
    contradictions(scene, &claims, report);
}

/// Reports claims of one layer in one matter with different figures, at the one with less authority.
fn contradictions(scene: &Scene, claims: &[Claim], report: &mut Report) {
    let mut rooms: BTreeMap<(&Matter, Layer, &str), Vec<usize>> = BTreeMap::new();
    for (at, claim) in claims.iter().enumerate() {
        let scope = &scene.pieces[claim.piece].scope;
        let limits = scope
            .conditions
            .map_or(&[][..], |conditions| &conditions.products);
        let products = limits.iter().map(String::as_str).chain(scope.product);
        let mut unlimited = true;
        for product in products {
            rooms
                .entry((&claim.matter, scope.layer, product))
                .or_default()
                .push(at);
            unlimited = false;
        }
        if unlimited {
            rooms
                .entry((&claim.matter, scope.layer, ""))
                .or_default()
                .push(at);
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
        let authority = |at: usize, support: usize| {
            let policy = scene.pieces[claims[at].piece].from == From::Policy;
            (policy, support, std::cmp::Reverse(at))
        };
        // The strongest come first, so the first one that disagrees is reported.
        let mut rivals = Vec::new();
        for holders in support.values() {
            let mut own: Vec<_> = holders
                .iter()
                .map(|&at| (authority(at, holders.len()), at))
                .collect();
            own.sort_unstable_by(|a, b| b.cmp(a));
            own.truncate(HOLDERS);
            rivals.append(&mut own);
        }
        rivals.sort_unstable_by(|a, b| b.cmp(a));
        rivals.truncate(COMPARED);
        let stronger: Vec<Option<usize>> = room
            .par_iter()
            .map(|&at| {
                let own = authority(at, support[&bits(&claims[at])].len());
                rivals
                    .iter()
                    .take_while(|(rival, _)| *rival > own)
                    .find(|(_, other)| disagree(scene, &claims[at], &claims[*other]))
                    .map(|(_, other)| *other)
            })
            .collect();
        for (&at, rival) in room.iter().zip(stronger) {
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
    claim
        .values
        .iter()
        .flatten()
        .map(|value| value.to_bits())
        .collect()
}

/// Whether two claims in one matter cannot both be right. One with some of the other's figures may be its shorter
/// version.
fn disagree(scene: &Scene, one: &Claim, other: &Claim) -> bool {
    let within = |a: &Claim, b: &Claim| a.values.iter().all(|value| b.values.contains(value));
    let (a, b) = (
        &scene.pieces[one.piece].scope,
        &scene.pieces[other.piece].scope,
    );
    one.piece != other.piece
        && !within(one, other)
        && !within(other, one)
        && goods_meet(&one.goods, &other.goods)
        && subjects_meet(&one.subject, &other.subject)
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

/// Reports claims that grant less than a platform or law rule, and FAQ rows that grant more without a policy of the
/// shop. Returns which claims are too weak.
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
        let stated = floors.get(&bound(claim)).map_or(&[][..], Vec::as_slice);
        let binding = stated.iter().find(|floor| {
            let scope = &scene.pieces[floor.piece].scope;
            binds((scope, floor), (&piece.scope, claim))
                && scope.meets(&piece.scope, scene.at)
                // A longer time than the platform's needs a rule behind it. A quicker dispatch is good service.
                && (worse(claim, floor)
                    || claim.topic.better == Better::More && better(claim, floor))
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
                    all.iter().any(|policy| {
                        bits(policy) == bits(claim) && goods_meet(&policy.goods, &claim.goods)
                    })
                });
                let compared = !backed && !claim.topic.floors_only;
                if piece.from == From::Faq && piece.scope.layer == Layer::Shop && compared {
                    contradiction(scene, claim, floor, report);
                }
            }
            None => weak[at] = weaker_than_law(scene, claim, report),
        }
    }
    weak
}

/// Whether a floor is about the matter, circumstances and goods of a claim with less authority.
pub(super) fn binds(floor: (&Scope, &Claim), bound_by: (&Scope, &Claim)) -> bool {
    let ((scope, floor), (own, claim)) = (floor, bound_by);
    scope.layer < own.layer
        && floor.matter == bound(claim)
        && (goods_meet(&floor.goods, &claim.goods) || by_law(floor) && floor.goods.is_empty())
        && scope.covers(own)
}

/// The matter in which a floor binds `claim`. A promotion may not grant less than the law either.
fn bound(claim: &Claim) -> Matter {
    match by_law(claim) {
        true => whenever(claim),
        false => claim.matter.clone(),
    }
}

/// The matter of a claim, whether or not it holds only during a promotion.
pub(super) fn whenever(claim: &Claim) -> Matter {
    const PROMOTIONS: &[&str] = &[
        "double11",
        "double12",
        "618",
        "blackfriday",
        "holiday",
        "promotion",
    ];
    let (topic, key, set) = &claim.matter;
    (*topic, key.clone(), set & !named(PROMOTIONS))
}

/// Whether the law itself sets the minimum in the matter.
fn by_law(claim: &Claim) -> bool {
    claim.topic.floor.is_some()
}

/// Whether a claim is below the law, which holds even if the shop has no page about it. Reports it.
fn weaker_than_law(scene: &Scene, claim: &Claim, report: &mut Report) -> bool {
    let piece = &scene.pieces[claim.piece];
    let Some((least, law)) = claim.topic.floor else {
        return false;
    };
    let general =
        bound(claim).2 == 0 && claim.goods.is_empty() && piece.scope.rivals(&unlimited(piece));
    let weak = general && claim.values.iter().all(|[value, _]| *value < least);
    if weak {
        report.push(
            &WEAKER_THAN_PLATFORM,
            &piece.place,
            piece.column,
            format!(
                "{} is \"{}\" here, less than the law grants ({law})",
                claim.topic.name, claim.quote
            ),
            "grant at least as much, or name the goods that the law exempts",
        );
    }
    weak
}

fn unlimited<'a>(piece: &Piece<'a>) -> Scope<'a> {
    Scope {
        conditions: None,
        product: None,
        ..piece.scope
    }
}

/// Whether all figures of `claim` are worse for the buyer than those of `floor`.
pub(super) fn worse(claim: &Claim, floor: &Claim) -> bool {
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
    claim
        .values
        .iter()
        .all(|[a, _]| floor.values.iter().all(|[b, _]| holds(sign * a, sign * b)))
}
