//! The grammar of a language, compiled: symbols for sets of classes, and patterns over them.
//!
//! A pattern is a regular expression over named classes. It is compiled, once, into a small program over symbols
//! (`program`), and run where the automaton of all patterns (`automaton`) has found that it matches; so the text itself is
//! read once, by the scanner, and a pattern sees nothing but its own matches.

use super::automaton::Automaton;
use super::find::Scratch;
use super::lexicon::{ClassId, Classes, Lexicon, Section, Sense, Words, fault};
use super::program::{Op, Program, Runner};
use super::scan::Scanned;
use super::token::{BREAK, NUMBER_CLASSES, Number, Symbol, Token, What, number_bits};
use crate::error::Error;
use crate::text::letters::Letters;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

/// What a match of a pattern tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// A point in time, its parts by the names of the captured classes.
    Point,
    /// Two points: the first and the second capture of a class belong to the first and the second.
    Range,
    /// A length of time.
    Duration,
    /// A point so long before the reference.
    Ago,
    /// A point so long after the reference.
    Hence,
    /// As `Hence` where the text looks ahead, else the length (`in three days`).
    Within,
    /// A length that ends now (`the last three days`); in a question the days themselves.
    Behind,
    /// A length that begins now.
    Ahead,
    /// A point so long before the date told before.
    Earlier,
    /// A point so long after the date told before.
    Later,
    /// A named point, the one before the last (`the autumn before last`).
    BeforeLast,
    /// How often something happens.
    Set,
    /// `PRESENT_REF` and its kin.
    Ref,
    /// No date: a trap. It takes its tokens and is silent.
    Nothing,
}

impl Means {
    fn read(name: &str) -> Option<Means> {
        Some(match name {
            "" | "point" => Means::Point,
            "range" => Means::Range,
            "duration" => Means::Duration,
            "ago" => Means::Ago,
            "hence" => Means::Hence,
            "within" => Means::Within,
            "behind" => Means::Behind,
            "ahead" => Means::Ahead,
            "earlier" => Means::Earlier,
            "later" => Means::Later,
            "beforelast" => Means::BeforeLast,
            "set" => Means::Set,
            "ref" => Means::Ref,
            "nothing" => Means::Nothing,
            _ => return None,
        })
    }
}

/// One pattern, ready to run.
#[derive(Debug)]
pub struct Rule {
    /// What a match tells.
    pub means: Means,
    /// It counts only where the text is little more than the date itself.
    pub asked: bool,
    /// What it matches.
    pub(super) program: Program,
    /// Of each capture group: name of the slot, class, and whether it is the second of its name.
    pub groups: Vec<Group>,
}

/// A capture group of a pattern.
#[derive(Clone, Debug)]
pub struct Group {
    /// Name of the slot that it fills.
    pub slot: String,
    /// Class of its token.
    pub class: ClassId,
}

/// Classes that the code itself asks for.
#[derive(Debug)]
pub struct Ids {
    pub number: ClassId,
    pub few: ClassId,
    pub wire: ClassId,
    pub ordinal: ClassId,
    pub numand: ClassId,
    pub tenand: ClassId,
    pub ordmark: ClassId,
    pub ordprefix: ClassId,
    pub link: ClassId,
    pub comma: ClassId,
    pub to: ClassId,
    pub dash: ClassId,
    pub from: ClassId,
    pub until: ClassId,
    pub every: ClassId,
    pub prefix: ClassId,
    pub suffix: ClassId,
    pub yprep: ClassId,
    pub future: ClassId,
    pub past: ClassId,
    pub open: ClassId,
    pub close: ClassId,
    pub article: ClassId,
    pub at: ClassId,
    pub and: ClassId,
    pub between: ClassId,
    pub dprep: ClassId,
    pub weekday: ClassId,
    pub wweekday: ClassId,
    pub beforeof: ClassId,
    pub afterof: ClassId,
    pub ymark: ClassId,
    pub y4: ClassId,
    pub mmark: ClassId,
    pub numbered: ClassId,
    pub of: ClassId,
    pub yearnext: ClassId,
    /// Classes that claim the number before them.
    pub claims: Vec<ClassId>,
}

