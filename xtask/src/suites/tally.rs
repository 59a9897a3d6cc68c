//! What came of a crate's tests.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use super::judge::Outcome;
use crate::places::Places;

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
    /// Tests that are the same only on a processor with more instructions, with their end on the plain one.
    pub extended: Vec<String>,
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
    /// Counts a test.
    pub(super) fn count(&mut self, path: String, outcome: Outcome) {
        let group = match outcome {
            Outcome::Same => return self.same += 1,
            Outcome::Different(what) => return self.different.push(format!("{path}: {what}")),
            Outcome::Limited(reason) => self.limited.entry(reason),
            Outcome::Unsupported(reason) => self.unsupported.entry(reason),
        };
        group.or_default().push(path);
    }

    /// Counts a test that is the same on a processor with more instructions.
    pub(super) fn count_extended(&mut self, path: String, on_the_plain_one: &str) {
        self.same += 1;
        self.extended
            .push(format!("{path}: without, {on_the_plain_one}"));
    }

    /// Takes folders out of all reasons.
    pub(super) fn take_out(&mut self, places: &Places) {
        for group in [&mut self.limited, &mut self.unsupported] {
            for (reason, tests) in std::mem::take(group) {
                let of_reason = group.entry(places.taken_out(&reason)).or_default();
                of_reason.extend(tests);
            }
        }
        let texts = [&mut self.different, &mut self.extended, &mut self.left_out];
        for text in texts.into_iter().flatten() {
            *text = places.taken_out(text);
        }
    }

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
        self.extended.extend_from_slice(&other.extended);
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
        for what in &self.extended {
            line(
                &mut text,
                format_args!("    the same with SSE4.1 and products without carries, {what}"),
            );
        }
        for reason in &self.left_out {
            line(&mut text, format_args!("    left out: {reason}"));
        }
        for what in &self.different {
            line(&mut text, format_args!("    DIFFERENT {what}"));
        }
        text
    }

    /// How many tests were not run to their end.
    pub(super) fn limited_count(&self) -> usize {
        count(&self.limited)
    }

    /// How many tests can't run.
    pub(super) fn unsupported_count(&self) -> usize {
        count(&self.unsupported)
    }
}

fn line(text: &mut String, what: std::fmt::Arguments<'_>) {
    write!(text, "\n{what}").expect("texts grow");
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Outcome, Places, Tally};

    #[test]
    fn no_reason_names_a_folder_of_the_build() {
        let mut tally = Tally::default();
        let outcomes = [
            Outcome::Different("natively Returns, at /builds/a/src/lib.rs".to_owned()),
            Outcome::Limited("more than /builds/a/3 steps".to_owned()),
            Outcome::Unsupported("/builds/a/x.c".to_owned()),
            Outcome::Unsupported("x.c".to_owned()),
        ];
        for outcome in outcomes {
            tally.count("a::b".to_owned(), outcome);
        }
        tally.count_extended("a::c".to_owned(), "Failed at /builds/a/src/d.rs");
        tally
            .left_out
            .push("tests/e: no /builds/a/tests/f".to_owned());
        tally.take_out(&Places::new(&[Path::new("/builds/a")]));
        let text = tally.text();
        assert!(!text.contains("/builds"), "{text}");
        assert!(text.contains("unsupported, 2: x.c"), "{text}");
        assert_eq!((tally.limited_count(), tally.different.len()), (1, 1));
    }

    #[test]
    fn the_text_counts_and_names_what_is_not_the_same() {
        let mut tally = Tally {
            name: "a 1.0.0".to_owned(),
            same: 2,
            ..Tally::default()
        };
        let tests = vec!["a::b".to_owned(), "a::c".to_owned()];
        tally.unsupported.insert("a socket".to_owned(), tests);
        tally.count(
            "a::d".to_owned(),
            Outcome::Different("natively Returns".to_owned()),
        );
        tally.count_extended("a::e".to_owned(), "natively Returns, Exited(1)");
        let mut total = Tally::default();
        total.add(&tally);
        total.add(&tally);
        let text = total.text();
        let counts = ": 6 the same, 0 limited, 4 unsupported, 2 different, 0 ignored; ";
        assert!(text.starts_with(counts), "{text}");
        assert!(
            text.contains("    unsupported, 4: a socket\n        a::b\n"),
            "{text}"
        );
        let extended = "products without carries, a::e: without, natively Returns, Exited(1)\n";
        assert!(text.contains(extended), "{text}");
        assert!(
            text.contains("\n    DIFFERENT a::d: natively Returns"),
            "{text}"
        );
    }
}
