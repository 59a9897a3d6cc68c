//! Two states at the same place become one.
//!
//! What differs between them becomes a choice by the condition under which the first one is reached.
//! States are left apart where that would lose something: other choices made, other objects alive,
//! other calls active, another length or address, or too much that differs.
//!
//! # Invariants
//!
//! - The two conditions exclude each other, since every split's cases do; in every model of the merged
//!   path exactly one of the two states is meant.
//! - Registers that may still be read, memory, and everything else in a state agree with that state.
//!
//! # Source
//!
//! Kuznetsov, Kinder, Bucur, Candea, "Efficient State Merging in Symbolic Execution" (PLDI 2012), for
//! when merging pays. We meet at postdominators and loop heads instead of predicting it, and take
//! numbers as wide as an address for what their query count estimates: values that decide later
//! branches.

use std::collections::{BTreeMap, BinaryHeap, HashMap};
use std::rc::Rc;

use proofhouse_solver::{Model, TermId};

use crate::machine::{Machine, State, TrailStep, Value};
use crate::memory::{Memory, ObjectId, ObjectKind};
use crate::planted::{Mistake, is_planted};
use crate::program::{Register, Scalar};

/// Registers that may differ between two states that are merged.
const REGISTERS_MAX: usize = 256;

/// Lengths and addresses are numbers of so many bits.
const WORD_BITS: u32 = 64;
/// If more states than these stay apart at one place, they are merged although numbers differ.
const APART_MAX: usize = 64;
/// Only states that are at most so far apart in their order are tried to be merged.
const PAIRS_DISTANCE_MAX: usize = 32;

/// What becomes of two states with different numbers of 64 bits.
///
/// Most such numbers are lengths, positions and addresses. Merged, they make every access behind the
/// place an access to one of several places, and every bound check a question for the solver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbers {
    /// They stay apart.
    MustAgree,
    /// They are merged.
    MayDiffer,
}

impl Numbers {
    /// Whether two values that differ keep two states apart.
    pub(super) fn keep_apart(self, left: Value, right: Value) -> bool {
        self == Self::MustAgree && left.is_number() && right.is_number()
    }
}

/// Two states that may be merged, ordered by how late they parted.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Pair {
    shared: usize,
    /// Neighbours go first.
    nearness: usize,
    first: usize,
    second: usize,
}

fn pair_of(states: &[Option<State>], first: usize, second: usize) -> Option<Pair> {
    let (left, right) = (states[first].as_ref()?, states[second].as_ref()?);
    Some(Pair {
        shared: shared_steps(left, right),
        nearness: states.len() - (second - first),
        first,
        second,
    })
}

/// Why two states stay apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Apart {
    /// They are at different places, or different calls are active.
    Place,
    /// They have made different choices.
    Choices,
    /// The environment remembers different things.
    Environment,
    /// Different objects are alive.
    Objects,
    /// A length or an address differs.
    Numbers,
    /// Too much differs.
    TooMuch,
    /// Nothing is known that tells them apart.
    Conditions,
}

