//! What a date dates, by example; places, by law.

use super::{Extracted, Extractor};
use crate::config::Config;
use crate::lang::Languages;
use crate::model::{Block, BlockKind, Cleaned, Document, Reason, SourceMap, Span, Verdict};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

/// Extracts from lines; a line that begins with `✂` was dropped as a repeat, `#` makes a heading of the second level, one
/// more a deeper one, a tab a row.
fn extract(extractor: &Extractor, lines: &str) -> Extracted {
    let (mut text, mut blocks, mut verdicts) = (String::new(), Vec::new(), Vec::new());
    for line in lines.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let (line, dropped) = line.strip_prefix('✂').map_or((line, false), |l| (l, true));
        let signs = line.bytes().take_while(|b| *b == b'#').count();
        let (line, heads) = (line[signs..].trim_start(), signs > 0);
        let kind = match () {
            () if heads => BlockKind::Heading,
            () if line.contains('\t') => BlockKind::Row,
            () => BlockKind::Paragraph,
        };
        let span = Span::new(text.len(), text.len() + line.len());
        let level = heads.then_some(signs as u8 + 1);
        blocks.push(Block { span, source: span, kind, level, ..Block::default() });
        verdicts.push(match dropped {
            true => Verdict::Drop(Reason::Repeat { of: Span::new(0, 1), similarity: 1.0 }),
            false => Verdict::Keep,
        });
        text.push_str(line);
        text.push('\n');
    }
    let document = Document { source: SourceMap::identity(text.len()), text, blocks, ..Document::default() };
    extractor.extract(&Cleaned::new(document, verdicts), "article")
}

fn extractor() -> Extractor {
    Extractor::new(&Languages::builtin(), &Config::default()).unwrap()
}

/// The events of `lines` as `date | text`.
fn check(lines: &str, expected: &[&str]) {
    let events = extract(&extractor(), lines).events;
    let told: Vec<String> = events.iter().map(|e| format!("{} | {}", e.edtf, e.text)).collect();
    assert_eq!(told, expected, "{lines}");
}

#[test]
fn an_hour_without_an_end_labels_its_entry_too() {
    check(
        "# 北浜の祭りの日程について知らせる\n2023年8月4日　午後6時〜　花火を見る\n2023年8月6日　午前6時〜　川を清める",
        &["2023-08-04T18:00 | 花火を見る", "2023-08-06T06:00 | 川を清める"],
    );
}

#[test]
fn the_entry_behind_a_label_is_the_event_without_its_date() {
    let entries = ["2019-03-04 | The well froze.", "2019-05-06 | The mill burned."];
    check("Chronicle\n2019-03-04: The well froze.\n2019-05-06: The mill burned.", &entries);
    check("Chronicle\n• March 4, 2019 – The well froze.\n• May 6, 2019 – The mill burned.", &entries);
    check("Chronicle\n[4 March 2019] The well froze.\n[6 May 2019] The mill burned.", &entries);
    check(
        "编年\n2019年3月4日：井冻住了。\n2019年5月6日：磨坊起火。",
        &["2019-03-04 | 井冻住了。", "2019-05-06 | 磨坊起火。"],
    );
}

#[test]
fn a_comma_separates_where_line_after_line_is_built_so() {
    check(
        "Chronicle\nOn May 1, 2019, The well froze. It held.\nOn May 2, 2019, The mill burned.\nOn May 3, 2019, It rained.",
        &["2019-05-01 | The well froze. It held.", "2019-05-02 | The mill burned.", "2019-05-03 | It rained."],
    );
    check(
        "A well\nOn May 1, 2019, the well froze. It held until noon and then broke.",
        &["2019-05-01 | On May 1, 2019, the well froze."],
    );
}

#[test]
fn a_date_heading_dates_each_paragraph_until_the_next() {
    check(
        "The mill\nIt stood by the river for years.\nMay 1, 2019\nThe well froze.\nThe mill burned.\nMay 2, 2019\nIt rained.",
        &["2019-05-01 | The well froze.", "2019-05-01 | The mill burned.", "2019-05-02 | It rained."],
    );
}

#[test]
fn a_dropped_heading_still_dates_what_stands_below_it() {
    check(
        "The mill\nMay 1, 2019\nThe well froze.\nMay 2, 2019\nIt rained.\n✂May 1, 2019\nThe mill burned.",
        &["2019-05-01 | The well froze.", "2019-05-02 | It rained.", "2019-05-01 | The mill burned."],
    );
}

