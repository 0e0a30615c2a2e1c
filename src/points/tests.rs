//! Examples of texts and what is read from them, then laws. Compiled under `#[cfg(test)]` only.

use super::{Outline, Reader};
use crate::lang::Languages;
use crate::model::{BlockKind, Document, Dump, ListMark, Media};
use proptest::prelude::*;

fn document(text: &str) -> Document {
    crate::parse::text::document(Dump { body: text.to_string(), media: Media::Text, ..Dump::default() })
}

fn outline(text: &str) -> (Document, Outline) {
    let document = document(text);
    let reader = Reader::new(&Languages::builtin()).unwrap();
    let outline = reader.outline(&document, &[]);
    (document, outline)
}

/// `LIST.LEVEL LABEL|BODY` a point, line breaks as `/`.
fn shown(document: &Document, outline: &Outline) -> Vec<String> {
    let show = |p: &super::ListPoint| {
        let body =
            p.body.of(&document.text).lines().map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>().join("/");
        format!("{}.{} {}|{body}", p.list, p.level, p.label.of(&document.text))
    };
    outline.points.iter().map(show).collect()
}

#[track_caller]
fn check(text: &str, points: &[&str]) {
    let (document, outline) = outline(text);
    assert_eq!(shown(&document, &outline), points, "{text}");
}

#[track_caller]
fn check_headings(text: &str, headings: &[(&str, u8)]) {
    let (document, outline) = outline(text);
    let found: Vec<(&str, u8)> = outline.headings.iter().map(|h| (h.span.of(&document.text), h.level)).collect();
    assert_eq!(found, headings, "{text}");
}

#[test]
fn a_number_without_a_blank_is_a_marker_in_its_list() {
    check("1. 原因。\n2.「後果」。\n3. 對策。", &["0.1 1.|原因。", "0.1 2.|「後果」。", "0.1 3.|對策。"]);
}

#[test]
fn a_gap_a_repeat_and_a_countdown_stay_one_list() {
    check("1、问题一？\n2、问题二？\n4、问题四？", &["0.1 1、|问题一？", "0.1 2、|问题二？", "0.1 4、|问题四？"]);
    check("1) red\n2) green\n2) blue\n3) grey", &["0.1 1)|red", "0.1 2)|green", "0.1 2)|blue", "0.1 3)|grey"]);
    check(
        "3. Bronze medal\n2. Silver medal\n1. Gold medal",
        &["0.1 3.|Bronze medal", "0.1 2.|Silver medal", "0.1 1.|Gold medal"],
    );
}

#[test]
fn a_countdown_that_markup_parts_in_two_is_one_list() {
    let ordinals = |html: &str| -> Vec<(u32, Option<i64>)> {
        let dump = Dump { body: html.to_string(), media: Media::Html, ..Dump::default() };
        let document = crate::parse::document(dump, &Languages::builtin(), &crate::config::ParseConfig::default());
        let reader = Reader::new(&Languages::builtin()).unwrap();
        reader.outline(&document, &[]).points.iter().map(|p| (p.list, p.ordinal)).collect()
    };
    let (tower, shop) = ("<li>the water tower</li>", "<li>the corner shop</li>");
    let parted = format!("<ol reversed>{tower}{tower}</ol><p>Ad: fairs</p><ol reversed start=2>{shop}{shop}</ol>");
    assert_eq!(ordinals(&parted), [(0, Some(4)), (0, Some(3)), (0, Some(2)), (0, Some(1))]);
    let two = format!("<ol reversed>{tower}{tower}</ol><p>Ad: fairs</p><ol>{shop}{shop}</ol>");
    assert_eq!(ordinals(&two), [(0, Some(2)), (0, Some(1)), (1, Some(1)), (1, Some(2))]);
}

#[test]
fn a_list_goes_on_across_an_advertisement() {
    check(
        "①桥建于1998年。\n②水位涨到41米。\n广告\n③坠河的是三辆车。",
        &["0.1 ①|桥建于1998年。", "0.1 ②|水位涨到41米。", "0.1 ③|坠河的是三辆车。"],
    );
}

