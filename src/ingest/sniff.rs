//! What bytes are, by their look: names and extensions lie.

use super::{archive, gzip, zstandard};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

/// Bytes that are looked at before a format is chosen.
pub(super) const HEAD: usize = 64 << 10;

/// What stands in a file, once compression is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// gzip or zstd around something.
    Gzip,
    /// See `Gzip`.
    Zstandard,
    /// Records of a crawl: WARC, WET, WAT.
    Warc,
    /// Records of an old crawl.
    Arc,
    /// An archive of files.
    Tar,
    /// An archive of files.
    Zip,
    /// JSON records, in UTF-8 or another character set.
    Json(Shape, Option<&'static Encoding>),
    /// Not ours to read; its name.
    Binary(&'static str),
    /// Text or HTML.
    Page,
}

/// How JSON records stand in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// One a line.
    Lines,
    /// In one array.
    Array,
    /// One after another over several lines each; mostly one alone.
    Values,
}

impl Format {
    /// The word in summaries and messages.
    pub fn name(self) -> &'static str {
        match self {
            Format::Gzip => "gzip",
            Format::Zstandard => "zstd",
            Format::Warc => "warc",
            Format::Arc => "arc",
            Format::Tar => "tar",
            Format::Zip => "zip",
            Format::Json(Shape::Lines, _) => "json-lines",
            Format::Json(..) => "json",
            Format::Binary(name) => name,
            Format::Page => "page",
        }
    }
}

/// As much of `bytes` as is looked at.
pub(super) fn head(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.len().min(HEAD)]
}

/// What begins with `head` (up to [`HEAD`] bytes).
pub(super) fn format(head: &[u8]) -> Format {
    if gzip::is_gzip(head) {
        return Format::Gzip;
    }
    if zstandard::is_zstandard(head) {
        return Format::Zstandard;
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return document(head).map_or(Format::Zip, Format::Binary);
    }
    if archive::is_tar(head) {
        return Format::Tar;
    }
    if is_warc(head) {
        return Format::Warc;
    }
    if head.starts_with(b"filedesc://") {
        return Format::Arc;
    }
    if let Some(name) = binary(head) {
        return Format::Binary(name);
    }
    match shape(head) {
        Some(shape) => Format::Json(shape, None),
        None => json_in_utf16(head).or_else(|| damaged(head)).unwrap_or(Format::Page),
    }
}

/// A document of another program that is a zip inside, told by its first member.
fn document(head: &[u8]) -> Option<&'static str> {
    const FIRST: &[(&[u8], &str)] = &[
        (b"[Content_Types].xml", "Office document"),
        (b"_rels/", "Office document"),
        (b"mimetypeapplication/epub", "EPUB book"),
        (b"mimetype", "OpenDocument"),
        (b"META-INF/", "Java archive"),
    ];
    let name = head.get(30..)?;
    FIRST.iter().find(|(first, _)| name.starts_with(first)).map(|(_, found)| *found)
}

/// A compressed file whose beginning is damaged or preceded by noise: text holds no such bytes.
fn damaged(head: &[u8]) -> Option<Format> {
    if memchr::memmem::find_iter(head, &gzip::MAGIC).any(|at| gzip::is_member(&head[at..])) {
        return Some(Format::Gzip);
    }
    memchr::memmem::find(head, &zstandard::MAGIC).map(|_| Format::Zstandard)
}

/// JSON in UTF-16.
fn json_in_utf16(head: &[u8]) -> Option<Format> {
    let encoding = match head {
        [0xff, 0xfe, ..] | [b'{' | b'[', 0, ..] => UTF_16LE,
        [0xfe, 0xff, ..] | [0, b'{' | b'[', ..] => UTF_16BE,
        _ => return None,
    };
    let (text, _) = encoding.decode_with_bom_removal(&head[..head.len() & !1]);
    shape(text.as_bytes()).map(|shape| Format::Json(shape, Some(encoding)))
}

/// A WARC that begins as it should, or whose first header is damaged: three lines of it still name its fields.
fn is_warc(head: &[u8]) -> bool {
    let near = &head[..head.len().min(4096)];
    head.starts_with(b"WARC/") && head.get(5).is_some_and(u8::is_ascii_digit)
        || memchr::memmem::find_iter(near, b"\nWARC-").count() >= 3
}

