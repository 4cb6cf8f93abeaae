//! From an unanswered question to an entry that answers it, in the merchant's own files.

use reqwest::StatusCode;
use serde_json::json;

use crate::support::database::{Kind, kinds};
use crate::support::http::{OPEN, OTHER, World};
use crate::support::shop::FAQ;

/// What no entry answers, until one learns it.
const UNKNOWN: &str = "小飞侠起航没有";

const CHANGES: &str = "/v1/shops/open/changes";

#[tokio::test(flavor = "multi_thread")]
async fn an_unanswered_question_becomes_a_phrasing() {
    for kind in kinds() {
        let world = World::start(kind).await;
        let file = world.knowledge().join(OPEN).join("faq/faq.csv");
        // As a spreadsheet program in China saves it.
        let gb = encoding_rs::GB18030
            .encode(&FAQ.replace('\n', "\r\n"))
            .0
            .into_owned();
        std::fs::write(&file, &gb).expect("written");
        assert_eq!(world.rebuild(OPEN).await["outcome"], "published");

        for _ in 0..2 {
            let said = world.buyer(OPEN).await.say(UNKNOWN).await;
            assert_ne!(said["decision"]["decision"], "answer", "{said}");
        }
        let gaps = format!("/v1/shops/{OPEN}/unanswered");
        let gap = world.admin.sees(&gaps).await["items"][0].clone();
        assert_eq!(
            (&gap["question"], &gap["count"]),
            (&json!(UNKNOWN), &json!(2))
        );
        assert_ne!(gap["now"], "answer");

        // Looked at: the file stands.
        let wanted = json!({"change": "add_phrasing", "entry": "faq:ship", "phrasings": [UNKNOWN]});
        let seen = world
            .admin
            .post(CHANGES, wanted.clone())
            .await
            .expect(StatusCode::OK);
        assert_eq!(
            (&seen["file"], &seen["row"], &seen["written"]),
            (&json!("faq/faq.csv"), &json!(2), &json!(false)),
            "{seen}"
        );
        assert_eq!(
            seen["before"],
            "ship,什么时候发货,多久发货|几天能发货,付款后48小时内发货。,物流"
        );
        assert_eq!(
            seen["after"],
            format!("ship,什么时候发货,多久发货|几天能发货|{UNKNOWN},付款后48小时内发货。,物流")
        );
        assert_eq!(seen["trial"]["answers"][0]["mended"], true, "{seen}");
        assert_eq!(std::fs::read(&file).expect("read"), gb);

        // Written: one cell, in the file's own encoding, every other byte as it was.
        let mut write = wanted.clone();
        write["write"] = json!(true);
        write["base"] = seen["base"].clone();
        let done = world
            .admin
            .post(CHANGES, write.clone())
            .await
            .expect(StatusCode::OK);
        assert_eq!(done["written"], true, "{done}");
        let text = FAQ.replace("几天能发货", &format!("几天能发货|{UNKNOWN}"));
        let expected = encoding_rs::GB18030
            .encode(&text.replace('\n', "\r\n"))
            .0
            .into_owned();
        assert_eq!(std::fs::read(&file).expect("read"), expected);

        // Sent twice it is written once; on a file that changed since, not at all.
        let again = world.admin.post(CHANGES, write).await;
        again.refused(StatusCode::CONFLICT, "file-changed");
        let mut again = wanted.clone();
        again["write"] = json!(true);
        let again = world
            .admin
            .post(CHANGES, again)
            .await
            .expect(StatusCode::OK);
        assert_eq!(
            (&again["unchanged"], &again["written"]),
            (&json!(true), &json!(false))
        );

        assert_eq!(world.rebuild(OPEN).await["outcome"], "published");
        let said = world.buyer(OPEN).await.say(UNKNOWN).await;
        assert_eq!(said["decision"]["reply"], "付款后48小时内发货。", "{said}");
        let gap = world.admin.sees(&gaps).await["items"][0].clone();
        assert_eq!(
            gap["now"], "answer",
            "the list says that it is mended: {gap}"
        );

        let log = world.admin.sees("/v1/audit").await;
        let lines = log["items"].as_array().expect("lines");
        let line = lines
            .iter()
            .find(|line| line["action"] == "change.phrasing");
        let line = line.unwrap_or_else(|| panic!("the audit log has it: {log}"));
        assert_eq!(line["target"], "faq/faq.csv:2");
        world.server.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agents_answer_becomes_an_entry() {
    let world = World::start(Kind::Sqlite).await;
    let agent = world.agent("小李").await;
    let buyer = world.buyer(OPEN).await;
    let said = buyer.say("你们的火箭燃料怎么保存").await;
    let ticket = said["decision"]["handoff"]["ticket"]
        .as_str()
        .expect("a ticket");
    let path = format!("/v1/shops/{OPEN}/tickets/{ticket}");
    agent.does(&format!("{path}/claim")).await;
    let reply = json!({"text": "火箭燃料放在阴凉的地方。"});
    agent
        .post(&format!("{path}/reply"), reply)
        .await
        .expect(StatusCode::CREATED);
    let lessons = format!("/v1/shops/{OPEN}/learning?state=open");
    let lesson = world.admin.sees(&lessons).await["items"][0].clone();
    assert_eq!(lesson["reply"], "火箭燃料放在阴凉的地方。");

    let draft = json!({
        "change": "add_entry", "question": lesson["question"], "phrasings": ["=燃料放哪|阴凉吗"],
        "answer": lesson["reply"], "lesson": lesson["id"], "write": true,
    });
    let done = world
        .admin
        .post(CHANGES, draft.clone())
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (&done["row"], &done["written"]),
        (&json!(2), &json!(true)),
        "{done}"
    );
    let file = world
        .knowledge()
        .join(OPEN)
        .join(done["file"].as_str().expect("a file"));
    let text = std::fs::read_to_string(&file).expect("read");
    assert_eq!(
        text,
        "\u{feff}问题,相似问题,答案,分类\r\n你们的火箭燃料怎么保存,燃料放哪 阴凉吗,火箭燃料放在阴凉的地方。,\r\n",
        "no formula of a buyer reaches a spreadsheet, no bar splits a phrasing"
    );
    let open = world.admin.sees(&lessons).await;
    assert_eq!(open["total"], 0, "the lesson is taken up");
    // Sent twice it is there once.
    let again = world
        .admin
        .post(CHANGES, draft)
        .await
        .expect(StatusCode::OK);
    assert_eq!(again["unchanged"], true, "{again}");
    assert_eq!(std::fs::read_to_string(&file).expect("read"), text);

    assert_eq!(world.rebuild(OPEN).await["outcome"], "published");
    let said = world.buyer(OPEN).await.say("火箭燃料怎么保存").await;
    assert_eq!(
        said["decision"]["reply"], "火箭燃料放在阴凉的地方。",
        "{said}"
    );
    world.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_golden_questions_worse_is_not_written() {
    let world = World::start(Kind::Sqlite).await;
    let folder = world.knowledge().join(OPEN);
    let golden = "question,expect\n要邮费吗,faq:freight\n能退货吗,faq:return\n";
    std::fs::write(folder.join("golden.csv"), golden).expect("written");
    assert_eq!(world.rebuild(OPEN).await["outcome"], "published");
    let steal = json!({"change": "add_phrasing", "entry": "faq:ship", "phrasings": ["要邮费吗"], "write": true});
    let mut look = steal.clone();
    look["write"] = json!(false);
    let seen = world.admin.post(CHANGES, look).await.expect(StatusCode::OK);
    assert_eq!(seen["trial"]["golden"], 2);
    assert_eq!(seen["trial"]["shifts"][0]["question"], "要邮费吗", "{seen}");
    assert!(
        !seen["trial"]["objections"]
            .as_array()
            .expect("a list")
            .is_empty()
    );
    world
        .admin
        .post(CHANGES, steal)
        .await
        .refused(StatusCode::CONFLICT, "gate-refused");
    let file = folder.join("faq/faq.csv");
    assert_eq!(std::fs::read_to_string(&file).expect("read"), FAQ);

    for (body, status, code) in [
        (
            json!({"change": "add_phrasing", "entry": "faq:none", "phrasings": ["x"]}),
            404,
            "not-found",
        ),
        (
            json!({"change": "add_phrasing", "entry": "faq:ship", "phrasings": []}),
            422,
            "bad-change",
        ),
        (
            json!({"change": "add_phrasing", "entry": "faq:ship", "phrasings": ["打13812345678"]}),
            422,
            "bad-change",
        ),
        (
            json!({"change": "add_entry", "question": "包邮吗", "answer": "不包"}),
            422,
            "bad-change",
        ),
        (
            json!({"change": "add_entry", "question": "能试穿吗", "answer": ""}),
            422,
            "bad-change",
        ),
        (
            json!({"change": "burn", "entry": "faq:ship"}),
            422,
            "bad-body",
        ),
    ] {
        let refused = world.admin.post(CHANGES, body).await;
        refused.refused(StatusCode::from_u16(status).expect("a status"), code);
    }
    // Agents may not write files, merchants only their own.
    let fine = json!({"change": "add_phrasing", "entry": "faq:ship", "phrasings": ["啥时发"]});
    let agent = world.agent("小李").await;
    agent
        .post(CHANGES, fine.clone())
        .await
        .refused(StatusCode::FORBIDDEN, "wrong-scope");
    let other = world.key("别家", "knowledge", OTHER).await;
    other
        .post(CHANGES, fine)
        .await
        .refused(StatusCode::FORBIDDEN, "other-shop");

    // Files that cannot be read as they are: nothing is written on top of them.
    std::fs::write(&file, format!("{FAQ}x,没有答案,,,\n")).expect("written");
    let fine = json!({"change": "add_phrasing", "entry": "faq:ship", "phrasings": ["啥时发"], "write": true});
    world
        .admin
        .post(CHANGES, fine)
        .await
        .refused(StatusCode::CONFLICT, "faulty-files");
    world.server.close().await;
}
