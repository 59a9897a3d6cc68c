//! The case that is about to run, written ahead, so that nothing can take it away.
//!
//! Code under test may abort, overflow its stack, loop for ever or end the process. Whoever started
//! the process then reads the last case from this file. Between two cases the file is overwritten
//! in place; after the last one it is emptied, so a file with a token in it means: this killed us.
//!
//! # Invariants
//!
//! - One write to the file per case, none when nobody asked for a file.
//! - Whatever follows the token is white space, which readers of tokens ignore.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use proofhouse_choice::{Record, token};

use crate::Property;

/// An open case file of one property.
#[derive(Debug)]
pub(crate) struct CaseFile {
    file: File,
    package: &'static str,
    property: String,
    /// What the file holds; kept to reuse its memory and to know its length.
    line: String,
}

impl CaseFile {
    /// Creates or empties the file.
    pub(crate) fn create(path: &Path, property: &Property) -> io::Result<Self> {
        let file = OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(true)
            .open(path)?;
        Ok(Self {
            file,
            package: property.package,
            property: property.path.to_owned(),
            line: String::new(),
        })
    }

    /// Says which property, or which example of it, the next cases are of.
    pub(crate) fn name(&mut self, property: &str) {
        property.clone_into(&mut self.property);
    }

    /// Replaces the contents by the token of a case.
    pub(crate) fn write(&mut self, record: &Record) {
        let before = self.line.len();
        self.line.clear();
        let choices = record.nodes().iter().map(|node| &node.choice);
        token::encode_into(&mut self.line, self.package, &self.property, choices);
        self.line.push('\n');
        while self.line.len() < before {
            self.line.push('\n');
        }
        self.put()
            .expect("the case file can be written: without it a killed case would be lost");
    }

    /// Empties the file: all cases ended.
    pub(crate) fn close(self) -> io::Result<()> {
        self.file.set_len(0)
    }

    fn put(&mut self) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(self.line.as_bytes())
    }
}
