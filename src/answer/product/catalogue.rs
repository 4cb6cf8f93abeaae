//! The shop's products, indexed by everything that buyers call them.

use std::collections::HashMap;

use aho_corasick::AhoCorasick;

use super::handles::{COLOURS, codes, finder, own_colours, push, sounds};
use super::kinds::{Kinds, kinds_of};
use super::plain::Plain;
use super::series;
use crate::answer::spec::SpecNames;
use crate::knowledge::Shop;
use crate::text::lexicon::Synonyms;
use crate::text::normalise::{normalise, squeeze};
use crate::text::pinyin::spoken;

/// Three characters of a name are telling if at most this many products share them.
const TELLING: usize = 12;

/// A code in names or ids is a handle if at most this many products have it.
const SHARED: usize = 5;

/// The fewest characters by which a part of a name tells goods.
const PART: usize = 4;

/// A shop's products by name, alias, id, code, distinctive stretch and sound. Built once per snapshot.
#[derive(Debug, Clone)]
pub struct Catalogue {
    /// Finds [`Catalogue::owners`] in squeezed text.
    handles: Option<AhoCorasick>,
    /// The products that each handle names.
    owners: Vec<Vec<u32>>,
    /// Toneless pinyin of a handle of three or more Han characters → handle.
    sounds: HashMap<Box<str>, u32>,
    /// Lengths, in characters, of the handles in `sounds`.
    sound_lengths: Vec<usize>,
    /// The two characters that lead the names of one product or of a series and stand nowhere else → products.
    pub(super) leads: HashMap<[char; 2], Vec<u32>>,
    /// Three successive characters of a name or alias → products, if few products share them.
    trigrams: HashMap<[char; 3], Vec<u32>>,
    /// Kinds of goods.
    kinds: Kinds,
    /// Product id, as written and normalised → product.
    ids: HashMap<String, u32>,
    /// Squeezed name and aliases of each product.
    pub(in crate::answer) names: Vec<Vec<String>>,
    /// Squeezed colours (first SKU property) of each product.
    pub(super) colours: Vec<Vec<String>>,
    /// Squeezed sizes (second SKU property) of each product.
    sizes: Vec<Vec<String>>,
    /// Finds [`Catalogue::coloured`]: names of colours that only one product comes in (砖红).
    own_colours: Option<AhoCorasick>,
    /// The product of each such colour.
    coloured: Vec<Vec<u32>>,
    /// Names of specs and headings, and how they are asked for.
    pub(in crate::answer) specs: SpecNames,
    /// The shop's synonyms.
    pub(in crate::answer) synonyms: Synonyms,
}

/// A stretch of a text that names products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// First character in the [`Plain`] text.
    pub from: usize,
    /// The character after the last one.
    pub to: usize,
    /// The products that it can mean.
    pub products: Vec<u32>,
}

