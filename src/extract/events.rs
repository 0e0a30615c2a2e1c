//! Dated events: the entry behind a label, the paragraphs under a date heading, the sentences that a date stands in.

use super::happening::{Surroundings, is_happening};
use super::labels::{Label, says_day};
use super::lines::Lines;
use super::roles::Role;
use super::words::{Status, Words};
use crate::dates::{Basis, Expression, Kind};
use crate::model::edtf::{Edtf, Part, Point};
use crate::model::{Document, Span};
use jiff::ToSpan;
use jiff::civil::Date;
use std::borrow::Cow;
use std::cell::OnceCell;

/// An event before it becomes a row.
#[derive(Clone, Debug)]
pub(super) struct Happening {
    pub(super) edtf: Edtf,
    pub(super) basis: &'static str,
    pub(super) status: Status,
    /// Place of the date.
    pub(super) date: Span,
    /// Place of what it dates.
    pub(super) span: Span,
    /// The block it begins in.
    pub(super) block: usize,
    /// The block that heads its section.
    pub(super) section: Option<usize>,
}

/// A date that heads what stands below it.
#[derive(Clone, Copy, Debug)]
struct DateHeading {
    rank: u8,
    level: u8,
    edtf: Edtf,
    date: Span,
}

/// How the date of what stands below a date heading is known.
const HEADING: &str = "heading";

/// The date of a heading or a label, and how it is known.
#[derive(Clone, Copy, Debug)]
struct Dating {
    rank: u8,
    edtf: Edtf,
    date: Span,
    basis: &'static str,
}

/// What the walk over the lines needs to know.
pub(super) struct Walk<'a> {
    pub(super) document: &'a Document,
    pub(super) lines: &'a Lines,
    pub(super) labels: &'a [Option<Label>],
    pub(super) roles: &'a [Role],
    /// The dates of the labels, read as one sequence.
    pub(super) label_dates: &'a [Option<Edtf>],
    /// Days that each label lies behind the day it was read on.
    pub(super) nights: &'a [i64],
    pub(super) today: Option<Date>,
    /// The day of the last change that the article tells, or `today`.
    pub(super) changed: Option<Date>,
    /// `today` is told or given, not inferred.
    pub(super) dated: bool,
    pub(super) words: &'a Words,
}

