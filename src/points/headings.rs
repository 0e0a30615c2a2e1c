//! Headings: what markup says, chapter words, date lines, and short lines that stand where headings stand.

use super::lexicon::{Lexicon, Role};
use super::lines::{Line, MAX_CAPTION_COLUMNS};
use super::markers::{Style, chapter};
use super::numerals::numbers;
use super::outline::base_indent;
use crate::model::{BlockKind, Span};
use std::collections::HashMap;

/// Why a line is taken for a heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// Markup says so, with its level.
    Markup(u8),
    /// The document's title.
    Title,
    /// `Chapter 1`, `第一章`, with the rank of the word.
    Chapter(u8),
    /// `§ 1 Scope`, `一、背景`, where such lines head sections.
    Numbered,
    /// Set in less than the text.
    Outdented,
    /// A word that only heads: `Introduction`, `结语`.
    Words,
    /// `## Heading`, `***** Heading *****`, with the number of signs.
    Signs(u8),
    /// Nothing but a date.
    Date,
    /// A short line among longer ones.
    Short,
    /// The heading of the line above goes on.
    Rest,
}

impl Look {
    /// No list goes on across it.
    pub fn is_sure(self) -> bool {
        !matches!(self, Look::Short | Look::Date)
    }
}

/// Widest heading, in columns: 45 wide characters. Longer lines are sentences.
const MAX_COLUMNS: u32 = 100;
/// Widest numbered heading: a number and a title that may fill two lines.
const MAX_NUMBERED_COLUMNS: u32 = 200;
/// A line this short heads even a short line that is half as long again.
const MAX_TERSE_COLUMNS: u32 = 24;
/// Widest title: laws have long ones.
const MAX_TITLE_COLUMNS: u32 = 240;
/// Digits in a numbered heading; `Art. 2 G v. 3.7.2018 I 1084` is a citation.
const MAX_DIGITS: usize = 6;
/// A line this short is a heading even between paragraphs without blank lines.
const MAX_DENSE_COLUMNS: u32 = 64;

/// For each line, whether it looks like a heading and why. The decision about lists may still take a weak look back.
pub(crate) fn looks(text: &str, lines: &[Line], lexicon: &Lexicon, fronts: &[Front]) -> Vec<Option<Look>> {
    let marked_up = lines.iter().any(|l| l.kind.is_heading() || l.list.is_some());
    let signs = heading_signs(text, lines, fronts);
    let sections = section_styles(text, lines, fronts);
    let inside = inside_items(lines, fronts);
    let free = |i: usize| fronts[i].start == Start::Plain && !inside[i];
    let ground = base_indent(lines.iter().enumerate().filter(|&(i, _)| free(i)).map(|(_, l)| l));
    let outdented = ground > 1 && lines.iter().any(|l| l.keep && l.gap && l.indent < ground && l.width <= MAX_COLUMNS);
    let columns = if outdented { columns_of_items(lines, fronts) } else { 0 };
    let signed = lines.iter().any(|l| l.keep && signed(l.span.of(text)).is_some());
    let hash_items = hash_items(text, lines);
    let counts = counts(text, lines);
    let view = View {
        text,
        lines,
        lexicon,
        fronts,
        marked_up,
        signs,
        sections,
        inside,
        outdented,
        columns,
        signed,
        hash_items,
        ground,
        counts,
    };
    let mut looks: Vec<Option<Look>> =
        (0..lines.len()).map(|i| if lines[i].keep { view.look(i) } else { None }).collect();
    if let Some(dateline) = view.dateline(&looks) {
        looks[dateline] = None;
    }
    view.join(&mut looks);
    if let Some(first) = view.title().filter(|&i| matches!(looks[i], None | Some(Look::Short))) {
        looks[first] = Some(Look::Title);
    }
    looks
}

/// What the front of a line may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// No marker.
    Plain,
    /// A marker that may open a list: a bullet or a first number.
    First(char),
    /// A later number.
    Later,
}

