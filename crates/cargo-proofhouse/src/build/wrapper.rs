//! Stands between cargo and rustc in the bitcode build and adds the flags that make it one.
//!
//! Flags could be given in `RUSTFLAGS` too, but that variable replaces whatever the user's
//! configuration says there, and a profile's settings for single packages come after it. Cargo calls a
//! wrapper with the finished command line of rustc, so that ours are added to the user's flags, from
//! wherever they came, and being last they win.
//!
//! A crate that uses a crate named `kani` is compiled with `--cfg kani`, in both builds: harnesses for
//! Kani stand behind that condition. It is set for these crates alone, because others may have code behind
//! it that needs Kani itself. In the plain build cargo calls the wrapper for members of the workspace only,
//! and keeps what comes of it apart from what it builds without.
//!
//! Only compilations for a named target get the flags. Cargo names none for build scripts and proc
//! macros, which therefore become ordinary programs.
//!
//! # Source
//!
//! The Cargo Book, "Environment Variables", `RUSTC_WRAPPER`; the rustc book, "Codegen Options".

use std::ffi::{OsStr, OsString};
use std::process::{Command, ExitCode};
use std::{env, fs};

/// The variable by which this executable learns in which role it was started.
pub const ROLE: &str = "PROOFHOUSE_ROLE";
/// The value of [`ROLE`] for standing in for rustc.
pub const ROLE_WRAPPER: &str = "rustc-wrapper";
/// The value of [`ROLE`] for standing in for rustc in the plain build.
pub const ROLE_PLAIN_WRAPPER: &str = "plain-rustc-wrapper";
/// The value of [`ROLE`] for standing in for the linker.
pub const ROLE_LINKER: &str = "linker";
/// Holds the user's own `RUSTC_WRAPPER`, which ours calls in turn.
pub const INNER_WRAPPER: &str = "PROOFHOUSE_INNER_WRAPPER";

/// Everything that must be the same in any bitcode, whatever the user's profile says.
///
/// All checks that the compiler knows are compiled in, nothing is optimised away, nothing is
/// instrumented, panics unwind, and no tool of the platform touches the output.
const FLAGS: &[&str] = &[
    "-Clinker-plugin-lto=on",
    "-Clto=off",
    "-Copt-level=0",
    "-Cdebug-assertions=on",
    "-Coverflow-checks=on",
    "-Cdebuginfo=2",
    "-Cpanic=unwind",
    "-Cprefer-dynamic=no",
    "-Cinstrument-coverage=off",
    "-Cstrip=none",
    "-Csplit-debuginfo=off",
];

/// Runs rustc as cargo asked, with our flags where they belong.
pub fn run(arguments: Vec<OsString>) -> ExitCode {
    run_with(arguments, |arguments| {
        if names_a_target(arguments) {
            let linker = env::current_exe()?;
            arguments.extend(flags(linker.as_os_str()));
        }
        Ok(())
    })
}

/// Runs rustc as cargo asked in the plain build.
pub fn run_plain(arguments: Vec<OsString>) -> ExitCode {
    run_with(arguments, |_| Ok(()))
}

fn run_with(
    arguments: Vec<OsString>,
    add_flags: impl FnOnce(&mut Vec<OsString>) -> std::io::Result<()>,
) -> ExitCode {
    let mut arguments = arguments.into_iter();
    let Some(rustc) = arguments.next() else {
        eprintln!("proofhouse: the compiler's wrapper was started without a compiler");
        return ExitCode::FAILURE;
    };
    let mut arguments: Vec<OsString> = arguments.collect();
    if uses_kani(&arguments) {
        arguments.extend(["--cfg", "kani", "--check-cfg", "cfg(kani)"].map(OsString::from));
    }
    if let Err(error) = add_flags(&mut arguments) {
        eprintln!("proofhouse: cannot tell its own path: {error}");
        return ExitCode::FAILURE;
    }
    let mut command = match env::var_os(INNER_WRAPPER) {
        Some(inner) if !inner.is_empty() => {
            let mut command = Command::new(inner);
            command.arg(rustc);
            command
        }
        _ => Command::new(rustc),
    };
    command.args(arguments).env(ROLE, ROLE_LINKER);
    become_command(command)
}

