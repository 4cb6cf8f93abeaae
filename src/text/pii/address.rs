//! Finds postal addresses: a street with a house number, or a building with a flat, with everything before it that
//! belongs to it.
//!
//! A province, city or district alone is no address: 发到杭州市西湖区要几天 must stay readable.

use super::{Kind, Pii, pii};
use crate::text::normalise::starts_with;

/// Endings of street names. A number after them makes an address.
const STREETS: &[&str] = &["大道", "街道", "胡同", "路", "街", "巷", "村", "屯", "庄"];

/// Endings of the names of estates and houses. A building number after them makes an address.
const PLACES: &[&str] = &[
    "小区",
    "花园",
    "家园",
    "公寓",
    "大厦",
    "广场",
    "新村",
    "新城",
    "山庄",
    "名邸",
    "庭院",
    "社区",
    "宿舍",
    "大学",
    "学院",
    "学校",
    "中学",
    "小学",
    "医院",
    "工业园",
    "产业园",
    "科技园",
    "苑",
    "府",
    "城",
    "园",
    "湾",
    "郡",
    "区",
    "镇",
    "乡",
    "里",
];

/// Endings of the names of estates and houses behind which 5-301 is a building and a flat.
const DWELLINGS: &[&str] = &[
    "小区", "花园", "家园", "公寓", "大厦", "新村", "新城", "山庄", "名邸", "庭院", "社区", "宿舍",
    "苑", "村", "楼",
];

/// Behind figures, what is counted: they are no address.
const COUNTED: &str = "元块天个件斤";

/// The most doors of a storey.
const DOORS: u32 = 40;

/// Parts of a house. They need a figure or letter before them.
const DETAILS: &[&str] = &[
    "号楼", "号院", "号房", "单元", "号", "栋", "幢", "室", "房", "弄", "座", "层", "楼", "户",
    "门", "组", "队",
];

/// Details that certainly mean a house.
const STRONG: &[&str] = &["号楼", "号院", "单元", "栋", "幢", "室", "弄"];

/// Houses with many storeys, whose parts are called 座.
const TOWERS: &[&str] = &["大厦", "广场", "公寓"];

/// Places with streets called 道. Elsewhere 道 ends 味道, 频道 and the like.
const ROADS_OF: &[&str] = &["香港", "九龙", "新界", "港岛", "澳门", "天津", "市", "区"];

/// Words that lead to an address but are not part of it.
const LEADS: &[&str] = &[
    "寄到",
    "发到",
    "送到",
    "改到",
    "换到",
    "送货到",
    "邮到",
    "地址是",
    "地址为",
    "地址",
    "改成",
    "改为",
    "换成",
    "住在",
    "住",
    "收货",
    "我在",
    "人在",
    "就在",
    "在",
    "到",
    "是",
    "寄",
    "发",
    "送",
    "我家",
];

/// Administrative levels.
const LEVELS: &[&str] = &["自治区", "省", "市", "区", "县", "州", "街道", "镇", "乡"];

/// The longest part of an address before the house, in characters.
const REACH: usize = 30;

/// Appends every address.
pub(super) fn addresses(chars: &[char], found: &mut Vec<Pii>) {
    let mut at = 0;
    while at < chars.len() {
        let run = chars[at..].iter().take_while(|c| inside(**c)).count();
        if run >= 4 {
            in_run(chars, at, at + run, found);
        }
        at += run.max(1);
    }
}

/// Whether an address may contain this character.
fn inside(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c, ' ' | '-' | '#' | '－')
        || ('\u{3400}'..='\u{9fff}').contains(&c)
        || c == '〇'
}

fn figure(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '#') || "〇零一二三四五六七八九十百".contains(c)
}

/// Finds the addresses in `chars[from..to]`, a run without marks.
fn in_run(chars: &[char], from: usize, to: usize, found: &mut Vec<Pii>) {
    let mut at = from;
    let mut free = from;
    while at < to {
        let Some(end) = core(chars, from, at, to) else {
            at += 1;
            continue;
        };
        let end = tail(chars, end, to);
        let start = head(chars, free.max(at.saturating_sub(REACH)), at);
        found.push(pii(Kind::Address, start, end));
        at = end;
        free = end;
    }
}

