//! A page as the classifier sees it: measures of each block's text, and the tree that the blocks' paths span.

use super::elements::{Element, Elements, Families};
use crate::model::Document;
use crate::text::script::{is_hangul, is_unspaced};
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use std::collections::HashMap;

/// What a character of a script without blanks says, in Latin characters: translations of the same news are
/// 2.5 to 3 times shorter in Chinese and Japanese. Hangul syllables stand for two letters.
const UNSPACED_WEIGHT: f32 = 2.5;
const HANGUL_WEIGHT: f32 = 2.0;

/// Weight from which a block with a sentence and few links counts as good text: a line and a half of news.
const GOOD_WEIGHT: f32 = 80.0;
/// Share of links above which text is not good.
const GOOD_LINKS: f32 = 0.33;

/// Letters from which a word is no small word.
const NO_SMALL_WORD: u32 = 4;
/// What prose in Chinese and Japanese has in every line.
const PARTICLES: [char; 18] =
    ['的', '了', '是', '在', '和', '有', '不', '他', '我', 'の', 'は', 'に', 'を', 'が', 'と', 'た', 'て', 'で'];

/// Measures of one block's text.
#[derive(Clone, Copy, Default)]
pub(super) struct Text {
    pub weight: f32,
    pub words: f32,
    pub links: f32,
    pub sentence_ends: f32,
    pub commas: f32,
    pub digits: f32,
    pub letters: f32,
    pub upper: f32,
    pub marks: f32,
    pub capitalised: f32,
    pub separators: f32,
    pub years: f32,
    pub clocks: f32,
    pub urls: f32,
    pub rights: f32,
    /// Short words in small letters, and the commonest particles of scripts without blanks: prose has them.
    pub small: f32,
    pub begins: Begin,
    pub ends: End,
    pub good: bool,
}

/// What a block begins with.
#[derive(Clone, Copy, Default, PartialEq)]
pub(super) enum Begin {
    #[default]
    Other,
    Lower,
    Upper,
    Digit,
    Quote,
    Mark,
}

/// What a block ends with.
#[derive(Clone, Copy, Default, PartialEq)]
pub(super) enum End {
    #[default]
    Other,
    Sentence,
    Question,
    Colon,
    Comma,
    Quote,
    Dots,
    Mark,
}

impl Text {
    /// Reads a block once.
    pub(super) fn of(text: &str, linked: u32) -> Text {
        let mut t = Text::default();
        let (mut digit_run, mut in_word, mut before) = (0u32, false, ' ');
        // Small letters since the word began; more when it is no small word.
        let mut small_run = 0u32;
        let mut year = 0u32;
        for c in text.chars() {
            let mut word = false;
            if c.is_ascii_lowercase() {
                t.weight += 1.0;
                t.letters += 1.0;
                word = true;
                small_run += 1;
            } else if c.is_ascii_uppercase() {
                t.weight += 1.0;
                t.letters += 1.0;
                t.upper += 1.0;
                t.capitalised += f32::from(u8::from(!in_word));
                word = true;
                small_run += NO_SMALL_WORD;
            } else if c == ' ' {
                t.weight += 1.0;
            } else if c.is_ascii_digit() {
                t.weight += 1.0;
                t.digits += 1.0;
                word = true;
                year = if digit_run < 4 { year * 10 + (u32::from(c) - 48) } else { 10_000 };
                digit_run += 1;
            } else if !c.is_ascii() && is_unspaced(c) {
                t.weight += UNSPACED_WEIGHT;
                t.letters += 1.0;
                t.words += 0.6;
                t.small += f32::from(u8::from(PARTICLES.contains(&c)));
            } else if !c.is_ascii() && c.is_alphabetic() {
                t.weight += if is_hangul(c) { HANGUL_WEIGHT } else { 1.0 };
                t.letters += 1.0;
                word = true;
                small_run += if c.is_lowercase() { 1 } else { NO_SMALL_WORD };
                if c.is_uppercase() {
                    t.upper += 1.0;
                    if !in_word {
                        t.capitalised += 1.0;
                    }
                }
            } else {
                t.weight += if c.is_ascii() { 1.0 } else { 1.5 };
                t.mark(c, before, digit_run);
            }
            if !c.is_ascii_digit() {
                if digit_run == 4 && (1900..2100).contains(&year) {
                    t.years += 1.0;
                }
                digit_run = 0;
                year = 0;
            }
            if word && !in_word {
                t.words += 1.0;
            }
            if !word {
                t.small += f32::from(u8::from((1..NO_SMALL_WORD).contains(&small_run)));
                small_run = 0;
            }
            in_word = word || (in_word && matches!(c, '\'' | '’' | '-'));
            before = c;
        }
        if digit_run == 4 && (1900..2100).contains(&year) {
            t.years += 1.0;
        }
        t.links = if text.is_empty() { 0.0 } else { (linked as f32 / text.len() as f32).min(1.0) };
        t.begins = text.chars().next().map_or(Begin::Other, begin);
        t.ends = text.chars().next_back().map_or(End::Other, end);
        t.good = t.weight >= GOOD_WEIGHT && t.links <= GOOD_LINKS && t.sentence_ends > 0.0;
        t
    }

