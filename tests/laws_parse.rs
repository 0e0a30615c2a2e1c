//! Laws of parsing, on pages and texts that no one wrote: nothing that a reader sees is lost, said twice or misplaced.

#![allow(clippy::unwrap_used)]

use dateline::config::ParseConfig;
use dateline::lang::Languages;
use dateline::model::{Document, Dump, Media, Span};
use dateline::parse::Parser;
use proptest::prelude::*;

fn parser() -> Parser {
    Parser::new(&Languages::builtin(), &ParseConfig::default())
}

fn parse(body: &str, media: Media) -> Document {
    parser().document(Dump { body: body.to_string(), media, ..Dump::default() })
}

/// What holds for every document, whatever it was made from.
fn check_document(document: &Document, body: &str) {
    let mut end = 0;
    for (i, block) in document.blocks.iter().enumerate() {
        assert!(block.span.start >= end, "blocks are in order and disjoint: {body:?}");
        end = block.span.end;
        let text = document.text.get(block.span.range()).unwrap_or_else(|| panic!("block {i} of {body:?}"));
        assert!(!text.is_empty() && text.trim() == text, "no block is empty or has blanks at its ends: {text:?}");
        assert!(body.get(block.source.range()).is_some(), "the source lies in the dump, on borders: {body:?}");
        assert!(block.linked as usize <= text.len());
    }
    assert!(end as usize <= document.text.len());
    let mut end = 0;
    for piece in document.source.pieces() {
        assert!(piece.text.start >= end && document.text.get(piece.text.range()).is_some());
        assert!(body.get(piece.source.range()).is_some(), "{piece:?} {body:?}");
        end = piece.text.end;
    }
}

fn visible(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn in_blocks(document: &Document) -> String {
    (0..document.blocks.len()).map(|i| visible(document.block_text(i))).collect()
}

/// Pieces of a page: what is shown as words `w1 w2 …`, what is not as words `x1 x2 …`.
#[derive(Clone, Debug)]
enum Part {
    Word,
    Blank(&'static str),
    Element(&'static str, Vec<Part>),
    Unseen(&'static str, &'static str),
    Single(&'static str),
}

fn part() -> impl Strategy<Value = Part> {
    let leaf = prop_oneof![
        4 => Just(Part::Word),
        2 => prop::sample::select(vec![" ", "\n", "\t\t", "&nbsp;", "\r\n", " &#32; "]).prop_map(Part::Blank),
        1 => prop::sample::select(vec!["<br>", "<hr>", "<img>", "<wbr>", "<!-- c -->", "<input>"]).prop_map(Part::Single),
        1 => prop::sample::select(vec![
            ("<script>", "</script>"),
            ("<style>", "</style>"),
            ("<template>", "</template>"),
            ("<p hidden>", "</p>"),
            ("<div style=\"display:none\">", "</div>"),
            ("<!-- ", " -->"),
            ("<noscript>", "</noscript>"),
        ])
        .prop_map(|(open, close)| Part::Unseen(open, close)),
    ];
    let names = vec![
        "div",
        "p",
        "span",
        "b",
        "a href=x",
        "ul",
        "ol start=4",
        "li",
        "h1",
        "h3",
        "blockquote",
        "table",
        "tr",
        "td",
        "section",
        "article",
        "em",
        "pre",
        "figure",
        "figcaption",
        "dl",
        "dd",
        "center",
        "font",
        "x-tag",
        "details",
        "button",
    ];
    leaf.prop_recursive(6, 60, 6, move |inner| {
        (prop::sample::select(names.clone()), prop::collection::vec(inner, 0..6))
            .prop_map(|(name, parts)| Part::Element(name, parts))
    })
}

/// Writes the page; counts the words that are shown.
fn write(parts: &[Part], page: &mut String, n_words: &mut usize) {
    for part in parts {
        match part {
            // Zero digits around keep `w1` from standing inside `w12`.
            Part::Word => {
                *n_words += 1;
                *page += &format!("w{}z", *n_words);
            }
            Part::Blank(blank) => *page += blank,
            Part::Single(tag) => *page += tag,
            Part::Unseen(open, close) => *page += &format!("{open}x{close}"),
            Part::Element(name, inner) => {
                let bare = name.split(' ').next().unwrap();
                *page += &format!("<{name}>");
                write(inner, page, n_words);
                *page += &format!("</{bare}>");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn every_word_that_a_page_shows_lies_in_one_block_and_leads_back(parts in prop::collection::vec(part(), 0..8)) {
        let (mut page, mut n_words) = (String::new(), 0);
        write(&parts, &mut page, &mut n_words);
        let document = parse(&page, Media::Html);
        check_document(&document, &page);
        let text = in_blocks(&document);
        for n in 1..=n_words {
            let word = format!("w{n}z");
            prop_assert_eq!(text.matches(&word).count(), 1, "{} in {:?}", word, page);
            let at = document.text.find(&word).unwrap();
            let source = document.source_of(Span::new(at, at + word.len()));
            prop_assert_eq!(source.of(&page), word);
        }
        prop_assert!(!text.contains('x'), "{:?}", page);
    }

    #[test]
    fn every_visible_character_of_a_text_lies_in_one_block(body in any::<String>()) {
        let document = parse(&body, Media::Text);
        check_document(&document, &body);
        prop_assert_eq!(&document.text, &body);
        prop_assert_eq!(in_blocks(&document), visible(&body));
    }

    #[test]
    fn no_page_makes_it_panic(body in "(<[a-z]{1,6}( [a-z]+=?['\"]?[^>]{0,4})?/?>|</[a-z]{1,6}>|[^<]{0,6}|<!--|-->|&[a-z#0-9]{0,6};?|\\PC|<!|\0|[\r\n]){0,40}") {
        let document = parse(&body, Media::Html);
        check_document(&document, &body);
    }

    #[test]
    fn the_same_page_gives_the_same_document(parts in prop::collection::vec(part(), 0..4)) {
        let (mut page, mut n_words) = (String::new(), 0);
        write(&parts, &mut page, &mut n_words);
        let (a, b) = (parse(&page, Media::Html), parse(&page, Media::Html));
        prop_assert_eq!((&a.text, &a.blocks, &a.meta), (&b.text, &b.blocks, &b.meta));
    }
}
