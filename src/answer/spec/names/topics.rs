//! What a question asks for among the columns of a shop: stretches with everything that each may mean.

use std::cmp::Reverse;

use super::{SpecNames, Target};
use crate::answer::product::Plain;
use crate::answer::spec::longer::is_in_longer;
use crate::answer::spec::words::{Hit, Strength, WORDS};

/// A stretch of a question with everything that it may ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// First character.
    pub from: usize,
    /// The character after the last one.
    pub to: usize,
    /// The best strength among the targets.
    pub strength: Strength,
    /// What it may ask for, most certain first.
    pub targets: Vec<(Target, Strength)>,
}

impl Topic {
    /// The most certain targets.
    pub(in crate::answer::spec) fn sure(&self) -> impl Iterator<Item = Target> {
        let sure = self.targets.iter();
        sure.filter(|(_, strength)| *strength == self.strength)
            .map(|&(target, _)| target)
    }
}

impl SpecNames {
    /// What a text asks for, in the order of the text. A stretch that lies wholly in `masked` characters (those of a
    /// product's name) asks for nothing.
    pub fn topics(&self, plain: &Plain, masked: &[bool]) -> Vec<Topic> {
        let mut hits: Vec<Hit> = Vec::new();
        WORDS.find(plain, &mut hits);
        let mut found: Vec<(usize, usize, Target, Strength)> = hits
            .into_iter()
            .map(|hit| (hit.from, hit.to, Target::Group(hit.group), hit.strength))
            .collect();
        if let Some(finder) = &self.finder {
            for hit in finder.find_overlapping_iter(&plain.text) {
                let (from, to) = (plain.char_at(hit.start()), plain.char_at(hit.end()));
                let target = self.found[hit.pattern().as_usize()];
                if plain.stands_alone(from, to) {
                    found.push((from, to, target, Strength::Name));
                }
            }
        }
        let by_parts = self.forms.find(plain);
        // 镜片是什么做的 as a whole asks for 镜片材质, not for 材质 and not for a name with 镜片.
        let whole = |from: usize, to: usize| {
            by_parts.iter().any(|part| {
                let around = part.from <= from && to <= part.to && part.to - part.from > to - from;
                around && part.strength == Strength::Wording
            })
        };
        found.retain(|&(from, to, ..)| !whole(from, to));
        for part in by_parts.iter().filter(|part| !whole(part.from, part.to)) {
            let same = part.group.map(Target::Group);
            for target in std::iter::once(Target::Name(part.name)).chain(same) {
                found.push((part.from, part.to, target, part.strength));
            }
        }
        found.retain(|&(from, to, ..)| {
            !masked[from..to].iter().all(|&named| named) && !is_in_longer(plain, from, to)
        });
        // A name of this shop's column means that column, not what the table has under the name.
        let all = found.clone();
        found.retain(|&(from, to, target, strength)| {
            !(strength == Strength::Name
                && matches!(target, Target::Group(_))
                && all.iter().any(|&(f, t, other, _)| {
                    (f, t) == (from, to) && matches!(other, Target::Name(_))
                }))
        });
        // Inside a longer wording a name is only a word of it: 进口 in 国产还是进口, 材质 in 什么材质.
        let mut within = Vec::new();
        for hit in &mut found {
            let (from, to, target, strength) = *hit;
            let inside = |&(f, t, other, s): &(usize, usize, Target, Strength)| {
                let around = f <= from && to <= t && t - f > to - from;
                around && s == Strength::Wording && matches!(other, Target::Group(_))
            };
            if strength == Strength::Name
                && !matches!(target, Target::Group(_))
                && all.iter().any(inside)
            {
                hit.3 = Strength::Wording;
                within.push((from, to, target));
            }
        }
        // A longer stretch is more exact (鞋底材质 before 材质; 用什么电池 before 电池 of another group), but a wording around a
        // name (保质期多久) does not remove the name.
        found.retain(|&(from, to, target, strength)| {
            !all.iter().any(|&(f, t, other, s)| {
                let around = f <= from && to <= t && t - f > to - from;
                let unsays =
                    matches!(target, Target::Group(_)) && other != target && s == Strength::Wording;
                let kept = s < Strength::Name && within.contains(&(from, to, target));
                around && (s >= strength || unsays) && !kept
            })
        });
        found.retain(|&(from, to, _, strength)| {
            let goes_on = |&(f, t, other, s): &(usize, usize, Target, Strength)| {
                f < from && from < t && t < to && s > strength && !self.is_size(other)
            };
            strength > Strength::Loose || !all.iter().any(goes_on)
        });
        found.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(b.3.cmp(&a.3)));
        let mut topics: Vec<Topic> = Vec::new();
        for (from, to, target, strength) in found {
            match topics.last_mut().filter(|topic| from < topic.to) {
                Some(topic) => {
                    topic.to = topic.to.max(to);
                    topic.strength = topic.strength.max(strength);
                    topic.targets.push((target, strength));
                }
                None => topics.push(Topic {
                    from,
                    to,
                    strength,
                    targets: vec![(target, strength)],
                }),
            }
        }
        for topic in &mut topics {
            topic
                .targets
                .sort_by_key(|&(_, strength)| Reverse(strength));
        }
        topics
    }

    /// Whether a measure of the goods is asked for, which their size tells too: 直径多大 also asks for the 尺寸, while 多大 in
    /// 功率多大 is only the end of a wording.
    fn is_size(&self, target: Target) -> bool {
        let sizes = ["尺寸", "高度", "长度", "宽度", "厚度", "直径", "开口深度"];
        sizes.iter().any(|size| self.is_called(target, size))
    }
}
