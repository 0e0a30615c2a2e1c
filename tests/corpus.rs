//! Laws of the index: what is learnt does not depend on parts, on order, on memory; and examples of what it tells.

#![allow(clippy::unwrap_used)]

use dateline::config::CorpusConfig;
use dateline::corpus::{Facts, Index, Known, Learner, Relation, Room, Standing, prints};
use dateline::model::{Document, Dump, Meta, Origin, Seen};
use dateline::text::fold::Folder;
use proptest::prelude::*;

const MEMORY: usize = 64 << 20;

/// So much memory, and no disk.
fn room(memory: usize) -> Room {
    Room::new(None, memory)
}

/// An article of a site: its place is its number.
#[derive(Clone, Debug)]
struct Article {
    number: u64,
    site: &'static str,
    text: String,
    date: Option<&'static str>,
    title: Option<&'static str>,
}

fn article(number: u64, site: &'static str, text: impl Into<String>) -> Article {
    Article { number, site, text: text.into(), date: None, title: None }
}

/// A site of its own for each number.
fn site(number: u64) -> &'static str {
    Box::leak(format!("site{number}.example").into_boxed_str())
}

fn id(number: u64) -> String {
    format!("{number:020x}")
}

fn document(a: &Article) -> Document {
    let published = a.date.map(|d| dateline::model::Published { date: d.parse().unwrap(), basis: "declared".into() });
    let declared = Meta { published, title: a.title.map(str::to_string), ..Meta::default() };
    let origin = Origin { path: "raw/heap.jsonl".into(), record: Some(a.number), offset: a.number };
    dateline::parse::text::document(Dump {
        origin,
        site: Some(a.site.into()),
        body: a.text.clone(),
        declared,
        ..Dump::default()
    })
}

fn learn<'a>(articles: impl IntoIterator<Item = &'a Article>) -> Index {
    let folder = Folder::new();
    let mut learner = Learner::new(&CorpusConfig::default(), None, MEMORY);
    for a in articles {
        learner.add(&Facts::of(&document(a), &id(a.number), &folder)).unwrap();
    }
    learner.finish().unwrap()
}

fn saved(index: &Index) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.index");
    index.save(&path).unwrap();
    std::fs::read(path).unwrap()
}

/// All that is told of these articles, as text.
fn told(known: &Known, articles: &[Article]) -> String {
    let folder = Folder::new();
    let tell = |a: &Article| {
        let seen = known.site_counts(Some(a.site), &prints(&document(a), &folder));
        format!("{:?} {seen:?}\n", known.duplicate_of(&id(a.number)).unwrap())
    };
    articles.iter().map(tell).collect::<String>() + &format!("{:?}", known.counters())
}

/// A sentence of pseudo-random words.
fn sentence(seed: u64, n_words: usize) -> String {
    let mut state = (seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut word = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let syllables = ["ka", "ro", "mi", "ten", "lu", "sha", "der", "vo"];
        (0..3).map(|i| syllables[(state >> (20 + 3 * i)) as usize % 8]).collect::<String>()
    };
    (0..n_words).map(|_| word()).collect::<Vec<_>>().join(" ")
}

fn paragraphs(seed: u64, n: u64) -> String {
    (0..n).map(|i| sentence(seed * 100 + i, 40)).collect::<Vec<_>>().join("\n")
}

