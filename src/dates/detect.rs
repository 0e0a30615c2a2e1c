//! The language of a text, by its script first, by its small words second, and at last by its trigrams.

use super::letters::{Letters, hash};
use crate::text::script::{is_han, is_hangul, is_kana};
use std::collections::BTreeMap;

/// Characters looked at: the head of a document tells its language.
const SAMPLE: usize = 4000;

/// Bytes of it in which small words are counted: prose holds about a hundred there.
const WORDS_SAMPLE: usize = 2000;
/// Small words that a language needs there …
const MIN_HITS: u32 = 8;
/// … in so many words at most for each: prose has a third, lists of names few …
const MAX_WORDS_EACH: u32 = 10;
/// … and how many times as many they must be as those of any other language, as a fraction: Danish and Norwegian share two
/// thirds of them. What is closer is left to the trigrams, which take twenty times as long.
const MIN_LEAD: (u32, u32) = (3, 2);

/// The commonest small words of languages that share a script, a line each, parted by blanks behind the code.
const SMALL: &str = include_str!("small.txt");

/// The small words of all languages.
#[derive(Debug)]
pub struct SmallWords {
    codes: Vec<&'static str>,
    // Invariant: open addressing; the length is a power of two and half of it or more is free.
    /// Words by their hash, and the languages that each speaks for, a bit each.
    table: Vec<(u64, u64)>,
}

impl SmallWords {
    /// The words of the list in the binary.
    pub fn new() -> SmallWords {
        let mut words: BTreeMap<u64, u64> = BTreeMap::new();
        let mut codes = Vec::new();
        for (bit, line) in SMALL.lines().enumerate() {
            let mut all = line.split(' ');
            codes.extend(all.next());
            all.for_each(|w| *words.entry(hash(w.as_bytes(), w.len())).or_default() |= 1 << bit);
        }
        let mut small = SmallWords { codes, table: vec![(0, 0); (2 * words.len()).next_power_of_two()] };
        for (hash, bits) in words {
            let at = small.place(hash);
            small.table[at] = (hash, bits);
        }
        small
    }

    fn place(&self, hash: u64) -> usize {
        let mask = self.table.len() - 1;
        let mut at = (hash >> 32) as usize & mask;
        while self.table[at].0 != hash && self.table[at].0 != 0 {
            at = (at + 1) & mask;
        }
        at
    }

    /// The language whose small words are clearly the most at the head of `text`.
    fn language(&self, text: &str, letters: &Letters) -> Option<&'static str> {
        // A character cut in two is no letter.
        let bytes = &text.as_bytes()[..text.len().min(WORDS_SAMPLE)];
        let mut hits = [0u32; u64::BITS as usize];
        let (mut at, mut n_words) = (0, 0);
        while at < bytes.len() {
            let run = letters.run(&bytes[at..]);
            if run == 0 {
                // Not all of a character, but what follows it in the same is no letter either.
                at += 1;
                continue;
            }
            n_words += 1;
            let mut bits = self.table[self.place(hash(&bytes[at..], run))].1;
            while bits != 0 {
                hits[bits.trailing_zeros() as usize] += 1;
                bits &= bits - 1;
            }
            at += run;
        }
        let best = (0..hits.len()).max_by_key(|i| hits[*i])?;
        let second = (0..hits.len()).filter(|i| *i != best).map(|i| hits[i]).max()?;
        let clear = hits[best] >= MIN_HITS
            && hits[best] * MAX_WORDS_EACH >= n_words
            && hits[best] * MIN_LEAD.1 >= second * MIN_LEAD.0;
        clear.then(|| self.codes.get(best).copied()).flatten()
    }
}

/// BCP 47 code of the language of `text`, among those that are known; English when nothing speaks for another.
pub fn language(text: &str, small: &SmallWords, letters: &Letters, known: impl Fn(&str) -> bool) -> &'static str {
    let (mut han, mut kana, mut hangul, mut greek, mut cyrillic, mut all) = (0u32, 0u32, 0u32, 0u32, 0u32, 0u32);
    let mut sample_end = 0;
    for (i, c) in text.char_indices().take(SAMPLE) {
        sample_end = i + c.len_utf8();
        // Most letters of most texts, without asking Unicode.
        match c {
            ..'\u{80}' => all += u32::from(c.is_ascii_alphabetic()),
            'α'..='ω' | 'Α'..='Ρ' | 'Σ'..='Ω' => (greek, all) = (greek + 1, all + 1),
            'а'..='я' | 'А'..='Я' => (cyrillic, all) = (cyrillic + 1, all + 1),
            '\u{4e00}'..='\u{9fa5}' => (han, all) = (han + 1, all + 1),
            _ => {
                han += u32::from(is_han(c));
                kana += u32::from(is_kana(c));
                hangul += u32::from(is_hangul(c));
                greek += u32::from(matches!(u32::from(c), 0x370..=0x3FF));
                cyrillic += u32::from(matches!(u32::from(c), 0x400..=0x4FF));
                all += u32::from(c.is_alphabetic());
            }
        }
    }
    // A Han character says as much as two or three letters.
    if (han + kana) * 3 >= all {
        return if kana * 10 > han {
            "ja"
        } else if han > 0 {
            "zh"
        } else {
            "en"
        };
    }
    if hangul * 3 >= all && hangul > 0 {
        return "ko";
    }
    if let Some(code) = small.language(text, letters).filter(|code| known(code)) {
        return code;
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
        _ if greek * 2 > all => "el",
        _ if cyrillic * 2 > all => "ru",
        _ => "en",
    };
    if known(code) { code } else { "en" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_known_by_its_small_words() {
        let (small, letters) = (SmallWords::new(), Letters::new());
        let clear = |text: &str| small.language(text, &letters);
        let text = "The board of the harbour said that it was not for the council to build in the old town, and they had it in writing.";
        assert_eq!(clear(text), Some("en"));
        let text = "Der Rat der Stadt hat sich nach einer langen Sitzung für den Bau entschieden, und das ist für die meisten auch gut so.";
        assert_eq!(clear(text), Some("de"));
        let text = "Рада міста не була за те, що у порту збудують вежу, але про це вже говорили й на зборах, і в школі, і до того ж під час свята.";
        assert_eq!(clear(text), Some("uk"));
        assert_eq!(clear("Toyota, Honda, Nissan, Mazda, Subaru"), None);
    }
}
