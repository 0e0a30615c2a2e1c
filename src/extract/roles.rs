//! What each line is to the article: its title, its date line, its author, its source, a section heading, or its body.

use super::labels::Label;
use super::lines::{Line, Lines};
use super::words::Words;
use crate::dates::{Basis, Kind};
use crate::model::edtf::Edtf;
use crate::model::{BlockKind, Document, Span};
use crate::points::Outline;
use jiff::civil::Date;

/// What a line is to the article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Title,
    Subtitle,
    /// A heading of this level, with a date or without.
    Heading(u8),
    Dateline,
    Byline,
    Attribution,
    Caption,
    Code,
    /// `未完待續……`: the article's, but it tells nothing.
    EndNote,
    Body,
}

/// Longest title of a text dump, in characters of double width counted twice.
const MAX_TITLE_COLUMNS: usize = 150;
/// Longest date line, byline or source line, in characters.
const MAX_CREDIT: usize = 110;
/// Lines at the head of an article among which its date line and byline stand.
const HEAD: usize = 8;
/// Entries with a date that make a list of them.
const MANY: usize = 3;
/// Lines at its foot.
const FOOT: usize = 5;
/// Letters that a date line may hold besides its date and its own words: a place, a paper's name.
const MAX_FOREIGN: usize = 24;
/// Years that a range under the title spans when it tells a life.
const LIFE_YEARS: i64 = 10;

/// The line that heads a section, with its level, for each line.
pub(super) fn heading_levels(lines: &Lines, outline: &Outline) -> Vec<Option<u8>> {
    let mut headings = outline.headings.iter().peekable();
    lines
        .lines
        .iter()
        .map(|line| {
            while headings.next_if(|h| h.block < line.block).is_some() {}
            headings.peek().filter(|h| h.block == line.block && line.kept).map(|h| h.level)
        })
        .collect()
}

/// The role of each line.
pub(super) fn roles(
    document: &Document,
    lines: &Lines,
    levels: &[Option<u8>],
    labels: &[Option<Label>],
    words: &Words,
) -> Vec<Role> {
    let n = lines.lines.len();
    let title = title(document, lines, labels, words);
    let mut roles: Vec<Role> = (0..n).map(|i| role(document, lines, i, levels[i], labels[i], words, n)).collect();
    // `05/02/2019  Complaint filed` among entries built like it is one of them.
    let entries = labels.iter().filter(|l| matches!(l, Some(Label::Entry { .. }))).count();
    for (i, label) in labels.iter().enumerate().filter(|_| entries >= MANY) {
        if let Some(Label::Entry { entry, .. } | Label::Titled { entry, .. }) = label
            && roles[i] == Role::Dateline
            && matches!(labels.get(i + 1), Some(Some(Label::Entry { .. })))
            && !words.opens_publication(lines.lines[i].span.of(&document.text))
            && words.has_publication(entry.of(&document.text))
        {
            roles[i] = Role::Body;
        }
    }
    if let Some(title) = title {
        roles[title] = Role::Title;
        if title + 1 < n && life(lines, labels, title + 1) {
            roles[title + 1] = Role::Subtitle;
        }
    }
    if let Some(i) = stamp(document, lines, &roles) {
        roles[i] = Role::Dateline;
    } else if let Some(i) = bare_dateline(lines, labels, &roles, title) {
        roles[i] = Role::Dateline;
    }
    roles
}

/// The date of publication that the article prints.
pub(super) fn dateline_date(lines: &Lines, roles: &[Role]) -> Option<Edtf> {
    let line = (0..roles.len()).find(|&i| roles[i] == Role::Dateline && lines.lines[i].kept)?;
    lines.expressions[lines.lines[line].expressions.clone()].iter().find_map(|e| e.edtf)
}

/// The latest day that the lines of publication tell.
pub(super) fn last_change(lines: &Lines, roles: &[Role]) -> Option<Date> {
    let printed = (0..roles.len()).filter(|&i| roles[i] == Role::Dateline && lines.lines[i].kept);
    let days = printed.flat_map(|i| &lines.expressions[lines.lines[i].expressions.clone()]);
    days.filter_map(|e| e.edtf.filter(|d| matches!(d.precision(), "day" | "minute"))?.bounds().1).max()
}

