//! Compares the goods that a question names with the goods that an entry speaks of.
//!
//! What holds for 红茶 does not answer a question about 绿茶. And if only one entry of a shop names the 登山杖, that entry is
//! the nearest one to every question about it, although it answers few of them.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use super::piece::Heard;
use crate::answer::lexical::Words;
use crate::answer::product::{Catalogue, Plain, Subject};
use crate::answer::rank::Ranked;
use crate::answer::retrieve::encoded;
use crate::answer::{Engine, spec};

/// Least share, 0..1, of the question's words beside the name that an answering entry has.
const WORDS: f32 = 0.25;

/// Least centred cosine between what two questions say beside the name. On nine development sets, one in ten pairs that
/// ask different things is above it, and half to nine tenths of the pairs that ask the same thing.
const MEANING: f32 = 0.25;

/// The most phrasings that are compared by meaning; each may run the encoder.
const PHRASINGS: usize = 4;

/// 卖不卖X, X有卖吗: asks whether the shop sells X.
static FOR_SALE: LazyLock<[Regex; 2]> = LazyLock::new(|| {
    const LEAD: &str = "请问|亲|你们?|您|咱们?|我们|[你咱我]家|家|店里|店铺|本店|贵店|这里|这儿|这边|那边|还|也|都|有没有|有|是否|是|会|能不能|能|可以|单独|另外|额外|[ ,]";
    const END: &str = "(?:吗|么|嘛|不|没有|没|呢|啊|呀|的|[?!., ])*$";
    [
        format!("^(?:{LEAD})*(?:卖不卖|卖|出售|售卖)(?:一?个|一?些|一?点)?([^的完光得过给到出断多少贵了,.?!][^的了,.?!]{{1,7}}?){END}"),
        format!("^(?:{LEAD})*([^的,.?!]{{2,10}}?)(?:{LEAD}|单)*(?:卖不卖|卖|售){END}"),
    ]
    .map(|pattern| Regex::new(&pattern).expect("the patterns are tested"))
});

/// A和B有什么区别: the two things that are compared.
static COMPARED: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = "^(?:请问|想问|问下|你们?|家|店里|的|[ ,])*([^ ,?!]{1,8}?)[ ,]*(?:和|跟|与|还是)[ ,]*([^ ,?!]{1,8}?)[ ,]*(?:相比|比|之间|这?两[个款种]|的|有|哪|怎么|选|买|差|区别|不同)";
    Regex::new(pattern).expect("the pattern is tested")
});

/// The two things that a normalised text compares.
pub(super) fn compared(normalised: &str) -> Option<[&str; 2]> {
    const DIFFER: &[&str] = &[
        "区别",
        "差别",
        "不同",
        "不一样",
        "差在哪",
        "差异",
        "哪个",
        "哪款",
        "哪种",
        "怎么选",
        "选哪",
        "买哪",
    ];
    if !DIFFER.iter().any(|word| normalised.contains(word)) {
        return None;
    }
    let found = COMPARED.captures(normalised)?;
    let sides = [found.get(1)?.as_str(), found.get(2)?.as_str()];
    (!sides
        .iter()
        .any(|side| side.starts_with(['这', '那', '它'])))
    .then_some(sides)
}

/// Whether an entry says anything that tells two things apart.
pub(super) fn tells_apart(engine: &Engine, entry: u32) -> bool {
    const APART: &[&str] = &[
        "区别",
        "差",
        "不同",
        "不一样",
        "选",
        "适合",
        "更",
        "比",
        "分别",
    ];
    let mut told = engine.snapshot.units.told(entry);
    told.any(|(_, text)| APART.iter().any(|word| text.contains(word)))
}

/// Words that point or ask. A text that holds one of them is not a name.
const NO_NAME: &[&str] = &[
    "怎", "咋", "什么", "多少", "哪", "几", "为", "这", "那", "它", "同款", "一样",
];

/// The goods that a normalised text asks the shop to sell, without the ending that names may have (袜子, 鞋子).
pub(super) fn for_sale(normalised: &str) -> Option<&str> {
    let asked = FOR_SALE
        .iter()
        .find_map(|pattern| pattern.captures(normalised)?.get(1))?
        .as_str();
    let asked = asked.strip_suffix(['子', '儿']).unwrap_or(asked);
    (!NO_NAME.iter().any(|word| asked.contains(word))).then_some(asked)
}

/// What a text says about goods.
pub(super) struct Named {
    /// The products that the names in it fit.
    products: Vec<u32>,
    /// The text with the names blanked out.
    rest: String,
    /// Whether the rest says anything.
    asks: bool,
}

impl Named {
    /// The goods that a normalised text names by name or by kind; `None` if it names none.
    pub(super) fn of(catalogue: &Catalogue, normalised: &str) -> Option<Named> {
        let plain = Plain::new(normalised);
        let (goods, mask) = catalogue.goods(&plain);
        if goods.is_empty() {
            return None;
        }
        let rest = plain.chars.iter().zip(&mask);
        Some(Named {
            products: goods.into_iter().flat_map(|named| named.products).collect(),
            rest: rest
                .map(|(c, named)| if *named { ' ' } else { *c })
                .collect(),
            asks: spec::residue(&plain, &mask) > 0,
        })
    }

