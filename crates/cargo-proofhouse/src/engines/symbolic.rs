//! The command's end of a worker of the symbolic engine.
//!
//! A worker is started when it is first needed, loads one program, and explores one property after
//! the other. Whatever becomes of it, a question to it ends: with an answer, in time, or with the
//! news that it is gone.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};
use std::{env, io, thread};

use proofhouse_evidence::Trace;
use proofhouse_vm::program::Fingerprint;

use crate::engines::guard::{Memory, guarded};
use crate::engines::process::{End, Tail, end_of, kill_group, spawn_in_own_group};
use crate::engines::worker::{
    self, ExploreLimits, Explored, ProgramInputs, Refusal, Reply, Request, SoFar,
};
use crate::error::CommandError;
use crate::interrupt::Interrupt;

/// How long reading a program may take. Seconds are usual; a machine under load needs more.
const LOAD_MAX: Duration = Duration::from_secs(300);

/// What a worker may take beyond the time that it was given, before it is taken for stuck.
const GRACE: Duration = Duration::from_secs(5);

/// How long running one case may take; it took less when its failure was found.
const TRACE_MAX: Duration = Duration::from_secs(5);

/// How often a wait for an answer looks whether the user wants to end.
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// What Rust's runtime says before it aborts for want of memory.
const OUT_OF_MEMORY_MARK: &str = "memory allocation of";

/// Which property to explore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target<'campaign> {
    /// The function to start from, as a Rust path.
    pub entry: String,
    /// The package, for tokens.
    pub package: &'campaign str,
    /// The property's path, for tokens.
    pub property: &'campaign str,
}

/// Why a worker did not answer. It is gone then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gone {
    /// It ended by itself.
    Lost {
        /// How, as a clause without a subject.
        how: String,
    },
    /// It ended because it needed more memory than it was given.
    OutOfMemory,
    /// We ended it because it did not answer in time.
    OutOfTime,
    /// We ended it because the user wants the command to end.
    Interrupted,
}

/// A running worker.
#[derive(Debug)]
pub struct Worker {
    child: Child,
    requests: Option<ChildStdin>,
    replies: Receiver<io::Result<Reply>>,
    errors: Option<Tail>,
}

impl Worker {
    /// Starts a worker that may use so much memory.
    ///
    /// # Errors
    ///
    /// [`CommandError::Io`] when it cannot be started.
    pub fn start(memory_bytes_max: u64) -> Result<Self, CommandError> {
        let failed = |source| CommandError::Io {
            doing: "starting a worker of the symbolic engine",
            path: PathBuf::from(worker::SUBCOMMAND),
            source,
        };
        let this = env::current_exe().map_err(failed)?;
        let mut command =
            guarded(&this, Some(Memory::Addresses(memory_bytes_max))).map_err(failed)?;
        command
            .arg(worker::SUBCOMMAND)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = spawn_in_own_group(&mut command).map_err(failed)?;
        let replies = child
            .stdout
            .take()
            .expect("the output was asked for as a pipe");
        let (sender, receiver) = channel();
        thread::spawn(move || {
            for line in BufReader::new(replies).lines() {
                let reply =
                    line.and_then(|line| serde_json::from_str(&line).map_err(io::Error::other));
                if sender.send(reply).is_err() {
                    return;
                }
            }
        });
        Ok(Self {
            requests: child.stdin.take(),
            errors: Some(Tail::of(child.stderr.take())),
            child,
            replies: receiver,
        })
    }

    /// Asks whether the engine can run with a toolchain.
    ///
    /// # Errors
    ///
    /// [`Gone`] when there is no answer. The answer itself may be a refusal.
    pub fn probe(
        &mut self,
        sysroot: PathBuf,
        interrupt: &Interrupt,
    ) -> Result<Result<(), Refusal>, Gone> {
        match self.ask(
            &Request::Probe { sysroot },
            LOAD_MAX,
            interrupt,
            &mut |_| {},
        )? {
            Reply::Ready => Ok(Ok(())),
            Reply::Refused(refusal) => Ok(Err(refusal)),
            other => Err(self.misunderstood(&other)),
        }
    }

