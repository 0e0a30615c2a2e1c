//! The lines near the title that name the author and the day: blocks of a kind of their own.

use super::dates::DateReader;
use crate::model::edtf::{Edtf, Point};
use crate::model::{BlockKind, Document};

/// Blocks above and below the title in which these lines stand.
const NEAR_ABOVE: usize = 4;
const NEAR_BELOW: usize = 10;
/// Longest line, bytes.
const MAX_LINE: usize = 160;
/// Letters and figures beside the names or the day, at most: `Published … by …, updated …, 5 min read`.
const MAX_BESIDE: usize = 32;
/// Longest line with a full stop, bytes: `Published on 5 May 2019.`
const MAX_STOPPED: usize = 40;
/// A block this long is the article itself: nothing below it is a line of its head.
const PROSE: usize = 280;

/// Gives the lines of author and date near the title their kind.
pub(super) fn label(document: &mut Document, title: Option<usize>, reader: &DateReader<'_>) {
    let Some(title) = title else { return };
    let names: Vec<String> =
        document.meta.byline.iter().flat_map(|b| b.split("; ")).map(str::to_string).filter(|n| !n.is_empty()).collect();
    let day = document.meta.published.as_ref().and_then(|p| if let Edtf::One(day) = p.date { Some(day) } else { None });
    let end = (title + 1 + NEAR_BELOW).min(document.blocks.len());
    let below = (title + 1..end).take_while(|&i| document.blocks[i].span.len() < PROSE);
    let near: Vec<usize> = below.chain(title.saturating_sub(NEAR_ABOVE)..title).collect();
    for i in near {
        let block = &document.blocks[i];
        if block.span.len() > MAX_LINE || !matches!(block.kind, BlockKind::Paragraph | BlockKind::Item) {
            continue;
        }
        if let Some(kind) = kind_of(document.block_text(i), &names, day, reader) {
            document.blocks[i].kind = kind;
        }
    }
}

fn kind_of(line: &str, names: &[String], day: Option<Point>, reader: &DateReader<'_>) -> Option<BlockKind> {
    // A picture's author is not the article's; a sentence that names them both is its text.
    let is_sentence = line.ends_with(['.', '!', '?', '。', '！', '？']) && line.len() > MAX_STOPPED;
    if line.starts_with(['©', '(']) || is_sentence {
        return None;
    }
    let weight = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
    let named: usize = names.iter().filter(|n| line.contains(n.as_str())).map(|n| weight(n)).sum();
    let found = reader.first(line).map(|(found, _)| found).or_else(|| reader.short(line));
    let dated = found.is_some() && found == day;
    let date = if found.is_some() { DATE_WEIGHT } else { 0 };
    if weight(line) > named + date + MAX_BESIDE {
        return None;
    }
    match (named > 0, dated) {
        (true, _) => Some(BlockKind::Byline),
        (false, true) => Some(BlockKind::Dateline),
        _ => None,
    }
}

/// Letters and figures of a printed date with its time: `Monday, 28 September 2020, 14:30`.
const DATE_WEIGHT: usize = 26;
