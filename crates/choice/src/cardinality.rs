//! How many values a choice has, exactly when that can be of use.
//!
//! An engine that wants to try everything must know beforehand whether everything is few. Counts
//! that do not fit 128 bits are all alike to it.

/// The size of a finite set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cardinality {
    /// This many.
    Exactly(u128),
    /// More than `u128::MAX`.
    Huge,
}

impl Cardinality {
    /// One: a choice without freedom.
    pub const ONE: Self = Self::Exactly(1);

    /// The size of the set of pairs.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        match (self, other) {
            (Self::Exactly(0), _) | (_, Self::Exactly(0)) => Self::Exactly(0),
            (Self::Exactly(left), Self::Exactly(right)) => {
                left.checked_mul(right).map_or(Self::Huge, Self::Exactly)
            }
            _ => Self::Huge,
        }
    }

    /// The size of the disjoint union.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Exactly(left), Self::Exactly(right)) => {
                left.checked_add(right).map_or(Self::Huge, Self::Exactly)
            }
            _ => Self::Huge,
        }
    }

    /// The number of words of `minimum` to `maximum` letters over an alphabet of `letters`.
    pub fn of_words(letters: u32, minimum: usize, maximum: usize) -> Self {
        assert!(
            minimum <= maximum,
            "no length lies between {minimum} and {maximum}"
        );
        match letters {
            0 if minimum == 0 => return Self::ONE,
            0 => return Self::Exactly(0),
            1 => return Self::Exactly((maximum - minimum) as u128 + 1),
            // From two letters on, the sum passes 128 bits after at most 128 terms.
            _ => {}
        }
        let mut total = Self::Exactly(0);
        let mut of_length = Self::ONE;
        for length in 0..=maximum {
            if length >= minimum {
                total = total.plus(of_length);
            }
            of_length = of_length.times(Self::Exactly(u128::from(letters)));
            if of_length == Self::Huge {
                return if length < maximum { Self::Huge } else { total };
            }
        }
        total
    }

    /// Whether there is at most one value.
    pub fn is_forced(self) -> bool {
        self <= Self::ONE
    }

    /// Whether there are at most `limit`.
    pub fn is_at_most(self, limit: u128) -> bool {
        self <= Self::Exactly(limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The naive twin of `of_words`.
    fn count_words(letters: u128, minimum: usize, maximum: usize) -> u128 {
        (minimum..=maximum)
            .map(|length| letters.pow(length as u32))
            .sum()
    }

    #[test]
    fn words_are_counted_as_by_hand() {
        for letters in 0..5u32 {
            for minimum in 0..5 {
                for maximum in minimum..6 {
                    let expected = count_words(u128::from(letters), minimum, maximum);
                    let counted = Cardinality::of_words(letters, minimum, maximum);
                    assert_eq!(counted, Cardinality::Exactly(expected));
                }
            }
        }
        assert_eq!(
            Cardinality::of_words(2, 127, 127),
            Cardinality::Exactly(1 << 127)
        );
        assert_eq!(Cardinality::of_words(2, 128, 128), Cardinality::Huge);
        assert_eq!(Cardinality::of_words(256, 0, usize::MAX), Cardinality::Huge);
        let lengths = Cardinality::of_words(1, 0, usize::MAX);
        assert_eq!(lengths, Cardinality::Exactly(usize::MAX as u128 + 1));
    }

    #[test]
    fn nothing_wraps_around() {
        let most = Cardinality::Exactly(u128::MAX);
        assert_eq!(most.plus(Cardinality::ONE), Cardinality::Huge);
        assert_eq!(most.times(Cardinality::Exactly(2)), Cardinality::Huge);
        assert_eq!(
            Cardinality::Huge.times(Cardinality::Exactly(0)),
            Cardinality::Exactly(0)
        );
        assert!(!Cardinality::Huge.is_at_most(u128::MAX));
    }
}
