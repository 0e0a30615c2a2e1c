//! Reading numbered points and headings: markers, numbering, nesting.

mod decide;
mod extents;
mod headings;
mod inline;
mod lexicon;
mod lines;
mod markdown;
mod markers;
mod markup;
mod menu;
mod numerals;
mod outline;
#[cfg(test)]
mod tests;

pub use outline::{Heading, ListPoint, Outline, Reader};
