//! The specs and page sections of a shop's products by name, and what a question asks for among them.

mod headed;
mod topics;

pub use topics::Topic;

use std::collections::{HashMap, HashSet};

use aho_corasick::AhoCorasick;

use super::forms::Forms;
use super::name::{Name, bare};
use super::words::{Strength, WORDS};
use crate::answer::product::Plain;
use crate::knowledge::Shop;
use crate::text::lexicon::Synonyms;
use crate::text::normalise::squeeze;

/// Columns whose values change by the minute. They are never quoted.
const VOLATILE: &[&str] = &[
    "价格",
    "售价",
    "现价",
    "单价",
    "到手价",
    "库存",
    "存量",
    "销量",
    "余量",
    "券后",
];

/// A spec or a section of one product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// `product.specs[i]`
    Spec(u32),
    /// `product.passages[i]`
    Section(u32),
}

/// All spec and section names of a shop.
#[derive(Debug, Clone, Default)]
pub struct SpecNames {
    names: Vec<Name>,
    /// For each product, its names (ascending by slot) with their slots.
    slots: Vec<Vec<(u32, Slot)>>,
    /// Finds names, cores and the shop's synonyms of names; pattern `i` asks for `found[i]`.
    finder: Option<AhoCorasick>,
    found: Vec<Target>,
    /// The groups of the built-in table that contain any name of the shop.
    known: HashSet<u16>,
    /// Finds names by their parts.
    forms: Forms,
}

/// What a stretch of a question asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A name of this shop's columns or headings.
    Name(u32),
    /// The names with this core (季节: 适用季节).
    Core(u32),
    /// A group of the built-in table.
    Group(u16),
}

/// Words before a spec's name that do not change which spec it is.
const QUALIFIERS: &[&str] = &[
    "输出", "额定", "最大", "最高", "标称", "实际", "标准", "总", "净", "毛", "裸", "单只", "单个",
    "单件", "单双", "每只", "每个", "每件", "整机", "整体", "主机", "机身", "产品", "商品",
];

/// Whether what is said is a name with some of its characters left out: 背板 for 背侧板材质.
pub(super) fn is_short_for(said: &str, name: &str) -> bool {
    let mut rest = name.chars();
    let first = rest.clone().next();
    said.chars().next() == first && said.chars().all(|c| rest.any(|own| own == c))
}

/// Whether the beginning of a spec's name only qualifies the rest.
fn only_qualifies(beginning: &str) -> bool {
    let mut shorter = QUALIFIERS
        .iter()
        .filter_map(|word| beginning.strip_prefix(word));
    beginning.is_empty() || shorter.any(only_qualifies)
}

impl SpecNames {
    /// Collects the names of all products.
    pub fn new(shop: &Shop, synonyms: &Synonyms) -> SpecNames {
        let mut table = SpecNames::default();
        let mut known: HashMap<String, u32> = HashMap::new();
        for product in &shop.products {
            let specs = (0..)
                .zip(&product.specs)
                .map(|(i, spec)| (spec.name.as_str(), Slot::Spec(i)));
            let sections = (0..)
                .zip(&product.passages)
                .filter_map(|(i, passage)| Some((passage.path.last()?.as_str(), Slot::Section(i))));
            // Either half of 散热与噪音 can be asked for.
            let halves = (0..).zip(&product.passages).flat_map(|(i, passage)| {
                let title = passage.path.last().map_or("", String::as_str);
                let halves = title.split(['与', '和', '及', '、', '&']);
                halves
                    .filter(move |half| *half != title)
                    .map(move |half| (half, Slot::Section(i)))
            });
            let mut slots = Vec::new();
            for (written, slot) in specs.chain(sections).chain(halves) {
                let text = bare(written);
                if text.is_empty()
                    || matches!(slot, Slot::Section(_)) && text.chars().nth(1).is_none()
                    || VOLATILE.iter().any(|word| text.contains(word))
                    || text.ends_with('价')
                {
                    continue;
                }
                let next = table.names.len() as u32;
                let index = *known.entry(text.clone()).or_insert(next);
                if index == next {
                    table.names.push(Name::new(text));
                }
                slots.push((index, slot));
            }
            table.slots.push(slots);
        }
        table.known = table
            .names
            .iter()
            .flat_map(|name| name.groups.iter().copied())
            .collect();
        table.index(synonyms);
        table.forms = Forms::new(&table.names);
        table
    }

    /// Builds the finder.
    fn index(&mut self, synonyms: &Synonyms) {
        let mut patterns: HashMap<String, Target> = HashMap::new();
        for (index, name) in (0u32..).zip(&self.names) {
            patterns.insert(name.text.clone(), Target::Name(index));
        }
        for (index, name) in (0u32..).zip(&self.names) {
            let others = [&name.text, &name.core]
                .into_iter()
                .flat_map(|word| synonyms.group(word).iter());
            // 吵 as a synonym of 噪音 is too short to be searched alone.
            for word in others.map(|word| squeeze(word)) {
                patterns.entry(word).or_insert(Target::Name(index));
            }
            patterns
                .entry(name.core.clone())
                .or_insert(Target::Core(index));
        }
        let mut patterns: Vec<_> = patterns
            .into_iter()
            .filter(|(word, _)| word.chars().nth(1).is_some())
            .collect();
        patterns.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        self.finder = AhoCorasick::new(patterns.iter().map(|(word, _)| word))
            .ok()
            .filter(|_| !patterns.is_empty());
        self.found = patterns.into_iter().map(|(_, target)| target).collect();
    }

