//! The article in a page, block by block.
//!
//! Two stages of boosted trees: the first scores each block by itself and its place (`features`, `elements`, `signs`),
//! the second sees these scores around it (`context`). The tables are trained by `tools/train`; `trees.json` says on
//! what. The page's own scores then set the border between article and rest (`border`).

mod border;
mod context;
mod elements;
mod features;
mod names;
mod page;
mod says;
mod sheet;
mod signs;
mod text;
mod tokens;
mod trees;

use crate::clean::notices::{Hint, Notices};
use crate::config::{CleanConfig, Favor};
use crate::model::{BlockKind, Document, Reason};
use border::border;
use names::Words;
use page::Page;
use sheet::Sheet;
use trees::Forest;

/// The classifier: words of classes and ids, and the trees of both stages.
pub struct Content {
    words: Words,
    one: Forest,
    two: Forest,
    names: Vec<&'static str>,
    favor: Favor,
    brief: bool,
}

/// What the first stage scores below this, two blocks of three, is not looked at again. On seven sets of labelled pages
/// the second stage changed nothing about such blocks that any score showed.
const SURELY_NOT: f32 = 0.03;

/// Features that a reason names.
const WHY: usize = 3;

impl Content {
    /// Reads the tables in the binary.
    pub fn new(config: &CleanConfig) -> Content {
        let read = |bytes: &[u8]| Forest::read(bytes).expect("the tests read the tables in the binary");
        Content {
            words: Words::new(),
            one: read(include_bytes!("one.trees")),
            two: read(include_bytes!("two.trees")),
            names: include_str!("features.txt").lines().collect(),
            favor: config.favor,
            brief: config.brief,
        }
    }