impl Machine<'_> {
    /// Merges as many of the states, which are at one place, as is good. States that differ in
    /// lengths or addresses are left apart, unless that would leave too many.
    pub(crate) fn merge_all(&mut self, mut states: Vec<State>) -> Vec<State> {
        if states.len() < 2 {
            return states;
        }
        self.forget_unreached(&mut states);
        let groups = self.grouped(states);
        let merged: Vec<State> = groups
            .into_iter()
            .flat_map(|group| self.merge_group(group, Numbers::MustAgree))
            .collect();
        if merged.len() <= APART_MAX {
            return merged;
        }
        self.merge_group(merged, Numbers::MayDiffer)
    }

    /// The states, those together whose registers hold the same 64-bit numbers wherever all states
    /// hold one; in the order of their first.
    fn grouped(&mut self, states: Vec<State>) -> Vec<Vec<State>> {
        let frame = states[0].current;
        let function = &self.program.functions[frame.function.index()];
        let liveness = self.liveness.of(self.program, frame.function);
        let is_number = |register: Register| {
            let mut all = states.iter().map(|state| state.register(register));
            all.all(Value::is_number)
        };
        let mut keys = liveness.at(function, frame.block, frame.next);
        keys.retain(|(register, width)| *width == WORD_BITS && is_number(*register));
        let mut groups: Vec<Vec<State>> = Vec::new();
        let mut by_key: HashMap<Vec<Value>, usize> = HashMap::new();
        for state in states {
            let own = keys.iter().map(|(register, _)| state.register(*register));
            let callers = state.registers[..frame.base].iter().copied();
            let key = callers.chain(own).collect();
            let index = *by_key.entry(key).or_insert(groups.len());
            if index == groups.len() {
                groups.push(Vec::new());
            }
            groups[index].push(state);
        }
        groups
    }

    /// Merges as many of the states as can be merged. Those that parted last are merged first, which
    /// takes back splits one by one and keeps the conditions small.
    fn merge_group(&mut self, states: Vec<State>, numbers: Numbers) -> Vec<State> {
        let mut states: Vec<Option<State>> = states.into_iter().map(Some).collect();
        let mut pairs = BinaryHeap::new();
        for second in 0..states.len() {
            for first in second.saturating_sub(PAIRS_DISTANCE_MAX)..second {
                pairs.extend(pair_of(&states, first, second));
            }
        }
        while let Some(pair) = pairs.pop() {
            let Pair {
                shared,
                first,
                second,
                ..
            } = pair;
            let (Some(left), Some(right)) = (&states[first], &states[second]) else {
                continue;
            };
            if shared_steps(left, right) != shared {
                // One of both was merged since and has another trail.
                pairs.extend(pair_of(&states, first, second));
                continue;
            }
            match self.merge(left, right, numbers) {
                Ok(both) => {
                    self.journal.merged += 1;
                    states[first] = Some(both);
                    states[second] = None;
                    // A neighbour may have been too far away before.
                    let before = (0..first).rev().find(|index| states[*index].is_some());
                    let after = (first + 1..states.len()).find(|index| states[*index].is_some());
                    pairs.extend(before.and_then(|before| pair_of(&states, before, first)));
                    pairs.extend(after.and_then(|after| pair_of(&states, first, after)));
                }
                Err(_) => self.journal.unmerged += 1,
            }
        }
        states.into_iter().flatten().collect()
    }

    /// One state for two.
    fn merge(&mut self, first: &State, second: &State, numbers: Numbers) -> Result<State, Apart> {
        if first.current != second.current
            || first.callers != second.callers
            || first.slots != second.slots
            || first.registers.len() != second.registers.len()
        {
            return Err(Apart::Place);
        }
        if !first.log.is_same(&second.log) {
            return Err(Apart::Choices);
        }
        if first.environment != second.environment {
            return Err(Apart::Environment);
        }
        let differing = self.differing_registers(first, second, numbers)?;
        let objects = self.mergeable_objects(first, second, numbers)?;
        let parting = self.parting(first, second)?;
        let condition = parting.selector;

        let mut both = first.clone();
        for (register, width) in differing {
            let (left, right) = (first.register(register), second.register(register));
            let value = match is_planted(Mistake::MergedValuesSwapped) {
                false => self.symbols.choose(condition, left, right, width),
                true => self.symbols.choose(condition, right, left, width),
            };
            both.write(register, value);
        }
        if !is_planted(Mistake::MergedMemoryIgnored) {
            self.merge_objects(condition, &mut both, second, objects);
        }
        both.memory.join_counters(&second.memory);
        if cfg!(debug_assertions) && !is_planted(Mistake::MergeUnchecked) {
            self.check_merge(first, second, &both);
        }
        both.probes = self.join_probes(first, second, condition);
        self.merge_paths(parting, &mut both, second);
        if !is_planted(Mistake::MergedKnowledgeKept) {
            both.known = intersection(&first.known, &second.known);
        }
        both.is_doubtful = first.is_doubtful || second.is_doubtful;
        both.steps = first.steps.max(second.steps);
        Ok(both)
    }

    /// The registers that differ and may still be read, with their widths.
    fn differing_registers(
        &mut self,
        first: &State,
        second: &State,
        numbers: Numbers,
    ) -> Result<Vec<(Register, u32)>, Apart> {
        let base = first.current.base;
        if first.registers[..base] != second.registers[..base] {
            return Err(Apart::Place);
        }
        let frame = first.current;
        let function = &self.program.functions[frame.function.index()];
        let liveness = self.liveness.of(self.program, frame.function);
        let mut differing = Vec::new();
        for (register, width) in liveness.at(function, frame.block, frame.next) {
            let (left, right) = (first.register(register), second.register(register));
            if left == right {
                continue;
            }
            if width == WORD_BITS && numbers.keep_apart(left, right) {
                return Err(Apart::Numbers);
            }
            differing.push((register, width));
        }
        if differing.len() > REGISTERS_MAX {
            Err(Apart::TooMuch)
        } else {
            Ok(differing)
        }
    }

    /// Makes states that stay apart at one place as alike as may be, so that they can still be merged
    /// further on: what nobody reads any more is forgotten, and objects that they allocate next get
    /// the same numbers if they hold the same ones now. Others would lose by it: where one has grown its
    /// buffer and the other will, both get the same new one if nobody skips its number.
    pub(crate) fn align(&mut self, states: &mut [State]) {
        let mut newest_stack = states[0].memory.clone();
        for state in &states[1..] {
            newest_stack.join_counters(&state.memory);
        }
        let mut newest: HashMap<Vec<ObjectId>, Memory> = HashMap::new();
        let held: Vec<Vec<ObjectId>> = states.iter().map(|state| self.held(state)).collect();
        for (state, held) in states.iter().zip(&held) {
            match newest.get_mut(held) {
                Some(newest) => newest.join_counters(&state.memory),
                None => {
                    newest.insert(held.clone(), state.memory.clone());
                }
            }
        }
        for (state, held) in states.iter_mut().zip(&held) {
            state.memory.number_from(&newest[held]);
            state.memory.number_slots_from(&newest_stack);
            let frame = state.current;
            let function = &self.program.functions[frame.function.index()];
            let liveness = self.liveness.of(self.program, frame.function);
            let live = liveness.at(function, frame.block, frame.next);
            let mut live = live
                .into_iter()
                .map(|(register, _)| register.index())
                .peekable();
            for (index, value) in state.registers[frame.base..].iter_mut().enumerate() {
                if live.next_if_eq(&index).is_none() {
                    *value = Value::POISON;
                }
            }
        }
    }

    /// What a state has allocated and not freed, other than stack slots.
    fn held(&self, state: &State) -> Vec<ObjectId> {
        let changed = state.memory.differing(&self.image.memory).into_iter();
        let is_held = |id: &ObjectId| {
            let object = state.memory.object(*id);
            object
                .is_some_and(|object| matches!(object.kind, ObjectKind::Heap | ObjectKind::Foreign))
        };
        changed.filter(is_held).collect()
    }

    /// Asserts that a merged state agrees with each of the two in a model of that one.
    fn check_merge(&mut self, first: &State, second: &State, both: &State) {
        let last = [first, second].map(|state| (state, state.path.last_model().cloned()));
        let probes = [first, second].into_iter().flat_map(|state| {
            let models = state.probes.numbers();
            models.map(move |probe| (state, Some(probe)))
        });
        let probes: Vec<(&State, Option<Model>)> = probes
            .map(|(state, probe)| (state, probe.map(|probe| self.probes.model(probe).clone())))
            .collect();
        for (state, model) in last.into_iter().chain(probes) {
            let Some(model) = &model else {
                continue;
            };
            let frame = state.current;
            let function = &self.program.functions[frame.function.index()];
            let liveness = self.liveness.of(self.program, frame.function);
            for (register, width) in liveness.at(function, frame.block, frame.next) {
                let size = width.div_ceil(8);
                let before = self.symbols.bytes_in(state.register(register), size, model);
                let after = self.symbols.bytes_in(both.register(register), size, model);
                assert_eq!(before, after, "{register:?} of {}", function.path);
            }
            for id in state.memory.differing(&both.memory) {
                self.check_object(id, model, state, both);
            }
        }
    }

    fn check_object(&mut self, id: ObjectId, model: &Model, state: &State, both: &State) {
        let (Some(before), Some(after)) = (state.memory.object(id), both.memory.object(id)) else {
            return;
        };
        for offset in 0..before.size {
            let scalar = Scalar::Integer(8);
            let before = self.value_read(scalar, before.read(offset, 1));
            let after = self.value_read(scalar, after.read(offset, 1));
            let before = self.symbols.bytes_in(before, 1, model);
            let after = self.symbols.bytes_in(after, 1, model);
            assert_eq!(before, after, "offset {offset} of {id:?}");
        }
    }

    /// How two states parted.
    fn parting(&mut self, first: &State, second: &State) -> Result<Parting, Apart> {
        let shared = shared_steps(first, second);
        let (left, right) = (&first.trail[shared..], &second.trail[shared..]);
        let (Some(left_first), Some(right_first)) = (left.first(), right.first()) else {
            return Err(Apart::Conditions);
        };
        let terms = &mut self.symbols.terms;
        let is_complement = terms.not(left_first.condition) == right_first.condition;
        let is_one_split = left_first.split != 0 && left_first.split == right_first.split;
        if is_one_split && left_first.condition == right_first.condition {
            return Err(Apart::Conditions);
        }
        let all_left = self.conjunction(left);
        let all_right = self.conjunction(right);
        let (selector, residual) = if is_complement {
            let left = self.conjunction(&left[1..]);
            let right = self.conjunction(&right[1..]);
            let residual = self.symbols.terms.ite(left_first.condition, left, right);
            (left_first.condition, residual)
        } else {
            let residual = self.symbols.terms.or(all_left, all_right);
            (
                if is_one_split {
                    left_first.condition
                } else {
                    all_left
                },
                residual,
            )
        };
        Ok(Parting {
            shared,
            selector,
            residual,
        })
    }

    fn conjunction(&mut self, steps: &[TrailStep]) -> TermId {
        let terms = &mut self.symbols.terms;
        let truth = terms.true_();
        steps
            .iter()
            .fold(truth, |all, step| terms.and(all, step.condition))
    }

    /// The path of the merged state: what both share, and what is left of the rest.
    fn merge_paths(&mut self, parting: Parting, both: &mut State, second: &State) {
        let Parting {
            shared,
            selector,
            residual,
        } = parting;
        let model = both.path.last_model().or(second.path.last_model()).cloned();
        let before = both.trail[shared].before.clone();
        both.trail.truncate(shared);
        both.path = before.clone();
        let terms = &mut self.symbols.terms;
        let residual = match is_planted(Mistake::MergedPathNarrowed) {
            false => residual,
            true => terms.and(residual, selector),
        };
        self.solver.assume(terms, &mut both.path, residual, model);
        if terms.as_boolean(residual) != Some(true) {
            both.trail.push(TrailStep {
                condition: residual,
                split: 0,
                before,
            });
        }
    }
}

/// How two states parted.
#[derive(Clone, Copy)]
struct Parting {
    /// How many steps of their trails are the same.
    shared: usize,
    /// Holds in the first state and not in the second.
    selector: TermId,
    /// What holds after the shared steps in the one or the other, beyond the selector.
    residual: TermId,
}

/// How many steps from the start two trails have in common.
fn shared_steps(first: &State, second: &State) -> usize {
    let pairs = first.trail.iter().zip(&second.trail);
    pairs
        .take_while(|(left, right)| left.condition == right.condition && left.split == right.split)
        .count()
}

/// What two states know alike.
fn intersection(
    first: &Rc<BTreeMap<TermId, u128>>,
    second: &Rc<BTreeMap<TermId, u128>>,
) -> Rc<BTreeMap<TermId, u128>> {
    if Rc::ptr_eq(first, second) {
        return Rc::clone(first);
    }
    let shared = first
        .iter()
        .filter(|(term, number)| second.get(term) == Some(number));
    Rc::new(shared.map(|(term, number)| (*term, *number)).collect())
}
