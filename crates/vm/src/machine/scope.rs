//! What a call of a function with a contract may change, and whether it changed anything else.
//!
//! When a call is checked, the memory is remembered as it is at its start, which costs a pointer for every 64
//! objects; at its end the two are compared. When a contract stands for a body, the same rule says which
//! memory the body might have changed.
//!
//! A call may change the places that its contract names, and what is reached from them by following addresses:
//! a place of type `Vec` owns its elements. It may change what is reached from arguments that it was given by
//! value, unless the contract says `modifies(..)`; then it may only free that. What it allocates is its own.
//!
//! # Invariants
//!
//! - Objects are told apart by their numbers, never by their addresses: stack addresses are used again.
//! - Statics are never reached: they change where they are named, or not at all. Those of the standard library
//!   and of this project's runtime, and what only these reach, are left out: they count panics, keep keys
//!   of hash maps and buffers of streams.
//! - What is written and written back counts as unchanged. A byte that was undefined and is not any more, or
//!   the other way round, has changed, and so has an address that points to another object.
//! - What a contract's body might have changed, and what is still alive after the call that it stood for,
//!   is shared with somebody: no path goes on that looks at it.
//!
//! # Not here
//!
//! Files, the clock and what is printed. Other threads: what they change during a call counts as its work.

use std::collections::BTreeSet;
use std::rc::Rc;

use proofhouse_evidence::{Failure, FailureKind};
use proofhouse_solver::{Model, TermId};

use super::Machine;
use super::fault::{Access, Purpose};
use super::places::is_library;
use super::state::{Frame, State};
use super::stop::Result;
use super::symbols::Entry;
use super::threads::ThreadId;
use super::value::{Shadow, Value};
use crate::load::rust_path;
use crate::memory::{Memory, Object, ObjectId, ObjectKind, Slot};
use crate::program::Scalar;

/// What a part of the memory is for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Its own: an argument where it lies, or the place of the result.
    Own,
    /// The contract names it.
    Named,
    /// It was given by value.
    Given,
    /// It was given by value, and the contract names what changes.
    GivenToDrop,
}

/// Where a part begins in its object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    At(u64),
    /// A term of 64 bits.
    Somewhere(TermId),
}

/// A range of the memory that means something to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part {
    role: Role,
    object: ObjectId,
    start: Start,
    size: u64,
}

impl Part {
    /// Whether the call may write its bytes.
    fn may_change(&self) -> bool {
        matches!(self.role, Role::Own | Role::Named)
    }

    /// Whether a range lies in it for certain.
    fn covers(&self, object: ObjectId, (start, end): (u64, u64)) -> bool {
        match self.start {
            Start::At(first) => self.object == object && first <= start && end - first <= self.size,
            Start::Somewhere(_) => false,
        }
    }
}

/// One call of a function with a contract.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    /// Scopes are numbered by the machine.
    number: u64,
    /// The function, by its path.
    function: String,
    /// The memory at the start.
    before: Memory,
    /// The stack slots of the function that holds the contract's code.
    own_slots: Vec<ObjectId>,
    /// Those of its caller, one of which is the place of the result.
    slots_of_caller: Vec<ObjectId>,
    parts: Vec<Part>,
}

/// States that are in the same call agree in its number, and in what was said of it since.
impl PartialEq for Scope {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number && self.parts == other.parts
    }
}

impl Eq for Scope {}

/// Objects that somebody may share with a function whose contract stands for its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shared {
    /// Why nobody may look at them afterwards.
    why: Rc<str>,
    thread: ThreadId,
    /// How many calls wait for the function's.
    depth: usize,
    objects: Vec<ObjectId>,
}

