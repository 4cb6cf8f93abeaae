//! Whether something is asked about for a child: 婴儿能用面霜吗. In a shop whose goods are not for children that is a risk, and
//! only what speaks of children answers it; a baby shop lives of such questions.

use std::sync::LazyLock;

use regex::Regex;

use super::any_of;
use crate::knowledge::{Product, Shop, Spec};
use crate::text::normalise::normalise;

/// A child as the one who uses something. 宝贝 is what shops call their goods, and 娃娃 is a doll.
const CHILD: &str = r"(?:早产儿|新生儿|婴幼?儿|幼儿|幼童|小?宝宝|宝贝儿|小?孩子?|儿童|小朋友|小娃|娃|奶娃|女儿|儿子|孙子|孙女|(?:\d|1[0-2]|[一二两三四五六七八九十]|十[一二]|半)个?(?:月|岁|周岁)(?:大|多|半)*的?(?:小?宝宝|小?孩子?|宝|娃|儿童)?)";

/// What may stand between the child and what it is to do.
const BETWEEN: &str = r"(?:们|的?皮肤|的?肌肤|也|都|就|现在|还|还小|到底|究竟|平时|一般|偶尔|长期|一起|能不能|可不可以|是不是|,|\d+个?(?:月|岁)|[一二两三四五六七八九十半]+个?(?:月|岁)|大|了)*";

/// Whether it may be done.
const MAY: &str = r"(?:不能|不可以|不宜|能不能|可不可以|能|可以|可|适合|适宜|适用|敢|好)(?:不能|直接|长期|放心|一起|经常|天天|随便|跟着|也|一直)*";

/// What is done with goods that can harm. Clothes that one gets into are a matter of sizes, and a coupon is used as well.
const DONE: &str = r"(?:(?:使用|用)(?:[^券花优会红积支多几\d]|$)|吃|喝|服用|饮用|食用|涂|抹|擦|敷|喷|碰|闻|接触|戴(?:[^多几\d]|$)|穿(?:[^多几什哪下上得进\d]|$))";

static ASKED: LazyLock<Regex> = LazyLock::new(|| {
    any_of(&[
        // 婴儿能用面霜吗
        format!("{CHILD}{BETWEEN}{MAY}{DONE}"),
        // 面霜可以给宝宝用吗, 适合儿童吃吗
        format!(
            "{MAY}(?:给|让|拿来给|和|跟)?(?:我家|家里|我们家|我)?(?:的)?{CHILD}{BETWEEN}{DONE}"
        ),
        // 适合儿童吗
        format!("(?:适合|适用于?|适宜)(?:我家)?{CHILD}(?:吗|么|嘛|不|[?]|$)"),
        // 对小孩有害吗, 会伤宝宝吗
        format!(
            "(?:对|伤|害)(?:到)?{CHILD}(?:的?(?:皮肤|身体|眼睛|健康|呼吸道?))?.{{0,3}}(?:有害|有没有害|无害|伤害|影响|刺激|危险|安全|不好|有毒|好不好|友好)|会(?:不会)?(?:伤|害)(?:到|了)?{CHILD}"
        ),
        // 婴儿房能放吗, 宝宝房间可以开吗
        format!("(?:婴儿|宝宝|儿童|孩子|小孩)的?(?:房|房间|卧室|屋){MAY}(?:放|开|用|摆|装)"),
        // 宝宝用行吗, 小孩吃了没事吧
        format!(
            "{CHILD}(?:用|吃|喝|涂|抹|误食)了?(?:行|可以|没事|有事|有没有事|要紧|安全|好)(?:不|吗|么|吧|[?]|$)"
        ),
    ])
});

/// Animals have ages and young too.
static ANIMALS: LazyLock<Regex> =
    LazyLock::new(|| any_of(&["猫|狗|犬|兔|鼠|鹦鹉|宠|鱼|龟|鸟|毛孩|泰迪|金毛|布偶"]));

/// A word for children in a text of a shop.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    any_of(&[
        "婴|宝宝|儿童|童(?:装|鞋|书|车|袜|款)|小孩|孩子|幼儿|小朋友|月龄|适用年龄|娃(?:[^娃]|$)",
    ])
});

