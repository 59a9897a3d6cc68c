//! Sets of values of a symbol of at most eight bits.

/// A set of numbers below 256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ByteSet([u64; 4]);

impl ByteSet {
    /// All numbers of `width` bits, at most eight.
    pub(crate) fn all(width: u32) -> Self {
        assert!(width <= 8, "a byte has eight bits");
        Self::from_fn(width, |_| true)
    }

    /// The numbers of `width` bits for which `contains` holds.
    pub(crate) fn from_fn(width: u32, contains: impl Fn(u8) -> bool) -> Self {
        let mut set = Self([0; 4]);
        for number in 0..1u32 << width {
            let number = number as u8;
            if contains(number) {
                set.0[usize::from(number / 64)] |= 1 << (number % 64);
            }
        }
        set
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self(std::array::from_fn(|index| self.0[index] & other.0[index]))
    }

    pub(crate) fn without(self, other: Self) -> Self {
        Self(std::array::from_fn(|index| self.0[index] & !other.0[index]))
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == [0; 4]
    }

    pub(crate) fn contains(self, number: u8) -> bool {
        self.0[usize::from(number / 64)] >> (number % 64) & 1 == 1
    }

    /// How many numbers there are.
    pub(crate) fn count(self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    /// The numbers, in increasing order.
    pub(crate) fn iter(self) -> impl DoubleEndedIterator<Item = u8> {
        (0..=u8::MAX).filter(move |&number| self.contains(number))
    }

    /// The smallest number.
    pub(crate) fn first(self) -> Option<u8> {
        let word = self.0.iter().position(|&word| word != 0)?;
        Some(word as u8 * 64 + self.0[word].trailing_zeros() as u8)
    }

    /// The largest number.
    pub(crate) fn last(self) -> Option<u8> {
        let word = self.0.iter().rposition(|&word| word != 0)?;
        Some(word as u8 * 64 + 63 - self.0[word].leading_zeros() as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn set_operations_agree_with_membership() {
        let even = ByteSet::from_fn(8, |number| number % 2 == 0);
        let large = ByteSet::from_fn(8, |number| number > 200);
        for number in 0..=255 {
            assert_eq!(even.contains(number), number % 2 == 0);
            assert_eq!(
                even.and(large).contains(number),
                number % 2 == 0 && number > 200
            );
            assert_eq!(
                even.without(large).contains(number),
                number % 2 == 0 && number <= 200
            );
        }
        assert_eq!(
            (large.first(), large.last(), large.count()),
            (Some(201), Some(255), 55)
        );
        assert_eq!(
            ByteSet::all(3).iter().collect::<Vec<_>>(),
            [0, 1, 2, 3, 4, 5, 6, 7]
        );
        let none = even.without(even);
        assert!(none.is_empty() && none.first().is_none() && none.last().is_none());
    }
}
