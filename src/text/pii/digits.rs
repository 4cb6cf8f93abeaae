//! Finds phone, identity card and bank card numbers, also with separators, in full width or in Chinese digits (一三八…).

use super::{Kind, Pii, announced, pii};
use crate::text::numeral;

/// A group of adjacent figures.
#[derive(Clone)]
struct Group {
    start: usize,
    end: usize,
    digits: Vec<u8>,
}

/// Appends every personal number in `chars`.
pub(super) fn numbers(chars: &[char], found: &mut Vec<Pii>) {
    let groups = groups(chars);
    let mut first = 0;
    while first < groups.len() {
        // Groups with only separators between them belong together.
        let mut last = first;
        while last + 1 < groups.len() && separated(&chars[groups[last].end..groups[last + 1].start])
        {
            last += 1;
        }
        chain(chars, &groups[first..=last], found);
        first = last + 1;
    }
}

/// The value of an Arabic or Chinese digit; 幺 is 1 in speech.
fn digit(c: char) -> Option<u8> {
    Some(match c {
        '0'..='9' => c as u8 - b'0',
        '幺' => 1,
        // 两 counts things; it is not used in spelled-out numbers.
        '两' => return None,
        _ => numeral::digit(c)? as u8,
    })
}

/// The runs of figures of one script: in 张三13812345678 a name ends before the number begins.
fn groups(chars: &[char]) -> Vec<Group> {
    let mut groups = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let arabic = chars[at].is_ascii_digit();
        let digits: Vec<u8> = chars[at..]
            .iter()
            .take_while(|c| c.is_ascii_digit() == arabic)
            .map_while(|&c| digit(c))
            .collect();
        let len = digits.len();
        if len > 0 {
            groups.push(Group {
                start: at,
                end: at + len,
                digits,
            });
        }
        at += len.max(1);
    }
    groups
}

/// The groups with those that adjoin as one: 1381234五六七八 may be a number, and is then one that nothing parts.
fn joined(groups: &[Group]) -> Vec<Group> {
    let mut joined: Vec<Group> = Vec::new();
    for group in groups {
        match joined.last_mut() {
            Some(last) if last.end == group.start => {
                last.end = group.end;
                last.digits.extend(&group.digits);
            }
            _ => joined.push(group.clone()),
        }
    }
    joined
}

/// Whether only a few separators or invisible characters are between two groups.
fn separated(gap: &[char]) -> bool {
    gap.len() <= 3
        && gap.iter().all(|c| {
            matches!(
                c,
                ' ' | '-'
                    | '.'
                    | '_'
                    | '('
                    | ')'
                    | '+'
                    | '·'
                    | '—'
                    | '–'
                    | '~'
                    | '/'
                    | ','
                    | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
            )
        })
}

/// Finds the longest number from each group of a chain on.
fn chain(chars: &[char], groups: &[Group], found: &mut Vec<Pii>) {
    let mut first = 0;
    while first < groups.len() {
        let next = (first..groups.len().min(first + 20))
            .rev()
            .find_map(|last| {
                let part = joined(&groups[first..=last]);
                let kind = classify(chars, &part)?;
                let mut end = groups[last].end;
                if kind == Kind::IdCard && matches!(chars.get(end), Some('x' | 'X')) {
                    end += 1;
                }
                found.push(pii(kind, start_of(chars, &part), end));
                Some(last + 1)
            });
        first = next.unwrap_or(first + 1);
    }
}

/// The start including a leading `+` or opening bracket.
fn start_of(chars: &[char], part: &[Group]) -> usize {
    let start = part[0].start;
    match start.checked_sub(1).map(|i| chars[i]) {
        Some('+') => start - 1,
        Some('(') if part.len() > 1 && chars[part[0].end..part[1].start].contains(&')') => {
            start - 1
        }
        _ => start,
    }
}

const FILLERS: &str = " :是为号码的,：，";

