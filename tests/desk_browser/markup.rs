//! Markup in every field that a person can fill is shown as the words it is.

use super::*;

/// What a page that took it for markup would run.
const MARKUP: &str = "<img src=x onerror=window.xss=1>";

/// A sheet whose name is markup.
const SHEET: &str = "faq/<img src=x onerror='window.xss=1'>.csv";

/// A shop in whose files every field is markup.
const STALL: &str = "stall";

/// Writes the shop's files.
fn plant(own: &Path) {
    let files = [
        (
            "shop.toml",
            format!(
                "[shop]\nname = \"摊子{MARKUP}\"\n[scripts]\ngreeting = \"您好{MARKUP}\"\n[handoff.skills]\n\"组{MARKUP}\" = [\"complaint\"]\n"
            ),
        ),
        (
            SHEET,
            format!(
                "id,question,similar,answer,category\n<b>1,{MARKUP}能当标题吗,{MARKUP}能当吗,\"<script>window.xss=1</script>可以显示。\",类{MARKUP}\n"
            ),
        ),
        (
            "products/货.csv",
            format!(
                "id,name,aliases,category,skus,url,材质,名{MARKUP}\nP1,木勺{MARKUP},勺{MARKUP},餐具{MARKUP},\"色{MARKUP}:大\",https://example.com/?{MARKUP},榉木{MARKUP},值{MARKUP}\n"
            ),
        ),
        (
            "policies/规.md",
            format!("+++\ntitle = \"规{MARKUP}\"\n+++\n# 退货{MARKUP}\n七天内可以退货{MARKUP}。\n"),
        ),
        (
            "golden.csv",
            format!("question,expect,note\n木勺{MARKUP}的材质,spec:P1/材质,注{MARKUP}\n"),
        ),
    ];
    for (name, text) in files {
        let path = own.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
}

/// Nothing was run, and nothing became an element.
async fn only_words(page: &Page, what: &str) {
    let made =
        "return [window.xss ?? null, document.querySelectorAll('img, script:not([src])').length]";
    assert_eq!(page.run(made).await, json!([null, 0]), "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn markup_is_shown_as_words() {
    if !browser::here() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    plant(&folder.path().join("knowledge").join(STALL));
    let world = World::of(Kind::Sqlite, folder, &[STALL]).await;
    let agent = world.key(&format!("小李{MARKUP}"), "desk", STALL).await;

    let path = format!("/chat/{STALL}?product=P1");
    let chat = Page::open(&world.admin.base, &path, Screen::Desktop).await;
    chat.sees(&format!("您好{MARKUP}")).await;
    chat.sees(&format!("木勺{MARKUP}")).await;
    for (number, (question, told)) in [
        (
            format!("{MARKUP}能当标题吗"),
            "<script>window.xss=1</script>可以显示。",
        ),
        ("材质是什么".to_owned(), "榉木<img"),
        ("可以退货吗".to_owned(), ""),
    ]
    .into_iter()
    .enumerate()
    {
        ask(&chat, &question).await;
        chat.until(&format!("{SAID} >= {}", number + 2)).await;
        chat.sees(told).await;
    }
    chat.run("[...document.querySelectorAll('.under button')].filter((node) => node.innerText.includes('来源')).forEach((node) => node.click())")
        .await;
    chat.sees("onerror='window.xss=1'").await;
    chat.press("#person").await;
    chat.sees("工单号").await;

    // A thumb with a comment, as the page sends it.
    let talks = format!("/v1/shops/{STALL}/conversations");
    let talk = world.admin.sees(&talks).await["items"][0]["id"].clone();
    let talk = talk.as_str().expect("an id");
    let messages = world.admin.sees(&format!("{talks}/{talk}/messages")).await;
    let messages = messages["items"].as_array().expect("messages").clone();
    let bot = messages.iter().filter(|message| message["role"] == "bot");
    let told = bot.skip(1).map(|message| &message["id"]).next();
    let thumb =
        json!({"conversation": talk, "message": told, "verdict": "down", "comment": MARKUP});
    let path = format!("/v1/shops/{STALL}/feedback");
    let given = world.admin.post(&path, thumb).await;
    given.expect(StatusCode::NO_CONTENT);

    let key = agent.bearer.as_deref().expect("a key");
    let desk = signed_in(&world, "/desk", Screen::Desktop, key).await;
    desk.press(".ticket").await;
    desk.sees("可以显示。").await;
    desk.press_text(".talk", "接入").await;
    chat.sees(&format!("客服 小李{MARKUP} 正在为您服务")).await;
    desk.keys(".talk textarea", MARKUP).await;
    desk.press_text(".talk", "备注").await;
    desk.until("document.querySelector('.talk .m.note')?.innerText.includes('onerror')")
        .await;
    for words in ["当标题", "木勺", "材质", "退货"] {
        desk.run("document.querySelector('#find').value = ''").await;
        desk.keys("#find", words).await;
        desk.until(&format!("[...document.querySelectorAll('.hit')].some((node) => node.innerText.includes('{words}') && node.innerText.includes('onerror'))"))
            .await;
        only_words(&desk, words).await;
    }
    desk.press_text(".talk", "转接").await;
    desk.press_text("dialog", &format!("组{MARKUP}")).await;
    desk.press_text("dialog .row:last-child", "转接").await;
    desk.until("[...document.querySelectorAll('.talk .tag')].some((node) => node.innerText.includes('组<img'))")
        .await;
    only_words(&desk, "the desk").await;
    only_words(&chat, "the chat").await;
    desk.close().await;
    chat.close().await;

    // Why a version was made, and why one was made live again.
    let faq = world.knowledge().join(STALL).join("faq/更多.csv");
    fs::write(
        faq,
        "question,answer,失效时间\n怎么洗,手洗。,\n旧的还有吗,没有了。,2020-01-01\n",
    )
    .expect("written");
    let order = json!({"message": format!("建{MARKUP}"), "force": true});
    let path = format!("/v1/shops/{STALL}/rebuild");
    let task = world.admin.post(&path, order).await;
    let task = task.expect(StatusCode::ACCEPTED);
    let task = format!("/v1/tasks/{}/events", task["id"].as_str().expect("an id"));
    world.admin.watch(&task, None).await.until("done").await;
    let key = world.admin.bearer.clone().expect("a key");
    let console = signed_in(&world, "/console", Screen::Desktop, &key).await;
    let open = async |section: &str, name: &str| {
        console.run(&format!("location.hash = '{section}'")).await;
        console
            .until(&format!("document.querySelector('#page h2')?.innerText === '{name}' && !document.querySelector('#page').innerText.includes('正在读取')"))
            .await;
        console.run("for (const node of document.querySelectorAll('#page details')) node.open = true; for (const node of document.querySelectorAll('#page button.title')) node.click()").await;
    };
    open("versions", "重建与版本").await;
    console.sees(&format!("建{MARKUP}")).await;
    console.press_text("#page", "让它上线").await;
    console.keys("#why", &format!("退{MARKUP}")).await;
    console.press_text("dialog", "上线").await;
    console.sees(&format!("退{MARKUP}")).await;
    for (section, name, seen) in [
        ("overview", "概览", "摊子<img"),
        ("unanswered", "未答问题", ""),
        ("lessons", "待学习", "能当标题吗"),
        ("entries", "知识条目", "木勺<img"),
        ("findings", "文件检查", "onerror"),
        ("versions", "重建与版本", "退<img"),
        ("keys", "密钥", "小李<img"),
        ("audit", "操作记录", "退<img"),
    ] {
        open(section, name).await;
        console
            .until(&format!("document.body.textContent.includes('{seen}')"))
            .await;
        only_words(&console, section).await;
    }
    let asked = format!("木勺{MARKUP}的材质");
    console
        .run(&format!(
            "location.hash = 'try?question=' + encodeURIComponent({})",
            json!(asked)
        ))
        .await;
    console.sees("推理过程").await;
    console.sees("榉木<img").await;
    only_words(&console, "a trial").await;
    console.close().await;
    world.server.close().await;
}
