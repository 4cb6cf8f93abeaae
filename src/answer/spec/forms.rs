//! How buyers ask for a spec by the parts of its name: 镜片是什么做的 for 镜片材质, 几节的 for 节数, 怎么供电 for 供电方式.

use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::name::Name;
use super::words::{Strength, WORDS};
use crate::answer::product::Plain;
use crate::text::normalise::is_han;

/// The table. Its head explains the format.
const TABLE: &str = include_str!("forms.txt");

/// Characters that may stand between the two parts of a question without changing its meaning.
const FILLING: &[char] = &[
    '的', '是', '用', '有', '都', '大', '约', '到', '底', '能', '会',
];

/// The most of these characters.
const MOST_FILLING: usize = 3;

/// Characters that may follow a question about a one-character part (几节的, 几件套), so that 几件 is not found in 几件衣服.
const CLOSING: &[char] = &['的', '吗', '呢', '啊', '呀', '吧', '了', '是', '套'];

/// Endings that measure: 多高 asks for any spec of a product with such an ending.
const MEASURED: &[(&str, &[&str])] = &[
    ("多高", &["高", "高度"]),
    ("多长", &["长", "长度"]),
    ("多宽", &["宽", "宽度"]),
    ("多厚", &["厚", "厚度"]),
    ("多深", &["深", "深度"]),
    ("多重", &["重", "重量"]),
];

/// Names that end like a measure of the goods but measure something else: 承重 is not 重.
const OF_OTHERS: &[&str] = &["承重", "载重", "负重", "限重", "体重", "克重"];

/// One line of the table.
struct Form {
    /// Whether the wordings contain the ending.
    says: bool,
    endings: Vec<&'static str>,
    after: Vec<&'static str>,
    before: Vec<&'static str>,
}

static FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| {
    let words = |field: Option<&'static str>| {
        let words = field.unwrap_or_default().split_whitespace();
        words.collect::<Vec<_>>()
    };
    TABLE
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .map(|line| {
            let says = line.starts_with('!');
            let mut fields = line.trim_start_matches('!').split(';');
            Form {
                says,
                endings: words(fields.next()),
                after: words(fields.next()),
                before: words(fields.next()),
            }
        })
        .collect()
});

/// A stretch of a text that asks for a name of the shop by its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) name: u32,
    /// The group of the built-in table with the same meaning, if the part before the ending is a name of the group.
    pub(super) group: Option<u16>,
    pub(super) strength: Strength,
}

/// A name of the shop that begins with a part, the line of the table that split it, and the group as in [`Found`].
type Cut = (u32, u16, Option<u16>);

/// The names of a shop that can be asked for by their parts.
#[derive(Debug, Clone, Default)]
pub(super) struct Forms {
    /// Finds the first part of a name.
    stems: Option<AhoCorasick>,
    /// The names that each first part begins.
    names: Vec<Vec<Cut>>,
    /// For each of [`MEASURED`], the names with that ending, and the last character of what stands before it.
    measured: Vec<Vec<(u32, Option<char>)>>,
    /// Finds the ends of long names.
    ends: Option<AhoCorasick>,
    /// The name of each such end.
    tails: Vec<u32>,
}

