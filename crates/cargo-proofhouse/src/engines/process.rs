//! A child process under supervision: it ends in time, and what it said last is kept.
//!
//! # Invariants
//!
//! - [`supervise`] returns only when the child has ended, by itself or because time, a watcher or the
//!   user said so, and everything that it started in its process group has ended too.
//! - Output of any length costs a bounded amount of memory: the last `TAIL_BYTES_MAX` are kept.
//! - A signal that the terminal sends does not reach the child: it has a process group of its own.
//!   So no child ever seems to have crashed because the user pressed Ctrl-C.
//!
//! # Not here
//!
//! A process that leaves its group (`setsid`): what does that means to go on.

use std::collections::VecDeque;
use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{fmt, io, thread};

use crate::interrupt::Interrupt;

/// A panic message and its backtrace fit in many times over.
const TAIL_BYTES_MAX: usize = 64 * 1024;

/// How long a child's pipes are read on after it ended: grandchildren may hold them open for ever.
const PIPES_AFTER_END_MAX: Duration = Duration::from_millis(500);

/// The first wait between two looks at a child, and the longest. Most children end within
/// milliseconds; a long one should not be looked at all the time.
const POLL: (Duration, Duration) = (Duration::from_micros(500), Duration::from_millis(20));

/// How a child ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// By itself, with this code.
    Exited(i32),
    /// By this signal, which we did not send.
    Signalled(i32),
    /// We ended it because its time was up.
    OutOfTime,
    /// We ended it because the watcher said so.
    Stalled,
    /// We ended it because the user wants the command to end.
    Interrupted,
}

impl fmt::Display for End {
    /// A clause without a subject: "was killed by signal 6 (SIGABRT)".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exited(code) => write!(f, "exited with code {code}"),
            Self::Signalled(signal) => match signal_name(*signal) {
                Some(name) => write!(f, "was killed by signal {signal} ({name})"),
                None => write!(f, "was killed by signal {signal}"),
            },
            Self::OutOfTime => write!(f, "did not end in time"),
            Self::Stalled => write!(f, "did not get on"),
            Self::Interrupted => write!(f, "was ended by the user"),
        }
    }
}

/// The names of signals whose numbers are the same wherever this runs.
fn signal_name(signal: i32) -> Option<&'static str> {
    let names = [
        (4, "SIGILL"),
        (5, "SIGTRAP"),
        (6, "SIGABRT"),
        (8, "SIGFPE"),
        (9, "SIGKILL"),
        (11, "SIGSEGV"),
        (13, "SIGPIPE"),
        (15, "SIGTERM"),
    ];
    names
        .iter()
        .find(|(number, _)| *number == signal)
        .map(|(_, name)| *name)
}

/// A child that has ended.
#[derive(Debug)]
pub struct Ended {
    /// How.
    pub end: End,
    /// The last of what it wrote to standard error.
    pub stderr: String,
    /// The last of what it wrote to standard output.
    pub stdout: String,
    /// From start to end.
    pub elapsed: Duration,
}

/// Runs the command to its end, or to ours.
///
/// `is_stalled` is asked every few milliseconds; when it says yes, the child is ended.
///
/// # Errors
///
/// Whatever the system says when it cannot start the child or cannot wait for it.
pub fn supervise(
    mut command: Command,
    time_max: Duration,
    interrupt: &Interrupt,
    is_stalled: &mut dyn FnMut() -> bool,
) -> io::Result<Ended> {
    let started = Instant::now();
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = spawn_in_own_group(&mut command)?;
    let stdout = Tail::of(child.stdout.take());
    let stderr = Tail::of(child.stderr.take());
    let mut pause = POLL.0;
    let end = loop {
        if has_ended(&mut child)? {
            // Before it is waited for, so that its number still names its own group.
            kill_group(&mut child);
            break end_of(child.wait()?);
        }
        let verdict = if interrupt.is_requested() {
            Some(End::Interrupted)
        } else if started.elapsed() > time_max {
            Some(End::OutOfTime)
        } else if is_stalled() {
            Some(End::Stalled)
        } else {
            None
        };
        if let Some(end) = verdict {
            kill_group(&mut child);
            child.wait()?;
            break end;
        }
        thread::sleep(pause);
        pause = (pause * 2).min(POLL.1);
    };
    let elapsed = started.elapsed();
    Ok(Ended {
        end,
        stderr: stderr.text(),
        stdout: stdout.text(),
        elapsed,
    })
}

/// Whether a child has ended, without taking its number away from it.
#[cfg(unix)]
fn has_ended(child: &mut Child) -> io::Result<bool> {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    let status = waitid(WaitId::Pid(Pid::from_child(child)), options)?;
    Ok(status.is_some())
}

#[cfg(not(unix))]
fn has_ended(child: &mut Child) -> io::Result<bool> {
    child.try_wait().map(|status| status.is_some())
}

