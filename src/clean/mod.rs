//! Verdicts from one document alone: the article in the page, phrases, what is said twice.

pub mod repeats;
pub mod templates;
