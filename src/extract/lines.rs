//! What is read: the kept blocks in order, with the dropped headings that lend them their date.

use crate::dates::{Basis, Context, Expression, Kind, Mode, Tagger};
use crate::model::edtf::{Edtf, Part, Point};
use crate::model::{Cleaned, Reason, Span, Verdict};
use crate::points::Outline;
use jiff::civil::{Date, DateTime};

/// One block that is read.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// Its index in the document.
    pub(super) block: usize,
    /// It stays; a dropped one only lends its date.
    pub(super) kept: bool,
    /// Place in the document's text.
    pub(super) span: Span,
    /// What stands behind its list marker.
    pub(super) body: Span,
    /// It opens a list item.
    pub(super) is_item: bool,
    /// Its expressions, as indices into `Lines::expressions`.
    pub(super) expressions: std::ops::Range<usize>,
}

/// The lines of a document with their temporal expressions.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub(super) lines: Vec<Line>,
    /// In order of place; spans are places in the document's text.
    pub(super) expressions: Vec<Expression>,
    /// The document's own date as the tagger found or was given it.
    pub(super) reference: Option<(Date, crate::dates::ReferenceBasis)>,
}

/// Longest dropped block that may lend its date, in bytes: a date heading is a short line.
const MAX_LENT: usize = 160;

/// Reads the expressions of what stays. The tagger sees the same text that the reader of the article sees, so that no
/// copy and no furniture takes part when it looks for missing years.
pub(super) fn read(
    cleaned: &Cleaned,
    outline: &Outline,
    tagger: &Tagger,
    language: Option<&str>,
    reference: Option<DateTime>,
    mode: Mode,
) -> Lines {
    let document = &cleaned.document;
    let read: Vec<usize> =
        (0..document.blocks.len()).filter(|&b| cleaned.keeps(b) || lends_its_date(cleaned, b)).collect();
    let mut text = String::with_capacity(document.text.len());
    let mut found = Lines::default();
    let mut starts = Vec::with_capacity(read.len());
    let mut points = outline.points.iter().peekable();
    for &block in &read {
        let span = document.blocks[block].span;
        while points.next_if(|p| p.label.start < span.start).is_some() {}
        let label = points.peek().filter(|p| p.label.start == span.start && p.body.start <= span.end);
        let item_of_markup = document.blocks[block].list.is_some_and(|l| l.opens);
        let number = if label.is_none() { number_before_date(span.of(&document.text)) } else { 0 };
        let body = label.map_or(span.start + number, |p| p.body.start);
        let body = Span { start: body, end: span.end };
        let is_item = label.is_some() || item_of_markup || number > 0;
        found.lines.push(Line { block, kept: cleaned.keeps(block), span, body, is_item, expressions: 0..0 });
        // List numbers are left out: `1. December 26th` is no first of December.
        starts.push(text.len() as u32);
        text.push_str(body.of(&document.text));
        text.push('\n');
    }
    let context = Context { lang: language, reference, year: copyright_year(cleaned), mode };
    let tagged = tagger.tag(&text, &context);
    found.reference = tagged.reference;
    let mut expressions = tagged.expressions.into_iter().peekable();
    for (line, start) in found.lines.iter_mut().zip(starts) {
        let end = start + line.body.len() as u32;
        let first = found.expressions.len();
        while let Some(mut expression) = expressions.next_if(|e| e.span.start < end) {
            // What reaches over the line's end was put together from two lines, and dates neither.
            if expression.span.end <= end {
                let shift = |at: u32| at - start + line.body.start;
                expression.span = Span { start: shift(expression.span.start), end: shift(expression.span.end) };
                found.expressions.push(expression);
            }
        }
        if found.expressions.len() == first {
            found.expressions.extend(bare_year(line.body.of(&document.text), line.body));
        }
        line.expressions = first..found.expressions.len();
    }
    opening_hours(&document.text, &mut found);
    found
}