    /// Has a program loaded, and hears what each of its entries reaches.
    ///
    /// # Errors
    ///
    /// As [`Worker::probe`].
    pub fn load(
        &mut self,
        inputs: &ProgramInputs,
        interrupt: &Interrupt,
    ) -> Result<Result<Vec<Option<Fingerprint>>, Refusal>, Gone> {
        let request = Request::Load(inputs.clone());
        match self.ask(&request, LOAD_MAX, interrupt, &mut |_| {})? {
            Reply::Loaded { fingerprints } => Ok(Ok(fingerprints)),
            Reply::Refused(refusal) => Ok(Err(refusal)),
            other => Err(self.misunderstood(&other)),
        }
    }

    /// Has a property explored.
    ///
    /// # Errors
    ///
    /// [`Gone`] when there is no answer.
    pub fn explore(
        &mut self,
        target: &Target<'_>,
        limits: ExploreLimits,
        interrupt: &Interrupt,
        on_progress: &mut dyn FnMut(SoFar),
    ) -> Result<Explored, Gone> {
        let request = Request::Explore {
            entry: target.entry.clone(),
            package: target.package.to_owned(),
            property: target.property.to_owned(),
            limits,
        };
        let time_max = Duration::from_millis(limits.time_ms_max) + GRACE;
        match self.ask(&request, time_max, interrupt, on_progress)? {
            Reply::Explored(explored) => Ok(*explored),
            other => Err(self.misunderstood(&other)),
        }
    }

    /// Has one case run step by step.
    ///
    /// # Errors
    ///
    /// [`Gone`] when there is no answer.
    pub fn trace(
        &mut self,
        entry: &str,
        token: &str,
        interrupt: &Interrupt,
    ) -> Result<Option<Trace>, Gone> {
        let request = Request::Trace {
            entry: entry.to_owned(),
            token: token.to_owned(),
            time_ms_max: u64::try_from(TRACE_MAX.as_millis()).unwrap_or(u64::MAX),
        };
        match self.ask(&request, TRACE_MAX + GRACE, interrupt, &mut |_| {})? {
            Reply::Traced { trace } => Ok(trace),
            other => Err(self.misunderstood(&other)),
        }
    }

    /// Asks, and waits for the answer but not for ever.
    fn ask(
        &mut self,
        request: &Request,
        time_max: Duration,
        interrupt: &Interrupt,
        on_progress: &mut dyn FnMut(SoFar),
    ) -> Result<Reply, Gone> {
        let mut line = serde_json::to_vec(request).expect("plain data always has a JSON form");
        line.push(b'\n');
        let sent = match &mut self.requests {
            Some(requests) => requests.write_all(&line).and_then(|()| requests.flush()),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        };
        if sent.is_err() {
            return Err(self.gone());
        }
        let deadline = Instant::now() + time_max;
        loop {
            match self.replies.recv_timeout(BETWEEN_LOOKS) {
                Ok(Ok(Reply::Progress(so_far))) => on_progress(so_far),
                Ok(Ok(reply)) => return Ok(reply),
                Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => return Err(self.gone()),
                Err(RecvTimeoutError::Timeout) => {}
            }
            let why = if interrupt.is_requested() {
                Gone::Interrupted
            } else if Instant::now() > deadline {
                Gone::OutOfTime
            } else {
                continue;
            };
            self.end();
            return Err(why);
        }
    }

    /// Finds out how the worker ended.
    fn gone(&mut self) -> Gone {
        self.requests = None;
        let status = self.child.wait();
        let words = self.errors.take().map(Tail::text).unwrap_or_default();
        if words.contains(OUT_OF_MEMORY_MARK) {
            return Gone::OutOfMemory;
        }
        let end = status.map_or(End::Exited(-1), end_of);
        let last = words.lines().map(str::trim).rfind(|line| !line.is_empty());
        Gone::Lost {
            how: match last {
                Some(last) => format!("{end}: {last}"),
                None => end.to_string(),
            },
        }
    }

    fn misunderstood(&mut self, reply: &Reply) -> Gone {
        self.end();
        Gone::Lost {
            how: format!("answered another question: {reply:?}"),
        }
    }

    fn end(&mut self) {
        self.requests = None;
        kill_group(&mut self.child);
        let _ = self.child.wait();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.end();
    }
}