#[test]
fn a_list_goes_on_after_a_nested_one() {
    check(
        "(1) The council meets\n1. in spring,\n2. in autumn.\n(2) The mayor presides.",
        &["0.1 (1)|The council meets", "1.2 1.|in spring,", "1.2 2.|in autumn.", "0.1 (2)|The mayor presides."],
    );
}

#[test]
fn two_bullets_in_a_row_are_a_term_and_one_its_definition() {
    check(
        "Rates:\n- * up to 800 crowns\n- 36 crowns,\n- * up to 900 crowns\n- 27 crowns,\n- * beyond\n- 9 crowns.",
        &[
            "0.1 -|* up to 800 crowns",
            "1.2 -|36 crowns,",
            "0.1 -|* up to 900 crowns",
            "2.2 -|27 crowns,",
            "0.1 -|* beyond",
            "3.2 -|9 crowns.",
        ],
    );
}

#[test]
fn the_number_of_the_printer_before_the_typed_one_is_the_marker() {
    check(
        "  1.\n\n  1.\n\nHansen reads the tide.\n\n  2.\n\n  2.\n\nBerg reads the wind.",
        &["0.1 1.|1./Hansen reads the tide.", "0.1 2.|2./Berg reads the wind."],
    );
    check(
        "  1. 1.\n\nHansen reads the tide.\n\n  2. 2.\n\nBerg reads the wind.",
        &["0.1 1.|1./Hansen reads the tide.", "0.1 2.|2./Berg reads the wind."],
    );
}

#[test]
fn a_break_inside_a_paragraph_does_not_end_its_item() {
    check(
        "  * Tide  \nReads the water.\n  * Wind  \nReads the air.\n",
        &["0.1 *|Tide/Reads the water.", "0.1 *|Wind/Reads the air."],
    );
}

#[test]
fn signs_of_a_heading_inside_an_item_are_not_its_body() {
    check("  * ##### Harbour\n  * ##### Bridge", &["0.1 *|Harbour", "0.1 *|Bridge"]);
    check("  * **Harbour** opens\n  * **Bridge** shuts", &["0.1 *|**Harbour** opens", "0.1 *|**Bridge** shuts"]);
}

#[test]
fn a_new_first_number_begins_a_new_list() {
    check("1. red\n2. green\n1. one\n2. two", &["0.1 1.|red", "0.1 2.|green", "1.1 1.|one", "1.1 2.|two"]);
}

#[test]
fn letters_are_read_as_roman_numbers_or_letters_by_their_neighbours() {
    check("h) eight\ni) nine\nj) ten", &["0.1 h)|eight", "0.1 i)|nine", "0.1 j)|ten"]);
    check("i) one\nii) two\niii) three", &["0.1 i)|one", "0.1 ii)|two", "0.1 iii)|three"]);
    let (_, outline) = outline("h) eight\ni) nine\nj) ten");
    assert_eq!(outline.points[1].ordinal, Some(9));
}

#[test]
fn clauses_of_one_sentence_end_before_what_parts_them() {
    check(
        "原因として、①水位計の故障、②名簿の古さ、③当直が一人だった――の3点を挙げた。",
        &["0.1 ①|水位計の故障", "0.1 ②|名簿の古さ", "0.1 ③|当直が一人だった"],
    );
    check(
        "共有三点：第一，桥墩冲刷；第二，报告没有上传；第三，标志被遮挡。后来修好了。",
        &["0.1 第一，|桥墩冲刷；", "0.1 第二，|报告没有上传；", "0.1 第三，|标志被遮挡。"],
    );
}

#[test]
fn a_marker_alone_on_its_line_takes_the_next() {
    check("1.\nLack of mentors\n2.\nLack of time", &["0.1 1.|Lack of mentors", "0.1 2.|Lack of time"]);
}