fn role(
    document: &Document,
    lines: &Lines,
    i: usize,
    level: Option<u8>,
    label: Option<Label>,
    words: &Words,
    n: usize,
) -> Role {
    let line = &lines.lines[i];
    let said = line.span.of(&document.text);
    match document.blocks[line.block].kind {
        BlockKind::Title => return Role::Title,
        BlockKind::Subtitle => return Role::Subtitle,
        BlockKind::Caption => return Role::Caption,
        BlockKind::Code => return Role::Code,
        BlockKind::Dateline => return Role::Dateline,
        BlockKind::Byline => return Role::Byline,
        BlockKind::Attribution => return Role::Attribution,
        BlockKind::Heading if level.is_none() => return Role::Heading(document.blocks[line.block].level.unwrap_or(2)),
        _ => {}
    }
    if words.is_end_note(said) {
        return Role::EndNote;
    }
    let at_edge = i < HEAD || i + FOOT >= n;
    let short = || said.chars().nth(MAX_CREDIT).is_none();
    if at_edge && !line.is_item && short() {
        let dated = line.expressions.clone().any(|e| lines.expressions[e].edtf.is_some());
        if dated && is_dateline(document, lines, i, label, words) {
            return Role::Dateline;
        }
        if words.source(said).is_some() || bracketed_source(said, i, n) {
            return Role::Attribution;
        }
        if words.is_byline(said) && !said.ends_with(['.', '。', '!', '?']) {
            return Role::Byline;
        }
    }
    match (level, label) {
        (Some(level), _) => Role::Heading(level),
        (None, Some(Label::Heading { .. } | Label::Titled { .. })) => Role::Heading(2),
        _ => Role::Body,
    }
}

/// The date of publication with its words: `Published in The Ledger on May 9, 2021.`, `2023/8/24(木) 7:30配信`.
fn is_dateline(document: &Document, lines: &Lines, i: usize, label: Option<Label>, words: &Words) -> bool {
    let line = &lines.lines[i];
    let said = line.span.of(&document.text);
    if i < HEAD && has_byline_behind(lines, line, &document.text, words) {
        return true;
    }
    if matches!(label, Some(Label::Entry { .. })) && !words.has_publication(said) {
        return false;
    }
    let mut rest = String::new();
    let mut at = line.span.start;
    for e in line.expressions.clone() {
        let span = lines.expressions[e].span;
        rest.push_str(Span { start: at, end: span.start.max(at) }.of(&document.text));
        rest.push(' ');
        at = span.end.max(at);
    }
    rest.push_str(Span { start: at, end: line.span.end.max(at) }.of(&document.text));
    if words.is_byline(said) && closes_byline(lines, line, &document.text) {
        return true;
    }
    let foreign = words.foreign_letters(&rest);
    let is_sentence = said.ends_with(['。', '！', '？', '.', '!', '?']);
    words.has_publication(&rest) && (foreign <= MAX_FOREIGN && !is_sentence || words.opens_publication(said))
}

/// The day behind the author's name ends the line: `By Ann Lee | 2 May 2020`.
fn closes_byline(lines: &Lines, line: &Line, text: &str) -> bool {
    let Some(first) = lines.expressions[line.expressions.clone()].first() else { return false };
    let last = lines.expressions[line.expressions.clone()].last().unwrap_or(first);
    let before = Span { start: line.span.start, end: first.span.start.max(line.span.start) }.of(text).trim_end();
    let behind = Span { start: last.span.end, end: line.span.end.max(last.span.end) }.of(text);
    let day = first.edtf.is_some_and(|d| matches!(d.precision(), "day" | "minute"));
    day && before.ends_with(['|', '｜', '·', '•', '/', '-', '–', '—', ',', '，'])
        && !behind.contains(char::is_alphanumeric)
}

