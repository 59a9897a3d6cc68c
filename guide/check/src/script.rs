//! A page as a script: its files are written, its commands are run.
//!
//! A page begins in a folder outside of the workspace that is empty but for `proofhouse`, which leads to the
//! workspace, as if it had been cloned there. All pages have the same one, so that the library is compiled once. A page that says `<!-- package: shop -->` starts in a new
//! package `shop` that depends on the library, one that says `<!-- example: lessons -->` in a copy of
//! `guide/examples/lessons`. `cd` works as in a terminal.
//!
//! Nothing asks the network: what the pages depend on is in the workspace's lock. A command that `.ci/run` has as a line of its own is left to it.
//!
//! # Invariants
//!
//! - A command runs as a reader would type it, in bash.
//! - A command that ends with another code than the page says is a fault of the page.
//! - Pages share cargo's artefacts and nothing else: neither kept proofs nor reports.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};

use regex::Regex;

use crate::block::{Block, Command, blocks};
use crate::{output, root};

/// Where pages seem to be run.
const HOME: &str = "/home/me";

/// No command of a page takes longer, not even the first build of the command on two slow cores.
const SECONDS_MAX: u32 = 1500;

/// What pages share.
pub struct House {
    /// Where `cargo install` puts the command.
    installed: tempfile::TempDir,
    home: tempfile::TempDir,
    target: PathBuf,
    install_target: PathBuf,
    gate: String,
}

/// What came of a command.
struct Ended {
    printed: String,
    code: Option<i32>,
}

/// One page on its way through its script.
struct Run<'house> {
    house: &'house House,
    /// The folder of the page, as the system names it.
    home: PathBuf,
    here: PathBuf,
    /// `rust` blocks without a file.
    items: Vec<String>,
    /// What no output in the page can mend.
    failures: Vec<String>,
    faults: Vec<String>,
    /// Replaced output: where, and by what.
    written: Vec<(std::ops::Range<usize>, String)>,
}

/// What came of a page.
pub struct Outcome {
    /// What went otherwise than the page says, each ready to be printed.
    pub failures: Vec<String>,
    /// Where the page shows something else than what was printed.
    pub faults: Vec<String>,
    /// The page with the true output in place of what was wrong.
    pub blessed: String,
    /// How many commands ran.
    pub commands: usize,
}

