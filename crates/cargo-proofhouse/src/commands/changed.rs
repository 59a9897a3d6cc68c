//! Which packages a check has to look at when only changes since a commit matter.
//!
//! Git says which files differ, committed or not; a file belongs to the member whose folder holds it
//! most closely. A package counts as changed when a file of it differs or when it depends on one that
//! has changed. What every package depends on (the lock file, the workspace's manifest, the pinned
//! toolchain, cargo's configuration, our own settings) changes all of them.
//!
//! # Not here
//!
//! Anything finer than a package: one function may be inlined anywhere.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::build::cargo::{Member, Selection, Workspace};
use crate::config;
use crate::error::CommandError;

/// Files in the workspace's root that every package depends on.
const SHARED: [&str; 6] = [
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain",
    "rust-toolchain.toml",
    ".cargo",
    config::FILE_NAME,
];

/// The names of the changed members.
///
/// # Errors
///
/// [`CommandError::NoSuchRevision`] with git's words.
pub(super) fn changed_members(
    workspace: &Workspace,
    revision: &str,
) -> Result<BTreeSet<String>, CommandError> {
    let root = workspace.root();
    let git = |arguments: &[&str]| ask_git(root, revision, arguments);
    let top = PathBuf::from(git(&["rev-parse", "--show-toplevel"])?.trim_end());
    let differing = git(&["diff", "--name-only", "-z", revision, "--"])?;
    let new = git(&[
        "ls-files",
        "--others",
        "--exclude-standard",
        "--full-name",
        "-z",
    ])?;
    let files = differing.split('\0').chain(new.split('\0'));
    let files: Vec<PathBuf> = files
        .filter(|file| !file.is_empty())
        .map(|file| top.join(file))
        .collect();
    // Git follows links where cargo does not.
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    Ok(affected(&workspace.members(), &root, &files))
}

fn ask_git(folder: &Path, revision: &str, arguments: &[&str]) -> Result<String, CommandError> {
    let failed = |message: String| CommandError::NoSuchRevision {
        revision: revision.to_owned(),
        message,
    };
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .output()
        .map_err(|error| failed(format!("git cannot be started, {error}")))?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        let first = message.lines().next().unwrap_or("it did not say why");
        return Err(failed(first.trim_start_matches("fatal: ").to_owned()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The members that differing files belong to, and those that depend on them.
fn affected(members: &[Member], root: &Path, files: &[PathBuf]) -> BTreeSet<String> {
    let is_shared = |file: &PathBuf| SHARED.iter().any(|name| file.starts_with(root.join(name)));
    if files.iter().any(is_shared) {
        return members.iter().map(|member| member.name.clone()).collect();
    }
    let mut changed: BTreeSet<String> = files
        .iter()
        .filter_map(|file| owner(members, file))
        .collect();
    loop {
        let before = changed.len();
        for member in members {
            if member
                .dependencies
                .iter()
                .any(|name| changed.contains(name))
            {
                changed.insert(member.name.clone());
            }
        }
        if changed.len() == before {
            return changed;
        }
    }
}

/// The member whose folder holds the file most closely.
fn owner(members: &[Member], file: &Path) -> Option<String> {
    let folder = |member: &Member| {
        let folder = member.folder.canonicalize();
        folder.unwrap_or_else(|_| member.folder.clone())
    };
    let holders = members
        .iter()
        .map(|member| (folder(member), member))
        .filter(|(folder, _)| file.starts_with(folder));
    holders
        .max_by_key(|(folder, _)| folder.components().count())
        .map(|(_, member)| member.name.clone())
}

/// Narrows a selection to the changed members, so that no others are built. `None` when nothing of it
/// has changed. A package that is named by a pattern is left to cargo and built.
pub(super) fn narrowed(
    workspace: &Workspace,
    mut selection: Selection,
    is_whole_workspace: bool,
    excluded: &[String],
    changed: &BTreeSet<String>,
) -> Option<Selection> {
    let known = workspace.member_names();
    let base = if is_whole_workspace {
        let is_in = |name: &&String| !excluded.contains(name);
        known.iter().filter(is_in).cloned().collect()
    } else if selection.packages.is_empty() {
        workspace.default_member_names()
    } else {
        selection.packages.clone()
    };
    let is_wanted = |name: &String| changed.contains(name) || !known.contains(name);
    selection.packages = base.into_iter().filter(is_wanted).collect();
    if is_whole_workspace {
        drop_workspace_options(&mut selection);
    }
    (!selection.packages.is_empty()).then_some(selection)
}

/// Cargo takes `--workspace` and `--exclude` only without `-p`.
fn drop_workspace_options(selection: &mut Selection) {
    let mut kept = Vec::new();
    let mut options = std::mem::take(&mut selection.target_options).into_iter();
    while let Some(option) = options.next() {
        if option == "--exclude" {
            options.next();
        } else if option != "--workspace" {
            kept.push(option);
        }
    }
    selection.target_options = kept;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str, folder: &str, dependencies: &[&str]) -> Member {
        Member {
            name: name.to_owned(),
            folder: PathBuf::from(folder),
            dependencies: dependencies.iter().map(|one| (*one).to_owned()).collect(),
        }
    }

    #[test]
    fn a_change_reaches_all_that_depend_on_it() {
        let members = [
            member("root", "/w", &[]),
            member("base", "/w/base", &[]),
            member("middle", "/w/middle", &["base"]),
            member("top", "/w/top", &["middle"]),
            member("aside", "/w/aside", &[]),
        ];
        let rows: [(&[&str], &[&str]); 6] = [
            (&[], &[]),
            (&["/w/base/src/lib.rs"], &["base", "middle", "top"]),
            (&["/w/top/tests/a.rs", "/w/aside/x"], &["aside", "top"]),
            (&["/w/src/lib.rs"], &["root"]),
            (&["/elsewhere/file"], &[]),
            (
                &["/w/Cargo.lock"],
                &["aside", "base", "middle", "root", "top"],
            ),
        ];
        for (files, expected) in rows {
            let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
            let changed = affected(&members, Path::new("/w"), &files);
            assert!(changed.iter().eq(expected), "{files:?}: {changed:?}");
        }
    }
}
