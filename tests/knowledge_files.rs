//! Good files in every encoding and format are read as their merchants mean them.

use std::path::Path;

use jiff::Timestamp;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use zhike::knowledge::{
    Layer, OrderState, Phase, Reading, Shop, input_hash, list_shops, read_shop,
};

const SHOP: &str = "[shop]\nname = \"测试店\"\n";

/// Reads a shop of these files; any finding fails the test.
fn read(files: &[(&str, Vec<u8>)]) -> Shop {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), files);
    let Reading {
        shop,
        findings,
        inputs,
    } = read_shop(folder.path());
    let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
    // A temporary folder's name starts with a dot.
    let findings: Vec<_> = findings
        .into_iter()
        .filter(|finding| !finding.contains("bad-shop-id"))
        .collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
    assert!(inputs.iter().all(|input| input.sha256.len() == 64));
    shop
}

fn write(folder: &Path, files: &[(&str, Vec<u8>)]) {
    std::fs::write(folder.join("shop.toml"), SHOP).unwrap();
    for (path, bytes) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

#[test]
fn faq_reads_the_same_in_every_encoding_and_format() {
    let csv = "编号,标准问题,相似问题1,相似问题2,答案\r\nA1,有 M 码吗,M码还有吗,,有的～\r\nA2,怎么洗,\"能机洗吗\r\n能手洗吗\",,30℃手洗\r\n";
    let utf16 = |pair: fn(u16) -> [u8; 2]| csv.encode_utf16().flat_map(pair).collect::<Vec<u8>>();
    let tabs = csv.replace(',', "\t");
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, cells) in [
        ["编号", "标准问题", "相似问题1", "相似问题2", "答案"],
        ["A1", "有 M 码吗", "M码还有吗", "", "有的～"],
        ["A2", "怎么洗", "能机洗吗\n能手洗吗", "", "30℃手洗"],
    ]
    .into_iter()
    .enumerate()
    {
        sheet
            .write_row(u32::try_from(row).unwrap(), 0, cells)
            .unwrap();
    }
    for (path, bytes) in [
        ("faq/a.csv", csv.as_bytes().to_vec()),
        ("faq/a.csv", [b"\xEF\xBB\xBF", csv.as_bytes()].concat()),
        ("faq/a.csv", csv.replace("\r\n", "\n").into_bytes()),
        (
            "faq/a.csv",
            [b"\xFF\xFE".as_slice(), &utf16(u16::to_le_bytes)].concat(),
        ),
        (
            "faq/a.csv",
            [b"\xFE\xFF".as_slice(), &utf16(u16::to_be_bytes)].concat(),
        ),
        ("faq/a.csv", utf16(u16::to_le_bytes)),
        ("faq/a.csv", encoding_rs::GB18030.encode(csv).0.into_owned()),
        // "Unicode text" of Excel: UTF-16 and tabs.
        (
            "faq/a.csv",
            [0xFF, 0xFE]
                .into_iter()
                .chain(tabs.encode_utf16().flat_map(u16::to_le_bytes))
                .collect(),
        ),
        ("faq/a.csv", csv.replace(',', ";").into_bytes()),
        ("faq/a.xlsx", workbook.save_to_buffer().unwrap()),
    ] {
        let faqs = read(&[(path, bytes)]).faqs;
        let shown: Vec<_> = faqs
            .iter()
            .map(|f| {
                (
                    f.id.as_str(),
                    f.question.as_str(),
                    f.answer.as_str(),
                    f.place.row,
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                ("A1", "有 M 码吗", "有的～", 2),
                ("A2", "怎么洗", "30℃手洗", 3)
            ]
        );
        assert_eq!(faqs[0].similar, ["M码还有吗"]);
        assert_eq!(faqs[1].similar, ["能机洗吗", "能手洗吗"]);
    }
}

#[test]
fn every_faq_column_is_read() {
    let shop = read(&[
        (
            "faq/a.csv",
            "Answer（必填）,QUESTION,similar2,相似问法,negative,keywords,category,products,适用类目,order state,层 级,valid_from,失效时间,clarify,related,intent\n\
             七天内可退,怎么退货,如何退,退货流程|咋退,能换货吗,退货 流程|退款,售后,P1|P2,上装,待收货｜done,平台,2026/11/1,2026-11-11,是,q2,return.how\n"
                .into(),
        ),
        ("faq/b.csv", "id,question,answer\nq2,怎么换货,七天内可换\n".into()),
        ("products/a.csv", "货号,商品名称,类目\nP1,白衬衫,上装\nP2,黑衬衫,上装\n".into()),
    ]);
    let faq = &shop.faqs[0];
    assert!(faq.id.starts_with("q-") && faq.id.len() == 12, "{}", faq.id);
    assert_eq!(faq.similar, ["如何退", "退货流程", "咋退"]);
    assert_eq!(faq.negative, ["能换货吗"]);
    assert_eq!(
        faq.conditions.keywords,
        [vec!["退货", "流程"], vec!["退款"]]
    );
    assert_eq!(faq.conditions.products, ["P1", "P2"]);
    assert_eq!(faq.conditions.categories, ["上装"]);
    assert_eq!(
        faq.conditions.order_states,
        [OrderState::Shipped, OrderState::Done]
    );
    assert_eq!((faq.layer, faq.clarify), (Layer::Platform, true));
    assert_eq!(
        (&faq.related[..], &faq.intents[..]),
        (&["q2".to_string()][..], &["return.how".to_string()][..])
    );
    for (at, phase) in [
        ("2026-10-31T23:59:59+08:00", Phase::Before),
        ("2026-11-01T00:00:00+08:00", Phase::In),
        ("2026-11-11T23:59:59+08:00", Phase::In),
        ("2026-11-12T00:00:00+08:00", Phase::After),
    ] {
        assert_eq!(
            faq.window.phase(at.parse::<Timestamp>().unwrap()),
            phase,
            "{at}"
        );
    }
    assert_eq!(faq.window.until_text.as_deref(), Some("2026-11-11"));
}

#[test]
fn derived_ids_stay_when_other_rows_change() {
    let id = |csv: &str| read(&[("faq/a.csv", csv.into())]).faqs.pop().unwrap().id;
    let alone = id("问题,答案\n怎么退货？,可以\n");
    assert_eq!(
        alone,
        id("问题,答案,分类\n怎么换货,可以,\n怎么退货,七天内可退,售后\n")
    );
    assert_ne!(alone, id("问题,答案\n怎么换货,可以\n"));
}

/// An entry whose cells are all merged over two rows is one entry.
#[test]
fn a_row_of_merged_cells_alone_is_no_entry() {
    let mut workbook = Workbook::new();
    let merged = Format::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, ["问题", "答案"]).unwrap();
    for (column, text) in [(0, "怎么退货"), (1, "七天内可退")] {
        sheet
            .merge_range(1, column, 2, column, text, &merged)
            .unwrap();
    }
    sheet.write_row(3, 0, ["多久发货", "48小时内"]).unwrap();
    let shop = read(&[("faq/a.xlsx", workbook.save_to_buffer().unwrap())]);
    let faqs = shop.faqs.iter();
    let shown: Vec<_> = faqs
        .map(|it| (it.question.as_str(), it.place.row))
        .collect();
    assert_eq!(shown, [("怎么退货", 2), ("多久发货", 4)]);
}

