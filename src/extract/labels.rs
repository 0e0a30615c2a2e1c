//! Dates that label: a line that is nothing but a date heads what stands below it, a date before a separator labels the
//! entry behind it. A comma or a blank is a separator only where line after line is built that way.

use super::lines::{Line, Lines};
use super::words::Words;
use crate::dates::{Basis, Expression, Kind};
use crate::model::edtf::{Edtf, Part, Point};
use crate::model::{BlockKind, Document, Span};
use crate::text::script::is_unspaced;

/// How a line is dated by its own first words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    /// The line is a date: it heads what stands below.
    Heading { date: usize },
    /// A heading that holds a date and words of its own, its entry.
    Titled { date: usize, entry: Span },
    /// A date and the entry behind it (or, in a table, before it).
    Entry { date: usize, entry: Span },
}

impl Label {
    /// The index of the labelling expression.
    pub(super) fn date(self) -> usize {
        match self {
            Label::Heading { date } | Label::Titled { date, .. } | Label::Entry { date, .. } => date,
        }
    }
}

/// What stands between a date at the start of a line and the words behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Separator {
    /// Nothing follows.
    End,
    /// A colon, a dash between blanks, a tab, brackets around the date.
    Strong,
    Comma,
    Blank,
    /// Chinese and Japanese need no blank.
    Glued,
}

/// A line that begins with a date.
#[derive(Clone, Copy, Debug)]
struct Opening {
    date: usize,
    separator: Separator,
    /// What stands before the date: nothing, or a word like `On`.
    bare: bool,
    entry: Span,
}

/// Lines of the same build from which a weak separator is believed.
const SERIES: usize = 3;
/// Share of the lines, from the first of a series to its last, that are of its build: two of three.
const SERIES_SHARE: (usize, usize) = (2, 3);
/// Longest entry of a labelled line that may head paragraphs below it, in characters.
const MAX_TITLE: usize = 90;

/// The label of each line. `headings` says which lines head a section.
pub(super) fn labels(document: &Document, lines: &Lines, headings: &[bool], words: &Words) -> Vec<Option<Label>> {
    let text = &document.text;
    let openings: Vec<Option<Opening>> =
        lines.lines.iter().map(|line| opening(text, line, &lines.expressions, words)).collect();
    let series = series(&openings, headings);
    let mut labels: Vec<Option<Label>> = (0..lines.lines.len())
        .map(|i| match openings[i] {
            Some(o) if o.separator == Separator::End => Some(Label::Heading { date: o.date }),
            Some(o) if headings[i] => {
                heads(o, &lines.expressions).then_some(Label::Titled { date: o.date, entry: o.entry })
            }
            Some(o) if o.separator == Separator::Strong || series[i] => {
                Some(Label::Entry { date: o.date, entry: o.entry })
            }
            None if headings[i] => closing(text, &lines.lines[i], &lines.expressions),
            _ => None,
        })
        .collect();
    days(text, lines, &openings, &mut labels);
    rows(document, lines, &mut labels);
    titles(text, lines, headings, &mut labels);
    labels
}

/// A heading that begins with a date is dated by it when the date is set apart; `2023 in ten pictures` is not.
fn heads(opening: Opening, expressions: &[Expression]) -> bool {
    let fine = expressions[opening.date].edtf.is_some_and(|d| matches!(d.precision(), "day" | "minute"));
    opening.separator == Separator::Strong || fine && opening.separator != Separator::Glued
}

