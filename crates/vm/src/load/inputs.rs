//! The files that a linker would be given, and the bitcode inside them.
//!
//! With `-Clinker-plugin-lto` rustc hands its linker plain bitcode for everything that it compiles,
//! and the prebuilt libraries of the toolchain, whose objects carry bitcode in a section.
//!
//! # Invariants
//!
//! - A source's bytes begin with bitcode's magic number.
//! - The order of sources is the order of the command line, then that within each archive; which
//!   definition wins depends on nothing else.
//!
//! # Not here
//!
//! Looking inside bitcode (`bitcode`), and deciding what is linked (`symbols`, `assembly`).

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use object::read::archive::ArchiveFile;
use object::{Object, ObjectSection};
use serde::{Deserialize, Serialize};

use super::LoadError;
use super::bitcode::MAGIC;

/// What the linker was given, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkInputs {
    /// Bitcode objects, always part of the program.
    pub objects: Vec<PathBuf>,
    /// Archives (`.rlib`), whose members are taken when something needs them.
    pub archives: Vec<PathBuf>,
}

impl LinkInputs {
    /// Sorts the arguments of a linker into objects and archives; other arguments are left out.
    pub fn from_linker_arguments<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Self {
        let mut inputs = Self::default();
        for argument in arguments {
            let path = Path::new(argument);
            match path.extension().and_then(|extension| extension.to_str()) {
                _ if argument.starts_with('-') => {}
                Some("o") => inputs.objects.push(path.to_owned()),
                Some("rlib" | "a") => inputs.archives.push(path.to_owned()),
                _ => {}
            }
        }
        inputs
    }
}

/// Whether a source is part of the program in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// It was given as an object.
    Object,
    /// It is a member of an archive.
    Archive,
}

/// The bitcode of one module.
#[derive(Debug)]
pub(crate) struct Source {
    /// The file, with the member in parentheses if it is an archive.
    pub(crate) name: String,
    /// Where it came from.
    pub(crate) origin: Origin,
    /// Which of the files holds it, and where.
    file: usize,
    range: Range<usize>,
}

/// All files, read, and the modules found in them.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    files: Vec<Vec<u8>>,
    sources: Vec<Source>,
}

impl Sources {
    /// Reads everything.
    ///
    /// # Errors
    ///
    /// `Unreadable`, `BrokenArchive`; `NotBitcode` when not one object among several is bitcode:
    /// then the build was not told to write any.
    pub(crate) fn read(inputs: &LinkInputs) -> Result<Self, LoadError> {
        let mut all = Self::default();
        for path in &inputs.objects {
            all.add_object(path)?;
        }
        if let (true, Some(first)) = (all.sources.is_empty(), inputs.objects.first()) {
            return Err(LoadError::NotBitcode {
                file: first.clone(),
            });
        }
        for path in &inputs.archives {
            all.add_archive(path)?;
        }
        Ok(all)
    }

    /// The modules, in link order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Source, &[u8])> {
        self.sources
            .iter()
            .map(|source| (source, &self.files[source.file][source.range.clone()]))
    }

    fn read_file(&mut self, path: &Path) -> Result<usize, LoadError> {
        let bytes = fs::read(path).map_err(|source| LoadError::Unreadable {
            file: path.to_owned(),
            source,
        })?;
        self.files.push(bytes);
        Ok(self.files.len() - 1)
    }

    /// Adds an object. rustc also passes a small native object that only keeps symbols alive, and
    /// objects of C code have no bitcode either; both are skipped.
    fn add_object(&mut self, path: &Path) -> Result<(), LoadError> {
        let file = self.read_file(path)?;
        if let Some(range) = bitcode_range(&self.files[file]) {
            self.sources.push(Source {
                name: path.display().to_string(),
                origin: Origin::Object,
                file,
                range,
            });
        }
        Ok(())
    }

    fn add_archive(&mut self, path: &Path) -> Result<(), LoadError> {
        let broken = |error: object::read::Error| LoadError::BrokenArchive {
            file: path.to_owned(),
            reason: error.to_string(),
        };
        let file = self.read_file(path)?;
        let data = self.files[file].as_slice();
        let mut members = Vec::new();
        let archive = ArchiveFile::parse(data).map_err(broken)?;
        for member in archive.members() {
            let member = member.map_err(broken)?;
            let name = String::from_utf8_lossy(member.name()).into_owned();
            let (start, size) = member.file_range();
            let start = usize::try_from(start).expect("a file in memory has such offsets");
            let bytes = member.data(data).map_err(broken)?;
            debug_assert_eq!(bytes.len() as u64, size, "a member lies in its archive");
            let Some(range) = bitcode_range(bytes) else {
                continue;
            };
            members.push(Source {
                name: format!("{}({name})", path.display()),
                origin: Origin::Archive,
                file,
                range: start + range.start..start + range.end,
            });
        }
        self.sources.append(&mut members);
        Ok(())
    }
}

/// Where the bitcode lies in an object, if there is any.
fn bitcode_range(bytes: &[u8]) -> Option<Range<usize>> {
    if bytes.starts_with(&MAGIC) {
        return Some(0..bytes.len());
    }
    let object = object::File::parse(bytes).ok()?;
    let section = object
        .section_by_name(".llvmbc")
        .or_else(|| object.section_by_name("__bitcode"))?;
    let (start, size) = section.file_range()?;
    let start = usize::try_from(start).ok()?;
    let end = start.checked_add(usize::try_from(size).ok()?)?;
    bytes
        .get(start..end)?
        .starts_with(&MAGIC)
        .then_some(start..end)
}
