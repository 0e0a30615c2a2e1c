//! Raw scraped article dumps in; clean text, dated events and numbered points out.
//!
//! One page, by its own light:
//!
//! ```
//! # fn main() -> Result<(), dateline::Error> {
//! # let html = "<html><body><h1>The ferry</h1><p>On 2 April 2016 the old ferry sank at its mooring, and nobody saw it.</p></body></html>";
//! let article = dateline::read_html(html, None)?;
//! println!("{}", article.text());
//! for event in article.events() {
//!     println!("{} {}", event.edtf, event.text);
//! }
//! # Ok(()) }
//! ```
//!
//! A folder of dumps, what repeats across them, and the tables of `output/`: [`pipeline::Pipeline`], which reads like the
//! commands do:
//!
//! ```no_run
//! # fn main() -> Result<(), dateline::Error> {
//! use dateline::{Config, pipeline::{Pipeline, RunOptions}};
//! Pipeline::new(Config::default())?.run(&["raw".into()], "output".as_ref(), RunOptions::default(), &mut |_| {})?;
//! # Ok(()) }
//! ```
//!
//! The line has four nouns, each made once and never edited: a [`model::Dump`] as it came in; a [`model::Document`], its
//! text and blocks; a [`model::Cleaned`] document, one verdict a block, nothing deleted; and the rows of the tables,
//! [`model::Article`], [`model::Event`], [`model::Point`], each of which walks back to its bytes in the dump.

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
pub use pipeline::{Pipeline, Reading};

use model::{Dump, Media};

/// The article of an HTML page. `url` helps with the publication date and names the article.
///
/// Builds the engines for this one page, some milliseconds; keep a [`Pipeline`] and call [`Pipeline::read`] for many.
///
/// # Errors
/// Never with the default configuration.
pub fn read_html(html: &str, url: Option<&str>) -> Result<Reading, Error> {
    read(html, url, Media::Html)
}

/// The article of a plain text.
///
/// # Errors
/// Never with the default configuration.
pub fn read_text(text: &str, url: Option<&str>) -> Result<Reading, Error> {
    read(text, url, Media::Text)
}

fn read(body: &str, url: Option<&str>, media: Media) -> Result<Reading, Error> {
    let dump = Dump {
        url: url.map(str::to_string),
        sha256: model::sha256_hex(body.as_bytes()),
        body: body.to_string(),
        charset: "UTF-8".to_string(),
        media,
        ..Dump::default()
    };
    Ok(Pipeline::new(Config::default())?.read(dump))
}