/// Reads the date that a line begins with.
fn opening(text: &str, line: &Line, expressions: &[Expression], words: &Words) -> Option<Opening> {
    let range = line.expressions.clone();
    // `朝` or `At noon` says when in a day, and labels nothing.
    let first =
        range.clone().find(|&e| names_a_time(&expressions[e]) && !words.is_vague(expressions[e].span.of(text)))?;
    let start = expressions[first].span.start;
    let lead = Span { start: line.body.start, end: start }.of(text);
    if !words.opens_label(lead) {
        return None;
    }
    // `Tuesday, 5 May, 14:05`: the finest of adjacent expressions is the label.
    let (mut date, mut end) = (first, expressions[first].span.end);
    for next in first + 1..range.end {
        let gap = Span { start: end, end: expressions[next].span.start };
        let joined = gap.of(text).chars().all(|c| matches!(c, ' ' | ',' | '，' | '(' | '（' | ')' | '）' | '\u{a0}'));
        if !joined || !names_a_time(&expressions[next]) {
            break;
        }
        let clock = |e: usize| {
            expressions[e].kind == Kind::Time && expressions[e].span.of(text).contains(|c: char| c.is_ascii_digit())
        };
        if clock(next) || clock(date) {
            date = if expressions[next].kind == Kind::Time { next } else { date };
            end = expressions[next].span.end;
        } else if year_before(text, expressions, range.start, next).is_some() {
            (date, end) = (next, expressions[next].span.end);
        } else if gap.of(text).contains(['(', '（']) {
            end = expressions[next].span.end;
        } else {
            break;
        }
    }
    let opened = lead.contains(['(', '（', '[', '【', '［', '〔']);
    let rest = Span { start: end, end: line.body.end };
    let (separator, n) = separator(rest.of(text), opened, words)?;
    let entry = Span { start: end + n as u32, end: line.body.end }.trimmed(text);
    let bare = !lead.chars().any(char::is_alphabetic);
    Some(Opening { date, separator, bare, entry })
}

/// The year right before a month or day that leaves its year out: `1945, April`.
pub(super) fn year_before(text: &str, expressions: &[Expression], first: usize, date: usize) -> Option<Point> {
    let (year, part) = (expressions[..date].last().filter(|_| date > first)?, &expressions[date]);
    let gap = Span { start: year.span.end, end: part.span.start.max(year.span.end) };
    let partial = part.basis == Basis::Context
        && matches!(part.edtf, Some(Edtf::One(Point { part: Part::Month(_) | Part::Day(..), .. })));
    match year.edtf {
        Some(Edtf::One(p)) if partial && p.part == Part::Year && year.basis == Basis::Stated => {
            gap.of(text).chars().all(|c| matches!(c, ' ' | ',' | '，' | '\u{a0}')).then_some(p)
        }
        _ => None,
    }
}

/// Dates and times of day; no durations, no habits.
fn names_a_time(expression: &Expression) -> bool {
    match expression.kind {
        Kind::Date => expression.edtf.is_some(),
        Kind::Time => expression.edtf.is_some() || expression.value.contains('T'),
        Kind::Duration | Kind::Set => false,
    }
}

