//! From what the user named to the files that will be read: every depth, in one stable order, nothing passed over in silence.

use crate::config::IngestConfig;
use crate::error::{Error, Reject, Severity};
use crate::model::Origin;
use globset::{Glob, GlobSet, GlobSetBuilder};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, FileType, Metadata};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// One file that will be read, or standard input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// How the file is opened; `-` is standard input.
    pub path: PathBuf,
    /// How it is named in the output: the path as given, `/` between parts, bytes that are not UTF-8 and control
    /// characters escaped (`\xff`, `\n`), a backslash doubled, so that two files never share a name.
    pub name: String,
    /// Bytes in the file when it was listed; none for standard input.
    pub bytes: Option<u64>,
}

impl Source {
    /// Standard input.
    pub fn stdin() -> Source {
        Source { path: PathBuf::from("-"), name: "-".to_string(), bytes: None }
    }

    /// Bytes come from standard input, not from a file.
    pub fn is_stdin(&self) -> bool {
        self.path.as_os_str() == "-"
    }
}

/// What was found under the inputs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    /// Files to read, sorted by the bytes of their names, each once.
    pub sources: Vec<Source>,
    /// What stands there and cannot be read: devices, loops, files without permission.
    pub rejects: Vec<Reject>,
    /// Files and folders whose name begins with a dot, met inside a folder and passed over. Named by the user they are read.
    pub hidden: u64,
    /// Files that `include` and `exclude` left out.
    pub excluded: u64,
}

/// Lists the files under `inputs`, links followed. An input that is not there is an error that names it; what cannot
/// be read deeper down is a reject. Hidden files inside folders (`.git`, `.DS_Store`) are counted and passed over.
pub fn walk(inputs: &[PathBuf], config: &IngestConfig) -> Result<Listing, Error> {
    let filter = Filter::new(config)?;
    let mut found = Found::default();
    for input in inputs {
        if input.as_os_str() == "-" {
            found.sources.insert("-".to_string(), Source::stdin());
            continue;
        }
        let metadata = fs::metadata(input).map_err(Error::at(input))?;
        match metadata.is_dir() {
            true => found.folder(input, &filter)?,
            false => found.file(input, &metadata, input, &filter),
        }
    }
    Ok(found.listing())
}

/// `include` and `exclude`. A glob is matched against the path as given and against the path below the named folder;
/// `*` crosses `/`, so that `*.html` means all pages at any depth.
struct Filter {
    include: Option<GlobSet>,
    exclude: GlobSet,
}

impl Filter {
    fn new(config: &IngestConfig) -> Result<Filter, Error> {
        let include = match config.include.is_empty() {
            true => None,
            false => Some(globs(&config.include)?),
        };
        Ok(Filter { include, exclude: globs(&config.exclude)? })
    }

    fn takes(&self, path: &Path, below: &Path) -> bool {
        let hit = |set: &GlobSet| set.is_match(path) || set.is_match(below);
        self.include.as_ref().is_none_or(hit) && !hit(&self.exclude)
    }
}

fn globs(patterns: &[String]) -> Result<GlobSet, Error> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern).map_err(|e| Error::Config(format!("glob `{pattern}`: {}", e.kind())))?);
    }
    set.build().map_err(|e| Error::Config(format!("globs {patterns:?}: {e}")))
}

/// Sorted by name, so that neither the order of a folder nor that of the arguments shows in the output.
#[derive(Default)]
struct Found {
    sources: BTreeMap<String, Source>,
    rejects: BTreeMap<String, Reject>,
    hidden: u64,
    excluded: u64,
}

/// A folder that is still to be listed, and the real folders above it, for seeing loops.
struct Folder {
    path: PathBuf,
    above: Option<Rc<Above>>,
}

/// The real path of a folder, and the folder that holds it.
struct Above {
    real: PathBuf,
    above: Option<Rc<Above>>,
}