#[test]
fn items_own_the_paragraphs_between_them_when_most_do() {
    check(
        "1、猫头鹰\n\n它飞行很安静。\n\n2、新房屋\n\n它由模块组成。\n\n3、测温车\n\n它在门口。\n\n文章\n\n1、标题\n\n内容在这里。",
        &[
            "0.1 1、|猫头鹰/它飞行很安静。",
            "0.1 2、|新房屋/它由模块组成。",
            "0.1 3、|测温车/它在门口。",
            "1.1 1、|标题/内容在这里。",
        ],
    );
}

#[test]
fn what_is_set_in_belongs_to_the_item_above() {
    check(
        "   Some text that goes before the list.\n\n     * first item which\n       was wrapped\n          + Inner\n     * second\n\n   Text that follows.",
        &["0.1 *|first item which/was wrapped", "1.2 +|Inner", "0.1 *|second"],
    );
}

#[test]
fn a_ruler_ends_the_item_above_it() {
    check(
        "1. Salt the water\n   A pinch will do.\n2. Boil it\n   ----------\n   Soup of the day",
        &["0.1 1.|Salt the water/A pinch will do.", "0.1 2.|Boil it"],
    );
}

#[test]
fn articles_count_on_across_chapters_and_hold_their_items() {
    check(
        "第一章 总则\n第一条　为了管理，制定本法。\n第二章 规划\n第二条　规划按照下列规定：\n（一）省道；\n（二）县道。\n规划应当衔接。\n第三条　本法施行。",
        &[
            "0.1 第一条|为了管理，制定本法。",
            "0.1 第二条|规划按照下列规定：",
            "1.2 （一）|省道；",
            "1.2 （二）|县道。",
            "0.1 第三条|本法施行。",
        ],
    );
}

#[test]
fn what_only_looks_like_a_marker_is_none() {
    for text in [
        "3.5 metres is the number.",
        "1984 was the year of the flood.",
        "2023. It was a dry year.",
        "10.0.0.12 answered.",
        "v2.3.0 made it worse.",
        "7.11 in the morning is early.",
        "7. 11 a.m. on the clock.",
        "4 - 2 was the score.",
        "4：2 的比分一直保持到终场。",
        "3:16 is chalked on the pier.",
        "[1] Annual report, page 12.",
        "$1. 50 for a coffee.",
        "– Maria Lund, teacher",
        "- is what she writes when the water is low.",
        "12. März 2019 – so steht es da.",
        "2022. 4. 18. 기준이다.",
        "1. FC Nordhafen verliert.",
        "A. Moreno was not available.",
        "I. M. Perez reads it twice.",
        "No. 7 is the house with the green door.",
        "一、二年级的学生都来了。",
        "三、四月间下了雨。",
        "第一次来到这里的人都会迷路。",
        "1.2亿元的预算去年就已经花完。",
        "知事は「一、二年で終わる話ではない」と述べた。",
    ] {
        check(&format!("Something was said before this line.\n{text}\nSomething was said after it."), &[]);
    }
}

#[test]
fn short_lines_before_lists_and_dates_head_sections() {
    check_headings(
        "橋在四月二日垮塌。\n已經確認的\n1. 橋建於 1998 年。\n2. 有三輛車。\n事件時間線:\n當地時間 11 月 16 日週四晚\n他收到了信息,要求於週五中午進行對話。\n11 月 17 日\n董事會宣佈他將離開公司。",
        &[("已經確認的", 1), ("事件時間線:", 1), ("當地時間 11 月 16 日週四晚", 2), ("11 月 17 日", 2)],
    );
}

#[test]
fn signs_and_chapter_words_head_sections() {
    check_headings(
        "県が公表した。\n■原因は三つ\n水位計が壊れていた。\n■経過\n放流が始まった。",
        &[("■原因は三つ", 1), ("■経過", 1)],
    );
    check_headings(
        "第一章 总则\n第一条　为了管理。\n第一节 范围\n第二条　本法。",
        &[("第一章 总则", 2), ("第一节 范围", 3)],
    );
    check_headings(
        "§ 1 Zweck\n(1) Das Gesetz dient dem Schutz.\n§ 2 Umfang\nEs gilt im ganzen Land.",
        &[("§ 1 Zweck", 1), ("§ 2 Umfang", 1)],
    );
}

