//! What the second stage knows besides: the first stage's scores around a block, in its elements, in its section, and
//! where it stands to the core of the article.

use super::elements::Elements;
use super::features::climb_to_meet;
use super::page::Page;
use super::sheet::Sheet;
use super::signs::Parting;
use crate::model::Document;

/// From this score on, the first stage takes a block for the article.
const KEPT: f32 = 0.5;
/// What a block adds to the core for each of its weight: its score less this. Low, so that a short doubt inside the
/// article does not end it.
const CORE_COST: f32 = 0.35;
/// Distances beyond this are all alike.
const FAR: f32 = 40.0;
const FAR_WEIGHT: f32 = 4_000.0;

/// Sums of the first stage over an element.
#[derive(Clone, Copy, Default)]
struct Mass {
    weight: f32,
    kept: f32,
    blocks: f32,
    kept_blocks: f32,
}

/// The first stage's view of the page.
pub(super) struct Scores<'a> {
    document: &'a Document,
    page: &'a Page,
    scores: &'a [f32],
    partings: &'a [Option<Parting>],
    nodes: Vec<Mass>,
    elements: Vec<Mass>,
    families: Vec<Mass>,
    /// The sibling before and the sibling after each element.
    beside: Vec<(Option<u32>, Option<u32>)>,
    whole: Mass,
    doubt: f32,
    /// Of the kept text what is linked: nearly all on a listing, nearly none in an article.
    links: f32,
    surest: f32,
    kept_before: Vec<f32>,
    weight_before: Vec<f32>,
    last: Vec<Option<usize>>,
    next: Vec<Option<usize>>,
    core: (usize, usize),
    core_weight: f32,
    sections: Vec<(f32, f32)>,
}

