//! The publish gate, history, replay and explanations, on real builds in temporary folders.

mod killing;
mod live;
mod mending;
mod replaying;

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use arc_swap::ArcSwap;
use jiff::Timestamp;
use zhike::answer::{Engine, Question, decide::answer};
use zhike::embed::Encoder;
use zhike::index::{Catalog, IndexError};
use zhike::knowledge::units::UnitKind;
use zhike::publish::compare::Kind;
use zhike::publish::gate::Objection;
use zhike::publish::{Outcome, Rebuild, html, probe, rebuild, report};

/// A knowledge and an index folder that go with the test.
struct Place {
    _folder: tempfile::TempDir,
    knowledge: PathBuf,
    index: PathBuf,
}

impl Place {
    fn new() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let (knowledge, index) = (folder.path().join("knowledge"), folder.path().join("index"));
        fs::create_dir_all(&knowledge).unwrap();
        Place {
            _folder: folder,
            knowledge,
            index,
        }
    }

    /// A place with a copy of a sample shop.
    fn with_sample(shop: &str) -> Place {
        let place = Place::new();
        let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
        copy(&samples.join(shop), &place.knowledge.join(shop));
        place
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.knowledge.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Rebuilds without an encoder: what is tested here does not depend on it.
    fn rebuild(&self, shop: &str, force: bool, questions: &[Question]) -> Outcome {
        self.try_rebuild(shop, force, questions).unwrap()
    }

    fn try_rebuild(
        &self,
        shop: &str,
        force: bool,
        questions: &[Question],
    ) -> Result<Outcome, IndexError> {
        rebuild(&Rebuild {
            knowledge: &self.knowledge,
            index: &self.index,
            shop,
            encoder: None,
            by: "tester",
            message: "a test",
            force,
            keep: 10,
            questions,
            at: Timestamp::now(),
            progress: &|_| (),
        })
    }

    fn publish(&self, shop: &str) -> String {
        match self.rebuild(shop, false, &[]) {
            Outcome::Published { snapshot, .. } => snapshot,
            other => panic!("{shop} was not published: {other:?}"),
        }
    }

    fn catalog(&self, shop: &str) -> Catalog {
        Catalog::new(&self.index, shop)
    }

    fn engine(&self, shop: &str) -> Engine {
        Engine::new(Arc::new(self.catalog(shop).open_current().unwrap()), None)
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &target),
            false => {
                fs::copy(entry.path(), target).unwrap();
            }
        }
    }
}

fn now() -> Timestamp {
    "2026-11-22T12:00:00+08:00".parse().unwrap()
}

fn question(text: &str) -> Question {
    Question {
        text: text.into(),
        at: now(),
        ..Question::default()
    }
}

/// A small shop of four entries and their golden questions.
fn small(answers: [&str; 4]) -> (String, &'static str) {
    let questions = ["什么时候发货", "可以开发票吗", "怎么申请退货", "支持花呗吗"];
    let rows = questions
        .iter()
        .zip(answers)
        .enumerate()
        .filter(|(_, (_, answer))| !answer.is_empty());
    let rows = rows.map(|(at, (question, answer))| format!("F{at},{question},{answer}\n"));
    let table = format!("id,question,answer\n{}", rows.collect::<String>());
    let golden = "question,expect\n什么时候发货,faq:F0\n可以开发票吗,faq:F1\n怎么申请退货,faq:F2\n支持花呗吗,faq:F3\n";
    (table, golden)
}

const SHOP: &str = "[shop]\nname = \"小店\"\n";
const GOOD: [&str; 4] = [
    "付款后48小时内发出",
    "可以，签收后申请",
    "在订单里点退款",
    "支持花呗付款",
];

