//! One event told several times: tellings are joined when text and date agree at their precision.
//!
//! Tellings are compared as bags of tokens and neighbouring pairs, weighted by how rare they are among all tellings.
//! Pairs are looked for only among tellings that share a rare feature and whose dates can be the same; the best pair
//! joins first, and two groups join only when they agree on average. Dates that disagree by a day stay visible.

use crate::model::edtf::{Edtf, Part, Point};
use crate::model::{Cluster, Event, child_id};
use crate::text::fold::Folder;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// One telling of an event, as much of it as joining needs.
#[derive(Clone, Debug, Default)]
pub struct Telling<'a> {
    /// Identifier; breaks ties, so that the order of arrival does not matter.
    pub id: &'a str,
    /// Its date, where it has one.
    pub edtf: Option<Edtf>,
    /// Its words.
    pub text: &'a str,
    /// The article that tells it; tellings without one each stand alone.
    pub article: Option<&'a str>,
    /// Where its words stand in the article.
    pub place: (u64, u64),
    /// Where its date stands in the article.
    pub date_place: (u64, u64),
}

/// Similarity from which two tellings tell the same. On two pools of 1,731 tellings by three writers the pair F1 stays above
/// .994 (full dates) and .975 (a third of the dates months, some a day off or missing) from .10 to .13.
const SAME: f64 = 0.11;
/// What a date at another precision costs: a month contains its days, but also all its other events.
const COARSER: f64 = 0.05;
/// What a date one day off, or none at all, costs.
const UNSURE: f64 = 0.08;
/// How many tellings are imagined beside those at hand when rarity is weighed: among five tellings a word in two of them is
/// still rare. Half a hundred is a guess.
const IMAGINED: f64 = 50.0;
/// Share of the tellings above which a feature is a word of the language or of the topic. Without this bound the pair F1 on
/// the pools moves by less than .002; it keeps the lists short.
const COMMON: f64 = 0.1;
/// Tokens of a telling that count: what comes after two hundred is another story's detail.
const MAX_TOKENS: usize = 200;
/// Rarest features of a telling by which partners are looked for.
const KEYS: usize = 16;
/// Partners looked at on either side of a telling among those that share a feature, in order of date.
const NEIGHBOURS: usize = 32;
/// Minutes that two tellings of one article may differ in when both give a time of day.
const CLOCK_SLACK: i64 = 60;

/// Joins the tellings of one event over all articles: gives each event its `cluster_id`, and the clusters in order of date.
/// The order in which events come does not matter. An event told once is a cluster of one.
pub fn chronicle(folder: &Folder, events: &mut [Event]) -> Vec<Cluster> {
    let tellings: Vec<Telling> = events.iter().map(telling).collect();
    let (clusters, cluster_of) = clusters(folder, &tellings);
    for (event, cluster) in events.iter_mut().zip(cluster_of) {
        event.cluster_id = Some(clusters[cluster].cluster_id.clone());
    }
    clusters
}

/// The clusters of the tellings in order of date, and for each telling its cluster, as an index.
pub fn clusters(folder: &Folder, tellings: &[Telling<'_>]) -> (Vec<Cluster>, Vec<usize>) {
    let groups = join(folder, tellings);
    let mut cluster_of = vec![0; tellings.len()];
    for (number, group) in groups.iter().enumerate() {
        group.iter().for_each(|&member| cluster_of[member] = number);
    }
    (groups.iter().map(|group| cluster(tellings, group)).collect(), cluster_of)
}

/// What sorts events by date as the chronicle does: undated ones last, then by first and last day, counted from 1970.
pub fn date_order(edtf: &str) -> (bool, i32, i32) {
    let days = Days::of(edtf.parse().ok());
    let day = |d: i64| d.clamp(i32::MIN.into(), i32::MAX.into()) as i32;
    (days.undated, day(days.start), day(days.end))
}

fn telling(event: &Event) -> Telling<'_> {
    Telling {
        id: &event.event_id,
        edtf: event.edtf.parse().ok(),
        text: &event.text,
        article: Some(&event.article_id),
        place: (event.source_start, event.source_end),
        date_place: (event.date_source_start, event.date_source_end),
    }
}

