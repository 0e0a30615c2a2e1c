//! Events in the formats that timeline programs read.
//!
//! Dates are the first and last day of the event's `edtf`; an event whose days are not known (an open range on both
//! sides, a year outside 1–9999) is left out where the format has no way to say it.

use crate::model::{Article, Event};
use serde_json::{Value, json};
use std::io::{self, Write};

/// A format of timeline programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// TimelineJS 3: one JSON object with `events`.
    TimelineJs,
    /// TimelineJS 3: the 18-column CSV of its spreadsheet template.
    Sheet,
    /// iCalendar (RFC 5545): all-day events, the end exclusive, lines folded at 75 bytes. `DTSTAMP` is the day the event
    /// begins: a calendar wants a stamp, and a clock would make every run different.
    Calendar,
    /// vis-timeline: a JSON array of items; a range has an `end`, the day after its last.
    Vis,
    /// W3C Web Annotation, JSON Lines: each event as an annotation on its article, with text position and text quote
    /// selectors.
    Annotations,
    /// schema.org, as JSON-LD: an `ItemList` of `Event`s.
    SchemaOrg,
}

impl Shape {
    /// All of them, in the order in which they are written.
    pub const ALL: [Shape; 6] =
        [Shape::TimelineJs, Shape::Sheet, Shape::Calendar, Shape::Vis, Shape::Annotations, Shape::SchemaOrg];

    /// What it is called where formats are asked for.
    pub fn name(self) -> &'static str {
        match self {
            Shape::TimelineJs => "timelinejs",
            Shape::Sheet => "timelinejs-csv",
            Shape::Calendar => "ics",
            Shape::Vis => "vis",
            Shape::Annotations => "annotations",
            Shape::SchemaOrg => "schemaorg",
        }
    }

    /// How the name of its file ends.
    pub fn ending(self) -> &'static str {
        match self {
            Shape::TimelineJs => "timelinejs.json",
            Shape::Sheet => "timelinejs.csv",
            Shape::Calendar => "ics",
            Shape::Vis => "vis.json",
            Shape::Annotations => "annotations.jsonl",
            Shape::SchemaOrg => "jsonld",
        }
    }

    /// What stands before the first event, and behind the last one.
    fn frame(self) -> (String, &'static str) {
        match self {
            Shape::TimelineJs => ("{\n  \"events\": [".into(), "]\n}\n"),
            Shape::Sheet => (csv_line(&SHEET), ""),
            Shape::Calendar => {
                ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//dateline//dateline//EN\r\n".into(), "END:VCALENDAR\r\n")
            }
            Shape::Vis => ("[".into(), "]\n"),
            Shape::Annotations => (String::new(), ""),
            Shape::SchemaOrg => (
                "{\n  \"@context\": \"https://schema.org\",\n  \"@type\": \"ItemList\",\n  \"itemListElement\": ["
                    .into(),
                "]\n}\n",
            ),
        }
    }

    /// How deep the events stand in a document of JSON; none in the other formats.
    fn depth(self) -> Option<usize> {
        match self {
            Shape::TimelineJs | Shape::SchemaOrg => Some(2),
            Shape::Vis => Some(1),
            Shape::Sheet | Shape::Calendar | Shape::Annotations => None,
        }
    }
}

/// A timeline that is written event by event.
pub struct Timeline<W> {
    shape: Shape,
    out: W,
    /// Events that came, and those that the format could say.
    n_events: u64,
    n_written: u64,
}

impl<W: Write> Timeline<W> {
    /// A timeline without events.
    ///
    /// # Errors
    /// When `out` refuses.
    pub fn new(shape: Shape, mut out: W) -> io::Result<Timeline<W>> {
        out.write_all(shape.frame().0.as_bytes())?;
        Ok(Timeline { shape, out, n_events: 0, n_written: 0 })
    }

