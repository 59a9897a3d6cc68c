//! Two states at the same place become one.
//!
//! What differs between them becomes a choice by the condition under which the first one is reached.
//! States are left apart where that would lose something: other choices made, other objects alive,
//! other calls active, or too much that differs.
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
//! when merging pays. We meet at postdominators instead of predicting it.

use std::collections::BTreeMap;
use std::rc::Rc;

use proofhouse_solver::{Model, TermId};

use crate::machine::{Machine, State, TrailStep};
use crate::memory::ObjectId;
use crate::program::{Register, Scalar};

/// Registers that may differ between two states that are merged.
const REGISTERS_MAX: usize = 256;

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
    /// Too much differs.
    TooMuch,
    /// Nothing is known that tells them apart.
    Conditions,
}

impl Machine<'_> {
    /// Merges as many of the states as can be merged. They are in the order in which they were
    /// explored, so those that parted last are neighbours; they are merged first, which takes back
    /// splits one by one and keeps the conditions small.
    pub(crate) fn merge_all(&mut self, mut states: Vec<State>) -> Vec<State> {
        // For each neighbouring pair, what both share; `None` once they turned out to stay apart.
        let mut shared: Vec<Option<usize>> = states
            .windows(2)
            .map(|pair| Some(shared_steps(&pair[0], &pair[1])))
            .collect();
        while let Some((index, _)) = shared
            .iter()
            .enumerate()
            .filter_map(|(index, shared)| shared.map(|steps| (index, steps)))
            .max_by_key(|(_, steps)| *steps)
        {
            match self.merge(&states[index], &states[index + 1]) {
                Ok(both) => {
                    self.journal.merged += 1;
                    states[index] = both;
                    states.remove(index + 1);
                    shared.remove(index);
                    for pair in [index.wrapping_sub(1), index] {
                        if pair < shared.len() {
                            let steps = shared_steps(&states[pair], &states[pair + 1]);
                            shared[pair] = Some(steps);
                        }
                    }
                }
                Err(_) => {
                    self.journal.unmerged += 1;
                    shared[index] = None;
                }
            }
        }
        states
    }

    /// One state for two.
    fn merge(&mut self, first: &State, second: &State) -> Result<State, Apart> {
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
        let differing = self.differing_registers(first, second)?;
        let objects = self.mergeable_objects(first, second)?;
        let parting = self.parting(first, second)?;
        let condition = parting.selector;

        let mut both = first.clone();
        for (register, width) in differing {
            let (left, right) = (first.register(register), second.register(register));
            let value = self.symbols.choose(condition, left, right, width);
            both.write(register, value);
        }
        self.merge_objects(condition, &mut both, second, objects);
        both.memory.join_counters(&second.memory);
        if cfg!(debug_assertions) {
            self.check_merge(first, second, &both);
        }
        self.merge_paths(parting, &mut both, second);
        both.known = intersection(&first.known, &second.known);
        both.is_doubtful = first.is_doubtful || second.is_doubtful;
        both.steps = first.steps.max(second.steps);
        Ok(both)
    }

    /// The registers that differ and may still be read, with their widths.
    fn differing_registers(
        &mut self,
        first: &State,
        second: &State,
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
            if left != right {
                differing.push((register, width));
            }
        }
        if differing.len() > REGISTERS_MAX {
            Err(Apart::TooMuch)
        } else {
            Ok(differing)
        }
    }

    /// Asserts that a merged state agrees with each of the two in a model of that one.
    fn check_merge(&mut self, first: &State, second: &State, both: &State) {
        for state in [first, second] {
            let Some(model) = state.path.last_model() else {
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
            selector: _,
            residual,
        } = parting;
        let model = both.path.last_model().or(second.path.last_model()).cloned();
        let before = both.trail[shared].before.clone();
        both.trail.truncate(shared);
        both.path = before.clone();
        let terms = &mut self.symbols.terms;
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
