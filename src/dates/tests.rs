//! The examples of the language files, and what whole texts must give.

use super::section::Section;
use super::{Context, Tagger};
use crate::lang::Languages;
use jiff::civil::{Date, DateTime};

fn reference() -> DateTime {
    Date::constant(2023, 11, 22).at(0, 0, 0, 0)
}

fn read(tagger: &Tagger, lang: &str, text: &str) -> Vec<(String, String)> {
    let context = Context { lang: Some(lang), reference: Some(reference()), ..Context::default() };
    let tagged = tagger.tag(text, &context);
    tagged.expressions.iter().map(|e| (e.span.of(text).to_string(), e.value.clone())).collect()
}

#[test]
fn every_example_of_the_language_files_is_read_as_they_say() {
    let languages = Languages::builtin();
    let tagger = Tagger::new(&languages).expect("the language files are right");
    let mut wrong = Vec::new();
    for language in languages.iter() {
        let Some(section) = language.section::<Section>("dates").expect("read above") else { continue };
        let code = if language.code == "und" { "en" } else { language.code.as_str() };
        for (text, value) in section.pattern.iter().flat_map(|p| &p.yes) {
            let found = read(&tagger, code, text);
            if found.first().map(|f| f.1.as_str()) != Some(value) {
                wrong.push(format!("{code}: `{text}` should be {value}, found {found:?}"));
            }
        }
        for (text, want) in &section.yes {
            let found: Vec<String> = read(&tagger, code, text).into_iter().map(|(t, v)| format!("{t} → {v}")).collect();
            if found != *want {
                wrong.push(format!("{code}: `{text}` should hold {want:?}, found {found:?}"));
            }
        }
        for text in section.pattern.iter().flat_map(|p| &p.no).chain(&section.no) {
            let found = read(&tagger, code, text);
            if !found.is_empty() {
                wrong.push(format!("{code}: `{text}` holds no date, found {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn values(lang: &str, text: &str) -> Vec<String> {
    let tagger = Tagger::new(&Languages::builtin()).expect("the language files are right");
    let tagged = tagger.tag(text, &Context { lang: Some(lang), ..Context::default() });
    tagged.expressions.into_iter().map(|e| e.value).collect()
}

#[test]
fn years_of_two_digits_are_of_the_era_that_the_text_counts_in() {
    let list = "大事記\n88/9/21 封橋三日\n110/9/12 橋面淹水\n112/5/11 縣長宣布重新招標，預定113年底動工\n";
    assert_eq!(values("zh-Hant", list), ["1999-09-21", "P3D", "2021-09-12", "2023-05-11", "2024"]);
    assert_eq!(values("zh-Hant", "大事記\n88/9/21 封橋三日\n")[0], "1988-09-21");
    assert_eq!(values("zh-Hant", "民國60年10月25日封橋。67年12月16日重開。"), ["1971-10-25", "1978-12-16"]);
}

#[test]
fn news_goes_on_in_the_year_of_a_day_told_in_the_same_sentence() {
    let text = "橋の封鎖\n2023年11月22日\n2019年7月1日に閉じ、7月2日に開いた。12月4日に再び閉じる予定。";
    assert_eq!(values("ja", text)[1..], ["2019-07-01", "2019-07-02", "2023-12-04"]);
}

#[test]
fn the_year_that_opens_a_sentence_holds_for_its_months() {
    let tagger = Tagger::new(&Languages::builtin()).expect("the language files are right");
    let last = |lang, text| read(&tagger, lang, text).pop().map(|e| e.1);
    let it = "Nel 2011 una frana aveva isolato il paese, e i lavori durarono da giugno a settembre.";
    assert_eq!(last("it", it).as_deref(), Some("2011-06/2011-09"));
    assert_eq!(last("zh", "2011年发生过一次滑坡，6月才修好。").as_deref(), Some("2011-06"));
    assert_eq!(last("en", "The 2011 report came, and it rained in June.").as_deref(), Some("2023-06"));
}

#[test]
fn a_weekday_fixes_the_year_that_nobody_states() {
    let text = "2022 年秋季開始籌備。\n今年 7 月成立小組。\n時間線:\n11 月 16 日週四晚\n他收到消息,約定週五中午談話。";
    assert_eq!(values("zh", text), ["2022-FA", "2023-07", "2023-11-16TEV", "2023-11-17T12:00"]);
}

#[test]
fn a_date_without_evidence_for_its_year_stays_open() {
    assert_eq!(values("zh", "他們在 11 月 16 日見面。"), ["XXXX-11-16"]);
}

#[test]
fn news_goes_on_from_a_day_and_not_from_a_month_long_gone() {
    let text = "ダムの放流\n2023年9月5日 6時12分\n2018年7月の豪雨でも放流した。\n知事は7日に視察する予定。";
    assert_eq!(values("ja", text)[1..], ["2018-07", "2023-09-07"]);
    let text = "The wall\n4 March 2024\nIt was rebuilt in January 1953.\nThe men were released the next day.";
    assert_eq!(values("en", text)[1..], ["1953-01", "2024-03-05"]);
}

#[test]
fn what_has_happened_days_later_is_counted_from_what_was_told() {
    let text = "志乃町の記録\n2024年7月1日\n1月1日に地震があった。5日後に断水が始まった。";
    assert_eq!(values("ja", text)[1..], ["2024-01-01", "2024-01-06"]);
    let text =
        "El muelle\n7 de octubre de 2022\nAdvirtió en marzo de 2021. Dos años antes una inspección lo había señalado.";
    assert_eq!(values("es", text)[1..], ["2021-03", "2019"]);
}

#[test]
fn an_entry_of_a_chronicle_is_no_date_line() {
    let text = "Chronik der Mühle und ihrer Leute\n1999-03-01: Neues Rad.\nTermine für 2014\n30. April – Maibaum\n";
    assert_eq!(values("de", text), ["1999-03-01", "2014", "2014-04-30"]);
}

#[test]
fn a_date_line_may_hold_the_date_of_a_change() {
    let text = "Le pont\nPublié le 18 juin 2021 - Mis à jour le 19 juin 2021\nUne marche aura lieu dimanche.";
    assert_eq!(values("fr", text)[2..], ["2021-06-20"]);
}

#[test]
fn a_named_day_without_a_reference_stays_open() {
    assert_eq!(values("en", "The mill burnt down yesterday, as it did last month."), ["XXXX-XX-XX", "XXXX-XX"]);
}

#[test]
fn a_part_of_the_day_that_nobody_dates_is_of_any_day() {
    assert_eq!(values("en", "They moved the wheel only at night."), ["XXXX-XX-XXTNI"]);
}

#[test]
fn a_date_that_opens_a_text_of_one_line_is_its_own() {
    assert_eq!(values("en", "19 March 2001. Yesterday the mill burnt down."), ["2001-03-19", "2001-03-18"]);
    assert_eq!(values("en", "19 March 2001. The mill stood until 4 May 2003, not today.")[2], "XXXX-XX-XX");
}

fn apart(text: &str) -> Vec<(String, String)> {
    let tagger = Tagger::new(&Languages::builtin()).expect("the language files are right");
    let tagged = tagger.tag(text, &Context { lang: Some("en"), ..Context::default() });
    tagged.apart().into_iter().map(|e| (e.span.of(text).to_string(), e.value)).collect()
}

/// So much prose that a text is no question.
const FILLER: &str = "The mill stood by the river, and nobody who lived in the village could say who had built it, nor \
                      why its wheel turned against the stream. Its roof was of slate, its door of oak, its lock of brass. ";

#[test]
fn a_range_of_prose_gives_both_its_ends_and_one_that_is_asked_for_stays_whole() {
    let ends = |range: &str| -> Vec<String> {
        let found = apart(&format!("{FILLER}He ran it {range}."));
        found.into_iter().map(|(text, value)| format!("{text} → {value}")).collect()
    };
    assert_eq!(ends("from March 1901 to May 1903"), ["from March 1901 → 1901-03", "May 1903 → 1903-05"]);
    assert_eq!(ends("on May 3-5, 1901"), ["May 3 → 1901-05-03", "5, 1901 → 1901-05-05"]);
    assert_eq!(ends("in 1914-18"), ["1914 → 1914", "18 → 1918"]);
    assert_eq!(ends("in 1901–03"), ["1901 → 1901", "03 → 1903"]);
    assert_eq!(ends("on 8 and 9 May 1901"), ["8 → 1901-05-08", "9 May 1901 → 1901-05-09"]);
    assert_eq!(
        apart("from March 1901 to May 1903"),
        [("from March 1901 to May 1903".into(), "1901-03/1903-05".into())]
    );
}

#[test]
fn a_date_of_prose_and_its_time_are_two_over_a_preposition() {
    let two = |told: &str| -> Vec<String> {
        let found = apart(&format!("{FILLER}It burnt down {told}."));
        found.into_iter().map(|(text, value)| format!("{text} → {value}")).collect()
    };
    assert_eq!(two("on 4 May 1901 at 9:30"), ["4 May 1901 → 1901-05-04", "at 9:30 → 1901-05-04T09:30"]);
    assert_eq!(two("at 5 a.m. on 4 May 1901"), ["at 5 a.m. → 1901-05-04T05:00", "4 May 1901 → 1901-05-04"]);
    assert_eq!(two("at 5 a.m. 4 May 1901"), ["at 5 a.m. 4 May 1901 → 1901-05-04T05:00"]);
    assert_eq!(two("on the night of 4 May 1901"), ["night of 4 May 1901 → 1901-05-04TNI"]);
}

#[test]
fn a_dispatch_without_a_year_is_of_the_latest_year_it_tells_of() {
    let text = "三座新桥\n新华社某地十二月五日电（记者某某） 一九九七年全市建桥三座，而一九九七年以前只有一座。今天通车的桥去年动工。";
    let read = values("zh", text);
    assert_eq!(read[0], "1997-12-05");
    assert_eq!(read[read.len() - 2..], ["1997-12-05", "1996"]);
    // In its first months a year is told less often than the one before.
    let read = values("zh", &text.replace("十二月五日", "二月五日"));
    assert_eq!((read[0].as_str(), read[read.len() - 1].as_str()), ("1998-02-05", "1997"));
}

#[test]
fn a_range_of_prose_without_blanks_has_two_ends_where_a_word_joins_two_dates() {
    let tagger = Tagger::new(&Languages::builtin()).expect("the language files are right");
    let filler = "河边有一座磨坊，村里没有人说得出是谁建的，也没有人知道水轮为什么逆着水转。屋顶是石板，门是橡木，锁是黄铜，钥匙早已不知去向。";
    let read = |range: &str| -> Vec<String> {
        let text = format!("{filler}{range}，磨坊归他管。");
        let tagged = tagger.tag(&text, &Context { lang: Some("zh"), ..Context::default() });
        tagged.apart().into_iter().map(|e| format!("{} {}", e.span.of(&text), e.value)).collect()
    };
    assert_eq!(read("一九零一年至一九零三年"), ["一九零一年 1901", "一九零三年 1903"]);
    assert_eq!(read("1901年3月1日到5月3日"), ["1901年3月1日 1901-03-01", "5月3日 1901-05-03"]);
    assert_eq!(read("1901年3月1日至3日"), ["1901年3月1日 1901-03-01", "3日 1901-03-03"]);
    assert_eq!(read("1901年3月1日—3日"), ["1901年3月1日—3日 1901-03-01/1901-03-03"]);
    assert_eq!(read("一九零一至一九零三年"), ["一九零一 1901", "一九零三年 1903"]);
    assert_eq!(read("1至10月"), ["1至10月 XXXX-01/XXXX-10"]);
    assert_eq!(read("1901—1903年"), ["1901—1903年 1901/1903"]);
}

#[test]
fn a_year_in_passing_does_not_move_the_tale() {
    let text = "The war began in April 1920. On 25 April the town fell, on 26 April the bridge. The border of 1772 was \
                the aim. On 27 April the army crossed the river, and on 7 May it stood in the city.";
    let days = ["1920-04", "1920-04-25", "1920-04-26", "1772", "1920-04-27", "1920-05-07"];
    assert_eq!(values("en", text), days);
}

#[test]
fn a_year_that_opens_its_sentence_moves_the_tale() {
    let text = "She was born in Padua on 12 September 1831. In 1855 she moved to Milan. On 3 May she opened a school.";
    assert_eq!(values("en", text), ["1831-09-12", "1855", "1855-05-03"]);
    let text = "He went to school in 1841. The following year he left for Rome. In September he wrote to his sister.";
    assert_eq!(values("en", text), ["1841", "1842", "1842-09"]);
}

#[test]
fn a_tale_goes_on_from_the_end_of_a_stretch_and_through_a_year_alone() {
    let text = "The siege lasted from 21 November 1948 to 31 January 1949. On 21 April the army crossed the river.";
    assert_eq!(values("en", text).last().map(String::as_str), Some("1949-04-21"));
    let text = "On 7 December (8 December in the east), 1941, the fleet was attacked. In January the allies met. By the \
                end of April 1942 the harbour had fallen.";
    assert_eq!(values("en", text)[3], "1942-01");
}

#[test]
fn two_amounts_of_one_unit_are_two_lengths_in_prose() {
    let found = apart(&format!("{FILLER}The repair took eight to ten weeks."));
    assert_eq!(found, [("eight".into(), "P8W".into()), ("ten weeks".into(), "P10W".into())]);
    assert_eq!(asked("en", "eight to ten weeks"), ["P8W"]);
}

#[test]
fn a_year_on_its_own_line_heads_what_follows() {
    let days: String = (1..=14).map(|d| format!("On {d} August a bridge was built. ")).collect();
    let text = format!("1862\n\nIn March the army moved. It stood until 2 January 1863, when it rained. {days}");
    let read = values("en", &text);
    assert_eq!(read[..3], ["1862", "1862-03", "1863-01-02"]);
    assert_eq!(read[3..], (1..=14).map(|d| format!("1862-08-{d:02}")).collect::<Vec<_>>());
}

#[test]
fn what_would_end_before_it_began_is_no_range() {
    assert_eq!(values("en", "2015-12-08 – The first of them left."), ["2015-12-08"]);
}

/// Values against Wednesday, 22 November 2023, half past four.
fn asked(lang: &str, text: &str) -> Vec<String> {
    let tagger = Tagger::new(&Languages::builtin()).expect("the language files are right");
    let at = Date::constant(2023, 11, 22).at(4, 30, 0, 0);
    let tagged = tagger.tag(text, &Context { lang: Some(lang), reference: Some(at), ..Context::default() });
    tagged.expressions.into_iter().map(|e| e.value).collect()
}

#[test]
fn a_question_is_read_more_finely_than_a_story() {
    assert_eq!(asked("en", "three months ago"), ["2023-08-22"]);
    assert_eq!(asked("en", "He told us three months ago that he would go."), ["2023-08"]);
    assert_eq!(asked("sv", "senaste två veckor"), ["2023-11-06/2023-11-19"]);
    assert_eq!(asked("de", "So ging es die letzten zwei Wochen immer wieder."), ["P2W"]);
    assert_eq!(asked("en", "We plan to meet again in three months."), ["2024-02-22"]);
    assert_eq!(asked("en", "I shall be out of town for the next three days."), ["2023-11-23/2023-11-25"]);
    assert_eq!(asked("nl", "om drie uur"), ["2023-11-22T15"]);
    assert_eq!(asked("it", "alle 8"), ["2023-11-22T08"]);
}

#[test]
fn news_does_not_go_on_from_what_it_compares_with() {
    let told = "Sales rose in the third quarter. They had been lower a year earlier. In the quarter, costs fell.";
    let text = format!("{FILLER}{told}");
    assert_eq!(asked("en", &text), ["2023-Q3", "2022-Q3", "2023-Q3"]);
    assert_eq!(asked("en", &format!("{FILLER}In the quarter, costs fell.")), ["2023-Q3"]);
}

#[test]
fn years_after_what_a_sentence_tells_are_counted_from_it() {
    assert_eq!(asked("zh", "他于2003年退休，两年后去世，葬在故乡的山上。"), ["2003", "2005"]);
    assert_eq!(asked("zh", "他于2003年退休。两年后，这座桥将要重修，村里人都盼着。"), ["2003", "2025"]);
}

#[test]
fn a_stretch_of_months_lies_where_it_ends() {
    let text = "1至10月份全市出口下降百分之七，进口也有所减少，渔民们说这是多年未见的事。";
    assert_eq!(asked("zh", text)[0], "2023-01/2023-10");
}

#[test]
fn that_day_in_the_past_is_none_that_is_still_to_come() {
    let text = "그는 오는 30일 마을을 떠난다. 그는 이날 이웃들에게 고맙다고 말했다.";
    assert_eq!(asked("ko", text), ["2023-11-30", "2023-11-22"]);
}

#[test]
fn the_day_beside_a_word_for_it_holds_where_the_text_is_dated_otherwise() {
    let text = "警方昨（20）日接獲通報，隨即趕往現場，男子已經離開，附近居民都受到驚嚇。";
    assert_eq!(asked("zh", text), ["2023-11-20"]);
}

#[test]
fn of_one_length_the_smaller_unit_stands_behind() {
    let text = "四季度5年期利率没有变化，银行的人说以后也不会变，大家听了都放心。";
    assert_eq!(asked("zh", text), ["2023-Q4", "P5Y"]);
}

#[test]
fn a_range_of_quarters_is_written_in_days() {
    assert_eq!(asked("en", "from Q1 2017 to Q3 2017"), ["2017-01-01/2017-09-30"]);
}

#[test]
fn now_may_end_a_range_that_is_asked_for() {
    assert_eq!(asked("en", "between 15 November 2023 and now"), ["2023-11-15/2023-11-22"]);
}

#[test]
fn some_patterns_count_in_a_question_only() {
    assert_eq!(asked("de", "am 10.12. um 7:30 Uhr"), ["2023-12-10T07:30"]);
    assert_eq!(asked("de", "Die Fassung 10.12. bringt wenig Neues mit."), [""; 0]);
    assert_eq!(asked("en", "11 / 2016"), ["2016-11"]);
}

#[test]
fn a_year_may_end_its_sentence() {
    for (lang, text) in [("de", "Er starb am 3. Mai 1939."), ("da", "Han døde den 3. maj 1939.")] {
        assert_eq!(asked(lang, text), ["1939-05-03"]);
    }
}

#[test]
fn words_are_known_without_their_marks() {
    assert_eq!(asked("hr", "prosli cetvrtak"), ["2023-11-16"]);
    assert_eq!(asked("pl", "Wszystkich Świętych"), ["2024-11-01"]);
}

#[test]
fn the_text_shows_whether_the_day_or_the_month_comes_first() {
    let order = |lang: &str, text: &str| values(lang, &format!("{FILLER}{text}"));
    assert_eq!(order("en", "Seen on 03/04/2020 by two of them."), ["2020-03-04"]);
    assert_eq!(order("en", "Seen on 03/04/2020, and on 13/05/2020."), ["2020-04-03", "2020-05-13"]);
    assert_eq!(order("fr", "Vu le 03/04/2020, puis le 05/13/2020."), ["2020-03-04", "2020-05-13"]);
    assert_eq!(order("en-GB", "Seen on 03/04/2020 by two of them."), ["2020-04-03"]);
    assert_eq!(order("en-GB", "Seen on 03/04/2020, and on 05/13/2020."), ["2020-03-04", "2020-05-13"]);
}

#[test]
fn lines_of_another_language_are_read_in_it() {
    let text = format!("{FILLER}\n水が引いたあと、町の人々は2020年5月3日に戻ってきた。\nOn 5 May 2021 it rained.");
    assert_eq!(values("en", &text), ["2020-05-03", "2021-05-05"]);
}

#[test]
fn a_short_text_is_known_by_its_words_of_dates() {
    let tagger = Tagger::new(&Languages::builtin()).expect("the language files are right");
    for (code, text) in [("sv", "nästa måndag"), ("hu", "szeptember"), ("nl", "volgende week"), ("en", "next week")] {
        assert_eq!(tagger.language(text, None).map(|l| l.code.as_str()), Some(code), "{text}");
    }
}

#[test]
fn a_long_text_is_read_as_each_of_its_lines_is() {
    let tagger = Tagger::new(&Languages::builtin()).expect("the language files are right");
    let sentence = "On 5 May 2020 he came, and on Friday he said that the mill by the river will be his.";
    for end in ["\n", " "] {
        let found = read(&tagger, "en", &format!("{sentence}{end}").repeat(1_000));
        assert_eq!(found.len(), 2_000);
        assert!(found.chunks(2).all(|two| *two == found[..2]), "between {end:?}");
    }
}

#[test]
fn expressions_lie_inside_the_text_in_order() {
    let tagger = Tagger::new(&Languages::builtin()).expect("the language files are right");
    let mut runner = proptest::test_runner::TestRunner::default();
    let texts = "([0-9１ .:/,年月日週三上下Mayon5後–-]| at | to | alle ){0,60}";
    let law = |text: String| {
        // Prose falls into more expressions than a question.
        for (lang, head) in [("en", ""), ("zh", ""), ("ja", ""), ("de", ""), ("en", FILLER), ("it", FILLER)] {
            let text = format!("{head}{text}");
            let context = Context { lang: Some(lang), reference: Some(reference()), ..Context::default() };
            let mut at = 0;
            for e in tagger.tag(&text, &context).apart() {
                let (start, end) = (e.span.start as usize, e.span.end as usize);
                proptest::prop_assert!(start >= at && end <= text.len() && start < end);
                proptest::prop_assert!(text.is_char_boundary(start) && text.is_char_boundary(end));
                at = end;
            }
        }
        Ok(())
    };
    runner.run(&texts, law).expect("no text breaks the law");
}

#[test]
fn a_holiday_beside_the_full_date_of_its_day_is_of_that_year() {
    let told = "新闻\n2022-11-18 07:40\n\n他记得，是1992年6月1日，儿童节。那天下着雨。\n";
    assert_eq!(values("zh", told)[1..], ["1992-06-01", "1992-06-01", "1992-06-01"]);
}

#[test]
fn the_following_sixth_is_the_next_after_the_day_told() {
    let notice = "北浜市は2023年8月5日（土）に花火大会を開く。雨天の場合は翌6日に順延する。有料席は7月25日に売り出す。売り切れなければ翌3日も売る。";
    assert_eq!(values("ja", notice), ["2023-08-05", "2023-08-06", "2023-07-25", "2023-08-03"]);
    assert_eq!(values("ja", "2023年8月4日（金）　午後6時〜　前夜祭"), ["2023-08-04T18"]);
}
