//! The unanswered list: groups similar questions and counts them. Pure.

use std::collections::HashSet;
use std::hash::Hash;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::text::normalise::{bare, normalise, pairs};
use crate::text::segment::Segmenter;

/// Least Jaccard similarity of character bigrams at which two questions are the same.
const SAME: f64 = 0.45;

/// Least Jaccard similarity of the matter, in any order, at which they are the same too.
const SAME_MATTER: f64 = 0.8;

/// Words of asking, which do not tell the matter: 有袜子卖吗, 袜子有卖吗 and 卖不卖袜子 are one question.
const ASKING: &[&str] = &[
    "吗", "呢", "吧", "啊", "呀", "嘛", "么", "呗", "哦", "哈", "的", "了", "着", "有", "能",
    "能够", "可以", "可", "行", "会", "要", "是", "去", "来", "请问", "问", "想", "我", "我们",
    "你", "你们", "您", "咱", "咱们", "亲", "还", "也", "都", "就", "这", "那", "这个", "那个",
    "一下",
];

/// The most wordings kept of a cluster.
const EXAMPLES: usize = 8;

/// Questions that ask the same.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Cluster {
    /// The wording that the others resemble: the one asked last.
    pub question: String,
    /// How often it was asked.
    pub count: usize,
    /// Other wordings.
    pub examples: Vec<String>,
    /// Messages that ask it, for the console's links.
    pub messages: Vec<String>,
    /// When it was last asked.
    #[schema(value_type = String, format = DateTime)]
    pub last_at: Timestamp,
}

/// A question to be clustered.
#[derive(Debug, Clone, Copy)]
pub struct Unanswered<'a> {
    /// The buyer's message.
    pub message: &'a str,
    /// Its words, masked.
    pub question: &'a str,
    /// When.
    pub at: Timestamp,
}

/// Clusters questions, given newest first, in one pass: each joins the most similar cluster or starts a new one. The
/// clusters asked most come first.
pub fn cluster(questions: &[Unanswered<'_>]) -> Vec<Cluster> {
    let segmenter = Segmenter::new(&[]);
    let mut clusters: Vec<(Asked, Cluster)> = Vec::new();
    for question in questions {
        let asked = read(question.question, &segmenter);
        let best = clusters
            .iter_mut()
            .map(|(known, cluster)| (likeness(known, &asked), cluster))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        match best {
            Some((likeness, cluster)) if likeness >= 1.0 => join(cluster, question),
            _ => clusters.push((
                asked,
                Cluster {
                    question: question.question.to_owned(),
                    count: 1,
                    examples: Vec::new(),
                    messages: vec![question.message.to_owned()],
                    last_at: question.at,
                },
            )),
        }
    }
    let mut clusters: Vec<Cluster> = clusters.into_iter().map(|(_, cluster)| cluster).collect();
    clusters.sort_by(|a, b| b.count.cmp(&a.count).then(b.last_at.cmp(&a.last_at)));
    clusters
}

fn join(cluster: &mut Cluster, question: &Unanswered<'_>) {
    cluster.count += 1;
    cluster.last_at = cluster.last_at.max(question.at);
    cluster.messages.push(question.message.to_owned());
    let known = cluster.question == question.question
        || cluster.examples.iter().any(|e| e == question.question);
    if !known && cluster.examples.len() < EXAMPLES {
        cluster.examples.push(question.question.to_owned());
    }
}

/// A question in the form in which it is compared.
struct Asked {
    /// Its letters, as character bigrams in order.
    grams: HashSet<(char, char)>,
    /// Its matter: characters and figures, without order.
    matter: HashSet<String>,
}

fn read(question: &str, segmenter: &Segmenter) -> Asked {
    let text = said_once(&normalise(question));
    let end = text.trim_end_matches(|c: char| !c.is_alphanumeric());
    // 能穿着爬山不: 不 asks at the end and denies elsewhere.
    let text = end.strip_suffix('不').unwrap_or(end);
    let mut matter = HashSet::new();
    for token in segmenter.cut(text) {
        let word = token.text;
        if ASKING.contains(&word) {
            continue;
        }
        if word.is_ascii() {
            matter.extend(
                word.chars()
                    .any(char::is_alphanumeric)
                    .then(|| word.to_owned()),
            );
            continue;
        }
        let aspect = |c: char| matches!(c, '着' | '了' | '过');
        let stem = word.trim_end_matches(aspect);
        matter.extend(
            stem.chars()
                .filter(|c| c.is_alphanumeric())
                .map(String::from),
        );
    }
    Asked {
        grams: bigrams(question),
        matter,
    }
}

/// 卖不卖 → 卖, 有没有 → 有, 可不可以 → 可以.
fn said_once(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut once = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        once.push(chars[at]);
        let twice =
            matches!(chars.get(at + 1), Some('不' | '没')) && chars.get(at + 2) == Some(&chars[at]);
        at += if twice { 3 } else { 1 };
    }
    once
}

