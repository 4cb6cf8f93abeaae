//! Which product is meant: the page the buyer came from, the words of the question, the talk before.

mod catalogue;
mod plain;

use jiff::Timestamp;

pub use catalogue::{Catalogue, Mention};
pub use plain::{Plain, squeeze};

use crate::knowledge::{Product, Shop};
use crate::text::normalise::normalise;

/// How a product came to be meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Its page is open.
    Channel,
    /// Its name, alias, id or code stands in the question.
    Named,
    /// Part of its name does, or the only kind of goods that it is.
    Partly,
    /// Its name was misspelt with the same sound.
    Sound,
    /// By colour, among the products of the talk (蓝色的那条).
    Colour,
    /// It was named before.
    Talk,
}

impl How {
    /// Share of confidence left where the product was found this way, 0..1.
    pub fn certainty(self) -> f64 {
        match self {
            How::Channel | How::Named => 1.0,
            How::Talk => 0.98,
            How::Partly => 0.96,
            How::Colour => 0.95,
            How::Sound => 0.93,
        }
    }

    /// A word for the trace.
    pub fn as_str(self) -> &'static str {
        match self {
            How::Channel => "the product's page",
            How::Named => "named in the question",
            How::Partly => "named in part",
            How::Sound => "named with a slip",
            How::Colour => "told by its colour",
            How::Talk => "named before",
        }
    }
}

/// The product or products that a question is about, as indexes into [`Shop::products`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// None is known.
    None,
    /// This one.
    One {
        /// Its index.
        product: u32,
        /// How it came to be meant.
        how: How,
    },
    /// Several are named, or a name fits several; in the order named.
    Several(Vec<u32>),
}

/// A question with all that the readers of structured knowledge need.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// The shop.
    pub shop: &'a Shop,
    /// Its catalogue.
    pub catalogue: &'a Catalogue,
    /// The question, normalised (a follow-up with the message that it follows before it).
    pub text: &'a str,
    /// The buyer's earlier messages, oldest first.
    pub previous: &'a [String],
    /// Product id of the channel.
    pub product: Option<&'a str>,
    /// The moment the answer is for.
    pub at: Timestamp,
    /// The question without marks and spaces.
    pub plain: Plain,
    /// What it is about.
    pub subject: Subject,
}

impl<'a> Asked<'a> {
    /// Reads a question: finds its subject once for all readers.
    pub fn new(
        shop: &'a Shop,
        catalogue: &'a Catalogue,
        text: &'a str,
        previous: &'a [String],
        product: Option<&'a str>,
        at: Timestamp,
    ) -> Asked<'a> {
        let plain = Plain::new(text).asking();
        let subject = find(
            catalogue,
            product.and_then(|id| catalogue.by_id(id)),
            &plain,
            text,
            previous,
        );
        Asked {
            shop,
            catalogue,
            text,
            previous,
            product,
            at,
            plain,
            subject,
        }
    }

    /// The product at `index`.
    pub fn product_at(&self, index: u32) -> &'a Product {
        &self.shop.products[index as usize]
    }

    /// Whether the product at `index` is on sale at the moment asked for.
    pub fn on_sale(&self, index: u32) -> bool {
        self.product_at(index).on_sale.contains(self.at)
    }

    /// Another reading of the question, without what went before it.
    pub fn reads<'b>(&self, text: &'b str) -> Asked<'b>
    where
        'a: 'b,
    {
        Asked::new(
            self.shop,
            self.catalogue,
            text,
            self.previous,
            self.product,
            self.at,
        )
    }

    /// The same question with `read` done on what the buyer says beside the product's name: words of a title (现货, 成套,
    /// 120cm) are none of the buyer's.
    pub fn beside_name<T>(&self, read: impl FnOnce(&Asked<'_>) -> T) -> T {
        let text = without_name(self, self.text);
        if text == self.text {
            return read(self);
        }
        let plain = Plain::new(&text).asking();
        read(&Asked {
            text: &text,
            plain,
            subject: self.subject.clone(),
            ..*self
        })
    }

    /// Whether the question contains any of `words`.
    pub fn says(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.plain.text.contains(word))
    }
}