impl<'a> Scores<'a> {
    /// `partings` as the first stage's rows have them.
    pub(super) fn new(
        document: &'a Document,
        page: &'a Page,
        partings: &'a [Option<Parting>],
        scores: &'a [f32],
    ) -> Scores<'a> {
        let n = scores.len();
        let mut nodes = vec![Mass::default(); page.nodes.len()];
        for ((&leaf, text), &score) in page.leaf.iter().zip(&page.texts).zip(scores) {
            for a in page.ancestors(leaf) {
                nodes[a as usize].add(text.weight, score);
            }
        }
        let mut elements = vec![Mass::default(); page.elements.all.len()];
        let mut families = vec![Mass::default(); page.elements.families.len()];
        for ((&leaf, text), &score) in page.elements.leaf.iter().zip(&page.texts).zip(scores) {
            for e in page.elements.ancestors(leaf) {
                elements[e as usize].add(text.weight, score);
                families[page.elements.all[e as usize].family as usize].add(text.weight, score);
            }
        }
        let running = |f: &dyn Fn(usize) -> f32| {
            let mut sum = 0.0;
            let mut before = |i| {
                let at = sum;
                sum += f(i);
                at
            };
            (0..n).map(&mut before).collect::<Vec<f32>>()
        };
        let nearest = |order: &mut dyn Iterator<Item = usize>| {
            let mut found = vec![None; n];
            let mut at = None;
            for i in order {
                found[i] = at;
                if scores[i] > KEPT {
                    at = Some(i);
                }
            }
            found
        };
        let core = core(page, scores);
        let core_weight = (core.0..core.1).map(|i| page.texts[i].weight).sum();
        Scores {
            document,
            page,
            scores,
            partings,
            whole: nodes[0],
            nodes,
            elements,
            families,
            beside: beside(&page.elements),
            doubt: page.texts.iter().zip(scores).map(|(t, s)| t.weight * s * (1.0 - s)).sum(),
            links: page.texts.iter().zip(scores).map(|(t, s)| t.weight * t.links * s).sum(),
            surest: scores.iter().copied().fold(0.0, f32::max),
            kept_before: running(&|i| page.texts[i].weight * scores[i]),
            weight_before: running(&|i| page.texts[i].weight),
            last: nearest(&mut (0..n)),
            next: nearest(&mut (0..n).rev()),
            core,
            core_weight,
            sections: sections(document, page, scores),
        }
    }

    /// Appends the second stage's columns for block `i`.
    pub(super) fn put(&self, i: usize, sheet: &mut Sheet<'_>) {
        self.around(i, sheet);
        self.elements(i, sheet);
        self.core(i, sheet);
        self.section(i, sheet);
    }

    fn score(&self, i: usize, offset: isize) -> f32 {
        i.checked_add_signed(offset).and_then(|j| self.scores.get(j)).copied().unwrap_or(-0.1)
    }

    fn around(&self, i: usize, sheet: &mut Sheet<'_>) {
        sheet.put("score", self.scores[i]);
        for offset in [-4isize, -3, -2, -1, 1, 2, 3, 4] {
            sheet.put_named(|| format!("score at {offset:+}"), self.score(i, offset));
        }
        for reach in [3usize, 8] {
            let window = i.saturating_sub(reach)..(i + reach + 1).min(self.scores.len());
            let (mut sum, mut weight) = (0.0, 0.0);
            for j in window.filter(|&j| j != i) {
                let w = self.page.texts[j].weight + 5.0;
                sum += w * self.scores[j];
                weight += w;
            }
            sheet.put_named(|| format!("score within {reach}"), sum / f32::max(weight, 1.0));
        }
    }

    fn elements(&self, i: usize, sheet: &mut Sheet<'_>) {
        let weight = self.page.texts[i].weight;
        let own = Mass { weight, kept: weight * self.scores[i], blocks: 1.0, kept_blocks: kept(self.scores[i]) };
        let mut chain = self.page.ancestors(self.page.leaf[i]);
        let mut at = self.page.leaf[i];
        for k in 0..6 {
            at = chain.next().unwrap_or(at);
            let mass = self.nodes[at as usize].without(own);
            sheet.put_named(|| format!("score in ancestor {k}"), mass.mean());
            sheet.put_named(|| format!("kept share of ancestor {k}"), mass.kept / self.whole.kept.max(1.0));
            if k < 4 {
                sheet.put_named(|| format!("kept blocks of ancestor {k}"), mass.kept_blocks / mass.blocks.max(1.0));
            }
        }
        let elements = &self.page.elements;
        let mut chain = elements.ancestors(elements.leaf[i]);
        let mut at = elements.leaf[i];
        for k in 0..4 {
            at = chain.next().unwrap_or(at);
            let mass = self.elements[at as usize].without(own);
            sheet.put_named(|| format!("score in element {k}"), mass.mean());
            sheet.put_named(|| format!("kept share of element {k}"), mass.kept / self.whole.kept.max(1.0));
        }
        self.siblings(i, sheet);
        self.parting(i, sheet);
        for (name, card) in [("card", elements.card[i]), ("outer card", elements.outer[i])] {
            let mut put = |what: &str, value: Option<f32>| {
                sheet.put_named(|| format!("{what} of {name}"), value.unwrap_or(-0.2));
            };
            let mass = card.map(|e| self.elements[e as usize]);
            let family = card.map(|e| self.families[elements.all[e as usize].family as usize]);
            put("score", mass.map(|m| m.without(own).mean()));
            put("score of others", mass.zip(family).map(|(m, f)| f.without(m).mean()));
            put("kept share", family.map(|f| f.kept / self.whole.kept.max(1.0)));
            put("kept blocks", family.map(|f| f.kept_blocks / f.blocks.max(1.0)));
        }
        for share in [0.1, 0.5, 0.9] {
            let found = self
                .page
                .ancestors(self.page.leaf[i])
                .position(|n| self.nodes[n as usize].kept >= share * self.whole.kept);
            sheet.put_named(|| format!("climb to {share} of kept"), found.map_or(30.0, |d| d as f32));
        }
    }

    /// The elements beside the block's own and beside its parent: all that are like it, the one before, the one after.
    fn siblings(&self, i: usize, sheet: &mut Sheet<'_>) {
        let elements = &self.page.elements;
        for (k, e) in elements.ancestors(elements.leaf[i]).chain([0, 0]).take(2).enumerate() {
            let own = self.elements[e as usize];
            let others = self.families[elements.all[e as usize].family as usize].without(own);
            sheet.put_named(|| format!("score of siblings of element {k}"), others.mean());
            let mean = |e: Option<u32>| e.map_or(-0.2, |e| self.elements[e as usize].mean());
            sheet.put_named(|| format!("score before element {k}"), mean(self.beside[e as usize].0));
            sheet.put_named(|| format!("score after element {k}"), mean(self.beside[e as usize].1));
        }
    }

    /// What stands on the block's side and on the title's side of where the two part. A stream of other articles may hold
    /// more text than the article, but it stands on the other side.
    fn parting(&self, i: usize, sheet: &mut Sheet<'_>) {
        let parting = self.partings[i];
        let sides = [("branch", parting.map(|p| p.branch)), ("trunk", parting.map(|p| p.trunk))];
        for (name, side) in sides {
            let mass = side.map(|e| self.elements[e as usize]);
            sheet.put_named(|| format!("score of {name} from title"), mass.map_or(-0.2, Mass::mean));
            let share = mass.map_or(-0.2, |m| m.kept / self.whole.kept.max(1.0));
            sheet.put_named(|| format!("kept share of {name} from title"), share);
        }
    }

    fn core(&self, i: usize, sheet: &mut Sheet<'_>) {
        let whole = self.whole.kept.max(1.0);
        sheet.put("kept before", self.kept_before[i] / whole);
        sheet.put("kept weight", whole.min(15_000.0).ln());
        sheet.put("doubt of page", self.doubt / self.whole.weight.max(1.0));
        sheet.put("surest of page", self.surest);
        sheet.put("kept of page", whole / self.whole.weight.max(1.0));
        sheet.put("links of kept", self.links / whole);
        sheet.put("kept blocks", self.whole.kept_blocks.min(60.0));
        let (start, end) = self.core;
        let length = (end - start).max(1) as f32;
        sheet.put("blocks before core", ((start as f32) - i as f32).clamp(-FAR, FAR));
        sheet.put("blocks after core", (i as f32 - end as f32 + 1.0).clamp(-FAR, FAR));
        sheet.put("place in core", ((i as f32 - start as f32) / length).clamp(-1.0, 2.0));
        let edge = |at: usize| self.weight_before.get(at).copied().unwrap_or(self.whole.weight);
        let signed = |x: f32| x.signum() * x.abs().min(FAR_WEIGHT).ln_1p();
        sheet.put("weight to core", signed(edge(start) - self.weight_before[i]));
        sheet.put("weight from core", signed(self.weight_before[i] - edge(end)));
        sheet.put("core share", self.core_weight / self.whole.weight.max(1.0));
        let far = |other: Option<usize>| other.map_or(FAR, |j| (i.abs_diff(j) as f32).min(FAR));
        sheet.put("blocks since kept", far(self.last[i]));
        sheet.put("blocks to kept", far(self.next[i]));
        let climb = |other: Option<usize>| {
            other.map_or(30.0, |j| climb_to_meet(self.page, self.page.leaf[i], self.page.leaf[j]) as f32)
        };
        sheet.put("climb to last kept", climb(self.last[i]));
        sheet.put("climb to next kept", climb(self.next[i]));
        let between =
            |a: usize, b: usize| (self.weight_before[b] - self.weight_before[a]).clamp(0.0, FAR_WEIGHT).ln_1p();
        sheet.put("weight since kept", self.last[i].map_or(12.0, |j| between(j + 1, i)));
        sheet.put("weight to kept", self.next[i].map_or(12.0, |j| between((i + 1).min(j), j)));
    }

    fn section(&self, i: usize, sheet: &mut Sheet<'_>) {
        let (mean, weight) = self.sections[i];
        sheet.put("score of section", mean);
        sheet.put("weight of section", weight.min(6_000.0).ln_1p());
        let heading = (0..i).rev().take(40).find(|&j| self.document.blocks[j].kind.is_heading());
        sheet.put("score of heading", heading.map_or(-0.1, |j| self.scores[j]));
    }
}

