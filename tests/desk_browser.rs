//! The pages in a real browser, at a desk and on a phone: what a buyer, an agent and a merchant see and press.
//!
//! `ZHIKE_PICTURES=docs cargo test --test zhike desk_browser::` saves the pictures of `docs/`.

mod access;
mod charts;
mod markup;
mod reading;
mod workbench;

use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use std::time::Instant;

use reqwest::StatusCode;
use serde_json::json;

use crate::support::browser::{self, Page, Screen};
use crate::support::database::Kind;
use crate::support::http::{self, World};
use crate::support::shop;

/// A sample shop: what people see is what the README shows.
const SHOP: &str = "yunshang";

/// A question that the shop has no answer to, and the entry that shall take it.
const UNKNOWN: &str = "宝贝啥时候能动身";

/// Golden questions kept of the sample shop: enough for a trial, few enough for a test.
const GOLDEN: usize = 16;

async fn world() -> World {
    static BUILT: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let own = folder.path().join("knowledge").join(SHOP);
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
        shop::copy(&sample.join(SHOP), &own);
        let golden = fs::read(own.join("golden.csv")).expect("read");
        let few: Vec<&[u8]> = golden
            .split_inclusive(|b| *b == b'\n')
            .take(GOLDEN + 1)
            .collect();
        fs::write(own.join("golden.csv"), few.concat()).expect("written");
        http::build(folder.path(), &[SHOP.to_owned()]);
        folder
    });
    let folder = tempfile::tempdir().expect("a folder");
    shop::copy(BUILT.path(), folder.path());
    World::of(Kind::Sqlite, folder, &[SHOP]).await
}

/// Signs in with a key, as people do.
async fn signed_in(world: &World, path: &str, screen: Screen, key: &str) -> Page {
    let page = Page::open(&world.admin.base, path, screen).await;
    page.keys("#key", key).await;
    page.press("form button").await;
    page
}

async fn ask(page: &Page, words: &str) {
    page.keys("#words", words).await;
    page.press("#send").await;
}

/// Bubbles of the other side.
const SAID: &str = "document.querySelectorAll('.line:not(.mine) .bubble:not(.wait)').length";