#[test]
fn year_headings_give_their_year_to_the_days_below() {
    check(
        "Chronicle\n2018\nMarch 4: The well froze, as in 1911.\nMay 6: The mill burned.\n2019\nJanuary 2: It rained.",
        &["2018-03-04 | The well froze, as in 1911.", "2018-05-06 | The mill burned.", "2019-01-02 | It rained."],
    );
}

#[test]
fn labels_newest_first_lose_a_year_where_the_order_turns() {
    check(
        "Chronicle\nFebruary 3, 2019: The well froze.\nJanuary 2: It rained.\nDecember 30: Snow, as in 1911.\nNovember 5: Frost.",
        &[
            "2019-02-03 | The well froze.",
            "2019-01-02 | It rained.",
            "2018-12-30 | Snow, as in 1911.",
            "2018-11-05 | Frost.",
        ],
    );
}

#[test]
fn a_column_of_dates_dates_the_rows_of_a_table() {
    check(
        "Works\nDate\tWork\n2019-03-04\tThe well froze.\n2019-05-06\tThe mill burned.",
        &["2019-03-04 | The well froze.", "2019-05-06 | The mill burned."],
    );
    check(
        "Works\nThe well froze.\t2019-03-04\nThe mill burned.\t2019-05-06",
        &["2019-03-04 | The well froze.", "2019-05-06 | The mill burned."],
    );
}

#[test]
fn a_clock_under_a_day_heading_is_a_minute_of_that_day() {
    check(
        "The flood, live\nMay 2, 2019\n14:05 – The gate is open.\n13:40 – The gate holds.\nMay 1, 2019\n09:10 – Rain.",
        &["2019-05-02T14:05 | The gate is open.", "2019-05-02T13:40 | The gate holds.", "2019-05-01T09:10 | Rain."],
    );
}

#[test]
fn a_changelog_heading_dates_its_items() {
    check(
        "Changes\n# 1.1.0 (2023-05-06)\nReads tables.\n# 1.0.0 (2023-01-02)\nFirst release.",
        &["2023-05-06 | Reads tables.", "2023-01-02 | First release."],
    );
}

#[test]
fn the_date_of_publication_is_no_event() {
    check(
        "The mill\nPublished on May 6, 2019\nThe mill at Dunmere burned on May 4, 2019, and nobody was hurt.",
        &["2019-05-04 | The mill at Dunmere burned on May 4, 2019, and nobody was hurt."],
    );
}

#[test]
fn comparisons_attributes_brackets_and_habits_are_no_events() {
    check("The mill\nIt is older than in 1911. The 1988 report says so. \"Low Water\" (1990) does not.", &[]);
    check("名簿\n名簿を年2回、4月と10月に更新する。", &[]);
    check("大桥\n2023年的定检报告没有上传系统。", &[]);
}

#[test]
fn a_date_alone_dates_the_sentence_behind_it() {
    check("The gauge\nA word. 2023. It was a dry year.", &["2023 | 2023. It was a dry year."]);
}

#[test]
fn the_source_and_the_end_note_are_no_entries_of_the_last_date() {
    let found = extract(
        &extractor(),
        "大桥垮塌的一周\n2019年5月1日\n引桥垮塌。\n2019年5月2日\n打捞起货车。\n未完待续……\n资料来源：湾溪日报",
    );
    assert_eq!(found.events.len(), 2);
    assert_eq!(found.article.attribution.as_deref(), Some("湾溪日报"));
}

#[test]
fn a_plan_is_marked_as_one() {
    let events = extract(&extractor(), "The mill\nThe mill will open on May 6, 2019. It burned on May 4, 2018.").events;
    let status: Vec<&str> = events.iter().map(|e| e.status.as_str()).collect();
    assert_eq!(status, ["planned", "asserted"]);
}

#[test]
fn every_row_stands_where_it_says() {
    let lines = [
        "Chronicle of the mill",
        "2019-03-04: 井冻住了。",
        "✂2019-03-04",
        "It burned on May 6, 2019 – 船。",
        "2019",
        "March 4: Über alles.",
        "1. First.",
        "2. Second, on 3 May 2018.",
        "14:05 – The gate is open.",
    ];
    // One extractor for all cases: compiling the languages takes longer than reading all the texts.
    let extractor = extractor();
    let picks = proptest::collection::vec(0usize..lines.len(), 1..12);
    let law = TestRunner::default().run(&picks, |pick| {
        let text: String = pick.iter().map(|&i| format!("{}\n", lines[i])).collect();
        let found = extract(&extractor, &text);
        let chars: Vec<char> = found.article.text.chars().collect();
        prop_assert_eq!(found.article.chars as usize, chars.len());
        let at = |start: u64, end: u64| chars[start as usize..end as usize].iter().collect::<String>();
        for e in &found.events {
            prop_assert_eq!(&at(e.start, e.end), &e.text);
        }
        for p in &found.points {
            prop_assert_eq!(&at(p.start, p.end), &p.text);
        }
        for b in found.blocks.iter().filter(|b| b.verdict == "keep") {
            prop_assert_eq!(&at(b.start.unwrap(), b.end.unwrap()), &b.text);
        }
        Ok(())
    });
    law.unwrap();
}

