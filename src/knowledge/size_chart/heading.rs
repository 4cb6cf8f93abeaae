//! Reads measures and units from the headers of size charts.

use unicode_normalization::UnicodeNormalization;

use crate::knowledge::model::Measure;

/// A unit of a header or cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Centimetre,
    Metre,
    Millimetre,
    /// 尺 = 33.3 cm
    Chi,
    /// 寸 = 3.33 cm
    Cun,
    Inch,
    /// 斤 = 0.5 kg
    Jin,
    Kilogram,
    Pound,
    Year,
    Month,
}

/// The dimension of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dimension {
    Length,
    Weight,
    Time,
}

/// Unit words, longest first, so that 厘米 is not read as 米.
pub(super) const UNITS: &[(&str, Unit)] = &[
    ("centimetre", Unit::Centimetre),
    ("厘米", Unit::Centimetre),
    ("公分", Unit::Centimetre),
    ("毫米", Unit::Millimetre),
    ("英寸", Unit::Inch),
    ("inch", Unit::Inch),
    ("市尺", Unit::Chi),
    ("市寸", Unit::Cun),
    ("市斤", Unit::Jin),
    ("公斤", Unit::Kilogram),
    ("千克", Unit::Kilogram),
    ("周岁", Unit::Year),
    ("个月", Unit::Month),
    ("years", Unit::Year),
    ("months", Unit::Month),
    ("month", Unit::Month),
    ("year", Unit::Year),
    ("cm", Unit::Centimetre),
    ("mm", Unit::Millimetre),
    ("kg", Unit::Kilogram),
    ("lb", Unit::Pound),
    ("磅", Unit::Pound),
    ("尺", Unit::Chi),
    ("寸", Unit::Cun),
    ("斤", Unit::Jin),
    ("米", Unit::Metre),
    ("岁", Unit::Year),
    ("月", Unit::Month),
    ("in", Unit::Inch),
    ("m", Unit::Metre),
];

impl Unit {
    /// Factor to the canonical unit of its dimension: centimetres, kilograms, months.
    pub(super) fn factor(self) -> f64 {
        match self {
            Unit::Centimetre | Unit::Kilogram | Unit::Month => 1.0,
            Unit::Metre => 100.0,
            Unit::Millimetre => 0.1,
            Unit::Chi => 33.3,
            Unit::Cun => 3.33,
            Unit::Inch => 2.54,
            Unit::Jin => 0.5,
            Unit::Pound => 0.453_592_37,
            Unit::Year => 12.0,
        }
    }

    /// Its dimension.
    pub(super) fn dimension(self) -> Dimension {
        match self {
            Unit::Jin | Unit::Kilogram | Unit::Pound => Dimension::Weight,
            Unit::Year | Unit::Month => Dimension::Time,
            _ => Dimension::Length,
        }
    }

    fn named(text: &str) -> Option<Unit> {
        UNITS
            .iter()
            .find(|(name, _)| *name == text)
            .map(|(_, unit)| *unit)
    }
}

/// The dimension of a measure.
pub(super) fn dimension(measure: Measure) -> Dimension {
    match measure {
        Measure::Weight => Dimension::Weight,
        Measure::Age => Dimension::Time,
        _ => Dimension::Length,
    }
}

/// Smallest and largest value of a person, in canonical units. Outside of it the unit is doubtful.
pub(super) fn plausible(measure: Measure) -> (f64, f64) {
    match measure {
        Measure::Height => (40.0, 230.0),
        Measure::Weight => (2.0, 200.0),
        Measure::Bust | Measure::Waist | Measure::Hip => (30.0, 200.0),
        Measure::Foot => (6.0, 35.0),
        Measure::Shoulder => (15.0, 70.0),
        Measure::Age => (0.0, 1_200.0),
        Measure::Head => (30.0, 70.0),
        Measure::Wrist => (8.0, 30.0),
        Measure::Underbust => (30.0, 180.0),
        Measure::Neck => (15.0, 80.0),
        Measure::Palm => (8.0, 35.0),
        Measure::Finger => (3.0, 13.0),
        Measure::Torso => (50.0, 250.0),
    }
}

/// The meaning of a chart's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Heading {
    /// The body measure.
    pub(super) measure: Option<Measure>,
    /// The unit in the header.
    pub(super) unit: Option<Unit>,
}

impl Heading {
    /// Whether unit and measure contradict each other (`身高(kg)`).
    pub(super) fn contradicts(self) -> bool {
        matches!((self.measure, self.unit), (Some(measure), Some(unit)) if unit.dimension() != dimension(measure))
    }
}

/// Reads a header: `身高(cm)`, `体重/斤`, `胸围cm`, `适合身高（CM）`, `foot length`.
pub(super) fn heading(text: &str) -> Heading {
    let plain = plain(text);
    let mut name = String::new();
    let mut unit = None;
    for piece in plain
        .split(['(', ')', '[', ']', '【', '】', '/', ':', ',', '·', '.'])
        .filter(|piece| !piece.is_empty())
    {
        let piece = piece.trim_start_matches("单位");
        match Unit::named(piece) {
            Some(named) => unit = unit.or(Some(named)),
            None => {
                let suffix = UNITS.iter().find(|(word, _)| {
                    // A single letter, or 月 or 尺, after a word is not a unit: 裤脚in, 上市月.
                    (word.len() > 3 || matches!(*word, "cm" | "mm" | "kg" | "斤"))
                        && piece
                            .strip_suffix(word)
                            .is_some_and(|rest| !rest.is_empty())
                });
                match suffix {
                    Some((word, named)) => {
                        unit = unit.or(Some(*named));
                        name.push_str(&piece[..piece.len() - word.len()]);
                    }
                    None => name.push_str(piece),
                }
            }
        }
    }
    let measure = body_measure(&name);
    if measure == Some(Measure::Age) && unit.is_none() {
        unit = Some(if name.contains('月') {
            Unit::Month
        } else {
            Unit::Year
        });
    }
    Heading { measure, unit }
}

