//! Inside a worker of the symbolic engine: requests in, replies out, one JSON object a line.
//!
//! The machine runs in processes of its own because it may need more memory than there is, and
//! because the LLVM that reads bitcode is a foreign library. A worker that dies takes one property
//! with it and nothing else.
//!
//! # Invariants
//!
//! - Every request gets exactly one answer, the last reply; progress may come before it.
//! - Requests are answered in the order in which they come.
//! - When its input ends, the worker ends: no worker outlives the command.

use std::collections::BTreeSet;
use std::io::{self, BufRead, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use proofhouse_evidence::{Bound, CoverReach, FileLines, Hotspot, Statistics, Trace, Verdict};
use proofhouse_vm::program::Fingerprint;
use serde::{Deserialize, Serialize};

/// The hidden subcommand.
pub const SUBCOMMAND: &str = "machine-worker";

/// What a worker may be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "kebab-case")]
pub enum Request {
    /// Whether the engine can run with this toolchain.
    Probe {
        /// What `rustc --print sysroot` says.
        sysroot: PathBuf,
    },
    /// To read a program. It stays until another one is read.
    Load(ProgramInputs),
    /// To explore every path of one property up to one size.
    Explore {
        /// The function to start from, as a Rust path.
        entry: String,
        /// The package, for tokens.
        package: String,
        /// The property's path, for tokens.
        property: String,
        /// How far to go.
        limits: ExploreLimits,
    },
    /// To run one case of a property, step by step.
    Trace {
        /// The function to start from, as a Rust path.
        entry: String,
        /// The case.
        token: String,
        /// Milliseconds.
        time_ms_max: u64,
    },
}

/// A program as a worker loads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramInputs {
    /// What `rustc --print sysroot` says.
    pub sysroot: PathBuf,
    /// Bitcode objects.
    pub objects: Vec<PathBuf>,
    /// Archives.
    pub archives: Vec<PathBuf>,
    /// The functions that will be explored, as Rust paths.
    pub entries: Vec<String>,
    /// What the worker and the LLVM that it reads with are called, so that what it reads can be kept;
    /// `None`: it is not kept.
    pub reader: Option<String>,
}

/// How far one exploration may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExploreLimits {
    /// Milliseconds.
    pub time_ms_max: u64,
    /// The length of generated collections, texts and byte strings.
    pub size_max: u64,
}

/// What a worker says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "kebab-case")]
pub enum Reply {
    /// Probing went well.
    Ready,
    /// A program was read.
    Loaded {
        /// What each entry reaches, in the order in which they were asked for; `None` where there is no such
        /// function.
        fingerprints: Vec<Option<Fingerprint>>,
    },
    /// Probing or loading failed.
    Refused(Refusal),
    /// Work done so far.
    Progress(SoFar),
    /// An exploration has ended.
    Explored(Box<Explored>),
    /// A case was run.
    Traced {
        /// Its steps; `None` where the token or the entry is unknown.
        trace: Option<Trace>,
    },
}

/// Work done so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoFar {
    /// Paths that ended.
    pub done: u64,
    /// Paths that wait.
    pub waiting: u64,
    /// Time in the solver, in microseconds.
    pub solver_us: u64,
    /// The place that had the solver longest, as `file:line`.
    pub slowest: Option<String>,
}

/// Why a program cannot be explored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The error's stable name.
    pub code: String,
    /// What happened, as one clause.
    pub message: String,
    /// What would help.
    pub help: String,
}

/// What came of one exploration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explored {
    /// What follows for the property at this size. Findings have not been replayed.
    pub verdict: Verdict,
    /// Bounds that cut something off, whatever the verdict.
    pub bounds: Vec<Bound>,
    /// Whether what the property wants to be covered can occur.
    pub covers: Vec<CoverReach>,
    /// The places of assumptions that reject every input that comes to them.
    pub rejecting: Vec<String>,
    /// The places that made most of the work, the slowest first.
    pub hotspots: Vec<Hotspot>,
    /// Inputs of explored paths that another engine may begin with.
    pub inputs: Vec<Start>,
    /// Which lines of the source were executed, of whatever package.
    pub lines: Vec<FileLines>,
    /// What another solver said to its questions, as a clause.
    pub opinions: Option<String>,
    /// What became of functions with a contract.
    pub contracts: Contracts,
    /// What was executed.
    pub statistics: Statistics,
}