/// Blocks of the index whose texts are as they were are taken over; a changed text gets a block of its own making, and
/// the same shop comes out the same by either way.
#[test]
fn blocks_of_unchanged_texts_are_taken_over() {
    let place = Place::with_sample("yunshang");
    let block = |snapshot: &str| -> HashSet<String> {
        let folder = place.catalog("yunshang").folder(snapshot).join("index/0");
        let files = fs::read_dir(folder).unwrap();
        files
            .map(|file| file.unwrap().file_name().to_string_lossy().into_owned())
            .collect()
    };
    let hits = |engine: &Engine| {
        let snapshot = &engine.snapshot;
        let search = |text| {
            snapshot
                .index
                .search(&snapshot.segmenter, text, 50)
                .unwrap()
        };
        ["什么时候发货", "怎么退货运费谁出"].map(search)
    };
    let first = place.publish("yunshang");
    let settings = place.knowledge.join("yunshang/shop.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, format!("{text}\n# looked through\n")).unwrap();
    let second = place.publish("yunshang");
    assert_eq!(block(&first), block(&second), "no text changed");
    let taken_over = hits(&place.engine("yunshang"));

    place.write(
        "yunshang/policies/new.md",
        "+++\ntitle = \"新规\"\n+++\n\n# 寄样\n\n样布可以寄。\n",
    );
    let third = place.publish("yunshang");
    assert_ne!(block(&second), block(&third), "a text was added");
    fs::remove_file(place.knowledge.join("yunshang/policies/new.md")).unwrap();
    let fourth = place.publish("yunshang");
    assert_ne!(block(&second), block(&fourth), "built again");
    assert_eq!(hits(&place.engine("yunshang")), taken_over);
}

/// A text that stood elsewhere before has the vectors of a clean build: a keyword had none of its words, and an answer was
/// embedded as one.
#[test]
fn moved_texts_have_the_vectors_of_a_clean_build() {
    let encoder = Encoder::built_in().unwrap();
    let write = |place: &Place, keyword: &str, faq: &str| {
        place.write("s/shop.toml", SHOP);
        place.write("s/faq/a.csv", &format!("id,question,answer\n{faq}"));
        let page = format!(
            "+++\ntitle = \"发票\"\nkeywords = [\"{keyword}\"]\n+++\n\n# 开票\n\n确认收货后可以申请。\n"
        );
        place.write("s/policies/a.md", &page);
    };
    let asked = ["怎么开发票", "付款后48小时内发出"];
    let before = "F0,什么时候发货,付款后48小时内发出\n";
    let after =
        "F0,什么时候发货,两天内寄出\nF1,怎么开发票,在订单里申请\nF2,付款后48小时内发出,是的\n";
    let encoded = |place: &Place| {
        let built = rebuild(&Rebuild {
            knowledge: &place.knowledge,
            index: &place.index,
            shop: "s",
            encoder: Some(encoder),
            by: "tester",
            message: "a test",
            force: true,
            keep: 10,
            questions: &[],
            at: Timestamp::now(),
            progress: &|_| (),
        });
        assert!(matches!(built, Ok(Outcome::Published { .. })), "{built:?}");
        let snapshot = place.catalog("s").open_current().unwrap();
        asked.map(|text| {
            let units = &snapshot.units;
            let unit = (0..units.len())
                .find(|&at| units.kinds[at] == UnitKind::Question && &*units.texts[at] == text);
            unit.and_then(|unit| snapshot.encoded(unit))
        })
    };
    let place = Place::new();
    write(&place, asked[0], before);
    assert!(
        encoded(&place).iter().all(Option::is_none),
        "nobody asks them yet"
    );
    write(&place, "开票", after);
    let built_on = encoded(&place);
    let clean = Place::new();
    write(&clean, "开票", after);
    let clean = encoded(&clean);
    for ((text, built_on), clean) in asked.iter().zip(built_on).zip(clean) {
        let clean = clean.expect(text);
        assert!(!clean.tokens.is_empty(), "{text}");
        assert!(built_on == Some(clean), "{text}");
    }
}

#[test]
fn what_answers_worse_is_refused_and_what_is_mended_goes_live() {
    let place = Place::new();
    let (good, golden) = small(GOOD);
    place.write("s/shop.toml", SHOP);
    place.write("s/golden.csv", golden);
    place.write("s/faq/a.csv", &good);
    let first = place.publish("s");

    // Three entries lost: three golden questions worse.
    place.write("s/faq/a.csv", &small(["付款后48小时内发出", "", "", ""]).0);
    let Outcome::Refused { report, findings } = place.rebuild("s", false, &[]) else {
        panic!("it was not refused")
    };
    assert_eq!(
        report.objections,
        [Objection::Golden {
            worse: 3,
            allowed: 0
        }]
    );
    assert_eq!(report.answers.worse().count(), 3);
    assert!(
        report
            .answers
            .worse()
            .all(|shift| shift.kind == Kind::Silenced)
    );
    assert_eq!(report.knowledge.removed.len(), 3);
    assert!(
        findings
            .iter()
            .any(|finding| finding.code == "golden-unknown-entry")
    );
    assert_eq!(
        place.catalog("s").current(),
        Some(first.clone()),
        "the live snapshot stays"
    );
    let text = report::text(&report);
    assert!(
        text.contains("可以开发票吗（golden.csv:3）")
            && text.contains("refused: 3 golden questions"),
        "{text}"
    );
    let page = html::page(&report);
    assert!(
        page.contains("不予发布") && page.contains("变为不答") && !page.contains("<script"),
        "{page}"
    );

    // Mended with another answer to one question: it goes live, and the report says what is new.
    let mended = small(["付款后24小时内发出", GOOD[1], GOOD[2], GOOD[3]]).0;
    place.write("s/faq/a.csv", &mended);
    let Outcome::Published {
        snapshot, report, ..
    } = place.rebuild("s", false, &[])
    else {
        panic!("refused")
    };
    let report = report.unwrap();
    assert_eq!(
        report
            .answers
            .shifts
            .iter()
            .map(|shift| shift.kind)
            .collect::<Vec<_>>(),
        [Kind::Reworded]
    );
    assert_eq!(
        report.knowledge.changed[0].fields[0].after,
        "付款后24小时内发出"
    );
    let told = "「付款后48小时内发出」 → 「付款后24小时内发出」";
    let text = report::text(&report);
    assert_eq!(
        text.matches(told).count(),
        2,
        "of the entry and of the answer: {text}"
    );
    assert_eq!(place.catalog("s").current(), Some(snapshot.clone()));
    assert!(matches!(
        place.rebuild("s", false, &[]),
        Outcome::Unchanged { .. }
    ));

    // Forced: recorded as such.
    place.write(
        "s/faq/a.csv",
        &small(["付款后24小时内发出", GOOD[1], "", ""]).0,
    );
    let Outcome::Published { report, .. } = place.rebuild("s", true, &[]) else {
        panic!("force was refused")
    };
    assert!(report.unwrap().forced);
    let history = place.catalog("s").history();
    let actions: Vec<(&str, bool)> = history
        .iter()
        .map(|line| (line.action.as_str(), line.forced))
        .collect();
    assert_eq!(
        actions,
        [
            ("publish", false),
            ("refused", false),
            ("publish", false),
            ("publish", true)
        ]
    );
    assert_eq!(history[3].changes, "−2");
    assert!(
        history
            .iter()
            .all(|line| line.by == "tester" && line.message == "a test")
    );
}

/// The cause stands on top: an id that was changed, a label that is wrong. What follows from the thresholds comes last.
#[test]
fn causes_are_told_before_what_follows_from_them() {
    let place = Place::new();
    let (good, golden) = small(GOOD);
    place.write("s/shop.toml", SHOP);
    place.write("s/golden.csv", golden);
    place.write("s/faq/a.csv", &good);
    place.publish("s");
    place.write("s/faq/a.csv", &good.replace("F0,", "G0,"));
    let Outcome::Refused { report, findings } = place.rebuild("s", false, &[]) else {
        panic!("it was not refused")
    };
    let first = &report.answers.shifts[0];
    assert!(first.gone && first.question == "什么时候发货", "{first:?}");
    assert!(report::text(&report).contains("期望的条目已不存在"));
    let unknown = findings.iter().find(|f| f.code == "golden-unknown-entry");
    let remedy = &unknown.unwrap().remedy;
    assert!(remedy.contains("write faq:G0, which has this"), "{remedy}");

    // Two labels of a real shop are set wrong: both are named, and the many that follow come behind.
    let place = Place::with_sample("zhiju");
    place.publish("zhiju");
    let file = place.knowledge.join("zhiju/golden.csv");
    let text = fs::read_to_string(&file).unwrap();
    let live = place.engine("zhiju");
    let faqs = live.snapshot.shop.faqs.clone();
    // A label that is answered as it says: set wrong, it is a wrong answer and not a missing one.
    let answered = |line: &str, faq: &str| {
        let asked = question(line.split(',').next().unwrap());
        answer(&live, &asked).receipt.entries == [format!("faq:{faq}")]
    };
    let mut wrong = Vec::new();
    let lines = text.lines().map(|line| {
        let right = faqs
            .iter()
            .find(|faq| line.contains(&format!(",faq:{},", faq.id)))
            .filter(|faq| answered(line, &faq.id));
        let other = |id: &str| faqs.iter().find(|faq| faq.id != id).unwrap();
        match right.filter(|_| wrong.len() < 2) {
            Some(faq) => {
                wrong.push(line.split(',').next().unwrap().to_owned());
                line.replace(
                    &format!(",faq:{},", faq.id),
                    &format!(",faq:{},", other(&faq.id).id),
                )
            }
            None => line.to_owned(),
        }
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    assert_eq!(wrong.len(), 2, "{text}");
    fs::write(&file, text).unwrap();
    let report = match place.rebuild("zhiju", false, &[]) {
        Outcome::Refused { report, .. } => report,
        Outcome::Published { report, .. } => report.unwrap(),
        other => panic!("{other:?}"),
    };
    let suspects = &report.answers.suspects;
    let named: Vec<&str> = suspects.iter().map(|s| s.question.as_str()).collect();
    assert!(
        wrong
            .iter()
            .all(|question| named.contains(&question.as_str())),
        "{named:?} {wrong:?}"
    );
    let text = report::text(&report);
    let (label, worse) = (text.find("新增或改过的考题"), text.find("\n考题"));
    assert!(
        label.is_some() && worse.is_none_or(|at| label < Some(at)),
        "{text}"
    );
    let ranks = report.answers.worse().map(|shift| shift.follows);
    assert!(ranks.is_sorted(), "{text}");
    assert!(html::page(&report).contains("新增或改过的考题"));
}

/// Golden questions that vanish with what they would have shown: the live snapshot remembers them.
#[test]
fn lost_golden_questions_are_objected_to() {
    let header = "question,expect\n";
    let (good, golden) = small(GOOD);
    let worse = small(["付款后48小时内发出", "", GOOD[2], "支持花呗付款"]).0;
    // One row less is a merchant's own business, unless it hides what got worse.
    let one_less = golden.replace("可以开发票吗,faq:F1\n", "");
    let reworded = good.replace("可以开发票吗", "我想问问材质是什么");
    let removed = |removed| Objection::Removed { removed, of: 4 };
    let one_worse = Objection::Golden {
        worse: 1,
        allowed: 0,
    };
    for (faq, golden, objections) in [
        (&good, header, vec![removed(4)]),
        (&worse, header, vec![removed(4)]), // its entry went with it
        (&worse, &*one_less, vec![]),
        (&good, &*one_less, vec![]),
        (&reworded, &*one_less, vec![one_worse.clone()]),
        (&reworded, header, vec![one_worse, removed(4)]),
    ] {
        let place = Place::new();
        place.write("s/shop.toml", SHOP);
        place.write("s/golden.csv", small(GOOD).1);
        place.write("s/faq/a.csv", &good);
        place.publish("s");
        place.write("s/faq/a.csv", faq);
        place.write("s/golden.csv", golden);
        // Something is different, and nothing is asked of it.
        place.write("s/lexicon/stopwords.txt", "呀\n");
        let said = match place.rebuild("s", false, &[]) {
            Outcome::Refused { report, .. } => report.objections.clone(),
            Outcome::Published { report, .. } => report.unwrap().objections.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(said, objections, "{faq}{golden}");
    }
}

/// Labels that are lost and come back, byte for byte: the thresholds do not move, and nothing is refused.
#[test]
fn what_is_restored_goes_live() {
    let place = Place::with_sample("yunshang");
    let golden = place.knowledge.join("yunshang/golden.csv");
    let whole = fs::read(&golden).unwrap();
    place.publish("yunshang");
    let thresholds = place.engine("yunshang").calibration;
    fs::remove_file(&golden).unwrap();
    let Outcome::Published { report, .. } = place.rebuild("yunshang", true, &[]) else {
        panic!("force was refused")
    };
    assert!(matches!(
        report.unwrap().objections[..],
        [Objection::Removed { .. }]
    ));
    assert_eq!(place.engine("yunshang").calibration, thresholds);
    fs::write(&golden, &whole).unwrap();
    place.publish("yunshang");
    assert_eq!(place.engine("yunshang").calibration, thresholds);

    // Thresholds without labels, as an earlier version left them, have no say either.
    let first = Place::with_sample("yunshang");
    let golden = first.knowledge.join("yunshang/golden.csv");
    fs::remove_file(&golden).unwrap();
    first.publish("yunshang");
    fs::write(&golden, &whole).unwrap();
    first.publish("yunshang");
    assert_eq!(first.engine("yunshang").calibration, thresholds);
}

#[test]
fn real_questions_have_a_say() {
    let place = Place::new();
    place.write("s/shop.toml", SHOP);
    place.write("s/faq/a.csv", &small(GOOD).0);
    place.publish("s");
    // The knowledge changes, and no golden question notices.
    place.write("s/faq/a.csv", &small(["", GOOD[1], GOOD[2], GOOD[3]]).0);
    let asked: Vec<Question> = (0..10)
        .map(|at| question(["什么时候发货", "可以开发票吗"][at % 2]))
        .collect();
    let Outcome::Refused { report, .. } = place.rebuild("s", false, &asked) else {
        panic!("it was not refused")
    };
    assert_eq!(
        report.objections,
        [Objection::Replay {
            changed: 5,
            asked: 10,
            allowed: 0.2
        }]
    );
    assert_eq!(
        (report.answers.shifts.len(), report.answers.shifts[0].times),
        (1, 5),
        "repeats are one line"
    );
    // Two real questions say nothing about shares.
    assert!(matches!(
        place.rebuild("s", false, &asked[..2]),
        Outcome::Published { .. }
    ));
}

#[test]
fn a_rollback_under_load_drops_and_mixes_nothing() {
    let place = Place::new();
    place.write("s/shop.toml", SHOP);
    place.write("s/faq/a.csv", &small(GOOD).0);
    let old = place.publish("s");
    place.write(
        "s/faq/a.csv",
        &small(["付款后24小时内发出", GOOD[1], GOOD[2], GOOD[3]]).0,
    );
    let new = place.publish("s");
    let live = ArcSwap::from_pointee(place.engine("s"));
    let (stop, asked) = (AtomicBool::new(false), AtomicUsize::new(0));
    let expected = |snapshot: &str| {
        if snapshot == old {
            "付款后48小时内发出"
        } else {
            "付款后24小时内发出"
        }
    };
    let seen: Vec<HashSet<String>> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..50)
            .map(|_| {
                scope.spawn(|| {
                    let mut seen = HashSet::new();
                    while !stop.load(Ordering::Relaxed) {
                        // A request takes one snapshot at its start and uses nothing else.
                        let engine = live.load_full();
                        let decision = answer(&engine, &question("什么时候发货"));
                        assert_eq!(decision.receipt.snapshot, engine.snapshot.manifest.id);
                        assert_eq!(decision.reply, expected(&decision.receipt.snapshot));
                        seen.insert(decision.receipt.snapshot);
                        asked.fetch_add(1, Ordering::Relaxed);
                    }
                    seen
                })
            })
            .collect();
        while asked.load(Ordering::Relaxed) < 500 {
            std::thread::yield_now();
        }
        let back = place
            .catalog("s")
            .roll_back(None, "tester", "too fast", now())
            .unwrap();
        live.store(Arc::new(place.engine("s")));
        let after = asked.load(Ordering::Relaxed);
        while asked.load(Ordering::Relaxed) < after + 500 {
            std::thread::yield_now();
        }
        stop.store(true, Ordering::Relaxed);
        assert_eq!(back, old);
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap())
            .collect()
    });
    let seen: HashSet<&String> = seen.iter().flatten().collect();
    assert_eq!(
        seen,
        HashSet::from([&old, &new]),
        "both were asked, none else"
    );
    assert_eq!(
        place.catalog("s").history().last().unwrap().message,
        "too fast"
    );
}

