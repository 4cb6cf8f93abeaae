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
        // Headers that say it in other words.
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
        // Headers that say nothing: the cells do.
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
                "序号=id",
                "问题=question",
                "扩展问法一=similar",
                "扩展问法二=similar",
                "机器人回复=answer",
                "截止日期=valid_until",
            ],
        ),
        // Products: what is no column of ours is a spec.
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
    ] {
        let got = mapped(text);
        assert_eq!(got.0, folder, "{text}");
        assert_eq!(got.1, columns, "{text}");
    }
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
