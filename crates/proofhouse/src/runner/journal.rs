//! What a run says to whoever started it: events, one a line, appended to a file.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use proofhouse_evidence::{Event, write_event};

use super::RunnerError;

/// An open journal.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    path: PathBuf,
    last_progress: Instant,
}

/// A person looks at progress, so more often than this is a waste.
const BETWEEN_PROGRESS: Duration = Duration::from_millis(100);

impl Journal {
    /// Opens the file, keeping what is there.
    pub(crate) fn append_to(path: &Path) -> Result<Self, RunnerError> {
        let path = path.to_owned();
        match OpenOptions::new().create(true).append(true).open(&path) {
            Ok(file) => Ok(Self {
                file,
                path,
                last_progress: Instant::now(),
            }),
            Err(error) => Err(RunnerError::BadFile { path, error }),
        }
    }

    /// Writes one event.
    pub(crate) fn write(&mut self, event: &Event) -> Result<(), RunnerError> {
        write_event(&mut self.file, event).map_err(|error| RunnerError::BadFile {
            path: self.path.clone(),
            error,
        })
    }

    /// Writes how far a run is, unless that was done a moment ago.
    pub(crate) fn progress(&mut self, property: &str, done: u64) {
        if self.last_progress.elapsed() < BETWEEN_PROGRESS {
            return;
        }
        self.last_progress = Instant::now();
        let property = property.to_owned();
        // Progress is a comfort; the events that matter report a file that can't be written.
        let _ = self.write(&Event::Progress {
            property,
            done,
            waiting: 0,
            note: String::new(),
        });
    }
}