    /// The reason for each block that is not the article. `site` tells of each block how much the site's other pages
    /// speak against it, 0–1; it may be empty.
    pub(super) fn judge(&self, document: &Document, hints: &[Hint<'_>], site: &[f32]) -> Vec<Option<Reason>> {
        self.reasons(document, hints, site, self.favor, self.brief)
    }

    /// Whether each block is something else than the article, by the page alone and whatever the configuration favours.
    pub(super) fn aside(&self, document: &Document, hints: &[Hint<'_>]) -> Vec<bool> {
        self.reasons(document, hints, &[], Favor::Balanced, true).iter().map(Option::is_some).collect()
    }

    fn reasons(
        &self,
        document: &Document,
        hints: &[Hint<'_>],
        site: &[f32],
        favor: Favor,
        brief: bool,
    ) -> Vec<Option<Reason>> {
        let page = Page::new(document, &self.words);
        let first = features::rows(document, &page, hints, None);
        let one = self.one.scores(&first.values, first.width);
        let context = context::Scores::new(document, &page, &first.partings, &one);
        let row = |i: usize| {
            let mut sheet = Sheet { values: first.row(i).to_vec(), names: None };
            context.put(i, &mut sheet);
            sheet.values
        };
        let doubtful = |i: usize| one[i] >= SURELY_NOT;
        let again: Vec<usize> = (0..one.len()).filter(|&i| doubtful(i)).collect();
        let width = self.two.n_features();
        let mut rows = Sheet { values: Vec::with_capacity(again.len() * width), names: None };
        for &i in &again {
            rows.values.extend_from_slice(first.row(i));
            context.put(i, &mut rows);
        }
        let mut scores = one.clone();
        for (&i, score) in again.iter().zip(self.two.scores(&rows.values, width)) {
            scores[i] = score;
        }
        let weights: Vec<f32> = page.texts.iter().map(|t| t.weight).collect();
        for (score, against) in scores.iter_mut().zip(site) {
            *score = less_likely(*score, SITE_LOGIT * against);
        }
        let border = border(&scores, &weights, page.thread, favor);
        let reason = |i: usize| {
            let why = match (brief, doubtful(i)) {
                (true, _) => Vec::new(),
                (false, true) => self.two.why(&row(i), WHY),
                (false, false) => self.one.why(first.row(i), WHY),
            };
            let name = |(feature, part): &(usize, f32)| {
                format!("{} {}", self.names.get(*feature).unwrap_or(&"?"), if *part < 0.0 { "against" } else { "for" })
            };
            Reason::OffTopic { score: scores[i], why: why.iter().map(name).collect() }
        };
        let own = |i: usize| is_heading_matter(document.blocks[i].kind);
        (0..scores.len()).map(|i| (scores[i] < border && !own(i)).then(|| reason(i))).collect()
    }

    /// Names of the features, and one row of them a block, as the training reads them: those of the first stage, and
    /// those of the second if the first stage's scores are given. The phrases are sought in `original`, which is `document`
    /// itself or what it was before it was put into other letters.
    pub fn features(
        &self,
        document: &Document,
        original: &Document,
        notices: &Notices,
        scores: Option<&[f32]>,
    ) -> (Vec<String>, Vec<Vec<f32>>) {
        let page = Page::new(document, &self.words);
        let hints = notices.hints(original);
        let mut names = Vec::new();
        let rows = features::rows(document, &page, &hints, Some(&mut names));
        let mut all: Vec<Vec<f32>> = (0..document.blocks.len()).map(|i| rows.row(i).to_vec()).collect();
        if let Some(scores) = scores {
            let context = context::Scores::new(document, &page, &rows.partings, scores);
            for (i, row) in all.iter_mut().enumerate() {
                let names = (i == 0).then_some(&mut names);
                let mut sheet = Sheet { values: std::mem::take(row), names };
                context.put(i, &mut sheet);
                *row = sheet.values;
            }
        }
        (names, all)
    }
}

/// What a block that stands on every page of the site loses in log-odds: a sure paragraph (.95) falls below one tenth.
/// As a hard rule the site's word costs good extractors .015, since articles share lines too.
const SITE_LOGIT: f32 = 6.0;

fn less_likely(score: f32, logit: f32) -> f32 {
    let odds = score / (1.0 - score).max(1e-6) * (-logit).exp();
    odds / (1.0 + odds)
}

/// Title, author, date: the article's own, which the parser has found; the trees know only the body.
fn is_heading_matter(kind: BlockKind) -> bool {
    matches!(kind, BlockKind::Title | BlockKind::Subtitle | BlockKind::Byline | BlockKind::Dateline)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Languages;
    use crate::model::{Dump, Media};

    /// What the exporter printed: rows of the second stage (the first stage's columns lead), and both scores.
    const CHECK: &[u8] = include_bytes!("check.rows");

    #[test]
    fn the_trees_say_what_the_training_said_of_200_rows() {
        let content = Content::new(&CleanConfig::default());
        let number = |at: usize| u32::from_le_bytes(CHECK[at..at + 4].try_into().unwrap()) as usize;
        let (n_rows, width) = (number(0), number(4));
        assert_eq!((n_rows, width), (200, content.two.n_features()));
        for row in CHECK[8..].chunks(4 * (width + 2)) {
            let values: Vec<f32> = row.chunks(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect();
            let (features, scores) = values.split_at(width);
            let first = &features[..content.one.n_features()];
            assert!((content.one.scores(first, first.len())[0] - scores[0]).abs() < 1e-4);
            assert!((content.two.scores(features, width)[0] - scores[1]).abs() < 1e-4);
        }
    }

    #[test]
    fn the_features_are_those_the_trees_were_trained_on() {
        let content = Content::new(&CleanConfig::default());
        let notices = Notices::new(&Languages::builtin()).unwrap();
        let document = page("<p>One sentence stands here.</p>");
        let (names, rows) = content.features(&document, &document, &notices, Some(&[0.5]));
        assert_eq!(names, content.names);
        assert_eq!(rows[0].len(), content.two.n_features());
    }

    fn page(body: &str) -> Document {
        let dump = Dump { body: body.to_string(), media: Media::Html, ..Dump::default() };
        crate::parse::document(dump, &Languages::builtin(), &crate::config::ParseConfig::default())
    }

    #[test]
    fn a_stream_below_the_article_is_seen_beside_the_part_that_has_the_title() {
        let content = Content::new(&CleanConfig::default());
        let notices = Notices::new(&Languages::builtin()).unwrap();
        let document = page(
            "<title>The mill</title><article><h1>The mill</h1><p>It stood under water.</p></article>\
             <div class=stream><p>Ten rivers of the north.</p><p>A bridge is built.</p></div>",
        );
        let (names, rows) = content.features(&document, &document, &notices, Some(&[0.75, 0.75, 0.25, 0.25]));
        let seen = |name: &str| rows[2][names.iter().position(|n| n == name).unwrap()];
        assert_eq!(seen("score of trunk from title"), 0.75);
        assert_eq!(seen("score of branch from title"), 0.25);
        assert_eq!(seen("kept share of branch from title") + seen("kept share of trunk from title"), 1.0);
    }

    #[test]
    fn an_article_stays_and_what_surrounds_it_goes() {
        let prose = "The river had risen for three days before anybody in the valley thought of the mill, and when they did \
                     think of it the wheel was already under water, turning the wrong way, slowly, as if it were tired.";
        let html = format!(
            "<html><head><title>The mill</title></head><body><nav><ul><li><a href=/>Home</a><li><a href=/n>News</a></ul></nav>\
             <article class=article-body><h1>The mill</h1><p>{prose}</p><p>{prose} Twice.</p><p>{prose} Thrice.</p></article>\
             <aside class=related><ul><li><a href=/1>Ten mills to see</a><li><a href=/2>Rivers of the north</a></ul></aside>\
             <footer><p><a href=/imprint>Imprint</a></p></footer></body></html>"
        );
        let document = page(&html);
        let content = Content::new(&CleanConfig::default());
        let notices = Notices::new(&Languages::builtin()).unwrap();
        let reasons = content.judge(&document, &notices.hints(&document), &[]);
        for (i, reason) in reasons.iter().enumerate() {
            let text = document.block_text(i);
            assert_eq!(reason.is_none(), text.starts_with("The river") || text == "The mill", "{text}");
        }
    }

    #[test]
    fn a_page_without_blocks_is_judged_too() {
        let notices = Notices::new(&Languages::builtin()).unwrap();
        let document = page("<script>x</script>");
        let content = Content::new(&CleanConfig::default());
        assert!(content.judge(&document, &notices.hints(&document), &[]).is_empty());
    }
}
