//! Body measures in whole talks, against charts of women, men, children and dogs: whose body, in which unit, and
//! corrections.

use zhike::answer::{Question, answer};

use crate::asking::{gist, shop_of};

const AT: &str = "2026-11-22T10:00:00+08:00";

const PRODUCTS: &str = "\
商品编号,商品名称,尺码表
PW9,樱桃碎花裙,women
PM9,骑士T恤,men
PK9,星星校服,school
PD9,小熊宠物背心,dog
PJ9,直筒牛仔裤,jeans
PA9,软底学步鞋,age
PG9,收腰旗袍,girths
PB9,纯棉四件套,bed
PS9,珍珠单鞋,shoes
";

const WOMEN: &str = "尺码,身高(cm),体重(斤)\nS,157以下,95以下\nM,158-162,96-108\nL,163-167,109-120\nXL,168-172,121-135\n2XL,173以上,136以上\n";
const MEN: &str = "尺码,身高(cm),体重(kg)\nM,160-167,50-60\nL,165-172,58-68\nXL,170-177,66-76\n2XL,175-182,74-84\n3XL,180-190,82-95\n";
const SCHOOL: &str = "尺码,身高(cm)\n90,81-90\n100,91-100\n110,101-110\n120,111-120\n130,121-130\n140,131-140\n150,141-150\n160,151-160\n170,161-170\n";
const DOG: &str = "尺码,胸围(cm)\nXS,26-31\nS,32-37\nM,38-43\nL,44-52\n4XL,76-90\n";
const JEANS: &str = "尺码,腰围(cm)\n27,66-68\n28,69-71\n29,72-74\n";
const AGE: &str = "尺码,年龄(岁)\nS,2-3\nM,4-6\nL,7-9\n";
const BED: &str = "规格,适用床宽(m),被套尺寸(cm)\n1.5米床,1.5,200x230\n1.8米床,1.8,220x240\n";
const SHOES: &str = "尺码,脚长(cm)\n37,23.1-23.5\n38,23.6-24\n";
const GIRTHS: &str = "尺码,身高(cm),胸围(cm)\nS,155-160,80-83\nM,161-166,84-87\nL,167-172,88-92\n";

