//! The kinds of risk in a text. A risky question may be answered only by an entry that speaks of the same kind.

use std::sync::LazyLock;

use regex::{Regex, RegexSet};

use super::{
    AUTHENTICITY, DANGER, FRAUD, HOSPITAL, LAW, SPOILED, VISIT, Wordings, any_of, illness,
};

/// The kinds of risk that a text touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Risks {
    /// Health, allergy, pregnancy, injuries.
    pub health: bool,
    /// Fire, electricity, gas.
    pub danger: bool,
    /// Whether goods are genuine.
    pub authenticity: bool,
    /// Somebody tries to get the buyer's money.
    pub fraud: bool,
    /// Damages and law.
    pub law: bool,
    /// Something found in goods, or wrong with them.
    pub spoiled: bool,
    /// The matters of health, one bit each. What is said about pregnancy does not answer a question about a rash.
    health_kinds: u8,
    /// The families of illnesses that it names, one bit each.
    illnesses: u32,
}

impl Risks {
    /// Damages alone.
    pub fn damages(self) -> Risks {
        Risks {
            law: self.law,
            ..Risks::default()
        }
    }

    /// Whether a normalised text speaks of the illnesses that are asked about.
    pub fn named_in(self, text: &str) -> bool {
        self.illnesses & !illness::illnesses(text) == 0
    }

    /// Whether both touch the same kind. For health, `self` must cover all matters and illnesses that `other` asks about.
    pub fn meet(self, other: Risks) -> bool {
        let covers = other.health_kinds & !self.health_kinds == 0 && self.covers_illnesses(other);
        self.health && other.health && covers
            || self.danger && other.danger
            || self.authenticity && other.authenticity
            || self.fraud && other.fraud
            || self.law && other.law
            || self.spoiled && other.spoiled
    }

    /// What is said of cures answers whether goods cure an illness.
    fn covers_illnesses(self, other: Risks) -> bool {
        let cures = other.health_kinds & self.health_kinds & CURE != 0;
        cures || other.illnesses & !self.illnesses == 0
    }
}

const SKIN: u8 = 1;
const PREGNANT: u8 = 2;
const ILLNESS: u8 = 4;
const INJURY: u8 = 8;
const PAIN: u8 = 16;
const SWALLOWED: u8 = 32;
const INFLAMED: u8 = 64;
const CURE: u8 = 128;

/// Wordings of health, allergy, pregnancy and injuries, each with its matter.
const HEALTH: &[(u8, &str)] = &[
    (
        SKIN,
        r"(^|[^防抗低])过敏|起疹|红疹|红肿|发红([^包酒木]|$)|刺痛|烂脸|长痘|(^|[^片革面漆膜垫发])起皮|瘙痒|发痒|灼烧|皮炎|湿疹|荨麻疹|烫伤|灼伤|中毒|呕吐|拉肚子|腹泻|就医|吃药|服药|伤口|流血|副作用|不良反应",
    ),
    (
        PREGNANT,
        r"孕妇|怀孕|备孕|孕期|孕早|孕晚|怀着孕|怀了孕|有身孕|哺乳|月子([^服帽鞋裤袜装枕餐会]|$)|坐月|喂奶|胎儿|有宝宝(了)?能",
    ),
    (
        CURE | ILLNESS,
        r"(^|[^自明政统长整])治|疗效|药效|医用|祛病|抗癌|降(血)?(压|糖|脂)",
    ),
    (
        ILLNESS,
        r"糖尿病|高血压|哮喘|心脏病|癫痫|癌|结石|重金属|(铅|汞|镉|砷)超标|含铅",
    ),
    (
        INJURY,
        r"烫(到|着)了?(我|手|脚|嘴|脸|腿|孩|宝|人)|(眼|隐形|美瞳).{0,8}(拿|取|摘|抠)不(出|下)来|(卡|掉|滑)(在|进|到)了?眼",
    ),
    (
        INJURY,
        r"(夹|割|划|扎|咬|砸|压)(到|伤|破|坏|烂)了?(我|我家|孩子|宝宝|小孩|老人)?的?(手|脚|脸|皮|嘴|指|肉|眼|腿|耳|鼻)",
    ),
    (
        ILLNESS,
        r"(肾|肝|胃|肠胃|心脏|血压|血糖|血脂)(不好|不太好|有问题|有毛病|衰竭|高|病)",
    ),
    (
        PAIN,
        r"(眼睛?|嗓子|喉咙|肚子|胃|头|皮肤|脸|嘴|鼻子|胸口)(里|上)?(都|好|很|有点|一直|火辣辣)?(疼|痛|肿|难受|不舒服|睁不开|充血|出血)|(眼睛?|嗓子|喉咙|胃|皮肤|脸|嘴|手)(里|上)?(都|好|很|有点|一直)?火辣|(眼睛?|嗓子|喉咙|胃|皮肤|脸)(里|上)?(都|好|很|有点|一直)?辣|睁不开眼|喘不(上|过)|咳嗽|咳个不停|头晕|胸闷|想吐|晕倒|休克",
    ),
    (
        SWALLOWED,
        r"(误?吞|咽)(了|下|进)|误食|(喝|吃)(了|下|进).{0,3}(墨|胶|油漆|洗衣|洗洁|清洁|消毒|干燥剂|电池)|(溅|弄|喷|滴)(到|进)了?眼|(喝|弄|溅)进了?(嘴|肚)",
    ),
    (
        INJURY,
        r"(缠|勒|卡|绕)(住|到|着)了?.{0,2}(脖|手([^机柄表把套环]|$)|脚|喉|头([^盔]|$)|孩子|宝宝)|(砸|压|夹|磕|撞)(到|伤|破|中)了?.{0,2}(人|头|腿|脚|手|孩|老)|被.{0,4}(勒|砸|烫|割|划|扎|夹)(到|伤|了|住|破)|(扎|刺|戳)(进|到|伤)|(手|指头?|头发).{0,4}(卷|绞)(进|到|住)",
    ),
    (
        INJURY,
        r"(我|爸|妈|爷|奶|老人|孩子|宝宝|小孩|娃|老公|老婆|儿子|女儿).{0,6}(摔|跌)(下来|下去|倒|伤|断|了[? ]*$)|骨折|闪(了|到)腰|腰闪|昏迷|(昏|晕)(过去|倒)|抽搐|脸肿",
    ),
    (
        INJURY,
        r"(崩|弹|蹦|戳|飞|溅)(到|伤|进)了?(我|我家|孩子|宝宝|小孩|老人|娃)?的?(手|脚|脸|嘴|眼|腿|肉|鼻|耳)|(我|爸|妈|爷|奶|老人|孩子|宝宝|小孩|娃|老公|老婆|儿子|女儿|人).{0,6}(摔了?(一|个|一个|两)?(跤|跟头)|[^防]滑倒)|骨头(都|是不是)?(裂|断|折)|(脚踝|手腕|脚|手)扭(伤|了)|(手|脚|腿|眼睛?|嘴|嘴唇|耳朵?|脖子|脸)(都|也|全|有点)?肿(了|起|成|得)",
    ),
    (
        SKIN,
        r"又红又肿|又肿又(疼|痛|痒|红)|(脸|皮肤|身上|脖子|嘴唇?|眼皮|胳膊|手|腿)(上|都|也|全|有点|一直|好|很|又){0,2}(红|肿)了?.{0,3}(烫|痒|疼|痛)",
    ),
    (
        INFLAMED,
        r"(发|感染|得了.{0,3})炎(了|症)|发炎|化脓|溃烂|(^|[^防不])红(屁股|屁屁)|(屁股|屁屁)(都|有点|上)?(红了|发红|起疹|烂)",
    ),
    (
        ILLNESS,
        r"血(压|糖)(是|有|才|都)?\d|血(压|糖)(高|低)|脑梗|中风([^格档量速扇力]|$)|起搏器|肺气肿|白内障|青光眼|眼底病|发烧([^友级线]|$)|流泪|(眼|看|戴).{0,6}重影|红点点?|心脏(支架|搭桥)|支架手术",
    ),
];