impl Machine<'_> {
    /// Begins a call. Its function called the one that asks, which is at the top.
    pub(crate) fn begin_scope(&mut self, state: &mut State, function: String) -> u64 {
        let depth = state.callers.len();
        let frame_at = |back: usize| depth.checked_sub(back).map(|index| state.callers[index]);
        let slots = |frame: Option<Frame>, end: usize| match frame {
            Some(frame) => state.slots[frame.slots_start..end].to_vec(),
            None => Vec::new(),
        };
        let (own, caller) = (frame_at(1), frame_at(2));
        let own_start = own.map_or(0, |frame| frame.slots_start);
        let scope = Scope {
            number: self.scopes_begun,
            function,
            before: state.memory.clone(),
            own_slots: slots(own, state.current.slots_start),
            slots_of_caller: slots(caller, own_start),
            parts: Vec::new(),
        };
        self.scopes_begun += 1;
        let number = scope.number;
        Rc::make_mut(&mut state.environment.scopes).push(scope);
        number
    }

    /// Says what a part of the memory is for a call that has begun.
    pub(crate) fn add_part(
        &mut self,
        state: &mut State,
        scope: u64,
        role: Role,
        (address, size): (Value, Value),
    ) -> Result<()> {
        let size = self.length(state, size)?;
        if size == 0 {
            return Ok(());
        }
        let (object, start) = self.part_at(state, address, size)?;
        let part = Part {
            role,
            object,
            start,
            size,
        };
        let scopes = Rc::make_mut(&mut state.environment.scopes);
        let scope = scopes.iter_mut().find(|open| open.number == scope);
        scope
            .expect("a part belongs to an open scope")
            .parts
            .push(part);
        Ok(())
    }

    /// The object that an address points into, and where.
    fn part_at(
        &mut self,
        state: &mut State,
        address: Value,
        size: u64,
    ) -> Result<(ObjectId, Start)> {
        let address = self.settle(state, address)?;
        let base = |state: &State, id| state.memory.object(id).map(|object: &Object| object.base);
        if !address.is_number() {
            let term = self.defined(state, address, 64, Purpose::Address)?;
            if let Some(base) = base(state, address.object) {
                let base = self.symbols.terms.constant(64, base.into());
                let offset = self.symbols.terms.sub(term, base);
                return Ok((address.object, Start::Somewhere(offset)));
            }
            let number = self.concrete_term(state, term)?;
            return self.part_at(state, Value::wide(number).within(address.object), size);
        }
        let object = match address.object {
            ObjectId::NONE => state.memory.object_at(address.low),
            known => Some(known),
        };
        let object = object.unwrap_or(ObjectId::NONE);
        let offset = base(state, object).map(|base| address.low.wrapping_sub(base));
        match offset {
            Some(offset) => Ok((object, Start::At(offset))),
            None => {
                // A place that can't be written is no place.
                self.check_access(state, address, Access::Write, size)?;
                Err(self.unsupported(state, "a place of a contract that is in no object"))
            }
        }
    }

    /// Ends a call that was checked. The result lies where the part says, if there is one.
    pub(crate) fn end_scope(
        &mut self,
        state: &mut State,
        number: u64,
        result: (Value, Value),
        is_unwinding: bool,
    ) -> Result<()> {
        if !is_unwinding {
            self.add_part(state, number, Role::Own, result)?;
        }
        let scope = take_scope(state, number);
        let mut free: BTreeSet<ObjectId> = scope.own_slots.iter().copied().collect();
        if is_unwinding {
            // Nobody can look at the place of a result that there is not.
            free.extend(&scope.slots_of_caller);
        }
        let mut reached = None;
        for id in scope.before.differing(&state.memory) {
            let Slot::Live(before) = scope.before.slot(id) else {
                continue;
            };
            if free.contains(&id) || matches!(before.kind, ObjectKind::Function(_)) {
                continue;
            }
            let before = Rc::clone(before);
            self.judge_change(state, &scope, (id, &before), &mut reached)?;
        }
        self.judge_new_locals(state, &scope)
    }

    /// A contract stands for the body of a call that has begun: what the body may have changed is not to be
    /// looked at any more, if it is still there when the call is over.
    pub(crate) fn assume_scope(&mut self, state: &mut State, number: u64) {
        let scope = take_scope(state, number);
        let reached = self.reached(&scope.before, &scope.parts, &[Role::Named, Role::Given]);
        let objects: Vec<ObjectId> = reached
            .into_iter()
            .filter(|id| !scope.own_slots.contains(id))
            .collect();
        if objects.is_empty() {
            return;
        }
        let shared = Shared {
            why: format!(
                "memory that others share with `{}`, whose contract stood for its body",
                scope.function
            )
            .into(),
            thread: state.environment.threads.running,
            depth: state.depth() - 1,
            objects,
        };
        Rc::make_mut(&mut state.environment.shared).push(shared);
    }

    /// Hides what may be shared with a function that is being left.
    #[cold]
    pub(super) fn hide_shared(&mut self, state: &mut State) {
        let (depth, thread) = (state.depth(), state.environment.threads.running);
        let is_left = |shared: &Shared| shared.depth == depth && shared.thread == thread;
        if !state.environment.shared.iter().any(is_left) {
            return;
        }
        let all = std::mem::take(Rc::make_mut(&mut state.environment.shared));
        let (left, kept): (Vec<Shared>, Vec<Shared>) = all.into_iter().partition(is_left);
        state.environment.shared = Rc::new(kept);
        for shared in left {
            for id in shared.objects {
                let Some(object) = state.memory.object_mut(id) else {
                    continue;
                };
                // Every access then takes the slow way, which knows why.
                object.is_in_lifetime = false;
                let hidden = Rc::make_mut(&mut state.environment.hidden);
                hidden.insert(id, Rc::clone(&shared.why));
            }
        }
    }

    /// Judges an object that was there at the start of a call and is not the same any more.
    fn judge_change(
        &mut self,
        state: &mut State,
        scope: &Scope,
        (id, before): (ObjectId, &Object),
        reached: &mut Option<[BTreeSet<ObjectId>; 2]>,
    ) -> Result<()> {
        let after = match state.memory.slot(id) {
            Slot::Live(after) => Some(Rc::clone(after)),
            _ => None,
        };
        let is_hidden = after.as_ref().is_some_and(|after| !after.is_in_lifetime)
            && state.environment.hidden.contains_key(&id);
        let ranges = match &after {
            Some(after) => self.changed_ranges(scope, id, before, after),
            None => Vec::new(),
        };
        if after.is_some() && ranges.is_empty() && !is_hidden {
            return Ok(());
        }
        let [changeable, freeable] = reached.get_or_insert_with(|| {
            let named = [Role::Named, Role::Given];
            let given = [Role::Named, Role::Given, Role::GivenToDrop];
            [&named[..], &given[..]].map(|roles| self.reached(&scope.before, &scope.parts, roles))
        });
        let is_free = match after {
            Some(_) => changeable.contains(&id),
            None => freeable.contains(&id),
        };
        if is_free || self.is_of_library(state, &scope.before, id) {
            return Ok(());
        }
        if is_hidden {
            let what = format!(
                "whether `{}` keeps to what it may change: a contract stood for a body that it calls",
                scope.function
            );
            return Err(self.unsupported(state, what));
        }
        if after.is_none() {
            let what = format!("frees {}", self.describe(state, id));
            let failure = self.breach(state, &scope.function, &what);
            return Err(self.fail(state, failure));
        }
        let object = self.describe_changed(state, id);
        self.require_unchanged(state, scope, &ranges, before.size, &object)
    }

    /// Records a failure wherever one of the ranges may have changed, and goes on where none has.
    fn require_unchanged(
        &mut self,
        state: &mut State,
        scope: &Scope,
        ranges: &[((u64, u64), TermId)],
        size: u64,
        object: &str,
    ) -> Result<()> {
        let terms = &mut self.symbols.terms;
        let never = terms.false_();
        let changed = ranges
            .iter()
            .fold(never, |any, (_, one)| terms.or(any, *one));
        let unchanged = terms.not(changed);
        self.require_else(state, unchanged, |machine, state, model: Option<&Model>| {
            let terms = &machine.symbols.terms;
            let has_changed =
                |condition: TermId| model.is_none_or(|model: &Model| model.holds(terms, condition));
            let mut broken = ranges
                .iter()
                .filter(|(_, condition)| has_changed(*condition));
            let (start, end) = broken.next().unwrap_or(&ranges[0]).0;
            let what = match (start, end) {
                (0, end) if end == size => format!("writes to {object}"),
                (at, end) if end - at == 1 => format!("writes to {object}, byte {at}"),
                (at, end) => format!("writes to {object}, bytes {at} to {}", end - 1),
            };
            machine.breach(state, &scope.function, &what)
        })
    }

    /// The ranges of an object that may have changed and are not the call's to change, each with the
    /// condition under which it has.
    fn changed_ranges(
        &mut self,
        scope: &Scope,
        id: ObjectId,
        before: &Object,
        after: &Object,
    ) -> Vec<((u64, u64), TermId)> {
        let parts: Vec<Part> = scope
            .parts
            .iter()
            .filter(|part| part.object == id && part.may_change())
            .copied()
            .collect();
        let mut changed = Vec::new();
        for (start, end) in before.unequal_ranges(after) {
            // Borders of parts need not be borders of values.
            let step = if parts.is_empty() { end - start } else { 1 };
            for at in (start..end).step_by(usize::try_from(step).expect("ranges are short")) {
                let range = (at, at + step);
                if parts.iter().any(|part| part.covers(id, range)) {
                    continue;
                }
                let mut condition = self.differ_in(range, before, after);
                for part in &parts {
                    let outside = self.is_outside(part, range);
                    condition = self.symbols.terms.and(condition, outside);
                }
                if self.symbols.terms.as_boolean(condition) != Some(false) {
                    changed.push((range, condition));
                }
            }
        }
        changed
    }

    /// The condition under which a byte lies outside of a part that begins somewhere.
    fn is_outside(&mut self, part: &Part, (at, end): (u64, u64)) -> TermId {
        let terms = &mut self.symbols.terms;
        match part.start {
            Start::At(_) => terms.true_(),
            Start::Somewhere(start) => {
                assert_eq!(end - at, 1, "such parts are compared byte by byte");
                let at = terms.constant(64, at.into());
                let size = terms.constant(64, part.size.into());
                let distance = terms.sub(at, start);
                terms.ule(size, distance)
            }
        }
    }

    /// The condition under which two versions of an object differ in a range.
    fn differ_in(&mut self, (start, end): (u64, u64), before: &Object, after: &Object) -> TermId {
        let size = end - start;
        let bits = u16::try_from(size * 8).expect("ranges are short");
        let scalar = Scalar::Integer(bits);
        let left = self.value_read(scalar, before.read(start, size));
        let right = self.value_read(scalar, after.read(start, size));
        self.differ(left, right, u32::from(bits))
    }

    /// The condition under which two values of whole bytes differ.
    fn differ(&mut self, left: Value, right: Value, width: u32) -> TermId {
        if left == right || left.is_indeterminate() && right.is_indeterminate() {
            return self.symbols.terms.false_();
        }
        for (one, other) in [(left, right), (right, left)] {
            if let Some((condition, first, second)) = self.symbols.as_either(one) {
                let first = self.differ(first, other, width);
                let second = self.differ(second, other, width);
                return self.symbols.terms.ite(condition, first, second);
            }
        }
        let is_mixture = |value| self.symbols.as_pieces(value).is_some();
        if width > 8 && (is_mixture(left) || is_mixture(right)) {
            return self.differ_bytewise(left, right, width / 8);
        }
        if left.object != right.object && !left.is_indeterminate() && !right.is_indeterminate() {
            return self.symbols.terms.true_();
        }
        let left = self.symbols.symbolic(left, width);
        let right = self.symbols.symbolic(right, width);
        let terms = &mut self.symbols.terms;
        let never = terms.false_();
        let poison =
            |value: &Option<super::Symbolic>, terms: &mut proofhouse_solver::Terms| match value {
                None => terms.true_(),
                Some(value) => value.poison.unwrap_or(never),
            };
        let (left_poison, right_poison) = (poison(&left, terms), poison(&right, terms));
        let (Some(left), Some(right)) = (left, right) else {
            return terms.xor(left_poison, right_poison);
        };
        let same = terms.eq(left.term, right.term);
        let other = terms.not(same);
        if left.poison.is_none() && right.poison.is_none() {
            return other;
        }
        let only_one = terms.xor(left_poison, right_poison);
        let defined = terms.not(left_poison);
        let both_defined = terms.and(defined, other);
        terms.or(only_one, both_defined)
    }

    fn differ_bytewise(&mut self, left: Value, right: Value, size: u32) -> TermId {
        let mut any = self.symbols.terms.false_();
        for index in 0..size {
            let byte = |machine: &mut Self, value| {
                let pieces = machine.symbols.split_value(value, index, 1);
                machine.symbols.mixture(pieces)
            };
            let (left, right) = (byte(self, left), byte(self, right));
            let one = self.differ(left, right, 8);
            any = self.symbols.terms.or(any, one);
        }
        any
    }

    /// All objects on the heap and on the stack that are reached from the parts with these roles.
    fn reached(&self, memory: &Memory, parts: &[Part], roles: &[Role]) -> BTreeSet<ObjectId> {
        let mut targets = Vec::new();
        for part in parts.iter().filter(|part| roles.contains(&part.role)) {
            let Some(object) = memory.object(part.object) else {
                continue;
            };
            let (start, end) = match part.start {
                Start::At(start) => (start, start.saturating_add(part.size)),
                Start::Somewhere(_) => (0, object.size),
            };
            for value in object.values_in(start, end) {
                self.push_objects_of(value, &mut targets);
            }
        }
        self.reached_from(memory, targets)
    }

    fn reached_from(&self, memory: &Memory, mut targets: Vec<ObjectId>) -> BTreeSet<ObjectId> {
        let mut reached = BTreeSet::new();
        while let Some(id) = targets.pop() {
            let Some(object) = memory.object(id) else {
                continue;
            };
            let is_own = match object.kind {
                ObjectKind::Stack | ObjectKind::Heap | ObjectKind::Foreign => true,
                ObjectKind::Global | ObjectKind::Function(_) => false,
            };
            if is_own && reached.insert(id) {
                for value in object.values_in(0, object.size) {
                    self.push_objects_of(value, &mut targets);
                }
            }
        }
        reached
    }

    /// Adds the objects that a value points into, whichever of its parts does.
    fn push_objects_of(&self, value: Value, objects: &mut Vec<ObjectId>) {
        if value.object != ObjectId::NONE {
            objects.push(value.object);
        }
        let Shadow::Entry(entry) = value.shadow else {
            return;
        };
        match self.symbols.entry(entry) {
            Entry::Guarded { .. } => {}
            Entry::Pieces(pieces) => {
                for piece in pieces.iter() {
                    self.push_objects_of(piece.value, objects);
                }
            }
            Entry::Either { first, second, .. } => {
                self.push_objects_of(*first, objects);
                self.push_objects_of(*second, objects);
            }
        }
    }

    /// Whether an object is the standard library's or the runtime's own.
    fn is_of_library(&self, state: &State, memory: &Memory, id: ObjectId) -> bool {
        if state.environment.threads.is_errno(id) {
            return true;
        }
        let object = memory.object(id).expect("it was there at the start");
        if object.kind == ObjectKind::Global {
            return self.is_library_static(state, id);
        }
        let statics = self.image.writable_globals(self.program);
        let (of_library, of_user): (Vec<ObjectId>, Vec<ObjectId>) =
            statics.partition(|id| self.is_library_static(state, *id));
        let on_stack = memory.live_objects();
        let on_stack = on_stack.filter(|(_, object)| object.kind == ObjectKind::Stack);
        let others = of_user.into_iter().chain(on_stack.map(|(id, _)| id));
        let reaches = |roots: Vec<ObjectId>| {
            let mut targets = Vec::new();
            for object in roots.into_iter().filter_map(|id| memory.object(id)) {
                for value in object.values_in(0, object.size) {
                    self.push_objects_of(value, &mut targets);
                }
            }
            self.reached_from(memory, targets).contains(&id)
        };
        object.kind != ObjectKind::Stack && reaches(of_library) && !reaches(others.collect())
    }

    fn is_library_static(&self, state: &State, id: ObjectId) -> bool {
        self.path_of_static(state, id)
            .is_some_and(|path| path.contains("::") && is_library(&path))
    }

    /// The path of a static, or of the thread-local one that this is a thread's copy of.
    fn path_of_static(&self, state: &State, id: ObjectId) -> Option<String> {
        let id = state.environment.threads.variable_of(id).unwrap_or(id);
        let global = self.image.global_of(id)?;
        let path = rust_path(&self.program.globals[global.index()].symbol);
        // What follows is how `thread_local!` and the like are written.
        let end = path.find("::{{").unwrap_or(path.len());
        Some(path[..end].to_owned())
    }

    /// Judges the copies of thread-local variables that threads have made since the start of a call.
    fn judge_new_locals(&mut self, state: &mut State, scope: &Scope) -> Result<()> {
        let image = Rc::clone(&self.image);
        for (variable, copy) in state.environment.threads.all_locals() {
            let is_new = scope.before.object(copy).is_none();
            let (Some(initial), Some(after)) =
                (image.initial_of(variable), state.memory.object(copy))
            else {
                continue;
            };
            if !is_new || self.is_library_static(state, variable) {
                continue;
            }
            let after = after.clone();
            let ranges = self.changed_ranges(scope, copy, initial, &after);
            if !ranges.is_empty() {
                let object = self.describe_changed(state, copy);
                self.require_unchanged(state, scope, &ranges, initial.size, &object)?;
            }
        }
        Ok(())
    }

    /// An object in words; a static by its name.
    fn describe_changed(&self, state: &State, id: ObjectId) -> String {
        match self.path_of_static(state, id) {
            Some(path) => format!("the static `{path}`"),
            None => self.describe(state, id),
        }
    }

    fn breach(&self, state: &State, function: &str, what: &str) -> Failure {
        Failure {
            kind: FailureKind::OutsideOfContract,
            message: format!(
                "`{function}` {what}, which its contract does not name; if that is meant, add it to \
                 `modifies(..)`"
            ),
            site: self.site(state),
        }
    }
}

fn take_scope(state: &mut State, number: u64) -> Scope {
    let scopes = Rc::make_mut(&mut state.environment.scopes);
    let at = scopes.iter().position(|scope| scope.number == number);
    scopes.remove(at.expect("a scope ends once"))
}
