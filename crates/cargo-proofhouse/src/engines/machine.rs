//! What a worker works with: the machine.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::panic::{self, PanicHookInfo};
use std::path::Path;
use std::process::ExitCode;
use std::rc::Rc;
use std::{io, thread};

use proofhouse_choice::{Choice, token};
use proofhouse_evidence::{Trace, microseconds};
use proofhouse_vm::explore::{Explorer, Limits, Opinions, Strategy};
use proofhouse_vm::load::intercepts::KEEP_WITHOUT_BODY;
use proofhouse_vm::load::{EntrySelection, Kept, LinkInputs, LlvmLibrary, LoadError, Loader};
use proofhouse_vm::program::{Fingerprint, Fingerprints, FunctionId, Program};

use crate::engines::second;
use crate::engines::worker::{
    self, Backend, Contracts, ExploreLimits, Explored, ProgramInputs, Refusal, SoFar, Start,
};
use crate::error::EXIT_INTERNAL;

/// The machine recurses over terms; the default stack of a thread is small for a deep one.
const STACK_BYTES: usize = 512 * 1024 * 1024;

/// What no time is left for is stopped by time; these limits only keep a runaway from counting on.
const UNLIMITED: u64 = u64::MAX;

/// The machine with the program that it loaded last, laid out once for all of its properties.
#[derive(Default)]
struct Machine {
    explorer: Option<Explorer>,
    /// The functions that each entry can reach, for the entries that there are.
    reached: HashMap<String, Vec<FunctionId>>,
    /// The entry that was explored last, and the strategy that had the answer there.
    leader: Option<(String, Strategy)>,
}

impl Backend for Machine {
    fn probe(&mut self, sysroot: &Path) -> Result<(), Refusal> {
        LlvmLibrary::open_from_sysroot(sysroot)
            .map(drop)
            .map_err(|error| refusal(&error))
    }

    fn load(&mut self, inputs: ProgramInputs) -> Result<Vec<Option<Fingerprint>>, Refusal> {
        // The old one first: two programs at a time may be more than there is memory for.
        self.explorer = None;
        let ProgramInputs {
            sysroot,
            objects,
            archives,
            entries,
            reader,
        } = inputs;
        let inputs = LinkInputs { objects, archives };
        let selection = EntrySelection::Named(entries.clone());
        let program = LlvmLibrary::open_from_sysroot(&sysroot)
            .and_then(|llvm| load_kept(&inputs, &selection, &llvm, reader.as_deref()));
        let program = program.map_err(|error| refusal(&error))?;
        let mut fingerprints = Fingerprints::new(&program);
        self.reached.clear();
        let mut of_entry = |entry: &String| {
            let function = program.function_named(entry)?;
            let (fingerprint, reached) = fingerprints.of(function);
            self.reached.insert(entry.clone(), reached);
            Some(fingerprint)
        };
        let fingerprints = entries.iter().map(&mut of_entry).collect();
        let mut explorer = Explorer::new(program);
        if let Some(solver) = second::wanted() {
            explorer.set_second_opinion(Rc::new(move |script| second::ask(&solver, script)));
        }
        self.explorer = Some(explorer);
        Ok(fingerprints)
    }

    fn trace(&mut self, entry: &str, token: &str, time_ms_max: u64) -> Option<Trace> {
        let limits = Limits {
            time_ms_max,
            steps_max: UNLIMITED,
            ..Limits::default()
        };
        let choices = token::decode(token).ok()?.choices;
        let explorer = self.explorer.as_ref()?;
        explorer.trace(entry, token, choices, &limits)
    }

