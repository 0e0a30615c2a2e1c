//! The language a text is written in: by its script where that tells, by its small words and its letters where they are
//! clear, and at last by its trigrams.

use super::letters::{Letters, ascii_run, hash, mix};
use super::script::{is_han, is_hangul, is_kana, is_mark};
use std::borrow::Cow;
use std::ops::RangeInclusive;
use std::sync::Arc;
use whatlang::Lang;

/// Places in a text that are looked at, and bytes at each: more change nothing.
const N_WINDOWS: usize = 4;
const WINDOW: usize = 1_000;

/// The text, or some of it from places that lie evenly between its ends, where menus stand.
pub fn sample(text: &str) -> Cow<'_, str> {
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

/// So many more small words than any other language has: of 3,226 labelled texts in Latin and Cyrillic letters, most of
/// them a sentence, 2,364 are told by that and three wrongly; one more tells 350 more, and forty wrongly …
const LEAD: i32 = 2;
/// … to speak against what is declared twice as many …
const SURE_LEAD: i32 = 4;
/// … and of all words so many at most for each: prose has a third, lists of names few.
const MAX_WORDS_EACH: i32 = 10;
/// Of fewer words that speak for no language before the others trigrams tell none either: of 5,134 labelled texts they know
/// 1,663 and take 2,730 for another, and cost more than all else that is done with such a text.
const MIN_TRIGRAM_WORDS: i32 = 10;
/// With such a lead the rest of the sample is not looked at …
const CLEAR_LEAD: i32 = 12;
/// … where it is half of all hits, which no two languages share.
const CLEAR_PART: i32 = 2;
/// Words between two such looks.
const WORDS_A_LOOK: i32 = 32;

/// What is known of a language: its letters beyond ASCII (none: not told) and its commonest small words, in small letters.
/// Words of several languages stand in each of them.
const SMALL: &str = include_str!("small.txt");

/// Tells languages by their commonest words and their letters.
#[derive(Debug)]
pub struct Detector {
    letters: Arc<Letters>,
    codes: Vec<&'static str>,
    /// Languages of other scripts than Latin and Cyrillic, whose letters are not told.
    other_scripts: u64,
    // Invariant: open addressing; the length is a power of two and half of it or more is free.
    /// Words by their hash, and the languages that each speaks for, a bit each.
    words: Vec<(u64, u64)>,
    /// Letters beyond ASCII, and the languages that write them.
    writers: Vec<(u64, u64)>,
}

const TRADITIONAL_BIT: usize = 62;
const SIMPLIFIED_BIT: usize = 63;
/// The bits of languages.
const LANGUAGES: u64 = (1 << TRADITIONAL_BIT) - 1;

