//! Finding and opening the LLVM inside a Rust toolchain.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::table::Table;
use crate::load::LoadError;

/// The first major version of LLVM whose C interface has all that the reader calls.
const MAJOR_MIN: u32 = 22;

/// The last major version of LLVM whose C interface was checked against the reader's declarations.
const MAJOR_MAX: u32 = 22;

/// An opened LLVM: a handle that is cheap to copy.
#[derive(Clone)]
pub struct LlvmLibrary {
    opened: Arc<Opened>,
}

/// What the handles share.
struct Opened {
    table: Table,
    path: PathBuf,
    version: (u32, u32, u32),
    /// Last, so that it is closed after the table is gone.
    _library: libloading::Library,
}

impl fmt::Debug for LlvmLibrary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LlvmLibrary")
            .field("path", &self.opened.path)
            .field("version", &self.opened.version)
            .finish_non_exhaustive()
    }
}

impl LlvmLibrary {
    /// Opens the LLVM of the toolchain whose `rustc --print sysroot` is `sysroot`.
    ///
    /// # Errors
    ///
    /// `NoLlvm` when the toolchain has none that can be opened (on Windows it is linked into the
    /// compiler), otherwise as [`LlvmLibrary::open`].
    pub fn open_from_sysroot(sysroot: &Path) -> Result<Self, LoadError> {
        let folder = sysroot.join("lib");
        let missing = || LoadError::NoLlvm {
            searched: folder.clone(),
        };
        let entries = std::fs::read_dir(&folder).map_err(|_| missing())?;
        let mut candidates: Vec<PathBuf> = entries
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| is_llvm_library(path))
            .collect();
        // Newest last by name; a toolchain has one, but the order must not depend on the folder's.
        candidates.sort();
        Self::open(&candidates.pop().ok_or_else(missing)?)
    }

    /// Opens this shared library.
    ///
    /// # Errors
    ///
    /// `LlvmNotOpened` when the system refuses, `MissingFunction` when it is no LLVM or lacks a
    /// function, `UnsupportedLlvm` for a version outside the supported ones.
    pub fn open(path: &Path) -> Result<Self, LoadError> {
        // SAFETY: LLVM's initialisers only register options and passes; they touch no state of ours.
        let library = unsafe { libloading::Library::new(path) }.map_err(|error| {
            LoadError::LlvmNotOpened {
                library: path.to_owned(),
                reason: error.to_string(),
            }
        })?;
        // SAFETY: the library is kept beside the table and dropped after it; the signatures are
        // those of the headers of the versions that are let through below, and nothing but
        // `LLVMGetVersion`, which has not changed since it exists, is called before that.
        let table = unsafe { Table::resolve(&library, path) }?;
        let mut version = (0, 0, 0);
        // SAFETY: three valid places to write one integer each.
        unsafe { (table.LLVMGetVersion)(&mut version.0, &mut version.1, &mut version.2) };
        if !(MAJOR_MIN..=MAJOR_MAX).contains(&version.0) {
            return Err(LoadError::UnsupportedLlvm {
                library: path.to_owned(),
                found: version.0,
                supported: MAJOR_MAX,
            });
        }
        let opened = Opened {
            table,
            path: path.to_owned(),
            version,
            _library: library,
        };
        Ok(Self {
            opened: Arc::new(opened),
        })
    }

    /// The version: major, minor, patch.
    pub fn version(&self) -> (u32, u32, u32) {
        self.opened.version
    }

    /// Where it was opened from.
    pub fn path(&self) -> &Path {
        &self.opened.path
    }

    pub(super) fn table(&self) -> &Table {
        &self.opened.table
    }

    /// The number of an enumeration attribute such as `byval`; 0 when LLVM does not know it.
    pub(crate) fn attribute_kind(&self, name: &str) -> u32 {
        // SAFETY: the name is valid for its length.
        unsafe { (self.table().LLVMGetEnumAttributeKindForName)(name.as_ptr().cast(), name.len()) }
    }
}

/// Whether a file of the toolchain's `lib` folder is LLVM itself. `libLLVM-22-rust-….so` is not: it
/// is a text file for the linker.
fn is_llvm_library(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        return false;
    };
    name.starts_with("libLLVM.so.") || (name.starts_with("libLLVM") && name.ends_with(".dylib"))
}
