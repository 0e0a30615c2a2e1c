//! Raw scraped article dumps in; clean text, dated events and numbered points out.

pub mod clean;
pub mod config;
pub mod corpus;
pub mod dates;
pub mod error;
pub mod extract;
pub mod ingest;
pub mod lang;
pub mod model;
pub mod parse;
pub mod pipeline;
pub mod points;
pub mod text;
pub mod write;

pub use config::Config;
pub use error::{Error, Reject};