/// The front of a line: what it may begin, and the number that may head a section there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Front {
    pub start: Start,
    pub section: Option<(Style, Role, i32)>,
    /// Nothing stands behind its marker.
    pub alone: bool,
    /// Columns before the first visible character behind its marker.
    pub body: u32,
}

struct View<'a> {
    text: &'a str,
    lines: &'a [Line],
    lexicon: &'a Lexicon,
    fronts: &'a [Front],
    marked_up: bool,
    signs: Vec<char>,
    sections: Vec<Style>,
    /// For each line, whether it is set in further than the marker above it, or is the body of a marker alone.
    inside: Vec<bool>,
    /// The text is set in, and some lines are not.
    outdented: bool,
    /// Bit N: the text of an item is set in by N columns.
    columns: u64,
    /// `# ` opens items or remarks.
    hash_items: bool,
    /// Headings stand in signs of light markup.
    signed: bool,
    ground: u32,
    /// How often each short line is said.
    counts: HashMap<&'a str, u32>,
}

/// Lines that stand so often in one text are credits, buttons, labels: sections have names of their own.
const MIN_REFRAIN: u32 = 4;

/// How often each short line that is no sentence is said.
fn counts<'a>(text: &'a str, lines: &[Line]) -> HashMap<&'a str, u32> {
    let mut counts = HashMap::new();
    let said = lines.iter().filter(|l| l.keep && l.width <= MAX_COLUMNS).map(|l| l.span.of(text));
    said.filter(|s| !ends_sentence(s)).for_each(|s| *counts.entry(s).or_default() += 1);
    counts
}

/// Signs that printers set before headings and lists alike.
const HEADING_SIGNS: &[char] = &['■', '◆', '●', '▼', '◎', '□', '▲', '★', '◇', '○', '▌', '▶'];

/// The signs that open headings in this text: at least two short lines begin so, and none is followed by another.
fn heading_signs(text: &str, lines: &[Line], fronts: &[Front]) -> Vec<char> {
    let mut seen: Vec<(char, u32, bool)> = Vec::new();
    let mut before = None;
    for (i, line) in lines.iter().enumerate().filter(|(_, l)| l.keep) {
        let sign = match fronts[i].start {
            Start::First(c) if HEADING_SIGNS.contains(&c) && !fronts[i].alone => Some(c),
            _ => None,
        };
        if let Some(c) = sign {
            let said = line.span.of(text);
            let short = line.width <= MAX_DENSE_COLUMNS && !ends_sentence(said);
            let apart = before != Some(c) && i + 1 < lines.len();
            match seen.iter_mut().find(|s| s.0 == c) {
                Some(s) => *s = (c, s.1 + 1, s.2 && short && apart),
                None => seen.push((c, 1, short && apart)),
            }
        }
        before = sign;
    }
    seen.into_iter().filter(|s| s.1 > 1 && s.2).map(|s| s.0).collect()
}

fn inside_items(lines: &[Line], fronts: &[Front]) -> Vec<bool> {
    let mut marker: Option<u32> = None;
    let mut alone = false;
    let mut inside = vec![false; lines.len()];
    for (i, line) in lines.iter().enumerate().filter(|(_, l)| l.keep) {
        if fronts[i].start != Start::Plain {
            marker = Some(line.indent);
            alone = fronts[i].alone;
            continue;
        }
        inside[i] = alone || marker.is_some_and(|m| line.indent > m + 1);
        alone = false;
        if !inside[i] {
            marker = None;
        }
    }
    inside
}