/// The kind of number that the groups form together.
fn classify(chars: &[char], part: &[Group]) -> Option<Kind> {
    let digits: Vec<u8> = part
        .iter()
        .flat_map(|group| group.digits.iter().copied())
        .collect();
    let (start, end) = (part[0].start, part[part.len() - 1].end);
    let spread = part.len() > 1;
    let one_by_one = spread && part.iter().all(|group| group.digits.len() == 1);
    let blocks = |least: usize| part.iter().all(|group| group.digits.len() >= least);
    // A letter right before makes it a parcel or model number, unless the letters announce a phone.
    let glued = start > 0
        && chars[start - 1].is_ascii_alphabetic()
        && !announced(
            chars,
            start,
            &["tel", "phone", "v", "vx", "wx", "mob", "mobile"],
            "",
        );
    if glued {
        return None;
    }
    let check = chars.get(end).is_some_and(|c| matches!(c, 'x' | 'X'));
    let order = announced(
        chars,
        start,
        &["订单", "单号", "运单", "编号", "快递", "订单编"],
        FILLERS,
    );
    let identity = announced(
        chars,
        start,
        &["身份证", "证件", "证件号", "id", "身份"],
        FILLERS,
    );
    if (!spread || blocks(2) || one_by_one)
        && (is_identity(&digits, check)
            || identity_blocks(part, &digits, check)
            || identity && (digits.len() + usize::from(check) == 18 || digits.len() == 15))
        || (!spread || one_by_one) && !order && looks_like_identity(&digits, check)
    {
        return Some(Kind::IdCard);
    }
    // 199/1299/1399元 are prices.
    let priced = chars.get(end).is_some_and(|c| "元块米克".contains(*c));
    if (!spread || usual_split(part) && !priced || one_by_one) && is_mobile(&digits) {
        return Some(Kind::Phone);
    }
    if is_abroad(chars, part, &digits) {
        return Some(Kind::Phone);
    }
    if part.len() <= 3 && is_landline(&digits, part) {
        return Some(Kind::Phone);
    }
    let called = announced(
        chars,
        start,
        &["电话", "座机", "手机", "tel", "固话"],
        FILLERS,
    );
    // 手机号 1381 2345 678: announced, it may be parted anyhow.
    if called && !priced && is_mobile(&digits) {
        return Some(Kind::Phone);
    }
    if called
        && part.len() <= 2
        && matches!(digits.len(), 7 | 8)
        && (2..=8).contains(&digits[0])
        && !matches!(digits[..], [4 | 8, 0, 0, ..])
    {
        return Some(Kind::Phone);
    }
    let card = announced(
        chars,
        start,
        &["卡号", "银行卡", "账户", "账号", "储蓄卡", "信用卡", "行卡"],
        FILLERS,
    );
    if (!spread || blocks(3) || one_by_one)
        && !order
        && (is_bank_card(&digits) || card && (15..=19).contains(&digits.len()))
        || (!spread || one_by_one || printed_as_card(part)) && !order && looks_like_card(&digits)
    {
        return Some(Kind::BankCard);
    }
    None
}

/// 138 1234 5678, 138-12345678, 1381234 5678, each with or without +86. 1356 1357 110 are model numbers.
fn usual_split(part: &[Group]) -> bool {
    let local = match part {
        [country, rest @ ..] if matches!(country.digits[..], [8, 6] | [0, 0, 8, 6]) => rest,
        all => all,
    };
    local.len() <= 4
        && local.iter().all(|group| group.digits.len() >= 3)
        && local
            .first()
            .is_some_and(|group| matches!(group.digits.len(), 3 | 7 | 11))
}

/// Eleven figures beginning with 13 to 19, with or without the country code 86.
fn is_mobile(digits: &[u8]) -> bool {
    let local = match digits {
        [0, 0, 8, 6, rest @ ..] if rest.len() == 11 => rest,
        [8, 6, rest @ ..] if rest.len() == 11 => rest,
        all => all,
    };
    local.len() == 11 && local[0] == 1 && local[1] >= 3
}

/// +852 9123 4567: Hong Kong, Macau and Taiwan, with the country code.
fn is_abroad(chars: &[char], part: &[Group], digits: &[u8]) -> bool {
    let plus = part[0]
        .start
        .checked_sub(1)
        .is_some_and(|at| chars[at] == '+');
    let local = match (plus, digits) {
        (true, [8, 5, 2 | 3, local @ ..]) | (_, [0, 0, 8, 5, 2 | 3, local @ ..]) => local,
        (true, [8, 8, 6, local @ ..]) | (_, [0, 0, 8, 8, 6, local @ ..]) => {
            return matches!(local.len(), 8 | 9) && local[0] >= 2;
        }
        _ => return false,
    };
    local.len() == 8 && local[0] >= 2
}

