//! Charts in the odd layouts that merchants copy from elsewhere. Each is read correctly, including the advice, or
//! refused with a message that says what to do.

use std::fs;

use rust_xlsxwriter::Workbook;
use zhike::knowledge::{Severity, read_shop};

use crate::asking::{ask, folder_of, gist, shop_of};

const AT: &str = "2026-11-22T10:00:00+08:00";

/// What is read, the chart, and questions with what the reply must say; `handoff` and `clarify` are decisions.
type Read<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);

const READ: &[Read<'_>] = &[
    (
        "sizes across, the unit in the title, remarks in the head",
        "连衣裙参考尺码（厘米）,,,\n身体尺码,XS | 日本码7,S | 日本码9,M | 日本码11\n胸围,79,83,87\n腰围,61,65,69\n臀围,86,90,94\n",
        &[
            ("胸围83穿什么码", "建议选 S 码"),
            ("胸围85穿什么码", "优先建议 M 码，其次 S 码"),
            ("胸围99穿什么码", "handoff"),
            ("穿什么码", "clarify"),
        ],
    ),
    (
        "national sizes, garment girths beside them",
        "领围号,对应身高,胸围cm,衣长cm\n37,160/80A,100,74\n39,170/88A,108,77\n41,180/96A,116,80\n",
        &[
            ("身高170穿什么码", "建议选 39 码"),
            ("身高165穿什么码", "优先建议 39 码，其次 37 码"),
            ("身高150穿什么码", "handoff"),
        ],
    ),
    (
        "many countries' sizes, one waist in feet and one in centimetres",
        "国际,欧洲,美国,腰围市尺,腰围cm\nS,72,29,2尺1,70\nM,76,31,2尺3,77\nL,80,33,2尺5,83\n",
        &[
            ("腰围77穿什么码", "建议选 M 码"),
            ("腰围二尺三穿什么码", "优先建议 M 码，其次 S 码"),
            ("腰围120穿什么码", "handoff"),
        ],
    ),
    (
        "two measures in a cell",
        "尺码,身高/体重(斤)\nM,155-160/80-95\nL,161-166/96-110\n",
        &[
            ("158 90斤穿什么码", "建议选 M 码"),
            ("163 100斤穿什么码", "建议选 L 码"),
            ("身高158穿什么码", "clarify"),
            ("190 200斤穿什么码", "handoff"),
        ],
    ),
    (
        "a cross table below a title, with holes",
        "卫衣尺码推荐表,,,\n身高(cm)/体重(斤),80-95,96-110,111-125\n150-158,S,M,-\n159-167,S,M,L\n",
        &[
            ("155 100斤穿什么码", "建议选 M 码"),
            ("160 120斤穿什么码", "建议选 L 码"),
            ("155 120斤穿什么码", "handoff"),
        ],
    ),
    (
        "units in the cells, signs of many kinds",
        "尺码,身高,体重\nS,1米50～1米58,≤48kg\nM,1.59-1.66米,48.5kg至56kg\nL,167cm以上,56.5公斤及以上\n",
        &[
            ("155 90斤穿什么码", "建议选 S 码"),
            ("一米六三 51公斤穿什么码", "建议选 M 码"),
            ("175 140斤穿什么码", "建议选 L 码"),
        ],
    ),
    (
        "feet in millimetres",
        "鞋码,脚长(mm),内长(mm)\n36,228-232,240\n37,233-237,245\n38,238-242,250\n",
        &[
            ("脚长23.5cm穿几码", "建议选 37 码"),
            ("脚长240穿几码", "建议选 38 码"),
            ("脚长26厘米穿几码", "handoff"),
        ],
    ),
    (
        "what a garment measures, which no body does",
        "尺码,衣长(cm),胸围(cm),肩宽(cm)\nS,62,100,42\nM,64,104,43\nL,66,108,44\n",
        &[("胸围104穿什么码", "衣长"), ("我胸围88穿什么码", "衣长")],
    ),
    (
        "a body's girths beside the length of the garment",
        "尺码,适合胸围(cm),衣长(cm)\nS,84,62\nM,88,64\nL,92,66\n",
        &[("胸围88穿什么码", "建议选 M 码")],
    ),
    (
        "waists in hundredths of a foot",
        "尺码,腰围(尺)\n26,1.80-1.94\n27,1.95-2.04\n28,2.05-2.14\n29,2.15-2.24\n",
        &[
            ("腰围2尺12", "建议选 28 码"),
            ("2尺05的腰穿几码", "建议选 28 码"),
            ("腰围二尺一五", "建议选 29 码"),
            ("平时穿27码", "clarify"),
        ],
    ),
    (
        "heights in feet",
        "尺码,身高(cm),体重(斤)\nM,158-163,96-105\nL,164-172,106-118\nXL,173-180,119-140\n",
        &[
            ("五尺一 110斤穿什么码", "建议选 L 码"),
            ("五尺三，一百三十斤", "建议选 XL 码"),
            ("平时穿M", "clarify"),
        ],
    ),
];

