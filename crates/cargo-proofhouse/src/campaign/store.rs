//! Keeps the counterexamples that no test process can keep: those that end it, and those that only
//! the machine sees.
//!
//! All others are stored by the test process that found them. The file is the library's: one text
//! file a property in the package's folder, a header with the version, one token a line, comments
//! below it.
//!
//! # Invariants
//!
//! - Lines are only ever added; a file of another version is left alone.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use proofhouse_evidence::Finding;

/// The first line of every file of this version, as the library writes it.
const HEADER: &str = "# proofhouse failures, version 1";

/// Longer comments are cut: the file is for a glance, the replay shows everything.
const COMMENT_CHARACTERS_MAX: usize = 160;

/// Where the counterexamples of a property are kept.
pub(crate) fn path_of(package_folder: &Path, property: &str) -> PathBuf {
    let file = format!("{}.txt", property.replace("::", "__"));
    package_folder
        .join(".proofhouse")
        .join("failures")
        .join(file)
}

/// Adds a finding, unless its token is there already.
///
/// # Errors
///
/// Whatever the file system reports.
pub(crate) fn add(package_folder: &Path, property: &str, finding: &Finding) -> io::Result<()> {
    let path = path_of(package_folder, property);
    let existing = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error),
    };
    let token = &finding.counterexample.token;
    let is_foreign = existing
        .lines()
        .next()
        .is_some_and(|first| first.trim_end() != HEADER);
    if is_foreign || existing.lines().any(|line| line == token) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut entry = String::new();
    if existing.is_empty() {
        entry.push_str(&format!("{HEADER}\n"));
    } else if !existing.ends_with('\n') {
        entry.push('\n');
    }
    entry.push_str(&format!("{token}\n"));
    for argument in &finding.counterexample.arguments {
        entry.push_str(&comment(&format!("{} = {}", argument.name, argument.value)));
    }
    entry.push_str(&comment(&finding.failure.message));
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)?
        .write_all(entry.as_bytes())
}

fn comment(text: &str) -> String {
    let first = text.lines().next().unwrap_or_default();
    let cut: String = first.chars().take(COMMENT_CHARACTERS_MAX).collect();
    let dots = if cut.len() < text.trim_end().len() {
        " …"
    } else {
        ""
    };
    format!("#   {cut}{dots}\n")
}

#[cfg(test)]
mod tests {
    use proofhouse_evidence::{Counterexample, Engine, Failure, FailureKind, Replay};

    use super::*;

    fn finding(token: &str) -> Finding {
        Finding {
            failure: Failure {
                kind: FailureKind::ProcessEnded,
                message: "the process was killed by signal 6 (SIGABRT)\nlast words".to_owned(),
                site: None,
            },
            counterexample: Counterexample {
                token: token.to_owned(),
                arguments: vec![],
                notes: vec![],
            },
            found_by: Engine::Random,
            replay: Replay::Reproduced,
        }
    }

    #[test]
    fn each_token_is_kept_once_with_a_comment() {
        let folder = tempfile::tempdir().unwrap();
        for token in ["one", "two", "one"] {
            add(folder.path(), "types::prop", &finding(token)).unwrap();
        }
        let path = folder.path().join(".proofhouse/failures/types__prop.txt");
        let comment = "#   the process was killed by signal 6 (SIGABRT) …";
        let expected = format!("{HEADER}\none\n{comment}\ntwo\n{comment}\n");
        assert_eq!(fs::read_to_string(path).unwrap(), expected);
    }

    #[test]
    fn a_file_of_another_version_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = path_of(folder.path(), "prop");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "# proofhouse failures, version 9\n").unwrap();
        add(folder.path(), "prop", &finding("one")).unwrap();
        assert_eq!(
            fs::read_to_string(path).unwrap(),
            "# proofhouse failures, version 9\n"
        );
    }
}
