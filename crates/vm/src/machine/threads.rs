//! Threads of the program under execution, under one deterministic schedule.
//!
//! A thread runs until it blocks, yields or ends; then the next ready thread in the order of their
//! creation runs. Only a thread that performs very many atomic operations in a row (it spins) is
//! preempted. The clock is virtual: when every thread waits and some of them have a deadline, it is
//! put forward to the earliest.
//!
//! Every operation by which one thread can notice another is announced to [`Machine::visit`] before
//! it happens ([`VisibleOperation`]). The schedule above is decided there and in `reschedule`, and a
//! scheduler that explores others has to stand nowhere else.
//!
//! # Invariants
//!
//! - The thread that runs lies in the state itself; all others are parked here.
//! - A thread that was suspended in a shim executes the same call again when it goes on, and finds
//!   in `resumed` why.
//! - All of it is part of the state, so a fork at any visible operation forks the threads.
//!
//! # Not here
//!
//! Weak memory: all threads see one memory, in the order of execution. Data races are not reported.

use std::collections::BTreeMap;
use std::rc::Rc;

use proofhouse_evidence::{Failure, FailureKind};

use super::Machine;
use super::state::{Frame, State};
use super::stop::{Ended, Flow, Result};
use super::value::Value;
use crate::memory::ObjectId;
use crate::program::{BlockId, FunctionId, PlaceId};

/// Atomic operations that a thread may perform before others get a turn.
const SLICE_OPERATIONS: u32 = 2_000;
/// By how much the clock goes forward when a thread that could go on lets others run. Without it,
/// threads that spin would keep those asleep for whom they wait.
const NANOSECONDS_A_TURN: u64 = 100_000;
/// How often destructors of keys may set values again, as in POSIX.
const KEY_ROUNDS_MAX: u32 = 4;

/// A thread; numbered from 0, the thread that was there first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ThreadId(pub u32);

impl ThreadId {
    /// The thread in which execution began.
    pub(crate) const MAIN: Self = Self(0);

    fn index(self) -> usize {
        self.0 as usize
    }
}

/// Something that other threads can notice, or by which a thread notices others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VisibleOperation {
    /// An atomic load.
    AtomicLoad,
    /// An atomic store.
    AtomicStore,
    /// An atomic read-modify-write, or a compare-and-exchange.
    AtomicUpdate,
    /// A fence.
    Fence,
    /// A look at a futex's word, and waiting on it.
    FutexWait,
    /// Waking those who wait on a futex.
    FutexWake,
    /// The start of a thread.
    ThreadStart,
    /// Waiting for a thread's end.
    ThreadJoin,
}

/// What a thread waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// To be woken on a futex.
    Futex {
        /// The address of its word.
        address: u64,
        /// Which wakers concern it.
        mask: u32,
        /// When it gives up, in nanoseconds of the virtual clock.
        deadline: Option<u64>,
    },
    /// The end of a thread.
    Join(ThreadId),
    /// A time.
    Sleep {
        /// The time, in nanoseconds of the virtual clock.
        deadline: u64,
    },
}

impl Wait {
    fn deadline(self) -> Option<u64> {
        match self {
            Self::Futex { deadline, .. } => deadline,
            Self::Join(_) => None,
            Self::Sleep { deadline } => Some(deadline),
        }
    }
}

/// Why a suspended thread goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resumed {
    /// What it waited for has come, or it had only let others run.
    Met,
    /// Its deadline has passed.
    TimedOut,
}

/// Whether a thread can run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Ready,
    /// It waits since the moment with this number.
    Waiting(Wait, u64),
    Ended,
}

/// What a suspended thread keeps of a state.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Parked {
    current: Frame,
    callers: Vec<Frame>,
    registers: Vec<Value>,
    slots: Vec<ObjectId>,
    stack_pointer: u64,
    exception: Value,
}

