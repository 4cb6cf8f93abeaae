//! Texts to the buyer: scripts with their fields filled, sources with the matches marked, and the reply composed of its
//! parts.

use jiff::Timestamp;

use super::Engine;
use super::types::{Handoff, Outcome, Part, Reason, Source};
use crate::knowledge::{Entry, hours, ids};
use crate::text::normalise::{is_han, normalise, normalise_mapped};

/// A script of the shop with its fields filled in: `{shop}`, `{hours}`.
pub fn script(engine: &Engine, name: &str) -> String {
    let settings = &engine.snapshot.shop.settings;
    let text = settings.scripts.get(name).map_or("", String::as_str);
    hours::fill(settings, text)
}

/// Whether a text holds a word that the shop must never send.
pub fn is_blocked(engine: &Engine, text: &str) -> bool {
    if engine.blocked.is_empty() || text.is_empty() {
        return false;
    }
    let text = normalise(text);
    engine.blocked.iter().any(|word| text.contains(word))
}

/// A handoff with the message to the buyer, which says truly whether people answer at this hour.
pub fn handoff(engine: &Engine, reason: Reason, at: Timestamp) -> Handoff {
    let settings = &engine.snapshot.shop.settings;
    let service = hours::service(settings, at);
    let within_hours = service.open;
    let name = match (within_hours, reason) {
        (false, _) => "off_hours",
        (true, Reason::NoMatch) => "no_match",
        (true, _) => "handoff",
    };
    let message =
        with_reason(&script(engine, name), reason).replace("{opens}", &service.opens_text);
    Handoff {
        reason,
        ticket: String::new(),
        message,
        within_hours,
    }
}

/// A text with `{reason}` filled in. The reasons are whole clauses, so a word that stands in the text already is not said
/// twice: 涉及{reason}, {reason}的问题.
pub fn with_reason(text: &str, reason: Reason) -> String {
    let words = reason_in_words(reason);
    let bare = words.trim_start_matches("涉及");
    let short = |words: &'static str| words.trim_end_matches("的问题");
    text.replace("涉及{reason}的问题", &format!("涉及{}的问题", short(bare)))
        .replace("涉及{reason}", &format!("涉及{bare}"))
        .replace("{reason}的问题", &format!("{}的问题", short(words)))
        .replace("{reason}", words)
}

/// A reason in words that a buyer may read.
pub fn reason_in_words(reason: Reason) -> &'static str {
    match reason {
        Reason::Requested => "您希望联系人工",
        Reason::Complaint => "您反馈的问题",
        Reason::Risk => "涉及健康、安全或真伪的问题",
        Reason::OrderSpecific => "您的订单",
        Reason::VolatileFact => "实时变动的信息",
        Reason::Sensitive => "需要人工处理的内容",
        Reason::NotInForce => "已过期、还没开始或已下架的内容",
        Reason::Repeated => "没能解决的问题",
        Reason::LowConfidence | Reason::NoMatch => "需要人工确认的问题",
    }
}

/// An entry as a source: its text verbatim, with the words that it shares with the question marked.
pub fn source(
    engine: &Engine,
    entry: &Entry,
    question: &str,
    row: Option<u32>,
    snippet: Option<String>,
) -> Source {
    let shop = &engine.snapshot.shop;
    let place = entry.place(shop);
    let snippet = snippet.unwrap_or_else(|| entry.text(shop).into_owned());
    Source {
        id: entry.id.clone(),
        kind: entry.kind().as_str().to_owned(),
        title: entry.title(shop).into_owned(),
        highlights: highlights(engine, &snippet, question),
        snippet,
        file: place.file.clone(),
        row: row.unwrap_or(place.row),
        valid_until: entry.window(shop).until_text.clone(),
    }
}

/// A script as a source.
pub fn script_source(engine: &Engine, name: &str) -> Source {
    Source {
        id: ids::script(name),
        kind: "script".into(),
        title: name.into(),
        snippet: script(engine, name),
        highlights: Vec::new(),
        file: "shop.toml".into(),
        row: 1,
        valid_until: None,
    }
}

/// Character ranges `[start, end)` of `text` that hold words of the normalised question; merged, in order.
pub fn highlights(engine: &Engine, text: &str, question: &str) -> Vec<[usize; 2]> {
    let mapped = normalise_mapped(text);
    let mut ranges: Vec<[usize; 2]> = Vec::new();
    for token in engine.snapshot.segmenter.cut(question) {
        let word = token.text;
        let telling =
            word.chars().count() >= 2 && word.chars().all(|c| is_han(c) || c.is_alphanumeric());
        if !telling
            || engine
                .snapshot
                .shop
                .lexicon
                .stopwords
                .iter()
                .any(|stop| stop == word)
        {
            continue;
        }
        for (byte, _) in mapped.text.match_indices(word) {
            let first = mapped.text[..byte].chars().count();
            let last = first + word.chars().count() - 1;
            if let (Some(&start), Some(&end)) = (mapped.origin.get(first), mapped.origin.get(last))
            {
                ranges.push([start as usize, end as usize + 1]);
            }
        }
    }
    ranges.sort_unstable();
    let mut merged: Vec<[usize; 2]> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range[0] <= last[1] => last[1] = last[1].max(range[1]),
            _ => merged.push(range),
        }
    }
    merged
}

/// The reply to a whole message: first the answered parts, then the questions back, then what is said of the parts that are
/// handed off, and the message of the handoff. Nothing is said twice.
pub fn compose(parts: &[Part], handoff: Option<&Handoff>) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for outcome in [Outcome::Answer, Outcome::Clarify, Outcome::Handoff] {
        let parts = parts.iter().filter(|part| part.decision == outcome);
        for part in parts.filter(|part| !part.reply.is_empty()) {
            if !lines.contains(&part.reply.as_str()) {
                lines.push(&part.reply);
            }
        }
    }
    if let Some(handoff) = handoff
        && !lines.contains(&handoff.message.as_str())
    {
        lines.push(&handoff.message);
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_of_a_reason_is_said_twice() {
        for (text, reason, said) in [
            (
                "涉及{reason}的问题以医生意见为准",
                Reason::Risk,
                "涉及健康、安全或真伪的问题以医生意见为准",
            ),
            (
                "涉及{reason}，请当心",
                Reason::Risk,
                "涉及健康、安全或真伪的问题，请当心",
            ),
            ("{reason}的问题", Reason::Complaint, "您反馈的问题"),
            (
                "（{reason}）请稍等",
                Reason::Risk,
                "（涉及健康、安全或真伪的问题）请稍等",
            ),
            ("请稍等", Reason::Risk, "请稍等"),
        ] {
            assert_eq!(with_reason(text, reason), said, "{text}");
        }
    }
}