/// Starts a child whose group a terminal's signals do not reach.
///
/// # Errors
///
/// Whatever the system says.
pub fn spawn_in_own_group(command: &mut Command) -> io::Result<Child> {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;
        command.process_group(0);
    }
    command.spawn()
}

/// Ends a child and everything that it started in its group. A child that has ended already is fine.
pub fn kill_group(child: &mut Child) {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, Signal, kill_process_group};
        let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    }
    let _ = child.kill();
}

/// How a child ended that was not ended by us.
pub fn end_of(status: ExitStatus) -> End {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt as _;
        if let Some(signal) = status.signal() {
            return End::Signalled(signal);
        }
    }
    End::Exited(status.code().unwrap_or(-1))
}

/// The last bytes of a pipe, read by a thread of its own.
#[derive(Debug)]
pub struct Tail {
    bytes: Arc<Mutex<VecDeque<u8>>>,
    reader: Option<thread::JoinHandle<()>>,
}

impl Tail {
    /// Begins to read the pipe.
    pub fn of(pipe: Option<impl Read + Send + 'static>) -> Self {
        let bytes = Arc::new(Mutex::new(VecDeque::new()));
        let kept = Arc::clone(&bytes);
        let reader = pipe.map(|pipe| thread::spawn(move || keep_tail(pipe, &kept)));
        Self { bytes, reader }
    }

    /// What was read until the pipe was closed, or until no longer than a moment from now.
    pub fn text(mut self) -> String {
        if let Some(reader) = self.reader.take() {
            let deadline = Instant::now() + PIPES_AFTER_END_MAX;
            while !reader.is_finished() && Instant::now() < deadline {
                thread::sleep(POLL.0);
            }
        }
        let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes.iter().copied().collect::<Vec<_>>()).into_owned()
    }
}

fn keep_tail(mut pipe: impl Read, kept: &Mutex<VecDeque<u8>>) {
    let mut buffer = [0; 8192];
    while let Ok(read @ 1..) = pipe.read(&mut buffer) {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend(&buffer[..read]);
        let surplus = kept.len().saturating_sub(TAIL_BYTES_MAX);
        kept.drain(..surplus);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    fn run(script: &str, time_max: Duration) -> Ended {
        supervise(shell(script), time_max, &Interrupt::default(), &mut || {
            false
        })
        .expect("a shell can be started")
    }

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn a_child_that_ends_by_itself_says_how() {
        let ended = run("echo out; echo err >&2; exit 7", LONG);
        assert_eq!(ended.end, End::Exited(7));
        assert_eq!(
            (ended.stderr.as_str(), ended.stdout.as_str()),
            ("err\n", "out\n")
        );
        let ended = run("kill -ABRT $$", LONG);
        assert_eq!(ended.end.to_string(), "was killed by signal 6 (SIGABRT)");
    }

    #[test]
    fn a_child_and_its_children_are_ended_in_time() {
        let ended = run("sleep 600 & sleep 600", Duration::from_millis(50));
        assert_eq!(ended.end, End::OutOfTime);
        assert!(ended.elapsed < LONG);
    }

    #[test]
    fn nothing_that_a_child_started_outlives_it() {
        let ended = run("sleep 600 & echo $!; exit 3", LONG);
        assert_eq!(ended.end, End::Exited(3));
        let id: i32 = ended.stdout.trim().parse().expect("a number");
        let deadline = Instant::now() + Duration::from_secs(10);
        // Killed, it stays a zombie until its new parent has looked.
        let is_running = || {
            let stat = std::fs::read_to_string(format!("/proc/{id}/stat"));
            stat.is_ok_and(|stat| !stat.contains(") Z "))
        };
        while is_running() {
            assert!(Instant::now() < deadline, "{id} still runs");
            thread::sleep(POLL.1);
        }
    }

    #[test]
    fn a_watcher_and_the_user_can_end_a_child() {
        let interrupt = Interrupt::default();
        let ended = supervise(shell("sleep 600"), LONG, &interrupt, &mut || true).unwrap();
        assert_eq!(ended.end, End::Stalled);
        interrupt.request();
        let ended = supervise(shell("sleep 600"), LONG, &interrupt, &mut || false).unwrap();
        assert_eq!(ended.end, End::Interrupted);
    }

    #[test]
    fn only_the_tail_of_a_long_output_is_kept() {
        let ended = run(
            "i=0; while [ $i -lt 30000 ]; do echo line $i; i=$((i+1)); done",
            LONG,
        );
        assert!(ended.stdout.len() <= TAIL_BYTES_MAX);
        assert!(ended.stdout.ends_with("line 29999\n"));
    }

    #[test]
    fn a_grandchild_that_keeps_the_pipe_open_does_not_keep_us() {
        let ended = run("setsid sleep 30 & exit 0", LONG);
        assert_eq!(ended.end, End::Exited(0));
        assert!(ended.elapsed < Duration::from_secs(20));
    }
}
