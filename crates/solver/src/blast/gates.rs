//! Boolean gates as clauses in a SAT solver.
//!
//! # Invariants
//!
//! - A gate whose result follows from constants, equal or opposite inputs makes no variable.
//! - The same gate is made once.
//! - Every gate variable is defined in both directions, so a literal may be asserted, denied or
//!   assumed (`tests` of `circuits` enumerate small ones).
//!
//! # Source
//!
//! The clauses are those of Tseitin's encoding; full adders are encoded whole, as in most
//! bit-blasters, because that propagates better than two half adders.

use batsat::{Lit, SolverInterface};

use super::search::{Meter, Search};
use crate::hashing::FastMap;

/// One bit of a blasted term.
pub(super) type Bit = Lit;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Gate {
    And(Bit, Bit),
    Xor(Bit, Bit),
    Choice(Bit, Bit, Bit),
    Majority(Bit, Bit, Bit),
    Parity(Bit, Bit, Bit),
}

/// Makes gates, and owns the SAT solver that they live in.
pub(super) struct Gates {
    pub(super) search: Search,
    known: FastMap<Gate, Bit>,
    truth: Bit,
    clause: Vec<Bit>,
    clauses: u64,
}

impl Gates {
    pub(super) fn new() -> Self {
        let mut search = Search::new(Default::default(), Meter::default());
        let truth = Lit::new(search.new_var_default(), true);
        let mut gates = Self {
            search,
            known: FastMap::default(),
            truth,
            clause: Vec::new(),
            clauses: 0,
        };
        gates.assert_any(&[truth]);
        gates
    }

    /// The bit that is always set.
    pub(super) fn truth(&self) -> Bit {
        self.truth
    }

    pub(super) fn constant(&self, set: bool) -> Bit {
        if set { self.truth } else { !self.truth }
    }

    pub(super) fn is_true(&self, bit: Bit) -> bool {
        bit == self.truth
    }

    pub(super) fn is_false(&self, bit: Bit) -> bool {
        bit == !self.truth
    }

    pub(super) fn is_constant(&self, bit: Bit) -> bool {
        bit.var() == self.truth.var()
    }

    /// How many clauses were made so far.
    pub(super) fn clauses(&self) -> u64 {
        self.clauses
    }

    /// An unconstrained bit. The search may decide every one, gates too: leaving gates to
    /// propagation takes a tenth off easy questions, but made questions from merged paths fail
    /// after thousands of conflicts that take a few hundred this way.
    pub(super) fn fresh(&mut self) -> Bit {
        Lit::new(self.search.new_var_default(), true)
    }

    /// Requires at least one of `bits`.
    pub(super) fn assert_any(&mut self, bits: &[Bit]) {
        self.clauses += 1;
        self.clause.clear();
        self.clause.extend_from_slice(bits);
        self.search.add_clause_reuse(&mut self.clause);
    }

    fn gate(&mut self, gate: Gate, define: impl FnOnce(&mut Self, Bit)) -> Bit {
        if let Some(&bit) = self.known.get(&gate) {
            return bit;
        }
        let bit = self.fresh();
        define(self, bit);
        self.known.insert(gate, bit);
        bit
    }

    pub(super) fn and(&mut self, a: Bit, b: Bit) -> Bit {
        if self.is_false(a) || self.is_false(b) || a == !b {
            return !self.truth;
        }
        if self.is_true(a) || a == b {
            return b;
        }
        if self.is_true(b) {
            return a;
        }
        let (a, b) = (a.min(b), a.max(b));
        self.gate(Gate::And(a, b), |gates, out| {
            gates.assert_any(&[!out, a]);
            gates.assert_any(&[!out, b]);
            gates.assert_any(&[out, !a, !b]);
        })
    }

    pub(super) fn or(&mut self, a: Bit, b: Bit) -> Bit {
        !self.and(!a, !b)
    }

    pub(super) fn xor(&mut self, a: Bit, b: Bit) -> Bit {
        // Signs move to the result, so that all four variants are one gate.
        let flipped = !a.sign() ^ !b.sign();
        let (a, b) = (a.apply_sign(a.sign()), b.apply_sign(b.sign()));
        debug_assert!(a.sign() && b.sign());
        let result = if a == b {
            !self.truth
        } else if self.is_true(a) {
            !b
        } else if self.is_true(b) {
            !a
        } else {
            let (a, b) = (a.min(b), a.max(b));
            self.gate(Gate::Xor(a, b), |gates, out| {
                gates.assert_any(&[!out, a, b]);
                gates.assert_any(&[!out, !a, !b]);
                gates.assert_any(&[out, !a, b]);
                gates.assert_any(&[out, a, !b]);
            })
        };
        result ^ flipped
    }

