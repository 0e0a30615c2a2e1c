//! An HTTP response as a crawl stores it: head, then a body that may be chunked and compressed, or that once was.

use std::io::Read;

/// The head of a response.
#[derive(Default, Debug, PartialEq)]
pub(super) struct Head {
    /// Three digits of the status line.
    pub status: Option<u16>,
    /// `text/html`, in lower case, without parameters.
    pub media_type: Option<String>,
    /// `charset` of the content type.
    pub charset: Option<String>,
    chunked: bool,
    encodings: Vec<String>,
}

impl Head {
    /// The body stands in chunks.
    pub fn is_chunked(&self) -> bool {
        self.chunked
    }
}

/// A body without its transfer coding and compression.
pub(super) struct Body {
    pub bytes: Vec<u8>,
    /// What was wrong with it: `damaged:chunks`, `damaged:content-encoding`.
    pub flags: Vec<String>,
    /// More came out than is allowed.
    pub too_large: bool,
}

/// Splits a response into its head and the bytes of its body; none when it does not begin like one.
pub(super) fn split(response: &[u8]) -> Option<(Head, &[u8])> {
    if !response.starts_with(b"HTTP/") {
        return None;
    }
    let end = blank_line(response).unwrap_or((response.len(), response.len()));
    Some((head(&response[..end.0]), &response[end.1..]))
}

/// Where the first blank line stands: the end of the lines before it, and the byte behind it.
pub(super) fn blank_line(bytes: &[u8]) -> Option<(usize, usize)> {
    memchr::memchr_iter(b'\n', bytes).find_map(|at| match &bytes[at + 1..] {
        [b'\n', ..] => Some((at + 1, at + 2)),
        [b'\r', b'\n', ..] => Some((at + 1, at + 3)),
        _ => None,
    })
}

fn head(bytes: &[u8]) -> Head {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines();
    let status = lines.next().and_then(|l| l.split_ascii_whitespace().nth(1)?.parse().ok());
    let mut head = Head { status, ..Head::default() };
    for (name, value) in lines.filter_map(|l| l.split_once(':')) {
        let value = value.trim();
        match name.trim().to_ascii_lowercase().as_str() {
            "content-type" => (head.media_type, head.charset) = content_type(value),
            "transfer-encoding" => head.chunked = value.to_ascii_lowercase().contains("chunked"),
            "content-encoding" => {
                head.encodings = value.split(',').map(|e| e.trim().to_ascii_lowercase()).collect();
            }
            _ => {}
        }
    }
    head
}

/// Media type and character set of a `Content-Type`.
pub(super) fn content_type(value: &str) -> (Option<String>, Option<String>) {
    let mut parts = value.split(';').map(str::trim);
    let media = parts.next().filter(|m| m.contains('/')).map(str::to_ascii_lowercase);
    let charset = parts.find_map(|p| {
        let (name, value) = p.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']).to_string();
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then_some(value)
    });
    (media, charset)
}

/// The body as the reader of the page had it, at most `limit` bytes of it. Crawlers often store a body plain under a
/// head that still says otherwise: what does not look chunked or compressed is taken as it is.
pub(super) fn body(head: &Head, stored: &[u8], limit: usize) -> Body {
    let mut flags = Vec::new();
    let mut bytes = match head.chunked.then(|| unchunk(stored)).flatten() {
        Some((bytes, whole)) => {
            if !whole {
                flags.push("damaged:chunks".to_string());
            }
            bytes
        }
        None => stored.to_vec(),
    };
    let declared = head.encodings.iter().rev().map(String::as_str);
    // A compressed page under a head that does not say so.
    let undeclared = if head.encodings.is_empty() && bytes.starts_with(&[0x1f, 0x8b, 8]) { Some("gzip") } else { None };
    for encoding in declared.chain(undeclared) {
        if let Some((unpacked, whole)) = unpack(encoding, &bytes, limit) {
            if !whole {
                flags.push("damaged:content-encoding".to_string());
            }
            bytes = unpacked;
        }
    }
    let too_large = bytes.len() > limit;
    Body { bytes, flags, too_large }
}

/// Joins the chunks. None when the first one is none; false when they break off or go wrong, with what was joined so far
/// and the rest as it stands.
fn unchunk(stored: &[u8]) -> Option<(Vec<u8>, bool)> {
    let mut bytes = Vec::with_capacity(stored.len());
    let mut rest = stored;
    let mut first = true;
    loop {
        let Some((size, data)) = chunk_size(rest) else {
            bytes.extend_from_slice(rest);
            return (!first).then_some((bytes, false));
        };
        first = false;
        if size == 0 {
            return Some((bytes, true));
        }
        let Some(chunk) = data.get(..size) else {
            bytes.extend_from_slice(data);
            return Some((bytes, false));
        };
        bytes.extend_from_slice(chunk);
        rest = &data[size..];
        rest = rest.strip_prefix(b"\r\n").or(rest.strip_prefix(b"\n")).unwrap_or(rest);
    }
}