/// Pages of two sites with a frame, copies, edited copies and excerpts among them.
fn heap(n: usize, seed: u64) -> Vec<Article> {
    let page = |i: u64| {
        let site = if i.is_multiple_of(3) { "gazette.example" } else { "herald.example" };
        let body = match (i + seed) % 7 {
            0 => paragraphs(1, 4),
            1 => paragraphs(1, 2),
            2 => paragraphs(1, 4).replace("karo", "mira"),
            3 => paragraphs(2, 4).to_uppercase(),
            4 => paragraphs(2, 4),
            _ => paragraphs(10 + i, 3),
        };
        article(i, site, format!("Home\nNews of {site}\n{body}\n{i} comments\nAll rights reserved"))
    };
    (0..n as u64).map(page).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// learn(A + B) == merge(learn A, learn B), at any cut, in either order; and the verdicts with it.
    #[test]
    fn an_index_learnt_in_parts_is_the_index_learnt_at_once(n in 2usize..24, cut in 0usize..24, seed in 0u64..7) {
        let heap = heap(n, seed);
        let whole = learn(&heap);
        let (a, b) = heap.split_at(cut.min(n));
        let parts = || (learn(a), learn(b));
        let (first, second) = parts();
        let merged = Index::merge(vec![first, second]).unwrap();
        let (first, second) = parts();
        let turned = Index::merge(vec![second, first]).unwrap();
        prop_assert_eq!(saved(&merged), saved(&whole));
        prop_assert_eq!(saved(&turned), saved(&whole));
        let told_whole = told(&whole.resolve(&room(MEMORY)).unwrap(), &heap);
        prop_assert_eq!(told(&turned.resolve(&room(MEMORY)).unwrap(), &heap), told_whole);
    }

    /// Neither the order of arrival nor the memory to work in shows in what is told.
    #[test]
    fn order_and_memory_do_not_show(n in 2usize..24, seed in 0u64..7, memory in 1usize..20_000) {
        let heap = heap(n, seed);
        let whole = told(&learn(&heap).resolve(&room(MEMORY)).unwrap(), &heap);
        let backwards = learn(heap.iter().rev());
        prop_assert_eq!(told(&backwards.resolve(&room(memory)).unwrap(), &heap), whole);
    }
}

#[test]
fn a_saved_index_reads_back_and_tells_the_same() {
    let heap = heap(12, 0);
    let index = learn(&heap);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("part.index");
    index.save(&path).unwrap();
    let loaded = Index::load(&path).unwrap();
    assert_eq!(saved(&loaded), saved(&index));
    let tell = |i: &Index| told(&i.resolve(&room(MEMORY)).unwrap(), &heap);
    assert_eq!(tell(&loaded), tell(&index));
    // A part that comes twice adds nothing.
    assert_eq!(saved(&Index::merge(vec![loaded, learn(&heap)]).unwrap()), saved(&index));
}

#[test]
fn a_spilled_index_is_the_one_in_memory() {
    let heap: Vec<Article> = (0..400).map(|i| article(i, "gazette.example", paragraphs(i % 300, 30))).collect();
    let spill = tempfile::tempdir().unwrap();
    let folder = Folder::new();
    let mut learner = Learner::new(&CorpusConfig::default(), Some(spill.path()), 0);
    for a in &heap {
        learner.add(&Facts::of(&document(a), &id(a.number), &folder)).unwrap();
    }
    let index = learner.finish().unwrap();
    let text: usize = heap.iter().map(|a| a.text.len()).sum();
    assert!(index.spilled() > 0 && (index.spilled() as usize) < text / 4, "{} of {text}", index.spilled());
    assert_eq!(saved(&index), saved(&learn(&heap)));
}

/// Learns the batches (four articles each) that the log has not; gives how many it had to learn.
fn learn_on(heap: &[Article], log: &std::path::Path, stop_after: usize) -> (Learner, usize) {
    let folder = Folder::new();
    let mut learner = Learner::resuming(&CorpusConfig::default(), log, &log.join("spill"), 0).unwrap();
    let mut n_learnt = 0;
    for (i, batch) in heap.chunks(4).enumerate().take(stop_after) {
        let key = format!("{i}-{}", batch[0].text.len());
        if !learner.takes_up(&key).unwrap() {
            n_learnt += 1;
            for a in batch {
                learner.add(&Facts::of(&document(a), &id(a.number), &folder)).unwrap();
            }
            learner.end_batch(&key).unwrap();
        }
    }
    (learner, n_learnt)
}

