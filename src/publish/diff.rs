//! Compares the knowledge of two snapshots.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use crate::knowledge::{Conditions, Entry, EntryAt, Layer, Place, Shop, Window, entries};

/// An entry as it appears in lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Entry id.
    pub id: String,
    /// Question, heading or name.
    pub title: String,
    /// Its place in the files; for a removed entry, its last place.
    pub place: Place,
}

/// One field of an entry that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Our name of the field.
    pub name: String,
    /// The value before; empty if there was none.
    pub before: String,
    /// The value after.
    pub after: String,
}

/// An entry that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// The entry.
    #[serde(flatten)]
    pub entry: Named,
    /// The fields that changed.
    pub fields: Vec<Field>,
}

/// The changes in a shop's knowledge. A row that only moved is not a change.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct KnowledgeDiff {
    /// Entries that are new.
    pub added: Vec<Named>,
    /// Entries that are gone.
    pub removed: Vec<Named>,
    /// Entries that changed.
    pub changed: Vec<Changed>,
    /// Words, synonyms and settings that changed, by list.
    pub lists: Vec<Field>,
}

impl KnowledgeDiff {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty()
            && self.removed.is_empty()
            && self.changed.is_empty()
            && self.lists.is_empty()
    }

    /// A summary for one line of history: `+3 −1 ~5`.
    pub fn summary(&self) -> String {
        let mut parts = Vec::new();
        for (sign, count) in [
            ("+", self.added.len()),
            ("−", self.removed.len()),
            ("~", self.changed.len()),
        ] {
            if count > 0 {
                parts.push(format!("{sign}{count}"));
            }
        }
        parts.extend(self.lists.iter().map(|list| list.name.clone()));
        parts.join(" ")
    }
}

/// Compares two states of a shop.
pub fn diff(before: &Shop, after: &Shop) -> KnowledgeDiff {
    let (old, new) = (entries(before), entries(after));
    let by_id: HashMap<&str, &Entry> = old.iter().map(|entry| (entry.id.as_str(), entry)).collect();
    let mut diff = KnowledgeDiff::default();
    let mut kept: BTreeSet<&str> = BTreeSet::new();
    for entry in &new {
        let Some(earlier) = by_id.get(entry.id.as_str()) else {
            diff.added.push(named(after, entry));
            continue;
        };
        kept.insert(&entry.id);
        if !same(before, earlier, after, entry) {
            let fields = changes(&fields(before, earlier), &fields(after, entry));
            if !fields.is_empty() {
                diff.changed.push(Changed {
                    entry: named(after, entry),
                    fields,
                });
            }
        }
    }
    let gone = old.iter().filter(|entry| !kept.contains(entry.id.as_str()));
    diff.removed = gone.map(|entry| named(before, entry)).collect();
    diff.lists = changes(&lists(before), &lists(after));
    diff
}

fn named(shop: &Shop, entry: &Entry) -> Named {
    Named {
        id: entry.id.clone(),
        title: entry.title(shop).into_owned(),
        place: entry.place(shop).clone(),
    }
}

/// A quick check for the bulk of a shop: whether an FAQ row or a spec is unchanged.
fn same(before: &Shop, earlier: &Entry, after: &Shop, entry: &Entry) -> bool {
    match (earlier.at, entry.at) {
        (EntryAt::Faq(a), EntryAt::Faq(b)) => {
            before.faqs[a as usize].says_the_same(&after.faqs[b as usize])
        }
        (EntryAt::Spec(a, i), EntryAt::Spec(b, j)) => {
            before.products[a as usize].specs[i as usize].value
                == after.products[b as usize].specs[j as usize].value
        }
        _ => false,
    }
}

/// The fields that differ, by name.
fn changes(
    before: &BTreeMap<&'static str, String>,
    after: &BTreeMap<&'static str, String>,
) -> Vec<Field> {
    let names: BTreeSet<&&str> = before.keys().chain(after.keys()).collect();
    let field = |name: &&str| Field {
        name: name.to_string(),
        before: before.get(*name).cloned().unwrap_or_default(),
        after: after.get(*name).cloned().unwrap_or_default(),
    };
    names
        .into_iter()
        .map(field)
        .filter(|field| field.before != field.after)
        .collect()
}