/// One thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Thread {
    status: Status,
    parked: Option<Parked>,
    /// Set when it goes on after it was suspended in a shim.
    pub resumed: Option<Resumed>,
    /// What its start routine returned, once it has.
    result: Option<Value>,
    /// Whether nobody will ask for the result.
    pub is_detached: bool,
    /// Functions to call with their argument when the thread ends, last first.
    pub destructors: Vec<(Value, Value)>,
    /// Values of keys.
    pub keys: BTreeMap<u64, Value>,
    key_rounds: u32,
    /// Its own copies of thread-local variables, by the variable's object.
    locals: BTreeMap<ObjectId, ObjectId>,
    /// Its `errno`, once it was asked for.
    pub errno: Option<ObjectId>,
}

impl Thread {
    fn new() -> Self {
        Self {
            status: Status::Ready,
            parked: None,
            resumed: None,
            result: None,
            is_detached: false,
            destructors: Vec::new(),
            keys: BTreeMap::new(),
            key_rounds: 0,
            locals: BTreeMap::new(),
            errno: None,
        }
    }
}

/// The threads of a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Threads {
    /// The one that runs.
    pub running: ThreadId,
    all: Vec<Thread>,
    /// Destructors of the values of keys, by key.
    pub key_destructors: BTreeMap<u64, Value>,
    /// The next key.
    pub next_key: u64,
    /// Visible operations since the running thread got its turn.
    slice: u32,
    /// Counts suspensions, so that who waits longest is woken first.
    suspensions: u64,
}

impl Default for Threads {
    fn default() -> Self {
        Self {
            running: ThreadId::MAIN,
            all: vec![Thread::new()],
            key_destructors: BTreeMap::new(),
            next_key: 0,
            slice: 0,
            suspensions: 0,
        }
    }
}

impl Threads {
    /// The thread that runs.
    pub(crate) fn current(&self) -> &Thread {
        &self.all[self.running.index()]
    }

    /// The thread that runs, to be changed.
    pub(crate) fn current_mut(&mut self) -> &mut Thread {
        &mut self.all[self.running.index()]
    }

    /// A thread, if there ever was one with this number.
    pub(crate) fn get_mut(&mut self, id: ThreadId) -> Option<&mut Thread> {
        self.all.get_mut(id.index())
    }

    /// Whether there has ever been a second thread.
    pub(crate) fn are_several(&self) -> bool {
        self.all.len() > 1
    }

    /// What a thread's start routine returned; `None` while it runs.
    pub(crate) fn result_of(&self, id: ThreadId) -> Option<Value> {
        let thread = self.all.get(id.index())?;
        (thread.status == Status::Ended).then(|| thread.result.unwrap_or(Value::ZERO))
    }

    /// Makes every thread ready whose deadline has passed.
    fn wake_sleepers(&mut self, now: u64) {
        for thread in &mut self.all {
            if let Status::Waiting(wait, _) = thread.status
                && wait.deadline().is_some_and(|deadline| deadline <= now)
            {
                thread.status = Status::Ready;
                thread.resumed = Some(match wait {
                    Wait::Sleep { .. } => Resumed::Met,
                    _ => Resumed::TimedOut,
                });
            }
        }
    }

    /// All copies of thread-local variables that threads have made for themselves: the variable, and the copy.
    pub(crate) fn all_locals(&self) -> Vec<(ObjectId, ObjectId)> {
        let locals = self.all.iter().flat_map(|thread| &thread.locals);
        locals.map(|(variable, copy)| (*variable, *copy)).collect()
    }

    /// The thread-local variable that an object is a thread's copy of.
    pub(crate) fn variable_of(&self, object: ObjectId) -> Option<ObjectId> {
        let mut locals = self.all.iter().flat_map(|thread| &thread.locals);
        let found = locals.find(|(_, copy)| **copy == object);
        found.map(|(variable, _)| *variable)
    }

    /// Whether an object is some thread's `errno`.
    pub(crate) fn is_errno(&self, object: ObjectId) -> bool {
        self.all.iter().any(|thread| thread.errno == Some(object))
    }

    fn earliest_deadline(&self) -> Option<u64> {
        let deadlines = self.all.iter().filter_map(|thread| match thread.status {
            Status::Waiting(wait, _) => wait.deadline(),
            _ => None,
        });
        deadlines.min()
    }

    /// The next thread after the running one that can run; the running one comes last.
    fn next_ready(&self) -> Option<ThreadId> {
        let count = self.all.len();
        let start = self.running.index();
        let index = (1..=count)
            .map(|step| (start + step) % count)
            .find(|index| self.all[*index].status == Status::Ready)?;
        Some(ThreadId(u32::try_from(index).expect("few threads")))
    }

