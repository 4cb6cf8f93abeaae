//! Windows to the minute: both ends, midnight, month ends, other time zones, one snapshot at many moments.

use std::time::Instant;

use std::sync::LazyLock;

use zhike::answer::memory::Memory;
use zhike::answer::{Decision, Engine, Question, answer};

use crate::asking::{ask, gist, sample, shop_of};

const FAQ: &str = "\
编号,问题,答案,层级,生效时间,失效时间
gift,下单送什么礼物,双11当天每单送毛巾一条,活动,2026-11-11 00:00,2026-11-11 23:59
month,会员月礼包怎么领,11月会员在首页领取礼包,活动,2026-11-01,2026-11-30
feb,年货节几号开始打折,年货节满二百减二十,活动,2028-02-01,2028-02-29
flash,秒杀款每人限购几件,秒杀款每人限购两件,活动,2026-11-11 20:00:30,2026-11-11 20:00:59
offset,海外仓什么时候盘点,海外仓盘点期间晚两天发货,店铺,2026-11-20T10:00:00-05:00,2026-11-20T12:00:00-05:00
always,用什么快递发出,默认发中通快递,店铺,,
";

const PRODUCTS: &str = "\
商品编号,商品名称,材质,上架时间,下架时间
T1,云朵抱枕,记忆棉,2026-11-10 10:00,2026-11-20
T2,山形书立,碳钢,,
";

fn shop(zone: &str) -> Engine {
    let toml = format!("[shop]\nname = \"试店\"\ntimezone = \"{zone}\"\n");
    shop_of(&[
        ("shop.toml", &toml),
        ("faq/faq.csv", FAQ),
        ("products/p.csv", PRODUCTS),
    ])
}

static SHANGHAI: LazyLock<Engine> = LazyLock::new(|| shop("Asia/Shanghai"));
static NEW_YORK: LazyLock<Engine> = LazyLock::new(|| shop("America/New_York"));

const DEAD: &str = "handoff:not_in_force";

