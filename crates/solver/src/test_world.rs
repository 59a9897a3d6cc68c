//! A small world for this crate's own tests: a few narrow symbols, random terms over them, and
//! their values under every assignment.

use crate::evaluate::Lanes;
use crate::terms::{TermId, Terms};
use crate::test_random::Random;

/// Random conditions over the symbols of a small world, and what is true of them.
pub(crate) struct World {
    pub(crate) terms: Terms,
    pub(crate) symbols: Vec<TermId>,
    lanes: Lanes,
    /// For each assignment, whether all constraints hold.
    possible: Vec<bool>,
    pub(crate) random: Random,
}

impl World {
    pub(crate) fn new(widths: &[u32], random: Random) -> Self {
        let mut terms = Terms::new();
        let total: u32 = widths.iter().sum();
        let mut lanes = Lanes::new(1 << total);
        let mut low_bit = 0;
        let symbols = widths
            .iter()
            .map(|&width| {
                let term = terms.symbol(width);
                let values = (0..1u128 << total).map(|all| all >> low_bit & ((1 << width) - 1));
                lanes.set(terms.as_symbol(term).unwrap(), values.collect());
                low_bit += width;
                term
            })
            .collect();
        Self {
            terms,
            symbols,
            lanes,
            possible: vec![true; 1 << total],
            random,
        }
    }

    fn constant(&mut self, width: u32) -> TermId {
        let value = self.random.edge_biased(width);
        self.terms.constant(width, value)
    }

    fn resized(&mut self, term: TermId, width: u32) -> TermId {
        let own = self.terms.width(term);
        if own > width {
            let low_bit = self.random.below(u64::from(own - width + 1)) as u32;
            self.terms.extract(term, low_bit, width)
        } else if self.random.below(2) == 0 {
            self.terms.zero_extend(term, width)
        } else {
            self.terms.sign_extend(term, width)
        }
    }

    pub(crate) fn term(&mut self, depth: u32) -> TermId {
        if depth == 0 {
            return self.random.pick(&self.symbols);
        }
        let a = self.term(depth - 1);
        let width = self.terms.width(a);
        let b = match self.random.below(2) {
            0 => self.constant(width),
            _ => {
                let b = self.term(depth - 1);
                self.resized(b, width)
            }
        };
        let terms = &mut self.terms;
        match self.random.below(11) {
            0 | 1 => terms.add(a, b),
            2 => terms.sub(a, b),
            3 => terms.mul(a, b),
            4 => terms.and(a, b),
            5 => terms.or(a, b),
            6 => terms.xor(a, b),
            7 => terms.urem(a, b),
            8 => terms.lshr(a, b),
            9 => terms.umin(a, b),
            _ => a,
        }
    }

    pub(crate) fn condition(&mut self) -> TermId {
        let depth = self.random.below(3) as u32;
        let a = self.term(depth);
        let width = self.terms.width(a);
        let b = match self.random.below(3) {
            0 => {
                let b = self.term(1);
                self.resized(b, width)
            }
            _ => self.constant(width),
        };
        let condition = match self.random.below(6) {
            0 | 1 => self.terms.eq(a, b),
            2 => self.terms.ult(a, b),
            3 => self.terms.ule(b, a),
            4 => self.terms.slt(a, b),
            _ => self.terms.sle(b, a),
        };
        match self.random.below(8) {
            0 => {
                let other = self.condition();
                self.terms.or(condition, other)
            }
            1 => {
                let other = self.condition();
                self.terms.and(condition, other)
            }
            2 | 3 => self.terms.not(condition),
            _ => condition,
        }
    }

    /// The truth of `condition` in each possible assignment.
    pub(crate) fn truths(&mut self, condition: TermId) -> Vec<bool> {
        self.rows(condition)
            .into_iter()
            .map(|truth| truth == 1)
            .collect()
    }

    /// The different values of `term` in possible assignments, in increasing order.
    pub(crate) fn values(&mut self, term: TermId) -> Vec<u128> {
        let mut values = self.rows(term);
        values.sort_unstable();
        values.dedup();
        values
    }

    /// The value of `term` in each possible assignment.
    pub(crate) fn rows(&mut self, term: TermId) -> Vec<u128> {
        let values = self.lanes.evaluate(&self.terms, term, usize::MAX).unwrap();
        let rows = values
            .iter()
            .zip(&self.possible)
            .filter(|(_, possible)| **possible);
        let rows = rows.map(|(value, _)| *value).collect();
        self.lanes.forget();
        rows
    }

    /// Makes the assignments impossible in which `condition` does not hold.
    pub(crate) fn restrict(&mut self, condition: TermId) {
        let truth = self
            .lanes
            .evaluate(&self.terms, condition, usize::MAX)
            .unwrap();
        for (possible, truth) in self.possible.iter_mut().zip(truth) {
            *possible &= *truth == 1;
        }
        self.lanes.forget();
    }
}
