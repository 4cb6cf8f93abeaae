//! Retrieval of candidates by words: `cargo bench --bench retrieval`.
//!
//! Our one merged field, scored by our own reader, beside what one would write first: words, characters and pairs in three
//! fields and tantivy's own `TopDocs`. The rate is taken on a large shop (`ZHIKE_BENCH_ROWS`), the quality on the
//! golden questions of the sample shops: how often an expected entry is among the first one and the first ten.

#[path = "big_shop/mod.rs"]
mod big_shop;

use std::collections::BTreeSet;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use big_shop::{Dice, judged, rows, setting, write};
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::{
    FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions, Value as _,
};
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{Index, Searcher, TantivyDocument, Term};
use zhike::index::Snapshot;
use zhike::knowledge::units::UnitKind;
use zhike::knowledge::{Expect, read_shop};
use zhike::pack;
use zhike::text::normalise::normalise;
use zhike::text::terms::{Family, Scratch, terms};

/// Candidates asked for, as the answer room asks.
const DEPTH: usize = 50;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
    let (mut asked, mut ours, mut plain) = (0, [0, 0], [0, 0]);
    for shop in ["yunshang", "huanya", "zhiju", "beiyou"] {
        let snapshot = build(&samples.join(shop), &folder.path().join(shop));
        let three = Three::new(&snapshot);
        for golden in &snapshot.shop.golden {
            let Expect::Entries(expected) = &golden.expect else {
                continue;
            };
            let expected: BTreeSet<u32> = expected
                .iter()
                .filter_map(|id| snapshot.by_id.get(id).copied())
                .filter(|owner| !snapshot.units.of(*owner).is_empty())
                .collect();
            if expected.is_empty() {
                continue;
            }
            asked += 1;
            let text = normalise(&golden.question);
            for (hits, owners) in [
                (&mut ours, our_owners(&snapshot, &text)),
                (&mut plain, three.owners(&snapshot, &text)),
            ] {
                for (hit, depth) in hits.iter_mut().zip([1, 10]) {
                    *hit += usize::from(owners.iter().take(depth).any(|o| expected.contains(o)));
                }
            }
        }
    }
    let share = |hits: usize| 100.0 * hits as f64 / asked as f64;
    println!("{asked} golden questions of the sample shops that expect a text");
    println!("                      first   among ten");
    println!(
        "three fields, TopDocs {:5.1} % {:5.1} %",
        share(plain[0]),
        share(plain[1])
    );
    println!(
        "ours                  {:5.1} % {:5.1} %",
        share(ours[0]),
        share(ours[1])
    );

    let count = setting("ZHIKE_BENCH_ROWS", 100_000);
    let rows = rows(count);
    write(&folder.path().join("knowledge/big"), &rows);
    let snapshot = build(
        &folder.path().join("knowledge/big"),
        &folder.path().join("big"),
    );
    let three = Three::new(&snapshot);
    // Wordings that lack a character or have one too many, as buyers type.
    let mut dice = Dice(7);
    let questions: Vec<String> = (0..setting("ZHIKE_BENCH_QUESTIONS", 1_000))
        .map(|_| {
            let mut text: Vec<char> = rows[dice.roll(count)].question.chars().collect();
            text.remove(dice.roll(text.len()));
            normalise(&format!(
                "{}{}",
                text.iter().collect::<String>(),
                dice.pick(&["", "呀", "呢", "谢谢"])
            ))
        })
        .collect();
    let rate = |search: &dyn Fn(&str) -> usize| {
        // Once over a few of them warms the page cache.
        questions.iter().take(50).for_each(|text| {
            black_box(search(text));
        });
        let start = Instant::now();
        for text in &questions {
            black_box(search(text));
        }
        questions.len() as f64 / start.elapsed().as_secs_f64()
    };
    // Turn by turn, so that what else the machine does falls on both.
    let (mut theirs, mut our) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        theirs.push(rate(&|text| three.search(&snapshot, text, DEPTH).len()));
        our.push(rate(&|text| {
            snapshot
                .index
                .search(&snapshot.segmenter, text, DEPTH)
                .expect("a search")
                .len()
        }));
    }
    theirs.sort_by(f64::total_cmp);
    our.sort_by(f64::total_cmp);
    println!("\n{count} rows, questions a second on one thread");
    println!("three fields, TopDocs {:.0}", theirs[1]);
    println!("ours                  {:.0}", our[1]);
    println!(
        "ours / theirs         {}",
        judged(our[1] / theirs[1], 2.0, false)
    );
}