    /// Makes ready up to `count` of those who wait as `concerns` says, longest first.
    fn wake(&mut self, count: u64, concerns: impl Fn(Wait) -> bool) -> u64 {
        let mut woken = 0;
        while woken < count {
            let waiting = self
                .all
                .iter_mut()
                .filter_map(|thread| match thread.status {
                    Status::Waiting(wait, since) if concerns(wait) => Some((since, thread)),
                    _ => None,
                });
            let Some((_, thread)) = waiting.min_by_key(|(since, _)| *since) else {
                break;
            };
            thread.status = Status::Ready;
            thread.resumed = Some(Resumed::Met);
            woken += 1;
        }
        woken
    }
}

impl<'p> Machine<'p> {
    /// Announces a visible operation of the running thread before it happens. Returns whether
    /// another thread was given the turn instead; then the operation is announced again later.
    #[inline]
    pub(crate) fn visit(&mut self, state: &mut State, operation: VisibleOperation) -> Result<bool> {
        if !state.environment.threads.are_several() {
            return Ok(false);
        }
        self.take_turns(state, operation)
    }

    fn take_turns(&mut self, state: &mut State, operation: VisibleOperation) -> Result<bool> {
        let threads = Rc::make_mut(&mut state.environment.threads);
        threads.slice += 1;
        let may_spin = matches!(
            operation,
            VisibleOperation::AtomicLoad
                | VisibleOperation::AtomicStore
                | VisibleOperation::AtomicUpdate
                | VisibleOperation::Fence
        );
        if !may_spin || threads.slice <= SLICE_OPERATIONS {
            return Ok(false);
        }
        threads.slice = 0;
        let before = threads.running;
        self.let_others_run(state)?;
        Ok(state.environment.threads.running != before)
    }

    /// Lets others run, if there are any; the running thread stays ready. Time passes if nobody else
    /// can run but somebody sleeps.
    fn let_others_run(&mut self, state: &mut State) -> Result<()> {
        let clock = &mut state.environment.clock_ns;
        *clock = clock.saturating_add(NANOSECONDS_A_TURN);
        let threads = &state.environment.threads;
        if threads.next_ready() == Some(threads.running)
            && let Some(deadline) = threads.earliest_deadline()
        {
            let clock = &mut state.environment.clock_ns;
            *clock = (*clock).max(deadline);
        }
        self.reschedule(state)
    }

    /// `sched_yield` and the like, called from a shim. Returns whether another thread has the turn.
    pub(crate) fn yield_turn(&mut self, state: &mut State) -> Result<bool> {
        let before = state.environment.threads.running;
        self.let_others_run(state)?;
        let threads = Rc::make_mut(&mut state.environment.threads);
        if threads.running == before {
            return Ok(false);
        }
        let suspended = threads.get_mut(before).expect("it ran a moment ago");
        suspended.resumed = Some(Resumed::Met);
        Ok(true)
    }

    /// Suspends the running thread in a shim until what it waits for has come.
    pub(crate) fn suspend(&mut self, state: &mut State, wait: Wait) -> Result<Flow> {
        let threads = Rc::make_mut(&mut state.environment.threads);
        threads.suspensions += 1;
        let since = threads.suspensions;
        threads.current_mut().status = Status::Waiting(wait, since);
        self.reschedule(state)?;
        Ok(Flow::Moved)
    }

    /// Why the running thread goes on in this call, if it was suspended in it.
    pub(crate) fn take_resumed(&mut self, state: &mut State) -> Option<Resumed> {
        state.environment.threads.current().resumed?;
        let threads = Rc::make_mut(&mut state.environment.threads);
        threads.current_mut().resumed.take()
    }

    /// Wakes up to `count` threads that wait on a futex; returns how many.
    pub(crate) fn wake_futex(
        &mut self,
        state: &mut State,
        address: u64,
        bits: u32,
        count: u64,
    ) -> u64 {
        let threads = Rc::make_mut(&mut state.environment.threads);
        threads.wake(count, |wait| match wait {
            Wait::Futex {
                address: waits_at,
                mask,
                ..
            } => waits_at == address && mask & bits != 0,
            _ => false,
        })
    }

