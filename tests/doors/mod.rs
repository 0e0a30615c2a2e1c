//! The doors for foreign bytes, each with the laws that hold for any bytes. Called by `tests/smoke.rs` with seeded
//! mutations and by the targets of `fuzz/` with whatever libFuzzer thinks of.

use dateline::Config;
use dateline::clean::repeats;
use dateline::config::IngestConfig;
use dateline::dates::{Context, Tagger};
use dateline::ingest::{self, Incoming};
use dateline::lang::Languages;
use dateline::model::edtf::Edtf;
use dateline::model::{Dump, Media, Span};
use dateline::pipeline::Pipeline;
use dateline::points::Reader;
use dateline::text::fold::Folder;
use jiff::civil::date;

/// The engines behind the doors, built once.
pub struct Doors {
    pipeline: Pipeline,
    tagger: Tagger,
    points: Reader,
    folder: Folder,
}

/// One door: its name, what it does with bytes.
pub type Door = (&'static str, fn(&Doors, &[u8]));

/// All of them.
pub const DOORS: &[Door] = &[
    ("html", Doors::html),
    ("warc", Doors::warc),
    ("json_lines", Doors::json_lines),
    ("dates", Doors::dates),
    ("lists", Doors::lists),
    ("repeats", Doors::repeats),
];

impl Doors {
    /// Compiles the language data.
    pub fn new() -> Doors {
        let languages = Languages::builtin();
        Doors {
            pipeline: Pipeline::new(Config::default()).expect("the default configuration is right"),
            tagger: Tagger::new(&languages).expect("the built-in languages are right"),
            points: Reader::new(&languages).expect("the built-in languages are right"),
            folder: Folder::new(),
        }
    }

    /// A page: whatever its bytes, each visible character of the text lies in one block, and the whole line holds.
    pub fn html(&self, bytes: &[u8]) {
        self.line(bytes, Media::Html);
    }

    /// A list, or what looks like one, as text.
    pub fn lists(&self, bytes: &[u8]) {
        self.line(bytes, Media::Text);
        let dump = Dump { body: String::from_utf8_lossy(bytes).into_owned(), ..Dump::default() };
        let document = dateline::parse::text::document(dump);
        let outline = self.points.outline(&document, &[]);
        for point in &outline.points {
            inside(point.label, &document.text);
            inside(point.body, &document.text);
            assert!(point.label.start <= point.body.end);
        }
        for heading in &outline.headings {
            inside(heading.span, &document.text);
        }
    }

    /// Text with dates: expressions are disjoint, in order, on character borders, and their EDTF reads back.
    pub fn dates(&self, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        let reference = Some(date(2024, 5, 17).at(0, 0, 0, 0));
        let tagged = self.tagger.tag(&text, &Context { reference, ..Context::default() });
        let mut end = 0;
        for expression in &tagged.expressions {
            inside(expression.span, &text);
            assert!(expression.span.start >= end && !expression.value.is_empty());
            end = expression.span.end;
            if let Some(edtf) = &expression.edtf {
                let printed = edtf.to_string();
                let read: Edtf = printed.parse().expect("what is printed as EDTF is EDTF");
                assert_eq!(read.to_string(), printed);
            }
        }
    }

    /// A text that repeats itself: what goes, and what it repeats, are two pieces of it.
    pub fn repeats(&self, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        for repeat in repeats::find(&text, &repeats::lines(&text), &self.folder) {
            inside(repeat.span, &text);
            inside(repeat.of, &text);
            assert!(repeat.span != repeat.of && (0.0..=1.0).contains(&repeat.similarity));
        }
    }

    /// A file of records.
    pub fn json_lines(&self, bytes: &[u8]) {
        self.file(bytes);
        self.file(&[b"{\"text\": \"first\"}\n", bytes].concat());
    }

    /// A crawl, an archive, a compressed file: whatever begins as the bytes do.
    pub fn warc(&self, bytes: &[u8]) {
        self.file(bytes);
    }

    /// Reading ends, says what it saw, and names places that are in the file.
    fn file(&self, bytes: &[u8]) {
        // Small, so that bombs are found to be bombs soon.
        let config = IngestConfig { max_dump_bytes: 1 << 20, extra: true, ..IngestConfig::default() };
        let mut opened = ingest::open_bytes("x", bytes.to_vec(), &config).expect("the configuration is right");
        let mut n_seen = 0;
        for incoming in opened.by_ref() {
            n_seen += 1;
            match incoming {
                Incoming::Dump(dump) => {
                    assert!(dump.origin.offset <= bytes.len() as u64 && dump.sha256.len() == 64);
                    assert!(dump.body.len() <= 8 << 20);
                }
                Incoming::Reject(reject) => {
                    let (start, end) = reject.bytes.expect("bytes that were read have a place");
                    assert!(start <= end && end <= bytes.len() as u64, "{reject:?}");
                }
            }
        }
        let tally = opened.finish();
        assert_eq!(tally.bytes, bytes.len() as u64);
        assert!(n_seen > 0 || !tally.passed.is_empty() || tally.formats.keys().any(|f| *f != "page"), "{tally:?}");
    }

    /// One dump down the whole line.
    fn line(&self, bytes: &[u8], media: Media) {
        let body = String::from_utf8_lossy(bytes).into_owned();
        let reading = self.pipeline.read(Dump { body: body.clone(), media, ..Dump::default() });
        let document = &reading.cleaned.document;
        let mut end = 0;
        for block in &document.blocks {
            inside(block.span, &document.text);
            inside(block.source, &body);
            assert!(block.span.start >= end);
            assert!(blank(&document.text[end as usize..block.span.start as usize]), "text outside all blocks");
            end = block.span.end;
        }
        assert!(blank(&document.text[end as usize..]), "text outside all blocks");
        assert_eq!(reading.cleaned.verdicts().len(), document.blocks.len());
    }
}

fn inside(span: Span, text: &str) {
    let (start, end) = (span.start as usize, span.end as usize);
    assert!(
        start <= end && text.is_char_boundary(start) && text.is_char_boundary(end),
        "{span:?} of {} bytes",
        text.len()
    );
}

fn blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c.is_control())
}