#[test]
fn an_interrupted_pass_one_goes_on_from_what_is_whole() {
    let mut heap = heap(24, 3);
    let whole = saved(&learn(&heap));
    let log = tempfile::tempdir().unwrap();
    assert_eq!(learn_on(&heap, log.path(), 4).1, 4);
    // Four batches are there, and what was half written when the run died is not.
    let records = log.path().join("records");
    let mut bytes = std::fs::read(&records).unwrap();
    bytes.extend_from_slice(b"half a record");
    std::fs::write(&records, &bytes).unwrap();
    let (learner, n_learnt) = learn_on(&heap, log.path(), 6);
    assert_eq!((n_learnt, saved(&learner.finish().unwrap()) == whole), (2, true));
    // All six are there now.
    assert_eq!(learn_on(&heap, log.path(), 6).1, 0);
    // One byte of the third batch is wrong: it and all behind it are learnt again.
    let mut bytes = std::fs::read(&records).unwrap();
    let middle = bytes.len() * 5 / 12;
    bytes[middle] ^= 1;
    std::fs::write(&records, &bytes).unwrap();
    let (learner, n_learnt) = learn_on(&heap, log.path(), 6);
    assert_eq!((n_learnt, saved(&learner.finish().unwrap()) == whole), (4, true));
    // An input has changed since.
    heap[9].text += " and one word more";
    heap[8].text += " and one word more";
    let (learner, n_learnt) = learn_on(&heap, log.path(), 6);
    assert_eq!((n_learnt, saved(&learner.finish().unwrap()) == saved(&learn(&heap))), (4, true));
}

#[test]
fn the_copy_that_stays_knows_what_its_copies_knew() {
    let text = paragraphs(31, 4);
    let dated = |number, date| Article { date: Some(date), ..article(number, "a.example", text.clone()) };
    let heap = [dated(0, "2020-03-01"), dated(1, "2020-03-02"), article(2, "b.example", text.to_uppercase())];
    let known = learn(&heap).resolve(&room(MEMORY)).unwrap();
    let copies = known.copies_of(&id(0)).unwrap();
    let told: Vec<_> = copies.iter().map(|c| (c.article_id.clone(), c.published.as_deref(), &*c.relation)).collect();
    assert_eq!(told, [(id(1), Some("2020-03-02"), "exact"), (id(2), None, "normalised")]);
    assert!(known.copies_of(&id(1)).unwrap().is_empty());
    assert_eq!(known.kept().unwrap(), [id(0)]);
}

#[test]
fn a_damaged_a_cut_and_a_foreign_file_are_refused() {
    let bytes = saved(&learn(&heap(6, 0)));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("part.index");
    let check = |bytes: &[u8], says: &str| {
        std::fs::write(&path, bytes).unwrap();
        let error = Index::load(&path).unwrap_err().to_string();
        assert!(error.starts_with(&path.display().to_string()) && error.contains(says), "{error}");
    };
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    check(&flipped, "damaged");
    check(&bytes[..bytes.len() / 2], "ends too early");
    check(b"PK\x03\x04 not an index at all", "not an index");
    let mut newer = bytes.clone();
    newer[15] = 99;
    check(&newer, "version");
}

#[test]
fn an_index_of_another_configuration_is_refused_with_both() {
    let other = CorpusConfig { similarity: 0.5, ..CorpusConfig::default() };
    let part = Learner::new(&other, None, 0).finish().unwrap();
    let error = Index::merge(vec![learn(&heap(3, 0)), part]).unwrap_err().to_string();
    assert!(error.contains("0.7") && error.contains("0.5"), "{error}");
}

fn duplicates(articles: &[Article]) -> Vec<Option<(u64, Relation)>> {
    let known = learn(articles).resolve(&room(MEMORY)).unwrap();
    let of = |a: &Article| {
        known.duplicate_of(&id(a.number)).unwrap().map(|d| (u64::from_str_radix(&d.of, 16).unwrap(), d.relation))
    };
    articles.iter().map(of).collect()
}

#[test]
fn exact_normalised_edited_copies_and_excerpts_are_told_apart() {
    let text = paragraphs(5, 5);
    let edited = text.replacen("ka", "zu", 9);
    let excerpt: String = text.lines().skip(2).take(2).collect::<Vec<_>>().join("\n");
    let heap = [
        article(0, "a.example", text.clone()),
        article(1, "b.example", text.clone()),
        article(2, "c.example", text.to_uppercase().replace(' ', "  ")),
        article(3, "d.example", edited),
        article(4, "e.example", excerpt),
        article(5, "f.example", paragraphs(6, 5)),
    ];
    let of = |relation| Some((0, relation));
    let awaited =
        [None, of(Relation::Exact), of(Relation::Normalised), of(Relation::Edited), of(Relation::Excerpt), None];
    assert_eq!(duplicates(&heap), awaited);
}

