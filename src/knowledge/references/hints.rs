//! Hints for an id that does not exist: which entry was probably meant.

use std::cell::OnceCell;
use std::collections::HashMap;

use super::super::ids;
use super::super::model::{Faq, Product};
use super::super::names::{fold, nearest};

/// The most spec names listed in a remedy.
const LISTED: usize = 8;

/// The FAQ entries by their questions.
pub(super) struct Askers<'s> {
    faqs: &'s [Faq],
    by_question: OnceCell<HashMap<String, &'s str>>,
}

impl<'s> Askers<'s> {
    pub(super) fn new(faqs: &'s [Faq]) -> Self {
        Askers {
            faqs,
            by_question: OnceCell::new(),
        }
    }

    /// The entry that has exactly a golden question as its question, whatever the golden question expects. This finds
    /// an id that was changed; the most similar id could be a neighbour's.
    pub(super) fn hint(&self, question: &str) -> Option<String> {
        let by_question = self.by_question.get_or_init(|| {
            let mut known = HashMap::new();
            for faq in self.faqs {
                for asked in faq.similar.iter().chain([&faq.question]) {
                    known.entry(fold(asked)).or_insert(faq.id.as_str());
                }
            }
            known
        });
        let id = ids::faq(by_question.get(&fold(question))?);
        Some(format!(
            "write {id}, which has this very question, if that is meant, or remove it"
        ))
    }
}

/// The specs of a product, if a golden question names one that the product does not have.
pub(super) fn spec_hint(id: &str, products: &[Product]) -> Option<String> {
    let (product, spec) = id.strip_prefix("spec:")?.split_once('/')?;
    let product = products.iter().find(|known| known.id == product)?;
    let names = || product.specs.iter().map(|spec| spec.name.as_str());
    if let Some(near) = nearest_id(spec, names().collect()) {
        let id = ids::spec(&product.id, near);
        return Some(format!("write {id} if that is meant, or remove it"));
    }
    let listed: Vec<&str> = names().take(LISTED).collect();
    (!listed.is_empty()).then(|| {
        let more = if names().count() > LISTED { " …" } else { "" };
        format!(
            "the product has {}{more}; write the one that is meant, or remove it",
            listed.join(", ")
        )
    })
}

/// The hint for a misspelt outcome: `handof`.
pub(super) fn outcome_hint(id: &str) -> Option<String> {
    let near = nearest(id, ["handoff", "clarify"]).filter(|_| !id.contains(':'))?;
    Some(format!(
        "write {near} if that is meant, or an entry id such as faq:A01"
    ))
}

/// The hint for an id that does not exist.
pub(super) fn hint<'a>(id: &str, known: impl Iterator<Item = &'a str>) -> String {
    if id.contains([',', '，', '、', ' ']) {
        return "separate several by |".to_string();
    }
    match nearest_id(id, known.collect()) {
        Some(near) => format!("write {near} if that is meant, or remove it"),
        None => "correct it or remove it".to_string(),
    }
}

/// The id that a misspelt one means. A different figure is no misspelling: F01 and F02 are two entries, however
/// similar, and so are two specs of one product.
fn nearest_id<'a>(id: &str, mut known: Vec<&'a str>) -> Option<&'a str> {
    let figures = figures(id);
    known.retain(|known| self::figures(known) == figures && one_slip(id, known));
    // Sets have no order, but the answer must not vary.
    known.sort_unstable();
    // A prefix that all ids of a kind have does not make two of them similar.
    let own = |id: &'a str| id.split_once(':').map_or(id, |(_, own)| own);
    let near = nearest(
        id.split_once(':').map_or(id, |(_, own)| own),
        known.iter().copied().map(own),
    )?;
    known.into_iter().find(|known| own(known) == near)
}

/// Whether two ids with two parts (`spec:P001/材质`, `policy:returns#运费`) differ slightly in one part only.
fn one_slip(one: &str, other: &str) -> bool {
    let near = |a: &str, b: &str| nearest(a, [b]).is_some();
    match (one.split_once(['/', '#']), other.split_once(['/', '#'])) {
        (Some((head, tail)), Some((other_head, other_tail))) => {
            (head == other_head && near(tail, other_tail))
                || (tail == other_tail && near(head, other_head))
        }
        (None, None) => true,
        _ => false,
    }
}

/// The figures in an id without leading zeros.
fn figures(id: &str) -> Vec<&str> {
    id.split(|c: char| !c.is_ascii_digit())
        .filter(|run| !run.is_empty())
        .map(|run| run.trim_start_matches('0'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_told_from_another_id() {
        let known = [
            "faq:F02",
            "faq:G01",
            "faq:kefu-time",
            "product:YG-101",
            "spec:YG-101/产地",
            "spec:YG-101/适用人群",
            "policy:returns#运费由谁承担",
        ];
        for (id, near) in [
            ("faq:F2", Some("faq:F02")),
            ("faq:f02", Some("faq:F02")),
            ("faq:F03", None),
            ("faq:X", None),
            ("faq:kefu-tmie", Some("faq:kefu-time")),
            ("product:YG101", Some("product:YG-101")),
            ("product:YG-102", None),
            ("spec:YG-101/重量", None),
            ("spec:YG-101/适用人", Some("spec:YG-101/适用人群")),
            ("spec:YG-102/产地", None),
            (
                "policy:return#运费由谁承担",
                Some("policy:returns#运费由谁承担"),
            ),
            (
                "policy:returns#运费谁承担",
                Some("policy:returns#运费由谁承担"),
            ),
            ("policy:returns", None),
        ] {
            assert_eq!(nearest_id(id, known.to_vec()), near, "{id}");
        }
    }
}