/// An area code (010, 02x, 03xx to 09xx) and seven or eight figures.
fn is_landline(digits: &[u8], part: &[Group]) -> bool {
    let area = match digits {
        [0, 1, 0, ..] | [0, 2, ..] => 3,
        [0, 3..=9, ..] => 4,
        _ => return false,
    };
    let local = digits.len() - area.min(digits.len());
    let starts_well = digits.get(area).is_some_and(|d| (2..=8).contains(d));
    let split_well = part.len() == 1 || part[0].digits.len() == area;
    split_well && starts_well && (local == 8 || local == 7 && area == 4)
}

/// Region, birth date and serial number separated: 110105-19900307-4531. The shape is enough, even if the check
/// character is wrong.
fn identity_blocks(part: &[Group], digits: &[u8], check_x: bool) -> bool {
    let lengths: Vec<usize> = part.iter().map(|group| group.digits.len()).collect();
    let last = if check_x { 3 } else { 4 };
    lengths == [6, 8, last] && digits[0] >= 1 && has_birth_date(digits)
}

/// Whether the seventh to fourteenth figures are a possible date of birth.
fn has_birth_date(digits: &[u8]) -> bool {
    let number = |range: std::ops::Range<usize>| {
        digits[range]
            .iter()
            .fold(0u32, |sum, &d| sum * 10 + u32::from(d))
    };
    (1900..=2100).contains(&number(6..10))
        && (1..=12).contains(&number(10..12))
        && (1..=31).contains(&number(12..14))
}

/// Eighteen figures with a region and a birth date, whatever the check character says: whoever mistypes one figure has
/// still told who they are. Order numbers that begin with a date (2027…) have no region.
fn looks_like_identity(digits: &[u8], check_x: bool) -> bool {
    digits.len() + usize::from(check_x) == 18 && is_region(digits) && has_birth_date(digits)
}

/// Whether the first two figures name a province by GB/T 2260.
fn is_region(digits: &[u8]) -> bool {
    matches!(
        digits[0] * 10 + digits[1],
        11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83
    )
}

/// Resident identity number by GB 11643: region, birth date and the ISO 7064 MOD 11-2 check character.
fn is_identity(digits: &[u8], check_x: bool) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: [u8; 11] = [1, 0, 10, 9, 8, 7, 6, 5, 4, 3, 2];
    let check = match (digits.len(), check_x) {
        (17, true) => 10,
        (18, false) => digits[17],
        _ => return false,
    };
    let sum: u32 = digits
        .iter()
        .zip(WEIGHTS)
        .map(|(&d, weight)| u32::from(d) * weight)
        .sum();
    digits[0] >= 1 && has_birth_date(digits) && CHECKS[(sum % 11) as usize] == check
}

/// Set in fours as on the card itself; not 6202 6203 6204 6205 nor 4000 4200 5000 6000, which are rows of models.
fn printed_as_card(part: &[Group]) -> bool {
    let fours = |group: &Group| group.digits.len() == 4;
    let (first, rest) = part.split_at(part.len().min(4));
    let of_one_row = first
        .iter()
        .all(|group| group.digits[0] == first[0].digits[0]);
    let round = first.iter().all(|group| group.digits.last() == Some(&0));
    first.len() == 4
        && first.iter().all(fours)
        && (rest.is_empty() || rest.len() == 1 && rest[0].digits.len() <= 3)
        && !of_one_row
        && !round
}

/// 16 to 19 figures that begin as the cards of this country do, or 16 as those of Visa and Mastercard: the check figure
/// need not fit, as with one mistyped.
fn looks_like_card(digits: &[u8]) -> bool {
    match digits {
        [6, 2, ..] => (16..=19).contains(&digits.len()),
        [4 | 5, ..] => digits.len() == 16,
        _ => false,
    }
}

/// 16 to 19 figures that start as bank cards do and pass the Luhn check (ISO/IEC 7812-1).
fn is_bank_card(digits: &[u8]) -> bool {
    let issued = match digits {
        [6, 0 | 2 | 8 | 9, ..] | [9, ..] => (16..=19).contains(&digits.len()),
        [4 | 5, ..] => digits.len() == 16,
        _ => false,
    };
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, &d)| match (at % 2, u32::from(d) * 2) {
            (0, _) => u32::from(d),
            (_, twice) => twice / 10 + twice % 10,
        })
        .sum();
    issued && sum.is_multiple_of(10)
}
