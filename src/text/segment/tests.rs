use proptest::prelude::*;

use super::*;
use crate::text::normalise::tests::any_text;

fn words(list: &str) -> Vec<UserWord> {
    list.split(' ')
        .map(|word| UserWord {
            word: word.to_owned(),
            frequency: None,
            tag: None,
        })
        .collect()
}

fn check(segmenter: &Segmenter, rows: &[(&str, &str)], search: bool) {
    for (text, expected) in rows {
        let text = normalise(text);
        let tokens = if search {
            segmenter.cut_search(&text)
        } else {
            segmenter.cut(&text)
        };
        let found: Vec<&str> = tokens.iter().map(|t| t.text).collect();
        assert_eq!(found.join("|"), *expected);
    }
}

#[test]
fn identifiers_stay_whole() {
    check(
        &Segmenter::new(&[]),
        &[
            ("KJ500-A2的滤芯", "kj500-a2|的|滤芯"),
            ("升级到3.6.3了", "升级|到|3.6.3|了"),
            ("ABC-1234有货吗", "abc-1234|有货|吗"),
            ("SPF50+ PA+++的", "spf50+| |pa+++|的"),
            ("身高160cm 100斤", "身高|160cm| |100斤"),
            ("7天无理由", "7天无理由"),
            ("15天内包邮", "15天|内|包邮"),
            (
                "看https://a.cn/x?id=1,谢谢",
                "看|https://a.cn/x?id=1|,|谢谢",
            ),
            ("a@b.com收", "a@b.com|收"),
            ("订单2027110112345678", "订单|2027110112345678"),
            ("xl/2xl", "xl|/|2xl"),
            ("10:00-18:00", "10:00-18:00"),
            ("1.5l的", "1.5l|的"),
            ("99%棉", "99%|棉"),
            ("充电宝能带上飞机吗", "充电宝|能|带上|飞机|吗"),
            ("T恤掉色吗", "t恤|掉色|吗"),
            ("wifi配网", "wifi|配网"),
        ],
        false,
    );
}

#[test]
fn search_mode_offers_parts() {
    check(
        &Segmenter::new(&[]),
        &[
            ("KJ500-A2", "kj500-a2|kj500|kj|500|a2"),
            ("kj500a2", "kj500a2|kj500|kj|500|a2"),
            ("160cm", "160cm|160"),
            ("38码", "38码|38"),
            ("2xl", "2xl"),
            ("3.6.3", "3.6.3"),
            ("运费险", "运费险|运费"),
            ("T恤", "t恤|t|恤"),
        ],
        true,
    );
}

#[test]
fn user_words_survive() {
    let list = words(
        "碎花裙 小黑裙 马海毛 七天无理由退货 iPhone15手机壳 KJ500/A2 防水 水杯 防水杯 杯盖 牛油果绿 米白 无钢圈内衣 夏季新款碎花连衣裙 3D打印",
    );
    let segmenter = Segmenter::new(&list);
    assert_eq!(segmenter.unsplit_words(&list), Vec::<String>::new());
    check(
        &segmenter,
        &[
            ("有牛油果绿的碎花裙吗", "有|牛油果绿|的|碎花裙|吗"),
            ("kj500/a2的", "kj500/a2|的"),
            ("xkj500/a2", "xkj500|/|a2"),
        ],
        false,
    );
    assert!(!Segmenter::new(&[]).unsplit_words(&list).is_empty());
}

#[test]
fn base_words_survive() {
    let list: Vec<UserWord> = words(&BASE_WORDS.split_whitespace().collect::<Vec<_>>().join(" "));
    assert_eq!(
        Segmenter::new(&[]).unsplit_words(&list),
        Vec::<String>::new()
    );
}

proptest! {
    #[test]
    fn tokens_concatenate_to_the_input(text in any_text()) {
        let segmenter = Segmenter::new(&[]);
        for text in [text.clone(), normalise(&text)] {
            let joined: String = segmenter.cut(&text).iter().map(|t| t.text).collect();
            prop_assert_eq!(&joined, &text);
        }
    }

    #[test]
    fn search_mode_holds_every_token_in_order(text in any_text()) {
        let segmenter = Segmenter::new(&[]);
        let text = normalise(&text);
        let found = segmenter.cut_search(&text);
        prop_assert!(found.is_sorted_by_key(|t| (t.start, usize::MAX - t.end)));
        for token in segmenter.cut(&text) {
            prop_assert!(found.iter().any(|t| (t.start, t.end) == (token.start, token.end)));
        }
    }
}
