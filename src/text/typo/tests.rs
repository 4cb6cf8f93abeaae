use proptest::prelude::*;

use super::*;
use crate::text::normalise::normalise;

const WORDS: &[&str] = &[
    "运费",
    "退货",
    "快递",
    "尺码",
    "发货",
    "换货",
    "退款",
    "包邮",
    "材质",
    "面料",
    "优惠券",
    "运费险",
    "质量",
    "颜色",
    "发票",
    "保质期",
    "质保",
    "安装",
    "滤芯",
    "客服",
    "官方",
    "内胆",
    "能不能",
    "开发票",
];

#[test]
fn slips_are_mended_and_good_text_stays() {
    let segmenter = Segmenter::new(&[]);
    let known = KnownWords::new(WORDS.iter().copied());
    let rows = [
        ("运废谁出", "运费谁出"),
        ("怎么退或", "怎么退货"),
        ("发什么快第", "发什么快递"),
        ("尺玛表有吗", "尺码表有吗"),
        ("什么时候发贷", "什么时候发货"),
        ("可以退或换吗", "可以退或换吗"),
        ("优惠卷怎么用", "优惠券怎么用"),
        ("有运废险吗", "有运费险吗"),
        ("什么材志", "什么材质"),
        ("面科是什么", "面料是什么"),
        ("要开发飘", "要开发飘"),
        ("去官网看看", "去官网看看"),
        ("内搭好看吗", "内搭好看吗"),
        ("买了而不能用", "买了而不能用"),
        ("运费先付吗", "运费先付吗"),
        ("什么时候发货", "什么时候发货"),
        ("我到家了再说", "我到家了再说"),
        ("这个好看吗", "这个好看吗"),
        ("经典景点", "经典景点"),
        ("kj500的滤心", "kj500的滤芯"),
        ("", ""),
    ];
    for (text, expected) in rows {
        let (found, corrections) = correct(&segmenter, &known, &normalise(text));
        assert_eq!(found, normalise(expected), "{text}");
        assert_eq!(corrections.is_empty(), found == normalise(text), "{text}");
    }
}

#[test]
fn corrections_say_what_and_where() {
    let segmenter = Segmenter::new(&[]);
    let known = KnownWords::new(WORDS.iter().copied());
    let (_, corrections) = correct(&segmenter, &known, "怎么退或");
    assert_eq!(
        corrections,
        [Correction {
            from: "退或".to_owned(),
            to: "退货".to_owned(),
            at: 2
        }]
    );
}

proptest! {
    #[test]
    fn known_words_are_never_changed(words in prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..6)) {
        let segmenter = Segmenter::new(&[]);
        let known = KnownWords::new(WORDS.iter().copied());
        for between in ["", " ", ","] {
            let text = words.join(between);
            prop_assert_eq!(correct(&segmenter, &known, &text), (text, Vec::new()));
        }
    }

    #[test]
    fn corrected_text_stays_and_keeps_its_length(text in crate::text::normalise::tests::any_text()) {
        let segmenter = Segmenter::new(&[]);
        let known = KnownWords::new(WORDS.iter().copied());
        let text = normalise(&text);
        let (once, _) = correct(&segmenter, &known, &text);
        prop_assert_eq!(once.chars().count(), text.chars().count());
    }
}
