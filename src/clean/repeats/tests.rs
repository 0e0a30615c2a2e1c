//! Examples and laws. `#[cfg(test)]` stands where this module is declared: unit tests may call whom they like.

use super::*;
use crate::model::{Dump, SourceMap};
use proptest::prelude::*;

fn gone(text: &str) -> Vec<usize> {
    let blocks = lines(text);
    let found = find(text, &blocks, &Folder::new());
    found.iter().map(|r| blocks.iter().position(|b| *b == r.span).expect("whole lines")).collect()
}

/// Checks which lines of a text go.
fn check(text: &[&str], expected: &[usize]) {
    assert_eq!(gone(&text.join("\n")), expected, "{text:#?}");
}

const LIBRARY: &[&str] = &[
    "小城的圖書館今天重新開門，館長說工程花了三年，比預計多了一年。",
    "新館有兩層，藏書四萬冊，讀者可以帶水進來，也可以帶孩子。",
    "？",
    "孩子們最喜歡二樓的窗邊，那裡看得到河，也看得到對岸的鐘樓。",
];

const FERRY: &[&str] = &[
    "The old ferry sank at its mooring on Tuesday night, and nobody in the harbour saw it happen.",
    "Its owner, who had sold the last ticket in March, said that he would not raise it again.",
    "“She was tired,” he said.",
    "The town council will meet next week to decide who pays for the wreck and for the new landing stage.",
];

#[test]
fn a_body_that_begins_again_at_its_second_paragraph_goes_and_the_prompt_behind_it_stays() {
    check(&[LIBRARY, &LIBRARY[1..], &["登入後才能留言"]].concat(), &[4, 5, 6]);
}

#[test]
fn a_copy_in_simplified_characters_other_width_and_other_punctuation_is_a_copy() {
    let copy = [
        "小城的图书馆今天重新开门,馆长说工程花了三年,比预计多了一年.",
        "新馆有两层， 藏书四万册， 读者可以带水进来， 也可以带孩子！",
        "？",
        "孩子们最喜欢二楼的窗边那里看得到河也看得到对岸的钟楼",
    ];
    check(&[LIBRARY, &copy].concat(), &[4, 5, 6, 7]);
}

#[test]
fn an_advertisement_inside_the_copy_stays() {
    check(&[FERRY, &FERRY[..2], &["Subscribe to the Harbour Post"], &FERRY[2..]].concat(), &[4, 5, 7, 8]);
}

#[test]
fn lines_that_were_joined_or_split_are_copies_too() {
    let joined = [FERRY[..2].join(" "), FERRY[2..].join(" ")];
    check(&[FERRY, &[&*joined[0], &*joined[1]]].concat(), &[4, 5]);
    check(&[&[&*joined[0], &*joined[1]][..], FERRY].concat(), &[2, 3, 4, 5]);
}

#[test]
fn of_a_teaser_and_the_text_the_text_stays_whichever_comes_first() {
    let more =
        "Divers had warned in 2014 that the hull was worn thin, and the insurance had lapsed two years before that.";
    let last = "The harbour master keeps the bell of the ferry in his office, next to a photograph of the crew.";
    let text = [FERRY, &[more, last]].concat();
    check(&[&FERRY[..2], &["Read more"], &text].concat(), &[0, 1]);
    check(&[&text, &FERRY[..2]].concat(), &[6, 7]);
}

#[test]
fn title_and_beginning_printed_again_behind_the_end_are_a_copy_though_the_byline_is_left_out() {
    let title = "The old ferry of the harbour, tired and sold, sinks at night and nobody sees it happen";
    let byline = ["By Karin Holm, staff writer of the Harbour Post", "18 November 2014, 07:40, updated 19 November"];
    check(&[&[title], &byline[..], FERRY, &[title], &FERRY[..2]].concat(), &[7, 8, 9]);
}