    fn explore(
        &mut self,
        entry: &str,
        token_of: &dyn Fn(&[Choice]) -> String,
        limits: ExploreLimits,
        observer: &mut dyn FnMut(SoFar) -> ControlFlow<()>,
    ) -> Explored {
        let known = self.leader.take().filter(|(known, _)| known == entry);
        let limits = Limits {
            leader: known.map(|(_, strategy)| strategy),
            time_ms_max: limits.time_ms_max,
            size_max: limits.size_max,
            steps_max: UNLIMITED,
            paths_max: UNLIMITED,
            ..Limits::default()
        };
        let explorer = self.explorer.as_ref();
        let explorer = explorer.expect("a program is loaded before it is explored");
        let exploration = explorer.explore(entry, &limits, &mut |progress| {
            observer(SoFar {
                done: progress.paths,
                waiting: progress.waiting,
                solver_us: microseconds(progress.in_solver),
                slowest: progress
                    .slowest
                    .map(|(file, line)| format!("{file}:{line}")),
            })
        });
        self.leader = exploration
            .leader
            .map(|strategy| (entry.to_owned(), strategy));
        let reached = self.reached.get(entry).map(Vec::as_slice);
        Explored {
            verdict: exploration.verdict(token_of),
            inputs: exploration
                .inputs
                .iter()
                .map(|input| Start {
                    token: token_of(&input.choices),
                    longest: input.longest,
                })
                .collect(),
            lines: exploration.lines(explorer.program(), reached.unwrap_or_default()),
            bounds: exploration.bounds.iter().cloned().collect(),
            statistics: exploration.statistics,
            covers: exploration.covers,
            rejecting: exploration.rejecting,
            hotspots: exploration.hotspots,
            opinions: opinion_words(exploration.opinions),
            contracts: Contracts {
                asked: exploration.contracts.asked,
                assumed: exploration.contracts.assumed,
                checked: exploration.contracts.checked,
            },
        }
    }
}

/// What the other solver said, as a clause; `None` if it was asked nothing.
fn opinion_words(opinions: Opinions) -> Option<String> {
    let Opinions {
        agreed,
        decided,
        contradicted,
        open,
    } = opinions;
    let solver = second::wanted()?;
    (opinions != Opinions::default()).then(|| {
        format!(
            "questions by {solver}: {decided} decided that were open, {agreed} confirmed, \
             {contradicted} contradicted, {open} left open"
        )
    })
}

/// Loads a program, or takes the one that was loaded of the same inputs before. It lies beside the
/// objects, in a folder that the next link makes anew.
fn load_kept(
    inputs: &LinkInputs,
    entries: &EntrySelection,
    llvm: &LlvmLibrary,
    reader: Option<&str>,
) -> Result<Program, LoadError> {
    let loader = Loader {
        llvm,
        keep_without_body: KEEP_WITHOUT_BODY,
    };
    let folder = inputs.objects.first().and_then(|object| object.parent());
    match (folder, reader) {
        (Some(folder), Some(reader)) => {
            let file = &folder.join("loaded.program");
            loader.load_kept(inputs, entries, Kept { file, reader })
        }
        _ => loader.load(inputs, entries),
    }
}

fn refusal(error: &LoadError) -> Refusal {
    Refusal {
        code: error.code().to_owned(),
        message: error.to_string(),
        help: error.help(),
    }
}

/// Runs a worker on standard input and output, until the input ends.
pub fn run_worker() -> ExitCode {
    panic::set_hook(Box::new(say_panic));
    let serve = || worker::serve(&mut Machine::default(), io::stdin().lock(), io::stdout());
    let served = thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn(serve)
        .map(thread::JoinHandle::join);
    match served {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        // The other end is gone, so there is nobody to tell.
        Ok(Ok(Err(_))) => ExitCode::from(EXIT_INTERNAL),
        // The panic has said why on standard error, where the command reads it.
        Ok(Err(_)) => ExitCode::from(EXIT_INTERNAL),
        Err(error) => {
            eprintln!("proofhouse: a worker cannot start: {error}");
            ExitCode::from(EXIT_INTERNAL)
        }
    }
}

/// Says on one line, the last on standard error, which assertion of ours failed.
fn say_panic(panic: &PanicHookInfo<'_>) {
    let payload = panic.payload();
    let message = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without words");
    let place = panic
        .location()
        .map(ToString::to_string)
        .unwrap_or_default();
    let line = message.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    eprintln!("{place}: {line}");
}
