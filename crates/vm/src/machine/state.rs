//! One state of a program under execution: everything that a fork has to copy, and nothing else.
//!
//! # Invariants
//!
//! - Registers of all frames lie in one vector; those of the current frame begin at its `base`.
//! - `slots` lists the stack slots of all frames in the order of their allocation; a frame owns
//!   those from `slots_start` on, up to the next frame's.
//! - Nothing in a state refers to another state; what is shared is behind `Rc` and copied on write.
//!
//! # Not here
//!
//! What all states of an exploration share: program, terms, solver, findings ([`super::Machine`]).

use std::collections::BTreeMap;
use std::rc::Rc;

use proofhouse_solver::{PathCondition, TermId};

use super::log::{ChoiceLog, Record};
use super::probes::Group;
use super::scope::{Scope, Shared};
use super::threads::Threads;
use super::value::Value;
use crate::files::FileSystem;
use crate::memory::{Memory, ObjectId};
use crate::program::{BlockId, FunctionId, Register};

/// One active call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    /// The function.
    pub function: FunctionId,
    /// The block under execution.
    pub block: BlockId,
    /// The instruction of the block that is executed next, or that is waiting for a call.
    pub next: u32,
    /// Where the frame's registers begin.
    pub base: usize,
    /// Where the frame's stack slots begin in the list of slots.
    pub slots_start: usize,
    /// The stack pointer to give back at the end.
    pub stack_pointer: u64,
}

/// Work that the environment does for the program and that a fork must copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Environment {
    /// The threads, and what belongs to each.
    pub threads: Rc<Threads>,
    /// The contents that `fill_bytes` hands over next.
    pub pending_bytes: Option<Rc<[TermId]>>,
    /// The number that a split instruction takes when it is executed again.
    pub taken: Option<u64>,
    /// Numbers taken from the deterministic source of randomness.
    pub random_count: u64,
    /// Nanoseconds that have passed on the deterministic clock.
    pub clock_ns: u64,
    /// The exception in flight, while it unwinds.
    pub exception: Value,
    /// What the process has written to its standard streams.
    pub output: Output,
    /// The files.
    pub files: Rc<FileSystem>,
    /// Variables of the environment that the program has set or removed, or asked for.
    pub variables: Rc<BTreeMap<Vec<u8>, Variable>>,
    /// The code with which the process ends, once it has asked for that.
    pub exit_code: Option<i32>,
    /// What the main thread calls when its outermost call returns, the last of these first: constructors that
    /// have not run yet, and before all of them the entry.
    pub to_start: Rc<Vec<FunctionId>>,
    /// Functions whose calls go to another one.
    pub replaced: Rc<BTreeMap<FunctionId, FunctionId>>,
    /// How often loops may go round, if the property says so.
    pub loop_bound: Option<Rc<LoopBound>>,
    /// What is asked of functions with a contract, by name.
    pub contracts: Rc<BTreeMap<String, Asked>>,
    /// Whether what is chosen now is what a contract leaves open, no part of the input.
    pub is_left_open: bool,
    /// Calls of functions with a contract that are under way, as far as it matters what they change.
    pub scopes: Rc<Vec<Scope>>,
    /// What may be shared with functions whose contract stands for their body, until they are left.
    pub shared: Rc<Vec<Shared>>,
    /// Whether statics hold anything, perhaps no value of their type.
    pub has_open_statics: bool,
    /// Objects that nothing is known of any more, with a clause that says why no path may look at them.
    pub hidden: Rc<BTreeMap<ObjectId, Rc<str>>>,
}

/// What a property asks of a function with a contract.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The next call of it is the one whose contract is checked.
    pub is_checked: bool,
    /// Its contract stands for its body, in all other calls.
    pub is_assumed: bool,
}

/// A bound on loops, and how often those have gone round that are under way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LoopBound {
    /// How often the head of a loop may be reached from when the loop is entered.
    pub most: u64,
    /// How often it was, by the depth of the call and the head.
    pub counts: BTreeMap<(usize, BlockId), u64>,
}

/// What a program finds when it begins.
#[derive(Clone, Debug)]
pub(crate) struct Surroundings {
    /// The files.
    pub files: Rc<FileSystem>,
    /// Variables of the environment.
    pub variables: Rc<BTreeMap<Vec<u8>, Variable>>,
}

impl Environment {
    /// That of a program which has not begun.
    pub(crate) fn new(surroundings: Surroundings) -> Self {
        let Surroundings { files, variables } = surroundings;
        Self {
            threads: Rc::default(),
            pending_bytes: None,
            taken: None,
            random_count: 0,
            clock_ns: 0,
            exception: Value::default(),
            output: Output::default(),
            files,
            variables,
            exit_code: None,
            to_start: Rc::default(),
            replaced: Rc::default(),
            loop_bound: None,
            contracts: Rc::default(),
            is_left_open: false,
            scopes: Rc::default(),
            shared: Rc::default(),
            has_open_statics: false,
            hidden: Rc::default(),
        }
    }
}

/// What a process has written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Output {
    /// To its standard output.
    pub standard: Rc<Vec<u8>>,
    /// To its standard error.
    pub error: Rc<Vec<u8>>,
}

/// A variable of the environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Variable {
    /// What it is set to; `None` once it was removed.
    pub value: Option<Vec<u8>>,
    /// The text in memory, once the program asked for it.
    pub object: Option<ObjectId>,
}

/// A condition that a path took on.
#[derive(Clone)]
pub(crate) struct TrailStep {
    /// The condition.
    pub condition: TermId,
    /// The number of the split whose case it is; 0 for a condition that was not split on.
    pub split: u64,
    /// What held before.
    pub before: PathCondition,
}

/// A state.
#[derive(Clone)]
pub(crate) struct State {
    /// The call under execution.
    pub current: Frame,
    /// The calls that wait for it, outermost first.
    pub callers: Vec<Frame>,
    /// The registers of all frames.
    pub registers: Vec<Value>,
    /// The stack slots of all frames.
    pub slots: Vec<ObjectId>,
    /// The memory.
    pub memory: Memory,
    /// What must hold of the symbols for this state to be reached.
    pub path: PathCondition,
    /// How the path came about, condition by condition.
    pub trail: Vec<TrailStep>,
    /// Terms whose value the path fixes, found when the path was split.
    pub known: Rc<BTreeMap<TermId, u128>>,
    /// The choices so far.
    pub log: ChoiceLog,
    /// What the environment remembers.
    pub environment: Environment,
    /// Whether the solver gave up on whether this state can be reached.
    pub is_doubtful: bool,
    /// The probes that are in this state.
    pub probes: Group,
    /// Instructions executed since the start of the path.
    pub steps: u64,
}

impl State {
    /// Writes down a choice that was made.
    pub(crate) fn add_choice(&mut self, record: Record) {
        let is_input = !self.environment.is_left_open;
        self.log.push(record, is_input);
    }

    /// How many calls wait for the current one.
    pub(crate) fn depth(&self) -> usize {
        self.callers.len()
    }

    /// Writes a register of the current frame.
    #[inline]
    pub(crate) fn write(&mut self, register: Register, value: Value) {
        let index = self.current.base + register.index();
        self.registers[index] = value;
    }

    /// A register of the current frame.
    #[inline]
    pub(crate) fn register(&self, register: Register) -> Value {
        self.registers[self.current.base + register.index()]
    }

    /// All calls, innermost first.
    pub(crate) fn frames(&self) -> impl Iterator<Item = &Frame> {
        std::iter::once(&self.current).chain(self.callers.iter().rev())
    }
}
