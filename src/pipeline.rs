//! The straight line, both passes, the only threads.
//!
//! Pass one learns what repeats across the dumps; pass two walks them, batch by batch, and writes each batch as a
//! part. Parts are put together into tables at the end. Batches are cut by size alone and rows stay in the order of
//! the dumps, so neither the number of threads nor an interruption changes a byte of the output.

mod batches;
mod counts;
pub mod memory;
mod passes;
mod tables;
mod tellings;

pub use counts::Counts;

use batches::{Batches, Identity, Item};
use counts::{MOST_REMOVED_OF_PART, commonest};
use passes::{Read, Run, Stage};

use crate::clean::Cleaner;
use crate::config::{Config, Repeats};
use crate::corpus::{self, Duplicate, Facts, Index, Known, Learner, Room};
use crate::dates::Expression;
use crate::error::{Error, Reject, Severity};
use crate::extract::{self, Extracted, Extractor};
use crate::ingest::{self, Listing};
use crate::lang::Languages;
use crate::model::{self, Block, Cleaned, Dump, Reason, Seen, Span, Verdict};
use crate::parse::Parser;
use crate::points::Outline;
use crate::text::fold::Folder as Fold;
use crate::write::folder::Folder;
use rayon::prelude::*;
use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Bytes that a run takes for what it learns when it is told nothing: beside the trees of a batch it stays below half
/// a gigabyte.
pub const DEFAULT_MEMORY: u64 = 128 << 20;

/// Everything that is compiled once: language data, engines, configuration.
pub struct Pipeline {
    config: Config,
    jobs: usize,
    parser: Parser,
    cleaner: Cleaner,
    extractor: Extractor,
    fold: Fold,
}

/// One dump, read to the end: the cleaned document and its rows.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The document with its verdicts.
    pub cleaned: Cleaned,
    /// Its rows.
    pub rows: Extracted,
    /// Fields of its container's record that nobody knew, a JSON object, where they were asked for.
    pub extra: Option<Box<RawValue>>,
}

impl Reading {
    /// The article's text: kept blocks joined by one line feed.
    pub fn text(&self) -> &str {
        &self.rows.article.text
    }

    /// Its dated events, in reading order.
    pub fn events(&self) -> &[model::Event] {
        &self.rows.events
    }

    /// Its numbered points, in reading order.
    pub fn points(&self) -> &[model::Point] {
        &self.rows.points
    }
}

/// What a run may be told beside its configuration.
#[derive(Default)]
pub struct RunOptions {
    /// Throw unfinished work away.
    pub fresh: bool,
    /// What repeats across dumps, learnt before; none: learnt from the inputs of this run.
    pub index: Option<Index>,
    /// Bytes that the run may take, for a configuration that [`memory::bound`] has seen; none: what it takes, and
    /// [`DEFAULT_MEMORY`] for what is learnt.
    pub memory: Option<u64>,
    /// Set from outside (a signal): the run stops after the batch in hand.
    pub stop: Option<&'static AtomicBool>,
}

/// How far a run is; told after each batch.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Progress {
    /// 1: learning, 2: reading, 3: writing tables.
    pub pass: u8,
    /// Stored bytes read, of all.
    pub bytes: (u64, u64),
    /// What was counted so far.
    pub counts: Counts,
}

/// What one dump gave.
type Outcome = Result<Box<Reading>, Box<Reject>>;

/// How a run ended.
#[derive(Clone, Debug)]
pub enum Ended {
    /// All tables are written.
    Done(Counts),
    /// Stopped from outside; the same command goes on.
    Stopped(Counts),
}

impl Pipeline {
    /// The engines for `config`, with the built-in languages, on all cores.
    ///
    /// # Errors
    /// When the configuration cannot be followed.
    pub fn new(config: Config) -> Result<Pipeline, Error> {
        Pipeline::with_languages(config, Languages::builtin())
    }

    /// The engines for `config` with these languages.
    ///
    /// # Errors
    /// When the configuration or a language file cannot be followed.
    pub fn with_languages(config: Config, languages: Languages) -> Result<Pipeline, Error> {
        tables::check(&config.write)?;
        let cleaner = Cleaner::new(&languages, &config.clean)?;
        let extractor = Extractor::new(&languages, &config)?;
        let parser = Parser::new(&languages, &config.parse);
        Ok(Pipeline { parser, cleaner, extractor, fold: Fold::new(), config, jobs: 0 })
    }

