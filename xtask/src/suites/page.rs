//! The page of all suites that were compared, as a table that each run adds to.
//!
//! To compare a suite takes minutes, so nobody runs all of them for one of them. A run therefore renews the rows
//! of the crates that it compared and keeps the others; each row says when it was made and how far a test could go.
//!
//! # Invariants
//!
//! - What was written is read again as the same page ([`Page::read`] after [`Page::text`]).
//! - A line of the table that can't be read is an error, never a row that is gone.
//! - The last row is the sum of those above, taken anew each time.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::tally::Tally;

const INTRODUCTION: &str = "# Test suites of published crates

Written by `cargo xtask suites --write`, which renews the rows of the crates that it runs; not edited by hand. Each
crate's own tests end natively and in the machine, and the ends are compared, test by test. A test that needs more
instructions than allowed (*limit*), or does what the machine does not know (*unsupported*), counts as neither the
same nor different; each of these is named below the table, with the reason.

";
const HEAD: &str = "\
| crate | the same | different | limit | unsupported | ignored by the crate | million instructions | allowed for a test | compared on |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |
";
/// How the row of sums begins.
const SUM: &str = "| together, ";

/// What is known of all crates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Page {
    /// By the crate's name, without its version.
    rows: BTreeMap<String, Row>,
}

/// What is known of one crate.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    /// The crate with its version.
    title: String,
    /// The same, different, limited, unsupported, ignored; then millions of instructions.
    counts: [u64; 6],
    /// Million instructions that a test was allowed.
    allowed: u64,
    /// The day.
    date: String,
    /// A list of the tests that are not the same, with reasons.
    reasons: String,
}

impl Page {
    /// Reads a page as [`Self::text`] writes it.
    ///
    /// # Errors
    ///
    /// A text with the line that is no row.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let (table, sections) = text.split_once("\n## ").unwrap_or((text, ""));
        let lines = table.lines().skip_while(|line| !line.starts_with("| ---"));
        let mut page = Self::default();
        for line in lines.skip(1).filter(|line| !line.starts_with(SUM)) {
            let row = Row::read(line).ok_or_else(|| format!("this is no row of a page: {line}"))?;
            page.rows.insert(name(&row.title), row);
        }
        for section in sections
            .split("\n## ")
            .filter(|section| !section.is_empty())
        {
            let (title, reasons) = section.split_once("\n\n").unwrap_or((section, ""));
            let row = page.rows.get_mut(&name(title));
            let row =
                row.ok_or_else(|| format!("the page has a section and no row for {title}"))?;
            row.reasons = reasons.trim_end().to_owned() + "\n";
        }
        Ok(page)
    }

    /// Replaces what is known of a crate.
    pub(super) fn renew(&mut self, tally: &Tally, steps_max: u64, date: &str) {
        let counts = [
            tally.same,
            tally.different.len(),
            tally.limited_count(),
            tally.unsupported_count(),
            tally.ignored,
        ];
        let [same, different, limited, unsupported, ignored] = counts.map(|count| count as u64);
        let millions = tally.steps / 1_000_000;
        let row = Row {
            title: tally.name.clone(),
            counts: [same, different, limited, unsupported, ignored, millions],
            allowed: steps_max / 1_000_000,
            date: date.to_owned(),
            reasons: reasons(tally),
        };
        self.rows.insert(name(&tally.name), row);
    }

    /// The page as text.
    pub(super) fn text(&self) -> String {
        let mut text = INTRODUCTION.to_owned() + HEAD;
        let mut sums = [0; 6];
        for row in self.rows.values() {
            text += &row.text();
            for (sum, count) in sums.iter_mut().zip(row.counts) {
                *sum += count;
            }
        }
        let sums = sums.map(|sum| sum.to_string()).join(" | ");
        writeln!(text, "{SUM}{} crates | {sums} | | |", self.rows.len()).expect("texts grow");
        for row in self.rows.values().filter(|row| !row.reasons.is_empty()) {
            write!(text, "\n## {}\n\n{}", row.title, row.reasons).expect("texts grow");
        }
        text
    }
}

impl Row {
    fn read(line: &str) -> Option<Self> {
        let cells = line.strip_prefix("| ")?.strip_suffix(" |")?;
        let cells: Vec<&str> = cells.split(" | ").collect();
        let [title, numbers @ .., date] = cells.as_slice() else {
            return None;
        };
        let numbers: Result<Vec<u64>, _> = numbers.iter().map(|cell| cell.parse()).collect();
        let [counts @ .., allowed] = <[u64; 7]>::try_from(numbers.ok()?).ok()?;
        Some(Self {
            title: (*title).to_owned(),
            counts,
            allowed,
            date: (*date).to_owned(),
            reasons: String::new(),
        })
    }

