//! The grammar of a language, compiled: symbols for sets of classes, and patterns over them.
//!
//! A pattern is a regular expression over named classes. It is compiled, once, into a `regex` over symbols (one
//! character a token), and run anchored where a token that can begin a pattern stands; so the text itself is read once,
//! by the scanner, and the patterns see a few dozen tokens a page.

use super::lexicon::{ClassId, Classes, Lexicon, Pattern, Section, Sense, Words, fault};
use super::scan::{BREAK, NUMBER_CLASSES, Number, Symbol, Token, number_bits};
use crate::error::Error;
use regex::{Regex, RegexSet};
use std::collections::BTreeMap;

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
    regex: Regex,
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
    pub ordinal: ClassId,
    pub numand: ClassId,
    pub ordmark: ClassId,
    pub ordprefix: ClassId,
    pub link: ClassId,
    pub comma: ClassId,
    pub to: ClassId,
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
    pub and: ClassId,
    pub between: ClassId,
    pub dprep: ClassId,
    pub weekday: ClassId,
    pub wweekday: ClassId,
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
    /// `1,5` is one and a half.
    pub decimal_comma: bool,
    /// A capital marks a name.
    pub capitals: bool,
    /// Its words.
    pub lexicon: Lexicon,
    /// Classes that the code itself asks for.
    pub ids: Ids,
    entry_symbols: Vec<(Symbol, Symbol)>,
    number_symbols: BTreeMap<u32, Symbol>,
    /// Sets of classes, by symbol.
    sets: Vec<Vec<ClassId>>,
    /// Symbols without which a segment holds no date.
    triggers: Vec<bool>,
    /// Symbols that a pattern can begin with.
    starts: Vec<bool>,
    set: RegexSet,
    rules: Vec<Rule>,
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
    "ordmark",
    "ordprefix",
    "link",
    "comma",
    "to",
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
];