/// Which product is meant by a normalised question.
///
/// Names in the words come first where they clearly name a product; a partial name, a slip or a colour counts where
/// the channel tells no product; then the channel; then the talk before, newest first.
pub fn subject(
    catalogue: &Catalogue,
    channel: Option<&str>,
    normalised: &str,
    previous: &[String],
) -> Subject {
    let channel = channel.and_then(|id| catalogue.by_id(id));
    find(
        catalogue,
        channel,
        &Plain::new(normalised),
        normalised,
        previous,
    )
}

fn find(
    catalogue: &Catalogue,
    channel: Option<u32>,
    plain: &Plain,
    text: &str,
    previous: &[String],
) -> Subject {
    let all = catalogue.mentions(plain);
    if let Some(means) = all
        .iter()
        .find(|mention| is_means(catalogue, plain, mention))
    {
        let about = plain.slice(0, means.from);
        return find(catalogue, channel, &Plain::new(about), about, previous);
    }
    let mentions: Vec<Mention> = all
        .into_iter()
        .filter(|mention| channel.is_none() || names_clearly(catalogue, plain, mention, channel))
        .collect();
    if channel.is_none()
        && let Some(longer) = told_better_in_part(catalogue, plain, &mentions)
    {
        return longer;
    }
    if let Some(named) = resolve(&mentions, plain, text) {
        return match (named, channel) {
            // A name that fits several, the open page among them, means the open page.
            (Subject::Several(products), Some(open))
                if mentions.len() == 1 && products.contains(&open) =>
            {
                Subject::One {
                    product: open,
                    how: How::Channel,
                }
            }
            (named, _) => named,
        };
    }
    if let Some(product) = channel {
        return match other_in_part(catalogue, plain, product) {
            Some(other) => Subject::One {
                product: other,
                how: How::Partly,
            },
            None => Subject::One {
                product,
                how: How::Channel,
            },
        };
    }
    if let Some(product) = by_colour(catalogue, plain, previous) {
        return Subject::One {
            product,
            how: How::Colour,
        };
    }
    let words = in_words(catalogue, plain);
    if words != Subject::None {
        return words;
    }
    for message in previous.iter().rev().take(6) {
        let normalised = normalise(message);
        let before = Plain::new(&normalised);
        let named = resolve(&catalogue.mentions(&before), &before, &normalised);
        match named.unwrap_or_else(|| in_words(catalogue, &before)) {
            Subject::One { product, .. } => {
                return Subject::One {
                    product,
                    how: How::Talk,
                };
            }
            Subject::Several(products) => return Subject::Several(products),
            Subject::None => {}
        }
    }
    Subject::None
}

/// Whether a mention names its product clearly enough to beat the open page: it is no mere ingredient or companion
/// (含水杨酸吗, 配风衣), and no word for the open page itself.
fn names_clearly(
    catalogue: &Catalogue,
    plain: &Plain,
    mention: &Mention,
    channel: Option<u32>,
) -> bool {
    let before = plain.slice(mention.from.saturating_sub(2), mention.from);
    let companion = [
        "配", "搭", "和", "跟", "与", "同", "含", "含有", "有", "没有", "穿", "加", "用过", "叠",
        "里面", "内搭",
    ];
    if companion.iter().any(|word| before.ends_with(word))
        && !plain.text.contains("区别")
        && !plain.text.contains("哪个")
    {
        return false;
    }
    let name = plain.slice(mention.from, mention.to);
    let of_channel = channel.is_some_and(|open| {
        mention.products.contains(&open)
            || catalogue.names[open as usize]
                .iter()
                .any(|own| own.contains(name))
    });
    of_channel
        || name.chars().count() >= 3
        || name.bytes().any(|b| b.is_ascii_digit())
        || mention.from == 0
}

