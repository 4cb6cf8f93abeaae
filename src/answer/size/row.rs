//! Answers questions from a size to the body (66码适合几个月, NB码多重能穿) with the rows of the chart.

use super::chart;
use super::reply::{row_text, row_words, size_word};
use super::wording::{alone, asks_size, says_any, says_size};
use crate::answer::product::Asked;
use crate::answer::proposal::{Fact, Proposal};
use crate::knowledge::{ChartColumn, Measure, SizeChart, ids};
use crate::text::normalise::{is_han, normalise, squeeze};

/// Words that ask whom a size fits, for any chart.
const WHOM: &[&str] = &["多大", "对应", "适合什么人", "适合谁"];

/// Words that ask for one measure of the body. With a chart of feet, 43码多重 asks for the weight of the shoe.
const MEASURES: &[(Measure, &[&str])] = &[
    (
        Measure::Weight,
        &["多重", "多少斤", "几斤", "多少kg", "体重多少", "什么体重"],
    ),
    (Measure::Height, &["多高", "身高多少", "什么身高"]),
    (Measure::Age, &["几个月", "几岁"]),
    (Measure::Bust, &["胸围多少"]),
    (Measure::Waist, &["腰围多少"]),
    (Measure::Foot, &["脚长多少"]),
];

/// The longest such question, in characters.
const LONGEST: usize = 16;

/// The rows of the size that a question names, if it asks whom the size fits.
pub(super) fn propose(asked: &Asked<'_>, chart: &SizeChart, sure: f64) -> Option<Proposal> {
    let text = &asked.plain.text;
    let measured = chart::measures(chart);
    let asks_whom = asked.says(WHOM)
        || MEASURES
            .iter()
            .any(|(measure, words)| measured.contains(measure) && asked.says(words))
        || chart.columns.iter().any(|column| shows(column, text));
    if chart.cross
        || asked.plain.len() > LONGEST
        || text.contains("还是")
        || asks_size(text)
        || !asks_whom
    {
        return None;
    }
    let named = chart.sizes.iter().find(|size| names(text, size))?;
    let rows: Vec<usize> = (0..chart.rows.len())
        .filter(|&row| chart.rows[row].size == *named)
        .collect();
    let told: Vec<String> = rows
        .iter()
        .map(|&row| row_words(chart, row, asked.text))
        .filter(|words| !words.is_empty())
        .collect();
    if told.is_empty() {
        return None;
    }
    // XL是多少斤穿的 does not ask for the weight of the goods.
    let sure = match asked.says(&["穿", "码", "适合"]) {
        true => sure.max(0.98),
        false => sure,
    };
    let reply = format!("按尺码表，{} 码：{}。", size_word(named), told.join("；"));
    let trace = format!("asks whom size {named} of chart {} fits", chart.stem);
    Some(Proposal {
        facts: rows
            .iter()
            .map(|&row| Fact {
                entry: ids::size(&chart.stem),
                row: Some(chart.rows[row].place.row),
                snippet: Some(row_text(chart, row)),
            })
            .collect(),
        ..Proposal::answer(reply, sure, "size.row", trace)
    })
}

/// Words that ask whether a size will do.
const WILL_DO: &[&str] = &[
    "可以吗",
    "可以不",
    "行吗",
    "行不行",
    "能行",
    "合适",
    "够吗",
    "够不够",
    "够穿",
    "会不会",
    "会紧",
    "会大",
    "会小",
    "会松",
    "太大",
    "太小",
    "太紧",
    "是不是大",
    "是不是小",
    "紧不紧",
    "紧吗",
    "大不大",
    "小不小",
    "大了吗",
    "小了吗",
    "能穿",
    "穿得下",
    "穿得上",
];

/// Whether a squeezed text asks if a size of the chart will do: L码可以吗, S会不会紧, 选M合适吗.
pub(super) fn asks_fit(chart: &SizeChart, text: &str) -> bool {
    says_any(text, WILL_DO)
        && chart.sizes.iter().any(|size| {
            let size = squeeze(&normalise(size_word(size)));
            says_size(text, &size)
        })
}

/// Whether a squeezed text tells the width of a bed and hardly more than the question which goods fit it: 18的床,
/// 适合15米床吗. Squeezed text has no marks, so 1.8 reads 18.
pub(super) fn of_bed(text: &str) -> bool {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let chooses = says_any(
        text,
        &[
            "哪个",
            "什么规格",
            "多大",
            "买",
            "拍",
            "选",
            "适合",
            "能用",
            "能铺",
            "合适",
            "可以吗",
            "尺寸",
        ],
    );
    let told = text.match_indices('床').any(|(at, bed)| {
        let before = text[..at].trim_end_matches(['的', '米', 'm']);
        let behind = text[at + bed.len()..].trim_start_matches(['是', '宽', '有']);
        digit(before.chars().last()) || digit(behind.chars().next())
    });
    let han = text.chars().filter(|c| is_han(*c)).count();
    told && han <= 12 && (chooses || han <= 4)
}

/// Whether a squeezed text names a column of the goods' own measures: 衣长, 袖长.
fn shows(column: &ChartColumn, text: &str) -> bool {
    let name: String = column.header.chars().take_while(|c| is_han(*c)).collect();
    column.measure.is_none() && name.chars().nth(1).is_some() && text.contains(&name)
}

/// Whether a squeezed text names a size: 66码, 90的, nb.
fn names(text: &str, size: &str) -> bool {
    let size = squeeze(&normalise(size_word(size)));
    let lettered = size.len() >= 2 && size.bytes().all(|b| b.is_ascii_alphanumeric());
    let letters = lettered && !size.starts_with(|c: char| c.is_ascii_digit());
    alone(text, &size).any(|(at, behind)| {
        let marked = behind.starts_with(['码', '号']);
        let bare = at == 0 && behind.starts_with('的');
        marked || bare || letters
    })
}