#[test]
fn workbooks_are_read_as_their_merchants_see_them() {
    let mut workbook = Workbook::new();
    let date = Format::new().set_num_format("yyyy-mm-dd");
    let moment = Format::new().set_num_format("yyyy/m/d h:mm");
    let merged = Format::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("退换").unwrap();
    sheet
        .merge_range(0, 0, 0, 6, "云裳客服问答表", &merged)
        .unwrap();
    sheet
        .write_row(
            1,
            0,
            [
                "编号",
                "问题",
                "相似问题",
                "答案",
                "生效时间",
                "失效时间",
                "意图",
            ],
        )
        .unwrap();
    // One entry over two rows: all merged but the similar questions and the intents.
    sheet.merge_range(2, 0, 3, 0, "A1", &merged).unwrap();
    sheet.merge_range(2, 1, 3, 1, "怎么退货", &merged).unwrap();
    sheet
        .merge_range(2, 3, 3, 3, "七天内可退", &merged)
        .unwrap();
    sheet.write(2, 2, "如何退").unwrap();
    sheet.write(3, 2, "咋退").unwrap();
    sheet.write(2, 6, "退货").unwrap();
    sheet.write(3, 6, "退款").unwrap();
    sheet.write(5, 0, 7).unwrap();
    sheet
        .write_formula(
            5,
            1,
            Formula::new("=\"双11\"&\"满减\"").set_result("双11满减"),
        )
        .unwrap();
    sheet.write(5, 3, "满300减50").unwrap();
    sheet
        .write_with_format(5, 4, ExcelDateTime::from_ymd(2026, 10, 20).unwrap(), &date)
        .unwrap();
    let end = ExcelDateTime::from_ymd(2026, 11, 11)
        .unwrap()
        .and_hms(8, 30, 0)
        .unwrap();
    sheet.write_with_format(5, 5, &end, &moment).unwrap();
    let sheet = workbook.add_worksheet();
    sheet.set_name("物流").unwrap();
    sheet.write_row(0, 0, ["question", "answer"]).unwrap();
    sheet.write_row(1, 0, ["多久发货", "48小时内"]).unwrap();
    workbook.add_worksheet();
    let products = {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet
            .write_row(0, 0, ["货号", "商品名称", "含绒量", "净重(kg)", "条码"])
            .unwrap();
        sheet.write_row(1, 0, ["P1", "羽绒服"]).unwrap();
        sheet
            .write_with_format(1, 2, 0.9, &Format::new().set_num_format("0%"))
            .unwrap();
        sheet
            .write_with_format(1, 3, 1.5, &Format::new().set_num_format("0.00"))
            .unwrap();
        sheet.write(1, 4, 6_901_234_567_890.0).unwrap();
        workbook.save_to_buffer().unwrap()
    };
    let shop = read(&[
        ("faq/a.xlsx", workbook.save_to_buffer().unwrap()),
        ("products/a.xlsx", products),
    ]);
    let shown: Vec<_> = shop
        .faqs
        .iter()
        .map(|f| {
            (
                f.id.as_str(),
                f.question.as_str(),
                f.place.row,
                f.place.sheet.as_deref().unwrap_or(""),
            )
        })
        .collect();
    assert_eq!(
        shown[..2],
        [("A1", "怎么退货", 3, "退换"), ("7", "双11满减", 6, "退换")]
    );
    assert_eq!(
        (shown[2].1, shown[2].2, shown[2].3),
        ("多久发货", 2, "物流")
    );
    assert_eq!(shop.faqs[0].similar, ["如何退", "咋退"]);
    assert_eq!(shop.faqs[0].intents, ["退货", "退款"]);
    let window = &shop.faqs[1].window;
    assert_eq!(
        window.from,
        Some("2026-10-20T00:00:00+08:00".parse().unwrap())
    );
    assert_eq!(
        window.until,
        Some("2026-11-11T08:31:00+08:00".parse().unwrap())
    );
    assert_eq!(window.until_text.as_deref(), Some("2026-11-11 08:30"));
    let specs: Vec<_> = shop.products[0]
        .specs
        .iter()
        .map(|spec| (spec.name.as_str(), spec.value.as_str()))
        .collect();
    assert_eq!(
        specs,
        [
            ("含绒量", "90%"),
            ("净重(kg)", "1.50"),
            ("条码", "6901234567890")
        ]
    );
}