fn build(shop: &Path, target: &Path) -> Snapshot {
    let reading = read_shop(shop);
    let quiet = |_, _| ();
    let plan = zhike::index::build::Plan {
        shop: &reading.shop,
        inputs: "bench",
        packs: pack::built_in(),
        pack_vectors: None,
        encoder: None,
        previous: None,
        progress: &quiet,
    };
    let manifest = zhike::index::build::write(target, "bench", &plan).expect("a build");
    Snapshot::load(target, manifest).expect("a snapshot")
}

/// Entries by our search, best first, without repeats.
fn our_owners(snapshot: &Snapshot, text: &str) -> Vec<u32> {
    let hits = snapshot
        .index
        .search(&snapshot.segmenter, text, DEPTH)
        .expect("a search");
    let mut owners: Vec<u32> = Vec::new();
    for hit in hits.iter().filter(|hit| hit.unit.is_some()) {
        if !owners.contains(&hit.owner) {
            owners.push(hit.owner);
        }
    }
    owners
}

/// Words, characters and pairs in three fields, one document per text, as one would write first.
struct Three {
    searcher: Searcher,
    fields: [Field; 3],
    owner: Field,
}

impl Three {
    fn new(snapshot: &Snapshot) -> Three {
        let text = || {
            TextOptions::default().set_indexing_options(
                TextFieldIndexing::default().set_index_option(IndexRecordOption::WithFreqs),
            )
        };
        let mut schema = Schema::builder();
        let fields =
            ["words", "characters", "pairs"].map(|name| schema.add_text_field(name, text()));
        let owner = schema.add_u64_field("owner", FAST | tantivy::schema::STORED);
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer(256 << 20).expect("a writer");
        for unit in 0..snapshot.units.len() {
            if snapshot.units.kinds[unit] == UnitKind::Negative {
                continue;
            }
            let text = &snapshot.units.texts[unit];
            let mut document = TantivyDocument::default();
            document.add_u64(owner, u64::from(snapshot.units.owners[unit]));
            let tokens = cut(snapshot, text);
            for (family, field) in fields.iter().enumerate() {
                let tokens = tokens[family]
                    .iter()
                    .map(|text| Token {
                        text: text.clone(),
                        ..Token::default()
                    })
                    .collect();
                let text = text.to_string();
                document.add_pre_tokenized_text(*field, PreTokenizedString { text, tokens });
            }
            writer.add_document(document).expect("a document");
        }
        writer.commit().expect("a commit");
        Three {
            searcher: index.reader().expect("a reader").searcher(),
            fields,
            owner,
        }
    }

    fn search(
        &self,
        snapshot: &Snapshot,
        text: &str,
        limit: usize,
    ) -> Vec<(f32, tantivy::DocAddress)> {
        let clauses: Vec<(Occur, Box<dyn Query>)> = cut(snapshot, text)
            .iter()
            .zip(self.fields)
            .flat_map(|(tokens, field)| {
                let distinct: BTreeSet<&String> = tokens.iter().collect();
                distinct
                    .into_iter()
                    .map(move |token| {
                        let term = Term::from_field_text(field, token);
                        let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
                        (Occur::Should, Box::new(query) as Box<dyn Query>)
                    })
                    .collect::<Vec<_>>()
            })
            .collect();
        let best = TopDocs::with_limit(limit).order_by_score();
        self.searcher
            .search(&BooleanQuery::new(clauses), &best)
            .expect("a search")
    }

    fn owners(&self, snapshot: &Snapshot, text: &str) -> Vec<u32> {
        let mut owners = Vec::new();
        for (_, address) in self.search(snapshot, text, DEPTH) {
            let document: TantivyDocument = self.searcher.doc(address).expect("a document");
            let owner = document.get_first(self.owner).and_then(|v| v.as_u64());
            let owner = owner.unwrap_or_default() as u32;
            if !owners.contains(&owner) {
                owners.push(owner);
            }
        }
        owners
    }
}

/// Words, characters and pairs of a normalised text: the same cut on both sides.
fn cut(snapshot: &Snapshot, text: &str) -> [Vec<String>; 3] {
    let mut found = Vec::new();
    terms(
        &snapshot.segmenter,
        text,
        &mut Scratch::default(),
        &mut found,
    );
    let mut families = [Vec::new(), Vec::new(), Vec::new()];
    for term in found {
        let family = match term.family {
            Family::Word => 0,
            Family::Char => 1,
            Family::Bigram => 2,
        };
        families[family].push(term.text(text).to_owned());
    }
    families
}