/// The end of the core of an address that starts at `at`: the last character of a street or place with its number, two
/// parts of a house, or the last of three administrative levels.
fn core(chars: &[char], from: usize, at: usize, to: usize) -> Option<usize> {
    let text = &chars[..to];
    // 文三路123号, 中山大道西295号, 人民南路四段9号, 知春路甲48号
    if at > from
        && let Some(street) = street(chars, from, at, to)
    {
        let number = house(text, at + street);
        let end = figures(text, number);
        if end > number {
            let detail = word(text, end, DETAILS);
            let long = digits(&text[number..end]) >= 2;
            if let Some(detail) = detail {
                return Some(end + detail);
            }
            if long
                && chars[at..number] != ['村']
                && !text.get(end).is_some_and(|c| COUNTED.contains(*c))
            {
                return Some(end);
            }
        }
        // 浙江省杭州市西湖区文三路
        if levels(&chars[from.max(at.saturating_sub(REACH))..at]) >= 3 {
            return Some(at + street);
        }
    }
    // 阳光小区5栋, 七星商业广场B座, 龙腾苑三区12-3-401
    if at > from
        && let Some(place) = word(text, at, PLACES)
    {
        let number = skip_spaces(text, at + place);
        let end = figures(text, number);
        if end > number && word(text, end, STRONG).is_some() {
            return word(text, end, STRONG).map(|len| end + len);
        }
        let tower = word(text, at, TOWERS).is_some()
            || text[number..end].iter().all(char::is_ascii_alphabetic);
        if end > number && tower && text.get(end) == Some(&'座') {
            return Some(end + 1);
        }
        if flat(&text[number..end]) {
            return Some(end);
        }
        // 翠苑12号5-301
        let detail = word(text, end, DETAILS).filter(|_| end > number);
        if let Some(end) = detail.and_then(|len| building_and_flat(text, end + len)) {
            return Some(end);
        }
    }
    // 翠苑小区5-301
    if at > from
        && let Some(place) = word(text, at, DWELLINGS)
        && let Some(end) = building_and_flat(text, skip_spaces(text, at + place))
    {
        return Some(end);
    }
    // 5栋301, 2单元502室
    let end = figures(text, at);
    if end > at && (at == from || !figure(chars[at - 1])) {
        let strong = end + word(text, end, STRONG)?;
        let next = skip_spaces(text, strong);
        let second = figures(text, next);
        let numbers = digits(&text[next..second]);
        let detailed = word(text, second, DETAILS);
        if second > next && (detailed.is_some() || numbers >= 3) {
            return Some(second + detailed.unwrap_or(0));
        }
    }
    None
}

/// The length of the last word of a street's name at `at`.
fn street(chars: &[char], from: usize, at: usize, to: usize) -> Option<usize> {
    let text = &chars[..to];
    if let Some(street) = word(text, at, STREETS) {
        return (!misread(chars, from, at)).then_some(street);
    }
    // 弥敦道100号 counts only with its number and with the city named.
    let end = figures(text, house(text, at + 1));
    let numbered = chars[at] == '道' && text.get(end) == Some(&'号');
    let named = || {
        let before = &chars[from.max(at.saturating_sub(REACH))..at];
        (0..before.len()).any(|at| word(before, at, ROADS_OF).is_some())
    };
    (numbered && !"知味频赛管渠轨隧通跑车报".contains(chars[at - 1]) && named()).then_some(1)
}

/// The beginning of the house number of a street that ends at `at`: after 西 (中山大道西295号), 四段 (人民南路四段9号) or 甲 (知春路甲48号).
/// It is `at` itself if no figure follows these.
fn house(chars: &[char], at: usize) -> usize {
    let side = |c: &char| "东西南北中".contains(*c);
    let take =
        |at: usize, is: &dyn Fn(&char) -> bool| at + usize::from(chars.get(at).is_some_and(is));
    let section = take(at, &|c| side(c) || figure(*c));
    let behind = match chars.get(section) {
        Some('段') if section > at => section + 1,
        _ => take(at, &side),
    };
    let number = take(behind, &|c| "甲乙丙丁附".contains(*c));
    match figures(chars, number) > number {
        true => number,
        false => at,
    }
}

