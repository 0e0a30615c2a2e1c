//! The grammar of a language, compiled: symbols for sets of classes, and patterns over them.
//!
//! A pattern is a regular expression over named classes. It is compiled, once, into a small program over symbols
//! (`program`), and run where the automaton of all patterns (`automaton`) has found that it matches; so the text itself is
//! read once, by the scanner, and a pattern sees nothing but its own matches.

use super::automaton::Automaton;
use super::find::Scratch;
use super::form::{Form, Means, Rule, Writer, add_literals, expand, parse};
use super::ids::{Ids, ids};
use super::lexicon::{ClassId, Lexicon, Sense};
use super::program::{Program, Runner};
use super::scan::Scanned;
use super::section::{Section, fault};
use super::symbols::{Members, bit_classes, possible_bits};
use super::token::{BREAK, NUMBER_CLASSES, Symbol, Token, What, number_bits};
use super::trigger::triggers;
use crate::error::Error;
use crate::text::letters::Letters;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

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
    /// A month or weekday with a capital is a name where another follows.
    pub small: bool,
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

/// The pattern files of a language, read and found right; compiled when the language is first met.
#[derive(Debug)]
pub struct Source {
    /// BCP 47 primary code.
    pub code: String,
    section: Arc<Section>,
    forms: Vec<Form>,
    language: OnceLock<Language>,
}

impl Source {
    /// Reads a language's section, with what all languages share.
    ///
    /// # Errors
    /// When a pattern is not of the form the module describes.
    pub fn new(code: &str, section: Arc<Section>, shared: &Section) -> Result<Source, Error> {
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

impl Language {
    /// Compiles a language's section, with what all languages share.
    fn new(code: &str, section: &Section, shared: &Section, forms: &[Form], letters: &Arc<Letters>) -> Language {
        let mut lexicon = Lexicon::new(section.unmarked);
        for name in NUMBER_CLASSES {
            lexicon.classes.id(name);
        }
        for s in [section, shared] {
            s.words.iter().for_each(|(class, words)| lexicon.add(class, words, false));
            s.counters.iter().for_each(|(class, words)| lexicon.add(class, words, true));
        }
        forms.iter().for_each(|form| add_literals(&form.ast, &mut lexicon));
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
            let (senses, capital) = lexicon.senses(e);
            let small = intern(classes(&mut senses.iter()));
            let large = intern(classes(&mut senses.iter().chain(capital)));
            entry_symbols.push((small, large));
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
            small: section.small,
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
        let (senses, more) = self.lexicon.senses(&self.lexicon.entries[entry as usize]);
        let more = if capital { more } else { &[] };
        senses.iter().chain(more).find(|s| s.class == class)
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
