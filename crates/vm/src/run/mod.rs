//! Runs one function as a whole process, concretely, and says how the process ended.
//!
//! Where [`explore`](crate::explore::explore) asks what a property does on every input, this asks what a program does:
//! it keeps what is printed, lets panics print their messages and unwind for real, runs thread-locals'
//! destructors, and takes `exit` for an end like any other. It is the same machine with the same
//! shims, so what holds here holds for every path there.
//!
//! # Invariants
//!
//! - The same program with the same limits ends in the same way after the same number of steps.
//! - What the machine can't execute is an end of its own, by name; never a wrong answer.
//!
//! # Not here
//!
//! Symbols. A program that asks for choices, or decides by a value that is not initialised, does not
//! get one path made up for it: the run ends as unsupported.

mod leaks;
pub(crate) mod libtest;

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use proofhouse_evidence::{Failure, Obstacle};

use crate::explore::Limits;
use crate::files::FileSystem;
use crate::machine::{Ended, Image, Machine, Pause, State, Surroundings, Variable};
use crate::program::{FunctionId, Program};
pub use leaks::Leak;

/// Functions whose bodies a run needs not, to be left out when its program is loaded.
pub const WITHOUT_BODY: &[&str] = &["proofhouse::machine::*"];

/// Instructions between two looks at the clock.
const SLICE_STEPS: u64 = 1_000_000;

/// How a process ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// Its function returned.
    Returned,
    /// It asked to end, with this code.
    Exited(i32),
    /// It failed: a panic that nobody caught, an abort, undefined behaviour, a deadlock.
    Failed(Failure),
    /// The machine could not go on.
    Obstacle(Obstacle),
}

/// A finished run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// How it ended.
    pub end: End,
    /// What was written to the standard output.
    pub output: Vec<u8>,
    /// What was written to the standard error.
    pub error_output: Vec<u8>,
    /// Instructions executed.
    pub steps: u64,
    /// Heap allocations that nothing pointed to any more when the process ended, oldest first.
    pub leaks: Vec<Leak>,
}

/// A program that was laid out in memory once, to run any number of its functions from there.
///
/// Each run begins with a copy of that memory, which shares what the run does not write.
pub struct Runner {
    program: Program,
    image: Rc<Image>,
    folder: Option<PathBuf>,
    variables: Vec<(Vec<u8>, Vec<u8>)>,
}

impl fmt::Debug for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let functions = self.program.functions.len();
        f.debug_struct("Runner")
            .field("functions", &functions)
            .finish_non_exhaustive()
    }
}

impl Runner {
    /// Lays out a program.
    ///
    /// # Cost
    ///
    /// Proportional to the program; that of a run is not.
    pub fn new(program: Program) -> Self {
        let image = Rc::new(Image::new(&program, true));
        Self {
            program,
            image,
            folder: None,
            variables: Vec::new(),
        }
    }

    /// Runs in this folder of the host, of which every run has a copy of its own; without one, the
    /// only files are those that the program makes.
    #[must_use]
    pub fn in_folder(mut self, folder: &Path) -> Self {
        self.folder = Some(folder.to_owned());
        self
    }

    /// Sets a variable of the environment, in which nothing else is set.
    #[must_use]
    pub fn with_variable(mut self, name: &OsStr, value: &OsStr) -> Self {
        let variable = (
            name.as_encoded_bytes().to_vec(),
            value.as_encoded_bytes().to_vec(),
        );
        self.variables.push(variable);
        self
    }

    fn surroundings(&self) -> Surroundings {
        let variables = self.variables.iter().map(|(name, value)| {
            let (value, object) = (Some(value.clone()), None);
            (name.clone(), Variable { value, object })
        });
        Surroundings {
            files: Rc::new(FileSystem::of_process(self.folder.as_deref())),
            variables: Rc::new(variables.collect()),
        }
    }

    /// The program.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Runs `entry`, a function without parameters, within the limits on time, steps, memory and
    /// stack. No run sees what another one did.
    ///
    /// # Cost
    ///
    /// That of executing the function; see the benchmark `machine`.
    pub fn run(&self, entry: &str, limits: &Limits) -> Run {
        let mut machine = Machine::new(&self.program, &self.image, *limits);
        machine.surroundings = self.surroundings();
        let found = self.program.function_named(entry);
        run_on(machine, entry, found, Kind::Plain)
    }