#[test]
fn what_is_said_again_and_again_heads_nothing() {
    let photo = |n: &str| format!("\n\nAgency North\n\nThe {n} bridge was built of wood, and nobody knows by whom.");
    let text = format!("Four bridges{}{}{}{}", photo("first"), photo("second"), photo("third"), photo("fourth"));
    check_headings(&text, &[("Four bridges", 1)]);
}

#[test]
fn credits_of_pictures_head_nothing() {
    let prose = "The ferry left the quay at noon with forty people, two dogs and a crate of lemons on board.";
    for credit in ["The quay in May. © Ann Bell", "The new quay (Photo: Ann Bell)", "Courtesy of the harbour"] {
        check_headings(&format!("The ferry\n\n{prose}\n\n{credit}\n\n{prose}"), &[("The ferry", 1)]);
    }
}

#[test]
fn what_a_browser_prints_at_columns_of_its_own_heads_sections() {
    let prose = "   The ferry left the quay at noon with forty people and two dogs on\n   board, and nobody knew where it went.\n";
    let list = "     * forty people\n       of the town\n     * two dogs\n";
    let text = format!(
        "The ferry and\nthe quay\n\n{prose}\n    Passengers\n\n{list}\n{prose}\n       The quay in May\n\n{prose}\n#1 Cargo\n\n{prose}"
    );
    check_headings(&text, &[("The ferry and\nthe quay", 1), ("Passengers", 1), ("#1 Cargo", 1)]);
}

#[test]
fn a_heading_in_signs_may_go_on_in_the_next_line() {
    check_headings("** A ferry that\nnobody saw **\nIt left at noon.", &[("A ferry that\nnobody saw", 5)]);
    check_headings("It left.\n* What was on board? *\nTwo dogs.", &[("What was on board?", 6)]);
    check_headings("* forty people\n* two dogs\nand a crate *\n* * *\n", &[]);
    // Remarks in code, and items of a wiki.
    check_headings("It runs so:\n# first stop the pump\n# then open the lid\n# wait for an hour", &[]);
}

#[test]
fn a_part_may_be_headed_right_above_its_first_section() {
    let prose = "The ferry left the quay at noon with forty people, two dogs and a crate of lemons on board.";
    let text =
        format!("{prose}\n\nFor the crew\n\nOn the quay\n\n- ropes\n- two lamps\n\nOn board\n\n- charts\n- a bell");
    check_headings(&text, &[("For the crew", 1), ("On the quay", 1), ("On board", 1)]);
    let menu = format!("{prose}\n\nHarbour\n\nFerries\n\nBridges\n\nLocks\n\n{prose}");
    check_headings(&menu, &[("Locks", 1)]);
}

#[test]
fn the_only_date_above_the_text_heads_nothing() {
    let prose = "The ferry left the quay at noon with forty people on board.";
    check_headings(&format!("The ferry\n\n3 March 2021\n\n{prose}"), &[("The ferry", 1)]);
    let diary = format!("The ferry\n\n3 March 2021\n\n{prose}\n\n4. May 2021\n\n{prose}");
    check_headings(&diary, &[("The ferry", 1), ("3 March 2021", 1), ("4. May 2021", 1)]);
}

#[test]
fn words_of_credits_end_where_they_end() {
    let prose = "The ferry left the quay at noon with forty people, two dogs and a crate of lemons on board.";
    for heading in ["Picture-in-picture mode", "See also[edit]"] {
        check_headings(&format!("{prose}\n\n{heading}\n\n{prose}"), &[(heading, 1)]);
    }
    check_headings(&format!("{prose}\n\nRelated: the quay in May\n\n{prose}"), &[]);
}

