//! Receipts replayed from archived snapshots.

use std::fs;
use std::path::{Path, PathBuf};

use futures::stream::{self, StreamExt};
use reqwest::StatusCode;
use serde_json::{Value, json};
use zhike::answer::decide::answer_with;
use zhike::answer::{Engine, Question};
use zhike::embed::Encoder;
use zhike::eval::golden;
use zhike::index::Catalog;
use zhike::knowledge::{Shop, read_shop};
use zhike::publish::Outcome::Published;
use zhike::publish::replay::{Proof, Record, ReplayError, read, replay, replay_on};

use super::{Place, copy, now, question, small};
use crate::support::database::{self, Kind};
use crate::support::http::Actor;
use crate::support::process::Process;

/// Replies that are made and made again.
const REPLIES: usize = 1_000;

/// Publishes in between.
const PUBLISHES: usize = 5;

/// Numbers that are the same at every run (xorshift).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }
}

/// The rows of a sheet, its header first.
fn rows(path: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(path).unwrap();
    let text = text.trim_start_matches('\u{feff}');
    let sheet = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let rows = sheet.into_records().map(|row| row.unwrap());
    rows.map(|row| row.iter().map(str::to_owned).collect())
        .collect()
}

fn save(path: &Path, rows: &[Vec<String>]) {
    let mut sheet = csv::WriterBuilder::new()
        .flexible(true)
        .from_path(path)
        .unwrap();
    for row in rows {
        sheet.write_record(row).unwrap();
    }
    sheet.flush().unwrap();
}

/// A merchant's day in the shop in `folder`: of every sheet one answer is worded anew and one row is deleted, with what
/// refers to it; and one sheet is new.
fn change(folder: &Path, round: usize) {
    let mut sheets: Vec<PathBuf> = fs::read_dir(folder.join("faq"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "csv"))
        .collect();
    sheets.sort();
    let mut gone = Vec::new();
    for path in &sheets {
        let mut sheet = rows(path);
        let answer = sheet[0]
            .iter()
            .position(|head| ["答案", "标准话术", "answer"].contains(&head.as_str()));
        // The sheets of earlier rounds have a single row.
        let (Some(answer), true) = (answer, sheet.len() > 4) else {
            continue;
        };
        let at = 1 + round % (sheet.len() - 3);
        gone.push(sheet.remove(at)[0].clone());
        sheet[at][answer].push_str(&format!("（第{round}次改）"));
        save(path, &sheet);
    }
    assert!(gone.len() >= 3, "{gone:?}");
    for path in sheets.into_iter().chain([folder.join("golden.csv")]) {
        let mut sheet = rows(&path);
        let named = |cell: &str| gone.iter().any(|id| cell.trim_start_matches("faq:") == id);
        for cell in sheet.iter_mut().skip(1).flatten() {
            if cell.split('|').any(named) {
                let left: Vec<&str> = cell.split('|').filter(|part| !named(part)).collect();
                *cell = left.join("|");
            }
        }
        // A golden question that expects nothing any more is none.
        let expect = sheet[0].iter().position(|head| head == "expect");
        if let Some(expect) = expect {
            sheet.retain(|row| row.get(expect).is_some_and(|cell| !cell.is_empty()));
        }
        save(&path, &sheet);
    }
    let row = format!("编号,标准问题,答案\nNEW{round},新问题第{round}个怎么办,请联系客服处理\n");
    fs::write(folder.join(format!("faq/new{round}.csv")), row).unwrap();
}

/// Golden questions, with product, moment and talk shuffled, cut short or run together.
fn questions(shop: &Shop, count: usize) -> Vec<Question> {
    let golden: Vec<Question> = golden::asked(&shop.golden, now())
        .into_iter()
        .map(|asked| asked.question)
        .collect();
    let mut dice = Dice(0x5eed);
    (0..count)
        .map(|_| {
            let mut question = golden[dice.roll(golden.len())].clone();
            let other = &golden[dice.roll(golden.len())];
            match dice.roll(5) {
                0 => question.text = format!("{}，{}", question.text, other.text),
                1 => question.text = question.text.chars().take(4 + dice.roll(8)).collect(),
                2 => {
                    question.product =
                        Some(shop.products[dice.roll(shop.products.len())].id.clone())
                }
                3 => question.previous = vec![other.text.clone()],
                _ => {}
            }
            question
        })
        .collect()
}

