//! Small pages and the blocks that a reader sees.

use crate::config::ParseConfig;
use crate::lang::Languages;
use crate::model::{Block, Document, Dump, Media};

fn parse(html: &str) -> Document {
    let dump = Dump { body: html.to_string(), media: Media::Html, ..Dump::default() };
    crate::parse::document(dump, &Languages::builtin(), &ParseConfig::default())
}

/// `kind text` a block; a heading with its level, an item with its number.
fn lines(html: &str) -> Vec<String> {
    let document = parse(html);
    let line = |(i, block): (usize, &Block)| {
        let level = block.level.map(|l| l.to_string()).unwrap_or_default();
        let mark = block.list.map(|m| match (m.opens, m.ordinal) {
            (true, Some(n)) => format!(" {}.{n}.{}", m.list, m.depth),
            (true, None) => format!(" {}.-.{}", m.list, m.depth),
            (false, _) => " +".to_string(),
        });
        let goes_on = if block.continues { " ~" } else { "" };
        format!(
            "{}{level}{}{goes_on} {}",
            block.kind.name(),
            mark.unwrap_or_default(),
            document.block_text(i).escape_debug()
        )
    };
    document.blocks.iter().enumerate().map(line).collect()
}

fn check(html: &str, expected: &[&str]) {
    assert_eq!(lines(html), expected, "{html}");
}

#[test]
fn blanks_collapse_as_in_a_browser() {
    check("<p> A <b> bold</b>\n word &amp; <i>more</i>.</p>", &["paragraph A bold word & more."]);
    check("<p>no<b>glue</b>d wo<wbr>rd so&shy;ft a&nbsp;&nbsp;b</p>", &["paragraph noglued word soft a b"]);
}

#[test]
fn blanks_between_han_and_latin_letters_are_the_page_s_own() {
    check("<p>用<b>Rust</b>写的 <i>HTML</i> 页</p>", &["paragraph 用Rust写的 HTML 页"]);
    check("<p>川の<span>Rhine</span>\nと 橋</p>", &["paragraph 川のRhine と 橋"]);
}

#[test]
fn a_line_feed_between_two_han_characters_is_no_blank() {
    check("<p>中文\n  排版，\n和 Latin\n字</p>", &["paragraph 中文排版，和 Latin 字"]);
}

#[test]
fn one_break_goes_on_two_part_paragraphs() {
    check(
        "<p>one<br>two<br><br>three<br></p>four",
        &["paragraph one", "paragraph ~ two", "paragraph three", "paragraph four"],
    );
}

#[test]
fn text_beside_block_children_becomes_blocks_of_its_own() {
    check(
        "<div>lead<p>inner</p>tail<span> on</span></div>",
        &["paragraph lead", "paragraph inner", "paragraph tail on"],
    );
}

#[test]
fn neighbouring_links_are_not_glued() {
    check("<nav><a href=1>Home</a><a href=2>News</a>, <a href=3>More</a></nav>", &["paragraph Home News, More"]);
    assert_eq!(parse("<p>ab <a href=x>link</a></p>").blocks[0].linked, 4);
}

#[test]
fn lists_number_their_items() {
    check(
        "<ol start=3><li>three<ul><li>in</ul>tail<li value=7><p>p1</p><p>p2</p><li>eight</ol>",
        &["item 0.3.1 three", "item 1.-.2 in", "item + tail", "item 0.7.1 p1", "paragraph + p2", "item 0.8.1 eight"]
            .map(|l| if l.starts_with("paragraph") { "item + p2" } else { l }),
    );
    check("<ol reversed><li>c<li>b<li>a</ol>", &["item 0.3.1 c", "item 0.2.1 b", "item 0.1.1 a"]);
}

#[test]
fn a_row_is_its_cells_joined_by_tabs() {
    check(
        "<table><caption>Cap</caption><tr><th>Day<th><th>What<tr><td>1 May<br>1914<td>b<td>c</table>",
        &["caption Cap", "row Day\\t\\tWhat", "row 1 May 1914\\tb\\tc"],
    );
}

#[test]
fn a_table_that_lays_out_a_page_is_no_row() {
    check(
        "<table><tr><td><p>menu</p><p>more</p></td><td><p>text</p></td></tr></table>",
        &["paragraph menu", "paragraph more", "paragraph text"],
    );
}

#[test]
fn code_stays_as_it_is() {
    check("<p>x<pre>\nfn a() {\n    b();\n}\n</pre>", &["paragraph x", "code fn a() {\\n    b();\\n}"]);
}

