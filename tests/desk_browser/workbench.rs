//! The workbench, with the keyboard alone: the queue, several talks side by side, the search, and what can be done with a
//! ticket; and what tells an agent who looks elsewhere that somebody waits.

use super::*;

const ALT: char = '\u{e00a}';
const SHIFT: char = '\u{e008}';
const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';
const ESCAPE: char = '\u{e00c}';
const LEFT: char = '\u{e012}';
const RIGHT: char = '\u{e014}';

/// The reply that is being written in the talk at hand.
const WORDS: &str = "document.querySelector('.talk.current textarea')";

/// Holds the next reply back until `letGo`.
const HOLD: &str = "const ask = window.fetch; window.fetch = (path, ...rest) => !String(path).endsWith('/reply') ? ask(path, ...rest)
    : new Promise((go) => { window.letGo = () => { window.fetch = ask; go(ask(path, ...rest)); }; });";

/// Notes the pitch of every tone that the page sounds.
const LISTEN: &str = "window.tones = []; const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...when) { tones.push(this.frequency.value); return start.apply(this, when); }";

/// Presses Tab (or Shift+Tab) until what the focus is on matches.
async fn tab_to(page: &Page, css: &str, back: bool) {
    let keys: &[char] = if back { &[SHIFT, TAB] } else { &[TAB] };
    for _ in 0..80 {
        page.chord(keys).await;
        let there = format!("return document.activeElement.matches({})", json!(css));
        if page.run(&there).await == true {
            return;
        }
    }
    panic!("Tab does not come to {css}");
}

async fn titled(page: &Page, count: usize) {
    page.until(&format!("document.title === '({count}) 客服工作台'"))
        .await;
}