    fn mark(&mut self, c: char, before: char, digit_run: u32) {
        match c {
            '.' | '!' | '?' => {
                // A full stop inside a number ends no sentence.
                if before.is_alphabetic() || matches!(before, ')' | '"' | '”' | '\'' | '’' | '%') || digit_run > 0 {
                    self.sentence_ends += 1.0;
                }
            }
            '。' | '！' | '？' | '؟' | '।' | '۔' | '…' => self.sentence_ends += 1.0,
            ',' | '，' | '、' | '،' | ';' | '；' => self.commas += 1.0,
            '|' | '｜' | '•' | '·' | '»' | '›' | '/' | '>' | '→' => self.separators += 1.0,
            ':' if digit_run > 0 => self.clocks += 1.0,
            ':' if before.is_alphabetic() => self.marks += 1.0,
            '@' => self.urls += 1.0,
            '©' | '®' | '™' => self.rights += 1.0,
            _ if c.is_whitespace() => {}
            _ => self.marks += 1.0,
        }
    }
}

fn begin(c: char) -> Begin {
    match c {
        c if c.is_lowercase() => Begin::Lower,
        c if c.is_alphabetic() => Begin::Upper,
        c if c.is_numeric() => Begin::Digit,
        '"' | '“' | '„' | '«' | '‘' | '「' | '『' | '\'' | '»' => Begin::Quote,
        _ => Begin::Mark,
    }
}

fn end(c: char) -> End {
    match c {
        '.' | '。' | '।' | '۔' => End::Sentence,
        '!' | '?' | '！' | '？' | '؟' => End::Question,
        ':' | '：' => End::Colon,
        ',' | '，' | '、' | ';' | '；' => End::Comma,
        '"' | '”' | '“' | '»' | '’' | '」' | '』' | '\'' | ')' | '）' => End::Quote,
        '…' => End::Dots,
        c if c.is_alphanumeric() => End::Other,
        _ => End::Mark,
    }
}

