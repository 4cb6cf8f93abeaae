//! What is risky in a text, by kind: an answer may only be given by what is said of the same kind.

use std::sync::LazyLock;

use regex::Regex;

use super::{AUTHENTICITY, DANGER, FRAUD, HEALTH, HOSPITAL, LAW, SPOILED, VISIT};

/// Which risks a text touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Risks {
    /// Health, allergy, pregnancy, injuries.
    pub health: bool,
    /// Fire, current, gas.
    pub danger: bool,
    /// Whether goods are what they are sold as.
    pub authenticity: bool,
    /// Somebody is after the buyer's money.
    pub fraud: bool,
    /// Damages and law.
    pub law: bool,
    /// What is found in goods, or wrong with them.
    pub spoiled: bool,
    /// Which matters of health, one bit for each: what is said of the pregnant is no answer to somebody's rash.
    health_kinds: u8,
}

impl Risks {
    /// Damages alone.
    pub fn damages(self) -> Risks {
        Risks {
            law: self.law,
            ..Risks::default()
        }
    }

    /// Whether both touch one kind; of health, whether what these speak of covers all that `other` asks.
    pub fn meet(self, other: Risks) -> bool {
        self.health && other.health && other.health_kinds & !self.health_kinds == 0
            || self.danger && other.danger
            || self.authenticity && other.authenticity
            || self.fraud && other.fraud
            || self.law && other.law
            || self.spoiled && other.spoiled
    }
}

const SKIN: u8 = 1;
const PREGNANT: u8 = 2;
const ILLNESS: u8 = 4;
const INJURY: u8 = 8;
const PAIN: u8 = 16;
const SWALLOWED: u8 = 32;
const INFLAMED: u8 = 64;

/// The matter of each wording of [`HEALTH`], in their order.
pub(super) const HEALTH_KINDS: [u8; 12] = [
    SKIN, PREGNANT, ILLNESS, INJURY, ILLNESS, PAIN, SWALLOWED, INJURY, INJURY, INJURY, INFLAMED,
    ILLNESS,
];

/// Growing plants and what befalls them. 茶叶 and 花茶 are eaten, and a worm in them is another matter.
static PLANTS: LazyLock<Regex> = LazyLock::new(|| {
    super::any_of(&[
        r"叶子|叶片|叶背|叶面|新叶|老叶|花苞|花盆|盆土|盆里|盆栽|土里|土壤|绿植|植株|植物|枝条|茎|烂根|根系|(花|树|果|苗)(上|叶|根|木|苗|枝)",
        r"蚜虫|红蜘蛛|介壳虫|粉虱|蓟马|小?黑飞|潜叶|菜青虫|线虫|白粉病|黑斑|炭疽|锈病|根腐|黑腐|霜霉|灰霉|叶斑",
        r"虫子?了?(要|该|得)?(喷|打)(什么|啥|哪)",
    ])
});

/// Whom a worm or a cure would harm beside the plant.
static BEINGS: LazyLock<Regex> =
    LazyLock::new(|| super::any_of(&[r"人|孩|宝|娃|皮肤|猫|狗|宠物|误食|能吃|可以吃|吃坏|喝|茶"]));

/// What is daily business where plants grow: vermin, mildew and their cure.
static PESTS: LazyLock<Regex> = LazyLock::new(|| {
    super::any_of(&[
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
    let matters = HEALTH.matches(text);
    let mut health_kinds = matters.iter().fold(0, |kinds, wording| {
        kinds | HEALTH_KINDS.get(wording).copied().unwrap_or(0)
    });
    // Comfort by itself is no matter of health, but of the pregnant it is one.
    if health_kinds != 0
        && ["不舒服", "难受", "不适"]
            .iter()
            .any(|word| text.contains(word))
    {
        health_kinds |= PAIN;
    }
    Risks {
        health: matters.matched_any() || hospital(),
        health_kinds,
        danger: DANGER.is_match(text),
        authenticity: AUTHENTICITY.is_match(text),
        fraud: FRAUD.is_match(text),
        law: LAW.is_match(text),
        spoiled: SPOILED.is_match(text),
    }
}