/// Functions with a contract of which an exploration made something, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contracts {
    /// Those that the property names.
    pub asked: BTreeSet<String>,
    /// Those whose contract stood for their body.
    pub assumed: BTreeSet<String>,
    /// Those whose contract was checked.
    pub checked: BTreeSet<String>,
}

impl Contracts {
    /// Adds those of another exploration.
    pub fn extend(&mut self, other: &Self) {
        let Self {
            asked,
            assumed,
            checked,
        } = other;
        self.asked.extend(asked.iter().cloned());
        self.assumed.extend(assumed.iter().cloned());
        self.checked.extend(checked.iter().cloned());
    }

    /// Those that the property names and of which no path made anything.
    pub fn unused(&self) -> impl Iterator<Item = &String> {
        let is_used = |name: &&String| self.assumed.contains(*name) || self.checked.contains(*name);
        self.asked.iter().filter(move |name| !is_used(name))
    }
}

/// An input that another engine may begin with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// Its token.
    pub token: String,
    /// The longest of its lengths.
    pub longest: u64,
}

/// What a worker does its work with.
pub trait Backend {
    /// See [`Request::Probe`].
    ///
    /// # Errors
    ///
    /// Why the engine cannot run.
    fn probe(&mut self, sysroot: &std::path::Path) -> Result<(), Refusal>;

    /// See [`Request::Load`].
    ///
    /// # Errors
    ///
    /// Why the program cannot be read.
    fn load(&mut self, inputs: ProgramInputs) -> Result<Vec<Option<Fingerprint>>, Refusal>;

    /// See [`Request::Trace`]. Called only after a program was loaded.
    fn trace(&mut self, entry: &str, token: &str, time_ms_max: u64) -> Option<Trace>;

    /// See [`Request::Explore`]. Called only after a program was loaded.
    fn explore(
        &mut self,
        entry: &str,
        token_of: &dyn Fn(&[proofhouse_choice::Choice]) -> String,
        limits: ExploreLimits,
        observer: &mut dyn FnMut(SoFar) -> ControlFlow<()>,
    ) -> Explored;
}

/// A person looks at progress, so more often than this is a waste.
const BETWEEN_PROGRESS: Duration = Duration::from_millis(100);

/// Answers requests until there are no more.
///
/// # Errors
///
/// When the command's end of a pipe is gone, or sends what is not a request.
pub fn serve(
    backend: &mut dyn Backend,
    requests: impl BufRead,
    mut replies: impl Write,
) -> io::Result<()> {
    for line in requests.lines() {
        let request = serde_json::from_str(&line?)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        let answer = match request {
            Request::Probe { sysroot } => match backend.probe(&sysroot) {
                Ok(()) => Reply::Ready,
                Err(refusal) => Reply::Refused(refusal),
            },
            Request::Load(inputs) => match backend.load(inputs) {
                Ok(fingerprints) => Reply::Loaded { fingerprints },
                Err(refusal) => Reply::Refused(refusal),
            },
            Request::Explore {
                entry,
                package,
                property,
                limits,
            } => {
                let token_of = |choices: &[proofhouse_choice::Choice]| {
                    proofhouse_choice::token::encode(&package, &property, choices)
                };
                let mut last_said = Instant::now();
                let mut observer = |so_far| {
                    if last_said.elapsed() < BETWEEN_PROGRESS {
                        return ControlFlow::Continue(());
                    }
                    last_said = Instant::now();
                    match say(&mut replies, &Reply::Progress(so_far)) {
                        Ok(()) => ControlFlow::Continue(()),
                        // Nobody listens any more.
                        Err(_) => ControlFlow::Break(()),
                    }
                };
                Reply::Explored(Box::new(backend.explore(
                    &entry,
                    &token_of,
                    limits,
                    &mut observer,
                )))
            }
            Request::Trace {
                entry,
                token,
                time_ms_max,
            } => Reply::Traced {
                trace: backend.trace(&entry, &token, time_ms_max),
            },
        };
        say(&mut replies, &answer)?;
    }
    Ok(())
}

