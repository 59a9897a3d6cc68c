//! Bit-vector values: what a constant holds and what a model gives to a symbol.
//!
//! A value has a width of at least one bit. Up to [`INLINE_BITS`] bits it lives in one `u128`;
//! wider ones live in little-endian limbs on the heap (`wide`). Every operation of the term
//! language is defined here once, on values, and everything else (folding, evaluation, the tests
//! of the bit-blaster) is measured against it.
//!
//! # Invariants
//!
//! - Bits at and above `width` are zero, so equal values are equal structures
//!   (`tests::bits_above_the_width_are_cleared`).
//! - Division by zero and oversized shifts follow SMT-LIB: `udiv` by zero is all ones, `urem` by
//!   zero is the dividend, shifting out everything leaves zero or the sign.
//!
//! # Source
//!
//! The SMT-LIB theory FixedSizeBitVectors for the meaning of each operation.

mod wide;

use std::cmp::Ordering;
use std::fmt;

/// The widest value that is kept without a heap allocation.
pub const INLINE_BITS: u32 = 128;

/// A bit-vector of fixed width.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Value {
    width: u32,
    bits: Bits,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Bits {
    /// Widths up to [`INLINE_BITS`].
    Inline(u128),
    /// Wider ones, least significant limb first, exactly `width.div_ceil(64)` limbs.
    Limbs(Box<[u64]>),
}

/// The low `width` bits set.
pub(crate) const fn mask(width: u32) -> u128 {
    if width >= 128 {
        u128::MAX
    } else {
        (1 << width) - 1
    }
}

/// `bits`, which has `width` bits, read as a two's complement number.
pub(crate) const fn to_signed(bits: u128, width: u32) -> i128 {
    let unused = 128 - width;
    ((bits << unused) as i128) >> unused
}

impl Value {
    /// The low `width` bits of `bits`, zero-extended if `width` exceeds 128.
    pub fn new(width: u32, bits: u128) -> Self {
        assert!(width > 0, "a value has at least one bit");
        if width <= INLINE_BITS {
            return Self {
                width,
                bits: Bits::Inline(bits & mask(width)),
            };
        }
        Self::from_limbs(width, &[bits as u64, (bits >> 64) as u64])
    }

    /// The low `width` bits of the little-endian `limbs`, zero-extended if there are fewer.
    pub fn from_limbs(width: u32, limbs: &[u64]) -> Self {
        assert!(width > 0, "a value has at least one bit");
        if width <= INLINE_BITS {
            let low = limbs.first().copied().unwrap_or(0);
            let high = limbs.get(1).copied().unwrap_or(0);
            return Self::new(width, u128::from(low) | u128::from(high) << 64);
        }
        let mut own = vec![0; width.div_ceil(64) as usize];
        let shared = own.len().min(limbs.len());
        own[..shared].copy_from_slice(&limbs[..shared]);
        wide::clear_above(&mut own, width);
        Self {
            width,
            bits: Bits::Limbs(own.into_boxed_slice()),
        }
    }

    /// Zero of `width` bits.
    pub fn zero(width: u32) -> Self {
        Self::new(width, 0)
    }

    /// All bits set.
    pub fn ones(width: u32) -> Self {
        if width <= INLINE_BITS {
            return Self::new(width, u128::MAX);
        }
        Self::from_limbs(width, &vec![u64::MAX; width.div_ceil(64) as usize])
    }

    /// The smallest signed number: only the sign set.
    pub fn signed_min(width: u32) -> Self {
        Self::new(width, 1).shift_left(&Self::new(width, u128::from(width - 1)))
    }

    /// A truth value: one bit.
    pub fn boolean(truth: bool) -> Self {
        Self::new(1, u128::from(truth))
    }

