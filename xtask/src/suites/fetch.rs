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
        fs::write(&manifest, without_benchmarks(&text)).map_err(failed)?;
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

/// A published manifest without its benchmarks and the harness that only they use, which would take
/// longer to build than all the rest.
fn without_benchmarks(manifest: &str) -> String {
    let mut is_kept = true;
    let mut kept = String::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            let is_harness = line.starts_with("[dev-dependencies.criterion");
            is_kept = line != "[[bench]]" && !is_harness;
        }
        if is_kept {
            kept += line;
            kept.push('\n');
        }
    }
    kept
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
    use super::{newest, without_benchmarks};

    #[test]
    fn only_benchmarks_and_their_harness_go() {
        let manifest = "[package]\nname = \"a\"\n\n[[bench]]\nname = \"b\"\n\n[dev-dependencies.criterion]\n\
                        version = \"1\"\n\n[dev-dependencies.rand]\nversion = \"2\"\n";
        let expected = "[package]\nname = \"a\"\n\n[dev-dependencies.rand]\nversion = \"2\"\n";
        assert_eq!(without_benchmarks(manifest), expected);
    }

    #[test]
    fn versions_are_compared_as_numbers_and_names_as_a_whole() {
        let folders = ["a-0.9.1", "a-0.10.0", "a-b-7.0.0"].map(str::to_owned);
        assert_eq!(newest(&folders, "a"), Some("0.10.0"));
        assert_eq!(newest(&folders, "a-b"), Some("7.0.0"));
        assert_eq!(newest(&folders, "b"), None);
    }
}
