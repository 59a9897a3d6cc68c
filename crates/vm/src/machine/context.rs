//! What all states of an exploration share.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use proofhouse_evidence::Obstacle;
use proofhouse_solver::{Solver, TermId};

use super::effort::Effort;
use super::executed::Executed;
use super::image::Image;
use super::journal::Journal;
use super::probes::{Group, Probes};
use super::script::Script;
use super::state::{Environment, Frame, State, Surroundings};
use super::stop::Ended;
use super::stop::Stop;
use super::symbols::Symbols;
use super::tracer::Tracer;
use super::value::Value;
use crate::explore::Limits;
use crate::files::FileSystem;
use crate::memory::Fragment;
use crate::program::{BlockId, FunctionId, Operand, Program, Register};

/// Unknowns by the place of an instruction and its operands.
type UnspecifiedSymbols = HashMap<((FunctionId, BlockId, u32, Register), Vec<TermId>), TermId>;

/// Executes states of one program.
pub(crate) struct Machine<'p> {
    /// The program.
    pub program: &'p Program,
    /// The program's addresses, constants and replaced functions.
    pub image: Rc<Image>,
    /// Terms and values made of them.
    pub symbols: Symbols,
    /// The solver.
    pub solver: Solver,
    /// How far to go.
    pub limits: Limits,
    /// What a program finds when it begins.
    pub surroundings: Surroundings,
    /// Whether a whole process is executed: what it prints is kept, panics print their messages, and
    /// the end of the main thread runs destructors. Otherwise a property is, and the moment that
    /// decides about it is its end.
    pub is_process: bool,
    /// What there is to tell.
    pub journal: Journal,
    /// Where the work went.
    pub effort: Effort,
    /// Which instructions of a property's program were executed; of a process it is not noted.
    pub executed: Executed,
    /// When the work has to be over.
    deadline: Option<Instant>,
    /// What moving memory came to since the run began, in steps: an instruction may move a gigabyte, and a
    /// run of so many steps has to end in time all the same.
    pub(super) steps_of_moves: u64,
    /// The choices to follow, if they are not left open.
    pub script: Option<Script>,
    /// What the run does, if it is noted.
    pub tracer: Option<Tracer>,
    /// The unknowns of choices, by the number of choices before, part and width.
    pub(crate) choice_symbols: HashMap<(usize, u64, u32), TermId>,
    /// The unknowns for what nothing promises about float results: by function, block, instruction and
    /// register, and the operands.
    pub(super) unspecified: UnspecifiedSymbols,
    /// How many calls of functions with a contract have begun of which it matters what they change.
    pub(super) scopes_begun: u64,
    /// Inputs that watch the exploration.
    pub(crate) probes: Probes,
    /// Reused by copies between objects.
    pub(super) scratch: Fragment,
    /// Reused by edges and returns with several values.
    pub(super) edge_values: Vec<Value>,
    pub(super) return_values: Vec<Value>,
    /// Reused by calls that a shim answers.
    pub(super) arguments: Vec<Value>,
    /// Liveness of registers, by function, once it was asked for.
    pub(crate) liveness: crate::explore::LivenessCache,
    /// Which blocks lie on a loop, once it was asked for.
    pub(crate) loops: crate::explore::LoopCache,
}

impl<'p> Machine<'p> {
    /// A machine for a program that was laid out, with nothing executed yet.
    pub(crate) fn new(program: &'p Program, image: &Rc<Image>, limits: Limits) -> Self {
        let files = if image.is_process {
            FileSystem::of_process(None)
        } else {
            FileSystem::of_property()
        };
        let mut solver = Solver::new();
        solver.set_limits(limits.solver());
        Self {
            program,
            image: Rc::clone(image),
            symbols: image.first_symbols(),
            solver,
            limits,
            surroundings: Surroundings {
                files: Rc::new(files),
                variables: Rc::default(),
            },
            is_process: image.is_process,
            journal: Journal::default(),
            effort: Effort::default(),
            executed: if image.is_process {
                Executed::default()
            } else {
                Executed::of(program)
            },
            deadline: None,
            steps_of_moves: 0,
            script: None,
            tracer: None,
            choice_symbols: HashMap::new(),
            unspecified: HashMap::new(),
            scopes_begun: 0,
            probes: Probes::default(),
            scratch: Fragment::default(),
            edge_values: Vec::new(),
            return_values: Vec::new(),
            arguments: Vec::new(),
            liveness: crate::explore::LivenessCache::default(),
            loops: crate::explore::LoopCache::default(),
        }
    }

    /// The state at the start of a process that calls a function without parameters, and before that the
    /// program's constructors.
    pub(crate) fn start(&mut self, entry: FunctionId) -> State {
        let is_callable = self.program.functions[entry.index()].has_body();
        assert!(is_callable, "the entry function has a body");
        let constructors = self.program.constructors.iter().rev().copied();
        let mut to_start: Vec<FunctionId> = [entry].into_iter().chain(constructors).collect();
        let first = to_start.pop().expect("the entry is among them");
        let function = &self.program.functions[first.index()];
        let memory = self.image.memory.clone();
        let mut state = State {
            current: Frame {
                function: first,
                block: BlockId(0),
                next: 0,
                base: 0,
                slots_start: 0,
                stack_pointer: memory.stack_pointer(),
            },
            callers: Vec::new(),
            registers: vec![Value::POISON; function.register_count as usize],
            slots: Vec::new(),
            memory,
            path: proofhouse_solver::PathCondition::new(),
            trail: Vec::new(),
            known: std::rc::Rc::default(),
            log: super::log::ChoiceLog::default(),
            environment: Environment::new(self.surroundings.clone()),
            is_doubtful: false,
            probes: Group::ALL,
            steps: 0,
        };
        state.environment.to_start = std::rc::Rc::new(to_start);
        self.list_arguments(&mut state);
        if !state.environment.variables.is_empty() {
            self.list_variables(&mut state);
        }
        state
    }

    /// The value of an operand in the current frame.
    #[inline]
    pub(crate) fn read(&self, state: &State, operand: Operand) -> Value {
        match operand {
            Operand::Register(register) => state.register(register),
            Operand::Word(word) => Value::word(word),
            Operand::Constant(constant) => self.image.constants[constant.index()],
        }
    }

    /// Sets when the work has to be over.
    pub(crate) fn set_deadline(&mut self, deadline: Instant) {
        self.deadline = Some(deadline);
        self.solver
            .set_interrupt(Some(Arc::new(move || Instant::now() >= deadline)));
    }

    /// Whether the work has to be over.
    pub(crate) fn is_out_of_time(&self) -> bool {
        self.deadline
            .is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// Ends the path because something on it is not supported.
    #[cold]
    pub(crate) fn unsupported(&mut self, state: &State, what: impl Into<String>) -> Box<Stop> {
        let called_from = self.called_from(state);
        self.journal.gaps.obstacles.insert(Obstacle::Unsupported {
            what: what.into(),
            called_from,
        });
        Ended::Cut.into()
    }

    /// Ends the path because a limit was reached.
    #[cold]
    pub(crate) fn limit_reached(&mut self, limit: &str, allowed: u64, unit: &str) -> Box<Stop> {
        self.journal.gaps.obstacles.insert(Obstacle::LimitReached {
            limit: limit.to_owned(),
            allowed,
            unit: unit.to_owned(),
        });
        Ended::Cut.into()
    }
}