/// A language, and whether that is sure; Chinese with its way of writing, where its characters tell (`zh-Hant`).
pub type Guess = (&'static str, bool);

impl Detector {
    /// From the lists in the binary.
    pub fn new(letters: Arc<Letters>) -> Detector {
        let lines = || SMALL.lines().map(|line| line.split_once(':').expect("a code stands before its letters"));
        let n_words = SMALL.split(' ').count();
        let mut detector = Detector {
            letters,
            codes: lines().map(|l| l.0).collect(),
            other_scripts: 0,
            words: vec![(0, 0); (2 * n_words).next_power_of_two()],
            // Some hundreds of letters are told.
            writers: vec![(0, 0); 1 << 10],
        };
        assert!(detector.codes.len() <= TRADITIONAL_BIT, "there is a bit for each language");
        TRADITIONAL.chars().for_each(|c| add(&mut detector.writers, letter(c), TRADITIONAL_BIT));
        SIMPLIFIED.chars().for_each(|c| add(&mut detector.writers, letter(c), SIMPLIFIED_BIT));
        for (bit, (_, line)) in lines().enumerate() {
            let (own, words) = line.split_once(' ').expect("words stand behind the letters");
            if own.is_empty() {
                detector.other_scripts |= 1 << bit;
            }
            own.chars().for_each(|c| add(&mut detector.writers, letter(c), bit));
            words.split(' ').for_each(|w| add(&mut detector.words, hash(w.as_bytes(), w.len()), bit));
        }
        detector
    }

    /// This one with more words, each of a language.
    pub fn with<'a>(&self, more: impl IntoIterator<Item = (&'a str, &'a str)>) -> Detector {
        let more: Vec<(usize, u64)> = more
            .into_iter()
            .filter_map(|(code, word)| {
                Some((self.codes.iter().position(|c| *c == code)?, hash(word.as_bytes(), word.len())))
            })
            .collect();
        let n_words = self.words.len() / 2 + more.len();
        let mut words = vec![(0, 0); (2 * n_words).next_power_of_two()];
        for &(key, bits) in self.words.iter().filter(|w| w.0 != 0) {
            let at = place(&words, key);
            words[at] = (key, bits);
        }
        more.into_iter().for_each(|(bit, key)| add(&mut words, key, bit));
        let (letters, codes, writers) = (Arc::clone(&self.letters), self.codes.clone(), self.writers.clone());
        Detector { letters, codes, other_scripts: self.other_scripts, words, writers }
    }

    /// The languages that the word of this hash speaks for.
    #[inline]
    fn speaks(&self, word: u64) -> u64 {
        self.words[place(&self.words, word)].1
    }

    /// The language of `text`, where its script or its words are clear.
    pub fn clear(&self, text: &str) -> Option<Guess> {
        self.clear_by(&Count::of(text, self))
    }

    fn clear_by(&self, count: &Count) -> Option<Guess> {
        if let Some(code) = count.by_script() {
            return Some((code, true));
        }
        let (i, best, second) = count.best();
        let lead = best - second;
        (lead >= LEAD && count.is_prose(best)).then(|| (self.codes[i], lead >= SURE_LEAD))
    }

    /// The language of the most words of `text`, be they few; of equals the first of the list, in which English leads.
    pub fn likely(&self, text: &str) -> &'static str {
        let count = Count::of(text, self);
        count.by_script().unwrap_or_else(|| self.codes[count.best().0])
    }

    /// The language of `text`: the one that its script or its words are clear for, or that its words or letters speak for
    /// before all others; of a longer text by trigrams. None when nothing speaks for one.
    pub fn guess(&self, text: &str) -> Option<Guess> {
        let count = Count::of(text, self);
        if let Some(clear) = self.clear_by(&count) {
            return Some(clear);
        }
        let (i, best, _) = count.best();
        // Of 2,071 labelled texts 1,859 are of the language that leads so, and 1,438 of the one that trigrams tell.
        if best >= 0 && count.is_alone(best) && count.is_prose(best.max(1)) {
            return Some((self.codes[i], false));
        }
        if count.n_words < MIN_TRIGRAM_WORDS {
            return None;
        }
        let guess = whatlang::detect(text)?;
        Some((code(guess.lang())?, guess.is_reliable()))
    }
}

