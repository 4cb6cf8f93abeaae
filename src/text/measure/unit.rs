//! A figure as a reading: units made canonical, impossible and doubtful values marked.

use super::quantity::{Quantity, Unit};
use super::{Doubt, Measure, Reading};

/// Centimetres of one 尺, as the contract says.
const CHI: f64 = 33.3;

/// The reading of a figure as `measure`; `None` where the unit does not fit.
pub(super) fn reading(chars: &[char], quantity: &Quantity, measure: Measure) -> Option<Reading> {
    let (value, guessed) = canonical(quantity, measure)?;
    let round = |value: f64| (value * 100.0).round() / 100.0;
    let until = quantity
        .until
        .and_then(|until| {
            canonical(
                &Quantity {
                    value: until,
                    ..*quantity
                },
                measure,
            )
        })
        .map(|(value, _)| round(value));
    let doubt = if !measure.possible().contains(&value) {
        Some(Doubt::Impossible)
    } else if guessed {
        Some(Doubt::Ambiguous)
    } else {
        None
    };
    Some(Reading {
        measure,
        value: round(value),
        until,
        written: chars[quantity.start..quantity.end].iter().collect(),
        span: (quantity.start as u32, quantity.end as u32),
        approximate: quantity.approximate,
        doubt,
    })
}

/// The value in centimetres, kilograms or months, and whether the unit had to be guessed against the usual reading.
pub(super) fn canonical(quantity: &Quantity, measure: Measure) -> Option<(f64, bool)> {
    let value = quantity.value;
    Some(match (measure, quantity.unit) {
        (_, Unit::Other) => return None,
        (Measure::Weight, Unit::Kilogram) => (value, false),
        (Measure::Weight, Unit::Jin) => (value / 2.0, false),
        (Measure::Weight, Unit::Pound) => (value * 0.4536, false),
        // Bare weights are 斤; below 70 grown people mean kilograms, and children either.
        (Measure::Weight, Unit::Bare) if value < 70.0 => (value, true),
        (Measure::Weight, Unit::Bare) => (value / 2.0, false),
        (Measure::Age, Unit::Month) => (value, false),
        (Measure::Age, Unit::Bare) => (value * 12.0, true),
        (Measure::Weight | Measure::Age, _)
        | (_, Unit::Kilogram | Unit::Jin | Unit::Pound | Unit::Month) => return None,
        (_, Unit::Centimetre) => (value, false),
        (_, Unit::Millimetre) => (value / 10.0, false),
        (_, Unit::Metre) => (value * 100.0, false),
        (_, Unit::Chi) => (value * CHI, false),
        (_, Unit::Cun) => (value * CHI / 10.0, false),
        (Measure::Height, Unit::Bare) if (1.0..2.5).contains(&value) => (value * 100.0, false),
        // 脚长235 is in millimetres; 35 to 48 is a shoe size.
        (Measure::Foot, Unit::Bare) if (100.0..=330.0).contains(&value) => (value / 10.0, false),
        (Measure::Foot, Unit::Bare) if (34.0..=48.0).contains(&value) => return None,
        // 腰围2.1 is in 尺, 腰围28 in inches as on jeans.
        (Measure::Bust | Measure::Waist | Measure::Hip, Unit::Bare)
            if (1.3..=4.5).contains(&value) =>
        {
            (value * CHI, false)
        }
        (Measure::Waist, Unit::Bare) if (23.0..=40.0).contains(&value) => (value * 2.54, true),
        (Measure::Bust, Unit::Bare) if (28.0..=46.0).contains(&value) => (value * 2.54, true),
        (_, Unit::Bare) => (value, false),
    })
}

/// Decides bare weights by the height told with them: 160 55 is kilograms, 110 38 of a child is 斤.
pub(super) fn settle_weights(readings: &mut [Reading]) {
    let Some(height) = readings
        .iter()
        .find(|r| r.measure == Measure::Height && r.doubt.is_none())
        .map(|r| r.value / 100.0)
    else {
        return;
    };
    // Body mass index, kg/m²; wider than any buyer is likely to be.
    let plausible = |kilograms: f64| (12.5..=48.0).contains(&(kilograms / (height * height)));
    for reading in readings
        .iter_mut()
        .filter(|r| r.measure == Measure::Weight && r.doubt == Some(Doubt::Ambiguous))
    {
        let written = reading.value;
        if plausible(written / 2.0) {
            reading.value = written / 2.0;
            reading.until = reading.until.map(|until| until / 2.0);
            reading.doubt = None;
        } else if plausible(written) {
            reading.doubt = None;
        } else {
            reading.doubt = Some(Doubt::Impossible);
        }
    }
}
