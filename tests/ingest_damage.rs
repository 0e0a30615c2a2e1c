//! Damaged crawls: what was not touched comes through, what was touched is named with its place, no byte goes missing in
//! silence. The files are generated here, a hundred pages each.

#![allow(clippy::unwrap_used)]

use dateline::config::IngestConfig;
use dateline::error::{Reject, Severity};
use dateline::ingest::{self, Incoming};
use dateline::model::Dump;
use proptest::prelude::*;
use std::io::Write;
use std::ops::Range;

const PAGES: usize = 100;

/// A page that does not compress to nothing, different for each number.
fn page(number: usize) -> String {
    let mut state = (number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut text = format!("<html><p>Report {number}.");
    for _ in 0..200 + number % 7 * 150 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        text.push_str(&format!(" {:x}", state >> 40));
    }
    text + "</p></html>"
}

fn http(number: usize) -> String {
    let body = page(number);
    format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

fn record_with(number: usize, length: &str, feed: &str, more: &str) -> Vec<u8> {
    let block = http(number);
    let length = length.replace('=', &block.len().to_string());
    let lines = [
        "WARC/1.0",
        "WARC-Type: response",
        &format!("WARC-Target-URI: http://news.example.com/{number}"),
        "WARC-Date: 2024-05-17T08:00:00Z",
        &format!("WARC-Record-ID: <urn:uuid:{number:032x}>"),
        "Content-Type: application/http; msgtype=response",
    ];
    let mut header = lines.join(feed) + feed + more;
    if !length.is_empty() {
        header += &format!("Content-Length: {length}{feed}");
    }
    format!("{header}{feed}{block}\r\n\r\n").into_bytes()
}

fn record(number: usize) -> Vec<u8> {
    record_with(number, "=", "\r\n", "")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A file, where in it each page stands (nowhere, when its borders are lost), and whether its bytes are as they were.
#[derive(Clone)]
struct Crawl {
    bytes: Vec<u8>,
    places: Vec<Range<usize>>,
    sound: Vec<bool>,
}

fn crawl(pack: fn(&[u8]) -> Vec<u8>) -> Crawl {
    joined((0..PAGES).map(|n| pack(&record(n))))
}

fn plain() -> Crawl {
    crawl(<[u8]>::to_vec)
}

fn joined(records: impl Iterator<Item = Vec<u8>>) -> Crawl {
    let (mut bytes, mut places) = (Vec::new(), Vec::new());
    for record in records {
        places.push(bytes.len()..bytes.len() + record.len());
        bytes.extend(record);
    }
    let sound = vec![true; places.len()];
    Crawl { bytes, places, sound }
}

impl Crawl {
    /// Puts `new` in the place of `range`. Pages that it touches are no longer sound, later ones move.
    fn replace(mut self, range: Range<usize>, new: &[u8]) -> Crawl {
        self.bytes.splice(range.clone(), new.iter().copied());
        for (place, sound) in self.places.iter_mut().zip(&mut self.sound) {
            let touched = place.start < range.end && range.start < place.end;
            *sound &= !touched;
            if touched && range.len() != new.len() {
                *place = 0..0;
            } else if place.start >= range.end {
                *place = place.start + new.len() - range.len()..place.end + new.len() - range.len();
            }
        }
        self
    }

    fn middle_of(&self, page: usize) -> usize {
        (self.places[page].start + self.places[page].end) / 2
    }

    fn flip(self, at: usize) -> Crawl {
        let byte = self.bytes[at] ^ 0x15;
        self.replace(at..at + 1, &[byte])
    }
}

fn read(bytes: &[u8], config: &IngestConfig) -> (Vec<Dump>, Vec<Reject>) {
    let (mut dumps, mut rejects) = (Vec::new(), Vec::new());
    for incoming in ingest::open_bytes("raw/x.warc", bytes.to_vec(), config).unwrap() {
        match incoming {
            Incoming::Dump(dump) => dumps.push(*dump),
            Incoming::Reject(reject) => rejects.push(reject),
        }
    }
    (dumps, rejects)
}

/// For each page the dump that is just that page.
fn whole_pages(dumps: &[Dump]) -> Vec<Option<&Dump>> {
    let of = |n| dumps.iter().find(|d| d.body.starts_with(&format!("<html><p>Report {n}.")) && d.body == page(n));
    (0..PAGES).map(of).collect()
}

/// Reads a damaged crawl: at least `whole` pages come through as they were, each that does not is in the range of a reject,
/// and so is every byte that belongs to no page that came through.
fn check(name: &str, crawl: &Crawl, whole: usize, rejected: impl Into<Option<bool>>) {
    let (dumps, rejects) = read(&crawl.bytes, &IngestConfig::default());
    let pages = whole_pages(&dumps);
    let count = pages.iter().flatten().count();
    let seen =
        || rejects.iter().map(|r| format!("{} {:?} {}", r.code, r.bytes, r.message)).collect::<Vec<_>>().join("\n");
    assert!(count >= whole, "{name}: {count} whole, expected {whole}\n{}", seen());
    if let Some(rejected) = rejected.into() {
        assert_eq!(!rejects.is_empty(), rejected, "{name}:\n{}", seen());
    }
    for (n, place) in crawl.places.iter().enumerate().filter(|(n, _)| crawl.sound[*n]) {
        let right = pages[n].is_some_and(|d| d.origin.offset == place.start as u64);
        assert!(right, "{name}: page {n} {place:?} was not touched\n{}", seen());
    }
    let mut accounted = vec![false; crawl.bytes.len()];
    let rejected: Vec<Range<usize>> =
        rejects.iter().map(|r| r.bytes.unwrap()).map(|(a, b)| a as usize..b as usize).collect();
    let starts = || dumps.iter().map(|d| d.origin.offset as usize).chain(rejected.iter().map(|r| r.start));
    // A dump has the bytes up to whatever comes next.
    let taken = dumps.iter().map(|d| d.origin.offset as usize).map(|at| {
        let sound = crawl.places.iter().zip(&crawl.sound).find(|(p, sound)| p.start == at && **sound);
        sound.map_or(at..starts().filter(|s| *s > at).min().unwrap_or(crawl.bytes.len()), |(place, _)| place.clone())
    });
    for place in taken.chain(rejected.iter().cloned()) {
        accounted[place].fill(true);
    }
    let lost = (0..crawl.bytes.len()).find(|i| !accounted[*i] && !matches!(crawl.bytes[*i], b'\r' | b'\n' | 0));
    assert_eq!(lost, None, "{name}: a byte that nothing accounts for\n{}", seen());
}

#[test]
fn undamaged_crawls_come_through_whole() {
    for (name, file) in [("plain", plain()), ("gzip", crawl(gzip)), ("zstd", crawl(zstd))] {
        check(name, &file, PAGES, false);
        let (dumps, _) = read(&file.bytes, &IngestConfig::default());
        assert_eq!(dumps[7].origin.record, Some(7));
        assert_eq!(dumps[7].url.as_deref(), Some("http://news.example.com/7"));
        assert_eq!(dumps[7].site.as_deref(), Some("example.com"));
    }
    let one_member = gzip(&plain().bytes);
    let (dumps, rejects) = read(&one_member, &IngestConfig::default());
    assert_eq!((dumps.len(), rejects.len()), (PAGES, 0));
}

#[test]
fn cut_files_give_what_stands_before_the_cut() {
    for (name, file) in [("plain", plain()), ("gzip", crawl(gzip)), ("zstd", crawl(zstd))] {
        let (at, end) = (file.middle_of(50), file.bytes.len());
        check(name, &file.replace(at..end, b""), 50, true);
    }
}

#[test]
fn a_flipped_byte_costs_one_page() {
    let (zip, zst) = (crawl(gzip), crawl(zstd));
    for at in [0usize, 1, 2, 3, 8, 9, 10, 11, 12, 40, 300] {
        for n in [0, 50, 99] {
            let (in_zip, in_zst) = (zip.places[n].start + at, zst.places[n].start + at);
            // Time, extra flags and system of a gzip header are no part of what it holds.
            let harmless = (4..10).contains(&at);
            if !harmless {
                check(&format!("gzip {n} byte {at}"), &zip.clone().flip(in_zip), PAGES - 1, true);
            }
            check(&format!("zstd {n} byte {at}"), &zst.clone().flip(in_zst), PAGES - 1, true);
        }
    }
    for back in 1..=8 {
        let at = zip.places[50].end - back;
        check(&format!("gzip checksum {back}"), &zip.clone().flip(at), PAGES - 1, true);
    }
}

#[test]
fn a_flipped_byte_in_a_plain_header_costs_at_most_its_page() {
    let file = plain();
    let start = file.places[50].start;
    let header = http_start(&file, 50) - start;
    for at in 0..header {
        let (dumps, _) = read(&file.clone().flip(start + at).bytes, &IngestConfig::default());
        let whole = whole_pages(&dumps).iter().flatten().count();
        assert!(whole >= PAGES - 1, "byte {at}: {whole}");
    }
}

fn http_start(file: &Crawl, page: usize) -> usize {
    let place = file.places[page].clone();
    place.start + memchr::memmem::find(&file.bytes[place], b"HTTP/1.1").unwrap()
}

#[test]
fn wrong_lengths_are_mended_by_the_next_header() {
    for length in ["1", "100", "1000000", "999999999999999", "-5", "abc", "", "99999999999999999999999999"] {
        for n in [0, 50, 99] {
            let file = joined((0..PAGES).map(|k| if k == n { record_with(k, length, "\r\n", "") } else { record(k) }));
            let (dumps, rejects) = read(&file.bytes, &IngestConfig::default());
            assert!(whole_pages(&dumps).iter().all(Option::is_some), "length {length:?} of page {n}: {rejects:?}");
            assert!(
                rejects.len() == 1 && rejects[0].severity == Severity::Repaired,
                "length {length:?} of page {n}: {rejects:?}"
            );
        }
    }
}

#[test]
fn wrong_lengths_in_members_are_mended_too() {
    for length in ["1", "1000000", "999999999999999", ""] {
        let file =
            joined((0..PAGES).map(|k| gzip(&if k == 50 { record_with(k, length, "\r\n", "") } else { record(k) })));
        let (dumps, rejects) = read(&file.bytes, &IngestConfig::default());
        assert_eq!(dumps.len(), PAGES, "length {length:?}: {rejects:?}");
    }
}

#[test]
fn garbage_between_records_is_reported_and_costs_nothing() {
    let noise: Vec<u8> = (0..5000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 11) as u8).collect();
    for (name, file) in [("plain", plain()), ("gzip", crawl(gzip)), ("zstd", crawl(zstd))] {
        let at = file.places[50].start;
        check(name, &file.clone().replace(at..at, &noise), PAGES, true);
        check(name, &file.clone().replace(at..at, &[0; 4096]), PAGES, name != "gzip");
        let end = file.bytes.len();
        check(name, &file.clone().replace(end..end, &[0; 4096]), PAGES, name != "gzip");
        check(name, &file.replace(end..end, &noise), PAGES, true);
    }
}

#[test]
fn a_lost_slice_costs_the_pages_it_touched() {
    for (name, file) in [("plain", plain()), ("gzip", crawl(gzip)), ("zstd", crawl(zstd))] {
        for slice in [
            file.middle_of(50)..file.middle_of(50) + 10,
            file.middle_of(50)..file.middle_of(51),
            file.middle_of(50)..file.middle_of(53),
            file.places[50].end - 20..file.places[51].start,
        ] {
            let touched = file.places.iter().filter(|p| p.start < slice.end && slice.start < p.end).count();
            check(
                &format!("{name} without {slice:?}"),
                &file.clone().replace(slice.clone(), b""),
                PAGES - touched,
                true,
            );
            // Inside the text of a plain file nothing tells of zeros but the zeros.
            let zeros = vec![0; slice.len()];
            check(&format!("{name} zeros in {slice:?}"), &file.clone().replace(slice, &zeros), PAGES - touched, None);
        }
    }
}

#[test]
fn headers_with_bare_line_feeds_and_bad_lines_are_read() {
    check("line feeds", &joined((0..PAGES).map(|n| record_with(n, "=", "\n", ""))), PAGES, false);
    for bad in [
        "no colon here\r\n",
        ": no name\r\n",
        "X-\u{0}: nul\r\n",
        "  folded\r\n",
        "X-Long: {}\r\n",
        "WARC-Type response\r\n",
    ] {
        let bad = bad.replace("{}", &"x".repeat(60_000));
        check(&bad[..8], &joined((0..PAGES).map(|n| record_with(n, "=", "\r\n", &bad))), PAGES, false);
    }
    let latin = [b"X-Place: caf\xe9\r\n".as_slice()].concat();
    let records = joined((0..PAGES).map(|n| {
        let record = record(n);
        [&record[..10], &latin, &record[10..]].concat()
    }));
    check("not UTF-8", &records, PAGES, false);
}

#[test]
fn records_without_line_ends_between_them_are_read() {
    let file = joined((0..PAGES).map(|n| record(n).strip_suffix(b"\r\n\r\n").unwrap().to_vec()));
    check("none", &file, PAGES, false);
    check("many", &joined((0..PAGES).map(|n| [record(n), b"\r\n\r\n\n\n\n".to_vec()].concat())), PAGES, false);
}

#[test]
fn other_records_are_passed_over_and_counted() {
    let other = |role: &str, kind: &str, block: &str| {
        format!(
            "WARC/1.1\r\nWARC-Type: {role}\r\nWARC-Target-URI: <http://a.example/>\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{block}\r\n\r\n",
            block.len()
        )
    };
    let answer = |head: &str, body: &str| {
        other("response", "application/http; msgtype=response", &format!("HTTP/1.1 {head}\r\n\r\n{body}"))
    };
    let file = [
        other("warcinfo", "application/warc-fields", "software: x\r\n"),
        other("request", "application/http; msgtype=request", "GET / HTTP/1.1\r\n\r\n"),
        other("metadata", "application/warc-fields", "a: b\r\n"),
        other("revisit", "application/http", "HTTP/1.1 200 OK\r\n\r\n"),
        answer("200 OK\r\nContent-Type: image/png", "\u{1}\u{2}"),
        answer("404 Not Found\r\nContent-Type: text/html", "<p>No"),
        answer("200 OK\r\nContent-Type: text/html", ""),
        other("conversion", "text/plain", "One"),
        other("resource", "text/html", "<p>Two"),
        answer("200 OK\r\ncontent-type: text/html", "<p>Three"),
        answer("200 OK", "<html><p>Four"),
    ]
    .concat();
    let mut opened = ingest::open_bytes("x.warc", file.into_bytes(), &IngestConfig::default()).unwrap();
    let all: Vec<Incoming> = opened.by_ref().collect();
    let bodies: Vec<(&str, Option<u64>)> = all
        .iter()
        .filter_map(|i| match i {
            Incoming::Dump(d) => Some((d.body.as_str(), d.origin.record)),
            Incoming::Reject(_) => None,
        })
        .collect();
    assert_eq!(bodies, [("One", Some(3)), ("<p>Two", Some(4)), ("<p>Three", Some(5)), ("<html><p>Four", Some(6))]);
    let rejects: Vec<(&str, Severity)> = all
        .iter()
        .filter_map(|i| match i {
            Incoming::Reject(r) => Some((r.code, r.severity)),
            Incoming::Dump(_) => None,
        })
        .collect();
    let skipped = Severity::Skipped;
    assert_eq!(rejects, [("revisit", skipped), ("not-text", skipped), ("http-status", skipped), ("empty", skipped)]);
    let tally = opened.finish();
    let passed: Vec<(&str, u64)> = tally.passed.iter().map(|(k, v)| (k.as_str(), *v)).collect();
    assert_eq!(passed, [("image/png", 1), ("metadata", 1), ("request", 1), ("revisit", 1), ("warcinfo", 1)]);
}

#[test]
fn arc_files_are_read_and_resynchronised() {
    let record = |n: usize, length: Option<usize>| {
        let block = http(n);
        format!(
            "http://news.example.com/{n} 192.0.2.1 20040517080000 text/html {}\n{block}\n",
            length.unwrap_or(block.len())
        )
        .into_bytes()
    };
    let version = "1 0 Example\nURL IP-address Archive-date Content-type Archive-length\n";
    let head =
        format!("filedesc://x.arc 0.0.0.0 20040517080000 text/plain {}\n{version}\n", version.len()).into_bytes();
    let records = |wrong: Option<usize>| {
        std::iter::once(head.clone()).chain((0..PAGES).map(move |n| record(n, (n == 50).then_some(wrong).flatten())))
    };
    for file in
        [records(None).collect::<Vec<_>>().concat(), records(None).map(|r| gzip(&r)).collect::<Vec<_>>().concat()]
    {
        let (dumps, rejects) = read(&file, &IngestConfig::default());
        assert!((0..PAGES).all(|n| dumps[n].body == page(n)), "{rejects:?}");
        assert!(rejects.is_empty(), "{rejects:?}");
        assert_eq!(dumps[3].origin.record, Some(3));
    }
    for wrong in [10, 100_000_000_000] {
        let (dumps, rejects) = read(&records(Some(wrong)).collect::<Vec<_>>().concat(), &IngestConfig::default());
        assert!(whole_pages(&dumps).iter().all(Option::is_some), "{wrong}: {} {rejects:?}", dumps.len());
    }
}

#[test]
fn a_record_larger_than_allowed_costs_itself() {
    let config = IngestConfig { max_dump_bytes: 100_000, ..IngestConfig::default() };
    let block = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{}", "x".repeat(20 << 20));
    let large = format!("WARC/1.0\r\nWARC-Type: response\r\nContent-Length: {}\r\n\r\n{block}\r\n\r\n", block.len())
        .into_bytes();
    for pack in [<[u8]>::to_vec, gzip] {
        let file = [pack(&record(0)), pack(&large), pack(&record(1))].concat();
        let (dumps, rejects) = read(&file, &config);
        assert_eq!(dumps.iter().map(|d| d.origin.record).collect::<Vec<_>>(), [Some(0), Some(2)]);
        let place = (pack(&record(0)).len() as u64, (file.len() - pack(&record(1)).len()) as u64);
        assert_eq!(rejects.iter().map(|r| (r.code, r.bytes)).collect::<Vec<_>>(), [("too-large", Some(place))]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens to one slice of the file, the pages outside it come through.
    #[test]
    fn pages_lost_are_at_most_pages_touched(
        packed in 0..3usize,
        start in 0.0..1.0f64,
        length in 0..20_000usize,
        new in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let file = match packed {
            0 => plain(),
            1 => crawl(gzip),
            _ => crawl(zstd),
        };
        let start = (file.bytes.len() as f64 * start) as usize;
        let end = (start + length).min(file.bytes.len());
        let damaged = file.replace(start..end, &new);
        let (dumps, rejects) = read(&damaged.bytes, &IngestConfig::default());
        let pages = whole_pages(&dumps);
        for (n, place) in damaged.places.iter().enumerate() {
            prop_assert!(!damaged.sound[n] || pages[n].is_some(), "page {} at {:?}: {:?}", n, place, rejects);
        }
    }

    /// Bytes of any kind end, and are accounted for.
    #[test]
    fn any_bytes_are_read_to_their_end(bytes in prop::collection::vec(any::<u8>(), 0..3000), start in 0..6usize) {
        let starts: [&[u8]; 6] = [b"", b"WARC/1.0\r\nWARC-Type: response\r\n", b"\x1f\x8b\x08\0\0\0\0\0\0\x03", b"\x28\xb5\x2f\xfd", b"{\"text\": \"", b"filedesc://"];
        let file = [starts[start], &bytes].concat();
        let mut opened = ingest::open_bytes("x", file.clone(), &IngestConfig::default()).unwrap();
        prop_assert!(opened.by_ref().count() > 0);
        prop_assert_eq!(opened.finish().bytes, file.len() as u64);
    }
}
