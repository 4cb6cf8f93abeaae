//! What an agent must not miss, and what must not be lost: news on another page, the newest message, words that were not
//! sent, and what a reply came from.

use reqwest::Method;

use super::*;

/// Whether the newest message of the talk is before the eyes.
const AT_END: &str = "((said) => said.clientHeight > 0 && said.scrollHeight - said.scrollTop - said.clientHeight < 5)(document.querySelector('.talk .said'))";

async fn claimed(world: &World, screen: Screen) -> (http::Buyer, Page) {
    let buyer = world.buyer(SHOP).await;
    buyer.hand_off().await;
    let agent = world.key("小李", "desk", SHOP).await;
    let key = agent.bearer.as_deref().expect("a key");
    let desk = signed_in(world, "/desk", screen, key).await;
    desk.sees("实时").await;
    desk.press(".ticket").await;
    desk.press_text(".talk", "接入").await;
    desk.until("[...document.querySelectorAll('.talk button')].some((node) => node.innerText.includes('解决'))")
        .await;
    (buyer, desk)
}

/// While the agent reads elsewhere the buyer's words are counted; back in the talk, and on a page that is loaded again, the
/// newest are shown.
#[tokio::test(flavor = "multi_thread")]
async fn what_comes_in_is_not_missed() {
    if !browser::here() {
        return;
    }
    let world = world().await;
    let (buyer, desk) = claimed(&world, Screen::Phone).await;
    for number in 0..12 {
        buyer.say(&format!("第{number}句，净化器有点问题")).await;
    }
    desk.sees("第11句").await;
    desk.until(AT_END).await;
    desk.press_text(".switch", "知识库").await;
    for number in 12..15 {
        buyer.say(&format!("第{number}句，在吗")).await;
    }
    desk.until("document.querySelector('.switch [data-part=talks] .unread').innerText === '3'")
        .await;
    desk.press_text(".switch", "会话").await;
    desk.until(AT_END).await;
    desk.until("document.querySelector('.switch [data-part=talks] .unread').hidden")
        .await;

    // Who reads above is told that something was said below.
    desk.run("document.querySelector('.talk .said').scrollTop = 0")
        .await;
    desk.until(&format!("!{AT_END}")).await;
    buyer.say("还在吗").await;
    desk.press(".talk .newest").await;
    desk.until(AT_END).await;

    desk.goto("/desk").await;
    desk.sees("实时").await;
    desk.press_text(".tabs", "我的").await;
    // 「已接入」 is said in every talk: the row shows what is wanted.
    desk.until("document.querySelector('.ticket .words').innerText === '还在吗'")
        .await;
    desk.press_text(".switch", "会话").await;
    desk.until(AT_END).await;
    desk.close().await;
    world.server.close().await;
}

/// A reply that was written anew does not come from the entry that was inserted before; one that was touched up does.
#[tokio::test(flavor = "multi_thread")]
async fn a_reply_names_the_entry_it_still_holds() {
    if !browser::here() {
        return;
    }
    let world = world().await;
    let (buyer, desk) = claimed(&world, Screen::Desktop).await;
    let learned = async || {
        let path = format!("/v1/shops/{SHOP}/learning?state=open");
        let page = world.admin.sees(&path).await;
        let lessons = page["items"].as_array().expect("a list").clone();
        lessons
            .iter()
            .map(|one| {
                format!(
                    "{} → {}",
                    one["question"].as_str().unwrap_or_default(),
                    one["entry"].as_str().unwrap_or_default()
                )
            })
            .collect::<Vec<String>>()
    };
    let send = async |number: usize| {
        desk.press_text(".talk", "发送").await;
        let sent = format!("document.querySelectorAll('.talk .m.agent').length === {number}");
        desk.until(&format!(
            "{sent} || !document.querySelector('.talk .warnings').hidden"
        ))
        .await;
        if desk.run(&format!("return {sent}")).await == false {
            desk.press_text(".talk", "发送").await;
        }
        desk.until(&sent).await;
    };
    buyer.say("衣服寄回去要我掏钱吗").await;
    desk.sees("要我掏钱吗").await;
    desk.keys("#find", "thyf").await;
    desk.until("document.querySelector('.hit h3')?.innerText.includes('退货运费')")
        .await;
    let full = "document.querySelector('.talk textarea').value.length > 10";
    desk.keys("#find", "\u{e007}").await;
    desk.until(full).await;
    desk.run("const words = document.querySelector('.talk textarea'); words.select(); words.setRangeText('稍等，我问一下仓库'); words.dispatchEvent(new Event('input'))").await;
    send(1).await;
    assert_eq!(learned().await, [""; 0]);
    desk.keys("#find", "\u{e007}").await;
    desk.until(full).await;
    desk.keys(".talk textarea", "，请放心").await;
    send(2).await;
    assert_eq!(learned().await, ["衣服寄回去要我掏钱吗 → faq:SH02"]);
    desk.close().await;
    world.server.close().await;
}

