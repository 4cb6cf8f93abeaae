//! Ids and questions that come twice.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

use super::at;
use crate::knowledge::finding::Finding;
use crate::knowledge::model::{Faq, Place, Shop};

/// Reports repeated ids and questions.
pub(super) fn report(shop: &Shop, findings: &mut Vec<Finding>) {
    let mut faqs = Seen::default();
    let mut questions: HashMap<&str, Vec<&Faq>> = HashMap::new();
    for faq in &shop.faqs {
        faqs.see("faq id", &faq.id, &faq.place, findings);
        questions.entry(&faq.question).or_default().push(faq);
    }
    // The same question twice is fine if conditions or windows tell the answers apart.
    for faq in &shop.faqs {
        let twin = questions[faq.question.as_str()]
            .iter()
            .take_while(|other| other.place != faq.place)
            .find(|other| {
                other.conditions == faq.conditions
                    && other.window == faq.window
                    && other.layer == faq.layer
            });
        if let Some(twin) = twin.filter(|twin| faq.id != twin.id) {
            let message = format!(
                "the question \"{}\" is asked in {}:{} already",
                faq.question, twin.place.file, twin.place.row
            );
            let remedy =
                "keep one of them, or limit them to different products, order states or times";
            at(&faq.place, "question", findings, |log, at| {
                log.warning("duplicate-question", at, message, remedy)
            });
        }
    }
    let mut products = Seen::default();
    for product in &shop.products {
        products.see("product id", &product.id, &product.place, findings);
    }
    let mut charts = Seen::default();
    for chart in &shop.charts {
        charts.see("size chart", &chart.stem, &chart.place, findings);
    }
}

/// The ids read so far, in narrow characters, as written, and where. Ids that differ only in the width of letters are
/// the same for people and for `check --fix`.
#[derive(Default)]
struct Seen<'s>(HashMap<String, (&'s str, &'s Place)>);

impl<'s> Seen<'s> {
    fn see(&mut self, what: &str, id: &'s str, place: &'s Place, findings: &mut Vec<Finding>) {
        // Differences that nobody sees do not make two ids different.
        let narrow: String = id
            .nfkc()
            .filter(|c| {
                !matches!(
                    c,
                    '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}'
                )
            })
            .flat_map(char::to_lowercase)
            .collect();
        if let Some((written, first)) = self.0.get(&narrow) {
            let plain = |id: &str| id.nfkc().collect::<String>();
            let (one, other) = (plain(id), plain(written));
            let apart = |by: &str| {
                format!(
                    "the {what} \"{id}\" differs from \"{written}\" of {}:{} in {by} only",
                    first.file, first.row
                )
            };
            let same_letters = one.to_lowercase() == other.to_lowercase();
            let message = match (*written == id, one == other, same_letters) {
                (true, ..) => format!(
                    "the {what} \"{id}\" is taken by {}:{}",
                    first.file, first.row
                ),
                (_, true, _) => apart("the width of its letters"),
                (_, _, true) => apart("capitals"),
                _ => apart("invisible characters"),
            };
            at(place, "id", findings, |log, at| {
                match same_letters && one != other {
                    // Programs see two different ids, people see the same one.
                    true => log.warning("duplicate-id", at, message, "give one of them another"),
                    false => log.error("duplicate-id", at, message, "give one of them another"),
                }
            });
        } else {
            self.0.insert(narrow, (id, place));
        }
    }
}