#[test]
fn odd_charts_are_read_down_to_the_advice() {
    let mut faults = Vec::new();
    for (name, csv, questions) in READ {
        let engine = shop_of(&[
            ("sizes/a.csv", csv),
            (
                "products/p.csv",
                "商品编号,商品名称,尺码表\nP1,云杉外套,a\n",
            ),
        ]);
        for (text, expected) in *questions {
            let decision = ask(&engine, text, "P1", AT);
            let found = format!("{} {}", gist(&decision), decision.reply);
            if !found.contains(expected) {
                faults.push(format!("{name}: {text}: {found}, not {expected}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn charts_that_cannot_be_read_say_why() {
    for (csv, code) in [
        ("尺码,身高(kg),体重(斤)\nM,160,100\n", "unit-mismatch"),
        ("尺码,身高(cm)\nM,偏瘦穿\nL,偏胖穿\n", "bad-interval"),
        ("尺码,身高(cm)\nM,170-160\n", "bad-interval"),
        ("尺码,身高(cm),体重(斤)\nM,160-165\n", "row-width"),
        ("身高(cm),体重(斤)\n160-165,100-110\n", "missing-column"),
        ("尺码,身高(cm)\n,160-165\n", "missing-size"),
    ] {
        let folder = folder_of(&[("products/p.csv", "商品编号,商品名称\nP1,云杉外套\n")]);
        let root = folder.path().join("shop");
        fs::create_dir_all(root.join("sizes")).expect("it can be made");
        fs::write(root.join("sizes/a.csv"), csv).expect("it can be written");
        let findings = read_shop(&root).findings;
        let told = findings.iter().find(|finding| finding.code == code);
        let told = told.unwrap_or_else(|| panic!("{code} for {csv}: {findings:?}"));
        assert!(told.row.is_some() && !told.remedy.is_empty(), "{told}");
    }
}

/// Sizes are advised only of those that the product is sold in: of the colour that is named, where one is.
#[test]
fn no_size_is_advised_that_is_not_sold() {
    let engine = shop_of(&[
        (
            "sizes/a.csv",
            "尺码,身高(cm),体重(斤)\nS,150-157,80-95\nM,158-163,96-105\nL,164-170,106-120\n",
        ),
        (
            "products/p.csv",
            "商品编号,商品名称,尺码表,规格\n\
             P1,云杉外套,a,\"黑色:S,M|米白:M,L\"\n\
             P2,月牙披肩,a,灰色:均码\n\
             P3,松针马甲,a,\"颜色:黑色,墨绿\"\n\
             P4,苔原短裤,a,\"尺码:S,L\"\n",
        ),
    ]);
    for (product, text, expected) in [
        ("P1", "160 100斤穿什么码", "建议选 M 码"),
        ("P1", "167 110斤穿什么码", "建议选 L 码"),
        ("P1", "黑色的167 110斤穿什么码", "handoff"),
        ("P1", "米白167 110斤穿什么码", "建议选 L 码"),
        ("P2", "160 100斤穿什么码", "handoff"),
        ("P3", "160 100斤穿什么码", "建议选 M 码"),
        ("P4", "160 100斤穿什么码", "handoff"),
        ("P4", "155 90斤穿什么码", "建议选 S 码"),
    ] {
        let decision = ask(&engine, text, product, AT);
        let found = format!("{} {}", gist(&decision), decision.reply);
        assert!(
            found.contains(expected),
            "{text} [{product}]: {found}, not {expected}"
        );
    }
}

/// A sheet on how to measure is told and not read, a hidden one is passed over, and the chart is called as its file.
#[test]
fn notes_beside_a_chart_stop_nothing() {
    let mut workbook = Workbook::new();
    for (name, hidden, rows) in [
        (
            "尺码",
            false,
            [["尺码", "身高(cm)"], ["M", "155-160"], ["L", "161-166"]],
        ),
        (
            "测量方法",
            false,
            [
                ["部位", "方法"],
                ["胸围", "沿腋下水平一周"],
                ["腰围", "最细处一周"],
            ],
        ),
        ("选项", true, [["类目", "单位"], ["裙", "件"], ["裤", "条"]]),
    ] {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name).unwrap().set_hidden(hidden);
        for (row, cells) in (0..).zip(rows) {
            sheet.write_row(row, 0, cells).unwrap();
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("s");
    fs::create_dir_all(root.join("sizes")).unwrap();
    fs::write(root.join("shop.toml"), "[shop]\nname = \"店\"\n").unwrap();
    fs::write(
        root.join("sizes/裙.xlsx"),
        workbook.save_to_buffer().unwrap(),
    )
    .unwrap();
    let reading = read_shop(&root);
    let stems: Vec<&str> = reading.shop.charts.iter().map(|it| &*it.stem).collect();
    assert_eq!(stems, ["裙"]);
    let findings = &reading.findings;
    assert!(
        findings.iter().all(|it| it.severity != Severity::Error),
        "{findings:?}"
    );
    let unread = findings.iter().filter(|it| it.code == "missing-header");
    assert_eq!(unread.count(), 1, "{findings:?}");
}
