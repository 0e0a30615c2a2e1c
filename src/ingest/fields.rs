//! Which field of a JSON record is what: by option, else by the names that scrapers give.

use super::page::Told;
use super::repair::repair;
use super::sniff;
use crate::config::IngestConfig;
use crate::model::edtf::{Edtf, Part, Point};
use crate::model::{Media, Meta, Published};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeSet;

// Names in lower case without `_`, `-` and blanks, best first: the names of Common Crawl extracts, news-please,
// newspaper, trafilatura, Scrapy projects, WordPress and the large text corpora.
const TEXT: &[&str] = &[
    "text",
    "rawtext",
    "maintext",
    "fulltext",
    "articletext",
    "articlebody",
    "plaintext",
    "cleanedtext",
    "textcontent",
    "content",
    "contents",
    "rawcontent",
    "articlecontent",
    "body",
    "bodytext",
    "article",
    "story",
    "document",
    "markdown",
];
const HTML: &[&str] =
    &["html", "rawhtml", "pagehtml", "htmlcontent", "contenthtml", "bodyhtml", "articlehtml", "htmlbody", "page"];
const URL: &[&str] = &[
    "url",
    "link",
    "uri",
    "sourceurl",
    "pageurl",
    "articleurl",
    "originalurl",
    "canonicalurl",
    "canonical",
    "finalurl",
    "href",
];
const TITLE: &[&str] = &["title", "headline", "articletitle", "pagetitle"];
const BYLINE: &[&str] = &["author", "authors", "byline", "creator", "writer"];
const DATE: &[&str] = &[
    "date",
    "published",
    "publishedat",
    "datepublished",
    "datepublish",
    "publishdate",
    "publicationdate",
    "publishedtime",
    "publishtime",
    "pubdate",
    "publishedon",
    "posted",
    "postedat",
    "postdate",
];
const LANGUAGE: &[&str] = &["language", "lang", "inlanguage"];
const SITE: &[&str] = &["site", "domain", "sourcedomain", "hostname", "host"];
const SITENAME: &[&str] = &["sitename", "publisher", "sourcename", "newspaper"];
const DESCRIPTION: &[&str] = &["description", "summary", "excerpt", "abstract"];
const SECTION: &[&str] = &["section", "category"];
const TAGS: &[&str] = &["tags", "keywords"];

/// The members of one JSON object, in order, values untouched.
pub(super) struct Object<'a>(pub Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Object(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// A record taken apart.
pub(super) struct Found {
    pub body: String,
    pub told: Told,
}

/// What `object` holds; none when no field of it is a text.
pub(super) fn find(object: Object<'_>, config: &IngestConfig, mended: &mut BTreeSet<&'static str>) -> Option<Found> {
    let mut members = Members { entries: unique(object.0, mended), mended };
    let (body, media) = members.body(config)?;
    let url = members.word(&config.url_field, URL);
    let told = Told {
        media: Some(media),
        site: members.word(&None, SITE).filter(|s| s.contains('.') && !s.contains(['/', ' '])),
        meta: Meta {
            title: members.word(&None, TITLE),
            byline: members.list(BYLINE).map(|names| names.join("; ")),
            published: members.date(&config.date_field),
            language: members.word(&None, LANGUAGE).filter(|l| l.len() <= 35),
            sitename: members.word(&None, SITENAME),
            description: members.word(&None, DESCRIPTION),
            section: members.word(&None, SECTION),
            tags: members.list(TAGS).unwrap_or_default(),
            ..Meta::default()
        },
        url,
        extra: config.extra.then(|| members.rest()).flatten(),
        ..Told::default()
    };
    Some(Found { body, told })
}

/// The last of the members that share a name, as other readers of JSON have it.
fn unique<'a>(entries: Vec<(String, &'a RawValue)>, mended: &mut BTreeSet<&'static str>) -> Vec<Entry<'a>> {
    let mut seen = BTreeSet::new();
    let count = entries.len();
    let mut kept: Vec<Entry<'a>> = Vec::with_capacity(count);
    for (name, value) in entries.into_iter().rev() {
        if seen.insert(name.clone()) {
            kept.push(Entry { plain: plain(&name), name, value, used: false });
        }
    }
    if kept.len() < count {
        mended.insert("duplicate-key");
    }
    kept.reverse();
    kept
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).flat_map(char::to_lowercase).collect()
}

struct Entry<'a> {
    name: String,
    plain: String,
    value: &'a RawValue,
    used: bool,
}

struct Members<'a, 'm> {
    entries: Vec<Entry<'a>>,
    mended: &'m mut BTreeSet<&'static str>,
}