/// Files that hold no dump of text, by their first bytes.
fn binary(head: &[u8]) -> Option<&'static str> {
    const BEGINNINGS: &[(&[u8], &str)] = &[
        (b"%PDF-", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "PNG image"),
        (b"\xff\xd8\xff", "JPEG image"),
        (b"GIF87a", "GIF image"),
        (b"GIF89a", "GIF image"),
        (b"II*\0", "TIFF image"),
        (b"MM\0*", "TIFF image"),
        (b"\0\0\x01\0", "icon"),
        (b"\x7fELF", "program"),
        (b"MZ\x90", "program"),
        (b"\xfe\xed\xfa\xce", "program"),
        (b"\xcf\xfa\xed\xfe", "program"),
        (b"\xca\xfe\xba\xbe", "Java class"),
        (b"\0asm", "WebAssembly"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office document"),
        (b"SQLite format 3\0", "SQLite database"),
        (b"PAR1", "Parquet file"),
        (b"7z\xbc\xaf\x27\x1c", "7z archive"),
        (b"Rar!\x1a\x07", "RAR archive"),
        (b"BZh", "bzip2 file"),
        (b"\xfd7zXZ\0", "xz file"),
        (b"\x04\x22\x4d\x18", "LZ4 file"),
        (b"ID3", "MP3 sound"),
        (b"OggS", "Ogg sound or film"),
        (b"fLaC", "FLAC sound"),
        (b"RIFF", "RIFF sound, picture or film"),
        (b"\x1aE\xdf\xa3", "Matroska film"),
        (b"wOFF", "web font"),
        (b"wOF2", "web font"),
    ];
    if head.get(4..8) == Some(b"ftyp") {
        return Some("MP4 film");
    }
    let (start, name) = BEGINNINGS.iter().find(|(start, _)| head.starts_with(start))?;
    // Letters alone also begin text; a program's file goes on with bytes that text does not have.
    let letters = start.iter().all(|b| b.is_ascii_graphic());
    let marked = *start == b"%PDF-" || head[..head.len().min(64)].iter().any(|b| *b < 9);
    (!letters || marked).then_some(*name)
}

/// How JSON records stand in the file; none when it is not JSON.
fn shape(head: &[u8]) -> Option<Shape> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    if begins_object(head) {
        return Some(if first_line_closes(head) { Shape::Lines } else { Shape::Values });
    }
    if let Some(inside) = head.strip_prefix(b"[") {
        let inside = inside.trim_ascii_start();
        return (begins_object(inside) || inside == b"]" || is_string_element(inside)).then_some(Shape::Array);
    }
    // The first record may be cut or damaged: most of the first lines decide.
    let lines: Vec<&[u8]> = head.split(|b| *b == b'\n').filter(|l| !l.trim_ascii().is_empty()).take(16).collect();
    let objects =
        lines.iter().filter(|l| begins_object(l.trim_ascii_start()) && l.trim_ascii_end().ends_with(b"}")).count();
    (objects * 2 > lines.len()).then_some(Shape::Lines)
}

/// `{"key":`, or `{}`, or as much of it as is there.
fn begins_object(bytes: &[u8]) -> bool {
    let Some(rest) = bytes.strip_prefix(b"{") else { return false };
    let rest = rest.trim_ascii_start();
    match rest.strip_prefix(b"\"") {
        None => rest.starts_with(b"}"),
        Some(key) => {
            let end = string_end(key);
            end.is_some_and(|end| key[end..].trim_ascii_start().starts_with(b":"))
        }
    }
}

fn is_string_element(bytes: &[u8]) -> bool {
    let Some(string) = bytes.strip_prefix(b"\"") else { return false };
    string_end(string).is_some_and(|end| matches!(string[end..].trim_ascii_start().first(), Some(b',' | b']')))
}

/// One past the closing quote.
fn string_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr2(b'"', b'\\', &bytes[at..])?;
        match bytes[at] {
            b'"' => return Some(at + 1),
            _ => at = (at + 2).min(bytes.len()),
        }
    }
}