/// Lines in a row that open with days of the week, two of them with hours from … to, say when something is open: their
/// days are those of every week.
fn opening_hours(text: &str, found: &mut Lines) {
    let numbered = |e: &Expression| e.span.of(text).chars().any(char::is_numeric);
    let is_weekday = |e: &Expression| e.basis == Basis::Weekday && (e.kind == Kind::Time || !numbered(e));
    let opens = |line: &Line| {
        let first = found.expressions[line.expressions.clone()].first();
        first.is_some_and(|e| is_weekday(e) && e.span.start <= line.body.start + MAX_LEAD)
    };
    let has_hours = |line: &Line| {
        let hours = |e: &Expression| match e.edtf {
            Some(Edtf::Range(Some(a), Some(_))) if matches!(a.part, Part::Minute(..)) => 2,
            _ => usize::from(e.kind == Kind::Time),
        };
        let n_hours: usize = found.expressions[line.expressions.clone()].iter().map(hours).sum();
        line.span.len() <= MAX_LENT && n_hours >= 2
    };
    let mut weekly = Vec::new();
    for run in found.lines.chunk_by(|a, b| opens(a) && opens(b)) {
        if run.iter().filter(|line| opens(line) && has_hours(line)).count() >= 2 {
            weekly.extend(run.iter().flat_map(|line| line.expressions.clone()));
        }
    }
    for e in weekly {
        found.expressions[e] = Expression { kind: Kind::Set, edtf: None, ..found.expressions[e].clone() };
    }
}

/// Bytes before the day that opens a line: a quotation mark, a bracket.
const MAX_LEAD: u32 = 4;

/// The latest year in the notices of copyright, which are dropped.
fn copyright_year(cleaned: &Cleaned) -> Option<i32> {
    let is_notice = |v: &Verdict| matches!(v, Verdict::Drop(Reason::Boilerplate { rule }) if rule == COPYRIGHT);
    let notices = cleaned.verdicts().iter().enumerate().filter(|(_, v)| is_notice(v));
    let years = notices.flat_map(|(b, _)| {
        let numbers = cleaned.document.block_text(b).split(|c: char| !c.is_ascii_digit()).filter(|n| n.len() == 4);
        numbers.filter_map(|n| n.parse().ok()).filter(|y| YEARS.contains(y))
    });
    years.max()
}

/// The rule of such notices in the language files.
const COPYRIGHT: &str = "copyright";

/// Bytes of a list number before a date that has its day: in `1. December 26th` the number is no day, in `1. Dezember 1911`
/// it is one.
fn number_before_date(line: &str) -> u32 {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let Some(behind) = line[digits..].strip_prefix(['.', ')']).filter(|_| (1..=3).contains(&digits)) else { return 0 };
    let word = behind.trim_start_matches(' ');
    // English writes months with a capital; `3. bis 5. Mai` is a range.
    if word.len() == behind.len() || !word.starts_with(char::is_uppercase) {
        return 0;
    }
    let rest = word.trim_start_matches(char::is_alphabetic).trim_start_matches(['.', ',']);
    let day = rest.trim_start_matches(' ');
    let n_digits = day.bytes().take_while(u8::is_ascii_digit).count();
    let clock =
        day[n_digits..].starts_with([':', '.']) && day[n_digits + 1..].starts_with(|c: char| c.is_ascii_digit());
    if rest.len() == day.len() || !(1..=2).contains(&n_digits) || clock { 0 } else { (line.len() - word.len()) as u32 }
}

/// A short block that was dropped because it was said before, and right below which something stays.
fn lends_its_date(cleaned: &Cleaned, block: usize) -> bool {
    let repeated = |b: usize| {
        let reason = match &cleaned.verdicts()[b] {
            Verdict::Drop(reason) => reason,
            Verdict::Keep => return false,
        };
        matches!(reason, Reason::Repeat { .. } | Reason::Duplicate { .. } | Reason::Template { .. })
            && cleaned.document.blocks[b].span.len() <= MAX_LENT
    };
    repeated(block) && block + 1 < cleaned.document.blocks.len() && cleaned.keeps(block + 1)
}

/// A line that is nothing but a year heads the entries of that year.
fn bare_year(line: &str, span: Span) -> Option<Expression> {
    let digits = line.trim_end_matches([':', '：', '年', ' ']);
    let year: i32 =
        (digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok())??;
    YEARS.contains(&year).then(|| Expression {
        span: Span { start: span.start, end: span.start + digits.len() as u32 },
        kind: Kind::Date,
        value: digits.to_string(),
        edtf: Some(Edtf::One(Point::new(year, Part::Year))),
        modifier: None,
        basis: Basis::Stated,
    })
}

/// Years that a bare number on a line of its own may mean.
const YEARS: std::ops::Range<i32> = 1000..2200;
