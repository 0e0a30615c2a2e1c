//! What the page says about itself: of which sort it is, and how its address is made.

/// What sort of page it says that it is; the last is its Open Graph type.
pub(super) const SAYS: [&str; 7] =
    ["says article", "says thread", "says product", "says list", "says questions", "says page", "says open graph"];

pub(super) fn says(sorts: &[String]) -> [f32; SAYS.len()] {
    let any = |is: &dyn Fn(&str) -> bool| f32::from(u8::from(sorts.iter().any(|s| is(s))));
    let open_graph = sorts.iter().find_map(|s| s.strip_prefix("og:")).map_or(0.0, |sort| match sort {
        "article" => 1.0,
        "website" => 2.0,
        s if s.contains("product") => 3.0,
        _ => 4.0,
    });
    let is_thread = |s: &str| matches!(s, "DiscussionForumPosting" | "QAPage");
    [
        any(&|s| s.ends_with("Article") || (s.ends_with("Posting") && !is_thread(s) && s != "JobPosting")),
        any(&is_thread),
        any(&|s| matches!(s, "Product" | "ProductGroup" | "Offer")),
        any(&|s| matches!(s, "ItemList" | "CollectionPage" | "SearchResultsPage" | "Blog")),
        any(&|s| s == "FAQPage"),
        any(&|s| s == "WebPage"),
        open_graph,
    ]
}

/// What the shape of an address tells of the kind of its page.
pub(super) const ADDRESS: [&str; 4] = ["address depth", "address words", "address digits", "address query"];

/// Articles have long names or numbers, sections and shops short ones.
pub(super) fn address(url: &str) -> [f32; 4] {
    let after_host = url.split_once("://").map_or(url, |(_, rest)| rest).split_once('/').map_or("", |(_, path)| path);
    let (path, query) = after_host.split_once('?').unwrap_or((after_host, ""));
    let parts: Vec<&str> = path.split('/').filter(|p| !p.is_empty()).collect();
    let words = parts.iter().map(|p| p.split(['-', '_', '+']).filter(|w| w.len() > 1).count()).max().unwrap_or(0);
    let digits = path.bytes().filter(u8::is_ascii_digit).count();
    [parts.len().min(8) as f32, words.min(15) as f32, digits.min(20) as f32, query.len().min(60) as f32]
}
