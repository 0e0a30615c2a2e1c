//! The door for foreign bytes: folders, formats, character sets, damage. Nothing is lost in silence.

#![allow(clippy::unwrap_used)]

use dateline::config::IngestConfig;
use dateline::error::{Error, Reject};
use dateline::ingest::{self, Incoming, Source};
use dateline::model::{Dump, Media};
use std::io::Write;
use std::path::{Path, PathBuf};

fn read_with(bytes: &[u8], config: &IngestConfig) -> (Vec<Dump>, Vec<Reject>) {
    let (mut dumps, mut rejects) = (Vec::new(), Vec::new());
    for incoming in ingest::open_bytes("raw/x", bytes.to_vec(), config).unwrap() {
        match incoming {
            Incoming::Dump(dump) => dumps.push(*dump),
            Incoming::Reject(reject) => rejects.push(reject),
        }
    }
    (dumps, rejects)
}

fn read(bytes: impl AsRef<[u8]>) -> (Vec<Dump>, Vec<Reject>) {
    read_with(bytes.as_ref(), &IngestConfig::default())
}

fn bodies(dumps: &[Dump]) -> Vec<&str> {
    dumps.iter().map(|d| d.body.as_str()).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(bytes, 3).unwrap()
}

/// Text that does not compress to nothing, different for each seed.
fn prose(seed: u64, bytes: usize) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut text = format!("Report {seed}.");
    while text.len() < bytes {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        text.push_str(&format!(" {:x}", state >> 40));
    }
    text
}

mod files {
    use super::*;

    #[test]
    fn a_text_and_a_page_are_dumps_whatever_they_are_called() {
        let (dumps, rejects) = read("\u{feff}今年三月，旧桥拆了。\n");
        assert_eq!(
            (dumps[0].body.as_str(), dumps[0].media, dumps[0].charset.as_str()),
            ("今年三月，旧桥拆了。\n", Media::Text, "UTF-8")
        );
        assert_eq!(dumps[0].origin.to_string(), "raw/x");
        assert!(rejects.is_empty());
        assert_eq!(read("<!doctype html><p>One").0[0].media, Media::Html);
    }

    #[test]
    fn compressed_files_are_read_member_by_member() {
        let two = [gzip(b"One. "), gzip(b"Two."), vec![0; 700]].concat();
        for bytes in [two, zstd(b"One. Two."), [zstd(b"One. "), zstd(b"Two.")].concat(), gzip(&zstd(b"One. Two."))] {
            let (dumps, rejects) = read(bytes);
            assert_eq!(bodies(&dumps), ["One. Two."]);
            assert!(rejects.is_empty(), "{rejects:?}");
        }
    }

    #[test]
    fn a_picture_an_empty_file_and_noise_are_rejected_with_their_place() {
        let code = |bytes: &[u8]| {
            let (dumps, rejects) = read(bytes);
            assert!(dumps.is_empty());
            (rejects[0].code, rejects[0].bytes)
        };
        assert_eq!(code(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), ("not-text", Some((0, 16))));
        assert_eq!(code(b""), ("empty", Some((0, 0))));
        assert_eq!(code(&[7u8; 100]), ("not-text", Some((0, 100))));
    }

    #[test]
    fn a_dump_larger_than_allowed_is_rejected_and_costs_no_memory() {
        let config = IngestConfig { max_dump_bytes: 1000, ..IngestConfig::default() };
        let (dumps, rejects) = read_with(&[b'a'; 5000], &config);
        assert!(dumps.is_empty());
        assert_eq!((rejects[0].code, rejects[0].bytes), ("too-large", Some((0, 5000))));
    }

