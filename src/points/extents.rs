//! Where each item ends, once the lists are known.
//!
//! An item holds its line and the lines wrapped from it. Whether it also holds the paragraphs behind them is a question to
//! its list: when most of its siblings have paragraphs before the next of them, all do, and so does the last.

use super::decide::{Candidate, Member};
use super::headings::ends_sentence;
use super::lines::{Line, MAX_CAPTION_COLUMNS, columns};
use super::markers::Style;
use std::collections::HashMap;

/// The extent of a member: body and end of its own text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    pub body: u32,
    pub end: u32,
}

/// Everything that ends are found from.
pub(crate) struct Ground<'a> {
    pub text: &'a str,
    pub lines: &'a [Line],
    /// For each line, whether a heading stands there.
    pub is_heading: &'a [bool],
    pub candidates: &'a [Candidate],
    /// Bytes of each member's label.
    pub labels: &'a [u32],
    pub members: &'a [Member],
    /// For each member, whether it is an article of a law.
    pub articles: &'a [bool],
    /// For each member, how its marker is dressed.
    pub styles: &'a [Style],
}

/// The extents of all members.
pub(crate) fn extents(ground: &Ground) -> Vec<Extent> {
    let cores: Vec<Core> = (0..ground.members.len()).map(|m| ground.core(m)).collect();
    let shapes = ground.shapes(&cores);
    (0..cores.len()).map(|m| ground.extent(m, &cores, &shapes)).collect()
}

/// What surely belongs to a member, and what may.
#[derive(Clone, Copy, Debug)]
struct Core {
    body: u32,
    /// The last line of its own.
    line: u32,
    /// Where the next marker cuts its line; else the line's end.
    end: u32,
    /// The line of the next marker or heading, or the number of lines.
    limit: u32,
    /// Paragraphs between its own lines and `limit`.
    n_after: u32,
    /// The first of them is more than a caption or an advertisement.
    after_says: bool,
    /// … or it looks like one.
    caption: bool,
    /// The next member is a sibling (and no heading stands before it).
    sibling_next: bool,
    /// The next member stands inside it.
    child_next: bool,
}

/// The shape of a list.
#[derive(Clone, Copy, Debug, Default)]
struct Shape {
    /// Items with a sibling behind them, and how many of these have paragraphs between.
    n_between: u32,
    n_with_paragraphs: u32,
    /// … of which it is more than one line that may be a caption or an advertisement.
    n_with_text: u32,
}

impl Shape {
    /// Counts an item with a sibling behind it.
    fn count(&mut self, core: &Core) {
        self.n_between += 1;
        self.n_with_paragraphs += u32::from(core.n_after > 0);
        self.n_with_text += u32::from(core.n_after > 1 || core.n_after == 1 && !core.caption);
    }

    /// Its items own the paragraphs behind them.
    fn is_roomy(&self) -> bool {
        let most = |n: u32| n * 2 > self.n_between;
        most(self.n_with_text) || most(self.n_with_paragraphs) && self.n_with_paragraphs > 1
    }
}

