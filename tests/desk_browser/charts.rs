//! What the console tells a merchant: figures as charts, why a version went live, and every finding however many there are.

use super::*;

/// Findings planted: more than a page holds.
const EXPIRED: usize = 230;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_kept_from_the_merchant() {
    if !browser::here() {
        return;
    }
    let world = world().await;
    // One buyer waited for a person and was served; thumbs on an answer and on the person.
    let buyer = world.buyer(SHOP).await;
    let answered = buyer.say("什么时候发货").await;
    let ticket = format!("/v1/shops/{SHOP}/tickets/{}", buyer.hand_off().await);
    world.admin.does(&format!("{ticket}/claim")).await;
    let replied = world
        .admin
        .post(&format!("{ticket}/reply"), json!({"text": "您好"}))
        .await
        .expect(StatusCode::CREATED);
    for (message, verdict) in [(&answered["reply"], "down"), (&replied["id"], "up")] {
        let thumb = json!({"conversation": buyer.id, "message": message, "verdict": verdict});
        let path = format!("/v1/shops/{SHOP}/feedback");
        let given = buyer.actor.post(&path, thumb).await;
        given.expect(StatusCode::NO_CONTENT);
    }
    let own = world.knowledge().join(SHOP);
    let rows: String = (0..EXPIRED)
        .map(|number| format!("第{number}批袜子还送吗,第{number}批送过。,2020-01-01\n"))
        .collect();
    fs::write(
        own.join("faq/旧.csv"),
        format!("问题,答案,失效时间\n{rows}"),
    )
    .expect("written");
    let built = world.rebuild(SHOP).await;
    assert_eq!(built["outcome"], "published", "{built}");

    let key = world.admin.bearer.clone().expect("a key");
    let console = signed_in(&world, "/console", Screen::Desktop, &key).await;
    console.sees("为什么转人工").await;
    let charts = console
        .run("return [...document.querySelectorAll('#page svg')].map((chart) => chart.getAttribute('aria-label'))")
        .await;
    let charts: Vec<&str> = charts
        .as_array()
        .expect("charts")
        .iter()
        .filter_map(|one| one.as_str())
        .collect();
    for (starts, says) in [
        ("咨询：", " 2 条"),
        ("平均等待：", "秒"),
        ("评价：", " 2 条"),
        ("要求人工 ", "（1 单）"),
        ("机器人答复 ", "好 0 · 差 1，客服回复 好 1 · 差 0"),
    ] {
        assert!(
            charts
                .iter()
                .any(|chart| chart.starts_with(starts) && chart.contains(says)),
            "{starts}{says}: {charts:#?}"
        );
    }

    let open = async |section: &str, name: &str| {
        console.run(&format!("location.hash = '{section}'")).await;
        console
            .until(&format!(
                "document.querySelector('#page h2')?.innerText === '{name}'"
            ))
            .await;
    };
    open("findings", "文件检查").await;
    console.sees("已列出 200 条").await;
    console.press_text("#page", "再列 200 条").await;
    console.sees("已全部列出").await;
    let listed = console
        .run("return document.querySelectorAll('#page tbody tr').length")
        .await;
    let findings = world
        .admin
        .sees(&format!("/v1/shops/{SHOP}/findings?limit=1"))
        .await;
    assert!(
        findings["total"].as_u64() >= Some(EXPIRED as u64),
        "{findings}"
    );
    assert_eq!(listed, findings["total"]);

    // Thought better of, then made live with a reason, which the history and the log tell.
    open("versions", "重建与版本").await;
    console.press_text("#page", "让它上线").await;
    console.press_text("dialog", "取消").await;
    console.until("!document.querySelector('dialog')").await;
    console.press_text("#page", "让它上线").await;
    console.keys("#why", "送袜子的旧规则先不上\u{e007}").await;
    console.until("!document.querySelector('dialog')").await;
    console.sees("退回到这一版").await;
    console.sees("送袜子的旧规则先不上").await;
    open("audit", "操作记录").await;
    console.sees("送袜子的旧规则先不上").await;
    console.close().await;
    world.server.close().await;
}
