//! Feature rows of pages, for the training in `tools/train`.
//!
//! `features ROWS [--disguised] [SCORES]` reads JSON Lines `{id, url, html}`; writes for each page one line of JSON
//! `{id, names, texts, paths, kinds}` to standard output and its rows as little-endian 32-bit floats, block after block,
//! to the file `ROWS`. `SCORES` is a file with the first stage's scores, a 32-bit float a block: rows of the second
//! stage follow. `--disguised`: the rows are those of the page as if its text were written in a script without blanks
//! and its elements had other names; the texts that are written stay as they are.

use dateline::clean::content::Content;
use dateline::clean::notices::Notices;
use dateline::config::ParseConfig;
use dateline::lang::Languages;
use dateline::model::{Block, Document, Dump, Media, Span};
use std::io::{BufRead, BufWriter, Write};

fn main() -> std::io::Result<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let disguised = arguments.iter().position(|a| a == "--disguised").map(|i| arguments.remove(i)).is_some();
    let mut arguments = arguments.into_iter();
    let path = arguments.next().unwrap_or_else(|| "features.f32".to_string());
    let scores = arguments.next().map(std::fs::read).transpose()?;
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
            let other = disguised.then(|| disguise(&document));
            content.features(other.as_ref().unwrap_or(&document), &document, &notices, here.as_deref())
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

/// The page in a script without blanks, with half of the names of its classes gone. Most labelled pages are English and
/// their names are; this is what the same page would be elsewhere.
fn disguise(document: &Document) -> Document {
    let mut other = Document { text: String::new(), blocks: Vec::new(), ..document.clone() };
    let salt = document.text.len() as u32;
    for (i, block) in document.blocks.iter().enumerate() {
        let text = in_han(document.block_text(i));
        let start = other.text.len();
        other.text.push_str(&text);
        let span = Span::new(start, other.text.len());
        other.text.push('\n');
        let linked = u64::from(block.linked) * text.len() as u64 / (block.span.len() as u64).max(1);
        let path: Vec<String> = block.path.split('/').map(|part| nameless(part, salt)).collect();
        other.blocks.push(Block { span, linked: linked as u32, path: path.join("/"), ..block.clone() });
    }
    let meta = &mut other.meta;
    for text in [&mut meta.title, &mut meta.description, &mut meta.body].into_iter().flatten() {
        *text = in_han(text);
    }
    other
}

/// Letters that a character of such a script stands for: as many as the classifier takes it for.
const LETTERS_A_CHARACTER: f32 = 2.5;
/// First of the characters that stand for words.
const FIRST: u32 = 0x4E00;
/// Marks of a sentence and their wide forms.
const MARKS: [(char, char); 8] =
    [('.', '。'), (',', '，'), ('!', '！'), ('?', '？'), (':', '：'), (';', '；'), ('(', '（'), (')', '）')];

/// Words as Han characters: the same word always as the same ones, a short one as a particle, blanks gone.
fn in_han(text: &str) -> String {
    let mut out = String::new();
    let mut word = String::new();
    let mut owed = 0.0f32;
    for c in text.chars().chain([' ']) {
        if c.is_alphabetic() {
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            let short = word.len() <= 3 && word.chars().all(char::is_lowercase);
            let hash = word.to_lowercase().bytes().fold(7u32, |h, b| h.wrapping_mul(31).wrapping_add(u32::from(b)));
            // The blank behind the word counts too.
            owed += (word.chars().count() + 1) as f32 / LETTERS_A_CHARACTER;
            let mut k = 0;
            while owed >= 1.0 {
                let c = if short && hash % 2 == 0 {
                    Some('的')
                } else {
                    char::from_u32(FIRST + hash.wrapping_add(k * 7919) % 5000)
                };
                out.extend(c);
                owed -= 1.0;
                k += 1;
            }
            word.clear();
        }
        match MARKS.iter().find(|(latin, _)| *latin == c) {
            Some((_, wide)) => out.push(*wide),
            None if c.is_whitespace() => {}
            None => out.push(c),
        }
    }
    out
}

/// A part of a path; about half of a page's names lose their letters, others with another `salt`, so that the trees
/// cannot rely on any one.
fn nameless(part: &str, salt: u32) -> String {
    let hash = |name: &str| name.bytes().fold(salt ^ 3, |h, b| h.wrapping_mul(131).wrapping_add(u32::from(b)));
    let mut out = String::new();
    for (k, name) in part.split_inclusive(['#', '.']).enumerate() {
        let (word, mark) = name.split_at(name.trim_end_matches(['#', '.']).len());
        if k > 0 && (hash(word) >> 7) % 2 == 0 {
            out.extend(word.chars().map(|c| if c.is_ascii_alphabetic() { 'x' } else { c }));
        } else {
            out.push_str(word);
        }
        out.push_str(mark);
    }
    out
}
