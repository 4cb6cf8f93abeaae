//! Small changes to a shop's knowledge that a merchant could make.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::knowledge::{
    Conditions, EntryAt, Faq, Layer, Place, Shop, Window, entries, ids, parse_order_state,
};
use crate::text::normalise::{bare, pairs};

/// A change that can be told in one sentence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// Adds a question to an FAQ entry.
    AddPhrasing {
        /// Entry id.
        entry: String,
        /// The question.
        text: String,
    },
    /// Makes one word a synonym of another.
    AddSynonym {
        /// The buyer's word.
        word: String,
        /// The word in the knowledge.
        like: String,
    },
    /// Lets an entry that is limited to some products or order states apply to one more.
    Admit {
        /// Entry id.
        entry: String,
        /// `products` or `order_states`.
        condition: String,
        /// The product's id, or the state as a merchant writes it.
        value: String,
    },
    /// Removes a condition of an entry.
    LoosenCondition {
        /// Entry id.
        entry: String,
        /// `products`, `categories`, `order_states` or `keywords`.
        condition: String,
    },
    /// Removes the negative questions that resemble a text.
    RemoveNegatives {
        /// Entry id.
        entry: String,
        /// The text.
        like: String,
    },
    /// Adds a negative question to an entry.
    AddNegative {
        /// Entry id.
        entry: String,
        /// The question that must not match.
        text: String,
    },
    /// Removes a question from an entry that has it wrongly.
    RemovePhrasing {
        /// Entry id.
        entry: String,
        /// The question.
        text: String,
    },
    /// Extends an entry's window to a moment.
    ExtendWindow {
        /// Entry id.
        entry: String,
        /// The moment.
        at: Timestamp,
        /// Its day in the shop's time zone.
        #[serde(default)]
        day: String,
    },
    /// Lets an entry be answered without asking back.
    AnswerOutright {
        /// Entry id.
        entry: String,
    },
    /// Removes a word that always calls a person.
    RemoveHandoffWord {
        /// The word.
        word: String,
    },
    /// Adds an FAQ entry with the text of another entry, for a question that the other entry's heading does not match.
    AddEntry {
        /// Id of the entry whose text is the answer.
        like: String,
        /// The question.
        question: String,
    },
    /// Two changes together.
    Both {
        /// The first.
        first: Box<Change>,
        /// The second.
        then: Box<Change>,
    },
}

/// Id of the FAQ entry that [`Change::AddEntry`] adds.
const ADDED: &str = "new-entry";

impl Change {
    /// Makes the change; `false` if there was nothing to change.
    pub fn apply(&self, shop: &mut Shop) -> bool {
        self.applied(shop).unwrap_or(false)
    }

    /// The same; `None` where the entry that it changes does not exist or has no such part.
    fn applied(&self, shop: &mut Shop) -> Option<bool> {
        let changed = match self {
            Change::AddPhrasing { entry, text } => {
                let faq = faq(shop, entry)?;
                let plain = bare(text);
                faq.negative.retain(|negative| bare(negative) != plain);
                let known =
                    bare(&faq.question) == plain || faq.similar.iter().any(|s| bare(s) == plain);
                if !known {
                    faq.similar.push(text.clone());
                }
                !known
            }
            Change::AddSynonym { word, like } => {
                let groups = &mut shop.lexicon.synonyms;
                match groups.iter_mut().find(|group| group.contains(like)) {
                    Some(group) if group.contains(word) => return Some(false),
                    Some(group) => group.push(word.clone()),
                    None => groups.push(vec![like.clone(), word.clone()]),
                }
                true
            }
            Change::Admit {
                entry,
                condition,
                value,
            } => {
                let conditions = conditions(shop, entry)?;
                match condition.as_str() {
                    "products" => conditions.products.push(value.clone()),
                    "order_states" => conditions.order_states.push(parse_order_state(value)?),
                    _ => return None,
                }
                true
            }
            Change::LoosenCondition { entry, condition } => {
                let conditions = conditions(shop, entry)?;
                match condition.as_str() {
                    "products" => conditions.products.clear(),
                    "categories" => conditions.categories.clear(),
                    "order_states" => conditions.order_states.clear(),
                    "keywords" => conditions.keywords.clear(),
                    _ => return None,
                }
                true
            }
            Change::RemoveNegatives { entry, like } => {
                let faq = faq(shop, entry)?;
                let before = faq.negative.len();
                faq.negative.retain(|negative| !alike(negative, like));
                faq.negative.len() < before
            }
            Change::AddNegative { entry, text } => {
                let faq = faq(shop, entry)?;
                let plain = bare(text);
                let own = faq.similar.iter().chain([&faq.question]);
                let known = own.chain(&faq.negative).any(|known| bare(known) == plain);
                if !known {
                    faq.negative.push(text.clone());
                }
                !known
            }
            Change::RemovePhrasing { entry, text } => {
                let faq = faq(shop, entry)?;
                let (before, plain) = (faq.similar.len(), bare(text));
                faq.similar.retain(|similar| bare(similar) != plain);
                faq.similar.len() < before
            }
            Change::ExtendWindow { entry, at, .. } => {
                let window = window(shop, entry)?;
                if window.contains(*at) {
                    return Some(false);
                }
                if window.from.is_some_and(|from| from > *at) {
                    window.from = Some(*at);
                }
                if window.until.is_some_and(|until| until <= *at) {
                    window.until = Some(*at + SignedDuration::from_hours(24));
                }
                true
            }
            Change::AnswerOutright { entry } => {
                let faq = faq(shop, entry)?;
                std::mem::replace(&mut faq.clarify, false)
            }
            Change::RemoveHandoffWord { word } => {
                let before = shop.lexicon.handoff.len();
                shop.lexicon.handoff.retain(|known| known != word);
                shop.lexicon.handoff.len() < before
            }
            Change::AddEntry { like, question } => {
                let all = entries(shop);
                let entry = all.iter().find(|entry| entry.id == *like)?;
                let mut conditions = entry.conditions(shop).cloned().unwrap_or_default();
                // What is said of one product is said of no other.
                if let EntryAt::Product(at)
                | EntryAt::ProductPassage(at, _)
                | EntryAt::Spec(at, _) = entry.at
                {
                    conditions.products = vec![shop.products[at as usize].id.clone()];
                }
                let added = Faq {
                    id: ADDED.into(),
                    question: question.clone(),
                    similar: Vec::new(),
                    negative: Vec::new(),
                    answer: entry.text(shop).into_owned(),
                    category: entry.category(shop).to_owned(),
                    conditions,
                    layer: Layer::Shop,
                    window: entry.window(shop).clone(),
                    clarify: false,
                    related: Vec::new(),
                    intents: Vec::new(),
                    place: Place {
                        file: "faq".into(),
                        row: 0,
                        sheet: None,
                    },
                };
                shop.faqs.push(added);
                true
            }
            Change::Both { first, then } => {
                let first = first.apply(shop);
                then.apply(shop) || first
            }
        };
        Some(changed)
    }