impl House {
    /// Prepares what pages share.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn new() -> io::Result<Self> {
        let install_target = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => root().join(folder),
            None => root().join("target"),
        };
        Ok(Self {
            installed: tempfile::tempdir()?,
            home: tempfile::tempdir()?,
            target: install_target.join("guide"),
            install_target,
            gate: fs::read_to_string(root().join(".ci/run"))?,
        })
    }

    /// Installs the command, as the guide's first command does.
    ///
    /// # Errors
    ///
    /// What went wrong.
    pub fn install(&self) -> Result<(), String> {
        let line = "cargo install --locked --path crates/cargo-proofhouse";
        let ended = self.bash(line, &root(), self.installed.path());
        match ended.map_err(|error| error.to_string())? {
            Ended { code: Some(0), .. } => Ok(()),
            Ended { printed, .. } => Err(printed),
        }
    }

    /// Runs a page.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn run(&self, page: &str) -> io::Result<Outcome> {
        let home = self.home.path().canonicalize()?;
        for left in fs::read_dir(&home)? {
            let left = left?.path();
            match left.is_dir() && !left.is_symlink() {
                true => fs::remove_dir_all(left)?,
                false => fs::remove_file(left)?,
            }
        }
        std::os::unix::fs::symlink(root(), home.join("proofhouse"))?;
        for left in ["proofs", "reports"] {
            let _ = fs::remove_dir_all(self.target.join("proofhouse").join(left));
        }
        let mut run = Run {
            house: self,
            here: home.clone(),
            home,
            items: Vec::new(),
            failures: Vec::new(),
            faults: Vec::new(),
            written: Vec::new(),
        };
        if let Some(package) = directive(page, "package") {
            run.create(&package)?;
        }
        if let Some(example) = directive(page, "example") {
            run.copy(&example)?;
        }
        let mut commands = 0;
        for block in blocks(page) {
            commands += run.block(&block)?;
        }
        run.compile_items()?;
        let mut blessed = page.to_owned();
        for (place, text) in run.written.iter().rev() {
            blessed.replace_range(place.clone(), text);
        }
        Ok(Outcome {
            failures: run.failures,
            faults: run.faults,
            blessed,
            commands,
        })
    }

    /// Whether the gate itself runs a command.
    fn is_run_by_gate(&self, line: &str) -> bool {
        self.gate.lines().any(|own| own == without_comment(line))
    }

    fn bash(&self, line: &str, here: &Path, home: &Path) -> io::Result<Ended> {
        let place = home.join(".place");
        let is_install = line.starts_with("cargo install");
        // In one pipe, so that lines come as they were printed.
        let script = format!(
            "exec 2>&1; {line}\ncode=$?; pwd > {}; exit $code",
            place.display()
        );
        let mut bash = Process::new("timeout");
        bash.arg(SECONDS_MAX.to_string())
            .args(["bash", "-c", &script]);
        for (name, _) in env::vars_os() {
            let name_text = name.to_string_lossy();
            let is_ours = ["CARGO", "RUST", "PROOFHOUSE", "LD_LIBRARY_PATH", "CI"]
                .iter()
                .any(|prefix| name_text.starts_with(prefix));
            let is_installation =
                ["CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"].contains(&&*name_text);
            if is_ours && !is_installation {
                bash.env_remove(&name);
            }
        }
        let mut path = std::ffi::OsString::from(self.installed.path().join("bin"));
        path.push(":");
        path.push(env::var_os("PATH").unwrap_or_default());
        let target = if is_install {
            &self.install_target
        } else {
            &self.target
        };
        let ended = bash
            .env("PATH", path)
            .env("PWD", here)
            .env("CARGO_INSTALL_ROOT", self.installed.path())
            .env("CARGO_TARGET_DIR", target)
            .env("CARGO_NET_OFFLINE", "true")
            .env("CARGO_TERM_COLOR", "never")
            .env("GIT_CEILING_DIRECTORIES", "/")
            .current_dir(here)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()?;
        Ok(Ended {
            printed: String::from_utf8_lossy(&ended.stdout).into_owned(),
            code: ended.status.code(),
        })
    }
}

