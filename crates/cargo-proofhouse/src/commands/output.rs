//! Where a report goes besides the terminal: files that the user names, and the history that the
//! command keeps for `report` and for the pages that show how a property fared over time.
//!
//! # Invariants
//!
//! - A file that cannot be written is known before anything is checked.
//! - A file is written beside its place and then renamed, so that nobody reads half of it.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use proofhouse_report::{CheckReport, html_page, junit_xml};

use crate::build::cargo::Workspace;
use crate::cli::OutputArguments;
use crate::error::CommandError;

/// So many reports are kept; older ones are removed.
const HISTORY_MAX: usize = 50;

/// Sees that every file that the user names can be written.
pub(super) fn require_writable(output: &OutputArguments) -> Result<(), CommandError> {
    for path in [&output.html, &output.junit, &output.json]
        .into_iter()
        .flatten()
    {
        let is_new = !path.exists();
        let opened = OpenOptions::new().create(true).append(true).open(path);
        opened.map_err(|error| no_access(path, &error))?;
        if is_new {
            // A check that ends early should not leave an empty report.
            let _ = fs::remove_file(path);
        }
    }
    Ok(())
}

/// Writes the files that the user names.
pub(super) fn write_files(
    output: &OutputArguments,
    report: &CheckReport,
    history: &[CheckReport],
    root: &Path,
) -> Result<(), CommandError> {
    if let Some(path) = &output.html {
        write(path, &page(report, history, root))?;
    }
    if let Some(path) = &output.junit {
        write(path, &junit_xml(report))?;
    }
    if let Some(path) = &output.json {
        write(path, &report.to_json())?;
    }
    Ok(())
}

/// The page with the source of each property beside it, as far as it can be read.
pub(super) fn page(report: &CheckReport, history: &[CheckReport], root: &Path) -> String {
    let read = |file: &str| fs::read_to_string(root.join(file)).ok();
    html_page(report, history, &read)
}

/// Writes a file in one step.
pub(super) fn write(path: &Path, text: &str) -> Result<(), CommandError> {
    write_whole(path, text).map_err(|error| no_access(path, &error))
}

fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let mut draft = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    io::Write::write_all(&mut draft, text.as_bytes())?;
    let kept = draft.persist(path)?;
    make_readable(&kept)
}

/// A temporary file is its owner's alone; a report is for everybody whom the folder lets in.
#[cfg(unix)]
fn make_readable(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_: &fs::File) -> io::Result<()> {
    Ok(())
}

pub(super) fn no_access(path: &Path, error: &io::Error) -> CommandError {
    CommandError::NoAccess {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}

/// The reports of earlier checks, in the target folder.
pub(super) struct History {
    folder: PathBuf,
}

impl History {
    pub(super) fn of(workspace: &Workspace) -> Self {
        Self {
            folder: workspace.target_folder().join("proofhouse").join("reports"),
        }
    }

    /// Where the reports are.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Adds a report and forgets the oldest ones. Names begin with the time, so they sort by it.
    pub(super) fn add(&self, report: &CheckReport) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let process = std::process::id();
        let name = format!("{:015}-{process}.json", report.started_unix_ms);
        write_whole(&self.folder.join(name), &report.to_json())?;
        let names = self.names()?;
        for path in &names[..names.len().saturating_sub(HISTORY_MAX)] {
            // Another check may have removed it at the same time.
            let _ = fs::remove_file(path);
        }
        Ok(())
    }

    /// All reports that this version can read, oldest first.
    pub(super) fn read(&self) -> Vec<CheckReport> {
        let names = self.names().unwrap_or_default();
        let texts = names
            .iter()
            .filter_map(|path| fs::read_to_string(path).ok());
        texts
            .filter_map(|text| CheckReport::from_json(&text).ok())
            .collect()
    }

    fn names(&self) -> io::Result<Vec<PathBuf>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            if path
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                names.push(path);
            }
        }
        names.sort();
        Ok(names)
    }
}
