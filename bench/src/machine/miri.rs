//! The loops under Miri, where it is installed.
//!
//! Each loop is one process; what a process takes that runs none of them is subtracted. Miri interprets rustc's
//! MIR and checks aliasing and types on the way, so its seconds are what those checks cost as well.
//!
//! # Invariants
//!
//! - Either every loop is measured or none.
//!
//! # Not here
//!
//! Installing it. Counting its steps, which are of another kind than instructions.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use super::folder_error;
use crate::error::BenchError;

/// How Miri is started: it is a part of the toolchain in use, or of one beside it.
const WAYS: [&[&str]; 2] = [&["miri"], &["+nightly", "miri"]];
const MANIFEST: &str =
    "[package]\nname = \"loops\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n";

/// Seconds of each loop by the clock on the wall; `None` where Miri is not installed.
pub(super) fn seconds(
    cargo: &OsStr,
    folder: &Path,
    source: &str,
    loops: &[&str],
) -> Result<Option<Vec<f64>>, BenchError> {
    let answers = |way: &&&[&str]| {
        let output = Command::new(cargo).args(**way).arg("--version").output();
        output.is_ok_and(|output| output.status.success())
    };
    let Some(way) = WAYS.iter().find(answers) else {
        return Ok(None);
    };
    let folder = folder.join("miri");
    let failed = |cause| folder_error(&folder, cause);
    fs::create_dir_all(folder.join("src")).map_err(failed)?;
    fs::write(folder.join("Cargo.toml"), MANIFEST).map_err(failed)?;
    fs::write(folder.join("src/main.rs"), source).map_err(failed)?;
    let run = |name: &str| {
        let mut command = Command::new(cargo);
        command.args(*way).args(["run", "--quiet", "--", name]);
        let started = Instant::now();
        let output = command.current_dir(&folder).output();
        let output = output.map_err(|cause| BenchError::NoCargo { cause })?;
        if !output.status.success() {
            return Err(BenchError::CargoFailed {
                arguments: format!("miri run -- {name}"),
                output: String::from_utf8_lossy(&output.stderr).into_owned(),
            });
        }
        Ok(started.elapsed().as_secs_f64())
    };
    // The first run builds.
    run("none")?;
    let idle = run("none")?;
    let loops = loops.iter().map(|name| Ok((run(name)? - idle).max(0.0)));
    loops.collect::<Result<_, BenchError>>().map(Some)
}

#[cfg(all(test, unix))]
mod tests {
    use std::ffi::OsStr;
    use std::fs;
    use std::path::Path;

    use super::super::make_executable;
    use super::seconds;

    #[test]
    fn without_it_nothing_is_measured() {
        let folder = tempfile::tempdir().expect("there is room");
        let missing = OsStr::new("/nowhere/cargo");
        let found = seconds(missing, folder.path(), "fn main() {}", &["a"]);
        assert_eq!(found.expect("to be missing is no error"), None);
        assert!(!folder.path().join("miri").exists());
    }

    /// A cargo that writes down what it is asked, and knows Miri as a part of another toolchain only.
    #[test]
    fn each_loop_is_one_run_by_the_toolchain_that_has_it() {
        let folder = tempfile::tempdir().expect("there is room");
        let cargo = folder.path().join("cargo");
        let log = folder.path().join("log");
        let text = format!(
            "#!/bin/sh\necho \"$@\" >> {}\n[ \"$1\" = +nightly ]\n",
            log.display()
        );
        fs::write(&cargo, text).expect("there is room");
        make_executable(&cargo).expect("it can run");
        let asked = |path: &Path| fs::read_to_string(path).expect("it was asked");
        let found = seconds(
            cargo.as_os_str(),
            folder.path(),
            "fn main() {}",
            &["a", "b"],
        );
        assert_eq!(
            found.expect("it runs").map(|seconds| seconds.len()),
            Some(2)
        );
        let expected = "miri --version\n+nightly miri --version\n+nightly miri run --quiet -- none\n\
                        +nightly miri run --quiet -- none\n+nightly miri run --quiet -- a\n\
                        +nightly miri run --quiet -- b\n";
        assert_eq!(asked(&log), expected);
    }
}
