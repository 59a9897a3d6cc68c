//! A line that shows how far shrinking is, where somebody watches.
//!
//! # Invariants
//!
//! - Nothing is written unless standard error is a terminal, and nothing in the first moments.
//! - The line is wiped before anything else is printed.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

/// A line that is written over and over.
pub(super) struct ShrinkLine {
    property: &'static str,
    is_watched: bool,
    last: Option<Instant>,
    is_shown: bool,
}

/// A shrink that is done within this time needs no line, and a line no more changes than this.
const BETWEEN: Duration = Duration::from_millis(200);

impl ShrinkLine {
    pub(super) fn new(property: &'static str) -> Self {
        Self {
            property,
            is_watched: io::stderr().is_terminal(),
            last: None,
            is_shown: false,
        }
    }

    /// Shows the counts, unless that was done a moment ago.
    pub(super) fn show(&mut self, executions: u64, choices: usize) {
        if !self.is_watched {
            return;
        }
        let now = Instant::now();
        if now.duration_since(*self.last.get_or_insert(now)) < BETWEEN {
            return;
        }
        self.last = Some(now);
        self.is_shown = true;
        // Past the test harness, which would hold it back until the test has ended. A terminal that
        // is gone is no reason to stop.
        let _ = write!(
            io::stderr(),
            "\r\x1b[Kproperty {}: shrinking, {choices} choices after {executions} executions",
            self.property
        );
    }

    /// Wipes the line.
    pub(super) fn clear(&mut self) {
        if self.is_shown {
            self.is_shown = false;
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
