//! The pages for those who see little or press keys: every control has a name, the keyboard goes through the page as it is
//! read and shows where it is, and every text stands out from its ground, in the light and in the dark.

use super::*;

const SECTIONS: [&str; 9] = [
    "overview",
    "unanswered",
    "lessons",
    "entries",
    "try",
    "findings",
    "versions",
    "keys",
    "audit",
];

/// Controls without a name.
const NAMELESS: &str = "return [...document.querySelectorAll('button, input, select, textarea, a[href]')]
    .filter((node) => node.checkVisibility())
    .filter((node) => !(node.innerText?.trim() || node.getAttribute('aria-label') || node.title || node.labels?.length))
    .map((node) => node.outerHTML)";

/// Texts whose contrast with their ground is below 4.5, as `[contrast, text]`. Placeholders count, what is switched off does
/// not. A ground that shines through is laid over those below it.
const FAINT: &str = r"
    const numbers = (colour) => {
        if (!/^rgba?\(/.test(colour)) throw new Error('what colour is ' + colour);
        const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
        return { rgb: [r, g, b], a };
    };
    const over = (top, a, below) => below.map((under, at) => top[at] * a + under * (1 - a));
    const light = (rgb) => {
        const [r, g, b] = rgb.map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const above = (node) => { const all = []; for (let it = node; it; it = it.parentElement) all.push(it); return all; };
    const ground = (node) => above(node).reverse().reduce((below, it) => {
        const { rgb, a } = numbers(getComputedStyle(it).backgroundColor);
        return over(rgb, a, below);
    }, [255, 255, 255]);
    const faint = [];
    const look = (node, colour, text) => {
        const below = ground(node);
        const { rgb, a } = numbers(colour);
        const through = above(node).reduce((all, it) => all * Number(getComputedStyle(it).opacity), a);
        const [bright, dark] = [light(over(rgb, through, below)), light(below)].sort((x, y) => y - x);
        const contrast = (bright + 0.05) / (dark + 0.05);
        if (contrast < 4.5) faint.push([contrast.toFixed(2), text.slice(0, 30), node.className?.baseVal ?? node.className]);
    };
    let looked = 0;
    for (const node of document.querySelectorAll('body, body *')) {
        if (!node.checkVisibility() || node.closest(':disabled')) continue;
        const style = getComputedStyle(node);
        const own = [...node.childNodes].filter((child) => child.nodeType === Node.TEXT_NODE).map((child) => child.data.trim()).join('');
        const text = own || (node.matches('input, textarea, select') ? node.value : '');
        if (text && node.tagName !== 'TITLE' && node.tagName !== 'title') {
            looked += 1;
            look(node, node.namespaceURI.endsWith('svg') ? style.fill : style.color, text);
        }
        if (node.placeholder && !node.value) look(node, getComputedStyle(node, '::placeholder').color, node.placeholder);
    }
    if (!looked) throw new Error('there is no text');
    return faint";

/// What Tab reaches, in the order of the page.
const STOPS: &str = "const stops = [...document.querySelectorAll('button, input, select, textarea, a[href], summary, [tabindex]')]
    .filter((node) => node.checkVisibility({visibilityProperty: true}) && !node.disabled && node.tabIndex === 0 && !node.closest('[inert]'));
    const name = (node) => (node.innerText || node.getAttribute('aria-label') || node.id || node.name || node.tagName).slice(0, 20)";

/// All texts can be read, all controls have a name.
async fn clear(page: &Page, what: &str) {
    assert_eq!(page.run(NAMELESS).await, json!([]), "{what}");
    assert_eq!(page.run(FAINT).await, json!([]), "{what}");
}

/// Presses Tab through the page: each control once, as the page is read, each marked while it has the focus; and
/// Shift+Tab the way back.
async fn tabs_as_read(page: &Page, what: &str) {
    // What is later in the page's order is read later: below, or beside. Looked at first: Tab scrolls.
    let astray = page
        .run(&format!(
            "{STOPS};
             const region = (node) => node.closest('nav, header, aside, form, section, dialog, main') ?? document.body;
             return stops.slice(1).map((node, at) => [stops[at], node])
                 .filter(([a, b]) => region(a) === region(b))
                 .map((pair) => [...pair, ...pair.map((node) => node.getBoundingClientRect())])
                 .filter(([, , a, b]) => b.bottom <= a.top || (b.top < a.bottom && a.top < b.bottom && b.right <= a.left))
                 .map(([a, b]) => `${{name(a)}} → ${{name(b)}}`)"
        ))
        .await;
    assert_eq!(astray, json!([]), "{what}: as it is read");
    let count = page
        .run(&format!(
            "{STOPS};
             window.visited = [];
             window.unmarked = [];
             document.addEventListener('focusin', (event) => {{
                 const style = getComputedStyle(event.target);
                 if (style.outlineStyle === 'none' && style.boxShadow === 'none' && !event.target.matches('.skip')) unmarked.push(name(event.target));
                 if (event.target.tabIndex === 0 && visited.at(-1) !== event.target) visited.push(event.target);
             }});
             stops[0].focus({{focusVisible: true}});
             return stops.length"
        ))
        .await
        .as_u64()
        .expect("a number") as usize;
    assert!(count > 2, "{what} has something to press");
    let order = async |start: &str| {
        page.run(&format!(
            "{STOPS}; return [{start}.map(name), visited.map(name), unmarked]"
        ))
        .await
    };
    // Fields of a date have several stops each, and a box that scrolls has one of its own.
    for _ in 0..count * 4 {
        page.chord(&['\u{e004}']).await;
        let script = format!("{STOPS}; return document.activeElement === stops.at(-1)");
        if page.run(&script).await == true {
            break;
        }
    }
    let told = order("stops").await;
    assert_eq!(told[1], told[0], "{what}: in the order of the page");
    assert_eq!(told[2], json!([]), "{what}: the focus is seen");
    page.run("window.visited = [document.activeElement]").await;
    page.chord(&['\u{e008}', '\u{e004}']).await;
    let back = order("stops.slice(-2).reverse()").await;
    assert_eq!(back[1], back[0], "{what}: and back");
}

/// A shop in which something happened, so that the pages have something to show.
async fn lived_in() -> World {
    let world = world().await;
    for question in ["包邮吗", "优惠券在哪里领", "我要投诉你们", UNKNOWN] {
        world.buyer(SHOP).await.say(question).await;
    }
    let buyer = world.buyer(SHOP).await;
    let said = buyer.say("什么时候发货").await;
    let thumb = json!({"conversation": buyer.id, "message": said["reply"], "verdict": "down", "comment": "不对"});
    let path = format!("/v1/shops/{SHOP}/feedback");
    let given = buyer.actor.post(&path, thumb).await;
    given.expect(StatusCode::NO_CONTENT);
    world
}

async fn chat(world: &World) -> Page {
    let path = format!("/chat/{SHOP}?product=YS-D101");
    let chat = Page::open(&world.admin.base, &path, Screen::Desktop).await;
    chat.sees("这里是云裳女装旗舰店").await;
    ask(&chat, "包邮吗").await;
    chat.find(".under").await;
    chat.press("#person").await;
    chat.sees("工单号").await;
    chat
}

async fn desk(world: &World) -> Page {
    let desk = Page::open(&world.admin.base, "/desk", Screen::Desktop).await;
    desk.find("#key").await;
    clear(&desk, "the sign-in").await;
    let key = world.admin.bearer.clone().expect("a key");
    desk.keys("#key", &key).await;
    desk.press("form button").await;
    desk.sees("实时").await;
    desk.press(".ticket").await;
    desk.press_text(".talk", "接入").await;
    desk.sees("解决").await;
    desk.keys(".talk textarea", "全网最低，保证有货").await;
    desk.find(".talk .warnings").await;
    desk.keys("#find", "退").await;
    desk.find(".hit .row button").await;
    desk
}

async fn console(world: &World) -> Page {
    let key = world.admin.bearer.clone().expect("a key");
    signed_in(world, "/console", Screen::Desktop, &key).await
}

/// Opens a section of the console.
async fn section(page: &Page, section: &str) {
    page.run(&format!("location.hash = '{section}'")).await;
    page.until(&format!("document.querySelector('.sections a[aria-current]')?.hash === '#{section}' && !document.querySelector('#page').innerText.includes('正在读取')"))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_has_a_name_and_can_be_read() {
    if !browser::here() {
        return;
    }
    let world = lived_in().await;
    let (chat, desk, console) = (
        chat(&world).await,
        desk(&world).await,
        console(&world).await,
    );
    let lang = "return document.documentElement.lang";
    assert_eq!(chat.run(lang).await, "zh-CN");
    for light in ["light", "dark"] {
        if light == "dark" {
            for page in [&chat, &desk, &console] {
                page.darken().await;
            }
        }
        clear(&chat, &format!("chat, {light}")).await;
        clear(&desk, &format!("desk, {light}")).await;
        desk.run("document.querySelector('#help').showModal()")
            .await;
        clear(&desk, &format!("desk's help, {light}")).await;
        desk.run("document.querySelector('#help').close()").await;
        for name in SECTIONS {
            section(&console, name).await;
            clear(&console, &format!("console, {name}, {light}")).await;
        }
        console
            .run("location.hash = 'try?question=羊绒衫怎么洗'")
            .await;
        console.sees("推理过程").await;
        clear(&console, &format!("a trial, {light}")).await;
    }
    for page in [chat, desk, console] {
        page.close().await;
    }
    world.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_goes_through_as_it_is_read() {
    if !browser::here() {
        return;
    }
    let world = lived_in().await;
    let chat = chat(&world).await;
    tabs_as_read(&chat, "chat").await;
    chat.close().await;
    let desk = desk(&world).await;
    tabs_as_read(&desk, "desk").await;
    desk.close().await;
    let console = console(&world).await;
    for name in SECTIONS {
        section(&console, name).await;
        tabs_as_read(&console, name).await;
    }
    console.close().await;
    world.server.close().await;
}
