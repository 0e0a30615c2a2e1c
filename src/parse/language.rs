//! The language a text is written in: by script where the script tells, else by its words, checked against what is declared.

use crate::text::language::{Detector, sample};

/// The primary code and the subtags of `declared` in their usual form (`en-us` → `en-US`); none if it is no language tag.
pub(super) fn tag(declared: &str) -> Option<String> {
    let first = declared.split([',', ';', ' ']).next()?.trim();
    let mut parts = first.split(['-', '_']);
    let primary = parts.next().filter(|p| (2..=3).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphabetic()))?;
    let mut tag = primary.to_ascii_lowercase();
    for part in parts.filter(|p| p.bytes().all(|b| b.is_ascii_alphanumeric())) {
        tag.push('-');
        match part.len() {
            2 => tag.push_str(&part.to_ascii_uppercase()),
            4 => {
                tag.push_str(&part[..1].to_ascii_uppercase());
                tag.push_str(&part[1..].to_ascii_lowercase());
            }
            _ => tag.push_str(&part.to_ascii_lowercase()),
        }
    }
    Some(tag)
}

/// The language of `text`. The declared one stands unless the text's script or its words clearly say another.
pub(super) fn of(text: &str, declared: Option<&str>, detector: &Detector) -> Option<String> {
    let (found, sure) = detector.guess(&sample(text)).map_or((None, false), |(code, sure)| (Some(code), sure));
    let primary = declared.and_then(|d| d.split('-').next());
    match (primary, found) {
        // Its characters do not tell the way of writing.
        (_, Some("zh")) if sure => Some(declared_chinese(declared).to_string()),
        (Some(primary), Some(found)) if same(primary, found) => Some(primary.to_string()),
        (_, Some(found)) if sure => Some(found.to_string()),
        (Some(primary), _) => Some(primary.to_string()),
        (None, found) => found.map(str::to_string),
    }
}

/// The way of writing that is declared of a Chinese text.
fn declared_chinese(declared: Option<&str>) -> &'static str {
    let declared = declared.unwrap_or_default().to_ascii_lowercase();
    let hant = ["hant", "tw", "hk", "mo"].iter().any(|t| declared.split('-').any(|p| p == *t));
    if hant {
        "zh-Hant"
    } else if declared.starts_with("zh") {
        "zh-Hans"
    } else {
        "zh"
    }
}

/// Codes of one language or of two that detectors take for each other.
fn same(a: &str, b: &str) -> bool {
    const GROUPS: [&[&str]; 4] = [&["no", "nb", "nn", "da"], &["hr", "sr", "bs", "sh"], &["id", "ms"], &["sk", "cs"]];
    a == b || GROUPS.iter().any(|g| g.contains(&a) && g.contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::meta::words::Words;

    fn check(text: &str, declared: Option<&str>, expected: Option<&str>) {
        assert_eq!(of(text, declared, &Words::builtin().detector).as_deref(), expected, "{text}");
    }

    #[test]
    fn a_few_sentences_tell_their_language() {
        for (text, code) in [
            (
                "The mill stood by the river for a hundred years, and it was the only one of its kind in the valley.",
                "en",
            ),
            (
                "Die Mühle stand hundert Jahre am Fluss, und sie war die einzige ihrer Art in dem Tal, das nach ihr heißt.",
                "de",
            ),
            (
                "Le moulin est resté au bord de la rivière pendant cent ans et il était le seul de son genre dans la vallée.",
                "fr",
            ),
            (
                "Мельница стояла у реки сто лет, и она была единственной в долине, которая так и не была названа по ней.",
                "ru",
            ),
            ("השער נפתח בבוקר והאנשים נכנסו", "he"),
            ("水退去之后，镇上的人回来了，先扫街，再点灯，第三天学校也开了门。", "zh-Hans"),
            ("水退去之後，鎮上的人回來了，先掃街，再點燈，第三天學校也開了門。", "zh-Hant"),
            ("水が引いたあと、町の人々は戻ってきて、まず通りを掃いた。", "ja"),
            ("물이 빠진 뒤에 마을 사람들이 돌아왔다.", "ko"),
        ] {
            check(text, None, Some(code));
        }
    }

    #[test]
    fn what_is_declared_stands_where_the_text_does_not_say_another() {
        check("OK 2019", Some("fr"), Some("fr"));
        check(
            "Vi har ikke set det, og det er ikke til at se, men det er der, for vi har hørt det.",
            Some("nb"),
            Some("nb"),
        );
        check(
            "The mill stood by the river, and it was not the only one that was there for them.",
            Some("de"),
            Some("en"),
        );
        check("", None, None);
    }

    #[test]
    fn a_long_text_is_judged_by_places_all_over_it_on_borders_of_characters() {
        check(&"é und die Mühle, die in dem Tal stand, war nicht die einzige, ".repeat(900), None, Some("de"));
        check(&"水が引いた。".repeat(3_000), None, Some("ja"));
    }
}