#[test]
fn code_links_and_halves_of_sentences_head_nothing() {
    for line in ["if (open) {", "More bridges ›", "cup brown sugar"] {
        check_headings(&format!("The bridge holds.\n\n{line}\n\nIt was built of wood, and nobody knows by whom."), &[]);
    }
}

/// List, depth and ordinal of an item in markup.
type Item = (u32, u8, Option<i64>);

/// A document of blocks as markup gives them.
fn marked_up(blocks: &[(&str, Option<Item>)]) -> Document {
    let text: Vec<&str> = blocks.iter().map(|b| b.0).collect();
    let mut document = document(&text.join("\n"));
    for (block, (_, list)) in document.blocks.iter_mut().zip(blocks) {
        let mark = list.map(|(list, depth, ordinal)| ListMark { list, depth, ordinal, opens: true });
        block.list = mark;
        block.kind = if mark.is_some() { BlockKind::Item } else { BlockKind::Paragraph };
    }
    document
}

#[test]
fn markup_numbers_items_and_a_list_goes_on_in_the_next_element() {
    let document = marked_up(&[
        ("water tower", Some((0, 1, Some(4)))),
        ("two buses:", Some((0, 1, Some(3)))),
        ("12", Some((1, 2, None))),
        ("27", Some((1, 2, None))),
        ("[ad] sale", None),
        ("photo studio", Some((2, 1, Some(2)))),
        ("ice shop", Some((2, 1, Some(1)))),
    ]);
    let outline =
        Reader::new(&Languages::builtin()).unwrap().outline(&document, &[true, true, true, true, false, true, true]);
    assert_eq!(
        shown(&document, &outline),
        ["0.1 |water tower", "0.1 |two buses:", "1.2 |12", "1.2 |27", "0.1 |photo studio", "0.1 |ice shop"]
    );
    assert_eq!(outline.points[3].parent, Some(1));
    assert_eq!(outline.points.iter().filter_map(|p| p.ordinal).collect::<Vec<_>>(), [4, 3, 2, 1]);
}

#[test]
fn digits_of_any_script_number_items() {
    check("๑. แม่น้ำ\n๒. ทะเลสาบ", &["0.1 ๑.|แม่น้ำ", "0.1 ๒.|ทะเลสาบ"]);
    check("١. النهر\n٢. البحيرة", &["0.1 ١.|النهر", "0.1 ٢.|البحيرة"]);
}

#[test]
fn each_item_may_have_its_own_emoji() {
    check("🍎 Apples are cheap.\n🍐 Pears are dear.", &["0.1 🍎|Apples are cheap.", "0.1 🍐|Pears are dear."]);
    check("🍎 Apples are cheap.\nNobody knows why.", &[]);
    check("🔟 Ten\n9️⃣ Nine\n8️⃣ Eight", &["0.1 🔟|Ten", "0.1 9️⃣|Nine", "0.1 8️⃣|Eight"]);
}

#[test]
fn a_countdown_of_places_is_a_list() {
    check(
        "TOP10：老桥\n它建于清代。\nTOP9：新桥\n它建于去年。\nTOP8：铁桥\n它在城北。",
        &["0.1 TOP10：|老桥/它建于清代。", "0.1 TOP9：|新桥/它建于去年。", "0.1 TOP8：|铁桥/它在城北。"],
    );
    check("No.1 橋\nNo.2 川\nNo.3 道", &["0.1 No.1|橋", "0.1 No.2|川", "0.1 No.3|道"]);
}

#[test]
fn items_joined_into_one_line_are_items() {
    check("（1）桥梁（2）隧道（3）道路", &["0.1 （1）|桥梁", "0.1 （2）|隧道", "0.1 （3）|道路"]);
    check("待办：1、修桥；2、换灯；3、清淤。", &["0.1 1、|修桥；", "0.1 2、|换灯；", "0.1 3、|清淤。"]);
    check(
        "The council wants (a) more trees, (b) fewer cars, (c) a bridge.",
        &["0.1 (a)|more trees", "0.1 (b)|fewer cars", "0.1 (c)|a bridge."],
    );
    check("（1）由（2）式可得结果。", &["0.1 （1）|由（2）式可得结果。"]);
}

