//! Z3 as a process that reads a script and prints an answer for each question.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// What the script prints, line by line.
pub(crate) fn answers_of(z3: &Path, script: &str) -> Result<Vec<String>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", z3.display());
    let mut child: Child = Command::new(z3)
        .arg("-in")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let mut input = child.stdin.take().expect("it is piped");
    let output = std::thread::scope(|scope| {
        let writer = scope.spawn(move || input.write_all(script.as_bytes()));
        let output = child.wait_with_output();
        writer.join().expect("writing does not panic")?;
        output
    });
    let output = output.map_err(failed)?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().map(str::to_owned).collect())
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
