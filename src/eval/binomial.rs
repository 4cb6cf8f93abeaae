//! Exact binomial tests and bounds, through the regularised incomplete beta function.

/// `ln Γ(x)` for x > 0: Stirling's series (DLMF 5.11.1) above 10, reached with the recurrence Γ(x + 1) = x Γ(x).
fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut shift) = (x, 0.0);
    while x < 10.0 {
        shift += x.ln();
        x += 1.0;
    }
    let square = x * x;
    // B₂ₖ / (2k (2k − 1) x²ᵏ⁻¹) for k = 1 … 5; the next term is below 2e-15 at x = 10.
    let series = (1.0 / 12.0
        - (1.0 / 360.0
            - (1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / (1188.0 * square)) / square) / square)
            / square)
        / x;
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series - shift
}

/// The regularised incomplete beta function Iₓ(a, b) for a, b > 0 and 0 ≤ x ≤ 1.
///
/// Continued fraction DLMF 8.17.22, evaluated by Lentz's method (Lentz 1976, with the modification of Thompson and
/// Barnett 1986), on the side of the mean where it converges fast.
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p()).exp();
    if x < (a + 1.0) / (a + b + 2.0) {
        front * fraction(x, a, b) / a
    } else {
        1.0 - front * fraction(1.0 - x, b, a) / b
    }
}

/// `1 / (1 + d₁ / (1 + d₂ / (1 + …)))` of DLMF 8.17.22.
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    /// Replaces a zero denominator.
    const TINY: f64 = 1e-300;
    let guard = |value: f64| if value.abs() < TINY { TINY } else { value };
    let (mut denominator, mut c, mut d) = (1.0, 1.0, 0.0);
    for n in 1..20_000u32 {
        let m = f64::from(n / 2);
        let term = match n % 2 {
            0 => m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m)),
            _ => -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0)),
        };
        d = 1.0 / guard(1.0 + term * d);
        c = guard(1.0 + term / c);
        denominator *= c * d;
        if (c * d - 1.0).abs() < 1e-15 {
            break;
        }
    }
    1.0 / denominator
}

/// P(X ≤ wrong) for X ~ Bin(`of`, `share`): the exact p-value of "the true share of wrong answers is above `share`"
/// after seeing `wrong` of `of`.
pub fn at_most(wrong: u32, of: u32, share: f64) -> f64 {
    match wrong >= of {
        true => 1.0,
        false => incomplete_beta(1.0 - share, f64::from(of - wrong), f64::from(wrong) + 1.0),
    }
}

/// The upper end of the one-sided Clopper–Pearson interval: the largest true share that `wrong` of `of` does not
/// exclude at level `delta`. 1 if `of` is 0.
///
/// Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial",
/// Biometrika 26 (1934).
pub fn upper_bound(wrong: u32, of: u32, delta: f64) -> f64 {
    if wrong >= of {
        return 1.0;
    }
    let (mut low, mut high) = (f64::from(wrong) / f64::from(of), 1.0);
    // The p-value falls as the share rises. Sixty halvings exhaust an f64.
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if at_most(wrong, of, middle) > delta {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// The fewest answers, all of them right, that prove a share of wrong answers of at most `budget` at level `delta`:
/// `⌈ln δ / ln(1 − budget)⌉`.
pub fn fewest(budget: f64, delta: f64) -> u32 {
    if budget <= 0.0 {
        return u32::MAX;
    }
    if budget >= 1.0 {
        return 1;
    }
    (delta.ln() / (-budget).ln_1p()).ceil().max(1.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ln_gamma_meets_factorials() {
        let mut factorial = 1.0f64;
        for n in 1..60u32 {
            assert!(
                (ln_gamma(f64::from(n)) - factorial.ln()).abs() < 1e-11,
                "{n}"
            );
            factorial *= f64::from(n);
        }
        assert!((ln_gamma(0.5) - std::f64::consts::PI.sqrt().ln()).abs() < 1e-12);
    }

    #[test]
    fn incomplete_beta_meets_closed_forms() {
        for x in [0.0, 0.01, 0.2, 0.5, 0.77, 0.99, 1.0f64] {
            let rows = [
                (1.0, 1.0, x),
                (3.0, 1.0, x.powi(3)),
                (1.0, 4.0, 1.0 - (1.0 - x).powi(4)),
                (2.0, 2.0, x * x * (3.0 - 2.0 * x)),
                (0.5, 0.5, 2.0 / std::f64::consts::PI * x.sqrt().asin()),
            ];
            for (a, b, expected) in rows {
                let found = incomplete_beta(x, a, b);
                assert!(
                    (found - expected).abs() < 1e-12,
                    "I_{x}({a}, {b}) = {found}, not {expected}"
                );
            }
        }
    }

    #[test]
    fn the_tail_meets_the_summed_binomial() {
        for (of, share) in [(10u32, 0.3f64), (45, 0.05), (200, 0.02), (1000, 0.01)] {
            // Each term is computed from the one before, so that nothing overflows.
            let mut term = (1.0 - share).powi(of as i32);
            let mut sum = term;
            for wrong in 0..of.min(30) {
                let found = at_most(wrong, of, share);
                assert!(
                    (found - sum).abs() < 1e-10,
                    "{wrong} of {of} at {share}: {found}, not {sum}"
                );
                term *= f64::from(of - wrong) / f64::from(wrong + 1) * share / (1.0 - share);
                sum += term;
            }
        }
    }

    #[test]
    fn clopper_pearson_meets_published_values() {
        // One-sided 97.5 % ends of the usual two-sided 95 % intervals.
        for (wrong, of, expected) in [
            (0, 10, 0.3085),
            (1, 10, 0.4450),
            (5, 10, 0.8129),
            (10, 100, 0.1762),
        ] {
            let found = upper_bound(wrong, of, 0.025);
            assert!(
                (found - expected).abs() < 1e-4,
                "{wrong} of {of}: {found}, not {expected}"
            );
        }
        assert_eq!(upper_bound(0, 0, 0.1), 1.0);
        assert_eq!(upper_bound(7, 7, 0.1), 1.0);
    }

    #[test]
    fn fewest_is_the_first_count_that_proves_the_budget() {
        for (budget, delta) in [(0.05, 0.1), (0.02, 0.1), (0.01, 0.05), (0.5, 0.1)] {
            let count = fewest(budget, delta);
            assert!(at_most(0, count, budget) <= delta);
            assert!(count == 1 || at_most(0, count - 1, budget) > delta);
        }
        assert_eq!((fewest(0.0, 0.1), fewest(1.0, 0.1)), (u32::MAX, 1));
    }
}