/// Behind the day that opens the line stands nothing but the author's name: `3 March 2018 - 11:20 by Ann Lee`.
fn has_byline_behind(lines: &Lines, line: &Line, text: &str, words: &Words) -> bool {
    let dates = &lines.expressions[line.expressions.clone()];
    let (Some(first), Some(last)) = (dates.first(), dates.last()) else { return false };
    let lead = Span { start: line.span.start, end: first.span.start.max(line.span.start) }.of(text);
    let behind = Span { start: last.span.end, end: line.span.end.max(last.span.end) }.of(text);
    let name = behind.trim_start_matches([' ', '-', '–', '—', '|', '·', ',']);
    let whole = first.basis == Basis::Stated && first.edtf.is_some_and(|d| matches!(d.precision(), "day" | "minute"));
    whole && !lead.contains(char::is_alphabetic) && !name.ends_with('.') && words.is_byline(name)
}

/// `（瑞波新聞）`: a name in brackets that closes the article.
fn bracketed_source(said: &str, i: usize, n: usize) -> bool {
    let inside = said.strip_prefix(['(', '（', '［', '[']).and_then(|s| s.strip_suffix([')', '）', '］', ']']));
    i + FOOT >= n
        && i > 0
        && inside.is_some_and(|s| {
            s.chars().count() <= 20 && !s.contains(['(', '（', '。', '.']) && !s.chars().any(char::is_numeric)
        })
}

/// The first line when it looks like a title: short, no full stop, no label; what the page declares goes first.
fn title(document: &Document, lines: &Lines, labels: &[Option<Label>], words: &Words) -> Option<usize> {
    let kept = |i: &usize| lines.lines[*i].kept;
    let kind = |i: usize| document.blocks[lines.lines[i].block].kind;
    if (0..lines.lines.len()).any(|i| kind(i) == BlockKind::Title && kept(&i)) {
        return None;
    }
    let declared = document.meta.title.as_deref().map(str::trim).filter(|t| !t.is_empty());
    let same = |i: &usize| declared == Some(lines.lines[*i].span.of(&document.text).trim());
    if let Some(i) = (0..lines.lines.len().min(HEAD)).filter(kept).find(same) {
        return Some(i);
    }
    // The one heading of the first level is the title, whatever stands above it.
    let is_first =
        |i: &usize| kind(*i) == BlockKind::Heading && document.blocks[lines.lines[*i].block].level == Some(1);
    let mut firsts = (0..lines.lines.len()).filter(kept).filter(is_first);
    if let (Some(i), None) = (firsts.next(), firsts.next()) {
        return Some(i);
    }
    let first = (0..lines.lines.len()).find(kept)?;
    let line = &lines.lines[first];
    let said = line.span.of(&document.text);
    let columns: usize =
        said.chars().take(MAX_TITLE_COLUMNS + 1).map(|c| 1 + usize::from(crate::text::script::is_unspaced(c))).sum();
    let plain =
        document.blocks[line.block].kind == BlockKind::Paragraph || document.blocks[line.block].kind.is_heading();
    let open = !said.ends_with(['.', '。', ',', '，', ';', '；', ':', '：', '、']) || said.ends_with("...");
    let labelled = labels[first].is_some() || line.is_item || words.source(said).is_some() || words.is_byline(said);
    (plain && open && !labelled && columns <= MAX_TITLE_COLUMNS && lines.lines.len() > 1).then_some(first)
}

