//! The language a text is written in: by script where the script tells, else by its words, checked against what is declared.

use crate::text::script::{is_han, is_hangul, is_kana};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use whatlang::Lang;

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

/// The language of `text`. The declared one stands unless the text's script or its words clearly say another.
pub(super) fn of(text: &str, declared: Option<&str>, detector: &Detector) -> Option<String> {
    let sample = sample(text);
    let count = Count::of(&sample, detector);
    if let Some(cjk) = count.cjk(declared) {
        return Some(cjk);
    }
    let primary = declared.and_then(|d| d.split('-').next());
    let (found, sure) = match count.by_script().or_else(|| count.by_words(detector)) {
        Some(clear) => (Some(clear), true),
        None => {
            let guess = whatlang::detect(&sample);
            guess.map_or((None, false), |info| (code(info.lang()), info.is_reliable()))
        }
    };
    match (primary, found) {
        (Some(primary), Some(found)) if same(primary, found) => Some(primary.to_string()),
        (_, Some(found)) if sure => Some(found.to_string()),
        (Some(primary), _) => Some(primary.to_string()),
        (None, found) => found.map(str::to_string),
    }
}

/// Places in a text that are looked at, and bytes at each: more change nothing.
const N_WINDOWS: usize = 4;
const WINDOW: usize = 1_000;

/// The text, or some of it from places that lie evenly between its ends, where menus stand.
fn sample(text: &str) -> Cow<'_, str> {
    if text.len() <= N_WINDOWS * WINDOW {
        return Cow::Borrowed(text);
    }
    let border = |at: usize| (at..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len());
    let windows = (1..=N_WINDOWS).map(|k| {
        let middle = text.len() / (N_WINDOWS + 1) * k;
        &text[border(middle - WINDOW / 2)..border(middle + WINDOW / 2)]
    });
    Cow::Owned(windows.collect::<Vec<_>>().join(" "))
}

/// Small words that a language needs in the sample …
const MIN_HITS: u32 = 8;
/// … their share of all words, of which prose has a third and lists of names few …
const MIN_SHARE: f32 = 0.1;
/// … and how many times as many they must be as those of any other language. Danish and Norwegian share two thirds:
/// what is closer than this is left to a finer look.
const MIN_LEAD: f32 = 1.5;

/// Tells languages by their commonest words.
pub(super) struct Detector {
    codes: Vec<String>,
    // Invariant: open addressing; the length is a power of two and half of it or more is free.
    /// Words by their hash, and what each speaks for: a bit a language, two more for the two ways of writing Chinese.
    table: Vec<(u64, u64)>,
}

const TRADITIONAL_BIT: usize = 62;
const SIMPLIFIED_BIT: usize = 63;

impl Detector {
    /// From lists of words, parted by blanks, by code.
    pub(super) fn new(lists: &BTreeMap<String, String>) -> Detector {
        assert!(lists.len() <= TRADITIONAL_BIT, "there is a bit for each language");
        let n_words: usize = lists.values().map(|list| list.split(' ').count()).sum();
        let n_all = n_words + TRADITIONAL.chars().count() + SIMPLIFIED.chars().count();
        let table = vec![(0, 0); (2 * n_all).next_power_of_two()];
        let mut detector = Detector { codes: lists.keys().cloned().collect(), table };
        for (bit, list) in lists.values().enumerate() {
            list.split(' ').for_each(|word| detector.add(word.chars().fold(0, mix), bit));
        }
        TRADITIONAL.chars().for_each(|c| detector.add(mix(0, c), TRADITIONAL_BIT));
        SIMPLIFIED.chars().for_each(|c| detector.add(mix(0, c), SIMPLIFIED_BIT));
        detector
    }

    fn add(&mut self, hash: u64, bit: usize) {
        let slot = self.slot(hash);
        self.table[slot] = (hash, self.table[slot].1 | 1 << bit);
    }

    fn slot(&self, hash: u64) -> usize {
        let mask = self.table.len() - 1;
        let mut at = (hash >> 32) as usize & mask;
        while self.table[at].0 != hash && self.table[at].0 != 0 {
            at = (at + 1) & mask;
        }
        at
    }

    /// What a word speaks for.
    fn bits(&self, hash: u64) -> u64 {
        self.table[self.slot(hash)].1
    }
}

