//! Arithmetic as gates.
//!
//! A word is a slice of bits, the least significant first.

use super::gates::{Bit, Gates};
use crate::planted::{Mistake, is_planted};

/// A blasted term: its bits, the least significant first.
pub(super) type Word = Vec<Bit>;

impl Gates {
    pub(super) fn not_word(&self, a: &[Bit]) -> Word {
        a.iter().map(|&bit| !bit).collect()
    }

    pub(super) fn zip_words(
        &mut self,
        a: &[Bit],
        b: &[Bit],
        gate: impl Fn(&mut Self, Bit, Bit) -> Bit,
    ) -> Word {
        assert_eq!(a.len(), b.len(), "operands of one operation have one width");
        a.iter().zip(b).map(|(&x, &y)| gate(self, x, y)).collect()
    }

    pub(super) fn choose_word(&mut self, condition: Bit, then: &[Bit], otherwise: &[Bit]) -> Word {
        self.zip_words(then, otherwise, |gates, x, y| gates.choice(condition, x, y))
    }

    /// `a + b + carry`, modulo 2^width.
    pub(super) fn add_words(&mut self, a: &[Bit], b: &[Bit], carry: Bit) -> Word {
        let mut carry = carry;
        let last = a.len() - 1;
        let mut sum = Word::with_capacity(a.len());
        for (index, (&x, &y)) in a.iter().zip(b).enumerate() {
            if is_planted(Mistake::CarryLost) && index == last && last > 0 {
                carry = self.constant(false);
            }
            sum.push(self.parity(x, y, carry));
            if index < last {
                carry = self.majority(x, y, carry);
            }
        }
        sum
    }

    /// `a - b`, modulo 2^width.
    pub(super) fn subtract_words(&mut self, a: &[Bit], b: &[Bit]) -> Word {
        let inverted = self.not_word(b);
        self.add_words(a, &inverted, self.truth())
    }

    pub(super) fn negate_word(&mut self, a: &[Bit]) -> Word {
        let zeros = vec![self.constant(false); a.len()];
        self.subtract_words(&zeros, a)
    }

    /// `a * b`, modulo 2^width.
    pub(super) fn multiply_words(&mut self, a: &[Bit], b: &[Bit]) -> Word {
        // The operand with fewer unknown bits selects which rows are added at all.
        let unknown = |word: &[Bit]| word.iter().filter(|&&bit| !self.is_false(bit)).count();
        let (rows, row) = if unknown(a) <= unknown(b) {
            (a, b)
        } else {
            (b, a)
        };
        let width = row.len();
        let mut product = vec![self.constant(false); width];
        for (shift, &selector) in rows.iter().enumerate() {
            if self.is_false(selector) {
                continue;
            }
            let masked: Word = row[..width - shift]
                .iter()
                .map(|&bit| self.and(bit, selector))
                .collect();
            let upper = self.add_words(&product[shift..], &masked, self.constant(false));
            product.truncate(shift);
            product.extend(upper);
        }
        product
    }

    /// Quotient and remainder by restoring division. For a divisor of zero every comparison
    /// succeeds, which gives all ones and the dividend, as SMT-LIB wants.
    pub(super) fn divide_words(&mut self, a: &[Bit], b: &[Bit]) -> (Word, Word) {
        let width = a.len();
        let mut quotient = vec![self.constant(false); width];
        let mut remainder = vec![self.constant(false); width];
        for index in (0..width).rev() {
            // One bit wider than the divisor, because the doubled remainder may need it.
            let mut doubled = vec![a[index]];
            doubled.extend_from_slice(&remainder);
            let mut divisor = b.to_vec();
            divisor.push(self.constant(false));
            let is_below = self.less_words(&doubled, &divisor);
            let difference = self.subtract_words(&doubled, &divisor);
            quotient[index] = !is_below;
            remainder = self.choose_word(is_below, &doubled[..width], &difference[..width]);
        }
        (quotient, remainder)
    }

    /// Whether `a < b`, unsigned.
    pub(super) fn less_words(&mut self, a: &[Bit], b: &[Bit]) -> Bit {
        a.iter()
            .zip(b)
            .fold(self.constant(false), |less, (&x, &y)| {
                self.majority(!x, y, less)
            })
    }

    /// Whether `a < b`, signed.
    pub(super) fn less_signed_words(&mut self, a: &[Bit], b: &[Bit]) -> Bit {
        let flip_sign = |word: &[Bit]| {
            let mut flipped = word.to_vec();
            let sign = flipped.last_mut().expect("a word has at least one bit");
            *sign = !*sign;
            flipped
        };
        self.less_words(&flip_sign(a), &flip_sign(b))
    }

    pub(super) fn equal_words(&mut self, a: &[Bit], b: &[Bit]) -> Bit {
        let same = self.zip_words(a, b, |gates, x, y| !gates.xor(x, y));
        self.all(&same)
    }

    /// Shifts toward the more significant end (`left`) or the less significant end, filling with
    /// `fill`; everything is shifted out if `amount` is at least the width.
    pub(super) fn shift_word(&mut self, a: &[Bit], amount: &[Bit], left: bool, fill: Bit) -> Word {
        let width = a.len();
        // So many bits of the amount are needed to express every distance below the width.
        let stages = (usize::BITS - (width - 1).leading_zeros()) as usize;
        let mut shifted = a.to_vec();
        for (stage, &selector) in amount.iter().enumerate().take(stages) {
            let distance = 1 << stage;
            let moved: Word = (0..width)
                .map(|index| {
                    let source = if left {
                        index.checked_sub(distance)
                    } else {
                        Some(index + distance).filter(|&source| source < width)
                    };
                    source.map_or(fill, |source| shifted[source])
                })
                .collect();
            shifted = self.choose_word(selector, &moved, &shifted);
        }
        // A distance between the width and 2^stages has shifted everything out already.
        let too_far = self.any(&amount[stages.min(amount.len())..]);
        if is_planted(Mistake::FarShiftWraps) {
            return shifted;
        }
        let filled = vec![fill; width];
        self.choose_word(too_far, &filled, &shifted)
    }
}
