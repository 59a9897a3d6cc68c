//! One property, one native engine, one fresh process.
//!
//! The engine itself runs inside the test binary; it is told what to do by environment variables and
//! answers in a journal. What it says there is taken as it is. What it can no longer say because the
//! code under test ended the process, or never came back, is found in the case file, which it wrote
//! ahead.
//!
//! # Invariants
//!
//! - Counts come from the journal only.
//! - No verdict is made here for a process that did not write one.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use proofhouse_evidence::{Engine, Event, Failure, Statistics, Verdict, read_events};

use crate::build::cargo::TestBinary;
use crate::engines::guard::{Memory, guarded};
use crate::engines::process::{End, supervise};
use crate::error::CommandError;
use crate::interrupt::Interrupt;

/// What a native process is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NativeTask {
    /// Random cases.
    Random {
        /// How many; `None`: what the property asks for.
        cases: Option<u64>,
        /// The seed.
        seed: u64,
    },
    /// Given cases, and variations of them.
    Vary {
        /// A file with their tokens, a line each.
        starts: PathBuf,
        /// How many in all; `None`: what the property asks for.
        cases: Option<u64>,
        /// The seed.
        seed: u64,
    },
    /// Every input, if they are few enough.
    Exhaustive {
        /// How many are few enough; `None`: the library's own limit.
        inputs_max: Option<u64>,
    },
    /// One case.
    Replay {
        /// The case.
        token: String,
        /// Whether to look for a simpler one if it fails.
        shrink: bool,
    },
    /// The values of one case; the property does not run.
    Draw {
        /// The case.
        token: String,
    },
}

impl NativeTask {
    /// The engine that does it.
    pub fn engine(&self) -> Engine {
        match self {
            Self::Random { .. } | Self::Vary { .. } => Engine::Random,
            Self::Exhaustive { .. } => Engine::Exhaustive,
            Self::Replay { .. } | Self::Draw { .. } => Engine::Replay,
        }
    }

    fn variables(&self) -> Vec<(&'static str, String)> {
        let mut variables = vec![("PROOFHOUSE_ENGINE", self.engine().name().to_owned())];
        match self {
            Self::Random { cases, seed } => {
                variables.push(("PROOFHOUSE_SEED", seed.to_string()));
                variables.extend(cases.map(|cases| ("PROOFHOUSE_CASES", cases.to_string())));
            }
            Self::Vary {
                starts,
                cases,
                seed,
            } => {
                variables.push(("PROOFHOUSE_STARTS", starts.display().to_string()));
                variables.push(("PROOFHOUSE_SEED", seed.to_string()));
                variables.extend(cases.map(|cases| ("PROOFHOUSE_CASES", cases.to_string())));
            }
            Self::Exhaustive { inputs_max } => {
                let maximum =
                    inputs_max.map(|inputs| ("PROOFHOUSE_INPUTS_MAX", inputs.to_string()));
                variables.extend(maximum);
            }
            Self::Replay { token, shrink } => {
                variables.push(("PROOFHOUSE_REPLAY", token.clone()));
                variables.push(("PROOFHOUSE_SHRINK", u8::from(*shrink).to_string()));
            }
            Self::Draw { token } => {
                variables.push(("PROOFHOUSE_REPLAY", token.clone()));
                variables.push(("PROOFHOUSE_ONLY_DRAW", "1".to_owned()));
            }
        }
        variables
    }
}

/// How much a native process may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NativeLimits {
    /// For one case.
    pub case_max: Duration,
    /// For all of them together.
    pub property_max: Duration,
    /// The memory that the process may have.
    pub memory_bytes_max: u64,
}

/// What came of a native process.
#[derive(Debug)]
pub struct NativeRun {
    /// The journal.
    pub events: Vec<Event>,
    /// The case that was running when the process ended, if one was.
    pub last_case: Option<String>,
    /// How the process ended.
    pub end: End,
    /// The last of what it wrote to standard error.
    pub stderr: String,
    /// From start to end.
    pub elapsed: Duration,
}

impl NativeRun {
    /// The engine's own conclusion, if it came to one.
    pub fn conclusion(&self) -> Option<(&Verdict, &Statistics)> {
        self.events.iter().rev().find_map(|event| match event {
            Event::Finished {
                verdict,
                statistics,
                ..
            } => Some((verdict, statistics)),
            _ => None,
        })
    }

