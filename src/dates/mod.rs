//! Reading temporal expressions: scan, resolve, calendars.
//!
//! One pass, five steps: `scan` cuts the text into tokens (words of the lexicon, numbers, numeric stamps; everything
//! else is a break); `find` runs the patterns of the `grammar` over the tokens between two breaks, `reading` fills slots
//! with what they match; `join` puts neighbouring pieces together (weekday and date, date and time, part and whole, two
//! ends of a range); `filter` drops what only looks like a date; `document` and `resolve` choose the years and days that
//! were left out, over the whole document at once. Up to there a text is read window by window, and the tokens of each are
//! dropped once the words around what was found have told what they say of it (`part`, `tense`).
//! Lines in another script than the rest are read in their own language (`lines`), and whether day or month comes first is
//! learnt from the text (`order`).
//!
//! The patterns of the language files are regular expressions over named *classes* of tokens. They are compiled once
//! into small programs over token classes (`program`), and all of them into one automaton that tells which match where
//! (`automaton`). The trigger scan is the tokenizer itself: a table of the letters that words begin with, and
//! a trie over all words of the language for what may go on behind them; behind a break it passes over what is unknown.
//!
//! # How to write the `[dates]` section of a language
//!
//! `en.toml` and `zh.toml` are the full examples; `und.toml` holds what all languages share, and its patterns run for
//! every language behind the language's own. So a language file is mostly words. Write it in this order, and try it
//! with `dateline pipe dates --lang-dir src/lang` (no rebuild needed):
//!
//! ```toml
//! [dates]
//! day_first = true        # 3/4 is 3 April (default); false for month first or year first
//! other_order = ["GB"]    # regions that write 3/4 the other way round
//! decimal_comma = true    # 1,5 is one and a half
//! capitals = false        # true when months and weekdays are written with a capital and names could be taken for them
//! nouns = false           # true where every noun has a capital, so that `Frankreichs 1778` is no name with a number
//! unspaced = false        # true for scripts without blanks between words
//! future_endings = ["rá"] # how verbs of the future end, where they show it
//! unmarked = false        # true when words are also written without their marks (`cetvrtak` for `četvrtak`)
//! no = ["…"]              # texts in which nothing must be found
//! [dates.yes]             # text → what must be found, read against Wednesday, 22 November 2023, 00:00
//! "Am 28. Juli 1914 begann es." = ["28. Juli 1914 → 1914-07-28"]
//! ```
//!
//! **`[dates.words]`**: class → words. Variants stand in one string, separated by `|`; a list gives values 1, 2, 3 …; a
//! table gives value → words; one string is a class without values. Words are found at word borders whatever their case
//! (write them small); `^Word` counts only with a capital; `stem*` may be followed by any letters (inflections: Turkish,
//! Finnish, Slavic cases); `年>中国` is `年` where `中国` follows. Words of several words are fine; the longest word wins. A word may stand in several classes.
//!
//! | class | values | what for |
//! |---|---|---|
//! | `month` | list of 12 | months, with abbreviations and cases; `wmonth` (table): spellings that are dates only beside a day or year (`may`) |
//! | `weekday` | list of 7, Monday first | `wweekday`: short forms that count only beside a date (`sat`) |
//! | `season` | list of 4, spring first | `wseason`: doubtful words, used in patterns of the language only |
//! | `unit` | table: `second minute hour day night week fortnight weekend month quarter season half year decade century millennium` | units of time, all forms |
//! | `number`, `ordinal` | table: value → words | numerals in words; 20, 30 … and ones are put together, also over `-` and `numand`; write out what is one word (`einundzwanzig`) |
//! | `numand` | – | words inside numerals (`y`, `og`, `-`) |
//! | `tenand` | – | tens that stand behind their ones (`وعشرون`); also under `number` |
//! | `ordmark` | – | glued behind digits (`st`, `º`, `ème`) |
//! | `ordprefix` | – | before digits (`第`) |
//! | `one` | table `1 = "a|an"` | articles that count as one before a unit |
//! | `few` | – | some, several: amount X |
//! | `plushalf` | – | "and a half" behind the number or the unit |
//! | `and` | – | joins two amounts (`2 hours and 5 minutes`) and two days |
//! | `rel` | table: `day-1 = "yesterday"`, `year+0`, `week+1`; `~` behind it counts from the date told before (`day+1~ = "the next day"`) | relative points |
//! | `dir` | table: −2 −1 0 1 2 | last, this, next; before a unit, month, weekday, season by `und` (behind it: add a pattern `{unit} {dir}`) |
//! | `ago`, `hence`, `later`, `earlier` | – | behind an amount: ago, from now, later, before that |
//! | `agopre`, `inpre` | – | before an amount: `vor`, `hace`, `il y a`; `in`, `dans` |
//! | `beforeof`, `afterof` | – | between an amount and a date: three days before … |
//! | `every` | – | every; `setvalue` table: `1 day = "daily"`, `2 week = …` |
//! | `ref` | table: `PRESENT PAST FUTURE` | now, recently, soon |
//! | `wref` | the same | words that tell a time only when they are all that is asked (`nun`, `soon`) |
//! | `units` | table: unit → words | plurals, for `{dir} {units}` (the past years: `PXY`) |
//! | `weekdaypod` | table: `1 EV = "montagabend"` | weekday and part of the day in one word |
//! | `yearnext` | – | small words behind a bare year, beside the articles, links and auxiliaries that the other classes name; what else stands there is counted (`2000 people`) |
//! | `counted` | – | behind a bare number that is no year (`1300亿`, `1753 miliardi`); `und` has the signs of measures |
//! | `longfor`, `lasting` | – | in scripts without blanks: before and behind a year of two digits, before a day, that is a length (`航行了31年`, `23年来`, `为期三日`) |
//! | `sincethen` | – | right before a length that is counted from it (`运营13年后`): no date where nothing else tells one |
//! | `rocled` | – | before a year of Taiwan (`於109年`), which alone would be a length |
//! | `untensed` | – | words that hold one of `future` or `past` and tell no tense (`会议`) |
//! | `numbered` | – | things with a number of their own (`Room 2023`) |
//! | `pod` | table: `MO MI AF EV NI DT DA 12 24` | parts of the day; `12` noon and `24` midnight are clock times |
//! | `ampm` | table: `am pm` | behind an hour |
//! | `at`, `oclock` | – | before and behind an hour; `at` alone makes `at 9` a time, so list only words that do |
//! | `article`, `of`, `link`, `comma` | – | `of` stands inside dates (`3 de mayo de 2020`); `link` may stand between two pieces of one time (`Monday at 9`) |
//! | `from`, `to`, `until` | – | ranges: before, between, behind |
//! | `yprep` | – | words that make a bare number of four digits behind them a year, and a bare `3/4` a date |
//! | `prefix`, `suffix` | table: `START MID END APPROX LESS_THAN MORE_THAN EQUAL_OR_LESS EQUAL_OR_MORE` | hedges before and behind |
//! | `nth` | table: `-1 = "last"`, `1 = "first"` | with a unit: the last week of … |
//! | `centuryword`, `quarterword`, `halfword` | – | behind an ordinal |
//! | `weekend`, `bc`, `ad`, `fiscal` | – | |
//! | `era` | table: year before the first → names | with `{n:erayear}` |
//! | `holiday` | table: `12-25`, `easter-2`, `orthodox+1`, `11-4-4` (fourth Thursday of November), `5-L-1` (last Monday of May), `lunar 8-15`, `hebrew 7-10` (months from Nisan), `hijri 10-1`, `hindu 7-30@18` (months from Chaitra, day 1–30
//! of the moon, the hour at which it counts), `term 7`; ` x8` behind it: lasts eight days | feasts |
//! | `future`, `past` | – | words of tense that stand near dates: auxiliaries, reporting verbs |
//! | `wire` | – | behind the day of a dispatch at the head of a text (`三月二十八日电`), which is its `today` |
//! | `trap` | – | names and phrases that look like dates: they are swallowed |
//!
//! **`[dates.counters]`**: the same, for words that count only right behind a number; they are tried first there (`日` of
//! `16日前` before `日前`).
//!
//! **`[[dates.pattern]]`**: `form` is a regular expression over `{class}` and `` `literal|variant` `` (or in single
//! quotes), with `( ) | ? * +`; blanks mean nothing; `<name>` puts a macro of `[dates.macros]` in (own ones before those of
//! `und`: `<mon>`, `<day>`, `<year>`, `<dur>`). A class fills the slot of its name; `{class:slot}` another slot. Slots:
//! `y4 yy y` year · `month m` · `d dord day` · `weekday` · `h hour`, `mm minute`, `sec` · `clock dotclock` (`9:30`, `9.30`) · `hours` (`9-11`) · `days` (`10-18` of a month) · `frac` (`3/4`) ·
//! `halfpast quarterpast quarterto halfto` (the hour that is named; `halfto`: half before it) · `halfless halfmore` minutes
//! before `halfto` · `pastmin tomin` minutes with `pasthour tohour` · `pod ampm zone` · `season
//! quarter half week weekend third` · `weekof` the week of the day told · `century decade`, `round` a decade, of full hundreds a century (`1920-talet`, `1800-talet`) · `rel`, `dir` (+ `unit`), `wdir` (weeks, + weekday) · `era erayear` ·
//! `yy50` two digits from 50 on, `yyglued` two without a blank before them · `thisunit` a unit of the time told (`the end of the year`) ·
//! `bc fiscal lunar` · `holiday` · `mod` · `nth last` (+ `unit`) · `firstof lastof` (+ `unit`): the first or last five months of
//! a whole · `plan` the first of five years · `n num one few pair fraction plushalf nhalf` (+ `unit`) and `amount` (`15 minute`) amounts; `upto` the larger one of two (`三至五年`), `nextn` the
//! next one (`二、三年`), `single` the number one,
//! `wholeday` the one behind a day (`今日1日`), `decimals` hundredths of seconds (`9秒58`).
//! Classes of numbers: `n` any integer, `num` also fractions, `d` 1–31, `m` 1–12, `h` 0–30, `mm` 0–59, `y4` four digits, `yy` two
//! digits, `y3` 1–999, `ord dord` ordinals, `ymd md dm ym years clock dotclock hmm` numeric stamps, `eymd` one whose year is of an
//! era (`110/9/12`; slots `rocymd`, `eraymd`).
//! `means` says what a match tells: nothing or `point` (the slots), `range` (the first and second capture of a slot are the
//! two ends), `duration`, `ago`, `hence`, `earlier`, `later` (an amount), `behind`,
//! `ahead` (an amount that ends or begins now: a length in prose, in a question the days, weeks, months themselves), `beforelast`, `set`, `ref`, `nothing` (a trap).
//! `asked = true`: the pattern counts only in a question of its own (`3-5`, `11 / 2016`), where the text is little more
//! than the date; its examples are such texts.
//! The longest match wins; of two equal ones the earlier, a language's own before those of `und`.
//! `yes` gives text → value of its first expression, `no` texts without any; the tests run them all.
//!
//! What joins by itself and needs no pattern: weekday + date, date + time of day (either order, over `link` and `comma`),
//! part (month, season, quarter, half, holiday) + year or `rel` year, month + bare day in unspaced scripts, `rel` week +
//! weekday, `nth` unit + whole (over `link`), ranges over `to`, sets over `every`, hedges over `prefix` and `suffix`.