impl Walk<'_> {
    /// All events, in reading order.
    pub(super) fn events(&self) -> Vec<Happening> {
        let mut found = Vec::new();
        let mut stack: Vec<DateHeading> = Vec::new();
        let mut open: Option<(usize, u8)> = None;
        for i in 0..self.lines.lines.len() {
            let section = open.map(|(block, _)| block);
            match (self.labels[i], self.roles[i]) {
                (Some(label @ (Label::Heading { .. } | Label::Titled { .. })), Role::Heading(level)) => {
                    self.enter(i, label, level, &mut stack);
                    open = open.filter(|&(_, of)| of <= level);
                    let section = open.map(|(block, _)| block);
                    if let Label::Titled { date, entry } = label
                        && !self.stands_over_text(i, level)
                    {
                        self.tell(
                            &mut found,
                            i,
                            self.heading_edtf(&stack),
                            HEADING,
                            self.lines.expressions[date].span,
                            entry,
                            section,
                        );
                    }
                }
                (None | Some(Label::Entry { .. }), Role::Heading(level)) => {
                    stack.retain(|h| h.level < level);
                    open = Some((self.lines.lines[i].block, level));
                }
                (Some(Label::Entry { date, entry }), Role::Body) => {
                    self.entry(&mut found, i, date, entry, &stack, section)
                }
                (_, Role::Body) => self.body(&mut found, i, stack.last(), section),
                _ => {}
            }
        }
        found
    }

    fn heading_edtf(&self, stack: &[DateHeading]) -> Option<Edtf> {
        stack.last().map(|h| h.edtf)
    }

    /// A date heading closes those of its kind and finer ones.
    fn enter(&self, i: usize, label: Label, level: u8, stack: &mut Vec<DateHeading>) {
        let expression = &self.lines.expressions[label.date()];
        let Some(edtf) = self.label_edtf(i, label.date(), stack) else { return };
        let rank = rank(&edtf, expression);
        stack.retain(|h| h.rank < rank);
        stack.push(DateHeading { rank, level, edtf, date: expression.span });
    }

    /// Something without a label stands right below, or under headings of the next levels.
    fn stands_over_text(&self, i: usize, level: u8) -> bool {
        let below = |j: &usize| matches!(self.roles[*j], Role::Heading(of) if of > level) && self.labels[*j].is_none();
        let next = (i + 1..self.labels.len()).find(|j| !below(j));
        next.is_some_and(|j| self.roles[j] == Role::Body && self.labels[j].is_none())
    }

    /// The date of a label: its own words, what the headings above give, what the sequence of labels gives.
    fn label_edtf(&self, i: usize, date: usize, stack: &[DateHeading]) -> Option<Edtf> {
        let expression = &self.lines.expressions[date];
        let own = self.label_dates[i].or(expression.edtf);
        if expression.kind == Kind::Time
            && let Some(at) = self.clock_under(expression, stack)
        {
            return Some(moved(at, self.nights[i]));
        }
        if self.nights[i] != 0 {
            return own.map(|own| moved(own, self.nights[i]));
        }
        match (own, stack.last()) {
            (Some(own), Some(above)) if expression.basis == Basis::Context => Some(under(own, above.edtf)),
            (own, _) => own,
        }
    }

    /// `14:05` under a day heading.
    fn clock_under(&self, expression: &Expression, stack: &[DateHeading]) -> Option<Edtf> {
        let day = stack.iter().rev().find_map(|h| match h.edtf {
            Edtf::One(Point { year, part: Part::Day(m, d), .. }) => Some((year, m, d)),
            _ => None,
        })?;
        if says_day(&self.document.text, expression)
            || expression.basis == Basis::Stated && expression.value.len() > 8 && !expression.value.starts_with('X')
        {
            return None;
        }
        let clock = &expression.value[expression.value.find('T')? + 1..];
        let hour: u8 = clock.get(..2)?.parse().ok()?;
        let minute: u8 = clock.get(3..5).map_or(Some(0), |m| m.parse().ok())?;
        let part = Part::Minute(day.1, day.2, hour, minute, None);
        (hour < 24 && minute < 60).then_some(Edtf::One(Point::new(day.0, part)))
    }

    fn entry(
        &self,
        found: &mut Vec<Happening>,
        i: usize,
        date: usize,
        entry: Span,
        stack: &[DateHeading],
        section: Option<usize>,
    ) {
        let expression = &self.lines.expressions[date];
        let Some(edtf) = self.label_edtf(i, date, stack) else { return };
        let basis = if Some(edtf) == expression.edtf { expression.basis } else { Basis::Context };
        let label = Dating { edtf, rank: rank(&edtf, expression), date: expression.span, basis: basis.name() };
        let mut own = Vec::new();
        self.sentences(&mut own, i, section);
        self.dated(found, i, label, entry, own, section);
    }

    /// A paragraph: its date heading's event; without a heading its sentences' events.
    fn body(&self, found: &mut Vec<Happening>, i: usize, heading: Option<&DateHeading>, section: Option<usize>) {
        let line = &self.lines.lines[i];
        if !line.kept {
            return;
        }
        let mut own = Vec::new();
        self.sentences(&mut own, i, section);
        let Some(&DateHeading { rank, edtf, date, .. }) = heading else {
            found.append(&mut own);
            return;
        };
        let heading = Dating { edtf, rank, date, basis: HEADING };
        // A paragraph that opens with another date in numbers does not tell of the heading's day, nor does a list item that
        // holds one.
        let opens = own.first().is_some_and(|h| {
            h.span.start == line.body.start && h.basis != Basis::Context.name() && self.opens_elsewhere(h, &edtf)
        });
        let elsewhere = line.is_item && !own.is_empty() && own.iter().all(|h| is_apart(&h.edtf, &edtf));
        if (opens || elsewhere) && rank > COARSE_RANK && self.in_numbers(&own[0]) {
            found.append(&mut own);
            return;
        }
        self.dated(found, i, heading, line.body.trimmed(&self.document.text), own, section);
    }

    /// What a heading or a label dates, with the events of its sentences. Under a year or month the days that it tells are
    /// its events; under a day it is one event. What a later sentence tells of the date that it opens with is one more, and
    /// under a heading so is what it plans for another day.
    fn dated(
        &self,
        found: &mut Vec<Happening>,
        i: usize,
        by: Dating,
        span: Span,
        mut own: Vec<Happening>,
        section: Option<usize>,
    ) {
        let coarse = by.rank <= COARSE_RANK;
        own.retain(|h| h.date.start >= span.start);
        for h in own.iter_mut() {
            h.span.start = h.span.start.max(span.start);
            if coarse && h.basis == Basis::Context.name() {
                h.edtf = under(h.edtf, by.edtf);
            }
        }
        let (inside, mut others): (Vec<_>, Vec<_>) =
            own.into_iter().partition(|h| coarse && lies_in(&h.edtf, &by.edtf) && h.edtf != by.edtf);
        let heads = by.basis == HEADING;
        others.retain(|h| {
            let told = || match self.in_numbers(h) {
                true => coarse || is_day(&h.edtf),
                false => heads && follows(&h.edtf, &by.edtf),
            };
            h.span.start > span.start
                && (heads && !coarse && is_plan(h, &by.edtf) || self.opens_elsewhere(h, &by.edtf) && told())
        });
        match inside.len() {
            0 => self.tell(found, i, Some(by.edtf), by.basis, by.date, span, section),
            1 if others.is_empty() && !heads => {
                found.extend(inside.into_iter().map(|h| Happening { span, ..h }));
            }
            _ => found.extend(inside),
        }
        found.extend(others);
    }

    /// The date opens what it dates, and shares no day with `edtf`.
    fn opens_elsewhere(&self, h: &Happening, edtf: &Edtf) -> bool {
        let lead = Span { start: h.span.start.min(h.date.start), end: h.date.start }.of(&self.document.text);
        h.date.start >= h.span.start && is_apart(&h.edtf, edtf) && self.words.opens_label(lead.trim_end())
    }

    fn in_numbers(&self, h: &Happening) -> bool {
        h.date.of(&self.document.text).chars().any(char::is_numeric)
    }

    /// The events of the sentences of a paragraph.
    fn sentences(&self, found: &mut Vec<Happening>, i: usize, section: Option<usize>) {
        let line = &self.lines.lines[i];
        let dates = &self.lines.expressions[line.expressions.clone()];
        if !dates.iter().any(|d| d.edtf.is_some()) {
            return;
        }
        let text = &self.document.text;
        let shift = line.body.start;
        let held: Vec<Span> = dates
            .iter()
            .filter(|d| d.span.start >= shift)
            .map(|d| Span { start: d.span.start - shift, end: d.span.end - shift })
            .collect();
        let mut next = 0;
        let mut opened = None;
        for sentence in self.words.splitter.sentences(line.body.of(text), &held) {
            let start = opened.take().unwrap_or(sentence.start + shift);
            let sentence = Span { start, end: sentence.end + shift };
            // `2023. It was a dry year.`: a date alone dates the sentence behind it.
            if sentence.end < line.body.end && is_bare(text, sentence, &dates[next..]) {
                opened = Some(start);
                continue;
            }
            let from = next;
            while next < dates.len() && dates[next].span.start < sentence.end {
                next += 1;
            }
            self.sentence(found, i, sentence, &dates[from..next], section);
        }
    }

    fn sentence(
        &self,
        found: &mut Vec<Happening>,
        i: usize,
        sentence: Span,
        dates: &[Expression],
        section: Option<usize>,
    ) {
        let text = &self.document.text;
        let repeats = dates.iter().any(|d| d.kind == Kind::Set) || is_weekly(text, dates);
        let habit = OnceCell::new();
        let around = Surroundings { text, sentence, repeats, habit, today: self.today, words: self.words };
        let first = found.len();
        let told: Vec<&Expression> = dates.iter().filter(|d| is_happening(d, &around)).collect();
        let clauses = clauses(text, sentence, &told);
        for (date, clause) in told.iter().zip(clauses) {
            // A sentence that names its day twice tells it once.
            let edtf = self.not_ahead(date, clause);
            if found[first..].iter().all(|h| Some(h.edtf) != edtf) {
                self.tell(found, i, edtf, date.basis.name(), date.span, clause, section);
            }
        }
    }

    /// What is told as having happened lies not months after the article's own date: then the year before is meant.
    fn not_ahead(&self, date: &Expression, clause: Span) -> Option<Edtf> {
        let edtf = date.edtf?;
        let (Basis::Context, Some(today), Some(start)) = (date.basis, self.today, edtf.bounds().0) else {
            return Some(edtf);
        };
        let days_ahead = start.duration_since(today).as_hours() / 24;
        let asserted = || self.status(clause, date.span) == Status::Asserted;
        let earlier = |p: Point| Point { year: p.year - 1, ..p };
        match edtf {
            Edtf::One(p) if self.dated && days_ahead > FAR_AHEAD && earlier(p).first().is_some() && asserted() => {
                Some(Edtf::One(earlier(p)))
            }
            _ => Some(edtf),
        }
    }

    /// What is said of the happening in the writer's own words: a quotation speaks for its own dates alone.
    fn status(&self, span: Span, date: Span) -> Status {
        let told = match span.contains(date) {
            true => span,
            // Of what a label or a heading dates, the first sentence says whether it happened.
            false => {
                let first = self.words.splitter.first(span.of(&self.document.text));
                first.map_or(span, |s| Span { start: s.start + span.start, end: s.end + span.start })
            }
        };
        self.words.status(&unquoted(&self.document.text, told, date))
    }

    fn is_ahead(&self, edtf: &Edtf) -> bool {
        matches!((edtf.bounds().0, self.changed), (Some(start), Some(changed)) if start > changed)
    }

    #[allow(clippy::too_many_arguments)] // One row's parts; a struct would only name them twice.
    fn tell(
        &self,
        found: &mut Vec<Happening>,
        i: usize,
        edtf: Option<Edtf>,
        basis: &'static str,
        date: Span,
        span: Span,
        section: Option<usize>,
    ) {
        let line = &self.lines.lines[i];
        let Some(edtf) = edtf.filter(|_| line.kept && !span.is_empty()) else { return };
        let status = match self.status(span, date) {
            // What a sentence dates ahead of the article's own date has not happened, however it is told. Lists of entries
            // are added to after that date.
            Status::Asserted if self.dated && span.contains(date) && self.is_ahead(&edtf) => Status::Planned,
            said => said,
        };
        found.push(Happening { edtf, basis, status, date, span, block: line.block, section });
    }
}