/// A key for a letter, in its small form.
fn letter(c: char) -> u64 {
    (u64::from(u32::from(c)) | 1 << 32).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

fn add(table: &mut [(u64, u64)], key: u64, bit: usize) {
    let at = place(table, key);
    table[at] = (key, table[at].1 | 1 << bit);
}

#[inline]
fn place(table: &[(u64, u64)], key: u64) -> usize {
    let mask = table.len() - 1;
    let mut at = (key >> 32) as usize & mask;
    while table[at].0 != key && table[at].0 != 0 {
        at = (at + 1) & mask;
    }
    at
}

/// What a text is made of.
#[derive(Debug)]
struct Count {
    /// Han characters.
    han: usize,
    /// Hiragana and katakana.
    kana: usize,
    /// Hangul syllables.
    hangul: usize,
    /// Letters of all other scripts.
    letters: usize,
    traditional: usize,
    simplified: usize,
    /// Letters of each of `SCRIPTS`.
    scripts: [usize; SCRIPTS.len()],
    n_words: i32,
    /// Small words of each language, less the words whose letters it does not have.
    hits: [i32; TRADITIONAL_BIT],
}

impl Count {
    /// Counts until it is clear what language the words are of.
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
            hits: [0; TRADITIONAL_BIT],
        };
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            match bytes[at] {
                b if b.is_ascii() && !b.is_ascii_alphabetic() => at += 1,
                0xE3..=0xED | 0xEF.. => {
                    let c = text[at..].chars().next().expect("on a border");
                    count.hangul += usize::from(is_hangul(c));
                    count.kana += usize::from(is_kana(c));
                    if is_han(c) {
                        count.han += 1;
                        let writes = detector.writers[place(&detector.writers, letter(c))].1;
                        count.traditional += usize::from(writes >> TRADITIONAL_BIT & 1 != 0);
                        count.simplified += usize::from(writes >> SIMPLIFIED_BIT & 1 != 0);
                    }
                    at += c.len_utf8();
                }
                _ => {
                    at = count.word(text, at, detector);
                    if count.n_words % WORDS_A_LOOK == 0 && count.is_clear() {
                        return count;
                    }
                }
            }
        }
        count
    }

    /// Counts the word at `at`; gives its end.
    fn word(&mut self, text: &str, at: usize, detector: &Detector) -> usize {
        let bytes = text.as_bytes();
        // Most words of most texts: a few ASCII letters, all in one look.
        let (len, folded) = ascii_run(&bytes[at..]);
        if (1..8).contains(&len) && bytes.get(at + len).is_none_or(u8::is_ascii) {
            self.n_words += 1;
            self.letters += len;
            self.hit(detector.speaks(mix(0, folded)));
            return at + len;
        }
        let mut end = at + detector.letters.run(&bytes[at..]);
        // Signs of vowels belong to the word around them.
        while let Some(mark) = text[end..].chars().next().filter(|c| is_mark(*c)) {
            end += mark.len_utf8();
            end += detector.letters.run(&bytes[end..]);
        }
        if end == at {
            let c = text[at..].chars().next().expect("on a border");
            self.letters += usize::from(c.is_alphabetic());
            self.script(c, 1);
            return at + c.len_utf8();
        }
        let word = &text[at..end];
        self.n_words += 1;
        let mut speaks = detector.speaks(hash(word.as_bytes(), word.len()));
        if word.is_ascii() {
            self.letters += word.len();
        } else {
            let mut writers = u64::MAX;
            let mut n = 0;
            for c in word.chars() {
                n += 1;
                if !c.is_ascii() {
                    let small = c.to_lowercase().next().unwrap_or(c);
                    let told = matches!(u32::from(c), ..0x0530 | 0x1E00..=0x1EFF);
                    let others = if told { 0 } else { detector.other_scripts };
                    writers &= detector.writers[place(&detector.writers, letter(small))].1 | others;
                }
            }
            self.letters += n;
            self.script(word.chars().find(|c| !c.is_ascii()).unwrap_or('a'), n);
            each_bit(!writers & LANGUAGES, |i| self.hits[i] -= 1);
            speaks &= writers;
        }
        self.hit(speaks);
        end
    }

    /// Counts a word that speaks for these languages.
    #[inline]
    fn hit(&mut self, speaks: u64) {
        each_bit(speaks & LANGUAGES, |i| self.hits[i] += 1);
    }

    fn script(&mut self, c: char, n: usize) {
        if let Some(i) = SCRIPTS.iter().position(|(range, _)| range.contains(&u32::from(c))) {
            self.scripts[i] += n;
        }
    }

    /// The language of the most hits, how many they are, and how many the next one has.
    fn best(&self) -> (usize, i32, i32) {
        let (mut i_best, mut best, mut second) = (0, self.hits[0], i32::MIN);
        for (i, &hits) in self.hits.iter().enumerate().skip(1) {
            if hits > best {
                (i_best, best, second) = (i, hits, best);
            } else {
                second = second.max(hits);
            }
        }
        (i_best, best, second.max(0))
    }

    fn is_clear(&self) -> bool {
        let (_, best, second) = self.best();
        best - second >= CLEAR_LEAD && (best - second) * CLEAR_PART >= best && self.is_prose(best)
    }

    /// So many of the words are small words of one language as prose has of its own.
    fn is_prose(&self, hits: i32) -> bool {
        hits * MAX_WORDS_EACH >= self.n_words
    }

    /// No two languages have so many hits.
    fn is_alone(&self, hits: i32) -> bool {
        self.hits.iter().filter(|h| **h == hits).count() == 1
    }

    /// The language whose script most letters are of.
    fn by_script(&self) -> Option<&'static str> {
        let cjk = self.han + self.kana + self.hangul;
        // A Han character says about as much as four letters.
        if cjk > 0 && cjk * 4 >= self.letters {
            // Japanese prose is about half kana; Chinese quotes a word of it now and then.
            return Some(match () {
                () if self.hangul * 2 > self.han + self.kana => "ko",
                () if self.kana * 10 > self.han => "ja",
                () if self.traditional > self.simplified => "zh-Hant",
                () if self.traditional < self.simplified => "zh-Hans",
                () => "zh",
            });
        }
        let most = (0..SCRIPTS.len()).max_by_key(|&i| self.scripts[i])?;
        (self.scripts[most] * 2 > self.letters).then_some(SCRIPTS[most].1)
    }
}