    /// The same with so many threads; 0: one a core.
    pub fn jobs(mut self, jobs: usize) -> Pipeline {
        self.jobs = jobs;
        self
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Reads one dump by its own light.
    pub fn read(&self, dump: Dump) -> Reading {
        let id = model::article_id(dump.url.as_deref(), &dump.body, 0);
        self.read_in_corpus(dump, &id, None, Ties::default())
    }

    /// Reads one dump with what is known to repeat across dumps.
    ///
    /// # Errors
    /// When what is known cannot be read from disk.
    pub fn read_known(&self, dump: Dump, known: Option<&Known>) -> Result<Reading, Error> {
        let id = model::article_id(dump.url.as_deref(), &dump.body, 0);
        let identity = Identity { id, first: None };
        let ties = Ties::of(&identity, known)?;
        Ok(self.read_in_corpus(dump, &identity.id, known, ties))
    }

    /// Reads `inputs` (files, folders, `-`) and writes the tables into `out`. `told` hears of the progress.
    ///
    /// # Errors
    /// When an input that was named is not there, nothing usable comes in, the folder is held by another run or holds
    /// another run's unfinished work, or the disk refuses.
    pub fn run(
        &self,
        inputs: &[PathBuf],
        out: &Path,
        options: RunOptions,
        told: &mut dyn FnMut(&Progress),
    ) -> Result<Ended, Error> {
        let pool = self.pool()?;
        refuse_output_inside_input(inputs, out)?;
        let memory = match options.memory {
            Some(memory) => memory::for_learning(memory, pool.current_num_threads())?,
            None => DEFAULT_MEMORY as usize,
        };
        let mut listing = ingest::walk(inputs, &self.config.ingest)?;
        let identity = json!({ "version": env!("CARGO_PKG_VERSION"), "config": self.config });
        let folder = Folder::open(out, &identity, options.fresh)?;
        let learns = options.index.is_none() && self.config.clean.repeats >= Repeats::Site;
        let _spooled = if learns { spool_stdin(&mut listing, &folder)? } else { None };
        let mut run = Run {
            line: self,
            pool,
            alone: options.memory.map(|_| Mutex::new(())),
            room: Room::new(Some(&folder.spill()), memory),
            listing: &listing,
            folder: &folder,
            stop: options.stop,
            told,
        };
        let read = match (run.read_before(learns)?, options.index) {
            (Some(read), _) => read,
            (None, Some(index)) => {
                let known = run.resolve(index)?;
                run.read(Some(known))?
            }
            (None, None) if !learns => run.read(None)?,
            (None, None) => match run.learn()? {
                Stage::Whole(known) => run.read(Some(known))?,
                Stage::Stopped(counts) => Stage::Stopped(counts),
            },
        };
        let read = match read {
            Stage::Whole(read) => read,
            Stage::Stopped(counts) => return Ok(Ended::Stopped(*counts)),
        };
        (run.told)(&Progress { pass: 3, bytes: read.bytes, counts: read.counts.clone() });
        assert_eq!(read.counts.inputs, read.counts.articles + read.counts.lost, "inputs = articles + rejects");
        if read.counts.inputs == 0 {
            let message = "nothing to read in the inputs: no file, or only files that are not dumps";
            return Err(Error::Nothing(message.to_string()));
        }
        if learns {
            folder.end_parts(&read.note)?;
        }
        let Read { parts, drafts, mut counts, inputs, note, .. } = read;
        // In the pool what its threads have freed is taken again.
        let (fold, room) = (&self.fold, &run.room);
        let tellings = run.pool.install(|| tellings::Tellings::join(&parts, fold, room))?;
        counts.repeats = note.repeats;
        tables::publish(folder, drafts, &parts, &self.config, &mut counts, &inputs, &tellings)?;
        Ok(Ended::Done(counts))
    }

    /// Learns what repeats across `inputs`.
    ///
    /// # Errors
    /// As [`Pipeline::run`].
    pub fn learn(&self, inputs: &[PathBuf], spill: &Path, memory: Option<u64>) -> Result<Index, Error> {
        let pool = self.pool()?;
        let listing = ingest::walk(inputs, &self.config.ingest)?;
        let alone = memory.map(|_| Mutex::new(()));
        let memory = match memory {
            Some(memory) => memory::for_learning(memory, pool.current_num_threads())?,
            None => DEFAULT_MEMORY as usize,
        };
        let mut learner = Learner::new(&self.config.corpus, Some(spill), memory);
        let mut batches = Batches::new(&listing, &self.config.ingest, &Room::new(Some(spill), memory));
        while let Some(batch) = batches.next()? {
            for facts in pool.install(|| self.facts(batch.items, alone.as_ref())) {
                learner.add(&facts)?;
            }
        }
        learner.finish()
    }

    /// Joins the tellings of one event: gives the clusters and writes each event's cluster into it.
    pub fn chronicle(&self, events: &mut [model::Event]) -> Vec<model::Cluster> {
        extract::chronicle(&self.fold, events)
    }

    /// The lists and headings of a cleaned document.
    pub fn outline(&self, cleaned: &Cleaned) -> Outline {
        self.extractor.outline(cleaned)
    }

    /// The temporal expressions of a document, in reading order.
    pub fn expressions(&self, cleaned: &Cleaned) -> Vec<Expression> {
        self.extractor.expressions(&cleaned.document)
    }

    fn pool(&self) -> Result<rayon::ThreadPool, Error> {
        rayon::ThreadPoolBuilder::new()
            .num_threads(self.jobs)
            .build()
            .map_err(|e| Error::Config(format!("--jobs {}: threads cannot be started: {e}", self.jobs)))
    }

    /// What pass one wants to know of each dump, in order. A dump that breaks us is left for pass two to reject; one that
    /// came before, address and body, tells nothing new, wherever the input is cut in shares.
    fn facts(&self, items: Vec<Item>, alone: Option<&Mutex<()>>) -> Vec<Facts> {
        let facts = items.into_par_iter().map(|item| match item {
            Item::Reject(_) => None,
            Item::Dump(_, Identity { first: Some(_), .. }) => None,
            Item::Dump(dump, Identity { id, .. }) => catch_unwind(AssertUnwindSafe(|| {
                let _alone = turn(&dump, alone);
                let document = self.parser.document(*dump);
                let facts = Facts::of(&document, &id, &self.fold);
                match self.config.clean.repeats {
                    Repeats::Corpus => facts.comparing(&self.cleaner.aside(&document)),
                    _ => facts,
                }
            }))
            .ok(),
        });
        facts.collect::<Vec<_>>().into_iter().flatten().collect()
    }

    /// The rows of each dump, in order.
    fn results(
        &self,
        items: Vec<Item>,
        known: Option<&Known>,
        alone: Option<&Mutex<()>>,
    ) -> Result<Vec<Outcome>, Error> {
        let read = items.into_par_iter().map(|item| match item {
            Item::Reject(reject) => Ok(Err(reject)),
            Item::Dump(dump, identity) => {
                let ties = Ties::of(&identity, known.filter(|_| self.config.clean.repeats >= Repeats::Corpus))?;
                let origin = dump.origin.clone();
                let _alone = turn(&dump, alone);
                Ok(guarded(origin, || Box::new(self.read_in_corpus(*dump, &identity.id, known, ties))))
            }
        });
        read.collect()
    }

    /// Reads one dump with what the others tell.
    fn read_in_corpus(&self, dump: Dump, id: &str, known: Option<&Known>, ties: Ties) -> Reading {
        let (dump, extra) = without_extra(dump);
        let document = self.parser.document(dump);
        let prints = known.map(|_| corpus::prints(&document, &self.fold)).unwrap_or_default();
        let seen = known.map(|k| k.site_counts(document.site.as_deref(), &prints));
        let copy_of = ties.copy_of.or_else(|| {
            let n_tokens: u32 = prints.iter().map(|p| p.n_tokens).sum();
            let first = ties.twin_of.filter(|_| n_tokens >= self.config.corpus.min_tokens)?;
            Some(Duplicate::twin(first, prints.len()))
        });
        // Cleaning may cut a block in pieces; what is known is known of the whole ones.
        let spans: Vec<Span> = document.blocks.iter().map(|b| b.span).collect();
        let mut cleaned = self.cleaner.clean(document, seen.as_deref());
        if let Some(copy) = &copy_of {
            cleaned = drop_duplicate(cleaned, copy, &spans, &seen.unwrap_or_default());
        }
        let mut rows = self.extractor.extract(&cleaned, id);
        if let Some(copy) = copy_of {
            rows.article.similarity = Some((f64::from(copy.similarity) * 1000.0).round() / 1000.0);
            rows.article.flags.push(format!("copy:{}", copy.relation.name()));
            rows.article.duplicate_of = Some(copy.of);
        }
        rows.article.copies = ties.copies;
        Reading { cleaned, rows, extra }
    }
}

/// What an article is to others of the corpus.
#[derive(Default)]
struct Ties {
    copy_of: Option<Duplicate>,
    /// The first dump with this address and body, which stays.
    twin_of: Option<String>,
    copies: Vec<model::CopyRow>,
}

impl Ties {
    fn of(identity: &Identity, known: Option<&Known>) -> Result<Ties, Error> {
        let Some(known) = known else { return Ok(Ties::default()) };
        let Some(first) = &identity.first else {
            let (copy_of, copies) = (known.duplicate_of(&identity.id)?, known.copies_of(&identity.id)?);
            return Ok(Ties { copy_of, twin_of: None, copies });
        };
        // It goes where the first one goes.
        Ok(Ties { copy_of: known.duplicate_of(first)?, twin_of: Some(first.clone()), copies: Vec::new() })
    }
}

/// The turn of a dump that is read while no other large one is; none when it is small or memory is not counted.
fn turn<'a>(dump: &Dump, alone: Option<&'a Mutex<()>>) -> Option<MutexGuard<'a, ()>> {
    let alone = alone.filter(|_| dump.body.len() > memory::SMALL)?;
    // A dump that broke us left nothing behind.
    Some(alone.lock().unwrap_or_else(PoisonError::into_inner))
}

