//! The link of a product, sent as the merchant wrote it when the buyer asks for it.

use std::sync::LazyLock;

use regex::Regex;

use super::product::{Asked, Subject};
use super::proposal::{Fact, Proposal};
use super::rule;
use super::types::ChoiceOption;
use crate::knowledge::{Product, ids};

/// As sure as a question can be that asks for nothing else.
const SURE: f64 = 0.92;

/// How sure it is that the product must be asked for.
const UNKNOWN: f64 = 0.86;

/// The most products offered.
const OPTIONS: usize = 5;

/// A request for a link and nothing beside it: of a wireless link, a link to pay a difference or to the live stream it is
/// not for the catalogue to speak.
static REQUEST: LazyLock<Regex> = LazyLock::new(|| {
    const FILLING: &str = "亲|你好|在|请|麻烦|能|可以|不|吗|么|一|把|给|发|要|求|有|没有|来|推|甩|贴|丢|我|你|您|们|的|这|那|个|款|件|条|双|台|它|该|商品|产品|宝贝|购买|下单|一下|下|看|哪里|哪|是|什么|多少|呢|啊|呀|吧|谢谢|了|过来|出来|帮|想|需要|怎么|找|\u{fffd}";
    let pattern = format!("^(?:{FILLING})*(?:链接|网址|购买页面?|商品页面?)(?:{FILLING})*$");
    Regex::new(&pattern).expect("the tests below compile it")
});

/// Quotes the link of the product asked about, or asks which product is meant. `None` where no link is asked for, or the
/// product has none.
pub fn propose(asked: &Asked<'_>) -> Option<Proposal> {
    asked.beside_name(said)
}

fn said(asked: &Asked<'_>) -> Option<Proposal> {
    if !REQUEST.is_match(&asked.plain.text) {
        return None;
    }
    let linked =
        |&product: &u32| asked.on_sale(product) && link(asked.product_at(product)).is_some();
    let mut products: Vec<u32> = match &asked.subject {
        Subject::One { product, .. } if !asked.on_sale(*product) => return None,
        Subject::One { product, how } => {
            let product = asked.product_at(*product);
            return quote(product, link(product)?, SURE * how.certainty());
        }
        Subject::Several(products) => products.clone(),
        Subject::None => (0..asked.shop.products.len() as u32).collect(),
    };
    products.retain(linked);
    if products.is_empty() {
        return None;
    }
    let option = |&product: &u32| {
        let product = asked.product_at(product);
        ChoiceOption {
            id: ids::product(&product.id, &[]),
            title: product.name.clone(),
        }
    };
    let trace = "asks for the link of a product that is not known".to_owned();
    let options = match products.len() <= OPTIONS {
        true => products.iter().map(option).collect(),
        false => Vec::new(),
    };
    Some(Proposal {
        options,
        ..Proposal::clarify(String::new(), UNKNOWN, rule::ASK_PRODUCT, trace)
    })
}

/// The link as written.
fn link(product: &Product) -> Option<&str> {
    product
        .url
        .as_deref()
        .map(str::trim)
        .filter(|url| !url.is_empty())
}

fn quote(product: &Product, url: &str, confidence: f64) -> Option<Proposal> {
    let reply = format!("{}：{url}", product.name);
    let trace = format!("asks for the link of {}", product.id);
    let fact = Fact {
        snippet: Some(url.to_owned()),
        ..Fact::of(ids::product(&product.id, &[]))
    };
    Some(Proposal {
        facts: vec![fact],
        ..Proposal::answer(reply, confidence, "product.link", trace)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_for_a_link_are_told() {
        for (text, asks) in [
            ("链接", true),
            ("链接发我", true),
            ("发我链接", true),
            ("把这款的链接发我一下", true),
            ("有链接吗", true),
            ("购买链接给一个", true),
            ("网址是什么", true),
            ("能发个链接吗", true),
            ("在哪看商品页面", true),
            ("补差价链接", false),
            ("蓝牙怎么链接", false),
            ("链接不上手机", false),
            ("链接里的图和实物一样吗", false),
            ("直播链接发我", false),
            ("点了链接被骗了", false),
        ] {
            assert_eq!(REQUEST.is_match(text), asks, "{text}");
        }
    }
}
