//! What only many documents can tell: furniture of a site, duplicate and near-duplicate articles.
//!
//! Each document gives its [`Facts`]; a [`Learner`] gathers them to an [`Index`], which merges with others in any order;
//! [`Index::resolve`] tells what repeats: [`Known`].

mod align;
mod facts;
mod index;
mod known;
mod log;
mod losers;
mod near;
mod resolve;
mod spill;
mod stored;
mod tally;
mod templates;
mod union;

pub use facts::{Facts, Print, prints};
pub use index::{Index, Learner};
pub use known::{Counters, Duplicate, Known, Relation, Standing};
pub use spill::{Room, Rows, Sorter};
pub use tally::Tally;