/// Groups of words in the classes and ids of a page, and the tags, whose nearest ancestor is a feature.
pub(super) const GROUPS: &[(&str, &[&str])] = &[
    (
        "article",
        &[
            "article",
            "story",
            "artikel",
            "news-detail",
            "newsdetail",
            "noticia",
            "haber-detay",
            "haberdetay",
            "makale",
            "berita",
            "bai-viet",
            "wenzhang",
            "kiji",
        ],
    ),
    (
        "body",
        &[
            "content",
            "body",
            "entry",
            "text",
            "main",
            "inhalt",
            "detail",
            "prose",
            "richtext",
            "wysiwyg",
            "markdown",
            "cuerpo",
            "corpo",
            "contenu",
            "contenido",
            "conteudo",
            "icerik",
            "neirong",
            "honbun",
            "noi-dung",
            "noidung",
            "tekst",
        ],
    ),
    (
        "articlebody",
        &[
            "articlebody",
            "article-body",
            "article_body",
            "article__body",
            "articlecontent",
            "article-content",
            "article_content",
            "article__content",
            "entry-content",
            "post-content",
            "post-body",
            "postbody",
            "story-body",
            "storybody",
            "story__body",
            "body-text",
            "article-text",
            "rich-text",
            "article-main",
            "main-content",
            "maincontent",
            "mw-content",
            "page-content",
            "body-copy",
            "zhengwen",
            "article_view",
            "articleview",
            "newsct",
            "artical",
        ],
    ),
    ("post", &["post", "blog"]),
    (
        "menu",
        &[
            "nav",
            "menu",
            "breadcrumb",
            "toolbar",
            "topbar",
            "tabs",
            "pagin",
            "pager",
            "skip",
            "daohang",
            "caidan",
            "submenu",
        ],
    ),
    (
        "footer",
        &["foot", "bottom", "copyright", "legal", "colophon", "imprint", "rodape", "dibu", "banquan", "youqing"],
    ),
    ("header", &["header", "masthead", "banner", "top-", "brand", "logo"]),
    ("side", &["side", "aside", "rail", "column", "right", "left", "secondary", "widget"]),
    (
        "comments",
        &[
            "comment",
            "disqus",
            "respond",
            "discussion",
            "kommentar",
            "feedback",
            "guestbook",
            "coment",
            "komentar",
            "yorum",
            "reactie",
            "pinglun",
            "liuyan",
            "binh-luan",
            "binhluan",
            "daetgeul",
            "replybox",
        ],
    ),
    (
        "related",
        &[
            "relat",
            "recomm",
            "more-",
            "readmore",
            "read-more",
            "read-also",
            "similar",
            "also",
            "next",
            "popular",
            "trending",
            "most",
            "latest",
            "recent",
            "outbrain",
            "taboola",
            "suggest",
            "upnext",
            "further",
            "teaser",
            "promo",
            "tout",
            "zergnet",
            "onward",
            "relacion",
            "correlat",
            "verwandt",
            "gerelateerd",
            "ilgili",
            "lien-quan",
            "lienquan",
            "tin-khac",
            "terkait",
            "podobne",
            "tuijian",
            "xiangguan",
            "kanren",
            "osusume",
            "remen",
            "leia-mais",
            "leiamais",
            "lire-aussi",
            "ranking",
        ],
    ),
    (
        "share",
        &[
            "share", "social", "sharing", "facebook", "twitter", "addthis", "follow", "like", "compart", "partag",
            "condivid", "teilen", "paylas", "fenxiang", "bagikan", "chia-se",
        ],
    ),
    (
        "ad",
        &[
            "-ad-",
            "_ad_",
            "ads",
            "advert",
            "sponsor",
            "ad-",
            "-ad",
            "ad_",
            "_ad",
            "dfp",
            "gpt",
            "adslot",
            "banner",
            "anzeige",
            "werbung",
            "commercial",
            "affiliate",
            "publicid",
            "pubblicit",
            "publicite",
            "reklam",
            "guanggao",
            "iklan",
            "quang-cao",
            "quangcao",
        ],
    ),
    (
        "prompt",
        &[
            "subscri",
            "newsletter",
            "signup",
            "sign-up",
            "paywall",
            "login",
            "signin",
            "register",
            "regwall",
            "cookie",
            "consent",
            "gdpr",
            "modal",
            "popup",
            "overlay",
            "alert",
            "notice",
            "donat",
            "cta",
            "call-to",
            "privacy",
            "dialog",
            "abonn",
            "suscri",
            "assine",
            "inscri",
            "denglu",
            "zhuce",
        ],
    ),
    (
        "author",
        &[
            "author",
            "byline",
            "bio",
            "contributor",
            "writer",
            "profile",
            "avatar",
            "user",
            "autor",
            "auteur",
            "yazar",
            "zuozhe",
            "penulis",
            "tac-gia",
        ],
    ),
    (
        "meta",
        &[
            "meta",
            "date",
            "time",
            "info",
            "publish",
            "dateline",
            "timestamp",
            "updated",
            "credit",
            "source",
            "fecha",
            "datum",
            "tarih",
            "riqi",
            "shijian",
            "hizuke",
            "laiyuan",
        ],
    ),
    (
        "caption",
        &[
            "caption",
            "image",
            "img",
            "photo",
            "figure",
            "gallery",
            "picture",
            "media",
            "video",
            "slide",
            "carousel",
            "player",
            "thumb",
            "bild",
            "legend",
            "leyenda",
            "didascalia",
            "tupian",
            "pie-foto",
        ],
    ),
    (
        "tags",
        &[
            "tag",
            "categor",
            "topic",
            "keyword",
            "label",
            "taxonomy",
            "etiquet",
            "schlagw",
            "etiket",
            "biaoqian",
            "mots-cles",
        ],
    ),
    (
        "list",
        &[
            "list", "card", "item", "grid", "feed", "listing", "results", "archive", "stream", "river", "tile",
            "module", "row", "lista", "liste", "liebiao",
        ],
    ),
    (
        "title",
        &[
            "title",
            "headline",
            "heading",
            "hed",
            "subtitle",
            "kicker",
            "eyebrow",
            "ueberschrift",
            "titre",
            "titul",
            "titolo",
            "baslik",
            "biaoti",
            "midashi",
            "tieu-de",
        ],
    ),
    (
        "lead",
        &[
            "lead",
            "summary",
            "standfirst",
            "intro",
            "excerpt",
            "deck",
            "dek",
            "abstract",
            "description",
            "teasertext",
            "sapo",
            "subhead",
            "chapo",
            "entradilla",
            "bajada",
            "sommario",
            "zhaiyao",
            "daodu",
        ],
    ),
    (
        "thread",
        &[
            "message",
            "reply",
            "replies",
            "thread",
            "forum",
            "topic-",
            "answer",
            "question",
            "postrow",
            "conversation",
            "quote",
            "huifu",
            "tiezi",
            "topicid",
            "postbit",
            "huida",
        ],
    ),
    ("form", &["form", "search", "input", "button", "btn", "field", "select", "dropdown", "submit", "sousuo"]),
    ("shop", &["product", "price", "cart", "shop", "buy", "store", "review", "rating", "shipping", "spec"]),
    (
        "hidden",
        &[
            "hidden",
            "hide",
            "print",
            "screen-reader",
            "sr-",
            "noscript",
            "offscreen",
            "collapse",
            "mobile-only",
            "invisible",
            "tooltip",
        ],
    ),
    (
        "box",
        &[
            "factbox",
            "infobox",
            "box",
            "aside",
            "pullquote",
            "pull-quote",
            "inset",
            "embed",
            "tweet",
            "instagram",
            "toc",
            "table-of-contents",
            "note",
            "correction",
            "editor",
            "disclaimer",
            "footnote",
            "reference",
            "citation",
        ],
    ),
];

