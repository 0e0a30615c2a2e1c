//! The nouns that are handed on: `Dump` → `Document` → `Cleaned` → `Record`. Each is made once and never edited.

mod block;
mod document;
mod dump;
pub mod edtf;
mod ids;
mod record;
mod site;
mod span;
mod verdict;

pub use block::{Block, BlockKind, Lead, Leads, ListMark};
pub use document::{Document, Meta, Published};
pub use dump::{Dump, Media, Origin};
pub use ids::{article_id, child_id, sha256_hex};
pub use record::{Article, BlockRow, Cluster, CopyRow, Event, Point, Record, RejectRow};
pub use site::Seen;
pub use span::{Piece, SourceMap, Span};
pub use verdict::{Cleaned, Reason, Verdict};