fn flags(linker: &OsStr) -> Vec<OsString> {
    let mut flags: Vec<OsString> = FLAGS.iter().map(OsString::from).collect();
    let mut linker_flag = OsString::from("-Clinker=");
    linker_flag.push(linker);
    flags.push(linker_flag);
    flags
}

/// Whether the command line compiles for a named target and not for the host itself.
fn names_a_target(arguments: &[OsString]) -> bool {
    has_argument(arguments, |argument| {
        argument == "--target" || argument.starts_with("--target=")
    })
}

/// Whether the crate that is compiled may use one named `kani`, other than that one's own parts.
fn uses_kani(arguments: &[OsString]) -> bool {
    has_argument(arguments, |argument| argument.starts_with("kani="))
}

/// Whether there is such an argument.
fn has_argument(arguments: &[OsString], is_meant: impl Fn(&str) -> bool) -> bool {
    arguments
        .iter()
        .filter_map(|argument| argument.to_str())
        .any(|argument| {
            // Cargo moves a command line that is too long into a file, one argument a line.
            match argument.strip_prefix('@') {
                Some(file) => {
                    fs::read_to_string(file).is_ok_and(|text| text.lines().any(&is_meant))
                }
                None => is_meant(argument),
            }
        })
}

/// Becomes the command where the system can do that; elsewhere runs it and ends as it ends.
#[cfg(unix)]
fn become_command(mut command: Command) -> ExitCode {
    use std::os::unix::process::CommandExt as _;
    let error = command.exec();
    eprintln!(
        "proofhouse: cannot start {}: {error}",
        command.get_program().to_string_lossy()
    );
    ExitCode::FAILURE
}

#[cfg(not(unix))]
fn become_command(mut command: Command) -> ExitCode {
    match command.status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!(
                "proofhouse: cannot start {}: {error}",
                command.get_program().to_string_lossy()
            );
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(arguments: &[&str]) -> bool {
        let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
        names_a_target(&arguments)
    }

    #[test]
    fn only_compilations_for_a_named_target_get_flags() {
        assert!(names(&[
            "--crate-name",
            "x",
            "--target",
            "x86_64-unknown-linux-gnu"
        ]));
        assert!(names(&["--target=x86_64-unknown-linux-gnu"]));
        assert!(!names(&["--crate-name", "build_script_build", "build.rs"]));
        assert!(!names(&["-vV"]));
    }

    #[test]
    fn a_command_line_in_a_file_is_looked_into() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("arguments");
        fs::write(&file, "--crate-name\nx\n--target\nhost\n").unwrap();
        assert!(names(&[&format!("@{}", file.display())]));
        fs::write(&file, "--crate-name\nx\n").unwrap();
        assert!(!names(&[&format!("@{}", file.display())]));
    }

    #[test]
    fn only_crates_that_use_kani_get_its_condition() {
        let uses = |arguments: &[&str]| {
            let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
            uses_kani(&arguments)
        };
        assert!(uses(&[
            "--crate-name",
            "x",
            "--extern",
            "kani=/deps/libkani-1.rlib"
        ]));
        assert!(!uses(&[
            "--crate-name",
            "kani",
            "--extern",
            "proofhouse=/deps/libproofhouse-1.rlib"
        ]));
        assert!(!uses(&[
            "--crate-name",
            "x",
            "--extern",
            "kanix=/deps/libkanix-1.rlib"
        ]));
    }

    #[test]
    fn the_linker_keeps_its_spaces() {
        let flags = flags(OsStr::new("/a folder/cargo-proofhouse"));
        assert_eq!(flags.last().unwrap(), "-Clinker=/a folder/cargo-proofhouse");
    }
}
