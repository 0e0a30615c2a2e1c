//! The form for comparing: width, case, simplified/traditional, tokens, sentences; always with a map back, never kept as output.

pub mod fold;
pub(crate) mod language;
pub(crate) mod letters;
pub mod script;
pub mod sentence;
