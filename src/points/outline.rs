//! From a document to its points and headings.

use super::decide::{Candidate, Member, decide};
use super::extents::{Ground, extents, said_again};
use super::headings::{Front, Look, Start, ends_sentence, inner, is_date_line, looks};
use super::inline::{Inside, goes_on, inside};
use super::lexicon::{Lexicon, Role};
use super::lines::{Line, MAX_CAPTION_COLUMNS, columns, lines};
use super::markers::{BARE, Reading, Style, alone, readings};
use super::markup;
use super::menu::without_menus;
use super::numerals::System;
use crate::error::Error;
use crate::lang::Languages;
use crate::model::{BlockKind, Document, Span};
use std::collections::HashMap;

/// One item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPoint {
    /// Which list of the document, in order of their first items.
    pub list: u32,
    /// Its number as printed or as markup gives it; none for a bullet.
    pub ordinal: Option<i64>,
    /// 1 for a top list.
    pub level: u8,
    /// The point that it stands under, as an index into [`Outline::points`].
    pub parent: Option<usize>,
    /// The label as printed, without blanks at its ends; empty when only markup numbers it.
    pub label: Span,
    /// The item's own text without its label, up to its first nested item.
    pub body: Span,
    /// The block that it begins in.
    pub block: usize,
}

/// A heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heading {
    /// Its line, with its number and signs as printed.
    pub span: Span,
    /// 1 for the outermost.
    pub level: u8,
    /// The block that it stands in.
    pub block: usize,
    /// It holds nothing but a date.
    pub is_date: bool,
}

/// The structure of a document: its points and headings, each in reading order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// Items of all lists.
    pub points: Vec<ListPoint>,
    /// Headings, the title included.
    pub headings: Vec<Heading>,
}

/// Reads the structure of documents. Compiled once from the language data, then used for any number of documents.
pub struct Reader {
    lexicon: Lexicon,
}

impl Reader {
    /// A reader that knows the markers of all `languages`: texts mix them.
    ///
    /// # Errors
    /// When a language's section is not of the form that is read here.
    pub fn new(languages: &Languages) -> Result<Reader, Error> {
        Ok(Reader { lexicon: Lexicon::new(languages)? })
    }

    /// The points and headings of the blocks that are kept (`keep`, one a block; blocks beyond its end are kept).
    /// A dropped block is not read, and does not end a list. Linear in the length of the text.
    pub fn outline(&self, document: &Document, keep: &[bool]) -> Outline {
        let text = &document.text;
        let lines = lines(document, keep);
        let mut found = self.find(text, &lines);
        let looks = looks(text, &lines, &self.lexicon, &found.fronts);
        found.drop_headings(&looks);
        found.surround(text, &lines, &looks);
        let members = decide(&found.candidates, &found.readings);
        let is_heading = settle_headings(&lines, &looks, &found, &members);
        let labels: Vec<u32> = members.iter().map(|m| found.readings[m.reading as usize].label).collect();
        let articles: Vec<bool> =
            members.iter().map(|m| found.readings[m.reading as usize].role == Role::Article).collect();
        let styles: Vec<Style> = members.iter().map(|m| found.readings[m.reading as usize].style).collect();
        let ground = Ground {
            text,
            lines: &lines,
            is_heading: &is_heading,
            candidates: &found.candidates,
            labels: &labels,
            members: &members,
            articles: &articles,
            styles: &styles,
        };
        let extents = extents(&ground);
        let points = members.iter().zip(&extents).map(|(member, extent)| {
            let candidate = &found.candidates[member.candidate as usize];
            let reading = &found.readings[member.reading as usize];
            ListPoint {
                list: member.list,
                ordinal: (!matches!(reading.style.system, System::Bullet(_))).then_some(i64::from(reading.value)),
                level: member.level,
                parent: member.parent.map(|p| p as usize),
                label: Span { start: candidate.at, end: candidate.at + reading.label },
                body: Span { start: extent.body, end: extent.end },
                block: lines[candidate.line as usize].block as usize,
            }
        });
        let article = |points: Vec<ListPoint>| without_menus(text, points, &self.lexicon);
        let points = in_order(article(points.collect()), article(markup::items(&lines, &is_heading)));
        Outline { points, headings: headings(text, &lines, &looks, &is_heading) }
    }