/// The styles that number headings in this text: their lines are short, and what follows each is not the next of them.
fn section_styles(text: &str, lines: &[Line], fronts: &[Front]) -> Vec<Style> {
    struct Seen {
        style: Style,
        role: Role,
        last: i32,
        n: u32,
        n_heading: u32,
    }
    let mut seen: Vec<Seen> = Vec::new();
    for (i, line) in lines.iter().enumerate().filter(|(_, l)| l.keep) {
        let Some((style, role, value)) = fronts[i].section else { continue };
        if line.span.of(text).chars().filter(char::is_ascii_digit).count() > MAX_DIGITS {
            continue;
        }
        let next = (i + 1..lines.len()).find(|&j| lines[j].keep);
        if line.width > MAX_NUMBERED_COLUMNS || ends_sentence(line.span.of(text)) {
            continue;
        }
        // What follows a heading is a list, a paragraph, or the next heading of another kind.
        let follows = |j: usize| match fronts[j].start {
            Start::First('1') | Start::Later => true,
            Start::First(_) => false,
            Start::Plain => lines[j].width > MAX_DENSE_COLUMNS || ends_sentence(lines[j].span.of(text)),
        };
        let other = |j: usize| fronts[j].section.is_none_or(|s| s.0 != style);
        let apart = next.is_some_and(|j| other(j) && (follows(j) || fronts[j].section.is_some()));
        let place = seen.iter().position(|s| s.style == style).unwrap_or_else(|| {
            seen.push(Seen { style, role, last: 0, n: 0, n_heading: 0 });
            seen.len() - 1
        });
        // Headings count on through a text; lists of one item each begin anew.
        let counts = role == Role::Section || value == seen[place].last + 1;
        seen[place].last = value;
        seen[place].n += 1;
        seen[place].n_heading += u32::from(apart && counts);
    }
    let heads = |s: &Seen| s.n_heading * 5 >= s.n * 3 && (s.n > 1 || s.role == Role::Section);
    seen.into_iter().filter(heads).map(|s| s.style).collect()
}