fn without_extra(mut dump: Dump) -> (Dump, Option<Box<RawValue>>) {
    let extra = dump.extra.take();
    (dump, extra)
}

/// Said in two articles: the other one keeps it. Blocks that were dropped before keep their reason, and what only this
/// copy says stays. `spans` are the blocks that `copy` and `seen` speak of.
fn drop_duplicate(cleaned: Cleaned, copy: &Duplicate, spans: &[Span], seen: &[Seen]) -> Cleaned {
    let verdict = |(block, verdict): (&Block, &Verdict)| {
        let i = spans.partition_point(|s| s.end <= block.span.start);
        let frame = || {
            let seen = seen.get(i).filter(|_| copy.is_frame(i))?;
            Some(Reason::Template { pages: seen.pages, of: seen.of })
        };
        match verdict {
            Verdict::Keep => copy.reason(i).or_else(frame).map_or(Verdict::Keep, Verdict::Drop),
            dropped => dropped.clone(),
        }
    };
    let verdicts = cleaned.document.blocks.iter().zip(cleaned.verdicts()).map(verdict).collect();
    Cleaned::new(cleaned.document, verdicts)
}

/// Runs one dump's work. A panic in it is our fault and costs that dump, never the run.
fn guarded<T>(origin: model::Origin, work: impl FnOnce() -> T) -> Result<T, Box<Reject>> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let said = panic.downcast_ref::<&str>().map(|s| s.to_string());
        let said = said.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
        Box::new(Reject {
            origin,
            bytes: None,
            layer: "internal",
            code: "internal",
            severity: Severity::Lost,
            message: format!("a fault of ours: {said}"),
            hint: "please report it with this dump".to_string(),
        })
    })
}