    /// The stretches of a text that say a name of this shop's columns or headings, in full or by its parts. They mean a
    /// spec, even if goods have the same name.
    pub(in crate::answer) fn spoken(&self, plain: &Plain) -> Vec<(usize, usize)> {
        let parts = self.forms.find(plain).into_iter();
        let parts = parts.filter(|part| part.strength == Strength::Wording);
        let parts = parts.map(|part| (part.from, part.to));
        // 送什么配件 asks what comes with the goods, even if there are goods of the kind 配件.
        let mut lists = Vec::new();
        WORDS.find(plain, &mut lists);
        lists.retain(|hit| {
            let of_list = WORDS.group(hit.group).names.contains(&"配件");
            hit.strength == Strength::Wording && of_list && self.known.contains(&hit.group)
        });
        let lists = lists.into_iter().map(|hit| (hit.from, hit.to));
        let whole = self.whole(plain).into_iter();
        whole.chain(parts).chain(lists).collect()
    }

    /// The stretches of a text that say a name of this shop's columns or headings in full.
    pub(in crate::answer) fn whole(&self, plain: &Plain) -> Vec<(usize, usize)> {
        let hits = self
            .finder
            .iter()
            .flat_map(|finder| finder.find_overlapping_iter(&plain.text));
        hits.filter(|hit| matches!(self.found[hit.pattern().as_usize()], Target::Name(_)))
            .map(|hit| (plain.char_at(hit.start()), plain.char_at(hit.end())))
            .collect()
    }

    /// Whether a group of the table contains a name, so that its wordings around the name ask for the same thing.
    pub(super) fn belongs(&self, name: Target, other: Target) -> bool {
        match (name, other) {
            (Target::Name(name) | Target::Core(name), Target::Group(group)) => {
                self.names[name as usize].groups.contains(&group)
            }
            _ => true,
        }
    }

    /// The slots of a product that hold what `target` asks for; empty if it has none.
    pub fn slots(&self, product: u32, target: Target) -> Vec<Slot> {
        let slots = &self.slots[product as usize];
        let pick = |fits: &dyn Fn(u32) -> bool| -> Vec<Slot> {
            slots
                .iter()
                .filter(|(name, _)| fits(*name))
                .map(|&(_, slot)| slot)
                .collect()
        };
        match target {
            Target::Name(asked) => {
                let exact = pick(&|name| name == asked);
                let asked = &self.names[asked as usize];
                if !exact.is_empty() {
                    return exact;
                }
                // 原产地 is 产地: the same group contains both, and they differ in one character.
                let same = |name: u32| {
                    let name = &self.names[name as usize];
                    let longer = name.text.strip_suffix(asked.text.as_str());
                    longer.is_some_and(|more| more.chars().count() == 1)
                        && name.groups.iter().any(|group| asked.groups.contains(group))
                };
                match asked.mere {
                    true => {
                        pick(&|name| self.names[name as usize].core == asked.core || same(name))
                    }
                    false => pick(&same),
                }
            }
            Target::Core(asked) => {
                let core = &self.names[asked as usize].core;
                pick(&|name| self.names[name as usize].core == *core)
            }
            Target::Group(group) => pick(&|name| self.names[name as usize].groups.contains(&group)),
        }
    }

    /// Whether a slot may be quoted, because its column does not change by the minute.
    pub fn quotable(&self, product: u32, slot: Slot) -> bool {
        self.slots[product as usize]
            .iter()
            .any(|&(_, own)| own == slot)
    }

    /// The slots of a product in any group that contains `name` (成分, 配料, 过敏原).
    pub fn slots_named(&self, product: u32, name: &str) -> Vec<Slot> {
        WORDS
            .groups_of(name)
            .iter()
            .flat_map(|&group| self.slots(product, Target::Group(group)))
            .collect()
    }

    /// The squeezed name of a slot; empty if it may not be quoted.
    pub fn name_of(&self, product: u32, slot: Slot) -> &str {
        let own = self.slots[product as usize]
            .iter()
            .find(|(_, at)| *at == slot);
        own.map_or("", |&(name, _)| &self.names[name as usize].text)
    }

    /// Whether a product has a spec or section of this name, squeezed.
    pub(in crate::answer) fn has_named(&self, product: u32, name: &str) -> bool {
        let mut own = self.slots[product as usize].iter();
        own.any(|(own, _)| self.names[*own as usize].text == name)
    }

