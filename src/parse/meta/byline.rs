//! Who wrote it: names, without the words and roles around them.

use super::marks::Mark;
use super::words::Byline;
use super::{Page, bare, clip, tidy};

/// The authors' names joined by `; `.
pub(super) fn of(page: &Page<'_>, words: &Byline) -> Option<String> {
    let reader = NameReader { page, words };
    let has = |m: &Mark<'_>, key: &str| m.element.attr(key).is_some_and(|v| has_word(v, "author"));
    let declared = [
        reader.names(&page.structured.authors),
        reader.names(&reader.meta()),
        reader.names(&reader.labelled()),
        reader.names(&page.structured.people),
    ];
    // The site as its own author tells nothing that a byline does not tell better.
    let people = |names: &Vec<String>| !names.is_empty() && !names.iter().all(|n| reader.is_site(n));
    if let Some(names) = declared.iter().find(|names| people(names)) {
        return Some(names.join("; "));
    }
    let printed = [
        reader.marked(|m| has(m, "itemprop")),
        reader.marked(|m| has(m, "rel")),
        reader.marked(is_byline),
        reader.near_title(),
    ];
    let site = || declared.iter().find(|names| !names.is_empty());
    printed.iter().find(|names| people(names)).or_else(site).map(|names| names.join("; "))
}

struct NameReader<'r> {
    page: &'r Page<'r>,
    words: &'r Byline,
}

/// Longest text of an element that is a byline, bytes: three names with roles fit, a biography does not.
const MAX_BYLINE: usize = 240;
/// Names of one article, at most: a list of all signers is not a byline.
const MAX_NAMES: usize = 40;
/// Longest line that is a byline by its first word, bytes.
const MAX_LINE: usize = 120;
/// Blocks above and below the title in which a byline is looked for.
const NEAR_ABOVE: usize = 3;
const NEAR_BELOW: usize = 8;

impl NameReader<'_> {
    /// Fields of `<meta>` that name the author.
    fn meta(&self) -> Vec<String> {
        const KEYS: [&str; 14] = [
            "author",
            "article:author",
            "article:author_name",
            "byl",
            "parsely-author",
            "sailthru.author",
            "cxenseparse:author",
            "citation_author",
            "dc.creator",
            "dcterms.creator",
            "dc.creator.personalname",
            "authors",
            "og:article:author",
            "creator",
        ];
        let fields = KEYS.iter().map(|key| self.page.metas.all(key));
        let texts = fields.map(|f| f.iter().map(|s| tidy(s)).collect::<Vec<_>>());
        texts.into_iter().find(|texts| !self.names(texts).is_empty()).unwrap_or_default()
    }

    /// Cards label two lines; the first often names the author.
    fn labelled(&self) -> Vec<String> {
        let pair = |n: u8| {
            let label = self.page.metas.first(&[&format!("twitter:label{n}")])?.to_lowercase();
            let value = self.page.metas.first(&[&format!("twitter:data{n}")])?;
            self.words.labels.iter().any(|l| *l == label.trim_end_matches(':')).then(|| tidy(value))
        };
        pair(1).or_else(|| pair(2)).into_iter().collect()
    }

    /// Names in the elements that `is` accepts: the first below the title that has some, else the first of the page.
    fn marked(&self, is: impl Fn(&Mark<'_>) -> bool) -> Vec<String> {
        let title_at = self.page.title_block.map_or(0, |i| self.page.blocks[i].span.start);
        let found = |from: u32| {
            let marks = self.page.marks.elements.iter().filter(|m| !m.hidden && m.text.start >= from && is(m));
            let marks = marks.filter(|m| m.text.len() <= MAX_BYLINE && !self.page.is_aside(m));
            let texts = marks.map(|m| m.text.of(self.page.text)).filter(|t| !t.trim().is_empty());
            // Beyond the first few stand the authors of other articles.
            texts.take(4).map(|t| self.printed(t)).find(|names| !names.is_empty()).unwrap_or_default()
        };
        let below = found(title_at);
        if below.is_empty() { found(0) } else { below }
    }

    /// A short line near the title that begins with a word that leads to names.
    fn near_title(&self) -> Vec<String> {
        let Some(title) = self.page.title_block else { return Vec::new() };
        let below = title + 1..(title + 1 + NEAR_BELOW).min(self.page.blocks.len());
        let above = title.saturating_sub(NEAR_ABOVE)..title;
        let blocks = below.chain(above).map(|i| &self.page.blocks[i]).filter(|b| !self.page.is_aside_block(b));
        let texts = blocks.map(|b| b.span.of(self.page.text));
        let led = texts.filter(|t| t.len() <= MAX_LINE && self.lead(t).is_some());
        led.map(|t| self.printed(t)).find(|names| !names.is_empty()).unwrap_or_default()
    }

    /// Names in text that the page prints: in the first line that has some, up to the first part that is none.
    fn printed(&self, text: &str) -> Vec<String> {
        let of_line = |line: &str| {
            let mut names: Vec<String> = Vec::new();
            for part in split(&tidy(line)) {
                let name = self.clean(&part);
                if name.is_empty() {
                    continue;
                }
                let single = names.is_empty() && !name.contains(' ');
                if !self.is_name(&name) || !(single || is_capitalized(&name)) {
                    break;
                }
                names.push(name);
            }
            names
        };
        text.lines().map(of_line).find(|names| !names.is_empty()).unwrap_or_default()
    }

    fn is_site(&self, name: &str) -> bool {
        let site = self.page.sitename.map(bare).unwrap_or_default();
        let publisher = self.page.structured.publisher.as_deref().map(bare).unwrap_or_default();
        let owner = self.page.metas.first(&["copyright", "dc.rights", "dc.publisher"]).map(bare).unwrap_or_default();
        let name = bare(name);
        name == site || name == publisher || owner.contains(&name)
    }

    /// The names in `texts`, each once.
    fn names(&self, texts: &[String]) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for part in texts.iter().take(MAX_NAMES).flat_map(|t| split(&clip(&tidy(t)))).take(MAX_NAMES) {
            let name = self.clean(&part);
            let new = !names.iter().any(|n| bare(n) == bare(&name));
            if new && self.is_name(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Without leads, roles and marks.
    fn clean(&self, part: &str) -> String {
        let mut name = trim(part);
        if self.words.leads.iter().any(|lead| prefix_len(name, lead) == Some(name.len())) {
            return String::new();
        }
        // `Ein Beitrag von Autor:` stacks three at most.
        for _ in 0..3 {
            match self.lead(name) {
                Some(n) => name = trim(&name[n..]),
                None => break,
            }
        }
        for cut in &self.words.cuts {
            if let Some(at) = name.find(cut.as_str()).filter(|&at| at > 0) {
                name = trim(&name[..at]);
            }
        }
        if let Some(at) = name.find(|c: char| c.is_ascii_digit()).filter(|&at| at > 0 && name[..at].ends_with(' ')) {
            name = trim(&name[..at]);
        }
        for tail in &self.words.tails {
            name = name.strip_suffix(tail.as_str()).map_or(name, trim);
        }
        name.to_string()
    }

    /// Length of the lead that `text` begins with, if something else than a letter follows it.
    fn lead(&self, text: &str) -> Option<usize> {
        self.words.leads.iter().find_map(|lead| {
            let n = prefix_len(text, lead)?;
            let rest = &text[n..];
            let next = rest.chars().next()?;
            let wide = lead.chars().next_back().is_some_and(crate::text::script::is_unspaced);
            let open =
                next.is_whitespace() || matches!(next, ':' | '：' | '/' | '／' | '|' | '・') || lead.ends_with(':');
            // Scripts without blanks put the name right behind; then only a colon or blank is sure.
            (open && (!wide || !rest.is_empty())).then_some(n)
        })
    }

    /// Looks like a name: letters, few words, no address.
    fn is_name(&self, name: &str) -> bool {
        let n_chars = name.chars().count();
        let letters = name.chars().filter(|c| c.is_alphabetic()).count();
        let odd = name.contains("://")
            || name.contains('@')
            || name.contains("www.")
            || name.contains(['{', '}', '<', '>', '?', '!']);
        let lower = name.to_lowercase();
        let is_title =
            || self.page.title_block.is_some_and(|i| bare(self.page.blocks[i].span.of(self.page.text)) == bare(name));
        (2..=60).contains(&n_chars)
            && letters * 2 > n_chars
            && !odd
            && name.split_whitespace().count() <= 7
            && !self.words.nobody.contains(&lower)
            && !is_title()
    }
}

/// Bytes of `text` that `lead` (lower case) takes, case aside.
fn prefix_len(text: &str, lead: &str) -> Option<usize> {
    let mut n = 0;
    let mut chars = text.chars();
    for want in lead.chars() {
        let c = chars.next()?;
        if !c.to_lowercase().eq(std::iter::once(want)) {
            return None;
        }
        n += c.len_utf8();
    }
    Some(n)
}

fn trim(name: &str) -> &str {
    name.trim_matches(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '|' | '-'
                    | '–'
                    | '—'
                    | '•'
                    | '·'
                    | ':'
                    | '：'
                    | '.'
                    | ')'
                    | '/'
                    | '*'
                    | '"'
                    | '“'
                    | '”'
                    | '＝'
                    | '／'
                    | ','
            )
    })
}

