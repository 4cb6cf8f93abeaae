//! Size advice against an independent reader of the same chart files: brute force over the cells. It shares only the
//! CSV bytes with the product.

mod by_hand;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use by_hand::{Table, by_hand, by_hand_crossed};
use proptest::prelude::*;
use zhike::answer::product::{Asked, Catalogue};
use zhike::answer::proposal::Proposal;
use zhike::answer::size::propose;
use zhike::answer::{Outcome, Reason};
use zhike::knowledge::{Shop, read_shop};
use zhike::text::normalise::normalise;

fn folder(shop: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("knowledge")
        .join(shop)
}

fn ask(
    shop: &Shop,
    catalogue: &Catalogue,
    question: &str,
    product: &str,
    previous: &[&str],
) -> Option<Proposal> {
    let text = normalise(question);
    let previous: Vec<String> = previous.iter().map(|line| (*line).to_owned()).collect();
    let at = "2026-11-22T02:00:00Z".parse().expect("a timestamp");
    propose(&Asked::new(
        shop,
        catalogue,
        &text,
        &previous,
        Some(product).filter(|id| !id.is_empty()),
        at,
    ))
}

/// The sizes that a proposal's facts name, or what it did instead.
fn outcome(proposal: Option<&Proposal>) -> String {
    match proposal {
        None => "none".to_owned(),
        Some(proposal) => match proposal.decision {
            Outcome::Clarify => format!("clarify:{}", proposal.rule),
            Outcome::Handoff => "handoff".to_owned(),
            Outcome::Answer => {
                let sizes = proposal
                    .facts
                    .iter()
                    .filter_map(|fact| fact.snippet.as_deref());
                sizes
                    .map(|row| row.split(" | ").next().unwrap_or_default())
                    .collect::<Vec<_>>()
                    .join("|")
            }
        },
    }
}

/// Column of the file, word, unit, first value, step, count.
type Axis = (usize, &'static str, &'static str, f64, f64, usize);

/// A sample chart: shop, chart, product, columns used with their words, units and values to try.
struct Plan {
    shop: &'static str,
    chart: &'static str,
    product: &'static str,
    axes: &'static [Axis],
    crossed: bool,
}

const PLANS: &[Plan] = &[
    Plan {
        shop: "yunshang",
        chart: "dress",
        product: "YS-D102",
        axes: &[
            (1, "身高", "cm", 146.5, 3.5, 10),
            (2, "体重", "斤", 76.0, 7.5, 11),
        ],
        crossed: false,
    },
    Plan {
        shop: "yunshang",
        chart: "coat",
        product: "YS-W505",
        axes: &[
            (1, "身高", "cm", 150.0, 4.0, 7),
            (2, "体重", "斤", 85.0, 9.0, 7),
        ],
        crossed: false,
    },
    Plan {
        shop: "yunshang",
        chart: "trousers",
        product: "YS-K301",
        axes: &[(1, "腰围", "cm", 59.0, 2.5, 12)],
        crossed: false,
    },
    Plan {
        shop: "yunshang",
        chart: "shoes",
        product: "YS-X601",
        axes: &[(1, "脚长", "cm", 21.3, 0.25, 17)],
        crossed: false,
    },
    Plan {
        shop: "yunshang",
        chart: "tops",
        product: "YS-S201",
        axes: &[
            (0, "身高", "cm", 149.0, 2.5, 11),
            (0, "体重", "斤", 78.0, 6.5, 10),
        ],
        crossed: true,
    },
    Plan {
        shop: "beiyou",
        chart: "diaper",
        product: "N01",
        axes: &[(1, "宝宝体重", "kg", 3.0, 0.7, 21)],
        crossed: false,
    },
    Plan {
        shop: "beiyou",
        chart: "pants",
        product: "N02",
        axes: &[(1, "宝宝体重", "kg", 5.0, 0.9, 23)],
        crossed: false,
    },
    Plan {
        shop: "beiyou",
        chart: "clothes",
        product: "C03",
        axes: &[(1, "宝宝身高", "cm", 50.0, 3.3, 20)],
        crossed: false,
    },
    Plan {
        shop: "beiyou",
        chart: "shoes",
        product: "C08",
        axes: &[(1, "宝宝脚长", "cm", 11.2, 0.3, 13)],
        crossed: false,
    },
    Plan {
        shop: "beiyou",
        chart: "sleepbag",
        product: "C07",
        axes: &[
            (0, "宝宝身高", "cm", 58.0, 6.5, 7),
            (0, "体重", "kg", 4.5, 1.7, 9),
        ],
        crossed: true,
    },
];