    /// Gives the turn to the next thread that can run.
    fn reschedule(&mut self, state: &mut State) -> Result<()> {
        loop {
            let now = state.environment.clock_ns;
            let threads = Rc::make_mut(&mut state.environment.threads);
            threads.wake_sleepers(now);
            if let Some(next) = threads.next_ready() {
                switch_to(state, next);
                return Ok(());
            }
            match threads.earliest_deadline() {
                Some(deadline) => state.environment.clock_ns = deadline.max(now),
                None => return Err(self.deadlock(state)),
            }
        }
    }

    #[cold]
    fn deadlock(&mut self, state: &mut State) -> Box<super::stop::Stop> {
        let threads = &state.environment.threads;
        let mut waiting = Vec::new();
        for (number, thread) in threads.all.iter().enumerate() {
            let Status::Waiting(wait, _) = thread.status else {
                continue;
            };
            let what = match wait {
                Wait::Futex { .. } => "to be woken".to_owned(),
                Wait::Join(other) => format!("for thread {} to end", other.0),
                Wait::Sleep { .. } => "for a time".to_owned(),
            };
            let place = match &thread.parked {
                Some(parked) => {
                    let frames =
                        || std::iter::once(&parked.current).chain(parked.callers.iter().rev());
                    self.user_place_of(frames())
                }
                None => self.user_place(state),
            };
            let at = self.place_name(place);
            let at = at.map_or_else(String::new, |at| format!(" at {at}"));
            waiting.push(format!("thread {number} waits {what}{at}"));
        }
        let failure = Failure {
            kind: FailureKind::Timeout,
            message: format!("deadlock: {}", waiting.join(", ")),
            site: self.site(state),
        };
        self.fail(state, failure)
    }

    /// Starts a thread that calls `routine` with one argument; `None` when there are too many.
    pub(crate) fn start_thread(
        &mut self,
        state: &mut State,
        routine: FunctionId,
        argument: Value,
    ) -> Option<ThreadId> {
        let id = ThreadId(u32::try_from(state.environment.threads.all.len()).ok()?);
        let stack_pointer = crate::memory::stack_start(id.0)?;
        let function = &self.program.functions[routine.index()];
        let mut registers = vec![Value::POISON; function.register_count as usize];
        if let Some(first) = registers.first_mut()
            && !function.parameters.is_empty()
        {
            *first = argument;
        }
        let parked = Parked {
            current: Frame {
                function: routine,
                block: BlockId(0),
                next: 0,
                base: 0,
                slots_start: 0,
                stack_pointer,
            },
            callers: Vec::new(),
            registers,
            slots: Vec::new(),
            stack_pointer,
            exception: Value::ZERO,
        };
        let thread = Thread {
            parked: Some(parked),
            ..Thread::new()
        };
        Rc::make_mut(&mut state.environment.threads)
            .all
            .push(thread);
        Some(id)
    }

    /// The outermost call of the running thread returned: what is still to be started follows; then its
    /// destructors run, one by one, and it ends.
    pub(super) fn outermost_returned(
        &mut self,
        state: &mut State,
        returned: Option<Value>,
    ) -> Result<Flow> {
        let is_main = state.environment.threads.running == ThreadId::MAIN;
        let goes_on = is_main && state.environment.exit_code.is_none();
        if goes_on && let Some(next) = Rc::make_mut(&mut state.environment.to_start).pop() {
            self.start_outermost(state, next, Value::ZERO);
            return Ok(Flow::Moved);
        }
        if is_main && !self.is_process {
            return Err(Ended::Held.into());
        }
        let threads = Rc::make_mut(&mut state.environment.threads);
        let current = threads.current_mut();
        if current.result.is_none() {
            current.result = Some(returned.unwrap_or(Value::ZERO));
        }
        if let Some((destructor, argument)) = next_destructor(threads) {
            let function = self.function_at(state, destructor)?;
            self.start_outermost(state, function, argument);
            return Ok(Flow::Moved);
        }
        if is_main || state.environment.exit_code.is_some() {
            return Err(Ended::Held.into());
        }
        self.end_thread(state)?;
        Ok(Flow::Moved)
    }

