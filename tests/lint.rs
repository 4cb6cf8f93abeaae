//! The linter: good and bad cases for every rule, planted faults in the sample shops, and the repairs of `--fix`.

mod cases;
mod planted;
mod wordings;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use zhike::knowledge::{Finding, Severity, encoding, read_shop};
use zhike::lint::{RULES, Rule, lint, timeline};
use zhike::publish::probe;

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

/// The same, and what a built shop tells, as `zhike check` says it: a build takes a while.
fn checked(folder: &Path, at: Timestamp) -> Vec<Finding> {
    let mut findings = findings(folder, at);
    if findings
        .iter()
        .all(|finding| finding.severity != Severity::Error)
    {
        findings.extend(probe::probe_knowledge(&read_shop(folder).shop, at).unwrap());
    }
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
            let found = checked(&samples().join(name), at);
            assert!(found.is_empty(), "{name} at {at}:\n{}", show(&found));
        }
    }
}

/// The rules that judge whole shops, with and without a built snapshot.
fn rules() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().chain(probe::RULES).copied()
}

/// The codes that the readers of files report, read from their sources.
fn codes_of_the_readers() -> BTreeSet<String> {
    let call = regex::Regex::new(
        r#"(?:\.|log\.|&mut log,\s*|findings,\s*)?(?:error|warning)\(\s*"([a-z]+(?:-[a-z]+)+)""#,
    )
    .unwrap();
    let sources = sources_of_the_readers();
    let hits = sources.iter().flat_map(|source| call.captures_iter(source));
    hits.map(|hit| hit[1].to_owned()).collect()
}

/// The readers' sources, a text each.
fn sources_of_the_readers() -> Vec<String> {
    let mut sources = Vec::new();
    let mut folders: Vec<PathBuf> = ["src/knowledge", "src/publish"]
        .map(|room| Path::new(env!("CARGO_MANIFEST_DIR")).join(room))
        .into();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => sources.push(fs::read_to_string(path).unwrap()),
            }
        }
    }
    sources
}

/// Code and text of each section of `docs/lint.md`.
fn sections() -> BTreeMap<String, String> {
    let page =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/lint.md")).unwrap();
    let mut sections = BTreeMap::new();
    for section in page.split("\n## ").skip(1) {
        let (code, text) = section.split_once('\n').unwrap();
        let text = text.split("\n# ").next().unwrap();
        let known = sections.insert(code.to_owned(), text.to_owned());
        assert_eq!(known, None, "docs/lint.md has two sections {code}");
    }
    sections
}

#[test]
fn page_and_program_agree() {
    let sections = sections();
    for (code, text) in &sections {
        for part in ["\n\nBad: ", "\n\nGood: "] {
            assert!(text.contains(part), "the section {code} has no {part:?}");
        }
        let (_, examples) = text.split_once("\n\nBad: ").unwrap();
        let (bad, good) = examples.split_once("\n\nGood: ").unwrap();
        assert_ne!(bad.trim(), good.trim(), "{code}");
    }
    for rule in rules() {
        let said = match rule.severity {
            Severity::Error => "Error.",
            Severity::Warning => "Warning.",
            Severity::Info => "Info.",
        };
        let text = sections
            .get(rule.code)
            .unwrap_or_else(|| panic!("docs/lint.md has no section {}", rule.code));
        assert!(text.trim_start().starts_with(said), "{}: {said}", rule.code);
    }
    let codes: BTreeSet<&str> = rules().map(|rule| rule.code).collect();
    assert_eq!(codes.len(), rules().count(), "codes are unique");
    let known: BTreeSet<String> = codes
        .into_iter()
        .map(str::to_owned)
        .chain(codes_of_the_readers())
        .collect();
    let written: BTreeSet<String> = sections.into_keys().collect();
    let missing: Vec<_> = known.difference(&written).collect();
    assert!(missing.is_empty(), "docs/lint.md lacks {missing:?}");
    // Some codes are chosen by an expression, so that the sources are searched for them as words.
    let stale: Vec<_> = written
        .difference(&known)
        .filter(|code| !named_in_sources(code))
        .collect();
    assert!(
        stale.is_empty(),
        "docs/lint.md tells of {stale:?}, which nothing reports"
    );
}

