//! A page as the classifier sees it: measures of each block's text, and the tree that the blocks' paths span.

use super::elements::{Element, Elements, Families};
use super::names::{Like, Part, THREAD, Words};
use super::text::Text;
use crate::model::Document;
use std::collections::HashMap;

/// One element that blocks stand in; elements of equal path are one.
pub(super) struct Node {
    pub parent: Option<u32>,
    pub depth: u16,
    pub tag: u8,
    /// Which groups the element's own names belong to.
    pub groups: u32,
    /// Which of `TAGS` it is.
    pub tags: u32,
    pub weight: f32,
    pub good: f32,
    pub linked: f32,
    pub n_blocks: u32,
    /// Headings in it, and those that are links.
    pub headings: f32,
    pub linked_headings: f32,
    pub first: u32,
    pub last: u32,
    pub merit: f32,
}

/// The page.
pub(super) struct Page {
    pub texts: Vec<Text>,
    pub nodes: Vec<Node>,
    /// The element of each block.
    pub leaf: Vec<u32>,
    /// The same tree with every element for itself.
    pub elements: Elements,
    /// Share of the text in elements named as threads, posts, answers.
    pub thread: f32,
}

impl Page {
    /// Reads the blocks and their paths.
    pub(super) fn new(document: &Document, words: &Words) -> Page {
        let texts: Vec<Text> =
            (0..document.blocks.len()).map(|i| Text::of(document.block_text(i), document.blocks[i].linked)).collect();
        let mut page = Page {
            texts,
            nodes: Vec::new(),
            leaf: Vec::with_capacity(document.blocks.len()),
            elements: Elements::default(),
            thread: 0.0,
        };
        page.read_paths(document, words);
        page.sum_up(document);
        page.thread = page.thread_share();
        page
    }

    fn read_paths<'d>(&mut self, document: &'d Document, words: &Words) {
        self.nodes.push(Node::new(None, 0, words.part("", &mut HashMap::new())));
        let mut known: HashMap<(u32, u32), u32> = HashMap::new();
        let mut parts: HashMap<&'d str, Part> = HashMap::new();
        let mut likes: HashMap<Like<'d>, u32> = HashMap::new();
        let mut families = Families::new();
        let mut elements =
            Elements { all: vec![Element { first: u32::MAX, ..Element::default() }], ..Elements::default() };
        let mut stack = vec![0u32];
        let (mut before, mut chain): (&str, Vec<Part>) = ("", Vec::new());
        // Where each part of the path before ends, and its node.
        let mut steps: Vec<(usize, u32)> = Vec::new();
        for block in &document.blocks {
            let path = block.path.as_str();
            if path != before {
                // Neighbours share most of their paths.
                let n_alike = before.bytes().zip(path.bytes()).take_while(|(a, b)| a == b).count();
                let shared = |end: usize| end <= n_alike && matches!(path.as_bytes().get(end), None | Some(b'/'));
                steps.truncate(steps.iter().take_while(|(end, _)| shared(*end)).count());
                chain.truncate(steps.len());
                let (mut end, mut at) = steps.last().copied().unwrap_or_default();
                for (i, name) in path[end..].split('/').enumerate() {
                    end += name.len() + usize::from(i > 0);
                    if name.is_empty() {
                        continue;
                    }
                    let part = *parts.entry(name).or_insert_with(|| words.part(name, &mut likes));
                    chain.push(part);
                    at = *known.entry((at, part.like)).or_insert_with(|| {
                        let depth = self.nodes[at as usize].depth.saturating_add(1);
                        self.nodes.push(Node::new(Some(at), depth, part));
                        self.nodes.len() as u32 - 1
                    });
                    steps.push((end, at));
                }
                before = path;
            }
            self.leaf.push(steps.last().map_or(0, |(_, at)| *at));
            // The root stands before the path's parts.
            elements.open(&mut stack, usize::from(block.shared).saturating_add(1), &chain, &mut families);
        }
        elements.sum_up(document, self, families.len());
        self.elements = elements;
    }

    fn sum_up(&mut self, document: &Document) {
        for (i, (&leaf, text)) in self.leaf.iter().zip(&self.texts).enumerate() {
            let heading = f32::from(u8::from(document.blocks[i].kind.is_heading()));
            let mut at = Some(leaf);
            let mut distance = 0.0f32;
            while let Some(n) = at {
                let node = &mut self.nodes[n as usize];
                node.weight += text.weight;
                node.linked += text.weight * text.links;
                node.n_blocks += 1;
                node.headings += heading;
                node.linked_headings += heading * text.links;
                node.first = node.first.min(i as u32);
                node.last = i as u32;
                if text.good {
                    node.good += text.weight;
                    // As readability does: what a paragraph is worth reaches its parent whole and fades above.
                    node.merit += text.weight / (1.0 + distance * 0.7);
                }
                distance += 1.0;
                at = node.parent;
            }
        }
    }

    fn thread_share(&self) -> f32 {
        let in_thread = |leaf: u32| self.ancestors(leaf).any(|a| self.nodes[a as usize].groups & THREAD != 0);
        let weight = |(leaf, text): (&u32, &Text)| if in_thread(*leaf) { text.weight } else { 0.0 };
        self.leaf.iter().zip(&self.texts).map(weight).sum::<f32>() / self.nodes[0].weight.max(1.0)
    }

    /// The element and its ancestors, innermost first.
    pub(super) fn ancestors(&self, leaf: u32) -> impl Iterator<Item = u32> {
        std::iter::successors(Some(leaf), |&n| self.nodes[n as usize].parent)
    }
}

impl Node {
    fn new(parent: Option<u32>, depth: u16, part: Part) -> Node {
        Node {
            parent,
            depth,
            tag: part.tag,
            groups: part.groups,
            tags: part.tags,
            weight: 0.0,
            good: 0.0,
            linked: 0.0,
            n_blocks: 0,
            headings: 0.0,
            linked_headings: 0.0,
            first: u32::MAX,
            last: 0,
            merit: 0.0,
        }
    }
}
