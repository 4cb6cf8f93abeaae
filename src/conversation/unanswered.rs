//! The unanswered list: similar questions put together and counted. Pure.

use std::collections::HashSet;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::text::normalise::normalise;

/// Jaccard similarity of character bigrams from which two questions are the same one.
const SAME: f64 = 0.45;

/// Wordings kept of one cluster.
const EXAMPLES: usize = 8;

/// Questions that ask the same.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Cluster {
    /// The wording that most others resemble: the first asked.
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

/// One question to be clustered.
#[derive(Debug, Clone, Copy)]
pub struct Unanswered<'a> {
    /// The buyer's message.
    pub message: &'a str,
    /// Its words, masked.
    pub question: &'a str,
    /// When.
    pub at: Timestamp,
}

/// Clusters in one pass: each question joins the most similar cluster, or founds one. The most asked come first.
pub fn cluster(questions: &[Unanswered<'_>]) -> Vec<Cluster> {
    let mut clusters: Vec<(HashSet<(char, char)>, Cluster)> = Vec::new();
    for question in questions {
        let grams = bigrams(question.question);
        let best = clusters
            .iter_mut()
            .map(|(known, cluster)| (jaccard(known, &grams), cluster))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        match best {
            Some((likeness, cluster)) if likeness >= SAME => join(cluster, question),
            _ => clusters.push((
                grams,
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

/// Adjacent pairs of letters of the normalised text; one letter pairs with itself.
pub(super) fn bigrams(text: &str) -> HashSet<(char, char)> {
    let chars: Vec<char> = normalise(text)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    match chars.as_slice() {
        [one] => HashSet::from([(*one, *one)]),
        chars => chars.windows(2).map(|pair| (pair[0], pair[1])).collect(),
    }
}

fn jaccard(a: &HashSet<(char, char)>, b: &HashSet<(char, char)>) -> f64 {
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
