//! A real test binary, built with the stock toolchain as the command builds it, and loaded.
//!
//! rustc runs a linker of ours that links nothing: it keeps the objects, which rustc would delete,
//! and writes down the arguments.

mod toolchain;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use proofhouse_evidence::FailureKind;
use proofhouse_vm::explore::Limits;
use proofhouse_vm::load::{EntrySelection, Kept, LinkInputs, LlvmLibrary, LoadError, Loader, load};
use proofhouse_vm::program::{DumpOptions, Instruction, Program};
use proofhouse_vm::run::{self, End, Runner};
use toolchain::open_llvm;

/// A load of the program below must stay under this even on a busy machine; it takes a tenth.
const LOAD_MAX: Duration = Duration::from_secs(20);

const LIBRARY: &str = r#"
pub fn parse(text: &str) -> Option<u8> {
    u8::from_str_radix(text, 16).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    #[test]
    fn collections() {
        fn __proofhouse_entry() {
            let mut counts: HashMap<String, u32> = HashMap::new();
            for number in 0..10_u32 {
                *counts.entry(format!("{}", number % 3)).or_default() += number;
            }
            let mut sorted: Vec<_> = counts.into_iter().collect();
            sorted.sort();
            let tree: BTreeMap<u32, String> = sorted.into_iter().map(|(k, v)| (v, k)).collect();
            assert_eq!(tree.values().map(String::as_str).collect::<String>(), "120");
            assert_eq!(crate::parse("ff"), Some(255));
        }
        __proofhouse_entry()
    }

    #[test]
    fn unwinding() {
        fn __proofhouse_entry() {
            struct Loud;
            impl Drop for Loud {
                fn drop(&mut self) {
                    std::hint::black_box(());
                }
            }
            let result = std::panic::catch_unwind(|| {
                let _loud = Loud;
                panic!("on purpose {}", 3);
            });
            assert!(result.is_err());
        }
        __proofhouse_entry()
    }

    mod results {
        use std::error::Error;
        use std::process::ExitCode;

        fn parsed(text: &str) -> Result<u8, std::num::ParseIntError> {
            text.parse()
        }

        #[test]
        fn returns() {
            let twice = |number: u8| 2 * number;
            assert_eq!(twice(2), 4);
        }

        #[test]
        fn boxed() -> Result<(), Box<dyn Error>> {
            let read = || parsed("3");
            assert_eq!(read()?, 3);
            Ok(())
        }

        #[test]
        fn boxed_fails() -> Result<(), Box<dyn Error>> {
            let read = || parsed("x");
            assert_eq!(read()?, 3);
            Ok(())
        }

        #[test]
        fn text() -> Result<(), String> {
            Ok(())
        }

        #[test]
        fn text_fails() -> Result<(), String> {
            Err("no".to_owned())
        }

        #[test]
        fn code() -> ExitCode {
            ExitCode::SUCCESS
        }

        #[test]
        fn code_fails() -> ExitCode {
            ExitCode::from(3)
        }

        #[test]
        fn panics() -> Result<(), String> {
            panic!("on purpose");
        }
    }
}
"#;

/// A function before `main` that wants the arguments of the program.
const WITH_ARGUMENTS: &str = r#"
#[cfg(test)]
mod tests {
    extern "C" fn with_arguments(_count: i32, _texts: *const *const u8) {}

    #[used]
    #[unsafe(link_section = ".init_array")]
    static BEFORE: extern "C" fn(i32, *const *const u8) = with_arguments;

    #[test]
    fn returns() {
        let twice = |number: u8| 2 * number;
        assert_eq!(twice(2), 4);
    }
}
"#;

const LINKER: &str = include_str!("linker.sh");

/// The built test binary: what its linker was given.
struct Build {
    folder: tempfile::TempDir,
    inputs: LinkInputs,
}

fn write_executable(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt;
    fs::write(path, text).expect("the linker can be written");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it can be executable");
}

fn build(library: &str) -> Build {
    let folder = tempfile::tempdir().expect("there is room for a build");
    let linker = folder.path().join("linker.sh");
    write_executable(&linker, LINKER);
    let source = folder.path().join("lib.rs");
    fs::write(&source, library).expect("the library can be written");
    let status = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .args([
            "--test",
            "--edition=2024",
            "--crate-name=built",
            "-Cdebuginfo=2",
        ])
        .args(["-Clinker-plugin-lto", "-Ccodegen-units=16"])
        .arg(format!("-Clinker={}", linker.display()))
        .arg("-o")
        .arg(folder.path().join("built"))
        .arg(&source)
        .status()
        .expect("rustc runs");
    assert!(status.success(), "the library is built");
    let arguments = fs::read_to_string(folder.path().join("arguments.txt")).expect("it linked");
    let inputs = LinkInputs::from_linker_arguments(arguments.lines());
    Build { folder, inputs }
}

