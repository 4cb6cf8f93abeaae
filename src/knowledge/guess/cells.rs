//! Statistics about the cells of a column.

use std::collections::HashSet;

use jiff::tz::TimeZone;

use crate::knowledge::dates;
use crate::knowledge::table::Row;

/// Statistics of a column.
pub(super) struct Cells {
    filled: usize,
    share_filled: f64,
    /// Share of questions.
    asking: f64,
    /// Share of dates.
    dates: f64,
    /// Share of different texts.
    distinct: f64,
    /// Mean length in characters.
    length: f64,
    /// The first cell that is not empty.
    pub(super) sample: String,
}

impl Cells {
    pub(super) fn new(rows: &[Row], column: usize, zone: &TimeZone) -> Cells {
        let texts: Vec<&str> = rows
            .iter()
            .map(|row| row.cell(column))
            .filter(|text| !text.is_empty())
            .collect();
        let count = texts.len().max(1) as f64;
        let share =
            |is: &dyn Fn(&str) -> bool| texts.iter().filter(|text| is(text)).count() as f64 / count;
        Cells {
            filled: texts.len(),
            share_filled: texts.len() as f64 / rows.len().max(1) as f64,
            asking: share(&is_question),
            dates: share(&|text| dates::parse(text, zone).is_ok()),
            distinct: texts.iter().collect::<HashSet<_>>().len() as f64 / count,
            length: texts.iter().map(|text| text.chars().count()).sum::<usize>() as f64 / count,
            sample: texts
                .first()
                .map(|text| text.chars().take(40).collect())
                .unwrap_or_default(),
        }
    }

    /// How much the cells look like those of a column of ours, 0..1.
    pub(super) fn looks_like(&self, column: &str) -> f64 {
        if self.filled == 0 {
            return 0.0;
        }
        match column {
            "question" if self.length <= 40.0 => self.asking * self.share_filled,
            // An answer is a sentence and rarely a question.
            "answer" if self.length >= 12.0 => (1.0 - self.asking) * self.share_filled * 0.9,
            "valid_from" | "valid_until" | "on_sale_from" | "on_sale_until" => self.dates * 0.7,
            "category" if self.filled >= 8 && self.length <= 8.0 => {
                (1.0 - self.distinct) * self.share_filled * (1.0 - self.dates) * 0.9
            }
            _ => 0.0,
        }
    }

    /// The share of questions in a column of short texts; `None` if the texts are not short, not different, or hardly
    /// ever questions.
    pub(super) fn asks_somewhat(&self) -> Option<f64> {
        let short = (3.0..=40.0).contains(&self.length);
        (short && self.differ() && self.asking >= 0.3).then_some(self.asking)
    }

    /// The length of a column's texts; `None` if they are too short for answers, or are questions.
    pub(super) fn tells_at_length(&self) -> Option<f64> {
        let telling = self.length >= 6.0 && self.dates < 0.5 && self.asking < 0.5;
        (telling && self.differ()).then_some(self.length)
    }

    fn differ(&self) -> bool {
        self.distinct >= 0.5 && self.share_filled >= 0.5
    }
}

/// Whether a cell asks something.
pub(super) fn is_question(text: &str) -> bool {
    const ASKING: &[&str] = &[
        "吗",
        "么",
        "啥",
        "怎",
        "咋",
        "什么",
        "多少",
        "多久",
        "几",
        "哪",
        "如何",
        "能不能",
        "可不可以",
        "是不是",
        "有没有",
        "为什么",
        "呢",
    ];
    text.chars().count() <= 60
        && (text.ends_with(['?', '？']) || ASKING.iter().any(|word| text.contains(word)))
}
