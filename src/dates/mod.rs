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
//! into small programs over token classes (`form`, `program`), and all of them into one automaton that tells which match where
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
//! small = false           # true where months and weekdays are written small, so that `con Julio Soto` holds a name
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
//! | `either` | – | joins two amounts of one unit of which one holds (`two or three days`), as `to` does |
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
//! | `halfof` | – | the words of `halfword` that are halves of anything (`the second half` of a match): no date alone |
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
//! | `era` | table: year before the first → names | with `{n:erayear}`; days of eras up to 1872, in China to 1911, are by the moon |
//! | `republic` | – | names of the era that years of two digits beside a month are then of (`民國60年 … 67年12月`) |
//! | `holiday` | table: `12-25`, `easter-2`, `orthodox+1`, `11-4-4` (fourth Thursday of November), `5-L-1` (last Monday of May), `lunar 8-15`, `hebrew 7-10` (months from Nisan), `hijri 10-1`, `sun 10+1` (the sun enters the tenth sign of the Hindu zodiac, and a day), `hindu 7-30@18` (months from Chaitra, day 1–30
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
//! quarter half week weekend third` · `weekof` the week of the day told · `century decade`, `round` a decade, of full hundreds a century (`1920-talet`, `1800-talet`) · `rel`, `dir` (+ `unit`), `wdir` (weeks, + weekday) · `era erayear` · `hmonth hyear` behind a `day`: of the Islamic calendar · `leap` (with a lunar month) ·
//! `yy50` two digits from 50 on, `yyglued` two without a blank before them · `thisunit` a unit of the time told (`the end of the year`) ·
//! `bc fiscal lunar` · `holiday` · `mod` · `nth last` (+ `unit`) · `firstof lastof` (+ `unit`): the first or last five months of
//! a whole · `plan` the first of five years · `n num one few pair fraction plushalf nhalf` (+ `unit`) and `amount` (`15 minute`) amounts; `upto` the larger one of two (`三至五年`), `nextn` the
//! next one (`二、三年`), `single` the number one,
//! `wholeday` the one behind a day (`今日1日`), `decimals` hundredths of seconds (`9秒58`).
//! Classes of numbers: `n` any integer, `num` also fractions, `d` 1–31, `m` 1–12, `h` 0–30, `mm` 0–59, `y4` four digits, `yy` two
//! digits, `y3` 1–999, `ord dord` ordinals, `ymd md dm ym years clock dotclock hmm` numeric stamps, `eymd` one whose year is of an
//! era (`110/9/12`; slots `rocymd`, `eraymd`).
//! `means` says what a match tells: nothing or `point` (the slots), `range` (the first and second capture of a slot are the
//! two ends), `duration`, `ago`, `since` (the same, annotated as a length in the running text of the language), `hence`, `earlier`, `later` (an amount), `behind`,
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
mod expression;
mod filter;
mod find;
mod firsts;
mod form;
mod grammar;
mod holiday;
mod ids;
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
mod section;
mod slots;
mod symbols;
mod tagger;
mod tense;
#[cfg(test)]
mod tests;
mod token;
mod trie;
mod trigger;
mod value;
mod years;

pub use expression::{Basis, Expression, Kind, Modifier, ReferenceBasis, Tagged};
pub use tagger::{Context, Mode, Tagger};