/// One more letter of a word; never 0 for a word.
#[inline]
fn mix(hash: u64, c: char) -> u64 {
    (hash.rotate_left(7) ^ u64::from(u32::from(c))).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1
}

/// What a sample is made of.
struct Count {
    han: usize,
    kana: usize,
    hangul: usize,
    /// Letters of all other scripts.
    letters: usize,
    traditional: usize,
    simplified: usize,
    /// Letters of each of `SCRIPTS`.
    scripts: [usize; SCRIPTS.len()],
    n_words: u32,
    /// Small words of each language.
    hits: [u32; u64::BITS as usize],
}

impl Count {
    fn of(text: &str, detector: &Detector) -> Count {
        let mut count = Count {
            han: 0,
            kana: 0,
            hangul: 0,
            letters: 0,
            traditional: 0,
            simplified: 0,
            scripts: [0; SCRIPTS.len()],
            n_words: 0,
            hits: [0; u64::BITS as usize],
        };
        let mut word = 0u64;
        for c in text.chars() {
            if c.is_ascii_alphabetic() {
                word = mix(word, c.to_ascii_lowercase());
                count.letters += 1;
                continue;
            }
            if !c.is_ascii() && count.see(c, detector) {
                word = mix(word, c.to_lowercase().next().unwrap_or(c));
                continue;
            }
            count.end_word(&mut word, detector);
        }
        count.end_word(&mut word, detector);
        count
    }

    /// Counts a character beyond ASCII; true if it belongs to a word.
    fn see(&mut self, c: char, detector: &Detector) -> bool {
        if is_kana(c) {
            self.kana += 1;
        } else if is_hangul(c) {
            self.hangul += 1;
        } else if is_han(c) {
            self.han += 1;
            let bits = detector.bits(mix(0, c));
            self.traditional += usize::from(bits >> TRADITIONAL_BIT & 1 != 0);
            self.simplified += usize::from(bits >> SIMPLIFIED_BIT & 1 != 0);
        } else if c.is_alphabetic() {
            self.letters += 1;
            if let Some(i) = SCRIPTS.iter().position(|(range, _)| range.contains(&u32::from(c))) {
                self.scripts[i] += 1;
            }
            return true;
        } else {
            // Signs of vowels belong to the word before them.
            return matches!(u32::from(c), 0x0300..=0x036F | 0x064B..=0x0652 | 0x0900..=0x0DFF);
        }
        false
    }

    fn end_word(&mut self, word: &mut u64, detector: &Detector) {
        if *word == 0 {
            return;
        }
        self.n_words += 1;
        let mut bits = detector.bits(*word);
        while bits != 0 {
            self.hits[bits.trailing_zeros() as usize] += 1;
            bits &= bits - 1;
        }
        *word = 0;
    }

