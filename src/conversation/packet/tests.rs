use jiff::Timestamp;

use super::*;
use crate::answer::Candidate;
use crate::conversation::State;

fn ticket(reason: &str) -> Ticket {
    let now = Timestamp::UNIX_EPOCH.into();
    Ticket {
        id: "t".into(),
        shop: "s".into(),
        conversation: "c".into(),
        message: "m".into(),
        state: State::Waiting,
        reason: reason.into(),
        priority: 5,
        skill: String::new(),
        agent: None,
        agent_name: None,
        outcome: None,
        reopened: 0,
        opened_at: now,
        due_at: now,
        claimed_at: None,
        replied_at: None,
        resolved_at: None,
        reminded_at: None,
    }
}

/// Reason, question, the nearest entry with its confidence, what the suggested reply holds, what the candidate shows.
type Row = (
    &'static str,
    &'static str,
    (&'static str, f64),
    &'static str,
    Option<Option<f64>>,
);

/// The suggested reply, and the confidence shown for the candidates.
#[test]
fn what_is_offered_fits_why_it_was_handed_off() {
    let entry = |title: &str, confidence: f64| Candidate {
        id: format!("faq:{title}"),
        title: title.into(),
        score: 1.0,
        confidence,
    };
    let rows: &[Row] = &[
        (
            "risk",
            "这个面霜孕妇能用吗",
            ("护肤的先后顺序是什么", 0.99),
            "我来为您核实",
            None,
        ),
        (
            "risk",
            "这个面霜孕妇能用吗",
            ("孕期可以用哪些护肤品", 0.4),
            "我来为您核实",
            Some(None),
        ),
        (
            "risk",
            "敏感肌穿会不会过敏",
            ("怎么洗", 0.6),
            "我来为您核实",
            None,
        ),
        ("risk", "穿了过敏起疹子", ("怎么洗", 0.6), "停止使用", None),
        ("risk", "收到的面霜是假货", ("怎么洗", 0.6), "照片", None),
        (
            "risk",
            "有人冒充客服让我转账",
            ("可以让别人帮我付款吗", 0.76),
            "不要转账",
            None,
        ),
        (
            "requested",
            "转人工",
            ("已经发货了还能改地址吗", 0.39),
            "人工客服",
            None,
        ),
        (
            "complaint",
            "我要投诉你们",
            ("怎么洗", 0.6),
            "非常抱歉",
            None,
        ),
        (
            "volatile_fact",
            "现在还有货吗",
            ("什么时候补货", 0.8),
            "我来为您核实",
            Some(None),
        ),
        (
            "low_confidence",
            "这个配什么",
            ("怎么洗", 0.3),
            "我来为您核实",
            Some(Some(0.3)),
        ),
        (
            "low_confidence",
            "这个配什么",
            ("怎么配", 0.6),
            "怎么配的答案",
            Some(Some(0.6)),
        ),
        (
            "not_in_force",
            "双十一满减",
            ("满减怎么算", 0.9),
            "我来为您核实",
            Some(Some(0.9)),
        ),
    ];
    for (reason, question, (title, confidence), reply, shown) in rows {
        let part = serde_json::json!({"question": question, "decision": "handoff", "reply": "", "confidence": 0.0,
            "reason": reason, "sources": []});
        let decision = Decision {
            parts: vec![serde_json::from_value(part).expect("a part")],
            candidates: vec![entry(title, *confidence)],
            ..serde_json::from_value(
                serde_json::json!({"decision": "handoff", "reply": "", "confidence": 0.0,
                "parts": [], "options": [], "handoff": null, "candidates": [], "took_us": 0,
                "receipt": {"snapshot": "", "entries": [], "rule": ""}}),
            )
            .expect("a decision")
        };
        let message = Message {
            id: "m".into(),
            conversation: "c".into(),
            seq: 0,
            role: "buyer".into(),
            author: String::new(),
            text: (*question).into(),
            data: String::new().into(),
            at: Timestamp::UNIX_EPOCH.into(),
        };
        let parts = Parts {
            ticket: ticket(reason),
            newer: None,
            messages: vec![message],
            decision: Some(decision),
            product: None,
            notes: vec![],
        };
        let packet = packet(parts, &Settings::default(), |id| {
            let title = id.trim_start_matches("faq:");
            Some(EntryText {
                text: format!("{title}的答案"),
                file: "f".into(),
                row: 1,
            })
        });
        let seen = packet
            .candidates
            .first()
            .map(|candidate| candidate.confidence);
        assert!(
            packet.suggested.contains(reply),
            "{question}: {}",
            packet.suggested
        );
        assert_eq!(seen, *shown, "{question} / {title}");
    }
}

#[test]
fn the_newest_reading_of_each_measure_counts() {
    let told = told(["我160cm 100斤", "不对 是105斤"].into_iter());
    let told: Vec<(&str, &str)> = told
        .iter()
        .map(|t| (t.name.as_str(), t.written.as_str()))
        .collect();
    assert_eq!(told, [("身高", "160cm"), ("体重", "105斤")]);
}
