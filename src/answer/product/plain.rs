//! Normalised text without marks and spaces. Names and wordings are searched in it.

use crate::text::normalise::is_alphanumeric;

/// The letters and digits of a normalised text, with a map between bytes and characters.
#[derive(Debug, Clone, Default)]
pub struct Plain {
    /// The letters and digits.
    pub text: String,
    /// The same, character by character.
    pub chars: Vec<char>,
    /// Byte offset of each character in `text`, and its length at the end.
    starts: Vec<u32>,
    /// Whether a mark or space was left out before the character.
    gaps: Vec<bool>,
}

impl Plain {
    /// Squeezes a normalised text.
    pub fn new(normalised: &str) -> Plain {
        let mut plain = Plain::default();
        let mut gap = false;
        for c in normalised.chars() {
            if !is_alphanumeric(c) {
                gap = true;
                continue;
            }
            plain.starts.push(plain.text.len() as u32);
            plain.text.push(c);
            plain.chars.push(c);
            plain.gaps.push(gap);
            gap = false;
        }
        plain.starts.push(plain.text.len() as u32);
        plain
    }

    /// The same text with 吗 for the particles at the end of a question: 厚不 and 加绒没 become 厚吗 and 加绒吗.
    pub fn asking(mut self) -> Plain {
        for at in 1..self.len() {
            if matches!(self.chars[at], '不' | '没' | '么' | '嘛') && self.gap_before(at + 1)
                // Not in 是什么, 怎么, 好不好.
                && !matches!(self.chars[at - 1], '什' | '怎' | '这' | '那' | '还' | '多')
            {
                self.chars[at] = '吗';
                let (from, to) = (self.starts[at] as usize, self.starts[at + 1] as usize);
                self.text.replace_range(from..to, "吗");
            }
        }
        self
    }

    /// The same text with the characters in `ranges` replaced, so that nothing is found in them.
    pub fn without(&self, ranges: &[(usize, usize)]) -> Plain {
        let hidden = |at: usize| ranges.iter().any(|&(from, to)| from <= at && at < to);
        let mut plain = Plain {
            gaps: self.gaps.clone(),
            ..Plain::default()
        };
        for (at, &c) in self.chars.iter().enumerate() {
            let c = if hidden(at) { '\u{fffd}' } else { c };
            plain.starts.push(plain.text.len() as u32);
            plain.text.push(c);
            plain.chars.push(c);
        }
        plain.starts.push(plain.text.len() as u32);
        plain
    }

    /// The number of characters.
    pub fn len(&self) -> usize {
        self.chars.len()
    }

    /// Whether there are no characters.
    pub fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }

    /// The index of the character at byte `offset`, which must be a character boundary.
    pub fn char_at(&self, offset: usize) -> usize {
        self.starts
            .partition_point(|&start| (start as usize) < offset)
    }

    /// The text of a range of characters.
    pub fn slice(&self, from: usize, to: usize) -> &str {
        &self.text[self.starts[from] as usize..self.starts[to] as usize]
    }

    /// The text from byte `start` to at most character `to`.
    pub fn slice_bytes(&self, start: usize, to: usize) -> &str {
        &self.text[start..self.starts[to.min(self.len())] as usize]
    }

    /// Whether the characters `from..to` do not cut through a code or number: `r9` stands alone in `r9 2000w`, but not
    /// in `r90`.
    pub fn stands_alone(&self, from: usize, to: usize) -> bool {
        let joined = |at: usize| {
            at > 0
                && at < self.len()
                && !self.gaps[at]
                && self.chars[at - 1].is_ascii_alphanumeric()
                && self.chars[at].is_ascii_alphanumeric()
        };
        !joined(from) && !joined(to)
    }

    /// Whether a mark or space was left out before the character at `at`.
    pub fn gap_before(&self, at: usize) -> bool {
        self.gaps.get(at).copied().unwrap_or(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stand_alone_where_marks_part_them() {
        let plain = Plain::new("r9 2000w的sd-r90");
        assert_eq!(plain.text, "r92000w的sdr90");
        assert!(plain.stands_alone(0, 2));
        assert!(!plain.stands_alone(2, 4));
        assert!(plain.stands_alone(10, 13));
        assert!(!plain.stands_alone(10, 12));
        assert_eq!(
            plain.char_at(plain.text.find('的').expect("it is there")),
            7
        );
    }
}