    /// Number of bits.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// The unsigned number, if it is below 2^128.
    pub fn to_u128(&self) -> Option<u128> {
        match &self.bits {
            Bits::Inline(bits) => Some(*bits),
            Bits::Limbs(limbs) => limbs[2..]
                .iter()
                .all(|&limb| limb == 0)
                .then(|| u128::from(limbs[0]) | u128::from(limbs[1]) << 64),
        }
    }

    /// The bits as little-endian limbs, `width.div_ceil(64)` of them.
    pub fn to_limbs(&self) -> Vec<u64> {
        match &self.bits {
            Bits::Inline(bits) => {
                let both = [*bits as u64, (*bits >> 64) as u64];
                both[..self.width.div_ceil(64) as usize].to_vec()
            }
            Bits::Limbs(limbs) => limbs.to_vec(),
        }
    }

    /// Whether the value is one bit wide and set.
    pub fn is_true(&self) -> bool {
        self.width == 1 && self.bits == Bits::Inline(1)
    }

    /// Whether every bit is zero.
    pub fn is_zero(&self) -> bool {
        match &self.bits {
            Bits::Inline(bits) => *bits == 0,
            Bits::Limbs(limbs) => limbs.iter().all(|&limb| limb == 0),
        }
    }

    /// Whether every bit is one.
    pub fn is_ones(&self) -> bool {
        match &self.bits {
            Bits::Inline(bits) => *bits == mask(self.width),
            Bits::Limbs(_) => *self == Self::ones(self.width),
        }
    }

    /// Bit `index`, counted from the least significant.
    pub fn bit(&self, index: u32) -> bool {
        assert!(
            index < self.width,
            "bit {index} of a value of {} bits",
            self.width
        );
        match &self.bits {
            Bits::Inline(bits) => bits >> index & 1 == 1,
            Bits::Limbs(limbs) => limbs[(index / 64) as usize] >> (index % 64) & 1 == 1,
        }
    }

    /// The most significant bit.
    pub fn sign(&self) -> bool {
        self.bit(self.width - 1)
    }

    /// The number of leading bits that are zero, at most the width.
    pub fn leading_zeros(&self) -> u32 {
        match &self.bits {
            Bits::Inline(bits) => bits.leading_zeros() - (128 - self.width),
            Bits::Limbs(limbs) => {
                let top = limbs.iter().rposition(|&limb| limb != 0);
                top.map_or(self.width, |index| {
                    self.width - (index as u32 * 64 + 64 - limbs[index].leading_zeros())
                })
            }
        }
    }

    /// If exactly one bit is set, its index.
    pub fn single_bit(&self) -> Option<u32> {
        let top = self.width.checked_sub(self.leading_zeros() + 1)?;
        let set: u32 = self.to_limbs().iter().map(|limb| limb.count_ones()).sum();
        (set == 1).then_some(top)
    }

    fn limbs(&self) -> &[u64] {
        match &self.bits {
            Bits::Inline(_) => unreachable!("only wide values are read as limbs"),
            Bits::Limbs(limbs) => limbs,
        }
    }

    fn from_vec(width: u32, mut limbs: Vec<u64>) -> Self {
        debug_assert!(width > INLINE_BITS, "narrow results are built by `new`");
        limbs.resize(width.div_ceil(64) as usize, 0);
        wide::clear_above(&mut limbs, width);
        Self {
            width,
            bits: Bits::Limbs(limbs.into_boxed_slice()),
        }
    }

    /// Applies `narrow` to inline operands and `limbs` to wide ones.
    fn combine(
        &self,
        other: &Self,
        narrow: impl FnOnce(u128, u128) -> u128,
        limbs: impl FnOnce(&[u64], &[u64]) -> Vec<u64>,
    ) -> Self {
        assert_eq!(
            self.width, other.width,
            "operands of one operation have one width"
        );
        match (&self.bits, &other.bits) {
            (Bits::Inline(a), Bits::Inline(b)) => Self::new(self.width, narrow(*a, *b)),
            _ => Self::from_vec(self.width, limbs(self.limbs(), other.limbs())),
        }
    }