/// A version that was rolled back is not gone back to, and two rollbacks in a row go two steps.
#[test]
fn a_rollback_goes_to_what_was_live_before() {
    let place = Place::new();
    place.write("s/shop.toml", SHOP);
    let publish = |hours: u32| {
        let answer = format!("付款后{hours}小时内发出");
        let table = small([&answer, GOOD[1], GOOD[2], GOOD[3]]).0;
        place.write("s/faq/a.csv", &table);
        place.publish("s")
    };
    let [one, two, bad] = [48, 36, 24].map(publish);
    let catalog = place.catalog("s");
    let back = |id: Option<&str>| catalog.roll_back(id, "tester", "", now()).unwrap();
    assert_eq!(back(None), two);
    assert_eq!(back(None), one);
    assert_eq!(back(Some(&bad)), bad);
    assert_eq!(back(Some(&one)), one);
    let _bad_too = publish(12);
    assert_eq!(back(None), one, "not {bad}");
    assert!(catalog.roll_back(None, "tester", "", now()).is_err());
}

#[test]
fn a_history_that_cannot_be_written_undoes_no_publish() {
    let place = Place::new();
    place.write("s/shop.toml", SHOP);
    place.write("s/faq/a.csv", &small(GOOD).0);
    let one = place.publish("s");
    let history = place.index.join("s/history.jsonl");
    fs::remove_file(&history).unwrap();
    fs::create_dir(&history).unwrap();
    place.write(
        "s/faq/a.csv",
        &small(["付款后24小时内发出", GOOD[1], GOOD[2], GOOD[3]]).0,
    );
    let two = place.publish("s");
    let catalog = place.catalog("s");
    assert_eq!(catalog.current(), Some(two));
    assert_eq!(catalog.roll_back(None, "tester", "", now()).unwrap(), one);
}

