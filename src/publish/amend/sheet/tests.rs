//! What an edit leaves alone.

use super::*;

fn phrased(before: &str, row: u32, question: &str, phrasings: &[&str]) -> Option<String> {
    let phrasings: Vec<String> = phrasings.iter().map(|text| (*text).to_owned()).collect();
    let edited = add_phrasings(
        "faq/a.csv",
        before.as_bytes(),
        row,
        question,
        &phrasings,
        &Settings::default(),
    )
    .expect("editable");
    edited.map(|edited| String::from_utf8(edited.bytes).expect("UTF-8"))
}

#[test]
fn a_phrasing_changes_one_cell() {
    for (before, row, after) in [
        (
            "问题,相似问题,答案\n几天发,多久发,\"好, 的\"\n包邮吗,,满99\n",
            2,
            "问题,相似问题,答案\n几天发,多久发|啥时发,\"好, 的\"\n包邮吗,,满99\n",
        ),
        // An empty cell, a quoted one, one with several lines, a trailing bar.
        (
            "问题,相似问题,答案\r\n几天发,,\"48\"\r\n",
            2,
            "问题,相似问题,答案\r\n几天发,啥时发,\"48\"\r\n",
        ),
        (
            "问题,相似问题,答案\n几天发,\"多久发,\",好\n",
            2,
            "问题,相似问题,答案\n几天发,\"多久发,|啥时发\",好\n",
        ),
        (
            "问题,相似问题,答案\n几天发,\"多久发\n多久\",好\n",
            2,
            "问题,相似问题,答案\n几天发,\"多久发\n多久\n啥时发\",好\n",
        ),
        (
            "问题,相似问题,答案\n几天发,多久发｜,好\n",
            2,
            "问题,相似问题,答案\n几天发,多久发|啥时发,好\n",
        ),
        // Numbered columns, of which one is free. Titles above the header, and a title row with the same words.
        (
            "我的店\n问题,相似问题1,相似问题2,答案\n几天发,多久,,好\n",
            3,
            "我的店\n问题,相似问题1,相似问题2,答案\n几天发,多久,啥时发,好\n",
        ),
        // The row ends early; no newline at the end of the file.
        (
            "问题,答案,分类,相似问题\n几天发,好",
            2,
            "问题,答案,分类,相似问题\n几天发,好,,啥时发",
        ),
        // There is no such column yet.
        (
            "问题;答案\n包邮吗;\"是\"\n\n几天发;好\n",
            4,
            "问题;答案;相似问题\n包邮吗;\"是\";\n\n几天发;好;啥时发\n",
        ),
    ] {
        assert_eq!(
            phrased(before, row, "几天发", &["啥时发"]).as_deref(),
            Some(after),
            "{before}"
        );
        assert_eq!(phrased(after, row, "几天发", &["啥时发"]), None, "{after}");
    }
}

#[test]
fn what_is_not_sure_is_not_touched() {
    let text = "问题,相似问题,答案\n几天发,多久发,好\n";
    let add = |path: &str, bytes: &[u8], row, question: &str| {
        add_phrasings(
            path,
            bytes,
            row,
            question,
            &["啥".into()],
            &Settings::default(),
        )
        .map(|_| ())
        .map_err(|error| error.code())
    };
    for (path, bytes, row, question, code) in [
        ("faq/a.csv", text.as_bytes(), 3, "几天发", "file-changed"),
        ("faq/a.csv", text.as_bytes(), 2, "包邮吗", "file-changed"),
        ("faq/a.csv", text.as_bytes(), 1, "问题", "file-changed"),
        ("faq/a.xlsx", b"PK", 2, "几天发", "not-csv"),
        ("faq/a.csv", b"", 2, "几天发", "not-editable"),
        (
            "faq/a.csv",
            "问题,答案\n\"几天发,好\n".as_bytes(),
            2,
            "几天发",
            "not-editable",
        ),
    ] {
        assert_eq!(add(path, bytes, row, question), Err(code), "{path} {code}");
    }
}

#[test]
fn encodings_stay() {
    let before = "问题,相似问题,答案\r\n几天发,多久发,好\r\n";
    let after = "问题,相似问题,答案\r\n几天发,多久发|啥时发,好\r\n";
    for form in [
        Form::Utf8 { marked: true },
        Form::Utf16 {
            little: true,
            marked: true,
        },
        Form::Gb18030,
    ] {
        let edited = add_phrasings(
            "faq/a.csv",
            &form.encode(before),
            2,
            "几天发",
            &["啥时发".into()],
            &Settings::default(),
        );
        let edited = edited.expect("editable").expect("changed");
        assert_eq!(edited.bytes, form.encode(after), "{form:?}");
        assert_eq!(
            (edited.before.as_str(), edited.after.as_str()),
            ("几天发,多久发,好", "几天发,多久发|啥时发,好")
        );
    }
}

#[test]
fn a_row_goes_to_the_end() {
    let fields: &Fields<'_> = &[
        ("question", "能试穿吗"),
        ("similar", "可以试吗|能试不"),
        ("answer", "可以, 欢迎"),
        ("category", ""),
    ];
    let needed = &["question", "answer"];
    let begun = add_row("faq/b.csv", None, fields, needed, &Settings::default()).expect("begun");
    let text = "\u{feff}问题,相似问题,答案,分类\r\n能试穿吗,可以试吗|能试不,\"可以, 欢迎\",\r\n";
    assert_eq!(String::from_utf8(begun.bytes.clone()).unwrap(), text);
    assert_eq!(begun.row, 2);
    let again = add_row(
        "faq/b.csv",
        Some(&begun.bytes),
        fields,
        needed,
        &Settings::default(),
    )
    .expect("added");
    assert_eq!(again.row, 3);
    assert!(again.bytes.starts_with(&begun.bytes));
    // Columns in the merchant's order, no newline at the end.
    let own = "答案\t编号\t问题\n好\t1\t包邮吗";
    let added = add_row(
        "faq/c.csv",
        Some(own.as_bytes()),
        fields,
        needed,
        &Settings::default(),
    )
    .expect("added");
    assert_eq!(
        String::from_utf8(added.bytes).unwrap(),
        format!("{own}\n\"可以, 欢迎\"\t\t能试穿吗\n")
    );
    assert_eq!(added.row, 3);
}