impl Catalogue {
    /// Indexes the products of a shop.
    pub fn new(shop: &Shop) -> Catalogue {
        let synonyms = Synonyms::new(&shop.lexicon.synonyms);
        let mut handles: HashMap<String, Vec<u32>> = HashMap::new();
        let mut trigrams: HashMap<[char; 3], Vec<u32>> = HashMap::new();
        let mut kinds: HashMap<String, Vec<u32>> = HashMap::new();
        let mut ids = HashMap::new();
        let mut names = Vec::with_capacity(shop.products.len());
        let mut colours = Vec::with_capacity(shop.products.len());
        let mut sizes = Vec::with_capacity(shop.products.len());
        for (index, product) in (0u32..).zip(&shop.products) {
            ids.entry(product.id.clone()).or_insert(index);
            ids.entry(normalise(&product.id)).or_insert(index);
            let own: Vec<String> = std::iter::once(&product.name)
                .chain(&product.aliases)
                .map(|name| squeeze(&normalise(name)))
                .filter(|name| !name.is_empty())
                .collect();
            for handle in own.iter().filter(|handle| handle.chars().nth(1).is_some()) {
                push(handles.entry(handle.clone()).or_default(), index);
            }
            for name in &own {
                let chars: Vec<char> = name.chars().collect();
                for three in chars.windows(3) {
                    push(
                        trigrams.entry([three[0], three[1], three[2]]).or_default(),
                        index,
                    );
                }
            }
            for kind in kinds_of(product, &own, &synonyms) {
                push(kinds.entry(kind).or_default(), index);
            }
            names.push(own);
            colours.push(
                product
                    .skus
                    .iter()
                    .map(|sku| squeeze(&normalise(&sku.colour)))
                    .collect(),
            );
            let of_skus = product.skus.iter().flat_map(|sku| &sku.sizes);
            sizes.push(of_skus.map(|size| squeeze(&normalise(size))).collect());
        }
        // A product's own name comes before a code in another product's name (a brush for the R7).
        let mut parts: HashMap<String, Vec<u32>> = HashMap::new();
        for (index, product) in (0u32..).zip(&shop.products) {
            for code in codes(product)
                .into_iter()
                .filter(|code| !handles.contains_key(code))
            {
                push(parts.entry(code).or_default(), index);
            }
        }
        // A code that many products share is a standard or an amount (cr2032, 60hz), not a name.
        parts.retain(|_, products| products.len() <= SHARED);
        handles.extend(parts);
        trigrams.retain(|_, products| products.len() <= TELLING);
        let mut kinds: Vec<(String, Vec<u32>)> = kinds.into_iter().collect();
        kinds.sort_unstable();
        let mut handles: Vec<(String, Vec<u32>)> = handles.into_iter().collect();
        handles.sort_unstable();
        let (sounds, sound_lengths) = sounds(&handles);
        let own_colours = own_colours(&colours);
        Catalogue {
            leads: series::leads(shop, &names, &kinds),
            handles: finder(&handles),
            owners: handles.into_iter().map(|(_, products)| products).collect(),
            sounds,
            sound_lengths,
            trigrams,
            kinds: Kinds::new(shop, kinds),
            ids,
            names,
            own_colours: finder(&own_colours),
            coloured: own_colours
                .into_iter()
                .map(|(_, products)| products)
                .collect(),
            colours,
            sizes,
            specs: SpecNames::new(shop, &synonyms),
            synonyms,
        }
    }

    /// The product with this id, as written or normalised.
    pub fn by_id(&self, id: &str) -> Option<u32> {
        self.ids
            .get(id)
            .or_else(|| self.ids.get(&normalise(id)))
            .copied()
    }

    /// The names, aliases, ids and codes in a text, leftmost and longest first, each with those of its series that are
    /// named by a figure behind it. A text without any may begin with the lead of a name.
    pub fn mentions(&self, plain: &Plain) -> Vec<Mention> {
        let Some(handles) = &self.handles else {
            return Vec::new();
        };
        let mentions: Vec<Mention> = handles
            .find_iter(&plain.text)
            .filter_map(|hit| {
                let (from, to) = (plain.char_at(hit.start()), plain.char_at(hit.end()));
                plain.stands_alone(from, to).then(|| Mention {
                    from,
                    to,
                    products: self.owners[hit.pattern().as_usize()].clone(),
                })
            })
            .map(|named| series::of_variant(self, plain, named))
            .flat_map(|named| {
                let behind = series::shortened(self, plain, &named);
                std::iter::once(named).chain(behind)
            })
            .collect();
        match mentions.as_slice() {
            [] => series::led(self, plain).into_iter().collect(),
            _ => mentions,
        }
    }

    /// A mask of the characters of a text that name products by name, alias, id or code.
    pub(in crate::answer) fn named_in(&self, plain: &Plain) -> Vec<bool> {
        let mut named = vec![false; plain.len()];
        for mention in self.mentions(plain) {
            named[mention.from..mention.to].fill(true);
        }
        named
    }

    /// The products that a handle names.
    pub(super) fn named(&self, handle: &str) -> Option<&[u32]> {
        let hit = self.handles.as_ref()?.find(handle)?;
        let whole = hit.start() == 0 && hit.end() == handle.len();
        whole.then(|| self.owners[hit.pattern().as_usize()].as_slice())
    }

    /// [`Catalogue::partly_named`] by more than the name of a kind: 咖啡豆 in 花魁咖啡豆 tells the kind of many.
    pub(super) fn partly_named_beside(
        &self,
        plain: &Plain,
        kind: Option<&Mention>,
    ) -> Option<(Vec<u32>, usize)> {
        let (from, to) = kind.map_or((0, 0), |kind| (kind.from, kind.to));
        self.partly(plain, |at| from <= at && at + 3 <= to)
    }

