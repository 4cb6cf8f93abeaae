//! Faults planted in other wordings, in the sample shops and in two shops of other trades: teas and bicycles.

use std::fs;
use std::path::{Path, PathBuf};

use zhike::knowledge::encoding;

use zhike::publish::probe;

use super::{checked, copy, findings, now, samples, show};

/// Shops of other trades, written as merchants write and clean of every rule.
const TRADES: &[&str] = &["tea", "bike"];

fn folder(shop: &str) -> PathBuf {
    match TRADES.contains(&shop) {
        true => Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/data/shops")
            .join(shop),
        false => samples().join(shop),
    }
}

/// Texts that are no fault, in rows added to the shop of bicycles. Most were false alarms once.
const SILENT: &[(&str, &str)] = &[
    ("花期有多久", "水养条件下，室温20℃左右最佳。"),
    (
        "丝圈脚垫怎么样",
        "丝圈脚垫藏灰、易吸水，价格最低，需经常拍打。",
    ),
    ("骑行裤怎么洗", "最好用30℃以下的水手洗，最好别用柔顺剂。"),
    (
        "预售能取消吗",
        "出库前可随时取消并全额退款，和别的单一起拍的等齐了再发。",
    ),
    ("节日几点送到", "节日当天只承诺21:00前送达，不能指定时段。"),
    (
        "单位怎么采购",
        "满3000元可对公转账，款项到账后1个工作日内安排发货。",
    ),
    (
        "团购找谁谈",
        "同款20件以上有折扣，请联系团购专线025-8866-1234。",
    ),
    ("评价有奖励吗", "评价满20字可以领3元无门槛券。"),
    ("过生日有什么", "生日月送10元无门槛券。"),
    (
        "质量问题谁出邮费",
        "质量问题的邮费我们出，可先垫付，核实后48小时内退到您的账户。",
    ),
    ("轮组保多久", "轮组和车把质保2年。"),
    ("客服早上几点在", "客服早上10点到晚上7点半在线。"),
    (
        "退货寄哪里",
        "寄到浙江省杭州市余杭区文一西路100号2号仓库售后部收。",
    ),
    ("发票要发哪里", "抬头和税号发到fapiao@qq.com也可以。"),
    ("支持微信付款吗", "支持微信、支付宝和银行卡，请勿私下转账。"),
    // Goods and states that the law lets out.
    ("刻字的车牌能退吗", "定制刻字的不支持七天无理由退货。"),
    ("骑行内裤能退吗", "贴身的骑行裤拆封后不退不换。"),
    ("拆封还能退吗", "拆封后影响二次销售的，不予退换。"),
    ("清洗费退吗", "清洗费一经支付概不退还。"),
    ("大宗采购几天发货", "大宗采购按合同约定15天内发货。"),
    ("风扇最强档吵吗", "最强档约60分贝，平时用二档就够。"),
];

#[test]
fn shops_of_other_trades_are_clean() {
    for shop in TRADES {
        let found = checked(&folder(shop), now());
        assert!(found.is_empty(), "{shop}:\n{}", show(&found));
    }
}

/// Six shops written by people who knew no rule: what is said of them is true.
#[test]
fn shops_by_strangers_are_left_alone() {
    let strangers = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/shops");
    let mut said = Vec::new();
    for entry in fs::read_dir(&strangers).unwrap() {
        let source = entry.unwrap().path();
        let Ok(text) = fs::read_to_string(source.join("kb.jsonl")) else {
            continue;
        };
        let mut rows = String::from("id,question,answer\n");
        for line in text.lines() {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            let cell = |name: &str| row[name].as_str().unwrap().replace('"', "\"\"");
            rows += &format!(
                "{},\"{}\",\"{}\"\n",
                cell("id"),
                cell("question"),
                cell("answer")
            );
        }
        let place = super::shop(&[("faq/faq.csv", &rows)]);
        let found = checked(&place.path().join("shop"), now());
        said.extend(found.into_iter().map(|finding| {
            let name = source.file_name().unwrap().to_string_lossy().into_owned();
            format!("{name} {} {:?}", finding.code, finding.row)
        }));
    }
    // 如鉴定为盗版按书价十倍赔偿, and no policy says how; outdoor says nothing of goods that are faulty.
    said.sort();
    assert_eq!(
        said,
        [
            "books unbacked-promise Some(2)",
            "outdoor intent-without-entry None"
        ]
    );
}

#[test]
fn planted_rows_are_found() {
    let rows = table("planted_rows.tsv");
    assert!(rows.len() >= 100, "{}", rows.len());
    let mut faults = String::new();
    for row in &rows {
        let [shop, codes, question, answer] = row.as_slice() else {
            panic!("{row:?}");
        };
        let place = planted(shop, question, answer);
        let found = findings(&place.path().join(shop), now());
        let hit = |code: &str| found.iter().any(|finding| finding.code == code);
        if !codes.split('|').any(hit) || found.len() > 3 {
            faults += &format!("{shop} {answer}: expected {codes}, found\n{}", show(&found));
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn everyday_rows_are_left_alone() {
    let mut faults = String::new();
    for (question, answer) in SILENT {
        let place = planted("bike", question, answer);
        let found = findings(&place.path().join("bike"), now());
        if !found.is_empty() {
            faults += &format!("{answer}:\n{}", show(&found));
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn planted_files_are_found() {
    let mut faults = String::new();
    for case in table("planted_files.tsv").chunk_by(|_, next| next[0].is_empty()) {
        let (shop, code, first) = (&case[0][0], &case[0][1], &case[0][2]);
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join(shop);
        copy(&folder(shop), &root);
        for line in case {
            let [_, _, file, deed, text, other] = line.as_slice() else {
                panic!("{line:?}");
            };
            let before = fs::read(root.join(file)).unwrap_or_default();
            let before = encoding::decode(&before).unwrap().into_owned();
            let after = match deed.as_str() {
                "swap" => before.replacen(text, other, 1),
                "add" => format!("{}\n{text}", before.trim_end()),
                _ => text.clone(),
            };
            assert_ne!(before, after, "{shop}/{file} {code}");
            fs::write(root.join(file), after).unwrap();
        }
        let built = probe::RULES.iter().any(|rule| rule.code == code);
        let found = match built {
            true => checked(&root, now()),
            false => findings(&root, now()),
        };
        let hit = found.iter().find(|finding| finding.code == *code);
        // What no entry speaks of has no row.
        let placed = hit.is_some_and(|hit| hit.row.is_some() || hit.code == "intent-without-entry");
        if !placed || found.len() > 10 {
            faults += &format!("{shop}/{first}: expected {code}, found\n{}", show(&found));
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

/// The lines of a table under `tests/data`, with line ends and tabs where they are written `\n` and `\t`.
fn table(name: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name);
    let text = fs::read_to_string(path).unwrap();
    let cell = |cell: &str| cell.replace("\\n", "\n").replace("\\t", "\t");
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').map(cell).collect())
        .collect()
}

/// A copy of a shop with one row more.
fn planted(shop: &str, question: &str, answer: &str) -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join(shop);
    copy(&folder(shop), &root);
    fs::write(
        root.join("faq/新增.csv"),
        format!("编号,标准问题,答案\nN1,{question},\"{answer}\"\n"),
    )
    .unwrap();
    place
}
