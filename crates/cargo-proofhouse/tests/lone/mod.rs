//! A package by itself, as a user has it: outside of this workspace, with one dependency for its tests.

use std::fs;
use std::path::Path;
use std::process::Command;

use proofhouse_evidence::{Replay, Verdict};
use proofhouse_report::CheckReport;

/// A package, written to a folder that outlives the test run so that its dependencies are built once.
pub(crate) struct LonePackage<'a> {
    /// The folder's name.
    pub(crate) folder: &'a str,
    /// The package's name.
    pub(crate) name: &'a str,
    /// What its tests depend on: a name, and the folder in this repository.
    pub(crate) dependency: (&'a str, &'a str),
    /// Its sources, by their paths.
    pub(crate) files: &'a [(&'a str, &'a str)],
}

impl LonePackage<'_> {
    /// The report of a check with these options.
    pub(crate) fn check(&self, options: &[&str]) -> CheckReport {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(self.folder);
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let (dependency, place) = self.dependency;
        let place = root.join(place).canonicalize().expect("the crate is here");
        let manifest = format!(
            "[package]\nname = {:?}\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
             [dev-dependencies]\n{dependency} = {{ path = {place:?} }}\n",
            self.name
        );
        let manifest = ("Cargo.toml", manifest.as_str());
        for (name, text) in self.files.iter().copied().chain([manifest]) {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
            fs::write(path, text).expect("a file can be written");
        }
        fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).expect("it is here");
        let output = Command::new(env!("CARGO_BIN_EXE_cargo-proofhouse"))
            .args([
                "proofhouse",
                "check",
                "--json",
                "report.json",
                "--seed",
                "1",
            ])
            .args(options)
            .current_dir(&folder)
            .env("CARGO_NET_OFFLINE", "true")
            .env_remove("CARGO_TARGET_DIR")
            .env_remove("RUSTFLAGS")
            .output()
            .expect("the command can be started");
        let _ = fs::remove_dir_all(folder.join(".proofhouse"));
        let errors = String::from_utf8_lossy(&output.stderr);
        let text = fs::read(folder.join("report.json")).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{error}\n{errors}"))
    }
}

/// A verdict in a word or two; a refutation that a native run does not show is one of the machine alone.
pub(crate) fn in_words(verdict: Option<&Verdict>) -> &'static str {
    match verdict {
        None => "not run",
        Some(Verdict::Refuted { findings }) => match findings[0].replay {
            Replay::Reproduced => "refuted",
            _ => "refuted alone",
        },
        Some(Verdict::Proved { .. }) => "proved",
        Some(Verdict::Passed { .. }) => "passed",
        Some(Verdict::Unhealthy { .. }) => "unhealthy",
        Some(Verdict::Vacuous { .. }) => "vacuous",
        Some(Verdict::Inconclusive { .. }) => "inconclusive",
        Some(Verdict::NotApplicable { .. }) => "-",
    }
}