#[test]
fn excerpts_are_never_chained() {
    // Two digests quote one half of the report each, and nothing else ties them.
    let (first, second) = (paragraphs(7, 3), paragraphs(8, 3));
    let heap = [
        article(0, "a.example", first.clone()),
        article(1, "b.example", format!("{first}\n{second}")),
        article(2, "c.example", second),
    ];
    assert_eq!(duplicates(&heap), [Some((1, Relation::Excerpt)), None, Some((1, Relation::Excerpt))]);
}

#[test]
fn a_line_that_another_page_lists_is_no_excerpt_of_it() {
    let line = sentence(77, 16);
    let heap = [
        article(0, "a.example", line.clone()),
        article(1, "b.example", format!("{}\n{line}", paragraphs(13, 4))),
        article(2, "c.example", line),
    ];
    assert_eq!(duplicates(&heap), [None, None, Some((0, Relation::Exact))]);
}

#[test]
fn what_is_no_article_in_its_page_is_not_compared() {
    let (told, news) = (paragraphs(14, 2), paragraphs(15, 3));
    let (alone, listed) = (article(0, "a.example", &told), article(1, "b.example", format!("{news}\n{told}")));
    let relation = |aside: &[bool]| {
        let folder = Folder::new();
        let mut learner = Learner::new(&CorpusConfig::default(), None, MEMORY);
        learner.add(&Facts::of(&document(&alone), &id(0), &folder)).unwrap();
        learner.add(&Facts::of(&document(&listed), &id(1), &folder).comparing(aside)).unwrap();
        let known = learner.finish().unwrap().resolve(&room(MEMORY)).unwrap();
        known.duplicate_of(&id(0)).unwrap().map(|d| d.relation)
    };
    assert_eq!(relation(&[]), Some(Relation::Excerpt));
    assert_eq!(relation(&[false, false, false, true, true]), None);
    assert_eq!(relation(&[true; 5]), Some(Relation::Excerpt));
}

#[test]
fn dated_reports_on_one_form_are_no_copies() {
    let report = |day: u64| {
        let n = |k: u64| (day * 7919 + k * 104_729) % 90_000;
        format!(
            "Report of day {day}. The index opened at {} points and closed at {} points. Turnover reached {} shares. \
             Among {} companies {} rose and {} fell. Readers are advised that past results are no promise of later ones, \
             that the figures are those of the exchange, and that nothing on this page is advice to buy or to sell.",
            n(1),
            n(2),
            n(3),
            n(4),
            n(5),
            n(6)
        )
    };
    let heap: Vec<Article> = (0..12).map(|i| article(i, "bourse.example", report(i))).collect();
    assert!(duplicates(&heap).iter().all(Option::is_none));
}

#[test]
fn issues_of_a_weekly_listing_are_no_copies() {
    let (intro, outro) = (paragraphs(40, 2), paragraphs(41, 2));
    let issue = |i| article(i, "week.example", format!("{intro}\n{}\n{outro}", paragraphs(50 + i, 2)));
    let other = |i| article(i, "week.example", paragraphs(90 + i, 3));
    let heap: Vec<Article> = (0..8).map(issue).chain((8..80).map(other)).collect();
    assert_eq!(duplicates(&heap), vec![None; 80]);
}

#[test]
fn short_articles_in_one_frame_are_no_copies() {
    let frame = (paragraphs(20, 2), paragraphs(21, 4));
    let page = |i| article(i, "frame.example", format!("{}\n{}\n{}", frame.0, sentence(900 + i, 30), frame.1));
    let heap: Vec<Article> = (0..6).map(page).collect();
    assert!(duplicates(&heap).iter().all(Option::is_none));
}

