//! An integer from a range, and a text over a few letters, for quickcheck, whose types know neither.

use quickcheck::{Arbitrary, Gen};

/// An integer from `MINIMUM` to `MAXIMUM`; shrinks as quickcheck's own integers do, within these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ranged<const MINIMUM: i64, const MAXIMUM: i64>(pub(crate) i64);

impl<const MINIMUM: i64, const MAXIMUM: i64> Arbitrary for Ranged<MINIMUM, MAXIMUM> {
    fn arbitrary(random: &mut Gen) -> Self {
        let count = MAXIMUM - MINIMUM + 1;
        Self(MINIMUM + i64::from(u32::arbitrary(random)) % count)
    }

    fn shrink(&self) -> Box<dyn Iterator<Item = Self>> {
        let is_inside = |value: &i64| (MINIMUM..=MAXIMUM).contains(value);
        Box::new(self.0.shrink().filter(is_inside).map(Self))
    }
}

/// A text of letters from `a` to `c`, shorter than the size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letters(pub(crate) String);

impl Arbitrary for Letters {
    fn arbitrary(random: &mut Gen) -> Self {
        let letters = Vec::<Ranged<0, 2>>::arbitrary(random);
        Self(
            letters
                .into_iter()
                .map(|letter| [b'a', b'b', b'c'][letter.0 as usize] as char)
                .collect(),
        )
    }

    fn shrink(&self) -> Box<dyn Iterator<Item = Self>> {
        let letters: Vec<Ranged<0, 2>> = self
            .0
            .bytes()
            .map(|byte| Ranged(i64::from(byte - b'a')))
            .collect();
        let text = |letters: Vec<Ranged<0, 2>>| {
            letters
                .into_iter()
                .map(|letter| (b'a' + letter.0 as u8) as char)
                .collect()
        };
        Box::new(letters.shrink().map(move |letters| Self(text(letters))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_what_they_shrink_to_stay_in_range() {
        let mut random = Gen::from_size_and_seed(10, 1);
        for _ in 0..200 {
            let number = Ranged::<-5, 900>::arbitrary(&mut random);
            let numbers = std::iter::once(number).chain(number.shrink());
            assert!(numbers.map(|n| n.0).all(|n| (-5..=900).contains(&n)));
            let text = Letters::arbitrary(&mut random);
            let texts = std::iter::once(text.clone()).chain(text.shrink());
            assert!(
                texts
                    .into_iter()
                    .all(|text| text.0.chars().all(|c| ('a'..='c').contains(&c)))
            );
        }
    }
}