mod amount;
mod automaton;
mod calendar;
mod cluster;
mod document;
mod ends;
mod filter;
mod find;
mod grammar;
mod holiday;
mod join;
mod lexicon;
mod lines;
mod merge;
mod moon;
mod numerals;
mod order;
mod part;
mod place;
mod program;
mod reading;
mod resolve;
mod scan;
mod slots;
mod tense;
mod token;
mod value;
mod years;

use crate::error::Error;
use crate::lang::Languages;
use crate::model::Span;
use crate::model::edtf::Edtf;
use crate::text::language::{Detector, sample};
use crate::text::letters::Letters;
use grammar::{Language, Source};
use jiff::civil::{Date, DateTime};
use lexicon::Section;
use part::Part;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// What kind of time an expression tells (the types of TIMEX3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A day or anything longer, or a range of them.
    Date,
    /// Finer than a day: a clock time or a part of a day.
    Time,
    /// How long something takes.
    Duration,
    /// How often something happens.
    Set,
}

impl Kind {
    /// The word of TIMEX3.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Date => "DATE",
            Kind::Time => "TIME",
            Kind::Duration => "DURATION",
            Kind::Set => "SET",
        }
    }
}

/// How a value was got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// The words say all of it.
    Stated,
    /// Relative words against the reference date: `yesterday`, `今年`.
    Relative,
    /// What the words leave out came from other dates of the text, or from the reference date.
    Context,
    /// A weekday decided: `11 月 16 日週四`, or a weekday counted from a known day.
    Weekday,
    /// The text does not fix it.
    Unresolved,
}

