//! Text in the state that a script draws its page from: strings of JSON, somewhere in the script.

use std::collections::BTreeMap;

/// Shorter strings are titles, names and addresses of the page. Bytes.
const MIN_STRING: usize = 80;
/// Most bytes a word has in running text of scripts with blanks; addresses and keys have no blanks at all.
const MAX_WORD: usize = 25;

/// The strings under the key that holds most running text, one below the other: the body of an article, or its
/// paragraphs. The words of the surface stand each under a key of its own.
pub(super) fn text(script: &str) -> Option<String> {
    let mut by_key: BTreeMap<&str, String> = BTreeMap::new();
    let mut key = None;
    let mut rest = script;
    while let Some(at) = rest.find('"') {
        // A key is told from a value by the colon behind it.
        let between = rest[..at].trim();
        rest = &rest[at + 1..];
        let Some(end) = end_of_string(rest) else {
            rest = rest.split_once('\n').map_or("", |(_, lines)| lines);
            continue;
        };
        let string = &rest[..end];
        if let (Some(key), ":") = (key, between)
            && is_running_text(string)
            && let Ok(value) = serde_json::from_str::<String>(&format!("\"{string}\""))
        {
            let text = by_key.entry(key).or_default();
            text.push_str(&value);
            text.push('\n');
        }
        key = Some(string);
        rest = &rest[end + 1..];
    }
    by_key.into_values().reduce(|best, next| if next.len() > best.len() { next } else { best })
}

/// Where the quote stands that ends the string; strings of JSON have no line feeds.
fn end_of_string(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\n' => return None,
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at),
            _ => {}
        }
    }
    None
}

fn is_running_text(string: &str) -> bool {
    let blanks = string.bytes().filter(|b| *b == b' ').count();
    let foreign = string.bytes().filter(|b| !b.is_ascii()).count();
    string.len() >= MIN_STRING
        && !string.contains('{')
        && (blanks * MAX_WORD >= string.len() || foreign * 2 >= string.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENTENCE: &str = "A sentence that is long enough to be taken for running text of an article, and no title.";

    #[test]
    fn the_body_is_read_out_of_a_state_in_a_script() {
        let script =
            format!(r#"window.S = {{"id": 7, "title": "A bridge", "body": "<p>\u201c{SENTENCE}\u201d<\/p>"}};"#);
        assert_eq!(text(&script), Some(format!("<p>“{SENTENCE}”</p>\n")));
    }

    #[test]
    fn paragraphs_under_one_key_are_put_together() {
        let script = format!(r#"{{"about":"{SENTENCE}","parts":[{{"text":"{SENTENCE}"}},{{"text":"{SENTENCE}"}}]}}"#);
        assert_eq!(text(&script), Some(format!("{SENTENCE}\n{SENTENCE}\n")));
    }

    #[test]
    fn code_and_addresses_are_no_text() {
        let script = format!(
            r#"var a = "{SENTENCE}"; f({{"u": "/{}", "css": "p {{ {} }}"}}"#,
            "x".repeat(90),
            "a: b; ".repeat(20)
        );
        assert_eq!(text(&script), None);
        assert_eq!(text("\"never closed"), None);
    }
}