/// One language, compiled.
#[derive(Debug)]
pub struct Language {
    /// BCP 47 primary code.
    pub code: String,
    /// Words are found anywhere.
    pub unspaced: bool,
    /// Numbers are also written in Han numerals.
    pub han_numerals: bool,
    /// `3/4` is 3 April.
    pub day_first: bool,
    /// Regions that write day and month the other way round.
    pub other_order: Vec<String>,
    /// `1,5` is one and a half.
    pub decimal_comma: bool,
    /// A capital marks a name.
    pub capitals: bool,
    /// Every noun has a capital.
    pub nouns: bool,
    /// How verbs of the future end.
    pub future_endings: Vec<String>,
    /// Which characters make words.
    pub letters: Arc<Letters>,
    /// Its words.
    pub lexicon: Lexicon,
    /// Classes that the code itself asks for.
    pub ids: Ids,
    entry_symbols: Vec<(Symbol, Symbol)>,
    number_symbols: BTreeMap<u32, Symbol>,
    members: Members,
    /// What each symbol is to the segment it stands in.
    triggers: Vec<u8>,
    /// Symbols of tokens that may begin a number of several tokens.
    composing: Vec<bool>,
    rules: Vec<Rule>,
    /// Memory of readings that are over, with what they have built of the automaton.
    memories: Mutex<Vec<Memory>>,
}

/// Which symbols belong to which classes, a row of bits for each symbol.
#[derive(Debug)]
pub struct Members {
    bits: Vec<u64>,
    /// Words of a row.
    row: usize,
}

impl Members {
    fn new(sets: &[Vec<ClassId>], classes: usize) -> Members {
        let row = classes.div_ceil(64);
        let mut bits = vec![0; sets.len() * row];
        for (symbol, set) in sets.iter().enumerate() {
            set.iter().for_each(|c| bits[symbol * row + usize::from(c / 64)] |= 1 << (c % 64));
        }
        Members { bits, row }
    }

    /// The symbol belongs to the class.
    #[inline]
    pub fn has(&self, symbol: Symbol, class: ClassId) -> bool {
        self.bits[usize::from(symbol) * self.row + usize::from(class / 64)] & 1 << (class % 64) != 0
    }
}

/// A pattern as its file has it.
#[derive(Debug)]
struct Form {
    means: Means,
    asked: bool,
    ast: Ast,
}

/// The pattern files of a language, read and found right; compiled when the language is first met.
#[derive(Debug)]
pub struct Source {
    /// BCP 47 primary code.
    pub code: String,
    section: Section,
    forms: Vec<Form>,
    language: OnceLock<Language>,
}

impl Source {
    /// Reads a language's section, with what all languages share.
    ///
    /// # Errors
    /// When a pattern is not of the form the module describes.
    pub fn new(code: &str, section: Section, shared: &Section) -> Result<Source, Error> {
        let mut forms = Vec::new();
        for p in section.pattern.iter().chain(&shared.pattern) {
            let form = expand(&p.form, &section, shared).map_err(|m| fault(code, format!("`{}`: {m}", p.form)))?;
            let ast = parse(&form).map_err(|m| fault(code, format!("`{}`: {m}", p.form)))?;
            let means = Means::read(&p.means)
                .ok_or_else(|| fault(code, format!("`{}`: means = \"{}\" is not known", p.form, p.means)))?;
            forms.push(Form { means, asked: p.asked, ast });
        }
        Ok(Source { code: code.to_string(), section, forms, language: OnceLock::new() })
    }

    /// The language, compiled.
    pub fn language(&self, shared: &Section, letters: &Arc<Letters>) -> &Language {
        self.language.get_or_init(|| Language::new(&self.code, &self.section, shared, &self.forms, letters))
    }

    /// The language, compiled to look up every word in its trie.
    #[cfg(test)]
    pub fn walking(&self, shared: &Section, letters: &Arc<Letters>) -> Language {
        let mut language = Language::new(&self.code, &self.section, shared, &self.forms, letters);
        language.lexicon.firsts.walk_always();
        language
    }
}

/// Classes that alone make no date.
const PLAIN: &[&str] = &[
    "n",
    "num",
    "d",
    "m",
    "h",
    "mm",
    "yy",
    "y3",
    "ord",
    "dord",
    "digits",
    "pair",
    "hmm",
    "dotclock",
    "number",
    "ordinal",
    "numand",
    "tenand",
    "ordmark",
    "ordprefix",
    "link",
    "comma",
    "to",
    "dash",
    "from",
    "until",
    "prefix",
    "suffix",
    "yprep",
    "future",
    "past",
    "one",
    "few",
    "open",
    "close",
    "article",
    "trap",
    "dir",
    "every",
    "counted",
];

