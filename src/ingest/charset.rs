//! From bytes to text: byte order mark, then what is declared, then what the bytes look like. A declaration is believed
//! unless the bytes speak clearly against it.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, IBM866, ISO_2022_JP, ISO_8859_2, ISO_8859_4, ISO_8859_5, ISO_8859_6,
    ISO_8859_7, ISO_8859_8, ISO_8859_8_I, ISO_8859_13, ISO_8859_15, KOI8_R, KOI8_U, REPLACEMENT, SHIFT_JIS, UTF_8,
    UTF_16BE, UTF_16LE, WINDOWS_874, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254,
    WINDOWS_1255, WINDOWS_1256, WINDOWS_1257, WINDOWS_1258, X_USER_DEFINED,
};

/// Bytes in which a page must declare its character set. The standard says 1024; real pages put long comments first.
const DECLARED_WITHIN: usize = 4096;

/// One wrong sequence may stand beside so many right ones for text to count as damaged UTF-8. In GBK read as UTF-8 one
/// sequence in seven comes out right by chance; a flipped or cut byte in UTF-8 costs one or two in the whole file.
const RIGHT_PER_WRONG: usize = 10;

/// Bytes that the statistics look at. The charset of a page shows long before that.
const LOOKED_AT: usize = 1 << 20;

/// Share of characters, one in so many, that may be controls or replacements before a body is no text. Compressed bytes
/// read as windows-1252 have one in ten; damaged text a few in a thousand.
const NOISE: usize = 20;

/// What is known of the bytes before they are looked at.
#[derive(Clone, Copy, Default)]
pub(super) struct Hints<'a> {
    /// The user says so: followed whatever the bytes look like.
    pub given: Option<&'static Encoding>,
    /// The HTTP header says so.
    pub declared: Option<&'a str>,
    /// Top-level domain of the page.
    pub tld: Option<&'a str>,
}

/// Text and what it was decoded from.
pub(super) struct Decoded {
    pub body: String,
    pub charset: &'static Encoding,
}

/// The text in `bytes`, without a byte order mark; none when it is no text at all.
pub(super) fn decode(bytes: Vec<u8>, hints: Hints<'_>) -> Option<Decoded> {
    let (charset, skip) = choose(&bytes, hints);
    let body = match charset == UTF_8 {
        true => utf8(bytes, skip),
        false => charset.decode_without_bom_handling(&bytes[skip..]).0.into_owned(),
    };
    is_text(&body).then_some(Decoded { body, charset })
}

/// The encoding of a label that a user typed.
pub(super) fn named(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label(label.as_bytes()).filter(|e| *e != REPLACEMENT)
}

/// UTF-8 bytes without their first `skip`, copied only where they are not as they should be.
fn utf8(mut bytes: Vec<u8>, skip: usize) -> String {
    bytes.drain(..skip);
    String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}

/// The encoding, and the bytes of its mark.
fn choose(bytes: &[u8], hints: Hints<'_>) -> (&'static Encoding, usize) {
    let mark = Encoding::for_bom(bytes);
    if let Some(given) = hints.given {
        return (given, mark.filter(|(e, _)| *e == given).map_or(0, |(_, n)| n));
    }
    match mark {
        // A mark of UTF-8 is also put before bytes that are not UTF-8, by programs that were told to put one.
        Some((encoding, skip)) if encoding != UTF_8 || is_mostly_utf8(&bytes[skip..]) => (encoding, skip),
        Some((_, skip)) => (without_mark(&bytes[skip..], hints), skip),
        None => (without_mark(bytes, hints), 0),
    }
}

fn without_mark(bytes: &[u8], hints: Hints<'_>) -> &'static Encoding {
    if let Some(utf16) = utf16_by_look(bytes) {
        return utf16;
    }
    match is_mostly_utf8(bytes) {
        // ISO-2022-JP is ASCII with escape sequences; no text has them by chance.
        true if bytes.contains(&0x1b) && detector(bytes).guess(None, Utf8Detection::Deny) == ISO_2022_JP => ISO_2022_JP,
        true => UTF_8,
        false => by_statistics(bytes, hints),
    }
}

/// Valid UTF-8, or UTF-8 with some damage.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let Err(first) = std::str::from_utf8(bytes) else { return true };
    if first.valid_up_to() + 3 >= bytes.len() && first.error_len().is_none() && first.valid_up_to() > 0 {
        // Cut inside its last character.
        return !bytes[..first.valid_up_to()].is_ascii();
    }
    let (mut right, mut wrong) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        right += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        wrong += usize::from(!chunk.invalid().is_empty());
    }
    right >= wrong * RIGHT_PER_WRONG
}