    /// Adds an event. `article` gives an annotation its address and the text around the quote.
    ///
    /// # Errors
    /// When `out` refuses.
    pub fn event(&mut self, event: &Event, article: Option<&Article>) -> io::Result<()> {
        self.n_events += 1;
        let json = match self.shape {
            Shape::Sheet => {
                return self.out.write_all(sheet_row(event).map_or(String::new(), |r| csv_line(&r)).as_bytes());
            }
            Shape::Calendar => return self.out.write_all(calendar_event(event).unwrap_or_default().as_bytes()),
            Shape::Annotations => return writeln!(self.out, "{}", annotation(event, article)),
            Shape::TimelineJs => slide(event),
            Shape::Vis => vis_item(event),
            Shape::SchemaOrg => Some(list_item(event, self.n_events)),
        };
        let Some(json) = json else { return Ok(()) };
        let comma = if self.n_written > 0 { "," } else { "" };
        self.n_written += 1;
        let pretty = serde_json::to_string_pretty(&json).expect("a value is JSON");
        // No string of JSON holds a line feed: every one is between two lines of the document.
        let line = format!("\n{}", "  ".repeat(self.shape.depth().unwrap_or_default()));
        write!(self.out, "{comma}{line}{}", pretty.replace('\n', &line))
    }

    /// Ends the timeline; gives the number of events that came, and what they were written to.
    ///
    /// # Errors
    /// When `out` refuses.
    pub fn finish(mut self) -> io::Result<(u64, W)> {
        if let Some(depth) = self.shape.depth().filter(|_| self.n_written > 0) {
            write!(self.out, "\n{}", "  ".repeat(depth - 1))?;
        }
        self.out.write_all(self.shape.frame().1.as_bytes())?;
        Ok((self.n_events, self.out))
    }
}

fn slide(e: &Event) -> Option<Value> {
    let start = js_date(e.date_start.as_deref()?, &e.precision)?;
    let mut slide = json!({
        "unique_id": e.event_id,
        "start_date": start,
        "display_date": e.date_text,
        "text": { "headline": headline(&e.text), "text": e.text },
    });
    if let Some(end) = e.date_end.as_deref().filter(|_| e.date_start != e.date_end) {
        slide["end_date"] = js_date(end, "day")?;
    }
    if let Some(section) = &e.section {
        slide["group"] = json!(section);
    }
    Some(slide)
}

/// The columns of TimelineJS's spreadsheet template, in its order.
const SHEET: [&str; 18] = [
    "Year",
    "Month",
    "Day",
    "Time",
    "End Year",
    "End Month",
    "End Day",
    "End Time",
    "Display Date",
    "Headline",
    "Text",
    "Media",
    "Media Credit",
    "Media Caption",
    "Media Thumbnail",
    "Type",
    "Group",
    "Background",
];

fn sheet_row(e: &Event) -> Option<[String; 18]> {
    let start = e.date_start.as_deref().and_then(days)?;
    let end = e.date_end.as_deref().and_then(days).filter(|d| *d != start);
    let mut row: [String; 18] = Default::default();
    let fine = Fine::of(&e.precision);
    row[0] = start.0.to_string();
    row[1] = if fine >= Fine::Month { start.1.to_string() } else { String::new() };
    row[2] = if fine >= Fine::Day { start.2.to_string() } else { String::new() };
    row[3] = time(&e.edtf).unwrap_or_default();
    if let Some((y, m, d)) = end {
        (row[4], row[5], row[6]) = (y.to_string(), m.to_string(), d.to_string());
    }
    row[8] = e.date_text.clone();
    row[9] = headline(&e.text);
    row[10] = e.text.clone();
    row[16] = e.section.clone().unwrap_or_default();
    Some(row)
}

fn csv_line(row: &[impl AsRef<[u8]>]) -> String {
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    csv.write_record(row).expect("a row goes into memory");
    String::from_utf8(csv.into_inner().expect("memory does not fail")).expect("cells are UTF-8")
}

fn calendar_event(e: &Event) -> Option<String> {
    let start = e.date_start.as_deref().and_then(calendar_day)?;
    let last = e.date_end.as_deref().and_then(calendar_day).unwrap_or(start);
    let after = last.tomorrow().ok()?;
    let compact = |d: jiff::civil::Date| format!("{:04}{:02}{:02}", d.year(), d.month(), d.day());
    let status = if e.status == "planned" { "TENTATIVE" } else { "CONFIRMED" };
    let lines = [
        "BEGIN:VEVENT".to_string(),
        format!("UID:{}@dateline", e.event_id),
        format!("DTSTAMP:{}T000000Z", compact(start)),
        format!("DTSTART;VALUE=DATE:{}", compact(start)),
        format!("DTEND;VALUE=DATE:{}", compact(after)),
        format!("SUMMARY:{}", ics_text(&headline(&e.text))),
        format!("DESCRIPTION:{}", ics_text(&e.text)),
        format!("COMMENT:{}", ics_text(&e.edtf)),
        format!("STATUS:{status}"),
        "TRANSP:TRANSPARENT".to_string(),
        "END:VEVENT".to_string(),
    ];
    Some(lines.iter().map(|l| fold(l) + "\r\n").collect())
}