impl Forms {
    /// Splits the names of a shop.
    pub(super) fn new(names: &[Name]) -> Forms {
        let mut stems: HashMap<&str, Vec<Cut>> = HashMap::new();
        let mut tails: HashMap<String, Vec<u32>> = HashMap::new();
        let mut measured = vec![Vec::new(); MEASURED.len()];
        for (index, name) in (0u32..).zip(names) {
            for (line, form) in (0u16..).zip(FORMS.iter()) {
                let ending = form.endings.iter().filter(|end| name.core.ends_with(**end));
                let Some(ending) = ending.max_by_key(|end| end.len()) else {
                    continue;
                };
                let stem = &name.core[..name.core.len() - ending.len()];
                let is_spec = || {
                    let named = |other: &Name| other.text == stem || other.core == stem;
                    !WORDS.groups_of(stem).is_empty() || names.iter().any(named)
                };
                let some = !stem.is_empty() && stem.chars().all(is_han);
                if some && (form.says || !is_spec()) {
                    let mut own = WORDS.groups_of(stem).iter();
                    let group = own.find(|group| name.groups.contains(group)).copied();
                    stems.entry(stem).or_default().push((index, line, group));
                }
            }
            let tail: String = tail_of(&name.text);
            if !tail.is_empty() && !names.iter().any(|other| other.text == tail) {
                tails.entry(tail).or_default().push(index);
            }
            for (asked, (_, endings)) in measured.iter_mut().zip(MEASURED) {
                let of_others = OF_OTHERS.iter().any(|end| name.text.ends_with(end));
                let mut of = endings.iter().filter_map(|end| name.text.strip_suffix(end));
                if let Some(of) = of.next().filter(|_| !of_others) {
                    asked.push((index, of.chars().next_back()));
                }
            }
        }
        // 折射率 means 镜片折射率 if no other name ends so.
        let mut tails: Vec<(String, u32)> = tails
            .into_iter()
            .filter_map(|(tail, names)| match names.as_slice() {
                [name] if WORDS.groups_of(&tail).is_empty() => Some((tail, *name)),
                _ => None,
            })
            .collect();
        tails.sort_unstable();
        let mut stems: Vec<_> = stems.into_iter().collect();
        stems.sort_unstable();
        Forms {
            stems: AhoCorasick::new(stems.iter().map(|(stem, _)| stem))
                .ok()
                .filter(|_| !stems.is_empty()),
            names: stems.into_iter().map(|(_, names)| names).collect(),
            measured,
            ends: AhoCorasick::new(tails.iter().map(|(tail, _)| tail))
                .ok()
                .filter(|_| !tails.is_empty()),
            tails: tails.into_iter().map(|(_, name)| name).collect(),
        }
    }

    /// All places where a text asks for a name by its parts.
    pub(super) fn find(&self, plain: &Plain) -> Vec<Found> {
        let mut found = Vec::new();
        for (names, (asked, _)) in self.measured.iter().zip(MEASURED) {
            for (at, _) in plain.text.match_indices(*asked) {
                let (from, to) = (plain.char_at(at), plain.char_at(at + asked.len()));
                // 多长时间 asks for a time.
                let behind = plain.slice(to, plain.len());
                if behind.starts_with("时") {
                    continue;
                }
                let thing = behind.strip_prefix('的').unwrap_or(behind);
                // 多长的线 says what is measured.
                let says = |of: Option<char>| of.is_some_and(|of| thing.starts_with(of));
                let strength = |of| match says(of) {
                    true => Strength::Wording,
                    false => Strength::Loose,
                };
                found.extend(names.iter().map(|&(name, of)| Found {
                    from,
                    to,
                    name,
                    group: None,
                    strength: strength(of),
                }));
            }
        }
        for hit in self
            .ends
            .iter()
            .flat_map(|ends| ends.find_overlapping_iter(&plain.text))
        {
            found.push(Found {
                from: plain.char_at(hit.start()),
                to: plain.char_at(hit.end()),
                name: self.tails[hit.pattern().as_usize()],
                group: None,
                strength: Strength::Wording,
            });
        }
        let Some(stems) = &self.stems else {
            return found;
        };
        for hit in stems.find_overlapping_iter(&plain.text) {
            let (from, to) = (plain.char_at(hit.start()), plain.char_at(hit.end()));
            for &(name, line, group) in &self.names[hit.pattern().as_usize()] {
                if let Some((from, to)) = asks(plain, from, to, &FORMS[line as usize]) {
                    found.push(Found {
                        from,
                        to,
                        name,
                        group,
                        strength: Strength::Wording,
                    });
                }
            }
        }
        found
    }
}

/// The last three characters of a name of five or more characters, if all are Han. They are enough to tell the name.
fn tail_of(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    match chars.len() >= 5 && chars.iter().all(|c| is_han(*c)) {
        true => chars[chars.len() - 3..].iter().collect(),
        false => String::new(),
    }
}