#[inline]
fn each_bit(mut bits: u64, mut each: impl FnMut(usize)) {
    while bits != 0 {
        each(bits.trailing_zeros() as usize);
        bits &= bits - 1;
    }
}

/// Frequent characters that exist in one of the two ways of writing Chinese only.
const TRADITIONAL: &str = "這個們來時為會說國對學過發後見經當長動現點實間問給進還樣種應從開無關沒車電話樂業東書員與讓親長門馬風飛魚鳥麼體萬億產聲買賣錢鐵銀視覺記請許論設變總線組織結級聯網習歲歷單雙區醫縣條權機構標檔";
const SIMPLIFIED: &str = "这个们来时为会说国对学过发后见经当长动现点实间问给进还样种应从开无关没车电话乐业东书员与让亲长门马风飞鱼鸟么体万亿产声买卖钱铁银视觉记请许论设变总线组织结级联网习岁历单双区医县条权机构标档";

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

    fn guess(text: &str) -> Option<Guess> {
        Detector::new(Arc::new(Letters::new())).guess(text)
    }

    #[test]
    fn prose_is_known_by_its_small_words() {
        for (text, code) in [
            ("The board of the harbour said that it was not for the council to build in the old town.", "en"),
            ("Der Rat der Stadt hat sich nach einer langen Sitzung für den Bau entschieden, und das ist gut so.", "de"),
            ("Рада міста не була за те, що у порту збудують вежу, але про це вже говорили й на зборах.", "uk"),
            ("Η πόλη άδειασε νωρίς.", "el"),
        ] {
            assert_eq!(guess(text), Some((code, true)), "{text}");
        }
    }

    #[test]
    fn names_alone_are_no_sure_sign() {
        assert!(guess("Toyota, Honda, Nissan, Mazda, Subaru").is_none_or(|g| !g.1));
    }

    #[test]
    fn a_few_words_are_of_the_language_that_leads_and_of_none_where_none_does() {
        assert_eq!(guess("Kallax, the old mill"), Some(("en", false)));
        assert_eq!(guess("Kallax 2020"), None);
    }

    #[test]
    fn few_words_make_a_language_likely() {
        let detector =
            Detector::new(Arc::new(Letters::new())).with([("sv", "måndag"), ("sv", "nästa"), ("no", "mandag")]);
        assert_eq!(detector.likely("nästa måndag"), "sv");
        assert_eq!(detector.likely("Минск"), "ru");
        assert_eq!(detector.likely("5/3"), "en");
        assert_eq!(detector.likely("Ŵyn"), "en");
    }

    #[test]
    fn letters_that_a_language_does_not_write_speak_against_it() {
        // `de` and `a` are words of many languages.
        assert_eq!(guess("A câmara de Évora não vê razões de queixa."), Some(("pt", true)));
    }

    #[test]
    fn the_sample_of_a_long_text_is_cut_on_borders_of_characters() {
        assert_eq!(
            guess(&sample(&"é und die Mühle, die in dem Tal stand, war nicht die einzige, ".repeat(900))),
            Some(("de", true))
        );
        assert_eq!(guess(&sample(&"水が引いた。".repeat(3_000))), Some(("ja", true)));
    }
}
