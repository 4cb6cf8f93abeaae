//! What a talk tells of the buyer's body.

use super::chart::{self, Known};
use crate::answer::product::Asked;
use crate::knowledge::{Measure, SizeChart};
use crate::text::measure::{Doubt, Reading, measure_expected, measures};
use crate::text::normalise::normalise;

/// Earlier messages that still count.
const REACH: usize = 8;

/// Whom a buyer tells of beside himself.
const OTHERS: &[&str] = &[
    "老公",
    "老婆",
    "男朋友",
    "女朋友",
    "对象",
    "他",
    "她",
    "爸",
    "妈",
    "儿子",
    "女儿",
    "弟",
    "妹",
    "哥",
    "姐",
];

/// The newest reading of each measure over the earlier messages and the question.
///
/// A message that only brings a figure, after sizes were spoken of, tells the first measure that `chart` still needs:
/// it is the answer to what was asked. `sizes` says whether a message speaks of sizes.
pub fn read(
    chart: &SizeChart,
    previous: &[String],
    text: &str,
    sizes: impl Fn(&str) -> bool,
) -> Vec<Reading> {
    let mut known: Vec<Reading> = Vec::new();
    let mut about_sizes = false;
    let start = previous.len().saturating_sub(REACH);
    for message in previous[start..].iter().map(String::as_str).chain([text]) {
        let mut told = told(chart, message);
        if told.is_empty() && about_sizes {
            let missing = chart::needed(chart)
                .into_iter()
                .find(|need| !known.iter().any(|k| k.measure == *need));
            told.extend(
                missing
                    .and_then(|measure| measure_expected(message, measure))
                    .filter(|_| is_short(message)),
            );
        }
        about_sizes = about_sizes || !told.is_empty() || sizes(message);
        for reading in told {
            known.retain(|old| old.measure != reading.measure);
            known.push(reading);
        }
    }
    settle(chart, &mut known);
    known
}

/// The measures that one message tells to a reader who has `chart` in mind: 78cm of a chart for children is a child's
/// height, though nobody says so.
pub fn told(chart: &SizeChart, message: &str) -> Vec<Reading> {
    let of_a_child = || measures(&format!("宝宝 {message}"));
    let mut told = match is_for_children(chart) {
        true => of_a_child(),
        false => measures(message),
    };
    let height = |told: &[Reading]| {
        let found = told.iter().find(|told| told.measure == Measure::Height);
        found.map(|told| told.value)
    };
    // A chart that begins with children may mean one: 120cm 45斤.
    if height(&told).is_none() {
        let child = of_a_child();
        if child.len() > 1 && height(&child).is_some_and(|height| holds(chart, height)) {
            told = child;
        }
    }
    for reading in &mut told {
        reading.until = reading.until.or_else(|| over(reading));
    }
    told
}

/// The upper end of 60多公斤: the next ten.
fn over(reading: &Reading) -> Option<f64> {
    let (figure, _) = reading.written.split_once('多')?;
    let figure: f64 = figure.trim().parse().ok()?;
    let tens = figure > 0.0 && figure % 10.0 == 0.0;
    tens.then(|| reading.value * (figure + 10.0) / figure)
}

/// Whether the question by itself, without the message that it follows, tells two bodies: each measure that the chart
/// needs twice, and not alike.
pub fn of_two(chart: &SizeChart, asked: &Asked<'_>) -> bool {
    let before = asked.previous.iter().map(|line| normalise(line));
    let lent = before.filter(|line| !line.is_empty());
    let own = lent
        .filter_map(|line| asked.text.strip_prefix(line.as_str()))
        .min_by_key(|own| own.len());
    let told = told(chart, own.unwrap_or(asked.text));
    let needed = chart::needed(chart);
    let twice = |need: &Measure| {
        let mut values = told.iter().filter(|r| r.measure == *need).map(|r| r.value);
        let first = values.next();
        first.is_some_and(|first| values.any(|other| other != first))
    };
    // 我175老公182 names the other one.
    let other = OTHERS.iter().any(|word| asked.text.contains(word)) && asked.text.contains('我');
    needed.len() > 1 && (needed.iter().all(twice) || other && needed.iter().any(twice))
}