fn vis_item(e: &Event) -> Option<Value> {
    let start = e.date_start.as_deref()?;
    let mut item = json!({
        "id": e.event_id,
        "start": start,
        "content": html_text(&headline(&e.text)),
        "title": html_text(&e.text),
        "type": "point",
    });
    if let Some(last) = e.date_end.as_deref().filter(|d| *d != start) {
        item["end"] = json!(calendar_day(last)?.tomorrow().ok()?.to_string());
        item["type"] = json!("range");
    }
    Some(item)
}

fn annotation(e: &Event, article: Option<&Article>) -> Value {
    let source = article.and_then(|a| a.url.clone()).unwrap_or_else(|| format!("urn:dateline:{}", e.article_id));
    let (prefix, exact, suffix) = article.map_or((String::new(), e.text.clone(), String::new()), |a| quote(a, e));
    json!({
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": format!("urn:dateline:{}", e.event_id),
        "type": "Annotation",
        "motivation": "tagging",
        "body": { "type": "TextualBody", "value": e.edtf, "format": "text/plain", "purpose": "tagging" },
        "target": {
            "source": source,
            "selector": [
                { "type": "TextPositionSelector", "start": e.start, "end": e.end },
                { "type": "TextQuoteSelector", "exact": exact, "prefix": prefix, "suffix": suffix },
            ],
        },
    })
}

fn list_item(e: &Event, position: u64) -> Value {
    let mut event = json!({
        "@type": "Event",
        "@id": format!("urn:dateline:{}", e.event_id),
        "name": headline(&e.text),
        "description": e.text,
        "temporalCoverage": e.edtf,
    });
    if let Some(start) = &e.date_start {
        event["startDate"] = json!(start);
    }
    if let Some(end) = &e.date_end {
        event["endDate"] = json!(end);
    }
    json!({ "@type": "ListItem", "position": position, "item": event })
}

/// How finely a date is known, for formats that leave out what is not.
#[derive(PartialEq, PartialOrd)]
enum Fine {
    Year,
    Month,
    Day,
}

impl Fine {
    fn of(precision: &str) -> Fine {
        match precision {
            "year" | "decade" | "century" => Fine::Year,
            "month" | "quarter" | "season" | "half" => Fine::Month,
            _ => Fine::Day,
        }
    }
}

fn js_date(day: &str, precision: &str) -> Option<Value> {
    let (year, month, day) = days(day)?;
    let mut date = json!({ "year": year });
    let fine = Fine::of(precision);
    if fine >= Fine::Month {
        date["month"] = json!(month);
    }
    if fine >= Fine::Day {
        date["day"] = json!(day);
    }
    Some(date)
}

fn days(iso: &str) -> Option<(i16, i8, i8)> {
    calendar_day(iso).map(|d| (d.year(), d.month(), d.day()))
}

fn calendar_day(iso: &str) -> Option<jiff::civil::Date> {
    iso.parse().ok()
}

/// The clock time of a minute-precise EDTF date.
fn time(edtf: &str) -> Option<String> {
    let (_, clock) = edtf.split('/').next()?.split_once('T')?;
    clock.get(..5).map(str::to_string)
}

/// Characters of a headline. A slide's title has two lines of forty.
const HEADLINE_CHARS: usize = 80;

/// The beginning of the text, cut at a blank where there is one.
fn headline(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match flat.char_indices().nth(HEADLINE_CHARS) {
        None => flat,
        Some((cut, _)) => {
            let head = &flat[..cut];
            let at = head.rfind(' ').filter(|&b| b > cut / 2).unwrap_or(cut);
            format!("{}…", &head[..at])
        }
    }
}

