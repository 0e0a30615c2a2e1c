//! Many regular expressions over short lines, fast: each pattern is looked for only where one of the words stands
//! that it cannot do without.
//!
//! Run one after another, sixty patterns of phrases read .1 MB/s (as one `RegexSet` too: its automaton outgrows every
//! cache). The words are read from the pattern's own syntax tree, one scan of all words proposes the candidates, one
//! that must stand at the head of the line is asked whether it can, and a pattern is compiled when it is first proposed.

use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;
use regex_syntax::hir::literal::Extractor;
use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind, Look};
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// Most words that one pattern may ask for; a pattern that needs more is always looked for.
const MAX_WORDS: usize = 400;
/// Largest class of characters that is spelled out as words.
const MAX_CLASS: usize = 4;

/// A set of patterns.
pub(crate) struct Phrases {
    sources: Vec<String>,
    /// Compiled when first needed: a run meets a tenth of them.
    compiled: Vec<OnceLock<Regex>>,
    words: AhoCorasick,
    /// The pattern that each word proposes.
    proposes: Vec<u32>,
    /// Patterns without such words.
    always: Vec<u32>,
    /// What a text begins with that each pattern matches, if it must match at its head.
    heads: Vec<Option<Head>>,
}

impl Phrases {
    /// Reads the patterns.
    ///
    /// # Errors
    /// What is wrong with the first pattern that is no regular expression, and its number.
    pub(crate) fn new(sources: Vec<String>) -> Result<Phrases, (usize, String)> {
        let (mut words, mut proposes, mut always, mut heads) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (i, source) in sources.iter().enumerate() {
            let hir = regex_syntax::parse(source).map_err(|e| (i, e.to_string()))?;
            match needed(&hir) {
                Some(set) if set.len() <= MAX_WORDS => {
                    proposes.extend(std::iter::repeat_n(i as u32, set.len()));
                    words.extend(set);
                }
                _ => always.push(i as u32),
            }
            heads.push(Head::of(&hir));
        }
        let words =
            AhoCorasick::builder().match_kind(MatchKind::Standard).build(words).map_err(|e| (0, e.to_string()))?;
        let compiled = sources.iter().map(|_| OnceLock::new()).collect();
        Ok(Phrases { sources, compiled, words, proposes, always, heads })
    }

    /// The patterns that `text` may match, in order.
    pub(crate) fn candidates(&self, text: &str) -> Vec<u32> {
        let mut found = self.always.clone();
        found.extend(self.words.find_overlapping_iter(text).map(|hit| self.proposes[hit.pattern().as_usize()]));
        found.sort_unstable();
        found.dedup();
        found.retain(|&i| self.heads[i as usize].as_ref().is_none_or(|head| head.fits(text)));
        found
    }

    /// The pattern at `index`, compiled.
    pub(crate) fn regex(&self, index: u32) -> &Regex {
        let index = index as usize;
        self.compiled[index].get_or_init(|| {
            let built = Regex::new(&self.sources[index]);
            // Too large for the engine: a pattern of a user's own file. It then matches nothing.
            built.unwrap_or_else(|_| Regex::new(r"[^\s\S]").expect("an empty class is a pattern"))
        })
    }
}

/// How a text begins that a pattern matches at its head: with characters to pass over, then with one of these.
struct Head {
    passed: Option<ClassUnicode>,
    begins: Vec<Box<[u8]>>,
}

impl Head {
    /// None when the pattern may match elsewhere, or with anything.
    fn of(hir: &Hir) -> Option<Head> {
        let HirKind::Concat(parts) = hir.kind() else { return None };
        let start = parts.iter().position(|p| matches!(p.kind(), HirKind::Look(Look::Start)))?;
        let (passed, rest) = match parts.get(start + 1..)? {
            [first, rest @ ..] => match repeated_class(first) {
                Some(class) => (Some(class.clone()), rest),
                None => (None, &parts[start + 1..]),
            },
            [] => return None,
        };
        let found = Extractor::new().extract(&Hir::concat(rest.to_vec()));
        let begins: Vec<Box<[u8]>> = found.literals()?.iter().map(|l| l.as_bytes().into()).collect();
        // Where the characters that are passed over end must be plain.
        let is_plain = |begin: &[u8]| {
            let first = std::str::from_utf8(begin).ok().and_then(|b| b.chars().next());
            first.is_some_and(|c| passed.as_ref().is_none_or(|class| !holds(class, c)))
        };
        begins.iter().all(|b| is_plain(b)).then_some(Head { passed, begins })
    }

