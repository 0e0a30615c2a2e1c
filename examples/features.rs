//! Feature rows of pages, for the training in `tools/train`.
//!
//! Reads JSON Lines `{id, url, html}`; writes for each page one line of JSON `{id, names, texts, nodes}` to standard
//! output and its rows as little-endian 32-bit floats, block after block, to the file named by the first argument.
//! A second argument names a file with the first stage's scores, a 32-bit float a block: rows of the second stage follow.

use dateline::clean::content::Content;
use dateline::clean::notices::Notices;
use dateline::config::ParseConfig;
use dateline::lang::Languages;
use dateline::model::{Dump, Media};
use std::io::{BufRead, BufWriter, Write};

fn main() -> std::io::Result<()> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "features.f32".to_string());
    let scores = std::env::args().nth(2).map(std::fs::read).transpose()?;
    let mut scores = scores.map(|bytes| {
        let float = |b: &[u8]| f32::from_le_bytes(b.try_into().expect("chunks of four"));
        bytes.chunks_exact(4).map(float).collect::<Vec<f32>>().into_iter()
    });
    let mut rows_out = BufWriter::new(std::fs::File::create(path)?);
    let mut out = BufWriter::new(std::io::stdout().lock());
    let languages = Languages::builtin();
    let notices = Notices::new(&languages).map_err(std::io::Error::other)?;
    let content = Content::new(&dateline::config::CleanConfig::default());
    for line in std::io::stdin().lock().lines() {
        let page: serde_json::Value = serde_json::from_str(&line?)?;
        let text = |key: &str| page[key].as_str().map(str::to_string);
        let dump =
            Dump { body: text("html").unwrap_or_default(), url: text("url"), media: Media::Html, ..Dump::default() };
        let document = dateline::parse::document(dump, &languages, &ParseConfig::default());
        let (names, rows) = {
            let here: Option<Vec<f32>> = scores.as_mut().map(|s| s.by_ref().take(document.blocks.len()).collect());
            content.features(&document, &notices, here.as_deref())
        };
        for value in rows.iter().flatten() {
            rows_out.write_all(&value.to_le_bytes())?;
        }
        let texts: Vec<&str> = (0..document.blocks.len()).map(|i| document.block_text(i)).collect();
        let paths: Vec<&str> = document.blocks.iter().map(|b| b.path.as_str()).collect();
        let kinds: Vec<&str> = document.blocks.iter().map(|b| b.kind.name()).collect();
        serde_json::to_writer(
            &mut out,
            &serde_json::json!({ "id": page["id"], "names": names, "texts": texts, "paths": paths, "kinds": kinds }),
        )?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    rows_out.flush()
}
