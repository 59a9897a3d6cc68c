//! Arithmetic on little-endian limbs, for values wider than 128 bits.
//!
//! Such values are rare (vector registers, long copies), so plain schoolbook loops do.
//!
//! # Invariants
//!
//! - Operands of one call have the same number of limbs, and so has the result.
//! - Results may have bits above the width; the caller clears them.

/// Clears the bits of the last limb at and above `width`.
pub(super) fn clear_above(limbs: &mut [u64], width: u32) {
    debug_assert_eq!(limbs.len(), width.div_ceil(64) as usize);
    if let (Some(last), used @ 1..) = (limbs.last_mut(), width % 64) {
        *last &= (1 << used) - 1;
    }
}

pub(super) fn zip(a: &[u64], b: &[u64], operation: impl Fn(u64, u64) -> u64) -> Vec<u64> {
    debug_assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(&x, &y)| operation(x, y)).collect()
}

pub(super) fn add(a: &[u64], b: &[u64]) -> Vec<u64> {
    let mut carry = false;
    zip_carry(a, b, |x, y| {
        let (partial, first) = x.overflowing_add(y);
        let (sum, second) = partial.overflowing_add(u64::from(carry));
        carry = first | second;
        sum
    })
}

pub(super) fn subtract(a: &[u64], b: &[u64]) -> Vec<u64> {
    let mut borrow = false;
    zip_carry(a, b, |x, y| {
        let (partial, first) = x.overflowing_sub(y);
        let (difference, second) = partial.overflowing_sub(u64::from(borrow));
        borrow = first | second;
        difference
    })
}

fn zip_carry(a: &[u64], b: &[u64], mut operation: impl FnMut(u64, u64) -> u64) -> Vec<u64> {
    debug_assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(&x, &y)| operation(x, y)).collect()
}

pub(super) fn multiply(a: &[u64], b: &[u64]) -> Vec<u64> {
    debug_assert_eq!(a.len(), b.len());
    let mut product = vec![0u64; a.len()];
    for (i, &x) in a.iter().enumerate() {
        let mut carry = 0u128;
        for (j, &y) in b[..a.len() - i].iter().enumerate() {
            let sum = u128::from(x) * u128::from(y) + u128::from(product[i + j]) + carry;
            product[i + j] = sum as u64;
            carry = sum >> 64;
        }
    }
    product
}

/// Quotient and remainder by binary long division; `b` is not zero.
pub(super) fn divide(a: &[u64], b: &[u64]) -> (Vec<u64>, Vec<u64>) {
    debug_assert!(
        b.iter().any(|&limb| limb != 0),
        "division by zero is defined by the caller"
    );
    let mut quotient = vec![0u64; a.len()];
    let mut remainder = vec![0u64; a.len()];
    for index in (0..a.len() * 64).rev() {
        // The remainder stays below `b`, so the bit shifted out is only set if 2 * remainder needs
        // one more bit than there is; then it certainly exceeds `b`.
        let shifted_out = remainder.last().is_some_and(|&limb| limb >> 63 == 1);
        remainder = shift_left(&remainder, 1);
        remainder[0] |= a[index / 64] >> (index % 64) & 1;
        if shifted_out || remainder.iter().rev().ge(b.iter().rev()) {
            remainder = subtract(&remainder, b);
            quotient[index / 64] |= 1 << (index % 64);
        }
    }
    (quotient, remainder)
}

/// `distance` is below the number of bits.
pub(super) fn shift_left(limbs: &[u64], distance: u32) -> Vec<u64> {
    let (whole, part) = ((distance / 64) as usize, distance % 64);
    debug_assert!(whole < limbs.len() || distance == 0);
    let mut shifted = vec![0; limbs.len()];
    for index in whole..limbs.len() {
        shifted[index] = limbs[index - whole] << part;
        if part > 0 && index > whole {
            shifted[index] |= limbs[index - whole - 1] >> (64 - part);
        }
    }
    shifted
}

/// `distance` is below the number of bits.
pub(super) fn shift_right(limbs: &[u64], distance: u32) -> Vec<u64> {
    let (whole, part) = ((distance / 64) as usize, distance % 64);
    debug_assert!(whole < limbs.len() || distance == 0);
    let mut shifted = vec![0; limbs.len()];
    for index in 0..limbs.len() - whole {
        shifted[index] = limbs[index + whole] >> part;
        if part > 0 && index + whole + 1 < limbs.len() {
            shifted[index] |= limbs[index + whole + 1] << (64 - part);
        }
    }
    shifted
}