/// What separates the date from `rest`, the words behind it, and how many bytes that takes.
fn separator(rest: &str, opened: bool, words: &Words) -> Option<(Separator, usize)> {
    let mut n = words.label_tail(rest);
    n += bracketed(&rest[n..], words);
    let mut closed = false;
    if opened {
        let inner = &rest[n..];
        let blank = inner.len() - inner.trim_start().len();
        if let Some(c) =
            inner.trim_start().chars().next().filter(|c| matches!(c, ')' | '）' | ']' | '】' | '］' | '〕'))
        {
            n += blank + c.len_utf8();
            closed = true;
        }
    }
    n += words.label_tail(&rest[n..]);
    n += open_end(&rest[n..]);
    let behind = &rest[n..];
    if !behind.chars().any(char::is_alphanumeric) {
        return Some((Separator::End, rest.len()));
    }
    let bare = behind.trim_start_matches([' ', '\u{a0}', '.']);
    let spaced = bare.len() < behind.len();
    let after = |sign: &str| rest.len() - bare.len() + sign.len();
    let mut signs = bare.chars();
    let (sign, next) = (signs.next()?, signs.next());
    let width = &bare[..sign.len_utf8()];
    let apart = next.is_none_or(|c| c.is_whitespace() || !c.is_ascii_digit());
    match sign {
        ':' | '：' | '|' | '｜' | '→' | '•' | '·' | '►' | '▶' | '»' | '；' if apart => {
            Some((Separator::Strong, after(width)))
        }
        '\t' | '\u{3000}' => Some((Separator::Strong, after(width))),
        '–' | '—' | '―' | '‒' | '─' if apart => {
            let signs = bare.len() - bare.trim_start_matches(['–', '—', '―', '‒', '─']).len();
            Some((Separator::Strong, rest.len() - bare.len() + signs))
        }
        '-' if spaced && next.is_some_and(char::is_whitespace) => Some((Separator::Strong, after(width))),
        _ if closed => Some((Separator::Strong, rest.len() - bare.len())),
        _ if behind.starts_with("  ")
            || behind.contains('\n') && behind.trim_start_matches([' ', '\r']).starts_with('\n') =>
        {
            Some((Separator::Strong, rest.len() - bare.len()))
        }
        ',' | '，' | '、' => Some((Separator::Comma, after(width))),
        // A small letter goes on with the sentence that the date began.
        c if spaced => (!c.is_lowercase()).then_some((Separator::Blank, rest.len() - bare.len())),
        c => is_unspaced(c).then_some((Separator::Glued, n)),
    }
}

/// Bytes of the sign behind an hour or day that has no end: `18:00〜　前夜祭`.
fn open_end(rest: &str) -> usize {
    let sign = rest.chars().next().filter(|c| matches!(c, '〜' | '～' | '~')).map_or(0, char::len_utf8);
    if rest[sign..].starts_with(char::is_whitespace) { sign } else { 0 }
}

/// Bytes of a short remark in brackets behind the date: `(Friday)`, `（美东时间）`.
fn bracketed(rest: &str, words: &Words) -> usize {
    let bare = rest.trim_start_matches(' ');
    let Some(open) = bare.chars().next().filter(|c| matches!(c, '(' | '（')) else { return 0 };
    let Some(end) = bare.find([')', '）']) else { return 0 };
    let inside = &bare[open.len_utf8()..end];
    let close = bare[end..].chars().next().map_or(0, char::len_utf8);
    let remark = inside.chars().count() <= MAX_REMARK && words.foreign_letters(inside) == 0;
    if remark { rest.len() - bare.len() + end + close } else { 0 }
}

/// Longest remark behind a date, in characters.
const MAX_REMARK: usize = 24;

/// For each line whether it is one of a series of lines that begin with a date in the same way.
fn series(openings: &[Option<Opening>], headings: &[bool]) -> Vec<bool> {
    let mut in_series = vec![false; openings.len()];
    let kinds = [Separator::Comma, Separator::Blank, Separator::Glued];
    for (separator, bare) in kinds.into_iter().flat_map(|s| [(s, true), (s, false)]) {
        let mut run: Vec<usize> = Vec::new();
        for i in 0..=openings.len() {
            let section_ends = i == openings.len() || headings[i] && openings[i].is_none();
            if section_ends {
                mark(&run, &mut in_series);
                run.clear();
            } else if openings[i].is_some_and(|o| o.separator == separator && o.bare == bare) {
                run.push(i);
            }
        }
    }
    in_series
}

fn mark(run: &[usize], in_series: &mut [bool]) {
    let (Some(&first), Some(&last)) = (run.first(), run.last()) else { return };
    if run.len() >= SERIES && run.len() * SERIES_SHARE.1 >= (last - first + 1) * SERIES_SHARE.0 {
        run.iter().for_each(|&i| in_series[i] = true);
    }
}

