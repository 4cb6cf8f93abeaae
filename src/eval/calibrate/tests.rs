use super::super::random::Random;
use super::*;

/// Questions of a shop in which the true probability of a wrong answer at raw confidence r is (1 − r)^power.
fn draw(random: &mut Random, count: usize, power: f64) -> Vec<Sample> {
    (0..count)
        .map(|_| {
            let raw = random.unit();
            Sample {
                raw,
                category: String::new(),
                right: random.unit() >= (1.0 - raw).powf(power),
            }
        })
        .collect()
}

/// The true share of wrong answers among questions with a raw confidence of at least `from`: the mean over [from, 1].
fn true_risk(from: f64, power: f64) -> f64 {
    (1.0 - from).powf(power) / (power + 1.0)
}

fn budgets(default: f64) -> BTreeMap<String, f64> {
    BTreeMap::from([("default".to_owned(), default)])
}

#[test]
fn the_budget_is_exceeded_in_at_most_delta_of_draws() {
    let mut random = Random::new(42);
    // The last two are hard: little or almost nothing can be answered within the budget.
    #[rustfmt::skip]
    let rows = [
        (400, 2.0, 0.05, 0.1, 60), (2000, 2.0, 0.02, 0.1, 100), (2500, 3.0, 0.05, 0.05, 190), (1000, 1.0, 0.1, 0.2, 100),
        (1000, 1.0, 0.05, 0.1, 0), (1000, 0.3, 0.05, 0.2, 0),
    ];
    for (count, power, budget, delta, at_least) in rows {
        let (mut proven, mut exceeded) = (0, 0);
        for _ in 0..200 {
            let samples = draw(&mut random, count, power);
            let (calibration, costs) = calibrate(&samples, &budgets(budget), Options { delta });
            if costs[0].standing == Standing::Proven {
                proven += 1;
                let raw = calibration.curve.invert(calibration.default);
                exceeded += u32::from(true_risk(raw, power) > budget);
            }
        }
        // Three standard deviations of a binomial count above δ · 200.
        let allowed = 200.0 * delta + 3.0 * (200.0 * delta * (1.0 - delta)).sqrt();
        assert!(
            f64::from(exceeded) <= allowed,
            "{exceeded} of 200 draws exceed {budget} at {delta}"
        );
        assert!(
            proven >= at_least,
            "only {proven} of 200 draws of {count} prove {budget}"
        );
    }
}

#[test]
fn more_labels_keep_more_answers() {
    let mut random = Random::new(5);
    let mut kept = Vec::new();
    for count in [1000, 3000, 10_000] {
        let samples = draw(&mut random, count, 2.0);
        let (_, costs) = calibrate(&samples, &budgets(0.05), Options { delta: 0.1 });
        assert_eq!(costs[0].standing, Standing::Proven, "{count}");
        kept.push(costs[0].kept);
    }
    assert!(kept[0] < kept[2], "{kept:?}");
}

#[test]
fn forty_labels_prove_nothing_and_say_so() {
    let samples = draw(&mut Random::new(1), 40, 8.0);
    let (calibration, costs) = calibrate(&samples, &budgets(0.02), Options { delta: 0.1 });
    assert!(!calibration.calibrated);
    assert_eq!(
        (costs[0].standing, costs[0].fewest),
        (Standing::Unproven, 114)
    );
}

#[test]
fn without_a_proof_labels_and_the_budget_move_the_threshold() {
    let labels = |right: bool| {
        vec![
            Sample {
                raw: 0.97,
                category: String::new(),
                right,
            };
            40
        ]
    };
    let threshold = |samples: &[Sample], budget: f64| {
        calibrate(samples, &budgets(budget), Options::default())
            .0
            .default
    };
    let mut last = 1.0;
    for budget in [0.005, 0.01, 0.02, 0.03, 0.05, 0.1] {
        let none = threshold(&[], budget);
        assert!(none < last, "a wider budget answers more: {budget}");
        last = none;
        assert!(threshold(&labels(true), budget) <= none, "{budget}");
        assert!(threshold(&labels(false), budget) > 0.97, "{budget}");
    }
    // The confidence's own claim, without any label.
    assert!((threshold(&[], 0.03) - 0.954).abs() < 0.003);
}

#[test]
fn categories_have_their_own_budgets_or_share_the_pool() {
    let mut random = Random::new(9);
    let mut samples = draw(&mut random, 3000, 2.0);
    for (i, sample) in samples.iter_mut().enumerate() {
        sample.category = match i % 100 {
            0 => "稀少".into(),
            1..50 => "售后".into(),
            _ => "售前".into(),
        };
    }
    let budgets = BTreeMap::from([
        ("default".into(), 0.1),
        ("售后".into(), 0.03),
        ("稀少".into(), 0.03),
    ]);
    let (calibration, costs) = calibrate(&samples, &budgets, Options { delta: 0.1 });
    assert!(calibration.calibrated);
    assert!(
        calibration.threshold("售后") > calibration.threshold("售前"),
        "{costs:?}"
    );
    let rare = costs
        .iter()
        .find(|cost| cost.category == "稀少")
        .expect("a row of the rare category");
    assert_eq!(
        (rare.labels, rare.standing),
        (1530, Standing::Proven),
        "tested against the pool"
    );
}

#[test]
fn platt_finds_the_curve_that_made_the_labels() {
    let mut random = Random::new(3);
    let made = Curve {
        slope: 0.6,
        offset: 1.0,
    };
    let samples: Vec<Sample> = (0..20_000)
        .map(|_| {
            let raw = random.unit();
            Sample {
                raw,
                category: String::new(),
                right: random.unit() < made.apply(raw),
            }
        })
        .collect();
    let found = platt(&samples).expect("a curve");
    assert!(
        (found.slope - made.slope).abs() < 0.05 && (found.offset - made.offset).abs() < 0.05,
        "{found:?}"
    );
    let contrary: Vec<Sample> = samples
        .into_iter()
        .map(|s| Sample {
            right: s.raw < 0.3,
            ..s
        })
        .collect();
    assert_eq!(platt(&contrary), None);
    assert_eq!(platt(&contrary[..20]), None);
}
