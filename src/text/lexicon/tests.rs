use super::*;

fn problem_lines(problems: &[Problem]) -> Vec<u32> {
    problems.iter().map(|p| p.line).collect()
}

#[test]
fn words_with_every_slip() {
    let parsed = parse_words(
        "\u{feff}包邮 10 n\r\n# 注释\r\n\r\n充电宝\r\n碎花裙 n\r\n起球 很多\r\n马海毛 x3 n\r\n包邮 20\r\na b c d\r\n",
    );
    let words: Vec<_> = parsed
        .value
        .iter()
        .map(|w| (w.word.as_str(), w.frequency, w.tag.as_deref()))
        .collect();
    assert_eq!(
        words,
        [
            ("包邮", Some(10), Some("n")),
            ("充电宝", None, None),
            ("碎花裙", None, Some("n")),
            ("起球", None, None),
            ("马海毛", None, Some("n")),
        ]
    );
    assert_eq!(problem_lines(&parsed.problems), [6, 7, 8, 9]);
}

#[test]
fn synonyms_in_groups() {
    let parsed =
        parse_synonyms("包邮 免邮,免运费\r\n运费、邮费，快递费\n孤单\n券 红包\n优惠券 券\n");
    assert_eq!(parsed.value.len(), 4);
    assert_eq!(problem_lines(&parsed.problems), [3, 5]);
    let synonyms = Synonyms::new(&parsed.value);
    for (a, b, same) in [
        ("包邮", "免运费", true),
        ("邮费", "快递费", true),
        ("包邮", "邮费", false),
        ("优惠券", "红包", true),
        ("材质", "材质", true),
        ("材质", "面料", false),
    ] {
        assert_eq!(synonyms.same(a, b), same, "{a} {b}");
    }
    assert!(synonyms.occurs("包邮", "这个免邮吗"));
    assert!(!synonyms.occurs("包邮", "这个退吗"));
    assert_eq!(synonyms.canonical("快递费"), "运费");
}

#[test]
fn sensitive_sections() {
    let parsed = parse_sensitive("顶级\n[handoff]\n12315\n漏电\n[block]\n国家级\n顶级\n[other]\n");
    assert_eq!(parsed.value.block, ["顶级", "国家级"]);
    assert_eq!(parsed.value.handoff, ["12315", "漏电"]);
    assert_eq!(problem_lines(&parsed.problems), [7, 8]);
    assert_eq!(parse_sensitive("a\nb").value.block, ["a", "b"]);
    let wide = parse_sensitive("［handoff］\n漏电\n【禁发】\n顶级").value;
    assert_eq!(
        (wide.handoff, wide.block),
        (vec!["漏电".into()], vec!["顶级".into()])
    );
}
