//! A workspace with a property for every way in which one can end, written to a folder that outlives
//! the test run so that its dependencies are built once.

#![allow(dead_code, reason = "each test binary uses its part")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

/// The properties.
const ZOO: &str = include_str!("properties.rs.txt");

/// A second test binary with a property of a name that the library has, too.
const TWIN: &str = "\
use proofhouse::prelude::*;

#[property]
fn prop_twin(x: u8) {
    assert!(x < 7);
}
";

/// Properties whose counterexamples are promoted, and a package without any.
pub(crate) const YOUNG: &str = include_str!("young.rs.txt");

/// Properties that treat their process badly.
const ROUGH: &str = include_str!("rough.rs.txt");

/// The workspace's folder.
pub(crate) fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("a zoo");
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let library = root
            .join("crates/proofhouse")
            .canonicalize()
            .expect("the library is here");
        let dependency = format!("[dev-dependencies]\nproofhouse = {{ path = {library:?} }}\n");
        let files = [
            (
                "Cargo.toml",
                "[workspace]\nmembers = [\"zoo\", \"empty\", \"broken\", \"young\", \"rough\"]\nresolver = \"3\"\n"
                    .to_owned(),
            ),
            ("zoo/Cargo.toml", package("zoo", &dependency)),
            ("zoo/src/lib.rs", ZOO.to_owned()),
            ("zoo/tests/twin.rs", TWIN.to_owned()),
            ("young/Cargo.toml", package("young", &dependency)),
            ("young/src/lib.rs", YOUNG.to_owned()),
            ("rough/Cargo.toml", package("rough", &dependency)),
            ("rough/src/lib.rs", ROUGH.to_owned()),
            ("empty/Cargo.toml", package("empty", "")),
            ("empty/src/lib.rs", "#[test]\nfn plain() {}\n".to_owned()),
            ("broken/Cargo.toml", package("broken", "")),
            (
                "broken/src/lib.rs",
                "#[test]\nfn f() { let x: u8 = \"no number\"; }\n".to_owned(),
            ),
        ];
        for (name, text) in &files {
            write_if_new(&folder.join(name), text);
        }
        // The same versions as here, which are known to be at hand without a network.
        let lock =
            fs::read_to_string(root.join("Cargo.lock")).expect("the workspace has a lock file");
        if !folder.join("Cargo.lock").exists() {
            write_if_new(&folder.join("Cargo.lock"), &lock);
        }
        let _ = fs::remove_dir_all(folder.join("zoo/.proofhouse"));
        folder
    })
}

fn package(name: &str, more: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{more}")
}

/// Leaves a file alone that is as it should be: cargo looks at its time.
pub(crate) fn write_if_new(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|existing| existing == text) {
        return;
    }
    let folder = path.parent().expect("files lie in folders");
    fs::create_dir_all(folder).expect("a folder can be made");
    fs::write(path, text).expect("a file can be written");
}

/// The command in the workspace, with these arguments.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-proofhouse"));
    command
        .arg("proofhouse")
        .args(arguments)
        .current_dir(folder())
        .env("CARGO_NET_OFFLINE", "true")
        .env("NO_COLOR", "1")
        .env_remove("CARGO_TARGET_DIR")
        .env_remove("RUSTFLAGS");
    command
}

/// What the command printed and how it ended.
pub(crate) struct Ran {
    /// The exit code.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().expect("it ends by itself"),
            stdout: String::from_utf8(output.stdout).expect("text"),
            stderr: String::from_utf8(output.stderr).expect("text"),
        }
    }
}

/// Runs the command in the workspace.
pub(crate) fn run(arguments: &[&str]) -> Ran {
    command(arguments)
        .output()
        .expect("the command can be started")
        .into()
}

/// Waits until the log of events holds both texts on one line.
pub(crate) fn wait_for(log: &Path, event: &str, property: &str) {
    let deadline = Instant::now() + Duration::from_secs(300);
    while Instant::now() < deadline {
        let text = fs::read_to_string(log).unwrap_or_default();
        if text
            .lines()
            .any(|line| line.contains(event) && line.contains(property))
        {
            return;
        }
        thread::sleep(Duration::from_millis(20));
    }
    panic!("{event} of {property} never came");
}