impl Language {
    /// Compiles a language's section, with what all languages share.
    ///
    /// # Errors
    /// When a pattern or a word is not of the form the module describes.
    pub fn new(code: &str, section: &Section, shared: &Section) -> Result<Language, Error> {
        let mut lexicon = Lexicon::default();
        for name in NUMBER_CLASSES {
            lexicon.classes.id(name);
        }
        for s in [section, shared] {
            s.words.iter().for_each(|(class, words)| lexicon.add(class, words, false));
            s.counters.iter().for_each(|(class, words)| lexicon.add(class, words, true));
        }
        let patterns: Vec<&Pattern> = section.pattern.iter().chain(&shared.pattern).collect();
        let mut forms = Vec::new();
        for p in &patterns {
            let form = expand(&p.form, section, shared).map_err(|m| fault(code, format!("`{}`: {m}", p.form)))?;
            let ast = parse(&form).map_err(|m| fault(code, format!("`{}`: {m}", p.form)))?;
            add_literals(&ast, &mut lexicon);
            forms.push(ast);
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
        let plain: Vec<ClassId> = PLAIN.iter().filter_map(|n| lexicon.classes.get(n)).collect();
        let literal = |id: &ClassId| lexicon.classes.name(*id).starts_with('\'');
        let triggers = sets.iter().map(|s| s.iter().any(|c| !plain.contains(c) && !literal(c))).collect();
        let mut rules = Vec::new();
        let mut sources = Vec::new();
        let mut starts = vec![false; sets.len()];
        for (p, ast) in patterns.iter().zip(&forms) {
            let means = Means::read(&p.means)
                .ok_or_else(|| fault(code, format!("`{}`: means = \"{}\" is not known", p.form, p.means)))?;
            let mut writer = Writer { classes: &lexicon.classes, sets: &sets, groups: Vec::new() };
            let mut source = String::from("^(?:");
            writer.write(ast, &mut source);
            source.push(')');
            first(ast, &lexicon.classes, &sets, &mut starts);
            let regex = Regex::new(&source).map_err(|e| fault(code, format!("`{}`: {e}", p.form)))?;
            rules.push(Rule { means, regex, groups: writer.groups });
            sources.push(source);
        }
        let set = RegexSet::new(&sources).map_err(|e| fault(code, e.to_string()))?;
        Ok(Language {
            code: code.to_string(),
            unspaced: section.unspaced,
            han_numerals: section.unspaced && code != "th",
            day_first: section.day_first.unwrap_or(true),
            decimal_comma: section.decimal_comma,
            capitals: section.capitals,
            lexicon,
            ids,
            entry_symbols,
            number_symbols,
            sets,
            triggers,
            starts,
            set,
            rules,
        })
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
        self.sets[token.symbol as usize].contains(&class)
    }

    /// The token alone makes a segment worth reading.
    #[inline]
    pub fn is_trigger(&self, symbol: Symbol) -> bool {
        self.triggers[symbol as usize]
    }

    /// The matches of patterns at the head of `symbols`, longest first, of equal ones the earlier pattern: length in
    /// tokens and the token of each capture group. `accept` says whether a match makes sense.
    pub fn best<T>(
        &self,
        symbols: &str,
        head: Symbol,
        mut accept: impl FnMut(&Rule, usize, &[Option<usize>]) -> Option<T>,
    ) -> Option<(T, usize)> {
        if !self.starts[head as usize] {
            return None;
        }
        let mut matches: Vec<(usize, usize)> = Vec::new();
        for i in &self.set.matches(symbols) {
            if let Some(m) = self.rules[i].regex.find(symbols) {
                matches.push((m.end(), i));
            }
        }
        matches.sort_unstable_by_key(|m| (std::cmp::Reverse(m.0), m.1));
        for (end, i) in matches {
            let rule = &self.rules[i];
            let captures = rule.regex.captures(symbols)?;
            let places: Vec<Option<usize>> =
                (1..captures.len()).map(|g| captures.get(g).map(|m| m.start() / SYMBOL_BYTES)).collect();
            let len = end / SYMBOL_BYTES;
            if let Some(read) = accept(rule, len, &places) {
                return Some((read, len));
            }
        }
        None
    }
}

/// Bytes of a symbol in the string the patterns run over.
const SYMBOL_BYTES: usize = 2;

/// The character of a symbol: two bytes of UTF-8 each.
pub fn symbol_char(s: Symbol) -> char {
    char::from_u32(0x80 + u32::from(s)).expect("fewer symbols than two-byte characters; checked by the tests")
}

fn ids(classes: &mut Classes) -> Ids {
    Ids {
        number: classes.id("number"),
        ordinal: classes.id("ordinal"),
        numand: classes.id("numand"),
        ordmark: classes.id("ordmark"),
        ordprefix: classes.id("ordprefix"),
        link: classes.id("link"),
        comma: classes.id("comma"),
        to: classes.id("to"),
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
        and: classes.id("and"),
        between: classes.id("between"),
        dprep: classes.id("dprep"),
        weekday: classes.id("weekday"),
        wweekday: classes.id("wweekday"),
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

/// Every set of classes that a number or a stamp can have.
fn possible_bits() -> Vec<u32> {
    let mut all = std::collections::BTreeSet::new();
    let plain = super::numerals::word_number(0, false);
    let interesting =
        (0..=125).chain((126..3100).step_by(7)).chain([1500, 1499, 2050, 2051, 2459, 2460, 999, 1000, 2999, 3000]);
    for v in interesting {
        for digits in 0..=5u8 {
            for flags in 0..16u8 {
                let n = Number {
                    value: f64::from(v),
                    digits,
                    digitwise: flags & 1 != 0,
                    pair: (flags & 2 != 0).then_some(1),
                    ordinal: flags & 4 != 0,
                    apostrophe: flags & 8 != 0,
                    ..plain
                };
                all.insert(number_bits(&n));
            }
        }
    }
    all.insert(number_bits(&Number { fraction: true, ..plain }));
    let bit = |name: &str| 1u32 << NUMBER_CLASSES.iter().position(|c| *c == name).expect("a class of the table");
    let mut subsets = |names: &[&str]| {
        for mask in 0u32..1 << names.len() {
            all.insert((0..names.len()).filter(|i| mask & (1 << i) != 0).map(|i| bit(names[i])).sum());
        }
    };
    subsets(&["num", "dm", "dotclock", "ym"]);
    subsets(&["md", "ym", "years"]);
    subsets(&["clock"]);
    subsets(&["ymd"]);
    all.into_iter().collect()
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
            let len = chars[from..].iter().position(|x| *x == close).ok_or(format!("`{c}` without `{close}`"))?;
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
                let last = all.pop().ok_or(format!("`{c}` has nothing before it"))?;
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
    sets: &'a [Vec<ClassId>],
    groups: Vec<Group>,
}

impl Writer<'_> {
    fn write(&mut self, ast: &Ast, out: &mut String) {
        match ast {
            Ast::Class { name, slot } => {
                let class = self.classes.get(name).expect("every class of a form was entered before");
                self.groups.push(Group { slot: slot.clone(), class });
                out.push('(');
                symbols_of(class, self.sets, out);
                out.push(')');
            }
            Ast::Literal(text) => {
                let class = self.classes.get(&format!("'{text}")).expect("every literal was entered before");
                symbols_of(class, self.sets, out);
            }
            Ast::Sequence(all) => all.iter().for_each(|a| self.write(a, out)),
            Ast::Choice(all) => {
                out.push_str("(?:");
                for (i, a) in all.iter().enumerate() {
                    if i > 0 {
                        out.push('|');
                    }
                    self.write(a, out);
                }
                out.push(')');
            }
            Ast::Repeat(a, sign) => {
                out.push_str("(?:");
                self.write(a, out);
                out.push(')');
                out.push(*sign);
            }
        }
    }
}

/// The symbols whose set holds the class, as a class of characters.
fn symbols_of(class: ClassId, sets: &[Vec<ClassId>], out: &mut String) {
    let chars: String =
        sets.iter().enumerate().filter(|(_, s)| s.contains(&class)).map(|(i, _)| symbol_char(i as Symbol)).collect();
    if chars.is_empty() {
        // A class without words: nothing is in it.
        out.push_str("[a&&b]");
        return;
    }
    out.push('[');
    for c in chars.chars() {
        out.push_str(&format!("\\x{{{:X}}}", u32::from(c)));
    }
    out.push(']');
}

/// Marks the symbols that a form can begin with; true when it can be empty.
fn first(ast: &Ast, classes: &Classes, sets: &[Vec<ClassId>], starts: &mut [bool]) -> bool {
    let mut mark = |name: &str| {
        if let Some(class) = classes.get(name) {
            sets.iter().enumerate().filter(|(_, s)| s.contains(&class)).for_each(|(i, _)| starts[i] = true);
        }
        false
    };
    match ast {
        Ast::Class { name, .. } => mark(name),
        Ast::Literal(text) => mark(&format!("'{text}")),
        Ast::Sequence(all) => all.iter().all(|a| first(a, classes, sets, starts)),
        Ast::Choice(all) => all.iter().fold(false, |empty, a| first(a, classes, sets, starts) | empty),
        Ast::Repeat(a, sign) => first(a, classes, sets, starts) | (*sign != '+'),
    }
}
