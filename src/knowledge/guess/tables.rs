//! Words that identify the headers of other tools' sheets.

use super::super::header::ColumnDef;
use super::super::{faq, product};

/// A kind of table.
pub(super) struct Table {
    pub(super) folder: &'static str,
    pub(super) defs: &'static [ColumnDef],
    pub(super) required: &'static [&'static str],
    /// Our column → whole headers that are too short to be searched inside others.
    pub(super) short: &'static [(&'static str, &'static [&'static str])],
    /// Our column → words in its headers, the most telling first.
    pub(super) hints: &'static [(&'static str, &'static [&'static str])],
}

pub(super) const FAQ: Table = Table {
    folder: "faq",
    defs: faq::COLUMNS,
    required: &["question", "answer"],
    short: &[("question", &["q"]), ("answer", &["a"]), ("id", &["no"])],
    hints: &[
        (
            "similar",
            &[
                "相似",
                "同义",
                "扩展",
                "其他问",
                "其它问",
                "别的问",
                "变体",
                "泛化",
                "similar",
                "alias",
                "variant",
            ],
        ),
        (
            "negative",
            &["否定", "排除", "不匹配", "negative", "exclude"],
        ),
        ("keywords", &["关键", "触发词", "keyword", "trigger"]),
        (
            "question",
            &[
                "问法",
                "提问",
                "问句",
                "问题",
                "咨询",
                "客户问",
                "买家问",
                "疑问",
                "原话",
                "来话",
                "客户说",
                "顾客说",
                "用户说",
                "买家说",
                "问",
                "question",
                "query",
                "ask",
            ],
        ),
        (
            "answer",
            &[
                "答案", "回复", "回答", "话术", "应答", "解答", "答复", "回应", "答", "answer",
                "reply", "response",
            ],
        ),
        (
            "category",
            &[
                "分类", "类别", "类型", "分组", "主题", "模块", "标签", "目录", "category",
                "topic", "group", "tag",
            ],
        ),
        (
            "products",
            &["商品", "宝贝", "产品", "货号", "product", "item"],
        ),
        ("order_states", &["订单状态", "订单阶段"]),
        ("valid_from", &["生效", "开始", "起始", "start", "from"]),
        (
            "valid_until",
            &[
                "失效", "结束", "截止", "到期", "过期", "end", "until", "expire",
            ],
        ),
        ("id", &["编号", "编码", "id"]),
    ],
};

pub(super) const PRODUCTS: Table = Table {
    folder: "products",
    defs: product::COLUMNS,
    required: &["id", "name"],
    short: &[("id", &["no"])],
    hints: &[
        ("aliases", &["别名", "简称", "俗称", "昵称", "alias"]),
        ("category", &["类目", "分类", "品类", "类别", "category"]),
        ("size_chart", &["尺码表", "尺寸表"]),
        ("goes_with", &["搭配", "关联商品"]),
        ("url", &["链接", "网址", "地址", "url", "link"]),
        ("on_sale_from", &["上架", "上市"]),
        ("on_sale_until", &["下架", "停售"]),
        (
            "name",
            &["名称", "标题", "品名", "宝贝", "商品名", "name", "title"],
        ),
        (
            "id",
            &[
                "编号", "货号", "编码", "款号", "商品id", "宝贝id", "id", "code",
            ],
        ),
    ],
};
