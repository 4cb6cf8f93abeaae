//! When and to what a rule applies, and with which authority.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The time in which an entry may be used.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Window {
    /// First instant in force; `None`: no beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// First instant **no longer** in force: the inclusive date or minute of the file plus its precision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// `valid_until` as the merchant wrote it, for display.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_text: Option<String>,
}

/// The position of an instant relative to a [`Window`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The window has not opened yet.
    Before,
    /// In force.
    In,
    /// The window has closed.
    After,
}

impl Window {
    /// The phase of `at` relative to this window.
    pub fn phase(&self, at: Timestamp) -> Phase {
        match (self.from, self.until) {
            (Some(from), _) if at < from => Phase::Before,
            (_, Some(until)) if at >= until => Phase::After,
            _ => Phase::In,
        }
    }

    /// Whether `at` lies inside.
    pub fn contains(&self, at: Timestamp) -> bool {
        self.phase(at) == Phase::In
    }
}

/// The authority of a rule, from the floor, which no other rule may weaken, to the most specific.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// Law (法律).
    Law,
    /// The platform's rule (平台).
    Platform,
    /// The shop's rule (店铺), the default.
    #[default]
    Shop,
    /// A rule for a category (类目).
    Category,
    /// A rule for a product (商品).
    Product,
    /// A promotion's rule (活动).
    Promotion,
}

/// The state of the buyer's order, as the channel reports it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// 待付款, 未付款
    Unpaid,
    /// 待发货, 已付款
    Unshipped,
    /// 已发货, 待收货
    Shipped,
    /// 已签收
    Received,
    /// 退款中
    Refunding,
    /// 已完成
    Done,
    /// 已关闭
    Closed,
}

/// The conditions under which an entry applies. Empty lists mean "no limit".
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Conditions {
    /// Product ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<String>,
    /// Categories (类目), matched exactly.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Order states.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order_states: Vec<OrderState>,
    /// Alternatives. In one alternative, every word must occur in the question or the talk before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<Vec<String>>,
}