/// Near the top the only line that opens with a day to the minute and has hardly a word behind it (`2022年1月14日 18時42分
/// 瑞波新聞`), or the only one that ends with a day set apart from a few words (`Met desk, Tuesday 7 February 2023`).
fn stamp(document: &Document, lines: &Lines, roles: &[Role]) -> Option<usize> {
    let text = &document.text;
    let stamped = |line: &Line| {
        let [day] = &lines.expressions[line.expressions.clone()] else { return None };
        let precision = day.edtf.filter(|_| day.basis == Basis::Stated && !line.is_item)?.precision();
        let before = Span { start: line.span.start, end: day.span.start.max(line.span.start) }.of(text).trim();
        let behind = Span { start: day.span.end, end: line.span.end.max(day.span.end) }.of(text).trim();
        let opens = before.is_empty() && precision == "minute";
        let closes =
            matches!(precision, "day" | "minute") && behind.is_empty() && before.ends_with([',', '|', '·', '•']);
        (opens || closes).then_some((opens, before.len() + behind.len()))
    };
    let of_kind = |kind: bool| {
        let mut all =
            lines.lines.iter().enumerate().filter_map(|(i, l)| Some((i, stamped(l).filter(|s| s.0 == kind)?.1)));
        let (only, None) = (all.next()?, all.next()) else { return None };
        Some(only)
    };
    let is_sentence = |i: usize| lines.lines[i].span.of(text).ends_with(['。', '.', '!', '！', '?', '？']);
    let fits = |&(i, beside): &(usize, usize)| {
        let at_head = i < HEAD && roles[..i].iter().all(|r| !matches!(r, Role::Body | Role::Heading(_)));
        beside <= MAX_FOREIGN && at_head && roles[i] == Role::Body && !is_sentence(i)
    };
    [true, false].into_iter().filter_map(of_kind).find(fits).map(|(i, _)| i)
}

/// `March 3, 1931 – April 28, 2021` under a name.
fn life(lines: &Lines, labels: &[Option<Label>], i: usize) -> bool {
    let Some(Label::Heading { date }) = labels[i] else { return false };
    let years = |d: Option<Edtf>| match d.map(|d| d.bounds()) {
        Some((Some(a), Some(b))) => i64::from(b.year()) - i64::from(a.year()),
        _ => 0,
    };
    let whole = years(lines.expressions[date].edtf);
    let range = lines.lines[i].expressions.clone();
    // Two dates on the line when the tagger did not join them.
    let ends: Vec<Option<Edtf>> = range.map(|e| lines.expressions[e].edtf).collect();
    let apart = match (ends.first(), ends.last()) {
        (Some(Some(a)), Some(Some(b))) => match (a.bounds().0, b.bounds().1) {
            (Some(a), Some(b)) => i64::from(b.year()) - i64::from(a.year()),
            _ => 0,
        },
        _ => 0,
    };
    whole.max(apart) >= LIFE_YEARS
}

/// A bare date near the top is the date of publication, unless it is the first of several that head what stands below them.
fn bare_dateline(lines: &Lines, labels: &[Option<Label>], roles: &[Role], title: Option<usize>) -> Option<usize> {
    let head = title.map_or(0, |t| t + 1);
    let is_date = |label: Option<Label>| match label {
        Some(Label::Heading { .. }) => true,
        // `2024年7月1日 5時00分　有料会員記事`: to the minute, and hardly a word behind it.
        Some(Label::Entry { date, entry }) => {
            let to_the_minute = lines.expressions[date].edtf.is_some_and(|d| d.precision() == "minute");
            to_the_minute && entry.len() <= MAX_FOREIGN
        }
        _ => false,
    };
    let i = (head..lines.lines.len().min(head + 3)).find(|&i| is_date(labels[i]))?;
    let before_is_head = roles[head..i].iter().all(|r| !matches!(r, Role::Body | Role::Heading(_)));
    if !before_is_head || roles[i] == Role::Dateline || roles[i] == Role::Subtitle {
        return None;
    }
    let (date, heads) = (labels[i]?.date(), matches!(labels[i], Some(Label::Heading { .. })));
    let is_year = !matches!(lines.expressions[date].kind, Kind::Time) && lines.expressions[date].value.len() <= 4;
    let section =
        |j: &usize| matches!(roles[*j], Role::Heading(_)) && !matches!(labels[*j], Some(Label::Heading { .. }));
    let until = (i + 1..lines.lines.len()).find(section).unwrap_or(lines.lines.len());
    // Other date headings, and clock times under a day. Entries with days of their own hang on no heading, but they are
    // siblings of one that is built like them.
    let hangs = |label: &&Label| match label {
        Label::Entry { date, .. } if heads => lines.expressions[*date].kind == Kind::Time,
        _ => true,
    };
    let siblings = labels[i + 1..until].iter().flatten().filter(hangs).count();
    (!is_year && siblings == 0).then_some(i)
}
