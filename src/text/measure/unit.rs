//! Turns a figure into a reading: converts units, and marks impossible and doubtful values.

use super::quantity::{Quantity, Unit};
use super::{Doubt, Measure, Reading};

/// Centimetres in one 尺.
const CHI: f64 = 33.3;

/// The reading of a figure as `measure`; `None` if the unit does not fit.
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

/// The value in centimetres, kilograms or months, and whether the unit is a guess.
pub(super) fn canonical(quantity: &Quantity, measure: Measure) -> Option<(f64, bool)> {
    let value = quantity.value;
    Some(match (measure, quantity.unit) {
        (_, Unit::Other) => return None,
        (Measure::Weight, Unit::Kilogram) => (value, false),
        (Measure::Weight, Unit::Jin) => (value / 2.0, false),
        (Measure::Weight, Unit::Pound) => (value * 0.4536, false),
        // Bare weights are in 斤. Below 70, grown people mean kilograms, and so do children.
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
        // 脚长235 is in millimetres. 35 to 48 is a shoe size.
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

/// Body mass index, kg/m².
pub(super) fn body_mass(centimetres: f64, kilograms: f64) -> f64 {
    kilograms / (centimetres / 100.0).powi(2)
}

/// Whether no person is as tall and as heavy as this: 身高158cm体重20斤, 身高60cm 50kg.
pub fn at_odds(centimetres: f64, kilograms: f64) -> bool {
    let least = if centimetres < 75.0 { 6.0 } else { 9.5 };
    !(least..=58.0).contains(&body_mass(centimetres, kilograms))
}

/// Whether a weight was written without a unit.
pub(super) fn is_bare(written: &str) -> bool {
    !written.contains(['斤', '克', '磅', 'g', 'b'])
}

/// Decides bare weights by the height told with them: 160 55 and 160 68 are kilograms; 160 90, and 110 38 for a child,
/// are 斤. In between (170 85) both are possible, and the unit is asked for.
pub(super) fn settle_weights(readings: &mut [Reading]) {
    let Some(height) = readings
        .iter()
        .find(|r| r.measure == Measure::Height && r.doubt.is_none())
        .map(|r| r.value)
    else {
        return;
    };
    // Limits for the body mass of the figure read as 斤: below the first it is in kilograms, from the second on in 斤.
    // Children are lighter for their height, and kilograms make the figure twice as heavy.
    let (kilograms_below, jin_from) = match height {
        ..140.0 => (11.0, 12.5),
        140.0..150.0 => (12.5, 16.0),
        _ => (14.5, 16.0),
    };
    let weights = readings.iter_mut().filter(|r| {
        r.measure == Measure::Weight && (r.doubt == Some(Doubt::Ambiguous) || is_bare(&r.written))
    });
    for reading in weights {
        let Some(written) = number(reading) else {
            continue;
        };
        let factor = written / reading.value;
        let in_jin = body_mass(height, written / 2.0);
        let (value, doubt) = match in_jin {
            _ if at_odds(height, written) && at_odds(height, written / 2.0) => {
                (reading.value, Some(Doubt::Impossible))
            }
            mass if mass < kilograms_below => (written, None),
            mass if mass >= jin_from => (written / 2.0, None),
            _ => (written, Some(Doubt::Ambiguous)),
        };
        reading.until = reading.until.map(|until| until * factor * value / written);
        (reading.value, reading.doubt) = (value, doubt);
    }
}

/// The figure of a bare weight as written: [`canonical`] halves figures from 70 on.
fn number(reading: &Reading) -> Option<f64> {
    let halved = reading.doubt != Some(Doubt::Ambiguous) && reading.value * 2.0 >= 70.0;
    let written = if halved {
        reading.value * 2.0
    } else {
        reading.value
    };
    (written > 0.0).then_some(written)
}
