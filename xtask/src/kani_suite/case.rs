//! The files of the suite, and what their comments say of them.

use std::fs;
use std::path::{Path, PathBuf};

use super::relative;

/// The folders whose tests just pass or fail.
const FOLDERS: [&str; 3] = ["kani", "smack", "prusti"];

/// One file of the suite.
pub struct Case {
    /// Where it lies.
    pub path: PathBuf,
    /// Its name within the suite.
    pub name: String,
    /// Whether verification has to fail.
    pub must_fail: bool,
    /// The edition that it is written in.
    pub edition: String,
    /// The harness that is meant, if not all.
    pub harness: Option<String>,
    /// What it asks of Kani beyond plain harnesses; empty for most.
    pub options: String,
}

/// The cases of the suite, by name.
pub fn find(sources: &Path, filter: Option<&str>) -> Result<Vec<Case>, String> {
    let mut files = Vec::new();
    for folder in FOLDERS {
        list(&sources.join("tests").join(folder), &mut files)?;
    }
    files.sort();
    let mut cases = Vec::new();
    for path in files {
        let name = relative(&path, &sources.join("tests"));
        if filter.is_some_and(|filter| !name.contains(filter)) {
            continue;
        }
        let text = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        cases.extend(read(path, name, &String::from_utf8_lossy(&text)));
    }
    Ok(cases)
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

/// What a file says of itself; `None` for one without harnesses, one that must not compile, one about
/// which Kani is known to be wrong, and one that expects what only Kani's compiler or options give.
fn read(path: PathBuf, name: String, text: &str) -> Option<Case> {
    let is_harness = |line: &str| line.contains("kani::proof") && !line.starts_with("//");
    let has_harness = text.lines().any(|line| is_harness(line.trim_start()));
    let is_known_wrong = name.contains("fixme") || name.contains("ignore");
    let must_not_compile = text.contains("kani-check-fail") || text.contains("kani-codegen-fail");
    if !has_harness || is_known_wrong || must_not_compile {
        return None;
    }
    if OF_ITS_COMPILER.contains(&name.as_str()) {
        return None;
    }
    let flags: Vec<&str> = comments(text, "kani-flags:").collect();
    let words: Vec<&str> = flags
        .iter()
        .flat_map(|line| line.split_whitespace())
        .collect();
    let is_other = |word: &&str| OTHER_CHECKS.iter().any(|other| word.starts_with(other));
    if words.iter().any(is_other) {
        return None;
    }
    let after = |option: &str| {
        let at = words.iter().position(|word| *word == option)?;
        words.get(at + 1).map(|word| (*word).to_owned())
    };
    let edition = edition(text).unwrap_or("2021").to_owned();
    Some(Case {
        must_fail: text.contains("kani-verify-fail"),
        edition,
        harness: after("--harness"),
        options: unusual(&words),
        path,
        name,
    })
}

/// Options by which Kani checks more or less than it does by default, so that the expectation is about
/// something else.
const OTHER_CHECKS: [&str; 7] = [
    "--extra-pointer-checks",
    "--no-default-checks",
    "--no-overflow-checks",
    "--no-memory-safety-checks",
    "--no-unwinding-checks",
    "--prove-safety-only",
    "--randomize-layout",
];

/// Files that expect something of Kani's own compiler, with what that is.
const OF_ITS_COMPILER: [&str; 1] = [
    // Asks for features of the target that only a nightly compiler tells programs about.
    "kani/TargetFeatures/target_features.rs",
];

/// The rest of each comment that begins with a word.
fn comments<'text>(text: &'text str, word: &'text str) -> impl Iterator<Item = &'text str> {
    text.lines().filter_map(move |line| {
        let comment = line.trim_start().strip_prefix("//")?.trim_start();
        comment.strip_prefix(word)
    })
}

fn edition(text: &str) -> Option<&str> {
    let named = comments(text, "edition:").next();
    let named = named.map(|rest| rest.trim());
    let flag = || {
        let mut words = comments(text, "compile-flags:").flat_map(str::split_whitespace);
        words.find(|word| *word == "--edition")?;
        words.next()
    };
    named.or_else(flag)
}

/// The options that change what is asked, without those that only help Kani to find an answer.
fn unusual(words: &[&str]) -> String {
    let mut kept = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "--harness" | "--default-unwind" => drop(words.next()),
            word => kept.push(word),
        }
    }
    kept.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(text: &str) -> Option<Case> {
        read(PathBuf::from("a.rs"), "kani/a.rs".to_owned(), text)
    }

    #[test]
    fn a_file_says_what_it_expects() {
        let text = "// kani-verify-fail\n// compile-flags: --edition 2018\n\
                    // kani-flags: --harness h --default-unwind 3 -Z stubbing\n#[kani::proof] fn h() {}";
        let found = case(text).unwrap();
        assert!(found.must_fail);
        assert_eq!(found.edition, "2018");
        assert_eq!(found.harness.as_deref(), Some("h"));
        assert_eq!(found.options, "-Z stubbing");
    }

    #[test]
    fn only_harnesses_that_should_compile_are_cases() {
        assert!(case("fn main() {}").is_none());
        assert!(case("// kani-check-fail\n#[kani::proof] fn h() {}").is_none());
        let plain = case("#[kani::proof] fn h() {}").unwrap();
        assert!(!plain.must_fail && plain.options.is_empty() && plain.harness.is_none());
    }
}