/// Classes of the commonest words, which make no date without a number in most languages: where no pattern of the language
/// makes do with them.
const OFTEN_PLAIN: &[&str] = &[
    "of", "yearnext", "and", "dprep", "inpre", "apo", "daydir", "hfrom", "hto", "dfrom", "and_to", "ylead", "person",
    "agepre", "agopre", "afterof", "beforeof", "between", "numbered", "at",
];

/// What makes a segment worth reading.
pub mod trigger {
    /// A symbol that may tell a time.
    pub const TIME: u8 = 1;
    /// One that makes a number tell a time.
    pub const LINK: u8 = 2;
    /// A number, or what patterns need beside it (`er` of `80er`).
    pub const NUMBER: u8 = 4;

    /// Symbols of these kinds may hold a date together.
    #[inline]
    pub fn is_read(kinds: u8) -> bool {
        kinds & TIME != 0 || kinds & (LINK | NUMBER) == LINK | NUMBER
    }
}

/// What each symbol is to the segment it stands in.
fn triggers(rules: &[Rule], sets: &[Vec<ClassId>], classes: &Classes) -> Vec<u8> {
    let ids = |names: &[&str]| names.iter().filter_map(|n| classes.get(n)).collect::<Vec<ClassId>>();
    let is_literal = |c: ClassId| classes.name(c).starts_with('\'');
    let mut symbols_of = vec![Vec::new(); classes.len()];
    for (symbol, set) in sets.iter().enumerate() {
        set.iter().for_each(|c| symbols_of[usize::from(*c)].push(symbol));
    }
    // Classes of each symbol that are not plain, and what plain symbols are taken for.
    let mut n_left: Vec<usize> = sets.iter().map(Vec::len).collect();
    let mut plain = vec![false; classes.len()];
    let tells = |r: &&Rule| !r.asked && r.means != Means::Nothing;
    let mut add = |c: ClassId, surely: bool| {
        let symbols = &symbols_of[usize::from(c)];
        let mut new = vec![false; classes.len()];
        let made_plain = symbols.iter().filter(|s| n_left[**s] == 1);
        made_plain.flat_map(|s| &sets[*s]).for_each(|c| new[usize::from(*c)] = true);
        let makes_do = rules.iter().filter(tells).any(|r| r.program.matches_with(&plain, &new));
        if surely || !makes_do {
            symbols.iter().for_each(|s| n_left[*s] -= 1);
            plain.iter_mut().zip(new).for_each(|(plain, new)| *plain |= new);
        }
        makes_do
    };
    for c in ids(PLAIN) {
        add(c, true);
    }
    let literals = (0..classes.len() as ClassId).filter(|c| is_literal(*c));
    let mut numbers: Vec<ClassId> = literals.filter(|c| add(*c, true)).collect();
    numbers.extend(ids(&["digits", "ord"]));
    let links: Vec<ClassId> = ids(OFTEN_PLAIN).into_iter().filter(|c| !add(*c, false)).collect();
    let kinds = |(set, n_left): (&Vec<ClassId>, usize)| {
        let holds = |of: &[ClassId], kind: u8| if set.iter().any(|c| of.contains(c)) { kind } else { 0 };
        let time = if n_left > 0 { trigger::TIME } else { 0 };
        time | holds(&links, trigger::LINK) | holds(&numbers, trigger::NUMBER)
    };
    sets.iter().zip(n_left).map(kinds).collect()
}

