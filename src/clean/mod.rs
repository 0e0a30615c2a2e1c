//! Verdicts from one document alone: the article in the page, phrases, what is said twice.
//!
//! The rules run in a fixed order and the first reason wins:
//! 1. `notices`: phrases. First, because a prompt said twice is a prompt and not a repeat.
//! 2. `templates`: what stands on the site's other pages, when the caller knows them. In a page it is evidence for the
//!    next rule and no rule of its own.
//! 3. `content` (pages only): what of the page is the article.
//! 4. `repeats`: what is said twice. It looks at the blocks that are still kept, so that of two copies the one inside
//!    the article stays, and the one in a teaser or a print version has gone before.

pub mod content;
pub mod notices;
mod phrases;
pub mod repeats;
pub mod templates;

use crate::config::{CleanConfig, Repeats};
use crate::error::Error;
use crate::lang::Languages;
use crate::model::{BlockKind, Cleaned, Document, Reason, Seen, Span, Verdict};
use crate::text::fold::Folder;
use content::Content;
use notices::{Hint, Notices};

/// Score from which a block that was dropped may yet belong to a copy of the article; below it is surely something else.
const NEAR_BORDER: f32 = 0.3;

/// Blocks of a page that are judged by what they look like; a page with more is flagged and treated as a text. A row of
/// features takes a kilobyte a block: hostile pages of half a million blocks took 600 MB. A guess, ten times a long page.
const MAX_JUDGED: usize = 20_000;

/// The rules, compiled once for all documents.
pub struct Cleaner {
    notices: Notices,
    content: Content,
    folder: Folder,
    repeats: Repeats,
}

impl Cleaner {
    /// Compiles the phrases of `languages`.
    ///
    /// # Errors
    /// When the `[notices]` section of a language is not of the form that is awaited.
    pub fn new(languages: &Languages, config: &CleanConfig) -> Result<Cleaner, Error> {
        Ok(Cleaner {
            notices: Notices::new(languages)?,
            content: Content::new(config),
            folder: Folder::new(),
            repeats: config.repeats,
        })
    }

    /// The document with one verdict a block. `seen` tells what the site's other pages have, one entry a block; without
    /// it, or with another number of entries, the document is judged by its own light.
    pub fn clean(&self, document: Document, seen: Option<&[Seen]>) -> Cleaned {
        let mut document = match self.repeats >= Repeats::Dump {
            true => repeats::cut(document, &self.folder),
            false => document,
        };
        let is_judged = is_page(&document) && document.blocks.len() <= MAX_JUDGED;
        if is_page(&document) && !is_judged {
            document.flags.push("capped-blocks".to_string());
        }
        let seen = seen.filter(|s| s.len() == document.blocks.len());
        let mut verdicts = vec![Verdict::Keep; document.blocks.len()];
        let furniture = seen.map_or_else(Vec::new, |seen| templates::verdicts(&document, seen));
        if is_judged {
            let hints = self.notices.hints(&document);
            let notice = |hint: &Hint<'_>| hint.rule.map(|rule| Reason::Boilerplate { rule: rule.to_string() });
            mark(&mut verdicts, hints.iter().map(notice));
            let off_topic = self.off_topic(&document, &hints, seen.unwrap_or_default(), furniture);
            mark(&mut verdicts, off_topic.into_iter());
        } else {
            let phrases = self.notices.judge(&document);
            mark(&mut verdicts, phrases.into_iter().map(|rule| rule.map(|rule| Reason::Boilerplate { rule })));
            mark(&mut verdicts, furniture.into_iter());
        }
        if self.repeats >= Repeats::Dump {
            self.repeats_of_kept(&document, &mut verdicts);
        }
        Cleaned::new(document, verdicts)
    }

    /// Whether each block of a page is something else than the article, by the page alone; empty for what is no page.
    /// Such blocks are not compared with other articles: a list that cleaning drops must not stand for what it lists.
    pub fn aside(&self, document: &Document) -> Vec<bool> {
        if !is_page(document) || document.blocks.len() > MAX_JUDGED {
            return Vec::new();
        }
        let hints = self.notices.hints(document);
        let mut aside = self.content.aside(document, &hints);
        own_head(document).into_iter().for_each(|i| aside[i] = false);
        aside.iter_mut().zip(&hints).for_each(|(aside, hint)| *aside |= hint.rule.is_some());
        aside
    }