/// Each word begins as names do in scripts that have capitals; particles do not.
fn is_capitalized(name: &str) -> bool {
    const PARTICLES: [&str; 22] = [
        "von", "van", "der", "den", "de", "del", "della", "di", "da", "dos", "du", "la", "le", "el", "al", "bin",
        "ben", "zu", "ter", "ten", "y", "e",
    ];
    let words = name.split_whitespace();
    words.count() <= 5
        && name.split_whitespace().all(|word| {
            PARTICLES.contains(&word) || word.chars().find(|c| c.is_alphabetic()).is_some_and(|c| !c.is_lowercase())
        })
}

fn is_byline(mark: &Mark<'_>) -> bool {
    let class = mark.element.attr("class").unwrap_or_default().to_ascii_lowercase();
    let id = mark.element.attr("id").unwrap_or_default().to_ascii_lowercase();
    let words = class.split_ascii_whitespace().chain([id.as_str()]);
    words.into_iter().any(|w| {
        let names = ["author", "autor", "byline", "writer", "reporter", "username"].iter().any(|n| w.contains(n));
        names && !["comment", "avatar", "image", "photo", "bio", "social", "box", "box"].iter().any(|n| w.contains(n))
    })
}

fn has_word(value: &str, word: &str) -> bool {
    value.split_ascii_whitespace().any(|w| w.eq_ignore_ascii_case(word))
}

/// The parts of a list of names.
fn split(text: &str) -> Vec<String> {
    const SEPARATORS: [&str; 15] = [
        " and ",
        " und ",
        " et ",
        " & ",
        ";",
        ",",
        "、",
        "，",
        " | ",
        " og ",
        " och ",
        " y ",
        " und\u{a0}",
        " AND ",
        " UND ",
    ];
    let mut parts = vec![text.to_string()];
    for separator in SEPARATORS {
        parts = parts.iter().flat_map(|p| p.split(separator).map(str::to_string).collect::<Vec<_>>()).collect();
    }
    parts
}