#[test]
fn items_joined_into_one_line_go_on_behind_what_was_put_in() {
    check(
        "➤ A short film ➤ A long film\nAdvertisement ➤ A book ➤ A play",
        &["0.1 ➤|A short film", "0.1 ➤|A long film", "0.1 ➤|A book", "0.1 ➤|A play"],
    );
    // A line that says more than a caption does, or counts from elsewhere, is a paragraph.
    check(
        "1) Oats; 2) milk; 3) salt\nIn the second year of the trial the farm had a yield of 4) tonnes and more.",
        &["0.1 1)|Oats;", "0.1 2)|milk;", "0.1 3)|salt"],
    );
    check("1) Oats; 2) milk; 3) salt\nSee also 7) rye", &["0.1 1)|Oats;", "0.1 2)|milk;", "0.1 3)|salt"]);
}

#[test]
fn a_name_that_begins_with_a_dot_keeps_it() {
    check(
        "(1).htaccess guards the folder\n(2).profile opens the shell",
        &["0.1 (1)|.htaccess guards the folder", "0.1 (2)|.profile opens the shell"],
    );
    check("②.npmrc 在主目錄。\n③.gitignore 在倉庫。", &["0.1 ②|.npmrc 在主目錄。", "0.1 ③|.gitignore 在倉庫。"]);
}

#[test]
fn numbers_right_behind_bullets_are_a_second_list() {
    check(
        "• red\n• green\n• blue\n1. one\n2. two",
        &["0.1 •|red", "0.1 •|green", "0.1 •|blue", "1.1 1.|one", "1.1 2.|two"],
    );
    check(
        "• red\n• green:\n1. one\n2. two\n• blue",
        &["0.1 •|red", "0.1 •|green:", "1.2 1.|one", "1.2 2.|two", "0.1 •|blue"],
    );
}

#[test]
fn a_single_item_right_below_another_stands_inside_it() {
    check("1. Dams\n- Ortsee\n2. Weirs", &["0.1 1.|Dams", "1.2 -|Ortsee", "0.1 2.|Weirs"]);
    check("① 堰堤\n堰堤\n- 北湖\n② 水门", &["0.1 ①|堰堤", "1.2 -|北湖", "0.1 ②|水门"]);
}

#[test]
fn a_line_that_says_an_item_again_is_no_paragraph_of_it() {
    check("1. The north dam\nThe north dam\n2. The weir", &["0.1 1.|The north dam", "0.1 2.|The weir"]);
}

#[test]
fn marks_around_an_item_are_no_part_of_it() {
    check("* ** North dam **\n* ** South dam **", &["0.1 *|North dam", "0.1 *|South dam"]);
}

#[test]
fn padded_numbers_alone_on_their_lines_are_markers_but_days_of_date_cards_are_not() {
    check("Steps\n01\nBeat the eggs.\n02\nAdd flour.", &["0.1 01|Beat the eggs.", "0.1 02|Add flour."]);
    check("Agenda\n05\nMay\nBoard meets\n06\nMay\nDance", &[]);
    check("08\nBeat.\n09\nBake.\n10\nServe.", &["0.1 08|Beat.", "0.1 09|Bake.", "0.1 10|Serve."]);
    check("Post\n1\nLike\n2\nComments", &[]);
}

#[test]
fn ordinals_are_words_or_digits() {
    check("Ninth, a weir\nTenth, a dam\n11th, a mill", &["0.1 Ninth,|a weir", "0.1 Tenth,|a dam", "0.1 11th,|a mill"]);
    check("أولاً، السد\nثانياً، الجسر", &["0.1 أولاً،|السد", "0.1 ثانياً،|الجسر"]);
    check("9️⃣ Nine\n10️⃣ Ten\n11️⃣ Eleven", &["0.1 9️⃣|Nine", "0.1 10️⃣|Ten", "0.1 11️⃣|Eleven"]);
}

