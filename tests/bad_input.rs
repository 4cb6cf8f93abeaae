//! Broken files as merchants really produce them. A snapshot holds the message for each kind, and what was still read.

use std::path::Path;

use rust_xlsxwriter::{Formula, Workbook};
use zhike::knowledge::{Reading, read_shop};

/// A file of a shop: path and bytes.
type File = (&'static str, Vec<u8>);

fn text(path: &'static str, text: &str) -> File {
    (path, text.as_bytes().to_vec())
}

/// Writes a shop, reads it, and compares findings and counts with the snapshot called `name`.
fn check(name: &str, files: &[File]) {
    let folder = tempfile::tempdir().unwrap();
    let shop = folder.path().join("shop");
    std::fs::create_dir(&shop).unwrap();
    if !files.iter().any(|(path, _)| *path == "shop.toml") {
        std::fs::write(shop.join("shop.toml"), "[shop]\nname = \"测试店\"\n").unwrap();
    }
    for (path, bytes) in files {
        let path = shop.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    snapshot(name, &shop);
}

fn snapshot(name: &str, shop: &Path) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots/bad_input");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, render(&read_shop(shop))));
}

fn render(reading: &Reading) -> String {
    let mut lines: Vec<String> = reading.findings.iter().map(ToString::to_string).collect();
    let shop = &reading.shop;
    lines.push(format!(
        "read: {} faq, {} products, {} charts, {} policies, {} golden",
        shop.faqs.len(),
        shop.products.len(),
        shop.charts.len(),
        shop.policies.len(),
        shop.golden.len()
    ));
    lines.join("\n")
}

fn gb18030(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

/// A workbook of one sheet per list of rows.
fn workbook(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for (name, rows) in sheets {
        let sheet = workbook.add_worksheet();
        sheet.set_name(*name).unwrap();
        for (row, cells) in (0u32..).zip(*rows) {
            for (column, cell) in (0u16..).zip(*cells) {
                sheet.write(row, column, *cell).unwrap();
            }
        }
    }
    workbook.save_to_buffer().unwrap()
}

#[test]
fn faq_files() {
    for (name, content) in [
        (
            "faq-missing-answer",
            "问题,答案\n怎么退货,\n怎么换货,七天内可换\n",
        ),
        (
            "faq-missing-question",
            "问题,答案\n,七天内可换\n怎么退货,七天内可退\n",
        ),
        (
            "faq-no-answer-column",
            "问题,回复内容是,分类\n怎么退货,七天内可退,售后\n",
        ),
        (
            "faq-misspelt-column",
            "question,anwser\n怎么退货,七天内可退\n",
        ),
        (
            "faq-unknown-column",
            "问题,答案,相识问题,负责人\n怎么退货,七天内可退,如何退,小王\n",
        ),
        (
            "faq-no-header",
            "怎么退货,七天内可退\n怎么换货,七天内可换\n",
        ),
        (
            "faq-column-twice",
            "问题,答案,答案\n怎么退货,七天内可退,可以\n",
        ),
        (
            "faq-id-and-number-columns",
            "编号,问题编号,问题,答案\n1,A1,怎么退货,七天内可退\n",
        ),
        (
            "faq-row-too-long",
            "问题,答案\n怎么退货,可以,七天内\n怎么换货,七天内可换\n",
        ),
        (
            "faq-row-too-short",
            "编号,问题,答案,分类,关联问题\nA1,怎么退货,七天内可退\n",
        ),
        (
            "faq-unnamed-column",
            "问题,,答案\n怎么退货,多余的,七天内可退\n",
        ),
        (
            "faq-unclosed-quote",
            "问题,答案\n\"怎么退货,七天内可退\n怎么换货,七天内可换\n怎么洗,\"手洗,平铺\"\n",
        ),
        (
            "faq-text-after-quote",
            "问题,答案\n\"真丝\"连衣裙怎么洗,手洗\n",
        ),
        (
            "faq-duplicate-id",
            "编号,问题,答案\nA1,怎么退货,七天内可退\nA1,怎么换货,七天内可换\n",
        ),
        (
            "faq-duplicate-question",
            "编号,问题,答案\nA1,怎么退货,七天内可退\nA2,怎么退货,十五天内可退\n",
        ),
        (
            "faq-bad-date",
            "问题,答案,生效时间,失效时间\n双11满减,满300减50,11月1号,2026-11-31\n怎么退货,七天内可退,,\n",
        ),
        (
            "faq-day-number",
            "问题,答案,生效时间\n双11满减,满300减50,46337\n",
        ),
        (
            "faq-year-last",
            "问题,答案,失效时间\n双11满减,满300减50,11/12/2026\n",
        ),
        (
            "faq-reversed-window",
            "问题,答案,生效时间,失效时间\n双11满减,满300减50,2026-11-12,2026-11-01\n",
        ),
        (
            "faq-unknown-order-state",
            "问题,答案,订单状态\n怎么催发货,已催,等发货|已付款\n",
        ),
        (
            "faq-unknown-layer",
            "问题,答案,层级\n七天无理由,支持,平台层|国家\n",
        ),
        (
            "faq-bad-flag",
            "问题,答案,是否澄清\n怎么退货,七天内可退,也许\n",
        ),
        (
            "faq-mixed-separators",
            "问题,答案,相似问题\n怎么退货,七天内可退,\"如何退|咋退\n退货流程\"\n",
        ),
        (
            "faq-dangling-references",
            "编号,问题,答案,适用商品,适用类目,关联问题\nA1,怎么洗,手洗,P9,连衣群,\"A2,A3\"\n",
        ),
        (
            "faq-full-width-commas",
            "问题，答案\n怎么退货，七天内可退\n",
        ),
        ("faq-empty-file", ""),
        ("faq-blank-lines-only", "\n\n,,\n"),
        ("faq-header-only", "问题,答案\n"),
    ] {
        check(name, &[text("faq/a.csv", content)]);
    }
}

#[test]
fn encodings() {
    let mut damaged = "问题,答案\n怎么退货,七天内可退\n怎么换货,七天内可换\n"
        .as_bytes()
        .to_vec();
    damaged[20] = 0xFF;
    let big5 = encoding_rs::BIG5
        .encode("問題,答案\n請問運費多少,滿額免運費喔\n")
        .0
        .into_owned();
    let mut half = vec![0xFF, 0xFE];
    half.extend(
        "问题,答案\n怎么退货,可以\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes),
    );
    half.pop();
    let latin = b"question,answer\nwhen,d\xE9j\xE0 vu \xFF\xFF\n".to_vec();
    for (name, bytes) in [
        ("encoding-damaged-utf8", damaged),
        ("encoding-big5", big5),
        ("encoding-half-utf16", half),
        ("encoding-latin", latin),
    ] {
        let good = text("faq/b.csv", "问题,答案\n怎么换货,七天内可换\n");
        check(name, &[("faq/a.csv", bytes), good]);
    }
}

#[test]
fn workbooks() {
    let good: &[&[&str]] = &[&["问题", "答案"], &["怎么退货", "七天内可退"]];
    let stray: &[&[&str]] = &[&["姓名", "电话"], &["小王", "分机 3"]];
    let mut errors = Workbook::new();
    let sheet = errors.add_worksheet();
    for (column, header) in ["问题", "答案"].into_iter().enumerate() {
        sheet
            .write(0, u16::try_from(column).unwrap(), header)
            .unwrap();
    }
    sheet.write(1, 0, "怎么退货").unwrap();
    sheet
        .write_formula(
            1,
            1,
            Formula::new("=VLOOKUP(A2,X:Y,2,0)").set_result("#REF!"),
        )
        .unwrap();
    sheet.write(3, 0, "怎么洗").unwrap();
    sheet.write(3, 1, "手洗").unwrap();
    for (name, path, bytes) in [
        (
            "xlsx-no-workbook",
            "faq/a.xlsx",
            b"question,answer\n".to_vec(),
        ),
        (
            "xlsx-truncated",
            "faq/a.xlsx",
            workbook(&[("一", good)])[..600].to_vec(),
        ),
        (
            "xlsx-old-xls-inside",
            "faq/a.xlsx",
            [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1].to_vec(),
        ),
        (
            "xlsx-sheet-without-header",
            "faq/a.xlsx",
            workbook(&[("问答", good), ("联系人", stray)]),
        ),
        (
            "xlsx-note-sheet",
            "faq/a.xlsx",
            workbook(&[
                ("说明", &[&["填写说明：每行一个问题，请勿改表头"]]),
                ("问答", good),
            ]),
        ),
        (
            "xlsx-formula-without-value",
            "faq/a.xlsx",
            include_bytes!("data/formula_without_value.xlsx").to_vec(),
        ),
        (
            "xlsx-no-sheet-known",
            "faq/a.xlsx",
            workbook(&[("联系人", stray)]),
        ),
        (
            "xlsx-error-cells",
            "faq/a.xlsx",
            errors.save_to_buffer().unwrap(),
        ),
        ("xlsx-old-ending", "faq/a.xls", vec![0xD0, 0xCF, 0x11, 0xE0]),
        (
            "xlsx-row-too-long",
            "faq/a.xlsx",
            workbook(&[(
                "一",
                &[
                    &["问题", "答案"],
                    &["怎么退货", "可以", "七天内"],
                    &["怎么换货", "可以"],
                ],
            )]),
        ),
    ] {
        check(name, &[(path, bytes)]);
    }
}

#[test]
fn products_and_pages() {
    for (name, path, content) in [
        (
            "product-missing-id",
            "products/a.csv",
            "货号,商品名称,材质\n,白衬衫,棉\nP2,黑衬衫,棉\n",
        ),
        (
            "product-missing-name",
            "products/a.csv",
            "货号,商品名称,材质\nP1,,棉\n",
        ),
        (
            "product-no-id-column",
            "products/a.csv",
            "商品名称,材质\n白衬衫,棉\n",
        ),
        (
            "product-duplicate-id",
            "products/a.csv",
            "货号,商品名称\nP1,白衬衫\nP1,黑衬衫\n",
        ),
        (
            "product-spec-twice",
            "products/a.csv",
            "货号,商品名称,材质,材质\nP1,白衬衫,棉,麻\n",
        ),
        (
            "product-latin-slip",
            "products/a.csv",
            "id,name,catgory\nP1,白衬衫,上装\n",
        ),
        (
            "product-dangling",
            "products/a.csv",
            "货号,商品名称,尺码表,搭配\nP1,白衬衫,topps,P7\n",
        ),
        (
            "product-bad-sale-window",
            "products/a.csv",
            "货号,商品名称,上架时间,下架时间\nP1,白衬衫,2026-12-01,2026-11-01\nP2,黑衬衫,明天,\n",
        ),
        (
            "page-unclosed-front-matter",
            "products/P1.md",
            "+++\nid = \"P1\"\nname = \"白衬衫\"\n\n## 洗涤\n手洗\n",
        ),
        (
            "page-yaml-front-matter",
            "products/P1.md",
            "---\nid: P1\n---\n## 洗涤\n手洗\n",
        ),
        (
            "page-no-front-matter",
            "products/P1.md",
            "# 白衬衫\n\n纯棉\n",
        ),
        (
            "page-chinese-key-bare",
            "products/P1.md",
            "+++\nid = \"P1\"\nname = \"白衬衫\"\n材质 = \"棉\"\n+++\n纯棉\n",
        ),
        (
            "page-bad-value",
            "products/P1.md",
            "+++\nid = [\"P1\", \"P2\"]\nname = \"白衬衫\"\naliases = { a = 1 }\n+++\n纯棉\n",
        ),
        (
            "page-spec-contradicts",
            "products/P1.md",
            "+++\nid = \"P1\"\nname = \"白衬衫\"\n\"材质\" = \"棉\"\n+++\n| 参数 | 说明 |\n|--|--|\n| 材质 | 麻 |\n",
        ),
        (
            "page-heading-twice",
            "products/P1.md",
            "+++\nid = \"P1\"\nname = \"白衬衫\"\n+++\n## 洗涤\n手洗\n## 洗涤\n干洗\n",
        ),
        (
            "policy-unknown-key",
            "policies/a.md",
            "+++\ntitel = \"退货\"\n+++\n## 退货\n七天\n",
        ),
        (
            "policy-unknown-layer",
            "policies/a.md",
            "+++\ntitle = \"退货\"\nlayer = \"platfrom\"\n+++\n## 退货\n七天\n",
        ),
        (
            "policy-bad-date",
            "policies/a.md",
            "+++\ntitle = \"退货\"\nvalid_from = \"2026-02-30\"\nvalid_until = 2026-12-31\n+++\n## 退货\n七天\n",
        ),
        (
            "policy-date-no-toml",
            "policies/a.md",
            "+++\ntitle = \"退货\"\nvalid_from = 2026/02/03\n+++\n## 退货\n七天\n",
        ),
        (
            "policy-reversed-window",
            "policies/a.md",
            "+++\nvalid_from = 2026-12-31\nvalid_until = 2026-12-01\n+++\n## 退货\n七天\n",
        ),
        (
            "policy-empty",
            "policies/a.md",
            "+++\ntitle = \"退货\"\n+++\n## 退货\n",
        ),
        (
            "policy-dangling-product",
            "policies/a.md",
            "+++\nproducts = [\"P9\"]\n+++\n## 退货\n七天\n",
        ),
    ] {
        check(name, &[text(path, content)]);
    }
}

#[test]
fn size_charts() {
    for (name, content) in [
        ("chart-no-size-column", "身高(cm),体重(斤)\n150-155,80-90\n"),
        (
            "chart-short-row",
            "尺码,身高(cm),体重(斤)\nS,150-155\nM,156-160,91-100\n",
        ),
        (
            "chart-long-row",
            "尺码,身高(cm)\nS,150-155,80-90\nM,156-160\n",
        ),
        (
            "chart-bad-interval",
            "尺码,身高(cm)\nS,一米五左右\nM,156-160\n",
        ),
        ("chart-backwards", "尺码,身高(cm)\nS,155-150\nM,156-160\n"),
        (
            "chart-unit-mismatch",
            "尺码,身高(kg),体重(斤)\nS,150-155,80-90\n",
        ),
        (
            "chart-unit-missing",
            "尺码,身高(cm),体重\nS,150-155,80-90\nM,156-160,91-100\n",
        ),
        (
            "chart-implausible",
            "尺码,脚长(cm)\n36,225-230\n37,231-235\n",
        ),
        ("chart-hole", "尺码,身高(cm)\nS,150-155\nM,160-165\n"),
        ("chart-overlap", "尺码,身高(cm)\nS,150-158\nM,155-165\n"),
        (
            "chart-out-of-order",
            "尺码,身高(cm)\nS,150-155\nM,166-170\nL,160-165\nXL,171-175\n",
        ),
        ("chart-without-measure", "尺码,衣长,袖长\nS,60,50\n"),
        ("chart-no-rows", "尺码,身高(cm)\n"),
        (
            "chart-cross-bad-axis",
            "身高(cm)/体重(斤),轻,91-100\n150-154,S,M\n",
        ),
        (
            "chart-cross-short-row",
            "身高(cm)/体重(斤),80-90,91-100\n150-154,S\n155-159,S,M\n",
        ),
    ] {
        check(name, &[text("sizes/a.csv", content)]);
    }
}

#[test]
fn settings() {
    for (name, content) in [
        (
            "toml-chinese-key-bare",
            "[shop]\nname = \"测试店\"\n[columns]\n客户问法 = \"similar\"\n",
        ),
        ("toml-chinese-quotes", "[shop]\nname = “测试店”\n"),
        ("toml-text-bare", "[shop]\nname = 测试店\n"),
        ("toml-full-width-equals", "[shop]\nname ＝ \"测试店\"\n"),
        ("toml-key-twice", "[shop]\nname = \"a\"\nname = \"b\"\n"),
        (
            "toml-unknown-section",
            "[shop]\nname = \"测试店\"\n[hour]\ndays = [\"mon\"]\n",
        ),
        ("toml-unknown-key", "[shop]\nnmae = \"测试店\"\n"),
        ("toml-wrong-kind", "handoff = 3\n[shop]\nname = 12\n"),
        ("toml-bad-timezone", "[shop]\ntimezone = \"北京\"\n"),
        (
            "toml-bad-hours",
            "[hours]\ndays = [\"mon\", \"monday\", \"周八\"]\n[[hours.shifts]]\nname = \"早班\"\nfrom = \"8点\"\nto = \"16:30\"\n[[hours.shifts]]\nname = \"晚班\"\nto = \"23:00\"\n",
        ),
        (
            "toml-bad-holiday",
            "[hours]\n[[hours.shifts]]\nfrom = \"09:00\"\nto = \"24:00\"\n[[hours.holidays]]\nname = \"春节\"\nfrom = \"2027-02-30\"\nto = \"2027-03-01\"\n[[hours.holidays]]\nname = \"国庆\"\nfrom = \"2027-10-07\"\nto = \"2027-10-01\"\nopen = \"随缘\"\n",
        ),
        (
            "toml-bad-budget",
            "[budgets]\ndefault = 3\n\"售后\" = \"一成\"\n",
        ),
        (
            "toml-bad-handoff",
            "[handoff]\nwords = [\"找老板\", [\"x\"]]\nafter_misses = 0\nresume_after_hours = \"很久\"\n[handoff.topics]\ncomplain = [\"曝光\"]\n",
        ),
        (
            "toml-bad-script",
            "[scripts]\ngreetings = \"您好\"\nhandoff = \"转接{reason\"\nthanks = \"\"\n",
        ),
        (
            "toml-bad-columns",
            "[columns]\n\"客户问法\" = \"simlar\"\n\"回复\" = 3\n",
        ),
        (
            "toml-bad-size-rule",
            "[size]\nbetween = \"随便\"\n[size.fit]\ndres = \"偏大一码\"\n",
        ),
        ("toml-bad-risk", "[risk]\nrule = \"ignore\"\n"),
        (
            "toml-bad-connector",
            "[[connector]]\nfact = \"prise\"\nurl = \"example\"\ntimeout_ms = -1\n",
        ),
        ("toml-connector-no-table", "connector = \"erp\"\n"),
        ("toml-bad-webhook", "[webhook]\nurl = \"hooks\"\n"),
        ("toml-bad-gate", "[gate]\nworse = \"none\"\nchanged = 20\n"),
    ] {
        check(name, &[text("shop.toml", content)]);
    }
}

#[test]
fn lexicon_and_golden() {
    for (name, path, content) in [
        (
            "lexicon-bad-words",
            "lexicon/words.txt",
            "碎花裙 十 n\n碎花裙\n# 注释\n碎花裙 10 n\n",
        ),
        (
            "lexicon-lonely-synonym",
            "lexicon/synonyms.txt",
            "退货\n包邮 免邮\n",
        ),
        (
            "lexicon-unknown-section",
            "lexicon/sensitive.txt",
            "[blok]\n国家级\n",
        ),
        ("lexicon-unknown-file", "lexicon/stopword.txt", "请问\n"),
        (
            "golden-bad-rows",
            "golden.csv",
            "question,expect,product,at\n怎么退,,,\n,faq:A1,,\n怎么退,handoff:complain,,\n怎么退,clarify,,昨天\n转人工,handoff,,\n",
        ),
        (
            "golden-unknown-entry",
            "golden.csv",
            "question,expect,product\n怎么退,faq:A9,P9\n在吗,script:greeting,\n",
        ),
        ("golden-no-header", "golden.csv", "怎么退,faq:A9\n"),
        (
            "golden-row-too-long",
            "golden.csv",
            "question,expect\n你好,怎么退,handoff\n转人工,handoff\n",
        ),
    ] {
        check(name, &[text(path, content)]);
    }
}

#[test]
fn folders() {
    let faq = "问题,答案\n怎么退货,七天内可退\n";
    check(
        "folder-strays",
        &[
            text("policy/a.md", "## 退货\n七天\n"),
            text("faq/说明.docx", "PK"),
            text("faq/旧/a.csv", faq),
            text("faq/~$a.xlsx", "lock"),
            text("faq/.DS_Store", "x"),
            text("faq.csv", faq),
            text("README.md", "# 我们的店"),
            text("faq/A.CSV", faq),
        ],
    );
    let folder = tempfile::tempdir().unwrap();
    snapshot("folder-missing", &folder.path().join("没有"));
    let bare = folder.path().join("my shop");
    std::fs::create_dir(&bare).unwrap();
    snapshot("folder-without-settings", &bare);
}

/// GB18030 is read, so that only the encodings above fail.
#[test]
fn a_gb18030_file_is_no_fault() {
    check(
        "encoding-gb18030-is-fine",
        &[("faq/a.csv", gb18030("问题,答案\n怎么退货,七天内可退\n"))],
    );
}
