//! Writes the text of a page: blanks collapse, blocks stand one a line, each run knows where it came from.

use crate::model::{Block, BlockKind, Lead, Leads, ListMark, Piece, Span};
use crate::text::script::is_unspaced;

/// What the place of a text in the tree says about the block that it begins.
pub(super) struct Context<'a> {
    pub kind: BlockKind,
    pub level: Option<u8>,
    pub path: &'a str,
    /// Parts of the path.
    pub depth: u16,
    /// Parts of the path that were open when the last block began; set anew when a block begins.
    pub shared: &'a mut u16,
    pub linked: bool,
    /// Where the link leads that the text stands in.
    pub lead: Option<Lead>,
    pub pre: bool,
    /// The mark of the list item that the text stands in; asked once, when a block begins.
    pub mark: &'a mut dyn FnMut() -> Option<ListMark>,
}

/// White space that was read and is not yet written: it may stand at the end of a block.
#[derive(Clone, Copy)]
struct Blank {
    source: Option<Span>,
    has_line_feed: bool,
    linked: bool,
}

/// The text so far, and the block that is being written.
pub(super) struct Writer {
    text: String,
    pieces: Vec<Piece>,
    blocks: Vec<Block>,
    in_block: bool,
    blank: Option<Blank>,
    /// Line breaks since the last visible character of the paragraph.
    n_breaks: usize,
    /// Two spans touch here: a blank parts them if their letters say so.
    may_part: bool,
    /// The last block ended at a line break, inside a paragraph.
    in_paragraph: bool,
    /// Line feeds to write before the next block, beyond the one between blocks.
    gaps: usize,
    /// Where the links lead that have opened since the last block ended.
    leads: Leads,
    /// Bytes of paths that may still be written, so that deep pages of tiny blocks stay linear in memory.
    path_budget: usize,
}

/// Bytes of paths for each byte of the page: real pages need about three.
const PATH_BYTES_A_BYTE: usize = 16;

impl Writer {
    /// For a page of `n_bytes`.
    pub fn new(n_bytes: usize) -> Writer {
        Writer {
            text: String::new(),
            pieces: Vec::new(),
            blocks: Vec::new(),
            in_block: false,
            blank: None,
            n_breaks: 0,
            may_part: false,
            in_paragraph: false,
            gaps: 0,
            leads: Leads::default(),
            path_budget: 1_000_000 + n_bytes * PATH_BYTES_A_BYTE,
        }
    }

    pub fn text_len(&self) -> usize {
        self.text.len()
    }

    /// Blocks that are finished.
    pub fn n_blocks(&self) -> usize {
        self.blocks.len()
    }

    /// Text, pieces, blocks.
    pub fn finish(self) -> (String, Vec<Piece>, Vec<Block>) {
        (self.text, self.pieces, self.blocks)
    }

