//! What came of a crate's tests, and the table of all crates.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

/// What came of a crate's tests.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// The crate with its version.
    pub name: String,
    /// How many end in the machine as they do natively.
    pub same: usize,
    /// Tests that were not run to their end, by the limit.
    pub limited: BTreeMap<String, Vec<String>>,
    /// Tests that can't run, by reason.
    pub unsupported: BTreeMap<String, Vec<String>>,
    /// Tests that end differently, with both ends.
    pub different: Vec<String>,
    /// How many the crate itself leaves out.
    pub ignored: usize,
    /// Why some of the crate's tests were not built, if some were not.
    pub left_out: Vec<String>,
    /// Instructions executed.
    pub steps: u64,
    /// In the machine, without loading.
    pub time: Duration,
    /// Spent on loading.
    pub load_time: Duration,
}

fn count(tests: &BTreeMap<String, Vec<String>>) -> usize {
    tests.values().map(Vec::len).sum()
}

impl Tally {
    /// Adds another crate's.
    pub(super) fn add(&mut self, other: &Self) {
        self.same += other.same;
        for (into, from) in [
            (&mut self.limited, &other.limited),
            (&mut self.unsupported, &other.unsupported),
        ] {
            for (reason, tests) in from {
                into.entry(reason.clone())
                    .or_default()
                    .extend_from_slice(tests);
            }
        }
        self.different.extend_from_slice(&other.different);
        self.ignored += other.ignored;
        self.left_out.extend_from_slice(&other.left_out);
        self.steps += other.steps;
        self.time += other.time;
        self.load_time += other.load_time;
    }

    /// For the terminal.
    pub(super) fn text(&self) -> String {
        let mut text = format!(
            "{}: {} the same, {} limited, {} unsupported, {} different, {} ignored; {} million \
             instructions in {:.1} s, loaded in {:.1} s",
            self.name,
            self.same,
            count(&self.limited),
            count(&self.unsupported),
            self.different.len(),
            self.ignored,
            self.steps / 1_000_000,
            self.time.as_secs_f64(),
            self.load_time.as_secs_f64(),
        );
        for (kind, group) in [("limit", &self.limited), ("unsupported", &self.unsupported)] {
            for (reason, tests) in group {
                line(
                    &mut text,
                    format_args!("    {kind}, {}: {reason}", tests.len()),
                );
                for test in tests {
                    line(&mut text, format_args!("        {test}"));
                }
            }
        }
        for reason in &self.left_out {
            line(&mut text, format_args!("    left out: {reason}"));
        }
        for what in &self.different {
            line(&mut text, format_args!("    DIFFERENT {what}"));
        }
        text
    }

    fn row(&self) -> String {
        format!(
            "| {} | {} | {} | {} | {} | {} | {} |\n",
            self.name,
            self.same,
            self.different.len(),
            count(&self.limited),
            count(&self.unsupported),
            self.ignored,
            self.steps / 1_000_000,
        )
    }
}

fn line(text: &mut String, what: std::fmt::Arguments<'_>) {
    write!(text, "\n{what}").expect("texts grow");
}

/// The page of all crates.
pub(super) fn page(tallies: &[Tally], total: &Tally, steps_max: u64) -> String {
    let mut page = format!(
        "# Test suites of published crates\n\nWritten by `cargo xtask suites`; not edited by hand. Each \
         crate's own tests, natively and in the machine, which had {} million instructions for a test. \
         Below the table stands each test that was not compared, with the reason.\n\n\
         | crate | the same | different | limit | unsupported | ignored by the crate | million instructions |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n",
        steps_max / 1_000_000,
    );
    for tally in tallies {
        page += &tally.row();
    }
    page += &total.row();
    for tally in tallies {
        let mut reasons = String::new();
        for reason in &tally.left_out {
            writeln!(reasons, "- {reason}").expect("texts grow");
        }
        for (reason, tests) in tally.limited.iter().chain(&tally.unsupported) {
            writeln!(reasons, "- {reason}: `{}`", tests.join("`, `")).expect("texts grow");
        }
        if !reasons.is_empty() {
            write!(page, "\n## {}\n\n{reasons}", tally.name).expect("texts grow");
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::{Tally, page};

    #[test]
    fn the_page_names_what_was_not_compared() {
        let mut tally = Tally {
            name: "a 1.0.0".to_owned(),
            same: 2,
            ..Tally::default()
        };
        let tests = vec!["a::b".to_owned(), "a::c".to_owned()];
        tally.unsupported.insert("a socket".to_owned(), tests);
        let mut total = Tally::default();
        total.add(&tally);
        let page = page(&[tally], &total, 1_000_000);
        assert!(
            page.contains("| a 1.0.0 | 2 | 0 | 0 | 2 | 0 | 0 |"),
            "{page}"
        );
        assert!(
            page.contains("## a 1.0.0\n\n- a socket: `a::b`, `a::c`\n"),
            "{page}"
        );
    }
}
