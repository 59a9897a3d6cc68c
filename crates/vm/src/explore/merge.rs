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

use proofhouse_solver::{PathCondition, TermId};

use crate::machine::{Machine, State};
use crate::program::Register;

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
    /// Merges as many of the states as can be merged. `path` is what held where they parted.
    pub(crate) fn merge_all(&mut self, path: &PathCondition, states: Vec<State>) -> Vec<State> {
        let mut merged: Vec<State> = Vec::new();
        for mut state in states {
            let mut absorbed = false;
            for other in merged.iter_mut().rev() {
                match self.merge(path, other, &mut state) {
                    Ok(both) => {
                        *other = both;
                        absorbed = true;
                        self.journal.merged += 1;
                        break;
                    }
                    Err(_) => self.journal.unmerged += 1,
                }
            }
            if !absorbed {
                merged.push(state);
            }
        }
        merged
    }

    /// One state for two.
    fn merge(
        &mut self,
        path: &PathCondition,
        first: &mut State,
        second: &mut State,
    ) -> Result<State, Apart> {
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
        let conditions = self.conditions(path, first, second)?;
        let condition = conditions.first;

        let mut registers = Vec::with_capacity(differing.len());
        for (register, width) in differing {
            let (left, right) = (first.register(register), second.register(register));
            registers.push((register, self.symbols.choose(condition, left, right, width)));
        }
        let mut both = first.clone();
        self.merge_objects(condition, &mut both, second, objects);
        for (register, value) in registers {
            both.write(register, value);
        }
        both.memory.join_counters(&second.memory);
        both.path = self.merged_path(conditions, first, second);
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
            if let Some(width) = width.filter(|_| left != right) {
                differing.push((register, width));
            }
        }
        if differing.len() > REGISTERS_MAX { Err(Apart::TooMuch) } else { Ok(differing) }
    }

    /// What holds in each of two states beyond what both share.
    fn conditions(
        &mut self,
        path: &PathCondition,
        first: &State,
        second: &State,
    ) -> Result<Conditions, Apart> {
        let (left, right) = (first.path.constraints(), second.path.constraints());
        let shared = left.iter().zip(right).take_while(|(left, right)| left == right).count();
        if shared == left.len() || shared == right.len() {
            return Err(Apart::Conditions);
        }
        let base = path.constraints();
        let is_base_shared = base.len() == shared && base == &left[..shared];
        let base = if is_base_shared { Some(path.clone()) } else { None };
        let prefix = left[..shared].to_vec();
        let (left, right) = (left[shared..].to_vec(), right[shared..].to_vec());
        Ok(Conditions {
            prefix,
            base,
            first: self.conjunction(&left),
            second: self.conjunction(&right),
        })
    }

    fn conjunction(&mut self, conditions: &[TermId]) -> TermId {
        let terms = &mut self.symbols.terms;
        let truth = terms.true_();
        conditions.iter().fold(truth, |all, condition| terms.and(all, *condition))
    }

    /// The path of the merged state: what both share, and either the one or the other.
    fn merged_path(
        &mut self,
        conditions: Conditions,
        first: &State,
        second: &State,
    ) -> PathCondition {
        let Conditions { prefix, base, first: left, second: right } = conditions;
        let model = first.path.last_model().or(second.path.last_model()).cloned();
        let terms = &mut self.symbols.terms;
        let mut path = base.unwrap_or_else(|| {
            let mut path = PathCondition::new();
            for condition in prefix {
                self.solver.assume(terms, &mut path, condition, model.clone());
            }
            path
        });
        let either = terms.or(left, right);
        self.solver.assume(terms, &mut path, either, model);
        path
    }
}

/// What tells two states apart.
struct Conditions {
    /// What both assumed first.
    prefix: Vec<TermId>,
    /// A path with exactly that, if one is at hand.
    base: Option<PathCondition>,
    /// What only the first assumed, as one condition.
    first: TermId,
    /// What only the second assumed, as one condition.
    second: TermId,
}

/// What two states know alike.
fn intersection(
    first: &Rc<BTreeMap<TermId, u128>>,
    second: &Rc<BTreeMap<TermId, u128>>,
) -> Rc<BTreeMap<TermId, u128>> {
    if Rc::ptr_eq(first, second) {
        return Rc::clone(first);
    }
    let shared = first.iter().filter(|(term, number)| second.get(term) == Some(number));
    Rc::new(shared.map(|(term, number)| (*term, *number)).collect())
}