    /// Writes a run of a text node that stands at `source`: byte for byte if the lengths agree.
    pub fn write(&mut self, run: &str, source: Span, context: &mut Context<'_>) {
        let verbatim = run.len() == source.len();
        let place = |start: usize, end: usize| match verbatim {
            true => Span { start: source.start + start as u32, end: source.start + end as u32 },
            false => source,
        };
        let bytes = run.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let end = at + plain_len(&bytes[at..], verbatim);
            if end > at {
                self.write_plain(&run[at..end], place(at, end), context);
                at = end;
                continue;
            }
            let (kind, n) = special(&bytes[at..]);
            match kind {
                Special::Invisible => {}
                Special::Blank | Special::LineFeed if context.pre && self.in_block => {
                    self.write_plain(if kind == Special::Blank { " " } else { "\n" }, place(at, at + n), context);
                }
                Special::Blank => self.read_blank(place(at, at + n), false, context.linked),
                Special::LineFeed => self.read_blank(place(at, at + n), true, context.linked),
                Special::Plain => self.write_plain(&run[at..at + n], place(at, at + n), context),
            }
            at += n;
        }
    }

    fn read_blank(&mut self, source: Span, has_line_feed: bool, linked: bool) {
        match &mut self.blank {
            Some(blank) => {
                blank.has_line_feed |= has_line_feed;
                match &mut blank.source {
                    Some(before) if before.end == source.start => before.end = source.end,
                    Some(_) => {}
                    none => *none = Some(source),
                }
            }
            None => self.blank = Some(Blank { source: Some(source), has_line_feed, linked }),
        }
    }

    /// A blank that the page does not have.
    pub fn blank(&mut self) {
        self.blank.get_or_insert(Blank { source: None, has_line_feed: false, linked: false });
    }

    /// Two spans touch here.
    pub fn may_part(&mut self) {
        self.may_part = true;
    }

    /// A link opens.
    pub fn lead(&mut self, lead: Option<Lead>) {
        let Some(lead) = lead else { return };
        match self.blocks.last_mut().filter(|_| self.in_block) {
            Some(block) => block.leads.add(lead),
            None => self.leads.add(lead),
        }
    }

    fn write_plain(&mut self, run: &str, source: Span, context: &mut Context<'_>) {
        if std::mem::take(&mut self.may_part)
            && self.in_block
            && parts(self.text.chars().next_back(), run.chars().next())
        {
            self.blank();
        }
        match self.in_block {
            false => self.begin_block(context),
            true => self.write_blank(run),
        }
        self.blank = None;
        self.push(run, source);
        if context.linked {
            self.add_linked(run.len());
        }
    }

    fn add_linked(&mut self, n: usize) {
        let block = self.blocks.last_mut().expect("a block is open while text is written");
        block.linked += n as u32;
    }

    /// The blank before `next`. A line feed of the source between two characters that know no blanks is none.
    fn write_blank(&mut self, next: &str) {
        let Some(blank) = self.blank.take() else { return };
        let joins = |c: Option<char>| c.is_some_and(|c| is_unspaced(c) || is_wide_punctuation(c));
        if blank.has_line_feed && joins(self.text.chars().next_back()) && joins(next.chars().next()) {
            return;
        }
        match blank.source {
            Some(source) => self.push(" ", source),
            None => self.text.push(' '),
        }
        if blank.linked {
            self.add_linked(1);
        }
    }

    fn push(&mut self, run: &str, source: Span) {
        let start = self.text.len();
        self.text.push_str(run);
        let text = Span::new(start, self.text.len());
        let even = |p: &Piece| p.text.len() == p.source.len();
        let piece = Piece { text, source };
        match self.pieces.last_mut() {
            Some(last)
                if last.text.end == text.start && last.source.end == source.start && even(last) && even(&piece) =>
            {
                last.text.end = text.end;
                last.source.end = source.end;
            }
            _ => self.pieces.push(piece),
        }
    }

    // Invariant: while a block is open it is the last of `blocks`, and its span begins where its text does.
    fn begin_block(&mut self, context: &mut Context<'_>) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        for _ in 0..std::mem::take(&mut self.gaps) {
            self.text.push('\n');
        }
        let start = self.text.len();
        let path = match self.path_budget.checked_sub(context.path.len()) {
            Some(rest) => {
                self.path_budget = rest;
                context.path.to_string()
            }
            None => String::new(),
        };
        let mut leads = std::mem::take(&mut self.leads);
        if let (true, Some(lead)) = (leads == Leads::default(), context.lead) {
            leads.add(lead);
        }
        self.blocks.push(Block {
            span: Span::new(start, start),
            kind: context.kind,
            level: context.level,
            path,
            shared: std::mem::replace(context.shared, context.depth),
            leads,
            list: (context.mark)(),
            continues: self.in_paragraph && self.n_breaks == 1,
            ..Block::default()
        });
        self.in_block = true;
        self.n_breaks = 0;
    }

    /// Ends the block at a border of a block element.
    pub fn end_block(&mut self) {
        self.close_block();
        self.in_paragraph = false;
        self.n_breaks = 0;
    }

    /// `<br>`: the next text is a block of its own, which goes on from this one if no second break follows.
    pub fn line_break(&mut self) {
        if self.in_block {
            self.close_block();
            self.in_paragraph = true;
        }
        self.n_breaks += 1;
    }

    fn close_block(&mut self) {
        self.blank = None;
        if !std::mem::take(&mut self.in_block) {
            return;
        }
        let block = self.blocks.last_mut().expect("a block is open");
        block.span = Span::new(block.span.start as usize, self.text.len()).trimmed(&self.text);
        if block.span.is_empty() {
            self.blocks.pop();
            return;
        }
        block.linked = block.linked.min(block.span.len() as u32);
    }

    /// An empty cell: one more tab in the row.
    pub fn gap(&mut self) {
        self.gaps += 1;
    }

    /// Joins the blocks from `first` on into one row: a tab between cells, a blank between the lines of a cell.
    /// Leaves them apart when a cell holds more than a few lines: such a table lays out a page.
    pub fn join_row(&mut self, first: usize, cells: &[usize]) {
        self.gaps = 0;
        let n = self.blocks.len();
        if n < first + 2 {
            return;
        }
        let ends = cells.iter().skip(1).copied().chain([n]);
        let simple = cells.iter().zip(ends).all(|(&start, end)| {
            let lines = self.blocks.get(start..end).unwrap_or_default();
            lines.len() <= MAX_CELL_LINES && lines.iter().skip(1).all(|b| b.continues)
        });
        if !simple || cells.first().is_some_and(|&c| c > first) {
            return;
        }
        let row_start = self.blocks[first].span.start as usize;
        let tail = self.text.split_off(row_start);
        let mut at = 0;
        for i in first..n {
            let span = self.blocks[i].span;
            let (start, end) = (span.start as usize - row_start, span.end as usize - row_start);
            let between = if self.blocks[i].continues { " " } else { "\t" };
            for _ in at..start {
                self.text.push_str(between);
            }
            self.text.push_str(&tail[start..end]);
            at = end;
        }
        let linked = self.blocks[first..].iter().map(|b| b.linked).sum();
        let leads = self.blocks[first..].iter().fold(Leads::default(), |sum, b| sum.and(b.leads));
        let last = self.blocks[n - 1].span;
        self.blocks.truncate(first + 1);
        let row = &mut self.blocks[first];
        row.kind = BlockKind::Row;
        row.level = None;
        row.linked = linked;
        row.leads = leads;
        row.span = row.span.hull(last);
        if let Some(cell) = row.path.rfind('/') {
            row.path.truncate(cell);
        }
    }
}