    /// Whether any product of the shop has what a topic asks for, by one of its most certain targets. If none has, the
    /// words had another meaning or other knowledge answers them, so a product's lack of it tells nothing.
    pub fn is_known(&self, topic: &Topic) -> bool {
        topic.sure().any(|target| self.has(target))
    }

    /// Whether any product of the shop has what is asked for.
    pub(super) fn has(&self, target: Target) -> bool {
        match target {
            Target::Name(_) | Target::Core(_) => true,
            Target::Group(group) => self.known.contains(&group),
        }
    }

    /// The one column of a product of whose name a part is said: 弦长 for 有效弦长, and, where no name holds it, 背板 for
    /// 背侧板材质.
    pub(super) fn partly(&self, product: u32, said: &str) -> Option<Target> {
        let one = |fits: &dyn Fn(&str) -> bool| {
            let names = self.slots[product as usize].iter().map(|&(name, _)| name);
            let mut fitting = names.filter(|&name| fits(&self.names[name as usize].text));
            let name = fitting.next()?;
            fitting.all(|other| other == name).then_some(name)
        };
        one(&|name| name.contains(said))
            .or_else(|| one(&|name| is_short_for(said, name)))
            .map(Target::Name)
    }

    /// Whether a name measures a part of the goods or what comes with them: 电源线长, but neither 总长 nor 机身高度.
    pub(super) fn measures_part(&self, target: Target) -> bool {
        const MEASURES: &[&str] = &["长", "宽", "高", "厚", "深", "重"];
        let Target::Name(name) = target else {
            return false;
        };
        let name = self.names[name as usize].text.as_str();
        let name = name.strip_suffix(['度', '量']).unwrap_or(name);
        let mut measured = MEASURES.iter().filter_map(|end| name.strip_suffix(end));
        measured.any(|of| !of.is_empty() && !only_qualifies(of))
    }

    /// The specs of a product whose names contain a name of what a topic asks for: 鞋头保护 for 鞋头, 输出功率 for 功率. But 鞋底材质
    /// is the 材质 of a part, and a yes-or-no column (是否含电池) does not tell 电池容量.
    pub(super) fn akin(&self, product: u32, topic: &Topic) -> Vec<Slot> {
        let mut words: Vec<&str> = Vec::new();
        for target in topic.sure() {
            match target {
                Target::Group(group) => words.extend(&WORDS.group(group).names),
                Target::Name(_) | Target::Core(_) => words.push(self.title(target)),
            }
        }
        words.retain(|word| word.chars().nth(1).is_some());
        let names = self.slots[product as usize].iter();
        names
            .filter(|(name, _)| {
                let name = &self.names[*name as usize];
                let tells = |word: &&str| {
                    let at = name.text.find(*word);
                    at.is_some_and(|at| only_qualifies(&name.text[..at]))
                };
                !name.yes_or_no && words.iter().any(tells)
            })
            .map(|&(_, slot)| slot)
            .collect()
    }

    /// The name of a target, for texts and traces.
    pub fn title(&self, target: Target) -> &str {
        match target {
            Target::Name(name) => &self.names[name as usize].text,
            Target::Core(name) => &self.names[name as usize].core,
            Target::Group(group) => WORDS.group(group).names[0],
        }
    }

    /// The name of a target in the shop's own words: the one nearest to what was said (留香时间 for 留香多久), else the
    /// table's.
    pub fn title_as_said(&self, target: Target, said: &str) -> &str {
        let Target::Group(group) = target else {
            return self.title(target);
        };
        let shared = |name: &str| name.chars().filter(|&c| said.contains(c)).count();
        let own = self
            .names
            .iter()
            .filter(|name| name.groups.contains(&group))
            .map(|name| name.text.as_str());
        // The first of equally near names: `max_by_key` takes the last.
        own.rev()
            .max_by_key(|name| shared(name))
            .unwrap_or_else(|| self.title(target))
    }

    /// Whether the first name that the built-in table has for a target is `name`; for a name of the shop, by its
    /// groups.
    pub(super) fn is_called(&self, target: Target, name: &str) -> bool {
        let is = |group: &u16| WORDS.group(*group).names[0] == name;
        match target {
            Target::Name(own) | Target::Core(own) => self.names[own as usize].groups.iter().any(is),
            Target::Group(group) => is(&group),
        }
    }

    /// Whether the first name that the built-in table has for the spec at a slot is one of `names`.
    pub(super) fn name_is(&self, product: u32, slot: Slot, names: &[&str]) -> bool {
        let own = self.slots[product as usize].iter();
        own.filter(|(_, at)| *at == slot).any(|&(name, _)| {
            let target = Target::Name(name);
            names.iter().any(|called| self.is_called(target, called))
        })
    }

    /// Whether a product without this spec is no reason to hand off, because other knowledge often answers.
    pub fn elsewhere(&self, target: Target) -> bool {
        let of = |group: &u16| WORDS.group(*group).elsewhere;
        match target {
            Target::Name(name) | Target::Core(name) => {
                self.names[name as usize].groups.iter().any(of)
            }
            Target::Group(group) => of(&group),
        }
    }
}
