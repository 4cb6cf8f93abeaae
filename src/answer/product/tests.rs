use super::*;
use crate::knowledge::sample;
use crate::text::normalise::normalise;

/// Rows: question, channel, earlier message, expected ids (several separated by |; - for none).
fn check(shop: &str, rows: &[(&str, &str, &str, &str)]) {
    let shop = sample(shop);
    let catalogue = Catalogue::new(&shop);
    let (at, mut faults) = (Timestamp::default(), Vec::new());
    for (question, channel, previous, expected) in rows {
        let previous: Vec<String> = Some((*previous).to_owned())
            .filter(|line| !line.is_empty())
            .into_iter()
            .collect();
        let channel = Some(*channel).filter(|id| !id.is_empty());
        let found = match Asked::new(
            &shop,
            &catalogue,
            &normalise(question),
            &previous,
            channel,
            at,
        )
        .subject
        {
            Subject::None => "-".to_owned(),
            Subject::One { product, .. } => shop.products[product as usize].id.clone(),
            Subject::Several(products) => {
                let ids: Vec<&str> = products
                    .iter()
                    .map(|&i| shop.products[i as usize].id.as_str())
                    .collect();
                ids.join("|")
            }
        };
        if found != *expected {
            faults.push(format!(
                "{question} (page {channel:?}): {found}, not {expected}"
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn clothes_by_name_part_colour_and_talk() {
    check(
        "yunshang",
        &[
            ("羊绒大衣是纯羊绒的吗", "", "", "YS-W501"),
            ("那条碎花裙什么料子", "", "", "YS-D101"),
            ("法式碎花雪纺连衣裙有里衬吗", "", "", "YS-D101"),
            ("YS-K304是什么面料", "", "", "YS-K304"),
            ("ys k304是什么面料", "", "", "YS-K304"),
            ("碎话裙透吗", "", "", "YS-D101"),
            ("切尔西跟多高", "", "", "YS-X605"),
            ("这条裙子透吗", "YS-D101", "", "YS-D101"),
            ("羊绒大衣呢", "YS-D101", "", "YS-W501"),
            ("里面配高领毛衣可以吗", "YS-W501", "", "YS-W501"),
            ("有里料吗", "", "小黑裙有现货吗", "YS-D102"),
            ("什么时候发货", "", "", "-"),
            ("退货运费谁出", "", "", "-"),
            ("羊绒大衣和卡其风衣有什么区别", "", "", "YS-W501|YS-W503"),
            (
                "驼色的那件有里料吗",
                "",
                "羊绒大衣和卡其风衣哪个厚",
                "YS-W501",
            ),
            ("裤子什么材质", "YS-K301", "", "YS-K301"),
        ],
    );
}

#[test]
fn machines_by_code() {
    check(
        "zhiju",
        &[
            ("R7吸力多大", "", "", "SD-R7"),
            ("r7吸力多大 那r9呢", "", "", "SD-R9"),
            ("kj500-a2噪音", "", "", "KJ500-A2"),
            ("KJ500滤芯多久换", "", "", "LX-KJ500"),
            ("床底下只有十公分 R7钻得进去不", "", "", "SD-R7"),
            ("多少瓦", "DSH-17", "", "DSH-17"),
            ("指纹锁能录几个指纹", "", "", "MS-F1"),
        ],
    );
}

#[test]
fn a_follow_up_may_name_the_next_size_up() {
    check(
        "beiyou",
        &[
            ("羊奶粉1段一勺配多少水 那三段的呢", "", "", "F203"),
            ("三段的怎么冲", "", "羊奶粉1段一勺配多少水", "F203"),
            ("它怎么冲", "", "羊奶粉1段一勺配多少水", "F201"),
            ("羊奶粉1段一勺配多少水 那配三勺呢", "", "", "F201"),
        ],
    );
}
