//! Thirteen problems that were posed after the passes were written, to see what these are worth on
//! what nobody had in mind.
//!
//! They are of the kinds that people meet: parts that count, contain, refer to or balance each
//! other. Whatever the shrinker misses here stays in the report.

mod certain_product;
mod constant_sum;
mod deep_key;
mod fractions;
mod leap_year;
mod length_prefix;
mod one_inversion;
mod overlap;
mod parentheses;
mod tagged_with_name;
mod three_bound;
mod used_after_close;
mod whole_length;

use super::problem::Entry;

/// In the order of the report.
pub(crate) const ENTRIES: &[Entry] = &[
    Entry::of::<constant_sum::ConstantSum>(),
    Entry::of::<parentheses::Parentheses>(),
    Entry::of::<overlap::Overlap>(),
    Entry::of::<one_inversion::OneInversion>(),
    Entry::of::<deep_key::DeepKey>(),
    Entry::of::<fractions::Fractions>(),
    Entry::of::<length_prefix::LengthPrefix>(),
    Entry::of::<whole_length::WholeLength>(),
    Entry::of::<leap_year::LeapYear>(),
    Entry::of::<three_bound::ThreeBound>(),
    Entry::of::<certain_product::CertainProduct>(),
    Entry::of::<used_after_close::UsedAfterClose>(),
    Entry::of::<tagged_with_name::TaggedWithName>(),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_fail_on_some_inputs_and_few_of_them_are_minimal() {
        ENTRIES.iter().for_each(|entry| (entry.check)());
        assert_eq!(ENTRIES.len(), 13);
    }
}