#[test]
fn a_quotation_plans_nothing_for_the_date_outside_it() {
    let status = |line: &str| extract(&extractor(), line).events.into_iter().map(|e| e.status).collect::<Vec<_>>();
    assert_eq!(
        status("Ice\nOn 28 June 2024 the mayor said: \"We will rebuild, it is planned.\" Then he left."),
        ["asserted"]
    );
    assert_eq!(status("氷\n町長は2024年6月28日に「計画をまとめる予定だ」と話した。"), ["asserted"]);
}

#[test]
fn a_sentence_about_reporters_is_no_date_line() {
    check(
        "白鷺橋\n2023-05-12 08:00\n橋於2021年9月封閉。\n5月11日,縣長在記者會上宣布重新招標。",
        &["2021-09 | 橋於2021年9月封閉。", "2023-05-11 | 5月11日,縣長在記者會上宣布重新招標。"],
    );
}

#[test]
fn a_stamp_to_the_minute_with_a_word_behind_it_is_the_date_line() {
    check(
        "志乃町の記録\n2024年7月1日 5時00分　有料会員記事\n6月30日に避難所が閉鎖された。",
        &["2024-06-30 | 6月30日に避難所が閉鎖された。"],
    );
}

#[test]
fn a_day_before_bis_is_no_list_number() {
    check(
        "Chronik\n3. bis 5. Mai 1901: Fest zur Einweihung.\n8. Mai 1945: Anna Brandl kehrt zurück.",
        &["1901-05-03/1901-05-05 | Fest zur Einweihung.", "1945-05-08 | Anna Brandl kehrt zurück."],
    );
}

#[test]
fn a_dated_heading_over_headings_is_no_event_of_its_own() {
    check("# [2.4.0] - 2024-06-18\n## Added\nOffline tickets.", &["2024-06-18 | Offline tickets."]);
}

#[test]
fn weekdays_below_a_dated_heading_go_on_from_it() {
    check(
        "The winter crossing\nDay 1 — Saturday, 3 December 1910\nWe left Orrin.\nDay 2 — Sunday\nSnow all day.\nDay 5 — Wednesday\nThe sledge broke.",
        &["1910-12-03 | We left Orrin.", "1910-12-04 | Snow all day.", "1910-12-07 | The sledge broke."],
    );
}

#[test]
fn what_a_paragraph_under_a_day_plans_for_another_is_an_event_of_its_own() {
    check(
        "# 2.3.0 - 2024-04-30\nDeprecated the old door. It will be closed on 31 December 2024.",
        &[
            "2024-04-30 | Deprecated the old door. It will be closed on 31 December 2024.",
            "2024-12-31 | It will be closed on 31 December 2024.",
        ],
    );
}

#[test]
fn what_happens_every_spring_is_no_event() {
    check(
        "The line\nIt opened in 1962. It reopens every spring on the first Sunday in April.",
        &["1962 | It opened in 1962."],
    );
}

#[test]
fn a_part_of_the_day_labels_nothing() {
    check(
        "谷の記録\n2023年9月5日午前2時すぎ、放流が始まった。雨は続いた。\n朝、鐘が鳴った。\n朝、人が来た。",
        &["2023-09-05T02:00 | 2023年9月5日午前2時すぎ、放流が始まった。"],
    );
}

#[test]
fn the_year_of_a_notice_of_copyright_dates_what_the_text_opens_with() {
    let text = "Wall collapses at Pell\nPELL, March 4 (Northern Wire) — The wall at Pell collapsed. It had been inspected in October.\nIt was built in 1887.\nCopyright 2024 Northern Wire. All rights reserved.";
    let document = crate::parse::text::document(crate::model::Dump { body: text.to_string(), ..Default::default() });
    let cleaner = crate::clean::Cleaner::new(&Languages::builtin(), &Config::default().clean).unwrap();
    let events = extractor().extract(&cleaner.clean(document, None), "article").events;
    let dates: Vec<&str> = events.iter().map(|e| e.edtf.as_str()).collect();
    assert_eq!(dates, ["2024-03-04", "2023-10", "1887"]);
}