/// A heading that ends with its date: `1.4.0 (2023-05-06)`, `Version 2 – 6 May 2023`.
fn closing(text: &str, line: &Line, expressions: &[Expression]) -> Option<Label> {
    let date = line.expressions.clone().next_back()?;
    let expression = &expressions[date];
    if line.expressions.len() > 1 || !names_a_time(expression) {
        return None;
    }
    let rest = Span { start: expression.span.end, end: line.span.end }.of(text);
    let before = Span { start: line.span.start, end: expression.span.start }.of(text).trim_end();
    let set_apart = before.ends_with(['(', '（', '[', '-', '–', '—', ':', '：', '|', ',', '/', '·', '—']);
    let entry = Span { start: line.body.start.min(expression.span.start), end: expression.span.start };
    (set_apart && !rest.chars().any(char::is_alphanumeric))
        .then_some(Label::Titled { date, entry: without_signs(entry, text) })
}

/// A short line that begins with a day, right above a line that begins with a time of day, heads it and the other times
/// below: `6 October, cloudy` over `5:30 Start`.
fn days(text: &str, lines: &Lines, openings: &[Option<Opening>], labels: &mut [Option<Label>]) {
    let is_clock = |o: &Opening| {
        let time = &lines.expressions[o.date];
        let worded = time.span.of(text).starts_with(|c: char| c.is_ascii_alphabetic());
        o.bare && !worded && o.separator != Separator::Glued && is_clock(time) && !says_day(text, time)
    };
    let is_day = |o: &Opening| lines.expressions[o.date].edtf.is_some_and(|d| d.precision() == "day");
    let mut heads = false;
    for i in 0..labels.len() {
        let Some(o) = openings[i] else {
            heads &= labels[i].is_none();
            continue;
        };
        let over_clock = || openings.get(i + 1).is_some_and(|next| next.as_ref().is_some_and(is_clock));
        let said = lines.lines[i].body.of(text);
        let short = o.entry.of(text).chars().count() <= MAX_DAY_REMARK && !said.ends_with(['.', '。', '!', '！']);
        match labels[i] {
            _ if is_clock(&o) && heads && o.separator != Separator::End => {
                labels[i] = Some(Label::Entry { date: o.date, entry: o.entry });
            }
            None | Some(Label::Entry { .. }) if is_day(&o) && short && over_clock() => {
                labels[i] = Some(Label::Titled { date: o.date, entry: o.entry });
                heads = true;
            }
            Some(Label::Heading { .. } | Label::Titled { .. }) => heads = is_day(&o),
            _ => heads &= is_clock(&o),
        }
    }
}

/// Longest remark behind a day that heads times of day, in characters.
const MAX_DAY_REMARK: usize = 40;

/// An hour with its minutes.
fn is_clock(time: &Expression) -> bool {
    let clock = time.value.split_once('T').map_or("", |(_, clock)| clock);
    time.kind == Kind::Time && clock.len() >= 5 && clock.starts_with(|c: char| c.is_ascii_digit())
}

/// A time of day that tells its day too: its digits are more than those of a time.
pub(super) fn says_day(text: &str, time: &Expression) -> bool {
    time.span.of(text).chars().filter(char::is_ascii_digit).count() > 6
}

fn without_signs(entry: Span, text: &str) -> Span {
    let said = entry.of(text).trim_end_matches(|c: char| {
        c.is_whitespace() || matches!(c, '(' | '（' | '[' | '-' | '–' | '—' | ':' | '：' | '|' | ',')
    });
    Span { start: entry.start, end: entry.start + said.len() as u32 }
}

/// Rows of a table: where most cells of a column are dates, each dates its row.
fn rows(document: &Document, lines: &Lines, labels: &mut [Option<Label>]) {
    let text = &document.text;
    let is_row = |i: usize| {
        let line = &lines.lines[i];
        document.blocks[line.block].kind == BlockKind::Row || line.span.of(text).contains('\t')
    };
    let mut i = 0;
    while i < lines.lines.len() {
        let n = (i..lines.lines.len()).take_while(|&j| is_row(j)).count();
        if n >= 2 {
            table(text, lines, i..i + n, labels);
        }
        i += n.max(1);
    }
}