#[test]
fn a_thousand_replies_are_the_same_after_five_publishes() {
    let place = Place::with_sample("zhiju");
    place.publish("zhiju");
    let engine = place.engine("zhiju");
    let records: Vec<String> = questions(&engine.snapshot.shop, REPLIES)
        .iter()
        .map(|question| {
            let decision = answer_with(&engine, question, 5, false);
            serde_json::to_string(&Record::new(&engine, question, &decision, 5)).unwrap()
        })
        .collect();
    for round in 0..PUBLISHES {
        change(&place.knowledge.join("zhiju"), round);
        // Forced: whether the golden questions bear it is the gate's business, tried elsewhere.
        let built = place.rebuild("zhiju", true, &[]);
        assert!(matches!(built, Published { .. }), "{built:?}");
    }
    let catalog = place.catalog("zhiju");
    let first: Record = serde_json::from_str(&records[0]).unwrap();
    assert_ne!(
        catalog.current(),
        Some(first.decision.receipt.snapshot.clone())
    );
    let archived = Engine::new(
        catalog
            .open(&first.decision.receipt.snapshot)
            .unwrap()
            .into(),
        None,
    );
    for text in &records {
        let record: Record = serde_json::from_str(text).unwrap();
        assert!(record.is_sealed(), "{text}");
        let replayed = replay_on(&archived, &catalog, &record);
        assert!(replayed.identical, "{replayed}");
        assert_eq!(
            serde_json::to_string(&replayed.again).unwrap(),
            serde_json::to_string(&record.decision).unwrap()
        );
    }
    let proof = replay(&catalog, &first, None).unwrap();
    let printed = proof.to_string();
    for part in ["提问　", "答复　", "快照　0001-", "逐字节相同"] {
        assert!(printed.contains(part), "{printed}");
    }
}

/// The same over HTTP, by words and meaning, from what the API says: every reply's body proves it.
#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_bodies_prove_what_was_said() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("knowledge/beiyou");
    copy(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge/beiyou"),
        &own,
    );
    let asked = questions(&read_shop(&own).shop, REPLIES);
    // Each build asks them several times; what the gate makes of them is tried elsewhere.
    let golden = rows(&own.join("golden.csv"));
    save(&own.join("golden.csv"), &golden[..=20]);
    let database = database::fresh(Kind::Sqlite, folder.path());
    let program = Path::new(env!("CARGO_BIN_EXE_zhike"));
    let mut process = Process::start(program, folder.path(), &database, &[]);
    let nobody = Actor::at(process.base.clone());
    let signed_in = nobody.post("/v1/session", json!({"link": process.link}));
    let signed_in = signed_in.await.expect(StatusCode::CREATED);
    let admin = nobody.with_key(signed_in["key"].as_str().unwrap());

    let said = stream::iter(asked).map(|question| {
        let nobody = nobody.clone();
        async move {
            let body = json!({
                "question": question.text, "product": question.product, "at": question.at, "previous": question.previous,
            });
            let reply = nobody.post("/v1/shops/beiyou/answer", body).await;
            reply.expect(StatusCode::OK).to_string()
        }
    });
    let bodies: Vec<String> = said.buffered(8).collect().await;
    for round in 0..PUBLISHES {
        change(&own, round);
        let order = json!({"message": format!("第{round}次"), "force": true});
        let task = admin.post("/v1/shops/beiyou/rebuild", order).await;
        let task = task.expect(StatusCode::ACCEPTED);
        let events = format!("/v1/tasks/{}/events", task["id"].as_str().unwrap());
        let done = admin.watch(&events, None).await.until("done").await;
        assert_eq!(
            done.data["result"]["outcome"], "published",
            "{:?}",
            done.data
        );
    }
    process.kill();

    let catalog = Catalog::new(&folder.path().join("index"), "beiyou");
    let first = read(&bodies[0]).unwrap();
    let snapshot = first.decision.receipt.snapshot.clone();
    assert_ne!(catalog.current(), Some(snapshot.clone()));
    let encoder = Encoder::built_in().unwrap();
    let archived = Engine::new(catalog.open(&snapshot).unwrap().into(), Some(encoder));
    let by_meaning = &archived.snapshot.manifest.encoder;
    assert_eq!(by_meaning.as_deref(), Some(encoder.id()));
    let mut answers = 0;
    for body in &bodies {
        let record = read(body).unwrap_or_else(|error| panic!("{error}: {body}"));
        let replayed = replay_on(&archived, &catalog, &record);
        assert!(replayed.identical, "{replayed}\n{body}");
        let told: Value = serde_json::from_str(body).unwrap();
        assert_eq!(told["receipt"]["snapshot"], snapshot.as_str());
        answers += usize::from(told["receipt"]["entries"] != json!([]));
    }
    assert!(answers * 10 > REPLIES, "{answers} answers");
}