/// The likeness of two questions. From 1 on they are the same.
fn likeness(a: &Asked, b: &Asked) -> f64 {
    let told = a.matter.len().min(b.matter.len()) >= 2;
    let matter = if told {
        jaccard(&a.matter, &b.matter)
    } else {
        0.0
    };
    (jaccard(&a.grams, &b.grams) / SAME).max(matter / SAME_MATTER)
}

/// Pairs of adjacent letters of the normalised text. A single letter pairs with itself.
pub(super) fn bigrams(text: &str) -> HashSet<(char, char)> {
    let text = bare(text);
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(one), None) => HashSet::from([(one, one)]),
        _ => pairs(&text).collect(),
    }
}

fn jaccard<T: Eq + Hash>(a: &HashSet<T>, b: &HashSet<T>) -> f64 {
    let shared = a.intersection(b).count();
    let all = a.len() + b.len() - shared;
    if all == 0 {
        1.0
    } else {
        shared as f64 / all as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_orders_and_ways_of_asking_meet_and_other_matters_do_not() {
        let mut wrong = Vec::new();
        for (asked, groups) in [
            (
                vec!["有袜子卖吗", "袜子有卖吗", "卖不卖袜子", "袜子卖吗？"],
                1,
            ),
            (vec!["爬山可以穿吗", "能穿着爬山不", "穿去爬山可以吗"], 1),
            (vec!["有袜子卖吗", "有鞋子卖吗"], 2),
            (vec!["卖不卖袜子", "鞋子卖不卖"], 2),
            (vec!["能退货吗", "能换货吗", "可不可以退款"], 3),
            (vec!["怎么退货", "怎么换货", "多久发货", "怎么发货"], 4),
            (vec!["身高160能穿吗", "身高106能穿吗"], 2),
            (vec!["不掉色吧", "会褪色吗"], 2),
            (vec!["能", "可以吗"], 2),
        ] {
            let questions: Vec<Unanswered> = asked
                .iter()
                .map(|question| Unanswered {
                    message: "m",
                    question,
                    at: Timestamp::UNIX_EPOCH,
                })
                .collect();
            let found = cluster(&questions).len();
            if found != groups {
                wrong.push(format!("{asked:?}: {found} groups, expected {groups}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn like_questions_meet_and_others_do_not() {
        let asked = [
            "能开增值税专票吗",
            "可以开增值税专票吗",
            "能不能货到付款",
            "开增值税专票可以吗",
            "支持货到付款不",
            "能开增值税专票吗",
            "",
        ];
        let questions: Vec<Unanswered> = asked
            .iter()
            .enumerate()
            .map(|(i, question)| Unanswered {
                message: "m",
                question,
                at: Timestamp::from_second(i as i64).expect("a time"),
            })
            .collect();
        let clusters = cluster(&questions);
        let seen: Vec<(&str, usize)> = clusters
            .iter()
            .map(|c| (c.question.as_str(), c.count))
            .collect();
        assert_eq!(seen[0], ("能开增值税专票吗", 4));
        assert_eq!(
            clusters[0].examples,
            ["可以开增值税专票吗", "开增值税专票可以吗"]
        );
        assert_eq!(clusters.iter().map(|c| c.count).sum::<usize>(), asked.len());
    }
}