    /// Failures that the engine saw before it could conclude, with the tokens of their inputs.
    pub fn failures_seen(&self) -> impl Iterator<Item = (&Failure, &str)> {
        self.events.iter().filter_map(|event| match event {
            Event::Failed { failure, token, .. } => Some((failure, token.as_str())),
            _ => None,
        })
    }

    /// Cases that the journal counted before the process was lost.
    pub fn progress(&self) -> u64 {
        let done = self.events.iter().rev().find_map(|event| match event {
            Event::Progress { done, .. } => Some(*done),
            _ => None,
        });
        done.unwrap_or(0)
    }

    /// The last line on standard error that says anything, such as a runtime's reason to abort.
    pub fn last_words(&self) -> Option<&str> {
        // What the runtime adds for those who would like a backtrace is no reason.
        let is_addition = |line: &str| {
            line.starts_with("note: ") || line.starts_with("skipping backtrace printing")
        };
        let mut lines = self.stderr.lines().map(str::trim);
        lines.rfind(|line| !line.is_empty() && !is_addition(line))
    }
}

/// Runs the task for one property in a fresh process.
///
/// `scratch` is a folder for the journal and the case file; it may be shared with other runs. `hear`
/// gets every event once, as soon as it is seen.
///
/// # Errors
///
/// [`CommandError::Io`] when the process cannot be started or its files cannot be read.
pub fn run(
    binary: &TestBinary,
    property: &str,
    task: &NativeTask,
    limits: NativeLimits,
    scratch: &Path,
    interrupt: &Interrupt,
    hear: &mut dyn FnMut(&Event),
) -> Result<NativeRun, CommandError> {
    let files = tempfile::tempdir_in(scratch).map_err(|source| CommandError::Io {
        doing: "making a folder for a journal",
        path: scratch.to_owned(),
        source,
    })?;
    let journal = files.path().join("events.jsonl");
    let case_file = files.path().join("case");
    let failed_to_run = |source| CommandError::Io {
        doing: "running a test binary",
        path: binary.executable.clone(),
        source,
    };
    let memory = Memory::Data(limits.memory_bytes_max);
    let mut command = guarded(&binary.executable, Some(memory)).map_err(failed_to_run)?;
    command
        .args(["--exact", property, "--nocapture", "--test-threads=1"])
        // Who asks for one property means it, ignored or not.
        .arg("--include-ignored")
        .current_dir(&binary.package_folder)
        .envs(binary.environment.iter().map(|(name, value)| (name, value)))
        .env("PROOFHOUSE_EVENTS", &journal)
        .env("PROOFHOUSE_CASE_FILE", &case_file);
    for name in SETTING_VARIABLES {
        command.env_remove(name);
    }
    command.envs(task.variables());
    let mut watch = CaseWatch::new(&case_file, limits.case_max);
    let mut tail = JournalTail::new(&journal);
    let ended = supervise(command, limits.property_max, interrupt, &mut || {
        tail.look(hear);
        watch.is_stalled()
    })
    .map_err(failed_to_run)?;
    let events = read_journal(&journal)?;
    events.iter().skip(tail.heard).for_each(hear);
    let last_case = fs::read_to_string(&case_file).unwrap_or_default();
    Ok(NativeRun {
        events,
        last_case: Some(last_case.trim().to_owned()).filter(|token| !token.is_empty()),
        end: ended.end,
        stderr: ended.stderr,
        elapsed: ended.elapsed,
    })
}

/// The paths of the tests that are marked `#[ignore]`, which only the test harness knows.
///
/// # Errors
///
/// [`CommandError::Io`] when the process cannot be started.
pub fn ignored_tests(
    binary: &TestBinary,
    interrupt: &Interrupt,
) -> Result<BTreeSet<String>, CommandError> {
    let failed_to_run = |source| CommandError::Io {
        doing: "running a test binary",
        path: binary.executable.clone(),
        source,
    };
    let mut command = guarded(&binary.executable, None).map_err(failed_to_run)?;
    command
        .args(["--list", "--ignored", "--format=terse"])
        .current_dir(&binary.package_folder)
        .envs(binary.environment.iter().map(|(name, value)| (name, value)));
    // A harness of another kind may do anything with these arguments; then nothing is ignored.
    let ended = supervise(command, LISTING_MAX, interrupt, &mut || false).map_err(failed_to_run)?;
    let lines = ended.stdout.lines();
    Ok(lines
        .filter_map(|line| line.strip_suffix(": test"))
        .map(str::to_owned)
        .collect())
}

/// Listing tests takes milliseconds.
const LISTING_MAX: Duration = Duration::from_secs(10);

