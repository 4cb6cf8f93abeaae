//! The command line as scripts use it: batches with broken lines, switches in the environment, exit statuses, what goes
//! to which stream.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::asking::folder_of;

const SHOP: &[(&str, &str)] = &[
    (
        "faq/a.csv",
        "编号,问题,答案\nA1,什么时候发货,48小时内发货\nA2,支持七天无理由退货吗,支持\n",
    ),
    (
        "golden.csv",
        "question,expect\n什么时候发货,faq:A1\n有没有洗衣机,faq:A2\n",
    ),
];

struct Shell<'a> {
    knowledge: &'a Path,
    index: &'a Path,
}

impl Shell<'_> {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zhike"));
        command
            .args(arguments)
            .arg("--lexical")
            .env("ZHIKE_KNOWLEDGE", self.knowledge)
            .env("ZHIKE_INDEX", self.index)
            .current_dir(self.index);
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("it runs")
    }

    fn feed(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(input).expect("it reads");
        drop(stdin);
        child.wait_with_output().expect("it ends")
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

fn status(output: &Output) -> i32 {
    output.status.code().expect("it was not killed")
}

#[test]
fn commands_as_scripts_use_them() {
    let knowledge = folder_of(SHOP);
    let index = tempfile::tempdir().expect("a folder");
    let shell = Shell {
        knowledge: knowledge.path(),
        index: index.path(),
    };
    a_first_build_tells_what_fails(&shell);
    a_batch_answers_every_line(&shell);
    switches_and_folders(&shell);
    a_model_that_is_not_there(&shell);
    statuses(&shell);
}

/// The first build is published, with its failing golden questions reported to people and to programs.
fn a_first_build_tells_what_fails(shell: &Shell<'_>) {
    let built = shell.run(&["index", "--json"]);
    let told = text(&built.stderr);
    assert_eq!(status(&built), 0, "{told}");
    assert!(
        told.contains("有没有洗衣机（golden.csv:3） 预期 faq:A2"),
        "{told}"
    );
    let result: Value = serde_json::from_slice(&built.stdout).expect("JSON alone");
    assert_eq!(result["status"], "published");
    assert_eq!(result["golden"]["total"], 2);
    assert_eq!(result["golden"]["failing"][0]["question"], "有没有洗衣机");
    assert_eq!(result["golden"]["failing"][0]["expected"], "faq:A2");
}

fn a_batch_answers_every_line(shell: &Shell<'_>) {
    let lines: &[(&[u8], &str)] = &[
        (
            "\u{feff}{\"question\": \"什么时候发货\", \"id\": {\"n\": [1]}}\r".as_bytes(),
            "answer",
        ),
        (
            "{\"question\": \"什么时候发货\", \"previous\": null, \"at\": null, \"note\": 1}"
                .as_bytes(),
            "answer",
        ),
        (b"not json", "line 3: no question"),
        (b"[\"a\"]", "line 4: no question"),
        (
            b"{\"question\": \"\xff\xfe\"}",
            "line 5: the line is no UTF-8",
        ),
        (b"{\"id\": 6}", "missing field `question`"),
        (
            "{\"question\": \"退\", \"order_state\": \"飞\", \"id\": 7}".as_bytes(),
            "no order state is called 飞",
        ),
        (
            "{\"question\": \"退\", \"at\": \"昨天\", \"id\": 8}".as_bytes(),
            "is no date",
        ),
        (
            "{\"question\": \"支持七天无理由退货吗\", \"id\": null}".as_bytes(),
            "answer",
        ),
    ];
    let input = lines.iter().map(|(line, _)| *line).collect::<Vec<_>>();
    let input = input.join(&b"\n"[..]);
    let done = shell.feed(&["ask", "shop", "--batch", "-"], &input);
    assert_eq!(status(&done), 1, "some lines cannot be read");
    let answers: Vec<Value> = text(&done.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(answers.len(), lines.len());
    for (answer, (_, expected)) in answers.iter().zip(lines) {
        let told = answer["error"].as_str().or(answer["decision"].as_str());
        assert!(
            told.is_some_and(|told| told.contains(expected)),
            "{expected}: {answer}"
        );
    }
    assert_eq!(answers[0]["id"]["n"][0], 1);
    assert_eq!(
        (&answers[5]["id"], &answers[6]["id"]),
        (&Value::from(6), &Value::from(7))
    );
    assert_eq!(answers[8]["id"], Value::Null);
    assert!(
        answers[8]
            .as_object()
            .expect("an object")
            .contains_key("id")
    );
    let remark = text(&done.stderr);
    assert!(remark.contains("\"note\" is not known"), "{remark}");
    let quiet = shell.feed(&["ask", "shop", "--batch", "-", "--quiet"], lines[1].0);
    assert_eq!((status(&quiet), text(&quiet.stderr)), (0, ""));
}

fn switches_and_folders(shell: &Shell<'_>) {
    for (value, json) in [
        ("1", true),
        ("yes", true),
        ("true", true),
        ("0", false),
        ("", false),
    ] {
        let asked = shell
            .command(&["ask", "shop", "什么时候发货"])
            .env("ZHIKE_JSON", value)
            .output()
            .expect("it runs");
        assert_eq!(
            text(&asked.stdout).starts_with('{'),
            json,
            "ZHIKE_JSON={value}"
        );
    }
    // A configuration names the folders for every command.
    let config = shell.index.join("mine.toml");
    let lines = format!(
        "knowledge = {:?}\nindex = {:?}\n",
        shell.knowledge, shell.index
    );
    fs::write(&config, lines).expect("it can be written");
    let config = config.to_str().expect("a plain path");
    let asked = shell
        .command(&["ask", "shop", "什么时候发货", "--config", config])
        .env_remove("ZHIKE_KNOWLEDGE")
        .env_remove("ZHIKE_INDEX")
        .output()
        .expect("it runs");
    assert!(
        text(&asked.stdout).starts_with("48小时内发货"),
        "{}",
        text(&asked.stderr)
    );
}

/// A model that cannot be loaded is named, and words alone answer.
fn a_model_that_is_not_there(shell: &Shell<'_>) {
    let asked = Command::new(env!("CARGO_BIN_EXE_zhike"))
        .args(["ask", "shop", "什么时候发货", "--model", "nowhere"])
        .env("ZHIKE_KNOWLEDGE", shell.knowledge)
        .env("ZHIKE_INDEX", shell.index)
        .current_dir(shell.index)
        .output()
        .expect("it runs");
    assert!(text(&asked.stdout).starts_with("48小时内发货"));
    let told = text(&asked.stderr);
    assert!(
        told.contains("nowhere") && told.contains("by words only"),
        "{told}"
    );
}

fn statuses(shell: &Shell<'_>) {
    for (arguments, expected) in [
        (&["ask", "shop", "什么时候发货"][..], 0),
        (&["ask", "shop"], 2),
        (&["ask", "shop", ""], 2),
        (&["ask", "shop", "在吗", "--batch", "-"], 2),
        (&["ask", "nobody", "在吗"], 2),
        (&["ask", "shop", "在吗", "--at", "昨天"], 2),
        (&["ask", "shop", "--batch", "none.jsonl"], 2),
        (&["search", "shop", "发货", "--kind", "letter"], 2),
        (&["rollback", "shop", "0009-none"], 2),
        (&["replay", "none.json"], 2),
        (&["check", "shop", "--config", "none.toml"], 2),
        (&["frobnicate"], 2),
        (&["check", "shop"], 0),
    ] {
        let done = shell.run(arguments);
        assert_eq!(
            status(&done),
            expected,
            "{arguments:?}: {}",
            text(&done.stderr)
        );
        if expected == 2 {
            assert!(text(&done.stderr).contains("error"), "{arguments:?}");
            assert_eq!(text(&done.stdout), "", "{arguments:?}");
        }
    }
    fs::write(
        shell.knowledge.join("shop/faq/b.csv"),
        "问题,答案\n怎么退,\n",
    )
    .expect("it can be written");
    let live = || fs::read_to_string(shell.index.join("shop/CURRENT")).expect("it is there");
    let before = live();
    assert_eq!(status(&shell.run(&["check", "shop"])), 1);
    assert_eq!(status(&shell.run(&["index", "shop"])), 1);
    assert_eq!(live(), before, "the live snapshot stays");
}

/// A foreign sheet is taken over whole or not at all.
#[test]
fn a_foreign_sheet_leaves_the_settings_whole() {
    let (knowledge, index) = (folder_of(SHOP), tempfile::tempdir().expect("a folder"));
    let shell = Shell {
        knowledge: knowledge.path(),
        index: index.path(),
    };
    let settings = knowledge.path().join("shop/shop.toml");
    let sheet = |name: &str, text: &str| {
        let path = index.path().join(name);
        fs::write(&path, text).expect("it can be written");
        path.to_string_lossy().into_owned()
    };
    let rows =
        "电池几安时的,标配2.0Ah，可选4.0Ah,使用\n批头掉磁咋办,用磁化器来回刷几下就能恢复,使用\n";
    let new = sheet(
        "new.csv",
        &format!("问答,问答,问答\n顾客原话,推荐回复,分组\n{rows}"),
    );
    let taken = sheet("a.csv", &format!("顾客来话,推荐回应,分组\n{rows}"));
    // The name is taken: nothing is written.
    let before = fs::read_to_string(&settings).expect("it is there");
    let done = shell.run(&["columns", "shop", &taken, "--save"]);
    assert_eq!(status(&done), 2, "{}", text(&done.stderr));
    assert_eq!(fs::read_to_string(&settings).expect("it is there"), before);
    // What would not parse is not written.
    fs::write(&settings, format!("{before}[ columns ]\n")).expect("it can be written");
    let done = shell.run(&["columns", "shop", &new, "--save"]);
    assert_eq!(status(&done), 2, "{}", text(&done.stderr));
    assert!(text(&done.stderr).contains("nothing is written"));
    assert!(!knowledge.path().join("shop/faq/new.csv").exists());
    fs::write(&settings, &before).expect("it can be written");
    let done = shell.run(&["columns", "shop", &new, "--save"]);
    assert_eq!(status(&done), 0, "{}", text(&done.stderr));
    let after = fs::read_to_string(&settings).expect("it is there");
    assert!(after.contains("\"顾客原话\" = \"question\""), "{after}");
    assert_eq!(status(&shell.run(&["check", "shop"])), 0);
}

/// What is not done is told, however quiet; what is named wrongly is named in the error.
#[test]
fn refusals_are_never_silent() {
    let (knowledge, index) = (folder_of(SHOP), tempfile::tempdir().expect("a folder"));
    let shell = Shell {
        knowledge: knowledge.path(),
        index: index.path(),
    };
    assert_eq!(status(&shell.run(&["index", "shop"])), 0);
    let golden = knowledge.path().join("shop/golden.csv");
    fs::write(&golden, "question,expect\n").expect("it can be written");
    let refused = shell.run(&["index", "shop", "--quiet"]);
    assert_eq!(status(&refused), 1);
    let told = text(&refused.stderr);
    assert!(told.contains("2 of 2 golden questions are gone"), "{told}");
    fs::remove_file(&golden).expect("it is there");
    fs::create_dir(&golden).expect("it can be made");
    let faulty = shell.run(&["index", "shop", "--quiet"]);
    let told = text(&faulty.stderr);
    assert!(
        told.contains("golden.csv") && told.contains("unreadable-file"),
        "{told}"
    );

    for (name, hint) in [("shpo", "did you mean shop?"), ("qqqq", "has shop")] {
        let done = shell.run(&["check", name]);
        assert!(text(&done.stderr).contains(hint), "{}", text(&done.stderr));
    }
    let asked = index.path().join("asked.jsonl");
    fs::write(&asked, "{\"question\": 7}\n").expect("it can be written");
    fs::remove_dir(&golden).expect("it is there");
    let done = shell.run(&["index", "shop", "--questions", "asked.jsonl"]);
    assert!(
        text(&done.stderr).contains("asked.jsonl:1"),
        "{}",
        text(&done.stderr)
    );
}

/// A sheet without a header would lose its first row, and numbers that count rows are no ids: both are refused before
/// anything is written.
#[test]
fn a_sheet_is_not_taken_over_with_a_loss() {
    let (knowledge, index) = (folder_of(SHOP), tempfile::tempdir().expect("a folder"));
    let shell = Shell {
        knowledge: knowledge.path(),
        index: index.path(),
    };
    let take = |name: &str, text: &str| {
        let path = index.path().join(name);
        fs::write(&path, text).expect("it can be written");
        shell.run(&["columns", "shop", &path.to_string_lossy(), "--save"])
    };
    let bare = take("bare.csv", "能送人吗,可以代写贺卡\n有小样吗,有10克小样\n");
    assert_eq!(status(&bare), 2, "{}", text(&bare.stderr));
    assert!(
        text(&bare.stderr).contains("has no header"),
        "{}",
        text(&bare.stderr)
    );
    let counted = |name: &str, question: &str| {
        take(
            name,
            &format!("编号,问题,答案\n1,{question},可以的亲\n2,{question}再来一次,也可以的亲\n"),
        )
    };
    let first = counted("one.csv", "能送人吗");
    assert_eq!(status(&first), 0, "{}", text(&first.stderr));
    let second = counted("two.csv", "有小样吗");
    assert_eq!(status(&second), 2, "{}", text(&second.stderr));
    assert!(text(&second.stderr).contains("only counts the rows"));
    assert!(!knowledge.path().join("shop/faq/two.csv").exists());
    // What says that it counts rows is no id from the start.
    let numbered = "序号,问题,答案\n1,可以开发票吗,可以开电子发票\n2,开票要几天,三天内开好\n";
    let done = take("numbered.csv", numbered);
    assert_eq!(status(&done), 0, "{}", text(&done.stderr));
    assert!(
        text(&done.stdout).contains("序号 → (not read)"),
        "{}",
        text(&done.stdout)
    );

    // What the next index would refuse is refused here, and nothing is written.
    let settings = knowledge.path().join("shop/shop.toml");
    let before = fs::read_to_string(&settings).expect("it is there");
    for (rows, code) in [
        ("1号,怎么寄,走快递,2026-13-40,", "bad-date"),
        ("2号,怎么寄,走快递,,,多了,一格", "row-too-long"),
        ("3号,怎么寄,,,", "missing-answer"),
        ("4号,怎么寄,走快递,,NOPE", "dangling-product"),
        ("1,怎么寄,走快递,,", "duplicate-id"),
    ] {
        let sheet = format!(
            "编号,顾客的话问,推荐回应,截止日期,适用商品\n{rows}\nB9,能寄国外吗,不寄国外,,\n"
        );
        let done = take("faulty.csv", &sheet);
        assert_eq!(status(&done), 1, "{rows}: {}", text(&done.stderr));
        let said = text(&done.stderr);
        assert!(
            said.contains(code) && said.contains("nothing is written"),
            "{said}"
        );
        assert!(!said.contains("publishes them"), "{said}");
        assert!(!knowledge.path().join("shop/faq/faulty.csv").exists());
        assert_eq!(fs::read_to_string(&settings).expect("it is there"), before);
    }
}
