//! Textual modules and the programs that they become.
//!
//! Each `load_text/*.ll` is read, checked, written as text and compared with the `.txt` beside it.
//! With `PROOFHOUSE_BLESS=1` the `.txt` files are written instead, to be read in review. A module
//! whose first line is `; places` is written with the place of each instruction; one whose first line
//! is `; promoted` is prepared as a program on disk is.

mod toolchain;

use std::fs;
use std::path::{Path, PathBuf};

use proofhouse_vm::load::{LoadError, parse_text, parse_text_promoted};
use proofhouse_vm::program::DumpOptions;
use toolchain::open_llvm;

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/load_text");
    let entries = fs::read_dir(folder).expect("the folder of cases exists");
    let mut cases: Vec<PathBuf> = entries
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "ll"))
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "there are cases");
    cases
}

#[test]
fn modules_become_the_expected_programs() {
    let llvm = open_llvm();
    let is_blessing = std::env::var_os("PROOFHOUSE_BLESS").is_some();
    let mut different = Vec::new();
    for case in cases() {
        let text = fs::read_to_string(&case).expect("the case can be read");
        let places = text.starts_with("; places");
        let read = match text.starts_with("; promoted") {
            true => parse_text_promoted,
            false => parse_text,
        };
        let program =
            read(&text, &llvm).unwrap_or_else(|error| panic!("{}: {error}", case.display()));
        let found = program.dump(DumpOptions { places });
        let expectation = case.with_extension("txt");
        if is_blessing {
            fs::write(&expectation, &found).expect("the expectation can be written");
        } else if fs::read_to_string(&expectation).ok().as_deref() != Some(found.as_str()) {
            different.push(format!("{}:\n{found}", case.display()));
        }
    }
    assert!(
        different.is_empty(),
        "PROOFHOUSE_BLESS=1 accepts:\n{}",
        different.join("\n")
    );
}

#[test]
fn reading_twice_gives_the_same_program() {
    let llvm = open_llvm();
    for case in cases() {
        let text = fs::read_to_string(&case).expect("the case can be read");
        let dump = || {
            let program = parse_text(&text, &llvm).expect("the case is a module");
            program.dump(DumpOptions { places: true })
        };
        assert_eq!(dump(), dump(), "{}", case.display());
    }
}

#[test]
fn a_module_that_llvm_refuses_is_an_error_with_its_line() {
    let llvm = open_llvm();
    for text in [
        "define i32 @f() {\n  ret i64 0\n}\n",
        "define i32 @f() {\n  %x = add i32 %y, 1\n  ret i32 %x\n}\n",
        "no module at all",
    ] {
        let error = parse_text(text, &llvm).expect_err("LLVM refuses it");
        assert!(matches!(error, LoadError::BrokenText { .. }), "{error:?}");
        assert_eq!(error.code(), "load/broken-text");
    }
}
