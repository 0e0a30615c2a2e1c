//! A dump as it came in: decoded, not yet parsed.

use crate::model::Meta;

/// Where a dump stands: the file as given, the record in its container, the byte where that record begins.
/// Ordered, so that "first" means the same on every run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Origin {
    /// The path as given, `/` between parts; `-` for standard input.
    pub path: String,
    /// 0-based number of the record in its container; none for a plain file.
    pub record: Option<u64>,
    /// Byte in the stored file where the record begins.
    pub offset: u64,
}

impl std::fmt::Display for Origin {
    /// `raw/gazette.jsonl@48211` for a record, the bare path for a file.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.path)?;
        match self.record {
            Some(_) => write!(f, "@{}", self.offset),
            None => Ok(()),
        }
    }
}

/// What the body of a dump is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Media {
    /// Plain text.
    #[default]
    Text,
    /// An HTML page or fragment.
    Html,
}

/// One raw dump, decoded to UTF-8, with everything that its container declared about it.
#[derive(Clone, Debug, Default)]
pub struct Dump {
    /// Where it stands.
    pub origin: Origin,
    /// The address it was fetched from.
    pub url: Option<String>,
    /// The site it belongs to: given, or the registrable domain of `url`.
    pub site: Option<String>,
    /// What `body` is.
    pub media: Media,
    /// The character set that `body` was decoded from (WHATWG name).
    pub charset: String,
    /// The decoded body.
    pub body: String,
    /// The bytes of the stored record, hashed (lower-case hexadecimal SHA-256).
    pub sha256: String,
    /// What the container said of the article (title, date, language …).
    pub declared: Meta,
    /// What was mended on the way in: `replacement-characters:3`, `repaired-json`, …
    pub flags: Vec<String>,
    /// Unknown fields of the container's record, untouched, for passing through (a JSON object's inside).
    pub extra: Option<Box<serde_json::value::RawValue>>,
}
