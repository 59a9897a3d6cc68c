//! Takes out of a text where files lie on the machine that wrote it.
//!
//! The pages that the suites write are read elsewhere and compared from one writing to the next; what a file
//! is called says something to the reader, the folder of a build or of cargo's downloads does not. Reasons come
//! from compilers, programs and the machine, so paths can stand anywhere in them: every page takes them out here.
//!
//! # Invariants
//!
//! - A text without these folders stays as it is, and one that was cleaned stays as it is.
//! - Paths that a program under test made up itself stay: they are a part of what it did.

use std::path::{Path, PathBuf};

/// The folders of this machine that a page does not name.
#[derive(Debug, Default)]
pub struct Places {
    /// Each ends with a slash; one within another comes before it.
    folders: Vec<String>,
}

impl Places {
    /// The folders that every run has, and those of this one.
    pub fn new(folders: &[&Path]) -> Self {
        let of_variable = |name| std::env::var_os(name).map(PathBuf::from);
        let mut all: Vec<PathBuf> = folders.iter().map(|folder| folder.to_path_buf()).collect();
        all.extend(of_variable("CARGO_TARGET_DIR"));
        all.extend(of_variable("CARGO_HOME"));
        all.extend(of_variable("HOME").map(|home| home.join(".cargo")));
        all.extend(
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .parent()
                .map(Path::to_path_buf),
        );
        Self::of(all.iter().map(PathBuf::as_path))
    }

    /// Exactly these folders, as they are written and as they are without links.
    fn of<'p>(folders: impl Iterator<Item = &'p Path>) -> Self {
        let mut all: Vec<String> = folders
            .flat_map(|folder| {
                [
                    Some(folder.to_path_buf()),
                    std::fs::canonicalize(folder).ok(),
                ]
            })
            .flatten()
            .map(|folder| folder.to_string_lossy().trim_end_matches('/').to_owned() + "/")
            .filter(|folder| folder.len() > 1 && folder.starts_with('/'))
            .collect();
        all.sort_by_key(|folder| std::cmp::Reverse(folder.len()));
        all.dedup();
        Self { folders: all }
    }

    /// The text without the folders: what lies within one of them is named from there on, and a file of a
    /// published crate from its name and version on.
    pub fn taken_out(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for folder in &self.folders {
            text = text.replace(folder, "");
        }
        without_registries(&text)
    }
}

/// Where cargo unpacks what it downloads: `registry/src/`, the registry's name with a hash, the crate.
const REGISTRY: &str = "registry/src/";

/// Takes out what stands before the names of crates that a registry's folder holds.
fn without_registries(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(REGISTRY) {
        // A path begins behind what can't be within one here.
        let is_border =
            |character: char| character.is_whitespace() || "\"'`(<[=:,".contains(character);
        let path = before.rfind(is_border).map_or(0, |at| {
            at + before[at..].chars().next().map_or(0, char::len_utf8)
        });
        kept += &before[..path];
        let inner = after
            .split_once('/')
            .filter(|(name, _)| !name.contains(is_border));
        rest = inner.map_or(after, |(_, inner)| inner);
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Places;

    fn places() -> Places {
        let folders = [
            "/builds/suites",
            "/builds/suites/toml",
            "/home/someone/.cargo/",
        ];
        Places::of(folders.map(Path::new).into_iter())
    }

    #[test]
    fn files_are_named_and_folders_are_not() {
        for (text, expected) in [
            (
                "file: \"/home/someone/.cargo/registry/src/index.crates.io-0f1e/quickcheck-1.1.0/src/tester.rs\", line",
                "file: \"quickcheck-1.1.0/src/tester.rs\", line",
            ),
            (
                "at /elsewhere/registry/src/mirror-77/a-1.0.0/b.rs:3 and /other/registry/src/m/c-2.0.0/d.rs",
                "at a-1.0.0/b.rs:3 and c-2.0.0/d.rs",
            ),
            (
                "couldn't read `/builds/suites/toml/tests/../../x.rs`",
                "couldn't read `tests/../../x.rs`",
            ),
            ("/builds/suites/vendor/a", "vendor/a"),
        ] {
            let cleaned = places().taken_out(text);
            assert_eq!(cleaned, expected);
            assert_eq!(places().taken_out(&cleaned), expected, "cleaning ends");
        }
    }

    #[test]
    fn what_a_program_made_up_stays() {
        for text in [
            "no such file: /tmp/.abc/file",
            "/builds/suitest/x and /builds",
            "the registry/source of it",
            "src/lib.rs",
            "",
        ] {
            assert_eq!(places().taken_out(text), text);
        }
    }

    #[test]
    fn a_folder_of_this_workspace_is_taken_out_everywhere() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/places.rs");
        assert_eq!(Places::new(&[]).taken_out(file), "xtask/src/places.rs");
    }
}