/// The size line of a chunk, and what follows it.
fn chunk_size(bytes: &[u8]) -> Option<(usize, &[u8])> {
    // Sixteen digits and a short extension; a longer line is page.
    const LINE: usize = 256;
    let end = memchr::memchr(b'\n', &bytes[..bytes.len().min(LINE)])?;
    let line = std::str::from_utf8(&bytes[..end]).ok()?;
    let digits = line.split(';').next()?.trim();
    let size = usize::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'))?;
    Some((size, &bytes[end + 1..]))
}

/// Unpacks one content coding. None when the bytes are not packed so, or in a way that is not known.
fn unpack(encoding: &str, bytes: &[u8], limit: usize) -> Option<(Vec<u8>, bool)> {
    match encoding {
        "gzip" | "x-gzip" if bytes.starts_with(&[0x1f, 0x8b]) => read(flate2::read::MultiGzDecoder::new(bytes), limit),
        "deflate" => {
            let zlib = read(flate2::read::ZlibDecoder::new(bytes), limit);
            zlib.filter(|(_, whole)| *whole).or_else(|| read(flate2::read::DeflateDecoder::new(bytes), limit))
        }
        "br" => read(brotli_decompressor::Decompressor::new(bytes, 1 << 12), limit),
        "zstd" if bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) => {
            read(zstd::stream::read::Decoder::new(bytes).ok()?, limit)
        }
        _ => None,
    }
}

/// Reads one byte more than `limit`, so that the caller sees that there was more. None when nothing came out.
fn read(from: impl Read, limit: usize) -> Option<(Vec<u8>, bool)> {
    let mut bytes = Vec::new();
    let whole = from.take(limit as u64 + 1).read_to_end(&mut bytes).is_ok();
    (!bytes.is_empty()).then_some((bytes, whole))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn check(head: &str, stored: &[u8], body_text: &str, flag: &str) {
        let response = [format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n").as_bytes(), stored].concat();
        let (head, stored) = split(&response).unwrap();
        let body = body(&head, stored, 10_000);
        assert_eq!((String::from_utf8_lossy(&body.bytes).as_ref(), body.flags.join(" ").as_str()), (body_text, flag));
    }

    #[test]
    fn chunks_are_joined_and_bodies_that_are_none_stay() {
        check("Transfer-Encoding: chunked", b"3\r\nOne\r\n5;x=y\r\n, two\r\n0\r\n\r\n", "One, two", "");
        check("Transfer-Encoding: chunked", b"3\nOne\n0\n\n", "One", "");
        check("Transfer-Encoding: chunked", b"<p>Stored plain</p>", "<p>Stored plain</p>", "");
        check("Transfer-Encoding: chunked", b"3\r\nOne\r\nff\r\n, cut", "One, cut", "damaged:chunks");
    }

    #[test]
    fn compressed_bodies_are_unpacked_and_plain_ones_stay() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(b"One").unwrap();
        let gzip = gzip.finish().unwrap();
        let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        zlib.write_all(b"One").unwrap();
        let mut raw = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        raw.write_all(b"One").unwrap();
        check("Content-Encoding: gzip", &gzip, "One", "");
        check("Content-Type: text/html", &gzip, "One", "");
        check("Content-Encoding: deflate", &zlib.finish().unwrap(), "One", "");
        check("Content-Encoding: deflate", &raw.finish().unwrap(), "One", "");
        check("Content-Encoding: zstd", &zstd::bulk::compress(b"One", 1).unwrap(), "One", "");
        check("Content-Encoding: br", &[0x0b, 0x01, 0x80, b'O', b'n', b'e', 0x03], "One", "");
        check("Content-Encoding: gzip", b"One", "One", "");
        let chunked = [format!("{:x}\r\n", gzip.len()).as_bytes(), &gzip, b"\r\n0\r\n\r\n"].concat();
        check("Content-Encoding: gzip\r\nTransfer-Encoding: chunked", &chunked, "One", "");
    }

    #[test]
    fn a_bomb_is_cut_at_the_limit() {
        let bomb = zstd::bulk::compress(&vec![b'a'; 5_000_000], 1).unwrap();
        let head = Head { encodings: vec!["zstd".to_string()], ..Head::default() };
        let body = body(&head, &bomb, 1000);
        assert!(body.too_large && body.bytes.len() == 1001);
    }

    #[test]
    fn heads_are_read_in_any_case_and_with_bare_line_feeds() {
        let (head, body) = split(b"HTTP/1.0 404 Not Found\ncontent-type: Text/HTML; Charset=\"GB2312\"\n\nx").unwrap();
        assert_eq!(
            (head.status, head.media_type.as_deref(), head.charset.as_deref()),
            (Some(404), Some("text/html"), Some("GB2312"))
        );
        assert_eq!(body, b"x");
        assert!(split(b"<html>").is_none());
    }
}