impl Ground<'_> {
    /// One past the last byte of the member's label.
    fn label_end(&self, m: usize) -> u32 {
        self.candidates[self.members[m].candidate as usize].at + self.labels[m]
    }

    fn core(&self, m: usize) -> Core {
        let member = &self.members[m];
        let candidate = &self.candidates[member.candidate as usize];
        let next = self.members.get(m + 1);
        let next_candidate = next.map(|n| &self.candidates[n.candidate as usize]);
        let next_line = next_candidate.map_or(self.lines.len() as u32, |c| c.line);
        let label_end = self.label_end(m);
        let mut line = candidate.line;
        let cut = next_candidate.filter(|c| c.line == line).map(|c| c.at);
        let mut end = cut.unwrap_or(self.lines[line as usize].span.end);
        let body = skip_marks(self.text, label_end, end);
        let label = self.text[candidate.at as usize..label_end as usize].trim();
        if cut.is_none() {
            // A marker alone on its line, or said twice, has its body on the next.
            if body == end
                && line + 1 < next_line
                && !self.is_heading[line as usize + 1]
                && self.lines[line as usize + 1].keep
            {
                line += 1;
                end = self.lines[line as usize].span.end;
            }
            let echo = label.ends_with(['.', ')']) && self.text[body as usize..end as usize].trim() == label;
            if echo && line + 1 < next_line && !self.is_heading[line as usize + 1] {
                line += 1;
                end = self.lines[line as usize].span.end;
            }
            while line + 1 < next_line && self.goes_on(candidate, line) {
                line += 1;
                end = self.lines[line as usize].span.end;
            }
            if let Some(inside) = next_candidate.filter(|c| c.line == line) {
                end = end.min(inside.at);
            }
        }
        // Between two siblings even what is set out belongs to the first: some printers set in the marker alone.
        let before_sibling = next.is_some_and(|n| n.list == member.list);
        let mut limit = line + 1;
        let own = self.text[body as usize..end.max(body) as usize].trim_end();
        let after = self.lines.get(limit as usize).map_or("", |l| l.span.of(self.text));
        let echoed = said_again(after, own);
        while limit < next_line
            && !echoed
            && !self.is_heading[limit as usize]
            && (before_sibling || self.lines[limit as usize].indent + 1 >= candidate.indent)
            && (before_sibling || !is_ruler(self.lines[limit as usize].span.of(self.text)))
        {
            limit += 1;
        }
        let n_after = (line + 1..limit)
            .filter(|&l| self.lines[l as usize].keep && !self.lines[l as usize].wrapped)
            .count() as u32;
        let after_says = n_after > 0 && says_something(after);
        let caption = !after_says && columns(after) <= MAX_CAPTION_COLUMNS;
        let sibling_next = limit == next_line && next.is_some_and(|n| n.list == member.list);
        let child_next = limit == next_line && next.is_some_and(|n| n.parent == Some(m as u32));
        Core { body, line, end, limit, n_after, after_says, caption, sibling_next, child_next }
    }

    /// The line after `line` goes on with the item: wrapped from it, or set in further than its marker.
    fn goes_on(&self, candidate: &Candidate, line: u32) -> bool {
        let next = &self.lines[line as usize + 1];
        if !next.keep || self.is_heading[line as usize + 1] || is_ruler(next.span.of(self.text)) {
            return false;
        }
        // Two blanks at the end of a line are a break inside a paragraph (Markdown).
        let broken = !next.gap && self.text[self.lines[line as usize].span.end as usize..].starts_with("  ");
        broken || next.wrapped && next.indent + 1 >= candidate.indent || next.indent > candidate.indent + 1
    }

    /// The shape of each list; a list of one item has that of the lists that look like it.
    fn shapes(&self, cores: &[Core]) -> Vec<Shape> {
        let n_lists = self.members.iter().map(|m| m.list + 1).max().unwrap_or(0);
        let mut shapes = vec![Shape::default(); n_lists as usize];
        let mut of_style: HashMap<Style, Shape> = HashMap::new();
        for (m, (member, core)) in self.members.iter().zip(cores).enumerate() {
            if core.sibling_next {
                shapes[member.list as usize].count(core);
                of_style.entry(self.styles[m]).or_default().count(core);
            }
        }
        for (m, member) in self.members.iter().enumerate() {
            let shape = &mut shapes[member.list as usize];
            if shape.n_between == 0 {
                *shape = of_style.get(&self.styles[m]).copied().unwrap_or_default();
            }
        }
        shapes
    }

    /// Items inside one sentence end before what parts them; the last ends with the sentence.
    fn clause_end(&self, m: usize, core: &Core, end: u32) -> u32 {
        let cut = |m: usize| {
            let (one, next) = (self.members.get(m)?, self.members.get(m + 1)?);
            let (a, b) = (&self.candidates[one.candidate as usize], &self.candidates[next.candidate as usize]);
            let together = one.list == next.list && b.inline && a.line == b.line;
            together.then(|| self.text[a.at as usize..b.at as usize].trim_end())
        };
        let body = &self.text[core.body as usize..end.max(core.body) as usize];
        if cut(m).is_some() {
            return core.body + body.trim_end().trim_end_matches(['、', ',', '，', '・', '·', '/', '／']).len() as u32;
        }
        let Some(before) = m.checked_sub(1).and_then(cut) else { return end };
        if !before.ends_with(['、', ',', '，', ';', '；']) {
            return end;
        }
        let dash = body.find("――").or_else(|| body.find("——")).unwrap_or(body.len());
        let stop = body[..dash].char_indices().find(|&(i, c)| match c {
            '。' | '！' | '？' => true,
            '.' | '!' | '?' => body[i + 1..].starts_with(' '),
            _ => false,
        });
        core.body + stop.map_or(dash, |(i, c)| i + c.len_utf8()) as u32
    }

    fn extent(&self, m: usize, cores: &[Core], shapes: &[Shape]) -> Extent {
        let core = &cores[m];
        let shape = &shapes[self.members[m].list as usize];
        let many = self.articles[m] || shape.is_roomy();
        let says = core.n_after > 1 || core.after_says;
        let owns = core.n_after > 0 && (many || (core.child_next || core.sibling_next) && says);
        let end = if owns {
            let says = |line: &Line| line.keep && !is_ruler(line.span.of(self.text));
            let last = (core.line..core.limit).rev().find(|&l| says(&self.lines[l as usize])).unwrap_or(core.line);
            self.lines[last as usize].span.end
        } else {
            core.end
        };
        let end = if owns { end } else { self.clause_end(m, core, end) };
        let end = end.max(core.body);
        let marks = self.text[self.label_end(m) as usize..core.body as usize].trim();
        let body = self.text[core.body as usize..end as usize].trim_end();
        Extent { body: core.body, end: core.body + without_marks(body, marks).len() as u32 }
    }
}

