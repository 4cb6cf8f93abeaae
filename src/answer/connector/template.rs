//! Fills the `{fields}` of a connector's URL and reply.

use serde_json::Value;

/// Fills `{product}`, `{sku}`, `{order}` and `{conversation}` of a URL, percent-encoded; `None` where one is used but
/// not known.
pub fn url(template: &str, known: &[(&str, Option<&str>)]) -> Option<String> {
    fill(template, |field| {
        let value = known
            .iter()
            .find(|(name, _)| *name == field)
            .and_then(|(_, value)| *value)?;
        Some(value.bytes().fold(String::new(), |mut out, byte| {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                    out.push(char::from(byte))
                }
                _ => out.push_str(&format!("%{byte:02X}")),
            }
            out
        }))
    })
}

/// Fills a reply with the fields of a response (`{price}`, `{sku.stock}`) and `{time}`. `None` if a field is missing,
/// so that half a sentence is never sent.
pub fn reply(template: &str, response: &Value, time: &str) -> Option<String> {
    fill(template, |field| {
        if field == "time" {
            return Some(time.to_owned());
        }
        let value = field
            .split('.')
            .try_fold(response, |value, key| value.get(key))?;
        match value {
            Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(true) => Some("是".to_owned()),
            Value::Bool(false) => Some("否".to_owned()),
            _ => None,
        }
    })
}

/// Replaces `{field}` by what `value` gives. Braces that hold no name stay.
fn fill(template: &str, value: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let inner = &rest[open + 1..];
        let name = inner.find('}').map(|close| &inner[..close]);
        match name.filter(|name| {
            !name.is_empty()
                && name
                    .chars()
                    .all(|c| c.is_alphanumeric() || c == '_' || c == '.')
        }) {
            Some(name) => {
                out.push_str(&value(name)?);
                rest = &inner[name.len() + 1..];
            }
            None => {
                out.push('{');
                rest = inner;
            }
        }
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_filled_or_nothing_is_sent() {
        let response = serde_json::json!({"price": 89.5, "sku": {"stock": 3}, "name": " 碎花裙 ", "none": null, "on": true});
        for (template, expected) in [
            (
                "{name}现价{price}元（{time}）",
                Some("碎花裙现价89.5元（10:30）"),
            ),
            ("剩{sku.stock}件", Some("剩3件")),
            ("预售：{on}", Some("预售：是")),
            ("{missing}元", None),
            ("{none}元", None),
            ("没有字段 { } {", Some("没有字段 { } {")),
        ] {
            assert_eq!(
                reply(template, &response, "10:30").as_deref(),
                expected,
                "{template}"
            );
        }
    }

    #[test]
    fn urls_are_encoded() {
        let known = [("product", Some("A/1 裙")), ("order", None)];
        assert_eq!(
            url("http://erp/p?id={product}", &known).as_deref(),
            Some("http://erp/p?id=A%2F1%20%E8%A3%99")
        );
        assert_eq!(url("http://erp/o/{order}", &known), None);
        assert_eq!(
            url("http://erp/all", &known).as_deref(),
            Some("http://erp/all")
        );
    }
}