#[test]
fn the_copy_with_the_fullest_metadata_and_the_earliest_date_stays() {
    let text = paragraphs(9, 4);
    let dated = |number, date| Article { date: Some(date), ..article(number, "a.example", text.clone()) };
    let heap = [article(0, "a.example", text.clone()), dated(1, "2020-03-02"), dated(2, "2020-03-01")];
    assert_eq!(duplicates(&heap), [Some((2, Relation::Exact)), Some((2, Relation::Exact)), None]);
}

#[test]
fn a_copy_keeps_the_blocks_that_are_said_nowhere_else() {
    let text = paragraphs(11, 5);
    let own = sentence(5000, 40);
    let heap = [article(0, "a.example", text.clone()), article(1, "b.example", format!("{text}\n{own}"))];
    let known = learn(&heap).resolve(&room(MEMORY)).unwrap();
    // The longer one stays: nothing of the other is lost.
    let duplicate = known.duplicate_of(&id(0)).unwrap().unwrap();
    let all: Vec<Standing> = (0..5).map(|i| Standing::Share(1.0, Some(i))).collect();
    assert_eq!((duplicate.of, duplicate.blocks), (id(1), all.clone()));
    // Each has a paragraph of its own: the earlier one stays, and the other keeps its paragraph.
    let other = sentence(6000, 40);
    let first = Article { date: Some("2020-03-01"), ..article(0, "a.example", format!("{other}\n{text}")) };
    let known = learn(&[first, heap[1].clone()]).resolve(&room(MEMORY)).unwrap();
    let duplicate = known.duplicate_of(&id(1)).unwrap().unwrap();
    let mut said: Vec<Standing> = (1..6).map(|i| Standing::Share(1.0, Some(i))).collect();
    said.push(Standing::Share(0.0, None));
    assert_eq!((duplicate.of.clone(), &duplicate.blocks), (id(0), &said));
    // The place is told: the file, the dump, the block.
    let evidence = duplicate.reason(2).unwrap().evidence();
    assert_eq!(
        (&evidence["source"], &evidence["record"], &evidence["block"]),
        (&"raw/heap.jsonl".into(), &0.into(), &3.into())
    );
    assert!(duplicate.reason(5).is_none());
}

#[test]
fn two_hundred_edited_copies_of_one_release_are_one_cluster() {
    let text = paragraphs(12, 5);
    let edited = |i: u64| text.replacen(' ', &format!(" {} ", sentence(i, 2)), 1 + i as usize % 3);
    let heap: Vec<Article> = (0..200).map(|i| article(i, site(i), edited(i))).collect();
    assert_eq!(duplicates(&heap).iter().filter(|d| d.is_none()).count(), 1);
}

#[test]
fn a_site_is_counted_by_articles_and_halves() {
    let page = |i: u64, seed: u64| {
        article(i, "gazette.example", format!("Home\n{}\n{i} comments\nAll rights reserved", paragraphs(seed, 3)))
    };
    // Pages 3 and 4 carry one article.
    let heap = [page(0, 30), page(1, 31), page(2, 32), page(3, 33), page(4, 33)];
    let known = learn(&heap).resolve(&room(MEMORY)).unwrap();
    let seen = known.site_counts(Some("gazette.example"), &prints(&document(&heap[3]), &Folder::new()));
    let home = Seen { of: 4, pages: 4, head: 4, tail: 0, slot_pages: 4, slot_head: 4, slot_tail: 0 };
    assert_eq!(seen[0], home);
    assert_eq!((seen[1].pages, seen[4].pages, seen[4].slot_pages, seen[4].slot_tail), (1, 1, 4, 4));
    assert_eq!(known.site_counts(None, &prints(&document(&heap[3]), &Folder::new())), vec![Seen::default(); 6]);
}

#[test]
fn the_counters_explain_a_zero() {
    let heap = [article(0, "a.example", "Page not found."), article(1, "b.example", "Page not found.")];
    let line = learn(&heap).resolve(&room(MEMORY)).unwrap().counters().to_string();
    assert!(
        line.contains("0 copies") && line.contains("2 too short") && line.contains("2 sites with too few pages"),
        "{line}"
    );
}