#[test]
fn what_is_never_shown_is_left_out() {
    check(
        "<style>p{}</style><p>a<script>b</script><span hidden>c</span><span style='color:red; DISPLAY : none !important'>d</span>\
         <template>e</template><noscript>f</noscript><!-- g --></p><ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>",
        &["paragraph a", "paragraph 漢"],
    );
}

#[test]
fn headings_quotes_and_captions_keep_their_kind() {
    check(
        "<h2>H</h2><blockquote><p>q</p></blockquote><figure><img><figcaption>cap</figcaption></figure>",
        &["heading2 H", "quote q", "caption cap"],
    );
}

#[test]
fn the_path_names_elements_ids_and_classes() {
    let document = parse("<main id=content><p class='lead big'>x <b>y</b></p></main>");
    assert_eq!(document.blocks[0].path, "html/body/main#content/p.lead.big");
}

#[test]
fn a_block_knows_which_elements_it_shares_with_the_one_before() {
    // html, body, ul, li; the second item is another li of the same list.
    let document = parse("<ul><li><p>a</p><p>b</p></li><li>c<br>d</li></ul><div><p>e</p></div>");
    let shared: Vec<u16> = document.blocks.iter().map(|b| b.shared).collect();
    assert_eq!(shared, [0, 4, 3, 4, 2]);
}

#[test]
fn each_place_leads_back_to_the_page() {
    let html = "<p>Fish &amp; chips  at\n5</p>";
    let document = parse(html);
    let at = |needle: &str| {
        let start = document.text.find(needle).unwrap();
        document.source_of(crate::model::Span::new(start, start + needle.len())).of(html)
    };
    assert_eq!(document.text, "Fish & chips at 5");
    assert_eq!((at("Fish"), at("&"), at("chips at"), at("5")), ("Fish", "&amp;", "chips  at", "5"));
    assert_eq!(document.blocks[0].source.of(html), "Fish &amp; chips  at\n5");
}

#[test]
fn spans_that_a_style_sheet_parts_are_parted() {
    check(
        "<p><span class=a>Ann Lee</span><span class=b>May 5</span><time>2019</time></p>",
        &["paragraph Ann Lee May 5 2019"],
    );
    check(
        "<p><span class=cap>O</span>nce <span>H</span><span>ello</span> CO<span>2</span></p>",
        &["paragraph Once Hello CO2"],
    );
}

const SENTENCE: &str =
    "A sentence that is long enough to be taken for a paragraph of running text, and then some more of it.";

#[test]
fn a_page_that_shows_nothing_is_read_where_it_keeps_its_text() {
    let hidden = format!("<body style='visibility:hidden'><p>{SENTENCE}<p>{SENTENCE}<p>{SENTENCE}");
    let noscript = format!("<div id=app></div><noscript><p>{SENTENCE}</p><p>{SENTENCE}</p><p>{SENTENCE}</noscript>");
    let json = format!(
        "<script type=application/ld+json>{{\"@type\":\"Article\",\"articleBody\":\"{SENTENCE}\\n{SENTENCE}\\n{SENTENCE}\"}}</script>"
    );
    let state = format!(
        "<div id=app></div><script>state = {{\"body\":\"<p>{SENTENCE}<\\/p><p>{SENTENCE}<\\/p><p>{SENTENCE}<\\/p>\"}}</script>"
    );
    let all = [(hidden, "text-hidden"), (noscript, "text-noscript"), (json, "text-json-ld"), (state, "text-script")];
    for (html, flag) in all {
        let document = parse(&html);
        assert_eq!(document.flags, [flag]);
        assert_eq!(document.blocks.len(), 3, "{html}");
        assert_eq!(document.block_text(2), SENTENCE);
        assert!(document.blocks[2].source.of(&html).contains(SENTENCE));
    }
}

#[test]
fn a_part_that_is_streamed_behind_the_page_is_shown() {
    check(
        "<p>First.</p><template id=B:0></template><div hidden id=S:0><p>Second.</p></div><div hidden>Never.</div>",
        &["paragraph First.", "paragraph Second."],
    );
}

#[test]
fn a_notice_that_waits_for_its_click_stays_hidden() {
    check(&format!("<p>Short.</p><div hidden><p>{SENTENCE}</p></div>"), &["paragraph Short."]);
}

