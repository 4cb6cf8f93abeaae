use proptest::prelude::*;

use super::*;

#[test]
fn one_plain_form() {
    let rows = [
        // nothing to do
        ("160cm 100斤穿什么码?", "160cm 100斤穿什么码?"),
        ("", ""),
        // width, compatibility, case
        ("ＫＪ５００－Ａ２", "kj500-a2"),
        ("身高１６０㎝", "身高160cm"),
        ("SPF50+ PA+++", "spf50+ pa+++"),
        ("支持ＷｉＦｉ吗？", "支持wifi吗?"),
        ("XXXL有吗", "xxxl有吗"),
        ("é vs e\u{301}", "é vs é"),
        // traditional
        ("這個幾時發貨", "这个什么时候发货"),
        ("退貨運費誰出", "退货运费谁出"),
        ("裡面有說明書嗎", "里面有说明书吗"),
        // invisible and white space
        ("退\u{200b}货\u{feff}", "退货"),
        ("  你好\t\n 在吗 ", "你好 在吗"),
        ("好\u{3000}的", "好 的"),
        // marks and emoji
        ("在吗????", "在吗?"),
        ("急！！！", "急!"),
        ("真的?!?!", "真的?"),
        ("在吗～～", "在吗"),
        ("158～160之间", "158~160之间"),
        ("谢谢😊发货了吗", "谢谢 发货了吗"),
        ("好的👌🏻", "好的"),
        ("等……很久了。。。", "等.很久了。"),
        ("哈哈哈哈哈", "哈哈"),
        ("急急急急", "急急"),
        ("谢谢", "谢谢"),
        ("1000000", "1000000"),
        // colloquial
        ("咋退货", "怎么退货"),
        ("咋样才能退", "怎么样才能退"),
        ("啥时候发货", "什么时候发货"),
        ("为啥还没到", "为什么还没到"),
        ("木有收到", "没有收到"),
        ("实木有味道吗", "实木有味道吗"),
        ("米有货", "没有货"),
        ("玉米有吗", "玉米有吗"),
        ("厘米有没有写错", "厘米有没有写错"),
        ("什么有货", "什么有货"),
        ("肿么办", "怎么办"),
        ("脸红肿么", "脸红肿么"),
        ("酱紫啊", "这样啊"),
        ("酱紫色好看吗", "酱紫色好看吗"),
        ("神马材质", "什么材质"),
        ("多会儿能到", "什么时候能到"),
        ("在哪儿看", "在哪里看"),
        ("有货咩", "有货吗"),
        ("双十一有活动吗", "双11有活动吗"),
        ("童鞋有吗", "童鞋有吗"),
        // numbers and units
        ("七天无理由", "7天无理由"),
        ("7 天内", "7天内"),
        ("四十八小时内发货", "48小时内发货"),
        ("十五天", "15天"),
        ("两天能到吗", "2天能到吗"),
        ("两三天能到吗", "两三天能到吗"),
        ("第二天", "第二天"),
        ("一百六十斤", "160斤"),
        ("身高一百六十五", "身高165"),
        ("一百一十斤", "110斤"),
        ("一米六五", "一米六五"),
        ("1千克", "1kg"),
        ("五千克", "5kg"),
        ("55公斤", "55kg"),
        ("多少公斤", "多少kg"),
        ("165公分", "165cm"),
        ("办公分类", "办公分类"),
        ("三十毫升", "30ml"),
        ("50克", "50g"),
        ("2克拉", "2克拉"),
        ("500瓦", "500w"),
        ("160 cm", "160cm"),
        ("160 100 码数", "160 100 码数"),
        ("我160 码数多大", "我160 码数多大"),
        ("三段奶粉", "3段奶粉"),
        ("一段时间", "一段时间"),
        ("大一码", "大一码"),
        ("三十八码", "38码"),
        ("一个", "一个"),
        ("一起买", "一起买"),
        ("万一坏了", "万一坏了"),
        ("一年四季", "一年四季"),
        ("周六天气", "周六天气"),
        ("一千克", "1kg"),
    ];
    for (raw, expected) in rows {
        assert_eq!(normalise(raw), expected, "{raw}: {:?}", trace(raw));
    }
}

