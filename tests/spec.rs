//! Spec answers over the sample shops and over catalogues that the code has never seen.

use std::collections::HashMap;
use std::path::Path;

use zhike::answer::Outcome;
use zhike::answer::product::{Asked, Catalogue};
use zhike::answer::proposal::Proposal;
use zhike::answer::spec::propose;
use zhike::knowledge::{Place, Product, Shop, Spec, Window, read_shop};
use zhike::text::normalise::normalise;

const QUESTIONS: &str = include_str!("data/spec_questions.tsv");

fn sample(name: &str) -> Shop {
    read_shop(
        &Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("knowledge")
            .join(name),
    )
    .shop
}

fn ask(shop: &Shop, catalogue: &Catalogue, question: &str, product: &str) -> Option<Proposal> {
    let text = normalise(question);
    let at = "2026-11-22T02:00:00Z".parse().expect("a timestamp");
    let product = Some(product).filter(|id| !id.is_empty());
    propose(&Asked::new(shop, catalogue, &text, &[], product, at))
}

/// What a proposal is, in the words of the table.
fn outcome(proposal: Option<&Proposal>) -> String {
    match proposal {
        None => "none".to_owned(),
        Some(proposal) => match proposal.decision {
            Outcome::Clarify => "clarify".to_owned(),
            Outcome::Handoff => "handoff".to_owned(),
            Outcome::Answer => {
                let facts: Vec<&str> = proposal
                    .facts
                    .iter()
                    .map(|fact| fact.entry.as_str())
                    .collect();
                facts.join("|")
            }
        },
    }
}

/// Whether `found` is what a row expects: the same word, or entries among which all found ones are.
fn fits(found: &str, expected: &str) -> bool {
    let expected: Vec<&str> = expected.split('|').collect();
    found.split('|').all(|entry| expected.contains(&entry))
}