/// Page, earlier messages parted by |, question, what the reply must say (with `clarify`, `handoff` before it).
const ROWS: &[(&str, &str, &str, &str)] = &[
    // The words stand behind their figures.
    ("PW9", "", "165高140重", "身高165cm、体重140斤"),
    ("PW9", "", "165高，140重穿什么码", "身高165cm、体重140斤"),
    ("PW9", "", "我170高 150重买几码", "身高170cm、体重150斤"),
    ("PW9", "", "140重165高", "体重140斤、身高165cm"),
    ("PW9", "", "高165重105穿什么码", "身高165cm、体重105斤"),
    ("PM9", "", "175高140重", "身高175cm、体重140斤"),
    // Dogs are measured in centimetres where the chart holds them, trousers in inches where it does not.
    ("PD9", "", "胸围32穿多大", "建议选 S 码"),
    ("PD9", "", "狗狗胸围是40", "建议选 M 码"),
    ("PD9", "", "胸围28cm买哪个码", "建议选 XS 码"),
    ("PJ9", "", "腰围28穿多大", "腰围28英寸"),
    ("PJ9", "", "腰围70穿多大", "建议选 28 码"),
    // A correction counts; what it may be of is asked for where it could be of both.
    ("PW9", "158 104斤穿什么码", "说错了是165", "身高165cm"),
    ("PW9", "158 104斤穿什么码", "打错了 是168", "身高168cm"),
    ("PW9", "158 104斤穿什么码", "更正一下 165", "身高165cm"),
    ("PW9", "158 104斤穿什么码", "哦不是，170", "身高170cm"),
    ("PW9", "158 104斤穿什么码", "165，刚打错了", "身高165cm"),
    ("PW9", "158 104斤穿什么码", "160不是158", "身高160cm"),
    ("PW9", "158 104斤穿什么码", "不是158是168", "身高168cm"),
    (
        "PW9",
        "158 104斤穿什么码",
        "刚才身高说错了，165",
        "身高165cm",
    ),
    ("PW9", "158 104斤穿什么码", "我记错了，其实168", "身高168cm"),
    ("PW9", "158 104斤穿什么码", "体重说错了，120", "体重120斤"),
    ("PW9", "158 104斤穿什么码", "165", "身高165cm"),
    ("PW9", "158 104斤穿什么码", "说错了是140", "clarify"),
    (
        "PW9",
        "我158穿什么码",
        "不是很胖 140",
        "身高158cm、体重140斤",
    ),
    // Somebody else's size is asked for with his own figures, and the buyer's are not forgotten.
    ("PW9", "158 104斤穿什么码", "我闺蜜穿什么码", "穿的人身高"),
    ("PW9", "158 104斤穿什么码", "那我妈穿多大", "穿的人身高"),
    ("PW9", "158 104斤穿什么码", "我妹妹165呢", "穿的人体重"),
    (
        "PW9",
        "158 104斤穿什么码",
        "我姐170 她穿什么码",
        "穿的人体重",
    ),
    ("PW9", "158 104斤穿什么码", "给我妹买穿几码", "穿的人身高"),
    ("PW9", "158 104斤穿什么码", "我妈体重130呢", "穿的人身高"),
    (
        "PW9",
        "158 104斤穿什么码|我妹妹165 115斤穿什么码",
        "那我穿什么码",
        "身高158cm、体重104斤",
    ),
    (
        "PW9",
        "我妹妹165 115斤穿什么码",
        "她穿宽松一点穿什么码",
        "身高165cm、体重115斤",
    ),
    (
        "PW9",
        "158 104斤穿什么码",
        "小姐姐到底穿什么码",
        "身高158cm、体重104斤",
    ),
    (
        "PW9",
        "158 104斤穿什么码",
        "朋友推荐的，那穿什么码",
        "身高158cm、体重104斤",
    ),
    // Two heights are of two.
    ("PM9", "", "我180，女朋友165，我穿什么码", "两位"),
    ("PM9", "", "爸爸170妈妈160 穿什么码", "两位"),
    ("PM9", "", "我175，我爸172，穿什么码", "两位"),
    ("PM9", "", "我170儿子175选哪个码", "两位"),
    ("PM9", "", "我175，140斤，平时穿L", "身高175cm、体重140斤"),
    // The unit of a bare weight is the one that makes a body.
    ("PW9", "", "160 68", "体重68公斤"),
    ("PW9", "", "158/65穿什么码", "体重65公斤"),
    ("PW9", "", "身高165体重70", "体重70公斤"),
    ("PM9", "", "180 75", "体重75公斤"),
    ("PM9", "", "185 90", "体重90公斤"),
    ("PM9", "", "身高178体重75", "体重75公斤"),
    ("PM9", "身高178穿什么码", "75", "体重75公斤"),
    ("PW9", "", "160 90", "体重90斤"),
    ("PW9", "", "150 80", "体重80斤"),
    ("PW9", "", "170 180", "体重180斤"),
    ("PW9", "", "170 85", "公斤还是斤"),
    // Nobody is so.
    (
        "PW9",
        "",
        "身高58体重104穿什么码",
        "clarify:size.ask 您说的",
    ),
    ("PW9", "", "身高158体重20斤穿什么码", "好像对不上"),
    ("PW9", "", "身高60cm 50kg穿什么码", "好像对不上"),
    ("PW9", "", "1米98 30公斤穿什么码", "好像对不上"),
    (
        "PW9",
        "身高58体重104穿什么码",
        "158",
        "体重104斤、身高158cm",
    ),
    ("PW9", "", "158 180斤穿什么码", "体重180斤"),
    // A chart from children to grown people.
    ("PK9", "", "92cm穿多大", "建议选 100 码"),
    ("PK9", "", "104厘米选几码", "建议选 110 码"),
    ("PK9", "", "133穿什么码", "建议选 140 码"),
    ("PK9", "", "92cm", "建议选 100 码"),
    ("PG9", "", "165 胸围84穿什么码", "建议选 M 码"),
    // L码可以吗 after the measures were told asks the chart.
    ("PW9", "158 104斤穿什么码", "L码可以吗", "建议选 M 码"),
    ("PW9", "158 104斤穿什么码", "M码合适吗", "建议选 M 码"),
    ("PW9", "158 104斤穿什么码", "S会不会紧", "建议选 M 码"),
    ("PW9", "", "168cm，净重125斤，穿几号", "建议选 XL 码"),
    // A chart of beds is shown; what else is asked of a bed is not for it.
    ("PB9", "", "1.8的床", "220x240"),
    ("PB9", "", "床1米5拍哪个", "220x240"),
    ("PB9", "", "适合1.5床吗", "220x240"),
    // One measure is needed, and one figure is all that is said.
    ("PS9", "", "23.5", "建议选 37 码"),
    ("PS9", "", "脚长23.8", "建议选 38 码"),
    // A chart of ages.
    ("PA9", "", "我女儿5岁", "建议选 M 码"),
    ("PA9", "", "三岁宝宝买哪个", "建议选 S 码"),
];

