//! What can go wrong: the run stops (`Error`), or one dump is lost and the run goes on (`Reject`).

use crate::model::{Origin, RejectRow};
use std::path::PathBuf;

/// The world failed and the run must stop. Each names the place first, then what was found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("{}: {cause}", path.display())]
    Io {
        /// The place.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The configuration cannot be followed.
    #[error("{0}")]
    Config(String),
    /// The run was refused: a locked folder, output inside input, another configuration.
    #[error("{0}")]
    Refused(String),
    /// A language file is not right.
    #[error("{file}: {message}")]
    Language {
        /// The file.
        file: String,
        /// What was found, what was awaited.
        message: String,
    },
    /// Nothing usable came in.
    #[error("{0}")]
    Nothing(String),
}

impl Error {
    /// Makes an I/O error name its place: `.map_err(Error::at(path))`.
    pub fn at(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Error {
        let path = path.into();
        move |cause| Error::Io { path, cause }
    }
}

/// How much of a dump a reject cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Nothing of it came through.
    Lost,
    /// A part came through.
    Partial,
    /// It came through, mended.
    Repaired,
    /// It is not ours to read (a FIFO, a revisit record), and was passed over.
    Skipped,
}

impl Severity {
    /// The word in the `rejects` table.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Lost => "lost",
            Severity::Partial => "partial",
            Severity::Repaired => "repaired",
            Severity::Skipped => "skipped",
        }
    }
}

/// One dump that was lost, or came through hurt. A row of the output, never a panic.
#[derive(Clone, Debug, PartialEq)]
pub struct Reject {
    /// Where it stands.
    pub origin: Origin,
    /// The stored bytes that it concerns, where they are known.
    pub bytes: Option<(u64, u64)>,
    /// `file` `compression` `container` `charset` `parse` `internal`.
    pub layer: &'static str,
    /// Stable code.
    pub code: &'static str,
    /// How much it cost.
    pub severity: Severity,
    /// What was found, what was awaited.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl Reject {
    /// The row of the `rejects` table.
    pub fn row(&self) -> RejectRow {
        RejectRow {
            source: self.origin.path.clone(),
            record: self.origin.record,
            byte_start: self.bytes.map(|b| b.0),
            byte_end: self.bytes.map(|b| b.1),
            layer: self.layer.to_string(),
            code: self.code.to_string(),
            severity: self.severity.name().to_string(),
            message: self.message.clone(),
            hint: self.hint.clone(),
        }
    }
}