/// Title, byline, day with its basis, language.
fn meta(html: &str, url: Option<&str>) -> [Option<String>; 4] {
    let dump = Dump { body: html.to_string(), url: url.map(str::to_string), media: Media::Html, ..Dump::default() };
    let document = crate::parse::document(dump, &Languages::builtin(), &ParseConfig::default());
    let meta = document.meta;
    let day = meta.published.map(|p| format!("{} {}", p.date, p.basis));
    [meta.title, meta.byline, day, document.language]
}

fn some<const N: usize>(values: [&str; N]) -> [Option<String>; N] {
    values.map(|v| Some(v.to_string()).filter(|v| !v.is_empty()))
}

#[test]
fn the_head_of_an_article_is_told_apart() {
    check(
        "<title>On bridges | The Gazette</title><h1>On bridges</h1><p class=byline>By Ann Lee and Bo Chen</p>\
         <p>Published 5 May 2019, 14:30</p><p>The bridge was opened by Ann Lee on 5 May 2019, in the rain, before a large crowd.</p>",
        &[
            "title1 On bridges",
            "byline By Ann Lee and Bo Chen",
            "dateline Published 5 May 2019, 14:30",
            "paragraph The bridge was opened by Ann Lee on 5 May 2019, in the rain, before a large crowd.",
        ],
    );
}

#[test]
fn the_title_is_not_the_name_of_the_site() {
    let html =
        "<title>Ratschläge geben | DaF Blog</title><h1>DaF Blog</h1><h2>Ratschläge geben</h2><p>Von Eva Kern</p>";
    assert_eq!(meta(html, None)[..2], some(["Ratschläge geben", "Eva Kern"]));
    let html = "<meta property=og:title content='A day - out &#8211; Gazette Online'><p>x";
    assert_eq!(meta(html, Some("https://www.gazette.example/1"))[0].as_deref(), Some("A day - out"));
}

#[test]
fn a_stamp_in_utc_gives_way_to_the_day_of_the_address() {
    let html = "<meta property=article:published_time content=2023-11-09T03:28:35Z><h1>T</h1>";
    assert_eq!(meta(html, Some("https://a.example/2023/11/08/t/"))[2].as_deref(), Some("2023-11-08 meta"));
    assert_eq!(meta(html, Some("https://a.example/t/"))[2].as_deref(), Some("2023-11-09 meta"));
}

#[test]
fn what_stands_in_comments_is_neither_author_nor_day() {
    let html =
        "<h1>T</h1><p>Text.</p><div class=comments><p class=comment-author>By Troll</p><time>5 May 2019</time></div>";
    assert_eq!(meta(html, None)[1..3], [None, None]);
}

#[test]
fn full_stops_part_day_from_month_in_any_language() {
    let html = "<html lang=en-US><title>T</title><h1>T</h1><p>02.12.19</p>";
    assert_eq!(meta(html, None)[2].as_deref(), Some("2019-12-02 text"));
    let html = "<html lang=en-US><title>T</title><h1>T</h1><p>02/12/2019</p>";
    assert_eq!(meta(html, None)[2].as_deref(), Some("2019-02-12 text"));
}

#[test]
fn a_page_that_shows_no_day_is_dated_by_its_scripts_then_by_its_picture() {
    let picture = "<meta property=og:image content=https://a.example/uploads/2016/05/04/x.png><h1>T</h1><p>Text.</p>";
    assert_eq!(meta(picture, None)[2].as_deref(), Some("2016-05-04 url"));
    let script =
        format!("{picture}<script>var p = {{\"id\":7,\"published_at\": \"2019-03-02T06:22:28+01:00\"}}</script>");
    assert_eq!(meta(&script, None)[2].as_deref(), Some("2019-03-02 script"));
    let shown = format!("{script}<p>Published on 5 May 2018.");
    assert_eq!(meta(&shown, None)[2].as_deref(), Some("2018-05-05 text"));
}

#[test]
fn a_long_line_that_speaks_of_publishing_tells_its_day_at_its_head() {
    let rest =
        "You can follow any responses to this entry through the feed. Responses are closed, trackbacks are open. ";
    let html = format!("<p>This entry was posted on Saturday, December 3rd, 2011 at 10:00. {}</p>", rest.repeat(2));
    assert_eq!(meta(&html, None)[2].as_deref(), Some("2011-12-03 text"));
}

