//! Rows of the tables from what was found: identifiers, places, texts.

use super::Extracted;
use super::events::Happening;
use super::lines::Lines;
use super::places::Places;
use super::roles::{Role, dateline_date};
use super::words::Words;
use crate::model::{Article, BlockKind, BlockRow, Cleaned, Document, Event, Point, Reason, Span, Verdict, child_id};
use crate::points::{ListPoint, Outline};
use serde_json::{Value, json};

/// Everything that rows are made of.
pub(super) struct Rows<'a> {
    pub(super) cleaned: &'a Cleaned,
    pub(super) article_id: &'a str,
    pub(super) lines: &'a Lines,
    pub(super) roles: &'a [Role],
    pub(super) outline: &'a Outline,
    pub(super) words: &'a Words,
}

impl Rows<'_> {
    /// All rows of the document.
    pub(super) fn all(&self, happenings: &[Happening], reference_basis: &str) -> Extracted {
        let places = Places::new(self.cleaned);
        let ids: Vec<String> =
            (0..self.document().blocks.len()).map(|b| child_id("block", self.article_id, &b.to_string())).collect();
        let points = self.points(&places, &ids);
        let events = happenings.iter().filter_map(|h| self.event(h, &places, &ids, &points)).collect();
        let article = self.article(places.chars, reference_basis);
        Extracted {
            article,
            blocks: self.blocks(&places, &ids),
            points: points.into_iter().map(|(_, point)| point).collect(),
            events,
        }
    }

    fn document(&self) -> &Document {
        &self.cleaned.document
    }

    fn article(&self, chars: u64, reference_basis: &str) -> Article {
        let document = self.document();
        let n_kept = self.cleaned.verdicts().iter().filter(|v| v.keeps()).count();
        let said = |role: Role| self.with_role(role).map(|i| self.lines.lines[i].span.of(&document.text).to_string());
        let told = dateline_date(self.lines, self.roles);
        let meta = &document.meta;
        Article {
            article_id: self.article_id.to_string(),
            source: document.origin.path.clone(),
            record: document.origin.record,
            sha256: document.sha256.clone(),
            url: document.url.clone(),
            site: document.site.clone(),
            title: meta.title.clone().or_else(|| said(Role::Title)),
            byline: meta.byline.clone().or_else(|| said(Role::Byline)),
            published: meta.published.as_ref().map(|p| p.date.to_string()).or(told.map(|d| d.to_string())),
            published_basis: meta.published.as_ref().map(|p| p.basis.clone()).or(told.map(|_| "text".to_string())),
            language: document.language.clone().or_else(|| meta.language.clone()),
            attribution: self.attribution(),
            reference_date: self.lines.reference.map(|(date, _)| date.to_string()),
            reference_basis: reference_basis.to_string(),
            chars,
            blocks: document.blocks.len() as u64,
            kept: n_kept as u64,
            dropped: (document.blocks.len() - n_kept) as u64,
            duplicate_of: None,
            similarity: None,
            copies: Vec::new(),
            flags: document.flags.clone(),
            text: self.cleaned.text(),
        }
    }

    fn with_role(&self, role: Role) -> Option<usize> {
        (0..self.roles.len()).find(|&i| self.roles[i] == role && self.lines.lines[i].kept)
    }

    /// The source that the article names.
    fn attribution(&self) -> Option<String> {
        let text = &self.document().text;
        let line = |role: Role| self.with_role(role).map(|i| self.lines.lines[i].span.of(text));
        let own = line(Role::Attribution).map(|said| {
            self.words.source(said).unwrap_or(said.trim_matches(['(', ')', '（', '）', '[', ']', '［', '］']))
        });
        own.or_else(|| self.words.source_inside(line(Role::Dateline)?)).map(str::to_string)
    }

    fn blocks(&self, places: &Places<'_>, ids: &[String]) -> Vec<BlockRow> {
        let document = self.document();
        let mut kinds: Vec<(&'static str, Option<u8>)> =
            document.blocks.iter().map(|b| (b.kind.name(), b.level.or(b.list.map(|l| l.depth)))).collect();
        for (line, &role) in self.lines.lines.iter().zip(self.roles).filter(|(l, _)| l.kept) {
            kinds[line.block] = kind_of(role, line.is_item, kinds[line.block]);
        }
        for point in &self.outline.points {
            if document.blocks[point.block].kind == BlockKind::Paragraph && kinds[point.block].0 == "item" {
                kinds[point.block].1 = Some(point.level);
            }
        }
        document
            .blocks
            .iter()
            .enumerate()
            .map(|(b, block)| {
                let place = places.in_article(self.cleaned, b, b, block.span);
                let verdict = &self.cleaned.verdicts()[b];
                let (reason, evidence) = match verdict {
                    Verdict::Keep => (None, Value::Null),
                    Verdict::Drop(reason) => (Some(reason.name().to_string()), self.evidence(reason, ids)),
                };
                BlockRow {
                    block_id: ids[b].clone(),
                    article_id: self.article_id.to_string(),
                    kind: kinds[b].0.to_string(),
                    level: kinds[b].1,
                    path: Some(block.path.clone()).filter(|p| !p.is_empty()),
                    verdict: if verdict.keeps() { "keep" } else { "drop" }.to_string(),
                    reason,
                    evidence,
                    start: place.map(|p| p.0),
                    end: place.map(|p| p.1),
                    source_start: u64::from(block.source.start),
                    source_end: u64::from(block.source.end),
                    text: document.block_text(b).to_string(),
                }
            })
            .collect()
    }

    /// The evidence with the block and the place in the dump of the copy that stays.
    fn evidence(&self, reason: &Reason, ids: &[String]) -> Value {
        let mut evidence = reason.evidence();
        if let (Reason::Repeat { of, .. }, Value::Object(fields)) = (reason, &mut evidence) {
            let source = self.document().source_of(*of);
            fields.insert("of".into(), json!(self.document().block_at(of.start).map(|b| &ids[b])));
            fields.insert("source_start".into(), json!(source.start));
            fields.insert("source_end".into(), json!(source.end));
        }
        evidence
    }

    /// The points whose block stays, each with its place in the document.
    fn points(&self, places: &Places<'_>, ids: &[String]) -> Vec<(Span, Point)> {
        let point_ids: Vec<String> = self
            .outline
            .points
            .iter()
            .map(|p| child_id("point", self.article_id, &format!("{}:{}", p.label.start, p.body.start)))
            .collect();
        let sections = self.sections();
        let row = |(i, point): (usize, &ListPoint)| {
            let (last, text) = self.kept_text(point.block, point.body)?;
            let end = point.body.end.min(self.document().blocks[last].span.end);
            let span = Span { start: point.body.start, end };
            let place = places.in_article(self.cleaned, point.block, last, span)?;
            let source = self.document().source_of(span);
            let lead = self.lead(&text);
            let section = sections[point.block].map(|b| self.document().block_text(b).to_string());
            let point = Point {
                point_id: point_ids[i].clone(),
                article_id: self.article_id.to_string(),
                list_id: child_id("list", self.article_id, &point.list.to_string()),
                ordinal: point.ordinal,
                label: point.label.of(&self.document().text).to_string(),
                depth: point.level,
                parent_id: point.parent.map(|p| point_ids[p].clone()),
                section,
                lead,
                text,
                block_id: ids[point.block].clone(),
                start: place.0,
                end: place.1,
                source_start: u64::from(source.start),
                source_end: u64::from(source.end),
            };
            Some((span, point))
        };
        self.outline.points.iter().enumerate().filter_map(row).collect()
    }

    /// The first sentence.
    fn lead(&self, text: &str) -> String {
        let end = text.char_indices().nth(MAX_LEAD).map_or(text.len(), |(at, _)| at);
        let head = &text[..end];
        self.words.splitter.first(head).map(|s| s.of(head).to_string()).unwrap_or_default()
    }

    /// For each block, the block of the section heading above it.
    fn sections(&self) -> Vec<Option<usize>> {
        let mut sections = vec![None; self.document().blocks.len()];
        let mut headings =
            self.lines.lines.iter().zip(self.roles).filter(|(l, r)| l.kept && matches!(r, Role::Heading(_))).peekable();
        let mut above = None;
        for (b, section) in sections.iter_mut().enumerate() {
            *section = above;
            while let Some((line, _)) = headings.next_if(|(l, _)| l.block <= b) {
                above = Some(line.block);
            }
        }
        sections
    }

    /// The text of a span that may run over several blocks, dropped ones left out, and the last block of it that stays.
    fn kept_text(&self, first: usize, span: Span) -> Option<(usize, String)> {
        let document = self.document();
        let mut text = String::new();
        let mut last = None;
        for b in (first..document.blocks.len()).take_while(|&b| b == first || document.blocks[b].span.start < span.end)
        {
            if !self.cleaned.keeps(b) {
                continue;
            }
            let block = document.blocks[b].span;
            let piece = Span {
                start: block.start.max(span.start).min(block.end),
                end: block.end.min(span.end).max(block.start),
            };
            if piece.start > piece.end {
                continue;
            }
            if last.is_some() {
                text.push('\n');
            }
            text.push_str(piece.of(&document.text));
            last = Some(b);
        }
        last.filter(|_| self.cleaned.keeps(first)).map(|b| (b, text))
    }

    fn event(
        &self,
        happening: &Happening,
        places: &Places<'_>,
        ids: &[String],
        points: &[(Span, Point)],
    ) -> Option<Event> {
        let document = self.document();
        let Happening { edtf, span, date, block, .. } = happening;
        let place = places.in_article(self.cleaned, *block, *block, *span)?;
        let (source, date_source) = (document.source_of(*span), document.source_of(*date));
        let (first, last) = edtf.bounds();
        let written = edtf.to_string();
        let key = format!("{written}|{}|{}|{}", span.start, span.end, date.start);
        // The innermost point is the last that begins before the event and holds it.
        let before = points.partition_point(|(p, _)| p.start <= span.start);
        let point = points[..before].iter().rev().take(MAX_NESTED).find(|(p, _)| p.contains(*span));
        Some(Event {
            event_id: child_id("event", self.article_id, &key),
            article_id: self.article_id.to_string(),
            precision: edtf.precision().to_string(),
            edtf: written,
            date_start: first.map(|d| d.to_string()),
            date_end: last.map(|d| d.to_string()),
            basis: happening.basis.to_string(),
            status: happening.status.name().to_string(),
            date_text: date.of(&document.text).to_string(),
            date_source_start: u64::from(date_source.start),
            date_source_end: u64::from(date_source.end),
            text: span.of(&document.text).to_string(),
            section: happening.section.map(|b| document.block_text(b).to_string()),
            point_id: point.map(|(_, p)| p.point_id.clone()),
            block_id: ids[*block].clone(),
            start: place.0,
            end: place.1,
            source_start: u64::from(source.start),
            source_end: u64::from(source.end),
            cluster_id: None,
        })
    }
}

/// Characters of a point that are read for its first sentence; a longer sentence is cut there.
const MAX_LEAD: usize = 600;

/// Points looked back for the one that holds an event.
const MAX_NESTED: usize = 16;

/// The kind of a kept block by its role; what markup says of a body line stays.
fn kind_of(role: Role, is_item: bool, markup: (&'static str, Option<u8>)) -> (&'static str, Option<u8>) {
    match role {
        Role::Title => ("title", None),
        Role::Subtitle => ("subtitle", None),
        Role::Heading(level) => ("heading", Some(level)),
        Role::Dateline => ("dateline", None),
        Role::Byline => ("byline", None),
        Role::Attribution => ("attribution", None),
        Role::Caption => ("caption", markup.1),
        Role::Code => ("code", markup.1),
        Role::EndNote => ("paragraph", None),
        Role::Body if is_item && markup.0 == "paragraph" => ("item", markup.1),
        // What the outline took for no heading is none, whatever it looked like in the page.
        Role::Body => markup,
    }
}