/// Products of which a long stretch stands in the question, where all that is exactly named is a short code of another
/// one: a piece of a title (z5手机壳防摔软壳) outweighs the code in it.
fn told_better_in_part(
    catalogue: &Catalogue,
    plain: &Plain,
    mentions: &[Mention],
) -> Option<Subject> {
    let longest = mentions
        .iter()
        .map(|mention| mention.to - mention.from)
        .max()?;
    let (products, explained) = catalogue.partly_named(plain)?;
    let another = |mention: &Mention| !mention.products.iter().any(|p| products.contains(p));
    if explained < longest + 4 || !mentions.iter().all(another) {
        return None;
    }
    Some(match products.as_slice() {
        [product] => Subject::One {
            product: *product,
            how: How::Partly,
        },
        _ => Subject::Several(products),
    })
}

/// Joins the pieces of a message that only name a product with the question beside them: merchants' titles are full of
/// words that ask elsewhere (多功能, 不粘), so that a title before or behind a question looks like one.
pub fn join_names(catalogue: &Catalogue, pieces: Vec<String>) -> Vec<String> {
    if pieces.len() < 2 {
        return pieces;
    }
    let mut joined: Vec<String> = Vec::new();
    let mut waiting = String::new();
    for piece in pieces {
        let bare = catalogue.only_names(&Plain::new(&normalise(&piece)));
        if !waiting.is_empty() {
            waiting.push(' ');
        }
        waiting.push_str(&piece);
        if !bare {
            joined.push(std::mem::take(&mut waiting));
        }
    }
    if !waiting.is_empty() {
        match joined.last_mut() {
            Some(last) => {
                last.push(' ');
                last.push_str(&waiting);
            }
            None => joined.push(waiting),
        }
    }
    joined
}

/// A normalised text with the name of the product that it names replaced by 这款, so that words of a title (正品, 美白,
/// usb) are not taken for what the buyer says.
pub fn without_name(asked: &Asked<'_>, normalised: &str) -> String {
    let products: &[u32] = match &asked.subject {
        Subject::One {
            product,
            how: How::Named | How::Partly | How::Sound,
        } => std::slice::from_ref(product),
        Subject::Several(products) if products.len() <= 12 => products,
        _ => return normalised.to_owned(),
    };
    let plain = Plain::new(normalised);
    let mut named = vec![false; plain.len()];
    for mention in asked.catalogue.mentions(&plain) {
        if mention.to - mention.from >= 3 {
            named[mention.from..mention.to].fill(true);
        }
    }
    for &product in products {
        asked.catalogue.mark_runs(product, &plain, 6, &mut named);
    }
    let mut text = String::with_capacity(normalised.len());
    let (mut at, mut inside) = (0, false);
    for c in normalised.chars() {
        if c.is_alphanumeric() {
            let was = std::mem::replace(&mut inside, named[at]);
            at += 1;
            match (was, inside) {
                (false, true) => text.push_str("这款"),
                (_, false) => text.push(c),
                (true, true) => {}
            }
        } else {
            text.push(c);
        }
    }
    text
}

/// Whether a product is named only as a means for another one named before it: 奶瓶能用消毒锅煮吗, 炸篮能放洗碗机吗.
fn is_means(catalogue: &Catalogue, plain: &Plain, mention: &Mention) -> bool {
    let before = plain.slice(0, mention.from);
    ["放", "放进", "放入", "用", "进", "能", "可以"]
        .iter()
        .any(|word| before.ends_with(word))
        && {
            let before = Plain::new(before);
            catalogue.kind(&before).is_some() || !catalogue.mentions(&before).is_empty()
        }
}

/// Products exactly named. Handles that share products narrow each other; in a follow-up (「R7吸力多大 那R9呢」) the last
/// one counts.
fn resolve(mentions: &[Mention], plain: &Plain, text: &str) -> Option<Subject> {
    let last = mentions.last()?;
    let shared: Vec<u32> = last
        .products
        .iter()
        .copied()
        .filter(|product| {
            mentions
                .iter()
                .all(|mention| mention.products.contains(product))
        })
        .collect();
    let mut products = shared;
    if products.is_empty() {
        if follows_up(plain, text, last.from) {
            products = last.products.clone();
        } else {
            for mention in mentions {
                for product in &mention.products {
                    if !products.contains(product) {
                        products.push(*product);
                    }
                }
            }
        }
    }
    Some(match products.as_slice() {
        [product] => Subject::One {
            product: *product,
            how: How::Named,
        },
        _ => Subject::Several(products),
    })
}