/// A shop whose live snapshot is broken can be built anew, and it is said that the gate had nothing to compare; where
/// the system only will not read it now, nothing is published unseen.
#[test]
fn a_gate_with_nothing_to_compare_says_so() {
    type Breaking = fn(&Path);
    let rows: [(Breaking, bool); 4] = [
        (
            |live| fs::write(live.join("units.json"), "[]").unwrap(),
            true,
        ),
        (
            |live| fs::remove_file(live.join("manifest.json")).unwrap(),
            true,
        ),
        (|live| fs::remove_dir_all(live).unwrap(), true),
        (
            |live| {
                fs::remove_file(live.join("manifest.json")).unwrap();
                fs::create_dir(live.join("manifest.json")).unwrap();
            },
            false,
        ),
    ];
    for (at, (breaking, published)) in rows.into_iter().enumerate() {
        let place = Place::new();
        place.write("s/shop.toml", SHOP);
        place.write("s/faq/a.csv", &small(GOOD).0);
        let before = place.publish("s");
        breaking(&place.catalog("s").folder(&before));
        place.write("s/faq/a.csv", &small(["", GOOD[1], GOOD[2], GOOD[3]]).0);
        let done = place.try_rebuild("s", false, &[]);
        assert_eq!(done.is_ok(), published, "{at}: {done:?}");
        let Ok(done) = done else {
            assert_eq!(place.catalog("s").current(), Some(before));
            continue;
        };
        let Outcome::Published { findings, .. } = done else {
            panic!("{at}: {done:?}")
        };
        let said = |code: &str| findings.iter().any(|finding| finding.code == code);
        assert!(said("nothing-to-compare"), "{at}: {findings:?}");
        let line = place.catalog("s").history().pop().unwrap();
        assert!(line.message.contains("nothing to compare"), "{line:?}");
    }
}

