//! Names of tags and attributes, and what the tags among them do to the tree.

use html5ever::tendril::StrTendril;
use html5ever::{LocalName, local_name};

/// Names of tags and attributes that a page used before: most of its names are a few dozen, again and again.
pub(super) struct Names([LocalName; N_NAMES]);

/// Places for names; a power of two. A page has about fifty.
const N_NAMES: usize = 256;

impl Default for Names {
    fn default() -> Self {
        Names(std::array::from_fn(|_| local_name!("")))
    }
}

impl Names {
    pub fn get(&mut self, bytes: &[u8]) -> LocalName {
        let mix = |hash: usize, byte: &u8| hash.wrapping_mul(31).wrapping_add(usize::from(*byte));
        let place = &mut self.0[bytes.iter().fold(bytes.len(), mix) % N_NAMES];
        if place.as_bytes() != bytes {
            *place = local_name(bytes);
        }
        place.clone()
    }
}

/// Bytes of a `str`; cut inside a character only where the tokenizer itself cuts, in scripts.
pub(super) fn tendril(bytes: &[u8]) -> StrTendril {
    StrTendril::from_slice(&String::from_utf8_lossy(bytes))
}

fn local_name(bytes: &[u8]) -> LocalName {
    LocalName::from(&*String::from_utf8_lossy(bytes))
}

/// Opens a level of the tree. The others hold nothing (`br`), only text up to their end tag, or exist once.
pub(super) fn nests(name: &LocalName) -> bool {
    !matches!(
        *name,
        local_name!("area")
            | local_name!("base")
            | local_name!("body")
            | local_name!("br")
            | local_name!("col")
            | local_name!("embed")
            | local_name!("head")
            | local_name!("hr")
            | local_name!("html")
            | local_name!("iframe")
            | local_name!("img")
            | local_name!("input")
            | local_name!("link")
            | local_name!("meta")
            | local_name!("noembed")
            | local_name!("noframes")
            | local_name!("noscript")
            | local_name!("param")
            | local_name!("plaintext")
            | local_name!("script")
            | local_name!("source")
            | local_name!("style")
            | local_name!("textarea")
            | local_name!("title")
            | local_name!("track")
            | local_name!("wbr")
            | local_name!("xmp")
    )
}

/// Its end tag may be missing in good pages, so none is waited for.
pub(super) fn closes_itself(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("dd")
            | local_name!("dt")
            | local_name!("li")
            | local_name!("option")
            | local_name!("p")
            | local_name!("tbody")
            | local_name!("td")
            | local_name!("tfoot")
            | local_name!("th")
            | local_name!("thead")
            | local_name!("tr")
    )
}

/// Runs along in a line of text.
pub(super) fn is_phrasing(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("a")
            | local_name!("b")
            | local_name!("big")
            | local_name!("cite")
            | local_name!("code")
            | local_name!("em")
            | local_name!("font")
            | local_name!("i")
            | local_name!("label")
            | local_name!("nobr")
            | local_name!("s")
            | local_name!("small")
            | local_name!("span")
            | local_name!("strike")
            | local_name!("strong")
            | local_name!("sub")
            | local_name!("sup")
            | local_name!("tt")
            | local_name!("u")
    )
}
