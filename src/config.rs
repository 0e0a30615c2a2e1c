//! Every knob: one struct a stage, each default with its reason.

use serde::{Deserialize, Serialize};

/// The whole configuration of a run. What it holds is written to `run.json`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Reading dumps.
    pub ingest: IngestConfig,
    /// Parsing them.
    pub parse: ParseConfig,
    /// Verdicts on blocks.
    pub clean: CleanConfig,
    /// What repeats across dumps.
    pub corpus: CorpusConfig,
    /// Reading dates.
    pub dates: DatesConfig,
    /// Reading points.
    pub points: PointsConfig,
    /// Events and clusters.
    pub extract: ExtractConfig,
    /// Writing tables.
    pub write: WriteConfig,
}

/// Reading dumps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IngestConfig {
    /// Largest decoded dump, bytes. 64 MiB: a hundred times the longest article seen, and four of them fit in small memory.
    pub max_dump_bytes: u64,
    /// Character set to read everything as; none: found from the bytes.
    pub charset: Option<String>,
    /// Fields of JSON Lines records (a name or a JSON pointer); the first that is there counts.
    pub text_field: Option<String>,
    /// The field that holds HTML.
    pub html_field: Option<String>,
    /// The field that holds the address.
    pub url_field: Option<String>,
    /// The field that holds an identifier.
    pub id_field: Option<String>,
    /// The field that holds the publication date.
    pub date_field: Option<String>,
    /// Address given for the input (one file).
    pub url: Option<String>,
    /// Site given for all inputs.
    pub site: Option<String>,
    /// Only paths that match one of these globs.
    pub include: Vec<String>,
    /// No paths that match one of these globs.
    pub exclude: Vec<String>,
    /// Carry unknown JSON fields through to `articles`.
    pub extra: bool,
    /// Read at most so many dumps.
    pub limit: Option<u64>,
    /// Read only share `I` of `N` (1-based) of the dumps.
    pub shard: Option<(u32, u32)>,
}

impl Default for IngestConfig {
    fn default() -> Self {
        IngestConfig {
            max_dump_bytes: 64 << 20,
            charset: None,
            text_field: None,
            html_field: None,
            url_field: None,
            id_field: None,
            date_field: None,
            url: None,
            site: None,
            include: Vec::new(),
            exclude: Vec::new(),
            extra: false,
            limit: None,
            shard: None,
        }
    }
}

/// Parsing dumps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ParseConfig {
    /// Deepest nesting of elements. Real pages stay below 100; the tree builder looks through all open elements for each
    /// tag, so that every level costs. Deeper elements become siblings, their text stays.
    pub max_depth: usize,
    /// Attributes kept on one element. Real pages stay below 100; more is an attack.
    pub max_attributes: usize,
    /// Nodes of a page's tree. Four hundred thousand is 16 times the largest real page seen; a page of as many takes less than 256 MB
    /// from the tree to its rows (`tests/faults/ingest.py`).
    pub max_nodes: usize,
}

impl Default for ParseConfig {
    fn default() -> Self {
        ParseConfig { max_depth: 256, max_attributes: 256, max_nodes: 400_000 }
    }
}

/// How far repeats are looked for; each includes the ones before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Repeats {
    /// Nowhere.
    Off,
    /// Inside one dump.
    Dump,
    /// Across the pages of a site.
    Site,
    /// Across all dumps.
    #[default]
    Corpus,
}

/// Which error costs more when a block is judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Favor {
    /// Drop when in doubt.
    Precision,
    /// Both errors cost the same.
    #[default]
    Balanced,
    /// Keep when in doubt.
    Recall,
}

/// Verdicts on blocks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CleanConfig {
    /// How far repeats are looked for.
    pub repeats: Repeats,
    /// Which error costs more.
    pub favor: Favor,
    /// Leave out which features spoke against a block of a page: it takes as long to tell as to judge.
    pub brief: bool,
}

/// What repeats across dumps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CorpusConfig {
    /// Share of equal shingles from which two articles are copies of each other. .7 is where the field draws the line;
    /// below it an article must also lie on the other token by token.
    pub similarity: f64,
    /// Share of an article's tokens that must stand in a longer one to make it an excerpt of that one.
    /// .8: an excerpt has a headline and a line of its own.
    pub containment: f64,
    /// Fewest tokens of an article that may be a copy. Shorter texts ("Page not found.") are alike by nature.
    pub min_tokens: u32,
    /// Fewest pages of a site that can tell what its furniture is: on two pages nothing recurs by rule.
    pub min_pages: u32,
}

impl Default for CorpusConfig {
    fn default() -> Self {
        CorpusConfig { similarity: 0.7, containment: 0.8, min_tokens: 12, min_pages: 3 }
    }
}

/// Reading dates.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatesConfig {
    /// Language of all inputs (BCP 47); none: found for each.
    pub lang: Option<String>,
    /// Date against which relative dates are read (ISO); none: the publication date, else inferred from the text.
    pub reference_date: Option<String>,
}

/// Reading points.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PointsConfig {}

/// Events and clusters.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExtractConfig {}

/// Writing tables.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WriteConfig {
    /// Formats of the tables.
    pub formats: Vec<String>,
    /// Tables to write.
    pub tables: Vec<String>,
    /// CSV cells as they are, without the guard against spreadsheet formulas.
    pub csv_raw: bool,
}

impl Default for WriteConfig {
    fn default() -> Self {
        let words = |w: &[&str]| w.iter().map(|s| s.to_string()).collect();
        WriteConfig {
            formats: words(&["csv", "json"]),
            tables: words(&["articles", "events", "points", "clusters"]),
            csv_raw: false,
        }
    }
}