/// A word of `[block]` never reaches a buyer: not in a reply, and not as the title of an option.
#[test]
fn blocked_words_are_not_sent() {
    let place = Place::new();
    place.write("s/shop.toml", SHOP);
    place.write(
        "s/faq/a.csv",
        "id,question,answer,clarify\nA,怎么刷单返现,不参加这类活动,是\nB,怎么领红包,找刷单群,\nC,什么时候发货,48小时内发出,是\n",
    );
    place.write("s/lexicon/sensitive.txt", "[block]\n刷单\n");
    place.publish("s");
    let engine = place.engine("s");
    for (text, sent) in [
        ("怎么刷单返现", None),
        ("怎么领红包", None),
        ("什么时候发货", Some("faq:C")),
    ] {
        let said = answer(&engine, &question(text));
        assert!(!said.reply.contains("刷单"), "{text}: {}", said.reply);
        let options: Vec<&str> = said
            .options
            .iter()
            .map(|option| option.id.as_str())
            .collect();
        assert_eq!(options, Vec::from_iter(sent), "{text}");
        let reason = said.handoff.map(|handoff| handoff.reason.as_str());
        assert_eq!(reason, sent.is_none().then_some("sensitive"), "{text}");
    }
}

#[test]
fn entries_are_asked_their_own_questions() {
    let place = Place::new();
    place.write("s/shop.toml", SHOP);
    place.write(
        "s/faq/a.csv",
        "id,question,similar,answer\nA,什么时候发货,几天能寄出,48小时内发出\nB,快递多久能到,几天能寄出,三天内送到\n",
    );
    let Outcome::Published { findings, .. } = place.rebuild("s", false, &[]) else {
        panic!("not published")
    };
    let codes = |findings: &[zhike::knowledge::Finding]| -> Vec<String> {
        findings
            .iter()
            .map(|finding| finding.code.clone())
            .collect()
    };
    // Both claim one phrasing: they are offered for it side by side, so neither is lost.
    assert_eq!(codes(&findings), ["shared-phrasing"], "{findings:?}");
    // A question that names goods of another category keeps to the product that its entry is for.
    place.write(
        "s/products/p.csv",
        "id,name,category\nP1,可视空气炸锅,空气炸锅\nP2,嵌入式洗碗机,洗碗机\n",
    );
    place.write(
        "s/faq/b.csv",
        "id,question,answer,categories\nC,炸篮能放洗碗机里洗吗,放凉后用温水手洗,空气炸锅\n",
    );
    let reading = zhike::knowledge::read_shop(&place.knowledge.join("s"));
    let findings = probe::probe_knowledge(&reading.shop, now()).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
}