/// Everything in an entry that can decide or be an answer, by name.
fn fields(shop: &Shop, entry: &Entry) -> BTreeMap<&'static str, String> {
    let mut fields = BTreeMap::from([("text", entry.text(shop).into_owned())]);
    match entry.at {
        EntryAt::Faq(i) => {
            let faq = &shop.faqs[i as usize];
            fields.remove("text");
            fields.insert("answer", faq.answer.clone());
            fields.insert("question", faq.question.clone());
            fields.insert("similar", faq.similar.join("|"));
            fields.insert("negative", faq.negative.join("|"));
            fields.insert("category", faq.category.clone());
            fields.insert("related", faq.related.join("|"));
            fields.insert("intent", faq.intents.join("|"));
            fields.insert(
                "clarify",
                if faq.clarify {
                    "是".into()
                } else {
                    String::new()
                },
            );
            scope(&mut fields, &faq.conditions, faq.layer, &faq.window);
        }
        EntryAt::Policy(i, _) => {
            let policy = &shop.policies[i as usize];
            fields.insert("title", policy.title.clone());
            fields.insert("keywords", policy.keywords.join("|"));
            scope(
                &mut fields,
                &policy.conditions,
                policy.layer,
                &policy.window,
            );
        }
        EntryAt::Product(i) => {
            let product = &shop.products[i as usize];
            // The text of a product without a page is its specs, which are entries themselves.
            if product
                .passages
                .iter()
                .all(|passage| !passage.path.is_empty())
            {
                fields.remove("text");
            }
            let skus = product
                .skus
                .iter()
                .map(|group| format!("{}:{}", group.colour, group.sizes.join(",")));
            fields.insert("name", product.name.clone());
            fields.insert("aliases", product.aliases.join("|"));
            fields.insert("category", product.category.clone());
            fields.insert("size_chart", product.size_chart.clone().unwrap_or_default());
            fields.insert("goes_with", product.goes_with.join("|"));
            fields.insert("skus", skus.collect::<Vec<_>>().join("|"));
            fields.insert("url", product.url.clone().unwrap_or_default());
            fields.insert("on_sale", window(&product.on_sale));
        }
        EntryAt::ProductPassage(..) | EntryAt::Spec(..) | EntryAt::Size(_) => {}
    }
    fields.retain(|_, text| !text.is_empty());
    fields
}

fn scope(
    fields: &mut BTreeMap<&'static str, String>,
    conditions: &Conditions,
    layer: Layer,
    valid: &Window,
) {
    let name = |value: serde_json::Value| value.as_str().unwrap_or_default().to_string();
    let states = conditions
        .order_states
        .iter()
        .map(|state| name(serde_json::json!(state)));
    let keywords = conditions.keywords.iter().map(|words| words.join(" "));
    fields.insert("products", conditions.products.join("|"));
    fields.insert("categories", conditions.categories.join("|"));
    fields.insert("order_states", states.collect::<Vec<_>>().join("|"));
    if !conditions.keywords.is_empty() {
        fields.insert("keywords", keywords.collect::<Vec<_>>().join("|"));
    }
    fields.insert("layer", name(serde_json::json!(layer)));
    fields.insert("valid", window(valid));
}

/// `from … until`; empty if there is no window.
fn window(window: &Window) -> String {
    let from = window.from.map(|from| from.to_string()).unwrap_or_default();
    let until = match (&window.until_text, window.until) {
        (Some(text), _) => text.clone(),
        (None, Some(until)) => until.to_string(),
        (None, None) => String::new(),
    };
    if from.is_empty() && until.is_empty() {
        String::new()
    } else {
        format!("{from} … {until}")
    }
}

/// The lists and settings of the whole shop.
fn lists(shop: &Shop) -> BTreeMap<&'static str, String> {
    let lexicon = &shop.lexicon;
    let words = lexicon.words.iter().map(|word| word.word.as_str());
    let settings = |value: Result<String, serde_json::Error>| value.unwrap_or_default();
    let rest = crate::knowledge::Settings {
        scripts: BTreeMap::new(),
        ..shop.settings.clone()
    };
    BTreeMap::from([
        ("words", words.collect::<Vec<_>>().join(" ")),
        (
            "synonyms",
            lexicon
                .synonyms
                .iter()
                .map(|group| group.join(" "))
                .collect::<Vec<_>>()
                .join("\n"),
        ),
        ("stopwords", lexicon.stopwords.join(" ")),
        ("blocked", lexicon.block.join(" ")),
        ("handoff words", lexicon.handoff.join(" ")),
        (
            "scripts",
            settings(serde_json::to_string(&shop.settings.scripts)),
        ),
        ("settings", settings(serde_json::to_string(&rest))),
    ])
}