/// The question without the colours of the product that it is about: 砖红165 tells a height as 165 does.
pub fn without_colours(asked: &Asked<'_>) -> String {
    let colours = asked
        .subject
        .one()
        .map(|product| asked.catalogue.colours_of(product));
    let long = colours
        .into_iter()
        .flatten()
        .filter(|colour| colour.chars().nth(1).is_some());
    long.fold(asked.text.to_owned(), |text, colour| {
        text.replace(colour.as_str(), " ")
    })
}

/// Whether a row of a chart holds a height.
fn holds(chart: &SizeChart, height: f64) -> bool {
    let column = chart
        .columns
        .iter()
        .position(|column| column.measure == Some(Measure::Height));
    let intervals = column.into_iter().flat_map(|column| {
        chart
            .rows
            .iter()
            .filter_map(move |row| row.cells.get(column)?.interval)
    });
    intervals.into_iter().any(|interval| {
        interval.low.is_some_and(|low| low <= height)
            && interval.high.is_some_and(|high| height <= high)
    })
}

/// Whether a chart ends below grown people.
fn is_for_children(chart: &SizeChart) -> bool {
    let highest = |measure: Measure| {
        let column = chart
            .columns
            .iter()
            .position(|column| column.measure == Some(measure))?;
        let ends = chart
            .rows
            .iter()
            .filter_map(|row| row.cells.get(column)?.interval)
            .filter_map(|i| i.high.or(i.low));
        ends.max_by(f64::total_cmp)
    };
    highest(Measure::Height).is_some_and(|height| height <= 140.0)
        || highest(Measure::Weight).is_some_and(|weight| weight <= 35.0)
}

/// Whether a message brings little more than a figure.
fn is_short(message: &str) -> bool {
    message.chars().filter(|c| c.is_alphanumeric()).count() <= 8
}

/// Decides weights whose unit was a guess: by the height told in another message, else by the only unit in which the
/// chart holds them.
fn settle(chart: &SizeChart, known: &mut [Reading]) {
    let height = known
        .iter()
        .find(|r| r.measure == Measure::Height && r.doubt.is_none())
        .map(|r| r.value);
    for reading in known
        .iter_mut()
        .filter(|r| r.measure == Measure::Weight && r.doubt == Some(Doubt::Ambiguous))
    {
        if let Some(height) = height {
            let together = measures(&format!("身高{height}cm 体重{}", reading.written));
            if let Some(weight) = together.into_iter().find(|r| r.measure == Measure::Weight) {
                (reading.value, reading.until, reading.doubt) =
                    (weight.value, weight.until, weight.doubt);
                continue;
            }
        }
        let held = |kilograms: f64| {
            let value = Known {
                measure: Measure::Weight,
                low: kilograms,
                high: kilograms,
            };
            matches!(chart::advise(chart, &[value]), chart::Advice::Sizes(_))
        };
        match (held(reading.value), held(reading.value / 2.0)) {
            (true, false) => reading.doubt = None,
            (false, true) => {
                reading.value /= 2.0;
                reading.until = reading.until.map(|until| until / 2.0);
                reading.doubt = None;
            }
            _ => {}
        }
    }
}

/// A reading as the reply repeats it: 身高160cm, 体重100斤; a bare figure gets the unit it was read in.
pub fn repeat(reading: &Reading) -> String {
    let figure = reading.written.trim();
    let bare = figure.parse::<f64>().ok();
    let same =
        |factor: f64| bare.is_some_and(|number| (number * factor - reading.value).abs() < 0.05);
    let unit = match reading.measure {
        _ if bare.is_none() => "",
        Measure::Weight if same(1.0) => "公斤",
        Measure::Weight => "斤",
        Measure::Age if same(12.0) => "岁",
        Measure::Age => "个月",
        _ if same(1.0) => "cm",
        _ if same(0.1) => "mm",
        _ if same(100.0) => "米",
        _ if same(33.3) => "尺",
        _ if same(2.54) => "英寸",
        _ => "",
    };
    format!("{}{figure}{unit}", reading.measure.name())
}