impl Basis {
    /// The word in the `basis` column.
    pub fn name(self) -> &'static str {
        match self {
            Basis::Stated => "stated",
            Basis::Relative => "relative",
            Basis::Context => "context",
            Basis::Weekday => "weekday",
            Basis::Unresolved => "unresolved",
        }
    }
}

/// Hedge or part, in the words of TIMEX3's `mod`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Modifier {
    /// Early, beginning of.
    Start,
    /// Middle of.
    Mid,
    /// Late, end of.
    End,
    /// About.
    Approx,
    /// Less than, nearly.
    LessThan,
    /// More than.
    MoreThan,
    /// At most, within.
    EqualOrLess,
    /// At least.
    EqualOrMore,
    /// Earlier than.
    Before,
    /// Later than.
    After,
    /// From then on.
    Since,
    /// Up to then.
    Until,
}

impl Modifier {
    /// The word of TIMEX3.
    pub fn name(self) -> &'static str {
        match self {
            Modifier::Start => "START",
            Modifier::Mid => "MID",
            Modifier::End => "END",
            Modifier::Approx => "APPROX",
            Modifier::LessThan => "LESS_THAN",
            Modifier::MoreThan => "MORE_THAN",
            Modifier::EqualOrLess => "EQUAL_OR_LESS",
            Modifier::EqualOrMore => "EQUAL_OR_MORE",
            Modifier::Before => "BEFORE",
            Modifier::After => "AFTER",
            Modifier::Since => "SINCE",
            Modifier::Until => "UNTIL",
        }
    }
}

/// One temporal expression of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// Where it stands, in bytes.
    pub span: Span,
    /// What kind of time it tells.
    pub kind: Kind,
    /// TIMEX3 value: `2023-11-17`, `2022-FA`, `P3D`, `XXXX-WXX-4`, `PRESENT_REF`.
    pub value: String,
    /// The date as data; none for durations, sets, vague times, and what the text does not fix.
    pub edtf: Option<Edtf>,
    /// Hedge or part.
    pub modifier: Option<Modifier>,
    /// How the value was got.
    pub basis: Basis,
}

/// What relative dates of a running text count from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Decided by the text.
    #[default]
    Auto,
    /// From the document's date.
    News,
    /// From the date told before.
    Narrative,
}

