//! Reads the measures of the buyer's body from the talk.

use super::amend::amended;
use super::chart;
use super::reply::split_header;
use super::wording::asks_size;
use crate::answer::product::Asked;
use crate::knowledge::{Measure, SizeChart};
use crate::text::measure::{
    Doubt, OWN, Reading, at_odds, measure_expected, measures, of_several, same_person, whose,
};
use crate::text::normalise::{normalise, squeeze};
use crate::text::numeral::is_numeral;

/// The number of earlier messages that count.
const REACH: usize = 8;

/// What a talk tells about the person whom the last message asks for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Told {
    /// The newest reading of each measure.
    pub readings: Vec<Reading>,
    /// Whether this is a different person from the one whose figures were told first.
    pub another: bool,
}

/// The newest reading of each measure over the earlier messages and the question, for the person asked for. One
/// person's figures are not used for another (158 104斤穿什么码, 那我妈穿多大).
///
/// After sizes were spoken of, a message with only a figure tells the first measure that `chart` still needs, since
/// that is what was asked. If nothing is missing, or the message says so (说错了，165), it corrects what was told. `sizes`
/// tells whether a message speaks of sizes.
pub fn read(
    chart: &SizeChart,
    previous: &[String],
    text: &str,
    sizes: impl Fn(&str) -> bool,
) -> Told {
    let mut bodies: Vec<(&'static str, Vec<Reading>)> = vec![(OWN, Vec::new())];
    let (mut of, mut about_sizes) = (0, false);
    let start = previous.len().saturating_sub(REACH);
    let own = own_words(previous, text);
    for message in previous[start..].iter().map(String::as_str).chain([own]) {
        let mut told = told(chart, message);
        let asks = sizes(message)
            || normalise(message)
                .trim_end_matches(['?', ' '])
                .ends_with('呢');
        if let Some(who) = whose(message)
            && (asks || !told.is_empty())
        {
            of = body_of(chart, &mut bodies, of, who);
        }
        let known = &mut bodies[of].1;
        if told.is_empty() && about_sizes {
            told = match amended(chart, known, message) {
                Some(told) => told,
                None => missing(chart, known)
                    .filter(|_| !names_another(chart, message))
                    .and_then(|measure| measure_expected(message, measure))
                    .filter(|_| is_short(message))
                    .into_iter()
                    .collect(),
            };
        }
        about_sizes = about_sizes || !told.is_empty() || sizes(message);
        for reading in told {
            known.retain(|old| old.measure != reading.measure);
            known.push(reading);
        }
    }
    let (_, mut readings) = bodies.swap_remove(of);
    settle(chart, &mut readings);
    Told {
        readings,
        another: of > 0,
    }
}

/// Whether a message names a column of the chart that is no measure of ours: 脸宽12.5 tells no age.
fn names_another(chart: &SizeChart, message: &str) -> bool {
    let message = normalise(message);
    let mut others = chart
        .columns
        .iter()
        .filter(|column| column.measure.is_none());
    others.any(|column| {
        let name = normalise(split_header(&column.header).0);
        name.chars().nth(1).is_some() && message.contains(&name)
    })
}

/// The first measure that the chart needs and that is not known yet, or known with a value that no body has.
pub(super) fn missing(chart: &SizeChart, known: &[Reading]) -> Option<Measure> {
    let told = |need: &Measure| {
        known
            .iter()
            .any(|k| k.measure == *need && k.doubt != Some(Doubt::Impossible))
    };
    chart::needed(chart).into_iter().find(|need| !told(need))
}

/// The index of the readings of `who`. Figures told without a name are taken for the same person if they can be.
fn body_of(
    chart: &SizeChart,
    bodies: &mut Vec<(&'static str, Vec<Reading>)>,
    now: usize,
    who: &'static str,
) -> usize {
    if same_person(bodies[now].0, who) {
        return now;
    }
    let kept = bodies.iter().position(|(other, _)| same_person(other, who));
    if let Some(kept) = kept {
        return kept;
    }
    // Nothing was told yet, or a chart for children tells whose figures they are.
    if bodies.len() == 1 && (bodies[0].1.is_empty() || is_for_children(chart)) {
        bodies[0].0 = who;
        return 0;
    }
    bodies.push((who, Vec::new()));
    bodies.len() - 1
}

/// Whether the question has a figure that means a measure only in this talk: the measure that was asked for, or a
/// correction. 3天能到吗 has none.
pub fn adds(chart: &SizeChart, asked: &Asked<'_>, sizes: impl Fn(&str) -> bool) -> bool {
    let before = read(chart, asked.previous, "", &sizes);
    read(chart, asked.previous, asked.text, &sizes) != before
}

/// A question without the message that it follows, which [`crate::answer::parse::read`] put before it.
fn own_words<'a>(previous: &[String], text: &'a str) -> &'a str {
    let before = previous.iter().map(|line| normalise(line));
    before
        .filter(|line| !line.is_empty())
        .filter_map(|line| text.strip_prefix(line.as_str()))
        .min_by_key(|own| own.len())
        .unwrap_or(text)
}

/// Whether no body has both the height and the weight of the readings (身高60cm 50kg).
pub fn no_body(readings: &[Reading]) -> bool {
    let of = |measure| readings.iter().find(|r: &&Reading| r.measure == measure);
    match (of(Measure::Height), of(Measure::Weight)) {
        (Some(height), Some(weight)) => {
            let most = |r: &Reading| r.until.unwrap_or(r.value).max(r.value);
            at_odds(height.value, weight.value) && at_odds(most(height), most(weight))
        }
        _ => false,
    }
}