#[test]
fn paragraphs_that_are_said_twice_each_are_said_once() {
    let doubled: Vec<&str> = FERRY.iter().flat_map(|&line| [line, line]).collect();
    check(&doubled, &[1, 3, 5, 7]);
}

#[test]
fn three_copies_leave_one() {
    check(&[FERRY, FERRY, FERRY].concat(), &[4, 5, 6, 7, 8, 9, 10, 11]);
}

#[test]
fn a_shuffled_copy_is_a_copy() {
    check(&[FERRY, &FERRY[2..], &FERRY[..2]].concat(), &[4, 5, 6, 7]);
}

#[test]
fn a_refrain_stays() {
    let refrain = ["Row home, row home, the tide is low,", "Row home before the north winds blow."];
    let song = [
        &["The nets are mended, the lamps are lit,", "And grandfather sings where the old men sit."][..],
        &refrain,
        &["The gulls are quiet, the bread is done,", "My sister waits for the morning sun."],
        &refrain,
        &["And one day we shall stay ashore", "And row the harbour boat no more."],
        &refrain,
    ];
    check(&song.concat(), &[]);
}

#[test]
fn a_refrain_stays_in_the_copy_that_stays() {
    let refrain = ["Row home, row home, the tide is low,", "Row home before the north winds blow."];
    let article = [&FERRY[..2], &refrain, &FERRY[2..], &refrain].concat();
    check(&[&*article, &article].concat(), &[8, 9, 10, 11, 12, 13, 14, 15]);
}

#[test]
fn a_quotation_that_is_discussed_later_stays() {
    check(&[FERRY, &["What the owner said bears repeating:", FERRY[1], "Nobody asked him why."]].concat(), &[]);
}

#[test]
fn rows_dialogue_markers_and_clauses_stay() {
    check(
        &["| 2024-05-01 | Oslo | open | 2 |", "| 2024-05-02 | Oslo | open | 2 |", "| 2024-05-01 | Oslo | open | 2 |"],
        &[],
    );
    check(&["— Yes.", "— No.", FERRY[0], "— Yes.", "— No.", "— Yes.", FERRY[1], "— No."], &[]);
    let clause = "The provisions of this section apply to every order made under it, with the necessary changes.";
    check(&[FERRY[0], clause, FERRY[1], clause, FERRY[3], clause], &[]);
}

#[test]
fn a_new_sentence_in_a_copied_paragraph_keeps_the_paragraph() {
    let longer =
        format!("{} But the mayor has refused to come, and nobody on the council knows what he wants.", FERRY[3]);
    let text = [FERRY, &FERRY[..3], &[&*longer]].concat().join("\n");
    let blocks = lines(&text);
    let kept = blocks[7];
    assert!(find(&text, &blocks, &Folder::new()).iter().all(|r| !r.span.contains(kept)));
    assert!(text.ends_with("knows what he wants."));
}

fn document(text: &str) -> Document {
    let block = Block { span: Span::new(0, text.len()), source: Span::new(0, text.len()), ..Block::default() };
    Document {
        text: text.to_string(),
        blocks: vec![block],
        source: SourceMap::identity(text.len()),
        ..Document::default()
    }
}

#[test]
fn a_page_in_one_line_is_cut_where_its_copy_begins() {
    let body = FERRY.join(" ");
    let folder = Folder::new();
    let cut = cut(document(&format!("{body} {body}")), &folder);
    assert_eq!(cut.blocks.len(), 2);
    assert_eq!((cut.block_text(0), cut.block_text(1)), (&*body, &*body));
    let marks = mark(&cut, &[true, true], &folder);
    assert_eq!(marks.iter().map(|m| m.0).collect::<Vec<_>>(), [1]);
}

#[test]
fn a_block_that_is_ruled_out_is_not_there() {
    let text = [FERRY, FERRY].concat().join("\n");
    let document = crate::parse::text::document(Dump { body: text, ..Dump::default() });
    let first_only = [true, true, true, true, false, false, false, false];
    assert_eq!(mark(&document, &first_only, &Folder::new()), []);
    assert_eq!(mark(&document, &[true; 8], &Folder::new()).len(), 4);
}