    /// The next line is the body of the marker that stands alone on line `i`: it has none of its own.
    fn has_body_below(&self, text: &str, lines: &[Line], i: usize) -> bool {
        let Some(next) = lines.get(i + 1).filter(|l| l.keep) else { return false };
        let mut below = Vec::new();
        readings(next.span.of(text), &self.lexicon, &mut below);
        below.iter().all(|r| r.weight <= BARE)
    }

    /// All places where a marker may stand.
    fn find(&self, text: &str, lines: &[Line]) -> Found {
        let mut found = Found {
            candidates: Vec::new(),
            readings: Vec::new(),
            fronts: vec![Front { start: Start::Plain, section: None, alone: false, body: 0 }; lines.len()],
            last_indent: 0,
            after_stop: false,
            echo: None,
        };
        let ground = base_indent(lines.iter());
        let mut front: Vec<Reading> = Vec::new();
        let mut within: Vec<Inside> = Vec::new();
        // The last marker of the items that are joined into the line above.
        let mut joined: Option<Reading> = None;
        for (i, line) in lines.iter().enumerate() {
            found.last_indent = i.checked_sub(1).map_or(0, |before| lines[before].indent);
            found.after_stop = i.checked_sub(1).is_some_and(|before| ends_item(lines[before].span.of(text)));
            let read = line.keep && matches!(line.kind, BlockKind::Paragraph | BlockKind::Item | BlockKind::Quote);
            if !read || line.list.is_some() {
                continue;
            }
            let said = line.span.of(text);
            readings(said, &self.lexicon, &mut front);
            front.retain(|r| r.role != Role::Chapter && fits_front(r, line));
            if let Some(below) = lines.get(i + 1).filter(|below| front.is_empty() && below.keep) {
                front.extend(alone(said, below.span.of(text), &self.lexicon));
            }
            // `3 March 2021`: the number is the day of a date, whatever else `March` may say.
            let number = |r: &Reading| r.style.system == System::Decimal && r.style.open == 0;
            if front.iter().any(number) && is_date_line(said, &self.lexicon) {
                front.clear();
            }
            let printed = set_in(&mut front, said, line, ground);
            found.fronts[i].section = front.iter().find(|r| r.may_head()).map(|r| (r.style, r.role, r.value));
            if front.iter().any(|r| r.label as usize == said.len()) {
                // The number of the printer, then the typed one: `1.`, and below it `1.` again.
                let echo = lines.get(i + 1).is_some_and(|next| next.keep && next.span.of(text) == said);
                if echo && found.echo != Some(i) && front.iter().any(|r| r.value > 0) {
                    found.echo = Some(i + 1);
                } else if found.echo == Some(i) || !self.has_body_below(text, lines, i) {
                    front.clear();
                }
            }
            if let Some(r) = front.iter().min_by_key(|r| r.value) {
                let body = said[r.label as usize..].trim_start();
                found.fronts[i].alone = body.is_empty();
                found.fronts[i].body = line.width - columns(body);
                found.fronts[i].start = match r.style.system {
                    System::Bullet(c) => Start::First(char::from_u32(c).unwrap_or('•')),
                    _ if r.value <= 1 => Start::First('1'),
                    _ => Start::Later,
                };
                found.push(i, line, line.span.start, &front, false, printed);
            }
            match joined.take().filter(|_| front.is_empty() && !line.gap) {
                Some(last) => goes_on(said, line.span.start, last, &self.lexicon, &mut within),
                None => inside(said, line.span.start, &front, &self.lexicon, &mut within),
            }
            for &(at, reading) in &within {
                found.push(i, line, at, &[reading], true, false);
            }
            joined = within.last().map(|(_, r)| *r);
        }
        found
    }
}

/// Ends as a sentence, an item or an announcement: what follows a wrapped line like that may well be a marker.
fn ends_item(said: &str) -> bool {
    ends_sentence(said) && !said.ends_with([',', '，', '、']) || said.ends_with([':', '：'])
}

/// A letter for a bullet only stands set in.
fn fits_front(r: &Reading, line: &Line) -> bool {
    !matches!(r.style.system, System::Bullet(c) if c == u32::from('o') || c == u32::from('#'))
        || line.indent >= MIN_OUTLINE_INDENT
}

