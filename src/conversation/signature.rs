//! HMAC-SHA256 in hexadecimal, for tokens and webhooks.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::text::hex;

fn mac(secret: &str, text: &str) -> Hmac<Sha256> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    mac
}

/// The signature of a text.
pub fn sign(secret: &str, text: &str) -> String {
    hex(&mac(secret, text).finalize().into_bytes())
}

/// Whether a signature is that of the text. The comparison takes constant time.
pub fn verify(secret: &str, text: &str, signature: &str) -> bool {
    let bytes: Option<Vec<u8>> = (0..signature.len())
        .step_by(2)
        .map(|at| {
            signature
                .get(at..at + 2)
                .and_then(|pair| u8::from_str_radix(pair, 16).ok())
        })
        .collect();
    bytes.is_some_and(|bytes| mac(secret, text).verify_slice(&bytes).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_checked() {
        let signature = sign("secret", "shop/talk");
        assert!(verify("secret", "shop/talk", &signature));
        for (secret, text, signature) in [
            ("secret", "shop/other", signature.as_str()),
            ("other", "shop/talk", &signature),
            ("secret", "shop/talk", &signature[..62]),
            ("secret", "shop/talk", "é"),
            ("secret", "shop/talk", ""),
        ] {
            assert!(!verify(secret, text, signature));
        }
    }
}
