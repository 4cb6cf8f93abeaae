use super::super::compare::compare;
use super::super::confusion::{Lookup, confusions};
use super::super::measures::measure;
use super::super::outcome::{Expected, Labelled, tests::labelled};
use super::super::random::Random;
use super::*;
use crate::answer::calibration::Calibration;
use crate::answer::{Candidate, Outcome, Reason};

/// A run of a made-up shop: 300 questions, a fifth of which must not be answered; right more often at higher
/// confidence.
fn run(seed: u64) -> Vec<Labelled> {
    let mut random = Random::new(seed);
    (0..300)
        .map(|i| {
            let confidence = random.unit().sqrt();
            let right = random.unit() < confidence;
            let gold = format!("faq:{}", i % 30);
            let best = if right {
                gold.clone()
            } else {
                format!("faq:{}", (i + 7) % 30)
            };
            let expected = match i % 10 {
                0 => Expected::Handoff(None),
                1 => Expected::Handoff(Some(Reason::Risk)),
                2 => Expected::Entries(vec![format!("policy:{}", i % 30)]),
                _ => Expected::Entries(vec![gold]),
            };
            let (decision, part) = match confidence {
                0.75.. => (Outcome::Answer, format!("answer:{best}")),
                0.55.. => (Outcome::Clarify, "clarify:".to_owned()),
                _ => (Outcome::Handoff, "handoff:".to_owned()),
            };
            let mut row = labelled(expected, decision, &[&part], &[&best]);
            row.question = format!("第{i}问 <b>&\"");
            row.place = format!("golden.csv:{}", i + 2);
            row.candidates = vec![Candidate {
                id: best,
                title: String::new(),
                score: 1.0,
                confidence,
            }];
            row
        })
        .collect()
}

fn report() -> Report {
    let outcomes = run(1);
    let lookup = Lookup {
        title: &|id| Some(format!("标题 {id}")),
        phrasing: &|_| None,
    };
    Report {
        shop: "云裳".into(),
        snapshot: "0003-0123456789ab".into(),
        set: "golden.csv 300 条".into(),
        measures: measure(&outcomes),
        calibration: Calibration {
            budgets: [("default".to_owned(), 0.05)].into(),
            ..Calibration::default()
        },
        costs: Vec::new(),
        confusions: confusions(&outcomes, &lookup),
    }
}

#[test]
fn the_pages_stand_alone_and_escape_what_buyers_wrote() {
    let report = report();
    let comparison = compare("0002", &run(1), "0003", &run(2));
    for page in [page(&report), comparison_page("云裳", &comparison)] {
        assert!(!page.contains("<b>&\""), "buyers' words are escaped");
        assert!(page.contains("问 &lt;b&gt;&amp;&quot;"));
        for foreign in ["http://", "https://", "<script", "NaN", "inf"] {
            assert!(!page.contains(foreign), "the page holds {foreign}");
        }
        assert_eq!(page.matches("<svg").count(), page.matches("</svg>").count());
    }
    if let Ok(folder) = std::env::var("ZHIKE_TEST_PAGES") {
        let write = |name: &str, text: &str| {
            std::fs::write(format!("{folder}/{name}"), text).expect("a file")
        };
        write("report.html", &page(&report));
        write("compare.html", &comparison_page("云裳", &comparison));
        write("report.txt", &super::super::report::text(&report));
        write(
            "compare.txt",
            &super::super::report::comparison_text(&comparison),
        );
    }
}
