//! The language of a text, by its script first and its words second.

use crate::text::script::{is_han, is_hangul, is_kana};

/// Characters looked at: the head of a document tells its language.
const SAMPLE: usize = 4000;

/// BCP 47 code of the language of `text`, among those that are known; English when nothing speaks for another.
pub fn language(text: &str, known: impl Fn(&str) -> bool) -> &'static str {
    let (mut han, mut kana, mut hangul, mut greek, mut cyrillic, mut letters) = (0u32, 0u32, 0u32, 0u32, 0u32, 0u32);
    let mut sample_end = 0;
    for (i, c) in text.char_indices().take(SAMPLE) {
        sample_end = i + c.len_utf8();
        han += u32::from(is_han(c));
        kana += u32::from(is_kana(c));
        hangul += u32::from(is_hangul(c));
        greek += u32::from(matches!(u32::from(c), 0x370..=0x3FF));
        cyrillic += u32::from(matches!(u32::from(c), 0x400..=0x4FF));
        letters += u32::from(c.is_alphabetic());
    }
    // A Han character says as much as two or three letters.
    if (han + kana) * 3 >= letters {
        return if kana * 10 > han {
            "ja"
        } else if han > 0 {
            "zh"
        } else {
            "en"
        };
    }
    if hangul * 3 >= letters && hangul > 0 {
        return "ko";
    }
    let guess = whatlang::detect(&text[..sample_end]).map(|d| d.lang().code());
    let code = match guess {
        Some("rus") => "ru",
        Some("ukr") => "uk",
        Some("bul") => "bg",
        Some("deu") => "de",
        Some("spa") => "es",
        Some("fra") => "fr",
        Some("ita") => "it",
        Some("por") => "pt",
        Some("nld") => "nl",
        Some("ell") => "el",
        Some("ara") => "ar",
        Some("hin") => "hi",
        Some("tur") => "tr",
        Some("vie") => "vi",
        Some("pol") => "pl",
        Some("swe") => "sv",
        Some("dan") => "da",
        Some("nob") => "no",
        Some("fin") => "fi",
        Some("ces") => "cs",
        Some("hun") => "hu",
        Some("ron") => "ro",
        Some("hrv") => "hr",
        Some("cat") => "ca",
        Some("heb") => "he",
        Some("est") => "et",
        Some("ind") => "id",
        Some("tha") => "th",
        _ if greek * 2 > letters => "el",
        _ if cyrillic * 2 > letters => "ru",
        _ => "en",
    };
    if known(code) { code } else { "en" }
}