    /// Bitwise complement.
    pub fn not(&self) -> Self {
        match &self.bits {
            Bits::Inline(bits) => Self::new(self.width, !bits),
            Bits::Limbs(limbs) => {
                Self::from_vec(self.width, limbs.iter().map(|limb| !limb).collect())
            }
        }
    }

    /// Two's complement negation.
    pub fn negate(&self) -> Self {
        Self::zero(self.width).subtract(self)
    }

    /// Bitwise and.
    pub fn and(&self, other: &Self) -> Self {
        self.combine(other, |a, b| a & b, |a, b| wide::zip(a, b, |x, y| x & y))
    }

    /// Bitwise or.
    pub fn or(&self, other: &Self) -> Self {
        self.combine(other, |a, b| a | b, |a, b| wide::zip(a, b, |x, y| x | y))
    }

    /// Bitwise exclusive or.
    pub fn xor(&self, other: &Self) -> Self {
        self.combine(other, |a, b| a ^ b, |a, b| wide::zip(a, b, |x, y| x ^ y))
    }

    /// Sum, modulo 2^width.
    pub fn add(&self, other: &Self) -> Self {
        self.combine(other, u128::wrapping_add, wide::add)
    }

    /// Difference, modulo 2^width.
    pub fn subtract(&self, other: &Self) -> Self {
        self.combine(other, u128::wrapping_sub, wide::subtract)
    }

    /// Product, modulo 2^width.
    pub fn multiply(&self, other: &Self) -> Self {
        self.combine(other, u128::wrapping_mul, wide::multiply)
    }

    /// Unsigned quotient; all ones if `other` is zero.
    pub fn unsigned_divide(&self, other: &Self) -> Self {
        if other.is_zero() {
            assert_eq!(
                self.width, other.width,
                "operands of one operation have one width"
            );
            return Self::ones(self.width);
        }
        self.combine(other, |a, b| a / b, |a, b| wide::divide(a, b).0)
    }

    /// Unsigned remainder; the dividend if `other` is zero.
    pub fn unsigned_remainder(&self, other: &Self) -> Self {
        if other.is_zero() {
            assert_eq!(
                self.width, other.width,
                "operands of one operation have one width"
            );
            return self.clone();
        }
        self.combine(other, |a, b| a % b, |a, b| wide::divide(a, b).1)
    }

    /// Signed quotient, rounded toward zero; by zero it is -1 or, for a negative dividend, 1.
    pub fn signed_divide(&self, other: &Self) -> Self {
        let quotient = self.magnitude().unsigned_divide(&other.magnitude());
        if self.sign() == other.sign() {
            quotient
        } else {
            quotient.negate()
        }
    }

    /// Signed remainder with the sign of the dividend; the dividend if `other` is zero.
    pub fn signed_remainder(&self, other: &Self) -> Self {
        let remainder = self.magnitude().unsigned_remainder(&other.magnitude());
        if self.sign() {
            remainder.negate()
        } else {
            remainder
        }
    }

    fn magnitude(&self) -> Self {
        if self.sign() {
            self.negate()
        } else {
            self.clone()
        }
    }

    /// The shift distance, or `None` if everything is shifted out.
    fn distance(&self, amount: &Self) -> Option<u32> {
        assert_eq!(
            self.width, amount.width,
            "operands of one operation have one width"
        );
        let distance = amount
            .to_u128()
            .filter(|&distance| distance < u128::from(self.width))?;
        Some(distance as u32)
    }

    /// Shift to the left.
    pub fn shift_left(&self, amount: &Self) -> Self {
        match (self.distance(amount), &self.bits) {
            (None, _) => Self::zero(self.width),
            (Some(distance), Bits::Inline(bits)) => Self::new(self.width, bits << distance),
            (Some(distance), Bits::Limbs(limbs)) => {
                Self::from_vec(self.width, wide::shift_left(limbs, distance))
            }
        }
    }

