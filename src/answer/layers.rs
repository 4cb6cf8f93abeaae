//! Chooses between rules on the same topic from several layers: law > platform > shop > category > product > promotion.
//!
//! Law and platform rules are floors. Above them the most specific rule in force wins, unless it gives the buyer less
//! than a floor does. Within one layer, a rule for the goods in question comes before a rule for all goods.

mod same;
mod strength;

use super::Engine;
use super::conditions::Fit;
use super::rank::{Ranked, confidence, known};
use super::retrieve::Pool;
use crate::knowledge::{EntryAt, Layer};
use same::{heading, likeness, phrasings};
use strength::weakens;

/// A rule in force that could answer.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Rule<'a> {
    /// Its authority.
    layer: Layer,
    /// Whether it is limited to goods that the talk is about.
    limited: bool,
    /// Its text.
    text: &'a str,
    /// How well it answers the question; comparable only within one question. It decides between rules of one layer.
    score: f64,
}

/// How many of the best entries are considered: rules on one topic have similar scores.
const LOOKED_AT: usize = 8;

/// Two entries are on one topic if a phrasing of one has at least this Dice coefficient of character pairs with a
/// phrasing of the other: 退货期限是多久 and 双11退货期限是多久, but not 退货运费谁出.
const ONE_TOPIC: f64 = 0.66;

/// A rule that was found but does not answer, for the trace.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Overridden {
    /// Entry id of the rule.
    pub id: String,
    /// Its layer.
    pub layer: Layer,
    /// Entry id of the rule that answers instead.
    pub by: String,
    /// That rule's layer.
    pub by_layer: Layer,
    /// Why it does not answer.
    pub why: Why,
}

/// Two entries with the same heading are on one topic only if the score of the second is at least this share of the
/// first.
const AS_WELL: f32 = 0.5;

/// Puts the floor in the place of each rule among the best that gives the buyer less than it and says nothing else, or
/// that is on its topic. A rule that only mentions such a thing beside its own matter stays: `check` reports it, and
/// the floor would not answer the question. `holds` tells whether an entry applies in the talk for sure.
fn raise(
    engine: &Engine,
    ranked: &mut Vec<Ranked>,
    holds: impl Fn(u32) -> bool,
) -> Vec<Overridden> {
    let (shop, entries) = (&engine.snapshot.shop, &engine.snapshot.entries);
    let on_topic = |one: u32, other: u32| {
        let told = heading(engine, one);
        told.is_some() && told == heading(engine, other)
            || likeness(&phrasings(engine, one), &phrasings(engine, other)) >= ONE_TOPIC
    };
    let mut overridden = Vec::new();
    let mut at = 0;
    while at < ranked.len().min(LOOKED_AT) {
        let rule = ranked[at];
        let above = engine
            .floors
            .above(shop, rule.entry, &entries[rule.entry as usize]);
        let floor = above
            .iter()
            .filter(|above| holds(above.floor))
            .find(|above| above.alone || on_topic(rule.entry, above.floor))
            .map(|above| above.floor);
        let Some(floor) = floor else {
            at += 1;
            continue;
        };
        overridden.push(Overridden {
            id: entries[rule.entry as usize].id.clone(),
            layer: entries[rule.entry as usize].layer(shop),
            by: entries[floor as usize].id.clone(),
            by_layer: entries[floor as usize].layer(shop),
            why: Why::WeakerThanFloor,
        });
        match ranked.iter().position(|known| known.entry == floor) {
            Some(before) if before < at => {
                ranked.remove(at);
                continue;
            }
            Some(behind) => {
                ranked.remove(behind);
            }
            None => {}
        }
        // The rule answered the question; what the floor says instead answers it as well.
        ranked[at] = Ranked {
            entry: floor,
            unit: None,
            ..rule
        };
        at += 1;
    }
    overridden
}

/// Lets one rule speak for each topic. The best entry competes with the entries on its topic that come from other
/// layers, or from its own layer if one of the two is limited to goods and the other is not. The rule that `choose`
/// names goes first; the others are removed. Its confidence is that of the topic, since rules that say the same thing
/// about different days are no reason for doubt. A rule for goods or orders that the talk does not tell competes only
/// with rules of that kind. `fits` tells how an entry stands to the talk.
pub fn govern(
    engine: &Engine,
    pool: &Pool,
    ranked: &mut Vec<Ranked>,
    fits: impl Fn(u32) -> Fit,
) -> Vec<Overridden> {
    let unsure = |entry| fits(entry) == Fit::Unknown;
    let mut overridden = raise(engine, ranked, |entry| fits(entry) == Fit::Applies);
    let chosen = choose_for_topic(engine, pool, ranked, unsure);
    // A floor may itself leave the word to a rule that gives more.
    for rule in &mut overridden {
        if let Some(floor) = chosen.iter().find(|other| other.id == rule.by) {
            (rule.by, rule.by_layer) = (floor.by.clone(), floor.by_layer);
        }
    }
    overridden.extend(chosen);
    overridden
}