    fn fits(&self, text: &str) -> bool {
        let passed = |c: char| self.passed.as_ref().is_some_and(|class| holds(class, c));
        let head = text.trim_start_matches(passed).as_bytes();
        self.begins.iter().any(|begin| head.starts_with(begin))
    }
}

/// The class of a `[…]*`.
fn repeated_class(hir: &Hir) -> Option<&ClassUnicode> {
    let HirKind::Repetition(r) = hir.kind() else { return None };
    let HirKind::Class(Class::Unicode(class)) = r.sub.kind() else { return None };
    (r.min == 0 && r.max.is_none()).then_some(class)
}

fn holds(class: &ClassUnicode, c: char) -> bool {
    let after = class.ranges().partition_point(|r| r.start() <= c);
    after.checked_sub(1).is_some_and(|i| c <= class.ranges()[i].end())
}

/// Words of which each match holds at least one; none when there are no such words.
fn needed(hir: &Hir) -> Option<BTreeSet<String>> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            let word = std::str::from_utf8(&literal.0).ok()?;
            Some(BTreeSet::from([word.to_string()]))
        }
        HirKind::Class(class) => {
            let Class::Unicode(class) = class else { return None };
            let size: usize = class.iter().map(|r| r.len()).sum();
            let chars = || class.iter().flat_map(|r| r.start()..=r.end());
            (size <= MAX_CLASS).then(|| chars().map(String::from).collect())
        }
        HirKind::Repetition(r) => (r.min > 0).then(|| needed(&r.sub)).flatten(),
        HirKind::Capture(c) => needed(&c.sub),
        HirKind::Concat(parts) => parts.iter().filter_map(needed).max_by_key(worth),
        HirKind::Alternation(parts) => parts.iter().map(needed).try_fold(BTreeSet::new(), |mut all, part| {
            all.extend(part?);
            Some(all)
        }),
        HirKind::Empty | HirKind::Look(_) => None,
    }
}

/// How rarely a set of words will be met: long words first, then few of them. A single letter stands in every line.
fn worth(words: &BTreeSet<String>) -> (usize, std::cmp::Reverse<usize>) {
    let length = |word: &String| if matches!(word.as_bytes(), [b'a'..=b'z']) { 0 } else { word.len() };
    (words.iter().map(length).min().unwrap_or(0).min(6), std::cmp::Reverse(words.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(pattern: &str) -> Option<Vec<String>> {
        needed(&regex_syntax::parse(pattern).unwrap()).map(|s| s.into_iter().collect())
    }

    #[test]
    fn a_pattern_tells_the_words_it_cannot_do_without() {
        assert_eq!(words("(?:please )?log in").unwrap(), ["log in"]);
        assert_eq!(
            words("登录|登入").unwrap(),
            ["登入", "登录"]
                .map(String::from)
                .to_vec()
                .into_iter()
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect::<Vec<_>>()
        );
        assert_eq!(words("[0-9]+(?: likes)?"), None);
        assert_eq!(words("a ?[-+]").unwrap(), ["+", "-"]);
    }

    #[test]
    fn only_patterns_whose_word_stands_there_are_proposed() {
        let phrases = Phrases::new(vec!["share this".into(), "[0-9]+".into(), "print|mail".into()]).unwrap();
        assert_eq!(phrases.candidates("mail it"), [1, 2]);
    }

    #[test]
    fn a_pattern_for_the_head_of_a_line_is_proposed_where_the_line_begins_so() {
        let phrases =
            Phrases::new(vec![r"(?:\b|^)^\W*(?:ads?|sponsored (?:post|link))\W*$".into(), "ad".into()]).unwrap();
        assert_eq!(phrases.candidates("« ads »"), [0, 1]);
        assert_eq!(phrases.candidates("read it"), [1]);
        assert!(phrases.candidates("sponsored").is_empty());
    }
}
