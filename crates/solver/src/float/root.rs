//! Square roots.

use super::circuit::{Circuit, Shape};
use crate::terms::TermId;

impl Circuit<'_> {
    /// The square root of `a`, digit by digit.
    pub(super) fn root(&mut self, a: TermId) -> TermId {
        let format = self.format;
        let parts = self.unpack_normalised(format, a);
        // An odd exponent gives one of its factors of two to the significand.
        let is_odd = self.bit(parts.exponent, 0);
        let [single, doubled] = [
            self.extended(parts.significand, format.precision() + 1),
            self.raised(parts.significand, 1),
        ];
        let square = self.terms.ite(is_odd, doubled, single);
        let halved = {
            let kept = self
                .terms
                .extract(parts.exponent, 1, self.exponent_width - 1);
            self.terms.sign_extend(kept, self.exponent_width)
        };
        let root = self.digits_of_root(square, format.precision() + 1);
        let never = self.terms.false_();
        // Only where a significand has about as many bits as there are exponents is a root subnormal.
        let lowest = format.exponent_min() - i64::from(format.fraction_bits());
        let shape = Shape {
            zeros_max: Some(0),
            may_be_below: lowest.div_euclid(2) < format.exponent_min(),
        };
        let rounded = self.round(never, halved, root, shape);
        let is_positive = self.terms.not(parts.is_zero);
        let is_negative = self.terms.and(parts.sign, is_positive);
        let is_nan = self.terms.or(parts.is_nan, is_negative);
        let stays = self.terms.or(parts.is_zero, parts.is_infinite);
        let nan = self.nan();
        self.select(&[(is_nan, nan), (stays, a)], rounded)
    }

    /// The first `count` bits of the root of a number between one and four, which has two bits before
    /// the point, and a last bit for the rest.
    fn digits_of_root(&mut self, square: TermId, count: u32) -> TermId {
        let given = self.terms.width(square);
        let all = self.raised(square, (2 * count).saturating_sub(given));
        let all_width = self.terms.width(all);
        let width = count + 2;
        let (mut rest, mut root) = (self.terms.zero(width), self.terms.zero(width));
        for place in 0..count {
            let next = self.terms.extract(all, all_width - 2 * (place + 1), 2);
            let kept = self.terms.truncate(rest, width - 2);
            rest = self.terms.concat(kept, next);
            // (2 * root + 1) squared is that of 2 * root and four times the root and one.
            let one = self.terms.constant(2, 1);
            let kept = self.terms.truncate(root, width - 2);
            let trial = self.terms.concat(kept, one);
            let (left, fits) = self.subtract_if_less(rest, trial);
            rest = left;
            let kept = self.terms.truncate(root, width - 1);
            root = self.terms.concat(kept, fits);
        }
        let root = self.terms.truncate(root, count);
        let rest = self.is_any(rest);
        self.terms.concat(root, rest)
    }
}