/// Results as the lines of a part, per table, and what they count.
fn lines(results: &[Outcome], tables: &[String]) -> (BTreeMap<String, Vec<String>>, Counts) {
    let mut lines: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut counts = Counts::default();
    let wanted =
        |name: &str| tables.iter().any(|t| t == name || (name == "events" && t == "clusters")) || name == "rejects";
    let mut put = |name: &str, line: String| {
        if wanted(name) {
            lines.entry(name.to_string()).or_default().push(line);
        }
    };
    for result in results {
        match result {
            Err(reject) => {
                counts.count_reject(reject);
                put("rejects", json_line(&reject.row()));
            }
            Ok(reading) => {
                let rows = &reading.rows;
                counts.count_reading(reading);
                put("articles", article_line(reading));
                rows.blocks.iter().for_each(|r| put("blocks", json_line(r)));
                rows.points.iter().for_each(|r| put("points", json_line(r)));
                rows.events.iter().for_each(|r| put("events", json_line(r)));
            }
        }
    }
    commonest(&mut counts.removed, MOST_REMOVED_OF_PART);
    (lines, counts)
}

/// The row of an article, unknown fields behind its own as they came.
fn article_line(reading: &Reading) -> String {
    let mut line = json_line(&reading.rows.article);
    if let Some(extra) = &reading.extra {
        line.pop();
        line += &format!(",\"extra\":{}}}", extra.get());
    }
    line
}

