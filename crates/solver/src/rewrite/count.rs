//! Counting and permuting bits. Everything here is built from other constructors.

use crate::terms::{TermId, Terms};

impl Terms {
    /// The number of set bits, at the width of `a`.
    ///
    /// A width of one bit holds its own count; every wider width does too.
    pub fn popcount(&mut self, a: TermId) -> TermId {
        let width = self.width(a);
        let count = self.count_tree(a, 0, width);
        self.resize(count, width)
    }

    /// The number of set bits among `width` bits from `low_bit`, at just enough width.
    fn count_tree(&mut self, a: TermId, low_bit: u32, width: u32) -> TermId {
        if width == 1 {
            return self.extract(a, low_bit, 1);
        }
        let half = width / 2;
        let low = self.count_tree(a, low_bit, half);
        let high = self.count_tree(a, low_bit + half, width - half);
        let count_width = u32::BITS - width.leading_zeros();
        let (low, high) = (
            self.resize(low, count_width),
            self.resize(high, count_width),
        );
        self.add(low, high)
    }

    fn resize(&mut self, a: TermId, width: u32) -> TermId {
        if self.width(a) > width {
            self.truncate(a, width)
        } else {
            self.zero_extend(a, width)
        }
    }

    /// The number of zeros above the highest set bit, at the width of `a`; the width if `a` is
    /// zero.
    pub fn leading_zeros(&mut self, a: TermId) -> TermId {
        let reversed = self.bit_reverse(a);
        self.trailing_zeros(reversed)
    }

    /// The number of zeros below the lowest set bit, at the width of `a`; the width if `a` is
    /// zero. (A width of 1 or 2 holds its width only modulo a power of two: at one bit, zero
    /// counts one zero.)
    pub fn trailing_zeros(&mut self, a: TermId) -> TermId {
        let width = self.width(a);
        let mut count = self.constant(width, u128::from(width));
        for index in (0..width).rev() {
            let bit = self.extract(a, index, 1);
            let here = self.constant(width, u128::from(index));
            count = self.ite(bit, here, count);
        }
        count
    }

    /// The bytes in opposite order; the width is a multiple of eight.
    pub fn byte_swap(&mut self, a: TermId) -> TermId {
        assert!(
            self.width(a).is_multiple_of(8),
            "only whole bytes can be swapped"
        );
        self.reverse_parts(a, 8)
    }

    /// The bits in opposite order.
    pub fn bit_reverse(&mut self, a: TermId) -> TermId {
        self.reverse_parts(a, 1)
    }

    fn reverse_parts(&mut self, a: TermId, part_width: u32) -> TermId {
        // The last part becomes the highest; building from the low end leaves no concatenation
        // on the left.
        let count = self.width(a) / part_width;
        let mut reversed = self.extract(a, (count - 1) * part_width, part_width);
        for index in (0..count - 1).rev() {
            let part = self.extract(a, index * part_width, part_width);
            reversed = self.concat(part, reversed);
        }
        reversed
    }
}