impl Language {
    /// Compiles a language's section, with what all languages share.
    fn new(code: &str, section: &Section, shared: &Section, forms: &[Form], letters: &Arc<Letters>) -> Language {
        let mut lexicon = Lexicon::default();
        for name in NUMBER_CLASSES {
            lexicon.classes.id(name);
        }
        for s in [section, shared] {
            s.words.iter().for_each(|(class, words)| lexicon.add(class, words, false));
            s.counters.iter().for_each(|(class, words)| lexicon.add(class, words, true));
        }
        forms.iter().for_each(|form| add_literals(&form.ast, &mut lexicon));
        if section.unmarked {
            lexicon.add_unmarked();
        }
        lexicon.seal(section.unspaced, letters);
        let han_numerals = section.unspaced && code != "th";
        if han_numerals {
            lexicon.words.keep(('\u{3000}'..='\u{ffff}').filter(|c| super::numerals::is_numeral(*c)));
        }
        let ids = ids(&mut lexicon.classes);
        let mut sets: Vec<Vec<ClassId>> = vec![Vec::new()];
        let mut known: BTreeMap<Vec<ClassId>, Symbol> = BTreeMap::from([(Vec::new(), BREAK)]);
        let mut intern = |mut set: Vec<ClassId>| -> Symbol {
            set.sort_unstable();
            set.dedup();
            *known.entry(set.clone()).or_insert_with(|| {
                sets.push(set);
                (sets.len() - 1) as Symbol
            })
        };
        let mut entry_symbols = Vec::new();
        for e in &lexicon.entries {
            let classes = |senses: &mut dyn Iterator<Item = &Sense>| -> Vec<ClassId> {
                let mut all = Vec::new();
                for s in senses {
                    all.push(s.class);
                    if s.class == ids.number || s.class == ids.ordinal {
                        let n = super::numerals::word_number(s.number, s.class == ids.ordinal);
                        all.extend(bit_classes(number_bits(&n)));
                    }
                }
                all
            };
            let small = intern(classes(&mut e.senses.iter()));
            let capital = intern(classes(&mut e.senses.iter().chain(&e.capital)));
            entry_symbols.push((small, capital));
        }
        let number_symbols: BTreeMap<u32, Symbol> =
            possible_bits().into_iter().map(|bits| (bits, intern(bit_classes(bits)))).collect();
        let members = Members::new(&sets, lexicon.classes.len());
        let composes = [ids.ordprefix, ids.number, ids.ordinal];
        let composing = sets.iter().map(|s| s.iter().any(|c| composes.contains(c))).collect();
        let rule = |form: &Form| {
            let mut writer = Writer { classes: &lexicon.classes, groups: Vec::new(), program: Program::default() };
            writer.write(&form.ast);
            let Writer { groups, program, .. } = writer;
            Rule { means: form.means, asked: form.asked, program, groups }
        };
        let rules: Vec<Rule> = forms.iter().map(rule).collect();
        let triggers = triggers(&rules, &sets, &lexicon.classes);
        Language {
            code: code.to_string(),
            unspaced: section.unspaced,
            han_numerals,
            day_first: section.day_first.unwrap_or(true),
            other_order: section.other_order.clone(),
            decimal_comma: section.decimal_comma,
            future_endings: section.future_endings.clone(),
            capitals: section.capitals,
            nouns: section.nouns,
            letters: Arc::clone(letters),
            lexicon,
            ids,
            entry_symbols,
            number_symbols,
            members,
            triggers,
            composing,
            rules,
            memories: Mutex::default(),
        }
    }

    /// The symbol of an entry.
    #[inline]
    pub fn entry_symbol(&self, entry: u32, capital: bool) -> Symbol {
        let (small, large) = self.entry_symbols[entry as usize];
        if capital { large } else { small }
    }

    /// The symbol of a number with these classes.
    pub fn number_symbol(&self, bits: u32) -> Symbol {
        self.number_symbols.get(&bits).copied().unwrap_or(BREAK)
    }

    /// What an entry stands for in a class.
    pub fn sense(&self, entry: u32, capital: bool, class: ClassId) -> Option<&Sense> {
        if !self.members.has(self.entry_symbol(entry, capital), class) {
            return None;
        }
        let e = &self.lexicon.entries[entry as usize];
        let of = |senses: &'_ [Sense]| senses.iter().position(|s| s.class == class);
        match of(&e.senses) {
            Some(i) => Some(&e.senses[i]),
            None if capital => of(&e.capital).map(|i| &e.capital[i]),
            None => None,
        }
    }

    /// The token belongs to the class.
    #[inline]
    pub fn is(&self, token: &Token, class: ClassId) -> bool {
        self.members.has(token.symbol, class)
    }

    /// The token may begin a number of several tokens.
    #[inline]
    pub fn composes(&self, token: &Token) -> bool {
        match token.what {
            What::Word(_) => self.composing[usize::from(token.symbol)],
            What::Number(_) => true,
            What::Stamp(_) | What::Break => false,
        }
    }