fn cluster(tellings: &[Telling<'_>], group: &[usize]) -> Cluster {
    let members: Vec<&Telling> = group.iter().map(|&i| &tellings[i]).collect();
    let dates: BTreeSet<String> = members.iter().filter_map(|t| Some(t.edtf?.to_string())).collect();
    let articles: BTreeSet<&str> = members.iter().filter_map(|t| t.article).collect();
    let fullest = members.iter().max_by(|a, b| a.text.len().cmp(&b.text.len()).then(b.id.cmp(a.id)));
    Cluster {
        cluster_id: child_id("cluster", "", members[0].id),
        edtf: best_date(&members),
        dates: dates.into_iter().collect(),
        events: members.iter().map(|t| t.id.to_string()).collect(),
        articles: articles.len() as u64,
        text: fullest.map(|t| t.text.to_string()).unwrap_or_default(),
    }
}

/// The date that most tellings agree with, where a month agrees with its days; of those the finest, then the earliest.
fn best_date(members: &[&Telling<'_>]) -> String {
    let spans: Vec<Days> = members.iter().map(|t| Days::of(t.edtf)).collect();
    let written = |i: usize| members[i].edtf.map(|d| d.to_string()).unwrap_or_default();
    let rank = |i: usize| {
        let support = spans.iter().filter(|other| other.contains(&spans[i])).count();
        (std::cmp::Reverse(support), spans[i].length(), written(i))
    };
    (0..members.len()).min_by_key(|&i| rank(i)).map(written).unwrap_or_default()
}

/// Groups of tellings that tell the same event, as indices into `tellings`; groups and members in order of date, then text.
pub fn join(folder: &Folder, tellings: &[Telling<'_>]) -> Vec<Vec<usize>> {
    let days: Vec<Days> = tellings.iter().map(|t| Days::of(t.edtf)).collect();
    let mut order: Vec<usize> = (0..tellings.len()).collect();
    let key = |i: usize| (days[i].undated, days[i].start, days[i].end, tellings[i].text, tellings[i].id);
    order.sort_by(|&a, &b| key(a).cmp(&key(b)));
    let tellings: Vec<&Telling> = order.iter().map(|&i| &tellings[i]).collect();
    let days: Vec<Days> = order.iter().map(|&i| days[i]).collect();

    let pool = Pool::new(folder, &tellings);
    let mut edges = pool.edges(&days, &tellings);
    edges.sort_by(|a, b| b.score.total_cmp(&a.score).then((a.i, a.j).cmp(&(b.i, b.j))));
    let mut groups: Vec<Option<Group>> =
        (0..tellings.len()).map(|i| Some(Group::of(i, &tellings, days[i], &pool.vectors[i]))).collect();
    let mut home: Vec<usize> = (0..tellings.len()).collect();
    for edge in edges {
        let (a, b) = (home[edge.i], home[edge.j]);
        if a == b {
            continue;
        }
        let (Some(left), Some(right)) = (&groups[a], &groups[b]) else { continue };
        if !left.agrees(right, edge.cost, &tellings) {
            continue;
        }
        let right = groups[b].take().expect("`home` names groups that are there");
        for &member in &right.members {
            home[member] = a;
        }
        if let Some(left) = &mut groups[a] {
            left.absorb(right);
        }
    }
    groups.into_iter().flatten().map(|g| g.members.into_iter().map(|i| order[i]).collect()).collect()
}

/// Two tellings that may be one.
struct Edge {
    i: usize,
    j: usize,
    score: f64,
    cost: f64,
}

/// A feature's number and its weight; vectors are sorted by feature and of length one.
type Vector = Vec<(u32, f32)>;

/// The tellings as weighted features.
struct Pool {
    vectors: Vec<Vector>,
    /// For each feature that two tellings share: who has it, in order.
    postings: Vec<Vec<u32>>,
}

impl Pool {
    fn new(folder: &Folder, tellings: &[&Telling<'_>]) -> Pool {
        let mut tokens = Vec::new();
        let mut has: Vec<(u64, u32, u32)> = Vec::new();
        for (i, telling) in tellings.iter().enumerate() {
            folder.tokens(telling.text, &mut tokens);
            let single = tokens.iter().take(MAX_TOKENS).map(|t| t.hash);
            let pairs = tokens.windows(2).take(MAX_TOKENS).map(|w| w[0].hash.rotate_left(17) ^ w[1].hash);
            let mut features: Vec<u64> = single.chain(pairs).collect();
            features.sort_unstable();
            for run in features.chunk_by(|a, b| a == b) {
                has.push((run[0], i as u32, run.len() as u32));
            }
        }
        has.sort_unstable();
        let n = tellings.len() as f64;
        let tells = |n_tellings: usize| n_tellings > 1 && n_tellings as f64 <= (n + IMAGINED) * COMMON;
        let mut vectors: Vec<Vector> = vec![Vec::new(); tellings.len()];
        let mut norms = vec![0.0f64; tellings.len()];
        let mut postings = Vec::new();
        for run in has.chunk_by(|a, b| a.0 == b.0) {
            let rarity = ((n + IMAGINED) / run.len() as f64).ln();
            for &(_, i, count) in run {
                let weight = (1.0 + f64::from(count).ln()) * rarity;
                norms[i as usize] += weight * weight;
                // What only one telling has, or very many, weighs in its length but says nothing of sameness.
                if tells(run.len()) {
                    vectors[i as usize].push((postings.len() as u32, weight as f32));
                }
            }
            if tells(run.len()) {
                postings.push(run.iter().map(|&(_, i, _)| i).collect());
            }
        }
        for (vector, norm) in vectors.iter_mut().zip(norms) {
            vector.iter_mut().for_each(|(_, w)| *w /= norm.sqrt() as f32);
        }
        Pool { vectors, postings }
    }

    /// Pairs that share a rare feature, whose dates can be the same and whose words agree.
    fn edges(&self, days: &[Days], tellings: &[&Telling<'_>]) -> Vec<Edge> {
        let mut edges = Vec::new();
        let mut near = Vec::new();
        for i in 0..self.vectors.len() {
            let mut keys: Vec<u32> = self.vectors[i].iter().map(|&(f, _)| f).collect();
            keys.sort_unstable_by_key(|&f| (self.postings[f as usize].len(), f));
            near.clear();
            for &feature in keys.iter().take(KEYS) {
                let posting = &self.postings[feature as usize];
                let here = posting.partition_point(|&j| (j as usize) < i);
                let from = here.saturating_sub(NEIGHBOURS);
                near.extend(posting[from..].iter().take(here - from + 1 + NEIGHBOURS).map(|&j| j as usize));
            }
            near.sort_unstable();
            near.dedup();
            for &j in near.iter().filter(|&&j| j != i) {
                let Some(cost) = days[i].cost(&days[j]) else { continue };
                // An article that tells a month here and a day there refines itself.
                let refines = cost == COARSER && tellings[i].article.is_some_and(|a| tellings[j].article == Some(a));
                let cost = if refines { 0.0 } else { cost };
                let score = f64::from(dot(&self.vectors[i], &self.vectors[j])) - cost;
                if score >= SAME {
                    edges.push(Edge { i: i.min(j), j: i.max(j), score, cost });
                }
            }
        }
        edges
    }
}

fn dot(a: &Vector, b: &Vector) -> f32 {
    let (mut i, mut j, mut sum) = (0, 0, 0.0);
    while let (Some(&(f, v)), Some(&(g, w))) = (a.get(i), b.get(j)) {
        match f.cmp(&g) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                sum += v * w;
                i += 1;
                j += 1;
            }
        }
    }
    sum
}

/// The days that a date may mean, counted from 1970.
#[derive(Clone, Copy, Debug)]
struct Days {
    start: i64,
    end: i64,
    undated: bool,
    /// Minute of the day, of a date that gives one.
    minute: Option<i64>,
}

impl Days {
    fn of(date: Option<Edtf>) -> Days {
        let number = |d: Date| d.duration_since(jiff::civil::date(1970, 1, 1)).as_hours() / 24;
        let minute = match date {
            Some(Edtf::One(Point { part: Part::Minute(_, _, hour, minute, _), .. })) => {
                Some(i64::from(hour) * 60 + i64::from(minute))
            }
            _ => None,
        };
        // A range with an open end is known at its other end only.
        match date.map_or((None, None), |d| d.bounds()) {
            (Some(a), Some(b)) => Days { start: number(a), end: number(b), undated: false, minute },
            (Some(a), None) | (None, Some(a)) => Days { start: number(a), end: number(a), undated: false, minute },
            (None, None) => Days { start: i64::MIN / 4, end: i64::MAX / 4, undated: true, minute },
        }
    }

    fn length(&self) -> i64 {
        self.end - self.start
    }

    fn contains(&self, other: &Days) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// What it costs to take the two for one date; none when they cannot be.
    fn cost(&self, other: &Days) -> Option<f64> {
        if self.undated || other.undated {
            return Some(UNSURE);
        }
        if (self.start, self.end) == (other.start, other.end) {
            return Some(0.0);
        }
        if self.start <= other.end && other.start <= self.end {
            return Some(COARSER);
        }
        // One day off across time zones, when both are days.
        let gap = (self.start - other.end).max(other.start - self.end);
        (gap <= 1 && self.length() == 0 && other.length() == 0).then_some(UNSURE)
    }
}

/// Tellings that were joined.
struct Group {
    members: Vec<usize>,
    sum: Vector,
    /// The days that all members can mean: the latest first day, the earliest last day.
    latest_start: (i64, bool),
    earliest_end: (i64, bool),
    /// Members by article, with the minute they tell.
    places: BTreeMap<String, Vec<(usize, Option<i64>)>>,
}

impl Group {
    fn of(i: usize, tellings: &[&Telling<'_>], days: Days, vector: &Vector) -> Group {
        let single = days.length() == 0;
        let article = tellings[i].article.map(|a| (a.to_string(), vec![(i, days.minute)]));
        Group {
            members: vec![i],
            sum: vector.clone(),
            latest_start: (days.start, single),
            earliest_end: (days.end, single),
            places: article.into_iter().collect(),
        }
    }

    /// All dates can be one, no two members of one article stand against it, and the words agree on average.
    fn agrees(&self, other: &Group, cost: f64, tellings: &[&Telling<'_>]) -> bool {
        let start = self.latest_start.max(other.latest_start);
        let end = self.earliest_end.min(other.earliest_end);
        let slack = i64::from(start.1 && end.1);
        if start.0 - end.0 > slack {
            return false;
        }
        let average = f64::from(dot(&self.sum, &other.sum)) / (self.members.len() * other.members.len()) as f64;
        if average - cost < SAME {
            return false;
        }
        let (few, many) = if self.places.len() <= other.places.len() { (self, other) } else { (other, self) };
        few.places.iter().all(|(article, mine)| {
            let theirs = many.places.get(article).map_or(&[][..], Vec::as_slice);
            mine.iter().all(|a| theirs.iter().all(|b| may_be_one(a, b, tellings)))
        })
    }

    fn absorb(&mut self, other: Group) {
        self.members.extend(other.members);
        self.members.sort_unstable();
        self.sum = added(&self.sum, &other.sum);
        self.latest_start = self.latest_start.max(other.latest_start);
        self.earliest_end = self.earliest_end.min(other.earliest_end);
        for (article, places) in other.places {
            self.places.entry(article).or_default().extend(places);
        }
    }
}

/// Inside one article two entries under one date heading, or two dates of one sentence, tell two happenings;
/// so do two times of day that are far apart.
fn may_be_one(a: &(usize, Option<i64>), b: &(usize, Option<i64>), tellings: &[&Telling<'_>]) -> bool {
    let (one, other) = (tellings[a.0], tellings[b.0]);
    let clocks = match (a.1, b.1) {
        (Some(m), Some(n)) => (m - n).abs() <= CLOCK_SLACK,
        _ => true,
    };
    clocks && one.date_place != other.date_place && one.place != other.place
}

fn added(a: &Vector, b: &Vector) -> Vector {
    let mut sum = Vec::with_capacity(a.len() + b.len());
    let (mut i, mut j) = (0, 0);
    loop {
        match (a.get(i), b.get(j)) {
            (Some(&x), Some(&y)) if x.0 == y.0 => {
                sum.push((x.0, x.1 + y.1));
                i += 1;
                j += 1;
            }
            (Some(&x), Some(&y)) if x.0 < y.0 => {
                sum.push(x);
                i += 1;
            }
            (_, Some(&y)) => {
                sum.push(y);
                j += 1;
            }
            (Some(&x), None) => {
                sum.push(x);
                i += 1;
            }
            (None, None) => return sum,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn groups(tellings: &[(&str, &str, &str)]) -> Vec<Vec<String>> {
        let ids: Vec<String> = (0..tellings.len()).map(|i| format!("{i:03}")).collect();
        let of = |(i, (article, date, text)): (usize, &(&'static str, &'static str, &'static str))| Telling {
            id: &ids[i],
            edtf: date.parse().ok(),
            text,
            article: (!article.is_empty()).then_some(*article),
            place: (i as u64 * 100, i as u64 * 100 + 50),
            date_place: (i as u64 * 100, i as u64 * 100 + 5),
        };
        // The texts of these tests are literals.
        let tellings: Vec<(&'static str, &'static str, &'static str)> =
            tellings.iter().map(|&(a, d, t)| (leak(a), leak(d), leak(t))).collect();
        let tellings: Vec<Telling> = tellings.iter().enumerate().map(of).collect();
        let joined = join(&Folder::new(), &tellings);
        joined.into_iter().map(|g| g.into_iter().map(|i| tellings[i].id.to_string()).collect()).collect()
    }

    fn leak(s: &str) -> &'static str {
        Box::leak(s.to_string().into_boxed_str())
    }

    fn n_groups(tellings: &[(&str, &str, &str)]) -> usize {
        groups(tellings).len()
    }

    #[test]
    fn a_month_contains_its_days() {
        let told = [
            ("a", "2024-05-03", "The ferry Aurora ran aground off Skell with ninety people aboard."),
            ("b", "2024-05", "Ninety people were aboard the ferry Aurora when it ran aground off Skell."),
            ("b", "2024-06", "The mayor of Dunmere opened a library."),
        ];
        assert_eq!(n_groups(&told), 2);
    }

    #[test]
    fn one_day_off_joins_and_two_do_not() {
        let text = "The ferry Aurora ran aground off Skell with ninety people aboard.";
        assert_eq!(n_groups(&[("a", "2024-05-03", text), ("b", "2024-05-04", text)]), 1);
        assert_eq!(n_groups(&[("a", "2024-05-03", text), ("b", "2024-05-05", text)]), 2);
    }

    #[test]
    fn a_chain_of_days_does_not_join_what_cannot_be_one() {
        let text = "The ferry Aurora ran aground off Skell with ninety people aboard.";
        let told = [("a", "2024-05-03", text), ("b", "2024-05-04", text), ("c", "2024-05-05", text)];
        assert_eq!(n_groups(&told), 2);
    }

    #[test]
    fn two_times_of_day_in_one_article_are_two_happenings() {
        let told = [
            ("a", "2023-07-13T02:10", "放流開始。通知は出なかった。"),
            ("a", "2023-07-13T04:00", "放流開始。下流で浸水が始まる。"),
            ("b", "2023-07", "県が通知なしに放流開始。"),
        ];
        assert_eq!(n_groups(&told), 2);
    }

    #[test]
    fn chinese_is_compared_by_its_characters() {
        let told = [
            ("a", "2025-04-02", "湾溪大桥东引桥两跨垮塌，三辆货车坠河。"),
            ("a", "2025-04-02T03:40", "东引桥第2、3跨垮塌。"),
            ("a", "2025-04-02T06:15", "第一名落水司机获救。"),
        ];
        assert_eq!(groups(&told), [vec!["001", "000"], vec!["002"]]);
    }

    proptest! {
        #[test]
        fn the_order_of_arrival_does_not_matter(seed in 0u64..500) {
            let words = ["ferry", "mayor", "bridge", "flood", "opened", "sank", "closed", "river"];
            let text = |n: u64| (0..5).map(|k| words[((n >> (k * 3)) % 8) as usize]).collect::<Vec<_>>().join(" ");
            let date = |n: u64| format!("2024-05-{:02}", n % 5 + 1);
            let made: Vec<(String, String, String)> =
                (0..12).map(|i| (format!("t{i:02}"), date(seed + i * 7), text(seed * 31 + i * 1_234_567))).collect();
            let of = |list: &[&(String, String, String)]| {
                let tellings: Vec<Telling> = list
                    .iter()
                    .map(|(id, d, t)| Telling { id, edtf: d.parse().ok(), text: t, ..Telling::default() })
                    .collect();
                let mut named: Vec<Vec<String>> = join(&Folder::new(), &tellings)
                    .into_iter()
                    .map(|g| g.into_iter().map(|i| tellings[i].id.to_string()).collect())
                    .collect();
                named.sort();
                named
            };
            let forward: Vec<&_> = made.iter().collect();
            let mut other = forward.clone();
            other.reverse();
            other.rotate_left((seed % 12) as usize);
            prop_assert_eq!(of(&forward), of(&other));
        }
    }
}