    /// Begins a call that nobody waits for.
    fn start_outermost(&mut self, state: &mut State, function: FunctionId, argument: Value) {
        let callee = &self.program.functions[function.index()];
        let base = state.registers.len();
        let count = callee.register_count as usize;
        state.registers.resize(base + count, Value::POISON);
        if !callee.parameters.is_empty() {
            state.registers[base] = argument;
        }
        state.current = Frame {
            function,
            block: BlockId(0),
            next: 0,
            base,
            slots_start: state.slots.len(),
            stack_pointer: state.memory.stack_pointer(),
        };
    }

    /// The process is about to end with a code: the running thread's destructors run first.
    pub(crate) fn exit(&mut self, state: &mut State, code: i32) -> Result<Flow> {
        if state.environment.exit_code.is_some() {
            return Err(Ended::Held.into());
        }
        state.environment.exit_code = Some(code);
        // The calls that wait never go on, but their stack slots stay alive.
        state.callers.clear();
        self.outermost_returned(state, None)
    }

    fn end_thread(&mut self, state: &mut State) -> Result<()> {
        let place = PlaceId(0);
        let threads = Rc::make_mut(&mut state.environment.threads);
        let ended = threads.running;
        let thread = threads.current_mut();
        thread.status = Status::Ended;
        let locals = std::mem::take(&mut thread.locals);
        let errno = thread.errno.take();
        threads.wake(u64::MAX, |wait| wait == Wait::Join(ended));
        for object in locals.into_values().chain(errno) {
            state.memory.end(object, place);
        }
        self.reschedule(state)
    }

    /// The address of the running thread's copy of a thread-local variable.
    pub(crate) fn thread_local(&mut self, state: &mut State, variable: Value) -> Option<Value> {
        let threads = &state.environment.threads;
        if threads.running == ThreadId::MAIN {
            return Some(variable);
        }
        let copy = match threads.current().locals.get(&variable.object) {
            Some(copy) => *copy,
            None => {
                let copy = self
                    .image
                    .copy_of_initial(&mut state.memory, variable.object)?;
                let threads = Rc::make_mut(&mut state.environment.threads);
                threads.current_mut().locals.insert(variable.object, copy);
                copy
            }
        };
        let base = |id| state.memory.object(id).map(|object| object.base);
        let offset = variable.low.wrapping_sub(base(variable.object)?);
        Some(Value::address(base(copy)?.wrapping_add(offset), copy))
    }
}

/// The next function that has to be called before the running thread ends.
fn next_destructor(threads: &mut Threads) -> Option<(Value, Value)> {
    let destructors = threads.key_destructors.clone();
    let thread = threads.current_mut();
    if let Some(registered) = thread.destructors.pop() {
        return Some(registered);
    }
    while thread.key_rounds < KEY_ROUNDS_MAX {
        for (key, destructor) in &destructors {
            match thread.keys.get(key).copied() {
                Some(value) if value != Value::ZERO => {
                    thread.keys.insert(*key, Value::ZERO);
                    return Some((*destructor, value));
                }
                _ => {}
            }
        }
        thread.key_rounds += 1;
    }
    None
}

/// Makes `next` the thread that lies in the state.
fn switch_to(state: &mut State, next: ThreadId) {
    let exception = state.environment.exception;
    let threads = Rc::make_mut(&mut state.environment.threads);
    threads.slice = 0;
    if next == threads.running {
        return;
    }
    let parked = threads.all[next.index()]
        .parked
        .take()
        .expect("a thread that does not run is parked");
    let is_over = threads.current().status == Status::Ended;
    let before = Parked {
        current: std::mem::replace(&mut state.current, parked.current),
        callers: std::mem::replace(&mut state.callers, parked.callers),
        registers: std::mem::replace(&mut state.registers, parked.registers),
        slots: std::mem::replace(&mut state.slots, parked.slots),
        stack_pointer: state.memory.stack_pointer(),
        exception,
    };
    if !is_over {
        threads.current_mut().parked = Some(before);
    }
    threads.running = next;
    state.memory.switch_stack(next.0, parked.stack_pointer);
    state.environment.exception = parked.exception;
}