/// Tags whose nearest ancestor is a feature.
pub(super) const TAGS: &[&str] = &[
    "article",
    "main",
    "aside",
    "nav",
    "header",
    "footer",
    "form",
    "table",
    "ul",
    "ol",
    "li",
    "figure",
    "figcaption",
    "section",
    "blockquote",
    "td",
    "p",
    "dl",
    "pre",
];

/// Tags of the block's own element and its parent, as numbers.
const OWN_TAGS: &[&str] = &[
    "p",
    "div",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "td",
    "th",
    "tr",
    "section",
    "article",
    "ul",
    "ol",
    "blockquote",
    "figcaption",
    "dd",
    "dt",
    "pre",
    "figure",
    "header",
    "footer",
    "aside",
    "nav",
    "main",
    "body",
    "form",
    "address",
    "center",
    "fieldset",
    "summary",
    "details",
    "label",
    "legend",
];

/// Farther ancestors count as none.
pub(super) const FAR: u8 = 15;

/// One element that blocks stand in; elements of equal path are one.
pub(super) struct Node {
    pub parent: Option<u32>,
    pub depth: u16,
    pub tag: u8,
    /// Which groups the element's own names belong to.
    pub groups: u32,
    /// Which of `TAGS` it is.
    pub tags: u32,
    pub weight: f32,
    pub good: f32,
    pub linked: f32,
    pub n_blocks: u32,
    /// Headings in it, and those that are links.
    pub headings: f32,
    pub linked_headings: f32,
    pub first: u32,
    pub last: u32,
    pub merit: f32,
}

