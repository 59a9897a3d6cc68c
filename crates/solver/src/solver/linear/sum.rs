//! Sums of multiples of unknown whole numbers.

use crate::terms::TermId;

/// A sum in which a number is larger is not made.
const NUMBER_MAX: u128 = 1 << 100;

/// A whole number times each term, and a constant. The terms stand for whole numbers here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sum {
    /// In the order of the terms, none with zero.
    pub(super) parts: Vec<(TermId, i128)>,
    pub(super) constant: i128,
}

impl Sum {
    pub(super) fn number(constant: i128) -> Self {
        Self {
            parts: Vec::new(),
            constant,
        }
    }

    pub(super) fn of(term: TermId) -> Self {
        Self {
            parts: vec![(term, 1)],
            constant: 0,
        }
    }

    /// `self + factor * other`, unless a number becomes too large.
    pub(super) fn plus(&self, other: &Self, factor: i128) -> Option<Self> {
        let mut parts = Vec::with_capacity(self.parts.len() + other.parts.len());
        let (mut left, mut right) = (&self.parts[..], &other.parts[..]);
        loop {
            let (term, own, added) = match (left, right) {
                ([], []) => break,
                ([(term, own), ..], []) => (*term, *own, 0),
                ([], [(term, added), ..]) => (*term, 0, *added),
                ([(first, own), ..], [(second, added), ..]) => match first.cmp(second) {
                    std::cmp::Ordering::Less => (*first, *own, 0),
                    std::cmp::Ordering::Equal => (*first, *own, *added),
                    std::cmp::Ordering::Greater => (*second, 0, *added),
                },
            };
            left = &left[usize::from(own != 0)..];
            right = &right[usize::from(added != 0)..];
            let multiple = multiply_add(own, added, factor)?;
            if multiple != 0 {
                parts.push((term, multiple));
            }
        }
        let constant = multiply_add(self.constant, other.constant, factor)?;
        Some(Self { parts, constant })
    }

    /// The sum and a constant, unless that becomes too large.
    pub(super) fn plus_number(&self, number: i128) -> Option<Self> {
        self.plus(&Self::number(number), 1)
    }

    /// How often the term is in it.
    pub(super) fn multiple_of(&self, term: TermId) -> i128 {
        let place = self.parts.binary_search_by_key(&term, |part| part.0);
        place.map_or(0, |place| self.parts[place].1)
    }

    /// The greatest common divisor of the multiples; 0 if there are none.
    pub(super) fn divisor(&self) -> i128 {
        let multiples = self.parts.iter().map(|part| part.1);
        multiples.fold(0, greatest_common_divisor)
    }
}

/// `own + factor * added`, unless that is too large.
fn multiply_add(own: i128, added: i128, factor: i128) -> Option<i128> {
    let result = own.checked_add(added.checked_mul(factor)?)?;
    (result.unsigned_abs() <= NUMBER_MAX).then_some(result)
}

/// Positive unless both are zero. Numbers in sums are far from the smallest one.
fn greatest_common_divisor(left: i128, right: i128) -> i128 {
    let (mut left, mut right) = (left.abs(), right.abs());
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::Terms;

    #[test]
    fn sums_are_added_part_by_part() {
        let mut terms = Terms::new();
        let [a, b, c] = [0; 3].map(|_| terms.symbol(8));
        let sum = |parts: &[(TermId, i128)], constant| Sum {
            parts: parts.to_vec(),
            constant,
        };
        let left = sum(&[(a, 2), (b, 3)], 5);
        let right = sum(&[(b, -1), (c, 4)], -2);
        let both = left.plus(&right, 3).unwrap();
        assert_eq!(both, sum(&[(a, 2), (c, 12)], -1));
        assert_eq!((both.multiple_of(c), both.multiple_of(b)), (12, 0));
        assert_eq!((both.divisor(), Sum::number(7).divisor()), (2, 0));
        assert_eq!(left.plus_number(-5).unwrap().constant, 0);
    }

    #[test]
    fn numbers_that_are_too_large_make_no_sum() {
        let mut terms = Terms::new();
        let a = Sum::of(terms.symbol(8));
        let most = NUMBER_MAX as i128;
        assert!(Sum::default().plus(&a, most).is_some());
        assert!(a.plus(&a, most).is_none());
        assert!(Sum::number(i128::MAX).plus(&a, 1).is_none());
        assert!(Sum::number(most).plus_number(1).is_none());
        assert!(a.plus(&Sum::number(3), i128::MIN).is_none());
    }
}