fn say(replies: &mut impl Write, reply: &Reply) -> io::Result<()> {
    let mut line = serde_json::to_vec(reply).map_err(io::Error::other)?;
    line.push(b'\n');
    replies.write_all(&line)?;
    replies.flush()
}

#[cfg(test)]
impl Explored {
    /// An exploration that came to this, of which nothing else is told.
    pub(crate) fn of(verdict: Verdict) -> Self {
        Self {
            verdict,
            bounds: vec![],
            covers: vec![],
            rejecting: vec![],
            hotspots: vec![],
            inputs: vec![],
            lines: vec![],
            opinions: None,
            contracts: Contracts::default(),
            statistics: Statistics::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// Says what it was asked.
    #[derive(Default)]
    struct Echo {
        asked: Vec<String>,
    }

    impl Backend for Echo {
        fn probe(&mut self, sysroot: &Path) -> Result<(), Refusal> {
            self.asked.push(format!("probe {}", sysroot.display()));
            Err(Refusal {
                code: "load/no-llvm".to_owned(),
                message: "there is none".to_owned(),
                help: "get one".to_owned(),
            })
        }

        fn load(&mut self, inputs: ProgramInputs) -> Result<Vec<Option<Fingerprint>>, Refusal> {
            let (objects, entries) = (inputs.objects.len(), inputs.entries.join(" "));
            self.asked.push(format!("load {objects} for {entries}"));
            Ok(vec![None])
        }

        fn trace(&mut self, entry: &str, token: &str, time_ms_max: u64) -> Option<Trace> {
            self.asked
                .push(format!("trace {entry} of {token} in {time_ms_max}"));
            None
        }

        fn explore(
            &mut self,
            entry: &str,
            token_of: &dyn Fn(&[proofhouse_choice::Choice]) -> String,
            limits: ExploreLimits,
            _: &mut dyn FnMut(SoFar) -> ControlFlow<()>,
        ) -> Explored {
            self.asked.push(format!(
                "explore {entry} to {}: {}",
                limits.size_max,
                token_of(&[])
            ));
            Explored::of(Verdict::Vacuous { rejected: 2 })
        }
    }

    #[test]
    fn every_request_is_answered_in_order() {
        let requests = [
            Request::Probe {
                sysroot: "/rust".into(),
            },
            Request::Load(ProgramInputs {
                sysroot: "/rust".into(),
                objects: vec!["a.o".into()],
                archives: vec![],
                entries: vec!["p::__proofhouse_entry".to_owned()],
                reader: None,
            }),
            Request::Explore {
                entry: "p::__proofhouse_entry".to_owned(),
                package: "shop".to_owned(),
                property: "p".to_owned(),
                limits: ExploreLimits {
                    time_ms_max: 5,
                    size_max: 7,
                },
            },
        ];
        let mut input = String::new();
        for request in &requests {
            input.push_str(&format!("{}\n", serde_json::to_string(request).unwrap()));
        }
        let mut backend = Echo::default();
        let mut output = Vec::new();
        serve(&mut backend, input.as_bytes(), &mut output).unwrap();
        assert_eq!(
            backend.asked[..2],
            ["probe /rust", "load 1 for p::__proofhouse_entry"]
        );
        let token = proofhouse_choice::token::encode("shop", "p", &[]);
        assert_eq!(
            backend.asked[2],
            format!("explore p::__proofhouse_entry to 7: {token}")
        );
        let replies: Vec<Reply> = String::from_utf8(output)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert!(matches!(
            replies.as_slice(),
            [Reply::Refused(_), Reply::Loaded { .. }, Reply::Explored(_)]
        ));
    }

    #[test]
    fn what_is_no_request_ends_the_worker() {
        let error = serve(&mut Echo::default(), &b"hello\n"[..], Vec::new()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }
}
