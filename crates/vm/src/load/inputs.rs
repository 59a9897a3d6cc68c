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
use std::sync::Arc;

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
    /// The bitcode.
    pub(crate) bitcode: SharedBytes,
}

/// Bytes of a file that is kept as long as anything uses them.
#[derive(Debug, Clone)]
pub(crate) struct SharedBytes {
    file: Arc<Vec<u8>>,
    range: Range<usize>,
}

impl SharedBytes {
    /// The bytes; they stay where they are as long as any copy of the handle lives.
    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.file[self.range.clone()]
    }

    /// No bytes.
    pub(crate) fn empty() -> Self {
        Self {
            file: Arc::default(),
            range: 0..0,
        }
    }
}

/// Reads every file and finds the modules in it, in link order.
///
/// # Errors
///
/// `Unreadable`, `BrokenArchive`; `NotBitcode` when there are objects and none is bitcode: then the
/// build was not told to write any.
pub(crate) fn read_sources(inputs: &LinkInputs) -> Result<Vec<Source>, LoadError> {
    let mut sources = Vec::new();
    for path in &inputs.objects {
        sources.extend(read_object(path)?);
    }
    if let (true, Some(first)) = (sources.is_empty(), inputs.objects.first()) {
        return Err(LoadError::NotBitcode {
            file: first.clone(),
        });
    }
    for path in &inputs.archives {
        sources.append(&mut read_archive(path)?);
    }
    Ok(sources)
}

fn read_file(path: &Path) -> Result<Arc<Vec<u8>>, LoadError> {
    let bytes = fs::read(path).map_err(|source| LoadError::Unreadable {
        file: path.to_owned(),
        source,
    })?;
    Ok(Arc::new(bytes))
}

/// The module of an object. rustc also passes a small native object that only keeps symbols alive,
/// and objects of C code have no bitcode either; both give nothing.
fn read_object(path: &Path) -> Result<Option<Source>, LoadError> {
    let file = read_file(path)?;
    let range = bitcode_range(&file);
    Ok(range.map(|range| Source {
        name: path.display().to_string(),
        origin: Origin::Object,
        bitcode: SharedBytes { file, range },
    }))
}

/// The modules of an archive's members; members without bitcode are left out.
fn read_archive(path: &Path) -> Result<Vec<Source>, LoadError> {
    let broken = |error: object::read::Error| LoadError::BrokenArchive {
        file: path.to_owned(),
        reason: error.to_string(),
    };
    let file = read_file(path)?;
    let data = file.as_slice();
    let mut sources = Vec::new();
    let archive = ArchiveFile::parse(data).map_err(broken)?;
    for member in archive.members() {
        let member = member.map_err(broken)?;
        let name = String::from_utf8_lossy(member.name());
        let bytes = member.data(data).map_err(broken)?;
        let start = usize::try_from(member.file_range().0).expect("the file is in memory");
        if let Some(range) = bitcode_range(bytes) {
            sources.push(Source {
                name: format!("{}({name})", path.display()),
                origin: Origin::Archive,
                bitcode: SharedBytes {
                    file: file.clone(),
                    range: start + range.start..start + range.end,
                },
            });
        }
    }
    Ok(sources)
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
