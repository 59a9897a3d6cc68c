//! `cargo proofhouse explain CODE`: what a code means, with an example.
//!
//! The texts stand in `explanations.md`, a section a code. A test walks the sources of all crates and
//! finds each code of each of them there, and none that nobody uses.

use crate::cli::ExplainArguments;
use crate::error::CommandError;
use crate::terminal::Terminal;

const EXPLANATIONS: &str = include_str!("explanations.md");

pub(crate) fn run(arguments: &ExplainArguments, terminal: &Terminal) -> Result<u8, CommandError> {
    let Some(wanted) = &arguments.code else {
        let lines = sections().map(|(code, text)| format!("{code:<28}{}\n", first_clause(text)));
        terminal.print(&lines.collect::<String>());
        return Ok(0);
    };
    // People copy the brackets along.
    let wanted = wanted.trim_start_matches("error").trim_matches(['[', ']']);
    match sections().find(|(code, _)| *code == wanted) {
        Some((code, text)) => {
            terminal.print(&format!("{code}\n\n{text}\n"));
            Ok(0)
        }
        None => Err(CommandError::UnknownCode {
            code: wanted.to_owned(),
            known: sections().map(|(code, _)| code.to_owned()).collect(),
        }),
    }
}

/// Each code and its text, in the order in which they are listed.
pub fn sections() -> impl Iterator<Item = (&'static str, &'static str)> {
    let sections = EXPLANATIONS.split("\n## ").skip(1);
    sections.filter_map(|section| {
        let (code, text) = section.split_once('\n')?;
        Some((code.trim(), text.trim()))
    })
}

/// The first sentence, for the list.
fn first_clause(text: &str) -> String {
    let paragraph = text.split("\n\n").next().unwrap_or(text).replace('\n', " ");
    match paragraph.split_once(". ") {
        Some((first, _)) => first.to_owned(),
        None => paragraph.trim_end_matches('.').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    /// The source files of all crates.
    fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                sources(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }

    /// The texts in the body of every `fn code`.
    fn codes_in(source: &str) -> Vec<String> {
        let mut codes = Vec::new();
        for start in source.split("fn code(&self) -> &'static str {").skip(1) {
            let body = start.split("\n    }").next().unwrap_or_default();
            codes.extend(body.split('"').skip(1).step_by(2).map(str::to_owned));
        }
        codes
    }

    /// What a serialised form may be tagged with: the kebab-case names of an enum's variants.
    fn variants(source: &str, name: &str) -> Vec<String> {
        let start = source.split(&format!("pub enum {name} {{")).nth(1);
        let body = start.unwrap().split("\n}").next().unwrap();
        let is_variant = |line: &&str| {
            line.starts_with("    ") && line.as_bytes().get(4).is_some_and(u8::is_ascii_uppercase)
        };
        let kebab = |line: &str| {
            let name: String = line
                .trim()
                .chars()
                .take_while(|c| c.is_alphabetic())
                .collect();
            let mut kebab = String::new();
            for (at, character) in name.chars().enumerate() {
                if character.is_uppercase() && at > 0 {
                    kebab.push('-');
                }
                kebab.extend(character.to_lowercase());
            }
            kebab
        };
        body.lines().filter(is_variant).map(kebab).collect()
    }

    /// Every code that a user may meet, from the sources of all crates.
    fn codes() -> BTreeSet<String> {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut files = Vec::new();
        sources(&crates, &mut files);
        let mut codes = BTreeSet::new();
        for file in files.iter().filter(|file| !file.ends_with("explain.rs")) {
            codes.extend(codes_in(&fs::read_to_string(file).unwrap()));
        }
        let read = |file: &str| fs::read_to_string(crates.join("evidence/src").join(file)).unwrap();
        let (verdicts, findings) = (read("verdict.rs"), read("finding.rs"));
        for (prefix, source, name) in [
            ("verdict", &verdicts, "Verdict"),
            ("proof", &verdicts, "Proof"),
            ("obstacle", &verdicts, "Obstacle"),
            ("failure", &findings, "FailureKind"),
        ] {
            let names = variants(source, name);
            codes.extend(names.into_iter().map(|name| format!("{prefix}/{name}")));
        }
        codes.insert("internal/bug".to_owned());
        codes
    }

    #[test]
    fn every_code_of_every_crate_is_explained_with_an_example() {
        let explained: BTreeSet<String> = sections().map(|(code, _)| code.to_owned()).collect();
        let codes = codes();
        let missing: Vec<_> = codes.difference(&explained).collect();
        assert!(missing.is_empty(), "not explained: {missing:?}");
        let unused: Vec<_> = explained.difference(&codes).collect();
        assert!(unused.is_empty(), "explained and never used: {unused:?}");
        assert!(codes.len() > 50, "the walk sees the sources");
        for (code, text) in sections() {
            let has_example = text.lines().any(|line| line.starts_with("    "));
            assert!(has_example, "{code} has no example");
            assert!(!first_clause(text).is_empty());
        }
    }
}