/// What the page calls a finding of the readers is what is printed: `Error.`, `Warning.`, or both.
#[test]
fn the_page_tells_the_severity_of_the_readers() {
    let call = regex::Regex::new(r#"\b(error|warning)\(\s*"([a-z]+(?:-[a-z]+)+)""#).unwrap();
    let mut said: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources_of_the_readers() {
        for hit in call.captures_iter(&source) {
            let codes = said.entry(hit[2].to_owned()).or_default();
            codes.insert(hit[1].to_owned());
        }
    }
    let sections = sections();
    for (code, severities) in said {
        let text = sections[&code].to_lowercase();
        let first = text.trim_start().split('.').next().unwrap();
        let written: BTreeSet<String> = first.split(" or ").map(str::to_owned).collect();
        // A severity chosen elsewhere adds to what the calls tell.
        assert!(
            severities.is_subset(&written),
            "{code}: {severities:?}, the page says {first:?}"
        );
    }
}

#[test]
fn the_console_names_every_finding_in_chinese() {
    let page =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("web/assets/findings.js"))
            .unwrap();
    let entry = regex::Regex::new(r"(?m)^  '([a-z-]+)': \['[^']+', '[^']+'\],$").unwrap();
    let named: BTreeSet<String> = entry
        .captures_iter(&page)
        .map(|hit| hit[1].to_owned())
        .collect();
    let written: BTreeSet<String> = sections().into_keys().collect();
    let apart: Vec<_> = named.symmetric_difference(&written).collect();
    assert!(
        apart.is_empty(),
        "docs/lint.md and web/assets/findings.js do not both have {apart:?}"
    );
}

fn named_in_sources(code: &str) -> bool {
    let quoted = format!("\"{code}\"");
    let sources = sources_of_the_readers();
    sources.iter().any(|source| source.contains(&quoted))
}

#[test]
fn the_questions_of_every_shop_are_intents_of_the_packs() {
    let packs = zhike::pack::built_in();
    for intent in zhike::lint::intents() {
        assert!(
            packs.intents.iter().any(|known| known.id == intent),
            "{intent}"
        );
    }
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

/// An id stays if a page or a workbook names it, since these are not repaired; so does a name that is right as it stands.
#[test]
fn ids_stay_as_other_files_name_them() {
    let folder = shop(&[
        (
            "products/p.csv",
            "id,name,size_chart\nＰ０１,连衣裙,连衣裙（夏）\nＰ０２,衬衫,\nＰ０３,长裤,\n",
        ),
        (
            "sizes/连衣裙（夏）.csv",
            "尺码,身高(cm)\nM,155-160\nL,161-166\n",
        ),
        (
            "policies/returns.md",
            "+++\nproducts = [\"Ｐ０１\"]\n+++\n# 换码/换色\n\n签收后7天内可以换。\n",
        ),
        (
            "golden.csv",
            "question,expect,product\n能换码吗,policy:returns#换码／换色,Ｐ０２\n",
        ),
    ]);
    let root = folder.path().join("shop");
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, ["question", "expect"]).unwrap();
    sheet
        .write_row(1, 0, ["长裤怎么样", "product:Ｐ０３"])
        .unwrap();
    workbook.save(root.join("golden.xlsx")).unwrap();
    let codes = || -> Vec<String> {
        let findings = read_shop(&root).findings;
        findings.into_iter().map(|finding| finding.code).collect()
    };
    let before = codes();
    let mends = zhike::lint::fix::fix_shop(&root, false).unwrap();
    let made: Vec<(&str, &str)> = mends.iter().map(|it| (&*it.file, &*it.after)).collect();
    assert_eq!(made, [("golden.csv", "P02"), ("products/p.csv", "P02")]);
    assert_eq!(codes(), before, "whoever named an entry names it still");
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
    // Twenty thousand rows on one matter leave others without an entry.
    let mut found = lint(&reading.shop, now());
    found.retain(|finding| finding.code != "intent-without-entry");
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