#[test]
fn an_entry_behind_a_year_is_dated_by_the_day_that_it_tells() {
    check(
        "Chronik der Mühle\n1874: Gründung am 12. Mai im Gasthaus.\n1891: Neues Rad.\n1945, April: Die Mühle brennt aus.",
        &["1874-05-12 | Gründung am 12. Mai im Gasthaus.", "1891 | Neues Rad.", "1945-04 | Die Mühle brennt aus."],
    );
}

#[test]
fn a_heading_with_a_year_begins_another_sequence_and_a_feast_keeps_its_day() {
    check(
        "Chronik der Mühle und ihrer Leute\n1999-03-01: Neues Rad.\n2004-05-02: Umbau und Fest.\n## Termine für 2014\nSa., 11. Januar: Versammlung mit Wahl\n30. April – Maibaum\nPfingstmontag: Tag der offenen Tür",
        &[
            "1999-03-01 | Neues Rad.",
            "2004-05-02 | Umbau und Fest.",
            "2014-01-11 | Versammlung mit Wahl",
            "2014-04-30 | Maibaum",
            "2014-06-09 | Tag der offenen Tür",
        ],
    );
}

#[test]
fn a_sentence_that_opens_with_another_day_tells_of_that_day() {
    check(
        "The mill strike\n## 9 June 2022\nThe strike began.\n## 11 June 2022\nA cart was turned away at the mill. The next day the mayor spoke.\nOn 3 May 2021 the wheel broke.",
        &[
            "2022-06-09 | The strike began.",
            "2022-06-11 | A cart was turned away at the mill. The next day the mayor spoke.",
            "2022-06-12 | The next day the mayor spoke.",
            "2021-05-03 | On 3 May 2021 the wheel broke.",
        ],
    );
}

#[test]
fn a_short_line_with_a_day_heads_the_times_below_it() {
    check(
        "八雲岳の記録\n【1日目】2018年10月6日(土) 曇り\n5:30 登山口を出発\n13:45 小屋に着く\n【2日目】10月7日(日) 快晴\n4:50 出発、翌日に備えて早めに下山\n11:20 バス停に着く",
        &[
            "2018-10-06 | 曇り",
            "2018-10-06T05:30 | 登山口を出発",
            "2018-10-06T13:45 | 小屋に着く",
            "2018-10-07 | 快晴",
            "2018-10-07T04:50 | 出発、翌日に備えて早めに下山",
            "2018-10-07T11:20 | バス停に着く",
        ],
    );
    check(
        "山火記錄\n2024年2月18日\n06:40 起火點初步判定在林道。\n08:10 起訴書送達。",
        &["2024-02-18T06:40 | 起火點初步判定在林道。", "2024-02-18T08:10 | 起訴書送達。"],
    );
}

#[test]
fn what_lies_ahead_of_the_date_of_publication_is_planned() {
    let text = "The mill opens\nPublished 2 May 2020 · Updated 4 May 2020\nOn 3 May 2020 the wheel turned.\nThe mill opens on 9 May 2020.";
    let events = extract(&extractor(), text).events;
    let told: Vec<(&str, &str)> = events.iter().map(|e| (e.edtf.as_str(), e.status.as_str())).collect();
    assert_eq!(told, [("2020-05-03", "asserted"), ("2020-05-09", "planned")]);
}

#[test]
fn a_day_behind_the_authors_name_is_the_date_line() {
    check(
        "We were never asked\nBy Tom Reiss | Nov 2, 2020\nWe filed on August 3.",
        &["2020-08-03 | We filed on August 3."],
    );
}

#[test]
fn a_season_may_name_a_thing() {
    check(
        "The line\nIn June 2020 the firm printed the summer calendar.",
        &["2020-06 | In June 2020 the firm printed the summer calendar."],
    );
}

#[test]
fn opening_hours_are_no_events() {
    check(
        "The library on Swan Street\nUpdated 3 May 2021\n## Opening hours\nMon–Thu: 9am–6pm\nFriday: 10:00 to 16:00\nSunday closed\n## News\nThe library will move on 2 June.",
        &["2021-06-02 | The library will move on 2 June."],
    );
}

#[test]
fn a_list_of_times_goes_on_past_midnight() {
    check(
        "The mill fire\n## 3 March 2018\n22:10: Smoke is seen.\n23:50: The roof falls.\n00:30: The street is cleared.\n06:00: The fire is out.",
        &[
            "2018-03-03T22:10 | Smoke is seen.",
            "2018-03-03T23:50 | The roof falls.",
            "2018-03-04T00:30 | The street is cleared.",
            "2018-03-04T06:00 | The fire is out.",
        ],
    );
}