/// Whether a normalised text asks if something may be used by a child, or harms it.
pub(super) fn asks_for_a_child(text: &str) -> bool {
    let figure = |c: char| c.is_ascii_digit() || "一二两三四五六七八九十".contains(c);
    // The end of 50岁 is no child's age.
    let whole = |hit: regex::Match<'_>| {
        !(hit.as_str().starts_with(figure) && text[..hit.start()].ends_with(figure))
    };
    ASKED.find_iter(text).any(whole) && !ANIMALS.is_match(text)
}

/// Whether a normalised text names children.
pub fn names_children(text: &str) -> bool {
    NAMED.is_match(text)
}

/// Whether a product is made for children, by what its merchant says of it.
pub fn is_for_children(product: &Product) -> bool {
    let names = [&product.name, &product.category];
    let mut told = names.into_iter().chain(&product.aliases);
    let denied = |value: &str| value.contains(['不', '禁', '勿', '避']);
    let spec = |spec: &Spec| {
        let told = normalise(&format!("{}:{}", spec.name, spec.value));
        !denied(&told) && names_children(&told)
    };
    told.any(|text| names_children(&normalise(text))) || product.specs.iter().any(spec)
}

/// The share of entries on children from which a shop is one for children, in percent.
const OFTEN: usize = 10;

/// The fewest such entries, unless they are half of all: a shop of six rows has soon one on children.
const SOME: usize = 3;

/// Whether a shop sells for children: a good part of its rows, or of its goods, speaks of them.
pub fn sells_to_children(shop: &Shop) -> bool {
    let often = |told: &[bool]| {
        let children = told.iter().filter(|children| **children).count();
        let share = children * 100 >= told.len() * OFTEN;
        children > 0 && share && (children >= SOME || children * 2 >= told.len())
    };
    let named = |text: &str| names_children(text);
    let faqs: Vec<bool> = shop
        .faqs
        .iter()
        .map(|faq| named(&faq.question) || named(&faq.answer))
        .collect();
    let products = shop.products.iter();
    let goods: Vec<bool> = products
        .map(|product| named(&product.name) || named(&product.category))
        .collect();
    often(&faqs) || often(&goods)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_child_may_use_is_told_from_what_is_made_for_it() {
        for (text, asked) in [
            ("婴儿能用面霜吗", true),
            ("新生儿能用眼霜吗", true),
            ("宝宝可以涂防晒吗", true),
            ("两岁孩子能用卸妆膏吗", true),
            ("3岁能吃吗", true),
            ("小孩子可不可以吃这个", true),
            ("宝宝六个月能吃吗", true),
            ("我家娃能喝不", true),
            ("这个可以给宝宝用吗", true),
            ("适合儿童吃吗", true),
            ("适合小孩吗", true),
            ("加湿器对小孩有害吗", true),
            ("会不会伤宝宝", true),
            ("婴儿房能放加湿器吗", true),
            ("宝宝房间可以开加湿器吗", true),
            ("小孩吃了没事吧", true),
            ("孩子皮肤能用吗", true),
            ("女儿能用吗", true),
            ("小孩能穿打底衫吗", true),
            // Look-alikes.
            ("儿童床垫能用多久", false),
            ("孩子的校服能机洗吗", false),
            ("宝宝能用券吗", false),
            ("小孩能穿多大码", false),
            ("孩子身高120能穿得下吗", false),
            ("儿童款有什么颜色", false),
            ("宝贝什么时候发货", false),
            ("宝贝能用多久", false),
            ("洋娃娃可以洗吗", false),
            ("孩子爸爸能用吗", false),
            ("给孩子买的，几天能到", false),
            ("2岁的狗能吃吗", false),
            ("三个月的猫能吃吗", false),
            ("能用3个月吗", false),
            ("几岁能用", false),
            ("50岁能用吗", false),
            ("十五岁能用吗", false),
            ("12岁能用吗", true),
            ("用了3个月能退吗", false),
            ("婴儿车多重", false),
            ("孩子王能用吗", false),
            ("面霜能用吗", false),
        ] {
            assert_eq!(asks_for_a_child(&normalise(text)), asked, "{text}");
        }
    }
}
