//! Arrays, reduced to bit-vectors while a script is read.
//!
//! A read of a store is a choice between the stored value and a read of what was there before. A
//! read of a declared array is a new symbol, equal to every other read of that array whose index is
//! equal: those equalities are the *axioms*, which a session assumes before it asks anything.
//!
//! # Invariants
//!
//! - One symbol for each declared array and index term.
//! - Every pair of symbols of one array has its axiom, even where a level of the script that made
//!   them is gone: a symbol may be used again.
//!
//! # Source
//!
//! Ackermann's reduction, applied to reads as in Kroening and Strichman, "Decision Procedures",
//! chapter 7.

use crate::hashing::FastMap;
use crate::terms::{TermId, Terms};

/// An array: a place in [`Arrays`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Array(u32);

/// The widths of an array's index and elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ArraySort {
    pub(super) index: u32,
    pub(super) element: u32,
}

#[derive(Debug, Clone)]
enum Shape {
    /// A declared array with the reads of it: index and symbol.
    Declared(Vec<(TermId, TermId)>),
    /// The same value everywhere.
    Constant(TermId),
    /// Another array, but for one element.
    Store {
        array: Array,
        index: TermId,
        value: TermId,
    },
    /// One of two.
    Choice {
        condition: TermId,
        then: Array,
        otherwise: Array,
    },
}

/// All arrays of a script, and what must hold of the symbols that reads became.
#[derive(Debug, Default)]
pub(super) struct Arrays {
    shapes: Vec<(ArraySort, Shape)>,
    reads: FastMap<(Array, TermId), TermId>,
    axioms: Vec<TermId>,
    /// Arrays that stand for what a theory leaves open, by the operator.
    open: FastMap<String, Array>,
}

impl Arrays {
    /// What holds of all reads so far. Only ever grows.
    pub(super) fn axioms(&self) -> &[TermId] {
        &self.axioms
    }

    pub(super) fn sort(&self, array: Array) -> ArraySort {
        self.shapes[array.0 as usize].0
    }

    /// The reads of a declared array: index and value. Empty for others.
    pub(super) fn reads(&self, array: Array) -> &[(TermId, TermId)] {
        match &self.shapes[array.0 as usize].1 {
            Shape::Declared(reads) => reads,
            _ => &[],
        }
    }

    fn push(&mut self, sort: ArraySort, shape: Shape) -> Array {
        let place = u32::try_from(self.shapes.len()).expect("arrays are fewer than terms");
        self.shapes.push((sort, shape));
        Array(place)
    }

    pub(super) fn declare(&mut self, sort: ArraySort) -> Array {
        self.push(sort, Shape::Declared(Vec::new()))
    }

    /// The array of an operator's open results.
    pub(super) fn open_results(&mut self, operator: String, sort: ArraySort) -> Array {
        if let Some(&array) = self.open.get(&operator) {
            return array;
        }
        let array = self.declare(sort);
        self.open.insert(operator, array);
        array
    }

    pub(super) fn constant(&mut self, sort: ArraySort, value: TermId) -> Array {
        self.push(sort, Shape::Constant(value))
    }

    pub(super) fn store(&mut self, array: Array, index: TermId, value: TermId) -> Array {
        let shape = Shape::Store {
            array,
            index,
            value,
        };
        self.push(self.sort(array), shape)
    }

    /// One of two arrays of one sort.
    pub(super) fn choose(&mut self, condition: TermId, then: Array, otherwise: Array) -> Array {
        debug_assert_eq!(self.sort(then), self.sort(otherwise));
        let shape = Shape::Choice {
            condition,
            then,
            otherwise,
        };
        self.push(self.sort(then), shape)
    }

    /// The element at `index`.
    pub(super) fn select(&mut self, terms: &mut Terms, array: Array, index: TermId) -> TermId {
        let mut pending = vec![array];
        while let Some(&next) = pending.last() {
            if self.reads.contains_key(&(next, index)) {
                pending.pop();
                continue;
            }
            if let Some(value) = self.step(terms, next, index, &mut pending) {
                self.reads.insert((next, index), value);
                pending.pop();
            }
        }
        self.reads[&(array, index)]
    }

    /// The element of `array`, if those of the arrays that it is made of are known; otherwise these
    /// are put on the stack.
    fn step(
        &mut self,
        terms: &mut Terms,
        array: Array,
        index: TermId,
        pending: &mut Vec<Array>,
    ) -> Option<TermId> {
        match self.shapes[array.0 as usize].1 {
            Shape::Declared(_) => Some(self.read_declared(terms, array, index)),
            Shape::Constant(value) => Some(value),
            Shape::Store {
                array,
                index: stored_at,
                value,
            } => {
                let is_stored = terms.eq(stored_at, index);
                if terms.as_boolean(is_stored) == Some(true) {
                    return Some(value);
                }
                let before = self.known_or_pend(array, index, pending)?;
                Some(terms.ite(is_stored, value, before))
            }
            Shape::Choice {
                condition,
                then,
                otherwise,
            } => {
                let then = self.known_or_pend(then, index, pending);
                let otherwise = self.known_or_pend(otherwise, index, pending);
                Some(terms.ite(condition, then?, otherwise?))
            }
        }
    }

    fn known_or_pend(
        &self,
        array: Array,
        index: TermId,
        pending: &mut Vec<Array>,
    ) -> Option<TermId> {
        let known = self.reads.get(&(array, index)).copied();
        pending.extend(known.is_none().then_some(array));
        known
    }

    fn read_declared(&mut self, terms: &mut Terms, array: Array, index: TermId) -> TermId {
        let value = terms.symbol(self.sort(array).element);
        let (_, shape) = &mut self.shapes[array.0 as usize];
        let Shape::Declared(reads) = shape else {
            unreachable!("only declared arrays are read by symbols");
        };
        for &(other_index, other_value) in reads.iter() {
            let is_elsewhere = terms.ne(other_index, index);
            let is_equal = terms.eq(other_value, value);
            let axiom = terms.or(is_elsewhere, is_equal);
            if terms.as_boolean(axiom) != Some(true) {
                self.axioms.push(axiom);
            }
        }
        reads.push((index, value));
        value
    }
}
