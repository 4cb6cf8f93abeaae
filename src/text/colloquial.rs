//! Replaces colloquial and dialect forms by the words that dictionaries know.
//!
//! Only forms that hardly ever have another meaning in a shop are listed. The two lists of neighbours protect texts
//! such as 实木有味道 and 小米有优惠. 童鞋 (children's shoes), 稀饭 and 麻麻的 are left out on purpose.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::normalise::{Buffer, COLLOQUIAL, starts_with};
use super::simplified;

/// A form, its meaning, the characters that must not stand right before it, and those that must not stand right after
/// it.
struct Form(&'static str, &'static str, &'static str, &'static str);

/// A longer form stands before the shorter ones that it contains. No meaning contains a form.
const FORMS: &[Form] = &[
    Form("咋整", "怎么办", "", ""),
    Form("咋地", "怎么", "", ""),
    Form("咋滴", "怎么", "", ""),
    Form("咋个", "怎么", "", ""),
    Form("咋", "怎么", "", "舌呼"),
    Form("啥子", "什么", "", ""),
    Form("啥会儿", "什么时候", "", ""),
    Form("啥", "什么", "", ""),
    Form("甚么", "什么", "", ""),
    Form("神马", "什么", "", ""),
    Form("多会儿", "什么时候", "差", ""),
    Form("几时", "什么时候", "", ""),
    Form("何时", "什么时候", "", ""),
    Form("多暂", "什么时候", "", ""),
    Form(
        "木有",
        "没有",
        "实原松杉红柚橡桃柏楠榉梨榆桐樟檀硬软积朽灌乔树花草林杨柳枣竹桦胶板",
        "机",
    ),
    Form(
        "米有",
        "没有",
        "小玉大厘毫分千平糯虾薏江黑百几多香纳微稻粟新0123456789一二两三四五六七八九十",
        "机",
    ),
    Form("么有", "没有", "什怎这那多要", "机"),
    Form("没得", "没有", "", "到"),
    Form("有木", "有没", "", "质地材耳头马板瓜"),
    Form("肿么", "怎么", "红浮水会不消脸眼", ""),
    Form("肿木", "怎么", "", ""),
    Form("怎木", "怎么", "", ""),
    Form("酱紫", "这样", "", "色的"),
    Form("介个", "这个", "中媒", ""),
    Form("你造吗", "你知道吗", "", ""),
    Form("造不造", "知道不知道", "", ""),
    Form("伦家", "我", "", ""),
    Form("俺们", "我们", "", ""),
    Form("俺", "我", "", ""),
    Form("咱们", "我们", "", ""),
    Form("亲们", "亲", "", ""),
    Form("亲亲", "亲", "", "抱子"),
    Form("包不包装", "包不包安装", "", "好盒箱袋"),
    Form("素不素", "是不是", "", ""),
    Form("灰常", "非常", "", ""),
    Form("盆友", "朋友", "", ""),
    Form("腻害", "厉害", "", ""),
    Form("哪儿", "哪里", "", "科童"),
    Form("那儿", "那里", "", "科童"),
    Form("这儿", "这里", "", "科童"),
    Form("好哒", "好的", "", ""),
    Form("好滴", "好的", "", "眼"),
    Form("好嘞", "好的", "", ""),
    Form("是滴", "是的", "", ""),
    Form("可以滴", "可以的", "", ""),
    // People usually write 卷 for 券, and dictionaries have learned it.
    Form("优惠卷", "优惠券", "", ""),
    Form("代金卷", "代金券", "", ""),
    Form("抵用卷", "抵用券", "", ""),
    Form("领卷", "领券", "", ""),
    Form("双十一", "双11", "", ""),
    Form("双十二", "双12", "", ""),
    Form(
        "六一八",
        "618",
        "零一二三四五六七八九〇",
        "零一二三四五六七八九〇",
    ),
    Form("咩", "吗", "咩羊小", "咩羊"),
];

/// Forms by their first character.
static BY_FIRST: LazyLock<HashMap<char, Vec<&'static Form>>> = LazyLock::new(|| {
    let mut by_first: HashMap<char, Vec<&'static Form>> = HashMap::new();
    for form in FORMS {
        if let Some(first) = form.0.chars().next() {
            by_first.entry(first).or_default().push(form);
        }
    }
    by_first
});

/// The first characters of the forms.
pub(super) fn first_characters() -> impl Iterator<Item = char> {
    FORMS.iter().filter_map(|form| form.0.chars().next())
}

/// Replaces every form. Returns whether there was one.
pub(super) fn apply(buffer: &mut Buffer) -> bool {
    buffer.rewrite(|chars, at, out| {
        if simplified::class(chars[at]) & COLLOQUIAL == 0 {
            return 0;
        }
        let Some(forms) = BY_FIRST.get(&chars[at]) else {
            return 0;
        };
        let before = at.checked_sub(1).map(|i| chars[i]);
        for Form(form, meaning, not_after, not_before) in forms.iter().copied() {
            if !starts_with(&chars[at..], form) {
                continue;
            }
            let len = form.chars().count();
            let after = chars.get(at + len);
            if before.is_some_and(|c| not_after.contains(c))
                || after.is_some_and(|&c| not_before.contains(c))
            {
                continue;
            }
            out.extend(meaning.chars());
            return len;
        }
        0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_meaning_holds_a_form() {
        for Form(form, meaning, ..) in FORMS {
            for Form(other, ..) in FORMS {
                assert!(!meaning.contains(other), "{form} → {meaning} holds {other}");
            }
        }
    }

    #[test]
    fn longer_forms_come_first() {
        for (at, Form(form, ..)) in FORMS.iter().enumerate() {
            for Form(later, ..) in &FORMS[at + 1..] {
                assert!(
                    !later.starts_with(form),
                    "{later} is never reached behind {form}"
                );
            }
        }
    }
}