/// The value that begins in the first line ends in it, or the line does not end in sight.
fn first_line_closes(bytes: &[u8]) -> bool {
    let (mut depth, mut at) = (0i64, 0);
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth <= 0 {
                    let rest = &bytes[at..];
                    return rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())].trim_ascii().is_empty();
                }
            }
            b'"' => {
                let line = memchr::memchr(b'\n', &bytes[at..]);
                match string_end(&bytes[at..]) {
                    // A string over the end of the line is a damaged line: the next one shows how records stand.
                    Some(end) if line.is_some_and(|l| l < end) => {
                        return line.is_some_and(|l| begins_object(&bytes[at + l + 1..]));
                    }
                    Some(end) => at += end,
                    None => return true,
                }
            }
            b'\n' => return false,
            _ => {}
        }
    }
    true
}

/// A decoded body looks like HTML: it opens like a page, or with a tag that is closed or followed by others.
pub(super) fn is_html(body: &str) -> bool {
    let head = body.trim_start();
    let Some(first) = tag(head) else { return false };
    if matches!(
        first.as_str(),
        "!doctype" | "html" | "head" | "body" | "!--" | "?xml" | "meta" | "title" | "link" | "script" | "style"
    ) {
        return true;
    }
    let near = &head.as_bytes()[..head.len().min(HEAD)];
    KNOWN.contains(&first.as_str()) && memchr::memmem::find(near, b"</").is_some()
        || matches!(first.as_str(), "br" | "hr" | "img" | "p")
}

/// Elements that a fragment of a page begins with.
const KNOWN: &[&str] = &[
    "a",
    "article",
    "aside",
    "b",
    "blockquote",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "figure",
    "font",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "i",
    "iframe",
    "li",
    "main",
    "nav",
    "ol",
    "pre",
    "section",
    "small",
    "span",
    "strong",
    "table",
    "tbody",
    "td",
    "tr",
    "u",
    "ul",
];

/// The name of the tag that `text` begins with, in lower case.
fn tag(text: &str) -> Option<String> {
    let rest = text.strip_prefix('<')?;
    if rest.starts_with("!--") {
        return Some("!--".to_string());
    }
    let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "!?".contains(*c)).take(16).collect();
    (!name.is_empty()).then(|| name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_told_from_text_and_its_shape_from_the_first_line() {
        let json = |s: &str| match format(s.as_bytes()) {
            Format::Json(shape, _) => Some(shape),
            _ => None,
        };
        assert_eq!(json("{\"text\": \"a\"}\n{\"text\": \"b\"}\n"), Some(Shape::Lines));
        assert_eq!(json("{\"text\": \"a"), Some(Shape::Lines));
        assert_eq!(json("{\n  \"text\": \"a\"\n}\n"), Some(Shape::Values));
        assert_eq!(json("\u{feff}[\n {\"text\": \"a\"}]"), Some(Shape::Array));
        assert_eq!(json("[\"a\", \"b\"]"), Some(Shape::Array));
        assert_eq!(json("t\": \"cut\"}\n{\"text\": \"a\"}\n{\"text\": \"b\"}\n"), Some(Shape::Lines));
        assert_eq!(json("{\"text\": \"a raw\nline feed\"}\n{\"text\": \"b\"}\n"), Some(Shape::Values));
        assert_eq!(json("[1] A note, not JSON"), None);
        assert_eq!(json("{Photo} The bridge"), None);
        assert_eq!(json("[\"Quoted\" words open the story"), None);
    }

    #[test]
    fn html_is_told_from_text() {
        for yes in ["<!DOCTYPE html><p>a", "  <html>", "<p>One</p>", "<!-- x --><div>a</div>", "<div class=a>One</div>"]
        {
            assert!(is_html(yes), "{yes}");
        }
        for no in ["< 5 people", "<3 you", "<b is the name", "One <b>two</b>", "", "<john@example.org> wrote"] {
            assert!(!is_html(no), "{no}");
        }
    }

    #[test]
    fn letters_that_begin_a_binary_file_may_begin_a_text() {
        assert_eq!(format(b"RIFFs and rolls"), Format::Page);
        assert_eq!(format(b"ID3\x04\0\0\0\0"), Format::Binary("MP3 sound"));
        assert_eq!(format(b"%PDF-1.7\n"), Format::Binary("PDF"));
    }
}