/// UTF-16 without a mark: zero bytes stand in it, which no other text has, and one of the two byte orders reads like text.
fn utf16_by_look(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(LOOKED_AT) & !1];
    if head.len() < 4 || !head.contains(&0) {
        return None;
    }
    let count =
        |from: fn([u8; 2]) -> u16, is: fn(u16) -> bool| head.chunks_exact(2).filter(|u| is(from([u[0], u[1]]))).count();
    let (little, big) = (count(u16::from_le_bytes, is_anchor), count(u16::from_be_bytes, is_anchor));
    let (encoding, from): (_, fn([u8; 2]) -> u16) = match little > big {
        true => (UTF_16LE, u16::from_le_bytes),
        false => (UTF_16BE, u16::from_be_bytes),
    };
    // Nine units in ten are usual in any text of the living scripts.
    (little != big && count(from, is_usual) * 2 * 10 >= head.len() * 9).then_some(encoding)
}

/// A unit that stands in every text and that hardly any text has with its bytes swapped.
fn is_anchor(unit: u16) -> bool {
    matches!(unit, 10 | 13 | 0x20..=0x7e | 0x2019 | 0x201c | 0x201d | 0x3000..=0x3002 | 0xff01 | 0xff0c | 0xff1a)
}

/// A UTF-16 unit that running text is made of.
fn is_usual(unit: u16) -> bool {
    matches!(unit, 9 | 10 | 13 | 0x20..=0x7e | 0xa0..=0x6ff | 0x900..=0xeff | 0x1e00..=0x206f | 0x3000..=0x30ff
        | 0x4e00..=0x9fff | 0xac00..=0xd7a3 | 0xff00..=0xff9f)
}