impl Mass {
    fn add(&mut self, weight: f32, score: f32) {
        self.weight += weight;
        self.kept += weight * score;
        self.blocks += 1.0;
        self.kept_blocks += kept(score);
    }

    fn without(self, own: Mass) -> Mass {
        Mass {
            weight: (self.weight - own.weight).max(0.0),
            kept: (self.kept - own.kept).max(0.0),
            blocks: self.blocks - own.blocks,
            kept_blocks: self.kept_blocks - own.kept_blocks,
        }
    }

    /// −0.1 when there is nothing else in the element.
    fn mean(self) -> f32 {
        if self.blocks < 1.0 { -0.1 } else { self.kept / self.weight.max(1.0) }
    }
}

fn kept(score: f32) -> f32 {
    f32::from(u8::from(score > KEPT))
}

/// The sibling before and the sibling after each element. They are numbered in the order of the page.
fn beside(elements: &Elements) -> Vec<(Option<u32>, Option<u32>)> {
    let mut beside = vec![(None, None); elements.all.len()];
    let mut last_child: Vec<Option<u32>> = vec![None; elements.all.len()];
    for (e, element) in elements.all.iter().enumerate() {
        let Some(parent) = element.parent else { continue };
        if let Some(before) = last_child[parent as usize].replace(e as u32) {
            beside[e].0 = Some(before);
            beside[before as usize].1 = Some(e as u32);
        }
    }
    beside
}

/// The run of blocks, `start..end`, whose scores above the cost add up to the most text.
fn core(page: &Page, scores: &[f32]) -> (usize, usize) {
    let (mut best, mut best_sum) = ((0, 0), 0.0f32);
    let (mut start, mut sum) = (0, 0.0f32);
    for (i, (text, score)) in page.texts.iter().zip(scores).enumerate() {
        if sum <= 0.0 {
            (start, sum) = (i, 0.0);
        }
        sum += text.weight * (score - CORE_COST);
        if sum > best_sum {
            (best, best_sum) = ((start, i + 1), sum);
        }
    }
    best
}

/// Mean score and weight of the section that each block stands in: from a heading to the next. For a heading: of what
/// follows it.
fn sections(document: &Document, page: &Page, scores: &[f32]) -> Vec<(f32, f32)> {
    let mut all = vec![(-0.1, 0.0); scores.len()];
    let mut start = 0;
    while start < scores.len() {
        let heads = |i: usize| document.blocks[i].kind.is_heading();
        let end = (start + 1..scores.len()).find(|&i| heads(i)).unwrap_or(scores.len());
        let body = start + usize::from(heads(start));
        let weight: f32 = page.texts[body..end].iter().map(|t| t.weight).sum();
        let sum: f32 = (body..end).map(|i| page.texts[i].weight * scores[i]).sum();
        if body < end {
            all[start..end].fill((sum / weight.max(1.0), weight));
        }
        start = end;
    }
    all
}
