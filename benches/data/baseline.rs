//! The baseline: centred cosine plus 0.3 × cosine of IDF-weighted bags of words, characters and bigrams, the best over
//! an entry's texts. Confidence comes from the score and its margin to the second. It has no packs, guards or rules.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use zhike::answer::calibration::{Calibration, sigmoid};
use zhike::answer::{
    Candidate, Decision, Handoff, Outcome, Part, Question, Reason, Receipt, Source,
};
use zhike::embed::{Encoder, Role, centre};
use zhike::knowledge::Shop;
use zhike::text::Segmenter;
use zhike::text::normalise::normalise;
use zhike::text::terms::{Family, Scratch, terms};

/// Weight of the bags beside the vectors.
const LEXICAL: f32 = 0.3;

/// A text of an entry.
struct Unit {
    owner: usize,
    vector: Arc<[f32]>,
    bag: Bag,
}

/// Term → weight, scaled to length 1.
type Bag = HashMap<String, f32>;

/// Vectors of texts, by what they are to a search.
type Known = HashMap<(String, Role), Arc<[f32]>>;

/// Ranks the entries of one shop.
pub struct Baseline {
    ids: Vec<String>,
    units: Vec<Unit>,
    segmenter: Segmenter,
    idf: HashMap<String, f32>,
    documents: f32,
    encoder: Option<&'static Encoder>,
}

impl Baseline {
    /// Reads FAQ entries and policies of a shop.
    pub fn new(shop: &Shop, lexical: bool) -> Baseline {
        let encoder = match lexical {
            true => None,
            false => Encoder::built_in().ok(),
        };
        let mut ids = Vec::new();
        let mut texts: Vec<(usize, Role, String)> = Vec::new();
        for faq in &shop.faqs {
            let phrasings = std::iter::once(&faq.question).chain(&faq.similar);
            texts.extend(phrasings.map(|text| (ids.len(), Role::Query, normalise(text))));
            ids.push(format!("faq:{}", faq.id));
        }
        for policy in &shop.policies {
            let passages = policy.passages.iter();
            texts.extend(
                passages.map(|passage| (ids.len(), Role::Passage, normalise(&passage.text))),
            );
            ids.push(format!("policy:{}", policy.stem));
        }
        let mut baseline = Baseline {
            ids,
            units: Vec::new(),
            segmenter: Segmenter::new(&[]),
            idf: HashMap::new(),
            documents: texts.len() as f32,
            encoder,
        };
        for (.., text) in &texts {
            for term in baseline.terms(text).into_keys() {
                *baseline.idf.entry(term).or_default() += 1.0;
            }
        }
        use rayon::prelude::*;
        let unit = |(owner, role, text): &(usize, Role, String)| Unit {
            owner: *owner,
            vector: baseline.vector(text, *role),
            bag: baseline.bag(text),
        };
        baseline.units = texts.par_iter().map(unit).collect();
        baseline
    }

    /// The best entries for a question, decided at the conservative threshold.
    pub fn answer(&self, question: &Question) -> Decision {
        let text = normalise(&question.text);
        let (vector, bag) = (self.vector(&text, Role::Query), self.bag(&text));
        let mut scores = vec![f32::MIN; self.ids.len()];
        for unit in &self.units {
            let dense: f32 = vector
                .iter()
                .zip(unit.vector.iter())
                .map(|(a, b)| a * b)
                .sum();
            let lexical: f32 = bag
                .iter()
                .filter_map(|(term, weight)| Some(weight * unit.bag.get(term)?))
                .sum();
            let score = if vector.is_empty() {
                lexical
            } else {
                dense + LEXICAL * lexical
            };
            scores[unit.owner] = scores[unit.owner].max(score);
        }
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
        order.truncate(10);
        let score = |rank: usize| {
            order
                .get(rank)
                .map_or(0.0, |entry| f64::from(scores[*entry]))
        };
        let surety = 2.0 * score(0) - score(1);
        let candidates = order.iter().enumerate().map(|(rank, entry)| Candidate {
            id: self.ids[*entry].clone(),
            title: String::new(),
            score: score(rank),
            // A guess at the scale; calibration fits it.
            confidence: sigmoid(6.0 * (surety - 0.9))
                * (score(rank) / score(0).max(1e-9)).clamp(0.0, 1.0),
        });
        decision(&question.text, candidates.collect())
    }