    #[test]
    fn a_cut_or_damaged_member_is_reported_and_the_rest_is_read() {
        let (one, two, three) =
            (gzip(prose(1, 9000).as_bytes()), gzip(prose(2, 9000).as_bytes()), gzip(prose(3, 9000).as_bytes()));
        let mut all = [one.clone(), two.clone(), three.clone()].concat();
        all[one.len() + two.len() / 2] ^= 0x10;
        let (dumps, rejects) = read(&all);
        assert!(dumps[0].body.starts_with("Report 1.") && dumps[0].body.contains("Report 3."));
        assert!(dumps[0].flags.contains(&"damaged:corrupt".to_string()));
        assert_eq!(
            (rejects[0].code, rejects[0].bytes),
            ("corrupt", Some((one.len() as u64, (one.len() + two.len()) as u64)))
        );
        let (dumps, rejects) = read(&all[..one.len() / 2]);
        assert!(dumps[0].body.starts_with("Report 1."));
        assert_eq!((rejects[0].code, rejects[0].bytes), ("truncated", Some((0, one.len() as u64 / 2))));
    }

    #[test]
    fn the_stored_file_is_hashed_while_it_is_read() {
        let bytes = gzip(b"One.");
        let mut opened = ingest::open_bytes("x", bytes.clone(), &IngestConfig::default()).unwrap();
        opened.next();
        let tally = opened.finish();
        assert_eq!((tally.bytes, tally.sha256), (bytes.len() as u64, dateline::model::sha256_hex(&bytes)));
        assert_eq!(tally.formats.into_iter().collect::<Vec<_>>(), [("gzip", 1), ("page", 1)]);
    }
}

mod json {
    use super::*;

    #[test]
    fn the_number_of_a_record_is_its_line() {
        let (dumps, rejects) = read(
            "{\"text\": \"One\", \"url\": \"https://news.example.com/1\", \"title\": \"T\", \"date\": \"2023-11-17\"}\n\n{\"content\": \"<p>Two</p>\"}\n",
        );
        assert_eq!(bodies(&dumps), ["One", "<p>Two</p>"]);
        assert_eq!(dumps.iter().map(|d| d.origin.record).collect::<Vec<_>>(), [Some(0), Some(2)]);
        assert_eq!((dumps[0].site.as_deref(), dumps[0].declared.title.as_deref()), (Some("example.com"), Some("T")));
        assert_eq!(dumps[0].declared.published.as_ref().unwrap().date.to_string(), "2023-11-17");
        assert_eq!(dumps[1].media, Media::Html);
        assert!(rejects.is_empty());
    }

    #[test]
    fn an_array_an_object_and_an_object_of_records_are_read() {
        for json in [
            r#"[{"text": "One"}, {"text": "Two"}]"#,
            "[\n  {\n    \"text\": \"One\"\n  },\n  {\"text\": \"Two\"}\n]\n",
            r#"["One", "Two"]"#,
            "{\n \"articles\": [{\"text\": \"One\"}, {\"text\": \"Two\"}]\n}",
            "{\n \"a\": {\"text\": \"One\"}, \"b\": {\"text\": \"Two\"}\n}",
            "{\n \"text\": \"One\"\n}\n{\n \"text\": \"Two\"\n}",
            "{\"text\": \"One\"}{\"text\": \"Two\"}",
        ] {
            let (dumps, rejects) = read(json);
            assert_eq!(bodies(&dumps), ["One", "Two"], "{json}");
            assert_eq!(dumps[1].origin.record, Some(1), "{json}");
            assert!(rejects.is_empty(), "{json}: {rejects:?}");
        }
    }

