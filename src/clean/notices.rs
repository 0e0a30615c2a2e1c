//! Notices by phrase: prompts, share bars, advertisement labels, menus, lists of related links, reader comments.
//!
//! What is said in each language stands in `src/lang/*.toml`, section `[notices]`. A line goes when known phrases cover
//! most of its letters, so a sentence that merely mentions one of them stays. Lists of links and comments go with
//! the heading above them, as long as what follows looks like one.

use crate::clean::phrases::Phrases;
use crate::error::Error;
use crate::lang::Languages;
use crate::model::Document;
use crate::text::script::{is_han, is_hangul, is_kana, is_mark};
use serde::Deserialize;
use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

/// Longest line, in characters, that can be a notice. The longest that was seen in five languages (a privacy notice) has
/// 190; paragraphs of news begin at about 200.
const MAX_NOTICE_CHARS: usize = 240;
/// Share of a line's letters that phrases must cover. Half, because names of sites and people stand between phrases.
const MIN_COVER: f32 = 0.5;
/// Weight (a CJK character counts two) from which a line with a full stop is prose. Links rarely reach it.
const PROSE_WEIGHT: usize = 80;
/// Weight above which a line below a heading of links is no link any more. Headlines end near 100.
const LINK_WEIGHT: usize = 110;
/// Weight above which a piece of a line is no entry of a menu.
const MENU_WEIGHT: usize = 28;
/// Share of a menu's pieces that must be known words of menus, when marks separate them and when only blanks do.
const MENU_SHARE: f32 = 0.4;
const MENU_SHARE_BLANKS: f32 = 0.7;
/// Weight above which single words of share bars are not looked for. The longest bar that was seen weighs 120.
const MAX_WEAK_WEIGHT: usize = 140;
/// Links below one heading. Longer lists are tables of contents.
const MAX_LINKS: usize = 40;

/// Lines at the head of a text among which `Last updated …` is the article's date line, and no note of the site.
const HEAD: usize = 8;
/// Lines at the very top, where a menu or a bread-crumb stands.
const TOP: usize = 2;
/// The rule of such stamps in the language files.
const UPDATE_STAMP: &str = "update stamp";

/// Marks between the pieces of a menu, a bread-crumb or a share bar.
const SEPARATORS: [char; 14] = ['|', '｜', '│', '·', '•', '・', '/', '>', '＞', '»', '›', '→', '\t', '\u{3000}'];
/// Marks, folded, that part nothing but the steps of a bread-crumb.
const STEPS: [char; 4] = ['>', '»', '›', '→'];

/// Characters of a word like `首页` or `トップ` behind a site's name, at most.
const MAX_HOME: usize = 4;
/// Rules of lines that are buttons, and digits of the number beside them at most.
const BUTTONS: [&str; 3] = ["share bar", "like counter", "comment prompt"];
const MAX_COUNTER: usize = 7;

/// The section `[notices]` of a language file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    /// Phrases begin and end at the edge of a word (languages with blanks).
    #[serde(default)]
    words: bool,
    #[serde(default)]
    navigation: Vec<String>,
    #[serde(default)]
    phrase: Vec<Pattern>,
    #[serde(default)]
    heading: Vec<Pattern>,
}

/// A pattern with its examples; `yes` and `no` are for the tests.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pattern {
    rule: String,
    pattern: String,
    #[serde(default)]
    weak: bool,
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the tests of the language files"))]
    yes: Vec<String>,
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the tests of the language files"))]
    no: Vec<String>,
}

/// What the phrases say of one block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hint<'n> {
    /// The rule by which it is a notice.
    pub rule: Option<&'n str>,
    /// 2: a notice. 1: a notice if it stood outside the paragraphs, or a word of menus.
    pub line: u8,
    /// 1: heads a list of links. 2: heads comments.
    pub heading: u8,
}

/// What a heading announces.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Below {
    Links,
    Comments,
}