/// The body measure that the words of a header name; `None` for garment measures.
fn body_measure(name: &str) -> Option<Measure> {
    const GARMENT: &[&str] = &[
        "成衣", "衣", "裤", "裙", "鞋", "平铺", "平量", "服装", "半", "1/2", "下胸", "内长",
        "garment",
    ];
    const AROUND: &[&str] = &[
        "适合", "建议", "参考", "推荐", "对应", "适用", "适穿", "穿着", "宝宝", "儿童", "人体",
        "身体", "净体", "净", "范围", "区间",
    ];
    if GARMENT.iter().any(|word| name.contains(word)) {
        return None;
    }
    let core = AROUND
        .iter()
        .fold(name.to_string(), |core, word| core.replace(word, ""));
    Some(match core.as_str() {
        "身高" | "height" | "bodyheight" => Measure::Height,
        "体重" | "weight" | "bodyweight" => Measure::Weight,
        "胸围" | "上胸围" | "bust" | "chest" => Measure::Bust,
        "腰围" | "waist" => Measure::Waist,
        "臀围" | "hip" | "hips" => Measure::Hip,
        "脚长" | "足长" | "foot" | "footlength" => Measure::Foot,
        "肩宽" | "shoulder" | "shoulders" | "shoulderwidth" => Measure::Shoulder,
        "年龄" | "月龄" | "age" => Measure::Age,
        "头围" | "head" => Measure::Head,
        "手围" | "腕围" | "手腕围" | "手腕周长" | "wrist" => Measure::Wrist,
        "下胸围" | "底围" | "underbust" => Measure::Underbust,
        "颈围" | "脖围" | "neck" => Measure::Neck,
        "掌围" | "手掌围" | "palm" => Measure::Palm,
        "指围" | "手指围" | "戒围" | "finger" => Measure::Finger,
        "躯干围" | "torso" => Measure::Torso,
        _ => return None,
    })
}

/// The two measures of a header such as `身高(cm)/体重(斤)`, `身高\体重`, `身高体重`.
pub(super) fn pair_of_headings(text: &str) -> Option<(String, String)> {
    let plain: String = text.nfkc().collect::<String>().trim().to_string();
    let mut depth = 0i32;
    let is_separator = |c: char| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth == 0 && matches!(c, '/' | '\\' | '、' | '|' | '×' | '&' | '+' | '\n' | '-')
    };
    let parts: Vec<String> = plain
        .split(is_separator)
        .map(|p| p.trim().to_string())
        .filter(|p| !p.is_empty())
        .collect();
    let parts = match parts.as_slice() {
        [one] if one.replace(' ', "") == "身高体重" => {
            vec!["身高".to_string(), "体重".to_string()]
        }
        _ => parts,
    };
    let [one, other] = <[String; 2]>::try_from(parts).ok()?;
    let (first, second) = (heading(&one).measure?, heading(&other).measure?);
    (first != second).then_some((one, other))
}

/// Half width, lower case, no spaces.
pub(super) fn plain(text: &str) -> String {
    text.nfkc()
        .flat_map(char::to_lowercase)
        .filter(|c| !c.is_whitespace())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_tell_measure_and_unit() {
        for (text, measure, unit) in [
            ("身高(cm)", Some(Measure::Height), Some(Unit::Centimetre)),
            ("身高（CM）", Some(Measure::Height), Some(Unit::Centimetre)),
            ("体重/斤", Some(Measure::Weight), Some(Unit::Jin)),
            ("体重", Some(Measure::Weight), None),
            ("胸围 cm", Some(Measure::Bust), Some(Unit::Centimetre)),
            ("适合身高cm", Some(Measure::Height), Some(Unit::Centimetre)),
            ("腰围市尺", Some(Measure::Waist), Some(Unit::Chi)),
            (
                "建议体重（公斤）",
                Some(Measure::Weight),
                Some(Unit::Kilogram),
            ),
            ("脚长(mm)", Some(Measure::Foot), Some(Unit::Millimetre)),
            ("月龄", Some(Measure::Age), Some(Unit::Month)),
            ("年龄(岁)", Some(Measure::Age), Some(Unit::Year)),
            ("Height (in)", Some(Measure::Height), Some(Unit::Inch)),
            ("foot length", Some(Measure::Foot), None),
            ("衣长(cm)", None, Some(Unit::Centimetre)),
            ("成衣胸围", None, None),
            ("胸围(平铺)", None, None),
            ("裤长", None, None),
            ("裤腰围", None, None),
            ("下胸围(cm)", None, Some(Unit::Centimetre)),
            ("鞋内长", None, None),
            ("国码", None, None),
            ("欧码", None, None),
        ] {
            assert_eq!(heading(text), Heading { measure, unit }, "{text}");
        }
        assert!(heading("身高(kg)").contradicts());
        for (text, pair) in [
            ("身高(cm)/体重(斤)", Some(("身高(cm)", "体重(斤)"))),
            ("身高\\体重", Some(("身高", "体重"))),
            ("身高体重", Some(("身高", "体重"))),
            ("体重/斤", None),
            ("身高/cm", None),
            ("尺码/身高", None),
        ] {
            let read = pair_of_headings(text);
            assert_eq!(
                read.as_ref().map(|(a, b)| (a.as_str(), b.as_str())),
                pair,
                "{text}"
            );
        }
    }
}
