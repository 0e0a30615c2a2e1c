//! A short run at each door with seeded mutations of small dumps: no toolchain but the stable one, the same inputs each
//! time. `DATELINE_SMOKE=100000 cargo test --release --test smoke` runs longer; `fuzz/` searches by coverage.

#![allow(clippy::unwrap_used)]

mod doors;

use doors::{DOORS, Doors};
use std::io::Write;

/// Mutations a door when nothing else is said: some seconds in a debug build.
const MUTATIONS: u64 = 120;

const WARC: &str = "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/1\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: 118\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n<p>On 5 May we met.</\r\n2\r\np>\r\n0\r\n\r\n\r\n\r\nWARC/1.0\r\nWARC-Type: resource\r\nContent-Length: 4\r\n\r\nText\r\n\r\n";
const JSON: &str = "{\"text\": \"今年三月，\\ud83d\\ude00 桥拆了\", \"url\": \"https://a.example/1\", \"date\": \"2023-11-17\", \"n\": 1e400}\n{\"html\": \"<p>Two\", \"tags\": [\"a\", {\"name\": \"b\"}], \"deep\": [[[{}]]]}\nbroken \"line\n{\"text\": \"x\\ud83dy\", \"text\": NaN}\n";
const PAGE: &str = "<!doctype html><html><head><title>The bridge</title><meta property=article:published_time content=2024-05-17><script type=application/ld+json>{\"@type\": \"NewsArticle\", \"headline\": \"The bridge\"}</script></head><body><nav><a href=/>Home</a></nav><article><h1>The bridge</h1><p>On <b>5 May 1914</b> the bridge was opened, and 12 people came.<ol start=3><li>One<li>Two<ul><li>deep</ul></ol><table><tr><td>a<td>b</table><p>&amp;&#x4e00;&nbsp;</article><footer>Share this</footer>";
const DATES: &str = "2023年11月17日上午，三天前、上周五、去年春天。On 17 May 2024, last Friday, two weeks ago, from 3 to 5 May, in the 1990s, Q3 2021, every Monday. 昨年の秋、民國112年、令和5年3月。Am 28. Juli 1914, vorigen Dienstag um 14:30 Uhr. 7.11, GPT-3.5, v2.3.0.";
const LISTS: &str = "Title\n\n一、 First\n（一） one\n（二） two\n1. a\n2. b\n7.「quoted\n第二章 Next\n(a) x\n(b) y\nIV. four\nV. five\n① one\n② two\n- dash\n• bullet\n2024 was not a list\n";
const REPEATS: &str = "The bridge was closed on Monday after a long debate in the council.\nNobody was hurt.\nThe bridge was closed on Monday, after a long debate in the council.\nNobody was hurt.\n今年三月，城里的旧桥终于拆除了。\n今年三月，城裡的舊橋終於拆除了。\n";

/// What `fuzz/` has found, by door: a damaged member before a whole one, and a year of an era beyond all numbers.
const FINDS: &[(&str, &[u8])] = &[
    ("warc", b"\x1f\x8b\x08\x00\xed\x1c\x04k\x8d\x8e\x92\x91k\x93\xaaIX\"\x1b[a\xed\x9b\xcf\x86\x95\xc1\xd8\xd0\x85\x00\x00\x00\x00\x00\x00\x00\x1f\x8b\x08\x00\xed\x1c\x04k\x02\xffu\x90\xddj\xc30\x0c\x85\xef\x0d~\x07\xbd@\xe2\x84t\xce\xc7Az\xcd\xee\xb8W\xba\x01\x00\x00\x00\x00\x12c\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xfe\xff\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xd4)V\xee_\xdf,\x1aAK\x01\x00\x00"),
    ("dates", b"6 2 2\xc9\xd03\xc9\xd03K2\x1a2023\xe5\xb9\xb411\xe6>\xb4:\x9c\x8817\xe6\x97\xa5\xe4(\x8a\xe5\x8d\x88\xef\xbc\x91\xa8\xe4\xba\x94\xe3\x80\x81\xe5\x8e\xbb\xe5\x98\xa8\xe5\xb9\xb4&\xe3\x81\xae\xe7\xa7\x8b\xe3\x80\x01\x00\x00\x00\x00\x00\x00\xf6s25555555555\xe5\xb9\xb4\xe3\x80\x81 14: 7.111, GPT-3.5, v2.3."),
    ("lists", b".60\xef\xbc\x8e-15"),
    ("dates", b"..5.541.G.\x81..5.G.~41.G.\x81..5.G.~\t"),
];

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn seeds(door: &str) -> Vec<Vec<u8>> {
    let texts: &[&str] = match door {
        "html" => &[PAGE],
        "warc" => &[WARC],
        "json_lines" => &[JSON],
        "dates" => &[DATES],
        "lists" => &[LISTS],
        _ => &[REPEATS],
    };
    let mut seeds: Vec<Vec<u8>> = texts.iter().map(|t| t.as_bytes().to_vec()).collect();
    if door == "warc" {
        seeds.push(gzip(WARC.as_bytes()));
        seeds.push([gzip(WARC.as_bytes()), gzip(JSON.as_bytes())].concat());
        seeds.push(zstd::bulk::compress(WARC.as_bytes(), 1).unwrap());
    }
    seeds
}