    /// Marks what is said twice. A block that nearly was the article is looked at too, so that a copy is not torn where
    /// the trees were in doubt; but nothing goes for the sake of a copy that does not stay.
    fn repeats_of_kept(&self, document: &Document, verdicts: &mut [Verdict]) {
        let doubtful =
            |v: &Verdict| matches!(v, Verdict::Drop(Reason::OffTopic { score, .. }) if *score >= NEAR_BORDER);
        let there: Vec<bool> = verdicts.iter().map(|v| v.keeps() || doubtful(v)).collect();
        let kept: Vec<bool> = verdicts.iter().map(Verdict::keeps).collect();
        for (i, reason) in repeats::mark(document, &there, &self.folder) {
            let stays = |of: Span| {
                let first = document.blocks.partition_point(|b| b.span.end <= of.start);
                let mut copy =
                    document.blocks[first..].iter().zip(&kept[first..]).take_while(|(b, _)| b.span.overlaps(of));
                copy.any(|(_, kept)| *kept)
            };
            if matches!(&reason, Reason::Repeat { of, .. } if stays(*of)) {
                verdicts[i] = Verdict::Drop(reason);
            }
        }
    }

    /// What of a page is not the article. What the site's other pages have too lowers a block's score; if it then
    /// goes and is furniture, that is the reason that is told, for it can be checked.
    fn off_topic(
        &self,
        document: &Document,
        hints: &[Hint<'_>],
        seen: &[Seen],
        furniture: Vec<Option<Reason>>,
    ) -> Vec<Option<Reason>> {
        let half = seen.len().div_ceil(2);
        let site: Vec<f32> =
            seen.iter().zip(&furniture).enumerate().map(|(i, (s, f))| against(s, i < half, f.is_some())).collect();
        let mut reasons = self.content.judge(document, hints, &site);
        for i in own_head(document) {
            reasons[i] = None;
        }
        for (reason, furniture) in reasons.iter_mut().zip(furniture) {
            if reason.is_some() && furniture.is_some() {
                *reason = furniture;
            }
        }
        reasons
    }
}

/// The title, the byline and the date line are the article's own, though they are no prose and the page says them
/// again elsewhere: the blocks that parsing knew as such, and where it knew no title the first heading of first level.
fn own_head(document: &Document) -> Vec<usize> {
    let is = |kind: BlockKind| document.blocks.iter().position(|b| b.kind == kind);
    let first_heading = || document.blocks.iter().position(|b| b.kind == BlockKind::Heading && b.level == Some(1));
    let title = is(BlockKind::Title).or_else(first_heading);
    [title, is(BlockKind::Byline), is(BlockKind::Dateline)].into_iter().flatten().collect()
}

/// How much the site's other pages speak against a block, 0–1: the share of them that have it in the same half. What
/// lies among the furniture at the edges of the page speaks with at least half a voice.
fn against(seen: &Seen, in_head: bool, is_furniture: bool) -> f32 {
    if seen.of < templates::MIN_PAGES {
        return 0.0;
    }
    let pages = if in_head { seen.head } else { seen.tail };
    let share = pages.saturating_sub(1) as f32 / (seen.of - 1) as f32;
    if is_furniture { share.max(0.5) } else { share }
}

/// Its blocks come from markup: only those have paths.
fn is_page(document: &Document) -> bool {
    document.blocks.iter().any(|b| !b.path.is_empty())
}

/// Drops the blocks that have a reason now and had none before.
fn mark(verdicts: &mut [Verdict], reasons: impl Iterator<Item = Option<Reason>>) {
    for (verdict, reason) in verdicts.iter_mut().zip(reasons) {
        if let (Verdict::Keep, Some(reason)) = (&*verdict, reason) {
            *verdict = Verdict::Drop(reason);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Dump;

    fn reasons(text: &str, seen: Option<&[Seen]>) -> Vec<&'static str> {
        let cleaner = Cleaner::new(&Languages::builtin(), &CleanConfig::default()).unwrap();
        let document = crate::parse::text::document(Dump { body: text.to_string(), ..Dump::default() });
        let cleaned = cleaner.clean(document, seen);
        let name = |v: &Verdict| match v {
            Verdict::Keep => "keep",
            Verdict::Drop(reason) => reason.name(),
        };
        cleaned.verdicts().iter().map(name).collect()
    }

    #[test]
    fn a_prompt_goes_and_the_source_line_stays() {
        let text = "暴雨在周三夜里停了。\n資料來源:南棲週報\n請按此登錄後留言。未成為會員? 立即註冊";
        assert_eq!(reasons(text, None), ["keep", "keep", "boilerplate"]);
    }

    #[test]
    fn a_line_on_most_pages_of_the_site_is_furniture() {
        let footer = Seen { of: 8, pages: 8, tail: 8, ..Seen::default() };
        let own = Seen { of: 8, pages: 1, head: 1, ..Seen::default() };
        assert_eq!(
            reasons("The bridge fell.\nThe Gazette of Stell, since 1901", Some(&[own, footer])),
            ["keep", "template"]
        );
    }

    #[test]
    fn nothing_is_dropped_from_an_empty_document() {
        assert!(reasons("", None).is_empty());
    }
}