    /// The centred vector of a text; empty without an encoder. Remembered, since sets share questions.
    fn vector(&self, text: &str, role: Role) -> Arc<[f32]> {
        static KNOWN: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);
        static MEAN: LazyLock<Vec<f32>> = LazyLock::new(background);
        let Some(encoder) = self.encoder else {
            return Arc::default();
        };
        let key = (text.to_owned(), role);
        if let Some(vector) = KNOWN.lock().ok().and_then(|known| known.get(&key).cloned()) {
            return vector;
        }
        let mut vector = encoder.encode(text, role);
        centre::centre(&mut vector, &MEAN);
        let vector: Arc<[f32]> = vector.into();
        if let Ok(mut known) = KNOWN.lock() {
            known.insert(key, vector.clone());
        }
        vector
    }

    /// Terms of a text with their family's weight.
    fn terms(&self, text: &str) -> Bag {
        let mut found = Vec::new();
        terms(&self.segmenter, text, &mut Scratch::default(), &mut found);
        let weight = |family| match family {
            Family::Word => 1.0,
            Family::Char => 0.5,
            Family::Bigram => 0.7,
        };
        found
            .into_iter()
            .map(|term| (term.encoded(text), weight(term.family)))
            .collect()
    }

    fn bag(&self, text: &str) -> Bag {
        let mut bag = self.terms(text);
        for (term, weight) in &mut bag {
            let documents = self.idf.get(term).copied().unwrap_or(0.0);
            *weight *= (1.0 + self.documents / (1.0 + documents)).ln();
        }
        let length = bag
            .values()
            .map(|weight| weight * weight)
            .sum::<f32>()
            .sqrt()
            .max(1e-9);
        bag.values_mut().for_each(|weight| *weight /= length);
        bag
    }
}

/// The mean vector of our own background texts: every eighth sentence of the intent packs.
fn background() -> Vec<f32> {
    let Ok(encoder) = Encoder::built_in() else {
        return Vec::new();
    };
    let packs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("packs");
    let mut files: Vec<_> = std::fs::read_dir(packs)
        .into_iter()
        .flatten()
        .flatten()
        .map(|file| file.path())
        .collect();
    files.sort();
    let text: String = files
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .collect();
    let quoted: Vec<String> = text
        .split('"')
        .skip(1)
        .step_by(2)
        .filter(|text| text.chars().any(zhike::text::normalise::is_han))
        .step_by(8)
        .map(normalise)
        .collect();
    let vectors = encoder.encode_many(&quoted, Role::Query);
    centre::mean(vectors.iter().map(Vec::as_slice))
}

fn decision(question: &str, candidates: Vec<Candidate>) -> Decision {
    let confidence = candidates.first().map_or(0.0, |best| best.confidence);
    let answer = confidence >= Calibration::default().default;
    let reason = (!answer).then_some(Reason::LowConfidence);
    let outcome = if answer {
        Outcome::Answer
    } else {
        Outcome::Handoff
    };
    let entries: Vec<String> = candidates
        .iter()
        .take(usize::from(answer))
        .map(|best| best.id.clone())
        .collect();
    let source = |id: &String| Source {
        id: id.clone(),
        kind: String::new(),
        title: String::new(),
        snippet: String::new(),
        highlights: Vec::new(),
        file: String::new(),
        row: 0,
        valid_until: None,
    };
    Decision {
        decision: outcome,
        reply: String::new(),
        confidence,
        parts: vec![Part {
            question: question.to_owned(),
            decision: outcome,
            reply: String::new(),
            confidence,
            reason,
            sources: entries.iter().map(source).collect(),
        }],
        options: Vec::new(),
        handoff: reason.map(|reason| Handoff {
            reason,
            ticket: String::new(),
            message: String::new(),
            within_hours: true,
        }),
        candidates,
        receipt: Receipt {
            entries,
            ..Receipt::default()
        },
        took_us: 0,
        trace: None,
    }
}