    /// `then` if `condition` is set, else `otherwise`.
    pub(super) fn choice(&mut self, condition: Bit, then: Bit, otherwise: Bit) -> Bit {
        if !condition.sign() {
            return self.choice(!condition, otherwise, then);
        }
        if self.is_true(condition) || then == otherwise {
            return then;
        }
        if then == !otherwise {
            return self.xor(condition, otherwise);
        }
        if self.is_constant(then) || then.var() == condition.var() {
            let is_set = self.is_true(then) || then == condition;
            return if is_set {
                self.or(condition, otherwise)
            } else {
                self.and(!condition, otherwise)
            };
        }
        if self.is_constant(otherwise) || otherwise.var() == condition.var() {
            let is_set = self.is_true(otherwise) || otherwise == !condition;
            return if is_set {
                self.or(!condition, then)
            } else {
                self.and(condition, then)
            };
        }
        self.gate(Gate::Choice(condition, then, otherwise), |gates, out| {
            gates.assert_any(&[!condition, !then, out]);
            gates.assert_any(&[!condition, then, !out]);
            gates.assert_any(&[condition, !otherwise, out]);
            gates.assert_any(&[condition, otherwise, !out]);
            // Redundant, but they let the result follow when both sides agree.
            gates.assert_any(&[!then, !otherwise, out]);
            gates.assert_any(&[then, otherwise, !out]);
        })
    }

    /// Whether at least two of three bits are set: the carry of a full adder.
    pub(super) fn majority(&mut self, a: Bit, b: Bit, c: Bit) -> Bit {
        for (first, second, third) in [(a, b, c), (b, c, a), (c, a, b)] {
            if first == second {
                return first;
            }
            if first == !second {
                return third;
            }
            if self.is_true(first) {
                return self.or(second, third);
            }
            if self.is_false(first) {
                return self.and(second, third);
            }
        }
        let mut inputs = [a, b, c];
        inputs.sort_unstable();
        let [a, b, c] = inputs;
        self.gate(Gate::Majority(a, b, c), |gates, out| {
            for (x, y) in [(a, b), (b, c), (a, c)] {
                gates.assert_any(&[!x, !y, out]);
                gates.assert_any(&[x, y, !out]);
            }
        })
    }

    /// Whether an odd number of three bits is set: the sum of a full adder.
    pub(super) fn parity(&mut self, a: Bit, b: Bit, c: Bit) -> Bit {
        for (first, second, third) in [(a, b, c), (b, c, a), (c, a, b)] {
            if first.var() == second.var() || self.is_constant(first) {
                let partial = self.xor(first, second);
                return self.xor(partial, third);
            }
        }
        let flipped = !a.sign() ^ !b.sign() ^ !c.sign();
        let mut inputs = [a, b, c].map(|bit| bit.apply_sign(bit.sign()));
        inputs.sort_unstable();
        let [a, b, c] = inputs;
        let result = self.gate(Gate::Parity(a, b, c), |gates, out| {
            for (x, y, z) in [(a, b, c), (a, !b, !c), (!a, b, !c), (!a, !b, c)] {
                gates.assert_any(&[!x, !y, !z, out]);
                gates.assert_any(&[x, y, z, !out]);
            }
        });
        result ^ flipped
    }

    /// Whether all `bits` are set.
    pub(super) fn all(&mut self, bits: &[Bit]) -> Bit {
        let mut needed: Vec<Bit> = bits
            .iter()
            .copied()
            .filter(|&bit| !self.is_true(bit))
            .collect();
        needed.sort_unstable();
        needed.dedup();
        let contradicts = needed.windows(2).any(|pair| pair[0] == !pair[1]);
        if contradicts || needed.iter().any(|&bit| self.is_false(bit)) {
            return !self.truth;
        }
        match needed[..] {
            [] => self.truth,
            [only] => only,
            [a, b] => self.and(a, b),
            _ => {
                let out = self.fresh();
                for &bit in &needed {
                    self.assert_any(&[!out, bit]);
                }
                needed.iter_mut().for_each(|bit| *bit = !*bit);
                needed.push(out);
                self.assert_any(&needed);
                out
            }
        }
    }

    /// Whether any of `bits` is set.
    pub(super) fn any(&mut self, bits: &[Bit]) -> Bit {
        let inverted: Vec<Bit> = bits.iter().map(|&bit| !bit).collect();
        !self.all(&inverted)
    }
}
