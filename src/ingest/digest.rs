//! The digests that a crawl wrote down for its records: `sha1:` or `sha256:`, in base 32 or hexadecimal.

use sha1::Sha1;
use sha2::{Digest, Sha256};

/// Whether `bytes` have the digest that was written down; none for a form that is not known, which tells nothing.
pub(super) fn agrees(written: &str, bytes: &[u8]) -> Option<bool> {
    let (algorithm, value) = written.split_once(':')?;
    let digest = match algorithm.trim().to_ascii_lowercase().as_str() {
        "sha1" | "sha-1" => Sha1::digest(bytes).to_vec(),
        "sha256" | "sha-256" => Sha256::digest(bytes).to_vec(),
        _ => return None,
    };
    let value = value.trim().trim_end_matches('=');
    let told = match value.len() == 2 * digest.len() {
        true => unpack(value, 16, 4),
        false => unpack(value, 32, 5),
    }?;
    Some(told.starts_with(&digest))
}

/// Bytes from digits of so many bits each: `0`–`f`, or `A`–`Z` and `2`–`7` (RFC 4648). What does not fill a byte goes.
fn unpack(text: &str, base: u32, bits: u32) -> Option<Vec<u8>> {
    let (mut bytes, mut waiting, mut n_waiting) = (Vec::new(), 0u32, 0);
    for c in text.chars() {
        let digit = match (base, c.to_ascii_uppercase()) {
            (16, c) => c.to_digit(16)?,
            (_, c @ 'A'..='Z') => c as u32 - 'A' as u32,
            (_, c @ '2'..='7') => c as u32 - '2' as u32 + 26,
            _ => return None,
        };
        waiting = waiting << bits | digit;
        n_waiting += bits;
        if n_waiting >= 8 {
            n_waiting -= 8;
            bytes.push((waiting >> n_waiting) as u8);
            waiting &= (1 << n_waiting) - 1;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_of_nothing_are_known_in_both_spellings() {
        assert_eq!(agrees("sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", b""), Some(true));
        assert_eq!(agrees("SHA-1:da39a3ee5e6b4b0d3255bfef95601890afd80709", b""), Some(true));
        let long = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(agrees(long, b""), Some(true));
        assert_eq!(agrees(long, b"x"), Some(false));
    }

    #[test]
    fn a_form_that_is_not_known_tells_nothing() {
        assert_eq!(agrees("md5:d41d8cd98f00b204e9800998ecf8427e", b""), None);
        assert_eq!(agrees("sha1:not!a!digest", b""), None);
        assert_eq!(agrees("", b""), None);
    }
}