fn choose_for_topic(
    engine: &Engine,
    pool: &Pool,
    ranked: &mut Vec<Ranked>,
    unsure: impl Fn(u32) -> bool,
) -> Vec<Overridden> {
    let shop = &engine.snapshot.shop;
    let entry = |candidate: &Ranked| &engine.snapshot.entries[candidate.entry as usize];
    let is_rule =
        |candidate: &Ranked| matches!(entry(candidate).at, EntryAt::Faq(_) | EntryAt::Policy(..));
    let Some(best) = ranked.first().copied().filter(|best| is_rule(best)) else {
        return Vec::new();
    };
    let layer = |candidate: &Ranked| entry(candidate).layer(shop);
    let limited = |candidate: &Ranked| {
        entry(candidate)
            .conditions(shop)
            .is_some_and(|limits| !limits.products.is_empty() || !limits.categories.is_empty())
    };
    let rank = |candidate: &Ranked| (layer(candidate), limited(candidate));
    // What a promotion says in the matter holds however little its wording resembles the question.
    let promoted = |candidate: &Ranked| {
        let entries = &engine.snapshot.entries;
        layer(candidate) == Layer::Promotion
            && engine
                .floors
                .one_matter(shop, entries, best.entry, candidate.entry)
    };
    let mut topic: Vec<usize> = (1..ranked.len())
        .filter(|&at| is_rule(&ranked[at]) && rank(&ranked[at]) != rank(&best))
        .filter(|&at| at < LOOKED_AT || promoted(&ranked[at]))
        .collect();
    if topic.is_empty() {
        return Vec::new();
    }
    let pairs = phrasings(engine, best.entry);
    let heading = heading(engine, best.entry);
    topic.retain(|&at| {
        let as_well = ranked[at].score >= best.score * AS_WELL;
        let same_heading = heading.is_some() && heading == same::heading(engine, ranked[at].entry);
        as_well && same_heading
            || promoted(&ranked[at])
            || likeness(&pairs, &phrasings(engine, ranked[at].entry)) >= ONE_TOPIC
    });
    topic.insert(0, 0);
    if topic.iter().any(|&at| !unsure(ranked[at].entry)) {
        topic.retain(|&at| !unsure(ranked[at].entry));
    }
    if topic.len() < 2 && topic.first() == Some(&0) {
        return Vec::new();
    }
    let texts: Vec<_> = topic
        .iter()
        .map(|&at| entry(&ranked[at]).text(shop))
        .collect();
    let rules: Vec<Rule<'_>> = topic
        .iter()
        .zip(&texts)
        .map(|(&at, text)| Rule {
            layer: layer(&ranked[at]),
            limited: limited(&ranked[at]),
            text,
            score: f64::from(ranked[at].score),
        })
        .collect();
    let Some(choice) = choose(&rules) else {
        return Vec::new();
    };
    let winner = ranked[topic[choice.winner]];
    let overridden = choice
        .overridden
        .iter()
        .map(|&(rule, why)| Overridden {
            id: entry(&ranked[topic[rule]]).id.clone(),
            layer: rules[rule].layer,
            by: entry(&winner).id.clone(),
            by_layer: rules[choice.winner].layer,
            why,
        })
        .collect();
    let mut place = 0;
    ranked.retain(|_| {
        place += 1;
        !topic.contains(&(place - 1))
    });
    let score = best.score.max(winner.score);
    let others = ranked.iter().map(|other| other.score);
    let scores: Vec<f32> = std::iter::once(score).chain(others).collect();
    let sure = match best.exact || winner.exact {
        true => known(engine),
        false => {
            let sure = confidence(&scores, 0, &best.features, pool);
            engine.calibration.curve.apply(sure)
        }
    };
    let front = Ranked {
        score,
        confidence: sure.max(winner.confidence),
        exact: best.exact || winner.exact,
        ..winner
    };
    ranked.insert(0, front);
    overridden
}

/// The rule that answers and the rules it overrides, as indexes into the rules given.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Choice {
    /// The rule that answers.
    winner: usize,
    /// The other rules with the reason, best first, for the trace.
    overridden: Vec<(usize, Why)>,
}