/// What the statistics of the bytes say, weighed against what is declared.
fn by_statistics(bytes: &[u8], hints: Hints<'_>) -> &'static Encoding {
    let head = &bytes[..bytes.len().min(LOOKED_AT)];
    let detector = detector(bytes);
    let tld = hints.tld.filter(|t| t.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
    let guess = detector.guess(tld.map(str::as_bytes), Utf8Detection::Deny);
    let foreign = head.iter().filter(|b| !b.is_ascii()).count();
    let meta = meta_charset(bytes);
    let declared = [hints.declared, meta.as_deref()].into_iter().flatten().filter_map(named);
    let believed = declared.into_iter().find(|d| {
        let agrees = guess == *d || is_kin(guess, d) || foreign < ENOUGH || !DETECTED.contains(d);
        agrees && reads_cleanly(head, d)
    });
    match believed.unwrap_or(guess) {
        // What is labelled with the old name is in the larger set since 2000.
        e if e == GBK => GB18030,
        e => e,
    }
}

fn detector(bytes: &[u8]) -> EncodingDetector {
    let head = &bytes[..bytes.len().min(LOOKED_AT)];
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(head, head.len() == bytes.len());
    detector
}

/// Bytes outside ASCII from which on the statistics are right more often than a declaration that they contradict.
/// Eight Chinese characters, or the accents of three lines of French. A guess.
pub(super) const ENOUGH: usize = 16;

/// What the statistics can tell apart. A declaration of another set cannot be contradicted by them.
const DETECTED: &[&Encoding] = &[
    UTF_8,
    GBK,
    GB18030,
    BIG5,
    EUC_JP,
    EUC_KR,
    ISO_2022_JP,
    SHIFT_JIS,
    WINDOWS_1250,
    WINDOWS_1251,
    WINDOWS_1252,
    WINDOWS_1253,
    WINDOWS_1254,
    WINDOWS_1255,
    WINDOWS_1256,
    WINDOWS_1257,
    WINDOWS_1258,
    WINDOWS_874,
    ISO_8859_2,
    ISO_8859_4,
    ISO_8859_5,
    ISO_8859_6,
    ISO_8859_7,
    ISO_8859_8,
    ISO_8859_13,
    KOI8_U,
    KOI8_R,
    IBM866,
];

/// Two names of nearly one thing: the bytes that differ are too rare for statistics, the declaration decides.
fn is_kin(guess: &'static Encoding, declared: &'static Encoding) -> bool {
    const KIN: &[&[&Encoding]] = &[
        &[GBK, GB18030],
        &[WINDOWS_1252, ISO_8859_15],
        &[WINDOWS_1250, ISO_8859_2],
        &[WINDOWS_1253, ISO_8859_7],
        &[WINDOWS_1255, ISO_8859_8, ISO_8859_8_I],
        &[WINDOWS_1256, ISO_8859_6],
        &[WINDOWS_1257, ISO_8859_13, ISO_8859_4],
        &[KOI8_U, KOI8_R],
    ];
    KIN.iter().any(|kin| kin.contains(&guess) && kin.contains(&declared))
}

/// Every byte means something, and nothing comes out that nobody writes.
fn reads_cleanly(bytes: &[u8], encoding: &'static Encoding) -> bool {
    if encoding == UTF_16LE || encoding == UTF_16BE || encoding == X_USER_DEFINED {
        return false;
    }
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let (mut before, mut last) = ('\n', '\n');
    for c in text.chars() {
        // One step late: the head may end inside a character, which then is not looked at.
        if matches!(last, '\u{fffd}' | '\u{80}'..'\u{a0}') || is_odd(before, last, c) {
            return false;
        }
        (before, last) = (last, c);
    }
    true
}

/// A letter of another script, or a sign, inside a Latin word: what comes of reading in the wrong set (`riviθre`, `d³ugo`).
fn is_odd(before: char, c: char, after: char) -> bool {
    let latin = |c: char| c.is_ascii_alphabetic();
    match c {
        '\u{370}'..='\u{1cff}' => latin(before) || latin(after),
        '\u{a1}'..='\u{bf}' => latin(before) && latin(after) && !matches!(c, '\u{ad}' | '\u{b7}' | 'ª' | 'º'),
        _ => false,
    }
}

/// What `<meta charset>`, `<meta http-equiv>` or the XML declaration names.
fn meta_charset(bytes: &[u8]) -> Option<String> {
    let head = bytes[..bytes.len().min(DECLARED_WITHIN)].to_ascii_lowercase();
    let xml = head.trim_ascii_start().starts_with(b"<?xml").then_some(()).and_then(|()| {
        let end = memchr::memmem::find(&head, b"?>")?;
        let at = memchr::memmem::find(&head[..end], b"encoding")?;
        value_after(&head[at + b"encoding".len()..end])
    });
    xml.or_else(|| {
        memchr::memmem::find_iter(&head, b"<meta").find_map(|at| {
            let tag = &head[at..];
            let tag = &tag[..memchr::memchr(b'>', tag).unwrap_or(tag.len())];
            let at = memchr::memmem::find(tag, b"charset")?;
            value_after(&tag[at + b"charset".len()..])
        })
    })
}

/// The word after `=`, quoted or not.
fn value_after(bytes: &[u8]) -> Option<String> {
    let rest = bytes.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let rest = rest.strip_prefix(b"\"").or(rest.strip_prefix(b"'")).unwrap_or(rest);
    let word: Vec<u8> = rest.iter().copied().take_while(|b| b.is_ascii_alphanumeric() || b"-_:.".contains(b)).collect();
    String::from_utf8(word).ok().filter(|w| !w.is_empty())
}

/// Most of it can be read. Zeros are judged by themselves: a failing disk leaves blocks of them in good text.
fn is_text(body: &str) -> bool {
    let (mut characters, mut noise, mut zeros) = (0, 0, 0);
    for c in body.chars() {
        match c {
            '\0' => zeros += 1,
            '\t' | '\n' | '\r' | '\x0c' | '\x1b' | '\u{85}' => characters += 1,
            '\u{fffd}' => (characters, noise) = (characters + 1, noise + 1),
            c if c.is_control() => (characters, noise) = (characters + 1, noise + 1),
            _ => characters += 1,
        }
    }
    // One is let through: a short text may be cut inside its last character.
    (noise < 2 || noise * NOISE <= characters) && zeros <= characters * 3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], declared: Option<&str>) -> (String, &'static str) {
        let decoded = decode(bytes.to_vec(), Hints { declared, ..Hints::default() }).unwrap();
        (decoded.body, decoded.charset.name())
    }

    const CHINESE: &str =
        "今年三月，城里的旧桥终于拆除了。\n居民们站在河边看了很久，没有人说话。新的桥要到明年秋天才能通车。\n";
    const TRADITIONAL: &str =
        "今年三月，城裡的舊橋終於拆除了。\n居民們站在河邊看了很久，沒有人說話。新的橋要到明年秋天才能通車。\n";
    const JAPANESE: &str =
        "今年の三月、町の古い橋がついに取り壊された。\n住民は川辺に立って長い間見ていたが、誰も口を開かなかった。\n";
    const KOREAN: &str = "올해 3월, 도시의 낡은 다리가 마침내 철거되었다.\n주민들은 강가에 서서 오랫동안 바라보았다.\n";
    const RUSSIAN: &str = "В марте этого года старый мост наконец снесли.\nЖители долго стояли у реки и молчали.\n";
    const FRENCH: &str = "En mars, le vieux pont a enfin été démoli.\nLes habitants sont restés longtemps près de la rivière, très émus.\n";
    const POLISH: &str = "W marcu tego roku stary most został wreszcie rozebrany.\nMieszkańcy długo stali nad rzeką, nikt się nie odzywał.\n";
    const GREEK: &str =
        "Τον Μάρτιο η παλιά γέφυρα τελικά κατεδαφίστηκε.\nΟι κάτοικοι στάθηκαν για ώρα δίπλα στο ποτάμι.\n";

    const SETS: &[(&str, &Encoding)] = &[
        (CHINESE, GB18030),
        (TRADITIONAL, BIG5),
        (JAPANESE, SHIFT_JIS),
        (JAPANESE, EUC_JP),
        (JAPANESE, ISO_2022_JP),
        (KOREAN, EUC_KR),
        (RUSSIAN, WINDOWS_1251),
        (RUSSIAN, KOI8_R),
        (FRENCH, WINDOWS_1252),
        (POLISH, WINDOWS_1250),
        (POLISH, ISO_8859_2),
        (GREEK, WINDOWS_1253),
    ];

    #[test]
    fn text_is_read_whatever_the_header_declares() {
        let labels =
            ["utf-8", "gb2312", "big5", "shift_jis", "euc-kr", "windows-1251", "iso-8859-1", "windows-1253", "utf-16"];
        let mut wrong = Vec::new();
        for (text, encoding) in SETS {
            let (bytes, _, failed) = encoding.encode(text);
            assert!(!failed);
            for label in labels.iter().map(|l| Some(*l)).chain([None]) {
                let (body, charset) = read(&bytes, label);
                if body != *text {
                    wrong.push(format!("{} declared {label:?} read as {charset}", encoding.name()));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn utf_16_is_seen_without_a_mark_and_in_both_orders() {
        for text in [CHINESE, TRADITIONAL, JAPANESE, KOREAN, RUSSIAN, FRENCH] {
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            assert_eq!(read(&little, Some("utf-8")), (text.to_string(), "UTF-16LE"));
            assert_eq!(read(&big, None), (text.to_string(), "UTF-16BE"));
            assert_eq!(read(&[b"\xff\xfe".as_slice(), &little].concat(), None), (text.to_string(), "UTF-16LE"));
        }
    }

    #[test]
    fn a_right_declaration_decides_where_the_bytes_are_silent() {
        assert_eq!(read(b"caf\xe9", Some("windows-1252")).0, "café");
        assert_eq!(read(b"<meta charset=iso-8859-2><p>\xb1", None).0, "<meta charset=iso-8859-2><p>ą");
    }

    #[test]
    fn damaged_utf_8_is_still_utf_8() {
        let mut bytes = CHINESE.as_bytes().to_vec();
        bytes[4] = b'?';
        let (body, charset) = read(&bytes, Some("gbk"));
        assert_eq!(charset, "UTF-8");
        assert!(body.contains('\u{fffd}') && body.ends_with("通车。\n"));
        let (body, charset) = read(&CHINESE.as_bytes()[..20], None);
        assert_eq!((body.as_str(), charset), ("今年三月，城\u{fffd}", "UTF-8"));
    }

    #[test]
    fn bytes_that_no_one_can_read_are_no_text() {
        let noise: Vec<u8> = (0..2000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        assert!(decode(noise, Hints::default()).is_none());
    }
}