/// Yes and no as signs, with or without the mark that makes an emoji of a sign.
#[test]
fn ticks_and_crosses_are_yes_and_no() {
    let signs = [
        ("√", true),
        ("✔", true),
        ("✔\u{fe0f}", true),
        ("✅", true),
        ("❌", false),
        ("×", false),
        ("-", false),
        ("", false),
    ];
    let mut text = String::from("id,question,answer,clarify\n");
    for (row, (sign, _)) in signs.iter().enumerate() {
        text.push_str(&format!("A{row},第{row}问,答,{sign}\n"));
    }
    let shop = read(&[("faq/a.csv", text.into_bytes())]);
    for (faq, (sign, yes)) in shop.faqs.iter().zip(signs) {
        assert_eq!(faq.clarify, yes, "{sign}");
    }
    assert_eq!(shop.faqs.len(), signs.len());
}

const PAGE: &str = r#"+++
id = "KJ500-A2"
name = "空气净化器"
+++
标题之前的正文。

# 规格/参数

| 参数 | 说明 |
| --- | --- |
| 噪音 | 睡眠档33dB(A)，<br>强力档64dB(A) |
| 滤芯 | |

## 尺寸

| 部件 | 宽 | 高 |
|--|--|--|
| 主机 | 26 | 73 |