impl Members<'_, '_> {
    /// The text, from the field that the options name, else from the first known field that holds some.
    fn body(&mut self, config: &IngestConfig) -> Option<(String, Media)> {
        if config.text_field.is_some() || config.html_field.is_some() {
            let named = |field: &Option<String>, members: &mut Self| field.as_ref().and_then(|f| members.given(f));
            let html = named(&config.html_field, self).map(|b| (b, Media::Html));
            return html.or_else(|| named(&config.text_field, self).map(|b| (b, Media::Text)));
        }
        for (names, is_html) in [(TEXT, false), (HTML, true)] {
            for name in names {
                if let Some(body) = self.known(name) {
                    let media = if is_html || sniff::is_html(&body) { Media::Html } else { Media::Text };
                    return Some((body, media));
                }
            }
        }
        None
    }

    /// The text at a name or JSON pointer that the user gave.
    fn given(&mut self, field: &str) -> Option<String> {
        let Some(path) = field.strip_prefix('/') else {
            let at = self.entries.iter().position(|e| e.name == *field)?;
            return self.take(at);
        };
        let (first, rest) = path.split_once('/').map_or((path, None), |(first, rest)| (first, Some(rest)));
        let name = first.replace("~1", "/").replace("~0", "~");
        let at = self.entries.iter().position(|e| e.name == name)?;
        match rest {
            None => self.take(at),
            Some(rest) => {
                let value: Value = value(self.entries[at].value, self.mended)?;
                text(value.pointer(&format!("/{rest}"))?.clone())
            }
        }
    }

    fn known(&mut self, name: &str) -> Option<String> {
        let at = self.entries.iter().position(|e| e.plain == name)?;
        self.take(at)
    }

    fn take(&mut self, at: usize) -> Option<String> {
        let found = text(value(self.entries[at].value, self.mended)?)?;
        self.entries[at].used = true;
        Some(found)
    }

    /// One line: a title, an address.
    fn word(&mut self, field: &Option<String>, names: &[&str]) -> Option<String> {
        let found = match field {
            Some(field) => self.given(field),
            None => names.iter().find_map(|name| self.known(name)),
        };
        found.map(|word| word.trim().to_string()).filter(|word| !word.is_empty())
    }

    fn list(&mut self, names: &[&str]) -> Option<Vec<String>> {
        let at = names.iter().find_map(|name| self.entries.iter().position(|e| e.plain == *name))?;
        let values = match value(self.entries[at].value, self.mended)? {
            Value::Array(values) => values,
            one => vec![one],
        };
        let words: Vec<String> = values
            .into_iter()
            .filter_map(|v| text(v.get("name").cloned().unwrap_or(v)))
            .map(|w| w.trim().to_string())
            .collect();
        self.entries[at].used = !words.is_empty();
        (!words.is_empty()).then_some(words)
    }

    fn date(&mut self, field: &Option<String>) -> Option<Published> {
        let read = |value: Value| match value {
            Value::Number(n) => n.as_f64().and_then(since_1970),
            other => text(other).as_deref().and_then(date),
        };
        let positions: Vec<usize> = match field {
            Some(field) if field.starts_with('/') => {
                let date = date(&self.given(field)?)?;
                return Some(Published { date, basis: "declared".to_string() });
            }
            Some(field) => self.entries.iter().position(|e| e.name == *field).into_iter().collect(),
            None => DATE.iter().filter_map(|name| self.entries.iter().position(|e| e.plain == *name)).collect(),
        };
        for at in positions {
            if let Some(date) = value(self.entries[at].value, self.mended).and_then(read) {
                self.entries[at].used = true;
                return Some(Published { date, basis: "declared".to_string() });
            }
        }
        None
    }

    /// The fields that were not used, as an object; none when all were.
    fn rest(&mut self) -> Option<Box<RawValue>> {
        let unused: Vec<_> = self.entries.iter().filter(|e| !e.used).collect();
        let member = |e: &&Entry<'_>| format!("{}:{}", Value::from(e.name.as_str()), e.value.get());
        let inside = unused.iter().map(member).collect::<Vec<_>>().join(",");
        (!unused.is_empty()).then(|| RawValue::from_string(format!("{{{inside}}}")).ok()).flatten()
    }
}

/// The value of raw JSON, mended where it must be; none for what is broken or too deep.
fn value(raw: &RawValue, mended: &mut BTreeSet<&'static str>) -> Option<Value> {
    serde_json::from_str(raw.get()).ok().or_else(|| {
        let repaired = repair(raw.get());
        mended.extend(repaired.kinds);
        serde_json::from_str(&repaired.text).ok()
    })
}

/// The text of a value: a string, lines in an array, or what WordPress wraps (`{"rendered": …}`).
fn text(value: Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text,
        Value::Array(lines) if lines.iter().all(Value::is_string) => {
            let lines: Vec<&str> = lines.iter().filter_map(Value::as_str).collect();
            lines.join("\n")
        }
        Value::Object(mut object) => match ["rendered", "#text"].iter().find_map(|k| object.remove(*k))? {
            Value::String(text) => text,
            _ => return None,
        },
        _ => return None,
    };
    (!text.trim().is_empty()).then_some(text)
}

