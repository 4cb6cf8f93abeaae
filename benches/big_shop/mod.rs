//! A large shop, the same at every run: FAQ rows of many products, worded from templates as merchants word them.

// Each bench uses some of it.
#![allow(dead_code)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// Numbers that are the same at every run (xorshift).
pub struct Dice(pub u64);

impl Dice {
    /// One of `sides` numbers from 0.
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }

    /// One of a list.
    pub fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.roll(list.len())]
    }
}

const STYLES: &[&str] = &[
    "法式",
    "复古",
    "轻奢",
    "简约",
    "北欧",
    "日系",
    "新中式",
    "运动",
    "商务",
    "田园",
    "便携",
    "加厚",
    "超薄",
    "静音",
    "智能",
    "儿童",
    "成人",
    "孕妇",
    "有机",
    "进口",
    "无香",
    "敏感肌",
    "家用",
    "车载",
    "户外",
];
const STUFFS: &[&str] = &[
    "雪纺",
    "纯棉",
    "羊绒",
    "真丝",
    "亚麻",
    "牛皮",
    "不锈钢",
    "陶瓷",
    "竹纤维",
    "玻璃",
    "硅胶",
    "实木",
    "碳纤维",
    "乳胶",
    "尼龙",
    "珊瑚绒",
    "玻尿酸",
    "烟酰胺",
    "乳清蛋白",
    "益生菌",
];
const THINGS: &[&str] = &[
    "连衣裙",
    "针织开衫",
    "阔腿裤",
    "羽绒服",
    "衬衫",
    "半身裙",
    "面霜",
    "精华液",
    "洗面奶",
    "防晒霜",
    "电饭煲",
    "空气净化器",
    "扫地机器人",
    "破壁机",
    "吹风机",
    "投影仪",
    "婴儿奶粉",
    "纸尿裤",
    "安全座椅",
    "婴儿推车",
    "保温杯",
    "行李箱",
    "床垫",
    "四件套",
    "台灯",
    "充电宝",
    "蓝牙耳机",
    "智能门锁",
    "净水器",
    "加湿器",
];

/// Question, further wording, answer; `{}` is the product, `#` a number.
const TEMPLATES: &[(&str, &str, &str, &str)] = &[
    (
        "{}什么时候发货",
        "{}几天能发",
        "{}现货付款后#小时内发出，预售款以商品页标注的时间为准，节假日顺延。",
        "物流",
    ),
    (
        "{}可以机洗吗",
        "{}怎么清洗",
        "{}建议用#度以下的温水手洗，不可漂白，悬挂晾干，避免长时间暴晒。",
        "使用",
    ),
    (
        "{}保修多久",
        "{}坏了怎么保修",
        "{}自签收之日起保修#个月，人为损坏不在保修范围内，维修请先联系客服登记。",
        "售后",
    ),
    (
        "{}是什么材质的",
        "{}面料成分是什么",
        "{}的主体用料占#%，其余为辅料，以吊牌和检测报告为准。",
        "商品",
    ),
    (
        "{}尺寸多大",
        "{}长宽高是多少",
        "{}的长度是#厘米，手工测量会有一到三厘米误差，请以实物为准。",
        "商品",
    ),
    (
        "{}会不会起球",
        "{}容易变形吗",
        "{}做过#次摩擦测试，正常穿着和洗涤不易起球，请避免与粗糙物体摩擦。",
        "商品",
    ),
    (
        "{}支持七天无理由退货吗",
        "{}不喜欢可以退吗",
        "{}支持签收后#天内无理由退货，商品需保持完好，吊牌和配件齐全，退回运费由买家承担。",
        "售后",
    ),
    (
        "{}怎么安装",
        "{}需要自己装吗",
        "{}附有安装说明，按步骤约#分钟可以装好，也可以预约上门安装，偏远地区除外。",
        "使用",
    ),
    (
        "{}有几种颜色",
        "{}都有什么颜色可以选",
        "{}目前有#种颜色，以商品页可选项为准，不同屏幕显示略有色差。",
        "商品",
    ),
    (
        "{}保质期多久",
        "{}生产日期新不新",
        "{}的保质期是#个月，仓库先进先出，发出的都在保质期前半段。",
        "商品",
    ),
    (
        "{}功率多大费电吗",
        "{}一小时用多少电",
        "{}的额定功率是#瓦，按每天使用两小时计算，一个月约几度电。",
        "商品",
    ),
    (
        "{}送赠品吗",
        "{}买了有什么礼物",
        "{}活动期间随单附赠#件小样，送完为止，赠品不单独退换。",
        "优惠",
    ),
    (
        "{}适合几岁的孩子用",
        "{}多大的宝宝能用",
        "{}建议#岁以上使用，使用时请有成人在旁看护。",
        "使用",
    ),
    (
        "{}噪音大不大",
        "{}晚上用吵吗",
        "{}低档运行时约#分贝，相当于轻声说话，夜间可以开睡眠模式。",
        "商品",
    ),
    (
        "{}能开发票吗",
        "{}可以开专票吗",
        "{}支持开具电子普通发票，签收后#天内在订单里申请，专票请联系客服提交资质。",
        "订单",
    ),
    (
        "{}缺少配件怎么办",
        "{}少发了零件",
        "{}如有缺件，请在签收后#天内拍照联系客服，核实后免费补寄。",
        "售后",
    ),
];

