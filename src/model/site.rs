//! What the other pages of a site tell about a block: plain counts, handed from the corpus to cleaning.

/// On how many pages of its site a block was seen, and in which half of them.
///
/// Pages that carry the same article count once, so that an article stored twice does not look like furniture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Pages of the site that were seen, this one included; 0 when nothing is known of the site.
    pub of: u32,
    /// Pages that have the block word for word.
    pub pages: u32,
    /// Of these, the pages where it stands in the head half.
    pub head: u32,
    /// Of these, the pages where it stands in the tail half. A page may have it in both.
    pub tail: u32,
    /// Pages that have the block when numbers are masked ("36576 comments").
    pub slot_pages: u32,
    /// Of these, the pages where it stands in the head half.
    pub slot_head: u32,
    /// Of these, the pages where it stands in the tail half.
    pub slot_tail: u32,
}