impl Run<'_> {
    /// A new package that depends on the library.
    fn create(&mut self, package: &str) -> io::Result<()> {
        self.prepare(&[
            &format!("cargo new --lib {package}"),
            &format!("cd {package}"),
            "cargo add --dev --path ../proofhouse/crates/proofhouse",
        ])
    }

    /// A package of `guide/examples`, outside of the workspace.
    fn copy(&mut self, example: &str) -> io::Result<()> {
        self.prepare(&[
            &format!("cp -r proofhouse/guide/examples/{example} ."),
            &format!("cd {example} && rm -rf .proofhouse"),
            "sed -i 's|../../../crates|../proofhouse/crates|' Cargo.toml",
        ])
    }

    fn prepare(&mut self, lines: &[&str]) -> io::Result<()> {
        for line in lines {
            let ended = self.command(line)?;
            if ended.code != Some(0) {
                self.failures.push(format!("$ {line}\n{}", ended.printed));
            }
        }
        Ok(())
    }

    /// Does what a block asks for; says how many commands that were.
    fn block(&mut self, block: &Block) -> io::Result<usize> {
        if let Some(file) = block.option("file") {
            self.write(file, &block.text)?;
        } else if let Some(file) = block.option("append") {
            let before = fs::read_to_string(self.here.join(file)).unwrap_or_default();
            self.write(file, &format!("{before}\n{}", block.text))?;
        } else if block.language == "console" {
            return self.console(block);
        } else if block.language == "rust" && !block.has("ignore") {
            self.items.push(block.text.clone());
        }
        Ok(0)
    }

    fn write(&self, file: &str, text: &str) -> io::Result<()> {
        let path = self.here.join(file);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, text)
    }

    fn console(&mut self, block: &Block) -> io::Result<usize> {
        let commands = block.commands();
        let wanted: i32 = block
            .option("exit")
            .and_then(|code| code.parse().ok())
            .unwrap_or(0);
        let last = commands.len().saturating_sub(1);
        let mut ran = 0;
        for (at, command) in commands.iter().enumerate() {
            if self.house.is_run_by_gate(&command.line) {
                continue;
            }
            ran += 1;
            let ended = self.command(&command.line)?;
            let wanted = if at == last { wanted } else { 0 };
            self.judge(block, command, &ended, wanted);
        }
        Ok(ran)
    }

    fn judge(&mut self, block: &Block, command: &Command, ended: &Ended, wanted: i32) {
        let line = &command.line;
        if ended.code != Some(wanted) {
            let fault = format!(
                "$ {line}\nended with {:?}, not with {wanted}:\n{}",
                ended.code, ended.printed
            );
            self.failures.push(fault);
            return;
        }
        // Where a page shows nothing, what is printed does not matter to it.
        if command.output.trim().is_empty() {
            return;
        }
        if let Err(difference) = output::compare(&command.output, &ended.printed) {
            self.faults.push(format!("$ {line}\n{difference}"));
            let start = block.content.start;
            let place = start + command.place.start..start + command.place.end;
            let printed = output::shown(&ended.printed);
            let gap = if command.output.ends_with("\n\n") {
                "\n"
            } else {
                ""
            };
            let text = if printed.is_empty() {
                gap.to_owned()
            } else {
                format!("{printed}\n{gap}")
            };
            self.written.push((place, text));
        }
    }

    /// Runs a command where the last one ended.
    fn command(&mut self, line: &str) -> io::Result<Ended> {
        let mut ended = self.house.bash(line, &self.here, &self.home)?;
        if let Ok(place) = fs::read_to_string(self.home.join(".place")) {
            self.here = PathBuf::from(place.trim_end());
        }
        let target = self.house.target.display().to_string();
        let here = self
            .here
            .display()
            .to_string()
            .replace(&self.home.display().to_string(), HOME);
        ended.printed = ended
            .printed
            .replace(&self.home.display().to_string(), HOME)
            .replace(&target, &format!("{here}/target"));
        Ok(ended)
    }

    /// Compiles and runs the blocks that belong to no file, as one test.
    fn compile_items(&mut self) -> io::Result<()> {
        if self.items.is_empty() {
            return Ok(());
        }
        let items = self.items.iter().enumerate();
        let modules: Vec<String> = items
            .map(|(at, text)| {
                let import = if text.contains("prelude") {
                    ""
                } else {
                    "#[allow(unused_imports)] use proofhouse::prelude::*;\n"
                };
                format!("mod block_{at} {{\n{import}{text}}}\n")
            })
            .collect();
        let text = format!("#![allow(dead_code)]\n{}", modules.concat());
        self.write("tests/blocks_of_the_page.rs", &text)?;
        let line = "cargo test --test blocks_of_the_page";
        let ended = self.command(line)?;
        if ended.code != Some(0) {
            self.failures.push(format!(
                "the blocks without a file do not hold:\n{}",
                ended.printed
            ));
        }
        Ok(())
    }
}

/// What a page says in `<!-- name: value -->`.
fn directive(page: &str, name: &str) -> Option<String> {
    let pattern = Regex::new(&format!(r"<!-- {name}: ([a-z-]+) -->")).expect("the pattern is one");
    Some(pattern.captures(page)?[1].to_owned())
}

fn without_comment(line: &str) -> &str {
    line.split(" #").next().unwrap_or(line).trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_run_and_its_lies_are_found_and_mended() {
        let page = "```text,file=a/note.txt\nhello\n```\n\n```console\n$ cat a/note.txt\nhello\n$ echo one\ntwo\n\n\
                    $ cd a && pwd\n/home/me/a\n```\n\n```console,exit=3\n$ exit 3\n```\n\n```console\n$ false\n```\n";
        let outcome = House::new().unwrap().run(page).unwrap();
        assert_eq!(outcome.commands, 5);
        let ([lie], [code]) = (outcome.faults.as_slice(), outcome.failures.as_slice()) else {
            panic!("one each, not {:?} {:?}", outcome.faults, outcome.failures);
        };
        assert!(lie.starts_with("$ echo one\n"), "{lie}");
        assert!(code.contains("ended with Some(1), not with 0"), "{code}");
        assert_eq!(outcome.blessed, page.replace("two\n\n", "one\n\n"));
    }

    #[test]
    fn what_the_gate_runs_is_left_to_it() {
        let house = House::new().unwrap();
        assert!(house.is_run_by_gate("cargo test --workspace       # all tests"));
        assert!(!house.is_run_by_gate("cargo test"));
    }
}
