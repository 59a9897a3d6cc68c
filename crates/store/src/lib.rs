//! Failures kept in files, so that the next run tries them first.
//!
//! Two programs add to these files: the test process that finds a failure, and the command, which
//! keeps what no test process can keep, because it ends the process or because only the machine sees
//! it. Both do it by this crate, so there is one form and one lock.
//!
//! There are two stores for each property, in the package's folder, one file a property, named by
//! its path with `__` for `::`:
//!
//! - `.proofhouse/failures`, the memory of this checkout, to which every new failure is added,
//! - `proofhouse-regressions`, meant to be committed and reviewed, to which a failure is added only
//!   when someone asks (`PROOFHOUSE_KEEP=1`).
//!
//! Both have one form: a header with the version, then one token a line, each followed by comments
//! that tell a reader who found it and what it stands for.
//!
//! # Invariants
//!
//! - Nothing is ever removed or rewritten here; a line that can't be read, or that belongs to
//!   another property, is reported and stays.
//! - A file of a newer version is neither read nor added to.
//! - A reader sees a whole file, before or after an addition, whenever the writer is killed; and of
//!   several writers none undoes another (`tests::parallel_additions_are_all_kept`).
//! - A store that can't be written does not change what a run says about a property.

#![warn(missing_docs)]

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use proofhouse_choice::token::{self, Token};
use proofhouse_evidence::Finding;

/// The folder in a package's folder that belongs to one checkout.
pub const LOCAL_FOLDER: &str = ".proofhouse";

/// How the names of files end that are not whole yet.
const DRAFT: &str = "tmp";

const FAILURES_HEADER: &str = "# proofhouse failures, version 1";
const REGRESSIONS_HEADER: &str = "# proofhouse regressions, version 1";

/// The stored failures of one property.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    /// The file whose lock a writer holds; local, as the other one may be committed.
    lock: PathBuf,
    header: &'static str,
    /// What tells a reader of the file what it is for.
    purpose: &'static str,
    /// The property; an example of it counts as another one.
    property: String,
}

/// What a store holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// The cases, oldest first.
    pub tokens: Vec<Token>,
    /// What could not be read, in words for the reader.
    pub complaints: Vec<String>,
}

impl Store {
    /// The local store of a property of the package in this folder; there may be no file yet.
    pub fn local(package_folder: &Path, property: &str) -> Self {
        let local = package_folder.join(LOCAL_FOLDER);
        Self {
            path: local.join("failures").join(file_name(property)),
            lock: local.join("lock"),
            header: FAILURES_HEADER,
            purpose: "# Failures that this checkout has met. They are tried first by every test.",
            property: property.to_owned(),
        }
    }

    /// The store of a property that is meant to be committed; there may be no file yet.
    pub fn committed(package_folder: &Path, property: &str) -> Self {
        Self {
            path: package_folder
                .join("proofhouse-regressions")
                .join(file_name(property)),
            lock: package_folder.join(LOCAL_FOLDER).join("lock"),
            header: REGRESSIONS_HEADER,
            purpose: "# Commit this file: its cases are replayed by every run, before anything else.",
            property: property.to_owned(),
        }
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads all that can be read.
    pub fn load(&self) -> Contents {
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
            && first.trim_end() != self.header
        {
            let what = format!("this is not `{}`; the file is left alone", self.header);
            contents.complaints.push(complain(number, &what));
            return contents;
        }
        for (number, line) in lines {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            match token::decode(line) {
                // The package may have been renamed since; the path says which property it is.
                Ok(token) if token.property == self.property => contents.tokens.push(token),
                Ok(token) => {
                    let what = format!(
                        "this is a case of `{}`, not of this property; it is left alone",
                        token.property
                    );
                    contents.complaints.push(complain(number, &what));
                }
                Err(error) => {
                    contents
                        .complaints
                        .push(complain(number, &format!("{error}; {}", error.help())));
                }
            }
        }
        contents
    }

    /// Adds a finding unless its token is there already. Says whether it was added.
    ///
    /// # Errors
    ///
    /// Whatever the file system reports; the file is then as it was before.
    pub fn add(&self, finding: &Finding) -> io::Result<bool> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        // Held until the end, and given up by the system if this process is killed.
        let _lock = self.lock()?;
        let token = &finding.counterexample.token;
        let mut text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        let first = text.lines().next();
        let is_foreign = first.is_some_and(|first| first.trim_end() != self.header);
        if is_foreign || text.lines().any(|line| line == token) {
            return Ok(false);
        }
        if text.is_empty() {
            text = format!("{}\n{}\n", self.header, self.purpose);
        } else if !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(&entry(finding));
        self.replace(&text)?;
        Ok(true)
    }

