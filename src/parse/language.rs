//! The language a text is written in: by script where the script tells, else by its words, checked against what is declared.

use crate::text::script::{is_han, is_hangul, is_kana};
use whatlang::{Lang, Script};

/// The primary code and the subtags of `declared` in their usual form (`en-us` → `en-US`); none if it is no language tag.
pub(super) fn tag(declared: &str) -> Option<String> {
    let first = declared.split([',', ';', ' ']).next()?.trim();
    let mut parts = first.split(['-', '_']);
    let primary = parts.next().filter(|p| (2..=3).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphabetic()))?;
    let mut tag = primary.to_ascii_lowercase();
    for part in parts.filter(|p| p.bytes().all(|b| b.is_ascii_alphanumeric())) {
        tag.push('-');
        match part.len() {
            2 => tag.push_str(&part.to_ascii_uppercase()),
            4 => {
                tag.push_str(&part[..1].to_ascii_uppercase());
                tag.push_str(&part[1..].to_ascii_lowercase());
            }
            _ => tag.push_str(&part.to_ascii_lowercase()),
        }
    }
    Some(tag)
}

/// Bytes of text that are looked at: more change nothing.
const SAMPLE: usize = 20_000;

/// The language of `text`. The declared one stands unless the text's script or its words clearly say another.
pub(super) fn of(text: &str, declared: Option<&str>) -> Option<String> {
    let sample = sample(text);
    let primary = declared.and_then(|d| d.split('-').next());
    if let Some(cjk) = by_cjk(sample, declared) {
        return Some(cjk);
    }
    let Some(info) = whatlang::detect(sample) else { return primary.map(str::to_string) };
    let found = code(info.lang());
    let one_language_script =
        !matches!(info.script(), Script::Latin | Script::Cyrillic | Script::Arabic | Script::Devanagari);
    match (primary, found) {
        (Some(primary), Some(found)) if same(primary, found) => Some(primary.to_string()),
        (_, Some(found)) if info.is_reliable() || one_language_script => Some(found.to_string()),
        (Some(primary), _) => Some(primary.to_string()),
        (None, found) => found.map(str::to_string),
    }
}

/// The middle of the text: menus stand at its ends.
fn sample(text: &str) -> &str {
    if text.len() <= SAMPLE {
        return text;
    }
    let mut start = (text.len() - SAMPLE) / 2;
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let mut end = start + SAMPLE;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[start..end]
}

/// Chinese, Japanese and Korean by their characters.
fn by_cjk(text: &str, declared: Option<&str>) -> Option<String> {
    let (mut han, mut kana, mut hangul, mut other, mut traditional, mut simplified) = (0usize, 0, 0, 0, 0usize, 0usize);
    for c in text.chars() {
        if is_kana(c) {
            kana += 1;
        } else if is_hangul(c) {
            hangul += 1;
        } else if is_han(c) {
            han += 1;
            traditional += usize::from(TRADITIONAL.contains(c));
            simplified += usize::from(SIMPLIFIED.contains(c));
        } else if c.is_alphabetic() {
            other += 1;
        }
    }
    let cjk = han + kana + hangul;
    // A Chinese character says about as much as four letters.
    if cjk == 0 || cjk * 4 < other {
        return None;
    }
    if hangul * 2 > han + kana {
        return Some("ko".to_string());
    }
    // Japanese prose is about half kana; Chinese quotes a word of it now and then.
    if kana * 10 > han {
        return Some("ja".to_string());
    }
    let script = match traditional.cmp(&simplified) {
        std::cmp::Ordering::Greater => "zh-Hant",
        std::cmp::Ordering::Less => "zh-Hans",
        std::cmp::Ordering::Equal => {
            let declared = declared.unwrap_or_default().to_ascii_lowercase();
            let hant = ["hant", "tw", "hk", "mo"].iter().any(|t| declared.split('-').any(|p| p == *t));
            if hant {
                "zh-Hant"
            } else if declared.starts_with("zh") {
                "zh-Hans"
            } else {
                "zh"
            }
        }
    };
    Some(script.to_string())
}

