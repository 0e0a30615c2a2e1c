//! Lists that are no part of what a text says: menus, paths of pages (`Home > News > …`), lists of languages.
//!
//! Nothing in the shape of a menu tells it from an article's list of short items, so its words must: `Sign in`, `Privacy
//! policy`. Two of them among short items make a menu. What it holds inside its items is menu too.

use super::headings::ends_sentence;
use super::lexicon::Lexicon;
use super::lines::{MAX_CAPTION_COLUMNS, columns};
use super::outline::ListPoint;

/// Words of menus that one list must hold: a single `Contact` may be an item of any list.
const MIN_WORDS: u32 = 2;

/// `points` without the menus among them; parents still point to the right places.
pub(crate) fn without_menus(text: &str, points: Vec<ListPoint>, lexicon: &Lexicon) -> Vec<ListPoint> {
    let n_lists = points.iter().map(|p| p.list + 1).max().unwrap_or(0);
    let mut trees = vec![Tree::default(); n_lists as usize];
    // The list at the top of the tree that each point stands in; parents come first.
    let mut tops: Vec<u32> = Vec::with_capacity(points.len());
    for point in &points {
        let top = point.parent.map_or(point.list, |p| tops[p]);
        trees[top as usize].count(point, text, lexicon);
        tops.push(top);
    }
    let mut place = vec![0; points.len()];
    let mut out: Vec<ListPoint> = Vec::with_capacity(points.len());
    for (i, point) in points.into_iter().enumerate() {
        if trees[tops[i] as usize].is_menu() {
            continue;
        }
        place[i] = out.len();
        out.push(ListPoint { parent: point.parent.map(|p| place[p]), ..point });
    }
    out
}

/// A top list with all that its items hold.
#[derive(Clone, Copy, Default)]
struct Tree {
    n_items: u32,
    n_words: u32,
    /// An item is a sentence, too long for a menu, or numbered by hand.
    speaks: bool,
    /// It is numbered.
    counts: bool,
    /// Its first item leads home.
    leads_home: bool,
}

impl Tree {
    fn count(&mut self, point: &ListPoint, text: &str, lexicon: &Lexicon) {
        let said = point.body.of(text).lines().next().unwrap_or("");
        let word = said.trim_end_matches(['>', '»', '›', '|', '/', ' ', '\u{a0}']);
        let by_hand = point.ordinal.is_some() && !is_printed_number(point.label.of(text));
        self.speaks |= by_hand || columns(said) > MAX_CAPTION_COLUMNS || ends_sentence(said);
        self.counts |= point.ordinal.is_some();
        self.n_words += u32::from(lexicon.is_menu_word(word));
        self.leads_home |= self.n_items == 0 && lexicon.is_home(word);
        self.n_items += 1;
    }

    /// A menu has bullets; numbered is the path to a page, which begins at home.
    fn is_menu(&self) -> bool {
        let enough = if self.counts { self.leads_home && self.n_items > 1 } else { self.n_words >= MIN_WORDS };
        enough && !self.speaks
    }
}

/// What programs print for the numbers of markup: nothing, or `1.`; other labels were typed.
fn is_printed_number(label: &str) -> bool {
    label.trim_end_matches('.').bytes().all(|b| b.is_ascii_digit())
}
