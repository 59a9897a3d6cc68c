//! What is not a report but has to look like one: errors and lines about progress.

use crate::style::{Paint, Tone};

/// Cargo right-aligns its verbs in so many cells; ours stand in the same column.
const VERB_WIDTH: usize = 12;

/// An error with its stable code, and what to do about it.
pub fn error_text(code: &str, message: &str, help: &str, colour: bool) -> String {
    let paint = Paint { colour };
    format!(
        "{}: {message}\n{}: {help}\n",
        paint.paint(Tone::Bad, &format!("error[{code}]")),
        paint.paint(Tone::Strong, "help")
    )
}

/// A line that is worth knowing and changes no result.
pub fn note_line(text: &str, colour: bool) -> String {
    format!("{}: {text}\n", Paint { colour }.paint(Tone::Unsure, "note"))
}

/// A line as cargo prints them: `   Checking 12 properties`.
pub fn status_line(verb: &str, text: &str, colour: bool) -> String {
    let verb = format!("{verb:>VERB_WIDTH$}");
    format!("{} {text}\n", Paint { colour }.paint(Tone::Good, &verb))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_has_code_and_help() {
        assert_eq!(
            error_text("usage", "there is no x", "try y", false),
            "error[usage]: there is no x\nhelp: try y\n"
        );
    }

    #[test]
    fn verbs_end_in_one_column() {
        assert_eq!(
            status_line("Checking", "2 properties", false),
            "    Checking 2 properties\n"
        );
    }
}