    #[test]
    fn lines_as_scraped_are_mended_or_rejected_and_the_file_goes_on() {
        let check = |line: &[u8], body: &str, flag: &str| {
            let file = [b"{\"text\": \"before\"}\n", line, b"\n{\"text\": \"after\"}\n"].concat();
            let (dumps, rejects) = read(file);
            assert_eq!(bodies(&dumps), ["before", body, "after"], "{rejects:?}");
            assert_eq!(dumps[1].flags.join(" "), flag);
            assert!(rejects.is_empty());
        };
        check(br#"{"text": "x\ud83dy"}"#, "x\u{fffd}y", "repaired-json:lone-surrogate replacement-characters:1");
        check(b"\xef\xbb\xbf{\"text\": \"x\"}", "x", "");
        check(br#"{"text": "x", "score": NaN}"#, "x", "repaired-json:not-a-number");
        check(b"{\"text\": \"x\ty\"}", "x\ty", "repaired-json:control-character");
        check(b"{\"text\": \"x\ny\"}", "x\ny", "repaired-json:control-character");
        check(b"{\"text\": \"x\xffy and more of it\"}", "x\u{fffd}y and more of it", "replacement-characters:1");
        check(br#"{"text": "x", "text": "y"}"#, "y", "repaired-json:duplicate-key");
        let deep = format!("{{\"text\": \"x\", \"deep\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        check(deep.as_bytes(), "x", "");
        for broken in
            ["{\"text\": \"cut", "{\"text\": \"a\" \"b\"}", "{text}", "plain words", "{\"count\": 3}", "{}", "[1, 2]"]
        {
            let (dumps, rejects) = read(format!("{{\"text\": \"before\"}}\n{broken}\n{{\"text\": \"after\"}}\n"));
            assert_eq!(bodies(&dumps), ["before", "after"], "{broken}");
            assert_eq!(rejects.len(), 1, "{broken}");
            assert_eq!((rejects[0].origin.record, rejects[0].bytes.unwrap().0), (Some(1), 19), "{broken}");
        }
    }

    #[test]
    fn unknown_fields_pass_through_untouched_on_request() {
        let config = IngestConfig { extra: true, ..IngestConfig::default() };
        let (dumps, _) = read_with(br#"{"text": "x", "n": 123456789012345678901234567890, "deep": {"a": [1.50]}, "url": "https://a.example/"}"#, &config);
        assert_eq!(
            dumps[0].extra.as_ref().unwrap().get(),
            r#"{"n":123456789012345678901234567890,"deep":{"a": [1.50]}}"#
        );
    }

    #[test]
    fn fields_are_named_by_option_or_pointer() {
        let config = IngestConfig {
            text_field: Some("/data/body/0".into()),
            url_field: Some("where".into()),
            ..IngestConfig::default()
        };
        let (dumps, rejects) =
            read_with(br#"{"text": "no", "data": {"body": ["yes"]}, "where": "https://a.example/"}"#, &config);
        assert_eq!(bodies(&dumps), ["yes"], "{rejects:?}");
        assert_eq!(dumps[0].url.as_deref(), Some("https://a.example/"));
    }

    #[test]
    fn records_in_other_character_sets_are_read() {
        let line = "{\"text\": \"今年三月，城里的旧桥终于拆除了，居民们站在河边看了很久。\"}\n";
        let (gbk, _, _) = encoding_rs::GBK.encode(line);
        let utf16: Vec<u8> = line.repeat(2).encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(read(&gbk).0[0].body.starts_with("今年三月"));
        let (dumps, rejects) = read(&utf16);
        assert_eq!(dumps.len(), 2, "{rejects:?}");
        assert!(dumps[1].body.starts_with("今年三月"));
    }

    #[test]
    fn a_line_too_large_costs_itself() {
        let config = IngestConfig { max_dump_bytes: 4000, ..IngestConfig::default() };
        let file = format!("{{\"text\": \"a\"}}\n{{\"text\": \"{}\"}}\n{{\"text\": \"b\"}}\n", "x".repeat(300_000));
        let (dumps, rejects) = read_with(file.as_bytes(), &config);
        assert_eq!(bodies(&dumps), ["a", "b"]);
        assert_eq!((rejects[0].code, rejects[0].bytes), ("too-large", Some((14, 300_027))));
    }

    #[test]
    fn a_damaged_element_of_an_array_costs_itself() {
        let (dumps, rejects) =
            read("[{\"text\": \"One\"},\n{\"text\": \"Tw\"o\"},\n{\"text\": \"Three\"},\n{\"text\": \"Four\"}]");
        assert_eq!(bodies(&dumps), ["One", "Three", "Four"]);
        assert_eq!(rejects.len(), 1);
    }

    #[test]
    fn damage_in_a_compressed_file_costs_the_records_it_touches() {
        let lines = |from: u64| {
            (from..from + 10).map(|i| format!("{{\"text\": \"{}\"}}\n", prose(i, 2000))).collect::<String>()
        };
        let members: Vec<Vec<u8>> = (0..5).map(|i| gzip(lines(i * 10).as_bytes())).collect();
        let mut all = members.concat();
        let at = members[0].len() + members[1].len() + members[2].len() / 2;
        all[at] ^= 0x40;
        let (dumps, rejects) = read(&all);
        assert!(dumps.len() >= 40, "{} dumps", dumps.len());
        assert!(dumps.iter().any(|d| d.body.starts_with("Report 49.")));
        assert!(!rejects.is_empty());
        assert!(rejects.iter().any(|r| r.bytes.is_some_and(|(a, b)| a <= at as u64 && (at as u64) < b)), "{rejects:?}");
    }
}

mod archives {
    use super::*;

    fn tar_header(name: &str, size: usize, kind: u8) -> Vec<u8> {
        let mut header = vec![0u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[100..107].copy_from_slice(b"0000644");
        header[124..135].copy_from_slice(format!("{size:011o}").as_bytes());
        header[148..156].fill(b' ');
        header[156] = kind;
        header[257..265].copy_from_slice(b"ustar\x0000");
        let sum: u32 = header.iter().map(|b| u32::from(*b)).sum();
        header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        header
    }

    fn tar_member(name: &str, body: &[u8], kind: u8) -> Vec<u8> {
        let mut member = [tar_header(name, body.len(), kind), body.to_vec()].concat();
        member.resize(member.len().next_multiple_of(512), 0);
        member
    }

    fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut all: Vec<u8> = members.iter().flat_map(|(name, body)| tar_member(name, body, b'0')).collect();
        all.extend([0; 1024]);
        all
    }

    fn zip_member(name: &str, body: &[u8], deflated: bool, later: bool) -> Vec<u8> {
        let mut crc = flate2::Crc::new();
        crc.update(body);
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(body).unwrap();
        let packed = if deflated { encoder.finish().unwrap() } else { body.to_vec() };
        let sizes =
            [crc.sum().to_le_bytes(), (packed.len() as u32).to_le_bytes(), (body.len() as u32).to_le_bytes()].concat();
        let mut member = b"PK\x03\x04\x14\0".to_vec();
        member.extend([if later { 8 } else { 0 }, 0, if deflated { 8 } else { 0 }, 0, 0, 0, 0, 0]);
        member.extend(if later { vec![0; 12] } else { sizes.clone() });
        member.extend((name.len() as u16).to_le_bytes());
        member.extend([0, 0]);
        member.extend(name.as_bytes());
        member.extend(packed);
        if later {
            member.extend(b"PK\x07\x08");
            member.extend(sizes);
        }
        member
    }

    fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
        let kind = |i: usize| (i % 3 != 1, i % 3 == 2);
        let mut all: Vec<u8> = members
            .iter()
            .enumerate()
            .flat_map(|(i, (name, body))| zip_member(name, body, kind(i).0, kind(i).1))
            .collect();
        all.extend(b"PK\x01\x02 the directory PK\x05\x06");
        all
    }

    const MEMBERS: &[(&str, &[u8])] = &[
        ("./a.txt", b"One"),
        ("pages/", b""),
        ("pages/b.jsonl", b"{\"text\": \"Two\"}\n{\"text\": \"Three\"}\n"),
        ("pages/.hidden", b"no"),
        ("pages/c.html", b"<p>Four"),
        ("d.png", b"\x89PNG\r\n\x1a\n"),
        ("e.txt", b"Five"),
    ];

    fn check(file: &[u8]) {
        let (dumps, rejects) = read(file);
        assert_eq!(bodies(&dumps), ["One", "Two", "Three", "<p>Four", "Five"], "{rejects:?}");
        let places: Vec<_> = dumps.iter().map(|d| (d.origin.path.as_str(), d.origin.record)).collect();
        let expected = [
            ("raw/x/a.txt", None),
            ("raw/x/pages/b.jsonl", Some(0)),
            ("raw/x/pages/b.jsonl", Some(1)),
            ("raw/x/pages/c.html", None),
            ("raw/x/e.txt", None),
        ];
        assert_eq!(places, expected);
        assert_eq!(
            rejects.iter().map(|r| (r.origin.path.as_str(), r.code)).collect::<Vec<_>>(),
            [("raw/x/d.png", "not-text")]
        );
    }

    #[test]
    fn archives_are_read_as_folders() {
        check(&tar(MEMBERS));
        check(&gzip(&tar(MEMBERS)));
        check(&zip(MEMBERS));
        let (dumps, rejects) =
            read(tar(&[("in.zip", &zip(&[("a.txt", b"One"), ("b.txt", b"Two")])), ("c.txt.gz", &gzip(b"Three"))]));
        assert_eq!(bodies(&dumps), ["One", "Two", "Three"], "{rejects:?}");
        assert_eq!(dumps[1].origin.path, "raw/x/in.zip/b.txt");
    }

    #[test]
    fn long_names_are_read() {
        let name = "deep/".repeat(40) + "a.txt";
        let pax = format!("{} path={name}\n", name.len() + 10);
        for (kind, long) in [(b'L', format!("{name}\0")), (b'x', pax)] {
            let file = [tar_member("long", long.as_bytes(), kind), tar(&[("deep/", b"One")])].concat();
            assert_eq!(read(file).0[0].origin.path, format!("raw/x/{name}"));
        }
    }

    #[test]
    fn damage_costs_the_members_it_touches() {
        let texts: Vec<(String, String)> =
            (0..20).map(|i| (format!("{i}.txt"), prose(i, 3000 + i as usize * 100))).collect();
        let members: Vec<(&str, &[u8])> = texts.iter().map(|(n, t)| (n.as_str(), t.as_bytes())).collect();
        for (name, file, counts) in [("tar", tar(&members), [20, 19]), ("zip", zip(&members), [19, 19])] {
            let place = memchr::memmem::find(&file, b"10.txt").unwrap();
            // In the bytes of a member, and in its header. tar has no checksum of the bytes.
            for (at, count) in [(place + 900, counts[0]), (place - 2, counts[1])] {
                let mut damaged = file.clone();
                damaged[at] ^= 0xff;
                let (dumps, rejects) = read(&damaged);
                let whole = texts.iter().filter(|(_, t)| dumps.iter().any(|d| d.body == *t)).count();
                assert!(whole >= 19 && dumps.len() <= 20, "{name} {at}: {whole} of {} {rejects:?}", dumps.len());
                let told = rejects.iter().any(|r| r.bytes.is_some_and(|(a, b)| a <= at as u64 && (at as u64) < b));
                assert!(told || count == 20 || whole == 20, "{name} {at}: {rejects:?}");
            }
            let (dumps, rejects) = read(&file[..place + 1000]);
            assert!(dumps.len() >= 10 && !rejects.is_empty(), "{name}: {} {rejects:?}", dumps.len());
        }
    }

    #[test]
    fn what_cannot_be_unpacked_is_rejected() {
        let mut encrypted = zip(&[("a.txt", b"One"), ("b.txt", b"Two")]);
        encrypted[6] |= 1;
        let (dumps, rejects) = read(&encrypted);
        assert_eq!((bodies(&dumps), rejects[0].code), (vec!["Two"], "unsupported"));
        assert_eq!(read(zip(&[("[Content_Types].xml", b"<x/>")])).1[0].code, "not-text");
        let mut bomb = b"text".to_vec();
        for _ in 0..10 {
            bomb = zip(&[("a", &bomb)]);
        }
        assert_eq!(read(&bomb).1[0].code, "not-text");
    }
}

mod folders {
    use super::*;

    fn folder() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        put("b.txt", "b");
        put("a/z.html", "<p>z");
        put("a/deep/down/x.txt", "x");
        put(".git/config", "no");
        put("a/.DS_Store", "no");
        dir
    }

    fn names(dir: &Path, config: &IngestConfig) -> Vec<String> {
        let listing = ingest::walk(&[dir.to_path_buf()], config).unwrap();
        let prefix = format!("{}/", dir.display());
        listing.sources.iter().map(|s| s.name.replace(&prefix, "")).collect()
    }

    #[test]
    fn files_are_listed_in_the_order_of_their_names_at_any_depth() {
        let dir = folder();
        assert_eq!(names(dir.path(), &IngestConfig::default()), ["a/deep/down/x.txt", "a/z.html", "b.txt"]);
        let listing =
            ingest::walk(&[dir.path().join("b.txt"), dir.path().join("b.txt")], &IngestConfig::default()).unwrap();
        assert_eq!(listing.sources.len(), 1);
        assert_eq!(ingest::walk(&[dir.path().to_path_buf()], &IngestConfig::default()).unwrap().hidden, 2);
    }

    #[test]
    fn globs_choose() {
        let dir = folder();
        let with = |include: &[&str], exclude: &[&str]| IngestConfig {
            include: include.iter().map(|s| s.to_string()).collect(),
            exclude: exclude.iter().map(|s| s.to_string()).collect(),
            ..IngestConfig::default()
        };
        assert_eq!(names(dir.path(), &with(&["*.txt"], &[])), ["a/deep/down/x.txt", "b.txt"]);
        assert_eq!(names(dir.path(), &with(&[], &["a/deep/**"])), ["a/z.html", "b.txt"]);
        assert!(matches!(ingest::walk(&[dir.path().into()], &with(&["a[.txt"], &[])), Err(Error::Config(_))));
    }

    #[test]
    fn an_input_that_is_not_there_is_named() {
        let error = ingest::walk(&[PathBuf::from("no/such/folder")], &IngestConfig::default()).unwrap_err();
        assert!(error.to_string().starts_with("no/such/folder: "), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn loops_pipes_broken_links_and_odd_names_are_reported_or_read() {
        use std::os::unix::ffi::OsStrExt;
        let dir = folder();
        let at = |name: &[u8]| dir.path().join(std::ffi::OsStr::from_bytes(name));
        std::os::unix::fs::symlink(dir.path(), at(b"a/loop")).unwrap();
        std::os::unix::fs::symlink("nowhere", at(b"broken")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(at(b"socket")).unwrap();
        std::fs::write(at(b"odd\xff\nname"), "odd").unwrap();
        let listing = ingest::walk(&[dir.path().to_path_buf()], &IngestConfig::default()).unwrap();
        let codes: Vec<&str> = listing.rejects.iter().map(|r| r.code).collect();
        assert_eq!(codes, ["loop", "unreadable", "special-file"], "{:?}", listing.rejects);
        let odd = listing.sources.iter().find(|s| s.name.contains("odd")).unwrap();
        assert!(odd.name.ends_with("odd\\xff\\nname"), "{}", odd.name);
        let read: Vec<Incoming> = ingest::open(odd, &IngestConfig::default()).unwrap().collect();
        assert!(matches!(&read[..], [Incoming::Dump(d)] if d.body == "odd"));
    }

    #[test]
    fn a_file_that_went_away_is_a_reject() {
        let source = Source { path: "gone.txt".into(), name: "gone.txt".into(), bytes: Some(3) };
        let read: Vec<Incoming> = ingest::open(&source, &IngestConfig::default()).unwrap().collect();
        assert!(matches!(&read[..], [Incoming::Reject(r)] if r.code == "unreadable" && r.bytes == Some((0, 3))));
    }

    #[test]
    fn a_file_that_changes_while_it_is_read_is_reported() {
        let dir = folder();
        let path = dir.path().join("b.txt");
        let listing = ingest::walk(std::slice::from_ref(&path), &IngestConfig::default()).unwrap();
        let mut opened = ingest::open(&listing.sources[0], &IngestConfig::default()).unwrap();
        assert!(matches!(opened.next(), Some(Incoming::Dump(_))));
        std::fs::write(&path, "longer").unwrap();
        assert!(matches!(opened.next(), Some(Incoming::Reject(r)) if r.code == "changed"));
    }

    #[test]
    fn shares_are_disjoint_and_together_the_whole() {
        let file: String = (0..200).map(|i| format!("{{\"text\": \"t{i}\"}}\n")).collect();
        let share = |i| read_with(file.as_bytes(), &IngestConfig { shard: Some((i, 3)), ..IngestConfig::default() }).0;
        let shares: Vec<Vec<Dump>> = (1..=3).map(share).collect();
        assert_eq!(shares.iter().map(Vec::len).sum::<usize>(), 200);
        assert!(shares.iter().all(|s| s.len() > 30));
    }
}