/// 12-3-401: building, stair and flat.
fn flat(figures: &[char]) -> bool {
    let parts: Vec<&[char]> = figures.split(|c| *c == '-').collect();
    let numbers = parts
        .iter()
        .all(|part| part.iter().all(char::is_ascii_digit));
    numbers
        && matches!(parts[..], [a, b, c] if [a, b].iter().all(|part| matches!(part.len(), 1..=3)) && matches!(c.len(), 3 | 4))
}

/// The end of a building and a flat at `at`: 5-301. The last two figures number the doors of a storey, so 100-200 and
/// 160-165 are ranges.
fn building_and_flat(chars: &[char], at: usize) -> Option<usize> {
    let end = figures(chars, at);
    let mut parts = chars[at..end].split(|c| matches!(*c, '-' | '#'));
    let (building, flat) = (parts.next()?, parts.next()?);
    let number = |part: &[char]| part.iter().collect::<String>().parse::<u32>().ok();
    let fits = parts.next().is_none()
        && matches!(building.len(), 1..=3)
        && matches!(flat.len(), 3 | 4)
        && number(building).is_some()
        && number(flat).is_some_and(|flat| (1..=DOORS).contains(&(flat % 100)));
    let counted = chars.get(end).is_some_and(|c| COUNTED.contains(*c));
    (fits && !counted).then_some(end)
}

/// Whether a word only looks like a street: 网路, 思路, 线路, 一路, 走路 …; 村 and 庄 need a name.
fn misread(chars: &[char], from: usize, at: usize) -> bool {
    "网思线电套门公铁马出退走了问道全这哪那".contains(chars[at - 1])
        || (at - from < 2 && !chars[at - 1].is_ascii_digit() && chars[at] != '路')
}

/// The length of the first of `words` at `at`.
fn word(chars: &[char], at: usize, words: &[&str]) -> Option<usize> {
    let rest = chars.get(at..)?;
    let word = words.iter().find(|word| starts_with(rest, word))?;
    Some(word.chars().count())
}

/// The number of Arabic digits.
fn digits(chars: &[char]) -> usize {
    chars.iter().filter(|c| c.is_ascii_digit()).count()
}

fn figures(chars: &[char], at: usize) -> usize {
    let at = at.min(chars.len());
    at + chars[at..].iter().take_while(|c| figure(**c)).count()
}

fn skip_spaces(chars: &[char], at: usize) -> usize {
    let at = at.min(chars.len());
    at + chars[at..].iter().take_while(|c| **c == ' ').count()
}

/// The number of administrative levels in the text, each with a name before it.
fn levels(chars: &[char]) -> usize {
    let mut count = 0;
    let mut named = 0;
    let mut at = 0;
    while at < chars.len() {
        match word(chars, at, LEVELS) {
            Some(len) if named > 0 => {
                count += 1;
                named = 0;
                at += len;
            }
            _ => {
                named += 1;
                at += 1;
            }
        }
    }
    count
}

/// The beginning of the address with its core at `at`: after the last lead.
fn head(chars: &[char], from: usize, at: usize) -> usize {
    let mut start = from;
    for position in from..at {
        if let Some(len) = word(&chars[..at], position, LEADS) {
            start = position + len;
        }
    }
    start + chars[start..at].iter().take_while(|c| **c == ' ').count()
}

/// The end of the address, after further places, details and figures.
fn tail(chars: &[char], mut end: usize, to: usize) -> usize {
    let text = &chars[..to];
    loop {
        let next = skip_spaces(text, end);
        let number = figures(text, next);
        let after = number + word(text, number, DETAILS).unwrap_or(0);
        // A number of seven or more figures is a phone, not a flat.
        let long = number - next >= 7;
        if !long && number > next && (after > number || digits(&text[next..number]) >= 3) {
            end = after;
            continue;
        }
        // A further place with its building: 文三路123号阳光小区5栋.
        let place = (next + 1..to.min(next + 10)).find_map(|at| {
            let len = word(text, at, PLACES).filter(|_| {
                chars[next..at]
                    .iter()
                    .all(|c| ('\u{3400}'..='\u{9fff}').contains(c))
            })?;
            Some(at + len)
        });
        match place {
            Some(place) if place > end => end = place,
            _ => return end,
        }
    }
}