#[test]
fn what_cannot_be_proved_says_so() {
    let place = Place::new();
    place.write("s/shop.toml", "[shop]\nname = \"小店\"\n");
    place.write("s/faq/a.csv", &small(super::GOOD).0);
    let snapshot = place.publish("s");
    let engine = place.engine("s");
    let asked = question("什么时候发货");
    let record = Record::new(&engine, &asked, &answer_with(&engine, &asked, 5, false), 5);
    let catalog = place.catalog("s");
    assert!(replay(&catalog, &record, None).unwrap().identical);

    let mut forged = record.clone();
    forged.decision.reply = "付款后72小时内发出".into();
    assert!(matches!(
        replay(&catalog, &forged, None),
        Err(ReplayError::Tampered)
    ));

    // A file is laid beside those that were built, which would have a say.
    let added = catalog.folder(&snapshot).join("vectors.bin");
    fs::write(&added, "").unwrap();
    let error = replay(&catalog, &record, None).unwrap_err().to_string();
    assert!(error.contains("vectors.bin was added"), "{error}");
    fs::remove_file(&added).unwrap();

    // A file of the snapshot is changed: its hash does not fit.
    let file = catalog.folder(&snapshot).join("shop.json");
    let before = fs::read_to_string(&file).unwrap();
    fs::write(&file, before.replace("48小时", "72小时")).unwrap();
    let error = replay(&catalog, &record, None).unwrap_err().to_string();
    assert!(error.contains("shop.json was changed"), "{error}");

    // The manifest is forged to fit: it is not the manifest that answered.
    let manifest = catalog.folder(&snapshot).join("manifest.json");
    let mut value: serde_json::Value =
        serde_json::from_slice(&fs::read(&manifest).unwrap()).unwrap();
    let hash = sha256(&fs::read(&file).unwrap());
    value["files"]["shop.json"] = hash.into();
    fs::write(&manifest, value.to_string()).unwrap();
    assert!(matches!(
        replay(&catalog, &record, None),
        Err(ReplayError::OtherSnapshot { .. })
    ));

    fs::remove_dir_all(catalog.folder(&snapshot)).unwrap();
    let error = replay(&catalog, &record, None).unwrap_err();
    assert!(matches!(error, ReplayError::Pruned { .. }), "{error}");
    assert!(error.to_string().contains("pruned"), "{error}");
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    zhike::text::hex(&Sha256::digest(bytes))
}

#[test]
fn a_receipt_tells_not_who_asked() {
    let place = Place::new();
    place.write("s/shop.toml", "[shop]\nname = \"小店\"\n");
    place.write("s/faq/a.csv", &small(super::GOOD).0);
    place.publish("s");
    let engine = place.engine("s");
    let number = "13812345678";
    let mut asked = question(&format!("我手机号{number}，什么时候发货"));
    asked.previous = vec![format!("打我{number}")];
    let decision = answer_with(&engine, &asked, 5, false);
    let record = Record::new(&engine, &asked, &decision, 5);
    assert!(!serde_json::to_string(&record).unwrap().contains(number));
    assert_eq!(record.decision.reply, decision.reply);
    let proof = replay(&place.catalog("s"), &record, None).unwrap();
    assert!(proof.identical, "{proof}");
    assert!(!proof.to_string().contains(number), "{proof}");
}

