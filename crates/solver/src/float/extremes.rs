//! The smaller and the larger of two floats, in both of IEEE 754's readings.

use super::Format;
use crate::terms::{TermId, Terms};

/// Which of two floats is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Extreme {
    /// The smaller one.
    Least,
    /// The larger one.
    Greatest,
}

impl Terms {
    /// The smaller or larger of two floats, where NaN wins and minus zero is below zero
    /// (`minimum` and `maximum` of IEEE 754-2019).
    pub fn float_extreme(
        &mut self,
        format: Format,
        extreme: Extreme,
        a: TermId,
        b: TermId,
    ) -> TermId {
        let [a, b] = [a, b].map(|term| self.plain_float(format, term));
        let is_nan = self.float_is_unordered(format, a, b);
        let is_below = self.is_below(format, a, b);
        let number = match extreme {
            Extreme::Least => self.ite(is_below, a, b),
            Extreme::Greatest => self.ite(is_below, b, a),
        };
        let nan = self.constant(format.width(), format.nan());
        self.ite(is_nan, nan, number)
    }

    /// The smaller or larger of two floats, where a number wins over NaN (`minNum` and `maxNum` of
    /// IEEE 754-2008, but all NaNs alike). Of two zeros of different signs, the result has the sign
    /// `zero_sign`, since neither that standard nor Rust says which.
    pub fn float_extreme_number(
        &mut self,
        format: Format,
        extreme: Extreme,
        [a, b]: [TermId; 2],
        zero_sign: TermId,
    ) -> TermId {
        let [a, b] = [a, b].map(|term| self.plain_float(format, term));
        let [nan_a, nan_b] = [a, b].map(|term| self.float_is_nan(format, term));
        let is_below = self.is_below(format, a, b);
        let number = match extreme {
            Extreme::Least => self.ite(is_below, a, b),
            Extreme::Greatest => self.ite(is_below, b, a),
        };
        let [sign_a, sign_b] = [a, b].map(|term| self.float_sign(format, term));
        let differ = self.xor(sign_a, sign_b);
        let are_zero = self.are_zero(format, a, b);
        let is_open = self.and(are_zero, differ);
        let magnitude = self.zero(format.width() - 1);
        let zero = self.concat(zero_sign, magnitude);
        let number = self.ite(is_open, zero, number);
        let number = self.ite(nan_b, a, number);
        let either = self.ite(nan_a, b, number);
        let are_nan = self.and(nan_a, nan_b);
        let nan = self.constant(format.width(), format.nan());
        self.ite(are_nan, nan, either)
    }
}
