//! Public entry ids.

/// `faq:<id>`.
pub fn faq(id: &str) -> String {
    format!("faq:{id}")
}

/// `product:<id>`, or `product:<id>#<heading path>` for a passage of its page.
pub fn product(id: &str, path: &[String]) -> String {
    with_path(format!("product:{id}"), path)
}

/// `spec:<product id>/<spec>`.
pub fn spec(product: &str, name: &str) -> String {
    format!("spec:{product}/{name}")
}

/// `policy:<file stem>`, or `policy:<file stem>#<heading path>`.
pub fn policy(stem: &str, path: &[String]) -> String {
    with_path(format!("policy:{stem}"), path)
}

/// `size:<file stem>`.
pub fn size(stem: &str) -> String {
    format!("size:{stem}")
}

/// `script:<name>`.
pub fn script(name: &str) -> String {
    format!("script:{name}")
}

/// Joins headings by `/`. A `/` inside a heading is written `／`, so that the path stays readable.
fn with_path(mut id: String, path: &[String]) -> String {
    for (depth, heading) in path.iter().enumerate() {
        id.push(if depth == 0 { '#' } else { '/' });
        id.push_str(&heading.replace('/', "／"));
    }
    id
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_slash_in_a_heading_is_written_full_width() {
        let path = ["退换货".to_string(), "换码/换色".to_string()];
        assert_eq!(
            super::policy("returns", &path),
            "policy:returns#退换货/换码／换色"
        );
        assert_eq!(super::policy("returns", &[]), "policy:returns");
    }
}