/// The buttons of the talk at hand, once one of them reads so.
async fn can(page: &Page, what: &str) {
    page.until(&format!(
        "[...document.querySelectorAll('.talk.current button')].some((node) => node.innerText.includes('{what}'))"
    ))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_evening_without_a_mouse() {
    if !browser::here() {
        return;
    }
    let world = world().await;
    let mut buyers = Vec::new();
    for _ in 0..3 {
        let buyer = world.buyer(SHOP).await;
        buyer.say("158 100斤穿什么码").await;
        buyer.hand_off().await;
        buyers.push(buyer);
    }
    let agent = world.key("小李", "desk", SHOP).await;
    let desk = Page::open(&world.admin.base, "/desk", Screen::Desktop).await;
    desk.find("#key").await;
    tab_to(&desk, "#key", false).await;
    desk.types(agent.bearer.as_deref().expect("a key")).await;
    desk.chord(&[ENTER]).await;
    desk.sees("实时").await;
    desk.run(LISTEN).await;

    // The title counts who waits. The switch, off at first, is pressed with the space bar, and sounds at once.
    titled(&desk, 3).await;
    world.buyer(SHOP).await.hand_off().await;
    titled(&desk, 4).await;
    assert_eq!(
        desk.run("return tones").await,
        json!([]),
        "no sound is asked for"
    );
    tab_to(&desk, "#sound", false).await;
    desk.types(" ").await;
    desk.until("tones.length === 1").await;
    world.buyer(SHOP).await.hand_off().await;
    titled(&desk, 5).await;
    desk.until("tones.length === 2").await;

    // J and K go along the queue and stop at its ends; Enter opens.
    let at = "[...document.querySelectorAll('.ticket')].indexOf(document.activeElement)";
    for (key, row) in [("j", 0), ("j", 1), ("j", 2), ("k", 1), ("k", 0), ("k", 0)] {
        desk.types(key).await;
        assert_eq!(desk.run(&format!("return {at}")).await, row, "{key}");
    }
    desk.chord(&[ENTER]).await;
    desk.until(&format!("{WORDS} && {WORDS} === document.activeElement"))
        .await;
    desk.chord(&[ALT, 'c']).await;
    can(&desk, "解决").await;
    titled(&desk, 4).await;

    // A note, a reply; both with the hands on the keys.
    desk.types("问过仓库了").await;
    desk.chord(&[ALT, 'n']).await;
    desk.until("document.querySelector('.talk .m.note')?.innerText.includes('问过仓库了')")
        .await;
    desk.until(&format!("{WORDS}.value === ''")).await;
    desk.types("您好，帮您看一下").await;
    desk.chord(&[ENTER]).await;
    desk.until("document.querySelector('.talk .m.agent')?.innerText.includes('帮您看一下')")
        .await;

    desk.until(&format!("{WORDS}.value === ''")).await;

    // What is typed while a reply is under way stays.
    desk.run(HOLD).await;
    desk.types("还在吗").await;
    desk.chord(&['\u{e009}', ENTER]).await;
    desk.until("!!window.letGo").await;
    desk.types("我再查").await;
    desk.run("window.letGo()").await;
    desk.until("document.querySelectorAll('.talk .m.agent').length === 2")
        .await;
    desk.until(&format!("{WORDS}.value === '我再查'")).await;

    // Alt+1…9 inserts what the search found.
    tab_to(&desk, "#find", false).await;
    desk.types("退").await;
    desk.until("document.querySelectorAll('.hit').length >= 9 && document.querySelector('.hit h3').innerText.includes('退')")
        .await;
    for number in 1..=9 {
        desk.run(&format!("{WORDS}.value = ''")).await;
        desk.chord(&[ALT, char::from_digit(number, 10).expect("a digit")])
            .await;
        let hit = format!(
            "document.querySelectorAll('.hit')[{}].querySelector('p').textContent",
            number - 1
        );
        desk.until(&format!("{WORDS}.value && {WORDS}.value.endsWith({hit})"))
            .await;
    }
    desk.run(&format!(
        "{WORDS}.value = ''; {WORDS}.dispatchEvent(new Event('input'))"
    ))
    .await;

    // A second talk beside the first: both are seen whole.
    tab_to(&desk, ".ticket", true).await;
    desk.types("j").await;
    desk.chord(&[ENTER]).await;
    desk.until(&format!(
        "document.querySelectorAll('.talk').length === 2 && {WORDS} === document.activeElement"
    ))
    .await;
    desk.chord(&[ALT, 'c']).await;
    can(&desk, "解决").await;
    let apart = "((a, b, box) => a.right <= b.left + 1 && Math.abs(a.top - b.top) < 2 && a.width > 240 && b.width > 240 && a.left >= box.left - 1 && b.right <= box.right + 1)
        (...[...document.querySelectorAll('.talk'), document.querySelector('#talks')].map((node) => node.getBoundingClientRect()))";
    desk.until(apart).await;
    desk.picture("desk-two").await;
    let current = "[...document.querySelectorAll('.talk')].map((talk) => talk.classList.contains('current')).join()";
    for (key, now) in [
        (LEFT, "true,false"),
        (RIGHT, "false,true"),
        (RIGHT, "true,false"),
        (LEFT, "false,true"),
    ] {
        desk.chord(&[ALT, key]).await;
        assert_eq!(desk.run(&format!("return {current}")).await, now);
        desk.until(&format!("{WORDS} === document.activeElement"))
            .await;
    }

    // What is said in the talk beside is counted in the title, sounds another tone, and is read by going there.
    let first = desk
        .run("return document.querySelector('.talk .said').innerText")
        .await;
    assert!(
        first
            .as_str()
            .is_some_and(|said| said.contains("帮您看一下"))
    );
    titled(&desk, 3).await;
    let buyer = &buyers[0];
    buyer.say("在吗亲").await;
    titled(&desk, 4).await;
    desk.until("tones.at(-1) === 660").await;
    desk.chord(&[ALT, LEFT]).await;
    titled(&desk, 3).await;

    // Passing on: Escape thinks better of it, Enter goes.
    let open = "document.querySelector('dialog[open]')";
    desk.chord(&[ALT, 't']).await;
    desk.until("document.activeElement.id === 'skill-group'")
        .await;
    desk.chord(&[ESCAPE]).await;
    desk.until(&format!("!{open}")).await;
    can(&desk, "解决").await;
    desk.chord(&[ALT, 't']).await;
    desk.until("document.activeElement.id === 'skill-group'")
        .await;
    desk.types("售后").await;
    desk.chord(&[ENTER]).await;
    desk.until(&format!("!{open}")).await;
    can(&desk, "接入").await;
    titled(&desk, 4).await;
    let path = format!("/v1/shops/{SHOP}/tickets?conversation={}", buyer.id);
    let ticket = world.admin.sees(&path).await["items"][0].clone();
    assert_eq!(
        (&ticket["state"], &ticket["skill"]),
        (&json!("waiting"), &json!("售后"))
    );
    desk.chord(&[ALT, 'c']).await;
    can(&desk, "解决").await;

    // Words that were not sent hold up the way out once. They are written after a dialog gave the focus back.
    desk.types("写到一半").await;
    desk.chord(&[ALT, 'r']).await;
    desk.sees("再按一次就离开").await;
    desk.chord(&[ALT, 'r']).await;
    can(&desk, "重新打开").await;
    desk.chord(&[ALT, RIGHT]).await;
    desk.chord(&[ALT, 'b']).await;
    desk.until("document.querySelector('.talk.current .said').innerText.includes('智能客服继续')")
        .await;

    // The help names each of these keys.
    tab_to(&desk, ".ticket", true).await;
    desk.types("?").await;
    desk.until(open).await;
    let named = desk
        .run("return [...document.querySelectorAll('#help dt')].map((node) => node.innerText)")
        .await;
    let pressed = [
        "/",
        "J / K",
        "回车",
        "Alt+C",
        "回车 / Ctrl+回车",
        "Alt+1…9",
        "Alt+N",
        "Alt+B",
        "Alt+R",
        "Alt+T",
        "Alt+← / →",
        "Esc",
        "?",
    ];
    assert_eq!(named, json!(pressed));
    desk.chord(&[ESCAPE]).await;
    desk.until(&format!("!{open}")).await;
    desk.types("/").await;
    desk.until("document.activeElement.id === 'find'").await;
    desk.chord(&[ESCAPE]).await;
    desk.until(&format!("{WORDS} === document.activeElement"))
        .await;

    // The switch is remembered; a browser lets a page that was loaded anew sound after the first key that is a gesture,
    // which Escape is not.
    desk.goto("/desk").await;
    desk.sees("实时").await;
    desk.run(LISTEN).await;
    assert_eq!(
        desk.run("return document.querySelector('#sound').checked")
            .await,
        json!(true)
    );
    desk.chord(&[ESCAPE]).await;
    desk.types("j").await;
    world.buyer(SHOP).await.hand_off().await;
    desk.until("tones.join() === '880'").await;
    desk.close().await;
    world.server.close().await;
}