    /// As [`run`](Self::run), for a test of libtest by the path of its function. What the test returns is
    /// judged as libtest does, so that an error is [`FailureKind::ReturnedError`].
    ///
    /// The program has to be loaded for its tests: [`EntrySelection::Tests`].
    ///
    /// [`FailureKind::ReturnedError`]: proofhouse_evidence::FailureKind::ReturnedError
    /// [`EntrySelection::Tests`]: crate::load::EntrySelection::Tests
    pub fn run_test(&self, test: &str, limits: &Limits) -> Run {
        let mut machine = Machine::new(&self.program, &self.image, *limits);
        machine.surroundings = self.surroundings();
        let found = libtest::test_named(&self.program, test);
        run_on(machine, test, found, Kind::Test)
    }
}

/// Runs one function of a program; for several, make a [`Runner`].
pub fn run(program: &Program, entry: &str, limits: &Limits) -> Run {
    let image = Rc::new(Image::new(program, true));
    let found = program.function_named(entry);
    let machine = Machine::new(program, &image, *limits);
    run_on(machine, entry, found, Kind::Plain)
}

/// What kind of function is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// One that takes nothing, and whose return is the end.
    Plain,
    /// What libtest calls for a test.
    Test,
}

/// Runs the function that was found for an entry.
fn run_on(mut machine: Machine<'_>, entry: &str, found: Option<FunctionId>, kind: Kind) -> Run {
    let (program, limits) = (machine.program, machine.limits);
    let Some(entry) = found.filter(|id| program.functions[id.index()].has_body()) else {
        let what = format!("the entry `{entry}`, which the program does not define");
        let called_from = None;
        return Run {
            end: End::Obstacle(Obstacle::Unsupported { what, called_from }),
            output: Vec::new(),
            error_output: Vec::new(),
            steps: 0,
            leaks: Vec::new(),
        };
    };
    let deadline = Instant::now() + Duration::from_millis(limits.time_ms_max);
    machine.set_deadline(deadline);
    let mut state = machine.start(entry);
    let end = match kind {
        Kind::Plain => run_to_end(&mut machine, &mut state),
        Kind::Test => libtest::run_to_end(&mut machine, &mut state),
    };
    let leaks = match end {
        End::Returned | End::Exited(_) => leaks::find(&machine, &state),
        _ => Vec::new(),
    };
    Run {
        end,
        output: state.environment.output.standard.to_vec(),
        error_output: state.environment.output.error.to_vec(),
        steps: state.steps,
        leaks,
    }
}

fn run_to_end(machine: &mut Machine<'_>, state: &mut State) -> End {
    let limits = machine.limits;
    loop {
        let left = limits.steps_max.saturating_sub(state.steps);
        match machine.run(state, &[], left.min(SLICE_STEPS)) {
            Pause::Ended(Ended::Held) => {
                return match state.environment.exit_code {
                    Some(code) => End::Exited(code),
                    None => End::Returned,
                };
            }
            Pause::Ended(_) => return told(machine),
            Pause::Split(_) => {
                let what = "a decision on a value that is not a number";
                drop(machine.unsupported(state, what));
                return told(machine);
            }
            Pause::Arrived(_) | Pause::Left(_) => unreachable!("a run has no joins"),
            Pause::Budget if state.steps >= limits.steps_max => {
                drop(machine.limit_reached("steps", limits.steps_max, "instructions"));
                return told(machine);
            }
            Pause::Budget if machine.is_out_of_time() => {
                drop(machine.limit_reached("time", limits.time_ms_max, "milliseconds"));
                return told(machine);
            }
            Pause::Budget => {}
        }
    }
}

/// The end that the journal tells of.
fn told(machine: &mut Machine<'_>) -> End {
    let journal = &mut machine.journal;
    if let Some(refutation) = journal.candidates.pop() {
        return End::Failed(refutation.failure);
    }
    let obstacle = journal.gaps.obstacles.pop_first();
    End::Obstacle(obstacle.unwrap_or_else(|| Obstacle::Unsupported {
        what: "a choice without an engine that makes it".to_owned(),
        called_from: None,
    }))
}