/// Columns of a table that are looked at: a date stands in one of the first.
const MAX_COLUMNS: usize = 12;

fn table(text: &str, lines: &Lines, rows: std::ops::Range<usize>, labels: &mut [Option<Label>]) {
    let dated: Vec<Vec<(usize, usize, Span, usize)>> =
        rows.clone().map(|i| date_cells(text, &lines.lines[i], &lines.expressions)).collect();
    let count = |column: usize| dated.iter().filter(|cells| cells.iter().any(|c| c.0 == column)).count();
    // The first of the columns with most dates; one row in five may be a header, a total, a gap.
    let Some(column) = (0..MAX_COLUMNS).max_by_key(|&c| (count(c), std::cmp::Reverse(c))).filter(|&c| count(c) > 0)
    else {
        return;
    };
    if count(column) < 2 || count(column) * 5 < (rows.len() - 1) * 4 {
        return;
    }
    for (i, cells) in rows.zip(&dated) {
        labels[i] = cells.iter().find(|c| c.0 == column).and_then(|&(_, date, cell, n_cells)| {
            let line = &lines.lines[i];
            let entry = match column {
                0 => Span { start: cell.end, end: line.span.end },
                c if c + 1 == n_cells => Span { start: line.span.start, end: cell.start },
                _ => line.span,
            };
            let entry = entry.trimmed(text);
            (!entry.is_empty()).then_some(Label::Entry { date, entry })
        });
    }
}

/// Cells of a row that are nothing but a date: column, expression, place, number of cells of the row.
fn date_cells(text: &str, line: &Line, expressions: &[Expression]) -> Vec<(usize, usize, Span, usize)> {
    let mut found = Vec::new();
    let mut start = line.span.start as usize;
    let cells: Vec<&str> = line.span.of(text).split('\t').collect();
    let n_cells = cells.len();
    for (column, cell) in cells.into_iter().enumerate().take(MAX_COLUMNS) {
        let place = Span::new(start, start + cell.len());
        start += cell.len() + 1;
        let inside =
            line.expressions.clone().find(|&e| place.contains(expressions[e].span) && names_a_time(&expressions[e]));
        let Some(date) = inside else { continue };
        let rest = place.of(text).chars().filter(|c| c.is_alphanumeric()).count();
        let dated = expressions[date].span.of(text).chars().filter(|c| c.is_alphanumeric()).count();
        if rest == dated {
            found.push((column, date, place, n_cells));
        }
    }
    found
}

/// Labelled lines that are titles of the paragraphs below them: short, without a full stop, and most of them stand over
/// lines that bear no label.
fn titles(text: &str, lines: &Lines, headings: &[bool], labels: &mut [Option<Label>]) {
    let is_title = |i: usize| match labels[i] {
        Some(Label::Entry { entry, .. }) => {
            let said = entry.of(text);
            said.chars().count() <= MAX_TITLE && !said.ends_with(['.', '。', '!', '！', '…', ';', '；', '"', '”', '」'])
        }
        _ => false,
    };
    let stands_over =
        |i: usize| i + 1 < labels.len() && labels[i + 1].is_none() && !headings[i + 1] && !lines.lines[i + 1].is_item;
    let entries: Vec<usize> = (0..labels.len()).filter(|&i| matches!(labels[i], Some(Label::Entry { .. }))).collect();
    let over = entries.iter().filter(|&&i| is_title(i) && stands_over(i)).count();
    if entries.len() < 2 || over * 2 <= entries.len() {
        return;
    }
    let titled: Vec<usize> = entries.into_iter().filter(|&i| is_title(i) && stands_over(i)).collect();
    for i in titled {
        if let Some(Label::Entry { date, entry }) = labels[i] {
            labels[i] = Some(Label::Titled { date, entry });
        }
    }
}
