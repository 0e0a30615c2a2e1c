//! The structure of a document printed as Markdown.

use super::outline::{Heading, ListPoint, Outline};
use crate::model::{Document, Span};

/// Deepest heading that Markdown has.
const MAX_LEVEL: u8 = 6;

impl Outline {
    /// Headings and points as Markdown, without the text around them: `##` by level, items indented by level, with the
    /// number or bullet as it was printed. A number that only markup gives is printed; a bullet that only markup gives is `-`.
    ///
    /// What Markdown would read as its own signs at the start of a line is escaped.
    pub fn markdown(&self, document: &Document) -> String {
        let mut out = String::new();
        let mut headings = self.headings.iter().peekable();
        let mut last_list = None;
        for point in &self.points {
            while let Some(heading) = headings.next_if(|h| h.span.start < point.label.start) {
                put_heading(&mut out, heading, &document.text);
                last_list = None;
            }
            // A blank line keeps two lists that follow each other apart.
            if point.level == 1 && last_list.is_some_and(|l| l != point.list) {
                out.push('\n');
            }
            if point.level == 1 {
                last_list = Some(point.list);
            }
            put_point(&mut out, point, &document.text);
        }
        headings.for_each(|heading| put_heading(&mut out, heading, &document.text));
        out
    }
}

fn put_heading(out: &mut String, heading: &Heading, text: &str) {
    if !out.is_empty() {
        out.push('\n');
    }
    let level = usize::from(heading.level.clamp(1, MAX_LEVEL));
    out.push_str(&"#".repeat(level));
    out.push(' ');
    put_lines(out, heading.span, text, "");
    out.push('\n');
}

fn put_point(out: &mut String, point: &ListPoint, text: &str) {
    let indent = "    ".repeat(usize::from(point.level.max(1)) - 1);
    let label = point.label.of(text);
    out.push_str(&indent);
    match (label, point.ordinal) {
        ("", Some(n)) => out.push_str(&format!("{n}.")),
        ("", None) => out.push('-'),
        // What Markdown knows as a marker stays one; any other label is text behind a bullet.
        (l, _) if is_markdown_marker(l) => out.push_str(l),
        (l, Some(_)) => out.push_str(&format!("- {l}")),
        (_, None) => out.push('-'),
    }
    if !point.body.is_empty() {
        out.push(' ');
        put_lines(out, point.body, text, &format!("{indent}    "));
    }
    out.push('\n');
}

/// `1.`, `2)`, `-`, `*`, `+`.
fn is_markdown_marker(label: &str) -> bool {
    let digits = label.trim_end_matches(['.', ')']);
    let number = digits.len() + 1 == label.len() && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    number || matches!(label, "-" | "*" | "+")
}

/// The lines of `span`; from the second on each behind `indent`.
fn put_lines(out: &mut String, span: Span, text: &str, indent: &str) {
    for (i, line) in span.of(text).lines().map(str::trim).filter(|l| !l.is_empty()).enumerate() {
        if i > 0 {
            out.push('\n');
            out.push_str(indent);
        }
        if line.starts_with(['#', '>', '-', '+', '*', '|']) {
            out.push('\\');
        }
        out.push_str(line);
    }
}
