//! A part of a text in one language, read window by window: what was found in it, and what the words around that say.

use super::filter;
use super::find::{Found, find};
use super::grammar::Language;
use super::order::Evidence;
use super::scan::Scanner;
use super::slots::Meaning;
use super::tense::{Tense, tense};
use super::token::Token;

/// Lines at the head of a document in which its date is looked for.
pub const HEAD_LINES: usize = 8;

/// What was read of a part. Its tokens are gone.
pub struct Part<'a> {
    /// Where it begins in the text.
    pub start: usize,
    pub language: &'a Language,
    pub found: Vec<Found>,
    /// The tense around each of them.
    pub tenses: Vec<Tense>,
    /// Of each, whether a word that leads to the end of a range stands before it.
    pub led: Vec<bool>,
    /// The one that is the day of a dispatch: `新华社广州三月二十八日电`.
    pub wired: Option<usize>,
    /// What it shows of the order of day and month.
    pub order: Evidence,
    /// It is a question of its own.
    pub query: bool,
    /// It is nothing but what was found.
    pub bare: bool,
}

impl<'a> Part<'a> {
    /// Reads a part; `short`: it may be a question, for which more patterns count.
    pub fn of(start: usize, text: &'a str, language: &'a Language, short: bool) -> Part<'a> {
        let mut part = Part {
            start,
            language,
            found: Vec::new(),
            tenses: Vec::new(),
            led: Vec::new(),
            wired: None,
            order: Evidence::default(),
            query: false,
            bare: false,
        };
        let head = text.match_indices('\n').nth(HEAD_LINES).map_or(text.len(), |(at, _)| at);
        let mut memory = language.memory();
        let mut scanner = Scanner::new(text, language, std::mem::take(&mut memory.scanned));
        while let Some(tokens) = scanner.window() {
            let from = part.found.len();
            if short {
                find(tokens, text, language, true, &mut memory.finding, &mut part.found);
                part.query = filter::is_query(&part.found, tokens, text, language);
            }
            if !part.query {
                part.found.truncate(from);
                find(tokens, text, language, false, &mut memory.finding, &mut part.found);
            }
            filter::keep(&mut part.found, from, tokens, text, language, part.query);
            part.bare = part.query && filter::is_bare(&part.found, tokens, text, language);
            part.look_around(from, tokens, text, head);
        }
        memory.scanned = scanner.give_back();
        language.give_back(memory);
        part
    }

    /// Notes what the tokens around say of what was found in their window, from this one on.
    fn look_around(&mut self, from: usize, tokens: &[Token], text: &str, head: usize) {
        let (found, language) = (&self.found[from..], self.language);
        self.order.see(found, tokens, language);
        self.tenses.extend(found.iter().map(|f| tense(f, tokens, text, language)));
        self.led.extend(found.iter().map(|f| f.first > 0 && language.is(&tokens[f.first - 1], language.ids.to)));
        if self.wired.is_none() {
            let mut of_head = found.iter().take_while(|f| f.start < head);
            self.wired = of_head.position(|f| is_wired(f, tokens, text, language)).map(|i| from + i);
        }
    }
}

/// It is the day of a dispatch: the word for that stands behind it.
fn is_wired(f: &Found, tokens: &[Token], text: &str, language: &Language) -> bool {
    let Meaning::Point(s) = f.meaning else { return false };
    let word = tokens.get(f.last).filter(|t| t.start as usize == f.end && language.is(t, language.ids.wire));
    // `三月五日电视台…`: the word goes on.
    let ends = |word: &Token| !text[word.end as usize..].starts_with(char::is_alphanumeric);
    s.month.is_some() && s.day.is_some() && s.is_date() && word.is_some_and(ends)
}