/// What is known about a text before it is read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// Language (BCP 47); none: found from the text.
    pub lang: Option<&'a str>,
    /// When the text was written; none: found from the text where its evidence allows.
    pub reference: Option<DateTime>,
    /// The year that something beside the text names for it (a notice of copyright), asked when the text tells none.
    pub year: Option<i32>,
    /// What relative dates count from.
    pub mode: Mode,
}

/// Where the document's own date came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceBasis {
    /// It was given.
    Given,
    /// The text's own evidence: a date line, weekdays, stated years.
    Inferred,
}

/// A text with its temporal expressions read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tagged {
    /// In order of place, disjoint.
    pub expressions: Vec<Expression>,
    /// What falls into two in prose, a range (`1914–18`) or a date with its time (`today at 9`): the place in `expressions`,
    /// and each of the two by itself.
    pub pairs: Vec<(usize, [Expression; 2])>,
    /// The document's own date. Inferred ones may know the year alone: then it is the last date told of that year.
    pub reference: Option<(Date, ReferenceBasis)>,
}

impl Tagged {
    /// The expressions as running text is annotated (ISO-TimeML): both ends of a range stand by themselves, and so do a date
    /// and its time over a preposition. In a script without blanks `11月16日～20日` stays one.
    pub fn apart(self) -> Vec<Expression> {
        let mut pairs = self.pairs.into_iter().peekable();
        let mut all = Vec::with_capacity(self.expressions.len());
        for (i, expression) in self.expressions.into_iter().enumerate() {
            match pairs.next_if(|(at, _)| *at == i) {
                Some((_, two)) => all.extend(two),
                None => all.push(expression),
            }
        }
        all
    }
}

/// A question of its own (`filter::is_query`) is shorter; longer texts need not be looked through for it.
const LONGEST_QUERY: usize = 200;

/// Reads temporal expressions. Made once from the language data, then passed by reference; a language is compiled when
/// the first text in it comes.
#[derive(Debug)]
pub struct Tagger {
    shared: Section,
    letters: Arc<Letters>,
    detector: Detector,
    /// The same with the words of dates, made when the first text comes that is not clear.
    finer: OnceLock<Detector>,
    languages: Vec<Known>,
}

/// A language, its file read when the first text in it comes.
#[derive(Debug)]
struct Known {
    file: crate::lang::Language,
    source: OnceLock<Option<Source>>,
}

impl Known {
    fn read(&self, shared: &Section) -> Result<Option<Source>, Error> {
        self.file.section("dates")?.map(|section| Source::new(&self.file.code, section, shared)).transpose()
    }

    /// What is known of its dates, if anything.
    fn source(&self, shared: &Section) -> Option<&Source> {
        let read = || self.read(shared).expect("files are read at once unless the tests have found them right");
        self.source.get_or_init(read).as_ref()
    }
}

/// Languages that share what they write of dates, more or less, with one that has a file: read so, they lose least.
const RELATIVES: &[(&str, &str)] =
    &[("be", "ru"), ("mk", "bg"), ("sr", "ru"), ("sk", "cs"), ("sl", "hr"), ("gl", "pt"), ("ms", "id"), ("af", "nl")];

impl Tagger {
    /// Reads and checks the `[dates]` sections of `languages`.
    ///
    /// # Errors
    /// When a section is not of the form this module describes.
    pub fn new(languages: &Languages) -> Result<Tagger, Error> {
        let shared: Section = match languages.get("und") {
            Some(und) => und.section("dates")?.unwrap_or_default(),
            None => Section::default(),
        };
        let known = |l: &crate::lang::Language| Known { file: l.clone(), source: OnceLock::new() };
        let all: Vec<Known> = languages.iter().filter(|l| l.code != "und").map(known).collect();
        // What the tests have not seen is read now, and everything if it is what all share.
        let shared_is_ours = languages.get("und").is_some_and(crate::lang::Language::is_builtin);
        for known in all.iter().filter(|k| !(shared_is_ours && k.file.is_builtin())) {
            let source = known.read(&shared)?;
            known.source.get_or_init(|| source);
        }
        let letters = Arc::new(Letters::new());
        let detector = Detector::new(Arc::clone(&letters));
        Ok(Tagger { shared, letters, detector, finer: OnceLock::new(), languages: all })
    }

    /// The temporal expressions of `text`, read over the whole document at once.
    pub fn tag(&self, text: &str, context: &Context<'_>) -> Tagged {
        let Some(language) = self.language(text, context.lang) else { return Tagged::default() };
        if text.len() < LONGEST_QUERY {
            return document::read(vec![Part::of(0, text, language, true)], text, context);
        }
        let parts = lines::parts(text, &language.code, &self.detector);
        let part = |(range, own): (Range<usize>, Option<&str>)| {
            let language = own.and_then(|code| self.language("", Some(code))).unwrap_or(language);
            Part::of(range.start, &text[range], language, false)
        };
        document::read(parts.into_iter().map(part).collect(), text, context)
    }