/// Columns before an `o` or a `#` that is a bullet: two levels of the narrowest indentation.
const MIN_OUTLINE_INDENT: u32 = 4;
/// How much surer a marker is that is set in further than the text, or is followed by several blanks.
const SET_IN: i32 = 10;

/// A marker that is set in, or set apart from its body, was printed as a list; true for such.
fn set_in(front: &mut [Reading], said: &str, line: &Line, ground: u32) -> bool {
    let apart = front.iter().any(|r| said[r.label as usize..].starts_with("  "));
    let printed = line.indent > ground + 1 || apart;
    if printed {
        front.iter_mut().for_each(|r| r.weight += SET_IN);
    }
    printed
}

/// The indentation that most of the text has: of lines, weighted by their width.
pub(crate) fn base_indent<'a>(lines: impl Iterator<Item = &'a Line>) -> u32 {
    let mut weights = [0u64; 32];
    for line in lines.filter(|l| l.keep) {
        weights[(line.indent as usize).min(31)] += u64::from(line.width - line.indent);
    }
    (0..weights.len()).max_by_key(|&i| (weights[i], std::cmp::Reverse(i))).unwrap_or(0) as u32
}

/// The places where markers may stand, and their readings.
struct Found {
    candidates: Vec<Candidate>,
    readings: Vec<Reading>,
    fronts: Vec<Front>,
    /// Columns before the line above the one that is read.
    last_indent: u32,
    /// That line ends as sentences and announcements do.
    after_stop: bool,
    /// The line that says once more the number that stands alone on the line before.
    echo: Option<usize>,
}

impl Found {
    fn push(&mut self, line_index: usize, line: &Line, at: u32, readings: &[Reading], inline: bool, printed: bool) {
        // A marker set in further than the line before it, or behind the end of a sentence, opens an item even where that
        // line was full.
        let deeper = self.last_indent < line.indent || self.after_stop;
        let first = self.readings.len() as u32;
        self.readings.extend_from_slice(readings);
        self.candidates.push(Candidate {
            line: line_index as u32,
            at,
            readings: (first, self.readings.len() as u32),
            indent: line.indent,
            inline,
            wrapped: line.wrapped && !inline && !deeper,
            printed,
            after_colon: false,
            after_heading: false,
            n_plain: 0,
            n_long: 0,
            n_sure_headings: 0,
            n_likely_headings: 0,
        });
    }

    /// What stands on a line that surely is a heading numbers the heading.
    fn drop_headings(&mut self, looks: &[Option<Look>]) {
        self.candidates.retain(|c| looks[c.line as usize].is_none_or(|l| !l.is_sure()));
    }

    /// Tells each candidate what stands before it.
    fn surround(&mut self, text: &str, lines: &[Line], looks: &[Option<Look>]) {
        let (mut n_plain, mut n_long, mut n_sure, mut n_likely) = (0, 0, 0, 0);
        let mut next = 0;
        let (mut before, mut last_marked): (Option<usize>, Option<usize>) = (None, None);
        for (i, line) in lines.iter().enumerate() {
            let said = line.span.of(text);
            let mut marked = false;
            while let Some(c) = self.candidates.get_mut(next).filter(|c| c.line as usize == i) {
                marked |= !c.inline;
                c.n_plain = n_plain;
                c.n_long = n_long;
                c.n_sure_headings = n_sure;
                c.n_likely_headings = n_likely;
                c.after_colon = match c.inline {
                    true => text[line.span.start as usize..c.at as usize].trim_end().ends_with([':', '：', '—', '，']),
                    false => before.is_some_and(|b| lines[b].span.of(text).ends_with([':', '：'])),
                };
                c.after_heading = !c.inline && before.is_some_and(|b| looks[b].is_some());
                next += 1;
            }
            let item = last_marked.filter(|m| m + 1 == i).map_or("", |m| lines[m].span.of(text));
            if !line.keep || !marked && said_again(said, item) {
                continue;
            }
            match looks[i] {
                Some(look) if look.is_sure() => n_sure += 1,
                Some(_) => n_likely += 1,
                None => {}
            }
            if !marked && !line.wrapped && looks[i].is_none_or(|l| !l.is_sure()) {
                n_plain += 1;
                let outside = last_marked.is_some_and(|m: usize| {
                    line.indent + 1 < lines[m].indent || line.gap && !lines[m].gap && m + 1 == i
                });
                let speaks = line.width > MAX_CAPTION_COLUMNS || said.ends_with([':', '：']) || !ends_short(said);
                n_long += u32::from(speaks || outside);
            }
            if marked {
                last_marked = Some(i);
            }
            before = Some(i);
        }
    }
}

