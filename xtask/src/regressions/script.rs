//! One script in a process of its own.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::expected::is_answer;

/// Kilobytes of memory that a script may take.
const MEMORY_KB_MAX: u64 = 4 << 20;

/// What a script did.
pub(super) struct Ran {
    /// Its answers, in order.
    pub(super) answers: Vec<String>,
    /// Whether it was stopped before it ended.
    pub(super) is_stopped: bool,
    /// The error that it ended with.
    pub(super) error: Option<String>,
    pub(super) milliseconds: u64,
}

/// Runs a solver on a script for at most so many seconds.
pub(super) fn run(
    solver: &Path,
    arguments: &[&str],
    script: &Path,
    seconds: u64,
) -> Result<Ran, String> {
    let started = Instant::now();
    let failed = |error: std::io::Error| format!("{}: {error}", solver.display());
    let mut child = Command::new("sh")
        .arg("-c")
        .arg(format!("ulimit -v {MEMORY_KB_MAX}; exec \"$@\""))
        .arg("sh")
        .arg(solver)
        .args(arguments)
        .arg(script)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let (mut output, mut errors) = (child.stdout.take(), child.stderr.take());
    let (answers, complaint, ended) = thread::scope(|scope| {
        let reader = scope.spawn(move || text_of(output.as_mut()));
        let complaints = scope.spawn(move || text_of(errors.as_mut()));
        let ended = wait(&mut child, started + Duration::from_secs(seconds));
        let output = reader.join().expect("reading does not panic");
        (
            output,
            complaints.join().expect("reading does not panic"),
            ended,
        )
    });
    let code = ended.map_err(failed)?;
    let first = complaint.lines().find(|line| line.starts_with("error"));
    Ok(Ran {
        answers: answers
            .lines()
            .filter(|line| is_answer(line))
            .map(str::to_owned)
            .collect(),
        // Out of memory ends a process without an error of its own.
        is_stopped: code != Some(0) && first.is_none(),
        error: first.map(str::to_owned),
        milliseconds: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
    })
}

fn text_of(pipe: Option<&mut impl std::io::Read>) -> String {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        // What could be read of a process that was killed is all there is.
        let _ = pipe.read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Waits for the end, and brings it about when the time is up; `None` if there is no exit code.
fn wait(child: &mut Child, deadline: Instant) -> std::io::Result<Option<i32>> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.code());
        }
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(2));
    }
}