/// Variables that the user may have set for `cargo test`; here the task decides.
const SETTING_VARIABLES: [&str; 9] = [
    "PROOFHOUSE_STARTS",
    "PROOFHOUSE_ENGINE",
    "PROOFHOUSE_CASES",
    "PROOFHOUSE_SEED",
    "PROOFHOUSE_INPUTS_MAX",
    "PROOFHOUSE_REPLAY",
    "PROOFHOUSE_SHRINK",
    "PROOFHOUSE_ONLY_DRAW",
    "PROOFHOUSE_TIME_MS",
];

/// A process that ended before it wrote anything has no journal, which is no error.
fn read_journal(path: &Path) -> Result<Vec<Event>, CommandError> {
    let failed = |source| CommandError::Io {
        doing: "reading a journal",
        path: path.to_owned(),
        source,
    };
    match fs::File::open(path) {
        Ok(file) => read_events(file).map_err(failed),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(failed(error)),
    }
}

/// Reads a journal while it grows.
struct JournalTail<'path> {
    path: &'path Path,
    next_look: Instant,
    /// Bytes that were read as whole lines.
    read: u64,
    /// Events in them.
    heard: usize,
}

impl<'path> JournalTail<'path> {
    /// People see no more than this, and the engine writes no more often.
    const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

    fn new(path: &'path Path) -> Self {
        Self {
            path,
            next_look: Instant::now() + Self::BETWEEN_LOOKS,
            read: 0,
            heard: 0,
        }
    }

    /// Passes on what was written since the last look. What cannot be read now is read at the end.
    fn look(&mut self, hear: &mut dyn FnMut(&Event)) {
        let now = Instant::now();
        if now < self.next_look {
            return;
        }
        self.next_look = now + Self::BETWEEN_LOOKS;
        let mut text = Vec::new();
        let read = fs::File::open(self.path).and_then(|mut file| {
            file.seek(SeekFrom::Start(self.read))?;
            file.read_to_end(&mut text)
        });
        let whole = text
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        let Ok(events) = read.and_then(|_| read_events(&text[..whole])) else {
            return;
        };
        self.read += whole as u64;
        self.heard += events.len();
        events.iter().for_each(hear);
    }
}

/// Looks at the case file now and then: a case that stays there for too long does not come back.
struct CaseWatch<'path> {
    path: &'path Path,
    case_max: Duration,
    next_look: Instant,
    /// When the file was last written, and since when we know.
    seen: Option<(SystemTime, Instant)>,
}

impl<'path> CaseWatch<'path> {
    /// Often enough to notice a limit of a second, seldom enough to cost nothing.
    const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

    fn new(path: &'path Path, case_max: Duration) -> Self {
        Self {
            path,
            case_max,
            next_look: Instant::now() + Self::BETWEEN_LOOKS,
            seen: None,
        }
    }

    fn is_stalled(&mut self) -> bool {
        let now = Instant::now();
        if now < self.next_look {
            return false;
        }
        self.next_look = now + Self::BETWEEN_LOOKS;
        // Every case writes the file anew, even when it is the same case again.
        let written = fs::metadata(self.path)
            .ok()
            .filter(|file| file.len() > 0)
            .and_then(|file| file.modified().ok());
        match (written, self.seen) {
            (None, _) => {
                self.seen = None;
                false
            }
            (Some(written), Some((before, since))) if written == before => {
                now.duration_since(since) > self.case_max
            }
            (Some(written), _) => {
                self.seen = Some((written, now));
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    /// Whatever moments the looks come at, every event is heard once and in order.
    #[test]
    fn a_growing_journal_is_heard_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events");
        let progress = |done| Event::Progress {
            property: "prop".to_owned(),
            done,
            waiting: 0,
            note: String::new(),
        };
        let mut bytes = Vec::new();
        for done in 0..5 {
            proofhouse_evidence::write_event(&mut bytes, &progress(done)).unwrap();
        }
        for cut in 0..bytes.len() {
            let mut heard = Vec::new();
            let mut tail = JournalTail::new(&path);
            let _ = fs::remove_file(&path);
            let mut file = fs::File::create(&path).unwrap();
            for part in [&bytes[..cut], &bytes[cut..]] {
                file.write_all(part).unwrap();
                tail.next_look = Instant::now();
                tail.look(&mut |event| heard.push(event.clone()));
            }
            assert_eq!(
                heard,
                (0..5).map(progress).collect::<Vec<_>>(),
                "cut at {cut}"
            );
            assert_eq!((tail.heard, tail.read), (5, bytes.len() as u64));
        }
    }
}