impl View<'_> {
    fn look(&self, i: usize) -> Option<Look> {
        let line = &self.lines[i];
        match line.kind {
            BlockKind::Title => return Some(Look::Title),
            BlockKind::Heading | BlockKind::Subtitle => return Some(Look::Markup(line.level.unwrap_or(2))),
            BlockKind::Paragraph => {}
            _ => return None,
        }
        let said = line.span.of(self.text);
        let sentence_before = self.previous(i).is_some_and(|j| ends_sentence(self.lines[j].span.of(self.text)));
        let wrapped = line.wrapped && !(sentence_before && self.fronts[i].section.is_some());
        if line.list.is_some() || wrapped || line.width > MAX_NUMBERED_COLUMNS {
            return None;
        }
        if let Some(rank) = chapter(said, self.lexicon).filter(|_| !ends_sentence(said)) {
            return Some(Look::Chapter(rank));
        }
        if let Some(look) = signed(said).filter(|_| !said.starts_with('#') || self.is_hash_heading(i)) {
            return Some(look);
        }
        if self.fronts[i].start == Start::Plain && is_date_line(said, self.lexicon) && self.next(i).is_some() {
            return Some(Look::Date);
        }
        if self.fronts[i].section.is_some_and(|s| self.sections.contains(&s.0))
            && !ends_sentence(said)
            && said.chars().filter(char::is_ascii_digit).count() <= MAX_DIGITS
        {
            return Some(Look::Numbered);
        }
        if self.fronts[i].start == Start::Plain && self.lexicon.is_heading_line(said) && self.next(i).is_some() {
            return Some(Look::Words);
        }
        if matches!(self.fronts[i].start, Start::First(c) if self.signs.contains(&c)) {
            return Some(Look::Signs(1));
        }
        if self.marked_up {
            return None;
        }
        if self.outdented {
            return self.is_outdented(i).then_some(Look::Outdented);
        }
        if self.signed {
            return None;
        }
        let short = line.width <= MAX_COLUMNS && self.fronts[i].start == Start::Plain;
        (short && self.is_short_heading(i)).then_some(Look::Short)
    }

    /// The first line, where it is no sentence and more than a line of its own follows.
    fn title(&self) -> Option<usize> {
        let first = self.lines.iter().position(|l| l.keep)?;
        let next = self.next(first)?;
        let line = &self.lines[first];
        let said = line.span.of(self.text);
        let fits = line.kind == BlockKind::Paragraph && line.width <= MAX_TITLE_COLUMNS && !self.lines[next].wrapped;
        let plain = self.fronts[first].start == Start::Plain && said.chars().any(char::is_alphabetic);
        (!self.marked_up && fits && plain && !ends_sentence(said) && !said.ends_with([':', '：'])).then_some(first)
    }

    /// The only line of the text that is nothing but a date, before its first sentence: it dates the text, and heads nothing.
    fn dateline(&self, looks: &[Option<Look>]) -> Option<usize> {
        let mut dates = (0..looks.len()).filter(|&i| looks[i] == Some(Look::Date));
        let (date, other) = (dates.next()?, dates.next());
        let kept = (0..date).filter(|&i| self.lines[i].keep);
        let text = kept.skip(1).any(|i| ends_sentence(self.lines[i].span.of(self.text)) || self.lines[i].wrapped);
        (other.is_none() && date > 0 && !text).then_some(date)
    }

    /// The line after `i` that is read.
    fn next(&self, i: usize) -> Option<usize> {
        (i + 1..self.lines.len()).take(8).find(|&j| self.lines[j].keep)
    }

    fn previous(&self, i: usize) -> Option<usize> {
        (i.saturating_sub(8)..i).rev().find(|&j| self.lines[j].keep)
    }

    fn is_short_heading(&self, i: usize) -> bool {
        let line = &self.lines[i];
        let said = line.span.of(self.text);
        if self.inside[i] || is_no_title(said) {
            return false;
        }
        if ends_sentence(said)
            || is_spoken(said)
            || said.contains(NO_HEADING_SIGNS)
            || self.is_credit(said)
            || !said.chars().any(char::is_alphabetic)
            || self.counts.get(said).is_some_and(|&n| n >= MIN_REFRAIN)
        {
            return false;
        }
        let Some(next) = self.next(i) else { return false };
        let after = &self.lines[next];
        if after.wrapped {
            return false;
        }
        let before = self.previous(i).map(|j| self.lines[j].span.of(self.text));
        let colon = said.ends_with([':', '：']);
        if !line.gap && !after.gap {
            let free = before.is_none_or(|b| ends_sentence(b) || b.ends_with(ENDINGS));
            let heads = match self.fronts[next].start {
                Start::First(_) => !self.inside_bullets(i, next),
                Start::Later => false,
                Start::Plain => {
                    let said_after = after.span.of(self.text);
                    is_date_line(said_after, self.lexicon)
                        || !colon && after.width > line.width * 2 && ends_sentence(said_after)
                }
            };
            return line.width <= MAX_DENSE_COLUMNS && free && heads;
        }
        // The first line of a paragraph that was wrapped at an unknown border.
        let begins_paragraph =
            !after.gap && line.width > MAX_DENSE_COLUMNS && after.width < MAX_COLUMNS + MAX_CAPTION_COLUMNS;
        if colon || !line.gap && i > 0 || begins_paragraph {
            return false;
        }
        match self.fronts[next].start {
            Start::First(_) => !self.inside_bullets(i, next),
            Start::Later => false,
            Start::Plain => {
                self.is_prose(next)
                    || line.width <= MAX_TERSE_COLUMNS && after.width * 2 >= line.width * 3
                    || self.is_over_heading(i, next)
            }
        }
    }

    /// The heading of a part right above that of its first section: two short lines apart from all else, text before them
    /// and text or a list below.
    fn is_over_heading(&self, i: usize, next: usize) -> bool {
        let said = |j: usize| self.lines[j].span.of(self.text);
        let title = |said: &str| !ends_sentence(said) && !said.ends_with([':', '：']) && !is_no_title(said);
        let ends = |j: usize| self.fronts[j].start != Start::Plain || ends_sentence(said(j));
        let begins = |j: usize| match self.fronts[j].start {
            Start::Plain => self.is_prose(j),
            Start::First(_) => true,
            Start::Later => false,
        };
        // A question, a caption and who said it stand above a heading, too.
        let name = !said(i).contains(['，', '：', ',', ':', '”']) && !said(i).ends_with(['？', '?', '！', '!']);
        name && !said(i).starts_with(['-', '–', '—', '['])
            && self.lines[next].gap
            && title(said(next))
            && self.previous(i).is_some_and(ends)
            && self.next(next).is_some_and(|j| self.lines[j].gap && begins(j))
    }

    /// It says whose a picture is, or whose the text, at its beginning or in brackets: `(Photo: Ann Bell)`.
    fn is_credit(&self, said: &str) -> bool {
        let inside = said.match_indices(['(', '（', '[']).map(|(at, sign)| &said[at + sign.len()..]);
        std::iter::once(said).chain(inside).any(|rest| self.lexicon.is_no_heading(rest))
    }

    /// Begins a paragraph of its own that is set in less than the text, or by columns at which no text and no item stands.
    /// Browsers print pages so, each level of heading at columns of its own.
    fn is_outdented(&self, i: usize) -> bool {
        let line = &self.lines[i];
        let said = line.span.of(self.text);
        let n = self.n_lines_of_title(i);
        let alone = (i == 0 || line.gap) && n > 0 && self.lines.get(i + n).is_some_and(|l| l.gap);
        let words = said.chars().any(char::is_alphabetic) && !said.contains(NO_HEADING_SIGNS);
        let over_text = || {
            let below = (i + n.max(1)..self.lines.len()).find(|&j| self.lines[j].keep);
            below.is_some_and(|j| self.fronts[j].start == Start::Plain && self.lines[j].indent == self.ground)
        };
        let plain = match self.fronts[i].start {
            Start::Plain => !self.inside[i] && (line.indent < self.ground || !is_spoken(said)),
            Start::First(c) if c != '1' => false,
            _ => line.indent < self.ground && over_text(),
        };
        alone
            && plain
            && words
            && line.width <= MAX_COLUMNS
            && !is_no_title(said)
            && !said.ends_with(';')
            && !self.is_credit(said)
    }

    /// How many lines from `i` on are one title by their columns; 0 where they are a paragraph of the text.
    fn n_lines_of_title(&self, i: usize) -> usize {
        let rest = self.lines[i + 1..].iter().zip(&self.fronts[i + 1..]).take(MAX_TITLE_LINES);
        let n = 1 + rest.take_while(|(l, f)| !l.gap && f.start == Start::Plain).count();
        if n > MAX_TITLE_LINES {
            return 0;
        }
        let indents = || self.lines[i..i + n].iter().map(|l| l.indent);
        // What is centred fills its first line.
        let (least, most) = (indents().min().unwrap_or(0), indents().max().unwrap_or(0));
        let as_set_in = |j: Option<usize>| j.is_some_and(|j| self.lines[j].indent == least);
        let own_column =
            || least < 64 && self.columns >> least & 1 == 0 && !as_set_in(self.previous(i)) && !as_set_in(self.next(i));
        let apart = least < self.ground || n == 1 && own_column();
        let last = self.lines[i + n - 1].span.of(self.text);
        let title = least < self.ground || !ends_sentence(last);
        if apart && title && most <= least + 1 && least != self.ground { n } else { 0 }
    }

    /// `# Heading`: four columns in it is code or a bullet, and where most such lines follow each other they are items or
    /// remarks. Two signs and more are neither.
    fn is_hash_heading(&self, i: usize) -> bool {
        let line = &self.lines[i];
        !line.span.of(self.text).starts_with("# ") || line.indent < MIN_CODE_INDENT && !self.hash_items
    }

    /// Marks the lines on which a heading goes on: of an outdented one its paragraph, of one in signs all up to the closing.
    fn join(&self, looks: &mut [Option<Look>]) {
        let in_list = |i: usize| {
            let bullet = |j: usize| matches!(self.fronts[j].start, Start::First(c) if c != '1');
            !self.lines[i].keep || bullet(i) && self.previous(i).is_some_and(bullet)
        };
        for i in 0..self.lines.len() {
            match looks[i] {
                Some(Look::Outdented) => {
                    let n = self.n_lines_of_title(i);
                    looks[i + 1..i + n].fill(Some(Look::Rest));
                }
                None if !in_list(i) && self.lines[i].span.of(self.text).starts_with(['*', '=']) => {
                    let rest = self.lines[i + 1..].iter().take(MAX_TITLE_LINES - 1).take_while(|l| !l.gap && l.keep);
                    let n_plain = rest.zip(&self.fronts[i + 1..]).take_while(|(_, f)| f.start == Start::Plain).count();
                    let joined =
                        |n: usize| Span::new(self.lines[i].span.start as usize, self.lines[i + n].span.end as usize);
                    let closed = |n: &usize| signed(joined(*n).of(self.text)).is_some();
                    if let Some(n) = (1..=n_plain).find(closed) {
                        looks[i] = signed(joined(n).of(self.text));
                        looks[i + 1..=i + n].fill(Some(Look::Rest));
                    }
                }
                _ => {}
            }
        }
    }

    /// A paragraph rather than a caption, a menu entry or another heading.
    fn is_prose(&self, i: usize) -> bool {
        let line = &self.lines[i];
        let wraps = self.lines.get(i + 1).is_some_and(|l| l.wrapped);
        wraps || line.width > MAX_CAPTION_COLUMNS || ends_sentence(line.span.of(self.text))
    }

    /// The same bullet stands before and after, and the line is no more apart from them than they are from each other.
    fn inside_bullets(&self, i: usize, next: usize) -> bool {
        let start = self.fronts[next].start;
        let same = |j: &usize| self.fronts[*j].start == start && start != Start::First('1');
        let tight = |j: usize| self.lines.get(j).is_some_and(|l| l.keep && !l.gap) && same(&j);
        let apart = self.lines[i].gap && self.lines[next].gap;
        self.previous(i).filter(same).is_some_and(|p| !(apart && (tight(p) || tight(next + 1))))
    }
}