/// An id of the shop may look like a phone number. The decision is made on it, so it is kept; no other number is.
#[test]
fn ids_of_the_shop_are_kept_as_they_are() {
    let place = Place::new();
    place.write("s/shop.toml", "[shop]\nname = \"小店\"\n");
    place.write("s/faq/a.csv", &small(super::GOOD).0);
    place.write(
        "s/products/p.csv",
        "id,name,面料\n13500012345,连衣裙,棉\n13500012346,衬衫,麻\n",
    );
    place.publish("s");
    let (engine, catalog) = (place.engine("s"), place.catalog("s"));
    let manifest = Proof::manifest_of(&engine.snapshot.manifest);
    for (product, chosen, kept) in [
        (Some("13500012345"), None, true),
        (None, Some("product:13500012345"), true),
        (None, Some("spec:13500012345/面料"), true),
        (Some("13812345678"), None, false),
        (None, Some("product:13812345678"), false),
    ] {
        let asked = Question {
            product: product.map(str::to_owned),
            chosen: chosen.map(str::to_owned),
            ..question("这款什么面料")
        };
        let id = product.or(chosen).expect("an id");
        let decision = answer_with(&engine, &asked, 5, false);
        let proof = Proof::of(&engine, &manifest, &asked, &decision, 5);
        let record = Record::new(&engine, &asked, &decision, 5);
        assert_eq!(proof.question, record.question, "{id}");
        let json = serde_json::to_string(&record.question).unwrap();
        assert_eq!(json.contains(id), kept, "{json}");
        let replayed = replay_on(&engine, &catalog, &record);
        assert!(replayed.identical, "{id}: {replayed}");
        // The page of a talk is printed, a click is not.
        if product.is_some() {
            assert_eq!(replayed.to_string().contains(id), kept, "{replayed}");
        }
    }
}

/// Whatever personal data stands in a message, the decision is made on what is kept of it: the proof gives the same bytes.
#[test]
fn messages_with_personal_data_replay_byte_for_byte() {
    let place = Place::with_sample("zhiju");
    place.publish("zhiju");
    let (engine, catalog) = (place.engine("zhiju"), place.catalog("zhiju"));
    let golden = golden::asked(&engine.snapshot.shop.golden, now());
    let (mut tried, mut kept) = (0, 0);
    for asked in golden.iter().step_by(golden.len().div_ceil(25)) {
        let plain = answer_with(&engine, &asked.question, 5, false);
        for (template, personal) in [
            ("{} 我电话13912345678", "13912345678"),
            ("13912345678 {}", "13912345678"),
            ("{}，地址浙江省杭州市西湖区文一路88号2单元301室", "文一路"),
            ("{}，张三 13912345678 杭州市西湖区文一路88号", "文一路"),
            ("{} 身份证330106199003071234", "199003071234"),
            ("{} 订单号2026112200017788", ""),
        ] {
            let mut question = asked.question.clone();
            question.text = template.replace("{}", &question.text);
            let decision = answer_with(&engine, &question, 5, false);
            let record = Record::new(&engine, &question, &decision, 5);
            let json = serde_json::to_string(&record).unwrap();
            assert!(personal.is_empty() || !json.contains(personal), "{json}");
            let replayed = replay_on(&engine, &catalog, &record);
            assert!(replayed.identical, "{}: {replayed}", question.text);
            // A phone number or an address beside a question does not change what is answered.
            if !template.contains("张三") && !template.contains("订单") {
                tried += 1;
                kept += usize::from(decision.receipt.entries == plain.receipt.entries);
            }
        }
    }
    assert!(tried >= 80 && kept * 100 >= tried * 95, "{kept} of {tried}");
}
