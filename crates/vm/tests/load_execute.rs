//! What the machine makes of a program is what the processor makes of it.
//!
//! `load_execute/scenarios.rs` is built natively and run; then it is built for the machine with what
//! the native run printed, loaded and executed. Every scenario must hold on its only path. The two
//! builds differ in nothing else, so a difference is a mistake of the reader or the machine.

mod toolchain;

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::Command;

use proofhouse_vm::explore::{Limits, explore};
use proofhouse_vm::load::{EntrySelection, LinkInputs, load};
use toolchain::open_llvm;

const LINKER: &str = include_str!("linker.sh");

fn rustc() -> Command {
    Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

fn compile(folder: &Path, name: &str, arguments: &[String], expected: Option<&Path>) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/load_execute/scenarios.rs");
    let mut command = rustc();
    command
        .args([
            "--edition=2024",
            "--crate-name=scenarios",
            "-Cdebug-assertions=on",
        ])
        .args(["--check-cfg=cfg(machine)", "-Cdebuginfo=1"])
        .args(arguments)
        .arg("-o")
        .arg(folder.join(name))
        .arg(&source);
    if let Some(expected) = expected {
        command.env("EXPECTED", expected);
    }
    assert!(
        command.status().expect("rustc runs").success(),
        "{name} is built"
    );
}

/// Builds both ways and gives the linker's arguments of the machine's build.
fn build(folder: &Path, level: &str) -> LinkInputs {
    use std::os::unix::fs::PermissionsExt;
    let optimise = format!("-Copt-level={level}");
    compile(folder, "native", std::slice::from_ref(&optimise), None);
    let output = Command::new(folder.join("native"))
        .output()
        .expect("the scenarios run");
    assert!(output.status.success(), "the scenarios run natively");
    let expected = folder.join("expected.rs");
    fs::write(&expected, output.stdout).expect("the results can be written");

    let linker = folder.join("linker.sh");
    fs::write(&linker, LINKER).expect("the linker can be written");
    fs::set_permissions(&linker, fs::Permissions::from_mode(0o755)).expect("it can run");
    let arguments = [
        optimise,
        "--cfg=machine".to_owned(),
        "-Clinker-plugin-lto".to_owned(),
        format!("-Clinker={}", linker.display()),
    ];
    compile(folder, "machine", &arguments, Some(&expected));
    let arguments = fs::read_to_string(folder.join("arguments.txt")).expect("it was linked");
    LinkInputs::from_linker_arguments(arguments.lines())
}

fn check(level: &str) {
    let folder = tempfile::tempdir().expect("there is room for a build");
    let inputs = build(folder.path(), level);
    let llvm = open_llvm();
    let program = load(&inputs, &EntrySelection::Properties, &llvm).expect("it loads");
    let limits = Limits {
        time_ms_max: 300_000,
        steps_max: u64::MAX,
        ..Limits::default()
    };
    let mut wrong = Vec::new();
    let mut held = 0;
    for entry in &program.entries {
        let path = &program.functions[entry.index()].path;
        let exploration = explore(&program, path, &limits, &mut |_| ControlFlow::Continue(()));
        println!("{path}: {} steps", exploration.statistics.steps);
        let holds = exploration.paths_held == 1 && exploration.statistics.paths == 1;
        held += u32::from(holds);
        let is_mistaken = path.contains("::mistaken::");
        let is_as_expected = match is_mistaken {
            true => exploration.refutations.len() == 1,
            false => holds,
        };
        if !is_as_expected {
            wrong.push(format!(
                "{path} at level {level}: {:?}\n  obstacles {:?}",
                exploration.refutations, exploration.obstacles
            ));
        }
    }
    assert!(held >= 15, "only {held} scenarios hold");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn unoptimised_scenarios_give_what_they_give_natively() {
    check("0");
}

#[test]
fn optimised_scenarios_give_what_they_give_natively() {
    check("3");
}
