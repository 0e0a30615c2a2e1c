//! The bridge against scraper's own parse, on pages that no one wrote.

use super::*;
use ego_tree::iter::Edge;
use scraper::Node;

/// Numbers from a seed (xorshift64*): the same soups on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % n
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.roll(words.len())]
    }
}

const TAGS: &[&str] = &[
    "div",
    "p",
    "span",
    "a",
    "b",
    "i",
    "em",
    "font",
    "nobr",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "tbody",
    "tr",
    "td",
    "th",
    "caption",
    "colgroup",
    "col",
    "thead",
    "form",
    "button",
    "select",
    "option",
    "optgroup",
    "h1",
    "h2",
    "h3",
    "pre",
    "listing",
    "textarea",
    "title",
    "script",
    "style",
    "xmp",
    "noscript",
    "iframe",
    "svg",
    "math",
    "mi",
    "desc",
    "foreignObject",
    "annotation-xml",
    "template",
    "html",
    "head",
    "body",
    "frameset",
    "frame",
    "br",
    "hr",
    "img",
    "input",
    "image",
    "ruby",
    "rt",
    "rp",
    "rb",
    "object",
    "applet",
    "marquee",
    "article",
    "section",
    "main",
    "blockquote",
    "details",
    "summary",
    "x-y",
    "noembed",
    "noframes",
    "base",
    "link",
    "meta",
    "plaintext",
];
const TEXTS: &[&str] = &[
    "word",
    " ",
    "\n",
    "\r\n",
    "\r",
    "&amp;",
    "&lt",
    "&nbsp;",
    "&#x41;",
    "&#0;",
    "&#150;",
    "&notit;",
    "&unknown;",
    "&",
    "AT&T",
    "&copy",
    "\0",
    "漢字",
    "é",
    "a b",
    "\n\n",
    "<",
    "</",
    "<!",
    "<!-- c -->",
    "<!---->",
    "<![CDATA[x]]>",
    "<?pi?>",
    "</>",
    "<>",
    "-->",
    "]]>",
    "\t",
    "😀",
    "<!doctype html>",
    "&#x110000;",
    "&#xD800;",
    "&ampx",
    "<3",
];
const ATTRIBUTES: &[&str] = &[
    " class=a",
    " id='x'",
    " href=\"?a&amp;b&copy=1\"",
    " a a=2",
    " TYPE=hidden",
    " x=&lt",
    " =y",
    " /",
    " data-x",
    "\n",
    " type=\"text/html\"",
    " encoding=text/html",
    " color=red",
    " a=\0",
];

fn soup(dice: &mut Dice) -> String {
    let mut page = String::new();
    for _ in 0..1 + dice.roll(24) {
        match dice.roll(10) {
            0..=3 => {
                page += "<";
                page += dice.of(TAGS);
                for _ in 0..dice.roll(3) {
                    page += dice.of(ATTRIBUTES);
                }
                page += dice.of(&[">", ">", ">", ">", "/>", " >"]);
            }
            4..=6 => {
                page += "</";
                page += dice.of(TAGS);
                page += ">";
            }
            _ => page += dice.of(TEXTS),
        }
    }
    page
}

/// Each node, with what scraper compares, and where elements end.
fn outline(html: &Html) -> Vec<String> {
    html.tree
        .root()
        .traverse()
        .map(|edge| match edge {
            Edge::Open(node) => format!("{:?}", node.value()),
            Edge::Close(_) => ")".to_string(),
        })
        .collect()
}

#[test]
fn the_tree_is_the_one_that_scraper_builds_alone() {
    let mut dice = Dice(20_240_607);
    for n in 0..12_000 {
        let body = soup(&mut dice);
        let ours = page(&body, &ParseConfig::default());
        assert_eq!(ours.flags, Vec::<String>::new());
        let theirs = Html::parse_document(&body);
        assert_eq!(outline(&ours.html), outline(&theirs), "soup {n}: {body:?}");
        check_places(&ours, &body);
    }
}

/// Every text node is covered by its pieces; each piece lies in the page, and those of equal length say the same.
fn check_places(page: &Page, body: &str) {
    for node in page.html.tree.nodes() {
        let Node::Text(text) = node.value() else { continue };
        let mut at = 0;
        for piece in page.pieces(node.id()) {
            let run = &text[at..at + piece.n_bytes as usize];
            at += run.len();
            let source = body.get(piece.source.range()).unwrap_or_else(|| panic!("{piece:?} in {body:?}"));
            if source.len() == run.len() && run != "\u{FFFD}" {
                assert_eq!(source.replace('\r', "\n"), run, "{body:?}");
            }
        }
        // scraper detaches a text now and then by clearing its parent; what is in the tree is whole.
        assert_eq!(at, text.len(), "{text:?} in {body:?}");
    }
}