/// Signs that open and close a quotation.
const QUOTES: [(char, char); 4] = [('「', '」'), ('『', '』'), ('“', '”'), ('"', '"')];

/// `span` without the quotations that the date does not stand in.
fn unquoted(text: &str, span: Span, date: Span) -> Cow<'_, str> {
    let said = span.of(text);
    let mut left = String::new();
    let mut from = 0;
    while let Some((at, close)) = said[from..].char_indices().find_map(|(i, c)| {
        QUOTES.iter().find(|(open, _)| *open == c).map(|&(open, close)| (from + i + open.len_utf8(), close))
    }) {
        let Some(end) = said[at..].find(close).map(|n| at + n) else { break };
        let inside = Span::new(span.start as usize + at, span.start as usize + end);
        left.push_str(&said[from..if inside.contains(date) { end } else { at }]);
        from = end + close.len_utf8();
    }
    if from == 0 { Cow::Borrowed(said) } else { Cow::Owned(left + &said[from..]) }
}

/// Days ahead of the article within which a bare present tense still announces: `The fair opens on 3 January`.
const FAR_AHEAD: i64 = 60;

/// Days of the week from … to with hours from … to: `Monday through Friday, 8 a.m. to 5 p.m.`
fn is_weekly(text: &str, dates: &[Expression]) -> bool {
    let weekdays = dates
        .iter()
        .filter(|d| d.basis == Basis::Weekday && d.kind == Kind::Date && !d.span.of(text).contains(char::is_numeric));
    let length = |d: &Expression| if matches!(d.edtf, Some(Edtf::Range(Some(_), Some(_)))) { 2 } else { 1 };
    let hours = dates.iter().filter(|d| d.kind == Kind::Time);
    weekdays.map(length).sum::<usize>() >= 2 && hours.map(length).sum::<usize>() >= 2
}