```
# 不是标题
```

安装
====
贴墙 20cm **以上**
"#;

#[test]
fn a_product_page_is_front_matter_text_specs_and_headings() {
    let page = PAGE.replace('\n', "\r\n");
    let shop = read(&[("products/kj.md", page.into_bytes())]);
    let product = &shop.products[0];
    assert_eq!(
        (product.id.as_str(), product.name.as_str()),
        ("KJ500-A2", "空气净化器")
    );
    let specs: Vec<_> = product
        .specs
        .iter()
        .map(|s| (s.name.as_str(), s.value.as_str(), s.place.row))
        .collect();
    assert_eq!(specs, [("噪音", "睡眠档33dB(A)，\n强力档64dB(A)", 11)]);
    let passages: Vec<_> = product
        .passages
        .iter()
        .map(|p| (p.path.join(">"), p.place.row))
        .collect();
    assert_eq!(
        passages,
        [
            (String::new(), 5),
            ("规格/参数".into(), 7),
            ("规格/参数>尺寸".into(), 14),
            ("安装".into(), 24)
        ]
    );
    assert_eq!(product.passages[3].text, "贴墙 20cm **以上**");
    assert!(
        product.passages[2].text.ends_with("# 不是标题\n```"),
        "{}",
        product.passages[2].text
    );
}

const POLICY: &str = r#"+++
title = "双11规则"
layer = "活动"
valid_from = 2026-10-20T20:00:00
valid_until = 2026-11-11
categories = "上装|裤装"
keywords = ["满减", "双十一"]
+++
先说明。

## 满减

满300减50。
"#;

#[test]
fn front_matter_takes_native_dates_lists_and_bars() {
    let shop = read(&[
        ("policies/double11.md", POLICY.into()),
        (
            "products/a.csv",
            "货号,商品名称,类目\nP1,白衬衫,上装\nP2,黑裤,裤装\n".into(),
        ),
    ]);
    let policy = &shop.policies[0];
    assert_eq!(
        (policy.title.as_str(), policy.layer),
        ("双11规则", Layer::Promotion)
    );
    assert_eq!(policy.conditions.categories, ["上装", "裤装"]);
    assert_eq!(policy.keywords, ["满减", "双十一"]);
    assert_eq!(
        policy.window.from,
        Some("2026-10-20T20:00:00+08:00".parse().unwrap())
    );
    assert_eq!(
        policy.window.until,
        Some("2026-11-12T00:00:00+08:00".parse().unwrap())
    );
    let places: Vec<_> = policy
        .passages
        .iter()
        .map(|p| (p.path.len(), p.place.row))
        .collect();
    assert_eq!(places, [(0, 9), (1, 11)]);
}

