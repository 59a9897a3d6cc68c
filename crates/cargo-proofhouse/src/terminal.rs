//! Where the command's words go: results to standard output, everything else to standard error.
//!
//! Colour is used on a terminal unless `NO_COLOR` says otherwise, and forced by `CLICOLOR_FORCE`; both
//! streams are looked at separately.

use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Write as _};

use anstream::{AutoStream, ColorChoice};
use proofhouse_report::{TextOptions, error_text, note_line, status_line};

use crate::error::CommandError;

/// What the two output streams can show.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terminal {
    /// How a report on standard output is to look.
    pub(crate) report: TextOptions,
    /// Whether standard error shows colour.
    pub(crate) error_colour: bool,
    /// Whether a line on standard error may be drawn over.
    pub(crate) is_live: bool,
}

/// Whether what is written is kept and not watched, although there seems to be a terminal: in
/// continuous integration, and where the terminal cannot move its cursor.
fn is_recorded(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let is_ci = variable("CI").is_some_and(|value| !value.is_empty() && value != "false");
    is_ci || variable("TERM").is_some_and(|value| value == "dumb")
}

impl Terminal {
    /// Looks at the streams and the environment.
    pub(crate) fn find() -> Self {
        let stdout = io::stdout();
        let width = terminal_size::terminal_size_of(&stdout).map(|(width, _)| usize::from(width.0));
        Self {
            report: TextOptions {
                colour: AutoStream::choice(&stdout) != ColorChoice::Never,
                width,
            },
            error_colour: AutoStream::choice(&io::stderr()) != ColorChoice::Never,
            is_live: io::stderr().is_terminal() && !is_recorded(|name| std::env::var_os(name)),
        }
    }

    /// Prints a result. A reader that has gone away wants no more, which is no error.
    #[expect(clippy::unused_self, reason = "printing belongs to the terminal")]
    pub(crate) fn print(&self, text: &str) {
        let mut stdout = io::stdout().lock();
        let _ = stdout
            .write_all(text.as_bytes())
            .and_then(|()| stdout.flush());
    }

    /// Prints a help text.
    pub(crate) fn print_styled(&self, text: &clap::builder::StyledStr) {
        if self.report.colour {
            self.print(&text.ansi().to_string());
        } else {
            self.print(&text.to_string());
        }
    }

    /// Prints `error[code]: …` and its help.
    pub(crate) fn print_error(&self, error: &CommandError) {
        let text = error_text(
            error.code(),
            &error.to_string(),
            &error.help(),
            self.error_colour,
        );
        let _ = io::stderr().write_all(text.as_bytes());
    }

    /// Prints what to do about a bug of ours, below the panic's own message.
    pub(crate) fn print_bug(&self) {
        let text = error_text(
            "internal/bug",
            "this is a bug in proofhouse",
            "please report it with the message above and the command that led to it",
            self.error_colour,
        );
        let _ = io::stderr().write_all(text.as_bytes());
    }

    /// Prints something that is worth knowing and changes no result.
    pub(crate) fn print_note(&self, text: &str) {
        let _ = io::stderr().write_all(note_line(text, self.error_colour).as_bytes());
    }

    /// Prints a line as cargo prints its own: a verb and what is being done.
    pub(crate) fn print_status(&self, verb: &str, text: &str) {
        let _ = io::stderr().write_all(status_line(verb, text, self.error_colour).as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn continuous_integration_and_dumb_terminals_are_not_watched() {
        let rows = [
            ("CI", "true", true),
            ("CI", "1", true),
            ("CI", "false", false),
            ("CI", "", false),
            ("TERM", "dumb", true),
            ("TERM", "xterm", false),
        ];
        for (name, value, expected) in rows {
            let variable = |asked: &str| (asked == name).then(|| OsString::from(value));
            assert_eq!(is_recorded(variable), expected, "{name}={value}");
        }
    }
}
