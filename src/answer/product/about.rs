//! Handles a message that names goods and asks nothing: 凌云, 猫砂, 你们有几种猫砂.

use std::sync::LazyLock;

use regex::Regex;

use super::{Asked, Plain};
use crate::answer::parse::says_a_question_word;
use crate::answer::proposal::Proposal;
use crate::answer::rule;
use crate::answer::spec::Slot;
use crate::answer::types::ChoiceOption;
use crate::knowledge::ids;
use crate::text::normalise::is_han;

/// Words that a buyer who has not asked anything yet says beside the name.
const WANTS: &[&str] = &[
    "想买", "要买", "买", "卖", "几种", "几款", "推荐", "求", "看看", "在看", "来看",
];

/// How a buyer begins who wants goods of some kind: 推荐一款, 想买辆, 我要配, 给孩子买个. Its groups: what is wanted for certain,
/// the verb, and the word that counts.
const WISH: &str = "^(?:你好|您好|亲|请问|我们|我|帮忙)*(想要|想|要|准备|打算|帮我|给我|麻烦)*\
    (?:给(?:我|自己|家里|孩子|小孩|宝宝|娃|老人|爸妈|父母|爸爸|妈妈|老公|老婆|女儿|儿子|男友|女友|朋友))?\
    (推荐|买|选|挑|配|求|来|入手)(?:点|下|一下)?(一?[款个辆副台把双件条张床只盏套支瓶块口幅顶种])?(?:好点的?|合适的)?";

static WISHES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(WISH).expect("the test `wishes_are_told_from_what_else_is_wanted` compiles it")
});

/// The most kinds of goods that a question back names.
const MOST_KINDS: usize = 8;

/// The longest name of what is wanted.
const LONGEST: usize = 6;

/// How sure it is that a wish asks for the kinds of goods, where none was named that the shop has: an entry that is surer
/// speaks.
const WISHED: f64 = 0.8;

/// The most options offered.
const OPTIONS: usize = 5;

/// The confidence of structured knowledge: no entry answers a message that asks nothing.
const SURE: f64 = 0.85;

/// Asks what the buyer wants to know, with the specs of the one product or the products on sale of the kind as options.
/// `None` if the message says more than a name, or nothing that it names is on sale.
pub fn about(asked: &Asked<'_>) -> Option<Proposal> {
    let wanted = wanted(&asked.plain.text);
    let rest = wanted.map(Plain::new);
    let beside = |plain| asked.catalogue.names_beside(plain, WANTS);
    let named = beside(&asked.plain).or_else(|| rest.as_ref().and_then(beside));
    // 小熊卫衣套装 of several whose names have more between 小熊 and 卫衣套装.
    let in_part = || {
        let told = !asked.subject.products().is_empty();
        (told && asked.catalogue.is_part_of_names(&asked.plain)).then(|| asked.subject.products())
    };
    let Some(mut products) = named.map(|named| named.products).or_else(in_part) else {
        return wanted.and_then(|wanted| kinds(asked, wanted));
    };
    products.retain(|&product| asked.on_sale(product));
    let name = |&product: &u32| asked.product_at(product).name.as_str();
    let (reply, options, rule) = match products.as_slice() {
        [] => return None,
        [product] => {
            let reply = format!("关于{}，请问您想了解什么？", name(product));
            (reply, specs(asked, *product), "product.about")
        }
        several => {
            let shown = &several[..several.len().min(OPTIONS)];
            let names: Vec<&str> = shown.iter().map(name).collect();
            let more = match several.len() > shown.len() {
                true => format!("等{}款", several.len()),
                false => String::new(),
            };
            let reply = format!("有{}{more}，请问您想了解哪一款？", names.join("、"));
            let option = |product: &u32| ChoiceOption {
                id: ids::product(&asked.product_at(*product).id, &[]),
                title: name(product).to_owned(),
            };
            (reply, shown.iter().map(option).collect(), rule::ASK_PRODUCT)
        }
    };
    let trace = "names goods and asks nothing".to_owned();
    Some(Proposal {
        options,
        ..Proposal::clarify(reply, SURE, rule, trace)
    })
}

