//! Which files are the package's own.
//!
//! A package's own files lie in its folder, and in no package or target folder within it. The machine
//! gives whole paths; a report names the files of a workspace from its folder, as the compiler does.

use std::path::{Path, PathBuf};

use proofhouse_evidence::{FileLines, Trace};

/// Where the workspace's files are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    /// The workspace's own folder.
    pub root: PathBuf,
    /// Cargo's folder for what is built, sources that build scripts have written among it.
    pub target: PathBuf,
}

impl Folders {
    /// Of lines in files with whole paths, those in files of the package that lies in this folder.
    pub fn lines_of(&self, package: &Path, lines: Vec<FileLines>) -> Vec<FileLines> {
        let own = lines.into_iter().filter_map(|lines| {
            let file = Path::new(&lines.file);
            self.is_in_package(package, file).then(|| FileLines {
                file: self.name_of(file),
                ..lines
            })
        });
        own.collect()
    }

    /// The name of a file with its whole path.
    pub fn name_of(&self, file: &Path) -> String {
        let name = file.strip_prefix(&self.root).unwrap_or(file);
        name.display().to_string()
    }

    /// Names the files of traces, whose sites have whole paths.
    pub fn rename_sites(&self, traces: &mut [Trace]) {
        let steps = traces.iter_mut().flat_map(|trace| &mut trace.steps);
        for site in steps.filter_map(|step| step.site.as_mut()) {
            site.file = self.name_of(Path::new(&site.file));
        }
    }

    fn is_in_package(&self, package: &Path, file: &Path) -> bool {
        let inner = file.ancestors().skip(1).take_while(|one| *one != package);
        file.starts_with(package)
            && !file.starts_with(&self.target)
            && !inner.into_iter().any(|one| one.join("Cargo.toml").exists())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proofhouse_evidence::Lines;

    use super::*;

    #[test]
    fn a_package_owns_what_is_in_no_other() {
        let root = tempfile::tempdir().unwrap();
        let folders = Folders {
            root: root.path().to_owned(),
            target: root.path().join("target"),
        };
        let inner = root.path().join("crates/inner");
        fs::create_dir_all(&inner).unwrap();
        fs::write(inner.join("Cargo.toml"), "").unwrap();
        let rows = [
            ("src/lib.rs", true, false),
            ("tests/it/main.rs", true, false),
            ("crates/inner/src/lib.rs", false, true),
            ("target/debug/build/x/out/made.rs", false, false),
            ("/root/.cargo/registry/src/x/src/lib.rs", false, false),
        ];
        for (file, is_outer, is_inner) in rows {
            let lines = vec![FileLines {
                file: root.path().join(file).display().to_string(),
                executed: [1].into_iter().collect(),
                missed: Lines::default(),
            }];
            for (package, is_own) in [(root.path(), is_outer), (&inner, is_inner)] {
                let own = folders.lines_of(package, lines.clone());
                let names: Vec<&str> = own.iter().map(|one| one.file.as_str()).collect();
                assert_eq!(names, if is_own { vec![file] } else { vec![] }, "{file}");
            }
        }
    }
}
