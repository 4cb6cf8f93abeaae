//! The text during normalisation, with positions in the original.

/// The text, character by character, with the origin of each.
pub(in crate::text) struct Buffer {
    pub(in crate::text) chars: Vec<char>,
    pub(super) origin: Vec<u32>,
    spare: (Vec<char>, Vec<u32>),
}

impl Buffer {
    pub(super) fn new(text: impl Iterator<Item = char> + Clone) -> Buffer {
        // Counted first: a character here has three bytes, and growing a list four times costs more.
        let mut chars = Vec::with_capacity(text.clone().count());
        chars.extend(text);
        let origin = (0..chars.len() as u32).collect();
        Buffer {
            chars,
            origin,
            spare: (Vec::new(), Vec::new()),
        }
    }

    /// Walks over the characters. `replace` gets all of them and a position. It appends a replacement to the given
    /// buffer and returns how many characters it replaces; 0 keeps the character.
    pub(in crate::text) fn rewrite(
        &mut self,
        mut replace: impl FnMut(&[char], usize, &mut Vec<char>) -> usize,
    ) -> bool {
        let (mut chars, mut origin) = std::mem::take(&mut self.spare);
        chars.clear();
        origin.clear();
        // Most steps change nothing in most texts, so nothing is copied before the first replacement.
        let mut at = 0;
        let mut taken = 0;
        while at < self.chars.len() {
            taken = replace(&self.chars, at, &mut chars);
            if taken > 0 {
                break;
            }
            at += 1;
        }
        if taken == 0 {
            self.spare = (chars, origin);
            return false;
        }
        chars.splice(0..0, self.chars[..at].iter().copied());
        origin.extend(&self.origin[..at]);
        origin.extend((at..chars.len()).map(|k| self.origin[at + (k - at).min(taken - 1)]));
        at += taken;
        while at < self.chars.len() {
            let taken = replace(&self.chars, at, &mut chars);
            if taken == 0 {
                chars.push(self.chars[at]);
                origin.push(self.origin[at]);
                at += 1;
                continue;
            }
            let first = origin.len();
            origin
                .extend((first..chars.len()).map(|k| self.origin[at + (k - first).min(taken - 1)]));
            at += taken;
        }
        std::mem::swap(&mut self.chars, &mut chars);
        std::mem::swap(&mut self.origin, &mut origin);
        self.spare = (chars, origin);
        true
    }

    /// Replaces each character that `map` changes.
    pub(super) fn map(&mut self, map: impl Fn(char) -> char) -> bool {
        let mut changed = false;
        for c in &mut self.chars {
            let mapped = map(*c);
            changed |= mapped != *c;
            *c = mapped;
        }
        changed
    }
}