/// The columns at which the text of items stands, a bit each.
fn columns_of_items(lines: &[Line], fronts: &[Front]) -> u64 {
    let marked = lines.iter().zip(fronts).filter(|(l, f)| l.keep && f.start != Start::Plain);
    marked.map(|(_, f)| f.body).filter(|&column| column < 64).fold(0, |all, column| all | 1 << column)
}

/// Most lines that begin with `# ` are followed by another.
fn hash_items(text: &str, lines: &[Line]) -> bool {
    let hash = |l: &&Line| l.span.of(text).starts_with("# ");
    let mut kept = lines.iter().filter(|l| l.keep).peekable();
    let (mut n, mut n_followed) = (0, 0);
    while let Some(line) = kept.next() {
        if hash(&line) {
            n += 1;
            n_followed += u32::from(kept.peek().is_some_and(hash));
        }
    }
    n_followed * 2 > n
}

/// Lines of the longest title.
const MAX_TITLE_LINES: usize = 4;
/// Columns from which Markdown takes a line for code.
const MIN_CODE_INDENT: u32 = 4;

/// A line of code, a link, the middle of a sentence: `if (x) {`, `More of this ›`, `cup brown sugar`. A name without blanks
/// may begin as it likes: `v-model` heads its own section.
fn is_no_title(said: &str) -> bool {
    let broken = said.contains(' ') && said.starts_with(char::is_lowercase);
    broken || said.ends_with(['{', '}', '(', '=', '>', '›', '»', '-', '–', '—'])
}