/// Whether the stretch of text that holds character `at` is a follow-up to the stretches before it.
fn follows_up(plain: &Plain, text: &str, at: usize) -> bool {
    let start = (0..=at)
        .rev()
        .find(|&i| i == 0 || plain.gap_before(i))
        .unwrap_or(0);
    if start == 0 {
        return false;
    }
    let tail = plain.slice(start, plain.len());
    tail.starts_with('那') || tail.ends_with('呢') && !text.contains("区别")
}

/// With a page open: another product of which a telling stretch of five characters or more stands in the question.
fn other_in_part(catalogue: &Catalogue, plain: &Plain, open: u32) -> Option<u32> {
    match catalogue.partly_named(plain)? {
        (products, explained)
            if explained >= 6 && !products.contains(&open) && products.len() == 1 =>
        {
            Some(products[0])
        }
        _ => None,
    }
}

/// Products named in part, with a slip, or by kind.
fn in_words(catalogue: &Catalogue, plain: &Plain) -> Subject {
    let several = |products: Vec<u32>, how| match products.as_slice() {
        [] => Subject::None,
        [product] => Subject::One {
            product: *product,
            how,
        },
        _ => Subject::Several(products),
    };
    if let Some(mention) = catalogue.sounds_like(plain) {
        return several(mention.products, How::Sound);
    }
    let kind = catalogue.kind(plain);
    match (catalogue.partly_named(plain), kind) {
        (Some((products, explained)), kind)
            if explained >= 4
                || kind
                    .as_ref()
                    .is_none_or(|kind| kind.products.iter().any(|own| products.contains(own))) =>
        {
            match kind {
                // 扫地机器人的… of many kinds: stay within the kind named.
                Some(kind)
                    if products
                        .iter()
                        .any(|product| kind.products.contains(product)) =>
                {
                    several(
                        products
                            .into_iter()
                            .filter(|product| kind.products.contains(product))
                            .collect(),
                        How::Partly,
                    )
                }
                _ => several(products, How::Partly),
            }
        }
        (_, Some(kind)) => several(kind.products, How::Partly),
        (Some((products, _)), None) => several(products, How::Partly),
        (None, None) => Subject::None,
    }
}

/// 「蓝色的那条」: the one product of that colour among those of the talk, or of the kind named.
fn by_colour(catalogue: &Catalogue, plain: &Plain, previous: &[String]) -> Option<u32> {
    const COLOURS: &[&str] = &[
        "黑", "白", "红", "蓝", "绿", "黄", "粉", "紫", "灰", "棕", "咖", "杏", "米", "驼", "卡其",
        "焦糖", "条纹", "格纹", "橙", "银",
    ];
    let points = [
        "那条", "那件", "那款", "那个", "那双", "那瓶", "那支", "那台", "的裙", "的裤", "的鞋",
        "这条", "这件", "这款",
    ];
    if !points.iter().any(|word| plain.text.contains(word)) {
        return None;
    }
    let colour = COLOURS
        .iter()
        .find(|colour| plain.text.contains(**colour))?;
    let mut among: Vec<u32> = Vec::new();
    for message in previous.iter().rev().take(6) {
        let before = Plain::new(&normalise(message));
        for mention in catalogue.mentions(&before) {
            among.extend(mention.products);
        }
        if among.is_empty() {
            among.extend(
                catalogue
                    .kind(&before)
                    .map(|kind| kind.products)
                    .unwrap_or_default(),
            );
        }
    }
    if among.is_empty() {
        among = catalogue.kind(plain)?.products;
    }
    among.sort_unstable();
    among.dedup();
    let mut fitting = among.into_iter().filter(|&product| {
        catalogue.colours[product as usize]
            .iter()
            .any(|own| own.contains(colour))
    });
    let first = fitting.next()?;
    fitting.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests;