/// Lines of one cell of a row, at most: an address or a date has a few; a column of the page has many.
const MAX_CELL_LINES: usize = 4;

/// A word ends and another begins: `Park|March`, `2019|Updated`, `Park|13`.
fn parts(left: Option<char>, right: Option<char>) -> bool {
    let (Some(left), Some(right)) = (left, right) else { return false };
    let ends = left.is_lowercase() || left.is_ascii_digit();
    (ends && right.is_uppercase()) || (left.is_lowercase() && right.is_ascii_digit())
}

/// Full-width punctuation, which brings its own space.
fn is_wide_punctuation(c: char) -> bool {
    matches!(u32::from(c), 0x3001..=0x303F | 0xFF01..=0xFF0F | 0xFF1A..=0xFF20 | 0xFF3B..=0xFF40 | 0xFF5B..=0xFF65)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Special {
    Blank,
    LineFeed,
    Invisible,
    Plain,
}

/// Bytes until something that may need a look: white space, or the lead byte of a character that is a blank or
/// invisible. With `blanks`, a single blank between two plain characters is as plain as they are.
fn plain_len(bytes: &[u8], blanks: bool) -> usize {
    let is_plain = |b: &u8| PLAIN[usize::from(*b)];
    let mut at = 0;
    loop {
        at += bytes[at..].iter().position(|b| !is_plain(b)).unwrap_or(bytes.len() - at);
        let is_single = blanks && at > 0 && bytes.get(at) == Some(&b' ') && bytes.get(at + 1).is_some_and(is_plain);
        if !is_single {
            return at;
        }
        at += 1;
    }
}

/// Bytes that need no look.
static PLAIN: [bool; 256] = {
    let mut plain = [true; 256];
    let mut byte = 0;
    while byte < plain.len() {
        plain[byte] = !matches!(byte, 0x00..=0x20 | 0x7F | 0xC2 | 0xE2 | 0xEF);
        byte += 1;
    }
    plain
};

/// What the character at the head of `bytes` is, and its length.
fn special(bytes: &[u8]) -> (Special, usize) {
    match bytes {
        [b'\n' | b'\r', ..] => (Special::LineFeed, 1),
        [b' ' | b'\t' | 0x0C, ..] => (Special::Blank, 1),
        // Control characters have no shape.
        [0x00..=0x1F | 0x7F, ..] => (Special::Invisible, 1),
        // No-break space; next line; other C1 controls; soft hyphen.
        [0xC2, 0xA0, ..] => (Special::Blank, 2),
        [0xC2, 0x85, ..] => (Special::LineFeed, 2),
        [0xC2, 0x80..=0x9F | 0xAD, ..] => (Special::Invisible, 2),
        // En quad to hair space, narrow no-break space, mathematical space.
        [0xE2, 0x80, 0x80..=0x8A | 0xAF, ..] | [0xE2, 0x81, 0x9F, ..] => (Special::Blank, 3),
        // Line and paragraph separator.
        [0xE2, 0x80, 0xA8 | 0xA9, ..] => (Special::LineFeed, 3),
        // Zero-width space, word joiner, byte order mark.
        [0xE2, 0x80, 0x8B, ..] | [0xE2, 0x81, 0xA0, ..] | [0xEF, 0xBB, 0xBF, ..] => (Special::Invisible, 3),
        [0xC2, ..] => (Special::Plain, 2),
        [0xE2 | 0xEF, ..] => (Special::Plain, 3),
        _ => (Special::Plain, 1),
    }
}
