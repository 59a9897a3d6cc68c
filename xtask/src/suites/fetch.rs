//! The sources of published crates, each as a workspace of its own.
//!
//! cargo fetches the newest versions, as dependencies of an empty package; what it fetched is copied to where
//! no workspace is around it.
//!
//! # Not here
//!
//! A registry's own interface. What cargo can't fetch here can't be tried.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Has cargo fetch the newest version of each crate; returns where each lies, a workspace of its own. One that
/// the folder holds already stays as it is.
pub(super) fn fetch(folder: &Path, names: &[&str]) -> Result<Vec<Source>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let missing: Vec<&str> = names
        .iter()
        .copied()
        .filter(|name| !folder.join(name).join(VERSION).is_file())
        .collect();
    if !missing.is_empty() {
        vendor(folder, &missing)?;
    }
    let of = |name: &&str| {
        let folder = folder.join(name);
        let version = fs::read_to_string(folder.join(VERSION)).map_err(failed)?;
        let name = (*name).to_owned();
        Ok(Source {
            name,
            version,
            folder,
        })
    };
    names.iter().map(of).collect()
}

/// A crate's sources.
pub(super) struct Source {
    /// The crate.
    pub name: String,
    /// Which version it is.
    pub version: String,
    /// Where it lies.
    pub folder: PathBuf,
}

/// The file in which a copied crate's version is noted.
const VERSION: &str = ".version-under-test";

fn vendor(folder: &Path, names: &[&str]) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(folder.join("src")).map_err(failed)?;
    fs::write(folder.join("src/lib.rs"), "").map_err(failed)?;
    let dependencies: String = names
        .iter()
        .map(|name| format!("{name} = \"*\"\n"))
        .collect();
    let manifest = format!(
        "[package]\nname = \"fetch\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dependencies]\n{dependencies}"
    );
    fs::write(folder.join("Cargo.toml"), manifest).map_err(failed)?;
    let status = Command::new(env!("CARGO"))
        .args(["vendor", "--quiet", "--versioned-dirs", "vendor"])
        .current_dir(folder)
        .stdout(Stdio::null())
        .status()
        .map_err(failed)?;
    // Around the copies there must be no workspace.
    fs::remove_file(folder.join("Cargo.toml")).map_err(failed)?;
    if !status.success() {
        return Err("cargo could not fetch the crates".to_owned());
    }
    let vendored = folder.join("vendor");
    let fetched: Vec<String> = fs::read_dir(&vendored)
        .map_err(failed)?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    for name in names {
        let version = newest(&fetched, name);
        let version = version.ok_or_else(|| format!("cargo did not fetch `{name}`"))?;
        let target = folder.join(name);
        copy(&vendored.join(format!("{name}-{version}")), &target).map_err(failed)?;
        let manifest = target.join("Cargo.toml");
        let text = fs::read_to_string(&manifest).map_err(failed)?;
        let code = code(&target).map_err(failed)?;
        let is_used = |package: &str| mentions(&code, package) || is_in_features(&text, package);
        let text = without_benchmarks(&text, is_used);
        fs::write(&manifest, text).map_err(failed)?;
        // It may name versions that a mirror of the registry does not have; whoever depends on it ignores it, too.
        drop(fs::remove_file(target.join("Cargo.lock")));
        fs::write(target.join(VERSION), version).map_err(failed)?;
    }
    fs::remove_dir_all(&vendored).map_err(failed)
}

/// The newest version of a crate among folders named `crate-version`: an older one may be among the
/// dependencies.
fn newest<'f>(folders: &'f [String], name: &str) -> Option<&'f str> {
    let versions = folders.iter().filter_map(|folder| {
        let version = folder.strip_prefix(name)?.strip_prefix('-')?;
        version
            .starts_with(|first: char| first.is_ascii_digit())
            .then_some(version)
    });
    versions.max_by_key(|version| {
        let numbers = version.split(['.', '-', '+']);
        numbers
            .map(|number| number.parse::<u64>().unwrap_or(0))
            .collect::<Vec<u64>>()
    })
}

/// A published manifest without its benchmarks and without the packages that neither the crate nor its tests
/// mention: those would take longer to build than all the rest.
///
/// In what cargo publishes, each package that tests depend on has a table of its own.
fn without_benchmarks(manifest: &str, is_mentioned: impl Fn(&str) -> bool) -> String {
    let mut is_kept = true;
    let mut kept = String::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            is_kept = line != "[[bench]]" && test_dependency(line).is_none_or(&is_mentioned);
        }
        if is_kept {
            kept += line;
            kept.push('\n');
        }
    }
    kept
}

