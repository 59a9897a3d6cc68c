//! Programs that were loaded before, kept beside their inputs.
//!
//! Reading bitcode takes longer than most of what is asked of a program afterwards. So the last program of each
//! set of inputs is kept in a file, with a name for everything that it is a function of: the inputs' bytes, the
//! entries, the bodies that are left out, and the reader. A name that fits is the same program.
//!
//! # Invariants
//!
//! - A kept program is taken only if its name fits and its bytes hash to what was written; it is verified like
//!   one that was read from bitcode. Anything else counts as nothing kept.
//! - Not being able to keep a program changes nothing but the time of the next load.
//!
//! # Not here
//!
//! Where the file lies, and what the reader is called: whoever loads says so.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use super::LoadError;
use super::inputs::LinkInputs;
use super::program_loader::{EntrySelection, Loader};
use crate::program::Program;

/// The first bytes of a file, with the version of its form.
const HEAD: &[u8] = b"proofhouse program 2\n";
/// Bytes of a hash.
const HASH_BYTES: usize = 32;

/// Where a program is kept.
#[derive(Debug, Clone, Copy)]
pub struct Kept<'a> {
    /// The file, for one set of inputs.
    pub file: &'a Path,
    /// What the reader is called: this very executable and the LLVM that it reads with. Another version of
    /// either may make another program of the same inputs.
    pub reader: &'a str,
}

impl Loader<'_> {
    /// As [`load`](Loader::load), but takes the program that is kept if it is the one, and keeps the one that is
    /// loaded otherwise.
    ///
    /// # Errors
    ///
    /// As [`load`](Loader::load).
    ///
    /// # Cost
    ///
    /// With a kept program: reading every input and the program once.
    pub fn load_kept(
        &self,
        inputs: &LinkInputs,
        entries: &EntrySelection,
        kept: Kept<'_>,
    ) -> Result<Program, LoadError> {
        // An input that can't be read is the load's to tell.
        let name = self.name(inputs, entries, kept.reader).ok();
        if let Some(program) = name.as_ref().and_then(|name| read(kept.file, name)) {
            return Ok(program);
        }
        let program = self.load(inputs, entries)?;
        if let Some(name) = name {
            // Without it the next load takes as long as this one.
            drop(write(kept.file, &name, &program));
        }
        Ok(program)
    }

    /// The name of the program that these make.
    fn name(
        &self,
        inputs: &LinkInputs,
        entries: &EntrySelection,
        reader: &str,
    ) -> io::Result<blake3::Hash> {
        let mut hasher = blake3::Hasher::new();
        // Each part with its length, so that no two lists of parts are the same bytes.
        let mut add = |part: &[u8]| {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        };
        add(reader.as_bytes());
        let (kind, names): (&[u8], &[String]) = match entries {
            EntrySelection::Properties => (b"properties", &[]),
            EntrySelection::Named(names) => (b"named", names),
            EntrySelection::Tests(names) => (b"tests", names),
        };
        add(kind);
        add(&(names.len() as u64).to_le_bytes());
        for name in names {
            add(name.as_bytes());
        }
        add(&(self.keep_without_body.len() as u64).to_le_bytes());
        for pattern in self.keep_without_body {
            add(pattern.as_bytes());
        }
        for files in [&inputs.objects, &inputs.archives] {
            add(&(files.len() as u64).to_le_bytes());
            for file in files {
                // Places name their files by what the bitcode says; a module's own path is in messages only.
                add(&fs::read(file)?);
            }
        }
        Ok(hasher.finalize())
    }
}

/// The program in a file, if it is the one of this name.
fn read(file: &Path, name: &blake3::Hash) -> Option<Program> {
    let bytes = fs::read(file).ok()?;
    let rest = bytes.strip_prefix(HEAD)?;
    let (found, rest) = rest.split_at_checked(HASH_BYTES)?;
    let (hash, form) = rest.split_at_checked(HASH_BYTES)?;
    if found != name.as_bytes() || hash != blake3::hash(form).as_bytes() {
        return None;
    }
    let program: Program = postcard::from_bytes(form).ok()?;
    program.verify().is_ok().then_some(program)
}

/// Writes a file as a whole: a reader sees the one before or this one.
fn write(file: &Path, name: &blake3::Hash, program: &Program) -> io::Result<()> {
    let form = postcard::to_stdvec(program).map_err(io::Error::other)?;
    let draft = file.with_extension(format!("draft-{}", std::process::id()));
    let mut target = fs::File::create(&draft)?;
    target.write_all(HEAD)?;
    target.write_all(name.as_bytes())?;
    target.write_all(blake3::hash(&form).as_bytes())?;
    target.write_all(&form)?;
    drop(target);
    fs::rename(&draft, file)
}