    /// The products with the most characters (three or more in a row) in a text, and how many characters they explain.
    pub fn partly_named(&self, plain: &Plain) -> Option<(Vec<u32>, usize)> {
        self.partly(plain, |_| false)
    }

    fn partly(&self, plain: &Plain, skip: impl Fn(usize) -> bool) -> Option<(Vec<u32>, usize)> {
        let mut scores: HashMap<u32, (f64, usize)> = HashMap::new();
        let mut seen: Vec<&[char]> = Vec::new();
        for (at, three) in plain.chars.windows(3).enumerate() {
            if skip(at) || seen.contains(&three) {
                continue;
            }
            if let Some(products) = self.trigrams.get(three) {
                seen.push(three);
                for &product in products {
                    let score = scores.entry(product).or_default();
                    score.0 += 1.0 / (1.0 + (products.len() as f64).ln());
                    score.1 += 1;
                }
            }
        }
        let best = scores.values().map(|score| score.0).fold(0.0, f64::max);
        scores.retain(|_, score| score.0 >= best * 0.9 - 1e-9);
        let count = scores.values().map(|score| score.1).max()?;
        let mut products: Vec<u32> = scores.into_keys().collect();
        products.sort_unstable();
        Some((products, count + 2))
    }

    /// Whether a text only names products: a name, a stretch of a title, a kind of goods.
    pub fn only_names(&self, plain: &Plain) -> bool {
        let mut named = self.named_in(plain);
        if let Some((products, _)) = self.partly_named(plain)
            && let [first, ..] = products.as_slice()
        {
            self.mark_runs(*first, plain, 3, &mut named);
        }
        if let Some(kind) = self.kind(plain) {
            named[kind.from..kind.to].fill(true);
        }
        let known = named.iter().filter(|known| **known).count();
        let left = crate::answer::spec::residue(plain, &named);
        known >= 3 && left <= known / 6 && known * 3 >= plain.len() * 2
    }

    /// A handle that sounds like a stretch of the text (法式碎话裙); `None` unless exactly one does.
    pub fn sounds_like(&self, plain: &Plain) -> Option<Mention> {
        self.sound_lengths.iter().find_map(|&length| {
            let mut stretches = plain.chars.windows(length).enumerate();
            stretches.find_map(|(from, chars)| {
                let handle = *self.sounds.get(spoken(chars.iter().copied())?.as_str())?;
                Some(Mention {
                    from,
                    to: from + length,
                    products: self.owners[handle as usize].clone(),
                })
            })
        })
    }

    /// The longest kind of goods named in a text (净化器, 连衣裙, 裙子), with its products.
    pub fn kind(&self, plain: &Plain) -> Option<Mention> {
        self.kinds.named(plain)
    }

    /// With a page open: the products of the other kind of goods with which a question begins (吊灯多少瓦); `goods` is the
    /// question without names of specs. Goods that the page itself speaks of are parts of the open product.
    pub(super) fn other_kind(&self, plain: &Plain, goods: &Plain, open: u32) -> Option<Vec<u32>> {
        const ASK: &[char] = &[
            '的', '能', '可', '会', '有', '是', '多', '几', '怎', '咋', '什', '哪', '要', '用',
            '需', '支', '带', '适', '好', '容', '大', '重', '厚', '贵', '防', '怕', '质', '保',
            '吗', '呢',
        ];
        let (products, behind) = self.kinds.other(goods, open)?;
        let mut topics = self
            .specs
            .topics(plain, &vec![false; plain.len()])
            .into_iter();
        let asks = plain.chars.get(behind).is_some_and(|c| ASK.contains(c))
            || topics.any(|topic| topic.from == behind);
        asks.then(|| products.to_vec())
    }

    /// Whether two products are of one kind of goods.
    pub(super) fn same_kind(&self, one: u32, other: u32) -> bool {
        self.kinds.have_both(one, other)
    }

    /// The squeezed colours of a product.
    pub(in crate::answer) fn colours_of(&self, product: u32) -> &[String] {
        &self.colours[product as usize]
    }

    /// Whether a product comes in a colour or size that holds a word.
    pub(super) fn comes_in(&self, product: u32, word: &str) -> bool {
        let product = product as usize;
        let mut variants = self.colours[product].iter().chain(&self.sizes[product]);
        variants.any(|variant| variant.contains(word))
    }

