//! The posts of a thread as structured data has them: a question and its answers, an opening post and its replies.

use super::structured::{has_type, text};
use serde_json::{Map, Value};

/// Posts that are read, and how deep they answer each other.
const MAX_POSTS: usize = 2_000;
const MAX_DEPTH: usize = 16;

/// The texts of the first thread among `nodes`, in the order that it has them, one a line. The questions that a page asks
/// and answers itself are no thread.
pub(super) fn posts(nodes: &[&Map<String, Value>]) -> Option<String> {
    let is = |node: &Map<String, Value>, sort: &str| has_type(node, |t| t == sort);
    let is_own = nodes.iter().any(|node| is(node, "FAQPage"));
    let opens = |node: &&&Map<String, Value>| is(node, "DiscussionForumPosting") || (is(node, "Question") && !is_own);
    let mut posts = Vec::new();
    read(nodes.iter().find(opens)?, 0, &mut posts);
    Some(posts.join("\n")).filter(|posts| !posts.is_empty())
}

fn read(post: &Map<String, Value>, depth: usize, posts: &mut Vec<String>) {
    if depth > MAX_DEPTH || posts.len() >= MAX_POSTS {
        return;
    }
    posts.extend(text(post.get("articleBody")).or_else(|| text(post.get("text"))));
    for key in ["comment", "acceptedAnswer", "suggestedAnswer"] {
        let replies = match post.get(key) {
            Some(Value::Array(replies)) => replies.as_slice(),
            Some(reply) => std::slice::from_ref(reply),
            None => &[],
        };
        replies.iter().filter_map(Value::as_object).for_each(|reply| read(reply, depth + 1, posts));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(node: &str, expected: Option<&str>) {
        let node: Value = serde_json::from_str(node).unwrap();
        assert_eq!(posts(&[node.as_object().unwrap()]).as_deref(), expected);
    }

    #[test]
    fn replies_follow_what_they_answer() {
        check(
            r#"{"@type": "DiscussionForumPosting", "text": "Why is the mill under water?", "comment": [
                {"@type": "Comment", "text": "It rained.", "comment": {"@type": "Comment", "text": "For three days."}},
                {"@type": "Comment", "text": "The dam broke."}]}"#,
            Some("Why is the mill under water?\nIt rained.\nFor three days.\nThe dam broke."),
        );
    }

    #[test]
    fn the_accepted_answer_is_the_first() {
        check(
            r#"{"@type": "Question", "text": "Which wheel?", "suggestedAnswer": [{"text": "The small one."}],
                "acceptedAnswer": {"text": "The great one."}}"#,
            Some("Which wheel?\nThe great one.\nThe small one."),
        );
    }

    #[test]
    fn an_article_is_no_thread() {
        check(r#"{"@type": "NewsArticle", "articleBody": "It rained.", "comment": [{"text": "Indeed."}]}"#, None);
    }
}
