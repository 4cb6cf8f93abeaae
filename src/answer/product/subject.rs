//! Finds which product a question is about, and tells how it was recognised.

use super::catalogue::{Catalogue, Mention};
use super::plain::Plain;
use super::talk;
use super::turn::{follow_up, follows_up, on_page, turned_to};

/// How a product was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Its page is open.
    Channel,
    /// The question contains its name, alias, id or code.
    Named,
    /// The question contains part of its name, or a kind of goods of which it is the only one.
    Partly,
    /// The question contains a misspelling of its name with the same sound.
    Sound,
    /// By its colour, among the products of the talk (蓝色的那条).
    Colour,
    /// An earlier message names it.
    Talk,
}

impl How {
    /// Factor on the confidence, 0..1, for a product found this way.
    pub fn certainty(self) -> f64 {
        match self {
            How::Channel | How::Named => 1.0,
            How::Talk => 0.98,
            How::Partly => 0.96,
            How::Colour => 0.95,
            How::Sound => 0.93,
        }
    }

    /// The word in the trace.
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

/// The product or products that a question is about, as indexes into
/// [`Shop::products`](crate::knowledge::Shop::products).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// No product is known.
    None,
    /// This one.
    One {
        /// Its index.
        product: u32,
        /// How it was recognised.
        how: How,
    },
    /// Several are named, or a name fits several; in the order named.
    Several(Vec<u32>),
}

impl Subject {
    /// The one of `products`, recognised `how`, or several of them.
    pub(super) fn of(products: Vec<u32>, how: How) -> Subject {
        match products.as_slice() {
            [] => Subject::None,
            [product] => Subject::One {
                product: *product,
                how,
            },
            _ => Subject::Several(products),
        }
    }

    /// The product, if there is exactly one.
    pub fn one(&self) -> Option<u32> {
        match self {
            Subject::One { product, .. } => Some(*product),
            Subject::None | Subject::Several(_) => None,
        }
    }

    /// All products that it can be.
    pub fn products(&self) -> Vec<u32> {
        match self {
            Subject::None => Vec::new(),
            Subject::One { product, .. } => vec![*product],
            Subject::Several(products) => products.clone(),
        }
    }
}

/// Which product is meant by a normalised question.
///
/// Names in the words come first where they clearly name a product; a partial name, a slip or a colour counts where
/// the channel tells no product; then the channel (by index); then the talk before, newest first.
pub(super) fn find(
    catalogue: &Catalogue,
    channel: Option<u32>,
    plain: &Plain,
    text: &str,
    previous: &[String],
) -> Subject {
    let spoken = catalogue.specs.whole(plain);
    let mut all = catalogue.mentions(plain);
    // 帽子 is a column of the coat whose page is open, though other goods are called so.
    let is_column = |mention: &Mention| {
        let name = plain.slice(mention.from, mention.to);
        channel.is_some_and(|open| catalogue.specs.has_named(open, name))
    };
    all.retain(|mention| !is_of_spec(mention, &spoken, channel.is_some()) && !is_column(mention));
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
            // A name that fits several products, including that of the open page, means the open page.
            (Subject::Several(products), Some(open))
                if mentions.len() == 1 && products.contains(&open) =>
            {
                Subject::One {
                    product: open,
                    how: How::Channel,
                }
            }
            (Subject::One { product, how }, _) => {
                let behind = mentions.last().map_or(0, |mention| mention.to);
                follow_up(plain, text, behind)
                    .and_then(|said| turned_to(catalogue, product, said))
                    .unwrap_or(Subject::One { product, how })
            }
            (named, _) => named,
        };
    }
    // If a product is in mind already, the name of a spec (假睫毛材质, 鞋面材质) does not name other goods.
    let told = channel.is_some() || !previous.is_empty();
    let goods = match told {
        true => &plain.without(&catalogue.specs.spoken(plain)),
        false => plain,
    };
    if let Some(open) = channel {
        return on_page(catalogue, open, plain, text, goods, previous);
    }
    let own = || catalogue.own_colour(plain).filter(|_| !told);
    if let Some(product) = talk::by_colour(catalogue, plain, previous).or_else(own) {
        return Subject::One {
            product,
            how: How::Colour,
        };
    }
    // 「电子琴几个键 那电钢琴呢」: the kind of goods named last counts, like the name named last.
    let last = follow_up(plain, text, 0).map(|said| in_words(catalogue, &Plain::new(said)));
    if let Some(last @ Subject::One { .. }) = last {
        return last;
    }
    let words = in_words(catalogue, goods);
    if words != Subject::None {
        return words;
    }
    if let Some(before) = talk::before(catalogue, plain, previous) {
        return before;
    }
    match told {
        true => in_words(catalogue, plain),
        false => Subject::None,
    }
}

