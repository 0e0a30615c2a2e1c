//! Identifiers, from content by SHA-256: the same article has the same identifier in every run, on every machine.

use sha2::{Digest, Sha256};

/// Hexadecimal digits of an identifier: 80 bits, so that a billion articles collide with a chance below 1 in 10⁶.
const ID_DIGITS: usize = 20;

/// Lower-case hexadecimal SHA-256 of `bytes`.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The identifier of an article: its address, its body, and which copy of just these it is (0 for the first by origin).
/// Two copies at two addresses are two articles; where a file stands does not matter.
pub fn article_id(url: Option<&str>, body: &str, copy: u64) -> String {
    id("article", &[url.unwrap_or_default().as_bytes(), body.as_bytes(), &copy.to_le_bytes()])
}

/// The identifier of a part of `parent`: a block, point, event, by its kind and its place or content.
pub fn child_id(kind: &str, parent: &str, key: &str) -> String {
    id(kind, &[parent.as_bytes(), key.as_bytes()])
}

fn id(kind: &str, parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    hash.update(kind.as_bytes());
    for part in parts {
        // The length goes in, so that no two lists of parts read the same.
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hex(&hash.finalize()[..ID_DIGITS / 2])
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(2 * bytes.len());
    for b in bytes {
        out.push(char::from(DIGITS[usize::from(b >> 4)]));
        out.push(char::from(DIGITS[usize::from(b & 15)]));
    }
    out
}