    fn text(&self) -> String {
        let counts = self.counts.map(|count| count.to_string()).join(" | ");
        format!(
            "| {} | {counts} | {} | {} |\n",
            self.title, self.allowed, self.date
        )
    }
}

/// A crate's name, of that with its version.
fn name(title: &str) -> String {
    title.split(' ').next().unwrap_or_default().to_owned()
}

/// The tests that were not found to be the same, as a list.
fn reasons(tally: &Tally) -> String {
    let mut reasons = String::new();
    let mut item = |item: std::fmt::Arguments<'_>| {
        writeln!(reasons, "- {item}").expect("texts grow");
    };
    for what in &tally.different {
        item(format_args!("**different** {what}"));
    }
    for what in &tally.extended {
        item(format_args!(
            "the same with SSE4.1 and products without carries, {what}"
        ));
    }
    for reason in &tally.left_out {
        item(format_args!("left out: {reason}"));
    }
    for (reason, tests) in &tally.limited {
        item(format_args!("limit, {reason}: `{}`", tests.join("`, `")));
    }
    for (reason, tests) in &tally.unsupported {
        item(format_args!(
            "unsupported, {reason}: `{}`",
            tests.join("`, `")
        ));
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::Page;
    use crate::suites::tally::Tally;

    fn tally(name: &str, same: usize) -> Tally {
        Tally {
            name: name.to_owned(),
            same,
            steps: 7_000_000,
            ..Tally::default()
        }
    }

    fn mixed() -> Tally {
        let mut tally = tally("b 2.0.0", 3);
        let tests = vec!["b::c".to_owned(), "b::d".to_owned()];
        tally.unsupported.insert("a socket".to_owned(), tests);
        tally
            .limited
            .insert("more than 5 steps".to_owned(), vec!["b::e".to_owned()]);
        tally.left_out.push("tests/f: no such file".to_owned());
        tally
            .different
            .push("b::g: natively Returns, Exited(1)".to_owned());
        tally
    }

    #[test]
    fn the_page_names_whatever_is_not_the_same_and_sums_up() {
        let mut page = Page::default();
        page.renew(&mixed(), 5_000_000, "2026-11-21");
        page.renew(&tally("a 1.0.0", 2), 9_000_000, "2026-11-20");
        let text = page.text();
        let expected = "| a 1.0.0 | 2 | 0 | 0 | 0 | 0 | 7 | 9 | 2026-11-20 |\n\
                        | b 2.0.0 | 3 | 1 | 1 | 2 | 0 | 7 | 5 | 2026-11-21 |\n\
                        | together, 2 crates | 5 | 1 | 1 | 2 | 0 | 14 | | |\n\n\
                        ## b 2.0.0\n\n\
                        - **different** b::g: natively Returns, Exited(1)\n\
                        - left out: tests/f: no such file\n\
                        - limit, more than 5 steps: `b::e`\n\
                        - unsupported, a socket: `b::c`, `b::d`\n";
        assert!(text.ends_with(expected), "{text}");
    }

    #[test]
    fn what_was_written_is_read_again_and_only_what_ran_is_renewed() {
        let mut page = Page::default();
        page.renew(&mixed(), 5_000_000, "2026-11-21");
        page.renew(&tally("a 1.0.0", 2), 9_000_000, "2026-11-20");
        let mut again = Page::read(&page.text()).expect("it is a page");
        assert_eq!(again, page);
        // A newer version takes the place of the older one, and what was wrong with that goes.
        again.renew(&tally("b 2.1.0", 8), 5_000_000, "2026-11-22");
        let text = again.text();
        assert!(text.contains("| a 1.0.0 | 2 |"), "{text}");
        assert!(
            text.contains("| b 2.1.0 | 8 |") && !text.contains("b 2.0.0"),
            "{text}"
        );
        assert!(!text.contains("\n## "), "{text}");
    }

    #[test]
    fn a_broken_line_is_not_taken_for_no_row() {
        let mut page = Page::default();
        page.renew(&tally("a 1.0.0", 2), 9_000_000, "2026-11-20");
        let broken = page.text().replace("| a 1.0.0 | 2 |", "| a 1.0.0 | two |");
        assert!(Page::read(&broken).is_err_and(|error| error.contains("two")));
        let orphan = page.text() + "\n## c 1.0.0\n\n- a socket: `c::d`\n";
        assert!(Page::read(&orphan).is_err());
        assert_eq!(Page::read(""), Ok(Page::default()));
    }
}
