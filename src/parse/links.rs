//! Where a link leads, seen from the page that it stands on.

use crate::model::Lead;

/// The page's own address.
#[derive(Clone, Copy, Default)]
pub(super) struct Home<'u> {
    /// Without `www.`; none when the page's address is not known.
    host: Option<&'u str>,
    path: &'u str,
    query: &'u str,
    /// What addresses that hold the page's own have in them: those of its other views, and of buttons that share it.
    name: Option<&'u str>,
    shape: Shape<'u>,
}

/// What an address is made like. Articles of one site have addresses of one make.
#[derive(Clone, Copy, Default, PartialEq)]
struct Shape<'u> {
    n_parts: usize,
    last: Part,
    /// The first key of the query, where the path names nothing.
    key: &'u str,
}

/// The last part of a path.
#[derive(Clone, Copy, Default, PartialEq)]
enum Part {
    #[default]
    Word,
    /// Holds a number that names one thing.
    Number,
    /// A title.
    Title,
}

/// Schemes of pages.
const WEB: [&str; 2] = ["https", "http"];
/// Digits from which a number names one thing; years have four.
const MIN_DIGITS: usize = 5;
/// Words from which a part is a title: sections have up to three (`arts-and-culture`).
const MIN_WORDS: usize = 4;
/// Bytes of a page's name from which no other page's address has it in it by chance. A guess.
const MIN_NAME: usize = 8;

impl<'u> Home<'u> {
    /// The page at `url`.
    pub fn of(url: Option<&'u str>) -> Home<'u> {
        let Some((_, rest)) = url.and_then(|url| url.split_once("://")) else { return Home::default() };
        let (host, path, query) = split(rest);
        let name = if query.is_empty() { last_part(path) } else { query };
        Home {
            host: Some(bare(host)),
            path,
            query,
            name: Some(name).filter(|name| name.len() >= MIN_NAME),
            shape: Shape::of(0, path, query),
        }
    }

    /// Where `href` leads; none for buttons, places on the page, and when the page's own address is not known.
    pub fn lead(&self, href: &str) -> Option<Lead> {
        let home = self.host?;
        let href = href.trim();
        if href.is_empty() || href.starts_with('#') {
            return None;
        }
        if self.name.is_some_and(|name| href.contains(name)) {
            return Some(Lead::Itself);
        }
        let scheme = href.split_once(':').filter(|(scheme, _)| scheme.bytes().all(|b| b.is_ascii_alphanumeric()));
        let elsewhere = match scheme {
            Some((scheme, rest)) if WEB.iter().any(|web| scheme.eq_ignore_ascii_case(web)) => {
                Some(rest.strip_prefix("//")?)
            }
            Some(_) => return None,
            None => href.strip_prefix("//"),
        };
        let (path, query) = match elsewhere {
            Some(rest) => {
                let (host, path, query) = split(rest);
                if !of_one_site(bare(host), home) {
                    return Some(Lead::Outside);
                }
                (path, query)
            }
            None if href.starts_with('?') => (self.path, split(href).2),
            None => {
                let (first, rest, query) = split(href);
                (&href[..first.len() + rest.len()], query)
            }
        };
        // A path without a slash at its head goes on from where the page's own last part stands.
        let n_above = if path.starts_with('/') { 0 } else { self.shape.n_parts.saturating_sub(1) };
        if path == self.path && query == self.query {
            return Some(Lead::Itself);
        }
        let alike = self.shape.names_something() && Shape::of(n_above, path, query) == self.shape;
        Some(if alike { Lead::Alike } else { Lead::Inside })
    }
}

impl<'u> Shape<'u> {
    /// Of an address whose path goes on below `n_above` parts.
    fn of(n_above: usize, path: &'u str, query: &'u str) -> Shape<'u> {
        let n_parts = n_above + path.split('/').filter(|part| !part.is_empty()).count();
        let last = Part::of(last_part(path));
        let key = if last == Part::Word { query.split(['=', '&']).next().unwrap_or_default() } else { "" };
        Shape { n_parts, last, key }
    }

    /// An address of mere words, as a section's, is like too many others.
    fn names_something(&self) -> bool {
        self.last != Part::Word || !self.key.is_empty()
    }
}

impl Part {
    fn of(part: &str) -> Part {
        if part.bytes().filter(u8::is_ascii_digit).count() >= MIN_DIGITS {
            Part::Number
        } else if part.split(['-', '_', '+']).filter(|word| !word.is_empty()).count() >= MIN_WORDS {
            Part::Title
        } else {
            Part::Word
        }
    }
}

fn last_part(path: &str) -> &str {
    path.rsplit('/').find(|part| !part.is_empty()).unwrap_or_default()
}

/// `host/path?query#fragment` as host, path, query.
fn split(address: &str) -> (&str, &str, &str) {
    let address = address.split('#').next().unwrap_or_default();
    let (before, query) = address.split_once('?').unwrap_or((address, ""));
    let at = before.find('/').unwrap_or(before.len());
    (&before[..at], &before[at..], query)
}

fn bare(host: &str) -> &str {
    host.strip_prefix("www.").unwrap_or(host)
}

/// One is the other, or a part of it: `sport.example.org`, `example.org`.
fn of_one_site(a: &str, b: &str) -> bool {
    let within = |a: &str, b: &str| a.strip_suffix(b).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    within(a, b) || within(b, a)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, href: &str, expected: Option<Lead>) {
        assert_eq!(Home::of(Some(url)).lead(href), expected, "{href} on {url}");
    }

    const STORY: &str = "https://www.example.org/news/the-mill-stands-under-water";

    #[test]
    fn another_story_of_the_site_has_an_address_made_like_the_own() {
        check(STORY, "/news/a-bridge-is-built-at-last", Some(Lead::Alike));
        check(STORY, "https://example.org/sport/ten-rivers-of-the-north?from=mill", Some(Lead::Alike));
        check(STORY, "a-bridge-is-built-at-last", Some(Lead::Alike));
        check("https://example.org/n/20481234.html", "20481235.html", Some(Lead::Alike));
        check("https://example.org/read.php?id=7&p=1", "/read.php?id=8", Some(Lead::Alike));
    }

    #[test]
    fn a_section_of_the_site_has_not() {
        check(STORY, "/news", Some(Lead::Inside));
        check(STORY, "//sport.example.org/football/", Some(Lead::Inside));
        check("https://example.org/read.php?id=7", "/read.php?page=8", Some(Lead::Inside));
        check("https://example.org/mill", "/bridge", Some(Lead::Inside));
    }

    #[test]
    fn what_shares_the_page_leads_to_itself() {
        check(
            STORY,
            "https://share.example.com/?u=https%3A%2F%2Fexample.org%2Fnews%2Fthe-mill-stands-under-water",
            Some(Lead::Itself),
        );
        check(STORY, "mailto:?body=https://example.org/news/the-mill-stands-under-water", Some(Lead::Itself));
        check("https://example.org/a", "/a", Some(Lead::Itself));
    }

    #[test]
    fn other_sites_are_outside_and_buttons_lead_nowhere() {
        check(STORY, "https://example.com/news/a-bridge-is-built-at-last", Some(Lead::Outside));
        check(STORY, "https://notexample.org/", Some(Lead::Outside));
        check(STORY, "javascript:void(0)", None);
        check(STORY, "#notes", None);
        check(STORY, "mailto:ann@example.org", None);
    }

    #[test]
    fn nothing_is_said_of_a_page_without_an_address() {
        assert_eq!(Home::of(None).lead("/news"), None);
    }
}