    /// The questions that the change adds to the knowledge.
    pub fn taught(&self) -> Vec<&str> {
        match self {
            Change::AddPhrasing { text, .. } | Change::AddEntry { question: text, .. } => {
                vec![text]
            }
            Change::Both { first, then } => [first.taught(), then.taught()].concat(),
            _ => Vec::new(),
        }
    }

    /// Id of the entry that the change adds. It then takes the place of the expected one.
    pub fn added(&self) -> Option<String> {
        match self {
            Change::AddEntry { .. } => Some(ids::faq(ADDED)),
            Change::Both { first, then } => first.added().or(then.added()),
            _ => None,
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::AddPhrasing { entry, text } => {
                write!(f, "add the question \"{text}\" to {entry}")
            }
            Change::AddSynonym { word, like } => {
                write!(f, "add \"{like} {word}\" to lexicon/synonyms.txt")
            }
            Change::Admit {
                entry,
                condition,
                value,
            } => {
                write!(f, "add {value} to the condition {condition} of {entry}")
            }
            Change::LoosenCondition { entry, condition } => {
                write!(f, "lift the condition {condition} of {entry}")
            }
            Change::RemoveNegatives { entry, like } => {
                write!(
                    f,
                    "remove the negative questions of {entry} that are like \"{like}\""
                )
            }
            Change::AddNegative { entry, text } => {
                write!(f, "add the negative question \"{text}\" to {entry}")
            }
            Change::RemovePhrasing { entry, text } => {
                write!(f, "remove the question \"{text}\" from {entry}")
            }
            Change::ExtendWindow { entry, at, day } if day.is_empty() => {
                write!(f, "let {entry} be in force at {at}")
            }
            Change::ExtendWindow { entry, day, .. } => {
                write!(f, "let {entry} be in force on {day}, if it still holds")
            }
            Change::AnswerOutright { entry } => write!(f, "take the mark 是否澄清 from {entry}"),
            Change::RemoveHandoffWord { word } => {
                write!(
                    f,
                    "remove \"{word}\" from [handoff] in lexicon/sensitive.txt"
                )
            }
            Change::AddEntry { like, question } => {
                write!(
                    f,
                    "add an FAQ entry with the question \"{question}\" and the text of {like}"
                )?;
                match like.split_once(':') {
                    Some(("product" | "spec", _)) => write!(f, ", limited to that product"),
                    _ => Ok(()),
                }
            }
            Change::Both { first, then } => write!(f, "{first}, and {then}"),
        }
    }
}

fn faq<'s>(shop: &'s mut Shop, entry: &str) -> Option<&'s mut Faq> {
    shop.faqs.iter_mut().find(|faq| ids::faq(&faq.id) == entry)
}

fn conditions<'s>(shop: &'s mut Shop, entry: &str) -> Option<&'s mut Conditions> {
    if entry.starts_with("faq:") {
        return faq(shop, entry).map(|faq| &mut faq.conditions);
    }
    let stem = policy_stem(entry)?;
    shop.policies
        .iter_mut()
        .find(|policy| policy.stem == stem)
        .map(|policy| &mut policy.conditions)
}

fn window<'s>(shop: &'s mut Shop, entry: &str) -> Option<&'s mut Window> {
    if entry.starts_with("faq:") {
        return faq(shop, entry).map(|faq| &mut faq.window);
    }
    if let Some(stem) = policy_stem(entry) {
        return shop
            .policies
            .iter_mut()
            .find(|policy| policy.stem == stem)
            .map(|policy| &mut policy.window);
    }
    let product = entry
        .strip_prefix("product:")
        .or_else(|| entry.strip_prefix("spec:"))?;
    let id = product.split(['#', '/']).next()?;
    shop.products
        .iter_mut()
        .find(|product| product.id == id)
        .map(|product| &mut product.on_sale)
}

fn policy_stem(entry: &str) -> Option<&str> {
    entry.strip_prefix("policy:")?.split('#').next()
}

/// Whether two texts share at least half of their character bigrams (Dice).
fn alike(one: &str, other: &str) -> bool {
    let (one, other) = (bare(one), bare(other));
    let [a, b] = [&one, &other].map(|text| pairs(text).collect::<Vec<_>>());
    let shared = a.iter().filter(|pair| b.contains(pair)).count();
    one == other || 2 * shared * 2 >= a.len() + b.len()
}