static HEALTH_WORDINGS: Wordings = LazyLock::new(|| {
    RegexSet::new(HEALTH.iter().map(|(_, wording)| wording))
        .expect("the guards' patterns are tested")
});

/// Growing plants and what befalls them. 茶叶 and 花茶 are eaten, and a worm in them is another matter.
static PLANTS: LazyLock<Regex> = LazyLock::new(|| {
    any_of(&[
        r"叶子|叶片|叶背|叶面|新叶|老叶|花苞|花盆|盆土|盆里|盆栽|土里|土壤|绿植|植株|植物|枝条|茎|烂根|根系|(花|树|果|苗)(上|叶|根|木|苗|枝)",
        r"蚜虫|红蜘蛛|介壳虫|粉虱|蓟马|小?黑飞|潜叶|菜青虫|线虫|白粉病|黑斑|炭疽|锈病|根腐|黑腐|霜霉|灰霉|叶斑",
        r"虫子?了?(要|该|得)?(喷|打)(什么|哪)",
    ])
});

/// Whom a worm or a cure would harm beside the plant.
static BEINGS: LazyLock<Regex> =
    LazyLock::new(|| any_of(&[r"人|孩|宝|娃|皮肤|猫|狗|宠物|误食|能吃|可以吃|吃坏|喝|茶"]));

/// What is daily business where plants grow: vermin, mildew and their cure.
static PESTS: LazyLock<Regex> = LazyLock::new(|| {
    any_of(&[
        r"(有|生了?|长了?|爬了|好多|全是)?(小|活|死|好多|很多|飞)*虫(子|卵|害)?|(防|根)?治(疗|好)?|长了?(白|灰|霜)?霉|霉变",
    ])
});

/// The risks in a normalised text.
pub fn risks(normalised: &str) -> Risks {
    let text = normalised.trim();
    let grows = PLANTS.is_match(text) && !BEINGS.is_match(text);
    let cared_for = grows.then(|| PESTS.replace_all(text, " "));
    let text = cared_for.as_deref().unwrap_or(text);
    let hospital = || HOSPITAL.is_match(text) && !VISIT.is_match(text);
    let matters = HEALTH_WORDINGS.matches(text);
    let mut health_kinds = matters.iter().fold(0, |kinds, at| kinds | HEALTH[at].0);
    let ill = !grows && illness::asks_with_an_illness(text);
    if ill {
        health_kinds |= ILLNESS;
    }
    // Comfort alone is no matter of health, but for pregnant buyers it is.
    if health_kinds != 0
        && ["不舒服", "难受", "不适"]
            .iter()
            .any(|word| text.contains(word))
    {
        health_kinds |= PAIN;
    }
    Risks {
        health: matters.matched_any() || ill || hospital(),
        health_kinds,
        illnesses: match health_kinds {
            0 => 0,
            _ => illness::illnesses(text),
        },

        danger: DANGER.is_match(text),
        authenticity: AUTHENTICITY.is_match(text),
        fraud: FRAUD.is_match(text),
        law: LAW.is_match(text),
        spoiled: SPOILED.is_match(text),
    }
}