/// The measures that one message tells, read with `chart` in mind: for a chart for children 78cm is a child's height,
/// even without a word that says so.
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
    // A chart that begins with children's sizes may mean a child: 120cm 45斤.
    if height(&told).is_none() {
        let child = of_a_child();
        let asked =
            || child.len() > 1 || is_short(message) || asks_size(&squeeze(&normalise(message)));
        if asked() && height(&child).is_some_and(|height| holds(chart, height)) {
            told = child;
        }
    }
    if told.is_empty() {
        told.extend(only_figure(chart, message));
    }
    for reading in &mut told {
        reading.until = reading.until.or_else(|| over(reading));
    }
    told
}

/// A message that is only a figure (23.5), if the chart needs a single measure and contains the figure. Small figures
/// count goods or pick an option, and an age is told with 岁.
fn only_figure(chart: &SizeChart, message: &str) -> Option<Reading> {
    let [measure] = chart::needed(chart)[..] else {
        return None;
    };
    let says = message
        .chars()
        .any(|c| c.is_alphabetic() && !is_numeral(c) && !"尺寸".contains(c));
    if says || measure == Measure::Age {
        return None;
    }
    let reading = measure_expected(message, measure)?;
    (reading.doubt.is_none()
        && reading.value >= 10.0
        && chart::spans(chart, measure, reading.value))
    .then_some(reading)
}

/// The upper end of 60多公斤: the next multiple of ten.
fn over(reading: &Reading) -> Option<f64> {
    let (figure, _) = reading.written.split_once('多')?;
    let figure: f64 = figure.trim().parse().ok()?;
    let tens = figure > 0.0 && figure % 10.0 == 0.0;
    tens.then(|| reading.value * (figure + 10.0) / figure)
}

/// Whether the question itself, without the message that it follows, tells two bodies: each measure that the chart
/// needs twice with different values, or one of them twice with two people named (我175老公182).
pub fn of_two(chart: &SizeChart, asked: &Asked<'_>) -> bool {
    let own = own_words(asked.previous, asked.text);
    let told = told(chart, own);
    let needed = chart::needed(chart);
    let twice = |need: &Measure| {
        let mut values = told.iter().filter(|r| r.measure == *need).map(|r| r.value);
        let first = values.next();
        first.is_some_and(|first| values.any(|other| other != first))
    };
    needed.len() > 1 && needed.iter().all(twice) || of_several(own) && needed.iter().any(twice)
}

/// The question without the colours of its product: in 砖红165 the figure is a height, as in 165.
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

/// Whether a row of a chart contains a height.
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

/// Whether a chart ends below the heights of grown people.
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

/// Whether a message is little more than a figure.
fn is_short(message: &str) -> bool {
    message.chars().filter(|c| c.is_alphanumeric()).count() <= 8
}

/// Settles guesses of units: a weight by the height told in another message, then any measure that the chart contains
/// in one unit only. A value that the chart contains is possible, whoever wears it (胸围32cm of a dog).
fn settle(chart: &SizeChart, known: &mut [Reading]) {
    let height = known
        .iter()
        .find(|r| r.measure == Measure::Height && r.doubt.is_none())
        .map(|r| r.value);
    for reading in known.iter_mut() {
        match reading.measure {
            Measure::Weight => {
                if let Some(height) = height {
                    let together = measures(&format!("身高{height}cm 体重{}", reading.written));
                    let weight = together.into_iter().find(|r| r.measure == Measure::Weight);
                    if let Some(weight) = weight.filter(|w| w.written == reading.written) {
                        // The upper end of 60多公斤 comes from [`over`].
                        let until = reading
                            .until
                            .map(|until| until * weight.value / reading.value);
                        (reading.value, reading.until, reading.doubt) =
                            (weight.value, weight.until.or(until), weight.doubt);
                    }
                }
                settle_by_chart(chart, reading, 0.5);
            }
            Measure::Bust | Measure::Waist | Measure::Hip
                if reading.doubt == Some(Doubt::Ambiguous) =>
            {
                // Centimetres if the chart contains the figure, else inches.
                let written = reading.value / 2.54;
                if chart::has(chart, reading.measure, written)
                    && chart::spans(chart, reading.measure, written)
                {
                    reading.until = reading.until.map(|until| until / 2.54);
                    reading.value = (written * 100.0).round() / 100.0;
                }
            }
            _ => {}
        }
        if reading.doubt == Some(Doubt::Impossible)
            && chart::spans(chart, reading.measure, reading.value)
        {
            reading.doubt = None;
        }
    }
}

/// Changes a reading to its other unit (`factor` times as much), if the chart contains only that value.
fn settle_by_chart(chart: &SizeChart, reading: &mut Reading, factor: f64) {
    if reading.doubt != Some(Doubt::Ambiguous) {
        return;
    }
    let holds = |value: f64| chart::has(chart, reading.measure, value);
    match (holds(reading.value), holds(reading.value * factor)) {
        (true, false) => reading.doubt = None,
        (false, true) => {
            reading.value *= factor;
            reading.until = reading.until.map(|until| until * factor);
            reading.doubt = None;
        }
        _ => {}
    }
}

/// A reading as the reply repeats it: 身高160cm, 体重100斤. A bare figure gets the unit that it was read in.
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