#[test]
fn bodies_are_told_apart() {
    let engine = shop_of(&[
        ("products/p.csv", PRODUCTS),
        ("sizes/women.csv", WOMEN),
        ("sizes/men.csv", MEN),
        ("sizes/school.csv", SCHOOL),
        ("sizes/dog.csv", DOG),
        ("sizes/jeans.csv", JEANS),
        ("sizes/age.csv", AGE),
        ("sizes/girths.csv", GIRTHS),
        ("sizes/bed.csv", BED),
        ("sizes/shoes.csv", SHOES),
        (
            "faq/a.csv",
            "id,question,answer\nchange,尺码不合适能换吗,7天内可以换一次尺码。\nsend,多久发货,48小时内发货。\n",
        ),
    ]);
    let mut faults = Vec::new();
    for (product, before, text, expected) in ROWS {
        let question = Question {
            text: (*text).into(),
            product: Some((*product).to_owned()),
            previous: before
                .split('|')
                .filter(|line| !line.is_empty())
                .map(str::to_owned)
                .collect(),
            at: AT.parse().expect("a moment with its offset"),
            ..Question::default()
        };
        let decision = answer(&engine, &question);
        let found = format!("{} {}", gist(&decision), decision.reply);
        if !found.contains(expected) {
            faults.push(format!(
                "[{product}] {before} > {text}: {found}, not {expected}"
            ));
        }
    }
    assert!(
        faults.is_empty(),
        "{} of {} wrong:\n{}",
        faults.len(),
        ROWS.len(),
        faults.join("\n")
    );
}

/// A figure after a talk of sizes that is none of a body does not repeat the advice.
#[test]
fn other_figures_say_nothing_of_sizes() {
    let engine = shop_of(&[
        (
            "products/p.csv",
            "商品编号,商品名称,尺码表\nPW9,樱桃碎花裙,women\n",
        ),
        ("sizes/women.csv", WOMEN),
        (
            "faq/a.csv",
            "id,question,answer\nsend,多久发货,48小时内发货。\n",
        ),
    ]);
    for text in ["3天能到吗", "买2件多少运费", "满100减吗"] {
        let question = Question {
            text: text.into(),
            product: Some("PW9".to_owned()),
            previous: vec!["158 104斤穿什么码".to_owned()],
            at: AT.parse().expect("a moment with its offset"),
            ..Question::default()
        };
        let reply = answer(&engine, &question).reply;
        assert!(!reply.contains("按尺码表"), "{text}: {reply}");
    }
}
