//! What merchants write so that an entry is found or sent: keywords of policies, links of products, rules for what went wrong.

use std::sync::LazyLock;

use zhike::answer::Engine;
use zhike::answer::search::{Filter, search};

use crate::asking::{ask, gist, shop_of};

const AT: &str = "2026-11-22T10:00:00+08:00";

static SHOP: LazyLock<Engine> = LazyLock::new(|| {
    shop_of(&[
        (
            "policies/tax.md",
            "+++\ntitle = \"税费说明\"\nkeywords = [\"保税仓\", \"清关\", \"EMS\"]\n+++\n# 税费\n商品价格已含进口税。\n# 时效\n三到七天到货。\n",
        ),
        (
            "products/p.csv",
            "id,name,category,链接\nP1,流云真丝衬衫,衬衫,https://shop.example/item?id=1&a=b\nP2,惊鸿羊毛大衣,大衣,\nP3,落霞棉麻长裙,裙,https://shop.example/item/3\n",
        ),
        (
            "faq/a.csv",
            "id,question,similar,answer\nA1,少发、错发如何处理,发错货了怎么办|少了配件怎么办,拍照给客服，当天补发。\nA2,多久发货,几天发货,付款后48小时内发出。\n",
        ),
    ])
});

#[test]
fn every_keyword_of_a_policy_finds_its_passages() {
    for word in ["保税仓", "清关", "EMS"] {
        let filter = Filter {
            at: AT.parse().unwrap(),
            ..Filter::default()
        };
        let page = search(&SHOP, word, &filter, 10, 0).unwrap();
        let ids: Vec<&str> = page.items.iter().map(|item| &*item.source.id).collect();
        for passage in ["policy:tax#税费", "policy:tax#时效"] {
            assert!(ids.contains(&passage), "{word}: {ids:?}");
        }
    }
}

#[test]
fn links_are_sent_as_they_are_written() {
    for (product, text, expected, told) in [
        (
            "P1",
            "链接发我",
            "product:P1",
            "https://shop.example/item?id=1&a=b",
        ),
        (
            "P3",
            "这款有链接吗",
            "product:P3",
            "https://shop.example/item/3",
        ),
        (
            "",
            "流云真丝衬衫的链接发一下",
            "product:P1",
            "https://shop.example/item?id=1&a=b",
        ),
        ("", "发个链接", "clarify:product.ask", ""),
    ] {
        let decision = ask(&SHOP, text, product, AT);
        assert_eq!(gist(&decision), expected, "{text}: {}", decision.reply);
        assert!(decision.reply.contains(told), "{text}: {}", decision.reply);
        if !told.is_empty() {
            let source = &decision.parts[0].sources[0];
            assert_eq!((&*source.snippet, &*source.file), (told, "products/p.csv"));
        }
    }
    // What has no link gets none, and what asks for another link neither.
    for (product, text) in [
        ("P2", "链接发我"),
        ("P1", "补差价的链接发我"),
        ("P1", "蓝牙怎么链接"),
    ] {
        let decision = ask(&SHOP, text, product, AT);
        assert!(
            !decision.reply.contains("http"),
            "{text}: {}",
            decision.reply
        );
    }
}

/// What came wrong is a matter of this buyer's order, unless the shop has a rule for it.
#[test]
fn a_rule_for_what_was_sent_wrong_is_heard() {
    let without = shop_of(&[(
        "faq/a.csv",
        "id,question,answer\nA2,多久发货,付款后48小时内发出。\n",
    )]);
    for text in ["发错货了", "少了两个配件", "少发了一件"] {
        assert_eq!(
            gist(&ask(&without, text, "", AT)),
            "handoff:order_specific",
            "{text}"
        );
        let heard = gist(&ask(&SHOP, text, "", AT));
        assert_ne!(heard, "handoff:order_specific", "{text}");
    }
    for text in ["发错货了，帮我催一下补发", "我的衣服漏发了腰带"] {
        assert_eq!(
            gist(&ask(&SHOP, text, "", AT)),
            "handoff:order_specific",
            "{text}"
        );
    }
}

#[test]
fn a_call_for_a_person_is_heard_before_a_question() {
    for text in [
        "转人工。什么时候发货",
        "转人工，多久发货",
        "转人工！几天发货",
        "转人工 什么时候发货？",
    ] {
        assert_eq!(
            gist(&ask(&SHOP, text, "", AT)),
            "handoff:requested",
            "{text}"
        );
    }
}