/// The phrases of all languages, compiled once.
pub struct Notices {
    phrases: Phrases,
    /// Rule of each phrase, and whether it is weak.
    rules: Vec<(String, bool)>,
    headings: Phrases,
    heading_rules: Vec<String>,
    navigation: HashSet<String>,
}

impl Notices {
    /// Compiles the phrases of `languages`.
    ///
    /// # Errors
    /// When a section is not of this room's form or a pattern is not a regular expression.
    pub fn new(languages: &Languages) -> Result<Notices, Error> {
        let (mut patterns, mut rules) = (Vec::new(), Vec::new());
        let (mut heading_patterns, mut heading_rules) = (Vec::new(), Vec::new());
        let mut navigation = HashSet::new();
        for language in languages.iter() {
            let Some(section) = language.section::<Section>("notices")? else { continue };
            navigation.extend(section.navigation);
            for p in section.phrase {
                patterns.push(match section.words {
                    true => format!(r"(?:(?-u:\b)|[^a-z]|^)(?:{})(?:(?-u:\b)|[^a-z]|$)", p.pattern),
                    false => p.pattern,
                });
                rules.push((p.rule, p.weak));
            }
            for h in section.heading {
                heading_patterns.push(format!("^(?:{})$", h.pattern));
                heading_rules.push(h.rule);
            }
        }
        let compile = |patterns: Vec<String>, rules: &dyn Fn(usize) -> String| {
            Phrases::new(patterns).map_err(|(i, message)| Error::Language {
                file: "[notices]".to_string(),
                message: format!("{}: {message}", rules(i)),
            })
        };
        Ok(Notices {
            phrases: compile(patterns, &|i| rules[i].0.clone())?,
            headings: compile(heading_patterns, &|i| heading_rules[i].clone())?,
            rules,
            heading_rules,
            navigation,
        })
    }

    /// The rule that each line of a text falls under, if any: by itself, or below a heading of links or comments.
    pub fn judge(&self, document: &Document) -> Vec<Option<String>> {
        let lines: Vec<Line> = (0..document.blocks.len()).map(|i| Line::of(document.block_text(i))).collect();
        let first = lines.iter().position(|l| l.prose).unwrap_or(0);
        let last = lines.iter().rposition(|l| l.prose).unwrap_or(usize::MAX);
        let mut rules: Vec<Option<String>> = lines
            .iter()
            .enumerate()
            .map(|(i, line)| {
                let edge = i < first || i > last;
                // A text of short lines has no edge but its top.
                let rule = self.rule_of(line, &self.cover(line), edge);
                let rule = rule.or_else(|| (i < TOP && self.is_menu(line, true)).then_some("navigation"));
                rule.filter(|rule| i >= HEAD || *rule != UPDATE_STAMP).map(str::to_string)
            })
            .collect();
        Self::counters(&lines, |i| i < HEAD || i > last, &mut rules);
        self.menus_of_lines(&lines, &mut rules);
        self.below_headings(document, &lines, &mut rules);
        rules
    }

