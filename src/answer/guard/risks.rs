//! What is risky in a text, by kind: an answer may only be given by what is said of the same kind.

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

/// The risks in a normalised text.
pub fn risks(normalised: &str) -> Risks {
    let text = normalised.trim();
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