/// A line of words that no other line has; `seed` tells it apart.
fn unique_line(seed: u64, n_words: usize) -> String {
    let mut state = seed;
    let word = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let letters = (0..3 + state % 5).map(|k| char::from(b'a' + ((state >> (8 + 5 * k)) % 26) as u8));
        letters.collect::<String>()
    };
    let words: Vec<String> = (0..n_words).map(word).collect();
    format!("{}.", words.join(" "))
}

fn unique_lines(seed: u64, n: usize) -> Vec<String> {
    (0..n).map(|k| unique_line(seed.wrapping_mul(1_000_003).wrapping_add(k as u64 + 1), 6 + (k * 7) % 23)).collect()
}

/// Ways in which pages change what they print twice.
fn changed(line: &str, how: u8) -> String {
    match how {
        0 => line.to_string(),
        1 => line.to_uppercase(),
        2 => line.replace(' ', "  ").replace('.', " !"),
        3 => line.chars().map(|c| if c.is_ascii_lowercase() { wide(c) } else { c }).collect(),
        _ => format!("\t“{line}”"),
    }
}

fn wide(c: char) -> char {
    char::from_u32(c as u32 - 'a' as u32 + 'ａ' as u32).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A copy of the end of a text, from any line of its first half, goes; what stands once stays.
    #[test]
    fn a_planted_copy_goes_and_nothing_else(seed: u64, n in 6usize..14, from in 0usize..4, how in 0u8..5, prompt: bool) {
        let body = unique_lines(seed, n);
        let copy = body[from..].iter().map(|line| changed(line, how));
        let mut text: Vec<String> = body.iter().cloned().chain(copy).collect();
        if prompt {
            text.push("sign in to comment".to_string());
        }
        prop_assert_eq!(gone(&text.join("\n")), (n..n + n - from).collect::<Vec<_>>());
    }

    /// Nothing of a text without repeats goes.
    #[test]
    fn unique_text_stays(seed: u64, n in 0usize..40) {
        prop_assert_eq!(gone(&unique_lines(seed, n).join("\n")), Vec::<usize>::new());
    }

    /// Whatever the text: pieces in order, apart from each other, and each with a copy that stays.
    #[test]
    fn of_several_copies_one_stays(picks in prop::collection::vec(0u64..9, 0..60)) {
        let text = picks.iter().map(|&p| unique_line(p, 2 + (p as usize * 5) % 31)).collect::<Vec<_>>().join("\n");
        let found = find(&text, &lines(&text), &Folder::new());
        prop_assert!(found.windows(2).all(|w| w[0].span.end <= w[1].span.start));
        prop_assert!(found.iter().all(|r| !r.of.is_empty() && found.iter().all(|o| !o.span.overlaps(r.of))));
    }

    /// No text is too strange.
    #[test]
    fn any_text_is_read(text in "([a-c。？ \n]|\\PC){0,120}", times in 1usize..4) {
        let text = text.repeat(times);
        let found = find(&text, &lines(&text), &Folder::new());
        prop_assert!(found.iter().all(|r| text.get(r.span.range()).is_some() && text.get(r.of.range()).is_some()));
        let cut = cut(document(&text), &Folder::new());
        prop_assert!(cut.blocks.windows(2).all(|w| w[0].span.end <= w[1].span.start));
    }

    /// Lines end where the parser of plain text ends them.
    #[test]
    fn lines_are_the_blocks_of_a_text(text in "[ab \r\n\u{85}\u{2028}é]{0,40}") {
        let document = crate::parse::text::document(Dump { body: text.clone(), ..Dump::default() });
        prop_assert_eq!(lines(&text), document.blocks.iter().map(|b| b.span).collect::<Vec<_>>());
    }
}