/// A generator whose numbers are the same everywhere.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end.max(1)
    }
}

/// Pieces that have broken readers before.
const PIECES: &[&[u8]] = &[
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\r\n\r\n",
    b"\"",
    b"\\ud83d",
    b"{",
    b"[[[[[[[[",
    b"<",
    b"</",
    b"<!--",
    b"<![CDATA[",
    b"<table>",
    b"&#0;",
    b"&#x110000;",
    b"WARC/1.0\r\n",
    b"Content-Length: 99999999999999999999\r\n",
    b"\x1f\x8b\x08",
    b"PK\x03\x04",
    "年".as_bytes(),
    "\u{202e}".as_bytes(),
    b"99999999999999999999",
    b"31",
    b"-",
    b"1.",
    "第".as_bytes(),
    b"\n",
    b"  ",
];

fn mutated(seed: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..1 + numbers.below(6) {
        let at = numbers.below(bytes.len() + 1);
        let end = (at + numbers.below(40)).min(bytes.len());
        match numbers.below(6) {
            0 if at < bytes.len() => bytes[at] ^= 1 << numbers.below(8),
            1 => drop(bytes.drain(at..end)),
            2 => bytes.extend_from_within(at..end),
            3 => bytes.truncate(at),
            4 => {
                let slice = bytes[at..end].repeat(1 + numbers.below(50));
                bytes.splice(at..at, slice);
            }
            _ => {
                let piece = PIECES[numbers.below(PIECES.len())];
                bytes.splice(at..at, piece.iter().copied());
            }
        }
    }
    bytes
}

fn run(name: &str) {
    let doors = Doors::new();
    let count = std::env::var("DATELINE_SMOKE").ok().and_then(|n| n.parse().ok()).unwrap_or(MUTATIONS);
    let (_, door) = DOORS.iter().find(|(door, _)| *door == name).unwrap();
    for (i, seed) in seeds(name).iter().enumerate() {
        door(&doors, seed);
        let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15 ^ i as u64);
        for round in 0..count {
            let bytes = mutated(seed, &mut numbers);
            let held = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| door(&doors, &bytes)));
            assert!(held.is_ok(), "{name}: seed {i}, round {round}:\n{}", bytes.escape_ascii());
        }
    }
}

#[test]
fn what_was_found_once_does_not_come_back() {
    let doors = Doors::new();
    for (name, bytes) in FINDS {
        let (_, door) = DOORS.iter().find(|(door, _)| door == name).unwrap();
        door(&doors, bytes);
    }
}

#[test]
fn pages_of_any_bytes_are_read() {
    run("html");
}

#[test]
fn crawls_of_any_bytes_are_read() {
    run("warc");
}

#[test]
fn records_of_any_bytes_are_read() {
    run("json_lines");
}

#[test]
fn dates_in_any_text_are_read() {
    run("dates");
}

#[test]
fn lists_in_any_text_are_read() {
    run("lists");
}

#[test]
fn repeats_in_any_text_are_read() {
    run("repeats");
}