/// The product of a row.
fn product(dice: &mut Dice) -> String {
    let mut name = format!(
        "{}{}{}",
        dice.pick(STYLES),
        dice.pick(STUFFS),
        dice.pick(THINGS)
    );
    if dice.roll(3) == 0 {
        let _ = write!(
            name,
            "{}{}",
            ["A", "KJ", "YS-", "M"][dice.roll(4)],
            100 + dice.roll(900)
        );
    }
    name
}

/// One FAQ row.
#[derive(Debug, Clone)]
pub struct Row {
    /// Standard question.
    pub question: String,
    /// Another wording; empty of every third row, as merchants leave them.
    pub similar: String,
    /// Answer.
    pub answer: String,
    /// Category.
    pub category: &'static str,
}

/// The rows of a shop.
pub fn rows(count: usize) -> Vec<Row> {
    let mut dice = Dice(0x0b57_ac1e);
    (0..count)
        .map(|row| {
            let template = dice.roll(TEMPLATES.len());
            let (question, similar, answer, category) = TEMPLATES[template];
            let product = product(&mut dice);
            // One figure for one matter: a shop that contradicts itself a thousand times is no shop.
            let number = (12 + 3 * template).to_string();
            // A batch number keeps questions apart where products repeat.
            let batch = format!("{product}第{row}款");
            Row {
                question: question.replace("{}", &batch),
                similar: if row % 3 == 0 {
                    String::new()
                } else {
                    similar.replace("{}", &batch)
                },
                answer: answer.replace("{}", &product).replace('#', &number),
                category,
            }
        })
        .collect()
}

/// Writes the rows as a shop, ten thousand a file, with a hundred golden questions.
pub fn write(folder: &Path, rows: &[Row]) {
    fs::create_dir_all(folder.join("faq")).expect("a folder for the shop");
    fs::write(folder.join("shop.toml"), "[shop]\nname = \"大店\"\n").expect("shop.toml");
    for (part, chunk) in rows.chunks(10_000).enumerate() {
        write_part(folder, part, chunk);
    }
    let mut golden = String::from("question,expect\n");
    let step = (rows.len() / 100).max(1);
    for (row, content) in rows.iter().enumerate().step_by(step) {
        let _ = writeln!(golden, "{},faq:Q{row}", content.question);
    }
    fs::write(folder.join("golden.csv"), golden).expect("golden.csv");
}

/// Writes one file of at most ten thousand rows.
pub fn write_part(folder: &Path, part: usize, rows: &[Row]) {
    let mut text = String::from("id,question,similar,answer,category\n");
    for (row, content) in (part * 10_000..).zip(rows) {
        let Row {
            question,
            similar,
            answer,
            category,
        } = content;
        let _ = writeln!(text, "Q{row},{question},{similar},{answer},{category}");
    }
    fs::write(folder.join(format!("faq/part{part:02}.csv")), text).expect("a table");
}

/// The number a variable names, or a default.
pub fn setting(name: &str, default: usize) -> usize {
    std::env::var(name)
        .ok()
        .and_then(|value| value.parse().ok())
        .unwrap_or(default)
}

/// What a closure gives, and how long it took.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed())
}

/// The median of some times.
pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Peak resident memory of this process in GiB; 0 where the system does not tell.
pub fn peak_memory() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line
        .and_then(|line| line.trim().split(' ').next())
        .and_then(|kib| kib.parse::<f64>().ok());
    kib.unwrap_or(0.0) / (1024.0 * 1024.0)
}

/// `1.23 (target at most 2, held)`.
pub fn judged(value: f64, target: f64, at_most: bool) -> String {
    let held = if at_most {
        value <= target
    } else {
        value >= target
    };
    format!(
        "{value:.2} (target {} {target}, {})",
        if at_most { "at most" } else { "at least" },
        if held { "held" } else { "MISSED" }
    )
}