    /// What the phrases say of each block of a page by itself. What stands below a heading of links the classifier
    /// knows better: it sees the elements, and the posts of a forum are its article.
    pub(super) fn hints(&self, document: &Document) -> Vec<Hint<'_>> {
        let hint = |i: usize| {
            let line = Line::of(document.block_text(i));
            let cover = self.cover(&line);
            let rule = self.rule_of(&line, &cover, false);
            let weak = || self.rule_of(&line, &cover, true).is_some() || self.navigation.contains(line.core());
            let heading = match self.heading_of(&line) {
                None => 0,
                Some((_, Below::Links)) => 1,
                Some((_, Below::Comments)) => 2,
            };
            Hint { rule, line: if rule.is_some() { 2 } else { u8::from(weak()) }, heading }
        };
        (0..document.blocks.len()).map(hint).collect()
    }

    /// The rule that one line falls under by itself. At the `edge`, outside the paragraphs, less evidence is enough.
    pub fn line(&self, line: &str, edge: bool) -> Option<&str> {
        let line = Line::of(line);
        self.rule_of(&line, &self.cover(&line), edge)
    }

    fn rule_of<'n>(&'n self, line: &Line, cover: &Cover<'n>, edge: bool) -> Option<&'n str> {
        if line.folded.is_empty() {
            return None;
        }
        cover.rule(edge).or_else(|| self.is_menu(line, edge).then_some("navigation"))
    }

    /// What the phrases cover of a line.
    fn cover(&self, line: &Line) -> Cover<'_> {
        let mut cover = Cover::default();
        if line.folded.is_empty() {
            return cover;
        }
        let mut longest = 0;
        let (mut strongly, mut weakly, mut weak_places) = (Vec::new(), Vec::new(), BTreeSet::new());
        for index in self.phrases.candidates(&line.folded) {
            let (rule, weak) = &self.rules[index as usize];
            if *weak && line.weight > MAX_WEAK_WEIGHT {
                continue;
            }
            for found in self.phrases.regex(index).find_iter(&line.folded) {
                if *weak {
                    weak_places.insert(found.start());
                    cover.weak = Some(rule.as_str());
                    weakly.push(found.range());
                    continue;
                }
                strongly.push(found.range());
                if found.len() > longest || cover.strong.is_none() {
                    (cover.strong, longest) = (Some(rule.as_str()), found.len());
                }
            }
        }
        if cover.strong.is_none() && cover.weak.is_none() {
            return cover;
        }
        cover.n_weak = weak_places.len();
        cover.strong_share = share(&line.folded, &strongly);
        weakly.append(&mut strongly);
        cover.share = share(&line.folded, &weakly);
        cover
    }

    /// Several short pieces, enough of which are words of menus; at the `edge` two, or a bread-crumb.
    fn is_menu(&self, line: &Line, edge: bool) -> bool {
        if line.ends_sentence {
            return false;
        }
        let known = |piece: &str| self.navigation.contains(piece);
        let pieces = || line.pieces.iter().map(String::as_str).filter(|p| !p.is_empty());
        let n_pieces = pieces().count();
        let short = || pieces().all(|p| weight(p) <= MENU_WEIGHT);
        // A bread-crumb leads from a word of menus to where the article stands.
        let crumb = || line.folded.contains(STEPS) && pieces().next().is_some_and(|p| known(p) || self.is_home(p));
        if edge && n_pieces >= 2 && short() && (crumb() || n_pieces == 2 && pieces().all(known)) {
            return true;
        }
        if n_pieces >= 3 && short() {
            let hits = pieces().filter(|p| known(p)).count();
            return hits >= 2 && hits as f32 >= MENU_SHARE * n_pieces as f32;
        }
        let words = || line.folded.split(' ').filter(|w| !w.is_empty());
        let n_words = words().count();
        let enough = |n_hits: usize| n_hits as f32 >= MENU_SHARE_BLANKS * n_words as f32;
        // Most lines are told by their first words.
        let mut left = n_words;
        n_words >= if edge { 3 } else { 4 }
            && words().all(|word| {
                known(word) || {
                    left -= 1;
                    enough(left)
                }
            })
    }

    /// A site's name before a word of menus: `网易首页`.
    fn is_home(&self, piece: &str) -> bool {
        let mut ends = piece.char_indices().rev().take(MAX_HOME).skip(1).map(|(at, _)| &piece[at..]);
        piece.ends_with(|c| is_han(c) || is_kana(c)) && ends.any(|end| self.navigation.contains(end))
    }

    /// A number alone beside buttons counts what they did.
    fn counters(lines: &[Line], edge: impl Fn(usize) -> bool, rules: &mut [Option<String>]) {
        let is_number = |l: &Line| {
            l.weight <= MAX_COUNTER
                && l.folded.starts_with(|c: char| c.is_ascii_digit())
                && l.folded.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '+'))
        };
        let buttons = |rule: Option<&Option<String>>| matches!(rule, Some(Some(r)) if BUTTONS.contains(&r.as_str()));
        for i in (0..lines.len()).filter(|&i| edge(i) && is_number(&lines[i])) {
            if rules[i].is_none() && (buttons(rules.get(i + 1)) || i > 0 && buttons(rules.get(i - 1))) {
                rules[i] = Some("like counter".to_string());
            }
        }
    }

    /// Menus that stand one entry a line: three words of menus in a row, two at the top.
    fn menus_of_lines(&self, lines: &[Line], rules: &mut [Option<String>]) {
        let mut start = 0;
        while start < lines.len() {
            let run = lines[start..].iter().take_while(|l| self.navigation.contains(l.core())).count();
            if run >= 3 {
                for rule in &mut rules[start..start + run] {
                    rule.get_or_insert_with(|| "navigation".to_string());
                }
            }
            start += run.max(1);
        }
    }

    /// Headings of links and comments, with what follows them.
    fn below_headings(&self, document: &Document, lines: &[Line], rules: &mut [Option<String>]) {
        let mut i = 0;
        while i < lines.len() {
            let Some((rule, below)) = self.heading_of(&lines[i]) else {
                i += 1;
                continue;
            };
            let end = match below {
                Below::Links => links_end(document, lines, i + 1),
                Below::Comments => comments_end(lines, i + 1),
            };
            let at_end = lines[i + 1..].iter().zip(&rules[i + 1..]).all(|(l, r)| r.is_some() || !l.prose);
            if end > i + 1 || at_end {
                for rule_here in &mut rules[i..end] {
                    rule_here.get_or_insert_with(|| rule.to_string());
                }
            }
            // A heading among the links (`Most read` below `Related`) has its own below it.
            i = (i + 1..end).find(|&k| self.heading_of(&lines[k]).is_some()).unwrap_or(end.max(i + 1));
        }
    }

    fn heading_rule(&self, core: &str) -> Option<&str> {
        let hit = self.headings.candidates(core).into_iter().find(|&i| self.headings.regex(i).is_match(core))?;
        Some(&self.heading_rules[hit as usize])
    }

    fn heading_of(&self, line: &Line) -> Option<(&str, Below)> {
        if line.core().is_empty() || line.prose || weight(line.core()) > LINK_WEIGHT {
            return None;
        }
        let rule = self.heading_rule(line.core())?;
        Some((rule, if rule == "comments" { Below::Comments } else { Below::Links }))
    }
}