#[test]
fn two_lists_with_a_line_between_them_are_two() {
    check(
        "Ingredients:\n- two eggs\n- a cup of flour\nMethod:\n1. Beat the eggs.\n2. Add the flour.",
        &["0.1 -|two eggs", "0.1 -|a cup of flour", "1.1 1.|Beat the eggs.", "1.1 2.|Add the flour."],
    );
}

#[test]
fn a_menu_is_no_list_of_the_text() {
    check("* Home\n* Sports\n* Sign in\nThe bridge fell in May.\n* one\n* two", &["0.1 *|one", "0.1 *|two"]);
    check("1. Startseite\n2. Wissen\n3. Brücken\nDie Brücke fiel im Mai.", &[]);
    check("- Deutsch\n- English\n- 日本語\nThe bridge fell in May.", &[]);
}

#[test]
fn a_list_that_only_names_a_page_stays_one() {
    check("The site has\n- Contact\n- Bridges", &["0.1 -|Contact", "0.1 -|Bridges"]);
    check("a) Home\nb) Contact\nc) Search", &["0.1 a)|Home", "0.1 b)|Contact", "0.1 c)|Search"]);
    check(
        "* Home\n* Contact the office before you leave, or wait until somebody comes.",
        &["0.1 *|Home", "0.1 *|Contact the office before you leave, or wait until somebody comes."],
    );
}

#[test]
fn a_dropped_block_is_not_read_and_does_not_end_a_list() {
    let document = document("1. red\n2. green\n1. red\n2. green\n3. blue");
    let reader = Reader::new(&Languages::builtin()).unwrap();
    let outline = reader.outline(&document, &[true, true, false, false, true]);
    assert_eq!(shown(&document, &outline), ["0.1 1.|red", "0.1 2.|green", "0.1 3.|blue"]);
}

#[test]
fn markdown_prints_the_structure_back() {
    let (document, outline) = outline("Intro text.\nWhat is known\n1. The bridge\n（一）east\n（二）west\n2. The road");
    assert_eq!(
        outline.markdown(&document),
        "# What is known\n1. The bridge\n    - （一） east\n    - （二） west\n2. The road\n"
    );
}

/// Pieces that markers, headings and traps are made of.
fn piece() -> impl Strategy<Value = String> {
    let pieces = vec![
        "1. ",
        "2) ",
        "(3) ",
        "（一）",
        "①",
        "• ",
        "- ",
        "第一条　",
        "Step 2: ",
        "First, ",
        "iv. ",
        "A. ",
        "\n",
        "\n\n",
        "    ",
        "text that goes on",
        "正文在这里。",
        "12. März ",
        "2023. ",
        "## ",
        "§ 4 ",
        "11 月 6 日",
        "ア　",
        "1️⃣ ",
        "\u{3000}",
        "\r\n",
        "é",
        "👉 ",
        "、",
        "。",
    ];
    prop_oneof![4 => proptest::sample::select(pieces).prop_map(str::to_string), 1 => ".{0,6}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn spans_lie_in_the_text_in_order_and_parents_come_first(text in proptest::collection::vec(piece(), 0..60).prop_map(|p| p.concat())) {
        let (document, outline) = outline(&text);
        let mut last = 0;
        for (i, point) in outline.points.iter().enumerate() {
            prop_assert!(point.label.start >= last && point.label.end <= point.body.start && point.body.start <= point.body.end);
            let _ = (point.label.of(&document.text), point.body.of(&document.text));
            let block = document.blocks[point.block].span;
            prop_assert!(block.start <= point.label.start && point.label.start <= block.end);
            match point.parent {
                Some(p) => prop_assert!(p < i && outline.points[p].level + 1 == point.level),
                None => prop_assert_eq!(point.level, 1),
            }
            last = point.label.start;
        }
        outline.headings.iter().for_each(|h| { let _ = h.span.of(&document.text); });
        let _ = outline.markdown(&document);
    }
}
