//! The properties of a test binary, read from the file without running anything.
//!
//! The macro leaves each property's description as one line of JSON in a link section of its own;
//! the linker has put them side by side. Running the binary to ask it would run the user's
//! constructors, and would hang or crash with it.

use std::fs;
use std::path::Path;

use object::{Object as _, ObjectSection as _};
use proofhouse_evidence::PropertyDescription;

use crate::error::CommandError;

/// The name of the link section.
const SECTION: &str = "proofhouse";

/// The properties in a test binary, in the order of their places in the source.
///
/// # Errors
///
/// [`CommandError::Io`] when the file cannot be read, [`CommandError::ForeignDescription`] when it is
/// no program or its descriptions are in a form that is not known here.
pub fn properties(binary: &Path) -> Result<Vec<PropertyDescription>, CommandError> {
    let bytes = fs::read(binary).map_err(|source| CommandError::Io {
        doing: "reading a test binary",
        path: binary.to_owned(),
        source,
    })?;
    let foreign = |reason: String| CommandError::ForeignDescription {
        binary: binary.to_owned(),
        reason,
    };
    let file = object::File::parse(bytes.as_slice()).map_err(|error| foreign(error.to_string()))?;
    let Some(section) = file.section_by_name(SECTION) else {
        return Ok(Vec::new());
    };
    let data = section.data().map_err(|error| foreign(error.to_string()))?;
    let mut properties = descriptions(data).map_err(foreign)?;
    properties.sort_by(|left, right| {
        let key = |one: &PropertyDescription| (one.file.clone(), one.line, one.path.clone());
        key(left).cmp(&key(right))
    });
    // A function that was compiled into several codegen units leaves its description several times.
    properties.dedup();
    Ok(properties)
}

/// The descriptions in the section's contents. Linkers may pad between them with zeros.
fn descriptions(section: &[u8]) -> Result<Vec<PropertyDescription>, String> {
    let mut descriptions = Vec::new();
    for line in section.split(|byte| *byte == b'\n') {
        let start = line
            .iter()
            .position(|byte| *byte != 0)
            .unwrap_or(line.len());
        let line = &line[start..];
        if !line.is_empty() {
            let description = serde_json::from_slice(line).map_err(|error| error.to_string())?;
            descriptions.push(description);
        }
    }
    Ok(descriptions)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(path: &str) -> String {
        let description = PropertyDescription {
            path: path.to_owned(),
            statement: "It holds.".to_owned(),
            file: "src/lib.rs".to_owned(),
            line: 3,
            arguments: vec![],
        };
        format!("{}\n", serde_json::to_string(&description).unwrap())
    }

    #[test]
    fn padding_between_descriptions_is_skipped() {
        let section = format!("{}\0\0\0{}\0", line("a"), line("b"));
        let paths: Vec<_> = descriptions(section.as_bytes())
            .unwrap()
            .into_iter()
            .map(|description| description.path)
            .collect();
        assert_eq!(paths, ["a", "b"]);
        assert_eq!(descriptions(b"").unwrap(), []);
    }

    #[test]
    fn a_form_that_is_not_known_is_an_error() {
        assert!(descriptions(b"{\"shape\": \"unheard of\"}\n").is_err());
    }

    #[test]
    fn a_file_that_is_no_program_is_foreign() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("program");
        fs::write(&path, "#!/bin/sh\n").unwrap();
        let error = properties(&path).unwrap_err();
        assert_eq!(error.code(), "build/foreign-description");
        let error = properties(&folder.path().join("absent")).unwrap_err();
        assert_eq!(error.code(), "internal/io");
    }
}