/// The page.
pub(super) struct Page {
    pub texts: Vec<Text>,
    pub nodes: Vec<Node>,
    /// The element of each block.
    pub leaf: Vec<u32>,
    /// The same tree with every element for itself.
    pub elements: Elements,
    /// Share of the text in elements named as threads, posts, answers.
    pub thread: f32,
}

/// The bit of the group `thread`.
const THREAD: u32 = 1 << 20;

impl Page {
    /// Reads the blocks and their paths.
    pub(super) fn new(document: &Document, words: &Words) -> Page {
        let texts: Vec<Text> =
            (0..document.blocks.len()).map(|i| Text::of(document.block_text(i), document.blocks[i].linked)).collect();
        let mut page = Page {
            texts,
            nodes: Vec::new(),
            leaf: Vec::with_capacity(document.blocks.len()),
            elements: Elements::default(),
            thread: 0.0,
        };
        page.read_paths(document, words);
        page.sum_up(document);
        page.thread = page.thread_share();
        page
    }

    fn read_paths<'d>(&mut self, document: &'d Document, words: &Words) {
        self.nodes.push(Node::new(None, 0, words.part("", &mut HashMap::new())));
        let mut known: HashMap<(u32, u32), u32> = HashMap::new();
        let mut parts: HashMap<&'d str, Part> = HashMap::new();
        let mut likes: HashMap<Like<'d>, u32> = HashMap::new();
        let mut families = Families::new();
        let mut elements =
            Elements { all: vec![Element { first: u32::MAX, ..Element::default() }], ..Elements::default() };
        let mut stack = vec![0u32];
        let (mut before, mut chain): (&str, Vec<Part>) = ("", Vec::new());
        // Where each part of the path before ends, and its node.
        let mut steps: Vec<(usize, u32)> = Vec::new();
        for block in &document.blocks {
            let path = block.path.as_str();
            if path != before {
                // Neighbours share most of their paths.
                let n_alike = before.bytes().zip(path.bytes()).take_while(|(a, b)| a == b).count();
                let shared = |end: usize| end <= n_alike && matches!(path.as_bytes().get(end), None | Some(b'/'));
                steps.truncate(steps.iter().take_while(|(end, _)| shared(*end)).count());
                chain.truncate(steps.len());
                let (mut end, mut at) = steps.last().copied().unwrap_or_default();
                for (i, name) in path[end..].split('/').enumerate() {
                    end += name.len() + usize::from(i > 0);
                    if name.is_empty() {
                        continue;
                    }
                    let part = *parts.entry(name).or_insert_with(|| words.part(name, &mut likes));
                    chain.push(part);
                    at = *known.entry((at, part.like)).or_insert_with(|| {
                        let depth = self.nodes[at as usize].depth.saturating_add(1);
                        self.nodes.push(Node::new(Some(at), depth, part));
                        self.nodes.len() as u32 - 1
                    });
                    steps.push((end, at));
                }
                before = path;
            }
            self.leaf.push(steps.last().map_or(0, |(_, at)| *at));
            // The root stands before the path's parts.
            elements.open(&mut stack, usize::from(block.shared).saturating_add(1), &chain, &mut families);
        }
        elements.sum_up(document, self, families.len());
        self.elements = elements;
    }

    fn sum_up(&mut self, document: &Document) {
        for (i, (&leaf, text)) in self.leaf.iter().zip(&self.texts).enumerate() {
            let heading = f32::from(u8::from(document.blocks[i].kind.is_heading()));
            let mut at = Some(leaf);
            let mut distance = 0.0f32;
            while let Some(n) = at {
                let node = &mut self.nodes[n as usize];
                node.weight += text.weight;
                node.linked += text.weight * text.links;
                node.n_blocks += 1;
                node.headings += heading;
                node.linked_headings += heading * text.links;
                node.first = node.first.min(i as u32);
                node.last = i as u32;
                if text.good {
                    node.good += text.weight;
                    // As readability does: what a paragraph is worth reaches its parent whole and fades above.
                    node.merit += text.weight / (1.0 + distance * 0.7);
                }
                distance += 1.0;
                at = node.parent;
            }
        }
    }

    fn thread_share(&self) -> f32 {
        let in_thread = |leaf: u32| self.ancestors(leaf).any(|a| self.nodes[a as usize].groups & THREAD != 0);
        let weight = |(leaf, text): (&u32, &Text)| if in_thread(*leaf) { text.weight } else { 0.0 };
        self.leaf.iter().zip(&self.texts).map(weight).sum::<f32>() / self.nodes[0].weight.max(1.0)
    }

    /// The element and its ancestors, innermost first.
    pub(super) fn ancestors(&self, leaf: u32) -> impl Iterator<Item = u32> {
        std::iter::successors(Some(leaf), |&n| self.nodes[n as usize].parent)
    }
}