/// The name of a package that only tests depend on, of the head of its table.
fn test_dependency(head: &str) -> Option<&str> {
    let (before, name) = head.rsplit_once("dev-dependencies.")?;
    let is_table = before == "[" || (before.starts_with("[target.") && before.ends_with('.'));
    let name = name.strip_suffix(']')?;
    is_table.then(|| name.trim_matches(['"', '\'']))
}

/// Whether a text names a package as code does: as a word, with `_` for `-`.
fn mentions(text: &str, package: &str) -> bool {
    let identifier = package.replace('-', "_");
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    text.match_indices(&identifier).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + identifier.len()..]);
        !before.ends_with(is_word) && !after.starts_with(is_word)
    })
}

/// Whether a feature of a manifest turns on one of a package's; cargo wants that package to be there.
fn is_in_features(manifest: &str, package: &str) -> bool {
    manifest.contains(&format!("\"{package}/")) || manifest.contains(&format!("\"{package}?/"))
}

/// All that is written in a crate and its tests; benchmarks and examples are neither.
fn code(folder: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_left_out = ["benches", "examples", "target"]
            .iter()
            .any(|name| path.ends_with(name));
        if path.is_dir() && !is_left_out {
            text += &code(&path)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text += &String::from_utf8_lossy(&fs::read(&path)?);
        }
    }
    Ok(text)
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{is_in_features, mentions, newest, test_dependency, without_benchmarks};

    #[test]
    fn only_benchmarks_and_what_nobody_mentions_go() {
        let manifest = "[package]\nname = \"a\"\n\n[[bench]]\nname = \"b\"\n\n[dev-dependencies.harness]\n\
                        version = \"1\"\n\n[dev-dependencies.rand]\nversion = \"2\"\n\n\
                        [target.\"cfg(not(miri))\".dev-dependencies.harness]\nversion = \"1\"\n\n\
                        [dependencies.other]\nversion = \"3\"\n";
        let expected = "[package]\nname = \"a\"\n\n[dev-dependencies.rand]\nversion = \"2\"\n\n\
                        [dependencies.other]\nversion = \"3\"\n";
        let kept = without_benchmarks(manifest, |package| package == "rand");
        assert_eq!(kept, expected);
    }

    #[test]
    fn the_table_of_a_test_dependency_is_told_from_others() {
        let rows = [
            ("[dev-dependencies.rand]", Some("rand")),
            ("[dev-dependencies.\"rand\"]", Some("rand")),
            (
                "[target.'cfg(unix)'.dev-dependencies.rand_core]",
                Some("rand_core"),
            ),
            ("[dependencies.rand]", None),
            ("[build-dependencies.rand]", None),
            ("[package.metadata.dev-dependencies.rand]", None),
            ("[dev-dependencies]", None),
        ];
        for (head, expected) in rows {
            assert_eq!(test_dependency(head), expected, "{head}");
        }
    }

    #[test]
    fn a_package_is_mentioned_as_a_word() {
        let code = "use rand_core::Rng;\nextern crate quick_check;";
        for (package, expected) in [
            ("rand_core", true),
            ("rand-core", true),
            ("quick-check", true),
            ("rand", false),
            ("core", false),
            ("check", false),
        ] {
            assert_eq!(mentions(code, package), expected, "{package}");
        }
    }

    #[test]
    fn a_package_that_a_feature_names_stays() {
        let manifest = "[features]\na = [\"harness/fast\", \"rand?/std\", \"std\"]\n";
        for (package, expected) in [("harness", true), ("rand", true), ("std", false)] {
            assert_eq!(is_in_features(manifest, package), expected, "{package}");
        }
    }

    #[test]
    fn versions_are_compared_as_numbers_and_names_as_a_whole() {
        let folders = ["a-0.9.1", "a-0.10.0", "a-b-7.0.0"].map(str::to_owned);
        assert_eq!(newest(&folders, "a"), Some("0.10.0"));
        assert_eq!(newest(&folders, "a-b"), Some("7.0.0"));
        assert_eq!(newest(&folders, "b"), None);
    }
}