/// What paragraphs end in, besides a full stop.
const ENDINGS: [char; 16] = [':', '：', '”', '"', '」', '』', ')', '）', '!', '?', '！', '？', '’', '】', '》', ']'];

/// `## Heading`, `*** Heading ***`: signs of light markup, with their rank.
fn signed(said: &str) -> Option<Look> {
    let inner = inner(said);
    (inner.len() < said.len()).then(|| {
        let signs = said.bytes().take_while(|b| matches!(b, b'#' | b'*' | b'=')).count() as u8;
        Look::Signs(if said.starts_with('#') { signs } else { 7u8.saturating_sub(signs).max(1) })
    })
}

/// A heading's line without the signs of light markup around it.
pub(crate) fn inner(said: &str) -> &str {
    let hashes = said.bytes().take_while(|&b| b == b'#').count();
    if (1..=6).contains(&hashes) && said[hashes..].starts_with(' ') {
        return said[hashes..].trim_end_matches('#').trim();
    }
    for sign in ["*", "="] {
        let before = said.len() - said.trim_start_matches(sign).len();
        let after = said.len() - said.trim_end_matches(sign).len();
        let dressed = before >= 2 || sign == "*" && said.ends_with(" *");
        let words = || said.chars().any(char::is_alphanumeric);
        if dressed && before == after && before * 2 < said.len() && said[before..].starts_with(' ') && words() {
            return said[before..said.len() - after].trim();
        }
    }
    said
}