fn ics_text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            '\n' => escaped += "\\n",
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// Folds a content line: no line longer than 75 bytes, no character cut in two (RFC 5545, 3.1).
fn fold(line: &str) -> String {
    let mut folded = String::with_capacity(line.len() + line.len() / 24);
    let mut used = 0;
    for c in line.chars() {
        if used + c.len_utf8() > 75 {
            folded += "\r\n ";
            used = 1;
        }
        folded.push(c);
        used += c.len_utf8();
    }
    folded
}

/// Text as HTML shows it: vis-timeline puts `content` into the page as it is.
fn html_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Code points before and after a quote that help to find it again when the text was edited.
const AROUND: usize = 32;

fn quote(article: &Article, event: &Event) -> (String, String, String) {
    let chars = |from: usize, n: usize| article.text.chars().skip(from).take(n).collect::<String>();
    let (start, end) = (event.start as usize, event.end as usize);
    let before = start.saturating_sub(AROUND);
    (chars(before, start - before), chars(start, end.saturating_sub(start)), chars(end, AROUND))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(edtf: &str, start: &str, end: &str, precision: &str, text: &str) -> Event {
        Event {
            event_id: "e1".into(),
            article_id: "a1".into(),
            edtf: edtf.into(),
            date_start: Some(start.into()),
            date_end: Some(end.into()),
            precision: precision.into(),
            status: "asserted".into(),
            text: text.into(),
            ..Event::default()
        }
    }

    fn written(shape: Shape, events: &[Event], article: Option<&Article>) -> String {
        let mut timeline = Timeline::new(shape, Vec::new()).unwrap();
        events.iter().for_each(|e| timeline.event(e, article).unwrap());
        let (n_events, out) = timeline.finish().unwrap();
        assert_eq!(n_events, events.len() as u64);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn json_that_is_written_event_by_event_is_the_document_as_a_whole() {
        let e = |i: i32| Event {
            event_id: format!("e{i}"),
            ..event("2019", "2019-01-01", "2019-12-31", "year", "a\n\"b\"")
        };
        for shape in [Shape::TimelineJs, Shape::Vis, Shape::SchemaOrg] {
            for n in 0..3 {
                let text = written(shape, &(0..n).map(e).collect::<Vec<_>>(), None);
                let value: Value = serde_json::from_str(&text).unwrap();
                assert_eq!(text, serde_json::to_string_pretty(&value).unwrap() + "\n");
            }
        }
    }

    #[test]
    fn the_end_of_a_calendar_event_is_the_day_after_its_last_and_long_lines_are_folded() {
        let text = "船、橋、塔、".repeat(20) + "semi; comma, back\\slash";
        let range = event("2019-02-27/2019-02-28", "2019-02-27", "2019-02-28", "day", &text);
        let ics = written(Shape::Calendar, &[range], None);
        assert!(ics.contains("DTSTART;VALUE=DATE:20190227\r\nDTEND;VALUE=DATE:20190301\r\n"), "{ics}");
        assert!(ics.split("\r\n").all(|l| l.len() <= 75));
        assert!(ics.replace("\r\n ", "").contains(r"semi\; comma\, back\\slash"));
    }

    #[test]
    fn a_month_stays_a_month() {
        let month = event("2019-02", "2019-02-01", "2019-02-28", "month", "The well froze.");
        let js = written(Shape::TimelineJs, &[month], None);
        let value: Value = serde_json::from_str(&js).unwrap();
        assert_eq!(value["events"][0]["start_date"], json!({ "year": 2019, "month": 2 }));
        let year = event("2019", "2019-01-01", "2019-12-31", "year", "Frost.");
        let csv = written(Shape::Sheet, &[year], None);
        assert!(csv.lines().nth(1).unwrap().starts_with("2019,,,,2019,12,31,"), "{csv}");
    }

    #[test]
    fn an_annotation_quotes_what_stands_at_its_place() {
        let article =
            Article { article_id: "a1".into(), text: "Before. 船開了。 After.".into(), ..Article::default() };
        let e = Event { start: 8, end: 12, ..event("2019", "2019-01-01", "2019-12-31", "year", "船開了。") };
        let line: Value = serde_json::from_str(written(Shape::Annotations, &[e], Some(&article)).trim()).unwrap();
        assert_eq!(
            line["target"]["selector"][1],
            json!({ "type": "TextQuoteSelector", "exact": "船開了。", "prefix": "Before. ", "suffix": " After." })
        );
    }
}
