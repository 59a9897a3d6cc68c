//! The few styles that the text uses, and nothing when colour is off.

use anstyle::{AnsiColor, Style};

/// What a piece of text means to the reader; the style follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// A proof.
    Good,
    /// Something was checked and holds so far.
    Fair,
    /// A refutation.
    Bad,
    /// Nobody can say.
    Unsure,
    /// Beside the point.
    Faint,
    /// A heading.
    Strong,
}

/// Paints text, or leaves it alone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paint {
    pub(crate) colour: bool,
}

impl Paint {
    /// The text in its tone. Pad before painting: escapes have no width but do have a length.
    pub(crate) fn paint(self, tone: Tone, text: &str) -> String {
        let style = match tone {
            _ if !self.colour || text.is_empty() => return text.to_owned(),
            Tone::Good => AnsiColor::Green.on_default().bold(),
            Tone::Fair => AnsiColor::Green.on_default(),
            Tone::Bad => AnsiColor::Red.on_default().bold(),
            Tone::Unsure => AnsiColor::Yellow.on_default(),
            Tone::Faint => Style::new().dimmed(),
            Tone::Strong => Style::new().bold(),
        };
        format!("{style}{text}{style:#}")
    }
}