fn json_line(row: &impl Serialize) -> String {
    serde_json::to_string(row).expect("rows are strings and numbers")
}

/// Bytes of all sources, as far as they are known.
fn bytes(listing: &Listing) -> u64 {
    listing.sources.iter().filter_map(|s| s.bytes).sum()
}

/// Standard input can be read once, and both passes read it: it is put into a file that goes with the work folder.
fn spool_stdin(listing: &mut Listing, folder: &Folder) -> Result<Option<tempfile::NamedTempFile>, Error> {
    let Some(source) = listing.sources.iter_mut().find(|s| s.is_stdin()) else { return Ok(None) };
    let spill = folder.spill();
    std::fs::create_dir_all(&spill).map_err(Error::at(&spill))?;
    let mut file = tempfile::NamedTempFile::new_in(&spill).map_err(Error::at(&spill))?;
    std::io::copy(&mut std::io::stdin().lock(), &mut file).map_err(Error::at("standard input"))?;
    source.bytes = file.as_file().metadata().map(|m| m.len()).ok();
    source.path = file.path().to_path_buf();
    Ok(Some(file))
}

/// A run that read its own output would never end, or end with its own rows for articles.
fn refuse_output_inside_input(inputs: &[PathBuf], out: &Path) -> Result<(), Error> {
    let Some(out_real) = nearest_real(out) else { return Ok(()) };
    for input in inputs {
        let Ok(input_real) = input.canonicalize() else { continue };
        if out_real.starts_with(&input_real) {
            return Err(Error::Refused(format!(
                "{}: the output folder lies inside the input {}; choose another with -o",
                out.display(),
                input.display()
            )));
        }
    }
    Ok(())
}

/// The real path of the deepest part of `path` that is there, with the rest behind it.
fn nearest_real(path: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(path).ok()?;
    let there = absolute.ancestors().find(|a| a.exists())?;
    Some(there.canonicalize().ok()?.join(absolute.strip_prefix(there).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_inside_one_dump_costs_that_dump() {
        let origin = model::Origin { path: "raw/a.txt".to_string(), ..Default::default() };
        let reject = guarded(origin, || -> u8 { panic!("index out of bounds") }).unwrap_err();
        assert_eq!((reject.code, reject.severity), ("internal", Severity::Lost));
        assert!(reject.message.contains("index out of bounds"));
        assert_eq!(guarded(model::Origin::default(), || 7), Ok(7));
    }

    #[test]
    fn an_output_folder_inside_the_input_is_refused_even_when_it_is_not_there_yet() {
        let raw = tempfile::tempdir().unwrap();
        let inputs = [raw.path().to_path_buf()];
        assert!(refuse_output_inside_input(&inputs, &raw.path().join("a/b")).is_err());
        assert!(refuse_output_inside_input(&inputs, raw.path()).is_err());
        assert!(refuse_output_inside_input(&inputs, &raw.path().with_extension("out")).is_ok());
    }
}