    /// The language to read `text` with.
    fn language(&self, text: &str, tag: Option<&str>) -> Option<&Language> {
        let by_code = |tag: &str| {
            let code = tag.split('-').next().unwrap_or(tag).to_ascii_lowercase();
            self.languages.iter().find(|l| l.file.code == code)?.source(&self.shared)
        };
        let found = || {
            let sample = sample(text);
            let code = self.detector.clear(&sample).map_or_else(|| self.finer().likely(&sample), |clear| clear.0);
            let relative = || RELATIVES.iter().find(|r| r.0 == code).and_then(|r| by_code(r.1));
            by_code(code).or_else(relative).or_else(|| by_code("en"))
        };
        let source = tag.and_then(by_code).or_else(found)?;
        Some(source.language(&self.shared, &self.letters))
    }

    /// Tells languages by the words of dates too: a short text may hold no others.
    fn finer(&self) -> &Detector {
        self.finer.get_or_init(|| {
            let mut words: Vec<(&str, String)> = Vec::new();
            for language in self.languages.iter().map(|l| &l.file) {
                // What is wrong in a file was told when it was read.
                let section = language.section::<Section>("dates").ok().flatten().unwrap_or_default();
                words.extend(section.single_words().into_iter().map(|word| (language.code.as_str(), word)));
            }
            self.detector.with(words.iter().map(|(code, word)| (*code, word.as_str())))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference() -> DateTime {
        Date::constant(2023, 11, 22).at(0, 0, 0, 0)
    }

    fn read(tagger: &Tagger, lang: &str, text: &str) -> Vec<(String, String)> {
        let context = Context { lang: Some(lang), reference: Some(reference()), ..Context::default() };
        let tagged = tagger.tag(text, &context);
        tagged.expressions.iter().map(|e| (e.span.of(text).to_string(), e.value.clone())).collect()
    }

    #[test]
    fn every_example_of_the_language_files_is_read_as_they_say() {
        let languages = Languages::builtin();
        let tagger = Tagger::new(&languages).expect("the language files are right");
        let mut wrong = Vec::new();
        for language in languages.iter() {
            let Some(section) = language.section::<Section>("dates").expect("read above") else { continue };
            let code = if language.code == "und" { "en" } else { language.code.as_str() };
            for (text, value) in section.pattern.iter().flat_map(|p| &p.yes) {
                let found = read(&tagger, code, text);
                if found.first().map(|f| f.1.as_str()) != Some(value) {
                    wrong.push(format!("{code}: `{text}` should be {value}, found {found:?}"));
                }
            }
            for (text, want) in &section.yes {
                let found: Vec<String> =
                    read(&tagger, code, text).into_iter().map(|(t, v)| format!("{t} → {v}")).collect();
                if found != *want {
                    wrong.push(format!("{code}: `{text}` should hold {want:?}, found {found:?}"));
                }
            }
            for text in section.pattern.iter().flat_map(|p| &p.no).chain(&section.no) {
                let found = read(&tagger, code, text);
                if !found.is_empty() {
                    wrong.push(format!("{code}: `{text}` holds no date, found {found:?}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    fn values(lang: &str, text: &str) -> Vec<String> {
        let tagger = Tagger::new(&Languages::builtin()).expect("the language files are right");
        let tagged = tagger.tag(text, &Context { lang: Some(lang), ..Context::default() });
        tagged.expressions.into_iter().map(|e| e.value).collect()
    }

    #[test]
    fn years_of_two_digits_are_of_the_era_that_the_text_counts_in() {
        let list = "大事記\n88/9/21 封橋三日\n110/9/12 橋面淹水\n112/5/11 縣長宣布重新招標，預定113年底動工\n";
        assert_eq!(values("zh-Hant", list), ["1999-09-21", "P3D", "2021-09-12", "2023-05-11", "2024"]);
        assert_eq!(values("zh-Hant", "大事記\n88/9/21 封橋三日\n")[0], "1988-09-21");
    }

    #[test]
    fn a_weekday_fixes_the_year_that_nobody_states() {
        let text =
            "2022 年秋季開始籌備。\n今年 7 月成立小組。\n時間線:\n11 月 16 日週四晚\n他收到消息,約定週五中午談話。";
        assert_eq!(values("zh", text), ["2022-FA", "2023-07", "2023-11-16TEV", "2023-11-17T12:00"]);
    }

    #[test]
    fn a_date_without_evidence_for_its_year_stays_open() {
        assert_eq!(values("zh", "他們在 11 月 16 日見面。"), ["XXXX-11-16"]);
    }

    #[test]
    fn news_goes_on_from_a_day_and_not_from_a_month_long_gone() {
        let text = "ダムの放流\n2023年9月5日 6時12分\n2018年7月の豪雨でも放流した。\n知事は7日に視察する予定。";
        assert_eq!(values("ja", text)[1..], ["2018-07", "2023-09-07"]);
        let text = "The wall\n4 March 2024\nIt was rebuilt in January 1953.\nThe men were released the next day.";
        assert_eq!(values("en", text)[1..], ["1953-01", "2024-03-05"]);
    }

    #[test]
    fn what_has_happened_days_later_is_counted_from_what_was_told() {
        let text = "志乃町の記録\n2024年7月1日\n1月1日に地震があった。5日後に断水が始まった。";
        assert_eq!(values("ja", text)[1..], ["2024-01-01", "2024-01-06"]);
        let text = "El muelle\n7 de octubre de 2022\nAdvirtió en marzo de 2021. Dos años antes una inspección lo había señalado.";
        assert_eq!(values("es", text)[1..], ["2021-03", "2019"]);
    }

    #[test]
    fn a_date_line_may_hold_the_date_of_a_change() {
        let text = "Le pont\nPublié le 18 juin 2021 - Mis à jour le 19 juin 2021\nUne marche aura lieu dimanche.";
        assert_eq!(values("fr", text)[2..], ["2021-06-20"]);
    }

    #[test]
    fn a_named_day_without_a_reference_stays_open() {
        assert_eq!(values("en", "The mill burnt down yesterday, as it did last month."), ["XXXX-XX-XX", "XXXX-XX"]);
    }

    #[test]
    fn a_part_of_the_day_that_nobody_dates_is_of_any_day() {
        assert_eq!(values("en", "They moved the wheel only at night."), ["XXXX-XX-XXTNI"]);
    }

    #[test]
    fn a_date_that_opens_a_text_of_one_line_is_its_own() {
        assert_eq!(values("en", "19 March 2001. Yesterday the mill burnt down."), ["2001-03-19", "2001-03-18"]);
        assert_eq!(values("en", "19 March 2001. The mill stood until 4 May 2003, not today.")[2], "XXXX-XX-XX");
    }

    fn apart(text: &str) -> Vec<(String, String)> {
        let tagger = Tagger::new(&Languages::builtin()).expect("the language files are right");
        let tagged = tagger.tag(text, &Context { lang: Some("en"), ..Context::default() });
        tagged.apart().into_iter().map(|e| (e.span.of(text).to_string(), e.value)).collect()
    }

    /// So much prose that a text is no question.
    const FILLER: &str = "The mill stood by the river, and nobody who lived in the village could say who had built it, nor \
                          why its wheel turned against the stream. Its roof was of slate, its door of oak, its lock of brass. ";

    #[test]
    fn a_range_of_prose_gives_both_its_ends_and_one_that_is_asked_for_stays_whole() {
        let ends = |range: &str| -> Vec<String> {
            let found = apart(&format!("{FILLER}He ran it {range}."));
            found.into_iter().map(|(text, value)| format!("{text} → {value}")).collect()
        };
        assert_eq!(ends("from March 1901 to May 1903"), ["from March 1901 → 1901-03", "May 1903 → 1903-05"]);
        assert_eq!(ends("on May 3-5, 1901"), ["May 3 → 1901-05-03", "5, 1901 → 1901-05-05"]);
        assert_eq!(ends("in 1914-18"), ["1914 → 1914", "18 → 1918"]);
        assert_eq!(ends("in 1901–03"), ["1901 → 1901", "03 → 1903"]);
        assert_eq!(ends("on 8 and 9 May 1901"), ["8 → 1901-05-08", "9 May 1901 → 1901-05-09"]);
        assert_eq!(
            apart("from March 1901 to May 1903"),
            [("from March 1901 to May 1903".into(), "1901-03/1903-05".into())]
        );
    }

    #[test]
    fn a_date_of_prose_and_its_time_are_two_over_a_preposition() {
        let two = |told: &str| -> Vec<String> {
            let found = apart(&format!("{FILLER}It burnt down {told}."));
            found.into_iter().map(|(text, value)| format!("{text} → {value}")).collect()
        };
        assert_eq!(two("on 4 May 1901 at 9:30"), ["4 May 1901 → 1901-05-04", "at 9:30 → 1901-05-04T09:30"]);
        assert_eq!(two("at 5 a.m. on 4 May 1901"), ["at 5 a.m. → 1901-05-04T05:00", "4 May 1901 → 1901-05-04"]);
        assert_eq!(two("at 5 a.m. 4 May 1901"), ["at 5 a.m. 4 May 1901 → 1901-05-04T05:00"]);
        assert_eq!(two("on the night of 4 May 1901"), ["night of 4 May 1901 → 1901-05-04TNI"]);
    }

    #[test]
    fn a_dispatch_without_a_year_is_of_the_latest_year_it_tells_of() {
        let text = "三座新桥\n新华社某地十二月五日电（记者某某） 一九九七年全市建桥三座，而一九九七年以前只有一座。今天通车的桥去年动工。";
        let read = values("zh", text);
        assert_eq!(read[0], "1997-12-05");
        assert_eq!(read[read.len() - 2..], ["1997-12-05", "1996"]);
        // In its first months a year is told less often than the one before.
        let read = values("zh", &text.replace("十二月五日", "二月五日"));
        assert_eq!((read[0].as_str(), read[read.len() - 1].as_str()), ("1998-02-05", "1997"));
    }

    #[test]
    fn a_range_of_prose_without_blanks_has_two_ends_where_a_word_joins_two_dates() {
        let tagger = Tagger::new(&Languages::builtin()).expect("the language files are right");
        let filler = "河边有一座磨坊，村里没有人说得出是谁建的，也没有人知道水轮为什么逆着水转。屋顶是石板，门是橡木，锁是黄铜，钥匙早已不知去向。";
        let read = |range: &str| -> Vec<String> {
            let text = format!("{filler}{range}，磨坊归他管。");
            let tagged = tagger.tag(&text, &Context { lang: Some("zh"), ..Context::default() });
            tagged.apart().into_iter().map(|e| format!("{} {}", e.span.of(&text), e.value)).collect()
        };
        assert_eq!(read("一九零一年至一九零三年"), ["一九零一年 1901", "一九零三年 1903"]);
        assert_eq!(read("1901年3月1日到5月3日"), ["1901年3月1日 1901-03-01", "5月3日 1901-05-03"]);
        assert_eq!(read("1901年3月1日至3日"), ["1901年3月1日 1901-03-01", "3日 1901-03-03"]);
        assert_eq!(read("1901年3月1日—3日"), ["1901年3月1日—3日 1901-03-01/1901-03-03"]);
        assert_eq!(read("一九零一至一九零三年"), ["一九零一 1901", "一九零三年 1903"]);
        assert_eq!(read("1至10月"), ["1至10月 XXXX-01/XXXX-10"]);
        assert_eq!(read("1901—1903年"), ["1901—1903年 1901/1903"]);
    }

    #[test]
    fn a_year_in_passing_does_not_move_the_tale() {
        let text = "The war began in April 1920. On 25 April the town fell, on 26 April the bridge. The border of 1772 was \
                    the aim. On 27 April the army crossed the river, and on 7 May it stood in the city.";
        let days = ["1920-04", "1920-04-25", "1920-04-26", "1772", "1920-04-27", "1920-05-07"];
        assert_eq!(values("en", text), days);
    }

    #[test]
    fn a_year_on_its_own_line_heads_what_follows() {
        let days: String = (1..=14).map(|d| format!("On {d} August a bridge was built. ")).collect();
        let text = format!("1862\n\nIn March the army moved. It stood until 2 January 1863, when it rained. {days}");
        let read = values("en", &text);
        assert_eq!(read[..3], ["1862", "1862-03", "1863-01-02"]);
        assert_eq!(read[3..], (1..=14).map(|d| format!("1862-08-{d:02}")).collect::<Vec<_>>());
    }

    #[test]
    fn what_would_end_before_it_began_is_no_range() {
        assert_eq!(values("en", "2015-12-08 – The first of them left."), ["2015-12-08"]);
    }

    /// Values against Wednesday, 22 November 2023, half past four.
    fn asked(lang: &str, text: &str) -> Vec<String> {
        let tagger = Tagger::new(&Languages::builtin()).expect("the language files are right");
        let at = Date::constant(2023, 11, 22).at(4, 30, 0, 0);
        let tagged = tagger.tag(text, &Context { lang: Some(lang), reference: Some(at), ..Context::default() });
        tagged.expressions.into_iter().map(|e| e.value).collect()
    }

    #[test]
    fn a_question_is_read_more_finely_than_a_story() {
        assert_eq!(asked("en", "three months ago"), ["2023-08-22"]);
        assert_eq!(asked("en", "He told us three months ago that he would go."), ["2023-08"]);
        assert_eq!(asked("sv", "senaste två veckor"), ["2023-11-06/2023-11-19"]);
        assert_eq!(asked("de", "So ging es die letzten zwei Wochen immer wieder."), ["P2W"]);
        assert_eq!(asked("nl", "om drie uur"), ["2023-11-22T15"]);
        assert_eq!(asked("it", "alle 8"), ["2023-11-22T08"]);
    }

    #[test]
    fn news_does_not_go_on_from_what_it_compares_with() {
        let told = "Sales rose in the third quarter. They had been lower a year earlier. In the quarter, costs fell.";
        let text = format!("{FILLER}{told}");
        assert_eq!(asked("en", &text), ["2023-Q3", "2022-Q3", "2023-Q3"]);
        assert_eq!(asked("en", &format!("{FILLER}In the quarter, costs fell.")), ["2023-Q3"]);
    }

    #[test]
    fn years_after_what_a_sentence_tells_are_counted_from_it() {
        assert_eq!(asked("zh", "他于2003年退休，两年后去世，葬在故乡的山上。"), ["2003", "2005"]);
        assert_eq!(asked("zh", "他于2003年退休。两年后，这座桥将要重修，村里人都盼着。"), ["2003", "2025"]);
    }

    #[test]
    fn a_stretch_of_months_lies_where_it_ends() {
        let text = "1至10月份全市出口下降百分之七，进口也有所减少，渔民们说这是多年未见的事。";
        assert_eq!(asked("zh", text)[0], "2023-01/2023-10");
    }

    #[test]
    fn that_day_in_the_past_is_none_that_is_still_to_come() {
        let text = "그는 오는 30일 마을을 떠난다. 그는 이날 이웃들에게 고맙다고 말했다.";
        assert_eq!(asked("ko", text), ["2023-11-30", "2023-11-22"]);
    }

    #[test]
    fn the_day_beside_a_word_for_it_holds_where_the_text_is_dated_otherwise() {
        let text = "警方昨（20）日接獲通報，隨即趕往現場，男子已經離開，附近居民都受到驚嚇。";
        assert_eq!(asked("zh", text), ["2023-11-20"]);
    }

    #[test]
    fn of_one_length_the_smaller_unit_stands_behind() {
        let text = "四季度5年期利率没有变化，银行的人说以后也不会变，大家听了都放心。";
        assert_eq!(asked("zh", text), ["2023-Q4", "P5Y"]);
    }

    #[test]
    fn a_range_of_quarters_is_written_in_days() {
        assert_eq!(asked("en", "from Q1 2017 to Q3 2017"), ["2017-01-01/2017-09-30"]);
    }

    #[test]
    fn now_may_end_a_range_that_is_asked_for() {
        assert_eq!(asked("en", "between 15 November 2023 and now"), ["2023-11-15/2023-11-22"]);
    }

    #[test]
    fn some_patterns_count_in_a_question_only() {
        assert_eq!(asked("de", "am 10.12. um 7:30 Uhr"), ["2023-12-10T07:30"]);
        assert_eq!(asked("de", "Die Fassung 10.12. bringt wenig Neues mit."), [""; 0]);
        assert_eq!(asked("en", "11 / 2016"), ["2016-11"]);
    }

    #[test]
    fn a_year_may_end_its_sentence() {
        for (lang, text) in [("de", "Er starb am 3. Mai 1939."), ("da", "Han døde den 3. maj 1939.")] {
            assert_eq!(asked(lang, text), ["1939-05-03"]);
        }
    }

    #[test]
    fn words_are_known_without_their_marks() {
        assert_eq!(asked("hr", "prosli cetvrtak"), ["2023-11-16"]);
        assert_eq!(asked("pl", "Wszystkich Świętych"), ["2024-11-01"]);
    }

    #[test]
    fn the_text_shows_whether_the_day_or_the_month_comes_first() {
        let order = |lang: &str, text: &str| values(lang, &format!("{FILLER}{text}"));
        assert_eq!(order("en", "Seen on 03/04/2020 by two of them."), ["2020-03-04"]);
        assert_eq!(order("en", "Seen on 03/04/2020, and on 13/05/2020."), ["2020-04-03", "2020-05-13"]);
        assert_eq!(order("fr", "Vu le 03/04/2020, puis le 05/13/2020."), ["2020-03-04", "2020-05-13"]);
        assert_eq!(order("en-GB", "Seen on 03/04/2020 by two of them."), ["2020-04-03"]);
        assert_eq!(order("en-GB", "Seen on 03/04/2020, and on 05/13/2020."), ["2020-03-04", "2020-05-13"]);
    }

    #[test]
    fn lines_of_another_language_are_read_in_it() {
        let text = format!("{FILLER}\n水が引いたあと、町の人々は2020年5月3日に戻ってきた。\nOn 5 May 2021 it rained.");
        assert_eq!(values("en", &text), ["2020-05-03", "2021-05-05"]);
    }

    #[test]
    fn a_short_text_is_known_by_its_words_of_dates() {
        let tagger = Tagger::new(&Languages::builtin()).expect("the language files are right");
        for (code, text) in [("sv", "nästa måndag"), ("hu", "szeptember"), ("nl", "volgende week"), ("en", "next week")]
        {
            assert_eq!(tagger.language(text, None).map(|l| l.code.as_str()), Some(code), "{text}");
        }
    }

    #[test]
    fn a_long_text_is_read_as_each_of_its_lines_is() {
        let tagger = Tagger::new(&Languages::builtin()).expect("the language files are right");
        let sentence = "On 5 May 2020 he came, and on Friday he said that the mill by the river will be his.";
        for end in ["\n", " "] {
            let found = read(&tagger, "en", &format!("{sentence}{end}").repeat(1_000));
            assert_eq!(found.len(), 2_000);
            assert!(found.chunks(2).all(|two| *two == found[..2]), "between {end:?}");
        }
    }

    #[test]
    fn expressions_lie_inside_the_text_in_order() {
        let tagger = Tagger::new(&Languages::builtin()).expect("the language files are right");
        let mut runner = proptest::test_runner::TestRunner::default();
        let texts = "([0-9１ .:/,年月日週三上下Mayon5後–-]| at | to | alle ){0,60}";
        let law = |text: String| {
            // Prose falls into more expressions than a question.
            for (lang, head) in [("en", ""), ("zh", ""), ("ja", ""), ("de", ""), ("en", FILLER), ("it", FILLER)] {
                let text = format!("{head}{text}");
                let context = Context { lang: Some(lang), reference: Some(reference()), ..Context::default() };
                let mut at = 0;
                for e in tagger.tag(&text, &context).apart() {
                    let (start, end) = (e.span.start as usize, e.span.end as usize);
                    proptest::prop_assert!(start >= at && end <= text.len() && start < end);
                    proptest::prop_assert!(text.is_char_boundary(start) && text.is_char_boundary(end));
                    at = end;
                }
            }
            Ok(())
        };
        runner.run(&texts, law).expect("no text breaks the law");
    }
}