#[test]
fn the_input_hash_tells_every_change_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let files = |answer: &str| {
        vec![(
            "faq/a.csv",
            format!("问题,答案\n怎么退货,{answer}\n").into_bytes(),
        )]
    };
    write(folder.path(), &files("七天内可退"));
    let first = input_hash(folder.path()).unwrap();
    write(folder.path(), &files("七天内可退"));
    assert_eq!(
        first,
        input_hash(folder.path()).unwrap(),
        "rewritten with the same bytes"
    );
    std::fs::write(folder.path().join("faq/~$a.xlsx"), "lock").unwrap();
    assert_eq!(
        first,
        input_hash(folder.path()).unwrap(),
        "a lock file is no knowledge"
    );
    write(folder.path(), &files("十五天内可退"));
    assert_ne!(first, input_hash(folder.path()).unwrap());
    assert_eq!(
        read_shop(folder.path()),
        read_shop(folder.path()),
        "reading is deterministic"
    );
}

#[test]
fn shops_are_the_folders_with_settings() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["b", "a", "云裳", ".hidden"] {
        std::fs::create_dir(folder.path().join(name)).unwrap();
        std::fs::write(folder.path().join(name).join("shop.toml"), SHOP).unwrap();
    }
    std::fs::create_dir(folder.path().join("draft")).unwrap();
    assert_eq!(list_shops(folder.path()).unwrap(), ["a", "b", "云裳"]);
    let missing = list_shops(&folder.path().join("none"))
        .unwrap_err()
        .to_string();
    assert!(missing.starts_with("cannot read "), "{missing}");
}

/// What one cause brings with it is not told again and again: the cause would drown.
#[test]
fn one_broken_file_is_told_once() {
    let golden = "question,expect,product\n几天发货,faq:A,P1\n能穿多大,size:c,\n";
    let rest: &[(&str, &str)] = &[
        (
            "faq/a.csv",
            "id,question,answer,category,related,products\nA,几天发货,48小时,物流,,P1\n",
        ),
        (
            "products/p.csv",
            "id,name,size_chart,skus\nP1,开衫,c,红:S|红:M\n",
        ),
        (
            "sizes/c.csv",
            "尺码,身高(cm)\nS,150-159\nM,160-169\nL,170-179\n",
        ),
        ("golden.csv", golden),
    ];
    for (path, text, code) in [
        ("faq/a.csv", "id,question\nA,几天发货\n", "missing-column"),
        ("products/p.csv", "款式,名\nP1,开衫\n", ""),
        (
            "sizes/c.csv",
            "尺码,身高(cm)\nS,150-159\nM,1六0-169\nL,170-179\n",
            "",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("s");
        for (name, good) in rest.iter().chain([&(
            "shop.toml",
            "[shop]\nname = \"店\"\n[budgets]\n\"物流\" = 0.02\n",
        )]) {
            let full = root.join(name);
            std::fs::create_dir_all(full.parent().unwrap()).unwrap();
            let text = if *name == path { text } else { good };
            std::fs::write(full, text).unwrap();
        }
        let reading = zhike::knowledge::read_shop(&root);
        let now = "2026-11-22T12:00:00+08:00".parse().unwrap();
        let remarks = zhike::lint::remarks(&reading, now);
        let mut findings = reading.findings;
        findings.extend(remarks);
        findings.retain(|finding| finding.code != "intent-without-entry");
        let elsewhere: Vec<String> = findings
            .iter()
            .filter(|finding| finding.file != path)
            .map(ToString::to_string)
            .collect();
        assert!(elsewhere.is_empty(), "{path}: {elsewhere:#?}");
        assert!(
            findings
                .iter()
                .any(|finding| code.is_empty() || finding.code == code),
            "{path}: {findings:#?}"
        );
    }
}

/// A folder for a file, a file for a folder, a pipe: told, and never waited for.
#[test]
fn what_is_no_file_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("s");
    std::fs::create_dir_all(root.join("golden.csv")).unwrap();
    std::fs::create_dir_all(root.join("products")).unwrap();
    std::fs::write(root.join("shop.toml"), "[shop]\nname = \"店\"\n").unwrap();
    std::fs::write(root.join("faq"), "id,question,answer\n").unwrap();
    let pipe = root.join("products/p.csv");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let findings = zhike::knowledge::read_shop(&root).findings;
    let told: Vec<(&str, &str, zhike::knowledge::Severity)> = findings
        .iter()
        .map(|finding| {
            (
                finding.file.as_str(),
                finding.code.as_str(),
                finding.severity,
            )
        })
        .collect();
    use zhike::knowledge::Severity::{Error, Warning};
    for expected in [
        ("golden.csv", "unreadable-file", Error),
        ("faq", "unreadable-file", Error),
        ("products/p.csv", "unread-file", Warning),
    ] {
        assert!(told.contains(&expected), "{expected:?}: {told:?}");
    }
    assert!(zhike::knowledge::input_hash(&root).is_ok());
    assert!(zhike::lint::fix::fix_shop(&root, true).unwrap().is_empty());
}