/// Where the links below a heading end: they are short, all bulleted or all not, and stand as close as the first two.
fn links_end(document: &Document, lines: &[Line], start: usize) -> usize {
    let Some(first) = lines.get(start) else { return start };
    let gap = |i: usize| blank_lines(document, i);
    let near = lines.get(start + 1).map_or(0, |_| gap(start + 1)).max(gap(start));
    let fits = |i: usize, l: &Line| {
        l.bullet == first.bullet
            && l.weight <= LINK_WEIGHT
            && (!l.ends_sentence || l.bullet && !l.prose)
            && (i == start || gap(i) <= near)
    };
    let count = lines[start..].iter().enumerate().take(MAX_LINKS).take_while(|(k, l)| fits(start + k, l)).count();
    start + count
}

/// Where the comments below a heading end: with the text, when marks of comments (ages, replies, likes) keep coming.
fn comments_end(lines: &[Line], start: usize) -> usize {
    // Four lines hold a name, a time, a short comment and its buttons.
    const WINDOW: usize = 5;
    let mut end = start;
    let mut since = 0;
    for (i, line) in lines.iter().enumerate().skip(start) {
        since += 1;
        if comment_mark(&line.folded) {
            since = 0;
            end = i + 1;
        }
        if since >= WINDOW {
            return end;
        }
    }
    if end > start { lines.len() } else { end }
}