/// The stretch that asks by the stem `from..to` in this form. A one-character stem must stand directly beside the
/// question word.
fn asks(plain: &Plain, from: usize, to: usize, form: &Form) -> Option<(usize, usize)> {
    let short = to - from == 1;
    let filling = if short { 0 } else { MOST_FILLING };
    let mut end = to;
    loop {
        let rest = plain.slice(end, plain.len());
        let longest = form.after.iter().filter(|word| rest.starts_with(**word));
        if let Some(word) = longest.max_by_key(|word| word.len()) {
            let to = end + word.chars().count();
            // 收缩多长时间 asks for a time.
            return (!plain.slice(to, plain.len()).starts_with("时")).then_some((from, to));
        }
        let next = plain.chars.get(end).is_some_and(|c| FILLING.contains(c));
        if !next || plain.gap_before(end) || end - to == filling {
            break;
        }
        end += 1;
    }
    let closed =
        |at: usize| at == plain.len() || plain.gap_before(at) || CLOSING.contains(&plain.chars[at]);
    let head = plain.slice(0, from);
    let longest = form.before.iter().filter(|word| head.ends_with(**word));
    let word = longest.max_by_key(|word| word.len())?;
    (!short || closed(to)).then_some((from - word.chars().count(), to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::normalise::{normalise, squeeze};

    /// Columns of trades that no sample shop is in, each question with the names that it asks for.
    #[test]
    fn names_are_asked_for_by_their_parts() {
        let written = [
            "镜片材质",
            "节数",
            "供电方式",
            "轴承数",
            "枕高",
            "包边高度",
            "乳胶含量",
            "透气指数",
            "电池型号",
            "线容量",
            "面板类型",
            "调性",
            "腰围范围",
            "件数",
            "收缩长度",
            "镜片折射率",
            "拉杆档位",
            "外帐面料",
            "锁具",
        ];
        let names: Vec<Name> = written.iter().map(|n| Name::new((*n).to_owned())).collect();
        let forms = Forms::new(&names);
        let rows: &[(&str, &str)] = &[
            ("镜片是什么做的", "镜片材质"),
            ("镜片用的什么材料", "镜片材质"),
            ("几节的", "节数"),
            ("一共有多少节", "节数"),
            ("怎么供电", "供电方式"),
            ("几个轴承", "轴承数"),
            ("轴承有多少", "轴承数"),
            ("枕多高", "枕高"),
            ("包边多高", "包边高度"),
            ("含多少乳胶", "乳胶含量"),
            ("乳胶有多少", "乳胶含量"),
            ("防水吗", ""),
            ("电池是什么型号", "电池型号"),
            ("能装多少线", "线容量"),
            ("什么面板", "面板类型"),
            ("几调的", "调性"),
            ("腰围多少能用", "腰围范围"),
            ("几件套", "件数"),
            ("折射率多少", "镜片折射率"),
            ("拉杆有几个档位", "拉杆档位"),
            ("外帐是什么布", "外帐面料"),
            ("什么锁", "锁具"),
            ("用什么供电", "供电方式"),
            ("多长时间发货", ""),
            ("买几件衣服包邮", ""),
            ("什么调料", ""),
            ("面板和镜片都好看", ""),
        ];
        let mut faults = Vec::new();
        for (text, expected) in rows {
            let plain = Plain::new(&normalise(text));
            let mut asked: Vec<&str> = forms
                .find(&plain)
                .into_iter()
                .filter(|found| found.strength == Strength::Wording)
                .map(|found| written[found.name as usize])
                .collect();
            asked.dedup();
            if asked.join("|") != *expected {
                faults.push(format!("{text}: {asked:?}, not {expected}"));
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    #[test]
    fn the_table_is_normalised() {
        let torn: Vec<&str> = FORMS
            .iter()
            .flat_map(|form| form.endings.iter().chain(&form.after).chain(&form.before))
            .filter(|word| squeeze(&normalise(word)) != **word)
            .copied()
            .collect();
        assert_eq!(torn, Vec::<&str>::new());
    }
}