/// Ids that only the width of their letters tells apart are one id.
#[test]
fn ids_of_another_width_are_the_same_id() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("s");
    std::fs::create_dir_all(root.join("faq")).unwrap();
    std::fs::write(root.join("shop.toml"), "[shop]\nname = \"店\"\n").unwrap();
    let text = "id,question,answer\nWL02,几天发货,48小时\nＷＬ02,怎么退货,签收后7天\n";
    std::fs::write(root.join("faq/a.csv"), text).unwrap();
    let codes = || -> Vec<String> {
        let findings = zhike::knowledge::read_shop(&root).findings;
        findings.into_iter().map(|finding| finding.code).collect()
    };
    assert_eq!(codes(), ["duplicate-id"]);
    assert!(zhike::lint::fix::fix_shop(&root, false).unwrap().is_empty());
    assert_eq!(
        std::fs::read_to_string(root.join("faq/a.csv")).unwrap(),
        text
    );
}

/// What is no text at all says what it is.
#[test]
fn bytes_that_are_no_text_say_what_they_are() {
    use zhike::knowledge::encoding::decode;
    for (bytes, said) in [
        (&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "a PNG picture"),
        (b"PK\x03\x04\0\0", "a workbook"),
        (
            "编号,问题\nA,几天\0发货\n".as_bytes(),
            "a zero byte stands at byte 22",
        ),
    ] {
        let error = decode(bytes).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
    assert_eq!(decode(b"a\0,\0b\0").unwrap(), "a,b", "UTF-16 of ASCII only");
}

/// What is wrong is told by the sheet's own words, with the remedy that fits.
#[test]
fn findings_fit_their_files() {
    let endless = "长".repeat(32_768);
    let longest = "长".repeat(32_767);
    let with = |text: &str, long: &str| text.replace("LONG", long);
    for (path, text, told) in [
        (
            "faq/b.csv",
            with("编号,问题,答案\nB,怎么寄,LONG\n", &endless),
            vec!["error[text-too-long] faq/b.csv:2"],
        ),
        (
            "faq/b.csv",
            with("编号,问题,答案\nB,怎么寄,LONG\n", &longest),
            vec![],
        ),
        (
            "policies/p.md",
            with("# 退货\nLONG\n", &endless),
            vec!["error[text-too-long] policies/p.md:1"],
        ),
        // A heading that only holds others is no loss.
        ("policies/p.md", "# 售后\n## 退货\n七天\n".into(), vec![]),
        (
            "policies/p.md",
            "# 售后\n## 退货\n\n## 运费\n包邮\n# 其他\n".into(),
            vec![
                "[empty-heading] policies/p.md:2: nothing stands below the heading \"退货\"",
                "p.md:6",
            ],
        ),
        (
            "policies/p.md",
            "# 售后\n## 退货\n".into(),
            vec!["[empty-policy]"],
        ),
        (
            "golden.csv",
            "问题,期望\n在吗,handof\n".into(),
            vec!["\"期望\"", "write handoff if"],
        ),
        (
            "golden.csv",
            "question,expect\n几天发货,faq:Z\n".into(),
            vec!["\"expect\"", "write faq:A, which has this"],
        ),
        (
            "golden.csv",
            "question,expect\n别的话,faq:B\n".into(),
            vec!["correct it or remove it"],
        ),
        (
            "golden.csv",
            "question,expect\n多重,spec:P1/重量\n".into(),
            vec!["the product has 净重"],
        ),
        (
            "faq/b.csv",
            "编号,问题,答案\na,怎么寄,走快递\n".into(),
            vec!["warning[duplicate-id] faq/b.csv:2 \"编号\"", "capitals"],
        ),
        (
            "faq/b.csv",
            "编号,问题,答案\nA\u{200b},怎么寄,走快递\n".into(),
            vec!["error[duplicate-id]", "invisible"],
        ),
        (
            "faq/b.csv",
            "编号,问题,答案,适用商品\nB,怎么寄,走快递,P9\n".into(),
            vec!["\"适用商品\""],
        ),
        (
            "faq/b.csv",
            "问题,答案,失效时间,生效时间\n怎么寄,走快递,2026-01-01,2026-02-01\n".into(),
            vec!["\"失效时间\""],
        ),
        (
            "faq/b.csv",
            "问题,回覆\n怎么寄,走快递\n".into(),
            vec!["`zhike columns`"],
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let files = [
            ("shop.toml", SHOP.as_bytes().to_vec()),
            (
                "faq/a.csv",
                "id,question,answer\nA,几天发货,48小时\n"
                    .as_bytes()
                    .to_vec(),
            ),
            (
                "products/p.csv",
                "id,name,净重,产地\nP1,开衫,300g,杭州\n".as_bytes().to_vec(),
            ),
            (path, text.clone().into_bytes()),
        ];
        write(folder.path(), &files);
        let findings = zhike::knowledge::read_shop(folder.path()).findings;
        let all: Vec<String> = findings
            .iter()
            .filter(|finding| finding.code != "bad-shop-id")
            .map(ToString::to_string)
            .collect();
        let all = all.join("\n");
        let start: String = text.chars().take(60).collect();
        assert_eq!(all.is_empty(), told.is_empty(), "{start}: {all}");
        for part in told {
            assert!(all.contains(part), "{start}: {part} in {all}");
        }
    }
}

/// A link may lead about within the shop, and never out of it: what it shows is another's.
#[cfg(unix)]
#[test]
fn links_out_of_the_shop_are_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("s");
    std::fs::create_dir_all(root.join("faq")).unwrap();
    std::fs::write(root.join("shop.toml"), SHOP).unwrap();
    let table = "id,question,answer\nA,几天发货,48小时\n";
    let outside = folder.path().join("secret.csv");
    for (name, target, told) in [
        ("in.csv", root.join(".real.csv"), 0),
        ("out.csv", outside, 1),
    ] {
        std::fs::write(&target, table).unwrap();
        let link = root.join("faq").join(name);
        std::os::unix::fs::symlink(&target, &link).unwrap();
        let reading = zhike::knowledge::read_shop(&root);
        assert_eq!(reading.findings.len(), told, "{:?}", reading.findings);
        assert_eq!(reading.shop.faqs.len(), 1 - told);
        std::fs::remove_file(link).unwrap();
    }
    // The shop's folder itself may be a link.
    let alias = folder.path().join("t");
    std::os::unix::fs::symlink(&root, &alias).unwrap();
    assert!(zhike::knowledge::read_shop(&alias).findings.is_empty());
}
