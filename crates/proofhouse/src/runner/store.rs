//! Failures kept beside the code, so that the next run tries them first.
//!
//! One text file per property, `.proofhouse/failures/<path with __ for ::>.txt` in the package's
//! folder, fit to be committed. A header with the version, then one token a line, each followed by
//! comments that tell a reader what it stands for.
//!
//! # Invariants
//!
//! - Nothing is ever removed or rewritten here; a line that can't be read is reported and stays.
//! - A file of a newer version is neither read nor added to.
//! - A store that can't be written does not change what a run says about a property.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::PathBuf;

use proofhouse_choice::token::{self, Token};
use proofhouse_evidence::Finding;

use crate::Property;

const HEADER: &str = "# proofhouse failures, version 1";

/// The stored failures of one property.
#[derive(Debug)]
pub(crate) struct Store {
    path: PathBuf,
}

/// What a store holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Contents {
    /// The cases, oldest first.
    pub(crate) tokens: Vec<Token>,
    /// What could not be read, in words for the reader.
    pub(crate) complaints: Vec<String>,
}

impl Store {
    /// The store of a property; there may be no file yet.
    pub(crate) fn of(property: &Property) -> Self {
        let mut path = PathBuf::from(property.manifest_dir);
        path.extend([".proofhouse", "failures"]);
        path.push(format!("{}.txt", property.path.replace("::", "__")));
        Self { path }
    }

    /// Reads all that can be read.
    pub(crate) fn load(&self) -> Contents {
        match fs::read_to_string(&self.path) {
            Ok(text) => self.parse(&text),
            Err(error) if error.kind() == ErrorKind::NotFound => Contents::default(),
            Err(error) => {
                let complaint = format!("{}: {error}", self.path.display());
                Contents {
                    complaints: vec![complaint],
                    ..Contents::default()
                }
            }
        }
    }

    fn parse(&self, text: &str) -> Contents {
        let mut contents = Contents::default();
        let mut lines = text.lines().enumerate();
        let complain = |number: usize, what: &dyn std::fmt::Display| {
            format!("{}:{}: {what}", self.path.display(), number + 1)
        };
        if let Some((number, first)) = lines.next()
            && first.trim_end() != HEADER
        {
            contents
                .complaints
                .push(complain(number, &format!("this is not `{HEADER}`")));
            return contents;
        }
        for (number, line) in lines {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            match token::decode(line) {
                Ok(token) => contents.tokens.push(token),
                Err(error) => {
                    contents
                        .complaints
                        .push(complain(number, &format!("{error}; {}", error.help())));
                }
            }
        }
        contents
    }

    /// Adds a finding unless its token is there already.
    pub(crate) fn add(&self, finding: &Finding) -> io::Result<()> {
        let token = &finding.counterexample.token;
        let existing = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        let is_foreign = existing
            .lines()
            .next()
            .is_some_and(|first| first.trim_end() != HEADER);
        if is_foreign || existing.lines().any(|line| line == token) {
            return Ok(());
        }
        let mut entry = String::new();
        if existing.is_empty() {
            entry = format!("{HEADER}\n# Committed, these are tried first by every run.\n");
        } else if !existing.ends_with('\n') {
            entry.push('\n');
        }
        entry.push_str(&format!("{token}\n"));
        for argument in &finding.counterexample.arguments {
            entry.push_str(&comment(&format!("{} = {}", argument.name, argument.value)));
        }
        entry.push_str(&comment(&finding.failure.message));
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.path)?;
        file.write_all(entry.as_bytes())
    }
}

/// A text as comment lines, cut to what a person reads.
fn comment(text: &str) -> String {
    let mut comment = String::new();
    for line in text.lines().take(8) {
        let end = line
            .char_indices()
            .nth(160)
            .map_or(line.len(), |(at, _)| at);
        let dots = if end < line.len() { " ..." } else { "" };
        comment.push_str(&format!("#   {}{dots}\n", &line[..end]));
    }
    comment
}

#[cfg(test)]
mod tests {
    use proofhouse_choice::Choice;
    use proofhouse_evidence::{Argument, Counterexample, Engine, Failure, FailureKind, Replay};

    use super::*;

    /// A store in a folder of its own, which is gone before and stays after for a look.
    fn store(name: &str) -> Store {
        let folder =
            std::env::temp_dir().join(format!("proofhouse-store-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        Store {
            path: folder.join("failures/types__prop.txt"),
        }
    }

    fn finding(choices: &[Choice]) -> Finding {
        let value = "1\n2".to_owned();
        Finding {
            failure: Failure {
                kind: FailureKind::Panic,
                message: "too long ".repeat(40),
                site: None,
            },
            counterexample: Counterexample {
                token: token::encode("shop", "types::prop", choices),
                arguments: vec![Argument {
                    name: "x".to_owned(),
                    value,
                }],
                notes: Vec::new(),
            },
            found_by: Engine::Random,
            replay: Replay::Pending,
        }
    }

    #[test]
    fn findings_are_kept_once_and_in_order() {
        let store = store("order");
        assert_eq!(store.load(), Contents::default());
        for choices in [
            [Choice::Boolean(true)],
            [Choice::Branch(3)],
            [Choice::Boolean(true)],
        ] {
            store.add(&finding(&choices)).unwrap();
        }
        let contents = store.load();
        let choices: Vec<_> = contents
            .tokens
            .iter()
            .map(|token| &token.choices[0])
            .collect();
        assert_eq!(choices, [&Choice::Boolean(true), &Choice::Branch(3)]);
        assert_eq!(contents.complaints, [""; 0]);
        let text = fs::read_to_string(&store.path).unwrap();
        assert!(text.lines().all(|line| line.len() < 200), "{text}");
    }

    #[test]
    fn damaged_lines_are_reported_and_left_alone() {
        let store = store("damage");
        store.add(&finding(&[Choice::Branch(1)])).unwrap();
        let text = fs::read_to_string(&store.path).unwrap() + "ph1:shop:types::prop:b2:00000000";
        fs::write(&store.path, &text).unwrap();
        store.add(&finding(&[Choice::Branch(4)])).unwrap();
        let contents = store.load();
        assert_eq!(contents.tokens.len(), 2);
        assert_eq!(contents.complaints.len(), 1);
        assert!(
            contents.complaints[0].contains("checksum"),
            "{:?}",
            contents.complaints
        );
        assert!(fs::read_to_string(&store.path).unwrap().starts_with(&text));
    }

    #[test]
    fn a_file_of_another_version_is_not_touched() {
        let store = store("version");
        store.add(&finding(&[])).unwrap();
        fs::write(&store.path, "# proofhouse failures, version 2\nwhatever\n").unwrap();
        store.add(&finding(&[Choice::Branch(4)])).unwrap();
        assert_eq!(store.load().tokens, []);
        assert_eq!(store.load().complaints.len(), 1);
        assert!(
            fs::read_to_string(&store.path)
                .unwrap()
                .ends_with("whatever\n")
        );
    }
}
