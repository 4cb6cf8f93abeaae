//! Faults planted in copies of the sample shops, as merchants make them. Each must be found, at its file.

use std::fs;
use std::path::Path;

use zhike::knowledge::encoding;

use super::{copy, findings, now, samples, show};

/// What is done to a copy of a shop.
enum Plant {
    /// Replaces a text that must be there.
    Swap(&'static str, &'static str),
    /// Adds lines at the end, or makes the file.
    Add(&'static str),
}
use Plant::{Add, Swap};

/// Shop, file, deed, the code that must be found, the file it must be found in.
const PLANTS: &[(&str, &str, Plant, &str, &str)] = &[
    // Figures that no longer agree.
    (
        "yunshang",
        "faq/物流.csv",
        Swap("现货付款后48小时内发出", "现货付款后72小时内发出"),
        "number-contradiction",
        "faq/物流.csv",
    ),
    (
        "yunshang",
        "faq/物流.csv",
        Swap("单笔实付满99元包邮", "单笔实付满199元包邮"),
        "number-contradiction",
        "faq/物流.csv",
    ),
    (
        "yunshang",
        "faq/物流.csv",
        Swap("不满99元收8元运费", "不满99元收12元运费"),
        "number-contradiction",
        "faq/物流.csv",
    ),
    (
        "yunshang",
        "faq/物流.csv",
        Swap("从付款次日起15天内发出", "从付款次日起20天内发出"),
        "number-contradiction",
        "faq/物流.csv",
    ),
    (
        "yunshang",
        "faq/物流.csv",
        Swap("江浙沪皖1-2天", "江浙沪皖3-4天"),
        "number-contradiction",
        "faq/物流.csv",
    ),
    (
        "yunshang",
        "faq/物流.csv",
        Swap(
            "16:00前付款的订单多数当天出库",
            "18:00前付款的订单多数当天出库",
        ),
        "number-contradiction",
        "faq/物流.csv",
    ),
    (
        "yunshang",
        "faq/优惠支付.csv",
        Swap("付款后7天内同款同规格降价", "付款后15天内同款同规格降价"),
        "number-contradiction",
        "faq/优惠支付.csv",
    ),
    (
        "yunshang",
        "faq/优惠支付.csv",
        Swap("100积分抵1元", "100积分抵2元"),
        "number-contradiction",
        "faq/优惠支付.csv",
    ),
    (
        "yunshang",
        "faq/优惠支付.csv",
        Swap("满2000元升金卡", "满3000元升金卡"),
        "number-contradiction",
        "faq/优惠支付.csv",
    ),
    (
        "yunshang",
        "faq/优惠支付.csv",
        Swap("全店满299减30、满599减80", "全店满299减50、满599减80"),
        "number-contradiction",
        "faq/优惠支付.csv",
    ),
    (
        "yunshang",
        "faq/优惠支付.csv",
        Swap("一张20元生日券", "一张30元生日券"),
        "number-contradiction",
        "faq/优惠支付.csv",
    ),
    (
        "yunshang",
        "faq/优惠支付.csv",
        Swap("订单会保留30分钟", "订单会保留60分钟"),
        "number-contradiction",
        "faq/优惠支付.csv",
    ),
    (
        "yunshang",
        "faq/售后.csv",
        Swap("签收后15天内可以换：", "签收后10天内可以换："),
        "number-contradiction",
        "faq/售后.csv",
    ),
    (
        "yunshang",
        "faq/售后.csv",
        Swap("银行卡1-5个工作日", "银行卡7-15个工作日"),
        "number-contradiction",
        "faq/售后.csv",
    ),
    (
        "yunshang",
        "faq/售后.csv",
        Swap("仓库签收退货后48小时内验货", "仓库签收退货后72小时内验货"),
        "number-contradiction",
        "faq/售后.csv",
    ),
    (
        "yunshang",
        "faq/售后.csv",
        Swap("90天内可以免费维修：", "180天内可以免费维修："),
        "number-contradiction",
        "faq/售后.csv",
    ),
    (
        "zhiju",
        "faq/logistics.csv",
        Swap("单笔满99元包邮", "单笔满88元包邮"),
        "number-contradiction",
        "faq/logistics.csv",
    ),
    (
        "zhiju",
        "faq/aftersale.csv",
        Swap("签收次日起7天内", "签收次日起15天内"),
        "number-contradiction",
        "faq/aftersale.csv",
    ),
    (
        "zhiju",
        "faq/aftersale.csv",
        Swap("扫地机器人和智能门锁整机2年", "扫地机器人和智能门锁整机3年"),
        "number-contradiction",
        "faq/aftersale.csv",
    ),
    (
        "zhiju",
        "faq/aftersale.csv",
        Swap("电热水器内胆8年", "电热水器内胆5年"),
        "number-contradiction",
        "faq/aftersale.csv",
    ),
    (
        "zhiju",
        "faq/install.csv",
        Swap("砖墙打孔30元/个", "砖墙打孔50元/个"),
        "number-contradiction",
        "faq/install.csv",
    ),
    (
        "zhiju",
        "faq/install.csv",
        Swap("收50元空跑费", "收80元空跑费"),
        "number-contradiction",
        "faq/install.csv",
    ),
    (
        "zhiju",
        "faq/install.csv",
        Swap("乡镇5天内上门", "乡镇7天内上门"),
        "number-contradiction",
        "faq/install.csv",
    ),
    (
        "zhiju",
        "faq/trade.csv",
        Swap("全店每满200元减30元", "全店每满200元减20元"),
        "number-contradiction",
        "faq/trade.csv",
    ),
    (
        "beiyou",
        "faq/shipping.csv",
        Swap("国内仓24小时内发出", "国内仓48小时内发出"),
        "number-contradiction",
        "faq/shipping.csv",
    ),
    (
        "beiyou",
        "faq/shipping.csv",
        Swap("国内仓满129元包邮", "国内仓满99元包邮"),
        "number-contradiction",
        "faq/shipping.csv",
    ),
    (
        "beiyou",
        "faq/shipping.csv",
        Swap("每人每年26000元", "每人每年20000元"),
        "number-contradiction",
        "faq/shipping.csv",
    ),
    (
        "beiyou",
        "faq/trade.csv",
        Swap("100分抵5元", "100分抵10元"),
        "number-contradiction",
        "faq/trade.csv",
    ),
    (
        "beiyou",
        "faq/trade.csv",
        Swap("升金贝享9.5折", "升金贝享9折"),
        "number-contradiction",
        "faq/trade.csv",
    ),
    (
        "beiyou",
        "faq/trade.csv",
        Swap("任选3包减40元", "任选3包减30元"),
        "number-contradiction",
        "faq/trade.csv",
    ),
    (
        "huanya",
        "policies/shipping.md",
        Swap("付款后48小时内申报出库", "付款后24小时内申报出库"),
        "number-contradiction",
        "",
    ),
    (
        "huanya",
        "policies/shipping.md",
        Swap("海外直邮单笔满299元包邮", "海外直邮单笔满199元包邮"),
        "number-contradiction",
        "",
    ),
    (
        "huanya",
        "policies/id-card.md",
        Swap("48小时内没有补正", "72小时内没有补正"),
        "number-contradiction",
        "",
    ),
    // Less than the platform grants.
    (
        "yunshang",
        "policies/returns.md",
        Swap("签收后7天内，吊牌完好", "签收后5天内，吊牌完好"),
        "weaker-than-platform",
        "policies/returns.md",
    ),
    (
        "yunshang",
        "faq/新增.csv",
        Add("编号,标准问题,答案\nN1,三天后能退吗,本店支持3天无理由退货\n"),
        "weaker-than-platform",
        "faq/新增.csv",
    ),
    (
        "beiyou",
        "faq/trade.csv",
        Swap("国内仓在杭州", "国内仓在杭州，国内仓的签收后3天内可以退货"),
        "weaker-than-platform",
        "faq/trade.csv",
    ),
    // Questions claimed twice.
    (
        "yunshang",
        "faq/新增.csv",
        Add("编号,标准问题,答案\nN1,包邮吗？,满99元包邮哦亲\n"),
        "duplicate-question",
        "faq/物流.csv",
    ),
    (
        "zhiju",
        "faq/新增.csv",
        Add("编号,标准问题,答案\nN1,请问你们包邮吗,小家电和耗材满99元包邮\n"),
        "near-duplicate",
        "faq/新增.csv",
    ),
    (
        "zhiju",
        "faq/新增.csv",
        Add("编号,标准问题,相似问题,答案\nN1,快递慢怎么办,多久发货,稍等就好\n"),
        "shared-phrasing",
        "faq/新增.csv",
    ),
    (
        "beiyou",
        "faq/新增.csv",
        Add("编号,标准问题,相似问题,答案\nN1,快递慢怎么办,太慢了|太慢了！,稍等就好\n"),
        "repeated-phrasing",
        "faq/新增.csv",
    ),
    (
        "huanya",
        "faq/新增.csv",
        Add("序号,标准问,客户问法,容易混淆,客服话术\nN1,快递慢怎么办,太慢了,太慢了,稍等就好\n"),
        "negative-hits-own",
        "faq/新增.csv",
    ),
    (
        "yunshang",
        "faq/售前.csv",
        Swap("SQ10,能不能代写贺卡", "SQ10,送人可以用礼盒包装吗？"),
        "duplicate-question",
        "faq/售前.csv",
    ),
    // Time.
    (
        "yunshang",
        "policies/member.md",
        Swap(
            "layer = \"shop\"",
            "layer = \"shop\"\nvalid_until = 2026-10-31",
        ),
        "expired",
        "policies/member.md",
    ),
    (
        "huanya",
        "policies/returns.md",
        Swap(
            "layer = \"shop\"",
            "layer = \"shop\"\nvalid_until = 2026-11-30",
        ),
        "expires-soon",
        "policies/returns.md",
    ),
    (
        "yunshang",
        "policies/returns-2025.md",
        Swap("valid_until = 2026-09-30", "valid_until = 2026-12-31"),
        "window-overlap",
        "policies/returns.md",
    ),
    (
        "zhiju",
        "policies/freight-2026.md",
        Swap("valid_from = 2026-09-01", "valid_from = 2026-12-01"),
        "window-gap",
        "policies/freight-2026.md",
    ),
    (
        "beiyou",
        "policies/double12.md",
        Swap("valid_until = 2026-12-12", "valid_until = 2026-11-12"),
        "reversed-window",
        "policies/double12.md",
    ),
    (
        "beiyou",
        "faq/新增.csv",
        Add("编号,标准问题,答案,适用商品\nN1,3段有机的怎么冲,温水冲,F303\n"),
        "all-off-sale",
        "faq/新增.csv",
    ),
    (
        "yunshang",
        "faq/优惠支付.csv",
        Swap(
            "下单时勾选「使用积分」",
            "活动到2025年12月31日，下单时勾选「使用积分」",
        ),
        "date-passed",
        "faq/优惠支付.csv",
    ),
    (
        "zhiju",
        "faq/trade.csv",
        Swap(
            "进店首页点“加入会员”",
            "11月20日至12月12日入会有优惠，进店首页点“加入会员”",
        ),
        "dated-without-window",
        "faq/trade.csv",
    ),
    (
        "zhiju",
        "faq/presale.csv",
        Swap("人工客服每天9:00-23:00在线", "人工客服每天8:00-24:00在线"),
        "hours-contradiction",
        "faq/presale.csv",
    ),
    // Words.
    (
        "yunshang",
        "faq/售前.csv",
        Swap("更软更轻", "是品质最好的面料"),
        "absolute-word",
        "faq/售前.csv",
    ),
    (
        "zhiju",
        "policies/install.md",
        Swap("基础安装不收费", "全国第一的安装服务，基础安装不收费"),
        "absolute-word",
        "policies/install.md",
    ),
    (
        "beiyou",
        "faq/usage.csv",
        Swap("每次换尿不湿", "能治愈红屁股，每次换尿不湿"),
        "medical-claim",
        "faq/usage.csv",
    ),
    (
        "huanya",
        "policies/freshness.md",
        Swap("把瓶底或外盒的批号", "百分百正品，把瓶底或外盒的批号"),
        "sensitive-word",
        "policies/freshness.md",
    ),
    (
        "yunshang",
        "faq/护理.csv",
        Swap("建议送干洗", "保证洗不坏，建议送干洗"),
        "unbacked-promise",
        "faq/护理.csv",
    ),
    (
        "zhiju",
        "faq/aftersale.csv",
        Swap("核实后48小时内补寄", "一定会给您补寄，核实后48小时内补寄"),
        "unbacked-promise",
        "faq/aftersale.csv",
    ),
    (
        "beiyou",
        "faq/aftersale.csv",
        Swap("整罐退款或补发", "全额赔，整罐退款或补发"),
        "unbacked-promise",
        "faq/aftersale.csv",
    ),
    (
        "yunshang",
        "faq/售后.csv",
        Swap("请按那个地址寄", "寄给王女士13712345678"),
        "personal-data",
        "faq/售后.csv",
    ),
    (
        "beiyou",
        "faq/trade.csv",
        Swap("没有实体店，只在线上销售", "没有实体店，加微信看现货"),
        "off-platform",
        "faq/trade.csv",
    ),
    (
        "zhiju",
        "faq/presale.csv",
        Swap(
            "按您收货地当天页面显示的为准",
            "现价1299元，按您收货地当天页面显示的为准",
        ),
        "volatile-fact",
        "faq/presale.csv",
    ),
    (
        "huanya",
        "policies/shipping.md",
        Swap("商品页价格已包含", "运费XX元待补充，商品页价格已包含"),
        "placeholder",
        "policies/shipping.md",
    ),
    (
        "huanya",
        "shop.toml",
        Swap("{hours}", "{worktime}"),
        "script-field",
        "shop.toml",
    ),
    // Products and charts.
    (
        "zhiju",
        "products/KJ500-A2.md",
        Swap("| 额定功率 | 48W |", "| 额定功率 | 48 |"),
        "spec-unit",
        "products/KJ500-A2.md",
    ),
    (
        "beiyou",
        "products/care.csv",
        Swap("36个月,12个月,避开眼睛", "36,12个月,避开眼睛"),
        "spec-unit",
        "products/care.csv",
    ),
    (
        "zhiju",
        "products/KJ500-A2.md",
        Swap("| 净重 | 7.8kg |", "| 净重 | 7.8W |"),
        "odd-spec",
        "products/KJ500-A2.md",
    ),
    (
        "yunshang",
        "products/裤装.csv",
        Swap("西裤|西装裤|职业裤", "西裤|牛仔裤|职业裤"),
        "shared-alias",
        "products/裤装.csv",
    ),
    (
        "yunshang",
        "products/鞋靴.csv",
        Swap(
            "黑色:34,35,36,37,38,39,40|焦糖",
            "黑色:34,35,36,37,38,39,40,42|焦糖",
        ),
        "sku-not-in-chart",
        "products/鞋靴.csv",
    ),
    (
        "yunshang",
        "sizes/dress.csv",
        Swap("L,163-167", "L,164-167"),
        "chart-hole",
        "sizes/dress.csv",
    ),
    (
        "yunshang",
        "sizes/shoes.csv",
        Swap("38,23.6-24.0", "38,23.3-24.0"),
        "chart-overlap",
        "sizes/shoes.csv",
    ),
    (
        "yunshang",
        "products/裤装.csv",
        Swap("裤装,trousers,YS-S201", "裤装,trouser,YS-S201"),
        "dangling-size-chart",
        "products/裤装.csv",
    ),
    // References, words, golden questions.
    (
        "yunshang",
        "faq/售前.csv",
        Swap("SQ02|SQ03", "SQ02|SQ99"),
        "dangling-related",
        "faq/售前.csv",
    ),
    (
        "beiyou",
        "faq/usage.csv",
        Swap("学饮杯|吸管杯|鸭嘴杯,E04", "学步鞋,E04"),
        "keywords-exclude-own",
        "faq/usage.csv",
    ),
    (
        "yunshang",
        "faq/新增.csv",
        Add("编号,标准问题,答案\nN1,穿了过敏怎么办,先停穿，清洗后再看\n"),
        "handoff-word-in-question",
        "faq/新增.csv",
    ),
    (
        "yunshang",
        "lexicon/stopwords.txt",
        Add("起球\n"),
        "stopword-in-use",
        "lexicon/stopwords.txt",
    ),
    (
        "yunshang",
        "lexicon/synonyms.txt",
        Add("面料 做工\n"),
        "synonym-in-two-groups",
        "lexicon/synonyms.txt",
    ),
    (
        "yunshang",
        "golden.csv",
        Add("155 88斤,handoff,YS-S201,,,\n"),
        "golden-contradiction",
        "golden.csv",
    ),
    (
        "beiyou",
        "golden.csv",
        Add("双11还有优惠吗能用不,faq:T-02,,,,\n"),
        "golden-out-of-force",
        "golden.csv",
    ),
    (
        "zhiju",
        "golden.csv",
        Add("你好呀,script:greeting,,,,\n"),
        "duplicate-golden",
        "golden.csv",
    ),
];

#[test]
fn every_planted_fault_is_found() {
    assert!(PLANTS.len() >= 60, "{}", PLANTS.len());
    let mut faults = String::new();
    for (name, file, plant, code, at) in PLANTS {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(name);
        copy(&samples().join(name), &root);
        if let Err(fault) = put(&root.join(file), plant) {
            faults.push_str(&format!("{name}/{file} {code}: {fault}\n"));
            continue;
        }
        let found = findings(&root, now());
        let hit = |finding: &&zhike::knowledge::Finding| {
            finding.code == *code && (at.is_empty() || finding.file == *at)
        };
        // One slip may show in a few places, but must not bury the merchant.
        if !found.iter().any(|finding| hit(&finding)) || found.len() > 7 {
            let (Swap(_, deed) | Add(deed)) = plant;
            faults.push_str(&format!(
                "{name}/{file} {deed}: expected {code} at {at}, found\n{}",
                show(&found)
            ));
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

/// Writes the fault. The file is UTF-8 afterwards, whatever it was.
fn put(file: &Path, plant: &Plant) -> Result<(), String> {
    let text = match fs::read(file) {
        Ok(bytes) => encoding::decode(&bytes)
            .map_err(|error| error.to_string())?
            .into_owned(),
        Err(_) => String::new(),
    };
    let planted = match plant {
        Swap(from, to) => text.replacen(from, to, 1),
        Add(lines) if text.is_empty() || text.ends_with('\n') => format!("{text}{lines}"),
        Add(lines) => format!("{text}\n{lines}"),
    };
    if planted == text {
        return Err("there is nothing to replace".into());
    }
    fs::write(file, planted).map_err(|error| error.to_string())
}
