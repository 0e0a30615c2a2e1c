//! What was typed → `Config`: flag > environment (`DATELINE_*`) > file (`dateline.toml`) > default.

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use dateline::Config;
use dateline::config::{Favor, Repeats};
use std::path::{Path, PathBuf};

/// How inputs are read.
#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Reading")]
pub struct Reading {
    /// Address of the page (one input) [default: what the dump or its container says]
    #[arg(long, env = "DATELINE_URL", value_name = "URL")]
    pub url: Option<String>,
    /// Site that all inputs belong to [default: the registrable domain of each address]
    #[arg(long, env = "DATELINE_SITE")]
    pub site: Option<String>,
    /// Character set to read everything as [default: byte order mark, then what is declared, then what the bytes look like]
    #[arg(long, env = "DATELINE_CHARSET")]
    pub charset: Option<String>,
    /// JSON Lines: the field that holds the text (name or JSON pointer) [default: text, content, body, …]
    #[arg(long, env = "DATELINE_TEXT_FIELD", value_name = "FIELD")]
    pub text_field: Option<String>,
    /// JSON Lines: the field that holds HTML [default: html, page, …]
    #[arg(long, env = "DATELINE_HTML_FIELD", value_name = "FIELD")]
    pub html_field: Option<String>,
    /// JSON Lines: the field that holds the address [default: url, link, …]
    #[arg(long, env = "DATELINE_URL_FIELD", value_name = "FIELD")]
    pub url_field: Option<String>,
    /// JSON Lines: the field that holds an identifier [default: id]
    #[arg(long, env = "DATELINE_ID_FIELD", value_name = "FIELD")]
    pub id_field: Option<String>,
    /// JSON Lines: the field that holds the publication date [default: date, published, …]
    #[arg(long, env = "DATELINE_DATE_FIELD", value_name = "FIELD")]
    pub date_field: Option<String>,
}

/// How texts are understood.
#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Understanding")]
pub struct Understanding {
    /// Language of the inputs, BCP 47 [default: found for each]
    #[arg(long, env = "DATELINE_LANG")]
    pub lang: Option<String>,
    /// Folder with language files (*.toml) of your own, added to the built-in ones
    #[arg(long, env = "DATELINE_LANG_DIR", value_name = "DIR")]
    pub lang_dir: Option<PathBuf>,
    /// ISO date against which relative and partial dates are read [default: the publication date, else inferred]
    #[arg(long, env = "DATELINE_REFERENCE_DATE", value_name = "DATE")]
    pub reference_date: Option<String>,
    /// Which error costs more when a block is judged [default: balanced]
    #[arg(long, env = "DATELINE_FAVOR", value_enum)]
    pub favor: Option<FavorArg>,
    /// Configuration file [default: dateline.toml in the working folder, when it is there]
    #[arg(long, env = "DATELINE_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Which error costs more.
#[derive(Clone, Copy, ValueEnum)]
pub enum FavorArg {
    /// Drop when in doubt
    Precision,
    /// Both errors cost the same
    Balanced,
    /// Keep when in doubt
    Recall,
}

/// How far repeats are looked for; each includes the ones before it.
#[derive(Clone, Copy, ValueEnum, PartialEq)]
pub enum RepeatsArg {
    /// Nowhere
    Off,
    /// Inside one dump
    Dump,
    /// Across the pages of a site
    Site,
    /// Across all dumps
    Corpus,
}

impl From<RepeatsArg> for Repeats {
    fn from(r: RepeatsArg) -> Repeats {
        match r {
            RepeatsArg::Off => Repeats::Off,
            RepeatsArg::Dump => Repeats::Dump,
            RepeatsArg::Site => Repeats::Site,
            RepeatsArg::Corpus => Repeats::Corpus,
        }
    }
}

/// The configuration that the arguments, the environment and the file decide.
pub fn config(reading: &Reading, understanding: &Understanding) -> Result<Config> {
    let mut config = file(understanding.config.as_deref())?;
    let r = reading.clone();
    let ingest = &mut config.ingest;
    for (slot, given) in [
        (&mut ingest.url, r.url),
        (&mut ingest.site, r.site),
        (&mut ingest.charset, r.charset),
        (&mut ingest.text_field, r.text_field),
        (&mut ingest.html_field, r.html_field),
        (&mut ingest.url_field, r.url_field),
        (&mut ingest.id_field, r.id_field),
        (&mut ingest.date_field, r.date_field),
        (&mut config.dates.lang, understanding.lang.clone()),
        (&mut config.dates.reference_date, understanding.reference_date.clone()),
    ] {
        if given.is_some() {
            *slot = given;
        }
    }
    if let Some(favor) = understanding.favor {
        config.clean.favor = match favor {
            FavorArg::Precision => Favor::Precision,
            FavorArg::Balanced => Favor::Balanced,
            FavorArg::Recall => Favor::Recall,
        };
    }
    Ok(config)
}

fn file(given: Option<&Path>) -> Result<Config> {
    let path = match given {
        Some(path) => path,
        None if Path::new("dateline.toml").exists() => Path::new("dateline.toml"),
        None => return Ok(Config::default()),
    };
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    match toml::from_str(&text) {
        Ok(config) => Ok(config),
        Err(e) => bail!(Usage(format!("{}: {}", path.display(), e.to_string().trim_end()))),
    }
}

/// A wrong use: exit code 2.
#[derive(Debug)]
pub struct Usage(pub String);

impl std::fmt::Display for Usage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// A size as people write it: `512M`, `2GiB`, `1048576`.
pub fn size(s: &str) -> Result<u64, String> {
    let digits = s.len() - s.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number: u64 = s[..digits].parse().map_err(|_| format!("`{s}` does not begin with a number"))?;
    let power = match s[digits..].trim().to_ascii_lowercase().trim_end_matches('b').trim_end_matches('i') {
        "" => 0,
        "k" => 10,
        "m" => 20,
        "g" => 30,
        "t" => 40,
        other => return Err(format!("`{other}` is no unit; use K, M, G or T")),
    };
    number.checked_shl(power).filter(|n| n >> power == number).ok_or_else(|| format!("`{s}` is too large"))
}

/// Share `I` of `N`, 1-based.
pub fn shard(s: &str) -> Result<(u32, u32), String> {
    let (i, n) = s.split_once('/').ok_or_else(|| format!("`{s}` is not I/N, as in 2/8"))?;
    let read = |t: &str| t.parse::<u32>().map_err(|_| format!("`{t}` is not a number"));
    match (read(i)?, read(n)?) {
        (i, n) if (1..=n).contains(&i) => Ok((i, n)),
        (i, n) => Err(format!("share {i} of {n} does not exist; shares count from 1")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        assert_eq!(size("512M"), Ok(512 << 20));
        assert_eq!(size("2GiB"), Ok(2 << 30));
        assert!(size("much").is_err() && size("9X").is_err() && size("99999999999T").is_err());
    }

    #[test]
    fn shares_count_from_one() {
        assert_eq!(shard("2/8"), Ok((2, 8)));
        assert!(shard("0/8").is_err() && shard("9/8").is_err() && shard("2").is_err());
    }
}