    /// What the symbol is to the segment it stands in.
    #[inline]
    pub fn trigger(&self, symbol: Symbol) -> u8 {
        self.triggers[usize::from(symbol)]
    }

    /// Memory for reading a text; `give_back` keeps it for the next.
    pub fn memory(&self) -> Memory {
        self.memories.lock().ok().and_then(|mut all| all.pop()).unwrap_or_default()
    }

    /// Keeps what the reading of a text has built for the next one.
    pub fn give_back(&self, memory: Memory) {
        if let Ok(mut all) = self.memories.lock() {
            all.push(memory);
        }
    }

    /// The matches of patterns at the head of `window`, longest first, of equal ones the earlier pattern: length in
    /// tokens and the token of each capture group. `accept` says whether a match makes sense.
    pub fn best<T>(
        &self,
        window: &[Symbol],
        matcher: &mut Matcher,
        mut accept: impl FnMut(&Rule, usize, &[Option<usize>]) -> Option<T>,
    ) -> Option<(T, usize)> {
        let Matcher { runner, automaton, matched, matches, places } = matcher;
        automaton.walk(&self.rules, &self.members, window, matched);
        if matched.is_empty() {
            return None;
        }
        let mut run = |rule: &Rule, places: &mut Vec<Option<usize>>| {
            places.clear();
            places.resize(rule.groups.len(), None);
            runner.run(&rule.program, window, &self.members, places)
        };
        matches.clear();
        matched.sort_unstable();
        for lengths in matched.chunk_by(|a, b| a.0 == b.0) {
            let (i, len) = lengths[0];
            // Of several lengths the pattern itself says which it takes.
            let len = if lengths.len() == 1 { Some(len) } else { run(&self.rules[usize::from(i)], places) };
            matches.extend(len.map(|len| (len, i)));
        }
        matches.sort_unstable_by_key(|m| (std::cmp::Reverse(m.0), m.1));
        matches.iter().find_map(|&(len, i)| {
            let rule = &self.rules[usize::from(i)];
            run(rule, places);
            accept(rule, len, places).map(|read| (read, len))
        })
    }
}

/// Memory that a reading leaves to the next one in its language.
#[derive(Debug, Default)]
pub struct Memory {
    pub finding: Scratch,
    pub scanned: Scanned,
}

/// Memory that a search for matches keeps from one to the next.
#[derive(Debug, Default)]
pub struct Matcher {
    pub(super) runner: Runner,
    automaton: Automaton,
    /// Pattern and length of each match: every length, and the one that the pattern takes.
    matched: Vec<(u16, usize)>,
    matches: Vec<(usize, u16)>,
    places: Vec<Option<usize>>,
}

fn ids(classes: &mut Classes) -> Ids {
    Ids {
        number: classes.id("number"),
        few: classes.id("few"),
        wire: classes.id("wire"),
        ordinal: classes.id("ordinal"),
        numand: classes.id("numand"),
        tenand: classes.id("tenand"),
        ordmark: classes.id("ordmark"),
        ordprefix: classes.id("ordprefix"),
        link: classes.id("link"),
        comma: classes.id("comma"),
        to: classes.id("to"),
        dash: classes.id("dash"),
        from: classes.id("from"),
        until: classes.id("until"),
        every: classes.id("every"),
        prefix: classes.id("prefix"),
        suffix: classes.id("suffix"),
        yprep: classes.id("yprep"),
        future: classes.id("future"),
        past: classes.id("past"),
        open: classes.id("open"),
        close: classes.id("close"),
        article: classes.id("article"),
        at: classes.id("at"),
        and: classes.id("and"),
        between: classes.id("between"),
        dprep: classes.id("dprep"),
        weekday: classes.id("weekday"),
        wweekday: classes.id("wweekday"),
        beforeof: classes.id("beforeof"),
        afterof: classes.id("afterof"),
        ymark: classes.id("ymark"),
        mmark: classes.id("mmark"),
        y4: classes.id("y4"),
        numbered: classes.id("numbered"),
        of: classes.id("of"),
        yearnext: classes.id("yearnext"),
        claims: [
            "unit",
            "units",
            "quarterword",
            "halfword",
            "centuryword",
            "weekday",
            "weekend",
            "pod",
            "month",
            "wmonth",
            "oclock",
            "ampm",
            "hmark",
            "mmark",
            "dmark",
            "ymark",
            "minmark",
        ]
        .iter()
        .map(|n| classes.id(n))
        .collect(),
    }
}

