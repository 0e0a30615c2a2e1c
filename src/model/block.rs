//! A block: one paragraph, heading, list item or other line of a document, and what the page knew about it.

use crate::model::Span;

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum BlockKind {
    /// The article's title.
    Title,
    /// A second line under the title.
    Subtitle,
    /// A section heading; `Block::level` says which.
    Heading,
    /// Running text.
    #[default]
    Paragraph,
    /// A list item.
    Item,
    /// A table row, cells joined by a tab.
    Row,
    /// A block quotation.
    Quote,
    /// Preformatted text or code.
    Code,
    /// The caption of a picture, table or film.
    Caption,
    /// The line that holds place and date of publication.
    Dateline,
    /// The line that names the author.
    Byline,
    /// The line that names the source.
    Attribution,
}

impl BlockKind {
    /// The word in the `blocks` table.
    pub fn name(self) -> &'static str {
        match self {
            BlockKind::Title => "title",
            BlockKind::Subtitle => "subtitle",
            BlockKind::Heading => "heading",
            BlockKind::Paragraph => "paragraph",
            BlockKind::Item => "item",
            BlockKind::Row => "row",
            BlockKind::Quote => "quote",
            BlockKind::Code => "code",
            BlockKind::Caption => "caption",
            BlockKind::Dateline => "dateline",
            BlockKind::Byline => "byline",
            BlockKind::Attribution => "attribution",
        }
    }

    /// Heads a section.
    pub fn is_heading(self) -> bool {
        matches!(self, BlockKind::Title | BlockKind::Subtitle | BlockKind::Heading)
    }
}

/// The place of an item in a list that markup numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ListMark {
    /// Which list of the document (0-based, by opening tag); a nested list has its own.
    pub list: u32,
    /// 1 for a top list.
    pub depth: u8,
    /// The number that markup gives (`start`, `reversed`, `value`); none in an unordered list.
    pub ordinal: Option<i64>,
    /// The block that opens the item; later paragraphs of one `<li>` have `false`.
    pub opens: bool,
}

/// Where a link leads, seen from its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lead {
    /// To another page of the site, with an address made like the page's own: another article, mostly.
    Alike,
    /// To any other page of the site.
    Inside,
    /// To another site.
    Outside,
    /// To the page itself, or to something that is told its address: buttons that share it.
    Itself,
}

/// How many links lead where: one number for each [`Lead`], none for links of which nothing is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Leads(pub [u16; 4]);

impl Leads {
    /// One link more.
    pub fn add(&mut self, lead: Lead) {
        let n = &mut self.0[lead as usize];
        *n = n.saturating_add(1);
    }

    /// The links of both.
    pub fn and(self, other: Leads) -> Leads {
        Leads(std::array::from_fn(|lead| self.0[lead].saturating_add(other.0[lead])))
    }
}

/// One block of a document.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Block {
    /// Place in `Document::text`, without white space at the ends.
    pub span: Span,
    /// Place in `Dump::body`.
    pub source: Span,
    /// What it is.
    pub kind: BlockKind,
    /// 1–6 for headings that have one.
    pub level: Option<u8>,
    /// Path of the element in the page (`html/body/main#content/p.lead`); empty for text.
    pub path: String,
    /// Parts of the path, from the root on, that are the very elements of the block before and not only named alike; it may be more than the path has.
    pub shared: u16,
    /// Bytes of the block's text inside links.
    pub linked: u32,
    /// Where its links lead; what stands in a link of several blocks has that link, and links without text before the block
    /// (pictures, buttons) are its own.
    pub leads: Leads,
    /// Place in a marked-up list.
    pub list: Option<ListMark>,
    /// Goes on from the block before: one line break (`<br>`) stands between them, in the same paragraph.
    pub continues: bool,
}