impl Found {
    /// Everything below `root`. A list of folders to do, not recursion: a chain of folders may be deeper than the stack.
    fn folder(&mut self, root: &Path, filter: &Filter) -> Result<(), Error> {
        fs::read_dir(root).map_err(Error::at(root))?;
        let mut todo = vec![Folder { path: root.to_path_buf(), above: None }];
        while let Some(folder) = todo.pop() {
            if let Err(e) = self.list(&folder, root, filter, &mut todo) {
                self.reject(
                    &folder.path,
                    "unreadable",
                    Severity::Lost,
                    format!("folder: {e}"),
                    "check its permissions",
                );
            }
        }
        Ok(())
    }

    fn list(&mut self, folder: &Folder, root: &Path, filter: &Filter, todo: &mut Vec<Folder>) -> std::io::Result<()> {
        let real = fs::canonicalize(&folder.path)?;
        let chain = std::iter::successors(folder.above.as_ref(), |a| a.above.as_ref());
        if chain.into_iter().any(|a| a.real == real) {
            let message = format!("links back to {}", real.display());
            self.reject(&folder.path, "loop", Severity::Skipped, message, "remove the link");
            return Ok(());
        }
        let here = Rc::new(Above { real, above: folder.above.clone() });
        for entry in fs::read_dir(&folder.path)? {
            let path = folder.path.join(entry?.file_name());
            if is_hidden(&path) {
                self.hidden += 1;
                continue;
            }
            match fs::metadata(&path) {
                Ok(m) if m.is_dir() => todo.push(Folder { path, above: Some(here.clone()) }),
                Ok(m) => self.file(&path, &m, root, filter),
                Err(e) => self.reject(&path, "unreadable", Severity::Lost, e.to_string(), "is it a broken link?"),
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, metadata: &Metadata, root: &Path, filter: &Filter) {
        if !filter.takes(path, path.strip_prefix(root).unwrap_or(path)) {
            self.excluded += 1;
            return;
        }
        if let Some(kind) = special(metadata.file_type()) {
            let message = format!("a {kind}, expected a file");
            return self.reject(path, "special-file", Severity::Skipped, message, "copy its contents to a file");
        }
        let name = name_of(path);
        let source = Source { path: path.to_path_buf(), name: name.clone(), bytes: Some(metadata.len()) };
        self.sources.insert(name, source);
    }

    fn reject(&mut self, path: &Path, code: &'static str, severity: Severity, message: String, hint: &str) {
        let origin = Origin { path: name_of(path), record: None, offset: 0 };
        let hint = hint.to_string();
        let reject = Reject { origin, bytes: None, layer: "file", code, severity, message, hint };
        self.rejects.insert(reject.origin.path.clone(), reject);
    }

    fn listing(self) -> Listing {
        Listing {
            sources: self.sources.into_values().collect(),
            rejects: self.rejects.into_values().collect(),
            hidden: self.hidden,
            excluded: self.excluded,
        }
    }
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|n| n.as_encoded_bytes().starts_with(b"."))
}

/// What a path is that is neither file nor folder. Opening a FIFO would wait for ever, a device may never end.
#[cfg(unix)]
fn special(kind: FileType) -> Option<&'static str> {
    use std::os::unix::fs::FileTypeExt;
    match kind {
        k if k.is_fifo() => Some("FIFO"),
        k if k.is_socket() => Some("socket"),
        k if k.is_char_device() || k.is_block_device() => Some("device"),
        _ => None,
    }
}

#[cfg(not(unix))]
fn special(_: FileType) -> Option<&'static str> {
    None
}

/// The path as given, for people and tables; see [`Source::name`].
pub(super) fn name_of(path: &Path) -> String {
    let mut name = String::new();
    for (i, part) in path.iter().enumerate() {
        if i > 0 && !name.ends_with('/') {
            name.push('/');
        }
        match part == OsStr::new("/") {
            true => name.push('/'),
            false => escape(part.as_encoded_bytes(), &mut name),
        }
    }
    name
}

/// Adds `bytes` of a file name to `into`, escaped.
pub(super) fn escape(bytes: &[u8], into: &mut String) {
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\\' => into.push_str("\\\\"),
                '\n' => into.push_str("\\n"),
                c if c.is_control() => into.push_str(&format!("\\u{{{:x}}}", c as u32)),
                c => into.push(c),
            }
        }
        for byte in chunk.invalid() {
            into.push_str(&format!("\\x{byte:02x}"));
        }
    }
}
