//! The figures of an evaluation, and their names.

use serde::{Deserialize, Serialize};

/// A figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// Share of questions with the expected outcome.
    Passed,
    /// Share of in-scope questions whose best candidate is right.
    Top1,
    /// Share of in-scope questions with a right candidate among the best three.
    Top3,
    /// Mean of 1 / rank of the first right candidate, 0 beyond rank 10, over in-scope questions.
    Mrr10,
    /// Share of in-scope questions that are answered.
    Coverage,
    /// Share of wrong answers among all answers.
    Wrong,
    /// Share of answered questions among those that must not be answered.
    Leaked,
    /// Correct coverage at precision 90 %: share of in-scope questions answered rightly at the loosest confidence
    /// threshold with that precision. Every answered question outside the scope counts as wrong.
    CorrectAt90,
    /// The same at precision 95 %.
    CorrectAt95,
    /// The same at precision 99 %.
    CorrectAt99,
    /// Probability that a question with a right best candidate has a higher confidence than any other question
    /// (Mann–Whitney).
    Auroc,
    /// Mean distance between confidence and the share of right best candidates over [`BINS`](super::measures::BINS)
    /// equal bins, weighted by their counts (expected calibration error; Guo et al. 2017).
    Ece,
}

impl Figure {
    /// All figures, in the order of reports.
    pub const ALL: [Figure; 12] = [
        Figure::Passed,
        Figure::Top1,
        Figure::Top3,
        Figure::Mrr10,
        Figure::Coverage,
        Figure::Wrong,
        Figure::Leaked,
        Figure::CorrectAt90,
        Figure::CorrectAt95,
        Figure::CorrectAt99,
        Figure::Auroc,
        Figure::Ece,
    ];

    /// The short English name for the terminal.
    pub fn name(self) -> &'static str {
        match self {
            Figure::Passed => "as expected",
            Figure::Top1 => "top-1",
            Figure::Top3 => "top-3",
            Figure::Mrr10 => "MRR@10",
            Figure::Coverage => "coverage",
            Figure::Wrong => "wrong of answered",
            Figure::Leaked => "must-not answered",
            Figure::CorrectAt90 => "correct at P90",
            Figure::CorrectAt95 => "correct at P95",
            Figure::CorrectAt99 => "correct at P99",
            Figure::Auroc => "AUROC",
            Figure::Ece => "ECE",
        }
    }

    /// The name for a merchant's team.
    pub fn label(self) -> &'static str {
        match self {
            Figure::Passed => "符合预期",
            Figure::Top1 => "首位命中",
            Figure::Top3 => "前三命中",
            Figure::Mrr10 => "平均倒数排名 MRR@10",
            Figure::Coverage => "回答覆盖率",
            Figure::Wrong => "已答中的答错率",
            Figure::Leaked => "不该答却答了",
            Figure::CorrectAt90 => "精确率 90% 时的正确覆盖",
            Figure::CorrectAt95 => "精确率 95% 时的正确覆盖",
            Figure::CorrectAt99 => "精确率 99% 时的正确覆盖",
            Figure::Auroc => "置信度区分力 AUROC",
            Figure::Ece => "校准误差 ECE",
        }
    }

    /// Whether more is better.
    pub fn rises(self) -> bool {
        !matches!(self, Figure::Wrong | Figure::Leaked | Figure::Ece)
    }
}