/// The sentence is nothing but a date.
fn is_bare(text: &str, sentence: Span, dates: &[Expression]) -> bool {
    dates.first().is_some_and(|d| {
        let before = Span { start: sentence.start, end: d.span.start.max(sentence.start) };
        let behind = Span { start: d.span.end.min(sentence.end), end: sentence.end };
        d.span.start < sentence.end && ![before, behind].iter().any(|s| s.of(text).contains(char::is_alphanumeric))
    })
}

/// Year 0, parts of a year 1, days and ranges of days 2, times of day 3.
fn rank(edtf: &Edtf, expression: &Expression) -> u8 {
    let of = |p: &Point| match p.part {
        Part::Century | Part::Decade | Part::Year => 0,
        Part::Half(_) | Part::Quarter(_) | Part::Season(_) | Part::Month(_) => 1,
        Part::Day(..) => 2,
        Part::Minute(..) => 3,
    };
    match edtf {
        Edtf::One(p) if expression.kind == Kind::Time && of(p) == 3 => 3,
        Edtf::One(p) => of(p).min(2),
        Edtf::Range(a, b) => [a, b].into_iter().flatten().map(of).max().unwrap_or(2).min(2),
    }
}

/// The rank up to which a heading is coarser than a day.
const COARSE_RANK: u8 = 1;