/// What a squeezed text wants that does nothing but wish for goods: 山地车 of 推荐一款山地车. 要 and 来 ask for many things, so that
/// they want a counting word.
fn wanted(text: &str) -> Option<&str> {
    let found = WISHES.captures(text)?;
    let verb = found.get(2)?.as_str();
    let counted = found.get(3).is_some();
    let wished = found.get(1).is_some() || matches!(verb, "推荐" | "买" | "求");
    let wished = match verb {
        "来" => counted,
        _ => wished || counted,
    };
    let rest =
        text[found.get(0)?.end()..].trim_end_matches(['吧', '呗', '啊', '呀', '哈', '哦', '了']);
    (wished && !rest.is_empty()).then_some(rest)
}

/// Asks for the kind of goods where something is wanted that is called by no name of the shop (我要配眼镜, 给孩子买个车).
fn kinds(asked: &Asked<'_>, wanted: &str) -> Option<Proposal> {
    /// What is wanted of the shop and is no goods, and what goes on with what was bought.
    const OTHERWISE: &[&str] = &[
        "码", "号", "色", "尺寸", "人", "券", "票", "单", "险", "客服", "货", "退", "换", "好",
        "快递", "图", "活动", "优惠", "会员", "积分", "这", "那", "它", "礼", "错", "过", "的",
        "了", "回", "多", "几", "两", "三",
    ];
    let short = wanted.chars().count() <= LONGEST && wanted.chars().all(is_han);
    let otherwise = OTHERWISE.iter().any(|word| wanted.contains(word));
    if !short || otherwise || says_a_question_word(wanted) {
        return None;
    }
    let mut kinds: Vec<&str> = Vec::new();
    for (index, product) in (0u32..).zip(&asked.shop.products) {
        let kind = product.category.as_str();
        if !kind.is_empty() && !kinds.contains(&kind) && asked.on_sale(index) {
            kinds.push(kind);
        }
    }
    if kinds.len() < 2 {
        return None;
    }
    let shown = &kinds[..kinds.len().min(MOST_KINDS)];
    let more = if kinds.len() > shown.len() { "等" } else { "" };
    let reply = format!("店里有{}{more}，请问您想看哪一类？", shown.join("、"));
    let trace = format!("wants {wanted}, which no goods are called");
    Some(Proposal::clarify(reply, WISHED, rule::ASK_PRODUCT, trace))
}

/// The first specs of a product, as options.
fn specs(asked: &Asked<'_>, product: u32) -> Vec<ChoiceOption> {
    let quotable = |at: u32| asked.catalogue.specs.quotable(product, Slot::Spec(at));
    let product = asked.product_at(product);
    (0..)
        .zip(&product.specs)
        .filter(|(at, _)| quotable(*at))
        .take(OPTIONS)
        .map(|(_, spec)| ChoiceOption {
            id: ids::spec(&product.id, &spec.name),
            title: spec.name.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_are_told_from_what_else_is_wanted() {
        for (text, expected) in [
            ("推荐一款山地车", Some("山地车")),
            ("推荐一辆山地车", Some("山地车")),
            ("推荐个枕头吧", Some("枕头")),
            ("我要配眼镜", Some("眼镜")),
            ("想配副近视镜", Some("近视镜")),
            ("给孩子买个车", Some("车")),
            ("想给孩子买个学习灯", Some("学习灯")),
            ("想买床被子", Some("被子")),
            ("来一副太阳镜", Some("太阳镜")),
            ("来了没", None),
            ("配什么鞋", None),
            ("我要退货", None),
            ("怎么选床垫", None),
            ("包邮吗", None),
        ] {
            assert_eq!(wanted(text), expected, "{text}");
        }
    }
}
