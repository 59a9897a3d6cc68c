//! Ten more problems of the same kinds, so that a shrinker tuned to the challenge shows.
//!
//! Each needs something that one pass alone does not do: equal parts that fall together, a sum
//! that must be kept while elements go, a shape that was drawn before its contents, a length that
//! lies inside of a byte string.

mod colliding_keys;
mod deep_tree;
mod equal_texts;
mod gap;
mod heavy_sum;
mod length_field;
mod product;
mod renamed;
mod twin_in_column;
mod two_characters;

use super::problem::Entry;

/// In the order of the report.
pub(crate) const ENTRIES: &[Entry] = &[
    Entry::of::<equal_texts::EqualTexts>(),
    Entry::of::<gap::Gap>(),
    Entry::of::<colliding_keys::CollidingKeys>(),
    Entry::of::<heavy_sum::HeavySum>(),
    Entry::of::<twin_in_column::TwinInColumn>(),
    Entry::of::<deep_tree::DeepTree>(),
    Entry::of::<product::Product>(),
    Entry::of::<two_characters::TwoCharacters>(),
    Entry::of::<length_field::LengthField>(),
    Entry::of::<renamed::Renamed>(),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_fail_on_some_inputs_and_few_of_them_are_minimal() {
        ENTRIES.iter().for_each(|entry| (entry.check)());
        assert_eq!(ENTRIES.len(), 10);
    }
}
