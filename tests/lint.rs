//! The linter: every rule by bad and good cases, planted faults in the sample shops, and the mends of `--fix`.

mod cases;
mod planted;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use zhike::knowledge::{Finding, encoding, read_shop};
use zhike::lint::{RULES, lint, timeline};

/// The moment at which the sample shops are looked at: between 双11 and 双12.
fn now() -> Timestamp {
    "2026-11-22T12:00:00+08:00".parse().unwrap()
}

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge")
}

/// All that reader and linter say about a shop.
fn findings(folder: &Path, at: Timestamp) -> Vec<Finding> {
    let reading = read_shop(folder);
    let mut findings = reading.findings;
    findings.extend(lint(&reading.shop, at));
    findings
}

fn show(findings: &[Finding]) -> String {
    findings
        .iter()
        .map(|finding| format!("  {finding}\n"))
        .collect()
}

/// Writes files into a fresh shop folder.
fn shop(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("shop");
    fs::create_dir_all(&root).unwrap();
    fs::write(root.join("shop.toml"), "[shop]\nname = \"试店\"\n").unwrap();
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn nothing_is_remarked_on_the_sample_shops() {
    for at in [
        "2026-10-05",
        "2026-11-11",
        "2026-11-22",
        "2026-12-20",
        "2027-03-01",
    ] {
        let at: Timestamp = format!("{at}T12:00:00+08:00").parse().unwrap();
        for name in ["yunshang", "zhiju", "beiyou", "huanya"] {
            let found = findings(&samples().join(name), at);
            assert!(found.is_empty(), "{name} at {at}:\n{}", show(&found));
        }
    }
}

#[test]
fn each_rule_has_its_section() {
    let page =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/lint.md")).unwrap();
    for rule in RULES {
        let Some((_, section)) = page.split_once(&format!("\n## {}\n", rule.code)) else {
            panic!("docs/lint.md has no section {}", rule.code);
        };
        let section = section.split("\n## ").next().unwrap();
        for part in ["Bad:", "Good:"] {
            assert!(
                section.contains(part),
                "the section {} of docs/lint.md has no {part}",
                rule.code
            );
        }
    }
    let codes: BTreeSet<&str> = RULES.iter().map(|rule| rule.code).collect();
    assert_eq!(codes.len(), RULES.len(), "codes are unique");
}

#[test]
fn the_timeline_tells_what_starts_and_ends() {
    let reading = read_shop(&samples().join("huanya"));
    let shown: Vec<String> = timeline(&reading.shop, now(), 14)
        .iter()
        .map(|event| format!("{} {:?} {}", event.at, event.change, event.id))
        .collect();
    assert_eq!(
        shown,
        [
            "2026-11-25T12:00:00Z Starts faq:YH05",
            "2026-11-25T12:00:00Z Starts policy:blackfriday",
            "2026-11-30T16:00:00Z Ends faq:YH05",
            "2026-11-30T16:00:00Z Ends policy:blackfriday",
            "2026-12-04T16:00:00Z Starts product:HY-M03",
        ]
    );
}

#[test]
fn mends_keep_the_encoding_and_calm_the_linter() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("yunshang");
    copy(&samples().join("yunshang"), &root);
    let file = root.join("faq/物流.csv");
    let text = encoding::decode(&fs::read(&file).unwrap())
        .unwrap()
        .into_owned();
    let planted = text
        .replace("运费多少钱|", "运费多少钱|运费多少钱？|")
        .replace("WL06,", "ＷＬ06,");
    assert_ne!(text, planted);
    let (bytes, _, unmappable) = encoding_rs::GB18030.encode(&planted);
    assert!(!unmappable);
    fs::write(&file, &bytes).unwrap();

    let before = findings(&root, now());
    assert!(
        before
            .iter()
            .any(|finding| finding.code == "repeated-phrasing"),
        "{}",
        show(&before)
    );
    let dry = zhike::lint::fix::fix_shop(&root, true).unwrap();
    assert_eq!(
        fs::read(&file).unwrap(),
        bytes.as_ref(),
        "a dry run writes nothing"
    );
    let mends = zhike::lint::fix::fix_shop(&root, false).unwrap();
    assert_eq!(dry, mends);
    assert_eq!(
        mends.iter().map(|mend| mend.code).collect::<Vec<_>>(),
        ["full-width-id", "repeated-phrasing"]
    );
    assert_eq!(
        encoding::decode(&fs::read(&file).unwrap()).unwrap(),
        text,
        "the file is as it was before the slip"
    );
    assert!(
        zhike::lint::fix::fix_shop(&root, false).unwrap().is_empty(),
        "nothing is left to mend"
    );
}

#[test]
fn a_large_shop_is_judged_in_good_time() {
    let mut rows = String::from("id,question,answer\n");
    for row in 0..20_000 {
        rows.push_str(&format!(
            "Q{row},第{row}款商品什么时候发货,第{row}款付款后48小时内发出，满99元包邮\n"
        ));
    }
    let folder = shop(&[("faq/a.csv", &rows)]);
    let reading = read_shop(&folder.path().join("shop"));
    let started = std::time::Instant::now();
    let found = lint(&reading.shop, now());
    assert!(found.is_empty(), "{}", show(&found[..found.len().min(5)]));
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
