use super::*;

fn mapped(text: &str) -> (&'static str, Vec<String>) {
    let (mapping, findings) = guess("a.csv", text.as_bytes().to_vec(), &Settings::default());
    let mapping = mapping.unwrap_or_else(|| panic!("no mapping: {findings:?}"));
    let columns = mapping
        .columns
        .iter()
        .map(|guess| format!("{}={}", guess.header, guess.column.unwrap_or("-")));
    (mapping.folder, columns.collect())
}

#[test]
fn foreign_sheets_are_understood() {
    for (text, folder, columns) in [
        // Headers in other words.
        (
            "知识标题,客户问法,标准话术,业务类型\n发货,什么时候发货,付款后48小时内发出,物流\n退货,怎么退货,签收后7天内可以退,售后\n",
            "faq",
            &[
                "知识标题=-",
                "客户问法=question",
                "标准话术=answer",
                "业务类型=category",
            ][..],
        ),
        // Headers that tell nothing, so the cells decide.
        (
            "A,B\n什么时候发货?,付款后48小时内发出，节假日顺延\n可以开发票吗,可以，签收后在订单里申请\n",
            "faq",
            &["A=question", "B=answer"],
        ),
        // A title above the header, several phrasings, dates.
        (
            "机器人知识库导出,,,,\n序号,问题,扩展问法一,扩展问法二,机器人回复,截止日期\n1,什么时候发货,几天发货,啥时候发,48小时内发出,2026-12-31\n",
            "faq",
            &[
                "序号=-",
                "问题=question",
                "扩展问法一=similar",
                "扩展问法二=similar",
                "机器人回复=answer",
                "截止日期=valid_until",
            ],
        ),
        // Products: a column that is none of ours is a spec.
        (
            "款号,宝贝标题,所属类目,面料成分\nD101,碎花连衣裙,连衣裙,雪纺\nD102,针织开衫,开衫,棉\n",
            "products",
            &[
                "款号=id",
                "宝贝标题=name",
                "所属类目=category",
                "面料成分=-",
            ],
        ),
        // A title merged over the columns. A workbook repeats it for each of them.
        (
            "五金店客服问答,五金店客服问答,五金店客服问答\n顾客原话,推荐回复,分组\n锯片能切不锈钢吗,可以，用不锈钢专用片,使用\n",
            "faq",
            &["顾客原话=question", "推荐回复=answer", "分组=category"],
        ),
        (
            "Q,A,No\n电池几安时,标配2.0Ah，可选4.0Ah,1\n批头掉磁,用磁化器来回刷几下,2\n",
            "faq",
            &["Q=question", "A=answer", "No=-"],
        ),
        (
            "Q,A,No\n电池几安时,标配2.0Ah，可选4.0Ah,D-7\n批头掉磁,用磁化器来回刷几下,D-9\n",
            "faq",
            &["Q=question", "A=answer", "No=id"],
        ),
        // Neither the headers nor all cells tell.
        (
            "甲,乙\n批头掉磁咋办,用磁化器来回刷几下就能恢复\n发货,付款后48小时内发出，节假日顺延\n发票,签收后在订单里申请电子发票\n",
            "faq",
            &["甲=question", "乙=answer"],
        ),
    ] {
        let got = mapped(text);
        assert_eq!(got.0, folder, "{text}");
        assert_eq!(got.1, columns, "{text}");
    }
}

#[test]
fn a_header_that_stands_twice_is_noted_once() {
    let text = "客户问法,标准话术,标准话术\n什么时候发货,付款后48小时内发出,亲48小时内发出\n";
    let (mapping, _) = guess("a.csv", text.as_bytes().to_vec(), &Settings::default());
    let mapping = mapping.unwrap();
    let noted: Vec<_> = mapping.to_note().collect();
    assert_eq!(noted, [("客户问法", "question"), ("标准话术", "answer")]);
}

#[test]
fn what_is_read_already_needs_no_note() {
    let text = "问题,回答,问询次数\n怎么退货,七天内可以退回来的,3\n";
    let (mapping, _) = guess("a.csv", text.as_bytes().to_vec(), &Settings::default());
    let mapping = mapping.unwrap();
    assert!(
        mapping.columns[..2]
            .iter()
            .all(|guess| guess.why == Why::Known)
    );
    assert_eq!(mapping.to_note().count(), 0, "{:?}", mapping.columns);
    assert!(
        guess("a.csv", b"x\n".to_vec(), &Settings::default())
            .0
            .is_none()
    );
}

#[test]
fn a_sheet_without_a_header_is_refused() {
    for text in [
        "能送人吗,可以代写贺卡\n有小样吗,有10克小样\n",
        "货到付款,不支持货到付款，需要线上付款后发货\n能开发票吗,可以，签收后在订单里申请\n能验货吗,可以当面验货再签收\n",
    ] {
        let (mapping, findings) = guess("a.csv", text.as_bytes().to_vec(), &Settings::default());
        assert_eq!(mapping, None, "{text}");
        assert_eq!(findings[0].code, "missing-header", "{text}");
    }
}

#[test]
fn positions_are_told_from_ids() {
    for (ids, positions) in [
        (["1", "2"], true),
        (["2", "1"], false),
        (["A1", "A2"], false),
    ] {
        let text = format!(
            "编号,问题,答案\n{},怎么退货,签收后7天内可以退\n{},包邮吗,满99元包邮\n",
            ids[0], ids[1]
        );
        let (mapping, _) = guess("a.csv", text.into_bytes(), &Settings::default());
        assert_eq!(mapping.unwrap().ids_count_rows, positions, "{ids:?}");
    }
}