    /// Shift to the right, filling with zeros.
    pub fn shift_right(&self, amount: &Self) -> Self {
        match (self.distance(amount), &self.bits) {
            (None, _) => Self::zero(self.width),
            (Some(distance), Bits::Inline(bits)) => Self::new(self.width, bits >> distance),
            (Some(distance), Bits::Limbs(limbs)) => {
                Self::from_vec(self.width, wide::shift_right(limbs, distance))
            }
        }
    }

    /// Shift to the right, filling with the sign.
    pub fn shift_right_signed(&self, amount: &Self) -> Self {
        if self.sign() {
            self.not().shift_right(amount).not()
        } else {
            self.shift_right(amount)
        }
    }

    /// Whether `self < other`, unsigned.
    pub fn is_less(&self, other: &Self) -> bool {
        self.compare(other) == Ordering::Less
    }

    /// Whether `self < other`, signed.
    pub fn is_less_signed(&self, other: &Self) -> bool {
        if self.sign() == other.sign() {
            self.is_less(other)
        } else {
            self.sign()
        }
    }

    /// Order as unsigned numbers of one width.
    pub fn compare(&self, other: &Self) -> Ordering {
        assert_eq!(
            self.width, other.width,
            "operands of one operation have one width"
        );
        match (&self.bits, &other.bits) {
            (Bits::Inline(a), Bits::Inline(b)) => a.cmp(b),
            _ => self.limbs().iter().rev().cmp(other.limbs().iter().rev()),
        }
    }

    /// `self` above `low`.
    pub fn concat(&self, low: &Self) -> Self {
        let width = self.width + low.width;
        if width <= INLINE_BITS {
            let (Bits::Inline(high_bits), Bits::Inline(low_bits)) = (&self.bits, &low.bits) else {
                unreachable!("parts of an inline value are inline");
            };
            return Self::new(width, high_bits << low.width | low_bits);
        }
        let mut limbs = self.to_limbs();
        limbs.resize(width.div_ceil(64) as usize, 0);
        let shifted = wide::shift_left(&limbs, low.width);
        let mut low_limbs = low.to_limbs();
        low_limbs.resize(shifted.len(), 0);
        Self::from_vec(width, wide::zip(&shifted, &low_limbs, |x, y| x | y))
    }

    /// The `width` bits from `low_bit` upwards.
    pub fn extract(&self, low_bit: u32, width: u32) -> Self {
        assert!(
            width > 0 && low_bit + width <= self.width,
            "{width} bits from bit {low_bit} of a value of {} bits",
            self.width
        );
        match &self.bits {
            Bits::Inline(bits) => Self::new(width, bits >> low_bit),
            Bits::Limbs(limbs) => Self::from_limbs(width, &wide::shift_right(limbs, low_bit)),
        }
    }

    /// Copies of the sign above.
    pub fn sign_extend(&self, width: u32) -> Self {
        assert!(
            width >= self.width,
            "{} bits extended to {width}",
            self.width
        );
        if width == self.width {
            return self.clone();
        }
        let high_width = width - self.width;
        let high = if self.sign() {
            Self::ones(high_width)
        } else {
            Self::zero(high_width)
        };
        high.concat(self)
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}:{}", self.width)
    }
}

impl fmt::Display for Value {
    /// Hexadecimal, as `0x1f`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(bits) = self.to_u128() {
            return write!(f, "{bits:#x}");
        }
        write!(f, "0x")?;
        let limbs = self.to_limbs();
        let top = limbs.iter().rposition(|&limb| limb != 0).unwrap_or(0);
        write!(f, "{:x}", limbs[top])?;
        limbs[..top]
            .iter()
            .rev()
            .try_for_each(|limb| write!(f, "{limb:016x}"))
    }
}

#[cfg(test)]
mod tests;