/// Whether a name is only a part of a spec's name. 吉他弦 in 吉他的弦距 never is. In 吉他弦距 it is if 弦距 is a column, or, with a
/// page open, if 吉他弦距 is one.
fn is_of_spec(mention: &Mention, spoken: &[(usize, usize)], open: bool) -> bool {
    spoken.iter().any(|&(from, to)| {
        let reaches = from < mention.to && mention.to < to;
        reaches && (from > mention.from || open)
    })
}

/// Whether a mention names its product clearly enough to come before the open page: it is not just an ingredient or a
/// companion (含水杨酸吗, 配风衣), and not a word for the open page itself.
pub(super) fn names_clearly(
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

/// Products that a long stretch of the question names in part, if the only exact name is a short code of another
/// product: in z5手机壳防摔软壳 the title counts more than the code in it.
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
    Some(Subject::of(products, How::Partly))
}

/// Whether a product is named only as a means for another product named before it: 奶瓶能用消毒锅煮吗, 炸篮能放洗碗机吗.
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

/// The products named exactly. Handles that share products narrow each other down. In a follow-up (「R7吸力多大 那R9呢」) the
/// last one counts.
pub(super) fn resolve(mentions: &[Mention], plain: &Plain, text: &str) -> Option<Subject> {
    let meant: Vec<&Mention> = mentions
        .iter()
        .filter(|mention| !is_refused(plain, mention))
        .collect();
    let mentions = match meant.is_empty() {
        true => mentions.iter().collect(),
        false => meant,
    };
    let last = *mentions.last()?;
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
            for mention in &mentions {
                for product in &mention.products {
                    if !products.contains(product) {
                        products.push(*product);
                    }
                }
            }
        }
    }
    Some(Subject::of(products, How::Named))
}

/// Whether goods are named only to say that others are meant: 不是乳胶枕，是荞麦枕.
fn is_refused(plain: &Plain, mention: &Mention) -> bool {
    let before = plain.slice(0, mention.from);
    ["不是", "不要", "不问"]
        .iter()
        .any(|word| before.ends_with(word) && !before.ends_with("是不是"))
}

/// Products named in part, with a misspelling, or by kind.
pub(super) fn in_words(catalogue: &Catalogue, plain: &Plain) -> Subject {
    if let Some(mention) = catalogue.sounds_like(plain) {
        return Subject::of(mention.products, How::Sound);
    }
    let kind = catalogue.kind(plain);
    let in_part = catalogue.partly_named_beside(plain, kind.as_ref());
    let products = match (in_part, kind) {
        (None, None) => Vec::new(),
        (None, Some(kind)) => kind.products,
        (Some((products, _)), None) => products,
        (Some((products, explained)), Some(kind)) => {
            // 扫地机器人的… of many kinds: stay within the kind named.
            let of_kind = |product: &&u32| kind.products.contains(product);
            let within: Vec<u32> = products.iter().filter(of_kind).copied().collect();
            match within.is_empty() {
                false => within,
                true if explained >= 4 => products,
                true => kind.products,
            }
        }
    };
    Subject::of(products, How::Partly)
}
