//! Which lines of the source were executed.
//!
//! # Invariants
//!
//! - The text of a set of lines reads back to the same set (`tests::a_text_reads_back`).
//! - A line of a file is executed or missed, never both; a line without code is neither.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// A set of lines, counted from 1. Its text names them by ranges: `3-7 9 12-14`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(into = "String", try_from = "String"))]
pub struct Lines(BTreeSet<u32>);

/// A text that names no lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotLines {
    /// The part that is no range.
    pub part: String,
}

/// What an engine executed of one source file, of the code that it could reach.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct FileLines {
    /// The file: as the compiler names those of the workspace, or its whole path.
    pub file: String,
    /// Lines of which something was executed.
    pub executed: Lines,
    /// Lines of which nothing was, though the property's code leads to the functions that they are in.
    pub missed: Lines,
}

impl Lines {
    /// The lines in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.0.iter().copied()
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.0.len() as u64
    }

    /// Whether a line is among them.
    pub fn contains(&self, line: u32) -> bool {
        self.0.contains(&line)
    }

    /// Adds a line.
    pub fn insert(&mut self, line: u32) {
        self.0.insert(line);
    }

    /// The lines that are not among others.
    pub fn without(&self, others: &Self) -> Self {
        Self(self.0.difference(&others.0).copied().collect())
    }

    /// The longest ranges of neighbouring lines, in ascending order, each with its first and last line.
    fn ranges(&self) -> Vec<(u32, u32)> {
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for line in self.iter() {
            match ranges.last_mut() {
                Some((_, last)) if last.checked_add(1) == Some(line) => *last = line,
                _ => ranges.push((line, line)),
            }
        }
        ranges
    }
}

impl FileLines {
    /// Adds what was executed of the same file at another time: what either executed is not missed.
    pub fn absorb(&mut self, other: &Self) {
        assert_eq!(self.file, other.file, "lines of one file are added up");
        self.executed.0.extend(other.executed.iter());
        self.missed.0.extend(other.missed.iter());
        self.missed = self.missed.without(&self.executed);
    }

    /// Executed lines, and all that could have been.
    pub fn counts(&self) -> (u64, u64) {
        let executed = self.executed.count();
        (executed, executed + self.missed.count())
    }
}

impl FromIterator<u32> for Lines {
    fn from_iter<I: IntoIterator<Item = u32>>(lines: I) -> Self {
        Self(lines.into_iter().collect())
    }
}

impl fmt::Display for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (first, last)) in self.ranges().into_iter().enumerate() {
            if at > 0 {
                f.write_str(" ")?;
            }
            write!(f, "{first}")?;
            if last > first {
                write!(f, "-{last}")?;
            }
        }
        Ok(())
    }
}

impl FromStr for Lines {
    type Err = NotLines;

    fn from_str(text: &str) -> Result<Self, NotLines> {
        let mut lines = BTreeSet::new();
        for part in text.split_whitespace() {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            match (first.parse::<u32>(), last.parse::<u32>()) {
                // A longer range is no file's, and would only fill the memory.
                (Ok(first), Ok(last)) if last.saturating_sub(first) < LINES_MAX => {
                    lines.extend(first..=last);
                }
                _ => {
                    let part = part.to_owned();
                    return Err(NotLines { part });
                }
            }
        }
        Ok(Self(lines))
    }
}

/// More lines than a range of a source file has.
const LINES_MAX: u32 = 10_000_000;

impl From<Lines> for String {
    fn from(lines: Lines) -> Self {
        lines.to_string()
    }
}

impl TryFrom<String> for Lines {
    type Error = NotLines;

    fn try_from(text: String) -> Result<Self, NotLines> {
        text.parse()
    }
}

impl fmt::Display for NotLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` names no lines", self.part)
    }
}

impl std::error::Error for NotLines {}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(lines: &[u32]) -> Lines {
        lines.iter().copied().collect()
    }

    #[test]
    fn a_text_reads_back() {
        let rows: [(&[u32], &str); 5] = [
            (&[], ""),
            (&[7], "7"),
            (&[1, 2], "1-2"),
            (&[9, 3, 4, 5, 12, 14, 13], "3-5 9 12-14"),
            (&[u32::MAX], "4294967295"),
        ];
        for (numbers, text) in rows {
            assert_eq!(lines(numbers).to_string(), text);
            assert_eq!(text.parse(), Ok(lines(numbers)));
        }
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in ["x", "3-", "-3", "1-2-3", "0-4294967295"] {
            assert!(text.parse::<Lines>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_was_executed_once_is_not_missed() {
        let of = |executed: &[u32], missed: &[u32]| FileLines {
            file: "src/lib.rs".to_owned(),
            executed: lines(executed),
            missed: lines(missed),
        };
        let mut both = of(&[1, 2], &[3, 4]);
        both.absorb(&of(&[3], &[2, 9]));
        assert_eq!(both, of(&[1, 2, 3], &[4, 9]));
        assert_eq!(both.counts(), (3, 5));
    }
}