fn unsupported(program: &Program) -> Vec<&str> {
    let blocks = program
        .functions
        .iter()
        .flat_map(|function| &function.blocks);
    let instructions = blocks.flat_map(|block| &block.instructions);
    instructions
        .filter_map(|instruction| match instruction {
            Instruction::Unsupported { what } => Some(program.text(*what)),
            _ => None,
        })
        .collect()
}

/// One build serves all checks, since building takes longer than everything else.
#[test]
fn a_test_binary_with_std_loads() {
    let build = build(LIBRARY);
    let llvm = open_llvm();
    the_properties_are_complete(&build, &llvm);
    a_named_entry_is_a_part(&build, &llvm);
    loading_is_deterministic(&build, &llvm);
    a_missing_entry_is_told_with_its_neighbours(&build, &llvm);
    a_symbol_defined_twice_is_a_conflict(&build, &llvm);
    tests_end_as_libtest_judges(&build, &llvm);
    a_kept_program_is_the_one_that_was_loaded(&build, &llvm);
}

#[test]
fn a_function_before_main_that_wants_arguments_is_told() {
    let build = build(WITH_ARGUMENTS);
    let test = "built::tests::returns".to_owned();
    let entries = EntrySelection::Tests(vec![test.clone()]);
    let program = load(&build.inputs, &entries, &open_llvm()).expect("it loads");
    let end = Runner::new(program).run_test(&test, &Limits::default()).end;
    let End::Obstacle(obstacle) = end else {
        panic!("{end:?}");
    };
    let told = format!("{obstacle:?}");
    let expected = "calling `built::tests::with_arguments` before `main`";
    assert!(told.contains(expected), "{told}");
}

/// Whatever a test returns: in registers, through memory, or never.
fn tests_end_as_libtest_judges(build: &Build, llvm: &LlvmLibrary) {
    let expected = [
        ("returns", "returned"),
        ("boxed", "returned"),
        ("boxed_fails", "returned an error: (1)"),
        ("text", "returned"),
        ("text_fails", "returned an error: (1)"),
        ("code", "returned"),
        ("code_fails", "returned an error: (3)"),
        ("panics", "panicked: on purpose"),
        ("missing", "unsupported"),
    ];
    let path = |name: &str| format!("built::tests::results::{name}");
    let entries = EntrySelection::Tests(expected.map(|(name, _)| path(name)).to_vec());
    let loader = Loader {
        llvm,
        keep_without_body: run::WITHOUT_BODY,
    };
    let program = loader.load(&build.inputs, &entries).expect("it loads");
    let runner = Runner::new(program);
    for (name, end) in expected {
        let found = match runner.run_test(&path(name), &Limits::default()).end {
            End::Returned => "returned".to_owned(),
            End::Failed(failure) if failure.kind == FailureKind::ReturnedError => {
                let code = failure
                    .message
                    .split_whitespace()
                    .find(|word| word.starts_with('('));
                format!("returned an error: {}", code.unwrap_or_default())
            }
            End::Failed(failure) => format!("panicked: {}", failure.message),
            End::Obstacle(_) => "unsupported".to_owned(),
            other => format!("{other:?}"),
        };
        assert_eq!(found, end, "{name}");
    }
}

/// The naive twin of taking what is kept is loading it anew.
fn a_kept_program_is_the_one_that_was_loaded(build: &Build, llvm: &LlvmLibrary) {
    let file = build.folder.path().join("kept.program");
    let loader = Loader {
        llvm,
        keep_without_body: run::WITHOUT_BODY,
    };
    let named = |name: &str| EntrySelection::Named(vec![format!("built::{name}")]);
    let entries = named("tests::unwinding");
    let dump = |program: Program| program.dump(DumpOptions { places: true });
    let through = |entries: &EntrySelection, reader| {
        let kept = Kept {
            file: &file,
            reader,
        };
        dump(
            loader
                .load_kept(&build.inputs, entries, kept)
                .expect("it loads"),
        )
    };
    let expected = dump(loader.load(&build.inputs, &entries).expect("it loads"));
    assert!(through(&entries, "a") == expected, "the first load differs");
    let mut bytes = fs::read(&file).expect("a program is kept");
    assert!(
        through(&entries, "a") == expected,
        "the kept program differs"
    );
    assert_eq!(
        fs::read(&file).expect("it is there"),
        bytes,
        "it is kept once"
    );

    // Another reader, other entries, or damage: nothing of the old file is taken.
    assert!(
        through(&entries, "b") == expected,
        "another reader's program differs"
    );
    assert_ne!(
        fs::read(&file).expect("it is there"),
        bytes,
        "it is kept anew"
    );
    assert!(
        through(&named("parse"), "b") != expected,
        "other entries, another program"
    );
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, &bytes).expect("it can be damaged");
    assert!(
        through(&entries, "a") == expected,
        "a damaged program is not taken"
    );
}

