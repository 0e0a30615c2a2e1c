//! Where the border between the article and the rest lies on one page.
//!
//! The border that makes the expected F of the kept text highest. What a page's trees doubt is mostly of one kind, all
//! posts or all cards of other articles, and is right or wrong as a whole; so the expectation is over one level drawn for
//! the page, not above its best score, and the article is what scores above it. With blocks that are right or wrong each
//! for itself a long doubtful list drowned a short sure article: it has more text that may be right than there is article.

use crate::config::Favor;

/// How much more missed text costs than false text (the square of F's beta), by what is favoured. Below 1 for articles,
/// because the trees were trained on fewer kinds of furniture than there are: of .6, .7, .8 and 1, .6 had the best mean
/// over seven sets of labelled pages, by .002 over 1. The ends are guesses.
fn recall_weight(favor: Favor) -> f32 {
    match favor {
        Favor::Precision => 0.25,
        Favor::Balanced => 0.6,
        Favor::Recall => 2.0,
    }
}

/// Share of a page's text in elements named as threads, posts and answers from which it is a forum …
const FORUM_SHARE: f32 = 0.3;
/// … where missed text costs so much more: posts look like comments to the trees. 1.5 to 2.5 are alike on 49 threads, and
/// on the forums of the training set, each judged by trees that had not seen its site.
const FORUM_RECALL: f32 = 1.5;

/// Levels that may be drawn. Four times as many give the same F within .002 on each of six sets, up and down.
const LEVELS: usize = 16;

/// Scores below the border are dropped. One score and one weight a block; `thread` is the share of the page's text in
/// elements named as threads.
pub(super) fn border(scores: &[f32], weights: &[f32], thread: f32, favor: Favor) -> f32 {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
    let beta = recall_weight(favor) * if thread > FORUM_SHARE { FORUM_RECALL } else { 1.0 };
    let highest = order.first().map_or(0.0, |&i| scores[i]);
    let level = |k: usize| highest * (k as f32 + 0.5) / LEVELS as f32;
    let weight_above = |level: f32| order.iter().map(|&i| if scores[i] > level { weights[i] } else { 0.0 }).sum();
    let articles: [f32; LEVELS] = std::array::from_fn(|k| weight_above(level(k)));
    let mut kept = 0.0f32;
    let (mut best, mut border) = (-1.0f32, 0.5f32);
    for &i in &order {
        kept += weights[i];
        // What is kept and the article both begin at the top of the order, so they share the smaller of the two.
        let f =
            articles.iter().map(|&article| (1.0 + beta) * kept.min(article) / (kept + beta * article).max(1.0)).sum();
        // Equal scores stand or fall together; the last of them sees them all.
        if f >= best {
            (best, border) = (f, scores[i]);
        }
    }
    border
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_a_sure_page_the_border_lies_between_the_sure_blocks() {
        let border = border(&[0.97, 0.95, 0.3, 0.02], &[400.0, 400.0, 100.0, 300.0], 0.0, Favor::Balanced);
        assert!(border > 0.3 && border <= 0.95);
    }

    #[test]
    fn on_a_doubtful_page_more_is_kept() {
        let border = border(&[0.4, 0.38, 0.35, 0.02], &[400.0, 400.0, 400.0, 300.0], 0.0, Favor::Balanced);
        assert!(border <= 0.35 && border > 0.02);
    }

    #[test]
    fn a_long_doubtful_list_does_not_drown_a_short_sure_article() {
        let (mut scores, mut weights) = (vec![0.9], vec![150.0]);
        scores.extend([0.45; 15]);
        weights.extend([100.0; 15]);
        assert!(border(&scores, &weights, 0.0, Favor::Balanced) > 0.45);
    }

    #[test]
    fn recall_keeps_no_less_than_precision() {
        let (scores, weights) = ([0.9, 0.6, 0.45, 0.3, 0.1], [100.0; 5]);
        assert!(border(&scores, &weights, 0.0, Favor::Recall) <= border(&scores, &weights, 0.0, Favor::Precision));
    }
}
