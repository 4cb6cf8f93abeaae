//! The calibration of a snapshot: the curve from raw confidence to probability, and the thresholds that keep the share
//! of wrong answers within the shop's budgets.
//!
//! [`crate::eval::calibrate`] chooses it from labelled questions, the snapshot archives it, and this module only looks
//! it up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A strictly rising map from a raw confidence to a probability, both 0..1: `σ(slope · logit(raw) + offset)`. 0 and 1
/// (an exact hit) map to themselves. The default is the identity.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// Greater than zero, so that the order of candidates never changes.
    pub slope: f64,
    /// In logits.
    pub offset: f64,
}

impl Default for Curve {
    fn default() -> Self {
        Curve {
            slope: 1.0,
            offset: 0.0,
        }
    }
}

impl Curve {
    /// The probability for a raw confidence.
    pub fn apply(&self, raw: f64) -> f64 {
        if raw <= 0.0 || raw >= 1.0 {
            return raw.clamp(0.0, 1.0);
        }
        sigmoid(self.slope * logit(raw) + self.offset)
    }

    /// The raw confidence for a probability: the inverse of [`Curve::apply`].
    pub fn invert(&self, probability: f64) -> f64 {
        if probability <= 0.0 || probability >= 1.0 {
            return probability.clamp(0.0, 1.0);
        }
        sigmoid((logit(probability) - self.offset) / self.slope)
    }
}

/// `ln(p / (1 − p))` for 0 < p < 1.
pub fn logit(probability: f64) -> f64 {
    (probability / (1.0 - probability)).ln()
}

/// `1 / (1 + e^−x)`.
pub fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// The curve and the thresholds of a snapshot. The default is conservative and not calibrated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Calibration {
    /// Raw confidence → probability.
    pub curve: Curve,
    /// Least probability at which an entry is answered, by category. Categories with too few labels are not listed.
    pub thresholds: BTreeMap<String, f64>,
    /// The threshold of every other category.
    pub default: f64,
    /// Least probability of the best candidate at which options are offered.
    pub clarify: f64,
    /// How many labelled questions the calibration rests on.
    pub labels: u32,
    /// Whether the thresholds are proven to keep the budgets with the stated confidence. If `false`, only the labels
    /// and the confidence's own claim let expect it.
    pub calibrated: bool,
    /// Stated confidence, 0..1, for example 0.95.
    pub confidence: f64,
    /// Share of wrong answers, 0..1, that the thresholds were chosen for, by category.
    pub budgets: BTreeMap<String, f64>,
}

impl Default for Calibration {
    fn default() -> Self {
        Calibration {
            curve: Curve::default(),
            thresholds: BTreeMap::new(),
            default: 0.96,
            clarify: 0.3,
            labels: 0,
            calibrated: false,
            confidence: 0.0,
            budgets: BTreeMap::new(),
        }
    }
}

impl Calibration {
    /// The threshold for an entry of `category`.
    pub fn threshold(&self, category: &str) -> f64 {
        self.thresholds
            .get(category)
            .copied()
            .unwrap_or(self.default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_rises_keeps_its_ends_and_can_be_undone() {
        let curve = Curve {
            slope: 1.7,
            offset: -0.6,
        };
        let mut last = -1.0;
        for step in 0..=1000 {
            let raw = f64::from(step) / 1000.0;
            let probability = curve.apply(raw);
            assert!(probability > last, "{raw}");
            assert!((curve.invert(probability) - raw).abs() < 1e-9, "{raw}");
            last = probability;
        }
        assert_eq!((curve.apply(0.0), curve.apply(1.0)), (0.0, 1.0));
        assert!((Curve::default().apply(0.37) - 0.37).abs() < 1e-12);
    }

    #[test]
    fn a_calibration_reads_what_an_older_one_wrote() {
        let read: Calibration = serde_json::from_str(r#"{"thresholds": {"售后": 0.9}}"#)
            .expect("missing fields take defaults");
        assert_eq!(read.threshold("售后"), 0.9);
        assert_eq!(read.threshold("售前"), Calibration::default().default);
        assert!(!read.calibrated);
    }
}