#[test]
fn every_character_alone_is_stable() {
    for c in (0..=0x10ffff).filter_map(char::from_u32) {
        for text in [
            c.to_string(),
            format!("退{c}货"),
            format!("7{c}天"),
            format!("か{c}"),
        ] {
            let once = normalise(&text);
            assert_eq!(normalise(&once), once, "{:?} U+{:04X}", text, c as u32);
        }
    }
}

#[test]
fn simplified_text_in_daily_use_is_left_alone() {
    // The 3,755 characters of GB 2312 level 1 are simplified by definition. Only 乾 is also a traditional form, of 干.
    let level_1: String = (0xb0u8..=0xd7)
        .flat_map(|row| (0xa1u8..=0xfe).map(move |cell| [row, cell]))
        .filter(|&[row, cell]| row < 0xd7 || cell <= 0xf9)
        .map(|bytes| encoding_rs::GBK.decode(&bytes).0.into_owned())
        .collect();
    let changed: String = level_1
        .chars()
        .filter(|c| simplified::convert(&c.to_string()) != c.to_string())
        .collect();
    assert_eq!(changed, "乾");
    assert_eq!(normalise("乾隆款"), "乾隆款");
}

#[test]
fn origins_point_back() {
    let rows: &[(&str, &str, &[u32])] = &[
        ("退货", "退货", &[0, 1]),
        ("退\u{200b}货??", "退货?", &[0, 2, 3]),
        ("咋退", "怎么退", &[0, 0, 1]),
        ("四十八小时", "48小时", &[0, 1, 3, 4]),
        (" ＸＬ ", "xl", &[1, 2]),
        ("㎝", "cm", &[0, 0]),
    ];
    for (raw, text, origin) in rows {
        let mapped = normalise_mapped(raw);
        assert_eq!(
            (mapped.text.as_str(), mapped.origin.as_slice()),
            (*text, *origin),
            "{raw}"
        );
    }
}

#[test]
fn trace_names_the_steps_that_did_something() {
    let names: Vec<&str> = trace("這個咋賣？？")
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["nfkc", "simplify", "marks", "colloquial"]);
    assert!(trace("怎么卖").is_empty());
}

/// Text as buyers write it, and as nobody does.
pub(crate) fn any_text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "退货",
        "木有",
        "咋",
        "米有",
        "啥时候",
        "７",
        "7",
        " ",
        "～",
        "~",
        "?",
        "！",
        "一百六",
        "十",
        "一",
        "百",
        "千",
        "克",
        "公斤",
        "厘米",
        "天",
        "小时",
        "斤",
        "XL",
        "kj500-a2",
        "😊",
        "\u{200b}",
        "發貨",
        "乾隆",
        "哈",
        "。",
        ".",
        "-",
        "肿么",
        "t恤",
        "http://a.cn/b?c",
        "%",
        "+",
        "@",
        "㎝",
        "か\u{3099}",
        "160",
    ]);
    prop_oneof![
        prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat()),
        ".{0,24}",
        "[\u{4e00}-\u{9fff}0-9a-zA-Z ~?]{0,24}",
    ]
}

proptest! {
    #[test]
    fn idempotent(text in any_text()) {
        let once = normalise(&text);
        prop_assert_eq!(normalise(&once), once);
    }

    #[test]
    fn mapped_agrees_and_points_inside(text in any_text()) {
        let mapped = normalise_mapped(&text);
        prop_assert_eq!(&mapped.text, &normalise(&text));
        prop_assert_eq!(mapped.text.chars().count(), mapped.origin.len());
        let len = text.chars().count() as u32;
        prop_assert!(mapped.origin.iter().all(|&at| at < len));
        prop_assert!(mapped.origin.is_sorted());
    }
}
