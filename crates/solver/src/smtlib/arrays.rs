//! Arrays, reduced to bit-vectors while a script is read.
//!
//! A read of a store is a choice between the stored value and a read of what was there before. A
//! read of a declared array is a new symbol, equal to every other read of that array whose index is
//! equal: those equalities are the *axioms*, which a session assumes before it asks anything.
//!
//! That two arrays are equal is a new symbol, too. Where it holds they agree at every index term that arrays
//! of their sort are read or written at; where it does not, they differ at an index of its own, a symbol
//! that is one of these terms. That is enough: in a model, what is read nowhere can be the same in all
//! declared arrays of a sort, and then arrays that agree wherever something is written agree everywhere.
//! An array that is the same value everywhere would not let that be chosen, so scripts have such arrays
//! or equalities of arrays, and not both.
//!
//! # Invariants
//!
//! - One symbol for each declared array and index term.
//! - Every pair of symbols of one array has its axiom, even where a level of the script that made
//!   them is gone: a symbol may be used again.
//! - Every equality has its axiom at every index term of its sort, whichever came first.
//!
//! # Source
//!
//! Ackermann's reduction, applied to reads as in Kroening and Strichman, "Decision Procedures",
//! chapter 7. Equality at the index terms alone: Bradley, Manna and Sipma, "What's Decidable About
//! Arrays?" (VMCAI 2006).

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
    /// The terms that arrays of a sort are read or written at.
    indices: FastMap<ArraySort, Vec<TermId>>,
    equalities: Vec<Equality>,
    has_constants: bool,
}

/// That two arrays are equal.
#[derive(Debug, Clone, Copy)]
struct Equality {
    arrays: [Array; 2],
    holds: TermId,
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

    /// The array that holds one value everywhere; `None` where arrays are compared.
    pub(super) fn constant(&mut self, sort: ArraySort, value: TermId) -> Option<Array> {
        self.has_constants = true;
        let array = self.push(sort, Shape::Constant(value));
        self.equalities.is_empty().then_some(array)
    }

    pub(super) fn store(
        &mut self,
        terms: &mut Terms,
        array: Array,
        index: TermId,
        value: TermId,
    ) -> Array {
        self.note_index(terms, self.sort(array), index);
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

    /// Whether two arrays of one sort are equal; `None` if some array holds one value everywhere.
    pub(super) fn equal(&mut self, terms: &mut Terms, a: Array, b: Array) -> Option<TermId> {
        let arrays = [a, b];
        if a == b {
            return Some(terms.true_());
        }
        if let Some(known) = self.equalities.iter().find(|known| known.arrays == arrays) {
            return Some(known.holds);
        }
        if self.has_constants {
            return None;
        }
        let sort = self.sort(a);
        let equality = Equality {
            arrays,
            holds: terms.symbol(1),
        };
        for index in self.indices.get(&sort).cloned().unwrap_or_default() {
            self.agree_at(terms, equality, index);
        }
        self.equalities.push(equality);
        let elsewhere = terms.symbol(sort.index);
        let [left, right] = arrays.map(|array| self.select(terms, array, elsewhere));
        let differs = terms.ne(left, right);
        let axiom = terms.or(equality.holds, differs);
        self.axioms.push(axiom);
        Some(equality.holds)
    }

    /// Lets every equality of arrays of this sort count at `index`.
    fn note_index(&mut self, terms: &mut Terms, sort: ArraySort, index: TermId) {
        let indices = self.indices.entry(sort).or_default();
        if indices.contains(&index) {
            return;
        }
        indices.push(index);
        for equality in self.equalities.clone() {
            if self.sort(equality.arrays[0]) == sort {
                self.agree_at(terms, equality, index);
            }
        }
    }

    /// Adds the axiom that equal arrays agree at `index`.
    fn agree_at(&mut self, terms: &mut Terms, equality: Equality, index: TermId) {
        let [left, right] = equality
            .arrays
            .map(|array| self.select_known(terms, array, index));
        let agrees = terms.eq(left, right);
        let differ = terms.not(equality.holds);
        let axiom = terms.or(differ, agrees);
        if terms.as_boolean(axiom) != Some(true) {
            self.axioms.push(axiom);
        }
    }

    /// The element at `index`.
    pub(super) fn select(&mut self, terms: &mut Terms, array: Array, index: TermId) -> TermId {
        self.note_index(terms, self.sort(array), index);
        self.select_known(terms, array, index)
    }

    /// The element at an index that is among the index terms.
    fn select_known(&mut self, terms: &mut Terms, array: Array, index: TermId) -> TermId {
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
