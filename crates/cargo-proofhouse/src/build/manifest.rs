//! What the bitcode build leaves where a test binary would be: a list of what would have been linked.
//!
//! # Invariants
//!
//! - A manifest is either whole or absent: it is written beside its place and then renamed.
//! - The objects that it names are copies of ours; rustc deletes its own after linking.

use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::{Deserialize, Serialize};

/// Grows with every change to the bitcode build that makes older outputs useless: the form of the
/// manifest, or the flags that the wrapper adds. Cargo does not see either.
pub const LAYOUT_VERSION: u32 = 2;

/// The inputs of one link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`LAYOUT_VERSION`] of the writer.
    pub proofhouse_layout: u32,
    /// Bitcode of the crate that was linked, one file a codegen unit.
    pub objects: Vec<PathBuf>,
    /// Its dependencies and the standard library, in the order of the command line.
    pub archives: Vec<PathBuf>,
    /// Inputs that hold machine code only, by name.
    pub machine_code: Vec<PathBuf>,
}

impl Manifest {
    /// Writes the manifest to `path` in one step.
    ///
    /// # Errors
    ///
    /// Whatever the file system reports, and `InvalidData` for a path that is not UTF-8.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let mut text = serde_json::to_vec_pretty(self)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        text.push(b'\n');
        let draft = beside(path, "draft");
        fs::write(&draft, text)?;
        fs::rename(&draft, path)
    }

    /// Reads the manifest at `path`; `None` when something else is there, such as a real program.
    ///
    /// # Errors
    ///
    /// Whatever the file system reports.
    pub fn read(path: &Path) -> io::Result<Option<Self>> {
        let bytes = fs::read(path)?;
        let manifest: Option<Self> = serde_json::from_slice(&bytes).ok();
        Ok(manifest.filter(|manifest| manifest.proofhouse_layout == LAYOUT_VERSION))
    }
}

/// The name of a file or folder that accompanies `path`.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_survives_the_disk_and_a_program_is_not_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out put");
        let manifest = Manifest {
            proofhouse_layout: LAYOUT_VERSION,
            objects: vec!["a b.o".into()],
            archives: vec!["libcore.rlib".into()],
            machine_code: vec![],
        };
        manifest.write(&path).unwrap();
        assert_eq!(Manifest::read(&path).unwrap(), Some(manifest.clone()));
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "no draft is left"
        );

        fs::write(&path, b"\x7fELF and so on").unwrap();
        assert_eq!(Manifest::read(&path).unwrap(), None);

        let older = Manifest {
            proofhouse_layout: 0,
            ..manifest
        };
        older.write(&path).unwrap();
        assert_eq!(Manifest::read(&path).unwrap(), None);
    }
}
