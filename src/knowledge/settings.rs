//! `shop.toml` as plain data.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// A shop's settings. [`Settings::default`] is that of a shop with an empty `shop.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// `[shop] name`; the folder's name if it is missing.
    pub name: String,
    /// `[shop] timezone`, an IANA name. Default `Asia/Shanghai`.
    pub timezone: String,
    /// `[hours]`; `None`: people always answer.
    pub hours: Option<Hours>,
    /// `[scripts]`: script name → text with fields in `{braces}`. Includes the built-in scripts.
    pub scripts: BTreeMap<String, String>,
    /// `[budgets]`: allowed share of wrong answers among all answers, 0..1, by FAQ category; `default` for the rest.
    pub budgets: BTreeMap<String, f64>,
    /// `[handoff]`.
    pub handoff: HandoffRules,
    /// `[columns]`: this merchant's header → our column name.
    pub columns: BTreeMap<String, String>,
    /// `[size]`: fit rules.
    pub size: SizeRules,
    /// `[risk]`: what happens to risky questions that the knowledge answers.
    pub risk: RiskRule,
    /// `[[connector]]`: sources of facts that change by the minute.
    pub connectors: Vec<Connector>,
    /// `[gate]`: how much a publish may change.
    pub gate: GateRules,
    /// `[webhook]`: where tickets are announced.
    pub webhook: Option<Webhook>,
}

impl Settings {
    /// The shop's time zone. The reader of the settings reports an invalid name and does not store it.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.timezone).unwrap_or(TimeZone::UTC)
    }
}

/// Service hours of people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Hours {
    /// Days on which the shifts apply, 1 = Monday … 7 = Sunday.
    pub days: Vec<i8>,
    /// Shifts.
    pub shifts: Vec<Shift>,
    /// Holidays.
    pub holidays: Vec<Holiday>,
}

/// One shift (早班, 晚班).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shift {
    /// Name.
    pub name: String,
    /// Start, inclusive.
    pub from: Time,
    /// End, exclusive. An end at or before the start is on the next day.
    pub to: Time,
    /// The shift's own days; empty: those of [`Hours::days`].
    pub days: Vec<i8>,
}

/// A holiday.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Holiday {
    /// Name.
    pub name: String,
    /// First day.
    pub from: Date,
    /// Last day, inclusive.
    pub to: Date,
    /// Opening hours on these days; `None`: closed.
    pub open: Option<(Time, Time)>,
}

/// `[handoff]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct HandoffRules {
    /// Further wordings that call a person.
    pub words: Vec<String>,
    /// Further topics that call a person: reason → words.
    pub topics: BTreeMap<String, Vec<String>>,
    /// Misses in a row after which the talk is handed off with reason `repeated`.
    pub after_misses: u32,
    /// Hours after which a resolved talk, or one with a silent owner, goes back to the bot. If the owner never wrote, the
    /// ticket waits for another.
    pub resume_after_hours: f64,
    /// Skill groups (技能组) with the reasons whose tickets wait for them. All other tickets wait for anyone.
    pub skills: BTreeMap<String, Vec<String>>,
}

impl HandoffRules {
    /// The skill group for tickets of a reason; empty: anyone.
    pub fn skill(&self, reason: &str) -> &str {
        self.skills
            .iter()
            .find(|(_, reasons)| reasons.iter().any(|known| known == reason))
            .map_or("", |(skill, _)| skill)
    }
}

impl Default for HandoffRules {
    fn default() -> Self {
        Self {
            words: Vec::new(),
            topics: BTreeMap::new(),
            after_misses: 2,
            resume_after_hours: 12.0,
            skills: BTreeMap::new(),
        }
    }
}

/// `[size]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct SizeRules {
    /// Chart stem (or `default`) → rule between two sizes: `larger` (default) or `smaller`.
    pub between: BTreeMap<String, String>,
    /// Chart stem or product id (or `default`) → remark added to advice, such as 偏大一码.
    pub fit: BTreeMap<String, String>,
}