fn the_properties_are_complete(build: &Build, llvm: &LlvmLibrary) {
    let started = Instant::now();
    let program = load(&build.inputs, &EntrySelection::Properties, llvm).expect("it loads");
    let elapsed = started.elapsed();
    assert_eq!(program.verify(), Ok(()));
    let paths: Vec<&str> = program
        .entries
        .iter()
        .map(|entry| program.functions[entry.index()].path.as_str())
        .collect();
    let mut sorted = paths.clone();
    sorted.sort_unstable();
    assert_eq!(
        sorted,
        [
            "built::tests::collections::__proofhouse_entry",
            "built::tests::unwinding::__proofhouse_entry",
        ]
    );
    assert_eq!(unsupported(&program), Vec::<&str>::new());
    assert_eq!(external_globals(&program), Vec::<&str>::new());
    let instructions: usize = program
        .functions
        .iter()
        .flat_map(|function| &function.blocks)
        .map(|block| block.instructions.len())
        .sum();
    println!(
        "{} functions, {} globals, {instructions} instructions in {elapsed:?}",
        program.functions.len(),
        program.globals.len()
    );
    assert!(elapsed < LOAD_MAX, "loading took {elapsed:?}");
    // The machine answers for the printing of a panic; what leads there is executed.
    let body = |path: &str| {
        let function = program.function_named(path).expect("it is reached");
        program.functions[function.index()].has_body()
    };
    assert!(!body("std::panicking::default_hook"));
    assert!(body("core::panicking::panic_fmt"));
    assert!(body("built::parse"));
}

fn external_globals(program: &Program) -> Vec<&str> {
    let external = program
        .globals
        .iter()
        .filter(|global| global.initial.is_none());
    external.map(|global| global.symbol.as_str()).collect()
}

fn a_named_entry_is_a_part(build: &Build, llvm: &LlvmLibrary) {
    let entries = EntrySelection::Named(vec!["built::parse".to_owned()]);
    let part = load(&build.inputs, &entries, llvm).expect("it loads");
    assert_eq!(part.functions[part.entries[0].index()].path, "built::parse");
    let [first, ..] = part.functions[part.entries[0].index()].blocks.as_slice() else {
        panic!("the entry has a body");
    };
    let lines: Vec<String> = first
        .places
        .iter()
        .map(|place| part.describe_place(*place))
        .collect();
    assert!(
        lines.iter().any(|line| line.ends_with("lib.rs:3")),
        "the third line is in {lines:?}"
    );
    assert!(
        part.function_named("built::tests::collections::__proofhouse_entry")
            .is_none()
    );
}

fn loading_is_deterministic(build: &Build, llvm: &LlvmLibrary) {
    let dump = || {
        let program = load(&build.inputs, &EntrySelection::Properties, llvm).expect("it loads");
        program.dump(DumpOptions { places: true })
    };
    assert!(dump() == dump(), "two loads of the same files differ");
}

fn a_missing_entry_is_told_with_its_neighbours(build: &Build, llvm: &LlvmLibrary) {
    let entries = EntrySelection::Named(vec!["built::parze".to_owned()]);
    match load(&build.inputs, &entries, llvm) {
        Err(LoadError::NoSuchEntry { wanted, similar }) => {
            assert_eq!(wanted, "built::parze");
            assert_eq!(similar.first().map(String::as_str), Some("built::parse"));
        }
        other => panic!("{other:?} instead of a missing entry"),
    }
}

fn a_symbol_defined_twice_is_a_conflict(build: &Build, llvm: &LlvmLibrary) {
    let mut inputs = build.inputs.clone();
    inputs.objects.extend(build.inputs.objects.clone());
    let error = load(&inputs, &EntrySelection::Properties, llvm).expect_err("it conflicts");
    assert_eq!(error.code(), "load/link-conflict", "{error}");
}

#[test]
fn what_is_no_bitcode_is_refused_with_help() {
    let folder = tempfile::tempdir().expect("there is room for a file");
    let file = folder.path().join("native.o");
    fs::write(&file, b"\x7fELF but not really").expect("the file can be written");
    let inputs = LinkInputs {
        objects: vec![file],
        archives: Vec::new(),
    };
    let error = load(&inputs, &EntrySelection::Properties, &open_llvm()).expect_err("no bitcode");
    assert_eq!(error.code(), "load/not-bitcode");
    assert!(error.help().contains("-Clinker-plugin-lto"));

    let inputs = LinkInputs {
        objects: vec![folder.path().join("gone.o")],
        archives: Vec::new(),
    };
    let error = load(&inputs, &EntrySelection::Properties, &open_llvm()).expect_err("no file");
    assert_eq!(error.code(), "load/unreadable");
}

#[test]
fn a_toolchain_without_llvm_is_told() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let error = LlvmLibrary::open_from_sysroot(folder.path()).expect_err("there is no LLVM");
    assert_eq!(error.code(), "load/no-llvm");
    fs::create_dir(folder.path().join("lib")).expect("the folder can be made");
    let fake = folder.path().join("lib/libLLVM.so.99.1-rust");
    fs::write(&fake, b"not a library").expect("the file can be written");
    let error = LlvmLibrary::open_from_sysroot(folder.path()).expect_err("it is no library");
    assert_eq!(error.code(), "load/llvm-not-opened");
}