fn lies_in(inner: &Edtf, outer: &Edtf) -> bool {
    match (inner.bounds(), outer.bounds()) {
        ((Some(a), Some(b)), (Some(c), Some(d))) => c <= a && b <= d,
        _ => false,
    }
}

/// A day, a time of one, or a range of days.
fn is_day(edtf: &Edtf) -> bool {
    matches!(edtf.precision(), "day" | "minute")
}

/// The two have no day in common.
fn is_apart(a: &Edtf, b: &Edtf) -> bool {
    match (a.bounds(), b.bounds()) {
        ((Some(a), Some(b)), (Some(c), Some(d))) => b < c || d < a,
        _ => false,
    }
}

/// `b` is the day right behind `a`.
fn follows(b: &Edtf, a: &Edtf) -> bool {
    matches!((b.bounds().0, a.bounds().1), (Some(b), Some(a)) if a.tomorrow().is_ok_and(|a| a == b))
}

/// What is planned for a day behind `day`; months and years ahead are forecasts more often than not.
fn is_plan(happening: &Happening, day: &Edtf) -> bool {
    let after = matches!((happening.edtf.bounds().0, day.bounds().1), (Some(a), Some(b)) if a > b);
    happening.status == Status::Planned && is_day(&happening.edtf) && after
}

/// A day or time of day so many days later.
fn moved(edtf: Edtf, days: i64) -> Edtf {
    let Edtf::One(p) = edtf else { return edtf };
    let there = p.first().filter(|_| days != 0).and_then(|day| day.checked_add(days.days()).ok());
    let part = |day: Date| match p.part {
        Part::Day(..) => Some(Part::Day(day.month() as u8, day.day() as u8)),
        Part::Minute(_, _, hour, minute, zone) => {
            Some(Part::Minute(day.month() as u8, day.day() as u8, hour, minute, zone))
        }
        _ => None,
    };
    let at = |day: Date| Some(Edtf::One(Point { year: i32::from(day.year()), part: part(day)?, ..p }));
    there.and_then(at).unwrap_or(edtf)
}

/// The date with its missing year (and month) taken from the heading above it.
fn under(own: Edtf, above: Edtf) -> Edtf {
    let Edtf::One(heading) = above else { return own };
    if lies_in(&own, &above) {
        return own;
    }
    let moved = |p: Point| {
        let part = match (p.part, heading.part) {
            (Part::Day(_, d), Part::Month(m)) => Part::Day(m, d),
            (part, _) => part,
        };
        let there = Point { year: heading.year, part, ..p };
        // 29 February under a common year stays what the tagger read.
        if there.first().is_some() { there } else { p }
    };
    match own {
        Edtf::One(p) => Edtf::One(moved(p)),
        Edtf::Range(Some(a), Some(b)) if a.year == b.year => Edtf::Range(Some(moved(a)), Some(moved(b))),
        range => range,
    }
}

/// Where the dates of a sentence each open a clause, each dates its own; otherwise all date the whole sentence.
fn clauses(text: &str, sentence: Span, dates: &[&Expression]) -> Vec<Span> {
    let mut cuts: Vec<u32> = vec![sentence.start];
    for (k, date) in dates.iter().enumerate().skip(1) {
        let from = dates[k - 1].span.end.max(sentence.start);
        let between = Span { start: from, end: date.span.start.max(from) }.of(text);
        let comma = between.rfind([',', '，', ';', '；', '、']);
        let opens = comma.is_some_and(|at| {
            let sign = between[at..].chars().next().map_or(1, char::len_utf8);
            let lead = &between[at + sign..];
            lead.chars().filter(|c| c.is_alphanumeric()).count() <= MAX_CLAUSE_LEAD
                && at > 0
                && between[..at].chars().any(char::is_alphanumeric)
        });
        match comma.filter(|_| opens) {
            Some(at) => {
                let sign = between[at..].chars().next().map_or(1, char::len_utf8);
                cuts.push(from + (at + sign) as u32);
            }
            None => return vec![sentence; dates.len()],
        }
    }
    cuts.push(sentence.end);
    cuts.windows(2).take(dates.len()).map(|w| Span { start: w[0], end: w[1] }.trimmed(text)).collect()
}

/// Letters between a comma and the date that opens the clause behind it: `and in`, `于`.
const MAX_CLAUSE_LEAD: usize = 8;