/// Blank lines between a block and the one before it.
fn blank_lines(document: &Document, index: usize) -> usize {
    let Some(before) = index.checked_sub(1) else { return 0 };
    let between = document.blocks[before].span.end as usize..document.blocks[index].span.start as usize;
    document.text.get(between).map_or(0, |t| t.matches('\n').count().saturating_sub(1))
}

/// What phrases cover of a line.
#[derive(Default)]
struct Cover<'n> {
    /// The rule of the longest phrase.
    strong: Option<&'n str>,
    strong_share: f32,
    /// The rule of single words of share bars, and at how many places such stand.
    weak: Option<&'n str>,
    n_weak: usize,
    /// What both cover together.
    share: f32,
}

impl<'n> Cover<'n> {
    /// The strongest rule, when phrases cover enough of the line.
    fn rule(&self, edge: bool) -> Option<&'n str> {
        if self.strong.is_some() && self.strong_share > MIN_COVER {
            return self.strong;
        }
        let enough = self.n_weak + usize::from(self.strong.is_some()) >= if edge { 1 } else { 2 };
        if enough && self.share > 0.99 { self.weak } else { None }
    }
}

/// Share of the letters (not digits) of `line` in `ranges`.
fn share(line: &str, ranges: &[Range<usize>]) -> f32 {
    let (mut n_letters, mut n_covered) = (0usize, 0usize);
    for (at, _) in line.char_indices().filter(|(_, c)| c.is_alphabetic()) {
        n_letters += 1;
        n_covered += usize::from(ranges.iter().any(|r| r.contains(&at)));
    }
    // A line of marks and numbers alone is covered when a phrase was found at all.
    if n_letters == 0 { 1.0 } else { n_covered as f32 / n_letters as f32 }
}

/// A line in the form that phrases are looked for in.
struct Line {
    /// Half width, lower case, single blanks; empty when the line is too long for a notice.
    folded: String,
    /// Where `folded` without marks at both ends begins and ends: what a heading says.
    core: Range<usize>,
    /// The pieces between separators, folded, without marks at both ends; none when nothing separates.
    pieces: Vec<String>,
    weight: usize,
    prose: bool,
    bullet: bool,
    ends_sentence: bool,
}

impl Line {
    fn of(text: &str) -> Line {
        let (weight, n_chars) = measure(text);
        let end = text.trim_end();
        let ends_sentence = |marks: &[char]| end.ends_with(marks);
        let full_stop = || text.ends_with('.') || text.contains(". ") || text.contains(['。', '！', '？', '।']);
        let prose = weight >= PROSE_WEIGHT && full_stop();
        let closed = || prose && ends_sentence(&['！', '!', '？', '?', '；', '…', '”', '」']);
        let mut line = Line {
            folded: String::new(),
            core: 0..0,
            pieces: Vec::new(),
            weight,
            prose,
            bullet: bulleted(text),
            ends_sentence: ends_sentence(&['。', '.', '।']) || closed(),
        };
        if n_chars > MAX_NOTICE_CHARS {
            return line;
        }
        line.folded = folded(text);
        let start = line.folded.len() - line.folded.trim_start_matches(is_edge).len();
        line.core = start..start + bare(&line.folded).len();
        line.pieces = pieces(text);
        line
    }

    fn core(&self) -> &str {
        &self.folded[self.core.clone()]
    }
}

/// A line among comments: its age, its buttons.
fn comment_mark(folded: &str) -> bool {
    const MARKS: [&str; 22] = [
        " ago",
        "reply",
        "小时前",
        "小時前",
        "分钟前",
        "分鐘前",
        "天前",
        "回复",
        "回覆",
        "點讚",
        "点赞",
        "楼",
        "網友",
        "网友",
        "返信",
        "日前",
        "時間前",
        "分前",
        "antworten",
        "vor ",
        " uhr",
        "says:",
    ];
    folded.chars().take(61).count() <= 60 && MARKS.iter().any(|m| folded.contains(m))
}