    /// Whether a product comes in a colour that a text says as one: 蓝色, 蓝的. 蛋白 says none.
    pub(in crate::answer) fn comes_in_said_colour(&self, product: u32, plain: &Plain) -> bool {
        let said = |colour: &&&str| {
            let behind = |(at, word): (usize, &str)| &plain.text[at + word.len()..];
            let mut places = plain.text.match_indices(**colour).map(behind);
            places.any(|rest| rest.starts_with(['色', '的']))
        };
        let own = &self.colours[product as usize];
        let mut colours = COLOURS.iter().filter(said);
        colours.any(|colour| own.iter().any(|own| own.contains(colour)))
    }

    /// The only product that comes in a colour named in the text. `None` if the text names a kind of goods that the
    /// product is not.
    pub(super) fn own_colour(&self, plain: &Plain) -> Option<u32> {
        let hit = self.own_colours.as_ref()?.find(&plain.text)?;
        let product = *self.coloured[hit.pattern().as_usize()].first()?;
        let kind = self.kind(plain);
        kind.is_none_or(|kind| kind.products.contains(&product))
            .then_some(product)
    }

    /// Whether a text is only the name, alias, id or code of goods, their kind, or a part of their name (双人帐篷 for
    /// 山脊双人帐篷).
    pub fn is_a_name(&self, plain: &Plain) -> bool {
        self.names_beside(plain, &[]).is_some() || self.is_part_of_names(plain)
    }

    /// Whether a text is made of parts of the name of one of the goods that it is likest to.
    pub(super) fn is_part_of_names(&self, plain: &Plain) -> bool {
        let covers = |&product: &u32| {
            let mut named = vec![false; plain.len()];
            self.mark_runs(product, plain, 2, &mut named);
            crate::answer::spec::residue(plain, &named) == 0
        };
        let partly = || self.partly_named(plain).map(|(products, _)| products);
        let of_kind = || self.kind(plain).map(|kind| kind.products);
        let likest = || partly().or_else(of_kind);
        plain.len() >= PART && likest().is_some_and(|products| products.iter().any(covers))
    }

    /// The products that a text names, if it says nothing else but possibly some of `words`.
    pub(super) fn names_beside(&self, plain: &Plain, words: &[&str]) -> Option<Mention> {
        let (goods, mut named) = self.goods(plain);
        for word in words {
            for (at, _) in plain.text.match_indices(word) {
                named[plain.char_at(at)..plain.char_at(at + word.len())].fill(true);
            }
        }
        let bare = crate::answer::spec::residue(plain, &named) == 0;
        goods.into_iter().next().filter(|_| bare)
    }

    /// The goods that a text names, by name and then by kind, and a mask of the characters that name them.
    pub(in crate::answer) fn goods(&self, plain: &Plain) -> (Vec<Mention>, Vec<bool>) {
        let mut goods = self.mentions(plain);
        goods.extend(self.kind(plain));
        let mut named = vec![false; plain.len()];
        for mention in &goods {
            named[mention.from..mention.to].fill(true);
        }
        (goods, named)
    }

    /// The one product that a text can mean: by name, by kind if it is the only one of that kind, or by part of its
    /// name.
    pub fn single(&self, plain: &Plain) -> Option<u32> {
        let one = |products: &[u32]| match products {
            [product] => Some(*product),
            _ => None,
        };
        match self.mentions(plain).as_slice() {
            [] => {}
            [mention] => return one(&mention.products),
            _ => return None,
        }
        let kind = self.kind(plain);
        if let Some(product) = kind.as_ref().and_then(|kind| one(&kind.products)) {
            return Some(product);
        }
        let (products, _) = self.partly_named_beside(plain, kind.as_ref())?;
        one(&products)
    }

    /// Marks runs of at least `least` characters of `plain` that occur in the name or an alias of `product`.
    pub fn mark_runs(&self, product: u32, plain: &Plain, least: usize, mask: &mut [bool]) {
        for name in &self.names[product as usize] {
            for from in 0..(plain.len() + 1).saturating_sub(least) {
                if name.contains(plain.slice(from, from + least)) {
                    mask[from..from + least].fill(true);
                }
            }
        }
    }
}