/// The buyer asks, hands off; the agent sees it within a second, claims, searches by pinyin, inserts, sends; the
/// buyer reads it.
async fn handed_over(screen: Screen) {
    if !browser::here() {
        return;
    }
    let world = world().await;
    for words in ["我要投诉你们", "转人工"] {
        world.buyer(SHOP).await.say(words).await;
    }
    let agent = world.key("小李", "desk", SHOP).await;
    let desk = signed_in(
        &world,
        "/desk",
        screen,
        agent.bearer.as_deref().expect("a key"),
    )
    .await;
    desk.sees("实时").await;
    desk.until("document.querySelectorAll('.ticket').length === 2")
        .await;

    let path = format!("/chat/{SHOP}?product=YS-D101");
    let chat = Page::open(&world.admin.base, &path, screen).await;
    chat.sees("这里是云裳女装旗舰店").await;
    for (number, words) in ["160cm 100斤穿什么码", "包邮吗"].into_iter().enumerate() {
        ask(&chat, words).await;
        chat.until(&format!("{SAID} >= {}", number + 2)).await;
    }
    chat.run("[...document.querySelectorAll('.under button')].findLast((node) => node.innerText.includes('来源')).click()").await;
    chat.picture("chat").await;

    // The clock runs from the moment the buyer's page has the ticket.
    chat.press("#person").await;
    let number = chat
        .until("/工单号 \\w*(\\w{6})/.exec(document.body.innerText)?.[1]")
        .await;
    let asked = Instant::now();
    let number = number.as_str().expect("a number");
    let ticket = format!(
        "[...document.querySelectorAll('.ticket')].find((node) => node.innerText.includes('#{number}'))"
    );
    desk.until(&format!("Boolean({ticket})")).await;
    let (waited, second) = (asked.elapsed(), desk.a_second().await);
    assert!(
        waited < second,
        "the agent sees it within a second, not {waited:?}"
    );
    desk.run(&format!("{ticket}.click()")).await;
    desk.find(".talk .said .m.buyer").await;
    desk.press_text(".talk", "接入").await;
    desk.until("[...document.querySelectorAll('.talk button')].some((node) => node.innerText.includes('解决'))").await;
    chat.sees("客服 小李 正在为您服务").await;

    // Pinyin initials: 退货运费.
    if screen == Screen::Phone {
        desk.press_text(".switch", "知识库").await;
    }
    desk.keys("#find", "thyf").await;
    desk.until("document.querySelector('.hit h3')?.innerText.includes('退货运费')")
        .await;
    if screen == Screen::Desktop {
        desk.picture("desk").await;
    }
    // Enter takes the first hit.
    desk.keys("#find", "\u{e007}").await;
    desk.until("document.querySelector('.talk textarea').value.length > 10")
        .await;
    let reply = desk.value(".talk textarea").await;
    if screen == Screen::Phone {
        desk.picture("desk").await;
    }
    desk.press_text(".talk", "发送").await;
    desk.until("document.querySelector('.talk .m.agent') || !document.querySelector('.talk .warnings').hidden").await;
    if desk
        .run("return !document.querySelector('.talk .m.agent')")
        .await
        == true
    {
        // A reply that warns goes out on the second press.
        desk.press_text(".talk", "发送").await;
    }
    let first: String = reply.chars().take(12).collect();
    chat.sees(&first).await;
    ask(&chat, "好的谢谢").await;
    desk.sees("好的谢谢").await;
    desk.press_text(".talk", "解决").await;
    desk.sees("已解决").await;
    chat.close().await;
    desk.close().await;
    world.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn handed_over_at_a_desk() {
    handed_over(Screen::Desktop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn handed_over_on_a_phone() {
    handed_over(Screen::Phone).await;
}

/// The merchant finds the unanswered question, adds it as a phrasing, publishes, and the bot answers.
async fn taught(screen: Screen) {
    if !browser::here() {
        return;
    }
    let world = world().await;
    // A day's work, so that the figures show something.
    for question in [
        "包邮吗",
        "什么时候发货",
        "优惠券在哪里领",
        "羊绒衫怎么洗",
        "怎么申请退货",
        "我要投诉你们",
        "转人工",
    ] {
        world.buyer(SHOP).await.say(question).await;
    }
    for _ in 0..3 {
        let said = world.buyer(SHOP).await.say(UNKNOWN).await;
        assert_ne!(said["decision"]["decision"], "answer", "{said}");
    }
    let key = world.admin.bearer.clone().expect("a key");
    let console = signed_in(&world, "/console", screen, &key).await;
    console.sees("为什么转人工").await;
    console.picture("console").await;

    console.press_text(".sections", "未答问题").await;
    console.sees(UNKNOWN).await;
    let card = format!("section[aria-label='{UNKNOWN}']");
    console.press_text(&card, "加为某条的相似问题").await;
    console
        .until(&format!(
            "document.querySelector(\"{card} input[type=search]\")"
        ))
        .await;
    console
        .run(&format!("const field = document.querySelector(\"{card} input[type=search]\"); field.value = ''; field.focus()"))
        .await;
    console
        .keys(&format!("{card} input[type=search]"), "什么时候发货")
        .await;
    console
        .press(".picks:not([inert]) .pick[data-entry='faq:WL01']")
        .await;
    console.sees("个考题试过").await;
    console.find(".review .will").await;
    // What is edited is tried anew: no row is written that was not shown.
    console
        .run(&format!("const words = document.querySelector(\"{card} textarea\"); words.value += '\\n宝贝几时动身呀'; words.dispatchEvent(new Event('input', {{ bubbles: true }}))"))
        .await;
    console
        .until("document.querySelector('.review .will')?.innerText.includes('宝贝几时动身呀')")
        .await;
    console
        .run("document.querySelector('.review').scrollIntoView({block: 'center'})")
        .await;
    console.picture("console-unanswered").await;
    console.press_text(".review", "写入文件").await;
    console.sees("已写入 faq/物流.csv").await;
    console.press_text(&card, "现在发布").await;
    console.sees("已发布").await;

    let chat = Page::open(&world.admin.base, &format!("/chat/{SHOP}"), screen).await;
    ask(&chat, UNKNOWN).await;
    chat.until("document.querySelectorAll('.line:not(.mine) .bubble:not(.wait)').length >= 2")
        .await;
    chat.find(".under").await;
    let expected = world
        .nobody()
        .post(
            &format!("/v1/shops/{SHOP}/answer"),
            json!({"question": "什么时候发货"}),
        )
        .await
        .expect(StatusCode::OK);
    let reply = expected["reply"].as_str().expect("a reply");
    chat.sees(reply.lines().next().expect("a line")).await;
    chat.close().await;

    // Every section draws, and none complains.
    for (section, seen) in [
        ("待学习", ""),
        ("知识条目", "搜索"),
        ("测试窗口", "提问"),
        ("文件检查", ""),
        ("重建与版本", "从文件重建并发布"),
        ("密钥", ""),
        ("操作记录", "加相似问法"),
        ("未答问题", "现在已经能答的 1 组"),
    ] {
        console.press_text(".sections", section).await;
        console
            .until(&format!(
                "document.querySelector('#page h2')?.innerText === '{section}'"
            ))
            .await;
        console
            .until("!document.querySelector('#page').innerText.includes('正在读取')")
            .await;
        console.sees(seen).await;
        let wide = console
            .run("return document.documentElement.scrollWidth - innerWidth")
            .await;
        assert!(
            wide.as_i64().unwrap_or(0) <= 1,
            "{section} is {wide} px too wide"
        );
    }
    console.close().await;
    world.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn taught_at_a_desk() {
    taught(Screen::Desktop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn taught_on_a_phone() {
    taught(Screen::Phone).await;
}

/// A merchant reads Chinese: findings with the sheet's header, the log, the figures and why the gate refuses; nothing is
/// wider than the screen, and readers of screens find their way.
async fn in_chinese(screen: Screen) {
    if !browser::here() {
        return;
    }
    let world = world().await;
    let agent = world.key("小李", "desk", SHOP).await;
    world.buyer(SHOP).await.say("你好").await;
    let own = world.knowledge().join(SHOP);
    let old = "问题,答案,失效时间\n前年送过袜子吗,送过。,2020-01-01\n";
    fs::write(own.join("faq/旧.csv"), old).expect("written");
    // The golden questions are cut short.
    let golden = fs::read_to_string(own.join("golden.csv")).expect("read");
    let few: String = golden.split_inclusive('\n').take(2).collect();
    fs::write(own.join("golden.csv"), few).expect("written");

    let key = world.admin.bearer.clone().expect("a key");
    let console = signed_in(&world, "/console", screen, &key).await;
    console.sees("用得最多的知识").await;
    console.sees("话术：问候").await;
    one_main_and_a_heading(&console).await;
    fits_a_long_name(&console, screen).await;
    let open = async |section: &str, seen: &str| {
        console.press_text(".sections", section).await;
        console
            .until(&format!(
                "document.querySelector('#page h2')?.innerText === '{section}'"
            ))
            .await;
        console.sees(seen).await;
        console
            .run("return document.querySelector('#page').innerText")
            .await
            .to_string()
    };
    let findings = open("文件检查", "「失效时间").await;
    assert!(findings.contains("原文"), "{findings}");
    assert!(!findings.contains("entry"), "{findings}");
    console.picture("console-findings").await;

    console.press_text(".sections", "重建与版本").await;
    console.press_text("#page form", "从文件重建并发布").await;
    console
        .sees(&format!("原有 {GOLDEN} 个考题，少了 {} 个", GOLDEN - 1))
        .await;
    let refused = console
        .run("return document.querySelector('#page').innerText")
        .await
        .to_string();
    assert!(!refused.contains("refused:"), "{refused}");
    console.picture("console-refused").await;

    let audit = open("操作记录", "质量把关未通过").await;
    for words in ["desk for", "refused", "first start", "cli"] {
        assert!(!audit.contains(words), "{words}: {audit}");
    }
    assert!(audit.contains("小李：客服，云裳女装旗舰店"), "{audit}");
    console.picture("console-audit").await;

    open("密钥", "小李").await;
    let heads =
        "return [...document.querySelectorAll('th')].every((head) => head.textContent.trim())";
    assert_eq!(console.run(heads).await, json!(true));
    console.close().await;

    let desk = signed_in(
        &world,
        "/desk",
        screen,
        agent.bearer.as_deref().expect("a key"),
    )
    .await;
    desk.sees("实时").await;
    one_main_and_a_heading(&desk).await;
    fits_a_long_name(&desk, screen).await;
    desk.picture("desk-long-name").await;
    desk.run("import('/assets/words.js').then((words) => { window.sorted = ['T00:00:37.971Z', 'T00:00:37.97Z'].map((at) => `2026-11-30${at}`).sort(words.byTime).join(); })")
        .await;
    let sorted = desk.until("window.sorted").await;
    assert_eq!(sorted, "2026-11-30T00:00:37.97Z,2026-11-30T00:00:37.971Z");
    desk.close().await;

    let chat = Page::open(&world.admin.base, &format!("/chat/{SHOP}"), screen).await;
    chat.sees("这里是云裳女装旗舰店").await;
    one_main_and_a_heading(&chat).await;
    chat.close().await;
    world.server.close().await;
}

/// One main landmark, whose role nothing takes from it, and one heading of the page, however little room it has.
async fn one_main_and_a_heading(page: &Page) {
    let mains =
        "return [...document.querySelectorAll('main')].map((node) => node.getAttribute('role'))";
    assert_eq!(page.run(mains).await, json!([null]));
    let headings = "return [...document.querySelectorAll('h1')].filter((node) => node.checkVisibility()).length";
    assert_eq!(page.run(headings).await, json!(1));
}

/// The head of a page with a shop's name as such names are.
async fn fits_a_long_name(page: &Page, screen: Screen) {
    page.run("document.querySelector('#shop').options[0].text = '云裳女装官方旗舰店（总店）'")
        .await;
    // The screen's own width: a page that is too wide tells a phone another one.
    let right = page
        .run("return Math.max(...[...document.querySelectorAll('.top, .top *')].map((node) => node.getBoundingClientRect().right))")
        .await;
    let width = f64::from(screen.size().0);
    assert!(
        right.as_f64().unwrap_or(f64::MAX) <= width,
        "{right} of {width} px"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn in_chinese_at_a_desk() {
    in_chinese(Screen::Desktop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_chinese_on_a_phone() {
    in_chinese(Screen::Phone).await;
}