/// Why a rule does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// A more specific rule is in force.
    LessSpecific,
    /// It gives the buyer less than a floor does.
    WeakerThanFloor,
    /// Another rule of its layer answers better.
    LowerScore,
}

/// Chooses among rules on one topic that are in force; `None` for an empty list.
///
/// A floor (law, platform) answers itself only if no rule stands above it, or if all rules above it weaken it.
fn choose(rules: &[Rule<'_>]) -> Option<Choice> {
    let floors: Vec<&Rule<'_>> = rules.iter().filter(|rule| is_floor(rule.layer)).collect();
    let weak = |rule: &Rule<'_>| {
        !is_floor(rule.layer) && floors.iter().any(|floor| weakens(rule.text, floor.text))
    };
    let winner = (0..rules.len())
        .filter(|&i| !weak(&rules[i]))
        .max_by(|&a, &b| {
            let (a, b) = (&rules[a], &rules[b]);
            (a.layer, a.limited)
                .cmp(&(b.layer, b.limited))
                .then(a.score.total_cmp(&b.score))
        })?;
    // Among floors the platform's rule is more specific, unless it weakens the law.
    let winner = match rules[winner].layer {
        Layer::Platform => (0..rules.len())
            .find(|&i| rules[i].layer == Layer::Law && weakens(rules[winner].text, rules[i].text))
            .unwrap_or(winner),
        _ => winner,
    };
    let mut overridden: Vec<(usize, Why)> = (0..rules.len())
        .filter(|&i| i != winner)
        .map(|i| {
            let why = if weak(&rules[i]) {
                Why::WeakerThanFloor
            } else if (rules[i].layer, rules[i].limited)
                == (rules[winner].layer, rules[winner].limited)
            {
                Why::LowerScore
            } else {
                Why::LessSpecific
            };
            (i, why)
        })
        .collect();
    overridden.sort_by(|a, b| {
        rules[b.0]
            .score
            .total_cmp(&rules[a.0].score)
            .then(a.0.cmp(&b.0))
    });
    Some(Choice { winner, overridden })
}

fn is_floor(layer: Layer) -> bool {
    matches!(layer, Layer::Law | Layer::Platform)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(layer: Layer, text: &str) -> Rule<'_> {
        Rule {
            layer,
            limited: false,
            text,
            score: 0.9,
        }
    }

    #[test]
    fn the_most_specific_rule_wins_above_the_floors() {
        let law = "消费者自收到商品之日起7日内可以无理由退货";
        for (rules, winner) in [
            (
                vec![
                    rule(Layer::Law, law),
                    rule(Layer::Shop, "本店支持15天无理由退货"),
                ],
                1,
            ),
            (
                vec![
                    rule(Layer::Law, law),
                    rule(Layer::Shop, "本店只支持3天无理由退货"),
                ],
                0,
            ),
            (
                vec![
                    rule(Layer::Shop, "7天无理由退货"),
                    rule(Layer::Promotion, "双11期间30天无理由退货"),
                ],
                1,
            ),
            (
                vec![
                    rule(Layer::Law, law),
                    rule(Layer::Shop, "15天无理由"),
                    rule(Layer::Promotion, "活动商品5天无理由"),
                ],
                1,
            ),
            (
                vec![
                    rule(Layer::Shop, "默认发中通"),
                    rule(Layer::Category, "大家电发德邦"),
                    rule(Layer::Product, "此款发顺丰"),
                ],
                2,
            ),
            (
                vec![
                    rule(Layer::Platform, "48小时内发货"),
                    rule(Layer::Shop, "72小时内发货"),
                ],
                0,
            ),
            (
                vec![
                    rule(Layer::Platform, "48小时内发货"),
                    rule(Layer::Shop, "24小时内发货"),
                ],
                1,
            ),
            (
                vec![
                    rule(Layer::Law, "7天无理由"),
                    rule(Layer::Platform, "3天无理由"),
                ],
                0,
            ),
        ] {
            let choice = choose(&rules).expect("there are rules");
            assert_eq!(choice.winner, winner, "{rules:?}");
            assert_eq!(choice.overridden.len(), rules.len() - 1);
        }
        assert_eq!(choose(&[]), None);
    }

    #[test]
    fn a_rule_for_these_goods_wins_in_its_layer() {
        let of_these = Rule {
            limited: true,
            score: 0.7,
            ..rule(Layer::Shop, "保修3年")
        };
        let choice = choose(&[rule(Layer::Shop, "保修1年"), of_these]).expect("there are rules");
        assert_eq!(choice.winner, 1);
        assert_eq!(choice.overridden, [(0, Why::LessSpecific)]);
    }
}