fn bit_classes(bits: u32) -> Vec<ClassId> {
    (0..NUMBER_CLASSES.len()).filter(|i| bits & (1 << i) != 0).map(|i| i as ClassId).collect()
}

/// Values on either side of every border that `number_bits` draws; the tests hold them against all values.
const VALUES: &[u16] = &[
    0, 1, 9, 10, 12, 13, 30, 31, 32, 59, 60, 99, 100, 101, 159, 160, 959, 960, 999, 1000, 1059, 1060, 1459, 1499, 1500,
    1559, 1560, 1999, 2000, 2050, 2051, 2060, 2099, 2459, 2460, 2999, 3000,
];

/// A number of this value and look: each of four flags is a bit.
fn number_like(value: u16, digits: u8, flags: u8) -> Number {
    Number {
        value: f64::from(value),
        digits,
        digitwise: flags & 1 != 0,
        pair: (flags & 2 != 0).then_some(1),
        ordinal: flags & 4 != 0,
        apostrophe: flags & 8 != 0,
        ..super::numerals::word_number(0, false)
    }
}

/// Every set of classes that a number or a stamp can have.
fn possible_bits() -> Vec<u32> {
    let plain = super::numerals::word_number(0, false);
    let mut all = vec![number_bits(&Number { fraction: true, ..plain })];
    for digits in 0..=5u8 {
        for flags in 0..16u8 {
            for &v in VALUES {
                let n = number_like(v, digits, flags);
                let bits = number_bits(&n);
                if all.last() != Some(&bits) {
                    all.push(bits);
                }
            }
        }
    }
    let bit = |name: &str| 1u32 << NUMBER_CLASSES.iter().position(|c| *c == name).expect("a class of the table");
    let mut subsets = |names: &[&str]| {
        for mask in 0u32..1 << names.len() {
            all.push((0..names.len()).filter(|i| mask & (1 << i) != 0).map(|i| bit(names[i])).sum());
        }
    };
    subsets(&["num", "dm", "dotclock", "ym"]);
    subsets(&["md", "ym", "years"]);
    subsets(&["clock"]);
    subsets(&["ymd"]);
    subsets(&["eymd"]);
    all.sort_unstable();
    all.dedup();
    all
}

/// Puts macros in.
fn expand(form: &str, section: &Section, shared: &Section) -> Result<String, String> {
    let mut form = form.to_string();
    for _ in 0..8 {
        let Some(open) = form.find('<') else { return Ok(form) };
        let close = form[open..].find('>').ok_or("`<` without `>`")? + open;
        let name = &form[open + 1..close];
        let body = section.macros.get(name).or_else(|| shared.macros.get(name));
        let body = body.ok_or_else(|| format!("no macro <{name}>"))?;
        form = format!("{}({}){}", &form[..open], body, &form[close + 1..]);
    }
    if form.contains('<') { Err("macros nest too deep".into()) } else { Ok(form) }
}

/// The form of a pattern as a tree.
#[derive(Debug)]
enum Ast {
    Class { name: String, slot: String },
    Literal(String),
    Sequence(Vec<Ast>),
    Choice(Vec<Ast>),
    Repeat(Box<Ast>, char),
}

fn parse(form: &str) -> Result<Ast, String> {
    let chars: Vec<char> = form.chars().collect();
    let mut at = 0;
    let ast = choice(&chars, &mut at)?;
    if at < chars.len() { Err(format!("`{}` is one too many", chars[at])) } else { Ok(ast) }
}

fn choice(chars: &[char], at: &mut usize) -> Result<Ast, String> {
    let mut all = vec![sequence(chars, at)?];
    while chars.get(*at) == Some(&'|') {
        *at += 1;
        all.push(sequence(chars, at)?);
    }
    Ok(if all.len() == 1 { all.remove(0) } else { Ast::Choice(all) })
}