/// Typed and marked-up items in reading order, their lists numbered by first items.
fn in_order(typed: Vec<ListPoint>, marked_up: Vec<ListPoint>) -> Vec<ListPoint> {
    let n_typed = typed.len();
    let mut all: Vec<(usize, ListPoint)> = typed
        .into_iter()
        .enumerate()
        .chain(marked_up.into_iter().enumerate().map(|(i, mut p)| {
            p.parent = p.parent.map(|parent| parent + n_typed);
            (i + n_typed, p)
        }))
        .collect();
    all.sort_by_key(|(_, p)| p.label.start);
    let mut place = vec![0; all.len()];
    for (now, (was, _)) in all.iter().enumerate() {
        place[*was] = now;
    }
    let mut lists: HashMap<(bool, u32), u32> = HashMap::new();
    let mut out = Vec::with_capacity(all.len());
    for (was, mut point) in all {
        let n_lists = lists.len() as u32;
        point.list = *lists.entry((was < n_typed, point.list)).or_insert(n_lists);
        point.parent = point.parent.map(|parent| place[parent]);
        out.push(point);
    }
    out
}

/// A short line may stand between two items of a list without parting them; a sentence parts them.
fn ends_short(said: &str) -> bool {
    !ends_sentence(said) || said.ends_with(['…', ',', '，'])
}

/// A weak look gives way when a list goes on across the line.
fn settle_headings(lines: &[Line], looks: &[Option<Look>], found: &Found, members: &[Member]) -> Vec<bool> {
    let mut is_heading: Vec<bool> = looks.iter().map(Option::is_some).collect();
    let mut last_of_list: Vec<Option<u32>> = Vec::new();
    for member in members {
        let line = found.candidates[member.candidate as usize].line;
        let place = member.list as usize;
        if last_of_list.len() <= place {
            last_of_list.resize(place + 1, None);
        }
        if let Some(last) = last_of_list[place] {
            // Only the lines since the last member of any inner list can hold a heading that the list crosses.
            for i in (last as usize + 1..line as usize).rev().take(MAX_CROSSED) {
                if looks[i].is_some_and(|l| !l.is_sure()) && lines[i].keep {
                    is_heading[i] = false;
                }
            }
        }
        last_of_list[place] = Some(line);
        if !found.candidates[member.candidate as usize].inline {
            is_heading[line as usize] = false;
        }
    }
    is_heading
}

/// Lines looked back from an item for weak headings that its list goes across; bounds the work on long items.
const MAX_CROSSED: usize = 64;

fn headings(text: &str, lines: &[Line], looks: &[Option<Look>], is_heading: &[bool]) -> Vec<Heading> {
    let mut out: Vec<Heading> = Vec::new();
    let mut under_section = false;
    for (i, line) in lines.iter().enumerate() {
        let Some(look) = looks[i].filter(|_| is_heading[i]) else { continue };
        let level = match look {
            Look::Title => 1,
            Look::Markup(level) | Look::Chapter(level) | Look::Signs(level) => level.max(1),
            Look::Date => 1 + u8::from(under_section),
            Look::Short | Look::Words | Look::Numbered | Look::Outdented => 1,
            Look::Rest => continue,
        };
        under_section |= !matches!(look, Look::Date | Look::Title);
        let n_rest = looks[i + 1..].iter().take_while(|l| **l == Some(Look::Rest)).count();
        let said = inner(Span { start: line.span.start, end: lines[i + n_rest].span.end }.of(text));
        let start = said.as_ptr() as usize - text.as_ptr() as usize;
        let span = Span::new(start, start + said.len());
        out.push(Heading { span, level, block: line.block as usize, is_date: look == Look::Date });
    }
    out
}