#[test]
fn two_hundred_questions_to_the_sample_shops() {
    let mut shops: HashMap<&str, (Shop, Catalogue)> = HashMap::new();
    let (mut asked, mut faults) = (0, Vec::new());
    for line in QUESTIONS.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [shop, product, question, expected] = fields[..] else {
            panic!("four fields in {line}")
        };
        let (shop, catalogue) = shops.entry(shop).or_insert_with(|| {
            let shop = sample(shop);
            let catalogue = Catalogue::new(&shop);
            (shop, catalogue)
        });
        asked += 1;
        let proposal = ask(shop, catalogue, question, product);
        let found = outcome(proposal.as_ref());
        if !fits(&found, expected) {
            faults.push(format!(
                "{} {product} {question}: {found}, not {expected}",
                shop.id
            ));
        }
        for fact in proposal
            .iter()
            .flat_map(|proposal| &proposal.facts)
            .filter(|fact| fact.entry.starts_with("spec:"))
        {
            let (id, name) = fact.entry["spec:".len()..]
                .split_once('/')
                .expect("a spec id has a slash");
            let product = shop
                .products
                .iter()
                .find(|product| product.id == id)
                .expect("the product exists");
            let spec = product
                .specs
                .iter()
                .find(|spec| spec.name == name)
                .expect("the spec exists");
            let reply = &proposal.as_ref().expect("it has facts").reply;
            assert!(
                reply.contains(&spec.value),
                "{question}: {reply} does not quote {}",
                spec.value
            );
        }
    }
    assert!(asked >= 200, "{asked} questions");
    assert!(
        faults.is_empty(),
        "{} of {asked} went wrong:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

/// Wordings of a question for a spec; `{p}` is the product, `{s}` the spec.
const WORDINGS: &[&str] = &[
    "{p}的{s}是什么",
    "{p}{s}",
    "请问{p}的{s}是多少",
    "{p} {s}怎么样",
    "亲，{p}{s}是啥呀",
    "想问一下{p}的{s}",
    "{p}这款{s}是什么样的",
    "{s}是什么 {p}",
];

/// Id, name, specs.
type Made = (String, String, Vec<(String, String)>);

/// A shop with nothing but these products.
fn shop_of(products: Vec<Made>) -> Shop {
    let place = |row| Place {
        file: "products/p.csv".into(),
        row,
        sheet: None,
    };
    let products = (2u32..)
        .zip(products)
        .map(|(row, (id, name, specs))| Product {
            id,
            name,
            aliases: Vec::new(),
            category: String::new(),
            size_chart: None,
            goes_with: Vec::new(),
            skus: Vec::new(),
            url: None,
            on_sale: Window::default(),
            specs: specs
                .into_iter()
                .map(|(name, value)| Spec {
                    name,
                    value,
                    place: place(row),
                })
                .collect(),
            passages: Vec::new(),
            place: place(row),
        })
        .collect();
    Shop {
        id: "generated".into(),
        settings: Default::default(),
        faqs: Vec::new(),
        products,
        charts: Vec::new(),
        policies: Vec::new(),
        lexicon: Default::default(),
        golden: Vec::new(),
        lines: Default::default(),
    }
}

/// Right, wrong and unanswered among questions for specs that are there, and answered ones among those that are not.
#[derive(Debug, Default, PartialEq)]
struct Score {
    asked: usize,
    right: usize,
    wrong: usize,
    lacking: usize,
    lacking_answered: usize,
}

/// Asks `count` questions, spread over products, specs and wordings; every other one with the product of the page.
fn score(shop: &Shop, count: usize, show: bool) -> Score {
    let begin = std::time::Instant::now();
    let catalogue = Catalogue::new(shop);
    println!(
        "{} products indexed in {:?}",
        shop.products.len(),
        begin.elapsed()
    );
    let names: Vec<&str> = {
        let mut names: Vec<&str> = shop
            .products
            .iter()
            .flat_map(|p| &p.specs)
            .map(|s| s.name.as_str())
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    };
    let mut score = Score::default();
    for i in 0..count {
        let product = &shop.products[i * 7919 % shop.products.len()];
        let Some(spec) = product.specs.get(i * 31 % product.specs.len().max(1)) else {
            continue;
        };
        let wording = WORDINGS[i % WORDINGS.len()];
        let by_page = i % 2 == 0;
        let named = if by_page { "这个" } else { &product.name };
        let page = if by_page { &product.id } else { "" };
        let question = |name: &str| wording.replace("{p}", named).replace("{s}", name);
        score.asked += 1;
        let proposal = ask(shop, &catalogue, &question(&spec.name), page);
        let answered = proposal.as_ref().filter(|p| p.decision == Outcome::Answer);
        match answered {
            Some(answer)
                if answer
                    .reply
                    .contains(&format!("{}：{}", spec.name, spec.value)) =>
            {
                score.right += 1
            }
            Some(answer) => {
                score.wrong += 1;
                if show {
                    println!("wrong: {} → {}", question(&spec.name), answer.reply);
                }
            }
            None if show => println!(
                "unanswered: {} → {:?}",
                question(&spec.name),
                proposal.map(|p| p.reply)
            ),
            None => {}
        }
        let lacking = names[i * 13 % names.len()];
        if product.specs.iter().all(|spec| spec.name != lacking) {
            score.lacking += 1;
            let proposal = ask(shop, &catalogue, &question(lacking), page);
            if let Some(answer) = proposal.filter(|p| p.decision == Outcome::Answer) {
                score.lacking_answered += 1;
                if show {
                    println!("lacking: {} → {}", question(lacking), answer.reply);
                }
            }
        }
    }
    score
}

#[test]
fn a_generated_catalogue_is_answered_verbatim_or_not_at_all() {
    let heads = [
        "保温杯",
        "台灯",
        "双肩包",
        "电热毯",
        "蓝牙耳机",
        "收纳箱",
        "跳绳",
        "猫抓板",
        "羽毛球拍",
        "窗帘",
    ];
    let brands = ["青禾", "北岭", "云汐", "木知", "拾光"];
    let specs = [
        ("材质", "304不锈钢"),
        ("产地", "浙江永康"),
        ("净重", "320g"),
        ("颜色分类", "雾蓝"),
        ("适用场景", "办公室"),
        ("保修期", "12个月"),
        ("功率", "12W"),
        ("电压", "220V"),
        ("容量", "500mL"),
        ("包装方式", "彩盒"),
        ("上市时间", "2026年春"),
        ("是否可折叠", "是"),
        ("执行标准", "GB/T 29606"),
        ("适用人群", "成人"),
        ("厚度", "3mm"),
        ("防水等级", "IPX5"),
        ("续航时间", "8小时"),
        ("图案", "纯色"),
        ("闭合方式", "拉链"),
        ("型号", "QH-01"),
    ];
    let products = (0..50)
        .map(|i| {
            let name = format!(
                "{}{}系列{}",
                brands[i % 5],
                ["晨曦", "远山", "微澜", "初雪", "盛夏"][i / 10],
                heads[i % 10]
            );
            let own = specs.iter().enumerate().filter(|(k, _)| (i + k) % 3 != 0);
            let own = own
                .map(|(k, (name, value))| {
                    ((*name).to_owned(), format!("{value}（{}）", i * 20 + k))
                })
                .collect();
            (format!("G{i:03}"), name, own)
        })
        .collect();
    let score = score(&shop_of(products), 500, true);
    assert!(score.right * 100 >= score.asked * 95, "{score:?}");
    assert_eq!((score.wrong, score.lacking_answered), (0, 0), "{score:?}");
}

/// Measures on real marketplace items where the data is at hand: `ZHIKE_DATA` names its folder.
#[test]
fn real_items_where_the_data_is_at_hand() {
    let Some(data) = std::env::var_os("ZHIKE_DATA") else {
        crate::support::wanting(
            "real items are not asked for: set ZHIKE_DATA to a folder with products/openbg.jsonl",
        );
        return;
    };
    let text = std::fs::read_to_string(Path::new(&data).join("products/openbg.jsonl"))
        .expect("the items are there");
    let products = text
        .lines()
        .map(|line| {
            let item: serde_json::Value = serde_json::from_str(line).expect("an item a line");
            let word = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            let attributes = item["attributes"]
                .as_object()
                .expect("an item has attributes");
            let specs = attributes.iter().map(|(name, values)| {
                let values: Vec<String> =
                    values.as_array().into_iter().flatten().map(word).collect();
                (name.clone(), values.join("、"))
            });
            (word(&item["id"]), word(&item["title"]), specs.collect())
        })
        .collect();
    let shop = shop_of(products);
    let begin = std::time::Instant::now();
    let score = score(&shop, 500, true);
    println!("{score:?} in {:?}", begin.elapsed());
    assert!(score.right * 100 >= score.asked * 95, "{score:?}");
    assert!(score.wrong * 200 <= score.asked, "{score:?}");
    // Merchants of one market call one thing by several names (颜色, 颜色分类): what an item lacks by its name it may have.
    assert!(
        score.lacking >= 400 && score.lacking_answered * 100 <= score.lacking,
        "{score:?}"
    );
}

/// The whole does not answer for a part, nor one sort of weight for another, nor goods of others for the product's own.
#[test]
fn a_column_that_the_product_lacks_is_not_answered_by_its_like() {
    let row = |id: &str, name: &str, specs: &[(&str, &str)]| {
        let specs = specs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        (id.to_owned(), name.to_owned(), specs.collect())
    };
    let shop = shop_of(vec![
        row(
            "A1",
            "踏浪运动鞋",
            &[
                ("材质", "网布"),
                ("毛重", "900g"),
                ("品牌", "踏浪"),
                ("上市年份季节", "2026年夏"),
                ("功能", "透气"),
            ],
        ),
        row(
            "B1",
            "听涛登山靴",
            &[
                ("鞋底材质", "橡胶"),
                ("净重", "1.2kg"),
                ("适用品牌", "通用"),
                ("上市时间", "2025-09"),
                ("附加功能", "防水"),
                ("生产企业", "听涛鞋厂"),
                ("电池类型", "无"),
                ("电源方式", "USB充电"),
            ],
        ),
    ]);
    let catalogue = Catalogue::new(&shop);
    for (question, product) in [
        ("鞋底材质是什么", "A1"),
        ("鞋底材质", "A1"),
        ("净重是多少", "A1"),
        ("适用品牌呢", "A1"),
        ("上市时间是什么时候", "A1"),
        ("附加功能有哪些", "A1"),
        ("生产企业是哪家", "A1"),
        ("材质是什么", "B1"),
        ("毛重多少", "B1"),
        ("品牌是什么", "B1"),
    ] {
        let found = outcome(ask(&shop, &catalogue, question, product).as_ref());
        assert_eq!(found, "handoff", "{question} ({product})");
    }
    for (question, product, expected) in [
        ("鞋底材质是什么", "B1", "spec:B1/鞋底材质"),
        ("什么材质", "A1", "spec:A1/材质"),
        ("哪年上市的", "A1", "spec:A1/上市年份季节"),
        ("用电池还是插电", "B1", "spec:B1/电源方式"),
    ] {
        let found = outcome(ask(&shop, &catalogue, question, product).as_ref());
        assert_eq!(found, expected, "{question} ({product})");
    }
}
