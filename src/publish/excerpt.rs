//! Cuts two texts to the place where they differ.

/// Characters of context kept before and after a difference.
const AROUND: usize = 8;

/// The beginning of a text on one line, at most `most` characters.
pub(super) fn head(text: &str, most: usize) -> String {
    let line = one_line(text);
    cut(&line, 0, line.len(), most)
}

/// Two texts on one line each, at most `most` characters, starting shortly before they differ. If two long answers
/// differ in one figure, this shows the figure.
pub(super) fn apart(before: &str, after: &str, most: usize) -> [String; 2] {
    let (before, after) = (one_line(before), one_line(after));
    let prefix = shared(before.iter(), after.iter());
    let shorter = before.len().min(after.len());
    let suffix = shared(before.iter().rev(), after.iter().rev()).min(shorter - prefix);
    let shown = |text: &[char]| {
        // A text that fits is shown whole.
        if text.len() <= most {
            return cut(text, 0, text.len(), most);
        }
        let end = (text.len() - suffix + AROUND).min(text.len());
        cut(text, prefix.saturating_sub(AROUND), end, most)
    };
    [shown(&before), shown(&after)]
}

/// The number of characters that two texts have in common at the beginning.
fn shared<'t>(one: impl Iterator<Item = &'t char>, other: impl Iterator<Item = &'t char>) -> usize {
    one.zip(other)
        .take_while(|(one, other)| one == other)
        .count()
}

/// A stretch of a text, with an ellipsis where something was left out.
fn cut(text: &[char], from: usize, to: usize, most: usize) -> String {
    let end = to.min(from + most);
    let mut shown = String::new();
    if from > 0 {
        shown.push('…');
    }
    shown.extend(&text[from..end]);
    if end < text.len() {
        shown.push('…');
    }
    shown
}

fn one_line(text: &str) -> Vec<char> {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_difference_is_shown_wherever_it_stands() {
        let long = "付款后我们会尽快为您安排发货，工作日当天下单，";
        for (before, after, shown) in [
            (
                "48小时内发出",
                "480小时内发出",
                ["48小时内发出", "480小时内发出"],
            ),
            ("48小时内发出", "发。", ["48小时内发出", "发。"]),
            ("发货", "发货。", ["发货", "发货。"]),
            ("一行\n两行", "一行", ["一行 两行", "一行"]),
            ("", "有", ["", "有"]),
            ("一样", "一样", ["一样", "一样"]),
            (
                &format!("{long}48小时内发出，请耐心等待，谢谢您"),
                &format!("{long}480小时内发出，请耐心等待，谢谢您"),
                [
                    "…日当天下单，48小时内发出，请耐…",
                    "…日当天下单，480小时内发出，请耐…",
                ],
            ),
            (
                &format!("{long}48小时内发出"),
                "发。",
                ["付款后我们会尽快为您安排发货，工作日当天…", "发。"],
            ),
        ] {
            let [a, b] = apart(before, after, 20);
            assert_eq!([a.as_str(), b.as_str()], shown, "{before} → {after}");
        }
        assert_eq!(head("甲乙丙丁", 3), "甲乙丙…");
    }
}
