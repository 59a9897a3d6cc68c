//! A scratch copy of the repository, in which mutants are built and checked.
//!
//! It has a target folder of its own that outlives it, so that what mutants share is built once.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use proofhouse_evidence::Verdict;
use proofhouse_report::CheckReport;

use super::Mutant;

/// A copy of what git tracks, with a target directory that outlives it.
pub(super) struct Scratch {
    folder: PathBuf,
    /// Where what mutants share is built.
    build: PathBuf,
    command: PathBuf,
}

impl Scratch {
    /// Copies what git tracks under `root`, and builds the command.
    pub(super) fn of(root: &Path) -> Result<Self, String> {
        let target = target(root);
        let folder = target.join("mutants/source");
        let _ = fs::remove_dir_all(&folder);
        let tracked = output(
            Command::new("git")
                .args(["ls-files", "-z"])
                .current_dir(root),
        )?;
        for file in tracked.split('\0').filter(|file| !file.is_empty()) {
            copy(&root.join(file), &folder.join(file))?;
        }
        run(Command::new("cargo")
            .args([
                "build",
                "--quiet",
                "--release",
                "--package",
                "cargo-proofhouse",
            ])
            .current_dir(root))?;
        let command = target.join("release/cargo-proofhouse");
        Ok(Self {
            folder,
            build: target.join("mutants/build"),
            command,
        })
    }

    /// Applies the mutant, checks its subject, and puts the source back.
    pub(super) fn run(&self, mutant: &Mutant) -> Result<CheckReport, String> {
        self.apply(mutant, &[])?;
        let check = self.check(mutant);
        self.apply(mutant, &["--reverse"])?;
        check
    }

    fn apply(&self, mutant: &Mutant, options: &[&str]) -> Result<(), String> {
        // The copy lies inside the work tree; git must not take it for a part of that.
        run(Command::new("git")
            .arg("apply")
            .args(options)
            .arg(&mutant.patch)
            .current_dir(&self.folder)
            .env(
                "GIT_CEILING_DIRECTORIES",
                self.folder.parent().expect("the copy has a parent"),
            ))
    }

    fn cargo(&self) -> Command {
        let mut command = Command::new(&self.command);
        command
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &self.build);
        command
    }

    fn check(&self, mutant: &Mutant) -> Result<CheckReport, String> {
        let mut command = self.cargo();
        command.args(["check", "-p", &mutant.subject, "--format", "json"]);
        command.args(&mutant.properties);
        let output = command
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| format!("{}: {error}", self.command.display()))?;
        let text = String::from_utf8_lossy(&output.stdout);
        CheckReport::from_json(&text).map_err(|error| format!("`{}`: {error}", mutant.name))
    }

    /// Replays the first token of every refuted property; each must fail again.
    pub(super) fn replay(
        &self,
        mutant: &Mutant,
        report: &CheckReport,
        faults: &mut String,
    ) -> Result<(), String> {
        const STILL_FAILS: Option<i32> = Some(1);
        self.apply(mutant, &[])?;
        for (_, property) in report.properties() {
            let finding =
                property
                    .results
                    .iter()
                    .find_map(|result| match result.outcome.verdict() {
                        Some(Verdict::Refuted { findings }) => findings.first(),
                        _ => None,
                    });
            let Some(finding) = finding else { continue };
            let token = &finding.counterexample.token;
            let mut command = self.cargo();
            command
                .args(["replay", token])
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            let status = command.status().map_err(|error| error.to_string())?;
            if status.code() != STILL_FAILS {
                let _ = writeln!(
                    faults,
                    "`{}`: {token} gives {status} on replay",
                    mutant.name
                );
            }
        }
        self.apply(mutant, &["--reverse"])
    }
}

/// Where cargo builds.
fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let folder = to.parent().expect("a file lies in a folder");
    fs::create_dir_all(folder)
        .and_then(|()| fs::copy(from, to))
        .map(|_| ())
        .map_err(|error| format!("{}: {error}", from.display()))
}

fn run(command: &mut Command) -> Result<(), String> {
    output(command).map(|_| ())
}

fn output(command: &mut Command) -> Result<String, String> {
    let output = command
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!(
            "{command:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        ))
    }
}