fn check(engine: &Engine, rows: &[(&str, &str, &str)]) {
    let faults: Vec<String> = rows
        .iter()
        .filter_map(|(at, question, expected)| {
            let found = gist(&ask(engine, question, "", at));
            (found != *expected).then(|| format!("{at} {question}: {found}, not {expected}"))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn one_snapshot_answers_as_of_any_moment() {
    let gift = "下单送什么礼物";
    let month = "会员月礼包怎么领";
    let feb = "年货节几号开始打折";
    let flash = "秒杀款每人限购几件";
    check(
        &SHANGHAI,
        &[
            // From midnight to the end of the last minute.
            ("2026-11-10T23:59:59+08:00", gift, DEAD),
            ("2026-11-11T00:00:00+08:00", gift, "faq:gift"),
            ("2026-11-11T23:59:00+08:00", gift, "faq:gift"),
            ("2026-11-11T23:59:59.999+08:00", gift, "faq:gift"),
            ("2026-11-12T00:00:00+08:00", gift, DEAD),
            // The same moment in another notation.
            ("2026-11-10T16:00:00Z", gift, "faq:gift"),
            ("2026-11-11T16:00:00Z", gift, DEAD),
            // A date holds its whole day; a month has its own length.
            ("2026-10-31T23:59:59+08:00", month, DEAD),
            ("2026-11-01T00:00:00+08:00", month, "faq:month"),
            ("2026-11-30T23:59:59+08:00", month, "faq:month"),
            ("2026-12-01T00:00:00+08:00", month, DEAD),
            ("2028-01-31T23:59:59+08:00", feb, DEAD),
            ("2028-02-29T23:59:59+08:00", feb, "faq:feb"),
            ("2028-03-01T00:00:00+08:00", feb, DEAD),
            // Seconds count where they are written.
            ("2026-11-11T20:00:29+08:00", flash, DEAD),
            ("2026-11-11T20:00:30+08:00", flash, "faq:flash"),
            ("2026-11-11T20:00:59.9+08:00", flash, "faq:flash"),
            ("2026-11-11T20:01:00+08:00", flash, DEAD),
            // What has no window is always in force.
            ("1999-12-31T23:59:59+08:00", "用什么快递发出", "faq:always"),
            ("2099-01-01T00:00:00+08:00", "用什么快递发出", "faq:always"),
        ],
    );
}

#[test]
fn windows_are_in_the_shops_zone_unless_they_carry_an_offset() {
    let gift = "下单送什么礼物";
    let stock = "海外仓什么时候盘点";
    check(
        &NEW_YORK,
        &[
            ("2026-11-11T04:59:59Z", gift, DEAD),
            ("2026-11-11T05:00:00Z", gift, "faq:gift"),
            ("2026-11-12T04:59:59Z", gift, "faq:gift"),
            ("2026-11-12T05:00:00Z", gift, DEAD),
            ("2026-11-20T15:00:00Z", stock, "faq:offset"),
        ],
    );
    check(
        &SHANGHAI,
        &[
            ("2026-11-20T14:59:59Z", stock, DEAD),
            ("2026-11-20T15:00:00Z", stock, "faq:offset"),
            ("2026-11-20T17:00:00Z", stock, "faq:offset"),
            ("2026-11-20T17:00:01Z", stock, DEAD),
        ],
    );
}

#[test]
fn products_are_quoted_while_on_sale() {
    let spec = "云朵抱枕是什么材质";
    check(
        &SHANGHAI,
        &[
            ("2026-11-10T09:59:59+08:00", spec, DEAD),
            ("2026-11-10T10:00:00+08:00", spec, "spec:T1/材质"),
            ("2026-11-20T23:59:59+08:00", spec, "spec:T1/材质"),
            ("2026-11-21T00:00:00+08:00", spec, DEAD),
            (
                "2026-12-21T00:00:00+08:00",
                "山形书立是什么材质",
                "spec:T2/材质",
            ),
        ],
    );
    check(
        &NEW_YORK,
        &[
            ("2026-11-10T14:59:59Z", spec, DEAD),
            ("2026-11-10T15:00:00Z", spec, "spec:T1/材质"),
        ],
    );
}

#[test]
fn a_dead_rule_is_never_quoted() {
    for (question, at) in [
        ("下单送什么礼物", "2026-11-12T00:00:00+08:00"),
        ("云朵抱枕是什么材质", "2026-11-21T00:00:00+08:00"),
    ] {
        let decision = ask(&SHANGHAI, question, "", at);
        let said = format!("{decision:?}");
        assert!(decision.parts.iter().all(|part| part.sources.is_empty()));
        for dead in ["毛巾", "记忆棉"] {
            assert!(!decision.reply.contains(dead), "{question}: {said}");
        }
    }
}

/// A decision remembered at one moment and recalled at another is the one that would be made then, or none.
#[test]
fn what_is_remembered_is_what_would_be_decided() {
    const MOMENTS: [&str; 7] = [
        "2026-11-10T23:59:59+08:00",
        "2026-11-11T00:00:00+08:00",
        "2026-11-11T23:59:59+08:00",
        "2026-11-12T00:00:00+08:00",
        "2026-11-22T10:00:00+08:00",
        "2026-11-22T03:00:00+08:00",
        "2027-02-03T12:00:00+08:00",
    ];
    let timeless = |decision: Decision| {
        let decision = Decision {
            took_us: 0,
            ..decision
        };
        serde_json::to_string(&decision).expect("JSON")
    };
    let (mut recalled, mut forgotten) = (0, 0);
    for shop in ["beiyou", "huanya", "yunshang", "zhiju"] {
        let engine = sample(shop);
        let memory = Memory::new(&engine.snapshot);
        for golden in &engine.snapshot.shop.golden {
            let at = |moment: &str| Question {
                text: golden.question.clone(),
                product: golden.product.clone(),
                previous: golden.previous.clone(),
                at: moment.parse().expect("a moment"),
                ..Question::default()
            };
            let first = at(MOMENTS[4]);
            memory.keep(engine, &first, &answer(engine, &first));
            for moment in MOMENTS {
                let question = at(moment);
                match memory.recall(&question) {
                    Some(remembered) => {
                        recalled += 1;
                        let decision = remembered.decision(engine, question.at);
                        let json = remembered
                            .json(question.at, Instant::now(), || decision.clone())
                            .expect("JSON");
                        let told = serde_json::from_slice(&json).expect("a decision");
                        let anew = answer(engine, &question);
                        // Numbers lose their last bit on the way through JSON.
                        let sent = serde_json::to_vec(&anew).expect("JSON");
                        let sent: Decision = serde_json::from_slice(&sent).expect("a decision");
                        for (again, anew) in [(decision, anew), (told, sent)] {
                            assert_eq!(timeless(again), timeless(anew), "{shop} {question:?}");
                        }
                    }
                    None => forgotten += 1,
                }
            }
        }
    }
    assert!(recalled > 600 && forgotten > 600, "{recalled} {forgotten}");
}