/// Ends as sentences, clauses and list items do. A question or a cry may be a heading.
pub(crate) fn ends_sentence(said: &str) -> bool {
    said.ends_with(['.', '。', ',', '，', ';', '；', '、', '…', '．', '｡'])
}

/// A question or a cry in clauses, or speech: `But why, he asked?`, `“Where?”`.
fn is_spoken(said: &str) -> bool {
    let quoted = ["？”", "。”", "！”", "？」", "。」", "！」", "?”", ".”", "!”", "?\"", ".\"", "!\"", ".'", ".’"];
    let clauses = said.contains(['，', ',']) && said.ends_with(['？', '?', '！', '!']);
    clauses || quoted.iter().any(|q| said.ends_with(q)) || said.contains("：“") || said.contains("：「")
}

/// Signs of captions, menus and accounts.
const NO_HEADING_SIGNS: [char; 5] = ['|', '©', '@', '►', '│'];

/// Longest line that is nothing but a date, in bytes.
const MAX_DATE_BYTES: usize = 120;

/// Nothing but a date: numbers, month names, weekdays, units and what may stand with them, at least one of them a date's own.
pub(crate) fn is_date_line(said: &str, lexicon: &Lexicon) -> bool {
    if said.len() > MAX_DATE_BYTES {
        return false;
    }
    let (mut rest, mut year) = (said.trim_end_matches([':', '：']), false);
    let (mut n_numbers, mut n_words, mut n_years) = (0, 0, 0);
    while let Some(c) = rest.chars().next() {
        if c.is_whitespace()
            || matches!(
                c,
                '.' | ',' | '/' | '-' | '–' | '—' | '~' | '～' | '至' | '(' | ')' | '（' | '）' | '年' | '，' | '、'
            )
        {
            year |= c == '年';
            rest = &rest[c.len_utf8()..];
            continue;
        }
        if c.is_ascii_digit() || ('０'..='９').contains(&c) {
            let digits: usize = rest.chars().take_while(|c| c.is_numeric()).map(char::len_utf8).sum();
            n_numbers += 1;
            n_years += u32::from(digits == 4);
            rest = &rest[digits..];
            continue;
        }
        if let Some(len) = lexicon.date_word(rest) {
            let word_ends =
                !rest[len..].starts_with(|n: char| n.is_ascii_alphabetic() || n.is_alphabetic() && c.is_ascii());
            if word_ends {
                n_words += 1;
                rest = &rest[len..];
                continue;
            }
        }
        let word: usize = rest.chars().take_while(|c| c.is_alphabetic()).map(char::len_utf8).sum();
        if word > 0 && lexicon.month(&rest[..word]).is_some() {
            n_words += 1;
            rest = &rest[word..];
            continue;
        }
        if let Some(n) = numbers(rest)[0].filter(|n| n.len >= 3) {
            n_numbers += 1;
            rest = &rest[n.len..];
            continue;
        }
        return false;
    }
    // From a day of one year to a day of another: the dates of a life, which date nothing below them.
    let span_of_life = n_years > 1 && n_words > 1;
    n_numbers > 0 && (n_words > 0 || year) && !span_of_life
}
