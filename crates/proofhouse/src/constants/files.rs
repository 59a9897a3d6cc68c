//! The source files of a package.

use std::fs;
use std::path::{Path, PathBuf};

/// More files than this are not read.
const FILES_MAX: usize = 1_000;

/// Folders that are nested deeper than this are not looked into.
const DEPTH_MAX: u32 = 16;

/// The Rust files in the folders `src` and `tests` of a package, ordered by their paths; none if there
/// is no such folder here.
pub(super) fn sources(package: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in ["src", "tests"] {
        collect(&package.join(folder), 0, &mut files);
    }
    files.sort();
    files.truncate(FILES_MAX);
    files
}

fn collect(folder: &Path, depth: u32, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        // A link is neither, so that no circle is followed.
        match entry.file_type() {
            Ok(sort) if sort.is_dir() && depth < DEPTH_MAX => collect(&path, depth + 1, files),
            Ok(sort) if sort.is_file() && path.extension().is_some_and(|name| name == "rs") => {
                files.push(path);
            }
            _ => {}
        }
    }
}
