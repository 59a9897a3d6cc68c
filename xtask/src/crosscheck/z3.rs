//! Z3 as a process that stays: it reads a script, prints an answer for each question, forgets it and waits
//! for the next.
//!
//! Starting it costs more than most of the questions, and so does `(reset)`: 7 milliseconds, where many
//! questions take less than one. A level for each script costs nothing, but leaving it does not give back
//! all that it has taken: after 500 formulas, each takes three times as long. So there is a level for each
//! and now and then a reset.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// So many scripts are answered between two resets.
const RESET_AFTER: u32 = 100;

/// A process answers so many scripts before another takes its place, so that what even a reset does not
/// give back stays small.
const SCRIPTS_MAX: u32 = 5_000;

/// What is printed after a script's own answers.
const END: &str = "end-of-script";

/// The process, started when it is first asked.
pub(crate) struct Z3 {
    program: PathBuf,
    /// Commands after every reset.
    options: String,
    running: Option<Running>,
}

struct Running {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    scripts: u32,
}

impl Z3 {
    /// Z3 with options for all scripts.
    pub(crate) fn new(program: PathBuf, options: String) -> Self {
        Self {
            program,
            options,
            running: None,
        }
    }

    /// What a script prints, line by line; what was printed until then where it brings Z3 down.
    ///
    /// # Errors
    ///
    /// A text, when Z3 can't be started.
    pub(crate) fn answers(&mut self, script: &str) -> Result<Vec<String>, String> {
        if self.running.is_none() {
            let running = Running::start(&self.program);
            self.running = Some(running.map_err(|e| format!("{}: {e}", self.program.display()))?);
        }
        let running = self.running.as_mut().expect("it was started");
        let first = match running.scripts.is_multiple_of(RESET_AFTER) {
            true => format!("(reset)\n{}", self.options),
            false => String::new(),
        };
        let (lines, is_whole) = running.ask(&format!("{first}(push)\n{script}(pop)\n"));
        if !is_whole || running.scripts >= SCRIPTS_MAX {
            self.stop();
        }
        Ok(lines)
    }

    fn stop(&mut self) {
        if let Some(mut running) = self.running.take() {
            // It may have ended by itself.
            let _ = running.child.kill();
            let _ = running.child.wait();
        }
    }
}

impl Drop for Z3 {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Running {
    fn start(program: &Path) -> std::io::Result<Self> {
        let mut child = Command::new(program)
            .arg("-in")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = child.stdin.take().expect("it is piped");
        let output = BufReader::new(child.stdout.take().expect("it is piped"));
        Ok(Self {
            child,
            input,
            output,
            scripts: 0,
        })
    }

    /// The lines that a script prints, and whether it came to its end.
    ///
    /// A script has few questions, so what it prints fits into the pipe while the rest is still written.
    fn ask(&mut self, script: &str) -> (Vec<String>, bool) {
        self.scripts += 1;
        let mut lines = Vec::new();
        let script = format!("{script}(echo \"{END}\")\n");
        if self.input.write_all(script.as_bytes()).is_err() {
            return (lines, false);
        }
        for line in self.output.by_ref().lines() {
            match line {
                Ok(line) if line == END => return (lines, true),
                Ok(line) => lines.push(line),
                Err(_) => break,
            }
        }
        (lines, false)
    }
}

/// Z3 as it is installed, or else from its Python wheel in a folder of ours.
pub(crate) fn find_z3(folder: &Path) -> Result<PathBuf, String> {
    let runs = |path: &Path| {
        let ran = Command::new(path).arg("--version").output();
        ran.is_ok_and(|output| output.status.success())
    };
    let own = folder.join("z3/bin/z3");
    for candidate in [PathBuf::from("z3"), own.clone()] {
        if runs(&candidate) {
            return Ok(candidate);
        }
    }
    eprintln!(
        "Z3 is not installed: fetching its Python wheel into {}",
        folder.display()
    );
    let target = folder.join("z3");
    let fetched = Command::new("python3")
        .args(["-m", "pip", "install", "--quiet", "--target"])
        .arg(&target)
        .arg("z3-solver")
        .status();
    match fetched {
        Ok(status) if status.success() && runs(&own) => Ok(own),
        _ => Err(
            "Z3 can't be had: install `z3`, or Python 3 with pip, and run this again".to_owned(),
        ),
    }
}