    fn meets(&self, other: &Named) -> bool {
        self.products
            .iter()
            .any(|product| other.products.contains(product))
    }
}

/// The goods that a question is about: those that its own words name, else the one of the page or of the talk.
pub(super) fn goods(heard: &Heard<'_>) -> Option<Named> {
    let catalogue = &heard.engine.catalogue;
    Named::of(catalogue, heard.alone).or_else(|| {
        let product = heard.asked.subject.one()?;
        Some(Named {
            products: vec![product],
            rest: heard.alone.to_owned(),
            asks: true,
        })
    })
}

/// Whether all questions of an entry are about other goods and its answer does not speak of `goods` either.
pub(super) fn about_others(engine: &Engine, goods: &Named, entry: u32) -> bool {
    let mut others = false;
    for (kind, text) in engine.snapshot.units.told(entry) {
        match Named::of(&engine.catalogue, text) {
            Some(named) if named.meets(goods) => return false,
            Some(_) => others |= kind.asks(),
            None if kind.asks() => return false,
            None => {}
        }
    }
    others
}

/// Whether an entry answers for some goods of the shop while the question tells none: 怎么清洗 where only 口琴怎么清洗 is written.
pub(super) fn leaves_goods_open(heard: &Heard<'_>, best: &Ranked) -> bool {
    let engine = heard.engine;
    if heard.asked.subject != Subject::None || goods(heard).is_some() {
        return false;
    }
    let all = engine.snapshot.shop.products.len();
    let of_some = |text: &str| {
        Named::of(&engine.catalogue, text).is_some_and(|named| {
            let named: HashSet<u32> = named.products.into_iter().collect();
            named.len() < all
        })
    };
    let mut asking = engine
        .snapshot
        .units
        .told(best.entry)
        .filter(|(kind, _)| kind.asks())
        .peekable();
    asking.peek().is_some() && asking.all(|(_, text)| of_some(text))
}

/// Whether an entry shares only the name of goods with the question.
pub(super) fn shares_only_the_name(heard: &Heard<'_>, best: &Ranked) -> bool {
    let engine = heard.engine;
    let Some(named) = Named::of(&engine.catalogue, &heard.piece.normalised) else {
        return false;
    };
    let texts = || engine.snapshot.units.told(best.entry);
    let alike: Vec<Named> = texts()
        .filter(|(kind, _)| kind.asks())
        .filter_map(|(_, text)| Named::of(&engine.catalogue, text))
        .filter(|own| own.meets(&named))
        .collect();
    if alike.is_empty() {
        return false;
    }
    if !named.asks {
        return true;
    }
    let mut words = Words::new(&engine.idf, &named.rest);
    for (_, text) in texts() {
        words.hold(text);
        words.explain();
    }
    // Single characters do not count: any longer text has some of them.
    if words.explains_a_pair() && words.explained() >= WORDS {
        return false;
    }
    let Some(asked) = encoded(engine, &named.rest) else {
        return true;
    };
    let near = |own: &Named| {
        encoded(engine, &own.rest).is_some_and(|own| dot(&asked.sentence, &own.sentence) >= MEANING)
    };
    !alike.iter().take(PHRASINGS).any(near)
}

/// The dot product of two vectors; for vectors of unit length, their cosine.
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::normalise::normalise;

    #[test]
    fn what_is_compared_has_two_sides() {
        let rows = [
            ("奶粉和米粉有什么区别", Some(["奶粉", "米粉"])),
            (
                "净化器还是扫地机器人，怎么选",
                Some(["净化器", "扫地机器人"]),
            ),
            ("请问加湿器跟净化器哪个好", Some(["加湿器", "净化器"])),
            ("大衣和羽绒服哪个厚", Some(["大衣", "羽绒服"])),
            ("这两款有什么区别", None),
            ("奶粉和水怎么配", None),
            ("和之前的不一样", None),
            ("这个和那个哪个好", None),
        ];
        for (text, expected) in rows {
            assert_eq!(compared(&normalise(text)), expected, "{text}");
        }
    }

    #[test]
    fn what_is_asked_for_sale_is_named() {
        let rows = [
            ("眼镜链子有卖的吗", Some("眼镜链")),
            ("你们卖疫苗吗", Some("疫苗")),
            ("卖不卖袜子", Some("袜")),
            ("你家有没有卖钓箱的？", Some("钓箱")),
            ("内胆单卖吗", Some("内胆")),
            ("滤芯你们家有单独卖吗", Some("滤芯")),
            ("这个怎么卖", None),
            ("这款还有卖吗", None),
            ("卖完了吗", None),
            ("卖多少钱", None),
            ("你们卖的是正品吗", None),
            ("有卖吗", None),
            ("你们家卖得最好的是哪款", None),
            ("几号开始卖", None),
            ("有货吗", None),
        ];
        for (text, expected) in rows {
            assert_eq!(for_sale(&normalise(text)), expected, "{text}");
        }
    }
}
