//! Code that must not compile, and the words in which it is refused.
//!
//! Each file in `refused` marks the lines with errors: `//~ ERROR part of the message`. There must
//! be no others.

#![expect(clippy::unwrap_used, reason = "a test may give up")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// An error: file, line, message.
type Complaint = (String, u64, String);

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/refused");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

fn name_of(file: &Path) -> String {
    file.file_stem().unwrap().to_str().unwrap().to_owned()
}

fn announced() -> BTreeSet<Complaint> {
    let mut announced = BTreeSet::new();
    for file in fixtures() {
        let text = fs::read_to_string(&file).unwrap();
        for (line, number) in text.lines().zip(1..) {
            if let Some((_, message)) = line.split_once("//~ ERROR ") {
                announced.insert((name_of(&file), number, message.to_owned()));
            }
        }
    }
    announced
}

/// Writes a package whose programs are the fixtures.
fn write_package() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("refused");
    fs::create_dir_all(&folder).unwrap();
    let path = env!("CARGO_MANIFEST_DIR");
    let mut manifest = format!(
        "[package]\nname = \"refused\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
         [dependencies]\nproofhouse = {{ path = {path:?} }}\n[workspace]\n"
    );
    for file in fixtures() {
        let name = name_of(&file);
        manifest += &format!("[[bin]]\nname = {name:?}\npath = {file:?}\n");
    }
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    let lock_file = Path::new(path).join("../../Cargo.lock");
    fs::copy(lock_file, folder.join("Cargo.lock")).unwrap();
    folder
}

/// What the compiler says about the fixtures.
fn found() -> BTreeSet<Complaint> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args([
            "check",
            "--offline",
            "--keep-going",
            "--message-format=json",
        ])
        .current_dir(write_package());
    cargo.env_remove("RUSTFLAGS");
    cargo.env(
        "CARGO_TARGET_DIR",
        Path::new(env!("CARGO_TARGET_TMPDIR")).join("strict-target"),
    );
    let output = cargo.output().unwrap();
    assert!(!output.status.success());
    let mut found = BTreeSet::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        let message = &event["message"];
        if event["reason"] != "compiler-message" || message["level"] != "error" {
            continue;
        }
        let spans = message["spans"].as_array().unwrap();
        // The last message only counts the others.
        if let Some(span) = spans.iter().find(|span| span["is_primary"] == true) {
            found.insert((
                event["target"]["name"].as_str().unwrap().to_owned(),
                span["line_start"].as_u64().unwrap(),
                message["message"].as_str().unwrap().to_owned(),
            ));
        }
    }
    assert!(
        !found.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    found
}

#[test]
fn code_is_refused_where_and_as_announced() {
    let (announced, found) = (announced(), found());
    let fits = |(file, line, part): &Complaint, (found_in, at, message): &Complaint| {
        (file, line) == (found_in, at) && message.contains(part)
    };
    for complaint in &announced {
        assert!(
            found.iter().any(|found| fits(complaint, found)),
            "never said: {complaint:?} in {found:#?}"
        );
    }
    for complaint in &found {
        assert!(
            announced.iter().any(|announced| fits(announced, complaint)),
            "not announced: {complaint:?}"
        );
    }
}
