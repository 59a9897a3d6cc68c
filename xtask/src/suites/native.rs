//! How the tests of a binary end natively, as libtest prints it.
//!
//! # Invariants
//!
//! - As many lines are read as libtest says it ran tests: one whose line a test garbled is missed by the
//!   count and told of, never dropped.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use cargo_proofhouse::build::cargo::TestBinary;

/// How a test ended natively.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NativeEnd {
    /// It returned, as it should.
    Returns,
    /// It panicked, as it should.
    Panics,
    /// It failed: it panicked or returned an error.
    Fails,
}

/// The ends of a binary's tests.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct NativeEnds {
    /// By name.
    pub ends: BTreeMap<String, NativeEnd>,
    /// How many tests are ignored.
    pub ignored: usize,
    /// How many ran whose line can't be read.
    pub garbled: usize,
}

/// Runs a binary's tests, one after the other; the inner error is a reason why they can't be compared.
pub(super) fn native_ends(binary: &TestBinary) -> Result<Result<NativeEnds, String>, String> {
    let output = Command::new(&binary.executable)
        .args(["--test-threads=1", "--color=never"])
        .current_dir(&binary.package_folder)
        .envs(binary.environment.iter().cloned())
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{}: {error}", binary.executable.display()))?;
    let printed = String::from_utf8_lossy(&output.stdout);
    Ok(read(&printed).ok_or_else(|| why_unread(&printed, &output.status.to_string())))
}

/// Why what a binary printed are no ends of tests.
fn why_unread(printed: &str, status: &str) -> String {
    let is_libtest = printed.lines().any(|line| {
        let count = line.strip_prefix("running ");
        count.is_some_and(|count| count.ends_with(" tests") || count == "1 test")
    });
    if is_libtest {
        format!("natively its tests do not come to an end: {status}")
    } else {
        "it has a harness of its own".to_owned()
    }
}

/// What libtest printed; `None` without its summary, because a test took the process along.
fn read(printed: &str) -> Option<NativeEnds> {
    let mut found = NativeEnds::default();
    for line in printed.lines() {
        let Some((name, end)) = line
            .strip_prefix("test ")
            .and_then(|line| line.rsplit_once(" ... "))
        else {
            continue;
        };
        let (name, should_panic) = match name.strip_suffix(" - should panic") {
            Some(name) => (name, true),
            None => (name, false),
        };
        let end = match (end, should_panic) {
            ("ok", false) => NativeEnd::Returns,
            ("ok", true) => NativeEnd::Panics,
            ("FAILED", false) => NativeEnd::Fails,
            // Of one that failed to panic the line does not tell whether it returned or said the wrong thing.
            _ => continue,
        };
        found.ends.insert(name.to_owned(), end);
    }
    let summary = printed
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("test result: "))?;
    let count = |what: &str| -> Option<usize> {
        let mut parts = summary.split([';', '.']).map(str::trim);
        parts.find_map(|part| part.strip_suffix(what)?.trim().parse().ok())
    };
    found.ignored = count("ignored")?;
    let ran = count("passed")? + count("failed")?;
    found.garbled = ran.saturating_sub(found.ends.len());
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::{NativeEnd, read, why_unread};

    #[test]
    fn each_end_is_read_and_what_is_garbled_is_counted() {
        let printed = "running 6 tests\ntest a ... ok\ntest b - should panic ... ok\ntest c ... FAILED\n\
                       test d ... ignored, slow\ntest e ... printed by it\nok\n\nfailures:\n\n\
                       test result: FAILED. 3 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; \
                       finished in 0.10s\n";
        let found = read(printed).expect("there is a summary");
        let ends: Vec<(&str, NativeEnd)> =
            found.ends.iter().map(|(n, e)| (n.as_str(), *e)).collect();
        let expected = [
            ("a", NativeEnd::Returns),
            ("b", NativeEnd::Panics),
            ("c", NativeEnd::Fails),
        ];
        assert_eq!(ends, expected);
        assert_eq!((found.ignored, found.garbled), (1, 1));
    }

    #[test]
    fn a_process_that_a_test_ended_is_not_read_as_fewer_tests() {
        assert_eq!(read("running 2 tests\ntest a ... ok\ntest b ... "), None);
    }

    #[test]
    fn a_harness_of_its_own_is_told_from_an_early_end() {
        let ended = why_unread("\nrunning 2 tests\ntest a ... ok\n", "signal: 6");
        assert_eq!(ended, "natively its tests do not come to an end: signal: 6");
        let other = why_unread("running everything\nall is well\n", "exit status: 0");
        assert_eq!(other, "it has a harness of its own");
    }
}