/// Frequent characters that exist in one of the two ways of writing Chinese only.
const TRADITIONAL: &str = "這個們來時為會說國對學過發後見經當長動現點實間問給進還樣種應從開無關沒車電話樂業東書員與讓親長門馬風飛魚鳥麼體萬億產聲買賣錢鐵銀視覺記請許論設變總線組織結級聯網習歲歷單雙區醫縣條權機構標檔";
const SIMPLIFIED: &str = "这个们来时为会说国对学过发后见经当长动现点实间问给进还样种应从开无关没车电话乐业东书员与让亲长门马风飞鱼鸟么体万亿产声买卖钱铁银视觉记请许论设变总线组织结级联网习岁历单双区医县条权机构标档";

/// Codes of one language or of two that detectors take for each other.
fn same(a: &str, b: &str) -> bool {
    const GROUPS: [&[&str]; 6] = [
        &["no", "nb", "nn", "da"],
        &["hr", "sr", "bs", "sh"],
        &["id", "ms"],
        &["sk", "cs"],
        &["es", "gl", "ca", "pt"],
        &["ru", "uk", "bg", "be", "mk"],
    ];
    a == b || GROUPS.iter().take(4).any(|g| g.contains(&a) && g.contains(&b))
}

/// ISO 639-1 where there is one.
fn code(lang: Lang) -> Option<&'static str> {
    Some(match lang {
        Lang::Eng => "en",
        Lang::Deu => "de",
        Lang::Fra => "fr",
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Nld => "nl",
        Lang::Swe => "sv",
        Lang::Dan => "da",
        Lang::Nob => "no",
        Lang::Fin => "fi",
        Lang::Est => "et",
        Lang::Lav => "lv",
        Lang::Lit => "lt",
        Lang::Pol => "pl",
        Lang::Ces => "cs",
        Lang::Slk => "sk",
        Lang::Slv => "sl",
        Lang::Hrv => "hr",
        Lang::Srp => "sr",
        Lang::Hun => "hu",
        Lang::Ron => "ro",
        Lang::Tur => "tr",
        Lang::Aze => "az",
        Lang::Rus => "ru",
        Lang::Ukr => "uk",
        Lang::Bel => "be",
        Lang::Bul => "bg",
        Lang::Mkd => "mk",
        Lang::Ell => "el",
        Lang::Ara => "ar",
        Lang::Pes => "fa",
        Lang::Urd => "ur",
        Lang::Heb => "he",
        Lang::Yid => "yi",
        Lang::Hin => "hi",
        Lang::Ben => "bn",
        Lang::Mar => "mr",
        Lang::Guj => "gu",
        Lang::Pan => "pa",
        Lang::Tam => "ta",
        Lang::Tel => "te",
        Lang::Kan => "kn",
        Lang::Mal => "ml",
        Lang::Ori => "or",
        Lang::Sin => "si",
        Lang::Nep => "ne",
        Lang::Tha => "th",
        Lang::Mya => "my",
        Lang::Khm => "km",
        Lang::Vie => "vi",
        Lang::Ind => "id",
        Lang::Jav => "jv",
        Lang::Tgl => "tl",
        Lang::Kor => "ko",
        Lang::Jpn => "ja",
        Lang::Cmn => "zh",
        Lang::Kat => "ka",
        Lang::Hye => "hy",
        Lang::Amh => "am",
        Lang::Afr => "af",
        Lang::Cat => "ca",
        Lang::Lat => "la",
        Lang::Epo => "eo",
        Lang::Uzb => "uz",
        Lang::Tuk => "tk",
        Lang::Zul => "zu",
        Lang::Sna => "sn",
        Lang::Aka => "ak",
        _ => return None,
    })
}