impl Node {
    fn new(parent: Option<u32>, depth: u16, part: Part) -> Node {
        Node {
            parent,
            depth,
            tag: part.tag,
            groups: part.groups,
            tags: part.tags,
            weight: 0.0,
            good: 0.0,
            linked: 0.0,
            n_blocks: 0,
            headings: 0.0,
            linked_headings: 0.0,
            first: u32::MAX,
            last: 0,
            merit: 0.0,
        }
    }
}

/// What one part of a path says.
#[derive(Clone, Copy)]
pub(super) struct Part {
    tag: u8,
    groups: u32,
    pub tags: u32,
    /// Parts of the same likeness are one sort of element.
    pub like: u32,
}

/// What makes elements alike: tag, first class without its digits, and the groups of all names. Numbers of posts and
/// names of categories do not.
type Like<'d> = (&'d str, String, u32);

/// The words of classes and ids, compiled once.
pub(super) struct Words {
    automaton: AhoCorasick,
    group_of: Vec<u8>,
}

impl Words {
    pub(super) fn new() -> Words {
        let (mut words, mut group_of) = (Vec::<&str>::new(), Vec::new());
        for (group, (_, list)) in GROUPS.iter().enumerate() {
            words.extend_from_slice(list);
            group_of.extend(list.iter().map(|_| group as u8));
        }
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::DFA))
            .build(words)
            .expect("a few hundred short words make an automaton");
        Words { automaton, group_of }
    }

    fn part<'d>(&self, part: &'d str, likes: &mut HashMap<Like<'d>, u32>) -> Part {
        let names_at = part.find(['#', '.']).unwrap_or(part.len());
        let tag = &part[..names_at];
        let mut groups = 0;
        for hit in self.automaton.find_overlapping_iter(&part[names_at..]) {
            groups |= 1 << self.group_of[hit.pattern().as_usize()];
        }
        let of = |list: &[&str]| list.iter().position(|t| *t == tag);
        let names = &part[names_at..];
        let class = names.split_once('.').map_or("", |(_, classes)| classes.split('.').next().unwrap_or(classes));
        let class: String = class.chars().filter(|c| !c.is_ascii_digit()).collect();
        let n_likes = likes.len() as u32;
        let like = *likes.entry((tag, class, groups)).or_insert(n_likes);
        Part {
            tag: of(OWN_TAGS).map_or(OWN_TAGS.len() as u8, |i| i as u8),
            groups,
            tags: of(TAGS).map_or(0, |i| 1 << i),
            like,
        }
    }
}