/// A declared date: ISO 8601, `2023/11/17`, `20231117`, `2023年11月17日`, RFC 2822, seconds since 1970.
pub(super) fn date(text: &str) -> Option<Edtf> {
    let text = text.trim();
    let groups: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|g| !g.is_empty()).collect();
    if let [first, ..] = groups[..]
        && text.starts_with(first)
    {
        return match (first.len(), &groups[1..]) {
            (4, [month, day, ..]) if month.len() <= 2 && day.len() <= 2 => day_of(first, month, day, text),
            (4, [month]) if month.len() <= 2 => {
                let month: u8 = month.parse().ok().filter(|m| (1..=12).contains(m))?;
                Some(Edtf::One(Point::new(first.parse().ok()?, Part::Month(month))))
            }
            (4, []) if text.len() == 4 => Some(Edtf::One(Point::new(first.parse().ok()?, Part::Year))),
            (8, _) => day_of(&first[..4], &first[4..6], &first[6..8], ""),
            (10 | 13, []) => text.parse().ok().and_then(since_1970),
            _ => rfc_2822(text),
        };
    }
    rfc_2822(text)
}

/// A day; with `text` of the form `…T08:30…+01:00` the minute.
fn day_of(year: &str, month: &str, day: &str, text: &str) -> Option<Edtf> {
    let point = Point::day(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
    let Part::Day(month, day) = point.part else { return Some(Edtf::One(point)) };
    let part = clock(text).map_or(point.part, |(hour, minute, zone)| Part::Minute(month, day, hour, minute, zone));
    Some(Edtf::One(Point::new(point.year, part)))
}

/// Hour, minute and offset of an ISO date-time.
fn clock(text: &str) -> Option<(u8, u8, Option<i16>)> {
    let (_, time) = text.split_once(['T', ' '])?;
    let hour: u8 = time.get(..2)?.parse().ok().filter(|h| *h < 24)?;
    let minute: u8 = time.get(2..)?.strip_prefix(':')?.get(..2)?.parse().ok().filter(|m| *m < 60)?;
    let tail = time[5..].trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ':' | '.')).trim();
    let zone = match tail {
        "Z" | "z" | "UTC" | "GMT" => Some(0),
        _ => offset(tail),
    };
    Some((hour, minute, zone))
}

/// Minutes east of UTC: `+08:00`, `-0530`, `+08`.
fn offset(text: &str) -> Option<i16> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = text[1..].chars().filter(char::is_ascii_digit).collect();
    let hours: i16 = digits.get(..2)?.parse().ok().filter(|h| *h < 24)?;
    let minutes: i16 = digits.get(2..4).map_or(Some(0), |m| m.parse().ok())?;
    Some(sign * (hours * 60 + minutes))
}

/// `Fri, 17 Nov 2023 08:00:00 GMT`, to the day in the zone it was written in.
fn rfc_2822(text: &str) -> Option<Edtf> {
    let words: Vec<&str> = text.split([' ', ',', '-']).filter(|w| !w.is_empty()).collect();
    let at = words.iter().position(|w| month_named(w).is_some())?;
    let month = month_named(words[at])?;
    let day: u8 = words.get(at.checked_sub(1)?)?.parse().ok()?;
    let year: i32 = words.get(at + 1)?.parse().ok().filter(|y| *y > 99)?;
    Point::day(year, month, day).map(Edtf::One)
}

/// The month names that RFC 2822 fixes; they are syntax, not English.
fn month_named(word: &str) -> Option<u8> {
    const NAMES: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    NAMES.iter().position(|n| n.eq_ignore_ascii_case(word)).map(|i| i as u8 + 1)
}

/// The day (in UTC) of seconds or milliseconds since 1970. Small numbers are no dates.
fn since_1970(number: f64) -> Option<Edtf> {
    // 10^8 seconds are March 1973, 10^11 are the year 5138: above that they are milliseconds.
    let seconds = if number.abs() >= 1e11 { number / 1000.0 } else { number };
    if !(1e8..1e11).contains(&seconds) {
        return None;
    }
    let time = jiff::Timestamp::from_second(seconds as i64).ok()?;
    Some(Edtf::One(Point::of(time.to_zoned(jiff::tz::TimeZone::UTC).date())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_dates_are_read_in_the_forms_that_records_have() {
        let check =
            |text: &str, edtf: &str| assert_eq!(date(text).map(|d| d.to_string()).unwrap_or_default(), edtf, "{text}");
        check("2023-11-17", "2023-11-17");
        check("2023-11-17T08:30:00+08:00", date("2023-11-17 08:30+0800").unwrap().to_string().as_str());
        check("2023/11/7", "2023-11-07");
        check("20231117", "2023-11-17");
        check("2023年11月17日", "2023-11-17");
        check("2023-11", "2023-11");
        check("Fri, 17 Nov 2023 08:00:00 GMT", "2023-11-17");
        check("1700208000", "2023-11-17");
        check("1700208000000", "2023-11-17");
        check("2023-02-30", "");
        check("yesterday", "");
        check("12", "");
    }
}