/// A session that is over says so, and what was written is there again after signing in; so is what was too long to send.
#[tokio::test(flavor = "multi_thread")]
async fn words_that_were_not_sent_are_not_lost() {
    if !browser::here() {
        return;
    }
    let world = world().await;
    let (_, desk) = claimed(&world, Screen::Desktop).await;
    desk.keys(".talk textarea", "写到一半").await;
    let keys = world.admin.sees("/v1/keys?limit=200").await;
    let keys = keys["items"].as_array().expect("a list");
    let own = keys
        .iter()
        .find(|key| key["name"] == "小李")
        .expect("the key");
    let id = own["id"].as_str().expect("an id");
    let gone = world
        .admin
        .send(Method::DELETE, &format!("/v1/keys/{id}"), None, &[])
        .await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{}", gone.text);
    // The page may have heard of it by itself.
    desk.run("[...document.querySelectorAll('.talk button')].find((node) => node.innerText.includes('备注'))?.click()")
        .await;
    desk.find("#key").await;
    desk.sees("登录已过期").await;
    desk.forgive().await;
    let key = world.admin.bearer.clone().expect("a key");
    desk.keys("#key", &key).await;
    desk.press("form button").await;
    desk.sees("实时").await;
    desk.press(".ticket").await;
    desk.until("document.querySelector('.talk textarea').value === '写到一半'")
        .await;
    desk.close().await;

    let chat = Page::open(&world.admin.base, &format!("/chat/{SHOP}"), Screen::Phone).await;
    chat.sees("这里是云裳女装旗舰店").await;
    chat.run("document.querySelector('#words').value = '长'.repeat(1200)")
        .await;
    chat.keys("#words", "吗").await;
    chat.press("#send").await;
    chat.sees("这段话有 1201 个字").await;
    assert_eq!(chat.value("#words").await.chars().count(), 1201);
    chat.forgive().await;
    // A new talk is asked for twice, by the same button: a frame in another's page shows no dialog.
    let talk = format!("localStorage.getItem('zhike.chat.{SHOP}')");
    let before = chat.run(&format!("return {talk}")).await;
    chat.press("#restart").await;
    chat.sees("再按一次清除").await;
    assert_eq!(chat.run(&format!("return {talk}")).await, before);
    chat.press("#restart").await;
    chat.until(&format!("{talk} && {talk} !== {before}")).await;
    chat.sees("这里是云裳女装旗舰店").await;
    chat.close().await;

    let nowhere = Page::open(&world.admin.base, "/chat/nosuch", Screen::Phone).await;
    nowhere.sees("没有这家店铺").await;
    nowhere
        .until(
            "document.querySelector('#words').disabled && document.querySelector('#person').hidden",
        )
        .await;
    nowhere.forgive().await;
    nowhere.close().await;
    world.server.close().await;
}