/// What the product can be sold in, from the merchant's file as the shop read it.
fn sold(shop: &Shop, id: &str) -> BTreeSet<String> {
    let product = shop
        .products
        .iter()
        .find(|product| product.id == id)
        .expect("the product");
    product
        .skus
        .iter()
        .flat_map(|sku| sku.sizes.iter().cloned())
        .collect()
}

#[test]
fn three_hundred_questions_against_a_reader_by_hand() {
    let (mut asked, mut faults) = (0, Vec::new());
    for plan in PLANS {
        let shop = read_shop(&folder(plan.shop)).shop;
        let catalogue = Catalogue::new(&shop);
        let table = Table::read(
            &folder(plan.shop)
                .join("sizes")
                .join(format!("{}.csv", plan.chart)),
        );
        let sold = sold(&shop, plan.product);
        let steps = |axis: usize| plan.axes.get(axis).map_or(1, |a| a.5);
        for i in 0..steps(0) * steps(1) {
            let at = [i % steps(0), i / steps(0)];
            let values: Vec<(usize, f64)> = plan
                .axes
                .iter()
                .zip(at)
                .map(|(a, k)| (a.0, ((a.3 + a.4 * k as f64) * 100.0).round() / 100.0))
                .collect();
            let told: Vec<String> = plan
                .axes
                .iter()
                .zip(&values)
                .map(|(a, (_, v))| format!("{}{v}{}", a.1, a.2))
                .collect();
            let question = format!("{}，穿什么码", told.join(" "));
            let expected = match plan.crossed {
                true => by_hand_crossed(&table, values[0].1, values[1].1),
                false => by_hand(&table, &values),
            };
            let expected: BTreeSet<String> = expected
                .into_iter()
                .flatten()
                .filter(|size| sold.contains(size))
                .collect();
            let proposal = ask(&shop, &catalogue, &question, plan.product, &[]);
            let found = outcome(proposal.as_ref());
            asked += 1;
            let right = match expected.is_empty() {
                true => found == "handoff",
                false => found.split('|').map(str::to_owned).collect::<BTreeSet<_>>() == expected,
            };
            if !right {
                faults.push(format!(
                    "{} {question}: {found}, not {expected:?}",
                    plan.chart
                ));
            }
        }
    }
    assert!(asked >= 300, "{asked} questions");
    assert!(
        faults.is_empty(),
        "{} of {asked} went wrong:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn wordings_of_size_questions() {
    let rows: &[(&str, &str, &str, &[&str], &str)] = &[
        ("yunshang", "160cm 100斤穿什么码", "YS-D101", &[], "M"),
        (
            "yunshang",
            "我一米六五 体重110 拍哪个号",
            "YS-D106",
            &[],
            "L",
        ),
        ("yunshang", "155 88斤", "YS-S201", &[], "S"),
        (
            "yunshang",
            "净身高168体重125斤，羽绒服里面还要穿毛衣",
            "YS-W505",
            &[],
            "XL",
        ),
        ("yunshang", "腰围二尺能穿几码啊", "YS-K301", &[], "M"),
        ("yunshang", "脚长23.3厘米买多大的", "YS-X604", &[], "37"),
        ("yunshang", "50公斤 162", "YS-Z401", &[], "M"),
        (
            "yunshang",
            "那我108斤呢",
            "YS-D102",
            &["160cm 100斤穿什么码"],
            "M",
        ),
        (
            "yunshang",
            "158的个子95斤 这件大衣要哪个码",
            "YS-W501",
            &[],
            "M|S",
        ),
        ("yunshang", "腰67 屁股90", "YS-K303", &[], "M"),
        (
            "yunshang",
            "163 105斤穿多大",
            "",
            &[],
            "clarify:product.ask",
        ),
        (
            "yunshang",
            "身高182体重200斤穿多大",
            "YS-D101",
            &[],
            "handoff",
        ),
        ("yunshang", "160 100", "YS-D101", &["穿什么码"], "M"),
        ("yunshang", "穿什么码", "YS-D101", &[], "clarify:size.ask"),
        (
            "yunshang",
            "我160穿什么码",
            "YS-D101",
            &[],
            "clarify:size.ask",
        ),
        ("yunshang", "100", "YS-D101", &["我160穿什么码"], "M"),
        ("yunshang", "M还是L", "YS-D101", &["160 100斤"], "M"),
        (
            "yunshang",
            "身高16cm体重100斤穿什么码",
            "YS-D101",
            &[],
            "clarify:size.ask",
        ),
        ("yunshang", "发什么快递", "YS-D101", &[], "none"),
        ("yunshang", "满199减30怎么用", "YS-D101", &[], "none"),
        ("yunshang", "不合身能换码吗", "YS-D101", &[], "none"),
        ("yunshang", "穿什么码", "YS-Z404", &[], "handoff"),
        ("beiyou", "我家宝 14斤 穿几号", "N01", &[], "M|S"),
        ("beiyou", "九公斤半的娃拿什么码", "N02", &[], "L|M"),
        ("beiyou", "崽崽26斤了", "N03", &[], "XL|L"),
        ("beiyou", "身高85穿多大", "C02", &[], "90"),
        ("beiyou", "现在78厘米想多穿一阵买哪个", "C03", &[], "80"),
        ("beiyou", "娃75cm 9公斤 睡袋哪个号", "C07", &[], "M"),
        ("beiyou", "95高 27斤", "C07", &[], "XL"),
        ("beiyou", "脚长16公分了有码吗", "C08", &[], "handoff"),
        ("beiyou", "身高95 体重14斤的睡袋", "C07", &[], "handoff"),
        (
            "beiyou",
            "睡袋给72公分的娃买哪个",
            "C07",
            &[],
            "clarify:size.ask",
        ),
        (
            "beiyou",
            "买大还是买小 几号合适",
            "",
            &[],
            "clarify:product.ask",
        ),
        ("beiyou", "九个月能啃磨牙饼干了不", "D07", &[], "none"),
    ];
    let mut faults = Vec::new();
    for (name, question, product, previous, expected) in rows {
        let shop = read_shop(&folder(name)).shop;
        let catalogue = Catalogue::new(&shop);
        let proposal = ask(&shop, &catalogue, question, product, previous);
        let found = outcome(proposal.as_ref());
        if found != *expected {
            faults.push(format!(
                "{question} ({product}): {found}, not {expected}; {:?}",
                proposal.map(|p| p.reply)
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn replies_show_the_row_and_the_shops_rules() {
    let mut shop = read_shop(&folder("yunshang")).shop;
    let catalogue = Catalogue::new(&shop);
    let reply = |shop: &Shop, question| {
        ask(shop, &catalogue, question, "YS-D101", &[])
            .map(|p| p.reply)
            .unwrap_or_default()
    };
    assert_eq!(
        reply(&shop, "160cm 100斤穿什么码"),
        "按尺码表，身高160cm、体重100斤建议选 M 码（身高158-162cm，体重96-108斤，胸围84-87cm，腰围66-69cm）。"
    );
    let sizes =
        |shop: &Shop| outcome(ask(shop, &catalogue, "162 110斤穿什么码", "YS-D101", &[]).as_ref());
    assert_eq!(sizes(&shop), "L|M");
    shop.settings
        .size
        .between
        .insert("dress".into(), "smaller".into());
    shop.settings.size.fit.insert(
        "YS-D101".into(),
        "这款偏大，介于两码之间可以选小一码。".into(),
    );
    assert_eq!(sizes(&shop), "M|L");
    assert!(reply(&shop, "160cm 100斤穿什么码").ends_with("这款偏大，介于两码之间可以选小一码。"));
    // A size that is not sold is never recommended: 2XL is in the chart, the flowery one has it in black only.
    shop.products[0]
        .skus
        .iter_mut()
        .for_each(|sku| sku.sizes.retain(|size| size != "M"));
    let proposal =
        ask(&shop, &catalogue, "160cm 100斤穿什么码", "YS-D101", &[]).expect("it is about sizes");
    assert_eq!(
        (proposal.decision, proposal.reason),
        (Outcome::Handoff, Some(Reason::NoMatch))
    );
}

/// A chart with all that is needed to ask it.
struct Chart {
    plan: &'static Plan,
    shop: Shop,
    catalogue: Catalogue,
    table: Table,
    sold: BTreeSet<String>,
}

/// All sample charts, read once.
static CHARTS: LazyLock<Vec<Chart>> = LazyLock::new(|| {
    let read = |plan: &'static Plan| {
        let shop = read_shop(&folder(plan.shop)).shop;
        let file = format!("sizes/{}.csv", plan.chart);
        Chart {
            plan,
            catalogue: Catalogue::new(&shop),
            table: Table::read(&folder(plan.shop).join(file)),
            sold: sold(&shop, plan.product),
            shop,
        }
    };
    PLANS.iter().map(read).collect()
});

proptest! {
    /// Whatever is told, of every chart: a size is only named where a row speaks for it.
    #[test]
    fn outside_every_row_nothing_is_answered(
        chart in 0..PLANS.len(),
        down in -0.4f64..1.4,
        across in -0.4f64..1.4,
    ) {
        let Chart { plan, shop, catalogue, table, sold } = &CHARTS[chart];
        // From well below the plan's first value to well above its last.
        let value = |share: f64, &(_, _, _, first, step, count): &Axis| {
            let far = first + share * step * (count - 1) as f64;
            ((far * 10.0).round() / 10.0).max(0.1)
        };
        let told: Vec<f64> = [down, across].into_iter().zip(plan.axes).map(|(share, axis)| value(share, axis)).collect();
        let words = plan.axes.iter().zip(&told).map(|((_, word, unit, ..), told)| format!("{word}{told}{unit}"));
        let question = format!("{} 穿什么码", words.collect::<Vec<_>>().join(" "));
        let proposal = ask(shop, catalogue, &question, plan.product, &[]);
        let expected = match (plan.crossed, &told[..]) {
            (true, &[down, across]) => by_hand_crossed(table, down, across),
            _ => {
                let columns = plan.axes.iter().map(|axis| axis.0);
                by_hand(table, &columns.zip(told.iter().copied()).collect::<Vec<_>>())
            }
        };
        let expected: BTreeSet<String> = expected.into_iter().flatten().filter(|size| sold.contains(size)).collect();
        let found = outcome(proposal.as_ref());
        // Asking back is right outside every row, and where nobody measures so.
        let beyond = [down, across].iter().zip(plan.axes).any(|(share, _)| !(0.0..=1.0).contains(share));
        let asked = found.starts_with("clarify") && (beyond || expected.is_empty());
        let fits = match expected.is_empty() {
            true => found == "handoff",
            false => found.split('|').all(|size| expected.contains(size)),
        };
        let fits = fits || asked;
        prop_assert!(fits, "{} {}: {}, not {:?}", plan.chart, question, found, expected);
    }
}