/// Begins with a bullet or a number with its mark.
fn bulleted(text: &str) -> bool {
    let text = text.trim_start();
    if text.starts_with([
        '•', '·', '・', '●', '○', '■', '□', '◆', '◇', '▪', '▸', '►', '▶', '-', '–', '*', '※', '►', '>', '»',
    ]) {
        return true;
    }
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < text.len() && rest.starts_with(['.', '、', ')', '．', '）'])
}

/// The pieces between separators or double blanks.
fn pieces(text: &str) -> Vec<String> {
    // Of ASCII only these.
    let separates = |b: &u8| matches!(b, b'|' | b'/' | b'>' | b'\t') || !b.is_ascii();
    if !(text.contains("  ") || text.as_bytes().iter().any(separates) && text.contains(SEPARATORS)) {
        return Vec::new();
    }
    let spaced = text.replace("  ", "\t");
    spaced.split(SEPARATORS).map(|p| bare(&folded(p)).to_string()).collect()
}

/// Without marks and blanks at both ends.
fn bare(text: &str) -> &str {
    text.trim_matches(is_edge)
}

/// Neither a letter or digit nor part of one (signs of Hindi, tones of Thai).
fn is_edge(c: char) -> bool {
    !c.is_alphanumeric() && !is_mark(c)
}