fn sequence(chars: &[char], at: &mut usize) -> Result<Ast, String> {
    let mut all: Vec<Ast> = Vec::new();
    while let Some(&c) = chars.get(*at) {
        let until = |close: char, at: &mut usize| -> Result<String, String> {
            let from = *at + 1;
            let len = chars[from..].iter().position(|x| *x == close);
            let len = len.ok_or_else(|| format!("`{c}` without `{close}`"))?;
            *at = from + len + 1;
            Ok(chars[from..from + len].iter().collect())
        };
        match c {
            ' ' => *at += 1,
            '|' | ')' => break,
            '{' => {
                let inner = until('}', at)?;
                let (name, slot) = inner.split_once(':').unwrap_or((&inner, &inner));
                all.push(Ast::Class { name: name.to_string(), slot: slot.to_string() });
            }
            '\'' | '`' => all.push(Ast::Literal(until(c, at)?)),
            '(' => {
                *at += 1;
                all.push(choice(chars, at)?);
                if chars.get(*at) != Some(&')') {
                    return Err("`(` without `)`".into());
                }
                *at += 1;
            }
            '?' | '*' | '+' => {
                let last = all.pop().ok_or_else(|| format!("`{c}` has nothing before it"))?;
                all.push(Ast::Repeat(Box::new(last), c));
                *at += 1;
            }
            _ => return Err(format!("`{c}` is not part of a form; literals stand in quotes")),
        }
    }
    Ok(Ast::Sequence(all))
}

/// Literals are words of a class of their own: variants are separated by `|` inside the quotes.
fn add_literals(ast: &Ast, lexicon: &mut Lexicon) {
    match ast {
        Ast::Literal(text) => lexicon.add(&format!("'{text}"), &Words::Plain(text.clone()), false),
        Ast::Class { name, .. } => {
            lexicon.classes.id(name);
        }
        Ast::Sequence(all) | Ast::Choice(all) => all.iter().for_each(|a| add_literals(a, lexicon)),
        Ast::Repeat(a, _) => add_literals(a, lexicon),
    }
}

struct Writer<'a> {
    classes: &'a Classes,
    groups: Vec<Group>,
    program: Program,
}

impl Writer<'_> {
    fn write(&mut self, ast: &Ast) {
        match ast {
            Ast::Class { name, slot } => {
                let class = self.classes.get(name).expect("every class of a form was entered before");
                self.program.push(Op::Take { class, group: Some(self.groups.len() as u16) });
                self.groups.push(Group { slot: slot.clone(), class });
            }
            Ast::Literal(text) => {
                let class = self.classes.get(&format!("'{text}")).expect("every literal was entered before");
                self.program.push(Op::Take { class, group: None });
            }
            Ast::Sequence(all) => all.iter().for_each(|a| self.write(a)),
            Ast::Choice(all) => self.choice(all),
            Ast::Repeat(a, '?') => {
                let split = self.program.push(Op::Split(0, 0));
                self.write(a);
                self.program.set(split, Op::Split(split + 1, self.program.end()));
            }
            Ast::Repeat(a, '+') => self.more(a),
            // `a*` is `(a+)?`: so a pattern that can be empty is tried once.
            Ast::Repeat(a, _) => {
                let split = self.program.push(Op::Split(0, 0));
                self.more(a);
                self.program.set(split, Op::Split(split + 1, self.program.end()));
            }
        }
    }

    fn more(&mut self, ast: &Ast) {
        let start = self.program.end();
        self.write(ast);
        self.program.push(Op::Split(start, self.program.end() + 1));
    }

    fn choice(&mut self, all: &[Ast]) {
        let mut jumps = Vec::new();
        for (i, a) in all.iter().enumerate() {
            if i + 1 == all.len() {
                self.write(a);
                break;
            }
            let split = self.program.push(Op::Split(0, 0));
            self.write(a);
            jumps.push(self.program.push(Op::Jump(0)));
            self.program.set(split, Op::Split(split + 1, self.program.end()));
        }
        let end = self.program.end();
        jumps.into_iter().for_each(|j| self.program.set(j, Op::Jump(end)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_values_on_the_borders_give_every_set_of_classes() {
        let of_values = possible_bits();
        for (digits, flags) in (0..=5u8).flat_map(|d| (0..16u8).map(move |f| (d, f))) {
            for v in 0..3100u16 {
                let n = number_like(v, digits, flags);
                assert!(of_values.binary_search(&number_bits(&n)).is_ok(), "{n:?}");
            }
        }
    }
}
