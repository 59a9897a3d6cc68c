//! What a command printed beside what a page shows.
//!
//! A page shows the output of one run. Times, seeds and the numbers of processes are others in every
//! run, so is how many cases it took to find something, and columns move with them; so these compare as
//! equal, and so do runs of spaces. Where a page leaves lines out it says `...` on a line of its own, and
//! `[..]` within a line. What cargo says of its own progress is left out of both.
//!
//! # Invariants
//!
//! - Everything else counts: words, numbers, order, tokens.

use std::sync::LazyLock;

use regex::Regex;
use snapbox::{Assert, IntoData as _};

/// What differs from run to run, and what stands for it.
static CHANGING: LazyLock<[(Regex, &str); 15]> = LazyLock::new(|| {
    [
        (r"(?m)^ +(Compiling \S+ v\d|Finished `|Running (unittests|tests)|Doc-tests|Blocking|Locking \d|Adding \S+ v\d).*\n", ""),
        (r"(REFUTED +|too many rejections +)[\d,]+ cases", "$1<count> cases"),
        (r"; [\d,]+ cases", "; <count> cases"),
        (r"after \d+ cases", "after <count> cases"),
        (r"shrunk in \d+ executions", "shrunk in <count> executions"),
        (r"[\d,]+ discarded", "<count> discarded"),
        (r"[\d.]+ % +(rejected at \S+) \([\d,]+ of [\d,]+\)", "<share> $1"),
        (r"\b[\d,]+ paths?\b", "<count> paths"),
        (r"<?\b\d+(\.\d+)? ?(s|ms|µs|us|min)\b", "<time>"),
        (r"\b\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?( UTC)?", "<time>"),
        (r"\bseed \d+\b", "seed <seed>"),
        (r"PROOFHOUSE_SEED=\d+", "PROOFHOUSE_SEED=<seed>"),
        (r"\(\d+\) panicked", "(<thread>) panicked"),
        (r"-[0-9a-f]{16}\b", "-<hash>"),
        (r" {2,}", " "),
    ]
    .map(|(pattern, sign)| (Regex::new(pattern).expect("the pattern is one"), sign))
});

/// The text with signs for what changes.
fn lasting(text: &str) -> String {
    let mut text = text.to_owned();
    for (pattern, sign) in CHANGING.iter() {
        text = pattern.replace_all(&text, *sign).into_owned();
    }
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let joined = lines.join("\n");
    joined.trim_matches('\n').to_owned()
}

/// What a page shows of what was printed: all but cargo's progress.
pub fn shown(printed: &str) -> String {
    CHANGING[0]
        .0
        .replace_all(printed, "")
        .trim_matches('\n')
        .to_owned()
}

/// Compares; the error shows both.
///
/// # Errors
///
/// The difference, for people.
pub fn compare(shown: &str, printed: &str) -> Result<(), String> {
    let (shown, printed) = (lasting(shown), lasting(printed));
    let assert = Assert::new().normalize_paths(false);
    let outcome = assert.try_eq(Some(&"printed"), printed.into_data(), shown.into_data());
    outcome.map_err(|difference| difference.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changes_from_run_to_run_may_differ() {
        let same = [
            ("proved  1.2 s\n", "proved 0.81 s"),
            ("proved  3 ms", "proved  <1 ms"),
            ("one\n...\nfour", "one\ntwo\nthree\nfour\n"),
            ("token [..]:1", "token ph1:a:b:1"),
            ("thread 'a' (7) panicked", "thread 'a' (1234) panicked"),
            ("one", "   Compiling shop v0.1.0 (/shop)\none"),
            ("REFUTED  2 cases", "REFUTED  3,000 cases"),
        ];
        for (shown, printed) in same {
            assert_eq!(compare(shown, printed), Ok(()), "{shown}");
        }
        let different = [
            ("passed 256 cases", "passed 255 cases"),
            ("one\nfour", "one\ntwo\nfour"),
            ("one\n...\nfive", "one\ntwo\nfour"),
            ("one", "one\ntwo"),
            ("one", "   Compiling again to bitcode\none"),
            ("", "something"),
            ("something", ""),
        ];
        for (shown, printed) in different {
            assert!(compare(shown, printed).is_err(), "{shown}");
        }
    }
}