#[test]
fn the_day_below_the_title_counts_against_a_declared_one() {
    let page = |line: &str| {
        let html = format!(
            "<meta property=article:published_time content=2024-08-07><title>Fish</title><h1>Fish</h1><p>{line}</p><p>Text.</p>"
        );
        meta(&html, None)[2].clone()
    };
    assert_eq!(page("Dec 30, 2013 · 4 min read").as_deref(), Some("2013-12-30 text"));
    assert_eq!(page("Published: Dec 30, 2013").as_deref(), Some("2013-12-30 text"));
    assert_eq!(page("Updated on Dec 30, 2024").as_deref(), Some("2024-08-07 meta"));
    assert_eq!(page("Concert: Dec 30, 2024").as_deref(), Some("2024-08-07 meta"));
    assert_eq!(
        page("The river froze on Dec 30, 2013, and all the boats stayed there.").as_deref(),
        Some("2024-08-07 meta")
    );
    assert_eq!(page("Aug 8, 2024").as_deref(), Some("2024-08-07 meta"));
}

#[test]
fn the_day_below_the_title_goes_before_the_days_of_other_articles() {
    let html = "<title>Fish</title><h1>Fish</h1><p>27 June 2019</p>".to_string()
        + &"<p>Text that goes on.</p>".repeat(30)
        + "<h3>Birds</h3><time datetime=2019-07-30>30 July</time><p itemprop=datePublished>2019-08-01";
    assert_eq!(meta(&html, None)[2].as_deref(), Some("2019-06-27 text"));
}

#[test]
fn an_article_that_is_called_a_commentary_is_no_comment() {
    let html = "<body><main class=commentary><h1>Fish</h1><div class=info>Dec 20, 2023</div><p>Text.</p>
        <div class=comments><time>5 May 2024</time></div></main>";
    assert_eq!(meta(html, None)[2].as_deref(), Some("2023-12-20 text"));
}

#[test]
fn a_heading_in_other_words_than_the_title_still_has_its_day_below() {
    let html = "<title>7 ways to move to a plant diet</title><h2>Your cart is empty</h2><p>1 May 2020</p>".to_string()
        + &"<p>Text that goes on.</p>".repeat(20)
        + "<h2>Seven ways to move over to a plant diet</h2><p>1 February 2022</p>";
    assert_eq!(meta(&html, None)[2].as_deref(), Some("2022-02-01 text"));
}

#[test]
fn fields_whose_name_says_published_tell_the_day() {
    let day = |key: &str| meta(&format!("<meta name={key} content='July 17, 2025'><p>Text."), None)[2].clone();
    assert_eq!(day("x-published-date").as_deref(), Some("2025-07-17 meta"));
    assert_eq!(day("published").as_deref(), Some("2025-07-17 meta"));
    assert_eq!(day("last-published"), None);
}

#[test]
fn scripts_tell_the_day_of_publication_before_that_of_creation() {
    let html = "<h1>T</h1><script>p = {'createDate': '2019-09-12', 'publishDate' : '2025-05-27'}</script><p>Text.</p>";
    assert_eq!(meta(html, None)[2].as_deref(), Some("2025-05-27 script"));
    let html =
        "<h1>T</h1><div data-state=\"{&quot;datePublished&quot;:&quot;2023-12-05T03:51:59.075Z&quot;}\">Text.</div>";
    assert_eq!(meta(html, None)[2].as_deref(), Some("2023-12-05 script"));
}

#[test]
fn the_owner_of_the_rights_is_not_the_author_where_the_page_prints_one() {
    let head = "<meta name=author content='Big House'><meta name=copyright content='(c) Big House 2022'>";
    let html = format!("{head}<title>T</title><h1>T</h1><p class=byline>By Ann Lee</p><p>Text.");
    assert_eq!(meta(&html, None)[1].as_deref(), Some("Ann Lee"));
    assert_eq!(meta(&format!("{head}<h1>T</h1><p>Text."), None)[1].as_deref(), Some("Big House"));
}

#[test]
fn the_language_is_that_of_the_text() {
    let chinese = "<html lang=en><p>這個國家的人們說，學校還沒有開門，孩子們都在家裡等著。";
    assert_eq!(meta(chinese, None)[3].as_deref(), Some("zh-Hant"));
    let japanese = "<html lang=zh><p>日本の学校はまだ始まっていません。子どもたちは家で待っています。";
    assert_eq!(meta(japanese, None)[3].as_deref(), Some("ja"));
    let german = "<html lang=en-US><p>Die Brücke wurde gestern bei strömendem Regen von der Bürgermeisterin eröffnet, und alle waren da.";
    assert_eq!(meta(german, None)[3].as_deref(), Some("de"));
}