    /// The language whose script most letters are of.
    fn by_script(&self) -> Option<&'static str> {
        let most = (0..SCRIPTS.len()).max_by_key(|&i| self.scripts[i])?;
        (self.scripts[most] * 2 > self.letters).then_some(SCRIPTS[most].1)
    }

    /// The language whose small words are clearly the most.
    fn by_words<'d>(&self, detector: &'d Detector) -> Option<&'d str> {
        let (mut best, mut second) = ((0, 0), 0);
        for (i, &hits) in self.hits.iter().enumerate() {
            if hits > best.1 {
                second = best.1;
                best = (i, hits);
            } else {
                second = second.max(hits);
            }
        }
        let (i, hits) = best;
        let clear = hits >= MIN_HITS
            && hits as f32 >= MIN_SHARE * self.n_words as f32
            && hits as f32 >= MIN_LEAD * second as f32;
        clear.then(|| detector.codes.get(i).map(String::as_str)).flatten()
    }

    /// Chinese, Japanese and Korean by their characters.
    fn cjk(&self, declared: Option<&str>) -> Option<String> {
        let cjk = self.han + self.kana + self.hangul;
        // A Chinese character says about as much as four letters.
        if cjk == 0 || cjk * 4 < self.letters {
            return None;
        }
        if self.hangul * 2 > self.han + self.kana {
            return Some("ko".to_string());
        }
        // Japanese prose is about half kana; Chinese quotes a word of it now and then.
        if self.kana * 10 > self.han {
            return Some("ja".to_string());
        }
        let script = match self.traditional.cmp(&self.simplified) {
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
}

/// Scripts that one language is written in, nearly always.
const SCRIPTS: [(RangeInclusive<u32>, &str); 17] = [
    (0x0370..=0x03FF, "el"),
    (0x0530..=0x058F, "hy"),
    (0x0590..=0x05FF, "he"),
    (0x0980..=0x09FF, "bn"),
    (0x0A00..=0x0A7F, "pa"),
    (0x0A80..=0x0AFF, "gu"),
    (0x0B00..=0x0B7F, "or"),
    (0x0B80..=0x0BFF, "ta"),
    (0x0C00..=0x0C7F, "te"),
    (0x0C80..=0x0CFF, "kn"),
    (0x0D00..=0x0D7F, "ml"),
    (0x0D80..=0x0DFF, "si"),
    (0x0E00..=0x0E7F, "th"),
    (0x1000..=0x109F, "my"),
    (0x10A0..=0x10FF, "ka"),
    (0x1200..=0x137F, "am"),
    (0x1780..=0x17FF, "km"),
];

/// Frequent characters that exist in one of the two ways of writing Chinese only.
const TRADITIONAL: &str = "這個們來時為會說國對學過發後見經當長動現點實間問給進還樣種應從開無關沒車電話樂業東書員與讓親長門馬風飛魚鳥麼體萬億產聲買賣錢鐵銀視覺記請許論設變總線組織結級聯網習歲歷單雙區醫縣條權機構標檔";
const SIMPLIFIED: &str = "这个们来时为会说国对学过发后见经当长动现点实间问给进还样种应从开无关没车电话乐业东书员与让亲长门马风飞鱼鸟么体万亿产声买卖钱铁银视觉记请许论设变总线组织结级联网习岁历单双区医县条权机构标档";

/// Codes of one language or of two that detectors take for each other.
fn same(a: &str, b: &str) -> bool {
    const GROUPS: [&[&str]; 4] = [&["no", "nb", "nn", "da"], &["hr", "sr", "bs", "sh"], &["id", "ms"], &["sk", "cs"]];
    a == b || GROUPS.iter().any(|g| g.contains(&a) && g.contains(&b))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::meta::words::Words;

    fn check(text: &str, declared: Option<&str>, expected: Option<&str>) {
        assert_eq!(of(text, declared, &Words::builtin().detector).as_deref(), expected, "{text}");
    }

    #[test]
    fn a_few_sentences_tell_their_language() {
        for (text, code) in [
            (
                "The mill stood by the river for a hundred years, and it was the only one of its kind in the valley.",
                "en",
            ),
            (
                "Die Mühle stand hundert Jahre am Fluss, und sie war die einzige ihrer Art in dem Tal, das nach ihr heißt.",
                "de",
            ),
            (
                "Le moulin est resté au bord de la rivière pendant cent ans et il était le seul de son genre dans la vallée.",
                "fr",
            ),
            (
                "Мельница стояла у реки сто лет, и она была единственной в долине, которая так и не была названа по ней.",
                "ru",
            ),
            ("השער נפתח בבוקר והאנשים נכנסו", "he"),
            ("水退去之后，镇上的人回来了，先扫街，再点灯，第三天学校也开了门。", "zh-Hans"),
            ("水退去之後，鎮上的人回來了，先掃街，再點燈，第三天學校也開了門。", "zh-Hant"),
            ("水が引いたあと、町の人々は戻ってきて、まず通りを掃いた。", "ja"),
            ("물이 빠진 뒤에 마을 사람들이 돌아왔다.", "ko"),
        ] {
            check(text, None, Some(code));
        }
    }

    #[test]
    fn what_is_declared_stands_where_the_text_does_not_say_another() {
        check("OK 2019", Some("fr"), Some("fr"));
        check(
            "Vi har ikke set det, og det er ikke til at se, men det er der, for vi har hørt det.",
            Some("nb"),
            Some("nb"),
        );
        check(
            "The mill stood by the river, and it was not the only one that was there for them.",
            Some("de"),
            Some("en"),
        );
        check("", None, None);
    }

    #[test]
    fn a_long_text_is_judged_by_places_all_over_it_on_borders_of_characters() {
        check(&"é und die Mühle, die in dem Tal stand, war nicht die einzige, ".repeat(900), None, Some("de"));
        check(&"水が引いた。".repeat(3_000), None, Some("ja"));
    }
}