/// A line across the page: it parts what stands above from what stands below.
fn is_ruler(said: &str) -> bool {
    let is_stroke = |c: char| matches!(c, '-' | '_' | '=' | '*' | '~' | '·' | '—' | '\u{2500}'..='\u{257F}');
    said.chars().all(is_stroke) && said.chars().nth(MIN_RULER - 1).is_some()
}

/// Strokes of the shortest ruler, as in Markdown.
const MIN_RULER: usize = 3;

/// More than a caption or an advertisement: a sentence that is not in brackets.
fn says_something(said: &str) -> bool {
    ends_sentence(said) && !said.starts_with(['（', '(', '[', '【'])
}

/// A line that says the beginning or the end of an item once more: printed twice, it is no paragraph of it.
pub(crate) fn said_again(line: &str, item: &str) -> bool {
    line.chars().nth(1).is_some() && (item.starts_with(line) || item.ends_with(line))
}

/// The body without the marks that close what `marks` before it opened (`** words **`).
fn without_marks<'a>(body: &'a str, marks: &str) -> &'a str {
    let closed = marks.starts_with('*').then(|| body.strip_suffix(marks)).flatten().map(str::trim_end);
    closed.filter(|words| !words.is_empty()).unwrap_or(body)
}

/// The first byte of the body from `at`, no further than `end`: behind blanks and the marks of a heading (`## `, `*** `)
/// that stand apart from its words.
fn skip_marks(text: &str, at: u32, end: u32) -> u32 {
    let piece = text[at as usize..end as usize].trim_start();
    let unmarked = piece.trim_start_matches('#');
    let unmarked = if unmarked.len() == piece.len() { piece.trim_start_matches('*') } else { unmarked };
    let words = unmarked.trim_start();
    let apart = words.len() < unmarked.len() && (unmarked.len() + 1 < piece.len() || piece.starts_with('#'));
    end - if apart && !words.is_empty() { words } else { piece }.len() as u32
}