    /// Keeps other processes from adding until the file is closed.
    fn lock(&self) -> io::Result<File> {
        if let Some(folder) = self.lock.parent() {
            fs::create_dir_all(folder)?;
        }
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&self.lock)?;
        file.lock()?;
        Ok(file)
    }

    /// Removes what writers have left that were killed; whoever holds the lock is the only one.
    fn forget_drafts(&self) {
        let (Some(folder), Some(stem)) = (self.path.parent(), self.path.file_stem()) else {
            return;
        };
        let stem = stem.to_string_lossy();
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        for entry in entries {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let number = name
                .strip_prefix(&*stem)
                .and_then(|rest| rest.strip_prefix('.'))
                .and_then(|rest| rest.strip_suffix(DRAFT))
                .and_then(|rest| rest.strip_suffix('.'));
            if number.is_some_and(|number| number.parse::<u32>().is_ok()) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Replaces the file as a whole: a new one is written beside it and takes its name.
    fn replace(&self, text: &str) -> io::Result<()> {
        self.forget_drafts();
        let beside = self
            .path
            .with_extension(format!("{}.{DRAFT}", std::process::id()));
        let written = File::create(&beside).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
        let renamed = written.and_then(|()| fs::rename(&beside, &self.path));
        if renamed.is_err() {
            let _ = fs::remove_file(&beside);
        }
        renamed
    }
}

/// A property's path as the name of a file.
fn file_name(path: &str) -> String {
    format!("{}.txt", path.replace("::", "__"))
}

/// The lines of one finding.
fn entry(finding: &Finding) -> String {
    let mut entry = format!("{}\n", finding.counterexample.token);
    let (engine, version) = (finding.found_by.name(), env!("CARGO_PKG_VERSION"));
    entry.push_str(&comment(&format!(
        "found by {engine}, proofhouse {version}"
    )));
    for argument in &finding.counterexample.arguments {
        let between = if argument.is_block() { ":\n" } else { " = " };
        entry.push_str(&comment(&format!(
            "{}{between}{}",
            argument.name, argument.value
        )));
    }
    entry.push_str(&comment(&finding.failure.message));
    entry
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
            lock: folder.join("lock"),
            header: FAILURES_HEADER,
            purpose: "# For a test.",
            property: "types::prop".to_owned(),
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

    #[test]
    fn lines_of_other_properties_are_reported_and_left_alone() {
        let store = store("foreign");
        store.add(&finding(&[Choice::Branch(1)])).unwrap();
        let foreign = token::encode("shop", "types::other", &[Choice::Branch(1)]);
        let text = fs::read_to_string(&store.path).unwrap() + &foreign;
        fs::write(&store.path, &text).unwrap();
        store.add(&finding(&[Choice::Branch(2)])).unwrap();
        let contents = store.load();
        assert_eq!(contents.tokens.len(), 2);
        let [complaint] = &contents.complaints[..] else {
            panic!("{:?}", contents.complaints)
        };
        assert!(complaint.contains("`types::other`"), "{complaint}");
        assert!(fs::read_to_string(&store.path).unwrap().starts_with(&text));
    }

    #[test]
    fn what_a_killed_writer_left_is_removed_and_nothing_else() {
        let store = store("drafts");
        store.add(&finding(&[Choice::Branch(1)])).unwrap();
        let folder = store.path.parent().unwrap();
        for name in [
            "types__prop.77.tmp",
            "types__prop.notes.tmp",
            "types__prop_two.77.tmp",
        ] {
            fs::write(folder.join(name), "half a li").unwrap();
        }
        store.add(&finding(&[Choice::Branch(2)])).unwrap();
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        let expected = [
            "types__prop.notes.tmp",
            "types__prop.txt",
            "types__prop_two.77.tmp",
        ];
        assert_eq!(names, expected);
        assert_eq!(store.load().tokens.len(), 2);
    }

    #[test]
    fn parallel_additions_are_all_kept() {
        let store = &store("parallel");
        std::thread::scope(|scope| {
            for thread in 0..4 {
                scope.spawn(move || {
                    for at in 0..8 {
                        store
                            .add(&finding(&[Choice::Branch(thread * 8 + at)]))
                            .unwrap();
                        assert_eq!(store.load().complaints, [""; 0], "a whole file is seen");
                    }
                });
            }
        });
        assert_eq!(store.load().tokens.len(), 32);
        let folder = fs::read_dir(store.path.parent().unwrap()).unwrap();
        assert_eq!(folder.count(), 1, "no temporary file is left");
    }
}
