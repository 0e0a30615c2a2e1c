//! Which reader an input gets, by its look, once compression is off.

use super::archive::{self, Archive};
use super::crawl::{self, Crawl};
use super::gzip::Gzip;
use super::input::{Input, Layer};
use super::json::Json;
use super::member::Member;
use super::sniff::{self, Format, HEAD};
use super::transcoded::Transcoded;
use super::zstandard::Zstandard;
use super::{Queue, Tally, page, reject_hole, whole};
use crate::error::Severity;
use encoding_rs::{Encoding, UTF_8};

/// Compressions in each other that are taken off. Files are packed twice by mistake; more is a bomb.
const MAX_LAYERS: usize = 3;

/// A reader at work.
pub(super) enum Reader {
    /// A text or a page.
    Whole(Input),
    Json(Box<Json>),
    Crawl(Box<Crawl>),
    Archive(Box<Archive>),
    /// Nothing of it is read.
    Passed(Input),
}

/// What a step of a reader gave; what it found is in the queue.
pub(super) enum Step {
    More,
    /// A file in an archive: its name there, escaped, and its bytes. To be given back by [`Archive::resume`].
    Member(String, Box<Member>),
    End,
}

impl Reader {
    pub fn step(&mut self, queue: &mut Queue<'_>) -> Step {
        let more = match self {
            Reader::Whole(input) => {
                whole::read(input, queue);
                false
            }
            Reader::Json(json) => json.step(queue),
            Reader::Crawl(crawl) => crawl.step(queue),
            Reader::Archive(archive) => return archive.step(queue),
            Reader::Passed(_) => false,
        };
        if more { Step::More } else { Step::End }
    }

    /// The input, given back; what was passed over is added to `tally`. None while a member of it is out.
    pub fn into_input(self, tally: &mut Tally) -> Option<Input> {
        match self {
            Reader::Whole(input) | Reader::Passed(input) => Some(input),
            Reader::Json(json) => Some(json.into_input()),
            Reader::Crawl(crawl) => {
                let (input, passed) = crawl.into_input();
                for (what, count) in passed {
                    *tally.passed.entry(what).or_default() += count;
                }
                Some(input)
            }
            Reader::Archive(archive) => {
                let (input, hidden) = archive.into_input();
                if hidden > 0 {
                    *tally.passed.entry("hidden".to_string()).or_default() += hidden;
                }
                input
            }
        }
    }
}

/// Takes compression off and chooses the reader. `archives`: an archive is opened, not rejected.
pub(super) fn choose(mut input: Input, archives: bool, queue: &mut Queue<'_>, tally: &mut Tally) -> Reader {
    for layers in 0.. {
        let format = format(&mut input, queue);
        tally.saw(format.name());
        match format {
            Format::Gzip if layers < MAX_LAYERS => input = Input::new(Layer::Gzip(Box::new(Gzip::new(input)))),
            Format::Zstandard if layers < MAX_LAYERS => {
                input = Input::new(Layer::Zstandard(Box::new(Zstandard::new(input))))
            }
            Format::Json(shape, charset) => {
                let charset = charset.or(queue.settings.charset).filter(|c| *c != UTF_8);
                let input = match charset {
                    Some(charset) => transcoded(input, charset),
                    None => input,
                };
                return Reader::Json(Box::new(Json::new(input, shape)));
            }
            Format::Warc => return Reader::Crawl(Box::new(Crawl::new(input, crawl::Kind::Warc))),
            Format::Arc => return Reader::Crawl(Box::new(Crawl::new(input, crawl::Kind::Arc))),
            Format::Tar if archives => return Reader::Archive(Box::new(Archive::new(input, archive::Kind::Tar))),
            Format::Zip if archives => return Reader::Archive(Box::new(Archive::new(input, archive::Kind::Zip))),
            Format::Page => return Reader::Whole(input),
            other => return passed(input, other.name(), queue),
        }
    }
    Reader::Passed(input)
}

/// What stands in `input`. Damage before its first byte is reported: what it was can only be told behind it.
fn format(input: &mut Input, queue: &mut Queue<'_>) -> Format {
    while input.peek(HEAD).is_empty() {
        let Some(hole) = input.hole() else { break };
        let origin = queue.origin(None, hole.bytes.0);
        queue.push(reject_hole(origin, hole, Severity::Lost));
    }
    let format = sniff::format(sniff::head(input.peek(HEAD)));
    if format != Format::Page {
        return format;
    }
    // The first bytes may be damaged, then what they were shows behind the damage.
    match sniff::format(input.peek_behind_hole(HEAD)) {
        behind @ (Format::Warc | Format::Arc | Format::Json(..)) => behind,
        _ => format,
    }
}

/// A file that holds no dump.
fn passed(mut input: Input, found: &str, queue: &mut Queue<'_>) -> Reader {
    input.peek(1);
    let start = input.stored(input.position());
    let mut place = input.place_since(start);
    while !input.at_end() {
        let rest = input.peek(1).len();
        input.consume(rest);
        place = input.place_since(start);
        input.hole();
    }
    queue.push(page::not_text(queue.origin(None, place.0), place, found, Severity::Lost));
    Reader::Passed(input)
}

fn transcoded(input: Input, charset: &'static Encoding) -> Input {
    Input::new(Layer::Transcoded(Box::new(Transcoded::new(input, charset))))
}