/// `[risk] rule`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum RiskRule {
    /// Answer only from the knowledge, and add the script `caution`.
    #[default]
    Caution,
    /// Always hand off.
    Handoff,
}

/// `[[connector]]`: an HTTP source of a fact that changes by the minute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Connector {
    /// `price`, `stock`, `parcel`, `refund` or `order`.
    pub fact: String,
    /// URL with `{product}`, `{sku}`, `{order}`, `{conversation}`.
    pub url: String,
    /// Template of the reply with fields of the response in `{braces}` and `{time}`.
    pub template: String,
    /// Milliseconds; default 800.
    pub timeout_ms: u64,
    /// Seconds; default 5.
    pub cache_seconds: u64,
    /// Failures in a row that open the breaker; default 3.
    pub breaker_failures: u32,
    /// Seconds the breaker stays open; default 30.
    pub breaker_seconds: u64,
}

/// `[gate]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct GateRules {
    /// Golden questions that may get worse in one publish. Default 0.
    pub worse: u32,
    /// Share of replayed real questions that may lose or change their answer, 0..1. Default 0.2.
    pub changed: f64,
    /// Days of real questions that are replayed. Default 7.
    pub replay_days: u32,
}

impl Default for GateRules {
    fn default() -> Self {
        Self {
            worse: 0,
            changed: 0.2,
            replay_days: 7,
        }
    }
}

/// `[webhook]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Webhook {
    /// The URL to which ticket events are POSTed.
    pub url: String,
    /// Name of the environment variable that holds the signing secret.
    pub secret_env: String,
}

/// The share of wrong among answered, 0..1, that is allowed where the merchant names none.
const BUDGET: f64 = 0.03;

/// The budget of all categories that have none of their own.
pub fn default_budget(budgets: &BTreeMap<String, f64>) -> f64 {
    budgets.get("default").copied().unwrap_or(BUDGET)
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: String::new(),
            timezone: "Asia/Shanghai".into(),
            hours: None,
            scripts: default_scripts(),
            budgets: BTreeMap::from([("default".into(), BUDGET)]),
            handoff: HandoffRules::default(),
            columns: BTreeMap::new(),
            size: SizeRules::default(),
            risk: RiskRule::default(),
            connectors: Vec::new(),
            gate: GateRules::default(),
            webhook: None,
        }
    }
}

/// The scripts of a shop that its `shop.toml` does not replace.
pub fn default_scripts() -> BTreeMap<String, String> {
    [
        (
            "greeting",
            "您好，我是{shop}的智能客服，请问有什么可以帮您？",
        ),
        ("thanks", "不客气，还有需要随时叫我～"),
        ("goodbye", "感谢光临，祝您生活愉快！"),
        ("handoff", "好的，这就为您转接人工客服，请稍等～"),
        (
            "off_hours",
            "人工客服的服务时间是{hours}，您的问题已经记下，{opens}上班后会第一时间回复您。",
        ),
        (
            "no_match",
            "这个问题我这边没有查到记录，已经为您转接人工客服，请稍等～",
        ),
        ("clarify", "您是想问："),
        (
            "clarify_one",
            "您是想问「{question}」吗？是的话点一下；不是的话换个说法，或者说“转人工”。",
        ),
        (
            "caution",
            "以上仅为资料上的信息，如有特殊情况请先咨询人工客服，涉及健康的请听医生的。",
        ),
        ("limited", "以下适用于{limits}："),
        ("ask_product", "请问您想了解哪一款商品？"),
        ("acknowledge", "好的，还有其他问题随时告诉我～"),
        ("ask_again", "请问您具体想了解什么呢？"),
        ("hours", "人工客服的服务时间是{hours}。"),
        (
            "rephrase",
            "不好意思没猜对，麻烦您换个说法再问一次；想找人工客服，直接说“转人工”。",
        ),
    ]
    .into_iter()
    .map(|(name, text)| (name.to_string(), text.to_string()))
    .collect()
}