#[test]
fn an_entity_is_placed_whole_and_plain_text_by_the_byte() {
    let body = "<p>a &lt; b&amp;c</p>";
    let page = page(body, &ParseConfig::default());
    let node = page.html.tree.nodes().find(|n| n.value().is_text()).unwrap();
    let places: Vec<&str> = page.pieces(node.id()).iter().map(|p| p.source.of(body)).collect();
    assert_eq!(places, ["a ", "&lt;", " b", "&amp;", "c"]);
}

fn check_capped(body: &str, flag: &str) -> Page {
    let page = page(body, &ParseConfig::default());
    assert!(page.flags.iter().any(|f| f == flag), "{:?}", page.flags);
    page
}

fn text_of(page: &Page) -> String {
    page.html.root_element().text().collect()
}

fn depth_of(page: &Page) -> usize {
    let (mut depth, mut deepest) = (0usize, 0);
    for edge in page.html.tree.root().traverse() {
        match edge {
            Edge::Open(_) => depth += 1,
            Edge::Close(_) => depth -= 1,
        }
        deepest = deepest.max(depth);
    }
    deepest
}

#[test]
fn below_the_deepest_level_elements_become_siblings_and_keep_their_text() {
    let body = "<div>x".repeat(30_000) + &"y</div>".repeat(30_000) + "<p>after";
    let page = check_capped(&body, "capped-depth");
    // The document above, an empty mark and its text below.
    assert!(depth_of(&page) <= ParseConfig::default().max_depth + 4, "{}", depth_of(&page));
    let text = text_of(&page);
    assert_eq!((text.matches('x').count(), text.matches('y').count()), (30_000, 30_000));
    assert!(text.ends_with("after"));
}

#[test]
fn mixed_nesting_stays_below_the_cap() {
    for inner in ["<b a=1>x", "<table><td>x", "<svg><g>x", "<a><div>x", "<p><font size=1>x", "<ul><li>x", "<object>x"] {
        let page = page(&inner.repeat(5_000), &ParseConfig::default());
        // Formatting that is opened again in each block may double the depth, no more.
        assert!(depth_of(&page) <= 2 * ParseConfig::default().max_depth, "{inner} {}", depth_of(&page));
        assert_eq!(text_of(&page).matches('x').count(), 5_000, "{inner}");
    }
}

#[test]
fn attributes_beyond_the_cap_are_left_out() {
    let many: String = (0..100_000).map(|i| format!(" a{i}")).collect();
    let page = check_capped(&format!("<p{many}>x"), "capped-attributes");
    assert_eq!(text_of(&page), "x");
    let body: String = (0..20_000).map(|i| format!("<html a{i}>")).collect();
    let page = check_capped(&body, "capped-attributes");
    assert_eq!(page.html.root_element().value().attrs().count(), ParseConfig::default().max_attributes);
}

#[test]
fn nodes_beyond_the_cap_leave_their_text() {
    let config = ParseConfig { max_nodes: 1_000, ..ParseConfig::default() };
    let body = "<p>x</p><script>var y</script>".repeat(2_000);
    let page = page(&body, &config);
    assert_eq!(page.flags, ["capped-nodes"]);
    assert_eq!(text_of(&page).matches('x').count(), 2_000);
    let n_nodes = page.html.tree.nodes().count();
    assert!(n_nodes < 3_000, "{n_nodes}");
    let scripts: String = page.html.tree.nodes().filter_map(|n| n.value().as_text()).map(|t| &**t).collect();
    assert!(scripts.matches('y').count() < 500);
}

#[test]
fn floods_of_one_thing_are_read_in_time() {
    // Each of these is quadratic in a reader that is not careful; then this test would not end.
    let config = crate::config::Config::default();
    let parser = crate::parse::Parser::new(&crate::lang::Languages::builtin(), &config.parse);
    let floods = [
        format!("<title>{}</title>", "a | ".repeat(100_000)),
        format!("<meta name=author content='{}'>", (0..100_000).map(|i| format!("Ann{i} Lee,")).collect::<String>()),
        format!("<h1>{}</h1>", "1.1.2020 ".repeat(50_000)),
        "<div class=comment><time class=date>x</time></div>".repeat(10_000),
        "<table><tr>".to_string() + &"<td>x".repeat(50_000),
        "\0&#0;".repeat(50_000),
        "<a href=x>y</a>".repeat(20_000),
    ];
    for flood in floods {
        let dump = crate::model::Dump { body: flood, media: crate::model::Media::Html, ..Default::default() };
        std::hint::black_box(parser.document(dump));
    }
}
