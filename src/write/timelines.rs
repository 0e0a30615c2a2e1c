//! Events in the formats that timeline programs read.
//!
//! Dates are the first and last day of the event's `edtf`; an event whose days are not known (an open range on both
//! sides, a year outside 1–9999) is left out where the format has no way to say it.

use crate::model::{Article, Event};
use serde_json::{Value, json};

/// TimelineJS 3: one JSON object with `events`.
pub fn timelinejs(events: &[Event]) -> String {
    let slides: Vec<Value> = events
        .iter()
        .filter_map(|e| {
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
        })
        .collect();
    pretty(&json!({ "events": slides }))
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

/// TimelineJS 3: the 18-column CSV of its spreadsheet template.
pub fn timelinejs_csv(events: &[Event]) -> String {
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let mut write = |row: [String; 18]| csv.write_record(&row).expect("rows of one length go into memory");
    write(SHEET.map(str::to_string));
    for e in events {
        let Some(start) = e.date_start.as_deref().and_then(days) else { continue };
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
        write(row);
    }
    String::from_utf8(csv.into_inner().expect("memory does not fail")).expect("cells are UTF-8")
}

/// iCalendar (RFC 5545): all-day events, the end exclusive, lines folded at 75 bytes. `DTSTAMP` is the day the event
/// begins: a calendar wants a stamp, and a clock would make every run different.
pub fn ics(events: &[Event]) -> String {
    let mut lines =
        vec!["BEGIN:VCALENDAR".to_string(), "VERSION:2.0".into(), "PRODID:-//dateline//dateline//EN".into()];
    for e in events {
        let Some(start) = e.date_start.as_deref().and_then(calendar_day) else { continue };
        let last = e.date_end.as_deref().and_then(calendar_day).unwrap_or(start);
        let Ok(after) = last.tomorrow() else { continue };
        let compact = |d: jiff::civil::Date| format!("{:04}{:02}{:02}", d.year(), d.month(), d.day());
        lines.push("BEGIN:VEVENT".into());
        lines.push(format!("UID:{}@dateline", e.event_id));
        lines.push(format!("DTSTAMP:{}T000000Z", compact(start)));
        lines.push(format!("DTSTART;VALUE=DATE:{}", compact(start)));
        lines.push(format!("DTEND;VALUE=DATE:{}", compact(after)));
        lines.push(format!("SUMMARY:{}", ics_text(&headline(&e.text))));
        lines.push(format!("DESCRIPTION:{}", ics_text(&e.text)));
        lines.push(format!("COMMENT:{}", ics_text(&e.edtf)));
        let status = if e.status == "planned" { "TENTATIVE" } else { "CONFIRMED" };
        lines.push(format!("STATUS:{status}"));
        lines.push("TRANSP:TRANSPARENT".into());
        lines.push("END:VEVENT".into());
    }
    lines.push("END:VCALENDAR".into());
    lines.iter().map(|l| fold(l) + "\r\n").collect()
}

/// vis-timeline: a JSON array of items; a range has an `end`, the day after its last.
pub fn vis(events: &[Event]) -> String {
    let items = events.iter().filter_map(|e| {
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
    });
    pretty(&Value::Array(items.collect()))
}

/// W3C Web Annotation, JSON Lines: each event as an annotation on its article, with text position and text quote
/// selectors. `articles` gives the addresses and the texts around the quotes.
pub fn annotations(events: &[Event], articles: &[Article]) -> String {
    let mut lines = String::new();
    for e in events {
        let article = articles.iter().find(|a| a.article_id == e.article_id);
        let source = article.and_then(|a| a.url.clone()).unwrap_or_else(|| format!("urn:dateline:{}", e.article_id));
        let (prefix, exact, suffix) = article.map_or((String::new(), e.text.clone(), String::new()), |a| quote(a, e));
        let annotation = json!({
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
        });
        lines += &annotation.to_string();
        lines.push('\n');
    }
    lines
}

/// schema.org, as JSON-LD: an `ItemList` of `Event`s.
pub fn schema_org(events: &[Event]) -> String {
    let items = events.iter().enumerate().map(|(i, e)| {
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
        json!({ "@type": "ListItem", "position": i + 1, "item": event })
    });
    pretty(
        &json!({ "@context": "https://schema.org", "@type": "ItemList", "itemListElement": items.collect::<Vec<_>>() }),
    )
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

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("a value is JSON") + "\n"
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

    #[test]
    fn the_end_of_a_calendar_event_is_the_day_after_its_last_and_long_lines_are_folded() {
        let text = "船、橋、塔、".repeat(20) + "semi; comma, back\\slash";
        let ics = ics(&[event("2019-02-27/2019-02-28", "2019-02-27", "2019-02-28", "day", &text)]);
        assert!(ics.contains("DTSTART;VALUE=DATE:20190227\r\nDTEND;VALUE=DATE:20190301\r\n"), "{ics}");
        assert!(ics.split("\r\n").all(|l| l.len() <= 75));
        assert!(ics.replace("\r\n ", "").contains(r"semi\; comma\, back\\slash"));
    }

    #[test]
    fn a_month_stays_a_month() {
        let js = timelinejs(&[event("2019-02", "2019-02-01", "2019-02-28", "month", "The well froze.")]);
        let value: Value = serde_json::from_str(&js).unwrap();
        assert_eq!(value["events"][0]["start_date"], json!({ "year": 2019, "month": 2 }));
        let csv = timelinejs_csv(&[event("2019", "2019-01-01", "2019-12-31", "year", "Frost.")]);
        assert!(csv.lines().nth(1).unwrap().starts_with("2019,,,,2019,12,31,"), "{csv}");
    }

    #[test]
    fn an_annotation_quotes_what_stands_at_its_place() {
        let article =
            Article { article_id: "a1".into(), text: "Before. 船開了。 After.".into(), ..Article::default() };
        let e = Event { start: 8, end: 12, ..event("2019", "2019-01-01", "2019-12-31", "year", "船開了。") };
        let line: Value = serde_json::from_str(annotations(&[e], &[article]).trim()).unwrap();
        assert_eq!(
            line["target"]["selector"][1],
            json!({ "type": "TextQuoteSelector", "exact": "船開了。", "prefix": "Before. ", "suffix": " After." })
        );
    }
}