/// Half width, lower case, straight quotes, single blanks.
fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.trim().chars() {
        if c.is_ascii_graphic() {
            out.push(c.to_ascii_lowercase());
            continue;
        }
        let c = match c {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            '\u{2018}' | '\u{2019}' => '\'',
            '\u{201C}' | '\u{201D}' => '"',
            '\u{200B}'..='\u{200F}' | '\u{FEFF}' => continue,
            // Lower case would leave its dot as a character of its own.
            'İ' => 'i',
            c if c.is_whitespace() => ' ',
            c => c,
        };
        if c == ' ' && out.ends_with(' ') {
            continue;
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// Length by weight: characters of scripts without blanks count two.
fn weight(text: &str) -> usize {
    measure(text).0
}

/// Length by weight and in characters.
fn measure(text: &str) -> (usize, usize) {
    if text.is_ascii() {
        return (text.len(), text.len());
    }
    let wide = |c: char| !c.is_ascii() && (is_han(c) || is_kana(c) || is_hangul(c));
    text.chars().fold((0, 0), |(weight, n), c| (weight + 1 + usize::from(wide(c)), n + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Dump;

    fn notices() -> Notices {
        Notices::new(&Languages::builtin()).unwrap()
    }

    /// The dropped lines of a text.
    fn dropped(text: &str) -> Vec<String> {
        let document = crate::parse::text::document(Dump { body: text.to_string(), ..Dump::default() });
        let rules = notices().judge(&document);
        (0..rules.len()).filter(|&i| rules[i].is_some()).map(|i| document.block_text(i).to_string()).collect()
    }

    #[test]
    fn every_phrase_of_the_language_files_matches_its_yes_and_not_its_no() {
        let notices = notices();
        let mut wrong = Vec::new();
        for language in Languages::builtin().iter() {
            let Some(section) = language.section::<Section>("notices").unwrap() else { continue };
            for p in &section.phrase {
                let bad_yes = p.yes.iter().filter(|l| notices.line(l, false).is_none()).map(|l| ("should go", l));
                let bad_no = p.no.iter().filter(|l| notices.line(l, false).is_some()).map(|l| ("should stay", l));
                wrong.extend(bad_yes.chain(bad_no).map(|(w, l)| format!("{} {}: {w}: {l}", language.code, p.rule)));
            }
            for h in &section.heading {
                let is = |l: &String| notices.heading_of(&Line::of(l)).is_some();
                let bad_yes = h.yes.iter().filter(|l| !is(l)).map(|l| ("should head", l));
                let bad_no = h.no.iter().filter(|l| is(l)).map(|l| ("should not head", l));
                wrong.extend(bad_yes.chain(bad_no).map(|(w, l)| format!("{} {}: {w}: {l}", language.code, h.rule)));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn menus_go_in_any_layout() {
        for menu in [
            "Home | News | Sports | Opinion",
            "首页 > 新闻 > 国内 > 正文",
            "トップ　速報　個人　特集",
            "Home\nNews\nSport\nWeather",
            "หน้าแรก | คอลัมน์ | รถยนต์",
            "ANASAYFA | İLETİŞİM | HAKKIMIZDA",
        ] {
            assert_eq!(dropped(menu).join("\n"), menu);
        }
    }

    #[test]
    fn a_bread_crumb_above_the_text_goes() {
        let crumbs = [
            "Home > Recipes > Baking",
            "トップ＞観光＞祭り",
            "首頁 › 市政新聞 › 公告",
            "Startseite » Türme",
            "江淮首页 > 正文",
        ];
        let tart =
            "She baked the tart of apples every Sunday of the year, and when the tin was empty she baked it again.";
        for crumb in crumbs {
            assert_eq!(dropped(&format!("{crumb}\nA tart of apples\n{tart}")), [crumb]);
        }
        assert!(dropped(&format!("Choose Tools > Export\n{tart}")).is_empty());
    }

    #[test]
    fn a_text_of_short_lines_has_its_menu_at_the_top() {
        assert_eq!(dropped("川辺トップ > 登山 > 記録\n一日目の朝\n二日目の朝"), ["川辺トップ > 登山 > 記録"]);
        assert_eq!(dropped("Главная Новости Общество\nПожар на складе"), ["Главная Новости Общество"]);
    }

    #[test]
    fn a_number_alone_beside_buttons_goes() {
        assert_eq!(dropped("水质事件\n0\n易信 微信 微博\n7月3日"), ["0", "易信 微信 微博"]);
        assert!(dropped("Lot\n7\nA chair").is_empty());
    }

    #[test]
    fn a_row_of_a_table_is_no_menu() {
        assert!(dropped("Halden | 1949 | 312\nMarlow | 1953 | 401\nName | Age | Town").is_empty());
    }

    #[test]
    fn related_links_go_with_their_heading_until_the_prose_comes_back() {
        let text = "水退去之后，镇上的人回来了，先扫街，再点灯，第三天学校也开了门，孩子们带着湿的书包走进教室。\n相关阅读\n• 一座城的渡口记忆\n• 多地停课\n镇长说，今年的修缮会在十月之前完成，道路和桥梁先修，学校的屋顶随后，费用由县里承担，不向居民收取。";
        assert_eq!(dropped(text), ["相关阅读", "• 一座城的渡口记忆", "• 多地停课"]);
    }

    #[test]
    fn a_heading_among_links_has_its_own_links() {
        let text = "The bridge at Stell was opened again on Thursday, and the school bus was the first to cross it. It was full.\nRelated\nThree roads after the storm\nMost read\n1. Fire in the mill\n2. A wolf in the square";
        assert_eq!(dropped(text).len(), 5);
    }

    #[test]
    fn a_sentence_ends_with_the_mark_of_its_script() {
        let text = "यह भी पढ़ें\nतूफान के बाद तीन रास्ते\nपुल फिर खुला\nनदी लौट गई।";
        assert_eq!(dropped(text), ["यह भी पढ़ें", "तूफान के बाद तीन रास्ते", "पुल फिर खुला"]);
    }

    #[test]
    fn a_heading_of_links_above_prose_stays() {
        let text = "Related\nThe two families are related by marriage, and neither of them likes to be reminded of it. They say so often.";
        assert!(dropped(text).is_empty());
    }
}
